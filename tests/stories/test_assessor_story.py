"""An assessor's evening with the evidence: a still and a clip beside the rubric, moments linked, all by keyboard."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from rubricapp.core.model import AssessmentState, Role
from rubricapp.operations import artefacts, people, production_log, programmes
from rubricapp.settings import Settings
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.assessments import list_assessments
from rubricapp.store.evidence import find_matrix, list_evidence
from rubricapp.store.people import find_people
from rubricapp.store.verifying import find_faults
from rubricapp.ui.main_window import MainWindow
from tests.ui.driving import texts
from tests.ui.works import NOISE, document, still

pytestmark = [pytest.mark.qt_log_ignore(NOISE, extend=True), pytest.mark.timeout(240)]


@pytest.fixture
def window(tmp_path: Path, qtbot):
    gc.collect()
    gc.disable()
    ws = programmes.start(tmp_path / "w", "Four rivers", "2026")
    amara = people.add_person(ws, Role.PARTICIPANT, "Amara Example")[0]
    people.add_person(ws, Role.ASSESSOR, "Tunde Example")
    artefacts.add_work(ws, amara.id, str(still(tmp_path / "Night market.png")), {"title": "Night market"})
    artefacts.add_work(ws, amara.id, str(document(tmp_path / "Report.pdf")), {"title": "Camera report"})
    production_log.add_day(ws, amara, {"worked_on": "2026-09-10", "role": "1st AC", "criteria": "CAM-3"})
    made = MainWindow(Settings(name="Tunde Example", theme="light"), tmp_path / "logs")
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.show_workspace(ws)
    yield made
    made.shut()
    made.close()
    gc.enable()


def test_levels_are_given_beside_the_works_that_prove_them(window, qtbot) -> None:
    ws = window.session.ws
    assert window.session.me.name == "Tunde Example"
    window.go("score")
    page = window.page
    rubric = page.desk.rubric
    page.focus_rows()

    def key(*keys: Qt.Key) -> None:
        for each in keys:
            qtbot.keyClick(QApplication.focusWidget(), each)

    # The first criterion: a level, a comment, and the whole still proves it.
    pane = page.side.open()
    works = {each.title: each for each in list_artefacts(ws)}
    pane.show_artefact(works["Night market"])
    page.focus_rows()
    key(Qt.Key.Key_G)
    key(Qt.Key.Key_3)
    # The second: a page of the document.
    pane.show_artefact(works["Camera report"])
    page.focus_rows()
    key(Qt.Key.Key_G)
    key(Qt.Key.Key_4)
    found = list_evidence(ws)
    titles = {each.id: title for title, each in works.items()}
    first, second = (criterion.id for criterion in rubric.criteria[:2])
    assert [(titles[each.artefact], each.criterion) for each in found] == [
        ("Night market", first),
        ("Camera report", second),
    ]
    assert found[1].page == 1

    # The rest, and the end.
    key(*[Qt.Key.Key_0] * (len(rubric.criteria) - 2))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (assessment,) = list_assessments(ws)
    assert assessment.state is AssessmentState.FINISHED
    assert [assessment.ratings[each.id].value for each in rubric.criteria] == [
        3,
        4,
        *["not_observed"] * (len(rubric.criteria) - 2),
    ]

    # What proves what, on the participant's page.
    amara = find_people(ws, "P-001")[0]
    matrix = find_matrix(ws, amara.id)
    assert first not in matrix.without and second not in matrix.without
    window.go("people")
    window.page.open_with(("person", amara.id, "portfolio"))
    qtbot.waitUntil(lambda: "2 works" in texts(window.page))
    assert find_faults(ws, files=True).ok
