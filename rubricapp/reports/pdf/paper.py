"""Paper: its measures and its colours, from the light theme that the window uses too."""

from __future__ import annotations

import tomllib
from functools import cache

from rubricapp import paths

WIDTH, HEIGHT = 595.28, 841.89
"""A4 in points."""
MARGIN = 51.0
"""18 mm."""


@cache
def _theme() -> dict:
    return tomllib.loads((paths.RESOURCES / "themes" / "light.toml").read_text(encoding="utf-8"))


@cache
def ink(name: str) -> str:
    """A colour of the theme as PDF wants it: "0.102 0.11 0.125". Also #RRGGBB, level-1-of-5, on-level-1-of-5."""
    return " ".join(f"{part / 255:.3f}".rstrip("0").rstrip(".") for part in _rgb(name))


@cache
def _rgb(name: str) -> tuple[float, ...]:
    if name.startswith("#"):
        return tuple(int(name[at : at + 2], 16) for at in (1, 3, 5))
    ramp, _dash, rest = name.rpartition("level-")
    if rest and name != rest:
        level, _of, top = rest.partition("-of-")
        return _on_level(int(level), int(top)) if ramp else _level(int(level), int(top))
    return _rgb(_theme()["colours"][name])


def _level(level: int, top: int) -> tuple[float, ...]:
    """The theme's own colours for four and five levels; for other scales, between the five in equal steps."""
    ramp = [_rgb(each) for each in _theme()["levels"]["four" if top == 4 else "five"]]
    place = (level - 1) / max(1, top - 1) * (len(ramp) - 1)
    low = min(int(place), len(ramp) - 2)
    return tuple(a + (b - a) * (place - low) for a, b in zip(ramp[low], ramp[low + 1], strict=True))


def _on_level(level: int, top: int) -> tuple[float, ...]:
    """Dark or light text, whichever contrasts more with the level's colour."""
    ground = _luminance(_level(level, top))
    dark, light = _rgb(_theme()["levels"]["on_five"][0]), (255.0, 255.0, 255.0)
    return dark if (ground + 0.05) / (_luminance(dark) + 0.05) >= 1.05 / (ground + 0.05) else light


def _luminance(rgb: tuple[float, ...]) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [part / 255 for part in rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
