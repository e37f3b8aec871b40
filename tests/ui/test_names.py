"""Every page can be told by ear: whatever takes the keyboard has a name, and Tab reaches what can be clicked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QScrollBar, QWidget

from rubricapp.ui import actions

KEYS = [entry.key for entry in actions.page_entries()]
STATES = [(key, None) for key in KEYS]
STATES += [("people", "add"), ("people", "import"), ("log", "import"), ("portfolios", "release"), ("peer", "new")]
STATES += [("moderation", "list"), ("committee", "list")]


def focusable(parent: QWidget) -> list[QWidget]:
    return [
        each
        for each in parent.findChildren(QWidget)
        if each.isVisible()
        and each.isEnabled()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(each, QScrollBar)
        and not (isinstance(each.parent(), QAbstractScrollArea) and each.parent().viewport() is each)
        and each.focusProxy() is None
    ]


def name_of(widget: QWidget) -> str:
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name).strip() if found else ""


@pytest.mark.parametrize(("key", "what"), STATES)
def test_what_takes_the_keyboard_has_a_name(window, key: str, what: str | None) -> None:
    window.go(key, what)
    nameless = [
        f"{type(each).__name__} {each.objectName()} in {type(each.parent()).__name__}"
        for each in focusable(window)
        if not name_of(each)
    ]
    assert nameless == []


def test_the_first_page_and_its_form_have_names(make_window) -> None:
    window = make_window(name="")
    assert [type(each).__name__ for each in focusable(window) if not name_of(each)] == []
    window.first_run.start_programme()
    assert [type(each).__name__ for each in focusable(window) if not name_of(each)] == []


@pytest.mark.parametrize(("key", "what"), [state for state in STATES if state[0] != "score"])
def test_tab_reaches_every_button_of_a_page_and_comes_round(window, qtbot, key: str, what: str | None) -> None:
    window.go(key, what)
    go_round(window.page, qtbot)


def go_round(page: QWidget, qtbot) -> None:
    """Tab from where the keyboard is, through every button of the page, back to there."""
    wanted = {each for each in focusable(page) if isinstance(each, QAbstractButton) and not each.group()}
    start = QApplication.focusWidget()
    assert start is not None
    seen = set()
    for _step in range(200):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.add(QApplication.focusWidget())
        if QApplication.focusWidget() is start:
            break
    assert QApplication.focusWidget() is start, "Tab does not come round"
    assert {each.accessibleName() or each.text() for each in wanted - seen} == set()
