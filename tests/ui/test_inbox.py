"""The inbox of the merge page: what arrives is looked at, told, merged by a click, and taken back."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from rubricapp.exchange import sealing
from rubricapp.operations import artefacts, backups, packages, people, privacy, recovery, releases, returns
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.assessments import list_assessments
from rubricapp.store.merging import list_merges
from rubricapp.store.people import find_people, load_programme
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import open_
from rubricapp.ui import theme, watching
from tests.laptops import laptop, make_kit, make_passphrases_quick, score, start_programme
from tests.ui.driving import drop, find_button, press, texts


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def lead(folder: Path, document: dict):
    with start_programme(folder, document) as ws:
        yield ws


@pytest.fixture
def files(lead, tmp_path: Path) -> list[Path]:
    """What the two assessors handed in."""
    made = []
    for code, level in (("A-001", 2), ("A-002", 5)):
        with laptop(lead, tmp_path, code) as ws:
            score(ws, "P-001", code, level)
            made.append(returns.make_return(ws, tmp_path / "stick").path)
    return made


@pytest.fixture
def window(make_window, lead):
    window = make_window(lead, name="Lena Lead")
    window.go("merge")
    return window


@pytest.fixture
def once_planned(monkeypatch):
    """once_planned(act): do this when a pack that is being merged has been planned, before its transaction."""

    def hook(act) -> None:
        really = returns.taking

        def taking(ws, *arguments):
            monkeypatch.setattr(returns, "taking", really)
            steps = really(ws, *arguments)
            next(steps)
            act()
            try:
                yield
            except GeneratorExit:
                steps.close()
                raise
            return (yield from steps)

        monkeypatch.setattr(returns, "taking", taking)

    return hook


def settled(window, qtbot) -> None:
    """Wait until everything was looked at, merged and planned again."""
    inbox = window.page.inbox
    qtbot.waitUntil(lambda: not inbox.busy, timeout=20_000)


def rows(window) -> list[list[str]]:
    return [line.split("\t") for line in window.page.inbox.model.as_text().splitlines()[1:]]


def test_the_empty_page_says_what_lands_here(window, qtbot) -> None:
    assert "Packages from other laptops land here." in texts(window.page)
    press(qtbot, window.page, "Add packages")
    dialog = window.page.findChild(QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFiles
    dialog.close()


def test_dropped_looked_at_merged_undone_and_redone(window, lead, files, qtbot, monkeypatch) -> None:
    assert drop(window.page.inbox, *files)
    settled(window, qtbot)
    table = rows(window)
    assert [row[0].split(" · ")[0] for row in table] == ["Ana Example", "Bello Example"]
    assert {row[3] for row in table} == {"new, answers our kit"}
    assert {row[4] for row in table} == {"whole"}
    assert all(" new · 0 same" in row[1] and "conflict" not in row[1] for row in table)
    assert list_assessments(lead) == []
    assert "Compare the key by phone once." in texts(window.page)
    copied, copy = [], backups.copy
    monkeypatch.setattr(backups, "copy", lambda *given: copied.append(copy(*given)) or copied[-1])
    button = find_button(window.page, "Merge 2 packages")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    settled(window, qtbot)
    assert window.toast.text.text() == "Merged 2 packages"
    assert window.toast.undo.isVisible()
    assert {each.ratings["TST-1"].level for each in list_assessments(lead)} == {2, 5}
    assert [each.path.exists() for each in copied] == [True]  # one backup for both
    assert [row[2] for row in rows(window)] == ["merged; 1 warning", "merged; 1 warning"]
    qtbot.mouseClick(window.toast.undo, Qt.MouseButton.LeftButton)
    settled(window, qtbot)
    assert list_assessments(lead) == []
    assert find_button(window.page, "Merge 2 packages")
    window.do("redo")
    settled(window, qtbot)
    assert {each.ratings["TST-1"].level for each in list_assessments(lead)} == {2, 5}
    assert [each.stands for each in list_merges(lead)] == [True, True]


def test_the_same_again_and_the_same_file_twice_change_nothing(window, lead, files, tmp_path, qtbot) -> None:
    copy = tmp_path / "copy of it.rubricpack"
    shutil.copy(files[0], copy)
    window.page.inbox.add_files([files[0], files[0], copy])
    settled(window, qtbot)
    assert len(rows(window)) == 2
    assert f"the same as {files[0].name}" in rows(window)[1][2]
    press(qtbot, window.page, "Merge 2 packages")
    settled(window, qtbot)
    assert [row[2].partition(";")[0] for row in rows(window)] == ["merged", "nothing new"]
    assert len(list_merges(lead)) == 1
    press(qtbot, window.page, "Take merged ones off the list")
    assert rows(window) == []
    window.page.inbox.add_files([files[0]])
    settled(window, qtbot)
    assert rows(window)[0][1].startswith("0 new")
    before = lead.rows("SELECT count(*) FROM change")
    press(qtbot, window.page, "Merge 1 package")
    settled(window, qtbot)
    assert lead.rows("SELECT count(*) FROM change") == before
    assert window.toast.text.text() == "Nothing new in these packages."


@pytest.fixture
def apart(lead, tmp_path: Path) -> list[Path]:
    """What came of one laptop's folder that was copied, and both went on with the same assessment."""
    with laptop(lead, tmp_path, "A-001") as ws:
        score(ws, "P-001", "A-001", 3, "both", finished=False)
    shutil.copytree(tmp_path / "A-001", tmp_path / "copied")
    made = []
    for place, level in (("A-001", 2), ("copied", 5)):
        with open_(tmp_path / place) as ws:
            score(ws, "P-001", "A-001", level, finished=False)
            made.append(returns.make_return(ws, tmp_path / "stick").path)
    return made


