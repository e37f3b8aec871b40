"""The command line as a script uses it: verbs, JSON shapes, exit codes. Everything on a real workspace."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rubricapp import cli
from rubricapp.cli.main import cli as group
from rubricapp.errors import Exit

ROSTER = "Participant ID,Given name,Family name,Email\nP-001,Amara,Okafor,a@demo.example\nP-002,=1+1,Ofori,\n"
GOOD = "Participant ID,Given name,Family name,Email\nP-001,Amara,Okafor,a@demo.example\nP-009,王,伟,\n"


class Shell:
    """Runs verbs in this process against one workspace; `json` checks the code and gives the object."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture) -> None:
        self.folder, self.capsys = folder, capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        self.capsys.readouterr()
        code = cli.run([*map(str, words), "--workspace", str(self.folder)])
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def json(self, *words: str, code: int = 0) -> dict:
        got, out, err = self.run(*words, "--json")
        assert got == code, (words, out, err)
        found = json.loads(out)
        assert found["ok"] is (code == 0)
        return found


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture) -> Shell:
    made = Shell(tmp_path / "w", capsys)
    assert cli.run(["init", str(made.folder), "--programme", "Residency", "--edition", "2026"]) == 0
    return made


@pytest.fixture
def peopled(shell: Shell, tmp_path: Path) -> Shell:
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    assert shell.json("people", "import", str(tmp_path / "good.csv"))["imported"] == 2
    shell.json("people", "add", "--role", "assessor", "--name", "Tariro Example")
    return shell


