"""The other parts of the merge page: handing out, settling conflicts, the list of laptops, merges done."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from rubricapp.core.model import Role
from rubricapp.core.moderation import State
from rubricapp.operations import kits, merging, people, releases, returns
from rubricapp.operations.assessments import begin, finish, rate, reopen
from rubricapp.store.assessments import list_assessments, load_assessment
from rubricapp.store.assigning import list_assignments
from rubricapp.store.conflicts import list_conflicts
from rubricapp.store.kits import list_kits
from rubricapp.store.merging import list_merges
from rubricapp.store.people import find_occasion
from rubricapp.store.releases import list_released, list_releases
from rubricapp.store.rubrics import find_rubric
from tests.laptops import ask, laptop, make_passphrases_quick, score, start_programme, who
from tests.ui.driving import find_button, press, texts


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def lead(folder: Path, document: dict):
    with start_programme(folder, document, asked=False) as ws:
        yield ws


@pytest.fixture
def open_tab(make_window, lead):
    """open_tab(name) → (window, the view of that tab)."""

    def open_(name: str):
        window = make_window(lead, name="Lena Lead")
        window.go("merge")
        tabs = window.page.tabs
        at = next(n for n in range(tabs.count()) if tabs.tabText(n).startswith(name))
        tabs.setCurrentIndex(at)
        return window, tabs.currentWidget()

    return open_


def choose(box, text: str) -> None:
    box.setCurrentIndex(box.findText(text))


def asked(ws) -> set[tuple[str, str]]:
    names = {each.id: each.name for each in people.list_people(ws)}
    return {(names[each.participant], names[each.assessor]) for each in list_assignments(ws)}


# Handing out


def test_asking_one_taking_back_and_undoing_both(open_tab, lead, qtbot) -> None:
    window, view = open_tab("Hand out")
    asking = view.asking
    assert "Nobody was asked yet." in texts(asking)
    choose(asking.participant, "王伟")
    choose(asking.assessor, "Bello Example")
    press(qtbot, asking, "Ask for this one")
    assert asked(lead) == {("王伟", "Bello Example")}
    assert asking.model.as_text().splitlines()[1] == "王伟\tBello Example\tSmall 1.0\tBaseline\tnot begun"
    press(qtbot, asking, "Ask for this one")
    assert window.toast.text.text() == "This is asked for already."
    window.do("undo")
    assert asked(lead) == set()
    window.do("redo")
    assert asked(lead) == {("王伟", "Bello Example")}
    asking.table.setFocus()
    qtbot.keyClick(asking.table, Qt.Key.Key_Delete)
    assert asked(lead) == set()
    window.do("undo")
    assert asked(lead) == {("王伟", "Bello Example")}


def test_kept_apart_is_refused_in_words(open_tab, lead, qtbot) -> None:
    pair = {"one": who(lead, "P-001").id, "other": who(lead, "A-001").id}
    with lead.writing("") as log:
        log.set_all("declared_conflict", lead.new_id(), pair)
    _window, view = open_tab("Hand out")
    choose(view.asking.participant, "Amara Abara")
    choose(view.asking.assessor, "Ana Example")
    press(qtbot, view.asking, "Ask for this one")
    assert "is kept apart from" in texts(view.asking)
    assert asked(lead) == set()


def test_evenly_with_its_notes_and_its_way_back(open_tab, lead, qtbot) -> None:
    ask(lead, "P-001", "A-001")
    ask(lead, "P-002", "A-001")
    ask(lead, "P-003", "A-001")
    before = asked(lead)
    window, view = open_tab("Hand out")
    view.asking.raters.setValue(1)
    view.asking.double.setValue(50)
    view.asking.seed.setValue(7)
    press(qtbot, view.asking, "Assign evenly")
    pairs = asked(lead)
    assert len(pairs) == 5
    assert {name for name, _assessor in pairs} == {"Amara Abara", "Kofi Bempah", "王伟"}
    assert window.toast.text.text() == "Assigned evenly: 5 pairs"
    window.do("undo")
    assert asked(lead) == before
    window.do("redo")
    assert asked(lead) == pairs
    view.asking.raters.setValue(5)
    press(qtbot, view.asking, "Assign evenly")
    assert view.asking.error.isVisible()
    assert asked(lead) == pairs


def made_kits(view, qtbot, folder: Path, button: str) -> None:
    view.kits.folder.setText(str(folder))
    press(qtbot, view.kits, button)
    qtbot.waitUntil(lambda: view.kits._job is None)


def test_kits_for_all_with_passphrases_that_are_written_nowhere(open_tab, lead, tmp_path, qtbot) -> None:
    ask(lead, "P-001", "A-001")
    ask(lead, "P-002", "A-002")
    window, view = open_tab("Hand out")
    made_kits(view, qtbot, tmp_path / "kits", "Make all 2 kits")
    assert sorted(each.name for each in (tmp_path / "kits").iterdir()) == [
        "Ana-Example-kit-1.rubricpack",
        "Bello-Example-kit-1.rubricpack",
    ]
    assert len(list_kits(lead)) == 2
    phrase = view.kits.phrase.text()
    assert phrase in texts(view.kits)
    assert len(phrase) == 19
    press(qtbot, view.kits, "Copy the passphrase")
    assert QApplication.clipboard().text() == phrase
    window.do("copy_table")
    assert phrase not in QApplication.clipboard().text()
    for path in [*tmp_path.rglob("*")]:
        assert not path.is_file() or phrase.encode() not in path.read_bytes(), path
    opened = kits.open_kit(tmp_path / "kits" / "Ana-Example-kit-1.rubricpack", tmp_path / "w", phrase)
    assert opened.me == who(lead, "A-001").id


def test_kits_for_the_chosen_ones_known_laptops_need_no_passphrase(open_tab, lead, tmp_path, qtbot) -> None:
    ask(lead, "P-001", "A-001")
    ask(lead, "P-002", "A-002")
    with laptop(lead, tmp_path, "A-001") as ana:
        returns.bring_in(lead, [returns.make_return(ana, tmp_path).path])
    _window, view = open_tab("Hand out")
    view.kits.table.selectRow(0)
    made_kits(view, qtbot, tmp_path / "more", "Make the chosen one")
    assert [each.name for each in (tmp_path / "more").iterdir()] == ["Ana-Example-kit-2.rubricpack"]
    assert not view.kits.copy.isVisible()
    view.kits.also.setChecked(True)
    made_kits(view, qtbot, tmp_path / "more", "Make the chosen one")
    assert view.kits.copy.isVisible()
    (tmp_path / "file").write_text("no folder")
    made_kits(view, qtbot, tmp_path / "file", "Make all 2 kits")
    assert view.kits.error.isVisible()
    assert len(list_kits(lead)) == 3
    assert [line.split("\t")[4] for line in view.kits.model.as_text().splitlines()[1:]] == ["not made", "not made"]


# Conflicts


@pytest.fixture
def disputed(lead, tmp_path):
    """One assessor on two laptops: two criteria of one assessment differ in level."""
    ask(lead, "P-001", "A-001")
    files = []
    for number in (1, 2):
        with laptop(lead, tmp_path, "A-001", tmp_path / f"laptop{number}") as ws:
            begun = score(ws, "P-001", "A-001", 3, finished=False)
            for criterion in ("TST-1", "TST-2"):
                rate(ws, begun.id, criterion, number)
            finish(ws, begun.id)
            files.append(returns.make_return(ws, tmp_path / f"stick{number}").path)
    assert all(each.error is None for each in returns.bring_in(lead, files))
    return lead


def choose_row(view, what: str) -> None:
    row = view.model.row_of(lambda each: each.what == what)
    view.table.setCurrentIndex(view.model.index(row, 0))
    assert view.dispute.what == what


def test_who_may_not_see_a_rating_yet_does_not_see_it_in_a_conflict(open_tab, disputed, qtbot) -> None:
    lena = next(each for each in people.list_people(disputed) if each.name == "Lena Lead")
    rubric, baseline = find_rubric(disputed, "small"), find_occasion(disputed, "baseline")
    own = begin(disputed, who(disputed, "P-001"), rubric, baseline, lena)[0]
    rate(disputed, own.id, "TST-1", 3)
    window, view = open_tab("Conflicts")
    assert {each.hidden != "" for each in view.model.shown} == {True}
    assert all(each.said == () for each in view.model.shown)
    assert "Hidden until it is finished" in texts(view)
    assert view.radios == []
    assert not view.do.isVisible()
    assert "1 One" not in view.model.as_text()
    finish(disputed, own.id)
    window.page._mark()
    assert {each.hidden for each in view.model.shown} == {""}
    window.session.set_me(None)
    assert "Say on Home who you are" in texts(view)


def test_a_conflict_shows_both_values_and_demands_a_reason(open_tab, disputed, qtbot) -> None:
    window, view = open_tab("Conflicts")
    assert window.page.tabs.tabText(1) == "Conflicts · 2"
    choose_row(view, "Title of TST-1: level")
    assert view.dispute.about == "Amara Abara, Small 1.0, Baseline, by Ana Example"
    assert view.dispute.what == "Title of TST-1: level"
    words = {each.accessibleName() for each in view.radios}
    assert words == {"Take that: 1 One", "Take that: 2 Two", "Another value:"}
    assert all("by Ana" in texts(view) or "Ana Example" in each.accessibleDescription() for each in view.radios[:2])
    for said in view.dispute.said:
        assert said.laptop.endswith(f" ({said.device[:8]})"), "two laptops of one name are told apart"
    press(qtbot, view, "Settle")
    assert "Choose one of the values first." in texts(view)
    view.radios[0].setFocus()
    qtbot.keyClick(view.radios[0], Qt.Key.Key_Space)
    press(qtbot, view, "Settle")
    assert "needs a reason" in texts(view)
    assert view.reason.hasFocus()
    assert len(list_conflicts(disputed)) == 2
    taken = view.dispute.said[0].value
    qtbot.keyClicks(view.reason, "The later viewing counts.")
    qtbot.keyClick(view.reason, Qt.Key.Key_Return)
    assert len(list_conflicts(disputed)) == 1
    assert list_assessments(disputed)[0].ratings["TST-1"].level == taken
    assert window.page.tabs.tabText(1) == "Conflicts · 1"
    choose_row(view, "Title of TST-2: level")
    view.radios[-1].setChecked(True)
    choose(view.levels, "5 Five")
    qtbot.keyClicks(view.reason, "Talked on the phone.")
    press(qtbot, view, "Settle")
    assert list_assessments(disputed)[0].ratings["TST-2"].level == 5
    assert "No conflicts." in texts(view)
    assert window.page.tabs.tabText(1) == "Conflicts"


def test_tab_goes_from_the_list_through_the_values_to_the_reason(open_tab, disputed, qtbot) -> None:
    _window, view = open_tab("Conflicts")
    choose_row(view, "Title of TST-2: level")
    view.table.setFocus()
    seen = []
    while not seen or (seen[-1] is not view.do and len(seen) < 12):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert seen[0] is view.radios[0]
    assert [each for each in seen if each not in view.radios] == [view.levels, view.reason, view.others, view.do]


def test_one_answer_for_the_rest_of_the_record(open_tab, disputed, qtbot) -> None:
    window, view = open_tab("Conflicts")
    choose_row(view, "Title of TST-1: level")
    assert "other one of this record" in view.others.text()
    at = next(n for n, each in enumerate(view.dispute.said) if each.value == 1)
    view.radios[at].setChecked(True)
    view.others.setChecked(True)
    qtbot.keyClicks(view.reason, "The first laptop had the right clip.")
    press(qtbot, view, "Settle")
    assert list_conflicts(disputed) == []
    ratings = list_assessments(disputed)[0].ratings
    assert (ratings["TST-1"].level, ratings["TST-2"].level, ratings["TST-3"].level) == (1, 1, 3)
    assert window.toast.text.text().startswith("Settled 2 conflicts.")


def test_settling_is_undone_and_done_again(open_tab, disputed, qtbot) -> None:
    window, view = open_tab("Conflicts")
    before = list_conflicts(disputed)
    assert not view.settled.isVisible()
    choose_row(view, "Title of TST-1: level")
    view.radios[0].setChecked(True)
    view.others.setChecked(True)
    qtbot.keyClicks(view.reason, "The clip says so.")
    press(qtbot, view, "Settle")
    assert list_conflicts(disputed) == []
    assert view.settled.model.rowCount() == 2
    press(qtbot, window.toast, "Undo")
    assert list_conflicts(disputed) == before
    assert not view.settled.isVisible()
    assert {each.by for each in view.model.shown[0].said} == {"Ana Example"}
    window.session.undo_stack.redo()
    assert list_conflicts(disputed) == []
    assert [each.reason for each in view.settled.model.shown] == ["The clip says so."] * 2


def test_a_settlement_of_yesterday_is_taken_back_from_the_list(open_tab, disputed, qtbot) -> None:
    for each in list_conflicts(disputed):
        merging.resolve(disputed, each, each.heads[0].value, "It was late.")
    window, view = open_tab("Conflicts")
    assert "No conflicts." in texts(view)
    settled = view.settled
    row = settled.model.row_of(lambda each: each.dispute.what == "Title of TST-2: level")
    settled.table.setCurrentIndex(settled.model.index(row, 0))
    press(qtbot, view, "Take this settlement back")
    assert [each.what for each in view.model.shown] == ["Title of TST-2: level"]
    assert settled.model.rowCount() == 1
    assert window.page.tabs.tabText(1) == "Conflicts · 1"
    window.session.undo_stack.undo()
    assert list_conflicts(disputed) == []
    assert settled.model.rowCount() == 2


def test_nothing_is_released_before_it_is_settled(open_tab, disputed, qtbot) -> None:
    """Moderation says who said two things; a release is refused, and its way leads to where that is settled."""
    window, view = open_tab("Conflicts")
    window.go("moderation")
    (far,) = [each for each in window.page.found.far if each.participant.name == "Amara Abara"]
    assert far.state is State.MARKED
    assert "Ana Example said two things on two laptops: TST-1, TST-2 (settle it under Merge, Conflicts)" in far.missing
    window.do("release_results")
    panel = window.page.releasing
    panel.show_person(who(disputed, "P-001"))
    press(qtbot, panel, "Release these results")
    assert "Which words hold is not settled" in texts(panel.error)
    assert list_releases(disputed) == [] and not panel.settle.isVisible()
    assert panel.settle_conflicts.hasFocus() and "TST-1" in panel.settle_conflicts.accessibleDescription()
    press(qtbot, panel, "Settle it under Merge, Conflicts")
    assert window.page.tabs.currentWidget() is view and view.table.hasFocus()


def test_a_gap_says_whose_word_on_it_is_in_conflict(open_tab, disputed) -> None:
    score(disputed, "P-001", "A-002", 5)
    window, _view = open_tab("Conflicts")
    window.go("moderation")
    found = {each.gap.criterion.id: each.why for each in window.page.found.entries}
    assert "Ana Example said two things on two laptops" in found["TST-1"]
    assert "two laptops" not in found["TST-3"]


def test_home_says_what_a_lead_has_to_settle(open_tab, disputed, qtbot) -> None:
    window, view = open_tab("Conflicts")
    window.go("home")
    assert "2 conflicts to settle" in texts(window.page)
    press(qtbot, window.page, "Settle")
    assert window.page.tabs.currentWidget() is view and view.table.hasFocus()
    for each in list_conflicts(disputed):
        window.session.run(merging.resolve, each, each.heads[0].value, "Asked.")
    window.go("home")
    assert "to settle" not in texts(window.page)


def test_a_settlement_after_which_more_was_said_is_still_taken_back(open_tab, disputed, qtbot) -> None:
    for each in list_conflicts(disputed):
        merging.resolve(disputed, each, each.heads[0].value, "It was late.")
    (mine,) = [each for each in list_assessments(disputed) if each.participant == who(disputed, "P-001").id]
    reopen(disputed, mine.id, "The other clip counts.", mine.assessor)
    rate(disputed, mine.id, "TST-2", 5)
    finish(disputed, mine.id)
    window, view = open_tab("Conflicts")
    settled = view.settled
    row = settled.model.row_of(lambda each: each.dispute.what == "Title of TST-2: level")
    assert settled.model.record(row).since.startswith("5 ") and "Ana Example" in settled.model.record(row).since
    assert [each.since for each in settled.model.shown].count("") == 1, "when it was finished is another day now, too"
    settled.table.setCurrentIndex(settled.model.index(row, 0))
    press(qtbot, view, "Take this settlement back")
    (dispute,) = view.model.shown
    assert len(dispute.said) == 3 and [each.value for each in dispute.said if each.shown] == [5]
    assert load_assessment(disputed, mine.id).ratings["TST-2"].level == 5, "what shows goes on showing"
    window.session.undo_stack.undo()
    assert list_conflicts(disputed) == []
    assert load_assessment(disputed, mine.id).ratings["TST-2"].level == 5


def test_a_settlement_tells_nothing_to_whoever_may_not_see_its_values(open_tab, disputed) -> None:
    for each in list_conflicts(disputed):
        merging.resolve(disputed, each, each.heads[0].value, "Level 2 it is.")
    (mine,) = list_assessments(disputed)
    reopen(disputed, mine.id, "Looked again.", mine.assessor)
    rate(disputed, mine.id, "TST-2", 4)
    finish(disputed, mine.id)
    lena = next(each for each in people.list_people(disputed) if each.name == "Lena Lead")
    own = begin(
        disputed, who(disputed, "P-001"), find_rubric(disputed, "small"), find_occasion(disputed, "baseline"), lena
    )
    rate(disputed, own[0].id, "TST-1", 3)
    _window, view = open_tab("Conflicts")
    assert {(each.words, each.reason) for each in view.settled.model.shown} == {("hidden", "")}
    assert "Level 2" not in view.settled.model.as_text()
    assert {each.since for each in view.settled.model.shown} == {""}


def test_a_conflict_of_words_is_shown_as_it_is_and_another_can_be_typed(open_tab, lead, tmp_path, qtbot) -> None:
    ask(lead, "P-001", "A-001")
    files = []
    for number in (1, 2):
        with laptop(lead, tmp_path, "A-001", tmp_path / f"laptop{number}") as ws:
            score(ws, "P-001", "A-001", 3, f"<b>&word {number}</b>\u202e")
            files.append(returns.make_return(ws, tmp_path / f"stick{number}").path)
    returns.bring_in(lead, files)
    _window, view = open_tab("Conflicts")
    choose_row(view, "Title of TST-1: comment")
    assert any("<b>&word 1</b>" in each.accessibleName() for each in view.radios)
    qtbot.keyClicks(view.typed, "Both in one.")
    assert view.radios[-1].isChecked()
    qtbot.keyClicks(view.reason, "Joined.")
    press(qtbot, view, "Settle")
    assert list_assessments(lead)[0].ratings["TST-1"].comment == "Both in one."


# Laptops and merges


def test_the_list_of_laptops_and_a_reminder(open_tab, lead, tmp_path, qtbot) -> None:
    ask(lead, "P-001", "A-001")
    ask(lead, "P-002", "A-002")
    with laptop(lead, tmp_path, "A-001") as ana:
        score(ana, "P-001", "A-001", 3)
        returns.bring_in(lead, [returns.make_return(ana, tmp_path).path])
    window, view = open_tab("Laptops")
    lines = [line.split("\t") for line in view.model.as_text().splitlines()[1:]]
    assert lines[0][0] == "Ana Example"
    assert lines[0][2].startswith("today")
    assert lines[0][4] == "1 of 1"
    assert lines[1][:3] == ["Bello Example", "–", "none yet"]
    assert lines[1][5] == "no kit made yet"
    view.table.selectRow(1)
    press(qtbot, view, "Remind: copy text")
    words = QApplication.clipboard().text()
    assert words.startswith("Hello Bello,")
    assert "Four rivers 2026" in words
    assert "1 of 1 is still open" in words
    assert window.toast.isVisible()


def test_who_was_not_heard_of_for_days_is_named(open_tab, lead, tmp_path) -> None:
    from datetime import timedelta

    from rubricapp.ui.merge.laptops import LaptopsView

    ask(lead, "P-001", "A-001")
    kits.make_kit(lead, who(lead, "A-001"), tmp_path / "kits", "four rivers meet at dusk")
    _window, view = open_tab("Laptops")
    assert view.model.as_text().splitlines()[1].split("\t")[5] == "–"
    later = lead.sources.now() + timedelta(days=9)
    lead.sources = type(lead.sources)(lambda: later)
    assert isinstance(view, LaptopsView)
    view.refresh({})
    assert view.model.as_text().splitlines()[1].split("\t")[5] == "no package for 9 days"


def test_merges_done_can_be_taken_back_and_stand_again(open_tab, lead, tmp_path, qtbot) -> None:
    ask(lead, "P-001", "A-001")
    with laptop(lead, tmp_path, "A-001") as ana:
        score(ana, "P-001", "A-001", 3)
        path = returns.make_return(ana, tmp_path).path
    window, view = open_tab("Merges done")
    assert "Nothing was merged yet." in texts(view)
    window.page.open_with(("files", [path]))
    inbox = window.page.inbox
    qtbot.waitUntil(lambda: not inbox.busy)
    press(qtbot, inbox, "Merge 1 package")
    qtbot.waitUntil(lambda: not inbox.busy)
    window.page.tabs.setCurrentWidget(view)
    press(qtbot, view, "Take this merge back")
    assert list_assessments(lead) == []
    assert [each.stands for each in list_merges(lead)] == [False]
    assert view.model.as_text().splitlines()[1].endswith("taken back")
    press(qtbot, view, "Let it stand again")
    assert len(list_assessments(lead)) == 1
    window.do("undo")
    assert list_assessments(lead) == []
    window.do("undo")
    assert len(list_assessments(lead)) == 1
    assert find_button(view, "Take this merge back")


def test_what_rests_on_a_merge_is_said_before_it_is_taken_back(open_tab, lead, tmp_path, qtbot) -> None:
    ask(lead, "P-001", "A-001")
    with laptop(lead, tmp_path, "A-001") as ana:
        score(ana, "P-001", "A-001", 3)
        returns.bring_in(lead, [returns.make_return(ana, tmp_path).path])
    releases.release(lead, [who(lead, "P-001").id])
    window, view = open_tab("Merges done")
    press(qtbot, view, "Take this merge back")
    asks = view.findChild(QDialog, "confirm")
    assert "1 release shows what this merge brought" in texts(asks)
    assert "(Amara Abara, small@1.0, baseline)" in texts(asks) and list_merges(lead)[0].stands
    press(qtbot, asks, "Cancel")
    assert list_merges(lead)[0].stands and view.undo.isVisible()
    press(qtbot, view, "Take this merge back")
    press(qtbot, view.findChildren(QDialog, "confirm")[-1], "Take it back all the same")
    assert [each.stands for each in list_merges(lead)] == [False] and list_released(lead, who(lead, "P-001").id) == []
    window.do("undo")
    assert [each.stands for each in list_merges(lead)] == [True] and list_released(lead, who(lead, "P-001").id)


def test_what_was_put_aside_is_listed(open_tab, lead, tmp_path, qtbot) -> None:
    from dataclasses import replace

    from rubricapp.operations import packages

    ask(lead, "P-001", "A-001")
    with laptop(lead, tmp_path, "A-001") as ana:
        score(ana, "P-001", "A-001", 3)
        path = returns.make_return(ana, tmp_path).path
    found = packages.look(path, packages.own_keys(lead), tmp_path)
    changes = found.parcel.changes
    altered = replace(found, parcel=replace(found.parcel, changes=(replace(changes[0], hash=bytes(32)), *changes[1:])))
    returns.run(returns.taking(lead, altered, returns.Terms()))
    _window, view = open_tab("Merges done")
    assert "put aside: " in texts(view.aside_card)
    assert view.aside.model().rowCount() > 0


@pytest.mark.parametrize("name", ["Inbox", "Conflicts", "Hand out", "Laptops", "Merges done"])
def test_every_part_has_names_and_copies_its_tables(open_tab, disputed, name, qtbot) -> None:
    from tests.ui.test_names import focusable, name_of

    people.add_person(disputed, Role.MENTOR, "Mara Mentor")
    window, view = open_tab(name)
    assert [type(each).__name__ for each in focusable(window) if not name_of(each)] == []
    assert window.page.copy_table() is (name != "Inbox")
    assert window.page.panes()[-1].isVisible()
    assert view.isVisible()
