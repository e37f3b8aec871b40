"""The timeline, drawn: a lane for each kind of event, each kind with a shape of its own. The list below says it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QDate, QEvent, QLocale, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from rubricapp.core.timeline import Event, EventKind, first_day
from rubricapp.i18n import _, language, ngettext
from rubricapp.ui import theme
from rubricapp.ui.dates import say_day
from rubricapp.ui.widgets.labels import tip

# Corners of each shape in a square from -1 to 1; a circle and a ring have none.
_CORNERS: dict[EventKind, tuple[tuple[float, float], ...]] = {
    EventKind.PEER: ((0, -1), (1, 0.8), (-1, 0.8)),
    EventKind.MEETING: ((0, -1), (0.95, -0.3), (0.6, 0.85), (-0.6, 0.85), (-0.95, -0.3)),
    EventKind.MILESTONE: ((0, -1.15), (1.15, 0), (0, 1.15), (-1.15, 0)),
    EventKind.WORK: ((-1, -0.8), (1, -0.8), (0, 1)),
    EventKind.SHOWING: (
        *((0, -1.2), (0.3, -0.38), (1.15, -0.38), (0.47, 0.15), (0.72, 1), (0, 0.5)),
        *((-0.72, 1), (-0.47, 0.15), (-1.15, -0.38), (-0.3, -0.38)),
    ),
    EventKind.LOG: ((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),
}
_TOKENS = {
    EventKind.ASSESSMENT: "accent",
    EventKind.PEER: "warning",
    EventKind.MEETING: "ok",
    EventKind.MILESTONE: "danger",
    EventKind.WORK: "ink",
    EventKind.SHOWING: "ink",
    EventKind.LOG: "ink2",
}


def draw_shape(painter: QPainter, kind: EventKind, middle: QPointF, radius: float) -> None:
    """The shape of a kind of event in its colour."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(_TOKENS[kind]))
    corners = _CORNERS.get(kind)
    if corners is None:
        painter.drawEllipse(middle, radius, radius)
    else:
        painter.drawPolygon(QPolygonF([QPointF(middle.x() + x * radius, middle.y() + y * radius) for x, y in corners]))


