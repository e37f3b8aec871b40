"""A portfolio in the window: opened without a workspace, checked, read, added to, saved; nothing signed is touched."""

from __future__ import annotations

import hashlib
import shutil
import stat
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from threading import Event

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel

from rubricapp import paths, settings
from rubricapp.core.folio import (
    Folio,
    FolioAssessment,
    FolioEvent,
    FolioFile,
    FolioGrowth,
    FolioPeers,
    FolioPoint,
    FolioRating,
    FolioWork,
)
from rubricapp.core.peer_scores import PeerCriterion, PeerFeedback
from rubricapp.core.rubrics import from_document
from rubricapp.exchange import folio_file, signing
from rubricapp.operations import portfolio_exports, portfolio_files
from rubricapp.operations import portfolio_reading as reading
from rubricapp.store.vault import Stored
from rubricapp.ui.folio.door import file_in
from tests.ui.driving import find_button, press, texts
from tests.ui.test_names import focusable, name_of

MARKUP = "<b>bold</b> <img src='x'> & “quoted”"
ARABIC = "ليلى حسن مثال"
CLIP = b"moving pictures" * 1000


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def picture(tmp_path: Path, qapp) -> bytes:
    path = tmp_path / "still.png"
    image = QImage(640, 360, QImage.Format.Format_RGB32)
    image.fill(0)
    assert image.save(str(path))
    return path.read_bytes()


@pytest.fixture
def folio(document, picture) -> Folio:
    rubric = from_document(document)
    one = rubric.content_hash
    given = FolioAssessment(
        one,
        "baseline",
        "assessor",
        "Tunde Example",
        "2026-09-03",
        (
            FolioRating("TST-1", 3, "", MARKUP, "Descriptor 3 as it was then."),
            FolioRating("TST-2", None, "not_observed"),
            FolioRating("TST-6", 2, "", "long " * 3000, "Below the gate."),
        ),
        "A note " + ARABIC,
        ("Total 3.00 of 5",),
    )
    return Folio(
        programme="Made-up residency",
        edition="2026",
        edition_dates=("2026-09-01", "2026-12-01"),
        name=ARABIC,
        code="P-001",
        made_on="2026-11-21",
        language="en",
        rubrics=(rubric,),
        assessments=(given, replace(given, occasion="final", by="Bola Example", finished_on="2026-11-20", note="")),
        works=(
            FolioWork(
                "w1", "River", FolioFile("river.png", "image", len(picture), sha256(picture)), (("Role", "Camera"),)
            ),
            FolioWork("w2", MARKUP, FolioFile("harm.exe", "other", len(CLIP), sha256(CLIP))),
            FolioWork("w3", "Afar", FolioFile("", "video", 0, "", False, "https://example.org/film", "a link")),
        ),
        peers=(
            FolioPeers(
                one,
                "midpoint",
                PeerFeedback(4, True, (PeerCriterion("TST-1", 4, Fraction(7, 2), 3, 4, ("Good.",)),), ("Calm.",)),
            ),
            FolioPeers(one, "final", PeerFeedback(0, False)),
        ),
        growth=(
            FolioGrowth(
                one,
                "TST-1",
                (
                    FolioPoint("baseline", "2026-09-03", 3.0, 1),
                    FolioPoint("midpoint", "", None, 0),
                    FolioPoint("final", "", 3.5, 2),
                ),
            ),
        ),
        timeline=(FolioEvent("2026-09-03", "assessment", "Small 1.0, Baseline"),),
        log_totals=(("Operator", 3, 1800),),
        left_out=("“Lost” is not inside: it is not on this laptop.",),
    )


@pytest.fixture
def made(tmp_path, folio, picture) -> Path:
    files = {}
    for name, data in (("a", picture), ("b", CLIP)):
        (tmp_path / name).write_bytes(data)
        files[sha256(data)] = Stored(tmp_path / name)
    path = tmp_path / "stick" / "layla.rubricfolio"
    path.parent.mkdir()
    folio_file.write(path, folio, files, signing.key_from(bytes(range(32))), "Made-up residency", lambda _n: None)
    return path


