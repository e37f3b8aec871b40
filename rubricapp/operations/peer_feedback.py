"""What authors do with feedback, and what the lead learns of it: usefulness, reports of harm, answers.

Question: how can an author rate a review that they never see as one? Decision: they rate pieces, each known by an id
made from its place and text (`core.peer_scores.piece_id`); only where the reviews lie is a piece led back to its
review. Reasons: the id says nothing that is not shown; it is the same on every laptop; two reviewers who wrote the same
words both get what they are worth. 2026-11-29.

Question: may reviewers read the author's answer? Decision: no, the lead alone. Reasons: an answer quotes; by it a
reviewer would learn what the others wrote, and sometimes who did. 2026-11-29.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from rubricapp.core.model import AssessmentKind, AssessmentState, Changes, Person, PersonId
from rubricapp.core.peer_scores import USEFUL, Beside, Piece, beside, median, pieces_in, pieces_of
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations.peer_review import feedback_for
from rubricapp.operations.reasons import demand_reason
from rubricapp.operations.texts import fitting
from rubricapp.store.assessments import list_assessments
from rubricapp.store.given_feedback import find_given
from rubricapp.store.peer_reviews import (
    PieceMark,
    Round,
    Written,
    find_opening,
    list_pairs,
    list_piece_marks,
    list_reviews,
    list_reviews_as_read,
    list_rounds,
    list_written,
)
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.same_people import find_record
from rubricapp.store.workspace import Workspace


def list_pieces(ws: Workspace, peer_round: Round, author: Person) -> list[tuple[Piece, int | None]]:
    """The pieces of an author's feedback in the order shown, each once, with the usefulness they gave it so far.

    Raises what `feedback_for` raises.
    """
    given = {mark.piece: mark.usefulness for mark in list_piece_marks(ws, peer_round, author.id)}
    pieces = dict.fromkeys(pieces_of(feedback_for(ws, peer_round, author)))
    return [(each, given.get(each.id)) for each in pieces]


def rate_piece(
    ws: Workspace, peer_round: Round, author: Person, piece: str, usefulness: int | None, by: str = ""
) -> Changes:
    """The author says how useful a piece was, 1 … 4; None takes it back. It trains reviewers and counts for nothing
    else. Raises UserError E_USEFUL, E_NO_PIECE."""
    if usefulness is not None and (type(usefulness) is not int or usefulness not in USEFUL):
        raise UserError(
            "E_USEFUL",
            _("Usefulness is a number from 1 to 4."),
            _("Nothing was changed."),
            _("1: of no use, 4: I will do it."),
            exit_code=Exit.USAGE,
        )
    found = _shown(ws, peer_round, author, piece)
    return _mark(ws, peer_round, author, found, {"usefulness": usefulness}, by)


def report_piece(ws: Workspace, peer_round: Round, author: Person, piece: str, reason: str, by: str = "") -> Changes:
    """Say that a piece is harmful, and why. It is gone from the author's feedback at once; the lead sees whose it is.

    Numbers stay as they were. by: the author, or a lead who sets it aside for them. Raises UserError E_REASON,
    E_NO_PIECE.
    """
    said = _("A report needs a reason.")
    reason = demand_reason(reason, said, _("Say in a few words what is wrong with it."))
    known = {mark.piece: Piece(mark.piece, mark.place, "") for mark in _reported(ws, peer_round, author)}
    found = known.get(piece) or _shown(ws, peer_round, author, piece)
    return _mark(ws, peer_round, author, found, {"reported": reason}, by)


def take_back_report(ws: Workspace, peer_round: Round, author: Person, piece: str, by: str = "") -> Changes:
    """The piece is shown again. What was reported stays in the history. Raises UserError E_NO_PIECE."""
    for mark in _reported(ws, peer_round, author):
        if mark.piece == piece:
            return _mark(ws, peer_round, author, Piece(piece, mark.place, ""), {"reported": None}, by)
    raise _no_piece(piece)


def _reported(ws: Workspace, peer_round: Round, author: Person) -> list[PieceMark]:
    return [mark for mark in list_piece_marks(ws, peer_round, author.id) if mark.reported]


def _shown(ws: Workspace, peer_round: Round, author: Person, piece: str) -> Piece:
    for each in pieces_of(feedback_for(ws, peer_round, author)):
        if each.id == piece:
            return each
    raise _no_piece(piece)


def _no_piece(piece: str) -> UserError:
    return UserError(
        "E_NO_PIECE",
        _("There is no piece “{piece}” in this feedback.").format(piece=piece),
        _("Nothing was changed."),
        _("“peer feedback” shows them with their marks."),
        exit_code=Exit.USAGE,
    )


def _mark(
    ws: Workspace, peer_round: Round, author: Person, piece: Piece, values: dict[str, object], by: str
) -> Changes:
    record = find_record(ws, "feedback_piece", peer_round.id, author.id, piece.id)
    named = {"round": peer_round.id, "author": author.id, "place": piece.place, "piece": piece.id}
    with ws.writing(by or author.id) as log:
        log.set_all("feedback_piece", record, {**named, **values})
    return log.changes


# For the lead


@dataclass(frozen=True)
class Marked:
    """A mark that an author left, led back. review: by whom, withheld or not. text: the piece's."""

    round: Round
    mark: PieceMark
    text: str
    review: Written


