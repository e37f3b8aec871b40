"""Settling where assessors differ: nothing given is lost, nobody sees what they may not, nothing goes out unsettled."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from rubricapp.core.agreed_levels import Outcome, movements
from rubricapp.core.model import AssessmentKind, Blank, Person, Role
from rubricapp.core.moderation import Sort, State
from rubricapp.core.moderation_sample import Why
from rubricapp.errors import UserError
from rubricapp.operations import (
    agreeing,
    assessments,
    assigning,
    moderation,
    people,
    portfolio_contents,
    privacy,
    releases,
    reporting,
)
from rubricapp.store.assessments import find_assessment, list_assessments
from rubricapp.store.assigning import list_assignments
from rubricapp.store.history import list_history
from rubricapp.store.moderation import list_agreed, load_settled
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.releases import list_releases
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.timeline import list_given_levels
from rubricapp.store.verifying import find_faults
from rubricapp.store.viewing import load_view
from rubricapp.store.workspace import Workspace


def who(ws: Workspace, code: str) -> Person:
    return find_people(ws, code)[0]


def assess(ws: Workspace, by: str, finish: bool = True, occasion: str = "baseline", about: str = "P-001", **levels):
    rubric = find_rubric(ws, "small")
    found = assessments.begin(ws, who(ws, about), rubric, find_occasion(ws, occasion), who(ws, by))[0]
    for name, level in levels.items():
        assessments.rate(ws, found.id, name.replace("_", "-"), level)
    if finish:
        assessments.finish(ws, found.id)
    return found.id


@pytest.fixture
def amara(ws) -> Person:
    return who(ws, "P-001")


@pytest.fixture
def apart(ws):
    """P-001 at the baseline: A-001 says 2 and "flat", A-002 says 4 and "mood"; a gap over the gate of TST-6, too."""
    for name in ("Noor Example", "Ines Example"):
        people.add_person(ws, Role.ASSESSOR, name)
    for by, level, gate, comment in (("A-001", 2, 2, "flat"), ("A-002", 4, 3, "mood")):
        mine = assess(ws, by, finish=False, TST_1=level, TST_2=3, TST_6=gate)
        assessments.comment(ws, mine, "TST-1", comment)
        assessments.finish(ws, mine)
    return ws


def refused(function, *arguments, **named) -> str:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    assert caught.value.what and caught.value.do
    return caught.value.code


def standing(ws, **named):
    (found,) = moderation.list_standings(ws, **named)
    return found


def place(ws, criterion: str = "TST-1", **named) -> agreeing.Place:
    return agreeing.find_place(ws, who(ws, "P-001"), criterion, **named)


def settle_all(ws) -> None:
    agreeing.agree(ws, place(ws), 3, "Seen together.")
    agreeing.agree(ws, place(ws, "TST-6"), Outcome.BOTH, "Both have a point.")


def test_gaps_side_by_side_with_both_comments(apart) -> None:
    found = standing(apart)
    assert found.state is State.MARKED
    assert [(each.criterion.id, each.sort) for each in found.gaps] == [("TST-1", Sort.LEVELS), ("TST-6", Sort.GATE)]
    assert {rating.comment for _who, rating in found.gaps[0].ratings} == {"flat", "mood"}


def test_agreeing_keeps_what_was_given(apart, amara) -> None:
    before = list_assessments(apart)
    changes = agreeing.agree(apart, place(apart, "tst-1"), 3, "  Seen\ntogether. ", author=who(apart, "A-001").id)
    assert changes.kinds == {"agreed_level"}
    (found,) = list_agreed(apart)
    assert (found.value, found.reason, found.by) == (3, "Seen\ntogether.", who(apart, "A-001").id)
    assert sorted((each.given, each.direction) for each in movements(found)) == [(2, 1), (4, -1)]
    assert list_assessments(apart) == before
    assert standing(apart).state is State.IN_MODERATION
    agreeing.agree(apart, place(apart, "TST-6"), Outcome.BOTH, "Both have a point.")
    assert standing(apart).state is State.READY
    assert len(load_settled(apart)[found.slot]) == 2
    assert find_faults(apart).problems == ()


def test_saying_it_again_writes_nothing_and_another_level_needs_its_reason(apart) -> None:
    agreeing.agree(apart, place(apart), 3, "Seen together.")
    assert not agreeing.agree(apart, place(apart), 3, "Seen together.")
    assert refused(agreeing.agree, apart, place(apart), 4, " \n\u200b") == "E_REASON"
    agreeing.agree(apart, place(apart), 4, "Looked again.")
    assert [each.level for each in list_agreed(apart)] == [4]
    said = [each for each in list_history(apart, who(apart, "P-001").id, "TST-1") if each.kind == "agreed_level"]
    assert [(each.value, each.reason) for each in said if each.field == "level"] == [
        (3, "Seen together."), (4, "Looked again."),
    ]  # fmt: skip


@pytest.mark.parametrize("value", [0, 6, -1, True, "3", 2.0])
def test_no_such_level(apart, value) -> None:
    assert refused(agreeing.agree, apart, place(apart), value, "why") == "E_LEVEL"
    assert list_agreed(apart) == []


def test_a_book_is_no_reason(apart) -> None:
    for length in (20_001, 10_000_000):
        assert refused(agreeing.agree, apart, place(apart), 3, "x" * length) == "E_TOO_LONG"


def test_both_needs_two_levels_and_a_blank_can_be_agreed(ws, amara) -> None:
    people.add_person(ws, Role.ASSESSOR, "Noor Example")
    assess(ws, "A-001", TST_1=4)
    assert refused(agreeing.agree, ws, place(ws), Outcome.BOTH, "why") == "E_NOT_BOTH"
    assess(ws, "A-002", TST_1=Blank.NOT_OBSERVED)
    (gap,) = standing(ws).gaps
    assert gap.sort is Sort.BLANK and not gap.is_open
    assert standing(ws).state is State.READY
    agreeing.agree(ws, place(ws), Blank.NOT_OBSERVED, "It was another person's shot.")
    assert list_agreed(ws)[0].value == "not_observed"


def test_opening_again_needs_a_reason_and_stays_in_the_history(apart, amara) -> None:
    settle_all(apart)
    assert refused(agreeing.reopen, apart, place(apart, opens=True), " ") == "E_REASON"
    assert agreeing.reopen(apart, place(apart), "A clip was found.")
    assert not agreeing.reopen(apart, place(apart), "A clip was found."), "it is open already"
    found = standing(apart)
    assert found.state is State.IN_MODERATION
    assert [each.criterion.id for each in found.open_gaps] == ["TST-1"]
    assert found.open_gaps[0].agreed.reason == "A clip was found."
    said = [each for each in list_history(apart, amara.id) if each.kind == "agreed_level" and each.field == "level"]
    assert [(each.value, each.reason) for each in said][-1] == (None, "A clip was found.")


def test_a_rating_that_changes_afterwards_opens_it(apart) -> None:
    settle_all(apart)
    tunde = find_assessment(
        apart, place(apart).participant.id, place(apart).rubric.content_hash, place(apart).occasion.id,
        who(apart, "A-001").id,
    )  # fmt: skip
    assessments.reopen(apart, tunde.id, "I mixed up two people.")
    assert standing(apart).state is State.IN_MARKING and standing(apart).gaps == ()
    assessments.rate(apart, tunde.id, "TST-1", 1)
    assessments.finish(apart, tunde.id)
    assert [(each.criterion.id, each.changed) for each in standing(apart).open_gaps] == [("TST-1", True)]


def test_a_third_assessor_is_asked_and_sees_nothing_before(apart, amara) -> None:
    ines = who(apart, "A-003")
    changes = agreeing.agree(apart, place(apart), Outcome.THIRD, "Too far apart.", third=ines)
    assert changes.kinds == {"agreed_level", "assignment"}
    assert [each.assessor for each in list_assignments(apart)] == [ines.id]
    found = standing(apart)
    assert (found.state, found.unfinished, found.gaps, found.given) == (State.IN_MODERATION, (ines.id,), (), ())
    assert load_settled(apart) == {}, "until then no number changes"
    assert refused(agreeing.agree, apart, place(apart), 3, "why") == "E_IN_MARKING"
    assess(apart, "A-003", TST_1=3, TST_6=3)
    assert [each.changed for each in standing(apart).open_gaps] == [True, False]
    agreeing.agree(apart, place(apart), Outcome.BOTH, "The median of three.")
    settled = load_settled(apart)[standing(apart).slot]["TST-1"]
    assert settled.instead([2, 4, 3]) == 3
    assert list_assignments(apart)[0].assessor == ines.id, "what was done stays asked"


def test_a_third_who_has_not_begun_is_called_off(apart) -> None:
    ines = who(apart, "A-003")
    agreeing.agree(apart, place(apart), Outcome.THIRD, "Too far apart.", third=ines)
    agreeing.agree(apart, place(apart, "TST-6"), Outcome.THIRD, "This, too.", third=ines, early=True)
    agreeing.agree(apart, place(apart), 3, "They talked.", early=True)
    assert list_assignments(apart), "she is still asked for TST-6"
    agreeing.reopen(apart, place(apart, "TST-6"), "They talk first.")
    assert list_assignments(apart) == []
    assert [each.criterion.id for each in standing(apart).open_gaps] == ["TST-6"]


def test_who_cannot_be_the_third(apart, amara) -> None:
    ask = (agreeing.agree, apart, place(apart), Outcome.THIRD, "why")
    assert refused(*ask, third=who(apart, "A-001")) == "E_NOT_A_THIRD"
    assert refused(*ask, third=amara) == "E_NOT_A_THIRD"
    with apart.writing("lead") as log:
        log.set_all("declared_conflict", "c", {"one": amara.id, "other": who(apart, "A-003").id})
    assert refused(*ask, third=who(apart, "A-003")) == "E_CONFLICT_OF_INTEREST"
    assert list_agreed(apart) == list_assignments(apart) == []


def test_which_place_is_meant(apart, amara) -> None:
    assert refused(agreeing.find_place, apart, amara, "TST-9") == "E_NOTHING_TO_MODERATE"
    assess(apart, "A-001", occasion="final", TST_1=4)
    assert place(apart).occasion.name == "baseline", "the only one with a gap"
    agreeing.agree(apart, place(apart), 3, "Seen together.")
    assert refused(place, apart) == "E_AMBIGUOUS"
    assert place(apart, opens=True).occasion.name == "baseline", "the only one that is settled"
    final = find_occasion(apart, "final").id
    assert place(apart, occasions=[final]).occasion.name == "final"


def test_blind_whoever_asks(apart, amara) -> None:
    """What a viewer may not see comes without gaps and levels; what somebody is still to finish comes to nobody."""
    hidden = standing(apart, sees=lambda slot: False)
    assert hidden.gaps == hidden.given == () and hidden.state is State.MARKED
    assert standing(apart, sees=lambda slot: slot[0] == amara.id).gaps
    mine = assess(apart, "A-003", finish=False, TST_1=1)
    assert standing(apart).gaps == standing(apart).given == ()
    assert standing(apart, sees=lambda slot: True).gaps == ()
    assert standing(apart, early=True).gaps
    assessments.finish(apart, mine)
    assert len(standing(apart).gaps[0].ratings) == 3


def test_nobody_waits_for_an_assessor_who_was_erased(apart, amara) -> None:
    """Who can never finish does not hide for ever where the others differ, nor keep it from being settled."""
    assess(apart, "A-003", finish=False, TST_1=1)
    ines = who(apart, "A-003")
    assigning.assign(apart, amara, ines, find_rubric(apart, "small"), find_occasion(apart, "baseline"))
    assert standing(apart).unfinished == (ines.id,) and not standing(apart).gaps
    privacy.erase(apart, ines.id, ines.name)
    assert standing(apart).unfinished == () and standing(apart).gaps
    agreeing.agree(apart, place(apart), 3, "Seen together.")
    tunde = who(apart, "A-001")
    privacy.erase(apart, tunde.id, tunde.name)
    assert [each.assessor for each in standing(apart).given].count(tunde.id) == 1, "what was finished goes on counting"


def test_a_draft_of_somebody_who_never_said_anything_hides_nothing(apart) -> None:
    assess(apart, "A-003", finish=False)
    assert standing(apart).gaps


# Releasing


def test_nothing_is_released_while_it_is_open(apart, amara) -> None:
    assert refused(releases.release, apart, [amara.id]) == "E_OPEN_GAPS"
    assert list_releases(apart) == []
    agreeing.agree(apart, place(apart), 3, "Seen together.")
    assert refused(releases.release, apart, [amara.id]) == "E_OPEN_GAPS", "the gate is still open"
    agreeing.agree(apart, place(apart, "TST-6"), 3, "Seen together.")
    releases.release(apart, [amara.id])
    assert standing(apart).state is State.RELEASED
    assert refused(agreeing.agree, apart, place(apart), 4, "why") == "E_RELEASED"
    assert refused(agreeing.reopen, apart, place(apart), "why") == "E_RELEASED"
    releases.take_back(apart, [amara.id], "One more look.")
    agreeing.reopen(apart, place(apart), "One more look.")
    assert refused(releases.release, apart, [amara.id]) == "E_OPEN_GAPS"


def test_anyway_is_kept_with_its_reason(apart, amara) -> None:
    assess(apart, "A-001", occasion="final", TST_1=4)
    assert refused(releases.release, apart, [amara.id], anyway="  ") == "E_OPEN_GAPS"
    done = releases.release(apart, [amara.id], anyway="The jury meets today.")
    assert len(done.released) == 2
    said = [each for each in list_history(apart, amara.id) if each.kind == "release" and each.field == "released_on"]
    assert sorted(each.reason for each in said) == ["", "The jury meets today."], "only where it was open"
    assert not releases.release(apart, [amara.id]).changes, "what is released already is not asked again"


def test_a_gap_elsewhere_stops_nothing(apart, amara) -> None:
    people.add_person(apart, Role.PARTICIPANT, "Kofi Mensah", "P-002")
    assess(apart, "A-001", about="P-002", TST_1=4)
    assess(apart, "A-001", occasion="final", TST_1=4)
    releases.release(apart, [who(apart, "P-002").id])
    releases.release(apart, [amara.id], occasions=[find_occasion(apart, "final").id])
    assert {each.occasion for each in list_releases(apart, amara.id)} == {find_occasion(apart, "final").id}


# The sample, and what is odd


def test_the_sample_is_drawn_from_what_is_finished(apart) -> None:
    for number in range(2, 12):
        people.add_person(apart, Role.PARTICIPANT, f"Person {number}", f"P-{number:03}")
        assess(apart, "A-003", about=f"P-{number:03}", finish=number < 11, TST_1=4, TST_6=4)
    found = moderation.sample(apart, Fraction(1, 5), seed=3)
    assert found == moderation.sample(apart, Fraction(1, 5), seed=3)
    by = [each.why for each in found if each.assessment.assessor == who(apart, "A-003").id]
    assert sum(Why.RANDOM in why for why in by) == 2, "a fifth of nine, rounded up"
    assert sum(Why.FIRST in why for why in by) == 2
    gate = [each for each in found if Why.GATE in each.why]
    assert [each.assessment.assessor for each in gate] == [who(apart, "A-001").id]


def test_mentors_and_selves_are_no_part_of_it(apart, amara) -> None:
    for kind, by in ((AssessmentKind.SELF, "P-001"), (AssessmentKind.MENTOR, "A-003")):
        rubric, occasion = find_rubric(apart, "small"), find_occasion(apart, "baseline")
        own = assessments.begin(apart, amara, rubric, occasion, who(apart, by), kind)[0]
        assessments.rate(apart, own.id, "TST-2", 5)
        assessments.finish(apart, own.id)
    assert [each.criterion.id for each in standing(apart).gaps] == ["TST-1", "TST-6"]


@pytest.mark.parametrize("value", [99, -3, True, "of a newer version", ["a"], {"a": 1}, 10**30])
def test_what_another_laptop_may_claim_moves_no_number(apart, value) -> None:
    agreeing.agree(apart, place(apart), 3, "Seen together.")
    (before,) = list_agreed(apart)
    with apart.writing("x") as log:
        record = apart.rows("SELECT id FROM agreed_level")[0][0]
        log.set("agreed_level", record, "level", value)
        log.set("agreed_level", record, "basis", ["no", "mapping"])
    assert load_settled(apart) == {}
    assert len(standing(apart).open_gaps) == 2
    assert before.level == 3
    assert find_faults(apart).problems == ()


def test_days_are_those_of_the_workspace(apart) -> None:
    apart.sources = replace(apart.sources, now=lambda: datetime(2026, 11, 9, 12, tzinfo=UTC))
    agreeing.agree(apart, place(apart), 3, "Seen together.")
    assert list_agreed(apart)[0].on == "2026-11-09"


def test_the_participants_file_says_what_was_agreed_not_why_nor_who_moved(apart, amara) -> None:
    moderation_reason = "Tunde was tired."
    agreeing.agree(apart, place(apart), 3, moderation_reason)
    agreeing.agree(apart, place(apart, "TST-6"), Outcome.BOTH, moderation_reason)
    releases.release(apart, [amara.id])
    folio = portfolio_contents.collect(apart, amara)
    assert len(folio.assessments) == 2
    for each in folio.assessments:
        assert each.words[-1] == (
            "Where assessors differed, they settled on: Title of TST-1, level 3; Title of TST-6, both levels stay."
        )
    assert sorted(each.ratings[0].level for each in folio.assessments) == [2, 4], "what each gave stays"
    assert [point.level for line in folio.growth if line.criterion == "TST-1" for point in line.points] == [3.0]
    assert moderation_reason not in repr(folio)
    data = reporting.collect(apart)
    slot = amara.id, find_rubric(apart, "small").content_hash, find_occasion(apart, "baseline").id
    assert {key: each.outcome for key, each in data.agreed[slot].items()} == {
        "TST-1": Outcome.LEVEL, "TST-6": Outcome.BOTH,
    }  # fmt: skip


def test_the_cohort_behind_growth_lines_has_what_was_agreed(apart, amara) -> None:
    rubric = find_rubric(apart, "small").content_hash

    def levels(criterion: str) -> list[int]:
        return sorted(each.level for each in list_given_levels(apart, [rubric]) if each.criterion == criterion)

    before = levels("TST-2")
    assert levels("TST-1") == [2, 4]
    agreeing.agree(apart, place(apart), 5, "Seen together.")
    agreeing.agree(apart, place(apart, "TST-6"), Outcome.BOTH, "Both have a point.")
    assert (levels("TST-1"), levels("TST-6"), levels("TST-2")) == ([5], [2, 3], before)
    agreeing.agree(apart, place(apart), Blank.NOT_OBSERVED, "It was another person's shot.")
    assert levels("TST-1") == []


def test_history_keeps_it_from_those_it_is_not_for(apart, amara) -> None:
    """Whoever may not see others' ratings sees no agreed level; and reasons are not for the participant."""
    agreeing.agree(apart, place(apart), 3, "Seen together.")
    lead = people.add_person(apart, Role.LEAD, "Chen Example")[0]
    for viewer, sees in ((lead, True), (who(apart, "A-001"), True), (who(apart, "A-003"), False), (amara, False)):
        found = list_history(apart, amara.id, view=load_view(apart, viewer))
        assert any(each.kind == "agreed_level" for each in found) is sees, viewer.name
        gaps = standing(apart, sees=load_view(apart, viewer).sees_results).gaps
        assert bool(gaps) is sees
