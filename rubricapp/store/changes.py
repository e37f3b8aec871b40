"""The change log on disk: appending, reading back, heads, the chain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from rubricapp.core import changes as rules
from rubricapp.core.erasing import MARK
from rubricapp.core.model import Change, Changes, PersonId
from rubricapp.core.rubrics import canonical
from rubricapp.core.same_people import KIND as SAME_PERSON
from rubricapp.store.aliases import TOUCHED
from rubricapp.store.engine import Connection, sqlite
from rubricapp.store.erased import demand_not_erased, is_erased
from rubricapp.store.tables import project, settle


@dataclass(frozen=True)
class Place:
    """Where a device's log ends: its row number and id, last sequence number, last hash; the clock's last value."""

    number: int
    device: str
    seq: int
    hash: bytes
    hlc: int


def load_place(connection: Connection, number: int) -> Place:
    """The end of one device's log. Raises LookupError for an unknown device."""
    row = connection.execute("SELECT lower(hex(id)) FROM device WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise LookupError(number)
    last = connection.execute(
        "SELECT seq, hash FROM change WHERE device = ? ORDER BY seq DESC LIMIT 1", (number,)
    ).fetchone()
    # Ids start with the clock's milliseconds, so the latest clock value is among those of the newest millisecond.
    newest = connection.execute("SELECT substr(max(id), 1, 6) FROM change").fetchone()[0] or b""
    hlc = connection.execute("SELECT max(hlc) FROM change WHERE id >= ?", (newest,)).fetchone()[0] or 0
    return Place(number, row[0], last[0] if last else 0, last[1] if last else rules.GENESIS, hlc)


@dataclass
class Writer:
    """Appends changes within one open transaction, and keeps the computed tables equal to the log."""

    connection: Connection
    place: Place
    author: PersonId
    now: datetime
    random: Callable[[int], bytes]
    written: list[tuple[str, str]] = field(default_factory=list)

    def set(self, kind: str, record: str, field_name: str, value: object, reason: str = "") -> bool:
        """Say that a field of a record has this value from now on. Saying what already holds writes nothing.

        Returns whether a change was written. Raises UserError E_ERASED where it would be about an erased person.
        """
        demand_not_erased(self.connection, kind, record, field_name, value)
        heads = self.connection.execute(
            "SELECT head.change, change_value.value FROM head LEFT JOIN change_value USING (change)"
            " WHERE kind = ? AND record = ? AND field = ?",
            (kind, record, field_name),
        ).fetchall()
        said = canonical(value)
        text = said.decode()
        if not reason and ((len(heads) == 1 and heads[0][1] == text) or (not heads and value is None)):
            return False
        key = (kind, record, field_name)
        change_id = self._append(key, value, said, reason, sorted(bytes(head[0]) for head in heads))
        if heads:
            self.connection.execute("DELETE FROM head WHERE kind = ? AND record = ? AND field = ?", key)
        self._show(key, change_id, value)
        if kind == MARK and not is_erased(self.connection, record):
            settle(self.connection)
        return True

    def part(self, kind: str, record: str, field_name: str, values: Sequence[object], reason: str) -> None:
        """Say several values of a field again, none of which replaces another: they are in conflict, the last shows.

        All of them replace what stands there now. Raises UserError E_ERASED.
        """
        key = (kind, record, field_name)
        for value in values:
            demand_not_erased(self.connection, *key, value)
        found = self.connection.execute("SELECT change FROM head WHERE kind = ? AND record = ? AND field = ?", key)
        replaced = sorted(bytes(row[0]) for row in found)
        self.connection.execute("DELETE FROM head WHERE kind = ? AND record = ? AND field = ?", key)
        for value in values:
            self._show(key, self._append(key, value, canonical(value), reason, replaced), value)

    def _show(self, key: tuple[str, str, str], change_id: bytes, value: object) -> None:
        """A change that was just written is a head, and shows."""
        self.connection.execute("INSERT INTO head (kind, record, field, change) VALUES (?, ?, ?, ?)", (*key, change_id))
        project(self.connection, *key, value)

    def _append(
        self, key: tuple[str, str, str], value: object, said: bytes, reason: str, replaced: Sequence[bytes]
    ) -> bytes:
        """Write one change into the log; returns its id. said: the value's canonical form."""
        kind, record, field_name = key
        hlc = rules.next_hlc(self.place.hlc, rules.milliseconds(self.now))
        change_id = rules.uuid7(hlc >> 16, self.random(8), hlc & 0xFFF)
        change = Change(
            id=change_id.hex(),
            device=self.place.device,
            seq=self.place.seq + 1,
            hlc=hlc,
            at=self.now,
            author=self.author,
            kind=kind,
            record=record,
            field=field_name,
            value=value,
            replaces=tuple(old.hex() for old in replaced),
            reason=reason,
        )
        salt = self.random(16)
        digest = rules.chain_hash(self.place.hash, change, rules.commitment_of(salt, said, reason))
        execute = self.connection.execute
        execute(
            "INSERT INTO change (id, device, seq, hlc, at, author, kind, record, field, replaces, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                change_id,
                self.place.number,
                change.seq,
                hlc,
                rules.milliseconds(self.now),
                self.author,
                kind,
                record,
                field_name,
                b"".join(replaced),
                digest,
            ),
        )
        execute(
            "INSERT INTO change_value (change, salt, value, reason) VALUES (?, ?, ?, ?)",
            (change_id, salt, said.decode(), reason),
        )
        self.place = Place(self.place.number, self.place.device, change.seq, digest, hlc)
        self.written.append((kind, record))
        return change_id

    def set_all(self, kind: str, record: str, values: dict[str, object], reason: str = "") -> bool:
        """Set several fields of one record; None for a field never set writes nothing."""
        written = [self.set(kind, record, name, value, reason) for name, value in values.items()]
        return any(written)

    def see(self, hlc: int) -> None:
        """Another laptop's clock was seen: what is written from now on comes after it."""
        self.place = replace(self.place, hlc=max(self.place.hlc, hlc))

    @property
    def changes(self) -> Changes:
        """What became different so far. A rating's id counts as its assessment's, too; and when it was said anew who is
        who, everything that is said of people is different."""
        kinds = frozenset(kind for kind, _ in self.written)
        if SAME_PERSON in kinds:
            kinds |= TOUCHED
        ids = {record for _, record in self.written} | {record.partition("/")[0] for _, record in self.written}
        return Changes(kinds, frozenset(ids), len(self.written))


