"""A disk as it might be after the power was cut: what was synced is there, and of the rest anything.

Promised by a disk, and no more: bytes of a file are there once that file was synced; that a name is there, gone or
another one, once its folder was synced. All else may have happened or not, in any order: each sector of 512 bytes is
as it was at any time since the last sync, or torn off a longer write; so is the size of the file; a new sector that was
not written holds noughts or what was there before the file was; each name may be as it was or as it became. Only a
rename is one thing, not two, as on every disk with a journal of its own. A folder that is not there hides what is in
it.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
_HEAD = struct.Struct("<BHHQqI")
CREATE, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, LINK, MKDIR, RMDIR, MARK = range(1, 11)


@dataclass(frozen=True)
class Call:
    """One call that was recorded. offset: or the size. path, to: whole names."""

    op: int
    inode: int
    offset: int
    path: str
    to: str
    data: bytes


def read_trace(path: Path) -> list[Call]:
    """What the process did, in order."""
    raw, at, calls = path.read_bytes(), 0, []
    while at < len(raw):
        op, first, second, inode, offset, length = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        names = [os.path.normpath(os.fsdecode(raw[a:b])) if a < b else "" for a, b in
                 ((at, at + first), (at + first, at + first + second))]  # fmt: skip
        at += first + second
        calls.append(Call(op, inode, offset, *names, raw[at : at + length]))
        at += length
    if at != len(raw):
        raise ValueError("the trace is cut short")
    return calls


@dataclass(eq=False)
class File:
    """One file, whatever it is called. durable: what is surely on the disk. data: what a program reads now.

    since: what was done since the last sync: (at, bytes), or (size, None).
    """

    data: bytearray = field(default_factory=bytearray)
    durable: bytes = b""
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, at: int, data: bytes) -> None:
        if at > len(self.data):
            self.data.extend(bytes(at - len(self.data)))
        self.data[at : at + len(data)] = data
        self.since.append((at, data))

    def truncate(self, size: int) -> None:
        if size < len(self.data):
            del self.data[size:]
        else:
            self.data.extend(bytes(size - len(self.data)))
        self.since.append((size, None))

    def sync(self) -> None:
        self.durable, self.since = bytes(self.data), []


FOLDER = File()
"""Stands where a name is a folder's."""


@dataclass(eq=False)
class Names:
    """A change of names that is one thing. set: name → file, or None where it is gone. folder: whose sync makes it
    sure."""

    folder: str
    set: dict[str, File | None]


@dataclass
class State:
    """What is on the disk after a cut: name → its bytes, or None for a folder. digest: tells states apart."""

    files: dict[str, bytes | None]
    digest: bytes


class Disk:
    """The disk while the calls are done again one after the other. whole: name → digests of what it was given by
    renaming or linking, or held at the start. in_place: names that were not given so."""

    def __init__(self, roots: list[Path]) -> None:
        self.roots = tuple(str(each) for each in roots)
        self.files: dict[int, File] = {}
        self.now: dict[str, File] = {}
        self.folders: dict[int, str] = {}
        self.pending: list[Names] = []
        self.whole: dict[str, set[bytes]] = {}
        self.in_place: set[str] = set()
        for root in roots:
            self.folders[root.parent.stat().st_ino] = str(root.parent)
            self._add(root)
        self.durable = dict(self.now)

    def _add(self, path: Path) -> None:
        if not path.exists():
            return
        found = path.stat()
        if path.is_dir():
            self.now[str(path)] = FOLDER
            self.folders[found.st_ino] = str(path)
            for each in path.iterdir():
                self._add(each)
        else:
            file = self.files.setdefault(found.st_ino, File())
            file.write(0, path.read_bytes())
            file.sync()
            self.now[str(path)] = file
            self.whole.setdefault(str(path), set()).add(digest_of(file.durable))

    def ours(self, path: str) -> bool:
        return any(path == root or path.startswith(f"{root}/") for root in self.roots)

    def do(self, call: Call) -> None:
        if call.op in (WRITE, TRUNCATE, SYNC):
            self._do_file(call)
        elif call.op == CREATE:
            file = self.files[call.inode] = File()
            if self.ours(call.path):
                self.in_place.add(call.path)
                self._set({call.path: file})
        elif call.op == MKDIR and self.ours(call.path):
            self.folders[call.inode] = call.path
            self._set({call.path: FOLDER})
        elif call.op in (UNLINK, RMDIR) and self.ours(call.path):
            self._set({call.path: None})
        elif call.op in (RENAME, LINK):
            self._rename(call)

    def _do_file(self, call: Call) -> None:
        if call.op == SYNC and call.inode in self.folders:
            self._sync_folder(self.folders[call.inode])
            return
        file = self.files.get(call.inode)
        if file is None:
            return
        if call.op == WRITE:
            file.write(call.offset, call.data)
        elif call.op == TRUNCATE:
            file.truncate(call.offset)
        else:
            file.sync()

    def _set(self, names: dict[str, File | None], folder: str = "") -> None:
        for name, file in names.items():
            if file is None:
                self.now.pop(name, None)
            else:
                self.now[name] = file
        self.pending.append(Names(folder or _above(next(iter(names))), names))

    def _rename(self, call: Call) -> None:
        to = call.to if self.ours(call.to) else ""
        path = call.path if self.ours(call.path) else ""
        file = self.now.get(path)
        if file is None or file is FOLDER:
            if file is FOLDER or to:
                raise NotImplementedError(f"{call.path} → {call.to}: only files from inside are followed")
            return
        names: dict[str, File | None] = {to: file} if to else {}
        if call.op == RENAME and path:
            names[path] = None
        if to:
            self.whole.setdefault(to, set()).add(digest_of(bytes(file.data)))
            self.in_place.discard(to)
        if names:
            self._set(names)

    def _sync_folder(self, folder: str) -> None:
        sure: set[str] = set()
        for each in reversed(self.pending):  # what came before on the same names is over, too
            if each.folder == folder or sure & each.set.keys():
                each.folder = folder
                sure |= each.set.keys()
        for each in self.pending:
            if each.folder == folder:
                _apply(self.durable, each)
        self.pending = [each for each in self.pending if each.folder != folder]

    # After a cut

    def draw(self, draw: random.Random) -> State:
        """The disk as it might be if the power were cut now."""
        kind = draw.choice(("none", "all", "bytes", "names", "one", "but one", "coin", "coin", "coin", "coin"))
        share = {"none": 0.0, "all": 1.0}.get(kind, draw.choice((0.1, 0.5, 0.9)))
        names = self._draw_names(kind, share, draw)
        noughts = draw.random() < 0.7
        pending = [file for file in dict.fromkeys(names.values()) if file.since]
        chosen = draw.randrange(len(pending)) if pending else 0
        contents: dict[File, bytes] = {}
        for number, file in enumerate(pending):
            mine = kind
            if kind in ("one", "but one"):
                mine = "coin" if number == chosen else {"one": "none", "but one": "all"}[kind]
            contents[file] = _draw_file(file, mine, share, noughts, draw)
        return state_of(
            {name: None if file is FOLDER else contents.get(file, file.durable) for name, file in names.items()}
        )

    def as_killed(self) -> State:
        """The disk where only the process ended: all is there."""
        return state_of({name: None if file is FOLDER else bytes(file.data) for name, file in self.now.items()})

    def _draw_names(self, kind: str, share: float, draw: random.Random) -> dict[str, File]:
        found = dict(self.durable)
        for each in self.pending:
            if kind in ("bytes", "none"):
                keep = False
            elif kind in ("names", "all"):
                keep = True
            else:
                keep = draw.random() < share
            if keep:
                _apply(found, each)
        return {name: file for name, file in found.items() if _reachable(name, found, self.roots)}


