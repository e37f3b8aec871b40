"""Blindness is in what the queries give: heat map, past ratings, history, reports, for every kind of person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rubricapp.core.changes import derived_id
from rubricapp.core.model import AssessmentKind, Role
from rubricapp.errors import UserError
from rubricapp.operations import assessments, people, reporting
from rubricapp.store.assessments import list_earlier, load_assessment
from rubricapp.store.cohort import load_matrix
from rubricapp.store.history import list_history
from rubricapp.store.people import find_occasion, find_people, load_person
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.viewing import list_hidden, load_view


def begin(ws, code: str, occasion: str = "baseline", kind=AssessmentKind.ASSESSOR, level: int = 4, finish: bool = True):
    """P-001 rated by this person."""
    rubric = find_rubric(ws, "small")
    who = find_people(ws, code)[0]
    made = assessments.begin(ws, find_people(ws, "P-001")[0], rubric, find_occasion(ws, occasion), who, kind)[0]
    assessments.rate(ws, made.id, "TST-1", level)
    if finish:
        assessments.finish(ws, made.id)
    return load_assessment(ws, made.id)


def release(ws, occasion: str = "baseline", day: str | None = "2999-01-01") -> None:
    """On a day after everything that a test finishes."""
    person, rubric = find_people(ws, "P-001")[0].id, find_rubric(ws, "small").content_hash
    moment = find_occasion(ws, occasion).id
    with ws.writing("lead") as log:
        log.set_all(
            "release",
            derived_id("release", person, rubric, moment),
            {"participant": person, "rubric": rubric, "occasion": moment, "released_on": day},
        )


@pytest.fixture
def crew(ws):
    """A second assessor, a mentor, a lead and a second participant."""
    for role, name in (
        (Role.ASSESSOR, "Nia Example"),
        (Role.MENTOR, "Mo Example"),
        (Role.LEAD, "Lea Example"),
        (Role.PARTICIPANT, "Kofi Bempah"),
    ):
        people.add_person(ws, role, name)
    return ws


def cells(ws, code: str) -> dict:
    rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    return load_matrix(ws, rubric.content_hash, occasion.id, load_view(ws, find_people(ws, code)[0])).cells


def levels_in_history(ws, code: str) -> list:
    view = load_view(ws, find_people(ws, code)[0])
    changes = list_history(ws, find_people(ws, "P-001")[0].id, view=view)
    return [each.value for each in changes if each.kind == "rating"]


def test_the_heat_map_holds_nothing_of_a_slot_that_is_still_to_be_rated(crew) -> None:
    begin(crew, "A-001", level=5)
    own = begin(crew, "A-002", level=2, finish=False)
    assert cells(crew, "A-002") == {} and levels_in_history(crew, "A-002") == [2]
    assert cells(crew, "M-001") == {} and levels_in_history(crew, "M-001") == []
    assert cells(crew, "L-001") and levels_in_history(crew, "L-001") == [5]
    assert cells(crew, "P-001") == cells(crew, "P-002") == {}
    assessments.finish(crew, own.id)
    assert next(iter(cells(crew, "A-002").values()))["TST-1"].total == 7
    assert sorted(levels_in_history(crew, "A-002")) == [2, 5]


def test_the_matrix_names_who_is_held_back_and_shows_a_participant_nobody_else(crew) -> None:
    begin(crew, "A-001")
    rubric, occasion = find_rubric(crew, "small"), find_occasion(crew, "baseline")
    amara, kofi = find_people(crew, "P-001")[0], find_people(crew, "P-002")[0]
    mine = load_matrix(crew, rubric.content_hash, occasion.id, load_view(crew, amara))
    assert mine.hidden == {amara.id} and [each.id for each in mine.participants] == [amara.id]
    other = load_matrix(crew, rubric.content_hash, occasion.id, load_view(crew, kofi))
    assert (other.finished, other.cells, [each.id for each in other.participants]) == ({}, {}, [kofi.id])
    nobody = load_matrix(crew, rubric.content_hash, occasion.id, load_view(crew, None))
    assert nobody.cells == {} and nobody.hidden == {amara.id}


def test_a_participant_sees_after_both_their_own_and_the_release(crew) -> None:
    begin(crew, "A-001", level=5)
    own = begin(crew, "P-001", kind=AssessmentKind.SELF, level=3, finish=False)
    amara = find_people(crew, "P-001")[0]
    release(crew)
    assert cells(crew, "P-001") == {} and levels_in_history(crew, "P-001") == [3]
    assert list_earlier(crew, load_assessment(crew, own.id), load_view(crew, amara)) == []
    assessments.finish(crew, own.id)
    found = list_earlier(crew, load_assessment(crew, own.id), load_view(crew, amara))
    assert [each.rating("TST-1").level for each in found] == [5]
    assert cells(crew, "P-001")
    release(crew, day=None)
    assert cells(crew, "P-001") == {}
    assert list_earlier(crew, load_assessment(crew, own.id), load_view(crew, amara)) == []
    release(crew)
    assessments.reopen(crew, own.id, "One more look.")
    assert cells(crew, "P-001") == {}


def test_peers_reviews_are_never_beside_and_open_nothing(crew) -> None:
    begin(crew, "A-001")
    begin(crew, "P-002", kind=AssessmentKind.PEER)
    own = begin(crew, "P-001", kind=AssessmentKind.SELF)
    release(crew)
    amara, kofi = find_people(crew, "P-001")[0], find_people(crew, "P-002")[0]
    kinds = {each.kind for each in list_earlier(crew, own, load_view(crew, amara))}
    assert kinds == {AssessmentKind.ASSESSOR}
    assert load_view(crew, kofi).own == {}
    assert cells(crew, "P-002") == {}


def test_what_is_finished_after_the_release_is_not_in_it(crew) -> None:
    own = begin(crew, "P-001", kind=AssessmentKind.SELF)
    begin(crew, "A-001", level=5)
    today = crew.sources.now().date()
    release(crew, day=(today - timedelta(days=1)).isoformat())
    amara = find_people(crew, "P-001")[0]
    assert list_earlier(crew, own, load_view(crew, amara)) == []
    assert cells(crew, "P-001") == {}
    release(crew, day=today.isoformat())
    assert len(list_earlier(crew, own, load_view(crew, amara))) == 1
    assert cells(crew, "P-001")


def test_reports_are_refused_where_they_would_tell(crew) -> None:
    begin(crew, "A-001")
    amara, kofi = find_people(crew, "P-001")[0], find_people(crew, "P-002")[0]
    blind = load_view(crew, find_people(crew, "A-002")[0])
    assert list_hidden(crew, blind) == {amara.id}
    with pytest.raises(UserError) as told:
        reporting.collect_for(crew, blind, [amara.id], False)
    assert told.value.code == "E_HIDDEN" and "Amara Okafor" in told.value.what
    with pytest.raises(UserError):
        reporting.collect_for(crew, blind, [], True)
    assert reporting.collect_for(crew, blind, [kofi.id], False).assessments
    lead = load_view(crew, find_people(crew, "L-001")[0])
    assert reporting.collect_for(crew, lead, [amara.id], True).assessments


def test_what_one_sees_follows_the_roles_of_now(crew) -> None:
    begin(crew, "A-001")
    people.add_person(crew, Role.LEAD, "Nia Example", "A-002")
    nia = load_person(crew, find_people(crew, "A-002")[0].id)
    assert list_hidden(crew, load_view(crew, nia)) == frozenset()


def test_beside_a_peer_review_there_are_ones_own_earlier_ones_alone(crew) -> None:
    begin(crew, "A-001", occasion="midpoint")
    people.add_person(crew, Role.PARTICIPANT, "Ama Third")
    begin(crew, "P-003", kind=AssessmentKind.PEER, occasion="midpoint")
    earlier = begin(crew, "P-002", kind=AssessmentKind.PEER, occasion="midpoint")
    now = begin(crew, "P-002", kind=AssessmentKind.PEER)
    people.add_person(crew, Role.LEAD, "Kofi Bempah", "P-002")
    view = load_view(crew, find_people(crew, "P-002")[0])
    assert [each.id for each in list_earlier(crew, now, view)] == [earlier.id]
