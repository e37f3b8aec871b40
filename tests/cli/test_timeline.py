"""timeline and growth on the command line."""

from __future__ import annotations

from tests.cli.test_cli import Shell, peopled, shell  # noqa: F401 - fixtures


def assess(shell: Shell, occasion: str, level: int, *words: str) -> None:  # noqa: F811
    rest = [n for n in range(1, 8) if f"CAM-{n}=" not in " ".join(words)]
    levels = [word for n in rest for word in ("--level", f"CAM-{n}={level}")]
    shell.json("assess", "P-001", "--rubric", "camera", "--occasion", occasion, "--finish", *levels, *words)


TARIRO = ("--assessor", "Tariro Example")


def test_growth_is_said_in_columns_and_as_json(peopled: Shell) -> None:  # noqa: F811
    assert peopled.run("growth", "P-001")[1].strip() == "Growth needs two scorings of the same rubric."
    assess(peopled, "baseline", 2, *TARIRO)
    assert "needs two scorings" in peopled.run("growth", "P-001")[1]
    assess(peopled, "final", 4, *TARIRO, "--level", "CAM-1=not_observed")
    code, out, _err = peopled.run("growth", "P-001")
    lines = [line.split() for line in out.splitlines()]
    assert code == 0
    assert lines[0] == ["Camera", "1.0"]
    assert lines[1] == ["baseline", "final", "change"]
    assert lines[2] == ["CAM-1", "2", "not", "observed"]
    assert lines[3] == ["CAM-2", "2", "4", "+2"]
    (rubric,) = peopled.json("growth", "P-001", "--rubric", "camera")["rubrics"]
    assert rubric["enough"] is True
    assert rubric["criteria"][0]["levels"][1] == {
        "occasion": "final",
        "held_on": None,
        "level": None,
        "count": 0,
        "blank": "not_observed",
    }
    assert rubric["criteria"][1]["change"] == 2.0
    assert peopled.json("growth", "P-001", "--rubric", "sound")["rubrics"] == []
    assert peopled.run("growth", "P-001", "--rubric", "nothing")[0] == 2
    assert peopled.run("growth", "Nobody")[0] == 2


def test_the_timeline_is_said_in_lines_and_as_json(peopled: Shell) -> None:  # noqa: F811
    assert "Nothing is known" in peopled.run("timeline", "P-001")[1]
    assess(peopled, "baseline", 2, *TARIRO)
    peopled.json("milestone", "add", "P-001", "--on", "2026-09-12", "--title", "First \x1b[31mday")
    peopled.json("log", "add", "P-001", "--date", "2026-09-14", "--role", "2nd AC", "--hours", "10")
    found = peopled.json("timeline", "P-001")
    assert [each["kind"] for each in found["events"]] == ["milestone", "log", "assessment"]
    assert found["events"][1]["minutes"] == 600
    code, out, _err = peopled.run("timeline", "P-001")
    assert (code, out.splitlines()[0]) == (0, "2026-09-12  Milestone  First [31mday")
    assert "\x1b" not in out
