"""The look: colours come from the tokens and nowhere else, at every text size."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from rubricapp.ui import theme
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.style_sheet import style_sheet

NAMES = ("light", "dark", "night")


@pytest.fixture(autouse=True)
def _back(qapp):
    yield
    theme.look().apply("light", 100)


def pixel(widget, x: int, y: int) -> QColor:
    return widget.grab().toImage().pixelColor(x, y)


@pytest.mark.parametrize("name", NAMES)
def test_the_primary_button_is_the_flat_accent_and_its_words_can_be_read(qtbot, name: str) -> None:
    theme.look().apply(name, 100)
    primary = button("Finish", "primary")
    qtbot.addWidget(primary)
    primary.resize(160, 40)
    primary.ensurePolished()
    ground = pixel(primary, 20, 20)
    assert ground == theme.colour("accent")
    assert theme.contrast(ground, theme.colour("on_accent")) >= 4.5


@pytest.mark.parametrize("name", NAMES)
def test_focus_shows_as_a_ring_of_two_pixels(qtbot, name: str) -> None:
    theme.look().apply(name, 100)
    plain = button("Look")
    qtbot.addWidget(plain)
    plain.resize(160, 40)
    with qtbot.waitActive(plain):
        plain.show()
        plain.activateWindow()
    plain.setFocus()
    qtbot.waitUntil(plain.hasFocus)
    assert [pixel(plain, 80, y) for y in (0, 1)] == [theme.colour("accent")] * 2


def test_an_unknown_colour_scheme_is_day_and_a_choice_stays_a_choice() -> None:
    scheme = Qt.ColorScheme
    assert theme.resolve("system", scheme.Unknown) == "light"
    assert theme.resolve("system", scheme.Light) == "light"
    assert theme.resolve("system", scheme.Dark) == "dark"
    assert [theme.resolve(name, scheme.Dark) for name in NAMES] == list(NAMES)
    assert theme.resolve("no such theme", scheme.Dark) == "dark"


@pytest.mark.parametrize("name", NAMES)
def test_the_palette_has_no_colour_of_its_own(name: str) -> None:
    theme.look().apply(name, 100)
    tokens = {QColor(value).name() for value in theme.look().theme.colours.values()}
    palette = QApplication.palette()
    for role in (
        QPalette.ColorRole.Window,
        QPalette.ColorRole.Base,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.Highlight,
        QPalette.ColorRole.HighlightedText,
        QPalette.ColorRole.PlaceholderText,
    ):
        assert palette.color(role).name() in tokens, role


@pytest.mark.parametrize("percent", [90, 100, 150, 200])
def test_text_grows_in_points(qtbot, percent: int) -> None:
    theme.look().apply("light", percent)
    title, body = PlainLabel("A", "title"), QLabel("A")
    for label in (title, body):
        qtbot.addWidget(label)
        label.ensurePolished()
    assert body.font().pointSizeF() == pytest.approx(10.5 * percent / 100, abs=0.05)
    assert title.font().pointSizeF() == pytest.approx(18 * percent / 100, abs=0.05)


def test_the_sheet_leaves_no_token_or_length_unfilled() -> None:
    colours = theme.load_theme("dark").colours
    sheet = style_sheet(colours, 1.25, theme.POINTS, dict.fromkeys(theme.DRAWINGS, "x.svg"))
    assert "@" not in sheet
    assert "$" not in sheet
    assert not [line for line in sheet.splitlines() if "{" in line.split("{", 1)[-1] and "}" not in line]
    assert all(part.strip()[:1] not in "0123456789" for part in sheet.split("{")[1:] if part.strip())


def test_an_icon_takes_the_colour_of_its_token_and_follows_the_theme(qtbot) -> None:
    tool = QToolButton()
    qtbot.addWidget(tool)
    theme.set_icon(tool, "check", "accent")
    for name in ("light", "night"):
        theme.look().apply(name, 100)
        image = tool.icon().pixmap(64, 64).toImage()
        solid = {
            image.pixelColor(x, y).name()
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() == 255
        }
        assert solid == {theme.colour("accent").name()}


def test_icons_are_drawn_for_the_pixel_ratio_of_the_screen() -> None:
    drawn = theme.look().pixmap("check", "ink", 18, 1.5)
    assert (drawn.width(), drawn.devicePixelRatio()) == (27, 1.5)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("top", range(2, 10))
def test_every_scale_has_levels_that_can_be_read(name: str, top: int) -> None:
    theme.look().apply(name, 100)
    levels = theme.level_colours(top)
    assert len(levels) == top
    assert all(theme.contrast(fill, ink) >= 4.5 for fill, ink in levels)
    if top == 5:
        assert [fill.name().upper() for fill, _ink in levels] == [fill for fill, _ink in theme.look().theme.five]


def test_a_name_with_an_ampersand_keeps_it_on_a_button() -> None:
    from rubricapp.ui.messages import on_button

    assert on_button("Sound & Light") == "Sound && Light"
