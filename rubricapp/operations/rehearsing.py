"""Rehearsing a restore: after a backup, once a week by itself, and on demand."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from rubricapp.i18n import _, ngettext
from rubricapp.jobs import Progress
from rubricapp.operations.backups import back_up, list_backups
from rubricapp.store import rehearsing as store
from rubricapp.store.backups import list_broken
from rubricapp.store.rehearsing import Rehearsal, load_rehearsal
from rubricapp.store.workspace import Workspace


def newest(ws: Workspace) -> Path | None:
    """The backup that one would restore: the newest, but none that a clock gone wrong dated far ahead.

    Where none can be read, one that cannot: so that this is noticed. None where there is no such file.
    """
    found = list_backups(ws)
    latest = ws.sources.now() + timedelta(days=1)
    if not found:
        return next(iter(list_broken(ws.backups)), None)
    return next((each for each in found if each.made_at <= latest), found[0]).path


def due(ws: Workspace) -> Path | None:
    """The backup that is to be restored on trial now: once a week, and after a failure as soon as there is a newer one.

    None where that is not now, or there is none.
    """
    backup, last = newest(ws), load_rehearsal(ws)
    if ws.read_only or backup is None:
        return None
    if last is not None:
        recent = abs(ws.sources.now() - last.at) < store.EVERY
        if recent and (last.ok or last.file == backup.name):
            return None
    return backup


def rehearse(ws: Workspace, file: Path | None = None, progress: Progress | None = None) -> Rehearsal:
    """Restore a backup on trial and keep what came of it. file: else the newest, made now where there is none.

    Raises UserError where there is no place to try, Cancelled.
    """
    ws.demand_writable()
    if file is None:
        file = newest(ws) or back_up(ws)
    return keep(ws, store.rehearse(file, ws.backups, ws.sources.now(), progress, ws.key))


def rehearse_file(
    file: Path, beside: Path, now: datetime, key: bytes = b"", progress: Progress | None = None
) -> Rehearsal:
    """The same with files alone, as the window does it beside the work; `keep` its result afterwards."""
    return store.rehearse(file, beside, now, progress, key)


def keep(ws: Workspace, rehearsal: Rehearsal) -> Rehearsal:
    """Remember what a rehearsal beside the window gave."""
    store.keep(ws, rehearsal)
    return rehearsal


def say_rehearsal(rehearsal: Rehearsal) -> str:
    """What came of it, in a sentence or two."""
    if rehearsal.ok:
        words = ngettext(
            "Restored on trial in {seconds} s: it holds ({n} change, people: {people}, ratings: {ratings}).",
            "Restored on trial in {seconds} s: it holds ({n} changes, people: {people}, ratings: {ratings}).",
            rehearsal.changes,
        )
        return words.format(
            seconds=f"{rehearsal.seconds:.1f}",
            n=rehearsal.changes,
            people=rehearsal.people,
            ratings=rehearsal.ratings,
        )
    return _("The backup {file} could not be relied on: {problem}").format(
        file=rehearsal.file, problem=rehearsal.problems[0].message
    )


def alarm(rehearsal: Rehearsal | None) -> str:
    """What must be said loudly; "" where all is well."""
    if rehearsal is None or rehearsal.ok:
        return ""
    return (
        say_rehearsal(rehearsal) + " " + _("Make a new backup now, best on another disk, and have this disk looked at.")
    )
