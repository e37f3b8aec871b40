"""Whoever pulls the plug while packages are made, merged and opened: each transaction is whole, and each file.

RUBRICAPP_KILLS runs a longer campaign.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from rubricapp.exchange import package_file, sealing
from rubricapp.operations import kits, portfolio_files, returns
from rubricapp.store import engine
from rubricapp.store.backups import list_backups
from rubricapp.store.kits import list_kits
from rubricapp.store.tables import COMPUTED
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import open_
from tests.stories.travelling import put_back, quick, travelling

KILLS = max(10, int(os.environ.get("RUBRICAPP_KILLS", "300")) // 25)
HERE = Path(__file__).resolve().parent
OLD = HERE.parent / "data" / "workspaces"
FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, which Windows cannot")


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=FAST) as name:
        yield Path(name)


@pytest.fixture
def things(place, document, monkeypatch):
    return travelling(place, document, lambda: quick(monkeypatch))


class Nursery:
    """The process that forks what is killed. usual: seconds that one thing takes here, known after the first."""

    def __init__(self, seed: int) -> None:
        self.usual, self.draw = 0.0, random.Random(seed)
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "merging_process.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(HERE.parents[1])},
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
                return done
        raise AssertionError("the nursery died")


def log_of(ws) -> frozenset[bytes]:
    return frozenset(row[0] for row in ws.rows("SELECT hash FROM change"))


def tables(ws) -> dict[str, list[tuple]]:
    return {name: sorted(ws.rows(f"SELECT * FROM {name}"), key=repr) for name in COMPUTED}


def whole_files(folder: Path) -> list[Path]:
    """What has its final name; what was half written has another one, and is nobody's business."""
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".part")]


@pytest.mark.timeout(max(300, KILLS * 5))
def test_a_merge_is_whole_or_not_there_for_each_package(things, place) -> None:
    kept, out = place / "kept", place / "out"
    shutil.copytree(things.lead, kept)
    with open_(things.lead) as ws:
        identity, before = sealing.identity_of(ws), log_of(ws)
        brought = []
        for path in things.packages:
            with package_file.opened(path, [identity], place) as package:
                brought.append(frozenset(each.hash for each in package.changes()) - before)
        returns.bring_in(ws, things.packages)
        after = tables(ws)
    outcomes: Counter[str] = Counter()
    with Nursery(1) as nursery:
        for _ in range(KILLS):
            put_back(kept, things.lead)
            done = nursery.live_and_die("merge", things.lead, out, *things.packages)
            with open_(things.lead) as ws:
                here = log_of(ws)
                assert before <= here
                there = [len(each & here) for each in brought]
                assert all(count in (0, len(each)) for count, each in zip(there, brought, strict=True)), there
                assert there[0] or not there[1], "in the order of the packages"
                assert find_faults(ws, files=True).problems == ()
                outcomes[f"{sum(map(bool, there))} of 2"] += 1
                assert not done or all(there)
                assert all(each.error is None for each in returns.bring_in(ws, things.packages))
                assert tables(ws) == after
                assert find_faults(ws, files=True).problems == ()
                assert {path.stem for path in (ws.folder / "receipts").glob("*.json")} >= {
                    row[0] for row in ws.rows("SELECT id FROM merge")
                }, "what was merged has its receipt, at the latest when it is merged again"
    assert len(outcomes) > 1, outcomes


@pytest.mark.timeout(max(300, KILLS * 5))
@pytest.mark.parametrize("what", ["kit", "return", "portfolio", "backup"])
def test_a_file_under_its_name_is_whole(things, place, what) -> None:
    folder = things.laptop if what == "return" else things.lead
    kept, out = place / "kept", place / "out"
    shutil.copytree(folder, kept)
    outcomes: Counter[str] = Counter()
    with Nursery(2) as nursery:
        for _ in range(KILLS):
            put_back(kept, folder)
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            done = nursery.live_and_die(what, folder, out)
            with open_(folder) as ws:
                assert find_faults(ws, files=True).problems == ()
                found = whole_files(out)
                assert not done or found or what == "backup"
                for path in found:
                    if what == "portfolio":
                        assert portfolio_files.verify(path).whole
                    else:
                        with package_file.opened(path, [sealing.identity_of(ws)], place) as package:
                            assert len(list(package.changes())) == package.manifest.changes
                            if what == "kit":
                                assert package.manifest.ticket in {each.ticket for each in list_kits(ws)}
                if what == "backup":
                    offered = list_backups(ws.backups)
                    assert not done or offered
                outcomes["there" if found or (what == "backup" and offered) else "not there"] += 1
    assert len(outcomes) > 1 or KILLS < 30, outcomes


@pytest.mark.timeout(max(300, KILLS * 5))
def test_a_newer_kit_is_opened_whole_or_not_at_all(things, place) -> None:
    folder, kept, out = things.laptop, place / "kept", place / "out"
    shutil.copytree(folder, kept)
    with open_(folder) as ws:
        before = log_of(ws)
    kits.open_kit(things.kit, folder)
    with open_(folder) as ws:
        after = log_of(ws)
    assert before < after
    outcomes: Counter[str] = Counter()
    with Nursery(3) as nursery:
        for _ in range(KILLS):
            put_back(kept, folder)
            done = nursery.live_and_die("open", folder, out, things.kit)
            with open_(folder) as ws:
                here = log_of(ws)
                assert here in (before, after)
                assert not done or here == after
                assert find_faults(ws, files=True).problems == ()
            kits.open_kit(things.kit, folder)
            with open_(folder) as ws:
                assert log_of(ws) == after
                assert find_faults(ws, files=True).problems == ()
            outcomes["after" if here == after else "before"] += 1
    assert len(outcomes) > 1, outcomes


@pytest.mark.timeout(max(300, KILLS * 5))
def test_an_old_workspace_is_as_it_was_or_as_it_is_to_be(place) -> None:
    old = next(path.parent for path in sorted(OLD.rglob("workspace.sqlite3")))
    folder = place / "workspace"
    outcomes: Counter[str] = Counter()
    with Nursery(4) as nursery:
        for _ in range(KILLS):
            put_back(old, folder)
            done = nursery.live_and_die("migrate", folder, place)
            connection = engine.connect(folder / "workspace.sqlite3")
            try:
                engine.take(connection)
                version = connection.execute("PRAGMA user_version").fetchone()[0]
            finally:
                connection.close()
            with open_(folder) as ws:
                assert find_faults(ws, files=True).problems == ()
            outcomes[f"version {version}"] += 1
            assert not done or version > 1
    assert len(outcomes) > 1 or KILLS < 30, outcomes
