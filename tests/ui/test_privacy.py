"""A person's page: everything exported, and erased after their name was typed; by keyboard too, refused kindly."""

from __future__ import annotations

import json
import zipfile
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from rubricapp.operations import people, privacy
from rubricapp.store.erasing import list_marks
from rubricapp.store.people import find_people
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import open_
from rubricapp.ui.people.privacy import PrivacyCard
from tests.ui.driving import find_button, press, texts


@pytest.fixture
def page(window):
    window.go("people")
    return window.page


@pytest.fixture
def card(page) -> PrivacyCard:
    return card_of(page, "P-001")


def card_of(page, code: str) -> PrivacyCard:
    """The card at the foot of a participant's details."""
    page.open_with(("person", find_people(page.session.ws, code)[0].id, "details"))
    return page.participant_view.panels["details"].privacy


def result_of(window, qtbot) -> QDialog:
    def shown() -> list[QDialog]:
        return [each for each in window.findChildren(QDialog, "erased") if each.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()), timeout=20_000)
    return shown()[0]


def test_everything_is_exported_from_the_page(window, page, card, qtbot, tmp_path) -> None:
    press(qtbot, page, "Export everything…")
    (dialog,) = [each for each in card.findChildren(QFileDialog) if each.isVisible()]
    assert dialog.selectedFiles()[0].endswith("Amara Okafor.zip")
    dialog.reject()
    with qtbot.waitSignal(card.said, timeout=20_000) as said:
        card.export_to(tmp_path / "amara.zip")
        assert not card.export.isEnabled()
    assert said.args[0].startswith("Exported: amara.zip")
    with zipfile.ZipFile(tmp_path / "amara.zip") as archive:
        assert json.loads(archive.read("data.json"))["person"] == "Amara Okafor"
    qtbot.waitUntil(card.export.isEnabled)
    assert not card.bar.isVisible()


def test_a_place_that_will_not_do_is_said(page, card, qtbot) -> None:
    card.export_to(page.session.ws.folder / "inside.zip")
    assert "is inside the workspace" in texts(card)
    (page.session.ws.folder.parent / "folder.zip").mkdir()
    card.export_to(page.session.ws.folder.parent / "folder.zip")
    qtbot.waitUntil(lambda: "is a folder, not a file" in texts(card), timeout=20_000)


