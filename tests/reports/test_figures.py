"""The numbers that reports print: medians, changes, agreement, and what is too small to be printed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from rubricapp.core.model import AssessmentKind, Blank
from rubricapp.reports.charts import bands, dumbbells, heat_map, strips
from rubricapp.reports.cohort_findings import cohort_findings, needs, percent, share_text, summary
from rubricapp.reports.figures import (
    Pairs,
    Standing,
    agreement,
    change_text,
    gather,
    level_text,
    median,
    quantile,
    share_interval,
)
from rubricapp.reports.findings import finding, going_and_next, say


def text(words) -> str:
    return "".join(part for part, _strong in words).replace("\u00a0", " ")


def ranked(*levels: int) -> list[Fraction]:
    return [Fraction(level) for level in levels]


def test_a_median_needs_five_people() -> None:
    assert median(ranked(1, 2, 3, 4)) is None
    assert median(ranked(5, 1, 4, 2, 2)) == 2
    assert median(ranked(1, 2, 3, 4, 5, 5)) == Fraction(7, 2)
    assert quantile(ranked(1, 2, 3, 4, 5), Fraction(1, 4)) == 2
    assert quantile(ranked(1, 2, 3, 4), Fraction(1, 4)) == Fraction(7, 4)


@pytest.mark.parametrize(
    ("level", "expected"),
    [(Fraction(3), "3"), (Fraction(7, 2), "3.5"), (Fraction(10, 3), "3.3"), (Fraction(399, 100), "4.0")],
)
def test_levels_in_words(level: Fraction, expected: str) -> None:
    assert level_text(level) == expected


def test_changes_in_words() -> None:
    assert [change_text(each) for each in (Fraction(2), Fraction(-1, 2), Fraction(0), None)] == [
        "+2",
        "−0.5",
        "same",
        "",
    ]


def test_the_share_interval_is_wilsons() -> None:
    """7 of 10: 39.7 to 89.2 percent."""
    low, high = share_interval(7, 10)
    assert (round(float(low), 1), round(float(high), 1)) == (39.7, 89.2)
    assert share_interval(10, 10)[1] == 100
    assert share_interval(0, 10)[0] == 0


@pytest.mark.parametrize(
    ("part", "pairs", "expected"),
    [
        (0, 0, "–"),
        (7, 9, "7 of 9"),
        (7, 10, "70 % (7 of 10; 40–89 %)"),
        (29, 29, "100 % (29 of 29; 88–100 %)"),
        (20, 30, "67 % (20 of 30)"),
    ],
)
def test_agreement_is_said_as_its_number_of_pairs_allows(part: int, pairs: int, expected: str) -> None:
    assert share_text(part, Pairs(pairs, part, part)).replace("\u00a0", " ") == expected


def test_a_percentage_never_says_all_or_nothing_where_it_is_not() -> None:
    assert [percent(*each) for each in ((999, 1000), (1, 1000), (0, 5), (5, 5), (0, 0))] == [
        "99\u00a0%",
        "1\u00a0%",
        "0\u00a0%",
        "100\u00a0%",
        "–",
    ]


def test_several_assessors_are_averaged_and_the_last_occasion_counts(make_data, change) -> None:
    data = make_data(people=6, assessors=2, occasions=2, blanks=0)
    person = data.participants[0].id
    first = replace(data, assessments=tuple(each for each in data.assessments if each.assessor.endswith("0")))
    data = replace(
        data,
        assessments=tuple(
            each if each.assessor.endswith("0") else alone
            for each, alone in zip(data.assessments, change(data, person, "o1", CAM_1=4).assessments, strict=True)
        ),
    )
    data = replace(
        data,
        assessments=tuple(
            one if each.assessor.endswith("0") else each
            for each, one in zip(data.assessments, change(data, person, "o1", CAM_1=3).assessments, strict=True)
        ),
    )
    (standing,) = gather(data).standings(person)
    assert standing.standings[0].now == Fraction(7, 2)
    assert len(gather(first).standings(person)) == 1
    assert standing.score.value is not None


def test_self_and_peer_assessments_are_no_scores(make_data) -> None:
    data = make_data(people=5)
    own = tuple(replace(each, kind=AssessmentKind.SELF) for each in data.assessments)
    cohort = gather(replace(data, assessments=own))
    assert cohort.standings(data.participants[0].id) == ()
    assert cohort.rubrics == ()


def test_a_blank_on_the_last_occasion_is_shown_and_not_papered_over(make_data, change) -> None:
    data = make_data(people=5, blanks=0)
    person = data.participants[0].id
    data = change(data, person, "o0", CAM_1=2)
    data = change(data, person, "o1", CAM_1=Blank.NOT_OBSERVED, CAM_2=None)
    (standing,) = gather(data).standings(person)
    one, two = standing.standings[:2]
    assert (one.now, one.first, one.change, one.blank) == (None, 2, None, Blank.NOT_OBSERVED)
    assert (two.now, two.blank) == (None, None)
    notes = [row.note for row in dumbbells(standing).rows[:2]]
    assert notes == ["not observed", "not yet rated"]


def test_the_levels_between_first_and_last_are_kept(make_data, change) -> None:
    data = make_data(people=5, occasions=3, blanks=0)
    person = data.participants[0].id
    for occasion, level in (("o0", 1), ("o1", 4), ("o2", 3)):
        data = change(data, person, occasion, CAM_1=level)
    data = change(data, person, "o0", CAM_2=None)
    data = change(data, person, "o1", CAM_2=2)
    (standing,) = gather(data).standings(person)
    rows = dumbbells(standing).rows
    assert (rows[0].first, rows[0].between, rows[0].now, rows[0].note) == (1, (4,), 3, "+2")
    assert (rows[1].first, rows[1].between) == (2, ())


def test_one_comment_of_two_assessors_is_printed_once(make_data, change, read_pdf) -> None:
    data = make_data(people=2, assessors=2, occasions=1, comments=0, blanks=0)
    person = data.participants[0]
    data = change(data, person.id, CAM_1="Checked every card.")
    cohort = gather(data)
    well, ahead = going_and_next(cohort, person, cohort.standings(person.id), 3)
    (comments,) = [entry.comments for entry in (*well, *ahead) if entry.comments]
    assert comments == (("Checked every card.", "Judge0 Example and Judge1 Example, baseline"),)


def test_medians_are_of_the_same_occasion_and_of_five_or_more(make_data) -> None:
    data = make_data(people=5, blanks=0)
    (standing,) = gather(data).standings(data.participants[0].id)
    assert all(one.median is not None for one in standing.standings)
    left = {each.id for each in data.participants[:4]}
    few = replace(data, assessments=tuple(e for e in data.assessments if e.participant in left or e.occasion != "o1"))
    (standing,) = gather(few).standings(data.participants[0].id)
    assert all(one.median is None for one in standing.standings)


def test_agreement_counts_pairs_and_lists_gaps(make_data, change) -> None:
    data = make_data(people=3, assessors=3, occasions=1, blanks=0)
    for person in data.participants:
        data = change(data, person.id, CAM_1=3)
    person = data.participants[1]
    held = [each for each in data.assessments if each.participant == person.id]
    lower = change(replace(data, assessments=tuple(held[:1])), person.id, CAM_1=1).assessments[0]
    data = replace(data, assessments=tuple(lower if each is held[0] else each for each in data.assessments))
    cohort = gather(data)
    by_criterion, together, gaps = agreement(cohort, cohort.rubrics[0])
    assert by_criterion["CAM-1"] == Pairs(9, 7, 7)  # levels 3, 3, 3 twice; 1, 3, 3 once
    assert together.pairs == 9 * 7
    assert [(gap.participant, gap.levels) for gap in gaps if gap.criterion.id == "CAM-1"] == [(person.id, (1, 3, 3))]


# Sentences


def told(data, person) -> str:
    return " ".join(text(each) for each in finding("Amara", gather(data).standings(person)))


def levels_of(data, change, person, occasion, *levels):
    return change(data, person, occasion, **{f"CAM_{at}": level for at, level in enumerate(levels, 1)})


def test_the_finding_counts_what_the_data_say(make_data, change) -> None:
    data = make_data(people=5, blanks=0)
    person = data.participants[0].id
    data = levels_of(data, change, person, "o0", 1, 2, 3, 3, 3, 3, 3)
    data = levels_of(data, change, person, "o1", 2, 2, 3, 4, 4, 3, 4)
    assert told(data, person) == (
        "Amara is at level 3 (Supported) or above in 5 of 7 criteria rated, and since baseline has moved up in 4 of 7."
        " The next step is Exposure and image control: from level 2 to level 3."
    )
    data = levels_of(data, change, person, "o1", 1, 2, 3, 3, 3, 3, 3)
    assert "3 (Supported) in 5 of 7 criteria rated, the same levels as at baseline." in told(data, person)
    data = levels_of(data, change, person, "o1", 1, 1, 3, 3, 3, 4, 3)
    assert "has moved up in 1 of 7 and down in 1 of 7." in told(data, person)


def test_a_gate_that_is_not_met_comes_first(make_data, change) -> None:
    data = make_data(people=5, blanks=0, occasions=1)
    person = data.participants[0].id
    data = levels_of(data, change, person, "", 1, 4, 4, 4, 4, 4, 2)
    assert told(data, person).endswith(
        "First comes Set safety and conduct: it needs level 3 and is at level 2, and nothing else makes up for it."
    )
    assert [one.criterion.id for _each, one in needs(gather(data), person, 1)] == ["CAM-7"]


def test_the_ends_of_the_scale_are_said_plainly(make_data, change) -> None:
    data = make_data(people=5, blanks=0, occasions=1)
    person = data.participants[0].id
    top = levels_of(data, change, person, "", *[5] * 7)
    assert told(top, person) == (
        "Amara is at level 5 (Leads) in all 7 criteria rated. Every criterion rated is at the top of its scale."
    )
    low = levels_of(data, change, person, "", 1, 1, 1, 1, 1, 1, 1)
    assert told(low, person).startswith("Amara is at level 1 (Observes) in all 7 criteria rated. First comes")
    none = levels_of(data, change, person, "", *[Blank.NOT_OBSERVED] * 7)
    assert "no criterion has a level yet" in told(none, person)


def test_different_scales_are_not_counted_together(make_data) -> None:
    data = make_data(people=2, rubrics=2, occasions=1, blanks=0)
    one, two = data.rubrics.values()
    short = replace(two, scale=two.scale[:4])
    held = tuple(
        replace(each, ratings={key: replace(rating, level=1) for key, rating in each.ratings.items()})
        for each in data.assessments
    )
    data = replace(data, rubrics={one.content_hash: one, short.content_hash: short}, assessments=held)
    assert told(data, data.participants[0].id).startswith(
        "Amara has a level in 14 criteria of 2 rubrics with different scales. First comes Set safety"
    )


def test_each_criterion_stands_once_and_every_comment_somewhere(make_data) -> None:
    data = make_data(people=6, rubrics=2, assessors=2, comments=0.7)
    cohort = gather(data)
    for person in data.participants:
        standings = cohort.standings(person.id)
        well, ahead = going_and_next(cohort, person, standings, 3)
        titles = [(entry.rubric, entry.criterion) for entry in (*well, *ahead)]
        assert len(titles) == len(set(titles))
        shown = {comment for entry in (*well, *ahead) for comment, _who in entry.comments}
        written = {
            rating.comment
            for each in data.of(person.id, occasion="o1")
            for rating in each.ratings.values()
            if rating.comment
        }
        assert shown == written


def test_what_people_type_is_never_a_template() -> None:
    assert text(say("{name} is here.", name="{0} {name} %s")) == "{0} {name} %s is here."


# The cohort


def test_the_cohort_is_summed_up_in_three_findings(make_data) -> None:
    cohort = gather(replace(make_data(people=12), drafts={make_data(people=12).participants[0].id: 2}))
    summaries = tuple(summary(cohort, each) for each in cohort.rubrics)
    found = [text(each) for each in cohort_findings(cohort, summaries)]
    assert len(found) == 3
    assert found[0].startswith("12 of 12 participants have a finished assessment; ")
    assert found[0].endswith("2 assessments are still drafts and are not counted.")


def test_small_cohorts_get_no_medians_anywhere(make_data) -> None:
    cohort = gather(make_data(people=4))
    rubric = cohort.rubrics[0]
    assert summary(cohort, rubric).middle is None
    assert all(strip.middle is None for strip in strips(cohort, rubric))
    assert all(cell.level is None for foot in heat_map(cohort, rubric).feet for cell in foot.cells)
    assert all(point.middle is None for band in bands(cohort, rubric) for point in band.points)
    assert "fewer than five" in text(cohort_findings(cohort, (summary(cohort, rubric),))[-1]).casefold()


def test_the_heat_map_keeps_the_order_of_names_and_marks_gates(make_data, change) -> None:
    data = make_data(people=8, blanks=0)
    person = data.participants[2].id
    data = change(data, person, "o1", CAM_7=1, CAM_1=Blank.INSUFFICIENT_EVIDENCE, CAM_2=None)
    chart = heat_map(gather(data), gather(data).rubrics[0])
    assert [row.label for row in chart.rows] == [each.name for each in data.participants]
    cells = chart.rows[2].cells
    assert (cells[0].text, cells[1].text) == ("ie", "·")
    assert cells[6].fails
    assert cells[6].text == "1"
    assert [foot.note for foot in chart.feet] == ["n = 8"]


def test_a_strip_counts_everyone_once(make_data) -> None:
    cohort = gather(make_data(people=12, blanks=0.3))
    for strip in strips(cohort, cohort.rubrics[0]):
        assert strip.people + strip.blanks == 12


def test_a_standing_without_levels_has_no_next_step(make_data) -> None:
    criterion = gather(make_data(people=1)).rubrics[0].criteria[0]
    assert Standing(criterion, (None,)).next_level(5) is None
    assert Standing(criterion, (Fraction(7, 2),)).next_level(5) == 4
    assert Standing(criterion, (Fraction(5),)).next_level(5) is None
