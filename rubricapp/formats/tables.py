"""Other people's tables, CSV or workbook, as rows of text with their row numbers.

What a file is, its first bytes decide, never its name: offices rename things. Nothing here knows what a roster is;
who asks hands in `score`, which says how much some rows look like what is wanted. It chooses sheet and separator.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
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


def read_table(path: Path, score: Score, sheet: str | None = None) -> Table:
    """Read a CSV file or one sheet of a workbook.

    sheet: its name, in any case; without it the sheet that scores best is taken, the first of equals, and a hidden
    one only where no other scores. Raises UserError for a file that is missing, too large, damaged or of another kind.
    """
    data = read_bytes(path)
    if data.startswith(b"PK"):
        from rubricapp.formats.workbooks import read_workbook

        return read_workbook(data, path.name, score, sheet)
    _refuse_other_kinds(data, path.name)
    if sheet:
        raise UserError(
            "E_SHEET",
            f"{path.name} is a plain table without sheets, so there is no sheet “{sheet}”.",
            do="Leave the sheet out.",
            exit_code=Exit.USAGE,
        )
    from rubricapp.formats.separated import read_separated

    return read_separated(data, path.name, score)


def read_bytes(path: Path) -> bytes:
    """The whole file. Raises UserError where it is missing, not a file, not readable, empty or too large."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UserError(
                "E_FILE_KIND",
                f"{path} is not a file.",
                do="Choose the roster itself, a .csv or .xlsx file.",
                exit_code=Exit.UNREADABLE,
            )
        if status.st_size > MAX_FILE_BYTES:
            raise too_large(path.name, f"it has {status.st_size // 1_000_000} MB, the most is 50")
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise UserError(
            "E_FILE_MISSING",
            f"There is no file {path}.",
            do="Check the name and the folder.",
            details=str(error),
            exit_code=Exit.UNREADABLE,
        ) from error
    except PermissionError as error:
        raise UserError(
            "E_FILE_DENIED",
            f"{path.name} may not be read.",
            do="Close it in other programs, or copy it to a folder of yours and choose the copy.",
            details=str(error),
            exit_code=Exit.UNREADABLE,
        ) from error
    except OSError as error:
        raise UserError(
            "E_FILE_UNREADABLE",
            f"{path.name} could not be read.",
            do="Copy it to this computer and choose the copy.",
            details=str(error),
            exit_code=Exit.UNREADABLE,
        ) from error
    if path.name.startswith("~$"):
        raise wrong_kind(
            path.name,
            "a mark that the spreadsheet program leaves while a file is open",
            f"Choose {path.name[2:]} instead.",
        )
    if not data.strip(b'\x00\t\r\n ,;|"\xef\xbb\xbf\xff\xfe'):
        raise empty(path.name)
    return data


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


_SAVE_XLSX = "Open it in a spreadsheet program, save it as .xlsx, and choose that file."
_KINDS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)


def _refuse_other_kinds(data: bytes, name: str) -> None:
    """Raises UserError for the kinds of file that get taken for a roster; the message says what to do."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # an OLE file: old Excel or Word, or anything with a password on it
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UserError(
                "E_ROSTER_PASSWORD",
                f"{name} is protected with a password.",
                do="Open it in a spreadsheet program with the password, save it without one, and choose that file.",
                exit_code=Exit.UNREADABLE,
            )
        raise wrong_kind(name, "in an old Office format (.xls or .doc)", _SAVE_XLSX)
    for magic, kind in _KINDS:
        if data.startswith(magic):
            raise wrong_kind(name, kind)
    start = data[:2000].lstrip(b"\xef\xbb\xbf\r\n\t ").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")) or b"<html" in start[:500]:
        raise wrong_kind(name, "a web page, whatever its name says", _SAVE_XLSX)
    if start.startswith(b"<?xml"):
        raise wrong_kind(name, "an XML file, whatever its name says", _SAVE_XLSX)
