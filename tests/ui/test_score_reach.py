"""Who listens and who needs large text gets the same screen: names and roles, nothing cut off, the lines reflow."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from rubricapp.operations import rubrics
from rubricapp.ui.score.row import CriterionRow
from rubricapp.ui.widgets.choice_button import ChoiceButton, ChoiceCard, lay_out
from tests.ui.conftest import scoring_document


def spoken(widget: QWidget, what: QAccessible.Text = QAccessible.Text.Name) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(what)


def test_each_criterion_is_a_named_group_of_named_radio_buttons(page):
    row = page.sheet.rows[3]
    group = QAccessible.queryAccessibleInterface(row)
    assert group.role() == QAccessible.Role.Grouping
    assert group.text(QAccessible.Text.Name) == "4. Criterion number 4"
    names = [spoken(each) for each in row.choices.values()]
    assert names == [
        "Level 1, Observes",
        "Level 2, Guided",
        "Level 3, Supported",
        "Level 4, Independent",
        "Level 5, Leads",
        "Not observed",
        "Not applicable",
        "Insufficient evidence",
    ]
    for button in row.choices.values():
        assert QAccessible.queryAccessibleInterface(button).role() == QAccessible.Role.RadioButton
    assert spoken(row.choices[3], QAccessible.Text.Description).startswith("Level 3 of 4. Measures each set-up")


def test_a_screen_readers_press_chooses_and_is_seen_as_checked(page, qtbot):
    button = page.sheet.rows[0].choices[2]
    found = QAccessible.queryAccessibleInterface(button)
    found.actionInterface().doAction("Press")
    qtbot.waitUntil(lambda: bool(found.state().checked))
    assert page.desk.assessment.rating("TST-1").level == 2


def test_everything_that_takes_the_focus_has_a_name(page):
    page.side.open()
    QTest.keyClick(QApplication.focusWidget(), "c")
    controls = page.findChildren(QWidget)
    nameless = [
        each
        for each in controls
        if isinstance(each, (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit))
        and each.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not each.objectName().startswith("qt_")
        and not spoken(each).strip()
    ]
    assert nameless == []


def test_tab_goes_through_the_choices_of_a_row_once(page):
    """Each stop of Tab is visible and none is visited twice before all were."""
    seen = []
    for _stop in range(12):
        seen.append(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert len(set(seen)) == len(seen)
    assert all(each.isVisible() for each in seen)


SIZES = [(1366, 768, 100), (1366, 768, 150), (1024, 640, 100), (1024, 640, 150), (1024, 640, 200), (1920, 1080, 100)]


@pytest.mark.parametrize(("width", "height", "percent"), SIZES)
def test_no_descriptor_is_cut_off(open_page, qtbot, width, height, percent):
    page = open_page(width=width, height=height, percent=percent)
    qtbot.waitUntil(lambda: page.sheet.row.height() > 50)
    assert (page.window().width(), page.window().height()) == (width, height)  # the window was not pushed wider
    assert page.sheet.widget().width() <= page.sheet.viewport().width()
    for row in page.sheet.rows:
        for button in row.choices.values():
            place = QRect(button.mapTo(row, QPoint(0, 0)), button.size())
            assert row.rect().contains(place), (row.content.title, button.accessibleName())
            if isinstance(button, ChoiceCard):
                assert button.height() >= button.heightForWidth(button.width())
                assert words_fit(button)
    foot = page.foot
    assert foot.height() >= foot.heightForWidth(foot.width())


def words_fit(card: ChoiceCard) -> bool:
    """Measured again without the card's own arithmetic for its height."""
    _bold, small = card._fonts()
    found = card._lay_out(card.width())
    again = lay_out(card.text_shown, small, found.text.boundingRect().width() + 1)
    return found.text_at.y() + again.boundingRect().height() <= card.height()


@pytest.mark.parametrize(("width", "percent", "stacked"), [(1366, 100, False), (1024, 100, False), (1024, 200, True)])
def test_narrow_columns_become_rows(open_page, width, percent, stacked):
    page = open_page(width=width, height=768, percent=percent)
    first, second = page.sheet.rows[0].choices[1], page.sheet.rows[0].choices[2]
    assert (first.y() < second.y()) is stacked
    assert (first.x() < second.x()) is not stacked


