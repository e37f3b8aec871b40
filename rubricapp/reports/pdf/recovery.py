"""The recovery sheet as one page of paper: the key in large groups, numbered, and what to do with it."""

from __future__ import annotations

from rubricapp import __version__
from rubricapp.i18n import _
from rubricapp.reports.pdf.bidi import isolate
from rubricapp.reports.pdf.furniture import Furniture
from rubricapp.reports.pdf.sheet import Pdf, Sheet, baseline, frame
from rubricapp.reports.pdf.text import Style, one_line, shrunk, wrap
from rubricapp.reports.recovery_sheet import PER_LINE, RecoverySheet, counted, facts, how_to, lines_of, title

_TITLE = Style(20, 27, bold=True)
_BODY = Style(10, 15)
_NAME = Style(9, 13, colour="ink2")
_KEY = Style(17, 24, bold=True)
_SMALL = Style(7.5, 10.5, colour="ink2")
_ROW = 42.0


def draw(said: RecoverySheet) -> Pdf:
    """The sheet. The same key and moment give the same bytes."""
    sheet = Sheet(title(said), _("Recovery sheet"), "en", said.made_at)
    x, width, upper = frame()
    foot = wrap(((f"rubricapp {__version__} · {said.fingerprint}", _SMALL),), width - 40)
    furniture = Furniture("", foot)
    sheet.new_page()
    y = sheet.lines(shrunk(isolate(title(said)), _TITLE, width, 13), x, upper + 14)
    y -= 8
    for name, value in facts(said):
        sheet.text(one_line(name, _NAME), x, y - 13)
        y = sheet.lines(wrap(((isolate(value), _BODY),), width - 170)[:3], x + 170, y)
    y -= 14
    height = 44 + _ROW * len(lines_of(said)) + 20
    sheet.box(x, y - height, width, height, edge="ink")
    first = one_line(said.prefix, _KEY)
    sheet.text(first, x + 18, y - 30)
    row, step = y - 44, (width - 36) / PER_LINE
    number = 0
    for line in lines_of(said):
        for column, group in enumerate(line):
            number += 1
            left = x + 18 + column * step
            sheet.text(one_line(str(number), _SMALL), left, row - 9)
            sheet.text(one_line(group, _KEY), left, row - 30)
        row -= _ROW
    note = one_line(counted(), _SMALL)
    sheet.text(note, x + 18, y - height + 8 + baseline(note))
    y -= height + 12
    for paragraph in how_to(said):
        y = sheet.lines(wrap(((paragraph, _BODY),), width), x, y) - 8
    return sheet.save(furniture.paint_foot)
