"""Moderation, committees, releases and the chain on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rubricapp import cli
from rubricapp.errors import Exit
from rubricapp.store import engine
from rubricapp.store.workspace import FILE_NAME

WHERE = ("--rubric", "camera", "--occasion", "baseline")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "w"


@pytest.fixture
def call(folder: Path, capsys: pytest.CaptureFixture):
    """A function that runs a verb with --json; P-001 was given 2 and 4 for CAM-1 by two of three assessors."""
    cli.run(["init", str(folder), "--programme", "Residency", "--edition", "2026"])

    def run(*words: object, code: int = 0, text: bool = False):
        capsys.readouterr()
        got = cli.run([*map(str, words), "--workspace", str(folder), *([] if text else ["--json"])])
        captured = capsys.readouterr()
        assert got == code, (words, captured)
        return captured.out if text else json.loads(captured.out)

    run("people", "add", "--role", "participant", "--name", "Amara Example")
    run("people", "add", "--role", "participant", "--name", "Kofi Example")
    for name in ("Tariro Example", "Noor Example", "Ines Example"):
        run("people", "add", "--role", "assessor", "--name", name)
    for name, level, words in (("Tariro Example", 2, "flat"), ("Noor Example", 4, "=mood\x1b[31m")):
        run("assess", "P-001", *WHERE, "--assessor", name, "--level", f"CAM-1={level}", "--comment", f"CAM-1={words}",
            "--level", "CAM-2=not_observed" if level == 2 else "CAM-2=3", "--finish")  # fmt: skip
    return run


def test_side_by_side(call, tmp_path) -> None:
    work = tmp_path / "clip.mov"
    work.write_bytes(b"frames")
    artefact = call("artefact", "add", "P-001", work, "--title", "Night market")["artefact"]
    call("evidence", "link", artefact["id"] if isinstance(artefact, dict) else artefact, "CAM-1",
         "--from", "00:01:47:12", "--rate", "25")  # fmt: skip
    found = call("moderation", "list")
    wide, blank = found["gaps"]
    assert (wide["participant"], wide["rubric"], wide["occasion"], wide["criterion"]) == (
        "P-001", "camera@1.0", "baseline", "CAM-1",
    )  # fmt: skip
    assert (wide["sort"], wide["open"], wide["agreed"]) == ("levels", True, None)
    assert [(each["assessor"], each["value"]) for each in wide["ratings"]] == [
        ("Tariro Example", 2), ("Noor Example", 4),
    ]  # fmt: skip
    assert wide["evidence"] == [{"title": "Night market", "moment": "00:01:47:12", "note": ""}]
    assert (blank["criterion"], blank["sort"], blank["open"]) == ("CAM-2", "blank", False)
    states = {each["participant"]: each["state"] for each in found["people"]}
    assert states == {"P-001": "marking_completed", "P-002": "not_marked"}
    told = call("moderation", "list", text=True)
    assert "2  Tariro Example: “flat”" in told and "Night market 00:01:47:12" in told and "\x1b" not in told
    assert call("moderation", "list", "P-002")["gaps"] == []


def test_settling_and_what_it_leaves(call) -> None:
    agree = ("moderation", "agree", "P-001", "cam-1")
    call(*agree, code=Exit.USAGE)
    call(*agree, "--level", "3", "--both", "--reason", "x", code=Exit.USAGE)
    call(*agree, "--level", "clear", "--reason", "x", code=Exit.USAGE)
    assert call(*agree, "--level", "3", code=Exit.USAGE)["problems"][0]["code"] == "E_REASON"
    assert call(*agree, "--level", "6", "--reason", "x", code=Exit.USAGE)["problems"][0]["code"] == "E_LEVEL"
    done = call(*agree, "--level", "3", "--reason", "Seen together.", "--by", "Ines Example")
    assert done["agreed"] | {"on": ""} == {
        "value": 3, "reason": "Seen together.", "by": "Ines Example", "on": "", "third": None, "changed": False,
    }  # fmt: skip
    found = call("moderation", "list")
    assert [each["criterion"] for each in found["gaps"]] == ["CAM-2"]
    assert {(each["assessor"], each["up"], each["down"]) for each in found["moved"]} == {
        ("Tariro Example", 1, 0), ("Noor Example", 0, 1),
    }  # fmt: skip
    assert {each["criterion"] for each in call("moderation", "list", "--settled")["gaps"]} == {"CAM-1", "CAM-2"}
    call("moderation", "reopen", "P-001", "CAM-1", code=Exit.USAGE)
    call("moderation", "reopen", "P-001", "CAM-1", "--reason", "A clip was found.")
    assert call("moderation", "list")["people"][0]["state"] == "in_moderation"
    call(*agree, "--both", "--reason", "Both have a point.")
    history = call("history", "P-001", "--criterion", "CAM-1")["changes"]
    assert [
        (each["value"], each["reason"])
        for each in history
        if (each["kind"], each["field"]) == ("agreed_level", "level")
    ] == [(3, "Seen together."), (None, "A clip was found."), ("both", "Both have a point.")]
    assert {each["criterion"] for each in history} == {"CAM-1"}
    assert len([each for each in history if each["kind"] == "rating"]) == 4, "levels and comments of both"
    told = call("history", "P-001", text=True)
    assert "agreed_level CAM-1 level = both  (Both have a point.)" in told
    assert not [each for each in call("history", "P-001", "--criterion", "CAM-2")["changes"]
                if each["kind"] == "agreed_level"]  # fmt: skip


def test_what_was_not_settled_is_not_opened_again(call) -> None:
    reopen = ("moderation", "reopen", "P-001", "CAM-1", "--reason", "One more look.")
    assert "CAM-1: not settled; nothing was changed" in call(*reopen, text=True)
    call("moderation", "agree", "P-001", "CAM-1", "--level", "3", "--reason", "They talked.")
    assert "CAM-1: open again" in call(*reopen, text=True)


def test_a_third_is_asked(call) -> None:
    done = call("moderation", "agree", "P-001", "CAM-1", "--third", "Ines Example", "--reason", "Too far apart.")
    assert done["agreed"]["third"] == "Ines Example"
    (asked,) = call("assign", "list")["assignments"]
    assert (asked["assessor"], asked["state"]) == ("A-003", "not begun")
    hidden = call("moderation", "list")
    assert hidden["gaps"] == [] and hidden["moved"] == []
    assert hidden["people"][0]["slots"][0]["unfinished"] == ["Ines Example"]
    assert call("moderation", "list", "--early")["gaps"]
    refused = call("moderation", "agree", "P-001", "CAM-1", "--level", "3", "--reason", "x", code=Exit.REFUSED)
    assert refused["problems"][0]["code"] == "E_IN_MARKING"
    call("moderation", "agree", "P-001", "CAM-1", "--level", "3", "--reason", "They talked.", "--early")
    assert call("assign", "list")["assignments"] == []


def test_releases_wait_for_it(call) -> None:
    refused = call("release", "--all", code=Exit.REFUSED)["problems"][0]
    assert refused["code"] == "E_OPEN_GAPS" and "CAM-1" in refused["message"]
    call("release", "P-001", "--anyway", code=Exit.USAGE)
    call("release", "P-001", "--reason", "x", code=Exit.USAGE)
    call("release", "P-001", "--anyway", "--take-back", "--reason", "x", code=Exit.USAGE)
    anyway = ("release", "P-001", "--anyway", "--reason", "The jury meets.", "--by", "Ines Example")
    assert len(call(*anyway)["released"]) == 1
    assert "Ines Example" in {
        each["author"] for each in call("history", "P-001")["changes"] if each["kind"] == "release"
    }
    said = [each for each in call("history", "P-001")["changes"] if each["field"] == "released_on"]
    assert said[0]["reason"] == "The jury meets."
    assert call("moderation", "list")["people"][0]["state"] == "released"
    agree = call("moderation", "agree", "P-001", "CAM-1", "--level", "3", "--reason", "x", code=Exit.REFUSED)
    assert agree["problems"][0]["code"] == "E_RELEASED"


def test_the_sample(call) -> None:
    found = call("moderation", "sample", "--share", "1/2", "--seed", "4")
    assert (found["share"], found["seed"]) == (0.5, 4)
    assert {each["assessor"] for each in found["sample"]} == {"Tariro Example", "Noor Example"}
    assert all({"first", "random"} <= set(each["why"]) for each in found["sample"])
    assert call("moderation", "sample", "--share", "1/2", "--seed", "4") == found
    assert "drawn" in call("moderation", "sample", "--share", "100%", text=True)
    call("moderation", "sample", "--share", "2", code=Exit.USAGE)
    assert call("moderation", "sample", "--occasion", "final")["sample"] == []


def test_a_committee(call) -> None:
    opened = call("committee", "open", "P-001", "--on", "2026-11-30", "--member", "Tariro Example",
                  "--member", "Noor Example")  # fmt: skip
    case = opened["case"]["id"]
    assert opened["last"] is None and opened["reading"]
    call("committee", "vote", case, "--member", "Tariro Example", "--vote", "ready", "--note", "Strong reel.")
    hidden = call("committee", "show", "P-001")
    assert hidden["case"]["votes"] == hidden["case"]["tally"] == [] and hidden["case"]["missing"] == ["Noor Example"]
    for words in (("committee", "show", "P-001"), ("history", "P-001")):
        assert "Strong reel" not in call(*words, text=True)
    assert call("committee", "show", "P-001", "--member", "Tariro Example")["case"]["votes"][0]["vote"] == "ready"
    decide = ("committee", "decide", case[:8], "--decision", "Pass", "--rationale", "Both agree", "--plan", "Two days")
    assert call(*decide, code=Exit.REFUSED)["problems"][0]["code"] == "E_VOTES_OPEN"
    call("committee", "vote", "P-001", "--member", "Noor Example", "--vote", "ready")
    assert call("committee", "show", "P-001")["case"]["tally"] == [{"vote": "ready", "n": 2}]
    assert call(*decide)["case"]["decision"]["plan"] == "Two days"
    again = (*decide[:3], "--decision", "Passed", "--rationale", "Both agree", "--reason", "A slip.")
    assert call(*again)["case"]["decision"]["plan"] == "Two days", (
        "what was to be done stands where nobody says it anew"
    )
    assert call(*again, "--plan", "")["case"]["decision"]["plan"] == ""
    call(*decide, "--reason", "As it was.")
    call("committee", "open", "P-001", "--on", "2027-02-01")
    assert call("committee", "show", "P-001")["last"]["decision"]["plan"] == "Two days"
    told = call("committee", "show", "P-001", text=True).splitlines()
    assert told[:2] == ["Last time, 2026-11-30: Pass", "The plan was: Two days"]
    assert call("committee", "close", "P-001")["case"]["shown"]
    assert call("check")["problems"] == []


def test_every_chain_is_verified_and_the_broken_link_named(call, folder) -> None:
    whole = call("check", "--chain")
    (device,) = whole["devices"]
    assert (device["first"], device["whole"], device["problems"]) == (1, True, [])
    assert device["changes"] == device["last"] == whole["changes"]
    assert "whole" in call("check", "--chain", text=True)
    connection = engine.connect(folder / FILE_NAME)
    connection.execute("UPDATE change_row SET author = author + 1 WHERE seq = 7")
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("DELETE FROM change_row WHERE seq IN (11, 12)")
    connection.close()
    broken = call("check", "--chain", code=Exit.DAMAGED)
    (device,) = broken["devices"]
    assert not device["whole"]
    assert [(each["code"], each["seq"]) for each in device["problems"]] == [("CHECK_CHAIN", 7), ("CHECK_GAP", 11)]
    assert "7" in device["problems"][0]["message"] and "11 to 12" in device["problems"][1]["message"]
    assert "11 to 12" in call("check", "--chain", text=True, code=Exit.DAMAGED)
