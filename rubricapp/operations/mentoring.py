"""Mentoring: a meeting is held, actions are agreed and settled, a participant adds a note; milestones.

Question: what happens to open actions at the next meeting? Decision: each is settled or carried over by whoever
writes the meeting, in the same transaction; a meeting that passes over one is refused. Reasons: an action nobody
speaks of again is a promise broken without a word. 2026-11-29.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rubricapp.core.mentoring import AgreedAction, Milestone, Visibility, may_write, split_action, unsettled
from rubricapp.core.model import Changes, Person
from rubricapp.core.text import LONGEST, clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _, ngettext
from rubricapp.operations.production_log import criteria_named, today
from rubricapp.store.mentoring import (
    list_actions,
    list_meeting_actions,
    list_meetings,
    list_milestones,
    load_action,
    load_meeting,
    load_milestone,
)
from rubricapp.store.same_people import find_record, list_records
from rubricapp.store.workspace import Workspace

_SHORT = 300
_DAY = 24 * 60


def _bad(code: str, what: str, do: str) -> UserError:
    return UserError(code, what, _("Nothing was changed."), do, exit_code=Exit.USAGE)


@dataclass(frozen=True)
class NewAction:
    """Something to agree on, as typed: due day and criteria as texts, "" where there is none."""

    text: str
    due_on: str = ""
    criteria: str = ""


@dataclass(frozen=True)
class Settled:
    """What came of an action. done_on "": on the day of the meeting. outcome: what came of it, or why it is dropped."""

    outcome: str = ""
    done_on: str = ""


@dataclass(frozen=True)
class Held:
    """A meeting that was kept. before: the fields of older actions that it changed, as they were, for going back."""

    meeting: str
    actions: tuple[str, ...]
    before: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    after: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)


def _text(text: str, name: str, most: int = LONGEST, lines: bool = True) -> str | None:
    text = clean(text, lines=lines)
    if len(text) > most:
        raise _bad("E_TOO_LONG", _("“{name}” is too long.").format(name=name), _("Shorten it."))
    return text or None


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise _bad("E_DATE", _("“{text}” is not a day.").format(text=text), _("Write it as 2026-09-01.")) from None


def _past(ws: Workspace, text: str, do: str) -> str:
    day = _day(text)
    if day > today(ws).isoformat():
        raise _bad("E_DATE", _("{day} has not come yet.").format(day=day), do)
    return day


def _not_before(text: str, held_on: str) -> str | None:
    """A later day than the meeting's, or None of ""."""
    if not text.strip():
        return None
    day = _day(text)
    if day < held_on:
        raise _bad(
            "E_DATE",
            _("{day} is before the meeting on {held}.").format(day=day, held=held_on),
            _("Check the year and the month."),
        )
    return day


def _minutes(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= _DAY):
        raise _bad(
            "E_MINUTES",
            _("“{text}” is no length of a meeting.").format(text=text),
            _("Give whole minutes, such as 45."),
        )
    return int(text)


def _visibility(text: str) -> str:
    try:
        return Visibility(text.strip() or Visibility.PAIR).value
    except ValueError:
        raise _bad(
            "E_VISIBILITY",
            _("“{text}” does not say who may read it.").format(text=text),
            _("Use one of: {list}.").format(list=", ".join(Visibility)),
        ) from None


def _demand_mentor(participant: Person, mentor: Person) -> None:
    if mentor.id == participant.id:
        raise _bad("E_NOT_MENTOR", _("Nobody mentors themselves."), _("Name who met the participant."))
    if not may_write(participant, mentor):
        raise _bad(
            "E_NOT_MENTOR",
            _("{name} is no mentor, assessor or lead here.").format(name=mentor.name),
            _("“people add --role mentor” makes them one."),
        )


def accompany(ws: Workspace, participant: Person, mentor: Person, author: str = "", removed: bool = False) -> Changes:
    """Ask somebody to accompany a participant; removed=True takes it back, and what was written stays.

    Raises UserError E_NOT_MENTOR.
    """
    _demand_mentor(participant, mentor)
    record = find_record(ws, "mentorship", mentor.id, participant.id)
    values = {"participant": participant.id, "mentor": mentor.id, "removed": int(removed)}
    with ws.writing(author) as log:
        log.set_all("mentorship", record, values)
        for each in list_records(ws, "mentorship", record) if removed else ():
            log.set("mentorship", each, "removed", 1)
    return log.changes


def parse_action(text: str) -> NewAction:
    """An action as typed on one line: "TEXT|DUE|CRITERIA". Raises UserError."""
    try:
        return NewAction(*split_action(text))
    except ValueError:
        raise _bad(
            "E_ACTION",
            _("“{text}” does not say what was agreed.").format(text=text),
            _("Write it as “TEXT|DUE|CRITERIA”, such as “Log every card|2026-10-01|CAM-6”."),
        ) from None


