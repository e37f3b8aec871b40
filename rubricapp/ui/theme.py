"""How everything looks: tokens from `resources/themes` become a palette, a style sheet, icons and level colours.

Widgets say what they are (`setProperty("look", "title")`), never which colour or size they have:

    labels      title · section · label · small · muted (secondary ink) · strong · warning · danger · ok
    buttons     primary · quiet (no frame) · danger
    frames      card · raised · rail · warning_box · danger_box · ok_box · line · floating

Sizes are points, scaled by the text size that the person chose (90–200 %). One `Look` belongs to the application;
the functions below ask it. Where no colour scheme is known, it is day.
"""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakSet

from PySide6.QtCore import QByteArray, QLoggingCategory, QObject, QRectF, QSize, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from rubricapp import paths
from rubricapp.ui.style_sheet import style_sheet

THEMES = ("system", "light", "dark", "night")
TEXT_SIZES = (90, 100, 110, 125, 150, 175, 200)
POINTS = {"note": 8.5, "small": 9.5, "body": 10.5, "label": 12.0, "section": 14.5, "title": 18.0, "report": 24.0}
READABLE = 4.5
"""Least contrast of text (WCAG 2.2, 1.4.3)."""
DRAWINGS = {
    "chevron-down": "ink2",
    "chevron-left": "ink",
    "chevron-right": "ink",
    "chevron-up": "ink2",
    "check": "on_accent",
    "minus": "on_accent",
}
"""Icons that the style sheet takes from files, and their colours."""
FIRST_FONTS = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")
"""What the first screen is drawn with; the other scripts follow once it is painted."""


@dataclass(frozen=True)
class Theme:
    """The colours of one theme as "#RRGGBB". levels: (fill, text on it), lowest first, for scales of five and four."""

    key: str
    dark: bool
    colours: Mapping[str, str]
    five: tuple[tuple[str, str], ...]
    four: tuple[tuple[str, str], ...]


def load_theme(key: str) -> Theme:
    """The theme light, dark or night."""
    with (paths.RESOURCES / "themes" / f"{key}.toml").open("rb") as file:
        found = tomllib.load(file)
    levels = found["levels"]
    return Theme(
        key,
        found["dark"],
        found["colours"],
        tuple(zip(levels["five"], levels["on_five"], strict=True)),
        tuple(zip(levels["four"], levels["on_four"], strict=True)),
    )


def resolve(choice: str, scheme: Qt.ColorScheme) -> str:
    """The theme to show for a choice ("system" follows the colour scheme; an unknown one is day)."""
    if choice in ("light", "dark", "night"):
        return choice
    return "dark" if scheme == Qt.ColorScheme.Dark else "light"