_SELECT = (
    "SELECT change.id, device.id, seq, hlc, at, author, kind, record, field, replaces, hash, salt, value, reason,"
    " committed"
    " FROM change JOIN device ON device.number = change.device"
    " LEFT JOIN change_value ON change_value.change = change.id"
    " LEFT JOIN erased_value ON erased_value.change = change.id"
)


@dataclass(frozen=True)
class StoredChange:
    """A change with what proves it: its link's hash and the salt of its commitment (None once erased).

    committed: the commitment itself, of a value that was erased; else None.
    """

    change: Change
    hash: bytes
    salt: bytes | None
    committed: bytes | None = None


_TYPES = (
    bytes,
    bytes,
    int,
    int,
    int,
    str,
    str,
    str,
    str,
    bytes,
    bytes,
    bytes | None,
    str | None,
    str | None,
    bytes | None,
)


def _stored(row: tuple) -> StoredChange:
    if not all(map(isinstance, row, _TYPES)):  # one flipped bit makes a blob of a text
        raise sqlite.DatabaseError("malformed row in the change log")
    replaces = bytes(row[9])
    return StoredChange(
        Change(
            id=bytes(row[0]).hex(),
            device=bytes(row[1]).hex(),
            seq=row[2],
            hlc=row[3],
            at=rules.time_of(row[4]),
            author=PersonId(row[5]),
            kind=row[6],
            record=row[7],
            field=row[8],
            value=json.loads(row[12]) if row[12] is not None else None,
            replaces=tuple(replaces[start : start + 16].hex() for start in range(0, len(replaces), 16)),
            reason=row[13] or "",
        ),
        bytes(row[10]),
        bytes(row[11]) if row[11] is not None else None,
        bytes(row[14]) if row[14] is not None else None,
    )


def list_stored(connection: Connection) -> Iterator[StoredChange]:
    """The whole log with its proofs, device by device, each in its own order."""
    for row in connection.execute(_SELECT + " ORDER BY change.device, seq"):
        yield _stored(row)


