"""A level chosen until it is durably on the disk, against a bare commit of two rows with the same settings."""

from __future__ import annotations

import itertools
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from rubricapp.core.model import Role
from rubricapp.operations import assessments, people, programmes
from rubricapp.store import engine
from rubricapp.store.people import find_occasion, list_occasions
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import Workspace
from tests.benchmarks.measuring import Result, timed


def _bare(path: Path) -> engine.Connection:
    path.touch()
    connection = engine.connect(path)
    connection.execute("CREATE TABLE revision (id BLOB PRIMARY KEY, body TEXT) STRICT, WITHOUT ROWID")
    connection.execute("CREATE TABLE rating (id TEXT PRIMARY KEY, level INTEGER) STRICT, WITHOUT ROWID")
    return connection


def measure(quick: bool) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as name, programmes.start(Path(name) / "w", "Bench", "1") as ws:
        participant, _changes = people.add_person(ws, Role.PARTICIPANT, "Ama Example")
        assessor, _changes = people.add_person(ws, Role.ASSESSOR, "Tariro Example")
        rubric = find_rubric(ws, "camera")
        assessment, _changes = assessments.begin(ws, participant, rubric, find_occasion(ws, "baseline"), assessor)
        bare = _bare(Path(name) / "bare.sqlite3")
        numbers = itertools.count()

        def floor() -> None:
            number = next(numbers)
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO revision VALUES (?, ?)", (secrets.token_bytes(16), "x" * 120))
            bare.execute(
                "INSERT INTO rating VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET level = excluded.level",
                (f"CAM-{number % 7}", number % 5),
            )
            bare.execute("COMMIT")

        def product() -> None:
            number = next(numbers)
            assessments.rate(ws, assessment.id, f"CAM-{number % 7 + 1}", number // 7 % 5 + 1)

        floors, figures = [], []
        for run in range(200 if quick else 2000):
            floors.append(timed(floor))
            figures.append(timed(product))
            if run == 20:
                floors.clear()
                figures.clear()
        bare.close()
        slow = quantiles(figures, n=100)[98]
        yield Result(
            "a rating, durably committed",
            median(floors),
            median(figures),
            1.3,
            f"p99 {slow * 1e3:.1f} ms (goal ≤ 50 ms)",
        )
    yield from _sizes(20 if quick else 200)


def _sizes(participants: int) -> Iterator[Result]:
    """Bytes by which the file grows: a first rating with its history and indexes, and a rating that is changed."""
    with tempfile.TemporaryDirectory() as name, programmes.start(Path(name) / "w", "Bench", "1") as ws:
        rubric = find_rubric(ws, "camera")
        assessor, _changes = people.add_person(ws, Role.ASSESSOR, "Tariro Example")
        begun = []
        for number in range(participants):
            person, _changes = people.add_person(ws, Role.PARTICIPANT, f"Ama Example {number}")
            for occasion in list_occasions(ws):
                begun.append(assessments.begin(ws, person, rubric, occasion, assessor)[0])
        sizes = [_size(ws)]
        for level in (3, 4, 2):
            for each in begun:
                assessments.rate_many(ws, each, rubric, {criterion.id: level for criterion in rubric.criteria})
            sizes.append(_size(ws))
    ratings = len(begun) * len(rubric.criteria)
    first, changed = (sizes[1] - sizes[0]) / ratings, (sizes[3] - sizes[1]) / ratings / 2
    bare = 39.0  # a rating alone in a table on its natural key, from the study of sizes
    yield Result("bytes of a first rating, with its history", bare, first, round(200 / bare, 1), "goal 200 B", "B")
    yield Result("bytes of a rating that is changed", bare, changed, None, "the log keeps what was said before", "B")


def _size(ws: Workspace) -> int:
    return ws.rows("PRAGMA page_count")[0][0] * ws.rows("PRAGMA page_size")[0][0]
