"""The production log as a table, CSV or XLSX: one day a row. What is written here can be read back."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rubricapp.core.model import LogEntry, Person, Problem
from rubricapp.core.production import hours_text
from rubricapp.errors import Exit, UserError
from rubricapp.formats.grid import Mark, Row, as_text
from rubricapp.formats.roster_columns import key
from rubricapp.formats.roster_dates import order_of, read_day
from rubricapp.formats.tables import read_table

COLUMNS: dict[str, str] = {
    "participant": "Participant ID",
    "name": "Name",
    "worked_on": "Date",
    "day_type": "Day type",
    "production": "Production",
    "unit": "Unit",
    "location": "Location",
    "called_at": "Call",
    "wrapped_at": "Wrap",
    "hours": "Hours",
    "department": "Department",
    "role": "Role",
    "credited_role": "Credited as",
    "head": "Head of department",
    "scenes": "Scenes",
    "rolls": "Rolls",
    "tasks": "Tasks",
    "kit": "Kit",
    "supervision": "Supervision",
    "supervised_by": "Supervised by",
    "problem": "Problem",
    "decision": "Decision",
    "outcome": "Outcome",
    "happened": "What happened",
    "matters": "Why it matters",
    "next_step": "What I will do next",
    "criteria": "Criteria",
    "incident": "Incident (restricted)",
}
_OTHER_WORDS = {
    "id": "participant",
    "participant": "participant",
    "nom": "name",
    "nombre": "name",
    "full name": "name",
    "jour": "worked_on",
    "datum": "worked_on",
    "fecha": "worked_on",
    "data": "worked_on",
    "day": "worked_on",
    "worked on": "worked_on",
    "heures": "hours",
    "stunden": "hours",
    "horas": "hours",
    "fonction": "role",
    "poste": "role",
    "funktion": "role",
    "rol": "role",
    "lieu": "location",
    "departement": "department",
    "scene": "scenes",
    "incident": "incident",
    "call time": "called_at",
    "wrap time": "wrapped_at",
}
_DANGEROUS = tuple("=+-@\t\r＝＋－＠")


@dataclass(frozen=True)
class LogTable:
    """rows: (row in the file, texts by field). problems: what could not be read."""

    rows: tuple[tuple[int, dict[str, str]], ...]
    problems: tuple[Problem, ...]


def _fields() -> dict[str, str]:
    words = {key(heading): name for name, heading in COLUMNS.items()}
    return words | {key(word): name for word, name in _OTHER_WORDS.items()}


def _heading_score(rows: Sequence[Row]) -> int:
    known = _fields()
    return max((sum(key(as_text(cell)) in known for cell in row.cells) for row in rows), default=0)


def read_log(path: Path) -> LogTable:
    """Read a log table; headings are found by themselves. Raises UserError where there are none or no file."""
    table = read_table(path, _heading_score)
    known = _fields()
    for place, row in enumerate(table.rows[:60]):  # noqa: B007 - used after the loop
        columns = {
            index: known[key(as_text(cell))] for index, cell in enumerate(row.cells) if key(as_text(cell)) in known
        }
        if "worked_on" in columns.values() and {"participant", "name"} & set(columns.values()):
            break
    else:
        raise UserError(
            "E_LOG_HEADER",
            f"{path.name} has no row of headings with a participant’s ID or name and a date.",
            "Nothing was imported.",
            f"Name the columns as an exported log does: {', '.join(list(COLUMNS.values())[:5])} …",
            exit_code=Exit.PROBLEMS,
        )
    body = table.rows[place + 1 :]
    day_column = next(index for index, name in columns.items() if name == "worked_on")
    days = [as_text(row.cells[day_column]) for row in body if day_column < len(row.cells)]
    order = order_of([day for day in days if day], as_text(row.cells[day_column]), True)
    found, problems = [], _left_out(table.rows[place], columns, body)
    for row in body:
        texts = dict.fromkeys(columns.values(), "")
        for index, name in columns.items():
            cell = row.cells[index] if index < len(row.cells) else ""
            if isinstance(cell, Mark) and cell.kind in ("error", "no_value", "bad_date"):
                problems.append(
                    Problem(
                        "LOG_CELL",
                        f"Log row {row.number}, {COLUMNS.get(name, name)}: the cell holds no text.",
                        "Type the value itself.",
                        row.number,
                        COLUMNS.get(name, name),
                    )
                )
                continue
            texts[name] = _unprotected(as_text(cell).strip())
        if texts["worked_on"]:
            day = read_day(texts["worked_on"], order, table.epoch_1904)
            if day.ambiguous and day.iso and order.unsure and not any(each.code == "LOG_ORDER" for each in problems):
                problems.append(_order_taken(row.number, texts["worked_on"], day.iso))
            texts["worked_on"] = day.iso or texts["worked_on"]
        if any(text for name, text in texts.items() if name != "name"):
            name = texts.pop("name", "")
            texts["participant"] = texts.get("participant") or name
            found.append((row.number, texts))
    return LogTable(tuple(found), tuple(problems))


def _left_out(headings: Row, columns: dict[int, str], body: Sequence[Row]) -> list[Problem]:
    """What a file holds beside the columns that are known, so that nobody believes it was taken."""
    others = [
        as_text(cell).strip()
        for index, cell in enumerate(headings.cells)
        if index not in columns
        and as_text(cell).strip()
        and any(index < len(row.cells) and as_text(row.cells[index]).strip() for row in body)
    ]
    if not others:
        return []
    what = f"These columns are not known and were left out: {', '.join(each[:40] for each in others[:8])}."
    return [Problem("LOG_COLUMNS", what, "Rename them as in an exported log to take them in.", severity="warning")]


def _order_taken(row: int, text: str, iso: str) -> Problem:
    what = f"Log row {row}: “{text}” was read as {iso}, the day before the month, as all dates like it."
    return Problem("LOG_ORDER", what, "Write days as 2026-09-01 if that is wrong.", row, severity="warning")


def _is_dangerous(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula, or for one that was protected already."""
    return text.lstrip("'").startswith(_DANGEROUS)


