"""The production log: one day at a time, confirmed by mentors beside it, in and out as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rubricapp.core.model import Changes, LogCheck, LogEntry, Person, PersonId, Problem, Role
from rubricapp.core.production import DAY_TYPES, minutes_between, minutes_of, next_day, time_of_day
from rubricapp.core.text import LONGEST, clean
from rubricapp.errors import Exit, UserError
from rubricapp.formats import log_tables
from rubricapp.i18n import _
from rubricapp.store.people import find_people, list_people
from rubricapp.store.production_log import TEXTS, list_log, load_log_entry
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.same_people import find_record
from rubricapp.store.workspace import Workspace

CHECK_STATES = ("confirmed", "corrected", "not_present")
_LINES = ("tasks", "problem", "decision", "outcome", "incident", "happened", "matters", "next_step")
_SHORT = 300


def _bad(code: str, what: str, do: str) -> UserError:
    return UserError(code, what, _("Nothing was changed."), do, exit_code=Exit.USAGE)


def read_values(ws: Workspace, given: Mapping[str, str]) -> dict[str, object]:
    """Checked values of a log entry from texts, by field: worked_on, hours, supervision, criteria and all texts.

    Where hours are not given but call and wrap are, they are taken from those. Raises UserError.
    """
    values: dict[str, object] = {}
    for name in TEXTS:
        if name in given:
            text = clean(given[name], lines=name in _LINES)
            if len(text) > (LONGEST if name in _LINES else _SHORT):
                raise _bad("E_TOO_LONG", _("“{name}” is too long.").format(name=name), _("Shorten it."))
            values[name] = text or None
    if "worked_on" in given:
        values["worked_on"] = _day(ws, given["worked_on"])
    for name in ("called_at", "wrapped_at"):
        if given.get(name):
            try:
                values[name] = time_of_day(given[name]) or None
            except ValueError:
                raise _bad(
                    "E_TIME", _("“{text}” is no time of day.").format(text=given[name]), _("Write it as 07:30.")
                ) from None
    if values.get("day_type") and values["day_type"] not in DAY_TYPES:
        raise _bad(
            "E_DAY_TYPE",
            _("“{text}” is no kind of day.").format(text=values["day_type"]),
            _("Use one of: {list}.").format(list=", ".join(DAY_TYPES)),
        )
    values |= _hours(given, values)
    if given.get("supervision"):
        if given["supervision"].strip() not in ("1", "2", "3", "4", "5"):
            raise _bad(
                "E_LEVEL",
                _("“{text}” is no level of supervision.").format(text=given["supervision"]),
                _("Use 1 (observed) to 5 (led others)."),
            )
        values["supervision"] = int(given["supervision"])
    elif "supervision" in given:
        values["supervision"] = None
    if "criteria" in given:
        values["criteria"] = criteria_named(ws, given["criteria"])
    return values


def today(ws: Workspace) -> date:
    """The day it is where this laptop is."""
    return ws.sources.now().astimezone().date()


def _day(ws: Workspace, text: str) -> str:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise _bad("E_DATE", _("“{text}” is not a day.").format(text=text), _("Write it as 2026-09-01.")) from None
    if day > today(ws):
        raise _bad(
            "E_DATE", _("{day} has not come yet.").format(day=day), _("A log says what happened: check the date.")
        )
    return day.isoformat()


def _hours(given: Mapping[str, str], values: Mapping[str, object]) -> dict[str, object]:
    if given.get("hours"):
        try:
            return {"minutes": minutes_of(given["hours"])}
        except ValueError:
            raise _bad(
                "E_HOURS",
                _("“{text}” is no number of hours.").format(text=given["hours"]),
                _("Write it as 10.5 or 10:30, no more than 24."),
            ) from None
    between = minutes_between(str(values.get("called_at") or ""), str(values.get("wrapped_at") or ""))
    return {"minutes": between} if between is not None or "hours" in given else {}


def criteria_named(ws: Workspace, text: str) -> list[str] | None:
    """Ids of criteria in a text ("cam-1, CAM-6") as the rubrics here write them; None for none. Raises UserError."""
    known = {each.id.casefold(): each.id for rubric in list_rubrics(ws) for each in rubric.criteria}
    found = []
    for word in text.replace(",", " ").replace(";", " ").split():
        if word.casefold() not in known:
            raise _bad(
                "E_CRITERION",
                _("No rubric here has a criterion {criterion}.").format(criterion=word),
                _("“rubric list” and “rubric show” name them."),
            )
        found.append(known[word.casefold()])
    return sorted(set(found)) or None


def add_day(
    ws: Workspace, participant: Person, given: Mapping[str, str], author: str = "", repeat_last: bool = False
) -> tuple[LogEntry, Changes]:
    """Write one day. given: texts by field; worked_on is needed. repeat_last: take place and role from the last day."""
    if repeat_last:
        last = list_log(ws, participant.id)[-1:]
        given = (next_day(last[0]) if last else {}) | {name: text for name, text in given.items() if text}
    if not given.get("worked_on"):
        raise _bad("E_DATE", _("A day needs a date."), _("Give it as 2026-09-01."))
    values = read_values(ws, given)
    record = ws.new_id()
    with ws.writing(author or participant.id) as log:
        log.set_all("log_entry", record, {"participant": participant.id, **values})
    return load_log_entry(ws, record, restricted=True), log.changes


def edit_day(ws: Workspace, entry: str, given: Mapping[str, str], author: str = "") -> Changes:
    """Correct one's own day; what stood there before stays in the history."""
    found = load_log_entry(ws, entry)
    values = read_values(ws, given)
    with ws.writing(author or found.participant) as log:
        log.set_all("log_entry", entry, values)
    return log.changes


