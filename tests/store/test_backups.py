"""Snapshots: whole or not there, and they come back whatever lies in their place."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rubricapp.errors import Cancelled, UserError
from rubricapp.jobs import Progress
from rubricapp.operations import evidence
from rubricapp.store import backups, engine, places, restoring, upgrading
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import FILE_NAME, Sources, create, open_

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")


def refused(function, *arguments, **named) -> UserError:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    return caught.value


def say(ws, name: str) -> None:
    with ws.writing("lead") as log:
        log.set("person", "anna", "given_name", name)


def name_in(folder: Path) -> str:
    with open_(folder) as ws:
        assert [each for each in find_faults(ws, files=True).problems if each.code != "CHECK_FILE"] == []
        return ws.rows("SELECT given_name FROM person WHERE id = 'anna'")[0][0]


def left_over(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if ".part" in path.name]


@pytest.fixture
def stick(tmp_path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def with_work(made, tmp_path) -> Path:
    """A closed workspace whose person has an artefact of two chunks."""
    work = tmp_path / "clip.mov"
    work.write_bytes(random.Random(1).randbytes(backups.CHUNK + 5))
    with open_(made) as ws:
        evidence.add_file(ws, "anna", work)
    return made


@pytest.fixture
def kept(with_work, stick) -> backups.Backup:
    """A backup on a stick, with the artefact."""
    with open_(with_work) as ws:
        return backups.make(ws, stick)


def stored(folder: Path) -> Path:
    return next(path for path in (folder / "files").rglob("*") if path.is_file())


# Making


def test_a_backup_says_what_it_is(made) -> None:
    with open_(made, Sources(now=lambda: AT)) as ws:
        one = backups.make(ws)
        assert backups.list_backups(ws.backups) == [one]
        assert one == backups.read(one.path)
        assert (one.made_at, one.programme, one.changes, one.with_files) == (AT, "Residency", 3, False)
        assert one.ends == ((ws.device, 3),)
        assert one.path.parent == ws.backups
        assert one.size == one.path.stat().st_size
    assert left_over(made) == []


def test_elsewhere_it_holds_the_artefacts(kept, with_work) -> None:
    assert kept.with_files
    name = stored(with_work).name
    with zipfile.ZipFile(kept.path) as archive:
        assert archive.read(f"files/{name[:2]}/{name}") == stored(with_work).read_bytes()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert left_over(kept.path.parent) == []


@pytest.mark.parametrize("year", [1970, 1980, 2107, 2500, 9999])
def test_any_clock(made, stick, monkeypatch, year) -> None:
    at = datetime(year, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(zipfile.time, "time", at.timestamp)
    with open_(made, Sources(now=lambda: at)) as ws:
        assert backups.make(ws, stick).made_at == at


def test_the_folder_of_backups_was_deleted(made) -> None:
    (made / "backups").rmdir()
    with open_(made) as ws:
        assert backups.make(ws).path.is_file()


@pytest.mark.parametrize("name", ["with space", "odd#?%20'name", "映画", pytest.param("caf\udce9", marks=POSIX)])
def test_any_name_of_a_folder(tmp_path, name) -> None:
    with create(tmp_path / name) as ws:
        say(ws, "Anna")
        one = backups.make(ws, tmp_path / f"{name} stick")
    assert left_over(tmp_path) == []
    restoring.put_back(tmp_path / f"{name} new", one)
    assert name_in(tmp_path / f"{name} new") == "Anna"


def test_a_workspace_that_is_read_only_can_be_taken_along(made, stick) -> None:
    with open_(made, read_only=True) as ws:
        one = backups.make(ws, stick)
    assert [path.name for path in stick.iterdir()] == [one.path.name]
    assert sorted(path.name for path in made.iterdir()) == ["backups", "files", "workspace.lock", FILE_NAME]


def test_no_space_for_it(small_disk, made) -> None:
    disk = small_disk(16)
    with open_(made) as ws:
        say(ws, os.urandom(40_000).hex())
        assert refused(backups.make, ws, disk / "deep").code == "E_BACKUP"
        assert list((disk / "deep").iterdir()) == []
        say(ws, "Berta")


def test_no_space_for_the_copy_beside_the_workspace(small_disk) -> None:
    disk = small_disk(700)
    with create(disk / "workspace") as ws:
        with ws.writing("lead") as log:
            log.set("rating", "a/b", "comment", "x" * 120_000)
        assert refused(backups.make, ws).code in ("E_DISK", "E_BACKUP")
        assert left_over(disk) == []
        assert find_faults(ws).problems[0].code == "CHECK_REFERENCE"


def test_the_place_cannot_be_written(made, tmp_path) -> None:
    (tmp_path / "file").write_text("x")
    with open_(made) as ws:
        assert refused(backups.make, ws, tmp_path / "file" / "x").code == "E_BACKUP"


def test_damage_is_never_backed_up(made) -> None:
    with open_(made) as ws:
        with ws.writing("lead") as log:
            for n in range(300):
                log.set("person", f"p{n}", "given_name", f"Name {n}")
        page = ws.rows("SELECT rootpage FROM sqlite_master WHERE name = 'person'")[0][0]
        size = ws.rows("PRAGMA page_size")[0][0]
    with (made / FILE_NAME).open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(os.urandom(size))
    with open_(made) as ws:
        assert refused(backups.make, ws).code == "E_DAMAGED"
    assert list((made / "backups").iterdir()) == []
    assert left_over(made) == []


def test_a_copy_that_fails_its_check_is_not_kept(made, monkeypatch) -> None:
    monkeypatch.setattr(backups, "_verify", lambda path, _key: (_ for _ in ()).throw(engine.damaged(path, "fault")))
    with open_(made) as ws:
        assert refused(backups.make, ws).code == "E_DAMAGED"
    assert list((made / "backups").iterdir()) == []
    assert left_over(made) == []


def test_the_check_of_a_copy_sees(tmp_path) -> None:
    path = tmp_path / "x.sqlite3"
    path.touch()
    connection = engine.connect(path)
    connection.execute("CREATE TABLE t (x TEXT) STRICT")
    connection.execute("CREATE INDEX i ON t (x)")
    connection.executemany("INSERT INTO t VALUES (?)", [(f"{n:0100}",) for n in range(400)])
    page, size = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 't'").fetchone()[0], 4096
    connection.close()
    backups._verify(path)
    with path.open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(bytes(200))
    assert refused(backups._verify, path).code == "E_DAMAGED"


def test_missing_and_altered_artefacts_are_left_out(with_work, stick, tmp_path) -> None:
    place = stored(with_work)
    whole = place.read_bytes()
    place.write_bytes(b"x" + whole[1:])
    with open_(with_work) as ws:
        one = backups.make(ws, stick)
    assert restoring.put_back(tmp_path / "new", one).missing == ()
    assert not (tmp_path / "new" / "files").exists()
    place.unlink()
    with open_(with_work, Sources(now=lambda: AT)) as ws:
        two = backups.make(ws, stick)
    assert restoring.put_back(tmp_path / "newer", two).missing == ()
    assert name_in(tmp_path / "newer") == "Anna"


def test_an_artefact_that_cannot_be_read_is_left_out(with_work, stick, monkeypatch) -> None:
    class Bad:
        def __init__(self, file) -> None:
            self.file = file

        def __enter__(self) -> Bad:
            return self

        def __exit__(self, *_) -> None:
            self.file.close()

        def read(self, _size: int) -> bytes:
            raise OSError(5, "Input/output error")

    real = Path.open

    def fail(path: Path, *arguments, **named):
        file = real(path, *arguments, **named)
        return Bad(file) if path.parent.parent.name == "files" else file

    monkeypatch.setattr(Path, "open", fail)
    with open_(with_work) as ws:
        one = backups.make(ws, stick)
    monkeypatch.undo()
    with zipfile.ZipFile(one.path) as archive:
        assert json.loads(archive.read(backups.MANIFEST))["files"] == []


def test_it_can_be_cancelled_in_the_middle_of_a_clip(with_work, stick) -> None:
    progress = Progress(on_step=lambda *_: seen.append(1))
    seen: list[int] = []
    with open_(with_work) as ws:
        backups.make(ws, stick, progress)
        steps = len(seen)
        assert steps >= 4
        shutil.rmtree(stick)
        for stop in range(1, steps + 1):
            seen.clear()
            stopping = Progress()
            stopping.on_step = lambda *_, stopping=stopping, stop=stop: (
                seen.append(1),
                stopping.cancel() if len(seen) == stop else None,
            )
            with pytest.raises(Cancelled):
                backups.make(ws, stick, stopping)
            assert list(stick.iterdir()) == []
    assert left_over(with_work) == []


# Reading


def test_what_is_no_backup(tmp_path, made) -> None:
    assert refused(backups.read, tmp_path / "gone").code == "E_FILE_MISSING"
    assert "is a folder" in refused(backups.read, tmp_path).what
    for content in (b"", b"PK", (made / FILE_NAME).read_bytes()):
        (tmp_path / "x.rubricbackup").write_bytes(content)
        assert refused(backups.read, tmp_path / "x.rubricbackup").code == "E_NOT_A_BACKUP"
    assert backups.list_backups(tmp_path) == []
    assert backups.list_backups(tmp_path / "gone") == []


def altered(one: backups.Backup, to: Path, manifest=None, **entries: bytes) -> Path:
    """The backup with its manifest changed by a function, or with other entries."""
    with zipfile.ZipFile(one.path) as archive, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in archive.infolist():
            content = entries.get(entry.filename, archive.read(entry))
            if entry.filename == backups.MANIFEST and manifest:
                content = manifest(json.loads(content))
                content = content if isinstance(content, bytes) else json.dumps(content).encode()
            made.writestr(entry.filename, content)
    return to


@pytest.mark.parametrize(
    "manifest",
    [
        lambda _: b"",
        lambda _: b"[1]",
        lambda _: b"null",
        lambda _: b"[" * 100_000,
        lambda _: b"\xff\xfe",
        lambda m: {key: m[key] for key in m if key != "ends"},
        lambda m: m | {"format": "x"},
        lambda m: m | {"made_at": "yesterday"},
        lambda m: m | {"made_at": 5},
        lambda m: json.dumps(m).replace(str(m["changes"]), "Infinity", 1).encode(),
        lambda m: m | {"changes": None},
        lambda m: m | {"ends": [1]},
        lambda m: m | {"ends": [["a", 1, 2]]},
    ],
)
def test_odd_manifests(kept, tmp_path, manifest) -> None:
    path = altered(kept, tmp_path / "x.rubricbackup", manifest)
    assert refused(backups.read, path).code == "E_NOT_A_BACKUP"
    assert backups.list_backups(tmp_path) == []


def test_a_manifest_too_large_is_not_even_unpacked(kept, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(backups, "_LARGEST_MANIFEST", 100)
    assert refused(backups.read, kept.path).code == "E_NOT_A_BACKUP"


def test_a_newer_backup(kept, tmp_path) -> None:
    path = altered(kept, tmp_path / "x.rubricbackup", lambda m: m | {"format": 2})
    assert refused(backups.read, path).code == "E_NEWER"


def test_a_time_without_a_zone_is_taken_as_utc(kept, tmp_path) -> None:
    path = altered(kept, tmp_path / "x.rubricbackup", lambda m: m | {"made_at": "2026-09-01T12:00:00"})
    assert backups.read(path).made_at == AT
    assert backups.list_backups(tmp_path)


# Coming back


def test_it_comes_back_with_a_device_of_its_own(kept, with_work, bare) -> None:
    with open_(with_work) as ws:
        device = ws.device
        say(ws, "Berta")
        say(ws, "Carla")
    before = bare(with_work)
    replaced = restoring.put_back(with_work, kept)
    assert replaced.lost == 2
    assert replaced.missing == ()
    assert replaced.set_aside.read_bytes() == before
    with open_(with_work) as ws:
        assert ws.device != device
        say(ws, "Dora")
    assert name_in(with_work) == "Dora"
    assert left_over(with_work) == []


def test_into_an_empty_place_with_its_artefacts(kept, tmp_path) -> None:
    replaced = restoring.put_back(tmp_path / "new" / "deep", kept)
    assert replaced == restoring.Replaced(None, 0, ())
    assert name_in(tmp_path / "new" / "deep") == "Anna"
    with open_(tmp_path / "new" / "deep") as ws:
        assert find_faults(ws, files=True).ok


def test_what_only_the_present_holds_is_counted_device_by_device(kept, with_work) -> None:
    """By their number alone the present state would lack nothing: it was restored before, and worked on since."""
    with open_(with_work) as ws:
        for n in range(50):
            say(ws, f"Longer log {n}")
        longer = backups.make(ws)
    restoring.put_back(with_work, kept)
    with open_(with_work) as ws:
        say(ws, "Only here")
        say(ws, "And this")
        assert backups.count_lost(restoring.load_ends(with_work.parent / "gone"), longer) == 0
    assert backups.count_lost(restoring.load_ends(with_work), longer) == 2
    assert restoring.put_back(with_work, longer).lost == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage" * 999, b"SQLite format 3\0" + os.urandom(9000), None],
    ids=["empty", "text", "torn", "pages"],
)
def test_over_a_damaged_file(kept, with_work, content) -> None:
    path = with_work / FILE_NAME
    if content is None:
        content = bytearray(path.read_bytes())
        content[4096:12288] = os.urandom(8192)
    path.write_bytes(content)
    assert restoring.load_ends(with_work) in ((), kept.ends)
    replaced = restoring.put_back(with_work, kept)
    assert replaced.set_aside.read_bytes() == content
    assert name_in(with_work) == "Anna"


def test_over_a_file_that_a_crash_left_half_written(kept, with_work, crash) -> None:
    with open_(with_work) as ws:
        say(ws, "Berta")
    crash(with_work)
    replaced = restoring.put_back(with_work, kept)
    assert replaced.lost == 1
    assert name_in(with_work) == "Anna"
    shutil.copyfile(replaced.set_aside, with_work / FILE_NAME)
    assert name_in(with_work) == "Berta", "what was set aside is whole again, too"


def test_journals_beside_it_are_not_played_into_the_restored_file(kept, with_work, crash) -> None:
    crash(with_work)
    with (with_work / FILE_NAME).open("rb+") as file:
        file.truncate(50)  # so damaged that nobody can put it right
    journals = [with_work / f"{FILE_NAME}{ending}" for ending in ("-journal", "-wal", "-shm")]
    for journal in journals[1:]:
        journal.write_bytes(b"x" * 999)
    replaced = restoring.put_back(with_work, kept)
    assert [path for path in journals if path.exists()] == []
    assert len(list(replaced.set_aside.parent.glob(f"{replaced.set_aside.name}*"))) > 1
    assert name_in(with_work) == "Anna"


def test_what_a_crashed_restore_left_is_not_played_into_the_next(kept, with_work, crash, tmp_path) -> None:
    shutil.copytree(with_work, tmp_path / "other")
    crash(tmp_path / "other")
    (tmp_path / "other" / f"{FILE_NAME}-journal").rename(with_work / "restore.part-journal")
    restoring.put_back(with_work, kept)
    assert name_in(with_work) == "Anna"
    assert left_over(with_work) == []


def test_missing_and_altered_artefacts_come_back(kept, with_work) -> None:
    place = stored(with_work)
    whole = place.read_bytes()
    for damage in (lambda: place.unlink(), lambda: place.write_bytes(b"x" + whole[1:]), lambda: place.write_bytes(b"")):
        damage()
        assert restoring.put_back(with_work, kept).missing == ()
        assert place.read_bytes() == whole


def test_artefacts_that_the_backup_lacks_do_not_stop_the_rest(kept, with_work, tmp_path) -> None:
    name = stored(with_work).name
    hostile = ["../../escaped", "a" * 63, "A" * 64, "0" * 64, name]
    path = altered(kept, tmp_path / "x.rubricbackup", lambda m: m | {"files": hostile}, **{
        f"files/{name[:2]}/{name}": b"other bytes"})  # fmt: skip
    replaced = restoring.put_back(tmp_path / "new", backups.read(path))
    assert replaced.missing == tuple(hostile)
    assert left_over(tmp_path / "new") == []
    assert [each for each in (tmp_path / "new").rglob("*") if "escaped" in each.name] == []
    with open_(tmp_path / "new") as ws:
        assert [problem.code for problem in find_faults(ws).problems] == ["CHECK_FILE"]


def database_of(folder: Path, sql: str) -> bytes:
    connection = engine.connect(folder / FILE_NAME)
    connection.executescript(sql)
    connection.close()
    return (folder / FILE_NAME).read_bytes()


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        (None, "E_NOT_A_BACKUP"),
        ("PRAGMA application_id=7", "E_NOT_A_BACKUP"),
        (f"PRAGMA user_version={upgrading.LATEST + 1}", "E_NEWER"),
        ("DROP TABLE meta", "E_NOT_A_BACKUP"),
    ],
)
def test_another_database_inside(kept, with_work, tmp_path, sql, code) -> None:
    shutil.copytree(with_work, tmp_path / "other")
    content = database_of(tmp_path / "other", sql) if sql else b"none"
    digest = hashlib.sha256(content).hexdigest()
    path = altered(kept, tmp_path / "x.rubricbackup", lambda m: m | {"database_sha256": digest}, **{FILE_NAME: content})
    before = (with_work / FILE_NAME).read_bytes()
    assert refused(restoring.put_back, with_work, backups.read(path)).code == code
    assert (with_work / FILE_NAME).read_bytes() == before
    assert left_over(with_work) == []
    assert list((with_work / "backups").iterdir()) == []


def test_a_hash_that_differs(kept, with_work, tmp_path) -> None:
    path = altered(kept, tmp_path / "x.rubricbackup", lambda m: m | {"database_sha256": "0" * 64})
    assert "hash differs" in refused(restoring.put_back, with_work, backups.read(path)).details


def test_absurd_sizes_and_unknown_packing(kept, with_work, tmp_path, monkeypatch) -> None:
    one = backups.read(kept.path)
    with monkeypatch.context() as patched:
        patched.setattr(restoring, "_LARGEST_DATABASE", 99)
        assert "absurd" in refused(restoring.put_back, with_work, one).details
    with zipfile.ZipFile(kept.path) as archive, zipfile.ZipFile(tmp_path / "x", "w", zipfile.ZIP_BZIP2) as made:
        for entry in archive.infolist():
            made.writestr(entry.filename, archive.read(entry))
    assert "unknown way" in refused(restoring.put_back, with_work, backups.read(tmp_path / "x")).details


def test_a_damaged_page_inside_is_noticed(kept, with_work, tmp_path, monkeypatch) -> None:
    content = bytearray((with_work / FILE_NAME).read_bytes())
    content[8192:16384] = os.urandom(8192)
    digest = hashlib.sha256(content).hexdigest()
    path = altered(kept, tmp_path / "x", lambda m: m | {"database_sha256": digest}, **{FILE_NAME: bytes(content)})
    assert refused(restoring.put_back, with_work, backups.read(path)).code == "E_NOT_A_BACKUP"


def test_it_is_open_somewhere(kept, with_work) -> None:
    with open_(with_work) as ws:
        assert refused(restoring.put_back, with_work, kept).code == "E_LOCKED"
        assert refused(restoring.load_ends, with_work).code == "E_LOCKED"
        say(ws, "Berta")


def test_no_space_is_not_the_fault_of_the_backup(kept, small_disk) -> None:
    disk = small_disk(800)
    create(disk / "workspace").close()
    before = (disk / "workspace" / FILE_NAME).read_bytes()
    assert refused(restoring.put_back, disk / "workspace", kept).code == "E_CANNOT_WRITE"
    assert (disk / "workspace" / FILE_NAME).read_bytes() == before
    assert left_over(disk) == []
    (disk / "ballast").write_bytes(bytes(shutil.disk_usage(disk).free // 2))
    assert refused(restoring.put_back, disk / "workspace", kept).code in ("E_CANNOT_WRITE", "E_DISK")
    assert (disk / "workspace" / FILE_NAME).read_bytes() == before


def test_a_place_where_one_may_not_write(kept, with_work, tmp_path, small_disk) -> None:
    (tmp_path / "file").write_text("x")
    assert refused(restoring.put_back, tmp_path / "file" / "x", kept).code == "E_CANNOT_WRITE"
    disk = small_disk(4096)
    create(disk / "workspace").close()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    error = refused(restoring.put_back, disk / "workspace", kept)
    assert error.code == "E_READ_ONLY"
    assert "cannot be written" in error.message


@pytest.mark.parametrize("fails", ["link", "link and copy"])
def test_disks_without_second_names_and_with_bad_spots(kept, with_work, bare, monkeypatch, fails) -> None:
    def none(*_) -> None:
        raise OSError(5, "Input/output error")

    before = bare(with_work)
    monkeypatch.setattr(restoring.os, "link", none)
    if fails != "link":
        monkeypatch.setattr(restoring.shutil, "copyfile", none)
    replaced = restoring.put_back(with_work, kept)
    monkeypatch.undo()
    assert replaced.set_aside.read_bytes() == before
    assert name_in(with_work) == "Anna"


def test_cut_short_or_altered_anywhere(made, stick) -> None:
    """Any cut and any flipped bit: refused with nothing changed, or everything comes back as it was."""
    draw = random.Random(7)
    with open_(made) as ws:
        one = backups.make(ws, stick)
    whole = one.path.read_bytes()
    outcomes = {"refused": 0, "restored": 0}
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:
        folder, path = Path(place) / "workspace", Path(place) / "x.rubricbackup"
        with create(folder) as ws:
            say(ws, "Present")
        present = (folder / FILE_NAME).read_bytes()
        for turn in range(150):
            content = bytearray(whole)
            if turn % 3:
                content[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
            else:
                del content[draw.randrange(len(whole)) :]
            path.write_bytes(content)
            try:
                restoring.put_back(folder, backups.read(path))
            except UserError as error:
                assert error.code in ("E_NOT_A_BACKUP", "E_NEWER")
                assert (folder / FILE_NAME).read_bytes() == present
                outcomes["refused"] += 1
            else:
                assert name_in(folder) == "Anna"
                (folder / FILE_NAME).write_bytes(present)
                shutil.rmtree(folder / "backups")
                outcomes["restored"] += 1
            assert left_over(folder) == []
    assert outcomes["refused"] > 60


# Keeping few


def fake(folder: Path, one: backups.Backup, day: datetime) -> None:
    altered(one, folder / f"{day:%Y%m%d}{backups.ENDING}", lambda m: m | {"made_at": day.isoformat()})


def test_old_ones_go_but_never_the_newest_ten(made, stick) -> None:
    with open_(made) as ws:
        one = backups.make(ws, stick)
    folder = made / "backups"
    for days in range(30):
        fake(folder, one, AT - timedelta(days=days))
    (folder / f"x{backups.ENDING}.part").write_text("half")
    (folder / f"broken{backups.ENDING}").write_text("cut")
    backups.thin(folder, AT)
    left = backups.list_backups(folder)
    assert [AT - each.made_at for each in left] == [timedelta(days=days) for days in range(15)]
    assert (folder / f"broken{backups.ENDING}").exists()
    assert left_over(folder) == []
    backups.thin(folder, AT + timedelta(days=9999))  # a clock gone wrong
    assert backups.list_backups(folder) == left[:10]
    backups.thin(folder, AT - timedelta(days=9999))
    assert backups.list_backups(folder) == left[:10]


def test_what_cannot_be_deleted_stops_nothing(made, monkeypatch) -> None:
    (made / "backups" / f"x{backups.ENDING}.part").mkdir()
    backups.thin(made / "backups", AT)


def test_the_lock_is_given_back_whatever_happens(kept, with_work, tmp_path) -> None:
    path = altered(kept, tmp_path / "x.rubricbackup", lambda m: m | {"files": 5})
    assert refused(restoring.put_back, with_work, backups.read(path)).code == "E_NOT_A_BACKUP"
    places.lock(with_work)[1].release()


def test_a_half_copy_that_the_disk_keeps_once_does_not_stay(ws, monkeypatch) -> None:
    def refuses_once(path: Path, missing_ok: bool = False) -> None:
        if path.match("backup-*.part") and path.exists() and not refused:
            refused.append(path)
            raise OSError("not now")
        unlink(path, missing_ok)

    refused, unlink = [], Path.unlink
    monkeypatch.setattr(Path, "unlink", refuses_once)
    backups.make(ws)
    assert refused and not list(ws.folder.rglob("*.part"))
