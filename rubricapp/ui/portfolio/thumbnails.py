"""Small pictures of works: a still, the first page of a PDF, a frame of a clip, made while one looks and kept.

Question: which thread? Decision: stills in the worker (decoding lets go of Python's lock), PDF pages and frames by Qt's
own threads, waited for with signals and a time limit. Reasons: rendering a PDF from a Python thread holds the lock and
freezes the window (measured: 0.23 s for one page); decoders of clips need an event loop. 2026-11-29.

Nothing is trusted: fixed formats told from the first bytes (a drawing that calls itself .png is no picture), limits on
pixels and memory, and what is kept is always encoded anew. What cannot be shown gets a plain sign and words.
"""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPixmap

from rubricapp.core.portfolio import Artefact
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations import thumbnails
from rubricapp.store.artefacts import find_file
from rubricapp.store.vault import Stored
from rubricapp.ui import theme
from rubricapp.ui.background import Background
from rubricapp.ui.score.clips import opens_others
from rubricapp.ui.score.viewers import format_of, image_reader, load_document
from rubricapp.ui.sealed_device import SealedDevice, beginning_of, device_of
from rubricapp.ui.session import Session

LARGEST = QSize(480, 300)
LIMIT_MS = 10_000
_MOST_PIXELS = 200_000_000
_MOST_PDF = 200 << 20


