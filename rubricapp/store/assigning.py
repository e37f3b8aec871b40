"""Reads: which assessor was asked to score whom, and who is kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rubricapp.core.model import AssessmentState, OccasionId, PersonId, RubricHash
from rubricapp.store.aliases import not_double
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class Assignment:
    """One assessor asked to score one participant. state: of the assessment, None where it was not begun.

    finished_at: when it was finished, UTC, or None.
    """

    id: str
    participant: PersonId
    assessor: PersonId
    rubric: RubricHash
    occasion: OccasionId
    state: AssessmentState | None = None
    finished_at: datetime | None = None


def list_assignments(ws: Workspace, assessor: str = "", rubric: str = "", occasion: str = "") -> list[Assignment]:
    """Who is asked to score whom; "" means any. By participant, assessor, rubric, occasion."""
    where = ["coalesce(a.removed, 0) = 0", "a.participant IS NOT NULL", "a.assessor IS NOT NULL"]
    where.append(not_double("assignment", "a.id"))
    values = []
    for column, value in (("assessor", assessor), ("rubric", rubric), ("occasion", occasion)):
        if value:
            where.append(f"a.{column} = ?")
            values.append(value)
    rows = ws.rows(
        "SELECT a.id, a.participant, a.assessor, a.rubric, a.occasion, s.state, s.finished_at FROM assignment AS a"
        " LEFT JOIN assessment AS s ON s.participant = a.participant AND s.assessor = a.assessor"
        " AND s.rubric = a.rubric AND s.occasion = a.occasion AND coalesce(s.kind, 'assessor') = 'assessor'"
        f" AND {not_double('assessment', 's.id')}"
        f" WHERE {' AND '.join(where)} ORDER BY a.participant, a.assessor, a.rubric, a.occasion",
        *values,
    )
    return [
        Assignment(
            row[0],
            PersonId(row[1]),
            PersonId(row[2]),
            RubricHash(row[3] or ""),
            OccasionId(row[4] or ""),
            AssessmentState(row[5]) if row[5] in set(AssessmentState) else None,
            datetime.fromisoformat(row[6]) if row[6] else None,
        )
        for row in rows
    ]


def list_kept_apart(ws: Workspace) -> list[tuple[PersonId, PersonId]]:
    """Pairs of people between whom there is a declared conflict of interest."""
    rows = ws.rows(
        "SELECT one, other FROM declared_conflict WHERE coalesce(removed, 0) = 0"
        " AND one IS NOT NULL AND other IS NOT NULL ORDER BY one, other"
    )
    return [(PersonId(one), PersonId(other)) for one, other in rows]