@pytest.fixture
def window(make_window):
    return make_window(name="")


def opened(window, qtbot, path: Path):
    """The view of this file, read and checked."""
    window.portfolio.open(path)
    view = window.portfolio.view
    qtbot.waitUntil(lambda: view.shown is not None and view.checking is None, timeout=20_000)
    return view


@pytest.fixture
def view(window, qtbot, made):
    return opened(window, qtbot, made)


def choose(part, row: int) -> None:
    part.table.setCurrentIndex(part.model.index(row, 0))


# Opening


def test_it_says_for_whom_it_was_made_and_that_it_is_whole(window, view, made) -> None:
    said = texts(view)
    assert "Made 21\u00a0November\u00a02026 for" in said and "Nothing you do here changes it." in said
    assert ARABIC in said
    assert "Whole: every byte is as it was signed" in said
    assert "Signed by Made-up residency on" in said
    assert view.shown.signature.fingerprint in said
    assert "3 works" in "\n".join(each.text() for each in view.findChildren(QAbstractButton))
    assert "“Lost” is not inside" in said
    assert ARABIC in window.windowTitle()
    assert not window.rail.isVisible()


def test_no_workspace_is_opened_or_made_and_nothing_lies_beside_the_file(window, view, made) -> None:
    for number in range(view.bar.count()):
        view.bar.setCurrentIndex(number)
    window.portfolio.close()
    assert window.session is None
    assert settings.load().workspace == ""
    assert [path.name for path in made.parent.iterdir()] == [made.name]
    assert not (paths.home() / "workspaces").exists()


def test_an_altered_word_is_said_loudly_on_every_tab(window, qtbot, made) -> None:
    made.write_bytes(made.read_bytes().replace(b"Descriptor 3 as it was then.", b"Descriptor 5 as it was then."))
    view = opened(window, qtbot, made)
    for number in range(view.bar.count()):
        view.bar.setCurrentIndex(number)
        assert view.verdict.isVisible()
        assert "This file was altered after it was signed" in texts(view.verdict)
        assert "The words and levels were altered after signing" in texts(view.verdict)
        assert view.verdict.property("look") == "danger_box"
    assert "Whole" not in texts(view)


def test_an_altered_work_is_named_and_not_opened(window, qtbot, made) -> None:
    made.write_bytes(made.read_bytes().replace(b"moving pictures", b"moving Pictures", 1))
    view = opened(window, qtbot, made)
    assert "Altered after signing: the file of" in texts(view.verdict)
    view.go("works")
    choose(view.part, 1)
    assert "This file was altered after the portfolio was signed." in texts(view.part)
    assert view.part.model.index(1, 3).data() == "ALTERED after signing"
    assert "Save a copy…" not in [
        each.accessibleName() for each in view.part.findChildren(QAbstractButton) if each.isVisible()
    ]


def test_a_file_signed_by_nobody_names_nobody(window, qtbot, made) -> None:
    data = made.read_bytes()
    at = data.index(b"Made-up residency")
    made.write_bytes(data[:at] + b"Mock-up residency" + data[at + 17 :])
    view = opened(window, qtbot, made)
    assert "Nothing in this file is proven" in texts(view.verdict)
    assert "Signed by" not in texts(view)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b"nothing of the kind" * 9), "is not a portfolio file"),
        (lambda path: path.write_bytes(path.read_bytes()[:2000]), "is cut short"),
        (lambda path: path.unlink(), "cannot be read"),
    ],
)
def test_what_cannot_be_opened_is_said_and_one_comes_back(window, qtbot, made, make, said) -> None:
    make(made)
    window.portfolio.open(made)
    view = window.portfolio.view
    qtbot.waitUntil(lambda: view.error.isVisible(), timeout=10_000)
    assert said in view.error.what.text()
    assert not view.bar.isVisible()
    press(qtbot, view, "Close the portfolio")
    assert window.page is window.first_run


