"""The fonts of all scripts beyond the first screen's."""

from __future__ import annotations

from rubricapp import paths
from rubricapp.ui.theme import FIRST_FONTS, look


def load_rest() -> None:
    """Make every shipped font known, so that a name is readable on a laptop without fonts for its script."""
    found = look()
    files = sorted((paths.RESOURCES / "fonts").glob("*.ttf"))
    found.add_fonts([path for path in files if path.name not in FIRST_FONTS])
    found.take_families()
