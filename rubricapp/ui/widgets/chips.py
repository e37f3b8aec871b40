"""Short words in a flow: labels as wide as they would like to be, and facts in a rounded frame."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from rubricapp.ui.widgets.labels import PlainLabel
from rubricapp.ui.widgets.paints import Paints


class WordsLabel(PlainLabel):
    """Plain text that wraps. Its size hint is one line, so that a flow layout puts short ones beside each other."""

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        lines = self.text().split("\n")
        width = max(self.fontMetrics().horizontalAdvance(line) for line in lines) + 2
        return QSize(ceil(width), max(super().heightForWidth(ceil(width)), self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), self.fontMetrics().height() * 4), self.fontMetrics().height())


class Chip(QWidget):
    """A short fact in a rounded frame, with a sign before it where there is one."""

    def __init__(self, text: str, paints: Paints, sign: QPixmap | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text, self.paints, self.sign = text, paints, sign
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        self.text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_paints(self, paints: Paints, sign: QPixmap | None = None) -> None:
        self.paints, self.sign = paints, sign
        self.update()

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.9)
        return font

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._font())
        sign = self.sign.deviceIndependentSize().width() + 4 if self.sign else 0
        return QSize(ceil(metrics.horizontalAdvance(self.text) + sign + metrics.height()), ceil(metrics.height() + 6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.paints.border, 1))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
        inside = frame.adjusted(frame.height() / 2 - 2, 0, -frame.height() / 2 + 2, 0)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self.sign:
            size = self.sign.deviceIndependentSize()
            x = inside.right() - size.width() if rtl else inside.left()
            painter.drawPixmap(QPointF(x, inside.center().y() - size.height() / 2), self.sign)
            room = size.width() + 4
            inside.adjust(0 if rtl else room, 0, -room if rtl else 0, 0)
        painter.setFont(self._font())
        painter.setPen(self.paints.ink)
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, self.text)
        painter.end()
