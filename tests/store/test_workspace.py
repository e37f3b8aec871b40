"""Making, opening, writing, closing a workspace, and everything that may stand in the way."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rubricapp.errors import UserError
from rubricapp.operations import merging
from rubricapp.store import backups, devices, engine, places, restoring, upgrading
from rubricapp.store import workspace as module
from rubricapp.store.changes import list_changes
from rubricapp.store.existing import exists
from rubricapp.store.verifying import find_faults, verify_chains
from rubricapp.store.workspace import FILE_NAME, Sources, create, open_
from tests.parcels import parcel_since

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows works otherwise here")


def refused(function, *arguments, **named) -> UserError:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    return caught.value


def say(ws, name: str, record: str = "anna") -> None:
    with ws.writing("lead") as log:
        log.set("person", record, "given_name", name)


def name_of(ws, record: str = "anna") -> str | None:
    rows = ws.rows("SELECT given_name FROM person WHERE id = ?", record)
    return rows[0][0] if rows else None


def journal(folder: Path) -> Path:
    return folder / f"{FILE_NAME}-journal"


# Making


def test_a_new_workspace(folder) -> None:
    with create(folder) as ws:
        assert not ws.read_only
        assert len(ws.device) == 32
        assert ws.files.is_dir() and ws.backups.is_dir()
        assert find_faults(ws).ok
        pragmas = {
            name: ws.rows(f"PRAGMA {name}")[0][0]
            for name in ("journal_mode", "synchronous", "locking_mode", "secure_delete", "trusted_schema",
                         "foreign_keys", "temp_store", "cell_size_check", "application_id", "user_version")
        }  # fmt: skip
    assert pragmas == {
        "journal_mode": "delete", "synchronous": 3, "locking_mode": "exclusive", "secure_delete": 1,
        "trusted_schema": 0, "foreign_keys": 1, "temp_store": 2, "cell_size_check": 1,
        "application_id": engine.APPLICATION_ID, "user_version": upgrading.LATEST,
    }  # fmt: skip
    assert sorted(path.name for path in folder.iterdir()) == ["backups", "files", "workspace.lock", FILE_NAME]


def test_the_file_can_be_read_with_any_sqlite(made) -> None:
    connection = sqlite3.connect(made / FILE_NAME)
    rows = connection.execute("SELECT kind, record, field, value, author, seq FROM history").fetchall()
    connection.close()
    assert rows == [
        ("programme", "p", "name", '"Residency"', "lead", 1),
        ("person", "anna", "code", '"P-001"', "lead", 2),
        ("person", "anna", "given_name", '"Anna"', "lead", 3),
    ]


def test_a_taken_folder_is_not_touched(made, bare) -> None:
    before = bare(made)
    assert refused(create, made).code == "E_EXISTS"
    assert bare(made) == before
    (made / FILE_NAME).write_bytes(b"something of somebody")
    assert refused(create, made).code == "E_EXISTS"
    (made / FILE_NAME).unlink()
    (made / FILE_NAME).symlink_to("nowhere")
    assert refused(create, made).code == "E_EXISTS"


def test_a_file_where_the_folder_should_be(tmp_path) -> None:
    (tmp_path / "taken").write_text("x")
    assert refused(create, tmp_path / "taken" / "workspace").code == "E_CANNOT_WRITE"
    assert refused(create, tmp_path / "taken").code == "E_CANNOT_WRITE"
    assert (tmp_path / "taken").read_text() == "x"


def test_when_making_fails_nothing_stays(tmp_path, monkeypatch) -> None:
    def fail(_connection) -> None:
        raise engine.sqlite.OperationalError("database or disk is full")

    monkeypatch.setattr(upgrading, "migrate", fail)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    assert refused(create, tmp_path / "new" / "deep" / "workspace").code == "E_DISK"
    assert refused(create, tmp_path / "mine").code == "E_DISK"
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == ["mine", "mine/notes.txt"]


def test_no_space_for_a_new_one(small_disk) -> None:
    disk = small_disk(64)
    assert refused(create, disk / "workspace").code in ("E_DISK", "E_CANNOT_WRITE")
    assert list(disk.iterdir()) == []


def test_a_folder_where_one_may_not_write(tmp_path, without_rights) -> None:
    closed = open_to_all(tmp_path / "closed")
    closed.chmod(0o555)
    assert without_rights(lambda: create(closed / "workspace")) == "E_CANNOT_WRITE"
    assert without_rights(lambda: create(closed)) == "E_CANNOT_WRITE"
    assert list(closed.iterdir()) == []


def open_to_all(folder: Path) -> Path:
    """The folder, made where it is missing, reachable for every person of this machine."""
    folder.mkdir(exist_ok=True)
    for each in (folder, *folder.parents):
        if each.stat().st_uid == os.geteuid() and each.stat().st_mode & 0o005 != 0o005:
            each.chmod(each.stat().st_mode | 0o005)
    return folder


def test_somebody_else_is_just_making_it(folder) -> None:
    folder.mkdir()
    _because, lock = places.lock(folder)
    assert refused(create, folder).code == "E_LOCKED"
    lock.release()
    create(folder).close()


def test_the_journal_of_a_lost_workspace_is_not_played_into_the_new_one(made, crash) -> None:
    crash(made)
    (made / FILE_NAME).unlink()
    with create(made) as ws:
        assert find_faults(ws).ok
        assert ws.rows("SELECT count(*) FROM change") == [(0,)]
    assert [path.name.partition("-")[0] for path in (made / "backups").iterdir()] == ["left"]


# Places


@pytest.mark.parametrize(
    "name",
    ["with space", "Ünïcödé Ọ̀rẹ́ 映画", "odd#?%20&=;name", "quote'\"", "-dash", "file:x", "x" * 200,
     pytest.param("caf\udce9", marks=POSIX)],
)  # fmt: skip
def test_any_name_of_a_folder(tmp_path, name) -> None:
    try:
        create(tmp_path / name).close()
    except OSError:  # pragma: no cover
        pytest.skip("this disk takes no such name")
    with open_(tmp_path / name) as ws:
        say(ws, "Anna")
        assert [path for path in tmp_path.iterdir() if path.name != name] == []
        device = ws.device
    with open_(tmp_path / name) as ws:
        assert name_of(ws) == "Anna"
        assert ws.device == device


def test_a_relative_path_stays_what_it_was(made, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(made.parent)
    with open_(Path(made.name)) as ws:
        monkeypatch.chdir("/")
        say(ws, "Berta")
        assert ws.folder == made
        assert ws.path.is_file()
    assert exists(made)


def test_through_a_link_it_is_the_same_workspace(made, tmp_path) -> None:
    (tmp_path / "link").symlink_to(made)
    with open_(made) as ws:
        device = ws.device
        assert refused(open_, tmp_path / "link").code == "E_LOCKED"
    with open_(tmp_path / "link") as ws:
        assert ws.device == device
        say(ws, "Berta")
    with open_(made) as ws:
        assert name_of(ws) == "Berta"


def test_a_risky_place_is_said(tmp_path) -> None:
    with create(tmp_path / "Dropbox" / "residency") as ws:
        assert "Dropbox" in ws.warnings[0]


@pytest.mark.parametrize("missing", ["files", "backups", places.LOCK_NAME])
def test_parts_of_the_folder_are_gone(made, missing) -> None:
    (made / missing).unlink() if (made / missing).is_file() else (made / missing).rmdir()
    with open_(made) as ws:
        say(ws, "Berta")
        assert find_faults(ws).ok


# What is no workspace of ours


def test_nothing_there(tmp_path) -> None:
    assert refused(open_, tmp_path).code == "E_NO_WORKSPACE"
    assert refused(open_, tmp_path / "gone" / "deep").code == "E_NO_WORKSPACE"
    (tmp_path / FILE_NAME).mkdir()
    assert refused(open_, tmp_path).code == "E_NO_WORKSPACE"
    assert not exists(tmp_path)
    assert not exists(tmp_path / "gone")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E_DAMAGED"),
        (b"SQLite", "E_DAMAGED"),
        (b"SQLite format 3\0" + bytes(20), "E_DAMAGED"),
        (b"not a database at all, but long enough to be one" * 99, "E_DAMAGED"),
        (bytes(8192), "E_DAMAGED"),
    ],
)
def test_a_file_that_is_no_database(folder, content, code) -> None:
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(content)
    assert refused(open_, folder).code == code
    assert refused(open_, folder, read_only=True).code == code
    assert not exists(folder)
    assert (folder / FILE_NAME).read_bytes() == content


def test_a_database_of_another_program(folder) -> None:
    folder.mkdir()
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.execute("CREATE TABLE meta (key, value)")
    connection.close()
    before = (folder / FILE_NAME).read_bytes()
    assert refused(open_, folder).code == "E_NOT_OURS"
    assert not exists(folder)
    assert (folder / FILE_NAME).read_bytes() == before


def test_a_newer_version_is_refused_in_plain_words(made, bare) -> None:
    connection = sqlite3.connect(made / FILE_NAME)
    connection.execute(f"PRAGMA user_version={upgrading.LATEST + 1}")
    connection.close()
    before = bare(made)
    error = refused(open_, made)
    assert error.code == "E_NEWER"
    assert "newer version" in error.what
    assert exists(made)
    assert bare(made) == before


def test_our_mark_on_an_empty_database(folder) -> None:
    folder.mkdir()
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.executescript(f"PRAGMA application_id={engine.APPLICATION_ID}; PRAGMA user_version={upgrading.LATEST}")
    connection.close()
    error = refused(open_, folder)
    assert error.code == "E_DAMAGED"
    assert "no such table" in error.details


def test_no_device_of_its_own(made) -> None:
    with open_(made) as ws:
        for sql in ("UPDATE meta SET value = '99'", "UPDATE meta SET value = 'x'", "DELETE FROM meta"):
            ws.connection.execute(sql)
            assert refused(lambda: ws.device).code == "E_DAMAGED", sql
            assert refused(say, ws, "x").code == "E_DAMAGED", sql
        ws.connection.execute("ALTER TABLE device RENAME TO gone")
        ws.connection.execute("INSERT INTO meta VALUES ('device', 1)")
        assert refused(lambda: ws.device).code == "E_DAMAGED"


# Reading only


def test_reading_only_on_request(made, bare) -> None:
    before = bare(made)
    with open_(made, read_only=True) as ws:
        assert ws.read_only
        assert name_of(ws) == "Anna"
        error = refused(say, ws, "Berta")
        assert error.code == "E_READ_ONLY"
        assert "You asked for that." in error.message
        with open_(made, read_only=True) as other:
            assert name_of(other) == "Anna"
        assert refused(open_, made).code == "E_LOCKED"
    assert bare(made) == before
    open_(made).close()


def test_a_folder_that_may_only_be_read(made, without_rights) -> None:
    open_to_all(made)
    (made / FILE_NAME).chmod(0o644)
    made.chmod(0o555)

    def look() -> tuple:
        with open_(made) as ws:
            return ws.read_only_because, name_of(ws), ws.device, find_faults(ws).ok

    because, name, device, fine = without_rights(look)
    assert (because, name, fine) == ("The folder cannot be written.", "Anna", True)
    made.chmod(0o755)
    with open_(made) as ws:
        assert ws.device == device


def test_a_file_that_may_only_be_read_in_a_folder_that_may_be_written(made, without_rights) -> None:
    open_to_all(made)
    made.chmod(0o777)
    (made / FILE_NAME).chmod(0o444)
    (made / places.LOCK_NAME).chmod(0o666)

    def look() -> tuple:
        with open_(made) as ws:
            return ws.read_only_because, name_of(ws)

    assert without_rights(look) == ("The file may not be written.", "Anna")


def test_what_one_may_not_even_read(made, without_rights) -> None:
    open_to_all(made.parent)
    (made / FILE_NAME).chmod(0o000)  # not even its owner
    made.chmod(0o755)
    assert without_rights(lambda: open_(made)) == "E_FILE_UNREADABLE"
    made.chmod(0o600)
    assert without_rights(lambda: open_(made)) == "E_FILE_UNREADABLE"
    assert without_rights(lambda: exists(made)) is False
    made.chmod(0o755)


def test_a_disk_that_may_only_be_read(small_disk, crash) -> None:
    disk = small_disk(4096)
    with create(disk / "workspace") as ws:
        say(ws, "Anna")
    shutil.copytree(disk / "workspace", disk / "crashed")
    crash(disk / "crashed")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with open_(disk / "workspace") as ws:
        assert ws.read_only_because == "The folder cannot be written."
        assert name_of(ws) == "Anna"
        assert find_faults(ws).ok
    error = refused(open_, disk / "crashed")
    assert error.code == "E_READ_ONLY"
    assert "not closed properly" in error.what
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    with open_(disk / "crashed") as ws:
        assert name_of(ws) == "Anna"


def test_an_old_version_that_may_only_be_read(made, monkeypatch, bare) -> None:
    monkeypatch.setattr(upgrading, "LATEST", upgrading.LATEST + 1)
    before = bare(made)
    assert refused(open_, made, read_only=True).code == "E_OLD_READ_ONLY"
    assert bare(made) == before


def test_the_same_refusals_of_the_system_seen_from_inside(made, monkeypatch, tmp_path) -> None:
    """As above, without another person: so that it is also tried where nobody can become one."""

    def refuse(*_, **__) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(module.os, "access", lambda path, *_: path == made)  # the folder, but not the file
        with open_(made) as ws:
            assert ws.read_only_because == "The file may not be written."
            assert refused(ws.set_meta, "x", "y").code == "E_READ_ONLY"
    with monkeypatch.context() as patched:
        patched.setattr(module.Path, "is_file", refuse)
        assert refused(open_, made).code == "E_FILE_UNREADABLE"
        assert not exists(made)
    with monkeypatch.context() as patched:
        patched.setattr(upgrading.Path, "open", refuse)
        assert refused(open_, made).code == "E_FILE_UNREADABLE"
    with monkeypatch.context() as patched:
        patched.setattr(places, "lock", lambda _: ("The folder cannot be written.", None))
        assert refused(create, tmp_path / "new").code == "E_CANNOT_WRITE"
        with open_(made) as ws:
            assert ws.read_only
    with monkeypatch.context() as patched:
        patched.setattr(places, "share", lambda _: None)  # as where there are no shared locks
        assert exists(made)
        open_(made, read_only=True).close()
    with open_(made) as ws:
        own = os.getpid()
        monkeypatch.setattr(module.os, "getpid", lambda: own + 1)
        with pytest.raises(RuntimeError, match="forked"):
            say(ws, "Child")
        ws.close()
        monkeypatch.undo()
        say(ws, "Parent")


def test_facts_of_this_copy(made) -> None:
    with open_(made) as ws:
        assert ws.meta("x") is None
        ws.set_meta("x", "1")
        ws.set_meta("x", "2")
        assert ws.meta("x") == "2"
        assert find_faults(ws).ok


def test_damage_in_the_first_page_that_is_read(made, monkeypatch) -> None:
    real = engine.connect

    def connect(path, read_only=False, key=b""):
        connection = real(path, read_only, key)
        if read_only:
            connection.close()
        return connection

    monkeypatch.setattr(engine, "connect", connect)
    with pytest.raises(engine.sqlite.ProgrammingError):
        open_(made, read_only=True)


# Two at once


def test_opened_twice_by_one_process(made) -> None:
    with open_(made) as ws:
        assert refused(open_, made).code == "E_LOCKED"
        assert refused(open_, made, read_only=True).code == "E_LOCKED"
        assert exists(made)
        say(ws, "Berta")
        ws.close()
        ws.close()
    with open_(made) as ws:
        assert name_of(ws) == "Berta"


def test_another_program_neither_reads_nor_writes_while_it_is_open(made, other_program) -> None:
    with open_(made):
        for statement in ("SELECT count(*) FROM person", "BEGIN IMMEDIATE"):
            assert other_program(made / FILE_NAME, statement)[1] == "database is locked"
    assert other_program(made / FILE_NAME, "SELECT count(*) FROM person")[1] == "done"


def test_asking_whether_it_exists_does_not_drop_the_locks(made, other_program) -> None:
    with open_(made):
        assert exists(made)
        assert refused(open_, made, read_only=True).code == "E_LOCKED"
        assert other_program(made / FILE_NAME, "BEGIN IMMEDIATE")[1] == "database is locked"


@pytest.mark.parametrize("statement", ["SELECT * FROM person", "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_another_program_is_in_the_file_already(made, other_program, statement) -> None:
    child, said = other_program(made / FILE_NAME, "BEGIN", statement) if "SELECT" in statement else other_program(
        made / FILE_NAME, statement
    )  # fmt: skip
    assert said == "done"
    assert refused(open_, made).code == "E_LOCKED"
    child.communicate()
    with open_(made) as ws:
        say(ws, "Berta")


def test_without_its_lock_file_the_database_itself_keeps_others_out(made) -> None:
    script = (
        "import sys, pathlib\nfrom rubricapp.store.workspace import open_\n"
        "from rubricapp.errors import UserError\n"
        "try:\n    open_(pathlib.Path(sys.argv[1]))\nexcept UserError as error:\n    print(error.code)"
    )
    with open_(made):
        (made / places.LOCK_NAME).unlink()  # by somebody who tidies up
        done = subprocess.run(
            [sys.executable, "-c", script, str(made)], capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout == "E_LOCKED\n"


@POSIX
def test_a_forked_process_must_open_it_for_itself(made) -> None:
    with open_(made) as ws:
        say(ws, "Berta")
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                say(ws, "Child")
            except RuntimeError as error:
                os.write(write, str(error).encode())
            ws.close()
            os._exit(0)
        os.waitpid(child, 0)
        assert b"forked" in os.read(read, 999)
        os.close(read)
        os.close(write)
        assert refused(open_, made).code == "E_LOCKED"
        assert journal(made).exists()
        say(ws, "Carla")
    with open_(made) as ws:
        assert name_of(ws) == "Carla"


# After a crash


def test_what_a_crash_left_half_written_is_rolled_back(made, crash, says) -> None:
    with open_(made) as ws:
        before = says(ws)
    crash(made)
    with open_(made) as ws:
        assert says(ws) == before
        assert find_faults(ws).ok


@pytest.mark.parametrize("was_open", [True, False])
def test_what_a_crash_left_half_made_is_swept_and_nothing_else(made, crash, was_open) -> None:
    """Also where the workspace was closed: protecting it and taking that away work on a closed one."""
    if was_open:
        crash(made)
    theirs = [
        "film.part1.mov",
        "backup-of-mine.part",
        "backup-9.partial",
        "download.part",
        "backups/mine.partial",
        "files/ab",
    ]
    ours = ["workspace.part", "workspace.part-journal", "backup.part", "backup-7.part", "backup-8.part-journal"]
    ours += ["unprotected.part", "files/01ab.part", "backups/workspace-x.rubricbackup.part"]
    ours += ["backups/before-update-from-1.part"]
    for name in ours + theirs:
        (made / name).write_text("x")
    open_(made).close()
    assert [name for name in ours if (made / name).exists()] == []
    assert [name for name in theirs if not (made / name).exists()] == []


def test_pages_are_looked_at_after_a_crash(made) -> None:
    with open_(made) as ws:
        with ws.writing("lead") as log:
            for n in range(300):
                log.set("person", f"p{n:04}", "given_name", f"Name {n}")
        page = ws.rows("SELECT rootpage FROM sqlite_master WHERE name = 'person'")[0][0]
        size = ws.rows("PRAGMA page_size")[0][0]
    with (made / FILE_NAME).open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(os.urandom(size))
    open_(made).close()  # nobody crashed: this page is only met when it is needed
    (made / places.LOCK_NAME).write_text("\n{}\n")
    error = refused(open_, made)
    assert error.code == "E_DAMAGED"
    assert refused(open_, made).code == "E_DAMAGED", "and again: the mark of the crash must not be lost"


# Devices


def test_a_device_keeps_its_id(made) -> None:
    with open_(made) as ws:
        device = ws.device
    with open_(made) as ws:
        assert ws.device == device
        assert ws.rows("SELECT count(*) FROM device") == [(1,)]


def test_a_copied_folder_gets_an_id_of_its_own(made, tmp_path) -> None:
    shutil.copytree(made, tmp_path / "copy")
    with open_(made) as ws:
        device = ws.device
        say(ws, "Berta")
    with open_(tmp_path / "copy") as ws:
        assert ws.device != device
        say(ws, "Berta")
        assert [(change.device, change.seq) for change in list_changes(ws.connection, ["anna"])][-1] == (ws.device, 1)
        assert find_faults(ws).ok


def test_a_moved_folder_and_another_machine_get_a_new_id(made, tmp_path, monkeypatch) -> None:
    seen = set()
    with open_(made) as ws:
        seen.add(ws.device)
    made.rename(tmp_path / "moved")
    with open_(tmp_path / "moved") as ws:
        seen.add(ws.device)
    monkeypatch.setattr(devices, "_machine", lambda: "another")
    with open_(tmp_path / "moved") as ws:
        seen.add(ws.device)
    assert len(seen) == 3


def test_an_older_state_put_back_by_hand_gets_a_new_id(made, tmp_path) -> None:
    shutil.copyfile(made / FILE_NAME, tmp_path / "kept")
    with open_(made) as ws:
        device = ws.device
        say(ws, "Berta")
    shutil.copyfile(tmp_path / "kept", made / FILE_NAME)
    with open_(made) as ws:
        assert ws.device != device, "or place 4 of its log would be used twice"
        assert "is an older copy" in ws.warnings[-1], "said while restoring costs nothing yet"
        say(ws, "Carla")
        assert find_faults(ws).ok
        device = ws.device
    with open_(made) as ws:
        assert ws.device == device
        assert ws.warnings == ()


def test_the_end_of_a_log_that_was_cut_off_is_named_until_it_is_back(made, tmp_path) -> None:
    """Nothing in a chain tells that its end is missing; the lock file remembers how far it went."""
    shutil.copyfile(made / FILE_NAME, tmp_path / "kept")
    with open_(made) as ws:
        device, first = ws.device, ws.rows("SELECT max(seq) FROM change")[0][0] + 1
        say(ws, "Berta")
        say(ws, "Carla")
        last = ws.rows("SELECT max(seq) FROM change")[0][0]
        assert all(not each.problems for each in verify_chains(ws))
        newer = parcel_since(ws, {}, "newer")
        made_backup = backups.make(ws, tmp_path / "elsewhere")
    for _ in range(2):  # twice the same: it does not add up
        shutil.copyfile(tmp_path / "kept", made / FILE_NAME)
        with open_(made) as ws:
            problems = [problem for each in verify_chains(ws) for problem in each.problems]
            assert [(seq, problem.code) for seq, problem in problems] == [(first, "CHECK_END")]
            assert f"Changes {first} to {last} of device {device[:8]}" in problems[0][1].message
            assert find_faults(ws).ok, "what is here is in order"
    with open_(made) as ws:
        say(ws, "Dora")
        assert any(each.problems for each in verify_chains(ws)), "going on does not make it good"
        merging.merge(ws, newer, keep_backup=False)
        assert all(not each.problems for each in verify_chains(ws)), "a package that holds them does"
    shutil.copyfile(tmp_path / "kept", made / FILE_NAME)
    with open_(made) as ws:
        pass
    restoring.put_back(made, made_backup)
    with open_(made) as ws:
        assert all(not each.problems for each in verify_chains(ws)), "so does the backup"
        assert ws.warnings == ()


def test_an_older_state_of_another_device_gets_a_new_id(made, tmp_path) -> None:
    """The lock file remembers only who wrote last: an older copy may be of somebody before."""
    shutil.copyfile(made / FILE_NAME, tmp_path / "kept")
    with open_(made) as ws:
        say(ws, "Berta")
    used = set()
    for name in ("Carla", "Dora", "Eva"):
        shutil.copyfile(tmp_path / "kept", made / FILE_NAME)
        with open_(made) as ws:
            say(ws, name)
            used.add(ws.device)
    assert len(used) == 3, "or the same place of a log would be used twice"


def test_a_backup_that_is_restored_is_not_called_cut_off(made) -> None:
    with open_(made) as ws:
        made_backup = backups.make(ws)
        say(ws, "Berta")
    restoring.put_back(made, made_backup)
    with open_(made) as ws:
        assert all(not each.problems for each in verify_chains(ws))
        assert ws.warnings == ()


@pytest.mark.parametrize("kept", ["", "[]", "7", '{"x": 1}', '{"00": "x"}', '{"00": 1e999}'])
def test_a_remembered_end_that_was_altered_stops_nobody(made, kept) -> None:
    with open_(made) as ws:
        ws.set_meta(devices.CUT, kept)
    with open_(made) as ws:
        assert verify_chains(ws)


def test_the_same_older_state_put_back_again_and_again_is_another_device_each_time(made, tmp_path) -> None:
    shutil.copyfile(made / FILE_NAME, tmp_path / "kept")
    seen = []
    for name in ("Berta", "Carla", "Dora"):
        with open_(made) as ws:
            say(ws, name)
            seen.append(ws.device)
        shutil.copyfile(tmp_path / "kept", made / FILE_NAME)
    with open_(made) as ws:
        seen.append(ws.device)
    with open_(made) as ws:
        assert ws.device == seen[-1], "and keeps its id, though it said nothing yet"
    assert len(set(seen)) == 4, "or a place of a log would be used twice"


def test_a_copy_made_in_the_middle_of_the_work_and_put_back_after_a_crash(made, tmp_path) -> None:
    script = (
        "import sys, os, pathlib, shutil\nfrom rubricapp.store.workspace import open_\n"
        "ws = open_(pathlib.Path(sys.argv[1]))\nprint(ws.device)\n"
        "def say(name):\n    with ws.writing('lead') as log:\n        log.set('person', 'anna', 'given_name', name)\n"
        "say('Berta')\nshutil.copyfile(ws.path, sys.argv[2])\nsay('Carla')\n"
        "sys.stdout.flush()\nos._exit(9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(made), str(tmp_path / "kept")], capture_output=True, text=True, timeout=60
    )
    device = done.stdout.strip()
    journal(made).unlink(missing_ok=True)
    shutil.copyfile(tmp_path / "kept", made / FILE_NAME)
    with open_(made) as ws:
        assert name_of(ws) == "Berta"
        assert ws.device != device
        assert find_faults(ws).ok


def test_a_device_that_cannot_be_made_leaves_no_open_transaction(made) -> None:
    connection = engine.connect(made / FILE_NAME)
    with pytest.raises(engine.sqlite.IntegrityError):
        devices.make_new(connection, made, lambda _length: b"too short")
    assert not connection.in_transaction
    connection.close()


def test_the_machine_is_known_in_every_way(monkeypatch) -> None:
    usual = devices._machine()
    assert usual == devices._machine()
    for text in ("", "uninitialized\n", "\xff"):
        monkeypatch.setattr(devices.Path, "read_text", lambda *_, text=text, **__: text)
        for card in (0x123456789A, 0x010000000000):
            monkeypatch.setattr(devices.uuid, "getnode", lambda card=card: card)
            assert devices._machine() != usual
            assert (f"{card:x}" in devices._machine()) == (card == 0x123456789A), "a made-up card is no sign"


# Transactions


def test_all_or_nothing(made, says) -> None:
    with open_(made) as ws:
        before = says(ws)
        for error in (ValueError, KeyboardInterrupt, UserError("E_X", "x")):
            with pytest.raises(error if isinstance(error, type) else UserError), ws.writing("lead") as log:
                log.set("person", "anna", "given_name", "Half")
                raise error
            assert says(ws) == before
        say(ws, "Berta")
        assert name_of(ws) == "Berta"
        assert find_faults(ws).ok


def test_an_operation_inside_another_is_a_fault_of_ours(made) -> None:
    with open_(made) as ws:
        with pytest.raises(RuntimeError, match="already open"), ws.writing("lead") as log:
            log.set("person", "anna", "given_name", "Half")
            say(ws, "Inner")
        assert name_of(ws) == "Anna"
        say(ws, "Berta")


def test_faults_of_ours_are_not_called_damage(made) -> None:
    with open_(made) as ws:
        with pytest.raises(engine.sqlite.IntegrityError), ws.writing("lead") as log:
            log.connection.execute("INSERT INTO rating (assessment, criterion, level) VALUES ('a', 'b', 99)")
        with pytest.raises(engine.sqlite.OperationalError, match="syntax"):
            ws.rows("SELEC")
    with pytest.raises(engine.sqlite.ProgrammingError):
        ws.rows("SELECT 1")
    with pytest.raises(engine.sqlite.ProgrammingError):
        say(ws, "x")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("database or disk is full", "E_DISK"),
        ("disk I/O error", "E_DISK"),
        ("attempt to write a readonly database", "E_READ_ONLY"),
        ("unable to open database file", "E_READ_ONLY"),
        ("database is locked", "E_LOCKED"),
        ("database disk image is malformed", "E_DAMAGED"),
        ("file is not a database", "E_DAMAGED"),
        ("Could not decode to UTF-8 column 'x' with text 'y'", "E_DAMAGED"),
    ],
)
def test_what_sqlite_says_in_kind_words(text, code) -> None:
    error = engine.kindly(engine.sqlite.OperationalError(text), Path("x"))
    assert error.code == code
    assert text in error.details


class _Unsure:
    """The connection, but its commit reports a fault although it reached the disk, as a failing disk may do."""

    def __init__(self, connection) -> None:
        self.connection = connection

    def __getattr__(self, name):
        return getattr(self.connection, name)

    def execute(self, sql, *values):
        done = self.connection.execute(sql, *values)
        if sql == "COMMIT":
            raise engine.sqlite.OperationalError("disk I/O error")
        return done


def test_a_commit_that_says_it_failed_and_did_not(made) -> None:
    with open_(made) as ws:
        real, ws.connection = ws.connection, _Unsure(ws.connection)
        assert refused(say, ws, "Berta").code == "E_DISK"
        ws.connection = real
        say(ws, "Carla")
        assert name_of(ws) == "Carla"
        assert find_faults(ws).ok


def test_a_clock_that_was_set_back_by_years(made) -> None:
    clock = [AT]
    with open_(made, Sources(now=lambda: clock[0])) as ws:
        expected = ["Anna"]
        for years in (10, -10, 0, -50, 7900, 1):
            clock[0] = AT.replace(year=AT.year + years)
            say(ws, f"Year {clock[0].year}")
            expected.append(f"Year {clock[0].year}")
        history = [change for change in list_changes(ws.connection, ["anna"]) if change.field == "given_name"]
        assert [change.value for change in history] == expected
        assert find_faults(ws).ok
    with open_(made, Sources(now=lambda: AT - timedelta(days=9999))) as ws:
        say(ws, "Last")
        assert list_changes(ws.connection, ["anna"])[-1].value == "Last"


def test_more_than_a_counter_full_in_one_millisecond(made) -> None:
    with open_(made, Sources(now=lambda: AT)) as ws:
        with ws.writing("lead") as log:
            for n in range(9000):
                log.set("person", "anna", "given_name", str(n))
        assert name_of(ws) == "8999"
    with open_(made, Sources(now=lambda: AT)) as ws:
        say(ws, "after")
        assert list_changes(ws.connection, ["anna"])[-1].value == "after"
        assert find_faults(ws).ok


def test_ids_are_new_each_time(made) -> None:
    with open_(made) as ws:
        made_ids = [ws.new_id() for _ in range(99)]
    assert len(set(made_ids)) == 99
    assert all(len(each) == 32 and each[12] == "7" for each in made_ids)


def test_a_huge_comment(made) -> None:
    text = "ạ𝄞" * 500_000
    with open_(made) as ws, ws.writing("lead") as log:
        log.set("rating", "a/CAM-1", "comment", text)
    with open_(made) as ws:
        assert ws.rows("SELECT comment FROM rating") == [(text,)]
        assert find_faults(ws).ok is False  # it belongs to no assessment
        assert [problem.code for problem in find_faults(ws).problems] == ["CHECK_REFERENCE"]


# Full and failing disks


def fill(path: Path, keep: int = 0) -> None:
    with path.open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(1024))
        except OSError:
            ballast.truncate(max(0, ballast.tell() - keep))


def rate_until_full(ws, start: int = 0) -> tuple[int, str]:
    for n in range(start, start + 9999):
        try:
            with ws.writing("lead") as log:
                log.set("person", f"p{n}", "given_name", f"Name {n} " + "x" * 500)
        except UserError as error:
            return n, error.code
    raise AssertionError("the disk never became full")


def everyone(ws) -> set[str]:
    return {row[0] for row in ws.rows("SELECT id FROM person")}


def test_a_disk_that_becomes_full(small_disk) -> None:
    disk = small_disk(1024)
    with create(disk / "workspace") as ws:
        fill(disk / "ballast", 200 << 10)
        done, code = rate_until_full(ws)
        assert code == "E_DISK"
        assert done > 10
        assert everyone(ws) == {f"p{n}" for n in range(done)}
        assert rate_until_full(ws, 5000) == (5000, "E_DISK")
        (disk / "ballast").unlink()
        with ws.writing("lead") as log:  # work goes on in the same window
            log.set("person", "later", "given_name", "Later")
        assert find_faults(ws).ok
    with open_(disk / "workspace") as ws:
        assert everyone(ws) == {f"p{n}" for n in range(done)} | {"later"}
        assert find_faults(ws).ok


def test_a_full_disk_keeps_nobody_from_reading(small_disk, tmp_path) -> None:
    disk = small_disk(1024)
    with create(disk / "workspace") as ws:
        say(ws, "Anna")
    fill(disk / "ballast")
    with open_(disk / "workspace") as ws:
        assert name_of(ws) == "Anna"
        assert refused(say, ws, "Berta").code == "E_DISK"
    (disk / "workspace").rename(disk / "moved")  # so it needs an id of its own, which does not fit
    with open_(disk / "moved") as ws:
        assert ws.read_only_because == "The disk is full."
        assert name_of(ws) == "Anna"
    (disk / "ballast").unlink()
    with open_(disk / "moved") as ws:
        assert not ws.read_only
        say(ws, "Berta")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_writes_that_fail_at_a_size(made) -> None:
    """Where one may not mount a disk: the system refuses to let the file grow, in a child, and then allows it."""
    script = """
