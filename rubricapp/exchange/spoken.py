"""Passphrases that are said by phone: drawn so that they are easy to say, and known however they are written down."""

from __future__ import annotations

import secrets

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP = 4, 4


def draw() -> str:
    """Sixteen letters and digits in groups, without those that look alike."""
    return "-".join("".join(secrets.choice(_LETTERS) for _n in range(_GROUP)) for _n in range(_GROUPS))


def spellings(passphrase: str) -> tuple[str, ...]:
    """What is tried for a passphrase, likeliest first, as each takes a second: where it may have been drawn, in small
    letters and in groups, as it was shown to whoever said it; as it is typed; without spaces around it."""
    heard = [each for each in passphrase.casefold() if each.isalnum()]
    drawn = ""
    if len(heard) == _GROUPS * _GROUP and set(heard) <= set(_LETTERS):
        drawn = "-".join("".join(heard[at : at + _GROUP]) for at in range(0, len(heard), _GROUP))
    return tuple(dict.fromkeys(filter(None, (drawn, passphrase, passphrase.strip()))))
