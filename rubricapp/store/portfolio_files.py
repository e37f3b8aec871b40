"""Reads that only releases and portfolio files need: who made a link, who ever took part."""

from __future__ import annotations

from collections.abc import Iterable

from rubricapp.core.model import PersonId
from rubricapp.store.changes import list_changes
from rubricapp.store.same_people import find_kept
from rubricapp.store.workspace import Workspace


def find_was_participant(ws: Workspace, person: str) -> bool:
    """Whether somebody is a participant of any edition, or was one until they left."""
    return bool(ws.rows("SELECT 1 FROM enrolment WHERE person = ? AND role = 'participant' LIMIT 1", person))


def list_authors(ws: Workspace, records: Iterable[str]) -> dict[str, frozenset[PersonId]]:
    """Who ever said anything of each of these records."""
    found: dict[str, set[PersonId]] = {}
    with ws.reading():
        for change in list_changes(ws.connection, records):
            found.setdefault(change.record, set()).add(find_kept(ws, change.author))
    return {record: frozenset(authors) for record, authors in found.items()}
