"""The check finds whatever was altered behind our back, and finds nothing after everything that is allowed."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubricapp.core import changes as rules
from rubricapp.core.erasing import FIELDS
from rubricapp.core.model import Blank, Role
from rubricapp.core.same_people import KIND as SAME_PERSON
from rubricapp.errors import UserError
from rubricapp.operations import (
    assessments,
    comment_bank,
    evidence,
    evidence_links,
    peer_review,
    people,
    production_log,
    programmes,
    rubrics,
)
from rubricapp.store import engine, upgrading
from rubricapp.store.aliases import mark_doubles, write_aliases
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.assessments import list_assessments, list_bank, load_assessment
from rubricapp.store.changes import list_stored
from rubricapp.store.erased import load_erased
from rubricapp.store.evidence import find_matrix
from rubricapp.store.history import list_history
from rubricapp.store.kinds import KINDS
from rubricapp.store.people import find_occasion, list_occasions, list_people
from rubricapp.store.rubrics import find_rubric, list_rubrics
from rubricapp.store.snapshots import load_snapshot
from rubricapp.store.tables import COMPUTED, project, recompute
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import FILE_NAME, create, open_

FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None  # what is tested here is not the disk


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """A closed workspace with something in every table."""
    folder = tmp_path_factory.mktemp("verifying") / "workspace"
    with programmes.start(folder, "Test residency", "2026", "2026-09-01", rubrics=[]) as ws:
        rubrics.adopt(ws, [small_rubric()])
        anna = people.add_person(ws, Role.PARTICIPANT, "Anna Example")[0]
        tunde = people.add_person(ws, Role.ASSESSOR, "Tunde Example")[0]
        rubric = find_rubric(ws, "small")
        for name in ("baseline", "final"):
            done = assessments.begin(ws, anna, rubric, find_occasion(ws, name), tunde)[0]
            for level, criterion in enumerate(("TST-1", "TST-2", "TST-3"), 2):
                assessments.rate(ws, done.id, criterion, level)
            assessments.rate(ws, done.id, "TST-3", Blank.NOT_OBSERVED)
            assessments.comment(ws, done.id, "TST-1", "Held the exposure through the whole take.")
        assessments.finish(ws, done.id)
        assessments.reopen(ws, done.id, "One criterion was seen later.")
        comment_bank.keep(ws, tunde.id, "Well lit.", "TST-1", 4)
        work = folder.parent / "still.png"
        work.write_bytes(b"picture" * 99)
        evidence.add_file(ws, anna.id, work)
        evidence_links.link_evidence(ws, list_artefacts(ws, anna.id)[0].id, "TST-1", note="Shows it.")
        others = [people.add_person(ws, Role.PARTICIPANT, f"Other {n}")[0] for n in "BCD"]
        midpoint = find_occasion(ws, "midpoint")
        pair = peer_review.allocate_round(ws, rubric, midpoint, 1, seed=1).allocation.pairs[0]
        by_id = {each.id: each for each in (anna, *others)}
        peer_review.write_review(
            ws, by_id[pair[0]], by_id[pair[1]], rubric, midpoint, {"TST-1": 2}, {}, {"works": "Scene 1 holds."}
        )
        day = production_log.add_day(ws, anna, {"worked_on": "2026-09-10", "criteria": "TST-1"})[0]
        production_log.check_day(ws, day.id, tunde)
        twin = people.add_person(ws, Role.PARTICIPANT, "Anna Exämple")[0]
        with ws.writing("lead") as log:
            for each in (anna, twin):
                log.set_all("declared_conflict", f"of-{each.id}", {"one": each.id, "other": others[0].id})
            log.set_all(SAME_PERSON, twin.id, {"kept": anna.id, "reason": "Typed in twice."})
        fill_the_rest(ws)
    return folder


def fill_the_rest(ws) -> None:
    """A record of each kind that the verbs above did not write, so that no table is left out of any comparison."""
    with ws.writing("lead") as log:
        for name, kind in KINDS.items():
            if not ws.rows(f"SELECT * FROM {kind.table} LIMIT 1"):
                record = "/".join(f"some-{key}" for key in kind.keys)
                for column in kind.fields.values():
                    number = ws.rows(f"SELECT type FROM pragma_table_info('{kind.table}') WHERE name = ?", column)
                    log.set(name, record, column, 1 if number[0][0] == "INTEGER" else f"some {column}")


def small_rubric() -> dict:
    return {
        "format": 1, "id": "small", "version": "1.0", "language": "en", "title": "Small", "summary": "",
        "scale": [{"name": name, "anchor": ""} for name in ("One", "Two", "Three", "Four", "Five")],
        "criteria": [
            {"id": f"TST-{n}", "title": f"Title {n}", "about": "", "weight": n, "gate": 2 if n == 3 else None,
             "levels": {str(level): f"Descriptor {level}" for level in range(1, 6)}}
            for n in (1, 2, 3)
        ],
    }  # fmt: skip


@pytest.fixture
def copy(template, tmp_path) -> Path:
    shutil.copytree(template, tmp_path / "copy")
    return tmp_path / "copy"


def codes(ws, **named) -> set[str]:
    try:
        return {problem.code for problem in find_faults(ws, **named).problems}
    except UserError as error:
        return {error.code}


def test_nothing_is_wrong(copy) -> None:
    with open_(copy) as ws:
        found = find_faults(ws, files=True)
        assert found.problems == ()
        assert found.ok
        assert found.changes == ws.rows("SELECT count(*) FROM change")[0][0] > 40
        empty = [table for table in COMPUTED if not ws.rows(f"SELECT * FROM {table} LIMIT 1")]
        assert empty == []


LEVEL = "(SELECT number FROM change WHERE kind = 'rating' AND field = 'level' ORDER BY id LIMIT 1)"
OTHER = "(SELECT number FROM change WHERE kind = 'rating' AND field = 'level' ORDER BY id LIMIT 1 OFFSET 1)"
LAST = "(SELECT number FROM change ORDER BY seq DESC LIMIT 1)"
ALTERATIONS = {
    "a value": (f"UPDATE value_row SET value = '5' WHERE change = {LEVEL}", {"CHECK_CHAIN", "CHECK_TABLE"}),
    "a value that was replaced since": (
        "UPDATE value_row SET value = '5' WHERE change = (SELECT number FROM change WHERE field = 'state' LIMIT 1)",
        {"CHECK_CHAIN"},
    ),
    "a reason": ("UPDATE value_row SET reason = 'Because.' WHERE reason <> ''", {"CHECK_CHAIN"}),
    "a salt": (f"UPDATE value_row SET salt = zeroblob(16) WHERE change = {LEVEL}", {"CHECK_CHAIN"}),
    "an author": ("INSERT INTO word (text) VALUES ('someone else');"
                  f" UPDATE change_row SET author = last_insert_rowid() WHERE number = {LEVEL}", {"CHECK_CHAIN"}),
    "a time": (f"UPDATE change_row SET behind = behind - 1 WHERE number = {LEVEL}", {"CHECK_CHAIN"}),
    "a clock value": (f"UPDATE change_row SET hlc = hlc + 1 WHERE number = {LEVEL}", {"CHECK_CHAIN"}),
    "a record": (
        "INSERT INTO word (text) VALUES ('x');"
        "INSERT INTO record (kind, whole, part) SELECT kind, last_insert_rowid(), part"
        f" FROM record WHERE number = (SELECT record FROM change_row WHERE number = {LEVEL});"
        f"UPDATE change_row SET record = last_insert_rowid() WHERE number = {LEVEL}",
        {"CHECK_CHAIN", "CHECK_HEADS", "CHECK_TABLE"},
    ),
    "what was replaced": (
        f"UPDATE change_row SET replaces = (SELECT id FROM change_row WHERE number = {LEVEL}) WHERE number = {OTHER}",
        {"CHECK_CHAIN"},  # of another field: that takes nothing away, see `core.changes.heads_of`
    ),
    "a hash": (f"UPDATE change_row SET hash = zeroblob(32) WHERE number = {LEVEL}", {"CHECK_CHAIN"}),
    "the last hash": (f"UPDATE change_row SET hash = zeroblob(32) WHERE number = {LAST}", {"CHECK_CHAIN"}),
    "a device": ("UPDATE device SET id = zeroblob(16) WHERE number = 1", {"CHECK_CHAIN"}),
    "two values swapped with their salts": (
        "UPDATE value_row SET (salt, value) = (SELECT salt, value FROM value_row AS other"
        f" WHERE other.change = CASE value_row.change WHEN {LEVEL} THEN {OTHER} ELSE {LEVEL} END)"
        f" WHERE change IN ({LEVEL}, {OTHER})",
        {"CHECK_CHAIN", "CHECK_TABLE"},
    ),
    "two changes swapped": (
        f"UPDATE change_row SET seq = seq + 100000 WHERE number = {LEVEL};"
        f"UPDATE change_row SET seq = seq - 1 WHERE number = {OTHER};"
        f"UPDATE change_row SET seq = seq - 100000 + 1 WHERE number = {LEVEL}",
        {"CHECK_CHAIN"},
    ),
    "a change gone with all its traces": (
        f"DELETE FROM value_row WHERE change = {LEVEL}; DELETE FROM head_row WHERE change = {LEVEL};"
        f"DELETE FROM change_row WHERE number = {LEVEL}",
        {"CHECK_GAP", "CHECK_TABLE"},
    ),
    "the first change gone": (
        "DELETE FROM value_row WHERE change = (SELECT number FROM change WHERE seq = 1);"
        "DELETE FROM head_row WHERE change = (SELECT number FROM change WHERE seq = 1);"
        "DELETE FROM change_row WHERE seq = 1",
        {"CHECK_GAP", "CHECK_TABLE"},
    ),
    "the last change gone": (
        f"DELETE FROM value_row WHERE change = {LAST}; DELETE FROM change_row WHERE number = {LAST}",
        {"CHECK_HEADS", "CHECK_LOG", "CHECK_TABLE"},
    ),
    "a change gone and its value left": (f"DELETE FROM change_row WHERE number = {LEVEL}", {"CHECK_GAP", "CHECK_LOG"}),
    "a value gone": (f"DELETE FROM value_row WHERE change = {LEVEL}", {"CHECK_VALUE", "CHECK_TABLE"}),
    "a value gone from log and table": (
        f"DELETE FROM value_row WHERE change = {LEVEL};"
        f"UPDATE rating SET level = NULL, blank = NULL WHERE assessment || '/' || criterion ="
        f" (SELECT record FROM change WHERE number = {LEVEL})",
        {"CHECK_VALUE"},
    ),
    "a head gone": (f"DELETE FROM head_row WHERE change = {LEVEL}", {"CHECK_HEADS"}),
    "a head too many": ("INSERT INTO head_row SELECT record, (SELECT number FROM word WHERE text = 'comment'), number"
                        f" FROM change_row WHERE number = {LEVEL}",
                        {"CHECK_HEADS"}),
    "a computed level": ("UPDATE rating SET level = 5 WHERE criterion = 'TST-1'", {"CHECK_TABLE"}),
    "a computed row gone": ("DELETE FROM rating WHERE criterion = 'TST-1'", {"CHECK_TABLE"}),
    "a computed row too many": (
        "INSERT INTO rating SELECT assessment, 'TST-9', 5, NULL, NULL FROM rating LIMIT 1", {"CHECK_TABLE"}
    ),
    "two computed rows swapped": (
        "UPDATE rating SET level = 5 - level WHERE level IN (2, 3)", {"CHECK_TABLE"}
    ),
    "a state": ("UPDATE assessment SET state = 'handed_in'", {"CHECK_TABLE"}),
    "a name": ("UPDATE person SET family_name = 'Other'", {"CHECK_TABLE"}),
    "a descriptor": ("UPDATE level SET descriptor = 'Easier' WHERE level = 5", {"CHECK_TABLE"}),
    "a weight": ("UPDATE criterion SET weight = weight + 1", {"CHECK_TABLE"}),
    "a rubric's words": ("UPDATE rubric_version SET document = replace(document, 'Descriptor 5', 'x')",
                         {"CHECK_TABLE"}),
    "a rubric without its parts": (
        "UPDATE value_row SET value = '{}' WHERE change = (SELECT number FROM change WHERE field = 'document')",
        {"CHECK_CHAIN", "CHECK_VALUE", "CHECK_TABLE"},
    ),
    "a rubric of another shape": (
        "UPDATE value_row SET value = '{\"scale\": 1, \"criteria\": 2}' WHERE change ="
        " (SELECT number FROM change WHERE field = 'document')",
        {"CHECK_CHAIN", "CHECK_VALUE", "CHECK_TABLE"},
    ),
    "a value that is no JSON": (f"UPDATE value_row SET value = '{{' WHERE change = {LEVEL}", {"E_DAMAGED"}),
    "a time that is none": (
        f"UPDATE change_row SET behind = -9000000000000000000 WHERE number = {LEVEL}", {"E_DAMAGED"}
    ),
    "a trigger": ("CREATE TRIGGER better AFTER UPDATE ON rating BEGIN UPDATE rating SET level = 5; END",
                  {"CHECK_SCHEMA"}),
    "a view": ("CREATE VIEW other AS SELECT 1", {"CHECK_SCHEMA"}),
    "an index gone": ("DROP INDEX change_row_place", {"CHECK_SCHEMA"}),
    "a column": ("ALTER TABLE person ADD COLUMN salary TEXT", {"CHECK_SCHEMA"}),
    "everything": ("DELETE FROM value_row; DELETE FROM head_row; DELETE FROM change_row",
                   {"CHECK_TABLE"}),
}  # fmt: skip


@pytest.mark.parametrize("altered", ALTERATIONS)
def test_whatever_is_altered_is_found(copy, altered) -> None:
    script, expected = ALTERATIONS[altered]
    with open_(copy) as ws:
        ws.connection.execute("PRAGMA foreign_keys=OFF")
        before = everything(ws.connection), shape(ws.connection)
        ws.connection.executescript(script)
        assert (everything(ws.connection), shape(ws.connection)) != before, "nothing was altered"
        found = codes(ws)
    assert expected <= found, found


def test_a_missing_or_altered_file_is_named(copy) -> None:
    stored = next(path for path in (copy / "files").rglob("*") if path.is_file())
    whole = stored.read_bytes()
    with open_(copy) as ws:
        stored.write_bytes(b"x" + whole[1:])
        assert codes(ws) == set(), "only a look at every byte can find that"
        assert codes(ws, files=True) == {"CHECK_FILE"}
        stored.write_bytes(whole[:-1])
        assert codes(ws) == {"CHECK_FILE"}
        stored.unlink()
        assert "still.png is not on this laptop" in find_faults(ws).problems[0].message
        stored.mkdir()
        assert codes(ws, files=True) == {"CHECK_FILE"}
        shutil.rmtree(copy / "files")
        assert codes(ws) == {"CHECK_FILE"}


def test_a_whole_file_of_which_another_size_is_said_is_not_called_altered(copy) -> None:
    with open_(copy) as ws:
        work = ws.rows("SELECT id FROM artefact WHERE sha256 IS NOT NULL")[0][0]
        for size, expected in ((5, {"CHECK_VALUE"}), (None, set())):
            with ws.writing("a stranger") as log:
                log.set_all("artefact", work, {"size": size, "file_name": None})
            assert codes(ws) == expected == codes(ws, files=True)


def test_an_unreadable_file_is_named(copy, without_rights) -> None:
    stored = next(path for path in (copy / "files").rglob("*") if path.is_file())
    for each in (copy, *copy.parents):
        if each.stat().st_uid == os.geteuid():  # the folders above are not always ours
            each.chmod(each.stat().st_mode | 0o055)
    stored.parent.chmod(0o000)  # not even its owner
    with open_(copy) as ws:
        folder = ws.folder

    def look() -> set[str]:
        with open_(folder) as ws:
            return codes(ws)

    assert without_rights(look) == {"CHECK_FILE"}
    stored.parent.chmod(0o700)


def test_names_that_lead_nowhere_are_said(copy) -> None:
    with open_(copy) as ws:
        with ws.writing("lead") as log:
            log.set("assessment", "x", "participant", "nobody")
        found = find_faults(ws)
        assert [problem.code for problem in found.problems] == ["CHECK_REFERENCE"]
        assert not found.ok


def test_many_problems_are_counted_not_listed(copy) -> None:
    with open_(copy) as ws:
        with ws.writing("lead") as log:
            for n in range(400):
                log.set("person", f"p{n}", "code", f"P-{n}")
        ws.connection.execute("UPDATE person SET code = 'x'")
        people_here = ws.rows("SELECT count(*) FROM person")[0][0]
        problems = find_faults(ws).problems
    assert len(problems) == 51
    # Each row is wrong twice: what stands there does not follow, and what follows does not stand there.
    assert problems[-1].message == f"And {2 * people_here - 50} more of this sort."


# Any bit

BITS = int(os.environ.get("RUBRICAPP_TEST_BITS", "160"))
SEED = int(os.environ.get("RUBRICAPP_TEST_SEED", "20260901"))


def everything(connection: engine.Connection) -> dict[str, list[tuple]]:
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


def test_a_flipped_bit_is_found_or_changes_nothing_that_anyone_can_read(template) -> None:
    draw = random.Random(SEED)
    whole = (template / FILE_NAME).read_bytes()
    outcomes: dict[str, int] = {}
    with tempfile.TemporaryDirectory(dir=FAST) as place:
        folder = Path(place) / "copy"
        shutil.copytree(template, folder)
        with open_(folder) as ws:
            pass
        whole = (folder / FILE_NAME).read_bytes()
        with open_(folder) as ws:
            before = everything(ws.connection)
        for _ in range(BITS):
            position, bit = draw.randrange(len(whole)), draw.randrange(8)
            altered = bytearray(whole)
            altered[position] ^= 1 << bit
            (folder / FILE_NAME).write_bytes(altered)
            try:
                with open_(folder) as ws:
                    read_everything(ws)
                    found = find_faults(ws)
                    if found.ok:
                        assert without_devices(everything(ws.connection)) == without_devices(before), (position, bit)
                    outcome = "nothing" if found.ok else "found"
            except UserError as error:
                assert error.code in ("E_DAMAGED", "E_NOT_OURS", "E_NEWER"), (position, bit, error.details)
                outcome = "refused"
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
    assert outcomes["found"] + outcomes["refused"] > 30


def read_everything(ws) -> None:
    """Every read of the screens, which may refuse, but in words."""
    reads = [
        lambda: list_people(ws), lambda: list_occasions(ws), lambda: list_rubrics(ws), lambda: list_assessments(ws),
        lambda: [load_assessment(ws, row[0]) for row in ws.rows("SELECT id FROM assessment")],
        lambda: [list_history(ws, row[0]) for row in ws.rows("SELECT id FROM person")],
        lambda: [list_bank(ws, row[0]) for row in ws.rows("SELECT id FROM person")],
        lambda: [list_artefacts(ws, row[0]) for row in ws.rows("SELECT id FROM person")],
        lambda: [find_matrix(ws, row[0]) for row in ws.rows("SELECT id FROM person")],
        lambda: load_snapshot(ws),
    ]  # fmt: skip
    for read in reads:
        with contextlib.suppress(UserError, LookupError):
            read()


def test_a_recomputation_that_fails_changes_nothing(copy) -> None:
    with open_(copy) as ws:
        before = everything(ws.connection)
        ws.connection.execute("UPDATE value_row SET value = '{'")
        with pytest.raises(ValueError):
            recompute(ws.connection)
        after = everything(ws.connection)
        assert {table: after[table] for table in COMPUTED} == {table: before[table] for table in COMPUTED}


def shape(connection: engine.Connection) -> list[tuple]:
    return connection.execute("SELECT * FROM sqlite_master").fetchall()


def without_devices(said: dict[str, list[tuple]]) -> dict[str, list[tuple]]:
    """What counts as testimony: a label of a device or the fingerprint of the machine does not."""
    return {name: rows for name, rows in said.items() if name in ("change", "change_value", "head", *COMPUTED)}


# Anything that is allowed


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=20)
VALUES = {
    "position": st.integers(-9, 99),
    "level": st.none() | st.integers(1, 9),
    "revision": st.integers(0, 9),
    "removed": st.sampled_from([None, 0, 1]),
    "reviews": st.none() | st.integers(1, 9),
    "seed": st.none() | st.integers(0, 1 << 40),
    "usefulness": st.none() | st.integers(1, 4),
    "withheld": st.sampled_from([None, 0, 1]),
    "shown": st.sampled_from([None, 0, 1]),
    "minutes": st.none() | st.integers(0, 1440),
    "supervision": st.none() | st.integers(1, 5),
    "criteria": st.none() | st.lists(st.sampled_from(["TST-1", "TST-2"])),
    "size": st.integers(0, 1 << 40),
    "from_frame": st.none() | st.integers(0, 1 << 40),
    "to_frame": st.none() | st.integers(0, 1 << 40),
    "page": st.none() | st.integers(1, 9999),
    "finished": st.none() | st.integers(0, 99),
    **dict.fromkeys(("exact", "within_one", "samples", "days", "needs_calibration"), st.none() | st.integers(0, 99)),
    **dict.fromkeys(sorted(FIELDS), st.none() | st.sampled_from(["r1", "r2", "a1"])),
    "document": st.sampled_from([small_rubric(), {**small_rubric(), "title": "Other", "version": "2.0"}, None]),
}
LEVEL_OF_RATING = st.none() | st.integers(1, 9) | st.sampled_from([blank.value for blank in Blank])


@st.composite
def said(draw) -> tuple[str, str, str, object]:
    """(kind, record, field, value) of something that an operation, or a newer version of us, could say."""
    kind = draw(st.sampled_from([*KINDS, "of_a_newer_version"]))
    rule = KINDS.get(kind)
    field = draw(st.sampled_from([*rule.fields, *rule.special, "unknown"] if rule else ["x"]))
    record = draw(st.sampled_from(["r1", "r2"] if kind != "rating" else ["a1/C-1", "a1/C-2", "a2/C-1"]))
    if (kind, field) == ("rating", "level"):
        return kind, record, field, draw(LEVEL_OF_RATING)
    return kind, record, field, draw(VALUES.get(field, st.none() | WORDS))


STRANGE_OR_ABSENT = ("CHECK_REFERENCE", "CHECK_FILE", "CHECK_VALUE")
"""What the check finds where anything is said of anything."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(said(), max_size=12), max_size=6), st.randoms(use_true_random=False))
def test_tables_follow_from_the_log_whatever_is_said(transactions, draw) -> None:
    with tempfile.TemporaryDirectory(dir=FAST) as place:
        with create(Path(place) / "workspace") as ws:
            for transaction in transactions:
                with ws.writing("lead") as log:
                    for each in transaction:
                        with contextlib.suppress(UserError):  # about somebody who was erased by then
                            log.set(*each)
            living = computed(ws.connection)
            recompute(ws.connection)
            assert computed(ws.connection) == living
            stored = [each.change for each in list_stored(ws.connection)]
            erased = load_erased(ws.connection)
            faults = [each for each in find_faults(ws).problems if each.code not in STRANGE_OR_ABSENT]
            assert faults == []
        assert [change.seq for change in stored] == list(range(1, len(stored) + 1))
        draw.shuffle(stored)
        heads = rules.heads([*stored, *stored[: len(stored) // 2]])
        assert all(len(group) == 1 for group in heads.values())
        shown = [(*key, group[0].value) for key, group in heads.items() if not erased.covers(*key[:2])]
        draw.shuffle(shown)
        memory = engine.connect(None)
        upgrading.migrate(memory)
        memory.executemany("INSERT INTO erased_record VALUES (?, ?)", erased.records)
        write_aliases(memory, {each[1]: each[3] for each in shown if each[::2] == (SAME_PERSON, "kept")}, erased.people)
        for each in [*shown, *shown[::2]]:
            project(memory, *each)
        mark_doubles(memory)
        assert computed(memory) == living
        memory.close()


def computed(connection: engine.Connection) -> dict[str, list[tuple]]:
    return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in COMPUTED}


LEVELS = st.none() | st.integers(1, 5) | st.sampled_from(list(Blank))
ACTS = st.one_of(
    st.tuples(st.just("rate"), st.sampled_from(["TST-1", "TST-2", "TST-3"]), LEVELS),
    st.tuples(st.just("comment"), st.sampled_from(["TST-1", "TST-2"]), WORDS),
    st.tuples(st.just("note"), WORDS),
    st.tuples(st.just("finish")),
    st.tuples(st.just("reopen"), WORDS),
    st.tuples(st.just("keep"), WORDS),
    st.tuples(st.just("close")),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=st.lists(ACTS, max_size=25))
def test_the_check_is_green_after_everything_legal(template, acts) -> None:
    with tempfile.TemporaryDirectory(dir=FAST) as place:
        folder = Path(place) / "copy"
        shutil.copytree(template, folder)
        ws = open_(folder)
        record, assessor = ws.rows("SELECT id, assessor FROM assessment ORDER BY id")[0]
        verbs = {
            "rate": lambda criterion, level: assessments.rate(ws, record, criterion, level),
            "comment": lambda criterion, text: assessments.comment(ws, record, criterion, text),
            "note": lambda text: assessments.write_note(ws, record, text),
            "finish": lambda: assessments.finish(ws, record),
            "reopen": lambda reason: assessments.reopen(ws, record, reason),
            "keep": lambda text: comment_bank.keep(ws, assessor, text),
            "close": lambda: None,
        }
        for name, *arguments in acts:
            if name == "close":
                ws.close()
                ws = open_(folder)
            try:
                verbs[name](*arguments)
            except UserError as error:
                assert error.code in ("E_FINISHED", "E_REASON", "E_EMPTY")
        assert find_faults(ws, files=True).problems == ()
        ws.close()
