"""merge undo: what a lead released, agreed on, settled and decided since is said before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricapp.errors import Exit
from rubricapp.operations import assessments, merging, returns
from rubricapp.store.assessments import list_assessments
from rubricapp.store.people import list_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import open_
from tests.cli.test_cli import Shell
from tests.laptops import ask, laptop, make_passphrases_quick, score, start_programme

PLACE = {"participant": "P-001", "name": "Amara Abara", "rubric": "small@1.0", "occasion": "baseline"}
NOTHING = {"releases": [], "agreed": [], "settled": [], "decided": [], "later": []}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def shell(folder: Path, capsys: pytest.CaptureFixture) -> Shell:
    return Shell(folder, capsys)


@pytest.fixture
def merges(shell: Shell, document: dict, tmp_path: Path) -> dict[str, str]:
    """P-001 by Ana (level 3, on two laptops, of which one says 2 on TST-2) and Bello (4); ids of the merges."""
    files = {}
    with start_programme(shell.folder, document, asked=False) as lead:
        for code in ("A-001", "A-002"):
            ask(lead, "P-001", code)
        for name, code, level, other in (("ana", "A-001", 3, 3), ("ana2", "A-001", 3, 2), ("bello", "A-002", 5, 3)):
            with laptop(lead, tmp_path, code, tmp_path / name) as ws:
                begun = score(ws, "P-001", code, 3, finished=False)
                assessments.rate(ws, begun.id, "TST-1", level)
                assessments.rate(ws, begun.id, "TST-2", other)
                assessments.finish(ws, begun.id)
                files[name] = str(returns.make_return(ws, tmp_path / f"stick-{name}").path)
    return {name: shell.json("merge", file)["files"][0]["merge"] for name, file in files.items()}


def test_an_undo_says_what_rests_on_the_merge(shell: Shell, merges: dict[str, str]) -> None:
    undo = ("merge", "undo", merges["bello"])
    assert shell.json(*undo, "--dry-run")["rests"] == NOTHING
    (conflict,) = shell.json("conflicts", "list")["conflicts"]
    shell.json("conflicts", "resolve", conflict["id"], "--take", "2", "--reason", "Asked.")
    shell.json("moderation", "agree", "P-001", "TST-1", "--level", "4", "--reason", "They talked.")
    shell.json("release", "P-001")
    shell.json("committee", "open", "P-001", "--on", "2026-12-01", "--member", "Ana Example")
    case = shell.json("committee", "show", "P-001")["case"]["id"]
    shell.json("committee", "close", case)
    looked = shell.json(*undo, "--dry-run")["rests"]
    assert looked["decided"] == [], "nothing is decided yet"
    shell.json("committee", "decide", case, "--decision", "goes on", "--rationale", "Steady.")
    looked = shell.json(*undo, "--dry-run")
    (released,) = looked["rests"]["releases"]
    assert {key: released[key] for key in PLACE} == PLACE
    assert looked["rests"]["agreed"] == [{**PLACE, "criterion": "TST-1", "value": 4}]
    assert looked["rests"]["settled"] == [], "Bello's laptop had no part in it"
    (decided,) = looked["rests"]["decided"]
    assert decided == {"participant": "P-001", "name": "Amara Abara", "held_on": "2026-12-01", "case": decided["case"]}
    said = shell.run(*undo, "--dry-run")[1]
    assert "1 release shows what this merge brought, and that goes from it (Amara Abara, small@1.0, baseline)" in said
    assert "1 agreed level rests on it, and is to be settled again (Amara Abara, small@1.0, baseline, TST-1)" in said
    assert "1 decision of a committee was made since, and stays (Amara Abara, 2026-12-01)" in said
    done = shell.json(*undo)
    assert (done["rests"], done["changes"] > 0) == (looked["rests"], True)
    assert shell.json(*undo)["rests"] == NOTHING, "it is taken back already"


def test_a_return_that_changes_what_is_released_says_so_before(shell: Shell, merges: dict[str, str], tmp_path) -> None:
    """Reopened, other levels, another assessor's late word: participants see it at once, and nobody asked the lead."""
    remark = "It changes what 1 release shows: Amara Abara, small@1.0, baseline."

    def remarks(act) -> list[str]:
        with open_(tmp_path / "bello") as ws:
            act(ws, list_assessments(ws)[0].id)
            file = str(returns.make_return(ws, tmp_path / "later").path)
        looked = shell.json("merge", file, "--dry-run")["problems"]
        done = shell.json("merge", file)["problems"]
        assert looked == done
        return [each["message"] for each in looked if each["code"] == "MERGE_RELEASED"]

    shell.json("release", "P-001", "--anyway", "--reason", "The jury meets.")
    assert remarks(lambda ws, mine: assessments.reopen(ws, mine, "The other clip counts.")) == [remark]
    assert remarks(lambda ws, mine: assessments.rate(ws, mine, "TST-1", 4)) == [], "a draft is shown to nobody"
    assert remarks(lambda ws, mine: assessments.finish(ws, mine)) == [remark], "with another level"
    shell.json("release", "P-001", "--take-back", "--reason", "Looked too late.")
    assert remarks(lambda ws, mine: assessments.reopen(ws, mine, "Once more.")) == [], "nothing is released"
    shell.json("merge", "undo", merges["bello"])
    shell.json("release", "P-001", "--anyway", "--reason", "Without Bello.")
    assert remarks(lambda ws, mine: assessments.finish(ws, mine)) == [remark], "one word more than was released"


