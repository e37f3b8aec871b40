"""Kits, returns and merging on the command line, as somebody who scripts a whole network meets them."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from rubricapp import cli
from rubricapp.errors import Exit
from rubricapp.operations import kits
from rubricapp.operations.reporting import collect
from rubricapp.reports.figures import gather
from rubricapp.reports.story import tell
from rubricapp.store.workspace import open_
from tests.laptops import WORDS, make_passphrases_quick

WHERE = ("--rubric", "camera", "--occasion", "baseline")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def call(place: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch):
    """A function that runs a verb with --json in a workspace; in "lead", three assessors are asked to score P-001."""
    make_passphrases_quick(monkeypatch)
    monkeypatch.chdir(place)
    Path("words").write_text(WORDS + "\n")
    cli.run(["init", "lead", "--programme", "Residency", "--edition", "2026"])

    def run(*words: object, at: str = "lead", code: int = 0, text: bool = False):
        capsys.readouterr()
        got = cli.run([*map(str, words), "--workspace", at, *([] if text else ["--json"])])
        captured = capsys.readouterr()
        assert got == code, (words, captured)
        return captured.out + captured.err if text else json.loads(captured.out)

    run("people", "add", "--role", "participant", "--name", "Amara Example")
    for name in ("Tariro Example", "-x Example", "Ines Example"):
        run("people", "add", "--role", "assessor", "--name", name)
    for code in ("A-001", "A-002", "A-003"):
        run("assign", "P-001", "--assessor", code, *WHERE)
    return run


def network(call) -> str:
    """A return of A-001, whose kit was opened into "tariro"."""
    (kit,) = call("kit", "make", "A-001", "--out", "kits", "--passphrase-file", "words")["kits"]
    call("kit", "open", kit["file"], "--into", "tariro", "--passphrase-file", "words")
    call("assess", "P-001", *WHERE, "--level", "CAM-1=3", at="tariro")
    return call("return", "make", "--out", "returns", at="tariro")["file"]


def test_who_scores_is_known_where_a_kit_came(call) -> None:
    file = network(call)
    assert call("merge", file)["new"] > 0
    said = call("assess", "P-001", *WHERE, code=Exit.USAGE)
    assert "--assessor" in said["problems"][0]["message"], "whoever leads says for whom"
    assert call("assess", "P-001", *WHERE, "--assessor", "A-001")["ratings"] == {"CAM-1": 3}


def test_who_handed_in_is_seen_on_both_sides(call) -> None:
    """What is in the last return is called handed in where it was written, until it is opened again; whoever leads sees
    whose return came, when, and how much of it is finished."""

    def state(at: str) -> tuple[str, bool]:
        (found,) = call("assign", "list", at=at)["assignments"]
        return found["state"], found["handed_in"]

    assert all(each["kit_at"] is None for each in call("kit", "list")["laptops"])
    call("merge", network(call))
    score = ("assess", "P-001", *WHERE)
    call(*score, "--finish", at="tariro")
    assert state("tariro") == ("finished", False)
    file = call("return", "make", "--out", "returns", at="tariro")["file"]
    assert state("tariro") == ("finished", True)
    assert "baseline: finished, handed in" in call("assign", "list", at="tariro", text=True)
    call(*score, "--reopen", "--reason", "Too soon.", at="tariro")
    assert state("tariro") == ("draft", False)
    call(*score, "--finish", at="tariro")
    assert state("tariro") == ("finished", False), "what is finished now is in no return yet"

    def of_tariro() -> dict:
        return next(each for each in call("kit", "list")["laptops"] if each["person"] == "A-001")

    assert (of_tariro()["asked"], of_tariro()["finished"]) == (1, 0)
    first = of_tariro()["returned_at"]
    call("merge", file)
    found = of_tariro()
    assert (found["asked"], found["finished"]) == (1, 1)
    assert found["returned_at"] >= first and found["kit_at"]
    said = call("kit", "list", text=True)
    assert "Tariro Example" in said and "1 of 1 finished" in said
    assert "Ines Example: kit: none; last return: none; 0 of 1 finished" in said
    assert call("kit", "list", at="tariro", code=Exit.REFUSED)["problems"][0]["code"] == "E_NOT_LEADING"


def test_where_no_kit_could_be_made_nothing_was_done(call) -> None:
    Path("taken").write_text("no folder")
    made = call("kit", "make", "A-001", "A-002", "--out", "taken", code=Exit.REFUSED)
    assert (made["kits"], [each["person"] for each in made["problems"]]) == ([], ["A-001", "A-002"])


def test_an_empty_passphrase_is_none(call) -> None:
    """Neither a kit that is then opened by another passphrase, nor words about a missing one."""
    Path("empty").write_text("\n" + WORDS)
    sealed = ("kit", "make", "A-001", "--out", "kits", "--passphrase-file")
    assert call(*sealed, "empty", code=Exit.USAGE)["problems"][0]["code"] == "E_EMPTY"
    assert not Path("kits").exists()
    (kit,) = call(*sealed, "words")["kits"]
    opening = ("kit", "open", kit["file"], "--into", "tariro", "--passphrase-file", "empty")
    (problem,) = call(*opening, code=Exit.USAGE)["problems"]
    assert "first line of empty is empty" in problem["message"]


def test_looking_at_an_undo_undoes_nothing(call) -> None:
    call("merge", network(call))
    before = call("history", "P-001")
    looked = call("merge", "undo", "LAST", "--dry-run")
    assert (looked["dry_run"], call("history", "P-001")) == (True, before)
    assert "Nothing was written" in call("merge", "undo", "LAST", "--dry-run", text=True)
    undone = call("merge", "undo", "LAST")
    assert undone["changes"] >= looked["changes"] > 0
    assert call("assess", "P-001", *WHERE, "--assessor", "A-001")["ratings"] == {}
    assert call("merge", "undo", undone["merge"][-8:], "--dry-run")["changes"] == 0


def test_a_file_called_undo_does_not_stand_in_the_way(call) -> None:
    shutil.copy(network(call), "undo")
    assert call("merge", "./undo")["new"] > 0
    assert call("merge", "undo", "LAST")["changes"] > 0


def test_passphrases_of_kits_that_are_there_are_said_when_it_is_stopped(call, monkeypatch) -> None:
    made = []

    def stopped_at_the_third(*arguments, **named):
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(real(*arguments, **named))
        return made[-1]

    real = kits.make_kit
    monkeypatch.setattr(kits, "make_kit", stopped_at_the_third)
    said = call("kit", "make", "--all", "--out", "kits", code=Exit.CANCELLED)
    assert [Path(each["file"]).exists() for each in said["kits"]] == [True, True]
    assert all(each["passphrase"] for each in said["kits"])
    said = call("kit", "open", said["kits"][0]["file"], "--into", "x", code=Exit.REFUSED)
    assert "passphrase" in said["problems"][0]["message"]


def test_one_kit_that_cannot_be_made_does_not_stop_the_others(call) -> None:
    call("people", "add", "--role", "assessor", "--name", "Idle Person")
    said = call("kit", "make", "A-001", "A-004", "A-002", "--out", "kits", code=Exit.PROBLEMS)
    assert [each["person"] for each in said["kits"]] == ["A-001", "A-002"]
    assert [(each["person"], each["code"]) for each in said["problems"]] == [("A-004", "E_NOBODY_ASSIGNED")]
    assert "Idle Person was not asked" in call("kit", "make", "A-004", "A-001", "--out", "k", code=1, text=True)
    assert (
        call("kit", "make", "A-004", "--out", "kits", code=Exit.REFUSED)["problems"][0]["code"] == "E_NOBODY_ASSIGNED"
    )


def test_no_package_is_named_like_an_option(call) -> None:
    (kit,) = call("kit", "make", "A-002", "--out", ".")["kits"]
    assert Path(kit["file"]).name == "x-Example-kit-1.rubricpack"


def test_a_kit_is_not_opened_into_the_workspace_that_is_led(call) -> None:
    (kit,) = call("kit", "make", "A-001", "--out", "kits", "--passphrase-file", "words")["kits"]
    before = call("check", "--chain")
    said = call("kit", "open", kit["file"], "--into", "lead", "--passphrase-file", "words", code=Exit.REFUSED)
    assert said["problems"][0]["code"] == "E_NOT_A_KIT"
    assert call("check", "--chain") == before
    assert call("return", "make", "--out", "returns", code=Exit.USAGE)["problems"][0]["code"] == "E_NO_HOME"


def test_files_that_are_none(call, place) -> None:
    file = Path(network(call))
    (place / "odd.rubricpack").write_bytes(b"")
    (place / "letter.txt").write_text("Dear all")
    if hasattr(os, "mkfifo"):
        os.mkfifo(place / "pipe.rubricpack")
    for name, words in (
        ("returns", "is a folder. Nothing was changed. Name the packages in it: returns/*.rubricpack"),
        ("odd.rubricpack", "is not a package. Nothing was changed. Copy it again"),
        ("letter.txt", "Choose a file whose name ends in .rubricpack"),
        ("pipe.rubricpack", "cannot be read"),
    ):
        assert words in call("merge", name, code=Exit.UNREADABLE, text=True)
    said = call("return", "make", "--out", "letter.txt", at="tariro", code=Exit.REFUSED)
    assert "is not a folder" in said["problems"][0]["message"]
    assert call("merge", file, "odd.rubricpack", code=Exit.PROBLEMS)["new"] > 0


def test_what_a_lead_does_is_not_done_where_a_kit_came(call) -> None:
    """Merged at home it would be done there: results released, say, by an assessor."""
    network(call)
    call("assess", "P-001", *WHERE, "--finish", at="tariro")
    for verb in (
        ("release", "--all"),
        ("assign", "auto"),
        ("assign", "P-001", "--assessor", "A-001", *WHERE, "--remove"),
        ("kit", "make", "A-001", "--out", "kits"),
        ("moderation", "agree", "P-001", "CAM-1", "--level", "3", "--reason", "So."),
        ("committee", "open", "P-001", "--on", "2026-09-01"),
        ("recovery", "make", "--out", "sheet.txt"),
    ):
        assert call(*verb, at="tariro", code=Exit.REFUSED)["problems"][0]["code"] == "E_NOT_LEADING", verb
    assert call("release", "--list", at="tariro")["released"] == []
    assert len(call("assign", "list", at="tariro")["assignments"]) == 1
    assert not Path("sheet.txt").exists()


def test_a_kit_from_another_laptop_than_before_is_said(call) -> None:
    network(call)
    call("merge", call("return", "make", "--out", "returns", at="tariro")["file"])
    (kit,) = call("kit", "make", "A-001", "--out", "kits")["kits"]
    assert not call("kit", "open", kit["file"], "--into", "tariro")["other_lead"]
    Path("lead").rename("moved")
    (kit,) = call("kit", "make", "A-001", "--out", "kits", at="moved")["kits"]
    said = call("kit", "open", kit["file"], "--into", "tariro", text=True)
    assert "another laptop than the one before, with the key " in said
    assert call("merge", call("return", "make", "--out", "r", at="tariro")["file"], at="moved")["problems"] == []


def test_a_return_says_what_is_still_open(call) -> None:
    file = network(call)
    assert "0 of 1 that were asked for are finished" in call("return", "make", "--out", ".", at="tariro", text=True)
    call("assess", "P-001", *WHERE, "--finish", at="tariro")
    made = call("return", "make", "--out", "returns", at="tariro")
    assert (made["asked"], made["finished"]) == (1, 1)
    assert "asked for" not in call("return", "make", "--out", "returns", at="tariro", text=True)
    assert (call("merge", made["file"])["new"] > 0, call("merge", file)["new"]) == (True, 0), "the older one after it"


def test_a_return_of_another_programme_is_called_that(call) -> None:
    file = network(call)
    cli.run(["init", "elsewhere", "--programme", "Elsewhere", "--edition", "1"])
    said = call("merge", file, at="elsewhere", code=Exit.REFUSED)
    assert said["problems"][0]["code"] == "E_SEALED"
    assert "programme “Residency”" in said["problems"][0]["message"]


def test_whoever_was_erased_stays_erased_and_that_is_said(call) -> None:
    network(call)
    call("person", "erase", "P-001", "--confirm", "Amara Example")
    call("assess", "P-001", *WHERE, "--comment", "CAM-1=Amara again", "--finish", at="tariro")
    file = call("return", "make", "--out", "returns", at="tariro")["file"]
    for verb in (("merge", file, "--dry-run"), ("merge", file)):
        (told,) = [each for each in call(*verb)["problems"] if each["code"] == "MERGE_ERASED"]
        assert told["severity"] == "warning"
    assert call("people", "list")["people"][0]["id"] != "P-001"
    assert b"Amara again" not in Path("lead/workspace.sqlite3").read_bytes()
    assert call("check")["ok"]


def test_a_package_is_looked_at_beside_an_open_window(call) -> None:
    file = network(call)
    assert call("package", "inspect", file)["opened"]
    with open_(Path("lead")):
        found = call("package", "inspect", file)
        assert (found["opened"], found["kind"], found["sender"]) == (False, "return", "Tariro Example")
        assert "already open" in call("package", "inspect", file, text=True)
    assert call("package", "inspect", "words", code=Exit.UNREADABLE)["problems"][0]["code"] == "E_NOT_A_PACKAGE"


def test_two_laptops_of_one_assessor_say_different_things(call) -> None:
    """A folder that was copied, and both went on: a conflict that says of whom it is, and takes what can be."""
    network(call)
    shutil.copytree("tariro", "copied")
    call("assess", "P-001", *WHERE, "--level", "CAM-1=4", "--comment", "CAM-1=steady", at="tariro")
    call("assess", "P-001", *WHERE, "--level", "CAM-1=2", "--comment", "CAM-1=lost\n\x1b[31mit", at="copied")
    files = [call("return", "make", "--out", "returns", at=at)["file"] for at in ("tariro", "copied")]
    looked = call("merge", *files, files[0], "--dry-run")
    done = call("merge", *files, files[0])
    for name in ("new", "same", "parallel", "conflict"):
        assert [each[name] for each in looked["files"]] == [each[name] for each in done["files"]], "as it was foretold"
    assert (done["conflict"], done["files"][2]["new"]) == (2, 0)
    found = {each["field"]: each for each in call("conflicts", "list")["conflicts"]}
    assert list(found["level"]["about"].values()) == [
        "Amara Example", "camera@1.0", "baseline", "Tariro Example", "CAM-1",
    ]  # fmt: skip
    said = call("conflicts", "list", text=True)
    assert "Amara Example, camera@1.0, baseline, Tariro Example, CAM-1: level" in said
    assert "\x1b" not in said

    def settle(which: str, take: str, code: int = 0, reason: str = "Asked.") -> dict:
        return call("conflicts", "resolve", found[which]["id"], "--take", take, "--reason", reason, code=code)

    for take in ("9", "0", "true", "steady", "3.5", '{"a": 1}'):
        assert settle("level", take, Exit.USAGE)["problems"][0]["code"] in ("E_VALUE", "E_LEVEL")
    assert settle("level", "3", Exit.USAGE, " \u202e ")["problems"][0]["code"] == "E_REASON"
    assert settle("level", "3", Exit.USAGE, "why " * 99_999)["problems"][0]["code"] == "E_TOO_LONG"
    assert len(call("conflicts", "list")["conflicts"]) == 2
    assert settle("level", "not_observed")["value"] == "not_observed"
    assert settle("comment", "both, in\x1b[31m turn")["value"] == "both, in[31m turn"
    assert call("conflicts", "list")["conflicts"] == []
    assert call("check")["ok"]


def test_what_one_assessor_said_twice_is_settled_before_it_is_released(call) -> None:
    """Finished on two laptops with other levels: neither moderation nor a release passes that by."""
    for code in ("A-002", "A-003"):
        call("assign", "P-001", "--assessor", code, *WHERE, "--remove")
    network(call)
    shutil.copytree("tariro", "copied")
    for at, level in (("tariro", "4"), ("copied", "2")):
        call("assess", "P-001", *WHERE, "--level", f"CAM-1={level}", "--level", "CAM-2=3", "--finish", at=at)
    files = [call("return", "make", "--out", "returns", at=at)["file"] for at in ("tariro", "copied")]
    assert call("merge", *files)["conflict"] == 1, "no laptop is asked at what second it was finished"
    (found,) = call("conflicts", "list")["conflicts"]
    (person,) = [each for each in call("moderation", "list")["people"] if each["participant"] == "P-001"]
    assert person["state"] == "marking_completed"
    assert person["slots"][0]["disputed"] == [{"assessor": "Tariro Example", "criteria": ["CAM-1"]}]
    assert "Tariro Example said two things on two laptops: CAM-1" in call("moderation", "list", text=True)
    read = call("committee", "open", "P-001", "--on", "2026-12-01")["reading"]
    assert "Tariro Example said two things on two laptops: CAM-1" in read[0]
    with open_(Path("lead")) as ws:
        data = collect(ws)
        said = tell(gather(data), data.participants[0]).facts
    assert said[-1] == "not settled: 1 value that was said otherwise on another laptop"
    refused = call("release", "P-001", code=Exit.REFUSED)["problems"][0]
    assert refused["code"] == "E_OPEN_CONFLICTS" and "CAM-1" in refused["message"]
    call("release", "P-001", "--anyway", "--reason", "The jury meets.")
    call("release", "P-001", "--take-back", "--reason", "Settle it first.")
    call("conflicts", "resolve", found["id"], "--take", "4", "--reason", "Asked.")
    assert call("moderation", "list", "P-001")["people"][0]["state"] == "ready_for_release"
    assert len(call("release", "P-001")["released"]) == 1


def test_what_one_mentor_said_twice_is_settled_before_it_is_released(call) -> None:
    """A mentor's levels are no marks and are moderated by nobody, but the participant would read them, too."""
    for code in ("A-001", "A-002", "A-003"):
        call("assign", "P-001", "--assessor", code, *WHERE, "--remove")
    call("people", "add", "--role", "mentor", "--name", "Maya Mentor")
    call("mentoring", "accompany", "P-001", "--mentor", "Maya Mentor")
    (kit,) = call("kit", "make", "M-001", "--out", "kits", "--passphrase-file", "words")["kits"]
    call("kit", "open", kit["file"], "--into", "maya", "--passphrase-file", "words")
    shutil.copytree("maya", "copied")
    mine = ("assess", "P-001", *WHERE)  # whose kit it is need not say as what: she is a mentor
    for at, level in (("maya", "4"), ("copied", "2")):
        call(*mine, "--level", f"CAM-1={level}", "--level", "CAM-2=3", "--finish", at=at)
    files = [call("return", "make", "--out", "returns", at=at)["file"] for at in ("maya", "copied")]
    assert call("merge", *files)["conflict"] == 1
    assert call("assess", "P-001", *WHERE, "--assessor", "M-001")["state"] == "finished"
    assert call("assess", "P-001", *WHERE, "--assessor", "M-001", "--kind", "assessor")["state"] == "not begun"
    (found,) = call("conflicts", "list")["conflicts"]
    (person,) = call("moderation", "list", "P-001")["people"]
    assert (person["state"], person["slots"][0]["finished"]) == ("marking_completed", 0)
    assert person["slots"][0]["disputed"] == [{"assessor": "Maya Mentor", "criteria": ["CAM-1"]}]
    read = call("committee", "open", "P-001", "--on", "2026-12-01")["reading"]
    assert read[0] == "Camera 1.0, baseline: Maya Mentor said two things on two laptops: CAM-1"
    refused = call("release", "P-001", code=Exit.REFUSED)["problems"][0]
    assert refused["code"] == "E_OPEN_CONFLICTS" and "Maya Mentor" in refused["message"]
    assert call("release", "--list")["released"] == []
    call("release", "P-001", "--anyway", "--reason", "The jury meets.")
    assert call("moderation", "list", "P-001")["people"][0]["state"] == "released"
    call("release", "P-001", "--take-back", "--reason", "Settle it first.")
    call("conflicts", "resolve", found["id"], "--take", "4", "--reason", "Asked.")
    assert call("moderation", "list", "P-001")["people"][0]["slots"] == [], "mentors are no part of it otherwise"
    assert len(call("release", "P-001")["released"]) == 1


