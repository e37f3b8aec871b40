"""Restores on trial: a good backup passes, a damaged one is noticed, nothing of it stays, once a week."""

from __future__ import annotations

import json
import shutil
import zipfile
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rubricapp.errors import Cancelled, UserError
from rubricapp.jobs import Progress
from rubricapp.operations import assessments, backups, evidence, rehearsing
from rubricapp.store import rehearsing as rehearsing_store
from rubricapp.store import upgrading
from rubricapp.store.backups import MANIFEST
from rubricapp.store.people import find_people
from rubricapp.store.rehearsing import load_rehearsal
from rubricapp.store.workspace import FILE_NAME, Sources, open_

AT = datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.fixture
def clock(ws) -> list[datetime]:
    now = [AT]
    ws.sources = Sources(now=lambda: now[0])
    return now


def rewrite(path: Path, **altered: object) -> None:
    """Make a backup again with other values in its manifest."""
    with zipfile.ZipFile(path) as archive:
        parts = {each.filename: archive.read(each) for each in archive.infolist()}
    said = json.loads(parts[MANIFEST]) | altered
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, json.dumps(said) if name == MANIFEST else data)


def flip(path: Path) -> None:
    """Alter one byte of the packed database that matters: where it holds zeros alone, not all of them do."""
    with zipfile.ZipFile(path) as archive:
        start, whole = archive.getinfo(FILE_NAME).header_offset + 2000, archive.read(FILE_NAME)
    before = path.read_bytes()
    for at in range(start, len(before)):
        path.write_bytes(before[:at] + bytes([before[at] ^ 1]) + before[at + 1 :])
        try:
            with zipfile.ZipFile(path) as archive:
                assert archive.read(FILE_NAME) == whole
        except (zipfile.BadZipFile, zlib.error):
            return


def test_a_good_backup_passes_and_leaves_nothing(ws, assessment) -> None:
    assessments.rate(ws, assessment.id, "TST-1", 3)
    path = backups.back_up(ws)
    before = {each.name for each in ws.backups.iterdir()}
    tried = rehearsing.rehearse(ws)
    assert tried.ok, tried.problems
    assert (tried.file, tried.people, tried.assessments, tried.ratings) == (path.name, 2, 1, 1)
    assert tried.changes == backups.list_backups(ws)[0].changes
    assert {each.name for each in ws.backups.iterdir()} == before
    assert load_rehearsal(ws) == tried
    assert rehearsing.alarm(tried) == ""
    ws.close()
    with open_(ws.folder) as again:
        assert load_rehearsal(again) == tried


def test_without_a_backup_one_is_made(ws) -> None:
    assert rehearsing.due(ws) is None
    assert rehearsing.rehearse(ws).ok
    assert len(backups.list_backups(ws)) == 1


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (flip, "E_NOT_A_BACKUP"),
        (lambda path: path.write_bytes(path.read_bytes()[:3000]), "E_NOT_A_BACKUP"),
        (lambda path: rewrite(path, counts={"person": 3}), "REHEARSAL_COUNT"),
        (lambda path: rewrite(path, snapshot="0" * 12), "REHEARSAL_LOG"),
        (lambda path: rewrite(path, database_sha256="0" * 64), "E_NOT_A_BACKUP"),
    ],
)
def test_a_damaged_backup_is_noticed_and_said(ws, harm, code: str) -> None:
    path = backups.back_up(ws)
    harm(path)
    assert rehearsing.due(ws) == path
    tried = rehearsing.rehearse(ws)
    assert [each.code for each in tried.problems] == [code]
    assert path.name in rehearsing.alarm(load_rehearsal(ws))
    assert not [each for each in ws.backups.iterdir() if each.name.endswith(".part")]


def test_an_older_one_that_is_cut_short_is_named_beside_a_good_one(ws, clock) -> None:
    old = backups.back_up(ws)
    old.write_bytes(b"cut short")
    clock[0] += timedelta(days=1)
    backups.back_up(ws)
    tried = rehearsing.rehearse(ws)
    assert [each.code for each in tried.problems] == ["REHEARSAL_BROKEN"]
    assert old.name in tried.problems[0].message


