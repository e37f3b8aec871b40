"""Reads: the ids of one person, what is known under those that are not kept, and which record of a slot counts."""

from __future__ import annotations

import json
from dataclasses import dataclass

from rubricapp.core.model import Person, PersonId
from rubricapp.store import aliases
from rubricapp.store.rows import split
from rubricapp.store.workspace import Workspace

_DETAILS = ("code", "given_name", "family_name", "email", "country", "department", "joined_on", "pronouns", "languages")


def load_kept(ws: Workspace) -> dict[str, str]:
    """The id that stands for each id that is not kept itself."""
    return dict(ws.rows("SELECT id, person FROM alias ORDER BY id"))


def find_kept(ws: Workspace, person: str) -> PersonId:
    """The id that stands for an id of a person: itself, where nothing else was said."""
    with ws.reading():
        return PersonId(aliases.find_kept_id(ws.connection, person))


def list_ids(ws: Workspace, person: str) -> tuple[PersonId, ...]:
    """Every id of a person, the kept one first."""
    with ws.reading():
        return tuple(map(PersonId, aliases.list_ids(ws.connection, person)))


def load_said(ws: Workspace) -> dict[str, object]:
    """What was said of who is who: id → the id that is kept for it; its own where it is somebody of their own."""
    with ws.reading():
        return aliases.list_said(ws.connection)


def list_gone(ws: Workspace) -> frozenset[str]:
    """Ids of people who were erased."""
    with ws.reading():
        return aliases.list_gone(ws.connection)


def find_record(ws: Workspace, kind: str, *slot: str) -> str:
    """The record of a slot: where a person has several ids, the one that counts. See `aliases.SLOTS`."""
    with ws.reading():
        return aliases.find_record(ws.connection, kind, *slot)


def list_records(ws: Workspace, kind: str, record: str) -> tuple[str, ...]:
    """A record with those that say the same of a person under another id."""
    with ws.reading():
        return aliases.list_records(ws.connection, kind, record)


def count_doubles(ws: Workspace) -> dict[str, int]:
    """How many records of each kind count nowhere, because another one says it of the same person."""
    return dict(ws.rows("SELECT kind, count(*) FROM double GROUP BY kind ORDER BY kind"))


def list_doubles(ws: Workspace, kind: str) -> frozenset[str]:
    """The records of a kind that count nowhere."""
    return frozenset(row[0] for row in ws.rows("SELECT record FROM double WHERE kind = ?", kind))


@dataclass(frozen=True)
class KnownAs:
    """What somebody is called under an id that is not kept. kept: the id that is. why: the reason that was given."""

    person: Person
    kept: PersonId
    why: str = ""


def list_known_as(ws: Workspace, person: str = "") -> list[KnownAs]:
    """Of everybody, or of one person: the ids that are not kept, with the names and codes that they came with."""
    kept = load_kept(ws)
    if person:
        kept = {one: of for one, of in kept.items() if of == kept.get(person, person)}
    why = dict(ws.rows("SELECT id, coalesce(reason, '') FROM same_person"))
    found = []
    for one, of in kept.items():
        said = load_details(ws, one)
        found.append(KnownAs(said, PersonId(of), why.get(one, "")))
    return found


def find_only_named(ws: Workspace) -> dict[PersonId, int]:
    """Ids of participants of whom there are assessments and nothing else, as after an older copy was restored: how many
    assessments each has. Whoever was erased is none of them."""
    rows = ws.rows(
        "SELECT participant, count(*) FROM assessment WHERE participant IS NOT NULL"
        " AND participant NOT IN (SELECT id FROM person WHERE coalesce(code, given_name, family_name) IS NOT NULL)"
        " GROUP BY participant ORDER BY participant"
    )
    gone = list_gone(ws)
    return {PersonId(one): count for one, count in rows if one not in gone}


def load_details(ws: Workspace, person: str) -> Person:
    """What the log shows of an id of a person, whether it is kept or not; nameless where it shows nothing."""
    rows = ws.rows(
        "SELECT field, value FROM head WHERE kind = 'person' AND whole = ? AND part = ? AND value IS NOT NULL"
        " ORDER BY hlc, change",
        *split(person),
    )
    with ws.reading():
        said = {name: json.loads(value) for name, value in rows}
    texts = {name: said[name] for name in _DETAILS if isinstance(said.get(name), str)}
    return Person(PersonId(person), **({"code": "", "given_name": "", "family_name": ""} | texts))
