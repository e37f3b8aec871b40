"""The proof of an erasing: names and texts of the person are looked for, byte by byte, in every file."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from rubricapp.core.erasing import Erased
from rubricapp.jobs import Progress
from rubricapp.store import backups, engine, key_file, upgrading
from rubricapp.store.erased import list_covered
from rubricapp.store.workspace import FILE_NAME, Workspace

_SHORTEST = 5
"""Bytes: fewer are found by chance among the random bytes of ids and hashes."""
_LONGEST = 60
"""Bytes: a longer text may be cut in two by the end of a page."""
_TEXTS = 24
_AN_ID = re.compile("[0-9a-f]{32}([0-9a-f]{32})?|[a-z_]+")
"""… or a word of this app, such as a role or a state."""
_CHUNK = 4 << 20


@dataclass(frozen=True)
class Words:
    """What to look for, as bytes. names: of the person. texts: the longest of what was said."""

    names: tuple[bytes, ...] = ()
    texts: tuple[bytes, ...] = ()


def find_words(ws: Workspace, covered: Erased) -> Words:
    """What to look for afterwards: every name the person ever had here, and the longest of what was said of them."""
    names: dict[str, set[str]] = {"given_name": set(), "family_name": set(), "email": set(), "code": set()}
    texts: set[str] = set()
    with ws.reading():
        said = list(list_covered(ws.connection, covered))
    for _change, kind, record, name, _salt, value, reason in said:
        texts.add(reason)
        for text in _strings(json.loads(value)):
            if kind == "person" and record in covered.people and name in names:
                names[name].add(text)
            elif not _AN_ID.fullmatch(text):
                texts.add(text)
    whole = {
        f"{one} {other}"
        for given in names["given_name"]
        for family in names["family_name"]
        for one, other in ((given, family), (family, given))
    }
    called = whole.union(*names.values())
    longest = sorted(texts - called, key=lambda text: (-len(text), text))[:_TEXTS]
    return Words(tuple(_as_bytes(called)), tuple(_as_bytes(longest)))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        yield from _strings([*value.keys(), *value.values()])


def _as_bytes(texts: Iterable[str]) -> list[bytes]:
    """As they stand in tables, and as JSON in the log."""
    found = set()
    for text in texts:
        for form in (text, json.dumps(text, ensure_ascii=False)[1:-1]):
            cut = form.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore").encode()
            if len(cut) >= _SHORTEST:
                found.add(cut)
    return sorted(found)


@dataclass(frozen=True)
class Proof:
    """What a search of every file found. searched: names of files. words: how many were looked for.

    mentions: (kind, record) of what others said that still names the person. left: files with something that none of
    these explains: empty, or erasing has failed.
    """

    searched: tuple[str, ...]
    words: int
    mentions: tuple[tuple[str, str], ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class Search:
    """A search that is under way. found: by place of a file, which of the words it holds.

    key: of a protected workspace, whose databases are looked into through SQLCipher.
    """

    folder: Path
    words: Words
    found: dict[str, frozenset[bytes]]
    key: bytes = field(default=b"", repr=False)

    @property
    def wanted(self) -> tuple[bytes, ...]:
        return tuple(dict.fromkeys((*self.words.names, *self.words.texts)))


def begin_search(ws: Workspace, words: Words) -> Search:
    """Look for the words in the database's file, which SQLite lets go of meanwhile. Raises UserError."""
    begun = Search(ws.folder, words, {}, ws.key)
    if ws.key:
        with ws.reading():
            if ws.connection.execute("PRAGMA freelist_count").fetchone()[0]:
                ws.connection.execute("VACUUM")  # no page is left in which something could lie that no table holds
            return Search(ws.folder, words, {FILE_NAME: _search_tables(ws.connection, begun.wanted)}, ws.key)
    with let_go(ws):
        return Search(ws.folder, words, {FILE_NAME: _search_file(ws.path, begun.wanted)})


def search_files(search: Search, progress: Progress) -> Search:
    """Look for them in every other file of the workspace but the works of others. Touches no database, so it may run
    beside the window. Raises UserError, Cancelled."""
    files = search.folder / "files"
    paths = [
        path
        for path in sorted(search.folder.rglob("*"))
        if path.is_file()
        and not path.name.startswith(FILE_NAME)
        and (path.parent.parent != files or path.suffix == ".part")
    ]
    found = dict(search.found)
    for done, path in enumerate(paths):
        progress.step(done, len(paths), path.name)
        found[path.relative_to(search.folder).as_posix()] = _search_file(path, search.wanted, search.key)
    progress.step(len(paths), len(paths))
    return Search(search.folder, search.words, found, search.key)


