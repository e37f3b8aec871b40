"""The Scores tab: charts that are looked at by key and mouse, the same as a table, and the list of assessments."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication

from rubricapp.core.growth import Line
from rubricapp.core.model import AssessmentKind, Blank, Role
from rubricapp.operations import assessments, people, releases
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.ui.people.growth_paint import paint_growth
from rubricapp.ui.score.looks import paints
from tests.ui.driving import find_button, press, texts


def assess(ws, code: str, occasion: str, *levels: object, by: str = "A-001") -> None:
    rubric = find_rubric(ws, "small")
    participant, assessor = find_people(ws, code)[0], find_people(ws, by)[0]
    made, _changes = assessments.begin(ws, participant, rubric, find_occasion(ws, occasion), assessor)
    values = {each.id: value for each, value in zip(rubric.criteria, levels, strict=False)}
    assessments.rate_many(ws, made, rubric, values)
    assessments.finish(ws, made.id)


@pytest.fixture
def grown(residency):
    """P-001: the baseline of `residency` (4, 3, 5, not observed, 2, 3), a final with two assessors."""
    people.add_person(residency, Role.ASSESSOR, "Other Example")
    assess(residency, "P-001", "final", 5, 2, 5, 3, Blank.NOT_OBSERVED, 3)
    assess(residency, "P-001", "final", 4, 2, 5, 4, Blank.NOT_OBSERVED, 3, by="A-002")
    return residency


@pytest.fixture
def panel(window, grown):
    window.go("people", ("person", find_people(grown, "P-001")[0].id, "scores"))
    return window.page.participant.panel


def test_there_is_a_chart_for_each_criterion(panel) -> None:
    (card,) = panel.cards
    assert len(card.charts) == 6
    assert "Small 1.0" in texts(card)
    assert card.charts[0].accessibleName() == "Title of TST-1: from 4 to 4.5, +0.5"
    assert card.charts[1].accessibleName() == "Title of TST-2: from 3 to 2, −1"
    assert card.charts[3].accessibleName() == "Title of TST-4: 3.5 at one occasion"


def test_arrows_go_from_occasion_to_occasion_and_say_it(panel, qtbot) -> None:
    chart = panel.cards[0].charts[0]
    chart.setFocus()
    assert chart.said == "Final: level 4.5 of 5, median of 2 assessors, by Tunde Example, Other Example"
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.said == "Baseline: level 4 of 5, Four, by Tunde Example"
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.current == 0
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert chart.current == 1
    qtbot.keyClick(chart, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is panel.cards[0].charts[1]
    assert chart.said == ""


def test_a_gap_says_why(panel) -> None:
    chart = panel.cards[0].charts[3]
    chart.look_at(0)
    assert chart.said == "Baseline: no level, not observed"
    assert "no level, not observed" in chart.accessibleDescription()


def test_the_mouse_looks_at_the_nearest_occasion(panel, qtbot) -> None:
    chart = panel.cards[0].charts[0]
    qtbot.mouseMove(chart, QPoint(chart.width() - 20, chart.height() // 2))
    assert chart.current == 1
    qtbot.mouseMove(chart, QPoint(40, chart.height() // 2))
    assert chart.current == 0


def test_the_same_as_a_table_shown_and_copied(window, panel, qtbot) -> None:
    (card,) = panel.cards
    assert not card.table.isVisible()
    press(qtbot, card, "Show as table: Small")
    assert card.table.isVisible()
    press(qtbot, card, "Copy as table: Small")
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert rows[0] == ["Criterion", "Baseline", "Final", "Change"]
    assert rows[1] == ["Title of TST-1", "4", "4.5 (2)", "'+0.5"]
    assert rows[4] == ["Title of TST-4", "not observed", "3.5 (2)", ""]
    assert "Copied" in texts(window.toast)
    assess(panel.session.ws, "P-001", "midpoint", 5, 5, 5, 5, 5, 5)
    panel.refresh()
    assert panel.cards[0].table.isVisible()  # what one had opened stays open


def test_one_scoring_is_said_not_to_be_growth(window, panel) -> None:
    assess(panel.session.ws, "P-003", "baseline", 1, 1, 1, 1, 1, 1)
    window.go("people", ("person", find_people(panel.session.ws, "P-003")[0].id, "scores"))
    assert "Growth needs two scorings of the same rubric." in texts(panel)
    assert panel.cards[0].charts == []
    window.go("people", ("person", find_people(panel.session.ws, "P-002")[0].id, "scores"))
    assert panel.nothing.isVisible()


def test_the_cohort_stands_behind_for_a_lead_and_never_for_the_participant(window, panel, qtbot) -> None:
    ws = panel.session.ws
    for number in range(4):
        people.add_person(ws, Role.PARTICIPANT, f"Person{number} Example", f"P-1{number}")
        assess(ws, f"P-1{number}", "baseline", 1 + number, 3, 3, 3, 3, 3)
    assert panel.cards[0].charts[0].line.band == ()
    window.session.set_me(people.add_person(ws, Role.LEAD, "Lin Lead")[0])
    (card,) = panel.cards
    card.charts[0].look_at(0)
    assert card.charts[0].said.endswith("middle half of the cohort 2 to 4")
    assert "middle half of the cohort" in texts(card)
    window.session.set_me(find_people(ws, "P-001")[0])
    assert all(chart.line.band == () for each in panel.cards for chart in each.charts)
    assert "cohort" not in texts(panel)


def test_the_list_names_every_finished_assessment_and_opens_ones_own(window, panel, qtbot) -> None:
    shown = panel.model.shown
    assert {(each.event.by, each.event.detail) for each in shown} == {
        ("Tunde Example", "baseline"),
        ("Tunde Example", "final"),
        ("Other Example", "final"),
    }
    other = next(n for n, each in enumerate(shown) if each.event.by == "Other Example")
    panel.table.setFocus()
    panel.table.setCurrentIndex(panel.model.index(other, 0))
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert "it opens for them" in texts(window.toast)
    mine = next(n for n, each in enumerate(shown) if (each.event.by, each.event.detail) == ("Tunde Example", "final"))
    panel.table.setCurrentIndex(panel.model.index(mine, 0))
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert window.page.desk.assessment.occasion == find_occasion(panel.session.ws, "final").id


def test_a_self_assessment_stands_beside_what_assessors_said(window, panel, qtbot) -> None:
    ws, rubric = panel.session.ws, find_rubric(panel.session.ws, "small")
    assert not panel.own.isVisible()
    for occasion, level in (("baseline", 5), ("final", 1)):
        made, _changes = assessments.begin(
            ws, panel.person, rubric, find_occasion(ws, occasion), panel.person, AssessmentKind.SELF
        )
        assessments.rate_many(ws, made, rubric, {each.id: level for each in rubric.criteria})
        assessments.finish(ws, made.id)
    panel.refresh()
    assert [panel.own.itemText(at) for at in range(panel.own.count())] == [
        "Small 1.0  ·  final",
        "Small 1.0  ·  baseline",
    ]
    assert panel.gaps.model.shown[0].own.level == 1
    panel.own.setFocus()
    qtbot.keyClick(panel.own, Qt.Key.Key_Down)
    assert panel.gaps.model.shown[0].own.level == 5
    assert [each.count for each in panel.cards[0].charts[0].line.steps] == [1, 2]  # and it is no step of growth
    window.session.set_me(panel.person)
    assert "once results are released" in texts(panel.gaps)
    panel.table.setCurrentIndex(panel.model.index(0, 0))
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert window.page.desk.assessment.kind is AssessmentKind.SELF
    window.go("people")
    window.session.set_me(people.add_person(ws, Role.MENTOR, "Mo Mentor")[0])
    assert not panel.gaps.isVisible()


def test_what_may_not_be_seen_yet_is_said_to_be_there(window, panel) -> None:
    ws = panel.session.ws
    assert not panel.hidden.isVisible()
    window.session.set_me(people.add_person(ws, Role.MENTOR, "Mo Mentor")[0])
    assert panel.cards == []
    assert "what others say comes once yours is finished, or once it is released" in texts(panel)
    assert not panel.nothing.isVisible()
    releases.release(ws, [panel.person.id])
    panel.refresh()
    assert len(panel.cards[0].charts) == 6
    assert not panel.hidden.isVisible()
    window.session.set_me(panel.person)
    assert "finish your own view first" in texts(panel)


def ink(line: Line, size: int, dpi: int, band: bool = False) -> QImage:
    """A chart painted at a resolution, on white."""
    picture = QImage(size, size * 2 // 3, QImage.Format.Format_RGB32)
    picture.setDotsPerMeterX(round(dpi / 0.0254))
    picture.setDotsPerMeterY(round(dpi / 0.0254))
    picture.fill(Qt.GlobalColor.color1)
    picture.fill(0xFFFFFFFF)
    painter = QPainter(picture)
    font = painter.font()
    font.setPointSizeF(9)
    painter.setFont(font)
    paint_growth(painter, QRectF(0, 0, size, size * 2 // 3), line, 5, paints(5))
    painter.end()
    return picture


def test_it_is_drawn_for_paper_at_the_same_proportions(panel) -> None:
    line = panel.cards[0].charts[0].line
    screen, paper = ink(line, 300, 96), ink(line, 938, 300)
    small, large = accent_box(screen), accent_box(paper)
    assert large.width() / 938 == pytest.approx(small.width() / 300, abs=0.03)
    assert large.height() / 625 == pytest.approx(small.height() / 200, abs=0.05)


def accent_box(picture: QImage) -> QRectF:
    """Where something is painted in the accent's colour."""
    wanted = paints(5).accent.rgb()
    found = [
        QPointF(x, y) for x in range(picture.width()) for y in range(picture.height()) if picture.pixel(x, y) == wanted
    ]
    assert found
    xs, ys = [each.x() for each in found], [each.y() for each in found]
    return QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def test_nothing_is_drawn_across_a_gap(panel) -> None:
    held = panel.cards[0].charts[0].line
    gap = panel.cards[0].charts[3].line
    assert accent_box(ink(held, 300, 96)).width() > 100
    assert accent_box(ink(gap, 300, 96)).width() < 40  # one point, no line


def test_the_table_button_keeps_its_name(panel) -> None:
    assert find_button(panel.cards[0], "Show as table: Small").isCheckable()
