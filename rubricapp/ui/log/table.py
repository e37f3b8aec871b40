"""The two tables of the log: the days, and what they come to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from rubricapp.core.production import hours_text
from rubricapp.i18n import _
from rubricapp.ui.dates import say_day
from rubricapp.ui.log.reading import Total
from rubricapp.ui.widgets.rows import Column, RowsTable


def day_columns(everyone: bool, incidents: bool) -> tuple[Column, ...]:
    """Of the days. everyone: with the participant. incidents: whether there was one, for who may know."""
    incident = (Column(_("Incident"), lambda day: _("yes") if day.entry.incident else ""),)
    who = (Column(_("Participant"), lambda day: day.person.name, lambda day: day.person.sort_key, wide=True),)
    return (
        Column(_("Date"), lambda day: say_day(day.entry.worked_on), lambda day: day.place),
        *(who if everyone else ()),
        Column(_("Hours"), lambda day: day.hours, lambda day: day.entry.minutes or 0, right=True),
        Column(_("Role"), lambda day: day.entry.role),
        Column(_("Production"), lambda day: day.entry.production),
        Column(_("Mentors"), lambda day: day.said, wide=True),
        Column(_("Scenes"), lambda day: day.entry.scenes),
        Column(_("Help"), lambda day: str(day.entry.supervision or ""), lambda day: day.entry.supervision or 0),
        Column(_("Criteria"), lambda day: " ".join(day.entry.criteria)),
        Column(_("Files"), lambda day: str(day.attached or ""), lambda day: day.attached, right=True),
        *(incident if incidents else ()),
    )


def total_columns(everyone: bool) -> tuple[Column, ...]:
    """Of the totals per week and role."""

    def week(total: Total) -> str:
        return _("{week}, from {day}").format(
            week=f"{total.week.year}-W{total.week.week:02}", day=say_day(total.week.starts_on.isoformat())
        )

    def hours(total: Total) -> str:
        text = hours_text(total.week.minutes)
        missing = total.week.without_hours
        return _("{n} without hours · {hours}").format(n=missing, hours=text) if missing else text

    return (
        Column(_("Week"), week),
        *((Column(_("Participant"), lambda total: total.person.name, wide=True),) if everyone else ()),
        Column(_("Role"), lambda total: total.week.role or _("not said"), wide=not everyone),
        Column(_("Days"), lambda total: str(total.week.days), right=True),
        Column(_("Hours"), hours, lambda total: total.week.minutes, right=True),
    )


class DaysTable(RowsTable):
    """deletion_wanted(): the Delete key."""

    deletion_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.deletion_wanted.emit()
        else:
            super().keyPressEvent(event)