def test_no_verb_imports_qt(tmp_path: Path) -> None:
    script = (
        "import sys; from rubricapp import cli\n"
        f"code = cli.run(['init', {str(tmp_path / 'w')!r}, '--programme', 'P', '--edition', 'E'])\n"
        f"code += cli.run(['people', 'list', '--workspace', {str(tmp_path / 'w')!r}])\n"
        "bad = [name for name in sys.modules if name.startswith(('PySide6', 'shiboken6'))]\n"
        "print(bad); sys.exit(code + len(bad))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_start_of_the_command_line_is_light() -> None:
    script = (
        "import sys; from rubricapp import cli; cli.run(['--help'])\n"
        "heavy = {'sqlite_utils', 'reportlab', 'openpyxl', 'ruamel', 'ruamel.yaml', 'numpy', 'PySide6', 'uharfbuzz'}\n"
        "bad = heavy & set(sys.modules); print(bad); sys.exit(len(bad))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_verbs_are_built_once_in_a_process() -> None:
    assert cli.run(["people", "--help"]) == 0
    built = dict(group.commands)
    assert cli.run(["people", "--help"]) == 0
    assert built and all(group.commands[name] is each for name, each in built.items())


def test_people_import_list_and_again(peopled: Shell, tmp_path: Path) -> None:
    people = peopled.json("people", "list")["people"]
    found = {each["id"]: each for each in people}
    assert found["P-009"]["given_name"] == "王"
    assert found["P-001"]["email"] == "a@demo.example"
    assert {"id", "given_name", "family_name", "email", "country", "department"} <= set(people[0])
    again = peopled.json("people", "import", str(tmp_path / "good.csv"))
    assert (again["imported"], again["updated"], again["same"], again["problems"]) == (0, 0, 2, [])


def test_a_roster_that_differs_is_a_comparison(peopled: Shell, tmp_path: Path) -> None:
    changed = tmp_path / "changed.csv"
    changed.write_text(GOOD.replace("Okafor", "Okafor-Bell"), encoding="utf-8")
    told = peopled.json("people", "import", str(changed), code=Exit.PROBLEMS)
    assert (told["updated"], told["same"]) == (0, 1)
    assert told["problems"][0]["row"] == 2
    assert told["problems"][0]["column"] == "Family name"
    assert "Okafor-Bell" not in json.dumps(peopled.json("people", "list"))
    assert peopled.json("people", "import", str(changed), "--update")["updated"] == 1
    assert "Okafor-Bell" in json.dumps(peopled.json("people", "list"))


def test_a_bad_roster_imports_nobody(shell: Shell, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(ROSTER, encoding="utf-8")
    told = shell.json("people", "import", str(bad), code=Exit.PROBLEMS)
    assert told["imported"] == 0
    assert told["problems"][0]["row"] == 3
    assert shell.json("people", "list")["people"] == []


def test_dry_run_writes_nothing(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    before = shell.json("check")["changes"]
    assert shell.json("people", "import", str(tmp_path / "good.csv"), "--dry-run")["new"] == 2
    assert shell.json("check")["changes"] == before


def test_rubric_show_has_the_shape_that_scripts_rely_on(shell: Shell) -> None:
    assert [each["id"] for each in shell.json("rubric", "list")["rubrics"]] == [
        "budgeting",
        "camera",
        "ethics",
        "sound",
    ]
    camera = shell.json("rubric", "show", "camera")
    assert camera["criteria"][0]["id"] == "CAM-1"
    assert camera["criteria"][6]["gate"] == 3
    assert [level["level"] for level in camera["criteria"][0]["levels"]] == [1, 2, 3, 4, 5]
    assert set(camera["criteria"][0]["levels"][0]) == {"level", "title", "descriptor"}
    assert len(camera["content_hash"]) == len(camera["structure_hash"]) == 64


CAMERA = ["--rubric", "camera", "--occasion", "baseline", "--assessor", "Tariro Example"]


def levels(*values: object) -> list[str]:
    return [word for place, value in enumerate(values, 1) for word in ("--level", f"CAM-{place}={value}")]


def test_assess_finish_reopen_history(peopled: Shell) -> None:
    first = peopled.json("assess", "P-001", *CAMERA, *levels(4, "not_observed", 3), "--comment", "CAM-1=Holds the sky.")
    assert first["state"] == "draft"
    assert first["missing"] == ["CAM-4", "CAM-5", "CAM-6", "CAM-7"]
    assert first["score"]["value"] is None
    assert first["score"]["gate"] == "open"
    done = peopled.json("assess", "p-001", *CAMERA, *levels(4, 4, 4, 4, 4, 4, 4), "--finish")
    assert (done["state"], done["missing"]) == ("finished", [])
    assert done["score"] == done["score"] | {
        "value": 4,
        "percent": 75,
        "coverage": 1,
        "low": 4,
        "high": 4,
        "gate": "met",
    }
    locked = peopled.json("assess", "P-001", *CAMERA, "--level", "CAM-1=2", code=Exit.REFUSED)
    assert locked["problems"][0]["code"] == "E_FINISHED"
    peopled.json("assess", "P-001", *CAMERA, "--reopen", code=Exit.USAGE)
    again = peopled.json(
        "assess", "P-001", *CAMERA, "--reopen", "--reason", "Wrong clip was shown.", "--level", "CAM-1=5", "--finish"
    )
    assert (again["state"], again["revision"], again["ratings"]["CAM-1"]) == ("finished", 1, 5)
    changes = peopled.json("history", "Amara Okafor")["changes"]
    of_first = [each for each in changes if each["record"].endswith("/CAM-1") and each["field"] == "level"]
    assert [each["value"] for each in of_first] == [4, 5]
    assert of_first[1]["replaces"] == [of_first[0]["id"]]
    assert of_first[0]["author"] == "Tariro Example"
    assert [each["reason"] for each in changes if each["reason"]] == ["Wrong clip was shown."]
    assert {"id", "device", "seq", "at", "author", "kind", "record", "field", "value", "replaces", "reason"} <= set(
        changes[0]
    )
    assert peopled.json("check")["problems"] == []


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (["assess", "P-001", *CAMERA, "--level", "CAM-1=6"], Exit.USAGE, "E_LEVEL"),
        (["assess", "P-001", *CAMERA, "--level", "CAM-1=good"], Exit.USAGE, "E_LEVEL"),
        (["assess", "P-001", *CAMERA, "--level", "CAM-99=3"], Exit.USAGE, "E_CRITERION"),
        (["assess", "P-001", *CAMERA, "--level", "CAM-1"], Exit.USAGE, "E_PAIR"),
        (["assess", "Nobody", *CAMERA], Exit.USAGE, "E_NO_PERSON"),
        (["assess", "P-001", "--rubric", "dance", *CAMERA[2:]], Exit.USAGE, "E_NO_RUBRIC"),
        (["assess", "P-001", *CAMERA[:2], "--occasion", "finall", *CAMERA[4:]], Exit.USAGE, "E_NO_OCCASION"),
        (["assess", "P-001", *CAMERA[:4], "--assessor", "Tariro Exampel"], Exit.USAGE, "E_NO_PERSON"),
        (["people", "import", "missing.csv"], Exit.UNREADABLE, "E_FILE_MISSING"),
        (["people", "add", "--role", "king", "--name", "X"], Exit.USAGE, "E_USAGE"),
        (["restore", "missing.rubricbackup"], Exit.UNREADABLE, "E_FILE_MISSING"),
    ],
)
def test_bad_words_change_nothing(peopled: Shell, words, code, problem) -> None:
    before = peopled.json("check")["changes"]
    assert peopled.json(*words, code=code)["problems"][0]["code"] == problem
    assert peopled.json("check")["changes"] == before


def test_a_bad_level_keeps_the_good_ones_out_too(peopled: Shell) -> None:
    peopled.json("assess", "P-001", *CAMERA, *levels(4, 9), code=Exit.USAGE)
    assert peopled.json("history", "P-001", "--criterion", "CAM-1")["changes"] == []


def test_looking_is_not_beginning(peopled: Shell) -> None:
    """Nobody is said to have begun, no occasion and no assessor comes to be, because somebody looked."""
    before = peopled.json("check")["changes"]
    looked = peopled.json("assess", "P-001", *CAMERA)
    assert (looked["state"], looked["assessment"], looked["ratings"]) == ("not begun", None, {})
    assert looked["missing"][0] == "CAM-1" and looked["score"]["value"] is None
    assert "not begun" in peopled.run("assess", "P-001", *CAMERA)[1]
    peopled.json("assess", "P-001", *CAMERA[:2], "--occasion", "on a hill", *CAMERA[4:], code=Exit.USAGE)
    peopled.json("assess", "P-001", *CAMERA[:4], "--assessor", "Somebody New", code=Exit.USAGE)
    assert peopled.json("check")["changes"] == before
    peopled.json("assess", "P-001", *CAMERA, *levels(3))
    assert peopled.json("assess", "P-001", *CAMERA)["state"] == "draft"


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        (("CAM-1=",), "E_LEVEL", "“” is neither"),  # a script whose variable is empty
        (("CAM-1=-1",), "E_LEVEL", "“-1” is neither"),
        (("CAM-1=2", "cam-1=4"), "E_TWICE", "cam-1 is given twice"),
    ],
)
def test_an_unclear_level_takes_nothing_back(peopled: Shell, said: tuple[str, ...], code: str, words: str) -> None:
    peopled.json("assess", "P-001", *CAMERA, *levels(3))
    options = [part for each in said for part in ("--level", each)]
    (problem,) = peopled.json("assess", "P-001", *CAMERA, *options, code=Exit.USAGE)["problems"]
    assert problem["code"] == code and words in problem["message"]
    assert peopled.json("assess", "P-001", *CAMERA)["ratings"] == {"CAM-1": 3}
    assert peopled.json("assess", "P-001", *CAMERA, "--level", "CAM-1=clear")["ratings"] == {}


