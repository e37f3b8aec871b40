"""A ring that shows how many of how many are done; read out as a name, not as a picture."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from rubricapp.ui.widgets.paints import Paints


class ProgressRing(QWidget):
    """done of total as a ring with the two numbers inside."""

    def __init__(self, paints: Paints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paints = paints
        self.done = self.total = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_paints(self, paints: Paints) -> None:
        self.paints = paints
        self.update()

    def set_progress(self, done: int, total: int, words: str) -> None:
        """words: the same for assistive technology and the tool tip."""
        self.done, self.total = done, total
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        side = round(QFontMetricsF(self.font()).height() * 2.3)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = max(3.0, self.width() / 11)
        ring = QRectF(self.rect()).adjusted(thick, thick, -thick, -thick)
        painter.setPen(QPen(self.paints.hairline, thick))
        painter.drawEllipse(ring)
        if self.total and self.done:
            pen = QPen(self.paints.ok if self.done == self.total else self.paints.accent, thick)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawArc(ring, 90 * 16, -round(360 * 16 * self.done / self.total))
        font = QFont(self.font())
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        painter.setPen(self.paints.ink)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, f"{self.done}/{self.total}")
        painter.end()
