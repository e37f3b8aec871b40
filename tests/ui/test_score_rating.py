"""Choosing levels and blanks with mouse and keys, and that each choice is on the disk at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rubricapp.core.model import Blank
from rubricapp.store.assessments import list_assessments
from rubricapp.ui.score import keys


def press(text: str = "", key: Qt.Key = Qt.Key.Key_unknown, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    """A key as a keyboard of any layout sends it: the character typed, and some key code."""
    target = QApplication.focusWidget()
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, modifiers, text))


def ratings(ws) -> dict:
    return {each.criterion: each.value for found in list_assessments(ws) for each in found.ratings.values()}


def test_a_click_is_on_the_disk_at_once_and_nothing_moves(page, score_ws, qtbot):
    bar = page.sheet.verticalScrollBar()
    bar.setValue(40)  # neither the first nor the second row is in view as a whole
    qtbot.mouseClick(page.sheet.rows[1].choices[3], Qt.MouseButton.LeftButton)
    qtbot.wait(20)  # time in which something could move
    assert bar.value() == 40
    assert ratings(score_ws) == {"TST-2": 3}
    assert page.sheet.rows[1].choices[3].isChecked()
    assert page.sheet.current == 1
    assert "Saved on this laptop" in page.header.saved.words.accessibleName()
    assert page.header.ring.accessibleName() == "1 of 4 criteria rated"


def test_looking_writes_nothing(page, score_ws):
    for _person in range(2):
        press("n")
    assert list_assessments(score_ws) == []
    assert page.header.saved.words.text() == "Nothing to save yet"


def test_a_digit_chooses_and_moves_on_to_the_next_without_a_rating(page, score_ws, qtbot):
    qtbot.mouseClick(page.sheet.rows[1].choices[2], Qt.MouseButton.LeftButton)
    page.sheet.set_current(0)
    press("4")
    assert ratings(score_ws) == {"TST-1": 4, "TST-2": 2}
    assert page.sheet.current == 2  # over the second, which has one
    assert page.sheet.row.isAncestorOf(QApplication.focusWidget())


@pytest.mark.parametrize(
    ("typed", "value"),
    [("&", 1), ("é", 2), ('"', 3), ("'", 4), ("(", 5), ("à", "not_observed"), ("x", "not_applicable"), ("U", None)],
)
def test_the_number_row_of_a_french_keyboard(page, score_ws, typed, value):
    press(typed)
    assert ratings(score_ws) == {"TST-1": value or "insufficient_evidence"}


def test_the_number_block(page, score_ws):
    press("5", Qt.Key.Key_5, Qt.KeyboardModifier.KeypadModifier)
    assert ratings(score_ws) == {"TST-1": 5}


def test_a_level_beyond_the_scale_does_nothing(page, score_ws):
    press("7")
    press("è")
    assert ratings(score_ws) == {}


def test_blanks_are_radio_buttons_of_the_same_group(page, score_ws, qtbot):
    row = page.sheet.rows[0]
    qtbot.mouseClick(row.choices[4], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(row.choices[Blank.INSUFFICIENT_EVIDENCE], Qt.MouseButton.LeftButton)
    assert not row.choices[4].isChecked()
    assert ratings(score_ws) == {"TST-1": "insufficient_evidence"}


def test_clearing_with_the_key_and_with_the_button(page, score_ws, qtbot):
    press("3")
    page.sheet.set_current(0)
    press("\b", Qt.Key.Key_Backspace)
    assert ratings(score_ws) == {}
    assert not any(each.isChecked() for each in page.sheet.rows[0].choices.values())
    qtbot.mouseClick(page.sheet.rows[0].choices[2], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.sheet.rows[0].clear_button, Qt.MouseButton.LeftButton)
    assert ratings(score_ws) == {}


def test_moving_with_arrows_chooses_nothing_until_space(page, score_ws):
    press("", Qt.Key.Key_Right)
    press("", Qt.Key.Key_Right)
    assert ratings(score_ws) == {}
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert ratings(score_ws) == {"TST-1": 3}
    assert page.sheet.current == 1


def test_moving_on_can_be_switched_off_where_one_sees_it(page, score_ws, qtbot):
    page.footer.auto_advance.click()
    assert page.session.settings.auto_advance is False
    page.focus_rows()
    press("2")
    press("3")
    assert ratings(score_ws) == {"TST-1": 3}


def test_single_keys_can_be_turned_off(open_page, score_ws):
    page = open_page(number_keys=False)
    press("2")
    press("n")
    assert ratings(score_ws) == {}
    assert page.desk.participant.name == "Amara Abara"
    press("", Qt.Key.Key_Down)  # moving about goes on working
    assert page.sheet.current == 1


def test_after_the_last_one_the_focus_is_on_finish(page):
    for level in "1234":
        press(level)
    assert QApplication.focusWidget() is page.header.finish_button


def test_undo_and_redo_write_new_changes(page, score_ws):
    press("2")
    page.sheet.set_current(0)
    press("5")
    before = len(score_ws.rows("SELECT id FROM change"))
    press("\x1a", Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert ratings(score_ws) == {"TST-1": 2}
    assert page.sheet.rows[0].choices[2].isChecked()
    press("\x1a", Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert ratings(score_ws) == {}
    page.session.undo_stack.redo()
    assert ratings(score_ws) == {"TST-1": 2}
    assert len(score_ws.rows("SELECT id FROM change")) == before + 3


def test_undo_goes_back_to_the_person_it_concerns(page, score_ws):
    press("2")
    press("n")
    assert page.desk.participant.name == "Kofi Bempah"
    page.session.undo_stack.undo()
    assert page.desk.participant.name == "Amara Abara"
    assert page.sheet.current == 0
    assert ratings(score_ws) == {}


def test_next_and_previous_stop_at_the_ends(page, qtbot):
    names = [page.desk.participant.name]
    for _step in range(3):
        press("n")
        names.append(page.desk.participant.name)
    assert names == ["Amara Abara", "Kofi Bempah", "Zainab Cole", "Zainab Cole"]
    qtbot.mouseClick(page.header.back_button, Qt.MouseButton.LeftButton)
    assert page.desk.participant.name == "Kofi Bempah"


def test_each_key_means_one_thing_and_letters_are_the_panes_own():
    every = [key for binding in keys.ACTS for key in binding.keys]
    assert len(every) == len(set(every))
    assert all(binding.plain for binding in keys.ACTS if len(binding.keys[0]) == 1)
    assert all(keys.words_of(binding.act) for binding in keys.ACTS)
    assert ("0 à", "Not observed") in list(keys.table())
