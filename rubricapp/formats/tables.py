"""Other people's tables, CSV or workbook, as rows of text with their row numbers.

What a file is, its first bytes decide, never its name: offices rename things. Nothing here knows what a roster is;
who asks hands in `score`, which says how much some rows look like what is wanted. It chooses sheet and separator.
"""

from __future__ import annotations

import stat
from pathlib import Path

from rubricapp.errors import Exit, UserError
from rubricapp.formats.grid import MAX_FILE_BYTES, Score, Table, empty, too_large, wrong_kind


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
