"""Erased means erased: no byte in any file, no way back, and a chain that still proves everything else."""

from __future__ import annotations

import contextlib
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rubricapp.core.erasing import DECISIONS, MARK
from rubricapp.core.model import AssessmentKind, Blank, Role
from rubricapp.errors import UserError
from rubricapp.operations import (
    assessments,
    backups,
    comment_bank,
    evidence,
    evidence_links,
    merging,
    peer_review,
    people,
    privacy,
    production_log,
    programmes,
)
from rubricapp.store import erasing, upgrading
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.changes import list_changes, list_stored
from rubricapp.store.erased import load_erased
from rubricapp.store.kinds import KINDS
from rubricapp.store.merging import list_merges, list_quarantine, load_ends
from rubricapp.store.people import find_occasion, find_people, list_people, load_edition
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.tables import COMPUTED, UNFINISHED, recompute
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import FILE_NAME, Workspace, open_
from tests.parcels import parcel_since

NAMES = (
    "Zéphyrine Quillfeather",
    "王小明伟",
    "أمينة بنت الحسن",
    "Олександра Шевчук-Ґудзь",
    '<b>Zq</b> "Xylo" O\'Kwéjà',
)
NOBODYS = {kind for kind, rule in DECISIONS.items() if rule == DECISIONS["programme"]}
SECRET = 'Her grandmother\'s lens, kept under the canary-yellow blanket "7319"\nsecond line'


def fill(ws: Workspace, name: str) -> str:
    """Somebody with something in every table, among others who stay. Returns the id."""
    zq = people.add_person(ws, Role.PARTICIPANT, name, "XQ-7319", "zq7319@example.org")[0]
    kofi = people.add_person(ws, Role.PARTICIPANT, "Kofi Other", "P-003")[0]
    amara, tunde = find_people(ws, "P-001")[0], find_people(ws, "A-001")[0]
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    for person in (zq, kofi):
        done = assessments.begin(ws, person, rubric, baseline, tunde)[0]
        assessments.rate_many(
            ws,
            done,
            rubric,
            {each.id: Blank.NOT_OBSERVED if number == 2 else 3 for number, each in enumerate(rubric.criteria)},
            {"TST-1": f"{SECRET} of {person.id}"},
        )
        assessments.finish(ws, done.id)
        assessments.reopen(ws, done.id, f"Reopened-because-{person.id}")
        assessments.finish(ws, done.id)
    own = assessments.begin(ws, zq, rubric, baseline, zq, AssessmentKind.SELF)[0]
    assessments.comment(ws, own.id, "TST-1", f"Myself: {SECRET}")
    midpoint = find_occasion(ws, "midpoint")
    made = peer_review.allocate_round(ws, rubric, midpoint, 1, seed=1)
    by_id = {each.id: each for each in (zq, kofi, amara)}
    for reviewer, author in made.allocation.pairs:
        peer_review.write_review(
            ws,
            *(by_id[reviewer], by_id[author], rubric, midpoint, {"TST-1": 2}, {}),
            {"works": f"Works of {author}", "change": f"Change of {author}", "next_step": f"Next of {author}"},
            finish=True,
        )
    for person in (zq, kofi):
        work = ws.folder.parent / f"{person.code}-work.bin"
        work.write_bytes(f"bytes of {person.code}".encode() * 999)
        evidence.add_file(ws, person.id, work, f"Title of {person.code}")
        added = list_artefacts(ws, person.id)[0]
        evidence_links.link_evidence(ws, added.id, "TST-1", note=f"Proof of {person.code}")
        day = production_log.add_day(ws, person, {"worked_on": "2026-09-10", "tasks": f"Tasks of {person.code}"})[0]
        production_log.check_day(ws, day.id, tunde, note=f"Checked {person.code}")
        with ws.writing("lead") as log:
            fill_kinds(log, person, added.id, kofi if person is zq else amara)
    comment_bank.keep(ws, zq.id, f"Bank: {SECRET}")
    comment_bank.keep(ws, tunde.id, "Well lit.")
    people.edit_person(ws, zq.id, {"email": "second-address-7319@example.org"})
    return zq.id


