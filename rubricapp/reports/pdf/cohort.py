"""The cohort on paper: summary, heat map, growth, who needs what next, agreement."""

from __future__ import annotations

from collections.abc import Sequence

from rubricapp.core.model import RubricVersion
from rubricapp.core.scoring import round_half_up
from rubricapp.i18n import _, ngettext
from rubricapp.reports.charts import BLANK_SIGNS, HeatMap, bands, heat_map, strips
from rubricapp.reports.cohort_findings import (
    RubricSummary,
    cohort_findings,
    needs,
    own_mentees_text,
    percent,
    share_text,
    summary,
)
from rubricapp.reports.data import ReportData
from rubricapp.reports.figures import (
    FEWEST_PAIRS,
    FEWEST_PEOPLE,
    USUAL_PAIRS,
    Cohort,
    Gap,
    Pairs,
    agreement,
    blank_text,
    gather,
    level_text,
    occasion_text,
)
from rubricapp.reports.pdf.bidi import isolate
from rubricapp.reports.pdf.cohort_marks import band_blocks, heat_blocks, level_key, strip_blocks
from rubricapp.reports.pdf.flow import Block, pour, text_block
from rubricapp.reports.pdf.furniture import Furniture, clipped, foot_lines, report_id
from rubricapp.reports.pdf.sheet import Pdf, Sheet, baseline, frame
from rubricapp.reports.pdf.tables import table
from rubricapp.reports.pdf.text import Spans, Style, one_line, wrap
from rubricapp.reports.wording import erased_text

_BODY = Style(8.5, 11.5)
_SMALL = Style(7.25, 9.75, colour="ink2")
_FINDING = Style(11.5, 17)
_SECTION = Style(14.5, 20, bold=True)
_RUBRIC = Style(10.5, 14, bold=True)
_COLUMNS_ON_A_PAGE = 14
_FEW = 12  # participants: with fewer, sections follow each other without a new page


def build_cohort(data: ReportData) -> bytes:
    """The cohort's report as a PDF."""
    return make_cohort(gather(data)).data


def make_cohort(cohort: Cohort) -> Pdf:
    """As `build_cohort`, with the number of pages and what no font has."""
    data = cohort.data
    named = _("{programme}, {edition}").format(programme=data.programme, edition=data.edition)
    sheet = Sheet(
        _("{name}: cohort report").format(name=named), named, data.language, data.snapshot.as_of, report_id(data)
    )
    furniture = Furniture(
        f"{_('Cohort report')} · {data.programme} {data.edition}",
        foot_lines(data, report_id(data), [each.label for each in cohort.rubrics]),
    )
    _x, _width, upper = frame()
    sheet.new_page()
    blocks = _summary(cohort)
    for rubric in cohort.rubrics:
        blocks += _heat(cohort, rubric)
    if cohort.rubrics:
        large = len(cohort.data.participants) > _FEW
        blocks += [*_growth(cohort, large), *_next(cohort, large), *_agreement(cohort)]
    blocks += _reading(cohort)
    pour(sheet, blocks, upper + 8, furniture.bottom, lambda: furniture.turn(sheet))
    return sheet.save(furniture.paint_foot)


def _section(title: str, level: int = 0, turn: bool = False, space: float = 20) -> Block:
    x, _width, _upper = frame()
    style = _RUBRIC if level else _SECTION
    line = one_line(title, style)

    def paint(sheet: Sheet, top: float) -> None:
        sheet.bookmark(title, level, top)
        sheet.text(line, x, top - style.leading + baseline(line))

    return Block(style.leading + 2, paint, space, keep=True, turn=turn)


def _paragraph(words: str | Spans, style: Style = _BODY, space: float = 3.0, keep: bool = False) -> list[Block]:
    x, width, _upper = frame()
    spans = ((words, style),) if isinstance(words, str) else words
    return text_block(wrap(spans, width), x, width, space, keep)


def _rule(space: float = 2.0, colour: str = "hairline") -> Block:
    x, width, _upper = frame()
    return Block(1, lambda sheet, top: sheet.rule(x, top, x + width, top, 0.5, colour), space, keep=True)