def test_a_mentor_s_two_words_hold_up_what_assessors_agree_on(call) -> None:
    for code in ("A-002", "A-003"):
        call("assign", "P-001", "--assessor", code, *WHERE, "--remove")
    call("people", "add", "--role", "mentor", "--name", "Maya Mentor")
    call("mentoring", "accompany", "P-001", "--mentor", "Maya Mentor")
    call("assess", "P-001", *WHERE, "--assessor", "A-001", "--level", "CAM-1=3", "--finish")
    assert call("moderation", "list", "P-001")["people"][0]["state"] == "ready_for_release"
    (kit,) = call("kit", "make", "M-001", "--out", "kits", "--passphrase-file", "words")["kits"]
    call("kit", "open", kit["file"], "--into", "maya", "--passphrase-file", "words")
    shutil.copytree("maya", "copied")
    files = []
    for at, level in (("maya", "4"), ("copied", "2")):
        call("assess", "P-001", *WHERE, "--kind", "mentor", "--level", f"CAM-1={level}", "--finish", at=at)
        files.append(call("return", "make", "--out", "returns", at=at)["file"])
    call("merge", *files)
    (person,) = call("moderation", "list", "P-001")["people"]
    assert (person["state"], person["slots"][0]["finished"]) == ("marking_completed", 1)
    assert call("release", "P-001", code=Exit.REFUSED)["problems"][0]["code"] == "E_OPEN_CONFLICTS"


