"""What the tests of the store share: a half-written file as a crash leaves it, what a file says, other programs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rubricapp.store import engine, places
from rubricapp.store.workspace import FILE_NAME, Workspace, create

KEEP_OPEN = """
import sys, sqlite3
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
try:
    for statement in sys.argv[2:]:
        connection.execute(statement).fetchall()
    print("done", flush=True)
except sqlite3.Error as error:
    print(error, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_PAUSE", 0)
    monkeypatch.setattr(engine, "WAIT", 0)


@pytest.fixture
def made(folder: Path) -> Path:
    """The folder of a closed workspace that holds three changes."""
    with create(folder) as ws, ws.writing("lead") as log:
        log.set("programme", "p", "name", "Residency")
        log.set("person", "anna", "code", "P-001")
        log.set("person", "anna", "given_name", "Anna")
    return folder


@pytest.fixture
def other_program() -> Callable:
    """A function that runs SQL on a file in another process, keeps it open, and returns (process, what it said)."""
    children: list[subprocess.Popen] = []

    def run(path: Path, *statements: str) -> tuple[subprocess.Popen, str]:
        child = subprocess.Popen(
            [sys.executable, "-c", KEEP_OPEN, str(path), *statements],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        children.append(child)
        return child, child.stdout.readline().strip()

    yield run
    for child in children:
        child.communicate()


def content(connection: engine.Connection) -> dict[str, list[tuple]]:
    """Everything that a database says, by table."""
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}


@pytest.fixture
def says() -> Callable[[Workspace], dict[str, list[tuple]]]:
    return lambda ws: content(ws.connection)


@pytest.fixture
def crash() -> Callable[[Path], None]:
    """Leaves a closed workspace as a crash in the middle of a commit does: half written, journal hot."""

    def half_write(folder: Path) -> None:
        path = folder / FILE_NAME
        connection = engine.connect(path)
        connection.execute("PRAGMA cache_size=1")
        connection.execute("PRAGMA cache_spill=1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE person SET given_name = 'HALF'")
        connection.executemany(
            "INSERT INTO comment_bank (id, text) VALUES (?, ?)", [(f"{n:04}", "HALF" * 99) for n in range(400)]
        )
        torn = [path, path.with_name(path.name + "-journal")]
        for each in torn:
            shutil.copyfile(each, each.with_name(each.name + ".torn"))
        connection.execute("ROLLBACK")
        connection.close()
        for each in torn:
            each.with_name(each.name + ".torn").replace(each)
        (folder / places.LOCK_NAME).write_text("\n{}\n")
        assert b"HALF" in path.read_bytes()

    return half_write


@pytest.fixture
def bare() -> Callable[[Path], bytes]:
    """Reads a closed workspace's file."""
    return lambda folder: (folder / FILE_NAME).read_bytes()
