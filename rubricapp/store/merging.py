"""Changes of other laptops: what is known of them here, taking them in, and what was put aside.

Rows enter with `ON CONFLICT (id) DO NOTHING` after their hashes were compared; a place in a log that is taken by
another change raises, whatever the plan said. `INSERT OR IGNORE` would drop such rows without a word.

Question: are receipts of merges part of the log? Decision: no, they stand in a table of this copy alone. Reasons: what
a laptop merged is not testimony about anybody; and a log that grows with each merge would never be the same on two
laptops, however often they send each other everything. Taking a merge back is said by changes, as all else is.
2026-11-29.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rubricapp.core import changes as rules
from rubricapp.core.merging import Arriving, Field, Known, Place, Plan, heads_after
from rubricapp.core.model import Change
from rubricapp.core.rubrics import canonical
from rubricapp.store.changes import StoredChange, Writer, find_change, find_place, list_range, list_stored_after
from rubricapp.store.committee import find_hidden_votes
from rubricapp.store.engine import Connection
from rubricapp.store.tables import project, settle
from rubricapp.store.workspace import Workspace


def arriving(stored: StoredChange) -> Arriving:
    """A change of the log as it travels."""
    return Arriving(stored.change, stored.hash, stored.salt, stored.committed or b"")


def list_since(ws: Workspace, ends: Mapping[str, int]) -> Iterator[Arriving]:
    """Every change that a workspace lacks whose logs end there (device → last sequence number), device by device."""
    with ws.reading():
        for device, number in ws.rows("SELECT lower(hex(id)), number FROM device ORDER BY id"):
            for stored in list_stored_after(ws.connection, number, ends.get(device, 0)):
                yield arriving(stored)


def load_ends(ws: Workspace) -> dict[str, int]:
    """The last sequence number of each device's log that is here. With gaps: of the part without a gap."""
    found = {}
    for device, number in ws.rows("SELECT lower(hex(id)), number FROM device"):
        count, last = ws.rows("SELECT count(*), coalesce(max(seq), 0) FROM change WHERE device = ?", number)[0]
        if count != last:
            rows = ws.rows(
                "SELECT min(seq) FROM change AS here WHERE device = ?1 AND NOT EXISTS"
                " (SELECT 1 FROM change WHERE device = ?1 AND seq = here.seq + 1)"
                " AND EXISTS (SELECT 1 FROM change WHERE device = ?1 AND seq = 1)",
                number,
            )
            last = rows[0][0] or 0
        if last:
            found[device] = last
    return found


def load_link(ws: Workspace, device: str, seq: int) -> bytes:
    """The hash of the change at a place; 32 zeros before the first. Raises LookupError."""
    if seq == 0:
        return rules.GENESIS
    rows = ws.rows(
        "SELECT hash FROM change JOIN device ON device.number = change.device WHERE device.id = ? AND seq = ?",
        bytes.fromhex(device),
        seq,
    )
    if not rows:
        raise LookupError(device, seq)
    return bytes(rows[0][0])


def list_device_names(ws: Workspace) -> dict[str, str]:
    """What each device is called; those without a name are left out."""
    return dict(ws.rows("SELECT lower(hex(id)), label FROM device WHERE label <> ''"))


def load_known(ws: Workspace, changes: Sequence[Arriving]) -> Known:
    """What is here of things that arrive. Reads only what they touch."""
    hashes: dict[str, bytes] = {}
    ids: dict[Place, str] = {}
    links: dict[Place, bytes] = {}
    successors: dict[Place, Arriving] = {}
    connection = ws.connection
    numbers = {row[0]: row[1] for row in ws.rows("SELECT lower(hex(id)), number FROM device")}
    places = {each.place for each in changes}
    with ws.reading():
        for each in changes:
            row = connection.execute(
                "SELECT hash FROM change WHERE id = ?", (bytes.fromhex(each.change.id),)
            ).fetchone()
            if row is not None:
                hashes[each.change.id] = bytes(row[0])
            number = numbers.get(each.change.device)
            if number is None:
                continue
            device, seq = each.place
            here = find_place(connection, number, seq)
            if here is not None:
                ids[each.place] = here.change.id
            if (device, seq - 1) not in places:
                before = find_place(connection, number, seq - 1)
                if before is not None:
                    links[device, seq - 1] = before.hash
            if (device, seq + 1) not in places:
                after = find_place(connection, number, seq + 1)
                if after is not None:
                    successors[each.place] = arriving(after)
        heads: dict[Field, tuple[Change, ...]] = {}
        replaced: set[str] = set()
        for key in {each.field for each in changes if each.change.id not in hashes}:
            found, gone = _history_of(connection, key)
            replaced |= gone
            if found:
                heads[key] = found
    return Known(hashes, ids, links, successors, heads, frozenset(replaced))


