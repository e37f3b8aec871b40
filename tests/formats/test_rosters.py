"""Rosters as offices send them: the sample files, headings, rows that are no people, and every kind of problem."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rubricapp.core.model import Problem
from rubricapp.errors import Exit, UserError
from rubricapp.formats.countries import country_code
from rubricapp.formats.roster_columns import FIELDS, key
from rubricapp.formats.roster_rows import MOST_PROBLEMS
from rubricapp.formats.rosters import Roster, id_key, read_roster

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
HEAD = "Participant ID,Given name,Family name,Email,Country,Department,Joined on,Pronouns"

sample = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample rosters are not beside the repository")


def read(folder: Path, data: str | bytes, mapping: Mapping[str, str] | None = None, name: str = "roster.csv") -> Roster:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_roster(path, mapping)


def sheet(folder: Path, rows: list[list[object]], **kinds: str) -> Roster:
    """A workbook with these rows. kinds: cell → number format, or "merge", "hide"."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place, kind in kinds.items():
        book.active[place].number_format = kind
    book.save(folder / "roster.xlsx")
    return read_roster(folder / "roster.xlsx")


def said(roster: Roster, severity: str = "error") -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.code) for each in roster.problems if each.severity == severity]


def only(roster: Roster) -> Problem:
    assert len(roster.problems) == 1, roster.problems
    return roster.problems[0]


def one(folder: Path, **values: str) -> Roster:
    """A roster of one good person with some values replaced."""
    person = {
        "Participant ID": "P-001",
        "Given name": "Amara",
        "Family name": "Okafor",
        "Email": "p001@residency.example",
        "Country": "NG",
        "Department": "camera",
        "Joined on": "2026-09-01",
        "Pronouns": "she/her",
    }
    person.update({name.replace("_", " "): text for name, text in values.items()})
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([person.keys(), person.values()])
    return read(folder, stream.getvalue())


# The sample files


@sample
def test_the_plain_sample_reads_whole() -> None:
    roster = read_roster(SAMPLES / "roster.csv")
    assert roster.problems == ()
    assert (len(roster.rows), roster.header_row, roster.separator, roster.encoding) == (26, 1, ",", "utf-8")
    people = {row.values["id"]: row.values for row in roster.rows}
    assert people["P-004"]["given_name"] == "Łukasz"
    assert people["P-015"]["family_name"] == "حداد"
    assert people["P-018"] == {
        "id": "P-018",
        "given_name": "Ananda",
        "family_name": "",
        "email": "p018@residency.example",
        "country": "ID",
        "department": "sound",
        "joined_on": "2026-09-04",
        "pronouns": "he/him",
    }


@sample
def test_the_office_workbook_says_the_same_as_the_plain_file() -> None:
    plain, office = read_roster(SAMPLES / "roster.csv"), read_roster(SAMPLES / "roster_office.xlsx")
    assert [row.values for row in office.rows] == [row.values for row in plain.rows]
    assert (office.sheet, office.sheets, office.header_row) == ("Participants", ("Participants", "Old"), 4)
    assert (office.rows[0].row, office.rows[-1].row) == (5, 30)
    assert [(each.row, each.code, each.severity) for each in office.problems] == [(32, "ROSTER_NOTE", "warning")]


@sample
def test_the_french_sample_reads_without_errors() -> None:
    roster = read_roster(SAMPLES / "roster_office_semicolon_cp1252.csv")
    assert (len(roster.rows), roster.encoding, roster.separator) == (18, "cp1252", ";")
    assert roster.mapping["family_name"] == "Nom"
    assert roster.mapping["joined_on"] == "Arrivée"
    assert roster.unmapped == ("Remarque",)
    assert only(roster).code == "ROSTER_DATE_ORDER"
    assert only(roster).severity == "warning"
    plain = {row.values["id"]: row.values for row in read_roster(SAMPLES / "roster.csv").rows}
    for row in roster.rows:
        assert row.values == {field: plain[row.values["id"]][field] for field in row.values}


