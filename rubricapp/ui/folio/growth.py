"""Growth: a staircase for each criterion, gaps kept as gaps; the same as a table below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from rubricapp.i18n import _
from rubricapp.operations import portfolio_reading as reading
from rubricapp.operations.portfolio_reading import Shown, Ways, one_line
from rubricapp.ui import theme
from rubricapp.ui.folio.parts import MOST_BLOCKS, Part, more_words
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.widgets.layouts import Card, clear, flow
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable


class GrowthPart(Part):
    """A card for each rubric."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Growth"), parent)
        self.tables: list[RowsTable] = []

    def show_folio(self, shown: Shown) -> None:
        if self.tables and self._folio is shown.folio:
            return
        self._folio = shown.folio
        self.tables = []
        self.scroll.widget().hide()
        clear(self.body)
        ways = reading.growth(shown.folio)
        text = _("Each step is one occasion; its height is the median level that assessors gave. A gap stays a gap.")
        nothing = _("Growth needs results of two occasions; there are none in this portfolio.")
        self.body.addWidget(PlainLabel(text if ways else nothing, "muted"))
        for each in ways:
            self.body.addWidget(self._rubric(each))
        self.body.addStretch(1)
        self.scroll.widget().show()

    def _rubric(self, ways: Ways) -> Card:
        card = Card()
        title = one_line(ways.rubric.label)
        card.body.addWidget(PlainLabel(title, "section"))
        top = ways.rubric.top_level
        card.body.addWidget(flow(*(Staircase(each, top) for each in ways.lines[:MOST_BLOCKS]), spacing=16))
        if len(ways.lines) > MOST_BLOCKS:
            card.body.addWidget(PlainLabel(more_words(len(ways.lines) - MOST_BLOCKS), "muted"))
        columns = [Column(_("Criterion"), lambda line: one_line(line.title), wide=True)]
        for number, (name, day) in enumerate(ways.occasions):
            when = f"{one_line(name)}, {reading.day_words(day)}" if day else one_line(name)
            columns.append(Column(when, lambda line, number=number: _step(line.steps[number]), right=True))
        table = RowsTable(RowsModel(columns, self), _("Growth as a table, {rubric}").format(rubric=title))
        table.grow_to(10)
        table.model().set_records(list(ways.lines))
        self.tables.append(table)
        card.body.addWidget(table)
        return card

    def panes(self) -> list[QWidget]:
        return [*self.tables, self.scroll]

    def copy_table(self) -> str:
        return "\n\n".join(each.model().as_text() for each in self.tables)


def _step(step) -> str:
    return reading.level_words(step.level)


class Staircase(QWidget):
    """One criterion over the occasions. Its name says all of it."""

    def __init__(self, line, top: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line, self._top = line, max(1, top)
        told = "; ".join(
            f"{one_line(each.occasion)}: {_step(each) if each.level is not None else _('no level')}"
            for each in line.steps
        )
        self.setAccessibleName(
            _("{criterion}, levels 1 to {top}. {steps}.").format(criterion=one_line(line.title), top=top, steps=told)
        )
        theme.look().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        found = theme.look()
        self.setFixedSize(QSize(found.px(250), found.px(164)))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(painter.font())
        high = metrics.height()
        ink, quiet = theme.colour("ink"), theme.colour("ink2")
        painter.setPen(ink)
        elide = Qt.TextElideMode.ElideRight
        room = QRectF(0, 0, self.width(), high)
        painter.drawText(room, 0, metrics.elidedText(one_line(self._line.title), elide, room.width()))
        left = metrics.horizontalAdvance("9 ") + 2
        plot = QRectF(left, high * 2.3, self.width() - left - 2, self.height() - high * 3.7)
        for level in range(1, self._top + 1):
            y = self._y(plot, level)
            painter.setPen(QPen(theme.colour("hairline"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            if self._top <= 6 or level in (1, self._top):
                painter.setPen(quiet)
                painter.drawText(QPointF(0, y + metrics.ascent() / 2 - 1), str(level))
        steps = self._line.steps
        pitch = plot.width() / max(1, len(steps))
        before: QPointF | None = None
        for number, step in enumerate(steps):
            x = plot.left() + number * pitch
            painter.setPen(quiet)
            foot = QRectF(x, plot.bottom() + high * 0.3, pitch - 4, high)
            painter.drawText(foot, 0, metrics.elidedText(one_line(step.occasion), elide, foot.width()))
            if step.level is None:
                painter.drawText(
                    QRectF(x, plot.center().y() - high / 2, pitch, high), Qt.AlignmentFlag.AlignCenter, "–"
                )
                before = None
                continue
            y = self._y(plot, step.level)
            painter.setPen(QPen(theme.colour("accent"), 2.5))
            if before is not None:
                painter.drawLine(before, QPointF(x, y))
            painter.drawLine(QPointF(x, y), QPointF(x + pitch, y))
            before = QPointF(x + pitch, y)
            painter.setPen(ink)
            painter.drawText(QPointF(x + 4, y - 4), _step(step))

    def _y(self, plot: QRectF, level: float) -> float:
        """Levels outside the scale stay inside the picture."""
        share = (min(max(level, 1), self._top) - 1) / max(1, self._top - 1)
        return plot.bottom() - share * plot.height()
