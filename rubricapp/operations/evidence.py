"""Evidence files: copied into the content-addressed store, checked, written once."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path

from rubricapp.core.model import Changes
from rubricapp.core.text import clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.store.places import put, sync_folder
from rubricapp.store.upgrading import remove as remove_part
from rubricapp.store.workspace import Workspace

_MEDIA = {
    "image": {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff"},
    "pdf": {".pdf"},
    "video": {".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mxf", ".mpg", ".mpeg", ".mts", ".ogv"},
    "audio": {".wav", ".mp3", ".m4a", ".aac", ".flac", ".ogg", ".aif", ".aiff", ".bwf"},
}
_CHUNK = 1 << 20


def media_of(file_name: str) -> str:
    """What kind of file the ending promises: image, pdf, video, audio or other."""
    ending = Path(file_name).suffix.casefold()
    return next((media for media, endings in _MEDIA.items() if ending in endings), "other")


@dataclass(frozen=True)
class Copied:
    """A file that is in the store and not yet anybody's artefact. size: bytes."""

    name: str
    sha256: str
    size: int


def add_file(
    ws: Workspace, participant: str, source: Path, title: str = "", author: str = "", progress: Progress | None = None
) -> Changes:
    """Copy a file into the workspace as an artefact of the participant. The same bytes are kept once.

    Files of any size; only a chunk is in memory. Raises UserError, Cancelled; then nothing was added.
    """
    ws.demand_writable()
    return record(ws, participant, copy_in(ws.files, source, progress or Progress()), title, author)


def copy_in(files: Path, source: Path, progress: Progress) -> Copied:
    """Copy a file into the store `files`. Touches no database, so it may run beside the window.

    Raises UserError, Cancelled; then nothing was added.
    """
    part = files / f"{uuid.uuid4().hex}.part"
    digest = hashlib.sha256()
    try:
        size = source.stat().st_size
        if not source.is_file():
            raise IsADirectoryError(source)
        files.mkdir(exist_ok=True)
        with source.open("rb") as incoming, part.open("xb") as copy:
            done = 0
            while chunk := incoming.read(_CHUNK):
                copy.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                progress.step(done, max(size, done), source.name)
        name = digest.hexdigest()
        place = files / name[:2] / name
        place.parent.mkdir(exist_ok=True)
        # One that is cut short, as a power cut may leave it, is healed by the same bytes.
        if not place.is_file() or place.stat().st_size != done:
            put(part, place)
            sync_folder(files)
    except OSError as error:
        raise UserError(
            "E_FILE",
            _("{file} could not be copied into the workspace.").format(file=source.name),
            _("Nothing was added."),
            _("Check that the file can be read and that there is space on this laptop."),
            str(error),
            Exit.UNREADABLE,
        ) from error
    finally:
        remove_part(part)
    return Copied(source.name, name, done)


def record(ws: Workspace, participant: str, copied: Copied, title: str = "", author: str = "") -> Changes:
    """Make a copied file an artefact of the participant."""
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
            },
        )
    return log.changes


def remove(ws: Workspace, artefact: str, author: str = "", removed: bool = True) -> Changes:
    """Take an artefact out of sight; removed=False brings it back. The file stays."""
    with ws.writing(author) as log:
        log.set("artefact", artefact, "removed", 1 if removed else 0)
    return log.changes