def test_what_names_something_is_not_typed(call) -> None:
    network(call)
    shutil.copytree("tariro", "copied")
    call("assess", "P-001", *WHERE, "--finish", at="tariro")
    call("assess", "P-001", *WHERE, "--finish", at="copied")
    call("assess", "P-001", *WHERE, "--reopen", "--reason", "Too soon.", at="copied")
    files = [call("return", "make", "--out", "returns", at=at)["file"] for at in ("tariro", "copied")]
    call("merge", *files)
    (state,) = [each for each in call("conflicts", "list")["conflicts"] if each["field"] == "state"]
    take = ("conflicts", "resolve", state["id"], "--reason", "Asked.", "--take")
    assert call(*take, "released", code=Exit.USAGE)["problems"][0]["code"] == "E_VALUE"
    assert call(*take, "finished")["value"] == "finished"


def test_the_version_that_was_asked_for_is_scored_when_a_newer_one_is_there(call, place) -> None:
    text = (Path(__file__).parents[2] / "rubrics" / "camera" / "1.0.yaml").read_text("utf-8")
    newer = place / "newer.yaml"
    newer.write_text(text.replace('version: "1.0"', 'version: "1.1"'), "utf-8")
    network(call)
    call("rubric", "publish", newer)
    call("kit", "open", call("kit", "make", "A-001", "--out", "kits", "--passphrase-file", "words")["kits"][0]["file"],
         "--into", "tariro", "--passphrase-file", "words")  # fmt: skip
    assert call("assess", "P-001", *WHERE, "--level", "CAM-2=3", at="tariro")["rubric"] == "camera@1.0"
    assert call("assess", "P-001", "--rubric", "camera", "--occasion", "final", at="tariro")["rubric"] == "camera@1.1"
    assert call("assess", "P-001", "--rubric", "camera@1.1", *WHERE[2:], at="tariro")["rubric"] == "camera@1.1"


