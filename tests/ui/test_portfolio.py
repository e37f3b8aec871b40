"""The portfolio: adding in every way, pictures of every kind of file, what is said of a work, and what it proves."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QTabBar

from rubricapp.operations import artefacts, evidence, evidence_links, production_log, thumbnails
from rubricapp.store.artefacts import find_file, list_artefacts, load_artefact
from rubricapp.store.evidence import list_evidence
from rubricapp.store.people import find_people
from rubricapp.store.showings import list_choices, list_showings
from rubricapp.store.vault import Vault
from rubricapp.ui.portfolio.thumbnails import LARGEST, decode
from rubricapp.ui.score.viewers import format_of
from tests.ui.driving import find_button, press, texts
from tests.ui.test_names import focusable, name_of
from tests.ui.works import NOISE, clip, document, drawing, drop, giant, still

pytestmark = pytest.mark.qt_log_ignore(NOISE, extend=True)


@pytest.fixture(autouse=True)
def _garbage_as_in_the_app():
    """Collected on the main thread between tests, never in a worker that makes a picture."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def amara(residency):
    return find_people(residency, "P-001")[0]


@pytest.fixture
def panel(window, amara):
    window.go("people", ("person", amara.id, "portfolio"))
    return window.page.participant_view.panels["portfolio"]


def titles(ws, amara) -> list[str]:
    return [each.title for each in list_artefacts(ws, amara.id)]


def wait_for_pictures(panel, qtbot) -> None:
    qtbot.waitUntil(lambda: not panel.thumbnails.busy, timeout=30_000)


# Adding


def test_the_tab_is_there_and_says_what_to_do(window, panel):
    bar = window.page.participant_view.findChild(QTabBar)
    assert "Portfolio" in [bar.tabText(n) for n in range(bar.count())]
    assert "No works yet" in texts(panel)
    assert [type(each).__name__ for each in focusable(panel) if not name_of(each)] == []


def test_several_files_and_an_address_are_dropped(panel, residency, amara, tmp_path, qtbot):
    files = [still(tmp_path / "Night market.png"), document(tmp_path / "Budget.pdf"), drawing(tmp_path / "fake.png")]
    assert drop(panel, *files, "https://example.org/films/ferry.mp4", tmp_path / "none.png", "ftp://example.org/a.mov")
    assert titles(residency, amara) == ["Night market", "Budget", "fake", "ferry"]
    assert "none.png cannot be read" in panel.error.what.text()
    wait_for_pictures(panel, qtbot)
    night, budget, fake, _ferry = list_artefacts(residency, amara.id)
    assert panel.thumbnails.picture(night).width() == LARGEST.width()
    assert panel.thumbnails.picture(budget).height() == LARGEST.height()
    assert panel.thumbnails.picture(fake) is None and "not a picture" in panel.thumbnails.fault(fake)
    kept = {path.stem for path in (residency.folder / "thumbnails").iterdir()}
    assert kept == {night.sha256, budget.sha256}
    panel.session.undo_stack.undo()
    assert titles(residency, amara) == [], "what was dropped together goes together"
    panel.session.undo_stack.redo()
    assert len(titles(residency, amara)) == 4


def test_a_clip_has_a_frame_as_its_picture(panel, residency, amara, tmp_path, qtbot):
    pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    broken = tmp_path / "broken.mov"
    broken.write_bytes(bytes(range(256)) * 40)
    listing = tmp_path / "list.mp4"
    listing.write_bytes(b"#EXTM3U\nhttp://example.org/x.ts\n")
    drop(panel, clip(tmp_path / "Ferry.mp4"), broken, listing)
    wait_for_pictures(panel, qtbot)
    ferry, bad, other = list_artefacts(residency, amara.id)
    assert panel.thumbnails.picture(ferry).size().toTuple() == (160, 90)
    assert "cannot play" in panel.thumbnails.fault(bad)
    assert "not opened" in panel.thumbnails.fault(other)


