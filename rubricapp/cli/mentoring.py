"""mentoring accompany, add, list, done, note; milestone add, list, remove."""

from __future__ import annotations

from typing import Any

import click

from rubricapp.cli import output
from rubricapp.core.mentoring import AgreedAction, Meeting, Milestone, is_overdue, times_carried
from rubricapp.core.model import Role
from rubricapp.i18n import _


def action_as_json(action: AgreedAction, today) -> dict[str, Any]:
    """An agreed action for scripts."""
    return {
        "id": action.id,
        "meeting": action.meeting,
        "text": action.text,
        "due_on": action.due_on or None,
        "criteria": list(action.criteria),
        "state": "settled" if not action.is_open else ("overdue" if is_overdue(action, today) else "open"),
        "done_on": action.done_on or None,
        "outcome": action.outcome,
    }


def _meeting_as_json(meeting: Meeting, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": meeting.id,
        "held_on": meeting.held_on,
        "mentor": names.get(meeting.mentor, ""),
        "minutes": meeting.minutes,
        "topics": meeting.topics,
        "note": meeting.note,
        "next_on": meeting.next_on or None,
        "visibility": meeting.visibility.value,
    }


def _action_line(action: AgreedAction, today, meetings: list[Meeting] | None = None) -> str:
    """ "overdue  2026-10-01  Log every card  CAM-6  [1a2b3c4d]"."""
    if not action.is_open:
        state = _("settled {day}").format(day=action.done_on)
    else:
        state = _("overdue") if is_overdue(action, today) else _("open")
    due = _("due {day}").format(day=action.due_on) if action.due_on else ""
    times = times_carried(action, meetings or ()) if action.is_open else 0
    carried = _("carried over {n} times").format(n=times) if times > 1 else (_("carried over") if times else "")
    words = " ".join(action.text.split())
    outcome = f"→ {' '.join(action.outcome.split())}" if action.outcome else ""
    parts = (state, due, carried, words, " ".join(action.criteria), outcome, f"[{action.id[-8:]}]")
    return "  " + "  ".join(part for part in parts if part)


def _meeting_line(meeting: Meeting, names: dict[str, str]) -> str:
    parts = (
        meeting.held_on,
        names.get(meeting.mentor, ""),
        _("{n} min").format(n=meeting.minutes) if meeting.minutes else "",
        _("between the two") if meeting.visibility == "pair" else _("leads may read it"),
        " ".join(meeting.topics.split()),
        _("note: {text}").format(text=" ".join(meeting.note.split())) if meeting.note else "",
        _("next on {day}").format(day=meeting.next_on) if meeting.next_on else "",
        f"[{meeting.id[-8:]}]",
    )
    return "  ".join(part for part in parts if part)


def _milestone_as_json(milestone: Milestone) -> dict[str, Any]:
    found = {"id": milestone.id, "reached_on": milestone.reached_on}
    return found | {"title": milestone.title, "note": milestone.note}


def register(cli: click.Group) -> None:
    """Add this module's verbs."""
    _register_mentoring(cli)
    _register_milestones(cli)


