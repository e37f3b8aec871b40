"""Protection at rest: a lost laptop shows nothing of a workspace to whoever lacks all of its keys.

Three of them open it: the passphrase, the programme's recovery sheet, and, where somebody chose that, the keychain of
this computer; the last is never the only one. What protection does not do is said wherever it is offered
(`what_it_does`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.exchange import keychain, unlocking
from rubricapp.exchange.sealing import Identity
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations.backups import back_up
from rubricapp.operations.workspaces import open_workspace
from rubricapp.store import backups as store_backups
from rubricapp.store import engine, key_file, protecting, settling, upgrading
from rubricapp.store.key_file import Kept, Unlock
from rubricapp.store.kits import load_recovery_key
from rubricapp.store.vault import Vault
from rubricapp.store.workspace import FILE_NAME, FORMER_KEYS, Workspace, open_

_DISK = ("E_CANNOT_WRITE", "E_DISK")
"""What a disk that fails is called by whoever knows nothing of what was done before."""
_SET_ASIDE = ("before-update-from-*.sqlite3", "before-restore-*.sqlite3", "left-over-*.sqlite3")


def what_it_does() -> str:
    """What protection protects, and what it does not."""
    return _(
        "Protection encrypts the whole workspace: people, levels, comments, the production log, mentoring and history,"
        " the files of works with their small pictures, and the backups made from then on. Whoever finds the laptop"
        " and lacks the passphrase reads nothing of it; how many files there are, how large, and when they came can be"
        " seen. What you export or hand over, and what another program shows for you, leaves the protection. What lay"
        " on the disk before is overwritten where the disk allows; flash may keep it, so use the system’s disk"
        " encryption, too. Nothing helps against a program that runs on this laptop while the workspace is open."
        " Whoever loses the passphrase and has no recovery sheet loses the data."
    )


def what_changing_does(new_key: bool, before: bool = False) -> str:
    """What a change of passphrase does, and what it does not; or will, `before` it."""
    if before and new_key:
        return _(
            "The workspace gets a new passphrase and a new key: everything is encrypted anew, which takes a moment. The"
            " old passphrase then opens nothing here, not even for somebody who once copied the old key. It still opens"
            " backups and copies made before; replace those."
        )
    if before:
        return _(
            "The workspace gets a new passphrase and keeps its key: quick, and right where nobody saw the old one."
            " Whoever knows the old passphrase and has an older backup or copy could open that one, and this workspace"
            " with the key in it."
        )
    if new_key:
        return _(
            "The workspace has a new passphrase and a new key. The old passphrase opens nothing here any more, not even"
            " for somebody who once copied the old key; it still opens backups and copies made before."
        )
    return _(
        "The workspace has a new passphrase; its key is the same. Whoever knows the old passphrase and has a backup or"
        " a copy made before can open that one, and with the key in it this workspace, too. If you think the old one"
        " was seen, take a new key as well, and replace the backups."
    )


def by_passphrase(passphrase: str) -> Unlock:
    """Opens by a passphrase."""
    return lambda kept: unlocking.by_passphrase(kept, passphrase)


def by_recovery(keys: tuple[Identity, ...]) -> Unlock:
    """Opens by the recovery key."""
    return lambda kept: unlocking.by_recovery(kept, keys)


def by_keychain(kept: Kept) -> bytes:
    """Opens by this computer's keychain."""
    return keychain.by_keychain(kept)


def is_protected(folder: Path) -> bool:
    """Whether a closed workspace is protected. Raises UserError where it cannot be read."""
    path = folder / FILE_NAME
    try:
        return path.is_file() and key_file.is_encrypted(path) and bool(key_file.read(folder))
    except OSError as error:
        raise upgrading.unreadable(path, error) from error


# Protecting and back


@dataclass(frozen=True)
class Protected:
    """What protecting did. recovery: whether the recovery sheet opens it, too. unprotected: older backups and copies
    that are not encrypted, still there. waiting: files of works that are not encrypted yet; `go_on` does that."""

    recovery: bool
    unprotected: tuple[Path, ...]
    waiting: int = 0


def protect(folder: Path, passphrase: str, progress: Progress | None = None, files: bool = True) -> Protected:
    """Encrypt a closed workspace; both ways to its key are tried before anything is changed.

    files: those of works, too; else they wait, and are sealed beside the window that opens it next.
    Raises UserError E_PASSPHRASE, E_PROTECTED, E_LOCKED, E_READ_ONLY; then everything is as it was. E_DISK, Cancelled:
    it is protected, and some files wait.
    """
    if is_protected(folder):
        raise UserError("E_PROTECTED", _("This workspace is protected already."), _("Nothing was changed."))
    with open_workspace(folder) as ws:
        ws.demand_writable()
        recovery = load_recovery_key(ws)
    key = unlocking.new_key()
    kept = _proved(unlocking.wrap(key, passphrase, recovery), key, passphrase)
    protecting.protect(folder, key, kept)
    unlock = by_passphrase(passphrase)
    _go_on(lambda: _demand_opens(folder, unlock))
    _demand_gone(folder)
    if files:
        _go_on(lambda: protecting.go_on(folder, unlock, progress or Progress()))
    return Protected(bool(recovery), list_unprotected(folder), count_plain(folder))


