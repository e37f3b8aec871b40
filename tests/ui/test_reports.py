"""Reports: chosen, made beside the window, stopped; what could not be made is listed."""

from __future__ import annotations

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt

from rubricapp.jobs import Progress
from rubricapp.operations import reporting
from rubricapp.ui.reports.jobs import Order, default_folder, make_all
from tests.ui.driving import press, texts


@pytest.fixture
def page(window, tmp_path):
    window.go("reports")
    window.page.folder.setText(str(tmp_path / "out"))
    return window.page


def only(page, qtbot, *wanted) -> None:
    """Tick these kinds of report and no others."""
    for box in (page.one_page, page.cohort, page.workbook):
        if box.isChecked() != (box in wanted):
            box.setFocus()
            qtbot.keyClick(box, Qt.Key.Key_Space)


def made(page, qtbot) -> None:
    qtbot.waitUntil(lambda: page.job is None, timeout=60_000)


def test_who_has_something_finished_is_chosen_at_first(page) -> None:
    ws = page.session.ws
    assert [ws.rows("SELECT code FROM person WHERE id = ?", each)[0][0] for each in page.people.model.chosen()] == [
        "P-001"
    ]
    assert page.make.accessibleName() == "Make 1 page, cohort PDF, workbook"


def test_people_are_ticked_by_keyboard(page, qtbot) -> None:
    page.people.list.setFocus()
    page.people.list.setCurrentIndex(page.people.model.index(0))
    qtbot.keyClick(page.people.list, Qt.Key.Key_Space)
    assert len(page.people.model.chosen()) == 2
    qtbot.keyClick(page.people.list, Qt.Key.Key_Return)
    assert len(page.people.model.chosen()) == 1
    press(qtbot, page, "All")
    assert len(page.people.model.chosen()) == 3
    qtbot.keyClicks(page.people.box, "zainab")
    press(qtbot, page, "None")
    assert len(page.people.model.chosen()) == 2
    assert "2 of 3 chosen" in texts(page)


def test_nothing_wanted_nothing_made(page, qtbot) -> None:
    only(page, qtbot)
    assert not page.make.isEnabled()
    assert "Choose at least one" in texts(page)


def test_all_reports_are_made_and_the_folder_is_offered(window, page, qtbot, tmp_path) -> None:
    page.make.setFocus()
    qtbot.keyClick(page.make, Qt.Key.Key_Space)
    assert page.result.work.stop.isVisible()
    assert not page.make.isEnabled()
    made(page, qtbot)
    files = sorted(path.suffix for path in (tmp_path / "out").iterdir())
    assert files == [".pdf", ".pdf", ".xlsx"]
    assert "3 files made" in texts(page)
    assert page.result.show_folder.isVisible()
    assert page.make.isEnabled()
    pdf = next(path for path in (tmp_path / "out").iterdir() if "Okafor" in path.name)
    assert "Amara" in PdfReader(pdf).pages[0].extract_text()


def test_a_folder_that_cannot_be_made_is_said_before_anything_runs(page, qtbot, tmp_path) -> None:
    blocker = tmp_path / "a file"
    blocker.write_text("")
    page.folder.setText(str(blocker / "below"))
    press(qtbot, page, page.make.accessibleName())
    assert page.result.error.isVisible()
    assert "cannot be made" in texts(page.result.error)
    assert page.job is None


def test_a_stop_keeps_what_is_finished(residency, tmp_path) -> None:
    data = reporting.collect(residency)
    progress = Progress()
    progress.on_step = lambda done, total, label: progress.cancel() if done == 1 else None
    people = tuple(each.id for each in data.participants)
    result = make_all(Order(data, tmp_path / "out", people, True, True), progress)
    assert result.stopped
    assert [path.name for path in result.files] == [path.name for path in (tmp_path / "out").iterdir()]
    assert len(result.files) == 1


def test_stopping_from_the_page_is_said(page, qtbot) -> None:
    press(qtbot, page, "All")
    press(qtbot, page, page.make.accessibleName())
    qtbot.mouseClick(page.result.work.stop, Qt.MouseButton.LeftButton)
    made(page, qtbot)
    assert "Stopped" in texts(page)
    assert page.make.isEnabled()


def test_one_fault_does_not_stop_the_others(residency, tmp_path) -> None:
    out = tmp_path / "out"
    (out / "cohort.pdf").mkdir(parents=True)
    result = make_all(Order(reporting.collect(residency), out, (), True, True), Progress())
    assert [path.name for path in result.files] == ["cohort.xlsx"]
    assert len(result.problems) == 1
    assert not result.stopped


def test_steps_never_go_back(residency, tmp_path) -> None:
    data = reporting.collect(residency)
    steps: list[tuple[int, int]] = []
    progress = Progress(on_step=lambda done, total, label: steps.append((done, total)))
    people = tuple(each.id for each in data.participants)
    make_all(Order(data, tmp_path / "out", people, True, True), progress)
    assert steps == sorted(steps)
    assert {total for _done, total in steps} == {5}
    assert steps[-1] == (5, 5)


def test_the_default_folder_is_a_name_that_every_system_takes() -> None:
    assert default_folder('Four: Winds / "2026" ').name == "Four Winds 2026"
    assert default_folder("///").name == "edition"
