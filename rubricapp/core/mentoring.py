"""Mentoring: meetings, the actions agreed there, what is still open at the next one, and who may read what was said.

A meeting is seen whole by the two who met; by leads as far as the two chose. Of a meeting between the pair only, a
lead learns that it took place (programmes count meetings), and nobody else learns anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum, StrEnum

from rubricapp.core.model import CriterionId, Person, PersonId, Role


class Visibility(StrEnum):
    """Who reads what was said: the two who met, or these and the programme's leads."""

    PAIR = "pair"
    LEAD = "lead"


class Sight(IntEnum):
    """How much of a meeting somebody sees: nothing, that it took place, all of it."""

    NOTHING = 0
    DAY = 1
    WHOLE = 2


@dataclass(frozen=True)
class Meeting:
    """A mentor and a participant met. held_on, next_on: ISO days; next_on "" where none was agreed.

    minutes: how long, or None. note: the participant's own. hidden: only that it took place is given.
    """

    id: str
    participant: PersonId
    mentor: PersonId
    held_on: str
    minutes: int | None = None
    topics: str = ""
    note: str = ""
    next_on: str = ""
    visibility: Visibility = Visibility.PAIR
    hidden: bool = False


@dataclass(frozen=True)
class AgreedAction:
    """Something agreed at a meeting. due_on: ISO day or "". done_on: when it was settled, "" while it is open.

    outcome: what came of it, also where it was dropped. criteria: what it is meant to move.
    """

    id: str
    meeting: str
    participant: PersonId
    text: str
    due_on: str = ""
    criteria: tuple[CriterionId, ...] = ()
    done_on: str = ""
    outcome: str = ""

    @property
    def is_open(self) -> bool:
        return not self.done_on


@dataclass(frozen=True)
class Milestone:
    """Something reached that no rubric asks for. reached_on: ISO day."""

    id: str
    participant: PersonId
    reached_on: str
    title: str
    note: str = ""


def sight(meeting: Meeting, viewer: Person | None, everything: bool = False) -> Sight:
    """How much of a meeting this person sees. everything: whoever keeps the workspace, as on the command line."""
    if everything or (viewer is not None and viewer.id in (meeting.participant, meeting.mentor)):
        return Sight.WHOLE
    if viewer is not None and Role.LEAD in viewer.roles:
        return Sight.WHOLE if meeting.visibility is Visibility.LEAD else Sight.DAY
    return Sight.NOTHING


def seen(meetings: Iterable[Meeting], viewer: Person | None, everything: bool = False) -> list[Meeting]:
    """The meetings as this person may see them; what they may not read of one is not in it."""
    found = []
    for each in meetings:
        how = sight(each, viewer, everything)
        if how is Sight.WHOLE:
            found.append(each)
        elif how is Sight.DAY:
            found.append(replace(each, topics="", note="", next_on="", hidden=True))
    return found


def may_write(participant: Person, viewer: Person | None) -> bool:
    """Whether this person can hold a meeting with that participant: staff, never the participant themself."""
    return (
        viewer is not None
        and viewer.id != participant.id
        and bool(viewer.roles & {Role.MENTOR, Role.LEAD, Role.ASSESSOR})
    )


def is_overdue(action: AgreedAction, today: date) -> bool:
    """Open, and its day is over. A due day that is none (from a strange laptop) is never overdue."""
    if not action.is_open or not action.due_on:
        return False
    try:
        return date.fromisoformat(action.due_on) < today
    except ValueError:
        return False


def in_order(actions: Iterable[AgreedAction], today: date) -> list[AgreedAction]:
    """Overdue ones first, then open ones by due day (those without one last), then settled ones, newest first."""
    known = list(actions)
    still = [each for each in known if each.is_open]
    still.sort(key=lambda each: (not is_overdue(each, today), each.due_on or "9999", each.id))
    settled = [each for each in known if not each.is_open]
    settled.sort(key=lambda each: (each.done_on, each.id), reverse=True)
    return still + settled


def times_carried(action: AgreedAction, meetings: Iterable[Meeting]) -> int:
    """At how many later meetings with the same participant the action was carried over: still open after them."""
    held = {each.id: each.held_on for each in meetings if each.participant == action.participant}
    agreed_on = held.get(action.meeting)
    if agreed_on is None:
        return 0
    return sum(
        (agreed_on, action.meeting) < (day, key) and (action.is_open or day < action.done_on)
        for key, day in held.items()
    )


def unsettled(
    actions: Iterable[AgreedAction], settled: Iterable[str], carried: Iterable[str]
) -> tuple[AgreedAction, ...]:
    """Open actions that a new meeting neither settles nor carries over: each must be spoken of."""
    spoken_of = {*settled, *carried}
    return tuple(each for each in actions if each.is_open and each.id not in spoken_of)


def split_action(text: str) -> tuple[str, str, str]:
    """(text, due day, criteria) of "TEXT|DUE|CRITERIA"; the last two may be missing. Raises ValueError."""
    parts = [part.strip() for part in text.split("|")]
    if not parts[0] or len(parts) > 3:
        raise ValueError(text)
    what, due, criteria = (*parts, "", "")[:3]
    return what, due, criteria
