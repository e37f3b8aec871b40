"""Sealing: opened by those it was made for, and by nobody else; what was altered or cut is refused."""

from __future__ import annotations

import base64
import errno
import hashlib
import hmac
import io
import unicodedata

import pytest
from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt as encrypt
from pyrage import DecryptError, passphrase

from rubricapp.errors import Exit, UserError
from rubricapp.exchange import sealing

WORDS = b"Amara Okafor, CAM-1, level 4. " * 9000


@pytest.fixture(scope="module")
def keys():
    return [sealing.new_identity() for _ in range(3)]


@pytest.fixture(scope="module")
def wrapped(keys) -> bytes:
    """The first key, sealed by a passphrase in earnest: that takes seconds, on purpose."""
    return sealing.wrap(keys[0], "four rivers meet at dusk")


def sealed_for(*recipients) -> bytes:
    out = io.BytesIO()
    sealing.seal(io.BytesIO(WORDS), out, [each.public for each in recipients])
    return out.getvalue()


def sealed_lightly(identity: sealing.Identity, words: str) -> bytes:
    """The same form as `sealing.wrap`, written by the letter of age-encryption.org/v1, with little work."""

    def derived(key: bytes, salt: bytes, info: bytes) -> bytes:
        return hmac.digest(hmac.digest(salt, key, "sha256"), info + b"\x01", "sha256")

    def text(data: bytes) -> bytes:
        return base64.b64encode(data).rstrip(b"=")

    salt, file_key, nonce = (bytes([number]) * 16 for number in (1, 2, 3))
    guessed = hashlib.scrypt(words.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=1 << 8, r=8, p=1, dklen=32)
    stanza = b"-> scrypt %b 8\n%b\n" % (text(salt), text(encrypt(file_key, None, bytes(12), guessed)))
    head = b"age-encryption.org/v1\n" + stanza + b"---"
    proof = hmac.digest(derived(file_key, b"", b"header"), head, "sha256")
    body = encrypt(identity.secret.encode(), None, bytes(11) + b"\x01", derived(file_key, nonce, b"payload"))
    return b"%b %b\n%b%b" % (head, text(proof), nonce, body)


def unsealed(data: bytes, *keys) -> bytes:
    out = io.BytesIO()
    sealing.unseal(io.BytesIO(data), out, keys)
    return out.getvalue()


def refused(data: bytes, *keys) -> UserError:
    with pytest.raises(UserError) as caught:
        unsealed(data, *keys)
    return caught.value


def test_each_recipient_alone_opens_it_and_nobody_else(keys) -> None:
    lead, recovery, stranger = keys
    data = sealed_for(lead, recovery)
    assert b"Amara" not in data
    assert unsealed(data, lead) == unsealed(data, recovery) == unsealed(data, stranger, lead) == WORDS
    assert refused(data, stranger).code == "E_SEALED"
    assert refused(data).exit_code is Exit.REFUSED


@pytest.mark.parametrize("length", [0, 1, 20, 200, 70_000, -1, -16, -17])
def test_cut_short_is_refused(keys, length) -> None:
    data = sealed_for(keys[0])
    assert refused(data[:length], keys[0]).code == "E_FILE_DAMAGED"


def test_every_flipped_bit_is_noticed(keys) -> None:
    data = sealed_for(keys[0])
    for place in range(0, len(data), 1009):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        assert refused(bytes(flipped), keys[0]).code in ("E_FILE_DAMAGED", "E_SEALED")


def test_a_full_disk_is_not_called_damage(keys) -> None:
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        sealing.unseal(io.BytesIO(sealed_for(keys[0])), Full(), [keys[0]])


def test_a_passphrase_opens_the_key_and_another_does_not(keys, wrapped) -> None:
    assert sealing.unwrap(wrapped, "four rivers meet at dusk") == keys[0]
    wrapped = sealed_lightly(keys[0], "four rivers meet at dusk")
    assert sealing.unwrap(wrapped, "four rivers meet at dusk") == keys[0]
    for bad in ("", "Four rivers meet at dusk", "four rivers meet at dusk "):
        with pytest.raises(UserError) as caught:
            sealing.unwrap(wrapped, bad)
        assert caught.value.code == "E_PASSPHRASE"
    with pytest.raises(UserError):
        sealing.unwrap(wrapped[:-3], "four rivers meet at dusk")
    with pytest.raises(UserError) as caught:
        sealing.wrap(keys[0], "short")
    assert caught.value.code == "E_PASSPHRASE"


def test_a_key_is_typed_as_people_type(keys) -> None:
    secret = keys[0].secret
    in_groups = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)).lower()
    assert sealing.identity_from(in_groups) == keys[0]
    assert "SECRET" not in repr(keys[0])
    for bad in ("", "AGE-SECRET-KEY-1", secret[:-1], secret[:-1] + "B", "é"):
        with pytest.raises(UserError) as caught:
            sealing.identity_from(bad)
        assert caught.value.code == "E_KEY"