def conclude(ws: Workspace, search: Search) -> Proof:
    """Hold what was found against what others said, which stays."""
    others = {name for row in ws.rows("SELECT given_name, family_name, code FROM person") for name in row if name}
    shared = {name.encode("utf-8", "replace") for name in others}  # a name that somebody else here has as well
    found = frozenset().union(*search.found.values())
    said = {word: _said_by_others(ws, word) for word in sorted(found - shared)}
    unexplained = {word for word, places in said.items() if not places and not _is_ours(ws, word)}
    return Proof(
        tuple(search.found),
        len(search.wanted),
        tuple(sorted({place for word in search.words.names for place in said.get(word, ())})),
        tuple(name for name, there in search.found.items() if there & unexplained),
    )


def _said_by_others(ws: Workspace, word: bytes) -> list[tuple[str, str]]:
    """(kind, record) of what is said in the log that holds these bytes: it is about somebody or something else."""
    rows = ws.rows(
        "SELECT DISTINCT kind, record FROM change"
        " WHERE instr(CAST(value AS BLOB), ?) OR instr(CAST(reason AS BLOB), ?)"
        " UNION SELECT 'device', label FROM device WHERE instr(CAST(label AS BLOB), ?)",
        word,
        word,
        word,
    )
    return [(row[0], row[1]) for row in rows]


def _is_ours(ws: Workspace, word: bytes) -> bool:
    """Whether the shape of the database or of the log explains these bytes: somebody may be called like a column."""
    rows = ws.rows(
        "SELECT 1 FROM sqlite_master WHERE instr(CAST(sql AS BLOB), ?1)"
        " UNION SELECT 1 FROM word WHERE instr(CAST(text AS BLOB), ?1)"
        " AND number IN (SELECT kind FROM record UNION SELECT field FROM change_row)",
        word,
    )
    return bool(rows)


@contextlib.contextmanager
def let_go(ws: Workspace) -> Iterator[None]:
    """SQLite lets go of the file, and takes it again afterwards. Inside it may be read by hand: at other times closing
    it would drop SQLite's locks on POSIX systems. The lock on the folder keeps other windows out."""
    try:
        ws.connection.execute("PRAGMA locking_mode=NORMAL")
        ws.connection.execute("SELECT count(*) FROM meta").fetchone()
        try:
            yield
        finally:
            ws.connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            engine.take(ws.connection)
    except engine.Errors as error:
        raise engine.kindly(error, ws.path) from error


def _search_file(path: Path, wanted: tuple[bytes, ...], key: bytes = b"") -> frozenset[bytes]:
    """Which of the words it holds. A backup is looked into unpacked; whatever else as it is. Raises UserError."""
    try:
        if key and _is_protected(path):
            return _search_protected(path, wanted, key)
        if path.suffix == backups.ENDING and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive, archive.open(FILE_NAME) as file:
                return _search_stream(file, wanted)
        with path.open("rb") as file:
            return _search_stream(file, wanted)
    except backups.BROKEN as error:
        raise upgrading.unreadable(path, error if isinstance(error, OSError) else OSError(str(error))) from error


def _is_protected(path: Path) -> bool:
    if path.suffix == backups.ENDING and zipfile.is_zipfile(path):
        return backups.read(path).protected
    return path.suffix == ".sqlite3" and key_file.is_encrypted(path)


def _search_protected(path: Path, wanted: tuple[bytes, ...], key: bytes) -> frozenset[bytes]:
    """The same for what is encrypted; it stays so while it is looked into. One of another key cannot be searched."""
    part = path.with_name("search.part")
    try:
        if path.suffix == backups.ENDING:
            with zipfile.ZipFile(path) as archive, archive.open(FILE_NAME) as file, part.open("wb") as copy:
                shutil.copyfileobj(file, copy)
        else:
            shutil.copyfile(path, part)
        connection = engine.connect(part, key=key)
        try:
            return _search_tables(connection, wanted)
        finally:
            connection.close()
    except engine.Errors as error:
        raise engine.kindly(error, path) from error
    finally:
        upgrading.remove(part)


def _search_tables(connection: engine.Connection, wanted: tuple[bytes, ...]) -> frozenset[bytes]:
    """Which of the words any value of any table holds."""
    found: set[bytes] = set()
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for name in ("sqlite_master", *names):
        for row in connection.execute(f'SELECT * FROM "{name}"'):
            values = (each if isinstance(each, bytes) else str(each).encode("utf-8", "replace") for each in row)
            whole = b"\0".join(values)
            found |= {word for word in wanted if word not in found and word in whole}
    return frozenset(found)


def _search_stream(file: BinaryIO, wanted: tuple[bytes, ...]) -> frozenset[bytes]:
    found: set[bytes] = set()
    end = b""
    while chunk := file.read(_CHUNK):
        chunk = end + chunk
        found |= {word for word in wanted if word not in found and word in chunk}
        end = chunk[-_LONGEST:]
    return frozenset(found)
