"""Peer review: a balanced round, three boxes beside the levels, and feedback that does not lead back to a reviewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rubricapp.core import feedback_hints
from rubricapp.core.allocation import Allocation, Request, Reviewer, allocate
from rubricapp.core.changes import derived_id
from rubricapp.core.model import Assessment, AssessmentKind, Changes, Occasion, Person, Role, RubricVersion
from rubricapp.core.peer_scores import PeerFeedback, feedback
from rubricapp.core.text import clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations import assessments
from rubricapp.operations.assessments import Level
from rubricapp.store.assessments import load_assessment
from rubricapp.store.peer_reviews import Round, find_own_review, list_pairs, list_reviews, list_rounds
from rubricapp.store.people import list_people, load_edition
from rubricapp.store.production_log import list_log
from rubricapp.store.rubrics import load_rubric
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


def allocate_round(
    ws: Workspace,
    rubric: RubricVersion,
    occasion: Occasion,
    reviews: int,
    seed: int,
    excluded: Sequence[tuple[Person, Person]] = (),
    author: str = "",
) -> Allocated:
    """Say who reviews whom: equal load, no reciprocal pairs, nobody of one's own production (as the log says).

    Asked again with other wishes, the round is made anew as long as no review has begun.
    Raises UserError E_ALLOCATION with the reason where there is no such round, E_ROUND_BEGUN.
    """
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
        Reviewer(each.id, frozenset(productions.get(each.id, ())), country=each.country, name=each.name)
        for each in list_people(ws, Role.PARTICIPANT)
    )
    found = allocate(
        Request(people, reviews, seed, frozenset(frozenset((one.id, other.id)) for one, other in excluded))
    )
    wanted = set(found.pairs)
    with ws.writing(author) as log:
        log.set_all(
            "peer_round",
            record,
            {"rubric": rubric.content_hash, "occasion": occasion.id, "reviews": reviews, "seed": seed},
        )
        for pair in before:
            if (pair.reviewer, pair.author) not in wanted:
                log.set("allocation", derived_id("allocation", record, pair.reviewer, pair.author), "removed", 1)
        for reviewer, reviewed in found.pairs:
            log.set_all(
                "allocation",
                derived_id("allocation", record, reviewer, reviewed),
                {"round": record, "reviewer": reviewer, "author": reviewed, "removed": 0},
            )
    return Allocated(Round(record, rubric.content_hash, occasion.id, reviews, seed), found, log.changes)


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

    Finishing asks for all three boxes. Raises UserError: E_NOT_ALLOCATED, E_BOXES, those of rating.
    """
    known = find_round(ws, rubric, occasion)
    pairs = {(pair.reviewer, pair.author) for pair in list_pairs(ws, known)} if known else set()
    if (reviewer.id, reviewed.id) not in pairs:
        raise UserError(
            "E_NOT_ALLOCATED",
            _("{reviewer} was not asked to review {author} in this round.").format(
                reviewer=reviewer.name, author=reviewed.name
            ),
            _("Nothing was changed."),
            _("“peer allocate” says who reviews whom."),
            exit_code=Exit.USAGE,
        )
    assessments.check_ratings(rubric, dict(levels), dict(comments))
    cleaned = {box: clean(text) for box, text in boxes.items()}
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


def withhold(ws: Workspace, review: str, reason: str, author: str = "", withheld: bool = True) -> Changes:
    """A lead keeps a harmful review from its author, with a reason; the original stays."""
    reason = clean(reason)
    if not reason:
        raise UserError("E_REASON", _("Withholding needs a reason."), "", _("Say why."), exit_code=Exit.USAGE)
    with ws.writing(author) as log:
        log.set("peer_review", review, "withheld", 1 if withheld else 0, reason)
    return log.changes


def feedback_for(ws: Workspace, peer_round: Round, author: Person, reader: Person | None = None) -> PeerFeedback:
    """What the author (or another reader) may see of the reviews: nothing that leads back to who wrote what.

    One's own feedback opens after one's own reviews are finished.
    """
    reader = reader or author
    pairs = list_pairs(ws, peer_round)
    own = [pair for pair in pairs if pair.reviewer == author.id]
    if reader.id == author.id and any(pair.state in (None, "draft") for pair in own):
        raise UserError(
            "E_OWN_FIRST",
            _("Your feedback opens when your own reviews are finished."),
            _("Nothing is lost."),
            _("{n} of yours are still open.").format(n=sum(pair.state in (None, "draft") for pair in own)),
        )
    is_rater = any(pair.reviewer == reader.id and pair.author == author.id for pair in pairs)
    return feedback(load_rubric(ws, peer_round.rubric), list_reviews(ws, peer_round, author.id), is_rater)