def test_each_copy_of_a_workspace_has_a_key_of_its_own(ws) -> None:
    first = sealing.identity_of(ws)
    assert sealing.identity_of(ws) == first
    ws.set_meta("sealing_identity", "another-device " + first.secret)  # as in a copy that got a new device
    second = sealing.identity_of(ws)
    assert second != first
    assert sealing.identities_of(ws) == (second, first), "what was sealed for it before still opens"
    ws.set_meta("sealing_identity", "another-device " + second.secret)
    assert sealing.identities_of(ws)[1:] == (second, first)
    assert sealing.identities_of(ws) == sealing.identities_of(ws)


def test_sealed_for_nobody() -> None:
    with pytest.raises(ValueError, match="nobody"):
        sealing.seal(io.BytesIO(b""), io.BytesIO(), [])


def test_a_keyboard_that_gives_accents_apart_types_the_same_passphrase(keys, monkeypatch) -> None:
    said = []
    monkeypatch.setattr(passphrase, "encrypt", lambda _secret, words: said.append(words) or b"")
    for form in ("NFC", "NFD"):
        sealing.wrap(keys[0], unicodedata.normalize(form, "bốn dòng sông gặp nhau"))
    monkeypatch.setattr(passphrase, "decrypt", lambda _wrapped, words: said.append(words) or keys[0].secret.encode())
    assert sealing.unwrap(b"", unicodedata.normalize("NFD", "bốn dòng sông gặp nhau")) == keys[0]
    assert len(set(said)) == 1 < len(said)


def test_a_busy_laptop_is_not_a_wrong_passphrase(keys, monkeypatch) -> None:
    """The library measures a moment's speed, and refuses to try where the laptop was doing something else just then."""
    wrapped = sealed_lightly(keys[0], "four rivers meet")
    real, refusals = passphrase.decrypt, [0]

    def busy(*arguments):
        refusals[0] += 1
        if refusals[0] <= most:
            raise DecryptError("Excessive work parameter for passphrase.\nDecryption would take around 64 seconds.")
        return real(*arguments)

    monkeypatch.setattr(passphrase, "decrypt", busy)
    most = 3
    assert sealing.unwrap(wrapped, "four rivers meet") == keys[0]
    most = 10**9
    with pytest.raises(UserError) as caught:
        sealing.unwrap(wrapped, "four rivers meet")
    assert (caught.value.code, "may be right" in caught.value.safe) == ("E_BUSY", True)


def test_what_was_sealed_while_the_laptop_was_busy_is_sealed_again(keys, monkeypatch) -> None:
    made = []

    def encrypt(*_arguments) -> bytes:
        made.append(b"age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA %d\n" % works[len(made)])
        return made[-1]

    monkeypatch.setattr(passphrase, "encrypt", encrypt)
    works = [9, 11, 18, 20]
    assert sealing.wrap(keys[0], "four rivers meet").endswith(b" 18\n")
    made.clear()
    works = [9, 12, 11, 10, 9, 20]
    assert sealing.wrap(keys[0], "four rivers meet").endswith(b" 12\n"), "a slow laptop is not tried for ever"


def test_a_passphrase_that_wants_all_of_the_memory_is_refused_at_once(wrapped) -> None:
    top, stanza, rest = wrapped.split(b"\n", 2)
    for work in (b"22", b"24", b"63", b"0", b"-1", b"019", b""):
        asks = b"\n".join((top, stanza.rsplit(b" ", 1)[0] + b" " + work, rest))
        with pytest.raises(UserError) as caught:
            sealing.unwrap(asks, "four rivers meet at dusk")
        assert caught.value.code == "E_FILE_DAMAGED", work
    for nothing in (b"", b"age-encryption.org/v1\n", b"-> X25519 a\n"):
        with pytest.raises(UserError) as caught:
            sealing.unwrap(nothing, "four rivers meet")
        assert caught.value.code == "E_PASSPHRASE"


def test_a_seal_for_thousands_is_refused_before_a_key_is_tried() -> None:
    key, out = sealing.new_identity(), io.BytesIO()
    sealing.seal(io.BytesIO(b"words"), out, [key.public] * 3)
    top, stanza, body, rest = out.getvalue().split(b"\n", 3)
    for many, outcome in ((1, "E_FILE_DAMAGED"), (sealing.MOST_RECIPIENTS, "E_FILE_DAMAGED"), (9999, "E_FILE_DAMAGED")):
        with pytest.raises(UserError) as caught:
            crowded = b"\n".join((top, *[stanza, body] * many, stanza, body, rest))
            sealing.unseal(io.BytesIO(crowded), io.BytesIO(), [key])
        assert caught.value.code == outcome
        assert ("too many" in caught.value.details) is (many > 1)
    with pytest.raises(ValueError, match="too many"):
        sealing.seal(io.BytesIO(b""), io.BytesIO(), [key.public] * (sealing.MOST_RECIPIENTS + 1))


class Full(io.BytesIO):
    def write(self, _data) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_not_taken_for_a_damaged_seal() -> None:
    key, out = sealing.new_identity(), io.BytesIO()
    sealing.seal(io.BytesIO(b"words" * 99999), out, [key.public])
    for work in (
        lambda: sealing.seal(io.BytesIO(b"words" * 99999), Full(), [key.public]),
        lambda: sealing.unseal(io.BytesIO(out.getvalue()), Full(), [key]),
    ):
        with pytest.raises(OSError, match="space") as caught:
            work()
        assert caught.value.errno == errno.ENOSPC
