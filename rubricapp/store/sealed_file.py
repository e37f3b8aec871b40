"""One sealed file: read anywhere, written in order, never whole in memory; every byte of it is vouched for.

    16 bytes    what it is
    112 bytes   the head, sealed under the workspace's key for files: a key of this file's own, its hash, its length
    …           its bytes, 64 KiB at a time, each piece under the file's key, with its number: 24 + n + 16 bytes

Question: what seals? Decision: XChaCha20-Poly1305 of libsodium, piece by piece, each with a nonce drawn anew. Reasons:
one may jump to any moment of a clip; a piece that was altered, moved, left out or brought from elsewhere is noticed
when it is read; a copy that a crash cut short goes on without ever using a nonce twice; and a new key for the workspace
means a new head for each file, not new bytes. 2026-11-29.

The keys for files are drawn from that of the database, and are not it: who has one of them has not the other.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = b"rubricapp seal 1"
PIECE = 64 << 10
_NONCE, _TAG = 24, 16
_AROUND = _NONCE + _TAG
_INSIDE = struct.Struct(">32s32sQ")
HEAD = len(MAGIC) + _AROUND + _INSIDE.size
_UNFINISHED = (1 << 64) - 1


class Altered(OSError):
    """A sealed file is not what was sealed: altered, cut short, exchanged for another, or sealed under another key."""


@dataclass(frozen=True)
class Head:
    """What the head of a sealed file says. seed: the one that opened it. size: bytes; None while it is being made."""

    seed: bytes
    key: bytes
    sha256: str
    size: int | None


# Keys


def seed_of(key: bytes) -> bytes:
    """What the keys for files are drawn from, drawn from the workspace's."""
    return _drawn(key, b"files")


def name_of(seed: bytes, text: str) -> str:
    """A name that says nothing to whoever lacks the seed: 64 digits."""
    return hashlib.blake2b(
        text.encode("utf-8", "surrogatepass"), key=_drawn(seed, b"names"), digest_size=32
    ).hexdigest()


