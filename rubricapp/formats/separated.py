"""CSV files as offices send them: comma, semicolon, tab or bar; quoted line breaks; "sep=;" on top."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

from rubricapp.errors import Exit, UserError
from rubricapp.formats.encodings import decode
from rubricapp.formats.grid import (
    LOOK_AT,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TEXT,
    Row,
    Score,
    Table,
    empty,
    too_large,
)

SEPARATORS = (",", ";", "\t", "|")
_NAMED = re.compile(r"\s*\"?sep=(.)\"?\s*(?:\r\n|\r|\n|$)", re.IGNORECASE)
_MOST_LINES = 1_100_000
_LONGEST_RECORD = 2_000_000


def read_separated(data: bytes, name: str, score: Score) -> Table:
    """The table in the bytes of a CSV file. name: for messages.

    The separator is the one that a first line "sep=;" names, else the one whose rows score best, else the one that
    cuts rows most evenly. Raises UserError.
    """
    decoded = decode(data, name)
    text = decoded.text
    named = _NAMED.match(text)
    first = 1
    if named:
        text, first = text[named.end() :], 2
    try:
        separator = named.group(1) if named and named.group(1) in SEPARATORS else _separator(text, score)
        if _is_wrapped(text, separator):
            text = _unwrapped(text, separator)
            separator = _separator(text, score)
        rows, cut = _rows(_records(text, separator), name, first)
    except csv.Error as error:
        raise UserError(
            "E_ROSTER_QUOTES",
            f"{name} cannot be cut into cells; most likely a quotation mark is not closed.",
            do="Open it in a spreadsheet program, look where the rows run together, and save it as .xlsx.",
            details=str(error),
            exit_code=Exit.UNREADABLE,
        ) from error
    if not rows:
        raise empty(name)
    return Table(
        rows,
        encoding=decoded.encoding,
        guessed=decoded.guessed,
        separator=separator,
        open_quote_row=_open_quote(text, separator, rows, first),
        cut_columns=cut,
    )


def _records(text: str, separator: str) -> Iterator[list[str]]:
    """The records of the text. Raises csv.Error, also for one of more than two million characters."""
    size = 0

    def lines() -> Iterator[str]:
        nonlocal size
        for line in io.StringIO(text, newline=""):
            size += len(line)
            if size > _LONGEST_RECORD:
                raise csv.Error(f"a record of more than {_LONGEST_RECORD:,} characters")
            yield line

    for record in csv.reader(lines(), delimiter=separator):
        size = 0
        yield record


def _rows(records: Iterable[list[str]], name: str, first: int) -> tuple[list[Row], bool]:
    """The filled rows, and whether cells were cut off at the right."""
    rows: list[Row] = []
    cut = False
    count = 0
    for number, record in enumerate(records, first):
        if number > _MOST_LINES:
            raise too_large(name, f"it has more than {_MOST_LINES:,} lines")
        if not any(record) or not any(cell.strip() for cell in record):
            continue
        if len(rows) >= MAX_ROWS:
            raise too_large(name, f"it has more than {MAX_ROWS:,} rows")
        count += len(record)
        if count > MAX_CELLS:
            raise too_large(name, f"it has more than {MAX_CELLS:,} cells")
        if len(record) > MAX_COLUMNS:
            cut = cut or any(record[MAX_COLUMNS:])
            record = record[:MAX_COLUMNS]
        rows.append(Row(number, [cell[:MAX_TEXT] if len(cell) > MAX_TEXT else cell for cell in record]))
    return rows, cut


def _separator(text: str, score: Score) -> str:
    """The separator whose first rows score best; of equals the one with the most rows of one width above 1."""
    best, best_rank = ",", (-1, -1)
    for separator in SEPARATORS:
        records: list[list[str]] = []
        with suppress(csv.Error):  # what stands before the fault is enough to judge by
            for record in islice(_records(text[:200_000], separator), 3 * LOOK_AT):
                records.append(record)
        rows = [Row(n, list(record[:MAX_COLUMNS])) for n, record in enumerate(records, 1) if any(record)]
        widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
        rank = (score(rows[:LOOK_AT]), max(widths.values(), default=0))
        if rank > best_rank:
            best, best_rank = separator, rank
    return best


def _is_wrapped(text: str, separator: str) -> bool:
    """Whether each line stands in quotation marks as a whole, as after a round through the wrong spreadsheet."""
    records = [record for record in islice(_records(text[:200_000], separator), LOOK_AT) if any(record)]
    return (
        len(records) > 1
        and all(len(record) == 1 or not any(record[1:]) for record in records)
        and text.lstrip().startswith('"')
        and any(other in record[0] for record in records for other in SEPARATORS)
    )


def _unwrapped(text: str, separator: str) -> str:
    return "\r\n".join(record[0] if record else "" for record in _records(text, separator))


def _open_quote(text: str, separator: str, rows: list[Row], first: int) -> int:
    """The row that begins a quotation never closed: an odd number of marks, and a last row with a line break in it."""
    last = rows[-1]
    broken = any(isinstance(cell, str) and ("\n" in cell or "\r" in cell) for cell in last.cells)
    return last.number if broken and text.count('"') % 2 else 0
