"""Works for the system's own programs: a copy or a link in a private folder of this window, never the stored file.
Pasted pictures pass through it, too.

Of a sealed work it is the one plain copy that we make on the disk, because another program cannot read what is sealed.
It is said where it is made, and goes when the workspace is locked or closed, or, after a crash, when the window is
opened next.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLockFile, QObject, QUrl
from PySide6.QtGui import QDesktopServices

from rubricapp import paths
from rubricapp.core.portfolio import Artefact
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.store.artefacts import find_file
from rubricapp.store.vault import Stored
from rubricapp.ui.background import Background
from rubricapp.ui.session import Session

WAITING = "waiting-"
"""Folders of pictures that were pasted into a form and wait to be saved are called so: the lock leaves them."""
_LINKED_FROM = 256 << 20
_CHUNK = 1 << 20


def _all() -> Path:
    return paths.home() / "opened-outside"


class _Own(QObject):
    """The folder of this window. The lock beside it dies with this process: so the next one knows."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        _all().mkdir(parents=True, exist_ok=True, mode=0o700)
        self.place = _all() / secrets.token_hex(16)
        self.lock = QLockFile(str(self.place.with_suffix(".lock")))
        self.lock.setStaleLockTime(0)
        self.lock.tryLock(0)


def _own() -> _Own | None:
    found = QCoreApplication.instance().findChildren(_Own)
    return next((each for each in found if each.place.parent == _all()), None)


def folder() -> Path:
    """A folder that only this person reads, for this window; made where it is needed. Raises OSError."""
    place = (_own() or _Own(QCoreApplication.instance())).place
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def clear() -> None:
    """Take away what this window laid out; what another program still holds goes later."""
    own = _own()
    for place in own.place.glob("*") if own is not None else ():
        if not place.name.startswith(WAITING):
            _remove(place)
    if own is not None:
        with contextlib.suppress(OSError):  # something waits there, or was never laid out
            own.place.rmdir()


def sweep() -> None:
    """Take away what windows that are gone laid out."""
    own = _own()
    for place in _all().glob("*.lock") if _all().is_dir() else ():
        if own is not None and place == own.place.with_suffix(".lock"):
            continue
        lock = QLockFile(str(place))
        lock.setStaleLockTime(0)
        if lock.tryLock(0):
            _remove(place.with_suffix(""))
            lock.unlock()


def _remove(place: Path) -> None:
    if not place.is_dir():
        place.unlink(missing_ok=True)
        return
    for path in place.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with contextlib.suppress(OSError):  # another program holds it
                os.truncate(path, 0)
    shutil.rmtree(place, ignore_errors=True)


def open_outside(session: Session, work: Artefact, background: Background, said: Callable[[str], object]) -> bool:
    """Open a work with the system's own program; False where there is none here. said: told what to know of it."""
    if work.is_web:
        QDesktopServices.openUrl(QUrl(work.link))
        return True
    stored = find_file(session.ws, work)
    if stored is None or work.media not in ("image", "pdf", "video", "audio"):
        return False
    try:
        place = folder() / secrets.token_hex(16) / f"work{Path(work.file_name).suffix}"
        place.parent.mkdir(mode=0o700)
        plain = stored.plain
        if plain is not None:
            _lay_out(plain, place, work.size)
            _show(place)
            return True
    except OSError as error:
        said(_cannot(error).what)
        return True
    job = background.start(_unseal, stored, place)
    job.done.connect(lambda _result: _show(place))
    job.done.connect(
        lambda _result: said(
            _("Your player reads a copy that is not encrypted; it goes when you lock or close this workspace.")
        )
    )
    job.failed.connect(lambda error: said(error.what))
    return True


def _lay_out(plain: Path, place: Path, size: int) -> None:
    if size > _LINKED_FROM:
        try:
            place.symlink_to(plain)
            return
        except OSError:
            place.unlink(missing_ok=True)
    shutil.copyfile(plain, place)


def _unseal(stored: Stored, place: Path, progress: Progress) -> None:
    try:
        total, done = max(1, stored.size()), 0
        with stored.open() as file, place.open("xb") as copy:
            while chunk := file.read(_CHUNK):
                copy.write(chunk)
                done += len(chunk)
                progress.step(done, total)
    except BaseException as error:
        shutil.rmtree(place.parent, ignore_errors=True)
        if isinstance(error, OSError):
            raise _cannot(error) from error
        raise


def _cannot(error: OSError) -> UserError:
    return UserError("E_FILE_UNREADABLE", _("This file could not be copied for another program."), "", "", str(error))


def _show(place: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(place)))
