"""What the tabs of an open portfolio share: a column that scrolls, level marks, a list with what is chosen below it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.folio import Folio
from rubricapp.i18n import _
from rubricapp.operations.portfolio_reading import Shown, said
from rubricapp.ui import theme
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.page import Scroll
from rubricapp.ui.widgets.layouts import Card, clear
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable

MOST_BLOCKS = 300
"""Blocks of text in one column beyond which a screen only says how many more there are; nobody's portfolio has them."""


class Part(QWidget):
    """A tab. said(text): worth a toast. wanted(key, what): another tab, with something in mind."""

    said = Signal(str)
    wanted = Signal(str, object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(name, reading=True)
        self.body = self.scroll.body
        layout.addWidget(self.scroll)

    def show_folio(self, shown: Shown) -> None:
        """Show this portfolio from now on, or the same with more known of it."""
        raise NotImplementedError

    def open_with(self, what: object) -> None:
        """The tab was asked for with something in mind."""

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        return [self.scroll]

    def copy_table(self) -> str:
        """The tab's table as lines with tabs; "" where it has none."""
        return ""

    def flush(self) -> bool:
        """Whether nothing typed waits here."""
        return True


class Chosen(Part):
    """A list at the top, what is chosen in it below. Columns and `fill` are the subclass's."""

    def __init__(self, name: str, columns: tuple[Column, ...], empty: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._folio: Folio | None = None
        self.nothing = PlainLabel(empty, "muted")
        self.body.addWidget(self.nothing)
        self.model = RowsModel(columns, self)
        self.table = RowsTable(self.model, name)
        self.table.grow_to(5)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _before: self._on_chosen(now.row()))
        self.body.addWidget(self.table)
        self.card = Card(spacing=12)
        self.body.addWidget(self.card)
        self.body.addStretch(1)

    def is_new(self, shown: Shown) -> bool:
        """Whether this portfolio says something else than the one shown: else who reads on is left alone."""
        before, self._folio = self._folio, shown.folio
        return before != shown.folio

    def set_records(self, records: list[Any]) -> None:
        """Show these, at the row that was chosen before."""
        row = max(0, self.table.currentIndex().row())
        self.model.set_records(records)
        for each, on in ((self.nothing, not records), (self.table, bool(records)), (self.card, bool(records))):
            each.setVisible(on)
        if records:
            self.table.setCurrentIndex(self.model.index(min(row, len(records) - 1), 0))

    def _on_chosen(self, row: int) -> None:
        if 0 <= row < len(self.model.shown):
            self.scroll.widget().hide()  # else everything is measured again for each line of text
            clear(self.card.body)
            self.fill(self.model.record(row))
            self.scroll.widget().show()

    def fill(self, record: Any) -> None:
        """Put what was chosen onto the card."""
        raise NotImplementedError

    def panes(self) -> list[QWidget]:
        return [self.table, self.scroll] if self.table.isVisible() else [self.scroll]

    def copy_table(self) -> str:
        return self.model.as_text()


class LevelMark(QWidget):
    """A level's number on its colour. The words beside it say the same."""

    def __init__(self, level: int, top: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level, self._top = level, top
        theme.look().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        side = theme.look().px(24)
        self.setFixedSize(QSize(side, side))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.level_colours(self._top) if 2 <= self._top <= 9 else []
        known = 0 < self._level <= len(colours)
        fill, ink = colours[self._level - 1] if known else (theme.colour("base"), theme.colour("ink"))
        painter.setPen(theme.colour("border"))
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(ink)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._level)[:4])


def words(text: str, look: str = "") -> PlainLabel:
    """A stranger's text, to read and to copy."""
    label = PlainLabel(said(text), look)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def more_words(count: int) -> str:
    """That there is more than is shown."""
    return _("… and {n} more; the web pages show all of it.").format(n=count)
