"""Reads: rounds of peer review and what was written. Not for authors: see `core.peer_scores`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rubricapp.core.model import (
    Assessment,
    AssessmentId,
    AssessmentKind,
    AssessmentState,
    Blank,
    CriterionId,
    OccasionId,
    PersonId,
    Rating,
    RubricHash,
)
from rubricapp.core.peer_scores import PeerReview
from rubricapp.store.aliases import not_double
from rubricapp.store.assessments import list_assessments
from rubricapp.store.changes import list_changes
from rubricapp.store.same_people import find_kept
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class Round:
    """A round of peer review: everybody reviews some others with one rubric on one occasion.

    needs_calibration: whether a reviewer must have passed one. closed_on: ISO day from which no more reviews are
    taken, ended_on: … no more answers of authors; "" until then.
    """

    id: str
    rubric: RubricHash
    occasion: OccasionId
    reviews: int
    seed: int
    needs_calibration: bool = False
    closed_on: str = ""
    ended_on: str = ""


@dataclass(frozen=True)
class Pair:
    """Who is asked to review whom. state: of the review, None where it was not begun."""

    reviewer: PersonId
    author: PersonId
    state: AssessmentState | None


def list_rounds(ws: Workspace) -> list[Round]:
    """Every round, oldest first."""
    rows = ws.rows(
        "SELECT id, coalesce(rubric, ''), coalesce(occasion, ''), coalesce(reviews, 0), coalesce(seed, 0),"
        " coalesce(needs_calibration, 0), coalesce(closed_on, ''), coalesce(ended_on, '') FROM peer_round ORDER BY id"
    )
    return [
        Round(row[0], RubricHash(row[1]), OccasionId(row[2]), row[3], row[4], bool(row[5]), row[6], row[7])
        for row in rows
    ]


def list_pairs(ws: Workspace, peer_round: Round) -> list[Pair]:
    """The round's allocation, by reviewer and author."""
    begun = {
        row[:2]: AssessmentState(row[2])
        for row in ws.rows(
            "SELECT assessor, participant, coalesce(state, 'draft') FROM assessment"
            f" WHERE rubric = ? AND occasion = ? AND kind = ? AND {not_double('assessment')}",
            *(peer_round.rubric, peer_round.occasion, AssessmentKind.PEER.value),
        )
    }
    return [Pair(PersonId(one), PersonId(other), begun.get((one, other))) for one, other in _asked(ws, peer_round)]


def _asked(ws: Workspace, peer_round: Round) -> list[tuple[str, str]]:
    """(reviewer, author) of the round's allocation; nobody reviews themself under another id."""
    return ws.rows(
        "SELECT reviewer, author FROM allocation WHERE round = ? AND coalesce(removed, 0) = 0"
        f" AND reviewer IS NOT NULL AND author IS NOT NULL AND reviewer <> author AND {not_double('allocation')}"
        " ORDER BY reviewer, author",
        peer_round.id,
    )


@dataclass(frozen=True)
class Written:
    """One review as the lead sees it. withheld: 0 not, 1 from now on, 2 also from what was read already.

    reason: why it was withheld, or given back.
    """

    review: PeerReview
    withheld: int = 0
    reason: str = ""


def list_written(ws: Workspace, peer_round: Round, author: str = "") -> list[Written]:
    """For the lead: the finished reviews of one author or of the whole round, withheld ones, too.

    Only of those who were asked: an assessment of kind peer that somebody made otherwise is no review of the round.
    """
    asked = set(_asked(ws, peer_round))
    boxes = {
        row[0]: row[1:]
        for row in ws.rows(
            "SELECT id, coalesce(works, ''), coalesce(change, ''), coalesce(next_step, ''), coalesce(withheld, 0)"
            " FROM peer_review"
        )
    }
    reasons = dict(
        ws.rows(
            "SELECT record, reason FROM head WHERE kind = 'peer_review' AND field = 'withheld' AND reason IS NOT NULL"
            " ORDER BY hlc, change"
        )
    )
    found = []
    for each in list_assessments(
        ws,
        participant=author,
        rubric=peer_round.rubric,
        occasion=peer_round.occasion,
        kind=AssessmentKind.PEER,
        states=(AssessmentState.FINISHED,),
    ):
        if (each.assessor, each.participant) not in asked:
            continue
        works, change, next_step, withheld = boxes.get(each.id, ("", "", "", 0))
        found.append(Written(PeerReview(each, works, change, next_step), withheld, reasons.get(each.id, "")))
    return found


def list_reviews(ws: Workspace, peer_round: Round, author: str) -> list[PeerReview]:
    """The finished reviews of one author that are not withheld, with their boxes."""
    return [each.review for each in list_written(ws, peer_round, author) if not each.withheld]


def find_own_review(ws: Workspace, assessment: str) -> tuple[str, str, str]:
    """(works, change, next step) of one review; empty texts where nothing was written."""
    rows = ws.rows(
        "SELECT coalesce(works, ''), coalesce(change, ''), coalesce(next_step, '') FROM peer_review WHERE id = ?",
        assessment,
    )
    return rows[0] if rows else ("", "", "")


