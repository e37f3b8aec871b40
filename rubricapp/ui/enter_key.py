"""Enter presses the button that has the focus, everywhere, dialogs included; Qt leaves that to Space.

Question: how, without doing it button by button? Decision: one filter that follows the focus and stands before the
focused button alone. Reasons: a filter on the application would send every event through Python; a handler in the
window would also meet the Enter that a text box used, after the focus has moved on to a button. 2026-11-29.

Buttons of one choice (radio buttons, the levels) and boxes to tick are left alone: Enter means something else there.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget


class EnterPresses(QObject):
    """One for the application, made by the window and living as long."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._button: QPushButton | QToolButton | None = None
        app = QApplication.instance()
        app.focusChanged.connect(self._on_focus_changed)
        self._follow(app.focusWidget())

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        self._follow(now)

    def _follow(self, now: QWidget | None) -> None:
        if self._button is not None:
            self._button.removeEventFilter(self)
            self._button.destroyed.disconnect(self._forget)
        self._button = now if isinstance(now, (QPushButton, QToolButton)) else None
        if self._button is not None:
            self._button.installEventFilter(self)
            self._button.destroyed.connect(self._forget)

    def _forget(self) -> None:
        self._button = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if not plain or not watched.isEnabled():
            return False
        if not event.isAutoRepeat():  # a key that is held does it once
            watched.click()
        return True
