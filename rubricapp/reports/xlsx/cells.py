"""One cell as XML: text that stays text, real numbers and dates, formulas with the value they will have.

Decision: openpyxl makes everything of the workbook but its rows; the rows are written here. Why: openpyxl cannot
write the value of a formula, so every sheet has to be rewritten after saving anyway; writing the rows in that pass
puts each value beside its formula, streams, and is several times faster than openpyxl's own cells. 2026-11.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction

LONGEST = 32_767
"""UTF-16 code units that one cell holds."""
LONGEST_LABEL = 100
"""Characters of what is compared and chosen from lists: ids, rubrics, occasions."""

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_PLAIN = re.compile('[&<>"\r]|_x|' + _ILLEGAL.pattern)
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# A program that edits the cell again would take these for the start of a formula; the last four are full-width.
_STARTS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_FIRST_DAY = 61
"""1900-03-01: before it, spreadsheet programs disagree about the day."""


@dataclass(frozen=True)
class Fault:
    """An error as the value of a formula, such as #N/A."""

    code: str


NOT_AVAILABLE = Fault("#N/A")

Value = str | int | float | bool | Fraction | date | datetime | Fault | None


@dataclass(frozen=True)
class Cell:
    """One cell of a sheet that is laid out by hand. formula: without "="; value is then what it will give."""

    value: Value = None
    style: str = "text"
    formula: str = ""


def cleaned(text: str) -> str:
    """The text with one kind of line end and without what XML cannot hold."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def label(text: str) -> str:
    """The text as one short line, fit for comparing and for lists to choose from."""
    return " ".join(cleaned(text).split())[:LONGEST_LABEL]


def fitted(text: str, note: str) -> tuple[str, bool]:
    """(the text, or as much as one cell holds with `note` at its end; whether it was cut)."""
    if len(text) <= LONGEST // 2 or len(text.encode("utf-16-le")) // 2 <= LONGEST:
        return text, False
    room = 2 * (LONGEST - len(note.encode("utf-16-le")) // 2)
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + note, True


def escaped(text: str) -> str:
    """The text, cleaned, as XML character data. "_x0041_" stays as typed: spreadsheet programs would read "A"."""
    if _NOT_PLAIN.search(text) is None:
        return text
    return _LOOKS_ESCAPED.sub("_x005F_", cleaned(text)).translate(_XML)


def serial(moment: date | datetime) -> float | int | None:
    """Days since 1899-12-30, as spreadsheet programs count; None for days that they do not agree on."""
    if not isinstance(moment, datetime):
        days = moment.toordinal() - _DAY_ZERO.toordinal()
        return days if days >= _FIRST_DAY else None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    passed = moment - _DAY_ZERO
    # To the millisecond: more digits differ between programs.
    days = round(passed.days + (passed.seconds * 1000 + passed.microseconds // 1000) / 86_400_000, 11)
    return days if days >= _FIRST_DAY else None


def number(value: int | float | Fraction) -> str:
    """The number as it stands in the file, independent of language and platform."""
    if isinstance(value, int):
        return str(int(value))
    found = float(value)
    return str(int(found)) if found.is_integer() and abs(found) < 1e15 else repr(found)


def gives(value: Value) -> tuple[str, str]:
    """(type attribute, value element) of the formula cell that gives this."""
    if isinstance(value, str):
        return ' t="str"', f"<v>{escaped(value)}</v>"
    if isinstance(value, bool):
        return ' t="b"', f"<v>{int(value)}</v>"
    if isinstance(value, Fault):
        return ' t="e"', f"<v>{value.code}</v>"
    return "", "" if value is None else f"<v>{number(value)}</v>"


def holds(value: Value, style: int, quoted_style: int) -> str:
    """What follows `<c r="A1"` in a cell that is no formula, whatever its text; "" for a blank.

    quoted_style: the same look, and says that the text is to stay text.
    """
    if isinstance(value, str):
        text = escaped(value)
        if not text:
            return ""
        if text[0] in _STARTS_FORMULA:
            style = quoted_style
        space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() or "\n" in text else ""
        return f' s="{style}" t="inlineStr"><is><t{space}>{text}</t></is></c>'
    if value is None:
        return ""
    if isinstance(value, bool):
        return f' s="{style}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, Fault):
        return f' s="{style}" t="e"><v>{value.code}</v></c>'
    if isinstance(value, date):
        days = serial(value)
        if days is None:
            return holds(value.isoformat(), style, quoted_style)
        value = days
    return f' s="{style}"><v>{number(value)}</v></c>'
