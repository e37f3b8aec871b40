"""Bringing a file up to date works whole or leaves it byte for byte. Released formats: see `test_witnesses`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Migrations

from rubricapp.errors import UserError
from rubricapp.operations import people, production_log
from rubricapp.store import engine, migrations, upgrading
from rubricapp.store.production_log import load_log_entry
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import FILE_NAME, create, open_


def test_the_number_of_the_format_is_the_number_of_steps() -> None:
    memory = engine.connect(None)
    assert len(migrations.steps.pending(engine.utils(memory))) == upgrading.LATEST
    upgrading.migrate(memory)
    assert memory.execute("PRAGMA user_version").fetchone() == (upgrading.LATEST,)
    assert migrations.steps.pending(engine.utils(memory)) == []
    upgrading.migrate(memory)
    memory.close()


# Steps to come


@pytest.fixture
def next_step(monkeypatch):
    """A function that makes this version one format newer; the step is what it is given."""

    def add(step) -> None:
        monkeypatch.setattr(migrations, "steps", one_more(step))
        monkeypatch.setattr(upgrading, "LATEST", upgrading.LATEST + 1)

    return add


def one_more(step) -> Migrations:
    memory = engine.connect(None)
    newer = Migrations("rubricapp")
    for each in migrations.steps.pending(engine.utils(memory)):
        newer(name=each.name)(each.fn)
    memory.close()
    newer(name="the next one")(step)
    return newer


def widen(db) -> None:
    db.conn.execute("ALTER TABLE person ADD COLUMN nickname TEXT")


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if ".part" in path.name]


def test_a_step_is_taken_and_the_old_file_is_kept(made, next_step, bare) -> None:
    before = bare(made)
    with open_(made) as ws:
        device = ws.device
    before = bare(made)
    next_step(widen)
    with open_(made) as ws:
        assert ws.rows("PRAGMA user_version") == [(upgrading.LATEST,)]
        assert ws.rows("SELECT given_name, nickname FROM person") == [("Anna", None)]
        assert ws.device == device
        with ws.writing("lead") as log:
            log.set("person", "anna", "given_name", "Berta")
        kept = list(ws.backups.iterdir())
        assert [path.read_bytes() for path in kept] == [before]
    open_(made).close()
    assert list((made / "backups").iterdir()) == kept
    assert left_over(made) == []


def test_each_update_keeps_the_file_of_its_own_time(made, next_step, tmp_path) -> None:
    shutil.copyfile(made / FILE_NAME, tmp_path / "old")
    next_step(widen)
    open_(made).close()
    shutil.copyfile(tmp_path / "old", made / FILE_NAME)  # somebody goes back, and comes again
    open_(made).close()
    assert len(list((made / "backups").iterdir())) == 2


def fail(db) -> None:
    widen(db)
    db.conn.execute("DELETE FROM person")
    raise RuntimeError("half way")


def refer_to_nothing(db) -> None:
    db.conn.execute("DELETE FROM value_row")
    db.conn.execute("DELETE FROM change_row")


def fill_the_disk(_db) -> None:
    raise engine.sqlite.OperationalError("database or disk is full")


@pytest.mark.parametrize(
    ("step", "error", "code"),
    [(fail, RuntimeError, ""), (refer_to_nothing, UserError, "E_DAMAGED"), (fill_the_disk, UserError, "E_DISK")],
)
def test_a_step_that_fails_leaves_the_file_byte_for_byte(made, next_step, bare, step, error, code) -> None:
    before = bare(made)
    next_step(step)
    for _ in range(2):
        with pytest.raises(error) as caught:
            open_(made)
        assert getattr(caught.value, "code", "") == code
        assert bare(made) == before
        assert left_over(made) == []


def test_after_a_failed_step_the_older_version_still_opens_it(made, monkeypatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "steps", one_more(fail))
        patched.setattr(upgrading, "LATEST", upgrading.LATEST + 1)
        with pytest.raises(RuntimeError):
            open_(made)
    with open_(made) as ws:
        assert ws.rows("SELECT given_name FROM person") == [("Anna",)]
        assert find_faults(ws).ok


def test_no_space_for_the_copy(small_disk, next_step) -> None:
    disk = small_disk(2000)
    create(disk / "workspace").close()
    before = (disk / "workspace" / FILE_NAME).read_bytes()
    (disk / "ballast").write_bytes(bytes(shutil.disk_usage(disk).free - len(before) // 2))
    next_step(widen)
    with pytest.raises(UserError) as caught:
        open_(disk / "workspace")
    assert caught.value.code in ("E_CANNOT_WRITE", "E_DISK")
    assert (disk / "workspace" / FILE_NAME).read_bytes() == before
    assert left_over(disk) == []


def test_a_hot_journal_is_rolled_back_before(made, crash, next_step) -> None:
    crash(made)
    next_step(widen)
    with open_(made) as ws:
        assert ws.rows("SELECT given_name, nickname FROM person") == [("Anna", None)]
        assert find_faults(ws).ok
        kept = engine.connect(next(ws.backups.iterdir()), read_only=True)
        assert kept.execute("SELECT given_name FROM person").fetchall() == [("Anna",)]
        kept.close()


def test_damage_is_found_before(made, next_step) -> None:
    content = bytearray((made / FILE_NAME).read_bytes())
    content[100:4096] = bytes(3996)
    (made / FILE_NAME).write_bytes(content)
    next_step(widen)
    with pytest.raises(UserError) as caught:
        open_(made)
    assert caught.value.code == "E_DAMAGED"
    assert (made / FILE_NAME).read_bytes() == content


def test_killed_in_the_middle_of_a_step(made, next_step, bare) -> None:
    script = """
import os, sys, pathlib
from sqlite_utils import Migrations
from rubricapp.store import migrations, upgrading
from rubricapp.store.workspace import open_
def step(db):
    db.conn.execute("PRAGMA cache_size=1")
    db.conn.execute("PRAGMA cache_spill=1")
    for n in range(300):
        db.conn.execute("INSERT INTO person (id, given_name) VALUES (?, ?)", (f"half{n}", "x" * 500))
    os._exit(9)
migrations.steps(name="the next one")(step)
upgrading.LATEST += 1
open_(pathlib.Path(sys.argv[1]))
"""
    before = bare(made)
    done = subprocess.run([sys.executable, "-c", script, str(made)], check=False, timeout=60)
    assert done.returncode == 9
    assert bare(made) == before
    assert (made / "workspace.part-journal").stat().st_size > 0
    next_step(widen)
    with open_(made) as ws:
        assert ws.rows("SELECT id, nickname FROM person") == [("anna", None)]
        assert find_faults(ws).ok
    assert left_over(made) == []


def test_what_a_newer_laptop_said_before_is_shown_after_the_update(ws) -> None:
    """Its changes came while this version had no table for them; they stood in the log all the time."""
    ama = people.who(ws, "P-001")
    day = production_log.add_day(ws, ama, {"worked_on": "2026-09-10", "tasks": "Loaded magazines."})[0]
    folder = ws.folder
    for table in ("log_entry", "log_check"):
        ws.connection.execute(f"DROP TABLE {table}")
    ws.connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'production_log'")
    ws.connection.execute("PRAGMA user_version=1")
    ws.close()
    with open_(folder) as newer:
        assert load_log_entry(newer, day.id) == day
        assert find_faults(newer).ok
