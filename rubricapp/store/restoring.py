"""Putting a backup in the place of a workspace. What was there is set aside, never overwritten."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.store import engine, key_file, places, protecting, upgrading
from rubricapp.store.backups import BROKEN, CHUNK, KEY, Backup, Ends, count_lost, not_a_backup, read_manifest
from rubricapp.store.sealed_file import seed_of
from rubricapp.store.upgrading import hash_of
from rubricapp.store.vault import ENDING, HASH, Vault
from rubricapp.store.workspace import FILE_NAME, FORMER_KEYS

_LARGEST_DATABASE = 8 << 30


@dataclass(frozen=True)
class Replaced:
    """set_aside: where the state before is kept, or None. lost: changes that only it holds.

    missing: names (hashes) of artefacts that the backup should hold and does not, or not whole. key: of what is there
    now; before: of what was set aside.
    """

    set_aside: Path | None
    lost: int
    missing: tuple[str, ...]
    key: bytes = field(default=b"", repr=False)
    before: bytes = field(default=b"", repr=False)


def load_ends(folder: Path, unlock: key_file.Unlock | None = None) -> Ends:
    """What the log in a closed workspace holds; nothing where it cannot be read. Raises UserError where it is open."""
    lock = places.share(folder)
    try:
        path = folder / FILE_NAME
        return _ends(path, _present_key(path, unlock)) if path.is_file() else ()
    except OSError:
        return ()
    finally:
        if lock is not None:
            lock.release()


def _ends(path: Path, key: bytes) -> Ends:
    """Read without asking for the version: it may be an older one, or damaged."""
    try:
        connection = engine.connect(path, read_only=True, key=key)
        try:
            return tuple(
                connection.execute(
                    "SELECT lower(hex(device.id)), max(seq) FROM change JOIN device ON device.number = change.device"
                    " GROUP BY change.device"
                ).fetchall()
            )
        finally:
            connection.close()
    except engine.Errors:
        return ()


def load_meta_in(path: Path, key: bytes = b"") -> dict[str, str]:
    """What a database that was set aside says about its own copy; nothing where it cannot be read."""
    try:
        connection = engine.connect(path, read_only=True, key=key)
        try:
            return {name: value for name, value in connection.execute("SELECT key, value FROM meta") if value}
        finally:
            connection.close()
    except engine.Errors:
        return {}


def put_back(folder: Path, backup: Backup, unlock: key_file.Unlock | None = None) -> Replaced:
    """Replace a workspace by a backup, after setting the present file aside, damaged or not.

    The restored copy gets a device id of its own at its next opening. Artefacts come back where the present ones are
    missing or altered. A protected workspace stays protected, whatever the backup was; so does a protected backup.
    unlock: gives the key of either. Raises UserError; then the present file was not changed.
    """
    folder = folder.absolute()
    path, part = folder / FILE_NAME, folder / "restore.part"
    try:
        places.make_folder(folder / "backups")
    except OSError as error:
        raise upgrading.cannot_write(folder, error) from error
    because, lock = places.lock(folder)
    try:
        if because:
            raise UserError("E_READ_ONLY", "The workspace cannot be replaced.", because, "Choose another folder.")
        upgrading.remove(part)
        present = _present_key(path, unlock) if path.is_file() else b""
        seeds = protecting.load_seeds(path, present)
        missing, key, kept = _unpack(backup, part, folder / "files", present, unlock, seeds)
        if present and not key:
            protected = folder / "protect.part"
            protecting.convert(part, protected, b"", present)
            places.put(protected, part)
            key = present
        aside = folder / "backups" / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.sqlite3"
        lost = count_lost(_set_aside(path, aside, present), backup) if path.exists() else 0
        if present and key != present:
            for old in key_file.read(folder)[:1]:
                key_file.write(aside.parent, old, (aside.with_suffix(".key").name,))
        if kept is not None and key != present:
            key_file.write(folder, kept, key_file.NAMES[1:])  # the other copy still opens what is there until then
        upgrading.set_journals_aside(path, aside)
        places.put(part, path)
        if kept is not None and key != present:
            key_file.write(folder, kept)
        return Replaced(aside if aside.exists() else None, lost, missing, key, present)
    except engine.Errors as error:
        raise engine.kindly(error, path) from error
    except OSError as error:
        raise upgrading.cannot_write(folder, error) from error
    finally:
        upgrading.remove(part)
        upgrading.remove(folder / "protect.part")
        if lock is not None:
            lock.release()


def _present_key(path: Path, unlock: key_file.Unlock | None) -> bytes:
    """The key of the present workspace, also where its database is too damaged to be opened with it."""
    try:
        return key_file.find_key(path, unlock)
    except UserError as error:
        if error.code == "E_KEY_FILE":
            return b""
        if error.code != "E_DAMAGED" or unlock is None:
            raise
        return unlock(key_file.read(path.parent)[0])


def _unpack(
    backup: Backup,
    part: Path,
    files: Path,
    present: bytes,
    unlock: key_file.Unlock | None,
    seeds: tuple[bytes, ...],
) -> tuple[tuple[str, ...], bytes, key_file.Kept | None]:
    """Write the backup's database to `part`, checked, and its artefacts into the store.

    seeds: of the files that lie there. Returns (those that lack, the key of the database, its key file).

    Raises UserError for a backup that is not whole, OSError where one cannot write.
    """
    try:
        archive = zipfile.ZipFile(backup.path)
        manifest = read_manifest(archive)
        if archive.getinfo(FILE_NAME).file_size > _LARGEST_DATABASE:
            raise ValueError("absurd size")
        digest, names = str(manifest["database_sha256"]), [str(name) for name in manifest["files"]]
    except BROKEN as error:
        raise not_a_backup(backup.path, error) from error
    with archive:
        try:
            _copy(archive, FILE_NAME, part)
        except _Broken as error:
            raise not_a_backup(backup.path, error) from error
        if hash_of(part) != digest:
            raise not_a_backup(backup.path, "hash differs")
        key, kept = _key_in(backup, archive, part, present, unlock)
        try:
            former = _prepare(part, key, present, seeds)
        except ValueError as error:
            raise not_a_backup(backup.path, error) from error
        vault = Vault(files, key or present, former)
        return tuple(name for name in names if not _put_file(vault, archive, name)), key, kept


def _key_in(
    backup: Backup, archive: zipfile.ZipFile, part: Path, present: bytes, unlock: key_file.Unlock | None
) -> tuple[bytes, key_file.Kept | None]:
    """The key of a backup's database: the one that opens the workspace, too, or the one in its own key file."""
    if not key_file.is_encrypted(part):
        return b"", None
    try:
        if archive.getinfo(KEY).file_size > CHUNK:
            raise ValueError("absurd size")
        kept = key_file.from_bytes(archive.read(KEY))
    except BROKEN as error:
        raise not_a_backup(backup.path, error) from error
    if present and key_file.opens(part, present):
        return present, kept
    if unlock is None:
        raise key_file.protected()
    key = unlock(kept)
    if not key_file.opens(part, key):
        raise UserError(
            "E_OTHER_KEY",
            f"{backup.path.name} was protected at another time, with another key.",
            "Nothing was changed.",
            "Restore it into a folder of its own, with the passphrase of that time: “restore FILE --unlock-file F”.",
        )
    return key, kept