def hold_meeting(
    ws: Workspace,
    participant: Person,
    mentor: Person,
    given: Mapping[str, str],
    actions: Sequence[NewAction] = (),
    settled: Mapping[str, Settled] | None = None,
    carried: Mapping[str, str] | None = None,
    author: str = "",
) -> Held:
    """Keep a meeting, what was agreed there, and what came of what was open, in one transaction.

    given: held_on, and minutes, topics, note, next_on, visibility, as texts. settled: open actions and what came of
    each. carried: open actions and their new due day ("" keeps the old one). Raises UserError: E_OPEN_ACTIONS where
    an open one is neither.
    """
    _demand_mentor(participant, mentor)
    settled, carried = settled or {}, carried or {}
    if not given.get("held_on", "").strip():
        raise _bad("E_DATE", _("A meeting needs a date."), _("Give it as 2026-09-01."))
    values = _meeting_values(ws, {"visibility": Visibility.PAIR.value, **given})
    held_on = str(values["held_on"])
    new = [_action_values(ws, each, held_on) for each in actions]
    # What was agreed with another mentor, between those two, is not this one's to know or to settle.
    open_ = {each.id: each for each in list_actions(ws, participant.id, mentor) if each.is_open}
    _demand_spoken_of(open_.values(), settled, carried)
    after: dict[str, dict[str, object]] = {}
    for action, what in settled.items():
        _demand_open(open_, action)
        after[action] = _outcome(ws, what, held_on)
    for action, due in carried.items():
        _demand_open(open_, action)
        after[action] = {"due_on": _not_before(due, held_on)} if due.strip() else {}
    before = {key: {name: getattr(open_[key], name) or None for name in fields} for key, fields in after.items()}
    record = ws.new_id()
    records = sorted(ws.new_id() for _each in new)  # ids of one millisecond are in no order of their own
    with ws.writing(author or mentor.id) as log:
        log.set_all("meeting", record, {"participant": participant.id, "mentor": mentor.id, **values})
        for key, each in zip(records, new, strict=True):
            log.set_all("agreed_action", key, {"meeting": record, "participant": participant.id, **each})
        for key, fields in after.items():
            log.set_all("agreed_action", key, dict(fields))
    return Held(record, tuple(records), before, after, log.changes)


def _meeting_values(ws: Workspace, given: Mapping[str, str], held_on: str = "") -> dict[str, object]:
    """Checked fields of a meeting from texts; only those given. held_on: where it is not among them."""
    values: dict[str, object] = {}
    if "held_on" in given:
        held_on = _past(ws, given["held_on"], _("The day of the next meeting has a field of its own."))
        values["held_on"] = held_on
    if "minutes" in given:
        values["minutes"] = _minutes(given["minutes"])
    for name, said in (("topics", _("Topics")), ("note", _("Note"))):
        if name in given:
            values[name] = _text(given[name], said)
    if "next_on" in given:
        values["next_on"] = _not_before(given["next_on"], held_on)
    if "visibility" in given:
        values["visibility"] = _visibility(given["visibility"])
    return values


def _action_values(ws: Workspace, action: NewAction, held_on: str) -> dict[str, object]:
    text = _text(action.text, _("Agreed action"), _SHORT * 4)
    if text is None:
        raise _bad("E_ACTION", _("An agreed action needs words."), _("Say what is to be done."))
    return {
        "text": text,
        "due_on": _not_before(action.due_on, held_on),
        "criteria": criteria_named(ws, action.criteria),
    }


def _outcome(ws: Workspace, what: Settled, held_on: str) -> dict[str, object]:
    day = _past(ws, what.done_on or held_on, _("An action is settled when it is done."))
    return {"done_on": day, "outcome": _text(what.outcome, _("Outcome"))}


def _demand_spoken_of(open_: Iterable[AgreedAction], settled: Iterable[str], carried: Iterable[str]) -> None:
    left = unsettled(open_, settled, carried)
    if left:
        raise _bad(
            "E_OPEN_ACTIONS",
            ngettext(
                "{n} open action is not spoken of: “{text}”.",
                "{n} open actions are not spoken of, the first: “{text}”.",
                len(left),
            ).format(n=len(left), text=" ".join(left[0].text.split())[:120]),
            _("Settle each, or carry it over."),
        )


def _demand_open(open_: Mapping[str, AgreedAction], action: str) -> None:
    if action not in open_:
        raise _bad("E_NO_ACTION", _("That action is not open any more."), _("Look at the list again."))


def put_back(ws: Workspace, held: Held, removed: bool = True, author: str = "") -> Changes:
    """Take a kept meeting back with what was agreed and settled there; removed=False keeps it again."""
    with ws.writing(author or load_meeting(ws, held.meeting).mentor) as log:
        for kind, record in (("meeting", held.meeting), *(("agreed_action", each) for each in held.actions)):
            log.set(kind, record, "removed", 1 if removed else 0)
        for key, fields in (held.before if removed else held.after).items():
            log.set_all("agreed_action", key, dict(fields))
    return log.changes


