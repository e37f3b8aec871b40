"""Peer: reviews are written with keys and saved at once; a round is made, or why not; who sits here decides."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rubricapp.core.model import AssessmentKind, AssessmentState, Role
from rubricapp.operations import evidence, peer_review, people
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.assessments import list_assessments
from rubricapp.store.peer_reviews import find_own_review, list_pairs, list_rounds
from rubricapp.store.people import find_occasion, find_people, list_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.ui import theme
from tests.ui.driving import find_button, press, texts

ENTER, ESCAPE, CTRL = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.KeyboardModifier.ControlModifier
BOXES = {
    "works": "At 00:42 the frame holds the eyeline.",
    "change": "In scene 2 the window clips; TST-2.",
    "next_step": "Meter the window before the first take.",
}


@pytest.fixture
def cohort(ws):
    """Eleven participants and a lead, besides the assessor."""
    for number in range(2, 12):
        people.add_person(ws, Role.PARTICIPANT, f"Person Number{number}", f"P-{number:03}")
    people.add_person(ws, Role.LEAD, "Grace Example", "L-001")
    return list_people(ws, Role.PARTICIPANT)


@pytest.fixture
def asked(ws, cohort):
    """(rubric, occasion, round) with four reviews each."""
    rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "midpoint")
    return rubric, occasion, peer_review.allocate_round(ws, rubric, occasion, 4, seed=1).round


def write(ws, asked, reviewer, author, finish: bool = True, **boxes: str) -> None:
    rubric, occasion, _found = asked
    levels = {each.id: 3 for each in rubric.criteria}
    peer_review.write_review(ws, reviewer, author, rubric, occasion, levels, {}, BOXES | boxes, finish)


@pytest.fixture
def sit(make_window, ws, cohort):
    """sit(code) → the peer page of a window in which this person sits; sit("") for nobody."""

    def open_(code: str):
        window = make_window(ws, name="")
        window.session.set_me(find_people(ws, code)[0] if code else None)
        window.go("peer")
        return window.page

    return open_


@pytest.fixture
def mine(sit, asked):
    """The page of P-001, who is asked for four reviews."""
    return sit("P-001")


def own_reviews(ws) -> list:
    me = find_people(ws, "P-001")[0]
    return list_assessments(ws, assessor=me.id, kind=AssessmentKind.PEER)


def type_(text: str) -> None:
    for character in text:
        QTest.keyClick(QApplication.focusWidget(), character)


def fill_boxes(qtbot, sheet) -> None:
    for box, words in BOXES.items():
        sheet.foot.texts[box].setFocus()
        qtbot.keyClicks(sheet.foot.texts[box], words)


# Who sits here


def test_the_rail_has_peer_between_log_and_cohort(sit) -> None:
    page = sit("L-001")
    keys = list(page.window().rail.buttons)
    assert keys[keys.index("log") + 1] == "peer"
    assert keys[keys.index("peer") + 1] == "cohort"
    assert page.window().actions_by_id["go_peer"].shortcut().toString() == "Ctrl+5"
    assert page.window().actions_by_id["go_settings"].shortcut().toString() == "Ctrl+9"


def test_an_assessor_is_told_kindly_that_there_is_nothing_here(sit, asked, qtbot) -> None:
    page = sit("A-001")
    assert "Nothing for you to do here." in texts(page)
    assert "Reviewer" not in texts(page)
    press(qtbot, page, "Score")
    assert page.window().page is not page


def test_a_participant_without_a_round_is_led_home(sit, qtbot) -> None:
    page = sit("P-001")
    assert "No reviews waiting." in texts(page)
    assert QApplication.focusWidget() is find_button(page, "Go to Home")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert page.window().page is not page


def test_a_lead_who_takes_part_has_both_sides(sit, asked, ws) -> None:
    people.add_person(ws, Role.LEAD, "Amara Okafor", "P-001")
    page = sit("P-001")
    assert page.sides.isVisible()
    assert page.rounds.isVisible()
    page.sides.setFocus()
    QTest.keyClick(page.sides, Qt.Key.Key_Right)
    assert page.mine.isVisible()
    assert page.mine.model.rowCount() == 4


# Writing


def test_one_sees_whom_one_reviews_and_who_can_see_it(mine, ws, asked, cohort) -> None:
    me = find_people(ws, "P-001")[0]
    wanted = {pair.author for pair in list_pairs(ws, asked[2]) if pair.reviewer == me.id}
    assert {each.author.id for each in mine.mine.model.shown} == wanted
    assert "0 of 4 are finished" in texts(mine)
    assert "cannot see who wrote what; the programme lead can" in texts(mine)
    assert "blind" not in texts(mine).casefold()


def test_levels_comments_and_boxes_are_saved_as_in_scoring(mine, ws, qtbot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), ENTER)
    sheet = mine.review.sheet
    assert sheet.isVisible()
    assert "cannot see who wrote this; the programme lead can" in texts(mine)
    type_("3")
    assert [each.ratings["TST-1"].level for each in own_reviews(ws)] == [3]
    type_("c00:42 holds")
    qtbot.waitUntil(lambda: own_reviews(ws)[0].rating("TST-2").comment == "00:42 holds")
    sheet.foot.texts["works"].setFocus()
    type_("At 00:42")
    qtbot.waitUntil(lambda: find_own_review(ws, own_reviews(ws)[0].id)[0] == "At 00:42")
    assert own_reviews(ws)[0].kind is AssessmentKind.PEER
    assert sheet.header.saved.words.text().startswith("Saved")


def test_leaving_by_escape_saves_and_comes_back_to_the_list(mine, ws, qtbot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), ENTER)
    box = mine.review.sheet.foot.texts["change"]
    box.setFocus()
    type_("Scene 2 is dark")
    qtbot.keyClick(box, ESCAPE)
    assert mine.review.sheet.sheet.row.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClick(QApplication.focusWidget(), ESCAPE)
    assert mine.mine.isVisible()
    assert find_own_review(ws, own_reviews(ws)[0].id)[1] == "Scene 2 is dark"
    assert "Begun" in mine.mine.model.as_text()
    assert QApplication.focusWidget() is mine.mine.table


def test_hints_come_while_typing_and_never_block(mine, ws, qtbot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), ENTER)
    foot = mine.review.sheet.foot
    assert all(label.isHidden() for label in foot.hints.values())
    foot.texts["works"].setFocus()
    type_("Great work")
    assert (
        foot.hints["works"].text()
        == "Praise alone: say what it was that worked. No place yet: a time, a scene or a page helps to find it."
    )
    assert foot.hints["works"].text() == foot.texts["works"].accessibleDescription()
    foot.texts["change"].setFocus()
    type_("You are slow in scene 2")
    assert "speak of the work" in foot.hints["change"].text()
    foot.texts["works"].setFocus()
    type_(": at 00:42 the light holds")
    assert foot.hints["works"].isHidden()
    foot.texts["next_step"].setFocus()
    type_("Try")
    qtbot.keyClick(foot.texts["next_step"], ENTER, CTRL)
    assert own_reviews(ws)[0].state is AssessmentState.FINISHED


def test_the_criterion_of_the_change_is_put_in_by_name(mine, ws, qtbot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), ENTER)
    foot = mine.review.sheet.foot
    foot.criteria.setFocus()
    qtbot.keyClick(foot.criteria, Qt.Key.Key_Down)
    foot.criteria.activated.emit(foot.criteria.currentIndex())
    assert foot.texts["change"].text == "TST-1: "
    assert QApplication.focusWidget() is foot.texts["change"]


def test_levels_may_be_missing_but_no_box(mine, ws, qtbot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), ENTER)
    sheet = mine.review.sheet
    press(qtbot, mine, "Finish review")
    assert "“What works”" in texts(sheet.boxes_panel)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert QApplication.focusWidget() is sheet.foot.texts["works"]
    fill_boxes(qtbot, sheet)
    press(qtbot, mine, "Finish review")
    found = own_reviews(ws)[0]
    assert found.state is AssessmentState.FINISHED
    assert found.ratings == {}
    assert all(text.isReadOnly() for text in sheet.foot.texts.values())
    assert not sheet.boxes_panel.isVisible()


def test_a_finished_review_is_reopened_with_a_reason(mine, ws, qtbot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), ENTER)
    sheet = mine.review.sheet
    fill_boxes(qtbot, sheet)
    press(qtbot, mine, "Finish review")
    press(qtbot, mine, "Reopen…")
    qtbot.keyClicks(sheet.reopen_panel.reason, "I mixed up two takes")
    qtbot.keyClick(sheet.reopen_panel.reason, ENTER)
    assert own_reviews(ws)[0].is_open
    assert not sheet.foot.texts["works"].isReadOnly()


def test_undo_takes_back_a_box_and_a_level(mine, ws, qtbot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), ENTER)
    sheet = mine.review.sheet
    type_("4")
    sheet.foot.texts["works"].setFocus()
    type_("At 00:42")
    sheet.flush()
    mine.window().do("undo")
    assert find_own_review(ws, own_reviews(ws)[0].id)[0] == ""
    assert sheet.foot.texts["works"].text == ""
    mine.window().do("undo")
    assert own_reviews(ws)[0].rating("TST-1").level is None
    mine.window().do("redo")
    assert own_reviews(ws)[0].rating("TST-1").level == 4


def test_hostile_and_foreign_words_are_kept_and_shown_as_they_are(mine, ws, qtbot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), ENTER)
    sheet = mine.review.sheet
    words = "<b>مرحبا</b> 王伟 & 00:42 \u202e=1+1"
    sheet.foot.texts["works"].setFocus()
    sheet.foot.texts["works"].insertPlainText(words)
    sheet.flush()
    kept = find_own_review(ws, own_reviews(ws)[0].id)[0]
    assert "<b>مرحبا</b> 王伟 & 00:42" in kept
    assert sheet.header.saved.words.text().startswith("Saved")


def test_works_are_looked_at_and_never_changed(mine, ws, qtbot, tmp_path) -> None:
    author = mine.mine.model.record(0).author
    file = tmp_path / "still.txt"
    file.write_text("a still")
    mine.session.run(evidence.add_file, author.id, file)
    assert mine.mine.model.record(0).works == 1
    qtbot.keyClick(QApplication.focusWidget(), ENTER)
    sheet = mine.review.sheet
    if not sheet.header.evidence_button.isChecked():
        type_("e")
    pane = sheet.side.pane
    assert pane.isVisible()
    assert not any(each.isVisible() for each in (pane.add_button, pane.remove_button, pane.link_button))
    assert not pane.isTabVisible(1), "what others said before is not for peers"
    assert not pane.acceptDrops()
    sheet.focus_rows()
    type_("g")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_V, CTRL)
    assert [each.title for each in list_artefacts(ws, author.id)] == ["still"]
    assert "For assessors only" not in texts(sheet)
    type_("e")
    type_("h")
    assert "Evidence to ask for" in texts(sheet)
    assert "For assessors only" not in texts(sheet)


def test_next_goes_through_ones_own_reviews_only(mine, ws, qtbot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), ENTER)
    sheet = mine.review.sheet
    names = [each.author.name for each in mine.mine.asked]
    assert [sheet.header.people.itemText(row) for row in range(sheet.header.people.count())] == names
    type_("n")
    assert sheet.desk.participant.name == names[1]
    assert names[1] in mine.review.words.text()
    type_("v")
    assert sheet.desk.criterion is None, "peers are not compared side by side"
    assert "Total" not in texts(sheet)


# A round


def test_a_round_is_made_and_stands_as_a_table(sit, ws, qtbot) -> None:
    page = sit("L-001")
    assert "No round of peer review yet." in texts(page)
    press(qtbot, page, "Make a round")
    assert QApplication.focusWidget() is page.making.rubric
    page.making.occasion.setCurrentIndex(page.making.occasion.findText("Midpoint"))
    page.making.reviews.setFocus()
    page.making.reviews.selectAll()
    qtbot.keyClicks(page.making.reviews, "4")
    qtbot.keyClicks(page.making.seed, "77")
    press(qtbot, page, "Say who reviews whom")
    found = list_rounds(ws)[0]
    assert (found.reviews, found.seed) == (4, 77)
    assert page.rounds.model.rowCount() == 44
    assert "0 of 44 reviews finished" in texts(page)
    assert "seed 77" in texts(page)
    assert QApplication.focusWidget() is page.rounds.table


def test_why_a_round_is_impossible_is_said_in_its_own_words(sit, ws, qtbot) -> None:
    page = sit("L-001")
    press(qtbot, page, "Make a round")
    page.making.reviews.setValue(9)
    press(qtbot, page, "Say who reviews whom")
    said = texts(page.making.error)
    assert "9 reviews each need at least 19 people" in said
    assert "Ask for 5 reviews each" in said
    assert list_rounds(ws) == []
    assert page.making.reviews.value() == 9
    page.making.reviews.setValue(5)
    press(qtbot, page, "Say who reviews whom")
    assert list_rounds(ws)[0].reviews == 5


def test_pairs_that_are_kept_apart_never_meet(sit, ws, cohort, qtbot) -> None:
    page = sit("")
    press(qtbot, page, "Make a round")
    making = page.making
    making.one.setCurrentIndex(2)
    making.other.setCurrentIndex(2)
    press(qtbot, page, "Keep apart")
    assert making.excluded == [], "nobody is kept apart from themself"
    making.other.setCurrentIndex(5)
    press(qtbot, page, "Keep apart")
    making.one.setCurrentIndex(5)
    making.other.setCurrentIndex(2)
    press(qtbot, page, "Keep apart")
    assert making.pairs.count() == 1
    press(qtbot, page, "Say who reviews whom")
    apart = {cohort[2].id, cohort[5].id}
    assert all({pair.reviewer, pair.author} != apart for pair in list_pairs(ws, list_rounds(ws)[0]))


def test_a_begun_round_is_not_made_anew(sit, ws, asked, cohort, qtbot) -> None:
    pair = list_pairs(ws, asked[2])[0]
    by_id = {each.id: each for each in cohort}
    write(ws, asked, by_id[pair.reviewer], by_id[pair.author], finish=False)
    page = sit("L-001")
    press(qtbot, page, "New round…")
    page.making.occasion.setCurrentIndex(page.making.occasion.findText("Midpoint"))
    press(qtbot, page, "Say who reviews whom")
    assert "Reviews of this round have begun." in texts(page.making.error)
    qtbot.keyClick(page.making, ESCAPE)
    assert page.rounds.isVisible()


def test_a_lead_finds_reads_and_copies(sit, ws, asked, cohort, qtbot) -> None:
    pair = list_pairs(ws, asked[2])[0]
    by_id = {each.id: each for each in cohort}
    write(ws, asked, by_id[pair.reviewer], by_id[pair.author], works="At 00:42 <i>the</i> frame holds.")
    page = sit("L-001")
    view = page.rounds
    page.window().do("find")
    assert QApplication.focusWidget() is view.box
    qtbot.keyClicks(view.box, "finished")
    assert view.model.rowCount() == 1
    view.table.setFocus()
    qtbot.keyClick(view.table, ENTER)
    assert "At 00:42 <i>the</i> frame holds." in texts(view.one)
    assert by_id[pair.reviewer].name in texts(view.one)
    press(qtbot, view.one, "Close this review")
    assert QApplication.focusWidget() is view.table
    page.window().do("copy_table")
    copied = QGuiApplication.clipboard().text()
    assert copied.splitlines()[0] == "Reviewer\tReviews\tState"
    assert f"{by_id[pair.reviewer].name}\t{by_id[pair.author].name}\tFinished" in copied


def test_too_few_reviews_to_hide_anybody_is_said(sit, ws, cohort) -> None:
    peer_review.allocate_round(ws, find_rubric(ws, "small"), find_occasion(ws, "midpoint"), 3, seed=1)
    page = sit("L-001")
    assert "feedback never opens" in texts(page.rounds.short)


# Reach


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("state", ["mine", "review", "rounds", "making"])
def test_nothing_is_wider_than_the_smallest_window(sit, asked, qtbot, percent: int, state: str) -> None:
    page = sit("P-001" if state in ("mine", "review") else "L-001")
    window = page.window()
    theme.look().apply("light", percent)
    window.resize(1024, 640)
    if state == "review":
        press(qtbot, page, "Write the next review")
    if state == "making":
        page.make_round()
    qtbot.waitUntil(lambda: window.width() == 1024)
    view = page.stack.currentWidget()
    assert view.width() <= 1024
    inside = view.column if hasattr(view, "column") else view
    assert inside.minimumSizeHint().width() <= view.width()


def test_f6_goes_through_the_parts_of_each_view(mine, qtbot) -> None:
    window = mine.window()
    seen = []
    for _step in range(8):
        window.do("next_pane")
        seen.append(QApplication.focusWidget())
    assert mine.mine.table in seen
    assert mine.mine.go in seen
    press(qtbot, mine, "Write the next review")
    seen = []
    for _step in range(8):
        window.do("next_pane")
        seen.append(QApplication.focusWidget())
    assert mine.review.back in seen
    assert mine.review.sheet.foot.texts["works"] in seen
    assert any(mine.review.sheet.sheet.isAncestorOf(each) for each in seen)
