"""Joining a programme and handing in, as an assessor does it: files chosen, dropped, double-clicked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from rubricapp import paths
from rubricapp.exchange import signing
from rubricapp.operations import people, recovery, returns
from rubricapp.store.kits import load_home
from rubricapp.store.workspace import open_
from rubricapp.ui.asked import list_asked
from tests.laptops import WORDS, ask, laptop, make_kit, make_passphrases_quick, score, start_programme, who
from tests.ui.driving import drop, find_button, press, texts


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def lead(folder: Path, document: dict):
    with start_programme(folder, document) as ws:
        yield ws


def joined(window, qtbot, passphrase: str = WORDS) -> None:
    view = window.arrivals.view
    if view.passphrase.isVisible():
        qtbot.keyClicks(view.passphrase, passphrase)
    press(qtbot, view, "Join")
    qtbot.waitUntil(lambda: view._job is None)


def test_from_the_first_page_to_ready(make_window, lead, tmp_path, qtbot) -> None:
    kit = make_kit(lead, tmp_path / "kits", "A-001")
    window = make_window(name="")
    press(qtbot, window.first_run, "Join a programme")
    view = window.page
    press(qtbot, view, "Choose the file")
    dialog = view.findChild(QFileDialog)
    dialog.fileSelected.emit(str(kit))
    dialog.close()
    said = texts(view)
    assert "For Ana Example" in said
    assert "Four rivers  ·  2026" in said
    assert view.passphrase.hasFocus()
    assert view.passphrase.echoMode() is QLineEdit.EchoMode.Password
    qtbot.keyClicks(view.passphrase, WORDS)
    qtbot.keyClick(view.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session is not None)
    assert window.session.me.name == "Ana Example"
    assert window.session.ws.folder == paths.home() / "workspaces" / "four-rivers-2026-ana-example"
    assert window.toast.text.text() == "Ready for Ana Example: 2 people to score"
    assert not window.rail.buttons["merge"].isVisible()
    assert "You are asked to score" in texts(window.page)
    table = window.page.asked_table
    assert [each.participant.name for each in table.model().shown] == ["Amara Abara", "Kofi Bempah"]
    assert [each.said_state for each in table.model().shown] == ["not begun", "not begun"]
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert window.rail.current().property("key") == "score"


def test_a_wrong_passphrase_is_said_on_the_page_and_can_be_typed_again(make_window, lead, tmp_path, qtbot) -> None:
    kit = make_kit(lead, tmp_path / "kits", "A-001")
    window = make_window()
    assert drop(window, kit)
    view = window.arrivals.view
    joined(window, qtbot, "something else entirely")
    assert "This is not the passphrase." in texts(view)
    assert view.passphrase.hasFocus()
    assert view.passphrase.hasSelectedText()
    assert window.session is None
    assert not list((paths.home() / "workspaces").iterdir())
    joined(window, qtbot)
    assert window.session.me.name == "Ana Example"


def test_a_kit_whose_passphrase_is_lost_is_joined_with_the_recovery_sheet(make_window, lead, tmp_path, qtbot) -> None:
    made = recovery.make_sheet(lead, tmp_path / "sheet.txt")
    recovery.prove(lead, made.identity)
    kit = make_kit(lead, tmp_path / "kits", "A-001")
    window = make_window(name="")
    window.arrivals.open_files([kit])
    view = window.arrivals.view
    assert not view.recovery.key.isVisible()
    press(qtbot, view, "Use the recovery sheet instead")
    field = view.recovery.key
    assert field.hasFocus()
    groups = [each.lower() for each in made.groups]
    mistyped = [*groups[:3], ("q" if groups[3][0] != "q" else "p") + groups[3][1:], *groups[4:]]
    qtbot.keyClicks(field, " ".join(mistyped))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "There is a mistake in group 4." in texts(view) and field.hasFocus()
    field.selectAll()
    qtbot.keyClicks(field, " ".join(["0bi1o", *groups[1:]]))
    press(qtbot, view, "Join with the recovery key")
    assert "Group 1 has “B”, which no key has." in texts(view)
    field.selectAll()
    qtbot.keyClicks(field, " ".join(groups[:-1]))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "it has 55 letters and figures of 58" in texts(view)
    field.selectAll()
    qtbot.keyClicks(field, " ".join(groups))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session is not None)
    assert window.session.me.name == "Ana Example"
    assert field.text() == ""


def test_a_double_click_on_a_newer_kit_goes_into_the_workspace_of_the_earlier(
    make_window, lead, tmp_path, qtbot
) -> None:
    window = make_window()
    window.arrivals.open_files([make_kit(lead, tmp_path / "kits", "A-001")])
    joined(window, qtbot)
    ws = window.session.ws
    score(ws, "P-001", "A-001", 4)
    folder = ws.folder
    ask(lead, "P-003", "A-001")
    window.arrivals.open_files([make_kit(lead, tmp_path / "kits", "A-001")])
    assert not any(each.isChecked() for each in window.rail.buttons.values())
    joined(window, qtbot)
    assert window.session.ws.folder == folder
    assert window.toast.text.text() == "Ready for Ana Example: 3 people to score"
    shown = window.page.asked_table.model().shown
    assert {each.participant.name: each.said_state for each in shown} == {
        "Amara Abara": "finished",
        "Kofi Bempah": "not begun",
        "王伟": "not begun",
    }


def test_a_kit_from_another_laptop_than_before_is_said(make_window, lead, tmp_path, qtbot) -> None:
    window = make_window()
    for _twice in (1, 2):
        window.arrivals.open_files([make_kit(lead, tmp_path / "kits", "A-001")])
        joined(window, qtbot)
        assert window.notices.texts() == []
    lead.close()
    lead.folder.rename(tmp_path / "moved")
    with open_(tmp_path / "moved") as moved:
        window.arrivals.open_files([make_kit(moved, tmp_path / "kits", "A-001")])
        fingerprint = signing.fingerprint(signing.key_of(moved).public)
    joined(window, qtbot)
    (said,) = window.notices.texts()
    assert f"another laptop than the one before, with the key {fingerprint}." in said
    assert window.notices.isVisible()
    assert window.toast.text.text() == "Ready for Ana Example: 2 people to score"
    press(qtbot, window.notices, "Put this notice away")
    assert not window.notices.isVisible()


def test_what_is_no_kit_is_refused_and_the_open_workspace_stays(make_window, lead, tmp_path, qtbot) -> None:
    with laptop(lead, tmp_path, "A-002") as bello:
        handed_in = returns.make_return(bello, tmp_path).path
    window = make_window()
    window.arrivals.open_files([make_kit(lead, tmp_path / "kits", "A-001")])
    joined(window, qtbot)
    folder = window.session.ws.folder
    assert drop(window, handed_in)  # a return in the kit's place
    assert "is what somebody handed in" in texts(window.page)
    assert window.session.ws.folder == folder
    qtbot.keyClick(window.page, Qt.Key.Key_Escape)
    assert window.page.scroll.isVisible()
    (tmp_path / "x.rubricpack").write_text("hello")
    window.arrivals.open_files([tmp_path / "x.rubricpack"])
    assert "is not a package" in texts(window.page)
    assert not drop(window, tmp_path / "roster.csv")
    cut = tmp_path / "cut.rubricpack"
    cut.write_bytes(make_kit(lead, tmp_path / "kits", "A-002").read_bytes()[:-50])
    window.arrivals.open_files([cut])
    joined(window, qtbot)
    assert "damaged or cut short" in texts(window.page)
    assert window.session.ws.folder == folder


def test_a_failure_while_taking_it_brings_the_workspace_back(make_window, lead, tmp_path, qtbot, monkeypatch) -> None:
    from rubricapp.errors import UserError
    from rubricapp.operations import joining

    window = make_window()
    window.arrivals.open_files([make_kit(lead, tmp_path / "kits", "A-001")])
    joined(window, qtbot)
    folder = window.session.ws.folder

    def full(*_arguments, **_named):
        raise UserError("E_DISK", "The disk is full.", "Nothing was changed.", "Free some space.")

    monkeypatch.setattr(joining, "take", full)
    window.arrivals.open_files([make_kit(lead, tmp_path / "kits", "A-002")])
    joined(window, qtbot)
    assert "The disk is full." in texts(window.page)
    assert window.session.ws.folder == folder
    assert [each.name for each in (paths.home() / "workspaces").iterdir()] == [folder.name]
    monkeypatch.undo()
    make_passphrases_quick(monkeypatch)
    joined(window, qtbot)
    assert window.session.me.name == "Bello Example"


def test_hostile_words_outside_are_shown_as_they_are(make_window, lead, tmp_path, qtbot) -> None:
    people.edit_person(lead, who(lead, "A-001").id, {"given_name": "<b>Ana</b>", "family_name": "../\u202ex"})
    window = make_window()
    window.arrivals.open_files([make_kit(lead, tmp_path / "kits", "A-001")])
    assert "<b>Ana</b>" in texts(window.page)
    joined(window, qtbot)
    assert window.session.ws.folder.parent == paths.home() / "workspaces"


# Handing in


@pytest.fixture
def assessor(make_window, lead, tmp_path, qtbot):
    """The window of an assessor who finished one of two and began the other."""
    window = make_window()
    window.arrivals.open_files([make_kit(lead, tmp_path / "kits", "A-001")])
    joined(window, qtbot)
    score(window.session.ws, "P-001", "A-001", 4)
    score(window.session.ws, "P-002", "A-001", 2, finished=False)
    return window


def hand_in(window, qtbot, folder: Path) -> None:
    view = window.page.hand_in
    view.folder.setText(str(folder))
    press(qtbot, view, "Hand in")
    qtbot.waitUntil(lambda: view._job is None)


def test_handing_in_says_where_what_and_what_is_still_a_draft(assessor, lead, tmp_path, qtbot) -> None:
    window = assessor
    window.do("hand_in")
    view = window.page.hand_in
    said = texts(view)
    assert "Not handed in yet" in said
    assert "1 assessment is still a draft" in said
    assert view.drafts.model().as_text().splitlines()[1].startswith("Kofi Bempah\tSmall")
    view.folder.setText(str(tmp_path / "stick"))
    view.start()
    assert view.work.stop.hasFocus(), "as long as it runs"
    qtbot.waitUntil(lambda: view._job is None)
    path = tmp_path / "stick" / "Ana-Example-return-1.rubricpack"
    said = texts(view)
    assert str(path) in said
    assert "Handed in: " in said
    assert view.show_folder.hasFocus() and str(path) in view.show_folder.accessibleDescription(), "said aloud, too"
    assert "Last handed in: today" in said
    (brought,) = returns.bring_in(lead, [path])
    assert brought.manifest.fingerprint in said
    press(qtbot, view, "Copy the key")
    assert QApplication.clipboard().text() == brought.manifest.fingerprint
    assert window.session.settings.packages == str(path.parent)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert "Last handed in: today" in texts(window.page)
    assert "1 is still a draft" in texts(window.page)
    asked = list_asked(window.session.ws)
    assert [(each.participant.name, each.said_state) for each in asked] == [
        ("Amara Abara", "handed in"),
        ("Kofi Bempah", "draft"),
    ]
    window.go("score", asked[0].slot)
    assert "Handed in; after opening it again hand in once more." in window.page.locked_panel.words.text()


def test_a_stick_that_is_full_or_away_is_said_and_tried_again(assessor, tmp_path, qtbot, small_disk) -> None:
    window = assessor
    press(qtbot, window.page, "Hand in…")
    view = window.page.hand_in
    (tmp_path / "file").write_text("not a folder")
    hand_in(window, qtbot, tmp_path / "file" / "stick")
    assert view.error.isVisible()
    assert load_home(window.session.ws).returns == 0
    hand_in(window, qtbot, small_disk(4))
    assert view.error.isVisible()
    assert load_home(window.session.ws).returns == 0
    view.folder.setText(str(tmp_path / "good"))
    press(qtbot, view.error, "Try again")
    qtbot.waitUntil(lambda: view._job is None)
    assert not view.error.isVisible()
    assert load_home(window.session.ws).returns == 1


def test_a_lead_has_nobody_to_hand_in_to(make_window, lead) -> None:
    window = make_window(lead)
    assert not window.actions_by_id["hand_in"].isEnabled()
    window.go("home", "hand_in")
    assert window.page.hand_in is None


def test_a_package_as_argument_opens_over_the_last_workspace() -> None:
    from rubricapp.ui.arriving import is_package

    assert is_package(Path("A.RUBRICPACK"))
    assert not is_package(Path("folder"))


def test_a_read_only_workspace_cannot_hand_in(assessor, tmp_path, qtbot) -> None:
    window = assessor
    folder = window.session.ws.folder
    window.do("close_workspace")
    window.show_workspace(open_(folder, read_only=True))
    press(qtbot, window.page, "Hand in…")
    hand_in(window, qtbot, tmp_path)
    assert "for reading only" in texts(window.page.hand_in)
    assert find_button(window.page.hand_in, "Hand in").isEnabled()
