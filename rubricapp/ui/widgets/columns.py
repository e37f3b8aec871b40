"""Equal columns that stack: each is measured at the width that it will really have."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLayoutItem, QWidget

from rubricapp.ui.widgets.layouts import FlowLayout


class ColumnsLayout(FlowLayout):
    """Equal columns of one height; where a column would be narrower than `narrowest` pixels, one below the other."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 6, narrowest: int = 150) -> None:
        super().__init__(parent, spacing)
        self._narrowest = narrowest

    def set_narrowest(self, pixels: int) -> None:
        """Columns of at least this width."""
        if pixels != self._narrowest:
            self._narrowest = pixels
            self.invalidate()

    def is_stacked(self, width: int) -> bool:
        """Whether the items stand one below the other at this width in pixels."""
        n = max(1, len(self._shown()))
        return (width - (n - 1) * self.spacing()) // n < self._narrowest

    def _place(self, room: QRect, really: bool) -> int:
        items = self._shown()
        if not items:
            return 0
        gap = self.spacing()
        if self.is_stacked(room.width()):
            y = 0
            for item in items:
                height = _height(item, room.width())
                if really:
                    item.setGeometry(QRect(room.topLeft() + QPoint(0, y), QSize(room.width(), height)))
                y += height
            return y
        n = len(items)
        width = (room.width() - (n - 1) * gap) // n
        height = max(_height(item, width) for item in items)
        mirrored = self.parentWidget() is not None and self.parentWidget().isRightToLeft()
        for place, item in enumerate(items):
            step = n - 1 - place if mirrored else place
            if really:
                item.setGeometry(QRect(room.topLeft() + QPoint(step * (width + gap), 0), QSize(width, height)))
        return height


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