def test_trying_again_opens_a_file_that_came_back(window, qtbot, made) -> None:
    away = made.rename(made.with_suffix(".away"))
    window.portfolio.open(made)
    view = window.portfolio.view
    qtbot.waitUntil(lambda: view.error.isVisible(), timeout=10_000)
    away.rename(made)
    press(qtbot, view, "Try again")
    qtbot.waitUntil(lambda: view.shown is not None and view.checking is None, timeout=10_000)
    assert not view.error.isVisible()
    assert "Whole" in texts(view)


def test_a_stick_pulled_while_it_is_checked_is_said_and_what_was_read_stays(window, qtbot, made) -> None:
    view = opened(window, qtbot, made)
    looked = reading.look(made)
    made.unlink()
    view._on_looked(looked)
    qtbot.waitUntil(lambda: view.error.isVisible(), timeout=10_000)
    assert "cannot be read" in view.error.what.text()
    assert "could not be checked to the end" in view.verdict_words.text()
    view.go("results")
    assert "Descriptor 3 as it was then." in texts(view.part)


def test_another_file_in_its_place_is_shown_as_what_it_is(window, qtbot, made, folio, tmp_path) -> None:
    view = opened(window, qtbot, made)
    key = signing.key_from(bytes(32))
    folio_file.write(made, replace(folio, name="Somebody Else", works=()), {}, key, "Elsewhere", lambda _n: None)
    view._on_checked(reading.check(made))
    assert view.header.title.text() == "Somebody Else"
    assert "Signed by Elsewhere" in texts(view)


def test_who_reads_on_is_left_alone_when_the_check_ends(window, view, qtbot, made) -> None:
    for key in ("results", "peers", "works"):
        view.go(key)
        choose(view.part, 1)
    add = find_button(view.part, "Add a showing")
    add.setFocus()
    view._on_checked(reading.check(made))
    assert add.hasFocus()
    assert view.part.table.currentIndex().row() == 1
    view.go("overview")
    find_button(view.part, "Growth: 1 criterion over time").setFocus()
    view._on_checked(reading.check(made))
    assert view.part.scroll.hasFocus()


def test_a_package_is_no_portfolio_and_goes_where_programmes_are_joined(window, tmp_path) -> None:
    window.portfolio.open(tmp_path / "kit.rubricpack")
    assert window.portfolio.view is None
    assert window.page is window.arrivals.view
    assert "kit.rubricpack cannot be read" in window.page.error.what.text()


# Ways in and out


def test_the_first_page_and_the_menu_ask_for_a_file(window, qtbot, made) -> None:
    press(qtbot, window.first_run, "Open a portfolio")
    dialog = window.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.fileSelected.emit(str(made))
    dialog.close()
    assert window.portfolio.view.path == made
    window.do("close_portfolio")
    assert window.portfolio.view is None
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(QFileDialog)))
    for each in window.findChildren(QFileDialog):
        each.close()


def dropped(window, *paths: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(300, 300), copy, mime, left, none)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), copy, mime, left, none))
    return True


def test_a_file_that_is_dropped_opens_other_things_are_refused(window, qtbot, made, tmp_path) -> None:
    assert not dropped(window, tmp_path / "a")
    assert not dropped(window, made, made)
    assert dropped(window, made)
    assert window.portfolio.view is not None
    assert file_in(QMimeData()) is None


def test_an_open_workspace_stays_and_comes_back_as_it_was(make_window, residency, qtbot, made) -> None:
    window = make_window(residency)
    window.go("people")
    page, title = window.page, window.windowTitle()
    opened(window, qtbot, made)
    assert window.session.ws is residency
    assert not window.rail.isVisible()
    assert not window.actions_by_id["go_home"].isEnabled()
    assert not window.actions_by_id["undo"].isEnabled()
    assert window.actions_by_id["close_portfolio"].isEnabled()
    window.do("close_portfolio")
    assert window.page is page
    assert window.windowTitle() == title
    assert window.rail.isVisible()
    assert window.actions_by_id["go_home"].isEnabled()
    assert not window.actions_by_id["close_portfolio"].isEnabled()


