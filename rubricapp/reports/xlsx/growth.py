"""Growth: means by occasion, how many people stand behind each, and a chart without markers where they are too few."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rubricapp.core.model import AssessmentKind, OccasionId, RubricHash
from rubricapp.i18n import _
from rubricapp.reports.xlsx.cells import NOT_AVAILABLE, Value, cleaned, number
from rubricapp.reports.xlsx.looks import FONT, Looks
from rubricapp.reports.xlsx.matrix import FEWEST, KINDS, NOTHING
from rubricapp.reports.xlsx.numbering import Numbered, best_choice
from rubricapp.reports.xlsx.pages import (
    Page,
    add_choice,
    add_level_colours,
    add_number_choice,
    at,
    quoted,
)
from rubricapp.reports.xlsx.tables import Table

_FEWEST, _KIND, _RUBRIC = "$B$3", "$B$4", "$B$5"
_CHART_ROWS = 18
_LINES = ("1D5FD1", "B3261E", "1B6B3A", "7A4B00", "411774", "03636E", "545A64")
_MARKERS = ("circle", "square", "triangle", "diamond", "x", "plus", "star")


@dataclass(frozen=True)
class _Column:
    """One column of a block. key: number that the formulas look for. values: those of each occasion, for the caches."""

    key: Value
    key_formula: str
    head: str
    head_formula: str
    values: tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class _Block:
    """Where a block lies: its row of headings, the first of its means, the first of its counts, after its end."""

    head: int
    means: int
    counts: int
    end: int


def growth(numbered: Numbered, tables: dict[str, Table]) -> Page:
    """The sheet: mean total of each rubric, chart, then mean level of each criterion of the chosen rubric."""
    rubrics, most = max(1, len(numbered.rubrics)), numbered.most_criteria
    page = Page(
        "Growth",
        _("Means by occasion with the number of people behind each, and a chart."),
        widths=[27, *[14] * max(6, rubrics, most)],
        height=16,
        heights={1: 24},
        one_page=True,
    )
    key, _occasion = best_choice(numbered)
    page.put(1, 1, _("Growth"), "title")
    page.put(
        2,
        1,
        _("Means over everyone rated on that occasion. Where the numbers of people differ, so do the people."),
        "note",
    )
    for row, text, value in (
        (3, _("Fewest people for a mean"), FEWEST),
        (4, _("Kind"), AssessmentKind.ASSESSOR.value),
        (5, _("Rubric of the second table"), numbered.rubric[key] if key else None),
    ):
        page.put(row, 1, text, "name")
        page.put(row, 2, value, "input")
    first = _put_block(page, numbered, 7, _("Mean total of each rubric"), _by_rubric(numbered), _OF_TOTALS)
    second = _put_block(
        page,
        numbered,
        first.end + _CHART_ROWS + 1,
        _("Mean level of each criterion of the chosen rubric"),
        _by_criterion(numbered, key),
        _OF_LEVELS,
    )
    drawn = second.end + 1
    _put_drawn(page, numbered, drawn, first, rubrics)

    def finish(sheet: Worksheet, looks: Looks) -> None:
        words = _("Choose from the list.")
        add_number_choice(sheet, "B3", 1, _("Fewest people"), _("A whole number, 1 or more."))
        add_choice(sheet, "B4", KINDS, _("Kind"), words)
        add_choice(sheet, "B5", tables["Rubrics"].cells("rubric"), _("Rubric"), words)
        top = max((each.top_level for each in numbered.rubrics.values()), default=5)
        for block, columns in ((first, rubrics), (second, most)):
            area = f"{at(block.means, 2)}:{at(block.counts - 2, columns + 1)}"
            add_level_colours(sheet, looks, area, at(block.means, 2), str(top))
        if numbered.data.occasions:
            _draw(sheet, page, drawn, rubrics, len(numbered.data.occasions), top, first.end)

    page.finish = finish
    return page


# {key}: the number in the column's key cell; {occasion}: number of the row's occasion
_OF_TOTALS = (
    f"AVERAGEIFS(Totals[total],Totals[rubric_no],{{key}},Totals[occasion_no],{{occasion}},Totals[kind],{_KIND})",
    f'COUNTIFS(Totals[rubric_no],{{key}},Totals[occasion_no],{{occasion}},Totals[kind],{_KIND},Totals[total],">0")',
)
_OF_LEVELS = (
    f"AVERAGEIFS(Means[mean],Means[criterion_no],{{key}},Means[occasion_no],{{occasion}},Means[kind],{_KIND})",
    f'COUNTIFS(Means[criterion_no],{{key}},Means[occasion_no],{{occasion}},Means[kind],{_KIND},Means[levels],">0")',
)


def _by_rubric(numbered: Numbered) -> list[_Column]:
    values: dict[tuple[str, OccasionId], list[Fraction]] = {}
    for total in numbered.totals:
        if total.kind is AssessmentKind.ASSESSOR and total.score.value is not None:
            values.setdefault((total.rubric, total.occasion), []).append(total.score.value)
    return [
        _Column(
            numbered.rubric_no[key],
            "",
            numbered.rubric[key],
            "",
            tuple(tuple(values.get((key, each.id), ())) for each in numbered.data.occasions),
        )
        for key in numbered.rubrics
    ] or [_Column("", "", "", "", ((),) * len(numbered.data.occasions))]


def _by_criterion(numbered: Numbered, key: RubricHash | None) -> list[_Column]:
    values: dict[tuple[int, OccasionId], list[Fraction]] = {}
    for total in numbered.totals:
        if total.kind is AssessmentKind.ASSESSOR and total.rubric == key:
            for mean in total.means:
                if mean.value is not None:
                    values.setdefault((mean.criterion_no, total.occasion), []).append(mean.value)
    criteria = numbered.rubrics[key].criteria if key else ()
    columns = []
    for place in range(numbered.most_criteria):
        number = numbered.first_criterion_no[key] + place if key and place < len(criteria) else 0
        columns.append(
            _Column(
                number or "",
                f"IF(SUMPRODUCT(--(Rubrics[rubric]={_RUBRIC}),Rubrics[criteria])>{place},"
                f'SUMPRODUCT(--(Rubrics[rubric]={_RUBRIC}),Rubrics[first_criterion_no])+{place},"")',
                criteria[place].id if number else "",
                'IF({key}="","",IFERROR(INDEX(Criteria[criterion_id],MATCH({key},Criteria[criterion_no],0)),""))',
                tuple(tuple(values.get((number, each.id), ())) for each in numbered.data.occasions),
            )
        )
    return columns


def _put_block(
    page: Page, numbered: Numbered, top: int, title: str, columns: list[_Column], formulas: tuple[str, str]
) -> _Block:
    """Means by occasion, then under them how many people stand behind each."""
    occasions = numbered.data.occasions
    rows = max(1, len(occasions))
    block = _Block(top + 2, top + 3, top + 4 + rows, top + 5 + 2 * rows)
    page.put(top, 1, title, "section")
    page.put(block.head - 1, 1, "", "key")
    page.put(block.head, 1, _("mean"), "head")
    page.put(block.counts - 1, 1, _("people"), "head")
    for row, occasion in enumerate(occasions):
        page.put(block.means + row, 1, numbered.occasion[occasion.id], "line")
        page.put(block.counts + row, 1, numbered.occasion[occasion.id], "line")
    for place, column in enumerate(columns, 2):
        key, fixed = at(block.head - 1, place), f"{get_column_letter(place)}${block.head - 1}"
        page.put(block.head - 1, place, column.key, "key", column.key_formula)
        page.put(block.head, place, column.head, "head_center", column.head_formula.format(key=key))
        page.put(block.counts - 1, place, "", "head")
        for row, occasion in enumerate(occasions):
            values = column.values[row]
            count = at(block.counts + row, place)
            names = {"key": fixed, "occasion": numbered.occasion_no[occasion.id]}
            used = column.key != ""
            page.put(
                block.means + row,
                place,
                (sum(values) / len(values) if len(values) >= FEWEST else NOTHING) if used else "",
                "cell",
                f'IF({fixed}="","",IF({count}<{_FEWEST},{quoted(NOTHING)},'
                f"IFERROR({formulas[0].format(**names)},{quoted(NOTHING)})))",
            )
            page.put(
                block.counts + row,
                place,
                len(values) if used else "",
                "cell_whole",
                f'IF({fixed}="","",{formulas[1].format(**names)})',
            )
    return block


def _put_drawn(page: Page, numbered: Numbered, top: int, block: _Block, columns: int) -> None:
    """The means once more for the chart, which leaves out #N/A and would draw any other text as 0."""
    page.put(top, 1, _("For the chart: #N/A draws no marker"), "note")
    for place in range(2, columns + 2):
        page.put(top + 1, place, page.cells[block.head][place].value, "key", f'{at(block.head, place)}&""')
        for row, occasion in enumerate(numbered.data.occasions):
            page.put(top + 2 + row, 1, numbered.occasion[occasion.id], "key")
            mean = page.cells[block.means + row][place].value
            source = at(block.means + row, place)
            page.put(
                top + 2 + row,
                place,
                mean if isinstance(mean, Fraction) else NOT_AVAILABLE,
                "key_mean",
                f"IF(ISNUMBER({source}),{source},NA())",
            )


