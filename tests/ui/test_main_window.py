"""The window: going places by mouse and keyboard, what is said over the pages, opening and closing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit

from rubricapp import settings as settings_file
from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.operations import people
from rubricapp.ui import actions, theme
from rubricapp.ui.home.first_run import FirstRunPage
from rubricapp.ui.page import OperationCommand, Scroll
from tests.ui.driving import press, texts

KEYS = [entry.key for entry in actions.page_entries()]
CTRL = Qt.KeyboardModifier.ControlModifier


def shown(window) -> str:
    return next(key for key, page in window._pages.items() if page is window.page)


def test_a_click_on_the_rail_goes_there(window, qtbot) -> None:
    assert shown(window) == "home"
    for key in KEYS:
        qtbot.mouseClick(window.rail.buttons[key], Qt.MouseButton.LeftButton)
        assert shown(window) == key
        assert window.rail.buttons[key].isChecked()


class Shown(QObject):
    """Remembers every widget that came up as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and watched.isWidgetType() and watched.isWindow():
            self.windows.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


def test_nothing_flashes_up_as_a_window_of_its_own(window, qapp) -> None:
    shown_windows = Shown()
    qapp.installEventFilter(shown_windows)
    for key in KEYS:
        window.go(key)
    for what in ("add", "import"):
        window.go("people", what)
    window.set_settings(text_percent=150)
    window.set_settings(text_percent=100)
    qapp.removeEventFilter(shown_windows)
    assert shown_windows.windows == []


def test_ctrl_and_a_digit_goes_there(window, qtbot) -> None:
    for number, key in enumerate(KEYS[:9], 1):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), CTRL)
        assert shown(window) == key or not window.actions_by_id[f"go_{key}"].isEnabled()


def test_the_rail_is_worked_with_arrows_and_space(window, qtbot) -> None:
    window.rail.current().setFocus()
    qtbot.keyClick(window.rail.current(), Qt.Key.Key_Down)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert QApplication.focusWidget() is window.rail.buttons["people"]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert shown(window) == "people"


def test_tab_comes_to_the_place_where_one_is_and_stops_at_a_page_only_where_it_scrolls(window, qtbot) -> None:
    window.resize(1400, 800)
    window.go("peer")
    window.rail.buttons["home"].setFocus(Qt.FocusReason.TabFocusReason)
    assert QApplication.focusWidget() is window.rail.buttons["peer"]
    scroll = Scroll("A page")
    qtbot.addWidget(scroll)
    scroll.body.addWidget(QLineEdit())
    low, high = QLabel("below"), QLabel("high")
    scroll.body.addWidget(low)
    scroll.resize(400, 300)
    scroll.show()
    assert not scroll.focusPolicy() & Qt.FocusPolicy.TabFocus
    high.setFixedHeight(900)
    scroll.body.addWidget(high)
    qtbot.waitUntil(lambda: bool(scroll.focusPolicy() & Qt.FocusPolicy.TabFocus))
    scroll.show_from_top(high)
    assert 0 < high.mapTo(scroll, QPoint(0, 0)).y() < 20, "its beginning, not its middle"


def test_the_rail_shows_icons_alone_where_there_is_little_room(window, qtbot) -> None:
    words = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    window.resize(1400, 800)
    assert all(each.toolButtonStyle() == words for each in window.rail.buttons.values())
    window.set_settings(text_percent=200)
    window.resize(1024, 640)
    assert all(each.toolButtonStyle() != words for each in window.rail.buttons.values())
    assert window.size().width() == 1024
    assert window.size().height() == 640
    assert {each.accessibleName() for each in window.rail.buttons.values()} == {
        entry.text for entry in actions.page_entries()
    }
    window.set_settings(text_percent=100)


def test_f6_goes_round_the_parts_and_comes_back(window, qtbot) -> None:
    window.go("people")
    window.rail.current().setFocus()
    seen = []
    for _step in range(3):
        window.next_pane()
        seen.append(QApplication.focusWidget())
    page = window.page
    assert seen == [page.box, page.table, window.rail.current()]


