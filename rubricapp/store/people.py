"""Reads: programme, edition, occasions, people."""

from __future__ import annotations

from rubricapp.core.model import Edition, EditionId, Occasion, OccasionId, Person, PersonId, Programme, Role
from rubricapp.store.same_people import find_kept, list_known_as
from rubricapp.store.workspace import Workspace

_PERSON = (
    "SELECT person.id, code, given_name, family_name, email, country, department, joined_on, pronouns,"
    " languages, group_concat(role) FROM person LEFT JOIN enrolment"
    " ON enrolment.person = person.id AND enrolment.edition = ? AND coalesce(ended_on, '') = ''"
)


def load_programme(ws: Workspace) -> Programme:
    """The programme of this workspace; an unnamed one where the log holds none."""
    found = ws.rows("SELECT id, coalesce(name, '') FROM programme ORDER BY id LIMIT 1")
    return Programme(*found[0]) if found else Programme("", "")


def list_editions(ws: Workspace) -> list[Edition]:
    """All editions, oldest first."""
    return [
        Edition(EditionId(row[0]), *row[1:])
        for row in ws.rows(
            "SELECT id, coalesce(name, ''), coalesce(starts_on, ''), coalesce(ends_on, '') FROM edition ORDER BY id"
        )
    ]


def load_edition(ws: Workspace) -> Edition:
    """The edition worked on: the newest. An unnamed one where the log holds none."""
    editions = list_editions(ws)
    return editions[-1] if editions else Edition(EditionId(""), "")


def list_occasions(ws: Workspace) -> list[Occasion]:
    """Baseline, dated observations, midpoint, final … of the edition, in the order they are held."""
    return [
        Occasion(OccasionId(row[0]), *row[1:])
        for row in ws.rows(
            "SELECT id, coalesce(name, ''), coalesce(kind, ''), coalesce(held_on, ''), coalesce(position, 0)"
            " FROM occasion WHERE edition = ? ORDER BY coalesce(position, 0), coalesce(held_on, ''), name",
            load_edition(ws).id,
        )
    ]


def find_occasion(ws: Workspace, name: str) -> Occasion | None:
    """The occasion of this name (in any case), id or day, if there is one."""
    wanted = name.strip().casefold()
    for occasion in list_occasions(ws):
        if wanted in (occasion.name.casefold(), occasion.id) or (occasion.held_on and wanted == occasion.held_on):
            return occasion
    return None


def _person(row: tuple) -> Person:
    roles = frozenset(Role(role) for role in (row[10] or "").split(",") if role in set(Role))
    return Person(PersonId(row[0]), *(text or "" for text in row[1:9]), roles=roles, languages=row[9] or "")


def list_people(ws: Workspace, role: Role | None = None) -> list[Person]:
    """People by family name; with a role, only those who have it in this edition."""
    rows = ws.rows(f"{_PERSON} GROUP BY person.id", load_edition(ws).id)
    people = [_person(row) for row in rows]
    return sorted((each for each in people if role is None or role in each.roles), key=lambda each: each.sort_key)


def load_person(ws: Workspace, person: str) -> Person:
    """The person with this id, kept or not. Raises LookupError."""
    rows = ws.rows(f"{_PERSON} WHERE person.id = ? GROUP BY person.id", load_edition(ws).id, find_kept(ws, person))
    if not rows:
        raise LookupError(person)
    return _person(rows[0])


def find_people(ws: Workspace, text: str, role: Role | None = None) -> list[Person]:
    """People whose id, code, email or whole name is this text, in any case and spacing.

    Where nobody is called so, those who are under an id of theirs that is not kept.
    """
    people = list_people(ws, role)
    found = [each for each in people if is_called(each, text)]
    if found:
        return found
    also = {each.kept for each in list_known_as(ws) if is_called(each.person, text)}
    return [each for each in people if each.id in also]


def is_called(person: Person, text: str) -> bool:
    """Whether this is a person's id, code, email or whole name, in any case and spacing."""
    wanted = " ".join(text.split()).casefold()
    return bool(wanted) and wanted in (  # nothing is nobody: many have no email
        person.id,
        person.code.casefold(),
        person.email.casefold(),
        " ".join(person.name.split()).casefold(),
        " ".join(f"{person.family_name} {person.given_name}".split()).casefold(),
    )
