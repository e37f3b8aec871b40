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
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rubricapp.core import changes as rules
from rubricapp.core.merging import Arriving, Place, Plan
from rubricapp.core.model import Change
from rubricapp.core.rubrics import canonical
from rubricapp.store.changes import Writer, list_range, list_stored_after
from rubricapp.store.known import arriving
from rubricapp.store.links import keep_links
from rubricapp.store.tables import project, settle
from rubricapp.store.workspace import Workspace


def list_since(ws: Workspace, ends: Mapping[str, int]) -> Iterator[Arriving]:
    """Every change that a workspace lacks whose logs end there (device → last sequence number), device by device."""
    with ws.reading():
        for device, number in ws.rows("SELECT lower(hex(id)), number FROM device ORDER BY id"):
            for stored in list_stored_after(ws.connection, number, ends.get(device, 0)):
                yield arriving(stored)


def load_ends(ws: Workspace, devices: Collection[str] | None = None) -> dict[str, int]:
    """The last sequence number of each device's log that is here. With gaps: of the part without a gap.

    devices: of these alone, as counting takes long where there are many.
    """
    found = {}
    for device, number in ws.rows("SELECT lower(hex(id)), number FROM device"):
        if devices is not None and device not in devices:
            continue
        count, last = ws.rows("SELECT count(*), coalesce(max(seq), 0) FROM change_row WHERE device = ?", number)[0]
        if count != last:
            rows = ws.rows(
                "SELECT min(seq) FROM change_row AS here WHERE device = ?1 AND NOT EXISTS"
                " (SELECT 1 FROM change_row WHERE device = ?1 AND seq = here.seq + 1)"
                " AND EXISTS (SELECT 1 FROM change_row WHERE device = ?1 AND seq = 1)",
                number,
            )
            last = rows[0][0] or 0
        if last:
            found[device] = last
    return found


def list_device_names(ws: Workspace) -> dict[str, str]:
    """What each device is called; those without a name are left out."""
    return dict(ws.rows("SELECT lower(hex(id)), label FROM device WHERE label <> ''"))


def list_devices(ws: Workspace) -> list[str]:
    """Ids of the devices of whose logs anything is here."""
    rows = ws.rows(
        "SELECT lower(hex(id)) FROM device WHERE EXISTS (SELECT 1 FROM change_row WHERE device = device.number)"
    )
    return [row[0] for row in rows]


def take_in(log: Writer, plan: Plan, labels: Mapping[str, str], before: Mapping[Place, bytes] | None = None) -> None:
    """Write what is new into the log and the tables, inside an open transaction. labels: names of devices.

    before: see `core.merging.plan`. What was put aside of it once, as its proof was missing then, stands aside no
    more. Raises the driver's errors, an IntegrityError where a place is taken after all; then nothing was written.
    """
    connection = log.connection
    numbers = {row[0]: row[1] for row in connection.execute("SELECT lower(hex(id)), number FROM device")}
    for device in dict.fromkeys(each.change.device for each in plan.new):
        if device not in numbers:
            cursor = connection.execute(
                "INSERT INTO device (id, label) VALUES (?, ?)", (bytes.fromhex(device), labels.get(device, ""))
            )
            numbers[device] = cursor.lastrowid
    _insert(log, numbers, plan.new)
    keep_links(connection, numbers, plan.new, before or {})
    if connection.execute("SELECT 1 FROM quarantine LIMIT 1").fetchone():
        connection.executemany(
            "DELETE FROM quarantine WHERE id = ? AND hash = ? AND content = ?",  # with other words it stays: a forgery
            [(each.change.id, each.hash, _content(each.change)) for each in plan.new],
        )
    records = log.numbers.keep_records(each.field[:2] for each in plan.fields)
    words = log.numbers.keep_words(each.field[2] for each in plan.fields)
    slots = [(records[each.field[:2]], words[each.field[2]]) for each in plan.fields]
    connection.executemany("DELETE FROM head_row WHERE record = ? AND field = ?", slots)
    connection.executemany(
        "INSERT INTO head_row (record, field, change) VALUES (?, ?, (SELECT number FROM change_row WHERE id = ?))",
        [
            (*slot, bytes.fromhex(head.id))
            for slot, each in sorted(zip(slots, plan.fields, strict=True), key=lambda pair: pair[0])
            for head in each.heads
        ],
    )
    for each in plan.fields:
        project(connection, *each.field, each.after.value)
    settle(connection)
    log.see(max((each.change.hlc for each in plan.new), default=0))
    log.written += [(each.change.kind, each.change.record) for each in plan.new]