@pytest.mark.parametrize("hostile", ["giant", "cut short", "drawing", "empty", "page cut short", "text.tiff"])
def test_hostile_files_get_a_plain_sign(panel, residency, amara, tmp_path, qtbot, hostile):
    path = tmp_path / ("a.pdf" if hostile == "page cut short" else "a.tiff" if "tiff" in hostile else "a.png")
    if hostile == "giant":
        giant(path)
    elif hostile == "drawing":
        drawing(path)
    elif hostile == "page cut short":
        document(path)
        path.write_bytes(path.read_bytes()[:400])
    elif hostile == "cut short":
        still(path, 2000, 1000)
        path.write_bytes(path.read_bytes()[:90])
    else:
        path.write_bytes(b"" if hostile == "empty" else b"II*\0" + b"\xff" * 400)
    drop(panel, path)
    wait_for_pictures(panel, qtbot)
    (work,) = list_artefacts(residency, amara.id)
    assert panel.thumbnails.picture(work) is None
    assert panel.thumbnails.fault(work)
    assert not (residency.folder / "thumbnails").exists()
    assert not panel.grid.grab().isNull()


def test_a_kept_picture_is_not_trusted(panel, residency, amara, tmp_path, qtbot):
    drop(panel, still(tmp_path / "a.png"))
    wait_for_pictures(panel, qtbot)
    (work,) = list_artefacts(residency, amara.id)
    kept = residency.folder / "thumbnails" / f"{work.sha256}.jpg"
    good = kept.read_bytes()
    for bad in (drawing(tmp_path / "x.svg").read_bytes(), b"", good[:50], b"\xff" * (thumbnails.MOST_BYTES + 1)):
        kept.write_bytes(bad)
        panel.thumbnails.forget(work)
        panel.thumbnails.want([work])
        wait_for_pictures(panel, qtbot)
        assert panel.thumbnails.picture(work) is not None
        assert kept.read_bytes() == good, "made again"
    large = still(tmp_path / "large.jpg", 2000, 2000).read_bytes()
    assert decode(large).isNull() and decode(b"GIF89a").isNull()
    assert (format_of(b"RIFF....WEBPVP8 "), format_of(b"<svg"), format_of(b"")) == (b"webp", b"", b"")


def test_pictures_are_bounded_and_the_oldest_go(tmp_path, monkeypatch):
    monkeypatch.setattr(thumbnails, "MOST_FILES", 10)
    for number in range(15):
        key = f"{number:064x}"
        thumbnails.keep_thumbnail(Vault(tmp_path / "files"), key, b"picture")
        os.utime(tmp_path / "thumbnails" / f"{key}.jpg", (number, number))
    names = sorted(int(path.stem, 16) for path in (tmp_path / "thumbnails").iterdir())
    assert len(names) <= 10 and names[-1] == 14 and 0 not in names
    thumbnails.keep_thumbnail(Vault(tmp_path / "files"), "f" * 64, b"x" * (thumbnails.MOST_BYTES + 1))
    assert thumbnails.find_thumbnail(Vault(tmp_path / "files"), "f" * 64) is None
    with pytest.raises(ValueError, match=r"\.\."):
        thumbnails.find_thumbnail(Vault(tmp_path / "files"), "../../secret")


def test_pictures_of_works_that_are_gone_go(panel, residency, amara, tmp_path, qtbot):
    panel.linked_only.setChecked(True)
    drop(panel, still(tmp_path / "linked.png", colour="plum"))
    panel.linked_only.setChecked(False)
    drop(panel, still(tmp_path / "a.png"), still(tmp_path / "b.png", 32, 32))
    wait_for_pictures(panel, qtbot)
    folder = residency.folder / "thumbnails"
    (folder / "half.part").write_bytes(b"cut short")
    assert len(list(folder.iterdir())) == 4
    panel.remove(list_artefacts(residency, amara.id)[1])
    assert thumbnails.sweep_thumbnails(residency) == 2
    assert len(list(folder.iterdir())) == 2
    assert thumbnails.sweep_thumbnails(residency) == 0


