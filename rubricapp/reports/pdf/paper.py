"""Paper: its measures and its colours, from the light theme that the window uses too."""

from __future__ import annotations

from functools import cache

from rubricapp.reports.colours import rgb

WIDTH, HEIGHT = 595.28, 841.89
"""A4 in points."""
MARGIN = 51.0
"""18 mm."""


@cache
def ink(name: str) -> str:
    """A colour of the theme as PDF wants it: "0.102 0.11 0.125". Also #RRGGBB, level-1-of-5, on-level-1-of-5."""
    return " ".join(f"{part / 255:.3f}".rstrip("0").rstrip(".") for part in rgb(name))
