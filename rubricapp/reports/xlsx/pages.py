"""A sheet laid out by hand: cells at places, with what makes them useful: choices, colours, a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from openpyxl.formatting.rule import Rule
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from rubricapp.reports.xlsx.cells import Cell, Value, escaped, gives, holds
from rubricapp.reports.xlsx.looks import QUOTED, Looks, prepare_page


@dataclass
class Page:
    """title: of the sheet. about: for Read me. finish: adds to the empty sheet what openpyxl writes.

    widths: of the columns from A on. height: of every row in points, 0 for what fits the text; heights: of single rows.
    freeze: the first cell that scrolls. repeat: rows printed on every page. printed: columns on paper, 0 for all.
    one_page: shrink to a single page, for a sheet with a chart.
    """

    title: str
    about: str
    widths: list[float] = field(default_factory=list)
    height: float = 0
    heights: dict[int, float] = field(default_factory=dict)
    freeze: str = ""
    repeat: str = ""
    printed: int = 0
    one_page: bool = False
    finish: Callable[[Worksheet, Looks], None] = lambda sheet, looks: None
    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)

    def put(self, row: int, column: int, value: Value = None, style: str = "text", formula: str = "") -> None:
        """Fill the cell of this row and column, both counted from 1. formula: without "="; value: what it gives."""
        self.cells.setdefault(row, {})[column] = Cell(value, style, formula)

    @property
    def size(self) -> str:
        """The area in use, such as A1:F20."""
        last_column = max((max(row) for row in self.cells.values()), default=1)
        return f"A1:{get_column_letter(last_column)}{max(self.cells, default=1)}"

    def dress(self, sheet: Worksheet, looks: Looks, footer: str) -> None:
        """Give the empty sheet its widths, frozen part, print settings and what `finish` adds."""
        for place, width in enumerate(self.widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.freeze_panes = self.freeze or None
        sheet.sheet_view.showGridLines = False
        prepare_page(sheet, self.title, footer, self.repeat)
        if self.one_page:
            sheet.page_setup.fitToHeight = 1
        sheet.print_area = f"A1:{get_column_letter(self.printed)}{max(self.cells)}" if self.printed else self.size
        self.finish(sheet, looks)

    def lines(self, looks: Looks, too_long: Callable[[str], str]) -> Iterator[str]:
        """The rows as XML. too_long: makes a text fit that does not."""
        for number in sorted(self.cells):
            height = self.heights.get(number, self.height)
            made = []
            for column, cell in sorted(self.cells[number].items()):
                start = f'<c r="{get_column_letter(column)}{number}"'
                style = looks.ids[cell.style]
                value = too_long(cell.value) if isinstance(cell.value, str) else cell.value
                if cell.formula:
                    type_, given = gives(value)
                    made.append(f'{start} s="{style}"{type_}><f>{escaped(cell.formula)}</f>{given}</c>')
                else:
                    held = holds(value, style, looks.ids[cell.style + QUOTED])
                    made.append(start + (held or f' s="{style}"/>'))
            tall = f' ht="{height:g}" customHeight="1"' if height else ""
            yield f'<row r="{number}"{tall}>{"".join(made)}</row>'


def at(row: int, column: int) -> str:
    """The cell as a formula names it: at(2, 3) is C2."""
    return f"{get_column_letter(column)}{row}"


def quoted(text: str) -> str:
    """The text as a text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def add_choice(sheet: Worksheet, cell: str, choices: str, title: str, words: str) -> None:
    """Let the cell take one of the choices only: a reference, or a list in quotation marks."""

    rule = DataValidation(type="list", formula1=choices, allow_blank=True, showErrorMessage=True, showInputMessage=True)
    rule.promptTitle, rule.prompt = title[:32], words[:255]
    rule.errorTitle, rule.error = title[:32], words[:255]
    rule.add(cell)
    sheet.add_data_validation(rule)


def add_number_choice(sheet: Worksheet, cell: str, lowest: int, title: str, words: str) -> None:
    """Let the cell take whole numbers from `lowest` on."""

    rule = DataValidation(type="whole", operator="greaterThanOrEqual", formula1=str(lowest), showErrorMessage=True)
    rule.errorTitle, rule.error = title[:32], words[:255]
    rule.add(cell)
    sheet.add_data_validation(rule)


def add_level_colours(sheet: Worksheet, looks: Looks, area: str, first: str, top: str) -> None:
    """Colour the numbers of the area by where they lie on the scale. first: its first cell; top: the highest level."""

    steps = len(looks.levels)
    for step in reversed(range(steps)):
        edge = max(0.0, (step - 0.5) / (steps - 1))  # halves go up, as in rounding
        rule = Rule(type="expression", dxf=looks.rule_style(looks.on_levels[step], looks.levels[step]), stopIfTrue=True)
        rule.formula = [f"AND(ISNUMBER({first}),ISNUMBER({top}),({first}-1)>={edge:g}*({top}-1))"]
        sheet.conditional_formatting.add(area, rule)


def add_word_colour(sheet: Worksheet, looks: Looks, area: str, test: str, token: str) -> None:
    """Colour the cells of the area for which the test is true with a token of the theme: ok, warning or danger."""

    rule = Rule(type="expression", dxf=looks.rule_style(looks.ink[token], looks.ink[f"{token}_ground"], bold=True))
    rule.formula = [test]
    sheet.conditional_formatting.add(area, rule)
