"""A cohort of six reviews each other: one of them through the real window, and then reads what was said of her."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from rubricapp.core.model import AssessmentKind, Role
from rubricapp.operations import peer_review, people
from rubricapp.settings import Settings
from rubricapp.store.assessments import list_assessments
from rubricapp.store.peer_reviews import find_own_review, list_pairs, list_rounds
from rubricapp.store.people import find_people, list_people
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.verifying import find_faults
from tests.ui.driving import find_button, press, texts

pytestmark = pytest.mark.gui
COHORT = ("Amara Okafor", "Kofi Bempah", "Zainab Cole", "Lerato Dlamini", "Yusuf Adeyemi", "王伟")


@pytest.fixture
def window(ws, qtbot, tmp_path):
    """A window over a cohort of six and a lead; nobody sits here yet."""
    from rubricapp.ui.main_window import MainWindow
    from rubricapp.ui.theme import look

    look().apply("light", 100)
    for number, name in enumerate(COHORT[1:], 2):
        people.add_person(ws, Role.PARTICIPANT, name, f"P-00{number}")
    people.add_person(ws, Role.LEAD, "Grace Example", "L-001")
    made = MainWindow(Settings(theme="light"), tmp_path / "logs")
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.show_workspace(ws)
    yield made
    made.shut()
    made.close()


def readable(parent: QWidget) -> str:
    """Whatever can be read on a part of the window, by eye or by ear."""
    parts = [texts(parent)]
    for each in parent.findChildren(QWidget):
        parts += [each.accessibleName(), each.accessibleDescription(), each.toolTip()]
        if isinstance(each, QLineEdit | QPlainTextEdit):
            parts.append(each.text() if isinstance(each, QLineEdit) else each.toPlainText())
    return "\n".join(parts)


def type_(text: str) -> None:
    for character in text:
        QTest.keyClick(QApplication.focusWidget(), character)


def test_six_people_review_each_other_and_one_reads_what_was_said(window, ws, qtbot) -> None:
    # The lead makes the round: five reviews each are possible only where two may review each other.
    window.session.set_me(find_people(ws, "L-001")[0])
    QTest.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    page = window.page
    press(qtbot, page, "Make a round")
    page.making.reviews.setValue(5)
    press(qtbot, page, "Say who reviews whom")
    assert "allow two people to review each other" in texts(page.making.error)
    box = page.making.reciprocal
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(12, box.height() // 2))
    press(qtbot, page, "Say who reviews whom")
    held = list_rounds(ws)[0]
    pairs = list_pairs(ws, held)
    assert len(pairs) == 30

    # Amara sits down; two of her five reviews are written already, three she writes in the window.
    amara = find_people(ws, "P-001")[0]
    everybody = {each.id: each for each in list_people(ws, Role.PARTICIPANT)}
    rubric = load_rubric(ws, held.rubric)
    occasion = page.rounds.held.occasion

    def write(reviewer: str, author: str, number: int) -> None:
        boxes = {
            "works": f"At 00:4{number % 10} the frame holds ({number}).",
            "change": f"Scene {number} clips at the window; TST-2.",
            "next_step": f"Meter the window before take {number}.",
        }
        levels = {each.id: 1 + (number + place) % 5 for place, each in enumerate(rubric.criteria)}
        people_ = everybody[reviewer], everybody[author]
        said = (levels, {"TST-1": f"Held: {number}."}, boxes, True)
        assert window.session.run(peer_review.write_review, *people_, rubric, occasion, *said) is not None

    own = [pair for pair in pairs if pair.reviewer == amara.id]
    for number, pair in enumerate(own[:2]):
        write(pair.reviewer, pair.author, number)
    window.session.set_me(amara)
    assert page.mine.isVisible()
    assert "2 of 5 are finished" in texts(page)
    assert "3 are still open" in texts(page.mine.feedback)
    press(qtbot, page, "Write the next review")
    sheet = page.review.sheet
    for number in range(3):
        reviewed = sheet.desk.participant.name
        assert f"{reviewed} cannot see who wrote this; the programme lead can." in texts(page)
        type_("345")
        for field, words in (
            ("works", f"At 00:42 it breathes ({number})"),
            ("change", f"Scene {number} is dark; TST-2"),
            ("next_step", "Meter the window first"),
        ):
            sheet.foot.texts[field].setFocus()
            type_(words)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        press(qtbot, page, "Your reviews")
        if number < 2:
            press(qtbot, page, "Write the next review")
    mine = list_assessments(ws, assessor=amara.id, kind=AssessmentKind.PEER)
    assert [each.state.value for each in mine] == ["finished"] * 5
    assert all(all(find_own_review(ws, each.id)) for each in mine)
    assert "5 of 5 are finished" in texts(page)
    assert not page.mine.go.isVisible()
    assert "Not yet." in texts(page.mine.feedback)

    # The others write theirs.
    for number, pair in enumerate(pairs):
        if pair.reviewer != amara.id:
            write(pair.reviewer, pair.author, number)
    press(qtbot, page, "Read what peers said")
    card = page.mine.feedback
    said = texts(card)
    assert "From 5 reviews." in said
    assert "the frame holds" in said
    assert len(card.pieces) == 20
    assert all(row.words.endswith("5 levels") for row in card.chart.rows)
    secrets = [part for each in everybody.values() if each != amara for part in (each.name, each.family_name)]
    shown = readable(card) + readable(page.mine.answer)
    assert [each for each in secrets if each and each in shown] == []
    assert not {each.id for each in everybody.values()} & set(shown.split())

    # She says what she makes of it.
    page.mine.answer.texts["changed"].setFocus()
    type_("I meter the window now.")
    press(qtbot, page, "Show as table")
    assert card.table.isVisible()
    window.session.set_me(find_people(ws, "L-001")[0])
    assert "I meter the window now." in page.rounds.care.answers.model.as_text()
    assert find_button(page, "Close the round").isEnabled()
    assert find_faults(ws).ok
