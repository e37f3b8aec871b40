"""Changes as they travel: one JSON array a line, deflated as one stream. Read strictly, in bounded memory.

A line: [id, device, seq, hlc, at, author, kind, record, field, replaces, hash, proof, value, reason]
device: its place in the manifest's list of devices. hlc: a text, as it has more digits than JSON keeps. at: whole
milliseconds. proof: the salt of the commitment; for an erased value "#" and the commitment itself, and no value.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence

from rubricapp.core.changes import LAST_HLC, milliseconds, time_of
from rubricapp.core.merging import Arriving
from rubricapp.core.model import Change, PersonId
from rubricapp.exchange import strict_json

LONGEST_LINE = 4 << 20
MOST_BYTES = 1 << 30
"""Of all lines together, once inflated."""
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_HLC = re.compile(r"[1-9]\d{0,18}", re.ASCII)
_TEXTS = (6, 7, 8)
_LONGEST_NAME = 300
_YEAR_1, _YEAR_9999 = -62_135_596_800_000, 253_402_300_799_999


def deflated(changes: Iterable[Arriving], devices: Sequence[str]) -> Iterator[bytes]:
    """The stream's bytes. devices: ids, in the order that lines speak of them."""
    number = {device: place for place, device in enumerate(devices)}
    packer = zlib.compressobj(9)
    for each in changes:
        change = each.change
        proof = each.salt.hex() if each.salt is not None else f"#{each.committed.hex()}"
        line = [
            *(change.id, number[change.device], change.seq, str(change.hlc), milliseconds(change.at), change.author),
            *(change.kind, change.record, change.field, list(change.replaces), each.hash.hex(), proof),
            *(change.value, change.reason),
        ]
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        chunk = packer.compress(text.encode() + b"\n")
        if chunk:
            yield chunk
    yield packer.flush()


def inflated(chunks: Iterable[bytes], devices: Sequence[str]) -> Iterator[Arriving]:
    """The changes of a stream. Raises ValueError for whatever is not exactly one."""
    for line in _lines(chunks):
        yield _change(strict_json.load(line), devices)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    rest, total = b"", 0
    for chunk in chunks:
        while chunk:
            try:
                some = unpacker.decompress(chunk, 1 << 20)
            except zlib.error as error:
                raise ValueError(f"no deflated stream: {error}") from error
            chunk = unpacker.unconsumed_tail
            total += len(some)
            if total > MOST_BYTES:
                raise ValueError("grows beyond measure")
            *whole, rest = (rest + some).split(b"\n")
            yield from whole
            if len(rest) > LONGEST_LINE:
                raise ValueError("a line without an end")
            if not some and not chunk:
                break
            if unpacker.eof and unpacker.unused_data:
                raise ValueError("something follows the stream")
    if not unpacker.eof or rest:
        raise ValueError("the stream is cut short")


def _change(line: object, devices: Sequence[str]) -> Arriving:
    if type(line) is not list or len(line) != 14:
        raise ValueError("no change")
    id_, device, seq, hlc, at, author, kind, record, name, replaces, hash_, proof, value, reason = line
    texts = (id_, hlc, author, kind, record, name, hash_, proof, reason)
    if any(type(each) is not str for each in texts) or any(type(each) is not int for each in (device, seq, at)):
        raise ValueError("a part of a change has another type")
    erased = proof.startswith("#")
    right = (
        _ID.fullmatch(id_)
        and 0 <= device < len(devices)
        and 0 < seq < 1 << 53
        and _HLC.fullmatch(hlc)
        and int(hlc) <= LAST_HLC
        and _YEAR_1 <= at <= _YEAR_9999
        and type(replaces) is list
        and all(type(each) is str and _ID.fullmatch(each) for each in replaces)
        and _HASH.fullmatch(hash_)
        and (_HASH.fullmatch(proof[1:]) if erased else _ID.fullmatch(proof))
        and all(0 < len(line[place]) <= _LONGEST_NAME for place in _TEXTS)
        and len(author) <= _LONGEST_NAME
        and not (erased and (value is not None or reason))
    )
    if not right:
        raise ValueError("a part of a change is out of bounds")
    for text in (author, kind, record, name, reason):
        text.encode()  # a lone surrogate is no text: UnicodeEncodeError is a ValueError
    change = Change(
        *(id_, devices[device], seq, int(hlc), time_of(at), PersonId(author), kind, record, name, value),
        replaces=tuple(replaces),
        reason=reason,
    )
    key = bytes.fromhex(proof.removeprefix("#"))
    return Arriving(change, bytes.fromhex(hash_), None if erased else key, key if erased else b"")
