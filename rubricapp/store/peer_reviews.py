"""Reads: rounds of peer review and what was written. Not for authors: see `core.peer_scores`."""

from __future__ import annotations

from dataclasses import dataclass

from rubricapp.core.model import AssessmentKind, AssessmentState, OccasionId, PersonId, RubricHash
from rubricapp.core.peer_scores import PeerReview
from rubricapp.store.assessments import list_assessments
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class Round:
    """A round of peer review: everybody reviews some others with one rubric on one occasion."""

    id: str
    rubric: RubricHash
    occasion: OccasionId
    reviews: int
    seed: int


@dataclass(frozen=True)
class Pair:
    """Who is asked to review whom. state: of the review, None where it was not begun."""

    reviewer: PersonId
    author: PersonId
    state: AssessmentState | None


def list_rounds(ws: Workspace) -> list[Round]:
    """Every round, oldest first."""
    rows = ws.rows(
        "SELECT id, coalesce(rubric, ''), coalesce(occasion, ''), coalesce(reviews, 0), coalesce(seed, 0)"
        " FROM peer_round ORDER BY id"
    )
    return [Round(row[0], RubricHash(row[1]), OccasionId(row[2]), row[3], row[4]) for row in rows]


def list_pairs(ws: Workspace, peer_round: Round) -> list[Pair]:
    """The round's allocation, by reviewer and author."""
    begun = {
        (each.assessor, each.participant): each.state
        for each in list_assessments(
            ws, rubric=peer_round.rubric, occasion=peer_round.occasion, kind=AssessmentKind.PEER
        )
    }
    rows = ws.rows(
        "SELECT reviewer, author FROM allocation WHERE round = ? AND coalesce(removed, 0) = 0"
        " AND reviewer IS NOT NULL AND author IS NOT NULL ORDER BY reviewer, author",
        peer_round.id,
    )
    return [Pair(PersonId(row[0]), PersonId(row[1]), begun.get((row[0], row[1]))) for row in rows]


def list_reviews(ws: Workspace, peer_round: Round, author: str) -> list[PeerReview]:
    """The finished reviews of one author that are not withheld, with their boxes."""
    boxes = {
        row[0]: row[1:]
        for row in ws.rows(
            "SELECT id, coalesce(works, ''), coalesce(change, ''), coalesce(next_step, ''), coalesce(withheld, 0)"
            " FROM peer_review"
        )
    }
    found = []
    for each in list_assessments(
        ws,
        participant=author,
        rubric=peer_round.rubric,
        occasion=peer_round.occasion,
        kind=AssessmentKind.PEER,
        states=(AssessmentState.FINISHED, AssessmentState.HANDED_IN),
    ):
        works, change, next_step, withheld = boxes.get(each.id, ("", "", "", 0))
        if not withheld:
            found.append(PeerReview(each, works, change, next_step))
    return found


def find_own_review(ws: Workspace, assessment: str) -> tuple[str, str, str]:
    """(works, change, next step) of one review; empty texts where nothing was written."""
    rows = ws.rows(
        "SELECT coalesce(works, ''), coalesce(change, ''), coalesce(next_step, '') FROM peer_review WHERE id = ?",
        assessment,
    )
    return rows[0] if rows else ("", "", "")
