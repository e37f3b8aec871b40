"""Drawing the charts of a cohort on paper: distribution strips, the heat map, small multiples of growth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from rubricapp.i18n import _
from rubricapp.reports.charts import Band, HeatCell, HeatMap, HeatRow, Strip
from rubricapp.reports.figures import FEWEST_PEOPLE, level_text
from rubricapp.reports.pdf.flow import Block
from rubricapp.reports.pdf.furniture import clipped
from rubricapp.reports.pdf.marks import level_colour, paint_agreed
from rubricapp.reports.pdf.sheet import Sheet, baseline
from rubricapp.reports.pdf.text import Line, Style, one_line, shrunk, wrap

ROWS_ON_A_PAGE = 40
_TOGETHER = 15  # rows of a heat map that a page does not end within
_BODY = Style(8.5, 11)
_SMALL = Style(7, 9, colour="ink2")
_NUMBER = Style(8, 10, bold=True)


def level_key(steps: Sequence[str], x: float, space: float = 0.0) -> Block:
    """The colours of the levels with their names, as one row."""
    names = [one_line(f"{number}\u00a0{name}", _SMALL) for number, name in enumerate(steps, 1)]

    def paint(sheet: Sheet, top: float) -> None:
        at = x
        for number, name in enumerate(names, 1):
            sheet.box(at, top - 10, 9, 8, f"level-{number}-of-{len(steps)}", "border")
            sheet.text(name, at + 13, top - 8.7)
            at += name.width + 28

    return Block(13, paint, space, keep=True)


def strip_blocks(strips: Sequence[Strip], head: Block, x: float, width: float) -> list[Block]:
    """One bar for each criterion, its parts as wide as the people at each level, each with its number."""
    label, right = 172.0, 96.0
    start, end = x + label, x + width - right
    few = one_line(_("fewer than five levels"), _SMALL)
    blocks: list[Block] = []
    for strip in strips:
        lines = wrap(((strip.label, _BODY),), label - 10)
        middle = "" if strip.middle is None else _("median {level}").format(level=level_text(strip.middle))
        none = _("{n} without level").format(n=strip.blanks) if strip.blanks else ""
        note = one_line(" · ".join(part for part in (middle, none) if part), _SMALL)
        height = max(16.0, sum(line.leading for line in lines) + 3)

        def paint(
            sheet: Sheet, top: float, strip: Strip = strip, lines=lines, note: Line = note, height: float = height
        ) -> None:
            y = top - height / 2
            sheet.lines(lines, x, y + sum(line.leading for line in lines) / 2)
            sheet.text_right(note, x + width, y - 2.5)
            if strip.people < FEWEST_PEOPLE:
                sheet.rule(start, y, end, y, 0.5)
                sheet.text(few, start, y + 2)
                return
            at = start
            unit = (end - start) / strip.people
            for step, count in enumerate(strip.counts, 1):
                if not count:
                    continue
                colour = f"level-{step}-of-{len(strip.counts)}"
                sheet.box(at, y - 6, count * unit, 12, colour, "base")
                number = one_line(str(count), _NUMBER.but(colour=f"on-{colour}"))
                if number.width + 2 <= count * unit:
                    sheet.text_middle(number, at + count * unit / 2, y - 2.9)
                at += count * unit

        blocks.append(Block(height, paint, repeat=head))
    return blocks


def heat_blocks(chart: HeatMap, title: Block, key: Sequence[Block], x: float, width: float, turn: bool) -> list[Block]:
    """A head with the criteria's ids, a row for each participant, medians at the foot; at most 40 rows a page.

    title: drawn above the head on every page.
    """
    name_width, note_width = 138.0, 50.0
    left = x + name_width + note_width
    cell = min(43.0, (width - name_width - note_width) / max(1, len(chart.columns)))
    ids = [shrunk(criterion, _SMALL.but(bold=True), cell - 1, 5) for criterion, _title in chart.columns]
    tall = max((sum(line.leading for line in lines) for lines in ids), default=9.0)
    key_height = sum(each.height + each.space for each in key)
    head_height = title.height + key_height + tall + 8

    def paint_head(sheet: Sheet, top: float) -> None:
        title.paint(sheet, top)
        at = top - title.height
        for each in key:
            each.paint(sheet, at - each.space)
            at -= each.space + each.height
        for number, lines in enumerate(ids):
            y = top - head_height + 2 + sum(line.leading for line in lines)
            for line in lines:
                y -= line.leading
                sheet.text_middle(line, left + (number + 0.5) * cell, y + baseline(line))
        sheet.rule(x, top - head_height, left + cell * len(ids), top - head_height, 0.5, "border")

    head = Block(head_height, paint_head, 22, keep=True, turn=turn)
    blocks = [head]
    for number, row in enumerate(chart.rows):
        fresh = number > 0 and number % ROWS_ON_A_PAGE == 0
        made = _heat_row(row, chart.top, head, fresh, x, left, name_width, note_width, cell)
        last_ones = number >= len(chart.rows) - 2  # the medians never stand without people
        blocks.append(replace(made, keep=last_ones or len(chart.rows) <= _TOGETHER))
    for number, row in enumerate(chart.feet):
        foot = _heat_row(row, chart.top, head, False, x, left, name_width, note_width, cell, is_foot=True)
        blocks.append(foot if number else Block(foot.height, foot.paint, 5, repeat=head))
    return blocks


def _heat_row(
    row: HeatRow,
    top_level: int,
    head: Block,
    fresh: bool,
    x: float,
    left: float,
    name_width: float,
    note_width: float,
    cell: float,
    is_foot: bool = False,
) -> Block:
    style = _BODY.but(size=8, leading=10.5, bold=is_foot)
    name = one_line(row.label, style)
    names: tuple[Line, ...] = (name,)
    if name.width > name_width - 6:
        names = shrunk(row.label, style, name_width - 6, 6.75)
        if len(names) > 2:
            names = (names[0], clipped(row.label, style.but(size=6.75, leading=8.75), name_width - 6))[1:]
    note = clipped(row.note, _SMALL, note_width - 6)
    height = max(15.0, sum(line.leading for line in names) + 1)

    def paint(sheet: Sheet, top: float) -> None:
        y = top - height / 2
        sheet.lines(names, x, y + sum(line.leading for line in names) / 2)
        sheet.text(note, x + name_width, y - 2.5)
        for number, each in enumerate(row.cells):
            _heat_cell(sheet, each, top_level, left + number * cell, top, cell, height)

    return Block(height, paint, repeat=head, turn=fresh)


def _heat_cell(sheet: Sheet, each: HeatCell, top_level: int, x: float, top: float, width: float, height: float) -> None:
    if each.level is None:
        if each.agreed:
            paint_agreed(sheet, x + width - 3.4, top - 3.4)
        line = one_line(each.text, _SMALL)
        sheet.text_middle(line, x + width / 2, top - height / 2 - 2.4)
        return
    colour = level_colour(each.level, top_level)
    sheet.box(x + 0.5, top - height + 0.5, width - 1, height - 1, colour)
    line = one_line(each.text, _NUMBER.but(colour=f"on-{colour}"))
    sheet.text_middle(line, x + width / 2, top - height / 2 - 2.9)
    if each.agreed:
        paint_agreed(sheet, x + width - 3.4, top - 3.4, f"on-{colour}")
    if each.fails:  # a bar and a frame: seen without colour, too
        sheet.put("q 1.6 w")
        sheet.rule(x + 1.6, top - height + 1.8, x + width - 1.6, top - height + 1.8, 2, "danger")
        sheet.put("Q")


def band_blocks(bands: Sequence[Band], x: float, width: float, head: Block) -> list[Block]:
    """Growth of the cohort, four criteria in a row: quartiles as an area, the median as a line, n below."""
    per_row, gutter = 4, 16.0
    cell = (width - gutter * (per_row - 1)) / per_row
    field = 50.0
    blocks: list[Block] = []
    for start in range(0, len(bands), per_row):
        row = bands[start : start + per_row]
        labels = [wrap(((each.label, _SMALL.but(colour="ink", size=7.5, leading=9.5)),), cell) for each in row]
        tall = max(sum(line.leading for line in lines) for lines in labels)
        moves = [wrap(((_moves(each), _SMALL),), cell) for each in row]
        below = max(sum(line.leading for line in lines) for lines in moves)
        height = tall + 4 + field + 18 + below + 2

        def paint(
            sheet: Sheet, top: float, row=row, labels=labels, moves=moves, tall: float = tall, below: float = below
        ) -> None:
            for column, band in enumerate(row):
                left = x + column * (cell + gutter)
                sheet.lines(labels[column], left, top - tall + sum(line.leading for line in labels[column]))
                low = top - tall - 4 - field
                _band(sheet, band, left, cell, low, field)
                sheet.lines(moves[column], left, low - 18)

        blocks.append(Block(height, paint, 4 if start else 0, repeat=head))
    return blocks


def _moves(band: Band) -> str:
    if band.pairs < FEWEST_PEOPLE:
        return _("too few with two levels to count moves")
    return _("{up} up, {same} same, {down} down").format(up=band.up, same=band.same, down=band.down)


def _band(sheet: Sheet, band: Band, x: float, width: float, low: float, height: float) -> None:
    inner = 6.0
    step = (height - 2 * inner) / max(1, band.top - 1)

    def place(level: Fraction) -> float:
        return low + inner + float(level - 1) * step

    for level in range(1, band.top + 1):
        sheet.rule(x, place(Fraction(level)), x + width, place(Fraction(level)), 0.4)
    pitch = (width - 24) / max(1, len(band.points) - 1)
    known = [(x + 12 + at * pitch, point) for at, point in enumerate(band.points) if point.middle is not None]
    upper = [(at, place(point.high)) for at, point in known]
    lower = [(at, place(point.low)) for at, point in known]
    sheet.path([*upper, *reversed(lower)], fill="selection")
    sheet.path([(at, place(point.middle)) for at, point in known], 1.4)
    for at, point in known:
        sheet.rule(at, place(point.low), at, place(point.high), 0.8, "accent")
        sheet.disc(at, place(point.middle), 2.6, level_colour(point.middle, band.top), "ink", 0.9)
    for number, point in enumerate(band.points):
        at = x + 12 + number * pitch
        name = clipped(point.occasion, _SMALL.but(size=6.5, leading=8), max(20.0, pitch - 2))
        edge = min(max(at, x + name.width / 2), x + width - name.width / 2)
        sheet.text_middle(name, edge, low - 8)
        people = one_line(f"n\u00a0=\u00a0{point.people}", _SMALL.but(size=6.5, leading=8))
        edge = min(max(at, x + people.width / 2), x + width - people.width / 2)
        sheet.text_middle(people, edge, low - 15.5)
