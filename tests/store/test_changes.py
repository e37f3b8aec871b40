"""The change log on disk: what is appended, what is read back, what the heads are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from rubricapp.core import changes as rules
from rubricapp.core.model import Change
from rubricapp.errors import UserError
from rubricapp.store import changes as log_module
from rubricapp.store import engine
from rubricapp.store.changes import list_changes, list_disputed, list_stored, load_place
from rubricapp.store.known import list_known_people, list_unseen
from rubricapp.store.rows import Numbers
from rubricapp.store.tables import recompute
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Sources, create

AT = datetime(2026, 9, 1, 12, 0, 0, 123_000, tzinfo=UTC)


@pytest.fixture
def ws(folder):
    clock = iter(range(1_000_000))
    with create(folder, Sources(now=lambda: AT + timedelta(seconds=next(clock)))) as made:
        yield made


def set_one(ws, field: str, value: object, reason: str = "", record: str = "anna", kind: str = "person") -> bool:
    with ws.writing("lead") as log:
        return log.set(kind, record, field, value, reason)


def history(ws, record: str = "anna") -> list[Change]:
    return list_changes(ws.connection, [record])


def test_a_change_says_what_became_what(ws) -> None:
    assert set_one(ws, "given_name", "Anna")
    assert set_one(ws, "given_name", "Berta", "A slip of the pen.")
    first, second = history(ws)
    assert (first.value, first.replaces, first.reason, first.seq) == ("Anna", (), "", 1)
    assert (second.value, second.replaces, second.reason, second.seq) == ("Berta", (first.id,), "A slip of the pen.", 2)
    assert (second.kind, second.record, second.field, second.author) == ("person", "anna", "given_name", "lead")
    assert second.device == ws.device
    assert second.at - first.at == timedelta(seconds=1)
    assert second.hlc > first.hlc
    assert second.id > first.id


@pytest.mark.parametrize("value", ["Anna", 4, None, 0, False, [1, {"a": "ü"}], {"b": None}, "4", 1.5, 10**30])
def test_what_already_holds_is_not_said_again(ws, value) -> None:
    record = {"kind": "of_a_newer_version", "record": "x", "field": "y"}
    assert set_one(ws, "y", "before", record="x", kind=record["kind"])
    assert set_one(ws, "y", value, record="x", kind=record["kind"])
    assert not set_one(ws, "y", value, record="x", kind=record["kind"])
    assert [change.value for change in history(ws, "x")] == ["before", value]
    assert find_faults(ws).ok


def test_nothing_is_not_said_of_what_was_never_said(ws) -> None:
    assert not set_one(ws, "given_name", None)
    assert history(ws) == []
    assert ws.rows("SELECT count(*) FROM person") == [(0,)]


def test_with_a_reason_it_is_said_again(ws) -> None:
    assert set_one(ws, "given_name", "Anna")
    assert set_one(ws, "given_name", "Anna", "Asked once more.")
    assert set_one(ws, "email", None, "There is none.")
    assert len(history(ws)) == 3
    assert find_faults(ws).ok


def test_several_fields_in_one_transaction(ws) -> None:
    with ws.writing("lead") as log:
        assert log.set_all("person", "anna", {"code": "P-001", "given_name": "Anna", "email": None})
        assert not log.set_all("person", "anna", {"code": "P-001", "email": None})
        log.set("rating", "a/TST-1", "level", 3)
    assert log.changes.kinds == {"person", "rating"}
    assert log.changes.ids == {"anna", "a/TST-1", "a"}
    assert log.changes.count == 3
    assert [each.change.seq for each in list_stored(ws.connection)] == [1, 2, 3]


def test_what_cannot_be_kept_is_refused_whole(ws) -> None:
    for value in (float("nan"), {1, 2}, "\ud800", object()):
        with pytest.raises((ValueError, TypeError)):
            set_one(ws, "given_name", value)
    assert history(ws) == []
    assert set_one(ws, "given_name", "Anna")
    assert [change.seq for change in history(ws)] == [1]


def test_the_chain_holds_from_the_first_to_the_last(ws) -> None:
    for n in range(20):
        set_one(ws, "given_name", f"Name {n}")
    stored = list(list_stored(ws.connection))
    link = rules.GENESIS
    for each in stored:
        link = rules.chain_hash(link, each.change, rules.commitment(each.salt, each.change.value, each.change.reason))
        assert link == each.hash
    assert len({each.salt for each in stored}) == 20
    assert all(one.change.hlc < two.change.hlc for one, two in pairwise(stored))
    place = load_place(ws.connection, 1)
    assert (place.seq, place.hash, place.hlc) == (20, link, stored[-1].change.hlc)


def test_an_unknown_device(ws) -> None:
    with pytest.raises(LookupError):
        load_place(ws.connection, 99)


def test_the_clock_is_the_latest_of_all_devices(ws) -> None:
    set_one(ws, "given_name", "Anna")
    add_foreign(ws, "given_name", "Ahead", hlc=rules.next_hlc(0, rules.milliseconds(AT + timedelta(days=400))) + 70_000)
    ws._place = None
    set_one(ws, "given_name", "After")
    assert [change.value for change in history(ws)][-1] == "After", "shown last, though our clock is behind"


def add_foreign(ws, field: str, value: object, replaces=(), hlc: int = 5, seq: int = 1, record="anna") -> str:
    """A change of another device, as a package would bring it."""
    known = ws.rows("SELECT number FROM device WHERE id = zeroblob(16)")
    number = known[0][0] if known else None
    change_id = rules.uuid7(hlc >> 16, bytes([seq] * 8), hlc & 0xFFF)
    connection = ws.connection
    connection.execute("BEGIN")
    if number is None:
        number = connection.execute("INSERT INTO device (id) VALUES (zeroblob(16))").lastrowid
    change = Change(change_id.hex(), bytes(16).hex(), seq, hlc, AT, "other", "person", record, field, value, replaces)
    salt = bytes(16)
    digest = rules.chain_hash(rules.GENESIS, change, rules.commitment(salt, value, ""))
    numbers = Numbers(connection)
    words = numbers.keep_words(["other", field])
    ((_key, place),) = numbers.keep_records([("person", record)]).items()
    row = connection.execute(
        "INSERT INTO change_row (id, device, seq, hlc, behind, author, record, field, replaces, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (change_id, number, seq, hlc, (hlc >> 16) - rules.milliseconds(AT), words["other"], place, words[field],
         b"".join(map(bytes.fromhex, replaces)), digest),
    ).lastrowid  # fmt: skip
    connection.execute("INSERT INTO value_row VALUES (?, ?, ?, '')", (row, salt, rules.canonical(value).decode()))
    connection.execute("INSERT INTO head_row VALUES (?, ?, ?)", (place, words[field], row))
    connection.execute("COMMIT")
    return change_id.hex()


def test_two_heads_are_a_conflict_until_one_change_replaces_both(ws) -> None:
    set_one(ws, "given_name", "Anna")
    theirs = add_foreign(ws, "given_name", "Hanna")
    assert list_disputed(ws.connection, "person", "anna") == {("anna", "given_name")}
    assert list_disputed(ws.connection, "person", "b") == set()
    assert list_disputed(ws.connection, "rating", "anna") == set()
    assert find_faults(ws).ok, "the later one is shown"
    recompute(ws.connection)
    assert name(ws) == "Anna"
    assert find_faults(ws).ok
    ours = history(ws)[-1].id
    assert set_one(ws, "given_name", "Anna"), "saying what is shown settles it, too"
    settled = history(ws)[-1]
    assert set(settled.replaces) == {ours, theirs}
    assert list_disputed(ws.connection, "person", "anna") == set()
    assert find_faults(ws).ok


def test_two_who_say_the_same_are_of_one_mind(ws) -> None:
    set_one(ws, "given_name", "Anna")
    add_foreign(ws, "given_name", "Anna")
    assert list_disputed(ws.connection, "person", "anna") == set()


def test_history_of_records_and_of_all_below_one(ws) -> None:
    for record in ("a/TST-1", "a/TST-2", "ab/TST-1", "a", "a0"):
        set_one(ws, "comment", record, record=record, kind="rating")
    below = list_changes(ws.connection, ["a/"])
    assert {change.record for change in below} == {"a/TST-1", "a/TST-2"}
    assert {change.record for change in list_changes(ws.connection, ["a", "a/", "a/TST-1"])} == {
        "a", "a/TST-1", "a/TST-2"
    }  # fmt: skip
    assert list_changes(ws.connection, []) == []
    assert list_changes(ws.connection, ["unknown"]) == []


def test_history_goes_back_through_conflicts_and_over_what_is_missing(ws) -> None:
    set_one(ws, "given_name", "Anna")
    first = history(ws)[0].id
    add_foreign(ws, "given_name", "Hanna", replaces=("00" * 16, first), hlc=9)
    set_one(ws, "given_name", "Johanna")
    set_one(ws, "given_name", "Johanna B.")
    assert [change.value for change in history(ws)] == ["Hanna", "Anna", "Johanna", "Johanna B."]


def test_history_is_read_by_keys_not_by_looking_at_everything(ws) -> None:
    set_one(ws, "given_name", "Anna")
    for sql, values in (
        (f"{log_module._HEADS} AND part = ?", ("", "")),
        (f"{log_module._SELECT} WHERE change.id = ?", (b"",)),
        ("SELECT change FROM head WHERE kind = ? AND whole = ? AND part = ?", ("", "", "")),
        ("SELECT record FROM head WHERE kind = ? AND field = ?", ("", "")),
    ):
        plan = [row[3] for row in ws.connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
        assert not [step for step in plan if step.startswith("SCAN") and "kinds" not in step and "CONSTANT" not in step]


def test_a_disk_that_fails_while_records_are_looked_up_is_said(ws, monkeypatch) -> None:
    def fails(*_given):
        raise engine.sqlite.DatabaseError("database disk image is malformed")

    monkeypatch.setattr(Numbers, "find_records", fails)
    for read in (lambda: list_known_people(ws, ["anna"]), lambda: list_unseen(ws, [("person", "anna")], {})):
        with pytest.raises(UserError) as caught:
            read()
        assert caught.value.code == "E_DAMAGED"


def test_a_value_without_its_row_reads_as_nothing(ws) -> None:
    set_one(ws, "given_name", "Anna")
    ws.connection.execute("DELETE FROM value_row")
    stored = next(iter(list_stored(ws.connection)))
    assert (stored.change.value, stored.change.reason, stored.salt) == (None, "", None)
    assert set_one(ws, "given_name", "Berta")
    assert len(history(ws)[-1].replaces) == 1


def test_a_cell_of_another_type_is_damage(ws) -> None:
    set_one(ws, "given_name", "Anna")
    row = list(ws.connection.execute(log_module._SELECT).fetchone())
    assert log_module._stored(tuple(row)).change.value == "Anna"
    for place in range(len(row)):
        odd = row.copy()
        odd[place] = 1.5
        with pytest.raises(engine.sqlite.DatabaseError, match="malformed"):
            log_module._stored(tuple(odd))


def test_a_place_of_the_log_is_never_taken_twice(ws) -> None:
    set_one(ws, "given_name", "Anna")
    ws._end()
    ws.connection.execute("UPDATE change_row SET seq = 2")
    with pytest.raises(engine.sqlite.IntegrityError):
        set_one(ws, "given_name", "Berta")
    assert name(ws) == "Anna"
    assert set_one(ws, "given_name", "Berta"), "the end of the log was read again"


def name(ws) -> str:
    return ws.rows("SELECT given_name FROM person")[0][0]


def test_a_full_disk_in_the_middle_of_several(ws, monkeypatch) -> None:
    """Half of an operation's changes never stay."""
    set_one(ws, "given_name", "Anna")

    def full(*_: object) -> None:
        raise engine.sqlite.OperationalError("database or disk is full")

    with pytest.raises(UserError) as caught, ws.writing("lead") as log:
        log.set("person", "anna", "given_name", "Berta")
        monkeypatch.setattr(log_module, "project", full)
        log.set("person", "anna", "family_name", "Half")
    assert caught.value.code == "E_DISK"
    monkeypatch.undo()
    assert name(ws) == "Anna"
    assert [change.seq for change in history(ws)] == [1]
    assert find_faults(ws).ok
