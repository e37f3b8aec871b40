"""The workbook of one edition: openpyxl makes sheets, styles, tables and chart; the rows are written into its file.

The same data give the same bytes: no clock, fixed order, times of the parts 1980-01-01.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path

from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.writer.excel import ExcelWriter

from rubricapp.core.model import Problem
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.jobs import Progress
from rubricapp.reports.data import ReportData
from rubricapp.reports.xlsx.agreement import agreement
from rubricapp.reports.xlsx.cells import label
from rubricapp.reports.xlsx.checks import checks
from rubricapp.reports.xlsx.computed import computed
from rubricapp.reports.xlsx.cover import TITLE, cover
from rubricapp.reports.xlsx.growth import growth
from rubricapp.reports.xlsx.looks import Looks
from rubricapp.reports.xlsx.matrix import matrix
from rubricapp.reports.xlsx.numbering import Numbered, number_everything
from rubricapp.reports.xlsx.pages import Page
from rubricapp.reports.xlsx.records import records
from rubricapp.reports.xlsx.tables import Cutter, Table

MOST_ROWS = 1_048_575
"""Rows below the headings that a sheet can have."""
_STEP = 2_000  # rows between two looks at the progress
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ROWS = re.compile(rb"<sheetData\s*/>|<sheetData>.*</sheetData>", re.DOTALL)
_SIZE = re.compile(rb'<dimension ref="[^"]*"\s*/>')


def build_workbook(data: ReportData, path: Path, progress: Progress) -> tuple[Problem, ...]:
    """Write the workbook to `path`, which is replaced; what had to be shortened is in the answer.

    Raises Cancelled, OSError, and UserError where there are more ratings than a sheet has rows. After any of these
    the file at `path` is incomplete and to be removed.
    """
    numbered = number_everything(data)
    if numbered.ratings > MOST_ROWS:
        raise UserError(
            "E_TOO_MANY",
            _("There are {n} ratings; a sheet holds {most}.").format(n=numbered.ratings, most=MOST_ROWS),
            _("No workbook was made."),
            _("Export the editions one by one."),
        )
    sheets, names = _sheets(numbered)
    cutter = Cutter(_(" … (cut here: a cell holds no more)"))
    _write(path, data, sheets, names, cutter, progress)
    problems = []
    if cutter.count:
        problems.append(
            Problem(
                "W_CUT",
                ngettext(
                    "{n} text was too long for a cell and was cut.",
                    "{n} texts were too long for a cell and were cut.",
                    cutter.count,
                ).format(n=cutter.count),
                _("Read it in the app; a cell holds 32,767 characters."),
                severity="warning",
            )
        )
    return tuple(problems)


def _sheets(numbered: Numbered) -> tuple[list[Page | Table], dict[str, str]]:
    """The sheets in order, and the cells that have names."""
    kept, made = records(numbered), computed(numbered)
    last, names = checks(numbered)
    others: list[Page | Table] = [
        made["Totals"],
        matrix(numbered, kept),
        growth(numbered, kept),
        agreement(numbered),
        kept["Scores"],
        made["Means"],
        made["Pairs"],
        *(kept[name] for name in ("Assessments", "People", "Evidence", "Rubrics", "Criteria", "Levels", "Occasions")),
        last,
    ]
    must_be_0 = [cell for row in last.cells.values() for cell in row.values() if cell.style == "cell_whole"]
    good = all(cell.value == 0 for cell in must_be_0)
    return [cover(numbered, others, good), *others], names


def _shell(data: ReportData, sheets: Sequence[Page | Table], names: dict[str, str]) -> tuple[bytes, Looks]:
    """The file of the workbook without any row, and its styles."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for each in sheets:
        book.create_sheet(each.title)
    looks = Looks(book)
    footer = f"{label(data.programme)[:60]} · {label(data.edition)[:40]} · {data.snapshot.id}"
    for each, sheet in zip(sheets, book.worksheets, strict=True):
        each.dress(sheet, looks, footer)
    for name, place in sorted(names.items()):
        book.defined_names[name] = DefinedName(name, attr_text=place)
    about = book.properties
    about.creator = about.lastModifiedBy = "rubricapp"
    about.title = label(f"{data.programme} – {data.edition}")
    about.subject = _("Ratings and totals")
    about.language = data.language
    about.identifier = data.snapshot.id
    about.version = data.app_version
    about.created = about.modified = data.snapshot.as_of.astimezone(UTC).replace(tzinfo=None)
    book.calculation.fullCalcOnLoad = True
    shell = io.BytesIO()
    with zipfile.ZipFile(shell, "w") as archive:
        ExcelWriter(book, archive).save()  # not book.save: it would write the time of day
    book.close()
    return shell.getvalue(), looks


def _write(
    path: Path,
    data: ReportData,
    sheets: Sequence[Page | Table],
    names: dict[str, str],
    cutter: Cutter,
    progress: Progress,
) -> None:
    total = sum(each.count if isinstance(each, Table) else len(each.cells) for each in sheets)
    done = 0
    progress.step(done, total, TITLE)
    shell, looks = _shell(data, sheets, names)
    by_part = {f"xl/worksheets/sheet{number}.xml": each for number, each in enumerate(sheets, 1)}
    with zipfile.ZipFile(io.BytesIO(shell)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system, part.external_attr = 3, 0o600 << 16  # the same on every system
            sheet = by_part.get(name)
            if sheet is None:
                new.writestr(part, old.read(name))
                continue
            with new.open(part, "w") as out:
                for piece, rows in _pieces(old.read(name), sheet, looks, cutter):
                    out.write(piece)
                    if rows:
                        progress.step(min(total, done + rows), total, sheet.title)
            done += sheet.count if isinstance(sheet, Table) else len(sheet.cells)
            progress.step(min(total, done), total, sheet.title)


def _pieces(xml: bytes, sheet: Page | Table, looks: Looks, cutter: Cutter) -> Iterator[tuple[bytes, int]]:
    """(piece of the sheet's XML, rows written so far or 0) from the empty sheet, its rows put in."""
    xml = _SIZE.sub(f'<dimension ref="{sheet.size}"/>'.encode(), xml, count=1)
    place = _ROWS.search(xml)
    if place is None:
        raise AssertionError(f"openpyxl wrote {sheet.title} without sheetData")
    yield xml[: place.start()] + b"<sheetData>", 0
    held: list[str] = []
    for number, line in enumerate(sheet.lines(looks, cutter), 1):
        held.append(line)
        if number % _STEP == 0:
            yield "".join(held).encode(), number
            held.clear()
    yield "".join(held).encode() + b"</sheetData>" + xml[place.end() :], 0