def _apply(names: dict[str, File], change: Names) -> None:
    for name, file in change.set.items():
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


def _above(name: str) -> str:
    return name.rpartition("/")[0]


def _reachable(name: str, names: dict[str, File], roots: tuple[str, ...]) -> bool:
    while name not in roots:
        name = _above(name)
        if names.get(name) is not FOLDER:
            return False
    return True


def _draw_file(file: File, kind: str, share: float, noughts: bool, draw: random.Random) -> bytes:
    """Each sector and the size as they were at some time since the last sync."""
    if kind in ("none", "names"):
        return file.durable
    if kind in ("all", "bytes"):
        return bytes(file.data)
    found = bytearray(file.durable)
    sizes, size = [len(file.durable)], len(file.durable)
    last: dict[int, int] = {}  # sector → the number of the last event of which it has seen
    until = len(file.since) if draw.random() < 0.8 else draw.randint(0, len(file.since))
    for number, (at, data) in enumerate(file.since):
        if data is None:
            start, bytes_, size = at, bytes(max(0, size - at)), at
        else:
            start, bytes_ = at, data
            size = max(size, at + len(data))
        sizes.append(size)
        position = start
        while position < start + len(bytes_):
            sector = position // SECTOR
            end = min((sector + 1) * SECTOR, start + len(bytes_))
            if sector not in last:
                last[sector] = (
                    draw.choice((until, draw.randint(min(number, until), until))) if draw.random() < share else 0
                )
            if number < last[sector]:
                if end > len(found):
                    found.extend(_gap(len(found), end, noughts, draw))
                found[position:end] = bytes_[position - start : end - start]
            position = end
    length = sizes[-1] if draw.random() < share else draw.choice(sizes)
    if length > len(found):
        found.extend(_gap(len(found), length, noughts, draw))
    return bytes(found[:length])


def _gap(start: int, end: int, noughts: bool, draw: random.Random) -> bytes:
    return bytes(end - start) if noughts else draw.randbytes(end - start)


_DIGESTS: dict[int, tuple[bytes, bytes]] = {}


def digest_of(data: bytes) -> bytes:
    """A digest; of large bytes that are asked for again and again it is remembered."""
    if len(data) < 4096:
        return hashlib.blake2b(data, digest_size=16).digest()
    known = _DIGESTS.get(id(data))
    if known is None or known[0] is not data:
        if len(_DIGESTS) > 500:
            _DIGESTS.clear()
        known = _DIGESTS[id(data)] = data, hashlib.blake2b(data, digest_size=16).digest()
    return known[1]


def state_of(files: dict[str, bytes | None]) -> State:
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(files):
        data = files[name]
        digest.update(os.fsencode(name) + b"\0" + (b"folder" if data is None else digest_of(data)))
    return State(files, digest.digest())


def put(state: State, roots: list[Path]) -> None:
    """Make the files as they are in a state, and nothing else."""
    for root in roots:
        shutil.rmtree(root, ignore_errors=True)
    for name in sorted(state.files):
        data = state.files[name]
        if data is None:
            Path(name).mkdir()
        else:
            Path(name).write_bytes(data)


def cuts(calls: list[Call], disk: Disk, count: int, draw: random.Random) -> Iterator[tuple[int, State]]:
    """(calls that were done, the disk after a cut then): so many, anywhere in a trace."""
    when: dict[int, int] = {}
    for _ in range(count):
        at = draw.randint(0, len(calls))
        when[at] = when.get(at, 0) + 1
    for number in range(len(calls) + 1):
        for _ in range(when.get(number, 0)):
            yield number, disk.draw(draw)
        if number < len(calls):
            disk.do(calls[number])
