"""Where the person's work is right now: being saved, saved, not saved and why, or not to be saved here."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from rubricapp.i18n import _
from rubricapp.ui.widgets.announce import announce
from rubricapp.ui.widgets.chips import WordsLabel
from rubricapp.ui.widgets.labels import PlainLabel, set_tip

_SAYS_AFTER = 1200  # ms of quiet before the state is said aloud, so that fast scoring is not talked over


class SaveIndicator(QWidget):
    """One line of text with a sign, and "Try again" after a failure. try_again(): it was pressed."""

    try_again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign = PlainLabel("", "", self, wraps=False)
        self.words = WordsLabel("", "", self)
        self.button = QPushButton(_("Try again"), self)
        self.button.hide()
        self.button.clicked.connect(self.try_again)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for each in (self.sign, self.words, self.button):
            layout.addWidget(each)
        self._said = self._whole = self._brief = ""
        self._is_short = False
        self._urgent = False
        self._voice = QTimer(self, singleShot=True, interval=_SAYS_AFTER)
        self._voice.timeout.connect(self._on_quiet)

    def show_state(
        self, words: str, sign: QPixmap, colour: QColor, details: str = "", failed: bool = False, short: str = ""
    ) -> None:
        """words: the state. short: the same in fewer words. details: the whole reason, as tool tip and read out."""
        self._whole, self._brief = words, short or words
        self.sign.setPixmap(sign)
        set_tip(self.words, details or words)
        self.words.setAccessibleName(f"{words} {details}".strip())
        palette = self.words.palette()
        palette.setColor(palette.ColorRole.WindowText, colour)
        self.words.setPalette(palette)
        self.button.setVisible(failed)
        self.set_short(self._is_short)
        self._urgent = failed
        self._voice.start(0 if failed else _SAYS_AFTER)

    def set_short(self, short: bool) -> None:
        """Use fewer words: there is little room."""
        self._is_short = short
        self.words.setText(self._brief if short else self._whole)
        # Whoever lays this out asks for its size at once, before the event loop would tell them that it changed.
        self.layout().invalidate()
        self.layout().activate()
        self.updateGeometry()

    def _on_quiet(self) -> None:
        words = self.words.accessibleName()
        if words and words != self._said:
            self._said = words
            announce(self.words, words, self._urgent)
