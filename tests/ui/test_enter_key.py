"""Enter presses the button that has the focus: on pages, in the rail, in questions; and nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from rubricapp.ui.messages import confirm
from tests.ui.driving import find_button

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_presses_the_button_that_has_the_focus(window, qtbot, key) -> None:
    find_button(window.page, "Resume").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), key)
    assert window.rail.buttons["score"].isChecked()
    window.rail.buttons["people"].setFocus()
    qtbot.keyClick(QApplication.focusWidget(), key)
    assert window.rail.buttons["people"].isChecked()


def test_enter_presses_signs_without_words_and_what_can_be_switched(window, qtbot) -> None:
    window.go("score")
    page = window.page
    page.header.forward_button.setFocus()
    before = page.desk.participant
    qtbot.keyClick(page.header.forward_button, Qt.Key.Key_Return)
    assert page.desk.participant != before
    page.header.evidence_button.setFocus()
    on = page.header.evidence_button.isChecked()
    qtbot.keyClick(page.header.evidence_button, Qt.Key.Key_Return)
    assert page.header.evidence_button.isChecked() is not on


def test_enter_on_a_level_goes_on_and_chooses_nothing(window, qtbot) -> None:
    window.go("score")
    page = window.page
    page.sheet.set_current(2)
    value = page.sheet.row.value
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert page.sheet.current == 3 and page.sheet.rows[2].value == value


def test_enter_in_a_box_presses_no_button_it_leads_to(window, qtbot) -> None:
    """The Enter that ends a text moves the focus on to a button, which must not be pressed as well."""
    holder = QWidget(window)
    column = QVBoxLayout(holder)
    box, button_ = QLineEdit(), QPushButton("Next")
    column.addWidget(box)
    column.addWidget(button_)
    holder.show()
    pressed = []
    button_.clicked.connect(lambda: pressed.append(1))
    box.returnPressed.connect(button_.setFocus)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is button_ and pressed == []
    qtbot.keyClick(button_, Qt.Key.Key_Return)
    assert pressed == [1]
    button_.setEnabled(False)
    QTest.keyClick(button_, Qt.Key.Key_Return)
    assert pressed == [1]
    holder.hide()


def test_a_key_that_is_held_presses_once_and_with_control_not_at_all(window, qtbot) -> None:
    pressed = []
    button_ = find_button(window.page, "Resume")
    button_.setFocus()
    button_.setDefault(False)
    button_.clicked.disconnect()
    button_.clicked.connect(lambda: pressed.append(1))
    for again in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "", again)
        QApplication.sendEvent(button_, event)
    qtbot.keyClick(button_, Qt.Key.Key_Return, CTRL)
    assert pressed == [1]


def test_enter_in_a_question_presses_what_has_the_focus(window, qtbot) -> None:
    done: list[int] = []
    for focus, expected in ((None, []), ("act", [1])):
        dialog = confirm(window, "Remove?", "It is gone then.", "Remove it", lambda: done.append(1))
        qtbot.waitUntil(lambda dialog=dialog: dialog.isActiveWindow())
        if focus:
            dialog.findChild(QPushButton, focus).setFocus()
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        assert not dialog.isVisible()
        assert done == expected
