"""The process of the failing-disk test of what must not stop halfway (see `failing_verbs`, `failing_keys`).

Each turn begins with everything as it was, and another call to the disk fails. Every second time the same window goes
on; else the workspace is opened as a new process would. Ends with an assertion where what is there is neither the old
state nor the new one, a fault was not said or said wrongly, something half-made stays, or saying it again does not do
it.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.store import upgrading
from rubricapp.store.tables import COMPUTED
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Sources, Workspace, open_
from tests.steps import steps_taken_once
from tests.stories.failing_keys import KEYS
from tests.stories.failing_verbs import NEW, OLD, VERBS, Verb, make_quick

DISK = ctypes.CDLL(None)
DISK.disk_disarm.restype = ctypes.c_long
BEGAN = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
UNCHANGED = ("Nothing was changed", "Nothing was made", "Nothing was written", "What was there before is unchanged")


def sources() -> Sources:
    """The same time and chance in each turn, so that the same verb gives the same log."""
    count = 0

    def random(length: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(count.to_bytes(8)).digest(length)

    return Sources(lambda: BEGAN, random)


def log_of(ws: Workspace) -> frozenset[bytes]:
    return frozenset(row[0] for row in ws.rows("SELECT hash FROM change"))


def shown(ws: Workspace) -> dict[str, list]:
    """All tables that are computed from the log."""
    return {table: sorted(map(repr, ws.rows(f"SELECT * FROM {table}"))) for table in COMPUTED}


def kinds_of_files(*folders: Path) -> set[str]:
    """What lies there, whatever its numbers."""
    numbers = re.compile(r"(?<=files/)..(?=/)|[0-9a-f]{16,}|[0-9A-F]{8,}|[0-9]+|-[0-9a-fA-F]{8}")
    return {
        numbers.sub("#", path.relative_to(folder).as_posix())
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-journal")  # one that the disk kept goes with the next write
    }


def half_made(*folders: Path) -> list[str]:
    return sorted(
        path.name
        for folder in folders
        for path in folder.rglob("*.part")
        if not path.name.startswith(upgrading.RESUMABLE)
    )


class Turns:
    """place: a folder with the workspace in it, which is brought back for each turn."""

    def __init__(self, place: Path, verb: Verb) -> None:
        self.place, self.verb = place, verb
        self.folder, self.out, self.kept = verb.folder, verb.out, place / "kept"
        for each in (self.folder, self.out):
            shutil.copytree(each, self.kept / each.name)
        with self.opened() as ws:
            assert verb.stage(ws) == OLD
            self.before = log_of(ws)
            if not verb.works_on_closed:
                assert verb.act(ws) == "done"
        if verb.works_on_closed:
            assert verb.act(None) == "done"
        with self.opened() as ws:
            assert verb.stage(ws) == NEW
            self.after, self.shown = log_of(ws), shown(ws)
        self.files = kinds_of_files(self.folder, self.out)

    def opened(self) -> Workspace:
        return open_(self.folder, sources(), unlock=self.verb.unlock)

    def put_back(self) -> None:
        for each in (self.folder, self.out):
            shutil.rmtree(each)
            shutil.copytree(self.kept / each.name, each)

    def turn(self, k: int, sticky: bool, error: int, goes_on: bool) -> tuple[str, int]:
        """How it ended while the k-th call failed, and how many calls it made."""
        verb, refused = self.verb, None
        self.put_back()
        with ExitStack() as stack:
            ws = None if verb.works_on_closed else stack.enter_context(self.opened())
            DISK.disk_arm(ctypes.c_long(k), int(sticky), error)
            try:
                ended = verb.act(ws)
            except UserError as raised:
                ended, refused = raised.code, raised
            finally:
                calls = DISK.disk_disarm()
            if ended == "E_DAMAGED":  # of a file that could not be read no word can be had before it is opened anew
                assert "open it once more" in refused.do
                goes_on = False
            elif ws is not None:
                self.look(ws, ended, refused)
                if goes_on:
                    self.again(ws)
        closed = verb.stage_closed()
        if verb.works_on_closed:
            self.judge(closed, ended, refused)
            if goes_on:
                self.again(None)
        with self.opened() as ws:
            stage = self.look(ws, "" if goes_on else ended, None if goes_on else refused)
            assert not goes_on or stage == NEW
        if not goes_on:
            left = half_made(self.folder, self.out)
            assert sticky or stage in verb.between or left == [], left
            verb.demand(stage)
            if verb.works_on_closed:
                self.again(None)
            else:
                with self.opened() as ws:
                    self.again(ws)
        with self.opened() as ws:
            assert self.look(ws, "", None) == NEW
            assert shown(ws) == self.shown
        verb.demand(NEW)
        assert half_made(self.folder, self.out) == []
        here = kinds_of_files(self.folder, self.out)
        assert here == self.files, here ^ self.files
        return ended, calls

    def look(self, ws: Workspace, ended: str, refused: UserError | None) -> str:
        """Where it stands, nothing being wrong."""
        stage = self.verb.stage(ws)
        if ended:
            self.judge(stage, ended, refused)
            here = log_of(ws)
            assert stage != OLD or here == self.before
            assert stage != NEW or here == self.after
        faults = find_faults(ws, files=True).problems
        assert faults == (), faults
        return stage

    def judge(self, stage: str, ended: str, refused: UserError | None) -> None:
        assert stage in {OLD, NEW, *self.verb.between}, stage
        if ended == "done":
            assert stage == NEW, stage
        if refused is not None:
            assert refused.what and refused.do, refused.code
            said = any(words in refused.safe for words in UNCHANGED)
            assert not said or stage == OLD, f"{refused.message!r} was said, but it is {stage} ({refused.details})"

    def again(self, ws: Workspace | None) -> None:
        """The disk is well: saying it again does it, or says that it was done."""
        verb = self.verb
        stage = verb.stage(ws) if ws is not None else verb.stage_closed()
        try:
            verb.go_on(ws, stage)
        except UserError as refused:
            assert stage not in (OLD, "") and refused.code == verb.again, (stage, refused.code, refused.details)


def main(template: Path, place: Path, name: str, stride: int, packages: list[Path]) -> None:
    make_quick()
    for each in ("workspace", "backup-out", "backup-passing"):
        (place / each).mkdir()
    tempfile.tempdir = str(place / "backup-passing")  # what passes through there fails, too
    shutil.copytree(template, place / "workspace", dirs_exist_ok=True)
    verb = (VERBS | KEYS)[name](place / "workspace", place / "backup-out", packages)
    verb.prepare()
    turns = Turns(place, verb)
    outcomes: Counter[str] = Counter()
    tried = 0
    for sticky in (False, True):
        for error in (errno.EIO, errno.ENOSPC):
            for k in range(1, 20000, stride):
                try:
                    ended, calls = turns.turn(k, sticky, error, goes_on=tried % 2 == 1)
                except BaseException as fault:
                    fault.add_note(f"{name}: call {k}, {'from then on' if sticky else 'once'}, {os.strerror(error)}")
                    raise
                outcomes[ended] += 1
                tried += 1
                if calls < k:
                    break
            else:
                raise AssertionError("it makes more calls than are tried")
    print(" ".join(f"{code.replace(' ', '_')}:{count}" for code, count in sorted(outcomes.items())))


with steps_taken_once(in_memory=True):  # as each check does
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), [Path(each) for each in sys.argv[5:]])
