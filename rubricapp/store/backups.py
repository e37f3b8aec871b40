"""Snapshots of a workspace as one file: a zip of the database, a manifest, and (outside the workspace) the artefacts.

Written beside its place, opened and checked, then renamed: what is in the list can be restored. How it comes back is
in `restoring`.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from rubricapp.errors import Exit, UserError
from rubricapp.jobs import Progress
from rubricapp.store import engine, key_file, places, upgrading
from rubricapp.store.snapshots import load_snapshot
from rubricapp.store.tables import COMPUTED
from rubricapp.store.vault import ENDING as SEALED
from rubricapp.store.vault import Vault
from rubricapp.store.workspace import FILE_NAME, Workspace

ENDING = ".rubricbackup"
KEPT_DAYS = 14
KEPT_COUNT = 10
MANIFEST = "manifest.json"
KEY = key_file.NAMES[0]
CHUNK = 1 << 20
_LARGEST_MANIFEST = 64 << 20
_EFFORT = 1
"""Of compressing: much of a log is hashes and salts, so that more than twice the time would save a sixteenth."""
_NUMBERS = itertools.count(1)
_DATE = (1980, 1, 1, 0, 0, 0)  # no zip can be older, so a laptop whose clock stands at 1970 could write none
Ends = tuple[tuple[str, int], ...]
"""(device, its last sequence number) of every device: what a log holds."""

BROKEN = (
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What reading a file raises that is no zip, is cut short, was altered, or was made to do harm."""


@dataclass(frozen=True)
class Backup:
    """What a backup file says of itself. made_at: UTC. snapshot: as in reports.

    protected: whether its database is encrypted. counts: (table, rows) of what it was made from; empty where an older
    version made it.
    """

    path: Path
    made_at: datetime
    programme: str
    changes: int
    snapshot: str
    size: int
    with_files: bool
    ends: Ends = ()
    protected: bool = False
    counts: tuple[tuple[str, int], ...] = ()


def count_rows(ws: Workspace) -> dict[str, int]:
    """How many rows each computed table holds."""
    return {table: ws.rows(f"SELECT count(*) FROM {table}")[0][0] for table in COMPUTED}


@dataclass(frozen=True)
class Copied:
    """A copy of the database as it was, to be checked and packed; whoever does that needs no workspace any more.

    path: where the backup comes to stand. manifest: what it will say of itself. files: hashes of artefacts that go
    along, with their titles; they lie in `vault`. kept: what is kept beside a protected database; key: its key.
    """

    database: Path
    path: Path
    manifest: Mapping[str, Any]
    files: tuple[tuple[str, str], ...]
    vault: Vault
    kept: tuple[bytes, ...] = ()
    key: bytes = b""


def make(ws: Workspace, folder: Path | None = None, progress: Progress | None = None) -> Backup:
    """Write a backup; into the workspace's own folder without the artefacts, elsewhere with them.

    An artefact that is missing or was altered is left out. Raises UserError when there is no space or the copy fails
    its check, Cancelled; then nothing is left behind.
    """
    return pack(copy(ws, folder), progress)


def copy(ws: Workspace, folder: Path | None = None) -> Copied:
    """The first half of `make`: all of it that needs the workspace. Raises UserError; then nothing is left behind."""
    target = (folder or ws.backups).absolute()
    # One of its own each time: while one is packed beside the window, another may be made.
    database = (target if ws.read_only else ws.folder) / f"backup-{next(_NUMBERS)}.part"
    now = ws.sources.now()
    snapshot, _, ends = load_snapshot(ws)
    changes = sum(seq for _, seq in ends)
    name = f"workspace-{now:%Y%m%dT%H%M%SZ}-{changes}-{snapshot[:8]}{ENDING}"
    manifest = {
        "format": 1,
        "made_at": now.isoformat(timespec="seconds"),
        # What is protected names nobody, not even the programme.
        "programme": "" if ws.key else ws.rows("SELECT coalesce(max(name), '') FROM programme")[0][0],
        "protected": bool(ws.key),
        "changes": changes,
        "snapshot": snapshot,
        "ends": ends,
        "counts": count_rows(ws),
        "with_files": folder is not None,
    }
    try:
        places.make_folder(target)
        upgrading.remove(database)
        ws.connection.execute("VACUUM INTO ?", (engine.uri(database),))
        kept = (
            tuple(key_file.as_bytes(key_file.to_travel(each)) for each in key_file.read(ws.folder)[:1])
            if ws.key
            else ()
        )
    except engine.Errors as error:
        upgrading.remove(database)
        raise engine.kindly(error, ws.path) from error
    except OSError as error:
        upgrading.remove(database)
        raise _not_written(target, error) from error
    files = ws.rows(_FILES) if folder is not None else []
    return Copied(database, target / name, manifest, tuple((row[0], row[1]) for row in files), ws.vault, kept, ws.key)


