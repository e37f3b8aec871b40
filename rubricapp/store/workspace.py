"""The workspace: a folder with one database, the files it speaks of, and its backups.

    workspace.sqlite3       the change log and the tables computed from it
    files/<aa>/<sha256>     artefacts, written once
    backups/                snapshots of the database
    workspace.lock          who has it open

Opened by one process at a time. The lock is the system's on `workspace.lock`, so it dies with its holder; the file
names the holder for whoever comes second. (Reading the database file by hand would drop SQLite's own locks on POSIX
systems; nothing here does that while it is open.)
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import secrets
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rubricapp.core import changes as rules
from rubricapp.core.model import PersonId
from rubricapp.errors import Exit, UserError
from rubricapp.store import changes as log
from rubricapp.store import engine, places

FILE_NAME = "workspace.sqlite3"
LATEST = 1
"""The newest shape that this version writes: the number of steps in `migrations`."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Sources:
    """Where time and randomness come from. Tests and the demo hand in their own."""

    now: Callable[[], datetime] = _utc_now
    random: Callable[[int], bytes] = secrets.token_bytes


class Workspace:
    """An open workspace. Made by `create` or `open_`; used by one thread; closed by `close` or a `with` block."""

    def __init__(
        self,
        folder: Path,
        connection: engine.Connection,
        sources: Sources,
        lock: places.Lock | None,
        read_only_because: str = "",
        warnings: tuple[str, ...] = (),
    ) -> None:
        self.folder = folder
        self.connection = connection
        self.sources = sources
        self.read_only_because = read_only_because
        self.warnings = warnings
        self._lock = lock
        self._place: log.Place | None = None
        self._writing = False

    # Reading

    @property
    def path(self) -> Path:
        return self.folder / FILE_NAME

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def read_only(self) -> bool:
        return bool(self.read_only_because)

    @property
    def device(self) -> str:
        """This laptop's id in the change log: 32 hexadecimal characters."""
        return self._end().device

    def rows(self, sql: str, *values: object) -> list[tuple]:
        """What a query gives. For the modules of this room only."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except engine.sqlite.Error as error:
            raise engine.kindly(error, self.path) from error

    def meta(self, key: str) -> str | None:
        """A fact about this copy of the workspace, such as its device number; not part of the log."""
        found = self.rows("SELECT value FROM meta WHERE key = ?", key)
        return found[0][0] if found else None

    def _end(self) -> log.Place:
        if self._place is None:
            number = self.meta("device")
            if number is None:
                raise engine.damaged(self.path, "no device of its own")
            self._place = log.load_place(self.connection, int(number))
        return self._place

    # Writing

    @contextlib.contextmanager
    def writing(self, author: PersonId | str) -> Iterator[log.Writer]:
        """One transaction of changes by one author. All of it is on the disk when the block ends, or none.

        Raises UserError when the workspace is read only or the disk refuses.
        """
        if self.read_only_because:
            raise UserError(
                "E_READ_ONLY",
                "This workspace is open for reading only.",
                self.read_only_because,
                "Close it where it is in use, or copy the folder to a place where you may write.",
            )
        if self._writing:
            raise RuntimeError("a transaction is already open: an operation called another from inside its own")
        self._writing = True
        try:
            writer = log.Writer(self.connection, self._end(), PersonId(author), self.sources.now(), self.sources.random)
            self.connection.execute("BEGIN IMMEDIATE")
            yield writer
            self.connection.execute("COMMIT")
            self._place = writer.place
        except engine.sqlite.Error as error:
            self._roll_back()
            raise engine.kindly(error, self.path) from error
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._writing = False

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            with contextlib.suppress(engine.sqlite.Error):  # a full disk may refuse this too; reopening rolls back
                self.connection.execute("ROLLBACK")

    def new_id(self) -> str:
        """An id for a new record: UUIDv7 as 32 hexadecimal characters."""
        return rules.uuid7(rules.milliseconds(self.sources.now()), self.sources.random(8)).hex()

    # Opening and closing

    def close(self) -> None:
        """Close the file and let others have it. Closing twice is allowed."""
        self.connection.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def exists(folder: Path) -> bool:
    """Whether the folder holds a workspace of ours (of any version)."""
    try:
        with (folder / FILE_NAME).open("rb") as file:
            header = file.read(72)
    except OSError:
        return False
    return header[:16] == b"SQLite format 3\0" and int.from_bytes(header[68:72]) == engine.APPLICATION_ID


def create(folder: Path, sources: Sources | None = None) -> Workspace:
    """Make an empty workspace in a new or empty folder, and open it. Raises UserError if something is in the way."""
    sources = sources or Sources()
    path = folder / FILE_NAME
    if path.exists():
        raise UserError(
            "E_EXISTS",
            f"There is already a workspace in {folder}.",
            "It was not changed.",
            "Choose another folder, or open this one.",
        )
    try:
        for each in (folder, folder / "files", folder / "backups"):
            each.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        part.touch()
    except OSError as error:
        raise _cannot_write(folder, error) from error
    try:
        connection = engine.connect(part)
        try:
            connection.execute(f"PRAGMA application_id={engine.APPLICATION_ID}")
            _migrate(connection)
            _new_device(connection, folder, sources)
        finally:
            connection.close()
    except engine.sqlite.Error as error:
        raise engine.kindly(error, path) from error
    part.replace(path)
    return open_(folder, sources)


def open_(folder: Path, sources: Sources | None = None, read_only: bool = False) -> Workspace:
    """Open the workspace in a folder; bring an older one up to date first, after a backup.

    Falls back to reading only where the folder cannot be written, and says so in `read_only_because`.
    Raises UserError: E_NO_WORKSPACE, E_NOT_OURS, E_NEWER, E_LOCKED, E_DAMAGED.
    """
    sources = sources or Sources()
    path = folder / FILE_NAME
    if not path.is_file():
        raise UserError(
            "E_NO_WORKSPACE",
            f"There is no workspace in {folder}.",
            "",
            "Check the folder, or make a workspace with “rubricapp init”.",
            exit_code=Exit.UNREADABLE,
        )
    because, lock = ("You asked for that.", None) if read_only else places.lock(folder)
    try:
        version = _check_header(path)
        crashed = lock is not None and lock.was_left_open
        if version < LATEST:
            if lock is None:
                raise UserError(
                    "E_OLD_READ_ONLY",
                    "This workspace was made by an older version and must be brought up to date, but it is read only.",
                    "Nothing was changed.",
                    "Copy the folder to a place where you may write.",
                )
            _bring_up_to_date(folder, version)
        connection = engine.connect(path, read_only=lock is None)
    except engine.sqlite.Error as error:
        _release(lock)
        raise engine.kindly(error, path) from error
    except BaseException:
        _release(lock)
        raise
    try:
        # The first read takes the file, rolls back what a crash left half-written, and shows gross damage.
        connection.execute("SELECT count(*) FROM meta").fetchone()
        if crashed and (fault := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise engine.damaged(path, fault)
        if lock is not None:
            connection.execute("PRAGMA foreign_keys=ON")
            stored = connection.execute("SELECT value FROM meta WHERE key = 'machine'").fetchone()
            if stored is None or stored[0] != _machine(folder):
                _new_device(connection, folder, sources)
    except engine.sqlite.Error as error:
        connection.close()
        _release(lock)
        raise engine.kindly(error, path) from error
    except BaseException:
        connection.close()
        _release(lock)
        raise
    return Workspace(folder, connection, sources, lock, because, places.warnings(folder))


def _release(lock: places.Lock | None) -> None:
    if lock is not None:
        lock.release()


def _check_header(path: Path) -> int:
    """The version of the file, read from its first bytes without SQLite, so that a strange file is never touched."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise UserError(
            "E_FILE_UNREADABLE",
            f"{path} cannot be read.",
            "Nothing was changed.",
            "Check that the disk is there and that you may read the folder.",
            str(error),
            Exit.UNREADABLE,
        ) from error
    if header[:16] != b"SQLite format 3\0":
        raise engine.damaged(path, "not a database")
    if int.from_bytes(header[68:72]) != engine.APPLICATION_ID:
        raise UserError(
            "E_NOT_OURS",
            f"{path} was made by another program.",
            "It was not touched.",
            "Choose a folder that holds a workspace.",
        )
    version = int.from_bytes(header[60:64])
    if version > LATEST:
        raise UserError(
            "E_NEWER",
            f"This workspace was made by a newer version (format {version}; this one reads up to {LATEST}).",
            "Your data has not changed.",
            "Update this laptop to open it.",
        )
    return version


