"""The evidence matrix as a Qt model: criteria down, works and days of the log across."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from rubricapp.core.model import Criterion, LogEntry
from rubricapp.core.portfolio import Artefact, Evidence, Matrix
from rubricapp.i18n import _, ngettext
from rubricapp.ui import theme
from rubricapp.ui.dates import say_day
from rubricapp.ui.linking import place_of
from rubricapp.ui.widgets.labels import tip
from rubricapp.ui.widgets.rows import for_sheet

if TYPE_CHECKING:
    from rubricapp.core.portfolio import Proof

Index = QModelIndex | QPersistentModelIndex
_LONGEST_HEADING = 15
"""Letters; with a style sheet's padding Qt cuts a heading off instead of eliding it."""


@dataclass(frozen=True)
class Row:
    """A criterion with what proves it."""

    rubric: str
    proof: Proof

    @property
    def criterion(self) -> Criterion:
        return self.proof.criterion


@dataclass(frozen=True)
class Source:
    """A column: a work, or a day of the log."""

    work: Artefact | None = None
    day: LogEntry | None = None
    proves: int = 0

    @property
    def id(self) -> str:
        return self.work.id if self.work is not None else self.day.id

    @property
    def title(self) -> str:
        if self.work is not None:
            return self.work.title
        return _("Log, {day}").format(day=say_day(self.day.worked_on))

    @property
    def words(self) -> str:
        """With how much it proves."""
        if not self.proves:
            return _("{title}: proves nothing yet").format(title=self.title)
        return self.title + ": " + ngettext("{n} link", "{n} links", self.proves).format(n=self.proves)


class MatrixModel(QAbstractTableModel):
    """The first column says of each criterion how much proves it; each further column is a work or a day."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.matrix = Matrix((), ())
        self.rows: list[Row] = []
        self.sources: list[Source] = []
        self._cells: dict[tuple[str, str], tuple[Evidence, ...]] = {}

    def show_matrix(self, matrix: Matrix, only_missing: bool = False, rubric: str = "") -> None:
        """Show this. only_missing: only criteria that nothing proves yet. rubric: only this one's."""
        self.beginResetModel()
        self.matrix = matrix
        self.rows = [
            Row(shown.title, proof)
            for shown, proofs in matrix.rows
            for proof in proofs
            if not (only_missing and proof.evidence) and rubric in ("", shown.content_hash)
        ]
        self._cells = {}
        counts: dict[str, int] = {}
        for _shown, proofs in matrix.rows:
            for proof in proofs:
                for link in proof.evidence:
                    place = (proof.criterion.id, link.source)
                    self._cells[place] = (*self._cells.get(place, ()), link)
                    counts[link.source] = counts.get(link.source, 0) + 1
        self.sources = [Source(work=each, proves=counts.get(each.id, 0)) for each in matrix.artefacts]
        self.sources += [Source(day=each, proves=counts.get(each.id, 0)) for each in matrix.entries]
        self.endResetModel()

    def links(self, row: int, column: int) -> tuple[Evidence, ...]:
        """What of a column proves a row; of the first column everything that does."""
        proof = self.rows[row].proof
        return proof.evidence if not column else self._cells.get((proof.criterion.id, self.sources[column - 1].id), ())

    def is_suggested(self, row: int, column: int) -> bool:
        """Whether the column is a day of the log that names this criterion and is not linked to it."""
        if not column or self.sources[column - 1].day is None:
            return False
        return any(each.id == self.sources[column - 1].id for each in self.rows[row].proof.touched)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.sources) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        roles = Qt.ItemDataRole
        if role == roles.DisplayRole:
            return self.text(row, column)
        if role == roles.AccessibleTextRole:
            return self.words(row, column)
        if role == roles.ToolTipRole:
            return tip(self.words(row, column))
        linked = bool(self.links(row, column))
        if role == roles.BackgroundRole and column and linked:
            return theme.colour("selection")
        if role == roles.ForegroundRole and not column:
            return theme.colour("ink" if linked else "warning")
        if role == roles.ForegroundRole and not linked:
            return theme.colour("ink2")
        if role == roles.FontRole and column and linked:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def text(self, row: int, column: int) -> str:
        """What stands in the cell."""
        links = self.links(row, column)
        if not column:
            if not links:
                return _("nothing yet")
            return ngettext("{n} link", "{n} links", len(links)).format(n=len(links))
        if not links:
            return _("suggested") if self.is_suggested(row, column) else ""
        if len(links) > 1:
            return _("✓ {n} places").format(n=len(links))
        return "✓ " + (place_of(links[0]) or _("all of it"))

    def words(self, row: int, column: int) -> str:
        """The cell as a sentence."""
        criterion = self.rows[row].criterion
        name = f"{criterion.id} {criterion.title}"
        links = self.links(row, column)
        if not column:
            if not links:
                return _("{criterion}: nothing proves it yet").format(criterion=name)
            return f"{name}: {self.text(row, 0)}"
        source = self.sources[column - 1].title
        if links:
            places = "; ".join(" ".join(part for part in (place_of(each), each.note) if part) for each in links)
            return _("{source} proves {criterion}: {places}").format(
                source=source, criterion=name, places=places or _("all of it")
            )
        if self.is_suggested(row, column):
            return _("{source} touches {criterion} and is not linked to it").format(source=source, criterion=name)
        return _("{source} does not prove {criterion}").format(source=source, criterion=name)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        roles = Qt.ItemDataRole
        if role not in (roles.DisplayRole, roles.ToolTipRole, roles.AccessibleTextRole):
            return None
        if orientation == Qt.Orientation.Vertical:
            row = self.rows[section]
            text = f"{row.criterion.id}  {row.criterion.title}"
            long = f"{row.rubric}: {text}"
        elif not section:
            text = long = _("Proved by")
        else:
            source = self.sources[section - 1]
            title = (
                source.title if len(source.title) <= _LONGEST_HEADING else f"{source.title[: _LONGEST_HEADING - 1]}…"
            )
            text, long = f"{source.proves} · {title}", source.words
        if role == roles.ToolTipRole:
            return tip(long)
        return long if role == roles.AccessibleTextRole else text

    def as_text(self) -> str:
        """The whole matrix as lines with tabs, for a sheet."""
        rows = [[_("Criterion"), _("Title"), _("Proved by"), *(each.title for each in self.sources)]]
        for row, each in enumerate(self.rows):
            cells = [self.text(row, column) for column in range(self.columnCount())]
            rows.append([each.criterion.id, each.criterion.title, *cells])
        return "\n".join("\t".join(for_sheet(cell) for cell in row) for row in rows)
