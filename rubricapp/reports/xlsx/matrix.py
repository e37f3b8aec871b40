"""Matrix: participants against criteria, for the rubric, occasion and kind chosen in the blue cells."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from rubricapp.core.model import AssessmentKind, Criterion, Occasion, RubricHash, RubricVersion
from rubricapp.i18n import _
from rubricapp.reports.xlsx.cells import Value
from rubricapp.reports.xlsx.looks import Looks
from rubricapp.reports.xlsx.means import is_moderated
from rubricapp.reports.xlsx.numbering import Numbered, Total, best_choice
from rubricapp.reports.xlsx.pages import Page, add_choice, add_level_colours, add_word_colour, at, quoted
from rubricapp.reports.xlsx.records import NAME
from rubricapp.reports.xlsx.tables import Table

FEWEST = 5
"""A mean over people is shown from so many people on."""
KINDS = '"assessor,self,mentor"'
NOTHING, LEFT_OUT = "–", "n/a"

_KEYS, _HEAD, _FIRST = 7, 8, 9
_CRITERIA = 6  # column of the first criterion


@dataclass(frozen=True)
class _View:
    """What the sheet shows when it is opened, and where its parts lie."""

    numbered: Numbered
    key: RubricHash | None
    rubric: RubricVersion | None
    occasion: Occasion | None

    @property
    def most(self) -> int:
        return self.numbered.most_criteria

    @property
    def helpers(self) -> int:
        """Column of the first of three helpers: total_no, first, last."""
        return _CRITERIA + self.most

    @property
    def last(self) -> int:
        return _FIRST + max(1, len(self.numbered.data.participants)) - 1

    def criterion(self, place: int) -> Criterion | None:
        return self.rubric.criteria[place] if self.rubric and place < len(self.rubric.criteria) else None

    def totals(self) -> dict[str, Total]:
        """The chosen totals by participant."""
        return {
            each.participant: each
            for each in self.numbered.totals
            if self.occasion
            and each.rubric == self.key
            and each.occasion == self.occasion.id
            and each.kind is AssessmentKind.ASSESSOR
        }

    def shown(self, total: Total | None, place: int) -> Value:
        """What stands in the cell of a participant and the criterion at this place."""
        if self.criterion(place) is None:
            return ""
        if total is None:
            return NOTHING
        mean = total.means[place]
        if mean.value is not None:
            return mean.value
        return NOTHING if mean.applies else LEFT_OUT


def matrix(numbered: Numbered, tables: dict[str, Table]) -> Page:
    """The sheet; it opens with the rubric used most and the last occasion of that rubric."""
    key, occasion = best_choice(numbered)
    view = _View(numbered, key, numbered.rubrics[key] if key else None, occasion)
    page = Page(
        "Matrix",
        _("Participants against criteria for one rubric and occasion: choose both in the blue cells."),
        widths=[15, 26, 8, 10, 10, *[13] * view.most, 9, 7, 7],
        height=16,
        heights={1: 24, _HEAD: 56},
        freeze=at(_FIRST, 3),
        repeat=f"{_HEAD}:{_HEAD}",
        printed=_CRITERIA + view.most - 1,
    )
    _inputs(page, view)
    _heads(page, view)
    _rows(page, view)
    _foot(page, view)

    def finish(sheet: Worksheet, looks: Looks) -> None:
        words = _("Choose from the list.")
        add_choice(sheet, "B3", tables["Rubrics"].cells("rubric"), _("Rubric"), words)
        add_choice(sheet, "B4", tables["Occasions"].cells("occasion"), _("Occasion"), words)
        add_choice(sheet, "B5", KINDS, _("Kind"), words)
        first, last = at(_FIRST, _CRITERIA), at(view.last, view.helpers - 1)
        add_level_colours(sheet, looks, f"{first}:{last}", first, "$E$3")
        add_level_colours(sheet, looks, f"C{_FIRST}:C{view.last}", f"C{_FIRST}", "$E$3")
        for word, token in (("not_met", "danger"), ("open", "warning")):
            add_word_colour(sheet, looks, f"E{_FIRST}:E{view.last}", f'E{_FIRST}="{word}"', token)

    page.finish = finish
    return page


def _of_rubric(column: str) -> str:
    return f"SUMPRODUCT(--(Rubrics[rubric]=$B$3),Rubrics[{column}])"


def _inputs(page: Page, view: _View) -> None:
    rubric = view.rubric
    page.put(1, 1, _("Matrix"), "title")
    words = _("Mean of the levels given. {nothing}: no level. {left_out}: not applicable.")
    if is_moderated(view.numbered):
        words += " " + _("Where assessors differed and settled it, what they agreed on: see agreed in Means.")
    page.put(2, 1, words.format(nothing=NOTHING, left_out=LEFT_OUT), "note")
    page.put(3, 1, _("Rubric"), "name")
    page.put(3, 2, view.numbered.rubric[view.key] if view.key else None, "input")
    page.put(4, 1, _("Occasion"), "name")
    page.put(4, 2, view.numbered.occasion[view.occasion.id] if view.occasion else None, "input")
    page.put(5, 1, _("Kind"), "name")
    page.put(5, 2, AssessmentKind.ASSESSOR.value, "input")
    for row, column, value in (
        (3, "top_level", rubric.top_level if rubric else 0),
        (4, "criteria", len(rubric.criteria) if rubric else 0),
        (5, "first_criterion_no", view.numbered.first_criterion_no[view.key] if view.key else 0),
    ):
        page.put(row, 4, column, "key")
        page.put(row, 5, value, "key", _of_rubric(column))


def _heads(page: Page, view: _View) -> None:
    for column, text in enumerate(("participant_id", "name", "total", "coverage", "gate"), 1):
        page.put(_HEAD, column, text, "head" if column < 3 else "head_center")
    page.put(_KEYS, 1, "criterion_no", "key")
    for place in range(view.most):
        column, criterion = _CRITERIA + place, view.criterion(place)
        number = view.numbered.first_criterion_no[view.key] + place if criterion and view.key else ""
        page.put(_KEYS, column, number, "key", f'IF($E$4>{place},$E$5+{place},"")')
        key = at(_KEYS, column)
        found = f"MATCH({key},Criteria[criterion_no],0)"
        page.put(
            _HEAD,
            column,
            f"{criterion.id}\n{criterion.title}" if criterion else "",
            "head_center",
            f'IF({key}="","",IFERROR(INDEX(Criteria[criterion_id],{found})&CHAR(10)'
            f'&INDEX(Criteria[title],{found}),""))',
        )
    for column, text in enumerate(("total_no", "first", "last"), view.helpers):
        page.put(_HEAD, column, text, "key")


def _rows(page: Page, view: _View) -> None:
    numbered, chosen = view.numbered, view.totals()
    letters = [get_column_letter(view.helpers + place) for place in range(3)]
    for row, person in enumerate(numbered.data.participants, _FIRST):
        total = chosen.get(person.id)
        mine, first, last = (f"${letter}{row}" for letter in letters)
        in_totals = f"MATCH({mine},Totals[total_no],0)"

        def taken(column: str, blank: str, mine: str = mine, in_totals: str = in_totals) -> str:
            return f"IF({mine}=0,{blank},INDEX(Totals[{column}],{in_totals}))"

        def or_nothing(column: str, mine: str = mine, in_totals: str = in_totals) -> str:
            found = f"INDEX(Totals[{column}],{in_totals})"
            return f'IF({mine}=0,{quoted(NOTHING)},IF({found}="",{quoted(NOTHING)},{found}))'

        score = total.score if total else None
        page.put(row, 1, numbered.code(person.id), "line")
        page.put(row, 2, numbered.name(person.id), "line", NAME.replace("[@participant_id]", f"$A{row}"))
        page.put(row, 3, _or_nothing(score and score.value), "cell", or_nothing("total"))
        page.put(row, 4, _or_nothing(score and score.coverage), "cell_percent", or_nothing("coverage"))
        page.put(row, 5, score.gate.value if score else NOTHING, "cell_text", taken("gate", quoted(NOTHING)))
        for place in range(view.most):
            column = _CRITERIA + place
            formula = _mean(f"{get_column_letter(column)}${_KEYS}", mine, first, last)
            page.put(row, column, view.shown(total, place), "cell", formula)
        page.put(
            row,
            view.helpers,
            total.number if total else 0,
            "key",
            f"SUMPRODUCT((Totals[participant_id]=$A{row})*(Totals[rubric]=$B$3)*(Totals[occasion]=$B$4)"
            "*(Totals[kind]=$B$5),Totals[total_no])",
        )
        page.put(row, view.helpers + 1, total.first if total else 1, "key", taken("first", "1"))
        page.put(row, view.helpers + 2, total.last if total else 1, "key", taken("last", "1"))


def _or_nothing(value: Fraction | None) -> Value:
    return NOTHING if value is None else value


def _mean(criterion: str, total: str, first: str, last: str) -> str:
    def block(column: str) -> str:
        return f"INDEX(Means[{column}],{first}):INDEX(Means[{column}],{last})"

    mine = f"{block('total_no')},{total},{block('criterion_no')},{criterion}"
    return (
        f'IF({criterion}="","",IF({total}=0,{quoted(NOTHING)},IFERROR(AVERAGEIFS({block("mean")},{mine}),'
        f"IF(COUNTIFS({mine},{block('applies')},0)>0,{quoted(LEFT_OUT)},{quoted(NOTHING)}))))"
    )


def _foot(page: Page, view: _View) -> None:
    """How many people have a level, and their mean where they are enough."""
    chosen = view.totals()
    count_row, mean_row = view.last + 1, view.last + 2
    page.put(count_row, 1, _("people"), "head")
    page.put(mean_row, 1, _("mean of {n} or more").format(n=FEWEST), "head")
    for row in (count_row, mean_row):
        for column in (2, 4, 5):
            page.put(row, column, "", "head")
    for column in (3, *range(_CRITERIA, view.helpers)):
        values: list[Fraction] = []
        for person in view.numbered.data.participants:
            total = chosen.get(person.id)
            found = (total and total.score.value) if column == 3 else view.shown(total, column - _CRITERIA)
            if isinstance(found, Fraction):
                values.append(found)
        area = f"{at(_FIRST, column)}:{at(view.last, column)}"
        used = column == 3 or view.criterion(column - _CRITERIA) is not None
        empty = "" if column == 3 else f'IF({at(_KEYS, column)}="","",'
        end = ")" if empty else ""
        page.put(count_row, column, len(values) if used else "", "cell_whole", f"{empty}COUNT({area}){end}")
        mean = sum(values) / len(values) if len(values) >= FEWEST else NOTHING
        page.put(
            mean_row,
            column,
            mean if used else "",
            "cell",
            f"{empty}IF(COUNT({area})<{FEWEST},{quoted(NOTHING)},AVERAGE({area})){end}",
        )
