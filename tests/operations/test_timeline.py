"""What happened to a participant, gathered in one read, as whoever asks may see it."""

from __future__ import annotations

import pytest

from rubricapp.core.model import AssessmentKind, Role
from rubricapp.core.timeline import EventKind
from rubricapp.operations import assessments, evidence, mentoring, peer_review, people, production_log, releases
from rubricapp.operations.timeline import grown, say_event, say_kind, timeline
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric


@pytest.fixture
def amara(ws):
    return find_people(ws, "P-001")[0]


@pytest.fixture
def tunde(ws):
    return find_people(ws, "A-001")[0]


@pytest.fixture
def mo(ws):
    return people.add_person(ws, Role.MENTOR, "Mo Mentor")[0]


def assess(ws, participant, assessor, occasion: str, level: int, kind=AssessmentKind.ASSESSOR, finish: bool = True):
    rubric = find_rubric(ws, "small")
    made, _changes = assessments.begin(ws, participant, rubric, find_occasion(ws, occasion), assessor, kind)
    assessments.rate_many(ws, made, rubric, {each.id: level for each in rubric.criteria})
    if finish:
        assessments.finish(ws, made.id)
    return made


@pytest.fixture
def lived(ws, amara, tunde, mo, tmp_path):
    """A baseline and a midpoint, a self-assessment, a meeting of the pair, a work, two days, a milestone."""
    assess(ws, amara, tunde, "baseline", 2)
    assess(ws, amara, tunde, "midpoint", 3)
    assess(ws, amara, amara, "midpoint", 4, AssessmentKind.SELF)
    mentoring.hold_meeting(ws, amara, mo, {"held_on": "2026-09-10", "minutes": "45", "topics": "Fear\nof focus"})
    mentoring.add_milestone(ws, amara, "2026-09-12", "First day as 1st AC")
    for day in ("2026-09-14", "2026-09-15"):
        production_log.add_day(ws, amara, {"worked_on": day, "role": "2nd AC", "hours": "10"})
    path = tmp_path / "still.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    evidence.add_file(ws, amara.id, path, "Night Market", amara.id)
    return ws


def kinds(events) -> list[str]:
    return [each.kind.value for each in events]


def test_who_keeps_the_workspace_sees_everything(lived, amara) -> None:
    events = timeline(lived, amara, everything=True)
    assert sorted(kinds(events)) == sorted(
        ["meeting", "milestone", "log", "log", "work", "assessment", "assessment", "assessment"]
    )
    assert kinds(events)[:2] == ["meeting", "milestone"]
    assert say_event(events[0]) == "with Mo Mentor  ·  45 min  ·  Fear of focus"
    assert say_event(events[2]) == "1 day  ·  10:00 hours  ·  2nd AC"


def test_an_assessor_sees_nothing_of_meetings_and_no_other_level_of_a_draft_of_theirs(lived, amara) -> None:
    other = people.add_person(lived, Role.ASSESSOR, "Other Example")[0]
    before = timeline(lived, amara, other)
    assert "meeting" not in kinds(before)
    assert "assessment" not in kinds(before)  # one may still be asked to rate this person
    releases.release(lived, [amara.id])
    assert kinds(timeline(lived, amara, other)).count("assessment") == 3
    draft = assess(lived, amara, other, "midpoint", 5, finish=False)
    blind = timeline(lived, amara, other)
    assert kinds(blind).count("assessment") == 1  # the baseline
    assert [len(each.occasions) for each in grown(lived, amara, other)] == [1]
    assessments.finish(lived, draft.id)
    assert kinds(timeline(lived, amara, other)).count("assessment") == 4
    assert [step.count for step in grown(lived, amara, other)[0].lines[0].steps] == [1, 2]


