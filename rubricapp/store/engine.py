"""One SQLite for every database: sqlcipher3, the same version on all systems; encryption is a switch.

sqlite-utils would take the interpreter's own sqlite3, and two SQLite libraries on one file lose locks, so
sqlcipher3 is put where sqlite-utils looks first. Import this module before sqlite_utils, or call `utils`.

Question: which journal? Decision: DELETE with synchronous=EXTRA and locking_mode=EXCLUSIVE. Reasons: one file that
can be copied; the only plain setting that lost no acknowledged commit in simulated power cuts. 2026-11-21.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlcipher3
import sqlcipher3.dbapi2 as sqlite

from rubricapp.errors import Exit, UserError

if TYPE_CHECKING:
    import sqlite_utils

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlite)

Connection = sqlite.Connection
Errors = (sqlite.Error, UnicodeDecodeError)
"""What the driver raises; the second where a message about damage holds a piece of the damage."""

APPLICATION_ID = 0x52554252  # "RUBR"


WAIT = 0.5
"""Seconds to wait for another program that has the file for a moment. Once it is ours, nothing waits any more."""


def uri(path: Path, create: bool = False) -> str:
    """A path as SQLite wants it: any signs, any bytes, a drive letter, a network share (`as_uri` makes it a host).

    create: also where there is no such file yet.
    """
    posix = path.absolute().as_posix()
    found = "file://" + quote(os.fsencode(posix if posix.startswith("/") else f"/{posix}"), safe="/:")
    return f"{found}?mode=rwc" if create else found


def key_word(key: bytes) -> str:
    """A raw key as SQLCipher takes it in a statement; without a key, the word for none."""
    return f"\"x'{key.hex()}'\"" if key else "''"


def connect(path: Path | None, read_only: bool = False, key: bytes = b"") -> Connection:
    """A connection with our settings, in manual transaction mode. None is a database in memory.

    key: of a protected database, 32 bytes; it is said before anything else. Takes the file for this process alone.
    Raises the driver's errors; see `kindly`.
    """
    if path is None:
        connection = sqlite.connect(":memory:", isolation_level=None)
    else:
        mode = "ro" if read_only else "rw"
        connection = sqlite.connect(f"{uri(path)}?mode={mode}", uri=True, isolation_level=None, timeout=WAIT)
    try:
        if key:
            connection.execute("PRAGMA cipher_log_level=NONE")  # what goes wrong is raised, not written to stderr
            connection.execute(f"PRAGMA key={key_word(key)}")
        _configure(connection, writes=path is not None and not read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: Connection, writes: bool) -> None:
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("PRAGMA cache_size=-65536")
    if writes:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA synchronous=EXTRA")
        connection.execute("PRAGMA secure_delete=ON")
        if sys.platform == "darwin":
            connection.execute("PRAGMA fullfsync=ON")


def utils(connection: Connection) -> sqlite_utils.Database:
    """The same connection under sqlite-utils, without plugins. Its import is slow: not for the first screen."""
    import sqlite_utils

    return sqlite_utils.Database(connection, execute_plugins=False)


def take(connection: Connection) -> None:
    """Take the file from all other programs now, not in the middle of the work. Raises the driver's errors.

    With locking_mode=EXCLUSIVE the file stays taken after the empty transaction. A hot journal is rolled back here.
    """
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("COMMIT")


KEEP_OPEN = "Free some space, then choose Try again. Keep this window open."
"""What to do when a disk is full; the terminal, which has no window, says it otherwise."""
_NO_DAMAGE = ("syntax error", "transaction", "interrupted", "out of memory", "too big")


def kindly(error: sqlite.Error | UnicodeDecodeError, path: Path) -> UserError:
    """What SQLite said, in words a person can act on. Raises `error` itself where it speaks of a fault in our code."""
    text = str(error)
    details = f"{type(error).__name__}: {text} ({path})"
    if isinstance(error, UnicodeDecodeError) or "malformed" in text:
        return damaged(path, details)
    if type(error) in (sqlite.OperationalError, sqlite.DatabaseError):  # their children are faults in our code
        closed = "unable to open" in text and not (path.exists() and os.access(path.parent, os.W_OK))
        if "disk is full" in text or "disk I/O error" in text or ("unable to open" in text and not closed):
            return UserError(
                "E_DISK",
                "This laptop's disk is full or cannot be written, so your last entry is not saved yet.",
                "Everything saved before it is safe.",
                KEEP_OPEN,
                details,
            )
        if "readonly" in text or "read-only" in text or closed:
            return UserError(
                "E_READ_ONLY",
                "This workspace can be read but not written.",
                "Nothing was changed.",
                "Copy the folder to a place where you may write, or ask for the right to write here.",
                details,
            )
        if "locked" in text or "busy" in text:
            return UserError(
                "E_LOCKED",
                "This workspace is open in another window or program.",
                "Nothing was changed.",
                "Close it there, then try again.",
                details,
            )
        if not any(word in text for word in _NO_DAMAGE):
            return damaged(path, details)  # our SQL is fixed, so a missing column is a file that was altered
    raise error


def damaged(path: Path, details: str = "") -> UserError:
    """The file cannot be trusted any more. SQLite says the same of a disk that gives an error where it is read."""
    return UserError(
        "E_DAMAGED",
        f"The workspace file {path.name} is damaged, or its disk cannot be read.",
        "It was left as it is; your backups are untouched.",
        "See that the disk is there, and open it once more. Else restore the newest backup, and keep the damaged file"
        " for help.",
        details,
        Exit.DAMAGED,
    )