def test_another_portfolio_takes_the_place_of_the_first_and_the_way_back_stays(window, qtbot, made, tmp_path) -> None:
    first = opened(window, qtbot, made)
    other = shutil.copyfile(made, tmp_path / "other.RUBRICFOLIO")
    second = opened(window, qtbot, other)
    assert second is not first and window.portfolio.view is second
    window.portfolio.close()
    assert window.page is window.first_run


def test_closing_the_workspace_closes_both(make_window, residency, qtbot, made) -> None:
    window = make_window(residency)
    opened(window, qtbot, made)
    window.close_workspace()
    assert window.portfolio.view is None
    assert window.page is window.first_run


def test_closing_while_it_is_checked_stops_that(window, qtbot, made) -> None:
    window.portfolio.open(made)
    qtbot.waitUntil(lambda: window.portfolio.view.shown is not None, timeout=10_000)
    window.portfolio.close()
    assert window.page is window.first_run


# Reading


def test_a_result_says_who_when_and_in_which_words(view) -> None:
    view.go("results")
    part = view.part
    assert part.model.rowCount() == 2
    said = texts(part.card)
    assert "Assessed by Tunde Example, finished on 3\u00a0September\u00a02026" in said
    assert "Level 3 of 5: Three" in said
    assert "Descriptor 3 as it was then." in said
    assert MARKUP in said, "what people typed is never markup"
    assert "Total 3.00 of 5" in said
    assert "Gate: level 3 or higher, not met" in said
    assert "not observed" in said.casefold()
    choose(part, 1)
    assert "Bola Example" in texts(part.card)


def test_every_label_is_plain_text(view) -> None:
    for number in range(view.bar.count()):
        view.bar.setCurrentIndex(number)
    assert {each.textFormat() for each in view.findChildren(QLabel)} == {Qt.TextFormat.PlainText}


def test_growth_is_told_by_ear_and_as_a_table(view, qtbot) -> None:
    view.go("growth")
    (card,) = view.part.cards
    (chart,) = card.charts
    assert chart.accessibleName() == "Title of TST-1: from 3 to 3.5, +0.5"
    assert "Midpoint: no level, not rated" in chart.accessibleDescription()
    press(qtbot, card, "Show as table: Small")
    assert card.table.isVisible()
    cells = [card.model.index(0, column).data() for column in range(5)]
    assert cells == ["Title of TST-1", "3", "not rated", "3.5 (2)", "+0.5"]
    assert "Title of TST-1" in view.part.copy_table()


def test_growth_that_no_chart_takes_is_told_in_words(window, qtbot, tmp_path, folio) -> None:
    one = folio.rubrics[0].content_hash
    odd = (
        FolioGrowth(one, "TST-1", (FolioPoint("baseline", "", 9.0, 1), FolioPoint("final", "", 0.5, 1))),
        FolioGrowth(one, "NONE-1", (FolioPoint("final", "no day", 2.0, 1),)),
    )
    path = tmp_path / "odd.rubricfolio"
    bare = replace(folio, growth=odd, works=())
    folio_file.write(path, bare, {}, signing.key_from(bytes(32)), "P", lambda _n: None)
    view = opened(window, qtbot, path)
    view.go("growth")
    assert "TST-1: baseline: 9; final: 0.5" in texts(view.part)
    assert "NONE-1: final: 2" in texts(view.part)


def test_a_gap_says_why_where_the_file_knows_it(window, qtbot, tmp_path, folio) -> None:
    one = folio.rubrics[0].content_hash
    line = FolioGrowth(one, "TST-2", (FolioPoint("baseline", "", None, 0), FolioPoint("final", "", 2.0, 1)))
    path = tmp_path / "gap.rubricfolio"
    bare = replace(folio, growth=(line,), works=())
    folio_file.write(path, bare, {}, signing.key_from(bytes(32)), "P", lambda _n: None)
    view = opened(window, qtbot, path)
    view.go("growth")
    assert "Baseline: no level, not observed" in view.part.cards[0].charts[0].accessibleDescription()


