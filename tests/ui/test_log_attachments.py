"""Files and links of a day: at once where the day is there, with it where it is new; detached and undone."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from rubricapp.operations import production_log
from rubricapp.store.artefacts import list_artefacts, list_attached
from rubricapp.store.people import find_people
from rubricapp.store.production_log import list_log
from rubricapp.ui.log.reading import read_days
from tests.ui.driving import press, texts
from tests.ui.test_names import focusable, name_of
from tests.ui.works import NOISE, drop, still

pytestmark = pytest.mark.qt_log_ignore(NOISE, extend=True)


@pytest.fixture(autouse=True)
def _garbage_as_in_the_app():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def amara(residency):
    return find_people(residency, "P-001")[0]


@pytest.fixture
def day(residency, amara):
    return production_log.add_day(residency, amara, {"worked_on": "2026-09-10", "role": "1st AC"})[0]


@pytest.fixture
def view(window, day):
    window.go("log", ("day", day.id))
    return window.page.day_view


def test_files_and_addresses_are_attached_to_a_day_that_is_there(view, window, residency, day, tmp_path, qtbot):
    assert view.isVisible() and view.day.entry.id == day.id
    card = view.attachments
    assert [type(each).__name__ for each in focusable(card) if not name_of(each)] == []
    assert drop(view, still(tmp_path / "Camera report.png"), "https://example.org/callsheet.pdf")
    assert [each.title for each in list_attached(residency, day.id)] == ["Camera report", "callsheet"]
    assert "Camera report" in texts(card)
    assert read_days(residency, None)[0].attached == 2
    qtbot.keyClicks(card.address, "https://")
    press(qtbot, card, "Attach link")
    assert "no web address" in card.error.what.text() and card.address.text() == "https://"
    card.address.clear()
    qtbot.keyClicks(card.address, "example.org/grade.mov")
    qtbot.keyClick(card.address, Qt.Key.Key_Return)
    assert len(list_attached(residency, day.id)) == 3
    press(qtbot, card, "Detach callsheet")
    assert [each.title for each in list_attached(residency, day.id)] == ["Camera report", "grade"]
    assert len(list_artefacts(residency)) == 3, "it is still a work"
    window.session.undo_stack.undo()
    assert len(list_attached(residency, day.id)) == 3
    press(qtbot, card, "Detach grade")
    card.known.setCurrentIndex(1)
    card.known.activated.emit(1)
    assert len(list_attached(residency, day.id)) == 3
    press(qtbot, card, "Open Camera report")
    panel = window.page.participant_view.panel
    assert panel.work_view.isVisible() and panel.work_view.work.title == "Camera report"


def test_what_waits_is_attached_when_the_new_day_is_saved(window, residency, amara, tmp_path, qtbot):
    window.go("log", ("person", amara.id))
    press(qtbot, window.page, "More…")
    view = window.page.day_view
    card = view.attachments
    drop(card, still(tmp_path / "one.png"), still(tmp_path / "two.png", colour="plum"), tmp_path / "none.png")
    QApplication.clipboard().setImage(QImage(str(tmp_path / "one.png")))
    card.pick_button.setFocus()
    qtbot.keyClick(card.pick_button, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QApplication.clipboard().clear()
    assert "one.png, attached when the day is saved" in texts(card)
    assert list_artefacts(residency) == [] and view.is_changed
    press(qtbot, card, "Leave out two.png")
    view.fields["worked_on"].set_text("2026-09-11")
    view.on_save()
    (entry,) = list_log(residency, amara.id)
    found = [each.title for each in list_attached(residency, entry.id)]
    assert found[0] == "one" and found[1].startswith("Pasted picture") and len(found) == 2
    assert "none.png cannot be read" in card.error.what.text(), "the day is kept all the same"


def test_an_incident_is_told_by_nothing_beside_the_log(window, residency, amara, qtbot):
    """An assessor sits here: neither the table, the form, the matrix nor a copy of them says it."""
    entry, _changes = production_log.add_day(
        residency, amara, {"worked_on": "2026-09-10", "criteria": "TST-2", "incident": "A lamp fell"}
    )
    window.go("log", ("day", entry.id))
    view = window.page.day_view
    assert view.fields["incident"].isHidden() and view.fields["incident"].text == ""
    assert all("lamp" not in each.text for each in view.fields.values())
    window.page.show_list()
    window.page.copy_table()
    assert "lamp" not in QApplication.clipboard().text()
    window.go("people", ("person", amara.id, "portfolio"))
    panel = window.page.participant_view.panel
    panel.show_matrix()
    panel.copy_table()
    assert "lamp" not in QApplication.clipboard().text() + texts(panel)
    window.session.set_me(amara)
    window.go("log", ("day", entry.id))
    assert window.page.day_view.fields["incident"].text == "A lamp fell"
