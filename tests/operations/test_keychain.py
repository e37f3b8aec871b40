"""The keychain: a third way to the key of a protected workspace, forgotten on demand, and never the only one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from rubricapp import cli
from rubricapp.errors import UserError
from rubricapp.exchange import keychain, unlocking
from rubricapp.operations import backups, protection
from rubricapp.store import key_file
from rubricapp.store.workspace import open_

WORDS = "four rivers meet at dusk"
unlock = protection.by_passphrase(WORDS)


class Memory(KeyringBackend):
    """Keeps secrets as long as the test runs."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("the user said no")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("the user said no")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not found")
        del self.kept[service, username]


@pytest.fixture
def memory():
    before = keyring.get_keyring()
    found = Memory()
    keyring.set_keyring(found)
    yield found
    keyring.set_keyring(before)


@pytest.fixture(params=[keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
def none(request):
    before = keyring.get_keyring()
    keyring.set_keyring(request.param())
    yield
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def _quick_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlocking, "_PASSES", 1)
    monkeypatch.setattr(unlocking, "_MEMORY", 8 << 10)


@pytest.fixture
def shut(ws) -> Path:
    ws.close()
    protection.protect(ws.folder, WORDS)
    return ws.folder


def refused(function, *arguments, **named) -> UserError:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    return caught.value


def remember(shut: Path) -> None:
    with open_(shut, unlock=unlock) as ws:
        protection.remember(ws)


def test_it_opens_what_it_remembers_and_forgets_it(shut, memory) -> None:
    assert not protection.is_remembered(shut)
    remember(shut)
    assert protection.is_remembered(shut)
    with open_(shut, unlock=protection.by_keychain) as ws:
        key = ws.key
    (secret,) = memory.kept.values()
    files = b"".join((shut / name).read_bytes() for name in key_file.NAMES)
    assert key.hex() not in secret and keychain._text(key) not in secret, "the keychain alone opens nothing"
    assert secret.encode() not in files, "the key file alone neither"
    with open_(shut, unlock=unlock):
        pass
    assert protection.forget(shut) and not protection.forget(shut)
    assert memory.kept == {}
    assert refused(open_, shut, unlock=protection.by_keychain).code == "E_KEYCHAIN"
    with open_(shut, unlock=unlock):
        pass


def test_forgetting_works_where_the_keychain_does_not_answer(shut, memory) -> None:
    remember(shut)
    stolen = dict(memory.kept)
    memory.kept.clear()
    assert protection.forget(shut)
    memory.kept = stolen
    assert refused(open_, shut, unlock=protection.by_keychain).code == "E_KEYCHAIN"


def test_one_that_is_locked_or_lost_is_said_and_costs_nothing(shut, memory) -> None:
    remember(shut)
    memory.locked = True
    assert refused(open_, shut, unlock=protection.by_keychain).code == "E_KEYCHAIN"
    with open_(shut, unlock=unlock) as ws:
        before = (shut / key_file.NAMES[0]).read_bytes()
        assert refused(protection.remember, ws).code == "E_KEYCHAIN"
        assert (shut / key_file.NAMES[0]).read_bytes() == before
    memory.locked = False
    memory.kept.clear()
    error = refused(open_, shut, unlock=protection.by_keychain)
    assert (error.code, "passphrase" in error.do) == ("E_KEYCHAIN", True)
    memory.kept = dict.fromkeys([("rubricapp", "x")], "%%%")


def test_a_system_without_one_is_said_plainly(shut, none) -> None:
    assert not protection.has_keychain()
    with open_(shut, unlock=unlock) as ws:
        error = refused(protection.remember, ws)
    assert (error.code, "no keychain" in error.what) == ("E_NO_KEYCHAIN", True)
    assert not protection.is_remembered(shut)


def test_taking_protection_away_and_a_new_key_forget(shut, memory, tmp_path) -> None:
    remember(shut)
    protection.change_passphrase(shut, unlock, "quite another passphrase")
    with open_(shut, unlock=protection.by_keychain):
        pass  # the key is the same
    protection.change_key(shut, protection.by_keychain, WORDS)
    assert memory.kept == {} and not protection.is_remembered(shut)
    remember(shut)
    with open_(shut, unlock=unlock) as ws:
        backups.back_up(ws, tmp_path / "away")
        path = backups.back_up(ws)
    protection.unprotect(shut, unlock)
    assert memory.kept == {}
    import zipfile

    with zipfile.ZipFile(path) as archive:
        assert "keychain" not in json.loads(archive.read("workspace.key")), "a backup is opened by people, not by this"


def test_a_backup_comes_back_without_it(shut, memory, tmp_path) -> None:
    remember(shut)
    with open_(shut, unlock=unlock) as ws:
        path = backups.back_up(ws, tmp_path / "away")
    backups.restore(tmp_path / "elsewhere", path, unlock=unlock)
    assert not protection.is_remembered(tmp_path / "elsewhere")
    backups.restore(shut, path, unlock=unlock)
    with open_(shut, unlock=unlock):
        pass


def test_nothing_of_it_is_imported_unless_it_is_used(shut) -> None:
    script = """
import sys
from pathlib import Path
from rubricapp.operations import protection
from rubricapp.store.workspace import open_
with open_(Path(sys.argv[1]), unlock=protection.by_passphrase("four rivers meet at dusk")):
    protection.is_remembered(Path(sys.argv[1]))
assert "keyring" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script, str(shut)], check=True, timeout=60)


def test_in_a_terminal(shut, memory, tmp_path, capsys, monkeypatch) -> None:
    words, newer = tmp_path / "words", tmp_path / "newer"
    words.write_text(WORDS + "\n")
    newer.write_text("quite another passphrase\n")

    def run(*told: object, code: int = 0) -> str:
        capsys.readouterr()
        assert cli.run([*map(str, told), "--workspace", str(shut)]) == code, capsys.readouterr()
        said = capsys.readouterr()
        return said.out + said.err

    assert "protected by a passphrase" in run("people", "list", code=4)
    assert "keychain opens it from now on" in run("protect", "--keychain", "--unlock-file", words)
    assert "Okafor" in run("people", "list"), "without typing"
    assert json.loads(run("protect", "--keychain", "--json", "--quiet"))["keychain"] is True
    memory.locked = True
    assert "did not give the key" in run("people", "list", code=4)
    assert "Okafor" in run("people", "list", "--unlock-file", words)
    memory.locked = False
    assert "no more" in run("protect", "--forget", "--unlock-file", words)
    run("people", "list", code=4)
    run("protect", "--keychain", "--forget", code=2)
    run("protect", "--new-key", code=2)
    run("protect", "--change", "--passphrase-file", newer, code=4)
    run("protect", "--change", "--passphrase-file", words, "--unlock-file", newer, code=4)
    said = run("protect", "--change", "--passphrase-file", newer, "--unlock-file", words)
    assert "its key is the same" in said
    run("people", "list", "--unlock-file", words, code=4)
    said = run(
        "protect", "--change", "--new-key", "--replace-backups", "--passphrase-file", words, "--unlock-file", newer
    )
    assert "a new key" in said
    assert "Okafor" in run("people", "list", "--unlock-file", words)
    run("protect", "--passphrase-file", words, code=4)
    run("unprotect", "--passphrase-file", words)
    run("backup")
    assert "say “protect --replace-backups”" in run("protect", "--passphrase-file", words)
    assert "Replaced" in run("protect", "--replace-backups", "--unlock-file", words)
    assert protection.list_unprotected(shut) == ()
    run("unprotect", "--passphrase-file", words)
    run("protect", "--forget", code=4)
    run("protect", "--change", "--passphrase-file", words, code=4)
    said = run("protect", "--keychain", "--passphrase-file", words)
    assert "files and all" in said and "Okafor" in run("people", "list")
