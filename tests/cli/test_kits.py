"""Kits for everybody, who accompanies whom, and calibration before scoring, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rubricapp import cli
from rubricapp.core.model import Role
from rubricapp.errors import Exit
from rubricapp.operations import people, programmes, rubrics
from tests.cli.test_cli import Shell
from tests.laptops import WORDS, make_passphrases_quick
from tests.operations.rounds import ask


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture):
    """A function that runs a verb with --json on the lead's laptop, or in another workspace (at=…)."""
    cli.run(["init", str(tmp_path / "lead"), "--programme", "Residency", "--edition", "2026"])

    def run(*words: object, code: int = 0, at: str = "lead") -> dict:
        capsys.readouterr()
        got = cli.run([*map(str, words), "--workspace", str(tmp_path / at), "--json"])
        out = capsys.readouterr().out
        assert got == code, (words, out)
        return json.loads(out)

    for number in range(3):
        run("people", "add", "--role", "participant", "--name", f"Participant {number}")
    run("people", "add", "--role", "assessor", "--name", "Noor Example")
    run("people", "add", "--role", "mentor", "--name", "Maya Mentor")
    run("people", "add", "--role", "lead", "--name", "Lena Lead")
    return run


def open_kit(call, tmp_path: Path, made: dict, into: str) -> None:
    words = tmp_path / f"{into}.txt"
    words.write_text(made["passphrase"])
    call("kit", "open", made["file"], "--into", tmp_path / into, "--passphrase-file", words, at=into)


def test_everybody_who_has_something_to_do_and_who_has_not(call, tmp_path) -> None:
    own = call("kit", "make", "--all", "--for", "participants", "--out", tmp_path / "kits")
    made = call("kit", "make", "--all", "--out", tmp_path / "kits")
    assert made["kits"] == []
    assert {each["person"]: each["circles"] for each in own["kits"]} == {
        f"P-00{n}": ["participants"] for n in (1, 2, 3)
    }
    assert {each["person"]: each["why"] for each in made["left_out"]} == {
        "A-001": "Noor Example was not asked to score anybody.",
        "M-001": "Maya Mentor was not asked to accompany anybody.",
        "L-001": "Lena Lead leads, and was asked neither to score nor to accompany anybody.",
    }
    call("mentoring", "accompany", "P-001", "P-002", "--mentor", "Maya Mentor")
    made = call("kit", "make", "--all", "--for", "mentors", "--out", tmp_path / "kits")
    assert [(each["person"], each["circles"]) for each in made["kits"]] == [("M-001", ["mentors"])]
    call("mentoring", "accompany", "P-001", "P-002", "--mentor", "Maya Mentor", "--remove")
    made = call("kit", "make", "--all", "--for", "mentors", "--out", tmp_path / "kits")
    assert (made["kits"], [each["person"] for each in made["left_out"]]) == ([], ["M-001"])
    call("mentoring", "accompany", "P-001", "--mentor", "P-001", code=Exit.USAGE)


def test_names_or_all_and_not_both(call, tmp_path) -> None:
    call("kit", "make", "--out", tmp_path, code=Exit.USAGE)
    call("kit", "make", "P-001", "--all", "--out", tmp_path, code=Exit.USAGE)
    call("kit", "make", "P-001", "--for", "peers", "--out", tmp_path, code=Exit.USAGE)
    call("kit", "make", "A-001", "--out", tmp_path, code=Exit.REFUSED)
    twice = call("kit", "make", "P-001", "Participant 0", "--out", tmp_path)
    assert len(twice["kits"]) == 1


def test_there_and_back_as_a_participant_in_the_terminal(call, tmp_path) -> None:
    (made,) = call("kit", "make", "P-001", "--out", tmp_path / "kits")["kits"]
    open_kit(call, tmp_path, made, "away")
    call("log", "add", "P-001", "--date", "2026-09-10", "--tasks", "Lit", at="away")
    clip = tmp_path / "clip.txt"
    clip.write_text("a clip")
    call("artefact", "add", "P-001", clip, "--title", "Clip", at="away")
    call(
        *("assess", "P-001", "--rubric", "camera", "--occasion", "baseline", "--kind", "self"),
        *("--level", "CAM-1=3", "--finish"),
        at="away",
    )
    back = call("return", "make", "--out", tmp_path / "stick", at="away")
    assert [each["size"] for each in back["files"]] == [6]
    call("merge", back["file"])
    assert [each["title"] for each in call("artefact", "list", "P-001")["artefacts"]] == ["Clip"]
    assert len(call("log", "list", "P-001")["entries"]) == 1
    # Somebody else's kit into the same folder is refused, and says whose it is.
    (other,) = call("kit", "make", "P-002", "--out", tmp_path / "kits")["kits"]
    words = tmp_path / "other.txt"
    words.write_text(other["passphrase"])
    found = call(
        *("kit", "open", other["file"], "--into", tmp_path / "away", "--passphrase-file", words),
        at="away",
        code=Exit.REFUSED,
    )
    assert found["problems"][0]["code"] == "E_OTHER_PERSON"