def test_pasting_a_picture_a_file_or_an_address(panel, residency, amara, tmp_path, qtbot):
    clipboard = QApplication.clipboard()
    panel.add_button.setFocus()
    clipboard.setImage(QImage(str(still(tmp_path / "a.png"))))
    qtbot.keyClick(panel.add_button, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    clipboard.setText("https://example.org/sound/mix.wav")
    qtbot.keyClick(panel.add_button, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    found = titles(residency, amara)
    assert found[0].startswith("Pasted picture") and found[1:] == ["mix"]
    clipboard.setText("just words")
    with qtbot.waitSignal(panel.notice):
        qtbot.keyClick(panel.add_button, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert len(titles(residency, amara)) == 2
    clipboard.clear()


def test_an_address_is_typed_and_a_wrong_one_stays(panel, residency, amara, qtbot):
    qtbot.keyClicks(panel.address, "https://me:secret@example.org/a.mp4")
    qtbot.keyClick(panel.address, Qt.Key.Key_Return)
    assert "password" in panel.error.what.text()
    assert panel.address.text() == "https://me:secret@example.org/a.mp4"
    panel.address.clear()
    qtbot.keyClicks(panel.address, "example.org/a.mp4")
    press(qtbot, panel, "Add link")
    assert [each.link for each in list_artefacts(residency, amara.id)] == ["https://example.org/a.mp4"]
    assert panel.address.text() == "" and panel.error.isHidden()


def test_a_linked_file_is_not_copied_and_found_again_after_it_moved(panel, residency, amara, tmp_path, qtbot):
    panel.linked_only.setChecked(True)
    drop(panel, still(tmp_path / "a.png"))
    (work,) = list_artefacts(residency, amara.id)
    assert work.link == str(tmp_path / "a.png") and not any(residency.files.rglob("*"))
    wait_for_pictures(panel, qtbot)
    assert panel.thumbnails.picture(work) is not None
    moved = (tmp_path / "a.png").rename(tmp_path / "b.png")
    panel.refresh()
    assert panel.model.works[0].warning == "Not on this laptop"
    panel.open_work(work.id)
    view = panel.work_view
    assert view.relink.isVisible() and "not on this laptop" in view.viewer.message.text()
    view.relink_to(still(tmp_path / "other.png", 9, 9))
    assert "not the file" in view.error.what.text()
    view.relink_to(moved)
    assert load_artefact(residency, work.id).link == str(moved)
    assert view.viewer.viewer is not None and view.relink.isHidden()


def test_large_files_are_copied_beside_the_window_and_can_be_stopped(
    panel, residency, amara, tmp_path, qtbot, monkeypatch
):
    monkeypatch.setattr("rubricapp.ui.portfolio.adding.AT_ONCE", 1000)
    large = [tmp_path / name for name in ("one.bin", "two.bin")]
    for each in large:
        with each.open("wb") as file:
            file.truncate(3 << 20)
    panel.add_files([str(each) for each in large])
    assert panel.adder.isVisible() and panel.adder.stop.isVisible()
    qtbot.waitUntil(lambda: len(titles(residency, amara)) == 2, timeout=20_000)
    assert panel.adder.isHidden()
    copy_in, gate = evidence.copy_in, Event()
    monkeypatch.setattr(evidence, "copy_in", lambda *given: gate.wait(20) and copy_in(*given))
    panel.add_files([str(each) for each in large])
    qtbot.mouseClick(panel.adder.stop, Qt.MouseButton.LeftButton)
    gate.set()
    qtbot.waitUntil(lambda: not panel.adder.busy, timeout=20_000)
    assert len(titles(residency, amara)) == 2
    assert not list(residency.files.glob("*.part"))


def test_a_copy_that_was_cut_short_is_told_and_gone_on_with(panel, residency, amara, tmp_path, qtbot):
    large = tmp_path / "clip.bin"
    with large.open("wb") as file:
        file.write(os.urandom(1 << 20))
        file.truncate(evidence.RESUME_FROM + (1 << 20))
    part = residency.files / f"{evidence.RESUMABLE}{evidence._identity(large, large.stat())}.part"
    residency.files.mkdir(exist_ok=True)
    part.write_bytes(large.read_bytes()[: 8 << 20])
    panel.refresh()
    assert "goes on where it stopped" in panel.half.text()
    with qtbot.waitSignal(panel.done, timeout=20_000) as said:
        panel.add_files([str(large)])
    assert "cut short" in said.args[0]
    panel.refresh()
    assert panel.half.isHidden() and titles(residency, amara) == ["clip"]


def test_removing_by_key_and_back(panel, residency, amara, tmp_path, qtbot):
    drop(panel, still(tmp_path / "a.png"), still(tmp_path / "b.png", colour="plum"))
    panel.grid.setFocus()
    qtbot.keyClick(panel.grid, Qt.Key.Key_Delete)
    assert titles(residency, amara) == ["b"]
    panel.session.undo_stack.undo()
    assert titles(residency, amara) == ["a", "b"]
    find_button(panel, "Remove")


# One work


@pytest.fixture
def opened(panel, residency, amara, tmp_path, qtbot):
    drop(panel, still(tmp_path / "a.png"))
    panel.grid.setFocus()
    qtbot.keyClick(panel.grid, Qt.Key.Key_Return)
    return panel.work_view


def test_what_is_typed_is_kept_when_the_field_is_left_and_undone_as_one(opened, residency, qtbot):
    form = opened.form
    box = form.fields["did"].control
    box.setFocus()
    qtbot.keyClicks(box, "Lit the market ")
    form._timer.timeout.emit()  # typing stopped for a moment
    assert load_artefact(residency, opened.work.id).did == "Lit the market"
    qtbot.keyClicks(box, "at night")
    qtbot.keyClick(box, Qt.Key.Key_Tab)
    assert load_artefact(residency, opened.work.id).did == "Lit the market at night"
    opened.session.undo_stack.undo()
    assert load_artefact(residency, opened.work.id).did == "" and box.text == ""
    opened.session.undo_stack.redo()
    assert box.text == "Lit the market at night"
    stage = form.fields["stage"].control
    stage.setCurrentIndex(stage.findData("locked"))
    stage.activated.emit(stage.currentIndex())
    assert load_artefact(residency, opened.work.id).stage == "locked"


def test_a_wrong_day_stays_with_what_is_wrong(opened, residency, qtbot):
    box = opened.form.fields["consent_expires_on"].control
    box.setFocus()
    qtbot.keyClicks(box, "next spring")
    qtbot.keyClick(box, Qt.Key.Key_Tab)
    hint = opened.form.fields["consent_expires_on"].hint
    assert "not a day" in hint.text() and box.text() == "next spring"
    opened.leave()
    assert opened.isVisible() and "not kept yet" in opened.error.what.text()
    opened.session.changed.emit(artefacts.edit_details(residency, opened.work.id, {"title": "Market"}))
    assert box.text() == "next spring" and opened.title.text() == "Market"
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "2020-01-01")
    qtbot.keyClick(opened.back, Qt.Key.Key_Escape)
    assert not opened.isVisible()
    assert load_artefact(residency, opened.work.id).consent_expires_on == "2020-01-01"


def test_consent_that_ended_is_said_in_words(opened, panel, residency):
    opened.session.run(artefacts.edit_details, opened.work.id, {"consent": "All", "consent_expires_on": "2020-01-01"})
    assert "ended on 2020-01-01" in texts(opened.problems)
    assert "ended on 2020-01-01" in panel.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    opened.session.run(
        artefacts.edit_details, opened.work.id, {"consent_expires_on": "", "embargo_until": "2999-01-01"}
    )
    assert "under embargo" in texts(opened.problems)


def test_an_altered_file_is_said_when_it_is_opened_and_made_good(panel, opened, residency, tmp_path, qtbot):
    stored = find_file(residency, opened.work).place
    opened.leave()
    stored.write_bytes(
        still(tmp_path / "x.png", 10, 10).read_bytes().ljust(opened.work.size, b"\0")[: opened.work.size]
    )
    panel.open_work(opened.work.id)
    qtbot.waitUntil(lambda: "altered" in texts(opened.problems), timeout=10_000)
    assert panel.model.works[0].warning == "File altered"
    opened.relink_to(tmp_path / "a.png")
    assert opened.error.isHidden()
    qtbot.waitUntil(lambda: "altered" not in texts(opened.problems), timeout=10_000)
    with qtbot.waitSignal(opened.notice, timeout=10_000) as said:
        press(qtbot, opened, "Check this file")
    assert "every byte" in said.args[0]


def test_all_files_are_checked_on_demand(panel, residency, amara, tmp_path, qtbot):
    drop(panel, still(tmp_path / "a.png"), still(tmp_path / "b.png", colour="plum"), still(tmp_path / "c.png", 9, 9))
    one, two, _three = list_artefacts(residency, amara.id)
    find_file(residency, one).place.unlink()
    find_file(residency, two).place.write_bytes(b"something else")
    press(qtbot, panel, "Check files")
    qtbot.waitUntil(lambda: "whole" in panel.checking.text(), timeout=10_000)
    said = panel.checking.text()
    assert "1 file is whole" in said and "“a” is not on this laptop" in said and "“b” was altered" in said
    assert [each.warning for each in panel.model.works][:2] == ["Not on this laptop", "File altered"]


def test_showings_and_audiences_by_hand(opened, residency, qtbot):
    card = opened.showings
    qtbot.keyClicks(card.boxes["place"], "Festival <b>del</b> Rio")
    press(qtbot, card, "Add this showing")
    assert "not a day" in card.error.what.text() and card.boxes["place"].text(), "what was typed stays"
    qtbot.keyClicks(card.boxes["shown_on"], "2027-05")
    qtbot.keyClick(card.boxes["shown_on"], Qt.Key.Key_Return)
    (showing,) = list_showings(residency, opened.work.id)
    assert (showing.place, showing.kind) == ("Festival <b>del</b> Rio", "festival")
    assert card.error.isHidden() and card.boxes["place"].text() == ""
    opened.session.undo_stack.undo()
    assert list_showings(residency) == []
    opened.session.undo_stack.redo()
    assert len(list_showings(residency)) == 1
    card.remove(showing)
    assert list_showings(residency) == []
    opened.session.undo_stack.undo()
    assert len(list_showings(residency)) == 1
    press(qtbot, card, "Change the showing 2027-05  ·  Festival <b>del</b> Rio  ·  Festival")
    assert card.boxes["place"].text() == "Festival <b>del</b> Rio" and card.boxes["shown_on"].hasFocus()
    card.boxes["shown_on"].setText("May")
    press(qtbot, card, "Keep the change")
    assert "not a day" in card.error.what.text() and card.changed is not None
    card.boxes["shown_on"].setText("2027-05-14")
    qtbot.keyClicks(card.boxes["result"], "First prize")
    qtbot.keyClick(card.boxes["result"], Qt.Key.Key_Return)
    (changed,) = list_showings(residency)
    assert (changed.id, changed.shown_on, changed.result) == (showing.id, "2027-05-14", "First prize")
    opened.session.undo_stack.undo()
    assert list_showings(residency) == [showing]
    opened.session.undo_stack.redo()
    assert list_showings(residency) == [changed]
    press(qtbot, card, "Change the showing 2027-05-14  ·  Festival <b>del</b> Rio  ·  Festival  ·  First prize")
    press(qtbot, card, "Leave it as it was")
    assert find_button(card, "Add this showing") and card.boxes["place"].text() == ""

    card = opened.audiences
    card.audience.setCurrentText("Producers")
    qtbot.keyClicks(card.day, "2999-01-01")
    press(qtbot, card, "Show it to them")
    (choice,) = list_choices(residency, opened.work.id)
    assert (choice.audience, choice.shown, choice.embargo_until) == ("producer", True, "2999-01-01")
    card.audience.setCurrentText("Producers")
    press(qtbot, card, "Do not show it")
    assert not list_choices(residency, opened.work.id)[0].shown
    opened.session.undo_stack.undo()
    assert list_choices(residency, opened.work.id) == [choice]
    card.forget(choice)
    assert list_choices(residency, opened.work.id) == []
    opened.session.undo_stack.undo()
    assert list_choices(residency, opened.work.id) == [choice]


def test_a_part_is_linked_from_the_work_and_gone_to(opened, residency, qtbot):
    viewer = opened.viewer.viewer
    viewer.part_button.setChecked(True)
    viewer.part.setText("10,20,30,40")
    form = opened.link_form
    press(qtbot, form, "Take the place that is shown")
    assert form.boxes["region"].text() == "10,20,30,40" and not form.boxes["start"].isVisible()
    form.criterion.setCurrentIndex(form.criterion.findData("TST-2"))
    qtbot.keyClicks(form.note, "Her face in the lamp")
    press(qtbot, form, "Link as evidence")
    (link,) = list_evidence(residency)
    assert (link.criterion, link.region, link.note) == ("TST-2", "10,20,30,40", "Her face in the lamp")
    viewer.part_button.setChecked(False)
    press(qtbot, opened, "Go to part 10,20,30,40 %  TST-2  Her face in the lamp")
    assert viewer.part.text() == "10,20,30,40"
    form.boxes["region"].setText("over there")
    with qtbot.waitSignal(opened.session.failed):
        press(qtbot, form, "Link as evidence")
    assert form.boxes["region"].text() == "over there"
    press(qtbot, opened, "Change the note of part 10,20,30,40 %  TST-2  Her face in the lamp")
    dialog = opened.findChild(QDialog, "ask_line")
    line = dialog.findChild(QLineEdit)
    assert line.text() == "Her face in the lamp"
    line.setText("Her <b>hands</b>")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert list_evidence(residency)[0].note == "Her <b>hands</b>"
    opened.session.undo_stack.undo()
    assert list_evidence(residency)[0].note == "Her face in the lamp"
    press(qtbot, opened, "Unlink part 10,20,30,40 %  TST-2  Her face in the lamp")
    assert list_evidence(residency) == []


def test_every_control_of_a_work_has_a_name(opened):
    assert [type(each).__name__ for each in focusable(opened) if not name_of(each)] == []


@pytest.mark.parametrize("view", ["works", "one work", "matrix"])
def test_tab_reaches_every_button_and_comes_round(window, panel, tmp_path, qtbot, view):
    drop(panel, still(tmp_path / "a.png"))
    if view == "one work":
        panel.open_work(panel.model.works[0].artefact.id)
    elif view == "matrix":
        panel.show_matrix()
        panel.matrix_view.table.setCurrentIndex(panel.matrix_view.model.index(0, 1))
    wanted = {each for each in focusable(panel) if isinstance(each, QAbstractButton) and not each.group()}
    assert wanted
    start = QApplication.focusWidget()
    seen = set()
    for _step in range(200):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.add(QApplication.focusWidget())
        if QApplication.focusWidget() is start:
            break
    assert QApplication.focusWidget() is start, "Tab does not come round"
    assert {each.accessibleName() or each.text() for each in wanted - seen} == set()


# The matrix


@pytest.fixture
def matrix(panel, residency, amara, tmp_path, qtbot):
    drop(panel, document(tmp_path / "Budget.pdf"), still(tmp_path / "Still.png"))
    production_log.add_day(
        residency, amara, {"worked_on": "2026-09-10", "criteria": "TST-3", "incident": "A lamp fell"}
    )
    budget = list_artefacts(residency, amara.id)[0]
    evidence_links.link_evidence(residency, budget.id, "TST-1", evidence_links.Place(page=2))
    press(qtbot, panel, "What proves what")
    return panel.matrix_view


def cells(matrix) -> list[list[str]]:
    model = matrix.model
    return [[model.text(row, column) for column in range(model.columnCount())] for row in range(model.rowCount())]


def test_what_proves_what_and_what_nothing_proves(matrix, qtbot):
    assert cells(matrix)[:3] == [
        ["1 link", "✓ page 2", "", ""],
        ["nothing yet", "", "", ""],
        ["nothing yet", "", "", "suggested"],
    ]
    assert "1 of 6 criteria" in matrix.says.text() and "Still" in matrix.says.text()
    matrix.table.setCurrentIndex(matrix.model.index(0, 1))
    found = QAccessible.queryAccessibleInterface(matrix.table)
    assert found.role() == QAccessible.Role.Table and found.text(QAccessible.Text.Name).startswith("What proves what")
    words = matrix.model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words == "Budget proves TST-1 Title of TST-1: page 2"
    assert "lamp" not in matrix.model.as_text() + " ".join(
        str(matrix.model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole))
        for row in range(6)
        for column in range(4)
    )
    matrix.missing.click()
    assert matrix.model.rowCount() == 5
    press(qtbot, matrix, "Copy as table")
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:4] == ["Criterion", "Title", "Proved by", "Budget"] and len(lines) == 6


