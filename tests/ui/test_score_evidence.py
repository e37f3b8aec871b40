"""The evidence pane: adding, looking, and saying kindly what cannot be shown."""

from __future__ import annotations

import shutil
import subprocess
import sys
import wave
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit

from rubricapp.core.timecode import format_timecode
from rubricapp.errors import UserError
from rubricapp.operations import artefacts, production_log
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.evidence import list_evidence
from rubricapp.store.vault import Stored
from rubricapp.ui.score.clips import MediaView, drop_time, full_time, short_time
from rubricapp.ui.score.evidence import AT_ONCE
from rubricapp.ui.score.viewers import ImageView, PdfView, read_image

# What Qt's multimedia says on machines without sound, and of files that are no clips.
pytestmark = pytest.mark.qt_log_ignore(
    "pipewire|Pulse|PULSE|VAAPI|va-|va library|va symbols|va\\(|FFmpeg|ALSA|vdpau|hw device|RHI", extend=True
)


@pytest.fixture
def pane(page):
    return page.side.open()


def picture(path: Path, width: int = 64, height: int = 32) -> Path:
    image = QImage(QSize(width, height), QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    assert image.save(str(path))
    return path


def test_without_evidence_one_line_says_what_to_do(pane):
    assert pane.message.words.text() == "Drop a clip, still or PDF here, or choose Add files."


def test_a_picture_is_added_shown_turned_and_made_larger(pane, page, score_ws, tmp_path, qtbot):
    pane.add_files([picture(tmp_path / "Night market.png")])
    assert [each.title for each in list_artefacts(score_ws, page.desk.slot.participant)] == ["Night market"]
    viewer = pane.stack.currentWidget()
    assert isinstance(viewer, ImageView)
    assert page.header.evidence_button.accessibleName() == "Evidence 1"
    before = viewer.view.transform()
    viewer.view.zoom(1.25)
    assert viewer.view.transform().m11() > before.m11()
    viewer.view.turn(90)
    assert viewer.view.transform().m12() != 0


def test_removing_can_be_undone(pane, page, score_ws, tmp_path):
    pane.add_files([picture(tmp_path / "a.png")])
    pane.remove()
    assert list_artefacts(score_ws, page.desk.slot.participant) == []
    page.session.undo_stack.undo()
    assert len(list_artefacts(score_ws, page.desk.slot.participant)) == 1


def test_files_are_dropped_and_pictures_pasted(pane, page, score_ws, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture(tmp_path / "a.png"))), QUrl("https://example.org/b.png")])
    assert pane.take(data)
    QApplication.clipboard().setImage(QImage(str(tmp_path / "a.png")))
    assert pane.paste()
    titles = [each.title for each in list_artefacts(score_ws, page.desk.slot.participant)]
    assert len(titles) == 2 and titles[0] == "a" and titles[1].startswith("Pasted picture")
    QApplication.clipboard().clear()
    assert not pane.paste()


def test_each_person_has_their_own(pane, page, tmp_path):
    pane.add_files([picture(tmp_path / "a.png")])
    page.go(1)
    assert page.header.evidence_button.accessibleName() == "Evidence 0"
    assert pane.stack.currentWidget() is pane.message


def test_a_file_that_is_not_here_is_said(pane, page, score_ws, tmp_path):
    pane.add_files([picture(tmp_path / "a.png"), picture(tmp_path / "b.png", 10, 10)])
    gone, other = list_artefacts(score_ws, page.desk.slot.participant)
    find_file(score_ws, gone).place.unlink()
    pane.show_artefact(other)
    pane.show_artefact(gone)
    assert "a.png is not on this laptop" in pane.message.words.text()


def test_a_file_that_was_altered_is_said_and_not_shown(pane, page, score_ws, tmp_path):
    pane.add_files([picture(tmp_path / "a.png"), picture(tmp_path / "b.png", 10, 10)])
    altered, other = list_artefacts(score_ws, page.desk.slot.participant)
    place = find_file(score_ws, altered).place
    data = bytearray(place.read_bytes())
    data[-1] ^= 1
    place.write_bytes(data)
    pane.show_artefact(other)
    assert isinstance(pane.stack.currentWidget(), ImageView)
    pane.show_artefact(altered)
    assert pane.stack.currentWidget() is pane.message
    assert "was altered or is cut short" in pane.message.words.text()


def test_a_missing_source_is_said_and_nothing_is_added(pane, page, score_ws, tmp_path, qtbot):
    with qtbot.waitSignal(page.session.failed):
        pane.add_files([tmp_path / "none.png"])
    assert list_artefacts(score_ws, page.desk.slot.participant) == []