def _draw(sheet: Worksheet, page: Page, drawn: int, columns: int, rows: int, top: int, below: int) -> None:
    """The line chart of the block at `drawn`, in the rows kept free from `below` on.

    The values are in the chart, too: a program that does not calculate, as in a protected view, draws from them.
    """
    from openpyxl.chart import LineChart
    from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
    from openpyxl.chart.marker import Marker
    from openpyxl.chart.series import Series, SeriesLabel
    from openpyxl.chart.shapes import GraphicalProperties

    def cells(row: int, column: int, count: int = 1) -> str:
        letter = get_column_letter(column)
        end = f":${letter}${row + count - 1}" if count > 1 else ""
        return f"'{sheet.title}'!${letter}${row}{end}"

    def texts(row: int, column: int, count: int = 1) -> StrRef:
        values = [page.cells[row + place][column].value for place in range(count)]
        points = [StrVal(idx=place, v=cleaned(str(value or ""))) for place, value in enumerate(values)]
        return StrRef(f=cells(row, column, count), strCache=StrData(ptCount=count, pt=points))

    chart = LineChart()
    for place in range(columns):
        column, colour = place + 2, _LINES[place % len(_LINES)]
        values = [page.cells[drawn + 2 + row][column].value for row in range(rows)]
        points = [NumVal(idx=row, v=number(value)) for row, value in enumerate(values) if isinstance(value, Fraction)]
        series = Series(idx=place, order=place)
        series.tx = SeriesLabel(strRef=texts(drawn + 1, column))
        series.cat = AxDataSource(strRef=texts(drawn + 2, 1, rows))
        series.val = NumDataSource(
            numRef=NumRef(
                f=cells(drawn + 2, column, rows), numCache=NumData(formatCode="0.00", ptCount=rows, pt=points)
            )
        )
        series.smooth = False
        series.graphicalProperties = GraphicalProperties()
        series.graphicalProperties.line.solidFill = colour
        series.graphicalProperties.line.width = 22_000
        series.marker = Marker(_MARKERS[place % len(_MARKERS)], 8, GraphicalProperties(solidFill=colour))
        series.marker.graphicalProperties.line.solidFill = colour
        chart.series.append(series)
    chart.title, chart.y_axis.title = _("Mean total by occasion"), _("Total")
    for title, size in ((chart.title, 12), (chart.y_axis.title, 10)):
        title.overlay = False
        for paragraph in title.tx.rich.p:
            paragraph.pPr.defRPr = _letters(size, bold=True)
            for run in paragraph.r:
                run.rPr = _letters(size, bold=True)
    chart.x_axis.txPr = chart.y_axis.txPr = _plain_letters()
    chart.legend.txPr = _plain_letters()
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 1, top
    chart.y_axis.majorUnit, chart.y_axis.number_format = 1, "0"
    chart.x_axis.delete = chart.y_axis.delete = False
    # Not "gap": LibreOffice 7.4 takes that for 0 on a line.
    chart.display_blanks = "span"
    chart.legend.position = "r"
    chart.width, chart.height = 24, 8.4
    sheet.add_chart(chart, at(below, 1))


def _letters(size: int, bold: bool = False):
    from openpyxl.drawing.text import CharacterProperties, Font

    return CharacterProperties(sz=size * 100, b=bold, latin=Font(typeface=FONT))


def _plain_letters():
    from openpyxl.chart.text import RichText
    from openpyxl.drawing.text import Paragraph, ParagraphProperties

    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=_letters(9)), endParaRPr=_letters(9))])