def foretold(window) -> list[dict[str, int]]:
    return [dict(each.count) for each in window.page.inbox.entries]


def test_several_together_are_foretold_as_they_will_be_merged(window, lead, apart, tmp_path, qtbot) -> None:
    inbox = window.page.inbox
    inbox.add_files(apart)
    settled(window, qtbot)
    first, second = foretold(window)
    levels = len(find_rubric(lead, "small").criteria)
    assert (first["conflict"], second["conflict"]) == (0, levels)
    assert second["same"] > 0, "what both brought is brought by the first"
    assert "as if those above it were merged" in texts(inbox)
    inbox.table.setCurrentIndex(inbox.model.index(0, 0))
    press(qtbot, window.page, "Take it off the list")
    settled(window, qtbot)
    (alone,) = foretold(window)
    assert (alone["conflict"], alone["same"]) == (0, 0)
    assert alone["new"] == second["new"] + second["same"]
    assert "as if those above it" not in texts(inbox)
    inbox.add_files(apart)
    settled(window, qtbot)
    told = foretold(window)
    assert [each["conflict"] for each in told] == [0, levels], "in the order of the list"
    inbox.add_files(apart[1:])  # looked at afresh, above the other
    settled(window, qtbot)
    assert foretold(window) == told
    press(qtbot, window.page, "Merge 2 packages")
    settled(window, qtbot)
    assert [dict(each.count) for each in inbox.entries] == told, "as it was foretold"
    merged = list_merges(lead)
    assert [(each.new, each.same, each.conflict) for each in merged] == [
        (each["new"], each["same"], each["conflict"]) for each in told
    ]


def test_what_is_not_trusted_yet_counts_for_none_below_it(window, lead, apart, tmp_path, qtbot) -> None:
    with open_(tmp_path / "A-001") as ws:
        ws.set_meta("home", ws.meta("home").replace('"ticket": "', '"ticket": "0'))
        unknown = returns.make_return(ws, tmp_path / "other").path
    window.page.inbox.add_files([unknown, apart[1]])
    settled(window, qtbot)
    assert foretold(window)[1]["conflict"] == 0
    press(qtbot, window.page, "I compared the key: trust it")
    settled(window, qtbot)
    assert foretold(window)[1]["conflict"] == len(find_rubric(lead, "small").criteria)


def test_what_waits_of_a_laptop_is_counted_once(window, lead, files, tmp_path, qtbot) -> None:
    returns.bring_in(lead, files[:1])
    more = []
    with open_(tmp_path / "A-001") as ws:
        for level in (4, 2):
            score(ws, "P-002", "A-001", level, finished=False)
            more.append(returns.make_return(ws, tmp_path / "stick").path)
    window.page.inbox.add_files(more)
    settled(window, qtbot)
    assert all(each["new"] for each in foretold(window))
    window.page.tabs.setCurrentWidget(window.page.laptops)
    ana = next(row for row in window.page.laptops.model.as_text().splitlines() if row.startswith("Ana Example"))
    waiting = sum(each["new"] for each in foretold(window))
    assert ana.split("\t")[3] == str(waiting)
    returns.bring_in(lead, more)
    assert sum(each.new for each in list_merges(lead)[1:]) == waiting


