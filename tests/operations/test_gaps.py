"""Gaps as far as whoever asks may see them, and why not where not."""

from __future__ import annotations

import pytest

from rubricapp.core.model import AssessmentKind, Role
from rubricapp.operations import agreeing, assessments, people
from rubricapp.operations.gaps import every_gap, find_gaps
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.viewing import load_view
from tests.store.test_viewing import begin, release


def gaps(ws, code: str):
    slot = (find_people(ws, "P-001")[0].id, find_rubric(ws, "small").content_hash, find_occasion(ws, "baseline").id)
    return find_gaps(ws, *slot, load_view(ws, find_people(ws, code)[0]))


@pytest.fixture
def crew(ws):
    people.add_person(ws, Role.ASSESSOR, "Nia Example")
    people.add_person(ws, Role.LEAD, "Lea Example")
    people.add_person(ws, Role.MENTOR, "Mo Example")
    return ws


def test_the_participant_first_finishes_then_waits_for_the_release(crew) -> None:
    begin(crew, "A-001", level=3)
    assert "Finish your self-assessment first" in gaps(crew, "P-001").because
    release(crew)
    assert "Finish your self-assessment first" in gaps(crew, "P-001").because
    begin(crew, "P-001", kind=AssessmentKind.SELF, level=5)
    assert gaps(crew, "P-001").gaps[0].apart == 2
    release(crew, day=None)
    found = gaps(crew, "P-001")
    assert "once results are released" in found.because and found.gaps == () and found.assessors == 0


def test_an_assessor_finishes_first_and_a_lead_sees_at_once(crew) -> None:
    begin(crew, "A-001", level=3)
    begin(crew, "P-001", kind=AssessmentKind.SELF, level=2)
    assert gaps(crew, "L-001").gaps[0].apart_text == "−1"
    assert "once your own are finished" in gaps(crew, "A-002").because
    own = begin(crew, "A-002", level=4, finish=False)
    assert gaps(crew, "A-002").gaps == ()
    assessments.finish(crew, own.id)
    assert gaps(crew, "A-002").gaps[0].apart_text == "−1.5"
    assert gaps(crew, "M-001").gaps == ()
    begin(crew, "M-001", kind=AssessmentKind.MENTOR, level=1)
    assert gaps(crew, "M-001").gaps[0].apart_text == "−1.5"
    assert gaps(crew, "M-001").assessors == 2


def test_a_gap_is_against_what_moderation_agreed_on(crew) -> None:
    for code, level in (("A-001", 2), ("A-002", 5)):
        begin(crew, code, level=level)
    begin(crew, "P-001", kind=AssessmentKind.SELF, level=5)
    assert gaps(crew, "L-001").gaps[0].apart_text == "+1.5"
    place = agreeing.find_place(crew, find_people(crew, "P-001")[0], "TST-1")
    agreeing.agree(crew, place, 4, "Seen together")
    first, second = gaps(crew, "L-001").gaps[:2]
    assert second.agreed is None
    assert (first.apart_text, first.agreed.level, first.given) == ("+1", 4, (2, 5))
    agreeing.reopen(crew, agreeing.find_again(crew, place), "One more clip")
    assert gaps(crew, "L-001").gaps[0].apart_text == "+1.5"


def test_what_is_missing_is_said(crew) -> None:
    assert "no finished self-assessment" in gaps(crew, "L-001").because
    begin(crew, "P-001", kind=AssessmentKind.SELF, finish=False)
    assert "no finished self-assessment" in gaps(crew, "L-001").because
    begin(crew, "P-001", kind=AssessmentKind.SELF)
    assert "No assessor has finished" in gaps(crew, "L-001").because


def test_every_gap_of_a_participant_in_order(crew) -> None:
    person = find_people(crew, "P-001")[0].id
    assert list(every_gap(crew, person)) == []
    for occasion in ("final", "baseline"):
        begin(crew, "P-001", occasion, AssessmentKind.SELF, level=2)
    begin(crew, "A-001", "baseline", level=3)
    found = list(every_gap(crew, person))
    assert [each.occasion for each in found] == [find_occasion(crew, name).id for name in ("baseline", "final")]
    assert found[0].gaps[0].apart == -1 and found[1].because
    assert len(list(every_gap(crew, person, occasion=found[1].occasion))) == 1


def test_a_mentor_who_assesses_their_own_mentee_is_found(crew) -> None:
    from rubricapp.operations.reporting import collect

    begin(crew, "A-001")
    assert collect(crew).own_mentees() == ()
    amara, tunde = find_people(crew, "P-001")[0], find_people(crew, "A-001")[0]
    with crew.writing("lead") as log:
        log.set_all("meeting", "m" * 32, {"participant": amara.id, "mentor": tunde.id, "removed": 1})
    assert collect(crew).own_mentees() == ()
    with crew.writing("lead") as log:
        log.set("meeting", "m" * 32, "removed", None)
    assert [(one.code, two.code) for one, two in collect(crew).own_mentees()] == [("A-001", "P-001")]
    with crew.writing("lead") as log:
        log.set("meeting", "m" * 32, "removed", 1)
    begin(crew, "A-001", kind=AssessmentKind.MENTOR, finish=False)
    assert [(one.code, two.code) for one, two in collect(crew).own_mentees()] == [("A-001", "P-001")]


def test_what_is_finished_after_the_release_is_in_no_gap_of_the_participant(crew) -> None:
    begin(crew, "P-001", kind=AssessmentKind.SELF, level=2)
    first = begin(crew, "A-001", level=3)
    release(crew, day=crew.sources.now().date().isoformat())
    later = begin(crew, "A-002", level=5)
    with crew.writing("lead") as log:
        log.set("assessment", later.id, "finished_at", "2999-01-02T00:00:00.000+00:00")
    found = gaps(crew, "P-001")
    assert (found.assessors, found.gaps[0].given) == (1, (first.rating("TST-1").level,))
    assert gaps(crew, "L-001").assessors == 2
    assert gaps(crew, "M-001").gaps == ()