def test_what_peers_said_leads_back_to_nobody_and_too_few_are_said(view) -> None:
    view.go("peers")
    said = texts(view.part.card)
    assert "Median level 3.5, 3–4, 4 reviews" in said and "Good." in said and "Calm." in said
    choose(view.part, 1)
    assert "too few" in texts(view.part.card)


def test_the_timeline_is_a_table_that_can_be_copied(window, view) -> None:
    view.go("timeline")
    assert view.part.table.model().rowCount() == 1
    window.do("copy_table")
    assert "Small 1.0, Baseline" in QApplication.clipboard().text()


def test_endless_texts_stay_inside_the_window(window, qtbot, tmp_path, folio) -> None:
    path = tmp_path / "endless.rubricfolio"
    work = FolioWork(
        "w1", "t" * 3000, FolioFile("f" * 500, "other", 1, "", False, "", "n" * 3000), (("L" * 900, "w" * 30_000),)
    )
    events = tuple(FolioEvent("2026-09-03", "work", "w" * 900) for _number in range(400))
    loud = replace(folio, name="X" * 4000, works=(work,), timeline=events, left_out=("l" * 3000,), programme="p" * 900)
    folio_file.write(path, loud, {}, signing.key_from(bytes(32)), "s" * 3000, lambda _n: None)
    view = opened(window, qtbot, path)
    window.resize(1024, 640)
    for number in range(view.bar.count()):
        view.bar.setCurrentIndex(number)
        assert view.minimumSizeHint().width() <= 1024
        assert view.part.scroll.widget().minimumSizeHint().width() <= view.part.scroll.viewport().width(), number
    assert "(the rest is in the web pages)" in "".join(each.text() for each in view.findChildren(QLabel))


def test_an_empty_portfolio_says_so_on_every_tab(window, qtbot, tmp_path, folio) -> None:
    path = tmp_path / "empty.rubricfolio"
    empty = Folio("P", "E", ("", ""), "", "P-001", "2026-11-21", "en")
    folio_file.write(path, empty, {}, signing.key_from(bytes(32)), "P", lambda _n: None)
    view = opened(window, qtbot, path)
    for number in range(view.bar.count()):
        view.bar.setCurrentIndex(number)
        assert texts(view.part).strip()
    assert "P-001" in texts(view)


# Works


