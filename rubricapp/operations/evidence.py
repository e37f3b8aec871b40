"""Evidence files: copied into the content-addressed store, checked, written once."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from rubricapp.core.model import Changes
from rubricapp.core.text import clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.jobs import Progress
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


def add_file(
    ws: Workspace, participant: str, source: Path, title: str = "", author: str = "", progress: Progress | None = None
) -> Changes:
    """Copy a file into the workspace as an artefact of the participant. The same bytes are kept once.

    Files of any size; only a chunk is in memory. Raises UserError, Cancelled; then nothing was added.
    """
    progress = progress or Progress()
    part = ws.files / f"{ws.new_id()}.part"
    digest = hashlib.sha256()
    try:
        size = source.stat().st_size
        if not source.is_file():
            raise IsADirectoryError(source)
        ws.files.mkdir(exist_ok=True)
        with source.open("rb") as incoming, part.open("xb") as copy:
            done = 0
            while chunk := incoming.read(_CHUNK):
                copy.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                progress.step(done, max(size, done), source.name)
            copy.flush()
            os.fsync(copy.fileno())
        name = digest.hexdigest()
        place = ws.files / name[:2] / name
        place.parent.mkdir(exist_ok=True)
        if not place.exists():
            part.replace(place)
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
        part.unlink(missing_ok=True)
    with ws.writing(author) as log:
        log.set_all(
            "artefact",
            ws.new_id(),
            {
                "participant": participant,
                "title": clean(title or source.stem, lines=False),
                "file_name": clean(source.name, lines=False),
                "media": media_of(source.name),
                "size": done,
                "sha256": name,
                "added_on": ws.sources.now().date().isoformat(),
            },
        )
    return log.changes


def remove(ws: Workspace, artefact: str, author: str = "", removed: bool = True) -> Changes:
    """Take an artefact out of sight; removed=False brings it back. The file stays."""
    with ws.writing(author) as log:
        log.set("artefact", artefact, "removed", 1 if removed else 0)
    return log.changes
