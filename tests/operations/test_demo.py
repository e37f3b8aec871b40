"""The demo programme fills every page, with the same invented data each time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rubricapp.core.mentoring import is_overdue
from rubricapp.core.model import AssessmentKind, AssessmentState, Role
from rubricapp.operations.demo import make_demo
from rubricapp.operations.peer_feedback import find_reports
from rubricapp.operations.peer_review import feedback_for
from rubricapp.operations.timeline import grown, timeline
from rubricapp.store.assessments import list_assessments
from rubricapp.store.calibrations import list_practices, list_samples
from rubricapp.store.mentoring import list_actions, list_meetings, list_milestones
from rubricapp.store.peer_reviews import list_declared_conflicts, list_pairs, list_responses, list_rounds
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


def test_peers_review_read_and_answer_and_are_kept_apart(demo) -> None:
    lead = list_people(demo, Role.LEAD)[0]
    people = {each.code: each for each in list_people(demo, Role.PARTICIPANT)}
    closed, under_way = sorted(list_rounds(demo), key=lambda each: not each.closed_on)
    assert {each.state for each in list_pairs(demo, closed)} == {"finished"}
    assert {each.state for each in list_pairs(demo, under_way)} == {"finished", "draft", None}
    apart = {people["P-001"].id, people["P-005"].id}
    assert [{each.one, each.other} for each in list_declared_conflicts(demo)] == [apart]
    assert not any({each.reviewer, each.author} == apart for each in list_pairs(demo, closed))
    assert feedback_for(demo, closed, people["P-001"], lead).enough
    assert [each.author for each in list_responses(demo, closed)] == [people["P-001"].id]
    assert [each.mark.author for each in find_reports(demo)] == [people["P-003"].id]


def test_there_is_a_sample_and_how_one_sees_themself(demo) -> None:
    (sample,) = list_samples(demo)
    assert sorted(bool(each.finished_on) for each in list_practices(demo)) == [False, True]
    assert {each.sample for each in list_practices(demo)} == {sample.id}
    for own in list_assessments(demo, kind=AssessmentKind.SELF):
        assert (own.state, own.participant) == (AssessmentState.FINISHED, own.assessor)
    person = next(each for each in list_people(demo, Role.PARTICIPANT) if each.code == "P-001")
    assert [len(each.occasions) for each in grown(demo, person, person)] == [2]
