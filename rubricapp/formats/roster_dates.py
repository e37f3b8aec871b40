"""Days as people write them: 2026-09-02, 02/09/2026, 2.9.26, 2 sept. 2026, 2026年9月2日, 46267 out of a spreadsheet.

Whether the day or the month comes first is decided for a column as a whole, never value by value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rubricapp.formats.workbook_cells import excel_day

EARLIEST, LATEST = 1950, 2100

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})\.?")
_COMPACT = re.compile(r"((?:19|20|21)\d\d)(\d\d)(\d\d)")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_TIME = re.compile(
    r"(?:T|\s+|,\s*)\d{1,2}[:hH.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d\d:?\d\d)?$"
)
_WEEKDAY = re.compile(r"^[^\W\d_]{2,12}\.?,?\s+(?=\d|[^\W\d_]+\.?\s+\d)")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|º|°|\.)?[\s-]*(?:de\s+|of\s+)?([^\W\d_]+)\.?,?[\s-]*(?:de\s+|del\s+)?(\d{4}|\d{2})"
)
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
# English, French, Spanish, Portuguese, German; without accents. A month is known by its full name or its beginning.
_MONTHS = (
    "january janvier enero janeiro januar jaenner janner",
    "february fevrier febrero fevereiro februar",
    "march mars marzo marco maerz marz mrz",
    "april avril abril",
    "may mai mayo maio",
    "june juin junio junho juni",
    "july juillet julio julho juli",
    "august aout agosto",
    "september septembre septiembre setembro setiembre sept",
    "october octobre octubre outubro oktober",
    "november novembre noviembre novembro",
    "december decembre diciembre dezembro dezember",
)
_HINT_DAY = re.compile(r"\b(?:dd?|jj?|tt?)\s*[-/.]\s*mm?\b", re.IGNORECASE)
_HINT_MONTH = re.compile(r"\bmm?\s*[-/.]\s*(?:dd?|jj?|tt?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Order:
    """How 02/09/2026 is read in one column. unsure: nothing in the column said so. mixed: values contradict."""

    day_first: bool = True
    unsure: bool = False
    mixed: bool = False


@dataclass(frozen=True)
class Day:
    """What a text says. iso: the day, "" where it is none. note: how it was read, where that is worth saying.

    why: the reason where it is no day. ambiguous: read by the order of its column.
    """

    iso: str = ""
    note: str = ""
    why: str = ""
    ambiguous: bool = False


def order_of(values: Iterable[str], heading: str, foreign: bool) -> Order:
    """The order of day and month in a column, by its heading (dd/mm/yyyy), then by values that allow only one.

    Where none does, and the headings are English, the order that puts all days within one month of each other wins
    over one that does not. Else the day comes first, as nearly everywhere. foreign: headings are not English.
    """
    pairs = []
    for value in values:
        match = _YEAR_LAST.fullmatch(_TIME.sub("", _tidy(value))) if len(value) <= 60 else None
        if match and match[2] != ".":  # dots are always day first
            pairs.append((int(match[1]), int(match[3]), _year(match[4])))
    day = sum(first > 12 >= second for first, second, _ in pairs)
    month = sum(second > 12 >= first for first, second, _ in pairs)
    if _HINT_DAY.search(heading) or _HINT_MONTH.search(heading):
        day_first = bool(_HINT_DAY.search(heading))
        return Order(day_first, mixed=bool(month if day_first else day))
    if day or month:
        return Order(day >= month, mixed=bool(day and month))
    unsure = any(first != second for first, second, _ in pairs)
    if unsure and not foreign:
        days = _span((year, second, first) for first, second, year in pairs)
        months = _span((year, first, second) for first, second, year in pairs)
        return Order(not months <= 31 < days, unsure)
    return Order(True, unsure)


def _span(days: Iterable[tuple[int, int, int]]) -> int:
    """Days between the first and the last; what is no day is left out."""
    numbers = []
    for year, month, day in days:
        try:
            numbers.append(date(year, month, day).toordinal())
        except ValueError:
            continue
    return max(numbers) - min(numbers) if numbers else 0


def read_day(text: str, order: Order, epoch_1904: bool = False) -> Day:
    """The day that a text means, in the order of its column. Never raises."""
    if len(text) > 60:
        return Day(why="it is too long for a date")
    tidy = _TIME.sub("", _tidy(text))
    if match := _YEAR_FIRST.fullmatch(tidy) or _COMPACT.fullmatch(tidy):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _YEAR_LAST.fullmatch(tidy):
        return _year_last(match, order)
    if _SERIAL.fullmatch(tidy):
        mark = excel_day(float(tidy.replace(",", ".")), epoch_1904)
        found = _day(*map(int, mark.text.split("-"))) if mark.kind == "date" else Day(why="it is a number")
        return Day(found.iso, f"the day number {tidy} of a spreadsheet") if found.iso else Day(why="it is a number")
    return _with_month_name(tidy) or _with_month_name(_WEEKDAY.sub("", tidy)) or Day(why="it is not written as a date")


def is_short(text: str) -> bool:
    """Whether a text is a date in figures with the year last, such as 13/09/2026."""
    match = _YEAR_LAST.fullmatch(_tidy(text)) if len(text) <= 60 else None
    return match is not None and match[2] != "."


def _tidy(text: str) -> str:
    """Digits of any script as 0 to 9, one kind of sign, no outer spaces."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(str(unicodedata.digit(c, c)) if c.isdigit() else c for c in text)
    return re.sub(r"[‐‑‒–—−]", "-", text).strip()


def _year(text: str) -> int:
    """A year of two digits is one of this century up to 69; from 70 on it stays two digits and is refused."""
    year = int(text)
    return year + 2000 if len(text) == 2 and year < 70 else year


def _year_last(match: re.Match[str], order: Order) -> Day:
    first, sign, second = int(match[1]), match[2], int(match[3])
    year = _year(match[4])
    if year < 100:
        return Day(why="its year has only two digits")
    if len(match[4]) == 2 and sign == "-":
        return Day(why="it is not clear which part is the year")
    day_first = order.day_first or sign == "."
    day, month = (first, second) if day_first else (second, first)
    if order.mixed and sign != "." and month > 12 >= day:
        ahead = "the day" if day_first else "the month"
        return Day(why=f"other dates of this column have {ahead} first, and there is no month {month}")
    found = _day(year, month, day)
    if not found.iso:
        return found
    note = f"the year 20{match[4]}" if len(match[4]) == 2 else ""
    return Day(found.iso, note, ambiguous=sign != "." and first <= 12 and second <= 12 and first != second)


def _with_month_name(text: str) -> Day | None:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(c))
    if match := _DAY_MONTH.fullmatch(plain):
        day, name, year = match.groups()
    elif match := _MONTH_DAY.fullmatch(plain):
        name, day, year = match.groups()
    else:
        return None
    for number, names in enumerate(_MONTHS, 1):
        if any(each == name or (len(name) >= 3 and each.startswith(name)) for each in names.split()):
            if _year(year) < 100:
                return Day(why="its year has only two digits")
            found = _day(_year(year), number, int(day))
            return Day(found.iso, f"the year 20{year}", found.why) if len(year) == 2 and found.iso else found
    return None


def _day(year: int, month: int, day: int) -> Day:
    if not EARLIEST <= year <= LATEST:
        return Day(why=f"the year {year} cannot be meant")
    try:
        return Day(date(year, month, day).isoformat())
    except ValueError:
        return Day(why="there is no such day")