@sample
def test_every_problem_of_the_bad_sample_is_named() -> None:
    assert said(read_roster(SAMPLES / "roster_bad.csv")) == BAD


BAD = [
    (3, "Email", "ROSTER_EMAIL"),
    (4, "Participant ID", "ROSTER_ID_TWICE"),
    (5, "Participant ID", "ROSTER_ID_MISSING"),
    (5, "Country", "ROSTER_COUNTRY"),
    (5, "Joined on", "ROSTER_DATE"),
    (6, "Joined on", "ROSTER_DATE"),
    (6, "Given name", "ROSTER_NAME_MISSING"),
    (7, "Given name", "ROSTER_FORMULA"),
    (8, "Given name", "ROSTER_MARKUP"),
    (8, "Family name", "ROSTER_MARKUP"),
    (9, "Given name", "ROSTER_TOO_LONG"),
    (10, "", "ROSTER_CELLS_MANY"),
    (11, "", "ROSTER_CELLS_FEW"),
]


def test_every_kind_of_problem_in_one_file(tmp_path: Path) -> None:
    lines = [
        f"\ufeff{HEAD}",
        "P-001,Amara,Okafor,p001@residency.example,NG,camera,2026-09-01,",
        "P-002,Kofi,Mensah,not-an-email,GH,sound,2026-09-02,",
        "P-002,Kofi,Mensah,p002@residency.example,GH,sound,2026-09-02,",
        ",Nameless,Id,p003@residency.example,XX,camera,2026-09-31,",
        "P-005,,,p005@residency.example,PL,camera,31.09.2026,",
        'P-006,"=HYPERLINK(""http://x.example"",""click"")",Bobby\'); DROP TABLE person;--,,US,camera,2026-09-01,',
        'P-007,"<b>Bold</b> & <font color=""red"">",</para>,p007@residency.example,US,sound,2026-09-01,',
        f"P-008,{'A' * 5000},Long,p008@residency.example,US,sound,2026-09-01,",
        "P-009,Too,Many,p009@residency.example,US,sound,2026-09-01,,extra,cells",
        "P-010,Too,Few",
    ]
    roster = read(tmp_path, "\r\n".join(lines))
    assert said(roster) == BAD
    twice = roster.problems[1]
    assert f"{twice.message} {twice.do}" == (
        "Roster row 4 has the same ID as row 3 (P-002). Change one of them, or skip row 4."
    )
    assert [row.row for row in roster.rows] == list(range(2, 12)), "rows with problems are shown, too"
    assert all(each.do and str(each.row) in each.message for each in roster.problems)


# Headings


@pytest.mark.parametrize(
    ("heads", "fields"),
    [
        ("id,first name,last name,e-mail", "id,given_name,family_name,email"),
        ("N°;Nom;Prénom;Courriel;Pays;Arrivée", "id,family_name,given_name,email,country,joined_on"),
        ("Matricule;NOM COMPLET;Adresse électronique", "id,name,email"),
        ("Nº;Nombre;Apellidos;Correo electrónico;País", "id,given_name,family_name,email,country"),
        ("Código;Nome;Sobrenome;E-mail;Chegada", "id,given_name,family_name,email,joined_on"),
        ("Matrícula;Nome completo;Departamento", "id,name,department"),
        ("Nr.;Name;Vorname;Abteilung;Anreise", "id,family_name,given_name,department,joined_on"),
        ("Raqm;Ism;Balad", "id,name,country"),
        ("ID;Name;Surname", "id,given_name,family_name"),
        ("الرقم;الاسم;البلد", "id,name,country"),
        ("ID *;Given name(s);FAMILY  NAME:;Joined on (dd/mm/yyyy)", "id,given_name,family_name,joined_on"),
        ("ID;First name / Prénom;Last name / Nom", "id,given_name,family_name"),
        ("sourcedId,givenName,familyName,email,pronouns", "id,given_name,family_name,email,pronouns"),
    ],
)
def test_headings_in_the_words_of_offices(tmp_path: Path, heads: str, fields: str) -> None:
    separator = ";" if ";" in heads else ","
    roster = read(tmp_path, f"{heads}\n{separator.join(['x'] * len(heads.split(separator)))}\n")
    assert set(roster.mapping) == set(fields.split(","))
    columns = [" ".join(each.split()) for each in heads.split(separator)]
    assert [columns.index(roster.mapping[field]) for field in fields.split(",")] == list(range(len(columns)))


