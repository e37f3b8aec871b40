"""Many sealed and signed returns brought together on one laptop, against a bare sorted INSERT of the same rows.

The long form is 1,000 returns of 1,000 changes: `python -m tests.benchmarks.bench_merging --packages 1000`. Sealing is
for known keys, as it is once laptops have handed in; making the returns is not part of what is measured.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from random import Random

from rubricapp.core import changes as rules
from rubricapp.core.changes import assessment_id
from rubricapp.core.merging import Arriving
from rubricapp.core.model import Change, PersonId, Role
from rubricapp.core.rubrics import canonical
from rubricapp.exchange import package_file, sealing, signing
from rubricapp.operations import people, programmes, returns
from rubricapp.store import engine
from rubricapp.store.people import find_occasion, load_programme
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import Workspace
from tests.benchmarks.measuring import Result, timed

CHANGES = 1000
FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None


def said_by(ws: Workspace, number: int, participants: list[str], count: int) -> list[Arriving]:
    """One laptop's log: a person, and ratings of many participants with comments."""
    rubric, occasion = find_rubric(ws, "camera"), find_occasion(ws, "baseline")
    draw, device, assessor = Random(number), f"{number:032x}", f"assessor-{number}"
    wanted: list[tuple[str, str, str, object]] = []
    while len(wanted) < count:
        for participant in participants:
            record = assessment_id(participant, rubric.content_hash, occasion.id, assessor)
            for name, value in (("participant", participant), ("assessor", assessor), ("rubric", rubric.content_hash),
                                ("occasion", occasion.id), ("kind", "assessor"), ("state", "draft")):  # fmt: skip
                wanted.append(("assessment", record, name, value))
            for criterion in rubric.criteria:
                wanted.append(("rating", f"{record}/{criterion.id}", "level", draw.randint(1, 5)))
                words = " ".join(draw.choices(("held", "the", "frame", "light", "calm", "late", "focus"), k=12))
                wanted.append(("rating", f"{record}/{criterion.id}", "comment", f"{words} {draw.random()}"))
    shown: dict[tuple[str, str, str], str] = {}
    made, previous, clock = [], rules.GENESIS, rules.milliseconds(ws.sources.now()) << 16
    for seq, (kind, record, name, value) in enumerate(wanted[:count], 1):
        clock += 1 << 20  # sixteen seconds
        id_ = rules.uuid7(clock >> 16, draw.randbytes(8), clock & 0xFFF).hex()
        older = shown.get((kind, record, name))
        change = Change(
            *(id_, device, seq, clock, rules.time_of(clock >> 16), PersonId(assessor), kind, record, name, value),
            replaces=(older,) if older else (),
        )
        salt = draw.randbytes(16)
        previous = rules.chain_hash(previous, change, rules.commitment(salt, value, ""))
        shown[kind, record, name] = id_
        made.append(Arriving(change, previous, salt))
    return made


def hand_in(ws: Workspace, folder: Path, number: int, changes: list[Arriving]) -> Path:
    device, key = f"{number:032x}", signing.key_from(number.to_bytes(32))
    lead = sealing.identity_of(ws).public
    programme = load_programme(ws)
    manifest = package_file.Manifest(
        *(1, package_file.RETURN, rules.derived_id("return", device), programme.id, programme.name, "2026"),
        *("2026-11-29T12:00:00+00:00", device, f"assessor-{number}", f"Assessor {number}", "", "", 1),
        *(key.public.hex(), lead, "", len(changes), ((device, f"laptop {number}"),)),
        *(((device, 1, len(changes)),), (), ((device, len(changes)),)),
    )
    path = folder / f"{number:05}.rubricpack"
    package_file.write(path, manifest, changes, {}, key, [lead])
    return path


class Bare:
    """The same rows, sorted by id, in a database with our settings: the least that could be done."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self.path, self.connection = path, engine.connect(path)
        self.connection.execute(
            "CREATE TABLE change (id BLOB PRIMARY KEY, device TEXT, seq INTEGER, hlc INTEGER, kind TEXT, record TEXT,"
            " field TEXT, value TEXT, salt BLOB, hash BLOB) STRICT, WITHOUT ROWID"
        )

    def insert(self, changes: list[Arriving]) -> None:
        rows = sorted(
            (bytes.fromhex(each.change.id), each.change.device, each.change.seq, each.change.hlc, each.change.kind,
             each.change.record, each.change.field, canonical(each.change.value).decode(), each.salt, each.hash)
            for each in changes
        )  # fmt: skip
        self.connection.execute("BEGIN")
        self.connection.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self.connection.execute("COMMIT")


def measure(quick: bool, packages: int = 20, count: int = CHANGES, folder: str | None = FAST) -> Iterator[Result]:
    packages = 5 if quick else packages
    with tempfile.TemporaryDirectory(dir=folder) as name, programmes.start(Path(name) / "w", "Bench", "1") as ws:
        ids = [people.add_person(ws, Role.PARTICIPANT, f"Ama Example {number}")[0].id for number in range(40)]
        bare = Bare(Path(name) / "bare.sqlite3")
        sizes = [ws.path.stat().st_size]
        floor = first = again = peak = 0.0
        packed = 0
        paths = []
        for number in range(1, packages + 1):
            changes = said_by(ws, number, ids, count)
            paths.append(hand_in(ws, Path(name), number, changes))
            packed += paths[-1].stat().st_size
            floor += timed(lambda changes=changes: bare.insert(changes))
        del changes
        begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        first = timed(lambda: _bring(ws, paths, packages * count))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun
        sizes.append(ws.path.stat().st_size)
        again = timed(lambda: _bring(ws, paths, 0))
        tracemalloc.start()
        _bring(ws, paths[:1], 0)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        bare.connection.close()
        total = packages * count
        size = (sizes[1] - sizes[0]) / total
        bare_size = bare.path.stat().st_size / total
    unit = 1 if sys.platform == "darwin" else 1024
    said = f"{first:.1f} s, {total / first:,.0f} changes/s; {begun * unit >> 20} MB before, {grown * unit >> 20} more"
    yield Result(f"{packages} returns of {count:,} changes merged", floor, first, 12.0, said)
    yield Result("  merged once more, nothing new", first, again, 0.2, f"peak {peak / 1e6:.0f} MB of one package")
    yield Result("  bytes of a change in the workspace", bare_size, size, None, "", "B")
    yield Result("  bytes of a change in a package", size, packed / total, None, "", "B")


def _bring(ws: Workspace, paths: list[Path], new: int) -> None:
    found = returns.bring_in(ws, paths, trust=True)
    brought = sum(each.planned.counts["new"] for each in found if each.planned)
    refused = [each.error for each in found if each.error]
    if brought != new or refused:
        raise AssertionError(f"{brought} instead of {new}, {refused[:1]}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench_merging")
    parser.add_argument("--packages", type=int, default=20)
    parser.add_argument("--changes", type=int, default=CHANGES)
    parser.add_argument("--folder", default=FAST, help="where; a folder in memory by default")
    asked = parser.parse_args(arguments)
    print(f"load {os.getloadavg()[0]:.1f}")
    for result in measure(False, asked.packages, asked.changes, asked.folder):
        print(result.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
