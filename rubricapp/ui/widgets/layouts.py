"""Layouts that give way: rows that wrap, forms that stack, columns of a readable measure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QHBoxLayout, QLayout, QLayoutItem, QVBoxLayout, QWidget

from rubricapp.ui.widgets.labels import PlainLabel


class FlowLayout(QLayout):
    """Widgets side by side, on a further line where the width does not hold them."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def arrange(self, widgets: Sequence[QWidget]) -> None:
        """Those of its widgets that are named here come first, in this order."""
        place = {widget: number for number, widget in enumerate(widgets)}
        self._items.sort(key=lambda item: place.get(item.widget(), len(place)))
        self.invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:  # Qt asks again and again until something changes
            self._heights[width] = self._place(QRect(0, 0, width, 0), False)
        return self._heights[width]

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, room: QRect) -> None:
        super().setGeometry(room)
        self._place(room, True)

    def sizeHint(self) -> QSize:
        widths = [item.sizeHint().width() for item in self._shown()]
        height = max((item.sizeHint().height() for item in self._shown()), default=0)
        return QSize(sum(widths) + self.spacing() * max(0, len(widths) - 1), height)

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _place(self, room: QRect, really: bool) -> int:
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        used = 0
        for item in self._shown():
            size = item.sizeHint().boundedTo(QSize(max(room.width(), item.minimumSize().width()), 1 << 20))
            if item.hasHeightForWidth():
                size.setHeight(item.heightForWidth(size.width()))
            if not lines or used + size.width() > room.width():
                lines.append([])
                used = 0
            lines[-1].append((item, size))
            used += size.width() + self.spacing()
        y = room.y()
        mirrored = self.parentWidget() is not None and self.parentWidget().isRightToLeft()
        for row in lines:
            tallest = max(size.height() for _item, size in row)
            x = room.x()
            for item, size in row:
                left = room.right() - x - size.width() + 1 + room.x() if mirrored else x
                if really:  # names of fields stand on one line, whichever of them has a hint below
                    lower = 0 if isinstance(item.widget(), Field) else (tallest - size.height()) // 2
                    item.setGeometry(QRect(QPoint(left, y + lower), size))
                x += size.width() + self.spacing()
            y += tallest + self.spacing()
        return y - room.y() - (self.spacing() if lines else 0)


class Card(QFrame):
    """A sheet of paper on the page. `body` takes what is on it."""

    def __init__(self, parent: QWidget | None = None, look: str = "card", margin: int = 20, spacing: int = 10) -> None:
        super().__init__(parent)
        self.setProperty("look", look)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, margin - 2, margin, margin)
        self.body.setSpacing(spacing)


class Field(QWidget):
    """A control with its name above it and a hint or a fault below: it never grows wider than its page."""

    def __init__(self, name: str, control: QWidget, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        self.label = PlainLabel(name, "strong")
        self.label.setBuddy(control)
        layout.addWidget(self.label)
        layout.addWidget(control)
        self.hint = PlainLabel(hint, "small muted")
        layout.addWidget(self.hint)
        self.hint.setVisible(bool(hint))  # not before it has a parent: it would flash up as a window of its own
        control.setAccessibleName(name)
        control.setAccessibleDescription(hint)


def row(*widgets: QWidget | int, spacing: int = 8) -> QHBoxLayout:
    """Widgets in one row; a number is stretch."""
    found = QHBoxLayout()
    found.setContentsMargins(0, 0, 0, 0)
    found.setSpacing(spacing)
    for each in widgets:
        if isinstance(each, int):
            found.addStretch(each)
        else:
            found.addWidget(each)
    return found


def flow(*widgets: QWidget, spacing: int = 8) -> QWidget:
    """Widgets that wrap onto further lines, as one widget."""
    found = QWidget()
    layout = FlowLayout(found, spacing)
    policy = found.sizePolicy()
    policy.setHeightForWidth(True)
    found.setSizePolicy(policy)
    for each in widgets:
        layout.addWidget(each)
    return found


def put(layout: QBoxLayout | QLayout, widget: QWidget) -> None:
    """Add a widget to a layout that is on the screen already, visible at once and not a turn of the loop later."""
    layout.addWidget(widget)
    if layout.parentWidget() is not None and layout.parentWidget().isVisible():
        widget.show()


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if item.widget() is not None:
            item.widget().hide()
            item.widget().deleteLater()
        elif item.layout() is not None:
            clear(item.layout())
            item.layout().deleteLater()


def tab_through(*widgets: QWidget) -> None:
    """Tab goes through these in this order: what is made later would come after everything else of the window."""
    for one, other in pairwise(widgets):
        QWidget.setTabOrder(one, other)


class Columns(QWidget):
    """Two columns where there is room for both, else one below the other. at: their least width, in letters M."""

    def __init__(self, at: int = 58, shares: tuple[int, int] = (3, 2), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at = at
        self._shares = shares
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(16)
        self.left, self.right = QVBoxLayout(), QVBoxLayout()
        for column in (self.left, self.right):
            column.setSpacing(16)
            self._layout.addLayout(column)
        self._turn()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        beside = self.width() >= self._at * self.fontMetrics().horizontalAdvance("M")
        way = QBoxLayout.Direction
        self._layout.setDirection(way.LeftToRight if beside else way.TopToBottom)
        for number, share in enumerate(self._shares):
            self._layout.setStretch(number, share if beside else 0)


def fill(box: QComboBox, entries: list[tuple[str, object]]) -> None:
    """These entries; what was chosen stays chosen where it is still there."""
    kept = box.currentText()
    if [box.itemText(n) for n in range(box.count())] != [text for text, _data in entries]:
        box.clear()
        for text, data in entries:
            box.addItem(text, data)
        box.setCurrentIndex(max(0, box.findText(kept)))
    else:
        for number, (_text, data) in enumerate(entries):
            box.setItemData(number, data)


def choice(name: str) -> QComboBox:
    """A drop-down as wide as its widest entry, whenever that came."""
    found = QComboBox()
    found.setAccessibleName(name)
    found.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return found
