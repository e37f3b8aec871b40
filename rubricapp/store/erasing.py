"""Erasing a person: the mark in the log, then files, free pages and backups; and the search for what may be left.

The database's part is one transaction (see `tables.settle`). What comes after it cannot be: it stands in `meta` until
`finish` is through, and opening the workspace goes on with it. So a crash leaves the person whole, or erased.

Question: are older backups rewritten? Decision: no; a new one is made, the others go. Reasons: a backup is checked
when it is made and never written again; a new one holds everything else that they held last. 2026-11-29.
"""

from __future__ import annotations

import contextlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from rubricapp.core.changes import time_of
from rubricapp.core.erasing import DECISIONS, MARK, Erased, find_erased
from rubricapp.core.model import Changes, Role
from rubricapp.jobs import Progress
from rubricapp.store import backups, engine, upgrading
from rubricapp.store.erased import list_belonging, list_covered
from rubricapp.store.tables import UNFINISHED
from rubricapp.store.workspace import FILE_NAME, Workspace

_OURS = (f"*{backups.ENDING}", "before-update-from-*", "before-restore-*", "left-over-*", "*.part", "*.part-journal")
"""What this app puts into the backups folder; whatever else lies there is somebody's own."""
_SHORTEST = 5
"""Bytes: fewer are found by chance among the random bytes of ids and hashes."""
_LONGEST = 60
"""Bytes: a longer text may be cut in two by the end of a page."""
_TEXTS = 24
_AN_ID = re.compile("[0-9a-f]{32}([0-9a-f]{32})?|[a-z_]+")
"""… or a word of this app, such as a role or a state."""
_CHUNK = 4 << 20


@dataclass(frozen=True)
class Mark:
    """What stays of somebody who was erased. person: the id. by: the author's id. at: UTC.

    roles: (edition, role) of what they were. finished: assessments of them by assessors that were finished.
    """

    person: str
    erased_on: str
    reason: str
    by: str
    at: datetime
    roles: tuple[tuple[str, str], ...] = ()
    finished: int = 0


@dataclass(frozen=True)
class Words:
    """What to look for, as bytes. names: of the person. texts: the longest of what was said."""

    names: tuple[bytes, ...] = ()
    texts: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Gone:
    """What was erased. values: of changes. disputed: (kind, id) of records that somebody else owns, too: they stay.

    changes: what became different, every kind of record that went with the person.
    """

    words: Words
    values: int
    disputed: tuple[tuple[str, str], ...]
    changes: Changes


@dataclass(frozen=True)
class Finished:
    """files: how many were deleted. kept: those whose bytes are also somebody else's work. backup: the new one, if any.

    removed: names of backups and of copies set aside that are gone.
    """

    files: int
    kept: int
    backup: Path | None
    removed: tuple[str, ...]


def list_marks(ws: Workspace) -> list[Mark]:
    """Everyone who was erased, in the order it was done."""
    rows = ws.rows(
        "SELECT erasure.id, coalesce(erased_on, ''), coalesce(erasure.reason, ''), coalesce(roles, ''),"
        " coalesce(finished, 0), author, at FROM erasure JOIN head ON head.kind = ? AND head.record = erasure.id"
        " AND head.field = 'erased_on' JOIN change ON change.id = head.change GROUP BY erasure.id"
        " ORDER BY at, erasure.id",
        MARK,
    )
    return [
        Mark(row[0], row[1], row[2], row[5], time_of(row[6]), tuple(_roles(row[3])), max(0, row[4])) for row in rows
    ]


def _roles(text: str) -> Iterator[tuple[str, str]]:
    for each in text.split():
        edition, slash, role = each.partition("/")
        if slash and role in set(Role):
            yield edition, role


def count_erased(ws: Workspace, edition: str, role: Role = Role.PARTICIPANT) -> tuple[int, int]:
    """(how many people with this role in this edition were erased, finished assessments of them)."""
    found = [each for each in list_marks(ws) if (edition, role.value) in each.roles]
    return len(found), sum(each.finished for each in found)


def load_covered(ws: Workspace, person: str) -> Erased:
    """What would be erased with this person: what the workspace holds about them."""
    with ws.reading():
        return find_erased([person], list_belonging(ws.connection))


