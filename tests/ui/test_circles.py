"""Windows away from the lead: whoever opens a kit finds what they are asked for; the lead chooses for whom kits are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from rubricapp.core.calibration import Gate
from rubricapp.core.model import Role
from rubricapp.operations import calibration, kits, mentoring, peer_review, people
from rubricapp.store.calibrations import list_samples
from rubricapp.store.kits import list_kits
from rubricapp.store.mentoring import list_mentorships
from rubricapp.store.people import find_occasion
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import Workspace, open_
from rubricapp.ui.main_window import MainWindow
from tests.laptops import WORDS, ask, laptop, make_passphrases_quick, start_programme, who
from tests.ui.driving import find_button, press, texts


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def lead(tmp_path: Path, document: dict) -> Iterator[Workspace]:
    with start_programme(tmp_path / "lead", document) as ws:
        people.add_person(ws, Role.MENTOR, "Maya Mentor")
        yield ws


def calibrated(lead: Workspace, demanded: bool = True) -> None:
    rubric = find_rubric(lead, "small")
    calibration.make_sample(lead, rubric, "Night Market", {"TST-1": 3}, {"TST-1": "token-reason"})
    calibration.set_gate(lead, rubric, Gate(demanded=demanded))


def hand_out(window: MainWindow):
    window.go("merge")
    window.page.tabs.setCurrentWidget(window.page.hand_out)
    return window.page.hand_out


def test_the_lead_chooses_for_whom_kits_are(make_window, lead, tmp_path, qtbot) -> None:
    mentoring.accompany(lead, who(lead, "P-001"), who(lead, "M-001"))
    peer_review.allocate_round(lead, find_rubric(lead, "small"), find_occasion(lead, "baseline"), 2, 7, reciprocal=True)
    window = make_window(lead, name="Lena Lead")
    view = hand_out(window).kits

    def rows() -> list[tuple[str, str]]:
        return [(each.person.name, each.does) for each in view.model.shown]

    def choose(words: str) -> None:
        view.circle.setCurrentText(words)
        view.circle.activated.emit(view.circle.currentIndex())

    assert rows() == [("Ana Example", "scores 2"), ("Bello Example", "scores 2")]
    choose("Mentors")
    assert rows() == [("Maya Mentor", "accompanies 1")]
    choose("Peers")
    assert [does for _name, does in rows()] == ["reviews 2, their own work"] * 3
    choose("Everybody")
    assert len(rows()) == 6
    assert "Lena Lead leads, and was asked neither" in view.left_out.text()
    view.folder.setText(str(tmp_path / "kits"))
    press(qtbot, view, "Make all 6 kits")
    qtbot.waitUntil(lambda: view._job is None)
    assert len(list(tmp_path.glob("kits/*.rubricpack"))) == 6
    assert len(list_kits(lead)) == 6


def test_who_accompanies_whom_is_said_and_taken_back(make_window, lead, qtbot) -> None:
    window = make_window(lead, name="Lena Lead")
    view = hand_out(window).accompanying
    assert not view.table.isVisible()
    assert view.mentor.currentText() == "Maya Mentor", "mentors come first"
    press(qtbot, view, "Ask to accompany")
    assert list_mentorships(lead) == [(who(lead, "M-001").id, who(lead, "P-001").id)]
    assert view.model.rowCount() == 1
    press(qtbot, view, "Ask to accompany")
    assert view.model.rowCount() == 1
    window.do("undo")
    assert list_mentorships(lead) == []
    window.do("redo")
    view.table.setFocus()
    qtbot.keyClick(view.table, Qt.Key.Key_Delete)
    assert list_mentorships(lead) == []
    assert kits.duties_of(lead, who(lead, "M-001")).circles == frozenset()


def test_asking_without_a_calibration_needs_a_reason(make_window, lead, qtbot) -> None:
    calibrated(lead)
    window = make_window(lead, name="Lena Lead")
    view = hand_out(window).asking
    view.raters.setValue(2)
    view.double.setValue(0)
    press(qtbot, view, "Assign evenly")
    assert view.error.isVisible()
    assert "Ana Example has not passed the calibration" in texts(view.error)
    assert view.despite.isVisible()
    view.despite.setText("The week cannot wait")
    press(qtbot, view, "Assign evenly")
    assert not view.error.isVisible()
    assert not view.despite.isVisible()
    assert lead.rows("SELECT DISTINCT reason FROM history WHERE kind = 'assignment' AND reason <> ''") == [
        ("Asked without a calibration: The week cannot wait",)
    ]
    page = hand_out(window)
    page.kits.table.setCurrentIndex(page.kits.model.index(0, 0))
    page.kits._show_result()
    assert "has not passed the calibration" in page.kits.lacks.text()


def test_a_mentor_finds_whom_they_accompany(make_window, lead, tmp_path, qtbot) -> None:
    mentoring.accompany(lead, who(lead, "P-001"), who(lead, "M-001"))
    ws = laptop(lead, tmp_path, "M-001")  # the window closes it
    window = make_window(ws, name="")
    assert window.session.me.name == "Maya Mentor"
    card = texts(window.page)
    assert "You accompany" in card
    assert "Hand in" in card
    press(qtbot, window.page, "Open the one that is chosen")
    assert window.page is not None
    assert "Amara Abara" in texts(window)


def test_an_assessor_is_told_before_scoring_and_practises(make_window, lead, tmp_path, qtbot) -> None:
    calibrated(lead)
    ws = laptop(lead, tmp_path, "A-001")  # the window closes it
    window = make_window(ws, name="")
    assert "It is asked for before you score with this rubric." in texts(window.page)
    window.go("score", window.page.asked_table.model().shown[0].slot)
    assert "Calibrate first" in texts(window.page)
    window.go("home")
    press(qtbot, window.page, "Score the sample")
    view = window.page.sample
    assert view.isVisible()
    sheet = view.sheet
    sheet.rate(0, 4)
    sheet.finish()
    assert "with your programme lead" in texts(sheet)
    assert "token-reason" not in texts(window)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert window.rail.current() is window.rail.buttons["home"]
    assert "1 scored: how near it came is told with the next kit" in texts(window.page)


def test_nobody_is_told_where_nothing_is_demanded(make_window, lead, tmp_path) -> None:
    calibrated(lead, demanded=False)
    ws = laptop(lead, tmp_path, "A-001")  # the window closes it
    window = make_window(ws, name="")
    assert find_button(window.page, "Score the sample").isVisible()
    window.go("score", window.page.asked_table.model().shown[0].slot)
    assert "Calibrate first" not in texts(window.page)


def test_a_sample_shows_its_work_though_nobody_says_whose_it_is(make_window, lead, tmp_path) -> None:
    from rubricapp.operations.artefacts import find_artefact

    rubric, work = find_rubric(lead, "small"), find_artefact(lead, "Work 3")
    calibration.make_sample(lead, rubric, "Night Market", {"TST-1": 3}, {"TST-1": "Why"}, work.id)
    ws = laptop(lead, tmp_path, "A-001")  # the window closes it
    window = make_window(ws, name="")
    window.go("peer", list_samples(ws)[0])
    pane = window.page.sample.sheet.side.open()
    assert [pane.list.item(row).text() for row in range(pane.list.count())] == ["Work 3"]


def test_two_people_on_one_laptop_are_told_that_they_stay_apart(
    make_window, lead, tmp_path, monkeypatch, qtbot
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("RUBRICAPP_HOME", str(home))
    ask(lead, "P-003", "A-001")
    laptop(lead, tmp_path, "A-001", home / "workspaces" / "ana").close()
    kit = kits.make_kit(lead, who(lead, "A-002"), tmp_path / "kits", WORDS).path
    window = make_window(name="")
    window.open_folder(home / "workspaces" / "ana")
    window.arrivals.open_files([kit])
    view = window.arrivals.view
    assert view.others.isVisible()
    assert view.others.text().startswith("Also on this laptop: Ana Example. Bello Example gets a folder")
    view.passphrase.setText(WORDS)
    press(qtbot, view, "Join")
    qtbot.waitUntil(lambda: window.session is not None and window.session.me.name == "Bello Example")
    assert window.session.ws.folder != home / "workspaces" / "ana"
    assert window.toast.text.text() == "Ready for Bello Example: 2 people to score"
    with open_(home / "workspaces" / "ana", read_only=True) as ana:
        assert ana.rows("SELECT count(*) FROM person WHERE given_name = 'Bello'") == [(0,)]
