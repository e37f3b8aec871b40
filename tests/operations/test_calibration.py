"""Calibration on a real workspace: a sample, scored blind, compared, and a gate before a round."""

from __future__ import annotations

import pytest

from rubricapp.core.calibration import Closeness, Gate
from rubricapp.core.model import Blank, Role
from rubricapp.errors import UserError
from rubricapp.operations import calibration, people
from rubricapp.store import calibrations
from rubricapp.store.people import find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.verifying import find_faults
from tests.operations.rounds import ask

LEVELS = {"TST-1": 3, "TST-2": 2, "TST-6": 4}
REASONS = {criterion: f"The secret reason of {criterion}" for criterion in LEVELS}


@pytest.fixture
def rubric(ws):
    return find_rubric(ws, "small")


@pytest.fixture
def amara(ws):
    return find_people(ws, "P-001")[0]


@pytest.fixture
def sample(ws, rubric):
    return calibration.make_sample(ws, rubric, "Night Market", LEVELS, REASONS, note="On the blue disk")[0]


def code_of(call) -> str:
    with pytest.raises(UserError) as caught:
        call()
    return caught.value.code


def test_a_sample_says_its_criteria_but_not_its_levels(ws, sample) -> None:
    assert (sample.title, sample.note) == ("Night Market", "On the blue disk")
    assert sample.criteria == ("TST-1", "TST-2", "TST-6")
    assert "secret" not in repr(calibrations.list_samples(ws))
    assert calibrations.load_key(ws, sample.id)["TST-6"].level == 4
    assert find_faults(ws).ok


def test_blind_until_finished(ws, sample, amara) -> None:
    """Nothing that a scorer's page reads holds a level or a reason before they have finished."""
    draft = calibration.score_sample(ws, amara, sample, {"TST-1": 3}, {"TST-1": "Seen at 00:12"})
    assert (draft.gaps, draft.closeness) == ((), Closeness(0, 0, 0))
    assert draft.missing == ("TST-2", "TST-6")
    assert calibrations.load_agreed(ws, sample.id, amara.id) == {}
    assert calibration.gaps_of(ws, draft.practice) == ()
    with pytest.raises(UserError) as caught:
        calibration.score_sample(ws, amara, sample, {"TST-2": 3}, finish=True)
    assert caught.value.code == "E_MISSING"
    assert "secret" not in str(caught.value) + repr(draft)
    assert calibrations.load_agreed(ws, sample.id, amara.id) == {}
    done = calibration.score_sample(ws, amara, sample, {"TST-6": 2}, finish=True)
    assert [(each.criterion, each.given, each.agreed, each.reason) for each in done.gaps] == [
        (criterion, given, LEVELS[criterion], REASONS[criterion])
        for criterion, given in (("TST-1", 3), ("TST-2", 3), ("TST-6", 2))
    ]
    assert done.gaps[0].comment == "Seen at 00:12"
    assert done.closeness == Closeness(3, 1, 2)
    assert calibration.gaps_of(ws, done.practice) == done.gaps
    other = find_people(ws, "A-001")[0]
    assert calibrations.load_agreed(ws, sample.id, other.id) == {}  # one who finished opens it for nobody else
    assert find_faults(ws).ok


def test_once_finished_it_stays(ws, sample, amara) -> None:
    calibration.score_sample(ws, amara, sample, LEVELS, finish=True)
    assert code_of(lambda: calibration.score_sample(ws, amara, sample, {"TST-1": 1})) == "E_FINISHED"
    again = calibration.score_sample(ws, amara, sample, {}, finish=True)
    assert again.closeness == Closeness(3, 3, 3)
    assert not again.changes


def test_a_draft_can_be_changed_and_taken_back(ws, sample, amara) -> None:
    calibration.score_sample(ws, amara, sample, LEVELS)
    draft = calibration.score_sample(ws, amara, sample, {"TST-1": None, "TST-2": 5}, {"TST-2": ""})
    assert draft.practice.levels == {"TST-2": 5, "TST-6": 4}
    assert draft.missing == ("TST-1",)
    assert not calibration.score_sample(ws, amara, sample, {"TST-2": 5}).changes


@pytest.mark.parametrize(
    ("title", "levels", "reasons", "code"),
    [
        ("\u202e ", LEVELS, REASONS, "E_EMPTY"),
        ("A", {}, {}, "E_NO_LEVEL"),
        ("A", {"TST-1": 3}, {}, "E_REASON"),
        ("A", {"TST-1": None}, {"TST-1": "Why"}, "E_REASON"),
        ("A", {"TST-9": 3}, {"TST-9": "Why"}, "E_CRITERION"),
        ("A", {"TST-1": 6}, {"TST-1": "Why"}, "E_LEVEL"),
        ("A", {"TST-1": 3}, {"TST-1": "x" * 20_001}, "E_TOO_LONG"),
    ],
)
def test_what_is_no_sample_is_refused_whole(ws, rubric, title, levels, reasons, code) -> None:
    assert code_of(lambda: calibration.make_sample(ws, rubric, title, levels, reasons)) == code
    assert calibrations.list_samples(ws) == []


@pytest.mark.parametrize(
    ("levels", "code"),
    [({"TST-1": 6}, "E_LEVEL"), ({"TST-3": 3}, "E_CRITERION"), ({"TST-1": Blank.NOT_OBSERVED}, "E_LEVEL")],
)
def test_what_is_no_scoring_is_refused_whole(ws, sample, amara, levels, code) -> None:
    assert code_of(lambda: calibration.score_sample(ws, amara, sample, {"TST-2": 3, **levels})) == code
    assert calibrations.list_practices(ws) == []


