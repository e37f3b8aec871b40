"""A mentor meets a participant twice, in the window: what was agreed comes up again and is settled; growth shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QRadioButton

from rubricapp.core.model import Role
from rubricapp.core.timeline import EventKind
from rubricapp.operations import assessments, people, programmes, releases, rubrics
from rubricapp.operations.checking import check
from rubricapp.operations.workspaces import open_workspace
from rubricapp.settings import Settings
from rubricapp.store.mentoring import list_actions
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.ui.main_window import MainWindow
from rubricapp.ui.theme import look
from tests.ui.driving import find_button, press, texts


def score(ws, occasion: str, level: int) -> None:
    """P-001's scoring by A-001; the scoring pane has stories of its own."""
    rubric = find_rubric(ws, "small")
    made, _changes = assessments.begin(
        ws, find_people(ws, "P-001")[0], rubric, find_occasion(ws, occasion), find_people(ws, "A-001")[0]
    )
    assessments.rate_many(ws, made, rubric, {each.id: level for each in rubric.criteria})
    assessments.finish(ws, made.id)


@pytest.fixture
def folder(tmp_path: Path, document: dict) -> Path:
    place = tmp_path / "residency"
    with programmes.start(place, "Four rivers", "2026", rubrics=[]) as ws:
        rubrics.adopt(ws, [document])
        people.add_person(ws, Role.PARTICIPANT, "Amara Okafor", "P-001")
        people.add_person(ws, Role.ASSESSOR, "Tunde Example", "A-001")
        people.add_person(ws, Role.MENTOR, "Mo Mentor", "M-001")
        score(ws, "baseline", 2)
    return place


@pytest.fixture
def window(qtbot, tmp_path: Path, folder: Path) -> Iterator[MainWindow]:
    look().apply("light", 100)
    made = MainWindow(Settings(name="Mo Mentor", theme="light"), tmp_path / "logs")
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.show_workspace(open_workspace(folder))
    yield made
    made.shut()
    made.close()


def keys(qtbot, text: str) -> None:
    """Type where the keyboard is."""
    qtbot.keyClicks(QApplication.focusWidget(), text)


def to_plan(window: MainWindow, qtbot) -> None:
    """From the rail to the participant's plan, by keyboard."""
    window.do("go_people")
    table = window.page.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Return)
    view = window.page.participant
    while view.panel.objectName() != "plan":
        qtbot.keyClick(view.bar, Qt.Key.Key_Right)


def choose(qtbot, button: QRadioButton) -> None:
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)


def test_a_mentor_meets_a_participant_twice(window, folder, qtbot) -> None:
    # The first time: two things are agreed.
    to_plan(window, qtbot)
    panel = window.page.participant.panel
    assert "No meetings yet" in texts(panel)
    press(qtbot, panel, "New meeting")
    form = panel.form
    assert form.open == []
    assert QApplication.focusWidget() is form.topics
    keys(qtbot, "Cards without an entry")
    form.day.setText("2026-09-10")
    for row, (text, due, criteria) in zip(
        form.new, (("Log every card", "2026-09-20", "tst-1"), ("Read the call sheet", "2026-09-24", "")), strict=True
    ):
        for box, typed in ((row.text, text), (row.due, due), (row.criteria, criteria)):
            box.setFocus()
            keys(qtbot, typed)
    press(qtbot, form, "Keep meeting")
    assert "Kept the meeting with Amara Okafor" in texts(window.toast)

    # Between the two: she is scored once more, and it is another day, after the window was closed and opened.
    window.close_workspace()
    ws = open_workspace(folder)
    score(ws, "midpoint", 3)
    releases.release(ws, [find_people(ws, "P-001")[0].id])  # a mentor sees levels when they are released
    window.show_workspace(ws)

    # The second time: what is open comes first, is overdue, and one is settled.
    to_plan(window, qtbot)
    panel = window.page.participant.panel
    press(qtbot, panel, "New meeting")
    form = panel.form
    assert [each.action.text for each in form.open] == ["Log every card", "Read the call sheet"]
    assert texts(form).count("overdue since") == 2
    press(qtbot, form, "Keep meeting")
    assert "2 open actions are not spoken of, the first: “Log every card”." in texts(form)
    choose(qtbot, form.open[0].settled)
    form.open[0].outcome.setFocus()
    keys(qtbot, "Every card since the 11th")
    choose(qtbot, form.open[1].carried)
    form.open[1].due.setFocus()
    keys(qtbot, "2999-12-01")
    form.topics.setFocus()
    keys(qtbot, "Saying it aloud")
    press(qtbot, form, "Keep meeting")
    shown = [(panel.model.columns[0].text(each), each.text) for each in panel.model.shown]
    assert shown[0] == ("open, carried over", "Read the call sheet")
    assert shown[1][0].startswith("settled")

    # The timeline has both meetings between the scorings; Enter on one comes back here.
    view = window.page.participant
    view.bar.setFocus()
    qtbot.keyClick(view.bar, Qt.Key.Key_Home)
    while view.panel.objectName() != "timeline":
        qtbot.keyClick(view.bar, Qt.Key.Key_Left)
    timeline = view.panel
    met = [each for each in timeline.model.shown if each.kind is EventKind.MEETING]
    assert [each.detail for each in met] == ["Cards without an entry", "Saying it aloud"]
    at = timeline.model.row_of(lambda each: each.kind is EventKind.MEETING)
    timeline.table.setFocus()
    timeline.table.setCurrentIndex(timeline.model.index(at, 0))
    qtbot.keyClick(timeline.table, Qt.Key.Key_Return)
    assert view.panel.objectName() == "plan"

    # Growth shows the step, and the outcome can be undone and done again.
    while view.panel.objectName() != "scores":
        qtbot.keyClick(view.bar, Qt.Key.Key_Left)
    chart = view.panel.cards[0].charts[0]
    chart.setFocus()
    assert chart.accessibleName() == "Title of TST-1: from 2 to 3, +1"
    assert chart.said == "Midpoint: level 3 of 5, Three, by Tunde Example"
    amara, mo = find_people(ws, "P-001")[0], find_people(ws, "M-001")[0]
    window.do("undo")
    assert all(each.is_open for each in list_actions(ws, amara.id, mo))
    window.do("redo")
    outcomes = [each.outcome for each in list_actions(ws, amara.id, mo) if not each.is_open]
    assert outcomes == ["Every card since the 11th"]
    assert find_button(view, "Make report").isEnabled()
    assert check(ws).problems == ()
