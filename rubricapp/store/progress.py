"""Reads: how far one assessor is, and what they worked on last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rubricapp.core.changes import time_of
from rubricapp.core.model import AssessmentKind, AssessmentState, OccasionId, PersonId, RubricHash
from rubricapp.store.aliases import not_double
from rubricapp.store.same_people import list_ids
from rubricapp.store.workspace import Workspace

_LOOKED_AT = 5_000
"""How many of the newest changes are searched for one's own last work."""


@dataclass(frozen=True)
class Tally:
    """One rubric on one occasion for one assessor: assessments begun and of those finished."""

    begun: int
    finished: int


def count_progress(
    ws: Workspace, assessor: str, kind: AssessmentKind = AssessmentKind.ASSESSOR
) -> dict[tuple[RubricHash, OccasionId], Tally]:
    """What one assessor has begun and finished, by rubric and occasion; nothing begun is left out."""
    rows = ws.rows(
        "SELECT rubric, occasion, count(*), sum(coalesce(state, 'draft') <> 'draft') FROM assessment"
        f" WHERE assessor = ? AND coalesce(kind, 'assessor') = ? AND {not_double('assessment')}"
        " GROUP BY rubric, occasion",
        assessor,
        str(kind),
    )
    return {(RubricHash(row[0] or ""), OccasionId(row[1] or "")): Tally(row[2], row[3]) for row in rows}


@dataclass(frozen=True)
class Recent:
    """An assessment somebody worked on. touched_at: UTC. rated: criteria with a level or a blank."""

    assessment: str
    participant: PersonId
    rubric: RubricHash
    occasion: OccasionId
    state: AssessmentState
    rated: int
    touched_at: datetime


def list_recent(ws: Workspace, assessor: str, most: int = 5) -> list[Recent]:
    """The assessments this assessor worked on last, newest first, among the newest few thousand changes.

    Their own of themself, too; reviews of peers have a place of their own.
    """
    ids = list_ids(ws, assessor)
    rows = ws.rows(
        "SELECT CASE kind WHEN 'rating' THEN substr(record, 1, instr(record, '/') - 1) ELSE record END, at"
        " FROM (SELECT kind, record, author, at, id FROM change ORDER BY id DESC LIMIT ?)"
        f" WHERE author IN ({', '.join('?' * len(ids))}) AND kind IN ('rating', 'assessment') ORDER BY id DESC",
        _LOOKED_AT,
        *ids,
    )
    touched: dict[str, int] = {}
    for record, at in rows:
        if record not in touched:
            touched[record] = at
            if len(touched) == most * 2:  # a few may be somebody else's that this person reopened
                break
    found = []
    for record, at in touched.items():
        row = ws.rows(
            "SELECT participant, rubric, occasion, coalesce(state, 'draft'), (SELECT count(*) FROM rating"
            " WHERE rating.assessment = assessment.id AND (level IS NOT NULL OR blank IS NOT NULL))"
            " FROM assessment WHERE id = ? AND assessor = ? AND coalesce(kind, 'assessor') <> 'peer'"
            f" AND {not_double('assessment')}",
            record,
            assessor,
        )
        if row:
            person, rubric, occasion, state, rated = row[0]
            found.append(
                Recent(
                    record,
                    PersonId(person or ""),
                    RubricHash(rubric or ""),
                    OccasionId(occasion or ""),
                    AssessmentState(state),
                    rated,
                    time_of(at),
                )
            )
    return found[:most]


def list_begun_of(ws: Workspace, participant: str) -> list[tuple[RubricHash, OccasionId]]:
    """(rubric, occasion) of everything that anybody has begun for a participant: that, not what was said."""
    rows = ws.rows(
        "SELECT DISTINCT rubric, occasion FROM assessment WHERE participant = ?"
        " AND coalesce(kind, 'assessor') <> 'peer' AND rubric IS NOT NULL"
        " AND occasion IS NOT NULL ORDER BY rubric, occasion",
        participant,
    )
    return [(RubricHash(row[0]), OccasionId(row[1])) for row in rows]
