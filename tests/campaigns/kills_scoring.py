"""A scoring process is killed again and again: what it promised is there afterwards."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rubricapp.store.assessments import load_assessment
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import open_

ROOT = Path(__file__).resolve().parents[2]
STORIES = ROOT / "tests" / "stories"
MODES = {"rate": 0.6, "comment": 0.2, "finish": 0.2}
"""What is scored, and in which share of the kills."""


@dataclass
class Life:
    """What one process promised before it was killed. said: acknowledged; tried: begun and not acknowledged."""

    said: dict[str, str] = field(default_factory=dict)
    tried: tuple[str, str] | None = None
    acknowledged: int = 0


class Nursery:
    """The process that forks the scoring processes."""

    def __init__(self, folder: Path, assessment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(STORIES / "scoring_process.py"), str(folder), assessment],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        self.rest = b""

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=30)

    def lines(self) -> Iterator[list[str]]:
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


def values(folder: Path, assessment: str, thorough: bool) -> tuple[dict[str, str], tuple[str, ...]]:
    """What the workspace says after it was opened again: levels and comments by criterion, the state; and its faults,
    where it is to be checked thoroughly."""
    with open_(folder) as ws:
        found = load_assessment(ws, assessment)
        faults = tuple(each.message for each in find_faults(ws).problems) if thorough else ()
    shown = {"state": found.state.value}
    for criterion, rating in found.ratings.items():
        shown[criterion] = str(rating.level)
        shown[f"{criterion} comment"] = rating.comment
    return shown, faults


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


@dataclass
class Scored:
    """What became of some kills. checked: how often the whole workspace was."""

    kills: int = 0
    acknowledged: int = 0
    checked: int = 0
    lost: list[str] = field(default_factory=list)
    faults: list[tuple[str, ...]] = field(default_factory=list)


def campaign(folder: Path, assessment: str, kills: int, mode: str, seed: int) -> Scored:
    """Kill so often in one workspace."""
    draw, result = random.Random(seed), Scored()
    known, _ = values(folder, assessment, True)
    with Nursery(folder, assessment) as nursery, contextlib.suppress(KeyboardInterrupt):
        for number in range(kills):
            life = nursery.live_and_die(
                draw.getrandbits(31), mode, draw.randint(0, 6), draw.random() * draw.choice((0.0, 0.002, 0.02))
            )
            result.acknowledged += life.acknowledged
            # In a long campaign the check of an ever longer log would take most of the time.
            thorough = number < 300 or number % 20 == 0
            after, faults = values(folder, assessment, thorough)
            result.checked += thorough
            result.lost += lost(known, life, after, mode)
            if faults:
                result.faults.append(faults)
            known = after
            result.kills += 1
    return result
