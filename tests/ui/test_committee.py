"""Committees in the window: the last plan first, votes that nobody finds before they are shown, the decision."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPlainTextEdit, QTableView, QWidget

from rubricapp.core.model import Role
from rubricapp.operations import committee, peer_conflicts, people
from rubricapp.store.committee import list_cases
from rubricapp.store.people import find_people
from tests.ui.driving import press, texts
from tests.ui.test_names import focusable, go_round, name_of

SECRET, NOTE = "zzpass", "zzbecause"


@pytest.fixture
def staffed(residency):
    """P-001; Tunde (A-001) and Nia (A-002) assess, Lea leads; a decided case of March with a plan."""
    people.add_person(residency, Role.ASSESSOR, "Nia Example", "A-002")
    lead = people.add_person(residency, Role.LEAD, "Lea Example", "L-001")[0]
    amara = find_people(residency, "P-001")[0]
    case, _changes = committee.open_case(residency, amara, "2026-03-01", [lead], lead.id)
    committee.vote(residency, case, lead, "not yet", "early days")
    committee.decide(residency, case, "not yet", "Too little seen", "Pull focus on two more <b>days</b>", "", lead.id)
    return residency


@pytest.fixture
def case(staffed):
    lead = find_people(staffed, "L-001")[0]
    return committee.open_case(staffed, find_people(staffed, "P-001")[0], "2026-11-29", (), lead.id)[0]


def sit(window, code: str) -> None:
    window.session.set_me(find_people(window.session.ws, code)[0])


@pytest.fixture
def window(make_window, staffed):
    return make_window(staffed, name="Lea Example")


def everything(parent: QWidget) -> str:
    """Every text anywhere in it, seen or not: labels, boxes, tables, tooltips, what assistive technology is told."""
    found = []
    for each in [parent, *parent.findChildren(QWidget)]:
        found += [each.toolTip(), each.accessibleName(), each.accessibleDescription(), each.windowTitle()]
        if isinstance(each, (QLabel, QLineEdit)):
            found.append(each.text())
        if isinstance(each, QPlainTextEdit):
            found.append(each.toPlainText())
        if isinstance(each, QTableView):
            model = each.model()
            for row in range(model.rowCount()):
                for column in range(model.columnCount()):
                    for role in (
                        Qt.ItemDataRole.DisplayRole,
                        Qt.ItemDataRole.ToolTipRole,
                        Qt.ItemDataRole.AccessibleTextRole,
                    ):
                        found.append(str(model.index(row, column).data(role)))
        spoken = QAccessible.queryAccessibleInterface(each)
        if spoken is not None:
            found += [spoken.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Description)]
            found.append(spoken.text(QAccessible.Text.Value))
    return "\n".join(found)


def test_a_case_begins_with_the_last_plan(window, case, qtbot) -> None:
    window.do("committee")
    page = window.page
    assert page.list_view.table.hasFocus()
    qtbot.keyClick(page.list_view.table, Qt.Key.Key_Return)
    view = page.case_view
    assert view.isVisible()
    shown = texts(view)
    first = [shown.index(words) for words in ("Last time, 1 Mar 2026: not yet", "To have read", "The vote")]
    assert first == sorted(first)
    assert "The plan was: Pull focus on two more <b>days</b>" in shown
    assert "Small 1.0, baseline" in shown and "0 of 3 have voted" in shown
    assert not view.decision.isVisible() and "once the votes are shown" in shown
    assert view.history_model.rowCount() == 2


def test_a_lead_opens_a_case_and_says_who_votes(window, staffed, qtbot) -> None:
    window.do("committee")
    view = window.page.list_view
    amara, nia = find_people(staffed, "P-001")[0], find_people(staffed, "A-002")[0]
    view.whom.setCurrentIndex(next(n for n in range(view.whom.count()) if view.whom.itemData(n).id == amara.id))
    tick = next(tick for tick, person in view.voters.ticks if person.id == nia.id)
    qtbot.mouseClick(tick, Qt.MouseButton.LeftButton, pos=tick.rect().center().__class__(12, tick.height() // 2))
    assert not tick.isChecked()
    view.day.setText("soon")
    press(qtbot, view, "Open the case")
    assert "is no day" in texts(view.error) and len(list_cases(staffed)) == 1
    view.day.setFocus()
    view.day.setText("2026-12-01")
    qtbot.keyClick(view.day, Qt.Key.Key_Return)
    made = list_cases(staffed)[-1]
    assert made.held_on == "2026-12-01" and len(made.members) == 2 and nia.id not in made.members
    assert window.page.case_view.read.case.id == made.id
    qtbot.keyClick(window.page.case_view.back, Qt.Key.Key_Escape)
    press(qtbot, view, "Open the case")
    assert len(list_cases(staffed)) == 2, "the same day is the same case, with the members it has"


def test_who_votes_is_changed_and_undone_until_somebody_has_voted(window, case, staffed, qtbot) -> None:
    window.do("committee")
    window.page.show_case(case.id)
    view = window.page.case_view
    ticks = {person.code: tick for tick, person in view.members.voters.ticks}
    assert {code for code, tick in ticks.items() if tick.isChecked()} == {"A-001", "A-002", "L-001"}

    def members() -> tuple[str, ...]:
        return next(each.members for each in list_cases(staffed) if each.id == case.id)

    before = members()
    for tick in ticks.values():
        tick.setChecked(False)
    press(qtbot, view, "Change who votes")
    assert "Tick at least one person." in texts(view.members.error) and members() == before
    ticks["A-002"].setChecked(True)
    ticks["A-002"].setFocus()
    press(qtbot, view, "Change who votes")
    nia = find_people(staffed, "A-002")[0]
    assert members() == (nia.id,)
    assert "The committee is now: Nia Example." in window.toast.text.text()
    assert "Still to vote: Nia Example." in view.who.text()
    press(qtbot, window.toast, "Undo")
    assert members() == before
    window.session.undo_stack.redo()
    assert members() == (nia.id,)
    window.session.changed.emit(committee.vote(staffed, case, nia, "pass", "", nia.id))
    assert not view.members.isVisible()
    window.session.undo_stack.undo()  # too late: said, and nothing changed
    assert members() == (nia.id,)
    sit(window, "A-002")
    assert not view.members.isVisible()


def test_who_is_kept_apart_does_not_vote(window, staffed) -> None:
    amara, nia = find_people(staffed, "P-001")[0], find_people(staffed, "A-002")[0]
    window.do("committee")
    view = window.page.list_view
    view.whom.setCurrentIndex(next(n for n in range(view.whom.count()) if view.whom.itemData(n).id == amara.id))
    assert nia.id in [person.id for _tick, person in view.voters.ticks]
    window.session.changed.emit(peer_conflicts.declare_conflict(staffed, amara, nia))
    assert nia.id not in [person.id for _tick, person in view.voters.ticks]


def test_a_hidden_vote_is_nowhere_before_all_are_shown(window, case, staffed, qtbot) -> None:
    sit(window, "A-001")
    window.do("committee")
    page, view = window.page, window.page.case_view
    assert page.list_view.model.rowCount() == 1, "only what one votes in"
    page.show_case(case.id)
    qtbot.keyClicks(view.word, SECRET)
    qtbot.keyClicks(view.note, NOTE)
    press(qtbot, view, "Vote")
    assert [each.voted for each in list_cases(staffed) if each.id == case.id] == [
        (find_people(staffed, "A-001")[0].id,)
    ]
    assert view.word.text() == SECRET and "You have voted" in texts(view)
    for code in ("L-001", "A-002"):
        sit(window, code)
        page.show_case(case.id)
        assert "1 of 3 have voted" in texts(view)
        found = everything(window)
        assert SECRET not in found and NOTE not in found
        window.do("copy_table")
        assert SECRET not in QGuiApplication.clipboard().text()
        page.show_list()
        assert SECRET not in everything(window)
        window.do("copy_table")
        assert SECRET not in QGuiApplication.clipboard().text()
    sit(window, "A-001")
    page.show_case(case.id)
    assert (view.word.text(), view.note.text) == (SECRET, NOTE), "one's own is one's own"
    sit(window, "P-001")
    assert SECRET not in everything(window) and "This is for programme leads" in texts(page)


def test_what_is_typed_and_not_kept_is_nobody_elses(window, case, qtbot) -> None:
    sit(window, "A-001")
    window.do("committee")
    page, view = window.page, window.page.case_view
    page.show_case(case.id)
    qtbot.keyClicks(view.word, SECRET)
    sit(window, "A-002")
    assert SECRET not in everything(window)
    sit(window, "A-001")
    page.show_case(case.id)
    assert view.word.text() == SECRET


def test_all_have_voted_then_it_is_decided_and_changed_only_with_a_reason(window, case, staffed, qtbot) -> None:
    for code, word in (("A-001", SECRET), ("A-002", "pass"), ("L-001", "PASS")):
        sit(window, code)
        window.do("committee")
        window.page.show_case(case.id)
        qtbot.keyClicks(window.page.case_view.word, word)
        qtbot.keyClick(window.page.case_view.word, Qt.Key.Key_Return)
    view = window.page.case_view
    assert view.votes.isVisible() and view.votes_model.rowCount() == 3
    assert "pass: 2, zzpass: 1" in texts(view).casefold(), "the same word in any case is one vote"
    assert not view.word.isVisible() and not view.close_vote.isVisible()
    window.do("copy_table")
    assert SECRET in QGuiApplication.clipboard().text()
    press(qtbot, view, "Keep the decision")
    assert "needs its rationale" in texts(view.error)
    qtbot.keyClicks(view.decision, "pass")
    qtbot.keyClicks(view.rationale, "Steady on two films")
    qtbot.keyClicks(view.plan, "Assist on a feature")
    press(qtbot, view, "Keep the decision")
    decision = next(each for each in list_cases(staffed) if each.id == case.id).decision
    assert (decision.decision, decision.rationale, decision.plan) == (
        "pass",
        "Steady on two films",
        "Assist on a feature",
    )
    assert decision.by == window.session.me.id and not view.error.isVisible()
    qtbot.keyClicks(view.decision, " after all")
    press(qtbot, view, "Keep the decision")
    assert "needs a reason" in texts(view.error)
    qtbot.keyClicks(view.reason, "A typo")
    press(qtbot, view, "Keep the decision")
    assert next(each for each in list_cases(staffed) if each.id == case.id).decision.decision == "pass after all"
    sit(window, "A-002")
    window.page.show_case(case.id)
    assert not view.decision.isVisible() and "pass after all" in texts(view)


def test_a_lead_closes_the_vote_after_being_asked(window, case, staffed, qtbot) -> None:
    committee.vote(staffed, case, find_people(staffed, "A-001")[0], SECRET, "")
    window.do("committee")
    view = window.page.case_view
    window.page.show_case(case.id)
    qtbot.keyClicks(view.decision, "not shown")
    press(qtbot, view, "Close the vote and show it…")
    dialog = window.findChild(QDialog, "confirm")
    assert "Nia Example" in texts(dialog)
    press(qtbot, dialog, "Cancel")
    assert not list_cases(staffed)[-1].shown
    press(qtbot, view, "Close the vote and show it…")
    press(qtbot, next(each for each in window.findChildren(QDialog, "confirm") if each.isVisible()), "Close and show")
    assert list_cases(staffed)[-1].shown and view.votes_model.rowCount() == 1
    assert "Did not vote: Lea Example, Nia Example." in texts(view)
    assert not view.vote.isVisible() and view.decision.isVisible()
    sit(window, "A-001")
    window.page.show_case(case.id)
    assert not view.close_vote.isVisible()


def test_the_history_leads_to_the_case_before(window, case, qtbot) -> None:
    window.do("committee")
    view = window.page.case_view
    window.page.show_case(case.id)
    view.history_table.setFocus()
    view.history_table.setCurrentIndex(view.history_model.index(1, 0))
    qtbot.keyClick(view.history_table, Qt.Key.Key_Return)
    assert view.read.case.held_on == "2026-03-01" and "The first committee on" in texts(view)
    assert "early days" in view.votes_model.as_text()


def test_every_control_has_a_name(window, case, qtbot) -> None:
    window.do("committee")
    assert [type(each).__name__ for each in focusable(window.page) if not name_of(each)] == []
    window.page.show_case(case.id)
    assert [type(each).__name__ for each in focusable(window.page) if not name_of(each)] == []
    window.do("next_pane")
    assert QApplication.focusWidget() in window.page.panes()


def test_tab_reaches_every_button_of_a_case_and_of_the_list(window, case, qtbot) -> None:
    window.do("committee")
    go_round(window.page, qtbot)
    window.page.show_case(case.id)
    go_round(window.page, qtbot)
