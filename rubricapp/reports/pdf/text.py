"""Setting text: what people typed becomes lines of glyphs. Nothing in it is ever read as markup.

A text is a tuple of spans, each a string with its style. `wrap` breaks it into lines that do not depend on a document,
so a descriptor that forty reports share is wrapped once. Sizes and widths in points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rubricapp.reports.pdf.bidi import first_strong, in_sight_order, levels, turns
from rubricapp.reports.pdf.embedded import Embedded
from rubricapp.reports.pdf.fonts import Face, Run, shape
from rubricapp.reports.pdf.paper import ink

_CJK = (
    "\u2e80-\u2fdf\u3040-\u30ff\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_OPENS = "「『（【《〈［｛"
_CLOSES = "、。，．・：；？！）」』】》〉］｝ーっゃゅょァィゥェォッャュョ々"
_TOKEN = re.compile(
    rf"(?P<end>\n)|(?P<space>[ \t\u2000-\u2006\u2008-\u200a\u3000]+)"
    rf"|(?P<single>[{_OPENS}]*[{_CJK}][{_CLOSES}]*)|"
    rf"(?P<word>(?:(?![{_CJK}{_OPENS}])[^ \t\n\u2000-\u2006\u2008-\u200a\u3000])+)|(?P<other>.)"
)
_HYPHEN = re.compile(r"(?<=[^\W\d_][-‐–—/])(?=[^\W\d_])")
_ODD = re.compile("[^\n -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u058f\u4e00-\u9fff‐-‗’“”„•…]")
_SLACK = 0.01
_LONGEST_UNIT = 300


@dataclass(frozen=True)
class Style:
    """size and leading in points; colour: a name of the theme."""

    size: float
    leading: float
    bold: bool = False
    colour: str = "ink"

    def but(self, **changes: object) -> Style:
        """The same style with some things changed."""
        return _changed(self, tuple(changes.items()))


@lru_cache(maxsize=500)
def _changed(style: Style, changes: tuple[tuple[str, object], ...]) -> Style:
    return replace(style, **dict(changes))


Spans = tuple[tuple[str, Style], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Unit:
    """Glyphs that stay together and run one way. glued: no line may end between this and the next."""

    text: str
    style: Style
    runs: tuple[Run, ...]
    width: float
    level: int
    is_space: bool
    glued: bool


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """One line, ready to draw. code: all of it, where that is the same in every document, else "".

    used: the glyphs of each face. missing: characters that no font has. backwards: its paragraph runs from right to
    left, so that it starts at the right edge.
    """

    width: float
    leading: float
    size: float
    units: tuple[Unit, ...]
    used: tuple[tuple[Face, frozenset[int]], ...] = ()
    missing: str = ""
    code: str = ""
    backwards: bool = False

    def draw(self, fonts: Embedded, x: float, y: float) -> str:
        """PDF operators for this line with its baseline starting at (x, y)."""
        fonts.use(self.used, self.missing)
        code = self.code or _code(self.units, fonts)
        return f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm {code}ET" if code else ""


def fit_to_draw(text: str) -> str:
    """The text without what cannot be drawn: controls become spaces, invisible format characters go."""
    if not _ODD.search(text):
        return text
    kept = []
    for character in text:
        kind = unicodedata.category(character)
        if character in "\n\u200c\u200d\u2066\u2067\u2068\u2069\u200e\u200f":
            kept.append(character)
        elif kind == "Cs":
            kept.append("\ufffd")
        elif kind in ("Cc", "Zl", "Zp"):
            kept.append("\n" if character in "\u2028\u2029\x85\x0b\x0c" else " ")
        elif kind == "Cf" or "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
            continue
        else:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def spans_of(text: str | Spans, style: Style | None = None) -> Spans:
    """Plain text as spans in one style; spans as they are."""
    return ((text, style),) if isinstance(text, str) else text


@lru_cache(maxsize=20_000)
def wrap(spans: Spans, width: float, base: int | None = 0) -> tuple[Line, ...]:
    """The lines of a paragraph, none wider than `width`. A word that is wider is broken between its letters.

    base: 0 from left to right, 1 from right to left, None: as its first letter says. Line breaks in the text are kept.
    """
    spans = tuple((fit_to_draw(text), style) for text, style in spans)
    whole = "".join(text for text, _style in spans)
    if base is None:
        base = first_strong(whole)
    depths = levels(whole, base) if base or turns(whole) else None
    lines: list[Line] = []
    for paragraph in _paragraphs(spans, depths, base):
        if not paragraph:
            style = spans[0][1]
            lines.append(Line(0, style.leading, style.size, (), backwards=bool(base)))
        else:
            lines += [_line(units, base) for units in _fill(paragraph, width)]
    return tuple(lines)


def one_line(text: str | Spans, style: Style | None = None, base: int = 0) -> Line:
    """All of the text as one line, however long."""
    spans = tuple((part.replace("\n", " "), each) for part, each in spans_of(text, style))
    return wrap(spans, 1e9, base)[0]


def shrunk(text: str, style: Style, width: float, smallest: float, base: int = 0) -> tuple[Line, ...]:
    """The text on one line if a smaller size (down to `smallest`) makes it fit; else wrapped at that size."""
    line = one_line(text, style, base)
    if line.width <= width:
        return (line,)
    size = max(smallest, int(style.size * width / line.width * 4) / 4)
    smaller = style.but(size=size, leading=style.leading * size / style.size)
    return wrap(((text, smaller),), width, base)


def _paragraphs(spans: Spans, depths: list[int] | None, base: int) -> Iterable[list[Unit]]:
    units: list[Unit] = []
    at = 0
    for text, style in spans:
        for match in _TOKEN.finditer(text):
            kind, token = match.lastgroup, match.group()
            if kind == "end":
                yield units
                units = []
            elif kind == "space":
                level = depths[at + match.start()] if depths else base
                units.append(_space(style, level, units[-1].runs if units and level % 2 else ()))
            elif depths is None and kind == "word" and len(token) <= _LONGEST_UNIT:
                parts = _HYPHEN.split(token)
                units += [_unit(part, style, base, False, part is parts[-1]) for part in parts]
            else:
                units += _by_level(token, style, depths, at + match.start(), base, kind == "word")
        at += len(text)
    yield units


def _by_level(token: str, style: Style, depths: list[int] | None, at: int, base: int, glued: bool) -> Iterable[Unit]:
    """A token as units of one level each."""
    start = 0
    for end in range(1, len(token) + 1):
        if (
            end == len(token)
            or (depths and depths[at + end] != depths[at + start])
            or (end - start >= _LONGEST_UNIT and not unicodedata.category(token[end]).startswith("M"))
        ):
            yield _unit(token[start:end], style, depths[at + start] if depths else base, False, glued)
            start = end


def _unit(text: str, style: Style, level: int, is_space: bool, glued: bool) -> Unit:
    visible = text.translate(_UNSEEN)
    runs = shape(visible, style.bold, level % 2 == 1) if visible else ()
    return Unit(text, style, runs, sum(run.width for run in runs) * style.size / 1000, level, is_space, glued)


def _space(style: Style, level: int, before: tuple[Run, ...]) -> Unit:
    """A space; among right-to-left words in their own font, so that readers see one text and not words in a row."""
    run = before[0].face.space if before else None
    runs = (run,) if run else shape(" ", style.bold, False)
    return Unit(" ", style, runs, sum(run.width for run in runs) * style.size / 1000, level, True, False)


_UNSEEN = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200e\u200f"))


def _fill(units: Sequence[Unit], width: float) -> Iterable[list[Unit]]:
    """Greedy lines. A chunk is the units up to the next place where a line may end."""
    line: list[Unit] = []
    used = 0.0
    chunk: list[Unit] = []
    for at, unit in enumerate(units):
        if unit.is_space:
            line.append(unit)
            used += unit.width
            continue
        chunk.append(unit)
        if unit.glued and at + 1 < len(units) and not units[at + 1].is_space and units[at + 1].glued:
            continue
        if used + sum(each.width for each in chunk) > width + _SLACK and any(not each.is_space for each in line):
            yield _trimmed(line)
            line, used = [], 0.0
        for each in chunk:
            while used + each.width > width + _SLACK:
                head, each = _split(each, width - used, bool(line))
                if head is not None:
                    line.append(head)
                yield _trimmed(line)
                line, used = [], 0.0
                if each is None:
                    break
            if each is not None:
                line.append(each)
                used += each.width
        chunk = []
    yield _trimmed(line)


def _trimmed(line: list[Unit]) -> list[Unit]:
    while line and line[-1].is_space:
        line = line[:-1]
    return line


def _split(unit: Unit, width: float, may_be_empty: bool) -> tuple[Unit | None, Unit | None]:
    """The part of a unit that fits, at least one letter unless nothing need be there, and the rest."""
    cuts = [
        at
        for at in range(1, len(unit.text))
        if not unicodedata.category(unit.text[at]).startswith("M") and unit.text[at] not in "\u200c\u200d"
    ]

    def part(text: str) -> Unit:
        return _unit(text, unit.style, unit.level, False, unit.glued)

    low, high = 0, len(cuts)  # cuts[:low] fit
    while low < high:
        middle = (low + high) // 2
        if part(unit.text[: cuts[middle]]).width <= width + _SLACK:
            low = middle + 1
        else:
            high = middle
    if low == 0:
        if may_be_empty:
            return None, unit
        if not cuts:
            return unit, None
        low = 1
    cut = cuts[low - 1]
    return part(unit.text[:cut]), part(unit.text[cut:])


def _line(units: list[Unit], base: int) -> Line:
    order = in_sight_order([unit.level for unit in units])
    seen = tuple(units[at] for at in order)
    runs = tuple(run for unit in seen for run in unit.runs)
    styles = [unit.style for unit in units]
    used: dict[Face, set[int]] = {}
    for run in runs:
        used.setdefault(run.face, set()).update(glyph.gid for glyph in run.glyphs)
    return Line(
        sum(unit.width for unit in seen),
        max((style.leading for style in styles), default=0),
        max((style.size for style in styles), default=0),
        seen,
        tuple((face, frozenset(gids)) for face, gids in used.items()),
        "".join(run.missing for run in runs),
        _code(seen, None) if all(run.code for run in runs) else "",
        bool(base),
    )


def _code(units: Iterable[Unit], fonts: Embedded | None) -> str:
    """Operators between BT and ET: font and colour where they change, then the glyphs."""
    parts: list[str] = []
    inside: list[str] = []
    state: tuple[object, ...] = ()

    def close() -> None:
        if inside:
            parts.append(f"[{''.join(inside)}]TJ ")
            inside.clear()

    for unit in units:
        size, colour = unit.style.size, ink(unit.style.colour)
        for run in unit.runs:
            now = (run.face.key, size, colour, run.thick)
            if now != state:
                close()
                parts.append(f"/{run.face.key} {size:g} Tf {colour} rg ")
                if run.thick:  # there is no bold of this script: its regular letters get an outline
                    parts.append(f"2 Tr {size * 0.03:.2f} w {colour} RG ")
                elif state and state[3]:
                    parts.append("0 Tr ")
                state = now
            inside.append(run.code if fonts is None else fonts.code(run, size))
    close()
    if state and state[3]:
        parts.append("0 Tr ")
    return "".join(parts)
