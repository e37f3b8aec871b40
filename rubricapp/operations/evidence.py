"""Evidence files: copied into the content-addressed store, checked, written once.

A copy of a large file that was cut short by a crash, or by a stick pulled out, is gone on with when the same file
(same place, size and time) is added again. What is there is compared with the source byte for byte while its hash
is counted again, so that a torn end of the half copy is written anew. Copies left over are taken away after a while.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rubricapp.core.model import Changes
from rubricapp.core.text import clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.store import places
from rubricapp.store.upgrading import RESUMABLE
from rubricapp.store.upgrading import remove as remove_part
from rubricapp.store.vault import Altered, Vault
from rubricapp.store.workspace import Workspace

_MEDIA = {
    "image": {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"},
    "pdf": {".pdf"},
    "video": {".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mxf", ".mpg", ".mpeg", ".mts", ".ogv"},
    "audio": {".wav", ".mp3", ".m4a", ".aac", ".flac", ".ogg", ".aif", ".aiff", ".bwf"},
}
_CHUNK = 1 << 20
_ZEROS = bytes(_CHUNK)
RESUME_FROM = 16 << 20
"""Copies of files from this many bytes on survive a crash."""
_KEPT_SECONDS = 14 * 24 * 3600


def media_of(file_name: str) -> str:
    """What kind of file the ending promises: image, pdf, video, audio or other."""
    ending = Path(file_name).suffix.casefold()
    return next((media for media, endings in _MEDIA.items() if ending in endings), "other")


@dataclass(frozen=True)
class Copied:
    """A file that is in the store and not yet anybody's artefact. size: bytes. resumed: bytes that lay there before."""

    name: str
    sha256: str
    size: int
    resumed: int = 0


def add_file(
    ws: Workspace,
    participant: str,
    source: Path,
    title: str = "",
    author: str = "",
    progress: Progress | None = None,
    details: Mapping[str, object] | None = None,
) -> Changes:
    """Copy a file into the workspace as an artefact of the participant. The same bytes are kept once.

    Files of any size; only a chunk is in memory. details: checked values, see `artefacts.read_details`.
    Raises UserError, Cancelled; then nothing was added.
    """
    ws.demand_writable()
    return record(ws, participant, copy_in(ws.vault, source, progress or Progress()), title, author, details)


def copy_in(vault: Vault, source: Path, progress: Progress) -> Copied:
    """Copy a file into the vault, sealed where that seals. Touches no database, so it may run beside the window.

    Raises UserError, Cancelled; then nothing was added. One copy of one file at a time.
    """
    try:
        before = source.stat()
        if not stat.S_ISREG(before.st_mode):
            raise IsADirectoryError(errno.EISDIR, _("no file but a folder or a device"))
        incoming = source.open("rb")
    except (OSError, ValueError) as error:
        raise _unreadable(source, error) from error
    resumable = before.st_size >= RESUME_FROM
    name = RESUMABLE + _identity(source, before) if resumable else uuid.uuid4().hex
    files, part, keep = vault.files, vault.part_place(name), False
    try:
        with incoming:
            places.make_folder(files)
            _drop_old(files, part)
            _demand_space(vault, before, part)
            with vault.part(name) as (part, copy):
                sha256, size, resumed = _copy(incoming, copy, before.st_size, source.name, progress)
            after = os.fstat(incoming.fileno())
        if (size, after.st_size, after.st_mtime_ns) != (before.st_size, before.st_size, before.st_mtime_ns):
            raise UserError(
                "E_FILE_CHANGED",
                _("{file} changed while it was being copied.").format(file=source.name),
                _("Nothing was added."),
                _("Add it again when the program that writes it has finished."),
            )
        there = vault.find(sha256)
        if there is None or not (there.has_size(before.st_size) and vault.is_whole(sha256)):
            vault.put(part, sha256)
    except _SourceError as gone:
        keep = resumable
        raise _unreadable(source, gone.error) from gone.error
    except OSError as error:
        raise _unwritable(source, files, error) from error
    finally:
        if not keep:
            remove_part(part)
    return Copied(source.name, sha256, before.st_size, resumed)


