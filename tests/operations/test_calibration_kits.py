"""Calibration away from the lead's laptop: blind in the data, answered by the next kit, demanded before scoring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rubricapp.core.calibration import Gate
from rubricapp.core.kits import Circle
from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.operations import artefacts, assigning, calibration, kits, passes, people, returns
from rubricapp.operations.recipients import duties_of
from rubricapp.store import calibrations
from rubricapp.store.artefacts import find_file, load_artefact
from rubricapp.store.assigning import list_assignments
from rubricapp.store.history import list_history
from rubricapp.store.people import find_occasion, list_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_
from tests.laptops import WORDS, ask, make_passphrases_quick, start_programme, who

LEVELS = {"TST-1": 3, "TST-2": 2}
REASONS = {"TST-1": "token-reason-one", "TST-2": "token-reason-two"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def lead(tmp_path: Path, document: dict) -> Iterator[Workspace]:
    """Nobody is asked; the rubric demands a calibration; the sample shows a work of somebody whom no assessor knows."""
    with start_programme(tmp_path / "lead", document, asked=False) as ws:
        secret = people.add_person(ws, Role.PARTICIPANT, "Zqsecret Author")[0]
        (tmp_path / "scene.txt").write_text("bytes of the sample")
        artefacts.add_work(ws, secret.id, str(tmp_path / "scene.txt"), {"title": "Scene", "context": "token-context"})
        work = artefacts.find_artefact(ws, "Scene")
        rubric = find_rubric(ws, "small")
        calibration.make_sample(ws, rubric, "Night Market", LEVELS, REASONS, work.id, "On the blue disk")
        calibration.set_gate(ws, rubric, Gate(demanded=True))
        yield ws


def laptop(lead: Workspace, tmp_path: Path, code: str) -> Workspace:
    made = kits.make_kit(lead, who(lead, code), tmp_path / "kits", WORDS)
    kits.open_kit(made.path, tmp_path / code, WORDS)
    return open_(tmp_path / code)


def sample_of(ws: Workspace, title: str = "Night Market"):
    return next(each for each in calibrations.list_samples(ws) if each.title == title)


def hand_in(ws: Workspace, lead: Workspace, tmp_path: Path) -> returns.Brought:
    assert find_faults(ws, files=True).ok, find_faults(ws, files=True).problems
    (brought,) = returns.bring_in(lead, [returns.make_return(ws, tmp_path / "returns").path])
    assert brought.error is None
    assert "MERGE_BEYOND" not in {each.code for each in brought.problems}
    return brought


def test_the_answer_comes_with_the_kit_after_the_return(lead, tmp_path) -> None:
    rubric = find_rubric(lead, "small")
    assert duties_of(lead, who(lead, "A-001")).circles == {Circle.ASSESSOR}, "to practise, before they are asked"
    with laptop(lead, tmp_path, "A-001") as ws:
        ana, sample = who(ws, "A-001"), sample_of(ws)
        assert (sample.criteria, sample.note) == (("TST-1", "TST-2"), "On the blue disk")
        assert find_file(ws, load_artefact(ws, sample.artefact)).place.read_text() == "bytes of the sample"
        said = repr(ws.rows("SELECT * FROM history"))
        assert not any(words in said for words in ("token", "Zqsecret", "calibration_level"))
        assert list_people(ws, Role.PARTICIPANT) == []
        done = calibration.score_sample(ws, ana, sample, {"TST-1": 3, "TST-2": 4}, finish=True)
        assert (done.waits, done.gaps, done.closeness.count) == (True, (), 0)
        stands = calibration.standing_of(ws, rubric, ana)
        assert (stands.passed, stands.waiting) == (False, 1)
        assert "is told with the next kit, once you have handed in" in calibration.say_standing(stands, Gate())
        with pytest.raises(UserError) as caught:
            calibration.score_sample(ws, ana, sample, {"TST-2": 2})
        assert caught.value.code == "E_FINISHED"
        hand_in(ws, lead, tmp_path)
    stands = calibration.standing_of(lead, rubric, who(lead, "A-001"))
    assert (stands.passed, stands.counted.exact, stands.counted.within_one, stands.waiting) == (False, 1, 1, 0)
    with laptop(lead, tmp_path, "A-001") as ws:
        (practice,) = calibrations.list_practices(ws, who(ws, "A-001").id)
        gaps = calibration.gaps_of(ws, practice)
        assert [(gap.criterion, gap.given, gap.agreed, gap.reason) for gap in gaps] == [
            ("TST-1", 3, 3, "token-reason-one"),
            ("TST-2", 4, 2, "token-reason-two"),
        ]
        assert calibration.standing_of(ws, rubric, who(ws, "A-001")).counted.count == 2
        assert find_faults(ws, files=True).ok
    with laptop(lead, tmp_path, "A-002") as ws:
        assert "token" not in repr(ws.rows("SELECT * FROM history")), "somebody who has not scored it"


def test_a_draft_is_answered_by_no_kit(lead, tmp_path) -> None:
    with laptop(lead, tmp_path, "A-001") as ws:
        calibration.score_sample(ws, who(ws, "A-001"), sample_of(ws), {"TST-1": 3})
        hand_in(ws, lead, tmp_path)
    with laptop(lead, tmp_path, "A-001") as ws:
        assert "token" not in repr(ws.rows("SELECT * FROM history"))


def test_a_sample_that_is_answered_at_once_counts_at_no_gate(lead, tmp_path) -> None:
    rubric = find_rubric(lead, "small")
    calibration.make_sample(lead, rubric, "Warm-up", {"TST-1": 3}, {"TST-1": "Seen at once"}, at_once=True)
    with laptop(lead, tmp_path, "A-001") as ws:
        ana = who(ws, "A-001")
        assert "token" not in repr(ws.rows("SELECT * FROM history"))
        sample = sample_of(ws, "Warm-up")
        assert calibrations.load_agreed(ws, sample.id, ana.id) == {}, "not on the screen before"
        done = calibration.score_sample(ws, ana, sample, {"TST-1": 3}, finish=True)
        assert [gap.reason for gap in done.gaps] == ["Seen at once"]
        assert not done.waits
        assert calibration.standing_of(ws, rubric, ana).missing == 1
        hand_in(ws, lead, tmp_path)
    assert not calibration.standing_of(lead, rubric, who(lead, "A-001")).passed


def test_samples_of_an_earlier_version_say_their_criteria_when_a_kit_is_made(lead, tmp_path) -> None:
    sample = sample_of(lead)
    with lead.writing("") as log:
        log.set("calibration_sample", sample.id, "criteria", None)
    assert sample_of(lead).criteria == ("TST-1", "TST-2")
    with laptop(lead, tmp_path, "A-001") as ws:
        assert sample_of(ws).criteria == ("TST-1", "TST-2")
    before = lead.rows("SELECT count(*) FROM change")
    assert not calibration.name_criteria(lead)
    assert lead.rows("SELECT count(*) FROM change") == before


def test_nobody_is_asked_without_a_pass_unless_the_lead_says_why(lead) -> None:
    rubric, baseline = find_rubric(lead, "small"), find_occasion(lead, "baseline")
    for call in (
        lambda: assigning.assign(lead, who(lead, "P-001"), who(lead, "A-001"), rubric, baseline),
        lambda: assigning.assign_evenly(lead, [rubric], baseline),
        lambda: assigning.assign_evenly(lead, [rubric], baseline, despite=" \n"),
    ):
        with pytest.raises(UserError) as caught:
            call()
        assert caught.value.code == "E_NOT_CALIBRATED"
        assert "Ana Example has not passed the calibration for Small" in caught.value.what
    assert "Bello Example" in caught.value.what
    assert list_assignments(lead) == []
    assigning.assign(lead, who(lead, "P-001"), who(lead, "A-001"), rubric, baseline, despite="The week cannot wait")
    asked = lead.rows("SELECT reason FROM history WHERE kind = 'assignment' AND reason <> ''")
    assert asked == [("Asked without a calibration: The week cannot wait",)]
    assert passes.list_missing(lead, who(lead, "A-001")) == [
        "Ana Example has not passed the calibration for Small 1.0. Not yet: 1 still to score."
    ]
    assert not assigning.assign(lead, who(lead, "P-001"), who(lead, "A-001"), rubric, baseline, despite="Again")
    ana = who(lead, "A-001")
    calibration.score_sample(lead, ana, sample_of(lead), LEVELS, finish=True)
    assert passes.list_missing(lead, ana) == []
    assert assigning.assign(lead, who(lead, "P-002"), ana, rubric, baseline)
    assert list_history(lead, ana.id) is not None


def test_a_pass_expires_and_is_asked_for_again(lead) -> None:
    rubric, ana = find_rubric(lead, "small"), who(lead, "A-001")
    calibration.set_gate(lead, rubric, Gate(days=10, demanded=True))
    calibration.score_sample(lead, ana, sample_of(lead), LEVELS, finish=True)
    stands = calibration.standing_of(lead, rubric, ana)
    assert stands.passed and passes.list_lacking(lead, [ana], [rubric]) == []
    (practice,) = calibrations.list_practices(lead, ana.id)
    with lead.writing(ana.id) as log:
        log.set("calibration", practice.id, "finished_at", "2026-01-01T10:00:00+00:00")
    (lacking,) = passes.list_lacking(lead, [ana], [rubric])
    assert lacking.standing.expired
    assert passes.say_lacking(lead, lacking).endswith("Expired: 1 to score again.")


def test_a_rubric_that_demands_nothing_asks_nobody(lead) -> None:
    rubric, baseline = find_rubric(lead, "small"), find_occasion(lead, "baseline")
    calibration.set_gate(lead, rubric, Gate())
    assert not calibration.gate_of(lead, rubric).demanded
    ask(lead, "P-001", "A-001")
    assert assigning.assign_evenly(lead, [rubric], baseline).assigned.pairs
    assert duties_of(lead, who(lead, "A-001")).samples, "offered all the same, for the rubric they score with"
