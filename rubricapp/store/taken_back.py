"""Reads: merges that are taken back at present, and the changes by which merges were taken back and stood again."""

from __future__ import annotations

from rubricapp.core.merging import Field
from rubricapp.store.merging import Merge, list_merges, list_switching
from rubricapp.store.workspace import Workspace


def list_taken_back(ws: Workspace) -> list[Merge]:
    """Merges that are taken back, oldest first; found at once where there are none, however many were done."""
    packages = ws.rows("SELECT DISTINCT package FROM merge WHERE NOT stands")
    return sorted(
        (each for row in packages for each in list_merges(ws, row[0]) if not each.stands), key=lambda each: each.id
    )


def find_switching(ws: Workspace) -> frozenset[str]:
    """Ids of the changes that only take merges back or let them stand again: nobody said anything with them (see
    `core.switching`)."""
    switched = (each for each in list_merges(ws) if each.switched)
    return frozenset(change.id for each in switched for change in list_switching(ws, each))


def list_switched_fields(ws: Workspace) -> list[Field]:
    """The fields that such changes are of."""
    switched = (each for each in list_merges(ws) if each.switched)
    changes = (change for each in switched for change in list_switching(ws, each))
    return sorted({(each.kind, each.record, each.field) for each in changes})
