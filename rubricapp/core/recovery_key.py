"""A recovery key as people type it from paper, and which group of it is wrong.

It ends with a checksum of six letters that finds any four wrong ones (Bech32, BIP 173; age's form of a secret key). One
wrong letter, or two neighbours that changed places, can be found by trying: where exactly one such change makes the
checksum right, that is where the mistake is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LETTERS = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
"""Those that a key can have: none that looks like another one."""
PREFIX = "AGE-SECRET-KEY-1"
GROUP = 5
LENGTH = 58
"""Letters after the prefix."""
_HUMAN = PREFIX[:-1].lower()
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


@dataclass(frozen=True)
class Fault:
    """What is wrong. strange: (group from 1, letter) of what no key has. length: how many letters were typed.

    group: the one in which the mistake is, 0 where that cannot be told.
    """

    length: int
    strange: tuple[tuple[int, str], ...] = ()
    group: int = 0


def letters_in(text: str) -> str:
    """What was typed behind the prefix, in capitals and without spaces; the prefix may be left out."""
    letters = "".join(text.upper().split())
    return letters.rpartition(PREFIX)[2]


def find_fault(letters: str) -> Fault | None:
    """What is wrong with the letters behind the prefix; None for a whole key."""
    strange = tuple((at // GROUP + 1, each) for at, each in enumerate(letters) if each not in LETTERS)
    if strange or len(letters) != LENGTH:
        return Fault(len(letters), strange)
    values = [LETTERS.index(each) for each in letters]
    if _is_whole(values):
        return None
    places = {at // GROUP + 1 for at, changed in _changed(values) if _is_whole(changed)}
    return Fault(len(letters), (), places.pop() if len(places) == 1 else 0)


def _changed(values: list[int]) -> Iterator[tuple[int, list[int]]]:
    """(place, values) with one letter changed, or with two neighbours in each other's place."""
    for at, value in enumerate(values):
        for other in range(len(LETTERS)):
            if other != value:
                yield at, [*values[:at], other, *values[at + 1 :]]
    for at in range(len(values) - 1):
        if values[at] != values[at + 1]:
            yield at, [*values[:at], values[at + 1], values[at], *values[at + 2 :]]


def _is_whole(values: list[int]) -> bool:
    """Whether the checksum fits."""
    check = 1
    for value in (*(ord(each) >> 5 for each in _HUMAN), 0, *(ord(each) & 31 for each in _HUMAN), *values):
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, part in enumerate(_GENERATOR):
            check ^= part if top >> bit & 1 else 0
    return check == 1
