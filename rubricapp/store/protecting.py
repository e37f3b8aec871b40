"""Encrypting a workspace, and decrypting it: the database copied beside, compared whole, then renamed; then its files.

The database goes first on the way in and last on the way out, so that the key is never gone while a file needs it.
Killed in between, the workspace is protected and some of its files are plain: all are read, and `settling` goes on.

Question: what encrypts? Decision: SQLCipher with a raw random key, every page with its own HMAC. Reasons: journals and
copies are encrypted with it, a flipped bit is noticed, and with our cache it costs next to nothing. 2026-11-29.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.jobs import Progress
from rubricapp.store import engine, key_file, places, settling, upgrading
from rubricapp.store.removing import remove
from rubricapp.store.sealed_file import seed_of
from rubricapp.store.vault import Vault
from rubricapp.store.workspace import FILE_NAME, FORMER_KEYS

PART = "protect.part"


def protect(folder: Path, key: bytes, kept: key_file.Kept, progress: Progress | None = None) -> None:
    """Encrypt a closed workspace. kept: the key, wrapped, for the key file. Without `progress` only the database.

    Raises UserError; then the workspace is as it was, or protected with some files still plain. Cancelled: the latter.
    """
    folder = folder.absolute()
    path, part = folder / FILE_NAME, folder / PART
    with _taken(folder):
        if key_file.is_encrypted(path):
            raise UserError("E_PROTECTED", "This workspace is protected already.", "Nothing was changed.")
        upgrading.read_version(path)
        try:
            convert(path, part, b"", key)
            key_file.write(folder, kept)
            _exchange(part, path)
        finally:
            upgrading.remove(part)
        if progress is not None:
            settling.seal_files(Vault(folder / "files", key), progress)


def _exchange(part: Path, path: Path) -> None:
    """Put a database into the place of another one, which is overwritten; where the disk refuses that, the next opening
    does it."""
    old = path.with_name(upgrading.BEFORE)
    remove(old)  # of an earlier time
    _drop_journals(path)
    with contextlib.suppress(OSError):  # no hard links here: then the old bytes stay where the disk leaves them
        os.link(path, old)
    try:
        places.put(part, path)
    except BaseException:
        upgrading.remove(old)  # only a second name of what stays
        raise
    with contextlib.suppress(OSError):
        remove(old)


def _drop_journals(path: Path) -> None:
    """What a disk kept beside a database that was just read whole says nothing any more, but may hold what stood in
    it. Raises OSError."""
    for ending in ("-journal", "-wal", "-shm"):
        remove(path.with_name(path.name + ending))


def go_on(folder: Path, unlock: key_file.Unlock, progress: Progress) -> int:
    """Seal what is still plain in a closed workspace that is protected; returns how many files. Raises UserError,
    Cancelled."""
    folder = folder.absolute()
    path = folder / FILE_NAME
    with _taken(folder):
        key = _demand_key(path, unlock)
        count = settling.seal_files(Vault(folder / "files", key, _demand_seeds(path, key)[1:]), progress)
        _forget_former(path, key)
        return count


def _demand_key(path: Path, unlock: key_file.Unlock) -> bytes:
    key = key_file.find_key(path, unlock)
    if not key:
        raise UserError("E_NOT_PROTECTED", "This workspace is not protected.", "Nothing was changed.")
    connection = engine.connect(path, key=key)
    try:
        engine.take(connection)  # a hot journal is rolled back
    finally:
        connection.close()
    return key


def unprotect(folder: Path, unlock: key_file.Unlock, progress: Progress | None = None) -> tuple[Path, ...]:
    """Decrypt a closed workspace: its files, then its database. Returns files that were altered and stay as they are.

    Raises UserError, Cancelled; then the workspace is as it was, or protected with some files plain.
    """
    folder = folder.absolute()
    path, part = folder / FILE_NAME, folder / PART
    with _taken(folder):
        key = _demand_key(path, unlock)
        vault = Vault(folder / "files", key, _demand_seeds(path, key)[1:])
        try:
            altered = settling.open_files(vault, progress or Progress())
            for half in vault.files.glob("*.part"):
                half.unlink()  # nobody will have the key to go on with it
            convert(path, part, key, b"")
            _drop_journals(path)
            places.put(part, path)
        except OSError as error:
            raise still_protected(folder, error) from error
        except engine.Errors as error:
            refused = engine.kindly(error, path)
            raise (still_protected(folder, error) if refused.code == "E_DISK" else refused) from error
        finally:
            upgrading.remove(part)
        with contextlib.suppress(OSError):  # beside a plain database they say nothing; the next opening drops them
            key_file.remove(folder)
        return altered


def still_protected(folder: Path, error: Exception) -> UserError:
    """The disk failed before a protected workspace was plain."""
    return UserError(
        "E_CANNOT_WRITE",
        f"{folder} cannot be written.",
        "The workspace is protected as before; some files of works may lie readable already.",
        "Free some space and say “unprotect” again; or open the workspace, which encrypts them again.",
        str(error),
    )


def change_key(folder: Path, unlock: key_file.Unlock, new: bytes, kept: key_file.Kept, progress: Progress) -> None:
    """Encrypt a closed protected workspace under another key. kept: that key, wrapped.

    The database is encrypted anew, whole; of each file only the head, which holds the file's own key. Killed in
    between, one of the two keys opens the whole. Raises UserError, Cancelled; then files may wait for `go_on`.
    """
    folder = folder.absolute()
    path, part = folder / FILE_NAME, folder / PART
    with _taken(folder):
        key = _demand_key(path, unlock)
        seeds = _demand_seeds(path, key)
        try:
            convert(path, part, key, new)
            _keep_former(part, new, seeds)
            key_file.write(folder, kept, key_file.NAMES[1:])  # the other copy still opens what is there until then
            _exchange(part, path)
        finally:
            upgrading.remove(part)
        try:
            key_file.write(folder, kept)
            settling.seal_files(Vault(folder / "files", new, seeds), progress)
            _forget_former(path, new)
        except (OSError, *engine.Errors) as error:
            raise not_all_anew(error) from error


def not_all_anew(error: Exception) -> UserError:
    """The disk failed once the new key was in force."""
    return UserError(
        "E_DISK",
        "Not everything could be brought under the new key.",
        "The workspace has its new key and passphrase; the files that wait are encrypted under the old key.",
        "Free some space and open the workspace with the new passphrase: it goes on by itself.",
        str(error),
    )


def _keep_former(path: Path, key: bytes, seeds: tuple[bytes, ...]) -> None:
    connection = engine.connect(path, key=key)
    try:
        connection.execute("DELETE FROM meta WHERE key = ?", (FORMER_KEYS,))
        if seeds:
            text = " ".join(each.hex() for each in seeds)
            connection.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (FORMER_KEYS, text))
    finally:
        connection.close()


def _forget_former(path: Path, key: bytes) -> None:
    """Earlier keys go once no file needs them."""
    seeds = _demand_seeds(path, key)
    if seeds[1:] and not Vault(path.parent / "files", key, seeds[1:]).list_former():
        _keep_former(path, key, ())


def load_seeds(path: Path, key: bytes) -> tuple[bytes, ...]:
    """Seeds of all keys under which files of a closed protected workspace may be sealed; the present one first."""
    if not key:
        return ()
    try:
        return _demand_seeds(path, key)
    except (*engine.Errors, UserError):
        return (seed_of(key),)  # damaged, or a crash must be put right first: that is why one restores


def _demand_seeds(path: Path, key: bytes) -> tuple[bytes, ...]:
    """The same where one must not be missed: files that are still under it would be lost. Raises the driver's errors,
    UserError E_DAMAGED."""
    connection = engine.connect(path, read_only=True, key=key)
    try:
        return seed_of(key), *read_former(connection)
    except ValueError as error:
        raise engine.damaged(path, str(error)) from error
    finally:
        connection.close()


def read_former(connection: engine.Connection) -> tuple[bytes, ...]:
    """Seeds of earlier keys that a database speaks of."""
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (FORMER_KEYS,)).fetchone()
    return tuple(bytes.fromhex(each) for each in found[0].split()) if found else ()


def rewrap(folder: Path, kept: key_file.Kept) -> None:
    """Wrap the same key anew, in both copies. Raises UserError; then the workspace opens as before."""
    before = key_file.read(folder)
    try:
        key_file.write(folder, kept)
    except OSError as error:
        if key_file.read(folder) == before:
            raise upgrading.cannot_write(folder, error) from error
        raise UserError(
            "E_CANNOT_WRITE",
            f"{folder} cannot be written.",
            "The workspace opens as before. It may open the new way, too: one of two copies of its key file has it.",
            "Free some space and say it again.",
            str(error),
        ) from error


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
        upgrading.sweep(folder, protected=key_file.is_encrypted(path))
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
        # Half of it is worth nothing: it is compared whole, and synced once when it gets its place.
        source.execute("PRAGMA other.synchronous=OFF")
        source.execute("PRAGMA other.journal_mode=OFF")
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
