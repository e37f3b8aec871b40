"""Results: each rubric's occasions, what was said of each criterion, by whom, in which words."""

from __future__ import annotations

from rubricapp.core.folio import FolioAssessment, FolioRating
from rubricapp.core.model import Criterion, RubricVersion
from rubricapp.i18n import _
from rubricapp.reports.folio_parts import (
    Occasion,
    Results,
    assessment_title,
    gap_words,
    gate_words,
    level_descriptor,
    ratings_of,
    scale_name,
)
from rubricapp.reports.folio_words import blank_words, day_words, phrase
from rubricapp.reports.pages.html import Html, block, el, fill, join, language, said, table


def overview(several: tuple[tuple[str, Results], ...]) -> Html:
    """Several rubrics, each with a link to its own page. several: (file name, results)."""
    return join(
        el("p", _("Each result stands with the words of its level as they were valid on that day."), cls="lead"),
        *(_summary(file_name, told) for file_name, told in several),
    )


def _summary(file_name: str, told: Results) -> Html:
    rubric = told.rubric
    return el(
        "section",
        el("h2", el("a", rubric_name(rubric), href=file_name)),
        block(rubric.summary, rubric.language) if rubric.summary else None,
        *(
            el(
                "div",
                el("h3", el("a", said(each.name), href=f"{file_name}#o{at}")),
                *(
                    el("p", el("span", fill(assessment_title(given)), ": ", cls="quiet"), _first(given))
                    for given in each.assessments
                ),
            )
            for at, each in enumerate(told.occasions, 1)
        ),
    )


def _first(given: FolioAssessment) -> Html:
    return said(given.words[0]) if given.words else join(_("no total"))


def rubric_name(rubric: RubricVersion) -> Html:
    """Title and version in one piece: where words run from right to left, they must not change places."""
    return said(rubric.label, rubric.language)


def rubric_page(told: Results) -> Html:
    """One rubric: its scale, then occasion by occasion."""
    rubric = told.rubric
    ways = [el("li", el("a", said(each.name), href=f"#o{at}")) for at, each in enumerate(told.occasions, 1)]
    return join(
        block(rubric.summary, rubric.language, "said lead") if rubric.summary else None,
        el("nav", el("ul", *ways, cls="key"), aria_label=_("Occasions")) if len(ways) > 1 else None,
        el("h2", _("The scale"), id="scale"),
        table(
            join(_("What each level means"), ", ", rubric_name(rubric)),
            (_("Level"), _("What it says")),
            tuple(
                (join(level_mark(number, rubric), " ", said(name, rubric.language)), said(anchor, rubric.language))
                for number, (name, anchor) in enumerate(rubric.scale, 1)
            ),
            "narrow scale",
        ),
        *(_occasion(rubric, each, at) for at, each in enumerate(told.occasions, 1)),
    )


def level_mark(level: int, rubric: RubricVersion) -> Html:
    """A level's number in its colour; words of the level follow it."""
    known = 0 < level <= rubric.top_level
    mark = f"level level-{level}-of-{rubric.top_level}" if known else "level"
    return join(el("span", _("Level"), " ", cls="hidden"), el("span", str(level), cls=mark))


def _occasion(rubric: RubricVersion, occasion: Occasion, at: int) -> Html:
    return el(
        "section",
        el("h2", said(occasion.name), id=f"o{at}"),
        _gaps(rubric, occasion),
        *(_assessment(rubric, occasion, each) for each in occasion.assessments),
    )


def _gaps(rubric: RubricVersion, occasion: Occasion) -> Html | None:
    own, others = occasion.self_view, occasion.others
    if own is None or not others:
        return None
    by_criterion = [{each.criterion: each for each in given.ratings} for given in (own, *others)]

    def cell(rating: FolioRating) -> Html:
        if rating.level is None:
            return el("span", blank_words(rating), cls="blank")
        return level_mark(rating.level, rubric)

    rows = []
    for criterion in rubric.criteria:
        mine, *theirs = (each.get(criterion.id, FolioRating(criterion.id)) for each in by_criterion)
        rows.append(
            (
                said(criterion.title, rubric.language),
                cell(mine),
                *(join(cell(each), " ", gap_words(mine, each)) for each in theirs),
            )
        )
    caption = _("Levels as each person gave them; +1 is one level above the self-assessment. They are never averaged.")
    head = (_("Criterion"), _("Self"), *(said(each.by) for each in others))
    title = _("Self beside assessor")
    return join(el("h3", title), table(caption, head, tuple(rows), "gaps", f"{title}, {occasion.name}"))


def _assessment(rubric: RubricVersion, occasion: Occasion, given: FolioAssessment) -> Html:
    caption = join(rubric_name(rubric), " · ", said(occasion.name))
    if given.finished_on:
        caption = join(caption, " · ", fill(phrase(_("finished on {day}"), day=day_words(given.finished_on))))
    head = el(
        "thead",
        el("tr", *(el("th", each, scope="col", role="columnheader") for each in _columns()), role="row"),
        role="rowgroup",
    )
    rows = [_row(rubric, criterion, rating) for criterion, rating in ratings_of(rubric, given)]
    return join(
        el("h3", fill(assessment_title(given))),
        *(el("p", said(each), cls="total" if at == 0 else None) for at, each in enumerate(given.words)),
        block(given.note) if given.note else None,
        # On a narrow screen its cells stand below each other; the roles keep it a table for those who listen.
        el(
            "table",
            el("caption", el("span", caption)),
            head,
            el("tbody", *rows, role="rowgroup"),
            cls="ratings",
            role="table",
        ),
    )


def _columns() -> tuple[str, str, str]:
    return _("Criterion"), _("Level"), _("The words of that level, and the comment")


def _row(rubric: RubricVersion, criterion: Criterion | None, rating: FolioRating) -> Html:
    gate = gate_words(criterion, rating)
    failed = gate and rating.level is not None and rating.level < criterion.gate
    title = said(criterion.title, rubric.language) if criterion else said(rating.criterion)
    if rating.level is None:
        level = el("span", blank_words(rating), cls="blank")
    else:
        level = join(
            level_mark(rating.level, rubric), " ", said(scale_name(rubric, criterion, rating.level), rubric.language)
        )
    words = level_descriptor(criterion, rating)
    comment = (
        el("div", el("span", _("Comment"), cls="small"), block(rating.comment), cls="comment")
        if rating.comment.strip()
        else None
    )
    return el(
        "tr",
        el(
            "th",
            title,
            el("span", gate, cls="small failed" if failed else "small") if gate else None,
            scope="row",
            role="rowheader",
        ),
        el("td", level, role="cell"),
        el("td", el("p", words, dir="auto", lang=language(rubric.language)) if words else None, comment, role="cell"),
        role="row",
    )
