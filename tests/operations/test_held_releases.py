"""Whoever does not lead releases nothing, and makes nobody a lead, whatever their laptop says: it is told, and kept in
the history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rubricapp.core.changes import derived_id
from rubricapp.core.model import AssessmentKind, Role
from rubricapp.operations import assessments, kits, merging, people, releases, returns
from rubricapp.store.conflicts import list_conflicts
from rubricapp.store.history import list_history
from rubricapp.store.kits import list_device_keys
from rubricapp.store.people import find_occasion, list_people, load_edition
from rubricapp.store.releases import list_released, list_releases
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_
from tests.laptops import ask, laptop, make_kit, make_passphrases_quick, score, start_programme, who


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def lead(folder: Path, document: dict) -> Iterator[Workspace]:
    with start_programme(folder, document) as ws:
        yield ws


def on(ws: Workspace, day: int) -> None:
    ws.sources = replace(ws.sources, now=lambda: datetime(2026, 12, day, 12, tzinfo=UTC))


def released_away(lead: Workspace, tmp_path: Path, code: str = "A-001", day: int = 3) -> Path:
    """The return of an assessor who finished P-001 and released it, going round what the app allows."""
    with laptop(lead, tmp_path, code) as ws:
        on(ws, day)
        score(ws, "P-001", code, 3)
        releases.release(ws, [who(ws, "P-001").id], author=who(ws, code).id)
        assert list_releases(ws)
        return returns.make_return(ws, tmp_path / "returns").path


def days(ws: Workspace) -> list[str]:
    return [each.released_on for each in list_releases(ws)]


def remarks(brought: returns.Brought) -> dict[str, str]:
    return {each.code: each.severity for each in brought.problems if each.code != "MERGE_NEW_SIGNER"}


def test_an_assessors_release_waits_for_the_lead(lead, tmp_path) -> None:
    path = released_away(lead, tmp_path)
    (told,) = returns.bring_in(lead, [path], dry_run=True)
    (brought,) = returns.bring_in(lead, [path])
    assert remarks(told) == remarks(brought) == {"MERGE_RELEASE": "error"}
    said = next(each for each in brought.problems if each.code == "MERGE_RELEASE")
    assert "results of Amara Abara" in said.message and "Release them yourself" in said.do
    assert list_releases(lead) == []
    tried = [each for each in list_history(lead, who(lead, "P-001").id) if each.field == "released_on"]
    assert {"2026-12-03", None} <= {each.value for each in tried}, "the history tells of it"
    count = lead.rows("SELECT count(*) FROM change")
    assert returns.bring_in(lead, [path])[0].merge == "" and lead.rows("SELECT count(*) FROM change") == count
    on(lead, 9)
    releases.release(lead, [who(lead, "P-001").id])
    assert days(lead) == ["2026-12-09"]
    assert find_faults(lead).ok


def test_a_participant_does_not_let_themselves_see_their_results(lead, tmp_path) -> None:
    score(lead, "P-001", "A-001", 2, "token-of-ana")
    amara, rubric, baseline = who(lead, "P-001"), find_rubric(lead, "small"), find_occasion(lead, "baseline")
    mine = assessments.begin(lead, amara, rubric, baseline, amara, AssessmentKind.SELF)[0]
    assessments.rate_many(lead, mine, rubric, {each.id: 3 for each in rubric.criteria})
    assessments.finish(lead, mine.id)
    slot = {"participant": amara.id, "rubric": rubric.content_hash, "occasion": baseline.id}
    record = derived_id("release", *slot.values())
    with laptop(lead, tmp_path, "P-001") as ws, ws.writing(amara.id) as log:
        log.set_all("release", record, slot | {"released_on": "2999-01-01"})
    with open_(tmp_path / "P-001") as ws:
        path = returns.make_return(ws, tmp_path / "returns").path
    (brought,) = returns.bring_in(lead, [path])
    assert "MERGE_RELEASE" in remarks(brought)
    assert list_released(lead, amara.id) == []

    def known_to_them() -> str:
        kits.open_kit(make_kit(lead, tmp_path / "kits", "P-001"), tmp_path / "P-001")
        with open_(tmp_path / "P-001") as ws:
            return repr(ws.rows("SELECT * FROM history"))

    assert "token-of-ana" not in known_to_them()
    on(lead, 9)
    releases.release(lead, [amara.id])
    assert "token-of-ana" in known_to_them(), "once the lead released it"


def test_whatever_comes_first_the_leads_word_holds(lead, tmp_path) -> None:
    path = released_away(lead, tmp_path, day=3)
    score(lead, "P-001", "A-002", 3)
    on(lead, 7)
    releases.release(lead, [who(lead, "P-001").id])
    (brought,) = returns.bring_in(lead, [path])
    assert "MERGE_RELEASE" in remarks(brought)
    assert days(lead) == ["2026-12-07"] and list_conflicts(lead) == []
    with open_(tmp_path / "A-001") as ws:
        releases.take_back(ws, [who(ws, "P-001").id], "So there.", author=who(ws, "A-001").id)
        again = returns.make_return(ws, tmp_path / "returns").path
    assert "MERGE_RELEASE" in remarks(returns.bring_in(lead, [again])[0])
    assert days(lead) == ["2026-12-07"]


def test_it_is_held_through_undo_and_redo(lead, tmp_path) -> None:
    (brought,) = returns.bring_in(lead, [released_away(lead, tmp_path)])
    for _twice in (1, 2):
        merging.undo(lead, brought.merge)
        assert list_releases(lead) == []
        merging.redo(lead, brought.merge)
        assert list_releases(lead) == []


def test_a_known_laptop_of_a_lead_releases(lead, tmp_path) -> None:
    second = people.add_person(lead, Role.LEAD, "Second Lead")[0]
    with lead.writing("") as log:
        log.set_all(
            "enrolment",
            derived_id("enrolment", load_edition(lead).id, second.id, Role.ASSESSOR.value),
            {"person": second.id, "edition": load_edition(lead).id, "role": Role.ASSESSOR.value},
        )
    ask(lead, "P-001", second.code)
    with laptop(lead, tmp_path, second.code) as ws:
        score(ws, "P-001", second.code, 3)
        first = returns.make_return(ws, tmp_path / "returns").path
        on(ws, 3)
        releases.release(ws, [who(ws, "P-001").id], author=second.id)
        path = returns.make_return(ws, tmp_path / "returns").path
    assert remarks(returns.bring_in(lead, [first])[0]) == {}
    assert remarks(returns.bring_in(lead, [path])[0]) == {"MERGE_BEYOND": "warning"}
    assert days(lead) == ["2026-12-03"]


def test_nobody_becomes_a_lead_by_saying_so(lead, tmp_path) -> None:
    path = released_away(lead, tmp_path)
    with laptop(lead, tmp_path, "A-002") as ws:
        returns.bring_in(lead, [returns.make_return(ws, tmp_path / "returns").path])
        ws.set_meta("home", json.dumps(json.loads(ws.meta("home")) | {"me": who(ws, "L-001").id}))
        on(ws, 3)
        score(ws, "P-001", "A-002", 3)
        releases.release(ws, [who(ws, "P-001").id], author=who(ws, "L-001").id)
        lying = [returns.make_return(ws, tmp_path / "returns").path for _twice in (1, 2)]
    returns.bring_in(lead, [path, *lying])
    assert {who(lead, code).id for code in ("A-001", "A-002")} == {each.person for each in list_device_keys(lead)}
    assert list_releases(lead) == []


def lead_away(lead: Workspace, tmp_path: Path) -> Path:
    """The return of an assessor who made themself a lead, and put another one out."""
    with laptop(lead, tmp_path, "A-001") as ws:
        ana, edition = who(ws, "A-001"), load_edition(ws).id
        with ws.writing(ana.id) as log:
            said = {"edition": edition, "person": ana.id, "role": Role.LEAD.value}
            log.set_all("enrolment", derived_id("enrolment", edition, ana.id, Role.LEAD.value), said)
        score(ws, "P-001", "A-001", 3)
        return returns.make_return(ws, tmp_path / "returns").path


def leads(ws: Workspace) -> set[str]:
    return {each.name for each in list_people(ws, Role.LEAD)}


def test_a_return_makes_nobody_a_lead(lead, tmp_path) -> None:
    """Else its sender's next one could release."""
    (brought,) = returns.bring_in(lead, [lead_away(lead, tmp_path)])
    assert remarks(brought)["MERGE_LEAD"] == "error"
    assert "Ana Example leads" in next(each.message for each in brought.problems if each.code == "MERGE_LEAD")
    assert leads(lead) == {"Lena Lead"}
    assert who(lead, "A-001").roles == {Role.ASSESSOR}
    assert list_conflicts(lead) == [] and find_faults(lead).ok
    with open_(tmp_path / "A-001") as ws:
        releases.release(ws, [who(ws, "P-001").id], author=who(ws, "A-001").id)
        path = returns.make_return(ws, tmp_path / "returns").path
    assert "MERGE_RELEASE" in remarks(returns.bring_in(lead, [path])[0])
    assert list_releases(lead) == []
    merging.undo(lead, brought.merge)
    assert leads(lead) == {"Lena Lead"}


def test_a_return_puts_no_lead_out(lead, tmp_path) -> None:
    lena = who(lead, "L-001")
    (record,) = (row[0] for row in lead.rows("SELECT id FROM enrolment WHERE person = ?", lena.id))
    with laptop(lead, tmp_path, "A-001") as ws, ws.writing("somebody") as log:
        log.set_all("enrolment", record, {"ended_on": "2026-01-01", "person": who(ws, "A-001").id})
    with open_(tmp_path / "A-001") as ws:
        path = returns.make_return(ws, tmp_path / "returns").path
    (brought,) = returns.bring_in(lead, [path])
    assert "Lena Lead leads" in next(each.message for each in brought.problems if each.code == "MERGE_LEAD")
    assert leads(lead) == {"Lena Lead"}
