"""Wrapping the key of a protected workspace: by a passphrase (Argon2id, then XSalsa20-Poly1305), and for the
programme's recovery key (age). Either alone opens it.

Question: how dear is a guess? Decision: 64 MiB of memory, three passes. Reasons: a fifth of a second on an old laptop;
a thief with many graphics cards pays for the memory each time. 2026-11-29.
"""

from __future__ import annotations

import base64
import io
import secrets
from collections.abc import Sequence
from typing import Any

from rubricapp.errors import Exit, UserError
from rubricapp.exchange import sealing
from rubricapp.exchange.sealing import SHORTEST, Identity
from rubricapp.store.key_file import Kept

_PASSES, _MEMORY = 3, 64 << 20
_MOST_PASSES, _MOST_MEMORY = 16, 1 << 30
_KEY = 32


def new_key() -> bytes:
    """A key that nobody had before."""
    return secrets.token_bytes(_KEY)


def wrap(key: bytes, passphrase: str, recovery: str = "") -> Kept:
    """What the key file holds. recovery: "age1…", or "" where the programme has none.

    Raises UserError E_PASSPHRASE for one that is too short.
    """
    from nacl.pwhash import argon2id
    from nacl.secret import SecretBox

    if len(passphrase) < SHORTEST:
        raise UserError(
            "E_PASSPHRASE",
            "This passphrase is too short.",
            "Nothing was changed.",
            f"Take {SHORTEST} characters or more; several words are easy to remember.",
            exit_code=Exit.USAGE,
        )
    salt = secrets.token_bytes(argon2id.SALTBYTES)
    kept: dict[str, Any] = {
        "passphrase": {
            "way": "argon2id",
            "passes": _PASSES,
            "memory": _MEMORY,
            "salt": _text(salt),
            "box": _text(bytes(SecretBox(_stretched(passphrase, salt, _PASSES, _MEMORY)).encrypt(key))),
        }
    }
    return with_recovery(kept, key, recovery)


def with_recovery(kept: Kept, key: bytes, recovery: str) -> Kept:
    """The same, openable by this recovery key, too, and by no other one."""
    if not recovery:
        return {**kept, "recovery": None}
    sealed = io.BytesIO()
    sealing.seal(io.BytesIO(key), sealed, [recovery])
    return {**kept, "recovery": {"for": recovery, "box": _text(sealed.getvalue())}}


def by_passphrase(kept: Kept, passphrase: str) -> bytes:
    """The key. Raises UserError E_PASSPHRASE, E_KEY_FILE."""
    from nacl.exceptions import CryptoError
    from nacl.secret import SecretBox

    try:
        said = kept["passphrase"]
        passes, memory = int(said["passes"]), int(said["memory"])
        if said["way"] != "argon2id" or not 1 <= passes <= _MOST_PASSES or not 8192 <= memory <= _MOST_MEMORY:
            raise ValueError("an unknown way")
        stretched = _stretched(passphrase, _bytes(said["salt"]), passes, memory)
        box = _bytes(said["box"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise _damaged(error) from error
    try:
        key = SecretBox(stretched).decrypt(box)
    except (CryptoError, ValueError) as error:
        raise UserError(
            "E_PASSPHRASE",
            "This is not the passphrase of this workspace.",
            "Nothing was opened.",
            "Mind capitals and spaces."
            + (" The recovery sheet opens it, too: “unprotect --recovery-file FILE”." if kept.get("recovery") else ""),
            exit_code=Exit.REFUSED,
        ) from error
    return _whole(key)


def by_recovery(kept: Kept, keys: Sequence[Identity]) -> bytes:
    """The key. Raises UserError E_SEALED, E_KEY_FILE."""
    said = kept.get("recovery")
    if not said:
        raise UserError(
            "E_SEALED",
            "This workspace was protected before a recovery key was in force, so the sheet does not open it.",
            "Nothing was opened.",
            "Give its passphrase.",
            exit_code=Exit.REFUSED,
        )
    try:
        sealed, plain = io.BytesIO(_bytes(said["box"])), io.BytesIO()
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise _damaged(error) from error
    sealing.unseal(sealed, plain, keys)
    return _whole(plain.getvalue())


def _whole(key: bytes) -> bytes:
    if len(key) != _KEY:
        raise _damaged("a key of another length")
    return key


def _stretched(passphrase: str, salt: bytes, passes: int, memory: int) -> bytes:
    from nacl.pwhash import argon2id

    return argon2id.kdf(
        _KEY, sealing.typed(passphrase).encode("utf-8", "surrogatepass"), salt, opslimit=passes, memlimit=memory
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _damaged(error: object) -> UserError:
    return UserError(
        "E_KEY_FILE",
        "The key file of this workspace is damaged.",
        "The workspace was left as it is.",
        "Bring workspace.key back from a backup of the folder, or restore the newest backup.",
        str(error),
        Exit.DAMAGED,
    )
