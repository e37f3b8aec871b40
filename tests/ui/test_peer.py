"""Peer: reviews are written with keys and saved at once; a round is made, or why not; who sits here decides."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QPushButton, QWidget

from rubricapp.core.calibration import Gate
from rubricapp.core.model import AssessmentKind, AssessmentState, Changes, Role
from rubricapp.operations import assessments, calibration, evidence, kits, peer_feedback, peer_review, people
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.assessments import list_assessments
from rubricapp.store.calibrations import list_samples
from rubricapp.store.peer_reviews import (
    find_opening,
    find_own_review,
    list_declared_conflicts,
    list_pairs,
    list_piece_marks,
    list_responses,
    list_rounds,
    list_written,
)
from rubricapp.store.people import find_occasion, find_people, list_people
from rubricapp.store.rubrics import find_rubric, load_rubric
from rubricapp.store.workspace import open_
from rubricapp.ui import theme
from tests.laptops import WORDS, make_passphrases_quick
from tests.ui.driving import find_button, press, texts
from tests.ui.test_names import focusable, name_of

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
    assert page.window().actions_by_id["go_cohort"].shortcut().toString() == "Ctrl+6"


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


def test_a_lead_who_takes_part_is_not_told_who_reviews_them(sit, ws, asked, cohort, qtbot) -> None:
    write_all(ws, asked, cohort)
    people.add_person(ws, Role.LEAD, "Amara Okafor", "P-001")
    me = find_people(ws, "P-001")[0]
    pieces = [piece for piece, _useful in peer_feedback.list_pieces(ws, asked[2], me)]
    peer_feedback.report_piece(ws, asked[2], me, pieces[0].id, "Harm")
    peer_feedback.rate_piece(ws, asked[2], me, pieces[1].id, 1)
    page = sit("P-001")
    view = page.rounds
    own = [line for line in view.model.as_text().splitlines() if f"\t{me.name}\t" in line]
    assert own == [f"hidden from you\t{me.name}\tFinished"] * 4
    assert [pair.author == me for pair in view.model.shown][-4:] == [True] * 4, "nor does the order tell"
    view.table.setCurrentIndex(view.model.index(43, 0))
    assert not view.read.isEnabled()
    view.table.setFocus()
    qtbot.keyClick(view.table, ENTER)
    assert not view.one.isVisible()
    assert not view.care.reports.isVisible()
    assert not view.care.usefulness.isVisible()


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
    sheet.side.open()
    sheet.side.is_full = True
    sheet.side.fit()
    assert not sheet.foot.isVisible()
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
    assert names[1] in mine.review.head.words.text()
    type_("v")
    assert sheet.desk.criterion is None, "peers are not compared side by side"
    assert "Total" not in texts(sheet)


# A round


def test_a_round_is_made_and_stands_as_a_table(sit, ws, qtbot) -> None:
    page = sit("L-001")
    assert "No round of peer review yet." in texts(page)
    assert "review each other’s works" in texts(page)
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
    press(qtbot, page, "Keep apart this time")
    assert making.excluded == [], "nobody is kept apart from themself"
    making.other.setCurrentIndex(5)
    press(qtbot, page, "Keep apart this time")
    making.one.setCurrentIndex(5)
    making.other.setCurrentIndex(2)
    press(qtbot, page, "Keep apart this time")
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
    assert "it cannot be made anew" in texts(page.making)
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


@pytest.mark.parametrize("percent", [100, 200])
def test_calibration_and_feedback_fit_into_the_smallest_window(sit, ws, asked, cohort, percent: int, qtbot) -> None:
    write_all(ws, asked, cohort, of="P-001")
    page = sit("P-001")
    window = page.window()
    theme.look().apply("light", percent)
    window.resize(1024, 640)
    press(qtbot, page, "Read what peers said")
    for view in (page.mine, page.samples):
        if view is None:
            window.session.set_me(find_people(ws, "L-001")[0])
            page.show_samples()
            view = page.samples
        qtbot.waitUntil(lambda view=view: view.isVisible())
        assert view.column.minimumSizeHint().width() <= view.width()


# What peers said


def write_all(ws, asked, cohort, but: str = "", of: str = "") -> None:
    """Every review of the round, but those of one reviewer. of: only those by and of the person with this code."""
    by_id = {each.id: each for each in cohort}
    concerned = {each.id for each in cohort if not of or each.code == of}
    rubric, occasion, found = asked
    for number, pair in enumerate(list_pairs(ws, found)):
        if pair.reviewer == but or pair.state == "finished" or not concerned & {pair.reviewer, pair.author}:
            continue
        levels = {each.id: 1 + (number + place) % 5 for place, each in enumerate(rubric.criteria)}
        boxes = {box: f"{text} ({number})" for box, text in BOXES.items()}
        comments = {"TST-2": f"comment <{number}>"}
        peer_review.write_review(
            ws, by_id[pair.reviewer], by_id[pair.author], rubric, occasion, levels, comments, boxes, True
        )


@pytest.fixture
def read(ws, asked, cohort, sit, qtbot):
    """The page of P-001, who has read what four peers said."""
    write_all(ws, asked, cohort, of="P-001")
    page = sit("P-001")
    press(qtbot, page, "Read what peers said")
    return page


def marks(ws, asked) -> list:
    return list_piece_marks(ws, asked[2], find_people(ws, "P-001")[0].id)


def test_feedback_stays_closed_until_ones_own_are_finished(mine, ws, asked, cohort, qtbot) -> None:
    write_all(ws, asked, cohort, but=find_people(ws, "P-001")[0].id, of="P-001")
    mine.session.changed.emit(Changes(frozenset({"assessment"}), frozenset(), 1))
    assert "4 are still open" in texts(mine.mine.feedback)
    assert not mine.mine.feedback.numbers.isVisible()
    write_all(ws, asked, cohort, of="P-001")
    mine.session.changed.emit(Changes(frozenset({"assessment"}), frozenset(), 1))
    assert "It is ready." in texts(mine.mine.feedback)
    assert find_opening(ws, asked[2], find_people(ws, "P-001")[0].id) is None, "nothing is frozen before it is read"
    press(qtbot, mine, "Read what peers said")
    assert "From 4 reviews." in texts(mine.mine.feedback)
    assert find_opening(ws, asked[2], find_people(ws, "P-001")[0].id) is not None


def test_with_a_kit_it_is_read_on_ones_own_laptop(make_window, ws, asked, cohort, tmp_path, qtbot, monkeypatch) -> None:
    make_passphrases_quick(monkeypatch)

    def at_home():
        made = kits.make_kit(ws, find_people(ws, "P-001")[0], tmp_path / "kits", WORDS)
        kits.open_kit(made.path, tmp_path / "own", WORDS)
        window = make_window(open_(tmp_path / "own"), name="Amara Okafor")
        window.go("peer")
        return window

    early = at_home()
    assert "This opens when your own reviews are finished" in texts(early.page)
    early.close_workspace()
    write_all(ws, asked, cohort)
    window = at_home()
    card = window.page.mine.feedback
    assert "From 4 reviews." in texts(card) and card.chart.isVisible()
    assert len(card.pieces) == len(peer_feedback.list_pieces(ws, asked[2], find_people(ws, "P-001")[0]))
    assert window.page.mine.answer.isVisible()
    window.close_workspace()


def test_too_few_reviews_are_said_kindly(sit, ws, asked, cohort) -> None:
    me = find_people(ws, "P-001")[0]
    reviewer = next(pair.reviewer for pair in list_pairs(ws, asked[2]) if pair.author == me.id)
    write_all(ws, asked, cohort, but=reviewer)
    page = sit("P-001")
    said = texts(page.mine.feedback)
    assert "Not yet." in said
    assert "from 4 reviews up" in said
    page.session.run(peer_review.close_round, asked[2])
    assert not page.mine.feedback.open.isVisible(), "three are too few even when the round is closed"


def test_numbers_come_as_chart_and_as_table_and_words_without_names(read, ws, asked, cohort, qtbot) -> None:
    card = read.mine.feedback
    shown = {row.label: row for row in card.chart.rows}
    assert len(shown) == len(asked[0].criteria)
    assert "4 levels" in card.chart.accessibleDescription()
    press(qtbot, read, "Show as table")
    assert card.table.isVisible()
    read.window().do("copy_table")
    assert QGuiApplication.clipboard().text().startswith("Criterion\tMiddle\tLowest\tHighest\tLevels\nTST-1 ")
    said = texts(card)
    assert "comment <" in said
    secrets = [each.name for each in cohort] + [each.code for each in cohort] + [each.id for each in cohort]
    whole = said + "\n".join(each.accessibleName() + each.toolTip() for each in card.findChildren(QWidget))
    assert [each for each in secrets if each in whole] == []
    assert len(card.pieces) == 16


def test_usefulness_is_kept_as_it_is_chosen(read, ws, asked, qtbot) -> None:
    piece = read.mine.feedback.pieces[0]
    piece.useful.setFocus()
    for _step in range(4):
        qtbot.keyClick(piece.useful, Qt.Key.Key_Down)
    assert marks(ws, asked) == [], "an arrow passes by the others"
    qtbot.waitUntil(lambda: [(each.piece, each.usefulness) for each in marks(ws, asked)] == [(piece.piece.id, 4)])
    assert read.mine.feedback.pieces[0] is piece, "the card stays where it is"
    read.window().go("home")
    read.window().go("peer")
    assert read.mine.feedback.pieces[0].useful.currentText() == "4  I will do it"
    other = read.mine.feedback.pieces[1]
    other.useful.setFocus()
    qtbot.keyClick(other.useful, Qt.Key.Key_Down)
    qtbot.keyClick(other.useful, Qt.Key.Key_Tab)
    assert {each.usefulness for each in marks(ws, asked)} == {1, 4}, "leaving keeps it"


def test_a_harmful_piece_is_reported_with_a_reason_and_taken_back(read, ws, asked, qtbot) -> None:
    card = read.mine.feedback
    text = card.pieces[0].piece.text
    card.pieces[0].report.setFocus()
    qtbot.keyClick(card.pieces[0].report, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is card.pieces[0].reason
    qtbot.keyClick(card.pieces[0].reason, ENTER)
    assert marks(ws, asked) == [], "a report needs a reason"
    qtbot.keyClicks(card.pieces[0].reason, "About my <accent>")
    qtbot.keyClick(card.pieces[0].reason, ENTER)
    assert marks(ws, asked)[0].reported == "About my <accent>"
    assert len(card.pieces) == 15
    assert text not in "\n".join(each.piece.text for each in card.pieces)
    assert "About my <accent>" in texts(card)
    press(qtbot, read.window().toast, "Undo")
    assert len(card.pieces) == 16
    card.as_table.setFocus()
    for piece in card.pieces:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is piece.useful
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is piece.report
    read.window().do("redo")
    press(qtbot, read, "Take the report back: About my <accent>")
    assert len(card.pieces) == 16
    assert marks(ws, asked)[0].reported == ""


def test_the_answer_is_saved_while_typing(read, ws, asked, qtbot) -> None:
    box = read.mine.answer.texts["changed"]
    box.setFocus()
    qtbot.keyClicks(box, "I re-lit the desk")
    me = find_people(ws, "P-001")[0]
    qtbot.waitUntil(lambda: [each.changed for each in list_responses(ws, asked[2], me.id)] == ["I re-lit the desk"])
    assert "Saved on this laptop" in texts(read.mine.answer)
    refused = read.mine.answer.texts["refused"]
    refused.setFocus()
    qtbot.keyClicks(refused, "The cut stays")
    assert box.text == "I re-lit the desk"
    read.window().go("home")
    assert list_responses(ws, asked[2], me.id)[0].refused == "The cut stays", "leaving saves"
    read.session.run(peer_review.end_round, asked[2])
    read.window().go("peer")
    assert read.mine.answer.texts["changed"].isReadOnly()
    assert "The round ended on" in texts(read.mine.answer)


# What a lead does with it


def test_a_lead_sees_reports_usefulness_and_answers_and_withholds(sit, read, ws, asked, qtbot) -> None:
    me = find_people(ws, "P-001")[0]
    pieces = [each.piece for each in read.mine.feedback.pieces]
    peer_feedback.report_piece(ws, asked[2], me, pieces[0].id, "About my accent")
    peer_feedback.rate_piece(ws, asked[2], me, pieces[1].id, 2)
    peer_feedback.answer(ws, asked[2], me, "I re-lit it", "")
    read.window().session.set_me(find_people(ws, "L-001")[0])
    view = read.rounds
    assert "About my accent" in view.care.reports.model.as_text()
    assert view.care.usefulness.model.rowCount() == 1
    assert "I re-lit it" in view.care.answers.model.as_text()
    view.care.usefulness.table.setFocus()
    read.window().do("copy_table")
    assert QGuiApplication.clipboard().text().startswith("Reviewer\tRated\tMiddle")
    view.care.reports.table.setFocus()
    qtbot.keyClick(view.care.reports.table, ENTER)
    assert pieces[0].text in texts(view.one)
    press(qtbot, view.one, "Withhold…")
    assert view.one.also_read.isVisible()
    qtbot.keyClicks(view.one.reason, "It speaks of the person")
    qtbot.keyClick(view.one.reason, ENTER)
    written = [each for each in list_written(ws, asked[2]) if each.withheld]
    assert [(each.withheld, each.reason) for each in written] == [(1, "It speaks of the person")]
    assert "It speaks of the person" in texts(view.one)
    press(qtbot, view.one, "Give it back…")
    qtbot.keyClicks(view.one.reason, "A misunderstanding")
    press(qtbot, view.one, "Give it back")
    assert not any(each.withheld for each in list_written(ws, asked[2]))
    press(qtbot, view.care, "Show it to the author again")
    assert not view.care.reports.isVisible()


def test_a_round_is_closed_ended_and_opened_again(sit, ws, asked, qtbot) -> None:
    page = sit("L-001")
    press(qtbot, page, "Close the round")
    assert list_rounds(ws)[0].closed_on
    assert "Closed on" in texts(page.rounds)
    press(qtbot, page, "End the round")
    assert list_rounds(ws)[0].ended_on
    press(qtbot, page.window().toast, "Undo")
    assert (bool(list_rounds(ws)[0].closed_on), list_rounds(ws)[0].ended_on) == (True, "")
    press(qtbot, page, "Open it again")
    assert list_rounds(ws)[0].closed_on == ""


def test_a_closed_round_takes_no_more_reviews(mine, ws, asked, qtbot) -> None:
    press(qtbot, mine, "Write the next review")
    type_("3")
    mine.session.run(peer_review.close_round, asked[2])
    type_("4")
    assert [each.ratings["TST-1"].level for each in own_reviews(ws)] == [3]
    assert "takes no more reviews" in texts(mine)
    qtbot.keyClick(QApplication.focusWidget(), ESCAPE)
    assert not mine.mine.go.isVisible()


def test_nobody_who_is_not_named_reads_reviews(sit, ws, asked, cohort) -> None:
    write_all(ws, asked, cohort)
    page = sit("")
    assert page.rounds.table.isVisible()
    assert not page.rounds.read.isVisible()
    page.rounds.table.setFocus()
    QTest.keyClick(page.rounds.table, ENTER)
    assert not page.rounds.one.isVisible()
    assert "Say who you are" in texts(page.rounds)


def test_declared_conflicts_stay_for_every_round(sit, ws, cohort, qtbot) -> None:
    page = sit("L-001")
    press(qtbot, page, "Make a round")
    making = page.making
    making.one.setCurrentIndex(0)
    making.other.setCurrentIndex(3)
    qtbot.keyClicks(making.note, "They are siblings")
    press(qtbot, page, "Keep apart always")
    found = list_declared_conflicts(ws)
    assert [each.note for each in found] == ["They are siblings"]
    assert "always  ·  They are siblings" in making.pairs.item(0).text()
    press(qtbot, page, "Take out")
    assert list_declared_conflicts(ws) == []
    press(qtbot, page.window().toast, "Undo")
    assert [each.note for each in list_declared_conflicts(ws)] == ["They are siblings"]
    assert making.pairs.count() == 1


# Calibration


def test_samples_are_made_scored_before_reviewing_and_told_apart(sit, ws, cohort, qtbot) -> None:
    page = sit("L-001")
    press(qtbot, page, "Make a round")
    page.making.calibration.setChecked(True)
    press(qtbot, page, "Say who reviews whom")
    press(qtbot, page, "Calibration…")
    form = page.samples.form
    qtbot.keyClicks(form.title, "Night market, take 3")
    for criterion, level in (("TST-1", 3), ("TST-2", 4)):
        form.levels[criterion].setCurrentIndex(level)
    press(qtbot, page, "Keep the sample")
    assert list_samples(ws) == [], "a level needs its reason"
    for criterion in ("TST-1", "TST-2"):
        form.reasons[criterion].setText(f"Because of {criterion}.")
    press(qtbot, page, "Keep the sample")
    assert [each.criteria for each in list_samples(ws)] == [("TST-1", "TST-2")]
    assert "Not yet: 1 still to score." in page.samples.results.model.as_text()

    me = find_people(ws, "P-001")[0]
    page.session.set_me(me)
    assert "Not yet: 1 still to score." in texts(page.mine.gate)
    assert not page.mine.go.isVisible()
    page.mine.table.setFocus()
    qtbot.keyClick(page.mine.table, ENTER)
    assert page.mine.isVisible(), "no review before the sample"
    assert QApplication.focusWidget() is page.mine.gate.go
    qtbot.keyClick(page.mine.gate.go, Qt.Key.Key_Space)
    sheet = page.sample.sheet
    assert len(sheet.sheet.rows) == 2
    type_("3")
    press(qtbot, page, "Finish sample")
    assert "1 criterion has no level" in texts(page)
    assert "Because of" not in texts(page)
    sheet.focus_rows()
    sheet.sheet.set_current(1)
    type_("5")
    press(qtbot, page, "Finish sample")
    said = texts(sheet.foot)
    assert "1 of 2 as agreed, 2 of 2 within one level." in said
    assert "you 5, agreed 4 – one higher than agreed" in said
    assert "Because of TST-2." in said
    qtbot.waitUntil(lambda: not sheet.foot.visibleRegion().isEmpty())
    assert not list_assessments(ws), "practice is no rating"
    press(qtbot, page, "Your reviews")
    assert "Not passed: 1 of 2 exact" in texts(page.mine.gate)
    page.session.run(calibration.set_gate, find_rubric_of(ws), Gate(exact=50))
    assert "Passed" in texts(page.mine.gate)
    press(qtbot, page, "Write the next review")
    assert page.review.sheet.isVisible()


def find_rubric_of(ws):
    return load_rubric(ws, list_rounds(ws)[0].rubric)


def test_the_gate_is_set_and_a_sample_taken_out(sit, ws, asked, qtbot) -> None:
    calibration.make_sample(ws, asked[0], "One", {"TST-1": 3}, {"TST-1": "Because."})
    page = sit("L-001")
    press(qtbot, page, "Calibration…")
    page.samples.gate["exact"].setValue(75)
    press(qtbot, page, "Keep this")
    assert calibration.gate_of(ws, asked[0]).exact == 75
    press(qtbot, page, "Take out of use…")
    dialog = page.samples.findChild(QDialog, "confirm")
    qtbot.mouseClick(dialog.findChild(QPushButton, "act"), Qt.MouseButton.LeftButton)
    assert list_samples(ws) == []
    qtbot.keyClick(page.samples, ESCAPE)
    assert page.rounds.isVisible()


def test_peers_stand_beside_assessors_once_ones_own_is_finished(sit, ws, asked, cohort, qtbot) -> None:
    write_all(ws, asked, cohort)
    rubric, occasion, _found = asked
    people.add_person(ws, Role.ASSESSOR, "Grace Example", "L-001")
    lead, me = find_people(ws, "L-001")[0], find_people(ws, "P-001")[0]
    for assessor in (find_people(ws, "A-001")[0], lead):
        assessment = assessments.begin(ws, me, rubric, occasion, assessor)[0]
        assessments.rate_many(ws, assessment, rubric, {"TST-1": 5})
        if assessor != lead:
            assessments.finish(ws, assessment.id)
    page = sit("L-001")
    view = page.rounds
    row = view.model.row_of(lambda pair: pair.author == me)
    view.table.setCurrentIndex(view.model.index(row, 0))
    press(qtbot, page, "Read this review")
    assert not view.one.beside.isVisible(), "their own is not finished"
    page.session.run(assessments.finish, assessment.id)
    line = view.one.beside.model.as_text().splitlines()[1].split("\t")
    assert line[0].startswith("TST-1 ")
    assert line[2:5] == ["4", "5", "2"]


def test_a_read_only_workspace_shows_and_writes_nothing(make_window, ws, folder, asked, cohort, qtbot) -> None:
    write_all(ws, asked, cohort, but=find_people(ws, "P-001")[0].id)
    ws.close()
    with open_(folder, read_only=True) as again:
        window = make_window(again, name="")
        window.session.set_me(find_people(again, "P-001")[0])
        window.go("peer")
        page = window.page
        press(qtbot, page, "Write the next review")
        type_("3")
        assert all(text.isReadOnly() for text in page.review.sheet.foot.texts.values())
        assert not page.review.sheet.header.finish_button.isEnabled()
        assert list_assessments(again, assessor=window.session.me.id) == []
        window.session.set_me(find_people(again, "L-001")[0])
        assert not page.rounds.close_round.isEnabled()
        assert not page.rounds.new.isEnabled()
        assert page.rounds.model.rowCount() == 44


def test_what_is_far_too_long_is_not_saved_and_stays(read, ws, asked, qtbot) -> None:
    box = read.mine.answer.texts["changed"]
    box.setFocus()
    box.insertPlainText("a" * 200_000)
    assert not read.flush()
    assert "Not saved." in texts(read.mine.answer)
    assert len(box.text) == 200_000
    assert "characters" in texts(read.window().error)
    box.selectAll()
    qtbot.keyClicks(box, "Short")
    assert read.flush()
    assert list_responses(ws, asked[2])[0].changed == "Short"


# By ear and by Tab


def show(state: str, sit, ws, asked, cohort, qtbot):
    """The page in one of its states."""
    code = "P-001" if state in ("mine", "review", "read", "sample") else "L-001"
    but = find_people(ws, "P-001")[0].id if state in ("mine", "review") else ""
    write_all(ws, asked, cohort, but, of="P-001" if code == "P-001" else "")
    if state in ("sample", "samples"):
        calibration.make_sample(ws, asked[0], "One", {"TST-1": 3}, {"TST-1": "Because."})
    page = sit(code)
    if state == "review":
        press(qtbot, page, "Write the next review")
    elif state == "read":
        press(qtbot, page, "Read what peers said")
        page.mine.feedback.pieces[0].report.click()
    elif state == "sample":
        page.score_sample(page.mine.held, list_samples(ws)[0])
    elif state == "samples":
        press(qtbot, page, "Calibration…")
    elif state == "one":
        press(qtbot, page, "Read this review")
        press(qtbot, page, "Withhold…")
    return page


VIEWS = ["mine", "review", "read", "sample", "rounds", "one", "samples"]


@pytest.mark.parametrize("state", VIEWS)
def test_whatever_takes_the_keyboard_has_a_name(sit, ws, asked, cohort, qtbot, state: str) -> None:
    page = show(state, sit, ws, asked, cohort, qtbot)
    nameless = [
        f"{type(each).__name__} in {type(each.parent()).__name__}" for each in focusable(page) if not name_of(each)
    ]
    assert nameless == []


@pytest.mark.parametrize("state", [each for each in VIEWS if each not in ("review", "sample")])
def test_tab_reaches_every_button_and_comes_round(sit, ws, asked, cohort, qtbot, state: str) -> None:
    page = show(state, sit, ws, asked, cohort, qtbot)
    wanted = {each for each in focusable(page) if isinstance(each, QAbstractButton)}
    page.main().setFocus()
    start, seen = QApplication.focusWidget(), set()
    for _step in range(250):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.add(QApplication.focusWidget())
        if QApplication.focusWidget() is start:
            break
    assert QApplication.focusWidget() is start, "Tab does not come round"
    assert {each.accessibleName() or each.text() for each in wanted - seen} == set()


def test_home_says_which_reviews_wait_and_leads_there(mine, ws, asked, qtbot) -> None:
    window = mine.window()
    window.go("home")
    assert "Peer reviews" in texts(window.page)
    assert "0 of 4 finished" in texts(window.page)
    press(qtbot, window.page, "Write peer reviews with Small 1.0")
    assert window.page is mine
    window.session.run(peer_review.close_round, asked[2])
    window.go("home")
    assert "Peer reviews" not in texts(window.page)


def test_a_sample_shows_its_work_alone_and_stays_when_the_work_is_gone(sit, ws, asked, tmp_path) -> None:
    author = find_people(ws, "P-002")[0]
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name)
        evidence.add_file(ws, author.id, tmp_path / name)
    kept = list_artefacts(ws, author.id)
    sample = calibration.make_sample(ws, asked[0], "S", {"TST-1": 3}, {"TST-1": "Because."}, artefact=kept[1].id)[0]
    page = sit("P-001")
    page.score_sample(page.mine.held, sample)
    sheet = page.sample.sheet
    sheet.side.open()
    assert [sheet.side.pane.list.item(row).text() for row in range(sheet.side.pane.list.count())] == ["two"]
    page.session.run(evidence.remove, kept[1].id)
    page.score_sample(page.mine.held, sample)
    assert sheet.side.pane.list.count() == 0
    sheet.focus_rows()
    sheet.rate(0, 3)
    page.sample.sheet.finish()
    assert "1 of 1 as agreed" in texts(sheet.foot)
