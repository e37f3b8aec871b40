"""Workbooks (.xlsx) as offices save them, read into rows of text.

Question: openpyxl's read-only mode, or our own pass over the XML? Decision: our own. Reasons: openpyxl does not tell
a formula that was never computed from an empty cell, nor hidden rows and merged cells in that mode; it walks a sheet
with one cell at XFD1048576 to its end, refuses strict files (ISO 29500), and takes two to three times as long as this
and all checks of a roster together (20,000 rows of 12 columns). A DOCTYPE is refused where it starts, so no entity is
ever expanded. A test compares both readers cell by cell. 2026-11-21
"""

from __future__ import annotations

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers import expat

from rubricapp.errors import Exit, UserError
from rubricapp.formats import grid
from rubricapp.formats.grid import Cell, Mark, Row, Score, Table
from rubricapp.formats.workbook_cells import PLAIN, Style, iso_day, number_cell, plain, style_of

MAX_PART_BYTES = 100_000_000
MAX_ALL_BYTES = 200_000_000
MAX_RATIO = 200
"""How much larger a part may be than it is packed, from 10 MB on."""
_CHUNK = 1 << 16
_DAMAGE = (
    zipfile.BadZipFile,
    expat.ExpatError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    NotImplementedError,  # zipfile: a compression or a version that it does not know
    RuntimeError,  # zipfile: an encrypted member
)
_OTHER_KINDS = (
    ("content.xml", "an OpenDocument file"),
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ("Index/Document.iwa", "a Numbers or Pages document"),
    ("Index.zip", "a Numbers or Pages document"),
    ("word/document.xml", "a Word document"),
)
_MOST_SHEETS = 60
_MOST_MERGED = 20_000


class _Enough(Exception):
    """The rows that were asked for are there."""


@dataclass(frozen=True)
class _Sheet:
    name: str
    part: str
    hidden: bool