def test_a_sample_is_found_by_title_or_id(ws, rubric, sample) -> None:
    assert calibration.find_sample(ws, " night  MARKET ").id == sample.id
    assert calibration.find_sample(ws, sample.id).id == sample.id
    twin = calibration.make_sample(ws, rubric, "Night market", LEVELS, REASONS)[0]
    assert code_of(lambda: calibration.find_sample(ws, "night market")) == "E_NO_SAMPLE"
    calibration.remove_sample(ws, twin.id)
    assert calibration.find_sample(ws, "night market").id == sample.id
    assert code_of(lambda: calibration.find_sample(ws, "")) == "E_NO_SAMPLE"


def test_a_sample_taken_away_is_scored_no_more_but_still_counts(ws, rubric, sample, amara) -> None:
    calibration.score_sample(ws, amara, sample, LEVELS, finish=True)
    calibration.remove_sample(ws, sample.id)
    assert calibrations.list_samples(ws) == []
    removed = calibrations.load_sample(ws, sample.id)
    late = find_people(ws, "A-001")[0]
    assert code_of(lambda: calibration.score_sample(ws, late, removed, LEVELS)) == "E_REMOVED"
    assert calibration.standing_of(ws, rubric, amara).passed


def test_a_new_edition_calibrates_again(ws, sample, amara) -> None:
    calibration.score_sample(ws, amara, sample, LEVELS, finish=True)
    with ws.writing("") as log:
        log.set_all("edition", ws.new_id(), {"name": "2027"})
    again = calibration.score_sample(ws, amara, sample, {"TST-1": 1})
    assert again.practice.finished_on == ""
    assert again.gaps == ()
    assert len(calibrations.list_practices(ws, amara.id, sample.id)) == 2


def test_the_gate_is_the_leads_and_expires(ws, rubric, sample, amara) -> None:
    assert calibration.gate_of(ws, rubric) == Gate()
    calibration.score_sample(ws, amara, sample, {**LEVELS, "TST-1": 4, "TST-2": 3}, finish=True)  # 1 of 3 exact
    found = calibration.standing_of(ws, rubric, amara)
    assert (found.passed, found.counted) == (False, Closeness(3, 1, 3))
    calibration.set_gate(ws, rubric, Gate(exact=30, within_one=100, samples=1, days=10))
    found = calibration.standing_of(ws, rubric, amara)
    assert found.passed
    assert calibration.say_standing(found, calibration.gate_of(ws, rubric)).startswith("Passed until ")
    found = calibration.standing_of(ws, rubric, amara, "2999-01-01")
    assert (found.passed, found.expired) == (False, True)
    assert calibration.say_standing(found, Gate()) == "Expired: 1 to score again."
    assert find_faults(ws).ok


@pytest.mark.parametrize("gate", [Gate(exact=101), Gate(within_one=-1), Gate(samples=0), Gate(days=-1)])
def test_a_gate_that_makes_no_sense(ws, rubric, gate) -> None:
    assert code_of(lambda: calibration.set_gate(ws, rubric, gate)) == "E_GATE"


def test_a_round_may_need_it(ws, rubric, sample) -> None:
    asked = ask(ws, needs_calibration=True)
    pair = asked.pairs[0]
    reviewer, author = asked.people[pair.reviewer], asked.people[pair.author]
    with pytest.raises(UserError) as caught:
        asked.write(reviewer, author)
    assert caught.value.code == "E_NOT_CALIBRATED"
    assert "1 still to score" in caught.value.what
    calibration.score_sample(ws, reviewer, sample, {**LEVELS, "TST-1": 1}, finish=True)
    with pytest.raises(UserError) as caught:
        asked.write(reviewer, author)
    assert "2 of 3 within one" in caught.value.what
    second = calibration.make_sample(ws, rubric, "Second", LEVELS, REASONS)[0]
    calibration.score_sample(ws, reviewer, second, LEVELS, finish=True)
    asked.write(reviewer, author, finish=False)
    calibration.set_gate(ws, rubric, Gate(samples=3))
    asked.write(reviewer, author)  # begun is begun


def test_a_round_needs_none_unless_asked(ws) -> None:
    asked = ask(ws)
    assert not asked.round.needs_calibration
    pair = asked.pairs[0]
    asked.write(asked.people[pair.reviewer], asked.people[pair.author])


def test_the_lead_sees_where_everybody_stands(ws, rubric, sample, amara) -> None:
    calibration.score_sample(ws, amara, sample, LEVELS, finish=True)
    found = {person.code: stands for person, stands in calibration.list_standings(ws, rubric)}
    assert found == {
        "A-001": calibration.standing_of(ws, rubric, find_people(ws, "A-001")[0]),
        "P-001": calibration.standing_of(ws, rubric, amara),
    }
    assert [code for code, stands in found.items() if stands.passed] == ["P-001"]


def test_an_assessor_calibrates_like_anybody(ws, rubric, sample) -> None:
    assessor = people.add_person(ws, Role.ASSESSOR, "New Assessor")[0]
    calibration.score_sample(ws, assessor, sample, LEVELS, finish=True)
    ((which, practice, near),) = calibration.results_of(ws, rubric, assessor)
    assert (which.id, practice.person, near) == (sample.id, assessor.id, Closeness(3, 3, 3))
