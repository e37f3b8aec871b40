"""Ways to find and press what a person would, and to read what a person can."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget


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


def drop(widget: QWidget, *files: Path) -> bool:
    """Drag files over a widget and let them go; whether they were taken."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(each)) for each in files])
    place, nothing = QPoint(40, 40), Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, nothing)
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, nothing)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()