def count_testimony(ws: Workspace, person: str) -> int:
    """How many assessments of others, checks of others' days and meetings with others a person is the witness of."""
    return ws.rows(
        "SELECT (SELECT count(*) FROM assessment WHERE assessor = ?1 AND participant IS NOT ?1)"
        " + (SELECT count(*) FROM log_check JOIN log_entry ON log_entry.id = entry"
        " WHERE mentor = ?1 AND log_entry.participant IS NOT ?1)"
        " + (SELECT count(*) FROM meeting WHERE mentor = ?1 AND participant IS NOT ?1 AND coalesce(removed, 0) = 0)",
        person,
    )[0][0]


def erase(ws: Workspace, person: str, day: str, reason: str, author: str) -> Gone:
    """Write the mark and take all values away, in one transaction. `finish` must follow; see there. Raises UserError.

    day: ISO day. reason: a few words without a name, or "".
    """
    ws.demand_writable()
    covered = load_covered(ws, person)
    words = _words(ws, person, covered)
    roles = [
        f"{edition}/{role}"
        for edition, role in ws.rows(
            "SELECT edition, role FROM enrolment WHERE person = ? AND edition IS NOT NULL AND role IS NOT NULL"
            " ORDER BY edition, role",
            person,
        )
    ]
    finished = ws.rows(
        "SELECT count(*) FROM assessment WHERE participant = ? AND coalesce(kind, 'assessor') = 'assessor'"
        " AND coalesce(state, 'draft') <> 'draft'",
        person,
    )[0][0]
    before = ws.rows("SELECT count(*) FROM change_value")[0][0]
    with ws.writing(author) as log:
        log.set(MARK, person, "erased_on", day)
        log.set_all(MARK, person, {"reason": reason or None, "roles": " ".join(roles) or None, "finished": finished})
        left = log.connection.execute("SELECT count(*) FROM change_value").fetchone()[0]
    kinds = {kind for kind, _ in covered.records}
    kinds |= {kind for kind, rule in DECISIONS.items() if rule.part_of in kinds}
    gone = Changes(frozenset(kinds), frozenset(record for _, record in covered.records))
    return Gone(words, before + len(log.written) - left, tuple(sorted(covered.disputed)), log.changes | gone)


def erase_again(ws: Workspace, marks: Iterable[Mark]) -> int:
    """Erase whoever a restored backup brought back; returns how many. Backups that lie here were made since, so they
    stay. Raises UserError."""
    done = {mark.person for mark in list_marks(ws)}
    again = [mark for mark in marks if mark.person not in done]
    for mark in again:
        erase(ws, mark.person, mark.erased_on, mark.reason, mark.by)
    finish(ws, with_backups=False)
    return len(again)


def finish(ws: Workspace, with_backups: bool = True) -> Finished | None:
    """What erasing still has to do outside the log: files, free pages, backups. None where nothing was left to do.

    Said again after it was cut short it goes on; until it is through, opening the workspace calls it.
    Raises UserError, for example when the disk is full; the person is erased from the log all the same.
    """
    noted = ws.meta(UNFINISHED)
    if noted is None:
        return None
    deleted, kept = _delete_files(ws, json.loads(noted))
    try:
        ws.connection.execute("VACUUM")
    except engine.Errors as error:
        raise engine.kindly(error, ws.path) from error
    with _let_go(ws):  # as long as SQLite keeps the file it keeps the journal, which holds the pages as they were
        pass
    made = backups.make(ws).path if with_backups else None
    removed = []
    try:
        for path in list_old(ws) if with_backups else ():
            if path != made:
                path.unlink(missing_ok=True)
                removed.append(path.name)
    except OSError as error:
        raise upgrading.cannot_write(ws.backups, error) from error
    ws.rows("DELETE FROM meta WHERE key = ?", UNFINISHED)
    return Finished(deleted, kept, made, tuple(sorted(removed)))


def list_old(ws: Workspace) -> list[Path]:
    """Backups and copies set aside in the workspace's own folder: all of them hold whoever is here now."""
    return sorted({path for pattern in _OURS for path in ws.backups.glob(pattern) if path.is_file()})


