"""Peer review: a balanced round, three boxes beside the levels, and feedback that does not lead back to a reviewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rubricapp.core import feedback_hints
from rubricapp.core.allocation import Allocation, Request, Reviewer, allocate
from rubricapp.core.changes import derived_id
from rubricapp.core.languages import language_codes
from rubricapp.core.model import Assessment, AssessmentKind, Changes, Occasion, Person, Role, RubricVersion
from rubricapp.core.peer_scores import BOXES, NOTHING, PeerFeedback, PeerReview, feedback, pieces_in, without
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations import assessments
from rubricapp.operations.assessments import Level
from rubricapp.operations.calibration import gate_of, say_standing, standing_of
from rubricapp.operations.reasons import demand_reason
from rubricapp.operations.texts import fitting
from rubricapp.store.assessments import load_assessment
from rubricapp.store.given_feedback import find_given
from rubricapp.store.peer_reviews import (
    Round,
    find_opening,
    find_own_review,
    list_declared_conflicts,
    list_pairs,
    list_piece_marks,
    list_reviews,
    list_reviews_as_read,
    list_rounds,
    list_written,
)
from rubricapp.store.people import list_people, load_edition
from rubricapp.store.production_log import list_log
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.same_people import find_record, list_records
from rubricapp.store.snapshots import load_snapshot
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class Allocated:
    """A round and who reviews whom in it. notes: for the lead's eyes only."""

    round: Round
    allocation: Allocation
    changes: Changes


def _round_id(ws: Workspace, rubric: RubricVersion, occasion: Occasion) -> str:
    return derived_id("peer_round", load_edition(ws).id, rubric.content_hash, occasion.id)


def find_round(ws: Workspace, rubric: RubricVersion, occasion: Occasion) -> Round | None:
    """The round of this rubric and occasion, if there is one."""
    wanted = _round_id(ws, rubric, occasion)
    return next((each for each in list_rounds(ws) if each.id == wanted), None)


LARGEST_SEED = 10**15 - 1
"""A table keeps whole numbers of up to 18 digits, and one is drawn from 48 bits."""


def allocate_round(
    ws: Workspace,
    rubric: RubricVersion,
    occasion: Occasion,
    reviews: int,
    seed: int,
    excluded: Sequence[tuple[Person, Person]] = (),
    author: str = "",
    needs_calibration: bool = False,
    reciprocal: bool = False,
) -> Allocated:
    """Say who reviews whom: equal load, no reciprocal pairs, nobody of one's own production (as the log says), nobody
    in a declared conflict or in `excluded`; as few pairs as possible without a common language.

    needs_calibration: nobody begins a review before they have passed the rubric's calibration. reciprocal: two people
    may review each other where it cannot be done otherwise. Asked again with other
    wishes, the round is made anew as long as no review has begun.
    Raises UserError E_ALLOCATION with the reason where there is no such round, E_ROUND_BEGUN, E_SEED.
    """
    if abs(seed) > LARGEST_SEED:
        raise UserError(
            "E_SEED",
            _("A seed has at most {n} digits.").format(n=len(str(LARGEST_SEED))),
            _("Nothing was changed."),
            _("Take a shorter number, or none: one is drawn then."),
            exit_code=Exit.USAGE,
        )
    record = _round_id(ws, rubric, occasion)
    known = find_round(ws, rubric, occasion)
    before = list_pairs(ws, known) if known else []
    if any(pair.state is not None for pair in before):
        raise UserError(
            "E_ROUND_BEGUN",
            _("Reviews of this round have begun."),
            _("Nothing was changed."),
            _("Let them be finished, or hold another round on another occasion."),
        )
    productions: dict[str, set[str]] = {}
    for entry in list_log(ws):
        if entry.production:
            productions.setdefault(entry.participant, set()).add(entry.production.casefold())
    people = tuple(
        Reviewer(
            each.id, frozenset(productions.get(each.id, ())), language_codes(each.languages), each.country, each.name
        )
        for each in list_people(ws, Role.PARTICIPANT)
    )
    apart = {frozenset((one.id, other.id)) for one, other in excluded}
    apart |= {frozenset((each.one, each.other)) for each in list_declared_conflicts(ws)}
    found = allocate(Request(people, reviews, seed, frozenset(apart), reciprocal))
    wanted = set(found.pairs)
    with ws.writing(author) as log:
        log.set_all(
            "peer_round",
            record,
            {
                "rubric": rubric.content_hash,
                "occasion": occasion.id,
                "reviews": reviews,
                "seed": seed,
                "needs_calibration": int(needs_calibration) or None,
                "closed_on": None,
                "ended_on": None,
            },
        )
        for pair in before:
            if (pair.reviewer, pair.author) not in wanted:
                asked = find_record(ws, "allocation", record, pair.reviewer, pair.author)
                for each in list_records(ws, "allocation", asked):
                    log.set("allocation", each, "removed", 1)
        for reviewer, reviewed in found.pairs:
            log.set_all(
                "allocation",
                find_record(ws, "allocation", record, reviewer, reviewed),
                {"round": record, "reviewer": reviewer, "author": reviewed, "removed": 0},
            )
    made = Round(record, rubric.content_hash, occasion.id, reviews, seed, needs_calibration)
    return Allocated(made, found, log.changes)


