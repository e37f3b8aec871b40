"""People: finding, sorting, adding, correcting; importing as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from rubricapp.core.model import Role
from rubricapp.store.people import find_people, list_people
from tests.ui.driving import press, texts

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples"
GOOD = "Participant ID,Given name,Family name,Email,Country,Department\n"


@pytest.fixture
def page(window):
    window.go("people")
    return window.page


def codes(page) -> list[str]:
    return [each.code for each in page.model.shown]


def details(page):
    """The form in the tab of that name."""
    view = page.participant
    view.bar.setCurrentIndex([each.key for each in view.tabs].index("details"))
    return view.panel


def test_the_roster_is_a_table_that_can_be_searched(page, qtbot) -> None:
    assert codes(page) == ["P-002", "P-001", "P-003"]
    qtbot.keyClicks(page.box, "zainab")
    assert codes(page) == ["P-002"]
    assert "1 of 3 people" in texts(page)
    page.box.clear()
    qtbot.keyClicks(page.box, "zainb")
    assert "No match for “zainb”" in texts(page)
    page.box.clear()
    qtbot.keyClicks(page.box, "zainab belo")
    assert "Did you mean Zainab Bello (P-002)?" in texts(page)


def test_a_heading_sorts(page, qtbot) -> None:
    header = page.table.horizontalHeader()
    spot = header.sectionViewportPosition(0) + 5
    qtbot.mouseClick(
        header.viewport(), Qt.MouseButton.LeftButton, pos=header.viewport().rect().topLeft() + qpoint(spot, 8)
    )
    assert codes(page) == ["P-001", "P-002", "P-003"]


def qpoint(x: int, y: int):
    from PySide6.QtCore import QPoint

    return QPoint(x, y)


def test_other_roles_are_a_choice_away(page, qtbot) -> None:
    page.roles.setFocus()
    qtbot.keyClick(page.roles, Qt.Key.Key_Down)
    assert codes(page) == ["A-001"]


def test_a_person_is_added_by_keyboard(page, qtbot) -> None:
    press(qtbot, page, "Add a person")
    boxes = page.person_view.boxes
    assert QApplication.focusWidget() is boxes["given_name"]
    qtbot.keyClicks(boxes["given_name"], "Nia")
    qtbot.keyClicks(boxes["family_name"], "<b>Example</b>")
    qtbot.keyClicks(boxes["country"], "KE")
    qtbot.keyClick(boxes["country"], Qt.Key.Key_Return)
    assert codes(page)[0] == "P-004"
    added = find_people(page.session.ws, "P-004")[0]
    assert (added.name, added.country) == ("Nia <b>Example</b>", "KE")
    assert page.stack.currentWidget() is page.list_view


def test_what_is_wrong_with_a_person_is_said_and_kept(page, qtbot) -> None:
    press(qtbot, page, "Add a person")
    view = page.person_view
    press(qtbot, view, "Save")
    assert "A person needs a name" in texts(view)
    qtbot.keyClicks(view.boxes["given_name"], "Nia")
    qtbot.keyClicks(view.boxes["code"], "p-002")
    press(qtbot, view, "Save")
    assert "The id p-002 is that of Zainab Bello" in texts(view)
    view.boxes["code"].clear()
    qtbot.keyClicks(view.boxes["joined_on"], "31.09.2026")
    press(qtbot, view, "Save")
    assert "31.09.2026 is not a day" in texts(view)
    assert view.boxes["given_name"].text() == "Nia"
    assert len(list_people(page.session.ws)) == 4
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is page.list_view


def test_a_correction_can_be_undone_and_done_again(window, page, qtbot) -> None:
    page.table.setFocus()
    page.table.setCurrentIndex(page.model.index(0, 0))
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert "Zainab Bello" in texts(page)
    box = details(page).boxes["department"]
    box.setFocus()
    qtbot.keyClicks(box, "camera")
    press(qtbot, page, "Save")
    ws = page.session.ws
    assert find_people(ws, "P-002")[0].department == "camera"
    press(qtbot, window.toast, "Undo")
    assert find_people(ws, "P-002")[0].department == ""
    assert box.text() == ""
    window.do("redo")
    assert find_people(ws, "P-002")[0].department == "camera"
    assert "camera" in page.model.as_text()


def test_saving_without_a_correction_changes_nothing(page, qtbot) -> None:
    page.show_person(find_people(page.session.ws, "P-001")[0], "details")
    before = page.session.ws.rows("SELECT count(*) FROM change")
    press(qtbot, page, "Save")
    assert page.session.ws.rows("SELECT count(*) FROM change") == before
    assert page.session.undo_stack.count() == 0


def test_a_person_can_be_scored_from_here(window, page, qtbot) -> None:
    page.show_person(find_people(page.session.ws, "P-003")[0])
    press(qtbot, page, "Score this person")
    assert window.page.desk.participant.code == "P-003"


def test_the_roster_is_copied_as_text_without_formulas(window, page) -> None:
    window.do("copy_table")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:2] == ["ID", "Name"]
    assert lines[1].split("\t")[:2] == ["P-002", "Zainab Bello"]
    from rubricapp.ui.widgets.rows import for_sheet

    assert for_sheet("=HYPERLINK(1)\nx") == "'=HYPERLINK(1) x"
    assert for_sheet("＝1") == "'＝1"


# Importing


def write(tmp_path: Path, rows: str) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(GOOD + rows, encoding="utf-8")
    return path


def test_a_roster_is_shown_before_it_is_taken(window, page, qtbot, tmp_path) -> None:
    press(qtbot, page, "Import a roster")
    view = page.import_view
    view.open_file(write(tmp_path, "P-010,Nia,Example,nia@example.org,KE,camera\nP-011,王,伟,,CN,sound\n"))
    assert "2 new, 0 the same, 0 different" in texts(view)
    assert len(list_people(page.session.ws, Role.PARTICIPANT)) == 3
    press(qtbot, view, "Import 2 new people")
    assert len(list_people(page.session.ws, Role.PARTICIPANT)) == 5
    assert page.stack.currentWidget() is page.list_view
    assert "Imported 2 people" in texts(window.toast)


def test_every_problem_is_listed_and_nobody_is_taken(page, tmp_path, qtbot) -> None:
    press(qtbot, page, "Import a roster")
    view = page.import_view
    view.open_file(write(tmp_path, "P-010,Nia,Example,not-an-email,KE,\nP-010,Kofi,Example,,GH,\n,Ama,Example,,GH,\n"))
    rows = view.problems.model()
    said = [(each.row, each.column) for each in rows.shown if each.severity == "error"]
    assert {row for row, _column in said} == {2, 3, 4}
    assert "Nothing can be imported: 3 problems stop it" in texts(view)
    assert not view.do.isVisible()
    assert len(list_people(page.session.ws, Role.PARTICIPANT)) == 3


def test_differences_are_taken_only_when_one_says_so(page, tmp_path, qtbot) -> None:
    path = write(tmp_path, "P-002,Zainab,Bello,zainab@example.org,NG,camera\n")
    for take, expected in ((False, ""), (True, "camera")):
        press(qtbot, page, "Import a roster")
        view = page.import_view
        view.open_file(path)
        assert "1 different" in texts(view)
        assert {each.field for each in view.differences.model().shown} == {"country", "department"}
        if take:
            qtbot.mouseClick(view.take, Qt.MouseButton.LeftButton, pos=qpoint(12, view.take.height() // 2))
        press(qtbot, view, "Import")
        assert find_people(page.session.ws, "P-002")[0].department == expected


def test_a_column_that_was_not_understood_is_chosen_by_hand(page, tmp_path, qtbot) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Qwx,Given name,Family name\nP-010,Nia,Example\nP-011,Ama,Example\n", encoding="utf-8")
    press(qtbot, page, "Import a roster")
    view = page.import_view
    view.open_file(path)
    assert not view.do.isVisible()
    assert view.boxes["id"].currentText() == "not in this file"
    view.boxes["id"].setFocus()
    qtbot.keyClick(view.boxes["id"], Qt.Key.Key_Down)
    assert view.boxes["id"].currentText() == "Qwx"
    press(qtbot, view, "Import 2 new people")
    assert find_people(page.session.ws, "P-011")


def test_a_file_that_is_none_is_said_and_tried_again(page, tmp_path, qtbot) -> None:
    press(qtbot, page, "Import a roster")
    view = page.import_view
    path = tmp_path / "later.csv"
    view.open_file(path)
    assert view.error.isVisible()
    assert not view.do.isVisible()
    path.write_text(GOOD + "P-010,Nia,Example,,,\n", encoding="utf-8")
    press(qtbot, view.error, "Try again")
    assert not view.error.isVisible()
    assert "1 new" in texts(view)


def test_a_roster_can_be_dropped(page, tmp_path, qtbot) -> None:
    press(qtbot, page, "Import a roster")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(write(tmp_path, "P-010,Nia,Example,,,\n")))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    page.import_view.dropEvent(event)
    assert "1 new" in texts(page.import_view)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample rosters are not beside this repository")
def test_the_rosters_that_offices_send(page, qtbot) -> None:
    press(qtbot, page, "Import a roster")
    view = page.import_view
    view.open_file(SAMPLES / "roster_office.xlsx")
    assert view.sheet_field.isVisible()
    view.open_file(SAMPLES / "roster_bad.csv")
    assert not view.do.isVisible()
    assert view.problems.model().rowCount() > 5
    view.open_file(SAMPLES / "roster_office_semicolon_cp1252.csv")
    assert "18 new" not in texts(view)  # three of them are known here by their ids
    assert "15 new" in texts(view)


# The keyboard goes on


def test_after_reading_the_keyboard_is_on_what_comes_next(page, tmp_path, qtbot) -> None:
    press(qtbot, page, "Import a roster")
    view = page.import_view
    assert view.choose.hasFocus()
    view.open_file(write(tmp_path, "P-010,Nia,Example,nia@example.org,KE,camera\n"))
    assert view.do.hasFocus()
    view.choose.setFocus()
    view.open_file(write(tmp_path, "P-010,Nia,Example,not-an-email,KE,\nP-010,Kofi,Example,,GH,\n"))
    assert view.problems.hasFocus() and view.problems.currentIndex().row() == 0
    view.choose.setFocus()
    view.open_file(tmp_path / "missing.csv")
    assert view.again.hasFocus()


def test_choosing_a_column_by_arrow_stays_in_its_box(page, tmp_path, qtbot) -> None:
    press(qtbot, page, "Import a roster")
    view = page.import_view
    view.open_file(write(tmp_path, "P-010,Nia,Example,nia@example.org,KE,camera\n"))
    view.boxes["email"].setFocus()
    before = view.boxes["email"].currentText()
    qtbot.keyClick(view.boxes["email"], Qt.Key.Key_Up)
    assert view.boxes["email"].hasFocus() and view.boxes["email"].currentText() != before
