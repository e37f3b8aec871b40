"""The short form of `flips`. RUBRICAPP_FLIPS: how many of each kind; 10,000 take about half an hour."""

from __future__ import annotations

import os

import pytest

from tests.campaigns import flips

FLIPS = int(os.environ.get("RUBRICAPP_FLIPS", "40"))


@pytest.mark.timeout(max(120, FLIPS))
@pytest.mark.parametrize("name", flips.TARGETS)
def test_a_flipped_bit_is_noticed_or_changes_nothing(name) -> None:
    count = flips.run(name, FLIPS, 1)
    assert count.total() == FLIPS
    share = 40 if name == "store" else 4  # most of a small plain one is free space
    assert count["refused"] + count["noticed"] > FLIPS / share


def test_the_flips_see_what_nobody_notices(monkeypatch) -> None:
    monkeypatch.setattr(flips, "find_faults", lambda ws: type("Nothing", (), {"problems": ()}))
    with pytest.raises(AssertionError, match="nobody notices"):
        flips.run("store", 400, 1)
