"""The system's keychain as a third way to a protected workspace's key: convenient, and never the only one.

Question: what lies in the keychain? Decision: a key of its own that opens a box in the key file, never the workspace's.
Reasons: either half alone opens nothing, so forgetting works even where the keychain does not answer; and a keychain
that is lost, as has locked people out elsewhere, costs nothing but typing. 2026-11-29.

What it does not do: any program of the same person may ask the keychain. It protects the lost laptop that is switched
off, as far as the system's log-in does.
"""

from __future__ import annotations

import base64
import contextlib
import secrets
from typing import TYPE_CHECKING

from rubricapp.errors import Exit, UserError
from rubricapp.store.key_file import Kept

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "rubricapp"
_PLACE = "keychain"
_UNSAFE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt", "keyrings.cryptfile")
"""Backends that keep nothing, or keep it in a file that anybody reads."""


def _backend() -> KeyringBackend:
    """The keychain of this system. Raises UserError E_NO_KEYCHAIN where there is none that keeps a secret."""
    import keyring

    found = keyring.get_keyring()
    chained = list(getattr(found, "backends", ()))  # a chain asks them in this order
    used = chained[0] if chained else found
    if type(used).__module__.startswith(_UNSAFE):
        raise UserError(
            "E_NO_KEYCHAIN",
            "This computer has no keychain that this app can use.",
            "The passphrase opens the workspace as before.",
            "On Linux install and unlock a Secret Service, such as GNOME Keyring or KWallet, then try again.",
            f"{type(used).__module__}.{type(used).__name__}",
        )
    return found


def has_keychain() -> bool:
    """Whether this computer has a keychain that can be used."""
    try:
        _backend()
    except UserError:
        return False
    return True


def is_remembered(kept: Kept) -> bool:
    """Whether the keychain of some computer may open this workspace."""
    return bool(kept.get(_PLACE))


def remember(kept: Kept, key: bytes) -> Kept:
    """The same key file, openable by this computer's keychain, too; it is proved. Raises UserError E_NO_KEYCHAIN,
    E_KEYCHAIN."""
    from keyring.errors import KeyringError
    from nacl.secret import SecretBox

    backend = _backend()
    name, opener = secrets.token_hex(16), secrets.token_bytes(SecretBox.KEY_SIZE)
    try:
        backend.set_password(SERVICE, name, _text(opener))
    except (KeyringError, OSError, RuntimeError) as error:
        raise _refused(error) from error
    made = {**kept, _PLACE: {"name": name, "box": _text(bytes(SecretBox(opener).encrypt(key)))}}
    if by_keychain(made) != key:
        raise _refused("it gave back something else")
    return made


def by_keychain(kept: Kept) -> bytes:
    """The workspace's key. Raises UserError E_NO_KEYCHAIN, E_KEYCHAIN."""
    from keyring.errors import KeyringError
    from nacl.exceptions import CryptoError
    from nacl.secret import SecretBox

    backend = _backend()
    try:
        said = kept[_PLACE]
        opener = backend.get_password(SERVICE, str(said["name"]))
        if not opener:
            raise _refused("it holds nothing for this workspace")
        return SecretBox(_bytes(opener)).decrypt(_bytes(said["box"]))
    except (KeyringError, OSError, RuntimeError, KeyError, TypeError, ValueError, CryptoError) as error:
        raise _refused(error) from error


def forget(kept: Kept) -> Kept:
    """The same key file without that way. A keychain that does not answer keeps half of it, which opens nothing."""
    from keyring.errors import KeyringError

    said = kept.get(_PLACE)
    if said:
        with contextlib.suppress(UserError, KeyringError, OSError, RuntimeError, KeyError, TypeError):
            _backend().delete_password(SERVICE, str(said["name"]))
    return {**kept, _PLACE: None}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _refused(error: object) -> UserError:
    return UserError(
        "E_KEYCHAIN",
        "This computer’s keychain did not give the key of this workspace.",
        "Nothing was opened or changed.",
        "Give the passphrase; where the keychain is locked, unlock it and try again.",
        str(error),
        Exit.REFUSED,
    )
