"""Where works were shown and whom they are shown to: said, corrected, taken back; odd days and words answered."""

from __future__ import annotations

from datetime import date

import pytest

from rubricapp.core.portfolio import AudienceChoice, choice_for, is_shown
from rubricapp.errors import UserError
from rubricapp.operations import artefacts, audiences, evidence, showings
from rubricapp.store.history import list_history
from rubricapp.store.people import find_people
from rubricapp.store.showings import list_choices, list_showings, load_showing
from rubricapp.store.verifying import find_faults


@pytest.fixture
def amara(ws):
    return find_people(ws, "P-001")[0]


@pytest.fixture
def film(ws, amara):
    return artefacts.add_work(ws, amara.id, "https://example.org/night.mp4", {"title": "Night Market"})[0]


def refused(function, *arguments, **named) -> str:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    assert caught.value.what and caught.value.do
    return caught.value.code


def test_showings_are_listed_by_day_corrected_and_taken_away(ws, amara, film) -> None:
    later, changes = showings.add_showing(
        ws, film.id, {"shown_on": "2027-05", "place": "Festival del Río", "kind": "Festival", "result": "Selection"}
    )
    assert changes.concerns("showing")
    earlier, _changes = showings.add_showing(
        ws, film.id, {"shown_on": "2027", "place": "قناة", "proof": "https://example.org/programme"}
    )
    assert list_showings(ws, film.id) == list_showings(ws, participant=amara.id) == [earlier, later]
    assert (later.kind, later.result, earlier.kind, earlier.proof) == (
        "festival",
        "Selection",
        "other",
        "https://example.org/programme",
    )
    again, changes = showings.add_showing(
        ws, film.id, {"shown_on": "2027-05", "place": "Festival del Río", "kind": "festival", "result": "Selection"}
    )
    assert again == later and not changes
    assert showings.edit_showing(ws, later.id, {"result": "First prize"}).concerns("showing")
    assert load_showing(ws, later.id).result == "First prize"
    showings.remove_showing(ws, later.id)
    assert list_showings(ws) == [earlier]
    showings.remove_showing(ws, later.id, removed=False)
    evidence.remove(ws, film.id)
    assert list_showings(ws) == [], "the work itself was removed"
    evidence.remove(ws, film.id, removed=False)
    assert len(list_showings(ws)) == 2
    assert "showing" in {each.kind for each in list_history(ws, amara.id)}
    assert find_faults(ws).ok


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "E_DATE"),
        ({"shown_on": "soon"}, "E_DATE"),
        ({"shown_on": "2027-13"}, "E_DATE"),
        ({"shown_on": "2027-02-30"}, "E_DATE"),
        ({"shown_on": "٢٠٢٧"}, "E_DATE"),
        ({"place": " \u202e "}, "E_EMPTY"),
        ({"place": "x" * 301}, "E_TOO_LONG"),
        ({"kind": "party"}, "E_SHOWING"),
        ({"proof": "https://"}, "E_LINK"),
        ({"proof": "https://me:secret@example.org"}, "E_LINK"),
    ],
)
def test_what_is_no_showing_is_refused_and_nothing_written(ws, film, given, code) -> None:
    whole = {"shown_on": "2027-05-14", "place": "Town hall"} | given if given else {}
    before = len(list_history(ws, film.participant))
    assert refused(showings.add_showing, ws, film.id, whole) == code
    assert list_showings(ws) == [] and len(list_history(ws, film.participant)) == before


def test_a_showing_is_found_by_the_end_of_its_id(ws, film) -> None:
    made, _changes = showings.add_showing(ws, film.id, {"shown_on": "2027", "place": "Town hall"})
    assert showings.find_showing(ws, made.id[-8:].upper()) == made
    assert refused(showings.find_showing, ws, made.id[-3:]) == "E_NO_SHOWING"
    assert refused(showings.find_showing, ws, "zzzzzzzz") == "E_NO_SHOWING"


def test_an_audience_is_chosen_put_off_hidden_and_forgotten(ws, amara, film) -> None:
    choice, changes = audiences.show_to(ws, film.id, "Producer", embargo_until="2027-01-01")
    assert changes.concerns("audience_choice")
    assert choice == AudienceChoice(film.id, "producer", True, "2027-01-01")
    everyone, _changes = audiences.show_to(ws, film.id, "everyone")
    assert list_choices(ws, film.id) == list_choices(ws, participant=amara.id) == [everyone, choice]
    assert not audiences.show_to(ws, film.id, "PRODUCER", embargo_until="2027-01-01")[1], "said again: nothing written"
    hidden, _changes = audiences.show_to(ws, film.id, "producer", False, "2027-01-01")
    assert hidden == AudienceChoice(film.id, "producer", False, "")
    assert list_choices(ws, film.id) == [everyone, hidden]
    assert audiences.forget_choice(ws, film.id, "producer").concerns("audience_choice")
    assert not audiences.forget_choice(ws, film.id, "union")
    assert list_choices(ws, film.id) == [everyone]
    audiences.show_to(ws, film.id, "producer")
    assert list_choices(ws, film.id)[1] == AudienceChoice(film.id, "producer", True, ""), "the old day is not kept"
    assert refused(audiences.show_to, ws, film.id, "producer", embargo_until="soon") == "E_DATE"
    assert refused(audiences.show_to, ws, film.id, "p" * 81) == "E_TOO_LONG"
    assert find_faults(ws).ok


def test_what_holds_for_an_audience() -> None:
    today = date(2027, 1, 1)
    for_all = AudienceChoice("a", "", True)
    union = AudienceChoice("a", "union", False)
    school = AudienceChoice("a", "school", True, "2027-01-02")
    choices = [for_all, union, school]
    assert choice_for(choices, "producer") == for_all and choice_for(choices, "Union") == union
    assert choice_for([union], "producer") is None
    assert [is_shown(each, today) for each in (None, for_all, union, school)] == [False, True, False, False]
    assert is_shown(school, date(2027, 1, 2)), "from that day on"
    assert not is_shown(AudienceChoice("a", "", True, "when it is done"), today)
