"""The heat map as a Qt model: participants down, criteria across, one column more for the total."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from rubricapp.core.model import Blank, Person, RubricVersion
from rubricapp.core.scoring import Score, round_half_up, score
from rubricapp.i18n import _, ngettext
from rubricapp.ui.widgets.labels import tip
from rubricapp.ui.widgets.rows import for_sheet
from rubricapp.ui.words import say_blank

if TYPE_CHECKING:
    from rubricapp.store.cohort import Cell, Matrix

Index = QModelIndex | QPersistentModelIndex


HIDDEN = "•••"
"""In a cell: there is something finished that the viewer may not see yet."""


def say_mark(blank: str) -> str:
    """A blank as the short mark in a cell; the key below the map says the same in words."""
    return {
        Blank.NOT_OBSERVED.value: _("n/o"),
        Blank.NOT_APPLICABLE.value: _("n/a"),
        Blank.INSUFFICIENT_EVIDENCE.value: _("i/e"),
    }.get(blank, "")


def say_mean(cell: Cell) -> str:
    """3 where all say 3, 3.5 where they differ; halves are rounded up."""
    if not cell.n:
        return say_mark(cell.blank)
    return str(cell.total // cell.n) if cell.total % cell.n == 0 else round_half_up(Fraction(cell.total, cell.n), 1)


def shade(cell: Cell) -> int:
    """The level whose colour the cell takes: the mean, halves rounded up; 0 for none."""
    return (2 * cell.total + cell.n) // (2 * cell.n) if cell.n else 0


class HeatModel(QAbstractTableModel):
    """Rows are participants in the order asked for; totals are computed when they come into view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rubric: RubricVersion | None = None
        self.people: list[Person] = []
        self._matrix: Matrix | None = None
        self._scores: dict[str, Score] = {}
        self._foot: dict[str, tuple[str, int]] = {}
        self.gaps: Mapping[str, Collection[str]] = {}

    def show_matrix(
        self,
        rubric: RubricVersion,
        matrix: Matrix,
        order: Callable[[Person], Any] | None,
        gaps: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Show these; order: what to sort the participants by, or None for the matrix's own order.

        gaps: the criteria on which assessors differ and that whoever sits here is to settle, by participant.
        """
        self.beginResetModel()
        self.gaps = gaps or {}
        self.rubric, self._matrix = rubric, matrix
        self._scores.clear()
        self._foot.clear()
        self.people = list(matrix.participants)
        if order is not None:
            self.people.sort(key=order)
        self.endResetModel()

    @property
    def criteria(self) -> tuple[str, ...]:
        return tuple(each.id for each in self.rubric.criteria) if self.rubric else ()

    @property
    def finished(self) -> int:
        return len(self._matrix.finished) if self._matrix else 0

    def is_hidden(self, row: int) -> bool:
        """Whether there is something finished that may not be seen yet."""
        return self._matrix is not None and self.people[row].id in self._matrix.hidden

    def row_cells(self, row: int) -> dict[str, Cell]:
        """The cells of a row by criterion; for the painter, which asks once for each row."""
        return self._matrix.cells.get(self.people[row].id, {})

    def is_gap(self, row: int, column: int) -> bool:
        """Whether assessors differ here, and whoever sits here is to settle it."""
        criteria = self.criteria
        return column < len(criteria) and criteria[column] in self.gaps.get(self.people[row].id, ())

    def cell(self, row: int, column: int) -> Cell:
        return self._matrix.cell(self.people[row].id, self.criteria[column])

    def score_of(self, row: int) -> Score:
        """The participant's score from all assessors together."""
        person = self.people[row].id
        if person not in self._scores:
            self._scores[person] = score(self.rubric, values_of(self.row_cells(row)))
        return self._scores[person]

    def total(self, row: int) -> str:
        """The total as printed, or –."""
        value = self.score_of(row).value
        return "–" if value is None else round_half_up(value)

    def foot(self, column: int) -> tuple[str, int]:
        """(median of the column, number of participants with a level); the median is "–" without any."""
        criterion = self.criteria[column]
        if criterion not in self._foot:
            means = [cell.mean for person in self.people if (cell := self._matrix.cell(person.id, criterion)).n]
            self._foot[criterion] = (say_number(median(means)) if means else "–", len(means))
        return self._foot[criterion]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.people)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self.rubric is None else len(self.rubric.criteria) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.words(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self.words(index.row(), index.column()))
        return None

    def text(self, row: int, column: int) -> str:
        """What stands in the cell."""
        if column == len(self.criteria):
            return self.total(row)
        return HIDDEN if self.is_hidden(row) else say_mean(self.cell(row, column))

    def words(self, row: int, column: int) -> str:
        """The cell as a sentence: "Amara Okafor, Exposure: level 3.5 of 5, 2 assessors"."""
        person = self.people[row].name
        if column == len(self.criteria):
            found = self.score_of(row)
            if found.value is not None:
                said = _("total {total} of {top}").format(total=round_half_up(found.value), top=self.rubric.top_level)
            elif found.observed:
                said = _("no total yet: too little is observed")
            else:
                said = _("no total yet: nothing is finished")
                if self.is_hidden(row):
                    said = _("hidden until your own is finished")
            return f"{person}: {said}"
        criterion = self.rubric.criteria[column]
        cell = self.cell(row, column)
        if cell.n:
            said = _("level {level} of {top}").format(level=say_mean(cell), top=self.rubric.top_level)
            if cell.agreed:
                said += ", " + _("agreed by the assessors")
            elif cell.n == 1:
                said += f" {criterion.levels[cell.total - 1].title}"
            else:
                said += ", " + ngettext("mean of {n} assessor", "mean of {n} assessors", cell.n).format(n=cell.n)
        else:
            said = say_blank(Blank(cell.blank)) if cell.blank else _("nothing finished yet")
            if cell.agreed:
                said += ", " + _("agreed by the assessors")
            if self.is_hidden(row):
                said = _("hidden until your own is finished")
        if self.is_gap(row, column):
            said += ", " + _("assessors differ: to be settled")
        return f"{person}, {criterion.title}: {said}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if orientation == Qt.Orientation.Vertical:
            name = self.people[section].name
            return tip(name) if role == Qt.ItemDataRole.ToolTipRole else name
        if section == len(self.criteria):
            return _("Total")
        criterion = self.rubric.criteria[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return criterion.title
        middle, n = self.foot(section)
        text = _("{id} {title}: median {median}, {n} people with a level").format(
            id=criterion.id, title=criterion.title, median=middle, n=n
        )
        return tip(text) if role == Qt.ItemDataRole.ToolTipRole else text

    def as_text(self) -> str:
        """The whole map as lines with tabs, for a sheet."""
        rows = [[_("Participant"), *self.criteria, _("Total")]]
        for row, person in enumerate(self.people):
            rows.append([person.name, *(self.text(row, column) for column in range(self.columnCount()))])
        foot = [self.foot(column) for column in range(len(self.criteria))]
        rows.append([_("Median"), *(middle for middle, _n in foot), ""])
        rows.append([_("People"), *(str(n) for _middle, n in foot), ""])
        return "\n".join("\t".join(for_sheet(cell) for cell in row) for row in rows)


def say_number(value: Fraction | int) -> str:
    """A mean or median as short as it is exact to one place."""
    value = Fraction(value)
    return str(value.numerator) if value.denominator == 1 else round_half_up(value, 1)


def values_of(cells: dict[str, Cell]) -> dict[str, Any]:
    """Cells as `core.scoring.score` takes them."""
    return {
        criterion: cell.mean if cell.n else (Blank(cell.blank) if cell.blank else None)
        for criterion, cell in cells.items()
    }
