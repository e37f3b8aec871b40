"""A portfolio file laid out in a folder that needs no program of ours: web pages, a PDF, the works, and the data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rubricapp.core.folio import FolioWork, Signature
from rubricapp.core.model import Problem
from rubricapp.exchange import folio_file, strict_json
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations.portfolio_files import Opened, open_file
from rubricapp.operations.report_files import glyph_problem, not_written, prepare_folder, safe_file_name, write_beside
from rubricapp.store import places

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}", re.ASCII)
WORKS, ALTERED, PROOF, PDF = "works", "altered", "proof", "portfolio.pdf"


@dataclass(frozen=True)
class Exported:
    """What exporting gave. works: hash → where it is in the folder. problems: files that are missing or altered."""

    folder: Path
    signature: Signature
    files: tuple[Path, ...]
    works: dict[str, str]
    problems: tuple[Problem, ...] = ()


def export(path: Path, out: Path, progress: Progress | None = None) -> Exported:
    """Lay a portfolio file out in a folder: web pages, portfolio.pdf, the works, portfolio.json and what proves it.

    Altered files are put apart and named. Raises UserError, Cancelled; what was written by then stays.
    """
    from rubricapp.reports.pages.portfolio import write_pages
    from rubricapp.reports.pdf.portfolio import write_portfolio

    with open_file(path, progress) as found:
        done = export_data(found, out, progress)
        said = found.folio, found.signature, found.additions
    pdf = done.folder / PDF
    try:
        pages = write_pages(*said, done.folder, done.works)
        pictures = {sha256: done.folder / place for sha256, place in done.works.items()}
        missing = write_portfolio(*said, pdf, pictures).missing
    except OSError as error:
        raise not_written(done.folder, error) from error
    boxes = (glyph_problem(PDF, missing),) if missing else ()
    return Exported(done.folder, done.signature, (*pages, pdf, *done.files), done.works, (*done.problems, *boxes))


def export_data(found: Opened, out: Path, progress: Progress | None = None) -> Exported:
    """The works of a portfolio, its words as data, and what is needed to prove them without us."""
    out = out.absolute()
    prepare_folder(out)
    progress = progress or Progress()
    files: list[Path] = []
    works: dict[str, str] = {}
    problems: list[Problem] = []
    wanted = [(work, sha256) for work in found.folio.works for sha256 in (work.file.sha256, work.picture) if sha256]
    try:
        for name, data in _data(found):
            places.make_folder((out / name).parent)
            write_beside(out / name, data)
            files.append(out / name)
        taken = {each.relative_to(out).as_posix() for each in files}
        for number, (work, sha256) in enumerate(wanted):
            if sha256 in works:
                continue
            progress.step(number, len(wanted), work.title)
            name = name_of(work, sha256)
            if not found.holds(sha256):
                problems.append(_problem("FILE_MISSING", _("“{title}” is missing in the portfolio."), work))
                continue
            whole = sha256 not in found.altered
            place = _free(f"{WORKS if whole else ALTERED}/{name}", taken)
            places.make_folder((out / place).parent)
            found.copy_file(sha256, out / place, even_altered=not whole)
            files.append(out / place)
            if whole:
                works[sha256] = place
            else:
                problems.append(_problem("FILE_ALTERED", _("“{title}” was altered after signing."), work))
        progress.step(len(wanted), len(wanted), found.folio.name)
    except OSError as error:
        raise not_written(out, error) from error
    return Exported(out, found.signature, tuple(files), works, tuple(problems))


def _data(found: Opened) -> list[tuple[str, bytes]]:
    """The words of the portfolio byte for byte as they were signed, the proof of them, and what was added."""
    data = [(folio_file.PORTFOLIO, found.reader.portfolio)]
    data += [(f"{PROOF}/{name}", said) for name, said in found.reader.proof.items()]
    if found.additions.entries:
        data.append(("additions.json", strict_json.dump(found.additions)))
    return data


def name_of(work: FolioWork, sha256: str) -> str:
    """A name that every system takes; a stranger may have chosen it."""
    stem, dot, last = work.file.name.rpartition(".")
    ending = f".{last}" if dot and stem and _ENDING.fullmatch(f".{last}") else ""
    if sha256 != work.file.sha256:
        return safe_file_name(f"{work.key} preview") + ".png"
    return safe_file_name(f"{work.key} {stem if ending else work.file.name}") + ending


def _free(place: str, taken: set[str]) -> str:
    """The place, with a number where it is taken; names that differ in case only are one name to some disks."""
    path, number, found = Path(place), 1, place
    while found.casefold() in taken:
        number += 1
        found = path.with_name(f"{path.stem} {number}{path.suffix}").as_posix()
    taken.add(found.casefold())
    return found


def _problem(code: str, words: str, work: FolioWork) -> Problem:
    return Problem(code, words.format(title=work.title), _("Ask whoever made the portfolio for another copy."))
