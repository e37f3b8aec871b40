"""Home: going on where one stopped, what is to do, who sits here."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from rubricapp.core.model import AssessmentState
from rubricapp.operations import assessments
from rubricapp.store.people import find_people
from rubricapp.ui import opening
from tests.ui.driving import find_button, press, texts


def test_home_shows_the_draft_the_tasks_and_the_progress(window) -> None:
    said = texts(window.page)
    assert "Test residency" in said
    assert "Zainab Bello" in said
    assert "1 of 6 criteria rated" in said
    assert "1 of 3 finished" in said
    assert "1 of 2 begun assessments are finished" in said


def test_resume_opens_the_draft_in_score(window, qtbot) -> None:
    assert find_button(window.page, "Resume").hasFocus()
    qtbot.keyClick(find_button(window.page, "Resume"), Qt.Key.Key_Space)
    page = window.page
    assert window.rail.buttons["score"].isChecked()
    assert page.desk.participant.code == "P-002"


def test_a_task_goes_to_whoever_is_next(window, residency, qtbot) -> None:
    draft = next(each for each in window.page.session.ws.rows("SELECT id FROM assessment WHERE state = 'draft'"))[0]
    window.session.run(assessments.finish, draft)
    press(qtbot, window.page, "Score with Small 1.0")
    assert window.page.desk.participant.code == "P-003"


def test_home_reads_again_when_something_changed(window, residency) -> None:
    draft = residency.rows("SELECT id FROM assessment WHERE state = 'draft'")[0][0]
    window.session.run(assessments.finish, draft)
    assert "2 of 3 finished" in texts(window.page)
    assert "Worked on last" in texts(window.page)


def test_without_a_name_home_asks_who_sits_here(make_window, residency, qtbot) -> None:
    window = make_window(residency, name="")
    assert window.session.me is None
    assert "Who sits here?" in texts(window.page)
    find_button(window.page, "This is me").setFocus()
    heard = []
    moved = QApplication.instance().focusChanged
    hearing = moved.connect(lambda _old, new: heard.append(new))
    press(qtbot, window.page, "This is me")
    moved.disconnect(hearing)
    assert heard and all(window.page.isAncestorOf(each) for each in heard), "the keyboard is never sent to the rail"
    assert window.session.me.name == "Tunde Example"
    assert window.settings.name == "Tunde Example"
    assert "Who sits here?" not in texts(window.page)


def test_whoever_is_missing_adds_themselves(make_window, residency, qtbot) -> None:
    window = make_window(residency, name="")
    box = next(each for each in window.page.findChildren(opening_line_edit()) if each.isVisible())
    qtbot.keyClicks(box, "Nia Example")
    press(qtbot, window.page, "Add me as assessor")
    assert window.session.me.name == "Nia Example"
    assert find_people(residency, "Nia Example")[0].code == "A-002"


def opening_line_edit() -> type:
    from PySide6.QtWidgets import QLineEdit

    return QLineEdit


def test_a_slot_is_completed_as_one_would_go_on(residency) -> None:
    me = find_people(residency, "A-001")[0]
    rubric, occasion, participant = opening.complete_slot(residency, me, ("", "", ""))
    assert participant == find_people(residency, "P-002")[0].id
    assert opening.complete_slot(residency, me, ("", "", "somebody"))[2] == "somebody"
    draft = residency.rows("SELECT id FROM assessment WHERE state = ?", AssessmentState.DRAFT.value)[0][0]
    assessments.finish(residency, draft)
    assert opening.complete_slot(residency, me, (rubric, occasion, ""))[2] == find_people(residency, "P-003")[0].id
    assert opening.complete_slot(residency, None, ("", "", ""))[0] == rubric