def test_titles_and_blank_rows_above_the_headings(tmp_path: Path) -> None:
    roster = read(tmp_path, 'Residency 2026,,\n\n"Draft, name: secret",,\n\nID,Name,Email\nP-1,Amara,\n\n\nP-2,Kofi,\n')
    assert roster.header_row == 5
    assert [row.row for row in roster.rows] == [6, 9]
    assert roster.problems == ()


def test_headings_of_two_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["ID", "Name", None, "Contact"])
    book.active.append([None, "Given", "Family", "Email"])
    book.active.append(["P-1", "Amara", "Okafor", "a@b.example"])
    book.active.merge_cells("A1:A2")
    book.active.merge_cells("B1:C1")
    book.save(tmp_path / "roster.xlsx")
    roster = read_roster(tmp_path / "roster.xlsx")
    assert roster.header_row == 2
    assert roster.mapping == {"id": "ID", "given_name": "Given", "family_name": "Family", "email": "Email"}
    assert roster.problems == ()


def test_a_better_word_wins_over_a_running_number(tmp_path: Path) -> None:
    roster = read(tmp_path, "No.,Participant ID,Name\n1,P-1,Amara\n")
    assert roster.mapping["id"] == "Participant ID"
    assert roster.unmapped == ("No.",)
    assert roster.problems == ()


def test_two_columns_for_one_field_are_said(tmp_path: Path) -> None:
    roster = read(tmp_path, "ID,Name,Email,Courriel\nP-1,Amara,a@b.example,c@d.example\n")
    assert (only(roster).code, only(roster).severity) == ("ROSTER_COLUMN_TWICE", "warning")
    assert roster.rows[0].values["email"] == "a@b.example"


def test_no_headings_at_all(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, "P-1,Amara,Okafor\nP-2,Kofi,Mensah\n")
    assert (caught.value.code, caught.value.exit_code) == ("E_ROSTER_HEADER", Exit.UNREADABLE)
    assert "P-1 | Amara | Okafor" in caught.value.do
    assert "column 1" in caught.value.do


def test_only_headings(tmp_path: Path) -> None:
    roster = read(tmp_path, HEAD + "\n")
    assert roster.rows == ()
    assert said(roster) == [(1, "", "ROSTER_NO_PEOPLE")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Name,Email\nAmara,a@b.example\n", "ROSTER_NO_ID_COLUMN"),
        ("ID,Email\nP-1,a@b.example\n", "ROSTER_NO_NAME_COLUMN"),
    ],
)
def test_a_column_that_must_be_there(tmp_path: Path, text: str, code: str) -> None:
    problem = only(read(tmp_path, text))
    assert (problem.code, problem.severity) == (code, "error")
    assert "Email" in problem.do


# Mapped by hand


@pytest.mark.parametrize(
    "column", ["Matrikel Nr", "matrikel nr.", "MATRIKEL-NR", "column 2", "Column B", "B", "2", "colonne 2"]
)
def test_a_column_can_be_named_by_hand(tmp_path: Path, column: str) -> None:
    roster = read(tmp_path, "Nr;Matrikel-Nr.;Nachname\n1;M-7;Müller\n", {"id": column})
    assert roster.mapping == {"id": "Matrikel-Nr.", "family_name": "Nachname"}
    assert roster.rows[0].values == {"id": "M-7", "family_name": "Müller"}


