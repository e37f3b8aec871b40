"""One participant on one page of A4; a second page only where there is more to say than fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rubricapp.core.model import Person, PersonId
from rubricapp.i18n import _, ngettext
from rubricapp.reports.data import ReportData
from rubricapp.reports.figures import Cohort, gather
from rubricapp.reports.findings import Entry, short_name
from rubricapp.reports.pdf.bidi import first_strong, isolate
from rubricapp.reports.pdf.flow import Block, Columns, Piece, height_of, pour, text_block
from rubricapp.reports.pdf.furniture import Furniture, clipped, foot_lines, report_id
from rubricapp.reports.pdf.marks import Density, dumbbell_blocks, legend, spark_blocks
from rubricapp.reports.pdf.sheet import Pdf, Sheet, baseline, frame
from rubricapp.reports.pdf.text import Line, Style, one_line, shrunk, wrap
from rubricapp.reports.story import Story, tell

_BODY = Style(9, 13)
_SMALL = Style(7.5, 10.5)
_FINDING = Style(11.5, 17)
_SECTION = Style(12, 17, bold=True)
_ROOMY = Density(22, _BODY, _SMALL, 7.4, 52, 3, 17)
_MEDIUM = Density(18, Style(8.75, 12.25), Style(7.25, 10), 6.6, 40, 3, 13)
_CLOSE = Density(15.5, Style(8.5, 11.5), Style(7, 9.25), 6.0, 30, 3, 11, spark_pairs=False, terse=True)
_TIGHT = Density(14, Style(8.25, 10.75), Style(6.75, 8.75), 5.6, 0, 2, 8.5, spark_pairs=False, terse=True)
# The first that fits on one page is taken; if none does, `_OVER_PAGES`.
_DENSITIES = (
    _ROOMY,
    _MEDIUM,
    replace(_MEDIUM, spark_pairs=False),
    _CLOSE,
    replace(_CLOSE, picks=2),
    replace(_CLOSE, spark=0),
    replace(_CLOSE, spark=0, picks=2),
    _TIGHT,
    replace(_TIGHT, pitch=13, body=Style(8, 10), small=Style(6.75, 8.5), dot=5.4, gap=6.5),
)
_OVER_PAGES = replace(_MEDIUM, spark_pairs=False)
_TOGETHER = 16  # lines of an entry that a page does not end within


def build_participant(data: ReportData, person: PersonId) -> bytes:
    """The participant's report as a PDF. Raises KeyError for someone who is not a participant of this edition."""
    return make_participant(gather(data), person).data


def make_participant(cohort: Cohort, person: PersonId) -> Pdf:
    """As `build_participant`, from data arranged once for many, with the number of pages and what no font has."""
    data = cohort.data
    story = tell(cohort, {each.id: each for each in data.participants}[person])
    participant, standings = story.person, story.standings
    sheet = Sheet(
        _("{name}: progress report").format(name=participant.name),
        _("{programme}, {edition}").format(programme=data.programme, edition=data.edition),
        data.language,
        data.snapshot.as_of,
        report_id(data, participant),
    )
    furniture = Furniture(
        f"{participant.name} · {data.programme} {data.edition}",
        foot_lines(data, report_id(data, participant), [each.rubric.label for each in standings]),
    )
    _x, _width, upper = frame()
    blocks = _fitting(story, upper + 8 - furniture.bottom)
    sheet.new_page()
    sheet.bookmark(participant.name, 0, upper + 8)
    pour(sheet, blocks, upper + 8, furniture.bottom, lambda: furniture.turn(sheet))
    return sheet.save(furniture.paint_foot)


def _fitting(story: Story, height: float) -> list[Block | Columns]:
    """The page at the roomiest density that is no higher than this; over several pages where none is.

    After the first, the densities are tried by halving: each next one is as high or lower, but for rare page contents
    where a roomier one would have done as well.
    """
    found: list[Block | Columns] | None = None
    low, high = 0, len(_DENSITIES)
    at = 0
    while low < high:
        blocks = _blocks(story, _DENSITIES[at])
        if height_of(blocks) - blocks[0].space <= height:
            found, high = blocks, at
        else:
            low = at + 1
        at = (low + high) // 2
    return found or _blocks(story, _OVER_PAGES)


