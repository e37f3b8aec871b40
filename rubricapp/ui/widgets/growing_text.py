"""A box for plain text that is as high as its text, up to a limit."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget


class GrowingText(QPlainTextEdit):
    """left(): the focus went elsewhere. escaped(): Esc was pressed. Tab leaves the box; it is never typed.

    typed(): the person changed the text (not `set_text`).
    """

    left = Signal()
    escaped = Signal()
    typed = Signal()

    def __init__(self, name: str, placeholder: str = "", most_lines: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most_lines = most_lines
        self._filling = False
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._on_text_changed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    @property
    def text(self) -> str:
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Show this text; not a change by the person. The same text leaves cursor and undo alone."""
        if text == self.toPlainText():
            return
        self._filling = True
        self.setPlainText(text)
        self._filling = False

    def add_words(self, words: str) -> None:
        """Put words where the cursor is, with spaces where they are needed; a change by the person."""
        cursor = self.textCursor()
        before = self.toPlainText()[: cursor.selectionStart()]
        after = self.toPlainText()[cursor.selectionEnd() :]
        lead = " " if before and not before[-1].isspace() else ""
        trail = " " if after and not after[0].isspace() else ""
        cursor.insertText(lead + words + trail)
        self.setTextCursor(cursor)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() and not source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Only plain text comes in, whatever the clipboard holds."""
        if source.hasText():
            self.textCursor().insertText(source.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(240, self._wanted_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._wanted_height())

    def _wanted_height(self) -> int:
        lines = max(1, min(self._most_lines, ceil(self.document().size().height())))
        margins = self.contentsMargins()
        text = lines * self.fontMetrics().lineSpacing() + 2 * self.document().documentMargin()
        return ceil(text) + margins.top() + margins.bottom()

    def _fit(self) -> None:
        policy = Qt.ScrollBarPolicy
        full = self.document().size().height() > self._most_lines
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if full else policy.ScrollBarAlwaysOff)
        self.updateGeometry()

    def _on_text_changed(self) -> None:
        if not self._filling:
            self.typed.emit()
