"""Who scores whom: loads, conflicts, languages, links, and what is said where it does not go."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubricapp.core.assigning import Someone, Wish, assign
from rubricapp.errors import UserError


def people(prefix: str, number: int, **named) -> tuple[Someone, ...]:
    return tuple(Someone(f"{prefix}{n}", f"{prefix.upper()} {n}", **named) for n in range(number))


def loads(wish: Wish) -> Counter:
    found = Counter({each.id: each.load for each in wish.assessors})
    found.update(assessor for _, assessor in assign(wish).pairs)
    return found


def test_everybody_has_one_and_loads_are_equal() -> None:
    wish = Wish(people("p", 14), people("a", 5))
    found = assign(wish)
    assert sorted(person for person, _ in found.pairs) == sorted(each.id for each in wish.participants)
    assert max(loads(wish).values()) - min(loads(wish).values()) <= 1


def test_what_an_assessor_had_before_counts() -> None:
    staff = (Someone("a0", "A 0", load=6), *people("b", 2))
    assert sorted(loads(Wish(people("p", 6), staff)).values()) == [3, 3, 6]


@pytest.mark.parametrize(("share", "twice"), [(Fraction(1, 4), 3), (Fraction(1, 3), 4), (Fraction(1), 12)])
def test_a_share_is_scored_twice_by_two_different_people(share, twice) -> None:
    found = assign(Wish(people("p", 12), people("a", 4), double=share))
    raters = Counter(person for person, _ in found.pairs)
    assert sum(number == 2 for number in raters.values()) == twice
    assert len(set(found.pairs)) == len(found.pairs)


def test_conflicts_are_kept_apart() -> None:
    wish = Wish(people("p", 3), people("a", 3), conflicts=frozenset({frozenset(("p0", "a0")), frozenset(("p0", "a1"))}))
    assert ("p0", "a2") in assign(wish).pairs


def test_languages_are_matched_where_that_costs_no_balance() -> None:
    french, english = frozenset({"fr"}), frozenset({"en"})
    wish = Wish(
        (*people("p", 4, languages=french), *people("q", 4, languages=english)),
        (*people("a", 2, languages=french), *people("b", 2, languages=english)),
    )
    found = assign(wish)
    assert all((person[0] == "p") == (assessor[0] == "a") for person, assessor in found.pairs)
    assert not any("language" in note for note in found.notes)
    alone = assign(Wish(people("p", 2, languages=french), people("b", 1, languages=english)))
    assert any("No language in common" in note for note in alone.notes)


def test_the_assessors_are_linked_as_far_as_double_marking_allows() -> None:
    for seed in range(20):
        found = assign(Wish(people("p", 12), people("a", 4), double=Fraction(1, 3), seed=seed))
        assert not any("groups" in note for note in found.notes), seed
    assert any("groups" in note for note in assign(Wish(people("p", 12), people("a", 4))).notes)


def test_the_seed_decides_and_the_order_does_not() -> None:
    wish = Wish(people("p", 20), people("a", 6), raters=2, seed=7)
    mixed = list(wish.participants)
    random.Random(1).shuffle(mixed)
    assert assign(wish) == assign(replace(wish, participants=tuple(mixed), assessors=wish.assessors[::-1]))
    assert assign(wish) != assign(replace(wish, seed=8))


def test_too_few_assessors_are_named() -> None:
    with pytest.raises(UserError) as caught:
        assign(Wish(people("p", 3), people("a", 1), raters=2))
    assert caught.value.code == "E_ASSIGNMENT"
    with pytest.raises(UserError) as caught:
        assign(Wish(people("p", 2), people("a", 1), conflicts=frozenset({frozenset(("p1", "a0"))})))
    assert "P 1" in caught.value.what
    assert "conflicts" in caught.value.do


def test_who_may_have_two_is_scored_twice() -> None:
    apart = frozenset(frozenset((f"p{n}", "a0")) for n in range(3))
    found = assign(Wish(people("p", 4), people("a", 2), double=Fraction(1, 4), conflicts=apart))
    assert [person for person, number in Counter(person for person, _ in found.pairs).items() if number == 2] == ["p3"]


def test_somebody_with_nobody_to_score_is_named() -> None:
    assert any("Nobody to score" in note for note in assign(Wish(people("p", 1), people("a", 2))).notes)
    assert assign(Wish((), people("a", 2))).pairs == ()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_cohort(data) -> None:
    persons, staff = data.draw(st.integers(1, 16)), data.draw(st.integers(1, 6))
    raters = data.draw(st.integers(1, 2))
    pairs = st.tuples(st.integers(0, persons - 1), st.integers(0, staff - 1))
    conflicts = frozenset(frozenset((f"p{p}", f"a{a}")) for p, a in data.draw(st.sets(pairs, max_size=10)))
    double = data.draw(st.sampled_from([Fraction(0), Fraction(1, 5), Fraction(1, 2)]))
    wish = Wish(people("p", persons), people("a", staff), raters, double, data.draw(st.integers(0, 99)), conflicts)
    try:
        found = assign(wish)
    except UserError:
        free = {each.id: staff - sum(each.id in pair for pair in conflicts) for each in wish.participants}
        extra = -(-persons * double // 1)
        assert min(free.values()) < raters or sum(each > raters for each in free.values()) < extra
        return
    assert not conflicts & {frozenset(pair) for pair in found.pairs}
    counts = Counter(person for person, _ in found.pairs)
    extra = -(-persons * double // 1)
    assert sorted(counts.values()) == sorted([raters] * (persons - extra) + [raters + 1] * extra)
    if not conflicts:
        given_loads = Counter(assessor for _, assessor in found.pairs)
        assert max(given_loads.values()) - min(given_loads[each.id] for each in wish.assessors) <= 1
