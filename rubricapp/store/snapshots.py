"""Reads: what the log holds at this moment, as a report names it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from rubricapp.core.changes import time_of
from rubricapp.core.rubrics import canonical
from rubricapp.store.workspace import Workspace


def load_snapshot(ws: Workspace) -> tuple[str, datetime, tuple[tuple[str, int], ...]]:
    """(id, time of the newest change in UTC, (device, last sequence number) of each device that wrote something).

    The id is the first 12 hexadecimal characters of a hash over the ends of all chains, so it stands for every change.
    """
    rows = ws.rows(
        "SELECT lower(hex(device.id)), seq, lower(hex(hash)) FROM change_row JOIN device ON device.number = device"
        " WHERE (device, seq) IN (SELECT device, max(seq) FROM change_row GROUP BY device) ORDER BY 1"
    )
    newest = ws.rows("SELECT coalesce(max((hlc >> 16) - behind), 0) FROM change_row")[0][0]
    digest = hashlib.sha256(canonical([list(row) for row in rows])).hexdigest()
    with ws.reading():
        as_of = time_of(newest)
    return digest[:12].upper(), as_of, tuple((row[0], row[1]) for row in rows)


def find_moment(ws: Workspace) -> tuple[int, int]:
    """Another one after every write into the database, and only then: whether what was read before still holds."""
    return id(ws.connection), ws.connection.total_changes