def _delete_files(ws: Workspace, names: list[str]) -> tuple[int, int]:
    """(deleted, kept because the same bytes are somebody else's). Half copies go: nobody knows whose they are."""
    deleted = kept = 0
    try:
        for name in names:
            if len(name) != 64 or set(name) - set("0123456789abcdef"):
                continue  # from a strange package: no path is made of it
            if ws.rows("SELECT 1 FROM artefact WHERE sha256 = ? LIMIT 1", name):
                kept += 1
                continue
            path = ws.files / name[:2] / name
            if path.exists():
                path.unlink()
                deleted += 1
            with contextlib.suppress(OSError):  # others' works lie there, too
                path.parent.rmdir()
        for part in ws.files.glob("*.part"):
            part.unlink()
    except OSError as error:
        raise upgrading.cannot_write(ws.files, error) from error
    return deleted, kept


# The proof


def _words(ws: Workspace, person: str, covered: Erased) -> Words:
    """What to look for afterwards: every name the person ever had here, and the longest of what was said of them."""
    names: dict[str, set[str]] = {"given_name": set(), "family_name": set(), "email": set(), "code": set()}
    texts: set[str] = set()
    with ws.reading():
        said = list(list_covered(ws.connection, covered))
    for _change, kind, record, field, _salt, value, reason in said:
        texts.add(reason)
        for text in _strings(json.loads(value)):
            if (kind, record) == ("person", person) and field in names:
                names[field].add(text)
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
    """A search that is under way. found: by place of a file, which of the words it holds."""

    folder: Path
    words: Words
    found: dict[str, frozenset[bytes]]

    @property
    def wanted(self) -> tuple[bytes, ...]:
        return tuple(dict.fromkeys((*self.words.names, *self.words.texts)))


def begin_search(ws: Workspace, words: Words) -> Search:
    """Look for the words in the database's file, which SQLite lets go of meanwhile. Raises UserError."""
    begun = Search(ws.folder, words, {})
    with _let_go(ws):
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
        found[path.relative_to(search.folder).as_posix()] = _search_file(path, search.wanted)
    progress.step(len(paths), len(paths))
    return Search(search.folder, search.words, found)


def conclude(ws: Workspace, search: Search) -> Proof:
    """Hold what was found against what others said, which stays."""
    explained = {word: _said_by_others(ws, word) for word in sorted(frozenset().union(*search.found.values()))}
    others = {name for row in ws.rows("SELECT given_name, family_name, code FROM person") for name in row if name}
    shared = {name.encode("utf-8", "replace") for name in others}  # a name that somebody else here has as well
    return Proof(
        tuple(search.found),
        len(search.wanted),
        tuple(
            sorted({place for word in search.words.names if word not in shared for place in explained.get(word, ())})
        ),
        tuple(
            name
            for name, there in search.found.items()
            if any(not explained[word] and not _is_ours(ws, word) for word in there)
        ),
    )


def _said_by_others(ws: Workspace, word: bytes) -> list[tuple[str, str]]:
    """(kind, record) of what is said in the log that holds these bytes: it is about somebody or something else."""
    rows = ws.rows(
        "SELECT DISTINCT kind, record FROM change_value JOIN change ON change.id = change"
        " WHERE instr(CAST(value AS BLOB), ?) OR instr(CAST(change_value.reason AS BLOB), ?)"
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
        " UNION SELECT 1 FROM change WHERE instr(CAST(kind AS BLOB), ?1) OR instr(CAST(field AS BLOB), ?1)",
        word,
    )
    return bool(rows)


@contextlib.contextmanager
def _let_go(ws: Workspace) -> Iterator[None]:
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


def _search_file(path: Path, wanted: tuple[bytes, ...]) -> frozenset[bytes]:
    """Which of the words it holds. A backup is looked into unpacked; whatever else as it is. Raises UserError."""
    try:
        if path.suffix == backups.ENDING and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive, archive.open(FILE_NAME) as file:
                return _search_stream(file, wanted)
        with path.open("rb") as file:
            return _search_stream(file, wanted)
    except backups.BROKEN as error:
        raise upgrading.unreadable(path, error if isinstance(error, OSError) else OSError(str(error))) from error


def _search_stream(file: BinaryIO, wanted: tuple[bytes, ...]) -> frozenset[bytes]:
    found: set[bytes] = set()
    end = b""
    while chunk := file.read(_CHUNK):
        chunk = end + chunk
        found |= {word for word in wanted if word not in found and word in chunk}
        end = chunk[-_LONGEST:]
    return frozenset(found)
