"""Planning a merge: what is new, what is the same, what cannot be trusted. Pure, so every branch is asked here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rubricapp.core import changes as rules
from rubricapp.core.changes import heads_of, named_by
from rubricapp.core.merging import Arriving, Known, Outcome, plan, problems
from rubricapp.core.model import Change

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
DEVICE = "d" * 32


def chain(*values: object, device: str = DEVICE, start: int = 1, previous: bytes = rules.GENESIS) -> list[Arriving]:
    """A device's log: each value replaces the one before."""
    found: list[Arriving] = []
    for number, value in enumerate(values, start):
        change = Change(
            f"{device[0]}{number:031x}",
            device,
            number,
            number,
            AT,
            "a",
            "person",
            "p",
            "given_name",
            value,
            (found[-1].change.id,) if found else (),
        )
        salt = bytes([number]) * 16
        digest = rules.chain_hash(previous, change, rules.commitment(salt, value, ""))
        found.append(Arriving(change, digest, salt))
        previous = digest
    return found


def known_of(here: list[Arriving], heads: tuple[Change, ...] = ()) -> Known:
    return Known(
        hashes={each.change.id: each.hash for each in here},
        ids={each.place: each.change.id for each in here},
        links={each.place: each.hash for each in here},
        heads={here[0].field: heads} if heads else {},
        replaced=named_by(each.change for each in here),
    )


def test_everything_is_new_to_somebody_who_has_nothing() -> None:
    found = plan(chain("a", "b", "c"), Known())
    assert [each.change.value for each in found.new] == ["a", "b", "c"]
    (outcome,) = found.fields
    assert (outcome.outcome, outcome.before, outcome.after.value) == (Outcome.NEW, None, "c")
    assert found.count(Outcome.NEW) == 1
    assert problems(found, {}) == ()


def test_the_order_of_arriving_does_not_matter() -> None:
    log = chain("a", "b", "c")
    assert plan(reversed(log), Known()) == plan(log, Known()) == plan([*log, *log], Known())


def test_what_is_here_is_the_same() -> None:
    log = chain("a", "b")
    found = plan(log, known_of(log, (log[1].change,)))
    assert (found.new, found.same, found.fields) == ((), 2, ())


def test_an_erased_value_travels_with_its_commitment() -> None:
    one = chain("a")[0]
    erased = replace(
        one, change=replace(one.change, value=None), salt=None, committed=rules.commitment(one.salt, "a", "")
    )
    assert plan([erased], Known()).new == (erased,)
    assert plan([replace(erased, committed=b"")], Known()).new == ()
    assert plan([replace(erased, committed=bytes(32))], Known()).new == ()


@pytest.mark.parametrize("part", ["value", "author", "record", "reason", "seq", "hlc", "replaces"])
def test_altered_in_any_part_is_put_aside(part) -> None:
    log = chain("a", "b", "c")
    changed = {"value": "x", "author": "x", "record": "x", "reason": "x", "seq": 9, "hlc": 9, "replaces": ("0" * 32,)}
    log[1] = replace(log[1], change=replace(log[1].change, **{part: changed[part]}))
    found = plan(log, Known())
    assert [each.change.value for each in found.new] == ["a"]
    assert len(found.quarantined) == 2
    assert [each.code for each in problems(found, {DEVICE: "bello-laptop"})][-1] == "MERGE_QUARANTINE"
    assert "bello-laptop" in problems(found, {DEVICE: "bello-laptop"})[-1].message


def test_known_with_other_words() -> None:
    log = chain("a")
    here = known_of(log)
    other = replace(log[0], hash=bytes(32))
    ((refused, reason),) = plan([other], here).quarantined
    assert refused is other
    assert "altered" in reason


def test_a_place_that_is_taken() -> None:
    log = chain("a", "b")
    clone = replace(chain("a", "b")[1], change=replace(log[1].change, id="e" * 32))
    ((_refused, reason),) = plan([clone], known_of(log)).quarantined
    assert "cloned" in reason


def test_two_changes_for_one_place_in_one_package() -> None:
    log = chain("a", "b")
    twin = replace(log[1], change=replace(log[1].change, id="e" * 32))
    found = plan([*log, twin], Known())
    assert len(found.new) == 2
    assert [each for each, _reason in found.quarantined] == [twin]


def test_a_change_between_that_does_not_lead_to_what_follows_here() -> None:
    log = chain("a", "b", "c")
    other = chain("a", "x", "c")
    here = Known(links={log[0].place: log[0].hash}, successors={log[1].place: log[2]})
    assert plan([log[1]], here).new == (log[1],)
    assert plan([other[1]], here).new == ()


def test_a_gap_is_said_and_what_comes_after_it_is_taken_by_the_claimed_link() -> None:
    log = chain("a", "b", "c", "d")
    late = plan(log[2:], Known(), {log[2].place: log[1].hash})
    assert late.gaps == ((DEVICE, 1, 2),)
    assert len(late.new) == 2
    (problem,) = problems(late, {})
    assert (problem.severity, "1 to 2" in problem.message) == ("warning", True)
    assert "Change 1 of" in problems(plan(log[1:2], Known(), {log[1].place: log[0].hash}), {})[0].message
    assert plan(log[2:], Known()).new == ()  # nothing says what came before
    assert plan(log[2:], Known(), {log[2].place: bytes(32)}).new == ()
    assert plan(log[2:], Known(), {log[2].place: log[1].hash}, {DEVICE: 2}).gaps == ()


def test_two_heads_are_a_conflict_unless_they_say_the_same() -> None:
    ours, theirs = chain("a")[0], chain("b", device="e" * 32)[0]
    known = Known(heads={ours.field: (ours.change,)})
    (outcome,) = plan([theirs], known).conflicts
    assert outcome.before == ours.change
    assert {head.value for head in outcome.heads} == {"a", "b"}
    alike = chain("a", device="e" * 32)
    assert plan(alike, known).count(Outcome.SAME) == 1


def test_old_history_of_what_is_known_changes_nothing() -> None:
    log = chain("a", "b")
    known = Known(heads={log[1].field: (log[1].change,)}, replaced=named_by([log[1].change]))
    assert plan(log[:1], known).count(Outcome.SAME) == 1


def test_parallel_only_where_another_field_was_changed_unseen() -> None:
    log = chain("a")
    record = ("person", "p")
    assert plan(log, Known(), unseen={record: frozenset({"country"})}).count(Outcome.PARALLEL) == 1
    assert plan(log, Known(), unseen={record: frozenset({"given_name"})}).count(Outcome.NEW) == 1


def test_the_later_clock_is_shown_first() -> None:
    first, second = chain("a", "b")
    assert heads_of([first.change, second.change]) == (second.change,)
    alone = replace(second.change, replaces=())
    assert [each.value for each in heads_of([first.change, alone])] == ["b", "a"]
