"""Growth: a staircase for each criterion, drawn by hand, with gaps kept as gaps; all of it as a table, too."""

from __future__ import annotations

from rubricapp.i18n import _, ngettext
from rubricapp.reports.folio_parts import Way, Ways, growth
from rubricapp.reports.folio_words import day_words, level_words
from rubricapp.reports.pages.frame import Book
from rubricapp.reports.pages.html import Html, el, join, said, table
from rubricapp.reports.pages.results import rubric_name

_WIDTH, _LEFT, _RIGHT, _TOP, _STEP = 320.0, 20.0, 4.0, 20.0, 20.0
_LETTER = 6.2  # of a label, about: whether a name fits below its step


def growth_body(book: Book) -> Html:
    intro = _(
        "Each step is one occasion; its height is the median level that assessors gave. "
        "Where there is no level there is no line, only a dash."
    )
    return join(el("p", intro, cls="lead"), *(_rubric(each) for each in growth(book.folio)))


def _rubric(ways: Ways) -> Html:
    names = [name for name, _day in ways.occasions]
    fits = max(map(len, names), default=0) * _LETTER <= _pitch(len(names))
    labels = names if fits else [str(number) for number in range(1, len(names) + 1)]
    head = (
        _("Criterion"),
        *(
            join(said(name), el("span", day_words(day), cls="small quiet") if day else None)
            for name, day in ways.occasions
        ),
    )
    rows = tuple(
        (
            said(line.title, ways.rubric.language),
            *(
                el("span", _("no level"), cls="blank")
                if each.level is None
                else join(
                    level_words(each.level),
                    " ",
                    el(
                        "span",
                        "(",
                        ngettext("{n} assessor", "{n} assessors", each.count).format(n=each.count),
                        ")",
                        cls="quiet small",
                    ),
                )
                for each in line.steps
            ),
        )
        for line in ways.lines
    )
    title = rubric_name(ways.rubric)
    return el(
        "section",
        el("h2", title),
        None if fits else el("ol", *(el("li", said(name)) for name in names), cls="key"),
        el("div", *(_figure(ways, line, labels) for line in ways.lines), cls="charts"),
        el("h3", _("The same as a table")),
        table(
            join(_("Median level on each occasion"), ", ", title),
            head,
            rows,
            label=f"{_('The same as a table')}, {ways.rubric.label}",
        ),
    )


def _figure(ways: Ways, line: Way, labels: list[str]) -> Html:
    told = "; ".join(
        f"{each.occasion}: {level_words(each.level) if each.level is not None else _('no level')}"
        for each in line.steps
    )
    words = _("{criterion}, levels 1 to {top}. {steps}.").format(
        criterion=line.title, top=ways.rubric.top_level, steps=told
    )
    return el(
        "figure",
        el("figcaption", said(line.title, ways.rubric.language)),
        _drawing(line, ways.rubric.top_level, labels, words),
    )


def _pitch(occasions: int) -> float:
    return (_WIDTH - _LEFT - _RIGHT) / max(1, occasions)


def _drawing(line: Way, top: int, labels: list[str], words: str) -> Html:
    """The staircase: a step over each occasion's width, upright where the next one begins."""
    pitch = _pitch(len(labels))
    low = _TOP + (top - 1) * _STEP
    parts = []
    for level in range(1, top + 1):
        y = low - (level - 1) * _STEP
        parts.append(el("path", d=f"M{_LEFT:g} {y:g}H{_WIDTH - _RIGHT:g}", cls="grid"))
        parts.append(el("text", str(level), x=f"{_LEFT - 10:g}", y=f"{y + 4:g}", text_anchor="middle"))
    path = ""
    values = []
    joined = False
    for at, step in enumerate(line.steps):
        x = _LEFT + at * pitch
        middle = f"{x + pitch / 2:.1f}"
        if step.level is None:
            joined = False
            values.append(el("text", "–", x=middle, y=f"{low - 4:g}", text_anchor="middle"))
        else:
            y = low - (min(max(step.level, 1), top) - 1) * _STEP
            path += f"V{y:.1f}H{x + pitch:.1f}" if joined else f"M{x:.1f} {y:.1f}H{x + pitch:.1f}"
            joined = True
            values.append(
                el("text", level_words(step.level), x=middle, y=f"{y - 6:.1f}", text_anchor="middle", cls="value")
            )
        values.append(el("text", labels[at], x=middle, y=f"{low + 18:g}", text_anchor="middle"))
    if path:
        parts.append(el("path", d=path, cls="step"))
    return el(
        "svg", *parts, *values, viewBox=f"0 0 {_WIDTH:g} {low + 24:g}", role="img", aria_label=words, direction="ltr"
    )
