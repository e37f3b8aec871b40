"""Small works to try the window with: stills, documents, clips, and files that are none of what they say."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication, QWidget

NOISE = (
    "pipewire|Pulse|PULSE|VAAPI|va-|va library|va symbols|va\\(|FFmpeg|ffmpeg|ALSA|vdpau|hw device|HW decoder|playback"
    "|RHI|JPEG|TIFF|libpng|read directory"
)
"""What Qt says on machines without sound or graphics, and of files that are damaged."""


def still(path: Path, width: int = 640, height: int = 360, colour: str = "teal") -> Path:
    image = QImage(QSize(width, height), QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    assert image.save(str(path))
    return path


def document(path: Path) -> Path:
    writer = QPdfWriter(str(path))
    painter = QPainter(writer)
    painter.fillRect(0, 0, 4000, 4000, QColor("darkred"))
    writer.newPage()
    painter.drawText(500, 500, "Two")
    painter.end()
    return path


def clip(path: Path, seconds: int = 2, rate: str = "25") -> Path:
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg to make a clip with")
    made = f"testsrc=size=160x90:rate={rate}:duration={seconds}"
    command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", made, "-c:v", "mpeg4", str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


def giant(path: Path) -> Path:
    """A PNG of 3.6 thousand million pixels in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(7_501 * 4))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return path


def drawing(path: Path) -> Path:
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc"/></svg>')
    return path


def drop(on: QWidget, *sources: Path | str) -> bool:
    """Drop files and addresses on a widget, as a file manager does; whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl(each) if isinstance(each, str) else QUrl.fromLocalFile(str(each)) for each in sources])
    actions, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(5, 5).toPoint(), actions, data, buttons, keys)
    QApplication.sendEvent(on, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(5, 5), actions, data, buttons, keys)
    QApplication.sendEvent(on, event)
    return event.isAccepted()
