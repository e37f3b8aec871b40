"""One person under several ids: every read finds one, nothing is lost or counted twice, and it can be taken back.

RUBRICAPP_LAWS: how many histories, by three.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubricapp.core.erasing import DECISIONS
from rubricapp.core.matching import Reason
from rubricapp.core.model import AssessmentKind, Person, Role
from rubricapp.core.same_people import KIND
from rubricapp.errors import UserError
from rubricapp.operations import (
    artefacts,
    assessments,
    assigning,
    comment_bank,
    kits,
    merging,
    people,
    personal_file,
    privacy,
    production_log,
    releases,
    returns,
    same_people,
)
from rubricapp.store.assessments import find_assessment, list_assessments
from rubricapp.store.assigning import list_assignments
from rubricapp.store.cohort import load_matrix
from rubricapp.store.conflicts import list_conflicts
from rubricapp.store.erasing import count_erased, list_marks
from rubricapp.store.history import list_history
from rubricapp.store.kinds import KINDS
from rubricapp.store.kits import load_home
from rubricapp.store.merging import load_ends
from rubricapp.store.people import find_occasion, find_people, list_people, load_edition, load_person
from rubricapp.store.progress import list_recent
from rubricapp.store.releases import list_releases
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.same_people import list_doubles, list_ids, list_known_as
from rubricapp.store.tables import COMPUTED, recompute
from rubricapp.store.taken_back import list_taken_back
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, create, open_
from tests.laptops import WORDS, laptop, make_passphrases_quick, score, start_programme, who
from tests.parcels import parcel_since

FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
WHY = "She told me."
EXAMPLES = int(os.environ.get("RUBRICAPP_LAWS", "3")) * 3


@pytest.fixture
def lead(folder: Path, document: dict) -> Iterator[Workspace]:
    with start_programme(folder, document) as ws:
        yield ws


@pytest.fixture
def twin(lead: Workspace) -> Person:
    """Amara once more, as another laptop typed her in."""
    return people.add_person(lead, Role.PARTICIPANT, "ABARA, Àmárá", "P-091", "twin@example.org")[0]


def tables(ws: Workspace, but: tuple[str, ...] = ()) -> dict[str, list[tuple]]:
    return {name: sorted(ws.rows(f"SELECT * FROM {name}"), key=repr) for name in COMPUTED if name not in but}


def faults(ws: Workspace) -> list[str]:
    """What the check finds, but for neighbours that these tests never speak of and files that they never send."""
    known = ("CHECK_REFERENCE", "CHECK_FILE")
    return [problem.code for problem in find_faults(ws).problems if problem.code not in known]


def rate(ws: Workspace, participant: Person, assessor: Person, level: int, finish: bool = True):
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    begun = assessments.begin(ws, participant, rubric, baseline, assessor)[0]
    assessments.rate_many(ws, begun, rubric, {each.id: level for each in rubric.criteria}, {"TST-1": f"level {level}"})
    if finish:
        assessments.finish(ws, begun.id)
    return begun


def matrix(ws: Workspace):
    return load_matrix(ws, find_rubric(ws, "small").content_hash, find_occasion(ws, "baseline").id)


def test_everything_said_of_either_is_found_with_the_one_that_is_kept(lead, twin, tmp_path) -> None:
    amara, ana, bello = who(lead, "P-001"), who(lead, "A-001"), who(lead, "A-002")
    rate(lead, amara, ana, 2)
    rate(lead, twin, bello, 4)
    (tmp_path / "reel.txt").write_text("a reel")
    artefacts.add_work(lead, twin.id, str(tmp_path / "reel.txt"), {"title": "Reel"})
    production_log.add_day(lead, twin, {"worked_on": "2026-09-10", "tasks": "Focus"})
    comment_bank.keep(lead, twin.id, "Kept by the twin")
    before, number = tables(lead), len(list_people(lead))
    done = same_people.say_same(lead, twin.id, amara.id, WHY)
    assert done.changes.concerns(KIND)
    assert (done.doubles, done.before, done.lines) == ({}, {twin.id: None}, ())
    assert len(list_people(lead)) == number - 1
    assert load_person(lead, twin.id) == load_person(lead, amara.id)
    assert find_people(lead, "P-091") == find_people(lead, twin.id) == [load_person(lead, amara.id)]
    assert matrix(lead).cell(amara.id, "TST-1").n == 2
    assert matrix(lead).finished[amara.id] == 2
    assert len(list_assessments(lead, participant=amara.id)) == 2
    assert {each.title for each in artefacts.list_artefacts(lead, amara.id)} == {"Work 1", "Reel"}
    assert [each.person.code for each in list_known_as(lead, amara.id)] == ["P-091"]
    history = list_history(lead, amara.id)
    assert {"P-001", "P-091"} <= {each.value for each in history if each.field == "code"}
    assert WHY in {each.value for each in history if each.kind == KIND}
    assert history == list_history(lead, twin.id)
    assert faults(lead) == []
    made = personal_file.export_person(lead, twin.id, tmp_path / "all.zip")
    assert made.files == 2
    assert not same_people.say_same(lead, amara.id, twin.id, WHY).changes, "said again, nothing is written"
    computed = tables(lead)
    recompute(lead.connection)
    assert tables(lead) == computed

    one, other = same_people.pair_meant(lead, "P-001", "P-091")
    assert {one, other} == {amara.id, twin.id}
    apart = same_people.say_apart(lead, one, other)
    assert tables(lead, (KIND,)) == {name: rows for name, rows in before.items() if name != KIND}
    same_people.put_back(lead, apart.before)
    assert list_ids(lead, twin.id) == (amara.id, twin.id)
    same_people.put_back(lead, done.before)
    assert tables(lead) == before
    assert faults(lead) == []


def test_a_reason_is_demanded_and_strange_wishes_are_answered(lead, twin) -> None:
    amara = who(lead, "P-001")
    before = tables(lead)
    for text in ("", " \n ", "x" * 30_000):
        with pytest.raises(UserError) as caught:
            same_people.say_same(lead, twin.id, amara.id, text)
        assert caught.value.code in ("E_REASON", "E_TOO_LONG")
    with pytest.raises(UserError) as caught:
        same_people.say_apart(lead, twin.id, amara.id)
    assert caught.value.code == "E_APART"
    with pytest.raises(UserError) as caught:
        same_people.pair_meant(lead, "P-001", "P-002")
    assert caught.value.code == "E_APART"
    assert tables(lead) == before


def test_one_assessor_twice_counts_once_and_nothing_is_lost(lead, twin) -> None:
    amara, ana = who(lead, "P-001"), who(lead, "A-001")
    first = rate(lead, amara, ana, 2)
    second = rate(lead, twin, ana, 4)
    done = same_people.say_same(lead, twin.id, amara.id, WHY)
    assert done.doubles == {"assessment": 1}
    assert "twice" in done.lines[0]
    cell = matrix(lead).cell(amara.id, "TST-1")
    assert (cell.n, cell.total) == (1, 4), "the one that was finished last counts"
    assert [each.id for each in list_assessments(lead, participant=amara.id)] == [second.id]
    assert {each.id for each in list_assessments(lead, participant=amara.id, doubles=True)} == {first.id, second.id}
    assert list_doubles(lead, "assessment") == {first.id}
    words = {each.value for each in list_history(lead, amara.id) if each.field == "comment"}
    assert words == {"level 2", "level 4"}
    slot = (amara.id, find_rubric(lead, "small").content_hash, find_occasion(lead, "baseline").id, ana.id)
    assert find_assessment(lead, *slot).id == second.id
    again = assessments.begin(lead, amara, find_rubric(lead, "small"), find_occasion(lead, "baseline"), ana)
    assert (again[0].id, bool(again[1])) == (second.id, False)
    assessments.reopen(lead, second.id, "Look again.")
    assert list_doubles(lead, "assessment") == {second.id}, "a finished one counts rather than a draft"
    assert matrix(lead).cell(amara.id, "TST-1").total == 2
    assert faults(lead) == []
    same_people.say_apart(lead, twin.id, amara.id)
    assert list_doubles(lead, "assessment") == frozenset()
    assert len(list_assessments(lead, participant=amara.id)) == 1


def test_an_assessor_with_two_ids_goes_on_where_either_began(lead) -> None:
    amara, ana = who(lead, "P-001"), who(lead, "A-001")
    other = people.add_person(lead, Role.ASSESSOR, "Example Ana", "A-077")[0]
    begun = rate(lead, amara, other, 3, finish=False)
    same_people.say_same(lead, other.id, ana.id, WHY)
    assert [each.assessment for each in list_recent(lead, ana.id)] == [begun.id]
    again, changes = assessments.begin(lead, amara, find_rubric(lead, "small"), find_occasion(lead, "baseline"), ana)
    assert again.id == begun.id
    assert not changes
    assert again.assessor == ana.id
    assessments.finish(
        lead,
        begun.id,
    )
    (asked,) = [each for each in list_assignments(lead, ana.id) if each.participant == amara.id]
    assert asked.state is not None


def test_what_was_asked_or_released_of_both_is_taken_back_of_both(lead, twin) -> None:
    amara, ana = who(lead, "P-001"), who(lead, "A-001")
    small, baseline = find_rubric(lead, "small"), find_occasion(lead, "baseline")
    rate(lead, amara, ana, 2)
    rate(lead, twin, who(lead, "A-002"), 2)
    for each in (amara, twin):
        assigning.assign(lead, each, ana, small, baseline)
        releases.release(lead, [each.id])
    same_people.say_same(lead, twin.id, amara.id, WHY)
    (asked,) = [each for each in list_assignments(lead, ana.id) if each.participant == amara.id]
    assert not assigning.assign(lead, amara, ana, small, baseline), "this is asked for already"
    assigning.take_back(lead, asked)
    assert [each for each in list_assignments(lead, ana.id) if each.participant == amara.id] == []
    assert len(list_releases(lead, amara.id)) == 1
    releases.take_back(lead, [amara.id], "Too early.")
    assert list_releases(lead, amara.id) == []
    assert faults(lead) == []


def test_erasing_one_erases_both_and_they_were_one_participant(lead, twin) -> None:
    amara, ana = who(lead, "P-001"), who(lead, "A-001")
    rate(lead, amara, ana, 2)
    rate(lead, twin, ana, 4)
    rate(lead, twin, who(lead, "A-002"), 3)
    same_people.say_same(lead, twin.id, amara.id, "Amara Abara said so, twin@example.org")
    done, proof = privacy.erase_person(lead, twin.id, "Amara Abara", "asked for it")
    assert done.person == amara.id
    assert proof is not None
    assert (proof.left, proof.mentions) == ((), ())
    assert {each.person for each in list_marks(lead)} == {amara.id, twin.id}
    assert count_erased(lead, load_edition(lead).id) == (1, 2), "the double is not counted"
    assert faults(lead) == []
    said = lead.rows("SELECT value || reason FROM value_row")
    assert not [row for row in said if any(word in row[0] for word in ("Abara", "ABARA", "twin@", "level 4"))]
    for one, other in ((amara, twin), (twin, amara)):
        with pytest.raises(UserError) as caught:
            same_people.say_same(lead, one.id, who(lead, "P-002").id, WHY)
        assert caught.value.code == "E_ERASED"
        with pytest.raises(UserError), lead.writing("somebody") as log:
            log.set("person", other.id, "given_name", "Back")


def test_a_homonym_who_was_taken_apart_is_not_erased(lead, twin) -> None:
    amara = who(lead, "P-001")
    same_people.say_same(lead, twin.id, amara.id, WHY)
    same_people.say_apart(lead, twin.id, amara.id)
    privacy.erase_person(lead, amara.id, "Amara Abara")
    assert load_person(lead, twin.id).code == "P-091"
    assert faults(lead) == []


# Who looks alike


def test_offers_until_somebody_decides(lead, twin) -> None:
    amara = who(lead, "P-001")
    (found,) = same_people.list_looking_alike(lead)
    assert found.person.id == twin.id
    assert [(each.person.id, each.reason, each.likely) for each in found.offers] == [(amara.id, Reason.NAME, True)]
    done = same_people.say_new(lead, twin.id)
    assert same_people.list_looking_alike(lead) == ()
    assert len(list_ids(lead, twin.id)) == 1
    same_people.put_back(lead, done.before)
    assert len(same_people.list_looking_alike(lead)) == 1
    third = people.add_person(lead, Role.PARTICIPANT, "Amara Abara", "P-092")[0]
    found = {each.person.id: each for each in same_people.list_looking_alike(lead)}
    assert [each.likely for each in found[third.id].offers] == [False, False], "two fit equally well"
    same_people.say_same(lead, twin.id, amara.id, WHY)
    (found,) = same_people.list_looking_alike(lead)
    assert [each.person.id for each in found.offers] == [amara.id], "under whatever name she is known she is one"


def test_a_roster_that_knows_them_by_their_other_id_brings_nobody_new(lead, twin, tmp_path) -> None:
    same_people.say_same(lead, twin.id, who(lead, "P-001").id, WHY)
    (tmp_path / "roster.csv").write_text("id,name\nP-091,Amara Abara\nP-092,Somebody New\n", "utf-8")
    found = people.compare_roster(lead, tmp_path / "roster.csv")
    assert [each.code for each in found.new] == ["P-092"]
    assert found.same == (who(lead, "P-001").id,)
    assert people.next_code(lead, Role.PARTICIPANT) == "P-004"


# What the tables hold


def test_every_column_that_holds_people_is_known() -> None:
    """What `core.erasing` knows as people is what is resolved, and more: nothing that names a person is left out."""
    for kind, rule in KINDS.items():
        decided = {*DECISIONS[kind].by, *DECISIONS[kind].witness} if kind != KIND else set()
        assert decided <= set(rule.people), kind
        assert set(rule.people) <= {*rule.fields, *rule.special}, kind
        assert not rule.people or rule.keys == ("id",), kind
    extra = {
        (kind, name)
        for kind, rule in KINDS.items()
        for name in set(rule.people) - {*DECISIONS[kind].by, *DECISIONS[kind].witness}
    }
    assert extra == {("agreed_level", "basis"), ("committee_case", "members"), ("device_key", "person")}


def test_no_column_holds_an_id_that_is_not_kept(lead, twin) -> None:
    """Every field of every kind names both; of the one that is not kept nothing is left, and taking apart restores."""
    amara = who(lead, "P-001")
    shapes = {"basis": {twin.id: 1, amara.id: 2}, "members": [twin.id, amara.id]}
    with lead.writing("somebody") as log:
        for kind, rule in KINDS.items():
            for name in rule.people:
                log.set(kind, f"{kind}-1", name, shapes.get(name, twin.id))
    before = tables(lead)
    same_people.say_same(lead, twin.id, amara.id, WHY)
    for table in COMPUTED:
        if table in ("alias", KIND):
            continue
        for row in lead.rows(f"SELECT * FROM {table}"):
            assert not [cell for cell in row if isinstance(cell, str) and twin.id in cell], table
    assert lead.rows("SELECT basis FROM agreed_level") == [(f'{{"{amara.id}": 2}}',)]
    assert lead.rows("SELECT members FROM committee_case") == [(amara.id,)]
    assert faults(lead) == []
    same_people.say_apart(lead, twin.id, amara.id)
    assert tables(lead, (KIND,)) == {name: rows for name, rows in before.items() if name != KIND}


# Laptops


def send(sender: Workspace, receiver: Workspace, **named) -> merging.Merged:
    parcel = parcel_since(sender, load_ends(receiver), sender.new_id())
    return merging.merge(receiver, parcel, keep_backup=False, **named)


@pytest.fixture
def two(lead) -> Iterator[tuple[Workspace, Workspace]]:
    """The lead's, and one of a second country that typed its people in."""
    with tempfile.TemporaryDirectory(dir=FAST) as name, create(Path(name) / "second") as second:
        with second.writing("second") as log:
            said = {"code": "p 001", "given_name": "Amara", "family_name": "ABÀRA"}
            log.set_all("person", "f" * 32, said)
            log.set_all("person", "e" * 32, {"code": "P-002", "given_name": "Nobody", "family_name": "Known"})
            log.set_all("artefact", "work", {"participant": "f" * 32, "title": "From there"})
        yield lead, second