def _blocks(story: Story, density: Density) -> list[Block | Columns]:
    x, width, _upper = frame()
    blocks: list[Block | Columns] = [*_head(story)]
    if not story.standings:
        return [*blocks, *_nothing_yet(story.cohort.data, story.person, x, width)]
    spans = tuple(
        (text, _FINDING.but(bold=strong))
        for at, sentence in enumerate(story.finding)
        for text, strong in (*((" ", False),) * (at > 0), *sentence)
    )
    blocks += text_block(wrap(spans, width), x, width, density.gap * 0.75)
    blocks += _where(story, density, x, width)
    blocks += _said(story, density, x, width)
    blocks += _growth(story, density, x, width)
    style = density.caption
    reading = ((_("How to read this.") + " ", style.but(bold=True)), (story.reading, style))
    return [*blocks, *text_block(wrap(reading, width), x, width, density.gap)]


def _head(story: Story) -> list[Block]:
    data = story.cohort.data
    x, width, _upper = frame()
    grey = Style(8, 11, colour="ink2")
    words = [_("Progress report")]
    if story.occasions:
        first, last = story.occasions[0], story.occasions[-1]
        words.append(first if first == last else _("{first} to {last}").format(first=first, last=last))
    right = clipped(" · ".join(words), grey, width * 0.45)
    left = clipped(f"{data.programme} · {data.edition}", grey.but(bold=True), width * 0.53)

    def paint_line(sheet: Sheet, top: float) -> None:
        sheet.text(left, x, top - 11 + baseline(left))
        sheet.text_right(right, x + width, top - 11 + baseline(right))

    facts = " · ".join(isolate(part.replace(" ", "\u00a0") if len(part) < 60 else part) for part in story.facts)
    blocks = [Block(13, paint_line, keep=True)]
    blocks += text_block(shrunk(story.person.name, Style(24, 32, bold=True), width, 15), x, width, keep=True)
    blocks += text_block(wrap(((facts, Style(9, 13, colour="ink2")),), width), x, width, keep=True)
    blocks.append(Block(1, lambda sheet, top: sheet.rule(x, top, x + width, top, 1, "ink"), 8, keep=True))
    return blocks


def _nothing_yet(data: ReportData, person: Person, x: float, width: float) -> list[Block]:
    drafts = data.drafts.get(person.id, 0)
    name = isolate(short_name(person))
    words = _("No assessment of {name} has been finished yet, so there is nothing to report.").format(name=name)
    more = (
        ngettext(
            "{n} assessment is begun. It appears here when its assessor finishes it.",
            "{n} assessments are begun. They appear here when their assessors finish them.",
            drafts,
        ).format(n=drafts)
        if drafts
        else _("The report fills as assessors finish their assessments.")
    )
    return text_block(wrap(((f"{words} {more}", _FINDING),), width), x, width, 14)


def _section(title: str, density: Density, x: float, right: object = None) -> Block:
    line = one_line(title, _SECTION)

    def paint(sheet: Sheet, top: float) -> None:
        y = top - 17 + baseline(line)
        sheet.bookmark(title, 1, top)
        sheet.text(line, x, y)
        if right is not None:
            right(sheet, y)

    return Block(18, paint, density.gap, keep=True)


def _where(story: Story, density: Density, x: float, width: float) -> list[Block]:
    first, now = story.first_and_now
    key_width, paint_key = legend(story.charts, first, now, density.caption, not density.spark)
    title = _("Where {name} is now").format(name=isolate(story.name))
    if one_line(title, _SECTION).width > width - key_width - 12:
        title = _("Levels now")
    blocks = [_section(title, density, x, lambda sheet, y: paint_key(sheet, x + width - key_width, y))]
    style = density.caption
    for at, (chart, total) in enumerate(zip(story.charts, story.totals, strict=True)):
        blocks += dumbbell_blocks(chart, density, x, width, len(story.charts) > 1, density.gap * 0.5 if at else 0)
        spans = tuple(
            (sentence if number == 0 else f" {sentence}", density.refused if refused else style)
            for number, (sentence, refused) in enumerate(total)
        )
        blocks += text_block(wrap(spans, width), x, width, 2)
    return blocks


