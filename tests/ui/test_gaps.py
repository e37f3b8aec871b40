"""The gaps below one's own finished assessment and wherever else the panel is put."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rubricapp.core.model import AssessmentKind
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.ui.score.gaps import GapsPanel
from tests.store.test_viewing import begin, release
from tests.ui.driving import texts


@pytest.fixture
def slot(residency) -> tuple[str, str, str]:
    return (
        find_people(residency, "P-001")[0].id,
        find_rubric(residency, "small").content_hash,
        find_occasion(residency, "baseline").id,
    )


def test_a_participant_sees_their_gaps_after_the_release(make_window, residency, slot, qtbot) -> None:
    window = make_window(residency, name="Amara Okafor")
    window.go("score")
    panel = window.page.gaps
    assert not panel.isVisible()
    for character in "345":
        QTest.keyClick(QApplication.focusWidget(), character)
    window.page.finish()
    window.page.finish_panel.as_is_button.click()
    assert panel.isVisible() and not panel.table.isVisible()
    assert "once results are released" in texts(panel)
    release(residency)
    panel.refresh()
    assert panel.table.isVisible()
    rows = [line.split("\t") for line in panel.model.as_text().split("\n")]
    assert rows[0] == ["Criterion", "Self", "Assessors", "Gap", "Scale"]
    assert rows[1] == ["Title of TST-1", "3", "4", "−1", "self 3, assessors 4"]
    assert rows[4][1:] == ["–", "–", "–", "nothing to compare"]
    assert "2 of 3 criteria differ" in texts(panel)
    assert "no mark" in texts(panel) and "nobody’s" in texts(panel)
    assert not panel.table.grab().isNull()


def test_the_panel_alone_shows_what_it_is_told(window, residency, slot, qtbot) -> None:
    panel = GapsPanel(window.session)
    qtbot.addWidget(panel)
    panel.show(*slot)
    assert panel.isVisible() and "no finished self-assessment" in texts(panel)
    begin(residency, "P-001", kind=AssessmentKind.SELF, level=4)
    panel.refresh()
    assert "0 of 1 criterion differs" in texts(panel)
    window.session.set_me(None)
    assert not panel.table.isVisible()
    panel.hide()
    panel.show()
    assert panel.isVisible()
    panel.close()


def test_an_assessor_sees_them_below_their_finished_assessment(window, residency, qtbot) -> None:
    begin(residency, "P-001", kind=AssessmentKind.SELF, level=2)
    window.go(
        "score",
        (
            find_rubric(residency, "small").content_hash,
            find_occasion(residency, "baseline").id,
            find_people(residency, "P-001")[0].id,
        ),
    )
    page = window.page
    assert page.gaps.isVisible() and page.gaps.table.isVisible()
    assert page.gaps.model.record(0).apart == -2
    page.go(-1)
    assert not page.gaps.isVisible()
    page.go(1)
    page.header.across_button.setChecked(True)
    assert not page.gaps.isVisible()


def test_right_to_left(window, residency, slot, qtbot) -> None:
    begin(residency, "P-001", kind=AssessmentKind.SELF, level=2)
    panel = GapsPanel(window.session)
    qtbot.addWidget(panel)
    panel.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    panel.show(*slot)
    assert not panel.table.grab().isNull()
    panel.close()


def test_f6_goes_to_the_table_and_brings_it_into_view(window, residency, slot, qtbot) -> None:
    begin(residency, "P-001", kind=AssessmentKind.SELF, level=2)
    window.go("score", (slot[1], slot[2], slot[0]))
    table = window.page.gaps.table
    for _step in range(8):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        if table.hasFocus():
            break
    assert table.hasFocus()
    qtbot.waitUntil(lambda: not table.visibleRegion().isEmpty())