def test_a_plan_offers_whom_the_unknown_may_be(two) -> None:
    lead, second = two
    before = tables(lead)
    planned = merging.plan_merge(lead, parcel_since(second, {}, "one"))
    found = {each.person.id: each for each in planned.people}
    assert set(found) == {"f" * 32, "e" * 32}
    assert found["e" * 32].offers == (), "a code alone is nobody"
    assert found["f" * 32].likely.person == who(lead, "P-001")
    assert found["f" * 32].likely.why == "the same id and name"
    (problem,) = [each for each in planned.problems if each.code == "MERGE_WHO"]
    assert "the same id and name" in problem.message
    assert problem.severity == "warning"
    assert tables(lead) == before


def test_choices_are_merged_and_taken_back_with_the_merge(two) -> None:
    lead, second = two
    amara, before = who(lead, "P-001"), tables(lead)
    done = send(second, lead, choices={"f" * 32: amara.id, "e" * 32: "e" * 32})
    assert list_ids(lead, amara.id) == (amara.id, "f" * 32)
    assert {each.title for each in artefacts.list_artefacts(lead, amara.id)} == {"Work 1", "From there"}
    assert same_people.list_looking_alike(lead) == ()
    after = tables(lead)
    assert merging.plan_merge(lead, parcel_since(second, {}, "again")).people == ()
    merging.undo(lead, done.merge)
    assert tables(lead) == before
    merging.redo(lead, done.merge)
    assert tables(lead) == after
    merging.undo(lead, done.merge)
    assert tables(lead) == before
    assert faults(lead) == []


