"""100 participants' PDFs against bare ReportLab: the same words at the same places, and as Platypus paragraphs.

    python -m tests.benchmarks.participant_pdfs

The floor draws the text only, in two fonts, without kerning, shaping, charts or reading any data. Processor time;
each figure is the median of interleaved rounds.
"""

from __future__ import annotations

import importlib.util
import io
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from rubricapp import paths
from rubricapp.reports.figures import Cohort, gather
from rubricapp.reports.pdf.participant import make_participant
from rubricapp.reports.pdf.sheet import Sheet

PEOPLE = 100
GOAL_BARE = 1.3
"""Our time, as a multiple of bare drawing, at most."""
GOAL_PLATYPUS = 1.3
"""Platypus' time, as a multiple of ours, at least."""

Words = list[tuple[float, float, list[tuple[str, bool, float]]]]


def invented() -> Cohort:
    """A cohort with two rubrics on two occasions."""
    place = Path(__file__).resolve().parents[1] / "reports" / "conftest.py"
    spec = importlib.util.spec_from_file_location("invented_data", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return gather(module.invent(people=PEOPLE, rubrics=2, occasions=2, comments=0.15))


class Listening(Sheet):
    """A sheet that remembers which words it was given, and where."""

    heard: Words

    def text(self, line, x, y) -> None:
        self.heard.append((x, y, [(unit.text, unit.style.bold, unit.style.size) for unit in line.units]))
        super().text(line, x, y)


def words_of(cohort: Cohort) -> list[Words]:
    """What each report draws."""
    from rubricapp.reports.pdf import participant

    found: list[Words] = []
    original = participant.Sheet
    participant.Sheet = Listening
    try:
        for each in cohort.data.participants:
            Listening.heard = []
            make_participant(cohort, each.id)
            found.append(Listening.heard)
    finally:
        participant.Sheet = original
    return found


def register() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in (("Plain", "NotoSans-Regular"), ("Strong", "NotoSans-Bold")):
        pdfmetrics.registerFont(TTFont(name, str(paths.RESOURCES / "fonts" / f"{file}.ttf"), shapable=False))


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


def draw_platypus(words: Words) -> None:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    styles: dict[tuple[bool, float], ParagraphStyle] = {}
    story = []
    for _x, _y, parts in words:
        if parts:
            _text, bold, size = parts[0]
            style = styles.setdefault(
                (bold, size),
                ParagraphStyle("each", fontName="Strong" if bold else "Plain", fontSize=size, leading=size * 1.4),
            )
            story.append(Paragraph(escape("".join(part for part, _bold, _size in parts)), style))
    SimpleDocTemplate(io.BytesIO(), pagesize=(595, 842), invariant=1, pageCompression=1).build(story)


def seconds(draw: Callable, each: Sequence) -> float:
    start = time.process_time()
    for one in each:
        draw(one)
    return time.process_time() - start


def measure(rounds: int = 5) -> dict[str, float]:
    """Seconds of processor time for all the reports: "ours", "bare", "platypus"."""
    cohort = invented()
    words = words_of(cohort)
    register()
    people = [each.id for each in cohort.data.participants]
    taken: dict[str, list[float]] = {"ours": [], "bare": [], "platypus": []}
    for _round in range(rounds):
        taken["ours"].append(seconds(lambda person: make_participant(cohort, person), people))
        taken["bare"].append(seconds(draw_bare, words))
        taken["platypus"].append(seconds(draw_platypus, words))
    return {name: statistics.median(each) for name, each in taken.items()}


def main() -> None:
    found = measure()
    per_report = {name: 1000 * taken / PEOPLE for name, taken in found.items()}
    print(
        f"{PEOPLE} participant PDFs: {per_report['ours']:.1f} ms each;"
        f" {found['ours'] / found['bare']:.2f} × bare drawing of the words (goal at most {GOAL_BARE} ×);"
        f" {found['platypus'] / found['ours']:.2f} × as fast as Platypus (goal at least {GOAL_PLATYPUS} ×)"
    )


if __name__ == "__main__":
    main()