def _table(
    titles: Sequence[str], rows: Sequence[Sequence[str | Spans]], widths: Sequence[float], space: float = 4.0
) -> list[Block]:
    """Rows that never split under a head that is repeated. The last column takes the width that is left."""
    return table(titles, rows, widths, _BODY, _SMALL.but(bold=True), space)


def _summary(cohort: Cohort) -> list[Block]:
    data = cohort.data
    x, width, _upper = frame()
    left = clipped(f"{data.programme} · {data.edition}", Style(8, 11, True, "ink2"), width)
    assessments = sum(len(each) for each in cohort.assessments.values())
    assessors = len({each.assessor for several in cohort.assessments.values() for each in several})
    n = len(data.participants)
    facts = [
        ngettext("{n} participant", "{n} participants", n).format(n=n),
        ngettext("{n} finished assessment", "{n} finished assessments", assessments).format(n=assessments)
        + " "
        + ngettext("by {n} assessor", "by {n} assessors", assessors).format(n=assessors),
        ngettext("{n} rubric", "{n} rubrics", len(cohort.rubrics)).format(n=len(cohort.rubrics)),
    ]
    title = one_line(_("Cohort report"), Style(24, 32, bold=True))

    def paint_title(sheet: Sheet, top: float) -> None:
        sheet.bookmark(_("Summary"), 0, top)
        sheet.text(left, x, top - 11 + baseline(left))
        sheet.text(title, x, top - 45 + baseline(title))

    blocks = [Block(45, paint_title, keep=True), *_paragraph(" · ".join(facts), Style(9, 13, colour="ink2"), 0, True)]
    blocks.append(Block(1, lambda sheet, top: sheet.rule(x, top, x + width, top, 1, "ink"), 8, keep=True))
    summaries = tuple(summary(cohort, each) for each in cohort.rubrics)
    if not summaries:
        words = _(
            "No assessment has been finished yet, so there is nothing to report. The report fills as assessors finish."
        )
        return [*blocks, *_paragraph(words, _FINDING, 14)]
    for at, sentence in enumerate(cohort_findings(cohort, summaries)):
        spans = tuple((text, _FINDING.but(bold=strong)) for text, strong in sentence)
        blocks += _paragraph(spans, _FINDING, 3 if at else 12)
    blocks += [_section(_("Rubrics"), 1), *_rubric_table(summaries)]
    return blocks + _distribution(cohort)


def _rubric_table(summaries: Sequence[RubricSummary]) -> list[Block]:
    rows = [
        (
            each.rubric.label,
            str(each.people),
            f"{percent(each.given, each.asked)} ({each.given}/{each.asked})",
            str(each.gates_failed) if any(one.gate is not None for one in each.rubric.criteria) else _("no gate"),
            _("{level} of {top} (n = {n})")
            .format(level=round_half_up(each.middle), top=each.rubric.top_level, n=each.totals)
            .replace(" ", "\u00a0")
            if each.middle is not None
            else _("too few totals ({n})").format(n=each.totals).replace(" ", "\u00a0"),
        )
        for each in summaries
    ]
    titles = (_("Rubric"), _("Participants"), _("Criteria with a level"), _("Below a gate"), _("Median total"))
    return _table(titles, rows, (158, 70, 108, 72))


def _distribution(cohort: Cohort) -> list[Block]:
    x, width, _upper = frame()
    blocks = [_section(_("How the cohort is spread"), 1)]
    shared = len({rubric.scale for rubric in cohort.rubrics}) == 1
    for at, rubric in enumerate(cohort.rubrics):
        title = one_line(rubric.title, _BODY.but(bold=True))
        head = Block(
            13, lambda sheet, top, title=title: sheet.text(title, x, top - 13 + baseline(title)), 8 if at else 0, True
        )
        blocks.append(head)
        if len(cohort.with_rubric(rubric.content_hash)) < FEWEST_PEOPLE:
            blocks += _paragraph(_("Fewer than five participants: no distribution is shown."), _SMALL, 0)
            continue
        if not (at and shared):
            blocks.append(level_key([name for name, _anchor in rubric.scale], x))
        blocks += strip_blocks(strips(cohort, rubric), head, x, width)
    return blocks


