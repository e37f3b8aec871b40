"""One criterion's growth, painted: steps from occasion to occasion, gaps as gaps, the cohort's middle half behind.

It paints into any rectangle of any painter (screen, picture, paper); all sizes come from the painter's font.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from rubricapp.core.growth import Line, Step
from rubricapp.core.scoring import round_half_up
from rubricapp.i18n import _, ngettext
from rubricapp.ui.cohort.model import say_mark
from rubricapp.ui.widgets.paints import Paints
from rubricapp.ui.words import say_blank, say_occasion


def say_level(level: Fraction) -> str:
    """3, 3.5: one place only where the level is not whole."""
    return round_half_up(level, 0 if Fraction(level).denominator == 1 else 1)


def say_change(change: Fraction | None) -> str:
    """+1, −0.5, =; "" where there is nothing to compare."""
    if change is None:
        return ""
    return "=" if not change else ("+" if change > 0 else "−") + say_level(abs(change))


def say_gap(step: Step) -> str:
    """Why an occasion has no level."""
    return say_blank(step.blank) if step.blank else _("not rated")


def say_step(line: Line, at: int, top: int, names: Mapping[str, str] | None = None) -> str:
    """A step as a sentence: "Midpoint: level 3.5 of 5, median of 2 assessors; middle half of the cohort 2 to 4".

    names: of the assessors, by id, where they are to be said.
    """
    step = line.steps[at]
    where = say_occasion(step.occasion)
    if step.level is None:
        return _("{occasion}: no level, {why}").format(occasion=where, why=say_gap(step))
    said = _("{occasion}: level {level} of {top}").format(occasion=where, level=say_level(step.level), top=top)
    if step.count > 1:
        said += ", " + ngettext("by {n} assessor", "median of {n} assessors", step.count).format(n=step.count)
    elif step.level.denominator == 1:
        said += f", {line.criterion.levels[int(step.level) - 1].title}"
    if by := ", ".join(name for each in step.by if (name := (names or {}).get(each))):
        said += ", " + _("by {name}").format(name=by)
    band = line.band[at] if line.band else None
    if band is not None:
        low, _middle, high = band
        said += "; " + _("middle half of the cohort {low} to {high}").format(low=say_level(low), high=say_level(high))
    return said


def say_line(line: Line) -> str:
    """A line as a sentence: "Framing: from 2 to 4, +2"."""
    if line.start is None:
        return _("{title}: no level yet").format(title=line.criterion.title)
    if line.change is None:
        only = _("{title}: {level} at one occasion")
        return only.format(title=line.criterion.title, level=say_level(line.start.level))
    return _("{title}: from {start} to {now}, {change}").format(
        title=line.criterion.title,
        start=say_level(line.start.level),
        now=say_level(line.now.level),
        change=say_change(line.change),
    )


@dataclass(frozen=True)
class Geometry:
    """Where things lie in a rectangle. columns: x of each occasion's middle. rows: y of level 1 … top."""

    title: QRectF
    plot: QRectF
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    foot: QRectF
    reach: float

    def point(self, at: int, level: Fraction) -> QPointF:
        """Where a level of an occasion is."""
        low, high = self.rows[0], self.rows[-1]
        return QPointF(self.columns[at], low + (high - low) * float(level - 1) / max(1, len(self.rows) - 1))

    def column_at(self, x: float) -> int:
        """The occasion nearest to x."""
        return min(range(len(self.columns)), key=lambda at: abs(self.columns[at] - x))


def lay_out(room: QRectF, metrics: QFontMetricsF, occasions: int, top: int, mirrored: bool = False) -> Geometry:
    """The parts of a chart in a rectangle; mirrored: from right to left."""
    tall, em = metrics.height(), metrics.horizontalAdvance("M")
    title = QRectF(room.left(), room.top(), room.width(), 2 * tall)
    axis = 1.4 * em
    plot = QRectF(room.left() + axis, title.bottom() + tall, room.width() - axis, room.height() - 4.4 * tall)
    wide = plot.width() / max(1, occasions)
    columns = [plot.left() + wide * (at + 0.5) for at in range(occasions)]
    gap = plot.height() / max(1, top - 1)
    rows = tuple(plot.bottom() - gap * level for level in range(top))
    if mirrored:
        columns = [room.left() + room.right() - x for x in columns]
        plot = QRectF(room.left(), plot.top(), plot.width(), plot.height())
    foot = QRectF(plot.left(), plot.bottom() + tall * 0.3, plot.width(), tall)
    return Geometry(title, plot, tuple(columns), rows, foot, wide / 2)


