"""Growth as small multiples: a chart for each criterion, looked at by mouse or arrow keys, and the same as a table."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from rubricapp.core.growth import Line, RubricGrowth
from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.people.growth_paint import (
    lay_out,
    paint_growth,
    say_change,
    say_gap,
    say_level,
    say_line,
    say_step,
)
from rubricapp.ui.score.looks import paints
from rubricapp.ui.widgets.announce import announce
from rubricapp.ui.widgets.layouts import Card, flow
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable
from rubricapp.ui.words import say_occasion

_WIDE, _TALL = 22, 11
"""The size of a chart, in letters M and lines."""
_WORDS = 1.9
"""Lines below it for what is looked at."""


class GrowthChart(QWidget):
    """One criterion. Left and Right go from occasion to occasion; what is looked at is said below the chart.

    names: of the assessors, by id.
    """

    def __init__(self, line: Line, top: int, names: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line, self.top, self.names = line, top, names
        self.current = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(say_line(line))
        self.setAccessibleDescription("; ".join(say_step(line, at, top, names) for at in range(len(line.steps))))
        theme.look().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        return QSize(round(metrics.horizontalAdvance("M") * _WIDE), round(metrics.height() * (_TALL + _WORDS) + 8))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def said(self) -> str:
        """The words below the chart."""
        return say_step(self.line, self.current, self.top, self.names) if self.current >= 0 else ""

    def look_at(self, at: int) -> None:
        """An occasion, or -1 for none."""
        if at == self.current:
            return
        self.current = at
        self.update()
        if at >= 0 and self.hasFocus():
            announce(self, self.said)

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(8, 4, -8, -4)

    def _chart(self) -> QRectF:
        words = QFontMetricsF(self.font()).height() * _WORDS
        return self._room().adjusted(0, 0, 0, -words)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        found = paints(self.top)
        chart = self._chart()
        paint_growth(painter, chart, self.line, self.top, found, self.current, self.isRightToLeft())
        if self.said:
            font = painter.font()
            font.setPointSizeF(theme.look().points("note"))
            painter.setFont(font)
            painter.setPen(found.ink)
            below = QRectF(chart.left(), chart.bottom() + 2, chart.width(), self._room().bottom() - chart.bottom())
            painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap), self.said)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(found.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        room = lay_out(self._chart(), QFontMetricsF(self.font()), len(self.line.steps), self.top, self.isRightToLeft())
        self.look_at(room.column_at(event.position().x()))

    def leaveEvent(self, _event: QEvent) -> None:
        if not self.hasFocus():
            self.look_at(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.current < 0:
            self.look_at(len(self.line.steps) - 1)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.look_at(-1)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.line.steps) - 1
        forward = -1 if self.isRightToLeft() else 1
        to = {
            Qt.Key.Key_Left: self.current - forward,
            Qt.Key.Key_Right: self.current + forward,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if to is None:
            super().keyPressEvent(event)
            return
        self.look_at(max(0, min(last, to)))


class GrowthCard(Card):
    """The lines of one rubric, with what the signs mean, and the same as a table."""

    def __init__(self, grown: RubricGrowth, names: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grown = grown
        versions = ", ".join(grown.versions)
        self.body.addWidget(PlainLabel(f"{grown.rubric.title} {versions}", "label"))
        if not grown.is_enough:
            self.body.addWidget(PlainLabel(_("Growth needs two scorings of the same rubric."), "muted"))
            self.charts: list[GrowthChart] = []
            return
        key = _("○ start   ● now   a step holds until the next occasion; where nobody gave a level there is a gap")
        if any(line.band for line in grown.lines):
            key += "\n" + _("grey: the middle half of the cohort, from five people up; dotted: its median")
        self.body.addWidget(PlainLabel(key, "small muted"))
        self.charts = [GrowthChart(line, grown.rubric.top_level, names) for line in grown.lines]
        self.body.addWidget(flow(*self.charts, spacing=14))
        self.as_table = button(_("Show as table"), "", "list")
        self.as_table.setCheckable(True)
        self.as_table.setAccessibleName(_("Show as table: {rubric}").format(rubric=grown.rubric.title))
        self.as_table.toggled.connect(self._on_toggled)
        self.copy = button(_("Copy as table"), "", "copy")
        self.copy.setAccessibleName(_("Copy as table: {rubric}").format(rubric=grown.rubric.title))
        self.copy.clicked.connect(self.copy_table)
        self.body.addWidget(flow(self.as_table, self.copy))
        self.model = RowsModel(_columns(grown), self)
        self.model.set_records(grown.lines)
        self.table = RowsTable(self.model, _("Growth as a table: {rubric}").format(rubric=grown.rubric.title))
        self.table.grow_to(12)
        self.brackets = PlainLabel(_("In brackets: of how many assessors it is the median."), "small muted")
        self.body.addWidget(self.table)
        self.body.addWidget(self.brackets)
        self._on_toggled(False)

    def _on_toggled(self, on: bool) -> None:
        self.table.setVisible(on)
        self.brackets.setVisible(on and any(step.count > 1 for line in self.grown.lines for step in line.steps))

    def copy_table(self) -> None:
        """Put the table on the clipboard, as lines with tabs."""
        QGuiApplication.clipboard().setText(self.model.as_text())


def say_cell(line: Line, at: int) -> str:
    """A step in a table's cell: "3.5 (2)" is the median of two assessors; why, where there is none."""
    step = line.steps[at]
    if step.level is None:
        return say_gap(step)
    return say_level(step.level) if step.count == 1 else f"{say_level(step.level)} ({step.count})"


def _columns(grown: RubricGrowth) -> tuple[Column, ...]:
    """Criteria down, occasions across; with the cohort where it is known."""
    found = [Column(_("Criterion"), lambda line: line.criterion.title, wide=True)]
    for at, occasion in enumerate(grown.occasions):
        found.append(Column(say_occasion(occasion), lambda line, at=at: say_cell(line, at), right=True))
        if any(line.band for line in grown.lines):
            title = _("cohort, {occasion}").format(occasion=say_occasion(occasion))
            found.append(Column(title, lambda line, at=at: _say_band(line, at), right=True))
    found.append(Column(_("Change"), lambda line: say_change(line.change), right=True))
    return tuple(found)


def _say_band(line: Line, at: int) -> str:
    band = line.band[at] if line.band else None
    return "–" if band is None else f"{say_level(band[0])} – {say_level(band[2])}"