def test_opposite_directions_on_two_laptops_come_to_one(two) -> None:
    lead, second = two
    amara = who(lead, "P-001")
    send(second, lead)
    send(lead, second)
    same_people.say_same(lead, "f" * 32, amara.id, WHY)
    same_people.say_same(second, amara.id, "f" * 32, "We keep ours.")
    send(second, lead)
    send(lead, second)
    assert tables(lead) == tables(second)
    assert list_ids(lead, "f" * 32) == (amara.id, "f" * 32), "of a ring the smallest id is kept"
    assert list_conflicts(lead) == []
    same_people.say_apart(lead, *same_people.pair_meant(lead, amara.id, "f" * 32))
    assert list_ids(lead, amara.id) == (amara.id,)
    send(lead, second)
    assert tables(lead) == tables(second)
    assert faults(lead) == faults(second) == []


def test_two_answers_of_one_id_are_a_conflict(two) -> None:
    lead, second = two
    send(second, lead)
    send(lead, second)
    same_people.say_same(lead, "f" * 32, who(lead, "P-001").id, WHY)
    same_people.say_new(second, "f" * 32)
    send(second, lead)
    (conflict,) = [each for each in list_conflicts(lead) if each.field == "kept"]
    assert len(list_ids(lead, "f" * 32)) == 1, "the later one shows"
    merging.resolve(lead, conflict, who(lead, "P-001").id, "Asked her.")
    assert len(list_ids(lead, "f" * 32)) == 2
    assert faults(lead) == []


