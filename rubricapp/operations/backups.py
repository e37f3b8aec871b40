"""Backups: at the start of a day, on demand, before what cannot be undone; and back again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.jobs import Progress
from rubricapp.store import backups as store
from rubricapp.store.backups import Backup
from rubricapp.store.snapshots import load_snapshot
from rubricapp.store.workspace import Sources, Workspace, exists, open_


def back_up(ws: Workspace, to: Path | None = None, progress: Progress | None = None) -> Path:
    """Write a checked backup now and return its path: beside the workspace, or with all artefacts into `to`."""
    made = store.make(ws, to, progress)
    if to is None:
        store.thin(ws.backups, ws.sources.now())
    return made.path


def back_up_daily(ws: Workspace) -> Path | None:
    """The day's first backup, unless nothing changed since the last one or the workspace is read only.

    A disk that refuses the backup does not stop the work: the error is for the caller to show.
    """
    if ws.read_only:
        return None
    newest = next(iter(list_backups(ws)), None)
    if newest is not None:
        same_day = newest.made_at.date() == ws.sources.now().date()
        if same_day or newest.snapshot == load_snapshot(ws)[0]:
            return None
    return back_up(ws)


def list_backups(ws: Workspace) -> list[Backup]:
    """The workspace's own backups, newest first."""
    return store.list_backups(ws.backups)


@dataclass(frozen=True)
class Restored:
    """What restoring did. set_aside: where the state before is kept, or None. lost: changes that only it holds."""

    backup: Backup
    set_aside: Path | None
    lost: int


def preview_backup(ws: Workspace, file: Path) -> tuple[Backup, int]:
    """The same as `preview_restore` for a workspace that is open. Raises UserError for what is no backup."""
    backup = store.read(file)
    return backup, max(0, sum(seq for _, seq in load_snapshot(ws)[2]) - backup.changes)


def preview_restore(folder: Path, file: Path) -> tuple[Backup, int]:
    """(what the backup holds, how many of the present changes it lacks). Changes nothing."""
    backup = store.read(file)
    return backup, max(0, _present_changes(folder) - backup.changes)


def _present_changes(folder: Path) -> int:
    if not exists(folder):
        return 0
    try:
        with open_(folder) as ws:
            return sum(seq for _, seq in load_snapshot(ws)[2])
    except UserError as error:
        if error.code == "E_DAMAGED":
            return 0  # that is why one restores; the damaged file is set aside whole
        raise


def restore(folder: Path, file: Path, sources: Sources | None = None) -> Restored:
    """Put a backup in the place of a workspace, which must be closed; what was there is kept in its backups folder."""
    backup, lost = preview_restore(folder, file)
    aside = store.put_back(folder, backup)
    open_(folder, sources).close()  # proves that it opens, and gives it a device id of its own
    return Restored(backup, aside, lost)