def _drawn(key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(b"rubricapp", key=key, person=purpose.ljust(16, b"\0"), digest_size=32).digest()


def _seal(key: bytes, data: bytes, beside: bytes) -> bytes:
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt

    nonce = secrets.token_bytes(_NONCE)
    return nonce + encrypt(data, beside, nonce, key)


def _open(key: bytes, sealed: bytes, beside: bytes) -> bytes:
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
    from nacl.exceptions import CryptoError

    if len(sealed) < _AROUND:
        raise Altered("cut short")
    try:
        return decrypt(sealed[_NONCE:], beside, sealed[:_NONCE], key)
    except CryptoError as error:
        raise Altered("not as it was sealed") from error


def seal_bytes(seed: bytes, data: bytes) -> bytes:
    """A few bytes, sealed."""
    return _seal(_drawn(seed, b"bytes"), data, b"")


def open_bytes(seed: bytes, data: bytes) -> bytes:
    """The same the other way. Raises Altered."""
    return _open(_drawn(seed, b"bytes"), data, b"")


# The head


def _head(seed: bytes, key: bytes, sha256: str, size: int) -> bytes:
    inside = _INSIDE.pack(key, bytes.fromhex(sha256), size)
    return MAGIC + _seal(_drawn(seed, b"heads"), inside, MAGIC)


def is_one(path: Path) -> bool:
    """Whether a file begins as a sealed one does."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read_head(path: Path, seeds: Sequence[bytes]) -> Head:
    """The head of a sealed file. Raises Altered, OSError."""
    with path.open("rb") as file:
        return _read_head(file, seeds)


def _read_head(file: BinaryIO, seeds: Sequence[bytes]) -> Head:
    said = file.read(HEAD)
    if len(said) != HEAD or not said.startswith(MAGIC):
        raise Altered("no sealed file")
    for seed in seeds:
        try:
            inside = _open(_drawn(seed, b"heads"), said[len(MAGIC) :], MAGIC)
        except Altered:
            continue
        key, sha256, size = _INSIDE.unpack(inside)
        return Head(seed, key, sha256.hex(), None if size == _UNFINISHED else size)
    raise Altered("sealed under another key")


def finish(path: Path, seed: bytes, sha256: str) -> None:
    """Say in the head of a half-made file that it is whole now, and what it is. Raises Altered, OSError."""
    with path.open("r+b") as file:
        head = _read_head(file, (seed,))
        size = _plain_size(os.fstat(file.fileno()).st_size)
        file.seek(0)
        file.write(_head(seed, head.key, sha256, size))
        file.flush()
        os.fsync(file.fileno())


def wrap_anew(path: Path, seeds: Sequence[bytes], seed: bytes, sha256: str = "") -> str:
    """Seal the head under another seed; the bytes stay as they are. Returns the file's hash. Raises Altered, OSError.

    The head is 128 bytes at the beginning of the file, which disks write as one.
    """
    with path.open("r+b") as file:
        head = _read_head(file, seeds)
        if head.size is None or (sha256 and head.sha256 != sha256):
            raise Altered("another file")
        file.seek(0)
        file.write(_head(seed, head.key, head.sha256, head.size))
        file.flush()
        os.fsync(file.fileno())
    return head.sha256


def _plain_size(length: int) -> int:
    """How many bytes are sealed in a file of this length; a piece that was cut too short to be one counts nothing."""
    whole, rest = divmod(max(0, length - HEAD), PIECE + _AROUND)
    return whole * PIECE + max(0, rest - _AROUND)


def _length(size: int) -> int:
    return HEAD + size + _AROUND * -(-size // PIECE)


# Reading and writing


def open_(path: Path, seeds: Sequence[bytes], sha256: str) -> BinaryIO:
    """Read a sealed file. Raises Altered where its head, its length or its name do not fit, OSError."""
    file = path.open("rb", buffering=0)
    try:
        head = _read_head(file, seeds)
        if head.size is None or head.sha256 != sha256 or os.fstat(file.fileno()).st_size != _length(head.size):
            raise Altered("cut short, or another file")
        return SealedFile(file, head.key, head.size, writes=False)
    except BaseException:
        file.close()
        raise


def go_on(path: Path, seed: bytes) -> SealedFile:
    """Write a new file, or go on with one that was cut short under the same key. Raises OSError."""
    if path.exists():
        file = path.open("r+b", buffering=0)
        try:
            head = _read_head(file, (seed,))
            return SealedFile(file, head.key, _plain_size(os.fstat(file.fileno()).st_size), writes=True)
        except Altered:
            file.close()
            path.unlink()
        except BaseException:
            file.close()
            raise
    return _begun(path.open("x+b", buffering=0), seed)


def _begun(file: BinaryIO, seed: bytes) -> SealedFile:
    try:
        key = secrets.token_bytes(32)
        file.write(_head(seed, key, "0" * 64, _UNFINISHED))
        return SealedFile(file, key, 0, writes=True)
    except BaseException:
        file.close()
        raise


def passing(folder: Path) -> SealedFile:
    """A file without a name, under a key that only this process has, to write, to seek in and to read."""
    import tempfile  # not before there is a package

    return _begun(tempfile.TemporaryFile(dir=folder, buffering=0), secrets.token_bytes(32))


class SealedFile(io.RawIOBase):
    """The bytes inside a sealed file. One piece of it is in memory at a time."""

    def __init__(self, file: BinaryIO, key: bytes, size: int, writes: bool) -> None:
        super().__init__()
        self._file, self._key, self._size, self._writes = file, key, size, writes
        self._at = 0
        self._number, self._piece, self._changed = -1, bytearray(), False

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return self._writes

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if at < 0:
            raise ValueError("before the beginning")
        self._at = at
        return at

    def read(self, count: int | None = -1) -> bytes:
        """Raises Altered where a piece is not what was written, OSError."""
        left = max(0, self._size - self._at)
        count = left if count is None or count < 0 else min(count, left)
        found = []
        while count > 0:
            number, start = divmod(self._at, PIECE)
            self._show(number)
            part = bytes(memoryview(self._piece)[start : start + count])
            if not part:
                raise Altered("cut short")
            found.append(part)
            self._at += len(part)
            count -= len(part)
        return found[0] if len(found) == 1 else b"".join(found)

    def readall(self) -> bytes:
        return self.read()

    def readinto(self, buffer: memoryview) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: bytes) -> int:
        if not self._writes:
            raise io.UnsupportedOperation("not writable")
        data = memoryview(data).cast("B")
        if self._at > self._size:
            self._fill(self._at)
        done = 0
        while done < len(data):
            number, start = divmod(self._at, PIECE)
            count = min(PIECE - start, len(data) - done)
            if count == PIECE or (start == 0 and self._at + count >= self._size):
                self._leave()
                self._number, self._piece = number, bytearray(data[done : done + count])
            else:
                self._show(number)
                self._piece[start : start + count] = data[done : done + count]
            self._changed = True
            self._at += count
            self._size = max(self._size, self._at)
            done += count
        return done

    def truncate(self, size: int | None = None) -> int:
        size = self._at if size is None else size
        if size > self._size:
            self._fill(size)
        elif size < self._size:
            number, start = divmod(size, PIECE)
            if start:
                self._show(number)
                del self._piece[start:]
                self._changed = True
            elif self._number >= number:
                self._number, self._changed = -1, False
            self._size = size
            self._file.truncate(HEAD + number * (PIECE + _AROUND))
            if start:
                self._leave()
        return size

    def _fill(self, size: int) -> None:
        """Zeros up to there: what is sealed knows no holes."""
        at, self._at = self._at, self._size
        while self._size < size:
            self.write(bytes(min(PIECE, size - self._size)))
        self._at = at

    def _show(self, number: int) -> None:
        """Have this piece in memory."""
        if number == self._number:
            return
        self._leave()
        if number * PIECE >= self._size:
            self._piece = bytearray()
        else:
            length = min(PIECE, self._size - number * PIECE)
            self._file.seek(HEAD + number * (PIECE + _AROUND))
            sealed = self._file.read(length + _AROUND)
            self._piece = bytearray(_open(self._key, sealed, struct.pack(">Q", number)))
        self._number = number

    def _leave(self) -> None:
        """Put the piece in memory to where it belongs, if it was changed."""
        if self._changed:
            self._file.seek(HEAD + self._number * (PIECE + _AROUND))
            sealed = memoryview(_seal(self._key, bytes(self._piece), struct.pack(">Q", self._number)))
            while sealed:
                sealed = sealed[self._file.write(sealed) :]
            self._changed = False
        self._number = -1

    def flush(self) -> None:
        if not self.closed:
            self._leave()

    def close(self) -> None:
        if self.closed:
            return
        try:
            self._leave()
        finally:
            self._changed = False  # what a full disk did not take
            self._file.close()
            super().close()
