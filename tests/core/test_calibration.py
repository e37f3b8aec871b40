"""How near somebody came to agreed levels, and whether that passes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rubricapp.core.calibration import Agreed, Closeness, Gate, Practice, Result, closeness, gaps, standing

AGREED = {f"TST-{n}": Agreed(level, f"Because of {n}") for n, level in enumerate((3, 2, 4, 1, 5), 1)}


def practice(*levels: int) -> Practice:
    given = {f"TST-{n}": level for n, level in enumerate(levels, 1)}
    return Practice("id", "sample", "p1", "2026-10-01", given, {"TST-1": "My reason"})


def result(day: str, count: int = 5, exact: int = 3, within: int = 5) -> Result:
    return Result(day, Closeness(count, exact, within))


def test_gaps_say_where_and_why() -> None:
    found = gaps(practice(3, 3, 2, 1, 5), AGREED)
    assert [(each.criterion, each.difference) for each in found] == [
        ("TST-1", 0), ("TST-2", 1), ("TST-3", -2), ("TST-4", 0), ("TST-5", 0),
    ]  # fmt: skip
    assert (found[0].reason, found[0].comment) == ("Because of 1", "My reason")
    near = closeness(found)
    assert near == Closeness(5, 3, 4)
    assert (near.exact_share, near.within_share) == (Fraction(3, 5), Fraction(4, 5))


def test_what_was_not_rated_is_not_compared() -> None:
    assert closeness(gaps(practice(3), AGREED)) == Closeness(1, 1, 1)
    nothing = closeness(())
    assert nothing == Closeness(0, 0, 0)
    assert (nothing.exact_share, nothing.within_share) == (None, None)
    assert not Gate(0, 0).is_passed(nothing)


@pytest.mark.parametrize(
    ("found", "passed"),
    [
        (Closeness(5, 3, 5), True),  # 60 % exactly
        (Closeness(5, 2, 5), False),
        (Closeness(5, 5, 5), True),
        (Closeness(5, 4, 4), False),  # one is two levels away
        (Closeness(7, 4, 7), False),  # 57 %
        (Closeness(8, 5, 8), True),
    ],
)
def test_the_usual_gate(found, passed) -> None:
    assert Gate().is_passed(found) is passed


def test_a_pass_holds_through_its_last_day() -> None:
    gate = Gate(days=30)
    found = standing(gate, [result("2026-10-01")], "2026-10-31")
    assert (found.passed, found.until, found.expired) == (True, "2026-10-31", False)
    found = standing(gate, [result("2026-10-01")], "2026-11-01")
    assert (found.passed, found.until, found.expired, found.missing) == (False, "", True, 1)
    assert standing(Gate(days=0), [result("1999-01-01")], "2026-11-01").until == ""
    assert standing(Gate(days=0), [result("1999-01-01")], "2026-11-01").passed
    assert standing(Gate(days=36_500), [result("9999-12-01")], "9999-12-02").until == "9999-12-31"


def test_the_newest_samples_count_together() -> None:
    bad, good = result("2026-09-01", exact=0), result("2026-10-01", exact=5)
    assert standing(Gate(), [good, bad], "2026-10-02").passed
    assert not standing(Gate(), [result("2026-11-01", exact=0), good], "2026-11-02").passed
    assert standing(Gate(), [result("2026-10-01", exact=0), good], "2026-10-02").passed  # the later one of that day
    two = Gate(samples=2)
    assert standing(two, [good], "2026-10-02").missing == 1
    both = standing(two, [bad, good], "2026-10-02")
    assert (both.passed, both.counted) == (False, Closeness(10, 5, 10))
    both = standing(two, [good, result("2026-09-15", exact=1)], "2026-10-02")
    assert (both.passed, both.counted, both.until) == (True, Closeness(10, 6, 10), "2027-09-15")


def test_nothing_scored_is_not_passed() -> None:
    found = standing(Gate(0, 0), [], "2026-10-02")
    assert (found.passed, found.missing, found.expired) == (False, 1, False)
