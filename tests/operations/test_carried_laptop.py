"""Somebody's workspace on several laptops, and kits that go to all of them: what was written anywhere comes home."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rubricapp.operations import assessments, kits, merging, returns
from rubricapp.store.assessments import load_assessment
from rubricapp.store.conflicts import list_conflicts
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_
from tests.laptops import WORDS, laptop, make_kit, make_passphrases_quick, score, start_programme


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def lead(folder: Path, document: dict) -> Iterator[Workspace]:
    with start_programme(folder, document) as ws:
        yield ws


def test_a_laptop_whose_copy_handed_in_first_hands_in_all_of_its_own(lead, tmp_path) -> None:
    """The folder was carried to another laptop, which handed in; the next kit is opened on the old one, too."""
    with laptop(lead, tmp_path, "A-001") as old:
        begun = score(old, "P-001", "A-001", 2)
    shutil.copytree(tmp_path / "A-001", tmp_path / "carried")
    with open_(tmp_path / "A-001") as old, open_(tmp_path / "carried") as new:
        assert old.device != new.device
        score(new, "P-002", "A-001", 1)
        returns.bring_in(lead, [returns.make_return(new, tmp_path / "stick").path])
        assessments.reopen(old, begun.id, "Seen again.")
        assessments.rate(old, begun.id, "TST-1", 4)
        assessments.finish(old, begun.id)
        kit = make_kit(lead, tmp_path / "kits", "A-001")
    for place in ("A-001", "carried"):
        kits.open_kit(kit, tmp_path / place, WORDS)
        with open_(tmp_path / place) as ws:
            assert ws.device not in ws.in_parts
            (brought,) = returns.bring_in(lead, [returns.make_return(ws, tmp_path / "stick").path])
            assert brought.error is None
    assert load_assessment(lead, begun.id).ratings["TST-1"].level == 4
    assert find_faults(lead).ok


@pytest.mark.parametrize("again", [False, True])
def test_a_kit_takes_nothing_back_that_its_assessor_said(lead, tmp_path, again: bool) -> None:
    """The lead takes a merge back, lets it stand again or not, and makes a new kit; the assessor went on meanwhile."""
    with laptop(lead, tmp_path, "A-001") as away:
        begun = score(away, "P-001", "A-001", 2, "of the first look")
        (brought,) = returns.bring_in(lead, [returns.make_return(away, tmp_path / "stick").path])
        merging.undo(lead, brought.merge)
        if again:
            merging.redo(lead, brought.merge)
        assessments.reopen(away, begun.id, "Seen again.")
        assessments.rate(away, begun.id, "TST-1", 4)
        assessments.finish(away, begun.id)
        mine = load_assessment(away, begun.id)
    kit = make_kit(lead, tmp_path / "kits", "A-001")
    kits.open_kit(kit, tmp_path / "A-001", WORDS)
    with open_(tmp_path / "A-001") as away:
        assert load_assessment(away, begun.id) == mine
        assert list_conflicts(away) == []
        (brought,) = returns.bring_in(lead, [returns.make_return(away, tmp_path / "stick").path])
    assert brought.planned.counts["conflict"] == 0
    assert load_assessment(lead, begun.id) == mine
    kits.open_kit(make_kit(lead, tmp_path / "kits", "A-001"), tmp_path / "another", WORDS)
    with open_(tmp_path / "another") as away:
        assert load_assessment(away, begun.id) == mine, "on a laptop of theirs that is new, too"
        assert list_conflicts(away) == []