def test_words_of_several_lines_look_like_no_other_line(peopled: Shell) -> None:
    """What somebody typed cannot be taken for a change that nobody made."""
    forged = "fine\n2026-11-29 16:58  Tariro Example        rating CAM-1 level = 5"
    peopled.json("assess", "P-001", *CAMERA, *levels(3), "--comment", f"CAM-1={forged}")
    for words in (("history", "P-001"), ("history", "--laptop", "this")):
        lines = peopled.run(*words)[1].splitlines()
        assert not [line for line in lines if line.startswith("2026-11-29 16:58  Tariro") and "level = 5" in line]
        assert [line for line in lines if line.startswith("    2026-11-29 16:58") and "level = 5" in line]


def test_a_history_of_nothing_says_so(peopled: Shell) -> None:
    assert peopled.run("history", "P-001", "--criterion", "snd-1")[1] == "Nothing was said of it.\n"
    assert peopled.json("history", "P-001", "--criterion", "SND-1")["changes"] == []
    (problem,) = peopled.json("history", "P-001", "--criterion", "SND-99", code=Exit.USAGE)["problems"]
    assert problem["code"] == "E_CRITERION" and "SND-1" in problem["do"]


def test_a_dated_observation_and_a_new_assessor(peopled: Shell) -> None:
    words = ["assess", "P-001", "--rubric", "sound", "--occasion", "2026-10-03", "--assessor", "Mireille Specimen"]
    first = peopled.json(*words, "--level", "snd-1=2")
    assert first["occasion"] == "2026-10-03"
    assert first["ratings"] == {"SND-1": 2}
    assert peopled.json(*words)["assessment"] == first["assessment"]