def close_round(ws: Workspace, peer_round: Round, author: str = "") -> Changes:
    """Take no more reviews: feedback opens with those that are there. Answers of authors are still taken."""
    with ws.writing(author) as log:
        if not peer_round.closed_on:
            log.set("peer_round", peer_round.id, "closed_on", ws.sources.now().date().isoformat())
    return log.changes


def end_round(ws: Workspace, peer_round: Round, author: str = "") -> Changes:
    """Take no more reviews and no more answers."""
    today = ws.sources.now().date().isoformat()
    with ws.writing(author) as log:
        log.set("peer_round", peer_round.id, "closed_on", peer_round.closed_on or today)
        log.set("peer_round", peer_round.id, "ended_on", peer_round.ended_on or today)
    return log.changes


def reopen_round(ws: Workspace, peer_round: Round, author: str = "") -> Changes:
    """Take reviews and answers again. What authors have read stays as they read it."""
    with ws.writing(author) as log:
        log.set_all("peer_round", peer_round.id, {"closed_on": None, "ended_on": None})
    return log.changes


@dataclass(frozen=True)
class Reviewed:
    """One's own review as it stands. hints: what the boxes could do better, by box."""

    assessment: Assessment
    hints: dict[str, tuple[feedback_hints.Hint, ...]]
    changes: Changes


def write_review(
    ws: Workspace,
    reviewer: Person,
    reviewed: Person,
    rubric: RubricVersion,
    occasion: Occasion,
    levels: Mapping[str, Level],
    comments: Mapping[str, str],
    boxes: Mapping[str, str],
    finish: bool = False,
) -> Reviewed:
    """Rate and write one review that one was asked for. boxes: any of works, change, next_step.

    Finishing asks for all three boxes. Raises UserError: E_NOT_ALLOCATED, E_ROUND_CLOSED, E_NOT_CALIBRATED, E_BOXES,
    those of rating.
    """
    known = find_round(ws, rubric, occasion)
    pairs = {(pair.reviewer, pair.author): pair for pair in list_pairs(ws, known)} if known else {}
    if known is None or (reviewer.id, reviewed.id) not in pairs:
        raise UserError(
            "E_NOT_ALLOCATED",
            _("{reviewer} was not asked to review {author} in this round.").format(
                reviewer=reviewer.name, author=reviewed.name
            ),
            _("Nothing was changed."),
            _("“peer allocate” says who reviews whom."),
            exit_code=Exit.USAGE,
        )
    _demand_open(ws, known, rubric, reviewer, pairs[reviewer.id, reviewed.id].state is not None)
    assessments.check_ratings(rubric, dict(levels), dict(comments))
    if set(boxes) - set(BOXES):
        raise ValueError(f"no such boxes: {sorted(set(boxes) - set(BOXES))}")
    cleaned = {box: fitting(text) for box, text in boxes.items()}
    found, changes = assessments.begin(ws, reviewed, rubric, occasion, reviewer, AssessmentKind.PEER)
    if levels or comments:
        changes |= assessments.rate_many(ws, found, rubric, dict(levels), dict(comments))
    if cleaned:
        if not found.is_open:
            raise UserError(
                "E_FINISHED", _("This review is finished."), _("Nothing was changed."), _("Reopen it with a reason.")
            )
        with ws.writing(reviewer.id) as log:
            log.set_all("peer_review", found.id, {box: text or None for box, text in cleaned.items()})
        changes |= log.changes
    written = find_own_review(ws, found.id)
    if finish:
        if not all(written):
            raise UserError(
                "E_BOXES",
                _("A review needs all three boxes before it is finished."),
                _("What was written is kept."),
                _("Say what works, what to change, and one next step."),
                exit_code=Exit.PROBLEMS,
            )
        changes |= assessments.finish(ws, found.id).changes
    return Reviewed(load_assessment(ws, found.id), feedback_hints.hints(*written), changes)


def _demand_open(ws: Workspace, known: Round, rubric: RubricVersion, reviewer: Person, begun: bool) -> None:
    """Raises UserError where the round takes no more reviews, or not yet one of this reviewer."""
    if known.closed_on:
        raise UserError(
            "E_ROUND_CLOSED",
            _("This round was closed on {day}; it takes no more reviews.").format(day=known.closed_on),
            _("Nothing was changed."),
            _("The programme lead can open it again."),
        )
    if known.needs_calibration and not begun:
        gate, found = gate_of(ws, rubric), standing_of(ws, rubric, reviewer)
        if not found.passed:
            raise UserError(
                "E_NOT_CALIBRATED",
                _("{name} has not passed the calibration for {rubric}.").format(name=reviewer.name, rubric=rubric.label)
                + " "
                + say_standing(found, gate),
                _("Nothing was changed."),
                _("Score a sample first: “calibration samples” shows them."),
            )


