"""One line with a left and a right end where there is room, else as many lines as it takes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLayoutItem, QWidget

from rubricapp.ui.widgets.layouts import FlowLayout


class TwoEndsLayout(FlowLayout):
    """The first `at_start` items stand at the start of the line, the rest at its end."""

    def __init__(self, parent: QWidget, at_start: int, spacing: int = 8, margin: int = 8) -> None:
        super().__init__(parent, spacing)
        self._at_start = at_start
        self._margin = margin
        self._when_narrow: list[QWidget] = []

    def set_order_when_narrow(self, widgets: list[QWidget]) -> None:
        """The order on several lines: what must stay in sight first."""
        self._when_narrow = widgets

    def line_width(self) -> int:
        """Pixels that one line takes."""
        return super().sizeHint().width() + 2 * self._margin

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(2 * self._margin, self._margin)

    def minimumSize(self) -> QSize:
        return super().minimumSize() + QSize(2 * self._margin, self._margin)

    def _place(self, room: QRect, really: bool) -> int:
        edge = self._margin
        inside = room.adjusted(edge, edge // 2, -edge, 0)
        if self.line_width() <= room.width():
            return self._one_line(inside, really) + edge
        ordered = self._items
        order = {widget: place for place, widget in enumerate(self._when_narrow)}
        self._items = sorted(ordered, key=lambda item: order.get(item.widget(), len(order)))
        try:
            return super()._place(inside, really) + edge
        finally:
            self._items = ordered

    def _one_line(self, room: QRect, really: bool) -> int:
        mirrored = self.parentWidget().isRightToLeft()
        tallest = max((item.sizeHint().height() for item in self._shown()), default=0)

        def put(item: QLayoutItem, x: int) -> None:
            size = item.sizeHint()
            left = room.width() - x - size.width() if mirrored else x
            item.setGeometry(QRect(room.topLeft() + QPoint(left, (tallest - size.height()) // 2), size))

        if really:
            x = 0
            for item in self._items[: self._at_start]:
                if not item.isEmpty():
                    put(item, x)
                    x += item.sizeHint().width() + self.spacing()
            x = room.width()
            for item in reversed(self._items[self._at_start :]):
                if not item.isEmpty():
                    x -= item.sizeHint().width()
                    put(item, x)
                    x -= self.spacing()
        return tallest