def fill_kinds(log, person, work: str, other) -> None:
    """What has no verb yet, or none that is needed here."""
    mine, n = person.code, person.code[0]  # an id of chance names nobody
    log.set_all("showing", f"show-{n}", {"artefact": work, "place": f"Festival of {mine}"})
    log.set_all("audience_choice", f"choice-{n}", {"artefact": work, "audience": f"Audience {mine}", "shown": 1})
    log.set_all("meeting", f"meet-{n}", {"participant": person.id, "note": f"Meeting note {mine}", "mentor": "m"})
    log.set_all("agreed_action", f"act-{n}", {"meeting": f"meet-{n}", "text": f"Action of {mine}"})
    log.set_all("assignment", f"assign-{n}", {"participant": person.id, "assessor": "somebody", "removed": 0})
    log.set_all("mentorship", f"ship-{n}", {"participant": person.id, "mentor": "m", "removed": 0})
    log.set_all("milestone", f"mile-{n}", {"participant": person.id, "title": f"Milestone {mine}"})
    log.set_all("release", f"rel-{n}", {"participant": person.id, "released_on": "2026-10-01"})
    log.set_all("agreed_level", f"agreed-{n}", {"participant": person.id, "level": 3, "reason": f"Talked of {mine}"})
    log.set_all("committee_case", f"case-{n}", {"participant": person.id, "members": ["somebody"]})
    log.set_all("committee_vote", f"vote-{n}", {"committee_case": f"case-{n}", "note": f"Vote on {mine}"})
    log.set_all("committee_decision", f"case-{n}/decision", {"committee_case": f"case-{n}", "plan": f"Plan of {mine}"})
    log.set_all("feedback_piece", f"piece-{n}", {"author": person.id, "reported": f"Reported by {mine}"})
    log.set_all("feedback_opening", f"opening-{n}", {"author": person.id, "opened_on": "2026-10-02"})
    log.set_all("peer_response", f"resp-{n}", {"author": person.id, "changed": f"Changed by {mine}"})
    log.set_all("declared_conflict", f"conf-{n}", {"one": person.id, "other": other.id, "note": f"Cousin {mine}"})
    log.set_all("same_person", person.id, {"kept": person.id, "reason": f"Asked {mine}"})
    log.set_all("calibration_sample", f"sample-{n}", {"artefact": work, "title": f"Sample of {mine}"})
    log.set_all("calibration_level", f"sample-{n}/TST-1", {"level": 3, "reason": f"Agreed on {mine}"})
    log.set_all("calibration", f"cal-{n}", {"sample": f"sample-{n}", "person": "somebody"})
    log.set_all("calibration_rating", f"cal-{n}/TST-1", {"level": 2, "comment": f"Calibrated on {mine}"})
    log.set_all("wish_of_a_newer_version", f"wish-{n}", {"participant": person.id, "text": f"Wish of {mine}"})


def left_in(folder: Path, *words: bytes) -> list[str]:
    """Files that hold any of these, backups unpacked."""
    found = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        data = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                data += [archive.read(name) for name in archive.namelist()]
        found += [f"{path.name}: {word.decode()}" for word in words if any(word in each for each in data)]
    return found


def words_of(name: str, person: str) -> list[bytes]:
    parts = [name, *name.split(), "XQ-7319", "7319@example.org", "canary-yellow blanket", "Reopened-because-" + person]
    parts += [f"{kind} {person}" for kind in ("Works of", "Change of", "Next of")]
    return [each.encode() for each in parts if len(each.encode()) > 4]


def theirs(name: str, ws: Workspace, person: str) -> list[bytes]:
    # Kofi's comment shares its first words, so it is told apart by its end.
    return [word for word in words_of(name, person) if word != b"canary-yellow blanket"] + [f"of {person}".encode()]


@pytest.fixture(params=NAMES[:1])
def filled(ws, request) -> Iterator[tuple[Workspace, str, str]]:
    yield ws, fill(ws, request.param), request.param


