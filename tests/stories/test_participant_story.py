"""A participant's week: five days in the log, four works in the portfolio, and one of them proves a criterion."""

from __future__ import annotations

import gc
from datetime import date, timedelta
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from rubricapp.core.model import Role
from rubricapp.operations import people, production_log, programmes
from rubricapp.settings import Settings
from rubricapp.store.artefacts import find_file, list_artefacts, list_attached
from rubricapp.store.evidence import find_matrix, list_evidence
from rubricapp.store.people import list_people
from rubricapp.store.production_log import list_log
from rubricapp.store.showings import list_showings
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import open_
from rubricapp.ui.main_window import MainWindow
from tests.ui.driving import press, texts
from tests.ui.works import NOISE, clip, document, drop, still

pytestmark = [pytest.mark.qt_log_ignore(NOISE, extend=True), pytest.mark.timeout(240)]
ENTER = Qt.Key.Key_Return


@pytest.fixture
def window(tmp_path: Path, qtbot):
    gc.collect()
    gc.disable()
    ws = programmes.start(tmp_path / "w", "Four rivers", "2026")
    for name in ("Amara Example", "Kofi Example"):
        people.add_person(ws, Role.PARTICIPANT, name)
    made = MainWindow(Settings(name="Amara Example", theme="light"), tmp_path / "logs")
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.show_workspace(ws)
    yield made
    made.shut()
    made.close()
    gc.enable()


def test_a_week_of_work_becomes_evidence(window, tmp_path, qtbot) -> None:
    ws = window.session.ws
    amara = next(each for each in list_people(ws, Role.PARTICIPANT) if each.name == "Amara Example")
    window.session.set_me(amara)

    # Five days: the first typed in full, the others with what stayed the same.
    window.go("log")
    page = window.page
    page.who.setCurrentIndex(page.who.findData(amara.id))
    monday = production_log.today(ws) - timedelta(days=7)
    for number in range(5):
        fields = page.quick.fields
        for name, text in (
            ("worked_on", (monday + timedelta(days=number)).isoformat()),
            ("role", "1st AC"),
            ("hours", "10:30"),
            ("production", "Night Market"),
        ):
            box = fields[name].control
            box.setFocus()
            box.selectAll()
            qtbot.keyClicks(box, text)
        qtbot.keyClick(fields["hours"].control, ENTER)
    days = list_log(ws, amara.id)
    assert [date.fromisoformat(each.worked_on) - monday for each in days] == [timedelta(days=n) for n in range(5)]
    assert all((each.role, each.minutes) == ("1st AC", 630) for each in days)

    # The last day in full: what it touched, a reflection, and the camera report.
    page.table.setFocus()
    qtbot.keyClick(page.table, ENTER)
    view = page.day_view
    last = view.day.entry.id
    drop(view, still(tmp_path / "Camera report.png", colour="plum"))
    criteria = view.fields["criteria"].control
    row = next(n for n in range(criteria.count()) if criteria.item(n).data(Qt.ItemDataRole.UserRole) == "CAM-2")
    criteria.setCurrentRow(row)
    qtbot.keyClick(criteria, Qt.Key.Key_Space)
    qtbot.keyClicks(view.fields["matters"].control, "Focus is a promise to the actor")
    press(qtbot, view, "Save")
    assert [each.title for each in list_attached(ws, last)] == ["Camera report"]

    # The portfolio: a still and a document dropped, a clip where one can be made, a link typed.
    window.go("people", ("person", amara.id, "portfolio"))
    panel = window.page.participant_view.panel
    assert "Camera report" in panel.model.as_text()
    files = [still(tmp_path / "Night market.png"), document(tmp_path / "Call sheet.pdf")]
    try:
        files.append(clip(tmp_path / "Ferry.mp4"))
    except pytest.skip.Exception:
        (tmp_path / "Ferry.mp4").write_bytes(b"no ffmpeg here: a clip that cannot be shown is a work, too")
        files.append(tmp_path / "Ferry.mp4")
    drop(panel, *files)
    qtbot.keyClicks(panel.address, "https://example.org/films/night-market")
    qtbot.keyClick(panel.address, ENTER)
    works = {each.title: each for each in list_artefacts(ws, amara.id)}
    assert list(works) == ["Camera report", "Night market", "Call sheet", "Ferry", "night-market"]
    qtbot.waitUntil(lambda: not panel.thumbnails.busy, timeout=30_000)
    assert panel.thumbnails.picture(works["Night market"]) is not None

    # What is said of the still, and what it proves: a part of it.
    panel.open_work(works["Night market"].id)
    work = panel.work_view
    assert "No consent is on file" in texts(work.problems)
    box = work.form.fields["role"].control
    box.setFocus()
    qtbot.keyClicks(box, "1st AC")
    box = work.form.fields["consent"].control
    box.setFocus()
    qtbot.keyClicks(box, "Everybody in it said yes, for festivals")
    qtbot.keyClick(box, Qt.Key.Key_Tab)
    assert "No consent" not in texts(work)
    qtbot.keyClicks(work.showings.boxes["shown_on"], "2027")
    qtbot.keyClicks(work.showings.boxes["place"], "Town hall")
    press(qtbot, work.showings, "Add this showing")
    assert [each.place for each in list_showings(ws, works["Night market"].id)] == ["Town hall"]
    work.viewer.viewer.part_button.click()
    qtbot.keyClicks(work.viewer.viewer.part, "25,25,50,50")
    press(qtbot, work.link_form, "Take the place that is shown")
    work.link_form.criterion.setCurrentIndex(work.link_form.criterion.findData("CAM-1"))
    press(qtbot, work.link_form, "Link as evidence")
    assert [(each.criterion, each.region) for each in list_evidence(ws, amara.id)] == [("CAM-1", "25,25,50,50")]
    qtbot.keyClick(work.back, Qt.Key.Key_Escape)

    # The matrix: the criterion is proved, the last day is suggested for another one, and taken.
    press(qtbot, panel, "What proves what")
    matrix = panel.matrix_view
    rows = [each.criterion.id for each in matrix.model.rows]
    columns = ["", *(each.title for each in matrix.model.sources)]
    place = (rows.index("CAM-1"), columns.index("Night market"))
    assert matrix.model.text(*place) == "✓ part 25,25,50,50 %"
    log = len(columns) - 1
    assert matrix.model.text(rows.index("CAM-2"), log) == "suggested"
    assert matrix.model.text(rows.index("CAM-2"), 0) == "nothing yet"
    matrix.table.setCurrentIndex(matrix.model.index(rows.index("CAM-2"), log))
    matrix.table.setFocus()
    qtbot.keyClick(matrix.table, ENTER)
    assert matrix.model.text(rows.index("CAM-2"), log) == "✓ all of it"
    assert matrix.says.text().startswith("2 of ")
    press(qtbot, matrix, "Copy as table")
    assert "CAM-1" in QApplication.clipboard().text()

    # All of it is on the disk, and holds.
    assert all(find_file(ws, each) is not None for each in works.values() if not each.is_web)
    folder = ws.folder
    window.shut()
    with open_(folder) as again:
        assert find_faults(again, files=True).ok
        kept = find_matrix(again, amara.id)
        assert {link.criterion for _r, proofs in kept.rows for proof in proofs for link in proof.evidence} == {
            "CAM-1",
            "CAM-2",
        }
        assert {each.matters for each in list_log(again, amara.id)} == {"", "Focus is a promise to the actor"}
