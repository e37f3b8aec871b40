"""What proves changes beside themselves: links before those after a gap, and which packages were taken in whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rubricapp.core import changes as rules
from rubricapp.core.merging import Arriving, Place
from rubricapp.store.changes import Writer
from rubricapp.store.engine import Connection
from rubricapp.store.workspace import Workspace


def load_link(ws: Workspace, device: str, seq: int) -> bytes:
    """The hash of the change at a place, also where only what follows it is here; 32 zeros before the first.

    Raises LookupError.
    """
    if seq == 0:
        return rules.GENESIS
    rows = ws.rows(
        "SELECT hash FROM change JOIN device ON device.number = change.device WHERE device.id = ?1 AND seq = ?2"
        " UNION ALL SELECT hash FROM gap_link JOIN device ON device.number = gap_link.device"
        " WHERE device.id = ?1 AND seq = ?2 + 1",
        bytes.fromhex(device),
        seq,
    )
    if not rows:
        raise LookupError(device, seq)
    return bytes(rows[0][0])


def load_gap_links(ws: Workspace) -> dict[Place, bytes]:
    """The links before changes whose predecessor was not here when they came."""
    rows = ws.rows(
        "SELECT lower(hex(device.id)), seq, hash FROM gap_link JOIN device ON device.number = gap_link.device"
    )
    return {(device, seq): bytes(link) for device, seq, link in rows}


def keep_links(
    connection: Connection, numbers: Mapping[str, int], new: Sequence[Arriving], before: Mapping[Place, bytes]
) -> None:
    """Keep the links of what came after a gap: without it, nobody could prove that it is whole until the gap is filled.

    A kit holds its lead's log in parts only, and is full of gaps for ever.
    """
    links = [
        (numbers[device], seq, before[device, seq])
        for device, seq in (each.place for each in new)
        if seq > 1 and (device, seq) in before
    ]
    connection.executemany(
        "INSERT INTO gap_link (device, seq, hash) SELECT ?1, ?2, ?3"
        " WHERE NOT EXISTS (SELECT 1 FROM change WHERE device = ?1 AND seq = ?2 - 1)"
        " ON CONFLICT (device, seq) DO NOTHING",
        links,
    )


def note_stream(log: Writer, digest: str) -> None:
    """Note that all changes of a package are here. digest: SHA-256 of their bytes in it."""
    log.connection.execute(
        "INSERT INTO merged_stream (hash) VALUES (?) ON CONFLICT (hash) DO NOTHING", (bytes.fromhex(digest),)
    )


def find_stream(ws: Workspace, digest: str, ranges: Sequence[tuple[str, int, int]]) -> bool:
    """Whether changes with these bytes were taken in whole, and are all here still. ranges: (device, first, last)."""
    if not ws.rows("SELECT 1 FROM merged_stream WHERE hash = ?", bytes.fromhex(digest)):
        return False
    held = (
        "SELECT count(*) FROM change_row JOIN device ON device.number = device"
        " WHERE device.id = ? AND seq BETWEEN ? AND ?"
    )
    return all(
        ws.rows(held, bytes.fromhex(device), first, last) == [(last - first + 1,)] for device, first, last in ranges
    )
