"""Drawing the charts of a participant's page on paper: dumbbells and sparks, as blocks that a page can be filled with.

Shapes, not letters, so that no font can lack them; every colour comes with a number or a word beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from rubricapp.i18n import _
from rubricapp.reports.charts import DumbbellRow, Dumbbells, Spark, whole_step
from rubricapp.reports.figures import level_text
from rubricapp.reports.pdf.flow import Block
from rubricapp.reports.pdf.sheet import Sheet, baseline
from rubricapp.reports.pdf.text import Line, Style, one_line, wrap

LABEL = 164.0
"""Width of the column with a criterion's title."""
NOTE = 62.0
"""Width of the column with the change, or the reason why there is no level."""
OWN = 52.0
"""Width of the column with the participant's own level and the gap, where there is a self-assessment."""
_TOGETHER = 12  # rows of a rubric that a page does not end within; its total always follows the last two


@dataclass(frozen=True)
class Density:
    """How closely a page is set.

    pitch: height of a dumbbell row. spark: height of a spark's field; 0: no sparks, the levels between are dots on
    the dumbbells. picks: criteria that each list is made of. gap: between sections. spark_pairs: sparks for two
    occasions, too, which say no more than the dumbbells do. terse: who said it stands behind a comment, not below.
    """

    pitch: float
    body: Style
    small: Style
    dot: float
    spark: float
    picks: int
    gap: float
    spark_pairs: bool = True
    terse: bool = False

    @cached_property
    def strong(self) -> Style:
        return self.body.but(bold=True)

    @cached_property
    def quiet(self) -> Style:
        return self.body.but(colour="ink2")

    @cached_property
    def caption(self) -> Style:
        return self.small.but(colour="ink2")

    @cached_property
    def refused(self) -> Style:
        return self.small.but(colour="danger", bold=True)


def level_colour(level: Fraction, top: int) -> str:
    return f"level-{whole_step(level)}-of-{top}"


def paint_level(sheet: Sheet, level: Fraction, top: int, x: float, y: float, radius: float) -> None:
    """The disc of a level with its number in it; longer where the number has a decimal."""
    colour = level_colour(level, top)
    text = level_text(level)
    size = radius * 1.12
    sheet.disc(x, y, radius, colour, wide=size * 0.4 if len(text) > 2 else 0)
    line = one_line(text, Style(size, size, True, f"on-{colour}"))
    sheet.text_middle(line, x, y - size * 0.357)


def paint_agreed(sheet: Sheet, x: float, y: float, colour: str = "ink") -> None:
    """The corner mark of an agreed level: a small triangle, its corner up and right."""
    sheet.path([(x - 1.2, y + 2.4), (x + 2.4, y + 2.4), (x + 2.4, y - 1.2)], fill=colour)


def dumbbell_blocks(
    chart: Dumbbells, density: Density, x: float, width: float, titled: bool, space: float
) -> list[Block]:
    """A head with the scale, then one block for each criterion."""
    own_width = OWN if chart.has_own else 0.0
    start, end = x + LABEL + density.dot + 8, x + width - NOTE - own_width
    top = len(chart.steps)
    pitch = (end - start) / max(1, top - 1)

    def place(level: Fraction | int) -> float:
        return start + (level.numerator / level.denominator - 1) * pitch

    small = density.caption
    names = [one_line(f"{number}\u00a0{name}", small) for number, name in enumerate(chart.steps, 1)]
    if any(a.width / 2 + b.width / 2 + 5 > pitch for a, b in pairwise(names)):
        inner = [one_line(str(number), small) for number in range(2, top)]
        names = [names[0], *inner, *names[-1:]]
        if top > 2 and (names[0].width + names[-1].width) / 2 + 12 > pitch:
            names = [one_line(str(number), small) for number in range(1, top + 1)]
    title = wrap(((chart.title, density.strong),), LABEL) if titled else ()
    head_height = max(sum(line.leading for line in title), small.leading) + 2
    own_head = one_line(_("self (gap)"), small) if own_width else None

    def paint_head(sheet: Sheet, at: float) -> None:
        if titled:
            sheet.bookmark(chart.title, 1, at)
            sheet.lines(title, x, at)
        for number, name in enumerate(names):
            sheet.text_middle(name, start + number * pitch, at - head_height + 2 + baseline(name))
        if own_head is not None:
            sheet.text_right(own_head, x + width, at - head_height + 2 + baseline(own_head))

    head = Block(head_height, paint_head, space, keep=True)
    last = len(chart.rows) - 1
    return [
        head,
        *(
            _row(
                row,
                density,
                x,
                x + width - own_width,
                place,
                top,
                head,
                own_width,
                last < _TOGETHER or at < 2 or at >= last - 1,
            )
            for at, row in enumerate(chart.rows)
        ),
    ]