@pytest.mark.parametrize("first", ["alias", "erasure"])
def test_an_erasure_reaches_an_id_that_it_did_not_know(two, first) -> None:
    """One laptop says that two are one, another erases one of them, neither knowing of the other."""
    lead, second = two
    send(second, lead)
    send(lead, second)
    amara = who(lead, "P-001")
    same_people.say_same(second, "f" * 32, amara.id, WHY)
    privacy.erase_person(lead, amara.id, "Amara Abara")
    if first == "alias":
        planned = merging.plan_merge(lead, parcel_since(second, {}, "x"))
        assert [each.code for each in planned.problems if each.code == "MERGE_ERASES"] == ["MERGE_ERASES"]
        send(second, lead)
        send(lead, second)
    else:
        send(lead, second)
        send(second, lead)
    for ws in (lead, second):
        assert {each.person for each in list_marks(ws)} == {amara.id, "f" * 32}
        assert ws.rows("SELECT 1 FROM artefact WHERE id = 'work'") == []
        assert faults(ws) == []
    assert tables(lead) == tables(second)


# Packages


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.mark.usefixtures("_quick")
def test_a_return_makes_nobody_one_with_somebody_who_is_known(lead, tmp_path) -> None:
    """Else an assessor could be sent what another one said, in their next kit."""
    ana, bello = who(lead, "A-001"), who(lead, "A-002")
    with laptop(lead, tmp_path, "A-001") as away:
        with away.writing(ana.id) as log:
            log.set(KIND, ana.id, "kept", bello.id)
        made = returns.make_return(away, tmp_path / "out").path
    before = tables(lead)
    (brought,) = returns.bring_in(lead, [made])
    assert brought.error.code == "E_NEW_SIGNER", "it hands in as somebody who got no kit"
    (brought,) = returns.bring_in(lead, [made], trust=True)
    assert brought.error.code == "E_FOREIGN_SAME"
    assert "Ana Example" in brought.error.what
    assert tables(lead) == before
    same_people.say_same(lead, ana.id, bello.id, "It is so.")
    (brought,) = returns.bring_in(lead, [made])
    assert brought.error is None
    assert faults(lead) == []


