"""Checks: counts and sums that must be 0, and one cell that says whether all of them are."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from rubricapp.i18n import _
from rubricapp.reports.xlsx.looks import Looks
from rubricapp.reports.xlsx.means import MEANS_IN_ORDER, SCORES_IN_ORDER, is_moderated
from rubricapp.reports.xlsx.numbering import RATED, Numbered
from rubricapp.reports.xlsx.pages import Page, add_word_colour, quoted

VERDICT = "checks_verdict"
_FIRST = 6


def checks(numbered: Numbered) -> tuple[Page, dict[str, str]]:
    """The sheet, and the names of its cells that other sheets read."""
    page = Page(
        "Checks",
        _("Counts and sums that must be 0. They find a row that was deleted, a level that was changed, a wrong total."),
        widths=[6, 78, 12, 10, 70],
    )
    rows = _rows(numbered)
    last = _FIRST + len(rows) - 1
    page.put(1, 1, _("Checks"), "title")
    page.put(
        2, 1, _("Each number must be 0. Changing a level, weight or gate to try something out shows here."), "note"
    )
    good = all(value == 0 for _words, value, _formula, _do in rows)
    ok, bad = _("OK"), _("Look below: something is not 0.")
    page.put(
        3,
        2,
        ok if good else bad,
        "verdict",
        f"IFERROR(IF(SUMPRODUCT(ABS(C{_FIRST}:C{last}))=0,{quoted(ok)},{quoted(bad)}),{quoted(bad)})",
    )
    for column, text in enumerate((_("no."), _("what is counted"), _("must be 0"), "", _("if it is not")), 1):
        page.put(_FIRST - 1, column, text, "head_center" if column in (3, 4) else "head")
    look = _("look")
    for row, (words, value, formula, do) in enumerate(rows, _FIRST):
        page.put(row, 1, row - _FIRST + 1, "number")
        page.put(row, 2, words, "prose")
        page.put(row, 3, value, "cell_whole", formula)
        page.put(
            row,
            4,
            ok if value == 0 else look,
            "cell_text",
            f"IF(ISNUMBER(C{row}),IF(C{row}=0,{quoted(ok)},{quoted(look)}),{quoted(look)})",
        )
        page.put(row, 5, do, "prose")
    order = last + 2
    page.put(order, 2, _("Only for speed: sheets that stand as they were exported are read faster."), "note")
    for row, words, column in (
        (order + 1, _("Scores stands in its order"), "Scores[mean_no]"),
        (order + 2, _("Means stands in its order"), "Means[total_no]"),
    ):
        page.put(row, 2, words, "prose")
        page.put(row, 3, 1, "yes", _in_order(column))

    def finish(sheet: Worksheet, looks: Looks) -> None:
        add_word_colour(sheet, looks, "B3", f"$B$3={quoted(ok)}", "ok")
        add_word_colour(sheet, looks, "B3", f"$B$3<>{quoted(ok)}", "danger")
        add_word_colour(sheet, looks, f"D{_FIRST}:D{last}", f"$D{_FIRST}<>{quoted(ok)}", "danger")

    page.finish = finish
    return page, {
        VERDICT: "Checks!$B$3",
        SCORES_IN_ORDER: f"Checks!$C${order + 1}",
        MEANS_IN_ORDER: f"Checks!$C${order + 2}",
    }


def _in_order(column: str) -> str:
    count = f"ROWS({column})"
    return (
        f"IF({count}<2,1,--(SUMPRODUCT(--(INDEX({column},1):INDEX({column},{count}-1)"
        f">INDEX({column},2):INDEX({column},{count})))=0))"
    )


def _rows(numbered: Numbered) -> list[tuple[str, int, str, str]]:
    """(what is counted, how many now, formula, what to do) of each check."""
    changed = _("Something was changed or deleted here since the export. Export again to get the recorded ratings.")
    program = _("Please send this workbook to those who look after rubricapp: the program is wrong.")
    top = max((each.top_level for each in numbered.rubrics.values()), default=0)
    known = {*numbered.person.values()}
    given = list(numbered.given())
    strays = len(numbered.strays)
    counts = "Means[given]" if is_moderated(numbered) else "Means[levels]"
    return [
        (
            _("Ratings in Scores, less those at the export"),
            0,
            f"COUNTA(Scores[score_id])-{numbered.ratings}",
            changed,
        ),
        (_("Sum of levels in Scores, less that at the export"), 0, f"SUM(Scores[level])-{numbered.level_sum}", changed),
        (
            _("Ratings whose participant or assessor is not in People"),
            sum(
                (numbered.code(each.assessment.participant) not in known)
                + (numbered.code(each.assessment.assessor) not in known)
                for each in given
            ),
            'SUMPRODUCT((Scores[score_id]<>"")*(ISNA(MATCH(Scores[participant_id],People[person_id],0))'
            "+ISNA(MATCH(Scores[assessor_id],People[person_id],0))))",
            _("The person was removed from the workspace, or an id was changed here."),
        ),
        (
            _("Ratings of a criterion that their rubric does not have"),
            strays,
            'SUMPRODUCT((Scores[score_id]<>"")*ISNA(MATCH(Scores[criterion_no],Criteria[criterion_no],0)))',
            _("They are at the end of Scores and count nowhere. Run rubricapp check."),
        ),
        (
            _("Levels that are no whole number of the scale"),
            sum(not 1 <= each.rating.level <= top for each in given if each.rating.level is not None),
            "COUNTA(Scores[level])-SUMPRODUCT(COUNTIF(Scores[level],{1,2,3,4,5,6,7,8,9}))"
            '+COUNTIFS(Scores[level],">"&MAX(Rubrics[top_level]),Scores[level],"<=9")',
            changed,
        ),
        (
            _("Ratings whose state and level do not fit together"),
            0,
            f'ABS(COUNTIF(Scores[state],"{RATED}")-COUNTIFS(Scores[state],"{RATED}",Scores[level],">0"))'
            f'+COUNTIFS(Scores[state],"<>{RATED}",Scores[level],">0")',
            changed,
        ),
        (
            _("Levels in Scores, less those in Means"),
            sum(each.rating.level is not None for each in numbered.strays),
            f"COUNT(Scores[level])-SUM({counts})",
            _("A rating went into no mean: see the fourth check."),
        ),
        (
            _("Criteria in Means, less those in Totals"),
            0,
            "COUNT(Means[mean_no])-SUM(Totals[rated])-SUM(Totals[missing])-SUM(Totals[not_applicable])",
            program,
        ),
        (
            _("Sum of weight × mean in Means, less that in Totals"),
            0,
            "ROUND(SUM(Means[weighted])-SUM(Totals[weighted_sum]),6)",
            program,
        ),
        (
            _("Totals outside their own bounds"),
            0,
            "SUMPRODUCT(ISNUMBER(Totals[total])*((Totals[total]<Totals[low])+(Totals[total]>Totals[high])))",
            program,
        ),
        (_("Totals that differ from what the app computed"), 0, "SUM(Totals[differs])", changed),
        (
            _("Pairs of assessors in Means, less those in Pairs"),
            0,
            f'SUMPRODUCT((Means[kind]="assessor")*{counts}*({counts}-1))/2-SUM(Pairs[pairs])',
            changed,
        ),
    ]
