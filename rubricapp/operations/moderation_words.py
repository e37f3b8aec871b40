"""Words of moderation: the same in the window and in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rubricapp.core.moderation import Sort, State
from rubricapp.core.moderation_sample import Why
from rubricapp.i18n import _


def say_state(state: State) -> str:
    """A state for people."""
    return {
        State.NOT_MARKED: _("not marked"),
        State.IN_MARKING: _("in marking"),
        State.MARKED: _("marking completed"),
        State.IN_MODERATION: _("in moderation"),
        State.READY: _("ready for release"),
        State.RELEASED: _("released"),
    }[state]


def say_disputed(name: str, criteria: Sequence[str]) -> str:
    """That one assessor said two things on two laptops: of which criteria, "" for the whole."""
    about = ", ".join(each or _("the whole") for each in criteria)
    return _("{name} said two things on two laptops: {about}").format(name=name, about=about)


def say_sort(sort: Sort | None) -> str:
    """Why it is a gap."""
    return {
        Sort.LEVELS: _("two levels or more apart"),
        Sort.GATE: _("on both sides of the gate"),
        Sort.BLANK: _("one gave a level, another did not"),
        None: _("no gap"),
    }[sort]


def say_why(why: Why) -> str:
    """Why an assessment is in the sample."""
    return {
        Why.GATE: _("gate not met"),
        Why.BORDERLINE: _("borderline total"),
        Why.FIRST: _("among the assessor's first two"),
        Why.RANDOM: _("drawn"),
    }[why]
