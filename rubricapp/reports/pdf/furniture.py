"""What every page of a report has: the running head of later pages, and the foot with date, versions, id and number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rubricapp.core.model import Person
from rubricapp.i18n import _
from rubricapp.reports.data import ReportData
from rubricapp.reports.pdf.bidi import isolate
from rubricapp.reports.pdf.paper import MARGIN
from rubricapp.reports.pdf.sheet import Sheet, baseline, frame
from rubricapp.reports.pdf.text import Line, Style, one_line, wrap

_FOOT = Style(7, 9.5, colour="ink2")
_RUNNING = Style(8, 11, colour="ink2")


@dataclass(frozen=True)
class Furniture:
    """running: the head of the second and later pages. foot: the lines of the foot, without the page number."""

    running: str
    foot: tuple[Line, ...]

    @property
    def bottom(self) -> float:
        """How far down the page may be filled."""
        return MARGIN - 3 + sum(line.leading for line in self.foot)

    def turn(self, sheet: Sheet) -> float:
        """Begin a later page; returns where it may be filled from."""
        x, width, upper = frame()
        sheet.new_page()
        sheet.text(clipped(self.running, _RUNNING, width), x, upper)
        sheet.rule(x, upper - 6, x + width, upper - 6, 0.5, "border")
        return upper - 18

    def paint_foot(self, sheet: Sheet, page: int, pages: int) -> None:
        x, width, _upper = frame()
        top = self.bottom - 5
        sheet.rule(x, top, x + width, top, 0.5, "border")
        sheet.lines(self.foot, x, top - 3)
        number = one_line(f"{page} / {pages}", _FOOT)
        sheet.text_right(number, x + width, top - 3 - number.leading + baseline(number))


def report_id(data: ReportData, person: Person | None = None) -> str:
    """What a report is quoted by: the snapshot it was made from, and whom it is about."""
    return f"{data.snapshot.id} · {person.code or person.id[:8]}" if person else data.snapshot.id


def day_text(moment: datetime) -> str:
    """A day as people write it: 21 November 2026."""
    months = (
        *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
        *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
    )
    return _("{day}\u00a0{month}\u00a0{year}").format(day=moment.day, month=months[moment.month - 1], year=moment.year)


def clipped(text: str, style: Style, width: float) -> Line:
    """One line that ends in … where the text is longer: only for what stands in full elsewhere."""
    text = " ".join(text.split())[:400]
    line = one_line(text, style)
    while line.width > width and len(text) > 1:
        text = text[: max(1, min(len(text) - 1, int(len(text) * width / line.width)))].rstrip()
        line = one_line(text + "…", style)
    return line


def foot_lines(data: ReportData, quoted_as: str, rubrics: Sequence[str]) -> tuple[Line, ...]:
    """Data as of when, which rubric versions, which report."""
    words = [
        _("Data as of {day}, {time}\u00a0UTC").format(
            day=day_text(data.snapshot.as_of), time=f"{data.snapshot.as_of:%H:%M}"
        ),
        *(isolate(each.replace(" ", "\u00a0")) for each in rubrics),
        _("report {id}").format(id=quoted_as).replace(" ", "\u00a0"),
    ]
    _x, width, _upper = frame()
    return wrap(((" · ".join(words), _FOOT),), width - 40)
