"""A participant's page on a stick that may not be written: everything is read, every refusal is said and kept."""

from __future__ import annotations

import pytest

from rubricapp.core.model import Role
from rubricapp.operations import mentoring, people
from rubricapp.operations.mentoring import NewAction
from rubricapp.store.mentoring import list_meetings
from rubricapp.store.people import find_people
from rubricapp.store.workspace import open_
from tests.ui.driving import press, texts


@pytest.fixture
def view(make_window, residency):
    """P-001 as their mentor sees them, read only."""
    mo = people.add_person(residency, Role.MENTOR, "Mo Mentor")[0]
    amara = find_people(residency, "P-001")[0]
    mentoring.hold_meeting(residency, amara, mo, {"held_on": "2026-09-10"}, [NewAction("Log every card")])
    folder = residency.folder
    residency.close()
    window = make_window(open_(folder, read_only=True), name="Mo Mentor")
    window.go("people", ("person", amara.id, "plan"))
    return window.page.participant


def test_a_meeting_is_refused_with_all_that_was_typed_kept(view, qtbot) -> None:
    panel = view.panel
    press(qtbot, panel, "New meeting")
    panel.form.open[0].carried.click()
    qtbot.keyClicks(panel.form.topics, "Card log")
    press(qtbot, panel.form, "Keep meeting")
    assert "This workspace is open for reading only." in texts(panel.form)
    assert panel.form.topics.text == "Card log"
    assert len(list_meetings(view.session.ws, everything=True)) == 1


def test_settling_and_milestones_are_refused(view, qtbot) -> None:
    panel = view.panel
    press(qtbot, panel, "Settle…")
    press(qtbot, panel.settling, "Settle")
    assert "This workspace is open for reading only." in texts(panel)
    view.bar.setCurrentIndex([each.key for each in view.tabs].index("timeline"))
    timeline = view.panel
    press(qtbot, timeline, "Add a milestone")
    qtbot.keyClicks(timeline.title, "Rough cut")
    press(qtbot, timeline, "Keep")
    assert "This workspace is open for reading only." in texts(timeline)
    assert timeline.title.text() == "Rough cut"
