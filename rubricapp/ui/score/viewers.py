"""What shows a piece of evidence: a still, a PDF, a clip. Each says kindly when it cannot.

PDF and multimedia are imported here only inside the functions that need them: they cost time and system libraries.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QPointF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QImageReader, QPainter, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsPixmapItem,
    QGraphicsScene,
    QGraphicsView,
    QHBoxLayout,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rubricapp.core.portfolio import Evidence
from rubricapp.core.timecode import format_timecode, frame_of_milliseconds, parse_rate, rate_text, seconds_of
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations.evidence_links import DEFAULT_RATE, Place
from rubricapp.ui import theme
from rubricapp.ui.widgets.labels import PlainLabel

IMAGE_FORMATS = {b"png", b"jpeg", b"jpg", b"gif", b"bmp", b"webp", b"tiff", b"tif"}
"""By content, not by name: a drawing with links inside a file called .png is not opened."""
MOST_PIXELS = 24_000_000
MOST_MEGABYTES = 256
_LISTS = (b"#EXT", b"ffconcat", b"[playlist", b"<", b"\xef\xbb\xbf")
"""How files begin that make a player open other files or addresses."""


def tool(icon: str, name: str, parent: QWidget) -> QToolButton:
    """A small button with a sign; its name is read out and shown as tool tip."""
    button = QToolButton(parent)
    button.setProperty("look", "quiet")
    button.setAccessibleName(name)
    button.setToolTip(name)
    theme.set_icon(button, icon, "ink", 18)
    return button


def read_image(path: Path) -> QImage:
    """The picture, turned as the camera says, at most 24 million pixels. Raises UserError."""
    QImageReader.setAllocationLimit(MOST_MEGABYTES)
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if bytes(reader.format()) not in IMAGE_FORMATS:
        raise UserError("E_IMAGE", _("This file is not a picture that can be shown here."), "", "")
    size = reader.size()
    if size.isValid() and size.width() * size.height() > MOST_PIXELS:
        reader.setScaledSize(size.scaled(QSize(6000, 4000), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise UserError(
            "E_IMAGE", _("This picture cannot be shown: it is damaged or too large."), "", "", reader.errorString()
        )
    return image


class Viewer(QWidget):
    """failed(str): it cannot be shown, and why."""

    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        self.bar = QHBoxLayout()
        self.bar.setContentsMargins(0, 0, 0, 0)
        self.bar.setSpacing(2)

    def show_file(self, path: Path) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        """Another piece is shown, or none."""

    def do(self, act: str) -> bool:
        return False

    def time_code(self) -> str:
        return ""

    def place(self) -> Place:
        """Where in the piece one looks now, for a link: all of it."""
        return Place()

    def go_to(self, link: Evidence) -> None:
        """Show the place that a link speaks of."""


class ImageView(Viewer):
    """A still: fit, larger, smaller, turned by quarters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = _Canvas(self)
        self.column.addWidget(self.view, 1)
        self.column.addLayout(self.bar)
        for icon, name, act in (
            ("zoom-out", _("Smaller"), lambda: self.view.zoom(0.8)),
            ("zoom-in", _("Larger"), lambda: self.view.zoom(1.25)),
            ("maximize", _("Fit"), self.view.fit),
            ("rotate-ccw", _("Turn left"), lambda: self.view.turn(-90)),
            ("rotate-cw", _("Turn right"), lambda: self.view.turn(90)),
        ):
            button = tool(icon, name, self)
            button.clicked.connect(act)
            self.bar.addWidget(button)
        self.bar.addStretch(1)

    def show_file(self, path: Path) -> None:
        try:
            self.view.show_image(read_image(path))
        except UserError as error:
            self.failed.emit(error.message)

    def stop(self) -> None:
        self.view.show_image(QImage())