def _unprotected(text: str) -> str:
    return text[1:] if text.startswith("'") and _is_dangerous(text) else text


def _values(person: Person, entry: LogEntry, restricted: bool) -> list[str]:
    special = {
        "participant": person.code,
        "name": person.name,
        "hours": hours_text(entry.minutes) if entry.minutes is not None else "",
        "supervision": str(entry.supervision or ""),
        "criteria": " ".join(entry.criteria),
    }
    names = [name for name in COLUMNS if restricted or name != "incident"]
    return [special[name] if name in special else getattr(entry, name) for name in names]


def write_log(path: Path, entries: Sequence[tuple[Person, LogEntry]], restricted: bool) -> None:
    """Write the table beside its place, then rename. Raises UserError when it cannot be written."""
    headings = [heading for name, heading in COLUMNS.items() if restricted or name != "incident"]
    rows = [_values(person, entry, restricted) for person, entry in entries]
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.casefold() == ".csv":
            text = io.StringIO()
            writer = csv.writer(text)
            writer.writerow(headings)
            writer.writerows([["'" + cell if _is_dangerous(cell) else cell for cell in row] for row in rows])
            part.write_bytes("\ufeff".encode() + text.getvalue().encode())
        elif path.suffix.casefold() == ".xlsx":
            part.write_bytes(_workbook(headings, rows))
        else:
            raise UserError(
                "E_ENDING",
                f"{path.name} is neither a workbook nor a CSV file by its name.",
                "",
                "End the name in .xlsx or .csv.",
                exit_code=Exit.USAGE,
            )
        with part.open("rb+") as file:
            os.fsync(file.fileno())  # else a power cut may leave an empty file under its name
        part.replace(path)
    except OSError as error:
        raise UserError(
            "E_CANNOT_WRITE",
            f"{path} could not be written.",
            "The log is safe; what was there before is unchanged.",
            "Choose another place.",
            str(error),
        ) from error
    finally:
        with suppress(OSError):  # where there is no such folder there is nothing left over
            part.unlink(missing_ok=True)


def _workbook(headings: list[str], rows: list[list[str]]) -> bytes:
    from datetime import date

    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "Production log"
    sheet.append(headings)
    day = headings.index(COLUMNS["worked_on"])
    for number, row in enumerate(rows, 2):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if column - 1 == day:
                cell.value = date.fromisoformat(text)
                cell.number_format = "yyyy-mm-dd"
            elif text:
                text = "'" + text if text.startswith("'") and _is_dangerous(text) else text
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
                cell.data_type = "s"
                cell.quotePrefix = text.startswith(_DANGEROUS)
    for cell in sheet[1]:
        cell.font = Font(name="Calibri", size=11, bold=True)
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{max(2, len(rows) + 1)}"
    for index, heading in enumerate(headings, 1):
        longest = max([len(heading), *(min(40, len(row[index - 1])) for row in rows)])
        sheet.column_dimensions[get_column_letter(index)].width = longest + 3
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    whole = io.BytesIO()  # not the file itself: on a full disk zipfile would fail again while it is thrown away
    book.save(whole)
    return whole.getvalue()