import resource, signal, sys, pathlib
from rubricapp.errors import UserError
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import open_
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
ws = open_(pathlib.Path(sys.argv[1]))
limit = ws.path.stat().st_size + 40_000
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
done = 0
try:
    while True:
        with ws.writing("lead") as log:
            log.set("person", f"p{done}", "given_name", "x" * 500)
        done += 1
except UserError as error:
    print(error.code, done)
assert ws.rows("SELECT count(*) FROM person WHERE id <> 'anna'") == [(done,)]
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with ws.writing("lead") as log:
    log.set("person", "later", "given_name", "Later")
assert find_faults(ws).ok
ws.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(made)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    code, count = done.stdout.split()
    assert code == "E_DISK"
    with open_(made) as ws:
        assert len(everyone(ws)) == int(count) + 2
        assert find_faults(ws).ok


def test_the_folder_disappears_while_it_is_open(made, tmp_path) -> None:
    with open_(made) as ws:
        made.rename(tmp_path / "elsewhere")
        with pytest.raises(UserError) as caught:
            say(ws, "Berta")
            say(ws, "Carla")
        assert caught.value.code in ("E_READ_ONLY", "E_DISK")
        (tmp_path / "elsewhere").rename(made)
    with open_(made) as ws:
        assert find_faults(ws).ok
        assert exists(made)


