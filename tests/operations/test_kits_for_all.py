"""Kits for peers, mentors and participants, there and back through real files; who gets one, and who does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rubricapp.core.kits import Circle
from rubricapp.core.model import AssessmentKind, AssessmentState, Person, Role
from rubricapp.errors import UserError
from rubricapp.operations import (
    agreeing,
    artefacts,
    assessments,
    assigning,
    audiences,
    kits,
    mentoring,
    peer_feedback,
    peer_review,
    people,
    production_log,
    releases,
    returns,
)
from rubricapp.operations.recipients import duties_of, find_everybody
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.assessments import list_assessments
from rubricapp.store.assigning import list_assignments
from rubricapp.store.kits import load_home
from rubricapp.store.mentoring import list_actions, list_meetings, list_mentees
from rubricapp.store.moderation import list_agreed
from rubricapp.store.peer_reviews import list_pairs, list_rounds
from rubricapp.store.people import find_occasion, list_people
from rubricapp.store.production_log import list_log, list_log_checks
from rubricapp.store.releases import list_released
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_
from tests.laptops import WORDS, ask, make_passphrases_quick, score, start_programme, who

BOXES = {"works": "At 00:42 the frame holds.", "change": "Scene 2 is dark.", "next_step": "Meter the window first."}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


@pytest.fixture
def lead(tmp_path: Path, document: dict) -> Iterator[Workspace]:
    """Three participants, each of whom reviews the other two; a mentor of the first; two assessors; a lead."""
    with start_programme(tmp_path / "lead", document) as ws:
        people.add_person(ws, Role.MENTOR, "Maya Mentor")
        mentoring.accompany(ws, who(ws, "P-001"), who(ws, "M-001"))
        production_log.add_day(ws, who(ws, "P-001"), {"worked_on": "2026-09-10", "incident": "A fall", "tasks": "Lit"})
        rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
        peer_review.allocate_round(ws, rubric, baseline, 2, 7319, reciprocal=True)
        yield ws


def laptop(lead: Workspace, tmp_path: Path, code: str) -> Workspace:
    made = kits.make_kit(lead, who(lead, code), tmp_path / "kits", WORDS)
    kits.open_kit(made.path, tmp_path / code, WORDS)
    return open_(tmp_path / code)


def hand_in(ws: Workspace, tmp_path: Path) -> Path:
    assert find_faults(ws, files=True).ok, find_faults(ws, files=True).problems
    return returns.make_return(ws, tmp_path / "returns").path


def bring(lead: Workspace, *files: Path) -> list[returns.Brought]:
    found = returns.bring_in(lead, files)
    assert [each.error for each in found] == [None] * len(files)
    return found


def review(ws: Workspace, reviewer: Person, author: Person, words: str = "") -> None:
    boxes = {name: f"{text} {words}".strip() for name, text in BOXES.items()}
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    peer_review.write_review(ws, reviewer, author, rubric, baseline, {"TST-1": 3}, {}, boxes, finish=True)


def assess_self(ws: Workspace, person: Person, level: int = 3) -> None:
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    mine = assessments.begin(ws, person, rubric, baseline, person, AssessmentKind.SELF)[0]
    assessments.rate_many(ws, mine, rubric, {"TST-1": level})
    assessments.finish(ws, mine.id)


def test_a_peer_reviews_on_their_laptop_and_the_lead_gets_it(lead, tmp_path) -> None:
    score(lead, "P-002", "A-001", 2, "token-assessor")
    review(lead, who(lead, "P-003"), who(lead, "P-002"), "token-another-peer")
    with laptop(lead, tmp_path, "P-001") as ws:
        me = who(ws, "P-001")
        assert load_home(ws).me == me.id
        (held,) = list_rounds(ws)
        assert held.seed == 0, "from the seed who reviews whom could be drawn again"
        assert {(pair.reviewer, pair.author) for pair in list_pairs(ws, held)} == {
            (me.id, who(ws, code).id) for code in ("P-002", "P-003")
        }
        works = {each.title: find_file(ws, each) for each in list_artefacts(ws)}
        assert {title: file.place.read_text() for title, file in works.items()} == {
            f"Work {n}": f"bytes of work {n}" for n in (1, 2, 3)
        }
        assert "token" not in repr(ws.rows("SELECT * FROM history"))
        assert {each.worked_on for each in list_log(ws)} == {"2026-09-10"}, "one's own day"
        review(ws, me, who(ws, "P-002"), "written away")
        back = hand_in(ws, tmp_path)
    (brought,) = bring(lead, back)
    assert [each.code for each in brought.problems] == ["MERGE_NEW_SIGNER"]
    (held,) = list_rounds(lead)
    amara, kofi = who(lead, "P-001"), who(lead, "P-002")
    assert next(p.state for p in list_pairs(lead, held) if (p.reviewer, p.author) == (amara.id, kofi.id)) == "finished"
    assert held.seed == 7319
    written = list_assessments(lead, participant=kofi.id, assessor=amara.id, kind=AssessmentKind.PEER)
    assert written[0].ratings["TST-1"].level == 3


def test_a_work_that_its_author_keeps_from_peers_stays_at_home(lead, tmp_path) -> None:
    work = next(each for each in list_artefacts(lead) if each.title == "Work 2")
    artefacts.edit_details(lead, work.id, {"reflection": "token-reflection"})
    audiences.show_to(lead, work.id, "peers", False)
    made = kits.make_kit(lead, who(lead, "P-001"), tmp_path / "kits", WORDS)
    assert made.left_out == ("“Work 2” is not shown to peers: its author chose so.",)
    kits.open_kit(made.path, tmp_path / "P-001", WORDS)
    with open_(tmp_path / "P-001") as ws:
        assert {each.title for each in list_artefacts(ws)} == {"Work 1", "Work 3"}
        assert "token-reflection" not in repr(ws.rows("SELECT * FROM history"))
        assert find_faults(ws, files=True).ok
    with laptop(lead, tmp_path, "P-002") as ws:
        assert "token-reflection" in repr(ws.rows("SELECT * FROM history")), "one's own work comes whole"


def test_a_round_that_is_closed_brings_no_works_any_more(lead, tmp_path) -> None:
    (held,) = list_rounds(lead)
    with laptop(lead, tmp_path, "P-001") as ws:
        review(ws, who(ws, "P-001"), who(ws, "P-002"))
    peer_review.close_round(lead, held)
    assert duties_of(lead, who(lead, "P-001")).reviews == frozenset()
    with laptop(lead, tmp_path, "P-001") as ws:
        (held,) = list_rounds(ws)
        assert held.closed_on
        with pytest.raises(UserError) as caught:
            review(ws, who(ws, "P-001"), who(ws, "P-003"))
        assert caught.value.code == "E_ROUND_CLOSED"
    kits.open_kit(next((tmp_path / "kits").glob("*kit-2*")), tmp_path / "new", WORDS)
    with open_(tmp_path / "new") as ws:
        assert {each.title for each in list_artefacts(ws)} == {"Work 1"}
        assert find_faults(ws, files=True).ok


def test_a_mentor_meets_confirms_and_assesses(lead, tmp_path) -> None:
    score(lead, "P-001", "A-001", 2, "token-assessor")
    other = people.add_person(lead, Role.MENTOR, "Other Mentor")[0]
    mentoring.hold_meeting(
        lead, who(lead, "P-001"), other, {"held_on": "2026-09-01", "topics": "token-other-meeting"},
        [mentoring.NewAction("token-other-action")],
    )  # fmt: skip
    with laptop(lead, tmp_path, "M-001") as ws:
        me, amara = who(ws, "M-001"), who(ws, "P-001")
        assert {each.code for each in list_people(ws, Role.PARTICIPANT)} == {"P-001"}
        assert list_mentees(ws, me) == {amara.id}
        said = repr(ws.rows("SELECT * FROM history"))
        assert not any(words in said for words in ("token", "A fall", "mail"))
        (day,) = list_log(ws)
        production_log.check_day(ws, day.id, me, "confirmed")
        mentoring.hold_meeting(
            ws, amara, me, {"held_on": "2026-09-11", "topics": "Light"}, [mentoring.NewAction("Meter first")]
        )
        rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
        mine = assessments.begin(ws, amara, rubric, baseline, me, AssessmentKind.MENTOR)[0]
        assessments.rate_many(ws, mine, rubric, {"TST-1": 4})
        assessments.finish(ws, mine.id)
        back = hand_in(ws, tmp_path)
    (brought,) = bring(lead, back)
    assert [each.code for each in brought.problems] == ["MERGE_NEW_SIGNER"]
    amara = who(lead, "P-001")
    assert [checks[0].state for checks in list_log_checks(lead, amara.id).values()] == ["confirmed"]
    assert {each.topics for each in list_meetings(lead, amara.id, everything=True)} == {"Light", "token-other-meeting"}
    assert list_assessments(lead, kind=AssessmentKind.MENTOR)[0].ratings["TST-1"].level == 4
    # With what is open, and what came of it, into the next kit; and not any more when it is taken back.
    (action,) = [each for each in list_actions(lead, amara.id, everything=True) if each.text == "Meter first"]
    mentoring.settle(lead, action.id, mentoring.Settled("Done well"), author=amara.id)
    with laptop(lead, tmp_path, "M-001") as ws:
        assert [each.outcome for each in list_actions(ws, amara.id, who(ws, "M-001"))] == ["Done well"]
    mentoring.accompany(lead, amara, who(lead, "M-001"), removed=True)
    with pytest.raises(UserError) as caught:
        kits.make_kit(lead, who(lead, "M-001"), tmp_path / "kits", WORDS)
    assert caught.value.code == "E_NOBODY_ASSIGNED"
    assert "accompany" in caught.value.what


def test_a_participant_writes_at_home_and_sees_what_was_released(lead, tmp_path) -> None:
    begun = score(lead, "P-001", "A-001", 2, "token-released")
    score(lead, "P-001", "A-002", 4, "token-draft", finished=False)
    with laptop(lead, tmp_path, "P-001") as ws:
        me = who(ws, "P-001")
        assert "token" not in repr(ws.rows("SELECT * FROM history"))
        assert list_log(ws, restricted=True)[0].incident == "A fall", "one's own"
        assess_self(ws, me)
        production_log.add_day(ws, me, {"worked_on": "2026-09-12", "tasks": "Gripped"})
        (tmp_path / "new.txt").write_text("bytes of a new work")
        artefacts.add_work(ws, me.id, str(tmp_path / "new.txt"), {"title": "New"})
        back = hand_in(ws, tmp_path)
    (brought,) = bring(lead, back)
    assert [each.code for each in brought.problems] == ["MERGE_NEW_SIGNER"]
    work = next(each for each in list_artefacts(lead) if each.title == "New")
    assert find_file(lead, work).place.read_text() == "bytes of a new work"
    assert {each.worked_on for each in list_log(lead, who(lead, "P-001").id)} == {"2026-09-10", "2026-09-12"}
    assert find_faults(lead, files=True).ok
    amara = who(lead, "P-001")
    assessments.finish(lead, next(e.id for e in list_assessments(lead, assessor=who(lead, "A-002").id)))
    for criterion in find_rubric(lead, "small").criteria:
        place = agreeing.find_place(lead, amara, criterion.id)
        agreeing.agree(lead, place, 3, "token-moderation")
    releases.release(lead, [amara.id])
    with laptop(lead, tmp_path, "P-001") as ws:
        assert begun.id in {each.id for each in list_released(ws, amara.id)}
        assert who(ws, "A-001").name == "Ana Example", "who said it is named"
        said = repr(ws.rows("SELECT * FROM history"))
        assert "token-released" in said
        assert "token-moderation" not in said
        assert {each.level for each in list_agreed(ws, amara.id)} == {3}
        assert find_faults(ws, files=True).ok
    with laptop(lead, tmp_path, "P-002") as ws:
        assert "token" not in repr(ws.rows("SELECT * FROM history")), "somebody else's results"


def test_a_kit_says_nothing_of_ones_own_reviewers(lead, tmp_path) -> None:
    for code in ("P-002", "P-003"):
        review(lead, who(lead, code), who(lead, "P-001"), "token-review")
    (held,) = list_rounds(lead)
    peer_review.close_round(lead, held)
    peer_feedback.answer(lead, held, who(lead, "P-001"), "My answer", "")
    reviews = {each.id for each in list_assessments(lead, kind=AssessmentKind.PEER)}
    with laptop(lead, tmp_path, "P-001") as ws:
        said = repr(ws.rows("SELECT * FROM history"))
        assert "My answer" in said
        assert "token-review" not in said
        assert not any(each in said for each in reviews)
        assert all(pair.author != who(ws, "P-001").id for pair in list_pairs(ws, list_rounds(ws)[0]))


def test_one_kit_holds_the_work_of_all_roles(lead, tmp_path) -> None:
    ana = who(lead, "A-001")
    mentoring.accompany(lead, who(lead, "P-003"), ana)
    assert duties_of(lead, ana).circles == {Circle.ASSESSOR, Circle.MENTOR}
    mentoring.hold_meeting(lead, who(lead, "P-003"), ana, {"held_on": "2026-09-03", "topics": "Ours"})
    with laptop(lead, tmp_path, "A-001") as ws:
        assert {each.code for each in list_people(ws, Role.PARTICIPANT)} == {"P-001", "P-002", "P-003"}
        assert [each.topics for each in list_meetings(ws, viewer=ana)] == ["Ours"]
        assert list_mentees(ws, ana) == {who(ws, "P-003").id}


def test_an_assessor_who_is_the_mentor_too_stays_blind_where_they_score(lead, tmp_path) -> None:
    ana, amara = who(lead, "A-001"), who(lead, "P-001")
    mentoring.accompany(lead, amara, ana)
    assess_self(lead, amara)
    for code in ("A-002", "A-001"):
        score(lead, "P-001", code, 2, f"token-{code}")
    releases.release(lead, [amara.id])
    with laptop(lead, tmp_path, "A-001") as ws:
        said = repr(ws.rows("SELECT * FROM history"))
        assert "token-A-001" in said
        assert "token-A-002" not in said, "whoever reopens an assessment rates it again for themself"


def test_everybody_who_has_something_to_do(lead) -> None:
    found = find_everybody(lead)
    assert {each.person.code: set(each.circles) for each in found.ready} == {
        "P-001": {Circle.PEER, Circle.PARTICIPANT},
        "P-002": {Circle.PEER, Circle.PARTICIPANT},
        "P-003": {Circle.PEER, Circle.PARTICIPANT},
        "A-001": {Circle.ASSESSOR},
        "A-002": {Circle.ASSESSOR},
        "M-001": {Circle.MENTOR},
    }
    assert [(person.code, why) for person, why in found.left_out] == [
        ("L-001", "Lena Lead leads, and was asked neither to score nor to accompany anybody.")
    ]
    people.add_person(lead, Role.ASSESSOR, "Idle Example")
    narrowed = find_everybody(lead, Circle.ASSESSOR)
    assert {each.person.code for each in narrowed.ready} == {"A-001", "A-002"}
    assert [person.code for person, _why in narrowed.left_out] == ["A-003"]
    peer_review.close_round(lead, list_rounds(lead)[0])
    peers = find_everybody(lead, Circle.PEER)
    assert (peers.ready, len(peers.left_out)) == ((), 3)
    assert {each.person.code for each in find_everybody(lead, Circle.PARTICIPANT).ready} == {"P-001", "P-002", "P-003"}


def test_a_second_lead_gets_what_they_are_asked_for_and_nothing_for_leading(lead, tmp_path) -> None:
    second = people.add_person(lead, Role.LEAD, "Second Lead")[0]
    with pytest.raises(UserError) as caught:
        kits.make_kit(lead, second, tmp_path / "kits", WORDS)
    assert caught.value.code == "E_NOBODY_ASSIGNED"
    people.add_person(lead, Role.ASSESSOR, second.name, second.code)
    ask(lead, "P-002", second.code)
    score(lead, "P-002", "A-001", 2, "token-assessor")
    with laptop(lead, tmp_path, second.code) as ws:
        assert "token-assessor" not in repr(ws.rows("SELECT * FROM history"))
        assert {each.code for each in list_people(ws, Role.PARTICIPANT)} == {"P-002"}


def test_what_a_return_changes_beyond_its_senders_own_is_said(lead, tmp_path) -> None:
    review(lead, who(lead, "P-003"), who(lead, "P-002"))
    other = list_assessments(lead, kind=AssessmentKind.PEER)[0]
    with laptop(lead, tmp_path, "P-001") as ws:
        me = who(ws, "P-001")
        with ws.writing(me.id) as log:
            log.set("peer_review", other.id, "withheld", 1)
            log.set("assessment", other.id, "state", "draft")
            log.set("release", "r", "released_on", "2026-09-01")
            log.set("calibration_level", "sample/TST-1", "level", 1)
            log.set("artefact", "of-kofi", "participant", who(ws, "P-002").id)
            log.set("meeting", "ours", "participant", me.id)
        back = returns.make_return(ws, tmp_path / "returns").path
    (brought,) = returns.bring_in(lead, [back], dry_run=True)
    said = [each.message.rpartition(": ")[2] for each in brought.problems if each.code == "MERGE_BEYOND"]
    assert said == ["artefact.", "assessment.", "calibration_level.", "peer_review."]
    assert "MERGE_RELEASE" in {each.code for each in brought.problems}


def test_a_kit_for_somebody_else_never_goes_into_a_workspace_that_is_there(lead, tmp_path) -> None:
    with laptop(lead, tmp_path, "P-001") as ws:
        before = ws.rows("SELECT count(*) FROM change")
    other = kits.make_kit(lead, who(lead, "P-002"), tmp_path / "kits", WORDS)
    with pytest.raises(UserError) as caught:
        kits.open_kit(other.path, tmp_path / "P-001", WORDS)
    assert caught.value.code == "E_OTHER_PERSON"
    assert "Amara Abara" in caught.value.what
    assert "Kofi Bempah" in caught.value.what
    assert str(tmp_path / "P-001-2") in caught.value.do
    with open_(tmp_path / "P-001") as ws:
        assert ws.rows("SELECT count(*) FROM change") == before
    lead.close()
    with pytest.raises(UserError) as caught:
        kits.open_kit(other.path, tmp_path / "lead", WORDS)
    assert caught.value.code == "E_NOT_A_KIT"
    assert "where the programme is led" in caught.value.what


def test_the_state_of_an_assessment_comes_home_as_it_was_left(lead, tmp_path) -> None:
    with laptop(lead, tmp_path, "P-001") as ws:
        rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
        assessments.begin(ws, who(ws, "P-001"), rubric, baseline, who(ws, "P-001"), AssessmentKind.SELF)
        back = hand_in(ws, tmp_path)
    bring(lead, back)
    assert [each.state for each in list_assessments(lead)] == [AssessmentState.DRAFT]


def test_what_was_scored_before_is_of_somebody_on_a_new_laptop_too(lead, tmp_path) -> None:
    """Who was asked no more still has their own words, and so the name of whom they are about."""
    ask(lead, "P-003", "A-001")
    score(lead, "P-003", "A-001", 2, "token-before")
    (asked,) = [
        each for each in list_assignments(lead, who(lead, "A-001").id) if each.participant == who(lead, "P-003").id
    ]
    assigning.take_back(lead, asked)
    with laptop(lead, tmp_path, "A-001") as ws:
        assert "token-before" in repr(ws.rows("SELECT comment FROM rating"))
        assert who(ws, "P-003").name == who(lead, "P-003").name
        assert find_faults(ws).ok
        assert list_artefacts(ws, who(ws, "P-003").id) == []
