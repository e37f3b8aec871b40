"""The arithmetic of a production log: hours as people write them, days from call to wrap, totals by week and role."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rubricapp.core.model import LogEntry

DAY_TYPES = ("prep", "shoot", "wrap", "post", "office")
_CLOCK = re.compile(r"(\d{1,2})\s*[:hH.]\s*(\d{2})?")
_NUMBER = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))?\s*h?")


def minutes_of(text: str) -> int:
    """Minutes of "10", "10.5", "10,5", "10:30", "10h30". Raises ValueError for anything else or more than a day."""
    text = text.strip().casefold()
    number = _NUMBER.fullmatch(text)
    clock = re.fullmatch(r"(\d{1,2})\s*[:h]\s*(\d{2})(?:\s*min|\s*m)?", text)
    if clock:
        minutes = int(clock[1]) * 60 + int(clock[2])
        if int(clock[2]) > 59:
            raise ValueError(text)
    elif number:
        part = (number[2] or "").ljust(2, "0")
        # 10.33 hours are 619.8 minutes: half up, in whole numbers.
        minutes = int(number[1]) * 60 + (int(part or 0) * 60 + 50) // 100
    else:
        raise ValueError(text)
    if minutes > 24 * 60:
        raise ValueError(text)
    return minutes


def hours_text(minutes: int) -> str:
    """10:30 for 630."""
    return f"{minutes // 60}:{minutes % 60:02}"


def time_of_day(text: str) -> str:
    """The form 07:30 of "7:30", "7h30", "0730" or "7.30"; "" of "". Raises ValueError."""
    text = text.strip()
    if not text:
        return ""
    found = _CLOCK.fullmatch(text) or re.fullmatch(r"(\d{2})(\d{2})", text)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise ValueError(text)
    return f"{int(found[1]):02}:{int(found[2] or 0):02}"


def minutes_between(called_at: str, wrapped_at: str) -> int | None:
    """From call to wrap, over midnight where the wrap is earlier; None where one is missing."""
    if not called_at or not wrapped_at:
        return None
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in (called_at, wrapped_at))
    return (end - start) % (24 * 60)


@dataclass(frozen=True)
class WeekTotal:
    """Days and minutes of one role in one ISO week. without_hours: days that say no hours; they count as days only."""

    year: int
    week: int
    role: str
    days: int
    minutes: int
    without_hours: int

    @property
    def starts_on(self) -> date:
        """The week's Monday."""
        return date.fromisocalendar(self.year, self.week, 1)


def totals(entries: Iterable[LogEntry]) -> list[WeekTotal]:
    """Totals by ISO week and role (in any case), oldest week first. A day with two entries of one role is one day."""
    groups: dict[tuple[int, int, str], list[LogEntry]] = {}
    names: dict[str, str] = {}
    for entry in entries:
        year, week, _day = date.fromisoformat(entry.worked_on).isocalendar()
        key = entry.role.casefold()
        names.setdefault(key, entry.role)
        groups.setdefault((year, week, key), []).append(entry)
    return [
        WeekTotal(
            year,
            week,
            names[role],
            len({entry.worked_on for entry in group}),
            sum(entry.minutes or 0 for entry in group),
            sum(entry.minutes is None for entry in group),
        )
        for (year, week, role), group in sorted(groups.items())
    ]


TEMPLATES: dict[str, tuple[str, ...]] = {
    "camera": ("scenes", "rolls", "kit", "tasks"),
    "sound": ("scenes", "rolls", "kit", "tasks"),
    "production": ("tasks", "problem", "decision", "outcome"),
    "lighting": ("scenes", "kit", "tasks", "problem"),
    "art": ("scenes", "kit", "tasks", "problem"),
    "editing": ("scenes", "tasks", "problem", "decision"),
    "post": ("scenes", "tasks", "problem", "decision"),
    "budgeting": ("tasks", "problem", "decision", "outcome"),
    "ethics": ("tasks", "problem", "decision", "outcome"),
    "direction": ("scenes", "tasks", "problem", "decision", "outcome"),
}
"""What a department's day is asked for first, beside role, hours and supervision."""


def template(department: str) -> tuple[str, ...]:
    """The fields that come first for a department; a short general list for one that is not known."""
    return TEMPLATES.get(department.strip().casefold(), ("scenes", "tasks"))


def next_day(last: LogEntry) -> dict[str, str]:
    """What "repeat last" takes over: where and as what one works, never what happened."""
    kept = (
        *("day_type", "production", "unit", "location", "called_at", "department", "role", "credited_role", "head"),
        *("kit", "supervised_by"),
    )
    return {name: getattr(last, name) for name in kept if getattr(last, name)}