def shown_as(window, row: int) -> tuple[str, str]:
    """The words of a file's state, and the icon and colour beside it."""
    model = window.page.inbox.model
    index = model.index(row, 2)
    colour = model.data(index, Qt.ItemDataRole.ForegroundRole)
    icon = model.data(index, Qt.ItemDataRole.DecorationRole)
    looks = {
        name: icon is not None and icon.pixmap(16, 16).toImage() == theme.icon(name, token, 16).pixmap(16, 16).toImage()
        for name, token in (("circle-alert", "danger"), ("triangle-alert", "warning"), ("circle-check", "ok"))
    }
    return next((name for name, same in looks.items() if same), ""), colour.name() if colour is not None else ""


def test_errors_differ_from_warnings_in_word_sign_and_colour(window, lead, files, tmp_path, qtbot) -> None:
    returns.bring_in(lead, files[:1])
    with open_(tmp_path / "A-001") as ws:
        releases.release(ws, [find_people(ws, "P-001")[0].id], author=find_people(ws, "A-001")[0].id)
        beyond = returns.make_return(ws, tmp_path / "stick").path
    kit = make_kit(lead, tmp_path / "kits", "A-002")
    inbox = window.page.inbox
    inbox.add_files([kit, beyond, files[1], files[0]])
    settled(window, qtbot)
    danger, warning = (theme.colour(each).name() for each in ("danger", "warning"))
    said = [row[2] for row in rows(window)]
    assert said[0].startswith("refused: ") and said[1:] == ["1 error", "1 warning", "ready"]
    assert [shown_as(window, row) for row in range(4)] == [
        ("circle-alert", danger), ("circle-alert", danger), ("triangle-alert", warning), ("", ""),
    ]  # fmt: skip
    for row, first in enumerate(("Cannot be merged: ", "Error: ", "Warning: ")):
        inbox.table.setCurrentIndex(inbox.model.index(row, 0))
        remarks = texts(inbox.more).splitlines()
        (told,) = [each for each in remarks if each.startswith(("Cannot", "Error", "Warning"))]
        assert told.startswith(first), "whoever listens is told which it is"
    press(qtbot, window.page, "Merge 3 packages")
    settled(window, qtbot)
    assert [row[2] for row in rows(window)][1:] == ["merged; 1 error", "merged; 1 warning", "nothing new"]
    assert [shown_as(window, row)[0] for row in range(1, 4)] == ["circle-alert", "triangle-alert", "circle-check"]


def test_bad_files_among_good_ones_are_named_and_do_not_stop_them(window, lead, files, tmp_path, qtbot) -> None:
    cut = tmp_path / "cut.rubricpack"
    cut.write_bytes(files[0].read_bytes()[:-40])
    kit = make_kit(lead, tmp_path / "kits", "A-002")
    other = tmp_path / "<b>roster&amp;.rubricpack"
    other.write_text("name,mail")
    window.page.inbox.add_files([cut, kit, other, tmp_path / "gone.rubricpack", *files])
    settled(window, qtbot)
    said = {row[5]: (row[4], row[2]) for row in rows(window)}
    assert said["cut.rubricpack"][0] == "cut short or damaged"
    assert "another kind of package" in said[kit.name][1]
    assert said["<b>roster&amp;.rubricpack"][0] == "no package"
    assert said["gone.rubricpack"][0] == "not readable"
    assert "Copy it again" in texts(window.page)
    press(qtbot, window.page, "Merge 2 packages")
    settled(window, qtbot)
    assert len(list_assessments(lead)) == 2
    cut.write_bytes(files[0].read_bytes())
    window.page.inbox.table.setCurrentIndex(window.page.inbox.model.index(0, 0))
    press(qtbot, window.page, "Look at it again")
    settled(window, qtbot)
    assert rows(window)[0][4] == "whole"


