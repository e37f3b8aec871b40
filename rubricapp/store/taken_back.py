"""Reads: merges that are taken back at present."""

from __future__ import annotations

from rubricapp.store.merging import Merge, list_merges
from rubricapp.store.workspace import Workspace


def list_taken_back(ws: Workspace) -> list[Merge]:
    """Merges that are taken back, oldest first; found at once where there are none, however many were done."""
    packages = ws.rows("SELECT DISTINCT package FROM merge WHERE NOT stands")
    return sorted(
        (each for row in packages for each in list_merges(ws, row[0]) if not each.stands), key=lambda each: each.id
    )
