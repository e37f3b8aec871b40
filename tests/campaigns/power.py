"""The power is cut, thousands of times: whatever was said to be saved is there, and nothing is half there.

    python -m tests.campaigns.power WORK… [--cuts 30000] [--seed 1] [--weak delete-full]      all: every work there is

The real app works in a workspace while a few lines of C (`power.c`) write down every call that changes the disk. From
that the disk is built as it might be after a cut anywhere (`power_disk`), each such disk is opened by the real app, and
looked at: it opens; it holds what it held at a moment between two transactions, none earlier than the last that was
acknowledged; the check finds nothing; each file under its own name is whole, and those that were promised are there.

Needs Linux, a C compiler and /dev/shm. Exit code 1 where something was lost. --weak: with settings that lose.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rubricapp.errors import UserError
from rubricapp.jobs import Progress
from rubricapp.operations import backups, programmes, protection
from rubricapp.store import devices, engine
from rubricapp.store.existing import exists
from rubricapp.store.vault import HASH
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import FILE_NAME, open_
from tests.campaigns.power_disk import MARK, SYNC, WRITE, Call, Disk, State, cuts, digest_of, put, read_trace
from tests.campaigns.power_process import WEAK, WORDS, Work, prepare
from tests.campaigns.power_process import digest_of as contents_of
from tests.stories.travelling import Travelling, put_back, travelling

HERE = Path(__file__).resolve().parent
COMPILER = shutil.which("cc") or shutil.which("gcc")
FAST = Path("/dev/shm")
WORKS = tuple(name for name, each in vars(Work).items() if not name.startswith("_") and name != "promise")
ON_LAPTOP = ("hand_in", "open_kit")
NEW_DEVICE = ("migrate", "restore", "start")
"""After these a workspace may be another device than before; after all others it is none but itself."""
PASSING = (".part", "-journal", ".lock")
"""How names end under which something may be half: it is nobody's business. The lock is never relied upon."""
EVERY = 50
"""Every so many states, and each that is like none before, are checked in full."""


@dataclass
class Result:
    """What became of the cuts of one work. findings: what was wrong → (how often, the first cut)."""

    work: str
    cuts: int = 0
    states: int = 0
    calls: int = 0
    acknowledged: int = 0
    checked: int = 0
    seconds: float = 0.0
    findings: dict[str, tuple[int, int]] = field(default_factory=dict)
    sorts: Counter[str] = field(default_factory=Counter)

    @property
    def bad(self) -> int:
        return sum(self.sorts.values())

    def line(self) -> str:
        sorts = ", ".join(f"{name} {count:,}" for name, count in self.sorts.most_common()) or "nothing lost"
        return (
            f"{self.work:10} {self.cuts:8,} cuts {self.states:8,} states {self.checked:6,} checked in full"
            f" {self.calls:6,} calls {self.acknowledged:4} promises {self.seconds:7.1f} s  {sorts}"
        )

    def found(self, sort: str, what: str, number: int) -> None:
        self.sorts[sort] += 1
        count, first = self.findings.get(what, (0, number))
        self.findings[what] = (count + 1, first)


def can_run() -> bool:
    return sys.platform.startswith("linux") and COMPILER is not None and FAST.is_dir()


class Recorder:
    """The process in which works are done and written down. place: for the few lines of C and what they write."""

    def __init__(self, place: Path) -> None:
        library, self.trace = place / "power.so", place / "trace"
        said = [COMPILER, "-shared", "-fPIC", "-O1", "-o", library, HERE / "power.c", "-ldl"]
        subprocess.run(list(map(str, said)), check=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.campaigns.power_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"LD_PRELOAD": str(library)},
            cwd=HERE.parents[1],
            text=True,
            bufsize=1,
        )

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=30)

    def record(self, scene: Scene, weak: str = "") -> tuple[Disk, list[Call]]:
        """Let the work be done once. Returns the disk as it was before, and what was done."""
        disk = Disk(scene.roots)
        said = {
            "place": scene.place,
            "folder": scene.folder,
            "out": scene.out,
            "work": scene.work,
            "rest": scene.rest,
            "weak": weak,
            "trace": self.trace,
        }
        self.process.stdin.write(json.dumps(said, default=str) + "\n")
        self.process.stdin.flush()
        code = self.process.stdout.readline().strip()
        calls = read_trace(self.trace)
        if code != "0" or not calls or calls[-1].data != b"end":
            raise SystemExit(f"{scene.work} could not be done: {code}")
        return disk, calls


