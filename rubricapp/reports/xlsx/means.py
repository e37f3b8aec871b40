"""Means from Scores: one row for each criterion of each total; each formula looks at a few rows: see `computed`."""

from __future__ import annotations

from rubricapp.i18n import _
from rubricapp.reports.xlsx.cells import Value
from rubricapp.reports.xlsx.numbering import Mean, Numbered, Total
from rubricapp.reports.xlsx.tables import Column, Table

SCORES_IN_ORDER, MEANS_IN_ORDER = "scores_in_order", "means_in_order"
"""Names of two cells of Checks: whether the sheet stands as it was exported."""


def block(table: str, column: str) -> str:
    """The cells of a column of another table from this row's `first` to its `last`."""
    return f"INDEX({table}[{column}],[@first]):INDEX({table}[{column}],[@last])"


def rows_of(table: str, key: str, in_order: str) -> tuple[str, str]:
    """Formulas for `first` and `last`: the rows of the table whose key is this row's key of the same name."""
    keys = f"{table}[{key}]"
    return (
        f"IF({in_order},MIN(IFERROR(MATCH([@{key}]-0.5,{keys},1),0)+1,ROWS({keys})),1)",
        f"IF({in_order},IFERROR(MATCH([@{key}],{keys},1),1),ROWS({keys}))",
    )


def means(numbered: Numbered) -> Table:
    levels, numbers, states = block("Scores", "level"), block("Scores", "mean_no"), block("Scores", "state")
    mine = f"{numbers},[@mean_no]"
    first, last = rows_of("Scores", "mean_no", SCORES_IN_ORDER)
    criterion = "MATCH([@criterion_no],Criteria[criterion_no],0)"
    count, middle = f'COUNTIFS({mine},{levels},">0")', f'IFERROR(AVERAGEIFS({levels},{mine}),"")'
    applies = (
        f'IF(COUNTIFS({mine},{states},"not_applicable")=0,1,'
        f'IF(COUNTIFS({mine},{states},"not_observed")+COUNTIFS({mine},{states},"insufficient_evidence")=0,0,1))'
    )
    moderated = is_moderated(numbered)
    if moderated:
        count = 'IF([@agreed]="",[@given],IF(ISNUMBER([@agreed]),MAX(1,[@given]),0))'
        middle = f'IF([@agreed]="",{middle},IF(ISNUMBER([@agreed]),[@agreed],""))'
        applies = f'IF([@agreed]="",{applies},IF([@agreed]="not_applicable",0,1))'
    more = (
        Column(
            "agreed",
            _("What assessors settled on where they had differed; it stands instead of their mean. As recorded."),
            15,
            "mean",
        ),
        Column("given", _("How many levels assessors gave."), 8, "key", f'COUNTIFS({mine},{levels},">0")'),
    )

    def row(total: Total, mean: Mean) -> tuple[Value, ...]:
        return (
            mean.number,
            total.number,
            numbered.code(total.participant),
            numbered.rubric[total.rubric],
            numbered.occasion[total.occasion],
            total.kind.value,
            mean.criterion.id,
            mean.counted,
            mean.value if mean.value is not None else "",
            int(mean.applies),
            mean.criterion.weight,
            mean.weighted,
            mean.gate,
            *((mean.agreed or None, len(mean.levels)) if moderated else ()),
            mean.criterion_no,
            numbered.occasion_no[total.occasion],
            mean.first,
            mean.last,
        )

    return Table(
        "Means",
        _("One row for each criterion of each total: the mean of the assessors' levels, never the lowest."),
        (
            Column("mean_no", _("Number in this workbook."), 10, "number"),
            Column("total_no", _("The row of Totals that it goes into."), 9, "number"),
            Column("participant_id", _("Who was assessed."), 15, "id"),
            Column("rubric", _("Rubric and version."), 15, "id"),
            Column("occasion", _("When in the programme."), 14, "id"),
            Column("kind", _("assessor, self or mentor."), 11, "id"),
            Column("criterion_id", _("What was judged."), 13, "id"),
            Column("levels", _("How many levels were given."), 8, "whole", count),
            Column("mean", _("Their mean; blank where none was given."), 8, "mean", middle),
            Column(
                "applies",
                _("0 where all who answered say not applicable."),
                9,
                "whole",
                f"IF([@levels]>0,1,{applies})",
            ),
            Column("weight", _("From Criteria."), 8, "whole", f"IFERROR(INDEX(Criteria[weight],{criterion}),0)"),
            Column("weighted", _("weight × mean."), 10, "mean", "IF([@levels]=0,0,[@weight]*[@mean])"),
            Column(
                "gate",
                _("met, not_met or open, where the criterion is a gate."),
                9,
                "word",
                f'IF(OR([@applies]=0,N(INDEX(Criteria[gate],{criterion}))=0),"",IF([@levels]=0,"open",'
                f'IF([@mean]<INDEX(Criteria[gate],{criterion}),"not_met","met")))',
            ),
            *(more if moderated else ()),
            Column("criterion_no", _("The row of Criteria."), 13, "key"),
            Column("occasion_no", _("The row of Occasions."), 13, "key"),
            Column("first", _("Where its ratings begin in Scores."), 7, "key", first),
            Column("last", _("Where they end."), 7, "key", last),
        ),
        lambda: (row(total, mean) for total in numbered.totals for mean in total.means),
        numbered.means_count,
        frozen=3,
        printed="agreed" if moderated else "gate",
    )


def is_moderated(numbered: Numbered) -> bool:
    """Whether assessors settled anything: only then Means has the columns `agreed` and `given`."""
    return any(mean.agreed != "" for mean in numbered.means)
