"""A score in words: the same sentences on screen, in PDFs and on the command line.

The rule is in `core.scoring`; nothing is computed here. Rounding is half up and never across a limit: 79.6 % where
80 % are needed is not written as 80 %, and 99.7 % is not written as 100 %.
"""

from __future__ import annotations

from fractions import Fraction

from rubricapp.core.model import CriterionId, RubricVersion
from rubricapp.core.scoring import Score, round_half_up
from rubricapp.i18n import _, ngettext


def score_in_brief(score: Score, rubric: RubricVersion) -> str:
    """One short line: "3.43 of 5 (61 %)", "Incomplete (62 % covered)" or "No total"."""
    if score.value is not None and score.percent is not None:
        return _("{total} of {top} ({percent} %)").format(
            total=round_half_up(score.value), top=rubric.top_level, percent=round_half_up(score.percent, 0)
        )
    if score.coverage is None or not score.observed:
        return _("No total")
    return _("Incomplete ({percent} % covered)").format(percent=_coverage(score))


def score_in_words(score: Score, rubric: RubricVersion) -> list[str]:
    """The score as whole sentences: the total or why there is none, its bounds, what was left out, each gate."""
    return [*_total(score, rubric), *_bounds(score), *_left_out(score, rubric), *_gates(score, rubric)]


def _total(score: Score, rubric: RubricVersion) -> list[str]:
    if not score.observed:
        if score.not_applicable and not score.missing:
            return [_("No total: no criterion applies.")]
        return [_("No total: no criterion has a level yet.")]
    applying = len(score.observed) + len(score.missing)
    if score.value is not None:
        brief = score_in_brief(score, rubric)
        if not score.missing:
            words = ngettext(
                "Total {total}: the level of the one criterion.",
                "Total {total}: the weighted mean of all {n} criteria.",
                applying,
            )
            if score.not_applicable:
                words = ngettext(
                    "Total {total}: the level of the one criterion that applies.",
                    "Total {total}: the weighted mean of all {n} criteria that apply.",
                    applying,
                )
            return [words.format(total=brief, n=applying)]
        return [
            _("Total {total}: the weighted mean of {k} of {n} criteria, {percent} % of the weight.").format(
                total=brief, k=len(score.observed), n=applying, percent=_coverage(score)
            )
        ]
    if score.coverage is None:
        return [_("No total: the criteria that apply have no weight.")]
    if score.coverage * 100 < score.needs_coverage:
        return [
            _("Incomplete ({percent} % covered): a total needs levels for at least {needed} % of the weight.").format(
                percent=_coverage(score), needed=score.needs_coverage
            )
        ]
    return [
        _("Incomplete ({percent} % covered): a total needs a level for every gate.").format(percent=_coverage(score))
    ]


def _bounds(score: Score) -> list[str]:
    if not score.observed or not score.missing or score.low is None or score.high is None or score.low == score.high:
        return []
    return [
        _("Rated in full it would lie between {low} and {high}.").format(
            low=round_half_up(score.low), high=round_half_up(score.high)
        )
    ]


def _left_out(score: Score, rubric: RubricVersion) -> list[str]:
    if not score.not_applicable:
        return []
    return [
        _("Not applicable and left out: {criteria}. A total with other criteria left out does not compare.").format(
            criteria=_titles(rubric, score.not_applicable)
        )
    ]


def _gates(score: Score, rubric: RubricVersion) -> list[str]:
    sentences = []
    for criterion in rubric.criteria:
        if criterion.gate is None or criterion.id in score.not_applicable:
            continue
        if criterion.id in score.gates_failed:
            words = _("{criterion} needs level {gate} or higher: not met. No other level makes up for it.")
        elif criterion.id in score.gates_open:
            words = _("{criterion} needs level {gate} or higher: open, it has no level.")
        else:
            words = _("{criterion} needs level {gate} or higher: met.")
        sentences.append(words.format(criterion=criterion.title, gate=criterion.gate))
    return sentences


def _titles(rubric: RubricVersion, criteria: tuple[CriterionId, ...]) -> str:
    return ", ".join(rubric.criterion(each).title for each in criteria)


def _coverage(score: Score) -> str:
    """Coverage in whole percent; one decimal, cut off, where rounding would reach a limit that was not reached."""
    percent = 100 * (score.coverage or Fraction(0))
    whole = round_half_up(percent, 0)
    for limit in (score.needs_coverage, 100):
        if percent < limit <= int(whole):
            return f"{int(percent * 10) / 10:.1f}"
    return whole


def erased_text(erased: tuple[int, int]) -> str:
    """How many participants were erased, and how many finished assessments of them: what stays of them in totals."""
    people, finished = erased
    words = ngettext(
        "{n} participant more was erased and is in no other number;",
        "{n} participants more were erased and are in no other number;",
        people,
    ).format(n=people)
    more = ngettext("{n} assessment was finished.", "{n} assessments were finished.", finished).format(n=finished)
    return f"{words} {more}"
