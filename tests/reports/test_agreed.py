"""Where assessors differed and settled it, reports print what they settled on, mark it, and say what the mark means."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from rubricapp.core.agreed_levels import AgreedLevel, Outcome
from rubricapp.core.model import Blank
from rubricapp.reports.charts import dumbbells, heat_map
from rubricapp.reports.data import ReportData
from rubricapp.reports.figures import agreement, gather
from rubricapp.reports.pdf.cohort import make_cohort
from rubricapp.reports.pdf.participant import make_participant

WORDS = "they settled on"
IN_COHORT = "differed and settled on this"


@pytest.fixture
def data(make_data, change) -> ReportData:
    """Six people, two assessors, two occasions; of the first person the assessors say 2 and 4 to CAM-1 at the end."""
    made = make_data(people=6, assessors=2, occasions=2, comments=0)
    first = made.participants[0].id
    (a, b), others = made.of(first, occasion="o1"), made.assessments
    changed = {a.id: 2, b.id: 4}
    return replace(
        made,
        assessments=tuple(
            replace(each, ratings=each.ratings | {"CAM-1": replace(each.rating("CAM-1"), level=changed[each.id])})
            if each.id in changed
            else each
            for each in others
        ),
    )


def settle(data: ReportData, outcome: Outcome, occasion: str = "o1", **more) -> ReportData:
    (rubric,) = data.rubrics
    slot = data.participants[0].id, rubric, occasion
    return replace(data, agreed={slot: {"CAM-1": AgreedLevel(*slot, "CAM-1", outcome, **more)}})


def standing(data: ReportData):
    cohort = gather(data)
    return cohort.standing(data.participants[0].id, cohort.rubrics[0])


@pytest.mark.parametrize(
    ("outcome", "more", "now"),
    [
        (Outcome.LEVEL, {"level": 4}, Fraction(4)),
        (Outcome.BOTH, {}, Fraction(3)),
        (Outcome.BLANK, {"blank": Blank.NOT_OBSERVED}, None),
    ],
)
def test_the_agreed_level_stands_and_only_there(data, outcome, more, now) -> None:
    before, after = standing(data), standing(settle(data, outcome, **more))
    assert before.standings[0].now == 3 and before.standings[0].agreed is None
    assert after.standings[0].now == now and after.standings[0].agreed is not None
    assert after.standings[1:] == before.standings[1:]
    person, (rubric,) = data.participants[0].id, data.rubrics
    assert after.score == settle(data, outcome, **more).score(person, rubric, "o1")
    assert (after.score == before.score) is (now == 3)


def test_agreement_is_counted_from_what_was_given(data) -> None:
    moderated = settle(data, Outcome.LEVEL, level=3)
    rubric = next(iter(data.rubrics.values()))
    plain, after = (agreement(gather(each), rubric) for each in (data, moderated))
    assert plain == after
    assert after[2][0].levels == (2, 4)


def test_an_earlier_occasion_moves_the_ring_and_has_no_mark(data) -> None:
    found = standing(settle(data, Outcome.LEVEL, "o0", level=5)).standings[0]
    assert found.first == 5 and found.agreed is None


def test_the_marks_of_charts(data) -> None:
    moderated = settle(data, Outcome.LEVEL, level=4)
    chart = dumbbells(standing(moderated))
    assert [row.agreed for row in chart.rows][:2] == [True, False]
    heat = heat_map(gather(moderated), next(iter(data.rubrics.values())))
    assert [cell.agreed for cell in heat.rows[0].cells][:2] == [True, False]
    assert not any(cell.agreed for row in heat.rows[1:] for cell in row.cells)


def test_papers_say_what_the_mark_means_and_only_where_there_is_one(data, read_pdf) -> None:
    moderated = settle(data, Outcome.LEVEL, level=4)
    first, second = (each.id for each in data.participants[:2])

    def said(pdf) -> str:
        return " ".join(" ".join(read_pdf(pdf.data)).split())

    assert WORDS in said(make_participant(gather(moderated), first))
    assert WORDS not in said(make_participant(gather(data), first))
    assert WORDS not in said(make_participant(gather(moderated), second))
    assert IN_COHORT in said(make_cohort(gather(moderated)))
    assert IN_COHORT not in said(make_cohort(gather(data)))


def test_without_anything_settled_not_a_byte_changes(data) -> None:
    same = replace(data, agreed={("nobody", "nothing", "never"): {}})
    person = data.participants[0].id
    for one, other in pairwise((data, same)):
        assert make_participant(gather(one), person).data == make_participant(gather(other), person).data
        assert make_cohort(gather(one)).data == make_cohort(gather(other)).data
