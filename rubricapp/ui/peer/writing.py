"""What takes the whole page while one writes: the way back, what it is about, and the sheet below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rubricapp.i18n import _
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.score.page import ScorePage


class WritingHead(QFrame):
    """left(): back to the list."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "bar")
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 6, 14, 6)
        line.setSpacing(12)
        self.back = button(_("Your reviews"), "quiet back", "arrow-left")
        self.back.clicked.connect(self.left)
        line.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.title = PlainLabel("", "strong")
        self.words = PlainLabel("", "small muted")
        words.addWidget(self.title)
        words.addWidget(self.words)
        line.addLayout(words, 1)
        self.title.hide()

    def say(self, words: str, title: str = "", back: str = "") -> None:
        """What it is about. back: where one came from, else the reviews."""
        name = back or _("Your reviews")
        self.back.setText("\N{THIN SPACE}" + name)
        self.back.setAccessibleName(name)
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.words.setText(words)


class WritingView(QWidget):
    """A sheet with its head above it. left(): back, also by Escape. notice(str)."""

    left = Signal()
    notice = Signal(str)

    def __init__(self, sheet: ScorePage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = sheet
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = WritingHead()
        self.head.left.connect(self.left)
        self.back = self.head.back
        column.addWidget(self.head)
        sheet.notice.connect(self.notice)
        column.addWidget(sheet, 1)

    def flush(self) -> bool:
        """Save what is typed; False where that failed."""
        return self.sheet.flush()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