def pack(copied: Copied, progress: Progress | None = None) -> Backup:
    """The second half of `make`: check the copy and pack it. May run beside the window. Raises as `make` does."""
    progress = progress or Progress()
    database, place = copied.database, copied.path
    part = place.with_name(f"{place.name}.part")
    try:
        _verify(database, copied.key)
        manifest = dict(copied.manifest)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=_EFFORT) as archive:
            step = partial(progress.step, 0, 0, FILE_NAME)
            manifest["database_sha256"] = _pack(archive, database, FILE_NAME, step)
            for each in copied.kept:
                archive.writestr(_entry(KEY, zipfile.ZIP_DEFLATED), each)
            manifest["files"] = list(_pack_files(archive, copied, progress))
            text = json.dumps(manifest, ensure_ascii=False, indent=1).encode("utf-8", "replace")
            archive.writestr(_entry(MANIFEST, zipfile.ZIP_DEFLATED), text)
        places.put(part, place)
    except engine.Errors as error:
        raise engine.kindly(error, database) from error
    except OSError as error:
        raise _not_written(place.parent, error) from error
    finally:
        upgrading.remove(database)
        upgrading.remove(part)
    return read(place)


def drop(copied: Copied) -> None:
    """Let a copy go that will not be packed after all."""
    upgrading.remove(copied.database)


def _not_written(target: Path, error: OSError) -> UserError:
    return UserError(
        "E_BACKUP",
        f"The backup could not be written to {target}.",
        "Your work is safe where it is.",
        "Check that the disk is there, may be written and has space.",
        str(error),
    )


