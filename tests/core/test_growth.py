"""Growth in steps: medians of assessors, gaps, versions apart, and the cohort only where it may stand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core.agreed_levels import AgreedLevel, Outcome
from rubricapp.core.growth import GivenLevel, growth, may_see_cohort, quantile, quartiles, with_bands
from rubricapp.core.model import (
    Assessment,
    AssessmentId,
    AssessmentKind,
    AssessmentState,
    Blank,
    Criterion,
    CriterionId,
    Level,
    Occasion,
    OccasionId,
    Person,
    PersonId,
    Rating,
    Role,
    RubricHash,
    RubricVersion,
)

BEFORE, MIDDLE, AFTER = (
    Occasion(OccasionId(name), name, name, "", place) for place, name in enumerate(("baseline", "midpoint", "final"))
)
OCCASIONS = (BEFORE, MIDDLE, AFTER)
LEVELS = tuple(Level(level, str(level), "") for level in range(1, 6))


def rubric(version: str = "1.0", structure: str = "s", key: str = "camera") -> RubricVersion:
    criteria = tuple(Criterion(CriterionId(each), each, "", 1, None, LEVELS) for each in ("A-1", "A-2"))
    scale = tuple((str(level), "") for level in range(1, 6))
    content = RubricHash(f"{key} {version} {structure}")
    return RubricVersion(key, version, "Camera", "", "en", scale, criteria, 80, content, structure)


ONE = rubric()
RUBRICS = {ONE.content_hash: ONE}


def said(occasion: Occasion, *values: object, by: str = "a", of: str = "p", version: RubricVersion = ONE) -> Assessment:
    """A finished assessment with these values for the criteria, in order: a level, a blank, or None."""
    ratings = {}
    for criterion, value in zip(version.criteria, values, strict=False):
        if isinstance(value, Blank):
            ratings[criterion.id] = Rating(criterion.id, None, value)
        elif value is not None:
            ratings[criterion.id] = Rating(criterion.id, value)
    return Assessment(
        AssessmentId(f"{of} {by} {occasion.id} {version.content_hash}"),
        PersonId(of),
        PersonId(by),
        version.content_hash,
        occasion.id,
        state=AssessmentState.FINISHED,
        ratings=ratings,
    )


def levels(line) -> list:
    return [each.level for each in line.steps]


def test_each_occasion_has_the_median_of_its_assessors_and_their_number() -> None:
    (grown,) = growth(
        [
            said(BEFORE, 2, 1),
            said(AFTER, 3, 5),
            said(AFTER, 4, 5, by="b"),
            said(MIDDLE, 2, 2),
            said(MIDDLE, 3, 2, by="b"),
            said(MIDDLE, 5, 2, by="c"),
        ],
        RUBRICS,
        OCCASIONS,
    )
    assert levels(grown.lines[0]) == [2, 3, Fraction(7, 2)]  # 2, 3 and 5 come to 3, not to 3.3
    assert [each.count for each in grown.lines[0].steps] == [1, 3, 2]
    assert grown.lines[0].change == Fraction(3, 2)
    assert grown.is_enough


def test_what_assessors_agreed_on_stands_in_place_of_their_median() -> None:

    given = [said(OCCASIONS[0], 2, 3, by="a"), said(OCCASIONS[0], 5, 4, by="b"), said(OCCASIONS[1], 4, 4)]
    slot = ("p", ONE.content_hash, OCCASIONS[0].id)
    first, second = (each.id for each in ONE.criteria[:2])
    settled = {
        slot: {
            first: AgreedLevel(*slot, first, Outcome.LEVEL, 3),
            second: AgreedLevel(*slot, second, Outcome.BLANK, blank=Blank.NOT_OBSERVED),
        }
    }
    plain = growth(given, {ONE.content_hash: ONE}, OCCASIONS)[0]
    (found,) = growth(given, {ONE.content_hash: ONE}, OCCASIONS, settled)
    assert levels(found.lines[0])[0] == 3 and levels(plain.lines[0])[0] == Fraction(7, 2)
    assert (found.lines[0].steps[0].count, found.lines[0].steps[0].by) == (2, ("a", "b"))
    step = found.lines[1].steps[0]
    assert (step.level, step.count, step.blank) == (None, 0, Blank.NOT_OBSERVED)
    assert [line.steps[1] for line in found.lines] == [line.steps[1] for line in plain.lines]
    both = {slot: {first: AgreedLevel(*slot, first, Outcome.BOTH)}}
    assert growth(given, {ONE.content_hash: ONE}, OCCASIONS, both)[0].lines == plain.lines


def test_a_gap_stays_a_gap_and_says_why() -> None:
    (grown,) = growth(
        [said(BEFORE, 2), said(MIDDLE, Blank.NOT_OBSERVED), said(AFTER, None, 4)],
        RUBRICS,
        OCCASIONS,
    )
    first, second = grown.lines
    assert levels(first) == [2, None, None]
    assert [each.blank for each in first.steps] == [None, Blank.NOT_OBSERVED, None]
    assert (first.start, first.now, first.change) == (first.steps[0], first.steps[0], None)
    assert levels(second) == [None, None, 4]
    assert (second.start, second.change) == (second.steps[2], None)


def test_an_occasion_without_the_rubric_is_none_of_its_steps() -> None:
    (grown,) = growth([said(BEFORE, 2), said(AFTER, 3)], RUBRICS, OCCASIONS)
    assert grown.occasions == (BEFORE, AFTER)


def test_one_scoring_is_not_growth() -> None:
    (grown,) = growth([said(AFTER, 3)], RUBRICS, OCCASIONS)
    assert not grown.is_enough
    assert growth([], RUBRICS, OCCASIONS) == ()


def test_versions_of_one_structure_are_one_line_and_others_are_apart() -> None:
    worded, other = rubric("1.1"), rubric("2.0", "another structure")
    rubrics = {each.content_hash: each for each in (ONE, worded, other)}
    given_ = [said(BEFORE, 2), said(MIDDLE, 3, version=worded), said(AFTER, 4, version=other)]
    first, second = growth(given_, rubrics, OCCASIONS)
    assert (first.rubric, first.versions, levels(first.lines[0])) == (worded, ("1.0", "1.1"), [2, 3])
    assert (second.rubric, second.versions, levels(second.lines[0])) == (other, ("2.0",), [4])


@pytest.mark.parametrize("kind", [AssessmentKind.SELF, AssessmentKind.PEER, AssessmentKind.MENTOR])
def test_only_assessors_count(kind) -> None:
    other = replace(said(AFTER, 5, by="m"), kind=kind)
    (grown,) = growth([said(BEFORE, 2), said(AFTER, 3), other], RUBRICS, OCCASIONS)
    assert levels(grown.lines[0]) == [2, 3]
    assert growth([other], RUBRICS, OCCASIONS) == ()


def test_drafts_and_unknown_rubrics_and_occasions_are_left_out() -> None:
    draft = replace(said(AFTER, 5), state=AssessmentState.DRAFT)
    strange = replace(said(AFTER, 5), rubric=RubricHash("unknown"))
    elsewhere = replace(said(AFTER, 5), occasion=OccasionId("another edition"))
    assert growth([draft, strange, elsewhere], RUBRICS, OCCASIONS) == ()


def cohort(people: int) -> list[GivenLevel]:
    """Levels 1 to 5 in turn for the first criterion, at the start and at the end."""
    return [
        GivenLevel(PersonId(f"p{number}"), ONE.content_hash, one.id, CriterionId("A-1"), 1 + number % 5)
        for number in range(people)
        for one in (BEFORE, AFTER)
    ]


def test_the_cohorts_middle_half_needs_five_people() -> None:
    mine = growth([said(BEFORE, 2, of="p0"), said(AFTER, 3, of="p0")], RUBRICS, OCCASIONS)
    (few,) = with_bands(mine, cohort(4), RUBRICS)
    (enough,) = with_bands(mine, cohort(5), RUBRICS)
    assert few.lines[0].band == (None, None)
    assert enough.lines[0].band == ((2, 3, 4), (2, 3, 4))
    assert enough.lines[0].steps == mine[0].lines[0].steps
    assert enough.lines[1].band == (None, None)  # nobody has a level there


def test_each_person_counts_once_in_the_cohort_whoever_many_assessed_them() -> None:
    mine = growth([said(BEFORE, 2), said(AFTER, 3)], RUBRICS, OCCASIONS)
    twice = [*cohort(5), *cohort(5)[:2]]
    assert with_bands(mine, twice, RUBRICS) == with_bands(mine, cohort(5), RUBRICS)


def test_the_cohort_stands_behind_a_line_for_leads_only_and_never_beside_ones_own() -> None:
    def person(key: str, *roles: Role) -> Person:
        return Person(PersonId(key), key, key, "", roles=frozenset(roles))

    ama = person("ama", Role.PARTICIPANT)
    assert may_see_cohort(person("lead", Role.LEAD), ama)
    for viewer in (None, ama, person("m", Role.MENTOR), person("a", Role.ASSESSOR)):
        assert not may_see_cohort(viewer, ama)
    assert not may_see_cohort(person("ama", Role.PARTICIPANT, Role.LEAD), ama)


@given(st.lists(st.integers(1, 5), min_size=5, max_size=40))
def test_quartiles_lie_in_order_within_what_was_given(values: list[int]) -> None:
    low, middle, high = quartiles(values)
    assert min(values) <= low <= middle <= high <= max(values)
    assert quantile(values, Fraction(0)) == min(values)
    assert quantile(values, Fraction(1)) == max(values)


@given(st.permutations([said(one, n, by=f"a{n}") for one in OCCASIONS for n in (1, 2, 4)]))
def test_the_order_of_what_was_said_changes_nothing(shuffled) -> None:
    assert growth(shuffled, RUBRICS, OCCASIONS) == growth(
        sorted(shuffled, key=lambda each: each.id), RUBRICS, OCCASIONS
    )