# Suspended


def nobody(_kept: object) -> bytes:
    raise AssertionError("nobody is asked for what is not protected")


@pytest.mark.parametrize("read_only", [False, True])
def test_suspended_it_keeps_others_out_and_goes_on(made, read_only: bool) -> None:
    with open_(made, read_only=read_only) as ws:
        before = ws.rows("SELECT * FROM person")
        ws.suspend()
        assert ws.suspended
        if not read_only:
            assert refused(open_, made).code == "E_LOCKED"
        ws.resume(nobody)
        assert not ws.suspended
        assert ws.rows("SELECT * FROM person") == before
        if not read_only:
            say(ws, "Berta")
    with open_(made) as ws:
        assert find_faults(ws).ok


def test_damaged_while_it_was_suspended(made) -> None:
    with open_(made) as ws:
        whole = ws.path.read_bytes()
        ws.suspend()
        ws.path.write_bytes(whole[:100] + bytes(3000) + whole[3100:])
        assert refused(ws.resume, nobody).code == "E_DAMAGED"
        assert ws.suspended
        ws.path.write_bytes(whole)
        ws.resume(nobody)


def test_a_journal_that_cannot_be_made_is_the_disk_where_one_may_write(made, tmp_path, without_rights) -> None:
    error = engine.sqlite.OperationalError("unable to open database file")
    assert engine.kindly(error, made / FILE_NAME).code == "E_DISK", "there, and one may write: so there is no space"
    assert engine.kindly(error, tmp_path / "gone").code == "E_READ_ONLY"
    open_to_all(made).chmod(0o555)
    assert without_rights(lambda: engine.kindly(error, made / FILE_NAME).code) == "E_READ_ONLY"


def test_ids_are_in_the_order_in_which_they_were_made_also_within_a_millisecond(tmp_path) -> None:
    still = datetime(2026, 12, 1, tzinfo=UTC)
    with create(tmp_path / "w", Sources(lambda: still)) as ws:
        made = [ws.new_id() for _ in range(5000)]
    assert made == sorted(set(made))
