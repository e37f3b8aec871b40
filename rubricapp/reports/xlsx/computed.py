"""Sheets that compute: Means from Scores, Totals from Means, Pairs from Scores. Every formula is short and live.

`first` and `last` say where a row's data stand in the sheet that it reads, so that each formula looks at a few rows
and a large workbook stays quick. When a person has sorted that sheet otherwise, everything is searched: slower, and
still right.
"""

from __future__ import annotations

from fractions import Fraction

from rubricapp.core.model import AssessmentKind
from rubricapp.i18n import _
from rubricapp.reports.xlsx.cells import Value
from rubricapp.reports.xlsx.means import MEANS_IN_ORDER, SCORES_IN_ORDER, block, means, rows_of
from rubricapp.reports.xlsx.numbering import Mean, Numbered, Total
from rubricapp.reports.xlsx.records import NAME
from rubricapp.reports.xlsx.tables import Column, Table

_STEPS = "{1,2,3,4,5,6,7,8,9}"


def computed(numbered: Numbered) -> dict[str, Table]:
    """The tables by name."""
    return {each.name: each for each in (means(numbered), _totals(numbered), _pairs(numbered))}


def status_of(total: Total) -> str:
    """Why there is a total or none, as one word: the value of the formula of the column `status`."""
    score = total.score
    if score.value is not None:
        return "total"
    if not score.observed:
        return "no_level" if score.missing else "nothing_applies"
    if score.coverage is None or not total.weight(rated=True):
        return "no_weight" if score.coverage is None else "coverage_too_low"
    return "coverage_too_low" if score.coverage * 100 < score.needs_coverage else "gate_open"


def _blank(value: Fraction | None) -> Value:
    return "" if value is None else value


