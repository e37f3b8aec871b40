"""Finishing, locking, reopening; what the indicator says when the disk refuses; across participants; blindness."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rubricapp.core.model import AssessmentState, Role
from rubricapp.operations import assessments, people, programmes
from rubricapp.store.assessments import list_assessments
from rubricapp.store.changes import list_changes
from rubricapp.store.people import find_occasion, find_people, list_people
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.workspace import open_
from rubricapp.ui.score.writer import SaveState


def type_(text: str) -> None:
    for character in text:
        QTest.keyClick(QApplication.focusWidget(), character)


def enter() -> None:
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def states(ws) -> list:
    return [each.state for each in list_assessments(ws)]


# Finishing


def test_finishing_says_what_is_missing_and_may_go_to_the_first(page, score_ws, qtbot):
    type_("3")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.finish_panel.words.text() == (
        "3 criteria have no level: Criterion number 2, Criterion number 3, Criterion number 4."
    )
    qtbot.mouseClick(page.finish_panel.go_button, Qt.MouseButton.LeftButton)
    assert not page.finish_panel.isVisible()
    assert page.sheet.current == 1
    assert states(score_ws) == [AssessmentState.DRAFT]


def test_finishing_as_is_locks(page, score_ws, qtbot):
    type_("3")
    page.finish()
    qtbot.mouseClick(page.finish_panel.as_is_button, Qt.MouseButton.LeftButton)
    assert states(score_ws) == [AssessmentState.FINISHED]
    assert page.locked_panel.isVisible()
    row = page.sheet.rows[0]
    qtbot.mouseClick(row.choices[5], Qt.MouseButton.LeftButton)
    page.focus_rows()
    page.rate(0, 5)
    assert list_assessments(score_ws)[0].rating("TST-1").level == 3
    assert row.choices[3].isChecked() and not row.choices[5].isEnabled()


def test_reopening_demands_a_reason(page, score_ws, qtbot):
    type_("3344")
    enter()
    assert states(score_ws) == [AssessmentState.FINISHED]
    qtbot.mouseClick(page.locked_panel.reopen_button, Qt.MouseButton.LeftButton)
    assert not page.reopen_panel.reopen_button.isEnabled()
    type_("   ")
    enter()
    assert states(score_ws) == [AssessmentState.FINISHED]
    type_("A clip came late")
    enter()
    assert states(score_ws) == [AssessmentState.DRAFT]
    assert not page.reopen_panel.isVisible() and not page.locked_panel.isVisible()
    records = [each.id for each in list_assessments(score_ws)]
    assert [each.reason for each in list_changes(score_ws.connection, records) if each.reason] == ["A clip came late"]


def test_the_total_is_written_in_words(page):
    type_("3445")
    words = page.foot.total.text()
    # (1·3 + 2·4 + 3·4 + 4·5) / 10
    assert "Total 4.30 of 5 (83 %): the weighted mean of all 4 criteria." in words
    assert "Criterion number 4 needs level 3 or higher: met." in words
    page.rate(3, None)
    assert "Incomplete (60 % covered)" in page.foot.total.text()


def test_a_participant_from_start_to_end_with_the_keyboard_alone(page, score_ws):
    type_("4")
    type_("0")
    type_("2")
    type_("c")
    type_("Clear log, late marks.")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    type_("5")
    assert QApplication.focusWidget() is page.header.finish_button
    enter()
    assert QApplication.focusWidget() is page.locked_panel.next_button
    enter()
    assert page.desk.participant.name == "Kofi Bempah"
    assert page.sheet.row.isAncestorOf(QApplication.focusWidget())
    type_("3333")
    enter()
    assert states(score_ws) == [AssessmentState.FINISHED] * 2
    first = next(each for each in list_assessments(score_ws) if each.rating("TST-3").comment == "" and each.ratings)
    assert first is not None
    assert page.footer.progress.text() == "2 of 3 finished"


# What the disk refuses


def test_a_full_disk_is_said_and_nothing_typed_is_lost(page, score_ws):
    type_("4")
    size = score_ws.connection.execute("PRAGMA page_count").fetchone()[0]
    score_ws.connection.execute(f"PRAGMA max_page_count={size}")
    page.sheet.rows[1].open_comment()
    page.sheet.rows[1].comment.setPlainText("words " * 3000)
    assert page.flush() is False
    assert page.writer.state is SaveState.FAILED
    assert page.header.saved.words.text().startswith("Not saved: This laptop's disk is full")
    assert page.header.saved.button.isVisible()
    page.go(1)
    page.go(-1)
    assert page.sheet.rows[1].comment.text == "words " * 3000  # still here, though never written
    score_ws.connection.execute(f"PRAGMA max_page_count={size + 1000}")
    page.header.saved.button.click()
    assert page.writer.state is SaveState.SAVED
    assert not page.header.saved.button.isVisible()
    assert list_assessments(score_ws)[0].rating("TST-2").comment == ("words " * 3000).strip()


def test_a_level_that_is_refused_stays_chosen_and_is_tried_again(page, score_ws, qtbot):
    score_ws.connection.execute("PRAGMA query_only=ON")
    qtbot.mouseClick(page.sheet.rows[0].choices[4], Qt.MouseButton.LeftButton)
    assert page.header.saved.words.text().startswith("Not saved")
    assert page.sheet.rows[0].choices[4].isChecked()
    page.refresh()
    assert page.sheet.rows[0].choices[4].isChecked()
    score_ws.connection.execute("PRAGMA query_only=OFF")
    qtbot.mouseClick(page.sheet.rows[1].choices[2], Qt.MouseButton.LeftButton)  # the next write takes it along
    found = list_assessments(score_ws)[0]
    assert (found.rating("TST-1").level, found.rating("TST-2").level) == (4, 2)
    assert page.header.saved.words.accessibleName().startswith("Saved")


def test_finishing_waits_until_everything_is_saved(page, score_ws):
    type_("3344")
    score_ws.connection.execute("PRAGMA query_only=ON")
    page.sheet.rows[0].open_comment()
    type_("late words")
    page.finish()
    score_ws.connection.execute("PRAGMA query_only=OFF")
    assert states(score_ws) == [AssessmentState.DRAFT]
    page.finish()
    assert states(score_ws) == [AssessmentState.FINISHED]
    assert list_assessments(score_ws)[0].rating("TST-1").comment == "late words"


def test_a_workspace_for_reading_only_says_so_and_is_locked(open_page, score_ws):
    folder = score_ws.folder
    score_ws.close()
    with open_(folder, read_only=True) as ws:
        page = open_page(ws)
        assert page.header.saved.words.text() == "Read only"
        assert not any(each.isEnabled() for each in page.sheet.rows[0].choices.values())
        page.window().close()


# Nobody, nothing


def test_nobody_to_score_is_one_line_and_one_button(tmp_path, qtbot):
    from rubricapp.settings import Settings
    from rubricapp.ui.score.page import ScorePage
    from rubricapp.ui.session import Session

    with programmes.start(tmp_path / "empty", "P", "E", rubrics=[]) as ws:
        page = ScorePage(Session(ws, Settings()))
        qtbot.addWidget(page)
        page.show()
        assert page.empty.isVisible() and not page.body.isVisible()
        with qtbot.waitSignal(page.people_wanted):
            page.empty.button.click()
        page.close()


def test_without_an_assessor_nothing_can_be_rated(page, score_ws):
    page.session.set_me(None)
    page.rate(0, 3)
    assert list_assessments(score_ws) == []


# Across


def test_one_criterion_across_all_participants(page, score_ws):
    page.sheet.set_current(1)
    type_("v")
    assert [row.content.title for row in page.sheet.rows] == ["Amara Abara", "Kofi Bempah", "Zainab Cole"]
    assert page.header.criteria.currentText() == "Criterion number 2"
    type_("423")
    assert QApplication.focusWidget() is page.header.forward_button
    levels = {each.participant: each.rating("TST-2").level for each in list_assessments(score_ws)}
    assert sorted(levels.values()) == [2, 3, 4]
    assert page.header.ring.accessibleName() == "3 of 3 participants rated"
    enter()
    assert page.header.criteria.currentText() == "Criterion number 3"
    type_("c")
    type_("Across")
    page.flush()
    assert "Across" in [each.rating("TST-3").comment for each in list_assessments(score_ws)]
    page.sheet.set_current(2)
    type_("v")
    assert page.desk.participant.name == "Zainab Cole"
    assert page.sheet.rows[1].choices[3].isChecked()


def test_across_shows_the_descriptors_where_one_is_judging_and_reads_them_out_everywhere(page):
    type_("v")
    first, second = page.sheet.rows[:2]
    assert first.choices[4].text_shown and not second.choices[4].text_shown
    assert second.choices[4].accessibleDescription().startswith("Level 4 of 1.")
    page.sheet.set_current(1)
    assert second.choices[4].text_shown and not first.choices[4].text_shown


def test_across_leaves_finished_ones_locked(page, score_ws):
    type_("3333")
    enter()
    type_("v")
    assert page.sheet.rows[0].is_locked and not page.sheet.rows[1].is_locked


# Others, and earlier


@pytest.fixture
def others_rating(score_ws):
    """Another assessor has finished the same person and occasion, and the midpoint."""
    other, person = find_people(score_ws, "Other Example")[0], list_people(score_ws, Role.PARTICIPANT)[0]
    for occasion, level in (("baseline", 1), ("midpoint", 5)):
        found, _changes = assessments.begin(
            score_ws, person, list_rubrics(score_ws)[0], find_occasion(score_ws, occasion), other
        )
        assessments.rate(score_ws, found.id, "TST-1", level)
        assessments.finish(score_ws, found.id)


def shown_in(view) -> str:
    from rubricapp.ui.widgets.labels import PlainLabel

    return "\n".join(each.text() for each in view.findChildren(PlainLabel) if not each.isHidden())


def test_past_ratings_come_on_demand_and_those_of_this_occasion_only_after_finishing(page, others_rating, qtbot):
    assert not any(each.isChecked() for each in page.sheet.rows[0].choices.values())
    pane = page.side.open()
    assert "5 Leads" not in shown_in(pane.past)
    pane.setCurrentWidget(pane.past)
    qtbot.waitUntil(lambda: "5 Leads" in shown_in(pane.past))
    assert "1 Observes" not in shown_in(pane.past)
    page.focus_rows()
    type_("3333")
    enter()
    qtbot.waitUntil(lambda: "1 Observes" in shown_in(pane.past))


def test_a_person_added_elsewhere_appears(page, score_ws):
    page.session.run(people.add_person, Role.PARTICIPANT, "Zz Last")
    assert page.header.people.count() == 4
