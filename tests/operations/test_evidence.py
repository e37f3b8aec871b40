"""Evidence files: copied whole or not at all, kept once, healed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from rubricapp.errors import Cancelled, UserError
from rubricapp.jobs import Progress
from rubricapp.operations import evidence
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.people import find_people
from rubricapp.store.vault import Vault
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import open_

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names or files")


@pytest.fixture
def ama(ws) -> str:
    return find_people(ws, "P-001")[0].id


@pytest.fixture
def clip(tmp_path) -> Path:
    path = tmp_path / "Ünïcode clip #1.MOV"
    path.write_bytes(os.urandom(evidence._CHUNK * 2 + 17))
    return path


def stored(ws) -> list[Path]:
    return sorted(path for path in ws.files.rglob("*") if path.is_file())


def refused(function, *arguments, **named) -> UserError:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    return caught.value


def test_a_file_is_copied_and_described(ws, ama, clip) -> None:
    changes = evidence.add_file(ws, ama, clip, author="lead")
    assert changes.concerns("artefact")
    (artefact,) = list_artefacts(ws, ama)
    assert (artefact.title, artefact.file_name, artefact.media) == ("Ünïcode clip #1", "Ünïcode clip #1.MOV", "video")
    assert artefact.size == clip.stat().st_size
    assert find_file(ws, artefact).place.read_bytes() == clip.read_bytes()
    clip.unlink()
    assert find_faults(ws, files=True).ok


def test_the_same_bytes_are_kept_once(ws, ama, clip, tmp_path) -> None:
    evidence.add_file(ws, ama, clip)
    other = tmp_path / "other.wav"
    other.write_bytes(clip.read_bytes())
    evidence.add_file(ws, ama, other, "Another title")
    assert [each.title for each in list_artefacts(ws, ama)] == ["Ünïcode clip #1", "Another title"]
    assert len(stored(ws)) == 1


@pytest.mark.parametrize("damage", [b"", b"cut short"])
def test_a_copy_that_was_cut_short_is_healed_by_the_same_bytes(ws, ama, clip, damage) -> None:
    evidence.add_file(ws, ama, clip)
    stored(ws)[0].write_bytes(damage)
    assert not find_faults(ws).ok
    evidence.add_file(ws, ama, clip)
    assert find_faults(ws, files=True).ok


def test_out_of_sight_and_back(ws, ama, clip) -> None:
    evidence.add_file(ws, ama, clip)
    (artefact,) = list_artefacts(ws, ama)
    evidence.remove(ws, artefact.id)
    assert list_artefacts(ws, ama) == []
    assert len(stored(ws)) == 1
    evidence.remove(ws, artefact.id, removed=False)
    assert list_artefacts(ws, ama) == [artefact]


def test_an_empty_file(ws, ama, tmp_path) -> None:
    (tmp_path / "empty").touch()
    evidence.add_file(ws, ama, tmp_path / "empty")
    assert list_artefacts(ws, ama)[0].size == 0
    assert find_faults(ws, files=True).ok


def test_what_cannot_be_copied(ws, ama, tmp_path) -> None:
    pipe = tmp_path / "pipe"
    if hasattr(os, "mkfifo"):
        os.mkfifo(pipe)  # reading it would wait for ever
    for source in (tmp_path / "gone.mov", tmp_path, pipe):
        assert refused(evidence.add_file, ws, ama, source).code == "E_FILE_UNREADABLE"
    assert list_artefacts(ws, ama) == []
    assert list(ws.files.iterdir()) == []


def test_a_file_one_may_not_read(ws, ama, clip, without_rights) -> None:
    clip.chmod(0o000)
    files = ws.files
    assert without_rights(lambda: evidence.copy_in(Vault(files), clip, Progress())) == "E_FILE_UNREADABLE"
    clip.chmod(0o600)


def test_a_full_disk(ws, ama, clip, small_disk, monkeypatch) -> None:
    disk = small_disk(512)
    monkeypatch.setattr(ws.vault, "files", disk)
    assert refused(evidence.add_file, ws, ama, clip).code == "E_CANNOT_WRITE"
    assert list(disk.iterdir()) == []
    assert list_artefacts(ws, ama) == []


def test_cancelled_at_any_moment(ws, ama, clip) -> None:
    for stop in (1, 2, 3):
        progress = Progress()
        progress.on_step = lambda done, total, _label, progress=progress, stop=stop: (
            progress.cancel() if done >= total * stop / 3 else None
        )
        with pytest.raises(Cancelled):
            evidence.add_file(ws, ama, clip, progress=progress)
        assert list(ws.files.iterdir()) == []
    assert list_artefacts(ws, ama) == []


def test_the_folder_of_files_was_deleted(ws, ama, clip) -> None:
    ws.files.rmdir()
    evidence.add_file(ws, ama, clip)
    assert find_faults(ws, files=True).ok


def test_a_workspace_that_is_read_only_copies_nothing(ws, ama, clip) -> None:
    ws.close()
    with open_(ws.folder, read_only=True) as reader:
        assert refused(evidence.add_file, reader, ama, clip).code == "E_READ_ONLY"
        assert list(reader.files.iterdir()) == []


@POSIX
def test_a_name_in_no_encoding(ws, ama, tmp_path) -> None:
    source = tmp_path / "caf\udce9.png"
    source.write_bytes(b"x")
    evidence.add_file(ws, ama, source)
    assert list_artefacts(ws, ama)[0].file_name == "caf.png"
    assert find_faults(ws, files=True).ok


@pytest.mark.parametrize(
    ("name", "media"),
    [("a.PNG", "image"), ("a.pdf", "pdf"), ("a.b.mov", "video"), ("a.wav", "audio"), ("a", "other"), ("pdf", "other")],
)
def test_media(name, media) -> None:
    assert evidence.media_of(name) == media