def test_an_unknown_laptop_is_merged_only_once_its_key_was_compared(window, lead, files, tmp_path, qtbot) -> None:
    with open_(tmp_path / "A-001") as ws:
        said = ws.meta("home")
        ws.set_meta("home", said.replace('"ticket": "', '"ticket": "0'))
        path = returns.make_return(ws, tmp_path / "other").path
    window.page.inbox.add_files([path])
    settled(window, qtbot)
    assert rows(window)[0][3] == "unknown: compare it"
    assert not window.page.inbox.do.isEnabled()
    manifest = window.page.inbox.entries[0].looked.manifest
    assert manifest.fingerprint in texts(window.page)
    press(qtbot, window.page, "I compared the key: trust it")
    assert rows(window)[0][3] == "compared"
    press(qtbot, window.page, "Merge 1 package")
    settled(window, qtbot)
    assert len(list_assessments(lead)) == 1


def test_a_changed_key_is_red_and_refused(window, lead, files, tmp_path, qtbot) -> None:
    returns.bring_in(lead, files)
    with open_(tmp_path / "A-001") as ws:
        device, _space, _seed = ws.meta("signing_seed").partition(" ")
        ws.set_meta("signing_seed", f"{device} {'7' * 64}")
        path = returns.make_return(ws, tmp_path / "other").path
    window.page.inbox.add_files([path])
    settled(window, qtbot)
    model = window.page.inbox.model
    assert rows(window)[0][3] == "CHANGED"
    assert model.data(model.index(0, 3), Qt.ItemDataRole.ForegroundRole) is not None
    assert "signed with another key than before" in texts(window.page)
    assert not window.page.inbox.do.isEnabled()


def test_thirty_files_at_once(window, lead, files, tmp_path, qtbot) -> None:
    many = []
    with open_(tmp_path / "A-001") as ws:
        for number in range(30):
            people_ = find_people(ws, "P-002")
            assert people_
            score(ws, "P-002", "A-001", number % 5 + 1, finished=False)
            many.append(returns.make_return(ws, tmp_path / "many").path)
    window.page.inbox.add_files(many)
    settled(window, qtbot)
    assert len(rows(window)) == 30
    press(qtbot, window.page, "Merge 30 packages")
    settled(window, qtbot)
    assert {row[2].partition(";")[0] for row in rows(window)} <= {"merged", "nothing new"}
    assert len(list_assessments(lead)) == 2


def test_a_watched_folder_offers_what_turns_up_and_merges_nothing(
    window, lead, files, tmp_path, qtbot, monkeypatch
) -> None:
    stick = tmp_path / "watched"
    stick.mkdir()
    shutil.copy(make_kit(lead, tmp_path / "kits", "A-001"), stick)
    bar = window.page.inbox.watching
    bar.set_folder(str(stick))
    assert window.session.settings.watched == str(stick)
    qtbot.waitUntil(lambda: bar.watch._job is None)
    assert rows(window) == []
    place = stick / files[0].name
    place.write_bytes(files[0].read_bytes()[:1000])  # it is being copied
    bar.watch.look()
    qtbot.waitUntil(lambda: bar.watch._job is None)
    place.write_bytes(files[0].read_bytes())
    bar.watch.look()
    qtbot.waitUntil(lambda: bar.watch._job is None)
    assert rows(window) == []
    bar.watch.look()
    qtbot.waitUntil(lambda: bar.watch._job is None)
    settled(window, qtbot)
    assert [row[4] for row in rows(window)] == ["whole"]
    assert list_assessments(lead) == []
    shutil.rmtree(stick)
    bar.watch.look()
    qtbot.waitUntil(lambda: bar.watch._job is None)
    assert "is not there now" in texts(window.page)
    press(qtbot, window.page, "Merge 1 package")
    settled(window, qtbot)
    assert len(list_assessments(lead)) == 1  # what it says was read already, and it brings no files
    stick.mkdir()
    shutil.copy(files[0], stick)
    os.utime(stick / files[0].name, (1, 1))
    shutil.copy(files[1], stick)
    os.utime(stick / files[1].name, (1, 1))
    bar.watch.look()
    qtbot.waitUntil(lambda: bar.watch._job is None)
    settled(window, qtbot)
    assert [row[5] for row in rows(window)][1:] == [files[1].name]  # the other one was merged already
    press(qtbot, window.page, "Stop watching")
    assert window.session.settings.watched == ""
    assert bar.watch.folder is None
    assert watching.EVERY_MS == 10_000


