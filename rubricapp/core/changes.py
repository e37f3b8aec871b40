"""The change log's arithmetic: ids, clock, chain, heads. No storage, no clock of its own, no randomness of its own.

The current value of a field is the change that no other change replaces, its *head*. Two heads with different
values are a conflict; the one with the later (hlc, id) is shown until somebody settles it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from rubricapp.core.model import AssessmentKind, Change
from rubricapp.core.rubrics import canonical

GENESIS = bytes(32)
"""What the first change of a device is chained to."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS = (1 << 47) - (1 << 32)
"""The clock's values are kept below 2⁶³, with room to count on: a laptop in the year 9999 must be able to save."""
LAST_HLC = (1 << 63) - (1 << 47)
"""What no laptop reaches that keeps to this. A later value from elsewhere would leave nothing to count on."""


def milliseconds(at: datetime) -> int:
    """UTC time as whole milliseconds since 1970. `at` must know its time zone."""
    return round(at.timestamp() * 1000)


def time_of(ms: int) -> datetime:
    """The UTC time of whole milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=ms)  # fromtimestamp refuses times before 1970 on Windows


def next_hlc(last: int, now_ms: int) -> int:
    """The next value of a hybrid logical clock: 48 bits of milliseconds, 16 of counter, always above `last`.

    A counter that overflows carries into the milliseconds, so a clock set back never stops the work.
    """
    return max(last + 1, min(now_ms, _LAST_MS) << 16)


def uuid7(ms: int, random: bytes, counter: int = 0) -> bytes:
    """A UUID version 7 (RFC 9562) of `ms` milliseconds; `counter` (12 bits) orders ids of one millisecond.

    random: at least 8 bytes.
    """
    high = (ms & (1 << 48) - 1) << 16 | 0x7000 | counter & 0xFFF
    low = 0b10 << 62 | int.from_bytes(random[:8]) & (1 << 62) - 1
    return (high << 64 | low).to_bytes(16)


def derived_id(*parts: str) -> str:
    """32 hexadecimal characters made from what a thing is, so that two laptops name the same thing alike."""
    return hashlib.sha256(canonical(list(parts))).hexdigest()[:32]


def assessment_id(
    participant: str, rubric: str, occasion: str, assessor: str, kind: str = AssessmentKind.ASSESSOR
) -> str:
    """The id of a slot: who, by whom, against which words, when, as what."""
    return derived_id("assessment", participant, rubric, occasion, assessor, str(kind))


def commitment(salt: bytes, value: object, reason: str) -> bytes:
    """Salted SHA-256 of what was said. The chain holds this, not the value, so that an erased value leaves it whole."""
    return commitment_of(salt, canonical(value), reason)


def commitment_of(salt: bytes, said: bytes, reason: str) -> bytes:
    """The same of a value whose canonical form is at hand."""
    return hashlib.sha256(b"".join((salt, b"[", said, b",", canonical(reason), b"]"))).digest()


def chain_hash(previous: bytes, change: Change, committed: bytes) -> bytes:
    """SHA-256 of one link: the device's previous hash, the change's header, the commitment to its value."""
    header = [
        change.id,
        change.device,
        change.seq,
        change.hlc,
        milliseconds(change.at),
        change.author,
        change.kind,
        change.record,
        change.field,
        list(change.replaces),
    ]
    return hashlib.sha256(previous + canonical(header) + committed).digest()


def heads(changes: Iterable[Change]) -> dict[tuple[str, str, str], tuple[Change, ...]]:
    """The heads of every field, by (kind, record, field), shown one first. Order and repetition do not matter."""
    fields: dict[tuple[str, str, str], list[Change]] = {}
    for change in changes:
        fields.setdefault((change.kind, change.record, change.field), []).append(change)
    return {key: heads_of(group) for key, group in fields.items()}


def heads_of(changes: Iterable[Change], named: Mapping[str, int] | None = None) -> tuple[Change, ...]:
    """The heads among changes of one field, shown one first. named: see `named_by`, of others that are not given.

    A change replaces what it names, of its own field and from before it by the clock. Whoever writes by the rules
    names nothing else; whoever does not can thus neither take away another field's value nor leave a field without.
    """
    unique = {change.id: change for change in changes}
    latest = named_by(unique.values(), dict(named or {}))
    left = [change for change in unique.values() if latest.get(change.id, -1) <= change.hlc]
    return tuple(sorted(left, key=lambda each: (each.hlc, each.id), reverse=True))


def named_by(changes: Iterable[Change], known: dict[str, int] | None = None) -> dict[str, int]:
    """Ids that changes say they replace, each with the latest clock value among them. known: is added to."""
    latest = {} if known is None else known
    for change in changes:
        for old in change.replaces:
            latest[old] = max(latest.get(old, -1), change.hlc)
    return latest


def is_conflict(group: Iterable[Change]) -> bool:
    """Whether heads of one field say different things. Two laptops saying the same are of one mind."""
    return len({canonical(change.value) for change in group}) > 1


def taken_apart(heads: Iterable[Change]) -> frozenset[str]:
    """Ids of heads that only say again what was in conflict before: those of a settlement that was taken back.

    One laptop never replaces the same thing twice otherwise: its second word would replace its first.
    """
    made: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for each in heads:
        if each.replaces:
            made.setdefault((each.device, each.replaces), []).append(each.id)
    return frozenset(id_ for ids in made.values() if len(ids) > 1 for id_ in ids)
