"""Portfolio files: made and signed from the workspace; opened, checked and exported without any."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rubricapp.core.folio import Folio, Signature
from rubricapp.core.model import Person
from rubricapp.errors import Exit, UserError
from rubricapp.exchange import folio_file, folio_reading, signing
from rubricapp.exchange.folio_file import FILES, PORTFOLIO, Fault, FileAltered, Step
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations.portfolio_contents import Gathered, gather, without_file
from rubricapp.operations.portfolio_notes import add_note as add_note
from rubricapp.operations.portfolio_notes import add_showing as add_showing
from rubricapp.operations.portfolio_notes import read_additions
from rubricapp.operations.report_files import not_written
from rubricapp.store import places
from rubricapp.store.workspace import Workspace

ENDING = ".rubricfolio"


# Making one


@dataclass(frozen=True)
class Made:
    """A portfolio file that was made. remarks: what whoever hands it over should know, and the file does not say."""

    path: Path
    folio: Folio
    signature: Signature
    size: int
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """All that making needs, without the workspace: so that it may run beside the window."""

    gathered: Gathered
    key: signing.Key
    signer: str


def prepare(
    ws: Workspace, person: Person, audience: str = "", language: str = "", today: date | None = None
) -> Prepared:
    """Gather a portfolio and the key that signs it. Raises UserError where this copy has no key and may keep none."""
    gathered = gather(ws, person, audience, language, today)
    signer = " ".join(part for part in (gathered.folio.programme, gathered.folio.edition) if part)
    return Prepared(gathered, signing.key_of(ws), signer)


def make(
    ws: Workspace,
    person: Person,
    path: Path,
    audience: str = "",
    language: str = "",
    today: date | None = None,
    progress: Progress | None = None,
) -> Made:
    """Make a participant's portfolio file. audience: "" for the participant, else who it is for. See `write`."""
    return write(prepare(ws, person, audience, language, today), path, progress)


def write(prepared: Prepared, path: Path, progress: Progress | None = None) -> Made:
    """Write a prepared portfolio; it is read back before it gets its place. Touches no workspace.

    A name without an ending gets ours. A file of a work that turns out to be damaged stays outside, and the portfolio
    says so. Raises UserError, Cancelled; then what was at this place before is unchanged.
    """
    gathered, path = prepared.gathered, path.absolute()
    if not path.suffix and not path.is_dir():
        path = path.with_name(path.name + ENDING)
    while True:
        try:
            return _write(prepared, gathered, path, progress)
        except FileAltered as error:
            gathered = without_file(gathered, error.args[0])


def _write(prepared: Prepared, gathered: Gathered, path: Path, progress: Progress | None) -> Made:
    def prove(part: Path) -> None:
        with folio_reading.opened(part) as reader:
            if reader.folio != gathered.folio or reader.faults:
                raise OSError("what is on the disk is not what was written")

    try:
        if path.is_dir():
            raise IsADirectoryError(path)
        places.make_folder(path.parent)
        held = [work.file for work in gathered.folio.works if work.file.held]
        total = sum({file.sha256: file.size for file in held}.values())
        if total > shutil.disk_usage(path.parent).free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        step = _steps(progress, total, path.name)
        folio_file.write(path, gathered.folio, gathered.files, prepared.key, prepared.signer, step, prove)
    except OSError as error:
        raise _not_made(path, error) from error
    except ValueError as error:
        raise UserError(
            "E_TOO_LARGE",
            _("There is more to say than a portfolio file may hold."),
            _("Nothing was written."),
            _("Choose fewer works, or make one for an audience."),
            str(error),
        ) from error
    with folio_reading.opened(path) as reader:
        return Made(path, gathered.folio, _signature(reader, reader.faults), path.stat().st_size, gathered.remarks)


def _steps(progress: Progress | None, total: int, label: str) -> Step:
    """Told of bytes, says how far it is; Cancelled passes through."""
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress.step(done, max(total, done), label)

    return step


def _not_made(path: Path, error: OSError) -> UserError:
    if error.errno == errno.EFBIG:
        return UserError(
            "E_CANNOT_WRITE",
            _("The disk of {place} takes no file of this size.").format(place=path),
            _("What was there before is unchanged."),
            _("It was probably set up as FAT32, which ends at 4 GB. Choose a disk set up as exFAT, NTFS or APFS."),
            str(error),
        )
    return not_written(path, error)


