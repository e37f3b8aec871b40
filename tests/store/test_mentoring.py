"""Reads of meetings and events on what other laptops may send: half records, unknown words, days that are none."""

from __future__ import annotations

import pytest

from rubricapp.core.mentoring import Sight, Visibility, sight
from rubricapp.core.model import Person, PersonId, Role
from rubricapp.core.timeline import EventKind
from rubricapp.store.mentoring import (
    list_actions,
    list_meetings,
    list_milestones,
    load_action,
    load_meeting,
    load_milestone,
)
from rubricapp.store.people import find_people
from rubricapp.store.timeline import list_events

LEAD = Person(PersonId("lead"), "L", "Lin", "", roles=frozenset({Role.LEAD}))


@pytest.fixture
def amara(ws):
    return find_people(ws, "P-001")[0]


def say(ws, of: str, record: str, /, **fields: object) -> None:
    with ws.writing("somebody") as log:
        log.set_all(of, record, fields)


def test_who_may_read_a_meeting_that_a_newer_version_opens_to_more_people(ws, amara) -> None:
    say(ws, "meeting", "m1", participant=amara.id, mentor="x", held_on="2026-09-10", visibility="everybody", topics="t")
    (meeting,) = list_meetings(ws, amara.id, amara)
    assert meeting.visibility is Visibility.PAIR
    assert sight(meeting, LEAD) is Sight.DAY


def test_half_a_meeting_is_read_without_complaint(ws, amara) -> None:
    say(ws, "meeting", "m1", participant=amara.id)
    say(ws, "meeting", "m2", topics="of nobody")
    (meeting,) = list_meetings(ws, everything=True)
    assert (meeting.id, meeting.held_on, meeting.minutes, meeting.mentor) == ("m1", "", None, "")
    assert load_meeting(ws, "m2").participant == ""
    (event,) = list_events(ws, amara.id, everything=True)
    assert (event.kind, event.on) == (EventKind.MEETING, "")


def test_an_action_of_an_unknown_meeting_is_the_participants_alone(ws, amara) -> None:
    say(ws, "agreed_action", "a1", meeting="gone", participant=amara.id, text="Log every card", criteria=["CAM-6"])
    assert [each.criteria for each in list_actions(ws, amara.id, amara)] == [("CAM-6",)]
    assert list_actions(ws, amara.id, LEAD) == []
    assert list_actions(ws, amara.id) == []


def test_what_is_not_there_is_said(ws) -> None:
    for load in (load_meeting, load_action, load_milestone):
        with pytest.raises(LookupError):
            load(ws, "nothing")
    assert list_meetings(ws, everything=True) == []


def test_a_milestone_without_a_day_comes_last_in_the_timeline(ws, amara) -> None:
    say(ws, "milestone", "x1", participant=amara.id, title="Some time", reached_on="soon")
    say(ws, "milestone", "x2", participant=amara.id, title="A day", reached_on="2026-09-10")
    assert [each.title for each in list_milestones(ws, amara.id)] == ["A day", "Some time"]
    assert [each.title for each in list_events(ws, amara.id)] == ["A day", "Some time"]


def test_only_ones_own_events_come(ws, amara) -> None:
    say(ws, "milestone", "x1", participant="somebody else", title="Not hers", reached_on="2026-09-10")
    say(ws, "artefact", "w1", participant=amara.id, title="Night Market", added_on="2026-09-11", media="video")
    say(ws, "showing", "s1", artefact="w1", shown_on="2027-05", kind="festival", place="Ouagadougou")
    say(ws, "showing", "s2", artefact="w1", shown_on="2027-06", kind="festival", removed=1)
    say(ws, "showing", "s3", artefact="gone", shown_on="2027-06", kind="festival")
    found = [(each.kind, each.on, each.title, each.detail) for each in list_events(ws, amara.id)]
    assert found == [
        (EventKind.WORK, "2026-09-11", "Night Market", ""),
        (EventKind.SHOWING, "2027-05", "Night Market", "Ouagadougou"),
    ]
