"""Reads: the production log. The incident of a day is given only to those who may see it."""

from __future__ import annotations

from rubricapp.core.model import CriterionId, LogCheck, LogEntry, PersonId
from rubricapp.store.aliases import not_double
from rubricapp.store.workspace import Workspace

TEXTS = (
    *("worked_on", "day_type", "production", "unit", "location", "called_at", "wrapped_at", "department", "role"),
    *("credited_role", "head", "scenes", "rolls", "tasks", "kit", "supervised_by", "problem", "decision", "outcome"),
    *("incident", "happened", "matters", "next_step"),
)
_COLUMNS = ("id", "participant", *TEXTS, "minutes", "supervision", "criteria")


def _entry(row: tuple, restricted: bool) -> LogEntry:
    values = dict(zip(_COLUMNS, row, strict=True))
    texts = {name: values[name] or "" for name in TEXTS}
    if not restricted:
        texts["incident"] = ""
    return LogEntry(
        id=values["id"],
        participant=PersonId(values["participant"] or ""),
        minutes=values["minutes"],
        supervision=values["supervision"],
        criteria=tuple(CriterionId(each) for each in (values["criteria"] or "").split()),
        **texts,
    )


def list_log(ws: Workspace, participant: str = "", restricted: bool = False) -> list[LogEntry]:
    """Log entries by day, of one participant or of all. restricted: whether the reader may see incidents."""
    where, values = ("participant = ?", (participant,)) if participant else ("participant IS NOT NULL", ())
    rows = ws.rows(
        f"SELECT {', '.join(_COLUMNS)} FROM log_entry WHERE {where} AND coalesce(removed, 0) = 0"
        " ORDER BY participant, worked_on, called_at, id",
        *values,
    )
    return [_entry(row, restricted) for row in rows]


def load_log_entry(ws: Workspace, entry: str, restricted: bool = False) -> LogEntry:
    """One entry. Raises LookupError."""
    rows = ws.rows(f"SELECT {', '.join(_COLUMNS)} FROM log_entry WHERE id = ?", entry)
    if not rows:
        raise LookupError(entry)
    return _entry(rows[0], restricted)


def list_log_checks(ws: Workspace, participant: str = "") -> dict[str, list[LogCheck]]:
    """What mentors said, by entry."""
    where, values = ("log_entry.participant = ?", (participant,)) if participant else ("1", ())
    found: dict[str, list[LogCheck]] = {}
    for row in ws.rows(
        "SELECT log_check.id, entry, mentor, coalesce(state, ''), log_check.minutes, coalesce(note, ''),"
        " coalesce(checked_on, '') FROM log_check JOIN log_entry ON log_entry.id = log_check.entry"
        f" WHERE {where} AND state IS NOT NULL AND {not_double('log_check', 'log_check.id')}"
        " ORDER BY checked_on, log_check.id",
        *values,
    ):
        found.setdefault(row[1], []).append(LogCheck(row[0], row[1], PersonId(row[2]), *row[3:]))
    return found