@pytest.mark.parametrize("filled", NAMES, indirect=True)
def test_no_byte_is_left_and_everything_else_stays(filled) -> None:
    ws, person, name = filled
    given, family = people.split_name(name)
    backups.back_up(ws)
    (ws.backups / "before-restore-20260101T000000000000Z.sqlite3").write_bytes(ws.path.read_bytes())
    (ws.files / "resume-123.part").write_bytes(b"half a copy")
    marked = theirs(name, ws, person)
    assert len(left_in(ws.folder, *marked)) > 3, "the search sees what is there"
    sha = list_artefacts(ws, person)[0].sha256
    others = {table: ws.rows(f"SELECT * FROM {table}") for table in COMPUTED}
    stored = {each.change.id: each for each in list_stored(ws.connection)}
    done, proof = privacy.erase_person(ws, person, f"{given} {family}".upper(), "asked for it", "lead")
    assert left_in(ws.folder, *marked) == []
    assert proof.left == ()
    assert proof.words > 10
    assert {"workspace.sqlite3", f"backups/{done.finished.backup.name}"} <= set(proof.searched)
    assert not (ws.files / sha[:2]).exists()
    assert not list(ws.files.glob("*.part"))
    assert [path.name for path in ws.backups.iterdir()] == [done.finished.backup.name]
    assert find_faults(ws, files=True).problems == ()
    after = {each.change.id: each for each in list_stored(ws.connection)}
    assert {key: each.hash for key, each in after.items() if key in stored} == {
        key: each.hash for key, each in stored.items()
    }, "headers and hashes stay"
    for table in set(COMPUTED) - {"erasure", "erased_record"}:
        now = set(ws.rows(f"SELECT * FROM {table}"))
        gone = set(others[table]) - now
        assert now <= set(others[table])
        assert gone or table in {*NOBODYS, "criterion", "level", "alias", "double"}
        assert now or table in {*NOBODYS, "alias", "double"}, f"of {table} others' rows stay"
    assert find_people(ws, name) == []
    assert [each.code for each in list_people(ws, Role.PARTICIPANT)] == ["P-001", "P-003"]
    kept = ws.rows("SELECT participant FROM assessment WHERE assessor = ?", person)
    assert len(kept) == 1, "what they said of a peer stays"
    mark = erasing.list_marks(ws)[0]
    assert (mark.person, mark.reason, mark.by, mark.finished) == (person, "asked for it", "lead", 1)
    assert erasing.count_erased(ws, load_edition(ws).id) == (1, 1)


def test_every_table_of_the_fixture_is_full(filled) -> None:
    """So that the test above means every kind."""
    ws, person, _name = filled
    covered = erasing.load_covered(ws, person)
    here = {kind for kind, _record in covered.records} | {
        each.change.kind for each in list_stored(ws.connection) if covered.covers(each.change.kind, each.change.record)
    }
    assert here == set(KINDS) - NOBODYS | {"wish_of_a_newer_version"}


def test_recomputing_and_the_next_opening_bring_nothing_back(filled, folder) -> None:
    ws, person, name = filled
    privacy.erase(ws, person, name, "", "lead")
    before = {table: ws.rows(f"SELECT * FROM {table}") for table in COMPUTED}
    recompute(ws.connection)
    assert {table: ws.rows(f"SELECT * FROM {table}") for table in COMPUTED} == before
    ws.close()
    with open_(folder) as again:
        assert {table: again.rows(f"SELECT * FROM {table}") for table in COMPUTED} == before
        assert find_faults(again).problems == ()
        assert again.meta(UNFINISHED) is None


def take_in(ws: Workspace, other: Workspace) -> None:
    """Everything that the other laptop has and this one lacks, as a package brings it."""
    merging.merge(ws, parcel_since(other, load_ends(ws), ws.new_id(), "old laptop"), "lead")


