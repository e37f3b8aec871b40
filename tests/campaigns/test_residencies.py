"""The short form of `residencies`. RUBRICAPP_RESIDENCIES: how many; 1,000 take about twenty minutes."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from rubricapp.core import kits
from rubricapp.core.model import Change
from rubricapp.operations import merging_again
from tests.campaigns import residencies
from tests.laptops import make_passphrases_quick

RUNS = int(os.environ.get("RUBRICAPP_RESIDENCIES", "3"))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.mark.timeout(max(300, 30 * RUNS))
def test_whatever_a_network_does_in_any_order_nothing_is_lost_and_nothing_known_too_soon() -> None:
    count: Counter[str] = Counter()
    for number in range(RUNS):
        residencies.run(3, number, count)
    assert min(count[each] for each in ("compared", "merged", "undone", "kit_opened")) > 0, count


def show_what_others_said(change: Change, *_given: object) -> bool:
    return change.kind in kits.WITH_HISTORY


def leave_it_taken_back(*_given: object) -> bool:
    return False


@pytest.mark.parametrize(
    ("place", "name", "broken", "first"),
    [
        (kits, "_assessor", show_what_others_said, 0),
        (merging_again, "holds", leave_it_taken_back, 2),
    ],
)
def test_the_residencies_see_a_rule_that_is_broken(monkeypatch: pytest.MonkeyPatch, place, name, broken, first) -> None:
    monkeypatch.setattr(place, name, broken)
    with pytest.raises(AssertionError):
        for number in range(first, first + 20):
            residencies.run(3, number, Counter())
