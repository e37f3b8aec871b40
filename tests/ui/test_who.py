"""Who is this? Asked in the inbox, on the page People and on a person's own; and what a laptop wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from rubricapp.core.model import Role
from rubricapp.operations import artefacts, people, production_log, returns, same_people
from rubricapp.operations.assessments import begin
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.people import find_occasion, list_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.same_people import list_ids, list_known_as, load_said
from rubricapp.store.verifying import find_faults
from rubricapp.ui.opening import who_sits_here
from tests.laptops import laptop, make_passphrases_quick, score, start_programme, who
from tests.ui.driving import find_button, press, texts

HOSTILE = '<img src=x onerror=alert(1)> & "Amara"'


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def lead(folder: Path, document: dict):
    with start_programme(folder, document) as ws:
        yield ws


@pytest.fixture
def window(make_window, lead):
    return make_window(lead, name="Lena Lead")


@pytest.fixture
def pack(lead, tmp_path: Path) -> Path:
    """A return whose assessor typed people in by hand."""
    with laptop(lead, tmp_path, "A-001") as away:
        score(away, "P-001", "A-001", 3)
        twin = people.add_person(away, Role.PARTICIPANT, "ABARA, Amára", "P 001")[0]
        people.add_person(away, Role.PARTICIPANT, "محمد الأمين", "P-050")
        (tmp_path / "reel.txt").write_text("a reel")
        artefacts.add_work(away, twin.id, str(tmp_path / "reel.txt"), {"title": "Reel"})
        return returns.make_return(away, tmp_path / "stick").path


def settled(window, qtbot) -> None:
    qtbot.waitUntil(lambda: not window.page.inbox.busy, timeout=60_000)


def choose(box, begins: str) -> None:
    """As somebody does with the keyboard: the entry that begins so."""
    at = next(n for n in range(box.count()) if box.itemText(n).startswith(begins))
    box.setFocus()
    box.setCurrentIndex(at)
    box.activated.emit(at)


def test_a_plan_asks_who_it_is_and_undo_takes_all_of_it_back(window, lead, pack, qtbot) -> None:
    amara = who(lead, "P-001")
    window.go("merge")
    window.page.open_with(("files", [pack]))
    settled(window, qtbot)
    card = window.page.inbox.who
    assert card.isVisible()
    assert "1 person of these packages is not known here by their id" in texts(card)
    assert "1 more is new and looks like nobody." in texts(card)
    (box,) = card.boxes.values()
    assert box.accessibleName() == "Who is Amára ABARA (P 001)?"
    assert [box.itemText(n) for n in range(box.count())] == [
        "Decide later",
        "The same person as Amara Abara (P-001): the same id and name",
        "Somebody of their own",
    ]
    assert box.currentText() == "Decide later", "nothing is taken for the same by itself"
    press(qtbot, card, "Take the likely answer (1)")
    assert box.currentData() == amara.id
    window.page.refresh()
    settled(window, qtbot)
    assert next(iter(card.boxes.values())).currentData() == amara.id, "what was chosen stays chosen"
    press(qtbot, window.page.inbox, "Merge 1 package")
    settled(window, qtbot)
    assert not card.isVisible()
    assert len(list_ids(lead, amara.id)) == 2
    assert {each.title for each in list_artefacts(lead, amara.id)} == {"Work 1", "Reel"}
    window.do("undo")
    settled(window, qtbot)
    assert len(list_ids(lead, amara.id)) == 1
    assert {each.title for each in list_artefacts(lead, amara.id)} == {"Work 1"}
    window.do("redo")
    settled(window, qtbot)
    assert {each.title for each in list_artefacts(lead, amara.id)} == {"Work 1", "Reel"}
    assert find_faults(lead).problems == ()


def test_decided_later_on_the_page_people(window, lead, pack, qtbot) -> None:
    returns.bring_in(lead, [pack])
    window.go("people")
    card = window.page.alike
    assert "1 person may be here twice" in texts(card)
    box = next(each for each in card.findChildren(type(window.page.roles)) if each.isVisible())
    say = find_button(card, "Say who Amára ABARA (P 001) is")
    assert not say.isEnabled()
    choose(box, "The same person as Amara Abara")
    qtbot.mouseClick(say, Qt.MouseButton.LeftButton)
    assert not card.isVisible()
    assert len([each for each in list_people(lead) if "Abara" in each.name.title()]) == 1
    assert window.toast.isVisible()
    window.do("undo")
    assert card.isVisible()
    box = next(each for each in card.findChildren(type(window.page.roles)) if each.isVisible())
    choose(box, "Somebody of their own")
    press(qtbot, card, "Say who Amára ABARA (P 001) is")
    assert not card.isVisible()
    assert len(list_people(lead)) == 8


def test_a_person_and_their_other_ids(window, lead, qtbot) -> None:
    ana = who(lead, "A-001")
    other = people.add_person(lead, Role.ASSESSOR, HOSTILE, "A-009")[0]
    window.go("people")
    window.page.show_person(ana)
    card = window.page.person_view.same
    assert "This person has one id here." in texts(card)
    act = find_button(card, "They are one person")
    assert not act.isEnabled()
    choose(card.other, HOSTILE)
    assert not act.isEnabled(), "a reason is needed"
    card.reason.setText("She told me.")
    qtbot.keyClick(card.reason, Qt.Key.Key_Return)
    assert list_ids(lead, ana.id) == (ana.id, other.id)
    assert f"{HOSTILE} (A-009): She told me." in texts(card)
    press(qtbot, card, f"{HOSTILE} (A-009) is somebody else after all")
    assert list_ids(lead, ana.id) == (ana.id,)
    window.do("undo")
    assert [each.person.code for each in list_known_as(lead, ana.id)] == ["A-009"]
    window.do("undo")
    assert load_said(lead) == {other.id: None}
    assert "This person has one id here." in texts(card)


def test_what_was_given_twice_is_shown_beside_what_counts(window, lead, qtbot) -> None:
    amara, ana = who(lead, "P-001"), who(lead, "A-001")
    twin = people.add_person(lead, Role.PARTICIPANT, "Abara Amara", "P-077")[0]
    for code, level in (("P-001", 2), ("P-077", 4)):
        score(lead, code, "A-001", level)
    window.go("people")
    window.page.show_person(amara, "scores")
    panel = window.page.participant_view.panel
    assert not panel.beside.isVisible()
    window.session.run(same_people.say_same, twin.id, amara.id, "She told me.")
    qtbot.waitUntil(lambda: panel.beside.isVisible())
    assert panel.model.rowCount() == 1
    line = panel.beside.model().as_text().splitlines()[1].split("\t")
    assert line[:4] == ["Small 1.0", "Baseline", ana.name, "finished"]
    assert "Given twice" in texts(panel)


def test_only_leads_are_asked(make_window, lead) -> None:
    people.add_person(lead, Role.PARTICIPANT, "Abara Amara", "P-077")
    window = make_window(lead, name="Ana Example")
    window.go("people")
    assert not window.page.alike.isVisible()
    window.page.show_person(who(lead, "A-002"))
    assert not window.page.person_view.same.isVisible()


def test_who_sits_here_stays_who_they_are(make_window, lead) -> None:
    window = make_window(lead, name="Ana Example")
    bello = who(lead, "A-002")
    window.session.run(same_people.say_same, who(lead, "A-001").id, bello.id, "One of them is a nickname.")
    assert window.session.me == bello
    begun = begin(
        *(lead, who(lead, "P-003"), find_rubric(lead, "small"), find_occasion(lead, "baseline"), window.session.me)
    )
    assert begun[0].assessor == bello.id
    assert who_sits_here(lead, "ana example") == bello, "also when the window opens next time"


def test_what_a_laptop_wrote(window, lead, pack, qtbot) -> None:
    returns.bring_in(lead, [pack])
    kofi = who(lead, "P-002")
    production_log.add_day(lead, kofi, {"worked_on": "2026-09-10", "incident": "somebody fell"})
    begin(lead, who(lead, "P-001"), find_rubric(lead, "small"), find_occasion(lead, "baseline"), who(lead, "L-001"))
    window.go("merge")
    window.page.tabs.setCurrentWidget(window.page.laptops)
    card = window.page.laptops.wrote
    assert "What a laptop wrote" in texts(card)
    lines = [line.split("\t") for line in card.model.as_text().splitlines()[1:]]
    levels = [line for line in lines if line[2].endswith("level")]
    assert levels
    assert {line[4] for line in levels} == {"(hidden)"}, "a lead who rates the same sees nothing of it"
    assert any(line[1] == "Ana Example" and line[4] == "finished" and line[3] == "draft" for line in lines)
    this = next(n for n in range(card.laptop.count()) if "this laptop" in card.laptop.itemText(n))
    choose(card.laptop, card.laptop.itemText(this))
    assert "somebody fell" in card.model.as_text()
    card.box.setText("somebody fell")
    assert card.model.rowCount() == 1
