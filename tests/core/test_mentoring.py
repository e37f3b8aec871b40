"""Who may read what was said at a meeting, and what is still open at the next one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from rubricapp.core.mentoring import (
    AgreedAction,
    Meeting,
    Sight,
    Visibility,
    in_order,
    is_overdue,
    may_write,
    seen,
    sight,
    split_action,
    times_carried,
    unsettled,
)
from rubricapp.core.model import Person, PersonId, Role

TODAY = date(2026, 11, 10)


def person(key: str, *roles: Role) -> Person:
    return Person(PersonId(key), key, key, "", roles=frozenset(roles))


AMA = person("ama", Role.PARTICIPANT)
MO = person("mo", Role.MENTOR)
LEAD = person("lead", Role.LEAD)
PAIR = Meeting("m1", AMA.id, MO.id, "2026-11-01", 45, "Fear of the focus puller", "I said too much", "2026-11-20")
OPEN_TO_LEADS = replace(PAIR, visibility=Visibility.LEAD)


@pytest.mark.parametrize(
    ("viewer", "pair", "lead"),
    [
        (AMA, Sight.WHOLE, Sight.WHOLE),
        (MO, Sight.WHOLE, Sight.WHOLE),
        (LEAD, Sight.DAY, Sight.WHOLE),
        (person("other mentor", Role.MENTOR), Sight.NOTHING, Sight.NOTHING),
        (person("assessor", Role.ASSESSOR), Sight.NOTHING, Sight.NOTHING),
        (person("kofi", Role.PARTICIPANT), Sight.NOTHING, Sight.NOTHING),
        (None, Sight.NOTHING, Sight.NOTHING),
    ],
)
def test_who_sees_how_much_of_a_meeting(viewer, pair, lead) -> None:
    assert (sight(PAIR, viewer), sight(OPEN_TO_LEADS, viewer)) == (pair, lead)


def test_who_keeps_the_workspace_sees_everything() -> None:
    assert seen([PAIR], None, everything=True) == [PAIR]


def test_of_a_meeting_between_the_two_a_lead_gets_the_day_and_not_a_word() -> None:
    (given,) = seen([PAIR], LEAD)
    assert given.hidden
    assert (given.held_on, given.mentor, given.minutes) == ("2026-11-01", MO.id, 45)
    assert (given.topics, given.note, given.next_on) == ("", "", "")
    assert seen([PAIR], person("assessor", Role.ASSESSOR)) == []


def action(key: str, due: str = "", done: str = "", meeting: str = "m1") -> AgreedAction:
    return AgreedAction(key, meeting, AMA.id, f"Do {key}", due, done_on=done)


def test_overdue_is_open_after_its_day() -> None:
    assert is_overdue(action("a", "2026-11-09"), TODAY)
    assert not is_overdue(action("a", "2026-11-10"), TODAY)
    assert not is_overdue(action("a"), TODAY)
    assert not is_overdue(action("a", "2026-11-01", "2026-11-02"), TODAY)
    assert not is_overdue(action("a", "soon"), TODAY)


def test_overdue_ones_come_first_and_settled_ones_last() -> None:
    late, near, none = action("late", "2026-11-01"), action("near", "2026-11-12"), action("none")
    old, new = action("old", done="2026-10-01"), action("new", done="2026-11-05")
    assert in_order([old, none, near, new, late], TODAY) == [late, near, none, new, old]


def test_every_open_action_must_be_spoken_of() -> None:
    one, two, done = action("one"), action("two"), action("done", done="2026-11-01")
    assert unsettled([one, two, done], ["one"], []) == (two,)
    assert unsettled([one, two, done], ["one"], ["two"]) == ()


def test_how_often_an_action_was_carried_over_follows_from_the_meetings() -> None:
    meetings = [PAIR, replace(PAIR, id="m2", held_on="2026-11-08"), replace(PAIR, id="m3", held_on="2026-11-15")]
    assert times_carried(action("a"), meetings) == 2
    assert times_carried(action("a", meeting="m2"), meetings) == 1
    assert times_carried(action("a", done="2026-11-15"), meetings) == 1
    assert times_carried(action("a", meeting="unknown"), meetings) == 0


def test_only_staff_who_are_not_the_participant_hold_meetings() -> None:
    assert may_write(AMA, MO)
    assert may_write(AMA, LEAD)
    assert not may_write(AMA, AMA)
    assert not may_write(AMA, person("kofi", Role.PARTICIPANT))
    assert not may_write(AMA, None)
    both = person("ama", Role.PARTICIPANT, Role.MENTOR)
    assert not may_write(AMA, both)


def test_an_action_on_one_line() -> None:
    assert split_action("Log every card|2026-10-01|CAM-6 CAM-1") == ("Log every card", "2026-10-01", "CAM-6 CAM-1")
    assert split_action(" Log every card ") == ("Log every card", "", "")
    for text in ("", "|2026-10-01", "a|b|c|d"):
        with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
            split_action(text)
