"""Copies of works out of an open portfolio: for the system's viewer in a folder that goes away, for the owner to keep.

Question: which files are handed to the system? Decision: pictures, films, sound, documents, by their ending; never
programs, scripts, shortcuts or web pages. Reason: a stranger may have made the file, and its signature says who made
it, not that it does no harm. Everything can be saved as a copy. 2026-11-29.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QImage

from rubricapp.core.folio import FolioWork
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations import portfolio_reading as reading
from rubricapp.operations.portfolio_reading import Shown
from rubricapp.ui.background import Background, Job

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff")
OPENED = {
    *PICTURES,
    *(".heic", ".dng", ".pdf", ".txt", ".csv", ".srt", ".rtf", ".odt", ".ods", ".odp", ".docx", ".xlsx", ".pptx"),
    *(".mov", ".mp4", ".m4v", ".mkv", ".avi", ".webm", ".mxf", ".mts", ".mpg", ".mpeg", ".ogv"),
    *(".wav", ".mp3", ".m4a", ".aac", ".flac", ".ogg", ".opus", ".aif", ".aiff"),
}
LARGEST_PICTURE = 64 << 20
_ROOM = QSize(1280, 720)


class Copies(QObject):
    """Copies are made beside the window, one after the other, each checked against its hash."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._folder: Path | None = None

    def folder(self) -> Path:
        """The folder for what is only looked at; it goes away with the portfolio."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="rubricapp-portfolio-"))
        return self._folder

    def to_look_at(self, shown: Shown, work: FolioWork) -> Job:
        """A copy in that folder. done(Path)."""
        place = self.folder() / reading.file_name(work, work.file.sha256)
        return self._background.start(_copy_to_look_at, shown, work.file.sha256, place)

    def to_keep(self, shown: Shown, work: FolioWork, place: Path) -> Job:
        """A copy where its owner wants it. done(Path)."""
        return self._background.start(reading.copy_work, shown, work.file.sha256, place)

    def picture(self, shown: Shown, work: FolioWork) -> Job | None:
        """The work's preview, or the work itself where it is a picture: done(QImage). None where there is neither."""
        sha256 = picture_of(shown, work)
        if not sha256:
            return None
        place = self.folder() / f"picture-{sha256[:16]}{Path(work.file.name).suffix[:8]}"
        return self._background.start(_read_picture, shown, sha256, place)

    def close(self) -> None:
        """Stop what runs, remove what was only looked at."""
        self._background.close()
        if self._folder is None:
            return
        for each in self._folder.iterdir():
            each.chmod(0o600)
        shutil.rmtree(self._folder, ignore_errors=True)  # a player may still hold one; the system clears it away
        self._folder = None


def can_open(work: FolioWork) -> bool:
    """Whether a work is of a kind that is handed to the system's own program."""
    return Path(work.file.name).suffix.casefold() in OPENED


def picture_of(shown: Shown, work: FolioWork) -> str:
    """The hash of what can be shown of a work as a picture, or ""."""
    if shown.has(work.picture):
        return work.picture
    is_picture = Path(work.file.name).suffix.casefold() in PICTURES and work.file.size <= LARGEST_PICTURE
    return work.file.sha256 if is_picture and shown.has(work.file.sha256) else ""


def _copy_to_look_at(shown: Shown, sha256: str, place: Path, progress: Progress) -> Path:
    """Not to be written to: what somebody changed in such a copy would be lost with it."""
    if not place.exists():
        reading.copy_work(shown, sha256, place, progress)
        place.chmod(0o400)
    return place


def _read_picture(shown: Shown, sha256: str, place: Path, progress: Progress) -> QImage:
    """Decoded here and made small, so that the window does not wait for it. Raises UserError."""
    from rubricapp.store.vault import Stored
    from rubricapp.ui.score.viewers import read_image

    image = read_image(Stored(_copy_to_look_at(shown, sha256, place, progress)))
    if image.width() > _ROOM.width() or image.height() > _ROOM.height():
        ways = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        image = image.scaled(_ROOM, *ways)
    return image


def kind_words(work: FolioWork) -> str:
    """What kind of thing a work is."""
    known = {"image": _("Picture"), "pdf": _("Document"), "video": _("Film"), "audio": _("Sound")}
    return known.get(work.file.media) or (_("On the web") if work.file.link else _("File"))
