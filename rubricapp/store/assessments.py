"""Reads: assessments, ratings, progress, the comment bank. Blindness is here, in what a query gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rubricapp.core.model import (
    Assessment,
    AssessmentId,
    AssessmentKind,
    AssessmentState,
    BankComment,
    Blank,
    CriterionId,
    OccasionId,
    PersonId,
    Rating,
    RubricHash,
)
from rubricapp.core.viewing import View, may_see
from rubricapp.store.aliases import not_double
from rubricapp.store.changes import list_disputed
from rubricapp.store.same_people import find_record
from rubricapp.store.workspace import Workspace

_ASSESSMENT = (
    "SELECT id, participant, assessor, rubric, occasion, coalesce(kind, 'assessor'), coalesce(state, 'draft'),"
    " coalesce(note, ''), finished_at, coalesce(revision, 0) FROM assessment"
)


def _assessment(row: tuple, ratings: dict[CriterionId, Rating]) -> Assessment:
    return Assessment(
        id=AssessmentId(row[0]),
        participant=PersonId(row[1] or ""),
        assessor=PersonId(row[2] or ""),
        rubric=RubricHash(row[3] or ""),
        occasion=OccasionId(row[4] or ""),
        kind=AssessmentKind(row[5]),
        state=AssessmentState(row[6]),
        note=row[7],
        finished_at=datetime.fromisoformat(row[8]) if row[8] else None,
        revision=row[9],
        ratings=ratings,
    )


def _rating(criterion: str, level: int | None, blank: str | None, comment: str | None, conflicting: bool) -> Rating:
    return Rating(CriterionId(criterion), level, Blank(blank) if blank else None, comment or "", conflicting)


def load_assessment(ws: Workspace, assessment: str) -> Assessment:
    """One assessment with its ratings. Raises LookupError."""
    rows = ws.rows(f"{_ASSESSMENT} WHERE id = ?", assessment)
    if not rows:
        raise LookupError(assessment)
    with ws.reading():
        disputed = {record for record, _ in list_disputed(ws.connection, "rating", assessment)}
        ratings = {
            CriterionId(row[0]): _rating(*row, f"{assessment}/{row[0]}" in disputed)
            for row in ws.rows("SELECT criterion, level, blank, comment FROM rating WHERE assessment = ?", assessment)
        }
        return _assessment(rows[0], ratings)


def load_standing(ws: Workspace, assessment: str) -> tuple[PersonId, RubricHash, bool]:
    """(assessor, rubric, whether it is open) of an assessment, without reading its ratings. Raises LookupError."""
    rows = ws.rows("SELECT assessor, rubric, coalesce(state, 'draft') FROM assessment WHERE id = ?", assessment)
    if not rows:
        raise LookupError(assessment)
    assessor, rubric, state = rows[0]
    return PersonId(assessor or ""), RubricHash(rubric or ""), state == AssessmentState.DRAFT


def find_assessment(
    ws: Workspace,
    participant: str,
    rubric: str,
    occasion: str,
    assessor: str,
    kind: AssessmentKind = AssessmentKind.ASSESSOR,
) -> Assessment | None:
    """The assessment of this slot, if it was begun, and if not only a part of it is here, which says not of what it
    is."""
    try:
        found = load_assessment(ws, find_record(ws, "assessment", participant, rubric, occasion, assessor, str(kind)))
    except LookupError:
        return None
    return found if found.participant and found.assessor and found.rubric and found.occasion else None


def list_assessments(
    ws: Workspace,
    participant: str = "",
    assessor: str = "",
    rubric: str = "",
    occasion: str = "",
    kind: AssessmentKind | None = None,
    states: tuple[AssessmentState, ...] = (),
    doubles: bool = False,
) -> list[Assessment]:
    """Assessments with their ratings, narrowed by whatever is given; by id. For reports: not blind.

    doubles: also those that count nowhere, because the same assessor has another one of this person: see `aliases`.
    """
    conditions = {
        "participant": participant,
        "assessor": assessor,
        "rubric": rubric,
        "occasion": occasion,
        "coalesce(kind, 'assessor')": str(kind) if kind else "",
    }
    used = {column: value for column, value in conditions.items() if value}
    where = " AND ".join(f"{column} = ?" for column in used) or "1"
    if not doubles:
        where += f" AND {not_double('assessment', 'assessment.id')}"
    if states:
        where += f" AND coalesce(state, 'draft') IN ({', '.join('?' * len(states))})"
    values = (*used.values(), *map(str, states))
    rows = ws.rows(f"{_ASSESSMENT} WHERE {where} ORDER BY id", *values)
    ratings: dict[str, dict[CriterionId, Rating]] = {}
    with ws.reading():
        for row in ws.rows(
            "SELECT rating.assessment, criterion, level, blank, comment FROM rating"
            f" JOIN assessment ON assessment.id = rating.assessment WHERE {where}",
            *values,
        ):
            ratings.setdefault(row[0], {})[CriterionId(row[1])] = _rating(*row[1:], False)
        return [_assessment(row, ratings.get(row[0], {})) for row in rows]


def list_beside(ws: Workspace, participant: str, view: View) -> list[Assessment]:
    """Assessments of a participant that count nowhere, because their assessor gave another one of the same person under
    another id; those that the viewer may see."""
    counted = {each.id for each in list_assessments(ws, participant=participant)}
    return [
        each
        for each in list_assessments(ws, participant=participant, doubles=True)
        if each.id not in counted and may_see(view, each)
    ]


def list_earlier(ws: Workspace, assessment: Assessment, view: View) -> list[Assessment]:
    """What the viewer may see beside their own assessment: finished ones of the same participant and rubric.

    Those of the same occasion by others come only once one's own is finished: until then the query does not
    hold them; of peer reviews never: nobody is told who else reviewed. Newest first.
    """
    own_kind = assessment.kind
    kinds = {own_kind} if own_kind is AssessmentKind.PEER else {own_kind, AssessmentKind.ASSESSOR}
    found = [
        each
        for each in list_assessments(
            ws,
            participant=assessment.participant,
            rubric=assessment.rubric,
            states=(AssessmentState.FINISHED,),
        )
        if each.id != assessment.id
        and each.kind in kinds
        and (each.occasion != assessment.occasion or not assessment.is_open)
        and (each.kind is not AssessmentKind.PEER or each.assessor == assessment.assessor)
        and may_see(view, each, looking_back=each.occasion != assessment.occasion)
    ]
    return sorted(found, key=lambda each: (each.finished_at is not None, each.finished_at), reverse=True)


@dataclass(frozen=True)
class Slot:
    """Where one participant stands for one assessor, rubric and occasion. rated: criteria with a level or a blank."""

    participant: PersonId
    assessment: AssessmentId | None
    state: AssessmentState | None
    rated: int


def list_slots(
    ws: Workspace, rubric: str, occasion: str, assessor: str, kind: AssessmentKind = AssessmentKind.ASSESSOR
) -> dict[PersonId, Slot]:
    """How far one assessor is with one rubric on one occasion, by participant; only those who were begun."""
    rows = ws.rows(
        "SELECT participant, id, coalesce(state, 'draft'), (SELECT count(*) FROM rating"
        " WHERE rating.assessment = assessment.id AND (level IS NOT NULL OR blank IS NOT NULL)) FROM assessment"
        f" WHERE rubric = ? AND occasion = ? AND assessor = ? AND coalesce(kind, 'assessor') = ?"
        f" AND {not_double('assessment')}",
        rubric,
        occasion,
        assessor,
        str(kind),
    )
    with ws.reading():
        return {
            PersonId(row[0]): Slot(PersonId(row[0]), AssessmentId(row[1]), AssessmentState(row[2]), row[3])
            for row in rows
        }


def list_bank(ws: Workspace, owner: str, criterion: str = "", level: int | None = None) -> list[BankComment]:
    """One's own kept comments; those for this criterion and level first, then this criterion, then anywhere."""
    rows = ws.rows(
        "SELECT id, owner, text, coalesce(criterion, ''), level FROM comment_bank"
        " WHERE owner = ? AND coalesce(removed, 0) = 0 AND text IS NOT NULL ORDER BY id",
        owner,
    )
    bank = [BankComment(row[0], PersonId(row[1]), row[2], row[3], row[4]) for row in rows]

    def distance(comment: BankComment) -> tuple[int, int, str]:
        same_criterion = comment.criterion == criterion if criterion else not comment.criterion
        return (
            0 if same_criterion else (1 if not comment.criterion else 2),
            abs(comment.level - level) if comment.level is not None and level is not None else 9,
            comment.text.casefold(),
        )

    return sorted(bank, key=distance)
