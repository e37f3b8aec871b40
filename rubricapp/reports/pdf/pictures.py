"""Pictures on paper: JPEG goes in as it is, PNG is decoded; anything else, broken or too large, is not a picture."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

_HEAVIEST = 8_000_000
_LARGEST = 20_000_000
"""Bytes of a file; dots of a PNG, which take three bytes each."""
_FRAMES = frozenset((0xC0, 0xC1, 0xC2))


@dataclass(frozen=True)
class Picture:
    """The bytes of a file; width and height in dots."""

    data: bytes
    width: int
    height: int

    def fitted(self, width: float, height: float) -> tuple[float, float]:
        """The largest size in its own proportions that fits into this one, and no dot larger than a point."""
        share = min(width / self.width, height / self.height, 1.0)
        return self.width * share, self.height * share


def read_picture(path: Path) -> Picture | None:
    """The picture in this file; None where there is none that can be printed. Raises OSError."""
    if path.stat().st_size > _HEAVIEST:
        return None
    data = path.read_bytes()
    size = _jpeg_size(data) if data[:2] == b"\xff\xd8" else _png_size(data)
    if size is None or not (size[0] and size[1]):
        return None
    return Picture(data, *size)


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """From the frame's header; None where it is not one that every PDF reader knows (baseline, progressive)."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if kind in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return (width, height) if data[at + 9] in (1, 3) else None
        at += 2 + length if length >= 2 else len(data)
    return None


def _png_size(data: bytes) -> tuple[int, int] | None:
    from reportlab.lib.utils import ImageReader

    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 33:
        return None
    width, height = struct.unpack(">II", data[16:24])
    if width * height > _LARGEST:
        return None
    try:
        ImageReader(io.BytesIO(data)).getRGBData()
    except (OSError, ValueError, SyntaxError, struct.error, zlib.error):
        return None
    return width, height
