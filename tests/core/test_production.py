"""Hours, times and totals of a production log."""

from __future__ import annotations

import pytest

from rubricapp.core.model import LogEntry
from rubricapp.core.production import (
    hours_text,
    minutes_between,
    minutes_of,
    next_day,
    template,
    time_of_day,
    totals,
)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("10", 600),
        ("10.5", 630),
        ("10,25", 615),
        ("10:30", 630),
        ("10h30", 630),
        (" 8 h", 480),
        ("0", 0),
        ("10.33", 620),
    ],
)
def test_hours_as_people_write_them(text, minutes) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize("text", ["", "ten", "25", "24:01", "10:75", "-3", "1e3", "10::30", "10.333"])
def test_hours_that_are_none(text) -> None:
    with pytest.raises(ValueError):
        minutes_of(text)


@pytest.mark.parametrize(
    ("text", "time"), [("7:30", "07:30"), ("7h", "07:00"), ("0730", "07:30"), ("", ""), ("23.59", "23:59")]
)
def test_times_of_day(text, time) -> None:
    assert time_of_day(text) == time


@pytest.mark.parametrize("text", ["24:00", "7:60", "late"])
def test_times_that_are_none(text) -> None:
    with pytest.raises(ValueError):
        time_of_day(text)


def test_a_night_goes_over_midnight() -> None:
    assert minutes_between("18:00", "05:30") == 690
    assert minutes_between("18:00", "") is None
    assert hours_text(690) == "11:30"


def entry(day: str, role: str, minutes: int | None) -> LogEntry:
    return LogEntry(day + role, "p", day, role=role, minutes=minutes)


def test_totals_by_iso_week_and_role() -> None:
    found = totals(
        [
            entry("2026-12-31", "Boom", 600),
            entry("2027-01-01", "boom", 480),  # the same ISO week, 2026-W53
            entry("2027-01-04", "Boom", None),
            entry("2027-01-04", "Mixer", 60),
            entry("2027-01-04", "Mixer", 30),
        ]
    )
    assert [(each.year, each.week, each.role, each.days, each.minutes, each.without_hours) for each in found] == [
        (2026, 53, "Boom", 2, 1080, 0),
        (2027, 1, "Boom", 1, 0, 1),
        (2027, 1, "Mixer", 1, 90, 0),
    ]
    assert found[0].starts_on.isoformat() == "2026-12-28"


def test_repeating_takes_place_and_role_never_what_happened() -> None:
    last = LogEntry("i", "p", "2026-09-01", role="Boom", called_at="07:00", scenes="12", problem="rain", minutes=600)
    assert next_day(last) == {"role": "Boom", "called_at": "07:00"}


def test_templates() -> None:
    assert "rolls" in template("Camera ")
    assert template("puppetry") == ("scenes", "tasks")
