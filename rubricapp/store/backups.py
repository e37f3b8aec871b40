"""Snapshots of a workspace as one file: a zip of the database, a manifest, and (outside the workspace) the artefacts.

Written beside its place, opened and checked, then renamed: what is in the list can be restored.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rubricapp.errors import Exit, UserError
from rubricapp.jobs import Progress
from rubricapp.store import engine, places
from rubricapp.store.places import sync
from rubricapp.store.snapshots import load_snapshot
from rubricapp.store.upgrading import LATEST
from rubricapp.store.workspace import FILE_NAME, Workspace

ENDING = ".rubricbackup"
KEPT_DAYS = 14
_MANIFEST = "manifest.json"
_LARGEST_DATABASE = 8 << 30


@dataclass(frozen=True)
class Backup:
    """What a backup file says of itself. made_at: UTC. snapshot: as in reports."""

    path: Path
    made_at: datetime
    programme: str
    changes: int
    snapshot: str
    size: int
    with_files: bool


def make(ws: Workspace, folder: Path | None = None, progress: Progress | None = None) -> Backup:
    """Write a backup; into the workspace's own folder without the artefacts, elsewhere with them.

    Raises UserError when there is no space or the copy fails its check, Cancelled; then nothing is left behind.
    """
    progress = progress or Progress()
    target = folder or ws.backups
    database = ws.folder / "backup.part"
    database.unlink(missing_ok=True)
    now = ws.sources.now()
    snapshot, _, ends = load_snapshot(ws)
    changes = sum(seq for _, seq in ends)
    name = f"workspace-{now:%Y%m%dT%H%M%SZ}-{changes}-{snapshot[:8]}{ENDING}"
    part = target / f"{name}.part"
    try:
        target.mkdir(parents=True, exist_ok=True)
        ws.connection.execute("VACUUM INTO ?", (str(database),))
        _verify(database)
        files = _stored_files(ws) if folder is not None else []
        manifest = {
            "format": 1,
            "made_at": now.isoformat(timespec="seconds"),
            "programme": (ws.rows("SELECT coalesce(max(name), '') FROM programme"))[0][0],
            "changes": changes,
            "snapshot": snapshot,
            "database_sha256": _digest(database),
            "files": [path.name for path in files],
            "with_files": folder is not None,
        }
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
            archive.write(database, FILE_NAME)
            for done, path in enumerate(files):
                progress.step(done, len(files), path.name[:8])
                archive.write(path, f"files/{path.name[:2]}/{path.name}", zipfile.ZIP_STORED)
        sync(part)
        part.replace(target / name)
    except engine.Errors as error:
        raise engine.kindly(error, ws.path) from error
    except OSError as error:
        raise UserError(
            "E_BACKUP",
            f"The backup could not be written to {target}.",
            "Your work is safe where it is.",
            "Check that the disk is there, may be written and has space.",
            str(error),
        ) from error
    finally:
        database.unlink(missing_ok=True)
        _remove(part)
    return read(target / name)


def _remove(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:  # a stick that was pulled out takes the half-written file with it
        return


def _stored_files(ws: Workspace) -> list[Path]:
    rows = ws.rows("SELECT DISTINCT sha256 FROM artefact WHERE sha256 IS NOT NULL ORDER BY sha256")
    paths = [ws.files / row[0][:2] / row[0] for row in rows]
    return [path for path in paths if path.is_file()]


def _verify(database: Path) -> None:
    copy = engine.connect(database, read_only=True)
    try:
        fault = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        copy.close()
    if fault != "ok":
        raise engine.damaged(database, fault)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: Path) -> Backup:
    """What a backup holds, from its manifest. Raises UserError when it is none or is cut short."""
    if not path.is_file():
        raise UserError("E_FILE_MISSING", f"There is no file {path}.", "", "Check the name.", exit_code=Exit.UNREADABLE)
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            archive.getinfo(FILE_NAME)
        if manifest["format"] > 1:
            raise UserError(
                "E_NEWER", "This backup was made by a newer version.", "Nothing was changed.", "Update to restore it."
            )
        return Backup(
            path,
            datetime.fromisoformat(manifest["made_at"]),
            str(manifest["programme"]),
            int(manifest["changes"]),
            str(manifest["snapshot"]),
            path.stat().st_size,
            bool(manifest["with_files"]),
        )
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, NotImplementedError, RuntimeError) as error:
        raise _not_a_backup(path, error) from error


def _not_a_backup(path: Path, error: object) -> UserError:
    return UserError(
        "E_NOT_A_BACKUP",
        f"{path.name} is not a whole backup.",
        "Nothing was changed.",
        "Choose another backup, or copy this one again from where it came.",
        str(error),
        Exit.UNREADABLE,
    )


def list_backups(folder: Path) -> list[Backup]:
    """The readable backups in a folder, newest first."""
    found = []
    for path in folder.glob(f"*{ENDING}"):
        try:
            found.append(read(path))
        except UserError:
            continue  # cut short by something else; it is not offered, and not deleted either
    return sorted(found, key=lambda each: (each.made_at, each.changes, each.path.name), reverse=True)


def thin(folder: Path, now: datetime) -> None:
    """Drop what is older than 14 days; the newest always stays. Half-written ones of a crash go too."""
    for path in folder.glob(f"*{ENDING}.part"):
        path.unlink(missing_ok=True)
    for backup in list_backups(folder)[1:]:
        if now - backup.made_at > timedelta(days=KEPT_DAYS):
            backup.path.unlink(missing_ok=True)


def put_back(folder: Path, backup: Backup) -> Path | None:
    """Replace a workspace by a backup, after setting the present file aside. Returns where that is, or None.

    The restored copy gets a device id of its own at its next opening. Raises UserError; then nothing was changed.
    """
    path = folder / FILE_NAME
    part = folder / "restore.part"
    aside = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "backups").mkdir(exist_ok=True)
    except OSError as error:
        raise UserError(
            "E_CANNOT_WRITE", f"{folder} cannot be written.", "Nothing was changed.", "Choose another.", str(error)
        ) from error
    because, lock = places.lock(folder)
    if lock is None:
        raise UserError("E_READ_ONLY", "The workspace cannot be replaced.", because, "Choose another folder.")
    try:
        with zipfile.ZipFile(backup.path) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            if archive.getinfo(FILE_NAME).file_size > _LARGEST_DATABASE:
                raise _not_a_backup(backup.path, "absurd size")
            with archive.open(FILE_NAME) as packed, part.open("wb") as copy:
                shutil.copyfileobj(packed, copy, 1 << 20)
            if _digest(part) != manifest["database_sha256"]:
                raise _not_a_backup(backup.path, "hash differs")
            _prepare(part)
            for name in manifest["files"]:
                _put_file(folder / "files", archive, str(name))
        sync(part)
        if path.exists():
            aside = folder / "backups" / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.sqlite3"
            _set_aside(path, aside)
        part.replace(path)
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, engine.sqlite.Error) as error:
        raise _not_a_backup(backup.path, error) from error
    finally:
        part.unlink(missing_ok=True)
        lock.release()
    return aside


def _set_aside(path: Path, aside: Path) -> None:
    """A copy of the present file, with its hot journal if a crash left one. It may be damaged: that is no obstacle."""
    shutil.copyfile(path, aside)
    sync(aside)
    journal = path.with_name(path.name + "-journal")
    if journal.exists():
        shutil.copyfile(journal, aside.with_name(aside.name + "-journal"))
        journal.unlink()


def _prepare(part: Path) -> None:
    """Check a database that came back, and let it forget which machine it was on."""
    with part.open("rb") as file:
        header = file.read(72)
    if int.from_bytes(header[68:72]) != engine.APPLICATION_ID or int.from_bytes(header[60:64]) > LATEST:
        raise ValueError("another program's database, or a newer version's")
    connection = engine.connect(part)
    try:
        fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if fault != "ok":
            raise ValueError(fault)
        connection.execute("DELETE FROM meta WHERE key = 'machine'")
    finally:
        connection.close()


def _put_file(files: Path, archive: zipfile.ZipFile, name: str) -> None:
    if len(name) != 64 or set(name) - set("0123456789abcdef"):
        raise ValueError(f"not a hash: {name[:80]}")
    place = files / name[:2] / name
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    with archive.open(f"files/{name[:2]}/{name}") as packed, part.open("wb") as copy:
        shutil.copyfileobj(packed, copy, 1 << 20)
    if _digest(part) != name:
        part.unlink()
        raise ValueError(f"file {name[:8]} was altered")
    part.replace(place)
