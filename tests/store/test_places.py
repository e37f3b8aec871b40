"""The lock on a workspace, and places where a database is not safe."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rubricapp.errors import UserError
from rubricapp.store import places

HOLD = """
import sys, pathlib
from rubricapp.store import places
because, lock = places.lock(pathlib.Path(sys.argv[1]))
print(because or "held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch) -> None:
    monkeypatch.setattr(places, "_PAUSE", 0)


def hold(folder: Path) -> subprocess.Popen:
    """Another process that has the lock."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "held\n"
    return child


def refused(function, *arguments) -> UserError:
    with pytest.raises(UserError) as caught:
        function(*arguments)
    return caught.value


def test_one_holder_who_is_named(tmp_path) -> None:
    _because, lock = places.lock(tmp_path)
    assert not lock.was_left_open
    error = refused(places.lock, tmp_path)  # the same process, as two windows of one program would
    assert error.code == "E_LOCKED"
    assert f"process {os.getpid()}" in error.what
    assert refused(places.share, tmp_path).code == "E_LOCKED"
    lock.release()
    _because, again = places.lock(tmp_path)
    assert not again.was_left_open
    again.release()


def test_readers_share_and_keep_writers_out(tmp_path) -> None:
    assert places.share(tmp_path) is None  # nobody was here yet, and a reader writes nothing
    places.lock(tmp_path)[1].release()
    one, two = places.share(tmp_path), places.share(tmp_path)
    assert refused(places.lock, tmp_path).code == "E_LOCKED"
    one.release()
    two.release()
    places.lock(tmp_path)[1].release()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes in its own way")
def test_another_process_holds_it_until_it_dies(tmp_path) -> None:
    child = hold(tmp_path)
    error = refused(places.lock, tmp_path)
    assert f"process {child.pid}" in error.what
    child.send_signal(signal.SIGKILL)
    child.communicate()
    _because, lock = places.lock(tmp_path)
    assert lock.was_left_open
    lock.release()
    assert not places.lock(tmp_path)[1].was_left_open


@pytest.mark.parametrize("text", ["", "\n", "no JSON", "\n[1]", "\n{}", "\x00" * 500, "\n" + "x" * 9000])
def test_what_stands_in_the_lock_file_does_not_matter(tmp_path, text) -> None:
    (tmp_path / places.LOCK_NAME).write_text(text)
    _because, lock = places.lock(tmp_path)
    assert lock.seen == ("", 0)
    (tmp_path / places.LOCK_NAME).write_text(text)
    assert "already open" in refused(places.lock, tmp_path).what
    lock.release()


def test_the_end_of_the_log_is_remembered(tmp_path) -> None:
    _because, lock = places.lock(tmp_path)
    lock.note("a" * 32, 7)
    lock.note("a" * 32, 123)
    held = json.loads((tmp_path / places.LOCK_NAME).read_text().splitlines()[1])
    assert held["process"] == os.getpid()
    lock.release()
    _because, again = places.lock(tmp_path)
    assert again.seen == ("a" * 32, 123)
    assert not again.was_left_open
    again.release()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_does_not_give_the_parents_lock_away(tmp_path) -> None:
    _because, lock = places.lock(tmp_path)
    child = os.fork()
    if child == 0:
        lock.release()
        os._exit(0)
    os.waitpid(child, 0)
    assert refused(places.lock, tmp_path).code == "E_LOCKED"
    assert f"process {os.getpid()}" in refused(places.lock, tmp_path).what
    lock.release()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_that_lives_on_does_not_keep_the_lock(tmp_path) -> None:
    _because, lock = places.lock(tmp_path)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(write)
        os.read(read, 1)
        os._exit(0)
    lock.release()
    places.lock(tmp_path)[1].release()
    os.close(write)
    os.close(read)
    os.waitpid(child, 0)


def test_a_folder_one_may_only_read(tmp_path, without_rights) -> None:
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.owner() == tmp_path.owner() and parent.stat().st_mode & 0o005 != 0o005 and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o005)
    folder = tmp_path / "theirs"
    folder.mkdir()
    folder.chmod(0o555)

    def look() -> tuple[str, bool]:
        because, lock = places.lock(folder)
        return because, lock is None

    assert without_rights(look) == ("The folder cannot be written.", True)
    folder.chmod(0o755)
    _because, lock = places.lock(folder)
    (folder / places.LOCK_NAME).chmod(0o444)
    folder.chmod(0o555)
    if os.geteuid() == 0:
        assert without_rights(look) == "E_LOCKED"
    lock.release()
    assert without_rights(look) == ("The folder cannot be written.", False)
    folder.chmod(0o755)


def test_a_full_disk_is_no_reason_not_to_read(small_disk) -> None:
    disk = small_disk(64)
    with pytest.raises(OSError) as full, (disk / "ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(4096))
    assert full.value.errno == errno.ENOSPC
    (disk / "x").touch()
    because, lock = places.lock(disk)
    assert because == "" and lock.seen == ("", 0)
    lock.note("a" * 32, 1)
    lock.release()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_for_the_lock_file(tmp_path, monkeypatch, number) -> None:
    def full(*_: object) -> int:
        raise OSError(number, "full")

    monkeypatch.setattr(places.os, "open", full)
    assert places.lock(tmp_path) == ("The disk is full.", None)


def test_a_folder_that_is_gone(tmp_path) -> None:
    assert refused(places.lock, tmp_path / "gone").code == "E_CANNOT_WRITE"
    assert places.share(tmp_path / "gone") is None


def test_a_disk_without_locks(tmp_path, monkeypatch) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(places, "_take", none)
    error = refused(places.lock, tmp_path)
    assert error.code == "E_NO_LOCKS"
    assert "no locks available" in error.details


def test_put_is_whole_or_not_at_all(tmp_path) -> None:
    place, part = tmp_path / "place", tmp_path / "place.part"
    place.write_text("old")
    part.write_text("new")
    places.put(part, place)
    assert place.read_text() == "new"
    assert not part.exists()
    with pytest.raises(OSError):
        places.put(tmp_path / "missing", place)
    assert place.read_text() == "new"


def test_a_file_that_a_virus_scanner_holds_for_a_moment(tmp_path, monkeypatch) -> None:
    real, held = Path.replace, [2]

    def replace(part: Path, place: Path) -> None:
        if held[0]:
            held[0] -= 1
            raise PermissionError(13, "in use")
        real(part, place)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(places, "_PAUSE_TO_RENAME", 0)
    (tmp_path / "part").write_text("new")
    with pytest.raises(PermissionError):
        places.put(tmp_path / "part", tmp_path / "place")
    monkeypatch.setattr(places, "_TRIES_TO_RENAME", 3)
    held[0] = 2
    places.put(tmp_path / "part", tmp_path / "place")
    assert (tmp_path / "place").read_text() == "new"


# Unsafe places


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("Dropbox", "Dropbox"),
        ("Dropbox (Residency)", "Dropbox"),
        ("OneDrive - Film School", "OneDrive"),
        ("OneDrive", "OneDrive"),
        ("Google Drive", "Google Drive"),
        ("Mobile Documents", "iCloud Drive"),
        ("Nextcloud", "Nextcloud"),
        ("Dropboxes", ""),
        ("My OneDrive notes", ""),
        ("residency", ""),
    ],
)
def test_a_sync_service_is_known_by_its_folder(tmp_path, name, service) -> None:
    folder = tmp_path / name / "deep" / "workspace"
    folder.mkdir(parents=True)
    assert places.synced_by(folder) == service
    assert any(service in warning for warning in places.warnings(folder)) == bool(service)


def test_a_sync_service_is_known_by_its_mark_and_through_links(tmp_path) -> None:
    (tmp_path / "shared" / ".stfolder").mkdir(parents=True)
    (tmp_path / "shared" / "workspace").mkdir()
    assert places.synced_by(tmp_path / "shared" / "workspace") == "Syncthing"
    (tmp_path / "link").symlink_to(tmp_path / "shared" / "workspace")
    assert places.synced_by(tmp_path / "link") == "Syncthing"


@pytest.mark.parametrize(
    ("line", "network"),
    [
        (b"server:/x /mnt nfs4 rw 0 0", True),
        (b"//server/x /mnt/share\\040of\\040all cifs rw 0 0", True),
        (b"x /mnt fuse.sshfs rw 0 0", True),
        (b"x /mnt ext4 rw 0 0", False),
        (b"x /mn nfs rw 0 0", False),
        (b"x /mnt/\xff\xfe nfs rw 0 0", False),  # a name in no encoding
        (b"x /mnt/a\xc2\x85b nfs rw 0 0", False),
        (b"odd", False),
    ],
)
def test_a_network_disk_is_known_by_its_mount(monkeypatch, line, network) -> None:
    monkeypatch.setattr(places.Path, "read_bytes", lambda _self: b"/dev/sda1 / ext4 rw 0 0\n" + line + b"\n")
    folder = Path("/mnt/share of all/workspace")
    assert places.on_network(folder) is network
    assert len(places.warnings(folder)) == network


def test_a_network_share_of_windows(monkeypatch) -> None:
    monkeypatch.setattr(places.Path, "resolve", lambda _self: "\\\\server\\share\\workspace")
    assert places.on_network(Path("x"))


def test_without_a_list_of_mounts(monkeypatch, tmp_path) -> None:
    def none(_self: Path) -> bytes:
        raise FileNotFoundError

    monkeypatch.setattr(places.Path, "read_bytes", none)
    assert not places.on_network(tmp_path)
