"""Folders and who is in them: the lock on a workspace, bytes that must be on the disk, unsafe places."""

from __future__ import annotations

import contextlib
import errno
import getpass
import json
import os
import platform
import re
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

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

_TRIES, _PAUSE = 4, 0.05  # a window that is just closing, or a look at the folder, is not worth a message
_END_LENGTH = 72
# On Windows a virus scanner or a sync service may hold a new file for a moment.
_TRIES_TO_RENAME, _PAUSE_TO_RENAME = (10 if sys.platform == "win32" else 1), 0.3


@dataclass
class Lock:
    """The system's lock on a workspace; it dies with the process.

    shared: for reading, beside other readers. was_left_open: the last holder did not close it.
    seen: (device, sequence number) that this folder's log had reached when it was last written, as far as known.
    """

    handle: int
    shared: bool = False
    was_left_open: bool = False
    seen: tuple[str, int] = ("", 0)
    process: int = field(default_factory=os.getpid)

    def note(self, device: str, seq: int) -> None:
        """Remember beside the database how far its log goes, so that an older copy put in its place is recognised."""
        before, self.seen = self.seen, (device, seq)
        if before == self.seen:
            return
        with contextlib.suppress(OSError):  # a full disk: it only makes an older copy harder to recognise
            _write_at_start(self.handle, _end_line(self.seen))
            if before[0] != device:  # else a power cut would bring back whom this file no longer belongs to
                os.fsync(self.handle)

    def release(self, left_open: bool = False) -> None:
        """Let others have the workspace. In a forked child it only lets go: the lock is the parent's.

        left_open: keep the mark that it was not closed properly.
        """
        if not self.shared and os.getpid() == self.process:
            if not left_open:
                with contextlib.suppress(OSError):
                    os.ftruncate(self.handle, _END_LENGTH)
            _give_back(self.handle)
        os.close(self.handle)


def lock(folder: Path) -> tuple[str, Lock | None]:
    """Take the workspace for this process: ("", lock), or (why it can only be read, a shared lock or None).

    Raises UserError E_LOCKED, naming the holder.
    """
    try:
        handle = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | _FLAGS, 0o666)
    except OSError as error:
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return "The folder cannot be written.", share(folder)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return "The disk is full.", share(folder)
        raise UserError(
            "E_CANNOT_WRITE", f"{folder} cannot be opened.", "Nothing was changed.", "Check the disk.", str(error)
        ) from error
    if not os.access(folder, os.W_OK):  # the lock file may be ours all the same; the journal could not be made
        os.close(handle)
        return "The folder cannot be written.", share(folder)
    _acquire(folder, handle, shared=False)
    end, _, holder = _read(handle).partition("\n")
    taken = Lock(handle, False, bool(holder.strip()), _parse_end(end))
    with contextlib.suppress(OSError):  # a full disk must not keep anyone from reading their work
        text = _end_line(taken.seen) + _holder_line()
        _write_at_start(handle, text)
        os.ftruncate(handle, len(text))
        os.fsync(handle)  # so that after a power cut, too, it is known that nobody closed it
        sync_folder(folder)
    return "", taken


def share(folder: Path) -> Lock | None:
    """Keep writers out while reading; None where there is no lock file or the system has no such locks.

    Raises UserError E_LOCKED when somebody is writing.
    """
    if sys.platform == "win32":
        return None
    try:
        handle = os.open(folder / LOCK_NAME, os.O_RDONLY | _FLAGS)
    except OSError:
        return None
    _acquire(folder, handle, shared=True)
    return Lock(handle, shared=True)


def _acquire(folder: Path, handle: int, shared: bool) -> None:
    for left in reversed(range(_TRIES)):
        try:
            _take(handle, shared)
            return
        except OSError as error:
            busy = error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
            if busy and left:
                time.sleep(_PAUSE)
                continue
            holder = _holder(_read(handle))
            os.close(handle)
            if busy:
                raise UserError(
                    "E_LOCKED",
                    f"This workspace is already open: {holder}.",
                    "Nothing was changed.",
                    "Go on in that window, or close it and try again: all that it shows as saved is saved. Nobody reads"
                    " beside it, because they might meet what is half written.",
                ) from None
            raise UserError(
                "E_NO_LOCKS",
                "This disk cannot keep two programs apart, so a workspace is not safe on it.",
                "Nothing was changed.",
                "Move the folder to a disk of this laptop.",
                str(error),
            ) from error


