"""A programme on many laptops, through real windows: asked, handed out, scored blind, handed in, brought together,
settled, moderated, taken back, done again, printed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog

from rubricapp import paths
from rubricapp.core.model import AssessmentState
from rubricapp.settings import Settings
from rubricapp.store.assessments import list_assessments
from rubricapp.store.conflicts import list_conflicts
from rubricapp.store.merging import list_merges
from rubricapp.store.moderation import list_agreed
from rubricapp.store.people import list_people
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_
from rubricapp.ui.main_window import MainWindow
from tests.laptops import make_passphrases_quick, start_programme
from tests.ui.driving import drop, press, texts


@pytest.fixture
def laptop(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """laptop(name) → a window on a laptop with a home of its own; whatever was open before is closed."""
    windows: list[MainWindow] = []

    def start(name: str, workspace: Path | None = None, person: str = "") -> MainWindow:
        close()
        monkeypatch.setenv("RUBRICAPP_HOME", str(tmp_path / name))
        window = MainWindow(Settings(name=person, theme="light"), tmp_path / "logs")
        windows.append(window)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        if workspace is not None:
            window.open_folder(workspace)
        else:
            window.show_first_run()
        return window

    def close() -> None:
        while windows:
            window = windows.pop()
            window.shut()
            window.close()

    yield start
    close()


def type_key(text: str) -> None:
    target = QApplication.focusWidget()
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, text))


def until(qtbot, done: Callable[[], bool]) -> None:
    qtbot.waitUntil(done, timeout=30_000)


def join(window: MainWindow, qtbot, kit: Path, phrase: str) -> None:
    assert drop(window, kit)
    view = window.arrivals.view
    qtbot.keyClicks(view.passphrase, phrase)
    qtbot.keyClick(view.passphrase, Qt.Key.Key_Return)
    until(qtbot, lambda: window.session is not None)


def score_all(window: MainWindow, digits: str) -> None:
    """Score everybody whom this person was asked to score by the keyboard, and finish each."""
    for asked in list(window.page.asked_table.model().shown):
        window.go("score", asked.slot)
        window.page.focus_rows()
        for digit in digits:
            type_key(digit)
        window.page.flush()
        QApplication.sendEvent(
            QApplication.focusWidget(),
            QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, "\r"),
        )
        window.go("home")
    assert all(each.is_done for each in window.page.asked_table.model().shown)


def hand_in(window: MainWindow, qtbot, stick: Path) -> Path:
    window.do("hand_in")
    view = window.page.hand_in
    view.folder.setText(str(stick))
    press(qtbot, view, "Hand in")
    until(qtbot, lambda: view._job is None)
    assert view.result.isVisible()
    return view._path


def bring_in(window: MainWindow, qtbot, files: list[Path]) -> None:
    window.go("merge")
    inbox = window.page.inbox
    assert drop(inbox, *files)
    until(qtbot, lambda: not inbox.busy)
    press(qtbot, window.page, f"Merge {len(files)} packages")
    until(qtbot, lambda: not inbox.busy)
    assert {each.merged not in ("", "same") for each in inbox.entries} == {True}


def moderate(window: MainWindow, qtbot) -> None:
    """Settle every gap between assessors on level 2, by the keyboard alone."""
    window.do("moderation")
    page = window.page
    while page.gaps.model.rowCount():
        page.gaps.table.setFocus()
        page.gaps.table.setCurrentIndex(page.gaps.model.index(0, 0))
        for key in (Qt.Key.Key_Return, "2", Qt.Key.Key_Return, "Both saw the second take.", Qt.Key.Key_Return):
            if isinstance(key, str):
                qtbot.keyClicks(QApplication.focusWidget(), key)
            else:
                qtbot.keyClick(QApplication.focusWidget(), key)
        assert not page.gap.error.isVisible()
        window.do("moderation")
        window.go("moderation", "list")


def tables(ws: Workspace) -> list[tuple]:
    names = ("rating", "assessment", "assignment", "person", "agreed_level")
    return [row for name in names for row in _rows(ws, name)]


def _rows(ws: Workspace, table: str) -> list[tuple]:
    return sorted(ws.rows(f"SELECT * FROM {table}"), key=repr)


@pytest.mark.timeout(300)
def test_a_programme_on_five_laptops(laptop, qtbot, tmp_path, document, monkeypatch) -> None:
    make_passphrases_quick(monkeypatch)
    lead_folder, stick = tmp_path / "lead", tmp_path / "stick"
    start_programme(lead_folder, document, asked=False).close()

    # The lead asks both assessors to score everybody, and makes their kits.
    window = laptop("lead-home", lead_folder, "Lena Lead")
    assert window.session.me.name == "Lena Lead"
    window.go("merge")
    page = window.page
    page.tabs.setCurrentWidget(page.hand_out)
    page.hand_out.asking.raters.setValue(2)
    page.hand_out.asking.double.setValue(0)
    press(qtbot, page, "Assign evenly")
    assert page.hand_out.asking.model.rowCount() == 6
    kits = page.hand_out.kits
    kits.folder.setText(str(tmp_path / "kits"))
    press(qtbot, page, "Make all 2 kits")
    until(qtbot, lambda: kits._job is None)
    handed = {each.person.name: (each.path, each.passphrase) for each in kits.model.shown}
    assert all(path.exists() and phrase for path, phrase in handed.values())

    # Two assessors join, one of them on two laptops, and score blind.
    files = []
    for name, person, digits in (
        ("ana", "Ana Example", "444444"),
        ("ana-two", "Ana Example", "244444"),
        ("bello", "Bello Example", "133333"),
    ):
        window = laptop(name)
        join(window, qtbot, *handed[person])
        ws = window.session.ws
        assert window.session.me.name == person
        assert paths.home() in ws.folder.parents
        other = "Bello Example" if person == "Ana Example" else "Ana Example"
        assert other not in {each.name for each in list_people(ws)}
        assert list_assessments(ws) == []
        score_all(window, digits)
        assert {each.assessor for each in list_assessments(ws)} == {window.session.me.id}
        assert {each.state for each in list_assessments(ws)} == {AssessmentState.FINISHED}
        files.append(hand_in(window, qtbot, stick / name))
        assert find_faults(ws, files=True).ok

    # In whichever order the packages are merged, the tables are the same.
    laptop("nobody")  # closes the last one
    with open_(lead_folder) as ws:
        secret = ws.meta("sealing_identity").partition(" ")[2]
    found = []
    for name, order in (("one", files), ("other", files[::-1])):
        shutil.copytree(lead_folder, tmp_path / name)
        with open_(
            tmp_path / name
        ) as ws:  # a copy is another laptop; this one is to open what was sealed for the first
            ws.set_meta("sealing_identity", f"{ws.device} {secret}")
        window = laptop(f"{name}-home", tmp_path / name, "Lena Lead")
        bring_in(window, qtbot, order)
        ws = window.session.ws
        found.append(tables(ws))
        assert len(list_assessments(ws)) == 6
        assert find_faults(ws).ok
    assert found[0] == found[1]

    # What Ana said on two laptops is settled; the merge is taken back, and done again.
    ws, page = window.session.ws, window.page
    open_ones = list_conflicts(ws)
    assert {each.field for each in open_ones} >= {"level"}
    conflicts = page.conflicts
    page.tabs.setCurrentWidget(conflicts)
    while list_conflicts(ws):
        row = conflicts.model.row_of(lambda each: each.what.endswith("level"))
        conflicts.table.setCurrentIndex(conflicts.model.index(max(0, row), 0))
        at = next((n for n, each in enumerate(conflicts.dispute.said) if each.value == 4), 0)
        conflicts.radios[at].click()
        conflicts.others.setChecked(conflicts.others.isVisible())
        qtbot.keyClicks(conflicts.reason, "Ana saw the clip again on the first laptop.")
        qtbot.keyClick(conflicts.reason, Qt.Key.Key_Return)
    levels = {each.ratings["TST-1"].level for each in list_assessments(ws)}
    assert levels == {4, 1}

    # Where the two assessors are far apart, the lead settles it by the keyboard: both words stay.
    moderate(window, qtbot)
    agreed = list_agreed(ws)
    assert {(each.criterion, each.level, each.reason) for each in agreed} == {("TST-1", 2, "Both saw the second take.")}
    assert len(agreed) == 3
    settled = tables(ws)

    window.go("merge")
    merges = page.merges
    page.tabs.setCurrentWidget(merges)
    bello = merges.model.row_of(lambda each: "Bello" in merges._say_sender(each))
    merges.table.setCurrentIndex(merges.model.index(bello, 0))
    press(qtbot, merges, "Take this merge back")
    asks = merges.findChild(QDialog, "confirm")
    assert "3 agreed levels rest on it" in texts(asks)
    press(qtbot, asks, "Take it back all the same")
    assert {each.ratings["TST-1"].level for each in list_assessments(ws)} == {4}
    window.do("undo")
    assert tables(ws) == settled
    assert all(each.stands for each in list_merges(ws))
    assert find_faults(ws).ok

    # And it all ends on paper.
    window.go("reports")
    window.page.folder.setText(str(tmp_path / "paper"))
    window.page.make.click()
    until(qtbot, lambda: window.page.job is None)
    made = sorted(each for each in (tmp_path / "paper").rglob("*") if each.is_file())
    assert sorted(each.suffix for each in made) == [".pdf"] * 4 + [".xlsx"]
    words = " ".join(page.extract_text() for each in made if each.suffix == ".pdf" for page in PdfReader(each).pages)
    assert "corner mark: assessors differed and settled on this" in " ".join(words.split())