class Viewer(QObject):
    """Stands where the system's own programs would."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[QUrl] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        self.urls.append(url)


@pytest.fixture
def viewer(qapp):
    found = Viewer()
    for scheme in ("file", "https"):
        QDesktopServices.setUrlHandler(scheme, found, "show")
    yield found
    for scheme in ("file", "https"):
        QDesktopServices.unsetUrlHandler(scheme)


def test_a_picture_is_shown_and_a_copy_of_it_opened_outside(window, view, qtbot, viewer, picture) -> None:
    view.go("works")
    qtbot.waitUntil(lambda: not view.part.picture.image.isNull(), timeout=10_000)
    press(qtbot, view.part, "Open")
    qtbot.waitUntil(lambda: bool(viewer.urls), timeout=10_000)
    copy = Path(viewer.urls[0].toLocalFile())
    assert copy.read_bytes() == picture
    assert copy.suffix == ".png"
    assert not stat.S_IMODE(copy.stat().st_mode) & 0o222, "what one changed in it would be lost"
    window.portfolio.close()
    assert not copy.exists()


def test_what_could_do_harm_is_not_handed_to_the_system_but_can_be_saved(view, qtbot, viewer, tmp_path) -> None:
    view.go("works")
    choose(view.part, 1)
    assert MARKUP in texts(view.part.card)
    assert "Open" not in [each.accessibleName() for each in focusable(view.part.card)]
    qtbot.keyClick(view.part.table, Qt.Key.Key_Return)
    assert view.part.job is None and viewer.urls == []
    view.part.save_copy(view.part.work, tmp_path / "copy.exe")
    qtbot.waitUntil(lambda: view.part.job is None, timeout=10_000)
    assert (tmp_path / "copy.exe").read_bytes() == CLIP


def test_a_copy_never_takes_the_place_of_the_portfolio_itself(view, qtbot, made) -> None:
    before = made.read_bytes()
    view.go("works")
    view.part.save_copy(view.part.work, made)
    qtbot.waitUntil(lambda: view.part.job is None, timeout=10_000)
    assert "portfolio file itself" in view.part.error.what.text()
    assert made.read_bytes() == before


def test_a_file_altered_while_it_is_open_is_not_copied_out(view, qtbot, made, tmp_path) -> None:
    made.write_bytes(made.read_bytes().replace(b"moving pictures", b"moving Pictures", 1))
    view.go("works")
    choose(view.part, 1)
    view.part.save_copy(view.part.work, tmp_path / "copy.exe")
    qtbot.waitUntil(lambda: view.part.job is None, timeout=10_000)
    assert "altered after the portfolio was signed" in view.part.error.what.text()
    assert not (tmp_path / "copy.exe").exists()


def test_a_link_is_followed_only_when_one_asks(view, qtbot, viewer) -> None:
    view.go("works")
    choose(view.part, 2)
    assert viewer.urls == []
    press(qtbot, view.part, "Open in the browser")
    assert [each.toString() for each in viewer.urls] == ["https://example.org/film"]


# Added later


def add_a_showing(view, qtbot) -> None:
    view.go("works")
    press(qtbot, view.part, "Add a showing")
    part = view.part
    assert part.work.currentData() == "w1" and part.on.hasFocus()
    qtbot.keyClicks(part.on, "2027-05")
    qtbot.keyClicks(part.place, "Festival of the River")
    qtbot.keyClicks(part.result, "Second prize")
    qtbot.keyClick(part.result, Qt.Key.Key_Return)


def test_a_showing_and_a_note_stand_beside_the_file_and_are_found_again(window, view, qtbot, made) -> None:
    before = made.read_bytes()
    add_a_showing(view, qtbot)
    part = view.part
    assert part.table.model().rowCount() == 1 and part.place.text() == ""
    assert "Kept beside the portfolio file" in window.toast.text.text()
    qtbot.keyClicks(part.note, "They asked for a longer cut.")
    press(qtbot, part, "Add this note")
    assert part.table.model().rowCount() == 2
    assert "Added by you, not signed" in texts(part)
    view.go("works")
    assert "Festival of the River" in texts(view.part.card)
    assert made.read_bytes() == before
    assert [each.kind for each in portfolio_files.read_additions(made, view.shown.manifest_hash)[0].entries] == [
        "showing",
        "note",
    ]
    window.portfolio.close()
    again = opened(window, qtbot, made)
    again.go("timeline")
    rows = [again.part.table.model().record(row) for row in range(again.part.table.model().rowCount())]
    assert any("Festival of the River" in row[2] and "added by you" in row[1] for row in rows)
    assert "Whole" in texts(again.verdict)


def test_what_is_wrong_is_said_and_stays_in_the_form(view, qtbot) -> None:
    view.go("later")
    part = view.part
    qtbot.keyClicks(part.on, "soon")
    qtbot.keyClicks(part.place, "Somewhere")
    press(qtbot, part, "Add this showing")
    assert "“soon” is not a day" in texts(part.showing_error)
    assert part.on.text() == "soon"
    press(qtbot, part, "Add this note")
    assert "The note is empty" in texts(part.note_error)


def test_what_was_typed_and_not_added_holds_the_portfolio_open_once(window, view, qtbot) -> None:
    view.go("later")
    qtbot.keyClicks(view.part.note, "Half a thought")
    press(qtbot, view, "Close the portfolio")
    assert window.portfolio.view is view
    assert "is not added yet" in window.error.what.text()
    press(qtbot, view, "Close the portfolio")
    assert window.portfolio.view is None
    assert not window.error.isVisible()


def test_on_a_stick_that_takes_no_files_additions_are_kept_at_home(window, qtbot, made, small_disk) -> None:
    stick = small_disk(2000)
    file = Path(shutil.copy(made, stick))
    remount = ["mount", "-o", "remount,ro", str(stick)]
    if subprocess.run(remount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no disk can be made read-only here")
    view = opened(window, qtbot, file)
    assert "Whole" in texts(view)
    view.go("later")
    qtbot.keyClicks(view.part.note, "Kept at home")
    press(qtbot, view.part, "Add this note")
    assert "kept in your own folder" in window.toast.text.text()
    assert list((paths.home() / "portfolio-notes").iterdir())
    window.portfolio.close()
    again = opened(window, qtbot, file)
    again.go("later")
    assert again.part.table.model().index(0, 3).data() == "Kept at home"


# Saving


def test_it_is_saved_as_pages_and_pdf_beside_the_window(window, view, qtbot, made, tmp_path) -> None:
    before = made.read_bytes()
    press(qtbot, view, "Save as PDF and web pages…")
    part = view.part
    assert part.folder.hasFocus()
    part.folder.setText(str(tmp_path / "out"))
    press(qtbot, part, "Save as PDF and web pages")
    assert part.result.work.stop.isVisible() and not part.make.isEnabled()
    qtbot.waitUntil(lambda: part.job is None, timeout=60_000)
    assert "files saved" in texts(part)
    assert (tmp_path / "out" / "index.html").exists()
    assert len(PdfReader(tmp_path / "out" / "portfolio.pdf").pages) > 0
    assert find_button(part, "Show the folder").isVisible()
    assert made.read_bytes() == before


def test_saving_can_be_stopped(view, qtbot, tmp_path, monkeypatch) -> None:
    view.go("export")
    part = view.part
    part.folder.setText(str(tmp_path / "out"))
    export, gate = portfolio_exports.export, Event()
    monkeypatch.setattr(portfolio_exports, "export", lambda *given: gate.wait(60) and export(*given))
    part.start()
    press(qtbot, part, "Stop")
    gate.set()
    qtbot.waitUntil(lambda: part.job is None, timeout=60_000)
    assert "Stopped" in texts(part)
    assert part.make.isEnabled()


def test_a_folder_that_cannot_be_written_is_said(view, qtbot, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    view.go("export")
    part = view.part
    part.folder.setText(str(tmp_path / "file" / "out"))
    part.start()
    qtbot.waitUntil(lambda: part.job is None, timeout=60_000)
    assert part.result.error.isVisible() and not part.result.work.bar.isVisible()
    part.folder.setText(" ")
    part.start()
    assert "Choose a folder first" in texts(part.result.error)


# By ear and by keyboard


def test_everything_has_a_name_and_tab_reaches_every_button(window, view, qtbot) -> None:
    for number in range(view.bar.count()):
        view.bar.setCurrentIndex(number)
        assert [type(each).__name__ for each in focusable(window) if not name_of(each)] == []
        wanted = {each for each in focusable(view) if isinstance(each, QAbstractButton)}
        view.bar.setFocus()
        seen = set()
        for _step in range(200):
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            seen.add(QApplication.focusWidget())
            if QApplication.focusWidget() is view.bar:
                break
        assert {each.accessibleName() for each in wanted - seen} == set()


def test_tabs_turn_by_keyboard(view, qtbot) -> None:
    view.bar.setFocus()
    qtbot.keyClick(view.bar, Qt.Key.Key_Right)
    assert view.part.objectName() == "results"
    qtbot.keyClick(view.bar, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert view.part.objectName() == "growth"
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(view.bar, Qt.Key.Key_Backtab, both)
    assert view.part.objectName() == "results"


@pytest.mark.parametrize(("theme", "percent"), [("dark", 150), ("night", 200)])
def test_nothing_is_wider_than_the_window_with_large_text(window, view, qtbot, theme, percent) -> None:
    window.resize(1024, 640)
    window.set_settings(theme=theme, text_percent=percent)
    for number in range(view.bar.count()):
        view.bar.setCurrentIndex(number)
        qtbot.waitUntil(lambda: view.part.scroll.horizontalScrollBar().maximum() == 0)
        assert view.part.scroll.widget().minimumSizeHint().width() <= view.part.scroll.viewport().width(), number
