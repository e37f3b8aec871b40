"""Whoever pulls the plug: a scoring process is killed at random moments, and every acknowledged word is there.

RUBRICAPP_KILLS runs a longer one of these; all kinds of kills by the thousand: `tests.campaigns.kills`.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rubricapp.operations import programmes
from rubricapp.store.existing import exists
from rubricapp.store.people import list_occasions
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import open_
from tests.campaigns.kills_scoring import Life, campaign, lost

KILLS = int(os.environ.get("RUBRICAPP_KILLS", "140"))
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, which Windows cannot")


def test_a_loss_is_counted_as_one() -> None:
    life = Life(said={"TST-1": "3"}, tried=("TST-2", "4"))
    assert lost({}, life, {"TST-1": "3"}, "rate") == []
    assert lost({}, life, {"TST-1": "3", "TST-2": "4"}, "rate") == []
    assert len(lost({}, life, {}, "rate")) == 1, "gone altogether"
    assert len(lost({}, life, {"TST-1": "2"}, "rate")) == 1
    assert len(lost({"TST-2": "1"}, life, {"TST-1": "3", "TST-2": "5"}, "rate")) == 1
    assert lost({"TST-2": "1"}, life, {"TST-1": "3", "TST-2": "1"}, "rate") == []
    assert len(lost({"state": "draft"}, Life(said={"state": "finished"}), {"state": "draft"}, "finish")) == 1


@pytest.mark.timeout(max(300, KILLS))
@pytest.mark.parametrize(("mode", "share"), [("rate", 0.5), ("comment", 0.2), ("finish", 0.2), ("backup", 0.1)])
def test_every_acknowledged_word_survives_a_kill(ws, assessment, folder: Path, mode, share) -> None:
    ws.close()
    kills = max(1, round(KILLS * share))
    found = campaign(folder, assessment.id, kills, mode, seed=kills)
    assert found.lost == []
    assert found.faults == []
    assert found.acknowledged > kills
    if mode == "backup":
        from rubricapp.store.backups import list_backups

        assert list_backups(folder / "backups")  # whole ones are offered, half-written ones are not


def test_this_test_would_see_a_loss(ws, assessment, folder: Path) -> None:
    """A process that promises before it has written is caught, so silence above means something."""
    ws.close()
    assert campaign(folder, assessment.id, 40, "weak", seed=1).lost


STARTING = """
import sys, pathlib
from rubricapp.operations import programmes
print("go", flush=True)
programmes.start(pathlib.Path(sys.argv[1]), "Residency", "2026").close()
print("done", flush=True)
sys.stdin.read()
"""


def test_a_programme_that_is_killed_while_it_starts_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    draw, kills = random.Random(5), max(8, KILLS // 40)
    outcomes = {"whole": 0, "none": 0}
    for number in range(kills):
        folder = tmp_path / str(number)
        with subprocess.Popen(
            [sys.executable, "-c", STARTING, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout.readline() == "go\n"
            time.sleep(draw.random() * 0.25)  # not for waiting: the moment of the kill is what varies
            child.kill()
            promised = "done" in child.stdout.read()
        if exists(folder):
            outcomes["whole"] += 1
        else:
            assert not promised
            outcomes["none"] += 1
            programmes.start(folder, "Residency", "2026").close()
        with open_(folder) as ws:
            assert find_faults(ws).problems == ()
            assert [each.name for each in list_occasions(ws)] == ["baseline", "midpoint", "final"]
            assert len(list_rubrics(ws)) == len(programmes.shipped_rubrics())
        assert not list(folder.glob("*.part*"))
    assert outcomes["none"] > 0