def test_a_place_that_one_may_not_look_into(call, monkeypatch) -> None:
    """A test that runs as the superuser may look everywhere, so the system's refusal is played."""
    file = network(call)

    def closed(real):
        def asked(path, *arguments, **named):
            if "secret" in Path(path).parts:
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return real(path, *arguments, **named)

        return asked

    for name in ("stat", "mkdir", "open"):
        monkeypatch.setattr(Path, name, closed(getattr(Path, name)))
    monkeypatch.setattr(os, "access", lambda path, mode: "secret" not in Path(path).parts)
    said = call("return", "make", "--out", "secret/out", at="tariro", code=Exit.REFUSED)
    assert said["problems"][0]["code"] == "E_CANNOT_WRITE"
    for verb in (("merge", "secret/x"), ("package", "inspect", "secret/x"), ("people", "import", "secret/x")):
        assert call(*verb, code=Exit.UNREADABLE)["problems"], "3, as for every file that cannot be read"
    said = call("unprotect", "--passphrase-file", "words", at="secret", code=Exit.UNREADABLE)
    assert said["problems"][0]["code"] == "E_FILE_UNREADABLE"
    assert call("merge", file)["new"] > 0


def test_an_old_copy_is_restored_and_returns_tell_of_somebody_it_does_not_know(call) -> None:
    """The laptop is lost. Its copy is from before the first kit: it opens the returns all the same, says that they are
    of somebody nobody here knows, and once they are added again, their results are there."""
    old = call("backup", "--to", "stick")["file"]
    call("people", "add", "--role", "participant", "--name", "Kofi Example")
    call("assign", "P-002", "--assessor", "A-001", *WHERE)
    (kit,) = call("kit", "make", "A-001", "--out", "kits", "--passphrase-file", "words")["kits"]
    call("kit", "open", kit["file"], "--into", "tariro", "--passphrase-file", "words")
    call("assess", "P-002", *WHERE, "--level", "CAM-1=3", "--finish", at="tariro")
    file = call("return", "make", "--out", "returns", at="tariro")["file"]
    call("restore", old, at="anew")
    done = call("merge", file, "--trust", at="anew")
    (told,) = [each for each in done["problems"] if each["code"] == "MERGE_ONLY_NAMED"]
    (named,) = call("person", "list", at="anew")["only_named"]
    assert named["assessments"] == 1 and named["id"] in told["message"] and named["id"] in told["do"]
    call("people", "add", "--role", "participant", "--name", "Kofi Example", at="anew")
    same = ("person", "same", named["id"][-8:], "P-002", "--reason", "He came after the copy was made.")
    call(*same, at="anew")
    found = call("moderation", "list", "P-002", at="anew")["people"][0]
    assert found["slots"][0]["finished"] == 1
    assert call("person", "list", at="anew")["only_named"] == []


def test_a_return_to_another_laptop_says_what_to_do(call) -> None:
    file = network(call)
    cli.run(["init", "other", "--programme", "Residency", "--edition", "2026"])
    (problem,) = call("merge", file, at="other", code=Exit.REFUSED)["problems"]
    assert "for another laptop of this programme" in problem["message"]
    assert "make Tariro Example a new kit" in problem["do"]