def test_one_whole_criterion_and_the_next_are_in_sight(open_page, qtbot):
    page = open_page(width=1366, height=768)
    first, second = page.sheet.rows[:2]
    top = second.mapTo(page.sheet.viewport(), QPoint(0, 0)).y()
    assert first.height() < page.sheet.viewport().height()
    assert top + second.title_label.height() < page.sheet.viewport().height()


def test_the_current_row_is_brought_into_view(page, qtbot):
    for _step in range(3):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    row = page.sheet.rows[3]

    def in_view() -> bool:
        top = row.mapTo(page.sheet.viewport(), QPoint(0, 0)).y()
        return top >= 0 and top + row.height() <= page.sheet.viewport().height()

    qtbot.waitUntil(in_view)


def test_a_narrow_page_shows_evidence_instead_of_the_rows(open_page):
    page = open_page(width=1024, height=640)
    page.side.open()
    assert page.side.pane.isVisible() and not page.sheet.isVisible()
    page.header.evidence_button.click()
    assert page.sheet.isVisible() and not page.side.pane.isVisible()


def test_a_wide_page_shows_both(open_page, qtbot):
    page = open_page(width=1600, height=900)
    page.side.open()
    assert page.side.pane.isVisible() and page.sheet.isVisible()
    qtbot.waitUntil(lambda: page.sheet.width() >= 900)


def test_themes_and_text_size_change_while_one_works(page, qtbot):
    from rubricapp.ui import theme

    before = page.sheet.rows[0].choices[1].height()
    for name in ("dark", "night"):
        theme.look().apply(name, 150)
        assert page.sheet.rows[0].paints.ink == theme.colour("ink")
    qtbot.waitUntil(lambda: page.sheet.rows[0].choices[1].height() > before)
    assert all(each.height() >= each.heightForWidth(each.width()) for each in page.findChildren(ChoiceCard))


def test_chosen_is_more_than_a_colour(page):
    """The chosen card is drawn with a tick and a frame that the same card without the choice lacks, in grey too."""
    card = page.sheet.rows[0].choices[1]
    plain = card.grab().toImage().convertToFormat(card.grab().toImage().Format.Format_Grayscale8)
    page.rate(0, 1)
    chosen = card.grab().toImage().convertToFormat(plain.format())
    corner = [(x, y) for x in range(card.width() - 24, card.width() - 4) for y in range(6, 26)]
    assert sum(plain.pixelColor(*at).value() != chosen.pixelColor(*at).value() for at in corner) > 40


def test_words_of_a_rubric_are_never_markup(open_page, score_ws):
    from rubricapp.operations import rubrics
    from rubricapp.store.rubrics import list_rubrics

    words = "<img src='x'><b>" + "W" * 400
    document = {
        "format": 1,
        "id": "hostile",
        "version": "1.0",
        "title": words,
        "scale": [{"name": words[:40]}, {"name": "Two"}],
        "criteria": [
            {
                "id": "H-1",
                "title": words,
                "about": words,
                "weight": 1,
                "levels": {1: words, 2: "\u202eשלום\nsecond line"},
            }
        ],
    }
    rubrics.adopt(score_ws, [document])
    page = open_page()
    found = next(each for each in list_rubrics(score_ws) if each.id == "hostile")
    page.show_slot(found.content_hash, page.desk.slot.occasion, page.desk.slot.participant)
    row = page.findChildren(CriterionRow)[0]
    assert row.title_label.textFormat() == Qt.TextFormat.PlainText
    assert all("<img" not in (each.toolTip() or "") for each in page.findChildren(ChoiceButton))
    card = row.choices[1]
    assert card.height() >= card.heightForWidth(card.width())  # one word of 400 letters breaks anywhere


# What strangers found with the keyboard


@pytest.fixture
def two_rubrics(score_ws):
    rubrics.adopt(score_ws, [{**scoring_document(), "id": "other", "title": "Other"}])


