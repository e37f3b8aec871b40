"""Settings: each takes effect at once and is kept; backups are made, and put back after a question."""

from __future__ import annotations

import gc
from threading import Event

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog

from rubricapp import settings
from rubricapp.core.model import Role
from rubricapp.errors import UserError
from rubricapp.operations import artefacts, backups, people, recovery
from rubricapp.store.kits import load_recovery_key
from rubricapp.store.people import find_people, list_people
from rubricapp.store.rehearsing import load_rehearsal
from rubricapp.store.workspace import open_
from rubricapp.ui import theme, trials
from rubricapp.ui.settings.backup import say_size
from tests.ui.driving import find_button, press, texts


@pytest.fixture
def page(window):
    window.go("settings")
    return window.page


def tick(qtbot, box) -> None:
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(12, box.height() // 2))


def test_single_keys_and_moving_on_are_switched(page, qtbot) -> None:
    tick(qtbot, page.number_keys)
    tick(qtbot, page.auto_advance)
    kept = settings.load()
    assert (kept.number_keys, kept.auto_advance) == (False, False)
    assert page.session.settings.number_keys is False


@pytest.mark.parametrize("name", ["dark", "night", "light"])
def test_a_theme_is_taken_at_once(page, qtbot, name: str) -> None:
    tick(qtbot, page.themes[name])
    assert theme.look().theme.key == name
    assert settings.load().theme == name
    theme.look().apply("light", 100)


def test_text_size_is_taken_at_once(window, page, qtbot) -> None:
    page.text_size.setFocus()
    qtbot.keyClick(page.text_size, Qt.Key.Key_End)
    assert theme.look().percent == 200
    window.set_settings(text_percent=100)
    assert page.text_size.currentText() == "100 %"


def test_somebody_else_sits_down(window, page, qtbot) -> None:
    qtbot.keyClicks(page.name, "Nia Example")
    press(qtbot, page, "Add as assessor")
    assert window.session.me.name == "Nia Example"
    assert page.me.currentText() == "Nia Example"
    page.me.setFocus()
    qtbot.keyClicks(page.me, "Tun")
    assert window.session.me.name == "Tunde Example"
    assert settings.load().name == "Tunde Example"


def test_a_backup_is_made_listed_and_put_back(window, page, qtbot) -> None:
    page.backup.now.setFocus()
    press(qtbot, page, "Back up now")
    assert page.backup.work.isVisible() and not page.backup.now.isEnabled()
    assert page.backup.work.stop.hasFocus()
    qtbot.waitUntil(page.backup.now.isEnabled)
    assert page.backup.now.hasFocus() and not page.backup.work.isVisible()
    listed = page.backup.table.model().rowCount()
    assert listed >= 1
    assert page.backup.table.model().record(0).path.name in window.toast.text.text()
    window.session.run(people.add_person, Role.PARTICIPANT, "Too Late", "P-099")
    press(qtbot, page, "Restore the chosen one…")
    dialog = page.findChild(QDialog, "confirm")
    assert "made since then" in texts(dialog)
    qtbot.waitUntil(find_button(dialog, "Cancel").hasFocus)
    press(qtbot, dialog, "Cancel")
    assert find_people(window.session.ws, "P-099")
    press(qtbot, page, "Restore the chosen one…")
    dialog = page.findChildren(QDialog, "confirm")[-1]
    press(qtbot, dialog, next(b.text() for b in dialog.findChildren(type(page.check)) if "Restore" in b.text()))
    qtbot.waitUntil(lambda: window.session is not None and not find_people(window.session.ws, "P-099"))
    assert len(list_people(window.session.ws, Role.PARTICIPANT)) == 3


def test_works_that_did_not_come_along_are_named_after_a_restore(window, page, qtbot, tmp_path) -> None:
    """As where the daily backup, which holds no works, is all that is left of a laptop."""
    ws = window.session.ws
    (tmp_path / "reel.txt").write_text("a reel")
    amara = list_people(ws, Role.PARTICIPANT)[0]
    artefacts.add_work(ws, amara.id, str(tmp_path / "reel.txt"), {"title": "Reel"})
    press(qtbot, page, "Back up now")
    qtbot.waitUntil(page.backup.now.isEnabled)
    file = page.backup.table.model().record(0).path
    assert window.locking.restore(file)
    assert "not here" not in texts(window.notices)
    for each in (window.session.ws.folder / "files").rglob("*"):
        each.is_file() and each.unlink()
    assert window.locking.restore(file)
    assert "1 file of a work is not here" in texts(window.notices)


def test_a_backup_is_made_beside_the_window_by_its_key(window, qtbot, monkeypatch) -> None:
    folder = window.session.ws.backups
    qtbot.waitUntil(lambda: not window.background.busy)
    for each in folder.iterdir():
        each.unlink()
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert window.background.busy and "Backing up" in window.toast.text.text()
    qtbot.waitUntil(lambda: "Backed up and checked" in window.toast.text.text())
    assert any(folder.glob("*.rubricbackup"))
    monkeypatch.setattr(backups, "copy", full)
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert "The disk is full" in texts(window.error)


def full(*_given):
    raise UserError("E_BACKUP", "The disk is full.", "Your work is safe.", "Free some space.")


def test_a_backup_that_is_stopped_leaves_nothing(window, page, qtbot, tmp_path) -> None:
    gate, stick = Event(), tmp_path / "stick"
    window.background.start(lambda _progress: gate.wait(20))  # it has to wait for its turn
    for stop in ("Stop", ""):
        page.backup._back_up(stick)
        assert list(window.session.ws.folder.glob("backup-*.part"))
        if stop:
            press(qtbot, page.backup, stop)
            qtbot.waitUntil(page.backup.now.isEnabled)
            assert "No backup was made" in window.toast.text.text()
            assert not list(window.session.ws.folder.glob("backup-*.part"))
    folder = window.session.ws.folder
    gate.set()
    window.close_workspace()  # and one whose turn has not come when the window is closed
    open_(folder).close()
    assert list(folder.glob("*.part")) == list(stick.iterdir()) == []


def test_a_recovery_sheet_is_made_and_proved_by_three_groups(window, page, qtbot, tmp_path) -> None:
    card = page.recovery
    assert "No recovery key is in force" in texts(card)
    card.write(window.session.ws.folder / "sheet.pdf")
    assert card.error.isVisible()
    card.write(tmp_path / "first.txt")
    assert "void now" not in texts(card)
    card.write(tmp_path / "sheet.txt")
    assert not card.error.isVisible()
    assert "The sheet before it was never tested and is void now" in texts(card)
    groups = card.made.groups
    assert len(card.fields) == 3
    assert QApplication.focusWidget() is card.fields[0]
    for field, number in zip(card.fields, card.asked, strict=True):
        qtbot.keyClicks(field, groups[number - 1].lower())
    last = card.fields[-1]
    last.clear()
    qtbot.keyClicks(last, "QQQQQ")
    press(qtbot, card, "Prove it")
    assert f"Group {card.asked[-1]}" in card.error.what.text()
    assert load_recovery_key(window.session.ws) == ""
    last.clear()
    qtbot.keyClicks(last, groups[card.asked[-1] - 1])
    qtbot.keyClick(last, Qt.Key.Key_Return)
    assert load_recovery_key(window.session.ws).startswith("age1")
    assert "In force" in texts(card)
    assert card.made is None
    assert card.fields == []


def test_a_sheet_that_waits_is_proved_with_the_whole_key(window, page, qtbot, tmp_path) -> None:
    card = page.recovery
    made = recovery.make_sheet(window.session.ws, tmp_path / "sheet.txt")
    card.refresh()
    assert len(card.fields) == 1
    qtbot.keyClicks(card.fields[0], "AGE-SECRET")
    press(qtbot, card, "Prove it")
    assert card.error.isVisible()
    card.fields[0].clear()
    qtbot.keyClicks(card.fields[0], made.identity.secret)
    press(qtbot, card, "Prove it")
    assert load_recovery_key(window.session.ws) == made.identity.public
    assert not card.error.isVisible()


def test_what_is_no_backup_is_refused_in_words(page, tmp_path) -> None:
    path = tmp_path / "x.rubricbackup"
    path.write_text("no zip")
    page.backup.ask(path)
    assert page.backup.error.isVisible()


def test_the_check_says_that_all_is_well(page, qtbot) -> None:
    press(qtbot, page, "Check my data")
    assert "all is well" in texts(page)


def test_the_check_finds_what_was_tampered_with(page, qtbot) -> None:
    ws = page.session.ws
    ws.connection.execute("UPDATE person SET given_name = 'Nobody' WHERE code = 'P-001'")
    press(qtbot, page, "Check my data")
    assert "The check found" in texts(page)
    assert page.faults.model().rowCount() >= 1


def test_the_demo_alone_can_be_removed(page) -> None:
    assert not [each for each in page.findChildren(type(page.check)) if "demo" in each.text()]


def test_sizes_are_said_as_people_read_them() -> None:
    assert [say_size(size) for size in (12, 41_000, 41_200_000, 2_500_000_000)] == ["12 B", "41 KB", "41 MB", "2.5 GB"]


def test_the_keyboard_comes_along_to_settings(window, qtbot) -> None:
    window.go("people")
    for act, place in (("open_settings", "me"), ("show_about", "scroll"), ("open_settings", "me")):
        window.do(act)
        assert QApplication.focusWidget() is getattr(window.page, place)


@pytest.fixture
def quiet():
    """As in the app itself: no collection in the worker, which would destroy Qt's objects in the wrong thread."""
    gc.disable()
    yield
    gc.enable()


def test_a_backup_is_restored_on_trial_and_the_result_is_kept(window, page, qtbot, quiet) -> None:
    press(qtbot, page, "Restore on trial now")
    qtbot.waitUntil(lambda: not window.background.busy, timeout=20_000)
    assert "Restored on trial in" in page.backup.trial.text()
    assert page.backup.trial.property("look") == "ok"
    assert load_rehearsal(window.session.ws).ok


def test_a_damaged_backup_is_said_loudly_by_itself(make_window, residency, qtbot, quiet, monkeypatch) -> None:
    monkeypatch.setattr(trials, "SOON_MS", 0)
    path = backups.back_up(residency)
    path.write_bytes(path.read_bytes()[:2000])
    older = residency.backups / "workspace-20200101T000000Z-1-x.rubricbackup"
    path.rename(older)
    window = make_window(residency)
    qtbot.waitUntil(lambda: "not a whole backup" in "".join(window.notices.texts()), timeout=20_000)
    window.go("settings")
    assert window.page.backup.trial.property("look") == "danger"
    assert older.name in window.page.backup.trial.text()


def test_a_trial_that_is_due_when_the_workspace_is_closed_is_left(make_window, residency, qtbot, monkeypatch) -> None:
    window = make_window(residency)
    qtbot.waitUntil(lambda: any(residency.backups.glob("*.rubricbackup")) and not window.background.busy)
    monkeypatch.setattr(trials, "SOON_MS", 0)
    trials.begin_soon(window.background, window.session, lambda words: None)
    residency.close()
    qtbot.wait(1)
    assert residency.suspended and not window.background.busy