def test_the_command_box_goes_to_a_page_and_to_a_person(window, qtbot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    assert window.box.isVisible()
    assert QApplication.focusWidget() is window.box.box
    qtbot.keyClicks(window.box.box, "rubr")
    qtbot.keyClick(window.box.box, Qt.Key.Key_Return)
    assert not window.box.isVisible()
    assert shown(window) == "rubrics"
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(window.box.box, "zainab")
    qtbot.keyClick(window.box.box, Qt.Key.Key_Return)
    assert window.page.participant.person.code == "P-002"


def test_the_command_box_says_when_nothing_fits_and_gives_the_focus_back(window, qtbot) -> None:
    window.go("people")
    window.page.box.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(window.box.box, "qqqzzz")
    assert "qqqzzz" in texts(window.box)
    qtbot.keyClick(window.box.box, Qt.Key.Key_Escape)
    assert not window.box.isVisible()
    assert QApplication.focusWidget() is window.page.box


def test_digits_and_letters_typed_into_a_box_are_text(window, qtbot) -> None:
    window.go("people")
    qtbot.keyClick(window, Qt.Key.Key_F, CTRL)
    assert QApplication.focusWidget() is window.page.box
    qtbot.keyClicks(window.page.box, "1?/x5")
    assert window.page.box.text() == "1?/x5"
    assert shown(window) == "people"


def test_f1_lists_every_key_and_finds_one(window, qtbot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    overview = window.findChild(QDialog)
    assert overview.isVisible()
    assert "enter enter" not in "".join(words for words, *_labels in overview.rows), "one key, once"
    listed = "\n".join(words for words, *_labels in overview.rows)
    for each in actions.all_actions():
        if each.keys:
            assert each.text.rstrip("…").casefold() in listed
    qtbot.keyClicks(overview.findChild(QLineEdit), "larger")
    assert [key.isVisible() for _words, key, _label in overview.rows].count(True) == 1
    qtbot.keyClick(overview, Qt.Key.Key_Escape)
    assert not overview.isVisible()


def test_text_size_and_theme_by_keyboard_are_kept(window, qtbot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Plus, CTRL)
    assert theme.look().percent == 110
    qtbot.keyClick(window, Qt.Key.Key_D, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert theme.look().theme.key == "dark"
    kept = settings_file.load()
    assert (kept.text_percent, kept.theme) == (110, "dark")
    qtbot.keyClick(window, Qt.Key.Key_0, CTRL)
    assert theme.look().percent == 100


def test_a_refused_write_is_said_and_tried_again(window, qtbot, residency) -> None:
    full = [True]

    def add(ws):
        if full:
            raise UserError("E_DISK", "This laptop's disk is full.", "Nothing was lost.", "Free some space.", "EIO 5")
        return people.add_person(ws, Role.MENTOR, "Nia Example")

    window.session.run(add)
    assert window.error.isVisible()
    assert "disk is full" in texts(window.error)
    assert "EIO" not in texts(window.error)
    press(qtbot, window.error, "Details")
    assert "EIO 5" in texts(window.error)
    assert window.rail.saved.text() == "Not saved"
    full.clear()
    press(qtbot, window.error, "Try again")
    assert not window.error.isVisible()
    assert window.rail.saved.text().startswith("Saved ")


def test_a_toast_offers_undo_only_while_nothing_else_was_done(window, qtbot) -> None:
    done: list[str] = []
    window.session.undo_stack.push(OperationCommand("first", lambda: done.append("first"), lambda: done.append("back")))
    window._on_done("Did the first")
    assert window.toast.isVisible()
    press(qtbot, window.toast, "Undo")
    assert done == ["first", "back"]
    assert not window.toast.isVisible()
    window.session.undo_stack.push(OperationCommand("second", lambda: None, lambda: done.append("never")))
    window._on_done("Did the second")
    window.session.undo_stack.push(OperationCommand("third", lambda: None, lambda: None))
    press(qtbot, window.toast, "Undo")
    assert "never" not in done


def test_a_toast_never_takes_the_keyboard(window, qtbot) -> None:
    window.go("people")
    before = QApplication.focusWidget()
    window.toast.say("Copied", lambda: None)
    assert QApplication.focusWidget() is before
    for _step in range(60):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert not window.toast.isAncestorOf(QApplication.focusWidget())
    for _step in range(6):
        window.next_pane()
        assert not window.toast.isAncestorOf(QApplication.focusWidget())
    QApplication.focusWidget().hide()  # what had it is gone: Qt looks for another one
    assert QApplication.focusWidget() is None or not window.toast.isAncestorOf(QApplication.focusWidget())
    qtbot.mouseClick(window.toast.undo, Qt.MouseButton.LeftButton)
    assert not window.toast.isVisible()
    assert QApplication.focusWidget() is not window.toast.undo


def test_a_toast_waits_while_one_points_at_it_and_goes_by_escape(window, qtbot) -> None:
    window.toast.say("Copied", lambda: None)
    assert window.toast._timer.isActive()
    QApplication.sendEvent(window.toast, QEnterEvent(QPointF(), QPointF(), QPointF()))
    assert not window.toast._timer.isActive()
    QApplication.sendEvent(window.toast, QEvent(QEvent.Type.Leave))
    assert window.toast._timer.isActive()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not window.toast.isVisible()


def test_undo_and_redo_from_the_menu_say_what_they_did(window, qtbot) -> None:
    steps: list[str] = []
    window.session.undo_stack.push(
        OperationCommand("Corrected somebody", lambda: steps.append("do"), lambda: steps.append("undo"))
    )
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert "Corrected somebody" in window.toast.text.text()
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert steps == ["do", "undo", "do"]


def test_warnings_about_the_folder_are_shown_and_put_away(window, qtbot) -> None:
    window.notices.show_notices(["This workspace is in a folder that <b>Dropbox</b> copies."])
    assert "<b>Dropbox</b>" in window.notices.texts()[0]
    press(qtbot, window.notices, "Put this notice away")
    assert not window.notices.isVisible()


def test_a_read_only_workspace_says_why(make_window, residency) -> None:
    from rubricapp.operations.workspaces import open_workspace

    folder = residency.folder
    residency.close()
    window = make_window(open_workspace(folder, read_only=True))
    assert "read only" in window.notices.texts()[0]
    assert window.rail.saved.text() == "Read only"


def test_closing_a_workspace_lets_go_of_it(window, residency) -> None:
    from rubricapp.store.workspace import open_

    window.do("close_workspace")
    assert window.page is window.first_run
    assert not window.rail.isVisible()
    with open_(residency.folder) as again:
        assert not again.read_only


def test_leaving_lets_go_of_the_workspace_and_makes_no_page_for_it(window, residency) -> None:
    from rubricapp.store.workspace import open_

    window.go("people")
    window.close()
    assert window.session is None and window.findChildren(FirstRunPage) == []
    with open_(residency.folder) as again:
        assert not again.read_only


def test_a_workspace_that_cannot_be_opened_is_said_on_the_first_page(make_window, tmp_path, qtbot) -> None:
    window = make_window()
    assert window.open_folder(tmp_path / "nothing here") is False
    assert window.page is window.first_run
    assert window.error.isVisible()
    assert "There is no workspace" in texts(window.error)


def test_full_screen_comes_and_goes(window, qtbot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert not window.isFullScreen()


@pytest.mark.parametrize("name", ["light", "dark", "night"])
def test_the_theme_menu_marks_the_choice(window, name: str) -> None:
    window.set_settings(theme=name)
    menu = next(
        each
        for each in window.menuBar().findChildren(type(window.menuBar().addMenu("x")))
        if each.objectName() == "theme"
    )
    menu.aboutToShow.emit()
    assert [each.data() for each in menu.actions() if each.isChecked()] == [name]
    window.set_settings(theme="light")


def test_the_window_comes_back_in_the_size_it_had(make_window) -> None:
    first = make_window()
    first.resize(1111, 707)
    first.close()
    assert make_window().size().height() == 707  # the width is cut to the screen, which is small where none is seen


def test_what_cannot_be_saved_keeps_the_window_open_once(window, residency, qtbot) -> None:
    window.go("score")
    page = window.page
    connection = window.session.ws.connection
    size = connection.execute("PRAGMA page_count").fetchone()[0]
    page.sheet.rows[0].open_comment()
    connection.execute(f"PRAGMA max_page_count={size}")
    page.sheet.rows[0].comment.setPlainText("words " * 3000)
    assert window.close() is False
    assert window.isVisible()
    assert "not saved yet" in window.error.what.text()
    connection.execute(f"PRAGMA max_page_count={size + 1000}")
    assert page.flush() is True
    connection.execute(f"PRAGMA max_page_count={size}")
    page.sheet.rows[0].comment.setPlainText("other " * 9000)
    assert window.close() is False  # what was saved in between made the warning due again
    assert window.close() is True
