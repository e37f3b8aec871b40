"""What the committee page shows to whoever sits here. A vote that is hidden is in nothing that is read here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rubricapp.core.committee import Case
from rubricapp.core.model import Person, PersonId, Role
from rubricapp.i18n import _
from rubricapp.operations.committee import Brief, brief
from rubricapp.store.assigning import list_kept_apart
from rubricapp.store.committee import list_cases
from rubricapp.store.mentoring import list_actions, list_meetings
from rubricapp.store.people import list_people
from rubricapp.store.viewing import load_view
from rubricapp.store.workspace import Workspace
from rubricapp.ui.dates import say_day


@dataclass(frozen=True)
class CaseRow:
    """A case with whom it is about."""

    case: Case
    participant: Person


@dataclass(frozen=True)
class Read:
    """One case as it is read before and in a meeting. meetings: with the mentor, as far as one may see them."""

    case: Case
    participant: Person
    brief: Brief
    meetings: tuple[str, ...]
    history: tuple[CaseRow, ...]
    names: Mapping[PersonId, str]


def list_rows(ws: Workspace, me: Person | None) -> list[CaseRow]:
    """The cases that concern whoever sits here, newest first: a lead's are all, a member's those they vote in.

    Nobody's are about themselves.
    """
    if me is None:
        return []
    people = {each.id: each for each in list_people(ws)}
    return [
        CaseRow(each, people[each.participant])
        for each in reversed(list_cases(ws, viewer=me.id))
        if each.participant in people and each.participant != me.id and (Role.LEAD in me.roles or me.id in each.members)
    ]


def read_case(ws: Workspace, row: CaseRow, me: Person) -> Read:
    """Everything about one case for whoever sits here."""
    view = load_view(ws, me)
    found = brief(ws, row.participant, row.case.held_on, me.id, view.sees_results)
    names = {each.id: each.name for each in list_people(ws)}
    meetings = []
    for each in list_meetings(ws, row.participant.id, me):
        said = _("between the two of them only") if each.hidden else each.topics
        parts = (say_day(each.held_on), names.get(each.mentor, ""), said)
        meetings.append("  ·  ".join(part for part in parts if part))
    for action in list_actions(ws, row.participant.id, me):
        if not action.done_on:
            due = _("due {day}").format(day=say_day(action.due_on)) if action.due_on else ""
            meetings.append("  ·  ".join(part for part in (_("Still open"), action.text, due) if part))
    history = [each for each in list_rows(ws, me) if each.participant.id == row.participant.id]
    return Read(row.case, row.participant, found, tuple(meetings), tuple(history), names)


def list_voters(ws: Workspace, participant: str) -> list[Person]:
    """Assessors and leads who are not kept apart from a participant."""
    apart = {other for pair in list_kept_apart(ws) if participant in pair for other in pair} | {participant}
    return [each for each in list_people(ws) if each.roles & {Role.ASSESSOR, Role.LEAD} and each.id not in apart]


def say_votes(case: Case) -> str:
    """How far the vote is: never what anybody voted."""
    if case.shown:
        tally = ", ".join(f"{word}: {count}" for word, count in case.tally())
        return tally or _("closed, nobody voted")
    return _("{k} of {n} have voted").format(k=len(case.voted), n=len(case.members))
