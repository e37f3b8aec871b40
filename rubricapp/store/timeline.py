"""Reads: everything that happened to one participant, as events, for whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rubricapp.core.agreed_levels import Outcome
from rubricapp.core.growth import GivenLevel
from rubricapp.core.model import Assessment, AssessmentKind, AssessmentState, OccasionId, Person, RubricVersion
from rubricapp.core.peer_scores import FEWEST, FEWEST_FOR_A_RATER
from rubricapp.core.timeline import (
    Event,
    EventKind,
    in_order,
    of_assessment,
    of_log,
    of_meeting,
    of_milestone,
    of_showing,
    of_work,
)
from rubricapp.store.aliases import not_double
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.assessments import list_assessments
from rubricapp.store.given_feedback import find_given
from rubricapp.store.mentoring import list_meetings, list_milestones
from rubricapp.store.moderation import load_settled
from rubricapp.store.peer_reviews import Pair, Round, find_opening, list_pairs, list_reviews, list_rounds
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.production_log import list_log
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.showings import list_showings
from rubricapp.store.workspace import Workspace

FINISHED = (AssessmentState.FINISHED,)


def list_finished(
    ws: Workspace, participant: str = "", shown: Callable[[Assessment], bool] = lambda _each: True
) -> list[Assessment]:
    """Finished assessments of a participant, or of all, that `shown` lets through; never those of peers."""
    found = list_assessments(ws, participant=participant, states=FINISHED)
    return [each for each in found if each.kind is not AssessmentKind.PEER and shown(each)]


def list_given_levels(ws: Workspace, rubrics: Iterable[str]) -> list[GivenLevel]:
    """Every level that assessors gave with these rubric versions in finished assessments, of the whole cohort.

    Where they differed and settled on a level or a blank, that in place of what they gave.
    """
    wanted = sorted(rubrics)
    rows = ws.rows(
        "SELECT participant, rubric, occasion, criterion, level FROM rating"
        " JOIN assessment ON assessment.id = rating.assessment WHERE level IS NOT NULL"
        " AND coalesce(kind, 'assessor') = 'assessor' AND coalesce(state, 'draft') <> 'draft'"
        f" AND rubric IN ({', '.join('?' * len(wanted))}) AND {not_double('assessment', 'assessment.id')}",
        *wanted,
    )
    settled = {
        (*slot, criterion): each
        for slot, by_criterion in load_settled(ws).items()
        for criterion, each in by_criterion.items()
        if each.outcome is not Outcome.BOTH and slot[1] in wanted
    }
    given = [GivenLevel(*row) for row in rows if row[:4] not in settled]
    return given + [GivenLevel(*key, each.level) for key, each in settled.items() if each.level is not None]


def list_events(
    ws: Workspace,
    participant: str,
    viewer: Person | None = None,
    shown: Callable[[Assessment], bool] = lambda _each: True,
    everything: bool = False,
    language: str = "",
) -> tuple[Event, ...]:
    """The events of one participant, oldest first, as this person may see them.

    viewer: decides how much of meetings is given. shown: which assessments may be. everything: whoever keeps the
    workspace asks. Of peers' feedback only that it is there, and no day that would tell who wrote when.
    """
    names = {each.id: each.name for each in list_people(ws)}
    rubrics = {each.content_hash: each for each in list_rubrics(ws, language)}
    occasions = {each.id: each for each in list_occasions(ws)}
    works = list_artefacts(ws, participant)
    events = [
        of_assessment(each, rubrics.get(each.rubric), occasions.get(each.occasion), names.get(each.assessor, ""))
        for each in list_finished(ws, participant, shown)
    ]
    events += [of_work(each) for each in works]
    known = {each.id: each for each in works}
    events += [
        of_showing(each, known[each.artefact])
        for each in list_showings(ws, participant=participant)
        if each.artefact in known
    ]
    events += [
        of_meeting(each, names.get(each.mentor, "")) for each in list_meetings(ws, participant, viewer, everything)
    ]
    events += [of_milestone(each) for each in list_milestones(ws, participant)]
    events += of_log(list_log(ws, participant))
    events += _feedback(ws, participant, viewer, rubrics)
    return in_order(events)


def _feedback(ws: Workspace, participant: str, viewer: Person | None, rubrics: dict[str, RubricVersion]) -> list[Event]:
    """One event for each round from which the participant may read feedback; a day that all in it share, or none."""
    occasions = {each.id: each for each in list_occasions(ws)}
    found = []
    for each in list_rounds(ws):
        pairs = list_pairs(ws, each)
        is_rater = viewer is not None and any((viewer.id, participant) == (one.reviewer, one.author) for one in pairs)
        opening = find_opening(ws, each, participant)
        given = find_given(ws, each.id, participant)
        if given is not None:
            count = given.reviews
        elif opening is None:
            there = {one.assessment.assessor for one in list_reviews(ws, each, participant)}
            count = len(there) if _is_complete(pairs, each, participant, there) else 0
        else:
            count = len(opening.reviews)
        if count < (FEWEST_FOR_A_RATER if is_rater else FEWEST):
            continue
        occasion = occasions.get(OccasionId(each.occasion))
        rubric = rubrics.get(each.rubric)
        found.append(
            Event(
                (occasion.held_on if occasion else "") or each.closed_on,
                EventKind.PEER,
                title=rubric.label if rubric else "",
                detail=occasion.name if occasion else "",
                rubric=each.rubric,
                occasion=each.occasion,
            )
        )
    return found


def _is_complete(pairs: Sequence[Pair], peer_round: Round, participant: str, there: set[str]) -> bool:
    """Whether feedback opens: one's own reviews are finished, and all asked for are there or the round is closed."""
    if any(each.reviewer == participant and each.state in (None, AssessmentState.DRAFT) for each in pairs):
        return False
    return bool(peer_round.closed_on) or {each.reviewer for each in pairs if each.author == participant} <= there