def test_hand_and_words_do_not_take_the_same_column(tmp_path: Path) -> None:
    roster = read(tmp_path, "ID;Nom;Prénom\nP-1;Amara Okafor;x\n", {"name": "nom", "given_name": ""})
    assert roster.mapping == {"id": "ID", "name": "Nom"}
    assert roster.unmapped == ("Prénom",)


def test_headings_in_an_unknown_language(tmp_path: Path) -> None:
    text = "Lista\n\nKood,Eesnimi,Perenimi\nP-1,Amara,Okafor\n"
    for mapping in (
        {"id": "kood", "given_name": "eesnimi", "family_name": "Perenimi"},
        {"id": "column 1", "given_name": "B", "family_name": "3"},
    ):
        roster = read(tmp_path, text, mapping)
        assert roster.header_row == 3
        assert roster.mapping == {"id": "Kood", "given_name": "Eesnimi", "family_name": "Perenimi"}
        assert roster.rows[0].values == {"id": "P-1", "given_name": "Amara", "family_name": "Okafor"}


def test_a_list_without_headings_by_places(tmp_path: Path) -> None:
    roster = read(tmp_path, "P-1,Amara,Okafor\nP-2,Kofi,Mensah\n", {"id": "column 1", "given_name": "2"})
    assert (roster.header_row, len(roster.rows)) == (0, 2)
    assert roster.mapping == {"id": "column A", "given_name": "column B"}
    assert roster.problems == ()


def test_one_column_for_two_fields(tmp_path: Path) -> None:
    roster = read(tmp_path, "Name,Email\nAmara,a@b.example\n", {"id": "Email", "email": "Email"})
    assert roster.rows[0].values == {"id": "a@b.example", "name": "Amara", "email": "a@b.example"}


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"giben_name": "Given name"}, "given_name"),
        ({"shoe size": "Email"}, "pronouns"),
        ({"email": "E-mial"}, "“Email”"),
        ({"email": "column 99"}, "Participant ID"),
        ({"email": "column 0"}, "Participant ID"),
        ({"email": "Email", "E-Mail": "Email"}, "one column"),
    ],
)
def test_a_mapping_that_fits_nothing(tmp_path: Path, mapping: dict[str, str], words: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, f"{HEAD}\nP-1,Amara,Okafor,,,,,\n", mapping)
    assert (caught.value.code, caught.value.exit_code) == ("E_MAP", Exit.USAGE)
    assert words in caught.value.message


def test_fields_may_be_named_in_other_words(tmp_path: Path) -> None:
    assert read(tmp_path, "X,Y\nP-1,Amara\n", {"Participant ID": "X", "Full name": "Y"}).mapping == {
        "id": "X",
        "name": "Y",
    }


# Sheets


def test_an_empty_form_does_not_win_over_the_list(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["ID", "Given name", "Family name", "Email"])
    people = book.create_sheet("People")
    for row in (["ID", "Name"], ["P-1", "Amara"]):
        people.append(row)
    book.save(tmp_path / "roster.xlsx")
    roster = read_roster(tmp_path / "roster.xlsx")
    assert roster.sheet == "People"
    assert roster.problems == ()


