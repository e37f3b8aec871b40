"""A person's own file: whole, readable, the same bytes from the same state, and no way back to a peer."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rubricapp.core.changes import derived_id
from rubricapp.core.erasing import DECISIONS, FIELDS
from rubricapp.core.model import AssessmentKind, Role
from rubricapp.errors import Cancelled, UserError
from rubricapp.jobs import Progress
from rubricapp.operations import assessments, evidence, people, privacy
from rubricapp.operations.peer_review import withhold
from rubricapp.operations.personal_data import collect
from rubricapp.operations.personal_file import as_csv, export_person, write
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.peer_reviews import list_rounds
from rubricapp.store.people import find_occasion, find_people, load_edition
from rubricapp.store.rubrics import find_rubric
from tests.store.test_erasing import fill

NAME = "Zéphyrine <b>Quillfeather</b>"


def read(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def person(ws) -> str:
    return fill(ws, NAME)


def test_everything_about_a_person_is_in_one_file(ws, person, tmp_path) -> None:
    made = export_person(ws, person, tmp_path / "out.zip")
    inside = read(made.path)
    data = json.loads(inside["data.json"])
    expected = {kind for kind, rule in DECISIONS.items() if rule != DECISIONS["programme"]}
    # Peers' reviews come without their records; the calibration on her work is somebody else's.
    assert set(data["about"]) == expected - {
        *("peer_review", "allocation", "feedback_opening", "calibration", "calibration_rating")
    }
    assert set(data["said_of_others"]) == {"assessment", "rating", "peer_review", "allocation"}
    assert set(data["of_a_newer_version"]) == {"wish_of_a_newer_version"}
    comments = [row["comment"] for row in data["about"]["rating"]]
    assert any("grandmother" in (each or "") for each in comments)
    kinds = {row["kind"]: row for row in data["about"]["assessment"]}
    assert set(kinds) == {"assessor", "self"}
    assert kinds["assessor"]["assessor"] == "Tunde Example"
    assert kinds["assessor"]["released"] is False
    assert kinds["assessor"]["rubric_title"] == "Small 1.0"
    assert kinds["assessor"]["occasion_name"] == "baseline"
    files = [name for name in inside if name.startswith("files/")]
    assert files == ["files/001-XQ-7319-work.bin"]
    assert inside[files[0]] == b"bytes of XQ-7319" * 999
    assert data["files"][0]["whole"] is True
    for kind, rows in data["about"].items():
        table = list(csv.DictReader(io.StringIO(inside[f"tables/{kind}.csv"].decode("utf-8-sig"))))
        assert len(table) == len(rows)
    assert made.records > 20


def test_the_history_says_who_when_and_what_it_replaced(ws, person, tmp_path) -> None:
    data = json.loads(read(export_person(ws, person, tmp_path / "out.zip").path)["data.json"])
    emails = [each for each in data["history"] if each["field"] == "email"]
    assert [each["value"] for each in emails] == ["zq7319@example.org", "second-address-7319@example.org"]
    assert emails[1]["replaces"] == [emails[0]["number"]]
    reopened = [each for each in data["history"] if each["reason"]]
    assert {each["by"] for each in reopened} == {"Tunde Example"}
    assert [each["number"] for each in data["history"]] == list(range(1, len(data["history"]) + 1))
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", each["at"]) for each in data["history"])


def test_the_schema_names_everything_in_the_data(ws, person, tmp_path) -> None:
    inside = read(export_person(ws, person, tmp_path / "out.zip").path)
    data, schema = json.loads(inside["data.json"]), json.loads(inside["schema.json"])
    assert set(schema["properties"]) == set(data) == set(schema["required"])
    for part in ("about", "said_of_others"):
        described = schema["properties"][part]["properties"]
        assert set(described) == set(data[part])
        for kind, rows in data[part].items():
            assert {name for row in rows for name in row} == set(described[kind]["items"]["properties"])


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)

    def handle_data(self, data) -> None:
        self.text += data


def test_the_summary_shows_words_and_never_runs_them(ws, person, tmp_path) -> None:
    people.edit_person(ws, person, {"department": "<script>alert(1)</script>", "pronouns": "=cmd|' /C calc'!A0"})
    inside = read(export_person(ws, person, tmp_path / "out.zip").path)
    reader = Reader()
    reader.feed(inside["summary.html"].decode())
    assert reader.tags <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "h4", "p", "ul", "li"),
        *("table", "tr", "th", "td", "div"),
    }
    assert f"Everything held about {NAME}" in reader.text
    assert "<script>alert(1)</script>" in reader.text
    assert "'=cmd" in inside["tables/person.csv"].decode()
    assert json.loads(inside["data.json"])["about"]["person"][0]["pronouns"].startswith("=cmd")


def test_the_same_state_gives_the_same_bytes(ws, person, tmp_path) -> None:
    one = export_person(ws, person, tmp_path / "one.zip").path.read_bytes()
    other = export_person(ws, person, tmp_path / "other.zip").path.read_bytes()
    assert one == other
    people.edit_person(ws, person, {"country": "KE"})
    assert export_person(ws, person, tmp_path / "third.zip").path.read_bytes() != one


# Peers


def reviewed_by(ws, count: int):
    """One author with so many finished peer reviews, each with words that tell who wrote it."""
    rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "midpoint")
    author = find_people(ws, "P-001")[0]
    record = derived_id("peer_round", load_edition(ws).id, rubric.content_hash, occasion.id)
    with ws.writing("lead") as log:
        log.set_all(
            "peer_round",
            record,
            {"rubric": rubric.content_hash, "occasion": occasion.id, "reviews": count, "closed_on": "2026-10-01"},
        )
    reviewers = []
    for number in range(count):
        reviewer = people.add_person(ws, Role.PARTICIPANT, f"Peer Number{number}", f"P-1{number:02}")[0]
        with ws.writing("lead") as log:
            pair = derived_id("allocation", record, reviewer.id, author.id)
            log.set_all("allocation", pair, {"round": record, "reviewer": reviewer.id, "author": author.id})
        review = assessments.begin(ws, author, rubric, occasion, reviewer, AssessmentKind.PEER)[0]
        assessments.rate_many(ws, review, rubric, {"TST-1": 1 + number % 5}, {"TST-1": f"Peer comment {number}"})
        with ws.writing(reviewer.id) as log:
            log.set_all("peer_review", review.id, {"works": f"Peer works {number}", "withheld": 0})
        with ws.writing(reviewer.id) as log:
            log.set("assessment", review.id, "state", "finished")
        reviewers.append((reviewer, review))
    return author, reviewers


def test_peers_cannot_be_told_apart(ws, tmp_path) -> None:
    author, reviewers = reviewed_by(ws, 5)
    made = export_person(ws, author.id, tmp_path / "out.zip")
    everything = b"\n".join(read(made.path).values()).decode()
    for reviewer, review in reviewers:
        for secret in (reviewer.id, reviewer.name, reviewer.code, review.id):
            assert secret not in everything
    # No id, clock or place of any of the reviews' changes.
    for change, hlc in ws.rows(
        f"SELECT lower(hex(change.id)), hlc FROM change WHERE author IN ({', '.join('?' * len(reviewers))})",
        *(each.id for each, _review in reviewers),
    ):
        assert change not in everything
        assert str(hlc) not in everything
    data = json.loads(read(made.path)["data.json"])
    (said,) = data["from_peers"]
    assert (said["reviews"], said["enough"]) == (5, True)
    assert sorted(said["works"]) == [f"Peer works {number}" for number in range(5)]
    assert said["works"] != [f"Peer works {number}" for number in range(5)], "not in the order they were written"
    assert not any(each["kind"] in ("peer_review", "rating") for each in data["history"])


def test_too_few_peers_are_not_shown_nor_counted(ws, tmp_path) -> None:
    author, reviewers = reviewed_by(ws, 3)
    with ws.writing("lead") as log:
        log.set("peer_review", reviewers[0][1].id, "withheld", 1, "harmful")
    made = export_person(ws, author.id, tmp_path / "out.zip")
    everything = b"\n".join(read(made.path).values()).decode()
    assert "Peer works" not in everything
    assert "Peer comment" not in everything
    assert any("too few reviews to hide" in each for each in made.left_out)
    assert "withheld" not in everything
    (said,) = json.loads(read(made.path)["data.json"])["from_peers"]
    assert (said["reviews"], said["enough"]) == (0, False)


def test_what_was_read_once_stays_and_no_id_of_a_review_is_told(ws, tmp_path) -> None:
    author, reviewers = reviewed_by(ws, 5)
    first = read(export_person(ws, author.id, tmp_path / "one.zip").path)
    withhold(ws, reviewers[0][1].id, "harmful")
    second = read(export_person(ws, author.id, tmp_path / "two.zip").path)
    assert json.loads(first["data.json"])["from_peers"] == json.loads(second["data.json"])["from_peers"]
    everything = b"\n".join(second.values()).decode()
    assert "feedback_opening" not in json.loads(second["data.json"])["about"]
    assert not [review.id for _reviewer, review in reviewers if review.id in everything]


def test_reviews_that_no_round_asked_for_are_not_shown(ws, tmp_path) -> None:
    author, _reviewers = reviewed_by(ws, 5)
    with ws.writing("lead") as log:
        log.set("peer_round", list_rounds(ws)[0].id, "rubric", None)
    made = export_person(ws, author.id, tmp_path / "out.zip")
    assert "Peer works" not in b"\n".join(read(made.path).values()).decode()


def test_other_participants_are_numbered_and_staff_is_named(ws, person, tmp_path) -> None:
    everything = b"\n".join(read(export_person(ws, person, tmp_path / "out.zip").path).values()).decode()
    assert "Kofi Other" not in everything
    assert "Amara Okafor" not in everything
    assert "participant 1" in everything
    assert "Tunde Example" in everything
    ids = [each.id for each in (find_people(ws, "P-003")[0], find_people(ws, "P-001")[0])]
    data = json.loads(read(tmp_path / "out.zip")["data.json"])
    named = {value for rows in (*data["about"].values(), *data["said_of_others"].values()) for row in rows
             for name, value in row.items() if name in FIELDS | {"assessor", "reviewer", "mentor"}}  # fmt: skip
    assert not named & set(ids)


def test_notes_kept_from_the_participant_stay_out_unless_the_lead_decides(ws, person, tmp_path) -> None:
    with ws.writing("lead") as log:
        log.set_all("meeting", "m2", {"participant": person, "note": "Mentors-only-note", "visibility": "mentor"})
    closed = export_person(ws, person, tmp_path / "closed.zip")
    assert b"Mentors-only-note" not in b"".join(read(closed.path).values())
    assert any("1 meeting" in each for each in closed.left_out)
    open_ = export_person(ws, person, tmp_path / "open.zip", restricted=True)
    assert b"Mentors-only-note" in read(open_.path)["data.json"]
    assert b"Meeting note" in read(closed.path)["data.json"], "what both may read is in it"


# Bad cases


def test_files_that_are_gone_or_altered_are_named(ws, person, tmp_path) -> None:
    work = list_artefacts(ws, person)[0]
    path = ws.files / work.sha256[:2] / work.sha256
    whole = path.read_bytes()
    path.write_bytes(b"x" + whole[1:])
    altered = export_person(ws, person, tmp_path / "altered.zip")
    assert any("is not as it was" in each for each in altered.left_out)
    assert json.loads(read(altered.path)["data.json"])["files"][0]["whole"] is False
    path.unlink()
    gone = export_person(ws, person, tmp_path / "gone.zip")
    assert any("not on this laptop" in each for each in gone.left_out)
    assert not any(name.startswith("files/") for name in read(gone.path))


def test_cancelling_and_a_bad_place_leave_what_was_there(ws, person, tmp_path) -> None:
    place = tmp_path / "out.zip"
    place.write_bytes(b"before")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        write(collect(ws, person), place, progress)
    assert place.read_bytes() == b"before"
    assert [each.name for each in tmp_path.glob("*.part")] == []
    with pytest.raises(UserError) as refused:
        export_person(ws, person, ws.folder / "out.zip")
    assert refused.value.code == "E_INSIDE"
    (tmp_path / "folder.zip").mkdir()
    with pytest.raises(UserError) as refused:
        export_person(ws, person, tmp_path / "folder.zip")
    assert refused.value.code == "E_CANNOT_WRITE"
    with pytest.raises(LookupError):
        export_person(ws, "nobody", place)


def test_a_small_disk_leaves_nothing_half(ws, person, small_disk) -> None:
    disk = small_disk(8)
    with pytest.raises(UserError) as refused:
        export_person(ws, person, disk / "out.zip")
    assert refused.value.code == "E_CANNOT_WRITE"
    assert list(disk.iterdir()) == []


def test_an_assessor_has_a_file_too_and_the_erased_stay_nameless_in_it(ws, person, tmp_path) -> None:
    privacy.erase(ws, person, NAME)
    tunde = find_people(ws, "A-001")[0]
    data = json.loads(read(export_person(ws, tunde.id, tmp_path / "out.zip").path)["data.json"])
    assert {row["participant"] for row in data["said_of_others"]["assessment"]} == {"participant 1"}
    kofi = find_people(ws, "P-003")[0]
    data = json.loads(read(export_person(ws, kofi.id, tmp_path / "kofi.zip").path)["data.json"])
    assert "Quillfeather" not in json.dumps(data, ensure_ascii=False)
    assert any(row["one"] for row in data["about"]["declared_conflict"])


def test_names_of_files_are_safe(ws, tmp_path) -> None:
    amara = find_people(ws, "P-001")[0]
    work = tmp_path / "work.bin"
    work.write_bytes(b"x")
    evidence.add_file(ws, amara.id, work)
    with ws.writing("stranger") as log:
        log.set("artefact", list_artefacts(ws, amara.id)[0].id, "file_name", "../../etc/пароль\u202egpj.exe/x:y")
    names = read(export_person(ws, amara.id, tmp_path / "out.zip").path)
    (name,) = [each for each in names if each.startswith("files/")]
    assert re.fullmatch(r"files/001-[^/\\:\u202e]+", name)
    assert as_csv([]) == "\ufeff\r\n"