def find_entry(ws: Workspace, text: str) -> str:
    """The id of the entry meant by an id or the end of one. Raises UserError."""
    wanted = text.strip().casefold()
    found = [each.id for each in list_log(ws) if wanted and each.id.endswith(wanted)]
    if len(found) != 1:
        raise _bad("E_NO_ENTRY", _("No one day in the log is “{text}”.").format(text=text), _("“log list” names them."))
    return found[0]


def remove_day(ws: Workspace, entry: str, author: str = "", removed: bool = True) -> Changes:
    """Take a day out of the log; removed=False puts it back."""
    found = load_log_entry(ws, entry)
    with ws.writing(author or found.participant) as log:
        log.set("log_entry", entry, "removed", 1 if removed else 0)
    return log.changes


def remove_days(ws: Workspace, entries: Iterable[str], author: str = "", removed: bool = True) -> Changes:
    """Take several days out in one go, as undoing an import does; removed=False puts them back."""
    with ws.writing(author) as log:
        for entry in sorted(entries):
            log.set("log_entry", entry, "removed", 1 if removed else 0)
    return log.changes


def check_day(
    ws: Workspace, entry: str, mentor: Person, state: str = "confirmed", hours: str = "", note: str = ""
) -> Changes:
    """A mentor confirms or corrects a day, or says they were not there. The participant's words stay as they are."""
    load_log_entry(ws, entry)
    if not mentor.roles & {Role.MENTOR, Role.LEAD, Role.ASSESSOR}:
        raise _bad(
            "E_NOT_MENTOR",
            _("{name} is no mentor, assessor or lead here.").format(name=mentor.name),
            _("A day is confirmed by someone else than a participant."),
        )
    if state not in CHECK_STATES:
        raise _bad("E_STATE", _("“{text}” is no answer.").format(text=state), ", ".join(CHECK_STATES))
    if state == "corrected" and not (hours or note):
        raise _bad("E_EMPTY", _("A correction needs hours or a note."), _("Say what was different."))
    minutes = _hours({"hours": hours}, {}).get("minutes")
    with ws.writing(mentor.id) as log:
        log.set_all(
            "log_check",
            find_record(ws, "log_check", entry, mentor.id),
            {
                "entry": entry,
                "mentor": mentor.id,
                "state": state,
                "minutes": minutes,
                "note": clean(note) or None,
                "checked_on": ws.sources.now().date().isoformat(),
            },
        )
    return log.changes


