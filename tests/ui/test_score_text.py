"""Comments, note and comment bank: nothing that was typed is lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rubricapp.operations import comment_bank
from rubricapp.store.assessments import list_assessments, list_bank
from rubricapp.ui.score.writer import SaveState


def comments(ws) -> dict:
    return {each.criterion: each.comment for found in list_assessments(ws) for each in found.ratings.values()}


def type_(text: str) -> None:
    for character in text:
        QTest.keyClick(QApplication.focusWidget(), character)


def test_c_opens_the_comment_and_keys_are_text_there(page, score_ws, qtbot):
    type_("c")
    box = page.sheet.rows[0].comment
    assert QApplication.focusWidget() is box
    type_("3 of 5 takes / soft? x")
    assert box.text == "3 of 5 takes / soft? x"
    assert list_assessments(score_ws) == []  # not yet: somebody is typing
    qtbot.waitUntil(lambda: comments(score_ws) == {"TST-1": "3 of 5 takes / soft? x"})
    assert page.writer.state is SaveState.SAVED


def test_while_text_waits_the_indicator_says_saving(page, qtbot):
    type_("cA")
    qtbot.waitUntil(lambda: page.header.saved.words.text() == "Saving…")
    qtbot.waitUntil(lambda: page.header.saved.words.text().startswith("Saved"))


def test_somebody_who_never_stops_typing_is_saved_too(page, score_ws, qtbot):
    type_("c")

    def saved() -> bool:
        type_("a")
        return bool(comments(score_ws).get("TST-1"))

    qtbot.waitUntil(saved, timeout=8000)


def test_leaving_the_box_saves(page, score_ws):
    type_("cLeft")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert comments(score_ws) == {"TST-1": "Left"}
    assert page.sheet.row.isAncestorOf(QApplication.focusWidget())


def test_the_next_person_hiding_and_closing_save(page, score_ws):
    type_("cOne")
    page.go(1)
    assert comments(score_ws) == {"TST-1": "One"}
    type_("cTwo")
    page.hide()
    assert sorted(each.rating("TST-1").comment for each in list_assessments(score_ws)) == ["One", "Two"]
    page.show()
    page.sheet.rows[1].open_comment()
    type_("Three")
    page.window().close()
    assert "Three" in [each.rating("TST-2").comment for each in list_assessments(score_ws)]


def test_a_comment_comes_back_with_its_person_and_is_no_markup(page, qtbot):
    type_("c<b>Bold</b>")
    page.go(1)
    assert page.sheet.rows[0].comment.text == ""
    page.go(-1)
    assert page.sheet.rows[0].comment.text == "<b>Bold</b>"
    assert page.sheet.rows[0].comment.isVisible()


def test_rich_text_is_pasted_as_plain_text(page):
    type_("c")
    data = QMimeData()
    data.setHtml("<h1>Large</h1><script>x</script>")
    data.setText("Large")
    page.sheet.rows[0].comment.insertFromMimeData(data)
    assert page.sheet.rows[0].comment.text == "Large"


def test_typing_on_while_it_saves_keeps_cursor_and_spaces(page, score_ws, qtbot):
    type_("cone ")
    qtbot.waitUntil(lambda: comments(score_ws).get("TST-1") == "one")
    type_("two")
    assert page.sheet.rows[0].comment.text == "one two"
    page.flush()
    assert comments(score_ws) == {"TST-1": "one two"}


def test_undoing_a_comment_is_one_step(page, score_ws):
    type_("cone")
    page.flush()
    type_(" two")
    page.flush()
    page.focus_rows()
    page.session.undo_stack.undo()
    assert comments(score_ws).get("TST-1", "") == ""
    assert page.sheet.rows[0].comment.text == ""


def test_the_overall_note(page, score_ws):
    type_("o")
    assert QApplication.focusWidget() is page.foot.note
    type_("Calm under pressure.")
    page.flush()
    assert [each.note for each in list_assessments(score_ws)] == ["Calm under pressure."]
    page.go(1)
    assert page.foot.note.text == ""


def test_a_text_that_is_too_long_is_not_saved_and_not_lost(page, score_ws):
    type_("c")
    page.sheet.rows[0].comment.setPlainText("a" * 20_001)
    page.flush()
    assert page.header.saved.words.text().startswith("Not saved")
    assert len(page.sheet.rows[0].comment.text) == 20_001
    page.sheet.rows[0].comment.setPlainText("short")
    page.flush()
    assert page.header.saved.words.text().startswith("Saved")
    assert comments(score_ws) == {"TST-1": "short"}


# The bank


def test_keeping_a_comment_and_using_it_for_somebody_else(page, score_ws):
    type_("3")
    page.sheet.set_current(0)
    type_("c{{name}} holds the frame.".replace("{{", "{").replace("}}", "}"))
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    kept = list_bank(score_ws, page.session.me.id)
    assert [(each.text, each.criterion, each.level) for each in kept] == [("{name} holds the frame.", "TST-1", 3)]
    page.go(1)
    type_("/")
    popup = page.comments.popup
    assert popup.isVisible() and QApplication.focusWidget() is popup.words
    type_("hold frame")
    assert popup.list.count() == 1
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert page.sheet.rows[0].comment.text == "Kofi holds the frame."
    page.flush()
    assert "Kofi holds the frame." in [each.rating("TST-1").comment for each in list_assessments(score_ws)]


def test_the_bank_filters_by_words_and_its_keys_do_not_score(page, score_ws):
    me = page.session.me.id
    for text in ("Soft at the turn", "Soft at the end", "Even exposure"):
        comment_bank.keep(score_ws, me, text, "TST-2", 2)
    type_("/")
    popup = page.comments.popup
    type_("soft 2")
    assert popup.list.count() == 2
    type_("zzz")
    assert popup.list.count() == 0 and popup.empty.isVisible()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert list_assessments(score_ws) == []
    assert page.sheet.row.isAncestorOf(QApplication.focusWidget())


def test_what_fits_the_criterion_and_level_comes_first(page, score_ws):
    me = page.session.me.id
    comment_bank.keep(score_ws, me, "for another", "TST-2", 3)
    comment_bank.keep(score_ws, me, "for this at five", "TST-1", 5)
    comment_bank.keep(score_ws, me, "for this at two", "TST-1", 2)
    type_("2")
    page.sheet.set_current(0)
    type_("/")
    texts = [page.comments.popup.list.item(row).text().split("\n")[0] for row in range(3)]
    assert texts == ["for this at two", "for this at five", "for another"]


def test_an_empty_bank_says_how_to_fill_it(page):
    type_("/")
    assert "Ctrl+S" in page.comments.popup.empty.text()


@pytest.mark.parametrize("words", ["", "   "])
def test_nothing_is_kept_from_an_empty_comment(page, score_ws, words, qtbot):
    type_("c" + words)
    with qtbot.waitSignal(page.notice):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert list_bank(score_ws, page.session.me.id) == []