@pytest.fixture
def old_laptop(filled, folder, tmp_path) -> Iterator[Workspace]:
    """A copy from before the erasing, where work goes on: about the person, too."""
    ws, person, _name = filled
    ws.close()
    shutil.copytree(folder, tmp_path / "old")
    with open_(tmp_path / "old") as old:
        zq, tunde = find_people(old, "XQ-7319")[0], find_people(old, "A-001")[0]
        late = assessments.begin(old, zq, find_rubric(old, "small"), find_occasion(old, "final"), tunde)[0]
        assessments.comment(old, late.id, "TST-2", "Written-late-on-the-old-laptop")
        people.edit_person(old, person, {"given_name": "Renamed-on-the-old-laptop"})
        work = tmp_path / "late.bin"
        work.write_bytes(b"late bytes" * 99)
        evidence.add_file(old, person, work, "Work-added-late")
        kofi = find_people(old, "P-003")[0]
        people.edit_person(old, kofi.id, {"department": "Written-of-Kofi"})
        yield old


LATE = (b"Written-late", b"Renamed-on-the-old", b"Work-added-late")


def test_an_old_laptop_cannot_bring_the_person_back(filled, folder, old_laptop) -> None:
    _closed, person, name = filled
    with open_(folder) as ws:
        privacy.erase(ws, person, name, "", "lead")
        settled = len(ws.rows("SELECT * FROM change"))
        for _twice in (1, 2):
            take_in(ws, old_laptop)
            assert left_in(folder, *theirs(name, ws, person), *LATE) == []
            assert left_in(folder, b"Written-of-Kofi") != [], "what else came in is there"
            assert find_people(ws, name) == []
            assert find_faults(ws, files=True).problems == ()
        assert len(ws.rows("SELECT * FROM change")) > settled
        # The other way round: the mark travels, and the old laptop erases.
        take_in(old_laptop, ws)
        assert left_in(old_laptop.folder, *theirs(name, ws, person), *LATE) == []
        assert not any((old_laptop.files).rglob("*.part"))
        assert find_faults(old_laptop, files=True).problems == ()
        for table in COMPUTED:
            assert ws.rows(f"SELECT * FROM {table}") == old_laptop.rows(f"SELECT * FROM {table}"), table


def test_taking_back_a_merge_brings_nobody_back(filled, folder, old_laptop) -> None:
    _closed, person, name = filled
    privacy.erase(old_laptop, person, "Renamed-on-the-old-laptop Quillfeather")
    with open_(folder) as ws:
        planned = merging.plan_merge(ws, parcel_since(old_laptop, load_ends(ws), ws.new_id(), "old laptop"))
        (told,) = [each for each in planned.problems if each.code == "MERGE_ERASES"]
        assert f"It erases {name} here as well" in told.message
        take_in(ws, old_laptop)
        again = merging.plan_merge(ws, parcel_since(old_laptop, {}, ws.new_id(), "old laptop"))
        assert "MERGE_ERASES" not in {each.code for each in again.problems}
        (done,) = list_merges(ws)
        merging.undo(ws, done.id, "lead")
        assert erasing.list_marks(ws)[0].person == person
        assert left_in(folder, *theirs(name, ws, person), *LATE) == []
        assert find_faults(ws, files=True).problems == ()
        merging.redo(ws, done.id, "lead")
        assert left_in(folder, *theirs(name, ws, person), *LATE) == []
        assert find_faults(ws, files=True).problems == ()


def test_what_was_put_aside_of_an_erased_person_says_nothing_any_more(filled, folder, old_laptop) -> None:
    """A cloned laptop's changes lie in quarantine, outside the log: they are erased, too, before and after."""
    _closed, person, name = filled
    with open_(folder) as ws:
        parcel = parcel_since(old_laptop, load_ends(ws), ws.new_id(), "old laptop")
        broken = [replace(each, hash=bytes(32)) for each in parcel.changes]
        merging.merge(ws, replace(parcel, changes=tuple(broken)), "lead")
        assert len(list_quarantine(ws)) == len(broken)
        assert left_in(folder, *LATE) != []
        privacy.erase(ws, person, name)
        assert left_in(folder, *theirs(name, ws, person), *LATE) == []
        assert left_in(folder, b"Written-of-Kofi") != [], "what was put aside of others stays"
        altered = [replace(each, hash=bytes([1] * 32)) for each in parcel.changes]
        merging.merge(ws, replace(parcel, changes=tuple(altered), id="p2"), "lead")
        assert len(list_quarantine(ws)) == 2 * len(broken)
        erasing.finish(ws)
        assert left_in(folder, *theirs(name, ws, person), *LATE) == []


