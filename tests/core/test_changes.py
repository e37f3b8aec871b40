"""Ids, clock, chain, heads."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core import changes as rules
from rubricapp.core.model import Change

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)


def change(number: int, *, replaces=(), value=1, hlc=0, field="level") -> Change:
    return Change(
        f"{number:032x}", "d" * 32, number, hlc or number, AT, "a", "rating", "r", field, value, tuple(replaces)
    )


def test_the_clock_always_rises() -> None:
    now = rules.milliseconds(AT)
    first = rules.next_hlc(0, now)
    assert first == now << 16
    assert rules.next_hlc(first, now) == first + 1
    assert rules.next_hlc(first, now - 10_000) == first + 1  # a clock set back
    full = (now << 16) + 0xFFFF
    assert rules.next_hlc(full, now) == (now + 1) << 16  # a full counter carries into the milliseconds


@pytest.mark.parametrize("year", [1, 1969, 1970, 2026, 6500, 9999])
def test_any_clock_gives_values_that_can_be_stored(year) -> None:
    ms = rules.milliseconds(AT.replace(year=year))
    first = rules.next_hlc(0, ms)
    assert 0 < first < rules.next_hlc(first, ms) < 1 << 63
    assert len(rules.uuid7(first >> 16, bytes(8))) == 16


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_survive_the_round(at) -> None:
    ms = rules.milliseconds(at)
    assert rules.milliseconds(rules.time_of(ms)) == ms
    assert abs(rules.time_of(ms) - at) <= timedelta(milliseconds=1)


@given(st.integers(0, (1 << 48) - 1), st.binary(min_size=8, max_size=8), st.integers(0, 0xFFFF))
def test_uuid7_has_version_variant_and_time(ms, random, counter) -> None:
    made = int.from_bytes(rules.uuid7(ms, random, counter))
    assert made >> 80 == ms
    assert made >> 76 & 0xF == 7
    assert made >> 62 & 0b11 == 0b10


def test_derived_ids_tell_parts_apart() -> None:
    assert rules.derived_id("a", "bc") != rules.derived_id("ab", "c")
    assert rules.assessment_id("p", "r", "o", "x") == rules.assessment_id("p", "r", "o", "x", "assessor")
    assert rules.assessment_id("p", "r", "o", "x") != rules.assessment_id("p", "r", "o", "x", "self")


def test_every_part_of_a_change_is_chained() -> None:
    one = change(1)
    said = rules.commitment(b"s" * 16, 4, "")
    link = rules.chain_hash(rules.GENESIS, one, said)
    other = {
        "id": "f" * 32,
        "device": "e" * 32,
        "seq": 2,
        "hlc": 9,
        "author": "b",
        "kind": "x",
        "record": "q",
        "field": "comment",
        "replaces": ("0" * 32,),
        "at": AT.replace(year=2027),
    }
    for name, value in other.items():
        assert rules.chain_hash(rules.GENESIS, replace(one, **{name: value}), said) != link, name
    assert rules.chain_hash(b"x" * 32, one, said) != link
    for value in (4, None, "é", [1, {"b": 2, "a": 1}]):
        written = rules.canonical([value, "why"])
        assert rules.commitment(b"s" * 16, value, "why") == hashlib.sha256(b"s" * 16 + written).digest()
    assert (
        len(
            {
                rules.commitment(b"s" * 16, 4, ""),
                rules.commitment(b"s" * 16, 5, ""),
                rules.commitment(b"t" * 16, 4, ""),
                rules.commitment(b"s" * 16, 4, "why"),
            }
        )
        == 4
    )


def test_heads_in_any_order_and_repetition() -> None:
    first, ours = change(1), change(2, replaces=[f"{1:032x}"], value=3)
    theirs = change(3, replaces=[f"{1:032x}"], value=4, hlc=1)
    elsewhere = change(4, field="comment", value="x")
    expected = {("rating", "r", "level"): (ours, theirs), ("rating", "r", "comment"): (elsewhere,)}
    assert rules.heads([first, ours, theirs, elsewhere]) == expected
    assert rules.heads([theirs, theirs, elsewhere, ours, first]) == expected
    assert rules.is_conflict((ours, theirs))
    assert not rules.is_conflict((ours, replace(theirs, value=3)))
    settled = change(5, replaces=[ours.id, theirs.id], value=4)
    assert rules.heads([ours, theirs, settled])["rating", "r", "level"] == (settled,)


def test_nothing_replaces_another_field_or_what_came_after_it() -> None:
    """As a forger may say: each field keeps its value, and no field is left without one."""
    mine, other = change(1, field="comment"), change(2, replaces=[f"{1:032x}"])
    assert rules.heads([mine, other]) == {("rating", "r", "comment"): (mine,), ("rating", "r", "level"): (other,)}
    itself = change(3, replaces=[f"{3:032x}"])
    assert rules.heads_of([itself]) == (itself,)
    circle = change(4, replaces=[f"{5:032x}"]), change(5, replaces=[f"{4:032x}"])
    assert rules.heads_of(circle) == (circle[1],)
    late = change(6, hlc=9)
    assert rules.heads_of([late], {late.id: 8}) == (late,)
    assert rules.heads_of([late], {late.id: 10}) == ()
