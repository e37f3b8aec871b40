"""What a number or a text in a workbook cell means, by its number format: a day, an ID with zeros in front, text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from rubricapp.formats.grid import MAX_TEXT, Cell, Mark

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Style:
    """How a number is shown. kind: "", "date", "time" or "zeros" (prefix, then at least `width` digits, suffix)."""

    kind: str = ""
    prefix: str = ""
    width: int = 0
    suffix: str = ""
    quoted: bool = False


def plain(text: str) -> str:
    """Text of a cell without its escapes (_x000D_), at most as long as a spreadsheet keeps it."""
    if "_x" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text[:MAX_TEXT] if len(text) > MAX_TEXT else text


PLAIN = Style()
"""A number shown as it is."""
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_ZEROS = re.compile(r'((?:"[^"]*"|\\.|[-/ ])*)(0+)((?:"[^"]*"|\\.|[-/ ])*)')
_DATE_FORMATS = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))
_TIME_FORMATS = frozenset((*range(18, 22), *range(45, 48)))


def style_of(number: int, code: str | None, quoted: bool) -> Style:
    """What the number format with this id, or with this code, makes of a number."""
    if code is None:
        kind = "date" if number in _DATE_FORMATS else "time" if number in _TIME_FORMATS else ""
        return Style(kind, quoted=quoted)
    code = code[:255]
    if code.casefold() == "general":
        return Style(quoted=quoted)
    zeros = _ZEROS.fullmatch(code)
    if zeros:
        return Style("zeros", _literal(zeros[1]), len(zeros[2]), _literal(zeros[3]), quoted)
    letters = set(_LITERAL.sub("", code.partition(";")[0]).casefold())
    if letters & set("dy") or ("m" in letters and not letters & set("hs")):
        return Style("date", quoted=quoted)
    return Style("time" if letters & set("hs") else "", quoted=quoted)


def _literal(text: str) -> str:
    return re.sub(r'"|\\(?=.)', "", text)


def number_cell(text: str, style: Style, epoch_1904: bool) -> Cell:
    """A number as the sheet shows it. Raises ValueError for what is no number."""
    number = float(text)
    if style.kind == "date":
        return excel_day(number, epoch_1904)
    if style.kind == "time":
        return Mark("bad_date", text)
    if not number.is_integer():
        return f"{number:.15g}"
    if abs(number) >= 1e15:
        return Mark("imprecise", text)
    digits = str(int(number))
    if style.kind == "zeros" and number >= 0:
        return f"{style.prefix}{digits.zfill(style.width)}{style.suffix}"
    return digits


@lru_cache(maxsize=4096)
def excel_day(number: float, epoch_1904: bool = False) -> Mark:
    """The day that a spreadsheet means by a number. Days before March 1900 are refused: there it counts wrongly."""
    try:
        days = int(number)
        if days < 61 and not epoch_1904:
            return Mark("bad_date", f"{number:.15g}")
        day = (date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)) + timedelta(days=days)
    except (OverflowError, ValueError):
        return Mark("bad_date", f"{number:.15g}")
    return Mark("date", day.isoformat())


def iso_day(text: str) -> Mark:
    """The day of a cell that holds it as ISO text, as strict workbooks do."""
    try:
        return Mark("date", date.fromisoformat(text.strip()[:10]).isoformat())
    except ValueError:
        return Mark("bad_date", text)
