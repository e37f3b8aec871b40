"""A ZIP whose every byte is vouched for: a manifest that lists all members, its signature, then the members in order.

Read from its beginning and believed in nothing: the manifest says what must follow, byte by byte, and anything else is
damage. No name that a file brings is ever used as a path.

    manifest.json   what was signed; its last field lists each member with its size and SHA-256
    manifest.sig    64 bytes: Ed25519 over `purpose` and the manifest's bytes
"""

from __future__ import annotations

import hashlib
import itertools
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from rubricapp.exchange import plain_zip, signing
from rubricapp.exchange.folio_file import Listed
from rubricapp.exchange.plain_zip import Member, chunks_of

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
LARGEST_MANIFEST = 16 << 20


class Damaged(Exception):
    """The bytes are not those that were signed. Its argument says where."""


@dataclass(frozen=True)
class Signed:
    """What the beginning of a file says, its signature already checked against the key that the manifest names.

    starts: where the first member's header begins.
    """

    manifest: bytes
    signature: bytes
    starts: int


def write(
    out: BinaryIO,
    manifest: bytes,
    key: signing.Key,
    purpose: bytes,
    members: Iterable[tuple[Listed, Iterable[bytes]]],
) -> None:
    """Write a whole file. members: in the order of the manifest's list. Raises ValueError where sizes do not fit."""
    if len(manifest) > LARGEST_MANIFEST:
        raise ValueError("the manifest is larger than what is read again")
    signature = key.sign(purpose + manifest)
    first = [(MANIFEST, len(manifest), [manifest]), (SIGNATURE, len(signature), [signature])]
    plain_zip.write(out, itertools.chain(first, ((each.name, each.size, chunks) for each, chunks in members)))


def read_signed(file: BinaryIO) -> Signed:
    """The manifest and its signature, from the beginning of a file. Raises Damaged; the signature is not checked."""
    manifest, after = _first(file, MANIFEST, 0, LARGEST_MANIFEST)
    signature, starts = _first(file, SIGNATURE, after, signing.SIGNATURE_LENGTH)
    return Signed(manifest, signature, starts)


def _first(file: BinaryIO, name: str, offset: int, most: int) -> tuple[bytes, int]:
    """(bytes of a small member that must begin here, where the next one begins)."""
    file.seek(offset)
    header = file.read(30)
    if len(header) < 30:
        raise Damaged(name)
    crc, size = struct.unpack("<LL", header[14:22])
    member = Member(name, size, crc, offset)
    file.seek(offset)
    if size > most or file.read(len(member.header)) != member.header:
        raise Damaged(name)
    data = file.read(size)
    if len(data) != size or zlib.crc32(data) != crc:
        raise Damaged(name)
    return data, member.end


@dataclass(frozen=True)
class Opened:
    """A file whose signature holds. Members are read in any order; their bytes are checked as they are read."""

    file: BinaryIO
    listed: Sequence[Listed]
    starts: int

    def place_of(self, name: str) -> tuple[Listed, int]:
        """(member, where its bytes begin). Raises KeyError."""
        offset = self.starts
        for each in self.listed:
            start = Member(each.name, each.size, 0, offset).start
            if each.name == name:
                return each, start
            offset = start + each.size
        raise KeyError(name)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member. Raises Damaged at the end where they are not the signed ones; KeyError."""
        listed, start = self.place_of(name)
        digest = hashlib.sha256()
        try:
            for chunk in chunks_of(self.file, start, listed.size):
                digest.update(chunk)
                yield chunk
        except EOFError:
            raise Damaged(name) from None
        if digest.hexdigest() != listed.sha256:
            raise Damaged(name)

    def verify(self, signed: Signed, step: Callable[[int], None] = lambda _: None) -> None:
        """Read every byte of the file, the wrapping too. Raises Damaged."""
        members = [
            Member(MANIFEST, len(signed.manifest), zlib.crc32(signed.manifest), 0),
        ]
        members.append(Member(SIGNATURE, len(signed.signature), zlib.crc32(signed.signature), members[0].end))
        for each in self.listed:
            crc = 0
            for chunk in self.chunks(each.name):
                crc = zlib.crc32(chunk, crc)
                step(len(chunk))
            members.append(Member(each.name, each.size, crc, members[-1].end))
            self.file.seek(members[-1].offset)
            if self.file.read(len(members[-1].header)) != members[-1].header:
                raise Damaged(each.name)
        closing = plain_zip.ending(members)
        self.file.seek(members[-1].end)
        if self.file.read(len(closing) + 1) != closing:
            raise Damaged("the end")
