"""The heat map: the right numbers and marks, worked by keyboard, read by a screen reader, painted by itself."""

from __future__ import annotations

from fractions import Fraction

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication

from rubricapp.core.model import Blank, Role
from rubricapp.operations import agreeing, assessments, people
from rubricapp.store.cohort import Cell
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.ui import theme
from rubricapp.ui.cohort.model import say_mean, say_number, shade
from tests.ui.driving import press, texts


@pytest.fixture
def page(window):
    window.go("cohort")
    return window.page


def rate_again(ws, code: str, levels: dict) -> None:
    """A second assessor rates this participant at the baseline and finishes."""
    other = people.add_person(ws, Role.ASSESSOR, "Nia Example")[0]
    rubric = find_rubric(ws, "small")
    made = assessments.begin(ws, find_people(ws, code)[0], rubric, find_occasion(ws, "baseline"), other)[0]
    assessments.rate_many(ws, made, rubric, levels)
    assessments.finish(ws, made.id)


def test_finished_levels_stand_in_their_cells_and_drafts_do_not(page) -> None:
    model = page.model
    assert [each.code for each in model.people] == ["P-002", "P-001", "P-003"]
    assert [model.text(1, column) for column in range(7)] == ["4", "3", "5", "n/o", "2", "3", "3.50"]
    assert [model.text(0, column) for column in range(7)] == [""] * 6 + ["–"]
    assert "1 of 3 participants have a finished assessment with Small 1.0" in texts(page)


def test_two_assessors_give_a_mean_and_the_foot_a_median(page, residency) -> None:
    rate_again(residency, "P-001", {"TST-1": 5, "TST-2": 3, "TST-4": Blank.NOT_OBSERVED})
    rate_again_other(residency)
    page.refresh()
    model = page.model
    assert [model.text(1, column) for column in range(4)] == ["4.5", "3", "5", "n/o"]
    assert model.words(1, 0) == "Amara Okafor, Title of TST-1: level 4.5 of 5, mean of 2 assessors"
    assert model.foot(0) == ("3", 2)
    assert model.foot(3) == ("–", 0)
    assert "median 3, 2 people" in model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


def rate_again_other(ws) -> None:
    """P-003 gets 2, 1 (so 1.5) from two assessors."""
    rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    for name, level in (("Nia Example", 2), ("Tunde Example", 1)):
        assessor = find_people(ws, name)[0]
        made = assessments.begin(ws, find_people(ws, "P-003")[0], rubric, occasion, assessor)[0]
        assessments.rate_many(ws, made, rubric, {"TST-1": level})
        assessments.finish(ws, made.id)


@pytest.mark.parametrize(
    ("cell", "text", "level"),
    [
        (Cell(1, 3, ""), "3", 3),
        (Cell(2, 7, ""), "3.5", 4),
        (Cell(3, 7, ""), "2.3", 2),
        (Cell(4, 9, ""), "2.3", 2),
        (Cell(2, 5, ""), "2.5", 3),
        (Cell(0, 0, ""), "", 0),
        (Cell(0, 0, "not_applicable"), "n/a", 0),
        (Cell(0, 0, "insufficient_evidence"), "i/e", 0),
    ],
)
def test_means_are_rounded_half_up_for_number_and_colour(cell: Cell, text: str, level: int) -> None:
    assert (say_mean(cell), shade(cell)) == (text, level)


def test_a_number_is_as_short_as_it_is_exact() -> None:
    assert [say_number(value) for value in (3, Fraction(7, 2), Fraction(13, 4))] == ["3", "3.5", "3.3"]


def test_arrows_move_and_enter_opens_the_participant(window, page, qtbot) -> None:
    page.map.setFocus()
    page.map.setCurrentIndex(page.model.index(0, 0))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(page.map, key)
    current = page.map.currentIndex()
    assert (current.row(), current.column()) == (2, 1)
    qtbot.keyClick(page.map, Qt.Key.Key_Return)
    assert window.page.desk.participant.code == "P-003"
    assert window.page.desk.rubric.id == "small"


def test_every_cell_says_itself_to_a_screen_reader(page) -> None:
    table = QAccessible.queryAccessibleInterface(page.map)
    assert table.text(QAccessible.Text.Name).startswith("Heat map")
    index = page.model.index(1, 3)
    assert page.model.data(index, Qt.ItemDataRole.AccessibleTextRole) == ("Amara Okafor, Title of TST-4: not observed")
    names = {
        table.child(number).text(QAccessible.Text.Name) for number in range(table.childCount()) if table.child(number)
    }
    assert "Amara Okafor, Title of TST-1: level 4 of 5 Four" in names


@pytest.mark.parametrize("name", ["light", "dark", "night"])
def test_a_cell_is_painted_in_the_colour_of_its_level(page, name: str) -> None:
    theme.look().apply(name, 100)
    image = page.map.viewport().grab().toImage()
    box = page.map.visualRect(page.model.index(1, 2))
    assert image.pixelColor(box.left() + 6, box.top() + 6) == theme.level_colours(5)[4][0]
    theme.look().apply("light", 100)


