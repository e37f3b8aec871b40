"""Where the person's work is right now: being saved, saved, not saved and why, or not to be saved here."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from rubricapp.i18n import _
from rubricapp.ui.widgets.announce import announce

_SAYS_AFTER = 1200  # ms of quiet before the state is said aloud, so that fast scoring is not talked over


class SaveIndicator(QWidget):
    """One line of text with a sign, and "Try again" after a failure. try_again(): it was pressed."""

    try_again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign = QLabel(self)
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton(_("Try again"), self)
        self.button.hide()
        self.button.clicked.connect(self.try_again)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for each in (self.sign, self.words, self.button):
            layout.addWidget(each)
        self._said = ""
        self._urgent = False
        self._voice = QTimer(self, singleShot=True, interval=_SAYS_AFTER)
        self._voice.timeout.connect(self._on_quiet)

    def show_state(self, words: str, sign: QPixmap, tone: str, details: str = "", failed: bool = False) -> None:
        """words: the short state. details: the whole reason, as tool tip and for assistive technology.

        tone: the "look" of the text (ok, muted, danger …).
        """
        self.sign.setPixmap(sign)
        self.words.setText(words)
        self.words.setToolTip(details)
        self.words.setAccessibleName(f"{words} {details}".strip())
        if self.words.property("look") != tone:
            self.words.setProperty("look", tone)
            self.words.style().unpolish(self.words)
            self.words.style().polish(self.words)
        self.button.setVisible(failed)
        self._urgent = failed
        self._voice.start(0 if failed else _SAYS_AFTER)

    def _on_quiet(self) -> None:
        words = self.words.accessibleName()
        if words and words != self._said:
            self._said = words
            announce(self.words, words, self._urgent)