def paint_growth(
    painter: QPainter, room: QRectF, line: Line, top: int, paints: Paints, current: int = -1, mirrored: bool = False
) -> None:
    """Paint a line on a scale from 1 to `top`. current: the occasion that is looked at, or -1."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plain = QFont(painter.font())
    metrics = QFontMetricsF(plain, painter.device())
    bold = QFont(plain)
    bold.setBold(True)
    small = QFont(plain)
    small.setPointSizeF(plain.pointSizeF() * 0.85)
    at = lay_out(room, metrics, len(line.steps), top, mirrored)
    thin = max(1.0, metrics.height() / 18)

    painter.setFont(bold)
    painter.setPen(paints.ink)
    side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
    flags = side | Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignAbsolute
    painter.drawText(
        at.title, int(flags | Qt.TextFlag.TextWordWrap), _in_two_lines(line.criterion.title, bold, at, painter)
    )
    _paint_scale(painter, at, small, paints, thin, mirrored)
    _paint_bands(painter, at, line, paints, thin)
    if 0 <= current < len(line.steps):
        painter.setPen(QPen(paints.border, thin, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(at.columns[current], at.plot.top()), QPointF(at.columns[current], at.plot.bottom()))
    _paint_steps(painter, at, line, paints, thin)
    _paint_points(painter, at, line, paints, (bold, small), current)
    painter.restore()


def _in_two_lines(text: str, font: QFont, at: Geometry, painter: QPainter) -> str:
    """A title cut so that it fits into two lines."""
    metrics = QFontMetricsF(font, painter.device())
    if metrics.horizontalAdvance(text) <= at.title.width() * 1.75:
        return text
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, at.title.width() * 1.75)


def _paint_scale(painter: QPainter, at: Geometry, font: QFont, paints: Paints, thin: float, mirrored: bool) -> None:
    painter.setFont(font)
    metrics = QFontMetricsF(font, painter.device())
    for level, y in enumerate(at.rows, 1):
        painter.setPen(QPen(paints.hairline, thin))
        painter.drawLine(QPointF(at.plot.left(), y), QPointF(at.plot.right(), y))
        painter.setPen(paints.ink2)
        wide, tall = metrics.horizontalAdvance("MM"), metrics.height()
        left = at.plot.right() + wide / 4 if mirrored else at.plot.left() - wide * 1.25
        flags = Qt.AlignmentFlag.AlignLeft if mirrored else Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(left, y - tall / 2, wide, tall), int(flags | Qt.AlignmentFlag.AlignVCenter), str(level))


def _paint_bands(painter: QPainter, at: Geometry, line: Line, paints: Paints, thin: float) -> None:
    for number, band in enumerate(line.band):
        if band is None:
            continue
        low, middle, high = (at.point(number, each).y() for each in band)
        least = 3 * thin
        box = QRectF(at.columns[number] - at.reach, high, 2 * at.reach, max(low - high, least))
        painter.fillRect(box, paints.raised)
        painter.setPen(QPen(paints.hairline, thin))
        painter.drawRect(box)
        painter.setPen(QPen(paints.border, thin, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))


def _paint_steps(painter: QPainter, at: Geometry, line: Line, paints: Paints, thin: float) -> None:
    """A level holds until the next occasion; across a gap nothing is drawn."""
    pen = QPen(paints.accent, 2.4 * thin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    for number, (one, other) in enumerate(zip(line.steps, line.steps[1:], strict=False)):
        if one.level is None or other.level is None:
            continue
        start, end = at.point(number, one.level), at.point(number + 1, other.level)
        corner = QPointF(end.x(), start.y())
        painter.drawLine(start, corner)
        painter.drawLine(corner, end)


def _paint_points(
    painter: QPainter, at: Geometry, line: Line, paints: Paints, fonts: tuple[QFont, QFont], current: int
) -> None:
    bold, small = fonts
    metrics = QFontMetricsF(small, painter.device())
    radius = metrics.height() * 0.32
    for number, step in enumerate(line.steps):
        column = QRectF(at.columns[number] - at.reach, at.foot.top(), 2 * at.reach, at.foot.height())
        painter.setFont(small)
        painter.setPen(paints.ink if number == current else paints.ink2)
        name = metrics.elidedText(say_occasion(step.occasion), Qt.TextElideMode.ElideRight, column.width() - 4)
        painter.drawText(column, int(Qt.AlignmentFlag.AlignCenter), name)
        if step.level is None:
            mark = say_mark(step.blank.value) if step.blank else "–"
            gap = QRectF(column.left(), at.plot.center().y() - metrics.height() / 2, column.width(), metrics.height())
            behind = metrics.boundingRect(mark).width() + metrics.height() / 2
            painter.fillRect(QRectF(at.columns[number] - behind / 2, gap.top(), behind, gap.height()), paints.base)
            painter.drawText(gap, int(Qt.AlignmentFlag.AlignCenter), mark)
            continue
        point = at.point(number, step.level)
        painter.setPen(QPen(paints.accent, radius * 0.45))
        is_start = step is line.start and step is not line.now
        painter.setBrush(paints.base if is_start else paints.accent)
        size = radius if step in (line.start, line.now) else radius * 0.6
        painter.drawEllipse(point, size, size)
        if number == current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(paints.ink, radius * 0.3))
            painter.drawEllipse(point, radius * 1.7, radius * 1.7)
        painter.setFont(bold)
        painter.setPen(paints.ink)
        tall = QFontMetricsF(bold, painter.device()).height()
        text = QRectF(
            point.x() - 2 * tall, point.y() - tall - radius * (1.9 if number == current else 1.2), 4 * tall, tall
        )
        painter.drawText(text, int(Qt.AlignmentFlag.AlignCenter), say_level(step.level))