def test_the_name_must_be_typed(window, page, card, qtbot) -> None:
    press(qtbot, page, "Erase this person…")
    assert "Erase Amara Okafor? This cannot be undone." in texts(card)
    assert "Everything said about Amara Okafor goes for good" in texts(card)
    assert "Delete them by hand" in texts(card)
    assert QApplication.focusWidget() is card.name
    assert not card.act.isEnabled()
    qtbot.keyClicks(card.name, "amara okafo")
    assert not card.act.isEnabled()
    qtbot.keyClick(card.name, Qt.Key.Key_Return)
    assert find_people(page.session.ws, "Amara Okafor")
    qtbot.keyClicks(card.name, "R")
    assert card.act.isEnabled()
    qtbot.keyClick(card.name, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is card.act, "Enter goes on; it does not erase"
    assert find_people(page.session.ws, "Amara Okafor")
    press(qtbot, page, "Keep this person")
    assert not card.question.isVisible()
    assert card.name.text() == ""
    assert QApplication.focusWidget() is card.erase


def test_erasing_waits_for_a_backup_that_would_bring_the_person_back(window, page, card, qtbot) -> None:
    gate = Event()
    window.background.start(lambda _progress: gate.wait(20))
    press(qtbot, page, "Erase this person…")
    qtbot.keyClicks(card.name, "Amara Okafor")
    press(qtbot, page, "Erase for good")
    assert "Waiting for what is still being written" in texts(card)
    press(qtbot, page, "Keep this person")
    assert "Waiting" not in texts(card)
    qtbot.wait(400)
    press(qtbot, page, "Erase this person…")
    qtbot.keyClicks(card.name, "Amara Okafor")
    press(qtbot, page, "Erase for good")
    qtbot.wait(400)
    assert find_people(page.session.ws, "Amara Okafor")
    gate.set()
    press(qtbot, result_of(window, qtbot), "Close")
    assert not find_people(page.session.ws, "Amara Okafor")


def test_the_question_is_in_sight_and_escape_puts_it_away_only(window, page, card, qtbot) -> None:
    window.resize(1024, 640)
    shown = page.stack.currentWidget()
    press(qtbot, page, "Erase this person…")
    qtbot.waitUntil(lambda: not card.name.visibleRegion().isEmpty())
    qtbot.keyClicks(card.name, "amara")
    qtbot.keyClick(card.name, Qt.Key.Key_Escape)
    assert not card.question.isVisible()
    assert QApplication.focusWidget() is card.erase
    assert page.stack.currentWidget() is shown, "the person's page stays"


def test_a_person_is_erased_and_the_page_goes_back_to_the_list(window, page, card, qtbot) -> None:
    ws = page.session.ws
    amara = find_people(ws, "P-001")[0]
    people.edit_person(ws, amara.id, {"country": "KE"})
    for key in ("home", "score", "log", "cohort", "reports", "rubrics", "settings"):
        window.go(key)  # whatever they hold of her
    window.go("people")
    press(qtbot, page, "Erase this person…")
    qtbot.keyClicks(card.name, "AMARA OKAFOR")
    qtbot.keyClicks(card.reason, "asked for it")
    qtbot.keyClick(card.act, Qt.Key.Key_Space)
    dialog = result_of(window, qtbot)
    assert "nothing is left" in texts(dialog), texts(dialog)
    assert "New backup" in texts(dialog)
    press(qtbot, dialog, "Close")
    assert page.stack.currentWidget() is page.list_view
    assert [each.code for each in page.model.shown] == ["P-002", "P-003"]
    assert page.session.undo_stack.count() == 0
    (mark,) = list_marks(ws)
    assert (mark.reason, mark.person) == ("asked for it", amara.id)
    assert find_faults(ws, files=True).problems == ()
    for key in ("home", "score", "log", "cohort", "reports", "rubrics", "settings", "people"):
        window.go(key)
        assert "Amara" not in texts(window), key


def test_an_assessor_who_sits_here_is_erased_and_stays_as_a_nameless_witness(window, page, qtbot) -> None:
    ws = page.session.ws
    tunde = find_people(ws, "A-001")[0]
    assert page.session.me == tunde
    page.show_person(tunde)
    card = page.person_view.privacy
    press(qtbot, page, "Erase this person…")
    assert "What they said about others stays" in texts(card)
    qtbot.keyClicks(card.name, tunde.name)
    press(qtbot, card, "Erase for good")
    dialog = result_of(window, qtbot)
    press(qtbot, dialog, "Close")
    assert page.session.me is None
    for key in ("home", "score", "log", "cohort", "reports", "people"):
        window.go(key)
        assert "Tunde" not in texts(window.page), key
    assert privacy.everyone(ws)[tunde.id].name == "erased person"
    assert find_faults(ws).problems == ()


def test_a_reason_with_the_name_is_refused_and_what_was_typed_stays(page, card, qtbot) -> None:
    press(qtbot, page, "Erase this person…")
    qtbot.keyClicks(card.name, "Amara Okafor")
    qtbot.keyClicks(card.reason, "Amara asked")
    press(qtbot, card, "Erase for good")
    qtbot.waitUntil(lambda: "The reason names the person" in texts(card))
    assert (card.name.text(), card.reason.text()) == ("Amara Okafor", "Amara asked")
    assert card.act.isEnabled()
    assert find_people(page.session.ws, "P-001")


def test_markup_in_a_name_is_text(page, qtbot) -> None:
    ws = page.session.ws
    people.edit_person(ws, find_people(ws, "P-001")[0].id, {"given_name": "<b>Ama</b>", "family_name": "<img src=x>"})
    card_of(page, "P-001")
    press(qtbot, page, "Erase this person…")
    card = page.participant_view.panels["details"].privacy
    assert "<b>Ama</b> <img src=x>" in texts(card)
    assert card.title.textFormat() == Qt.TextFormat.PlainText


def test_reading_only_offers_no_erasing(make_window, residency, folder) -> None:
    residency.close()
    with open_(folder, read_only=True) as ws:
        window = make_window(ws)
        window.go("people")
        card = card_of(window.page, "P-001")
        assert find_button(window.page, "Export everything…").isEnabled()
        assert not card.erase.isVisible()


def test_somebody_who_is_being_added_has_no_privacy_card(page, qtbot) -> None:
    press(qtbot, page, "Add a person")
    assert not page.person_view.privacy.isVisible()
