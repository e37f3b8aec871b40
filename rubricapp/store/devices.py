"""Who writes: each copy of a workspace on each machine has its own device id, so no place in a log is used twice."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import re
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

from rubricapp.store import places, upgrading
from rubricapp.store.changes import load_place
from rubricapp.store.engine import Connection

CUT = "cut_ends"
"""Key in `meta`: device → the last number of its log that was in this folder before an older copy took its place."""


def settle(connection: Connection, folder: Path, lock: places.Lock, random: Callable[[int], bytes]) -> None:
    """Give this copy a new device id if it was copied, restored, moved, or is an older state put back by hand.

    lock: remembers who wrote last in this folder, and how far. Where the log had reached further than this copy, that
    is kept: nothing in a log itself tells that its end was cut off.
    """
    stored = dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('device', 'machine')").fetchall())
    cut, (device, seq) = None, lock.seen
    if stored.get("machine") == fingerprint(folder) and stored.get("device", "").isdigit():
        place = load_place(connection, int(stored["device"]))
        if not device or (place.device == device and place.seq >= seq):
            lock.note(place.device, place.seq)
            return
        if _cut_ends(connection).get(device) == seq:
            return  # this was settled before, and nothing was written since
        if place.device == device:
            cut = lock.seen
    made = make_new(connection, folder, random, cut)
    if cut is None:  # else the lock goes on remembering how far it went, until something is written
        lock.note(made, 0)


def make_new(
    connection: Connection, folder: Path, random: Callable[[int], bytes], cut: tuple[str, int] | None = None
) -> str:
    """Give this copy a device id of its own, and return it. cut: see `settle`."""
    made = random(16)
    connection.execute("BEGIN IMMEDIATE")
    try:
        cursor = connection.execute("INSERT INTO device (id, label) VALUES (?, ?)", (made, platform.node() or "laptop"))
        facts = [("device", str(cursor.lastrowid)), ("machine", fingerprint(folder))]
        if cut is not None:
            facts.append((CUT, json.dumps(_cut_ends(connection) | dict([cut]))))
        for key, value in facts:
            connection.execute(
                "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return made.hex()


def _cut_ends(connection: Connection) -> dict[str, int]:
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (CUT,)).fetchone()
    try:
        said = json.loads(found[0]) if found else {}
        return {bytes.fromhex(device).hex(): int(last) for device, last in said.items()}
    except (ValueError, AttributeError, TypeError, OverflowError):  # who can alter it can take it away, too
        return {}


def list_cut(connection: Connection) -> dict[str, tuple[int, int]]:
    """Device → (the first, the last number) of what an older copy lacks, as long as nothing brought it back.

    Raises the driver's errors.
    """
    found = {}
    for device, last in _cut_ends(connection).items():
        held = connection.execute(
            "SELECT coalesce(max(seq), 0) FROM change_row JOIN device ON device.number = device WHERE device.id = ?",
            (bytes.fromhex(device),),
        ).fetchone()[0]
        if held < last:
            found[device] = held + 1, last
    return found


def warnings(connection: Connection, folder: Path) -> tuple[str, ...]:
    """What is risky about this place, and that an older copy took the newer one's place, until work goes on in it."""
    found = (*places.warnings(folder), *filter(None, [upgrading.say_readable(folder)]))
    cut = list_cut(connection)
    if cut and not _has_gone_on(connection):
        said = ", ".join(f"{first}–{last}" for first, last in cut.values())
        found += (
            f"The file of this workspace is an older copy than the one that was here: changes {said} of this laptop"
            " are missing. Before you go on, restore the newest backup, or put the newer file back.",
        )
    return found


def _has_gone_on(connection: Connection) -> bool:
    """Whether something was said here under the present device id."""
    said = "SELECT 1 FROM change JOIN meta ON key = 'device' AND meta.value = CAST(change.device AS TEXT) LIMIT 1"
    return connection.execute(said).fetchone() is not None


def fingerprint(folder: Path) -> str:
    """What tells this copy on this machine from any other: a hash of the machine's id and the folder's real path."""
    return hashlib.sha256(json.dumps([_machine(), str(folder.resolve())]).encode()).hexdigest()[:32]


def _machine() -> str:
    """The system's own id of this installation; where it has none, the network card and the name."""
    if sys.platform == "win32":
        import winreg

        with (
            contextlib.suppress(OSError),
            winreg.OpenKey(
                winreg.HKEY_LOCAL_MACHINE,
                r"SOFTWARE\Microsoft\Cryptography",
                0,
                winreg.KEY_READ | winreg.KEY_WOW64_64KEY,
            ) as key,
        ):
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    elif sys.platform == "darwin":
        import ctypes

        found, wait = ctypes.create_string_buffer(16), (ctypes.c_long * 2)(1, 0)
        with contextlib.suppress(OSError, AttributeError):
            if ctypes.CDLL(None).gethostuuid(found, wait) == 0:
                return found.raw.hex()
    else:
        for name in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
            with contextlib.suppress(OSError, ValueError):
                text = Path(name).read_text(encoding="ascii").strip()
                if re.fullmatch("[0-9a-f]{32}", text):  # an image before its first start says nothing, or a word
                    return text
    card = uuid.getnode()
    made_up = card >> 40 & 1  # no card was found: the number is a new one in each process
    return platform.node() if made_up else f"{card:x} {platform.node()}"
