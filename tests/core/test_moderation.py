"""Where assessors differ, what settling does to numbers, how far results are, and what is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import permutations
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core.agreed_levels import (
    AgreedLevel,
    Outcome,
    agreed_id,
    directions,
    middle,
    movements,
    settled_by_slot,
)
from rubricapp.core.model import (
    Assessment,
    AssessmentKind,
    AssessmentState,
    Blank,
    Criterion,
    Level,
    Rating,
    RubricVersion,
)
from rubricapp.core.moderation import Sort, State, basis_of, find_gaps, overall, stand
from rubricapp.core.moderation_sample import FIRST, Why, draw, is_borderline
from rubricapp.core.scoring import combine, score

GATE = 3


def criterion(name: str, gate: int | None = None) -> Criterion:
    return Criterion(name, name, "", 1, gate, tuple(Level(n, str(n), "") for n in range(1, 6)))


RUBRIC = RubricVersion(
    "small", "1.0", "Small", "", "en", tuple((str(n), "") for n in range(1, 6)),
    (criterion("A"), criterion("G", GATE)), 80, "r", "s",
)  # fmt: skip
SLOT = ("amara", "r", "baseline")
SAID = st.one_of(st.integers(1, 5), st.sampled_from(Blank), st.none())


def rating(name: str, said: int | Blank | None, comment: str = "") -> Rating:
    if isinstance(said, Blank):
        return Rating(name, blank=said, comment=comment)
    return Rating(name, said, comment=comment)


def assessment(
    by: str, a: int | Blank | None = None, g: int | Blank | None = None, state: str = "finished", **more
) -> Assessment:
    named = {name: rating(name, said) for name, said in (("A", a), ("G", g)) if said is not None}
    finished_at = datetime(2026, 11, more.pop("day", 1), tzinfo=UTC) if state != "draft" else None
    values = {"id": f"x-{by}", "participant": SLOT[0], "rubric": SLOT[1], "occasion": SLOT[2], "ratings": named} | more
    return Assessment(assessor=by, state=AssessmentState(state), finished_at=finished_at, **values)


def agreed(name: str = "A", outcome: Outcome | None = Outcome.LEVEL, **more) -> AgreedLevel:
    return AgreedLevel(*SLOT, name, outcome, **more)


def gaps(*assessments: Assessment, **known: AgreedLevel):
    return find_gaps(RUBRIC, SLOT, assessments, known)


# Gaps


@pytest.mark.parametrize(
    ("one", "other", "sort"),
    [
        (2, 4, Sort.LEVELS),
        (1, 5, Sort.LEVELS),
        (3, 4, None),
        (4, 4, None),
        (4, Blank.NOT_OBSERVED, Sort.BLANK),
        (4, Blank.INSUFFICIENT_EVIDENCE, Sort.BLANK),
        (4, None, None),
        (Blank.NOT_OBSERVED, Blank.NOT_APPLICABLE, None),
    ],
)
def test_two_levels_apart_or_a_blank_against_a_level(one, other, sort) -> None:
    found = gaps(assessment("noor", one, 4), assessment("tunde", other, 4))
    assert [each.sort for each in found] == ([sort] if sort else [])
    for each in found:
        assert each.criterion.id == "A"
        assert [who for who, _rating in each.ratings] == ["noor", "tunde"]
        assert each.is_open is (sort is Sort.LEVELS)


@pytest.mark.parametrize(("one", "other", "sort"), [(2, 3, Sort.GATE), (3, 4, None), (1, 2, None), (2, 4, Sort.LEVELS)])
def test_one_step_is_a_gap_where_a_gate_lies_between(one, other, sort) -> None:
    found = gaps(assessment("noor", 3, one), assessment("tunde", 3, other))
    assert [(each.sort, each.crosses_gate, each.is_open) for each in found] == ([(sort, True, True)] if sort else [])


def test_what_does_not_count_makes_no_gap() -> None:
    noor = assessment("noor", 1, 1)
    for other in (
        assessment("tunde", 5, 5, state="draft"),
        assessment("tunde", 5, 5, kind=AssessmentKind.SELF),
        assessment("tunde", 5, 5, kind=AssessmentKind.PEER),
        assessment("tunde", 5, 5, kind=AssessmentKind.MENTOR),
        assessment("tunde", 5, 5, occasion="final"),
        assessment("tunde", 5, 5, participant="kofi"),
    ):
        assert gaps(noor, other) == ()
    assert gaps(noor) == ()


def test_every_comment_is_there() -> None:
    noor = replace(assessment("noor"), ratings={"A": rating("A", 2, "flat")})
    tunde = replace(assessment("tunde"), ratings={"A": rating("A", 4, "mood")})
    (found,) = gaps(tunde, noor)
    assert [(who, each.level, each.comment) for who, each in found.ratings] == [
        ("noor", 2, "flat"), ("tunde", 4, "mood"),
    ]  # fmt: skip


def test_settled_waiting_opened_again_and_changed_since() -> None:
    noor, tunde = assessment("noor", 2), assessment("tunde", 4)
    basis = {"noor": 2, "tunde": 4}
    (found,) = gaps(noor, tunde, A=agreed(level=3, basis=basis))
    assert not found.is_open and not found.changed
    (found,) = gaps(noor, tunde, A=agreed(outcome=Outcome.BOTH, basis=basis))
    assert not found.is_open
    (found,) = gaps(noor, tunde, A=agreed(outcome=Outcome.THIRD, third="ines", basis=basis))
    assert found.is_open and not found.changed, "a third assessor is waited for"
    (found,) = gaps(noor, tunde, A=agreed(outcome=None, basis=basis))
    assert found.is_open and not found.changed
    (found,) = gaps(noor, assessment("tunde", 5), A=agreed(level=3, basis=basis))
    assert found.is_open and found.changed, "tunde says something else now"
    (found,) = gaps(noor, tunde, assessment("ines", 3), A=agreed(level=3, basis=basis))
    assert found.is_open and found.changed, "somebody was added"
    (found,) = gaps(noor, assessment("tunde", 2), A=agreed(level=3, basis={"noor": 2, "tunde": 2}))
    assert found.sort is None and not found.is_open, "settled without a gap: still said"
    assert gaps(noor, assessment("tunde", 2), A=agreed(outcome=None)) == ()


@given(st.lists(st.tuples(SAID, SAID), max_size=5))
def test_gaps_follow_from_the_levels_alone_in_any_order(said) -> None:
    given_ = [assessment(f"p{number}", a, g) for number, (a, g) in enumerate(said)]
    found = {each.criterion.id: each for each in gaps(*given_)}
    for name, gate in (("A", None), ("G", GATE)):
        levels = [each.rating(name).level for each in given_ if each.rating(name).level is not None]
        far = bool(levels) and max(levels) - min(levels) >= 2
        across = gate is not None and len({level >= gate for level in levels}) == 2
        blank = bool(levels) and any(each.rating(name).blank for each in given_)
        assert (name in found) is (far or across or blank)
        if name in found:
            assert found[name].is_open is (far or across)
            assert found[name].crosses_gate is across
    for order in list(permutations(given_))[:6]:
        assert {each.criterion.id: each for each in gaps(*order)} == found


# What settling does to numbers


LEVELS = st.lists(st.integers(1, 5), min_size=1, max_size=7)


@given(LEVELS)
def test_the_middle_is_the_median(levels) -> None:
    assert middle(levels) == Fraction(median([Fraction(each) for each in levels]))


@given(LEVELS, st.integers(1, 5))
def test_an_agreed_level_stands_instead_of_the_mean_and_nothing_else_moves(levels, level) -> None:
    given_ = [assessment(f"p{number}", each, 6 - each) for number, each in enumerate(levels)]
    plain = combine(given_)
    assert combine(given_, {}) == plain
    assert combine(given_, {"A": agreed(level=level)}) == plain | {"A": Fraction(level)}
    assert combine(given_, {"A": agreed(outcome=Outcome.BOTH)}) == plain | {"A": middle(levels)}
    assert combine(given_, {"A": agreed(outcome=Outcome.BLANK, blank=Blank.NOT_OBSERVED)})["A"] is Blank.NOT_OBSERVED
    for waiting in (Outcome.THIRD, None):
        assert combine(given_, {"A": agreed(outcome=waiting)}) == plain
    moved = score(RUBRIC, combine(given_, {"A": agreed(level=level)}))
    assert moved.observed_value == (level + plain["G"]) / Fraction(2)


def test_both_without_any_level_leaves_the_blank() -> None:
    given_ = [assessment("noor", Blank.NOT_OBSERVED), assessment("tunde", Blank.NOT_OBSERVED)]
    assert combine(given_, {"A": agreed(outcome=Outcome.BOTH)})["A"] is Blank.NOT_OBSERVED


def test_which_way_levels_moved() -> None:
    one = agreed(level=3, basis={"noor": 2, "tunde": 4, "ines": "not_observed", "odd": 3})
    other = agreed("G", level=5, basis={"noor": 3, "tunde": 5})
    assert [(each.assessor, each.given, each.direction) for each in movements(one)] == [
        ("noor", 2, 1), ("odd", 3, 0), ("tunde", 4, -1),
    ]  # fmt: skip
    assert movements(agreed(outcome=Outcome.BOTH, basis={"noor": 2})) == ()
    assert directions([one, other]) == {"noor": (2, 0, 0), "odd": (0, 1, 0), "tunde": (0, 1, 1)}


def test_only_what_fits_the_rubric_counts() -> None:
    fits, waits = agreed(level=3), agreed("G", Outcome.THIRD)
    odd = [agreed(level=9), agreed("NO-SUCH", level=3), replace(fits, rubric="unknown")]
    assert settled_by_slot([waits, *odd], {"r": RUBRIC}) == {}
    assert settled_by_slot([fits, waits, *odd], {"r": RUBRIC}) == {SLOT: {"A": fits}}
    assert len({agreed_id("a", "b", "c", "d"), agreed_id("ab", "", "c", "d"), agreed_id("a", "b", "d", "c")}) == 3


def test_the_value_is_what_the_log_says() -> None:
    assert agreed(level=3).value == 3
    assert agreed(outcome=Outcome.BLANK, blank=Blank.NOT_OBSERVED).value == "not_observed"
    assert agreed(outcome=Outcome.BOTH).value == "both"
    assert agreed(outcome=None).value is None


# How far it is


def at(*assessments: Assessment, asked: tuple[str, ...] = (), released=None, early: bool = False, **known):
    return stand(RUBRIC, SLOT, assessments, asked, known, released, early)


NOOR, TUNDE = assessment("noor", 2, 4), assessment("tunde", 4, 4)
BASIS = {"noor": 2, "tunde": 4}


def test_from_not_marked_to_released() -> None:
    assert at(asked=("noor",)).state is State.NOT_MARKED
    assert at(assessment("noor", state="draft")).state is State.NOT_MARKED, "looked at, nothing said"
    assert at(assessment("noor", 2, state="draft")).state is State.IN_MARKING
    assert at(NOOR, asked=("noor", "tunde")).state is State.IN_MARKING
    assert at(NOOR, assessment("tunde", 4, state="draft")).state is State.IN_MARKING
    assert at(NOOR).state is State.READY
    assert at(NOOR, TUNDE).state is State.MARKED
    assert at(NOOR, TUNDE, A=agreed(outcome=None)).state is State.IN_MODERATION
    third = agreed(outcome=Outcome.THIRD, third="ines", basis=BASIS)
    assert at(NOOR, TUNDE, asked=("ines",), A=third).state is State.IN_MODERATION
    assert at(NOOR, TUNDE, assessment("ines", 3, 4), asked=("ines",), A=third).state is State.IN_MODERATION
    settled = agreed(level=3, basis=BASIS)
    assert at(NOOR, TUNDE, A=settled).state is State.READY
    assert at(NOOR, TUNDE, A=settled, released=lambda _: True).state is State.RELEASED
    assert at(NOOR, TUNDE, A=settled, released=lambda each: each.assessor == "noor").state is State.READY
    assert at(released=lambda _: True).state is State.NOT_MARKED


def test_nothing_is_said_while_somebody_is_to_finish() -> None:
    for unfinished in (
        at(NOOR, TUNDE, asked=("ines",)),
        at(NOOR, TUNDE, assessment("ines", 1, state="draft")),
        at(NOOR, TUNDE, assessment("ines", state="draft", note="Seen once.")),
        at(NOOR, TUNDE, assessment("ines", state="draft", revision=1)),
    ):
        assert unfinished.unfinished == ("ines",)
        assert unfinished.gaps == unfinished.given == unfinished.ratings("A") == ()
        assert unfinished.finished == 2
    assert [each.criterion.id for each in at(NOOR, TUNDE, asked=("ines",), early=True).open_gaps] == ["A"]
    assert at(NOOR, TUNDE).blind().gaps == at(NOOR, TUNDE).blind().given == ()


def test_a_participant_is_as_far_as_their_last_slot() -> None:
    assert overall([]) is State.NOT_MARKED
    assert overall([State.RELEASED, State.READY]) is State.READY
    assert overall([State.NOT_MARKED, State.NOT_MARKED]) is State.NOT_MARKED
    assert overall([State.RELEASED, State.NOT_MARKED]) is State.IN_MARKING
    for order in permutations((State.MARKED, State.READY, State.IN_MODERATION)):
        assert overall(order) is State.MARKED


# The sample


def work(number: int, assessor: str, a: int, g: int = 4) -> Assessment:
    return replace(assessment(assessor, a, g, day=1 + number % 28), id=f"{number:04}", participant=f"p{number}")


def test_always_failed_gates_borders_and_the_first_two() -> None:
    every = [work(number, "noor", 4) for number in range(6)]
    every += [work(6, "noor", 5, 2), work(7, "noor", 3, 4), work(8, "noor", 4, 4)]
    found = {each.assessment.id: each.why for each in draw(((each, RUBRIC) for each in every), Fraction(0))}
    assert found == {
        "0000": (Why.FIRST,), "0001": (Why.FIRST,), "0006": (Why.GATE, Why.BORDERLINE), "0007": (Why.BORDERLINE,),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("total", "border"), [("2.5", 1), ("2.4", 1), ("2.6", 1), ("2.39", 0), ("2.61", 0), ("3", 0), ("1", 0)]
)
def test_a_border_is_where_a_tenth_would_round_otherwise(total, border) -> None:
    assert is_borderline(Fraction(total)) is bool(border)
    assert not is_borderline(None)


def test_drafts_and_others_are_never_drawn() -> None:
    odd = [assessment("noor", 1, 1, state="draft"), assessment("noor", 1, 1, kind=AssessmentKind.SELF)]
    assert draw(((each, RUBRIC) for each in odd), Fraction(1)) == ()


@given(
    st.lists(st.tuples(st.sampled_from(["noor", "tunde", "ines"]), st.integers(1, 5)), max_size=30),
    st.fractions(0, 1, max_denominator=20),
    st.integers(0, 9),
    st.randoms(use_true_random=False),
)
def test_the_draw_is_even_over_assessors_and_the_same_in_any_order(said, share, seed, chance) -> None:
    every = [work(number, assessor, level) for number, (assessor, level) in enumerate(said)]
    found = draw([(each, RUBRIC) for each in every], share, seed)
    for assessor in ("noor", "tunde", "ines"):
        mine = [each for each in every if each.assessor == assessor]
        drawn = [each for each in found if each.assessment.assessor == assessor]
        assert sum(Why.RANDOM in each.why for each in drawn) == -(-len(mine) * share // 1)
        assert sum(Why.FIRST in each.why for each in drawn) == min(FIRST, len(mine))
    chance.shuffle(every)
    assert draw([(each, RUBRIC) for each in every], share, seed) == found
    more = draw([(each, RUBRIC) for each in every], Fraction(1), seed)
    assert {each.assessment.id for each in found} <= {each.assessment.id for each in more}


def test_another_seed_draws_others() -> None:
    every = [(work(number, "noor", 4), RUBRIC) for number in range(40)]
    drawn = {
        tuple(each.assessment.id for each in draw(every, Fraction(1, 10), seed) if Why.RANDOM in each.why)
        for seed in range(5)
    }
    assert len(drawn) > 1


def test_a_basis_leaves_out_who_said_nothing() -> None:
    assert basis_of([("noor", rating("A", 2)), ("tunde", rating("A", Blank.NOT_OBSERVED)), ("x", Rating("A"))]) == {
        "noor": 2, "tunde": "not_observed",
    }  # fmt: skip