class Scene:
    """Where a work is done. folder: the workspace. out: where files go. Both are the disk whose power is cut."""

    def __init__(self, place: Path, things: Travelling, work: str) -> None:
        self.place, self.work = place, work
        self.folder = things.laptop if work in ON_LAPTOP else things.lead
        self.out = place / "out"
        self.rest: list[Path] = []
        self.gone: set[str] = set()  # works that lack from the start
        self.out.mkdir(exist_ok=True)
        with open_(self.folder) as ws:
            self.device = "" if work in NEW_DEVICE else ws.device
        if work == "merge":
            self.rest = list(things.packages)
        elif work == "open_kit":
            self.rest = [things.kit]
        elif work == "restore":
            with open_(self.folder) as ws:
                self.rest = [backups.back_up(ws, place / "outside")]
                with ws.writing("") as log:
                    log.set("programme", "p", "name", "Later")
            gone = next(path for path in sorted((self.folder / "files").rglob("*")) if path.is_file())
            gone.unlink()  # restoring brings it back
            self.gone = {str(gone)}
        elif work == "migrate":
            self._take_old()
        elif work == "start":
            shutil.rmtree(self.folder)

    def _take_old(self) -> None:
        """A workspace of the first version, of this machine and folder."""
        old = next(path.parent for path in sorted((HERE.parent / "data" / "workspaces").rglob(FILE_NAME)))
        put_back(old, self.folder)
        connection = engine.connect(self.folder / FILE_NAME)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'machine'", (devices.fingerprint(self.folder),))
        connection.close()

    def cut_short(self, recorder: Recorder) -> None:
        """A workspace whose process ended in the middle of the largest commit, half of its pages written."""
        self.work = "rate"
        disk, calls = recorder.record(self)
        self.work = "reopen"
        runs, run = [], []
        for number, each in enumerate(calls):
            if each.op == WRITE and disk.files.get(each.inode) is disk.now[str(self.folder / FILE_NAME)]:
                run.append(number)
            elif each.op == SYNC and run:
                runs.append(run)
                run = []
        longest = max(runs, key=len)
        for each in calls[: longest[len(longest) // 2]]:
            disk.do(each)
        put(disk.as_killed(), self.roots)
        assert (self.folder / f"{FILE_NAME}-journal").stat().st_size

    @property
    def roots(self) -> list[Path]:
        return [self.folder, self.out]


@dataclass
class Promises:
    """What was promised until now. held: digests of what the database held, in order. files: name → digest."""

    held: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


class Judge:
    """Opens disks and says what is wrong with them."""

    def __init__(self, scene: Scene, result: Result, promised: list[str]) -> None:
        self.scene, self.result = scene, result
        self.last = {digest: number for number, digest in enumerate(promised)}
        self.known: dict[bytes, tuple[str, tuple[str, ...], frozenset[str]]] = {}
        self.first = promised[0] if promised else ""
        self.unlock = protection.by_passphrase(WORDS)
        self.seen: set[tuple[bytes, int, int]] = set()

    def judge(self, state: State, disk: Disk, promises: Promises, number: int) -> None:
        """Count what is wrong with a disk."""
        case = (state.digest, len(promises.held), len(promises.files))
        if case in self.seen:
            return
        self.seen.add(case)
        self.result.states += 1
        for sort, what in self._faults(state, disk, promises):
            self.result.found(sort, what, number)

    def _faults(self, state: State, disk: Disk, promises: Promises) -> Iterator[tuple[str, str]]:
        yield from self._files(state, disk, promises)
        put(state, self.scene.roots)
        folder = self.scene.folder
        if not exists(folder):
            if promises.held or self.scene.work != "start":
                yield "lost", "the workspace is gone"
                return
            programmes.start(folder, "Four rivers", "2026", rubrics=[]).close()
        try:
            with open_(folder, unlock=self.unlock) as ws:
                fresh = self._look(ws)
                if ws.key:
                    protection.seal_files(ws.vault, Progress())  # as the window goes on with it
                lost = [each for each in fresh[2] if ws.vault.find(each) is None or not ws.vault.is_whole(each)]
            yield from self._database(fresh, lost, promises)
            for part in folder.rglob("*.part*"):
                if disk.whole and part.parent.name != "files" and not part.name.startswith("."):
                    yield "left over", f"{_name(part)} stays for good"
        except UserError as error:
            yield "cannot be opened", f"{error.code}: {error.details}".replace(str(self.scene.place), "")
        except engine.Errors as error:
            yield "cannot be opened", str(error)

    def _look(self, ws) -> tuple[str, tuple[str, ...], frozenset[str]]:
        """(digest of what it holds, faults, hashes of the works it speaks of), from memory where it is known."""
        key = digest_of(ws.path.read_bytes()) if not ws.key else b""
        full = key not in self.known or self.result.states % EVERY == 0
        if not full:
            return self.known[key]
        self.result.checked += 1
        digest = contents_of(ws.connection)
        faults = tuple(each.message for each in find_faults(ws).problems if each.code != "CHECK_FILE")
        works = frozenset(
            row[0]
            for row in ws.rows("SELECT sha256 FROM artefact WHERE sha256 IS NOT NULL AND coalesce(removed, 0) = 0")
        )
        before = ws.rows("SELECT count(*) FROM change")[0][0]
        with ws.writing("") as log:  # the work goes on
            log.set("programme", "p", "name", f"After {self.result.states}")
        if ws.rows("SELECT count(*) FROM change")[0][0] != before + 1:
            faults += ("the work does not go on",)
        if self.scene.device not in ("", ws.device):
            faults += ("it takes itself for a copy",)
        if key:
            self.known[key] = digest, faults, works
        return digest, faults, works

    def _database(self, found: tuple, lost: list[str], promises: Promises) -> Iterator[tuple[str, str]]:
        """lost: hashes of works that the log speaks of and that cannot be read whole."""
        digest, faults, _works = found
        for each in faults:
            yield "fails the check", each
        if self.scene.work == "start" and not promises.held:
            pass
        elif digest not in self.last:
            yield "half", "it holds what it held at no moment"
        elif self.last[digest] < len(promises.held) - 1:
            yield "lost", "what was acknowledged is not there"
        files = self.scene.folder / "files"
        for each in lost:
            if not (str(files / each[:2] / each) in self.scene.gone and digest == self.first):
                yield "lost", "a work that the log speaks of is not there, or not whole"

    def _files(self, state: State, disk: Disk, promises: Promises) -> Iterator[tuple[str, str]]:
        database = str(self.scene.folder / FILE_NAME)
        for name, data in state.files.items():
            if data is None or name == database or name.endswith(PASSING) or "/.probe" in name:
                continue
            if self.scene.work == "protect" and HASH.fullmatch(Path(name).name):
                continue  # overwritten before it is deleted; whether the work is whole is asked of the workspace
            if name in disk.in_place:
                yield "written in place", f"{_name(name)} is written under its own name"
            elif digest_of(data) not in disk.whole.get(name, ()):
                yield "half", f"{_name(name)} is not whole: {len(data)} bytes"
        for name, digest in promises.files.items():
            data = state.files.get(name)
            if data is None:
                yield "lost", f"{_name(name)} was promised and is not there"
            elif digest_of(data) != digest:
                yield "lost", f"{_name(name)} was promised and is another"


def _name(path: str | Path) -> str:
    """A name without what differs from run to run."""
    path = Path(path)
    word = "".join("#" if each in "0123456789abcdef" and len(path.stem) > 20 else each for each in path.name)
    return f"{path.parent.name if len(path.parent.name) > 2 else '??'}/{word}"


def run(work: str, cut: int, seed: int, setting: Setting, weak: str = "") -> Result:
    """Do one work and cut the power so often. Leaves `place` as it was found."""
    result, begun = Result(work), time.monotonic()
    place = setting.place
    template = place.with_name(place.name + "-kept")
    put_back(place, template)
    try:
        scene = Scene(place, setting.things, work)
        if work == "reopen":
            scene.cut_short(setting.recorder)
        disk, calls = setting.recorder.record(scene, weak)
        held = [each.data[6:].decode() for each in calls if each.op == MARK and each.data.startswith(b"holds ")]
        result.calls, result.acknowledged = sum(each.op != MARK for each in calls), 0
        judge = Judge(scene, result, _without_repeats(held))
        promises, done = Promises(), 0
        for number, state in cuts(calls, disk, cut, random.Random(f"{work} {seed} {weak}")):
            for each in calls[done:number]:
                _promise(promises, each, disk)
            done = number
            judge.judge(state, disk, promises, result.cuts)
            result.cuts += 1
        for each in calls[done:]:
            _promise(promises, each, disk)
        result.acknowledged = len(promises.held) + len(promises.files)
    finally:
        put_back(template, place)
        shutil.rmtree(template)
    result.seconds = time.monotonic() - begun
    return result


def _without_repeats(held: list[str]) -> list[str]:
    return [each for number, each in enumerate(held) if not number or held[number - 1] != each]


def _promise(promises: Promises, call: Call, disk: Disk) -> None:
    if call.op != MARK:
        return
    word, _, rest = call.data.partition(b" ")
    if word == b"holds" and (not promises.held or promises.held[-1] != rest.decode()):
        promises.held.append(rest.decode())
    elif word == b"file":
        name = os.fsdecode(rest)
        promises.files[name] = digest_of(bytes(disk.now[name].data))


@dataclass(frozen=True)
class Setting:
    """Where works are done: a lead, laptops and what travels between them; and what writes down."""

    place: Path
    things: Travelling
    recorder: Recorder


@contextmanager
def setting(document: dict) -> Iterator[Setting]:
    """A setting for as long as the block lasts."""
    patch = pytest.MonkeyPatch()
    prepare(patch)
    try:
        with tempfile.TemporaryDirectory(dir=FAST) as name, Recorder(Path(name)) as recorder:
            place = Path(name).resolve() / "place"
            place.mkdir()
            yield Setting(place, travelling(place, document, lambda: None), recorder)
    finally:
        patch.undo()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="power", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("work", nargs="+", choices=[*WORKS, "all"])
    parser.add_argument("--cuts", type=int, default=2000, help="of each work")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weak", choices=WEAK, default="")
    asked = parser.parse_args(arguments)
    if not can_run():
        print("needs Linux, a C compiler and /dev/shm")
        return 2
    from tests.conftest import small_document

    os.environ["RUBRICAPP_HOME"] = tempfile.mkdtemp(dir=FAST)
    bad = 0
    try:
        with setting(small_document()) as made:
            for work in WORKS if "all" in asked.work else asked.work:
                result = run(work, asked.cuts, asked.seed, made, asked.weak)
                print(result.line(), flush=True)
                for what, (count, first) in sorted(result.findings.items(), key=lambda each: -each[1][0])[:12]:
                    print(f"    {count:6,} × {what} (first: cut {first})", flush=True)
                bad += result.bad
    finally:
        shutil.rmtree(os.environ["RUBRICAPP_HOME"])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
