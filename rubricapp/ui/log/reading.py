"""What the log page shows, read in one go. Incidents come only to those who may see them."""

from __future__ import annotations

from dataclasses import dataclass

from rubricapp.core.model import CriterionId, LogCheck, LogEntry, Person, PersonId, Role
from rubricapp.core.production import WeekTotal, hours_text, totals
from rubricapp.i18n import _, language
from rubricapp.operations.privacy import everyone
from rubricapp.store.artefacts import count_attached
from rubricapp.store.production_log import list_log, list_log_checks
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.workspace import Workspace
from rubricapp.ui.log.words import say_check


@dataclass(frozen=True)
class Day:
    """One day as the table shows it. said: what mentors said of it, in words. attached: files and links."""

    entry: LogEntry
    person: Person
    checks: tuple[LogCheck, ...] = ()
    said: str = ""
    attached: int = 0

    @property
    def hours(self) -> str:
        return hours_text(self.entry.minutes) if self.entry.minutes is not None else ""

    @property
    def place(self) -> tuple[str, str, str]:
        return self.entry.worked_on, self.entry.called_at, self.entry.id


@dataclass(frozen=True)
class Total:
    """A week of one person in one role."""

    person: Person
    week: WeekTotal


def may_see_incidents(me: Person | None, participant: PersonId | str) -> bool:
    """Leads, and the participant themself."""
    return me is not None and (Role.LEAD in me.roles or me.id == participant)


def may_check(me: Person | None, participant: PersonId | str) -> bool:
    """Mentors, assessors and leads, for another person's day."""
    return me is not None and me.id != participant and bool(me.roles & {Role.MENTOR, Role.ASSESSOR, Role.LEAD})


def read_days(ws: Workspace, me: Person | None, participant: str = "") -> list[Day]:
    """The days of one participant or of all, newest first."""
    people = everyone(ws)
    entries = list_log(ws, participant, restricted=may_see_incidents(me, participant))
    if not participant and me is not None and not may_see_incidents(me, ""):
        entries = [each for each in entries if each.participant != me.id] + list_log(ws, me.id, restricted=True)
    checks = list_log_checks(ws, participant)

    def name(mentor: str) -> str:
        return people[mentor].name if mentor in people else _("someone")

    attached = count_attached(ws)
    days = []
    for entry in entries:
        if entry.participant in people:
            found = tuple(checks.get(entry.id, ()))
            said = "  ·  ".join(say_check(each, name(each.mentor)) for each in found)
            days.append(Day(entry, people[entry.participant], found, said, attached.get(entry.id, 0)))
    return sorted(days, key=lambda day: day.place, reverse=True)


def total_up(days: list[Day]) -> list[Total]:
    """Totals per week and role, each person by themself, newest week first."""
    by_person: dict[str, list[Day]] = {}
    for day in days:
        by_person.setdefault(day.person.id, []).append(day)
    found = [
        Total(group[0].person, week)
        for group in by_person.values()
        for week in totals(day.entry for day in sorted(group, key=lambda day: day.place))
    ]
    return sorted(found, key=lambda each: (-each.week.starts_on.toordinal(), each.person.sort_key, each.week.role))


def read_criteria(ws: Workspace) -> list[tuple[CriterionId, str]]:
    """(id, title) of every criterion of the rubrics here, in their order."""
    return list({each.id: each.title for rubric in list_rubrics(ws, language()) for each in rubric.criteria}.items())