def test_a_drawing_that_calls_itself_a_picture_is_not_opened(pane, tmp_path):
    fake = tmp_path / "fake.png"
    fake.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc"/></svg>')
    pane.add_files([fake])
    assert pane.stack.currentWidget() is pane.message
    assert "not a picture" in pane.message.words.text()


def test_a_damaged_picture_is_said(tmp_path):
    path = picture(tmp_path / "a.png", 400, 400)
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(UserError, match="cannot be shown"):
        read_image(Stored(path))


def test_a_very_large_picture_is_read_smaller(tmp_path):
    path = picture(tmp_path / "large.jpg", 9000, 4000)
    image = read_image(Stored(path))
    assert image.width() <= 6000 and image.height() <= 4000


def test_a_pdf_is_shown_page_by_page(pane, tmp_path, qtbot):
    path = tmp_path / "Budget.pdf"
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    painter = QPainter(writer)
    painter.drawText(100, 100, "One")
    writer.newPage()
    painter.drawText(100, 100, "Two")
    painter.end()
    pane.add_files([path])
    viewer = pane.stack.currentWidget()
    assert isinstance(viewer, PdfView)
    assert viewer.page_label.text() == "Page 1 of 2"
    viewer._go(1)
    qtbot.waitUntil(lambda: viewer.page_label.text() == "Page 2 of 2")
    assert pane.link("TST-3")
    assert pane.links.item(0).text() == "page 2  TST-3"
    viewer._go(-1)
    pane.links.itemActivated.emit(pane.links.item(0))
    qtbot.waitUntil(lambda: viewer.page_label.text() == "Page 2 of 2")


def test_a_damaged_pdf_is_said(pane, tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing")
    pane.add_files([broken])
    assert "cannot be shown" in pane.message.words.text()
    assert pane.message.open_button.isVisible()


def sound(path: Path, seconds: int = 12) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(8000 * seconds))
    return path


def test_a_sound_has_a_time_code_that_goes_into_the_comment(pane, page, tmp_path, qtbot):
    pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    pane.add_files([sound(tmp_path / "Room tone.wav")])
    viewer = pane.stack.currentWidget()
    assert isinstance(viewer, MediaView)
    qtbot.waitUntil(lambda: viewer.player.duration() > 11_000, timeout=10_000)
    assert pane.do("forward")
    qtbot.waitUntil(lambda: viewer.time_code() == "00:05", timeout=10_000)
    page.focus_rows()
    page.comments.add_time_code(0)
    assert page.sheet.rows[0].comment.text == "00:05 "
    viewer.stop()


def test_what_cannot_be_played_is_said_and_may_be_opened_elsewhere(pane, tmp_path, qtbot):
    pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    clip = tmp_path / "NightMarket_03.mov"
    clip.write_bytes(bytes(range(256)) * 40)
    pane.add_files([clip])
    qtbot.waitUntil(lambda: pane.stack.currentWidget() is pane.message, timeout=10_000)
    assert "Open it in your player" in pane.message.words.text()
    assert pane.message.open_button.isVisible()


def test_a_playlist_in_disguise_is_not_opened(pane, tmp_path):
    pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"#EXTM3U\nhttp://example.org/x.ts\n")
    pane.add_files([clip])
    assert "not opened here" in pane.message.words.text()


def test_a_laptop_without_multimedia_says_so(pane, tmp_path, monkeypatch):
    for name in ("PySide6.QtMultimedia", "PySide6.QtMultimediaWidgets"):
        monkeypatch.setitem(sys.modules, name, None)
    pane.add_files([sound(tmp_path / "a.wav", 1)])
    assert "lacks a part" in pane.message.words.text()
    assert pane.message.open_button.isVisible()


def test_a_large_file_is_copied_beside_the_window(pane, page, score_ws, tmp_path, qtbot):
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(AT_ONCE + 1)
    pane.add_files([large])
    assert pane.status.isVisible()
    qtbot.waitUntil(lambda: len(list_artefacts(score_ws, page.desk.slot.participant)) == 1, timeout=20_000)
    assert not pane.status.isVisible()
    assert "kept here" in pane.message.words.text()
    pane.background.close()


def test_times_are_written_as_people_write_them():
    assert (short_time(107_900), short_time(3_723_000)) == ("01:47", "1:02:03")
    assert (full_time(107_500, 24), full_time(107_500, 0)) == ("00:01:47:12", "00:01:47")


