"""A process is killed, thousands of times, in the middle of what people do: nothing that was acknowledged is lost.

    python -m tests.campaigns.kills [KIND…] [--kills 10000] [--seed 1]

One line for each kind: how many kills, how many acknowledgements before them, how many of those are lost, how many
workspaces fail the check afterwards. The kills are shared out as `SHARES` says. Ctrl-C ends it early, and says what
came of the kills so far. Exit code 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rubricapp.operations import assessments
from rubricapp.store.assessments import list_assessments
from rubricapp.store.workspace import open_
from tests.campaigns import kills_scoring
from tests.campaigns.kills_packages import Deed, MakeFile, Merge, Migrate, Nursery, OpenKit, Protect
from tests.conftest import small_document
from tests.laptops import make_passphrases_quick
from tests.stories.travelling import Travelling, put_back, travelling

FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
SHARES = {
    "rating": 0.4,
    "merging": 0.12,
    "handing in": 0.12,
    "backing up": 0.12,
    "migrating": 0.06,
    "opening a kit": 0.06,
    "making a kit": 0.06,
    "protecting": 0.02,
    "unprotecting": 0.02,
    "changing the key": 0.02,
}
AGAIN = 10
"""Every so many kills it is also seen that doing it once more gives what it should."""


@dataclass
class Result:
    """What became of the kills of one kind. checked: in long campaigns not after every kill while scoring."""

    kind: str
    kills: int = 0
    acknowledged: int = 0
    checked: int = 0
    failing: int = 0
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def bad(self) -> bool:
        return bool(self.lost or self.failing)

    def line(self) -> str:
        outcomes = ", ".join(f"{name} {count:,}" for name, count in sorted(self.outcomes.items()))
        return (
            f"{self.kind:14} {self.kills:7,} kills {self.acknowledged:8,} acknowledged {len(self.lost):4,} lost"
            f" {self.checked:7,} checked {self.failing:4,} fail the check {self.seconds:8.1f} s"
            f"{f'  ({outcomes})' if outcomes else ''}"
        )


def run_deed(kind: str, kills: int, seed: int, deed: Deed, again: int = AGAIN) -> Result:
    """Kill so often in the middle of one deed."""
    result, begun = Result(kind), time.monotonic()
    with Nursery(seed) as nursery, contextlib.suppress(KeyboardInterrupt):
        for number in range(kills):
            found = deed.trial(nursery, number % again == 0)
            result.kills += 1
            result.acknowledged += found.done
            result.checked += 1
            result.failing += bool(found.faults)
            result.lost += found.lost
            result.faults += found.faults
            result.outcomes[found.outcome] += 1
    result.seconds = time.monotonic() - begun
    return result


def run_rating(kills: int, seed: int, things: Travelling, place: Path) -> Result:
    """Kill so often while somebody scores, in a fresh workspace every thousand times."""
    result, begun = Result("rating"), time.monotonic()
    with open_(things.lead) as ws:
        found = next(each for each in list_assessments(ws) if each.ratings)
        if not found.is_open:
            assessments.reopen(ws, found.id, "For the campaign.")
    put_back(things.lead, place / "kept-rating")
    for mode, share in kills_scoring.MODES.items():
        left = round(kills * share)
        while left > 0:
            put_back(place / "kept-rating", things.lead)
            scored = kills_scoring.campaign(things.lead, found.id, min(left, 1000), mode, seed + left)
            result.kills += scored.kills
            result.acknowledged += scored.acknowledged
            result.checked += scored.checked
            result.failing += len(scored.faults)
            result.lost += scored.lost
            result.faults += [each for group in scored.faults for each in group]
            left = left - 1000 if scored.kills == min(left, 1000) else 0
    result.seconds = time.monotonic() - begun
    return result


DEEDS: dict[str, Callable[[Travelling, Path], Deed]] = {
    "merging": Merge,
    "handing in": lambda things, place: MakeFile("return", things, place),
    "backing up": lambda things, place: MakeFile("backup", things, place),
    "migrating": lambda _things, place: Migrate(place),
    "opening a kit": OpenKit,
    "making a kit": lambda things, place: MakeFile("kit", things, place),
    "protecting": lambda things, place: Protect("protect", things, place),
    "unprotecting": lambda things, place: Protect("unprotect", things, place),
    "changing the key": lambda things, place: Protect("rekey", things, place),
}


def run(kind: str, kills: int, seed: int) -> Result:
    """Kill so often in the middle of one kind of work."""
    patch = pytest.MonkeyPatch()
    make_passphrases_quick(patch)
    try:
        with tempfile.TemporaryDirectory(dir=FAST) as name:
            place = Path(name).resolve()
            things = travelling(place, small_document(), lambda: None)
            if kind == "rating":
                return run_rating(kills, seed, things, place)
            return run_deed(kind, kills, seed, DEEDS[kind](things, place))
    finally:
        patch.undo()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="kills", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument(
        "kind", nargs="*", choices=[*SHARES, []], metavar="KIND", help=f"{', '.join(SHARES)}; all where none is named"
    )
    parser.add_argument("--kills", type=int, default=10_000, help="of all kinds together")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    if not hasattr(os, "fork"):
        print("processes are forked, which Windows cannot")
        return 2
    os.environ["RUBRICAPP_HOME"] = tempfile.mkdtemp(dir=FAST)
    names = asked.kind or list(SHARES)
    whole = sum(SHARES[name] for name in names)
    results = []
    try:
        for name in names:
            result = run(name, max(1, round(asked.kills * SHARES[name] / whole)), asked.seed)
            results.append(result)
            print(result.line(), flush=True)
            for what in [*result.lost[:5], *result.faults[:5]]:
                print(f"    {what}", flush=True)
    finally:
        shutil.rmtree(os.environ["RUBRICAPP_HOME"], ignore_errors=True)
    total = Result("all")
    for each in results:
        total.kills += each.kills
        total.acknowledged += each.acknowledged
        total.checked += each.checked
        total.failing += each.failing
        total.seconds += each.seconds
        total.lost += each.lost
    print(total.line())
    return 1 if total.bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