def withhold(
    ws: Workspace, review: str, reason: str, author: str = "", withheld: bool = True, also_read: bool = False
) -> Changes:
    """A lead keeps a harmful review from its author, or gives it back, with a reason; the original stays.

    Feedback that was read already stays as it was (see `core.peer_scores`), unless also_read: then the review's words
    are taken out of it, and what vanishes together shows the author that it belongs together.
    Raises UserError E_REASON, E_NO_REVIEW.
    """
    reason = demand_reason(reason, _("Withholding needs a reason."))
    try:
        is_peer = load_assessment(ws, review).kind is AssessmentKind.PEER
    except LookupError:
        is_peer = False
    if not is_peer:
        raise UserError(
            "E_NO_REVIEW",
            _("There is no such review."),
            _("Nothing was changed."),
            _("“peer list” shows them."),
            exit_code=Exit.USAGE,
        )
    with ws.writing(author) as log:
        log.set("peer_review", review, "withheld", (2 if also_read else 1) if withheld else 0, reason)
    return log.changes


def is_complete(ws: Workspace, peer_round: Round, author: str) -> bool:
    """Whether an author's feedback can open: all reviews asked for are there, or the round is closed.

    A withheld review counts as one that never came.
    """
    if peer_round.closed_on:
        return True
    there = {each.assessment.assessor for each in list_reviews(ws, peer_round, author)}
    asked = {pair.reviewer for pair in list_pairs(ws, peer_round) if pair.author == author}
    return bool(asked) and asked <= there


def feedback_for(
    ws: Workspace, peer_round: Round, author: Person, reader: Person | None = None, own_first: bool = True
) -> PeerFeedback:
    """What the author (or another reader) may see of the reviews: nothing that leads back to who wrote what.

    It opens when one's own reviews are finished and those of one's work are all there or the round is closed. The
    first reading freezes it, and is a change in the log; a lead's look is not one. own_first: False where a person asks
    for their own data, which waits for nothing that they owe. On a laptop where the reviews are not it is what the kit
    brought. Every export must come through here: one made in another
    way would differ from what was read, by one review. Raises UserError E_OWN_FIRST, and E_READ_ONLY where it would be
    the first reading.
    """
    reader = reader or author
    pairs = list_pairs(ws, peer_round)
    is_rater = any(pair.reviewer == reader.id and pair.author == author.id for pair in pairs)
    rubric = load_rubric(ws, peer_round.rubric)
    opening = find_opening(ws, peer_round, author.id)
    if opening is None and reader.id == author.id and (given := find_given(ws, peer_round.id, author.id)) is not None:
        return without(given, _set_aside(ws, peer_round, author, ()))
    if opening is not None:
        read = list_reviews_as_read(ws, opening)
        return feedback(rubric, read, is_rater, _set_aside(ws, peer_round, author, read))
    unfinished = sum(pair.reviewer == author.id and pair.state in (None, "draft") for pair in pairs)
    if own_first and reader.id == author.id and unfinished:
        raise UserError(
            "E_OWN_FIRST",
            _("Your feedback opens when your own reviews are finished."),
            _("Nothing is lost."),
            _("{n} of yours are still open.").format(n=unfinished),
        )
    if not is_complete(ws, peer_round, author.id):
        return NOTHING
    reviews = list_reviews(ws, peer_round, author.id)
    shown = feedback(rubric, reviews, is_rater, _set_aside(ws, peer_round, author, reviews))
    if shown.enough and Role.LEAD not in reader.roles:
        _note_opening(ws, peer_round, author, reader, reviews)
    return shown


def _set_aside(ws: Workspace, peer_round: Round, author: Person, reviews: Sequence[PeerReview]) -> set[str]:
    """Pieces that the author reported, and all of those that a lead took out of what was read."""
    taken = {each.review.assessment.id for each in list_written(ws, peer_round, author.id) if each.withheld == 2}
    found = {mark.piece for mark in list_piece_marks(ws, peer_round, author.id) if mark.reported}
    return found.union(piece.id for review in reviews if review.assessment.id in taken for piece in pieces_in(review))


def _note_opening(
    ws: Workspace, peer_round: Round, author: Person, reader: Person, reviews: Sequence[PeerReview]
) -> None:
    _id, _at, ends = load_snapshot(ws)
    with ws.writing(reader.id) as log:
        log.set_all(
            "feedback_opening",
            find_record(ws, "feedback_opening", peer_round.id, author.id),
            {
                "round": peer_round.id,
                "author": author.id,
                "reviews": [each.assessment.id for each in reviews],
                "as_of": [f"{device}:{seq}" for device, seq in ends],
                "opened_on": ws.sources.now().date().isoformat(),
            },
        )
