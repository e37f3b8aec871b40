"""A cohort of 200 people, 40 criteria, 6 occasions into the heat map; and a frame of a map of 10,000 × 60."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rubricapp.core.changes import assessment_id, derived_id
from rubricapp.core.model import Role
from rubricapp.operations import people, programmes, rubrics
from rubricapp.store.cohort import Cell, Matrix, load_matrix
from rubricapp.store.people import list_occasions, list_people, load_edition
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.tables import project
from rubricapp.store.workspace import Workspace
from tests.benchmarks.measuring import Result, interleaved


def document(criteria: int) -> dict:
    """A rubric of that many criteria."""
    return {
        "format": 1, "id": "wide", "version": "1", "language": "en", "title": "Wide", "summary": "",
        "needs_coverage": 80,
        "scale": [{"name": f"Step {n}", "anchor": ""} for n in range(1, 6)],
        "criteria": [
            {"id": f"WID-{n}", "title": f"Criterion {n}", "about": "", "weight": 1, "evidence": ["notes"],
             "levels": {level: f"What a person did at step {level} of {n}." for level in range(1, 6)}}
            for n in range(1, criteria + 1)
        ],
    }  # fmt: skip


def fill(ws: Workspace, participants: int, occasions: int, criteria: int) -> None:
    """Finished assessments for everyone, written straight into the computed tables: the log is not what is measured."""
    draw = random.Random(1)
    rubrics.adopt(ws, [document(criteria)])
    for number in range(occasions - 3):
        programmes.add_observation(ws, f"2026-10-{number + 1:02}")
    assessor, _changes = people.add_person(ws, Role.ASSESSOR, "Tariro Example")
    rubric, edition = find_rubric(ws, "wide"), load_edition(ws)
    ws.connection.execute("BEGIN")
    for number in range(participants):
        person = f"{number:032x}"
        for field, value in (("code", f"P-{number:05}"), ("given_name", "Given"), ("family_name", f"Family {number}")):
            project(ws.connection, "person", person, field, value)
        enrolment = derived_id("enrolment", edition.id, person, "participant")
        for field, value in (("edition", edition.id), ("person", person), ("role", "participant")):
            project(ws.connection, "enrolment", enrolment, field, value)
        for occasion in list_occasions(ws):
            record = assessment_id(person, rubric.content_hash, occasion.id, assessor.id)
            for field, value in (
                ("participant", person),
                ("assessor", assessor.id),
                ("rubric", rubric.content_hash),
                ("occasion", occasion.id),
                ("kind", "assessor"),
                ("state", "finished"),
            ):
                project(ws.connection, "assessment", record, field, value)
            for criterion in rubric.criteria:
                project(ws.connection, "rating", f"{record}/{criterion.id}", "level", draw.randint(1, 5))
    ws.connection.execute("COMMIT")


def measure(quick: bool) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as name, programmes.start(Path(name) / "w", "Bench", "1", rubrics=[]) as ws:
        fill(ws, 200, 6, 40)
        rubric, occasions = find_rubric(ws, "wide"), list_occasions(ws)
        ws.connection.execute(
            "CREATE TEMP TABLE score (occasion TEXT, participant TEXT, criterion TEXT, level INTEGER,"
            " PRIMARY KEY (occasion, participant, criterion, level)) WITHOUT ROWID"
        )
        ws.connection.execute(
            "INSERT INTO score SELECT occasion, participant, criterion, level FROM rating"
            " JOIN assessment ON assessment.id = rating.assessment"
        )

        def floor() -> None:
            for occasion in occasions:
                ws.rows(
                    "SELECT participant, criterion, count(level), sum(level) FROM score WHERE occasion = ?"
                    " GROUP BY participant, criterion",
                    occasion.id,
                )

        def product() -> None:
            for occasion in occasions:
                load_matrix(ws, rubric.content_hash, occasion.id)

        runs = 5 if quick else 15
        yield Result("cohort of 200 × 40 × 6 read", *interleaved(floor, product, runs), 2.0, "48,000 ratings")
        yield from _frames(rubric_of_sixty(), list_people(ws, Role.PARTICIPANT), runs)


def rubric_of_sixty():
    from rubricapp.core.rubrics import from_document

    return from_document(document(60))


def _frames(rubric, some: list, runs: int) -> Iterator[Result]:
    try:
        from PySide6.QtGui import QStandardItem, QStandardItemModel
        from PySide6.QtWidgets import QApplication, QTableView

        from rubricapp.ui.cohort.heat_map import HeatMap
        from rubricapp.ui.cohort.model import HeatModel
        from rubricapp.ui.theme import look
    except ImportError as error:
        print(f"heat map: not measured: {error}")
        return
    from dataclasses import replace

    app = QApplication.instance() or QApplication([])
    look().apply("light", 100)
    draw = random.Random(2)
    rows = 10_000
    everyone = tuple(replace(some[n % len(some)], id=f"{n:032x}") for n in range(rows))
    cells = {person.id: {each.id: Cell(1, draw.randint(1, 5), "") for each in rubric.criteria} for person in everyone}
    ours_model = HeatModel()
    ours_model.show_matrix(rubric, Matrix(everyone, cells, {person.id: 1 for person in everyone}), None)
    ours = HeatMap(ours_model)
    theirs_model = QStandardItemModel(rows, 60)
    for row in range(rows):
        for column in range(60):
            theirs_model.setItem(row, column, QStandardItem(str(draw.randint(1, 5))))
    theirs = QTableView()
    theirs.setModel(theirs_model)
    for view in (ours, theirs):
        view.resize(1600, 900)
        view.show()
    app.sendPostedEvents()
    place = {id(ours): 0, id(theirs): 0}

    def frame(view, step: int) -> None:
        bar = view.verticalScrollBar()
        place[id(view)] = (place[id(view)] + step) % max(1, bar.maximum() - 1)
        bar.setValue(place[id(view)])
        view.viewport().grab()

    for name, step, goal in (("page", 30, 1.0), ("wheel", 3, 1.5)):
        floor, figure = interleaved(
            lambda step=step: frame(theirs, step), lambda step=step: frame(ours, step), runs * 4
        )
        yield Result(f"heat map 10,000 × 60, one {name}", floor, figure, goal, "against a C++ model under QTableView")
    for view in (ours, theirs):
        view.close()
        view.deleteLater()