@pytest.mark.usefixtures("_quick")
def test_a_kit_goes_on_where_its_assessor_has_another_id_now(lead, tmp_path) -> None:
    """The laptop that an earlier kit made takes the one that was made for the id that is kept, and hands in again."""
    ana, cora = who(lead, "A-001"), people.add_person(lead, Role.ASSESSOR, "Cora Example")[0]
    with laptop(lead, tmp_path, "A-001") as away:
        begun = score(away, "P-001", "A-001", 3, "well lit")
        (brought,) = returns.bring_in(lead, [returns.make_return(away, tmp_path / "out").path])
    amara = who(lead, "P-001")
    twin = people.add_person(lead, Role.PARTICIPANT, "Amara Abara", "P-091")[0]
    same_people.say_same(lead, ana.id, cora.id, "The same assessor.")
    same_people.say_same(lead, amara.id, twin.id, "Her secret nickname.")
    made = kits.make_kit(lead, load_person(lead, cora.id), tmp_path / "kits", WORDS)
    assert made.passphrase == "", "it is sealed for the laptop that is known already"
    kits.open_kit(made.path, tmp_path / "A-001", WORDS)
    with open_(tmp_path / "A-001") as away:
        assert load_home(away).me == cora.id
        (mine,) = list_assessments(away, assessor=cora.id)
        assert (mine.id, mine.participant) == (begun.id, twin.id)
        assert load_person(away, amara.id).code == "P-091"
        assert not away.rows("SELECT 1 FROM value_row WHERE value LIKE '%nickname%'")
        assert {each.id for each in list_people(away)} >= {twin.id, cora.id}
        score(away, "P-002", cora.id, 4)
        (brought,) = returns.bring_in(lead, [returns.make_return(away, tmp_path / "out").path])
    assert brought.error is None
    assert not [each for each in brought.problems if each.code == "MERGE_BEYOND"]
    assert len(list_assessments(lead, assessor=cora.id)) == 2
    assert faults(lead) == []