def find_change(connection: Connection, change_id: bytes) -> StoredChange | None:
    """The change with this id, if it is here."""
    row = connection.execute(f"{_SELECT} WHERE change.id = ?", (change_id,)).fetchone()
    return _stored(row) if row is not None else None


_AT_ONCE = 500
"""Values of one query."""


def list_by_id(connection: Connection, ids: Iterable[bytes]) -> Iterator[StoredChange]:
    """Those of these changes that are here, in no order; few queries for many."""
    for some in batches(ids):
        for row in connection.execute(f"{_SELECT} WHERE change.id IN ({', '.join('?' * len(some))})", some):
            yield _stored(row)


def batches(values: Iterable) -> Iterator[list]:
    """Lists of as many values as one query takes."""
    left = iter(values)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def find_place(connection: Connection, number: int, seq: int) -> StoredChange | None:
    """The change at this place of a device's log (its row number), if it is here."""
    row = connection.execute(f"{_SELECT} WHERE change.device = ? AND seq = ?", (number, seq)).fetchone()
    return _stored(row) if row is not None else None


def list_stored_after(connection: Connection, number: int, seq: int) -> Iterator[StoredChange]:
    """What a device's log (its row number) holds after a place, in its own order."""
    for row in connection.execute(f"{_SELECT} WHERE change.device = ? AND seq > ? ORDER BY seq", (number, seq)):
        yield _stored(row)


def list_range(connection: Connection, device: str, first: int, last: int) -> list[StoredChange]:
    """What the log of a device (its id) holds from one place to another, both included."""
    rows = connection.execute(
        f"{_SELECT} WHERE device.id = ? AND seq BETWEEN ? AND ? ORDER BY seq", (bytes.fromhex(device), first, last)
    )
    return [_stored(row) for row in rows]


def list_newest(connection: Connection, device: str, most: int = 0) -> list[StoredChange]:
    """The last changes of a device (its id), newest first; 0: all of them."""
    rows = connection.execute(
        f"{_SELECT} WHERE device.id = ? ORDER BY seq DESC LIMIT ?", (bytes.fromhex(device), most or -1)
    )
    return [_stored(row) for row in rows]


# The kinds that there are, found one after the other in the index instead of looking at every head.
_KINDS = (
    "WITH RECURSIVE kinds (kind) AS (SELECT min(kind) FROM head UNION ALL"
    " SELECT (SELECT min(kind) FROM head WHERE kind > kinds.kind) FROM kinds WHERE kind IS NOT NULL)"
    " SELECT kind FROM kinds WHERE kind IS NOT NULL"
)


def list_changes(connection: Connection, records: Iterable[str]) -> list[Change]:
    """Every change of these records in the order shown (clock, then id). A record "<id>/" stands for all below it.

    Walked from the heads back along what each change replaced: every change is a head, or replaced by another one.
    """
    kinds = [row[0] for row in connection.execute(_KINDS)]
    open_ends: list[bytes] = []
    wanted = set(records)
    for record in wanted:
        if record.endswith("/"):
            where, bounds = "record >= ? AND record < ?", (record, record[:-1] + "0")
        else:
            where, bounds = "record = ?", (record,)
        for kind in kinds:
            rows = connection.execute(f"SELECT change FROM head WHERE kind = ? AND {where}", (kind, *bounds))
            open_ends += [row[0] for row in rows]
    found: dict[bytes, Change] = {}
    while open_ends:
        change_id = open_ends.pop()
        if change_id in found:
            continue
        stored = find_change(connection, change_id)
        if stored is not None:  # what it replaced may be in a package that has not come yet
            found[change_id] = change = stored.change
            open_ends += [bytes.fromhex(old) for old in change.replaces]
    return sorted(found.values(), key=lambda change: (change.hlc, change.id))


def list_conflicts(connection: Connection, kind: str, record_prefix: str) -> set[tuple[str, str]]:
    """(record, field) with more than one head that say different things, for records that start with the prefix."""
    rows = connection.execute(
        "SELECT record, field FROM head JOIN change_value USING (change)"
        " WHERE kind = ? AND record >= ? AND record < ?"
        " GROUP BY record, field HAVING count(DISTINCT value) > 1",
        (kind, record_prefix, record_prefix + "\U0010ffff"),
    )
    return {(record, name) for record, name in rows}