def _history_of(connection: Connection, key: Field) -> tuple[tuple[Change, ...], set[str]]:
    """(heads of a field, shown one first; every id that a change of this field replaced)."""
    rows = connection.execute("SELECT change FROM head WHERE kind = ? AND record = ? AND field = ?", key).fetchall()
    open_ends = [bytes(row[0]) for row in rows]
    found: dict[bytes, Change] = {}
    gone: set[str] = set()
    heads = set(open_ends)
    while open_ends:
        change_id = open_ends.pop()
        if change_id in found:
            continue
        stored = find_change(connection, change_id)
        if stored is not None:
            found[change_id] = stored.change
            gone.update(stored.change.replaces)
            open_ends += [bytes.fromhex(old) for old in stored.change.replaces]
    shown = sorted((found[each] for each in heads if each in found), key=lambda each: (each.hlc, each.id), reverse=True)
    return tuple(shown), gone


def list_unseen(
    ws: Workspace, records: Iterable[tuple[str, str]], seen: Mapping[str, int]
) -> dict[tuple[str, str], frozenset[str]]:
    """Fields of these (kind, record) whose shown change the sender did not know (device → last number it had)."""
    found = {}
    for kind, record in set(records):
        rows = ws.rows(
            "SELECT head.field, lower(hex(device.id)), seq FROM head JOIN change ON change.id = head.change"
            " JOIN device ON device.number = change.device WHERE head.kind = ? AND head.record = ?",
            kind,
            record,
        )
        fields = frozenset(field for field, device, seq in rows if seq > seen.get(device, 0))
        if fields:
            found[kind, record] = fields
    return found


def take_in(log: Writer, plan: Plan, labels: Mapping[str, str]) -> None:
    """Write what is new into the log and the tables, inside an open transaction. labels: names of devices.

    Raises the driver's errors, an IntegrityError where a place is taken after all; then nothing was written.
    """
    connection = log.connection
    numbers = {row[0]: row[1] for row in connection.execute("SELECT lower(hex(id)), number FROM device")}
    for device in dict.fromkeys(each.change.device for each in plan.new):
        if device not in numbers:
            cursor = connection.execute(
                "INSERT INTO device (id, label) VALUES (?, ?)", (bytes.fromhex(device), labels.get(device, ""))
            )
            numbers[device] = cursor.lastrowid
    for each in plan.new:
        _insert(connection, numbers[each.change.device], each)
    for outcome in plan.fields:
        kind, record, name = outcome.field
        connection.execute("DELETE FROM head WHERE kind = ? AND record = ? AND field = ?", outcome.field)
        connection.executemany(
            "INSERT INTO head (kind, record, field, change) VALUES (?, ?, ?, ?)",
            [(*outcome.field, bytes.fromhex(head.id)) for head in outcome.heads],
        )
        project(connection, kind, record, name, outcome.after.value)
    settle(connection)
    log.see(max((each.change.hlc for each in plan.new), default=0))
    log.written += [(each.change.kind, each.change.record) for each in plan.new]


def _insert(connection: Connection, number: int, each: Arriving) -> None:
    change = each.change
    key = bytes.fromhex(change.id)
    done = connection.execute(
        "INSERT INTO change (id, device, seq, hlc, at, author, kind, record, field, replaces, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (
            key,
            number,
            change.seq,
            change.hlc,
            rules.milliseconds(change.at),
            change.author,
            change.kind,
            change.record,
            change.field,
            b"".join(bytes.fromhex(old) for old in change.replaces),
            each.hash,
        ),
    )
    if done.rowcount != 1:
        raise ValueError(f"change {change.id} is here already: the plan was not made from this state")
    if each.salt is not None:
        connection.execute(
            "INSERT INTO change_value (change, salt, value, reason) VALUES (?, ?, ?, ?)",
            (key, each.salt, canonical(change.value).decode(), change.reason),
        )
    elif each.committed:  # erased where it comes from; the check asks whether an erasure explains that
        connection.execute("INSERT INTO erased_value (change, committed) VALUES (?, ?)", (key, each.committed))


def put_aside(log: Writer, plan: Plan, package: str) -> None:
    """Keep what could not be trusted, whole and visible, outside the log. Inside an open transaction."""
    for each, reason in plan.quarantined:
        change = each.change
        content = {
            "device": change.device,
            "seq": change.seq,
            "at": change.at.isoformat(),
            "author": change.author,
            "kind": change.kind,
            "record": change.record,
            "field": change.field,
            "value": change.value,
            "reason": change.reason,
        }
        log.connection.execute(
            "INSERT INTO quarantine (id, hash, package, reason, content) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id, hash) DO NOTHING",
            (change.id, each.hash, package, reason, json.dumps(content, ensure_ascii=False)),
        )
    if plan.quarantined:
        settle(log.connection)  # some of it may be of a person who is erased