def test_the_kit_that_a_workspace_works_with_is_not_taken_back(shell: Shell, merges: dict[str, str], tmp_path) -> None:
    """It would take people, rubrics and the programme's name along, and nothing could be handed in any more."""
    bello = tmp_path / "bello"
    for words in (("LAST",), ("LAST", "--dry-run")):
        (problem,) = Shell(bello, shell.capsys).json("merge", "undo", *words, code=Exit.REFUSED)["problems"]
        assert problem["code"] == "E_IS_A_KIT"
    with open_(bello) as ws:
        assert len(list_people(ws)) > 1 and find_rubric(ws, "small")
        assert returns.make_return(ws, tmp_path / "again").manifest.programme_name


def test_a_later_merge_of_the_same_laptop_is_named(shell: Shell, merges: dict[str, str], tmp_path: Path) -> None:
    """Without the first there is only half of what the second goes on from: a level, and not of whom."""
    with open_(tmp_path / "bello") as ws:
        (mine,) = list_assessments(ws)
        assessments.reopen(ws, mine.id, "The other clip counts.")
        assessments.rate(ws, mine.id, "TST-1", 4)
        file = str(returns.make_return(ws, tmp_path / "later").path)
    second = shell.json("merge", file)["files"][0]["merge"]
    undo = ("merge", "undo", merges["bello"])
    assert shell.json(*undo, "--dry-run")["rests"]["later"] == [second]
    assert "1 later merge of this laptop stands" in shell.run(*undo, "--dry-run")[1]
    assert shell.json("merge", "undo", second)["rests"] == NOTHING
    assert shell.json(*undo)["rests"] == NOTHING
    bello = ("assess", "P-001", "--rubric", "small", "--occasion", "baseline", "--assessor", "A-002")
    assert shell.json(*bello)["state"] == "not begun"
    assert shell.json("merge", file)["files"][0]["merge"]
    assert shell.json(*bello)["ratings"]["TST-1"] == 4, "a later return holds all of it"


def test_an_earlier_return_brings_back_all_that_it_holds(shell: Shell, merges: dict[str, str], tmp_path: Path) -> None:
    """Three merges are taken back; the second return holds the first, and is no half without it."""
    files = []
    with open_(tmp_path / "bello") as ws:
        (mine,) = list_assessments(ws)
        for level in (4, 2):
            assessments.reopen(ws, mine.id, "The other clip counts.")
            assessments.rate(ws, mine.id, "TST-1", level)
            assessments.finish(ws, mine.id)
            files.append(str(returns.make_return(ws, tmp_path / f"later{level}").path))
    later = [shell.json("merge", file)["files"][0]["merge"] for file in files]
    for each in (*later[::-1], merges["bello"]):
        shell.json("merge", "undo", each)
    shell.json("merge", files[0])
    bello = ("assess", "P-001", "--rubric", "small", "--occasion", "baseline", "--assessor", "A-002")
    found = shell.json(*bello)
    assert (found["state"], found["ratings"]["TST-1"]) == ("finished", 4)
    shell.json("merge", files[1])
    assert shell.json(*bello)["ratings"]["TST-1"] == 2


def test_taking_back_one_side_of_a_conflict_is_no_settlement(shell: Shell, merges: dict[str, str]) -> None:
    """Nobody settled it: neither while one side is gone, nor once it stands again."""
    (before,) = shell.json("conflicts", "list")["conflicts"]
    shell.json("merge", "undo", merges["ana2"])
    assert shell.json("conflicts", "list")["conflicts"] == []
    assert shell.json("conflicts", "list", "--settled")["conflicts"] == []
    with open_(shell.folder) as lead:
        merging.redo(lead, merges["ana2"])
    (again,) = shell.json("conflicts", "list")["conflicts"]
    assert (again["id"], shell.json("conflicts", "list", "--settled")["conflicts"]) == (before["id"], [])
    shell.json("conflicts", "resolve", again["id"], "--take", "2", "--reason", "Asked.")
    (settled,) = shell.json("conflicts", "list", "--settled")["conflicts"]
    assert settled["settled"]["reason"] == "Asked."


def test_what_is_said_of_an_undo_is_what_it_does(shell: Shell, merges: dict[str, str]) -> None:
    (conflict,) = shell.json("conflicts", "list")["conflicts"]
    shell.json("conflicts", "resolve", conflict["id"], "--take", "2", "--reason", "Asked.")
    shell.json("moderation", "agree", "P-001", "TST-1", "--level", "4", "--reason", "They talked.")
    shell.json("release", "P-001")
    of_second = shell.json("merge", "undo", merges["ana2"], "--dry-run")["rests"]
    assert [each["field"] for each in of_second["settled"]] == ["level"]
    assert (of_second["releases"], of_second["agreed"]) == ([], []), "what was settled holds with or without it"
    assert "1 conflict with it was settled" in shell.run("merge", "undo", merges["ana2"])[1]
    ana = ("assess", "P-001", "--rubric", "small", "--occasion", "baseline", "--assessor", "A-001")
    assert shell.json(*ana)["ratings"]["TST-2"] == 2, "what was settled goes on standing"
    rests = shell.json("merge", "undo", merges["bello"])["rests"]
    assert len(rests["releases"]) == len(rests["agreed"]) == 1
    shell.json("assign", "P-001", "--assessor", "A-002", "--rubric", "small", "--occasion", "baseline", "--remove")
    (gap,) = shell.json("moderation", "list", "P-001")["gaps"]
    assert (gap["criterion"], gap["open"]) == ("TST-1", True), "to be settled again"
