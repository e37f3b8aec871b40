"""Meetings are kept whole or not at all; open actions are spoken of; what the pair said stays between them."""

from __future__ import annotations

import pytest

from rubricapp.core.mentoring import Visibility
from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.operations import mentoring, people
from rubricapp.operations.checking import check
from rubricapp.operations.mentoring import NewAction, Settled
from rubricapp.store.mentoring import list_actions, list_meetings, list_milestones, load_action, load_meeting
from rubricapp.store.people import find_people

DAY = "2026-09-10"


@pytest.fixture
def amara(ws):
    return find_people(ws, "P-001")[0]


@pytest.fixture
def mo(ws):
    return people.add_person(ws, Role.MENTOR, "Mo Mentor")[0]


@pytest.fixture
def lead(ws):
    return people.add_person(ws, Role.LEAD, "Lin Lead")[0]


@pytest.fixture
def first(ws, amara, mo):
    """A meeting with two actions, one of them with a due day and a criterion."""
    return mentoring.hold_meeting(
        ws,
        amara,
        mo,
        {"held_on": DAY, "minutes": "45", "topics": "Card log", "next_on": "2026-09-20"},
        [NewAction("Log every card", "2026-09-17", "tst-1"), NewAction("Read the call sheet")],
    )


def test_a_meeting_is_kept_with_what_was_agreed(ws, first, amara, mo) -> None:
    meeting = load_meeting(ws, first.meeting)
    assert (meeting.held_on, meeting.minutes, meeting.topics, meeting.next_on) == (DAY, 45, "Card log", "2026-09-20")
    assert meeting.visibility is Visibility.PAIR
    actions = {each.text: each for each in list_actions(ws, amara.id, mo)}
    assert actions["Log every card"].criteria == ("TST-1",)
    assert actions["Log every card"].due_on == "2026-09-17"
    assert actions["Read the call sheet"].is_open
    assert first.changes.concerns("meeting")
    assert check(ws).problems == ()


def test_actions_stay_in_the_order_in_which_they_were_agreed(ws, amara, mo) -> None:
    words = [f"Action {n}" for n in range(12)]
    mentoring.hold_meeting(ws, amara, mo, {"held_on": DAY}, [NewAction(each) for each in words])
    assert [each.text for each in list_actions(ws, amara.id, mo)] == words


def test_the_next_meeting_speaks_of_every_open_action_or_is_not_kept(ws, first, amara, mo) -> None:
    log, read = (load_action(ws, each) for each in first.actions)
    with pytest.raises(UserError) as refused:
        mentoring.hold_meeting(ws, amara, mo, {"held_on": "2026-09-20"}, settled={log.id: Settled("Done")})
    assert refused.value.code == "E_OPEN_ACTIONS"
    assert "Read the call sheet" in refused.value.what
    assert len(list_meetings(ws, amara.id, mo)) == 1
    assert load_action(ws, log.id).is_open
    held = mentoring.hold_meeting(
        ws,
        amara,
        mo,
        {"held_on": "2026-09-20"},
        settled={log.id: Settled("All 14 cards")},
        carried={read.id: "2026-10-01"},
    )
    assert (load_action(ws, log.id).done_on, load_action(ws, log.id).outcome) == ("2026-09-20", "All 14 cards")
    assert load_action(ws, read.id).due_on == "2026-10-01"
    mentoring.put_back(ws, held)
    assert load_action(ws, log.id) == log
    assert load_action(ws, read.id) == read
    assert [each.id for each in list_meetings(ws, amara.id, mo)] == [first.meeting]
    mentoring.put_back(ws, held, removed=False)
    assert load_action(ws, log.id).outcome == "All 14 cards"
    assert check(ws).problems == ()


def test_another_mentor_neither_sees_nor_has_to_settle_what_the_pair_agreed(ws, first, amara) -> None:
    other = people.add_person(ws, Role.MENTOR, "Other Mentor")[0]
    assert list_actions(ws, amara.id, other) == []
    held = mentoring.hold_meeting(ws, amara, other, {"held_on": "2026-09-20"})
    assert [each.id for each in list_meetings(ws, amara.id, other)] == [held.meeting]
    with pytest.raises(UserError, match="not open any more"):
        mentoring.hold_meeting(ws, amara, other, {"held_on": "2026-09-20"}, settled={first.actions[0]: Settled()})


def test_what_a_read_gives_depends_on_who_asks(ws, first, amara, mo, lead) -> None:
    mentoring.write_note(ws, first.meeting, "It was hard to say.", amara.id)
    assert [each.note for each in list_meetings(ws, amara.id, amara)] == ["It was hard to say."]
    (given,) = list_meetings(ws, amara.id, lead)
    assert (given.hidden, given.topics, given.note) == (True, "", "")
    assert list_actions(ws, amara.id, lead) == []
    assert list_meetings(ws, amara.id) == []
    mentoring.edit_meeting(ws, first.meeting, {"visibility": "lead"})
    (given,) = list_meetings(ws, amara.id, lead)
    assert (given.hidden, given.topics) == (False, "Card log")
    assert len(list_actions(ws, amara.id, lead)) == 2
    assert list_meetings(ws, amara.id, find_people(ws, "A-001")[0]) == []


