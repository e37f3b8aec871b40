"""The key of this copy of the workspace: it signs what leaves, and others know it again by its fingerprint.

Ed25519, through PyNaCl. The seed is kept in the workspace beside the device's id and is bound to it: a copy that gets
a new device id (copied, restored, moved) gets a new key, so no two laptops ever sign with one key. The public half of
a key that is no longer used is kept, so that a programme can still say years later which signatures are its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from rubricapp.store.workspace import Workspace

SIGNATURE_LENGTH = 64
PUBLIC_LENGTH = 32
_META = "signing_seed"
_FORMER = "signing_former"
_HEX = frozenset("0123456789abcdef")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 6, 4


@dataclass(frozen=True)
class Key:
    """A key that can sign. public: its other half, 32 bytes, which anybody may have."""

    public: bytes
    _seed: bytes = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """64 bytes that only this key can make for these bytes. The same bytes give the same signature."""
        from nacl.signing import SigningKey

        return SigningKey(self._seed).sign(data).signature


def key_of(ws: Workspace) -> Key:
    """The key of this copy, made where its device has none yet. Raises UserError where it cannot be kept."""
    kept_for, kept = _kept(ws)
    if kept is not None and kept_for == ws.device:
        return kept
    if kept is not None:
        former = [each.hex() for each in list_former(ws) if each != kept.public]
        ws.set_meta(_FORMER, " ".join([*former, kept.public.hex()]))
    seed = ws.sources.random(32)
    ws.set_meta(_META, f"{ws.device} {seed.hex()}")
    return key_from(seed)


def _kept(ws: Workspace) -> tuple[str, Key | None]:
    """(device, key) as they are kept, whoever's they are."""
    device, _space, seed = (ws.meta(_META) or "").partition(" ")
    return device, key_from(bytes.fromhex(seed)) if len(seed) == 64 and not set(seed) - _HEX else None


def list_former(ws: Workspace) -> list[bytes]:
    """Public keys that signed for earlier copies of this workspace, oldest first."""
    kept = (ws.meta(_FORMER) or "").split()
    return [bytes.fromhex(each) for each in kept if len(each) == 64 and not set(each) - _HEX]


def key_from(seed: bytes) -> Key:
    """The key that grows from 32 random bytes."""
    from nacl.signing import SigningKey

    return Key(bytes(SigningKey(seed).verify_key), seed)


def holds(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether whoever has the other half of `public` signed exactly these bytes."""
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    if len(public) != PUBLIC_LENGTH or len(signature) != SIGNATURE_LENGTH:
        return False
    try:
        VerifyKey(public).verify(data, signature)
    except BadSignatureError:
        return False
    return True


def fingerprint(public: bytes) -> str:
    """A public key as two people can compare it by phone: 7F3K-9Q2M-…, six groups of the key's SHA-256."""
    number = int.from_bytes(hashlib.sha256(public).digest())
    letters = "".join(_CROCKFORD[number >> shift & 31] for shift in range(251, 251 - 5 * _GROUPS * _GROUP, -5))
    return "-".join(letters[place : place + _GROUP] for place in range(0, len(letters), _GROUP))