def _entry(name: str, how: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = how
    return entry


def _pack(archive: zipfile.ZipFile, path: Path, entry: str | zipfile.ZipInfo, go_on: Callable[[], None]) -> str:
    """Write one file into the archive; returns the SHA-256 of what went in, or "" where the file cannot be read.

    entry: a name, to be compressed; or what is known of an entry, the date of which has to be given.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file, archive.open(entry, "w", force_zip64=True) as packed:
        while True:
            try:
                chunk = file.read(CHUNK)
            except OSError:
                return ""
            if not chunk:
                return digest.hexdigest()
            packed.write(chunk)
            digest.update(chunk)
            go_on()


_FILES = "SELECT sha256, coalesce(max(file_name), '') FROM artefact WHERE sha256 IS NOT NULL GROUP BY sha256"


def _pack_files(archive: zipfile.ZipFile, copied: Copied, progress: Progress) -> Iterator[str]:
    """Write artefacts into the archive, as they lie: sealed where they are; gives the names of those that are whole.

    In a protected workspace one that is still plain is sealed first; where that cannot be, it is left out.
    """
    vault = copied.vault
    for done, (sha256, title) in enumerate(copied.files):
        step = partial(progress.step, done, len(copied.files), title or sha256[:8])
        step()
        path = vault.where(sha256)
        if path is not None and vault.is_sealed and path.suffix != SEALED and os.access(path.parent, os.W_OK):
            vault.seal(path, lambda _count, step=step: step())
            path = vault.where(sha256)
        if path is None or not os.access(path, os.R_OK) or (vault.is_sealed and path.suffix != SEALED):
            continue
        name = path.name
        if vault.is_sealed and not vault.is_whole(sha256, lambda _read, step=step: step()):
            continue
        packed = _pack(archive, path, _entry(f"files/{name[:2]}/{name}", zipfile.ZIP_STORED), step)
        if packed == name or (packed and vault.is_sealed):
            yield name
    progress.step(len(copied.files), len(copied.files))


def _verify(database: Path, key: bytes = b"") -> None:
    copy = engine.connect(database, read_only=True, key=key)
    try:
        fault = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        copy.close()
    if fault != "ok":
        raise engine.damaged(database, fault)


def read_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest of an open backup. Raises one of BROKEN."""
    entry = archive.getinfo(MANIFEST)
    if entry.file_size > _LARGEST_MANIFEST:
        raise ValueError("absurd size")
    manifest = json.loads(archive.read(entry))
    if not isinstance(manifest, dict):
        raise TypeError("no manifest")
    return manifest


def read(path: Path) -> Backup:
    """What a backup holds, from its manifest. Raises UserError when it is none or is cut short."""
    try:
        if not path.is_file():
            folder = path.is_dir()
            raise UserError(
                "E_FILE_MISSING",
                f"{path} is a folder." if folder else f"There is no file {path}.",
                "Nothing was changed.",
                f"Name the backup in it: {path / ('*' + ENDING)}" if folder else "Check the name.",
                exit_code=Exit.UNREADABLE,
            )
        with zipfile.ZipFile(path) as archive:
            manifest = read_manifest(archive)
            archive.getinfo(FILE_NAME)
        if manifest["format"] > 1:
            raise UserError(
                "E_NEWER", "This backup was made by a newer version.", "Nothing was changed.", "Update to restore it."
            )
        made_at = datetime.fromisoformat(manifest["made_at"])
        return Backup(
            path,
            made_at.astimezone(UTC) if made_at.tzinfo else made_at.replace(tzinfo=UTC),
            str(manifest["programme"]),
            int(manifest["changes"]),
            str(manifest["snapshot"]),
            path.stat().st_size,
            bool(manifest["with_files"]),
            tuple((str(device), int(seq)) for device, seq in manifest["ends"]),
            manifest.get("protected") is True,
            tuple((str(table), int(rows)) for table, rows in manifest.get("counts", {}).items()),
        )
    except BROKEN as error:
        raise not_a_backup(path, error) from error


def not_a_backup(path: Path, error: object) -> UserError:
    """The file is no backup, or not a whole one."""
    return UserError(
        "E_NOT_A_BACKUP",
        f"{path.name} is not a whole backup.",
        "Nothing was changed.",
        "Choose another backup, or copy this one again from where it came.",
        f"{type(error).__name__}: {error}" if isinstance(error, Exception) else str(error),
        Exit.UNREADABLE,
    )


def count_lost(present: Ends, backup: Backup) -> int:
    """How many of the present changes a backup lacks, device by device."""
    held = dict(backup.ends)
    return sum(max(0, seq - held.get(device, 0)) for device, seq in present)


def list_backups(folder: Path) -> list[Backup]:
    """The readable backups in a folder, newest first."""
    found = []
    for path in folder.glob(f"*{ENDING}"):
        try:
            found.append(read(path))
        except UserError:
            continue  # cut short by something else; it is not offered, and not deleted either
    return sorted(found, key=lambda each: (each.made_at, each.changes, each.path.name), reverse=True)


def list_broken(folder: Path) -> list[Path]:
    """Files that are called backups and cannot be read as such."""
    whole = {each.path for each in list_backups(folder)}
    return sorted(path for path in folder.glob(f"*{ENDING}") if path not in whole)


def thin(folder: Path, now: datetime) -> None:
    """Drop what is older than 14 days; the newest ten always stay, so that a clock gone wrong drops nothing much.

    Half-written ones of a crash go too.
    """
    with contextlib.suppress(OSError):  # a backup too many is no reason to stop
        for path in folder.glob(f"*{ENDING}.part"):
            path.unlink()
        for backup in list_backups(folder)[KEPT_COUNT:]:
            if now - backup.made_at > timedelta(days=KEPT_DAYS):
                backup.path.unlink()