def test_linking_and_unlinking_from_the_matrix(matrix, residency, qtbot):
    table = matrix.table
    table.setFocus()
    table.setCurrentIndex(matrix.model.index(1, 2))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert matrix.form.isVisible() and matrix.form.boxes["region"].hasFocus()
    qtbot.keyClicks(matrix.form.boxes["region"], "0,0,50,50")
    qtbot.keyClick(matrix.form.boxes["region"], Qt.Key.Key_Return)
    assert cells(matrix)[1] == ["1 link", "", "✓ part 0,0,50,50 %", ""]
    assert table.hasFocus() and table.currentIndex().column() == 2, "one stays where one was"
    table.setCurrentIndex(matrix.model.index(2, 3))
    press(qtbot, matrix, "Link here…")
    assert cells(matrix)[2] == ["1 link", "", "", "✓ all of it"]
    assert {each.criterion for each in list_evidence(residency)} == {"TST-1", "TST-2", "TST-3"}
    table.setCurrentIndex(matrix.model.index(0, 1))
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert cells(matrix)[0] == ["nothing yet", "", "", ""]
    matrix.session.undo_stack.undo()
    assert cells(matrix)[0][0] == "1 link"


def test_the_moment_is_opened_and_one_comes_back(matrix, panel, window, qtbot):
    matrix.table.setCurrentIndex(matrix.model.index(0, 1))
    matrix.table.setFocus()
    qtbot.keyClick(matrix.table, Qt.Key.Key_Return)
    view = panel.work_view
    assert view.isVisible() and view.work.title == "Budget"
    qtbot.waitUntil(lambda: view.viewer.viewer.place().page == 2, timeout=10_000)
    qtbot.keyClick(view.back, Qt.Key.Key_Escape)
    assert matrix.isVisible()
    matrix.table.setCurrentIndex(matrix.model.index(2, 3))
    press(qtbot, matrix, "Open the day")
    assert window.page.day_view.isVisible()
    assert window.page.day_view.day.entry.worked_on == "2026-09-10"


