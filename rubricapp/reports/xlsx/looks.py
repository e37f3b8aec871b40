"""How the workbook looks: every font named, few styles, level colours, and how each sheet prints."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from copy import copy
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from rubricapp import paths
from rubricapp.i18n import _

FONT = "Arial"
INPUT_INK, INPUT_GROUND = "0000FF", "E8F1FF"
QUOTED = "+quoted"

# style: (size, bold, colour, ground, number format, horizontal, wrap, line below)
# cell…, line, input and head… stand in the middle of their row, all others at its top.
_STYLES: Mapping[str, tuple[int, bool, str, str, str, str | None, bool, bool]] = {
    "text": (10, False, "ink", "", "General", "left", True, False),
    "id": (10, False, "ink", "", "@", "left", False, False),
    "whole": (10, False, "ink", "", "0", "right", False, False),
    "mean": (10, False, "ink", "", "0.00", "right", False, False),
    "percent": (10, False, "ink", "", "0%", "right", False, False),
    "number": (9, False, "ink2", "", "0", "left", False, False),
    "level": (10, False, "ink", "", "0", "center", False, False),
    "word": (10, False, "ink", "", "@", "center", False, False),
    "key": (9, False, "ink2", "", "0", "right", False, False),
    "key_mean": (9, False, "ink2", "", "0.00", "right", False, False),
    "day": (10, False, "ink", "", "yyyy-mm-dd", "left", False, False),
    "moment": (10, False, "ink", "", "yyyy-mm-dd hh:mm", "left", False, False),
    "line": (10, False, "ink", "", "@", "left", False, False),
    "cell": (10, False, "ink", "", "0.00", "center", False, False),
    "cell_percent": (10, False, "ink", "", "0%", "center", False, False),
    "cell_whole": (10, False, "ink", "", "0", "center", False, False),
    "cell_text": (10, False, "ink", "", "General", "center", False, False),
    "yes": (10, False, "ink", "", "", "center", False, False),
    "head": (10, True, "ink", "raised", "@", "left", True, True),
    "head_number": (10, True, "ink", "raised", "@", "right", True, True),
    "head_center": (10, True, "ink", "raised", "@", "center", True, True),
    "title": (16, True, "ink", "", "General", "left", False, False),
    "section": (12, True, "ink", "", "General", "left", False, False),
    "name": (10, True, "ink", "", "General", "left", False, False),
    "note": (9, False, "ink2", "", "General", "left", False, False),
    "prose": (10, False, "ink", "", "General", "left", True, False),
    "verdict": (12, True, "ink", "", "General", "left", False, False),
    "input": (10, True, INPUT_INK, INPUT_GROUND, "General", "left", False, True),
}


def colours() -> dict[str, Any]:
    """The tokens of the light theme, which paper and workbook share."""
    return tomllib.loads((paths.RESOURCES / "themes" / "light.toml").read_text(encoding="utf-8"))


class Looks:
    """The styles of one workbook by name. ids: number of each style in the file; with QUOTED for text kept as text."""

    def __init__(self, book: Workbook) -> None:
        tokens = colours()
        ink = {name: value.lstrip("#") for name, value in tokens["colours"].items()}
        self.levels = [value.lstrip("#") for value in tokens["levels"]["five"]]
        self.on_levels = [value.lstrip("#") for value in tokens["levels"]["on_five"]]
        self.ink = ink
        self.ids: dict[str, int] = {}
        formats = {"yes": '"{yes}";"{yes}";"{no}"'.format(yes=_("yes"), no=_("no"))}
        for name, (size, bold, colour, ground, number_format, horizontal, wrap, line) in _STYLES.items():
            cell = WriteOnlyCell(book.worksheets[0])
            cell.font = Font(name=FONT, size=size, bold=bold, color=ink.get(colour, colour))
            cell.fill = PatternFill("solid", fgColor=ink.get(ground, ground)) if ground else PatternFill()
            cell.border = Border(bottom=Side("thin", color=ink["border"])) if line else Border()
            upright = "center" if name.startswith(("cell", "input", "head", "line")) else "top"
            cell.alignment = Alignment(horizontal=horizontal, vertical=upright, wrap_text=wrap)
            cell.number_format = formats.get(name, number_format)
            self.ids[name] = cell.style_id
            cell._style = copy(cell._style)  # openpyxl keeps the one that it has just numbered
            cell.quotePrefix = True
            self.ids[name + QUOTED] = cell.style_id

    def rule_style(self, ink: str, ground: str, bold: bool = False) -> Any:
        """What a conditional format changes: colour of text and ground."""

        return DifferentialStyle(
            font=Font(name=None, color=ink, bold=bold or None, family=None),
            fill=PatternFill(bgColor=ground, fill_type="solid"),
        )


def prepare_page(sheet: Worksheet, title: str, footer: str, repeat: str = "") -> None:
    """Landscape A4, one page wide, what the sheet is at the top and page n of m at the foot.

    repeat: rows at the top of every page, such as "1:1".
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.page_margins.header = sheet.page_margins.footer = 0.3
    if repeat:
        sheet.print_title_rows = repeat
    for part, text in (
        (sheet.oddFooter.left, footer.replace("&", "&&")),
        (sheet.oddFooter.center, title.replace("&", "&&")),
        (sheet.oddFooter.right, "&P / &N"),
    ):
        part.text = text
        part.font = f"{FONT},Regular"
        part.size = 8