def test_a_second_roster_and_a_hidden_one_are_said(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title in ("Spring", "Autumn"):
        added = book.create_sheet(title)
        for row in (["ID", "Name"], ["P-1", title]):
            added.append(row)
    book.save(tmp_path / "roster.xlsx")
    assert only(read_roster(tmp_path / "roster.xlsx")).code == "ROSTER_OTHER_SHEET"
    assert read_roster(tmp_path / "roster.xlsx", sheet="autumn").rows[0].values["name"] == "Autumn"
    book["Spring"].sheet_state = book["Autumn"].sheet_state = "hidden"
    book.save(tmp_path / "roster.xlsx")
    assert "ROSTER_HIDDEN_SHEET" in [each.code for each in read_roster(tmp_path / "roster.xlsx").problems]


# Rows that are not people


@pytest.mark.parametrize(
    "end",
    [
        ["", "* two late arrivals to be confirmed,,"],
        ["* two late arrivals to be confirmed"],
        [",,two late arrivals"],
        ["", "Note: see also", "the other list,,"],
        ["Total,3,"],
        ["", "Approved by:,Jane Doe,"],
    ],
)
def test_notes_and_totals_below_the_list(tmp_path: Path, end: list[str]) -> None:
    roster = read(tmp_path, "\n".join(["ID,Name,Email", "P-1,Amara,", "P-2,Kofi,", "P-3,Ama,", *end]))
    assert len(roster.rows) == 3
    assert said(roster) == []
    assert {code for _, _, code in said(roster, "warning")} == {"ROSTER_NOTE"}


def test_headings_again_and_lines_between_groups(tmp_path: Path) -> None:
    lines = ["ID,Name,Email", "P-1,Amara,", "", "Sound,,", "P-2,Kofi,", "id,name,email", "P-3,Ama,"]
    roster = read(tmp_path, "\n".join(lines))
    assert [row.values["id"] for row in roster.rows] == ["P-1", "P-2", "P-3"]
    assert said(roster, "warning") == [(4, "", "ROSTER_NOTE"), (6, "", "ROSTER_HEADINGS_AGAIN")]


@pytest.mark.parametrize(
    ("line", "code"), [("P-9,,", "ROSTER_NAME_MISSING"), (",Ananda,", "ROSTER_ID_MISSING"), ("P-9", "ROSTER_CELLS_FEW")]
)
def test_a_person_half_written_is_not_a_note(tmp_path: Path, line: str, code: str) -> None:
    for lines in (["P-1,Amara,", line], [line, "P-1,Amara,"]):
        roster = read(tmp_path, "\n".join(["ID,Name,Email", *lines]))
        assert len(roster.rows) == 2
        assert code in [each.code for each in roster.problems if each.severity == "error"]


# Cells


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"Given_name": "=1+1"}, ["ROSTER_FORMULA"]),
        ({"Family_name": "＝cmd|' /C calc'!A0"}, ["ROSTER_FORMULA"]),
        ({"Family_name": "@SUM(1;2)"}, ["ROSTER_FORMULA"]),
        ({"Family_name": "+1+cmd|x"}, ["ROSTER_FORMULA"]),
        ({"Department": "-2+3"}, ["ROSTER_FORMULA"]),
        ({"Participant_ID": "=A1"}, ["ROSTER_FORMULA"]),
        ({"Family_name": "'=1+1"}, []),
        ({"Family_name": "-Marie"}, []),
        ({"Family_name": "@amara"}, []),
        ({"Family_name": "+254 700 123 456"}, []),
        ({"Given_name": "<script>x</script>"}, ["ROSTER_MARKUP"]),
        ({"Given_name": "Jos&eacute;"}, ["ROSTER_MARKUP"]),
        ({"Department": "R&D <3"}, []),
        ({"Given_name": "A < B > C"}, []),
        ({"Family_name": "#REF!"}, ["ROSTER_CELL_ERROR"]),
        ({"Joined_on": "########"}, ["ROSTER_CELL_ERROR"]),
        ({"Participant_ID": "1.23457E+11"}, ["ROSTER_ID_DIGITS"]),
        ({"Participant_ID": "-"}, ["ROSTER_ID_MISSING"]),
        ({"Participant_ID": "x" * 65}, ["ROSTER_TOO_LONG"]),
        ({"Given_name": "-", "Family_name": "n/a"}, ["ROSTER_NAME_MISSING"]),
        ({"Family_name": "x" * 200}, []),
        ({"Family_name": "x" * 201}, ["ROSTER_TOO_LONG"]),
        ({"Family_name": "Jos\ufffd"}, ["ROSTER_LETTER_LOST"]),
        ({"Country": "XX"}, ["ROSTER_COUNTRY"]),
        ({"Country": "ZZZ"}, ["ROSTER_COUNTRY"]),
        ({"Country": "-"}, []),
        ({"Email": "N/A"}, []),
    ],
)
def test_errors_in_cells(tmp_path: Path, values: dict[str, str], codes: list[str]) -> None:
    roster = one(tmp_path, **values)
    assert [code for _, _, code in said(roster)] == codes
    assert len(roster.rows) == 1


