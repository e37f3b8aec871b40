"""Rosters as offices send them: people out of a CSV file or a workbook, with every problem named.

Nothing is left half-read: all rows come back with all their problems, and who asked decides. Severity "error" means
that the roster must not be imported as it is; "warning" says how something doubtful was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rubricapp.core.model import Problem
from rubricapp.formats import grid, roster_dates, roster_values, tables
from rubricapp.formats.grid import Cell, Mark, Row, Table, as_text
from rubricapp.formats.roster_columns import FIELDS, Headings, find_headings, score, wishes
from rubricapp.formats.roster_rows import NAMES, Problems, find_people
from rubricapp.formats.roster_values import Finding, id_key, quoted

__all__ = ["FIELDS", "Roster", "RosterRow", "id_key", "read_roster"]

_SHARED = ("country", "department", "joined_on", "pronouns", "languages")
"""Fields for which a cell merged over several people stands for each of them."""


@dataclass(frozen=True)
class RosterRow:
    """One person. row: as a spreadsheet numbers it, from 1. values: clean text for each mapped field, "" for none;
    joined_on is an ISO day, country a code of two letters where one is known."""

    row: int
    values: dict[str, str]


@dataclass(frozen=True)
class Roster:
    """What a roster file says. columns: its headings as written. mapping: field → heading, or "column C".

    header_row: 0 for a file without headings. encoding and separator are None for a workbook, sheet for a CSV file.
    rows: all people, also those with problems. problems: those of the whole file first (row 0), then by row.
    """

    path: Path
    sheet: str | None
    sheets: tuple[str, ...]
    encoding: str | None
    separator: str | None
    header_row: int
    columns: tuple[str, ...]
    mapping: dict[str, str]
    unmapped: tuple[str, ...]
    rows: tuple[RosterRow, ...]
    problems: tuple[Problem, ...]


def read_roster(path: Path, mapping: Mapping[str, str] | None = None, sheet: str | None = None) -> Roster:
    """Read and check a roster.

    mapping: field → column as the user says it, by heading (case, accents and signs do not matter) or by place
    ("column 3", "column C"); "" leaves a field out. What is not said is found by the headings. sheet: of a workbook;
    without it the one that looks most like a roster.

    Raises UserError where there is no table to speak of: E_FILE_… and E_ROSTER_… for the file, E_SHEET and E_MAP for
    what was asked. All else becomes a Problem in the result.
    """
    path = Path(path)
    wish = wishes(mapping)
    table = tables.read_table(path, lambda rows: score(rows, wish), sheet)
    heads = find_headings(table, wish, grid.LOOK_AT, path.name)
    problems = Problems()
    _about_file(table, heads, path.name, problems)
    people = find_people(table, heads, problems)
    rows = _read_people(table, heads, people, problems)
    if not people:
        problems.add(
            "ROSTER_NO_PEOPLE",
            f"There are no people below the headings in row {heads.row} of {path.name}.",
            "Choose the file, or the sheet, that has the people in it.",
            heads.row,
        )
    used = set(heads.fields.values())
    return Roster(
        path,
        table.sheet,
        table.sheets,
        table.encoding,
        table.separator,
        heads.row,
        heads.columns[: heads.width],
        {field: heads.label(index) for field, index in heads.fields.items()},
        tuple(text for index, text in enumerate(heads.columns) if text and index not in used),
        rows,
        problems.sorted(),
    )


def _about_file(table: Table, heads: Headings, name: str, problems: Problems) -> None:
    """Problems of the file and its columns as a whole."""
    columns = ", ".join(text for text in heads.columns if text)[:300]
    if "id" not in heads.fields:
        problems.add(
            "ROSTER_NO_ID_COLUMN",
            f"No column of {name} was recognised as the ID of a person.",
            f"Say which column it is, or add a column ID. The columns are: {columns or 'without headings'}.",
            heads.row,
        )
    if not any(field in heads.fields for field in NAMES):
        problems.add(
            "ROSTER_NO_NAME_COLUMN",
            f"No column of {name} was recognised as a name.",
            f"Say which column it is. The columns are: {columns or 'without headings'}.",
            heads.row,
        )
    for field, taken, left in heads.doubles:
        problems.add(
            "ROSTER_COLUMN_TWICE",
            f"Columns {grid.column_letter(taken)} ({heads.label(taken)}) and {grid.column_letter(left)} "
            f"({heads.label(left)}) both look like {field}; the first was taken.",
            "Say which column it is to take the other.",
            heads.row,
            heads.label(left),
            "warning",
        )
    if table.guessed:
        problems.add(
            "ROSTER_ENCODING",
            f"{name} does not say how its letters are encoded; {table.encoding} is a guess.",
            "Look at the names. If they are wrong, save the file as .xlsx or as “CSV UTF-8” and import that.",
            severity="warning",
        )
    if table.other_sheets:
        others = ", ".join(f"“{each}”" for each in table.other_sheets[:5])
        problems.add(
            "ROSTER_OTHER_SHEET",
            f"Only the sheet “{table.sheet}” was read, though {others} looks like a roster, too.",
            "Choose the sheet by its name to read another one.",
            severity="warning",
        )
    if table.sheet_hidden:
        problems.add(
            "ROSTER_HIDDEN_SHEET",
            f"The sheet “{table.sheet}” is hidden in {name}; it was read because no other looks like a roster.",
            "Make sure that these are the people you mean.",
            severity="warning",
        )
    if table.cut_columns:
        problems.add(
            "ROSTER_WIDE",
            f"What stands to the right of column {grid.MAX_COLUMNS} was not read.",
            "Move the columns that matter to the left.",
            severity="warning",
        )
    if table.open_quote_row:
        problems.add(
            "ROSTER_QUOTE",
            f"Roster row {table.open_quote_row}: a quotation mark is never closed, so all that follows is one cell.",
            "Close it or take it out, then import the file again.",
            table.open_quote_row,
        )


def _read_people(table: Table, heads: Headings, people: list[Row], problems: Problems) -> tuple[RosterRow, ...]:
    merged = _merged_down(table, heads)
    order = _date_order(table, heads, people, merged, problems)
    ids: dict[str, tuple[int, str]] = {}
    emails: dict[str, list[int]] = {}
    beside: list[int] = []
    known: dict[tuple[str, Cell], tuple[str, list[Finding]]] = {}
    fields = [(field, index, heads.label(index)) for field, index in heads.fields.items()]
    names = [(field, column) for field, _, column in fields if field in NAMES]
    result: list[RosterRow] = []
    for row in people:
        number, cells = row
        _check_width(table, heads, row, beside, problems)
        values: dict[str, str] = {}
        wrong: set[str] = set()
        for field, index, column in fields:
            cell: Cell = cells[index] if index < len(cells) else ""
            if not cell and merged:
                cell = merged.get((number, index), "")
            if field in _SHARED:  # few values, many rows
                found = known.get((field, cell))
                if found is None:
                    found = known[field, cell] = (
                        _day(cell, order, table.epoch_1904)
                        if field == "joined_on"
                        else roster_values.read_text(field, cell)
                    )
                text, findings = found
            else:
                text, findings = roster_values.read_text(field, cell)
            values[field] = text
            for finding in findings:
                wrong.add(field)
                problems.finding(finding, number, column)
            if field == "id":
                _check_id(text, number, column, bool(findings), ids, problems)
        if names and not any(values[field] or field in wrong for field, _ in names):
            problems.add(
                "ROSTER_NAME_MISSING",
                f"Roster row {number}: there is no name.",
                f"Write at least one name, or skip row {number}.",
                number,
                names[0][1],
            )
        if values.get("email"):
            emails.setdefault(values["email"].casefold(), []).append(number)
        result.append(RosterRow(number, values))
    _check_emails(emails, heads, problems)
    _about_rows(table, people, beside, problems)
    return tuple(result)


def _check_width(table: Table, heads: Headings, row: Row, beside: list[int], problems: Problems) -> None:
    """Too many or too few cells in a row of a CSV file: what stands under which heading is then not known."""
    count, number = len(row.cells), row.number
    if not heads.row or count == heads.width:
        return
    if table.separator is None:
        if count > heads.width and any(row.cells[heads.width :]):
            beside.append(number)
    elif count > len(heads.columns) and any(as_text(cell).strip() for cell in row.cells[len(heads.columns) :]):
        problems.add(
            "ROSTER_CELLS_MANY",
            f"Roster row {number} has {count} cells, the headings have {heads.width}.",
            "Take out the extra cells; put quotation marks around a text with the separator in it.",
            number,
        )
    elif count < heads.width:
        cells = "one cell" if count == 1 else f"{count} cells"
        problems.add(
            "ROSTER_CELLS_FEW",
            f"Roster row {number} has only {cells}, the headings have {heads.width}.",
            f"Add the missing cells, also the empty ones, or skip row {number}.",
            number,
        )


def _check_id(
    text: str, number: int, column: str, wrong: bool, ids: dict[str, tuple[int, str]], problems: Problems
) -> None:
    if not text:
        if not wrong:
            problems.add(
                "ROSTER_ID_MISSING",
                f"Roster row {number}: the ID is missing.",
                f"Write one, or skip row {number}.",
                number,
                column,
            )
        return
    first = ids.setdefault(id_key(text), (number, text))
    if first[0] != number:
        problems.add(
            "ROSTER_ID_TWICE",
            f"Roster row {number} has the same ID as row {first[0]} ({first[1][:64]}).",
            f"Change one of them, or skip row {number}.",
            number,
            column,
        )


def _check_emails(emails: Mapping[str, list[int]], heads: Headings, problems: Problems) -> None:
    for address, numbers in emails.items():
        if len(numbers) > 1:
            problems.add(
                "ROSTER_EMAIL_TWICE",
                f"Roster rows {_ranges(numbers)} have the same email address ({address[:80]}).",
                "Make sure that these are different people.",
                numbers[1],
                heads.label(heads.fields["email"]),
                "warning",
            )


def _about_rows(table: Table, people: list[Row], beside: list[int], problems: Problems) -> None:
    hidden = set(table.hidden_rows).intersection(row.number for row in people)
    if hidden:
        problems.add(
            "ROSTER_HIDDEN_ROWS",
            f"Roster rows {_ranges(sorted(hidden))} are hidden in the sheet, perhaps by a filter; they were read, too.",
            "Delete them from the file if these people should not be imported.",
            min(hidden),
            severity="warning",
        )
    if beside:
        problems.add(
            "ROSTER_CELLS_BESIDE",
            f"Roster rows {_ranges(beside)} have cells to the right of the last heading, which were left out.",
            "Write a heading above them if they matter.",
            beside[0],
            severity="warning",
        )


def _ranges(numbers: Iterable[int]) -> str:
    """Row numbers as a person writes them: 3, 5–9, 12."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in spans[:20])
    return shown + (" …" if len(spans) > 20 else "")


