"""Who scores whom, on the command line."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from rubricapp import cli
from rubricapp.errors import Exit
from rubricapp.store.people import find_people
from rubricapp.store.workspace import open_


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "w"


@pytest.fixture
def call(folder: Path, capsys: pytest.CaptureFixture):
    """A function that runs a verb with --json in a workspace with six participants and three assessors."""
    cli.run(["init", str(folder), "--programme", "Residency", "--edition", "2026"])

    def run(*words: object, code: int = 0) -> dict:
        capsys.readouterr()
        got = cli.run([*map(str, words), "--workspace", str(folder), "--json"])
        out = capsys.readouterr().out
        assert got == code, (words, out)
        return json.loads(out)

    for number in range(6):
        run("people", "add", "--role", "participant", "--name", f"Participant {number}")
    for name in ("Tariro Example", "Noor Example", "Ines Example"):
        run("people", "add", "--role", "assessor", "--name", name)
    return run


def test_one_by_one_and_back(call) -> None:
    where = ("--assessor", "Tariro Example", "--rubric", "camera", "--occasion", "baseline")
    call("assign", "P-001", *where)
    call("assign", "P-001", *where)
    (found,) = call("assign", "list")["assignments"]
    assert found == {
        "participant": "P-001", "assessor": "A-001", "rubric": "camera", "occasion": "baseline", "state": "not begun",
        "handed_in": False,
    }  # fmt: skip
    call("assess", "P-001", *where, "--level", "CAM-1=3")
    assert call("assign", "list")["assignments"][0]["state"] == "draft"
    call("assign", "P-001", *where, "--remove")
    assert call("assign", "list")["assignments"] == []


def test_what_a_form_of_the_verb_does_not_heed_is_refused(call) -> None:
    """“auto --remove” asked everybody, and said nothing of not having removed anything."""
    where = ("--assessor", "Tariro Example", "--rubric", "camera", "--occasion", "baseline")
    for words in (
        ("auto", "--remove"),
        ("auto", "--assessor", "Tariro Example"),
        ("P-001", *where, "--raters", "2"),
        ("P-001", *where, "--seed", "0"),
        ("list", "--remove"),
        ("list", "--despite", "why"),
    ):
        (problem,) = call("assign", *words, code=Exit.USAGE)["problems"]
        assert "does not go with" in problem["message"]
    assert call("assign", "list")["assignments"] == []


def test_a_list_is_narrowed_by_what_is_named(call) -> None:
    call("assign", "P-001", "--assessor", "A-001", "--rubric", "camera", "--rubric", "sound", "--occasion", "baseline")
    call("assign", "P-002", "--assessor", "A-002", "--rubric", "camera", "--occasion", "final")

    def listed(*words: str) -> set[tuple[str, str]]:
        return {(each["participant"], each["rubric"]) for each in call("assign", "list", *words)["assignments"]}

    assert listed() == {("P-001", "camera"), ("P-001", "sound"), ("P-002", "camera")}
    assert listed("--assessor", "A-002") == {("P-002", "camera")} == listed("--occasion", "final")
    assert listed("--rubric", "sound") == {("P-001", "sound")}
    assert call("assign", "list", "--occasion", "nowhere", code=Exit.USAGE)["problems"][0]["code"] == "E_NO_OCCASION"
    assert call("assign", "list", "--assessor", "Nobody", code=Exit.USAGE)["problems"][0]["code"] == "E_NO_PERSON"


def test_taking_back_what_nobody_was_asked_for_changes_nothing(call, capsys) -> None:
    asked = ("assign", "P-001", "--assessor", "A-001", "--rubric", "camera", "--remove", "--occasion")
    assert call(*asked, "Third week 2026-11-20", code=Exit.USAGE)["problems"][0]["code"] == "E_NO_OCCASION"
    assert call(*asked, "baseline")["removed"] is False
    call("assign", "P-001", "--assessor", "A-001", "--rubric", "camera", "--occasion", "baseline")
    assert call(*asked, "baseline")["removed"] is True


def test_evenly_and_again_with_other_wishes(call) -> None:
    made = call("assign", "auto", "--double", "1/3", "--seed", "3")
    assert made["occasion"] == "baseline"
    assert len(made["pairs"]) == 8
    assert max(Counter(pair["assessor"] for pair in made["pairs"]).values()) == 3
    assert len(call("assign", "list")["assignments"]) == 8 * 4  # four rubrics
    again = call("assign", "auto", "--occasion", "baseline", "--rubric", "camera", "--seed", "4")
    assert len(again["pairs"]) == 6
    assert made["taken_back"] == 0 < again["taken_back"] <= 8, "whom a kit may have asked is said, not dropped silently"
    kept = [each for each in call("assign", "list")["assignments"] if each["rubric"] == "camera"]
    assert {(each["assessor"], each["participant"]) for each in kept} == {
        (pair["assessor"], pair["participant"]) for pair in again["pairs"]
    }
    assert call("assign", "auto")["occasion"] == "midpoint"


def test_what_was_begun_stays_asked(call) -> None:
    call("assign", "P-001", "--assessor", "Ines Example", "--rubric", "camera", "--occasion", "baseline")
    call("assess", "P-001", "--assessor", "Ines Example", "--rubric", "camera", "--occasion", "baseline", "--note", "")
    for seed in range(4):
        call("assign", "auto", "--occasion", "baseline", "--seed", seed)
        pairs = {(each["assessor"], each["participant"]) for each in call("assign", "list")["assignments"]}
        assert ("A-003", "P-001") in pairs


def test_who_is_kept_apart_is_refused(call, folder) -> None:
    with open_(folder) as ws, ws.writing("lead") as log:
        pair = find_people(ws, "P-001")[0].id, find_people(ws, "A-001")[0].id
        log.set_all("declared_conflict", "x", {"one": pair[1], "other": pair[0]})
    where = ("--assessor", "Tariro Example", "--rubric", "camera", "--occasion", "baseline")
    assert call("assign", "P-001", *where, code=Exit.REFUSED)["problems"][0]["code"] == "E_CONFLICT_OF_INTEREST"
    pairs = call("assign", "auto")["pairs"]
    assert {"assessor": "A-001", "participant": "P-001"} not in pairs


@pytest.mark.parametrize("share", ["2", "-1", "much", "1/0"])
def test_a_share_that_is_none(call, share) -> None:
    call("assign", "auto", "--double", share, code=Exit.USAGE)


def test_what_is_missing_is_asked_for(call) -> None:
    call("assign", "P-001", "--assessor", "Tariro Example", code=Exit.USAGE)


def test_nobody_to_ask(tmp_path, capsys) -> None:
    cli.run(["init", str(tmp_path / "empty"), "--programme", "R", "--edition", "1"])
    capsys.readouterr()
    assert cli.run(["assign", "auto", "--workspace", str(tmp_path / "empty"), "--json"]) != 0
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "E_NO_ASSESSORS"
