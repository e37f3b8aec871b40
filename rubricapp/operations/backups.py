"""Backups: at the start of a day, on demand, before what cannot be undone; and back again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rubricapp.errors import Exit, UserError
from rubricapp.exchange import sealing
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.store import backups as store
from rubricapp.store import erasing, restoring
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.backups import Backup, Copied
from rubricapp.store.key_file import Unlock
from rubricapp.store.people import load_programme
from rubricapp.store.snapshots import load_snapshot
from rubricapp.store.workspace import Sources, Workspace, open_


def back_up(ws: Workspace, to: Path | None = None, progress: Progress | None = None) -> Path:
    """Write a checked backup now and return its path: beside the workspace, or with all artefacts into `to`.

    Raises UserError, E_INSIDE where `to` lies in the workspace itself.
    """
    _demand_elsewhere(ws, to)
    _hold_key(ws)
    made = store.make(ws, to, progress)
    if to is None:
        store.thin(ws.backups, ws.sources.now())
    return made.path


def copy(ws: Workspace, to: Path | None = None) -> Copied:
    """The first half of `back_up`: the only one that needs the workspace. Raises UserError."""
    _demand_elsewhere(ws, to)
    _hold_key(ws)
    return store.copy(ws, to)


def _demand_elsewhere(ws: Workspace, to: Path | None) -> None:
    """A copy in the workspace is lost with it, and nobody looks for it there when somebody is erased."""
    if to is not None and to.resolve().is_relative_to(ws.folder.resolve()):
        raise UserError(
            "E_INSIDE",
            _("{folder} lies in the workspace itself: a copy there would be lost with it.").format(folder=to),
            _("No backup was made."),
            _("Choose a stick or another disk; the daily backups are made by themselves."),
            exit_code=Exit.USAGE,
        )


def _hold_key(ws: Workspace) -> None:
    """Each backup holds the key that opens what is sealed for the workspace, also one from before the first kit: where
    this laptop is lost, returns to the kits that it made since open all the same."""
    if not ws.read_only:
        sealing.identity_of(ws)


def pack(copied: Copied, progress: Progress | None = None) -> Path:
    """The second half, with files alone, as the window does it beside the work. Raises UserError, Cancelled."""
    made = store.pack(copied, progress)
    if not made.with_files:
        store.thin(made.path.parent, made.made_at)
    return made.path


def drop(copied: Copied) -> None:
    """Let a copy go that will not be packed: somebody stopped it before its turn came."""
    store.drop(copied)


def is_daily_due(ws: Workspace) -> bool:
    """Whether the day's first backup is to be made: not where nothing changed since some backup, nor read only."""
    if ws.read_only:
        return False
    made = list_backups(ws)
    today = ws.sources.now().date()
    # Not only the newest is looked at: a clock that ran ahead once leaves one that is newest for years.
    if any(each.made_at.date() == today for each in made):
        return False
    return not made or load_snapshot(ws)[0] not in {each.snapshot for each in made}


def back_up_daily(ws: Workspace) -> Path | None:
    """The day's first backup, where it is due.

    A disk that refuses the backup does not stop the work: the error is for the caller to show.
    """
    return back_up(ws) if is_daily_due(ws) else None


def list_backups(ws: Workspace) -> list[Backup]:
    """The workspace's own backups, newest first."""
    return store.list_backups(ws.backups)


@dataclass(frozen=True)
class Restored:
    """What restoring did. set_aside: where the state before is kept, or None. lost: changes that only it holds.

    missing: hashes of artefacts that were not in the backup as they should be. absent: hashes of works' files that are
    not here now, as where a daily backup, which holds none, was restored elsewhere. programme: its name, which a
    protected backup does not say outside.
    """

    backup: Backup
    set_aside: Path | None
    lost: int
    missing: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    programme: str = ""


def preview_backup(ws: Workspace, file: Path) -> tuple[Backup, int]:
    """The same as `preview_restore` for a workspace that is open. Raises UserError for what is no backup."""
    backup = store.read(file)
    return backup, store.count_lost(load_snapshot(ws)[2], backup)


def preview_restore(folder: Path, file: Path, unlock: Unlock | None = None) -> tuple[Backup, int]:
    """(what the backup holds, how many of the present changes it lacks). Changes nothing.

    A present file that cannot be read counts as none: that is why one restores; it is set aside whole.
    """
    backup = store.read(file)
    return backup, store.count_lost(restoring.load_ends(folder, unlock), backup)


def restore(folder: Path, file: Path, sources: Sources | None = None, unlock: Unlock | None = None) -> Restored:
    """Put a backup in the place of a workspace, which must be closed; what was there is kept in its backups folder.

    unlock: gives the key of a protected workspace or backup. Whoever was erased since the backup was made is erased
    from it again; what was sealed for the workspace since then opens in it, too.
    """
    backup = store.read(file)
    replaced = restoring.put_back(folder, backup, unlock)
    marks = erasing.list_marks_in(replaced.set_aside, replaced.before) if replaced.set_aside else []
    about = restoring.load_meta_in(replaced.set_aside, replaced.before) if replaced.set_aside else {}
    from rubricapp.operations import protection

    # Opening proves that it opens, and gives it a device id of its own.
    with open_(folder, sources, unlock=lambda _kept: replaced.key) as ws:
        erasing.erase_again(ws, marks)
        sealing.keep_former(ws, sealing.secrets_in(about))
        if ws.key:
            protection.seal_files(ws.vault, Progress())  # what lay here plain, or under the key before
            protection.settle(ws)
        absent = {each.sha256 for each in list_artefacts(ws) if each.sha256 and find_file(ws, each) is None}
        programme = load_programme(ws).name
    return Restored(backup, replaced.set_aside, replaced.lost, replaced.missing, tuple(sorted(absent)), programme)
