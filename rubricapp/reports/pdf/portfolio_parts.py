"""What the PDF of a portfolio is set from: its styles, sections, paragraphs, boxes, staircases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from rubricapp.core.text import clean
from rubricapp.reports.folio_parts import Way, Ways
from rubricapp.reports.folio_words import Phrase, level_words
from rubricapp.reports.pdf.bidi import isolate
from rubricapp.reports.pdf.flow import Block, text_block
from rubricapp.reports.pdf.furniture import clipped
from rubricapp.reports.pdf.marks import paint_level
from rubricapp.reports.pdf.sheet import Sheet, baseline, frame
from rubricapp.reports.pdf.tables import table
from rubricapp.reports.pdf.text import Line, Spans, Style, one_line, wrap

BODY = Style(9, 13)
STRONG = BODY.but(bold=True)
QUIET = BODY.but(colour="ink2")
SMALL = Style(7.5, 10.5, colour="ink2")
LEAD = Style(10.5, 15, colour="ink2")
_SECTION = Style(16, 22, bold=True)
_TITLE = Style(11.5, 16, bold=True)
_MINOR = Style(9.5, 13.5, bold=True)
_SMALL_TABLE = 8  # rows
_PER_ROW, _GUTTER, _STEP = 3, 18.0, 9.0


def own(text: str) -> str:
    """What somebody typed, inside our sentence: clean, and isolated where it may turn the words around it."""
    return isolate(clean(text, lines=False))


def told(words: Phrase) -> str:
    return words.template.format(**{name: own(value) for name, value in words.values})


def section(title: str, turn: bool = False) -> Block:
    """A chapter: its title over the full width under a rule."""
    x, width, _upper = frame()
    line = clipped(title, _SECTION, width)

    def paint(sheet: Sheet, top: float) -> None:
        sheet.bookmark(title, 0, top)
        sheet.rule(x, top, x + width, top, 0.8, "ink")
        sheet.text(line, x, top - 28 + baseline(line))

    return Block(32, paint, 24, keep=True, turn=turn)


def heading(title: str, level: int = 1, space: float = 14.0) -> list[Block]:
    """A title inside a chapter. level: 1 or 2; the first are bookmarks."""
    x, width, _upper = frame()
    style = _TITLE if level == 1 else _MINOR
    lines = wrap(((title, style),), width, None)
    blocks = text_block(lines, x, width, space, keep=True)
    if level > 1 or not blocks:
        return blocks
    first = blocks[0]

    def paint(sheet: Sheet, top: float) -> None:
        sheet.bookmark(title, 1, top)
        first.paint(sheet, top)

    return [Block(first.height, paint, first.space, keep=True), *blocks[1:]]


def paragraph(
    words: str | Spans,
    style: Style = BODY,
    space: float = 3.0,
    keep: bool = False,
    indent: float = 0.0,
    base: int | None = None,
) -> list[Block]:
    """Text of any length; its first letter says from which side it is read."""
    x, width, _upper = frame()
    spans = ((words, style),) if isinstance(words, str) else words
    return text_block(wrap(spans, width - indent, base), x + indent, width - indent, space, keep)


def typed(text: str, style: Style = BODY, space: float = 3.0, indent: float = 0.0, keep: bool = False) -> list[Block]:
    """What somebody typed, as a paragraph of its own."""
    return paragraph(clean(text), style, space, keep, indent) if text.strip() else []


def quoted(text: str, indent: float, space: float = 3.0) -> list[Block]:
    """Somebody's words with a line beside them, which is on the side where they begin."""
    x, _width, _upper = frame()
    made = []
    for each in typed(text, BODY, space, indent + 9):

        def paint(sheet: Sheet, top: float, each: Block = each) -> None:
            sheet.rule(x + indent + 1, top, x + indent + 1, top - each.height, 1.5, "border")
            each.paint(sheet, top)

        made.append(Block(each.height, paint, each.space, each.keep))
    return made


def facts_table(rows: Sequence[Sequence[str | Spans]], titles: Sequence[str], widths: Sequence[float]) -> list[Block]:
    """A table; a small one is not torn by the end of a page."""
    blocks = table(titles, rows, widths, BODY, SMALL.but(bold=True), 5, base=None)
    if len(rows) > _SMALL_TABLE or len(blocks) != len(rows) + 1:
        return blocks
    return [*(replace(each, keep=True) for each in blocks[:-1]), blocks[-1]]


def labelled(label: str, text: str, column: float = 96.0) -> list[Block]:
    """A fact: its label in the first column, its words, however long, in the second."""
    x, width, _upper = frame()
    name = wrap(((own(label), QUIET),), column - 8, None)
    words = wrap(((clean(text), BODY),), width - column, None)
    blocks: list[Block] = []
    for at in range(max(len(name), len(words))):
        left = name[at] if at < len(name) else None
        right = words[at] if at < len(words) else None

        def paint(sheet: Sheet, top: float, left: Line | None = left, right: Line | None = right) -> None:
            if left is not None:
                sheet.lines((left,), x, top, column - 8)
            if right is not None:
                sheet.lines((right,), x + column, top, width - column)

        more = at + 1 < min(max(len(name), len(words)), 2)
        blocks.append(Block(BODY.leading, paint, 2.0 if at == 0 else 0.0, keep=more))
    return blocks