if sys.platform == "win32":
    import msvcrt

    _FLAGS = os.O_BINARY | os.O_NOINHERIT
    _BYTE = 1 << 30  # far beyond the text, because a locked byte cannot be read by whoever wants to know the holder

    def _take(handle: int, shared: bool) -> None:
        os.lseek(handle, _BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _write_at_start(handle: int, text: bytes) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, text)

    def _give_back(handle: int) -> None:
        with contextlib.suppress(OSError):
            os.lseek(handle, _BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    _FLAGS = os.O_CLOEXEC

    def _take(handle: int, shared: bool) -> None:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)

    def _write_at_start(handle: int, text: bytes) -> None:
        os.pwrite(handle, text, 0)

    def _give_back(handle: int) -> None:
        # Said aloud, because a forked child may still hold the same lock open.
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_UN)


def _read(handle: int) -> str:
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        return os.read(handle, 4096).decode("utf-8", "replace")
    except OSError:
        return ""


def _end_line(end: tuple[str, int]) -> bytes:
    return b"%-32s %38d\n" % (end[0].encode(), end[1])


def _parse_end(line: str) -> tuple[str, int]:
    found = re.fullmatch(r"([0-9a-f]{32}) +(\d{1,18}) *", line)
    return (found[1], int(found[2])) if found else ("", 0)


def _holder_line() -> bytes:
    holder = {
        "who": _user(),
        "where": platform.node(),
        "process": os.getpid(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps(holder).encode() + b"\n"


def _holder(text: str) -> str:
    try:
        held = json.loads(text.partition("\n")[2])
        return f"by {held['who']} on {held['where']}, process {held['process']}, since {held['since']}"
    except (ValueError, KeyError, TypeError):
        return "in another window or program"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "someone"


# Bytes that must be on the disk


def sync(path: Path) -> None:
    """Make sure that a file's bytes are on the disk before it is renamed into place."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make sure that a rename inside a folder is on the disk. Windows does that by itself."""
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:  # one may write in it and not read it
        return
    try:
        with contextlib.suppress(OSError):  # some network disks know no such thing
            os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it where they are not there, on the disk, too: a file that was synced is gone after
    a power cut if the name of its folder was not. Raises OSError."""
    for each in (*reversed(folder.absolute().parents), folder.absolute()):
        if not each.is_dir():
            each.mkdir(exist_ok=True)
            sync_folder(each.parent)


def put(part: Path, place: Path) -> None:
    """Rename a finished file into its place, over what may be there: whole and on the disk, or not at all."""
    sync(part)
    for left in reversed(range(_TRIES_TO_RENAME)):
        try:
            part.replace(place)
            break
        except PermissionError:
            if not left:
                raise
            time.sleep(_PAUSE_TO_RENAME)
    sync_folder(place.parent)


# Unsafe places


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
            with contextlib.suppress(OSError):  # a folder above that one may not look into
                if (part / marker).exists():
                    return service
    return ""


def on_network(folder: Path) -> bool:
    """Whether the folder lies on a network file system, as far as the system tells."""
    resolved = str(folder.resolve())
    if resolved.startswith("\\\\"):
        return True
    try:
        mounts = os.fsdecode(Path("/proc/mounts").read_bytes()).split("\n")
    except OSError:
        return False
    best, kind = "", ""
    for line in mounts:
        fields = line.split(" ")
        # The kernel writes space, tab, line break and backslash of a path as \040 and so on.
        point = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[1]) if len(fields) > 2 else ""
        inside = resolved == point or resolved.startswith(point.rstrip("/") + "/")
        if point and inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind in _NETWORK | _NETWORK_FUSE