def _insert(log: Writer, devices: Mapping[str, int], new: Sequence[Arriving]) -> None:
    connection = log.connection
    records = log.numbers.keep_records((each.change.kind, each.change.record) for each in new)
    words = log.numbers.keep_words({word for each in new for word in (each.change.author, each.change.field)})
    (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM change_row").fetchone()
    done = connection.executemany(
        "INSERT INTO change_row (number, id, device, seq, hlc, behind, author, record, field, replaces, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        [
            (
                number,
                bytes.fromhex(each.change.id),
                devices[each.change.device],
                each.change.seq,
                each.change.hlc,
                (each.change.hlc >> 16) - rules.milliseconds(each.change.at),
                words[each.change.author],
                records[each.change.kind, each.change.record],
                words[each.change.field],
                b"".join(bytes.fromhex(old) for old in each.change.replaces),
                each.hash,
            )
            for number, each in enumerate(new, last + 1)
        ],
    )
    if new and done.rowcount != len(new):
        raise ValueError("some of it is here already: the plan was not made from this state")
    connection.executemany(
        "INSERT INTO value_row (change, salt, value, reason) VALUES (?, ?, ?, ?)",
        [
            (number, each.salt, canonical(each.change.value).decode(), each.change.reason)
            for number, each in enumerate(new, last + 1)
            if each.salt is not None
        ],
    )
    connection.executemany(  # erased where it comes from; the check asks whether an erasure explains that
        "INSERT INTO erased_row (change, committed) VALUES (?, ?)",
        [(number, each.committed) for number, each in enumerate(new, last + 1) if each.salt is None and each.committed],
    )


def put_aside(log: Writer, plan: Plan, package: str) -> None:
    """Keep what could not be trusted, whole and visible, outside the log. Inside an open transaction."""
    log.connection.executemany(
        "INSERT INTO quarantine (id, hash, package, reason, content) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id, hash) DO NOTHING",
        [(each.change.id, each.hash, package, reason, _content(each.change)) for each, reason in plan.quarantined],
    )
    if plan.quarantined:
        settle(log.connection)  # some of it may be of a person who is erased


def _content(change: Change) -> str:
    names = ("device", "seq", "author", "kind", "record", "field", "value", "reason")
    said = {name: getattr(change, name) for name in names} | {"at": change.at.isoformat()}
    return json.dumps(said, ensure_ascii=False)


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

    stands: False while it is taken back. switched: (device, first, last) of the changes that are nobody's word: those
    that took it back or let it stand again, each time, and that went on from what was switched before (see
    `core.switching`).
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


def list_merges(ws: Workspace, package: str | None = None) -> list[Merge]:
    """Merges done in this workspace, oldest first; of one package, where it is named."""
    rows = ws.rows(
        "SELECT id, at, package, sender, label, new, same, parallel, conflict, ranges, stands, switched FROM merge"
        " WHERE ?1 IS NULL OR package = ?1 ORDER BY id",
        package,
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
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
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
            json.dumps(merge.switched),
        ),
    )


def note_switch(log: Writer, merge: Merge, stands: bool, changes: tuple[str, int, int]) -> None:
    """Note which changes took a merge back, or let it stand again, inside their transaction."""
    switched = json.dumps([*merge.switched, changes])
    log.connection.execute("UPDATE merge SET stands = ?, switched = ? WHERE id = ?", (int(stands), switched, merge.id))


def list_brought(ws: Workspace, merge: Merge) -> list[Arriving]:
    """The changes that a merge brought."""
    found: list[Arriving] = []
    with ws.reading():
        for device, runs in merge.ranges.items():
            for first, last in runs:
                found += [arriving(each) for each in list_range(ws.connection, device, first, last)]
    return found


def list_links(ws: Workspace, merge: Merge) -> list[tuple[str, bytes]]:
    """(id, hash) of the changes that a merge brought, in the order of `list_brought`."""
    return [
        (bytes(row[0]).hex(), bytes(row[1]))
        for device, runs in merge.ranges.items()
        for first, last in runs
        for row in ws.rows(
            "SELECT change_row.id, hash FROM change_row JOIN device ON device.number = device"
            " WHERE device.id = ? AND seq BETWEEN ? AND ? ORDER BY seq",
            *(bytes.fromhex(device), first, last),
        )
    ]


def list_switching(ws: Workspace, merge: Merge) -> list[Change]:
    """The changes that took a merge back, or let it stand again."""
    with ws.reading():
        return [each.change for runs in merge.switched for each in list_range(ws.connection, *runs)]