def test_self_assessment(peopled: Shell) -> None:
    found = peopled.json(
        "assess", "P-001", "--rubric", "camera", "--occasion", "final", "--kind", "self", "--level", "CAM-1=2"
    )
    assert found["assessor"] == "Amara Okafor"


def test_backup_and_restore(peopled: Shell, tmp_path: Path) -> None:
    path = peopled.json("backup", "--to", str(tmp_path / "stick"))["file"]
    before = peopled.json("check")["changes"]
    peopled.json("assess", "P-001", *CAMERA, *levels(1))
    lost = peopled.json("check")["changes"] - before
    told = peopled.json("restore", path)
    assert (told["changes"], told["lost"]) == (before, lost)
    assert Path(told["set_aside"]).is_file()
    assert peopled.json("check")["changes"] == before


def test_a_backup_into_the_workspace_itself_is_refused(peopled: Shell, tmp_path: Path) -> None:
    """It would be lost with it, and hold whoever is erased later."""
    for inside in (peopled.folder, peopled.folder / "files", peopled.folder / "new" / "deeper"):
        (problem,) = peopled.json("backup", "--to", str(inside), code=Exit.USAGE)["problems"]
        assert problem["code"] == "E_INSIDE"
    assert not (peopled.folder / "new").exists() and not list(peopled.folder.glob("*.rubricbackup"))
    assert peopled.json("backup", "--to", str(tmp_path / "w-beside"))["file"], "a name that begins alike"


def test_a_restore_elsewhere_says_which_works_did_not_come_along(peopled: Shell, tmp_path: Path) -> None:
    """The daily copy holds no files: on another laptop works are missing, and whoever restores learns it there."""
    film = tmp_path / "film.txt"
    film.write_text("film bytes")
    peopled.json("artefact", "add", "P-001", str(film))
    daily, whole = peopled.json("backup")["file"], peopled.json("backup", "--to", str(tmp_path / "stick"))["file"]
    assert peopled.json("restore", daily)["missing"] == [], "its files lie here"
    told = Shell(tmp_path / "elsewhere", peopled.capsys).json("restore", daily, code=Exit.PROBLEMS)
    assert len(told["missing"]) == 1
    assert "1 file of a work is not here" in Shell(tmp_path / "again", peopled.capsys).run("restore", daily)[1]
    assert Shell(tmp_path / "third", peopled.capsys).json("restore", whole)["missing"] == []


