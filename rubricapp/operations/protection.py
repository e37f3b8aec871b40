"""Protection at rest: a lost laptop shows nothing of the database to whoever lacks the passphrase or the recovery key.

What it does not do is said wherever it is offered (`what_it_does`): files of works stay as they are, and a program that
runs as the same person while the workspace is open reads what the person reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.exchange import unlocking
from rubricapp.exchange.sealing import Identity
from rubricapp.i18n import _
from rubricapp.operations.backups import back_up
from rubricapp.operations.workspaces import open_workspace
from rubricapp.store import backups as store_backups
from rubricapp.store import key_file, protecting, upgrading
from rubricapp.store.key_file import Kept, Unlock
from rubricapp.store.kits import load_recovery_key
from rubricapp.store.workspace import FILE_NAME, Workspace, open_

_SET_ASIDE = ("before-update-from-*.sqlite3", "before-restore-*.sqlite3", "left-over-*.sqlite3")


def what_it_does() -> str:
    """What protection protects, and what it does not."""
    return _(
        "What protection encrypts is the database: people, levels, comments, the production log, mentoring, history;"
        " and the backups made from then on. Whoever finds the laptop and lacks the passphrase reads nothing of it. The"
        " files of works (pictures, clips, documents) and their small pictures, reports and exported files are not"
        " encrypted; use the system's own disk encryption for those. It does not help against a program that runs on"
        " this laptop while the workspace is open. Whoever loses the passphrase and has no recovery sheet loses the"
        " data."
    )


def by_passphrase(passphrase: str) -> Unlock:
    """Opens by a passphrase."""
    return lambda kept: unlocking.by_passphrase(kept, passphrase)


def by_recovery(keys: tuple[Identity, ...]) -> Unlock:
    """Opens by the recovery key."""
    return lambda kept: unlocking.by_recovery(kept, keys)


def is_protected(folder: Path) -> bool:
    """Whether a closed workspace is protected. Raises UserError where it cannot be read."""
    path = folder / FILE_NAME
    try:
        return path.is_file() and key_file.is_encrypted(path) and bool(key_file.read(folder))
    except OSError as error:
        raise upgrading.unreadable(path, error) from error


@dataclass(frozen=True)
class Protected:
    """What protecting did. recovery: whether the recovery sheet opens it, too. unprotected: older backups and copies
    that are not encrypted, still there."""

    recovery: bool
    unprotected: tuple[Path, ...]


def protect(folder: Path, passphrase: str) -> Protected:
    """Encrypt a closed workspace's database; both ways to its key are tried before anything is changed.

    Raises UserError E_PASSPHRASE, E_PROTECTED, E_LOCKED, E_READ_ONLY; then everything is as it was.
    """
    if is_protected(folder):
        raise UserError("E_PROTECTED", _("This workspace is protected already."), _("Nothing was changed."))
    with open_workspace(folder) as ws:
        ws.demand_writable()
        recovery = load_recovery_key(ws)
    key = unlocking.new_key()
    kept = unlocking.wrap(key, passphrase, recovery)
    if unlocking.by_passphrase(kept, passphrase) != key:
        raise AssertionError("what was wrapped is not what was unwrapped")
    protecting.protect(folder, key, kept)
    with open_(folder, unlock=by_passphrase(passphrase)):
        pass  # proves that it opens
    return Protected(bool(recovery), list_unprotected(folder))


def unprotect(folder: Path, unlock: Unlock) -> None:
    """Decrypt it again. Raises UserError; then everything is as it was."""
    protecting.unprotect(folder, unlock)


def list_unprotected(folder: Path) -> tuple[Path, ...]:
    """Backups of a workspace, and databases set aside, that are not encrypted."""
    place = folder / "backups"
    found = [each.path for each in store_backups.list_backups(place) if not each.protected]
    for pattern in _SET_ASIDE:
        found += [path for path in place.glob(pattern) if path.is_file() and not key_file.is_encrypted(path)]
    return tuple(sorted(found))


def replace_unprotected(ws: Workspace) -> tuple[Path, ...]:
    """Make a protected backup, then delete those that are not; returns what is gone. Raises UserError."""
    ws.demand_writable()
    if not ws.key:
        raise UserError("E_NOT_PROTECTED", _("This workspace is not protected."), _("Nothing was changed."))
    old = list_unprotected(ws.folder)
    if not old:
        return ()
    made = back_up(ws)
    gone = []
    try:
        for path in old:
            if path != made and path.exists():  # one of this very second has its name; thinning may have taken others
                path.unlink()
            gone.append(path)
    except OSError as error:
        raise upgrading.cannot_write(ws.backups, error) from error
    return tuple(gone)


def let_recovery_open(ws: Workspace, recovery: str) -> None:
    """Wrap an open workspace's key for a recovery key that was just proved. Raises UserError."""
    kept: Kept | None = next(iter(key_file.read(ws.folder)), None) if ws.key else None
    if kept is not None:
        protecting.rewrap(ws.folder, unlocking.with_recovery(kept, ws.key, recovery))


def opened_by_recovery(ws: Workspace) -> bool:
    """Whether the recovery sheet opens this protected workspace."""
    return any(bool(kept.get("recovery")) for kept in key_file.read(ws.folder))