class _Canvas(QGraphicsView):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item = QGraphicsPixmapItem()
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        scene = QGraphicsScene(self)
        scene.addItem(self._item)
        self.setScene(scene)
        self.setAccessibleName(_("Picture"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self._fits = True

    def show_image(self, image: QImage) -> None:
        self.setBackgroundBrush(theme.colour("raised"))
        self.resetTransform()
        self._item.setPixmap(QPixmap.fromImage(image))
        self.setSceneRect(self._item.boundingRect())
        self.fit()

    def fit(self) -> None:
        self._fits = True
        if not self._item.pixmap().isNull():
            self.fitInView(self._item, Qt.AspectRatioMode.KeepAspectRatio)

    def zoom(self, factor: float) -> None:
        now = self.transform().map(QPointF(1, 0)).manhattanLength()
        if 0.02 < now * factor < 40:
            self._fits = False
            self.scale(factor, factor)

    def turn(self, degrees: int) -> None:
        self.rotate(degrees)
        if self._fits:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1.15 if event.angleDelta().y() > 0 else 1 / 1.15)
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits:
            self.fit()


class PdfView(Viewer):
    """A PDF, page by page. Raises ImportError where Qt has no PDF part."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from PySide6.QtPdf import QPdfDocument
        from PySide6.QtPdfWidgets import QPdfView

        self._document = QPdfDocument(self)
        self._no_error = QPdfDocument.Error.None_
        self._locked = QPdfDocument.Error.IncorrectPassword
        self._custom = QPdfView.ZoomMode.Custom
        self._to_width = QPdfView.ZoomMode.FitToWidth
        self.view = QPdfView(self)
        self.view.setAccessibleName(_("Document"))
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(self._to_width)
        self.view.setDocument(self._document)
        self.column.addWidget(self.view, 1)
        self.column.addLayout(self.bar)
        self.page_label = PlainLabel("", "small muted", self, wraps=False)
        for icon, name, act in (
            ("chevron-up", _("Previous page"), lambda: self._go(-1)),
            ("chevron-down", _("Next page"), lambda: self._go(1)),
            ("zoom-out", _("Smaller"), lambda: self._zoom(0.8)),
            ("zoom-in", _("Larger"), lambda: self._zoom(1.25)),
            ("maximize", _("Fit to width"), lambda: self.view.setZoomMode(self._to_width)),
        ):
            button = tool(icon, name, self)
            button.clicked.connect(act)
            self.bar.addWidget(button)
        self.bar.addWidget(self.page_label)
        self.bar.addStretch(1)
        self.view.pageNavigator().currentPageChanged.connect(self._on_page_changed)

    def show_file(self, path: Path) -> None:
        error = self._document.load(str(path))
        if error == self._no_error:
            self._on_page_changed(0)
        elif error == self._locked:
            self.failed.emit(_("This PDF is locked with a password."))
        else:
            self.failed.emit(_("This PDF cannot be shown: it is damaged or of an unknown kind."))

    def stop(self) -> None:
        self._document.close()

    def _go(self, step: int) -> None:
        navigator = self.view.pageNavigator()
        page = navigator.currentPage() + step
        if 0 <= page < self._document.pageCount():
            navigator.jump(page, QPointF(), navigator.currentZoom())

    def place(self) -> Place:
        return Place(page=self.view.pageNavigator().currentPage() + 1)

    def go_to(self, link: Evidence) -> None:
        if link.page is not None:
            self._go(link.page - 1 - self.view.pageNavigator().currentPage())

    def _zoom(self, factor: float) -> None:
        now = self.view.zoomFactor()
        if self.view.zoomMode() != self._custom and self._document.pageCount():
            page = self._document.pagePointSize(self.view.pageNavigator().currentPage())
            now = self.view.viewport().width() / max(1.0, page.width() * self.logicalDpiX() / 72)
        self.view.setZoomMode(self._custom)
        self.view.setZoomFactor(min(8.0, max(0.1, now * factor)))

    def _on_page_changed(self, page: int) -> None:
        self.page_label.setText(_("Page {n} of {all}").format(n=page + 1, all=self._document.pageCount()))


class MediaView(Viewer):
    """A clip or sound: play, ±5 s, single frames, time code. Raises ImportError where Qt cannot play."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from PySide6.QtMultimedia import QAudioOutput, QMediaMetaData, QMediaPlayer
        from PySide6.QtMultimediaWidgets import QVideoWidget

        self._rate_key = QMediaMetaData.Key.VideoFrameRate
        self._playing = QMediaPlayer.PlaybackState.PlayingState
        self._nothing = QMediaPlayer.Error.NoError
        self.player = QMediaPlayer(self)
        self.player.setAudioOutput(QAudioOutput(self))
        self.picture = QVideoWidget(self)
        self.picture.setMinimumHeight(80)
        self.player.setVideoOutput(self.picture)
        self.column.addWidget(self.picture, 1)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setAccessibleName(_("Position in the clip"))
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.column.addWidget(self.slider)
        self.column.addLayout(self.bar)
        self.play_button = tool("play", _("Play or pause (K)"), self)
        for button, act in (
            (tool("step-back", _("One frame back (,)"), self), "frame_back"),
            (tool("undo-2", _("Back 5 seconds (J)"), self), "back"),
            (self.play_button, "play"),
            (tool("redo-2", _("Forward 5 seconds (L)"), self), "forward"),
            (tool("step-forward", _("One frame forward (.)"), self), "frame_forward"),
        ):
            button.clicked.connect(lambda _checked=False, act=act: self.do(act))
            self.bar.addWidget(button)
        self.time_label = PlainLabel("", "small", self, wraps=False)
        self.time_label.setAccessibleName(_("Time code"))
        self.bar.addWidget(self.time_label)
        self.bar.addStretch(1)
        self.player.positionChanged.connect(self._on_position_changed)
        self.player.durationChanged.connect(lambda length: self.slider.setRange(0, length))
        self.player.playbackStateChanged.connect(self._on_state_changed)
        self.player.errorOccurred.connect(self._on_error)
        self.player.hasVideoChanged.connect(self.picture.setVisible)
        self.slider.sliderMoved.connect(self.player.setPosition)

    def show_file(self, path: Path) -> None:
        with path.open("rb") as file:
            beginning = file.read(16)
        if beginning.lstrip().startswith(_LISTS):
            self.failed.emit(_("This file is not a clip; it is not opened here."))
            return
        self.player.setSource(QUrl.fromLocalFile(str(path)))
        self._on_position_changed(0)

    def stop(self) -> None:
        self.player.stop()
        self.player.setSource(QUrl())

    def do(self, act: str) -> bool:
        player = self.player
        frame = max(1, round(1000 / (self._frames_a_second() or 25)))
        if act == "play":
            if player.playbackState() == self._playing:
                player.pause()
            else:
                player.play()
            return True
        step = {"back": -5000, "forward": 5000, "frame_back": -frame, "frame_forward": frame}.get(act)
        if step is None:
            return False
        if act.startswith("frame"):
            player.pause()
        player.setPosition(max(0, min(player.duration(), player.position() + step)))
        return True

    def time_code(self) -> str:
        """Minutes and seconds of the position, such as 01:47 or 1:02:03."""
        return short_time(self.player.position()) if self.player.source().isValid() else ""

    def _rate(self) -> Fraction:
        """The clip's rate, or 25 where it is not known or varies: then a moment is right to 1/25 of a second."""
        try:
            return parse_rate(f"{self._frames_a_second():.3f}")
        except ValueError:
            return parse_rate(DEFAULT_RATE)

    def place(self) -> Place:
        rate = self._rate()
        frame = frame_of_milliseconds(self.player.position(), rate)
        return Place(start=format_timecode(frame, rate), rate=rate_text(rate))

    def go_to(self, link: Evidence) -> None:
        if link.from_frame is not None and link.moment[0]:
            self.player.pause()
            self.player.setPosition(int(seconds_of(link.from_frame, parse_rate(link.rate)) * 1000))

    def _frames_a_second(self) -> float:
        return float(self.player.metaData().value(self._rate_key) or 0.0)

    def _on_position_changed(self, ms: int) -> None:
        if not self.slider.isSliderDown():
            self.slider.setValue(ms)
        shown = full_time(ms, self._frames_a_second())
        self.time_label.setText(f"{shown} / {short_time(self.player.duration())}")

    def _on_state_changed(self, state: object) -> None:
        theme.set_icon(self.play_button, "pause" if state == self._playing else "play", "ink", 18)

    def _on_error(self, error: object, _words: str) -> None:
        if error != self._nothing:
            self.failed.emit(
                _("This format cannot play here. Open it in your player; you can still write down the times.")
            )


def short_time(ms: int) -> str:
    """1:02:03 or 01:47."""
    seconds = ms // 1000
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def full_time(ms: int, frames_a_second: float) -> str:
    """00:01:47:12 with the frame where the rate is known, else 00:01:47."""
    seconds = ms // 1000
    shown = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if frames_a_second <= 0:
        return shown
    return f"{shown}:{int(ms % 1000 * frames_a_second / 1000):02}"
