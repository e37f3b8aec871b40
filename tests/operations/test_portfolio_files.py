"""A portfolio from the workspace to a stranger's laptop: made, proven, opened without us, added to, exported."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest

from rubricapp.core.folio import Added
from rubricapp.core.model import AssessmentKind, Blank, Role
from rubricapp.errors import Cancelled, UserError
from rubricapp.exchange import folio_file
from rubricapp.jobs import Progress
from rubricapp.operations import (
    artefacts,
    assessments,
    people,
    portfolio_exports,
    portfolio_files,
    portfolio_notes,
    production_log,
    releases,
)
from rubricapp.operations.portfolio_contents import collect
from rubricapp.store.artefacts import find_file
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import open_

TODAY = date(2026, 11, 29)


@pytest.fixture
def amara(ws):
    return find_people(ws, "P-001")[0]


def assess(ws, levels: dict, by: str = "A-001", occasion: str = "baseline", kind: str = "assessor") -> None:
    rubric, assessor = find_rubric(ws, "small"), find_people(ws, by)[0]
    about = find_people(ws, "P-001")[0]
    found, _changes = assessments.begin(ws, about, rubric, find_occasion(ws, occasion), assessor, AssessmentKind(kind))
    assessments.rate_many(ws, found, rubric, levels, {"TST-1": "Holds the frame."})
    assessments.finish(ws, found.id)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "River – Ríver.mov"
    path.write_bytes(b"moving pictures" * 100)
    return path


@pytest.fixture
def full(ws, amara, clip):
    """Released results, and a work."""
    assess(ws, {"TST-1": 3, "TST-2": Blank.NOT_OBSERVED})
    releases.release(ws, [amara.id])
    artefacts.add_work(ws, amara.id, str(clip), {"title": "River", "role": "Camera", "made_to": "2026-10-02"})
    return ws


@pytest.fixture
def made(full, amara, tmp_path) -> Path:
    return portfolio_files.make(full, amara, tmp_path / "amara.rubricfolio", today=TODAY).path


def code(function, *arguments, **named) -> str:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    assert caught.value.what and caught.value.do
    return caught.value.code


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# What it says


def test_it_says_what_was_released_in_the_words_of_its_rubric(full, amara) -> None:
    folio = collect(full, amara, today=TODAY)
    (found,) = folio.assessments
    assert (found.kind, found.by, found.occasion) == ("assessor", "Tunde Example", "baseline")
    assert found.ratings[0].descriptor == "Descriptor 3 of TST-1: what a person did at this step."
    assert (found.ratings[1].level, found.ratings[1].blank) == (None, "not_observed")
    assert found.words[0].startswith("Incomplete")
    rubric = folio.rubric(found.rubric)
    assert rubric.title == "Small" and len(rubric.criteria) == 6
    assert {each.guidance for each in rubric.criteria} == {""}
    assert [each.key for each in folio.works] == ["w1"]
    assert ("Role", "Camera") in folio.works[0].facts
    assert [(each.on, each.kind) for each in folio.timeline] == [
        ("2026-10-02", "work"),
        (found.finished_on, "assessment"),
    ]


def test_growth_is_the_median_of_the_assessors_and_a_gap_stays_one(ws, amara) -> None:
    people.add_person(ws, Role.ASSESSOR, "Bola Example", "A-002")
    people.add_person(ws, Role.MENTOR, "Mentor Example", "M-001")
    assess(ws, {"TST-1": 2, "TST-2": 2})
    assess(ws, {"TST-1": 3}, by="A-002")
    assess(ws, {"TST-1": 5}, by="M-001", kind="mentor")
    assess(ws, {"TST-2": 4}, occasion="final")
    releases.release(ws, [amara.id])
    lines = {each.criterion: each.points for each in collect(ws, amara).growth}
    assert [(each.occasion, each.level, each.count) for each in lines["TST-1"]] == [
        ("baseline", 2.5, 2),
        ("final", None, 0),
    ]
    assert [each.level for each in lines["TST-2"]] == [2.0, 4.0]  # nobody used the rubric at the midpoint: no step
    assert set(lines) == {"TST-1", "TST-2"}
    releases.take_back(ws, [amara.id], "why", occasions=[find_occasion(ws, "final").id])
    assert [len(each.points) for each in collect(ws, amara).growth] == [1, 1]


def test_a_mentors_word_counts_in_the_totals_of_the_log(ws, amara) -> None:
    mentor, _changes = people.add_person(ws, Role.MENTOR, "Mentor Example", "M-001")
    for day, hours in (("2026-09-01", "10"), ("2026-09-02", "8"), ("2026-09-03", "6")):
        given = {"worked_on": day, "role": "Operator" if day < "2026-09-03" else "operator", "hours": hours}
        production_log.add_day(ws, amara, given | {"production": "River"})
    entries = [each.id for each in production_log.list_log(ws, amara.id)]
    production_log.check_day(ws, entries[1], mentor, "corrected", "7")
    production_log.check_day(ws, entries[2], mentor, "not_present")
    folio = collect(ws, amara)
    assert folio.log_totals == (("Operator", 2, 17 * 60),)
    assert [(each.on, each.words) for each in folio.timeline] == [("2026-09-01", "First day on “River”")]


def test_an_empty_portfolio_can_be_made_too(ws, amara, tmp_path) -> None:
    found = portfolio_files.make(ws, amara, tmp_path / "new folder" / "a.rubricfolio")
    assert (found.folio.assessments, found.folio.works) == ((), ())
    assert portfolio_files.verify(found.path).whole


# Making


def test_the_same_workspace_gives_the_same_bytes(full, amara, made, tmp_path) -> None:
    again = portfolio_files.make(full, amara, tmp_path / "again.rubricfolio", today=TODAY)
    assert again.path.read_bytes() == made.read_bytes()
    assert again.signature.whole and again.signature.signer == "Test residency 2026"


def test_a_file_that_is_missing_or_damaged_here_stays_outside_and_is_named(full, amara, made, tmp_path) -> None:
    (work,) = artefacts.list_artefacts(full, amara.id)
    place = find_file(full, work).place
    for content, why in ((b"x" * work.size, "damaged"), (b"short", "damaged"), (None, "not on this laptop")):
        place.unlink() if content is None else place.write_bytes(content)
        found = portfolio_files.make(full, amara, tmp_path / "b.rubricfolio", today=TODAY)
        assert not found.folio.works[0].file.held
        assert why in found.folio.left_out[0] and "River" in found.folio.left_out[0]
        assert portfolio_files.verify(found.path).whole


def test_links_stay_links_and_say_nothing_of_this_laptop(full, amara, clip, tmp_path) -> None:
    artefacts.add_work(full, amara.id, str(clip), {"title": "Linked"}, link=True)
    artefacts.add_work(full, amara.id, "https://example.org/film", {"title": "On the web"})
    found = portfolio_files.make(full, amara, tmp_path / "b.rubricfolio")
    files = {each.title: each.file for each in found.folio.works}
    assert (files["Linked"].held, files["Linked"].link, files["Linked"].sha256) == (False, "", "")
    assert files["On the web"].link == "https://example.org/film"
    assert str(tmp_path).encode() not in found.path.read_bytes()


def test_a_name_without_an_ending_gets_ours(full, amara, tmp_path) -> None:
    assert portfolio_files.make(full, amara, tmp_path / "amara").path == tmp_path / "amara.rubricfolio"
    assert portfolio_files.make(full, amara, tmp_path / "amara.zip").path == tmp_path / "amara.zip"


def test_the_same_bytes_of_two_works_are_kept_once(full, amara, clip, tmp_path) -> None:
    artefacts.add_work(full, amara.id, str(clip), {"title": "Again"})
    found = portfolio_files.make(full, amara, tmp_path / "b.rubricfolio")
    assert [work.file.held for work in found.folio.works] == [True, True]
    assert found.path.read_bytes().count(clip.read_bytes()) == 1


def test_cancelled_it_leaves_what_was_there(full, amara, made, tmp_path) -> None:
    before = made.read_bytes()
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        portfolio_files.make(full, amara, made, progress=progress)
    assert made.read_bytes() == before
    assert list(tmp_path.glob(".*.part")) == []


def test_places_that_take_no_file_are_said(full, amara, tmp_path, clip, monkeypatch) -> None:
    assert code(portfolio_files.make, full, amara, tmp_path) == "E_CANNOT_WRITE"
    assert code(portfolio_files.make, full, amara, clip / "a.rubricfolio") == "E_CANNOT_WRITE"

    def refuse(_part: Path, _place: Path) -> None:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))

    monkeypatch.setattr(folio_file.places, "put", refuse)
    with pytest.raises(UserError) as caught:
        portfolio_files.make(full, amara, tmp_path / "b.rubricfolio")
    assert "FAT32" in caught.value.do
    assert list(tmp_path.glob(".*.part")) == []


def test_a_full_disk_leaves_no_half_file(full, amara, small_disk) -> None:
    place = small_disk(64) / "a.rubricfolio"
    (place.parent / "ballast").write_bytes(bytes(56 << 10))
    assert code(portfolio_files.make, full, amara, place) == "E_CANNOT_WRITE"
    assert [each.name for each in place.parent.iterdir()] == ["ballast"]


def test_a_read_only_workspace_signs_with_the_key_it_has(full, amara, folder, tmp_path) -> None:
    full.close()
    with open_(folder, read_only=True) as reading:
        assert code(portfolio_files.make, reading, amara, tmp_path / "b.rubricfolio") == "E_READ_ONLY"
    with open_(folder) as writing:
        first = portfolio_files.make(writing, amara, tmp_path / "a.rubricfolio", today=TODAY)
    with open_(folder, read_only=True) as reading:
        portfolio_files.make(reading, amara, tmp_path / "b.rubricfolio", today=TODAY)
    assert first.path.read_bytes() == (tmp_path / "b.rubricfolio").read_bytes()


# Opening


def test_it_opens_without_any_workspace(made, full, clip, tmp_path, monkeypatch) -> None:
    full.close()
    monkeypatch.setenv("RUBRICAPP_HOME", str(tmp_path / "stranger"))
    with portfolio_files.open_file(made) as found:
        assert found.signature.whole and found.signature.problems == ()
        assert found.folio.name == "Amara Okafor"
        assert found.copy_file(sha256(clip), tmp_path / "copy.mov")
        assert code(found.copy_file, "0" * 64, tmp_path / "no.mov") == "E_FILE_MISSING"
        assert code(found.copy_file, sha256(clip), tmp_path / "nowhere" / "no.mov") == "E_CANNOT_WRITE"
    assert (tmp_path / "copy.mov").read_bytes() == clip.read_bytes()
    assert not (tmp_path / "stranger").exists(), "nothing is made where nothing is kept"


def test_what_was_altered_is_said_in_the_words_of_the_portfolio(made, clip, tmp_path) -> None:
    content = made.read_bytes()
    made.write_bytes(content.replace(b"moving pictures", b"moving pictureZ"))
    with portfolio_files.open_file(made) as found:
        assert found.signature.problems == ("Altered after signing: the file of “River”.",)
        assert code(found.copy_file, sha256(clip), tmp_path / "copy.mov") == "E_FILE_ALTERED"
        assert not found.copy_file(sha256(clip), tmp_path / "copy.mov", even_altered=True)
    made.write_bytes(content.replace(b"Holds the frame.", b"Hold the framez."))
    assert "none of them is proven" in portfolio_files.verify(made).problems[0]
    made.write_bytes(content.replace(b'"signer":"Test', b'"signer":"Best'))
    signature = portfolio_files.verify(made)
    assert "nothing in this file is proven" in signature.problems[0]
    assert (signature.signer, signature.fingerprint) == ("", ""), "nobody is named who did not sign"
    made.write_bytes(content.replace(b'{"format":1,"kind"', b'{"format":1.,"kind'))
    signature = portfolio_files.verify(made)
    assert (signature.signer, signature.fingerprint, signature.whole) == ("", "", False)
    assert "nothing in this file is proven" in signature.problems[0]


# Adding


def test_additions_stand_beside_the_file_and_never_in_it(made) -> None:
    before = made.read_bytes()
    added, place = portfolio_files.add_showing(made, "2027-05", "Festival del Río", "w1", "festival", "First prize")
    note, _place = portfolio_files.add_note(made, "Now with\nsubtitles.", today=TODAY)
    portfolio_files.add_note(made, "Now with\nsubtitles.", today=TODAY)
    assert place == made.with_name("amara.rubricfolio-notes.json")
    assert made.read_bytes() == before
    with portfolio_files.open_file(made) as found:
        assert found.additions.entries == (added, note)
        assert found.signature.whole
    assert added == Added("showing", "2027-05", "festival", "w1", "Festival del Río", "First prize")


def test_additions_belong_to_one_portfolio_only(made, full, amara) -> None:
    portfolio_files.add_note(made, "About the first.")
    portfolio_files.make(full, amara, made, today=date(2027, 1, 1))
    with portfolio_files.open_file(made) as found:
        assert found.additions.entries == ()
    portfolio_files.add_note(made, "About the second.")
    kept = json.loads(portfolio_notes.beside(made).read_text("utf-8"))
    assert sorted(entry["words"] for entries in kept["portfolios"].values() for entry in entries) == [
        "About the first.",
        "About the second.",
    ]


def test_on_a_stick_that_cannot_be_written_they_are_kept_at_home(made, tmp_path, without_rights, monkeypatch) -> None:
    stick, home = tmp_path / "stick", tmp_path / "own"
    stick.mkdir()
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    monkeypatch.setenv("RUBRICAPP_HOME", str(home))
    path = made.rename(stick / made.name)
    stick.chmod(0o555)
    for each in tmp_path.parents:
        if os.access(each, os.W_OK) and each.stat().st_uid == os.getuid() and len(each.parts) > 2:
            each.chmod(each.stat().st_mode | 0o055)
    tmp_path.chmod(0o755)
    kept = without_rights(lambda: str(portfolio_files.add_note(path, "On the train.", today=TODAY)[1]))
    stick.chmod(0o755)
    assert Path(kept).parent == home / "portfolio-notes"
    portfolio_files.add_note(path, "At home.", today=TODAY)
    with portfolio_files.open_file(path) as found:
        assert {each.words for each in found.additions.entries} == {"On the train.", "At home."}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("yesterday", "Somewhere"), "E_DATE"),
        (("2027-13", "Somewhere"), "E_DATE"),
        (("2027-02-30", "Somewhere"), "E_DATE"),
        (("2027", " "), "E_EMPTY"),
        (("2027", "x" * 301), "E_TOO_LONG"),
        (("2027", "Somewhere", "w9"), "E_NO_ARTEFACT"),
        (("2027", "Somewhere", "", "wedding"), "E_SHOWING"),
    ],
)
def test_what_cannot_be_added_is_refused(made, arguments, expected) -> None:
    assert code(portfolio_files.add_showing, made, *arguments) == expected
    assert not portfolio_notes.beside(made).exists()


def test_notes_that_are_empty_or_a_book_are_refused(made) -> None:
    assert code(portfolio_files.add_note, made, " \n ") == "E_EMPTY"
    assert code(portfolio_files.add_note, made, "x" * 20_001) == "E_TOO_LONG"
    assert code(portfolio_files.add_note, made.with_name("nowhere"), "x") == "E_FILE_UNREADABLE"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "E_NOTES_DAMAGED"),
        (b"[]", "E_NOTES_DAMAGED"),
        (b'{"format":1}', "E_NOTES_DAMAGED"),
        (b'{"format":1,"portfolios":{"a":[{"kind":1}]}}', "E_NOTES_DAMAGED"),
        (b'{"format":1,"portfolios":{},"format":1}', "E_NOTES_DAMAGED"),
        (b"\xff\xfe", "E_NOTES_DAMAGED"),
        (b"[" * 5000, "E_NOTES_DAMAGED"),
        (b'{"format":2,"portfolios":{}}', "E_NEWER"),
    ],
)
def test_damaged_notes_do_not_hide_the_portfolio_and_are_not_written_over(made, content, expected) -> None:
    portfolio_notes.beside(made).write_bytes(content)
    with portfolio_files.open_file(made) as found:
        assert found.signature.whole
        assert found.additions.entries == ()
        assert len(found.remarks) == 1
    assert code(portfolio_files.add_note, made, "more") == expected
    assert portfolio_notes.beside(made).read_bytes() == content


# Exporting


def test_the_works_and_the_data_are_laid_out_by_names_that_every_disk_takes(made, clip, tmp_path) -> None:
    portfolio_files.add_note(made, "Later.", today=TODAY)
    with portfolio_files.open_file(made) as found:
        done = portfolio_exports.export_data(found, tmp_path / "out")
    assert done.works == {sha256(clip): "works/w1 River – Ríver.mov"}
    names = {each.relative_to(tmp_path / "out").as_posix() for each in (tmp_path / "out").rglob("*") if each.is_file()}
    assert names == {
        *("portfolio.json", "additions.json", "proof/manifest.json", "proof/manifest.sig"),
        "works/w1 River – Ríver.mov",
    }
    assert (tmp_path / "out" / "works" / "w1 River – Ríver.mov").read_bytes() == clip.read_bytes()
    words = json.loads((tmp_path / "out" / "portfolio.json").read_text("utf-8"))
    listed = json.loads((tmp_path / "out" / "proof" / "manifest.json").read_text("utf-8"))["members"]
    assert words["name"] == "Amara Okafor"
    assert {"name": "portfolio.json", "sha256": sha256(tmp_path / "out" / "portfolio.json")}.items() <= listed[
        0
    ].items()


def test_altered_files_are_put_apart(made, tmp_path) -> None:
    made.write_bytes(made.read_bytes().replace(b"moving pictures", b"moving pictureZ"))
    with portfolio_files.open_file(made) as found:
        done = portfolio_exports.export_data(found, tmp_path / "out")
    assert done.works == {}
    assert [each.code for each in done.problems] == ["FILE_ALTERED"]
    assert (tmp_path / "out" / "altered" / "w1 River – Ríver.mov").exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "w1 ..-..-etc-passwd"),
        ("C:\\a\\film.mov", "w1 C--a-film.mov"),
        ("con", "w1 con"),
        ("film.mov. ", "w1 film.mov"),
        ("a\u202egpj.exe", "w1 agpj.exe"),
        ("x" * 400 + ".mov", "w1 " + "x" * 157 + ".mov"),
        ("نهر.mov", "w1 نهر.mov"),
        ("", "w1"),
        (".mov", "w1 .mov"),
    ],
)
def test_names_that_a_stranger_chose_lead_nowhere(name, kept) -> None:
    from rubricapp.core.folio import FolioFile, FolioWork

    work = FolioWork("w1", "River", FolioFile(name, "video", 1, "0" * 64))
    assert portfolio_exports.name_of(work, "0" * 64) == kept


def test_the_whole_export_can_be_read_without_any_program_of_ours(made, clip, tmp_path) -> None:
    portfolio_files.add_showing(made, "2027", "Festival <b>del Río</b>", "w1")
    out = tmp_path / "out"
    done = portfolio_exports.export(made, out)
    assert done.problems == () and done.signature.whole
    assert {"index.html", "portfolio.pdf", "portfolio.json"} <= {each.name for each in done.files}
    assert all(each.is_file() and each.is_relative_to(out) for each in done.files)
    pages = "".join(each.read_text("utf-8") for each in out.glob("*.html"))
    assert "Amara Okafor" in pages and done.signature.fingerprint in pages
    assert "<b>del" not in pages and "&lt;b&gt;del Río" in pages
    assert quote("works/w1 River – Ríver.mov") in pages or "works/w1 River – Ríver.mov" in pages
    assert (out / "portfolio.pdf").read_bytes().startswith(b"%PDF")
    before = {each: each.read_bytes() for each in done.files}
    assert portfolio_exports.export(made, out).files == done.files
    assert {each: each.read_bytes() for each in done.files} == before
