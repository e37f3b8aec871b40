"""The key file of a protected workspace: beside the database, in two copies, holding its key only in wrapped form.

    workspace.key, workspace.key-copy    JSON: how the key is wrapped, and a hash over that

Whether a workspace is protected is said by its database alone: one that begins as SQLite's plain files do is not,
whatever lies beside it. So protecting writes these files first, and taking protection away drops them last: killed
anywhere, one of the two whole states is there.

What unwraps a key belongs to `exchange.unlocking`; here it is a function that is handed in.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rubricapp.errors import Exit, UserError
from rubricapp.store import engine, places

NAMES = ("workspace.key", "workspace.key-copy")
FORMAT = 2
"""1: the files of works were plain. An older version, which would not find sealed ones, is kept out."""
_PLAIN = b"SQLite format 3\0"
_LARGEST = 1 << 16

Kept = Mapping[str, Any]
Unlock = Callable[[Kept], bytes]
"""Gives the key that is wrapped in a key file. Raises UserError."""


def is_encrypted(path: Path) -> bool:
    """Whether a database file is encrypted (or no database at all). Only while nobody of this process has it open."""
    with path.open("rb") as file:
        header = file.read(len(_PLAIN))
    return bool(header) and header != _PLAIN


def as_bytes(kept: Kept) -> bytes:
    """A key file's bytes."""
    said = {**kept, "application": "rubricapp", "format": FORMAT}
    said.pop("sha256", None)
    return json.dumps(said | {"sha256": _hash(said)}, indent=1, sort_keys=True).encode()


def to_travel(kept: Kept) -> Kept:
    """What a backup takes of it: not what only this computer's keychain opens."""
    return {name: value for name, value in kept.items() if name != "keychain"}


def from_bytes(data: bytes) -> Kept:
    """What a key file holds. Raises ValueError for one that is not whole, UserError E_NEWER."""
    try:
        said = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(said, dict) or said.get("application") != "rubricapp":
        raise ValueError("no key file")
    if said.pop("sha256", None) != _hash(said):
        raise ValueError("altered")
    if type(said.get("format")) is not int:
        raise ValueError("no format")
    if said["format"] not in (1, FORMAT):
        raise UserError(
            "E_NEWER",
            "This workspace was protected by a newer version.",
            "Your data has not changed.",
            "Update this laptop to open it.",
        )
    return said


def _hash(said: Kept) -> str:
    return hashlib.sha256(json.dumps(dict(said), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def read(folder: Path) -> list[Kept]:
    """The whole copies, without those that say the same. Raises UserError E_NEWER."""
    found: list[Kept] = []
    for name in NAMES:
        with contextlib.suppress(OSError, ValueError):
            with (folder / name).open("rb") as file:
                kept = from_bytes(file.read(_LARGEST))
            if kept not in found:
                found.append(kept)
    return found


def write(folder: Path, kept: Kept, names: tuple[str, ...] = NAMES) -> None:
    """Write the copies one after the other, each whole or not at all. Raises OSError."""
    for name in names:
        part = folder / f"{name}.part"
        try:
            part.write_bytes(as_bytes(kept))
            places.put(part, folder / name)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def remove(folder: Path) -> None:
    """Take the copies away: nothing is protected here any more. Raises OSError."""
    for name in NAMES:
        (folder / name).unlink(missing_ok=True)


def find_key(path: Path, unlock: Unlock | None) -> bytes:
    """The key of a database, proved to open it; b"" for one that is not protected.

    Raises UserError: E_PROTECTED where nobody can be asked, E_KEY_FILE, and what `unlock` raises.
    """
    folder = path.parent
    if not is_encrypted(path) or not any((folder / name).exists() for name in NAMES):
        return b""
    copies = read(folder)
    if not copies:
        raise UserError(
            "E_KEY_FILE",
            "This workspace is protected, and its key file is damaged.",
            "It was left as it is.",
            "Bring workspace.key back from a backup of the folder, or restore the newest backup.",
            exit_code=Exit.DAMAGED,
        )
    if unlock is None:
        raise protected()
    refused: UserError | None = None
    for kept in copies:
        try:
            key = unlock(kept)
        except UserError as error:
            refused = error
            continue
        if opens(path, key):
            return key
    raise refused or engine.damaged(path, "its key does not open it")


def key_of(path: Path, unlock: Unlock | None, read_only: bool) -> bytes:
    """The same while we hold the lock; a key file that a crash left beside a plain database goes. Raises UserError."""
    try:
        key = find_key(path, unlock)
        if not key and not read_only and not is_encrypted(path):
            remove(path.parent)
        if key and not read_only:
            _mend(path.parent, key, unlock)
    except OSError as error:
        raise UserError(
            "E_FILE_UNREADABLE",
            f"{path} cannot be read.",
            "Nothing was changed.",
            "Check that the disk is there and that you may read the folder.",
            str(error),
            Exit.UNREADABLE,
        ) from error
    return key


def _mend(folder: Path, key: bytes, unlock: Unlock | None) -> None:
    """Make both copies say the same again after a crash between them, and what an older version wrote up to date."""
    copies = read(folder)
    if len(copies) == 1 and copies[0]["format"] == FORMAT:
        return
    for kept in copies:
        with contextlib.suppress(UserError):
            if len(copies) == 1 or (unlock is not None and unlock(kept) == key):
                write(folder, kept)
                return


def opens(path: Path, key: bytes) -> bool:
    """Whether a key is that of the database."""
    try:
        connection = engine.connect(path, read_only=True, key=key)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        finally:
            connection.close()
    except engine.sqlite.OperationalError:
        return True  # a crash must be put right first, which reading alone cannot: said when it is opened
    except engine.Errors:
        return False
    return True


def protected() -> UserError:
    """Somebody must give the passphrase."""
    return UserError(
        "E_PROTECTED",
        "This workspace is protected by a passphrase.",
        "Nothing was changed.",
        "Give it with --unlock-file or the variable RUBRICAPP_PASSPHRASE_FILE: a file that holds it in its first line.",
    )
