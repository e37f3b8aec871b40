"""What version a file is, and bringing an older one up to date without ever touching it."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from datetime import datetime
from pathlib import Path

from rubricapp.errors import Exit, UserError
from rubricapp.store import engine, places
from rubricapp.store.removing import remove as remove_for_good
from rubricapp.store.tables import recompute

LATEST = 11
"""The newest shape that this version writes: the number of steps in `migrations`."""
_HALF_MADE = (
    *("workspace.part", "backup.part", "restore.part", "protect.part"),
    *("workspace.key.part", "workspace.key-copy.part"),
)
BEFORE = "unprotected.part"
"""A second name of the database as it was before it was encrypted, until its bytes are overwritten."""
TRIAL = "rehearsal.part"
"""A folder among the backups in which one of them is restored on trial."""
RESUMABLE = "resume-"
"""Half copies of large works are called this, and are gone on with after a crash."""


def read_version(path: Path, key: bytes = b"") -> int:
    """The version of the file, read from its first bytes without SQLite, so that a strange file is never touched.

    Where there is a key, it is asked of SQLCipher: what this key opens is no strange file.

    Only while nobody of this process has the file open: closing a file drops SQLite's locks on it on POSIX systems.
    Raises UserError: E_FILE_UNREADABLE, E_DAMAGED, E_NOT_OURS, E_NEWER; with a key the driver's errors.
    """
    if key:
        return _readable(path, *_inside(path, key))
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise unreadable(path, error) from error
    if header[:16] != b"SQLite format 3\0" or len(header) < 100:
        raise engine.damaged(path, "not a database")
    return _readable(path, int.from_bytes(header[68:72]), int.from_bytes(header[60:64]))


def _inside(path: Path, key: bytes) -> tuple[int, int]:
    """(application, version) of an encrypted database. Raises the driver's errors."""
    try:
        connection = engine.connect(path, read_only=True, key=key)
    except engine.sqlite.OperationalError:
        connection = engine.connect(path, key=key)  # a crash is put right here, as at every opening
    try:
        pragmas = ("application_id", "user_version")
        application, version = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas)
        return application, version
    finally:
        connection.close()


def _readable(path: Path, application: int, version: int) -> int:
    if application != engine.APPLICATION_ID:
        raise UserError(
            "E_NOT_OURS",
            f"{path} was made by another program.",
            "It was not touched.",
            "Choose a folder that holds a workspace.",
        )
    if version > LATEST:
        raise UserError(
            "E_NEWER",
            f"This workspace was made by a newer version (format {version}; this one reads up to {LATEST}).",
            "Your data has not changed.",
            "Update this laptop to open it.",
        )
    return version


def migrate(connection: engine.Connection) -> None:
    """Run the steps that this database lacks. Raises what the failing step raised."""
    from rubricapp.store import migrations

    migrations.apply(engine.utils(connection))