def _said(story: Story, density: Density, x: float, width: float) -> list[Block | Columns]:
    well, ahead = story.entries(density.picks)
    gutter = 22.0
    column = (width - gutter) / 2
    edges = ((x, column), (x + column + gutter, column))
    quiet = density.quiet
    left = _entries(well, density, column) or _pieces(
        wrap(((_("No criterion is above the first level yet."), quiet),), column), 0
    )
    right = _entries(ahead, density, column) or _pieces(
        wrap(((_("Nothing is below the top of its scale."), quiet),), column), 0
    )
    commented = [entry for entry in well if entry.comments]
    if density.terse and commented and _length(left) > _length(right):
        left = _entries(commented, density, column)  # the descriptors reached stand in the rubric
    titles = one_line(_("Going well"), _SECTION), one_line(_("Next steps"), _SECTION)

    def paint(sheet: Sheet, top: float) -> None:
        sheet.bookmark(_("Going well"), 1, top)
        sheet.bookmark(_("Next steps"), 1, top)
        for (at, _width), line in zip(edges, titles, strict=True):
            sheet.text(line, at, top - 17 + baseline(line))

    return [Block(18, paint, density.gap, keep=True), Columns((tuple(left), tuple(right)), edges)]


def _length(pieces: Sequence[Piece]) -> float:
    return sum(each.space + each.line.leading for each in pieces)


def _entries(entries: Sequence[Entry], density: Density, width: float) -> list[Piece]:
    return [piece for entry in entries for piece in _entry(entry, density, width)]


@lru_cache(maxsize=5_000)
def _entry(entry: Entry, density: Density, width: float) -> tuple[Piece, ...]:
    """An entry's lines, on one page unless they are too many."""
    pieces: list[Piece] = []
    caption = " · ".join(isolate(part) for part in (entry.rubric, entry.level) if part)
    if len(caption) < 60:
        caption = caption.replace(" ", "\u00a0")
    head = wrap(((entry.criterion, density.strong), ("\u00a0 " + caption, density.caption)), width)
    pieces += _pieces(head, 0, follow=True)
    for text, who in entry.comments:
        base = first_strong(text)
        signature = (who, density.caption)
        if density.terse and base == 0:
            between = ("\u00a0 ", density.body)
            pieces += _pieces(wrap(((f"“{text}”", density.body), between, signature), width), 0)
            continue
        pieces += _pieces(wrap(((f"“{text}”", density.body),), width, base), 0)
        pieces += _pieces(wrap((signature,), width), 0.5, glued=True)
    if entry.step:
        spans = ((entry.step_title + " ", density.quiet),) if entry.step_title else ()
        gap_above = 2 if entry.comments else 0
        pieces += _pieces(wrap((*spans, (entry.step, density.body)), width), gap_above)
    last = len(pieces) - 1
    together = last < _TOGETHER
    return tuple(
        Piece(each.line, each.space if at else density.body.leading * 0.5, at < last if together else each.keep)
        for at, each in enumerate(pieces)
    )


def _pieces(lines: Sequence[Line], space: float, follow: bool = False, glued: bool = False) -> list[Piece]:
    """Lines as pieces, so that a page never ends after the first or before the last of them. follow: nor after them."""
    last = len(lines) - 1
    return [
        Piece(line, space if at == 0 else 0, follow or (last > 0 and at in (0, last - 1)) or (glued and at < last))
        for at, line in enumerate(lines)
    ]


def _growth(story: Story, density: Density, x: float, width: float) -> list[Block]:
    fewest = 2 if density.spark_pairs else 3
    shown = [
        (each, ways)
        for each, ways in zip(story.standings, story.sparks, strict=True)
        if len(each.occasions) >= fewest and density.spark
    ]
    blocks = [_section(_("Growth"), density, x)] if shown else []
    for at, (each, ways) in enumerate(shown):
        title = each.rubric.title if len(story.standings) > 1 else ""
        blocks += spark_blocks(ways, title, density, x, width, density.gap * 0.4 if at else 0)
    return blocks