def _heat(cohort: Cohort, rubric: RubricVersion) -> list[Block]:
    x, width, _upper = frame()
    whole = heat_map(cohort, rubric)
    blocks: list[Block] = []
    for start in range(0, len(whole.columns), _COLUMNS_ON_A_PAGE):
        part = slice(start, start + _COLUMNS_ON_A_PAGE)
        chart = HeatMap(
            whole.title,
            whole.top,
            whole.columns[part],
            tuple(type(each)(each.label, each.note, each.cells[part]) for each in whole.rows),
            tuple(type(each)(each.label, each.note, each.cells[part]) for each in whole.feet),
        )
        titles = "  ".join(f"{isolate(criterion)}\u00a0{isolate(title)};" for criterion, title in chart.columns)
        signs = "; ".join(f"{sign}: {blank_text(blank)}" for blank, sign in BLANK_SIGNS.items())
        signs += "; ·: " + blank_text(None)
        if any(each.gate is not None for each in rubric.criteria):
            signs += "; " + _("red bar: below its gate")
        if any(cell.agreed for row in chart.rows for cell in row.cells):
            signs += "; " + _("corner mark: assessors differed and settled on this")
        key = [
            *text_block(wrap(((titles.rstrip(";"), _SMALL),), width), x, width),
            level_key([name for name, _anchor in rubric.scale], x, 2),
            *text_block(wrap(((signs, _SMALL),), width), x, width),
        ]
        title = _section(_("Levels by participant: {rubric}").format(rubric=rubric.title), 0, space=0)
        blocks += heat_blocks(chart, title, key, x, width, len(chart.rows) > _FEW)
    if any(row.cells and any(cell.level is None for cell in row.cells) for row in whole.feet):
        blocks += _paragraph(_("A median of fewer than five levels is not printed (–)."), _SMALL, 4)
    return blocks


def _growth(cohort: Cohort, turn: bool) -> list[Block]:
    x, width, _upper = frame()
    blocks = [_section(_("Growth"), turn=turn)]
    shown = [(each, bands(cohort, each)) for each in cohort.rubrics]
    if not any(found for _each, found in shown):
        return [*blocks, *_paragraph(_("Growth needs two occasions of the same rubric."))]
    if not any(point.middle is not None for _each, found in shown for band in found for point in band.points):
        words = _("Fewer than five participants: the growth of each is in their own report, not here.")
        return [*blocks, *_paragraph(words)]
    blocks += _paragraph(
        _(
            "Line: median; area: the middle half of the participants (quartiles). Moves compare the first level with"
            " the level on the latest occasion. Other assessors on the second occasion can look like growth."
        ),
        _SMALL,
        0,
        keep=True,
    )
    for rubric, found in shown:
        head = _section(rubric.title, 1, space=10)
        blocks.append(head)
        if not found:
            blocks += _paragraph(_("One occasion so far."), _SMALL, 0)
        elif all(point.middle is None for band in found for point in band.points):
            blocks += _paragraph(_("Fewer than five participants on every occasion."), _SMALL, 0)
        else:
            blocks += band_blocks(found, x, width, head)
    return blocks


def _next(cohort: Cohort, turn: bool) -> list[Block]:
    many = len(cohort.rubrics) > 1
    danger = _BODY.but(bold=True, colour="danger")
    rows: list[tuple[str | Spans, ...]] = []
    for person in cohort.data.participants:
        spans: list[tuple[str, Style]] = []
        for each, one in needs(cohort, person.id):
            place = (
                _("{level} → {next}")
                .format(level=level_text(one.now), next=one.next_level(each.rubric.top_level))
                .replace(" ", "\u00a0")
            )
            title = f"{isolate(each.rubric.title)}: {isolate(one.criterion.title)}" if many else one.criterion.title
            words = f"{title} {place}"
            if one.fails_gate:
                words += " " + _("(gate {level})").format(level=one.criterion.gate).replace(" ", "\u00a0")
            spans += [("; ", _BODY)] if spans else []
            spans.append((words, danger if one.fails_gate else _BODY))
        if not cohort.standings(person.id):
            spans = [(_("no finished assessment yet"), _BODY.but(colour="ink2"))]
        elif not spans:
            spans = [(_("nothing below the top of its scale"), _BODY.but(colour="ink2"))]
        rows.append((person.name, tuple(spans)))
    return [
        _section(_("Who needs what next"), turn=turn),
        *_paragraph(_("By name; this is not a ranking. Gates that are not met come first."), _SMALL, 0, keep=True),
        *_table((_("Participant"), _("Next steps")), rows, (150,)),
    ]