# The laws


IDS = ("p1", "p2", "p3", "p4")
WHO_SAYS = st.one_of(
    st.tuples(st.just("same"), st.sampled_from(IDS), st.sampled_from((*IDS, None))),
    st.tuples(st.just("assessor"), st.sampled_from(("a1", "a2", "a3")), st.sampled_from(IDS)),
    st.tuples(st.just("participant"), st.sampled_from(("a1", "a2", "a3")), st.just("")),
    st.tuples(st.just("state"), st.sampled_from(("a1", "a2", "a3")), st.sampled_from(("draft", "finished"))),
    st.tuples(st.just("name"), st.sampled_from(IDS), st.sampled_from(("x", "y", None))),
    st.tuples(st.just("erase"), st.sampled_from(IDS), st.just("2026-11-29")),
)
STEP = st.one_of(
    st.tuples(st.integers(0, 2), WHO_SAYS),
    st.tuples(st.integers(0, 2), st.tuples(st.just("send"), st.integers(0, 2), st.booleans())),
)


def _say(ws: Workspace, what: str, record: str, value: object) -> None:
    fields = {"same": (KIND, "kept"), "name": ("person", "given_name"), "erase": ("erasure", "erased_on")}
    kind, name = fields.get(what, ("assessment", what))
    try:
        with ws.writing("somebody") as log:
            if name == "participant":
                value = f"p{record[-1]}"  # an assessment is of one person for ever: its id is made of theirs
            if kind == "assessment":
                log.set_all(kind, record, {"rubric": "r", "occasion": "o", "kind": AssessmentKind.ASSESSOR.value})
            log.set(kind, record, name, value)
    except UserError as error:
        assert error.code == "E_ERASED"