def _demand_opens(folder: Path, unlock: Unlock) -> int:
    with open_(folder, unlock=unlock):
        return 0


def _demand_gone(folder: Path) -> None:
    """Raises UserError where the database as it was before is still there."""
    left = upgrading.say_readable(folder)
    if left:
        raise UserError("E_DISK", left, _("The workspace itself is encrypted."), _("Have this disk looked at."))


def go_on(folder: Path, unlock: Unlock, progress: Progress | None = None) -> int:
    """Encrypt what is still plain in a closed protected workspace; returns how many files. Raises UserError."""
    return _go_on(lambda: protecting.go_on(folder, unlock, progress or Progress()))


def count_plain(folder: Path) -> int:
    """How many files of a closed workspace lie readable."""
    return settling.count_plain(Vault(folder.absolute() / "files"))


def must_settle(ws: Workspace) -> bool:
    """Whether files of a protected workspace lie plain, or under an earlier key."""
    return bool(ws.key) and (settling.count_plain(ws.vault) > 0 or ws.vault.has_former)


def settle(ws: Workspace) -> int:
    """After `seal_files`: forget earlier keys that no file needs; returns how many files still wait."""
    if ws.vault.has_former and not ws.vault.list_former():
        ws.set_meta(FORMER_KEYS, "")
        ws.vault.unlock(ws.key)
    return settling.count_plain(ws.vault)


def count_waiting(ws: Workspace) -> int:
    """How many files of a protected workspace are not encrypted yet; 0 in one that is not protected."""
    return settling.count_plain(ws.vault) if ws.key else 0


def seal_files(vault: Vault, progress: Progress) -> int:
    """Encrypt what is still plain; returns how many files. Touches no database, so it may run beside the window.

    Raises UserError where there is no space, Cancelled.
    """
    return _go_on(lambda: settling.seal_files(vault, progress))


def open_files(vault: Vault, progress: Progress) -> tuple[Path, ...]:
    """The same the other way, before `unprotect`; returns those that were altered and stay as they are."""
    try:
        return settling.open_files(vault, progress)
    except OSError as error:
        raise protecting.still_protected(vault.files.parent, error) from error


def _go_on(seal: Callable[[], int]) -> int:
    try:
        return seal()
    except OSError as error:
        raise _not_all(str(error)) from error
    except UserError as error:
        raise _not_all(error.details) if error.code in _DISK else error from error


def _not_all(details: str) -> UserError:
    return UserError(
        "E_DISK",
        _("Not all files of works could be encrypted."),
        _("The database and the files before are encrypted; the rest is readable as before."),
        _("Free some space and say “protect” again, or open the workspace: it goes on by itself."),
        details,
    )


def unprotect(folder: Path, unlock: Unlock, progress: Progress | None = None) -> tuple[Path, ...]:
    """Decrypt it again; returns files that were altered and stay as they are. This computer's keychain forgets it.

    Raises UserError, Cancelled; then it is protected as before, though some files may be plain already.
    """
    kept = next(iter(key_file.read(folder)), None)
    altered = protecting.unprotect(folder, unlock, progress)
    if kept is not None and keychain.is_remembered(kept):
        keychain.forget(kept)
    return altered


# Backups made before


def list_unprotected(folder: Path) -> tuple[Path, ...]:
    """Backups of a workspace, and databases set aside, that are not encrypted."""
    place = folder / "backups"
    found = [each.path for each in store_backups.list_backups(place) if not each.protected]
    for pattern in _SET_ASIDE:
        found += [path for path in place.glob(pattern) if path.is_file() and not key_file.is_encrypted(path)]
    return tuple(sorted(found))


def list_before(folder: Path) -> tuple[Path, ...]:
    """All backups of a workspace, and databases set aside: what an old passphrase may still open."""
    place = folder / "backups"
    found = {each.path for each in store_backups.list_backups(place)}
    for pattern in (*_SET_ASIDE, "before-restore-*.key"):
        found |= {path for path in place.glob(pattern) if path.is_file()}
    return tuple(sorted(found))


def replace_unprotected(ws: Workspace) -> tuple[Path, ...]:
    """Make a protected backup, then delete those that are not; returns what is gone. Raises UserError."""
    return _replace(ws, list_unprotected(ws.folder))


def replace_before(ws: Workspace) -> tuple[Path, ...]:
    """Make a backup that only the present passphrase opens, then delete all earlier ones. Raises UserError."""
    return _replace(ws, list_before(ws.folder))


