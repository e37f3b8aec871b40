"""A participant's page: the way in and out, the tabs, what each of them may see."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from rubricapp.core.model import Role
from rubricapp.operations import people
from rubricapp.store.people import find_people
from tests.ui.driving import find_button, press, texts
from tests.ui.test_names import focusable, name_of


@pytest.fixture
def page(window):
    window.go("people")
    return window.page


@pytest.fixture
def view(page, qtbot):
    """The page of P-001, opened from the list with Enter."""
    page.table.setFocus()
    page.table.setCurrentIndex(page.model.index(1, 0))
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    return page.participant


def keys(view) -> list[str]:
    return [each.key for each in view.tabs]


def test_enter_opens_the_page_with_the_keyboard_in_its_tabs_and_escape_comes_back(page, view, qtbot) -> None:
    assert view.person.code == "P-001"
    assert "Amara Okafor" in texts(view)
    assert "P-001  ·  participant" in texts(view)
    assert QApplication.focusWidget() is view.bar
    qtbot.keyClick(view.bar, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is page.list_view
    assert QApplication.focusWidget() is page.table


def test_tabs_are_turned_by_arrows_and_from_within_and_made_when_they_are_shown(view, qtbot) -> None:
    assert set(view.panels) == {keys(view)[0]}
    for step in range(1, len(keys(view))):
        qtbot.keyClick(view.bar, Qt.Key.Key_Right)
        assert view.panel.objectName() == keys(view)[step]
    box = view.panels["details"].boxes["department"]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert view.panel.objectName() == keys(view)[0]
    assert QApplication.focusWidget() is view.bar
    # A keyboard sends Tab with Shift as Backtab.
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(view.bar, Qt.Key.Key_Backtab, both)
    assert view.panel.objectName() == keys(view)[-1]


def test_every_tab_has_names_for_what_takes_the_keyboard(window, view) -> None:
    for place in range(len(keys(view))):
        view.bar.setCurrentIndex(place)
        nameless = [f"{type(each).__name__} {each.objectName()}" for each in focusable(window) if not name_of(each)]
        assert nameless == [], keys(view)[place]


def test_f6_goes_from_the_rail_to_the_tabs_to_what_they_show(window, view, qtbot) -> None:
    seen = []
    for _step in range(6):
        window.do("next_pane")
        seen.append(QApplication.focusWidget())
    assert view.bar in seen
    assert any(view.panel.isAncestorOf(each) for each in seen)


def test_scoring_and_the_report_are_one_step_away(window, view, qtbot) -> None:
    press(qtbot, view, "Make report")
    assert window.rail.buttons["reports"].isChecked()
    chosen = window.page.people.model.chosen()
    assert chosen == (view.person.id,)
    window.go("people")
    press(qtbot, view, "Score this person")
    assert window.page.desk.participant.code == "P-001"


def test_what_is_typed_in_the_details_stays_while_one_looks_elsewhere(page, view, qtbot) -> None:
    view.bar.setCurrentIndex(keys(view).index("details"))
    form = view.panel
    form.boxes["department"].setFocus()
    qtbot.keyClicks(form.boxes["department"], "sound")
    page.session.run(people.add_person, Role.PARTICIPANT, "Somebody Else")
    view.bar.setCurrentIndex(0)
    view.bar.setCurrentIndex(keys(view).index("details"))
    assert form.boxes["department"].text() == "sound"
    press(qtbot, form, "Put back")
    assert form.boxes["department"].text() == ""


def test_staff_have_details_only(page, qtbot) -> None:
    page.show_person(find_people(page.session.ws, "A-001")[0])
    assert page.participant is None
    assert page.stack.currentWidget() is page.person_view
    assert "Tunde Example" in texts(page)


def test_a_participant_opens_their_own_page_and_no_other(window, page, qtbot) -> None:
    window.session.set_me(find_people(page.session.ws, "P-002")[0])
    page.show_person(find_people(page.session.ws, "P-001")[0])
    assert page.stack.currentWidget() is page.list_view
    assert "You can open your own page" in texts(window.toast)
    window.go("home")
    press(qtbot, window.page, "My page")
    assert window.page.participant.person.code == "P-002"
    press(qtbot, window.page, "Assess yourself")
    assert window.page.desk.participant.code == "P-002"


def test_who_scores_has_no_page_of_their_own(window) -> None:
    window.go("home")
    assert not window.page.mine.isVisible()


def test_the_page_leaves_when_another_participant_sits_down(window, page, view) -> None:
    window.session.set_me(find_people(page.session.ws, "P-002")[0])
    assert page.stack.currentWidget() is page.list_view


def test_hostile_names_are_shown_as_they_are(page, qtbot) -> None:
    person, _changes = people.add_person(page.session.ws, Role.PARTICIPANT, "<b>Ama</b> & עמית", "P-009")
    page.show_person(person)
    assert "<b>Ama</b> & עמית" in texts(page.participant)
    spot = page.participant.bar.tabRect(0).center()
    qtbot.mouseClick(page.participant.bar, Qt.MouseButton.LeftButton, pos=QPoint(spot.x(), spot.y()))
    assert find_button(page.participant, "All people").isVisible()
