"""Participant PDFs against plain ReportLab with the same text; a workbook of 48,000 ratings against bare openpyxl."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rubricapp.core.model import AssessmentState, PersonId, Rating
from rubricapp.jobs import Progress
from rubricapp.operations import programmes, reporting
from rubricapp.operations.demo import make_demo
from rubricapp.reports.data import ReportData
from tests.benchmarks.bench_cohort import fill
from tests.benchmarks.measuring import Result, interleaved, timed


def _hundred(data: ReportData) -> ReportData:
    """The demo's people, repeated under new ids until there are a hundred."""
    people, assessments = [], []
    for number in range(100):
        one = data.participants[number % len(data.participants)]
        person = replace(one, id=PersonId(f"{number:032x}"), code=f"P-{number:03}")
        people.append(person)
        assessments += [replace(each, participant=person.id) for each in data.assessments if each.participant == one.id]
    everyone = dict(data.people) | {person.id: person for person in people}
    return replace(data, participants=tuple(people), people=everyone, assessments=tuple(assessments))


def _lines(folder: Path) -> list[list[str]]:
    from pypdf import PdfReader

    return [
        [line for page in PdfReader(path).pages for line in page.extract_text().splitlines() if line.strip()]
        for path in sorted(folder.glob("*.pdf"))
    ]


def measure_pdf(quick: bool) -> Iterator[Result]:
    from xml.sax.saxutils import escape

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    from rubricapp import paths

    with tempfile.TemporaryDirectory() as name:
        with make_demo(Path(name) / "w") as ws:
            data = _hundred(reporting.collect(ws))
        everyone = [each.id for each in data.participants]

        def product() -> None:
            reporting.make_participant_reports(data, everyone, Path(name) / "out", Progress())

        product()
        texts = _lines(Path(name) / "out")
        pdfmetrics.registerFont(TTFont("Floor", str(paths.RESOURCES / "fonts" / "NotoSans-Regular.ttf")))
        style = ParagraphStyle("floor", fontName="Floor", fontSize=8.5, leading=11)

        def floor() -> None:
            for lines in texts:
                SimpleDocTemplate(io.BytesIO()).build([Paragraph(escape(line), style) for line in lines])

        floor_seconds, seconds = interleaved(floor, product, 1 if quick else 3)
        yield Result(
            "100 participant PDFs against plain Platypus", floor_seconds, seconds, round(1 / 1.3, 2),
            f"{100 / seconds:.0f} reports a second, written and flushed to disk",
        )  # fmt: skip


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