def count_changes(ws: Workspace) -> int:
    return ws.rows("SELECT count(*) FROM change_row")[0][0]


@pytest.mark.timeout(max(300, EXAMPLES))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, max_size=20), st.permutations(range(3)))
def test_in_any_order_everybody_has_the_same_people(steps, order) -> None:
    with tempfile.TemporaryDirectory(dir=FAST) as folder:
        opened = [create(Path(folder) / str(number)) for number in range(3)]
        for laptop, step in steps:
            if step[0] == "send":
                if step[1] != laptop:
                    send(opened[laptop], opened[step[1]])
                    if step[2]:
                        merge = opened[step[1]].rows("SELECT id FROM merge ORDER BY id DESC LIMIT 1")
                        for each in merge:
                            merging.undo(opened[step[1]], each[0])
            else:
                _say(opened[laptop], *step)
        for ws in opened:
            assert faults(ws) == []
        # What follows an erasure is said by whoever merges; what was taken back stands again, once each.
        rounds = 3 + sum(len(list_taken_back(ws)) for ws in opened)
        for _round in range(rounds + 1):
            before = [count_changes(ws) for ws in opened]
            parcels = [parcel_since(each, {}, each.new_id()) for each in opened]
            for ws in opened:
                for number in order:
                    merging.merge(ws, parcels[number], keep_backup=False)
            if [count_changes(ws) for ws in opened] == before:
                break
        else:
            pytest.fail("They go on answering each other.")
        first = tables(opened[0])
        for ws in opened:
            assert faults(ws) == []
            assert tables(ws) == first
            recompute(ws.connection)
            assert tables(ws) == first
        for ws in opened:
            ws.close()
