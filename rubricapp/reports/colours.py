"""The colours of the themes as numbers, for paper and for pages; levels of any scale, between those of the theme."""

from __future__ import annotations

import tomllib
from functools import cache

from rubricapp import paths

READABLE = 4.5
"""The contrast that text needs, WCAG 2.2, 1.4.3."""


@cache
def _theme(name: str) -> dict:
    return tomllib.loads((paths.RESOURCES / "themes" / f"{name}.toml").read_text(encoding="utf-8"))


def names(theme: str = "light") -> tuple[str, ...]:
    """The names of a theme's colours besides those of levels."""
    return tuple(_theme(theme)["colours"])


@cache
def rgb(name: str, theme: str = "light") -> tuple[float, ...]:
    """A colour of the theme, parts from 0 to 255. Also #RRGGBB, level-1-of-5, on-level-1-of-5."""
    if name.startswith("#"):
        return tuple(int(name[at : at + 2], 16) for at in (1, 3, 5))
    ramp, _dash, rest = name.rpartition("level-")
    if rest and name != rest:
        level, _of, top = rest.partition("-of-")
        return _on_level(int(level), int(top), theme) if ramp else _level(int(level), int(top), theme)
    return rgb(_theme(theme)["colours"][name])


def written(name: str, theme: str = "light") -> str:
    """The colour as a style sheet writes it: # and six digits."""
    return "#" + "".join(f"{round(part):02x}" for part in rgb(name, theme))


def _level(level: int, top: int, theme: str) -> tuple[float, ...]:
    """The theme's own colours for four and five levels; for other scales, between the five in equal steps.

    Where neither dark nor light text could be read on such a step, it is drawn nearer to the theme's own colour.
    """
    ramp = [rgb(each) for each in _theme(theme)["levels"]["four" if top == 4 else "five"]]
    place = (level - 1) / max(1, top - 1) * (len(ramp) - 1)
    low = min(int(place), len(ramp) - 2)
    share = place - low
    for _nearer in range(8):
        ground = tuple(a + (b - a) * share for a, b in zip(ramp[low], ramp[low + 1], strict=True))
        if max(contrast(each, ground) for each in _texts(theme)) >= READABLE:
            return ground
        share += (round(share) - share) / 3
    return ramp[low + round(share)]


def _on_level(level: int, top: int, theme: str) -> tuple[float, ...]:
    """Dark or light text, whichever contrasts more with the level's colour."""
    ground = _level(level, top, theme)
    return max(_texts(theme), key=lambda text: contrast(text, ground))


def _texts(theme: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    on = _theme(theme)["levels"]["on_five"]
    return rgb(on[0]), rgb(on[-1])


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Contrast ratio, WCAG 2.2: 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(parts: tuple[float, ...]) -> float:
    """Relative luminance, WCAG 2.2."""
    shares = [part / 255 for part in parts]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