def test_nothing_heavy_is_imported_before_it_is_shown():
    """In a process of its own: the page alone loads neither PDF nor multimedia."""
    code = (
        "import sys; import rubricapp.ui.score.page, rubricapp.ui.score.evidence;"
        " print([n for n in sys.modules if n.startswith(('PySide6.QtPdf', 'PySide6.QtMultimedia', 'reportlab',"
        " 'openpyxl', 'ruamel', 'sqlite_utils'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


# Links


def linked(ws, page) -> list[tuple[str, tuple[str, str], int | None]]:
    found = list_evidence(ws, page.desk.slot.participant)
    return [(each.criterion, each.moment, each.page) for each in found]


def test_a_moment_and_a_range_are_linked_to_the_current_criterion(pane, page, score_ws, tmp_path, qtbot):
    pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    pane.add_files([sound(tmp_path / "Room tone.wav")])
    viewer = pane.stack.currentWidget()
    qtbot.waitUntil(lambda: viewer.player.duration() > 11_000, timeout=10_000)
    page.focus_rows()
    pane.do("forward")
    qtbot.waitUntil(lambda: viewer.time_code() == "00:05", timeout=10_000)
    qtbot.keyClicks(QApplication.focusWidget(), "m")
    assert linked(score_ws, page) == [("TST-1", ("00:00:05:00", ""), None)]
    assert page.sheet.rows[0].comment.text == "00:05 "
    assert page.sheet.rows[0].links.text == "Linked evidence: 1"
    assert pane.links.isVisible() and pane.links.item(0).text() == "00:00:05:00  TST-1"

    page.sheet.set_current(1)
    qtbot.keyClicks(QApplication.focusWidget(), "i")
    pane.do("forward")
    qtbot.waitUntil(lambda: viewer.time_code() == "00:10", timeout=10_000)
    qtbot.keyClicks(QApplication.focusWidget(), "o")
    assert linked(score_ws, page)[1:] == [("TST-2", ("00:00:05:00", "00:00:10:00"), None)]
    assert not page.foot.note.hasFocus()
    pane.links.itemClicked.emit(pane.links.item(0))
    qtbot.waitUntil(lambda: viewer.time_code() == "00:05", timeout=10_000)

    page.session.undo_stack.undo()
    assert [each[0] for each in linked(score_ws, page)] == ["TST-1"]
    assert page.sheet.rows[1].links.isHidden()
    page.session.undo_stack.redo()
    assert [each[0] for each in linked(score_ws, page)] == ["TST-1", "TST-2"]
    qtbot.keyClicks(page.sheet.rows[1].choices[1], "o")
    assert page.foot.note.hasFocus(), "without a range begun O is the overall note"
    viewer.stop()


def test_a_picture_is_linked_whole_and_delete_takes_the_link_away(pane, page, score_ws, tmp_path, qtbot):
    pane.add_files([picture(tmp_path / "a.png")])
    page.focus_rows()
    qtbot.keyClicks(QApplication.focusWidget(), "g")
    qtbot.mouseClick(pane.link_button, Qt.MouseButton.LeftButton)
    assert linked(score_ws, page) == [("TST-1", ("", ""), None)]
    pane.links.setCurrentRow(0)
    pane.links.setFocus()
    qtbot.keyClick(pane.links, Qt.Key.Key_F2)
    line = pane.links.findChild(QDialog, "ask_line").findChild(QLineEdit)
    qtbot.keyClicks(line, "The whole plan")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert pane.links.item(0).text() == "TST-1  The whole plan"
    page.session.undo_stack.undo()
    assert pane.links.item(0).text() == "TST-1"
    pane.links.setCurrentRow(0)
    pane.links.setFocus()
    qtbot.keyClick(pane.links, Qt.Key.Key_Delete)
    assert linked(score_ws, page) == []
    assert pane.links.isHidden()
    page.session.undo_stack.undo()
    assert linked(score_ws, page) == [("TST-1", ("", ""), None)]
    page.go(1)
    assert page.sheet.rows[0].links.isHidden() and pane.links.isHidden()
    qtbot.keyClicks(QApplication.focusWidget(), "g")
    assert len(list_evidence(score_ws)) == 1, "this person has no work to link"


def test_a_work_on_the_web_and_a_linked_file(pane, page, score_ws, tmp_path):
    participant = page.desk.slot.participant
    web = page.session.run(artefacts.add_work, participant, "https://example.org/night.mp4")[0]
    pane.show_artefact(web)
    assert "https://example.org/night.mp4" in pane.message.words.text()
    assert pane.message.open_button.isVisible()
    still = page.session.run(artefacts.add_work, participant, str(picture(tmp_path / "a.png")), link=True)[0]
    pane.show_artefact(still)
    assert isinstance(pane.stack.currentWidget(), ImageView)
    (tmp_path / "a.png").unlink()
    pane.show_artefact(web)
    pane.show_artefact(still)
    assert "a.png is not on this laptop" in pane.message.words.text()


def test_a_part_of_a_still_is_drawn_with_the_mouse_or_typed_and_linked(pane, page, score_ws, tmp_path, qtbot):
    pane.add_files([picture(tmp_path / "a.png", 640, 320)])
    viewer = pane.stack.currentWidget()
    qtbot.mouseClick(viewer.part_button, Qt.MouseButton.LeftButton)
    assert viewer.part.hasFocus()
    canvas = viewer.view
    start, end = (canvas.mapFromScene(QPointF(x, y)) for x, y in ((160, 80), (480, 240)))
    qtbot.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=start)
    # A real move: qtbot's own carries no pressed button.
    for at in (start + (end - start) / 2, end):
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(at),
            QPointF(canvas.viewport().mapToGlobal(at)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(canvas.viewport(), move)
    qtbot.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=end)
    x, y, width, height = (int(each) for each in viewer.part.text().split(","))
    assert abs(x - 25) <= 1 and abs(y - 25) <= 1 and abs(width - 50) <= 2 and abs(height - 50) <= 2
    page.sheet.set_current(0)
    qtbot.keyClicks(QApplication.focusWidget(), "g")
    (first,) = list_evidence(score_ws, page.desk.slot.participant)
    assert first.region == f"{x},{y},{width},{height}"
    viewer.part.setFocus()
    viewer.part.selectAll()
    qtbot.keyClicks(viewer.part, "10, 20, 30, 40")
    page.sheet.set_current(1)
    qtbot.keyClicks(QApplication.focusWidget(), "g")
    assert [each.region for each in list_evidence(score_ws, page.desk.slot.participant)][1] == "10,20,30,40"
    viewer.part.setText("over there")
    with qtbot.waitSignal(page.session.failed):
        pane.link("TST-3")
    pane.links.itemActivated.emit(pane.links.item(0))
    assert viewer.part.text() == first.region
    assert "part" in pane.links.item(0).text()


