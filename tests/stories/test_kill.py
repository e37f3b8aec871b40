"""Whoever pulls the plug: a scoring process is killed at random moments, and every acknowledged word is there.

RUBRICAPP_KILLS runs a longer campaign: 10,000 take some minutes.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rubricapp.operations import programmes
from rubricapp.store.assessments import load_assessment
from rubricapp.store.existing import exists
from rubricapp.store.people import list_occasions
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import open_

KILLS = int(os.environ.get("RUBRICAPP_KILLS", "300"))
HERE = Path(__file__).resolve().parent
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, which Windows cannot")


@dataclass
class Life:
    """What one process promised before it was killed. said: acknowledged; tried: begun and not acknowledged."""

    said: dict[str, str] = field(default_factory=dict)
    tried: tuple[str, str] | None = None
    acknowledged: int = 0


class Nursery:
    """The process that forks the scoring processes."""

    def __init__(self, folder: Path, assessment: str) -> None:
        environment = os.environ | {"PYTHONPATH": str(HERE.parents[1])}
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "scoring_process.py"), str(folder), assessment],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self.rest = b""

    def lines(self):
        while True:
            while b"\n" in self.rest:
                line, _, self.rest = self.rest.partition(b"\n")
                yield line.decode().split()
            more = os.read(self.process.stdout.fileno(), 65536)
            if not more:
                raise AssertionError("the nursery died")
            self.rest += more

    def live_and_die(self, seed: int, mode: str, acknowledgements: int, delay: float) -> Life:
        """Let one process score until so many acknowledgements and a moment later; kill it."""
        self.process.stdin.write(f"{seed} {mode}\n".encode())
        self.process.stdin.flush()
        life, pid, killed = Life(), 0, False
        for word, *rest in self.lines():
            if word == "pid":
                pid = int(rest[0])
            elif word == "try":
                life.tried = (rest[0], rest[1])
            elif word == "done":
                life.said[life.tried[0]] = life.tried[1]
                life.tried = None
                life.acknowledged += 1
            elif word == "dead":
                assert rest[0] == str(int(signal.SIGKILL)), "it ended by itself"
                return life
            if pid and not killed and life.acknowledged >= acknowledgements:
                time.sleep(delay)  # not for waiting: the moment of the kill is what varies
                os.kill(pid, signal.SIGKILL)
                killed = True
        raise AssertionError

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=30)


def values(folder: Path, assessment: str, thorough: bool) -> dict[str, str]:
    """What the workspace says after it was opened again and checked: levels and comments by criterion, the state."""
    with open_(folder) as ws:
        found = load_assessment(ws, assessment)
        if thorough:
            assert find_faults(ws).problems == ()
    shown = {"state": found.state.value}
    for criterion, rating in found.ratings.items():
        shown[criterion] = str(rating.level)
        shown[f"{criterion} comment"] = rating.comment
    return shown


def lost(before: dict[str, str], life: Life, after: dict[str, str], mode: str) -> list[str]:
    """What was promised and is not there. A change that was begun may or may not be there: it was not promised."""
    suffix = " comment" if mode == "comment" else ""
    promised = before | {f"{key}{suffix}" if key != "state" else key: value for key, value in life.said.items()}
    begun = {f"{life.tried[0]}{suffix}" if life.tried[0] != "state" else "state": life.tried[1]} if life.tried else {}
    promised.pop("backup", None)
    return [
        f"{key}: {value} was promised, {after.get(key)} is there"
        for key, value in promised.items()
        if after.get(key) != value and not (key in begun and after.get(key) == begun[key])
    ]


def test_a_loss_is_counted_as_one() -> None:
    life = Life(said={"TST-1": "3"}, tried=("TST-2", "4"))
    assert lost({}, life, {"TST-1": "3"}, "rate") == []
    assert lost({}, life, {"TST-1": "3", "TST-2": "4"}, "rate") == []
    assert len(lost({}, life, {}, "rate")) == 1, "gone altogether"
    assert len(lost({}, life, {"TST-1": "2"}, "rate")) == 1
    assert len(lost({"TST-2": "1"}, life, {"TST-1": "3", "TST-2": "5"}, "rate")) == 1
    assert lost({"TST-2": "1"}, life, {"TST-1": "3", "TST-2": "1"}, "rate") == []
    assert len(lost({"state": "draft"}, Life(said={"state": "finished"}), {"state": "draft"}, "finish")) == 1


def campaign(folder: Path, assessment: str, kills: int, mode: str, seed: int) -> tuple[int, list[str]]:
    """(acknowledgements, losses) of so many kills."""
    draw = random.Random(seed)
    nursery = Nursery(folder, assessment)
    known = values(folder, assessment, True)
    acknowledged, losses = 0, []
    try:
        for number in range(kills):
            life = nursery.live_and_die(
                draw.getrandbits(31), mode, draw.randint(0, 6), draw.random() * draw.choice((0.0, 0.002, 0.02))
            )
            acknowledged += life.acknowledged
            # In a long campaign the check of an ever longer log would take most of the time.
            after = values(folder, assessment, number < 300 or number % 20 == 0)
            losses += lost(known, life, after, mode)
            known = after
    finally:
        nursery.close()
    return acknowledged, losses


@pytest.mark.timeout(max(300, KILLS))
@pytest.mark.parametrize(("mode", "share"), [("rate", 0.5), ("comment", 0.2), ("finish", 0.2), ("backup", 0.1)])
def test_every_acknowledged_word_survives_a_kill(ws, assessment, folder: Path, mode, share) -> None:
    ws.close()
    kills = max(1, round(KILLS * share))
    acknowledged, losses = campaign(folder, assessment.id, kills, mode, seed=kills)
    assert losses == []
    assert acknowledged > kills
    if mode == "backup":
        from rubricapp.store.backups import list_backups

        assert list_backups(folder / "backups")  # whole ones are offered, half-written ones are not


def test_this_test_would_see_a_loss(ws, assessment, folder: Path) -> None:
    """A process that promises before it has written is caught, so silence above means something."""
    ws.close()
    _acknowledged, losses = campaign(folder, assessment.id, 40, "weak", seed=1)
    assert losses


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
