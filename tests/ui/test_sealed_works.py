"""Works of a protected workspace in the window: shown without a plain copy, sealed beside it, put away by the lock."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import keyring
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSysInfo
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog

from rubricapp import paths
from rubricapp.exchange import unlocking
from rubricapp.operations import artefacts, protection
from rubricapp.operations.workspaces import open_workspace
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.people import find_people
from rubricapp.store.vault import Vault
from rubricapp.ui import outside
from rubricapp.ui.score.viewers import Viewer, read_image
from rubricapp.ui.sealed_device import SealedDevice
from tests.operations.test_keychain import Memory
from tests.ui.driving import press, texts
from tests.ui.test_locking import WORDS, give
from tests.ui.works import NOISE, clip, document, still

pytestmark = pytest.mark.qt_log_ignore(NOISE + r"|does not support (raise|lower)", extend=True)


@pytest.fixture(autouse=True)
def _quick_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlocking, "_PASSES", 1)
    monkeypatch.setattr(unlocking, "_MEMORY", 8 << 10)


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUBRICAPP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def shut(residency, tmp_path) -> Path:
    """The folder of a protected workspace with a still, a document and a clip."""
    amara = find_people(residency, "P-001")[0]
    made = still(tmp_path / "KESTREL.png"), document(tmp_path / "KESTREL.pdf"), clip(tmp_path / "KESTREL.mp4", 4)
    for path in made:
        artefacts.add_work(residency, amara.id, str(path))
    residency.close()
    protection.protect(residency.folder, WORDS)
    return residency.folder


@pytest.fixture
def opened(make_window, shut):
    return make_window(open_workspace(shut, unlock=protection.by_passphrase(WORDS)))


@pytest.fixture
def panel(opened):
    amara = find_people(opened.session.ws, "P-001")[0]
    opened.go("people", ("person", amara.id, "portfolio"))
    return opened.page.participant_view.panels["portfolio"]


def works(ws) -> dict[str, object]:
    return {each.media: each for each in list_artefacts(ws)}


def plain_on_disk(*folders: Path) -> list[str]:
    """Files that begin as a picture, a document or a clip does, or hold one in their middle."""
    signs = (b"\x89PNG\r\n", b"%PDF-", b"ftypisom", b"\xff\xd8\xff\xe0\x00\x10JFIF")
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and any(sign in path.read_bytes() for sign in signs):
                found.append(str(path))
    return found


def test_small_pictures_of_sealed_works(panel, shut, qtbot, _home) -> None:
    qtbot.waitUntil(lambda: not panel.thumbnails.busy, timeout=30_000)
    for work in works(panel.session.ws).values():
        assert panel.thumbnails.fault(work) == ""
        assert panel.thumbnails.picture(work) is not None
    kept = list((shut / "thumbnails").iterdir())
    assert len(kept) == 3 and {path.suffix for path in kept} == {".sealed"}
    assert plain_on_disk(shut, _home) == []


def test_each_kind_is_shown_without_a_plain_copy(panel, shut, qtbot, _home) -> None:
    pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    ws = panel.session.ws
    view = panel.work_view
    qtbot.waitUntil(lambda: not panel.thumbnails.busy, timeout=30_000)
    for media, work in works(ws).items():
        panel.open_work(work.id)
        shown = view.viewer.viewer
        assert shown is not None, (media, texts(view))
        if media == "image":
            assert shown.view._item.pixmap().size().toTuple() == (640, 360)
        elif media == "pdf":
            assert shown._document.pageCount() == 2
        else:
            qtbot.waitUntil(lambda shown=shown: shown.player.duration() == 4000, timeout=20_000)
            for ms in (3000, 200, 3900, 0):
                shown._seek_wanted.emit(ms)
                qtbot.waitUntil(lambda ms=ms, shown=shown: abs(shown.player.position() - ms) < 50, timeout=10_000)
            assert shown.do("play") and shown.time_code()
            shown.do("pause")
        qtbot.waitUntil(lambda: not panel.thumbnails.background.busy, timeout=20_000)
        assert "whole" not in texts(view.problems)
        assert plain_on_disk(shut, _home) == []
    view.leave()


def test_an_altered_work_is_said_not_shown(panel, qtbot) -> None:
    ws = panel.session.ws
    qtbot.waitUntil(lambda: not panel.thumbnails.busy, timeout=30_000)
    for media, work in works(ws).items():
        path = ws.vault.where(work.sha256)
        data = path.read_bytes()
        path.write_bytes(data[:140] + bytes([data[140] ^ 1]) + data[141:])
        panel.open_work(work.id)
        assert panel.work_view.viewer.viewer is None, media
        assert "cannot be read" in panel.work_view.viewer.message.text()
        qtbot.waitUntil(lambda: "altered" in texts(panel.work_view.problems), timeout=20_000)


def test_the_lock_puts_works_away(opened, panel, qtbot) -> None:
    pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    film = works(opened.session.ws)["video"]
    qtbot.waitUntil(lambda: not panel.thumbnails.busy, timeout=30_000)
    panel.open_work(film.id)
    viewer = panel.work_view.viewer.viewer
    qtbot.waitUntil(lambda: viewer.player.duration() == 4000, timeout=20_000)
    device = viewer._device
    stored = find_file(opened.session.ws, film)
    qtbot.waitUntil(lambda: opened.locking.lock(), timeout=20_000)
    assert not device.isOpen() and viewer._device is None and not viewer.time_code()
    with pytest.raises(FileNotFoundError):
        stored.open()
    assert all(getattr(each, "_device", None) is None for each in opened.findChildren(Viewer))
    give(qtbot, opened, WORDS)
    qtbot.waitUntil(lambda: viewer.player.duration() == 4000 and viewer._device is not None, timeout=20_000)
    with stored.open() as file:
        assert hashlib.sha256(file.read()).hexdigest() == film.sha256


def test_another_program_gets_a_copy_that_goes_with_the_lock(opened, panel, qtbot, monkeypatch, _home) -> None:
    given = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: given.append(Path(url.toLocalFile())))
    film = works(opened.session.ws)["video"]
    qtbot.waitUntil(lambda: not panel.thumbnails.busy, timeout=30_000)
    panel.open_work(film.id)
    with qtbot.waitSignal(panel.work_view.notice, check_params_cb=lambda words: "not encrypted" in words):
        press(qtbot, panel.work_view, "Open in your player")
    (copy,) = given
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == film.sha256
    assert "KESTREL" not in str(copy) and copy.is_relative_to(_home)
    assert copy.parent.parent.stat().st_mode & 0o077 == 0 or copy.drive, "nobody else reads it"
    qtbot.waitUntil(lambda: opened.locking.lock(), timeout=20_000)
    assert not copy.exists() and plain_on_disk(_home) == []


def test_what_a_crash_left_for_another_program_is_swept(qtbot, _home) -> None:
    left = _home / "opened-outside" / "0123"
    left.mkdir(parents=True)
    (left / "work.mov").write_bytes(b"KESTREL")
    left.with_suffix(".lock").write_text(f"999999\nrubricapp\n{QSysInfo.machineHostName()}\n")
    mine = outside.folder()
    (mine / "work.mov").write_bytes(b"still shown")
    (mine / "waiting-1").mkdir()
    outside.sweep()
    assert not left.exists() and not left.with_suffix(".lock").exists()
    assert (mine / "work.mov").exists()
    outside.clear()
    assert [path.name for path in mine.iterdir()] == ["waiting-1"], "a form still needs it"
    (mine / "waiting-1").rmdir()
    outside.clear()
    assert not mine.exists()
    assert paths.home() == _home


def test_the_device_reads_as_a_file_does(tmp_path, qtbot) -> None:
    data = random.Random(3).randbytes(300_000)
    vault = Vault(tmp_path / "files", bytes(32))
    name = hashlib.sha256(data).hexdigest()
    vault.take(name, [data])
    device, plain = SealedDevice(vault.find(name)), QBuffer()
    plain.setData(data)
    plain.open(QIODevice.OpenModeFlag.ReadOnly)
    draw = random.Random(4)
    assert device.size() == len(data) and not device.isSequential()
    for _n in range(200):
        at, count = draw.randrange(len(data) + 10), draw.randrange(100_000)
        assert device.seek(at) == plain.seek(at)
        if at <= len(data):
            assert bytes(device.read(count).data()) == bytes(plain.read(count).data())
    assert device.seek(0) and bytes(device.readAll().data()) == data
    assert device.atEnd() and not device.altered
    path = vault.where(name)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    device.close()
    device = SealedDevice(vault.find(name))
    assert len(device.readAll().data()) < len(data)
    assert device.altered
    device.close()


def test_a_picture_is_read_from_a_worker_as_well(shut, tmp_path, qtbot) -> None:
    from rubricapp.ui.background import Background

    with open_workspace(shut, unlock=protection.by_passphrase(WORDS)) as ws:
        stored = find_file(ws, works(ws)["image"])
        background = Background()
        job = background.start(lambda _progress: read_image(stored))
        with qtbot.waitSignal(job.done) as done:
            pass
        assert done.args[0].size().toTuple() == (640, 360)
        background.close()


# Sealing beside the window


def test_what_waits_is_sealed_beside_the_window(make_window, residency, tmp_path, qtbot) -> None:
    artefacts.add_work(residency, find_people(residency, "P-001")[0].id, str(still(tmp_path / "a.png")))
    folder = residency.folder
    window = make_window(residency)
    window.go("settings")
    card = window.page.protection
    card.first.setText(WORDS)
    card.again.setText(WORDS)
    press(qtbot, card, "Protect this workspace")
    press(qtbot, card.findChild(QDialog, "confirm"), "Protect this workspace")
    qtbot.waitUntil(lambda: window.session is None)
    assert protection.count_plain(folder) == 1, "the database first"
    give(qtbot, window, WORDS)
    qtbot.waitUntil(lambda: protection.count_plain(folder) == 0, timeout=20_000)
    qtbot.waitUntil(lambda: "All files of works are encrypted." in texts(window), timeout=20_000)
    window.go("settings")
    card = window.page.protection
    assert "This workspace is encrypted." in texts(card) and not card.running.isVisible()
    card.first.setText(WORDS)
    press(qtbot, card, "Take the protection away")
    press(qtbot, card.findChild(QDialog, "confirm"), "Take the protection away")
    qtbot.waitUntil(lambda: window.session is not None and not window.session.ws.key, timeout=20_000)
    assert find_file(window.session.ws, list_artefacts(window.session.ws)[0]).plain is not None


# The ways to the key

NEW = "new words for all"


def fill(form, present: str, new: str, again: str) -> None:
    for field, text in ((form.present, present), (form.new, new), (form.again, again)):
        field.setText(text)


def test_another_passphrase_from_settings(opened, shut, qtbot) -> None:
    opened.go("settings")
    card = opened.page.protection
    press(qtbot, card, "Change the passphrase…")
    assert QApplication.focusWidget() is card.form.present
    for present, new, again, words in (
        (WORDS, NEW, "new words for al", "not the same"),
        (WORDS, "short", "short", "too short"),
        ("not the one", NEW, NEW, "not the passphrase"),
    ):
        fill(card.form, present, new, again)
        press(qtbot, card.form, "Change the passphrase")
        assert words in texts(card.form)
    fill(card.form, WORDS, NEW, NEW)
    press(qtbot, card.form, "Change the passphrase")
    assert card.form.isHidden() and card.form.present.text() == ""
    qtbot.waitUntil(lambda: opened.locking.lock(), timeout=20_000)
    give(qtbot, opened, WORDS)
    assert opened.locking.page.error.isVisible()
    give(qtbot, opened, NEW)
    assert opened.session is not None


def test_another_key_from_settings(opened, shut, qtbot) -> None:
    before = opened.session.ws.key
    opened.go("settings")
    card = opened.page.protection
    press(qtbot, card, "Change the passphrase…")
    card.form.new_key.setChecked(True)
    assert "encrypted anew" in texts(card.form)
    fill(card.form, WORDS, NEW, NEW)
    press(qtbot, card.form, "Change the passphrase")
    qtbot.waitUntil(lambda: opened.session is None)
    give(qtbot, opened, NEW)
    ws = opened.session.ws
    assert ws.key != before and not ws.vault.has_former
    assert all(ws.vault.is_whole(each.sha256) for each in list_artefacts(ws))


def test_remembered_on_this_computer_it_opens_without_typing(make_window, opened, shut, qtbot) -> None:
    before = keyring.get_keyring()
    memory = Memory()
    keyring.set_keyring(memory)
    try:
        opened.go("settings")
        card = opened.page.protection
        assert not card.remember.isChecked()
        card.remember.click()
        assert card.remember.isChecked() and "keychain opens it, too" in texts(card)
        qtbot.waitUntil(lambda: opened.locking.lock(), timeout=20_000)
        assert opened.session is None, "after idleness it is asked for all the same"
        opened.locking.page.other_wanted.emit()
        assert opened.open_folder(shut)
        assert opened.session.ws.key
        memory.locked = True
        opened.close_workspace()
        assert not opened.open_folder(shut)
        assert "did not give the key" in texts(opened)
        memory.locked = False
        give(qtbot, opened, WORDS)
        opened.go("settings")
        card = opened.page.protection
        card.remember.click()
        assert not card.remember.isChecked() and memory.kept == {}
    finally:
        keyring.set_keyring(before)


def test_without_a_keychain_it_says_so(opened, qtbot) -> None:
    before = keyring.get_keyring()
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    try:
        opened.go("settings")
        card = opened.page.protection
        card.remember.click()
        assert not card.remember.isChecked()
        assert "no keychain" in texts(card)
    finally:
        keyring.set_keyring(before)
