"""Reads: who accompanies whom, so that an analysis can say where an assessor is no outsider."""

from __future__ import annotations

from rubricapp.core.model import PersonId
from rubricapp.store.workspace import Workspace


def list_mentored(ws: Workspace) -> frozenset[tuple[PersonId, PersonId]]:
    """(mentor, participant) of every pair that was asked to meet or has met, or of which the mentor has begun to rate
    the participant."""
    rows = ws.rows(
        "SELECT mentor, participant FROM meeting WHERE coalesce(removed, 0) = 0"
        " AND mentor IS NOT NULL AND participant IS NOT NULL"
        " UNION SELECT mentor, participant FROM mentorship WHERE coalesce(removed, 0) = 0"
        " AND mentor IS NOT NULL AND participant IS NOT NULL"
        " UNION SELECT assessor, participant FROM assessment WHERE kind = 'mentor'"
        " AND assessor IS NOT NULL AND participant IS NOT NULL"
    )
    return frozenset((PersonId(row[0]), PersonId(row[1])) for row in rows)
