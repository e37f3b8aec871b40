"""The short form of `histories`: some hundred. RUBRICAPP_HISTORIES: how many; 20,000 take about five minutes."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from rubricapp.core import changes, merging
from tests.campaigns import histories

RUNS = int(os.environ.get("RUBRICAPP_HISTORIES", "120"))


@pytest.mark.timeout(max(120, RUNS))
def test_whatever_gets_through_nothing_is_lost_doubled_invented_or_hidden() -> None:
    count: Counter[str] = Counter()
    for number in range(RUNS):
        histories.run(7, number, count)
    assert min(count[each] for each in ("conflicts", "altered", "copies", "clones found")) > 0


def forget_losers(real):
    return lambda *given: real(*given)[:1]


def trust_everybody(_real):
    return lambda _each, _known: ""


def never_mind_the_link(_real):
    return lambda _self, _previous: True


def see_a_conflict_everywhere(_real):
    return lambda heads: len(tuple(heads)) > 0


def refuse_what_follows_a_gap(real):
    return lambda each, previous, known, before: real(each, previous, known, {})


@pytest.mark.parametrize(
    ("place", "name", "broken"),
    [
        (changes, "heads_of", forget_losers),
        (changes, "is_conflict", see_a_conflict_everywhere),
        (merging, "_clash", trust_everybody),
        (merging.Arriving, "follows", never_mind_the_link),
        (merging, "_link", refuse_what_follows_a_gap),
    ],
)
def test_the_histories_see_a_rule_that_is_broken(monkeypatch, place, name, broken) -> None:
    monkeypatch.setattr(place, name, broken(getattr(place, name)))
    with pytest.raises(AssertionError):
        for number in range(40):
            histories.run(7, number, Counter())