def test_the_moment_of_a_clip_is_opened_from_the_matrix(panel, residency, amara, tmp_path, qtbot):
    pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    drop(panel, clip(tmp_path / "Ferry.mp4", 3, "30000/1001"))
    (ferry,) = list_artefacts(residency, amara.id)
    evidence_links.link_evidence(residency, ferry.id, "TST-1", evidence_links.Place("00:00:01:05", rate="29.97"))
    press(qtbot, panel, "What proves what")
    matrix = panel.matrix_view
    matrix.refresh()
    matrix.table.setCurrentIndex(matrix.model.index(0, 1))
    matrix.table.setFocus()
    qtbot.keyClick(matrix.table, Qt.Key.Key_Return)
    viewer = panel.work_view.viewer.viewer
    qtbot.waitUntil(lambda: viewer.place().start == "00:00:01:05", timeout=10_000)
    back = panel.work_view.back
    qtbot.keyClick(back, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: viewer.place().start == "00:00:01:06", timeout=10_000)
    qtbot.keyClick(back, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: viewer.place().start == "00:00:01:05", timeout=10_000)
    qtbot.keyClick(back, Qt.Key.Key_M)
    assert panel.work_view.link_form.boxes["start"].text() == "00:00:01:05"
    assert panel.work_view.link_form.note.hasFocus()
    panel.work_view.link_form.criterion.setCurrentIndex(1)
    press(qtbot, panel.work_view.link_form, "Link as evidence")
    assert [(each.from_frame, each.rate) for each in list_evidence(residency)] == [(35, "30000/1001")] * 2
    viewer.stop()


