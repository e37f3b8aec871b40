"""People: adding, importing a roster, finding who is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.operations import people
from rubricapp.store.people import find_people, list_people, load_edition, load_person
from rubricapp.store.verifying import find_faults


@pytest.fixture(autouse=True)
def _follows_from_the_log(ws):
    yield
    assert find_faults(ws).problems == ()


def refused(function, *arguments, **named) -> UserError:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    return caught.value


def count(ws) -> int:
    return ws.rows("SELECT count(*) FROM change")[0][0]


@pytest.mark.parametrize(
    ("line", "given", "family"),
    [
        ("Amara Okafor", "Amara", "Okafor"),
        ("Okafor, Amara Chi", "Amara Chi", "Okafor"),
        ("  Amara\t Chi  Okafor ", "Amara Chi", "Okafor"),
        ("Madonna", "Madonna", ""),
        (", Amara", "Amara", ""),
        ("Okafor,", "", "Okafor"),
        ("نور الهدى", "نور", "الهدى"),
        ("\u202eevil", "evil", ""),
        ("", "", ""),
    ],
)
def test_a_name_in_one_line(line, given, family) -> None:
    assert people.split_name(line) == (given, family)


def test_codes_are_given_in_turn(ws) -> None:
    made = [people.add_person(ws, Role.PARTICIPANT, f"New Person{n}")[0].code for n in range(3)]
    assert made == ["P-002", "P-003", "P-004"]
    assert people.add_person(ws, Role.LEAD, "One Lead")[0].code == "L-001"
    assert people.next_code(ws, Role.MENTOR) == "M-001"


def test_one_person_may_have_several_roles(ws) -> None:
    before = find_people(ws, "P-001")[0]
    again, changes = people.add_person(ws, Role.MENTOR, "amara OKAFOR", "p-001")
    assert again.id == before.id
    assert again.roles == {Role.PARTICIPANT, Role.MENTOR}
    assert changes.concerns("enrolment")
    assert not people.add_person(ws, Role.MENTOR, "Amara Okafor", "P-001")[1]


def test_who_is_refused(ws) -> None:
    before = count(ws)
    for name, code, expected in (
        ("", "", "E_NAME"),
        (" , ", "", "E_NAME"),
        ("\u200b", "", "E_NAME"),
        ("Another Name", "P-001", "E_CODE_TAKEN"),
        ("Amara Okafor", "", "E_KNOWN"),
    ):
        assert refused(people.add_person, ws, Role.PARTICIPANT, name, code).code == expected
    assert count(ws) == before
    twin = people.add_person(ws, Role.PARTICIPANT, "Amara Okafor", "P-900")[0]
    assert twin.id != find_people(ws, "P-001")[0].id


def test_who_is_meant(ws) -> None:
    amara = find_people(ws, "P-001")[0]
    for text in ("P-001", " p-001 ", amara.id, "amara okafor", "Okafor  Amara"):
        assert people.who(ws, text) == amara
    for text in ("Amara Okafr", "amara", "Ókafor", "AMARA, Ókafor"):
        assert "Did you mean Amara Okafor (P-001)?" in refused(people.who, ws, text).message
    assert refused(people.who, ws, "zzz").code == "E_NO_PERSON"
    other = refused(people.who, ws, "P-001", Role.ASSESSOR)
    assert other.code == "E_NO_PERSON" and "is here, but not as assessor" in other.what
    people.add_person(ws, Role.PARTICIPANT, "Amara Okafor", "P-900")
    error = refused(people.who, ws, "Amara Okafor")
    assert error.code == "E_AMBIGUOUS"
    assert "P-001, P-900" in error.do


# Rosters


def roster(tmp_path: Path, *rows: str, head: str = "id,name,email,department") -> Path:
    path = tmp_path / "roster.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def test_a_roster_is_taken_in_one_transaction_and_again_changes_nothing(ws, tmp_path) -> None:
    file = roster(tmp_path, "P-101,Nia Example,nia@example.org,camera", "P-102,“Sam” Ünïcode,,")
    done = people.import_roster(ws, file)
    assert (done.imported, done.updated, done.errors) == (2, 0, ())
    assert {each.code for each in list_people(ws, Role.PARTICIPANT)} == {"P-001", "P-101", "P-102"}
    nia = people.who(ws, "P-101")
    assert (nia.given_name, nia.family_name, nia.email) == ("Nia", "Example", "nia@example.org")
    again = people.import_roster(ws, file)
    assert (again.imported, again.changes.count, len(again.same)) == (0, 0, 2)


def test_looking_at_a_roster_writes_nothing(ws, tmp_path) -> None:
    before = count(ws)
    found = people.compare_roster(ws, roster(tmp_path, "P-001,Amara Chi Okafor,,", "P-101,Nia Example,,"))
    assert [each.code for each in found.new] == ["P-101"]
    assert [(each.field, each.ours, each.theirs) for each in found.differing] == [("given_name", "Amara", "Amara Chi")]
    assert count(ws) == before


def test_what_differs_is_only_taken_when_asked(ws, tmp_path) -> None:
    file = roster(tmp_path, "P-001,Amara Chi Okafor,amara@example.org,sound")
    kept = people.import_roster(ws, file)
    assert (kept.updated, kept.changes.count) == (0, 0)
    assert people.who(ws, "P-001").given_name == "Amara"
    taken = people.import_roster(ws, file, update=True)
    assert taken.updated == 1
    amara = people.who(ws, "P-001")
    assert (amara.given_name, amara.email) == ("Amara Chi", "amara@example.org")


def test_one_bad_row_keeps_all_out(ws, tmp_path) -> None:
    before = count(ws)
    found = people.import_roster(ws, roster(tmp_path, "P-101,Nia Example,,", "P-101,Other Person,,"))
    assert found.errors
    assert found.imported == 0
    assert count(ws) == before


def test_two_people_of_one_code_are_told_apart_by_what_they_are_told_to_use(ws) -> None:
    """Added on two laptops, both are P-001: naming the code once more would help nobody."""
    other = people.add_person(ws, Role.PARTICIPANT, "Pia Example", "P-777")[0]
    with ws.writing("") as log:
        log.set("person", other.id, "code", "P-001")
    with pytest.raises(UserError) as raised:
        people.who(ws, "P-001")
    (mine,) = find_people(ws, "Amara Okafor")
    for each in (mine, other):
        assert f"{each.id} ({each.name})" in raised.value.do
        assert people.who(ws, each.id).id == each.id


def test_an_email_of_somebody_else_is_a_warning(ws, tmp_path) -> None:
    people.edit_person(ws, people.who(ws, "P-001").id, {"email": "amara@example.org"})
    found = people.import_roster(ws, roster(tmp_path, "P-101,Nia Example,AMARA@example.org,"))
    assert [problem.code for problem in found.problems] == ["ROSTER_EMAIL_KNOWN"]
    assert found.imported == 1


def test_an_assessor_in_the_roster_becomes_a_participant_too(ws, tmp_path) -> None:
    done = people.import_roster(ws, roster(tmp_path, "A-001,Tunde Example,,"))
    assert done.imported == 0
    assert people.who(ws, "A-001").roles == {Role.ASSESSOR, Role.PARTICIPANT}


def test_who_left_comes_back_with_the_roster(ws, tmp_path) -> None:
    amara = people.who(ws, "P-001")
    enrolment = ws.rows("SELECT id FROM enrolment WHERE person = ?", amara.id)[0][0]
    with ws.writing("lead") as log:
        log.set("enrolment", enrolment, "ended_on", "2026-10-01")
    assert load_person(ws, amara.id).roles == frozenset()
    people.import_roster(ws, roster(tmp_path, "P-001,Amara Okafor,,"))
    assert load_person(ws, amara.id).roles == {Role.PARTICIPANT}
    assert load_edition(ws).name == "2026"


def test_hostile_cells_are_kept_as_words(ws, tmp_path) -> None:
    done = people.import_roster(ws, roster(tmp_path, '''P-101,Nia “Ex” Ample,,"'; DROP TABLE person"'''))
    assert done.imported == 1
    assert people.who(ws, "P-101").department == "'; DROP TABLE person"
    assert len(list_people(ws)) == 3


def test_languages_of_a_roster_are_compared_in_one_form(ws, tmp_path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("ID,Name,Languages\nP-101,Awa Invented,en; fr\n", "utf-8")
    assert people.import_roster(ws, path).imported == 1
    assert people.who(ws, "P-101").languages == "en, fr"
    assert people.import_roster(ws, path).differing == ()
    path.write_text("ID,Name,Idiomas\nP-101,Awa Invented,en / wo\n", "utf-8")
    (found,) = people.compare_roster(ws, path).differing
    assert (found.field, found.ours, found.theirs, found.column) == ("languages", "en, fr", "en, wo", "Idiomas")