def _migrate(connection: engine.Connection) -> None:
    from rubricapp.store import migrations

    database = engine.utils(connection)
    migrations.apply(database)


def _bring_up_to_date(folder: Path, version: int) -> None:
    """Migrate a copy, check it, put it in place: whatever fails, the old file stays byte for byte."""
    path = folder / FILE_NAME
    recovered = engine.connect(path)  # rolls back a hot journal, which a plain copy would leave behind
    recovered.execute("SELECT count(*) FROM sqlite_master").fetchone()
    recovered.close()
    part = path.with_suffix(".part")
    kept = folder / "backups" / f"before-update-from-{version}.sqlite3"
    try:
        shutil.copyfile(path, part)
        kept.parent.mkdir(exist_ok=True)
        if not kept.exists():
            shutil.copyfile(path, kept)
        connection = engine.connect(part)
        try:
            _migrate(connection)
            faults = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            faults += [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
        finally:
            connection.close()
        if faults != ["ok"]:
            raise engine.damaged(path, "; ".join(faults))
        sync(part)
        part.replace(path)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    finally:
        part.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Make sure that a file's bytes are on the disk before it is renamed into place."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _cannot_write(folder: Path, error: OSError) -> UserError:
    return UserError(
        "E_CANNOT_WRITE",
        f"{folder} cannot be written.",
        "Nothing was changed.",
        "Choose a folder where you may write, with free space.",
        str(error),
    )


def _machine(folder: Path) -> str:
    """What tells this copy on this machine from any other: a hash of the machine's id and the folder's real path."""
    try:
        machine = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except OSError:
        machine = f"{uuid.getnode():x} {platform.node()}"
    return hashlib.sha256(json.dumps([machine, str(folder.resolve())]).encode()).hexdigest()[:32]


def _new_device(connection: engine.Connection, folder: Path, sources: Sources) -> None:
    """Give this copy a device id of its own, so that no sequence number is ever used twice."""
    connection.execute("BEGIN IMMEDIATE")
    cursor = connection.execute(
        "INSERT INTO device (id, label) VALUES (?, ?)", (sources.random(16), platform.node() or "laptop")
    )
    for key, value in (("device", str(cursor.lastrowid)), ("machine", _machine(folder))):
        connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )
    connection.execute("COMMIT")
