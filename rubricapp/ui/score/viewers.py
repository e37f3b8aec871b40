"""What shows a piece of evidence: a still or a PDF here, a clip in `clips`. Each says kindly when it cannot.

PDF and multimedia are imported only inside the functions that need them: they cost time and system libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPainter, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsPixmapItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsView,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rubricapp.core.portfolio import Evidence, parse_region
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations.evidence_links import Place
from rubricapp.store.vault import Stored
from rubricapp.ui import theme
from rubricapp.ui.background import Background, Job
from rubricapp.ui.sealed_device import beginning_of, device_of, document_of
from rubricapp.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtPdf import QPdfDocument

_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": b"png",
    b"\xff\xd8\xff": b"jpeg",
    b"GIF8": b"gif",
    b"BM": b"bmp",
    b"II*\0": b"tiff",
    b"MM\0*": b"tiff",
}
"""By content, not by name: a drawing with links inside a file called .png is not opened."""
MOST_PIXELS = 24_000_000
MOST_MEGABYTES = 256
AT_ONCE_PIXELS = 6_000_000
"""Larger pictures are read beside the window."""


def tool(icon: str, name: str, parent: QWidget) -> QToolButton:
    """A small button with a sign; its name is read out and shown as tool tip."""
    button = QToolButton(parent)
    button.setProperty("look", "quiet")
    button.setAccessibleName(name)
    button.setToolTip(name)
    theme.set_icon(button, icon, "ink", 18)
    return button


def format_of(beginning: bytes) -> bytes:
    """The picture format that a file's first 16 bytes promise; b"" for none that is shown."""
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return b"webp"
    return next((name for start, name in _BEGINNINGS.items() if beginning.startswith(start)), b"")


def image_reader(stored: Stored) -> QImageReader:
    """A reader for one fixed format, with a limit on memory. Raises UserError."""
    QImageReader.setAllocationLimit(MOST_MEGABYTES)
    kind = format_of(beginning_of(stored))
    if not kind:
        raise UserError("E_IMAGE", _("This file is not a picture that can be shown here."), "", "")
    plain = stored.plain
    if plain is not None:
        reader = QImageReader(str(plain))
    else:
        device = device_of(stored)
        reader = QImageReader(device)
        reader.read_from = device  # it does not keep it itself
    reader.setAutoDetectImageFormat(False)
    reader.setFormat(kind)
    reader.setAutoTransform(True)
    return reader


