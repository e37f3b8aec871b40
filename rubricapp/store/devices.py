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

from rubricapp.store.changes import load_place
from rubricapp.store.engine import Connection
from rubricapp.store.places import Lock


def settle(connection: Connection, folder: Path, lock: Lock, random: Callable[[int], bytes]) -> None:
    """Give this copy a new device id if it was copied, restored, moved, or is an older state put back by hand.

    lock: remembers beside the file which device wrote here last, and how far. What another one wrote that stood here
    before that is an older state as well: put back twice, it would use the places of its log twice.
    """
    stored = dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('device', 'machine')").fetchall())
    if stored.get("machine") == fingerprint(folder) and stored.get("device", "").isdigit():
        place = load_place(connection, int(stored["device"]))
        if lock.seen[0] in ("", place.device) and place.seq >= lock.seen[1]:
            return
    make_new(connection, folder, random)
    (number,) = connection.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
    lock.note(load_place(connection, int(number)).device, 0)


def make_new(connection: Connection, folder: Path, random: Callable[[int], bytes]) -> None:
    """Give this copy a device id of its own."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        cursor = connection.execute(
            "INSERT INTO device (id, label) VALUES (?, ?)", (random(16), platform.node() or "laptop")
        )
        for key, value in (("device", str(cursor.lastrowid)), ("machine", fingerprint(folder))):
            connection.execute(
                "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


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
