"""A toast: what was done, with Undo, over the page for ten seconds; it waits while one points at it.

It never takes the keyboard, not even by Tab or when the focus has nowhere else to go: Ctrl+Z does what its button does,
and Escape puts it away.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.messages import PlainLabel, button

STAYS_MS = 10_000


class Toast(QFrame):
    """One at a time: a newer one takes the place of the older."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("look", "floating")
        self.setAutoFillBackground(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.setSpacing(8)
        self.text = PlainLabel()
        layout.addWidget(self.text, 1)
        self.undo = button(_("Undo"), "", "undo-2")
        self.undo.setToolTip(_("Undo (Ctrl+Z)"))
        self.undo.clicked.connect(self._on_undo)
        layout.addWidget(self.undo)
        self.close_button = button("", "quiet", "x")
        self.close_button.setAccessibleName(_("Put this message away"))
        self.close_button.setToolTip(_("Put this message away (Esc)"))
        self.close_button.clicked.connect(self.hide)
        layout.addWidget(self.close_button)
        for each in (self.undo, self.close_button):
            each.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._take_back: Callable[[], object] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STAYS_MS)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def say(self, text: str, take_back: Callable[[], object] | None = None) -> None:
        """Show and announce it. take_back: what Undo does."""
        self._take_back = take_back
        self.undo.setVisible(take_back is not None)
        self.text.setText(text)
        self.setAccessibleName(text)
        self.place()
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def place(self) -> None:
        """At the foot of the window, in the middle, never wider than it."""
        room = self.parentWidget().rect().adjusted(16, 16, -16, -16)
        words = self.text.fontMetrics().horizontalAdvance(self.text.text())
        buttons = self.close_button.sizeHint().width() + (self.undo.sizeHint().width() + 8 if self._take_back else 0)
        wide = min(room.width(), theme.look().px(640), words + buttons + 64)
        self.setFixedWidth(wide)
        height = self.layout().heightForWidth(wide) if self.layout().hasHeightForWidth() else self.sizeHint().height()
        self.setFixedHeight(max(height, self.minimumSizeHint().height()))
        self.move(room.center().x() - wide // 2, room.bottom() - self.height())

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
        super().leaveEvent(event)

    def _on_undo(self) -> None:
        self.hide()
        if self._take_back is not None:
            self._take_back()
