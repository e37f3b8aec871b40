"""A protected workspace in the window: asked for, locked after idleness with nothing lost, protected from Settings."""

from __future__ import annotations

from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from rubricapp.exchange import sealing, unlocking
from rubricapp.operations import protection, recovery
from rubricapp.operations.workspaces import open_workspace
from rubricapp.store.assessments import list_assessments
from rubricapp.ui.locking import Locking
from rubricapp.ui.merge.watching import WatchBar
from rubricapp.ui.messages import confirm
from tests.ui.driving import find_button, press, texts

WORDS = "four rivers meet at dusk"


@pytest.fixture(autouse=True)
def _quick_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlocking, "_PASSES", 1)
    monkeypatch.setattr(unlocking, "_MEMORY", 8 << 10)


@pytest.fixture
def shut(residency):
    """The folder of the protected workspace."""
    residency.close()
    protection.protect(residency.folder, WORDS)
    return residency.folder


@pytest.fixture
def opened(make_window, shut, qtbot):
    window = make_window(open_workspace(shut, unlock=protection.by_passphrase(WORDS)))
    assert window.session.ws.key
    backups = window.session.ws.backups
    qtbot.waitUntil(lambda: any(backups.glob("*.rubricbackup")) and not window.background.busy)
    return window


def give(qtbot, window, words: str) -> None:
    field = window.locking.page.passphrase
    assert QApplication.focusWidget() is field
    qtbot.keyClicks(field, words)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_the_passphrase_is_asked_for_before_anything_is_shown(make_window, shut, qtbot) -> None:
    window = make_window()
    assert not window.open_folder(shut)
    assert "This workspace is locked" in texts(window)
    assert "Test residency" not in window.windowTitle() + texts(window)
    give(qtbot, window, "something else entirely")
    assert window.locking.page.error.isVisible()
    assert window.session is None
    assert window.locking.page.passphrase.text() == ""
    give(qtbot, window, WORDS)
    assert "Test residency" in window.windowTitle()
    assert list_assessments(window.session.ws)


def test_a_forgotten_passphrase_the_recovery_sheet_opens_it(make_window, residency, tmp_path, qtbot) -> None:
    made = recovery.make_sheet(residency, tmp_path / "sheet.txt")
    recovery.prove(residency, made.identity)
    residency.close()
    protection.protect(residency.folder, WORDS)
    window = make_window()
    assert not window.open_folder(residency.folder)
    page = window.locking.page
    press(qtbot, page, "Use the recovery sheet instead")
    qtbot.keyClicks(page.recovery.key, sealing.new_identity().secret)
    qtbot.keyClick(page.recovery.key, Qt.Key.Key_Return)
    assert page.error.isVisible() and window.session is None
    press(qtbot, page, "Use the recovery sheet instead")
    qtbot.keyClicks(page.recovery.key, " ".join(made.groups))
    press(qtbot, page, "Unlock with the recovery key")
    assert window.session is not None and list_assessments(window.session.ws)
    assert page.recovery.key.text() == ""


def test_locked_after_idleness_and_nothing_typed_is_lost(opened, qtbot) -> None:
    window = opened
    window.go("settings")
    page, ws = window.page, window.session.ws
    page.name.setFocus()
    qtbot.keyClicks(page.name, "Half a na")
    window.set_settings(lock_minutes=1)
    window.locking._idle.setInterval(0)
    window.locking._idle.start()
    qtbot.waitUntil(lambda: window.locking.locked)
    assert window.session is None
    assert (ws.key, ws.suspended) == (b"", True)
    with pytest.raises(Exception, match="closed database"):
        ws.rows("SELECT 1")
    assert not window.rail.isVisible()
    assert "Test residency" not in window.windowTitle() + texts(window)
    assert not window.actions_by_id["back_up"].isEnabled()
    give(qtbot, window, "nothing like it")
    assert window.locking.locked
    give(qtbot, window, WORDS)
    assert not window.locking.locked
    assert window.page is page
    assert page.name.text() == "Half a na"
    assert window.rail.isVisible()
    assert list_assessments(window.session.ws)
    press(qtbot, page, "Add as assessor")
    assert window.session.me.name == "Half a na"


def test_a_comment_being_typed_is_saved_before_it_locks(opened, qtbot) -> None:
    window = opened
    (slot,) = [each for each in list_assessments(window.session.ws) if each.state.value == "draft"]
    window.go("score", (slot.rubric, slot.occasion, slot.participant))
    window.page.flush()
    calls = []
    window.page.flush = lambda: calls.append(1) or False
    assert not window.locking.lock(), "what cannot be saved keeps it open"
    assert calls
    assert not window.locking.locked
    del window.page.flush
    assert window.locking.lock()


