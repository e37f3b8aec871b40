"""The first page: a programme started from its form, the demo, a folder opened."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from rubricapp import paths, settings
from rubricapp.core.model import Role
from rubricapp.operations import demo
from rubricapp.store.people import list_people, load_edition, load_programme
from rubricapp.store.rubrics import list_rubrics
from tests.ui.driving import find_button, press, texts


def test_the_first_page_offers_three_ways_and_asks_who_one_is(make_window, qtbot) -> None:
    window = make_window(name="")
    for name in ("Try the demo programme", "Start a programme", "Open a workspace"):
        assert find_button(window.first_run, name).accessibleDescription()
    qtbot.keyClicks(window.first_run.name, "  Nia   Example ")
    qtbot.keyClick(window.first_run.name, Qt.Key.Key_Return)
    assert settings.load().name == "Nia Example"


def test_a_programme_is_started_with_its_rubrics_and_its_lead(make_window, qtbot) -> None:
    window = make_window(name="")
    press(qtbot, window.first_run, "Start a programme")
    page = window.first_run
    qtbot.keyClicks(page.programme, "Four Winds")
    qtbot.keyClicks(page.edition, "2026")
    qtbot.keyClicks(page.starts_on, "2026-09-01")
    qtbot.keyClicks(page.your_name, "Nia Example")
    press(qtbot, page, "Start the programme")
    ws = window.session.ws
    assert (load_programme(ws).name, load_edition(ws).name) == ("Four Winds", "2026")
    assert {each.id for each in list_rubrics(ws)} == {"budgeting", "camera", "ethics", "sound"}
    assert [each.roles for each in list_people(ws)] == [{Role.LEAD, Role.ASSESSOR}]
    assert window.session.me.name == "Nia Example"
    assert settings.load().workspace == str(ws.folder)
    assert ws.folder.parent == paths.home() / "workspaces"
    assert "Nobody to score yet" in texts(window.page)


def test_what_is_wrong_is_said_and_what_was_typed_stays(make_window, qtbot) -> None:
    window = make_window()
    press(qtbot, window.first_run, "Start a programme")
    page = window.first_run
    qtbot.keyClicks(page.programme, "Four Winds")
    qtbot.keyClicks(page.edition, "2026")
    qtbot.keyClicks(page.starts_on, "soon")
    qtbot.keyClick(page.starts_on, Qt.Key.Key_Return)
    assert "soon is not a day" in texts(page.form_error)
    assert page.programme.text() == "Four Winds"
    assert window.session is None
    page.starts_on.clear()
    press(qtbot, page, "Start the programme")
    assert window.session is not None


def test_the_demo_is_made_once_marked_opened_again_and_removed(make_window, qtbot) -> None:
    window = make_window(name="")
    press(qtbot, window.first_run, "Try the demo programme")
    qtbot.waitUntil(lambda: window.session is not None, timeout=60_000)
    ws = window.session.ws
    assert demo.is_demo(ws)
    assert window.rail.demo.isVisible()
    assert window.session.me is not None
    folder = ws.folder
    assert folder == paths.home() / "workspaces" / "demo"
    window.do("close_workspace")
    assert not window.rail.isVisible()
    press(qtbot, window.first_run, "Try the demo programme")
    assert window.session is not None
    window.go("settings")
    press(qtbot, window.page, "Remove the demo…")
    dialog = window.page.findChild(type(window).__mro__[0].__class__, "confirm") or window.findChild(object, "confirm")
    press(qtbot, dialog, "Remove the demo")
    assert window.session is None
    assert not folder.exists()


def test_opening_asks_for_a_folder_without_stopping_the_window(make_window, residency, qtbot) -> None:
    folder = residency.folder
    residency.close()
    window = make_window()
    press(qtbot, window.first_run, "Open a workspace")
    dialog = window.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.fileSelected.emit(str(folder))
    dialog.close()
    assert window.session.ws.folder == folder
    assert window.session.me.name == "Tunde Example"