def box(lines: Sequence[Spans], colour: str, space: float = 14.0) -> list[Block]:
    """Sentences beside a thick line, kept together where they are few."""
    x, width, _upper = frame()
    every = [line for spans in lines for line in wrap(spans, width - 16, None)]
    blocks = []
    for at, line in enumerate(every):
        high = line.leading + (4 if at in (0, len(every) - 1) else 0) + (4 if len(every) == 1 else 0)
        down = 4 if at == 0 else 0

        def paint(sheet: Sheet, top: float, line: Line = line, high: float = high, down: float = down) -> None:
            sheet.rule(x + 1.5, top, x + 1.5, top - high, 3, colour)
            sheet.lines((line,), x + 14, top - down, width - 16)

        blocks.append(Block(high, paint, space if at == 0 else 0, keep=at < min(len(every) - 1, 12)))
    return blocks


def level_blocks(
    title: str, level: int | None, top: int, words: str, notes: Sequence[Spans], descriptor: str, column: float
) -> list[Block]:
    """A criterion: its title and notes at the left; at the right its level as a disc with its name, or why it has
    none, and below it the words of that level."""
    x, width, _upper = frame()
    left = [*wrap(((title, STRONG),), column - 12, None)]
    for each in notes:
        left += wrap(each, column - 12, None)
    known = level is not None and 1 <= level <= top
    text = words if known or level is None else f"{level} {words}"
    right = wrap(((text, STRONG if level is not None else QUIET),), width - column - 20, None)
    below = wrap(((clean(descriptor), BODY),), width - column, None) if descriptor.strip() else ()
    under = max(sum(line.leading for line in right), 15.0)
    beside = 0  # lines of the descriptor that stand beside a long title
    while beside < len(below) and under + (beside + 1) * BODY.leading <= sum(line.leading for line in left) + 3:
        beside += 1
    height = max(sum(line.leading for line in left), under + beside * BODY.leading)

    def paint(sheet: Sheet, at: float) -> None:
        sheet.lines(left, x, at, column - 12)
        if known:
            paint_level(sheet, Fraction(level), top, x + column + 6.5, at - 6.5, 6.5)
        sheet.lines(right, x + column + (18 if known else 0), at, width - column - 20)
        sheet.lines(below[:beside], x + column, at - under, width - column)

    rest = text_block(below[beside:], x + column, width - column)
    return [Block(height, paint, 7, keep=bool(rest)), *rest]


# Growth


def staircases(ways: Ways) -> list[Block]:
    """A staircase for each criterion, three beside each other; a dash stands where there is no level."""
    x, width, _upper = frame()
    cell = (width - _GUTTER * (_PER_ROW - 1)) / _PER_ROW
    top = ways.rubric.top_level
    names = [one_line(own(name), SMALL) for name, _day in ways.occasions]
    pitch = (cell - 12) / max(1, len(names))
    fits = all(name.width <= pitch - 3 for name in names)
    labels = names if fits else [one_line(str(number), SMALL) for number in range(1, len(names) + 1)]
    blocks: list[Block] = []
    if not fits:
        key = " · ".join(f"{at}\u00a0{own(name)}" for at, (name, _day) in enumerate(ways.occasions, 1))
        blocks += paragraph(key, SMALL, keep=True)
    for start in range(0, len(ways.lines), _PER_ROW):
        row = ways.lines[start : start + _PER_ROW]
        titles = [wrap(((own(line.title), SMALL.but(bold=True, colour="ink")),), cell, None)[:3] for line in row]
        head = max(sum(line.leading for line in title) for title in titles)
        height = head + 12 + (top - 1) * _STEP + 14

        def paint(
            sheet: Sheet, at: float, row: Sequence[Way] = row, titles: Sequence = titles, head: float = head
        ) -> None:
            for column, (line, title) in enumerate(zip(row, titles, strict=True)):
                left = x + column * (cell + _GUTTER)
                sheet.lines(title, left, at - head + sum(each.leading for each in title), cell)
                _staircase(sheet, line, top, left, at - head - 12 - (top - 1) * _STEP, cell, labels)

        blocks.append(Block(height, paint, 9))
    return blocks


def _staircase(sheet: Sheet, line: Way, top: int, x: float, low: float, width: float, labels: Sequence[Line]) -> None:
    left = x + 12
    pitch = (width - 12) / max(1, len(line.steps))
    for level in range(1, top + 1):
        y = low + (level - 1) * _STEP
        sheet.rule(left, y, x + width, y, 0.4)
        if level in (1, top) or top <= 5:
            sheet.text_middle(one_line(str(level), SMALL.but(size=6.5)), x + 4, y - 2.2)
    stretch: list[tuple[float, float]] = []
    for at, step in enumerate(line.steps):
        middle = left + (at + 0.5) * pitch
        sheet.text_middle(labels[at], middle, low - 11)
        if step.level is None:
            sheet.path(stretch, 1.6)
            stretch = []
            sheet.text_middle(one_line("–", SMALL), middle, low + 2)
            continue
        y = low + (min(max(step.level, 1), top) - 1) * _STEP
        stretch += [(left + at * pitch, y), (left + (at + 1) * pitch, y)]
        sheet.text_middle(one_line(level_words(step.level), SMALL.but(bold=True, colour="ink")), middle, y + 2.8)
    sheet.path(stretch, 1.6)