def test_locked_by_a_key_as_soon_as_nothing_is_written_any_more(opened, qtbot) -> None:
    gate = Event()
    opened.background.start(lambda _progress: gate.wait(20))
    qtbot.keyClick(opened, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert "locks as soon as everything is saved" in opened.toast.text.text()
    qtbot.keyClick(opened.page, Qt.Key.Key_Shift)  # a sign of life does not put off what was asked for
    qtbot.wait(700)
    assert not opened.locking.locked
    gate.set()
    qtbot.waitUntil(lambda: opened.locking.locked)
    assert not opened.actions_by_id["lock"].isEnabled()
    give(qtbot, opened, WORDS)
    assert opened.actions_by_id["lock"].isEnabled()
    qtbot.keyClick(opened, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert opened.locking.locked


def test_a_question_that_is_open_is_hidden_and_comes_back(opened, qtbot) -> None:
    asked = []
    dialog = confirm(opened, "Really?", "About Amara Okafor", "Do it", lambda: asked.append(1))
    qtbot.waitUntil(dialog.isVisible)
    assert opened.locking.lock()
    assert not dialog.isVisible()
    give(qtbot, opened, WORDS)
    qtbot.waitUntil(dialog.isVisible)
    press(qtbot, dialog, "Do it")
    assert asked == [1]


def test_a_key_or_a_click_puts_it_off(opened, qtbot, monkeypatch) -> None:
    started = []
    monkeypatch.setattr(opened.locking._idle, "start", lambda *_: started.append(1))
    qtbot.keyClick(opened.page, Qt.Key.Key_Shift)
    assert started
    started.clear()
    opened.set_settings(lock_minutes=0)
    qtbot.keyClick(opened.page, Qt.Key.Key_Shift)
    assert not started


def test_one_that_is_not_protected_is_never_locked(window) -> None:
    assert isinstance(window.locking, Locking)
    assert not window.locking.lock()
    assert not window.locking._idle.isActive()


def test_closed_and_left_while_it_is_locked(opened, qtbot, shut) -> None:
    assert opened.locking.lock()
    opened.close()
    with open_workspace(shut, unlock=protection.by_passphrase(WORDS)) as ws:
        assert list_assessments(ws)


def test_another_workspace_is_chosen_from_the_lock(opened, qtbot, shut) -> None:
    assert opened.locking.lock()
    press(qtbot, opened, "Another workspace")
    assert opened.page is opened.first_run
    with open_workspace(shut, unlock=protection.by_passphrase(WORDS)):
        pass


def test_protected_and_taken_away_from_settings(window, qtbot) -> None:
    window.go("settings")
    card = window.page.protection
    assert "Not protected" in texts(card)
    assert "files of works" in texts(card)
    for first, again in (("short", "short"), (WORDS, "four rivers")):
        card.first.setText(first)
        card.again.setText(again)
        press(qtbot, card, "Protect this workspace")
        assert card.error.isVisible()
    card.first.setText(WORDS)
    card.again.setText(WORDS)
    press(qtbot, card, "Protect this workspace")
    dialog = card.findChild(QDialog, "confirm")
    press(qtbot, dialog, "Protect this workspace")
    qtbot.waitUntil(lambda: window.session is None)
    give(qtbot, window, WORDS)
    window.go("settings")
    card = window.page.protection
    assert "This workspace is encrypted." in texts(card)
    assert "Only the passphrase opens it" in texts(card)
    card.first.setText("wrong words here")
    press(qtbot, card, "Take the protection away")
    press(qtbot, card.findChild(QDialog, "confirm"), "Take the protection away")
    qtbot.waitUntil(lambda: "not the passphrase" in texts(window))
    assert window.session.ws.key, "it stays open and protected"
    card.first.setText(WORDS)
    press(qtbot, card, "Take the protection away")
    (dialog,) = [each for each in card.findChildren(QDialog, "confirm") if each.isVisible()]
    press(qtbot, dialog, "Take the protection away")
    qtbot.waitUntil(lambda: window.session is not None and not window.session.ws.key)


def test_old_backups_are_replaced_from_settings(opened, qtbot) -> None:
    ws = opened.session.ws
    (ws.backups / "before-restore-x.sqlite3").write_bytes(b"SQLite format 3\0" + bytes(99))
    opened.go("settings")
    card = opened.page.protection
    assert "not encrypted" in card.state.text()
    press(qtbot, card, "Replace unprotected backups…")
    press(qtbot, card.findChild(QDialog, "confirm"), "Replace them")
    qtbot.waitUntil(lambda: not (ws.backups / "before-restore-x.sqlite3").exists())
    assert "not encrypted" not in card.state.text()
    assert find_button(card, "Lock now")
    assert list(ws.backups.glob("*.rubricbackup"))


def test_nothing_arrives_behind_the_lock(opened, qtbot, tmp_path) -> None:
    opened.go("merge")
    bar = opened.page.findChild(WatchBar)
    bar.set_folder(str(tmp_path))
    qtbot.waitUntil(lambda: not opened.background.busy)
    assert opened.locking.lock()
    bar.watch.look()
    assert not opened.background.busy
    opened.arrivals.open_files([tmp_path / "x.rubricpack"])
    assert opened.page is opened.locking.page
    give(qtbot, opened, WORDS)
    bar.watch.look()
    assert opened.background.busy
    qtbot.waitUntil(lambda: not opened.background.busy)
