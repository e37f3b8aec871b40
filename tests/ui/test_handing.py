"""What a lead hands out: results released and taken back, a portfolio file made; said honestly, stopped at any time."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from rubricapp.core.model import Changes, Role
from rubricapp.jobs import Progress
from rubricapp.operations import artefacts, assessments, people, portfolio_files, releases
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.releases import list_released, list_releases
from rubricapp.store.rubrics import find_rubric
from tests.ui.driving import press, texts
from tests.ui.test_names import focusable, name_of


@pytest.fixture
def lead(residency):
    return people.add_person(residency, Role.LEAD, "Nia Example", "L-001")[0]


@pytest.fixture
def page(make_window, residency, lead, amara):
    window = make_window(residency, name="Nia Example")
    window.go("portfolios", ("person", amara.id))
    window.page.releasing.whom.setCurrentIndex(0)
    window.do("release_results")
    return window.page


@pytest.fixture
def window(page):
    return page.window()


@pytest.fixture
def amara(residency):
    return find_people(residency, "P-001")[0]


def row_of(panel) -> list[str]:
    return [panel.model.index(0, column).data() for column in range(2, 5)]


def test_finished_results_are_released_and_said(page, window, qtbot, residency, amara) -> None:
    panel = page.releasing
    assert panel.whom.hasFocus()
    assert row_of(panel) == ["1", "1", "0"], "drafts, waiting, released"
    press(qtbot, panel, "Release these results")
    assert row_of(panel) == ["1", "0", "1"]
    assert len(list_released(residency, amara.id)) == 1
    assert "Released to 1 participant. 1 draft waits." in window.toast.text.text()
    assert not panel.release.isEnabled() and not panel.release_all.isEnabled()
    author = residency.rows("SELECT author FROM change WHERE kind = 'release' LIMIT 1")[0][0]
    assert author == window.session.me.id


def test_a_release_is_taken_back_with_a_reason_only(page, qtbot, residency) -> None:
    panel = page.releasing
    press(qtbot, panel, "Release all that is finished")
    press(qtbot, panel, "Take this release back")
    assert "needs a reason" in texts(panel.error)
    assert len(list_releases(residency)) == 1
    qtbot.keyClicks(panel.reason, "Two people were mixed up")
    press(qtbot, panel, "Take this release back")
    assert list_releases(residency) == []
    assert row_of(panel) == ["1", "1", "0"]
    assert not panel.error.isVisible() and panel.reason.text() == ""
    assert not panel.back.isEnabled()


def test_releasing_and_taking_back_are_undone_and_done_again(page, window, qtbot, residency) -> None:
    panel, stack = page.releasing, window.session.undo_stack
    press(qtbot, panel, "Release these results")
    released = list_releases(residency)
    press(qtbot, window.toast, "Undo")
    assert list_releases(residency) == [] and row_of(panel) == ["1", "1", "0"]
    stack.redo()
    assert list_releases(residency) == released
    qtbot.keyClicks(panel.reason, "Two people were mixed up")
    press(qtbot, panel, "Take this release back")
    stack.undo()
    assert list_releases(residency) == released
    stack.redo()
    assert list_releases(residency) == [] and panel.reason.text() == ""


def test_what_is_not_settled_is_released_for_a_reason_only(page, window, qtbot, residency, amara) -> None:
    nia = find_people(residency, "L-001")[0]
    rubric, baseline = find_rubric(residency, "small"), find_occasion(residency, "baseline")
    other = assessments.begin(residency, amara, rubric, baseline, nia)[0]
    assessments.rate_many(residency, other, rubric, {"TST-1": 1})
    assessments.finish(residency, other.id)
    window.session.changed.emit(Changes(frozenset({"assessment"})))
    panel = page.releasing
    assert not panel.anyway.isVisible()
    press(qtbot, panel, "Release these results")
    assert "Assessors differ" in texts(panel.error) and panel.settle.isVisible()
    press(qtbot, panel, "Release it all the same")
    assert "needs a reason" in texts(panel.error) and panel.anyway.hasFocus()
    assert list_releases(residency) == []
    qtbot.keyClicks(panel.anyway, "The grant is decided today")
    press(qtbot, panel, "Release it all the same")
    assert len(list_releases(residency, amara.id)) == 1
    said = residency.rows("SELECT reason FROM change WHERE field = 'released_on'")
    assert said == [("The grant is decided today",)]
    assert not panel.anyway.isVisible() and not panel.error.isVisible()
    press(qtbot, window.toast, "Undo")
    assert list_releases(residency) == []


def test_one_participant_is_released_alone(page, qtbot, residency) -> None:
    other = find_people(residency, "P-002")[0]
    panel = page.releasing
    panel.show_person(other)
    assert row_of(panel) == ["1", "0", "0"]
    assert not panel.release.isEnabled()
    panel.whom.setCurrentIndex(0)
    assert panel.release.isEnabled()


def test_what_is_finished_meanwhile_is_seen_without_asking(page, residency, window) -> None:
    draft = next(each for each in _drafts(residency))
    window.session.run(assessments.finish, draft.id)
    assert row_of(page.releasing) == ["0", "2", "0"]


def _drafts(ws):
    from rubricapp.core.model import AssessmentState
    from rubricapp.store.assessments import list_assessments

    return list_assessments(ws, states=(AssessmentState.DRAFT,))


def test_only_the_lead_releases(make_window, residency, lead) -> None:
    window = make_window(residency, name="Tunde Example")
    window.do("release_results")
    panel = window.page.releasing
    assert "Only the programme lead releases results: Nia Example." in texts(panel)
    assert not panel.release.isEnabled() and not panel.release_all.isEnabled()


def test_a_read_only_workspace_releases_nothing(make_window, residency, lead, tmp_path) -> None:
    from rubricapp.store.workspace import open_

    folder = residency.folder
    residency.close()
    with open_(folder, read_only=True) as ws:
        window = make_window(ws, name="Nia Example")
        window.do("release_results")
        assert "This workspace is read only." in texts(window.page.releasing)
        assert not window.page.releasing.release_all.isEnabled()
        making = window.page.making
        making.place.setText(str(tmp_path / "a.rubricfolio"))
        making.start()
        assert making.result.error.isVisible() and making.job is None, "this copy has no key yet, and may keep none"
        assert not (tmp_path / "a.rubricfolio").exists()
        window.shut()


# Portfolio files


def test_a_file_is_made_beside_the_window_with_what_was_released(
    page, window, qtbot, residency, amara, tmp_path
) -> None:
    panel = page.making
    assert "finished assessment is not released" in texts(panel)
    press(qtbot, page.releasing, "Release all that is finished")
    assert "In it now: 1 assessment, 0 works" in texts(panel)
    assert panel.place.text().endswith("Amara Okafor.rubricfolio")
    panel.place.setText(str(tmp_path / "out" / "amara"))
    press(qtbot, panel, "Make portfolio file")
    assert not panel.make.isEnabled()
    qtbot.waitUntil(lambda: panel.job is None, timeout=30_000)
    path = tmp_path / "out" / "amara.rubricfolio"
    assert portfolio_files.verify(path).whole
    assert "Made and read back: amara.rubricfolio" in texts(panel)
    assert portfolio_files.fingerprints(residency)[0] in texts(panel)
    assert panel.make.isEnabled()
    window.portfolio.open(path)
    qtbot.waitUntil(lambda: window.portfolio.view.checking is None and window.portfolio.view.shown is not None)
    assert "Whole" in texts(window.portfolio.view)


def test_a_file_for_an_audience_gets_a_name_of_its_own_and_says_whom_it_is_for(page, qtbot, tmp_path) -> None:
    panel = page.making
    panel.audience.setCurrentIndex(panel.audience.findData("producer"))
    assert panel.place.text().endswith("Amara Okafor producer.rubricfolio")
    panel.place.setText(str(tmp_path / "p.rubricfolio"))
    panel.start()
    qtbot.waitUntil(lambda: panel.job is None, timeout=30_000)
    with portfolio_files.open_file(tmp_path / "p.rubricfolio") as found:
        assert found.folio.audience == "producer"
        assert found.folio.code == ""


def test_another_person_is_chosen_by_keyboard(page, qtbot) -> None:
    page.who.setFocus()
    before = page.who.currentIndex()
    qtbot.keyClick(page.who, Qt.Key.Key_Up if before else Qt.Key.Key_Down)
    assert page.making.person.code != "P-001"
    assert page.making.title.text() == f"Portfolio file of {page.making.person.name}"


def test_a_place_that_cannot_be_written_is_said(page, qtbot, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    panel = page.making
    panel.place.setText(str(tmp_path / "file" / "a.rubricfolio"))
    panel.start()
    qtbot.waitUntil(lambda: panel.job is None, timeout=30_000)
    assert panel.result.error.isVisible() and not panel.result.show_folder.isVisible()
    panel.place.setText("")
    panel.start()
    assert "Choose a place first" in texts(panel.result.error)


def test_making_stopped_leaves_nothing(page, window, qtbot, amara, tmp_path, monkeypatch) -> None:
    panel = page.making
    (tmp_path / "clip.mov").write_bytes(b"moving pictures" * 1000)
    window.session.run(artefacts.add_work, amara.id, str(tmp_path / "clip.mov"), {"title": "River"})
    assert "1 work" in texts(panel)
    panel.place.setText(str(tmp_path / "a.rubricfolio"))
    real = Progress.step
    monkeypatch.setattr(Progress, "step", lambda self, *said: (self.cancel(), real(self, *said)))
    panel.start()
    qtbot.waitUntil(lambda: panel.job is None, timeout=30_000)
    assert not list(Path(tmp_path).glob("*.rubricfolio*"))
    assert "Stopped. Nothing was written." in texts(panel)


def test_a_workspace_without_participants_says_so(make_window, tmp_path) -> None:
    from rubricapp.operations import programmes

    with programmes.start(tmp_path / "new", "P", "E", rubrics=[]) as ws:
        window = make_window(ws)
        window.do("make_portfolio")
        assert "Nobody here yet" in texts(window.page)
        assert "nothing to release" in texts(window.page)
        window.shut()


def test_everything_has_a_name_and_no_place_in_the_rail_is_marked(page, window) -> None:
    assert [type(each).__name__ for each in focusable(window) if not name_of(each)] == []
    assert not any(each.isChecked() for each in window.rail.buttons.values())
    window.go("home")
    assert window.rail.buttons["home"].isChecked()


def test_a_person_can_be_asked_for(page, window, residency) -> None:
    other = find_people(residency, "P-002")[0]
    window.go("portfolios", ("person", other.id))
    assert page.who.currentData().id == other.id
    assert page.releasing.whom.currentData() == other.id
    assert releases.find_participant(residency, "P-002").id == other.id


def test_the_participants_page_leads_here(page, window, qtbot, residency) -> None:
    other = find_people(residency, "P-002")[0]
    window.go("people", ("person", other.id, "portfolio"))
    press(qtbot, window.page, "Make portfolio file…")
    assert window.page is page
    assert page.making.person.id == other.id


def test_a_participant_makes_their_own_file_only_and_releases_nothing(make_window, residency, lead, amara) -> None:
    window = make_window(residency, name="Nia Example")
    window.session.set_me(amara)
    window.go("portfolios", ("person", find_people(residency, "P-002")[0].id))
    assert [window.page.who.itemData(number).code for number in range(window.page.who.count())] == ["P-001"]
    assert window.page.making.person.id == amara.id
    assert not window.page.releasing.isVisible()
    assert "Your portfolio file" in texts(window.page)
    assert "First release" not in texts(window.page)
    assert not window.page.who.isVisible()
    for asked in ("release_results", "make_portfolio"):
        window.do(asked)
        assert window.page.making.audience.hasFocus()
    window.session.set_me(lead)
    assert window.page.who.isVisible()
    assert "First release" in texts(window.page)