class Look(QObject):
    """The look in use. changed(): colours or text size are different now; painters ask again."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName("look")
        self.theme = load_theme("light")
        self.percent = 100
        self._choice = "system"
        self._families = ["Noto Sans"]
        self._icons: dict[tuple, QPixmap] = {}
        # Not `allWidgets()`: it makes Python objects of widgets that Qt is just taking apart, and crashed now and then.
        self._with_icons: WeakSet[QWidget] = WeakSet()
        self._files = QTemporaryDir()
        app.setStyle("Fusion")
        # WORKAROUND: Qt names each family without shaping for a script before it takes the one that has it.
        QLoggingCategory.setFilterRules("qt.text.font.db=false")
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)

    def apply(self, choice: str, percent: int) -> None:
        """Show this theme at this text size, everywhere, now."""
        app = QApplication.instance()
        self._choice, self.percent = choice, percent
        self.theme = load_theme(resolve(choice, app.styleHints().colorScheme()))
        self._icons.clear()
        self.take_families()
        app.setPalette(palette(self.theme))
        app.setStyleSheet(style_sheet(self.theme.colours, percent / 100, POINTS, self._drawings()))
        for widget in tuple(self._with_icons):
            with contextlib.suppress(RuntimeError):  # Qt took it apart already
                self.tint(widget)
        self.changed.emit()

    def add_fonts(self, files: list[Path]) -> None:
        """Make fonts known; names in their scripts are shown from now on."""
        for path in files:
            number = QFontDatabase.addApplicationFont(str(path))
            for family in QFontDatabase.applicationFontFamilies(number):
                if family not in self._families:
                    self._families.append(family)

    def take_families(self) -> None:
        """Write with every family known by now."""
        font = QFont()
        font.setFamilies(self._families)
        font.setPointSizeF(self.points("body"))
        QApplication.instance().setFont(font)

    def points(self, role: str) -> float:
        """The size of a text role in points, as the person wants it."""
        return POINTS[role] * self.percent / 100

    def px(self, pixels: float) -> int:
        """A length that grows with the text."""
        return round(pixels * self.percent / 100)

    def pixmap(self, name: str, token: str, size: int, ratio: float) -> QPixmap:
        """A Lucide icon in a colour of the theme, `size` logical pixels wide, drawn for the screen's pixel ratio."""
        key = (name, token, size, ratio)
        if key not in self._icons:
            drawing = QSvgRenderer(QByteArray(self._svg(name, token)))
            pixmap = QPixmap(QSize(size, size) * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            drawing.render(painter, QRectF(0, 0, size, size))
            painter.end()
            self._icons[key] = pixmap
        return self._icons[key]

    def tint(self, widget: QWidget) -> None:
        """Give a widget that asked for an icon (see `set_icon`) that icon in today's colours and size, from now on."""
        self._with_icons.add(widget)
        size = self.px(widget.property("icon_size") or 18)
        widget.setIconSize(QSize(size, size))
        widget.setIcon(self.icon(widget.property("icon_name"), widget.property("icon_token") or "ink", size))

    def icon(self, name: str, token: str, size: int) -> QIcon:
        """The icon for buttons and menus, greyed when disabled."""
        found = QIcon()
        for ratio in {1.0, self._ratio()}:
            found.addPixmap(self.pixmap(name, token, size, ratio))
            found.addPixmap(self.pixmap(name, "border", size, ratio), QIcon.Mode.Disabled)
        return found

    def _ratio(self) -> float:
        return QApplication.instance().devicePixelRatio()

    def _svg(self, name: str, token: str) -> bytes:
        drawing = (paths.RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        return drawing.replace("currentColor", self.theme.colours[token]).encode()

    def _drawings(self) -> dict[str, str]:
        """Small drawings that a style sheet can only take from files, in today's colours."""
        found = {}
        for name, token in DRAWINGS.items():
            path = Path(self._files.path()) / f"{self.theme.key}-{name}.svg"
            if not path.exists():
                path.write_bytes(self._svg(name, token))
            found[name] = path.as_posix()
        return found

    def _on_scheme_changed(self) -> None:
        if self._choice == "system":
            self.apply(self._choice, self.percent)


def look() -> Look:
    """The application's look; made at the first call."""
    app = QApplication.instance()
    return app.findChild(Look, "look", Qt.FindChildOption.FindDirectChildrenOnly) or Look(app)


def colour(token: str) -> QColor:
    """A colour of the theme in use: window, base, raised, ink, ink2, border, hairline, selection, accent …"""
    return QColor(look().theme.colours[token])


def level_colours(top: int) -> list[tuple[QColor, QColor]]:
    """(fill, text on it) of each level of a scale with `top` levels, lowest first.

    Four and five are designed; other scales are laid along the five.
    """
    theme = look().theme
    if top in (4, 5):
        return [(QColor(fill), QColor(text)) for fill, text in (theme.five if top == 5 else theme.four)]
    fills = [QColor(fill) for fill, _text in theme.five]
    inks = [QColor(ink) for ink in sorted({text for _fill, text in (*theme.five, *theme.four)})]
    found = []
    for step in range(top):
        place = step * 4 / max(1, top - 1)
        lower = min(3, int(place))
        fill = _between(fills[lower], fills[lower + 1], place - lower)
        ink = max(inks, key=lambda ink, fill=fill: contrast(ink, fill))
        while contrast(ink, fill) < READABLE:  # a middle tone: away from its ink, a little at a time
            fill = fill.lighter(102) if _luminance(ink) < _luminance(fill) else fill.darker(102)
        found.append((fill, ink))
    return found


def _between(one: QColor, other: QColor, share: float) -> QColor:
    mixed = (a + (b - a) * share for a, b in zip(one.getRgbF()[:3], other.getRgbF()[:3], strict=True))
    return QColor.fromRgbF(*mixed)


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio 1–21 (WCAG 2.2)."""
    low, high = sorted(_luminance(each) for each in (one, other))
    return (high + 0.05) / (low + 0.05)


def _luminance(of: QColor) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in of.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def icon(name: str, token: str = "ink", size: int = 18) -> QIcon:
    """A Lucide icon in a colour of the theme. It does not follow later changes; `set_icon` does."""
    return look().icon(name, token, look().px(size))


def pixmap(name: str, token: str = "ink", size: int = 18) -> QPixmap:
    """The same as a pixmap for labels and painters."""
    found = look()
    return found.pixmap(name, token, found.px(size), found._ratio())


def set_icon(button: QWidget, name: str, token: str = "ink", size: int = 18) -> None:
    """Give a button an icon that follows theme and text size. An accessible name or text must say the same."""
    button.setProperty("icon_name", name)
    button.setProperty("icon_token", token)
    button.setProperty("icon_size", size)
    look().tint(button)


def restyle(widget: QWidget, kind: str) -> None:
    """Say anew what a widget is (see the module's list) and draw it so."""
    widget.setProperty("look", kind)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's palette, for everything that the style sheet leaves alone."""
    colours = {token: QColor(value) for token, value in theme.colours.items()}
    role = QPalette.ColorRole
    found = QPalette()
    for where, token in {
        role.Window: "window",
        role.WindowText: "ink",
        role.Base: "base",
        role.AlternateBase: "window",
        role.Text: "ink",
        role.Button: "raised",
        role.ButtonText: "ink",
        role.BrightText: "danger",
        role.ToolTipBase: "raised",
        role.ToolTipText: "ink",
        role.PlaceholderText: "ink2",
        role.Highlight: "selection",
        role.HighlightedText: "ink",
        role.Link: "accent",
        role.LinkVisited: "accent",
        role.Accent: "accent",
        role.Light: "raised",
        role.Midlight: "hairline",
        role.Mid: "hairline",
        role.Dark: "border",
        role.Shadow: "border",
    }.items():
        found.setColor(where, colours[token])
    for where in (role.WindowText, role.Text, role.ButtonText):
        found.setColor(QPalette.ColorGroup.Disabled, where, colours["border"])
    return found
