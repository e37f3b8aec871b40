"""The Timeline tab: drawn and told alike, filtered, opened; milestones kept and taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from rubricapp.core.model import Role
from rubricapp.core.timeline import EventKind
from rubricapp.operations import mentoring, people, production_log
from rubricapp.store.mentoring import list_milestones
from rubricapp.store.people import find_people
from tests.ui.driving import find_button, press, texts


@pytest.fixture
def panel(window, residency):
    """P-001 with a finished baseline, a milestone with a hostile title and two days of the log."""
    amara = find_people(residency, "P-001")[0]
    mentoring.add_milestone(residency, amara, "2026-09-12", "<b>First</b> day & =1+1")
    for day in ("2026-09-14", "2026-09-15"):
        production_log.add_day(residency, amara, {"worked_on": day, "role": "2nd AC", "hours": "10"})
    window.go("people", ("person", amara.id, "timeline"))
    return window.page.participant.panel


def kinds(panel) -> list[str]:
    return [each.kind.value for each in panel.model.shown]


def test_the_list_and_the_drawing_hold_the_same(panel) -> None:
    assert kinds(panel) == ["milestone", "log", "log", "assessment"]
    assert panel.line.events == tuple(panel.model.shown)
    assert "4 events, as in the list below" in panel.line.accessibleName()
    assert panel.current.kind is EventKind.ASSESSMENT
    assert panel.line.current == 3


def test_each_kind_has_a_shape_of_its_own(panel, qtbot) -> None:
    from rubricapp.ui.people.timeline_line import shape

    pictures = [bytes(shape(kind, 40, 1.0).toImage().convertToFormat(alpha()).constBits()) for kind in EventKind]
    assert len(set(pictures)) == len(EventKind)


def alpha():
    from PySide6.QtGui import QImage

    return QImage.Format.Format_Alpha8  # the shape alone, without its colour


def test_a_kind_is_left_out_by_its_box_and_stays_so_for_the_next_person(window, panel, qtbot) -> None:
    box = panel.boxes[EventKind.LOG]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert kinds(panel) == ["milestone", "assessment"]
    assert len(panel.line.events) == 2
    window.go("people", ("person", find_people(panel.session.ws, "P-002")[0].id, "timeline"))
    assert "Nothing yet" in texts(panel)
    window.go("people", ("person", find_people(panel.session.ws, "P-001")[0].id, "timeline"))
    assert not panel.boxes[EventKind.LOG].isChecked()
    assert kinds(panel) == ["milestone", "assessment"]


def test_a_click_on_the_line_goes_to_the_event_in_the_list(panel, qtbot) -> None:
    panel.line.grab()  # painted once, so that it knows where everything is
    place = panel.line._places[0]
    qtbot.mouseClick(panel.line, Qt.MouseButton.LeftButton, pos=QPoint(round(place.x()), round(place.y())))
    assert panel.current.kind is EventKind.MILESTONE
    assert panel.line.current == 0
    assert QApplication.focusWidget() is panel.table


def test_an_event_opens_where_it_is_kept(window, panel, qtbot) -> None:
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)  # the assessment, which is one's own
    assert window.rail.buttons["score"].isChecked()
    assert window.page.desk.participant.code == "P-001"
    window.go("people")
    panel.table.setCurrentIndex(panel.model.index(1, 0))
    press(qtbot, panel, "Open")
    assert window.rail.buttons["log"].isChecked()
    assert window.page.person.code == "P-001"


def test_a_milestone_is_kept_and_taken_back(window, panel, qtbot) -> None:
    press(qtbot, panel, "Add a milestone")
    assert QApplication.focusWidget() is panel.title
    qtbot.keyClick(panel.title, Qt.Key.Key_Return)
    assert "A milestone needs a title" in texts(panel)
    qtbot.keyClicks(panel.title, "Rough cut")
    panel.day.setText("2026-09-20")
    assert not panel.flush()
    qtbot.keyClick(panel.title, Qt.Key.Key_Return)
    assert panel.flush()
    assert panel.current.title == "Rough cut"
    press(qtbot, window.toast, "Undo")
    assert [each.title for each in list_milestones(panel.session.ws)] == ["<b>First</b> day & =1+1"]
    window.do("redo")
    assert len(list_milestones(panel.session.ws)) == 2


def test_a_milestone_is_removed_by_a_key_and_comes_back(window, panel, qtbot) -> None:
    panel.table.setCurrentIndex(panel.model.index(0, 0))
    assert find_button(panel, "Remove milestone").isVisible()
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    assert list_milestones(panel.session.ws) == []
    press(qtbot, window.toast, "Undo")
    assert len(list_milestones(panel.session.ws)) == 1
    panel.table.setCurrentIndex(panel.model.index(1, 0))
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)  # a day of the log is not removed from here
    assert kinds(panel).count("log") == 2


def test_escape_leaves_the_form_and_then_the_page(window, panel, qtbot) -> None:
    press(qtbot, panel, "Add a milestone")
    qtbot.keyClick(panel.title, Qt.Key.Key_Escape)
    assert not panel.form.isVisible()
    assert window.page.participant is not None
    qtbot.keyClick(panel.add, Qt.Key.Key_Escape)
    assert window.page.participant is None


def test_the_list_is_copied_without_formulas(window, panel) -> None:
    window.do("copy_table")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == ["Day", "Kind", "What"]
    assert lines[1].split("\t") == ["12 Sep 2026", "Milestone", "<b>First</b> day & =1+1"]


def test_a_long_log_and_right_to_left_are_drawn(window, panel, qtbot) -> None:
    amara = find_people(panel.session.ws, "P-001")[0]
    for day in range(1, 29):
        production_log.add_day(panel.session.ws, amara, {"worked_on": f"2026-10-{day:02}", "hours": "8"})
    panel.refresh()
    weeks = [each for each in panel.model.shown if each.kind is EventKind.LOG]
    assert len(weeks) == 6
    left = panel.line.grab().toImage()
    panel.line.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert panel.line.grab().toImage() != left
    first, last = panel.line._places[0].x(), panel.line._places[len(panel.model.shown) - 1].x()
    assert first > last


def test_a_participant_sees_no_assessment_of_others_here(window, panel) -> None:
    amara = find_people(panel.session.ws, "P-001")[0]
    window.session.set_me(amara)
    window.go("people", ("person", amara.id, "timeline"))
    assert "assessment" not in kinds(panel)
    window.session.set_me(people.add_person(panel.session.ws, Role.LEAD, "Lin Lead")[0])
    assert "assessment" in kinds(panel)
