"""100 participants' pages against bare ReportLab: the same words at the same places, nothing else.

The floor draws ready lines of text in two fonts on a canvas, without kerning, shaping, charts, or working anything
out. Both stay in memory, so that no disk is measured.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from rubricapp import paths
from rubricapp.operations import reporting
from rubricapp.operations.demo import make_demo
from rubricapp.reports.figures import Cohort, gather
from rubricapp.reports.pdf import participant
from rubricapp.reports.pdf.sheet import Sheet
from tests.benchmarks.bench_documents import _hundred
from tests.benchmarks.measuring import Result, interleaved

Words = list[tuple[float, float, list[tuple[str, bool, float]]]]


class Listening(Sheet):
    """A sheet that remembers which words it was given, and where."""

    heard: Words = []  # noqa: RUF012 - given anew for each report

    def text(self, line, x, y) -> None:
        self.heard.append((x, y, [(unit.text, unit.style.bold, unit.style.size) for unit in line.units]))
        super().text(line, x, y)


def words_of(cohort: Cohort) -> list[Words]:
    """What each report draws."""
    found: list[Words] = []
    participant.Sheet = Listening
    try:
        for each in cohort.data.participants:
            Listening.heard = []
            participant.make_participant(cohort, each.id)
            found.append(Listening.heard)
    finally:
        participant.Sheet = Sheet
    return found


def draw_bare(words: Words) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(io.BytesIO(), pagesize=(595, 842), invariant=1, pageCompression=1)
    for x, y, parts in words:
        text = canvas.beginText(x, y)
        for (bold, size), group in groupby(parts, key=lambda part: part[1:]):
            text.setFont("Strong" if bold else "Plain", size)
            text.textOut("".join(part for part, _bold, _size in group))
        canvas.drawText(text)
    canvas.showPage()
    canvas.save()


def measure(quick: bool) -> Iterator[Result]:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    with tempfile.TemporaryDirectory() as name, make_demo(Path(name) / "w") as ws:
        cohort = gather(_hundred(reporting.collect(ws)))
    for font, file in (("Plain", "NotoSans-Regular"), ("Strong", "NotoSans-Bold")):
        pdfmetrics.registerFont(TTFont(font, str(paths.RESOURCES / "fonts" / f"{file}.ttf"), shapable=False))
    words = words_of(cohort)

    def floor() -> None:
        for each in words:
            draw_bare(each)

    def product() -> None:
        for each in cohort.data.participants:
            participant.make_participant(cohort, each.id)

    floor_seconds, seconds = interleaved(floor, product, 1 if quick else 5)
    yield Result(
        "100 participant PDFs against bare drawing", floor_seconds, seconds, 1.5,
        f"{100 / seconds:.0f} reports a second, in memory; the floor draws the words only",
    )  # fmt: skip
