"""Words and records have one number each, whoever says them and however they are spelled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.store import engine, migrations, numbering, upgrading
from rubricapp.store.rows import Numbers, split

IDS = st.text(st.sampled_from("ab/Ä\u202e\U0001f3ac 0"), max_size=8)
KEYS = st.lists(st.tuples(st.sampled_from(("rating", "person", "of a newer version")), IDS), max_size=20)


@pytest.fixture(scope="module")
def memory():
    connection = engine.connect(None)
    upgrading.migrate(connection)
    yield connection
    connection.close()


@given(KEYS, KEYS)
def test_a_record_is_found_under_the_number_that_it_was_given(memory, first, second) -> None:
    memory.execute("BEGIN")
    try:
        before = Numbers(memory).keep_records(first)
        assert before.keys() == set(first)
        assert len(set(before.values())) == len(before), "no two share a number"
        assert Numbers(memory).find_records([*first, *second]).items() >= before.items()
        after = Numbers(memory).keep_records(second)
        assert {key: after[key] for key in after.keys() & before.keys()} == {
            key: before[key] for key in after.keys() & before.keys()
        }
        spelled = memory.execute(
            "SELECT record.number, kind.text, whole.text || part FROM record JOIN word AS kind ON kind.number = kind"
            " JOIN word AS whole ON whole.number = whole"
        ).fetchall()
        assert {(kind, record): number for number, kind, record in spelled} == before | after
    finally:
        memory.execute("ROLLBACK")


@given(IDS)
def test_whole_and_part_are_the_id_again(record) -> None:
    whole, part = split(record)
    assert whole + part == record
    assert "/" not in whole and (not part or part[0] == "/")


def test_more_than_one_query_takes(memory) -> None:
    keys = {("rating", f"sheet-{each % 700}/{each}") for each in range(1700)}
    memory.execute("BEGIN")
    kept = Numbers(memory).keep_records(keys)
    assert Numbers(memory).find_records(keys) == kept
    assert len(set(kept.values())) == 1700
    assert Numbers(memory).find_words(["sheet-699", "sheet-700"]).keys() == {"sheet-699"}
    memory.execute("ROLLBACK")


class Unlisted(dict):
    """Whoever goes through all of it is told off: a transaction of many changes would take their square."""

    def __iter__(self):
        raise AssertionError("everything known is gone through")

    keys = items = values = __iter__


def test_what_is_known_is_never_gone_through(memory) -> None:
    memory.execute("BEGIN")
    numbers = Numbers(memory)
    numbers._words, numbers._records = Unlisted(), Unlisted()
    for each in range(3):
        assert len(numbers.keep_records([("rating", f"sheet/{each}")])) == 1
        assert numbers.keep_words(["sheet"]) == numbers.find_words(["sheet", f"unknown {each}"])
    memory.execute("ROLLBACK")


def as_before(connection) -> None:
    """A database of the last format with everything spelled out."""
    for step in migrations.steps.pending(engine.utils(connection))[:-1]:
        step.fn(engine.utils(connection))


@pytest.mark.parametrize("lost", ["change_value", "head"])
def test_a_log_that_does_not_hang_together_is_not_brought_up_to_date(lost) -> None:
    connection = engine.connect(None)
    as_before(connection)
    columns = {
        "change_value": "(zeroblob(16), zeroblob(16), '1', '')",
        "head": "('person', 'anna', 'code', zeroblob(16))",
    }
    connection.execute(f"INSERT INTO {lost} VALUES {columns[lost]}")
    connection.execute("BEGIN")
    for statement in numbering.TABLES.split(";\n"):
        connection.execute(statement)
    with pytest.raises(engine.sqlite.DatabaseError, match=f"malformed log: 1 rows of {lost}"):
        numbering.number_the_log(connection)
    connection.close()
