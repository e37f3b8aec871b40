"""P15: one bit flipped anywhere in what is kept or sent: it is noticed, or everything is as it was.

    python -m tests.campaigns.flips TARGET… [--flips 10000] [--seed 1]       all: every target there is

A package and a protected workspace notice every bit. In a portfolio file, a backup and a plain workspace there are bits
that say nothing (padding, dates of a ZIP, free pages): there whatever can be read must be the same. What plain SQLite
notices alone is a third; `rubricapp check` recomputes every hash of the log and every table, and notices the rest.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import random
import shutil
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections import Counter
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.exchange import folio_reading, package_file, sealing, signing, unlocking
from rubricapp.operations import packages, portfolio_files
from rubricapp.store import backups, engine, protecting, restoring
from rubricapp.store.people import find_people
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import FILE_NAME, open_
from tests.campaigns.fuzz_targets import programme
from tests.parcels import parcel_since

FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None


class Flipped(ABC):
    """A kind of file. path: where the altered one is put. everything: whether each bit of it counts."""

    everything = False
    path: Path

    @abstractmethod
    def __init__(self, place: Path) -> None: ...

    @abstractmethod
    def look(self) -> tuple[object, object]:
        """(what is said to be wrong, what can be read). Raises UserError where it is refused."""


def rows_of(connection: engine.Connection) -> str:
    """A hash of every row of every table, but for which device wrote last."""
    names = sorted(str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))
    said = [sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))) for name in names if name not in _OWN]
    return hashlib.sha256(repr(said).encode()).hexdigest()


_OWN = ("meta", "device", "_sqlite_migrations")


class Package(Flipped):
    """A sealed return."""

    everything = True

    def __init__(self, place: Path) -> None:
        self.place, self.identity = place, sealing.new_identity()
        with programme(place) as ws:
            changes = parcel_since(ws, {}, "x").changes
            manifest = packages.manifest_of(ws, package_file.RETURN, "e" * 32, changes, None)
            self.path = place / "x.rubricpack"
            package_file.write(self.path, manifest, changes, {}, signing.key_of(ws), [self.identity.public])

    def look(self) -> tuple[object, object]:
        with package_file.opened(self.path, [self.identity], self.place) as package:
            return None, (package.head, package.manifest, list(package.changes()))


class Portfolio(Flipped):
    """A signed portfolio file with a work inside."""

    everything = True

    def __init__(self, place: Path) -> None:
        with programme(place) as ws:
            self.path = portfolio_files.make(ws, find_people(ws, "P-001")[0], place / "x.rubricfolio").path

    def look(self) -> tuple[object, object]:
        with folio_reading.opened(self.path) as reader:
            return reader.find_faults(lambda _count: None), reader.folio


class Backup(Flipped):
    """A backup, put back over another workspace."""

    def __init__(self, place: Path) -> None:
        with programme(place) as ws:
            self.path = backups.make(ws, place).path
        shutil.copytree(place / "w", place / "other")
        shutil.rmtree(place / "other" / "backups", ignore_errors=True)
        self.folder = place / "other"

    def look(self) -> tuple[object, object]:
        before = (self.folder / FILE_NAME).read_bytes()
        try:
            restoring.put_back(self.folder, backups.read(self.path))
        except UserError:
            if (self.folder / FILE_NAME).read_bytes() != before:
                raise AssertionError("refused, and yet something was written") from None
            raise
        connection = engine.connect(self.folder / FILE_NAME, read_only=True)
        try:
            return None, rows_of(connection)
        finally:
            connection.close()
            shutil.rmtree(self.folder / "backups")


class Store(Flipped):
    """A plain workspace, opened and checked."""

    def __init__(self, place: Path) -> None:
        with programme(place) as ws:
            self.folder, self.path = ws.folder, ws.path
        open_(self.folder).close()

    def look(self) -> tuple[object, object]:
        with open_(self.folder) as ws:
            problems = find_faults(ws).problems
            try:
                return problems, rows_of(ws.connection)
            except engine.Errors:
                return problems, "cannot be read"


class Protected(Flipped):
    """A protected workspace, read with its key as the app reads it."""

    everything = True

    def __init__(self, place: Path) -> None:
        with programme(place) as ws:
            self.path = ws.path
            self.key = unlocking.new_key()
        part = self.path.with_name("protected")
        protecting.convert(self.path, part, b"", self.key)
        part.replace(self.path)

    def look(self) -> tuple[object, object]:
        try:
            with contextlib.closing(engine.connect(self.path, read_only=True, key=self.key)) as connection:
                faults = [row[0] for row in connection.execute("PRAGMA integrity_check")]
                pages = connection.execute("PRAGMA cipher_integrity_check").fetchall()
                return (faults, pages), rows_of(connection)
        except engine.Errors as error:
            raise engine.damaged(self.path, str(error)) from error


TARGETS: dict[str, type[Flipped]] = {
    "package": Package,
    "portfolio": Portfolio,
    "backup": Backup,
    "store": Store,
    "protected": Protected,
}


def run(name: str, flips: int, seed: int) -> Counter[str]:
    """Flip so many single bits, one at a time. Raises AssertionError for one that is not noticed."""
    draw, count = random.Random(f"{name} {seed}"), Counter[str]()
    with tempfile.TemporaryDirectory(dir=FAST) as place:
        target = TARGETS[name](Path(place))
        whole = target.path.read_bytes()
        right = target.look()
        for _each in range(flips):
            at, bit = draw.randrange(len(whole)), draw.randrange(8)
            target.path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
            try:
                wrong, said = target.look()
                found = "nothing changed" if wrong == right[0] else "noticed"
                if found == "nothing changed" and said != right[1]:
                    raise AssertionError(f"{name}: bit {bit} of byte {at} says something else, and nobody notices")
            except UserError as error:
                found = "refused"
                if not (error.what and error.code):
                    raise AssertionError(f"{name}: byte {at}, bit {bit}: {error.code} says nothing") from error
            count[found] += 1
            if found == "nothing changed" and target.everything:
                raise AssertionError(f"{name}: bit {bit} of byte {at} is not noticed")
    return count


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="flips", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("target", nargs="+", choices=[*TARGETS, "all"])
    parser.add_argument("--flips", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    for name in TARGETS if "all" in asked.target else asked.target:
        begun = time.monotonic()
        count = run(name, asked.flips, asked.seed)
        told = ", ".join(f"{what} {n:,}" for what, n in sorted(count.items()))
        print(f"{name:10} {asked.flips:7,} flips {time.monotonic() - begun:6.0f} s: {told}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