def test_a_protected_backup_is_named_once_it_is_open(peopled: Shell, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text("four rivers meet at dusk\n")
    peopled.json("protect", "--passphrase-file", str(words))
    file = peopled.json("backup", "--to", str(tmp_path / "stick"), "--unlock-file", str(words))["file"]
    other = Shell(tmp_path / "elsewhere", peopled.capsys)
    assert "Restored Residency, " in other.run("restore", file, "--unlock-file", str(words))[1]


def test_a_restore_is_rehearsed(peopled: Shell) -> None:
    assert peopled.json("backup")["rehearsal"] is None, "once a week by itself, after the day's first backup"
    told = peopled.json("backup", "--rehearse")
    assert (told["rehearsal"]["ok"], told["rehearsal"]["people"]) == (True, 3)
    found = {each["name"]: each for each in json.loads(peopled.run("doctor", "--json")[1])["findings"]}
    assert found["restore on trial"]["ok"] is True
    path = Path(told["file"])
    path.write_bytes(path.read_bytes()[:-40])
    for each in path.parent.glob("*.rubricbackup"):
        if each != path:
            each.unlink()
    code, out, _err = peopled.run("backup", "--rehearse")
    assert code == Exit.DAMAGED
    assert "could not be relied on" in out
    found = {each["name"]: each for each in json.loads(peopled.run("doctor", "--json")[1])["findings"]}
    assert found["restore on trial"]["ok"] is False


def test_the_days_silent_backup_is_restored_on_trial_and_a_bad_one_said(shell: Shell, monkeypatch) -> None:
    from rubricapp.operations import backups

    really = backups.back_up_daily

    def cut(ws) -> Path | None:
        path = really(ws)
        if path is not None:
            path.write_bytes(path.read_bytes()[:-40])
        return path

    monkeypatch.setattr(backups, "back_up_daily", cut)
    code, _out, err = shell.run("people", "add", "--role", "assessor", "--name", "Tariro Example")
    assert code == Exit.DONE, "the verb itself is done"
    assert "could not be relied on" in err
    found = {each["name"]: each for each in json.loads(shell.run("doctor", "--json")[1])["findings"]}
    assert found["restore on trial"]["ok"] is False
    assert len(shell.json("people", "list")["people"]) == 1
    code, _out, err = shell.run("people", "list")
    assert (code, err) == (Exit.DONE, "")


def test_no_workspace(tmp_path: Path, capsys) -> None:
    shell = Shell(tmp_path / "none", capsys)
    assert shell.json("people", "list", code=Exit.UNREADABLE)["problems"][0]["code"] == "E_NO_WORKSPACE"


def test_init_refuses_a_taken_folder(shell: Shell) -> None:
    code = cli.run(["init", str(shell.folder), "--programme", "P", "--edition", "E", "--json"])
    assert code == Exit.REFUSED


def test_workspace_by_environment(peopled: Shell, monkeypatch, capsys) -> None:
    monkeypatch.setenv("RUBRICAPP_WORKSPACE", str(peopled.folder))
    capsys.readouterr()
    assert cli.run(["--json", "people", "list"]) == 0
    assert len(json.loads(capsys.readouterr().out)["people"]) == 3


def test_doctor(peopled: Shell) -> None:
    code, out, _err = peopled.run("doctor", "--json")
    findings = {each["name"]: each for each in json.loads(out)["findings"]}
    assert code in (Exit.DONE, Exit.PROBLEMS)
    assert findings["sqlcipher3"]["ok"]
    assert findings["writing"]["ok"]


def test_a_bug_is_logged_and_said_once(peopled: Shell, monkeypatch) -> None:
    import rubricapp.store.people as reads

    def broken(*_: object) -> None:
        raise ZeroDivisionError("made by the test")

    monkeypatch.setattr(reads, "list_people", broken)
    told = peopled.json("people", "list", code=Exit.BUG)
    assert "ZeroDivisionError" in told["problems"][0]["message"]
    from rubricapp import logs

    assert "made by the test" in logs.file().read_text(encoding="utf-8")


def test_rubric_check_names_file_line_and_column_and_goes_on(tmp_path: Path, capsys) -> None:
    from rubricapp import paths

    shipped = paths.RUBRICS / "camera" / "1.0.yaml"
    bad = tmp_path / "camera.yaml"
    text = shipped.read_text(encoding="utf-8").replace("    weight: 3\n", "    weight: heavy\n", 1)
    bad.write_text(text, encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "weight: heavy" in each)
    capsys.readouterr()
    assert cli.run(["rubric", "check", str(shipped), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["problems"] == []
    assert cli.run(["rubric", "check", str(bad), str(shipped)]) == Exit.PROBLEMS
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{bad}:{line}:13: ")
    assert said[-1] == f"{shipped}: good."
    assert cli.run(["rubric", "check", str(tmp_path / "none.yaml"), str(bad), "--json"]) == Exit.UNREADABLE
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "E_FILE_MISSING"


def test_an_error_names_its_verb_wherever_the_options_stand(peopled: Shell, capsys) -> None:
    capsys.readouterr()
    cli.run(["--workspace", str(peopled.folder), "rubric", "show", "nope", "--json"])
    assert json.loads(capsys.readouterr().out)["command"] == "rubric show"


def test_an_edition_does_not_end_before_it_starts(tmp_path: Path, capsys) -> None:
    words = ["init", str(tmp_path / "w"), "--programme", "P", "--edition", "E"]
    assert cli.run([*words, "--starts-on", "2026-02-01", "--ends-on", "2026-01-01"]) == Exit.USAGE
    assert not (tmp_path / "w" / "workspace.sqlite3").exists()


def test_a_self_assessment_is_nobody_elses(peopled: Shell) -> None:
    slot = "P-001", "--rubric", "camera", "--occasion", "final", "--level", "CAM-1=2", "--assessor"
    for kind, assessor, code in (("self", "P-009", 2), ("assessor", "P-001", 4), ("mentor", "P-001", 4)):
        got, _out, err = peopled.run("assess", *slot, assessor, "--kind", kind)
        assert got == code and "Nothing was changed." in err
    assert peopled.json("assess", *slot, "P-001", "--kind", "self")["assessor"] == "Amara Okafor"


def test_gaps_are_self_beside_assessors(peopled: Shell) -> None:
    nothing = peopled.json("gaps", "P-001")
    assert nothing["gaps"] == []
    slot = ("P-001", "--rubric", "camera", "--occasion", "baseline")
    peopled.json("assess", *slot, "--kind", "self", "--level", "CAM-1=4", "--level", "CAM-2=not_observed", "--finish")
    assert "No assessor has finished" in peopled.json("gaps", "P-001")["gaps"][0]["because"]
    peopled.json(
        "assess", *slot, "--assessor", "Tariro Example", "--level", "CAM-1=3", "--level", "CAM-2=2", "--finish"
    )
    found = peopled.json("gaps", *slot)["gaps"][0]
    assert (found["rubric"], found["occasion"], found["assessors"]) == ("camera@1.0", "baseline", 1)
    first, second = found["criteria"][:2]
    assert first == {"criterion": "CAM-1", "self": 4, "assessors": 3.0, "gap": 1.0, "agreed": False}
    assert (second["self"], second["assessors"], second["gap"]) == ("not_observed", 2.0, None)
    code, out, _err = peopled.run("gaps", "P-001")
    assert code == 0 and "CAM-1    self 4, assessors 3, gap +1" in out
    assert peopled.json("gaps", "P-001", "--occasion", "final")["gaps"] == []
    told = peopled.json("gaps", "P-001", "--occasion", "nonsense", code=2)
    assert told["problems"][0]["code"] == "E_NO_OCCASION"
    assert peopled.run("gaps", "nobody")[0] == 2


def test_stopping_is_one_object_and_no_traceback(shell: Shell, monkeypatch) -> None:
    from rubricapp import __main__

    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rubricapp.cli.output.opened", stop)
    found = shell.json("people", "list", code=130)
    assert found["problems"][0]["code"] == "E_CANCELLED"
    monkeypatch.setattr(cli, "run", lambda _words: stop())
    monkeypatch.setattr(sys, "argv", ["rubricapp", "people", "list"])
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert ended.value.code == 130


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
@pytest.mark.parametrize("words", [["people", "list"], ["people", "list", "--json"], ["no", "--json"]])
def test_an_output_that_is_full(peopled: Shell, words) -> None:
    command = [sys.executable, "-m", "rubricapp", *words, "--workspace", str(peopled.folder)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == (2 if words[0] == "no" else 4)
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_failure(peopled: Shell) -> None:
    command = [sys.executable, "-m", "rubricapp", "rubric", "show", "camera", "--workspace", str(peopled.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 0


def test_on_a_full_disk_a_terminal_is_not_told_of_a_window(small_disk, capsys) -> None:
    disk = small_disk(2000)
    shell = Shell(disk / "w", capsys)
    assert cli.run(["init", str(shell.folder), "--programme", "Residency", "--edition", "2026"]) == 0
    shell.run("check")
    with (disk / "ballast").open("wb", buffering=0) as ballast, pytest.raises(OSError, match="No space"):
        while True:
            ballast.write(bytes(1024))
    add = ("people", "add", "--role", "assessor", "--name", "Tariro " + "x" * 9000)
    code, _out, err = shell.run(*add)
    assert code == Exit.REFUSED
    assert "window" not in err
    assert "Try again" not in err
    assert "Free some space there, then give the same command again." in err
    (problem,) = shell.json(*add, code=Exit.REFUSED)["problems"]
    assert (problem["code"], "window" in problem["do"]) == ("E_DISK", False)
    (disk / "ballast").unlink()
    assert shell.run(*add)[0] == Exit.DONE, "there is space again"