# Feedback that somebody has read


@dataclass(frozen=True)
class Opening:
    """What an author's feedback was made of when it was first read. as_of: last sequence number of each device."""

    reviews: tuple[str, ...]
    as_of: dict[str, int]
    opened_on: str


def find_opening(ws: Workspace, peer_round: Round, author: str) -> Opening | None:
    """The opening of one author's feedback, if anybody has read it."""
    rows = ws.rows(
        "SELECT reviews, coalesce(as_of, ''), coalesce(opened_on, '') FROM feedback_opening"
        f" WHERE round = ? AND author = ? AND reviews IS NOT NULL AND {not_double('feedback_opening')}",
        peer_round.id,
        author,
    )
    if not rows:
        return None
    with ws.reading():
        ends = {device: int(seq) for device, seq in (each.split(":") for each in rows[0][1].split())}
    return Opening(tuple(rows[0][0].split()), ends, rows[0][2])


def list_reviews_as_read(ws: Workspace, opening: Opening) -> list[PeerReview]:
    """The reviews of an opening in the words and levels of that moment, taken from the log.

    What was erased since is empty; what was said since is not there.
    """
    found = []
    for review in opening.reviews:
        values: dict[tuple[str, str], object] = {}
        with ws.reading():
            for change in list_changes(ws.connection, (review, f"{review}/")):
                if change.seq <= opening.as_of.get(change.device, 0):
                    values[change.record, change.field] = change.value
            found.append(_review(ws, review, values))
    return found


def _review(ws: Workspace, review: str, values: dict[tuple[str, str], object]) -> PeerReview:
    """One review from (record, field) → value."""

    def text(field: str, record: str = review) -> str:
        value = values.get((record, field))
        return value if isinstance(value, str) else ""

    ratings = {}
    for record in sorted({record for record, _field in values if record != review}):
        criterion, said = CriterionId(record.partition("/")[2]), values.get((record, "level"))
        level = said if isinstance(said, int) else None
        blank = Blank(said) if isinstance(said, str) and said in set(Blank) else None
        ratings[criterion] = Rating(criterion, level, blank, text("comment", record))
    assessment = Assessment(
        id=AssessmentId(review),
        participant=find_kept(ws, text("participant")),
        assessor=find_kept(ws, text("assessor")),
        rubric=RubricHash(text("rubric")),
        occasion=OccasionId(text("occasion")),
        kind=AssessmentKind.PEER,
        state=AssessmentState.FINISHED,
        finished_at=datetime.fromisoformat(text("finished_at")) if text("finished_at") else None,
        ratings=ratings,
    )
    return PeerReview(assessment, text("works"), text("change"), text("next_step"))


@dataclass(frozen=True)
class PieceMark:
    """What an author said of one piece. usefulness: 1 … 4 or None. reported: why it is harmful, or ""."""

    author: PersonId
    place: str
    piece: str
    usefulness: int | None
    reported: str


def list_piece_marks(ws: Workspace, peer_round: Round, author: str = "") -> list[PieceMark]:
    """What one author, or all, said of the pieces they read in this round."""
    where, values = (" AND author = ?", (author,)) if author else ("", ())
    rows = ws.rows(
        "SELECT author, coalesce(place, ''), coalesce(piece, ''), usefulness, coalesce(reported, '')"
        f" FROM feedback_piece WHERE round = ? AND author IS NOT NULL{where}"
        f" AND {not_double('feedback_piece')} ORDER BY author, place, piece",
        peer_round.id,
        *values,
    )
    return [PieceMark(PersonId(row[0]), *row[1:]) for row in rows]


@dataclass(frozen=True)
class Response:
    """What an author changed after the reviews, what they refused, and why."""

    author: PersonId
    changed: str
    refused: str


def list_responses(ws: Workspace, peer_round: Round, author: str = "") -> list[Response]:
    """For the lead and the author: the answers of one author or of all in this round."""
    where, values = (" AND author = ?", (author,)) if author else ("", ())
    rows = ws.rows(
        "SELECT author, coalesce(changed, ''), coalesce(refused, '') FROM peer_response"
        f" WHERE round = ? AND author IS NOT NULL AND coalesce(changed, refused) IS NOT NULL{where}"
        f" AND {not_double('peer_response')} ORDER BY author",
        peer_round.id,
        *values,
    )
    return [Response(PersonId(row[0]), row[1], row[2]) for row in rows]


# Who must not review whom


@dataclass(frozen=True)
class DeclaredConflict:
    """Two people of whom neither reviews the other. note: why; for the lead alone."""

    one: PersonId
    other: PersonId
    note: str = ""


def list_declared_conflicts(ws: Workspace) -> list[DeclaredConflict]:
    """Every conflict that stands."""
    rows = ws.rows(
        "SELECT one, other, coalesce(note, '') FROM declared_conflict WHERE coalesce(removed, 0) = 0"
        f" AND one IS NOT NULL AND other IS NOT NULL AND one <> other AND {not_double('declared_conflict')}"
        " ORDER BY one, other"
    )
    return [DeclaredConflict(*map(PersonId, sorted(row[:2])), row[2]) for row in rows]
