"""Self beside assessors: exact, by criterion, of nobody else, in the rubric's order."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from rubricapp.core.agreed_levels import AgreedLevel, Outcome
from rubricapp.core.gaps import compare, say_apart, say_level
from rubricapp.core.model import Assessment, AssessmentKind, Blank, CriterionId, Rating
from rubricapp.core.rubrics import from_document


@pytest.fixture
def rubric(document):
    return from_document(document)


def given(kind: AssessmentKind, *values) -> Assessment:
    ratings = {}
    for number, value in enumerate(values, 1):
        criterion = CriterionId(f"TST-{number}")
        if isinstance(value, Blank):
            ratings[criterion] = Rating(criterion, blank=value)
        elif value is not None:
            ratings[criterion] = Rating(criterion, value)
    return Assessment("x", "p", str(kind), "r", "o", kind, ratings=ratings)


def test_gaps_are_self_less_the_median_of_assessors(rubric) -> None:
    own = given(AssessmentKind.SELF, 4, 2, 3, Blank.NOT_OBSERVED, None, 5)
    one, two, three = (
        given(AssessmentKind.ASSESSOR, 3, 3, 3, 2, 2, Blank.NOT_APPLICABLE),
        given(AssessmentKind.ASSESSOR, 3, 4, 3, 2, 2),
        given(AssessmentKind.ASSESSOR, 1, Blank.NOT_OBSERVED, 3, 2, 2),
    )
    found = compare(rubric, own, [one, two, three])
    assert [each.criterion.id for each in found] == [each.id for each in rubric.criteria]
    assert [each.assessors for each in found] == [3, Fraction(7, 2), 3, 2, 2, None]
    assert [each.apart for each in found] == [1, Fraction(-3, 2), 0, None, None, None]
    assert [each.apart_text for each in found] == ["+1", "−1.5", "0", "", "", ""]
    assert found[0].given == (1, 3, 3)
    assert found[3].own.blank is Blank.NOT_OBSERVED


def test_what_moderation_agreed_on_stands_instead_of_the_median(rubric) -> None:
    own = given(AssessmentKind.SELF, 4, 4, 4, 4, 4)
    others = [given(AssessmentKind.ASSESSOR, *[1] * 5), given(AssessmentKind.ASSESSOR, *[4] * 5)]

    def settled(number: int, outcome: Outcome | None, **more) -> tuple[CriterionId, AgreedLevel]:
        return CriterionId(f"TST-{number}"), AgreedLevel("p", "r", "o", CriterionId(f"TST-{number}"), outcome, **more)

    agreed = dict(
        [
            settled(1, Outcome.LEVEL, level=3),
            settled(2, Outcome.BLANK, blank=Blank.INSUFFICIENT_EVIDENCE),
            settled(3, Outcome.BOTH),
            settled(4, None),
        ]
    )
    found = compare(rubric, own, others, agreed)
    assert [each.assessors for each in found] == [3, None, *[Fraction(5, 2)] * 3, None]
    assert [each.apart_text for each in found] == ["+1", "", "+1.5", "+1.5", "+1.5", ""]
    assert [each.agreed is not None for each in found] == [True, True, False, False, False, False]
    assert found[0].given == (1, 4), "what each gave stays beside it"


def test_mentors_and_peers_count_nowhere(rubric) -> None:
    own = given(AssessmentKind.SELF, 4)
    others = [given(kind, 1) for kind in (AssessmentKind.MENTOR, AssessmentKind.PEER, AssessmentKind.SELF)]
    assert compare(rubric, own, others)[0].assessors is None
    assert compare(rubric, own, [*others, given(AssessmentKind.ASSESSOR, 3)])[0].apart == 1


def test_only_a_self_assessment_has_gaps(rubric) -> None:
    with pytest.raises(ValueError, match="not a self-assessment"):
        compare(rubric, replace(given(AssessmentKind.SELF), kind=AssessmentKind.MENTOR), [])


def test_in_figures() -> None:
    assert (say_apart(Fraction(1, 2)), say_apart(Fraction(0)), say_apart(None)) == ("+0.5", "0", "")
    assert (say_level(Fraction(7, 2)), say_level(3), say_level(Fraction(4, 3))) == ("3.5", "3", "1.3")
