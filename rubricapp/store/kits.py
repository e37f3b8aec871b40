"""Reads and notes around kits: whose each record is, which kits were made, whose laptop has which key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rubricapp.core.changes import milliseconds, time_of
from rubricapp.core.kits import Records
from rubricapp.core.model import PersonId
from rubricapp.store.changes import Writer
from rubricapp.store.kinds import KINDS
from rubricapp.store.rows import batches, holes
from rubricapp.store.same_people import find_kept, load_kept
from rubricapp.store.workspace import Workspace

_WHOSE = (
    "SELECT id, person FROM enrolment UNION ALL SELECT id, participant FROM artefact"
    " UNION ALL SELECT id, participant FROM log_entry UNION ALL SELECT id, participant FROM milestone"
    " UNION ALL SELECT id, participant FROM release UNION ALL SELECT id, participant FROM agreed_level"
    " UNION ALL SELECT log_check.id, participant FROM log_check JOIN log_entry ON log_entry.id = log_check.entry"
    " UNION ALL SELECT showing.id, participant FROM showing JOIN artefact ON artefact.id = showing.artefact"
    " UNION ALL SELECT audience_choice.id, participant FROM audience_choice"
    " JOIN artefact ON artefact.id = audience_choice.artefact"
    " UNION ALL SELECT evidence.id, coalesce(artefact.participant, log_entry.participant) FROM evidence"
    " LEFT JOIN artefact ON artefact.id = evidence.artefact"
    " LEFT JOIN log_entry ON log_entry.id = evidence.log_entry"
)
_JUDGES = (
    "SELECT participant, assessor FROM assessment WHERE coalesce(kind, 'assessor') <> 'self'"
    " UNION SELECT participant, assessor FROM assignment UNION SELECT author, reviewer FROM allocation"
)


def load_records(ws: Workspace) -> Records:
    """Whose each record is. A link belongs to whoever made the work, a check to whose day it is."""

    def two(table: str, other: str, one: str = "participant") -> dict[str, tuple[str, str]]:
        rows = ws.rows(f"SELECT id, coalesce({one}, ''), coalesce({other}, '') FROM {table}")
        return {row[0]: row[1:] for row in rows}

    def one(table: str, column: str) -> dict[str, str]:
        return dict(ws.rows(f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL"))

    assessments = ws.rows(
        "SELECT id, coalesce(participant, ''), coalesce(assessor, ''), coalesce(kind, 'assessor') FROM assessment"
    )
    slots = ws.rows(
        "SELECT id, participant, rubric, occasion FROM release UNION ALL"
        " SELECT id, participant, rubric, occasion FROM agreed_level"
    )
    days = ws.rows("SELECT id FROM evidence WHERE log_entry IS NOT NULL")
    return Records(
        {record: person for record, person in ws.rows(_WHOSE) if person},
        {row[0]: row[1:] for row in assessments},
        two("assignment", "assessor"),
        two("allocation", "reviewer", "author"),
        two("mentorship", "mentor"),
        two("meeting", "mentor"),
        one("meeting", "visibility"),
        two("agreed_action", "meeting"),
        one("log_check", "mentor"),
        one("calibration", "person"),
        one("feedback_piece", "author") | one("peer_response", "author"),
        {row[0]: row[1:] for row in slots},
        frozenset(row[0] for row in days),
        frozenset(row for row in ws.rows(_JUDGES) if all(row)),
        load_kept(ws),
    )


def load_naming(ws: Workspace, kind: str, fields: Sequence[str], records: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Whom these records of a kind name in these fields, "" for nobody; those that are not here are left out."""
    rule, found = KINDS[kind], {}
    columns = ", ".join(f"coalesce({rule.fields[name]}, '')" for name in fields)
    for some in batches(sorted(set(records))):
        rows = ws.rows(f"SELECT id, {columns} FROM {rule.table} WHERE id IN ({holes(len(some))})", *some)
        found |= {row[0]: row[1:] for row in rows}
    return found


def list_heads(ws: Workspace) -> frozenset[str]:
    """Ids of all changes that nothing replaces."""
    return frozenset(
        row[0] for row in ws.rows("SELECT lower(hex(id)) FROM head_row JOIN change_row ON number = change")
    )


@dataclass(frozen=True)
class Kit:
    """A kit that was made here. ticket: what the returns that answer it give back."""

    id: str
    at: datetime
    person: PersonId
    ticket: str


def list_kits(ws: Workspace) -> list[Kit]:
    """The kits made here, oldest first."""
    return [
        Kit(row[0], time_of(row[1]), PersonId(row[2]), row[3])
        for row in ws.rows(
            "SELECT kit.id, at, coalesce(alias.person, kit.person), ticket FROM kit"
            " LEFT JOIN alias ON alias.id = kit.person ORDER BY at, kit.id"
        )
    ]


def keep_kit(log: Writer, kit: Kit) -> None:
    """Note a kit, inside an open transaction."""
    log.connection.execute(
        "INSERT INTO kit (id, at, person, ticket) VALUES (?, ?, ?, ?)",
        (kit.id, milliseconds(kit.at), kit.person, kit.ticket),
    )


def drop_kit(log: Writer, kit: Kit) -> None:
    """Forget a kit that could not be made after all, inside an open transaction."""
    log.connection.execute("DELETE FROM kit WHERE id = ?", (kit.id,))


@dataclass(frozen=True)
class DeviceKey:
    """Whose laptop has which keys. device: its id. public_key: hexadecimal; sealing_key: "age1…"."""

    device: str
    public_key: str
    sealing_key: str
    person: PersonId


def list_device_keys(ws: Workspace) -> list[DeviceKey]:
    """The laptops whose keys were confirmed, by device."""
    rows = ws.rows(
        "SELECT id, coalesce(public_key, ''), coalesce(sealing_key, ''), coalesce(person, '') FROM device_key"
        " ORDER BY id"
    )
    return [DeviceKey(row[0], row[1], row[2], PersonId(row[3])) for row in rows]


def load_recovery_key(ws: Workspace) -> str:
    """Who can open every package of the programme, "age1…"; "" where no recovery key was made."""
    rows = ws.rows("SELECT recovery_key FROM programme WHERE recovery_key IS NOT NULL ORDER BY id LIMIT 1")
    return rows[0][0] if rows else ""


@dataclass(frozen=True)
class Home:
    """Where a workspace that came as a kit belongs. lead: the device that made it, with its keys.

    me: the person for whom it was made. returns: how many were handed in. handed_in_at: up to when the last one holds
    everything, ISO in UTC, or "".
    """

    programme: str
    lead: str
    lead_public_key: str
    lead_sealing_key: str
    ticket: str
    me: PersonId
    returns: int = 0
    handed_in_at: str = ""


def load_home(ws: Workspace) -> Home | None:
    """Where this workspace belongs; None where it did not come as a kit."""
    said = ws.meta("home")
    if not said:
        return None
    with ws.reading():
        home = Home(**json.loads(said))
    return replace(home, me=find_kept(ws, home.me))


def keep_home(ws: Workspace, home: Home) -> None:
    """Note where this workspace belongs. Raises UserError."""
    ws.set_meta("home", json.dumps(home.__dict__))