@dataclass(frozen=True)
class Quarantined:
    """A change that was not taken in. content: what it says, as JSON."""

    id: str
    package: str
    reason: str
    content: str


def list_quarantine(ws: Workspace) -> list[Quarantined]:
    """What was put aside, by id."""
    return [
        Quarantined(*row) for row in ws.rows("SELECT id, package, reason, content FROM quarantine ORDER BY id, hash")
    ]


# Merges and taking them back


@dataclass(frozen=True)
class Merge:
    """A merge that was done. ranges: device → the runs [first, last] of its log that it brought.

    stands: False while it is taken back. switched: (device, first, last) of the changes that took it back or let it
    stand again, each time.
    """

    id: str
    at: datetime
    package: str
    sender: str
    label: str
    new: int
    same: int
    parallel: int
    conflict: int
    ranges: Mapping[str, Sequence[Sequence[int]]]
    stands: bool = True
    switched: tuple[tuple[str, int, int], ...] = ()


def list_merges(ws: Workspace) -> list[Merge]:
    """Merges done in this workspace, oldest first."""
    rows = ws.rows(
        "SELECT id, at, package, sender, label, new, same, parallel, conflict, ranges, stands, switched FROM merge"
        " ORDER BY id"
    )
    with ws.reading():
        return [
            Merge(
                row[0],
                rules.time_of(row[1]),
                *row[2:9],
                ranges=json.loads(row[9]),
                stands=bool(row[10]),
                switched=tuple(tuple(each) for each in json.loads(row[11])),
            )
            for row in rows
        ]


def keep_merge(log: Writer, merge: Merge) -> None:
    """Note a merge, inside the transaction that does it."""
    log.connection.execute(
        "INSERT INTO merge (id, at, package, sender, label, new, same, parallel, conflict, ranges, stands, switched)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, '[]')",
        (
            merge.id,
            rules.milliseconds(merge.at),
            merge.package,
            merge.sender,
            merge.label,
            merge.new,
            merge.same,
            merge.parallel,
            merge.conflict,
            json.dumps(merge.ranges, sort_keys=True),
        ),
    )


def note_switch(log: Writer, merge: Merge, stands: bool, changes: tuple[str, int, int]) -> None:
    """Note which changes took a merge back, or let it stand again, inside their transaction."""
    switched = json.dumps([*merge.switched, changes])
    log.connection.execute("UPDATE merge SET stands = ?, switched = ? WHERE id = ?", (int(stands), switched, merge.id))


def list_brought(ws: Workspace, merge: Merge) -> list[Change]:
    """The changes that a merge brought."""
    found: list[Change] = []
    with ws.reading():
        for device, runs in merge.ranges.items():
            for first, last in runs:
                found += [each.change for each in list_range(ws.connection, device, first, last)]
    return found


def list_switching(ws: Workspace, merge: Merge) -> list[Change]:
    """The changes that took a merge back, or let it stand again."""
    with ws.reading():
        return [each.change for runs in merge.switched for each in list_range(ws.connection, *runs)]


def find_value_without(ws: Workspace, key: Field, left_out: frozenset[str]) -> object:
    """What a field would show if some changes had never come; None where nothing was said."""
    with ws.reading():
        everything = _changes_of(ws.connection, key)
    shown = heads_after((), [each for each in everything if each.id not in left_out], frozenset())
    return shown[0].value if shown else None


def _changes_of(connection: Connection, key: Field) -> list[Change]:
    """Every change of one field that is here."""
    heads, _gone = _history_of(connection, key)
    found: dict[str, Change] = {}
    open_ends = list(heads)
    while open_ends:
        each = open_ends.pop()
        if each.id in found:
            continue
        found[each.id] = each
        older = [find_change(connection, bytes.fromhex(old)) for old in each.replaces]
        open_ends += [stored.change for stored in older if stored is not None]
    return list(found.values())


# Conflicts


@dataclass(frozen=True)
class Conflict:
    """A field that two laptops set without knowing of each other. heads: what each said, the shown one first."""

    kind: str
    record: str
    field: str
    heads: tuple[Change, ...]

    @property
    def id(self) -> str:
        """Eight letters that name it."""
        return rules.derived_id("conflict", self.kind, self.record, self.field)[:8]


def list_conflicts(ws: Workspace) -> list[Conflict]:
    """Every conflict that nobody settled yet, by kind, record and field; of votes that are hidden none."""
    rows = ws.rows(
        "SELECT kind, record, field FROM head JOIN change_value USING (change)"
        " GROUP BY kind, record, field HAVING count(DISTINCT value) > 1 ORDER BY kind, record, field"
    )
    found, hidden = [], find_hidden_votes(ws)
    for key in (each for each in rows if each[1] not in hidden):
        with ws.reading():
            heads, _gone = _history_of(ws.connection, key)
        found.append(Conflict(*key, heads))
    return found
