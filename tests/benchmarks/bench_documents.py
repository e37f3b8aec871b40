"""100 participant PDFs against plain ReportLab; a workbook of 48,000 ratings against bare openpyxl."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rubricapp.core.model import AssessmentState, Rating
from rubricapp.jobs import Progress
from rubricapp.operations import programmes, reporting
from tests.benchmarks.bench_cohort import fill
from tests.benchmarks.measuring import Result, interleaved, timed


def measure_pdf(quick: bool) -> Iterator[Result]:
    from tests.benchmarks.participant_pdfs import GOAL_BARE, GOAL_PLATYPUS, PEOPLE, measure

    found = measure(2 if quick else 5)
    pace = f"{PEOPLE / found['ours']:.0f} reports a second"
    yield Result(f"{PEOPLE} participant PDFs, bare drawing of the words", found["bare"], found["ours"], GOAL_BARE, pace)
    yield Result(
        f"{PEOPLE} participant PDFs, plain Platypus", found["platypus"], found["ours"], round(1 / GOAL_PLATYPUS, 2)
    )


def measure_workbook(quick: bool) -> Iterator[Result]:
    from openpyxl import Workbook

    with tempfile.TemporaryDirectory() as name:
        with programmes.start(Path(name) / "w", "Bench", "1", rubrics=[]) as ws:
            fill(ws, 200, 6, 40)
            data = reporting.collect(ws)
        data = replace(
            data,
            assessments=tuple(
                replace(each, state=AssessmentState.FINISHED, ratings=_commented(each.ratings))
                for each in data.assessments
            ),
        )
        rows = sum(len(each.ratings) for each in data.assessments)

        def floor() -> None:
            book = Workbook(write_only=True)
            sheet = book.create_sheet("Scores")
            for each in data.assessments:
                for rating in each.ratings.values():
                    sheet.append(
                        [each.id, each.participant, each.rubric, each.occasion, each.assessor, "assessor",
                         rating.criterion, rating.level, "rated", "finished", rating.comment, "2026-09-01T12:00:00"]
                    )  # fmt: skip
            book.save(Path(name) / "floor.xlsx")

        def product() -> None:
            reporting.make_workbook(data, Path(name) / "ours.xlsx", Progress())

        if quick:
            floor_seconds, seconds = timed(floor), timed(product)
        else:
            floor_seconds, seconds = interleaved(floor, product, 3)
        yield Result(
            f"workbook of {rows:,} ratings, all sheets", floor_seconds, seconds, 1.0,
            "floor: bare openpyxl write-only, the ratings alone",
        )  # fmt: skip


def _commented(ratings: dict) -> dict:
    return {key: Rating(key, rating.level, rating.blank, "Seen in take 2.") for key, rating in ratings.items()}