def looked(watch, qtbot) -> None:
    """Look into the watched folder now."""
    qtbot.waitUntil(lambda: watch._job is None)
    watch.look()
    qtbot.waitUntil(lambda: watch._job is None)


def test_home_says_what_waits_before_anybody_opened_the_merge_page(lead, make_window, files, tmp_path, qtbot) -> None:
    stick = tmp_path / "watched"
    stick.mkdir()
    for each in files:
        shutil.copy(each, stick)
        os.utime(stick / each.name, (1, 1))
    window = make_window(lead, name="Lena Lead", watched=str(stick))
    assert "to merge" not in texts(window.page)
    looked(window.session.watch, qtbot)
    assert "2 packages to merge" in texts(window.page)
    press(qtbot, window.page, "Look at them")
    settled(window, qtbot)
    assert [row[4] for row in rows(window)] == ["whole", "whole"]
    press(qtbot, window.page, "Merge 2 packages")
    settled(window, qtbot)
    window.go("home")
    assert "to merge" not in texts(window.page)
    window.go("merge")
    window.do("undo")
    settled(window, qtbot)
    window.go("home")
    assert "2 packages to merge" in texts(window.page)
    shutil.rmtree(stick)
    looked(window.session.watch, qtbot)
    assert "to merge" not in texts(window.page)
    ana = next(each for each in people.list_people(lead) if each.name == "Ana Example")
    window.session.set_me(ana)
    assert window.session.watch.folder is None, "who does not merge is not watched for"


def test_what_lies_there_and_cannot_be_offered_is_said_calmly(window, lead, files, tmp_path, qtbot) -> None:
    stick = tmp_path / "watched"
    (stick / "folder.rubricpack").mkdir(parents=True)
    (stick / "<b>notes.rubricpack").write_text("name,mail")
    (stick / "cut.rubricpack").write_bytes(files[0].read_bytes()[:40])
    shutil.copy(make_kit(lead, tmp_path / "kits", "A-001"), stick)
    for each in stick.iterdir():
        os.utime(each, (1, 1))
    (stick / "growing.rubricpack").write_bytes(files[1].read_bytes()[:1000])
    bar = window.page.inbox.watching
    bar.set_folder(str(stick))
    qtbot.waitUntil(lambda: bar.watch._job is None)
    assert rows(window) == [] and not window.page.inbox.error.isVisible()
    said = texts(bar)
    assert "growing.rubricpack is still being copied." in said
    assert "<b>notes.rubricpack is not a package" in said and "cut.rubricpack" in said and "folder.rubricpack" in said
    assert "kit" not in said


def test_whose_it_is_that_cannot_be_opened_is_said_as_in_the_terminal(window, lead, tmp_path, document, qtbot) -> None:
    """A return and a kit of another programme: not only that they are sealed for somebody else."""
    with start_programme(tmp_path / "away", document) as other:
        other.set_meta("sealing_identity", "")
        programme = load_programme(other).id
        with other.writing("") as log:
            log.set("programme", programme, "name", "Three hills")
        with laptop(other, tmp_path / "theirs", "A-001") as ws:
            path = returns.make_return(ws, tmp_path / "stick").path
    kit = next((tmp_path / "theirs" / "kits").iterdir())
    window.page.inbox.add_files([path, kit])
    settled(window, qtbot)
    assert "it says that it belongs to the programme “Three hills”" in rows(window)[0][2]
    assert rows(window)[0][4] == "sealed for others"
    assert "is another kind of package" in rows(window)[1][2] and rows(window)[1][4] == "another kind"
    said = [each.error.what for each in returns.bring_in(lead, [path, kit])]
    assert all(what in row[2] for what, row in zip(said, rows(window), strict=True))