def test_a_participant_sees_what_is_released_once_their_own_view_is_finished(lived, amara) -> None:
    rubric = find_rubric(lived, "small")
    assert kinds(timeline(lived, amara, amara)).count("assessment") == 1  # their own
    releases.release(lived, [amara.id])
    assert kinds(timeline(lived, amara, amara)).count("assessment") == 2  # no own view of the baseline
    assert [len(each.occasions) for each in grown(lived, amara, amara)] == [1]
    own, _changes = assessments.begin(
        lived, amara, rubric, find_occasion(lived, "baseline"), amara, AssessmentKind.SELF
    )
    assert [len(each.occasions) for each in grown(lived, amara, amara)] == [1]
    assessments.finish(lived, own.id)
    assert [len(each.occasions) for each in grown(lived, amara, amara)] == [2]
    kofi = people.add_person(lived, Role.PARTICIPANT, "Kofi Bempah")[0]
    assert "assessment" not in kinds(timeline(lived, amara, kofi))


def test_nobody_who_is_not_named_sees_an_assessment(lived, amara) -> None:
    assert "assessment" not in kinds(timeline(lived, amara, None))
    assert grown(lived, amara, None) == ()


def test_a_lead_learns_that_the_pair_met(lived, amara) -> None:
    lead = people.add_person(lived, Role.LEAD, "Lin Lead")[0]
    (meeting,) = [each for each in timeline(lived, amara, lead) if each.kind is EventKind.MEETING]
    assert kinds(timeline(lived, amara, lead)).count("assessment") == 3
    assert say_event(meeting) == "with Mo Mentor  ·  45 min"


def test_a_mentors_assessment_is_told_apart_and_never_counted(lived, amara, mo) -> None:
    before = grown(lived, amara, everything=True)
    assess(lived, amara, mo, "midpoint", 5, AssessmentKind.MENTOR)
    said = [say_event(each) for each in timeline(lived, amara, everything=True) if each.source == "mentor"]
    assert said == ["Small 1.0  ·  midpoint  ·  by Mo Mentor, mentor"]
    assert grown(lived, amara, everything=True) == before


def test_the_cohort_comes_behind_a_leads_lines_alone(lived, amara, tunde) -> None:
    lead = people.add_person(lived, Role.LEAD, "Lin Lead")[0]
    for number in range(4):
        other = people.add_person(lived, Role.PARTICIPANT, f"Person{number} Example")[0]
        assess(lived, other, tunde, "baseline", 1 + number)
    (of_lead,) = grown(lived, amara, lead)
    assert of_lead.lines[0].band == ((2, 2, 3), None)
    (of_assessor,) = grown(lived, amara, tunde)
    assert of_assessor.lines[0].band == ()


def test_of_peers_there_is_that_feedback_can_be_read_and_nothing_else(ws, amara) -> None:
    crew = [amara, *(people.add_person(ws, Role.PARTICIPANT, f"Peer{n} Example")[0] for n in range(8))]
    rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "midpoint")
    peer_review.allocate_round(ws, rubric, occasion, 4, seed=1)
    pairs = [
        (one, other)
        for one in crew
        for other in crew
        if (one.id, other.id)
        in {tuple(row) for row in ws.rows("SELECT reviewer, author FROM allocation WHERE author IS NOT NULL")}
    ]
    boxes = {"works": "Scene 2 holds.", "change": "Cut at 00:10.", "next_step": "Try a slower pan this week."}

    def review(one, other) -> None:
        levels = {each.id: 3 for each in rubric.criteria}
        peer_review.write_review(ws, one, other, rubric, occasion, levels, {}, boxes, finish=True)

    def peers() -> list:
        return [each for each in timeline(ws, amara, everything=True) if each.kind is EventKind.PEER]

    to_me = [pair for pair in pairs if pair[1] == amara]
    by_me = [pair for pair in pairs if pair[0] == amara]
    for pair in to_me[:-1]:
        review(*pair)
    for pair in by_me:
        review(*pair)
    assert peers() == []
    review(*to_me[-1])
    (event,) = peers()
    assert (event.on, event.record, event.by, event.assessor, event.title) == ("", "", "", "", "Small 1.0")
    assert say_kind(event.kind) == "Feedback from peers"
    assert say_event(event) == "Small 1.0  ·  midpoint"
    assert kinds(timeline(ws, amara, everything=True)).count("assessment") == 0
