"""Tables of rows: a model over any list of records and the view that suits it. Sorted by list.sort, never by proxy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QTableView, QWidget

from rubricapp.ui.widgets.labels import tip

Index = QModelIndex | QPersistentModelIndex
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Column:
    """text: of a record, as shown. key: what to sort by; None: by the text in any case. wide: takes what is left.

    right: figures, set at the right; the digits of the fonts that come along have one width.
    """

    title: str
    text: Callable[[Any], str]
    key: Callable[[Any], Any] | None = None
    wide: bool = False
    right: bool = False


class RowsModel(QAbstractTableModel):
    """Records as rows. Only those that hold the words looked for are shown."""

    def __init__(self, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._all: list[Any] = []
        self._shown: list[Any] = []
        self._words: list[str] = []
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show these columns from now on, sorted by none."""
        self.beginResetModel()
        self.columns = tuple(columns)
        self._sorted = None
        self.endResetModel()

    def set_records(self, records: Sequence[Any]) -> None:
        """Show these."""
        self.beginResetModel()
        self._all = list(records)
        self._choose()
        self.endResetModel()

    def look_for(self, text: str) -> None:
        """Show only records in which every word occurs somewhere."""
        self.beginResetModel()
        self._words = text.casefold().split()
        self._choose()
        self.endResetModel()

    def record(self, row: int) -> Any:
        return self._shown[row]

    def row_of(self, fits: Callable[[Any], bool]) -> int:
        """The row of the first shown record that fits, or -1."""
        return next((row for row, each in enumerate(self._shown) if fits(each)), -1)

    @property
    def shown(self) -> list[Any]:
        return self._shown

    def _choose(self) -> None:
        def fits(record: Any) -> bool:
            text = "\n".join(column.text(record) for column in self.columns).casefold()
            return all(word in text for word in self._words)

        self._shown = [each for each in self._all if fits(each)] if self._words else list(self._all)
        if self._sorted is not None:
            column, order = self._sorted
            chosen = self.columns[column]
            key = chosen.key or (lambda record: chosen.text(record).casefold())
            self._shown.sort(key=key, reverse=order == Qt.SortOrder.DescendingOrder)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        self._sorted = (column, order) if column >= 0 else None
        self._choose()
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(self._shown[index.row()])
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(column.text(self._shown[index.row()]))
        if column.right and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.text(self._shown[index.row()]) or '–'}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def as_text(self) -> str:
        """Everything shown as lines with tabs, for a sheet; nothing in it can become a formula there."""
        rows = [[column.title for column in self.columns]]
        rows += [[column.text(record) for column in self.columns] for record in self._shown]
        return "\n".join("\t".join(for_sheet(cell) for cell in row) for row in rows)


def for_sheet(text: str) -> str:
    """A text that a spreadsheet takes as text and as one cell."""
    text = " ".join(text.split())
    return f"'{text}" if text.startswith(_FORMULA) else text


class RowsTable(QTableView):
    """chosen(record): Enter or a double click on a row. Tab leaves the table."""

    chosen = Signal(object)

    def __init__(self, model: RowsModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicatorShown(False)
        header.setMinimumSectionSize(40)
        self._most_rows = self._least_rows = 0
        self.doubleClicked.connect(lambda index: self.chosen.emit(model.record(index.row())))
        model.modelReset.connect(self.fit)
        self.fit()

    def keep_rows(self, rows: int) -> None:
        """Never lower than this many rows need."""
        self._least_rows = rows
        self.fit()

    def grow_to(self, rows: int) -> None:
        """Be as tall as the rows need, up to the height of this many one-line rows; for tables among words."""
        self._most_rows = rows
        self._fit_height()

    def _fit_height(self) -> None:
        if not self._most_rows:
            return
        if self.wordWrap():
            self.resizeRowsToContents()
        count = self.model().rowCount()
        needed = sum(self.rowHeight(row) for row in range(min(count, self._most_rows)))
        most = self._most_rows * self.verticalHeader().defaultSectionSize()
        head = self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth() + 4
        if self.horizontalHeader().length() > self.viewport().width():
            head += self.horizontalScrollBar().sizeHint().height()
        tall = min(needed, most) + head
        if self.height() != tall or self.maximumHeight() != tall:
            self.setFixedHeight(tall)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.fit()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self.fit()

    def allow_sorting(self) -> None:
        """A click on a heading sorts."""
        self.setSortingEnabled(True)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.horizontalHeader().setSectionsClickable(True)

    def fit(self) -> None:
        """Columns as wide as their first rows need, within reason; the wide ones share what is left."""
        model, metrics = self.model(), self.fontMetrics()
        em = metrics.horizontalAdvance("M")
        self.verticalHeader().setDefaultSectionSize(metrics.height() + em)
        header = self.horizontalHeader()
        if self._least_rows:
            rows = self._least_rows * self.verticalHeader().defaultSectionSize()
            self.setMinimumHeight(rows + header.sizeHint().height() + 8)
        needed = []
        for column in model.columns:
            texts = [column.title + "MM", *(column.text(each) for each in model.shown[:100])]
            widest = max(metrics.horizontalAdvance(text) for text in texts)
            needed.append(min(widest + 3 * em, (30 if column.wide else 22) * em))
        wide = [number for number, column in enumerate(model.columns) if column.wide]
        left = self.width() - 2 * self.frameWidth() - 2 - sum(needed)
        if self.verticalScrollBar().isVisible():
            left -= self.verticalScrollBar().width()
        for number, size in enumerate(needed):
            if number in wide:
                share = left // len(wide)
                # Text that may wrap gives way down to half its length; what may not is scrolled to.
                size = max(size + share, size if not self.wordWrap() else 12 * em)
            header.resizeSection(number, size)
        self._fit_height()

    def changeEvent(self, event: Any) -> None:
        super().changeEvent(event)
        if event.type() in (event.Type.FontChange, event.Type.StyleChange) and self.model() is not None:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.model().record(self.currentIndex().row()))
            return
        super().keyPressEvent(event)


class FindBox(QLineEdit):
    """A search box that shows its whole prompt at every text size where there is room."""

    def __init__(self, prompt: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(prompt)
        self.setAccessibleName(name)
        self.setClearButtonEnabled(True)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        wide = self.fontMetrics().horizontalAdvance(self.placeholderText() + "MMMMM")
        return QSize(max(hint.width(), wide), hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("M") * 10, super().minimumSizeHint().height())
