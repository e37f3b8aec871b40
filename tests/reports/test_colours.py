"""The colours that paper and pages take from the themes: the theme's own, and readable steps between them."""

from __future__ import annotations

import pytest

from rubricapp.reports.colours import READABLE, contrast, names, rgb, written


@pytest.mark.parametrize("theme", ["light", "dark", "night"])
@pytest.mark.parametrize("top", range(2, 10))
def test_every_level_of_every_scale_can_be_read(theme: str, top: int) -> None:
    for level in range(1, top + 1):
        name = f"level-{level}-of-{top}"
        assert contrast(rgb(name, theme), rgb(f"on-{name}", theme)) >= READABLE, name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_steps_run_one_way(theme: str) -> None:
    black = rgb("#000000")
    for top in range(2, 10):
        light = [contrast(rgb(f"level-{level}-of-{top}", theme), black) for level in range(1, top + 1)]
        assert light == sorted(light, reverse=theme == "light")
        assert len(set(light)) == top


def test_the_themes_own_colours_are_kept() -> None:
    assert written("ink") == "#1a1c20"
    assert written("ink", "dark") == "#eceef2"
    assert [written(f"level-{level}-of-5") for level in (1, 5)] == ["#ffe4bb", "#1e267f"]
    assert written("level-2-of-4", "dark") == "#056c61"
    assert written("#AbCdEf") == "#abcdef"
    assert "ink2" in names()
    with pytest.raises(KeyError):
        written("no such colour")