@pytest.mark.parametrize(
    "address",
    [
        "a@b.co",
        "a.b+c@d-e.example",
        "müller@büro.example",
        "O'Connor@x.example",
        "mailto:a@b.example",
        "a@b.c.d.example",
    ],
)
def test_addresses_that_work(tmp_path: Path, address: str) -> None:
    roster = one(tmp_path, Email=address)
    assert roster.problems == ()
    assert roster.rows[0].values["email"] == address.removeprefix("mailto:")


@pytest.mark.parametrize(
    "address",
    [
        "amara",
        "a@b",
        "@b.example",
        "a b@c.example",
        "a@b..example",
        "a@.example",
        "Amara <a@b.example>",
        "a@b.c, d@e.f",
    ],
)
def test_addresses_that_do_not(tmp_path: Path, address: str) -> None:
    assert said(one(tmp_path, Email=address)) == [(2, "Email", "ROSTER_EMAIL")]


@pytest.mark.parametrize(
    ("text", "kept", "warnings"),
    [
        ("ng", "NG", []),
        ("NGA", "NG", []),
        ("Nigeria", "NG", []),
        ("UK", "GB", []),
        ("cote d’ivoire", "CI", []),
        ("Atlantis", "Atlantis", ["ROSTER_COUNTRY_NAME"]),
    ],
)
def test_countries(tmp_path: Path, text: str, kept: str, warnings: list[str]) -> None:
    roster = one(tmp_path, Country=text)
    assert roster.rows[0].values["country"] == kept
    assert [code for _, _, code in said(roster, "warning")] == warnings
    assert said(roster) == []


def test_there_are_249_countries_and_kosovo() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = {a + b for a in letters for b in letters if country_code(a + b) == a + b}
    assert len(codes) == 250
    assert "XK" in codes
    assert "XX" not in codes


@pytest.mark.parametrize(
    ("text", "kept", "warnings"),
    [
        ("  Amara \u00a0 Ngozi ", "Amara Ngozi", []),
        ("Amara\r\nNgozi", "Amara Ngozi", []),
        ("\ufeffAma\u200bra", "Amara", []),
        ("Zoe\u0301", "Zoé", []),
        ("\u202eAmara\u202c", "Amara", ["ROSTER_HIDDEN_SIGNS"]),
        ("Am\x08ara", "Amara", ["ROSTER_HIDDEN_SIGNS"]),
        ("می\u200cخواهم", "می\u200cخواهم", []),
        ("JosÃ©", "JosÃ©", ["ROSTER_LETTER_DOUBTFUL"]),
        ("Jo?o", "Jo?o", ["ROSTER_LETTER_DOUBTFUL"]),
        ("Bobby'); DROP TABLE person;--", "Bobby'); DROP TABLE person;--", []),
        ("'=HYPERLINK(1)", "=HYPERLINK(1)", []),
        ("'t Hooft", "'t Hooft", []),
        ("São Tomé", "São Tomé", []),
        ("Ângela", "Ângela", []),
    ],
)
def test_names_are_cleaned_and_otherwise_left_alone(tmp_path: Path, text: str, kept: str, warnings: list[str]) -> None:
    roster = one(tmp_path, Given_name=text)
    assert roster.rows[0].values["given_name"] == kept
    assert [code for _, _, code in said(roster, "warning")] == warnings
    assert said(roster) == []


