"""What the fields of a production log are called, and the words of its choices."""

from __future__ import annotations

from collections.abc import Mapping

from rubricapp.core.model import LogCheck, LogEntry
from rubricapp.core.production import hours_text
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.ui.dates import say_day


def say_field(name: str) -> str:
    """What a field of a day is called."""
    return {
        "worked_on": _("Date"),
        "day_type": _("Kind of day"),
        "production": _("Production"),
        "unit": _("Unit"),
        "location": _("Location"),
        "called_at": _("Call"),
        "wrapped_at": _("Wrap"),
        "hours": _("Hours"),
        "department": _("Department"),
        "role": _("Role"),
        "credited_role": _("Credited as"),
        "head": _("Head of department"),
        "scenes": _("Scenes"),
        "rolls": _("Rolls or cards"),
        "tasks": _("Tasks"),
        "kit": _("Kit"),
        "supervision": _("Help really given"),
        "supervised_by": _("By whom"),
        "problem": _("Problem"),
        "decision": _("Decision"),
        "outcome": _("Outcome"),
        "incident": _("Incident"),
        "happened": _("What happened"),
        "matters": _("Why it matters"),
        "next_step": _("What I will do next"),
        "criteria": _("Criteria touched"),
    }[name]


def say_hint(name: str) -> str:
    """How a field is filled in; "" where its name says enough."""
    return {
        "worked_on": _("Year-month-day; the Up and Down keys go by a day"),
        "hours": _("10.5 or 10:30"),
        "called_at": _("07:30"),
        "wrapped_at": _("Over midnight is fine"),
        "credited_role": _("Where it differs from the role"),
    }.get(name, "")


def say_day_type(name: str) -> str:
    """A kind of day in words."""
    return {
        "": _("not said"),
        "prep": _("Preparation"),
        "shoot": _("Shoot"),
        "wrap": _("Wrap"),
        "post": _("Post-production"),
        "office": _("Office"),
    }.get(name, name)


def say_supervision(level: int) -> tuple[str, str]:
    """(name, what it means) of a level of help, 1 … 5."""
    return {
        1: (_("Observed"), _("took part beside someone who did it")),
        2: (_("Guided"), _("did parts of it while being told or shown")),
        3: (_("Supported"), _("did the whole of it; help was called on and checked it")),
        4: (_("Independent"), _("did the whole of it; reviewed only afterwards")),
        5: (_("Led"), _("as 4, in an unusual case, and led or taught others")),
    }[level]


def say_check(check: LogCheck, mentor: str) -> str:
    """What a mentor said of a day."""
    if check.state == "corrected":
        parts = [hours_text(check.minutes)] if check.minutes is not None else []
        parts += [check.note] if check.note else []
        return _("{name} corrects: {what}").format(name=mentor, what=" · ".join(parts))
    if check.state == "not_present":
        return _("{name} was not there").format(name=mentor)
    said = _("Confirmed by {name}").format(name=mentor)
    return f"{said}: {check.note}" if check.note else said


def say_entry(entry: LogEntry) -> str:
    """A day in one line, as a hint where its criterion is scored."""
    hours = _("{hours} hours").format(hours=hours_text(entry.minutes)) if entry.minutes is not None else ""
    what = entry.outcome or entry.happened or entry.tasks
    parts = (say_day(entry.worked_on), entry.role, entry.production, entry.scenes, hours, " ".join(what.split())[:200])
    return "  ·  ".join(part for part in parts if part)


_FIELDS = {"E_DATE": "worked_on", "E_HOURS": "hours", "E_LEVEL": "supervision", "E_CRITERION": "criteria"}


def field_of(error: UserError, given: Mapping[str, str]) -> str:
    """The field a refusal speaks of; "" where it speaks of none."""
    if error.code == "E_TIME":
        names = ("called_at", "wrapped_at")
        return next((name for name in names if given.get(name) and f"“{given[name]}”" in error.what), "")
    if error.code == "E_TOO_LONG":
        return next((name for name in given if f"“{name}”" in error.what), "")
    return _FIELDS.get(error.code, "")


def say_fault(error: UserError, field: str) -> str:
    """A refusal as said at its field."""
    return " ".join(part for part in (error.what.replace(f"“{field}”", f"“{say_field(field)}”"), error.do) if part)
