"""Putting a backup in the place of a workspace. What was there is set aside, never overwritten."""

from __future__ import annotations

import contextlib
import os
import shutil
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.store import engine, places, upgrading
from rubricapp.store.backups import BROKEN, CHUNK, Backup, Ends, count_lost, not_a_backup, read_manifest
from rubricapp.store.upgrading import hash_of
from rubricapp.store.workspace import FILE_NAME

_LARGEST_DATABASE = 8 << 30


@dataclass(frozen=True)
class Replaced:
    """set_aside: where the state before is kept, or None. lost: changes that only it holds.

    missing: names (hashes) of artefacts that the backup should hold and does not, or not whole.
    """

    set_aside: Path | None
    lost: int
    missing: tuple[str, ...]


def load_ends(folder: Path) -> Ends:
    """What the log in a closed workspace holds; nothing where it cannot be read. Raises UserError where it is open."""
    lock = places.share(folder)
    try:
        return _ends(folder / FILE_NAME)
    finally:
        if lock is not None:
            lock.release()


def _ends(path: Path) -> Ends:
    """Read without asking for the version: it may be an older one, or damaged."""
    try:
        connection = engine.connect(path, read_only=True)
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


def put_back(folder: Path, backup: Backup) -> Replaced:
    """Replace a workspace by a backup, after setting the present file aside, damaged or not.

    The restored copy gets a device id of its own at its next opening. Artefacts come back where the present ones are
    missing or altered. Raises UserError; then the present file was not changed.
    """
    folder = folder.absolute()
    path, part = folder / FILE_NAME, folder / "restore.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "backups").mkdir(exist_ok=True)
    except OSError as error:
        raise upgrading.cannot_write(folder, error) from error
    because, lock = places.lock(folder)
    try:
        if because:
            raise UserError("E_READ_ONLY", "The workspace cannot be replaced.", because, "Choose another folder.")
        upgrading.remove(part)
        missing = _unpack(backup, part, folder / "files")
        aside = folder / "backups" / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.sqlite3"
        lost = count_lost(_set_aside(path, aside), backup) if path.exists() else 0
        upgrading.set_journals_aside(path, aside)
        places.put(part, path)
        return Replaced(aside if aside.exists() else None, lost, missing)
    except OSError as error:
        raise upgrading.cannot_write(folder, error) from error
    finally:
        upgrading.remove(part)
        if lock is not None:
            lock.release()


def _unpack(backup: Backup, part: Path, files: Path) -> tuple[str, ...]:
    """Write the backup's database to `part`, checked, and its artefacts into the store; returns those that lack.

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
        try:
            _prepare(part)
        except ValueError as error:
            raise not_a_backup(backup.path, error) from error
        return tuple(name for name in names if not _put_file(files, archive, name))


class _Broken(Exception):
    """The archive cannot be read on; not to be mixed up with a place that cannot be written."""


def _copy(archive: zipfile.ZipFile, name: str, place: Path) -> None:
    """Write one entry to a file. Raises _Broken or OSError."""
    with place.open("wb") as copy, contextlib.ExitStack() as stack:
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
            copy.write(chunk)


def _prepare(part: Path) -> None:
    """Check a database that came back, and let it forget which machine it was on.

    Raises ValueError where it is none, UserError where it is newer or the disk is full.
    """
    try:
        upgrading.read_version(part)
        connection = engine.connect(part)
        try:
            fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if fault != "ok":
                raise ValueError(fault)
            connection.execute("DELETE FROM meta WHERE key = 'machine'")
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


def _put_file(files: Path, archive: zipfile.ZipFile, name: str) -> bool:
    """Bring one artefact back; one that is there and whole stays. Returns whether it is there now. Raises OSError."""
    if len(name) != 64 or set(name) - set("0123456789abcdef"):
        return False
    place = files / name[:2] / name
    if place.is_file() and hash_of(place) == name:
        return True
    place.parent.mkdir(parents=True, exist_ok=True)
    part = files / f"{name}.part"
    try:
        _copy(archive, f"files/{name[:2]}/{name}", part)
        if hash_of(part) != name:
            return False
        places.put(part, place)
    except _Broken:
        return False
    finally:
        upgrading.remove(part)
    return True


def _set_aside(path: Path, aside: Path) -> Ends:
    """Keep the present file under another name, and say what its log holds. It may be damaged: that is no obstacle.

    Raises OSError.
    """
    with contextlib.suppress(UserError, *engine.Errors):  # what a crash left half-written is put right if it can be
        upgrading.read_version(path)
        connection = engine.connect(path)
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
    return _ends(aside)
