"""The lost laptop (files): nothing of a protected workspace is read anywhere, every flipped bit is noticed, and what
travels, comes back and is copied in stays sealed on the way."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from rubricapp.core.model import Person, Role
from rubricapp.errors import Cancelled, UserError
from rubricapp.exchange import unlocking
from rubricapp.jobs import Progress
from rubricapp.operations import (
    artefacts,
    assessments,
    assigning,
    backups,
    evidence,
    kits,
    people,
    personal_file,
    portfolio_files,
    protection,
    rehearsing,
    returns,
    thumbnails,
)
from rubricapp.store import key_file, settling
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_
from tests.laptops import make_passphrases_quick

WORDS = "four rivers meet at dusk"
FILM = b"KESTREL over the ridge, take 3\n" * 20_000
NOTES = b"what KESTREL means"
CANARIES = (b"KESTREL", b"Amara", b"Okafor", b"Test residency")
unlock = protection.by_passphrase(WORDS)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")


@pytest.fixture(autouse=True)
def _quick_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlocking, "_PASSES", 1)
    monkeypatch.setattr(unlocking, "_MEMORY", 8 << 10)


@pytest.fixture
def sources(tmp_path) -> dict[str, Path]:
    place = tmp_path / "stick"
    place.mkdir()
    found = {"film": place / "KESTREL ridge.mov", "notes": place / "KESTREL notes.txt"}
    found["film"].write_bytes(FILM)
    found["notes"].write_bytes(NOTES)
    return found


@pytest.fixture
def shut(ws, assessment, sources) -> Path:
    """The folder of a closed protected workspace with two works, and their small pictures."""
    amara = find_people(ws, "P-001")[0]
    assessments.comment(ws, assessment.id, "TST-1", "KESTREL, seen twice")
    for path in sources.values():
        work, _changes = artefacts.add_work(ws, amara.id, str(path))
        thumbnails.keep_thumbnail(ws.vault, work.sha256, b"KESTREL, small")
    ws.close()
    protection.protect(ws.folder, WORDS)
    return ws.folder


@pytest.fixture
def inside(shut):
    """The same, open."""
    with open_(shut, unlock=unlock) as ws:
        yield ws


def readable(*folders: Path) -> list[str]:
    """Files anywhere in these folders in which somebody reads a canary, by content or by name, zips unpacked."""
    found = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            parts = [str(path.relative_to(folder)).encode()]
            if path.is_file():
                parts.append(path.read_bytes())
                if zipfile.is_zipfile(path):
                    with zipfile.ZipFile(path) as archive:
                        parts += [archive.read(each) for each in archive.infolist()]
            if any(each in part for each in CANARIES for part in parts):
                found.append(str(path))
    return found


def refused(function, *arguments, **named) -> UserError:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    return caught.value


def works(ws: Workspace) -> dict[str, object]:
    return {each.file_name.rpartition(".")[2]: each for each in list_artefacts(ws)}


def asked(ws: Workspace, assessor: Person) -> None:
    """Ask this assessor to score the participant."""
    with ws.writing("") as log:
        rubric, occasion = find_rubric(ws, "small").content_hash, find_occasion(ws, "baseline").id
        assigning.ask(ws, log, find_people(ws, "P-001")[0].id, assessor.id, rubric, occasion)


def sealed(folder: Path) -> list[Path]:
    return sorted((folder / "files").rglob("*.sealed"))


# Nothing is read


def test_nothing_is_read_and_no_hash_tells_what_is_there(shut: Path) -> None:
    assert readable(shut) == []
    assert len(sealed(shut)) == 2
    names = "".join(str(path) for path in shut.rglob("*")).encode()
    everything = names + b"".join(path.read_bytes() for path in shut.rglob("*") if path.is_file())
    for data in (FILM, NOTES):
        digest = hashlib.sha256(data)
        assert digest.hexdigest().encode() not in everything
        assert digest.digest() not in everything
    assert not list(shut.glob("thumbnails/*")), "small pictures are made again"


def test_small_pictures_are_kept_sealed(inside) -> None:
    key = works(inside)["mov"].sha256
    thumbnails.keep_thumbnail(inside.vault, key, b"KESTREL, small")
    assert thumbnails.find_thumbnail(inside.vault, key) == b"KESTREL, small"
    (path,) = (inside.folder / "thumbnails").iterdir()
    assert key not in path.name and readable(inside.folder) == []
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert thumbnails.find_thumbnail(inside.vault, key) is None
    path.write_bytes(data)
    assert thumbnails.sweep_thumbnails(inside) == 0
    thumbnails.keep_thumbnail(inside.vault, "0" * 64, b"of nothing here")
    assert thumbnails.sweep_thumbnails(inside) == 1


SESSION = """
import os, sys, tempfile
from pathlib import Path
from rubricapp import logs
from rubricapp.jobs import Progress
from rubricapp.operations import artefacts, backups, evidence, kits, protection, rehearsing, returns
from rubricapp.operations import thumbnails
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import open_
folder, big, kit = map(Path, sys.argv[1:4])
opened = logs.start()
ws = open_(folder, unlock=protection.by_passphrase("four rivers meet at dusk"))
amara = find_people(ws, "P-001")[0]
work, _changes = artefacts.add_work(ws, amara.id, str(big), {"title": "KESTREL again"})
thumbnails.keep_thumbnail(ws.vault, work.sha256, b"KESTREL, small")
backups.back_up(ws)
assert rehearsing.rehearse(ws).ok
logs.keep_traceback(ValueError("a fault"))
held = artefacts.find_file(ws, work).open()
held.read(100)
from rubricapp.exchange import package_file, sealing
opening = package_file.opened(kit, [sealing.identity_of(ws)], ws.folder)
package = opening.__enter__()
print("ready", flush=True)
waited = []
def half(done, total, label):
    if done * 2 > total and not waited:
        waited.append(print("half", flush=True))
        sys.stdin.readline()
