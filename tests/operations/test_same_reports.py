"""Law 5: the same snapshot gives the same bytes, whoever makes the report, on whichever laptop, in whatever order the
log came there; and a report says which snapshot it was made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricapp.core.model import Role
from rubricapp.jobs import Progress
from rubricapp.operations import assessments, evidence, merging, reporting
from rubricapp.store import links
from rubricapp.store.people import find_occasion, find_people, list_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import Workspace, create
from tests.parcels import parcel_since


@pytest.fixture
def full(ws, assessment, tmp_path) -> Workspace:
    rubric = find_rubric(ws, "small")
    levels = {each.id: number % 5 + 1 for number, each in enumerate(rubric.criteria)}
    assessments.rate_many(ws, assessment, rubric, levels, {"TST-1": "Steady. 映画"})
    assessments.finish(ws, assessment.id)
    amara, tunde = find_people(ws, "P-001")[0], find_people(ws, "A-001")[0]
    final = assessments.begin(ws, amara, rubric, find_occasion(ws, "final"), tunde)[0]
    assessments.rate_many(ws, final, rubric, dict.fromkeys(levels, 4))
    assessments.finish(ws, final.id)
    work = tmp_path / "work.txt"
    work.write_text("a work")
    evidence.add_file(ws, amara.id, work, "A work")
    return ws


def made(ws: Workspace, out: Path) -> dict[str, bytes]:
    data = reporting.collect(ws)
    reporting.make_participant_reports(data, [each.id for each in list_people(ws, Role.PARTICIPANT)], out, Progress())
    reporting.make_cohort_report(data, out / "cohort.pdf", Progress())
    reporting.make_workbook(data, out / "book.xlsx")
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_two_laptops_with_the_same_log_make_the_same_bytes(full, tmp_path) -> None:
    first = made(full, tmp_path / "first")
    assert set(first) > {"cohort.pdf", "book.xlsx"}
    assert made(full, tmp_path / "again") == first
    whole = parcel_since(full, {}, "whole")
    with create(tmp_path / "other") as other:
        parts = [whole.changes[at : at + 7] for at in range(0, len(whole.changes), 7)]
        for number, some in enumerate(reversed(parts)):
            before = {some[0].place: links.load_link(full, some[0].place[0], some[0].place[1] - 1)}
            merging.merge(other, merging.Parcel(f"{number}", full.device, "", some, before), keep_backup=False)
        for path in full.files.rglob("*"):
            if path.is_file():
                (other.files / path.parent.name).mkdir(parents=True, exist_ok=True)
                (other.files / path.parent.name / path.name).write_bytes(path.read_bytes())
        assert made(other, tmp_path / "there") == first


def test_another_snapshot_is_another_report_and_says_so(full, tmp_path) -> None:
    first = made(full, tmp_path / "first")
    before = reporting.collect(full).snapshot
    final = next(each for each in reporting.collect(full).assessments)
    assessments.reopen(full, final.id, "Looked again.")
    assessments.rate(full, final.id, "TST-1", 5)
    assessments.finish(full, final.id)
    assert reporting.collect(full).snapshot != before
    second = made(full, tmp_path / "second")
    assert all(second[name] != first[name] for name in ("cohort.pdf", "book.xlsx"))