def test_what_this_laptops_key_does_not_open_the_recovery_sheet_does(lead, make_window, tmp_path, qtbot) -> None:
    made = recovery.make_sheet(lead, tmp_path / "sheet.txt")
    recovery.prove(lead, made.identity)
    with laptop(lead, tmp_path, "A-001") as ws:
        score(ws, "P-001", "A-001", 2)
        path = returns.make_return(ws, tmp_path / "stick").path
    lead.set_meta("sealing_identity", "")  # as on a new laptop
    window = make_window(lead, name="Lena Lead")
    window.go("merge")
    window.page.inbox.add_files([path])
    settled(window, qtbot)
    card = window.page.inbox.more
    assert rows(window)[0][4] == "sealed for others" and card.recovery.key.isVisible()
    qtbot.keyClicks(card.recovery.key, sealing.new_identity().secret)  # a whole key, of another programme
    qtbot.keyClick(card.recovery.key, Qt.Key.Key_Return)
    settled(window, qtbot)
    assert rows(window)[0][4] == "sealed for others" and card.recovery.key.text() == ""
    qtbot.keyClicks(card.recovery.key, "".join(made.groups).lower())
    press(qtbot, window.page, "Open it with the recovery key")
    settled(window, qtbot)
    assert rows(window)[0][4] == "whole" and not card.recovery.isVisible()
    press(qtbot, window.page, "Merge 1 package")
    settled(window, qtbot)
    assert len(list_assessments(lead)) == 1


def test_a_full_disk_stops_one_file_and_says_so(window, lead, files, qtbot, monkeypatch) -> None:
    from rubricapp.errors import UserError

    def full(*_arguments, **_named):
        raise UserError("E_DISK", "The disk is full.", "Nothing was merged.", "Free some space.")

    window.page.inbox.add_files(files)
    settled(window, qtbot)
    monkeypatch.setattr(backups, "copy", full)
    press(qtbot, window.page, "Merge 2 packages")
    settled(window, qtbot)
    assert "The disk is full." in texts(window.page)
    assert list_assessments(lead) == []
    monkeypatch.undo()
    make_passphrases_quick(monkeypatch)
    press(qtbot, window.page, "Merge 2 packages")
    settled(window, qtbot)
    assert len(list_assessments(lead)) == 2
    assert not window.page.inbox.error.isVisible()


def test_a_stick_pulled_out_before_the_files_were_copied(window, lead, tmp_path, qtbot) -> None:
    clip = tmp_path / "clip.txt"
    clip.write_text("frames " * 999)
    with laptop(lead, tmp_path, "A-001") as ws:
        artefacts.add_work(ws, find_people(ws, "P-001")[0].id, str(clip), {"title": "Clip"})
        path = returns.make_return(ws, tmp_path / "stick").path
    window.page.inbox.add_files([path])
    settled(window, qtbot)
    path.rename(tmp_path / "away")
    press(qtbot, window.page, "Merge 1 package")
    settled(window, qtbot)
    assert "not merged: " in rows(window)[0][2]
    assert "the stick is connected" in texts(window.page)
    assert "Clip" not in {each.title for each in list_artefacts(lead)}
    (tmp_path / "away").rename(path)
    press(qtbot, window.page, "Merge 1 package")
    settled(window, qtbot)
    (work,) = [each for each in list_artefacts(lead) if each.title == "Clip"]
    assert find_file(lead, work).place.read_text() == clip.read_text()


def test_another_file_in_its_place_is_not_merged_for_it(window, lead, tmp_path, qtbot) -> None:
    clip = tmp_path / "clip.txt"
    clip.write_text("frames " * 999)
    with laptop(lead, tmp_path, "A-001") as ws:
        artefacts.add_work(ws, find_people(ws, "P-001")[0].id, str(clip), {"title": "Clip"})
        path = returns.make_return(ws, tmp_path / "stick").path
        other = returns.make_return(ws, tmp_path / "stick").path
    window.page.inbox.add_files([path])
    settled(window, qtbot)
    other.replace(path)
    press(qtbot, window.page, "Merge 1 package")
    settled(window, qtbot)
    assert "is another file now" in texts(window.page)
    assert list_merges(lead) == []


def test_stopping_takes_what_was_not_looked_at_off_the_list(window, lead, files, qtbot, monkeypatch) -> None:
    go_on, really = threading.Event(), packages.look

    def look(path, keys, beside, passphrase, progress):
        go_on.wait(20)
        return really(path, keys, beside, passphrase, progress)

    monkeypatch.setattr(packages, "look", look)
    window.page.inbox.add_files(files)
    press(qtbot, window.page, "Stop")
    go_on.set()
    settled(window, qtbot)
    assert rows(window) == []
    monkeypatch.setattr(packages, "look", really)
    window.page.inbox.add_files(files)
    settled(window, qtbot)
    assert len(rows(window)) == 2


