"""The one way in which we lay out a ZIP: members stored as they are, one date, ZIP64 where it is needed.

Nothing in it depends on the machine, the clock or a version of zlib, so the same members give the same bytes, and a
reader can say of every single byte of the wrapping what it must be.
"""

from __future__ import annotations

import contextlib
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rubricapp.store.sealed_file import passing

CHUNK = 1 << 20
_ZEROS = bytes(CHUNK)
_LIMIT_32 = 0xFFFFFFFF
_LIMIT_16 = 0xFFFF
_TIME, _DATE = 0, (0 << 9) | (1 << 5) | 1  # midnight, 1 January 1980: the first day that ZIP knows
_UNIX = 3 << 8
_PLAIN_FILE = 0o100644 << 16
END_LENGTH = 22
END_64_LENGTH = 56
LOCATOR_64_LENGTH = 20


@dataclass(frozen=True)
class Member:
    """A member as it lies in the file. offset: where its header begins."""

    name: str
    size: int
    crc: int
    offset: int

    @property
    def _large(self) -> bool:
        return self.size >= _LIMIT_32

    @property
    def header(self) -> bytes:
        """What stands before its bytes."""
        name = self.name.encode("ascii")
        extra = struct.pack("<HHQQ", 1, 16, self.size, self.size) if self._large else b""
        size = _LIMIT_32 if self._large else self.size
        version = 45 if self._large else 20
        return (
            struct.pack(
                "<4sHHHHHLLLHH",
                *(b"PK\3\4", version, 0, 0, _TIME, _DATE, self.crc, size, size, len(name), len(extra)),
            )
            + name
            + extra
        )

    @property
    def entry(self) -> bytes:
        """Its line in the list at the end."""
        name = self.name.encode("ascii")
        large, far = self._large, self.offset >= _LIMIT_32
        numbers = [self.size, self.size] * large + [self.offset] * far
        extra = struct.pack(f"<HH{len(numbers)}Q", 1, 8 * len(numbers), *numbers) if numbers else b""
        size = _LIMIT_32 if large else self.size
        offset = _LIMIT_32 if far else self.offset
        version = 45 if extra else 20
        return (
            struct.pack(
                "<4sHHHHHHLLLHHHHHLL",
                *(b"PK\1\2", _UNIX | version, version, 0, 0, _TIME, _DATE, self.crc, size, size),
                *(len(name), len(extra), 0, 0, 0, _PLAIN_FILE, offset),
            )
            + name
            + extra
        )

    @property
    def start(self) -> int:
        """Where its bytes begin."""
        return self.offset + len(self.header)

    @property
    def end(self) -> int:
        """Where the next member begins."""
        return self.start + self.size


def ending(members: Iterable[Member]) -> bytes:
    """The list of all members and what closes the file."""
    every = list(members)
    begins = every[-1].end if every else 0
    listed = b"".join(each.entry for each in every)
    count, length = len(every), len(listed)
    large = count >= _LIMIT_16 or begins >= _LIMIT_32 or length >= _LIMIT_32
    closing = b""
    if large:
        record = struct.pack(
            "<4sQHHLLQQQQ", b"PK\6\6", END_64_LENGTH - 12, _UNIX | 45, 45, 0, 0, count, count, length, begins
        )
        closing = record + struct.pack("<4sLQL", b"PK\6\7", 0, begins + length, 1)
    count, length, begins = min(count, _LIMIT_16), min(length, _LIMIT_32), min(begins, _LIMIT_32)
    return listed + closing + struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, count, count, length, begins, 0)


def write(out: BinaryIO, members: Iterable[tuple[str, int, Iterable[bytes]]]) -> list[Member]:
    """Write a whole ZIP of (name, size in bytes, chunks). out: open for writing at its beginning, and can seek.

    Raises ValueError where the chunks are not as many bytes as was said.
    """
    written: list[Member] = []
    for name, size, chunks in members:
        offset = written[-1].end if written else 0
        blank = Member(name, size, 0, offset)
        out.write(blank.header)
        crc = done = 0
        for chunk in chunks:
            crc = zlib.crc32(chunk, crc)
            done += len(chunk)
            put(out, chunk)
        if done != size:
            raise ValueError(f"{name}: {done} bytes instead of {size}")
        member = Member(name, size, crc, offset)
        out.seek(offset)
        out.write(member.header)
        out.seek(member.end)
        written.append(member)
    out.write(ending(written))
    return written


def put(out: BinaryIO, chunk: bytes) -> None:
    """Write a chunk into a new file; a hole stays a hole where the disk knows holes."""
    if chunk == _ZEROS:
        out.seek(CHUNK, 1)
    else:
        out.write(chunk)


@dataclass(frozen=True)
class End:
    """What the last bytes of a ZIP say: how many members, where their list begins and how long it is."""

    count: int
    begins: int
    length: int


def find_end(file: BinaryIO, total: int) -> End:
    """Read the end of a ZIP without a comment. Raises ValueError where there is none that fits the file's length."""
    tail = min(total, END_LENGTH + LOCATOR_64_LENGTH + END_64_LENGTH)
    file.seek(total - tail)
    last = file.read(tail)
    if len(last) < END_LENGTH or last[-END_LENGTH:-18] != b"PK\5\6":
        raise ValueError("no end of a ZIP")
    _sign, disk, first, here, count, length, begins, comment = struct.unpack("<4sHHHHLLH", last[-END_LENGTH:])
    closing = END_LENGTH
    if _LIMIT_16 in (here, count) or _LIMIT_32 in (length, begins):
        closing += LOCATOR_64_LENGTH + END_64_LENGTH
        if len(last) < closing or last[:4] != b"PK\6\6":
            raise ValueError("no end of a large ZIP")
        here, count, length, begins = struct.unpack("<QQQQ", last[24:END_64_LENGTH])
    if disk or first or comment or here != count or begins + length + closing != total:
        raise ValueError("the end of the ZIP does not fit the file")
    return End(count, begins, length)


def chunks_of(file: BinaryIO, start: int, size: int, step: Callable[[int], None] = lambda _: None) -> Iterator[bytes]:
    """The bytes of a part of a file; step is told of how many with each chunk. Raises EOFError where they end early."""
    file.seek(start)
    left = size
    while left:
        chunk = file.read(min(left, CHUNK))
        if not chunk:
            raise EOFError("cut short")
        left -= len(chunk)
        step(len(chunk))
        yield chunk


@contextlib.contextmanager
def thrown_away(beside: Path) -> Iterator[BinaryIO]:
    """A file without a name, unreadable to others; what a full disk did not take of it is of no use, and closing it
    must not say so."""
    plain = passing(beside)
    try:
        yield plain
    finally:
        with contextlib.suppress(OSError):
            plain.close()