def _row(
    row: DumbbellRow,
    density: Density,
    x: float,
    right: float,
    place: Callable[[Fraction | int], float],
    top: int,
    head: Block,
    own_width: float,
    keep: bool,
) -> Block:
    label = [(row.label, density.body)]
    if row.gate is not None:
        words = _("gate {level} not met") if row.fails else _("gate {level}")
        gate = words.format(level=row.gate).replace(" ", "\u00a0")
        label.append(("\u00a0 " + gate, density.refused if row.fails else density.caption))
    lines = wrap(tuple(label), LABEL)
    moved = row.moved
    style = density.caption if row.now is None else density.strong if moved else density.quiet
    notes = wrap(((row.note, style),), NOTE - 6) if row.note else ()
    own = one_line(row.own, density.quiet)
    tall = max(sum(line.leading for line in lines), sum(line.leading for line in notes))
    height = max(density.pitch, tall + 3)

    def paint(sheet: Sheet, at: float) -> None:
        y = at - height / 2
        sheet.lines(lines, x, y + sum(line.leading for line in lines) / 2)
        sheet.rule(place(1), y, place(top), y, 0.5)
        sheet.ticks([place(step) for step in range(1, top + 1)], y, 1.5)
        if row.median is not None:
            hidden = row.now is not None and abs(place(row.median) - place(row.now)) < density.dot
            reach = height / 2 - 0.8 if hidden else min(6.5, height / 2 - 2.5)
            sheet.rule(place(row.median), y - reach, place(row.median), y + reach, 1.1, "ink")
        if moved:
            sheet.rule(place(row.first), y, place(row.now), y, 1.8, "ink")
        for level in row.between if not density.spark else ():
            sheet.disc(place(level), y, density.dot * 0.26, "ink", "ink", 0.2)
        if row.first is not None and row.first != row.now:
            sheet.disc(place(row.first), y, density.dot * 0.52, "base", "ink", 1.2)
        if row.now is not None:
            paint_level(sheet, row.now, top, place(row.now), y, density.dot)
            if row.agreed:
                paint_agreed(sheet, place(row.now) + density.dot + 1.2, y + density.dot * 0.55)
        _notes(sheet, notes, right, y)
        if row.own:
            _notes(sheet, (own,), right + own_width, y)

    return Block(height, paint, keep=keep, repeat=head)


def _notes(sheet: Sheet, notes: Sequence[Line], right: float, y: float) -> None:
    at = y + sum(line.leading for line in notes) / 2
    for line in notes:
        at -= line.leading
        sheet.text_right(line, right, at + baseline(line))


