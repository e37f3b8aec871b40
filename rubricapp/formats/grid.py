"""A table of text with row numbers, whatever file it came from: its parts, its limits, what is said when it is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rubricapp.errors import Exit, UserError

MAX_FILE_BYTES = 50_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELLS = 4_000_000
MAX_TEXT = 32_767
"""Characters that are kept of one cell: what a spreadsheet can hold."""
LOOK_AT = 60
"""How many filled rows are looked at to find headings."""


@dataclass(frozen=True)
class Mark:
    """A cell that is not plain text. kind: "date" (text is the ISO day), "bad_date", "error" (such as #REF!),
    "no_value" (a formula that was never computed) or "imprecise" (a number with lost digits)."""

    kind: str
    text: str


Cell = str | Mark


class Row(NamedTuple):
    """A row with something in it. number: as a spreadsheet shows it, from 1."""

    number: int
    cells: list[Cell]


Score = Callable[[Sequence[Row]], int]


@dataclass(frozen=True)
class Table:
    """One sheet or one CSV file. rows: only filled ones, in order.

    other_sheets: visible sheets that score as well as the chosen one. merged: (first row, first column, last row,
    last column) with columns from 0. epoch_1904: the workbook counts its days from 1904.
    open_quote_row: row of a quotation mark that is never closed, or 0. cut_columns: filled cells right of the
    last column that is read.
    """

    rows: list[Row]
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()
    sheet_hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    epoch_1904: bool = False
    encoding: str | None = None
    guessed: bool = False
    separator: str | None = None
    open_quote_row: int = 0
    cut_columns: bool = False


def column_letter(index: int) -> str:
    """The letter over a column, counted from 0: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The place of a column, from 0, by its letters A to XFD. Raises ValueError."""
    index = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        index = index * 26 + ord(letter) - 64
    if not 1 <= index <= 16_384:
        raise ValueError(letters)
    return index - 1


def as_text(cell: Cell) -> str:
    """What stands in a cell, whatever its kind."""
    return cell if isinstance(cell, str) else cell.text


def empty(name: str) -> UserError:
    """The error for a file with nothing in it."""
    return UserError(
        "E_ROSTER_EMPTY",
        f"{name} is empty.",
        do="Ask for the file again, or choose another one.",
        exit_code=Exit.UNREADABLE,
    )


def too_large(name: str, why: str) -> UserError:
    """The error for a file beyond the limits of this module."""
    return UserError(
        "E_ROSTER_TOO_LARGE",
        f"{name} is too large for a roster: {why}.",
        do="Keep only the people in it, or split it.",
        exit_code=Exit.UNREADABLE,
    )


def damaged(name: str, details: str) -> UserError:
    """The error for a workbook that cannot be read to its end."""
    return UserError(
        "E_ROSTER_DAMAGED",
        f"{name} is damaged or not a whole .xlsx file.",
        safe="Nothing was taken from it.",
        do="Open it in a spreadsheet program and save it again as .xlsx, or ask for it again.",
        details=details,
        exit_code=Exit.UNREADABLE,
    )


def wrong_kind(name: str, kind: str, do: str = "Save the roster as .xlsx or .csv and choose that file.") -> UserError:
    """The error for a file that is something else than a table."""
    return UserError("E_ROSTER_KIND", f"{name} is {kind}, not a roster.", do=do, exit_code=Exit.UNREADABLE)
