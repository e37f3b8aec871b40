"""Peer review and calibration on the command line: names, JSON shapes, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rubricapp import cli
from rubricapp.errors import Exit
from rubricapp.store.people import find_people
from rubricapp.store.workspace import open_


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture):
    """A function that runs a verb with --json against a workspace with eleven participants."""
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

    for number in range(1, 12):
        run("people", "add", "--role", "participant", "--name", f"Person Number{number}", "--languages", "en; fr")
    return run


def write_all(call, made, words=lambda pair: f"by {pair['reviewer']}", only="") -> None:
    for number, pair in enumerate(made["pairs"]):
        if only not in ("", pair["reviewer"], pair["author"]):
            continue
        said = words(pair)
        call(
            *("peer", "review", pair["reviewer"], pair["author"], "--level", f"CAM-1={1 + number % 5}"),
            *("--comment", f"CAM-2=Scene 1 {said}", "--works", f"At 00:42 it holds, {said}."),
            *("--change", f"Scene 2 is dark, {said}.", "--next-step", f"Meter the window first, {said}.", "--finish"),
        )


def problem(found: dict) -> str:
    return found["problems"][0]["code"]


def test_a_round_from_conflicts_to_answers(call) -> None:
    call("peer", "conflict", "P-001", "Person Number2", "--note", "Shared a flat")
    call("peer", "conflict", "P-003", "P-004")
    call("peer", "conflict", "P-004", "P-003", "--remove")
    found = call("peer", "conflicts")["conflicts"]
    assert [({each["one"], each["other"]}, each["note"]) for each in found] == [({"P-001", "P-002"}, "Shared a flat")]
    assert problem(call("peer", "conflict", "P-004", "P-003", "--remove", code=Exit.USAGE)) == "E_NO_CONFLICT"

    made = call("peer", "allocate", "--rubric", "camera", "--reviews", 4, "--seed", 3, "--exclude", "P-005,P-006")
    met = [{each["reviewer"], each["author"]} for each in made["pairs"]]
    assert {"P-001", "P-002"} not in met
    assert {"P-005", "P-006"} not in met
    assert problem(call("peer", "feedback", "P-001", code=Exit.REFUSED)) == "E_OWN_FIRST"
    write_all(call, made)

    shown = call("peer", "feedback", "P-001")
    assert shown["enough"]
    assert len(shown["pieces"]) == 16
    assert sorted(each["text"] for each in shown["pieces"] if each["place"] == "works") == sorted(shown["works"])
    one, two, three, _four = (each for each in shown["pieces"] if each["place"] == "works")
    said = call("peer", "useful", "P-001", f"{one['piece']}=4", f"{two['piece']}=1")
    assert said["useful"] == {one["piece"]: 4, two["piece"]: 1}
    call("peer", "useful", "P-001", f"{two['piece']}=")
    writer = one["text"].rpartition(" ")[2].rstrip(".")
    assert call("peer", "usefulness")["reviewers"] == [
        {"reviewer": writer, "count": 1, "median": 4.0, "low": 4, "high": 4}
    ]

    call("peer", "report", "P-001", three["piece"], "--reason", "About my accent")
    assert three["text"] not in call("peer", "feedback", "P-001")["works"]
    (reported,) = call("peer", "reports", "--rubric", "camera")["reports"]
    assert (reported["text"], reported["reason"], reported["withheld"]) == (three["text"], "About my accent", False)
    writer = three["text"].rpartition(" ")[2].rstrip(".")
    assert reported["reviewer"] == writer
    held = call("peer", "withhold", writer, "P-001", "--reason", "Agreed")
    assert (held["review"], held["withheld"], held["was_read"]) == (reported["review"], True, True)
    assert call("peer", "reports")["reports"][0]["withheld_because"] == "Agreed"
    assert len(call("peer", "feedback", "P-001")["change"]) == 4
    call("peer", "withhold", writer, "P-001", "--reason", "All of it", "--also-read")
    assert len(call("peer", "feedback", "P-001")["change"]) == 3
    call("peer", "withhold", writer, "P-001", "--reason", "Settled", "--restore")
    call("peer", "report", "P-001", three["piece"], "--take-back")
    assert call("peer", "feedback", "P-001")["works"] == shown["works"]

    row = call("peer", "compare", "P-001")["criteria"][0]
    assert (row["criterion"], row["assessors"], row["difference"]) == ("CAM-1", {"mean": None, "count": 0}, None)
    assert (row["peers"]["count"], row["peers"]["median"]) == (4, shown["criteria"][0]["median"])
    call("peer", "answer", "P-001", "--changed", "I relit scene 2.", "--refused", "The long take stays.")
    assert call("peer", "answers")["answers"] == [
        {"author": "P-001", "changed": "I relit scene 2.", "refused": "The long take stays."}
    ]
    assert call("peer", "close")["ended_on"] is None
    call("peer", "answer", "P-001", "--changed", "I relit scenes 2 and 3.")
    assert call("peer", "close", "--answers")["ended_on"]
    assert problem(call("peer", "answer", "P-001", "--changed", "More", code=Exit.REFUSED)) == "E_ROUND_ENDED"
    assert call("peer", "close", "--open-again")["closed_on"] is None
    assert call("check")["ok"]


def test_a_seed_that_no_table_can_keep_is_refused(call) -> None:
    """It stood in the log alone, the round showed none, and the check called the workspace damaged."""
    for seed in ("9" * 25, "-" + "9" * 25):
        refused = call("peer", "allocate", "--rubric", "camera", "--reviews", 2, "--seed", seed, code=Exit.USAGE)
        assert problem(refused) == "E_SEED"
    assert problem(call("peer", "list", code=Exit.USAGE)) == "E_NO_ROUND"
    call("peer", "allocate", "--rubric", "camera", "--reviews", 2, "--seed", "9" * 15)
    assert call("check")["problems"] == []


def test_an_unknown_occasion_is_not_made_by_asking(call) -> None:
    call("peer", "allocate", "--rubric", "camera", "--reviews", 2, "--seed", 1)
    assert problem(call("peer", "feedback", "P-001", "--occasion", "2026-01-01", code=Exit.USAGE)) == "E_NO_ROUND"
    assert call("peer", "list", "--occasion", "midpoint")["pairs"]
    assert problem(call("peer", "list", "--occasion", "2026-01-01", code=Exit.USAGE)) == "E_NO_ROUND"


def test_a_round_is_reviewed_in_one_way(call) -> None:
    words = ("assess", "P-001", "--rubric", "camera", "--occasion", "midpoint", "--assessor", "P-002", "--kind", "peer")
    call(*words, "--level", "CAM-1=3")
    call("peer", "allocate", "--rubric", "camera", "--reviews", 2, "--seed", 1)
    assert problem(call(*words, "--level", "CAM-1=4", code=Exit.USAGE)) == "E_PEER_ROUND"


def test_a_finished_review_is_reopened_with_a_reason(call) -> None:
    pair = call("peer", "allocate", "--rubric", "camera", "--reviews", 2, "--seed", 1)["pairs"][0]
    review = ("peer", "review", pair["reviewer"], pair["author"])
    words = ("--rubric", "camera", "--occasion", "midpoint", "--assessor", pair["reviewer"], "--kind", "peer")
    reopen = ("assess", pair["author"], *words, "--reopen", "--reason", "Wrong scene.")
    assert problem(call(*reopen, code=Exit.USAGE)) == "E_PEER_ROUND"  # not begun: there is nothing to reopen
    boxes = ("--change", "At 02:40 the exposure jumps.", "--next-step", "Test one lens this week.")
    call(*review, "--works", "At 01:12 the rack is exact.", *boxes, "--finish")
    assert problem(call(*review, "--works", "At 02:12.", code=Exit.REFUSED)) == "E_FINISHED"
    assert call(*reopen)["state"] == "draft"
    assert call(*review, "--works", "At 02:12 the rack is exact.", "--finish")["state"] == "finished"


def test_who_is_gone_has_no_name_but_their_words_stay(call, tmp_path) -> None:
    made = call("peer", "allocate", "--rubric", "camera", "--reviews", 4, "--seed", 3)
    write_all(call, made, only="P-001")
    piece = call("peer", "feedback", "P-001")["pieces"][0]
    call("peer", "useful", "P-001", f"{piece['piece']}=3")
    call("peer", "report", "P-001", piece["piece"], "--reason", "Unkind")
    call("peer", "conflict", "P-001", "P-010")
    with open_(tmp_path / "w") as ws:
        gone = find_people(ws, piece["text"].rpartition(" ")[2].rstrip("."))[0]
        with ws.writing("") as log:
            for name in ("code", "given_name", "family_name", "languages"):
                log.set("person", gone.id, name, None)
    (reported,) = call("peer", "reports")["reports"]
    assert (reported["reviewer"], reported["text"]) == ("", piece["text"])
    assert call("peer", "usefulness")["reviewers"][0]["reviewer"] == ""
    assert "" in {each["reviewer"] for each in call("peer", "list")["pairs"]}
    assert call("peer", "conflicts")["conflicts"]


@pytest.mark.parametrize("text", ["", "abc", "=3", "abc=x", "abc=12345", "abc=-1"])
def test_a_rating_that_is_none(call, text) -> None:
    call("peer", "allocate", "--rubric", "camera", "--reviews", 2, "--seed", 1)
    assert problem(call("peer", "useful", "P-001", text, code=Exit.USAGE)) == "E_PAIR"


def test_what_is_said_to_people_and_not_to_scripts(call, tmp_path, capsys) -> None:
    made = call("peer", "allocate", "--rubric", "camera", "--reviews", 4, "--seed", 3)
    write_all(call, made, words=lambda pair: f"\u202e by {pair['reviewer']} <b>")
    shown = call("peer", "feedback", "P-001")
    capsys.readouterr()
    assert cli.run(["peer", "feedback", "P-001", "--workspace", str(tmp_path / "w")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("CAM-1 ") and "4 reviews" in line for line in lines)
    for each in shown["pieces"]:
        assert f"[{each['piece']}] {each['place']}: {each['text']}" in lines
    assert "\u202e" not in "".join(lines)


def test_calibration_from_sample_to_round(call) -> None:
    made = call(
        *("calibration", "sample", "Night Market", "--rubric", "camera", "--level", "cam-1=3", "--level", "CAM-2=4"),
        *("--reason", "CAM-1=The frame holds", "--reason", "CAM-2=Clipped once", "--note", "On the blue disk"),
    )
    assert made["criteria"] == ["CAM-1", "CAM-2"]
    (listed,) = call("calibration", "samples", "--rubric", "camera")["samples"]
    assert (listed["title"], listed["note"], listed["criteria"]) == (
        "Night Market", "On the blue disk", ["CAM-1", "CAM-2"],
    )  # fmt: skip
    assert "The frame holds" not in json.dumps(listed)
    pairs = call("peer", "allocate", "--rubric", "camera", "--reviews", 2, "--seed", 1, "--needs-calibration")["pairs"]
    reviewer, author = pairs[0]["reviewer"], pairs[0]["author"]
    review = ("peer", "review", reviewer, author, "--level", "CAM-1=3")
    assert problem(call(*review, code=Exit.REFUSED)) == "E_NOT_CALIBRATED"
    draft = call("calibration", "score", reviewer, "night market", "--level", "CAM-1=3", "--comment", "CAM-1=Steady")
    assert (draft["finished"], draft["missing"], draft["gaps"], draft["count"]) == (False, ["CAM-2"], [], 0)
    early = call("calibration", "score", reviewer, "night market", "--finish", code=Exit.PROBLEMS)
    assert problem(early) == "E_MISSING"
    done = call("calibration", "score", reviewer, "night market", "--level", "CAM-2=5", "--finish")
    assert [(each["difference"], each["reason"]) for each in done["gaps"]] == [
        (0, "The frame holds"),
        (1, "Clipped once"),
    ]
    assert (done["count"], done["exact"], done["within_one"], done["standing"]["passed"]) == (2, 1, 2, False)
    assert call("calibration", "gate", "--rubric", "camera")["exact"] == 60
    gate = call("calibration", "gate", "--rubric", "camera", "--exact", 50, "--days", 30)
    assert (gate["exact"], gate["within_one"], gate["samples"], gate["days"]) == (50, 100, 1, 30)
    assert problem(call("calibration", "gate", "--rubric", "camera", "--exact", 101, code=Exit.USAGE)) == "E_GATE"
    found = call("calibration", "result", reviewer, "--rubric", "camera")
    assert found["standing"]["passed"]
    assert found["standing"]["until"]
    assert [each["title"] for each in found["results"]] == ["Night Market"]
    stand = {each["person"]: each for each in call("calibration", "list", "--rubric", "camera")["people"]}
    assert len(stand) == 11
    assert [code for code, each in stand.items() if each["passed"]] == [reviewer]
    assert stand[author]["missing"] == 1
    call(*review)
    call("calibration", "remove", "Night Market")
    assert call("calibration", "samples")["samples"] == []
    assert problem(call("calibration", "score", "P-009", "Night Market", code=Exit.USAGE)) == "E_NO_SAMPLE"
    assert call("check")["ok"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--level", "CAM-1=not_observed", "--reason", "CAM-1=x"), "E_LEVEL"),
        (("--level", "CAM-1=3"), "E_REASON"),
        (("--level", "CAM-99=3", "--reason", "CAM-99=x"), "E_CRITERION"),
        ((), "E_NO_LEVEL"),
        (("--level", "CAM-1=3", "--reason", "CAM-1=x", "--artefact", "none like that"), "E_NO_ARTEFACT"),
    ],
)
def test_what_is_no_sample(call, words, code) -> None:
    said = call("calibration", "sample", "Title", "--rubric", "camera", *words, code=Exit.USAGE)
    assert problem(said) == code


def test_languages_come_with_people(call, tmp_path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("ID;Nom complet;Langues\nP-101;Awa Inventée;français / wolof\n", "utf-8")
    call("people", "import", roster)
    people = {each["id"]: each["languages"] for each in call("people", "list")["people"]}
    assert people["P-101"] == ["français", "wolof"]
    assert people["P-001"] == ["en", "fr"]
