"""Middle and spread of some numbers, one line for each: a band from the lowest to the highest, a diamond in the middle.

The same numbers stand beside the drawing in words, so that nothing depends on seeing it.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from rubricapp.ui.widgets.paints import Paints


@dataclass(frozen=True)
class SpreadRow:
    """One line. low, middle, high: on the scale, or None where there are too few numbers. words: the same in words."""

    label: str
    low: float | None
    middle: float | None
    high: float | None
    words: str


class SpreadChart(QWidget):
    """A scale from 1 to `top`. Where it is narrow the label stands above its line."""

    def __init__(self, name: str, paints: Paints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paints = paints
        self.rows: tuple[SpreadRow, ...] = ()
        self.top = 5
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_rows(self, rows: tuple[SpreadRow, ...], top: int) -> None:
        self.rows, self.top = rows, top
        self.setAccessibleDescription("\n".join(f"{row.label}: {row.words}" for row in rows))
        self.updateGeometry()
        self.update()

    def set_paints(self, paints: Paints) -> None:
        self.paints = paints
        self.update()

    # Sizes

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        line = self._line()
        return round(line * 1.4 + len(self.rows) * line * (2.9 if self._is_narrow(width) else 1.9)) + 4

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance("M") * 40
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("M") * 16, self.heightForWidth(self.width()))

    def _line(self) -> int:
        return self.fontMetrics().height()

    def _is_narrow(self, width: int) -> bool:
        return width < self.fontMetrics().horizontalAdvance("M") * 46

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, line, narrow = self.fontMetrics(), self._line(), self._is_narrow(self.width())
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        words = max((metrics.horizontalAdvance(row.words) for row in self.rows), default=0) + line
        label = 0 if narrow else round((self.width() - words) * 0.45)
        if narrow:
            words = min(words, self.width() // 2)
        room = QRectF(label + line * 0.6, 0, max(line, self.width() - label - words - line * 1.2), self.height())
        if rtl:
            room.moveLeft(self.width() - room.right())
        self._numbers(painter, room, line, rtl)
        step = line * (2.9 if narrow else 1.9)
        for place, row in enumerate(self.rows):
            top = line * 1.4 + place * step
            middle = top + step - line * 0.95
            self._track(painter, room, middle, row, line, rtl)
            if narrow:
                beside = QRectF(0, top, self.width(), line * 1.2)
            else:
                beside = QRectF(0, middle - line * 0.6, label, line * 1.2)
            self._text(painter, beside, row.label, metrics, rtl, self.paints.ink)
            after = QRectF(self.width() - words + line * 0.2, middle - line * 0.6, words - line * 0.2, line * 1.2)
            self._text(painter, after, row.words, metrics, rtl, self.paints.ink2)
        painter.end()

    def _text(
        self, painter: QPainter, box: QRectF, text: str, metrics: QFontMetrics, rtl: bool, colour: object
    ) -> None:
        if rtl:
            box = QRectF(self.width() - box.right(), box.y(), box.width(), box.height())
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        painter.setPen(colour)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | Qt.TextFlag.TextSingleLine
        painter.drawText(box, int(flags), shown)

    def _x(self, room: QRectF, level: float, rtl: bool) -> float:
        share = (level - 1) / max(1, self.top - 1)
        return room.right() - share * room.width() if rtl else room.left() + share * room.width()

    def _numbers(self, painter: QPainter, room: QRectF, line: float, rtl: bool) -> None:
        for level in range(1, self.top + 1):
            x = self._x(room, level, rtl)
            painter.setPen(self.paints.ink2)
            painter.drawText(QRectF(x - line, 0, 2 * line, line), Qt.AlignmentFlag.AlignCenter, str(level))
            painter.setPen(QPen(self.paints.hairline, 1))
            painter.drawLine(QPointF(x, line * 1.1), QPointF(x, self.height() - 2))

    def _track(self, painter: QPainter, room: QRectF, y: float, row: SpreadRow, line: float, rtl: bool) -> None:
        painter.setPen(QPen(self.paints.border, 1))
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        if row.middle is None or row.low is None or row.high is None:
            return
        ends = sorted((self._x(room, row.low, rtl), self._x(room, row.high, rtl)))
        band = QRectF(ends[0] - line * 0.18, y - line * 0.22, ends[1] - ends[0] + line * 0.36, line * 0.44)
        painter.setBrush(self.paints.selection)
        painter.setPen(QPen(self.paints.accent, 1.5))
        painter.drawRoundedRect(band, line * 0.2, line * 0.2)
        x, half = self._x(room, row.middle, rtl), line * 0.36
        painter.setBrush(self.paints.accent)
        painter.setPen(QPen(self.paints.base, 1.5))
        corners = [QPointF(x, y - half), QPointF(x + half, y), QPointF(x, y + half), QPointF(x - half, y)]
        painter.drawPolygon(QPolygonF(corners))