def test_a_wheel_repaints_only_rows_and_never_asks_for_data(page, monkeypatch) -> None:
    asked = []
    model = page.model
    original = type(model).data
    monkeypatch.setattr(type(model), "data", lambda *arguments: asked.append(1) or original(*arguments))
    page.map.viewport().repaint()
    assert asked == []


def test_what_is_copied_is_what_is_shown(window, page, qtbot) -> None:
    press(qtbot, page, "Copy as table")
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert rows[0] == ["Participant", "TST-1", "TST-2", "TST-3", "TST-4", "TST-5", "TST-6", "Total"]
    assert rows[2] == ["Amara Okafor", "4", "3", "5", "n/o", "2", "3", "3.50"]
    assert rows[-1][:3] == ["People", "1", "1"]
    assert window.toast.isVisible()


def test_without_anything_finished_the_page_says_so(page, qtbot) -> None:
    page.occasion.setFocus()
    qtbot.keyClick(page.occasion, Qt.Key.Key_Down)
    assert "The heat map fills as assessments are finished" in texts(page)
    assert "Finished so far: 0 of 3" in texts(page)
    assert not page.map.isVisible()


def test_the_order_can_be_chosen(page, qtbot) -> None:
    page.order.setFocus()
    qtbot.keyClick(page.order, Qt.Key.Key_End)
    assert [each.code for each in page.model.people] == ["P-001", "P-002", "P-003"]


def test_what_was_settled_is_said_and_has_a_corner(window, page, residency) -> None:
    """The corner is seen without colour, said in words, and explained in the key; nobody else's cell has one."""
    ws = window.session.ws
    amara = find_people(ws, "P-001")[0]
    row = next(number for number, each in enumerate(page.model.people) if each.id == amara.id)
    before = page.map.viewport().grab().toImage()
    index = page.model.index(row, 0)
    box = page.map.visualRect(index)
    corner = box.right() - 3, box.top() + 3
    assert before.pixelColor(*corner) == theme.level_colours(5)[3][0]
    assert "settled on this" not in texts(page.key)
    window.session.run(agreeing.agree, agreeing.find_place(ws, amara, "TST-1"), 4, "Seen together, to be sure.")
    after = page.map.viewport().grab().toImage()
    assert after.pixelColor(*corner) == theme.level_colours(5)[3][1]
    assert page.model.words(row, 0) == "Amara Okafor, Title of TST-1: level 4 of 5, agreed by the assessors"
    assert "agreed" not in page.model.words(row, 1)
    assert "settled on this" in texts(page.key)


def test_a_lead_goes_from_a_cell_with_a_gap_to_its_moderation(make_window, residency, qtbot) -> None:
    rate_again(residency, "P-001", {"TST-1": 4, "TST-2": 1, "TST-3": 5})
    people.add_person(residency, Role.LEAD, "Lea Example", "L-001")
    window = make_window(residency, name="Lea Example")
    window.go("cohort")
    page = window.page
    row = next(number for number, each in enumerate(page.model.people) if each.code == "P-001")
    assert [page.model.is_gap(row, column) for column in range(7)] == [False, True] + [False] * 5
    assert page.model.words(row, 1).endswith("assessors differ: to be settled")
    assert "Enter goes where it is settled" in texts(page.key)
    box = page.map.visualRect(page.model.index(row, 1))
    mark = box.left() + 7, box.center().y() - max(6, (box.height() - 2) // 4) + 1
    fill, ink = theme.level_colours(5)[1]
    assert page.map.viewport().grab().toImage().pixelColor(*mark) == ink
    page.map.setFocus()
    page.map.setCurrentIndex(page.model.index(row, 0))
    assert not page.moderate.isVisible()
    qtbot.keyClick(page.map, Qt.Key.Key_Right)
    assert page.moderate.isVisible()
    qtbot.keyClick(page.map, Qt.Key.Key_Return)
    assert window.page.gap.entry.gap.criterion.id == "TST-2" and window.page.gap.isVisible()
    amara = find_people(residency, "P-001")[0]
    window.session.run(agreeing.agree, agreeing.find_place(residency, amara, "TST-2"), 2, "Seen together.")
    window.go("cohort")
    assert not page.model.is_gap(row, 1) and not page.moderate.isVisible()
    page.map.setCurrentIndex(page.model.index(row, 0))
    assert page.map.viewport().grab().toImage().pixelColor(*mark) == fill
    press(qtbot, page, "Copy as table")
    page.map.setCurrentIndex(page.model.index(row, 1))
    qtbot.keyClick(page.map, Qt.Key.Key_Return)
    assert window.page.desk.participant.code == "P-001", "without a gap Enter goes to Score"


def test_nobody_else_is_told_of_gaps_in_the_map(page, residency) -> None:
    rate_again(residency, "P-001", {"TST-1": 4, "TST-2": 1})
    page.refresh()
    assert page.model.gaps == {} and "assessors differ" not in texts(page)
