"""Gaps between self-assessment and assessors, as far as whoever asks may see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rubricapp.core.gaps import Gap, compare
from rubricapp.core.model import AssessmentKind, AssessmentState, OccasionId, PersonId, RubricHash
from rubricapp.core.viewing import EVERYTHING, View, may_see
from rubricapp.i18n import _, language
from rubricapp.store.assessments import list_assessments
from rubricapp.store.moderation import load_settled
from rubricapp.store.people import list_occasions
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.workspace import Workspace

_DONE = (AssessmentState.FINISHED,)


@dataclass(frozen=True)
class SlotGaps:
    """One participant, rubric and occasion. because: why there is nothing to show, "" where there is.

    assessors: how many have finished; 0 where even that is not said.
    """

    rubric: RubricHash
    occasion: OccasionId
    gaps: tuple[Gap, ...] = ()
    assessors: int = 0
    because: str = ""


def find_gaps(ws: Workspace, participant: str, rubric: str, occasion: str, view: View = EVERYTHING) -> SlotGaps:
    """The gaps of one slot, or why they are not there or not to be seen yet."""
    slot = (PersonId(participant), RubricHash(rubric), OccasionId(occasion))
    is_me = view.viewer is not None and view.viewer.id == participant
    finished = list_assessments(ws, participant, rubric=rubric, occasion=occasion, states=_DONE)
    own = next((each for each in finished if each.kind is AssessmentKind.SELF), None)
    given = [each for each in finished if each.kind is AssessmentKind.ASSESSOR]
    others = [each for each in given if may_see(view, each)]
    because = ""
    if is_me and own is None:
        because = _("Finish your self-assessment first; what assessors say is shown beside it after the release.")
    elif (is_me and not others) or (not is_me and not view.sees_results(slot)):
        because = (
            _("Your self-assessment is finished. What assessors say is shown beside it once results are released.")
            if is_me
            else _("Self-assessment and others’ ratings are shown once your own are finished.")
        )
    elif own is None:
        because = _("There is no finished self-assessment to compare with yet.")
    elif not others:
        because = _("No assessor has finished yet.")
    if because:
        return SlotGaps(slot[1], slot[2], because=because)
    agreed = load_settled(ws, *slot).get(slot, {})
    gaps = compare(load_rubric(ws, rubric, language()), own, others, agreed)
    return SlotGaps(slot[1], slot[2], gaps, len(others))


def every_gap(ws: Workspace, participant: str, rubric: str = "", occasion: str = "") -> Iterator[SlotGaps]:
    """The slots in which the participant has finished a self-assessment, by occasion, then rubric."""
    moment = {each.id: number for number, each in enumerate(list_occasions(ws))}
    own = list_assessments(ws, participant, rubric=rubric, occasion=occasion, kind=AssessmentKind.SELF, states=_DONE)
    known = [each for each in own if each.occasion in moment]
    for each in sorted(known, key=lambda each: (moment[each.occasion], each.rubric)):
        yield find_gaps(ws, participant, each.rubric, each.occasion)