def _totals(numbered: Numbered) -> Table:
    mine = f"{block('Means', 'total_no')},[@total_no]"
    levels, applies, gates = block("Means", "levels"), block("Means", "applies"), block("Means", "gate")
    first, last = rows_of("Means", "total_no", MEANS_IN_ORDER)

    def rubric(column: str) -> str:
        return f"IFERROR(INDEX(Rubrics[{column}],MATCH([@rubric_no],Rubrics[rubric_no],0)),0)"

    def bound(step: str) -> str:
        return (
            f'IF([@weight_applies]=0,"",([@weighted_sum]+{step}*([@weight_applies]-[@weight_rated]))/[@weight_applies])'
        )

    def row(total: Total) -> tuple[Value, ...]:
        score, version = total.score, numbered.rubrics[total.rubric]
        gates = [each.gate for each in total.means]
        return (
            total.number,
            numbered.code(total.participant),
            numbered.name(total.participant),
            numbered.rubric[total.rubric],
            numbered.occasion[total.occasion],
            total.kind.value,
            len(total.assessments),
            _blank(score.value),
            _blank(score.percent / 100 if score.percent is not None else None),
            _blank(score.coverage),
            _blank(score.low),
            _blank(score.high),
            score.gate.value,
            status_of(total),
            len(score.observed),
            len(score.missing),
            len(score.not_applicable),
            total.weight(applies=True),
            total.weight(rated=True),
            sum((each.weighted for each in total.means), Fraction(0)),
            gates.count("met"),
            gates.count("not_met"),
            gates.count("open"),
            version.needs_coverage,
            version.top_level,
            score.value,
            0,
            numbered.rubric_no[total.rubric],
            numbered.occasion_no[total.occasion],
            total.first,
            total.last,
        )

    return Table(
        "Totals",
        _("One row for each participant, rubric and occasion: the total, how much it rests on, and its gates."),
        (
            Column("total_no", _("Number in this workbook."), 10, "number"),
            Column("participant_id", _("Who was assessed."), 15, "id"),
            Column("name", _("From People."), 26, "id", NAME),
            Column("rubric", _("Rubric and version."), 15, "id"),
            Column("occasion", _("When in the programme."), 14, "id"),
            Column("kind", _("assessor, self or mentor."), 11, "id"),
            Column("assessments", _("How many finished assessments it rests on."), 13, "whole"),
            Column(
                "total",
                _("Weighted mean of the criteria that have a level; blank where it may not be printed."),
                8,
                "mean",
                "IF(AND([@weight_rated]>0,[@weight_rated]*100>=[@needs_coverage]*[@weight_applies],[@gates_open]=0),"
                '[@weighted_sum]/[@weight_rated],"")',
            ),
            Column(
                "percent",
                _("Of the scale: level 1 is 0 %, the highest level 100 %."),
                9,
                "percent",
                'IF([@total]="","",([@total]-1)/([@top_level]-1))',
            ),
            Column(
                "coverage",
                _("Weight that has a level, of the weight that applies."),
                10,
                "percent",
                'IF([@weight_applies]=0,"",[@weight_rated]/[@weight_applies])',
            ),
            Column("low", _("The total if all that is missing were at level 1."), 7, "mean", bound("1")),
            Column("high", _("… at the highest level."), 7, "mean", bound("[@top_level]")),
            Column(
                "gate",
                _("Over all gates that apply: met, not_met, open or none. No other level makes up for a gate."),
                9,
                "word",
                'IF([@gates_not_met]>0,"not_met",IF([@gates_open]>0,"open",IF([@gates_met]>0,"met","none")))',
            ),
            Column(
                "status",
                _("total, or why there is none: no_level, nothing_applies, no_weight, coverage_too_low, gate_open."),
                17,
                "id",
                'IF([@total]<>"","total",IF([@rated]=0,IF([@missing]>0,"no_level","nothing_applies"),'
                'IF([@weight_applies]=0,"no_weight",IF(OR([@weight_rated]=0,'
                '[@weight_rated]*100<[@needs_coverage]*[@weight_applies]),"coverage_too_low","gate_open"))))',
            ),
            Column("rated", _("Criteria with a level."), 8, "whole", f'COUNTIFS({mine},{levels},">0")'),
            Column(
                "missing",
                _("Criteria that apply and have none."),
                9,
                "whole",
                f"COUNTIFS({mine},{levels},0,{applies},1)",
            ),
            Column("not_applicable", _("Criteria left out."), 15, "whole", f"COUNTIFS({mine},{applies},0)"),
            Column(
                "weight_applies",
                _("Weight of the criteria that apply."),
                15,
                "whole",
                f"SUMIFS({block('Means', 'weight')},{mine},{applies},1)",
            ),
            Column(
                "weight_rated",
                _("Weight of those that have a level."),
                14,
                "whole",
                f'SUMIFS({block("Means", "weight")},{mine},{levels},">0")',
            ),
            Column(
                "weighted_sum",
                _("Sum of weight × mean."),
                14,
                "mean",
                f"SUMIFS({block('Means', 'weighted')},{mine})",
            ),
            Column("gates_met", _("Gates at or above their level."), 11, "whole", f'COUNTIFS({mine},{gates},"met")'),
            Column("gates_not_met", _("Gates below it."), 14, "whole", f'COUNTIFS({mine},{gates},"not_met")'),
            Column("gates_open", _("Gates without a level."), 12, "whole", f'COUNTIFS({mine},{gates},"open")'),
            Column("needs_coverage", _("From Rubrics."), 16, "whole", rubric("needs_coverage")),
            Column("top_level", _("From Rubrics."), 10, "whole", rubric("top_level")),
            Column("total_in_app", _("What the app itself computed when this was exported."), 13, "mean"),
            Column(
                "differs",
                _("1 where formula and app disagree, or a level, weight or gate was changed since."),
                9,
                "whole",
                'IF([@total]="",IF([@total_in_app]="",0,1),IF([@total_in_app]="",1,'
                "IF(ABS([@total]-[@total_in_app])>0.000000001,1,0)))",
            ),
            Column("rubric_no", _("The row of Rubrics."), 11, "key"),
            Column("occasion_no", _("The row of Occasions."), 13, "key"),
            Column("first", _("Where its criteria begin in Means."), 7, "key", first),
            Column("last", _("Where they end."), 7, "key", last),
        ),
        lambda: map(row, numbered.totals),
        len(numbered.totals),
        frozen=3,
        printed="not_applicable",
    )


