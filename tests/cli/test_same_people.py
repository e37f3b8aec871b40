"""Who is who, in a terminal: merge --same, person same, apart, new and list; the history of a laptop."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rubricapp.cli.main import run
from rubricapp.core.model import Role
from rubricapp.operations import artefacts, people, returns
from rubricapp.store.people import find_people
from tests.laptops import laptop, make_passphrases_quick, score, start_programme


@pytest.fixture
def call(folder: Path, document: dict, tmp_path: Path, capsys, monkeypatch):
    """call(words…) → (exit code, JSON or what was printed). call.file: a return with people typed in by hand."""
    make_passphrases_quick(monkeypatch)
    with start_programme(folder, document) as ws:
        with laptop(ws, tmp_path, "A-001") as away:
            score(away, "P-001", "A-001", 3, "well lit")
            twin = people.add_person(away, Role.PARTICIPANT, "ABARA Amara", "p001")[0]
            other = people.add_person(away, Role.PARTICIPANT, "Somebody Else", "P-003")[0]
            (tmp_path / "reel.txt").write_text("a reel")
            artefacts.add_work(away, twin.id, str(tmp_path / "reel.txt"), {"title": "Reel"})
            made = returns.make_return(away, tmp_path / "out")
        ana = find_people(ws, "P-001")[0].id

    def run_(*words: str):
        code = run(["--workspace", str(folder), "--quiet", *words])
        said = capsys.readouterr()
        return code, json.loads(said.out) if "--json" in words else said.out + said.err

    run_.file, run_.twin, run_.other, run_.amara = str(made.path), twin.id, other.id, ana
    return run_


def test_a_dry_run_lists_who_the_unknown_may_be(call) -> None:
    code, said = call("merge", call.file, "--dry-run", "--json")
    errors = {each["code"] for each in said["problems"] if each["severity"] == "error"}
    assert (code, errors) == (1, {"MERGE_BEYOND"}), "it enrols people, which is for a lead to say: told, and taken in"
    found = {each["id"]: each for each in said["people"]}
    assert set(found) == {call.twin, call.other}
    (offer,) = found[call.twin]["offers"]
    assert offer == {
        "id": call.amara,
        "name": "Amara Abara",
        "code": "P-001",
        "reason": "code_and_name",
        "why": "the same id and name",
        "likely": True,
    }
    assert found[call.other] == {
        "id": call.other,
        "name": "Somebody Else",
        "code": "P-003",
        "offers": [],
        "same": None,
    }
    assert "may be Amara Abara (P-001), the same id and name" in call("merge", call.file, "--dry-run")[1]


def test_the_choice_can_be_given_and_taken_back(call) -> None:
    code, said = call("merge", call.file, "--same", f"{call.twin}=P-001", "--same", "Somebody Else=new", "--json")
    assert (code, len(said["people"])) == (1, 2)
    assert {each["id"]: each["same"] for each in said["people"]} == {call.twin: call.amara, call.other: call.other}
    assert "Reel" in call("artefact", "list", "P-001")[1]
    code, said = call("person", "list", "--json")
    (one,) = said["people"]
    assert (one["id"], [each["id"] for each in one["also"]], said["alike"]) == (call.amara, [call.twin], [])
    assert call("check", "--json")[1]["ok"] is True
    codes = [each["id"] for each in call("people", "list", "--json")[1]["people"]]
    assert sorted(each for each in codes if each.lower().startswith("p")) == ["P-001", "P-002", "P-003", "P-003"]
    assert call("merge", "undo", "LAST")[0] == 0
    assert call("person", "list", "--json")[1]["people"] == []


def test_wrong_choices_are_said_and_nothing_is_merged(call) -> None:
    for words, code in (
        (("--same", "Nobody=P-001"), "E_NO_PERSON"),
        (("--same", f"{call.twin}=Nobody"), "E_NO_PERSON"),
        (("--same", "nothing"), "E_SAME"),
        (("--same", "=P-001"), "E_SAME"),
    ):
        exit_code, said = call("merge", call.file, *words, "--json")
        assert (exit_code, said["problems"][0]["code"]) == (2, code), words
    assert "Reel" not in call("artefact", "list", "P-001")[1]


def test_likely_ones_at_once_and_later_by_hand(call) -> None:
    assert call("merge", call.file)[0] == 1
    code, said = call("person", "list")
    assert "may be Amara Abara (P-001): the same id and name" in said
    code, said = call("person", "same", call.twin, "P-001", "--json")
    assert (code, said["problems"][0]["code"]) == (2, "E_REASON")
    code, said = call("person", "same", call.twin, call.amara, "--reason", "asked her", "--json")
    assert (code, said["kept"], said["other"], said["doubles"]) == (0, call.amara, call.twin, {})
    assert "one person already" in call("person", "same", call.twin, call.amara, "--reason", "again")[1]
    code, said = call("history", "P-001", "--json")
    assert {"p001", "P-001"} <= {each["value"] for each in said["changes"] if each["field"] == "code"}
    assert "asked her" in {each["value"] for each in said["changes"]}
    assert call("person", "apart", "P-001", "P-002", "--json")[1]["problems"][0]["code"] == "E_APART"
    code, said = call("person", "apart", "p001", "P-001", "--json")
    assert (code, {said["one"], said["other"]}) == (0, {call.twin, call.amara})
    assert call("person", "list", "--json")[1]["people"] == []
    assert call("person", "new", call.twin)[0] == 0
    code, said = call("merge", call.file, "--same-likely", "--json")
    assert (code, said["people"]) == (0, []), "all of them are known by now"


def test_likely_ones_are_taken_when_merging(call) -> None:
    _code, said = call("merge", call.file, "--same-likely")
    assert "ABARA Amara (p001) is Amara Abara (P-001)." in said
    assert "Reel" in call("artefact", "list", "P-001")[1]


def test_the_history_of_a_laptop(call) -> None:
    call("merge", call.file)
    whole = call("history", "P-001", "--json")[1]["changes"]
    device = next(each["device"] for each in whole if each["value"] == "well lit")
    code, said = call("history", "--laptop", device[:8], "--json")
    assert code == 0
    mine = said["changes"]
    assert [each["seq"] for each in mine] == sorted((each["seq"] for each in mine), reverse=True)
    assert {each["device"] for each in mine} == {device}
    state = next(each for each in mine if each["field"] == "state" and each["value"] == "finished")
    assert (state["before"], state["author"]) == (["draft"], "Ana Example")
    assert call("history", "--laptop", "Ana Example", "--json")[1]["changes"] == mine
    assert len(call("history", "--laptop", device, "--last", "3", "--json")[1]["changes"]) == 3
    both = call("history", "P-001", "--laptop", device, "--json")[1]["changes"]
    assert {each["device"] for each in both} == {device}
    assert '(before: "draft")' in call("history", "--laptop", device)[1]
    assert call("history", "--laptop", "this", "--json")[1]["changes"][0]["device"] != device
    for words, expected in ((("--laptop", "nowhere"), "E_NO_LAPTOP"), (("--laptop", " "), "E_NO_LAPTOP")):
        code, said = call("history", *words, "--json")
        assert (code, said["problems"][0]["code"]) == (2, expected)
    assert call("history")[0] == 2