class _SourceError(Exception):
    """Reading failed, not writing: the half copy is worth keeping."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error)
        self.error = error


def _identity(source: Path, said: os.stat_result) -> str:
    """What makes it the same file as before the crash: its place, size and time of change."""
    known = f"{source.absolute()}\n{said.st_size}\n{said.st_mtime_ns}"
    return hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _copy(incoming: BinaryIO, copy: BinaryIO, size: int, label: str, progress: Progress) -> tuple[str, int, int]:
    """Copy to the end: (SHA-256, bytes, those that were there already). Raises OSError, _SourceError, Cancelled."""
    digest = hashlib.sha256()
    done = resumed = 0
    same = True
    while chunk := _read(incoming):
        digest.update(chunk)
        if same and _there(copy, len(chunk)) == chunk:
            resumed += len(chunk)
        else:
            if same:
                copy.truncate(done)
                copy.seek(done)
                same = False
            if len(chunk) == _CHUNK and chunk == _ZEROS:
                copy.seek(_CHUNK, os.SEEK_CUR)  # a hole stays a hole where the disk knows holes
            else:
                copy.write(chunk)
        done += len(chunk)
        progress.step(done, max(size, done), label)
    copy.truncate(done)
    copy.flush()
    os.fsync(copy.fileno())
    return digest.hexdigest(), done, resumed


def _read(incoming: BinaryIO) -> bytes:
    try:
        return incoming.read(_CHUNK)
    except OSError as error:
        raise _SourceError(error) from error


def _there(copy: BinaryIO, count: int) -> bytes:
    """What lies in the half copy already; nothing where a crash tore what was sealed."""
    try:
        return copy.read(count)
    except Altered:
        return b""


def _drop_old(files: Path, but: Path) -> None:
    """Take away half copies that nobody came back for."""
    for part in files.glob(f"{RESUMABLE}*.part"):
        if part != but and time.time() - part.stat().st_mtime > _KEPT_SECONDS:
            part.unlink(missing_ok=True)


def count_half_copies(files: Path) -> int:
    """How many copies of large files were cut short; adding the same file again goes on with them."""
    return sum(1 for _part in files.glob(f"{RESUMABLE}*.part"))


def _demand_space(vault: Vault, said: os.stat_result, part: Path) -> None:
    """Say it before an hour of copying, not after. What is sealed knows no holes."""
    blocks = getattr(said, "st_blocks", None)
    needed = said.st_size if blocks is None or vault.is_sealed else min(said.st_size, blocks * 512)
    if part.exists():
        needed -= part.stat().st_size
    if needed > shutil.disk_usage(vault.files).free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _unreadable(source: Path, error: Exception) -> UserError:
    return UserError(
        "E_FILE_UNREADABLE",
        _("{file} cannot be read.").format(file=source.name or source),
        _("Nothing was added."),
        _("Check that the file is there, that the disk is connected and that you may read it."),
        str(error),
        Exit.UNREADABLE,
    )


def _unwritable(source: Path, files: Path, error: OSError) -> UserError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what = _("There is not enough space on this laptop for {file}.").format(file=source.name)
        do = _("Free some space, or add it as a link.")
    else:
        what = _("{file} could not be copied into the workspace.").format(file=source.name)
        do = _("Check that you may write in {folder}.").format(folder=files)
    return UserError("E_CANNOT_WRITE", what, _("Nothing was added."), do, str(error))


def record(
    ws: Workspace,
    participant: str,
    copied: Copied,
    title: str = "",
    author: str = "",
    details: Mapping[str, object] | None = None,
) -> Changes:
    """Make a copied file an artefact of the participant. details: checked values, see `artefacts.read_details`."""
    with ws.writing(author) as log:
        log.set_all(
            "artefact",
            ws.new_id(),
            {
                "participant": participant,
                "title": clean(title or Path(copied.name).stem, lines=False),
                "file_name": clean(copied.name, lines=False),
                "media": media_of(copied.name),
                "size": copied.size,
                "sha256": copied.sha256,
                "added_on": ws.sources.now().date().isoformat(),
                **(details or {}),
            },
        )
    return log.changes


def remove(ws: Workspace, artefact: str, author: str = "", removed: bool = True) -> Changes:
    """Take an artefact out of sight; removed=False brings it back. The file stays."""
    with ws.writing(author) as log:
        log.set("artefact", artefact, "removed", 1 if removed else 0)
    return log.changes
