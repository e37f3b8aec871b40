"""What the worker does when reports are made: frozen data in, files out, nothing of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths

from rubricapp.core.model import Problem
from rubricapp.errors import Cancelled, UserError
from rubricapp.i18n import _
from rubricapp.jobs import Progress


@dataclass(frozen=True)
class Order:
    """What is wanted. people: ids of participants for one-page PDFs; none for none. data: see `reports.data`."""

    data: Any
    folder: Path
    people: tuple[str, ...]
    cohort: bool
    workbook: bool


@dataclass(frozen=True)
class Made:
    """What came of it. files: those that are there and whole. notes: for the reader, nothing is wrong.

    stopped: somebody cancelled; files are kept.
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]
    stopped: bool

    def with_batch(self, batch: Any) -> Made:
        """This and what one verb made (see `operations.reporting`)."""
        return Made(self.files + batch.files, self.notes + batch.notes, self.problems + batch.problems, self.stopped)


def make_all(order: Order, progress: Progress) -> Made:
    """Make what was ordered, one file after the other. A fault in one does not stop the others; a wish to stop does,
    between files, and what is finished stays."""
    from rubricapp.operations import reporting

    total = len(order.people) + order.cohort + order.workbook
    acts: list[tuple[int, str, Callable[[Progress], Any]]] = []
    if order.people:
        people = list(order.people)
        acts.append(
            (
                len(people),
                _("PDFs of participants"),
                lambda part: reporting.make_participant_reports(order.data, people, order.folder, part),
            )
        )
    if order.cohort:
        pdf = order.folder / "cohort.pdf"
        acts.append((1, pdf.name, lambda part: reporting.make_cohort_report(order.data, pdf, part)))
    if order.workbook:
        book = order.folder / "cohort.xlsx"
        acts.append((1, book.name, lambda part: reporting.make_workbook(order.data, book, part)))
    made = Made((), (), (), False)
    done = 0
    try:
        for size, name, act in acts:
            progress.step(done, total, name)
            try:
                made = made.with_batch(act(_part_of(progress, done, total, size, name)))
            except UserError as error:
                problem = Problem(error.code, f"{name}: {error.what}", error.do)
                made = replace(made, problems=(*made.problems, problem))
            done += size
        progress.step(total, total)
    except Cancelled as stopped:
        if stopped.args:
            made = made.with_batch(stopped.args[0])
        return replace(made, stopped=True)
    return made


def _part_of(whole: Progress, start: int, total: int, size: int, name: str) -> Progress:
    """The progress of one verb as a part of the whole: its items where it has as many as the part, else the part."""

    def tell(done: int, of: int, label: str) -> None:
        if of == size:
            whole.step(start + min(done, size), total, label or name)
        elif whole.cancelled:
            raise Cancelled

    return Progress(on_step=tell)


def default_folder(title: str) -> Path:
    """A folder for this edition's reports among the user's documents."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    name = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in title)
    return Path(documents or Path.home()) / _("Rubric reports") / (" ".join(name.split())[:80] or "edition")
