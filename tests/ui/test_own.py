"""Self-assessment in the window: a participant sits here, rates themself, and sees others' ratings only after that."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rubricapp.core.model import AssessmentKind, AssessmentState, Role
from rubricapp.operations import assessments, people
from rubricapp.store.assessments import list_assessments
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.ui import opening
from rubricapp.ui.widgets.labels import PlainLabel
from tests.store.test_viewing import begin, release
from tests.ui.driving import find_button, press, texts


@pytest.fixture
def own_window(make_window, residency):
    """The window of P-001, Amara Okafor, whom A-001 has finished at the baseline with a 4 in TST-1."""
    return make_window(residency, name="Amara Okafor")


def key(what: str) -> None:
    """A real key for whatever has the focus."""
    for character in what:
        QTest.keyClick(QApplication.focusWidget(), character)


def enter() -> None:
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def own(ws) -> list:
    return list_assessments(ws, kind=AssessmentKind.SELF)


def said(view) -> str:
    return "\n".join(each.text() for each in view.findChildren(PlainLabel) if not each.isHidden())


def test_home_asks_a_participant_for_their_own_and_for_nothing_else(own_window) -> None:
    words = texts(own_window.page)
    assert "Assess yourself · Baseline" in words and "not begun" in words
    assert "To do" not in words and "Zainab" not in words
    assert find_button(own_window.page, "Assess yourself with Small 1.0").hasFocus()


def test_from_home_to_finished_and_back_with_the_keyboard_alone(own_window, residency) -> None:
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    page = own_window.page
    assert page.desk.is_own and page.desk.participant.code == "P-001"
    assert page.sheet.row.isAncestorOf(QApplication.focusWidget())
    key("3")
    key("c")
    key("I held the horizon.")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    key("20445")
    assert QApplication.focusWidget() is page.header.finish_button
    assert page.header.finish_button.accessibleName() == "Finish self-assessment"
    enter()
    found = own(residency)[0]
    assert (found.state, found.participant, found.assessor) == (AssessmentState.FINISHED, *[page.session.me.id] * 2)
    assert found.rating("TST-2").comment == "I held the horizon."
    assert QApplication.focusWidget() is page.locked_panel.home_button
    enter()
    assert own_window.rail.buttons["home"].isChecked()
    assert "finished" in texts(own_window.page)


def test_only_oneself_can_be_chosen_and_there_is_no_across(own_window) -> None:
    own_window.go("score")
    page = own_window.page
    assert [page.header.people.itemText(n) for n in range(page.header.people.count())] == ["Amara Okafor"]
    assert not page.header.across_button.isVisible()
    page.focus_rows()
    key("v")
    assert page.desk.criterion is None
    assert page.footer.progress.text() == ""
    page.sheet.row.toggle_hints()
    assert "For assessors only" not in texts(page)
    assert "You assess yourself" in texts(page)


def test_reopening_ones_own_demands_a_reason(own_window, residency, qtbot) -> None:
    begin(residency, "P-001", kind=AssessmentKind.SELF)
    own_window.go("score")
    page = own_window.page
    press(qtbot, page, "Reopen…")
    key("A clip came late")
    enter()
    assert own(residency)[0].state is AssessmentState.DRAFT
    assert page.sheet.current == page.sheet.next_unrated(-1), "Enter in the box moved the rows on"


def test_what_assessors_said_comes_after_both(own_window, residency, qtbot) -> None:
    own_window.go("score")
    page = own_window.page
    pane = page.side.open()
    pane.setCurrentWidget(pane.past)
    release(residency)
    page.focus_rows()
    key("3")
    assert "4 Four" not in said(pane.past)
    page.sheet.set_current(0)
    page.finish()
    press(qtbot, page, "Finish as is")
    qtbot.waitUntil(lambda: "4 Four" in said(pane.past))
    release(residency, day=None)
    page.side.show_person()
    assert "4 Four" not in said(pane.past)


def test_the_other_pages_tell_a_participant_nothing_of_others(own_window) -> None:
    own_window.go("cohort")
    assert own_window.page.model.people == [own_window.session.me]
    assert not own_window.page.map.isVisible()
    assert "What is said of others is theirs." in texts(own_window.page)
    own_window.go("reports")
    page = own_window.page
    assert page.people.model.rowCount() == 1 and page.people.model.chosen() == ()
    assert not page.cohort.isEnabled() and not page.workbook.isEnabled()
    page.make.setEnabled(True)
    page.cohort.setChecked(True)
    page.start()
    assert page.job is None and "may not be seen by you yet" in texts(page)


def test_nobody_named_sees_nothing_of_anybody(make_window, residency) -> None:
    window = make_window(residency, name="")
    window.go("cohort")
    assert not window.page.map.isVisible() and "Say who you are" in texts(window.page)
    window.go("reports")
    assert not window.page.cohort.isEnabled()


def test_an_assessor_sees_dots_where_others_have_finished(make_window, residency, tmp_path, qtbot) -> None:
    people.add_person(residency, Role.ASSESSOR, "Nia Example")
    window = make_window(residency, name="Nia Example")
    window.go("cohort")
    page = window.page
    assert "stay hidden until your own are finished" in texts(page)
    assert not page.map.isVisible(), "everything that is finished is still hidden"
    begin(residency, "A-002")
    begin_other = find_people(residency, "P-002")[0]
    draft = next(each for each in list_assessments(residency, begin_other.id))
    assessments.finish(residency, draft.id)
    page.refresh()
    row = [each.code for each in page.model.people].index("P-002")
    assert page.map.isVisible() and page.model.is_hidden(row)
    assert page.model.text(row, 0) == "•••" and page.model.total(row) == "–"
    assert "hidden until your own is finished" in page.model.words(row, 0)
    assert "hidden until your own is finished" in page.model.words(row, 6)
    assert not page.map.grab().isNull()
    assert "2" not in page.model.as_text().split("\n")[1 + row].split("\t")[1:]


def test_a_mentor_rates_as_a_mentor(make_window, residency) -> None:
    people.add_person(residency, Role.MENTOR, "Mo Example")
    window = make_window(residency, name="Mo Example")
    assert "To do" in texts(window.page)
    window.go("score")
    key("4")
    found = list_assessments(residency, assessor=window.session.me.id)
    assert [each.kind for each in found] == [AssessmentKind.MENTOR]
    window.go("home")
    assert "1 begun" in texts(window.page)
    assert "0 of 1 begun assessments are finished" in texts(window.page)


def test_who_is_both_assesses_themself_as_themself_and_others_as_assessor(make_window, residency) -> None:
    people.add_person(residency, Role.ASSESSOR, "Amara Okafor", "P-001")
    window = make_window(residency, name="Amara Okafor")
    assert "Assess yourself · Baseline" in texts(window.page) and "0 of 2 finished" in texts(window.page)
    window.go("score")
    page = window.page
    assert page.desk.participant.code != "P-001"
    key("4")
    page._choose(participant=window.session.me.id)
    assert page.desk.is_own
    key("2")
    kinds = sorted(
        (each.participant == window.session.me.id, each.kind)
        for each in list_assessments(residency, assessor=window.session.me.id)
    )
    assert kinds == [(False, AssessmentKind.ASSESSOR), (True, AssessmentKind.SELF)]
    page.go(-1)
    page.header.across_button.setChecked(True)
    assert len(page.sheet.rows) == 2


def test_a_participant_is_offered_among_those_who_sit_here(make_window, residency) -> None:
    names = [opening.say_sitting(each) for each in opening.list_sitting(residency)]
    assert names[0] == "Tunde Example" and "Amara Okafor · participant" in names
    assert opening.who_sits_here(residency, "amara  okafor").code == "P-001"


def test_a_workspace_for_reading_only_is_locked_for_a_participant_too(make_window, residency) -> None:
    from rubricapp.operations.workspaces import open_workspace

    folder = residency.folder
    residency.close()
    window = make_window(open_workspace(folder, read_only=True), name="Amara Okafor")
    window.go("score")
    assert window.page.desk.is_own and all(not each.isEnabled() for each in window.page.sheet.rows[0].choices.values())


def test_the_keyboard_is_on_what_is_still_to_do(own_window, residency, document) -> None:
    from rubricapp.operations import rubrics

    rubrics.adopt(residency, [{**document, "id": "other", "title": "Other"}])
    other = find_rubric(residency, "other")
    amara, tunde = find_people(residency, "P-001")[0], find_people(residency, "A-001")[0]
    assessments.begin(residency, amara, other, find_occasion(residency, "midpoint"), tunde)
    begin(residency, "P-001", occasion="midpoint", kind=AssessmentKind.SELF)
    own_window.page.refresh()
    assert "Assess yourself · Midpoint" in texts(own_window.page)
    assert find_button(own_window.page, "Assess yourself with Other 1.0").hasFocus()
    own_window.go("score")
    assert own_window.page.desk.rubric.id == "other"
    assert own_window.page.desk.slot.occasion == find_occasion(residency, "midpoint").id


def test_another_person_who_sits_down_sees_nothing_of_the_one_before(window, residency) -> None:
    """Every page that was open as the assessor is read anew for the participant."""
    window.go("cohort")
    assert window.page.map.isVisible()
    window.go(
        "score",
        (
            find_rubric(residency, "small").content_hash,
            find_occasion(residency, "baseline").id,
            find_people(residency, "P-002")[0].id,
        ),
    )
    score = window.page
    score.finish()
    assert score.finish_panel.isVisible()
    window.session.set_me(find_people(residency, "P-001")[0])
    assert score.desk.is_own and not score.finish_panel.isVisible()
    assert all(row.value is None and not row.comment for row in score.sheet.rows)
    assert "Zainab" not in texts(score) and score.header.people.count() == 1
    window.go("cohort")
    assert not window.page.map.isVisible() and window.page.model.people == [window.session.me]
    window.go("home")
    assert "Zainab" not in texts(window.page) and "To do" not in texts(window.page)