def clip_at(path: Path, rate: str, seconds: int = 2) -> Path:
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg to make a clip with")
    made = f"testsrc=size=160x90:rate={rate}:duration={seconds}"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", made, "-c:v", "mpeg4", str(path)], check=True, timeout=60
    )
    return path


@pytest.mark.parametrize("rate", ["24000/1001", "25", "30000/1001"])
def test_frames_are_stepped_exactly_and_a_mark_pauses_the_clip(pane, page, score_ws, tmp_path, qtbot, rate):
    pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    pane.add_files([clip_at(tmp_path / "clip.mp4", rate)])
    viewer = pane.stack.currentWidget()
    qtbot.waitUntil(lambda: viewer.player.duration() > 1500 and viewer._frames_a_second() > 20, timeout=10_000)
    exact = Fraction(rate)
    for step in range(1, 31):
        viewer.do("frame_forward")
        qtbot.waitUntil(lambda step=step: viewer.place().start == format_timecode(step, exact), timeout=10_000)
    viewer.do("frame_back")
    expected = format_timecode(29, exact)
    qtbot.waitUntil(lambda: viewer.place().start == expected, timeout=10_000)
    assert viewer.time_label.text().startswith(expected)
    assert (viewer.drop_label.text() != "") is (rate == "30000/1001")
    viewer.do("play")
    page.focus_rows()
    qtbot.keyClicks(QApplication.focusWidget(), "m")
    assert viewer.player.playbackState() != viewer.player.PlaybackState.PlayingState
    (link,) = list_evidence(score_ws, page.desk.slot.participant)
    assert link.rate == rate and 29 <= link.from_frame <= 31
    viewer.stop()


def test_times_of_american_clips():
    assert full_time(60_060, 29.97003) == "00:01:00:00", "its frames are counted, not its seconds"
    assert full_time(3_600_000, 23.976) == "00:59:56:09"
    assert drop_time(60_060, 29.97) == "00:01:00;02 in drop-frame counting"
    assert drop_time(60_060, 25.0) == drop_time(60_060, 0.0) == ""


def test_a_day_of_the_log_is_linked_where_its_criterion_is_scored(page, score_ws, qtbot):
    participant = page.desk.participant
    day, changes = production_log.add_day(
        score_ws, participant, {"worked_on": "2026-09-10", "criteria": "TST-2", "incident": "A lamp fell"}
    )
    page.session.changed.emit(changes)
    row = page.sheet.rows[1]
    row.toggle_hints()
    link = row.days.buttons[day.id][0]
    assert "2026-09-10" in link.accessibleName()
    assert "lamp" not in "".join(each.text() for each in row.days.findChildren(QLabel))
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert [(each.criterion, each.log_entry) for each in list_evidence(score_ws)] == [("TST-2", day.id)]
    assert row.links.text == "Linked evidence: 1" and link.text() == "Unlink"
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert list_evidence(score_ws) == [] and row.links.isHidden()
    page.session.undo_stack.undo()
    assert row.links.text == "Linked evidence: 1"
