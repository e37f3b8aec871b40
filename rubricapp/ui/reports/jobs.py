"""What the worker does when reports are made: frozen data in, files out, nothing of the window."""

from __future__ import annotations

from dataclasses import dataclass
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
    """What came of it. files: those that are there and whole. stopped: somebody cancelled; files are kept."""

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]
    stopped: bool


def make_all(order: Order, progress: Progress) -> Made:
    """Make what was ordered, one file after the other. A fault in one does not stop the others; Cancelled does,
    between files, and what is finished stays."""
    from rubricapp.operations import reporting

    files: list[Path] = []
    problems: list[Problem] = []
    total = len(order.people) + order.cohort + order.workbook
    done = 0

    def within(start: int) -> Progress:
        """The part of the whole that one verb reports on."""

        def tell(part: int, _of: int, label: str) -> None:
            progress.step(start + part, total, label)

        return Progress(on_step=tell)

    acts: list[tuple[int, str, Any]] = []
    if order.people:
        acts.append(
            (
                len(order.people),
                _("PDFs of participants"),
                lambda part: reporting.make_participant_reports(order.data, list(order.people), order.folder, part),
            )
        )
    if order.cohort:
        path = order.folder / "cohort.pdf"
        acts.append((1, path.name, lambda part: reporting.make_cohort_report(order.data, path, part)))
    if order.workbook:
        book = order.folder / "cohort.xlsx"
        acts.append((1, book.name, lambda part: reporting.make_workbook(order.data, book, part)))
    before = _present(order.folder)
    try:
        for size, name, act in acts:
            progress.step(done, total, name)
            try:
                batch = act(within(done) if size > 1 else Progress(on_step=lambda *_: _look(progress)))
            except UserError as error:
                problems.append(Problem(error.code, f"{name}: {error.what}", error.do))
            else:
                files += batch.files
                problems += batch.problems
            done += size
        progress.step(total, total)
    except Cancelled:
        new = {path for path, stamp in _present(order.folder).items() if before.get(path) != stamp}
        return Made(tuple(sorted({*files, *new})), tuple(problems), True)
    return Made(tuple(files), tuple(problems), False)


def _look(progress: Progress) -> None:
    if progress.cancelled:
        raise Cancelled


def _present(folder: Path) -> dict[Path, int]:
    """The finished reports in a folder and when each was written, to tell which ones a stopped job has left."""
    if not folder.is_dir():
        return {}
    return {path: path.stat().st_mtime_ns for path in folder.iterdir() if path.suffix in (".pdf", ".xlsx")}


def default_folder(title: str) -> Path:
    """A folder for this edition's reports among the user's documents."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    name = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in title)
    return Path(documents or Path.home()) / _("Rubric reports") / (" ".join(name.split())[:80] or "edition")