@pytest.mark.parametrize(
    ("first", "second"), [("P-002", "p-002 "), ("P-002", "P‑002"), ("é1", "E\u03011"), ("P-1", "Ｐ-1"), ("7", "7.0")]
)
def test_ids_that_a_person_takes_for_the_same(tmp_path: Path, first: str, second: str) -> None:
    roster = read(tmp_path, f"ID,Name\n{first},Amara\n{second},Kofi\n")
    assert said(roster) == [(3, "ID", "ROSTER_ID_TWICE")]
    assert f"row 2 ({roster.rows[0].values['id']})" in only(roster).message
    assert id_key(roster.rows[0].values["id"]) == id_key(roster.rows[1].values["id"])


def test_one_address_for_several_people_is_said_once(tmp_path: Path) -> None:
    lines = [f"P-{n},Name {n},office@x.example" for n in range(5)]
    roster = read(tmp_path, "\n".join(["ID,Name,Email", *lines]))
    assert (only(roster).code, only(roster).severity) == ("ROSTER_EMAIL_TWICE", "warning")
    assert "2–6" in only(roster).message


def test_cells_of_a_workbook_that_are_no_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["ID", "Given name", "Family name", "Joined on", "Department"],
        [7, "Amara", "=A1", date(2026, 9, 2), "camera"],
        [date(2026, 1, 2), "Kofi", "#N/A", 46267, None],
        [1234567890123456789, True, 3.5, "02.09.2026", None],
        [8, "Ama", "x", 99999999, None],
    ]
    roster = sheet(tmp_path, rows, A2="000", D5="yyyy-mm-dd")
    assert roster.rows[0].values["id"] == "007"
    assert [row.values["joined_on"] for row in roster.rows] == ["2026-09-02", "2026-09-02", "2026-09-02", ""]
    assert said(roster) == [
        (2, "Family name", "ROSTER_CELL_FORMULA"),
        (3, "ID", "ROSTER_CELL_DATE"),
        (3, "Family name", "ROSTER_CELL_ERROR"),
        (4, "ID", "ROSTER_ID_DIGITS"),
        (5, "Joined on", "ROSTER_DATE"),
    ]
    assert said(roster, "warning") == [(3, "Joined on", "ROSTER_DATE_READ")]


def test_hidden_rows_shared_cells_and_cells_beside(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["ID", "Name", "Department"],
        ["P-1", "Amara", "camera"],
        ["P-2", "Kofi"],
        ["P-3", "Ama", "sound", "late"],
    ):
        book.active.append(row)
    book.active.merge_cells("C2:C3")
    book.active.row_dimensions[3].hidden = True
    book.save(tmp_path / "roster.xlsx")
    roster = read_roster(tmp_path / "roster.xlsx")
    assert [row.values["department"] for row in roster.rows] == ["camera", "camera", "sound"]
    assert said(roster) == []
    assert said(roster, "warning") == [(3, "", "ROSTER_HIDDEN_ROWS"), (4, "", "ROSTER_CELLS_BESIDE")]


def test_an_open_quotation_mark_stops_the_import(tmp_path: Path) -> None:
    roster = read(tmp_path, 'ID,Name,Email\nP-1,"Amara,\nP-2,Kofi,\n')
    assert (2, "", "ROSTER_QUOTE") in said(roster)


def test_the_list_of_problems_ends_somewhere(tmp_path: Path) -> None:
    roster = read(tmp_path, "ID,Name,Country\n" + "P-1,Amara,Atlantis\n" * 1000)
    assert len(roster.problems) == MOST_PROBLEMS + 1
    assert len(roster.rows) == 1000
    assert [each.code for each in roster.problems[-2:]] == ["ROSTER_ID_TWICE", "ROSTER_MORE"]
    # 999 ids and 1,000 countries, of which the errors come first
    assert "1,499 more" in roster.problems[-1].message
    assert roster.problems[-1].severity == "error"