def _led_back(ws: Workspace, peer_round: Round) -> Iterator[Marked]:
    """Every mark of a round with the review, or reviews, it is about."""
    by_author: dict[PersonId, list[PieceMark]] = {}
    for mark in list_piece_marks(ws, peer_round):
        by_author.setdefault(mark.author, []).append(mark)
    for author, marks in by_author.items():
        written = {each.review.assessment.id: each for each in list_written(ws, peer_round, author)}
        opening = find_opening(ws, peer_round, author)
        read = list_reviews_as_read(ws, opening) if opening else [each.review for each in written.values()]
        for mark in marks:
            for review in read:
                for piece in pieces_in(review):
                    if piece.id == mark.piece:
                        now = written.get(review.assessment.id)
                        yield Marked(
                            peer_round,
                            mark,
                            piece.text,
                            Written(review, now.withheld if now else 0, now.reason if now else ""),
                        )


def find_reports(ws: Workspace, peer_round: Round | None = None) -> list[Marked]:
    """For the lead: every piece that stands reported, and whose it is. Two who wrote the same are both named."""
    rounds = [peer_round] if peer_round else list_rounds(ws)
    return [each for one in rounds for each in _led_back(ws, one) if each.mark.reported]


@dataclass(frozen=True)
class ReviewerUse:
    """How useful authors found one reviewer's pieces. count: pieces rated. For the lead and for training alone."""

    reviewer: PersonId
    count: int
    median: Fraction
    low: int
    high: int


def usefulness_by_reviewer(ws: Workspace, peer_round: Round | None = None) -> list[ReviewerUse]:
    """For the lead: every reviewer whose pieces were rated, in one round or in all. Never for others, in no grade."""
    given: dict[PersonId, list[int]] = {}
    for one in [peer_round] if peer_round else list_rounds(ws):
        for each in _led_back(ws, one):
            if each.mark.usefulness is not None:
                given.setdefault(each.review.review.assessment.assessor, []).append(each.mark.usefulness)
    return [
        ReviewerUse(reviewer, len(numbers), median(numbers), min(numbers), max(numbers))
        for reviewer, numbers in sorted(given.items())
    ]


def peers_beside_assessors(ws: Workspace, peer_round: Round, author: Person) -> tuple[Beside, ...]:
    """For the lead: what peers and assessors gave on the same rubric and occasion, side by side, never mixed."""
    assessed = list_assessments(
        ws,
        participant=author.id,
        rubric=peer_round.rubric,
        occasion=peer_round.occasion,
        kind=AssessmentKind.ASSESSOR,
        states=(AssessmentState.FINISHED,),
    )
    return beside(load_rubric(ws, peer_round.rubric), list_reviews(ws, peer_round, author.id), assessed)


# The author's answer


def answer(
    ws: Workspace,
    peer_round: Round,
    author: Person,
    changed: str | None = None,
    refused: str | None = None,
    by: str = "",
) -> Changes:
    """What the author changed after the reviews and what they refused, and why. None leaves a text, "" removes it.

    Open until the round is ended. Raises UserError E_ROUND_ENDED, E_NOT_IN_ROUND, E_TOO_LONG.
    """
    if peer_round.ended_on:
        raise UserError(
            "E_ROUND_ENDED",
            _("This round ended on {day}.").format(day=peer_round.ended_on),
            _("Nothing was changed."),
            _("The programme lead can open it again."),
        )
    asked = any(pair.author == author.id for pair in list_pairs(ws, peer_round))
    if not asked and find_given(ws, peer_round.id, author.id) is None:
        raise UserError(
            "E_NOT_IN_ROUND",
            _("Nobody was asked to review {name} in this round.").format(name=author.name),
            _("Nothing was changed."),
            _("“peer list” says who reviews whom."),
            exit_code=Exit.USAGE,
        )
    said = {"changed": changed, "refused": refused}
    values = {name: fitting(text) or None for name, text in said.items() if text is not None}
    with ws.writing(by or author.id) as log:
        if values:
            record = find_record(ws, "peer_response", peer_round.id, author.id)
            log.set_all("peer_response", record, {"round": peer_round.id, "author": author.id, **values})
    return log.changes
