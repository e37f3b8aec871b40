"""Every pair of colours that meets on screen or paper can be read, computed from the theme files themselves.

Contrast: WCAG 2.2, success criteria 1.4.3 (text 4.5:1) and 1.4.11 (parts of controls 3:1).
Lightness: CIE L*, CIE 15:2004.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

THEMES = Path(__file__).resolve().parent.parent / "resources" / "themes"
NAMES = ("light", "dark", "night")
TOKENS = [
    "window",
    "base",
    "raised",
    "ink",
    "ink2",
    "border",
    "hairline",
    "selection",
    "accent",
    "on_accent",
    "danger",
    "danger_ground",
    "warning",
    "warning_ground",
    "ok",
    "ok_ground",
]
GROUNDS = ("window", "base", "raised")
TEXT = [
    *itertools.product(("ink", "ink2", "accent"), GROUNDS),
    ("ink", "selection"),
    ("ink2", "selection"),
    ("on_accent", "accent"),
    *((tone, ground) for tone in ("danger", "warning", "ok") for ground in (*GROUNDS, f"{tone}_ground")),
    *(("ink", f"{tone}_ground") for tone in ("danger", "warning", "ok")),
]
PARTS = [*itertools.product(("border", "accent"), (*GROUNDS, "selection"))]


def load(name: str) -> dict[str, Any]:
    with (THEMES / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def luminance(colour: str) -> float:
    """Relative luminance 0–1 of "#RRGGBB" (WCAG 2.2, "relative luminance", with the sRGB threshold 0.04045)."""
    total = 0.0
    for weight, start in ((0.2126, 1), (0.7152, 3), (0.0722, 5)):
        value = int(colour[start : start + 2], 16) / 255
        total += weight * (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return total


def contrast(one: str, other: str) -> float:
    """Contrast ratio 1–21 of two colours (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lightness(colour: str) -> float:
    """CIE L* 0–100."""
    y = luminance(colour)
    return 903.2963 * y if y <= 216 / 24389 else 116 * y ** (1 / 3) - 16


def test_the_formulas_give_the_published_values() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)  # the well-known grey that just fails
    assert lightness("#FFFFFF") == pytest.approx(100)
    assert lightness("#777777") == pytest.approx(50.03, abs=0.05)


def test_the_folder_holds_exactly_these_themes() -> None:
    assert sorted(path.name for path in THEMES.iterdir()) == sorted(f"{name}.toml" for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_token_is_there_and_is_a_colour(name: str) -> None:
    theme = load(name)
    assert set(theme) == {"name", "dark", "colours", "levels"}
    assert list(theme["colours"]) == TOKENS
    assert {key: len(value) for key, value in theme["levels"].items()} == {
        "five": 5,
        "on_five": 5,
        "four": 4,
        "on_four": 4,
    }
    for colour in (*theme["colours"].values(), *itertools.chain(*theme["levels"].values())):
        assert re.fullmatch(r"#[0-9A-F]{6}", colour), colour


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("front", "ground"), TEXT, ids=lambda value: str(value))
def test_text_can_be_read(name: str, front: str, ground: str) -> None:
    colours = load(name)["colours"]
    assert contrast(colours[front], colours[ground]) >= 4.5


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("front", "ground"), PARTS, ids=lambda value: str(value))
def test_edges_of_controls_and_the_focus_ring_can_be_seen(name: str, front: str, ground: str) -> None:
    colours = load(name)["colours"]
    assert contrast(colours[front], colours[ground]) >= 3


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("levels", ["five", "four"])
def test_levels_can_be_read_and_keep_their_order_in_grey(name: str, levels: str) -> None:
    theme = load(name)
    fills, texts = theme["levels"][levels], theme["levels"][f"on_{levels}"]
    for fill, text in zip(fills, texts, strict=True):
        assert contrast(fill, text) >= 4.5, (fill, text)
        assert text == max(("#14161A", "#FFFFFF"), key=lambda ink: contrast(ink, fill))
    steps = [lightness(after) - lightness(before) for before, after in itertools.pairwise(fills)]
    # On light paper the highest level is the darkest, in the dark themes the brightest: always away from the ground.
    sign = 1 if theme["dark"] else -1
    assert all(sign * step >= 8 for step in steps), [round(step, 1) for step in steps]


@pytest.mark.parametrize("name", NAMES)
def test_the_theme_is_as_dark_as_it_says(name: str) -> None:
    theme = load(name)
    assert (lightness(theme["colours"]["base"]) < 50) is theme["dark"]


def test_the_light_accent_is_strong_enough_for_white_words() -> None:
    """A style that washes the accent out (73A5FC, 568EED) leaves white words at 2.5–3.2:1."""
    colours = load("light")["colours"]
    for washed_out in ("#73A5FC", "#568EED"):
        assert contrast("#FFFFFF", washed_out) < 4.5
        assert luminance(colours["accent"]) < luminance(washed_out)


def test_set_night_gives_off_little_light() -> None:
    """On a set the whole window stays dark and warm: no ground above L* 20, no text as bright as white paper."""
    colours = load("night")["colours"]
    for token in (*GROUNDS, "selection", "hairline"):
        assert lightness(colours[token]) < 20, token
    assert lightness(colours["ink"]) < 80
    red, blue = int(colours["ink"][1:3], 16), int(colours["ink"][5:7], 16)
    assert red > blue