# Properties


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)
ROWS = st.lists(st.lists(WORDS, min_size=1, max_size=9), max_size=8)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=600))
@example(b"PK\x03\x04")
@example(b"\xff\xfe\x00")
@example(b"ID,Name\nP-1,\xed\xa0\x80")
@example(b"id;name\n\x00;\x00")
def test_no_bytes_make_it_fail(tmp_path: Path, data: bytes) -> None:
    for start in (b"", b"ID,Name,Email,Joined on\n"):
        try:
            roster = read(tmp_path, start + data)
        except UserError as error:
            assert error.what
            assert error.do
        else:
            assert all(each.message and each.do for each in roster.problems)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_no_table_makes_it_fail(tmp_path: Path, rows: list[list[str]], separator: str, encoding: str) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator).writerows([["ID", "Name", "Email", "Joined on", "Country"], *rows])
    roster = read(tmp_path, stream.getvalue().encode(encoding))
    assert (roster.header_row, roster.separator) == (1, separator)
    for row in roster.rows:
        for text in row.values.values():
            text.encode("utf-8")
            assert text == " ".join(text.split())
            assert not any(c in text for c in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200b\x00")


XML = [b"<", b">", b'"', b"&lt;", b"</c>", b"<f>", b"-1", b"9999999", b'r="ZZ0"', b't="s"', b's="9"', b"_xD800_"]


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_workbook_with_wrong_bytes_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    book = openpyxl.Workbook()
    for row in (["ID", "Name"], ["P-1", "Amara"], ["P-2", "Kofi"]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if "docProps" not in name}
    name = data.draw(st.sampled_from(sorted(parts)))
    wrong = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(wrong) - 1))
        wrong[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3) | st.sampled_from(XML))
    parts[name] = bytes(wrong)
    with zipfile.ZipFile(stream := io.BytesIO(), "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    whole = bytearray(stream.getvalue())
    if data.draw(st.booleans()):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(tmp_path, bytes(whole), name="roster.xlsx")
    except UserError as error:
        assert error.do


NAME = st.text(st.characters(categories=("L", "Mn", "Nd"), include_characters=" '-.’=+@"), min_size=1, max_size=40).map(
    lambda text: "A" + " ".join(text.split())
)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NAME, min_size=1, max_size=6), st.sampled_from([",", ";", "\t", "|"]))
def test_what_was_read_reads_the_same_again(tmp_path: Path, names: list[str], separator: str) -> None:
    """Written out with the protective apostrophe and read again, a roster is what it was."""

    def write(rows: list[list[str]]) -> Roster:
        stream = io.StringIO(newline="")
        safe = [[f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in row] for row in rows]
        csv.writer(stream, delimiter=separator).writerows([["ID", "Name", "Department"], *safe])
        return read(tmp_path, stream.getvalue())

    first = write([[f"P-{n}", name, f"={name}"] for n, name in enumerate(names)])
    assert said(first) == []
    assert [row.values["department"] for row in first.rows] == [f"={row.values['name']}" for row in first.rows]
    second = write([[row.values[field] for field in ("id", "name", "department")] for row in first.rows])
    assert second.rows == first.rows


def test_fields_and_words_fit_together() -> None:
    assert all(key(field) for field in FIELDS)
    assert key("N° de  Dossier") == "ndedossier"


def test_a_row_that_says_something_only_beyond_the_columns_that_are_read_is_no_row(tmp_path: Path) -> None:
    roster = read(tmp_path, "ID,Name\nP-1,Amara\n" + "," * 1000 + "x\nP-2,Kofi\n")
    assert [row.values["id"] for row in roster.rows] == ["P-1", "P-2"]


def test_cells_without_end_are_read_like_any_others(tmp_path: Path) -> None:
    """Where each letter of them were tried as the first of a word, this would take many minutes."""
    path = tmp_path / "roster.csv"
    path.write_bytes("ID;Name\nP-1;Zoé\n".encode("cp1252") + b"P-2;" + b";".join([b"1" * 120_000] * 12) + b"\n")
    assert [row.values["id"] for row in read_roster(path).rows] == ["P-1", "P-2"]
