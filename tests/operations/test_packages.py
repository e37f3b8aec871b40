"""Kits out, returns home, through real files: who may open what, what is in them, what is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from rubricapp.core.agreed_levels import Outcome
from rubricapp.core.model import Assessment, AssessmentKind, Person, Role
from rubricapp.core.viewing import EVERYTHING
from rubricapp.errors import UserError
from rubricapp.exchange import package_file, sealing, signing
from rubricapp.operations import (
    agreeing,
    artefacts,
    assessments,
    assigning,
    backups,
    committee,
    kits,
    moderation,
    packages,
    people,
    privacy,
    production_log,
    programmes,
    releases,
    reporting,
    returns,
    rubrics,
)
from rubricapp.operations.merging import undo
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.assessments import list_assessments, list_earlier, load_assessment
from rubricapp.store.assigning import list_assignments
from rubricapp.store.committee import list_cases
from rubricapp.store.erasing import list_marks
from rubricapp.store.history import list_history
from rubricapp.store.kits import list_device_keys, list_kits, load_home, load_records
from rubricapp.store.merging import list_quarantine
from rubricapp.store.moderation import list_agreed
from rubricapp.store.people import find_occasion, find_people, list_people
from rubricapp.store.releases import list_releases
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.verifying import find_faults, verify_chains
from rubricapp.store.workspace import Workspace, open_
from tests.laptops import make_passphrases_quick
from tests.store.test_erasing import left_in

WORDS = "four rivers meet at dusk"


@pytest.fixture(autouse=True)
def _quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def lead(folder: Path, document: dict, tmp_path: Path) -> Iterator[Workspace]:
    """A lead's workspace: four participants with works and days; two assessors score two each, both score P-001."""
    with programmes.start(folder, "Four rivers", "2026", rubrics=[]) as ws:
        rubrics.adopt(ws, [document])
        for number in range(1, 5):
            person = people.add_person(
                ws, Role.PARTICIPANT, f"Given{number} Family{number}", email=f"mail{number}@x.org"
            )[0]
            work = tmp_path / f"work{number}.txt"
            work.write_text(f"bytes of work {number}")
            artefacts.add_work(ws, person.id, str(work), {"title": f"Work {number}"})
            production_log.add_day(ws, person, {"worked_on": "2026-09-10", "incident": f"Incident {number}"})
        for name in ("Ana", "Bello"):
            people.add_person(ws, Role.ASSESSOR, f"{name} Example", email=f"{name}@staff.org")
        ask(ws, "P-001", "A-001")
        ask(ws, "P-002", "A-001")
        ask(ws, "P-001", "A-002")
        ask(ws, "P-003", "A-002")
        yield ws


def who(ws: Workspace, code: str) -> Person:
    return find_people(ws, code)[0]


def ask(ws: Workspace, participant: str, assessor: str) -> None:
    baseline = find_occasion(ws, "baseline")
    assigning.assign(ws, who(ws, participant), who(ws, assessor), find_rubric(ws, "small"), baseline)


def score(ws: Workspace, participant: str, assessor: str, level: int, comment: str = "", kind=AssessmentKind.ASSESSOR):
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    begun = assessments.begin(ws, who(ws, participant), rubric, baseline, who(ws, assessor), kind)[0]
    assessments.rate_many(ws, begun, rubric, {"TST-1": level}, {"TST-1": comment} if comment else {})
    return begun


def laptop(lead: Workspace, tmp_path: Path, code: str) -> Workspace:
    """An assessor's workspace, opened from a kit."""
    made = kits.make_kit(lead, who(lead, code), tmp_path / "kits", WORDS)
    kits.open_kit(made.path, tmp_path / code, WORDS)
    return open_(tmp_path / code)


def refused(function, *arguments, **named) -> UserError:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    return caught.value


