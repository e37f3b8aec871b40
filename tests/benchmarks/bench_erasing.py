"""Erasing one of many people, against compacting the same file, which no erasing can do without.

The long form is a million changes: `python -m tests.benchmarks.bench_erasing --changes 1000000`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from rubricapp.core.model import Role
from rubricapp.operations import merging, people, privacy, programmes
from rubricapp.store import engine
from tests.benchmarks.bench_merging import FAST, said_by
from tests.benchmarks.measuring import Result, timed

AT_ONCE = 5000


def measure(quick: bool, changes: int = 40_000, folder: str | None = FAST) -> Iterator[Result]:
    changes = 10_000 if quick else changes
    with tempfile.TemporaryDirectory(dir=folder) as name, programmes.start(Path(name) / "w", "Bench", "1") as ws:
        everybody = [people.add_person(ws, Role.PARTICIPANT, f"Ama Example {number}")[0] for number in range(200)]
        draw = Random(1)
        for number in range(1, changes // AT_ONCE + 1):
            some = draw.sample([each.id for each in everybody], 200)
            log = tuple(said_by(ws, number, some, AT_ONCE))
            merging.merge(ws, merging.Parcel(f"{number}", f"{number:032x}", "", log), keep_backup=False)
        copy = Path(name) / "copy.sqlite3"
        shutil.copyfile(ws.path, copy)
        bare = engine.connect(copy)
        floor = timed(lambda: bare.execute("VACUUM"))
        bare.close()
        done = timed(lambda: privacy.erase(ws, everybody[0].id, everybody[0].name, "asked for it"))
        size = ws.path.stat().st_size
    said = f"{done:.1f} s, {size >> 20} MB"
    yield Result(f"one person erased among {changes:,} changes", floor, done, 12.0, said)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench_erasing")
    parser.add_argument("--changes", type=int, default=40_000)
    parser.add_argument("--folder", default=FAST, help="where; a folder in memory by default")
    asked = parser.parse_args(arguments)
    print(f"load {os.getloadavg()[0]:.1f}")
    for result in measure(False, asked.changes, asked.folder):
        print(result.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