def _register_mentoring(cli: click.Group) -> None:
    @cli.group("mentoring")
    def mentoring() -> None:
        """Meetings of mentor and participant, and what was agreed there."""

    @output.verb(mentoring, "accompany")
    @click.argument("people", nargs=-1, required=True, metavar="PARTICIPANT…")
    @click.option("--mentor", "mentor_name", required=True, metavar="NAME")
    @click.option("--remove", "removed", is_flag=True, help="No longer; what was written stays.")
    def accompany_(people: tuple[str, ...], mentor_name: str, removed: bool) -> None:
        """Ask a mentor to accompany participants: their kit then holds these people's works and days."""
        from rubricapp.operations.mentoring import accompany
        from rubricapp.operations.people import who

        with output.opened() as ws:
            mentor = who(ws, mentor_name)
            found = [who(ws, each, Role.PARTICIPANT) for each in people]
            for each in found:
                accompany(ws, each, mentor, removed=removed)
        words = (
            _("{mentor} no longer accompanies {participant}.") if removed else _("{mentor} accompanies {participant}.")
        )
        output.result(
            "mentoring accompany",
            {"mentor": mentor.code, "participants": [each.code for each in found], "removed": removed},
            [words.format(mentor=mentor.name, participant=each.name) for each in found],
        )

    @output.verb(mentoring, "add")
    @click.argument("person")
    @click.option("--mentor", "mentor_name", required=True, metavar="NAME")
    @click.option("--on", "held_on", required=True, metavar="DATE")
    @click.option("--minutes", default="", metavar="N")
    @click.option("--topics", default="", metavar="TEXT")
    @click.option("--action", "actions", multiple=True, metavar="TEXT|DUE|CRITERIA", help="Something agreed on.")
    @click.option("--done", "done", multiple=True, metavar="ACTION=OUTCOME", help="An open action that is settled.")
    @click.option("--next", "next_on", default="", metavar="DATE", help="When they meet again.")
    @click.option("--note", default="", metavar="TEXT", help="The participant’s own note.")
    @click.option("--visibility", type=click.Choice(["pair", "lead"]), default="pair", show_default=True)
    def add(person: str, mentor_name: str, actions: tuple[str, ...], done: tuple[str, ...], **given: str) -> None:
        """Keep a meeting. Open actions that --done does not settle are carried over."""
        from rubricapp.core.mentoring import in_order
        from rubricapp.operations import mentoring as operations
        from rubricapp.operations.people import who
        from rubricapp.operations.production_log import today
        from rubricapp.store.mentoring import list_actions, load_meeting

        with output.opened() as ws:
            participant, mentor = who(ws, person, Role.PARTICIPANT), who(ws, mentor_name)
            settled = {}
            for each in done:
                action, _equals, outcome = each.partition("=")
                settled[operations.find_action(ws, action)] = operations.Settled(outcome)
            open_ = [each for each in list_actions(ws, participant.id, mentor) if each.is_open]
            carried = {each.id: "" for each in open_ if each.id not in settled}
            held = operations.hold_meeting(
                ws, participant, mentor, given, [operations.parse_action(each) for each in actions], settled, carried
            )
            meeting = load_meeting(ws, held.meeting)
            now = today(ws)
            everything = in_order(list_actions(ws, participant.id, everything=True), now)
        names = {mentor.id: mentor.name}
        agreed = [each for each in everything if each.id in held.actions]
        over = [each for each in everything if each.id in carried]
        output.result(
            "mentoring add",
            {
                "meeting": _meeting_as_json(meeting, names),
                "actions": [action_as_json(each, now) for each in agreed],
                "carried_over": [action_as_json(each, now) for each in over],
                "settled": [action_as_json(each, now) for each in everything if each.id in settled],
            },
            [
                _meeting_line(meeting, names),
                *(_action_line(each, now) for each in agreed),
                *([_("Carried over:")] if over else []),
                *(_action_line(each, now) for each in over),
            ],
        )

    @output.verb(mentoring, "list")
    @click.argument("person")
    def list_(person: str) -> None:
        """What is still open first, then the meetings with a participant."""
        from rubricapp.core.mentoring import in_order
        from rubricapp.operations.people import who
        from rubricapp.operations.production_log import today
        from rubricapp.store.mentoring import list_actions, list_meetings
        from rubricapp.store.people import list_people

        with output.opened() as ws:
            participant = who(ws, person, Role.PARTICIPANT)
            meetings = list_meetings(ws, participant.id, everything=True)
            actions = list_actions(ws, participant.id, everything=True)
            names = {each.id: each.name for each in list_people(ws)}
            now = today(ws)
        ordered = in_order(actions, now)
        lines = [_action_line(each, now, meetings) for each in ordered]
        lines += [_meeting_line(each, names) for each in meetings]
        output.result(
            "mentoring list",
            {
                "participant": participant.code,
                "actions": [
                    action_as_json(each, now) | {"carried_over": times_carried(each, meetings)} for each in ordered
                ],
                "meetings": [_meeting_as_json(each, names) for each in meetings],
            },
            lines or [_("No meetings with {name} yet.").format(name=participant.name)],
        )

    @output.verb(mentoring, "edit")
    @click.argument("meeting")
    @click.option("--on", "held_on", default=None, metavar="DATE")
    @click.option("--minutes", default=None, metavar="N")
    @click.option("--topics", default=None, metavar="TEXT")
    @click.option("--next", "next_on", default=None, metavar="DATE", help="When they meet again.")
    @click.option("--visibility", type=click.Choice(["pair", "lead"]), default=None)
    def edit(meeting: str, **given: str | None) -> None:
        """Correct a meeting; an empty text takes a value away. MEETING: its id, or the last letters of it."""
        from rubricapp.operations import mentoring as operations
        from rubricapp.store.mentoring import load_meeting
        from rubricapp.store.people import list_people

        with output.opened() as ws:
            record = operations.find_meeting(ws, meeting)
            operations.edit_meeting(ws, record, {name: text for name, text in given.items() if text is not None})
            found = load_meeting(ws, record)
            names = {each.id: each.name for each in list_people(ws)}
        output.result("mentoring edit", {"meeting": _meeting_as_json(found, names)}, [_meeting_line(found, names)])

    @output.verb(mentoring, "done")
    @click.argument("action")
    @click.option("--on", "done_on", default="", metavar="DATE", help="Today, where it is not said.")
    @click.option("--outcome", default="", metavar="TEXT", help="What came of it, or why it is dropped.")
    def done(action: str, done_on: str, outcome: str) -> None:
        """Settle an agreed action. ACTION: its id, or the last letters of it."""
        from rubricapp.operations import mentoring as operations
        from rubricapp.operations.production_log import today
        from rubricapp.store.mentoring import load_action

        with output.opened() as ws:
            record = operations.find_action(ws, action)
            operations.settle(ws, record, operations.Settled(outcome, done_on))
            found, now = load_action(ws, record), today(ws)
        output.result("mentoring done", {"action": action_as_json(found, now)}, [_action_line(found, now)])

    @output.verb(mentoring, "note")
    @click.argument("meeting")
    @click.option("--text", required=True, help="The participant’s own note; empty takes it away.")
    def note(meeting: str, text: str) -> None:
        """Write the participant’s own note on a meeting. MEETING: its id, or the last letters of it."""
        from rubricapp.operations import mentoring as operations
        from rubricapp.store.mentoring import load_meeting
        from rubricapp.store.people import list_people

        with output.opened() as ws:
            record = operations.find_meeting(ws, meeting)
            operations.write_note(ws, record, text)
            found = load_meeting(ws, record)
            names = {each.id: each.name for each in list_people(ws)}
        output.result("mentoring note", {"meeting": _meeting_as_json(found, names)}, [_meeting_line(found, names)])


