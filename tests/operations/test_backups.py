"""Backups day by day and back again, over everything that may lie there."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from rubricapp.errors import UserError
from rubricapp.operations import assessments, backups, evidence
from rubricapp.store.assessments import load_assessment
from rubricapp.store.people import find_people
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Sources, open_

AT = datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.fixture
def clock(ws) -> list[datetime]:
    """The time that the workspace sees; one may set it."""
    now = [AT]
    ws.sources = Sources(now=lambda: now[0])
    return now


def rate(ws, assessment, level: int) -> None:
    assessments.rate(ws, assessment.id, "TST-1", level)


def level_in(folder, assessment) -> int | None:
    with open_(folder) as ws:
        assert find_faults(ws, files=True).problems == ()
        return load_assessment(ws, assessment.id).rating("TST-1").level


def test_one_a_day_where_something_changed(ws, assessment, clock) -> None:
    assert backups.back_up_daily(ws) is not None
    clock[0] = AT + timedelta(hours=10)
    rate(ws, assessment, 3)
    assert backups.back_up_daily(ws) is None, "that day has one"
    clock[0] = AT + timedelta(days=1)
    assert backups.back_up_daily(ws) is not None
    clock[0] = AT + timedelta(days=2)
    assert backups.back_up_daily(ws) is None, "nothing changed since"
    assert len(backups.list_backups(ws)) == 2


def test_a_clock_that_once_ran_ahead_does_not_make_a_backup_at_every_opening(ws, assessment, clock) -> None:
    clock[0] = AT.replace(year=2040)
    backups.back_up(ws)
    clock[0] = AT
    for level in (1, 2, 3):
        rate(ws, assessment, level)
        backups.back_up_daily(ws)
    assert len(backups.list_backups(ws)) == 2
    clock[0] = AT.replace(year=1999)
    rate(ws, assessment, 4)
    assert backups.back_up_daily(ws) is not None
    rate(ws, assessment, 5)
    assert backups.back_up_daily(ws) is None


def test_by_hand_there_can_be_many_in_a_day(ws, assessment, clock) -> None:
    made = set()
    for level in (1, 2, 3):
        clock[0] += timedelta(seconds=1)
        rate(ws, assessment, level)
        made.add(backups.back_up(ws))
    assert {each.path for each in backups.list_backups(ws)} == made
    assert [each.changes for each in backups.list_backups(ws)] == sorted(
        (each.changes for each in backups.list_backups(ws)), reverse=True
    )


def test_a_read_only_workspace_makes_none_by_itself(ws) -> None:
    ws.read_only_because = "A test."
    assert backups.back_up_daily(ws) is None


def test_back_to_what_was(ws, assessment, clock, tmp_path) -> None:
    rate(ws, assessment, 2)
    work = tmp_path / "work.pdf"
    work.write_bytes(b"work" * 999)
    evidence.add_file(ws, find_people(ws, "P-001")[0].id, work)
    file = backups.back_up(ws, tmp_path / "stick")
    rate(ws, assessment, 5)
    rate(ws, assessment, 4)
    assert backups.preview_backup(ws, file)[1] == 2
    device, folder = ws.device, ws.folder
    with pytest.raises(UserError) as caught:
        backups.restore(folder, file)
    assert caught.value.code == "E_LOCKED"
    ws.close()
    held, lost = backups.preview_restore(folder, file)
    assert (held.programme, held.with_files, lost) == ("Test residency", True, 2)
    shutil.rmtree(folder / "files")
    done = backups.restore(folder, file)
    assert (done.backup, done.lost, done.missing) == (held, 2, ())
    assert level_in(folder, assessment) == 2
    with open_(folder) as again:
        assert again.device != device
        assessments.rate(again, assessment.id, "TST-1", 3)
    assert level_in(folder, assessment) == 3
    other = tmp_path / "other"
    other.mkdir()
    shutil.copyfile(done.set_aside, other / "workspace.sqlite3")
    shutil.copytree(folder / "files", other / "files")
    assert level_in(other, assessment) == 4, "what was there before is whole"


def test_back_and_forth_gives_back_what_was_set_aside(ws, assessment, clock, tmp_path) -> None:
    rate(ws, assessment, 2)
    early = backups.back_up(ws, tmp_path / "stick")
    clock[0] += timedelta(hours=1)
    rate(ws, assessment, 5)
    late = backups.back_up(ws, tmp_path / "stick")
    ws.close()
    assert backups.restore(ws.folder, early).lost == 1
    assert level_in(ws.folder, assessment) == 2
    assert backups.restore(ws.folder, late).lost == 0
    assert level_in(ws.folder, assessment) == 5


def test_from_the_workspaces_own_folder_and_into_a_new_one(ws, assessment, tmp_path) -> None:
    rate(ws, assessment, 2)
    file = backups.back_up(ws)
    rate(ws, assessment, 3)
    ws.close()
    backups.restore(ws.folder, file)
    assert file.exists()
    assert level_in(ws.folder, assessment) == 2
    assert backups.preview_restore(tmp_path / "new", file)[1] == 0
    assert backups.restore(tmp_path / "new", file).set_aside is None
    assert level_in(tmp_path / "new", assessment) == 2


@pytest.mark.parametrize("content", [b"", b"damaged" * 999])
def test_over_a_damaged_workspace(ws, assessment, content) -> None:
    rate(ws, assessment, 2)
    file = backups.back_up(ws)
    ws.close()
    ws.path.write_bytes(content)
    assert backups.preview_restore(ws.folder, file)[1] == 0
    done = backups.restore(ws.folder, file)
    assert done.set_aside.read_bytes() == content
    assert level_in(ws.folder, assessment) == 2


def test_what_is_no_backup_changes_nothing(ws, tmp_path) -> None:
    ws.close()
    before = ws.path.read_bytes()
    (tmp_path / "x").write_bytes(b"PK\x03\x04")
    for file, code in ((tmp_path / "x", "E_NOT_A_BACKUP"), (tmp_path / "gone", "E_FILE_MISSING")):
        for function in (backups.restore, backups.preview_restore):
            with pytest.raises(UserError) as caught:
                function(ws.folder, file)
            assert caught.value.code == code
    assert ws.path.read_bytes() == before


def test_a_disk_that_refuses_does_not_stop_the_work(ws, assessment, clock, small_disk, monkeypatch) -> None:
    disk = small_disk(8)
    monkeypatch.setattr(type(ws), "backups", property(lambda _: disk))
    with pytest.raises(UserError) as caught:
        backups.back_up_daily(ws)
    assert caught.value.code == "E_BACKUP"
    assert list(disk.iterdir()) == []
    rate(ws, assessment, 4)
    assert load_assessment(ws, assessment.id).rating("TST-1").level == 4
