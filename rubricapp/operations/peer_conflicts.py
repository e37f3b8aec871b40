"""Declared conflicts: two people of whom neither reviews the other, said once and kept for every later round."""

from __future__ import annotations

from rubricapp.core.model import Changes, Person
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations.texts import fitting
from rubricapp.store.peer_reviews import list_declared_conflicts
from rubricapp.store.same_people import find_record, list_records
from rubricapp.store.workspace import Workspace


def declare_conflict(ws: Workspace, one: Person, other: Person, note: str | None = None, author: str = "") -> Changes:
    """Keep two people apart in every round allocated from now on. note: why, for the lead alone; None leaves it.

    Rounds that are allocated already stay as they are. Raises UserError E_SELF, E_TOO_LONG.
    """
    if one.id == other.id:
        raise UserError(
            "E_SELF",
            _("A conflict is between two people."),
            _("Nothing was changed."),
            _("Nobody reviews themselves anyway."),
            exit_code=Exit.USAGE,
        )
    first, second = sorted((one.id, other.id))
    values: dict[str, object] = {"one": first, "other": second, "removed": 0}
    if note is not None:
        values["note"] = fitting(note) or None
    with ws.writing(author) as log:
        log.set_all("declared_conflict", find_record(ws, "declared_conflict", first, second), values)
    return log.changes


def remove_conflict(ws: Workspace, one: Person, other: Person, author: str = "") -> Changes:
    """The two may review each other again. Raises UserError E_NO_CONFLICT where none was declared."""
    first, second = sorted((one.id, other.id))
    if not any((each.one, each.other) == (first, second) for each in list_declared_conflicts(ws)):
        raise UserError(
            "E_NO_CONFLICT",
            _("There is no conflict between {one} and {other}.").format(one=one.name, other=other.name),
            _("Nothing was changed."),
            _("“peer conflicts” shows them."),
            exit_code=Exit.USAGE,
        )
    with ws.writing(author) as log:
        for record in list_records(ws, "declared_conflict", find_record(ws, "declared_conflict", first, second)):
            log.set("declared_conflict", record, "removed", 1)
    return log.changes
