"""Which moment of which work proves which criterion: said, found, taken back, never lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.operations import artefacts, evidence, evidence_links, people, production_log, rubrics
from rubricapp.operations.evidence_links import Place, link_day, link_evidence
from rubricapp.store.evidence import (
    find_matrix,
    list_artefact_evidence,
    list_evidence,
    load_evidence,
)
from rubricapp.store.history import list_history
from rubricapp.store.people import find_people
from rubricapp.store.verifying import find_faults


@pytest.fixture
def amara(ws):
    return find_people(ws, "P-001")[0]


@pytest.fixture
def add(ws, amara, tmp_path: Path):
    """A function that adds a work with a file of this name."""

    def make(name: str = "Night Market.mov", person=amara):
        (tmp_path / name).write_bytes(name.encode())
        return artefacts.add_work(ws, person.id, str(tmp_path / name))[0]

    return make


def test_a_moment_is_kept_to_the_frame(ws, amara, add) -> None:
    film = add()
    link, changes = link_evidence(ws, film.id, "tst-1", Place("00:01:47:12", "1:50", "25"), "Eyeline\nclips")
    assert changes.concerns("evidence")
    assert (link.from_frame, link.to_frame, link.rate, link.criterion) == (2687, 2750, "25", "TST-1")
    assert (link.moment, link.note) == (("00:01:47:12", "00:01:50:00"), "Eyeline\nclips")
    slower, _changes = link_evidence(ws, film.id, "TST-1", Place("00:01:47:12", rate="23.976"))
    assert (slower.from_frame, slower.rate) == (2580, "24000/1001")
    assert list_evidence(ws, amara.id) == [link, slower]
    assert list_artefact_evidence(ws, film.id) == [slower, link]
    assert [each.criterion for each in list_evidence(ws, amara.id)] == ["TST-1", "TST-1"]
    assert "evidence" in {each.kind for each in list_history(ws, amara.id)}
    assert find_faults(ws).ok


def test_pages_regions_and_whole_works(ws, add) -> None:
    page, _changes = link_evidence(ws, add("Budget.pdf").id, "TST-2", Place(page=3, region="0,50,100,25"))
    still, _changes = link_evidence(ws, add("still.png").id, "TST-2", Place(region="10,20,30,40"))
    whole, _changes = link_evidence(ws, add("essay.odt").id, "TST-2")
    assert (page.page, page.region, still.region) == (3, "0,50,100,25", "10,20,30,40")
    assert (whole.from_frame, whole.page, whole.rate) == (None, None, "")


def test_saying_it_again_makes_no_second_link(ws, add) -> None:
    film = add()
    first, _changes = link_evidence(ws, film.id, "TST-1", Place("1:00"))
    again, changes = link_evidence(ws, film.id, "TST-1", Place("00:01:00:00"))
    assert (again, bool(changes)) == (first, False)
    assert link_evidence(ws, film.id, "TST-1", Place("1:01"))[1]
    assert link_evidence(ws, film.id, "TST-1", Place("1:00"), "Other words")[1]
    assert len(list_evidence(ws)) == 3


@pytest.mark.parametrize(
    ("name", "criterion", "place", "code"),
    [
        ("a.mov", "TST-99", Place(), "E_CRITERION"),
        ("a.mov", "TST-1", Place("x"), "E_TIMECODE"),
        ("a.mov", "TST-1", Place("00:00:00:25"), "E_TIMECODE"),
        ("a.mov", "TST-1", Place("1:00", "0:59"), "E_TIMECODE"),
        ("a.mov", "TST-1", Place(end="0:59"), "E_TIMECODE"),
        ("a.mov", "TST-1", Place("1:00", rate="fast"), "E_RATE"),
        ("a.mov", "TST-1", Place(page=2), "E_PLACE"),
        ("a.png", "TST-1", Place("1:00"), "E_PLACE"),
        ("a.pdf", "TST-1", Place("1:00"), "E_PLACE"),
        ("a.pdf", "TST-1", Place(page=0), "E_PAGE"),
        ("a.wav", "TST-1", Place(region="0,0,9,9"), "E_PLACE"),
        ("a.png", "TST-1", Place(region="0,0,900,9"), "E_REGION"),
    ],
)
def test_bad_places_link_nothing(ws, add, name, criterion, place, code) -> None:
    with pytest.raises(UserError) as caught:
        link_evidence(ws, add(name).id, criterion, place)
    assert caught.value.code == code
    assert list_evidence(ws) == []


def test_a_note_has_an_end(ws, add) -> None:
    with pytest.raises(UserError, match="too long"):
        link_evidence(ws, add().id, "TST-1", note="x" * 20_001)


def test_links_are_taken_away_and_come_back(ws, amara, add) -> None:
    film = add()
    link, _changes = link_evidence(ws, film.id, "TST-1")
    assert evidence_links.find_link(ws, link.id[-6:]) == link.id
    evidence_links.edit_note(ws, link.id, "Better words")
    evidence_links.unlink(ws, link.id)
    assert list_evidence(ws, amara.id) == []
    with pytest.raises(UserError, match="No one link"):
        evidence_links.find_link(ws, link.id)
    evidence_links.unlink(ws, link.id, removed=False)
    assert [each.note for each in list_evidence(ws, amara.id)] == ["Better words"]
    evidence.remove(ws, film.id)
    assert list_evidence(ws, amara.id) == []
    assert list_evidence(ws, amara.id) == []
    evidence.remove(ws, film.id, removed=False)
    assert load_evidence(ws, link.id) == list_evidence(ws, amara.id)[0]


def test_the_matrix_of_one_person(ws, amara, add) -> None:
    kofi, _changes = people.add_person(ws, Role.PARTICIPANT, "Kofi Mensah")
    film, plan, theirs = add(), add("plan.pdf"), add("theirs.mov", kofi)
    link, _changes = link_evidence(ws, film.id, "TST-1", Place("1:00"))
    link_evidence(ws, theirs.id, "TST-2")
    day, _changes = production_log.add_day(ws, amara, {"worked_on": "2026-09-10", "criteria": "TST-2 TST-3"})
    row, _changes = link_day(ws, day.id, "TST-3", "Kept the sheet")
    found = find_matrix(ws, amara.id)
    ((rubric, proofs),) = found.rows
    assert rubric.id == "small"
    assert {proof.criterion.id: proof.evidence for proof in proofs if proof.evidence} == {
        "TST-1": (link,),
        "TST-3": (row,),
    }
    assert [[each.id for each in proof.touched] for proof in proofs][:3] == [[], [day.id], []]
    assert found.without == ("TST-2", "TST-4", "TST-5", "TST-6")
    assert found.proves_nothing == (plan,)
    production_log.remove_day(ws, day.id)
    assert "TST-3" in find_matrix(ws, amara.id).without


def test_the_matrix_shows_rubrics_in_use_and_those_that_are_linked(ws, amara, add, document, assessment) -> None:
    other = document | {"id": "other", "criteria": [each | {"id": f"X{each['id']}"} for each in document["criteria"]]}
    rubrics.adopt(ws, [other])
    assert [rubric.id for rubric, _proofs in find_matrix(ws, amara.id).rows] == ["small"]
    kofi, _changes = people.add_person(ws, Role.PARTICIPANT, "Kofi Mensah")
    assert [rubric.id for rubric, _proofs in find_matrix(ws, kofi.id).rows] == ["other", "small"]
    link_evidence(ws, add().id, "XTST-1")
    assert [rubric.id for rubric, _proofs in find_matrix(ws, amara.id).rows] == ["other", "small"]


def test_a_work_or_a_day_is_found(ws, amara, add) -> None:
    film = add()
    day, _changes = production_log.add_day(ws, amara, {"worked_on": "2026-09-10"})
    assert evidence_links.find_source(ws, "night market") == (film.id, True)
    assert evidence_links.find_source(ws, day.id[-8:]) == (day.id, False)
    for text in ("", "e", "nothing"):
        with pytest.raises(UserError, match="No work here"):
            evidence_links.find_source(ws, text)


def test_a_link_of_a_stranger_is_shown_as_far_as_it_goes(ws, amara, add) -> None:
    film = add()
    with ws.writing("stranger") as log:
        log.set_all("evidence", "e1", {"artefact": film.id, "criterion": "GONE-1", "from_frame": -5, "rate": "1/0"})
        log.set_all("evidence", "e2", {"artefact": "nowhere", "criterion": "TST-1"})
        log.set("evidence", "e3", "note", "half of one")
    found = find_matrix(ws, amara.id)
    assert [each.id for each in found.other] == ["e1"]
    assert found.other[0].moment == ("", "")