def _agreement(cohort: Cohort) -> list[Block]:
    blocks = [_section(_("Agreement of assessors"))]
    own_mentees = own_mentees_text(cohort.data)
    if own_mentees:
        blocks += _paragraph(own_mentees, space=2)
    found = [(each, *agreement(cohort, each)) for each in cohort.rubrics]
    pairs = sum(together.pairs for _each, _by, together, _gaps in found)
    if not pairs:
        words = _(
            "No participant was marked by two assessors on the same occasion, so nothing can be said of agreement."
        )
        return [*blocks, *_paragraph(words)]
    words = _("A pair is two assessors' levels of the same participant, criterion and occasion.")
    if pairs < FEWEST_PAIRS:
        words += " " + ngettext(
            "There is {n} pair: too few for a percentage, so counts are given.",
            "There are {n} pairs: too few for a percentage, so counts are given.",
            pairs,
        ).format(n=pairs)
    else:
        words += " " + _(
            "Fewer than 10 pairs are given as counts; from 10 to 29 with a 95 % range, as indicative: pairs of one"
            " participant are not independent, so read it as a hint."
        ).replace(" %", "\u00a0%")
    blocks += _paragraph(words, _SMALL, 0, keep=True)
    for rubric, by_criterion, together, gaps in found:
        if not together.pairs:
            continue
        rows = [_pair_row(each.title, by_criterion[each.id]) for each in rubric.criteria if by_criterion[each.id].pairs]
        rows.append(tuple(((each, _BODY.but(bold=True)),) for each in _pair_row(_("All criteria"), together)))
        blocks.append(_section(rubric.title, 1, space=8))
        blocks += _table(
            (_("Criterion"), _("Pairs"), _("Same level"), _("At most one level apart")), rows, (166, 76, 122), 0
        )
        if gaps:
            blocks += _gap_table(cohort, gaps)
    return blocks


def _gap_table(cohort: Cohort, gaps: Sequence[Gap]) -> list[Block]:
    by_person: dict[str, list[str]] = {}
    for gap in gaps:
        by_person.setdefault(gap.participant, []).append(
            _("{criterion}, {occasion}: {levels}").format(
                criterion=isolate(gap.criterion.title),
                occasion=isolate(occasion_text(gap.occasion)),
                levels=_(" and ").join(map(str, gap.levels)).replace(" ", "\u00a0"),
            )
        )
    rows = [(cohort.data.people[person].name, "; ".join(found)) for person, found in by_person.items()]
    return _table((_("Participant"), _("Two levels or more apart: worth talking about")), rows, (150,), 8)


def _pair_row(title: str, pairs: Pairs) -> tuple[str, str, str, str]:
    pairs_text = str(pairs.pairs)
    if FEWEST_PAIRS <= pairs.pairs < USUAL_PAIRS:
        pairs_text = _("{n}, indicative").format(n=pairs.pairs)
    return title, pairs_text, share_text(pairs.exact, pairs), share_text(pairs.within_one, pairs)


def _reading(cohort: Cohort) -> list[Block]:
    sentences = [
        _("Only finished assessments by assessors count; several assessors of one occasion are averaged."),
        _("“Latest” is each participant's own latest occasion."),
        _("Medians and distributions need five participants; smaller groups are not broken out."),
        _("Screen readers: this PDF has no tags; the workbook of the programme holds the same numbers in tables."),
    ]
    if cohort.data.drafts:
        drafts = sum(cohort.data.drafts.values())
        sentences.insert(
            1, ngettext("{n} draft is not counted.", "{n} drafts are not counted.", drafts).format(n=drafts)
        )
    if cohort.data.erased[0]:
        sentences.insert(1, erased_text(cohort.data.erased))
    spans = ((_("How to read this.") + " ", _SMALL.but(bold=True)), (" ".join(sentences), _SMALL))
    return _paragraph(spans, space=16)
