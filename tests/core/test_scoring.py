"""Totals against the worked example, and properties that hold for every set of values."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core.model import Assessment, AssessmentState, Blank, Rating
from rubricapp.core.rubrics import from_document
from rubricapp.core.scoring import Gate, combine, not_rated, round_half_up, score, score_of


def rubric_of(weights, gates=(), needs_coverage=80, steps=5):
    return from_document(
        {
            "format": 1,
            "id": "r",
            "version": "1",
            "language": "en",
            "title": "R",
            "needs_coverage": needs_coverage,
            "scale": [{"name": f"S{n}", "anchor": ""} for n in range(steps)],
            "criteria": [
                {
                    "id": f"C{place}",
                    "title": "C",
                    "weight": weight,
                    "levels": dict.fromkeys(range(1, steps + 1), "words"),
                    **({"gate": gates[place]} if place in dict(gates or {}) else {}),
                }
                for place, weight in enumerate(weights)
            ],
        }
    )


def test_worked_example() -> None:
    rubric = rubric_of([3, 2, 2, 1, 2])
    found = score(rubric, {"C0": 4, "C1": 3, "C2": Blank.NOT_APPLICABLE, "C4": 5})
    assert found.value == 4
    assert found.percent == 75
    assert found.coverage == Fraction(7, 8)
    assert (found.low, found.high) == (Fraction(29, 8), Fraction(33, 8))
    assert found.gate is Gate.NONE
    assert (found.missing, found.not_applicable) == (("C3",), ("C2",))
    assert not found.is_complete


@pytest.mark.parametrize("blank", [None, Blank.NOT_OBSERVED, Blank.INSUFFICIENT_EVIDENCE])
def test_three_sorts_of_missing_count_alike_in_the_total(blank) -> None:
    found = score(rubric_of([1, 1]), {"C0": 3, "C1": blank})
    assert found.coverage == Fraction(1, 2)
    assert found.value is None
    assert found.observed_value == 3


def test_coverage_exactly_at_the_bar_is_printed() -> None:
    values = {f"C{n}": 3 for n in range(4)}
    assert score(rubric_of([1] * 5), values).value == 3
    assert score(rubric_of([1] * 5, needs_coverage=81), values).value is None


def test_nothing_applies() -> None:
    found = score(rubric_of([1, 1]), {"C0": Blank.NOT_APPLICABLE, "C1": Blank.NOT_APPLICABLE})
    assert found.value is found.coverage is found.low is found.high is found.percent is None
    assert not found.is_complete


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2, Gate.NOT_MET),
        (3, Gate.MET),
        (None, Gate.OPEN),
        (Blank.NOT_OBSERVED, Gate.OPEN),
        (Blank.NOT_APPLICABLE, Gate.NONE),
    ],
)
def test_gate(value, expected) -> None:
    found = score(rubric_of([9, 1], gates={1: 3}), {"C0": 5, "C1": value})
    assert found.gate is expected
    # A gate that nobody observed keeps the total from being printed, however light it weighs.
    assert (found.value is None) == (expected is Gate.OPEN)


def test_a_failed_gate_is_named_before_an_open_one() -> None:
    found = score(rubric_of([1, 1], gates={0: 3, 1: 3}), {"C0": 1})
    assert (found.gate, found.gates_failed, found.gates_open) == (Gate.NOT_MET, ("C0",), ("C1",))


def test_a_mean_just_below_the_gate_fails() -> None:
    assert score(rubric_of([1], gates={0: 3}), {"C0": Fraction(5, 2)}).gate is Gate.NOT_MET


values = st.one_of(st.none(), st.sampled_from(list(Blank)), st.integers(1, 5))


@given(st.lists(st.tuples(st.integers(0, 100), values), min_size=1, max_size=12))
def test_bounds_hold_whatever_comes(pairs) -> None:
    rubric = rubric_of([weight for weight, _ in pairs])
    given_values = {f"C{place}": value for place, (_, value) in enumerate(pairs)}
    found = score(rubric, given_values)
    if found.low is None:
        assert found.coverage is None
        return
    assert 1 <= found.low <= found.high <= 5
    assert 0 <= found.coverage <= 1
    if found.observed_value is not None:
        assert found.low <= found.high
        worst = score(rubric, {key: 1 if key in found.missing else value for key, value in given_values.items()})
        best = score(rubric, {key: 5 if key in found.missing else value for key, value in given_values.items()})
        # Zero-weight rubrics apart, filling the gaps reaches exactly the bounds.
        assert (worst.observed_value, best.observed_value) == (found.low, found.high)
    assert set(found.observed) | set(found.missing) | set(found.not_applicable) == {each.id for each in rubric.criteria}


@given(st.fractions(-1000, 1000), st.integers(0, 6))
def test_rounding_is_half_up_in_decimal(value, places) -> None:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    if Fraction(exact) != value:
        return  # not exact in 28 digits: Decimal would round twice
    expected = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert Decimal(round_half_up(value, places)) == expected
    assert round_half_up(value, places) != "-0"


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("17/8", 2, "2.13"),
        ("5/2", 0, "3"),
        ("1/3", 2, "0.33"),
        ("0", 2, "0.00"),
        ("-1/8", 2, "-0.13"),
        ("-1/1000", 2, "0.00"),
    ],
)
def test_rounding(value, places, text) -> None:
    assert round_half_up(Fraction(value), places) == text


def _assessment(**ratings) -> Assessment:
    return Assessment(
        "a",
        "p",
        "x",
        "r",
        "o",
        state=AssessmentState.FINISHED,
        ratings={
            key: Rating(key, level=value)
            if isinstance(value, int) and not isinstance(value, Blank)
            else Rating(key, blank=value)
            if value
            else Rating(key, comment="only words")
            for key, value in ratings.items()
        },
    )


def test_several_assessors_give_the_mean_never_the_lowest() -> None:
    combined = combine([_assessment(C0=2, C1=Blank.NOT_OBSERVED), _assessment(C0=5, C1=3)])
    assert combined == {"C0": Fraction(7, 2), "C1": 3}


def test_not_applicable_only_when_all_say_so() -> None:
    na, seen = Blank.NOT_APPLICABLE, Blank.NOT_OBSERVED
    combined = combine([_assessment(C0=na, C1=na, C2=None), _assessment(C0=na, C1=seen, C2=None)])
    assert combined == {"C0": na, "C1": seen}


def test_score_and_missing_of_one_assessment() -> None:
    rubric = rubric_of([1, 1, 1])
    assessment = _assessment(C0=4, C1=Blank.NOT_OBSERVED, C2=None)
    assert score_of(rubric, assessment).observed_value == 4
    assert not_rated(rubric, assessment) == ("C2",)
