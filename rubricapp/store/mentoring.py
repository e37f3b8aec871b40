"""Reads: meetings, agreed actions and milestones. What one may not read of a meeting is not in what a read gives."""

from __future__ import annotations

from collections.abc import Iterable

from rubricapp.core.mentoring import AgreedAction, Meeting, Milestone, Sight, Visibility, seen, sight
from rubricapp.core.model import CriterionId, Person, PersonId, Role
from rubricapp.store.independence import list_mentored
from rubricapp.store.workspace import Workspace

_MEETING = (
    "SELECT id, coalesce(participant, ''), coalesce(mentor, ''), coalesce(held_on, ''), minutes, coalesce(topics, ''),"
    " coalesce(note, ''), coalesce(next_on, ''), visibility FROM meeting"
)
_ACTION = (
    "SELECT agreed_action.id, coalesce(agreed_action.meeting, ''), coalesce(agreed_action.participant, ''),"
    " coalesce(text, ''), coalesce(due_on, ''), coalesce(criteria, ''), coalesce(done_on, ''), coalesce(outcome, '')"
    " FROM agreed_action"
)
_MILESTONE = (
    "SELECT id, coalesce(participant, ''), coalesce(reached_on, ''), coalesce(title, ''), coalesce(note, '')"
    " FROM milestone"
)


def _meeting(row: tuple) -> Meeting:
    # What a newer laptop calls visible to more people than these two is not shown to them by this one.
    visibility = Visibility.LEAD if row[8] == Visibility.LEAD else Visibility.PAIR
    return Meeting(row[0], PersonId(row[1]), PersonId(row[2]), *row[3:8], visibility=visibility)


def _action(row: tuple) -> AgreedAction:
    criteria = tuple(CriterionId(each) for each in row[5].split())
    return AgreedAction(row[0], row[1], PersonId(row[2]), row[3], row[4], criteria, *row[6:])


def _about(table: str, participant: str) -> tuple[str, tuple[str, ...]]:
    where, values = (
        (f"{table}.participant = ?", (participant,)) if participant else (f"{table}.participant IS NOT NULL", ())
    )
    return f"{where} AND coalesce({table}.removed, 0) = 0", values


def list_meetings(
    ws: Workspace, participant: str = "", viewer: Person | None = None, everything: bool = False
) -> list[Meeting]:
    """Meetings by day, of one participant or of all, as this person may see them (see `core.mentoring.sight`)."""
    where, values = _about("meeting", participant)
    rows = ws.rows(f"{_MEETING} WHERE {where} ORDER BY held_on, id", *values)
    return seen([_meeting(row) for row in rows], viewer, everything)


def load_meeting(ws: Workspace, meeting: str) -> Meeting:
    """The meeting with this id, removed or not, whole: for who writes it. Raises LookupError."""
    rows = ws.rows(f"{_MEETING} WHERE id = ?", meeting)
    if not rows:
        raise LookupError(meeting)
    return _meeting(rows[0])


def list_actions(
    ws: Workspace, participant: str = "", viewer: Person | None = None, everything: bool = False
) -> list[AgreedAction]:
    """Agreed actions by due day, of those meetings that this person sees whole."""
    where, values = _about("agreed_action", participant)
    rows = ws.rows(f"{_ACTION} WHERE {where} ORDER BY due_on, id", *values)
    # Also those of meetings that were taken away: what was agreed stays agreed until it is taken away itself.
    known = {row[0]: _meeting(row) for row in ws.rows(_MEETING)}
    found = []
    for row in rows:
        action = _action(row)
        meeting = known.get(action.meeting) or Meeting(action.meeting, action.participant, PersonId(""), "")
        if sight(meeting, viewer, everything) is Sight.WHOLE:
            found.append(action)
    return found


def list_meeting_actions(ws: Workspace, meeting: str) -> list[AgreedAction]:
    """What was agreed at one meeting, for who writes it."""
    rows = ws.rows(
        f"{_ACTION} WHERE agreed_action.meeting = ? AND coalesce(removed, 0) = 0 ORDER BY due_on, id", meeting
    )
    return [_action(row) for row in rows]


def load_action(ws: Workspace, action: str) -> AgreedAction:
    """The action with this id, removed or not. Raises LookupError."""
    rows = ws.rows(f"{_ACTION} WHERE id = ?", action)
    if not rows:
        raise LookupError(action)
    return _action(rows[0])


def list_milestones(ws: Workspace, participant: str = "") -> list[Milestone]:
    """Milestones by day, of one participant or of all."""
    where, values = _about("milestone", participant)
    rows = ws.rows(f"{_MILESTONE} WHERE {where} ORDER BY reached_on, id", *values)
    return [Milestone(row[0], PersonId(row[1]), *row[2:]) for row in rows]


def load_milestone(ws: Workspace, milestone: str) -> Milestone:
    """The milestone with this id, removed or not. Raises LookupError."""
    rows = ws.rows(f"{_MILESTONE} WHERE id = ?", milestone)
    if not rows:
        raise LookupError(milestone)
    return Milestone(rows[0][0], PersonId(rows[0][1]), *rows[0][2:])


def list_mentorships(ws: Workspace) -> list[tuple[PersonId, PersonId]]:
    """(mentor, participant) of everybody who was asked to accompany somebody, by id."""
    rows = ws.rows(
        "SELECT mentor, participant FROM mentorship WHERE coalesce(removed, 0) = 0"
        " AND mentor IS NOT NULL AND participant IS NOT NULL ORDER BY mentor, participant"
    )
    return [(PersonId(row[0]), PersonId(row[1])) for row in rows]


def list_mentees(ws: Workspace, mentor: Person) -> frozenset[PersonId]:
    """Whom somebody was asked to accompany; for a mentor also whom they met or rated, unless it was taken back."""
    return load_mentees(ws, [mentor])[mentor.id]


def load_mentees(ws: Workspace, people: Iterable[Person]) -> dict[PersonId, frozenset[PersonId]]:
    """The same for several people, by their ids."""
    asked, met = list_mentorships(ws), list_mentored(ws)
    over = set(ws.rows("SELECT mentor, participant FROM mentorship WHERE removed = 1"))
    wanted: dict[PersonId, set[PersonId]] = {}
    for mentor, participant in asked:
        wanted.setdefault(mentor, set()).add(participant)
    mentors: dict[PersonId, set[PersonId]] = {}
    for mentor, participant in met - over:
        mentors.setdefault(mentor, set()).add(participant)
    return {
        each.id: frozenset(
            wanted.get(each.id, set()) | (mentors.get(each.id, set()) if Role.MENTOR in each.roles else set())
        )
        for each in people
    }
