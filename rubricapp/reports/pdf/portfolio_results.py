"""The results in the PDF of a portfolio: by rubric and occasion, each level with its words, and who said it when."""

from __future__ import annotations

from dataclasses import replace

from rubricapp.core.folio import Folio, FolioAssessment, FolioRating
from rubricapp.core.model import RubricVersion
from rubricapp.core.text import clean
from rubricapp.i18n import _
from rubricapp.reports.folio_parts import (
    Occasion,
    assessment_title,
    gap_words,
    gate_words,
    level_descriptor,
    ratings_of,
    results,
    scale_name,
)
from rubricapp.reports.folio_words import blank_words, day_words
from rubricapp.reports.pdf.flow import Block
from rubricapp.reports.pdf.portfolio_parts import (
    BODY,
    LEAD,
    SMALL,
    STRONG,
    facts_table,
    heading,
    level_blocks,
    own,
    paragraph,
    quoted,
    section,
    told,
    typed,
)
from rubricapp.reports.pdf.sheet import frame

CRITERION = 158.0
"""Width of the column with a criterion's title."""


def results_blocks(folio: Folio) -> list[Block]:
    """A chapter for each rubric."""
    blocks: list[Block] = []
    for each in results(folio):
        rubric = each.rubric
        blocks.append(section(_("Results: {rubric}").format(rubric=own(rubric.label)), turn=not blocks))
        blocks += typed(rubric.summary, LEAD, 0, keep=True)
        rows = [
            (f"{number}\u00a0{own(name)}", clean(anchor, lines=False))
            for number, (name, anchor) in enumerate(rubric.scale, 1)
        ]
        blocks += facts_table(rows, (_("Level"), _("What it says")), (110,))
        for occasion in each.occasions:
            blocks += _occasion(rubric, occasion)
    return blocks


def _occasion(rubric: RubricVersion, occasion: Occasion) -> list[Block]:
    blocks = heading(own(occasion.name), 1, 18)
    blocks += _gaps(rubric, occasion)
    for given in occasion.assessments:
        blocks += _assessment(rubric, given)
    return blocks


def _gaps(rubric: RubricVersion, occasion: Occasion) -> list[Block]:
    mine, others = occasion.self_view, occasion.others
    if mine is None or not others:
        return []
    by_criterion = [{each.criterion: each for each in given.ratings} for given in (mine, *others)]

    def cell(rating: FolioRating, gap: str = "") -> str:
        words = str(rating.level) if rating.level is not None else own(blank_words(rating))
        return f"{words}\u00a0 {gap}" if gap else words

    rows = []
    for criterion in rubric.criteria:
        first, *rest = (each.get(criterion.id, FolioRating(criterion.id)) for each in by_criterion)
        rows.append((own(criterion.title), cell(first), *(cell(each, gap_words(first, each)) for each in rest)))
    words = _("Levels as each person gave them; +1 is one level above the self-assessment. They are never averaged.")
    _x, width, _upper = frame()
    column = (width - CRITERION) / (len(others) + 1)
    titles = (_("Criterion"), _("Self"), *(own(each.by) for each in others))
    return [
        *heading(_("Self beside assessor"), 2, 6),
        *paragraph(words, SMALL, 0, keep=True),
        *facts_table(rows, titles, (CRITERION, *([column] * len(others)))),
    ]


def _assessment(rubric: RubricVersion, given: FolioAssessment) -> list[Block]:
    day = day_words(given.finished_on)
    title = told(assessment_title(given))
    if day:
        title = f"{title} · {own(day)}"
    blocks = heading(title, 2, 12)
    for at, words in enumerate(given.words):
        blocks += typed(words, STRONG if at == 0 else BODY, 1, keep=True)
    blocks += typed(given.note, BODY, 3)
    for criterion, rating in ratings_of(rubric, given):
        gate = gate_words(criterion, rating)
        failed = (
            criterion is not None and criterion.gate is not None and (rating.level or criterion.gate) < criterion.gate
        )
        style = SMALL.but(colour="danger", bold=True) if failed else SMALL
        level = own(scale_name(rubric, criterion, rating.level)) if rating.level is not None else ""
        made = level_blocks(
            own(criterion.title if criterion else rating.criterion),
            rating.level,
            rubric.top_level,
            level or own(blank_words(rating)),
            [((gate, style),)] if gate else [],
            level_descriptor(criterion, rating),
            CRITERION,
        )
        comment = quoted(rating.comment, CRITERION)
        if comment:
            made[-1] = replace(made[-1], keep=True)
        blocks += [*made, *comment]
    return blocks