def fingerprints(ws: Workspace) -> tuple[str, tuple[str, ...]]:
    """(of the key that signs here now, of those that signed before): what a programme publishes. Raises UserError."""
    return signing.fingerprint(signing.key_of(ws).public), tuple(map(signing.fingerprint, signing.list_former(ws)))


# Opening one


class Opened:
    """An open portfolio file. folio, signature, additions: see `core.folio`. remarks: what hindered reading additions.

    Used by one thread at a time.
    """

    def __init__(self, reader: folio_reading.Reader, faults: tuple[Fault, ...]) -> None:
        self.path = reader.path
        self.folio = reader.folio
        self.signature = _signature(reader, faults)
        self.additions, self.remarks = read_additions(reader.path, reader.manifest_hash)
        self.altered = frozenset(each.name.removeprefix(FILES) for each in faults if each.name.startswith(FILES))
        self.reader = reader

    def holds(self, sha256: str) -> bool:
        """Whether a file is inside, altered or not."""
        return self.reader.holds(sha256)

    def copy_file(self, sha256: str, to: Path, progress: Progress | None = None, even_altered: bool = False) -> bool:
        """Copy a file of a work out of the portfolio; returns whether it is as it was signed.

        An altered one is refused, unless even_altered. Raises UserError: E_FILE_MISSING, E_FILE_ALTERED,
        E_CANNOT_WRITE; Cancelled.
        """
        if not self.reader.holds(sha256):
            raise UserError(
                "E_FILE_MISSING",
                _("This file is not inside the portfolio."),
                _("Nothing was changed."),
                _("Ask whoever made the portfolio for another copy."),
                exit_code=Exit.UNREADABLE,
            )
        try:
            return self.reader.copy(sha256, to, _steps(progress, self.reader.size_of(sha256), to.name), even_altered)
        except FileAltered:
            raise UserError(
                "E_FILE_ALTERED",
                _("{file} was altered after the portfolio was signed.").format(file=to.name),
                _("Nothing was written."),
                _("Ask whoever made the portfolio for another copy."),
                exit_code=Exit.DAMAGED,
            ) from None
        except OSError as error:
            raise not_written(to, error) from error


@contextlib.contextmanager
def open_file(path: Path, progress: Progress | None = None) -> Iterator[Opened]:
    """A portfolio file, after every byte of it was checked. Needs no workspace, and writes nothing.

    What was altered is in `signature.problems`. Raises UserError: E_FILE_UNREADABLE, E_NOT_A_PORTFOLIO, E_CUT_SHORT,
    E_NEWER, E_UNSAFE, E_FILE_DAMAGED; Cancelled.
    """
    with folio_reading.opened(path) as reader:
        total = path.stat().st_size
        faults = reader.find_faults(_steps(progress, total, path.name))
        if progress is not None:
            progress.step(total, total, path.name)
        yield Opened(reader, faults)


def verify(path: Path, progress: Progress | None = None) -> Signature:
    """Who signed a portfolio file and whether every byte is as it was signed. Raises UserError, Cancelled."""
    with open_file(path, progress) as found:
        return found.signature


def _signature(reader: folio_reading.Reader, faults: tuple[Fault, ...]) -> Signature:
    """Nobody is named as the signer where the signature does not hold: anybody may have written a name there."""
    manifest = reader.manifest
    problems = tuple(_words(each, reader.folio) for each in faults)
    if manifest is None or any(each.kind == "signature" for each in faults):
        return Signature("", "", "", False, problems)
    return Signature(
        manifest.signer,
        signing.fingerprint(bytes.fromhex(manifest.public_key)),
        manifest.made_on,
        not faults,
        problems,
    )


def _words(fault: Fault, folio: Folio) -> str:
    """A fault as its owner understands it."""
    sha256 = fault.name.removeprefix(FILES)
    titles = [work.title for work in folio.works if sha256 in (work.file.sha256, work.picture)]
    file = _("the file of “{title}”").format(title=titles[0]) if titles else fault.name
    if fault.kind == "manifest":
        return _("The list of what was signed is missing or damaged: nothing in this file is proven.")
    if fault.kind == "signature":
        return _("The signature does not hold: nothing in this file is proven.")
    if fault.kind == "wrapping":
        return _("The file was packed again or touched from outside; everything in it is as it was signed.")
    if fault.name == PORTFOLIO:
        return _("The words and levels were altered after signing: none of them is proven.")
    if fault.kind == "missing":
        return _("Missing: {file}.").format(file=file)
    if fault.kind == "added":
        return _("Not signed, added later: {file}.").format(file=file)
    return _("Altered after signing: {file}.").format(file=file)