def legend(charts: Sequence[Dumbbells], first: str, now: str, style: Style, dots: bool) -> tuple[float, object]:
    """(width, a function (sheet, x, y) that draws it): what the marks of the dumbbells mean."""
    parts: list[tuple[str, Line]] = []
    if any(row.first is not None for chart in charts for row in chart.rows):
        parts.append(("ring", one_line(first, style)))
    if dots and any(row.between for chart in charts for row in chart.rows):
        parts.append(("dot", one_line(_("between"), style)))
    parts.append(("disc", one_line(now, style)))
    if any(chart.has_medians for chart in charts):
        parts.append(("tick", one_line(_("cohort median"), style)))
    if any(row.agreed and row.now is not None for chart in charts for row in chart.rows):
        parts.append(("corner", one_line(_("agreed"), style)))
    width = sum(line.width + 11 for _mark, line in parts) + 14 * (len(parts) - 1)

    def paint(sheet: Sheet, x: float, y: float) -> None:
        middle = y + style.size * 0.36
        for mark, line in parts:
            if mark == "ring":
                sheet.disc(x + 3, middle, 2.4, "base", "ink", 1)
            elif mark == "dot":
                sheet.disc(x + 3, middle, 1.4, "ink", "ink", 0.2)
            elif mark == "disc":
                sheet.disc(x + 3, middle, 3, "ink", "ink", 0.5)
            elif mark == "corner":
                paint_agreed(sheet, x + 3, middle)
            else:
                sheet.rule(x + 3, middle - 4.5, x + 3, middle + 4.5, 1.1, "ink")
            sheet.text(line, x + 11, y)
            x += 11 + line.width + 14

    return width, paint


def spark_blocks(
    sparks: Sequence[Spark], title: str, density: Density, x: float, width: float, space: float
) -> list[Block]:
    """Small charts beside each other, up to eight in a row."""
    per_row = min(8, max(5, len(sparks)))
    rows = [sparks[at : at + per_row] for at in range(0, len(sparks), per_row)]
    gutter = 10.0
    cell = (width - gutter * (per_row - 1)) / per_row
    small = density.small.but(size=density.small.size - 0.25, leading=density.small.leading - 0.75)
    blocks: list[Block] = []
    if title:
        line = one_line(title, density.small.but(bold=True))
        blocks.append(
            Block(
                line.leading + 2, lambda sheet, at: sheet.text(line, x, at - line.leading + baseline(line)), space, True
            )
        )
    for number, row in enumerate(rows):
        labels = [wrap(((each.label, small),), cell) for each in row]
        ends = [
            (
                one_line(each.occasions[0], small.but(colour="ink2")),
                one_line(each.occasions[-1], small.but(colour="ink2")),
            )
            for each in row
        ]
        label_height = max(sum(line.leading for line in lines) for lines in labels)
        foot = small.leading + 2
        height = label_height + 3 + density.spark + foot

        def paint(
            sheet: Sheet, at: float, row=row, labels=labels, ends=ends, label_height=label_height, foot=foot
        ) -> None:
            for column, spark in enumerate(row):
                left = x + column * (cell + gutter)
                used = sum(line.leading for line in labels[column])
                sheet.lines(labels[column], left, at - label_height + used)
                low = at - label_height - 3 - density.spark
                _spark(sheet, spark, left, cell, low + 3, density.spark - 6)
                first, last = ends[column]
                sheet.text(first, left, low - foot + baseline(first))
                if first.width + last.width + 4 <= cell:
                    sheet.text_right(last, left + cell, low - foot + baseline(last))

        blocks.append(Block(height, paint, (space if not title else 0) if number == 0 else 6))
    return blocks


def _spark(sheet: Sheet, spark: Spark, x: float, width: float, low: float, height: float) -> None:
    step = height / max(1, spark.top - 1)
    for level in range(spark.top):
        sheet.rule(x, low + level * step, x + width, low + level * step, 0.4)
    radius = 3.0
    pitch = (width - 2 * radius) / max(1, len(spark.levels) - 1)
    points = [
        (x + radius + at * pitch, low + float(level - 1) * step, level)
        for at, level in enumerate(spark.levels)
        if level is not None
    ]
    sheet.path([(a, b) for a, b, _level in points], 1.3)
    for a, b, _level in points[:-1]:
        sheet.disc(a, b, 1.3, "ink", "ink", 0.2)
    if points:
        a, b, level = points[-1]
        sheet.disc(a, b, radius, level_colour(level, spark.top), "ink", 0.8)