def test_there_and_back(lead, tmp_path) -> None:
    with laptop(lead, tmp_path, "A-001") as ana:
        assert find_faults(ana, files=True).ok
        score(ana, "P-001", "A-001", 3, "Held.")
        handed_in = returns.make_return(ana, tmp_path / "returns")
        assert load_home(ana).returns == 1
    (brought,) = returns.bring_in(lead, [handed_in.path])
    assert brought.error is None
    assert brought.planned.counts["conflict"] == 0
    (found,) = list_assessments(lead)
    assert (found.ratings["TST-1"].level, found.ratings["TST-1"].comment) == (3, "Held.")
    assert find_faults(lead).ok
    (again,) = returns.bring_in(lead, [handed_in.path])
    assert again.planned.counts["new"] == 0
    assert not again.changes
    said = json.loads(brought.receipt.read_text("utf-8"))
    assert signing.holds(
        bytes.fromhex(said["receipt"]["public_key"]),
        b"rubricapp receipt\n"
        + json.dumps(said["receipt"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(),
        bytes.fromhex(said["signature"]),
    )
    undo(lead, "LAST")
    assert list_assessments(lead) == []
    returns.bring_in(lead, [handed_in.path])
    assert list_assessments(lead)[0].ratings["TST-1"].level == 3


def test_two_assessors_in_both_orders_give_the_same(lead, tmp_path) -> None:
    files = []
    for code, level in (("A-001", 2), ("A-002", 5)):
        with laptop(lead, tmp_path, code) as ws:
            score(ws, "P-001", code, level, f"By {code}")
            files.append(returns.make_return(ws, tmp_path / "returns").path)
    lead.close()
    results = []
    for name, order in (("one", files), ("other", files[::-1])):
        shutil.copytree(lead.folder, tmp_path / name)
        with open_(tmp_path / name) as ws:
            assert all(each.error is None for each in returns.bring_in(ws, order))
            results.append(sorted(ws.rows("SELECT * FROM rating")) + sorted(ws.rows("SELECT * FROM assessment")))
    assert results[0] == results[1]
    assert len(results[0]) == 4


def test_a_lead_whose_folder_was_moved_or_restored_opens_what_comes_home(lead, tmp_path) -> None:
    early = backups.back_up(lead, tmp_path / "stick")
    with laptop(lead, tmp_path, "A-001") as ana:
        score(ana, "P-001", "A-001", 3, "Held.")
        handed_in = returns.make_return(ana, tmp_path / "returns")
    lead.close()
    lead.folder.rename(tmp_path / "renamed 2026")
    with open_(tmp_path / "renamed 2026") as moved:
        assert returns.bring_in(moved, [handed_in.path], dry_run=True)[0].error is None
        assert packages.inspect(handed_in.path, moved).manifest is not None
    backups.restore(tmp_path / "renamed 2026", early)
    with open_(tmp_path / "renamed 2026") as older:
        assert list_kits(older) == [], "the backup was made before there was a kit, and a key"
        (brought,) = returns.bring_in(older, [handed_in.path])
        assert brought.error.code == "E_NEW_SIGNER", "it is opened, and asked about"
        (brought,) = returns.bring_in(older, [handed_in.path], trust=True)
        assert brought.error is None
        assert list_assessments(older)[0].ratings["TST-1"].level == 3
        assert find_faults(older).ok


def test_a_kit_holds_what_its_assessor_may_see_and_nothing_else(lead, tmp_path) -> None:
    """Tokens in every field; what may arrive is listed here by hand, not by the code that builds the kit."""
    score(lead, "P-001", "A-001", 4, "own earlier word")
    score(lead, "P-001", "A-002", 1, "SECRET other assessor")
    score(lead, "P-001", "P-001", 5, "SECRET self", AssessmentKind.SELF)
    score(lead, "P-001", "P-002", 5, "SECRET peer", AssessmentKind.PEER)
    people.edit_person(lead, who(lead, "P-001").id, {"family_name": "Renamed"})
    made = kits.make_kit(lead, who(lead, "A-001"), tmp_path / "kits", WORDS)
    key = [sealing.identity_of(lead)]
    with package_file.opened(made.path, key, tmp_path) as package:
        changes = list(package.changes())
        files = set(package.files)
    said = " ".join(json.dumps(each.change.value) for each in changes) + package.manifest.recipient_name
    for allowed in ("Given1", "Given2", "Renamed", "Work 1", "Work 2", "Ana", "own earlier word", "Four rivers"):
        assert allowed in said, allowed
    for forbidden in ("SECRET", "Given3", "Given4", "Family1", "Work 3", "Work 4", "Bello", "Incident", "@"):
        assert forbidden not in said, forbidden
    assert {each.change.kind for each in changes} == {
        *("programme", "edition", "occasion", "rubric_version", "person", "enrolment", "artefact", "log_entry"),
        *("assignment", "assessment", "rating"),
    }
    works = {each.sha256: each.title for each in list_artefacts(lead)}
    assert {works[each] for each in files} == {"Work 1", "Work 2"}
    others = {
        record
        for record, (_p, assessor, _k) in load_records(lead).assessments.items()
        if assessor != who(lead, "A-001").id
    }
    assert not [each for each in changes if each.change.record.partition("/")[0] in others]
    assert b"Given1" not in made.path.read_bytes()


def begin_here(ws: Workspace, code: str) -> Assessment:
    """The assessment that this laptop's person begins for P-001."""
    rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    return assessments.begin(ws, who(ws, "P-001"), rubric, occasion, who(ws, code))[0]


def test_a_third_assessor_learns_nothing_of_the_two_who_differ(lead, tmp_path) -> None:
    """Not from the file, and not from any read in the workspace that is made of it; what comes back opens the gap."""
    ines = people.add_person(lead, Role.ASSESSOR, "Ines Example")[0]
    for code, level, words in (("A-001", 2, "secretly flat"), ("A-002", 5, "secretly good")):
        assessments.finish(lead, score(lead, "P-001", code, level, words).id)
    amara = who(lead, "P-001")
    place = agreeing.find_place(lead, amara, "TST-1")
    agreeing.agree(lead, place, Outcome.THIRD, "secretly too far apart", third=ines)
    case = committee.open_case(lead, amara, "2026-11-30")[0]
    committee.vote(lead, case, who(lead, "A-001"), "secretly ready")
    with laptop(lead, tmp_path, ines.code) as theirs:
        kinds = {row[0] for row in theirs.rows("SELECT DISTINCT kind FROM change")}
        assert "assignment" in kinds
        assert not kinds & {"agreed_level", "committee_case", "committee_vote", "committee_decision", "rating"}
        assert "secretly" not in repr(theirs.rows("SELECT * FROM history"))
        mine = begin_here(theirs, ines.code)
        assert list_earlier(theirs, mine, EVERYTHING) == list_agreed(theirs) == list_cases(theirs) == []
        (standing,) = moderation.list_standings(theirs, early=True)
        assert standing.gaps == standing.given == ()
        assert reporting.collect(theirs).assessments == ()
        assert not [each for each in list_history(theirs, amara.id) if each.kind == "rating"]
        assessments.rate(theirs, mine.id, "TST-1", 4)
        assessments.finish(theirs, mine.id)
        assessments.reopen(theirs, mine.id, "Looked at the clip again.")
        assert list_earlier(theirs, load_assessment(theirs, mine.id), EVERYTHING) == []
        assessments.finish(theirs, mine.id)
        back = returns.make_return(theirs, tmp_path / "returns").path
    assert moderation.list_standings(lead, amara.id)[0].gaps == ()
    (brought,) = returns.bring_in(lead, [back])
    assert brought.error is None
    gap = moderation.list_standings(lead, amara.id)[0].open_gaps[0]
    assert sorted(rating.level for _who, rating in gap.ratings) == [2, 4, 5] and gap.changed
    with laptop(lead, tmp_path, "A-001") as again:
        said = repr(again.rows("SELECT * FROM history"))
        assert "secretly flat" in said
        assert not any(words in said for words in ("secretly good", "secretly too far", "secretly ready"))
        assert list_agreed(again) == []


def test_the_chains_of_what_came_home_are_verified_and_a_lost_end_is_named(lead, tmp_path) -> None:
    with laptop(lead, tmp_path, "A-001") as ana:
        score(ana, "P-001", "A-001", 3)
        (here, there) = sorted(verify_chains(ana), key=lambda each: each.in_parts)
        assert not here.problems and not there.problems
        assert there.device == lead.device and there.changes < there.last, "a kit carries only some of it"
        device = ana.device
        back = returns.make_return(ana, tmp_path / "returns").path
    returns.bring_in(lead, [back])
    chains = {each.device: each for each in verify_chains(lead)}
    assert set(chains) == {lead.device, device}
    assert not any(each.problems or each.in_parts for each in chains.values())
    assert chains[device].first == 1
    lead.connection.execute("PRAGMA foreign_keys=OFF")
    place = "(SELECT number FROM device WHERE id = ?)"
    last = chains[device].last
    lead.connection.execute(
        f"DELETE FROM change_row WHERE device = {place} AND seq > ?", (bytes.fromhex(device), last - 2)
    )
    chains = {each.device: each for each in verify_chains(lead)}
    assert [(seq, each.code) for seq, each in chains[device].problems] == [(last - 1, "CHECK_GAP")]
    assert chains[lead.device].problems == ()


def test_a_newer_kit_comes_into_the_same_workspace(lead, tmp_path) -> None:
    with laptop(lead, tmp_path, "A-001") as ana:
        score(ana, "P-001", "A-001", 3)
        assert {person.code for person in list_people(ana, Role.PARTICIPANT)} == {"P-001", "P-002"}
    ask(lead, "P-004", "A-001")
    made = kits.make_kit(lead, who(lead, "A-001"), tmp_path / "kits", WORDS)
    opened = kits.open_kit(made.path, tmp_path / "A-001", WORDS)
    assert opened.counts["conflict"] == 0
    with open_(tmp_path / "A-001") as ana:
        assert {person.code for person in list_people(ana, Role.PARTICIPANT)} == {"P-001", "P-002", "P-004"}
        assert list_assessments(ana)[0].ratings["TST-1"].level == 3
        assert find_faults(ana, files=True).ok
        (work,) = [each for each in list_artefacts(ana) if each.title == "Work 4"]
        assert find_file(ana, work).place.read_text() == "bytes of work 4"


def test_a_known_laptop_needs_no_passphrase_any_more(lead, tmp_path) -> None:
    with laptop(lead, tmp_path, "A-001") as ana:
        path = returns.make_return(ana, tmp_path).path
    returns.bring_in(lead, [path])
    (known,) = list_device_keys(lead)
    made = kits.make_kit(lead, who(lead, "A-001"), tmp_path / "kits")
    assert made.passphrase == ""
    assert not package_file.read_head(made.path).asks_passphrase
    assert known.person == who(lead, "A-001").id
    kits.open_kit(made.path, tmp_path / "A-001")
    assert refused(kits.open_kit, made.path, tmp_path / "elsewhere").code == "E_SEALED"
    assert not (tmp_path / "elsewhere" / "workspace.sqlite3").exists()


def test_a_passphrase_is_drawn_where_none_is_given(lead, tmp_path) -> None:
    made = kits.make_kit(lead, who(lead, "A-001"), tmp_path / "kits")
    assert len(made.passphrase.replace("-", "")) == 16
    assert refused(kits.open_kit, made.path, tmp_path / "x").code == "E_SEALED"
    assert refused(kits.open_kit, made.path, tmp_path / "x", "not the passphrase").code == "E_PASSPHRASE"
    kits.open_kit(made.path, tmp_path / "x", made.passphrase)


def test_a_laptop_that_answers_no_kit_is_refused_until_it_is_trusted(lead, tmp_path) -> None:
    with laptop(lead, tmp_path, "A-001") as ana:
        ana.set_meta("home", ana.meta("home").replace(load_home(ana).ticket, "0" * 32))
        path = returns.make_return(ana, tmp_path).path
    (brought,) = returns.bring_in(lead, [path])
    assert brought.error.code == "E_NEW_SIGNER"
    assert "-" in brought.error.do  # the fingerprint
    (brought,) = returns.bring_in(lead, [path], trust=True)
    assert brought.error is None
    assert [each.code for each in brought.problems] == ["MERGE_NEW_SIGNER"]


def test_a_changed_key_of_a_known_laptop_is_a_red_stop(lead, tmp_path) -> None:
    with laptop(lead, tmp_path, "A-001") as ana:
        returns.bring_in(lead, [returns.make_return(ana, tmp_path).path])
        ana.set_meta("signing_seed", f"{ana.device} {'7' * 64}")
        path = returns.make_return(ana, tmp_path).path
    (brought,) = returns.bring_in(lead, [path], trust=True)
    assert brought.error.code == "E_CHANGED_KEY"


def test_another_programme_another_kind_and_another_person(lead, tmp_path, document) -> None:
    with laptop(lead, tmp_path, "A-001") as ana:
        path = returns.make_return(ana, tmp_path).path
        kit = next((tmp_path / "kits").iterdir())
    assert returns.bring_in(lead, [kit])[0].error.code == "E_OTHER_KIND"
    bello = kits.make_kit(lead, who(lead, "A-002"), tmp_path / "kits", WORDS)
    assert refused(kits.open_kit, bello.path, tmp_path / "A-001", WORDS).code == "E_OTHER_PERSON"
    into_the_leads = refused(kits.open_kit, bello.path, lead.folder, WORDS)
    assert into_the_leads.code == "E_LOCKED"
    with programmes.start(tmp_path / "other", "Other", "2026", rubrics=[]) as other:
        assert returns.bring_in(other, [path])[0].error.code == "E_SEALED"
        secret = lead.meta("sealing_identity").partition(" ")[2]
        other.set_meta("sealing_identity", f"{other.device} {secret}")
        assert returns.bring_in(other, [path])[0].error.code == "E_OTHER_PROGRAMME"
    assert refused(returns.make_return, lead, tmp_path).code == "E_NO_HOME"


def test_nobody_assigned_and_short_passphrases(lead, tmp_path) -> None:
    nobody = people.add_person(lead, Role.ASSESSOR, "Idle Example")[0]
    assert refused(kits.make_kit, lead, nobody, tmp_path).code == "E_NOBODY_ASSIGNED"
    assert refused(kits.make_kit, lead, who(lead, "A-001"), tmp_path / "kits", "short").code == "E_PASSPHRASE"
    assert list((tmp_path / "kits").iterdir()) == []


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_cut_or_flipped_is_refused_and_changes_nothing(lead, tmp_path, seed) -> None:
    with laptop(lead, tmp_path, "A-001") as ana:
        score(ana, "P-001", "A-001", 3)
        path = returns.make_return(ana, tmp_path).path
    data = path.read_bytes()
    before = lead.rows("SELECT count(*), max(seq) FROM change")
    for number in range(12):
        place = (seed * 12 + number) * len(data) // 144
        flipped = bytearray(data)
        flipped[place] ^= 1 << number % 8
        for bad in (bytes(flipped), data[:place]):
            path.write_bytes(bad)
            (brought,) = returns.bring_in(lead, [path])
            assert brought.error is not None, place
            assert brought.error.code in ("E_FILE_DAMAGED", "E_NOT_A_PACKAGE", "E_SEALED", "E_NEWER"), (
                brought.error.code
            )
    assert lead.rows("SELECT count(*), max(seq) FROM change") == before
    path.write_bytes(data)
    assert returns.bring_in(lead, [path])[0].error is None


def forged(lead: Workspace, path: Path, tmp_path: Path, manifest=lambda m: m, changes=lambda c: c, files=None) -> Path:
    """A return made again, signed with a key of its own, with other things inside."""
    with package_file.opened(path, [sealing.identity_of(lead)], tmp_path) as package:
        said = list(package.changes())
        to = tmp_path / "forged.rubricpack"
        key = signing.key_from(b"7" * 32)
        new = manifest(replace(package.manifest, public_key=key.public.hex()))
        package_file.write(to, new, changes(said), files or {}, key, [sealing.identity_of(lead).public])
    return to


def test_what_a_stranger_could_put_inside(lead, tmp_path) -> None:
    with laptop(lead, tmp_path, "A-001") as ana:
        score(ana, "P-001", "A-001", 3)
        path = returns.make_return(ana, tmp_path).path
    for change in (
        lambda m: replace(m, format=2),
        lambda m: replace(m, kind="virus"),
        lambda m: replace(m, changes=m.changes + 1),
        lambda m: replace(m, devices=m.devices[:0]),
        lambda m: replace(m, public_key="00"),
        lambda m: replace(m, before=(("d" * 32, 5, "zz"),)),
    ):
        try:
            to = forged(lead, path, tmp_path, manifest=change)
        except (KeyError, ValueError):
            continue  # not even our own writer writes it
        (brought,) = returns.bring_in(lead, [to], trust=True)
        assert brought.error is not None
        assert brought.error.code in ("E_FILE_DAMAGED", "E_NEWER")
    altered = forged(lead, path, tmp_path, changes=lambda c: [replace(c[0], hash=bytes(32)), *c[1:]])
    (brought,) = returns.bring_in(lead, [altered], trust=True)
    assert brought.planned.counts["new"] == 0
    assert len(list_quarantine(lead)) > 0
    assert list_assessments(lead) == []


def test_what_a_return_changes_beyond_its_own_is_said(lead, tmp_path) -> None:
    score(lead, "P-001", "A-002", 1)
    with laptop(lead, tmp_path, "A-001") as ana:
        people.edit_person(ana, who(ana, "P-001").id, {"given_name": "Altered"})
        path = returns.make_return(ana, tmp_path).path
    (brought,) = returns.bring_in(lead, [path], dry_run=True)
    assert "MERGE_BEYOND" in {each.code for each in brought.problems}
    assert not brought.merge
    assert who(lead, "P-001").given_name == "Given1"


def test_what_a_return_says_in_somebody_elses_name_or_place_is_said(lead, tmp_path) -> None:
    """Made by somebody who goes round what the app allows: it is in the history, and the lead is told."""
    bello = who(lead, "A-002")
    with laptop(lead, tmp_path, "A-001") as ana:
        begun = score(ana, "P-001", "A-001", 3)
        assessments.finish(ana, begun.id)
        releases.release(ana, [who(ana, "P-001").id])
        other = score(ana, "P-002", "A-001", 2)
        with ana.writing(begun.assessor) as log:
            log.set("assessment", other.id, "assessor", bello.id)
        path = returns.make_return(ana, tmp_path).path
    (brought,) = returns.bring_in(lead, [path])
    said = {each.message.rpartition(": ")[2]: each.severity for each in brought.problems if each.code == "MERGE_BEYOND"}
    assert said == {"assessment.": "warning", "rating.": "warning"}
    undo(lead, "LAST")
    assert list_releases(lead) == []


def test_looking_into_a_package(lead, tmp_path) -> None:
    made = kits.make_kit(lead, who(lead, "A-001"), tmp_path / "kits", WORDS)
    assert packages.inspect(made.path, None).manifest is None
    assert packages.inspect(made.path, None, WORDS).manifest == made.manifest
    assert packages.inspect(made.path, lead).manifest == made.manifest
    (tmp_path / "x").write_text("hello")
    assert refused(packages.inspect, tmp_path / "x", lead).code == "E_NOT_A_PACKAGE"
    assert refused(packages.inspect, tmp_path / "none", lead).code == "E_FILE_UNREADABLE"
    assert refused(packages.inspect, tmp_path, lead).code == "E_FILE_UNREADABLE"
    newer = made.path.read_bytes().replace(b"rubricpack 1", b"rubricpack 9", 1)
    (tmp_path / "newer").write_bytes(newer)
    assert refused(packages.inspect, tmp_path / "newer", lead).code == "E_NEWER"


def test_many_files_one_of_them_bad(lead, tmp_path) -> None:
    files = []
    for code in ("A-001", "A-002"):
        with laptop(lead, tmp_path, code) as ws:
            score(ws, "P-001", code, 3)
            files.append(returns.make_return(ws, tmp_path / "returns").path)
    bad = tmp_path / "returns" / "bad.rubricpack"
    bad.write_bytes(files[0].read_bytes()[:-40])
    found = returns.bring_in(lead, [files[0], bad, files[1]])
    assert [each.error.code if each.error else "" for each in found] == ["", "E_FILE_DAMAGED", ""]
    assert len(list_assessments(lead)) == 2
    assert len(list(lead.backups.iterdir())) == 1


def test_what_would_be_refused_is_not_foretold_as_merged(lead, tmp_path) -> None:
    with laptop(lead, tmp_path, "A-001") as ws:
        score(ws, "P-001", "A-001", 3)
        privacy.erase(ws, who(ws, "P-002").id, who(ws, "P-002").name)
        files = [returns.make_return(ws, tmp_path / "returns").path for _twice in (1, 2)]
    first, second = (each.planned.counts["new"] for each in returns.bring_in(lead, files, dry_run=True))
    assert 0 < first == second, "neither is merged without being asked for"
    first, second = (each.planned.counts["new"] for each in returns.bring_in(lead, files, dry_run=True, erase=True))
    assert (first > 0, second) == (True, 0)


def test_evenly_assigned_kits_for_all(lead, tmp_path) -> None:
    made = assigning.assign_evenly(
        lead, [find_rubric(lead, "small")], find_occasion(lead, "final"), double=Fraction(1, 2)
    )
    assert made.changes
    for code in ("A-001", "A-002"):
        with laptop(lead, tmp_path, code) as ws:
            asked = {each.participant for each in list_assignments(ws)}
            assert {person.id for person in list_people(ws, Role.PARTICIPANT)} == asked


def test_an_erased_person_stays_erased_wherever_packages_go(lead, tmp_path) -> None:
    words = (b"Given1", b"bytes of work 1", b"Late-words-of-P-001", b"Incident 1")
    with laptop(lead, tmp_path, "A-001") as ana:
        score(ana, "P-001", "A-001", 3, "Late-words-of-P-001")
        handed_in = returns.make_return(ana, tmp_path / "returns")
        assert left_in(ana.folder, *words[:3]) != []
    old_kit = kits.make_kit(lead, who(lead, "A-002"), tmp_path / "kits", WORDS)
    person = who(lead, "P-001").id
    privacy.erase(lead, person, "given1 family1", "asked for it")
    for _twice in (1, 2):
        (brought,) = returns.bring_in(lead, [handed_in.path])
        assert brought.error is None
        assert left_in(lead.folder, *words) == []
        assert find_faults(lead, files=True).ok
    ask(lead, "P-004", "A-001")
    made = kits.make_kit(lead, who(lead, "A-001"), tmp_path / "kits", WORDS)
    kits.open_kit(made.path, tmp_path / "A-001", WORDS)
    with open_(tmp_path / "A-001") as ana:
        assert {each.code for each in list_people(ana, Role.PARTICIPANT)} == {"P-002", "P-004"}
        assert [mark.person for mark in list_marks(ana)] == [person]
        assert left_in(ana.folder, *words) == []
        assert find_faults(ana, files=True).ok
    # A kit from before the erasing, opened after a newer one: its works are not taken back in either.
    kits.open_kit(old_kit.path, tmp_path / "A-002", WORDS)
    newer = kits.make_kit(lead, who(lead, "A-002"), tmp_path / "newer", WORDS)
    for path in (newer.path, old_kit.path):
        kits.open_kit(path, tmp_path / "A-002", WORDS)
    with open_(tmp_path / "A-002") as bello:
        assert left_in(bello.folder, *words) == []
        assert find_faults(bello, files=True).ok
