"""Protection at rest: nothing readable lies on the disk, both keys open, others do not, a crash leaves a whole."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest

from rubricapp import cli
from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.exchange import sealing, unlocking
from rubricapp.operations import assessments, backups, evidence, people, privacy, protection, recovery, rehearsing
from rubricapp.store import engine, key_file, places, protecting, upgrading
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.existing import exists
from rubricapp.store.people import find_people
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import FILE_NAME, Workspace, open_

WORDS = "four rivers meet at dusk"
CANARIES = (b"Amara", b"Okafor", b"Tunde Example", b"KESTREL", b"Test residency", b"P-001")
unlock = protection.by_passphrase(WORDS)


@pytest.fixture(autouse=True)
def _quick_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dear way is tested by `test_the_dear_way`."""
    monkeypatch.setattr(unlocking, "_PASSES", 1)
    monkeypatch.setattr(unlocking, "_MEMORY", 8 << 10)


FILM = b"KESTREL over the ridge, take 3\n" * 3000


@pytest.fixture
def closed(ws, assessment, tmp_path) -> Path:
    """The folder of a closed workspace with a comment and two works that nobody else may read, and one backup."""
    for name, data in (("KESTREL notes.txt", b"KESTREL"), ("KESTREL ridge.mov", FILM)):
        (tmp_path / name).write_bytes(data)
        evidence.add_file(ws, find_people(ws, "P-001")[0].id, tmp_path / name)
    (ws.folder / "thumbnails").mkdir()
    (ws.folder / "thumbnails" / f"{'0' * 64}.jpg").write_bytes(b"KESTREL")
    (ws.files / f"{upgrading.RESUMABLE}{'0' * 32}.part").write_bytes(b"KESTREL, half of it")
    assessments.rate(ws, assessment.id, "TST-1", 3)
    assessments.comment(ws, assessment.id, "TST-1", "KESTREL over the ridge")
    backups.back_up(ws)
    ws.close()
    return ws.folder


@pytest.fixture
def shut(closed: Path) -> Path:
    """The same, protected, its old backups replaced."""
    protection.protect(closed, WORDS)
    with open_(closed, unlock=unlock) as ws:
        protection.replace_unprotected(ws)
    return closed


def refused(function, *arguments, **named) -> UserError:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    return caught.value