evidence.copy_in(ws.vault, Path(sys.argv[4]), Progress(on_step=half))
"""


@POSIX
@pytest.mark.parametrize("end", ["closed", "killed"])
def test_closed_or_killed_nothing_is_read_anywhere(shut: Path, tmp_path, monkeypatch, end) -> None:
    make_passphrases_quick(monkeypatch)  # the kit is opened by the laptop's own key
    home, temporary, beside = tmp_path / "home", tmp_path / "temporary", tmp_path / "kits"
    temporary.mkdir()
    big, more = tmp_path / "big.mov", tmp_path / "more.mov"
    big.write_bytes(FILM * 3)
    more.write_bytes(b"KESTREL at night\n" * (3 << 20))
    with open_(shut, unlock=unlock) as ws:
        (ama,) = find_people(ws, "A-001")
        asked(ws, ama)
        kit = kits.make_kit(ws, ama, beside, "a passphrase by phone").path
    child = subprocess.Popen(
        [sys.executable, "-c", SESSION, str(shut), str(big), str(kit), str(more)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "RUBRICAPP_HOME": str(home), "TMPDIR": str(temporary)},
    )
    assert child.stdout.readline() == "ready\n"
    assert child.stdout.readline() == "half\n"
    assert list((shut / "files").glob("resume-*.part")), "a large copy is under way"
    assert readable(shut, home, temporary) == [], "while it is open"
    if end == "killed":
        child.kill()
    child.communicate("on\n", timeout=120)
    assert (child.returncode == -signal.SIGKILL) == (end == "killed")
    assert readable(shut, home, temporary) == []
    with open_(shut, unlock=unlock) as ws:
        assert find_faults(ws, files=True).ok
        copied = evidence.copy_in(ws.vault, more, Progress())
        assert copied.sha256 == hashlib.sha256(more.read_bytes()).hexdigest()
        assert ws.vault.is_whole(copied.sha256)
        assert copied.resumed > (10 << 20) if end == "killed" else copied.resumed == 0
    assert readable(shut, home, temporary) == []


# Every altered byte is noticed


def test_flips_in_stored_files_are_noticed_every_one(inside) -> None:
    draw = random.Random(15)
    paths = sealed(inside.folder)
    for number in range(200):
        path = paths[number % 2]
        at = draw.randrange(path.stat().st_size) if number > 128 else number % 128
        with path.open("r+b") as file:
            file.seek(at)
            was = file.read(1)
            file.seek(at)
            file.write(bytes([was[0] ^ (1 << draw.randrange(8))]))
        faults = [each.code for each in find_faults(inside, files=True).problems]
        assert faults == ["CHECK_FILE"], (path, at)
        bad = next(each for each in list_artefacts(inside) if not inside.vault.is_whole(each.sha256))
        assert refused(artefacts.verify_at, bad, find_file(inside, bad)).code == "E_FILE_ALTERED"
        with path.open("r+b") as file:
            file.seek(at)
            file.write(was)
    assert find_faults(inside, files=True).ok


def test_an_altered_file_is_packed_nowhere(inside, tmp_path) -> None:
    film = works(inside)["mov"]
    path = inside.vault.where(film.sha256)
    data = path.read_bytes()
    path.write_bytes(data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
    made = portfolio_files.make(inside, find_people(inside, "P-001")[0], tmp_path / "a.rubricfolio")
    assert [each.file.held for each in made.folio.works if each.title == film.title] == [False]
    backup = backups.back_up(inside, tmp_path / "away")
    with zipfile.ZipFile(backup) as archive:
        assert len([name for name in archive.namelist() if name.startswith("files/")]) == 1
    done = personal_file.export_person(inside, find_people(inside, "P-001")[0].id, tmp_path / "a.zip")
    assert any("not as it was" in words for words in done.left_out)
    again = artefacts.relink(inside, film.id, str(tmp_path / "stick" / "KESTREL ridge.mov"))
    assert film.id in again.ids
    assert find_faults(inside, files=True).ok, "the same file makes it good"


# In and out


def test_copied_in_sealed_and_the_same_bytes_once(inside, sources) -> None:
    amara = find_people(inside, "P-001")[0]
    work, _changes = artefacts.add_work(inside, amara.id, str(sources["film"]), {"title": "Again"})
    assert len(sealed(inside.folder)) == 2
    assert artefacts.verify_at(work, find_file(inside, work)).hash() == work.sha256
    with pytest.raises(Cancelled):
        stopped = Progress()
        stopped.cancel()
        evidence.copy_in(inside.vault, sources["film"], stopped)
    assert not list(inside.files.glob("*.part"))
    assert readable(inside.folder) == []


def test_a_portfolio_file_and_ones_own_data_hold_the_plain_works(inside, tmp_path) -> None:
    amara = find_people(inside, "P-001")[0]
    made = portfolio_files.make(inside, amara, tmp_path / "amara.rubricfolio")
    with portfolio_files.open_file(made.path) as found:
        assert found.signature.problems == ()
        assert found.copy_file(works(inside)["mov"].sha256, tmp_path / "film.mov")
    assert (tmp_path / "film.mov").read_bytes() == FILM
    personal_file.export_person(inside, amara.id, tmp_path / "amara.zip")
    with zipfile.ZipFile(tmp_path / "amara.zip") as archive:
        assert sorted(archive.read(name) for name in archive.namelist() if name.startswith("files/")) == sorted(
            (FILM, NOTES)
        )
    assert readable(inside.folder) == []


def test_a_kit_out_of_it_and_a_return_into_it(inside, tmp_path, monkeypatch) -> None:
    make_passphrases_quick(monkeypatch)
    tunde, amara = find_people(inside, "A-001")[0], find_people(inside, "P-001")[0]
    asked(inside, tunde)
    made = kits.make_kit(inside, tunde, tmp_path / "kits", "a passphrase by phone")
    theirs = tmp_path / "theirs"
    kits.open_kit(made.path, theirs, "a passphrase by phone")
    with open_(theirs) as ws:
        assert find_faults(ws, files=True).ok
    protection.protect(theirs, WORDS)
    (tmp_path / "KESTREL more.txt").write_bytes(b"KESTREL from the other laptop")
    with open_(theirs, unlock=unlock) as ws:
        artefacts.add_work(ws, amara.id, str(tmp_path / "KESTREL more.txt"), author=tunde.id)
        back = returns.make_return(ws, tmp_path / "returns")
        assert readable(theirs) == []
    newer = kits.make_kit(inside, tunde, tmp_path / "kits", "a passphrase by phone")
    kits.open_kit(newer.path, theirs, "a passphrase by phone", unlock=unlock)
    assert readable(theirs) == []
    returns.bring_in(inside, [back.path], trust=True)
    assert len(sealed(inside.folder)) == 3
    assert find_faults(inside, files=True).ok
    assert readable(inside.folder) == []


def test_a_backup_elsewhere_holds_the_sealed_works_and_comes_back(inside, tmp_path) -> None:
    path = backups.back_up(inside, tmp_path / "away")
    assert readable(tmp_path / "away") == []
    assert rehearsing.rehearse(inside, path).ok
    folder = inside.folder
    film = works(inside)["mov"]
    inside.vault.delete(film.sha256)
    inside.close()
    backups.restore(folder, path, unlock=unlock)
    with open_(folder, unlock=unlock) as ws:
        assert find_faults(ws, files=True).ok
    elsewhere = tmp_path / "elsewhere"
    backups.restore(elsewhere, path, unlock=unlock)
    with open_(elsewhere, unlock=unlock) as ws:
        assert find_faults(ws, files=True).ok
    assert readable(folder, elsewhere) == []
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("files/")]
        whole = {name: archive.read(name) for name in archive.namelist()}
    bad = tmp_path / "bad.rubricbackup"
    with zipfile.ZipFile(bad, "w") as archive:
        for name, data in whole.items():
            archive.writestr(name, data[:-1] + bytes([data[-1] ^ 1]) if name == names[0] else data)
    done = backups.restore(tmp_path / "third", bad, unlock=unlock)
    assert done.missing == (Path(names[0]).name,)


def test_restoring_across_protections(ws, assessment, sources, tmp_path) -> None:
    """A plain backup into a protected workspace, a protected one into a plain one, and one of an earlier key."""
    amara = find_people(ws, "P-001")[0]
    for path in sources.values():
        artefacts.add_work(ws, amara.id, str(path))
    folder = ws.folder
    plain = backups.back_up(ws, tmp_path / "plain")
    ws.close()
    protection.protect(folder, WORDS)
    with open_(folder, unlock=unlock) as again:
        again.vault.delete(works(again)["mov"].sha256)
    backups.restore(folder, plain, unlock=unlock)
    with open_(folder, unlock=unlock) as again:
        assert find_faults(again, files=True).ok
        early = backups.back_up(again, tmp_path / "early")
    assert readable(folder) == [], "what came plain is sealed"
    protection.unprotect(folder, unlock)
    backups.restore(folder, early, unlock=unlock)
    with open_(folder, unlock=unlock) as again:
        assert find_faults(again, files=True).ok, "plain files and sealed ones"
    assert readable(folder / "files") == [], "what lay there plain is sealed"
    protection.change_key(folder, unlock, "quite another passphrase")
    newer = protection.by_passphrase("quite another passphrase")
    with open_(folder, unlock=newer) as again:
        (tmp_path / "KESTREL late.txt").write_bytes(b"KESTREL late")
        artefacts.add_work(again, amara.id, str(tmp_path / "KESTREL late.txt"))

    def either(kept: key_file.Kept) -> bytes:
        try:
            return newer(kept)
        except UserError:
            return unlock(kept)

    backups.restore(folder, early, unlock=either)
    with open_(folder, unlock=unlock) as again:
        assert find_faults(again, files=True).ok
        late = hashlib.sha256(b"KESTREL late").hexdigest()
        assert again.vault.is_whole(late), "sealed under the key of the state that was set aside, and read on"
    assert readable(folder / "files") == []


def test_erasing_takes_sealed_files(inside) -> None:
    from rubricapp.operations import privacy

    amara = find_people(inside, "P-001")[0]
    done = privacy.erase(inside, amara.id, amara.name)
    assert privacy.prove(inside, done).left == ()
    assert sealed(inside.folder) == []


# On the way in and out of protection


def test_a_full_disk_on_the_way_in_leaves_a_mixture_that_is_read(ws, sources, monkeypatch) -> None:
    amara = find_people(ws, "P-001")[0]
    for path in sources.values():
        artefacts.add_work(ws, amara.id, str(path))
    ws.close()
    real, left = settling.shutil.disk_usage, [1]

    def full(place):
        left[0] -= 1
        said = real(place)
        return said if left[0] >= 0 else said._replace(free=0)

    monkeypatch.setattr(settling.shutil, "disk_usage", full)
    error = refused(protection.protect, ws.folder, WORDS)
    assert (error.code, "readable as before" in error.safe) == ("E_DISK", True)
    monkeypatch.undo()
    assert protection.count_plain(ws.folder) == 1
    with open_(ws.folder, unlock=unlock) as again:
        assert find_faults(again, files=True).ok
        assert protection.must_settle(again)
        assert protection.seal_files(again.vault, Progress()) == 1
        assert protection.settle(again) == 0 and not protection.must_settle(again)
    assert readable(ws.folder) == []


def test_it_tells_how_far_it_is_and_can_be_stopped(ws, sources, monkeypatch) -> None:
    monkeypatch.setattr(unlocking, "_PASSES", 1)
    monkeypatch.setattr(unlocking, "_MEMORY", 8 << 10)
    amara = find_people(ws, "P-001")[0]
    for path in sources.values():
        artefacts.add_work(ws, amara.id, str(path))
    ws.close()
    seen = []
    protection.protect(ws.folder, WORDS, Progress(on_step=lambda *said: seen.append(said)))
    total = len(FILM) + len(NOTES)
    assert seen[-1][:2] == (total, total) and [each[0] for each in seen] == sorted(each[0] for each in seen)
    stopped = Progress()
    stopped.on_step = lambda done, _total, _label: stopped.cancel() if done else None
    with pytest.raises(Cancelled):
        protection.unprotect(ws.folder, unlock, stopped)
    with open_(ws.folder, unlock=unlock) as again:
        assert find_faults(again, files=True).ok
    assert not list(ws.folder.rglob("*.part"))
    assert protection.unprotect(ws.folder, unlock) == ()
    assert not sealed(ws.folder)


def test_an_altered_file_does_not_keep_protection_on(inside) -> None:
    folder, film = inside.folder, works(inside)["mov"]
    path = inside.vault.where(film.sha256)
    inside.close()
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    assert protection.unprotect(folder, unlock) == (path,)
    with open_(folder) as ws:
        assert [each.code for each in find_faults(ws, files=True).problems] == ["CHECK_FILE"]


def test_an_older_version_is_kept_out(shut: Path, monkeypatch) -> None:
    monkeypatch.setattr(key_file, "FORMAT", 1)
    assert refused(open_, shut, unlock=unlock).code == "E_NEWER"
    monkeypatch.undo()
    monkeypatch.setattr(key_file, "FORMAT", 3)
    assert refused(open_, shut, unlock=unlock).code == "E_NEWER"


def test_one_protected_by_an_older_version_is_read_and_goes_on(ws, sources, monkeypatch) -> None:
    artefacts.add_work(ws, find_people(ws, "P-001")[0].id, str(sources["film"]))
    ws.close()
    monkeypatch.setattr(key_file, "FORMAT", 1)
    protection.protect(ws.folder, WORDS, files=False)
    monkeypatch.undo()
    assert b'"format": 1' in (ws.folder / "workspace.key").read_bytes()
    monkeypatch.setattr(unlocking, "_PASSES", 1)
    with open_(ws.folder, unlock=unlock) as again:
        assert find_faults(again, files=True).ok
    assert b'"format": 2' in (ws.folder / "workspace.key").read_bytes()
    assert protection.go_on(ws.folder, unlock) == 1
    assert readable(ws.folder) == []


# Another passphrase, another key


def test_a_crash_between_the_copies_of_the_key_file_is_put_right(shut: Path) -> None:
    old = (shut / key_file.NAMES[0]).read_bytes()
    protection.change_key(shut, unlock, "quite another passphrase")
    newer = protection.by_passphrase("quite another passphrase")
    new = (shut / key_file.NAMES[0]).read_bytes()
    for torn in key_file.NAMES:
        (shut / torn).write_bytes(old)
        with open_(shut, unlock=newer) as ws:
            assert find_faults(ws, files=True).ok
        assert [(shut / name).read_bytes() for name in key_file.NAMES] == [new, new]


def test_another_passphrase_and_the_old_one_is_gone(shut: Path) -> None:
    old = {(shut / name).read_bytes() for name in key_file.NAMES}
    with open_(shut, unlock=unlock) as ws:
        before = ws.key
        protection.change_passphrase(shut, unlock, "quite another passphrase")
        assert ws.key == before
        people.add_person(ws, Role.PARTICIPANT, "Somebody Else")
    assert refused(open_, shut, unlock=unlock).code == "E_PASSPHRASE"
    for name in key_file.NAMES:
        data = (shut / name).read_bytes()
        assert data not in old
        kept = key_file.from_bytes(data)
        assert refused(unlocking.by_passphrase, kept, WORDS).code == "E_PASSPHRASE"
        assert unlocking.by_passphrase(kept, "quite another passphrase") == before
    with open_(shut, unlock=protection.by_passphrase("quite another passphrase")) as ws:
        assert find_faults(ws, files=True).ok


def test_a_change_that_is_refused_changes_nothing(shut: Path) -> None:
    before = [(shut / name).read_bytes() for name in key_file.NAMES]
    for verb in (protection.change_passphrase, protection.change_key):
        assert refused(verb, shut, protection.by_passphrase("wrong words here"), "x" * 20).code == "E_PASSPHRASE"
        assert refused(verb, shut, unlock, "short").code == "E_PASSPHRASE"
    assert [(shut / name).read_bytes() for name in key_file.NAMES] == before
    with open_(shut, unlock=unlock) as ws:
        assert find_faults(ws, files=True).ok


def test_another_key_keeps_the_recovery_sheet_and_shuts_out_the_old_key(ws, sources, tmp_path) -> None:
    from rubricapp.operations import recovery

    sheet = recovery.make_sheet(ws, tmp_path / "one.txt")
    recovery.prove(ws, sheet.identity)
    artefacts.add_work(ws, find_people(ws, "P-001")[0].id, str(sources["film"]))
    folder = ws.folder
    ws.close()
    protection.protect(folder, WORDS)
    stolen = key_file.find_key(folder / "workspace.sqlite3", unlock)
    protection.change_key(folder, protection.by_recovery((sheet.identity,)), "quite another passphrase")
    assert not key_file.opens(folder / "workspace.sqlite3", stolen)
    for way in (protection.by_passphrase("quite another passphrase"), protection.by_recovery((sheet.identity,))):
        with open_(folder, unlock=way) as again:
            assert find_faults(again, files=True).ok
            assert again.key != stolen and not again.vault.has_former
    from rubricapp.store.vault import Vault

    assert Vault(folder / "files", stolen).find(hashlib.sha256(FILM).hexdigest()) is None
    assert refused(open_, folder, unlock=unlock).code == "E_PASSPHRASE"
    assert readable(folder) == []


def test_backups_that_the_old_passphrase_opens_are_named_and_replaced(shut: Path, tmp_path) -> None:
    with open_(shut, unlock=unlock) as ws:
        old = backups.back_up(ws)
    protection.change_key(shut, unlock, "quite another passphrase")
    assert old in protection.list_before(shut)
    backups.restore(tmp_path / "thief", old, unlock=unlock)  # what is said: it opens what was made before
    newer = protection.by_passphrase("quite another passphrase")
    with open_(shut, unlock=newer) as ws:
        assert old in protection.replace_before(ws)
        (left,) = protection.list_before(shut)
    assert refused(backups.restore, tmp_path / "other", left, unlock=unlock).code == "E_PASSPHRASE"