def pairs_of(levels: tuple[int, ...]) -> tuple[int, int, int]:
    """(pairs of assessors, pairs that agree, pairs that agree within one level)."""
    gaps = [abs(one - other) for place, one in enumerate(levels) for other in levels[place + 1 :]]
    return len(gaps), gaps.count(0), gaps.count(0) + gaps.count(1)


def doubly_rated(numbered: Numbered) -> list[tuple[Total, Mean]]:
    """Criteria to which several assessors gave a level, widest gap first."""
    found = [
        (total, mean)
        for total in numbered.totals
        if total.kind is AssessmentKind.ASSESSOR and len(total.assessments) > 1
        for mean in total.means
        if len(mean.levels) > 1
    ]
    return sorted(found, key=lambda pair: (min(pair[1].levels) - max(pair[1].levels), pair[1].number))


def _pairs(numbered: Numbered) -> Table:
    marked = doubly_rated(numbered)
    mine = f"{block('Scores', 'mean_no')},[@mean_no]"
    levels = block("Scores", "level")
    each_level = f"COUNTIFS({mine},{levels},{_STEPS})"
    first, last = rows_of("Scores", "mean_no", SCORES_IN_ORDER)

    def row(pair: tuple[Total, Mean]) -> tuple[Value, ...]:
        total, mean = pair
        return (
            mean.number,
            numbered.code(total.participant),
            numbered.name(total.participant),
            numbered.rubric[total.rubric],
            numbered.occasion[total.occasion],
            mean.criterion.id,
            len(mean.levels),
            min(mean.levels),
            max(mean.levels),
            max(mean.levels) - min(mean.levels),
            *pairs_of(mean.levels),
            mean.criterion_no,
            numbered.rubric_no[total.rubric],
            mean.first,
            mean.last,
        )

    return Table(
        "Pairs",
        _("One row for each criterion that several assessors rated, widest gap first: what to talk about."),
        (
            Column("mean_no", _("The row of Means."), 10, "number"),
            Column("participant_id", _("Who was assessed."), 15, "id"),
            Column("name", _("From People."), 26, "id", NAME),
            Column("rubric", _("Rubric and version."), 15, "id"),
            Column("occasion", _("When in the programme."), 14, "id"),
            Column("criterion_id", _("What was judged."), 13, "id"),
            Column("levels", _("How many levels were given."), 8, "whole", f'COUNTIFS({mine},{levels},">0")'),
            Column(
                "lowest",
                _("The lowest of them."),
                9,
                "whole",
                f"10-SUMPRODUCT(MAX((10-{_STEPS})*({each_level}>0)))",
            ),
            Column("highest", _("The highest of them."), 9, "whole", f"SUMPRODUCT(MAX({_STEPS}*({each_level}>0)))"),
            Column(
                "gap",
                _("highest − lowest; 2 or more is for a talk with the evidence."),
                7,
                "whole",
                "[@highest]-[@lowest]",
            ),
            Column("pairs", _("Pairs of assessors."), 8, "whole", "[@levels]*([@levels]-1)/2"),
            Column(
                "exact",
                _("Pairs that agree."),
                8,
                "whole",
                f"SUMPRODUCT({each_level},{each_level}-1)/2",
            ),
            Column(
                "within_one",
                _("Pairs that agree within one level."),
                11,
                "whole",
                f"[@exact]+SUMPRODUCT(COUNTIFS({mine},{levels},{{1,2,3,4,5,6,7,8}}),"
                f"COUNTIFS({mine},{levels},{{2,3,4,5,6,7,8,9}}))",
            ),
            Column("criterion_no", _("The row of Criteria."), 13, "key"),
            Column("rubric_no", _("The row of Rubrics."), 11, "key"),
            Column("first", _("Where its ratings begin in Scores."), 7, "key", first),
            Column("last", _("Where they end."), 7, "key", last),
        ),
        lambda: map(row, marked),
        len(marked),
        frozen=3,
        printed="within_one",
    )
