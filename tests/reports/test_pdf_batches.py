"""Reports in bulk: names that every system takes, whole files only, cancel and failure that cost only themselves."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from rubricapp.core.model import PersonId
from rubricapp.errors import Cancelled, UserError
from rubricapp.jobs import Progress
from rubricapp.operations import reporting
from rubricapp.operations.report_files import Batch, prepare_folder, safe_file_name
from rubricapp.operations.reporting import collect, make_cohort_report, make_participant_reports


def everyone(data) -> list[PersonId]:
    return [each.id for each in data.participants]


def test_one_file_each_in_the_order_of_the_roster(make_data, tmp_path: Path) -> None:
    data = make_data(people=12)
    batch = make_participant_reports(data, everyone(data), tmp_path / "new" / "folder", Progress())
    assert batch.problems == ()
    assert [path.name for path in batch.files][:2] == ["001 Ananda.pdf", "002 d’Ávila João Pedro.pdf"]
    assert any(path.name.endswith(" حداد ليلى.pdf") for path in batch.files)
    assert sorted(batch.files) == sorted((tmp_path / "new" / "folder").iterdir())
    assert all(path.read_bytes().startswith(b"%PDF-") for path in batch.files)


def test_a_choice_keeps_the_numbers_and_the_bytes(make_data, tmp_path: Path) -> None:
    data = make_data(people=6)
    whole = make_participant_reports(data, everyone(data), tmp_path / "a", Progress())
    some = make_participant_reports(
        data, [everyone(data)[4], everyone(data)[1], everyone(data)[4]], tmp_path / "b", Progress()
    )
    assert [path.name for path in some.files] == [whole.files[4].name, whole.files[1].name]
    assert [path.read_bytes() for path in some.files] == [whole.files[4].read_bytes(), whole.files[1].read_bytes()]
    again = make_participant_reports(data, everyone(data), tmp_path / "a", Progress())
    assert [path.read_bytes() for path in again.files] == [path.read_bytes() for path in whole.files]


def test_progress_goes_from_name_to_name(make_data, tmp_path: Path) -> None:
    data = make_data(people=3)
    seen: list[tuple[int, int, str]] = []
    make_participant_reports(data, everyone(data), tmp_path, Progress(on_step=lambda *step: seen.append(step)))
    names = [each.name for each in data.participants]
    assert seen == [(0, 3, names[0]), (1, 3, names[1]), (2, 3, names[2]), (3, 3, "")]


def test_cancel_keeps_what_is_finished(make_data, tmp_path: Path) -> None:
    data = make_data(people=5)
    progress = Progress()
    progress.on_step = lambda done, _total, _label: progress.cancel() if done == 2 else None
    with pytest.raises(Cancelled) as stopped:
        make_participant_reports(data, everyone(data), tmp_path, progress)
    (batch,) = stopped.value.args
    assert isinstance(batch, Batch)
    assert sorted(tmp_path.iterdir()) == sorted(batch.files)
    assert len(batch.files) == 2


def test_one_failure_stops_no_other(make_data, change, tmp_path: Path, caplog) -> None:
    """A level that no descriptor belongs to, as a damaged package might bring."""
    data = make_data(people=4, blanks=0, comments=0)
    broken = data.participants[1]
    data = change(data, broken.id, CAM_1=99)
    batch = make_participant_reports(data, everyone(data), tmp_path, Progress())
    assert len(batch.files) == 3
    (problem,) = batch.problems
    assert (problem.code, problem.severity) == ("R_FAILED", "error")
    assert broken.name in problem.message
    assert "report of" in caplog.text  # with its traceback, for whoever mends it


def test_letters_without_a_font_are_a_named_warning(make_data, tmp_path: Path) -> None:
    data = make_data(people=3)
    person = replace(data.participants[0], given_name="Ann 🎥")
    data = replace(data, participants=(person, *data.participants[1:]))
    batch = make_participant_reports(data, everyone(data), tmp_path, Progress())
    assert len(batch.files) == 3
    (problem,) = batch.problems
    assert (problem.code, problem.severity) == ("R_GLYPHS", "warning")
    assert "🎥 (U+1F3A5 MOVIE CAMERA)" in problem.message
    cohort = make_cohort_report(data, tmp_path / "cohort.pdf", Progress())
    assert [each.code for each in cohort.problems] == ["R_GLYPHS"]


def test_someone_without_assessments_gets_a_page_and_a_note(make_data, tmp_path: Path) -> None:
    data = make_data(people=3)
    person = data.participants[0]
    data = replace(data, assessments=tuple(each for each in data.assessments if each.participant != person.id))
    batch = make_participant_reports(data, everyone(data), tmp_path, Progress())
    assert len(batch.files) == 3
    assert batch.notes == (f"{person.name}: no finished assessment yet; the page says so.",)


def test_someone_who_is_no_participant_is_a_problem(make_data, tmp_path: Path) -> None:
    data = make_data(people=2)
    batch = make_participant_reports(data, [PersonId("nobody"), data.participants[0].id], tmp_path, Progress())
    assert len(batch.files) == 1
    assert [each.code for each in batch.problems] == ["R_NO_PARTICIPANT"]


def test_a_folder_in_the_way_of_one_file_costs_only_that_one(make_data, tmp_path: Path) -> None:
    data = make_data(people=3)
    (tmp_path / "001 Ananda.pdf").mkdir()
    data = replace(data, participants=tuple(sorted(data.participants, key=lambda each: each.family_name != "")))
    first = data.participants[0]
    data = replace(data, participants=(replace(first, given_name="Ananda", family_name=""), *data.participants[1:]))
    batch = make_participant_reports(data, everyone(data), tmp_path, Progress())
    assert len(batch.files) == 2
    assert [each.code for each in batch.problems] == ["E_CANNOT_WRITE"]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_file_in_place_of_the_folder_is_said(make_data, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(UserError) as refused:
        make_participant_reports(make_data(people=2), [], tmp_path / "taken", Progress())
    assert refused.value.code == "E_NOT_A_FOLDER"
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_may_not_be_written_is_said(make_data, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UserError) as refused:
            make_participant_reports(make_data(people=2), [], tmp_path / "new", Progress())
    finally:
        tmp_path.chmod(0o700)
    assert refused.value.code == "E_CANNOT_WRITE"


def test_a_place_that_cannot_be_is_said(make_data) -> None:
    for place in (Path("/proc/nowhere/x"), Path("/dev/null/x"), Path("a\0b")):
        with pytest.raises(UserError) as refused:
            make_participant_reports(make_data(people=2), [], place, Progress())
        assert refused.value.code in ("E_CANNOT_WRITE", "E_NOT_A_FOLDER")


def test_a_full_disk_is_said_once_and_leaves_no_half_file(make_data) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no full device")
    folder = Path("/dev/shm")
    if not os.access(folder, os.W_OK):
        pytest.skip("no place for the link")
    link = folder / f".cohort-{os.getpid()}.pdf.part"
    link.symlink_to(full)
    try:
        with pytest.raises(UserError) as refused:
            make_cohort_report(make_data(people=2), folder / f"cohort-{os.getpid()}.pdf", Progress())
    finally:
        link.unlink(missing_ok=True)
    assert "full" in refused.value.what
    assert not (folder / f"cohort-{os.getpid()}.pdf").exists()


def test_a_disk_that_keeps_the_probe_once_gets_no_empty_file(tmp_path: Path, monkeypatch) -> None:
    def refuses_once(path: Path, missing_ok: bool = False) -> None:
        refused.append(path)
        if len(refused) == 1:
            raise OSError("not now")
        unlink(path, missing_ok)

    refused, unlink = [], Path.unlink
    monkeypatch.setattr(Path, "unlink", refuses_once)
    prepare_folder(tmp_path / "reports")
    assert refused and list((tmp_path / "reports").iterdir()) == []


def test_reports_that_no_longer_fit_are_counted(make_data, tmp_path: Path, monkeypatch) -> None:
    data = make_data(people=5)

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(reporting, "write_beside", full)
    made = make_participant_reports(data, [each.id for each in data.participants], tmp_path, Progress())
    assert made.files == ()
    assert [each.code for each in made.problems] == ["E_CANNOT_WRITE", "E_CANNOT_WRITE"]
    assert "4 more reports were not made" in made.problems[1].message and made.problems[1].do


def test_the_cohort_report_replaces_the_one_before_and_no_folder(make_data, tmp_path: Path) -> None:
    data = make_data(people=6)
    path = tmp_path / "sub" / "cohort.pdf"
    assert make_cohort_report(data, path, Progress()).files == (path,)
    first = path.read_bytes()
    make_cohort_report(data, path, Progress())
    assert path.read_bytes() == first
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(UserError) as refused:
        make_cohort_report(data, path.parent, Progress())
    assert "is a folder, not a file" in refused.value.what
    stopped = Progress(cancelled=True)
    with pytest.raises(Cancelled):
        make_cohort_report(data, tmp_path / "never.pdf", stopped)
    assert not (tmp_path / "never.pdf").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Okafor Amara", "Okafor Amara"),
        ('a/b\\c:d*e?f"g<h>i|j', "a-b-c-d-e-f-g-h-i-j"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("con", "_con"),
        ("LPT1.txt", "_LPT1.txt"),
        ("console", "console"),
        ("  dots and spaces. . ", "dots and spaces"),
        ("a\x00b\u202ec\ud800", "a bc"),
        ("ليلى حداد", "ليلى حداد"),
        ("...", "report"),
        ("", "report"),
    ],
)
def test_file_names_that_every_system_takes(text: str, expected: str) -> None:
    assert safe_file_name(text) == expected


def test_long_names_are_cut_to_what_a_disk_takes() -> None:
    assert len(safe_file_name("é" * 500).encode()) <= 160
    assert len(safe_file_name("王" * 500).encode()) <= 160


def test_from_a_real_workspace(ws, assessment, tmp_path: Path, read_pdf) -> None:
    from rubricapp.core.model import Blank
    from rubricapp.operations import assessments

    for number, level in enumerate((4, 3, Blank.NOT_APPLICABLE, 2, 5, 3), 1):
        assessments.rate(ws, assessment.id, f"TST-{number}", level)
    assessments.comment(ws, assessment.id, "TST-1", "Sharp, and on time.")
    assessments.finish(ws, assessment.id)
    data = collect(ws)
    batch = make_participant_reports(data, everyone(data), tmp_path / "out", Progress())
    (page,) = read_pdf(batch.files[0].read_bytes())
    assert "Amara Okafor" in page
    assert "“Sharp, and on time.”" in page
    assert "For assessors only" not in page
    assert data.snapshot.id in page
    make_cohort_report(collect(ws), tmp_path / "out" / "cohort.pdf", Progress())