def test_the_window_lives_while_a_large_picture_is_read(panel, residency, amara, tmp_path, qtbot):
    drop(panel, still(tmp_path / "large.png", 6000, 4000))
    ticks = []
    timer = QTimer(panel)
    timer.timeout.connect(lambda: ticks.append(len(ticks)))
    timer.start(1)
    wait_for_pictures(panel, qtbot)
    assert len(ticks) > 20, "the loop stood still"
    panel.open_work(panel.model.works[0].artefact.id)
    viewer = panel.work_view.viewer.viewer
    assert viewer.view._item.pixmap().isNull(), "it is still being read"
    qtbot.waitUntil(lambda: viewer.view._item.pixmap().width() == 6000, timeout=20_000)
    timer.stop()


def test_a_read_only_workspace_is_looked_at_only(residency, amara, make_window, tmp_path, qtbot):
    artefacts.add_work(residency, amara.id, str(still(tmp_path / "a.png")))
    residency.read_only_because = "for the test"
    window = make_window(residency)
    window.go("people", ("person", amara.id, "portfolio"))
    panel = window.page.participant_view.panels["portfolio"]
    assert not panel.add_button.isEnabled() and not panel.remove_button.isEnabled()
    assert not drop(panel, still(tmp_path / "b.png"))
    panel.open_work(panel.model.works[0].artefact.id)
    assert panel.work_view.form.fields["title"].control.isReadOnly()
    assert panel.work_view.link_form.isHidden()
    wait_for_pictures(panel, qtbot)
    assert not Path(residency.folder / "thumbnails").exists()
    qtbot.waitUntil(lambda: not panel.thumbnails.background.busy, timeout=10_000)
    residency.read_only_because = ""