def _register_milestones(cli: click.Group) -> None:
    @cli.group("milestone")
    def milestone() -> None:
        """What a participant has reached that no rubric asks for."""

    @output.verb(milestone, "add")
    @click.argument("person")
    @click.option("--on", "reached_on", required=True, metavar="DATE")
    @click.option("--title", required=True, metavar="TEXT")
    @click.option("--note", default="", metavar="TEXT")
    def add(person: str, reached_on: str, title: str, note: str) -> None:
        """Keep a milestone."""
        from rubricapp.operations.mentoring import add_milestone
        from rubricapp.operations.people import who

        with output.opened() as ws:
            found, _changes = add_milestone(ws, who(ws, person, Role.PARTICIPANT), reached_on, title, note)
        output.result("milestone add", {"milestone": _milestone_as_json(found)}, [_milestone_line(found)])

    @output.verb(milestone, "list")
    @click.argument("person", required=False)
    def list_(person: str | None) -> None:
        """The milestones of one participant, or of all."""
        from rubricapp.operations.people import who
        from rubricapp.store.mentoring import list_milestones
        from rubricapp.store.people import list_people

        with output.opened() as ws:
            found = list_milestones(ws, who(ws, person, Role.PARTICIPANT).id if person else "")
            people = {each.id: each for each in list_people(ws)}
        known = [(each, people[each.participant]) for each in found if each.participant in people]
        output.result(
            "milestone list",
            {"milestones": [_milestone_as_json(each) | {"participant": who_.code} for each, who_ in known]},
            [_milestone_line(each) + ("" if person else f"  {who_.name}") for each, who_ in known]
            or [_("No milestones yet.")],
        )

    @output.verb(milestone, "remove")
    @click.argument("milestone_", metavar="MILESTONE")
    def remove(milestone_: str) -> None:
        """Take a milestone away. MILESTONE: its id, or the last letters of it."""
        from rubricapp.operations.mentoring import find_milestone, remove_milestone
        from rubricapp.store.mentoring import load_milestone

        with output.opened() as ws:
            record = find_milestone(ws, milestone_)
            remove_milestone(ws, record)
            found = load_milestone(ws, record)
        words = _("Taken away: {title}.").format(title=found.title)
        output.result("milestone remove", {"milestone": _milestone_as_json(found)}, [words])


def _milestone_line(milestone: Milestone) -> str:
    note = " ".join(milestone.note.split())
    parts = (milestone.reached_on, milestone.title, note, f"[{milestone.id[-8:]}]")
    return "  ".join(part for part in parts if part)
