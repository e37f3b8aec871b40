"""Releasing and portfolio files on the command line: JSON shapes, exit codes, and no workspace where none is needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rubricapp import cli
from rubricapp.errors import Exit


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture):
    """A function that runs a verb with --json against a workspace with a scored participant."""
    folder = tmp_path / "w"
    cli.run(["init", str(folder), "--programme", "Residency", "--edition", "2026"])

    def run(*words: object, code: int = 0) -> dict:
        capsys.readouterr()
        got = cli.run([*map(str, words), "--workspace", str(folder), "--json"])
        out = capsys.readouterr().out
        assert got == code, (words, out)
        found = json.loads(out)
        assert found["ok"] is (code == 0)
        return found

    run("people", "add", "--role", "participant", "--name", "Amara Okafor")
    run("people", "add", "--role", "participant", "--name", "Bem Example")
    run("people", "add", "--role", "assessor", "--name", "Tariro Example")
    run(
        *("assess", "P-001", "--rubric", "camera", "--occasion", "baseline", "--assessor", "A-001"),
        *("--level", "CAM-1=3", "--comment", "CAM-1=Steady.", "--finish"),
    )
    clip = tmp_path / "River.mov"
    clip.write_bytes(b"moving pictures")
    run("artefact", "add", "P-001", clip, "--title", "River")
    return run


@pytest.fixture
def made(call, tmp_path: Path) -> Path:
    call("release", "P-001")
    call("portfolio", "make", "P-001", "--out", tmp_path / "amara.rubricfolio")
    return tmp_path / "amara.rubricfolio"


@pytest.fixture
def plain(capsys: pytest.CaptureFixture):
    """A function that runs a verb as a person does, and returns (exit code, what it printed)."""

    def run(*words: object) -> tuple[int, str]:
        capsys.readouterr()
        return cli.run([*map(str, words)]), capsys.readouterr().out

    return run


def test_releasing_and_taking_back(call) -> None:
    assert call("release", "P-002", code=Exit.USAGE)["problems"][0]["code"] == "E_NOTHING_TO_RELEASE"
    released = call("release", "--all", "--rubric", "camera", "--occasion", "baseline")["released"]
    assert [(each["participant"], each["rubric"], each["occasion"]) for each in released] == [
        ("P-001", "camera@1.0", "baseline")
    ]
    assert call("release", "--list")["released"] == released
    assert call("release", "--list", "P-002")["released"] == []
    assert call("release", "P-001", "--take-back", code=Exit.USAGE)["problems"][0]["code"] == "E_REASON"
    assert call("release", "P-001", "--take-back", "--reason", "A slip.")["taken_back"] == released
    assert call("release", "--list")["released"] == []
    for words in ((), ("P-001", "--all"), ("P-001", "--reason", "x"), ("--list", "--take-back")):
        call("release", *words, code=Exit.USAGE)


def test_nothing_is_in_the_file_before_it_is_released(call, tmp_path) -> None:
    place = tmp_path / "a.rubricfolio"
    found = call("portfolio", "make", "P-001", "--out", place)
    assert found["assessments"] == 0
    assert found["remarks"] == ["1 finished assessment is not released."]
    call("release", "P-001")
    found = call("portfolio", "make", "P-001", "--out", place)
    assert (found["assessments"], found["works"], found["files"]) == (1, 1, 1)
    assert found["signature"]["whole"] and found["size"] == place.stat().st_size
    audience = call("portfolio", "make", "P-001", "--out", place, "--audience", "producer")
    assert (audience["assessments"], audience["works"]) == (1, 0)
    assert "River" in audience["remarks"][0]
    assert (
        call("portfolio", "make", "A-001", "--out", place, code=Exit.USAGE)["problems"][0]["code"] == "E_NO_PARTICIPANT"
    )
    assert call("portfolio", "make", "nobody", "--out", place, code=Exit.USAGE)["problems"][0]["code"] == "E_NO_PERSON"


def test_who_has_left_can_still_be_given_their_portfolio(call, tmp_path) -> None:
    from rubricapp.core.changes import derived_id
    from rubricapp.store.people import find_people, load_edition
    from rubricapp.store.workspace import open_

    with open_(tmp_path / "w") as ws:
        enrolment = derived_id("enrolment", load_edition(ws).id, find_people(ws, "P-001")[0].id, "participant")
        with ws.writing("") as log:
            log.set("enrolment", enrolment, "ended_on", "2026-11-03")
    call("release", "P-001")
    assert call("portfolio", "make", "P-001", "--out", tmp_path / "a.rubricfolio")["assessments"] == 1


def test_a_stranger_opens_it_and_no_workspace_is_opened_or_made(made, plain, tmp_path, monkeypatch) -> None:
    home = tmp_path / "stranger"
    monkeypatch.setenv("RUBRICAPP_HOME", str(home))
    monkeypatch.setenv("RUBRICAPP_WORKSPACE", str(tmp_path / "nowhere"))
    code, said = plain("portfolio", "open", made)
    assert code == Exit.DONE
    for words in (
        "Whole",
        "Amara Okafor",
        "Residency 2026",
        "Camera 1.0",
        "CAM-1",
        "3 Supported",
        "“Steady.”",
        "[w1] River",
    ):
        assert words in said, words
    code, said = plain("portfolio", "open", made, "--json")
    found = json.loads(said)
    assert found["portfolio"]["assessments"][0]["ratings"][0]["comment"] == "Steady."
    assert found["signature"]["whole"] is True
    assert plain("portfolio", "verify", made)[0] == Exit.DONE
    assert not home.exists()
    assert not (tmp_path / "nowhere").exists()


def test_exit_codes_say_what_is_wrong(made, plain, tmp_path) -> None:
    other = tmp_path / "other.rubricfolio"
    content = made.read_bytes()
    for code, data in (
        (Exit.DAMAGED, content.replace(b"Steady.", b"Superb!")),
        (Exit.DAMAGED, content[:-100]),
        (Exit.UNREADABLE, b"a letter"),
        (Exit.REFUSED, content.replace(b'{"format":1,', b'{"format":9,')),
    ):
        other.write_bytes(data)
        assert plain("portfolio", "verify", other)[0] == code
        assert json.loads(plain("portfolio", "verify", other, "--json")[1])["ok"] is False
    assert plain("portfolio", "verify", tmp_path / "nowhere")[0] == Exit.UNREADABLE
    other.write_bytes(content.replace(b"Steady.", b"Superb!"))
    code, said = plain("portfolio", "open", other)
    assert code == Exit.DAMAGED
    assert said.startswith("NOT WHOLE")
    assert "Superb!" in said


def test_words_of_a_stranger_do_not_reach_the_terminal_as_commands(made, plain) -> None:
    content = made.read_bytes()
    altered = content.replace(b'"Steady."', b'"\\u001b["').replace(b'"Amara Okafor"', b'"Amara\\nWhole"')
    made.write_bytes(altered)
    _code, said = plain("portfolio", "open", made)
    assert "\x1b" not in said
    assert "Amara Whole" in said, "no line of its own"
    assert "�[" in said


def test_whose_signature_it_is_can_be_compared(made, call) -> None:
    keys = call("portfolio", "keys")
    assert keys["now"] == call("portfolio", "verify", made)["signature"]["fingerprint"]
    assert keys["before"] == []


def test_additions(made, call) -> None:
    before = made.read_bytes()
    added = call(
        *("portfolio", "add-showing", made, "--on", "2027-05", "--place", "Festival del Río", "--work", "w1"),
        *("--kind", "festival", "--result", "First prize"),
    )
    assert added["kept_in"] == str(made) + "-notes.json"
    call("portfolio", "add-note", made, "--text", "Now with subtitles.")
    found = call("portfolio", "open", made)
    assert [(each["kind"], each["place"], each["words"]) for each in found["additions"]] == [
        ("showing", "Festival del Río", "festival"),
        ("note", "", "Now with subtitles."),
    ]
    assert made.read_bytes() == before
    wrong = call("portfolio", "add-showing", made, "--on", "2027", "--place", "X", "--work", "w7", code=Exit.USAGE)
    assert wrong["problems"][0]["code"] == "E_NO_ARTEFACT"