def test_an_arrow_in_a_closed_box_chooses_and_stays_there(two_rubrics, open_page):
    page = open_page()
    for box in (page.header.rubrics, page.header.occasions, page.header.people):
        box.setFocus()
        before = box.currentText()
        QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() == 0 else Qt.Key.Key_Up)
        assert box.currentText() != before
        assert QApplication.focusWidget() is box
        assert page.desk.slot.rubric == page.header.rubrics.currentData()
    page.header.people.activated.emit(page.header.people.currentIndex())  # Enter or a click in the open list
    assert page.sheet.row.isAncestorOf(QApplication.focusWidget())


def test_an_arrow_on_to_somebody_finished_stays_there_too(score_ws, open_page):
    page = open_page()
    page.finish()
    page.finish_panel.as_is_button.click()
    page.go(1)
    page.header.people.setFocus()
    QTest.keyClick(page.header.people, Qt.Key.Key_Up)
    assert page.locked_panel.isVisible()
    assert QApplication.focusWidget() is page.header.people


@pytest.mark.parametrize("percent", [100, 200])
def test_the_name_one_is_at_stays_in_sight(open_page, qtbot, percent):
    page = open_page(width=1024, height=640, percent=percent)
    QTest.keyClick(QApplication.focusWidget(), "v")
    sheet = page.sheet
    for index, row in enumerate(sheet.rows):
        for choice in row.choices.values():
            assert QApplication.focusWidget() is choice and sheet.current == index
            qtbot.waitUntil(lambda choice=choice, row=row: in_sight(choice, row, sheet))
            QTest.keyClick(choice, Qt.Key.Key_Right)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)


def in_sight(choice, row, sheet) -> bool:
    """Whether the choice shows, below the name, which is in its row or at the top."""
    view = sheet.viewport()
    top = choice.mapTo(view, QPoint(0, 0)).y()
    name = row.title_label.mapTo(view, QPoint(0, 0)).y()
    pinned = sheet.pinned.isVisible() and sheet.pinned.words.text() == row.content.title
    named = 0 <= name < view.height() or (pinned and top >= sheet.pinned.height())
    return named and top + min(choice.height(), view.height() // 2) <= view.height()


@pytest.mark.parametrize("key", ["3", "0", "x", "c", "/"])
def test_a_key_on_a_finished_assessment_says_what_opens_it(page, score_ws, qtbot, key):
    page.finish()
    page.finish_panel.as_is_button.click()
    page.focus_rows()
    with qtbot.waitSignal(page.notice) as told:
        QTest.keyClick(QApplication.focusWidget(), key)
    assert "finished" in told.args[0] and "Press R" in told.args[0]
    QTest.keyClick(QApplication.focusWidget(), "r")
    assert page.reopen_panel.isVisible() and QApplication.focusWidget() is page.reopen_panel.reason


def test_the_key_to_reopen_says_when_there_is_nothing_to_reopen(page, qtbot):
    with qtbot.waitSignal(page.notice) as told:
        QTest.keyClick(QApplication.focusWidget(), "r")
    assert "Nothing to reopen" in told.args[0]


def test_across_a_key_on_a_finished_one_names_whose_it_is(page, qtbot):
    page.finish()
    page.finish_panel.as_is_button.click()
    page.header.across_button.setChecked(True)
    page.sheet.set_current(0)
    with qtbot.waitSignal(page.notice) as told:
        QTest.keyClick(QApplication.focusWidget(), "3")
    assert "Amara Abara" in told.args[0]


def test_keys_say_that_nobody_is_named(page, qtbot):
    page.session.set_me(None)
    with qtbot.waitSignal(page.notice) as told:
        page.rate(0, 3)
    assert "Nobody is named" in told.args[0]


def test_what_is_missing_is_named_and_the_rest_counted(score_ws, open_page):
    rubrics.adopt(score_ws, [{**scoring_document(6), "id": "six", "title": "Six"}])
    page = open_page()
    page._choose(rubric=next(each.content_hash for each in page.desk.rubrics if each.id == "six"))
    page.finish()
    assert page.finish_panel.words.text() == (
        "6 criteria have no level: Criterion number 1, Criterion number 2, Criterion number 3 and 3 more."
    )
