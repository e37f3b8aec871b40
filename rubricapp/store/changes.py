"""The change log on disk: appending, reading back, heads, the chain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from rubricapp.core import changes as rules
from rubricapp.core.erasing import MARK
from rubricapp.core.model import Change, Changes, PersonId
from rubricapp.core.rubrics import canonical
from rubricapp.core.same_people import KIND as SAME_PERSON
from rubricapp.store.aliases import TOUCHED
from rubricapp.store.engine import Connection, sqlite
from rubricapp.store.erased import demand_not_erased, is_erased
from rubricapp.store.rows import Numbers, batches, holes, split
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
        "SELECT seq, hash FROM change_row WHERE device = ? ORDER BY seq DESC LIMIT 1", (number,)
    ).fetchone()
    # Ids start with the clock's milliseconds, so the latest clock value is among those of the newest millisecond.
    newest = connection.execute("SELECT substr(max(id), 1, 6) FROM change_row").fetchone()[0] or b""
    hlc = connection.execute("SELECT max(hlc) FROM change_row WHERE id >= ?", (newest,)).fetchone()[0] or 0
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
    numbers: Numbers = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = Numbers(self.connection)

    def set(self, kind: str, record: str, field_name: str, value: object, reason: str = "") -> bool:
        """Say that a field of a record has this value from now on. Saying what already holds writes nothing.

        Returns whether a change was written. Raises UserError E_ERASED where it would be about an erased person.
        """
        demand_not_erased(self.connection, kind, record, field_name, value)
        key = (kind, record, field_name)
        heads = self._heads(key)
        said = canonical(value)
        text = said.decode()
        if not reason and ((len(heads) == 1 and heads[0][1] == text) or (not heads and value is None)):
            return False
        number = self._append(key, value, said, reason, sorted(bytes(head[0]) for head in heads))
        if heads:
            self._drop_heads(key)
        self._show(key, number, value)
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
        replaced = sorted(bytes(head[0]) for head in self._heads(key))
        self._drop_heads(key)
        for value in values:
            self._show(key, self._append(key, value, canonical(value), reason, replaced), value)

    def _slot(self, key: tuple[str, str, str]) -> tuple[int | None, int | None]:
        """The numbers of a record and a field, None for one that the log does not know."""
        kind, record, field_name = key
        numbers = self.numbers
        return (
            numbers.find_records([(kind, record)]).get((kind, record)),
            numbers.find_words([field_name]).get(field_name),
        )

    def _heads(self, key: tuple[str, str, str]) -> list[tuple]:
        """(id, value's text) of what a field shows."""
        return self.connection.execute(
            "SELECT id, value FROM head_row JOIN change_row ON change_row.number = head_row.change"
            " LEFT JOIN value_row ON value_row.change = head_row.change"
            " WHERE head_row.record = ? AND head_row.field = ?",
            self._slot(key),
        ).fetchall()

    def _drop_heads(self, key: tuple[str, str, str]) -> None:
        self.connection.execute("DELETE FROM head_row WHERE record = ? AND field = ?", self._slot(key))

    def _show(self, key: tuple[str, str, str], number: int, value: object) -> None:
        """A change that was just written is a head, and shows."""
        self.connection.execute(
            "INSERT INTO head_row (record, field, change) VALUES (?, ?, ?)", (*self._slot(key), number)
        )
        project(self.connection, *key, value)

    def _append(
        self, key: tuple[str, str, str], value: object, said: bytes, reason: str, replaced: Sequence[bytes]
    ) -> int:
        """Write one change into the log; returns its number. said: the value's canonical form."""
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
        author, field_number = (self.numbers.keep_words([word])[word] for word in (self.author, field_name))
        number = self.connection.execute(
            "INSERT INTO change_row (id, device, seq, hlc, behind, author, record, field, replaces, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(change_id, self.place.number, change.seq, hlc, (hlc >> 16) - rules.milliseconds(self.now), author),
                *(self.numbers.keep_records([(kind, record)])[kind, record], field_number),
                *(b"".join(replaced), digest),
            ),
        ).lastrowid
        self.connection.execute(
            "INSERT INTO value_row (change, salt, value, reason) VALUES (?, ?, ?, ?)",
            (number, salt, said.decode(), reason),
        )
        self.place = Place(self.place.number, self.place.device, change.seq, digest, hlc)
        self.written.append((kind, record))
        return number

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


def list_by_id(connection: Connection, ids: Iterable[bytes]) -> Iterator[StoredChange]:
    """Those of these changes that are here, in no order; few queries for many."""
    for some in batches(ids):
        for row in connection.execute(f"{_SELECT} WHERE change.id IN ({holes(len(some))})", some):
            yield _stored(row)


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


# The kinds that there are, found one after the other in the index instead of looking at every record.
_HEADS = (
    "WITH RECURSIVE kinds (kind) AS (SELECT min(kind) FROM record UNION ALL"
    " SELECT (SELECT min(kind) FROM record WHERE kind > kinds.kind) FROM kinds WHERE kind IS NOT NULL)"
    " SELECT id FROM kinds CROSS JOIN record ON record.kind = kinds.kind"
    " CROSS JOIN head_row ON head_row.record = record.number"
    " CROSS JOIN change_row ON change_row.number = head_row.change"
    " WHERE record.whole = (SELECT number FROM word WHERE text = ?)"
)


def list_changes(connection: Connection, records: Iterable[str]) -> list[Change]:
    """Every change of these records in the order shown (clock, then id). A record "<id>/" stands for all below it.

    Walked from the heads back along what each change replaced: every change is a head, or replaced by another one.
    """
    open_ends: list[bytes] = []
    for record in set(records):
        whole, part = split(record)
        where = "part >= ?" if part == "/" else "part = ?"
        open_ends += [row[0] for row in connection.execute(f"{_HEADS} AND {where}", (whole, part))]
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


def list_disputed(connection: Connection, kind: str, whole: str) -> set[tuple[str, str]]:
    """(record, field) with more than one head that say different things, of the records that belong to one."""
    rows = connection.execute(
        "SELECT record, field FROM head WHERE kind = ? AND whole = ?"
        " GROUP BY record, field HAVING count(DISTINCT value) > 1",
        (kind, whole),
    )
    return set(rows)
