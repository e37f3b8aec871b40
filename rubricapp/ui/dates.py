"""Days and times as people say them."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QDate, QLocale

from rubricapp.i18n import _, language, ngettext


def say_day(iso: str) -> str:
    """An ISO day as "3 Nov 2026"; what is no day stays as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return QLocale(language()).toString(QDate(day.year, day.month, day.day), "d MMM yyyy")


def say_when(moment: datetime, now: datetime) -> str:
    """A UTC moment as seen from `now`, in this laptop's time: "today 09:10", "yesterday 18:02", "3 Nov 2026"."""
    here, today = moment.astimezone(), now.astimezone().date()
    days = (today - here.date()).days
    time = here.strftime("%H:%M")
    if days == 0:
        return _("today {time}").format(time=time)
    if days == 1:
        return _("yesterday {time}").format(time=time)
    if 1 < days < 14:
        return ngettext("{n} day ago", "{n} days ago", days).format(n=days)
    return say_day(here.date().isoformat())


def week_of(starts_on: str, ends_on: str, today: date) -> str:
    """ "Week 6 of 12", or "" where dates are missing or today is outside."""
    try:
        start, end = date.fromisoformat(starts_on), date.fromisoformat(ends_on)
    except ValueError:
        return ""
    if not start <= today <= end:
        return ""
    return _("Week {n} of {total}").format(n=(today - start).days // 7 + 1, total=(end - start).days // 7 + 1)