class _Broken(Exception):
    """The archive cannot be read on; not to be mixed up with a place that cannot be written."""


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The bytes of one entry. Raises _Broken."""
    with contextlib.ExitStack() as stack:
        packed = None
        while True:
            try:
                if packed is None:
                    entry = archive.getinfo(name)
                    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                        raise ValueError("packed in an unknown way")
                    packed = stack.enter_context(archive.open(entry))
                chunk = packed.read(CHUNK)
            except BROKEN as error:
                raise _Broken(f"{type(error).__name__}: {error}") from error
            if not chunk:
                return
            yield chunk


def _copy(archive: zipfile.ZipFile, name: str, place: Path) -> None:
    """Write one entry to a file. Raises _Broken or OSError."""
    with place.open("wb") as copy, contextlib.closing(_chunks(archive, name)) as chunks:
        for chunk in chunks:
            copy.write(chunk)


def _prepare(part: Path, key: bytes, present: bytes, seeds: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Check a database that came back, and let it forget which machine it was on; returns the seeds of former keys.

    It is told of those under which files of the present workspace are sealed: they are read on.
    Raises ValueError where it is none, UserError where it is newer or the disk is full.
    """
    try:
        upgrading.read_version(part, key)
        connection = engine.connect(part, key=key)
        try:
            fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if fault != "ok":
                raise ValueError(fault)
            connection.execute("DELETE FROM meta WHERE key = 'machine'")
            own = seed_of(key or present) if key or present else b""
            former = tuple(each for each in dict.fromkeys((*protecting.read_former(connection), *seeds)) if each != own)
            connection.execute("DELETE FROM meta WHERE key = ?", (FORMER_KEYS,))
            if former:
                text = " ".join(each.hex() for each in former)
                connection.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (FORMER_KEYS, text))
            return former
        finally:
            connection.close()
    except engine.Errors as error:
        kind = engine.kindly(error, part)
        if kind.code != "E_DAMAGED":
            raise kind from error
        raise ValueError(str(error)) from error
    except UserError as error:
        if error.code == "E_NEWER":
            raise
        raise ValueError(f"{error.code} {error.details}") from error


def _put_file(vault: Vault, archive: zipfile.ZipFile, name: str) -> bool:
    """Bring one artefact back; one that is there and whole stays. Returns whether it is there now. Raises OSError."""
    stem = name.removesuffix(ENDING)
    if not HASH.fullmatch(stem):
        return False
    inside = f"files/{name[:2]}/{name}"
    try:
        if stem != name:
            return _put_sealed(vault, archive, inside, name)
        if vault.find(name) is not None and vault.is_whole(name):
            return True
        with contextlib.closing(_chunks(archive, inside)) as chunks:
            vault.take(name, _vouched(chunks, name))
    except _Broken:
        return False
    return True


def _vouched(chunks: Iterator[bytes], sha256: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != sha256:
        raise _Broken("hash differs")


def _put_sealed(vault: Vault, archive: zipfile.ZipFile, inside: str, name: str) -> bool:
    """The same for a sealed one, which comes as it lay."""
    if vault.holds_sealed(vault.files / name[:2] / name):
        return True
    part = vault.files / f"{secrets.token_hex(16)}.part"
    try:
        places.make_folder(vault.files)
        _copy(archive, inside, part)
        return vault.adopt(part, name)
    finally:
        upgrading.remove(part)


def _set_aside(path: Path, aside: Path, key: bytes) -> Ends:
    """Keep the present file under another name, and say what its log holds. It may be damaged: that is no obstacle.

    Raises OSError.
    """
    with contextlib.suppress(UserError, *engine.Errors):  # what a crash left half-written is put right if it can be
        upgrading.read_version(path, key)
        connection = engine.connect(path, key=key)
        try:
            engine.take(connection)
        finally:
            connection.close()
    try:
        os.link(path, aside)  # needs no space, and no reading of a file that the disk may no longer give
    except OSError:
        try:
            shutil.copyfile(path, aside)
            places.sync(aside)
        except OSError:
            aside.unlink(missing_ok=True)
            path.replace(aside)
    places.sync_folder(aside.parent)
    return _ends(aside, key)
