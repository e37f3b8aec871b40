"""Moderation in the window: gaps found, shown side by side, settled by keys, sent to a third, released after."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from rubricapp.core.model import Blank, Role
from rubricapp.core.moderation import State
from rubricapp.errors import UserError
from rubricapp.operations import agreeing, assessments, evidence, evidence_links, people, releases
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.moderation import list_agreed
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.releases import list_releases
from rubricapp.store.rubrics import find_rubric
from rubricapp.ui.moderation.reading import Need, read
from tests.ui.driving import find_button, press, texts
from tests.ui.test_names import focusable, go_round, name_of
from tests.ui.works import document


def score(ws, name: str, levels: dict, code: str = "P-001", done: bool = True) -> None:
    """An assessor rates a participant at the baseline."""
    rubric, assessor = find_rubric(ws, "small"), find_people(ws, name)[0]
    made = assessments.begin(ws, find_people(ws, code)[0], rubric, find_occasion(ws, "baseline"), assessor)[0]
    assessments.rate_many(ws, made, rubric, levels)
    if done:
        assessments.finish(ws, made.id)


@pytest.fixture
def two(residency):
    """P-001 has 4, 3, 5, n/o, 2, 3 from one assessor; 1, 3, 2, 3, 2, 3 from another. A lead and a third are there."""
    people.add_person(residency, Role.ASSESSOR, "Nia Example", "A-002")
    people.add_person(residency, Role.ASSESSOR, "Sam <b>Third</b>", "A-003")
    people.add_person(residency, Role.LEAD, "Lea Example", "L-001")
    score(residency, "Nia Example", {"TST-1": 1, "TST-2": 3, "TST-3": 2, "TST-4": 3, "TST-5": 2, "TST-6": 3})
    return residency


@pytest.fixture
def window(make_window, two):
    return make_window(two, name="Lea Example")


@pytest.fixture
def page(window):
    window.do("moderation")
    return window.page


def key(qtbot, *keys: object) -> None:
    """Press these where the keyboard is."""
    for each in keys:
        if isinstance(each, str):
            qtbot.keyClicks(QApplication.focusWidget(), each)
        else:
            qtbot.keyClick(QApplication.focusWidget(), each)


def test_home_says_how_many_gaps_there_are_to_leads_alone(make_window, window, two, qtbot) -> None:
    assert "2 gaps to moderate" in texts(window.page)
    press(qtbot, window.page, "Moderate")
    assert window.page.gaps.table.hasFocus()
    other = make_window(two, name="Nia Example")
    assert "to moderate" not in texts(other.page)


def test_every_gap_is_listed_with_levels_and_why(page, qtbot) -> None:
    model = page.gaps.model
    assert [each.gap.criterion.id for each in model.shown] == ["TST-1", "TST-3"]
    assert "2 gaps to settle" in texts(page)
    assert model.index(0, 2).data() in ("4, 1", "1, 4")
    assert model.index(0, 3).data() == "two levels or more apart"
    page.gaps.which.setFocus()
    page.gaps.show_filter("blank")
    assert [each.gap.criterion.id for each in model.shown] == ["TST-4"]
    assert "not observed" in model.index(0, 2).data()
    page.gaps.show_filter("settled")
    assert not page.gaps.table.isVisible() and "No gaps here." in texts(page)
    page.gaps.show_filter("all", "TST-3")
    assert [each.gap.criterion.id for each in model.shown] == ["TST-3"]


def test_only_leads_moderate(make_window, two, qtbot) -> None:
    window = make_window(two, name="Nia Example")
    window.do("moderation")
    assert "This is for programme leads: Lea Example." in texts(window.page)
    assert "TST-1" not in texts(window.page) and not window.page.copy_table()
    press(qtbot, window.page, "Go to Home")
    assert window.page.scroll.accessibleName() == "Home"
    window.session.set_me(find_people(two, "L-001")[0])
    window.do("moderation")
    assert window.page.gaps.model.rowCount() == 2
    window.session.set_me(find_people(two, "A-002")[0])
    assert not window.page.gaps.isVisible() and "TST" not in texts(window.page)


def test_a_gap_is_settled_by_keys_alone(page, window, two, qtbot) -> None:
    key(qtbot, Qt.Key.Key_Return)
    gap = page.gap
    assert gap.isVisible()
    shown = texts(gap)
    assert "Level 4  Four" in shown and "Level 1  One" in shown
    key(qtbot, "3")
    assert gap.settle.value == 3
    key(qtbot, "2", Qt.Key.Key_Return)
    assert gap.settle.value == 2 and gap.settle.reason.hasFocus()
    key(qtbot, Qt.Key.Key_Return)
    assert "needs a reason" in texts(gap.error) and list_agreed(two) == []
    key(qtbot, "3 clips seen together", Qt.Key.Key_Return)
    agreed = list_agreed(two)[0]
    assert (agreed.level, agreed.reason, agreed.by) == (2, "3 clips seen together", window.session.me.id)
    assert not gap.error.isVisible()
    shown = texts(gap)
    assert "Settled: agreed on level 2" in shown
    assert "Tunde Example: down from 4 to 2" in shown and "Nia Example: up from 1 to 2" in shown
    assert gap.settle.following.hasFocus()
    key(qtbot, Qt.Key.Key_Return)
    assert gap.entry.gap.criterion.id == "TST-3" and gap.settle.value is None
    assert gap.settle.reason.text() == ""
    key(qtbot, Qt.Key.Key_Escape)
    assert page.gaps.table.hasFocus()
    rows = [line.split("\t") for line in page.gaps.moves_model.as_text().split("\n")]
    assert ["Nia Example", "1", "0", "0"] in rows and ["Tunde Example", "0", "0", "1"] in rows


def test_what_is_typed_for_one_gap_is_there_when_one_comes_back(page, qtbot) -> None:
    key(qtbot, Qt.Key.Key_Return, "4", Qt.Key.Key_Return, "half a rea")
    press(qtbot, page.gap, "Next gap")
    assert page.gap.settle.reason.text() == "" and page.gap.settle.value is None
    press(qtbot, page.gap, "Previous gap")
    assert page.gap.settle.reason.text() == "half a rea" and page.gap.settle.value == 4


def test_what_one_lead_types_is_not_put_into_anothers_mouth(page, window, two, qtbot) -> None:
    other = people.add_person(two, Role.LEAD, "Ola Example", "L-002")[0]
    key(qtbot, Qt.Key.Key_Return, "4", Qt.Key.Key_Return, "half a rea")
    window.session.set_me(other)
    assert page.gap.isVisible() and page.gap.settle.reason.text() == "" and page.gap.settle.value is None
    window.session.set_me(find_people(two, "L-001")[0])
    assert page.gap.settle.reason.text() == "half a rea" and page.gap.settle.value == 4


def test_a_french_number_row_chooses_levels(page, qtbot) -> None:
    key(qtbot, Qt.Key.Key_Return, '"')
    assert page.gap.settle.value == 3
    key(qtbot, "9")
    assert page.gap.settle.value == 3, "there is no level 9"


def test_a_lead_who_asks_themself_is_blind_at_once(page, window, two, qtbot) -> None:
    key(qtbot, Qt.Key.Key_Return)
    press(qtbot, page.gap, "Ask a third assessor")
    lead = window.session.me
    third = page.gap.settle.third
    third.setCurrentIndex(next(n for n in range(third.count()) if third.itemData(n).id == lead.id))
    page.gap.settle.reason.setFocus()
    key(qtbot, "I look myself", Qt.Key.Key_Return)
    assert not page.gap.isVisible() and page.gaps.model.rowCount() == 0
    assert "yours to score now" in window.toast.text.text()


def test_evidence_stands_beside_and_leads_to_its_place(page, window, two, tmp_path, qtbot) -> None:
    amara = find_people(two, "P-001")[0]
    evidence.add_file(two, amara.id, document(tmp_path / "budget.pdf"), "Budget <i>")
    work = list_artefacts(two, amara.id)[0]
    link, changes = evidence_links.link_evidence(two, work.id, "TST-1", evidence_links.Place(page=2), "the <b>cash</b>")
    window.session.changed.emit(changes)
    key(qtbot, Qt.Key.Key_Return)
    assert "the <b>cash</b>" in texts(page.gap)
    press(qtbot, page.gap, "Look at Budget <i>  ·  p. 2")
    panel = window.page.participant.panel
    assert panel.stack.currentWidget() is panel.work_view and panel.work_view.work.id == work.id
    window.do("moderation")
    window.page.show_gap(next(each for each in page.found.entries if each.gap.criterion.id == "TST-3"))
    assert "Nothing is linked to it yet." in texts(page.gap)
    press(qtbot, page.gap, "Look at all works")
    assert window.page.participant is not None and link.page == 2


def test_a_read_only_workspace_settles_nothing(make_window, two) -> None:
    from rubricapp.store.workspace import open_

    folder = two.folder
    two.close()
    with open_(folder, read_only=True) as ws:
        window = make_window(ws, name="Lea Example")
        window.do("moderation")
        page = window.page
        page.show_gap(page.gaps.model.record(0))
        assert "This workspace is read only." in texts(page.gap)
        assert not page.gap.settle.go.isEnabled() and not page.gap.settle.reason.isEnabled()
        window.do("committee")
        assert not window.page.list_view.open.isEnabled()
        window.shut()


def test_nothing_chosen_changes_nothing(page, two, qtbot) -> None:
    key(qtbot, Qt.Key.Key_Return)
    page.gap.settle.reason.setFocus()
    key(qtbot, "why", Qt.Key.Key_Return)
    assert "Nothing is chosen yet." in texts(page.gap.error) and list_agreed(two) == []


def test_both_are_kept_and_it_is_opened_again_with_a_reason(page, two, qtbot) -> None:
    key(qtbot, Qt.Key.Key_Return)
    press(qtbot, page.gap, "Keep both, report the median: 2.5")
    key(qtbot, Qt.Key.Key_Return, "They saw different days", Qt.Key.Key_Return)
    assert "Settled: both kept, median 2.5" in texts(page.gap)
    assert list_agreed(two)[0].value == "both"
    press(qtbot, page.gap, "Open it again")
    assert "needs a reason" in texts(page.gap.error) and page.gap.settle.reason.hasFocus()
    key(qtbot, "One more clip came", Qt.Key.Key_Return)
    assert list_agreed(two)[0].outcome is None
    assert page.gap.entry.need is Need.OPEN and page.gap.settle.go.isVisible()
    assert "opened again" in texts(page.gap)


def test_a_story_of_two_gaps(page, window, two, qtbot) -> None:
    """One is agreed on, the other goes to a third assessor; released only when both are settled."""
    amara, lead = find_people(two, "P-001")[0], window.session.me
    state = {each.participant.id: each for each in page.found.far}
    assert state[amara.id].state is State.MARKED and "2 gaps to settle" in state[amara.id].missing
    key(qtbot, Qt.Key.Key_Return, "3", Qt.Key.Key_Return, "Seen together", Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert page.gap.entry.gap.criterion.id == "TST-3"
    option = press(qtbot, page.gap, "Ask a third assessor")
    assert option.isChecked() and page.gap.settle.third.isVisible()
    asked = [page.gap.settle.third.itemText(n) for n in range(page.gap.settle.third.count())]
    assert sorted(asked) == ["Lea Example", "Sam <b>Third</b>"], "who has finished is no third"
    page.gap.settle.third.setFocus()
    key(qtbot, Qt.Key.Key_Home if asked[0].startswith("Sam") else Qt.Key.Key_End)
    page.gap.settle.reason.setFocus()
    key(qtbot, "Neither is sure", Qt.Key.Key_Return)
    assert page.gap.entry.need is Need.WAITS
    press(qtbot, page.gap, "All gaps")
    assert "0 gaps to settle  ·  1 waits for a third assessor" in texts(page)
    assert page.gaps.model.index(0, 4).data() == "waits for Sam <b>Third</b>"
    page.bar.setCurrentIndex(1)
    row = page.states.model.row_of(lambda each: each.participant.id == amara.id)
    assert page.states.model.index(row, 2).data() == "in moderation"
    assert "waits for Sam" in page.states.model.index(row, 3).data()

    window.do("release_results")
    panel = window.page.releasing
    panel.show_person(amara)
    press(qtbot, panel, "Release these results")
    assert "Assessors differ, and it is not settled" in texts(panel.error) and list_releases(two) == []
    press(qtbot, panel, "Settle it under Moderation")
    assert window.page is page

    score(two, "A-003", {"TST-1": 3, "TST-2": 3, "TST-3": 4, "TST-4": 3, "TST-5": 2, "TST-6": 3})
    window.do("moderation")
    window.page.refresh()
    entry = next(each for each in page.found.entries if each.gap.criterion.id == "TST-3")
    assert entry.need is Need.OPEN and entry.levels.count(",") == 2
    # The first was settled between two; a third has spoken since, so it is asked again.
    for criterion in ("TST-1", "TST-3"):
        found = next((each for each in page.found.entries if each.gap.criterion.id == criterion), None)
        if found is not None and found.need is Need.OPEN:
            page.show_gap(found)
            key(qtbot, "4", Qt.Key.Key_Return, "With the third view", Qt.Key.Key_Return)
            assert page.gap.entry.need is Need.SETTLED
    state = {each.participant.id: each for each in page.found.far}
    assert state[amara.id].state is State.READY and state[amara.id].missing == ""
    press(qtbot, page.gap, "Release results…")
    assert window.page.releasing.whom.currentData() == amara.id
    press(qtbot, window.page.releasing, "Release these results")
    assert len(list_releases(two, amara.id)) == 1
    window.do("moderation")
    assert {each.participant.id: each for each in page.found.far}[amara.id].state is State.RELEASED
    with pytest.raises(UserError, match="released"):
        agreeing.reopen(two, agreeing.find_place(two, amara, "TST-1", opens=True), "late", lead.id)
    page.gaps.show_filter("settled")
    page.show_gap(page.gaps.model.record(0))
    page.gap.settle.reason.setFocus()
    key(qtbot, "Too late", Qt.Key.Key_Return)
    assert "are released" in texts(page.gap.error)
    releases.take_back(two, [amara.id], "again")


def test_while_somebody_is_unfinished_nothing_of_the_slot_is_shown(page, two, qtbot) -> None:
    score(two, "A-003", {"TST-1": 5}, done=False)
    page.refresh()
    assert page.gaps.model.rowCount() == 0
    assert "No gaps of two levels or more." in texts(page)
    far = next(each for each in page.found.far if each.participant.code == "P-001")
    assert far.state is State.IN_MARKING and "waits for Sam" in far.missing


def test_a_gap_is_settled_early_only_where_one_says_so(page, window, two, qtbot) -> None:
    score(two, "A-003", {"TST-1": 5}, done=False)
    page.refresh()
    page.gaps.show_filter("all")
    assert page.gaps.model.rowCount() == 0
    page.gaps.show_filter("early")
    assert [each.gap.criterion.id for each in page.gaps.model.shown] == ["TST-1", "TST-3", "TST-4"]
    assert page.gaps.model.index(0, 4).data() == "not finished: Sam <b>Third</b>"
    assert "still to finish" in texts(page)
    page.gaps.table.setFocus()
    key(qtbot, Qt.Key.Key_Return)
    settle = page.gap.settle
    assert "Not finished yet: Sam <b>Third</b>" in texts(page.gap) and not settle.early.isChecked()
    key(qtbot, "3", Qt.Key.Key_Return, "The jury meets today", Qt.Key.Key_Return)
    assert "tick the box" in texts(page.gap.error) and settle.early.hasFocus() and list_agreed(two) == []
    key(qtbot, Qt.Key.Key_Space)
    press(qtbot, page.gap, "Settle this gap")
    assert (list_agreed(two)[0].level, list_agreed(two)[0].reason) == (3, "The jury meets today")
    assert page.gap.entry.need is Need.SETTLED and not settle.early.isVisible()
    page.show_list()
    page.gaps.show_filter("settled")
    assert page.gaps.model.rowCount() == 0, "not for the eyes of who is still to finish"
    window.session.set_me(find_people(two, "A-003")[0])
    assert read(two, window.session.me).early == ()


def test_settling_and_opening_again_are_undone_and_done_again(page, window, two, qtbot) -> None:
    stack = window.session.undo_stack
    key(qtbot, Qt.Key.Key_Return, "3", Qt.Key.Key_Return, "Seen together", Qt.Key.Key_Return)
    assert stack.undoText() == "Settle TST-1 of Amara Okafor"
    press(qtbot, window.toast, "Undo")
    assert list_agreed(two)[0].outcome is None and page.gap.entry.need is Need.OPEN
    stack.redo()
    assert (list_agreed(two)[0].level, list_agreed(two)[0].reason) == (3, "Seen together")
    page.gap.settle.reason.setFocus()
    key(qtbot, "One more clip", Qt.Key.Key_Return)
    assert list_agreed(two)[0].outcome is None
    stack.undo()
    assert (list_agreed(two)[0].level, list_agreed(two)[0].reason) == (3, "Seen together")
    assert page.gap.entry.need is Need.SETTLED


def test_a_lead_who_is_the_third_sees_nothing_before_they_finish(two) -> None:
    amara, lead = find_people(two, "P-001")[0], find_people(two, "L-001")[0]
    agreeing.agree(two, agreeing.find_place(two, amara, "TST-1"), agreeing.Outcome.THIRD, "unsure", lead, lead.id)
    assert read(two, lead).entries == ()


def test_the_sample_is_drawn_again_alike(page, qtbot) -> None:
    page.bar.setCurrentIndex(2)
    first = page.sample.as_text()
    assert page.sample.model.rowCount() == 2 and "among the assessor's first two" in first
    page.sample.seed.setValue(7)
    press(qtbot, page.sample, "Draw the sample")
    assert page.sample.model.rowCount() == 2
    page.sample.seed.setValue(0)
    press(qtbot, page.sample, "Draw the sample")
    assert page.sample.as_text() == first


def test_what_is_copied_is_the_table_that_is_shown(page, window, qtbot) -> None:
    press(qtbot, page, "Copy as table")
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert rows[0][:3] == ["Participant", "Criterion", "Levels"] and len(rows) == 3
    page.bar.setCurrentIndex(1)
    window.do("copy_table")
    assert QGuiApplication.clipboard().text().startswith("Participant\tID\tState")


def test_every_control_has_a_name_and_f6_goes_round(page, window, qtbot) -> None:
    for place in range(3):
        page.bar.setCurrentIndex(place)
        assert [type(each).__name__ for each in focusable(page) if not name_of(each)] == []
    page.bar.setCurrentIndex(0)
    window.do("next_pane")
    assert QApplication.focusWidget() is not None
    page.show_gap(page.gaps.model.record(0))
    assert [type(each).__name__ for each in focusable(page) if not name_of(each)] == []
    assert name_of(find_button(page.gap, "Agree on level 3, Three")) == "Agree on level 3, Three"
    assert page.gap.panes()[0] is page.gap.next


def test_without_any_gap_it_says_so(make_window, residency) -> None:
    people.add_person(residency, Role.LEAD, "Lea Example", "L-001")
    window = make_window(residency, name="Lea Example")
    window.do("moderation")
    assert "No gaps of two levels or more." in texts(window.page)
    assert window.page.gaps.which.hasFocus() and not window.page.copy_table()
    assert Blank.NOT_OBSERVED.value not in texts(window.page)


def test_tab_reaches_every_button_of_a_gap(page, qtbot) -> None:
    key(qtbot, Qt.Key.Key_Return)
    go_round(page.gap, qtbot)
    press(qtbot, page.gap, "Ask a third assessor")
    page.gap.settle.third.setFocus()
    go_round(page.gap, qtbot)