def test_a_note_is_the_participants_own(ws, first, amara, mo) -> None:
    with pytest.raises(UserError) as refused:
        mentoring.write_note(ws, first.meeting, "She was late.", mo.id)
    assert refused.value.code == "E_NOT_YOURS"
    assert load_meeting(ws, first.meeting).note == ""
    mentoring.write_note(ws, first.meeting, "  \u202eI\u202c was late.\x00 ")
    assert load_meeting(ws, first.meeting).note == "I was late."
    author = ws.rows("SELECT author FROM history WHERE kind = 'meeting' AND field = 'note'")
    assert author == [(amara.id,)]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "E_DATE"),
        ({"held_on": "2026-02-30"}, "E_DATE"),
        ({"held_on": "2999-01-01"}, "E_DATE"),
        ({"held_on": DAY, "next_on": "2025-09-20"}, "E_DATE"),
        ({"held_on": DAY, "minutes": "long"}, "E_MINUTES"),
        ({"held_on": DAY, "minutes": "0"}, "E_MINUTES"),
        ({"held_on": DAY, "minutes": "99999999999"}, "E_MINUTES"),
        ({"held_on": DAY, "visibility": "everybody"}, "E_VISIBILITY"),
        ({"held_on": DAY, "topics": "x" * 20_001}, "E_TOO_LONG"),
    ],
)
def test_what_is_wrong_with_a_meeting_is_said_and_nothing_is_kept(ws, amara, mo, given, code) -> None:
    before = ws.rows("SELECT count(*) FROM change")
    with pytest.raises(UserError) as refused:
        mentoring.hold_meeting(ws, amara, mo, given, [NewAction("Something")])
    assert refused.value.code == code
    assert ws.rows("SELECT count(*) FROM change") == before


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (NewAction("  "), "E_ACTION"),
        (NewAction("a", "soon"), "E_DATE"),
        (NewAction("a", "2026-09-01"), "E_DATE"),
        (NewAction("a", criteria="XXX-1"), "E_CRITERION"),
    ],
)
def test_what_is_wrong_with_an_action_keeps_the_meeting_out(ws, amara, mo, action, code) -> None:
    with pytest.raises(UserError) as refused:
        mentoring.hold_meeting(ws, amara, mo, {"held_on": DAY}, [NewAction("Fine"), action])
    assert refused.value.code == code
    assert list_meetings(ws, everything=True) == []


def test_who_cannot_mentor(ws, amara) -> None:
    kofi = people.add_person(ws, Role.PARTICIPANT, "Kofi Bempah")[0]
    for somebody in (amara, kofi):
        with pytest.raises(UserError) as refused:
            mentoring.hold_meeting(ws, amara, somebody, {"held_on": DAY})
        assert refused.value.code == "E_NOT_MENTOR"


def test_an_action_is_settled_once_and_can_be_opened_again(ws, first) -> None:
    action = first.actions[0]
    assert mentoring.settle(ws, action, Settled("Done", "2026-09-15"))
    assert not mentoring.settle(ws, action, Settled("Done", "2026-09-15"))  # saying it again writes nothing
    with pytest.raises(UserError) as refused:
        mentoring.settle(ws, action, Settled("Not quite", "2026-09-16"))
    assert refused.value.code == "E_SETTLED"
    mentoring.open_again(ws, action)
    assert load_action(ws, action).is_open
    with pytest.raises(UserError, match="has not come yet"):
        mentoring.settle(ws, action, Settled("", "2999-01-01"))


def test_a_meeting_is_taken_away_with_its_actions_and_comes_back(ws, first, amara, mo) -> None:
    gone = mentoring.remove_meeting(ws, first.meeting)
    assert list_meetings(ws, amara.id, mo) == []
    assert list_actions(ws, amara.id, mo) == []
    mentoring.put_back(ws, gone, removed=False)
    assert len(list_actions(ws, amara.id, mo)) == 2
    mentoring.remove_action(ws, first.actions[0])
    assert [each.id for each in list_actions(ws, amara.id, mo)] == [first.actions[1]]


def test_ids_are_found_by_their_last_letters(ws, first) -> None:
    assert mentoring.find_meeting(ws, first.meeting[-8:]) == first.meeting
    assert mentoring.find_action(ws, first.actions[0].upper()) == first.actions[0]
    for text in ("", "zzz", "%"):
        with pytest.raises(UserError):
            mentoring.find_meeting(ws, text)


def test_milestones_come_and_go(ws, amara) -> None:
    made, changes = mentoring.add_milestone(ws, amara, "2026-09-12", " First\nday as 1st AC ", "=1+1")
    assert (made.title, made.note, changes.concerns("milestone")) == ("First day as 1st AC", "=1+1", True)
    assert [each.id for each in list_milestones(ws, amara.id)] == [made.id]
    assert mentoring.find_milestone(ws, made.id[-6:]) == made.id
    mentoring.remove_milestone(ws, made.id)
    assert list_milestones(ws) == []
    mentoring.remove_milestone(ws, made.id, removed=False)
    assert list_milestones(ws) == [made]
    for day, title in (("12.9.2026", "x"), ("2026-09-12", " ")):
        with pytest.raises(UserError):
            mentoring.add_milestone(ws, amara, day, title)
    assert check(ws).problems == ()