def edit_meeting(ws: Workspace, meeting: str, given: Mapping[str, str], author: str = "") -> Changes:
    """Correct a meeting: any of held_on, minutes, topics, next_on, visibility. The note is the participant's."""
    found = load_meeting(ws, meeting)
    unknown = set(given) - {"held_on", "minutes", "topics", "next_on", "visibility"}
    if unknown:
        raise ValueError(f"no such fields: {sorted(unknown)}")
    values = _meeting_values(ws, given, found.held_on)
    with ws.writing(author or found.mentor) as log:
        log.set_all("meeting", meeting, values)
    return log.changes


def remove_meeting(ws: Workspace, meeting: str, author: str = "") -> Held:
    """Take a meeting away with the actions that were agreed there; `put_back(…, removed=False)` brings them back."""
    found = load_meeting(ws, meeting)
    held = Held(meeting, tuple(each.id for each in list_meeting_actions(ws, meeting)))
    with ws.writing(author or found.mentor) as log:
        log.set("meeting", meeting, "removed", 1)
        for each in held.actions:
            log.set("agreed_action", each, "removed", 1)
    return Held(meeting, held.actions, changes=log.changes)


def write_note(ws: Workspace, meeting: str, text: str, author: str = "") -> Changes:
    """The participant's own note on a meeting; "" takes it away. A note by anybody else is refused."""
    found = load_meeting(ws, meeting)
    if author and author != found.participant:
        raise _bad("E_NOT_YOURS", _("The note is the participant’s own."), _("Write yours under topics."))
    with ws.writing(found.participant) as log:
        log.set("meeting", meeting, "note", _text(text, _("Note")))
    return log.changes


# Actions


def settle(ws: Workspace, action: str, what: Settled | None = None, author: str = "") -> Changes:
    """Say that an action is done, or dropped, and what came of it. Without a day: today. Raises UserError."""
    found = load_action(ws, action)
    what = what or Settled()
    values = _outcome(ws, what, today(ws).isoformat())
    if not found.is_open and (found.done_on, found.outcome) != (values["done_on"], values["outcome"] or ""):
        raise _bad(
            "E_SETTLED",
            _("This action was settled on {day}.").format(day=found.done_on),
            _("Open it again first, in the window."),
        )
    with ws.writing(author or found.participant) as log:
        log.set_all("agreed_action", action, values)
    return log.changes


def open_again(ws: Workspace, action: str, author: str = "") -> Changes:
    """Take back that an action is settled."""
    found = load_action(ws, action)
    with ws.writing(author or found.participant) as log:
        log.set_all("agreed_action", action, {"done_on": None, "outcome": None})
    return log.changes


def remove_action(ws: Workspace, action: str, author: str = "", removed: bool = True) -> Changes:
    """Take one agreed action away; removed=False puts it back."""
    found = load_action(ws, action)
    with ws.writing(author or found.participant) as log:
        log.set("agreed_action", action, "removed", 1 if removed else 0)
    return log.changes


def _one(found: list[str], text: str, code: str, what: str, do: str) -> str:
    wanted = text.strip().casefold()
    fitting = [each for each in found if wanted and each.endswith(wanted)]
    if len(fitting) != 1:
        raise _bad(code, what.format(text=text), do)
    return fitting[0]


def find_action(ws: Workspace, text: str) -> str:
    """The id of the action meant by an id or the end of one. Raises UserError."""
    known = [each.id for each in list_actions(ws, everything=True)]
    return _one(known, text, "E_NO_ACTION", _("No one action is “{text}”."), _("“mentoring list” names them."))


def find_meeting(ws: Workspace, text: str) -> str:
    """The id of the meeting meant by an id or the end of one. Raises UserError."""
    known = [each.id for each in list_meetings(ws, everything=True)]
    return _one(known, text, "E_NO_MEETING", _("No one meeting is “{text}”."), _("“mentoring list” names them."))


# Milestones


def add_milestone(
    ws: Workspace, participant: Person, reached_on: str, title: str, note: str = "", author: str = ""
) -> tuple[Milestone, Changes]:
    """Keep something that was reached on a day. Raises UserError."""
    said = _text(title, _("Title"), _SHORT, lines=False)
    if said is None:
        raise _bad("E_TITLE", _("A milestone needs a title."), _("Say in a few words what was reached."))
    values = {"reached_on": _day(reached_on), "title": said, "note": _text(note, _("Note"))}
    record = ws.new_id()
    with ws.writing(author or participant.id) as log:
        log.set_all("milestone", record, {"participant": participant.id, **values})
    return load_milestone(ws, record), log.changes


def remove_milestone(ws: Workspace, milestone: str, author: str = "", removed: bool = True) -> Changes:
    """Take a milestone away; removed=False puts it back."""
    found = load_milestone(ws, milestone)
    with ws.writing(author or found.participant) as log:
        log.set("milestone", milestone, "removed", 1 if removed else 0)
    return log.changes


def find_milestone(ws: Workspace, text: str) -> str:
    """The id of the milestone meant by an id or the end of one. Raises UserError."""
    known = [each.id for each in list_milestones(ws)]
    return _one(known, text, "E_NO_MILESTONE", _("No one milestone is “{text}”."), _("“milestone list” names them."))
