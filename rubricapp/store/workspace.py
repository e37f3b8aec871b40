"""The workspace: a folder with one database, the files it speaks of, and its backups.

    workspace.sqlite3       the change log and the tables computed from it
    files/<aa>/<sha256>     artefacts, written once; sealed in a protected one (see `vault`)
    backups/                snapshots of the database
    workspace.lock          who has it open
    workspace.key           of a protected one: its key, wrapped (see `key_file`)

Opened by one process at a time. The lock is the system's on `workspace.lock`, so it dies with its holder; the file
names the holder for whoever comes second. (Reading the database file by hand would drop SQLite's own locks on POSIX
systems; nothing here does that while it is open.)
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from rubricapp.core import changes as rules
from rubricapp.core.model import PersonId, RubricVersion
from rubricapp.errors import Exit, UserError
from rubricapp.store import changes as log
from rubricapp.store import devices, engine, key_file, places, upgrading
from rubricapp.store.sources import Sources as Sources
from rubricapp.store.tables import UNFINISHED, settle_people
from rubricapp.store.vault import Vault

FILE_NAME = "workspace.sqlite3"
FORMER_KEYS = "former_keys"


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
        key: bytes = b"",
    ) -> None:
        self.folder = folder
        self.connection = connection
        self.sources = sources
        self.read_only_because = read_only_because
        self.warnings = warnings
        self.key, self.suspended = key, False  # the key of a protected workspace; else empty
        self.vault = Vault(folder / "files", key, self._former_keys() if key else ())
        self.rubrics: dict[tuple[str, str], RubricVersion] = {}  # what store/rubrics read so far
        self._lock = lock
        self._place: log.Place | None = None
        self._writing = False
        self._newest = 0  # milliseconds and a counter of twelve bits of the last id that was made
        self._process = os.getpid()

    # Reading

    @property
    def path(self) -> Path:
        return self.folder / FILE_NAME

    @property
    def files(self) -> Path:
        return self.folder / "files"

    def _former_keys(self) -> tuple[bytes, ...]:
        """Seeds of earlier keys, under which files of works may still be sealed."""
        return tuple(bytes.fromhex(each) for each in (self.meta(FORMER_KEYS) or "").split())

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

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Inside, whatever the driver raises, and a value that cannot be one, is said as a UserError. For this room."""
        try:
            yield
        except engine.Errors as error:
            raise engine.kindly(error, self.path) from error
        except (ValueError, TypeError, OverflowError) as error:
            raise engine.damaged(self.path, f"{type(error).__name__}: {error}") from error

    def rows(self, sql: str, *values: object) -> list[tuple]:
        """What a query gives. For the modules of this room only."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except engine.Errors as error:
            raise engine.kindly(error, self.path) from error

    def meta(self, key: str) -> str | None:
        """A fact about this copy of the workspace, such as its device number; not part of the log."""
        found = self.rows("SELECT value FROM meta WHERE key = ?", key)
        return found[0][0] if found else None

    def set_meta(self, key: str, value: str) -> None:
        """Keep a fact about this copy; it does not travel in packages. Raises UserError."""
        self.demand_writable()
        self.rows(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            key,
            value,
        )

    @property
    def in_parts(self) -> frozenset[str]:
        """Devices of whose logs this copy was given only what may be seen here, as kits do; never its own."""
        return frozenset((self.meta("in_parts") or "").split()) - {self.device}

    def _end(self) -> log.Place:
        if self._place is None:
            try:
                self._place = log.load_place(self.connection, int(self.meta("device") or 0))
            except (LookupError, ValueError) as error:
                raise engine.damaged(self.path, f"no device of its own: {error}") from error
            except engine.Errors as error:
                raise engine.kindly(error, self.path) from error
        return self._place

    # Writing

    @contextlib.contextmanager
    def writing(self, author: PersonId | str) -> Iterator[log.Writer]:
        """One transaction of changes by one author. All of it is on the disk when the block ends, or none.

        Raises UserError when the workspace is read only or the disk refuses.
        """
        self.demand_writable()
        if self._writing:
            raise RuntimeError("a transaction is already open: an operation called another from inside its own")
        self._writing = True
        try:
            writer = log.Writer(self.connection, self._end(), PersonId(author), self.sources.now(), self.sources.random)
            self.connection.execute("BEGIN IMMEDIATE")
            yield writer
            settle_people(self.connection, (kind for kind, _ in writer.written))
            self.connection.execute("COMMIT")
            self._place = writer.place
            if any(kind == "rubric_version" for kind, _ in writer.written):
                self.rubrics.clear()
            self._note_end(writer.place)
        except engine.Errors as error:
            self._roll_back()
            raise engine.kindly(error, self.path) from error
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._writing = False

    def _note_end(self, place: log.Place) -> None:
        assert self._lock is not None, "who writes holds the lock"
        self._lock.note(place.device, place.seq)

    def demand_writable(self) -> None:
        """Raises UserError E_READ_ONLY where nothing may be written: before work that would be in vain."""
        if self.read_only_because:
            raise UserError(
                "E_READ_ONLY",
                "This workspace is open for reading only.",
                self.read_only_because,
                "Close it where it is in use, or copy the folder to a place where you may write.",
            )
        if os.getpid() != self._process:
            raise RuntimeError("a forked process must open the workspace for itself")

    def _roll_back(self) -> None:
        self._place = None  # read it again: a commit that reported a fault may still have reached the disk
        if self.connection.in_transaction:
            with contextlib.suppress(*engine.Errors):  # a full disk may refuse this too; reopening rolls back
                self.connection.execute("ROLLBACK")

    def new_id(self) -> str:
        """An id for a new record: UUIDv7 as 32 hexadecimal characters, in the order in which they were made."""
        self._newest = max(self._newest + 1, rules.milliseconds(self.sources.now()) << 12)
        return rules.uuid7(self._newest >> 12, self.sources.random(8), self._newest & 0xFFF).hex()

    # Opening and closing

    def close(self) -> None:
        """Close the file, forget its key, let others have it. Twice is allowed; in a forked child it does nothing:
        SQLite would take away the journal that the parent still writes.
        """
        if os.getpid() != self._process:
            return
        self.suspend()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def suspend(self) -> None:
        """Close the database and forget its key, and keep others out: `resume` goes on."""
        self.connection.close()
        self.vault.lock()
        self.key = b""
        self.suspended = True

    def resume(self, unlock: key_file.Unlock) -> None:
        """Open the database again after `suspend`. Raises UserError; then it stays suspended."""
        try:
            key = key_file.key_of(self.path, unlock, True)
            connect = upgrading.connect_to_read if self.read_only else upgrading.connect_to_write
            self.connection = connect(self.path, key)
        except engine.Errors as error:
            raise engine.kindly(error, self.path) from error
        self.key, self.suspended = key, False
        self.vault.unlock(key, self._former_keys())

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def create(
    folder: Path, sources: Sources | None = None, fill: Callable[[Workspace], object] = lambda _: None
) -> Workspace:
    """Make a workspace in a new or empty folder, and open it. Raises UserError if something is in the way.

    fill: writes what it is to hold from its first moment; a crash or a fault before the end leaves no workspace.
    When it fails, what it made is taken away again.
    """
    sources = sources or Sources()
    folder = folder.absolute()
    path, part = folder / FILE_NAME, (folder / FILE_NAME).with_suffix(".part")
    made: list[Path] = []
    lock = None
    try:
        _demand_free(path)
        for each in (*reversed(folder.parents), folder, folder / "files", folder / "backups"):
            if not each.is_dir():
                places.make_folder(each)
                made.append(each)
        if not (folder / places.LOCK_NAME).exists():
            made.append(folder / places.LOCK_NAME)
        because, lock = places.lock(folder)
        if because:
            raise upgrading.cannot_write(folder, OSError(because))
        _demand_free(path)
        upgrading.remove(part)
        upgrading.set_journals_aside(path, folder / "backups" / f"left-over-{sources.now():%Y%m%dT%H%M%S%fZ}.sqlite3")
        part.touch()
        made.append(part)
        connection = engine.connect(part)
        try:
            connection.execute(f"PRAGMA application_id={engine.APPLICATION_ID}")
            upgrading.migrate(connection)
            devices.make_new(connection, folder, sources.random)
            connection.execute("PRAGMA foreign_keys=ON")
            fill(Workspace(folder, connection, sources, lock))
        finally:
            connection.close()
        places.put(part, path)
        made.append(path)
        return _opened(folder, sources, "", lock)
    except BaseException as error:
        _release(lock)
        upgrading.remove(part)
        for each in reversed(made):
            with contextlib.suppress(OSError):
                each.rmdir() if each.is_dir() else each.unlink()
        if isinstance(error, engine.Errors):
            raise engine.kindly(error, path) from error
        if isinstance(error, OSError):
            raise upgrading.cannot_write(folder, error) from error
        raise


def _demand_free(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise UserError(
            "E_EXISTS",
            f"There is already a workspace in {path.parent}.",
            "It was not changed.",
            "Choose another folder, or open this one.",
        )


def open_(
    folder: Path,
    sources: Sources | None = None,
    read_only: bool = False,
    unlock: key_file.Unlock | None = None,
) -> Workspace:
    """Open the workspace in a folder; bring an older one up to date first, after a backup.

    unlock: gives the key of a protected one.
    Falls back to reading only where the folder cannot be written, and says so in `read_only_because`.
    Raises UserError: E_NO_WORKSPACE, E_FILE_UNREADABLE, E_NOT_OURS, E_NEWER, E_OLD_READ_ONLY, E_LOCKED, E_NO_LOCKS,
    E_READ_ONLY, E_DISK, E_DAMAGED, E_PROTECTED, and what `unlock` raises.
    """
    sources = sources or Sources()
    folder = folder.absolute()
    path = folder / FILE_NAME
    try:
        there = path.is_file()
    except OSError as error:
        raise upgrading.unreadable(path, error) from error
    if not there:
        raise UserError(
            "E_NO_WORKSPACE",
            f"There is no workspace in {folder}.",
            "",
            "Check the folder, or make a workspace with “rubricapp init”.",
            exit_code=Exit.UNREADABLE,
        )
    because, lock = ("You asked for that.", places.share(folder)) if read_only else places.lock(folder)
    try:
        key = key_file.key_of(path, unlock, bool(because))
        version = upgrading.read_version(path, key)
        if version < upgrading.LATEST:
            if because:
                raise UserError(
                    "E_OLD_READ_ONLY",
                    "This workspace was made by an older version and must be brought up to date, but it is read only.",
                    "Nothing was changed.",
                    "Copy the folder to a place where you may write.",
                )
            upgrading.bring_up_to_date(path, version, sources.now(), key)
        ws = _opened(folder, sources, because, lock, key)
    except engine.Errors as error:
        _release(lock)
        raise engine.kindly(error, path) from error
    except BaseException:
        _release(lock)
        raise
    _finish_erasing(ws)
    return ws


def _finish_erasing(ws: Workspace) -> None:
    """Go on where an erasing was cut short."""
    if not ws.read_only and ws.meta(UNFINISHED) is not None:
        from rubricapp.store import erasing

        erasing.go_on(ws)


def _release(lock: places.Lock | None) -> None:
    """Let go after opening failed: a crash before it is still to be looked into."""
    if lock is not None:
        lock.release(left_open=lock.was_left_open)


def _opened(folder: Path, sources: Sources, because: str, lock: places.Lock | None, key: bytes = b"") -> Workspace:
    """The workspace whose lock we hold. Raises UserError and the driver's errors; the lock stays the caller's."""
    path = folder / FILE_NAME
    if not because:
        assert lock is not None, "who may write holds the lock"
        connection, because = _taken(folder, sources, lock, key)
    if because:
        connection = upgrading.connect_to_read(path, key)
    try:
        # The first read shows gross damage; after a crash every page is looked at.
        connection.execute("SELECT count(*) FROM meta").fetchone()
        if lock is not None and lock.was_left_open:
            fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if fault != "ok":
                raise engine.damaged(path, fault)
        return Workspace(folder, connection, sources, lock, because, devices.warnings(connection, folder), key)
    except BaseException:
        connection.close()
        raise


def _taken(folder: Path, sources: Sources, lock: places.Lock, key: bytes) -> tuple[engine.Connection | None, str]:
    """(a connection that writes, "") or (None, why there can be none)."""
    if not os.access(folder / FILE_NAME, os.W_OK):  # SQLite would only say so at the first rating
        return None, "The file may not be written."
    connection = None
    try:
        connection = upgrading.connect_to_write(folder / FILE_NAME, key)
        # Also what works on closed workspaces left, of which the lock says nothing.
        upgrading.sweep(folder, protected=bool(key))
        upgrading.drop_readable(folder)
        devices.settle(connection, folder, lock, sources.random)
        return connection, ""
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, engine.sqlite.OperationalError) and "disk is full" in str(error):
            return None, "The disk is full."
        raise