def test_tampered_tables_are_found_as_check_finds_them(ws) -> None:
    ws.connection.execute("UPDATE person SET given_name = 'Nobody' WHERE code = 'P-001'")
    backups.back_up(ws)
    assert "CHECK_TABLE" in {each.code for each in rehearsing.rehearse(ws).problems}


def test_works_of_a_full_copy_are_looked_at_and_those_of_others_are_not_missed(ws, tmp_path) -> None:
    still = tmp_path / "still.bin"
    still.write_bytes(b"a frame" * 99)
    evidence.add_file(ws, find_people(ws, "P-001")[0].id, still)
    assert rehearsing.rehearse(ws, backups.back_up(ws)).ok
    full = backups.back_up(ws, tmp_path / "stick")
    tried = rehearsing.rehearse(ws, full)
    assert (tried.ok, tried.files) == (True, True)
    shutil.rmtree(tmp_path / "stick")
    [stored] = [each for each in ws.files.rglob("*") if each.is_file()]
    stored.chmod(0o600)
    stored.write_bytes(b"altered")
    tried = rehearsing.rehearse(ws, backups.back_up(ws, tmp_path / "stick"))
    assert {each.code for each in tried.problems} == {"CHECK_FILE"}


def test_once_a_week_and_after_a_failure_with_the_next_one(ws, assessment, clock) -> None:
    path = backups.back_up(ws)
    assert rehearsing.due(ws) == path
    rehearsing.rehearse(ws)
    assert rehearsing.due(ws) is None
    clock[0] += timedelta(days=6)
    assert rehearsing.due(ws) is None
    clock[0] += timedelta(days=1)
    assert rehearsing.due(ws) == path
    flip(path)
    assert not rehearsing.rehearse(ws).ok
    assert rehearsing.due(ws) is None, "the same file fails again"
    clock[0] += timedelta(hours=1)
    newer = backups.back_up(ws)
    assert rehearsing.due(ws) == newer
    clock[0] = AT - timedelta(days=900)
    assert rehearsing.due(ws) is not None, "a clock that was set back"
    ws.read_only_because = "A test."
    assert rehearsing.due(ws) is None


def test_stopped_in_the_middle_it_leaves_nothing(ws) -> None:
    path = backups.back_up(ws)
    progress = Progress()
    progress.on_step = lambda done, _total, _label: progress.cancel() if done == 1 else None
    with pytest.raises(Cancelled):
        rehearsing.rehearse(ws, path, progress)
    assert {each.name for each in ws.backups.iterdir()} == {path.name}
    assert load_rehearsal(ws) is None


def test_a_full_disk_says_nothing_of_the_backup(ws, tmp_path, small_disk) -> None:
    path = backups.back_up(ws)
    with pytest.raises(UserError) as caught:
        rehearsing.rehearse_file(path, small_disk(64), AT)
    assert caught.value.code in ("E_CANNOT_WRITE", "E_DISK")


def test_what_a_crash_left_is_swept(ws) -> None:
    trial = ws.backups / "rehearsal.part"
    trial.mkdir()
    (trial / FILE_NAME).write_bytes(b"left over")
    ws.close()
    lock = ws.folder / "workspace.lock"
    lock.write_text("\n{}\n")
    with open_(ws.folder):
        assert not trial.exists()


def test_a_disk_that_does_not_let_go_once_is_asked_again(ws, monkeypatch) -> None:
    asked = []

    def refuses_once(path: Path, ignore_errors: bool = False) -> None:
        asked.append(path)
        if len(asked) > 1:
            remove(path, ignore_errors)

    remove = shutil.rmtree
    backups.back_up(ws)
    trial = ws.backups / upgrading.TRIAL
    trial.mkdir()
    monkeypatch.setattr(rehearsing_store.shutil, "rmtree", refuses_once)
    assert rehearsing.rehearse(ws).ok
    assert not trial.exists()