def put_check_back(ws: Workspace, entry: str, mentor: PersonId, before: LogCheck | None) -> Changes:
    """Say again what a mentor had said of a day before, or nothing."""
    values = {"state": before.state, "minutes": before.minutes, "note": before.note or None} if before else {}
    checked_on = before.checked_on if before else None
    blank = dict.fromkeys(("state", "minutes", "note"))
    with ws.writing(mentor) as log:
        log.set_all(
            "log_check",
            find_record(ws, "log_check", entry, mentor),
            blank | values | {"checked_on": checked_on or None},
        )
    return log.changes


@dataclass(frozen=True)
class LogImport:
    """What importing a log table did. same: rows that are here already. Nothing is taken when one row is wrong."""

    imported: int
    same: int
    problems: tuple[Problem, ...]
    changes: Changes = field(default_factory=Changes)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.problems if each.severity == "error")


def import_log(ws: Workspace, path: Path, author: str = "") -> LogImport:
    """Add the days of a CSV or XLSX table, in one transaction or not at all. Importing again adds nothing.

    A row is the same as one here where participant, day, role, production and call agree; where a file says such a
    row twice, as for two shifts without a call, it stands for two days here.
    """
    table = log_tables.read_log(path)
    problems = list(table.problems)
    known = Counter(_slot(entry) for entry in list_log(ws, restricted=True))
    named: dict[str, list[Person]] = {}
    rows: list[tuple[PersonId, dict[str, object]]] = []
    same = 0
    for number, given in table.rows:
        text = given.get("participant", "")
        if text not in named:
            named[text] = find_people(ws, text, Role.PARTICIPANT)
        people = named[text]
        if len(people) != 1:
            problems.append(_nobody(number, text, len(people)))
            continue
        try:
            values = read_values(ws, given)
            if not values.get("worked_on"):
                raise _bad("E_DATE", _("A day needs a date."), _("Give it as 2026-09-01."))
        except UserError as error:
            what = _("Log row {row}: {what}").format(row=number, what=error.what)
            problems.append(Problem(error.code.replace("E_", "LOG_", 1), what, error.do, number))
            continue
        slot = _slot_of(people[0].id, values)
        if known[slot]:
            known[slot] -= 1
            same += 1
            continue
        rows.append((people[0].id, values))
    result = LogImport(0, same, tuple(problems))
    if result.errors or not rows:
        return result
    with ws.writing(author) as log:
        for participant, values in rows:
            log.set_all("log_entry", ws.new_id(), {"participant": participant, **values})
    return LogImport(len(rows), same, tuple(problems), log.changes)


def _nobody(row: int, text: str, people: int) -> Problem:
    words = (
        _("Log row {row}: “{text}” could be any of {n} people.")
        if people
        else _("Log row {row}: “{text}” is no participant here.")
        if text
        else _("Log row {row}: it does not say whose day this is.")
    )
    return Problem(
        "LOG_PERSON",
        words.format(row=row, text=text, n=people),
        _("Use the participant’s id, or the whole name."),
        row,
        "participant",
    )


def _slot(entry: LogEntry) -> tuple[str, ...]:
    return entry.participant, entry.worked_on, entry.role.casefold(), entry.production.casefold(), entry.called_at


def _slot_of(participant: str, values: Mapping[str, object]) -> tuple[str, ...]:
    texts = (str(values.get(name) or "") for name in ("worked_on", "role", "production", "called_at"))
    worked_on, role, production, called_at = texts
    return participant, worked_on, role.casefold(), production.casefold(), called_at


def export_log(ws: Workspace, path: Path, people: Sequence[Person] = (), restricted: bool = False) -> int:
    """Write the log as .xlsx or .csv (by the name's ending); returns the number of days.

    restricted: with the incidents, for a lead's own use. Raises UserError when the file cannot be written.
    """
    everyone = {each.id: each for each in list_people(ws)}
    entries = [
        (everyone[entry.participant], entry)
        for entry in list_log(ws, restricted=restricted)
        if entry.participant in everyone and (not people or entry.participant in {each.id for each in people})
    ]
    log_tables.write_log(path, entries, restricted)
    return len(entries)
