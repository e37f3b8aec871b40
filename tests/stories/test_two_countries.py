"""Two countries of a network typed in the same people: handed in, asked about, one person, and two again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from rubricapp.core.model import Role
from rubricapp.operations import artefacts, assessments, people, production_log
from rubricapp.settings import Settings
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.assessments import list_assessments
from rubricapp.store.people import find_occasion, list_people
from rubricapp.store.production_log import list_log
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.same_people import list_ids
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import open_
from rubricapp.ui.main_window import MainWindow
from tests.laptops import ask, laptop, make_passphrases_quick, start_programme, who
from tests.ui.driving import drop, find_button, press, texts


@pytest.fixture
def start(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """start(home, workspace, who sits there) → a window; whatever was open before is closed."""
    windows: list[MainWindow] = []

    def close() -> None:
        while windows:
            window = windows.pop()
            window.shut()
            window.close()

    def start_(home: str, workspace: Path, person: str) -> MainWindow:
        close()
        monkeypatch.setenv("RUBRICAPP_HOME", str(tmp_path / home))
        window = MainWindow(Settings(name=person, theme="light"), tmp_path / "logs")
        windows.append(window)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        window.open_folder(workspace)
        return window

    start_.close = close
    yield start_
    close()


@pytest.mark.timeout(300)
def test_two_countries_one_person(start, document, tmp_path, qtbot, monkeypatch) -> None:
    make_passphrases_quick(monkeypatch)
    home, away = tmp_path / "lead", tmp_path / "A-001"
    with start_programme(home, document, asked=False) as ws:
        ask(ws, "P-002", "A-001")
        amara = who(ws, "P-001")
        laptop(ws, tmp_path, "A-001").close()

    # In the other country Ana does not have Amara on her list: she types her in, scores her, adds a work and a day.
    with open_(away) as ws:
        twin = people.add_person(ws, Role.PARTICIPANT, "ABARA, Àmárá", "P 001")[0]
        small, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
        ana = who(ws, "A-001")
        begun = assessments.begin(ws, twin, small, baseline, ana)[0]
        assessments.rate_many(ws, begun, small, {each.id: 4 for each in small.criteria}, {})
        assessments.finish(ws, begun.id)
        (tmp_path / "reel.txt").write_text("a reel")
        artefacts.add_work(ws, twin.id, str(tmp_path / "reel.txt"), {"title": "Reel"})
        production_log.add_day(ws, twin, {"worked_on": "2026-09-10", "tasks": "Focus"})
    window = start("ana", away, "Ana Example")
    from rubricapp.operations.returns import make_return

    pack = make_return(window.session.ws, tmp_path / "stick").path

    # The lead drops the pack on the merge page, is asked who that is, and says so before merging.
    window = start("lena", home, "Lena Lead")
    window.go("merge")
    inbox = window.page.inbox
    assert drop(inbox, pack)
    qtbot.waitUntil(lambda: not inbox.busy, timeout=60_000)
    (box,) = inbox.who.boxes.values()
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == "The same person as Amara Abara (P-001): the same id and name"
    press(qtbot, inbox, "Merge 1 package")
    qtbot.waitUntil(lambda: not inbox.busy, timeout=60_000)
    ws = window.session.ws
    assert list_ids(ws, amara.id) == (amara.id, twin.id)
    assert [each.participant for each in list_assessments(ws, assessor=ana.id)] == [amara.id]
    assert {each.title for each in list_artefacts(ws, amara.id)} == {"Work 1", "Reel"}
    assert [each.worked_on for each in list_log(ws, amara.id)] == ["2026-09-10"]
    assert len(list_people(ws, Role.PARTICIPANT)) == 3

    # It was wrong: on her page they are two people again, each with what is theirs; and back.
    window.go("people")
    window.page.show_person(who(ws, "P-001"), "details")
    card = window.page.participant_view.panel.same
    assert "the same id and name" in texts(card)
    button = find_button(card, "Àmárá ABARA (P 001) is somebody else after all")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert len(list_people(ws, Role.PARTICIPANT)) == 4
    assert {each.title for each in list_artefacts(ws, amara.id)} == {"Work 1"}
    assert [each.participant for each in list_assessments(ws, assessor=ana.id)] == [twin.id]
    window.do("undo")
    assert {each.title for each in list_artefacts(ws, amara.id)} == {"Work 1", "Reel"}
    assert find_faults(ws, files=True).problems == ()
    start.close()
