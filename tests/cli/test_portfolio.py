"""Works and evidence on the command line: names, JSON shapes, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rubricapp import cli
from rubricapp.errors import Exit


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture):
    """A function that runs a verb with --json against a workspace with one participant, and returns what it says."""
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
    run("people", "add", "--role", "assessor", "--name", "Tariro Example")
    return run


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "Night Market.mov"
    path.write_bytes(b"moving picture")
    return path


def test_from_a_file_to_the_matrix(call, clip) -> None:
    added = call(
        *("artefact", "add", "Amara Okafor", clip, "--title", "Night Market", "--role", "1st AC"),
        *("--consent", "Festivals only", "--expires", "2020-01-01"),
    )
    work = added["artefact"]
    assert (work["title"], work["role"], work["size"], work["media"]) == ("Night Market", "1st AC", 14, "video")
    assert (work["consent"], work["consent_expires_on"], work["here"]) == ("Festivals only", "2020-01-01", True)
    assert [each["code"] for each in added["warnings"]] == ["CONSENT_EXPIRED"]

    said = call(
        *("evidence", "link", "night market", "cam-1", "--from", "00:01:47:12", "--to", "1:50", "--note", "Eyeline"),
        *("--by", "Tariro Example"),
    )
    link = said["evidence"]
    assert said["new"]
    assert (link["criterion"], link["from"], link["to"]) == ("CAM-1", "00:01:47:12", "00:01:50:00")
    assert (link["from_frame"], link["to_frame"], link["rate"], link["note"]) == (2687, 2750, "25", "Eyeline")
    assert (link["artefact"], link["log_entry"], link["page"], link["region"]) == (work["id"], None, None, None)

    day = call("log", "add", "Amara Okafor", "--date", "2026-09-10", "--criterion", "CAM-2")["entry"]
    assert call("evidence", "link", day["id"][-8:], "CAM-3")["evidence"]["log_entry"] == day["id"]
    plan = call("artefact", "add", "Amara Okafor", "https://example.org/plan.pdf")["artefact"]
    assert plan["link"] == "https://example.org/plan.pdf"

    found = call("evidence", "matrix", "Amara Okafor")
    criteria = {each["criterion"]: each for rubric in found["rubrics"] for each in rubric["criteria"]}
    assert criteria["CAM-1"]["evidence"] == [link]
    assert criteria["CAM-2"]["touched"] == [day["id"]]
    assert found["artefacts"] == [
        {"id": work["id"], "title": "Night Market", "proves": ["CAM-1"]},
        {"id": plan["id"], "title": "plan", "proves": []},
    ]
    assert found["proves_nothing"] == [plan["id"]]
    assert "CAM-2" in found["without"] and not {"CAM-1", "CAM-3"} & set(found["without"])

    listed = call("artefact", "list", "Amara Okafor")
    assert listed["participant"] == "Amara Okafor"
    assert [each["evidence"] for each in listed["artefacts"]] == [[link], []]
    authors = {each["author"] for each in call("history", "Amara Okafor")["changes"] if each["kind"] == "evidence"}
    assert len(authors) == 2, "the assessor for the clip, the participant for the day"

    said = call("evidence", "note", link["id"][-8:], "Eyeline <b>held</b>")["evidence"]
    assert said == link | {"note": "Eyeline <b>held</b>"}
    assert call("evidence", "note", link["id"], "")["evidence"]["note"] == ""
    call("evidence", "unlink", link["id"][-8:])
    assert "CAM-1" in call("evidence", "matrix", "Amara Okafor")["without"]
    call("check", "--files")


def test_links_move_details_change_and_works_go(call, clip, tmp_path) -> None:
    work = call("artefact", "add", "Amara Okafor", clip, "--link")["artefact"]
    assert (work["link"], work["sha256"], work["here"]) == (str(clip), "", True)
    moved = clip.rename(tmp_path / "moved.mov")
    (listed,) = call("artefact", "list", "Amara Okafor")["artefacts"]
    assert (listed["here"], [each["code"] for each in listed["warnings"]]) == (
        False,
        ["CONSENT_UNKNOWN", "FILE_MISSING"],
    )
    assert call("artefact", "relink", "Night Market", moved)["artefact"]["here"]
    edited = call(
        "artefact", "edit", work["id"], "--did", "Pulled focus", "--stage", "locked", "--consent", "All of it"
    )
    assert (edited["artefact"]["did"], edited["artefact"]["stage"], edited["warnings"]) == (
        "Pulled focus",
        "locked",
        [],
    )
    call("artefact", "remove", "Night Market")
    assert call("artefact", "list", "Amara Okafor")["artefacts"] == []


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (("artefact", "add", "Nobody", "FILE"), Exit.USAGE, "E_NO_PERSON"),
        (("artefact", "add", "Tariro Example", "FILE"), Exit.USAGE, "E_NO_PERSON"),
        (("artefact", "add", "Amara Okafor", "none.mov"), Exit.UNREADABLE, "E_FILE_UNREADABLE"),
        (("artefact", "add", "Amara Okafor", "none.mov", "--link"), Exit.UNREADABLE, "E_FILE_UNREADABLE"),
        (("artefact", "add", "Amara Okafor", "https://"), Exit.USAGE, "E_LINK"),
        (("artefact", "add", "Amara Okafor", "FILE", "--expires", "soon"), Exit.USAGE, "E_DATE"),
        (("evidence", "link", "nothing", "CAM-1"), Exit.USAGE, "E_NO_ARTEFACT"),
        (("evidence", "link", "Night Market", "CAM-99"), Exit.USAGE, "E_CRITERION"),
        (("evidence", "link", "Night Market", "CAM-1", "--from", "late"), Exit.USAGE, "E_TIMECODE"),
        (("evidence", "link", "Night Market", "CAM-1", "--from", "1:00", "--rate", "0"), Exit.USAGE, "E_RATE"),
        (("evidence", "link", "Night Market", "CAM-1", "--page", "2"), Exit.USAGE, "E_PLACE"),
        (("evidence", "link", "Night Market", "CAM-1", "--page", "two"), Exit.USAGE, "E_USAGE"),
        (("evidence", "unlink", "0000"), Exit.USAGE, "E_NO_EVIDENCE"),
        (("evidence", "matrix", "Nobody"), Exit.USAGE, "E_NO_PERSON"),
    ],
)
def test_what_cannot_be_done_is_said(call, clip, words, code, problem) -> None:
    call("artefact", "add", "Amara Okafor", clip)
    found = call(*(str(clip) if word == "FILE" else word for word in words), code=code)
    assert [each["code"] for each in found["problems"]] == [problem]
    assert len(call("artefact", "list", "Amara Okafor")["artefacts"]) == 1


def test_without_json_it_is_read_by_people(call, clip, tmp_path, capsys) -> None:
    call("artefact", "add", "Amara Okafor", clip, "--title", "Night \x1b[31mMarket")
    call("evidence", "link", "Night [31mMarket", "CAM-1", "--from", "1:47")
    capsys.readouterr()
    assert cli.run(["evidence", "matrix", "Amara Okafor", "--workspace", str(tmp_path / "w")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("CAM-2" in line and line.endswith("nothing yet") for line in lines)
    assert any("00:01:47:00" in line for line in lines)
    assert "\x1b" not in "".join(lines)
    assert cli.run(["artefact", "list", "Amara Okafor", "--workspace", str(tmp_path / "w")]) == 0
    assert "CAM-1" in capsys.readouterr().out


def test_showings_and_audiences(call, clip) -> None:
    work = call("artefact", "add", "Amara Okafor", clip)["artefact"]
    said = call(
        *("artefact", "showing", "night market", "--on", "2027-05", "--place", "Festival del Río"),
        *("--kind", "festival", "--result", "Selection", "--proof", "https://example.org/2027"),
    )
    showing = said["showing"]
    assert said["new"] and (showing["artefact"], showing["title"]) == (work["id"], "Night Market")
    assert (showing["shown_on"], showing["kind"], showing["result"]) == ("2027-05", "festival", "Selection")
    assert call("artefact", "showings", "Amara Okafor")["showings"] == [showing]
    chosen = call("artefact", "show", "Night Market", "--to", "Producer", "--from", "2999-01-01")["audiences"]
    assert chosen == [{"audience": "producer", "shown": True, "from": "2999-01-01", "now": False}]
    chosen = call("artefact", "show", "Night Market")["audiences"]
    assert chosen[0] == {"audience": "", "shown": True, "from": None, "now": True}
    (listed,) = call("artefact", "list", "Amara Okafor")["artefacts"]
    assert listed["showings"] == [showing] and listed["audiences"] == chosen
    chosen = call("artefact", "show", "Night Market", "--hide")["audiences"]
    assert chosen[0] == {"audience": "", "shown": False, "from": None, "now": False}
    assert len(call("artefact", "show", "Night Market", "--to", "producer", "--forget")["audiences"]) == 1
    change = ("artefact", "showing", "Night Market", "--change", showing["id"][-8:])
    changed = call(*change, "--on", "2027-05-14", "--result", "")
    assert changed["changed"] and changed["showing"] == showing | {"shown_on": "2027-05-14", "result": ""}
    assert call(*change)["changed"] is False
    call("artefact", "showing", "Night Market", "--remove", showing["id"][-8:])
    assert call("artefact", "showings", "Amara Okafor")["showings"] == []
    call("check")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("artefact", "showing", "Night Market"), "E_DATE"),
        (("artefact", "showing", "Night Market", "--on", "2027"), "E_EMPTY"),
        (("artefact", "showing", "Night Market", "--on", "2027", "--place", "x", "--kind", "party"), "E_SHOWING"),
        (("artefact", "showing", "Night Market", "--remove", "zzzz"), "E_NO_SHOWING"),
        (("artefact", "showing", "nothing", "--on", "2027", "--place", "x"), "E_NO_ARTEFACT"),
        (("artefact", "show", "Night Market", "--hide", "--forget"), "E_USAGE"),
        (("artefact", "show", "Night Market", "--from", "soon"), "E_DATE"),
        (("artefact", "showings", "Nobody"), "E_NO_PERSON"),
        (("artefact", "edit", "Night Market", "--log", "zzzz"), "E_NO_ENTRY"),
    ],
)
def test_what_is_no_showing_is_said(call, clip, words, problem) -> None:
    call("artefact", "add", "Amara Okafor", clip)
    assert [each["code"] for each in call(*words, code=Exit.USAGE)["problems"]] == [problem]
    (listed,) = call("artefact", "list", "Amara Okafor")["artefacts"]
    assert (listed["showings"], listed["audiences"], listed["log_entry"]) == ([], [], None)


def test_files_and_links_are_attached_to_a_day(call, clip, tmp_path) -> None:
    day = call(
        *("log", "add", "Amara Okafor", "--date", "2026-09-10", "--attach", clip),
        *("--attach", "https://example.org/callsheet.pdf"),
    )["entry"]
    assert [each["title"] for each in day["attachments"]] == ["Night Market", "callsheet"]
    assert call("log", "list", "Amara Okafor")["entries"][0]["attachments"] == day["attachments"]
    report = tmp_path / "Camera report.pdf"
    report.write_bytes(b"%PDF")
    added = call("artefact", "add", "Amara Okafor", report, "--log", day["id"][-8:])["artefact"]
    assert added["log_entry"] == day["id"]
    assert call("artefact", "edit", "Camera report", "--log", "")["artefact"]["log_entry"] is None
    assert call("artefact", "edit", "Camera report", "--log", day["id"])["artefact"]["log_entry"] == day["id"]
    call("people", "add", "--role", "participant", "--name", "Kofi Bempah")
    theirs = call("log", "add", "Kofi Bempah", "--date", "2026-09-10")["entry"]
    refused = call("artefact", "edit", "Camera report", "--log", theirs["id"], code=Exit.USAGE)
    assert refused["problems"][0]["code"] == "E_OTHER_PERSON"
    missing = call(
        *("log", "add", "Kofi Bempah", "--date", "2026-09-11", "--attach", tmp_path / "none.mov"),
        code=Exit.UNREADABLE,
    )
    assert missing["problems"][0]["code"] == "E_FILE_UNREADABLE"
    assert len(call("log", "list", "Kofi Bempah")["entries"]) == 1, "no day without what was to be attached"
    call("check", "--files")


def test_an_incident_is_read_only_by_those_who_ask_as_one_who_may(call, tmp_path) -> None:
    call("log", "add", "Amara Okafor", "--date", "2026-09-10", "--incident", "A lamp fell", "--criterion", "CAM-1")
    shown = (
        ("history", "Amara Okafor"),
        ("log", "list"),
        ("evidence", "matrix", "Amara Okafor"),
        ("artefact", "list", "Amara Okafor"),
    )
    assert not [words for words in shown if "lamp" in json.dumps(call(*words))]
    assert "lamp" in json.dumps(call("history", "Amara Okafor", "--restricted"))
    assert "lamp" in json.dumps(call("log", "list", "--restricted"))
    for words, there in (((), False), (("--restricted",), True)):
        call("log", "export", "--out", tmp_path / "log.csv", *words)
        assert ("lamp" in (tmp_path / "log.csv").read_text("utf-8")) is there
