"""What is said on the peer page: states, boxes, hints."""

from __future__ import annotations

from fractions import Fraction

from rubricapp.core.feedback_hints import Hint
from rubricapp.core.model import AssessmentState, Person, RubricVersion
from rubricapp.core.peer_scores import BOXES
from rubricapp.i18n import _


def say_box(box: str) -> str:
    """What a box is called."""
    return {"works": _("What works"), "change": _("One thing to change"), "next_step": _("One next step")}[box]


def say_prompt(box: str) -> str:
    """What a box asks for."""
    return {
        "works": _("One moment that works, and where: 00:42, scene 4, page 2."),
        "change": _("One thing to change, where it is, and the criterion it touches."),
        "next_step": _("One step they could take this week."),
    }[box]


def say_hint(hint: Hint) -> str:
    """A gentle hint at what a box could do better."""
    return {
        Hint.EMPTY: _("Still empty."),
        Hint.SHORT: _("Very short: one more sentence helps."),
        Hint.NO_PLACE: _("No place yet: a time, a scene or a page helps to find it."),
        Hint.NO_STEP: _("No step yet: what could be done this week?"),
        Hint.ABOUT_THE_PERSON: _("This speaks of the person: speak of the work."),
        Hint.ONLY_PRAISE: _("Praise alone: say what it was that worked."),
    }[hint]


def say_useful(usefulness: int | None) -> str:
    """How useful an author found something, 1 … 4; None: not said."""
    return {
        None: _("How useful?"),
        1: _("1  Of no use"),
        2: _("2  Of little use"),
        3: _("3  Useful"),
        4: _("4  I will do it"),
    }[usefulness]


def say_number(number: Fraction | None) -> str:
    """A level, a middle or a mean: "3", "3.5", "3.33", or "" for none."""
    return "" if number is None else f"{round(float(number), 2):g}"


def say_place(place: str, rubric: RubricVersion) -> str:
    """Where something was said: a box, or a criterion with its title."""
    if place in BOXES:
        return say_box(place)
    titles = {each.id: each.title for each in rubric.criteria}
    return f"{place} {titles.get(place, '')}".strip()


def say_state(state: AssessmentState | None) -> str:
    """How far a review is."""
    return {
        None: _("Not begun"),
        AssessmentState.DRAFT: _("Begun"),
        AssessmentState.FINISHED: _("Finished"),
    }[state]


def say_secrecy(author: Person) -> str:
    """Who can see who wrote a review: nothing more is promised."""
    return _("{name} cannot see who wrote this; the programme lead can.").format(name=author.name)
