"""Adding and correcting a person with everything that is known."""

from __future__ import annotations

import pytest

from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.operations import people
from rubricapp.store.people import find_people, list_people


def test_a_person_is_added_with_all_details_in_one_transaction(ws) -> None:
    before = ws.rows("SELECT count(*) FROM change")[0][0]
    person, changes = people.add_details(
        ws, Role.MENTOR, {"given_name": " Nia ", "family_name": "Example", "country": "KE", "joined_on": "2026-09-01"}
    )
    assert (person.name, person.code, person.country, person.roles) == ("Nia Example", "M-001", "KE", {Role.MENTOR})
    assert changes.count == ws.rows("SELECT count(*) FROM change")[0][0] - before


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "E_NAME"),
        ({"given_name": " \t"}, "E_NAME"),
        ({"given_name": "Nia", "joined_on": "31.09.2026"}, "E_DATE"),
        ({"given_name": "Nia", "joined_on": "2026-09-31"}, "E_DATE"),
        ({"given_name": "Nia", "code": "p-001"}, "E_CODE_TAKEN"),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_is_written(ws, values: dict, code: str) -> None:
    before = list_people(ws)
    with pytest.raises(UserError) as refused:
        people.add_details(ws, Role.PARTICIPANT, values)
    assert refused.value.code == code
    assert list_people(ws) == before


def test_a_correction_keeps_a_name_and_an_id_of_ones_own(ws) -> None:
    person = find_people(ws, "P-001")[0]
    assert people.edit_person(ws, person.id, {"code": "P-001", "department": "camera"})
    assert find_people(ws, "P-001")[0].department == "camera"
    with pytest.raises(UserError, match="needs a name"):
        people.edit_person(ws, person.id, {"given_name": "", "family_name": " "})
    with pytest.raises(UserError, match="is that of"):
        people.edit_person(ws, person.id, {"code": "a-001"})
    with pytest.raises(ValueError, match="nickname"):
        people.edit_person(ws, person.id, {"nickname": "Ama"})
    assert people.edit_person(ws, person.id, {"family_name": ""})
    assert find_people(ws, "P-001")[0].name == "Amara"


def test_languages_are_kept_in_one_form(ws) -> None:
    person, _changes = people.add_details(
        ws, Role.ASSESSOR, {"given_name": "Abena", "languages": "English ; twi/EN, ,"}
    )
    assert person.languages == "English, twi, EN"
    assert not people.edit_person(ws, person.id, {"languages": "English; twi; EN"})
    people.edit_person(ws, person.id, {"languages": ""})
    assert people.who(ws, "Abena").languages == ""
