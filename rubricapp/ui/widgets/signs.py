"""An icon among words that follows theme and text size. The words beside it say the same."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent, Qt
from PySide6.QtWidgets import QWidget

from rubricapp.ui.theme import look


class Sign(QWidget):
    """A Lucide icon in a colour of the theme, `size` pixels wide at usual text."""

    def __init__(self, name: str, token: str, size: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._token, self._size = name, token, size
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        look().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        size = look().px(self._size)
        self.setFixedSize(size, size)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        QPainter(self).drawPixmap(0, 0, look().pixmap(self._name, self._token, self.width(), ratio))
