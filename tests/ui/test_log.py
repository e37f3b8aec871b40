"""Log: a day in a line, in full, corrected, taken out and back; a mentor beside it; tables in and out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from rubricapp.core.model import Role
from rubricapp.operations import people, production_log
from rubricapp.store.people import find_people
from rubricapp.store.production_log import list_log, list_log_checks
from tests.ui.driving import find_button, press, texts

DAY = {"worked_on": "2026-09-10", "role": "1st AC", "hours": "10:30", "production": "Night Market", "scenes": "4A"}
ENTER, CTRL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier


def log(ws, who: str = "P-001", **more: str):
    return production_log.add_day(ws, find_people(ws, who)[0], DAY | more)[0]


@pytest.fixture
def page(window):
    window.go("log")
    return window.page


@pytest.fixture
def amaras(page):
    """The page on the log of P-001."""
    page.who.setCurrentIndex(page.who.findData(find_people(page.session.ws, "P-001")[0].id))
    return page


def type_into(qtbot, page, **values: str) -> None:
    for name, text in values.items():
        box = page.quick.fields[name].control
        box.setFocus()
        box.selectAll()
        qtbot.keyClicks(box, text)


def shown(page) -> list[str]:
    return [each.entry.worked_on for each in page.model.shown]


# The quick row


def test_an_empty_log_offers_to_log_today_and_goes_to_the_row(page, qtbot) -> None:
    assert "No days logged." in texts(page)
    press(qtbot, page, "Log today")
    assert QApplication.focusWidget() is page.quick.fields["worked_on"].control
    today = production_log.today(page.session.ws).isoformat()
    assert page.quick.fields["worked_on"].text == today
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert page.quick.fields["worked_on"].text < today


def test_a_day_is_typed_in_a_row_and_enter_adds_it(window, amaras, qtbot) -> None:
    page, ws = amaras, amaras.session.ws
    type_into(qtbot, page, worked_on="2026-09-10", role="<b>1st</b> AC", hours="10h30", production="Night", scenes="4A")
    qtbot.keyClick(page.quick.fields["scenes"].control, ENTER)
    entry = list_log(ws)[0]
    assert (entry.role, entry.minutes, entry.scenes) == ("<b>1st</b> AC", 630, "4A")
    assert shown(page) == ["2026-09-10"]
    assert "<b>1st</b> AC" in page.model.as_text()
    fields = page.quick.fields
    assert (fields["role"].text, fields["hours"].text) == ("<b>1st</b> AC", "")
    assert QApplication.focusWidget() is fields["worked_on"].control
    press(qtbot, window.toast, "Undo")
    assert list_log(ws) == []
    assert "No days logged." in texts(page)
    window.do("redo")
    assert shown(page) == ["2026-09-10"]


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("hours", "30", "Hours: “30” is no number of hours"),
        ("worked_on", "2026-09-31", "Date: “2026-09-31” is not a day"),
        ("worked_on", "2999-01-01", "has not come yet"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(amaras, qtbot, field, text, said) -> None:
    type_into(qtbot, amaras, **({"worked_on": "2026-09-10", "scenes": "7"} | {field: text}))
    press(qtbot, amaras, "Add")
    box = amaras.quick.fields[field].control
    assert said in texts(amaras)
    assert QApplication.focusWidget() is box
    assert box.accessibleDescription() in texts(amaras)
    assert amaras.quick.fields["scenes"].text == "7"
    assert list_log(amaras.session.ws) == []
    qtbot.keyClicks(box, "1")
    assert said not in texts(amaras)


def test_repeat_last_takes_over_place_and_role_and_says_what_else(amaras, qtbot) -> None:
    ws = amaras.session.ws
    amaras.session.run(
        lambda ws: production_log.add_day(
            ws, find_people(ws, "P-001")[0], DAY | {"called_at": "7:30", "location": "Lagos", "problem": "Rain"}
        )
    )
    press(qtbot, amaras, "Repeat last")
    assert amaras.quick.fields["role"].text == "1st AC"
    assert amaras.quick.fields["scenes"].text == ""
    assert "Location: Lagos" in texts(amaras)
    type_into(qtbot, amaras, worked_on="2026-09-11", hours="8")
    qtbot.keyClick(amaras.quick.fields["hours"].control, ENTER)
    new = list_log(ws)[-1]
    assert (new.worked_on, new.called_at, new.location, new.problem) == ("2026-09-11", "07:30", "Lagos", "")


def test_a_department_is_asked_for_its_own_fields_first(page) -> None:
    ws = page.session.ws
    page.session.run(people.edit_person, find_people(ws, "P-001")[0].id, {"department": "camera"})
    page.session.run(people.edit_person, find_people(ws, "P-002")[0].id, {"department": "production"})
    seen = {}
    for code in ("P-001", "P-002"):
        page.who.setCurrentIndex(page.who.findData(find_people(ws, code)[0].id))
        seen[code] = page.quick.shown[4:]
        assert all(page.quick.fields[name].isVisible() for name in page.quick.shown)
    assert seen == {"P-001": ("scenes", "rolls"), "P-002": ("tasks", "problem", "scenes")}


def test_what_is_typed_keeps_the_window_open_once(window, amaras, qtbot) -> None:
    assert amaras.flush()
    type_into(qtbot, amaras, hours="8")
    window.close()
    assert window.isVisible()
    assert "not saved yet" in texts(window.error)
    press(qtbot, window.error, "Try again")
    assert amaras.quick.fields["hours"].text == "8"


# The whole form


def test_more_takes_along_what_is_typed_and_saves_the_rest(window, amaras, qtbot) -> None:
    type_into(qtbot, amaras, worked_on="2026-09-10", hours="9", scenes="4A")
    press(qtbot, amaras, "More…")
    view = amaras.day_view
    fields = view.fields
    assert (fields["hours"].text, fields["scenes"].text) == ("9", "4A")
    assert QApplication.focusWidget() is fields["worked_on"].control
    qtbot.keyClicks(fields["happened"].control, "A card was missing.")
    fields["supervision"].control.setFocus()
    for _step in range(3):
        qtbot.keyClick(fields["supervision"].control, Qt.Key.Key_Down)
    assert "3 · Supported" in fields["supervision"].control.currentText()
    criteria = fields["criteria"].control
    criteria.setFocus()
    qtbot.keyClick(criteria, Qt.Key.Key_Space)
    assert "Ticked: TST-1" in texts(view)
    qtbot.keyClick(criteria, ENTER, CTRL)
    entry = list_log(amaras.session.ws)[0]
    assert (entry.minutes, entry.supervision, entry.criteria) == (540, 3, ("TST-1",))
    assert entry.happened == "A card was missing."
    assert amaras.stack.currentWidget() is amaras.list_view
    assert amaras.quick.fields["hours"].text == ""
    assert "Logged 10 Sept 2026" in texts(window.toast) or "Logged 10 Sep 2026" in texts(window.toast)


def test_a_day_is_corrected_by_enter_undone_and_done_again(window, page, qtbot) -> None:
    ws = page.session.ws
    entry = log(ws, called_at="7:00", wrapped_at="17:30", supervision="2", criteria="TST-2")
    page.refresh()
    page.table.setFocus()
    qtbot.keyClick(page.table, ENTER)
    fields = page.day_view.fields
    assert (fields["hours"].text, fields["criteria"].text) == ("10:30", "TST-2")
    for name, text in (("wrapped_at", "18:00"), ("hours", "9"), ("role", "Loader")):
        fields[name].control.selectAll()
        qtbot.keyClicks(fields[name].control, text)
    fields["supervision"].control.setFocus()
    qtbot.keyClick(fields["supervision"].control, Qt.Key.Key_Home)
    press(qtbot, page, "Save")
    now = list_log(ws)[0]
    assert (now.wrapped_at, now.minutes, now.role, now.supervision) == ("18:00", 540, "Loader", None)
    press(qtbot, window.toast, "Undo")
    assert list_log(ws)[0] == entry
    window.do("redo")
    assert list_log(ws)[0] == now


def test_hours_can_be_taken_away_and_come_back(window, page, qtbot) -> None:
    ws = page.session.ws
    log(ws)
    page.refresh()
    page.show_day(page.days[0])
    page.day_view.fields["hours"].control.clear()
    press(qtbot, page, "Save")
    assert list_log(ws)[0].minutes is None
    press(qtbot, window.toast, "Undo")
    assert list_log(ws)[0].minutes == 630


def test_hours_follow_call_and_wrap_where_they_are_cleared(page, qtbot) -> None:
    log(page.session.ws, called_at="7:00", wrapped_at="17:30")
    page.refresh()
    page.show_day(page.days[0])
    page.day_view.fields["hours"].control.clear()
    page.day_view.fields["wrapped_at"].control.setText("19:00")
    press(qtbot, page, "Save")
    assert list_log(page.session.ws)[0].minutes == 720


def test_a_text_that_is_too_long_stays_and_is_said(page, qtbot) -> None:
    log(page.session.ws)
    page.refresh()
    page.show_day(page.days[0])
    page.day_view.fields["next_step"].control.set_text("x" * 20_001)
    press(qtbot, page, "Save")
    assert "“What I will do next” is too long" in page.day_view.fields["next_step"].fault
    assert list_log(page.session.ws)[0].next_step == ""


def test_saving_without_a_correction_writes_nothing(page, qtbot) -> None:
    ws = page.session.ws
    log(ws)
    page.refresh()
    before = ws.rows("SELECT count(*) FROM change")
    page.show_day(page.days[0])
    press(qtbot, page, "Save")
    assert ws.rows("SELECT count(*) FROM change") == before
    assert page.session.undo_stack.count() == 0


@pytest.mark.parametrize(("field", "text"), [("called_at", "25:00"), ("wrapped_at", "noon"), ("hours", "x")])
def test_the_form_says_a_fault_at_its_field(page, qtbot, field, text) -> None:
    log(page.session.ws)
    page.refresh()
    page.show_day(page.days[0])
    box = page.day_view.fields[field].control
    box.setText(text)
    press(qtbot, page, "Save")
    assert f"“{text}”" in page.day_view.fields[field].fault
    assert QApplication.focusWidget() is box
    assert box.text() == text


def test_escape_asks_before_typed_words_are_lost(page, qtbot) -> None:
    log(page.session.ws)
    page.refresh()
    page.show_day(page.days[0])
    view = page.day_view
    qtbot.keyClicks(view.fields["matters"].control, "Because")
    qtbot.keyClick(view.fields["matters"].control, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is view
    assert "not saved yet" in texts(view)
    assert not page.flush()
    press(qtbot, view, "Cancel")
    assert page.stack.currentWidget() is page.list_view
    page.show_day(page.days[0])
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is page.list_view


def test_incidents_are_for_leads_and_the_participant_only(window, page, qtbot) -> None:
    ws, session = page.session.ws, page.session
    log(ws, incident="Somebody was hurt")
    page.refresh()
    page.show_day(page.days[0])
    assert not page.day_view.fields["incident"].isVisible()
    assert "by the programme lead and Amara Okafor only" in texts(page)
    page.day_view.fields["role"].control.setText("Loader")
    press(qtbot, page, "Save")
    assert list_log(ws, restricted=True)[0].incident == "Somebody was hurt"
    assert "Incident" not in page.model.as_text()
    assert not page.with_incidents.isVisible()
    session.set_me(people.add_person(ws, Role.LEAD, "Nia Lead")[0])
    page.show_day(page.days[0])
    assert page.day_view.fields["incident"].text == "Somebody was hurt"
    page.show_list()
    assert page.with_incidents.isVisible()
    session.set_me(find_people(ws, "P-002")[0])
    assert page.days[0].entry.incident == ""
    page.who.setCurrentIndex(0)
    session.set_me(find_people(ws, "P-001")[0])
    assert page.days[0].entry.incident == "Somebody was hurt"
    assert not page.confirm.isVisible()


# The table


def test_newest_days_come_first_and_headings_sort(page, qtbot) -> None:
    for day, hours in (("2026-09-10", "12"), ("2026-09-12", "8"), ("2026-09-11", "")):
        log(page.session.ws, worked_on=day, hours=hours)
    log(page.session.ws, "P-002", worked_on="2026-09-09")
    page.refresh()
    assert shown(page) == ["2026-09-12", "2026-09-11", "2026-09-10", "2026-09-09"]
    header = page.table.horizontalHeader()
    column = [each.title for each in page.model.columns].index("Hours")
    spot = QPoint(header.sectionViewportPosition(column) + 5, 8)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert [each.hours for each in page.model.shown] == ["", "8:00", "10:30", "12:00"]
    index = page.model.index(0, column)
    assert page.model.data(index, Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert len({page.table.fontMetrics().horizontalAdvance(digit) for digit in "0123456789"}) == 1
    qtbot.keyClicks(page.box, "zainab")
    assert shown(page) == ["2026-09-09"]
    assert "1 of 4 days" in texts(page)


def test_delete_takes_a_day_out_at_once_and_undo_puts_it_back(window, page, qtbot) -> None:
    ws = page.session.ws
    log(ws)
    log(ws, worked_on="2026-09-11")
    page.refresh()
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert shown(page) == ["2026-09-10"]
    press(qtbot, window.toast, "Undo")
    assert shown(page) == ["2026-09-11", "2026-09-10"]
    qtbot.keyClick(page.table, ENTER)
    press(qtbot, page, "Delete this day")
    assert len(list_log(ws)) == 1
    assert page.stack.currentWidget() is page.list_view


def test_totals_are_per_week_role_and_person(page) -> None:
    ws = page.session.ws
    for who, day, role, hours in (
        ("P-001", "2026-09-07", "Loader", "8"),
        ("P-001", "2026-09-08", "loader", "8:30"),
        ("P-001", "2026-09-08", "Editor", ""),
        ("P-002", "2026-09-08", "Loader", "5"),
        ("P-001", "2026-09-14", "Loader", "2"),
    ):
        log(ws, who, worked_on=day, role=role, hours=hours)
    page.refresh()
    rows = [line.split("\t") for line in page.totals.model().as_text().splitlines()[1:]]
    assert [(row[0][:8], *row[1:5]) for row in rows] == [
        ("2026-W38", "Amara Okafor", "Loader", "1", "2:00"),
        ("2026-W37", "Zainab Bello", "Loader", "1", "5:00"),
        ("2026-W37", "Amara Okafor", "Editor", "1", "1 without hours · 0:00"),
        ("2026-W37", "Amara Okafor", "Loader", "2", "16:30"),
    ]


def test_the_days_are_copied_as_text(window, page) -> None:
    log(page.session.ws, role="=HYPERLINK(1)")
    page.refresh()
    window.do("copy_table")
    assert "\t'=HYPERLINK(1)\t" in QGuiApplication.clipboard().text()


# Mentors


def test_a_day_is_confirmed_beside_and_undo_takes_it_back(window, page, qtbot) -> None:
    ws = page.session.ws
    entry = log(ws)
    page.refresh()
    press(qtbot, page, "Confirm")
    assert page.days[0].said == "Confirmed by Tunde Example"
    assert list_log(ws)[0] == entry
    press(qtbot, window.toast, "Undo")
    assert page.days[0].said == ""
    assert list_log_checks(ws) == {}
    window.do("redo")
    assert page.days[0].said == "Confirmed by Tunde Example"


def test_a_correction_stands_beside_what_was_written(window, page, qtbot) -> None:
    ws = page.session.ws
    entry = log(ws)
    page.refresh()
    press(qtbot, page, "Confirm")
    press(qtbot, page, "Correct…")
    card = page.correction
    assert "Amara wrote 10:30 hours" in texts(card)
    assert QApplication.focusWidget() is card.hours
    press(qtbot, card, "Keep the correction")
    assert "needs hours or a note" in texts(card)
    qtbot.keyClicks(card.hours, "9:30")
    qtbot.keyClicks(card.note, "Lunch was long")
    qtbot.keyClick(card.note, ENTER)
    assert not card.isVisible()
    assert page.days[0].said == "Tunde Example corrects: 9:30 · Lunch was long"
    assert list_log(ws)[0] == replace(entry)
    press(qtbot, window.toast, "Undo")
    assert page.days[0].said == "Confirmed by Tunde Example"
    press(qtbot, page, "Correct…")
    press(qtbot, card, "I was not there")
    assert page.days[0].said == "Tunde Example was not there"


# In and out


HEAD = "Participant ID,Date,Hours,Role\n"


def test_a_log_is_imported_whole_twice_adds_nothing_and_undo_takes_all_out(window, page, qtbot, tmp_path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(HEAD + "P-001,2026-09-10,8,Loader\nP-002,2026-09-11,9:30,Editor\n", encoding="utf-8")
    press(qtbot, page, "Import…")
    page.import_view.open_file(path)
    assert "Imported 2 days" in texts(window.toast)
    assert page.stack.currentWidget() is page.list_view
    press(qtbot, window.toast, "Undo")
    assert list_log(page.session.ws) == []
    window.do("redo")
    assert len(list_log(page.session.ws)) == 2
    page.open_with("import")
    page.import_view.open_file(path)
    assert "2 are here already" in texts(window.toast)
    assert len(list_log(page.session.ws)) == 2


def test_every_problem_is_said_by_its_row_and_nothing_comes_in(window, page, qtbot, tmp_path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(HEAD + "P-001,2026-09-10,8,\nP-404,2026-09-10,8,\nP-001,2026-09-11,99,\n", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    page.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    view = page.import_view
    assert "Nothing was imported: 2 problems" in texts(view)
    assert [each.row for each in view.problems.model().shown] == [3, 4]
    assert list_log(page.session.ws) == []
    path.write_text(HEAD + "P-001,2026-09-10,8,\n", encoding="utf-8")
    press(qtbot, view, "Import again")
    assert len(list_log(page.session.ws)) == 1


def test_a_file_that_is_none_is_said(page, qtbot, tmp_path) -> None:
    window_do = page.window().do
    window_do("import_log")
    page.import_view.open_file(tmp_path / "none.csv")
    assert page.import_view.error.isVisible()
    qtbot.keyClick(page.import_view, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is page.list_view


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_is_exported_can_be_imported_elsewhere(window, amaras, qtbot, tmp_path: Path, ending) -> None:
    ws = amaras.session.ws
    log(ws, incident="Somebody was hurt")
    log(ws, "P-002")
    amaras.refresh()
    path = tmp_path / f"log.{ending}"
    press(qtbot, amaras, "Export…")
    dialog = amaras.findChild(QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    assert f"Exported 1 day to log.{ending}" in texts(window.toast)
    if ending == "csv":
        assert "hurt" not in path.read_text(encoding="utf-8-sig")
    amaras.session.run(production_log.remove_day, list_log(ws)[0].id)
    amaras.import_view.open_file(path)
    assert sorted(each.worked_on for each in list_log(ws)) == ["2026-09-10", "2026-09-10"]


def test_an_export_that_cannot_be_written_is_said_and_tried_again(page, qtbot, tmp_path: Path) -> None:
    log(page.session.ws)
    page.refresh()
    block = tmp_path / "block"
    block.write_text("a file, no folder")
    page.export(block / "log.csv")
    assert page.error.isVisible()
    block.unlink()
    press(qtbot, page.error, "Try again")
    assert (block / "log.csv").is_file()
    assert not page.error.isVisible()


# Every size


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_cut_off_at_the_smallest_window(window, amaras, percent) -> None:
    window.set_settings(text_percent=percent)
    window.resize(1024, 640)
    log(amaras.session.ws)
    amaras.refresh()
    QApplication.sendPostedEvents()
    for view in (amaras.list_view, amaras.day_view.scroll):
        if view is not amaras.list_view:
            amaras.show_day(amaras.days[0])
            QApplication.sendPostedEvents()
        assert view.widget().width() <= view.viewport().width()
        assert find_button(amaras, "Save" if view is not amaras.list_view else "Add").width() > 20
    assert (window.width(), window.height()) == (1024, 640)
    window.set_settings(text_percent=100)


def test_f6_goes_round_and_everything_has_a_name_in_the_form(window, page, qtbot) -> None:
    from tests.ui.test_names import focusable, name_of

    log(page.session.ws)
    page.refresh()
    page.show_day(page.days[0])
    assert [type(each).__name__ for each in focusable(window) if not name_of(each)] == []
    start = QApplication.focusWidget()
    seen = []
    for _step in range(80):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
        if QApplication.focusWidget() is start:
            break
    fields = page.day_view.fields
    order = [name for each in seen for name in fields if fields[name].control is each]
    assert order[:3] == ["role", "hours", "production"]
    assert set(order) >= set(fields) - {"incident"}
    assert order.index("scenes") < order.index("called_at") < order.index("happened")
    assert page.day_view.save in seen


# Where it is scored


def test_days_that_touch_a_criterion_are_suggested_beside_it(window, qtbot) -> None:
    ws = window.session.ws
    for number in range(1, 8):
        log(ws, worked_on=f"2026-09-0{number}", criteria="TST-1", scenes=f"<i>{number}", incident="Hurt")
    log(ws, worked_on="2026-09-20", criteria="TST-2")
    log(ws, "P-002", worked_on="2026-09-21", criteria="TST-1")
    person = find_people(ws, "P-001")[0].id
    window.go("score", ("", "", person))
    page = window.page
    first, third = page.sheet.rows[0], page.sheet.rows[2]
    assert first.hints_button.text() == "Hints, log 7"
    assert third.hints_button.text() == "Hints"
    page.sheet.set_current(0)
    first.toggle_hints()
    said = texts(first)
    assert "<i>7" in said and "<i>3" in said and "<i>2" not in said
    assert "and 2 more in the log" in said
    assert "Hurt" not in said
    window.go("score", ("", "", find_people(ws, "P-002")[0].id))
    assert "<i>7" not in texts(page)
    assert "21 Sep" in texts(page.sheet.rows[0])
    window.session.run(production_log.remove_day, list_log(ws, find_people(ws, "P-002")[0].id)[0].id)
    assert page.sheet.rows[0].hints_button.text() == "Hints"
