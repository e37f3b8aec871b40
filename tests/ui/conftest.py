"""A real window over a real workspace; a scoring page in one, with three participants and long descriptors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from rubricapp import paths
from rubricapp.core.model import Blank, Role
from rubricapp.operations import assessments, people, programmes, rubrics
from rubricapp.settings import Settings
from rubricapp.store.people import find_occasion, find_people, list_people
from rubricapp.store.rubrics import find_rubric, list_rubrics
from rubricapp.ui.main_window import MainWindow
from rubricapp.ui.theme import FIRST_FONTS, look

LONG = (
    "Measures each set-up and logs the priority it protects: skin, highlight or shadow. Holds that priority through"
    " the scene within the tolerance written in the notes. Finds flicker, clipping or a filter error before the first"
    " take and corrects it without being asked, and says so in the camera report of the day."
)


def scoring_document(criteria: int = 4) -> dict:
    """A rubric whose last criterion is a gate at level 3."""
    return {
        "format": 1,
        "id": "scoring",
        "version": "1.0",
        "language": "en",
        "title": "Scoring",
        "summary": "For tests.",
        "needs_coverage": 80,
        "scale": [{"name": name, "anchor": ""} for name in ("Observes", "Guided", "Supported", "Independent", "Leads")],
        "criteria": [
            {
                "id": f"TST-{n}",
                "title": f"Criterion number {n}",
                "about": f"What criterion {n} is about.",
                "weight": n,
                "evidence": ["Camera report", "Ungraded clips"],
                "guidance": f"Guidance for assessors on {n}.",
                "levels": {level: f"Level {level} of {n}. {LONG}" for level in range(1, 6)},
                **({"gate": 3} if n == criteria else {}),
            }
            for n in range(1, criteria + 1)
        ],
    }


@pytest.fixture
def score_ws(tmp_path: Path) -> Iterator:
    """A workspace with the rubric of long descriptors, three participants and two assessors."""
    with programmes.start(tmp_path / "w", "P", "E", rubrics=[]) as ws:
        rubrics.adopt(ws, [scoring_document()])
        for name in ("Amara Abara", "Kofi Bempah", "Zainab Cole"):
            people.add_person(ws, Role.PARTICIPANT, name)
        people.add_person(ws, Role.ASSESSOR, "Tunde Example")
        people.add_person(ws, Role.ASSESSOR, "Other Example")
        yield ws


def show_look(choice: str, percent: int) -> None:
    """Apply a look where it is not the one in use: that takes a while."""
    if (look().theme.key, look().percent) != (choice, percent) or not QApplication.instance().styleSheet():
        look().apply(choice, percent)


@pytest.fixture(scope="session")
def _first_fonts(qapp) -> None:
    """The fonts of the first screen, made known once in a process."""
    look().add_fonts([paths.RESOURCES / "fonts" / name for name in FIRST_FONTS])
    look().apply("light", 100)


@pytest.fixture
def open_page(score_ws, qtbot, _first_fonts) -> Iterator[Callable]:
    """open_page(width, height, theme, percent, settings…) → the page on the first participant's baseline."""
    from PySide6.QtWidgets import QMainWindow

    from rubricapp.ui.score.page import ScorePage
    from rubricapp.ui.session import Session

    windows = []

    def open_(ws=None, width: int = 1366, height: int = 768, look: str = "light", percent: int = 100, **settings):
        ws = ws or score_ws
        show_look(look, percent)
        window = QMainWindow()
        qtbot.addWidget(window)
        me = next(each for each in list_people(ws, Role.ASSESSOR) if each.name == "Tunde Example")
        session = Session(ws, Settings(**settings), me, window)
        page = ScorePage(session, window)
        window.setCentralWidget(page)
        window.resize(width, height)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        participant = list_people(ws, Role.PARTICIPANT)[0]
        page.show_slot(list_rubrics(ws)[0].content_hash, find_occasion(ws, "baseline").id, participant.id)
        page.focus_rows()
        windows.append(window)
        return page

    yield open_
    for window in windows:
        window.close()


@pytest.fixture
def page(open_page):
    return open_page()


# The whole window


@pytest.fixture(autouse=True)
def _plain_look(qapp) -> Iterator[None]:
    """Every test starts by day at the usual text size, and leaves it so."""
    show_look("light", 100)
    yield
    show_look("light", 100)


@pytest.fixture
def residency(ws):
    """The workspace with three participants; P-001 is finished at the baseline, P-002 begun, P-003 untouched."""
    people.add_person(ws, Role.PARTICIPANT, "Bello, Zainab", "P-002", "zainab@example.org")
    people.add_person(ws, Role.PARTICIPANT, "王伟", "P-003")
    rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    assessor = find_people(ws, "A-001")[0]
    first = assessments.begin(ws, find_people(ws, "P-001")[0], rubric, occasion, assessor)[0]
    levels = dict(zip((each.id for each in rubric.criteria), (4, 3, 5, Blank.NOT_OBSERVED, 2, 3), strict=True))
    assessments.rate_many(ws, first, rubric, levels)
    assessments.finish(ws, first.id)
    second = assessments.begin(ws, find_people(ws, "P-002")[0], rubric, occasion, assessor)[0]
    assessments.rate_many(ws, second, rubric, {rubric.criteria[0].id: 2})
    return ws


@pytest.fixture
def make_window(qtbot, tmp_path: Path) -> Iterator[Callable[..., MainWindow]]:
    made: list[MainWindow] = []

    def make(workspace=None, **settings: object) -> MainWindow:
        window = MainWindow(Settings(**{"name": "Tunde Example", "theme": "light", **settings}), tmp_path / "logs")
        made.append(window)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        if workspace is not None:
            window.show_workspace(workspace)
        else:
            window.show_first_run()
        return window

    yield make
    for window in made:
        window.shut()
        window.close()


@pytest.fixture
def window(make_window, residency) -> MainWindow:
    return make_window(residency)
