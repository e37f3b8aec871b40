"""person export, erase, erased, and what other verbs say of somebody who was erased."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from rubricapp.cli.main import run
from tests.store.test_erasing import fill

NAME = "Zéphyrine Quillfeather"


@pytest.fixture
def call(ws, folder: Path, capsys):
    """call(words…) → (exit code, what was printed, as JSON where --json was among the words)."""
    person = fill(ws, NAME)
    ws.close()

    def run_(*words: str):
        code = run(["--workspace", str(folder), "--quiet", *words])
        said = capsys.readouterr()
        return code, json.loads(said.out) if "--json" in words else said.out + said.err

    run_.person = person
    return run_


def test_a_person_is_exported(call, tmp_path) -> None:
    code, said = call("person", "export", "XQ-7319", "--out", str(tmp_path / "out.zip"), "--json")
    assert (code, said["ok"], said["command"], said["files"]) == (0, True, "person export", 1)
    assert zipfile.is_zipfile(said["file"])
    code, said = call("person", "export", "Nobody Here", "--out", str(tmp_path / "out.zip"))
    assert code == 2
    assert "Nobody here is called" in said


def test_erasing_asks_for_the_name_first(call) -> None:
    code, said = call("person", "erase", "XQ-7319")
    assert code == 2
    assert f"--confirm “{NAME}”" in said
    assert "goes for good" in said
    assert "Delete them by hand" in said
    code, said = call("person", "erase", "XQ-7319", "--confirm", "Somebody Else", "--json")
    assert (code, said["problems"][0]["code"]) == (2, "E_CONFIRM")
    assert call("people", "list")[1].count(NAME) == 1


def test_a_person_is_erased_once_and_every_other_verb_goes_on(call, tmp_path) -> None:
    code, said = call(
        "person", "erase", "XQ-7319", "--confirm", "zéphyrine  QUILLFEATHER", "--reason", "asked", "--json"
    )
    assert (code, said["ok"], said["left"], said["mentions"], said["unfinished"]) == (0, True, [], [], None)
    assert said["files"] == 1
    assert "workspace.sqlite3" in said["searched"]
    code, text = call("person", "erase", call.person, "--confirm", NAME)
    assert code == 4
    assert "This person was erased on" in text
    code, said = call("person", "erased", "--json")
    assert [(each["id"], each["reason"], each["finished"]) for each in said["people"]] == [(call.person, "asked", 1)]
    code, text = call("history", call.person)
    assert code == 0
    assert "This person was erased on" in text
    assert "asked" in text
    for words in (
        ("people", "list"),
        ("history", "P-003"),
        ("history", "P-001"),
        ("log", "list"),
        ("peer", "list"),
        ("artefact", "list", "P-003"),
        ("evidence", "matrix", "P-003"),
        ("check", "--files"),
        ("report", "participant", "--all", "--out", str(tmp_path / "reports")),
        ("report", "cohort", "--out", str(tmp_path / "cohort.pdf")),
        ("export", "xlsx", "--out", str(tmp_path / "book.xlsx")),
        ("log", "export", "--out", str(tmp_path / "log.csv")),
        ("doctor",),
        ("backup",),
    ):
        code, text = call(*words)
        assert code == 0, (words, text)
        assert NAME not in text
        assert "Quillfeather" not in text
    assert "erased person" in call("peer", "list")[1]
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.suffix in (".csv", ".xlsx"):
            data = [path.read_bytes()]
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    data += [archive.read(name) for name in archive.namelist()]
            assert not any(b"Quillfeather" in part for part in data), path


def test_an_erased_assessor_stays_as_a_nameless_witness_in_reports(call, tmp_path) -> None:
    code, said = call("person", "erase", "A-001", "--confirm", "Tunde Example", "--json")
    assert (code, said["left"]) == (0, [])
    for words in (
        ("report", "participant", "--all", "--out", str(tmp_path / "reports")),
        ("report", "cohort", "--out", str(tmp_path / "cohort.pdf")),
        ("export", "xlsx", "--out", str(tmp_path / "book.xlsx")),
        ("history", "P-003"),
        ("log", "list"),
        ("check",),
    ):
        code, text = call(*words)
        assert code == 0, (words, text)
        assert "Tunde" not in text
    assert "erased person" in call("history", "P-003")[1]
    with zipfile.ZipFile(tmp_path / "book.xlsx") as book:
        assert not any(b"Tunde" in book.read(name) for name in book.namelist())


def test_totals_keep_the_number_of_who_was_erased(call, tmp_path) -> None:
    assert call("person", "erase", "XQ-7319", "--confirm", NAME)[0] == 0
    assert call("export", "xlsx", "--out", str(tmp_path / "book.xlsx"))[0] == 0
    with zipfile.ZipFile(tmp_path / "book.xlsx") as book:
        words = b"".join(book.read(name) for name in book.namelist())
    assert b"1 participant more was erased and is in no other number; 1 assessment was finished." in words


def test_nobody_erased_is_said(call) -> None:
    assert "Nobody was erased here." in call("person", "erased")[1]