def read_workbook(data: bytes, name: str, score: Score, sheet: str | None = None) -> Table:
    """One sheet of the workbook in `data`: the one called `sheet`, or the one that scores best. name: for messages.

    Raises UserError.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(_Book(archive, name), score, sheet)
    except _DAMAGE as error:
        raise grid.damaged(name, f"{type(error).__name__}: {error}") from error


def _read(book: _Book, score: Score, sheet: str | None) -> Table:
    names = tuple(each.name for each in book.sheets)
    others: tuple[str, ...] = ()
    if sheet:
        chosen = next((each for each in book.sheets if _one_line(each.name) == _one_line(sheet)), None)
        if chosen is None:
            raise UserError(
                "E_SHEET",
                f"{book.name} has no sheet “{sheet}”.",
                do=f"Choose one of: {', '.join(names[:10])}.",
                exit_code=Exit.USAGE,
            )
    elif len(book.sheets) == 1:
        chosen = book.sheets[0]
    else:
        scores = [(score(book.rows(each, grid.LOOK_AT).rows), each) for each in book.sheets[:_MOST_SHEETS]]
        open_scores = [pair for pair in scores if not pair[1].hidden]
        if max((points for points, _ in open_scores), default=0) == 0:
            open_scores = scores if any(points for points, _ in scores) else open_scores or scores
        best = max(points for points, _ in open_scores)
        chosen = next(each for points, each in open_scores if points == best)
        if best:
            others = tuple(each.name for points, each in open_scores if points == best and each is not chosen)
    read = book.rows(chosen)
    if not read.rows:
        raise grid.empty(f"{book.name}, sheet “{chosen.name}”,")
    return Table(
        read.rows,
        sheet=chosen.name,
        sheets=names,
        other_sheets=others,
        sheet_hidden=chosen.hidden and not sheet,
        merged=tuple(read.merged),
        hidden_rows=tuple(read.hidden_rows),
        epoch_1904=book.epoch_1904,
        cut_columns=read.cut,
    )


class _Book:
    """The parts of an open workbook that are the same for all its sheets."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive = archive
        self.name = name
        self.epoch_1904 = False
        self.sheets: list[_Sheet] = []
        self._bytes = 0
        self._names = set(archive.namelist())
        self._refuse_other_kinds()
        book = dict(self._relations("").values()).get("officeDocument", "xl/workbook.xml")
        relations = self._relations(book)
        self._read_book(book, relations)
        if not self.sheets:
            raise grid.damaged(name, "no worksheet")
        parts = dict(relations.values())
        self.strings = self._read_strings(parts.get("sharedStrings", ""))
        self.styles = self._read_styles(parts.get("styles", ""))

    def _refuse_other_kinds(self) -> None:
        for part, kind in _OTHER_KINDS:
            if part in self._names:
                raise grid.wrong_kind(self.name, kind, "Open it, save its table as .xlsx, and choose that file.")
        if "[Content_Types].xml" not in self._names and not any(each.startswith("xl/") for each in self._names):
            raise grid.wrong_kind(self.name, "a zip file", "Unpack it and choose the roster inside.")

    def _parse(self, part: str, start: Callable, end: Callable | None = None, text: Callable | None = None) -> None:
        """Run one part of the archive through handlers, within the limits of size."""
        info = self.archive.getinfo(part)
        packed = max(info.compress_size, 1)
        if info.file_size > MAX_PART_BYTES:
            raise grid.too_large(self.name, f"unpacked it has more than {MAX_PART_BYTES // 1_000_000} MB")
        if info.file_size > 10_000_000 and info.file_size / packed > MAX_RATIO:
            raise grid.too_large(self.name, f"unpacked it grows {info.file_size // packed} times")
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = start
        if end:
            parser.EndElementHandler = end
        if text:
            parser.CharacterDataHandler = text
        try:
            with self.archive.open(info) as stream:  # never gives more than the declared size
                while chunk := stream.read(_CHUNK):
                    self._bytes += len(chunk)
                    if self._bytes > MAX_ALL_BYTES:
                        raise grid.too_large(self.name, f"unpacked it has more than {MAX_ALL_BYTES // 1_000_000} MB")
                    parser.Parse(chunk)
                parser.Parse(b"", True)
        except _Enough:
            pass

    def _refuse_doctype(self, *_: object) -> None:
        raise ValueError("a DOCTYPE, which workbooks do not have")

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (last word of its type, part it leads to)."""
        folder, file = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{file}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, of: dict[str, str]) -> None:
            if _local(tag) == "Relationship" and of.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, of["Target"])).lstrip("/")
                found[of["Id"]] = (of["Type"].rpartition("/")[2], target)

        if name in self._names:
            self._parse(name, start)
        return found

    def _read_book(self, part: str, relations: dict[str, tuple[str, str]]) -> None:
        def start(tag: str, of: dict[str, str]) -> None:
            tag = _local(tag)
            if tag == "sheet":
                relation = next((value for key, value in of.items() if _local(key) == "id"), "")
                kind, target = relations.get(relation, ("", ""))
                if kind == "worksheet" and target in self._names:
                    hidden = of.get("state", "visible") != "visible"
                    self.sheets.append(_Sheet(of.get("name", ""), target, hidden))
            elif tag == "workbookPr":
                self.epoch_1904 = of.get("date1904", "0") in ("1", "true")

        self._parse(part, start)

    def _read_strings(self, part: str) -> list[str]:
        strings: list[str] = []
        if part not in self._names:
            return strings
        pieces: list[str] = []
        keep = [False, False]  # inside <t>; inside <rPh>, the reading aid of Japanese names

        def start(tag: str, _: dict[str, str]) -> None:
            tag = _local(tag)
            if tag == "t":
                keep[0] = not keep[1]
            elif tag == "rPh":
                keep[1] = True
            elif tag == "si":
                pieces.clear()

        def end(tag: str) -> None:
            tag = _local(tag)
            if tag == "t":
                keep[0] = False
            elif tag == "rPh":
                keep[1] = False
            elif tag == "si":
                strings.append(plain("".join(pieces)))

        def text(data: str) -> None:
            if keep[0]:
                pieces.append(data)

        self._parse(part, start, end, text)
        return strings

    def _read_styles(self, part: str) -> list[Style]:
        styles: list[Style] = []
        if part not in self._names:
            return styles
        formats: dict[str, str] = {}
        inside = [""]

        def start(tag: str, of: dict[str, str]) -> None:
            tag = _local(tag)
            if tag in ("numFmts", "cellXfs", "cellStyleXfs", "dxfs"):
                inside[0] = tag
            elif tag == "numFmt" and inside[0] == "numFmts":
                formats[of["numFmtId"]] = of.get("formatCode", "")
            elif tag == "xf" and inside[0] == "cellXfs":
                number = of.get("numFmtId", "0")
                styles.append(style_of(int(number), formats.get(number), of.get("quotePrefix", "0") in ("1", "true")))

        self._parse(part, start)
        return styles

    def rows(self, sheet: _Sheet, limit: int | None = None) -> _Rows:
        """The filled rows of a sheet; with a limit only its first ones."""
        rows = _Rows(self, limit)
        self._parse(sheet.part, rows.start, rows.end, rows.text)
        return rows


class _Rows:
    """Collects a sheet while it is parsed; empty cells and rows cost nothing."""

    def __init__(self, book: _Book, limit: int | None) -> None:
        self.rows: list[Row] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden_rows: list[int] = []
        self.cut = False
        self._book = book
        self._limit = limit
        self._columns: dict[str, int] = {}
        self._prefix: str | None = None
        self._number = self._column = self._count = 0
        self._cells: list[Cell] = []
        self._hidden = self._collect = self._formula = self._aid = False
        self._kind = self._style = ""
        self._pieces: list[str] = []

    def start(self, tag: str, of: dict[str, str]) -> None:
        if self._prefix is None:
            self._prefix = tag[: tag.find(":") + 1]  # such as "x:" in <x:worksheet>
        if self._prefix:
            tag = tag.removeprefix(self._prefix)
        if tag == "c":
            place = of.get("r")
            if place is None:
                self._column += 1
            else:
                letters = place.rstrip("0123456789")
                column = self._columns.get(letters)
                if column is None:
                    column = self._columns[letters] = grid.column_index(letters)
                self._column = column
            self._kind = of.get("t", "n")
            self._style = of.get("s", "")
            self._formula = False
            self._pieces.clear()
        elif tag == "v" or (tag == "t" and not self._aid):
            self._collect = True
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._aid = True
        elif tag == "row":
            self._number = int(of.get("r") or self._number + 1)
            self._column = -1
            self._cells = []
            self._hidden = of.get("hidden", "0") in ("1", "true")
        elif tag == "mergeCell":
            self._merge(of["ref"])

    def text(self, data: str) -> None:
        if self._collect:
            self._pieces.append(data)

    def end(self, tag: str) -> None:
        if self._prefix:
            tag = tag.removeprefix(self._prefix)
        if tag == "c":
            if self._pieces or self._formula:
                self._put(self._value("".join(self._pieces)))
        elif tag in ("v", "t"):
            self._collect = False
        elif tag == "rPh":
            self._aid = False
        elif tag == "row" and self._cells and any(not isinstance(c, str) or c.strip() for c in self._cells):
            if len(self.rows) >= grid.MAX_ROWS:
                raise grid.too_large(self._book.name, f"it has more than {grid.MAX_ROWS:,} rows")
            self._count += len(self._cells)
            if self._count > grid.MAX_CELLS:
                raise grid.too_large(self._book.name, f"it has more than {grid.MAX_CELLS:,} cells")
            self.rows.append(Row(self._number, self._cells))
            if self._hidden:
                self.hidden_rows.append(self._number)
            if self._limit and len(self.rows) >= self._limit:
                raise _Enough

    def _put(self, value: Cell) -> None:
        column, cells = self._column, self._cells
        if column >= grid.MAX_COLUMNS:
            self.cut = True
            return
        missing = column - len(cells)
        if missing < 0:
            cells[column] = value
            return
        if missing:
            cells.extend([""] * missing)
        cells.append(value)

    def _value(self, text: str) -> Cell:
        kind = self._kind
        if kind == "s":
            value = self._book.strings[int(text)]
            return self._quoted(value) if value[:1] in "=+-@" else value
        if self._formula and not text:
            # An empty text that a formula really gave is an empty cell; without a value it was never computed.
            return "" if kind == "str" else Mark("no_value", "")
        if kind in ("str", "inlineStr"):
            return self._quoted(plain(text))
        if kind == "n":
            return number_cell(text, self._shown(), self._book.epoch_1904) if text.strip() else ""
        if kind == "e":
            return Mark("error", text)
        if kind == "b":
            return "TRUE" if text.strip() in ("1", "true") else "FALSE"
        if kind == "d":
            return iso_day(text)
        return plain(text)

    def _shown(self) -> Style:
        styles = self._book.styles
        return styles[int(self._style)] if self._style and int(self._style) < len(styles) else PLAIN

    def _quoted(self, text: str) -> str:
        """Text that the sheet marks as text gets the apostrophe back that a person typed for it."""
        return f"'{text}" if text[:1] in ("=", "+", "-", "@") and self._shown().quoted else text

    def _merge(self, place: str) -> None:
        first, _, last = place.partition(":")
        if last and len(self.merged) < _MOST_MERGED:
            (row, column), (last_row, last_column) = _place(first), _place(last)
            self.merged.append((row, column, last_row, last_column))


def _one_line(name: str) -> str:
    return " ".join(name.split()).casefold()


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _place(text: str) -> tuple[int, int]:
    letters = text.rstrip("0123456789")
    return int(text[len(letters) :]), grid.column_index(letters)
