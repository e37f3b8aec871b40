"""The Plan tab: meetings, what was agreed, and who may read it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QRadioButton

from rubricapp.core.mentoring import Visibility
from rubricapp.core.model import Role
from rubricapp.operations import mentoring, people
from rubricapp.operations.mentoring import NewAction
from rubricapp.store.mentoring import list_actions, list_meetings, load_meeting
from rubricapp.store.people import find_people
from tests.ui.driving import find_button, press, texts
from tests.ui.test_names import focusable, name_of


@pytest.fixture
def mo(residency):
    return people.add_person(residency, Role.MENTOR, "Mo Mentor")[0]


@pytest.fixture
def amara(residency):
    return find_people(residency, "P-001")[0]


@pytest.fixture
def first(residency, amara, mo):
    return mentoring.hold_meeting(
        residency,
        amara,
        mo,
        {"held_on": "2026-09-10", "minutes": "45", "topics": "The <i>card</i> log"},
        [NewAction("Log every card", "2026-09-17", "TST-1"), NewAction("Read the call sheet")],
    )


@pytest.fixture
def panel(window, amara, mo, first):
    """As the mentor sees it."""
    window.session.set_me(mo)
    window.go("people", ("person", amara.id, "plan"))
    return window.page.participant.panel


def tick(qtbot, button: QRadioButton) -> None:
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert button.isChecked()


def test_what_was_agreed_comes_first_overdue_ones_marked(panel) -> None:
    assert [panel.model.columns[0].text(each) for each in panel.model.shown] == ["overdue", "open"]
    assert "The <i>card</i> log" in texts(panel)
    assert "10 Sep 2026, with Mo Mentor" in texts(panel)


def test_a_meeting_passes_over_nothing_that_is_open(window, panel, amara, mo, qtbot) -> None:
    ws = panel.session.ws
    press(qtbot, panel, "New meeting")
    form = panel.form
    assert [each.action.text for each in form.open] == ["Log every card", "Read the call sheet"]
    assert "overdue since 17 Sep 2026  ·  TST-1" in texts(form)
    assert QApplication.focusWidget() is form.open[0].settled
    tick(qtbot, form.open[0].settled)
    qtbot.keyClicks(form.open[0].outcome, "All 14 cards")
    form.topics.setFocus()
    qtbot.keyClicks(form.topics, "Second time")
    press(qtbot, form, "Keep meeting")
    assert "1 open action is not spoken of: “Read the call sheet”." in texts(form)
    assert QApplication.focusWidget() is form.open[1].settled
    assert form.topics.text == "Second time"
    assert len(list_meetings(ws, amara.id, mo)) == 1
    tick(qtbot, form.open[1].carried)
    qtbot.keyClicks(form.open[1].due, "2999-01-31")
    qtbot.keyClicks(form.new[0].text, "Shoot a test")
    qtbot.keyClicks(form.new[0].criteria, "tst-2")
    qtbot.keyClick(form.new[0].criteria, Qt.Key.Key_Return)
    assert panel.stack.currentWidget() is panel.overview
    actions = {each.text: each for each in list_actions(ws, amara.id, mo)}
    assert actions["Log every card"].outcome == "All 14 cards"
    assert actions["Read the call sheet"].due_on == "2999-01-31"
    assert actions["Shoot a test"].criteria == ("TST-2",)
    states = [panel.model.columns[0].text(each) for each in panel.model.shown]
    assert states[0] == "open, carried over"
    assert states[2].startswith("settled")
    press(qtbot, window.toast, "Undo")
    assert len(list_meetings(ws, amara.id, mo)) == 1
    assert all(each.is_open for each in list_actions(ws, amara.id, mo))
    window.do("redo")
    assert len(list_meetings(ws, amara.id, mo)) == 2


def test_what_is_wrong_is_said_and_what_was_typed_stays(panel, qtbot) -> None:
    press(qtbot, panel, "New meeting")
    form = panel.form
    for each in form.open:
        tick(qtbot, each.carried)
    qtbot.keyClicks(form.minutes, "long")
    qtbot.keyClicks(form.new[0].text, "Shoot a test")
    press(qtbot, form, "Keep meeting")
    assert "“long” is no length of a meeting." in texts(form)
    form.minutes.setText("30")
    qtbot.keyClicks(form.new[0].criteria, "XXX-9")
    press(qtbot, form, "Keep meeting")
    assert "No rubric here has a criterion XXX-9." in texts(form)
    assert form.new[0].text.text() == "Shoot a test"
    assert not panel.flush()
    qtbot.keyClick(form.minutes, Qt.Key.Key_Escape)
    assert panel.stack.currentWidget() is panel.overview
    assert panel.flush()


def test_an_action_is_settled_between_meetings_and_opened_again(window, panel, amara, mo, qtbot) -> None:
    ws = panel.session.ws
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is panel.settling.outcome
    qtbot.keyClicks(panel.settling.outcome, "Done with pride")
    qtbot.keyClick(panel.settling.outcome, Qt.Key.Key_Return)
    assert [each.outcome for each in list_actions(ws, amara.id, mo) if not each.is_open] == ["Done with pride"]
    press(qtbot, window.toast, "Undo")
    assert all(each.is_open for each in list_actions(ws, amara.id, mo))
    window.do("redo")
    panel.table.setCurrentIndex(panel.model.index(1, 0))
    press(qtbot, panel, "Open again")
    assert all(each.is_open for each in list_actions(ws, amara.id, mo))
    press(qtbot, panel, "Remove action")
    assert len(list_actions(ws, amara.id, mo)) == 1
    press(qtbot, window.toast, "Undo")
    assert len(list_actions(ws, amara.id, mo)) == 2


def test_who_may_read_it_is_chosen_and_kept(window, panel, amara, qtbot) -> None:
    press(qtbot, panel, "New meeting")
    for each in panel.form.open:
        tick(qtbot, each.carried)
    panel.form.visibility.setFocus()
    qtbot.keyClick(panel.form.visibility, Qt.Key.Key_Down)
    press(qtbot, panel.form, "Keep meeting")
    newest = list_meetings(panel.session.ws, amara.id, everything=True)[-1]
    assert newest.visibility is Visibility.LEAD


def test_a_lead_sees_that_the_two_met_and_no_word(window, panel, qtbot) -> None:
    window.session.set_me(people.add_person(panel.session.ws, Role.LEAD, "Lin Lead")[0])
    said = texts(panel)
    assert "10 Sep 2026, with Mo Mentor" in said
    assert "What was said stays between the two." in said
    assert "card" not in said
    assert panel.model.rowCount() == 0
    assert "card" not in panel.model.as_text()


def test_an_assessor_sees_nothing(window, panel) -> None:
    window.session.set_me(find_people(panel.session.ws, "A-001")[0])
    assert "Mo Mentor" not in texts(panel)
    assert panel.cards == []


def test_a_participant_writes_their_own_note_and_no_meeting(window, panel, first, amara, qtbot) -> None:
    window.session.set_me(amara)
    assert not panel.begin.isVisible()
    (card,) = panel.cards
    card.note.setFocus()
    qtbot.keyClicks(card.note, "I want to try again")
    assert not panel.flush()
    panel.refresh()  # a change elsewhere does not take what is typed
    (card,) = panel.cards
    assert card.note.text == "I want to try again"
    assert QApplication.focusWidget() is card.note
    press(qtbot, card, "Keep note of 10 Sep 2026")
    assert load_meeting(panel.session.ws, first.meeting).note == "I want to try again"
    assert panel.flush()
    press(qtbot, window.toast, "Undo")
    assert load_meeting(panel.session.ws, first.meeting).note == ""


def test_a_meeting_is_removed_by_who_held_it_and_comes_back(window, panel, amara, mo, qtbot) -> None:
    press(qtbot, panel, "Remove the meeting of 10 Sep 2026")
    assert list_meetings(panel.session.ws, amara.id, mo) == []
    press(qtbot, window.toast, "Undo")
    assert len(list_actions(panel.session.ws, amara.id, mo)) == 2


def test_a_meeting_is_corrected_by_who_held_it_and_undone(window, panel, amara, mo, qtbot) -> None:
    ws = panel.session.ws
    (before,) = list_meetings(ws, amara.id, mo)
    press(qtbot, panel, "Change what is written of the meeting of 10 Sep 2026")
    form = panel.form
    assert "Meeting of 10 Sep 2026 with" in texts(form) and not form.agreed.isVisible() and form.open == []
    assert (form.day.text(), form.topics.text) == (before.held_on, before.topics)
    assert panel.flush(), "nothing was typed"
    form.day.setText("soon")
    form.topics.set_text("Card log, <b>twice</b>")
    assert not panel.flush()
    press(qtbot, form, "Keep meeting")
    assert form.error.isVisible() and form.topics.text == "Card log, <b>twice</b>"
    form.day.setText("2026-09-09")
    press(qtbot, form, "Keep meeting")
    (after,) = list_meetings(ws, amara.id, mo)
    assert (after.held_on, after.topics, after.note) == ("2026-09-09", "Card log, <b>twice</b>", before.note)
    press(qtbot, window.toast, "Undo")
    assert list_meetings(ws, amara.id, mo) == [before]
    window.do("redo")
    assert list_meetings(ws, amara.id, mo) == [after]
    window.session.set_me(amara)
    assert "Change" not in texts(panel)


def test_everything_in_the_form_has_a_name_and_tab_reaches_keep(window, panel, qtbot) -> None:
    press(qtbot, panel, "New meeting")
    tick(qtbot, panel.form.open[0].carried)
    assert [type(each).__name__ for each in focusable(window) if not name_of(each)] == []
    keep = find_button(panel.form, "Keep meeting")
    for _step in range(60):
        if QApplication.focusWidget() is keep:
            break
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is keep


def test_nobody_named_is_told_why_there_is_nothing(window, panel) -> None:
    window.session.set_me(None)
    assert "Say on Home who sits here" in texts(panel)


def test_a_lead_who_may_read_a_meeting_takes_nothing_of_it_away(window, panel, first, qtbot) -> None:
    mentoring.edit_meeting(panel.session.ws, first.meeting, {"visibility": "lead"})
    window.session.set_me(people.add_person(panel.session.ws, Role.LEAD, "Lin Lead")[0])
    assert "The <i>card</i> log" in texts(panel)
    assert panel.model.rowCount() == 2
    assert find_button(panel, "Settle…").isVisible()
    assert not panel.remove.isVisible()
    assert panel.begin.isVisible()
