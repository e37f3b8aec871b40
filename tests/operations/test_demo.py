"""The demo programme fills every tab of a participant's page, with the same invented data each time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rubricapp.core.mentoring import is_overdue
from rubricapp.core.model import Role
from rubricapp.operations.demo import make_demo
from rubricapp.operations.timeline import grown, timeline
from rubricapp.store.mentoring import list_actions, list_meetings, list_milestones
from rubricapp.store.people import list_people


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with make_demo(Path(tmp_path_factory.mktemp("demo")) / "w") as ws:
        yield ws


def test_everybody_met_a_mentor_twice_and_reached_something(demo) -> None:
    for person in list_people(demo, Role.PARTICIPANT):
        assert len(list_meetings(demo, person.id, everything=True)) == 2
        assert len(list_milestones(demo, person.id)) == 1
        states = [
            (each.is_open, is_overdue(each, date(2026, 11, 21))) for each in list_actions(demo, person.id, person)
        ]
        assert sorted(states) == [(False, False), (True, False), (True, True)]


def test_everybody_has_a_timeline_and_growth(demo) -> None:
    for person in list_people(demo, Role.PARTICIPANT):
        kinds = {each.kind.value for each in timeline(demo, person, everything=True)}
        assert kinds >= {"assessment", "work", "log", "meeting", "milestone"}
        assert all(each.is_enough for each in grown(demo, person, everything=True))


def test_a_mentor_sees_the_growth_of_what_is_released(demo) -> None:
    mentor = list_people(demo, Role.MENTOR)[0]
    for person in list_people(demo, Role.PARTICIPANT):
        assert {one.name for each in grown(demo, person, mentor) for one in each.occasions} == {"baseline", "midpoint"}


def test_some_meetings_may_be_read_by_leads_and_most_stay_between_the_two(demo) -> None:
    visible = [each.visibility.value for each in list_meetings(demo, everything=True)]
    assert 0 < visible.count("lead") < visible.count("pair")
