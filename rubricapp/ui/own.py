"""Which self-assessments a participant is asked for, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass

from rubricapp.core.model import AssessmentKind, AssessmentState, Person, RubricState
from rubricapp.i18n import language
from rubricapp.store.assessments import list_slots
from rubricapp.store.people import list_occasions
from rubricapp.store.progress import list_begun_of
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.workspace import Workspace
from rubricapp.ui.words import say_occasion


@dataclass(frozen=True)
class Own:
    """One self-assessment. state: None where it was not begun. rated of criteria have a level or a blank."""

    rubric: str
    occasion: str
    state: AssessmentState | None
    rated: int
    criteria: int
    slot: tuple[str, str, str]

    @property
    def is_done(self) -> bool:
        return self.state not in (None, AssessmentState.DRAFT)


def list_own(ws: Workspace, me: Person) -> list[Own]:
    """With the rubrics that are used for this person, else all, on the newest occasion that anybody has begun."""
    occasions = {each.id: each for each in list_occasions(ws)}
    begun = [(rubric, occasion) for rubric, occasion in list_begun_of(ws, me.id) if occasion in occasions]
    reached = {occasion for _rubric, occasion in begun}
    present = next((each for each in reversed(occasions.values()) if each.id in reached), None)
    present = present or next(iter(occasions.values()), None)
    if present is None:
        return []
    used = {rubric for rubric, _occasion in begun}
    newest = {each.id: each for each in list_rubrics(ws, language()) if each.state is RubricState.PUBLISHED}
    found = []
    for rubric in [each for each in newest.values() if each.content_hash in used] or newest.values():
        slot = (rubric.content_hash, present.id, me.id)
        done = list_slots(ws, *slot, AssessmentKind.SELF).get(me.id)
        state, rated = (done.state, done.rated) if done else (None, 0)
        found.append(Own(rubric.label, say_occasion(present), state, rated, len(rubric.criteria), slot))
    return found
