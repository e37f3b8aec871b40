"""What is said on the peer page: states, boxes, hints."""

from __future__ import annotations

from rubricapp.core.feedback_hints import Hint
from rubricapp.core.model import AssessmentState, Person
from rubricapp.i18n import _

BOXES = ("works", "change", "next_step")


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


def say_state(state: AssessmentState | None) -> str:
    """How far a review is."""
    return {
        None: _("Not begun"),
        AssessmentState.DRAFT: _("Begun"),
        AssessmentState.FINISHED: _("Finished"),
        AssessmentState.HANDED_IN: _("Handed in"),
    }[state]


def say_secrecy(author: Person) -> str:
    """Who can see who wrote a review: nothing more is promised."""
    return _("{name} cannot see who wrote this; the programme lead can.").format(name=author.name)