def readable(folder: Path) -> list[str]:
    """Files of a workspace in which somebody reads a canary, zips unpacked."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        parts = [path.read_bytes(), str(path.relative_to(folder)).encode()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                parts += [archive.read(each) for each in archive.infolist()]
        if any(each in part for each in CANARIES for part in parts):
            found.append(path.name)
    return found


def everything(ws: Workspace) -> dict[str, list]:
    tables = [row[0] for row in ws.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'meta'")]
    return {name: sorted(ws.rows(f"SELECT * FROM {name}"), key=repr) for name in tables}


# Going in and coming back


def test_before_it_everything_is_readable_and_after_it_nothing(closed: Path) -> None:
    assert FILE_NAME in readable(closed)
    with open_(closed) as ws:
        before = everything(ws)
    done = protection.protect(closed, WORDS)
    assert not done.recovery
    assert [each.suffix for each in done.unprotected] == [".rubricbackup"]
    assert readable(closed) == [done.unprotected[0].name], "old backups are as they were, and are named"
    assert (closed / FILE_NAME).read_bytes()[:15] != b"SQLite format 3"
    assert exists(closed)
    with open_(closed, unlock=unlock) as ws:
        assert everything(ws) == before
        assert find_faults(ws, files=True).ok
        assert find_file(ws, list_artefacts(ws)[1]).plain is None
        assert protection.replace_unprotected(ws) == done.unprotected
        assert readable(closed) == [], "while it is open"
    assert readable(closed) == []
    assert protection.list_unprotected(closed) == ()
    protection.unprotect(closed, unlock)
    assert (closed / FILE_NAME).read_bytes()[:15] == b"SQLite format 3"
    assert not list(closed.glob("workspace.key*"))
    with open_(closed) as ws:
        assert everything(ws) == before
        assert find_faults(ws, files=True).ok
        assert find_file(ws, list_artefacts(ws)[1]).plain.read_bytes() == FILM
    assert not list(closed.rglob("*.sealed"))
    assert len([path for path in (closed / "files").rglob("*") if path.is_file()]) == 2


def test_it_is_written_to_and_backed_up_without_a_readable_word(shut: Path) -> None:
    with open_(shut, unlock=unlock) as ws:
        people.add_person(ws, Role.PARTICIPANT, "Amara Again", "P-077")
        with ws.writing("") as log:
            log.set("person", find_people(ws, "P-077")[0].id, "given_name", "KESTREL")
            ws.connection.execute("PRAGMA cache_size=1")
            ws.connection.execute("PRAGMA cache_spill=1")
            ws.connection.executemany(
                "INSERT INTO comment_bank (id, text) VALUES (?, ?)", [(f"{n:04}", "KESTREL" * 99) for n in range(400)]
            )
            assert (shut / f"{FILE_NAME}-journal").stat().st_size > 0
            assert readable(shut) == [], "in the middle of a transaction, journal and all"
            ws.connection.execute("DELETE FROM comment_bank")
        backups.back_up(ws)
        assert rehearsing.rehearse(ws).ok
        assert readable(shut) == []
    assert readable(shut) == []


def test_wrong_and_missing_words_are_refused(shut: Path) -> None:
    before = (shut / FILE_NAME).read_bytes()
    assert refused(open_, shut).code == "E_PROTECTED"
    for words in ("", "four rivers meet at dawn", WORDS.upper(), "é" * 4000):
        assert refused(open_, shut, unlock=protection.by_passphrase(words)).code == "E_PASSPHRASE"
        assert refused(protection.unprotect, shut, protection.by_passphrase(words)).code == "E_PASSPHRASE"
    assert (shut / FILE_NAME).read_bytes() == before
    assert refused(protection.protect, shut, WORDS).code == "E_PROTECTED"


def test_too_short_a_passphrase_changes_nothing(closed: Path) -> None:
    before = (closed / FILE_NAME).read_bytes()
    assert refused(protection.protect, closed, "short").code == "E_PASSPHRASE"
    assert (closed / FILE_NAME).read_bytes() == before
    assert not list(closed.glob("workspace.key*"))


def test_one_that_is_open_is_left_alone(ws) -> None:
    assert refused(protection.protect, ws.folder, WORDS).code == "E_LOCKED"


def test_the_dear_way(monkeypatch) -> None:
    monkeypatch.undo()
    key = unlocking.new_key()
    kept = unlocking.wrap(key, WORDS)
    said = kept["passphrase"]
    assert (said["way"], said["passes"], said["memory"]) == ("argon2id", 3, 64 << 20)
    assert unlocking.by_passphrase(kept, WORDS) == key
    assert key.hex() not in json.dumps(kept)


@pytest.mark.parametrize("harm", [{"passes": 99}, {"memory": 1 << 40}, {"way": "none"}, {"salt": "%"}, {"box": 3}])
def test_a_key_file_made_to_do_harm_is_refused(harm: dict) -> None:
    kept = unlocking.wrap(unlocking.new_key(), WORDS)
    said = {**kept, "passphrase": {**kept["passphrase"], **harm}}
    assert refused(unlocking.by_passphrase, said, WORDS).code == "E_KEY_FILE"


# The key file


def test_one_copy_of_the_key_file_is_enough(shut: Path) -> None:
    one, other = (shut / name for name in key_file.NAMES)
    whole = one.read_bytes()
    for harm in (
        lambda path: path.unlink(),
        lambda path: path.write_bytes(whole[:-9]),
        lambda path: path.write_bytes(b""),
    ):
        for path in (one, other):
            harm(path)
            with open_(shut, unlock=unlock):
                pass
            path.write_bytes(whole)
    for path in (one, other):
        path.write_bytes(whole.replace(b"argon2id", b"argon2ix"))
    assert refused(open_, shut, unlock=unlock).code == "E_KEY_FILE"
    for path in (one, other):
        path.unlink()
    assert refused(open_, shut, unlock=unlock).code == "E_DAMAGED"


def test_the_key_of_another_workspace_does_not_open_it(shut: Path) -> None:
    key_file.write(shut, unlocking.wrap(unlocking.new_key(), WORDS))
    assert refused(open_, shut, unlock=unlock).code == "E_DAMAGED"


def test_a_flipped_bit_is_noticed(shut: Path) -> None:
    path = shut / FILE_NAME
    whole = path.read_bytes()
    for at in range(7, len(whole), len(whole) // 60):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            with open_(shut, unlock=unlock) as ws:
                found = find_faults(ws).problems
        except UserError as error:
            assert error.code == "E_DAMAGED"
        else:
            assert found, at
    path.write_bytes(whole)
    with open_(shut, unlock=unlock) as ws:
        assert find_faults(ws).ok


# The recovery key


def test_the_recovery_key_opens_it_whenever_it_was_proved(ws, tmp_path) -> None:
    first = recovery.make_sheet(ws, tmp_path / "one.txt")
    recovery.prove(ws, first.identity)
    ws.close()
    assert protection.protect(ws.folder, WORDS).recovery
    with open_(ws.folder, unlock=protection.by_recovery((first.identity,))) as again:
        second = recovery.make_sheet(again, tmp_path / "two.txt")
        recovery.prove(again, second.identity)
    assert refused(open_, ws.folder, unlock=protection.by_recovery((first.identity,))).code == "E_SEALED"
    with open_(ws.folder, unlock=unlock):
        pass
    protection.unprotect(ws.folder, protection.by_recovery((second.identity,)))
    with open_(ws.folder):
        pass


def test_without_one_the_sheet_says_why_it_does_not_open(shut: Path) -> None:
    error = refused(open_, shut, unlock=protection.by_recovery((sealing.new_identity(),)))
    assert (error.code, "before a recovery key" in error.what) == ("E_SEALED", True)


# Backups


def test_a_protected_backup_comes_back_protected(shut: Path, tmp_path) -> None:
    with open_(shut, unlock=unlock) as ws:
        path = backups.back_up(ws, tmp_path / "stick")
        before = everything(ws)
        people.add_person(ws, Role.PARTICIPANT, "Too Late", "P-099")
    assert refused(backups.restore, shut, path).code == "E_PROTECTED"
    done = backups.restore(shut, path, unlock=unlock)
    assert done.lost > 0
    assert readable(shut) == []
    with open_(shut, unlock=unlock) as ws:
        now = everything(ws)
        assert now.pop("device") != before.pop("device")
        assert now == before
    elsewhere = tmp_path / "elsewhere"
    assert refused(backups.restore, elsewhere, path).code == "E_PROTECTED"
    assert refused(backups.restore, elsewhere, path, unlock=protection.by_passphrase("x" * 12)).code == "E_PASSPHRASE"
    backups.restore(elsewhere, path, unlock=unlock)
    assert readable(elsewhere) == []
    with open_(elsewhere, unlock=unlock) as ws:
        assert find_faults(ws).ok


@pytest.mark.parametrize("harm", ["first page", "key files"])
def test_one_that_is_damaged_is_restored(shut: Path, harm: str) -> None:
    with open_(shut, unlock=unlock) as ws:
        path = rehearsing.newest(ws)
        before = everything(ws)
    if harm == "first page":
        database = shut / FILE_NAME
        database.write_bytes(bytes(64) + database.read_bytes()[64:])
    else:
        for name in key_file.NAMES:
            (shut / name).write_bytes(b"{}")
    assert refused(open_, shut, unlock=unlock).code in ("E_DAMAGED", "E_KEY_FILE")
    done = backups.restore(shut, path, unlock=unlock)
    assert done.set_aside.exists()
    with open_(shut, unlock=unlock) as ws:
        now = everything(ws)
        assert now.pop("device") != before.pop("device")
        assert now == before
    assert readable(shut) == []


def test_an_old_plain_backup_comes_back_protected(closed: Path, tmp_path) -> None:
    plain = tmp_path / "plain.rubricbackup"
    shutil.copyfile(next((closed / "backups").glob("*.rubricbackup")), plain)
    protection.protect(closed, WORDS)
    with open_(closed, unlock=unlock) as ws:
        protection.replace_unprotected(ws)
    backups.restore(closed, plain, unlock=unlock)
    assert readable(closed) == []
    with open_(closed, unlock=unlock) as ws:
        assert find_people(ws, "P-001")


def test_a_backup_of_an_earlier_protection_brings_its_key_along(shut: Path, tmp_path) -> None:
    with open_(shut, unlock=unlock) as ws:
        old = backups.back_up(ws, tmp_path / "stick")
    protection.unprotect(shut, unlock)
    protection.protect(shut, "quite another passphrase")
    newer = protection.by_passphrase("quite another passphrase")
    assert refused(backups.restore, shut, old, unlock=newer).code == "E_PASSPHRASE"
    with open_(shut, unlock=newer) as ws:
        (problem,) = rehearsing.rehearse(ws, old).problems
        assert problem.code == "E_OTHER_KEY"
    with open_(shut, unlock=newer):
        pass

    def either(kept: key_file.Kept) -> bytes:
        try:
            return newer(kept)
        except UserError:
            return unlock(kept)

    backups.restore(shut, old, unlock=either)
    with open_(shut, unlock=unlock) as ws:
        assert find_faults(ws).ok


def test_a_rehearsal_notices_a_flipped_bit(shut: Path) -> None:
    with open_(shut, unlock=unlock) as ws:
        assert rehearsing.rehearse(ws).ok
        path = rehearsing.newest(ws)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        assert not rehearsing.rehearse(ws).ok


def test_erasing_is_proved_inside_what_is_encrypted(shut: Path) -> None:
    with open_(shut, unlock=unlock) as ws:
        amara = find_people(ws, "P-001")[0]
        done = privacy.erase(ws, amara.id, amara.name)
        proof = privacy.prove(ws, done)
        assert proof.left == ()
        assert any(name.endswith(".rubricbackup") for name in proof.searched)
        ws.connection.execute("UPDATE comment_bank SET text = ''")
        ws.connection.execute("INSERT INTO meta (key, value) VALUES ('left', 'Okafor was here')")
        backups.back_up(ws)
        proof = privacy.prove(ws, done)
        assert FILE_NAME in proof.left
        assert [name for name in proof.left if name.endswith(".rubricbackup")], "inside the backup, too"
        assert not list(shut.rglob("*.part"))
    assert readable(shut) == [] or set(readable(shut)) <= {"workspace.lock"}


# A disk that fails


def test_what_was_readable_and_could_not_be_deleted_is_said_and_goes_at_the_next_opening(shut: Path) -> None:
    left = shut / upgrading.BEFORE
    left.mkdir()  # what cannot be overwritten
    with open_(shut, unlock=unlock) as ws:
        assert any(str(left) in each for each in ws.warnings)
    left.rmdir()
    left.write_bytes(b"KESTREL")
    with open_(shut, unlock=unlock) as ws:
        assert ws.warnings == ()
    assert not left.exists()


def test_a_journal_that_a_disk_kept_does_not_stay_readable_beside_it(closed: Path) -> None:
    for path in (closed / "backups").iterdir():
        path.unlink()
    (closed / f"{FILE_NAME}-journal").write_bytes(bytes(512) + b"KESTREL")  # its first bytes say that it counts no more
    protection.protect(closed, WORDS)
    assert readable(closed) == []
    assert not (closed / f"{FILE_NAME}-journal").exists()


def test_unprotecting_that_stops_halfway_says_what_lies_readable(shut: Path) -> None:
    with open_(shut, unlock=unlock) as ws:
        second = sorted(each.sha256 for each in list_artefacts(ws))[1]
    blocked = shut / "files" / second[:2]
    moved = shut.parent / "moved"
    if blocked.exists():
        blocked.rename(moved)
    blocked.write_bytes(b"a file in the place of a folder")
    error = refused(protection.unprotect, shut, unlock)
    assert (error.code, "readable already" in error.safe, bool(error.do)) == ("E_CANNOT_WRITE", True, True)
    assert protection.is_protected(shut)
    blocked.unlink()
    if moved.exists():
        moved.rename(blocked)
    protection.unprotect(shut, unlock)
    with open_(shut) as ws:
        assert find_faults(ws, files=True).ok


def test_a_key_file_that_was_half_changed_is_said_to_be_so(shut: Path, monkeypatch) -> None:
    put, fails = places.put, [False, True]

    def once(part: Path, place: Path) -> None:
        if fails.pop(0):
            raise OSError("full")
        put(part, place)

    with monkeypatch.context() as patched:
        patched.setattr(places, "put", once)
        error = refused(protection.change_passphrase, shut, unlock, "new words for all")
    assert "may open the new way" in error.safe
    protection.demand(shut, unlock)
    protection.demand(shut, protection.by_passphrase("new words for all"))
    assert not list(shut.glob("*.part"))
    fails[:] = [True]
    with monkeypatch.context() as patched:
        patched.setattr(places, "put", once)
        assert "Nothing was changed" in refused(protection.change_passphrase, shut, unlock, "words again").safe
    assert not list(shut.glob("*.part"))


@pytest.mark.parametrize("verb", ["protect", "change_key"])
def test_after_it_is_encrypted_nobody_says_that_nothing_was_changed(closed: Path, monkeypatch, verb: str) -> None:
    def gone(folder: Path) -> tuple:
        if key_file.is_encrypted(path) and not key_file.opens(path, before):
            raise UserError("E_CANNOT_WRITE", "It cannot be opened.", "Nothing was changed.", "Check the disk.")
        return lock(folder)

    path, lock, before = closed / FILE_NAME, places.lock, b""
    if verb == "change_key":
        protection.protect(closed, WORDS)
        before = key_file.find_key(path, unlock)
    acts = {
        "protect": lambda: protection.protect(closed, WORDS),
        "change_key": lambda: protection.change_key(closed, unlock, "new words for all"),
    }
    with monkeypatch.context() as patched:
        patched.setattr(places, "lock", gone)
        error = refused(acts[verb])
    assert error.code == "E_DISK" and "Nothing was changed" not in error.safe and error.do


@pytest.mark.parametrize("verb", ["unprotect", "change_key", "go_on"])
def test_a_key_that_files_are_still_under_is_not_overlooked(shut: Path, monkeypatch, verb: str) -> None:
    def unread(_connection: engine.Connection) -> tuple[bytes, ...]:
        raise engine.sqlite.DatabaseError("database disk image is malformed")

    def full(*_arguments: object) -> int:
        raise OSError("full")

    new = protection.by_passphrase("new words for all")
    with monkeypatch.context() as patched:
        patched.setattr(protecting.settling, "seal_files", full)
        assert refused(protection.change_key, shut, unlock, "new words for all").code == "E_DISK"
    acts = {
        "unprotect": lambda: protection.unprotect(shut, new),
        "change_key": lambda: protection.change_key(shut, new, "third words for all"),
        "go_on": lambda: protection.go_on(shut, new),
    }
    with monkeypatch.context() as patched:
        patched.setattr(protecting, "read_former", unread)
        assert refused(acts[verb]).code == "E_DAMAGED"
    with open_(shut, unlock=new) as ws:
        assert find_faults(ws, files=True).ok
    acts[verb]()
    words = {"unprotect": None, "change_key": protection.by_passphrase("third words for all"), "go_on": new}[verb]
    with open_(shut, unlock=words) as ws:
        assert find_faults(ws, files=True).ok
        assert not ws.vault.has_former


# Killed

STRIDE = 1 if os.environ.get("RUBRICAPP_EVERY_FAULT") else 5
"""Of so many steps it is killed at one."""

KILL = """
import os, signal, sys
from pathlib import Path
from rubricapp.exchange import unlocking
from rubricapp.operations import protection
from rubricapp.store import engine, key_file, places, protecting, removing, sealed_file, settling, upgrading, vault
unlocking._PASSES, unlocking._MEMORY = 1, 8 << 10
folder, verb, step = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
left = step
def counted(module, name):
    real = getattr(module, name)
    def call(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    setattr(module, name, call)
for module, name in ((places, "put"), (places, "sync_folder"), (protecting, "convert"), (protecting, "_digest"),
                     (protecting, "remove"), (key_file, "write"), (key_file, "remove"), (upgrading, "remove"),
                     (engine, "take"), (sealed_file, "finish"), (sealed_file, "_seal"), (vault, "remove"),
                     (settling, "remove"), (settling, "seal_files"), (settling, "open_files")):
    counted(module, name)
def overwritten(path):
    whole(path)
    half(path)
whole, half = removing.overwrite, lambda path: None
removing.overwrite = overwritten
counted(sys.modules["__main__"], "half")  # between the last zero and the end of the name
words = "four rivers meet at dusk"
if verb == "protect":
    protection.protect(folder, words)
else:
    getattr(protection, verb)(folder, protection.by_passphrase(words), *("new words for all",) * (verb == "change_key"))
print("done")
"""


def killed(folder: Path, verb: str, step: int) -> bool:
    done = subprocess.run(
        [sys.executable, "-c", KILL, str(folder), verb, str(step)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("verb", ["protect", "unprotect", "change_key"])
def test_killed_anywhere_one_of_the_two_whole_states_is_there(closed: Path, tmp_path, verb: str) -> None:
    for path in (closed / "backups").iterdir():
        path.unlink()
    if verb != "protect":
        protection.protect(closed, WORDS)

    def either(kept: key_file.Kept) -> bytes:
        try:
            return unlock(kept)
        except UserError:
            return protection.by_passphrase("new words for all")(kept)

    states, mixed, step = set(), 0, 1
    while True:
        folder = tmp_path / f"{verb}-{step}"
        shutil.copytree(closed, folder)
        ended = not killed(folder, verb, step)
        plain = not key_file.is_encrypted(folder / FILE_NAME)
        with open_(folder, unlock=None if plain else either) as ws:
            assert find_faults(ws, files=True).ok, step
            assert find_people(ws, "P-001")
            new_key = bool(ws.key) and ws.key != key_file.find_key(closed / FILE_NAME, unlock)
        states.add((plain, new_key))
        assert not list(folder.glob("*.part*"))
        assert bool(list(folder.glob("workspace.key*"))) is not plain
        if not plain:
            waiting = protection.count_plain(folder)
            mixed += bool(waiting and list(folder.rglob("files/??/*.sealed")))
            assert waiting or readable(folder) == [], step
            protection.go_on(folder, either)
            assert readable(folder) == []
            assert protection.count_plain(folder) == 0
            with open_(folder, unlock=either) as ws:
                assert find_faults(ws, files=True).ok, step
                assert not ws.vault.has_former
        shutil.rmtree(folder)
        if ended:
            break
        step += STRIDE
    assert step > 8
    assert len(states) == 2
    assert bool(mixed) == (verb != "change_key"), "some files in one form, some in the other"


WORK = """
import sys
from pathlib import Path
from rubricapp.core.model import Role
from rubricapp.operations import people, protection
from rubricapp.store.workspace import open_
ws = open_(Path(sys.argv[1]), unlock=protection.by_passphrase("four rivers meet at dusk"))
people.add_person(ws, Role.PARTICIPANT, "Amara KESTREL", "P-050")
ws.connection.execute("PRAGMA cache_size=1")
ws.connection.execute("PRAGMA cache_spill=1")
ws.connection.execute("BEGIN IMMEDIATE")
ws.connection.executemany("INSERT INTO comment_bank (id, text) VALUES (?, ?)",
                          [(f"{n:04}", "KESTREL" * 99) for n in range(400)])
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_killed_while_it_is_open_it_shows_nothing_and_is_put_right(shut: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WORK, str(shut)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "ready\n"
    child.kill()
    child.communicate()
    assert (shut / f"{FILE_NAME}-journal").exists()
    assert readable(shut) == []
    with open_(shut, unlock=unlock) as ws:
        assert find_people(ws, "P-050")
        assert ws.rows("SELECT count(*) FROM comment_bank")[0][0] == 0
        assert find_faults(ws).ok


# What is older, and the terminal


def test_a_protected_one_of_an_older_version_is_brought_up_to_date(shut: Path, monkeypatch) -> None:
    monkeypatch.setattr(upgrading, "LATEST", upgrading.LATEST - 1)
    error = refused(open_, shut, unlock=unlock)
    assert error.code == "E_NEWER"
    monkeypatch.undo()
    connection = engine.connect(shut / FILE_NAME, key=key_file.find_key(shut / FILE_NAME, unlock))
    connection.execute(f"PRAGMA user_version={upgrading.LATEST - 1}")
    connection.close()
    with open_(shut, unlock=unlock) as ws:
        assert find_faults(ws).ok
    assert list((shut / "backups").glob("before-update-*.sqlite3"))
    assert readable(shut) == []


def test_in_a_terminal(closed: Path, tmp_path, capsys, monkeypatch) -> None:
    words, wrong = tmp_path / "words", tmp_path / "wrong"
    words.write_text(WORDS + "\n")
    wrong.write_text("nothing like it\n")

    def run(*told: object, code: int = 0) -> str:
        capsys.readouterr()
        assert cli.run([*map(str, told), "--workspace", str(closed)]) == code, capsys.readouterr()
        said = capsys.readouterr()
        return said.out + said.err

    run("protect", code=2)
    said = run("protect", "--passphrase-file", words, "--replace-backups")
    assert "the files of works" in said
    assert WORDS not in said
    assert readable(closed) == []
    assert "protected by a passphrase" in run("people", "list", code=4)
    run("people", "list", "--unlock-file", wrong, code=4)
    assert "Okafor" in run("people", "list", "--unlock-file", words)
    monkeypatch.setenv("RUBRICAPP_PASSPHRASE_FILE", str(words))
    assert "Okafor" in run("people", "list")
    run("check")
    assert json.loads(run("backup", "--rehearse", "--json", "--quiet"))["rehearsal"]["ok"] is True
    assert readable(closed) == []
    run("protect", "--passphrase-file", words, code=4)
    run("unprotect", "--passphrase-file", wrong, code=4)
    run("unprotect")
    monkeypatch.delenv("RUBRICAPP_PASSPHRASE_FILE")
    assert "Okafor" in run("people", "list")


def test_a_keyboard_that_gives_accents_apart_opens_it_too(closed: Path) -> None:
    """Vietnamese comes as one letter on one system, and as a letter and its marks on another."""
    words = "bốn dòng sông gặp nhau"
    protection.protect(closed, unicodedata.normalize("NFD", words))
    open_(closed, unlock=protection.by_passphrase(unicodedata.normalize("NFC", words))).close()
