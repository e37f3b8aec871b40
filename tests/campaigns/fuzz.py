"""Hostile files, thousands a minute: whatever is in one, its reader says a sentence of it, soon, and writes nothing.

    python -m tests.campaigns.fuzz TARGET… [--runs 2000] [--seed 1] [--keep FOLDER]      all: every target there is

Each run is made from the seed, the target's name and its own number, so it can be made again alone (--only NUMBER).
The runs happen in a child process that has little memory and may write into one folder only; a child that hangs or
dies is replaced, and the run that killed it is a finding. Exit code 1 where there are findings, each kept as a file.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from rubricapp.errors import UserError
from tests.campaigns.fuzz_files import Csv, KeyFile, LogCsv, LogXlsx, Notes, Portfolio, Rubric, Xlsx
from tests.campaigns.fuzz_targets import Broken, ChangeLines, Inner, Merge, Sealed, Target

TARGETS: dict[str, type[Target]] = {
    "changes": ChangeLines,
    "inner": Inner,
    "package": Sealed,
    "merge": Merge,
    "portfolio": Portfolio,
    "notes": Notes,
    "key-file": KeyFile,
    "rubric": Rubric,
    "roster-csv": Csv,
    "roster-xlsx": Xlsx,
    "log-csv": LogCsv,
    "log-xlsx": LogXlsx,
}


MEMORY = 1 << 30
"""Bytes of address space that a child has more than it begins with."""
SECONDS = 2.0
"""Of computing, for one run. What waits for something else is stopped after a minute."""
ROOT = Path(__file__).resolve().parents[2]
FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None


@dataclass
class Result:
    """What became of the runs of one target. outcomes: how many ended how. findings: what was wrong → first run."""

    target: str
    runs: int = 0
    seconds: float = 0.0
    memory: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: dict[str, int] = field(default_factory=dict)

    def line(self) -> str:
        ended = ", ".join(f"{name} {count:,}" for name, count in self.outcomes.most_common(6))
        return (
            f"{self.target:10} {self.runs:9,} runs {self.seconds:7.1f} s {self.runs / max(self.seconds, 0.001):7.0f}/s"
            f"  {self.memory >> 20:4} MB  {len(self.findings)} findings  ({ended})"
        )


def draw_of(target: str, seed: int, number: int) -> random.Random:
    return random.Random(f"{target} {seed} {number}")


def run(name: str, runs: int, seed: int, keep: Path | None = None, first: int = 0) -> Result:
    """Run a target so often; kept are the inputs of findings."""
    result, begun, number = Result(name), time.monotonic(), first
    with tempfile.TemporaryDirectory(dir=FAST) as folder:
        while number < first + runs:
            number = _one_child(name, seed, number, first + runs, Path(folder), result)
        result.runs = runs
        result.seconds = time.monotonic() - begun
        if keep is not None and result.findings:
            target = TARGETS[name](Path(tempfile.mkdtemp(dir=folder)))
            for found, number in result.findings.items():
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{name}-{seed}-{number}").write_bytes(target.make(draw_of(name, seed, number)))
                (keep / f"{name}-{seed}-{number}.txt").write_text(found)
    return result


def _one_child(name: str, seed: int, number: int, end: int, folder: Path, result: Result) -> int:
    """Let one child run until it is through or dies; returns the number of the next run."""
    place = Path(tempfile.mkdtemp(dir=folder))
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            _work(name, seed, number, end, place, write)
        except BaseException:  # noqa: BLE001 - whatever it was, this process ends here
            traceback.print_exc()
            os._exit(99)
        os._exit(0)
    os.close(write)
    current, rest = number, b""
    while True:
        ready, _, _ = select.select([read], [], [], 60)
        if not ready:
            os.kill(child, signal.SIGKILL)
        more = os.read(read, 1 << 16)
        if not more:
            break
        *lines, rest = (rest + more).split(b"\0")
        for line in lines:
            word, _, text = line.decode("utf-8", "replace").partition(" ")
            if word == "run":
                current = int(text)
            elif word == "finding":
                result.findings.setdefault(text, current)
            elif word == "outcome":
                result.outcomes[text] += 1
    os.close(read)
    _pid, status, usage = os.wait4(child, 0)
    result.memory = max(result.memory, usage.ru_maxrss << (0 if sys.platform == "darwin" else 10))
    shutil.rmtree(place, ignore_errors=True)
    if status == 0:
        return end
    code = os.waitstatus_to_exitcode(status)
    if code == 99:
        raise SystemExit(f"{name} could not be prepared")
    said = f"hangs for {SECONDS:g} s" if code == -signal.SIGPROF else f"ends the process: {code}"
    result.findings.setdefault(said, current)
    result.outcomes["killed"] += 1
    return current + 1


def _work(name: str, seed: int, number: int, end: int, place: Path, out: int) -> None:
    sys.dont_write_bytecode = True
    os.environ["RUBRICAPP_HOME"] = str(place / "home")
    target = TARGETS[name](place)
    _warm(target, target.make(draw_of(name, seed, 0)))
    used = _address_space()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    guard = _Guard(place)
    sys.addaudithook(guard)
    said = bytearray()
    for each in range(number, end):
        case = target.make(draw_of(name, seed, each))
        os.write(out, b"run %d\0" % each)
        guard.strange = ""
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        outcome, finding = _one(target, case)
        signal.setitimer(signal.ITIMER_PROF, 0)
        if guard.strange and not finding:
            outcome, finding = "written elsewhere", f"writes outside of its folder: {guard.strange}"
        said += b"outcome " + outcome.encode() + b"\0"
        if finding:
            said += b"finding " + finding.replace("\0", "").encode("utf-8", "replace") + b"\0"
        os.write(out, said)
        said.clear()


def _warm(target: Target, case: bytes) -> None:
    """Imports and caches of the first run are not measured."""
    signal.setitimer(signal.ITIMER_PROF, 30)
    _one(target, case)
    signal.setitimer(signal.ITIMER_PROF, 0)


def _one(target: Target, case: bytes) -> tuple[str, str]:
    """(how it ended, what was wrong with that)."""
    try:
        return target.read(case) or "read", ""
    except UserError as error:
        if not (error.what and error.code):
            return error.code, f"{error.code} says nothing"
        return error.code, ""
    except Broken as error:
        return "broken", f"{error} {_where(error)}"
    except Exception as error:  # noqa: BLE001 - that is the question here
        return type(error).__name__, f"{type(error).__name__}: {str(error)[:160]} {_where(error)}"


def _where(error: BaseException) -> str:
    """The last lines of ours that it went through."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if str(ROOT) in each.filename]
    return " < ".join(f"{Path(each.filename).name}:{each.lineno}" for each in reversed(frames[-3:]))


