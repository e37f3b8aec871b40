"""mentoring and milestone on the command line, as a script calls them."""

from __future__ import annotations

import pytest

from rubricapp.errors import Exit
from tests.cli.test_cli import Shell, peopled, shell  # noqa: F401 - fixtures


@pytest.fixture
def pair(peopled: Shell) -> Shell:  # noqa: F811
    peopled.json("people", "add", "--role", "mentor", "--name", "Mo Mentor")
    return peopled


def meet(pair: Shell, *words: str, code: int = 0) -> dict:
    return pair.json("mentoring", "add", "P-001", "--mentor", "Mo Mentor", *words, code=code)


def test_two_meetings_an_action_carried_over_and_one_settled(pair: Shell) -> None:
    first = meet(
        pair,
        *("--on", "2026-09-10", "--minutes", "45", "--topics", "Card log", "--next", "2026-09-20"),
        *("--action", "Log every card|2026-09-17|cam-6", "--action", "Read the call sheet"),
    )
    assert first["meeting"]["minutes"] == 45
    assert [each["criteria"] for each in first["actions"]] == [["CAM-6"], []]
    done = first["actions"][0]["id"][-8:]
    second = meet(pair, "--on", "2026-09-20", "--done", f"{done}=All 14 cards")
    assert [each["outcome"] for each in second["settled"]] == ["All 14 cards"]
    assert [each["text"] for each in second["carried_over"]] == ["Read the call sheet"]
    listed = pair.json("mentoring", "list", "P-001")
    assert [(each["state"], each["carried_over"]) for each in listed["actions"]] == [("open", 1), ("settled", 0)]
    assert [each["held_on"] for each in listed["meetings"]] == ["2026-09-10", "2026-09-20"]
    left = listed["actions"][0]["id"][-8:]
    assert pair.json("mentoring", "done", left, "--on", "2026-09-21")["action"]["done_on"] == "2026-09-21"
    noted = pair.json("mentoring", "note", listed["meetings"][0]["id"], "--text", "It helped.\x1b[31m")
    assert noted["meeting"]["note"] == "It helped.[31m"
    edit = ("mentoring", "edit", listed["meetings"][0]["id"][-8:])
    edited = pair.json(*edit, "--minutes", "50", "--topics", "", "--visibility", "lead")["meeting"]
    assert (edited["minutes"], edited["topics"], edited["visibility"]) == (50, "", "lead")
    assert (edited["held_on"], edited["note"], edited["next_on"]) == ("2026-09-10", "It helped.[31m", "2026-09-20")
    assert pair.json(*edit, "--on", "soon", code=Exit.USAGE)["problems"][0]["code"] == "E_DATE"
    assert pair.json("check")["problems"] == []


def test_lines_say_what_is_overdue_first(pair: Shell) -> None:
    meet(pair, "--on", "2026-09-10", "--action", "Later", "--action", "Late|2026-09-11")
    code, out, _err = pair.run("mentoring", "list", "P-001")
    assert code == 0
    assert out.splitlines()[0].split("  ")[1:4] == ["overdue", "due 2026-09-11", "Late"]
    assert "between the two" in out


@pytest.mark.parametrize(
    "words",
    [
        ("--on", "2026-09-31"),
        ("--on", "2026-09-10", "--action", "|"),
        ("--on", "2026-09-10", "--minutes", "x"),
        ("--on", "2026-09-10", "--done", "zzzz=1"),
        ("--on", "2026-09-10", "--visibility", "all"),
    ],
)
def test_what_is_wrong_is_a_usage_error_and_nothing_is_kept(pair: Shell, words) -> None:
    code, _out, err = pair.run("mentoring", "add", "P-001", "--mentor", "Mo Mentor", *words)
    assert code == 2
    assert err
    assert pair.json("mentoring", "list", "P-001")["meetings"] == []


def test_milestones(pair: Shell) -> None:
    made = pair.json("milestone", "add", "P-001", "--on", "2026-09-12", "--title", "First day as 1st AC")["milestone"]
    assert [each["title"] for each in pair.json("milestone", "list", "P-001")["milestones"]] == ["First day as 1st AC"]
    assert pair.json("milestone", "list")["milestones"][0]["participant"] == "P-001"
    pair.json("milestone", "remove", made["id"][-6:])
    code, out, _err = pair.run("milestone", "list")
    assert (code, out.strip()) == (0, "No milestones yet.")
    assert pair.run("milestone", "remove", "nothing")[0] == 2
    assert pair.run("milestone", "add", "P-001", "--on", "soon", "--title", "x")[0] == 2


def test_a_mentors_assessment_never_counts_among_the_assessors(pair: Shell) -> None:
    words = ("--rubric", "camera", "--occasion", "baseline", "--finish")
    levels = [word for n in range(1, 8) for word in ("--level", f"CAM-{n}=2")]
    other = [word for n in range(1, 8) for word in ("--level", f"CAM-{n}=5")]
    pair.json("assess", "P-001", *words, "--assessor", "Tariro Example", *levels)
    pair.json("assess", "P-001", *words, "--assessor", "Mo Mentor", "--kind", "mentor", *other)
    grown = pair.json("growth", "P-001")
    assert {each["levels"][0]["level"] for each in grown["rubrics"][0]["criteria"]} == {2.0}
    assert {each["levels"][0]["count"] for each in grown["rubrics"][0]["criteria"]} == {1}
