"""The colours that widgets paint with, handed in by whoever uses them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor


@dataclass(frozen=True)
class Paints:
    """Colours of the theme by their names there. levels: (fill, text on it) of each step, lowest first."""

    window: QColor
    base: QColor
    raised: QColor
    ink: QColor
    ink2: QColor
    border: QColor
    hairline: QColor
    selection: QColor
    accent: QColor
    on_accent: QColor
    danger: QColor
    warning: QColor
    warning_ground: QColor
    ok: QColor
    levels: tuple[tuple[QColor, QColor], ...]
