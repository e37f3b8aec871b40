"""A sheet that is one table: a row of headings, then data; every column has one style and perhaps one formula.

A formula is written once for its column, as in `IF([@levels]=0,"",[@weight]*[@mean])`; [@name] is the cell of that
column in the same row. In the file they are plain references, which every program calculates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table as ListObject
from openpyxl.worksheet.table import TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from rubricapp.reports.xlsx.cells import LONGEST, Value, escaped, fitted, gives, holds
from rubricapp.reports.xlsx.looks import QUOTED, Looks, prepare_page

_SAME_ROW = re.compile(r"\[@(\w+)\]")
_SPLIT = "\0"
_MOST_KEPT = 5_000
_HEADS = {
    **dict.fromkeys(("whole", "mean", "percent", "key"), "head_number"),
    **dict.fromkeys(("word", "level"), "head_center"),
}


@dataclass(frozen=True)
class Column:
    """name: stable heading. about: what it holds, for people. width: in characters. formula: as said above."""

    name: str
    about: str
    width: float = 12
    style: str = "text"
    formula: str = ""


@dataclass(frozen=True)
class Table:
    """One sheet with one table of the same name.

    rows: gives the rows as tuples, one value for each column; for a formula the value that it will give.
    count: how many rows. frozen: columns that stay while scrolling. printed: name of the last column on paper, "" for
    all; what comes after it only serves other sheets.
    """

    name: str
    about: str
    columns: Sequence[Column]
    rows: Callable[[], Iterable[tuple[Value, ...]]]
    count: int
    frozen: int = 1
    printed: str = ""

    @property
    def title(self) -> str:
        return self.name

    @property
    def last_row(self) -> int:
        """A table needs one row beside its headings, empty where there is nothing to say."""
        return 1 + max(1, self.count)

    @property
    def size(self) -> str:
        """The area in use, such as A1:F20."""
        return f"A1:{get_column_letter(len(self.columns))}{self.last_row}"

    def letter(self, name: str) -> str:
        """The letter of the column with this name. Raises StopIteration."""
        return get_column_letter(next(n for n, each in enumerate(self.columns, 1) if each.name == name))

    def cells(self, name: str) -> str:
        """The column's data as a plain reference, for places that know no table names."""
        letter = self.letter(name)
        return f"{self.name}!${letter}$2:${letter}${self.last_row}"

    def dress(self, sheet: Worksheet, looks: Looks, footer: str) -> None:
        """Give the empty sheet its table, widths, frozen headings and print settings."""
        made = ListObject(displayName=self.name, name=self.name, ref=self.size)
        made._initialise_columns()  # openpyxl's own: without it, it would look for headings in the rows
        for column, each in zip(made.tableColumns, self.columns, strict=True):
            column.name = each.name
        made.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
        sheet.add_table(made)
        sheet.freeze_panes = f"{get_column_letter(self.frozen + 1)}2"
        for place, each in enumerate(self.columns, 1):
            sheet.column_dimensions[get_column_letter(place)].width = each.width
        prepare_page(sheet, self.title, footer, repeat="1:1")
        if self.printed:
            sheet.print_area = f"A1:{self.letter(self.printed)}{self.last_row}"

    def lines(self, looks: Looks, too_long: Callable[[str], str]) -> Iterator[str]:
        """The rows as XML. too_long: makes a text fit that does not, and takes note of it."""
        ids = looks.ids
        heads = [ids[_HEADS.get(each.style, "head")] for each in self.columns]
        yield _row(
            1,
            "".join(
                f'<c r="{get_column_letter(place)}1"' + holds(each.name, head, head)
                for place, (each, head) in enumerate(zip(self.columns, heads, strict=True), 1)
            ),
        )
        makers = [self._maker(place, each, ids, too_long) for place, each in enumerate(self.columns, 1)]
        wrapped = [(place, each.width) for place, each in enumerate(self.columns) if each.style == "text"]
        number = 1
        for number, values in enumerate(self.rows(), 2):
            row = str(number)
            cells = "".join([make(row, value) for make, value in zip(makers, values, strict=True)])
            yield _row(row, cells, max([_lines(values[place], width) for place, width in wrapped], default=1))
        if number == 1:
            yield _row(2, "")

    def _maker(
        self, place: int, column: Column, ids: dict[str, int], too_long: Callable[[str], str]
    ) -> Callable[[str, Value], str]:
        before = f'<c r="{get_column_letter(place)}'
        style, quoted_style = ids[column.style], ids[column.style + QUOTED]
        if column.formula:
            marked = _SAME_ROW.sub(lambda found: self.letter(found[1]) + _SPLIT, column.formula)
            parts = [escaped(part) for part in marked.split(_SPLIT)]

            def formula(row: str, value: Value) -> str:
                type_, given = gives(value)
                return f'{before}{row}" s="{style}"{type_}><f>{row.join(parts)}</f>{given}</c>'

            return formula

        # The same few ids, words and numbers fill most cells, so their XML is kept.
        kept: dict[Value, str] = {}

        def plain(row: str, value: Value) -> str:
            kind = type(value)
            if kind is not str and kind is not int:
                held = holds(value, style, quoted_style)
            elif (found := kept.get(value)) is not None:
                held = found
            else:
                if kind is str and 2 * len(value) > LONGEST:
                    held = holds(too_long(value), style, quoted_style)
                else:
                    held = kept[value] = holds(value, style, quoted_style)
                if len(kept) > _MOST_KEPT:
                    kept.clear()
            return f'{before}{row}"{held}' if held else ""

        return plain


def _row(number: str | int, cells: str, lines: int = 1) -> str:
    # A height without customHeight is a first guess: programs fit the row to its text when something changes.
    tall = f' ht="{min(409, 13 * lines + 2)}"' if lines > 1 else ""
    return f'<row r="{number}"{tall}>{cells}</row>'


def _lines(value: Value, width: float) -> int:
    """How many lines the text will about take in a column of this width."""
    if not isinstance(value, str) or (len(value) * 2 < width and "\n" not in value):
        return 1
    return sum(
        1 + int((len(line) + sum(east_asian_width(each) in "WF" for each in line)) / (1.2 * width))
        for line in value.split("\n")
    )


class Cutter:
    """Makes long texts fit and counts them. note: what stands at the end of a text that was cut."""

    def __init__(self, note: str) -> None:
        self.note = note
        self.count = 0

    def __call__(self, text: str) -> str:
        text, cut = fitted(text, self.note)
        self.count += cut
        return text