def test_nothing_more_is_written_of_an_erased_person(filled) -> None:
    ws, person, name = filled
    work = list_artefacts(ws, person)[0].id
    held = ws.rows("SELECT id FROM assessment WHERE participant = ?", person)[0][0]
    privacy.erase(ws, person, name)
    seq = ws.rows("SELECT max(seq) FROM change")
    for change in (
        ("person", person, "given_name", "Back"),
        ("rating", f"{held}/TST-1", "level", 5),
        ("peer_review", held, "works", "x"),
        ("artefact", "new", "participant", person),
        ("evidence", "new", "artefact", work),
        ("artefact", work, "title", "x"),
        ("calibration_level", "sample-X/TST-2", "level", 1),
        ("wish_of_a_newer_version", person, "text", "x"),
    ):
        with pytest.raises(UserError) as refused, ws.writing("lead") as log:
            log.set(*change)
        assert refused.value.code == "E_ERASED", change
    assert ws.rows("SELECT max(seq) FROM change") == seq


# The check


def codes(ws: Workspace) -> list[str]:
    return [problem.code for problem in find_faults(ws).problems]


ONE_OF_KOFI = "(SELECT number FROM change WHERE kind = 'artefact' AND field = 'title' AND value LIKE '%P-003%')"
ERASED_ONE = "(SELECT min(change) FROM erased_row)"
FORGERIES = {
    "a value of somebody else gone": (f"DELETE FROM value_row WHERE change = {ONE_OF_KOFI}", {"CHECK_VALUE"}),
    "… with a commitment, as an erasing leaves it": (
        f"INSERT INTO erased_row VALUES ({ONE_OF_KOFI}, zeroblob(32));"
        f" DELETE FROM value_row WHERE change = {ONE_OF_KOFI}",
        {"CHECK_VALUE"},
    ),
    "a record of somebody else called erased": (
        "INSERT INTO erased_record VALUES ('artefact', (SELECT id FROM artefact LIMIT 1))", {"CHECK_TABLE"}
    ),
    "the commitment of an erased value": (
        f"UPDATE erased_row SET committed = zeroblob(32) WHERE change = {ERASED_ONE}", {"CHECK_CHAIN"}
    ),
    "no commitment any more": (f"DELETE FROM erased_row WHERE change = {ERASED_ONE}", {"CHECK_VALUE"}),
    "the header of an erased change": (
        f"UPDATE change_row SET behind = behind - 1 WHERE number = {ERASED_ONE}", {"CHECK_CHAIN"}
    ),
    "what says whose a record was gone": (
        "INSERT INTO erased_row SELECT number, zeroblob(32) FROM change"
        " WHERE salt IS NOT NULL AND kind = 'artefact' AND field = 'participant'"
        " AND record IN (SELECT record FROM erased_record);"
        " DELETE FROM value_row WHERE change IN (SELECT change FROM erased_row)",
        {"CHECK_VALUE", "CHECK_TABLE"},
    ),
    "an erased value put back": (
        f"INSERT INTO value_row (change, salt, value) VALUES ({ERASED_ONE}, zeroblob(16), '\"back\"')",
        {"CHECK_ERASED", "CHECK_CHAIN"},
    ),
    "a living value called erased": (
        f"INSERT INTO erased_row VALUES ({ONE_OF_KOFI}, zeroblob(32))", {"CHECK_ERASED"}
    ),
    "the mark taken out": (
        "DELETE FROM head_row WHERE change IN (SELECT number FROM change WHERE kind = 'erasure');"
        " DELETE FROM value_row WHERE change IN (SELECT number FROM change WHERE kind = 'erasure');"
        " DELETE FROM change_row WHERE number IN (SELECT number FROM change WHERE kind = 'erasure')",
        {"CHECK_VALUE", "CHECK_TABLE"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("forged", FORGERIES)
def test_only_the_gaps_of_an_erasure_are_accepted(filled, forged) -> None:
    ws, person, name = filled
    privacy.erase(ws, person, name)
    assert codes(ws) == []
    script, expected = FORGERIES[forged]
    ws.connection.execute("PRAGMA foreign_keys=OFF")
    ws.connection.executescript(script)
    assert expected <= set(codes(ws))


def test_a_mark_that_claims_other_records_takes_nothing_away(filled) -> None:
    """Whoever writes an erasure of an id that is no person's, or gives other people's works to somebody to erase."""
    ws, person, name = filled
    kofi = find_people(ws, "P-003")[0]
    work = list_artefacts(ws, kofi.id)[0]
    rubric = ws.rows("SELECT id FROM rubric_version")[0][0]
    with ws.writing("stranger") as log:
        log.set("artefact", work.id, "participant", person)  # says that it was hers all along
        for each in (rubric, load_edition(ws).id, work.id, ws.rows("SELECT id FROM occasion")[0][0]):
            log.set(MARK, each, "erased_on", "2026-11-29")
    done = privacy.erase(ws, person, name)
    assert find_rubric(ws, "small").title == "Small"
    assert ws.rows("SELECT title FROM artefact WHERE id = ?", work.id) == [("Title of P-003",)]
    assert done.gone.disputed == (("artefact", work.id),)
    assert (ws.files / work.sha256[:2] / work.sha256).is_file()
    assert codes(ws) == []


def test_the_same_bytes_of_somebody_else_stay(filled, tmp_path) -> None:
    ws, person, name = filled
    same = tmp_path / "same.bin"
    same.write_bytes(b"bytes of XQ-7319" * 999)
    kofi = find_people(ws, "P-003")[0]
    evidence.add_file(ws, kofi.id, same, "Shared")
    done = privacy.erase(ws, person, name)
    assert (done.finished.files, done.finished.kept) == (0, 1)
    assert find_faults(ws, files=True).problems == ()


def test_words_of_a_reason_on_whose_it_is_go_too(filled) -> None:
    ws, person, name = filled
    with ws.writing("lead") as log:
        log.set("milestone", "odd", "participant", person, "Because-of-her-health")
        log.set("milestone", "odd", "participant", person)
    work = list_artefacts(ws, person)[0].id
    with ws.writing("lead") as log:
        log.set("artefact", work, "participant", person, "Because-of-her-lens")
    privacy.erase(ws, person, name)
    assert left_in(ws.folder, b"Because-of-her-lens") == []
    assert codes(ws) == []


def test_what_others_wrote_with_the_name_is_named_not_called_a_failure(filled) -> None:
    ws, person, name = filled
    kofi = find_people(ws, "P-003")[0]
    record = ws.rows("SELECT id FROM assessment WHERE participant = ? AND kind = 'assessor'", kofi.id)[0][0]
    assessments.reopen(ws, record, "More to say")
    assessments.comment(ws, record, "TST-2", f"Worked with {name} on this.")
    _done, proof = privacy.erase_person(ws, person, name)
    assert proof.mentions == (("rating", f"{record}/TST-2"),)
    assert proof.left == ()


def test_a_name_that_somebody_else_has_as_well_is_no_mention(filled) -> None:
    ws, person, name = filled
    twin = people.add_person(ws, Role.PARTICIPANT, name.split()[0] + " Otherwise")[0]
    day = production_log.add_day(ws, twin, {"worked_on": "2026-09-11", "tasks": f"With {name.split()[0]}"})[0]
    production_log.check_day(ws, day.id, find_people(ws, "A-001")[0], note=f"Not {name}")
    _done, proof = privacy.erase_person(ws, person, name)
    assert [kind for kind, _record in proof.mentions] == ["log_check"]


def test_the_search_sees_what_is_left(filled) -> None:
    """A file that still names the person is found, so silence means something."""
    ws, person, name = filled
    (ws.backups / "notes of somebody.txt").write_bytes(b"..." * 9999999 + name.encode() + b"...")
    _done, proof = privacy.erase_person(ws, person, name)
    assert proof.left == ("backups/notes of somebody.txt",), "it is not ours to delete"


@pytest.mark.parametrize("name", ["participant level", "Enrolment CREATE", "reason assessment"])
def test_somebody_may_be_called_like_a_word_of_ours(ws, name) -> None:
    found = people.add_person(ws, Role.PARTICIPANT, name)[0]
    _done, proof = privacy.erase_person(ws, found.id, name)
    assert proof.left == ()


def test_the_file_stays_taken_after_the_search(filled, other_program) -> None:
    ws, person, name = filled
    privacy.erase_person(ws, person, name)
    _process, said = other_program(ws.path, "INSERT INTO meta VALUES ('a', 'b')")
    assert "locked" in said
    with ws.writing("lead") as log:
        log.set("programme", "p", "name", "goes on")


def test_history_of_an_erased_person_says_so(filled) -> None:
    ws, person, name = filled
    privacy.erase(ws, person, name, "end of retention", "lead")
    said = [each for each in list_changes(ws.connection, [person]) if each.kind == MARK]
    assert {each.field: each.value for each in said}["reason"] == "end of retention"
    assert {each.author for each in said} == {"lead"}
    assert all(each.value is None for each in list_changes(ws.connection, [person]) if each.kind == "person")


def test_two_laptops_that_erase_at_once_agree(filled, folder, tmp_path) -> None:
    ws, person, name = filled
    ws.close()
    shutil.copytree(folder, tmp_path / "other")
    with open_(folder) as one, open_(tmp_path / "other") as other:
        privacy.erase(one, person, name, "asked", "lead")
        privacy.erase(other, person, name, "retention", "lead")
        take_in(one, other)
        take_in(other, one)
        assert codes(one) == codes(other) == []
        for table in COMPUTED:
            assert one.rows(f"SELECT * FROM {table}") == other.rows(f"SELECT * FROM {table}"), table
        assert load_erased(one.connection) == load_erased(other.connection)


def test_an_old_backup_from_another_disk_brings_nobody_back(filled, folder, tmp_path) -> None:
    ws, person, name = filled
    old = backups.back_up(ws, tmp_path / "other disk")
    sha = list_artefacts(ws, person)[0].sha256
    marked = theirs(name, ws, person)
    privacy.erase(ws, person, name, "asked", "lead")
    ws.close()
    restored = backups.restore(folder, old)
    assert restored.set_aside is not None
    assert restored.set_aside.is_file()
    assert left_in(folder, *marked) == []
    assert not (folder / "files" / sha[:2] / sha).exists()
    with open_(folder) as again:
        assert [(mark.person, mark.reason, mark.by) for mark in erasing.list_marks(again)] == [
            (person, "asked", "lead")
        ]
        assert find_people(again, "Kofi Other")
        assert find_faults(again, files=True).problems == ()


# Cut short


def test_an_erasing_that_was_cut_short_goes_on_at_the_next_opening(filled, folder, monkeypatch) -> None:
    ws, person, name = filled
    backups.back_up(ws)
    monkeypatch.setattr(erasing, "finish", lambda ws: None)
    privacy.erase(ws, person, name)
    monkeypatch.undo()
    assert ws.meta(UNFINISHED) is not None
    marked = theirs(name, ws, person)
    ws.close()
    assert left_in(folder / "backups", *marked)
    with open_(folder) as again:
        assert again.warnings == ()
        assert again.meta(UNFINISHED) is None
        assert find_faults(again, files=True).problems == ()
    assert left_in(folder, *marked) == []


def test_where_no_backup_can_be_made_it_is_said_and_tried_again(filled, folder, monkeypatch) -> None:
    ws, person, name = filled
    backups.back_up(ws)

    def refuse(*_arguments) -> None:
        raise UserError("E_BACKUP", "The backup could not be written.", "", "Check the disk.")

    monkeypatch.setattr(erasing.backups, "make", refuse)
    done, proof = privacy.erase_person(ws, person, name)
    assert (done.finished, proof) == (None, None)
    assert "It goes on when the workspace is opened again." in "\n".join(privacy.say_done(done, proof))
    assert find_people(ws, name) == []
    ws.close()
    with open_(folder) as again:
        assert "The erasing of a person is not finished: The backup could not be written." in again.warnings[0]
        assert find_faults(again).problems == ()
        with again.writing("lead") as log:
            log.set("programme", "p", "name", "work goes on")
    monkeypatch.undo()
    with open_(folder) as again:
        assert again.warnings == ()
        assert left_in(folder, *theirs(name, again, person)) == []


@pytest.mark.parametrize("share", [0.02, 0.3, 0.8, 1.4, 2.2])
def test_a_full_disk_leaves_the_person_whole_or_goes_on_later(filled, small_disk, share) -> None:
    """share: free space, in sizes of the database."""
    ws, person, name = filled
    ws.close()
    disk = small_disk(4096)
    shutil.copytree(ws.folder, disk / "w")
    with open_(disk / "w") as ws:
        fill_up(disk / "filler", int(ws.path.stat().st_size * share))
        try:
            done = privacy.erase(ws, person, name)
        except UserError as error:
            assert error.code == "E_DISK"
            assert find_people(ws, name), "whole, because not even the mark could be written"
        else:
            assert find_people(ws, name) == []
            assert (done.unfinished is None) == (ws.meta(UNFINISHED) is None)
        assert find_faults(ws).problems == ()
        (disk / "filler").unlink()
        if find_people(ws, name):
            assert privacy.erase(ws, person, name).unfinished is None
    with open_(disk / "w") as ws:
        assert find_people(ws, name) == []
        assert ws.meta(UNFINISHED) is None
        assert left_in(disk / "w", *theirs(name, ws, person)) == []


def fill_up(filler: Path, but: int) -> None:
    with filler.open("wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        file.truncate(max(0, file.tell() - but))


def test_what_must_be_typed_and_what_is_refused(filled) -> None:
    ws, person, name = filled
    for typed in ("", name[:-1], "XQ-7319", "yes"):
        with pytest.raises(UserError) as refused:
            privacy.erase(ws, person, typed)
        assert refused.value.code == "E_CONFIRM"
    with pytest.raises(UserError) as refused:
        privacy.erase(ws, person, name, f"{name} asked for it")
    assert refused.value.code == "E_REASON"
    with pytest.raises(UserError) as refused:
        privacy.erase(ws, person, name, "x" * 201)
    assert refused.value.code == "E_TOO_LONG"
    assert find_people(ws, name)
    privacy.erase(ws, person, name, "asked")
    with pytest.raises(UserError) as refused:
        privacy.erase(ws, person, name)
    assert refused.value.code == "E_ERASED"
    assert "asked" in refused.value.what


def test_a_workspace_for_reading_only_refuses(filled, folder) -> None:
    ws, person, name = filled
    ws.close()
    before = (folder / FILE_NAME).read_bytes()
    with open_(folder, read_only=True) as again, pytest.raises(UserError) as refused:
        privacy.erase(again, person, name)
    assert refused.value.code == "E_READ_ONLY"
    assert (folder / FILE_NAME).read_bytes() == before


def test_a_programme_that_never_erased_anybody_pays_nothing(ws) -> None:
    assert load_erased(ws.connection).people == frozenset()
    assert erasing.finish(ws) is None
    assert erasing.list_marks(ws) == []
    assert programmes  # the fixture made one


def test_small_pictures_of_works_go(ws) -> None:
    """Nobody looks whose each is: they are made again."""
    person = fill(ws, "Pictured Person")
    (ws.folder / "thumbnails").mkdir()
    (ws.folder / "thumbnails" / f"{'a' * 64}.jpg").write_bytes(b"small")
    privacy.erase_person(ws, person, "Pictured Person")
    assert list((ws.folder / "thumbnails").iterdir()) == []


def test_a_restore_on_trial_that_a_crash_left_goes_with_the_person(ws) -> None:
    left = ws.backups / upgrading.TRIAL / "files"
    left.mkdir(parents=True)
    (left / "work").write_bytes(b"of Amara")
    person = find_people(ws, "P-001")[0]
    assert privacy.erase(ws, person.id, person.name).finished
    assert not left.parent.exists()
