"""The main job on real input, as one person would do it from a terminal: from an office's roster to paper."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rubricapp import cli

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"


@pytest.fixture
def run(capsys: pytest.CaptureFixture):
    def call(*words: object, code: int = 0) -> dict:
        capsys.readouterr()
        got = cli.run([*map(str, words), "--json", "--quiet"])
        said = capsys.readouterr()
        assert got == code, (words, said.out, said.err)
        return json.loads(said.out)

    return call


@pytest.fixture
def office_roster(tmp_path: Path) -> Path:
    """The office's workbook where the samples are at hand, else the demo's roster: either way 12 people or more."""
    from rubricapp import paths

    found = SAMPLES / "roster_office.xlsx"
    return found if found.is_file() else paths.RESOURCES / "demo" / "roster.csv"


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.mark.timeout(300)
def test_from_roster_to_reports_and_again_byte_for_byte(tmp_path: Path, run, office_roster, monkeypatch) -> None:
    folder = tmp_path / "residency"
    monkeypatch.setenv("RUBRICAPP_WORKSPACE", str(folder))
    run("init", folder, "--programme", "Four rivers", "--edition", "2026")
    imported = run("people", "import", office_roster)
    people = run("people", "list")["people"]
    assert imported["imported"] == len(people) >= 12
    if office_roster.name == "roster_office.xlsx":
        assert len(people) == 26
        assert imported["problems"] == []
    run("people", "add", "--role", "assessor", "--name", "Tariro Example")
    run("people", "add", "--role", "assessor", "--name", "Jonas Sample")

    for number, person in enumerate(people[:6]):
        for rubric, prefix, criteria in (("camera", "CAM", 7), ("ethics", "ETH", 8)):
            for occasion, gain in (("baseline", 0), ("final", 1)):
                words = []
                for place in range(1, criteria + 1):
                    level = 1 + (number + place) % 4 + gain
                    words += ["--level", f"{prefix}-{place}={level}"]
                words += ["--comment", f"{prefix}-1=Seen in the kitchen scene, <b>take 2</b> & =1+1.", "--finish"]
                done = run("assess", person["id"], "--rubric", rubric, "--occasion", occasion,
                           "--assessor", "Tariro Example", *words)  # fmt: skip
                assert (done["state"], done["missing"]) == ("finished", [])
                assert done["score"]["coverage"] == 1
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        made = run("report", "participant", "--all", "--out", out / "people")
        assert len(made["files"]) == len(people)
        run("report", "cohort", "--out", out / "cohort.pdf")
        run("export", "xlsx", "--out", out / "cohort.xlsx")
    assert _bytes(first) == _bytes(second)
    assert all(content[:4] in (b"%PDF", b"PK\x03\x04") for content in _bytes(first).values())
    checked = run("check")
    assert checked["problems"] == []
    assert checked["changes"] > 6 * 2 * 2 * 7

    # The same on another laptop that was given a copy of the folder.
    shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("workspace.lock"))
    monkeypatch.setenv("RUBRICAPP_WORKSPACE", str(tmp_path / "copy"))
    third = tmp_path / "third"
    run("report", "participant", "--all", "--out", third / "people")
    run("report", "cohort", "--out", third / "cohort.pdf")
    run("export", "xlsx", "--out", third / "cohort.xlsx")
    assert _bytes(third) == _bytes(first)


@pytest.mark.timeout(300)
def test_the_demo_twice_is_the_same_demo(tmp_path: Path, run) -> None:
    first = run("demo", "--out", tmp_path / "one")
    run("demo", "--out", tmp_path / "two")
    reports = _bytes(tmp_path / "one" / "reports")
    assert len(reports) == 12 + 2
    assert len(first["files"]) == len(reports) + 1, "and a portfolio file"
    assert reports == _bytes(tmp_path / "two" / "reports")
    run("demo", "--out", tmp_path / "one")
    assert reports == _bytes(tmp_path / "one" / "reports")
    assert run("--workspace", tmp_path / "one" / "workspace", "check")["problems"] == []


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample rosters are not beside this checkout")
def test_a_bad_roster_names_every_problem_and_imports_nobody(tmp_path: Path, run, monkeypatch) -> None:
    monkeypatch.setenv("RUBRICAPP_WORKSPACE", str(tmp_path / "w"))
    run("init", tmp_path / "w", "--programme", "P", "--edition", "E")
    told = run("people", "import", SAMPLES / "roster_bad.csv", code=1)
    assert (told["imported"], told["updated"]) == (0, 0)
    rows = {each["row"] for each in told["problems"] if each["severity"] == "error"}
    assert {3, 4, 5, 6, 7, 8, 9, 10, 11} <= rows
    assert run("people", "list")["people"] == []
