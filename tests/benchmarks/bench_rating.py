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
from rubricapp.store.people import find_occasion
from rubricapp.store.rubrics import find_rubric
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
        before = ws.path.stat().st_size
        yield Result(
            "a rating, durably committed",
            median(floors),
            median(figures),
            1.3,
            f"p99 {slow * 1e3:.1f} ms (goal ≤ 50 ms)",
        )
        changes = ws.rows("SELECT count(*) FROM change")[0][0]
        yield Result(
            "bytes of the file for each change", 1e-3, before / changes * 1e-3, None, "with rubrics and indexes"
        )
