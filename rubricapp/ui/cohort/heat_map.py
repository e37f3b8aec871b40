"""The heat map's view: a real table for keyboard and screen readers, painted in one go.

Question: delegate or own painting? Decision: one paintEvent that fills and letters every visible cell. Reasons: the
cost of a large table is Python calls for each cell (seven `data()` calls each); drawn cells are kept as pictures by
(text, level), so a frame is little more than one copy for each cell. Measured; see the benchmarks. 2026-11-21.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.cohort.model import HIDDEN, HeatModel, say_mean, shade

_TOTAL = -1
_GAP = -2
_HIDDEN = ("hidden",)
_FOOT_ROWS = 2
_HEAD_FLAGS = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
_TITLES_UP_TO = 24
"""Criteria beyond which only their ids are written."""


class HeatMap(QTableView):
    """chosen(row): Enter or a double click on a participant."""

    chosen = Signal(int)

    def __init__(self, model: HeatModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: dict[tuple, QPixmap] = {}
        self.titles_fit = True
        self.setHorizontalHeader(_Head(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_Names(Qt.Orientation.Vertical, self))
        self.setModel(model)
        self.setAccessibleName(_("Heat map: participants down, criteria across"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(False)
        self.foot = _Foot(self)
        self.horizontalScrollBar().valueChanged.connect(self.foot.update)
        self.doubleClicked.connect(lambda index: self.chosen.emit(index.row()))
        model.modelReset.connect(self.fit)
        theme.look().changed.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Sizes from the text size and the room there is."""
        self._pictures.clear()
        model, metrics = self.model(), self.fontMetrics()
        em = metrics.horizontalAdvance("M")
        names = [metrics.horizontalAdvance(each.name) for each in model.people[:500]]
        self.verticalHeader().setFixedWidth(min(max([10 * em, *names]) + 2 * em, max(10 * em, self.width() // 3)))
        self.verticalHeader().setDefaultSectionSize(metrics.height() + round(1.1 * em))
        columns = max(1, model.columnCount())
        room = self.width() - self.verticalHeader().width() - 2 * self.frameWidth() - 16
        wide = max(round(4.6 * em), min(10 * em, room // columns))
        head: _Head = self.horizontalHeader()
        head.setDefaultSectionSize(wide)
        titles = [each.title for each in model.rubric.criteria] if model.rubric else []
        tall = 3 * QFontMetrics(head.small()).height() + 10
        self.titles_fit = len(titles) <= _TITLES_UP_TO and head.fits(titles, wide, tall)
        head.setFixedHeight(tall if self.titles_fit else metrics.height() + 12)
        rows = min(6, max(1, len(model.people)))
        self.setMinimumHeight(
            head.height() + rows * self.verticalHeader().defaultSectionSize() + self.foot.height_needed() + em
        )
        self.setViewportMargins(
            self.verticalHeader().width(), self.horizontalHeader().height(), 0, self.foot.height_needed()
        )
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        if not hasattr(self, "foot"):
            return
        margins = self.viewportMargins()
        tall = self.foot.height_needed()
        if margins.bottom() != tall:
            self.setViewportMargins(margins.left(), margins.top(), margins.right(), tall)
        view = self.viewport().geometry()
        self.foot.setGeometry(self.frameWidth(), view.bottom() + 1, view.right(), tall)

    def resizeEvent(self, event: QEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "foot"):
            self.fit()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        model: HeatModel = self.model()
        across, down = self.horizontalHeader(), self.verticalHeader()
        room = event.rect()
        painter = QPainter(self.viewport())
        painter.fillRect(room, self.palette().color(QPalette.ColorRole.Base))
        if not model.people:
            return
        first_row, last_row = self._span(down, room.top(), room.bottom(), len(model.people))
        first, last = self._span(across, room.left(), room.right(), model.columnCount())
        wide, tall = across.defaultSectionSize(), down.defaultSectionSize()
        places = [across.sectionViewportPosition(column) for column in range(first, last + 1)]
        criteria = model.criteria
        wanted = [(x, criteria[n] if n < len(criteria) else None) for n, x in enumerate(places, first)]
        top = down.sectionViewportPosition(first_row)
        pictures, draw = self._pictures, painter.drawPixmap
        for row in range(first_row, last_row + 1):
            cells = model.row_cells(row)
            nothing = _HIDDEN if model.is_hidden(row) else None
            gaps = model.gaps.get(model.people[row].id, ())
            for x, criterion in wanted:
                if criterion is None:
                    key: tuple = (_TOTAL, model.total(row))
                else:
                    key = cells.get(criterion, nothing)
                    if criterion in gaps:
                        key = (_GAP, key)
                picture = pictures.get(key)
                if picture is None:
                    picture = pictures[key] = self._picture(key, wide, tall)
                draw(x, top, picture)
            top += tall
        self._ring(painter)

    @staticmethod
    def _span(header: QHeaderView, start: int, end: int, count: int) -> tuple[int, int]:
        first, last = header.visualIndexAt(start), header.visualIndexAt(end)
        return max(0, first), count - 1 if last < 0 else last

    def _picture(self, key: tuple | None, wide: int, tall: int) -> QPixmap:
        """One kind of cell, drawn once: a level's colour and number, a blank's mark, hatching for nothing, a total."""
        gap = key is not None and key[0] == _GAP
        if gap:
            key = key[1]
        ratio = self.devicePixelRatioF()
        picture = QPixmap(QSize(wide, tall) * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self.palette().color(QPalette.ColorRole.Base))
        painter = QPainter(picture)
        painter.setFont(self.font())
        box = QRect(1, 1, wide - 2, tall - 2)
        if key is not None and key[0] == _TOTAL:
            font = QFont(self.font())
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(theme.colour("ink" if key[1] != "–" else "ink2"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key[1])
        elif key is not None and key is not _HIDDEN and shade(key):
            fill, ink = theme.level_colours(self.model().rubric.top_level)[shade(key) - 1]
            painter.fillRect(box, fill)
            painter.setPen(QPen(theme.colour("border"), 1))
            painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setPen(ink)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, say_mean(key))
            self._corner(painter, box, key)
        else:
            painter.fillRect(box, theme.colour("window"))
            painter.setPen(QPen(theme.colour("hairline"), 1))
            if key is None or (key is not _HIDDEN and not key.blank):
                painter.setClipRect(box)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(theme.colour("border"), 1))
                for x in range(-tall, wide, 7):
                    painter.drawLine(x, tall, x + tall, 0)
                painter.setClipping(False)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(theme.colour("hairline"), 1))
            painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
            if key is not None:
                painter.setPen(theme.colour("ink2"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, HIDDEN if key is _HIDDEN else say_mean(key))
                self._corner(painter, box, key)
        if gap:
            self._gap_mark(painter, box)
        painter.end()
        return picture

    @staticmethod
    def _gap_mark(painter: QPainter, box: QRect) -> None:
        """Two bars at the left, apart: assessors differ here; in the pen's colour, as the number is."""
        side, left, middle = max(6, box.height() // 4), box.left() + 4, box.center().y()
        for top in (middle - side, middle + side - 2):
            painter.fillRect(QRect(left, top, side, 3), painter.pen().color())

    @staticmethod
    def _corner(painter: QPainter, box: QRect, key: tuple) -> None:
        """The mark of what assessors settled on, in the pen's colour."""
        if getattr(key, "agreed", False):
            side, right, top = max(6, box.height() // 4), box.right(), box.top() + 1
            painter.setBrush(painter.pen().color())
            painter.drawPolygon([QPoint(right - side, top), QPoint(right, top), QPoint(right, top + side)])

    def _ring(self, painter: QPainter) -> None:
        """The current cell: a ring of two pixels in ink round one in the ground's colour, seen on every fill."""
        current = self.currentIndex()
        if not current.isValid():
            return
        box = self.visualRect(current).adjusted(1, 1, -1, -1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("base"), 2))
        painter.drawRect(box.adjusted(3, 3, -3, -3))
        painter.setPen(QPen(theme.colour("accent" if self.hasFocus() else "border"), 3))
        painter.drawRect(box.adjusted(1, 1, -1, -1))

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        for index in (current, previous):
            if index.isValid():
                self.viewport().update(self.visualRect(index))
        self.verticalHeader().viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)


class _Names(QHeaderView):
    """The participants' names, painted in one go; a click on one chooses the row."""

    def paintEvent(self, event: QPaintEvent) -> None:
        view: HeatMap = self.parent()
        people = view.model().people
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Base))
        if not people:
            return
        metrics = self.fontMetrics()
        tall, width = self.defaultSectionSize(), self.viewport().width()
        first = max(0, self.visualIndexAt(event.rect().top()))
        last = self.visualIndexAt(event.rect().bottom())
        last = len(people) - 1 if last < 0 else last
        y = self.sectionViewportPosition(first)
        current = view.currentIndex().row()
        ink = theme.colour("ink")
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        margin = metrics.averageCharWidth()
        for row in range(first, last + 1):
            if row == current:
                painter.fillRect(0, y, width, tall, theme.colour("selection"))
            painter.setPen(ink)
            text = metrics.elidedText(people[row].name, Qt.TextElideMode.ElideRight, width - 2 * margin)
            painter.drawText(QRect(margin, y, width - 2 * margin, tall), side, text)
            y += tall

    def mousePressEvent(self, event: QEvent) -> None:
        super().mousePressEvent(event)
        row = self.logicalIndexAt(event.position().toPoint())
        if row >= 0:
            view: HeatMap = self.parent()
            view.setCurrentIndex(view.model().index(row, max(0, view.currentIndex().column())))


class _Head(QHeaderView):
    """The criteria's titles in up to three lines; where one does not fit, the ids of all."""

    def paintSection(self, painter: QPainter, box: QRect, section: int) -> None:
        view: HeatMap = self.parent()
        model = view.model()
        painter.fillRect(box, self.palette().color(QPalette.ColorRole.Base))
        font = self.small()
        font.setBold(section == len(model.criteria))
        painter.setFont(font)
        painter.setPen(theme.colour("ink"))
        text = model.headerData(section, Qt.Orientation.Horizontal)
        if section < len(model.criteria) and not view.titles_fit:
            text = model.criteria[section]
        painter.drawText(box.adjusted(4, 4, -4, -4), _HEAD_FLAGS, text)

    def small(self) -> QFont:
        font = QFont(self.parent().font())
        font.setPointSizeF(theme.look().points("note"))
        return font

    def fits(self, texts: list[str], wide: int, tall: int) -> bool:
        """Whether each text fits into a section of this size."""
        metrics = QFontMetrics(self.small())
        room = QRect(QPoint(0, 0), QSize(wide - 8, 10_000))
        boxes = [metrics.boundingRect(room, _HEAD_FLAGS, text) for text in texts]
        return all(box.height() <= tall - 8 and box.width() <= wide - 8 for box in boxes)


class _Foot(QWidget):
    """Median and number of people below each column. Screen readers have the same in the column's heading."""

    def __init__(self, view: HeatMap) -> None:
        super().__init__(view)
        self._view = view

    def height_needed(self) -> int:
        return _FOOT_ROWS * (self.fontMetrics().height() + 4) + 6

    def paintEvent(self, _event: QPaintEvent) -> None:
        view = self._view
        model: HeatModel = view.model()
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.setPen(theme.colour("border"))
        painter.drawLine(0, 0, self.width(), 0)
        names, across = view.verticalHeader().width(), view.horizontalHeader()
        line = self.fontMetrics().height() + 4
        left = self.fontMetrics().averageCharWidth()
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.colour("ink2"))
        for number, text in enumerate((_("Median"), _("People"))):
            painter.drawText(QRect(left, 4 + number * line, names - left, line), side, text)
        painter.setClipRect(names, 0, self.width() - names, self.height())
        for column in range(len(model.criteria)):
            x = names + across.sectionViewportPosition(column)
            wide = across.sectionSize(column)
            if x + wide < names or x > self.width():
                continue
            middle, n = model.foot(column)
            painter.setPen(theme.colour("ink"))
            painter.drawText(QRect(x, 4, wide, line), Qt.AlignmentFlag.AlignCenter, middle)
            painter.setPen(theme.colour("ink2"))
            painter.drawText(QRect(x, 4 + line, wide, line), Qt.AlignmentFlag.AlignCenter, str(n))
