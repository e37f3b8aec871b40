"""Ways to find and press what a person would, and to read what a person can."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget


def press(qtbot, parent: QWidget, text: str) -> QAbstractButton:
    """Click the one visible button whose name is this text."""
    button = find_button(parent, text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return button


def find_button(parent: QWidget, text: str) -> QAbstractButton:
    """The one visible button whose name is this text."""
    found = [
        each
        for each in parent.findChildren(QAbstractButton)
        if each.isVisible() and text in (each.accessibleName(), each.text().strip("\N{THIN SPACE}\N{EN SPACE} "))
    ]
    assert len(found) == 1, f"{len(found)} buttons called {text!r}"
    return found[0]


def texts(parent: QWidget) -> str:
    """All text that can be read on it now."""
    return "\n".join(each.text() for each in parent.findChildren(QLabel) if each.isVisible())
