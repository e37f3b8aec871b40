"""Reads that only releases and portfolio files need: who made a link, milestones, who ever took part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rubricapp.core.model import PersonId
from rubricapp.store.changes import list_changes
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class Reached:
    """A milestone. reached_on: ISO day, or ""."""

    reached_on: str
    title: str


def list_reached(ws: Workspace, participant: str) -> list[Reached]:
    """The milestones of a participant, by day and title."""
    rows = ws.rows(
        "SELECT coalesce(reached_on, ''), title FROM milestone WHERE participant = ? AND title IS NOT NULL"
        " AND coalesce(removed, 0) = 0 ORDER BY 1, 2",
        participant,
    )
    return [Reached(*row) for row in rows]


def find_was_participant(ws: Workspace, person: str) -> bool:
    """Whether somebody is a participant of any edition, or was one until they left."""
    return bool(ws.rows("SELECT 1 FROM enrolment WHERE person = ? AND role = 'participant' LIMIT 1", person))


def list_authors(ws: Workspace, records: Iterable[str]) -> dict[str, frozenset[PersonId]]:
    """Who ever said anything of each of these records."""
    found: dict[str, set[PersonId]] = {}
    with ws.reading():
        for change in list_changes(ws.connection, records):
            found.setdefault(change.record, set()).add(change.author)
    return {record: frozenset(authors) for record, authors in found.items()}
