"""A real window over a real workspace, and ways to find what a person would click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from rubricapp.core.model import Blank, Role
from rubricapp.operations import assessments, people
from rubricapp.settings import Settings
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.ui.main_window import MainWindow
from rubricapp.ui.theme import look


@pytest.fixture(autouse=True)
def _plain_look(qapp) -> Iterator[None]:
    """Every test starts by day at the usual text size."""
    if look().theme.key != "light" or look().percent != 100 or not qapp.styleSheet():
        look().apply("light", 100)
    yield


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
        return window

    yield make
    for window in made:
        window.shut()
        window.close()


@pytest.fixture
def window(make_window, residency) -> MainWindow:
    return make_window(residency)


def press(qtbot, parent: QWidget, text: str) -> QAbstractButton:
    """Click the one visible button whose name is this text."""
    button = find_button(parent, text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return button


def find_button(parent: QWidget, text: str) -> QAbstractButton:
    """The one visible button whose name is this text."""
    found = [
        each
        for each in parent.findChildren(QAbstractButton)
        if each.isVisible() and text in (each.accessibleName(), each.text().strip("\N{THIN SPACE}\N{EN SPACE} "))
    ]
    assert len(found) == 1, f"{len(found)} buttons called {text!r}"
    return found[0]


def texts(parent: QWidget) -> str:
    """All text that can be read on it now."""
    from PySide6.QtWidgets import QLabel

    return "\n".join(each.text() for each in parent.findChildren(QLabel) if each.isVisible())