def _merged_down(table: Table, heads: Headings) -> dict[tuple[int, int], Cell]:
    """(row, column) → the cell merged over it from above, for fields that several people can share."""
    columns = {heads.fields[field] for field in _SHARED if field in heads.fields}
    spans = [each for each in table.merged if each[1] in columns and each[2] > each[0] > heads.row]
    if not spans:
        return {}
    by_number = {row.number: row.cells for row in table.rows}
    merged: dict[tuple[int, int], Cell] = {}
    for first, column, last, _ in spans:
        cells = by_number.get(first, [])
        for number in range(first + 1, min(last, table.rows[-1].number) + 1 if column < len(cells) else 0):
            if len(merged) >= grid.MAX_ROWS:
                return merged
            merged[number, column] = cells[column]
    return merged


def _date_order(
    table: Table, heads: Headings, people: list[Row], merged: Mapping[tuple[int, int], Cell], problems: Problems
) -> roster_dates.Order:
    """The order of day and month in the date column; says so where nothing in it decides."""
    index = heads.fields.get("joined_on")
    if index is None:
        return roster_dates.Order()
    column = heads.label(index)
    cells = [(row.number, row.cells[index]) for row in people if index < len(row.cells) and row.cells[index]]
    written = [(number, cell) for number, cell in cells if isinstance(cell, str)]
    foreign = heads.foreign or table.separator == ";"
    order = roster_dates.order_of((cell for _, cell in written), column, foreign)
    if order.unsure:
        for number, cell in written:
            day = roster_dates.read_day(cell, order)
            if day.ambiguous and day.iso:
                which = "day" if order.day_first else "month"
                problems.add(
                    "ROSTER_DATE_ORDER",
                    f"The dates under {column} can be read in two ways; they were read with the {which} first: "
                    f"{quoted(cell)} in row {number} as {day.iso}.",
                    f"If that is wrong, write them as {day.iso[:4]}-{day.iso[8:]}-{day.iso[5:7]} in the file.",
                    number,
                    column,
                    "warning",
                )
                break
    dates = any(isinstance(cell, Mark) and cell.kind == "date" for _, cell in cells)
    texts = [number for number, cell in written if roster_dates.is_short(cell)]
    if dates and texts:
        problems.add(
            "ROSTER_DATE_MIXED",
            f"Under {column} some dates are real dates and others are text (row {texts[0]}): day and month of the real "
            "ones may have been swapped when the file was opened in another country's settings.",
            "Compare the dates with the original.",
            texts[0],
            column,
            "warning",
        )
    return order


def _day(cell: Cell, order: roster_dates.Order, epoch_1904: bool) -> tuple[str, list[Finding]]:
    if isinstance(cell, Mark) and cell.kind != "date":
        return "", [roster_values.read_mark("joined_on", cell)]
    if isinstance(cell, str) and not cell:
        return "", []
    text, findings = (cell.text, []) if isinstance(cell, Mark) else roster_values.read_text("joined_on", cell)
    if not text or findings:
        return "", findings
    day = roster_dates.read_day(text, order, epoch_1904)
    if not day.iso:
        do = "Correct it, for example 2026-09-01, or leave the cell empty."
        return "", [Finding("ROSTER_DATE", f"{quoted(text)} is not a date: {day.why}.", do)]
    if day.note:
        do = f"Write {day.iso} if that is meant."
        return day.iso, [
            Finding("ROSTER_DATE_READ", f"{quoted(text)} was read as {day.iso}: {day.note}.", do, "warning")
        ]
    return day.iso, []
