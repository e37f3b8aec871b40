"""merge and conflicts on the command line: what would erase people asks for a word, a settlement is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricapp.errors import Exit
from rubricapp.operations import assessments, privacy, returns
from rubricapp.store.workspace import open_
from tests.cli.test_cli import Shell
from tests.laptops import ask, laptop, make_passphrases_quick, score, start_programme, who


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def shell(folder: Path, capsys: pytest.CaptureFixture) -> Shell:
    return Shell(folder, capsys)


def test_a_conflict_is_settled_and_the_settlement_taken_back(shell: Shell, document: dict, tmp_path: Path) -> None:
    files = []
    with start_programme(shell.folder, document, asked=False) as lead:
        ask(lead, "P-001", "A-001")
        for number in (1, 2):
            with laptop(lead, tmp_path, "A-001", tmp_path / f"laptop{number}") as ws:
                begun = score(ws, "P-001", "A-001", 3, finished=False)
                assessments.rate(ws, begun.id, "TST-1", number)
                files.append(str(returns.make_return(ws, tmp_path / f"stick{number}").path))
    assert shell.json("merge", *files)["conflict"] == 1
    before = shell.json("conflicts", "list")["conflicts"]
    (conflict,) = before
    assert {each["value"] for each in conflict["values"]} == {1, 2}
    settle = ("conflicts", "resolve", conflict["id"], "--take")
    assert shell.json(*settle, "2", "--reason", " ", code=Exit.USAGE)["problems"][0]["code"] == "E_REASON"
    shell.json(*settle, "2", "--reason", "Asked her.", "--by", "Lena Lead")
    assert shell.json("conflicts", "list")["conflicts"] == []
    (settled,) = shell.json("conflicts", "list", "--settled")["conflicts"]
    assert (settled["id"], settled["values"]) == (conflict["id"], conflict["values"])
    assert (settled["settled"]["value"], settled["settled"]["reason"]) == (2, "Asked her.")
    assert settled["settled"]["by"] == "Lena Lead"
    assert "Asked her." in shell.run("conflicts", "list", "--settled")[1]
    reopen = ("conflicts", "reopen", conflict["id"][:5])
    assert shell.json(*reopen, "--reason", "She was asked of another clip.")["changes"] == 2
    assert shell.json("conflicts", "list")["conflicts"] == before, "both values, as they were said"
    assert shell.json("conflicts", "list", "--settled")["conflicts"] == []
    assert shell.json(*reopen, code=Exit.USAGE)["problems"][0]["code"] == "E_NO_CONFLICT"
    shell.json(*settle, "2", "--reason", "Asked her again.")
    with open_(shell.folder) as lead:
        assessments.rate(lead, begun.id, "TST-1", 5)
    (settled,) = shell.json("conflicts", "list", "--settled")["conflicts"]
    assert (settled["settled"]["value"], settled["since"]["value"]) == (2, 5)
    assert "since then: 5" in shell.run("conflicts", "list", "--settled")[1]
    assert shell.json(*reopen)["changes"] == 3
    assert {each["value"] for each in shell.json("conflicts", "list")["conflicts"][0]["values"]} == {1, 2, 5}
    assert shell.json("check")["problems"] == []


def test_all_of_one_laptop_is_taken_at_once(shell: Shell, document: dict, tmp_path: Path) -> None:
    """Two laptops of one name: each value says which it was, and what one said is taken for several conflicts."""
    files = []
    with start_programme(shell.folder, document, asked=False) as lead:
        ask(lead, "P-001", "A-001")
        for number in (1, 2):
            with laptop(lead, tmp_path, "A-001", tmp_path / f"laptop{number}") as ws:
                begun = score(ws, "P-001", "A-001", 3, finished=False)
                for criterion in ("TST-1", "TST-2", "TST-3"):
                    assessments.rate(ws, begun.id, criterion, number)
                files.append(str(returns.make_return(ws, tmp_path / f"stick{number}").path))
    shell.json("merge", *files)
    found = shell.json("conflicts", "list")["conflicts"]
    first = found[0]["values"][0]
    assert first["laptop"] == f"{first['laptop'].partition(' ')[0]} ({first['device'][:8]})"
    ids = [each["id"] for each in found]
    settle = ("conflicts", "resolve", *ids, "--reason", "She had the right clip there.")
    for more in ((), ("--take", "2", "--from", first["device"])):
        shell.json(*settle, *more, code=Exit.USAGE)
    here = shell.json(*settle, "--from", "this", code=Exit.USAGE)["problems"][0]
    assert here["code"] == "E_VALUE" and len(shell.json("conflicts", "list")["conflicts"]) == 3
    done = shell.json(*settle, ids[0], "--from", first["device"][:8])
    assert done["settled"] == [{"id": each, "value": first["value"]} for each in ids]
    assert shell.json("conflicts", "list")["conflicts"] == []


def test_what_comes_back_by_merging_again_is_said(shell: Shell, document: dict, tmp_path: Path) -> None:
    with start_programme(shell.folder, document) as lead, laptop(lead, tmp_path, "A-001") as ws:
        score(ws, "P-001", "A-001", 3)
        file = str(returns.make_return(ws, tmp_path / "stick").path)
    shell.json("merge", file)
    assert "the merge of Ana Example, " in shell.run("merge", "undo", "LAST")[1]
    again = shell.run("merge", file)[1]
    assert "0 new" in again and "taken back before, and here again: " in again
    assert "here again" not in shell.run("merge", file)[1]


def test_a_merge_erases_people_only_where_that_is_said(shell: Shell, document: dict, tmp_path: Path) -> None:
    with start_programme(shell.folder, document) as lead, laptop(lead, tmp_path, "A-001") as ws:
        amara = who(ws, "P-001")
        privacy.erase(ws, amara.id, amara.name)
        file = str(returns.make_return(ws, tmp_path / "stick").path)
    # An assessor who erases is a problem of its own, whatever the lead makes of it.
    codes = {each["code"] for each in shell.json("merge", "--dry-run", file, code=Exit.PROBLEMS)["problems"]}
    assert {"MERGE_ERASES", "MERGE_BEYOND"} <= codes
    refused = shell.json("merge", file, code=Exit.REFUSED)["problems"]
    assert [each["code"] for each in refused] == ["E_MERGE_ERASES"] and "Amara Abara" in refused[0]["message"]
    assert "Amara Abara" in shell.run("people", "list")[1]
    shell.json("merge", "--erase", file, code=Exit.PROBLEMS)
    assert "Amara Abara" not in shell.run("people", "list")[1]


def test_after_an_undo_the_next_return_brings_all_of_it(shell: Shell, document: dict, tmp_path: Path) -> None:
    with start_programme(shell.folder, document) as lead, laptop(lead, tmp_path, "A-001") as ws:
        begun = score(ws, "P-001", "A-001", 3)
        first = str(returns.make_return(ws, tmp_path / "stick").path)
        assessments.reopen(ws, begun.id, "Seen again.")
        assessments.rate(ws, begun.id, "TST-1", 4)
        assessments.finish(ws, begun.id)
        second = str(returns.make_return(ws, tmp_path / "stick").path)
    shell.json("merge", first)
    shell.json("merge", "undo", "LAST")
    looked = shell.json("merge", second, "--dry-run")
    done = shell.json("merge", second)
    assert looked["conflict"] == done["conflict"] == 0
    assert done["problems"] == [], "nothing of it is about somebody else's work"
    seen = shell.json("assess", "P-001", "--rubric", "small", "--occasion", "baseline", "--assessor", "A-001")
    assert (seen["state"], seen["ratings"]["TST-1"], seen["ratings"]["TST-2"]) == ("finished", 4, 3)
    assert shell.json("conflicts", "list")["conflicts"] == shell.json("check")["problems"] == []


def test_a_merge_that_is_stopped_says_which_packages_went_in(
    shell: Shell, document: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    with start_programme(shell.folder, document) as lead:
        for code in ("A-001", "A-002"):
            with laptop(lead, tmp_path, code) as ws:
                score(ws, "P-001", code, 3)
                files.append(str(returns.make_return(ws, tmp_path / "stick").path))
    opened = returns.package_file.opened

    def interrupted(path: Path, *given):
        if str(path) == files[1]:
            raise KeyboardInterrupt
        return opened(path, *given)

    monkeypatch.setattr(returns.package_file, "opened", interrupted)
    code, out, _err = shell.run("merge", *files)
    assert code == Exit.CANCELLED
    assert "Ana Example" in out and "Cancelled after 1 of 2 packages" in out
    done = shell.json("merge", *files, code=Exit.CANCELLED)
    assert done["cancelled"] and [each["file"] for each in done["files"]] == files[:1]
    assert shell.run("merge", *files, "--dry-run")[0] == Exit.CANCELLED
    assert shell.run("merge", files[1])[0] == Exit.CANCELLED, "nothing went in, and nothing is claimed"
    monkeypatch.undo()
    make_passphrases_quick(monkeypatch)
    done = shell.json("merge", *files)
    assert (done["cancelled"], [each["new"] > 0 for each in done["files"]]) == (False, [False, True])
