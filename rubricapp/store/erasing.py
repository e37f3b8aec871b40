"""Erasing a person: the mark in the log, then files, free pages and backups. The proof is in `searching`.

The database's part is one transaction (see `tables.settle`). What comes after it cannot be: it stands in `meta` until
`finish` is through, and opening the workspace goes on with it. So a crash leaves the person whole, or erased.

Question: are older backups rewritten? Decision: no; a new one is made, the others go. Reasons: a backup is checked
when it is made and never written again; a new one holds everything else that they held last. 2026-11-29.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rubricapp.core.changes import time_of
from rubricapp.core.erasing import DECISIONS, MARK, Erased, find_erased
from rubricapp.core.model import Changes, Role
from rubricapp.errors import UserError
from rubricapp.store import backups, engine, upgrading
from rubricapp.store.aliases import not_double
from rubricapp.store.erased import list_belonging, load_erased
from rubricapp.store.same_people import list_ids
from rubricapp.store.searching import Words, find_words, let_go
from rubricapp.store.tables import UNFINISHED
from rubricapp.store.vault import HASH
from rubricapp.store.workspace import Workspace

_OURS = (f"*{backups.ENDING}", "before-update-from-*", "before-restore-*", "left-over-*", "*.part", "*.part-journal")
"""What this app puts into the backups folder; whatever else lies there is somebody's own."""


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


_MARKS = (
    "SELECT erasure.id, coalesce(erased_on, ''), coalesce(erasure.reason, ''), coalesce(roles, ''),"
    " coalesce(finished, 0), author, min(change.at) FROM erasure JOIN head ON head.kind = 'erasure'"
    " AND head.record = erasure.id JOIN change ON change.id = head.change GROUP BY erasure.id"
    " ORDER BY min(change.at), erasure.id"
)


def list_marks(ws: Workspace) -> list[Mark]:
    """Everyone who was erased, in the order it was done."""
    return _marks(ws.rows(_MARKS))


def list_marks_in(path: Path, key: bytes = b"") -> list[Mark]:
    """The same of a database that was set aside; nothing where it cannot be read, or is too old to know of erasing."""
    try:
        connection = engine.connect(path, read_only=True, key=key)
        try:
            return _marks(connection.execute(_MARKS).fetchall())
        finally:
            connection.close()
    except engine.Errors:
        return []


def _marks(rows: list[tuple]) -> list[Mark]:
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
    """What would be erased with this person, under every id of theirs: what the workspace holds about them."""
    ids = list_ids(ws, person)
    with ws.reading():
        return find_erased(ids, list_belonging(ws.connection))


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
    """Write the marks and take all values away, in one transaction. `finish` must follow; see there. Raises UserError.

    Every id of the person gets a mark, and the one that is kept what is counted of them, so they are counted once.
    day: ISO day. reason: a few words without a name, or "".
    """
    ws.demand_writable()
    person, *others = list_ids(ws, person)
    covered = load_covered(ws, person)
    words = find_words(ws, covered)
    roles = [
        f"{edition}/{role}"
        for edition, role in ws.rows(
            "SELECT DISTINCT edition, role FROM enrolment WHERE person = ? AND edition IS NOT NULL AND role IS NOT NULL"
            " ORDER BY edition, role",
            person,
        )
    ]
    finished = ws.rows(
        "SELECT count(*) FROM assessment WHERE participant = ? AND coalesce(kind, 'assessor') = 'assessor'"
        f" AND coalesce(state, 'draft') <> 'draft' AND {not_double('assessment')}",
        person,
    )[0][0]
    before = ws.rows("SELECT count(*) FROM value_row")[0][0]
    with ws.writing(author) as log:
        for each in others:
            log.set_all(MARK, each, {"erased_on": day, "reason": reason or None})
        log.set(MARK, person, "erased_on", day)
        log.set_all(MARK, person, {"reason": reason or None, "roles": " ".join(roles) or None, "finished": finished})
        left = log.connection.execute("SELECT count(*) FROM value_row").fetchone()[0]
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
    with let_go(ws):  # as long as SQLite keeps the file it keeps the journal, which holds the pages as they were
        pass
    made = backups.make(ws).path if with_backups else None
    removed = []
    try:
        for path in list_old(ws) if with_backups else ():
            if path != made:
                path.unlink(missing_ok=True)
                removed.append(path.name)
        if with_backups and (ws.backups / upgrading.TRIAL).exists():
            shutil.rmtree(ws.backups / upgrading.TRIAL)  # a backup that was being restored on trial
    except OSError as error:
        raise upgrading.cannot_write(ws.backups, error) from error
    ws.rows("DELETE FROM meta WHERE key = ?", UNFINISHED)
    return Finished(deleted, kept, made, tuple(sorted(removed)))


def go_on(ws: Workspace) -> None:
    """`finish` what is to be finished. What cannot be done now is said as a warning of the workspace, and tried again
    when it is opened next."""
    try:
        finish(ws)
    except UserError as error:
        ws.warnings += (f"The erasing of a person is not finished: {error.message}",)


def load_all_erased(ws: Workspace) -> Erased:
    """Everybody who is erased, and what was theirs."""
    with ws.reading():
        return load_erased(ws.connection)


def list_old(ws: Workspace) -> list[Path]:
    """Backups and copies set aside in the workspace's own folder: all of them hold whoever is here now."""
    return sorted({path for pattern in _OURS for path in ws.backups.glob(pattern) if path.is_file()})


def drop_unspoken(ws: Workspace, names: Iterable[str]) -> int:
    """Delete those of these files that are nobody's work here; returns how many. Raises UserError.

    Where nobody was erased nothing is dropped: a file that nothing speaks of does no harm there.
    """
    return _delete(ws, names)[0] if list_marks(ws) else 0


def _delete_files(ws: Workspace, names: list[str]) -> tuple[int, int]:
    """(deleted, kept because the same bytes are somebody else's). Half copies go: nobody knows whose they are.

    So do all small pictures of works, which are made again where they are looked at.
    """
    done = _delete(ws, names)
    try:
        for each in (*ws.files.glob("*.part"), *(ws.folder / "thumbnails").glob("*")):
            each.unlink()
    except OSError as error:
        raise upgrading.cannot_write(ws.files, error) from error
    return done


def _delete(ws: Workspace, names: Iterable[str]) -> tuple[int, int]:
    deleted = kept = 0
    try:
        for name in filter(HASH.fullmatch, names):  # no others of a strange package
            if ws.rows("SELECT 1 FROM artefact WHERE sha256 = ? LIMIT 1", name):
                kept += 1
            elif ws.vault.delete(name):
                deleted += 1
    except OSError as error:
        raise upgrading.cannot_write(ws.files, error) from error
    return deleted, kept
