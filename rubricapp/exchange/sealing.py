"""Sealing: only those for whom a package was made can open it. age (X25519, ChaCha20-Poly1305), through pyrage.

Whatever is sealed for a person is sealed for the programme's recovery key, too: losing one key never loses the data.
A passphrase opens a small sealed key, and that key opens the package, so that large files stream all the same.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from rubricapp.errors import Exit, UserError
from rubricapp.exchange import spoken
from rubricapp.store.workspace import Workspace

_META = "sealing_identity"
_FORMER = "sealing_identities_before"
SHORTEST = 10
"""Characters of a passphrase."""
MOST_RECIPIENTS = 100
_LONGEST_SEAL = 64 << 10
MOST_WORK = 21
"""scrypt takes 2 to the power of this times 1 KiB of memory; sealing takes about 19. A stranger's file says how much
it wants, and 22 would already be 4 GiB and a minute on a laptop."""
_LEAST_WORK = 15
"""What takes less was sealed while the laptop was busy, and is tried again."""
_TRIES_TO_SEAL, _TRIES_TO_OPEN = 5, 50
_WORK = re.compile(rb"age-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} ([1-9]\d?)\n", re.ASCII)


@dataclass(frozen=True)
class Identity:
    """A key that opens. public: what others seal for, "age1…"."""

    public: str
    _secret: str = field(repr=False)

    @property
    def secret(self) -> str:
        """What is printed on a recovery sheet: "AGE-SECRET-KEY-1…"."""
        return self._secret


def new_identity() -> Identity:
    """A key that nobody had before."""
    from pyrage import x25519

    return _identity(x25519.Identity.generate())


def identity_from(secret: str) -> Identity:
    """The key that a recovery sheet holds. Raises UserError E_KEY for a text that is none."""
    from pyrage import IdentityError, x25519

    try:
        return _identity(x25519.Identity.from_str("".join(secret.split()).upper()))
    except IdentityError as error:
        raise UserError(
            "E_KEY",
            "This is not a whole recovery key.",
            "Nothing was changed.",
            "Type it as it stands on the sheet; it begins with AGE-SECRET-KEY-1.",
            exit_code=Exit.USAGE,
        ) from error


def _identity(found) -> Identity:
    return Identity(str(found.to_public()), str(found))


def identity_of(ws: Workspace) -> Identity:
    """The key of this copy of the workspace, made where it has none. Raises UserError where it cannot be kept."""
    device, _space, secret = (ws.meta(_META) or "").partition(" ")
    if device == ws.device and secret:
        return identity_from(secret)
    made = new_identity()
    if secret:  # kits are out there whose returns will be sealed for it
        keep_former(ws, (secret,))
    ws.set_meta(_META, f"{ws.device} {made.secret}")
    return made


def identities_of(ws: Workspace) -> tuple[Identity, ...]:
    """Every key that opens what was sealed for this workspace: its own, then those that it had before its folder was
    moved, copied or restored. Raises UserError where its own cannot be kept."""
    own = identity_of(ws)
    return own, *map(identity_from, reversed((ws.meta(_FORMER) or "").split()))


def secrets_in(meta: Mapping[str, str]) -> tuple[str, ...]:
    """What opens, in the facts that a copy of a workspace keeps about itself; oldest first."""
    own = meta.get(_META, "").partition(" ")[2]
    return *meta.get(_FORMER, "").split(), *([own] if own else [])


def keep_former(ws: Workspace, secrets: Iterable[str]) -> None:
    """Go on opening what was sealed for these. Raises UserError where that cannot be kept."""
    kept = (ws.meta(_FORMER) or "").split()
    both = list(dict.fromkeys((*kept, *secrets)))
    if both != kept:
        ws.set_meta(_FORMER, " ".join(both))


def seal(plain: BinaryIO, sealed: BinaryIO, recipients: Sequence[str]) -> None:
    """Seal a stream for recipients ("age1…"), each of whom alone can open it.

    Raises ValueError without any, or for too many; OSError.
    """
    from pyrage import EncryptError, encrypt_io, x25519

    if not 0 < len(recipients) <= MOST_RECIPIENTS:
        raise ValueError("sealed for nobody, or for too many")
    try:
        encrypt_io(plain, sealed, [x25519.Recipient.from_str(each) for each in recipients])
    except EncryptError as error:
        raise _of_disk(error) or error from error


def _of_disk(error: Exception) -> OSError | None:
    """What the disk said, where pyrage made a text of it."""
    found = re.search(r"\[Errno (\d+)\]", str(error))
    return OSError(int(found[1]), os.strerror(int(found[1]))) if found else None


def unseal(sealed: BinaryIO, plain: BinaryIO, identities: Sequence[Identity]) -> None:
    """Open a sealed stream. What was altered or cut short raises, though part of it may have been written by then.

    Raises UserError: E_SEALED where none of the keys opens it, E_FILE_DAMAGED; OSError.
    """
    from pyrage import DecryptError, decrypt_io, x25519

    _demand_few_recipients(sealed)
    try:
        decrypt_io(sealed, plain, [x25519.Identity.from_str(each.secret) for each in identities])
    except DecryptError as error:
        raise _of_disk(error) or _refused(error) from error
    except OSError as error:
        if error.errno is not None:  # the disk, and not the seal
            raise
        raise _of_disk(error) or _refused(error) from error


def _demand_few_recipients(sealed: BinaryIO) -> None:
    """Each recipient that the beginning of a sealed stream names costs half a millisecond, and there may be millions.

    Raises UserError E_FILE_DAMAGED.
    """
    here = sealed.tell()
    begins, ends, _rest = sealed.read(_LONGEST_SEAL).partition(b"\n--- ")
    sealed.seek(here)
    if not ends or begins.count(b"\n-> ") > MOST_RECIPIENTS:
        raise _refused(ValueError("no seal, or one for too many"))


def wrap(identity: Identity, passphrase: str) -> bytes:
    """A key, sealed by a passphrase (scrypt). Raises UserError E_PASSPHRASE for one that is too short."""
    from pyrage import passphrase as by

    passphrase = typed(passphrase)
    if len(passphrase) < SHORTEST:
        raise UserError(
            "E_PASSPHRASE",
            "This passphrase is too short.",
            "Nothing was made.",
            f"Take {SHORTEST} characters or more; several words are easy to say by phone.",
            exit_code=Exit.USAGE,
        )
    made = [by.encrypt(identity.secret.encode("ascii"), passphrase)]
    while len(made) < _TRIES_TO_SEAL and _work(made[-1]) < _LEAST_WORK:
        made.append(by.encrypt(identity.secret.encode("ascii"), passphrase))
    return max(made, key=_work)


def typed(passphrase: str) -> str:
    """The same words are the same passphrase, whether a keyboard gives a letter and its accent as one or as two."""
    return unicodedata.normalize("NFC", passphrase)


def _work(wrapped: bytes) -> int:
    found = _WORK.match(wrapped)
    return int(found[1]) if found else 0


def unwrap(wrapped: bytes, passphrase: str) -> Identity:
    """The key that a passphrase sealed. Raises UserError E_PASSPHRASE where it is another one."""
    from pyrage import DecryptError

    if b"-> scrypt" in wrapped and not 0 < _work(wrapped) <= MOST_WORK:
        raise _refused(ValueError("wants more work than any passphrase of ours"))
    try:
        return identity_from(_decrypted(wrapped, typed(passphrase)).decode("ascii"))
    except (DecryptError, UnicodeDecodeError) as error:
        raise UserError(
            "E_PASSPHRASE",
            "This is not the passphrase.",
            "Nothing was opened.",
            "Ask whoever made the package; mind capitals and spaces.",
            exit_code=Exit.REFUSED,
        ) from error


def unwrap_spoken(wrapped: bytes, passphrase: str) -> Identity:
    """The same for a passphrase that may have been said by phone. Raises UserError E_PASSPHRASE where none fits."""
    *others, last = spoken.spellings(passphrase)
    for each in others:
        try:
            return unwrap(wrapped, each)
        except UserError as error:
            if error.code != "E_PASSPHRASE":
                raise
    return unwrap(wrapped, last)


def _decrypted(wrapped: bytes, passphrase: str) -> bytes:
    """Raises pyrage.DecryptError for another passphrase, UserError E_BUSY."""
    from pyrage import DecryptError
    from pyrage import passphrase as by

    for tries_left in reversed(range(_TRIES_TO_OPEN)):
        try:
            return by.decrypt(wrapped, passphrase)
        except DecryptError as error:
            # WORKAROUND age times one millisecond of work, and refuses what would then take over 16 seconds: on a busy
            # laptop that is chance. Remove when pyrage lets the limit be set.
            # https://github.com/str4d/rage/blob/main/age/src/scrypt.rs
            if "xcessive work" not in str(error):
                raise
            if not tries_left:
                raise UserError(
                    "E_BUSY",
                    "This laptop is too slow or too busy to try the passphrase.",
                    "Nothing was opened; the passphrase may be right.",
                    "Close other programs, then try again; or open it on a faster laptop.",
                    str(error),
                ) from error
    raise AssertionError("tried at least once")


def _refused(error: Exception) -> UserError:
    text = str(error)
    if "No matching keys" in text or "no identities" in text.casefold():
        return UserError(
            "E_SEALED",
            "This package was sealed for somebody else.",
            "Nothing was opened.",
            "Ask its sender to make one for you, or use the recovery key.",
            text,
            Exit.REFUSED,
        )
    return UserError(
        "E_FILE_DAMAGED",
        "This package is damaged or cut short.",
        "Nothing was changed.",
        "Copy it again from where it was made.",
        text,
        Exit.DAMAGED,
    )
