"""Folders and who is in them: the lock on a workspace, and places where a database is not safe."""

from __future__ import annotations

import contextlib
import errno
import getpass
import json
import os
import platform
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from rubricapp.errors import UserError

LOCK_NAME = "workspace.lock"

_SYNCED = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "icloud drive": "iCloud Drive",
    "iclouddrive": "iCloud Drive",
    "mobile documents": "iCloud Drive",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "syncthing": "Syncthing",
    "pcloud": "pCloud",
    "pclouddrive": "pCloud",
    "mega": "MEGA",
    "megasync": "MEGA",
    "box sync": "Box",
    "seafile": "Seafile",
    "creative cloud files": "Creative Cloud",
}
_MARKERS = {".dropbox": "Dropbox", ".stfolder": "Syncthing", ".sync": "Resilio Sync", ".owncloudsync.log": "ownCloud"}
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "davfs"}
_NETWORK_FUSE = {"fuse.sshfs", "fuse.rclone", "fuse.davfs2"}


@dataclass
class Lock:
    """The system's lock on a workspace; it dies with the process. was_left_open: the last holder did not close it."""

    file: IO[str]
    was_left_open: bool

    def release(self) -> None:
        """Let others have the workspace."""
        self.file.seek(0)
        self.file.truncate()
        self.file.close()


def lock(folder: Path) -> tuple[str, Lock | None]:
    """Take the workspace for this process: ("", lock), or (why it can only be read, None).

    Raises UserError E_LOCKED, naming the holder.
    """
    path = folder / LOCK_NAME
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return "The folder cannot be written.", None
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return "The disk is full.", None
        raise UserError(
            "E_CANNOT_WRITE", f"{folder} cannot be opened.", "Nothing was changed.", "Check the disk.", str(error)
        ) from error
    try:
        _take(file)
    except OSError as error:
        holder = _holder(path)
        file.close()
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            raise UserError(
                "E_LOCKED",
                f"This workspace is already open: {holder}.",
                "Nothing was changed.",
                "Go on in that window, or close it and try again.",
            ) from None
        raise UserError(
            "E_NO_LOCKS",
            "This disk cannot keep two programs apart, so a workspace is not safe on it.",
            "Nothing was changed.",
            "Move the folder to a disk of this laptop.",
            str(error),
        ) from error
    file.seek(0)
    left_open = bool(file.read(1))
    with contextlib.suppress(OSError):  # a full disk must not keep anyone from reading their work
        file.seek(0)
        file.truncate()
        json.dump(
            {
                "who": _user(),
                "where": platform.node(),
                "process": os.getpid(),
                "since": datetime.now(UTC).isoformat(timespec="seconds"),
            },
            file,
        )
        file.flush()
    return "", Lock(file, left_open)


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> None:
        # Far beyond the text, because a locked byte cannot be read by whoever wants to know the holder.
        file.seek(1 << 30)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)
else:
    import fcntl

    def _take(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "someone"


def _holder(path: Path) -> str:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return f"by {held['who']} on {held['where']}, process {held['process']}, since {held['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "in another window or program"


def warnings(folder: Path) -> tuple[str, ...]:
    """What is risky about this place, in words: a folder that a sync service copies, or a network disk."""
    found = []
    service = synced_by(folder)
    if service:
        found.append(
            f"This workspace is in a folder that {service} copies while you work. That can damage it or split it in"
            " two. Move it to a folder of this laptop only; to share work, hand in packages instead."
        )
    if on_network(folder):
        found.append(
            "This workspace is on a network disk. A lost connection can damage it. Move it to a disk of this laptop."
        )
    return tuple(found)


def synced_by(folder: Path) -> str:
    """The sync service whose folder this seems to be, or ""."""
    resolved = folder.resolve()
    for part in (resolved, *resolved.parents):
        name = part.name.casefold()
        for word, service in _SYNCED.items():
            if name == word or name.startswith((f"{word} ", f"{word}-", f"{word} (")):
                return service
        for marker, service in _MARKERS.items():
            if (part / marker).exists():
                return service
    return ""


def on_network(folder: Path) -> bool:
    """Whether the folder lies on a network file system, as far as the system tells."""
    resolved = str(folder.resolve())
    if resolved.startswith("\\\\"):
        return True
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    best, kind = "", ""
    for line in mounts:
        fields = line.split(" ")
        point = fields[1].replace("\\040", " ") if len(fields) > 2 else ""
        inside = resolved == point or resolved.startswith(point.rstrip("/") + "/")
        if point and inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind in _NETWORK | _NETWORK_FUSE
