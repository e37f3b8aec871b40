"""Encrypting a workspace's database, and decrypting it: copied beside, compared whole, then renamed.

Question: what encrypts? Decision: SQLCipher with a raw random key, every page with its own HMAC. Reasons: journals and
copies are encrypted with it, a flipped bit is noticed, and with our cache it costs next to nothing. 2026-11-29.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.store import engine, key_file, places, upgrading
from rubricapp.store.workspace import FILE_NAME

PART = "protect.part"
_OLD = "unprotected.part"
_CHUNK = 1 << 20


def protect(folder: Path, key: bytes, kept: key_file.Kept) -> None:
    """Encrypt the database of a closed workspace. kept: the key, wrapped, for the key file.

    Raises UserError; then the workspace is as it was.
    """
    folder = folder.absolute()
    path, part, old = folder / FILE_NAME, folder / PART, folder / _OLD
    with _taken(folder):
        if key_file.is_encrypted(path):
            raise UserError("E_PROTECTED", "This workspace is protected already.", "Nothing was changed.")
        upgrading.read_version(path)
        try:
            convert(path, part, b"", key)
            key_file.write(folder, kept)
            with contextlib.suppress(OSError):  # no hard links here: then the old bytes stay where the disk leaves them
                os.link(path, old)
            places.put(part, path)
            _overwrite(old)
        finally:
            upgrading.remove(part)
            upgrading.remove(old)


def unprotect(folder: Path, unlock: key_file.Unlock) -> None:
    """Decrypt the database of a closed workspace. Raises UserError; then the workspace is as it was."""
    folder = folder.absolute()
    path, part = folder / FILE_NAME, folder / PART
    with _taken(folder):
        key = key_file.find_key(path, unlock)
        if not key:
            raise UserError("E_NOT_PROTECTED", "This workspace is not protected.", "Nothing was changed.")
        try:
            convert(path, part, key, b"")
            places.put(part, path)
            key_file.remove(folder)
        finally:
            upgrading.remove(part)


def rewrap(folder: Path, kept: key_file.Kept) -> None:
    """Wrap the same key anew, in both copies. Raises UserError."""
    try:
        key_file.write(folder, kept)
    except OSError as error:
        raise upgrading.cannot_write(folder, error) from error


@contextlib.contextmanager
def _taken(folder: Path):
    """The workspace is ours alone, and stays as it is where something fails. Raises UserError."""
    path = folder / FILE_NAME
    try:
        there = path.is_file()
    except OSError as error:
        raise upgrading.unreadable(path, error) from error
    if not there:
        raise UserError("E_NO_WORKSPACE", f"There is no workspace in {folder}.", "Nothing was changed.")
    because, lock = places.lock(folder)
    try:
        if because:
            raise UserError("E_READ_ONLY", "This workspace cannot be written.", because, "Choose another folder.")
        if lock is not None and lock.was_left_open:
            upgrading.sweep(folder)
        yield
    except engine.Errors as error:
        raise engine.kindly(error, path) from error
    except OSError as error:
        raise upgrading.cannot_write(folder, error) from error
    finally:
        if lock is not None:
            lock.release()


def convert(path: Path, part: Path, key: bytes, new: bytes) -> None:
    """Copy a database into one with another key (b"": none), and compare both whole.

    Raises UserError E_DAMAGED, the driver's errors, OSError.
    """
    upgrading.remove(part)
    source = engine.connect(path, key=key)
    try:
        engine.take(source)  # a hot journal is rolled back
        fault = source.execute("PRAGMA quick_check(1)").fetchone()[0]
        if fault != "ok":
            raise engine.damaged(path, fault)
        numbers = {name: source.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")}
        source.execute(f"ATTACH DATABASE ? AS other KEY {engine.key_word(new)}", (engine.uri(part, create=True),))
        source.execute("PRAGMA other.synchronous=EXTRA")
        source.execute("SELECT sqlcipher_export('other')").fetchall()
        for name, number in numbers.items():
            source.execute(f"PRAGMA other.{name}={number}")
        source.execute("DETACH DATABASE other")
        before = _digest(source)
    finally:
        source.close()
    copy = engine.connect(part, key=new)
    try:
        faults = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
        faults += [str(row) for row in copy.execute("PRAGMA foreign_key_check")]
        if new:
            faults += [row[0] for row in copy.execute("PRAGMA cipher_integrity_check")]
        if faults != ["ok"] or _digest(copy) != before:
            raise engine.damaged(part, "; ".join(faults))
    finally:
        copy.close()
    if key_file.is_encrypted(part) != bool(new):
        raise engine.damaged(part, "not as it should be encrypted")


def _digest(connection: engine.Connection) -> str:
    """A hash over the shape and every row of every table."""
    digest = hashlib.sha256()
    shape = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    digest.update(repr(shape).encode("utf-8", "surrogatepass"))
    for kind, name, _table, _sql in shape:
        if kind == "table":
            count = 0
            for row in connection.execute(
                f'SELECT * FROM "{name}" ORDER BY 1, 2'
                if _wide(connection, name)
                else f'SELECT * FROM "{name}" ORDER BY 1'
            ):
                digest.update(repr(row).encode("utf-8", "surrogatepass"))
                count += 1
            digest.update(f"{name} {count}".encode())
    return digest.hexdigest()


def _wide(connection: engine.Connection, table: str) -> bool:
    return len(connection.execute(f'SELECT * FROM "{table}" LIMIT 0').description) > 1


def _overwrite(path: Path) -> None:
    """Overwrite what was plain before it goes. (A disk that writes elsewhere, as flash does, may keep it even so.)"""
    if not path.exists() or path.stat().st_nlink > 1:  # another name of it is somebody's copy
        return
    with path.open("rb+") as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(bytes(min(_CHUNK, left)))
        file.flush()
        os.fsync(file.fileno())
