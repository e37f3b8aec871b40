"""Reads: merges that are taken back at present, and the changes by which merges were taken back and stood again."""

from __future__ import annotations

from rubricapp.core.model import Change
from rubricapp.store.merging import Merge, list_merges, list_switching
from rubricapp.store.workspace import Workspace


def list_taken_back(ws: Workspace) -> list[Merge]:
    """Merges that are taken back, oldest first; found at once where there are none, however many were done."""
    packages = ws.rows("SELECT DISTINCT package FROM merge WHERE NOT stands")
    return sorted(
        (each for row in packages for each in list_merges(ws, row[0]) if not each.stands), key=lambda each: each.id
    )


def list_all_switching(ws: Workspace) -> list[Change]:
    """The changes that only take merges back or let them stand again, of all merges: nobody said anything with them
    (see `core.switching`)."""
    return [change for each in list_merges(ws) if each.switched for change in list_switching(ws, each)]


def find_switching(ws: Workspace) -> frozenset[str]:
    """Their ids."""
    return frozenset(each.id for each in list_all_switching(ws))