def read_image(stored: Stored) -> QImage:
    """The picture, turned as the camera says, at most 24 million pixels. Raises UserError."""
    reader = image_reader(stored)
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

    def show_file(self, stored: Stored) -> None:
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
    """A still: fit, larger, smaller, turned by quarters; a part of it drawn with the mouse, or typed, for a link."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.background = Background(self)
        self._job: Job | None = None
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
        self.part_button = tool("pencil", _("Mark a part: draw it, or type it"), self)
        self.part_button.setCheckable(True)
        self.part_button.toggled.connect(self._on_part_toggled)
        self.bar.addWidget(self.part_button)
        self.bar.addStretch(1)
        self.part = QLineEdit(self)
        self.part.setMaxLength(60)
        self.part.setAccessibleName(_("Part of the picture"))
        self.part.setPlaceholderText(_("left,top,width,height in %"))
        self.part.setToolTip(_("Left, top, width and height in percent: 10,20,30,40"))
        self.part.textChanged.connect(self._on_part_typed)
        self.part.hide()
        self.column.addWidget(self.part)
        self.view.drawn.connect(self.part.setText)

    def place(self) -> Place:
        return Place(region=self.part.text().strip())

    def go_to(self, link: Evidence) -> None:
        self.part_button.setChecked(bool(link.region))
        self.part.setText(link.region)

    def _on_part_toggled(self, on: bool) -> None:
        self.part.setVisible(on)
        self.view.set_drawing(on)
        if on:
            self.part.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.part.clear()

    def _on_part_typed(self, text: str) -> None:
        try:
            region = parse_region(text)
        except ValueError:
            region = ""  # still being typed; linking says what is wrong with it
        self.view.show_part(region)

    def show_file(self, stored: Stored) -> None:
        self.stop()
        self.part_button.setChecked(False)
        try:
            size = image_reader(stored).size()
            if size.isValid() and size.width() * size.height() > AT_ONCE_PIXELS:
                job = self._job = self.background.start(lambda progress: read_image(stored))
                job.done.connect(lambda image: self.view.show_image(image) if job is self._job else None)
                job.failed.connect(lambda error: self.failed.emit(error.message) if job is self._job else None)
            else:
                self.view.show_image(read_image(stored))
        except UserError as error:
            self.failed.emit(error.message)

    def stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.view.show_image(QImage())


class _Canvas(QGraphicsView):
    """drawn(str): a part was drawn with the mouse: "left,top,width,height" in whole percent."""

    drawn = Signal(str)

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
        self._part = QGraphicsRectItem(self._item)
        self._part.hide()
        self._dashes = QGraphicsRectItem(self._part)
        self._band = QRectF()
        self.rubberBandChanged.connect(self._on_band_changed)

    def set_drawing(self, on: bool) -> None:
        """Whether the mouse draws a part, or moves the picture."""
        modes = QGraphicsView.DragMode
        self.setDragMode(modes.RubberBandDrag if on else modes.ScrollHandDrag)

    def _on_band_changed(self, band: QRect) -> None:
        if not band.isNull():
            self._band = self.mapToScene(band).boundingRect()
            return
        whole = self._item.boundingRect()
        part = self._band & whole
        if not part.isEmpty():
            sides = (part.left() / whole.width(), part.top() / whole.height())
            ends = (part.right() / whole.width(), part.bottom() / whole.height())
            x, y = (min(99, int(100 * each)) for each in sides)
            right, bottom = (min(100, round(100 * each)) for each in ends)
            self.drawn.emit(f"{x},{y},{max(1, right - x)},{max(1, bottom - y)}")

    def show_part(self, region: str) -> None:
        """Frame a part ("" for none), as `portfolio.parse_region` gives it."""
        self._part.setVisible(bool(region))
        if region:
            whole = self._item.boundingRect()
            x, y, width, height = (float(each) / 100 for each in region.split(","))
            self._part.setRect(x * whole.width(), y * whole.height(), width * whole.width(), height * whole.height())
            self._dashes.setRect(self._part.rect())
            # Two colours that differ from each other: one of them is seen on any picture.
            for item, token, width, style in (
                (self._part, "base", 5, Qt.PenStyle.SolidLine),
                (self._dashes, "ink", 2, Qt.PenStyle.DashLine),
            ):
                pen = QPen(theme.colour(token), width, style)
                pen.setCosmetic(True)
                item.setPen(pen)

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


def load_document(document: QPdfDocument, stored: Stored) -> tuple[QBuffer | None, QPdfDocument.Error]:
    """Load a document; returns (what must be kept as long as it is shown, Qt's error). Raises UserError."""
    plain = stored.plain
    if plain is not None:
        return None, document.load(str(plain))
    memory = document_of(stored)
    document.load(memory)
    return memory, document.error()


class PdfView(Viewer):
    """A PDF, page by page. Raises ImportError where Qt has no PDF part."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from PySide6.QtPdf import QPdfDocument
        from PySide6.QtPdfWidgets import QPdfView

        self._document = QPdfDocument(self)
        self._memory: QBuffer | None = None
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

    def show_file(self, stored: Stored) -> None:
        try:
            self._memory, error = load_document(self._document, stored)
        except UserError as fault:
            self.failed.emit(fault.what)
            return
        if error == self._no_error:
            self._on_page_changed(0)
        elif error == self._locked:
            self.failed.emit(_("This PDF is locked with a password."))
        else:
            self.failed.emit(_("This PDF cannot be shown: it is damaged or of an unknown kind."))

    def stop(self) -> None:
        self._document.close()
        self._memory = None

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
