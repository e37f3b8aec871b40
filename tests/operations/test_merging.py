"""Many laptops, one truth: any order, any repetition, clones, gaps, clocks that are years off; taken back as one."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubricapp.core.merging import Outcome
from rubricapp.errors import UserError
from rubricapp.operations import merging
from rubricapp.store.conflicts import list_conflicts, list_settled
from rubricapp.store.merging import list_merges, list_quarantine, load_ends
from rubricapp.store.tables import COMPUTED
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Sources, Workspace, create, open_
from tests.parcels import parcel_since

FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[list[Workspace]]:
    """Three laptops that start from nothing."""
    with tempfile.TemporaryDirectory(dir=FAST) as folder:
        opened = [create(Path(folder) / name) for name in ("ana", "bello", "chen")]
        yield opened
        for each in opened:
            each.close()


def say(ws: Workspace, record: str, field: str, value: object, kind: str = "person") -> None:
    with ws.writing("somebody") as log:
        log.set(kind, record, field, value)


def send(sender: Workspace, receiver: Workspace, since: dict[str, int] | None = None, name: str = "") -> merging.Merged:
    """What one lacks of the other."""
    parcel = parcel_since(sender, load_ends(receiver) if since is None else since, name or sender.new_id())
    return merging.merge(receiver, parcel, keep_backup=False)


def tables(ws: Workspace) -> dict[str, list[tuple]]:
    return {name: sorted(ws.rows(f"SELECT * FROM {name}"), key=repr) for name in COMPUTED}


def only_said(ws: Workspace) -> dict[str, list[tuple]]:
    return {name: rows for name, rows in tables(ws).items() if rows}


def faults(ws: Workspace) -> list[str]:
    """What the check finds, but for records whose neighbours these tests never speak of."""
    return [problem.code for problem in find_faults(ws).problems if problem.code != "CHECK_REFERENCE"]


def test_what_is_new_comes_and_coming_again_changes_nothing(laptops) -> None:
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Amara")
    say(ana, "p1", "given_name", "Amara Ngozi")
    done = send(ana, bello)
    assert done.planned.counts == {"new": 2, "same": 0, "parallel": 0, "conflict": 0}
    assert only_said(bello) == only_said(ana)
    again = send(ana, bello, since={}, name=done.planned.parcel.id)
    assert again.planned.counts == {"new": 0, "same": 2, "parallel": 0, "conflict": 0}
    assert again.merge == ""
    assert not again.changes
    assert faults(bello) == []


def test_one_value_set_in_two_places_is_a_conflict_and_both_are_kept(laptops) -> None:
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Amara")
    send(ana, bello)
    say(ana, "p1", "given_name", "Here")
    say(bello, "p1", "given_name", "There")
    done = send(bello, ana)
    assert done.planned.counts["conflict"] == 1
    (conflict,) = list_conflicts(ana)
    assert {head.value for head in conflict.heads} == {"Here", "There"}
    assert merging.said_here(ana, conflict, here=True) == "Here"
    with pytest.raises(UserError):
        merging.resolve(ana, conflict, "There", "  ")
    merging.resolve(ana, merging.find_conflict(ana, conflict.id), "There", "Asked her.")
    assert list_conflicts(ana) == []
    send(ana, bello)
    assert list_conflicts(bello) == []
    assert only_said(ana) == only_said(bello)


def test_a_settlement_is_taken_back_and_both_values_stand_as_they_were_said(laptops) -> None:
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Amara")
    send(ana, bello)
    say(ana, "p1", "given_name", "Here")
    say(bello, "p1", "given_name", "There")
    send(bello, ana)
    send(ana, bello)
    (conflict,) = list_conflicts(ana)
    shown = ana.rows("SELECT given_name FROM person")
    for number in range(2):  # settling and taking back again finds those who spoke first all the same
        merging.resolve(ana, conflict, "Between", "Asked her.")
        (settled,) = list_settled(ana)
        assert (settled.id, settled.settled.value, settled.heads) == (conflict.id, "Between", conflict.heads)
        assert merging.reopen(ana, settled, "She was asked wrongly." if number else "").count == 2
        assert not merging.reopen(ana, settled)  # it is open already
        assert list_conflicts(ana) == [conflict]
        assert list_settled(ana) == []
        assert ana.rows("SELECT given_name FROM person") == shown
        assert merging.said_here(ana, conflict, here=False) == "There"
    assert faults(ana) == []
    done = send(ana, bello)
    assert done.planned.counts["conflict"] == 1
    assert list_conflicts(bello) == [conflict]
    assert only_said(ana) == only_said(bello)
    assert faults(bello) == []


def test_what_was_said_after_a_settlement_stands_beside_both_when_it_is_taken_back(laptops) -> None:
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Here")
    say(bello, "p1", "given_name", "There")
    send(bello, ana)
    (conflict,) = list_conflicts(ana)
    merging.resolve(ana, conflict, "There", "Asked her.")
    say(ana, "p1", "given_name", "Third")
    say(ana, "p1", "given_name", "Fourth")
    (settled,) = list_settled(ana)
    first = {*(each.id for each in conflict.heads), settled.since.id}
    for _twice in (1, 2):
        (settled,) = list_settled(ana)
        assert (settled.id, settled.settled.reason, settled.heads) == (conflict.id, "Asked her.", conflict.heads)
        assert settled.since.value == "Fourth"
        assert merging.reopen(ana, settled).count == 3
        assert ana.rows("SELECT given_name FROM person") == [("Fourth",)], "what shows goes on showing"
        (again,) = list_conflicts(ana)
        assert {each.id for each in again.heads} == first, "each is told of whoever said it first"
        assert list_settled(ana) == []
        say(ana, "p1", "given_name", "Fourth")  # an edit, without a reason: what was settled last is that of before
    assert merging.reopen(ana, settled)
    merging.resolve(ana, list_conflicts(ana)[0], "Here", "Asked again.")
    (settled,) = list_settled(ana)
    assert (settled.settled.reason, settled.since) == ("Asked again.", None)
    assert faults(ana) == []
    send(ana, bello)
    assert only_said(ana) == only_said(bello)


def test_of_three_values_the_one_that_showed_shows_again(laptops) -> None:
    ana, bello, chen = laptops
    say(ana, "p1", "given_name", "Same")
    say(bello, "p1", "given_name", "Other")
    say(chen, "p1", "given_name", "Same")
    send(bello, ana)
    send(chen, ana)
    (conflict,) = list_conflicts(ana)
    shown = ana.rows("SELECT given_name FROM person")
    merging.resolve(ana, conflict, "Fourth", "Asked her.")
    merging.reopen(ana, conflict)
    (again,) = list_conflicts(ana)
    assert ana.rows("SELECT given_name FROM person") == shown
    assert {head.value for head in again.heads} == {"Same", "Other"}
    assert faults(ana) == []


def test_whoever_was_not_there_before_hears_both_values_of_a_settlement_that_was_taken_back(laptops) -> None:
    ana, bello, chen = laptops
    say(ana, "p1", "given_name", "Here")
    say(bello, "p1", "given_name", "There")
    send(bello, ana)
    merging.resolve(ana, *list_conflicts(ana), "There", "Asked her.")
    merging.reopen(ana, *list_settled(ana))
    ends = load_ends(ana)
    first = {device: last for device, last in ends.items() if device != ana.device}
    send(ana, chen, since=first | {ana.device: ends[ana.device] - 2})  # only the last two changes came
    (found,) = list_conflicts(chen)
    assert {head.value for head in found.heads} == {"Here", "There"}
    assert {head.device for head in found.heads} == {ana.device}


def test_knowing_of_the_other_value_is_no_conflict(laptops) -> None:
    ana, bello, chen = laptops
    say(ana, "p1", "given_name", "One")
    send(ana, bello)
    say(bello, "p1", "given_name", "Two")
    send(ana, chen)
    send(bello, chen)
    assert list_conflicts(chen) == []
    assert chen.rows("SELECT given_name FROM person") == [("Two",)]


def test_the_same_word_from_two_laptops_is_of_one_mind(laptops) -> None:
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Amara")
    say(bello, "p1", "given_name", "Amara")
    done = send(bello, ana)
    assert done.planned.counts["conflict"] == 0
    assert list_conflicts(ana) == []


def test_two_fields_of_one_record_are_parallel(laptops) -> None:
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Amara")
    send(ana, bello)
    say(ana, "p1", "country", "NG")
    say(bello, "p1", "email", "a@example.org")
    done = send(bello, ana)
    assert done.planned.counts == {"new": 1, "same": 0, "parallel": 1, "conflict": 0}
    assert ana.rows("SELECT country, email FROM person") == [("NG", "a@example.org")]


def test_a_gap_is_named_and_filled_later(laptops) -> None:
    ana, bello, _ = laptops
    for number in range(1, 7):
        say(ana, "p1", "given_name", f"Name {number}")
    whole = parcel_since(ana, {}, "whole")
    late = replace(whole, id="late", changes=whole.changes[4:], before={whole.changes[4].place: whole.changes[3].hash})
    early = replace(whole, id="early", changes=whole.changes[:4])
    planned = merging.plan_merge(bello, late)
    assert [(each.code, each.severity) for each in planned.problems] == [("MERGE_GAP", "warning")]
    assert "1 to 4" in planned.problems[0].message
    merging.merge(bello, late, keep_backup=False)
    assert set(faults(bello)) == {"CHECK_GAP"}
    assert load_ends(bello).get(ana.device, 0) == 0
    merging.merge(bello, early, keep_backup=False)
    assert faults(bello) == []
    assert only_said(bello) == only_said(ana)


def with_gap(ana: Workspace) -> merging.Parcel:
    """Of six changes the first three and the last one, with the link before that."""
    for number in range(1, 7):
        say(ana, "p1", "given_name", f"Name {number}")
    whole = parcel_since(ana, {}, "whole").changes
    return replace(parcel_since(ana, {}, "some"), changes=whole[:3] + whole[5:], before={whole[5].place: whole[4].hash})


def test_what_came_after_a_gap_can_be_passed_on_and_proven(laptops) -> None:
    ana, bello, chen = laptops
    merging.merge(bello, with_gap(ana), keep_backup=False)
    done = send(bello, chen)
    assert [each.code for each in done.planned.problems] == ["MERGE_GAP"]
    assert only_said(chen) == only_said(bello)
    assert set(faults(chen)) == {"CHECK_GAP"}
    bello.connection.execute("UPDATE value_row SET value = '\"Forged\"' WHERE value = '\"Name 6\"'")
    assert "CHECK_CHAIN" in faults(bello)
    send(ana, chen)
    assert only_said(chen) == only_said(ana)
    assert faults(chen) == []


def test_links_that_say_nothing_do_no_harm(laptops) -> None:
    """Before the first change there is nothing, whatever a package claims; nor before what does not come."""
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Amara")
    parcel = parcel_since(ana, {}, "x")
    claimed = {(ana.device, 1): bytes(32), (ana.device, 9): b"x" * 32, ("e" * 32, 2): b"y" * 32}
    assert merging.merge(bello, replace(parcel, before=claimed), keep_backup=False).planned.counts["new"] == 1
    assert bello.rows("SELECT count(*) FROM gap_link") == [(0,)]
    assert faults(bello) == []


def test_what_was_put_aside_for_want_of_a_proof_stands_aside_no_more_when_it_comes_with_one(laptops) -> None:
    ana, bello, _ = laptops
    done = merging.merge(bello, replace(with_gap(ana), before={}), keep_backup=False)
    assert (done.planned.counts["new"], len(list_quarantine(bello))) == (3, 1)
    send(ana, bello)
    assert list_quarantine(bello) == []
    assert only_said(bello) == only_said(ana)
    assert faults(bello) == []


def test_what_was_altered_on_the_way_goes_aside(laptops) -> None:
    ana, bello, _ = laptops
    for number in range(1, 5):
        say(ana, "p1", "given_name", f"Name {number}")
    parcel = parcel_since(ana, {}, "altered")
    forged = replace(parcel.changes[1], change=replace(parcel.changes[1].change, value="Forged"))
    parcel = replace(parcel, changes=(parcel.changes[0], forged, *parcel.changes[2:]))
    done = merging.merge(bello, parcel, keep_backup=False)
    assert done.planned.counts["new"] == 1
    assert len(list_quarantine(bello)) == 3
    assert [problem.code for problem in done.planned.problems] == ["MERGE_QUARANTINE"]
    assert bello.rows("SELECT given_name FROM person") == [("Name 1",)]
    assert faults(bello) == []


def test_a_first_change_that_does_not_follow_from_what_is_here_goes_aside(laptops) -> None:
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "One")
    send(ana, bello)
    say(ana, "p1", "given_name", "Two")
    parcel = parcel_since(ana, load_ends(bello), "x")
    bad = replace(parcel.changes[0], hash=bytes(32))
    done = merging.merge(bello, replace(parcel, changes=(bad,)), keep_backup=False)
    assert done.planned.counts["new"] == 0
    assert len(list_quarantine(bello)) == 1


def test_a_cloned_laptop_is_found_and_nothing_is_dropped(laptops, tmp_path) -> None:
    ana, bello, chen = laptops
    say(ana, "p1", "given_name", "Amara")
    device, folder = ana.device, ana.folder
    ana.close()
    shutil.copytree(folder, tmp_path / "clone")
    original = open_(folder)
    # A clone that keeps the device id, as an image of the whole disk does: the machine is told to be the same.
    clone = create(tmp_path / "other")
    clone.close()
    for name in ("workspace.sqlite3", "workspace.lock"):
        shutil.copyfile(tmp_path / "clone" / name, tmp_path / "other" / name)
    from rubricapp.store import devices, engine

    connection = engine.connect(tmp_path / "other" / "workspace.sqlite3")
    connection.execute("UPDATE meta SET value = ? WHERE key = 'machine'", (devices.fingerprint(tmp_path / "other"),))
    connection.close()
    with open_(tmp_path / "other") as clone:
        assert clone.device == original.device == device
        for number in range(5):
            say(original, "p1", "given_name", f"Original {number}")
            say(clone, "p1", "given_name", f"Clone {number}")
        send(original, bello)
        done = send(clone, bello, since={})
        assert done.planned.counts["new"] == 0
        assert len(list_quarantine(bello)) == 5
        assert any(
            problem.code == "MERGE_QUARANTINE" and "cloned" in problem.message for problem in done.planned.problems
        )
        send(clone, chen, since={})
        send(original, chen, since={})
        assert len(list_quarantine(chen)) == 5
    original.close()


def test_a_merge_is_taken_back_as_one_and_stands_again(laptops) -> None:
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Amara")
    say(ana, "a1/C-1", "level", 3, kind="rating")
    send(ana, bello)
    before = only_said(bello)
    say(ana, "p1", "given_name", "Amara Ngozi")
    say(ana, "p2", "given_name", "New")
    say(ana, "a1/C-1", "level", "not_observed", kind="rating")
    say(ana, "a1/C-2", "comment", "Seen.", kind="rating")
    done = send(ana, bello, name="parcel")
    after = only_said(bello)
    assert after != before
    taken = merging.undo(bello, "LAST")
    assert taken
    assert only_said(bello) == before
    assert not merging.undo(bello, done.merge)
    assert faults(bello) == []
    again = send(ana, bello, since={}, name="parcel")
    assert again.merge == done.merge
    assert only_said(bello) == after
    assert [each.stands for each in list_merges(bello)] == [True, True]
    assert faults(bello) == []


def test_what_was_said_after_a_merge_stays_when_it_is_taken_back(laptops) -> None:
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Amara")
    say(ana, "p1", "country", "NG")
    done = send(ana, bello)
    say(bello, "p1", "given_name", "Corrected here")
    merging.undo(bello, done.merge)
    assert bello.rows("SELECT given_name, country FROM person") == [("Corrected here", None)]


def test_no_merge_to_take_back(laptops) -> None:
    with pytest.raises(UserError) as caught:
        merging.undo(laptops[0], "LAST")
    assert caught.value.code == "E_NO_MERGE"


# The laws, with histories nobody thought of

FIELDS = st.sampled_from(
    [("person", "p1", "given_name"), ("person", "p1", "country"), ("person", "p2", "given_name"),
     ("rating", "a1/C-1", "level"), ("rating", "a1/C-1", "comment"), ("assessment", "a1", "note")]
)  # fmt: skip
WHO_IS_WHO = st.sampled_from(
    [*(("same_person", each, "kept") for each in ("p1", "p2", "p3")), *(("assessment", each, who) for each in
     ("a1", "a2") for who in ("participant", "assessor")), ("committee_case", "c1", "members"),
     ("agreed_level", "g1", "basis"), ("agreed_level", "g1", "participant"), ("enrolment", "e1", "person")]
)  # fmt: skip
SAID = st.one_of(
    st.tuples(FIELDS, st.sampled_from([None, "x", "y", "z", 1, 2, 3])),
    st.tuples(WHO_IS_WHO, st.sampled_from([None, "p1", "p2", "p3", "p1", "p2"])),
)
STEP = st.one_of(
    st.tuples(st.just("say"), st.integers(0, 2), SAID),
    st.tuples(st.just("send"), st.integers(0, 2), st.integers(0, 2), st.booleans(), st.integers(0, 3)),
)
YEAR = timedelta(days=365)


def _value(field: tuple[str, str, str], value: object) -> object:
    if field[2] == "level":
        return value if value is None or isinstance(value, int) else "not_observed"
    if field[2] == "members" and value is not None:
        return ["p1", str(value), "p3"]
    if field[2] == "basis" and value is not None:
        return {"p1": 1, str(value): 2, "p3": "not_observed"}
    return None if value is None else str(value)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, max_size=30), st.lists(st.integers(-2, 2), min_size=3, max_size=3), st.permutations(range(3)))
def test_any_order_and_any_repetition_give_the_same_tables(steps, years, order) -> None:
    """Clocks off by years; parcels partial, old, repeated; in the end all is the same everywhere."""
    with tempfile.TemporaryDirectory(dir=FAST) as folder:
        opened = [
            create(Path(folder) / str(number), Sources(now=lambda year=year: datetime.now(UTC) + year * YEAR))
            for number, year in enumerate(years)
        ]
        said = 0
        for step in steps:
            if step[0] == "say":
                (kind, record, name), value = step[2]
                with opened[step[1]].writing("somebody") as log:
                    said += log.set(kind, record, name, _value((kind, record, name), value))
            else:
                _what, sender, receiver, everything, cut = step
                if sender == receiver:
                    continue
                since = {} if everything else load_ends(opened[receiver])
                parcel = parcel_since(opened[sender], since, opened[sender].new_id())
                kept = parcel.changes[: len(parcel.changes) - cut] if cut else parcel.changes
                merging.merge(opened[receiver], replace(parcel, changes=tuple(kept)), keep_backup=False)
        parcels = [parcel_since(each, {}, each.new_id()) for each in opened]
        for receiver, parcel in itertools.product(opened, [parcels[number] for number in order]):
            merging.merge(receiver, parcel, keep_backup=False)
            again = merging.merge(receiver, parcel, keep_backup=False)
            assert again.planned.counts["new"] == 0
        first = tables(opened[0])
        for each in opened:
            assert faults(each) == []
            assert tables(each) == first
            changes = {row[0] for row in each.rows("SELECT id FROM change")}
            assert len(changes) == said
            assert list_quarantine(each) == []
        assert len({tuple((c.id, tuple(h.id for h in c.heads)) for c in list_conflicts(each)) for each in opened}) == 1
        for each in opened:
            each.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SAID, max_size=12), st.lists(SAID, max_size=12), st.lists(SAID, min_size=1, max_size=12))
def test_taking_back_restores_exactly_and_again_gives_what_it_gave(shared, ours, theirs) -> None:
    with tempfile.TemporaryDirectory(dir=FAST) as folder:
        ana, bello = (create(Path(folder) / name) for name in ("ana", "bello"))
        for ws, said in ((ana, shared), (None, ()), (ana, theirs), (bello, ours)):
            if ws is None:
                send(ana, bello)
                continue
            for (kind, record, name), value in said:
                say(ws, record, name, _value((kind, record, name), value), kind)
        before = tables(bello)
        done = send(ana, bello, name="parcel")
        after = tables(bello)
        if done.merge:
            merging.undo(bello, done.merge)
            assert tables(bello) == before
            merging.merge(bello, parcel_since(ana, {}, "parcel"), keep_backup=False)
            assert tables(bello) == after
            merging.undo(bello, done.merge)
            assert tables(bello) == before
            assert faults(bello) == []
        ana.close()
        bello.close()


def test_outcomes_have_words() -> None:
    assert {each.value for each in Outcome} == {"new", "same", "parallel", "conflict"}


# What was taken back, and what comes after


def whole(sender: Workspace, receiver: Workspace) -> merging.Merged:
    """Everything that a laptop wrote, as a return holds it."""
    return send(sender, receiver, since={})


def test_a_later_package_of_what_was_taken_back_lets_all_of_it_stand_again(laptops) -> None:
    """Not half of it, with the rest in conflict with nothing."""
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Amara")
    say(ana, "p1", "country", "NG")
    merging.undo(bello, whole(ana, bello).merge)
    say(ana, "p1", "country", "GH")
    say(ana, "p2", "given_name", "Kofi")
    done = whole(ana, bello)
    assert done.planned.counts["conflict"] == 0
    assert list_conflicts(bello) == []
    assert only_said(bello)["person"] == only_said(ana)["person"]
    assert faults(bello) == []
    merging.undo(bello, done.merge)
    assert bello.rows("SELECT given_name, country FROM person WHERE given_name IS NOT NULL") == [("Amara", "NG")]
    assert list_conflicts(bello) == []


def test_a_later_package_with_nothing_new_lets_it_stand_again_too(laptops) -> None:
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Amara")
    first = whole(ana, bello).merge
    merging.undo(bello, first)
    done = whole(ana, bello)
    assert (done.merge, bello.rows("SELECT given_name FROM person")) == (first, [("Amara",)])
    assert not whole(ana, bello).changes


def test_going_on_from_ones_own_word_is_no_conflict_after_undo_and_redo(laptops) -> None:
    """What stands here only says again what she said; her next word counts, and the plan says so before."""
    ana, bello, chen = laptops
    say(ana, "p1", "given_name", "Amara")
    done = whole(ana, bello)
    for _turn in range(2):
        merging.undo(bello, done.merge)
        merging.redo(bello, done.merge)
    say(ana, "p1", "given_name", "Amarachi")
    planned = merging.plan_merge(bello, parcel_since(ana, {}, "looked"))
    assert planned.counts["conflict"] == 0
    again = whole(ana, bello)
    assert again.planned.counts["conflict"] == 0
    assert list_conflicts(bello) == []
    assert bello.rows("SELECT given_name FROM person") == [("Amarachi",)]
    merging.undo(bello, again.merge)
    assert bello.rows("SELECT given_name FROM person") == [("Amara",)]
    merging.redo(bello, again.merge)
    say(ana, "p1", "given_name", "Amaka")
    assert whole(ana, bello).planned.counts["conflict"] == 0
    assert bello.rows("SELECT given_name FROM person") == [("Amaka",)] and list_conflicts(bello) == []
    send(bello, chen)
    assert only_said(chen) == only_said(bello)
    assert faults(bello) == faults(chen) == []


def test_what_bello_said_himself_is_still_in_conflict_after_undo_and_redo(laptops) -> None:
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Amara")
    done = whole(ana, bello)
    merging.undo(bello, done.merge)
    merging.redo(bello, done.merge)
    say(bello, "p1", "given_name", "Amy")
    say(ana, "p1", "given_name", "Amarachi")
    assert whole(ana, bello).planned.counts["conflict"] == 1
    (conflict,) = list_conflicts(bello)
    assert {each.value for each in conflict.heads} == {"Amy", "Amarachi"}


@pytest.mark.parametrize("later", ["ours", "theirs"])
def test_undo_takes_a_conflict_away_and_redo_brings_it_back(laptops, later: str) -> None:
    """Whichever of the two is shown: no laptop settles by being merged twice."""
    ana, bello, _ = laptops
    for ws, value in ((bello, "Amy"), (ana, "Amara"))[:: -1 if later == "ours" else 1]:
        say(ws, "p1", "given_name", value)
    done = whole(ana, bello)
    (before,) = list_conflicts(bello)
    merging.undo(bello, done.merge)
    assert list_conflicts(bello) == []
    assert bello.rows("SELECT given_name FROM person") == [("Amy",)]
    merging.redo(bello, done.merge)
    (after,) = list_conflicts(bello)
    assert after.heads[0].value == before.heads[0].value
    assert {each.value for each in after.heads} == {"Amy", "Amara"}
    assert faults(bello) == []


def test_what_shows_of_a_conflict_shows_again_where_two_said_the_same(laptops) -> None:
    ana, bello, chen = laptops
    say(ana, "p1", "given_name", "Amara")
    say(chen, "p1", "given_name", "Amy")
    other = whole(chen, bello).merge
    whole(ana, bello)
    with create(ana.folder.parent / "dede") as dede:
        say(dede, "p1", "given_name", "Amara")
        whole(dede, bello)
    (before,) = list_conflicts(bello)
    merging.undo(bello, other)
    assert list_conflicts(bello) == []
    merging.redo(bello, other)
    (after,) = list_conflicts(bello)
    assert after.heads[0].value == before.heads[0].value == "Amara"
    assert bello.rows("SELECT given_name FROM person") == [("Amara",)]


def test_of_somebody_who_was_erased_nothing_stands_again(laptops) -> None:
    """A package goes in also where some of it goes on from what was taken back, and was erased since."""
    ana, bello, _ = laptops
    say(ana, "p1", "given_name", "Amara")
    merging.undo(bello, whole(ana, bello).merge)
    say(bello, "p1", "erased_on", "2026-11-29", "erasure")
    say(ana, "p1", "given_name", "Amarachi")
    say(ana, "p2", "given_name", "Kofi")
    done = whole(ana, bello)
    assert bello.rows("SELECT given_name FROM person WHERE given_name IS NOT NULL") == [("Kofi",)]
    merging.undo(bello, done.merge)
    merging.redo(bello, done.merge)
    assert bello.rows("SELECT given_name FROM person WHERE given_name IS NOT NULL") == [("Kofi",)]
    assert faults(bello) == []
