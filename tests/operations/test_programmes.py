"""Starting a programme, its days and its occasions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rubricapp.errors import UserError
from rubricapp.operations import programmes
from rubricapp.store.people import list_occasions, load_edition, load_programme
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import FILE_NAME, Sources


def refused(function, *arguments, **named) -> UserError:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    return caught.value


def test_a_programme_with_its_edition_occasions_and_the_shipped_rubrics(folder) -> None:
    with programmes.start(folder, " Film\nresidency ", "2026", "20260901", "2026-12-18") as ws:
        assert load_programme(ws).name == "Film residency"
        edition = load_edition(ws)
        assert (edition.name, edition.starts_on, edition.ends_on) == ("2026", "2026-09-01", "2026-12-18")
        assert [each.name for each in list_occasions(ws)] == ["baseline", "midpoint", "final"]
        assert len(list_rubrics(ws)) == len(programmes.shipped_rubrics()) > 0
        assert find_faults(ws).ok


@pytest.mark.parametrize(
    ("programme", "edition", "starts", "ends", "code"),
    [
        ("", "2026", "", "", "E_NAME"),
        ("P", " \n", "", "", "E_NAME"),
        ("P", "2026", "tomorrow", "", "E_DATE"),
        ("P", "2026", "", "2026-02-30", "E_DATE"),
        ("P", "2026", "2026-09-02", "2026-09-01", "E_DATE"),
    ],
)
def test_what_is_refused_leaves_nothing(tmp_path, programme, edition, starts, ends, code) -> None:
    assert refused(programmes.start, tmp_path / "a" / "b", programme, edition, starts, ends).code == code
    assert list(tmp_path.iterdir()) == []


def test_a_rubric_that_is_none_leaves_nothing(tmp_path) -> None:
    (tmp_path / "bad.yaml").write_text("title: no rubric\n")
    error = refused(programmes.start, tmp_path / "a" / "b", "P", "E", rubrics=[tmp_path / "bad.yaml"])
    assert error.code == "E_RUBRIC_INVALID"
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]


@pytest.mark.parametrize("there_before", [True, False])
def test_what_fails_in_the_middle_leaves_nothing(tmp_path, monkeypatch, there_before) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(programmes, "adopt", fail)
    folder = tmp_path / "a" / "b"
    if there_before:
        folder.mkdir(parents=True)
        (folder / "notes.txt").write_text("mine")
    with pytest.raises(KeyboardInterrupt):
        programmes.start(folder, "P", "E")
    left = [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))]
    assert left == (["a", "a/b", "a/b/notes.txt"] if there_before else [])


def test_a_taken_folder(ws) -> None:
    before = (ws.path).stat()
    ws.close()
    assert refused(programmes.start, ws.folder, "Other", "2027").code == "E_EXISTS"
    assert (ws.folder / FILE_NAME).stat().st_mtime_ns == before.st_mtime_ns


def test_two_starts_of_the_same_programme_have_their_own_ids(tmp_path) -> None:
    seen = set()
    for name in "ab":
        with programmes.start(tmp_path / name, "P", "E", rubrics=[]) as ws:
            seen |= {load_programme(ws).id, load_edition(ws).id, *(each.id for each in list_occasions(ws))}
    assert len(seen) == 10


# Observations


def test_an_observation_is_made_once(ws) -> None:
    ws.sources = Sources(now=lambda: datetime(2026, 10, 5, 9, tzinfo=UTC))
    one, changes = programmes.add_observation(ws, "Night shoot")
    assert changes
    assert (one.kind, one.held_on) == ("observation", "2026-10-05")
    assert programmes.add_observation(ws, " night SHOOT ") == (one, type(changes)())
    assert [each.name for each in list_occasions(ws)] == ["baseline", "Night shoot", "midpoint", "final"]


def test_a_name_that_is_a_day_is_held_on_that_day(ws) -> None:
    one, _changes = programmes.add_observation(ws, "2026-10-07")
    assert one.held_on == "2026-10-07"
    two, _changes = programmes.add_observation(ws, "Workshop", "2026-10-06")
    assert two.held_on == "2026-10-06"
    assert programmes.add_observation(ws, "2026-10-06")[0] == two, "the day says which one is meant"


def test_observations_that_are_refused(ws) -> None:
    assert refused(programmes.add_observation, ws, " ").code == "E_NAME"
    assert refused(programmes.add_observation, ws, "Workshop", "soon").code == "E_DATE"
    assert len(list_occasions(ws)) == 3
    assert find_faults(ws).ok