def _replace(ws: Workspace, old: tuple[Path, ...]) -> tuple[Path, ...]:
    ws.demand_writable()
    if not ws.key:
        raise UserError("E_NOT_PROTECTED", _("This workspace is not protected."), _("Nothing was changed."))
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


# The ways to the key


def change_passphrase(folder: Path, unlock: Unlock, passphrase: str) -> None:
    """Another passphrase for the same key, in both copies of the key file; the old one is in neither any more.

    The workspace may be open or closed. unlock: proves that one may: the old passphrase, or the recovery sheet.
    Raises UserError E_PASSPHRASE and what `unlock` raises; then nothing is changed.
    """
    folder = folder.absolute()
    kept, key = _opened(folder, unlock)
    with_it = {**kept, "passphrase": unlocking.wrap(key, passphrase)["passphrase"]}
    protecting.rewrap(folder, _proved(with_it, key, passphrase))
    if key_file.read(folder) != [key_file.from_bytes(key_file.as_bytes(with_it))]:
        raise AssertionError("an old copy of the key file is still there")


def change_key(folder: Path, unlock: Unlock, passphrase: str, progress: Progress | None = None) -> None:
    """Another passphrase and another key for a closed workspace: for whoever thinks that the old one was seen.

    The recovery sheet opens it as before; this computer's keychain forgets it. Raises UserError, Cancelled.
    """
    folder = folder.absolute()
    kept, _old = _opened(folder, unlock)
    recovery = (kept.get("recovery") or {}).get("for", "")
    key = unlocking.new_key()
    new = _proved(unlocking.wrap(key, passphrase, recovery), key, passphrase)
    protecting.change_key(folder, unlock, key, new, progress or Progress())
    if keychain.is_remembered(kept):
        keychain.forget(kept)
    try:
        _demand_opens(folder, by_passphrase(passphrase))
    except UserError as error:
        raise protecting.not_all_anew(error) if error.code in _DISK else error from error
    _demand_gone(folder)


def demand(folder: Path, unlock: Unlock) -> None:
    """Raises UserError where that does not open this protected workspace."""
    _opened(folder, unlock)


def _opened(folder: Path, unlock: Unlock) -> tuple[Kept, bytes]:
    """(the copy of the key file that `unlock` opens, the key). Raises UserError."""
    copies = key_file.read(folder)
    if not copies:
        raise UserError("E_NOT_PROTECTED", _("This workspace is not protected."), _("Nothing was changed."))
    refused = None
    for kept in copies:
        try:
            key = unlock(kept)
        except UserError as error:
            refused = error
            continue
        if key_file.opens(folder / FILE_NAME, key):
            return kept, key
    raise refused or engine.damaged(folder / FILE_NAME, "its key does not open it")


def _proved(kept: Kept, key: bytes, passphrase: str) -> Kept:
    if unlocking.by_passphrase(kept, passphrase) != key:
        raise AssertionError("what was wrapped is not what was unwrapped")
    return kept


def let_recovery_open(ws: Workspace, recovery: str) -> None:
    """Wrap an open workspace's key for a recovery key that was just proved. Raises UserError."""
    kept: Kept | None = next(iter(key_file.read(ws.folder)), None) if ws.key else None
    if kept is not None:
        protecting.rewrap(ws.folder, unlocking.with_recovery(kept, ws.key, recovery))


def opens_by(ws: Workspace, recovery: str) -> bool:
    """Whether every copy of a protected workspace's key file has its key for this recovery key."""
    return {(kept.get("recovery") or {}).get("for") for kept in key_file.read(ws.folder)} == {recovery}


def opened_by_recovery(ws: Workspace) -> bool:
    """Whether the recovery sheet opens this protected workspace."""
    return any(bool(kept.get("recovery")) for kept in key_file.read(ws.folder))


def has_keychain() -> bool:
    """Whether this computer has a keychain that can be used."""
    return keychain.has_keychain()


def is_remembered(folder: Path) -> bool:
    """Whether a keychain may open this protected workspace."""
    return any(keychain.is_remembered(kept) for kept in key_file.read(folder))


def remember(ws: Workspace) -> None:
    """Let this computer's keychain open an open workspace from now on. Raises UserError E_NO_KEYCHAIN, E_KEYCHAIN."""
    ws.demand_writable()
    if not ws.key:
        raise UserError("E_NOT_PROTECTED", _("This workspace is not protected."), _("Nothing was changed."))
    for kept in key_file.read(ws.folder)[:1]:
        protecting.rewrap(ws.folder, keychain.remember(kept, ws.key))


def forget(folder: Path) -> bool:
    """Let no keychain open a workspace any more; whether one did. Raises UserError."""
    found = [kept for kept in key_file.read(folder) if keychain.is_remembered(kept)]
    for kept in found[:1]:
        protecting.rewrap(folder, keychain.forget(kept))
    return bool(found)