def test_a_calibration_is_demanded_scored_away_and_answered(call, tmp_path) -> None:
    call("calibration", "sample", "Night Market", "--rubric", "camera", "--level", "CAM-1=3", "--reason", "CAM-1=Why")
    warm = ("calibration", "sample", "Warm-up", "--rubric", "camera", "--level", "CAM-1=3", "--reason", "CAM-1=Seen")
    assert call(*warm, "--at-once")["at_once"] is True
    assert call("calibration", "gate", "--rubric", "camera", "--demand")["demanded"] is True
    where = ("--assessor", "Noor Example", "--rubric", "camera", "--occasion", "baseline")
    refused = call("assign", "P-001", *where, code=Exit.REFUSED)
    assert refused["problems"][0]["code"] == "E_NOT_CALIBRATED"
    refused = call("assign", "auto", "--rubric", "camera", code=Exit.REFUSED)
    assert "Noor Example has not passed" in refused["problems"][0]["message"]
    call("assign", "P-001", *where, "--despite", "The week cannot wait")
    (made,) = call("kit", "make", "A-001", "--out", tmp_path / "kits")["kits"]
    assert made["not_calibrated"][0].startswith("Noor Example has not passed the calibration for ")
    open_kit(call, tmp_path, made, "away")
    done = call("calibration", "score", "A-001", "Night Market", "--level", "CAM-1=3", "--finish", at="away")
    assert (done["waits"], done["gaps"], done["standing"]["waiting"]) == (True, [], 1)
    done = call("calibration", "score", "A-001", "Warm-up", "--level", "CAM-1=2", "--finish", at="away")
    assert (done["waits"], [each["reason"] for each in done["gaps"]]) == (False, ["Seen"])
    assert done["standing"]["missing"] == 1, "it counts at no gate"
    call("merge", call("return", "make", "--out", tmp_path / "stick", at="away")["file"])
    assert call("calibration", "result", "A-001", "--rubric", "camera")["standing"]["passed"] is True
    call("assign", "auto", "--rubric", "camera", "--occasion", "final")
    (made,) = call("kit", "make", "A-001", "--out", tmp_path / "kits")["kits"]
    assert (made["not_calibrated"], made["passphrase"]) == ([], None)
    call("kit", "open", made["file"], "--into", tmp_path / "away", at="away")
    result = call("calibration", "result", "A-001", "--rubric", "camera", at="away")
    assert [gap["reason"] for each in result["results"] for gap in each["gaps"]] == ["Why", "Seen"]
    assert call("calibration", "gate", "--rubric", "camera", "--no-demand")["demanded"] is False


def test_what_peers_said_travels_and_is_said_to_whoever_makes_the_kit(tmp_path, document, capsys) -> None:
    """As the window does: making the kit is the first reading."""
    shell = Shell(tmp_path / "w", capsys)
    with programmes.start(shell.folder, "Residency", "2026", rubrics=[]) as ws:
        rubrics.adopt(ws, [document])
        amara = people.add_person(ws, Role.PARTICIPANT, "Amara Example")[0]
        ask(ws).write_for(amara)
    (tmp_path / "words").write_text(WORDS)
    make = ("kit", "make", "P-001", "--out", tmp_path / "kits", "--passphrase-file", tmp_path / "words")
    (made,) = shell.json(*make)["kits"]
    assert made["feedback"] == 1
    assert "With what peers said in 1 round: read from now on" in shell.run(*make)[1]
    (other,) = shell.json(*make[:2], "P-002", *make[3:])["kits"]
    assert other["feedback"] == 0
    own = Shell(tmp_path / "own", capsys)
    opened = ("--into", own.folder, "--passphrase-file", tmp_path / "words")
    assert own.run("kit", "open", made["file"], *opened)[0] == 0
    said = own.json("peer", "feedback", "P-001")
    assert said == shell.json("peer", "feedback", "P-001") and said["enough"] and len(said["works"]) == 4
