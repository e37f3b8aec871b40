"""Who was asked to score whom, as the screens say it: on Home for oneself, on the merge page for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from rubricapp.core.model import AssessmentState, Person
from rubricapp.i18n import _, language
from rubricapp.store.assigning import list_assignments
from rubricapp.store.handing_in import load_handed_in
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.workspace import Workspace
from rubricapp.ui.words import say_occasion


@dataclass(frozen=True)
class Asked:
    """One participant whom one assessor was asked to score. id: of the assignment. slot: for the score page.

    handed_in: whether it is in what this laptop handed in last.
    """

    id: str
    participant: Person
    assessor: Person
    rubric: str
    occasion: str
    state: AssessmentState | None
    slot: tuple[str, str, str]
    handed_in: bool = False

    @property
    def is_done(self) -> bool:
        return self.state is AssessmentState.FINISHED

    @property
    def said_state(self) -> str:
        return _("handed in") if self.handed_in else say_state(self.state)


def say_state(state: AssessmentState | None) -> str:
    """How far an assessment is, in words."""
    if state is None:
        return _("not begun")
    return {AssessmentState.DRAFT: _("draft"), AssessmentState.FINISHED: _("finished")}[state]


def list_asked(ws: Workspace, assessor: str = "") -> list[Asked]:
    """Who is asked to score whom, by participant; "" for all assessors. What names nobody known is left out."""
    people = {each.id: each for each in list_people(ws)}
    rubrics = {each.content_hash: each.label for each in list_rubrics(ws, language())}
    occasions = list_occasions(ws)
    moments = {each.id: say_occasion(each) for each in occasions}
    order = {each.id: number for number, each in enumerate(occasions)}
    handed_in = load_handed_in(ws)
    found = [
        Asked(
            each.id,
            people[each.participant],
            people[each.assessor],
            rubrics.get(each.rubric, _("unknown rubric")),
            moments.get(each.occasion, ""),
            each.state,
            (each.rubric, each.occasion, each.participant),
            each.state is AssessmentState.FINISHED and handed_in(each.finished_at),
        )
        for each in list_assignments(ws, assessor)
        if each.participant in people and each.assessor in people
    ]
    found.sort(
        key=lambda each: (
            order.get(each.slot[1], len(order)),
            each.rubric,
            each.participant.sort_key,
            each.assessor.sort_key,
        )
    )
    return found
