"""The key of this copy: kept, never shared by two devices, and known again by its fingerprint."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil

import pytest

from rubricapp.errors import UserError
from rubricapp.exchange import signing
from rubricapp.store.workspace import open_


def test_a_signature_holds_for_its_bytes_only() -> None:
    key = signing.key_from(bytes(range(32)))
    signature = key.sign(b"words")
    assert signing.holds(key.public, b"words", signature)
    assert key.sign(b"words") == signature
    assert not signing.holds(key.public, b"word", signature)
    assert not signing.holds(signing.key_from(bytes(32)).public, b"words", signature)
    for bad in (b"", signature[:-1], bytes([signature[0] ^ 1]) + signature[1:], bytes(64)):
        assert not signing.holds(key.public, b"words", bad)
    for public in (b"", bytes(32), b"\xff" * 32, key.public + b"x"):
        assert not signing.holds(public, b"words", signature)


def test_the_seed_is_not_said_by_accident() -> None:
    assert bytes(range(32)).hex() not in repr(signing.key_from(bytes(range(32))))
    assert "seed" not in repr(signing.key_from(bytes(32)))


def test_a_fingerprint_can_be_read_out_on_the_phone() -> None:
    key = signing.key_from(bytes(range(32)))
    print_ = signing.fingerprint(key.public)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){5}", print_)
    assert print_ == "AS3N-N9TM-CD3M-R0M5-VXEV-YAYA", "it must never change for a key"
    plain = base64.b32encode(hashlib.sha256(key.public).digest())[:24].decode()
    crockford = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ", strict=True))
    assert print_.replace("-", "") == "".join(crockford[letter] for letter in plain)
    assert signing.fingerprint(bytes(32)) != print_


def test_a_workspace_keeps_its_key_and_a_copy_gets_another(ws, folder, tmp_path) -> None:
    key = signing.key_of(ws)
    assert signing.key_of(ws) == key
    ws.close()
    with open_(folder) as again:
        assert signing.key_of(again) == key
    shutil.copytree(folder, tmp_path / "copy")
    with open_(tmp_path / "copy") as copied:
        assert signing.key_of(copied).public != key.public
        assert signing.list_former(copied) == [key.public], "the programme still knows what it signed"
        other = signing.key_of(copied)
    with open_(tmp_path / "copy") as copied:
        assert signing.key_of(copied) == other
    with open_(folder) as again:
        assert signing.key_of(again) == key, "the first one is not touched by it"
        assert signing.list_former(again) == []


@pytest.mark.parametrize("kept", ["", "nonsense", "0 ff", "0" * 32 + " " + "f" * 64])
def test_a_key_that_is_none_or_another_devices_is_not_used(ws, kept) -> None:
    ws.set_meta("signing_seed", kept)
    assert signing.key_of(ws) == signing.key_of(ws)
    assert signing.key_of(ws).public != signing.key_from(b"\xff" * 32).public


def test_where_nothing_may_be_written_an_old_key_signs_and_no_new_one_is_made(ws, folder) -> None:
    ws.close()
    with open_(folder, read_only=True) as reading:
        with pytest.raises(UserError) as caught:
            signing.key_of(reading)
        assert caught.value.code == "E_READ_ONLY"
    with open_(folder) as writing:
        key = signing.key_of(writing)
    with open_(folder, read_only=True) as reading:
        assert signing.key_of(reading) == key
