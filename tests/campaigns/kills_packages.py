"""A process is killed while it merges, hands in, makes or opens a kit, backs up, migrates or protects: whole or not
there.

Each trial begins with everything as it was.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.exchange import package_file, sealing
from rubricapp.jobs import Progress
from rubricapp.operations import evidence, kits, portfolio_files, protection, rehearsing, returns
from rubricapp.store import engine, upgrading
from rubricapp.store.backups import list_backups, list_broken
from rubricapp.store.kits import list_kits
from rubricapp.store.people import find_people
from rubricapp.store.tables import COMPUTED
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import FILE_NAME, Workspace, open_
from tests.campaigns.kills_scoring import ROOT, STORIES
from tests.stories.travelling import FIRST, SECOND, Travelling, put_back

OLD = ROOT / "tests" / "data" / "workspaces"


class Nursery:
    """The process that forks what is killed. usual: seconds that one thing takes here, known after the first, and then
    drawn towards where some are done and most are not: machines are busy at times."""

    def __init__(self, seed: int) -> None:
        self.usual, self.draw = 0.0, random.Random(seed)
        self.process = subprocess.Popen(
            [sys.executable, str(STORIES / "merging_process.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            text=True,
            bufsize=1,
        )

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=30)

    def live_and_die(self, what: str, folder: Path, out: Path, *packages: Path) -> bool:
        """Let a process do it, and kill it at a random moment, or the first time when it is done. Was it done?"""
        self.process.stdin.write(" ".join(map(str, (what, folder, out, *packages))) + "\n")
        self.process.stdin.flush()
        pid, done, begun = 0, False, time.monotonic()
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "go":
                pid, begun = int(rest), time.monotonic()
                if self.usual:
                    time.sleep(self.draw.random() * self.usual * 1.2)  # not for waiting: the moment is what varies
                    os.kill(pid, signal.SIGKILL)
            elif word == "done":
                done = True
                if not self.usual:
                    self.usual = time.monotonic() - begun
                    os.kill(pid, signal.SIGKILL)
            elif word == "dead":
                self.usual *= 0.9 if done else 1.03
                return done
        raise AssertionError("the nursery died")


@dataclass(frozen=True)
class Trial:
    """One kill. outcome: what was there afterwards. done: whether it was acknowledged. lost, faults: what is wrong."""

    outcome: str
    done: bool
    lost: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class Deed:
    """Something that is done and killed. again: whether it is also done once more after the kill, which takes long."""

    def __init__(self, what: str, folder: Path, place: Path, packages: tuple[Path, ...] = ()) -> None:
        self.what, self.folder, self.place, self.packages = what, folder, place, packages
        self.kept, self.out = place / "kept", place / "out"
        put_back(folder, self.kept)
        self.whole: set[str] = set()
        with open_(folder) as ws:
            self.before = log_of(ws)

    def trial(self, nursery: Nursery, again: bool = True) -> Trial:
        put_back(self.kept, self.folder)
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir()
        done = nursery.live_and_die(self.what, self.folder, self.out, *self.packages)
        try:
            outcome, lost, faults = self.look(done, again)
        except UserError as error:
            return Trial("cannot be opened", done, faults=(error.message,))
        return Trial(outcome, done, tuple(lost), tuple(faults))

    def check(self, ws: Workspace) -> list[str]:
        """What is wrong with the whole workspace. What is byte for byte like an earlier one is not checked again."""
        files = sorted((path.name, upgrading.hash_of(path)) for path in ws.files.rglob("*") if path.is_file())
        key = repr((upgrading.hash_of(ws.path), files))
        if key not in self.whole:
            faults = [each.message for each in find_faults(ws, files=True).problems]
            if faults:
                return faults
            self.whole.add(key)
        return []

    def look(self, done: bool, again: bool) -> tuple[str, list[str], list[str]]:
        """(what is there, what is lost, what is wrong). Raises UserError where the workspace cannot be opened."""
        raise NotImplementedError


class Merge(Deed):
    """Two packages, each a transaction of its own."""

    def __init__(self, things: Travelling, place: Path) -> None:
        super().__init__("merge", things.lead, place, things.packages)
        with open_(self.folder) as ws:
            identity = sealing.identity_of(ws)
            self.brought = []
            for path in self.packages:
                with package_file.opened(path, [identity], place) as package:
                    self.brought.append(frozenset(each.hash for each in package.changes()) - self.before)
            returns.bring_in(ws, self.packages)
            self.after = tables(ws)

    def look(self, done: bool, again: bool) -> tuple[str, list[str], list[str]]:
        with open_(self.folder) as ws:
            here = log_of(ws)
            there = [len(each & here) for each in self.brought]
            lost = ["what was said before"] if not self.before <= here else []
            if done and not all(there):
                lost.append("a package that was merged")
            faults = self.check(ws)
            if any(count not in (0, len(each)) for count, each in zip(there, self.brought, strict=True)):
                faults.append(f"half a package is there: {there}")
            if there[1] and not there[0]:
                faults.append("the second package is there without the first")
            if again:
                faults += [str(each.error) for each in returns.bring_in(ws, self.packages) if each.error]
                if tables(ws) != self.after:
                    faults.append("merged again it is not what it should be")
                receipts = {path.stem for path in (ws.folder / "receipts").glob("*.json")}
                if not receipts >= {row[0] for row in ws.rows("SELECT id FROM merge")}:
                    faults.append("what was merged has no receipt, not even when it is merged again")
                faults += self.check(ws)
        return f"{sum(map(bool, there))} of 2", lost, faults


class MakeFile(Deed):
    """A kit, a return, a portfolio or a backup: under its name it is whole."""

    def __init__(self, what: str, things: Travelling, place: Path) -> None:
        super().__init__(what, things.laptop if what == "return" else things.lead, place)
        self.backups_before = len(list_backups(self.folder / "backups"))

    def look(self, done: bool, again: bool) -> tuple[str, list[str], list[str]]:
        with open_(self.folder) as ws:
            faults = self.check(ws)
            lost = ["what was said before"] if not self.before <= log_of(ws) else []
            if self.what == "backup":
                found = [each.path for each in list_backups(ws.backups)][: -self.backups_before or None]
                faults += [f"{path.name} is cut short" for path in list_broken(ws.backups)]
                if again and found:
                    faults += [each.message for each in rehearsing.rehearse(ws, found[0]).problems]
            else:
                found = whole_files(self.out)
                for path in found:
                    faults += self._whole(ws, path)
            if done and not found:
                lost.append(f"the {self.what} that was made")
        return "there" if found else "not there", lost, faults

    def _whole(self, ws: Workspace, path: Path) -> list[str]:
        try:
            if self.what == "portfolio":
                return [] if portfolio_files.verify(path).whole else [f"{path.name} is not whole"]
            with package_file.opened(path, [sealing.identity_of(ws)], self.place) as package:
                if len(list(package.changes())) != package.manifest.changes:
                    return [f"{path.name} lacks changes"]
                if self.what == "kit" and package.manifest.ticket not in {each.ticket for each in list_kits(ws)}:
                    return [f"{path.name} is not known"]
        except UserError as error:
            return [error.message]
        return []


class OpenKit(Deed):
    """A newer kit."""

    def __init__(self, things: Travelling, place: Path) -> None:
        super().__init__("open", things.laptop, place, (things.kit,))
        kits.open_kit(things.kit, self.folder)
        with open_(self.folder) as ws:
            self.after = log_of(ws)
        assert self.before < self.after

    def look(self, done: bool, again: bool) -> tuple[str, list[str], list[str]]:
        with open_(self.folder) as ws:
            here = log_of(ws)
            faults = self.check(ws)
        if here not in (self.before, self.after):
            faults.append("half a kit is there")
        lost = ["the kit that was opened"] if done and here != self.after else []
        if again:
            kits.open_kit(self.packages[0], self.folder)
            with open_(self.folder) as ws:
                if log_of(ws) != self.after:
                    faults.append("opened again it is not what it should be")
                faults += self.check(ws)
        return "after" if here == self.after else "before", lost, faults


class Migrate(Deed):
    """A workspace of an older version: as it was, or as it is to be."""

    def __init__(self, place: Path) -> None:
        old = next(path.parent for path in sorted(OLD.rglob(FILE_NAME)))
        folder = place / "old"
        put_back(old, folder)
        super().__init__("migrate", folder, place)
        put_back(old, self.kept)  # looking at it has brought it up to date

    def look(self, done: bool, again: bool) -> tuple[str, list[str], list[str]]:
        connection = engine.connect(self.folder / FILE_NAME)
        try:
            engine.take(connection)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        finally:
            connection.close()
        with open_(self.folder) as ws:
            faults = self.check(ws)
            lost = [] if log_of(ws) == self.before else ["what was said before"]
        if done and version != upgrading.LATEST:
            lost.append("the new version")
        return f"version {version}", lost, faults


STATES = {"protect": ("plain", "first"), "unprotect": ("first", "plain"), "rekey": ("first", "second")}
"""What opens a workspace before, and when it is done."""


class Protect(Deed):
    """Protecting, taking that away, another key: it opens with one of the passphrases, and every work is whole."""

    def __init__(self, what: str, things: Travelling, place: Path) -> None:
        folder = things.lead
        with open_(folder) as ws:
            work = place / "film.mov"
            work.write_bytes(random.Random(what).randbytes(3 << 20))
            evidence.add_file(ws, find_people(ws, "P-001")[0].id, work)
        super().__init__(what, folder, place)
        if what != "protect":
            protection.protect(folder, FIRST)
            put_back(folder, self.kept)

    def _opened(self) -> tuple[Workspace, str]:
        if not protection.is_protected(self.folder):
            return open_(self.folder), "plain"
        try:
            return open_(self.folder, unlock=protection.by_passphrase(FIRST)), "first"
        except UserError as error:
            if error.code != "E_PASSPHRASE":
                raise
        return open_(self.folder, unlock=protection.by_passphrase(SECOND)), "second"

    def look(self, done: bool, again: bool) -> tuple[str, list[str], list[str]]:
        ws, outcome = self._opened()
        before, after = STATES[self.what]
        with ws:
            faults = [each.message for each in find_faults(ws, files=True).problems]
            if ws.key:  # as the window goes on with it
                protection.seal_files(ws.vault, Progress())
                protection.settle(ws)
            faults += [each.message for each in find_faults(ws, files=True).problems]
            lost = ["what was said before"] if log_of(ws) != self.before else []
            if bool(ws.key) == bool(ws.vault.list_plain()):
                faults.append("files lie plain in a protected workspace, or sealed in a plain one")
        if outcome not in (before, after):
            faults.append(f"it is {outcome}")
        if done and outcome != after:
            lost.append(f"it was said to be {after}")
        faults += [f"{path.name} is left" for path in self.folder.glob("*.part*")]
        return outcome, lost, faults


def log_of(ws: Workspace) -> frozenset[bytes]:
    return frozenset(row[0] for row in ws.rows("SELECT hash FROM change"))


def tables(ws: Workspace) -> dict[str, list[tuple]]:
    return {name: sorted(ws.rows(f"SELECT * FROM {name}"), key=repr) for name in COMPUTED}


def whole_files(folder: Path) -> list[Path]:
    """What has its final name; what was half written has another one, and is nobody's business."""
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".part")]
