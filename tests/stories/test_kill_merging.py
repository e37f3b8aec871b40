"""Whoever pulls the plug while packages are made, merged and opened: each transaction is whole, and each file.

RUBRICAPP_KILLS runs a longer campaign; see `tests.campaigns.kills`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaigns.kills import FAST, Result, run_deed
from tests.campaigns.kills_packages import MakeFile, Merge, Migrate, OpenKit, Protect
from tests.laptops import make_passphrases_quick
from tests.stories.travelling import travelling

KILLS = max(10, int(os.environ.get("RUBRICAPP_KILLS", "300")) // 25)
pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, which Windows cannot"),
    pytest.mark.timeout(max(300, KILLS * 5)),
]


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=FAST) as name:
        yield Path(name)


@pytest.fixture
def things(place, document, monkeypatch):
    return travelling(place, document, lambda: make_passphrases_quick(monkeypatch))


def demand_nothing_lost(found: Result, outcomes: int) -> None:
    assert found.lost == []
    assert found.faults == []
    assert len(found.outcomes) >= outcomes or KILLS < 30, found.outcomes


def test_a_merge_is_whole_or_not_there_for_each_package(things, place) -> None:
    demand_nothing_lost(run_deed("merging", KILLS, 1, Merge(things, place), again=1), 2)


@pytest.mark.parametrize("what", ["kit", "return", "portfolio", "backup"])
def test_a_file_under_its_name_is_whole(things, place, what) -> None:
    demand_nothing_lost(run_deed(what, KILLS, 2, MakeFile(what, things, place), again=1), 2)


def test_a_newer_kit_is_opened_whole_or_not_at_all(things, place) -> None:
    demand_nothing_lost(run_deed("opening", KILLS, 3, OpenKit(things, place), again=1), 2)


def test_an_old_workspace_is_as_it_was_or_as_it_is_to_be(place) -> None:
    demand_nothing_lost(run_deed("migrating", KILLS, 4, Migrate(place), again=1), 2)


@pytest.mark.parametrize("what", ["protect", "unprotect", "rekey"])
def test_a_workspace_is_protected_or_not_and_every_work_is_whole(things, place, what) -> None:
    demand_nothing_lost(run_deed(what, KILLS // 4, 5, Protect(what, things, place)), 1)


def test_what_is_lost_is_seen(things, place) -> None:
    """Somebody takes away what a merge brought, or half of it, after it was acknowledged."""
    deed = Merge(things, place)
    outcome, lost, faults = deed.look(done=True, again=False)
    assert (outcome, lost, faults) == ("2 of 2", [], [])
    deed.brought[1] |= {b"a change that is not there"}
    assert deed.look(done=True, again=False)[2], "half a package"
    deed.before |= {b"something said before"}
    assert deed.look(done=True, again=False)[1]