def make_still(stored: Stored, _progress: Progress) -> bytes:
    """A small JPEG of a picture file. Raises UserError."""
    reader = image_reader(stored)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
        raise _no_picture(_("This picture is damaged or too large to be shown."), reader.errorString())
    if size.width() > LARGEST.width() or size.height() > LARGEST.height():
        reader.setScaledSize(size.scaled(LARGEST * 2, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise _no_picture(_("This picture is damaged or too large to be shown."), reader.errorString())
    return encode(image)


def encode(image: QImage) -> bytes:
    """A picture made small, on white, as JPEG without anything that its file said beside it."""
    small = image.scaled(
        image.size().boundedTo(image.size().scaled(LARGEST, Qt.AspectRatioMode.KeepAspectRatio)),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    paper = QImage(small.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor.fromRgbF(1, 1, 1))
    painter = QPainter(paper)
    painter.drawImage(0, 0, small)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    paper.save(buffer, "JPEG", 85)
    return bytes(data)


def decode(data: bytes) -> QImage:
    """A kept picture; null where it is none of ours."""
    if format_of(data[:16]) != b"jpeg":
        return QImage()
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, b"jpeg")
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if not size.isValid() or size.width() > LARGEST.width() or size.height() > LARGEST.height():
        return QImage()
    return reader.read()


def _no_picture(words: str, details: str = "") -> UserError:
    return UserError("E_IMAGE", words, "", "", details)


class Thumbnails(QObject):
    """made(id): the picture of this work, or the words why there is none, are known now."""

    made = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        if not session.ws.read_only:
            with contextlib.suppress(OSError):  # a cache that cannot be tidied is still a cache
                thumbnails.sweep_thumbnails(session.ws)
        self.background = Background(self)
        self._pictures: dict[str, QPixmap] = {}
        self._faults: dict[str, str] = {}
        self._waiting: list[tuple[Artefact, Stored, str]] = []
        self._maker: _Maker | None = None
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._make_next)
        session.locked.connect(self._on_locked)

    def _on_locked(self, locked: bool) -> None:
        """What is being made is let go of; whoever looks again wants it again."""
        if not locked:
            return
        self._waiting = []
        maker, self._maker = self._maker, None
        if maker is not None:
            maker.finished.disconnect()
            maker.end(b"", "")
            maker.deleteLater()

    def picture(self, artefact: Artefact) -> QPixmap | None:
        """The picture, where it is known already."""
        return self._pictures.get(artefact.id)

    def fault(self, artefact: Artefact) -> str:
        """Why there is no picture, in words; "" where there is one, or may be one."""
        return self._faults.get(artefact.id, "")

    def forget(self, artefact: Artefact) -> None:
        """Its file is another now, or is here again."""
        self._pictures.pop(artefact.id, None)
        self._faults.pop(artefact.id, None)

    def want(self, artefacts: list[Artefact]) -> None:
        """Make the pictures of these works, in this order; of others no more."""
        self._waiting = []
        for each in artefacts:
            if each.id in self._pictures or each.id in self._faults or each.media not in ("image", "pdf", "video"):
                continue
            stored = find_file(self.session.ws, each)
            key = thumbnails.key_of(each, stored) if stored is not None else ""
            if key and not (self._maker is not None and self._maker.key == key):
                self._waiting.append((each, stored, key))
        if self._waiting and self._maker is None:
            self._next.start()

    @property
    def busy(self) -> bool:
        return self._maker is not None or bool(self._waiting)

    def _make_next(self) -> None:
        if self._maker is not None or not self._waiting:
            return
        artefact, stored, key = self._waiting.pop(0)
        kept = thumbnails.find_thumbnail(self.session.ws.vault, key)
        image = decode(kept) if kept else QImage()
        if not image.isNull():
            self._show(artefact, image)
            self._next.start()
            return
        kind = {"image": _StillMaker, "pdf": _PageMaker, "video": _FrameMaker}[artefact.media]
        try:
            self._maker = kind(stored, key, self)
        except ImportError:
            self._say(artefact, _("This laptop lacks a part that shows such files."))
            self._next.start()
            return
        self._maker.finished.connect(lambda data, words: self._on_finished(artefact, data, words))
        try:
            self._maker.start()
        except OSError:
            self._maker.end(b"", _("This file cannot be read."))

    def _on_finished(self, artefact: Artefact, data: bytes, words: str) -> None:
        maker, self._maker = self._maker, None
        if maker is not None:
            if data and not self.session.ws.read_only:
                thumbnails.keep_thumbnail(self.session.ws.vault, maker.key, data)
            maker.deleteLater()
        image = decode(data) if data else QImage()
        if image.isNull():
            self._say(artefact, words or _("This file is damaged or of an unknown kind."))
        else:
            self._show(artefact, image)
        self._next.start()

    def _show(self, artefact: Artefact, image: QImage) -> None:
        self._pictures[artefact.id] = QPixmap.fromImage(image)
        self.made.emit(artefact.id)

    def _say(self, artefact: Artefact, words: str) -> None:
        self._faults[artefact.id] = words
        self.made.emit(artefact.id)


class _Maker(QObject):
    """finished(JPEG or b"", why not): comes once."""

    finished = Signal(object, str)

    def __init__(self, stored: Stored, key: str, parent: Thumbnails) -> None:
        super().__init__(parent)
        self.stored, self.key = stored, key
        self._is_over = False
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.setInterval(LIMIT_MS)
        self._limit.timeout.connect(lambda: self.end(b"", _("This file took too long to show.")))

    def start(self) -> None:
        raise NotImplementedError

    def end(self, data: bytes, words: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._limit.stop()
            self.finished.emit(data, words)


class _StillMaker(_Maker):
    def start(self) -> None:
        job = self.parent().background.start(make_still, self.stored)
        job.done.connect(lambda data: self.end(data, ""))
        job.failed.connect(lambda error: self.end(b"", error.what))
        job.ended.connect(lambda: self.end(b"", ""))


class _PageMaker(_Maker):
    """The first page of a PDF, drawn by Qt's own thread. Raises ImportError where Qt has no PDF part."""

    def __init__(self, stored: Stored, key: str, parent: Thumbnails) -> None:
        super().__init__(stored, key, parent)
        from PySide6.QtPdf import QPdfDocument, QPdfPageRenderer

        self._document = QPdfDocument(self)
        self._no_error, self._locked = QPdfDocument.Error.None_, QPdfDocument.Error.IncorrectPassword
        self._renderer = QPdfPageRenderer(self)
        self._renderer.setRenderMode(QPdfPageRenderer.RenderMode.MultiThreaded)
        self._renderer.setDocument(self._document)
        self._renderer.pageRendered.connect(lambda _n, _size, image, _options, _id: self._on_drawn(image))

    def start(self) -> None:
        if self.stored.size() > _MOST_PDF:
            self.end(b"", _("This PDF is too large to be shown small."))
            return
        try:
            self._memory, error = load_document(self._document, self.stored)
        except UserError as fault:
            self.end(b"", fault.what)
            return
        if error != self._no_error or not self._document.pageCount():
            self.end(
                b"",
                _("This PDF is locked with a password.")
                if error == self._locked
                else _("This PDF is damaged or of an unknown kind."),
            )
            return
        page = self._document.pagePointSize(0)
        size = page.scaled(LARGEST * 2, Qt.AspectRatioMode.KeepAspectRatio).toSize().expandedTo(QSize(1, 1))
        self._limit.start()
        self._renderer.requestPage(0, size)

    def _on_drawn(self, image: QImage) -> None:
        self.end(encode(image) if not image.isNull() else b"", _("This PDF is damaged or of an unknown kind."))


class _FrameMaker(_Maker):
    """A frame near the beginning of a clip. Raises ImportError where Qt cannot play. Its signals: see `MediaView`."""

    _stop_wanted = Signal()
    _open_wanted = Signal(QUrl)
    _device_wanted = Signal(QIODevice, QUrl)
    _pause_wanted = Signal()
    _seek_wanted = Signal("qlonglong")

    def __init__(self, stored: Stored, key: str, parent: Thumbnails) -> None:
        super().__init__(stored, key, parent)
        from PySide6.QtMultimedia import QMediaPlayer, QVideoSink

        self._statuses, self._nothing = QMediaPlayer.MediaStatus, QMediaPlayer.Error.NoError
        self._player = QMediaPlayer(self)
        self._sink = QVideoSink(self)
        self._player.setVideoSink(self._sink)
        self._stop_wanted.connect(self._player.stop)
        self._open_wanted.connect(self._player.setSource)
        self._device_wanted.connect(self._player.setSourceDevice)
        self._pause_wanted.connect(self._player.pause)
        self._seek_wanted.connect(self._player.setPosition)
        self._device: SealedDevice | None = None
        self._sought = False
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._player.mediaStatusChanged.connect(self._on_status)
        self._player.errorOccurred.connect(lambda error, _words: self._on_error(error))

    def start(self) -> None:
        plain = self.stored.plain
        try:
            if opens_others(beginning_of(self.stored)):
                self.end(b"", _("This file is not a clip; it is not opened here."))
                return
            if plain is None:
                self._device = device_of(self.stored)
        except UserError as error:
            self.end(b"", error.what)
            return
        self._limit.start()
        if self._device is not None:
            self._device_wanted.emit(self._device, QUrl())
        else:
            self._open_wanted.emit(QUrl.fromLocalFile(str(plain)))

    def end(self, data: bytes, words: str) -> None:
        if self._device is not None:
            self._stop_wanted.emit()
            self._open_wanted.emit(QUrl())
            self._device.close()
            self._device = None
        super().end(data, words)

    def _on_status(self, status: object) -> None:
        if status == self._statuses.LoadedMedia and not self._sought:
            self._sought = True
            if not self._player.hasVideo():
                self.end(b"", _("This file has no picture."))
                return
            self._seek_wanted.emit(min(1000, self._player.duration() // 10))
            self._pause_wanted.emit()
        elif status == self._statuses.InvalidMedia:
            self._on_error(None)

    def _on_frame(self, frame: object) -> None:
        if self._sought and frame.isValid():
            image = frame.toImage()
            if not image.isNull():
                self._finish(encode(image), "")

    def _on_error(self, error: object) -> None:
        if error != self._nothing:
            self._finish(b"", _("This format cannot play here. Open it in your player."))

    def _finish(self, data: bytes, words: str) -> None:
        # After this signal of the player, not inside it: stopping it there waits for itself.
        QTimer.singleShot(0, self, lambda: self._stop(data, words))

    def _stop(self, data: bytes, words: str) -> None:
        self._stop_wanted.emit()
        self.end(data, words)


def sign_of(artefact: Artefact) -> str:
    """The icon where there is no picture."""
    names = {"image": "file-image", "pdf": "file-text", "video": "file-play", "audio": "volume-2"}
    return "link" if artefact.is_web else names.get(artefact.media, "file")


def sign(artefact: Artefact, size: int = 40) -> QPixmap:
    """That icon in today's colours."""
    return theme.pixmap(sign_of(artefact), "ink2", size)