def test_stopping_between_the_plan_and_the_transaction_merges_nothing_of_it(
    window, lead, files, qtbot, once_planned
) -> None:
    window.page.inbox.add_files(files)
    settled(window, qtbot)
    inbox = window.page.inbox
    said = []
    once_planned(lambda: (said.append(texts(window.page)), press(qtbot, window.page, "Stop")))
    inbox.merge()
    settled(window, qtbot)
    assert "Merging 1 of 2" in said[0] and len(said) == 1
    assert list_merges(lead) == [] and list_assessments(lead) == []
    press(qtbot, window.page, "Merge 2 packages")
    settled(window, qtbot)
    assert len(list_merges(lead)) == 2


def test_closing_in_the_middle_finishes_the_pack_in_hand_and_no_other(window, lead, files, qtbot, once_planned) -> None:
    window.page.inbox.add_files(files)
    settled(window, qtbot)
    inbox = window.page.inbox
    folder = lead.folder
    once_planned(lambda: QTimer.singleShot(0, window, window.shut))
    inbox.merge()
    qtbot.waitUntil(lambda: window.session is None, timeout=20_000)
    with open_(folder) as ws:
        (merge,) = list_merges(ws)
        assert (folder / "receipts" / f"{merge.id}.json").is_file()
        assert len(list_assessments(ws)) == 1


def test_what_somebody_writes_between_plan_and_transaction_is_not_lost_sight_of(
    window, lead, files, qtbot, once_planned
) -> None:
    window.page.inbox.add_files(files[:1])
    settled(window, qtbot)
    inbox = window.page.inbox
    once_planned(lambda: returns.bring_in(lead, files[:1]))  # the same pack by another door
    inbox.merge()
    settled(window, qtbot)
    assert len(list_merges(lead)) == 1 and not inbox.error.isVisible()
    assert [row[2] for row in rows(window)] == ["nothing new"]


def test_people_are_erased_by_a_merge_only_after_asking(window, lead, tmp_path, qtbot) -> None:
    with laptop(lead, tmp_path, "A-001") as ws:
        score(ws, "P-001", "A-001", 2)
        amara = find_people(ws, "P-001")[0]
        privacy.erase(ws, amara.id, amara.name)
        path = returns.make_return(ws, tmp_path / "stick").path
    gone = len(people.list_people(lead))
    window.page.inbox.add_files([path])
    settled(window, qtbot)
    press(qtbot, window.page, "Merge 1 package")
    dialog = window.page.findChild(QDialog, "confirm")
    assert "here as well" in texts(dialog)
    press(qtbot, dialog, "Cancel")
    assert list_merges(lead) == [] and len(people.list_people(lead)) == gone
    press(qtbot, window.page, "Merge 1 package")
    press(qtbot, window.page.findChildren(QDialog, "confirm")[-1], "Erase, and merge 1 package")
    settled(window, qtbot)
    assert len(people.list_people(lead)) == gone - 1


def test_read_only_and_no_lead(make_window, lead, files, qtbot) -> None:
    folder = lead.folder
    lead.close()
    window = make_window(open_(folder, read_only=True), name="Lena Lead")
    window.go("merge")
    window.page.inbox.add_files(files)
    assert "for reading only" in texts(window.page)
    assert window.page.inbox.entries == []
    ana = next(each for each in people.list_people(window.session.ws) if each.name == "Ana Example")
    window.session.set_me(ana)
    assert not window.rail.buttons["merge"].isVisible()
    assert not window.actions_by_id["go_merge"].isEnabled()
    assert window.rail.current().property("key") == "home"


def test_by_keyboard_alone(window, files, lead, qtbot) -> None:
    window.page.inbox.add_files(files)
    settled(window, qtbot)
    window.next_pane()
    seen = [QApplication.focusWidget()]
    for _n in range(2):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget())
    assert window.page.inbox.table in seen
    assert window.page.tabs.tabBar() in seen
    window.page.inbox.table.setFocus()
    qtbot.keyClick(window.page.inbox.table, Qt.Key.Key_Delete)
    assert len(rows(window)) == 1
    window.do("copy_table")
    assert QApplication.clipboard().text().startswith("From\tBrings\tState")
