"""A participant's time in the programme as one line: scorings, works, days, feedback, meetings, milestones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rubricapp.core.mentoring import Meeting, Milestone
from rubricapp.core.model import Assessment, LogEntry, Occasion, RubricVersion
from rubricapp.core.portfolio import Artefact, Showing

_WHEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
MANY_DAYS = 14
"""Days of the log beyond which they come by week."""


class EventKind(StrEnum):
    """In the order in which events of one day stand."""

    ASSESSMENT = "assessment"
    PEER = "peer"
    MEETING = "meeting"
    MILESTONE = "milestone"
    WORK = "work"
    SHOWING = "showing"
    LOG = "log"


@dataclass(frozen=True)
class Event:
    """Something that happened. on: ISO day, or a month or year where no more is known. until: of a week, its last day.

    record: the id of what happened, or "" where it may not lead there (peers' reviews). title, detail, by: texts as
    they were typed; by: who. days, minutes: of the log. rubric, occasion, source: of an assessment (content hash,
    occasion's id, kind); position: that occasion's place. hidden: only that it took place is known here.
    """

    on: str
    kind: EventKind
    record: str = ""
    title: str = ""
    detail: str = ""
    by: str = ""
    until: str = ""
    days: int = 0
    minutes: int = 0
    rubric: str = ""
    occasion: str = ""
    source: str = ""
    assessor: str = ""
    position: int = 0
    hidden: bool = False


def first_day(on: str) -> date | None:
    """The day, or the first one of the month or year; None of anything else."""
    found = _WHEN.fullmatch(on)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Oldest first; those of one day in the order of their kinds, those whose day is none at the end."""
    kinds = list(EventKind)

    def place(event: Event) -> tuple[date, int, int, str, str]:
        day = first_day(event.on) or date.max
        return day, kinds.index(event.kind), event.position, event.title.casefold(), event.record

    return tuple(sorted(events, key=place))


def of_assessment(assessment: Assessment, rubric: RubricVersion | None, occasion: Occasion | None, by: str) -> Event:
    """A finished assessment: on the day of its occasion, where that has one, else on the day it was finished."""
    finished = assessment.finished_at.date().isoformat() if assessment.finished_at else ""
    return Event(
        (occasion.held_on if occasion and first_day(occasion.held_on) else "") or finished,
        EventKind.ASSESSMENT,
        assessment.id,
        rubric.label if rubric else "",
        occasion.name if occasion else "",
        by,
        rubric=assessment.rubric,
        occasion=assessment.occasion,
        source=assessment.kind.value,
        assessor=assessment.assessor,
        position=occasion.position if occasion else 0,
    )


def of_work(artefact: Artefact) -> Event:
    """A work: when it was finished, else begun, else brought here."""
    on = artefact.made_to or artefact.made_from or artefact.added_on
    return Event(
        on, EventKind.WORK, artefact.id, artefact.title, " · ".join(filter(None, (artefact.type, artefact.role)))
    )


def of_showing(showing: Showing, artefact: Artefact) -> Event:
    """A showing of a work."""
    detail = " · ".join(filter(None, (showing.place, showing.result)))
    return Event(showing.shown_on, EventKind.SHOWING, artefact.id, artefact.title, detail, source=showing.kind)


def of_meeting(meeting: Meeting, by: str) -> Event:
    """A meeting with a mentor, as far as it was given to see."""
    return Event(
        meeting.held_on,
        EventKind.MEETING,
        meeting.id,
        detail=" ".join(meeting.topics.split()),
        by=by,
        minutes=meeting.minutes or 0,
        hidden=meeting.hidden,
    )


def of_milestone(milestone: Milestone) -> Event:
    """A milestone."""
    detail = " ".join(milestone.note.split())
    return Event(milestone.reached_on, EventKind.MILESTONE, milestone.id, milestone.title, detail)


def of_log(entries: Sequence[LogEntry], most: int = MANY_DAYS) -> list[Event]:
    """Days of the log, one event each; by ISO week where there are many."""
    days: dict[tuple, list[LogEntry]] = {}
    by_week = len({each.worked_on for each in entries}) > most
    for each in entries:
        day = first_day(each.worked_on)
        days.setdefault(day.isocalendar()[:2] if by_week and day else (each.worked_on,), []).append(each)
    return [_of_days(found) for found in days.values()]


def _of_days(entries: Sequence[LogEntry]) -> Event:
    worked = sorted({each.worked_on for each in entries})

    def words(name: str) -> str:
        return ", ".join(dict.fromkeys(text for each in entries if (text := getattr(each, name))))

    return Event(
        worked[0],
        EventKind.LOG,
        entries[0].id if len(entries) == 1 else "",
        words("production"),
        words("role"),
        until=worked[-1] if len(worked) > 1 else "",
        days=len(worked),
        minutes=sum(each.minutes or 0 for each in entries),
    )