def bring_up_to_date(path: Path, version: int, now: datetime, key: bytes = b"") -> None:
    """Migrate a copy, check it, put it in place: whatever fails, the old file stays byte for byte.

    The old file is kept in the backups folder. Raises UserError, the driver's errors, what the failing step raised.
    """
    recovered = engine.connect(path, key=key)  # rolls back a hot journal, which a plain copy would leave behind
    try:
        engine.take(recovered)
    finally:
        recovered.close()
    part = path.with_suffix(".part")
    kept = path.parent / "backups" / f"before-update-from-{version}-{now:%Y%m%dT%H%M%S%fZ}.sqlite3"
    half = kept.with_suffix(".part")
    try:
        remove(part)
        places.make_folder(kept.parent)
        shutil.copyfile(path, half)
        places.put(half, kept)
        shutil.copyfile(path, part)
        connection = engine.connect(part, key=key)
        try:
            migrate(connection)
            recompute(connection)
            connection.execute("VACUUM")  # a step may leave much of the file empty
            faults = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            faults += [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
        finally:
            connection.close()
        if faults != ["ok"]:
            raise engine.damaged(path, "; ".join(faults))
        places.put(part, path)
    except OSError as error:
        raise cannot_write(path.parent, error) from error
    finally:
        remove(part)
        remove(half)


def remove(part: Path) -> None:
    """Take away a half-made database with what lies beside it: its journal would be played into the next one.

    A disk that refuses is asked once more; what it keeps then, as a stick that was pulled out does, goes another time.
    """
    for ending in ("", "-journal", "-wal", "-shm"):
        path = part.with_name(part.name + ending)
        try:
            path.unlink(missing_ok=True)
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def drop_readable(folder: Path) -> None:
    """Overwrite and delete what protecting could not. Where the disk refuses again, `say_readable` says so."""
    with contextlib.suppress(OSError):
        remove_for_good(folder / BEFORE)


def say_readable(folder: Path) -> str:
    """A warning where a protected workspace's readable database from before is still there; else ""."""
    path = folder / BEFORE
    if not path.exists():
        return ""
    return (
        f"The readable database from before this workspace was protected could not be deleted: {path}. Delete it by"
        " hand, or open the workspace again."
    )


def sweep(folder: Path, protected: bool) -> None:
    """Take away what a crash left half-made; only names of ours, whatever else somebody keeps in this folder.

    Half copies of large works stay for a while: see `operations.evidence`. In a protected workspace the others may be
    readable, so they are overwritten first.
    """
    for name in _HALF_MADE:
        remove(folder / name)
    for ending in ("", "-*"):  # a journal may lie there alone
        for copy in folder.glob(f"backup-[0-9]*.part{ending}"):  # the window was closed before it was packed
            remove(copy)
    shutil.rmtree(folder / "backups" / TRIAL, ignore_errors=True)
    for each in (folder / "backups", folder / "files"):
        for part in each.glob("*.part"):
            if not part.name.startswith(RESUMABLE):
                if protected:
                    with contextlib.suppress(OSError):
                        remove_for_good(part)
                remove(part)


def set_journals_aside(path: Path, place: Path) -> None:
    """Take the journals away that lie beside a database that is gone or goes: they would be played into the next one.

    They end up beside `place`. Raises OSError.
    """
    for ending in ("-journal", "-wal", "-shm"):
        journal = path.with_name(path.name + ending)
        if journal.exists():
            journal.replace(place.with_name(place.name + ending))


def connect_to_read(path: Path, key: bytes = b"") -> engine.Connection:
    """A connection that only reads. Raises the driver's errors, and UserError where a crash must be put right first."""
    connection = None
    try:
        connection = engine.connect(path, read_only=True, key=key)
        connection.execute("SELECT count(*) FROM meta").fetchone()
        return connection
    except BaseException as error:
        if connection is not None:
            connection.close()
        journal = path.with_name(path.name + "-journal")
        if isinstance(error, engine.sqlite.OperationalError) and "locked" not in str(error) and journal.exists():
            raise UserError(
                "E_READ_ONLY",
                "This workspace was not closed properly. It must be put in order before it can be read, and this"
                " place cannot be written.",
                "Nothing was changed.",
                "Copy the whole folder to a place where you may write, and open it there.",
                str(error),
            ) from error
        raise


def connect_to_write(path: Path, key: bytes = b"") -> engine.Connection:
    """A connection that has taken the file for us alone. Raises the driver's errors."""
    connection = engine.connect(path, key=key)
    try:
        engine.take(connection)
        connection.execute("PRAGMA foreign_keys=ON")
        return connection
    except BaseException:
        connection.close()
        raise


def hash_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unreadable(path: Path, error: OSError) -> UserError:
    """The system will not let us read it."""
    return UserError(
        "E_FILE_UNREADABLE",
        f"{path} cannot be read.",
        "Nothing was changed.",
        "Check that the disk is there and that you may read the folder.",
        str(error),
        Exit.UNREADABLE,
    )


def cannot_write(folder: Path, error: OSError) -> UserError:
    """The system will not let us write there."""
    return UserError(
        "E_CANNOT_WRITE",
        f"{folder} cannot be written.",
        "Nothing was changed.",
        "Choose a folder where you may write, with free space.",
        str(error),
    )