def shape(kind: EventKind, size: int, ratio: float) -> QPixmap:
    """The same as a picture, for lists and buttons."""
    picture = QPixmap(QSize(size, size) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_shape(painter, kind, QPointF(size / 2, size / 2), size * 0.36)
    painter.end()
    return picture


class TimelineLine(QWidget):
    """chosen(number): a click on that event of those shown. words: an event in words, for the tool tip."""

    chosen = Signal(int)

    def __init__(self, say_kind, say_event, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._say_kind, self._say_event = say_kind, say_event
        self.events: tuple[Event, ...] = ()
        self.today: date | None = None
        self.current = -1
        self._lanes: list[EventKind] = []
        self._span = (date(2000, 1, 1), date(2000, 1, 2))
        self._places: dict[int, QPointF] = {}
        self._most_on_a_day = 1
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        theme.look().changed.connect(self.updateGeometry)

    def show_events(self, events: Sequence[Event], today: date) -> None:
        """Draw these. Those whose day is none stand only in the list."""
        self.events, self.today = tuple(events), today
        self.current = -1
        known = {each.kind for each in events if first_day(each.on)}
        self._lanes = [kind for kind in EventKind if kind in known]
        self._most_on_a_day = max(Counter((each.kind, each.on) for each in events).values(), default=1)
        days = [day for each in events for day in (first_day(each.on), first_day(each.until)) if day]
        if days:
            first, last = min(days), max(days)
            margin = max(timedelta(days=2), (last - first) / 40)
            self._span = (first - margin, last + margin)
            self.setAccessibleName(
                ngettext(
                    "Timeline from {first} to {last}: {n} event, as in the list below",
                    "Timeline from {first} to {last}: {n} events, as in the list below",
                    len(events),
                ).format(first=say_day(first.isoformat()), last=say_day(last.isoformat()), n=len(events))
            )
        self.setVisible(bool(days))
        self._places = {}
        self.updateGeometry()
        self.update()

    def look_at(self, number: int) -> None:
        """Ring the event that the list stands at; -1 for none."""
        self.current = number
        self.update()

    def _lane_height(self) -> float:
        return QFontMetricsF(self.font()).height() * 1.45

    def sizeHint(self) -> QSize:
        tall = QFontMetricsF(self.font()).height()
        return QSize(400, round(self._lane_height() * len(self._lanes) + tall * 1.7))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def _plot(self) -> QRectF:
        """Where the lanes are, beside their names."""
        metrics = QFontMetricsF(self.font())
        names = max((metrics.horizontalAdvance(self._say_kind(each)) for each in self._lanes), default=0)
        names = min(names + metrics.height(), self.width() * 0.3)
        beside = self._radius() * (1.7 * self._most_on_a_day + 1)
        left = beside if self.isRightToLeft() else names
        return QRectF(left, 0, self.width() - names - beside, self._lane_height() * len(self._lanes))

    def _x(self, day: date, plot: QRectF) -> float:
        first, last = self._span
        share = (day - first) / (last - first)
        return plot.right() - share * plot.width() if self.isRightToLeft() else plot.left() + share * plot.width()

    def _radius(self) -> float:
        return QFontMetricsF(self.font()).height() * 0.36

    def _find_places(self, plot: QRectF) -> None:
        """Where each event is; those of one lane and day stand beside each other."""
        taken: dict[tuple[EventKind, date], int] = {}
        forward = -1 if self.isRightToLeft() else 1
        for number, event in enumerate(self.events):
            day = first_day(event.on)
            if day is None:
                continue
            before = taken.get((event.kind, day), 0)
            taken[event.kind, day] = before + 1
            x = self._x(day, plot) + forward * before * self._radius() * 1.7
            y = self._lane_height() * (self._lanes.index(event.kind) + 0.5)
            self._places[number] = QPointF(x, y)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        plot = self._plot()
        self._places = {}
        self._find_places(plot)
        self._paint_lanes(painter, plot)
        self._paint_days(painter, plot)
        radius = self._radius()
        for number, middle in self._places.items():
            event = self.events[number]
            last = first_day(event.until)
            if last is not None:
                painter.setPen(QPen(theme.colour(_TOKENS[event.kind]), radius * 0.7))
                painter.drawLine(middle, QPointF(self._x(last, plot), middle.y()))
            draw_shape(painter, event.kind, middle, radius)
        if self.current in self._places:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("ink"), 2))
            painter.drawEllipse(self._places[self.current], radius * 1.8, radius * 1.8)

    def _paint_lanes(self, painter: QPainter, plot: QRectF) -> None:
        rtl = self.isRightToLeft()
        for place, kind in enumerate(self._lanes):
            y = self._lane_height() * (place + 0.5)
            painter.setPen(QPen(theme.colour("hairline"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.colour("ink2"))
            left = plot.right() + 8 if rtl else 0
            wide = (self.width() - plot.right() if rtl else plot.left()) - 12
            room = QRectF(left, y - self._lane_height() / 2, wide, self._lane_height())
            flags = Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft)
            name = QFontMetricsF(self.font()).elidedText(
                self._say_kind(kind), Qt.TextElideMode.ElideRight, room.width()
            )
            painter.drawText(room, int(flags | Qt.AlignmentFlag.AlignAbsolute), name)

    def _paint_days(self, painter: QPainter, plot: QRectF) -> None:
        small = QFont(self.font())
        small.setPointSizeF(theme.look().points("note"))
        painter.setFont(small)
        metrics = QFontMetricsF(small)
        end = -1.0
        for day, text in marks_between(*self._span):
            x = self._x(day, plot)
            painter.setPen(QPen(theme.colour("hairline"), 1))
            painter.drawLine(QPointF(x, 0), QPointF(x, plot.bottom() + 4))
            wide = metrics.horizontalAdvance(text)
            left = x - wide - 4 if self.isRightToLeft() else x + 4
            if (left < end and not self.isRightToLeft()) or left + wide > self.width():
                continue
            end = left + wide + 6
            painter.setPen(theme.colour("ink2"))
            painter.drawText(QPointF(left, plot.bottom() + metrics.height()), text)
        first, last = self._span
        if self.today is not None and first <= self.today <= last:
            painter.setPen(QPen(theme.colour("accent"), 1.5, Qt.PenStyle.DashLine))
            x = self._x(self.today, plot)
            painter.drawLine(QPointF(x, 0), QPointF(x, plot.bottom() + 4))

    def _at(self, spot: QPointF) -> int:
        """The event under a spot, or -1."""
        reach = self._radius() * 1.6
        near = {
            number: (place - spot).manhattanLength()
            for number, place in self._places.items()
            if abs(place.x() - spot.x()) <= reach and abs(place.y() - spot.y()) <= reach
        }
        return min(near, key=near.__getitem__, default=-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if number >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(number)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._at(QPointF(event.pos()))
            if number >= 0:
                found = self.events[number]
                text = f"{say_days(found)}\n{self._say_kind(found.kind)}: {self._say_event(found)}"
                QToolTip.showText(event.globalPos(), tip(text), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


def say_days(event: Event) -> str:
    """ "3 Nov 2026", "2 Nov 2026 – 8 Nov 2026", "no day"."""
    if not event.on:
        return _("no day")
    on = say_day(event.on)
    return f"{on} – {say_day(event.until)}" if event.until else on


def marks_between(first: date, last: date) -> list[tuple[date, str]]:
    """Days to write below the line: Mondays of a short time, months of a longer one, years of a long one."""
    locale = QLocale(language())
    span = (last - first).days
    if span <= 45:
        monday = first + timedelta(days=(7 - first.weekday()) % 7)
        days = [monday + timedelta(weeks=week) for week in range((last - monday).days // 7 + 1)]
        return [(day, locale.toString(QDate(day.year, day.month, day.day), "d MMM")) for day in days]
    months = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    months = [day for day in months if first <= day <= last]
    if span > 900:
        return [(day, str(day.year)) for day in months if day.month == 1]
    return [
        (day, locale.toString(QDate(day.year, day.month, 1), "MMM yyyy" if span > 300 or day.month == 1 else "MMM"))
        for day in months
    ]