def _address_space() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 4 << 30


class _Guard:
    """Sees every file that is opened for writing, made, moved or taken away."""

    _NAMED = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate"})

    def __init__(self, place: Path) -> None:
        self.place, self.strange = str(place), ""

    def __call__(self, event: str, arguments: tuple) -> None:
        if event == "open":
            path, mode, flags = arguments
            writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if mode is None else set(mode) & set("wax+")
            if writes:
                self._look(event, path)
        elif event in self._NAMED:
            if event in ("os.remove", "os.rmdir", "os.mkdir") and arguments[-1] not in (-1, None):
                return  # by a folder that is open: `shutil.rmtree`, our own
            for path in arguments[: 2 if event in ("os.rename", "os.link") else 1]:
                self._look(event, path)

    def _look(self, event: str, path: object) -> None:
        if isinstance(path, (str, bytes, os.PathLike)):
            full = str(Path.cwd() / os.fsdecode(path))
            if not full.startswith(self.place) and full != os.devnull:
                self.strange = self.strange or f"{event} {full[:80]}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="fuzz", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("target", nargs="+", choices=[*TARGETS, "all"])
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="make this run alone again, in this process")
    parser.add_argument("--keep", type=Path, default=None, help="where inputs of findings are kept")
    asked = parser.parse_args(arguments)
    names = list(TARGETS) if "all" in asked.target else asked.target
    if asked.only is not None:
        with tempfile.TemporaryDirectory(dir=FAST) as folder:
            target = TARGETS[names[0]](Path(folder))
            print(target.read(target.make(draw_of(names[0], asked.seed, asked.only))))
        return 0
    found = False
    for name in names:
        result = run(name, asked.runs, asked.seed, asked.keep)
        print(result.line(), flush=True)
        for what, number in result.findings.items():
            print(f"    run {number}: {what}", flush=True)
        found = found or bool(result.findings)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
