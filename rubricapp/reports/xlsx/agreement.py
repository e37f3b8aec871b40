"""Agreement: how often two assessors gave the same level, from Pairs; counts only where pairs are few."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from rubricapp.i18n import _
from rubricapp.reports.cohort_findings import own_mentees_text
from rubricapp.reports.xlsx.cells import Value, label
from rubricapp.reports.xlsx.computed import doubly_rated, pairs_of
from rubricapp.reports.xlsx.matrix import NOTHING
from rubricapp.reports.xlsx.numbering import Mean, Numbered
from rubricapp.reports.xlsx.pages import Page, at, quoted

FEW, ENOUGH = 10, 30
"""Pairs from which a percentage is given at all, and from which it is given without a warning."""


def agreement(numbered: Numbered) -> Page:
    """The sheet: one line for each rubric, then one for each criterion."""
    page = Page(
        "Agreement",
        _("How often two assessors of the same person, rubric and occasion gave the same level."),
        widths=[9, 16, 14, 38, 8, 8, 12, 13, 18, 26],
        height=16,
        heights={1: 24},
        repeat="4:4",
    )
    page.put(1, 1, _("Agreement"), "title")
    page.put(
        2,
        1,
        _("Every pair of assessors counts once for each criterion. Under {few} pairs only counts are given.").format(
            few=FEW
        ),
        "note",
    )
    own_mentees = own_mentees_text(numbered.data)
    if own_mentees:
        page.put(3, 1, own_mentees, "note")
    heads = ("number", "rubric", "criterion_id", "title", "pairs", "exact", "within_one", "exact_share")
    for column, text in enumerate((*heads, "within_one_share", _("how to read it")), 1):
        page.put(4, column, text, "head" if column < 5 or column == 10 else "head_center")
    marked = doubly_rated(numbered)
    row = 5
    for key, rubric in numbered.rubrics.items():
        means = [mean for total, mean in marked if total.rubric == key]
        cells = (numbered.rubric_no[key], numbered.rubric[key], _("all"), label(rubric.title))
        _put_line(page, row, cells, "rubric_no", means)
        row += 1
    row += 1
    keys = {id(rubric): key for key, rubric in numbered.rubrics.items()}
    for number, rubric, criterion in numbered.criteria():
        means = [mean for _total, mean in marked if mean.criterion_no == number]
        cells = (number, numbered.rubric[keys[id(rubric)]], label(criterion.id), label(criterion.title))
        _put_line(page, row, cells, "criterion_no", means)
        row += 1
    if row == 6:
        page.put(5, 1, _("No assessments yet."), "note")
    return page


def _put_line(page: Page, row: int, cells: tuple[Value, ...], key: str, means: list[Mean]) -> None:
    for column, value in enumerate(cells, 1):
        page.put(row, column, value, "number" if column == 1 else "line")
    found = [pairs_of(mean.levels) for mean in means]
    pairs, exact, near = (sum(each[place] for each in found) for place in range(3))
    number = at(row, 1)
    for column, name, value in ((5, "pairs", pairs), (6, "exact", exact), (7, "within_one", near)):
        page.put(row, column, value, "cell_whole", f"SUMIFS(Pairs[{name}],Pairs[{key}],{number})")
    for column, part, value in ((8, "F", exact), (9, "G", near)):
        page.put(row, column, *_share(row, part, value, pairs))
    page.put(row, 10, *_reading(row, pairs))


def _share(row: int, part: str, agreeing: int, pairs: int) -> tuple[Value, str, str]:
    of: Callable[[object, object], str] = lambda k, n: _("{k} of {n}").format(k=k, n=n)  # noqa: E731
    value: Value = NOTHING if not pairs else of(agreeing, pairs) if pairs < FEW else Fraction(agreeing, pairs)
    middle = of("\0", "\0").split("\0")
    words = "&".join(
        piece
        for piece in (
            quoted(middle[0]) if middle[0] else "",
            f"{part}{row}",
            quoted(middle[1]),
            f"E{row}",
            quoted(middle[2]) if middle[2] else "",
        )
        if piece
    )
    return value, "cell_percent", f"IF(E{row}=0,{quoted(NOTHING)},IF(E{row}<{FEW},{words},{part}{row}/E{row}))"


def _reading(row: int, pairs: int) -> tuple[Value, str, str]:
    nobody, few = _("nobody was rated twice"), _("too few: counts only")
    indicative = _("indicative")
    value = nobody if not pairs else few if pairs < FEW else indicative if pairs < ENOUGH else ""
    formula = (
        f'IF(E{row}=0,{quoted(nobody)},IF(E{row}<{FEW},{quoted(few)},IF(E{row}<{ENOUGH},{quoted(indicative)},"")))'
    )
    return value, "line", formula
