"""Scoring: begin, rate, comment, finish, reopen; what is refused, and that nothing is written then."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rubricapp.core.model import AssessmentKind, AssessmentState, Blank, Role
from rubricapp.core.text import LONGEST
from rubricapp.errors import UserError
from rubricapp.operations import assessments, people, rubrics
from rubricapp.store.assessments import find_assessment, list_assessments, list_earlier, load_assessment
from rubricapp.store.changes import list_changes
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.verifying import find_faults
from rubricapp.store.viewing import load_view


def refused(function, *arguments, **named) -> UserError:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    return caught.value


def rating(ws, assessment, criterion: str = "TST-1"):
    return load_assessment(ws, assessment.id).rating(criterion)


def count(ws) -> int:
    return ws.rows("SELECT count(*) FROM change")[0][0]


@pytest.fixture(autouse=True)
def _follows_from_the_log(ws):
    yield
    assert find_faults(ws).problems == ()


def test_beginning_twice_is_beginning_once(ws, assessment) -> None:
    ama, tunde = find_people(ws, "P-001")[0], find_people(ws, "A-001")[0]
    before = count(ws)
    again, changes = assessments.begin(ws, ama, find_rubric(ws, "small"), find_occasion(ws, "baseline"), tunde)
    assert again == assessment
    assert not changes
    assert count(ws) == before
    assert find_assessment(ws, ama.id, assessment.rubric, assessment.occasion, tunde.id) == assessment


@pytest.mark.parametrize("kind", [kind for kind in AssessmentKind if kind is not AssessmentKind.SELF])
def test_nobody_scores_themselves_as_somebody_else(ws, assessment, kind) -> None:
    ama, before = find_people(ws, "P-001")[0], count(ws)
    slot = ama, find_rubric(ws, "small"), find_occasion(ws, "final"), ama
    assert refused(assessments.begin, ws, *slot, kind).code == "E_OWN_WORK"
    assert count(ws) == before


def test_each_kind_and_occasion_is_an_assessment_of_its_own(ws, assessment) -> None:
    ama, tunde = find_people(ws, "P-001")[0], find_people(ws, "A-001")[0]
    rubric = find_rubric(ws, "small")
    found = {assessment.id}
    for kind in (AssessmentKind.PEER, AssessmentKind.MENTOR):
        found.add(assessments.begin(ws, ama, rubric, find_occasion(ws, "baseline"), tunde, kind)[0].id)
    found.add(assessments.begin(ws, ama, rubric, find_occasion(ws, "final"), tunde)[0].id)
    found.add(assessments.begin(ws, ama, rubric, find_occasion(ws, "baseline"), ama, AssessmentKind.SELF)[0].id)
    assert len(found) == 5
    error = refused(assessments.begin, ws, ama, rubric, find_occasion(ws, "final"), tunde, AssessmentKind.SELF)
    assert error.code == "E_SELF"


@pytest.mark.parametrize("level", [1, 5, *Blank])
def test_a_level_or_an_honest_blank(ws, assessment, level) -> None:
    changes = assessments.rate(ws, assessment.id, "TST-1", level)
    assert changes.concerns("rating")
    assert assessment.id in changes.ids
    kept = rating(ws, assessment)
    assert (kept.level, kept.blank) == ((None, level) if isinstance(level, Blank) else (level, None))
    assert not assessments.rate(ws, assessment.id, "TST-1", level)
    assert assessments.rate(ws, assessment.id, "TST-1", None)
    assert not rating(ws, assessment).is_rated
    assert not assessments.rate(ws, assessment.id, "TST-1", None)


def test_every_choice_stays_in_the_history(ws, assessment) -> None:
    for level in (2, 3, Blank.NOT_OBSERVED, None, 3):
        assessments.rate(ws, assessment.id, "TST-1", level)
    history = list_changes(ws.connection, [f"{assessment.id}/TST-1"])
    assert [change.value for change in history] == [2, 3, "not_observed", None, 3]
    assert {change.author for change in history} == {assessment.assessor}


@pytest.mark.parametrize(
    ("criterion", "level", "code"),
    [("TST-1", 0, "E_LEVEL"), ("TST-1", 6, "E_LEVEL"), ("TST-1", -1, "E_LEVEL"), ("TST-1", 10**30, "E_LEVEL"),
     ("TST-9", 3, "E_CRITERION"), ("", 3, "E_CRITERION"), ("tst-1", 3, "E_CRITERION"), ("TST-1/x", 3, "E_CRITERION")],
)  # fmt: skip
def test_what_the_rubric_does_not_have(ws, assessment, criterion, level, code) -> None:
    before = count(ws)
    assert refused(assessments.rate, ws, assessment.id, criterion, level).code == code
    assert refused(assessments.rate_many, ws, assessment, find_rubric(ws, "small"), {"TST-2": 3, criterion: level}
                   ).code == code  # fmt: skip
    assert count(ws) == before


@pytest.mark.parametrize("level", [True, 3.0, "3", "not_observed", [3]])
def test_what_is_no_level_at_all_is_a_fault_of_ours(ws, assessment, level) -> None:
    before = count(ws)
    with pytest.raises(TypeError, match="not a level"):
        assessments.rate(ws, assessment.id, "TST-1", level)
    assert count(ws) == before


def test_an_unknown_assessment(ws) -> None:
    for function in (assessments.finish, assessments.find_missing):
        with pytest.raises(LookupError):
            function(ws, "0" * 32)
    with pytest.raises(LookupError):
        assessments.rate(ws, "0" * 32, "TST-1", 3)
    with pytest.raises(LookupError):
        assessments.comment(ws, "0" * 32, "TST-1", "x")


def test_comments_are_kept_as_they_were_meant(ws, assessment) -> None:
    assessments.comment(ws, assessment.id, "TST-1", "  Held focus.\r\nSecond line \x00")
    assert rating(ws, assessment).comment == "Held focus.\nSecond line"
    assert not assessments.comment(ws, assessment.id, "TST-1", "Held focus.\nSecond line")
    assert not rating(ws, assessment).is_rated, "a comment is no rating"
    assessments.comment(ws, assessment.id, "TST-1", " ")
    assert rating(ws, assessment).comment == ""
    assert refused(assessments.comment, ws, assessment.id, "TST-9", "x").code == "E_CRITERION"


def test_the_longest_comment_and_the_one_after(ws, assessment) -> None:
    longest = "ạ" * LONGEST
    assessments.comment(ws, assessment.id, "TST-1", longest)
    assert rating(ws, assessment).comment == longest
    assessments.comment(ws, assessment.id, "TST-1", f"{' ' * LONGEST}x\r\n")
    assert rating(ws, assessment).comment == "x", "spaces around it do not count"
    for function in (
        lambda text: assessments.comment(ws, assessment.id, "TST-1", text),
        lambda text: assessments.write_note(ws, assessment.id, text),
        lambda text: assessments.reopen(ws, assessment.id, text),
    ):
        for text in (longest + "x", "e\u0301" * 10_000_000):
            assert refused(function, text).code == "E_TOO_LONG"
    assert rating(ws, assessment).comment == "x"


def test_several_at_once_or_none(ws, assessment) -> None:
    rubric = find_rubric(ws, "small")
    changes = assessments.rate_many(
        ws, assessment, rubric, {"TST-1": 3, "TST-2": Blank.NOT_APPLICABLE}, {"TST-1": "Yes"}
    )
    assert changes.count == 3
    before = count(ws)
    for levels, comments in (({"TST-1": 4, "TST-2": 9}, {}), ({"TST-1": 4}, {"TST-2": "x" * (LONGEST + 1)})):
        with pytest.raises(UserError):
            assessments.rate_many(ws, assessment, rubric, levels, comments)
        with pytest.raises(UserError):
            assessments.check_ratings(rubric, levels, comments)
    assert count(ws) == before
    assert rating(ws, assessment).level == 3


def test_finishing_says_what_is_missing_and_locks(ws, assessment) -> None:
    assessments.rate(ws, assessment.id, "TST-2", 4)
    assessments.comment(ws, assessment.id, "TST-3", "Only words.")
    assert assessments.find_missing(ws, assessment.id) == ("TST-1", "TST-3", "TST-4", "TST-5", "TST-6")
    ws.sources = type(ws.sources)(now=lambda: datetime(2026, 9, 2, 8, 30, tzinfo=UTC))
    done = assessments.finish(ws, assessment.id)
    assert done.missing == ("TST-1", "TST-3", "TST-4", "TST-5", "TST-6")
    locked = load_assessment(ws, assessment.id)
    assert (locked.state, locked.finished_at) == (AssessmentState.FINISHED, datetime(2026, 9, 2, 8, 30, tzinfo=UTC))
    before = count(ws)
    assert not assessments.finish(ws, assessment.id).changes
    for function, *arguments in (
        (assessments.rate, assessment.id, "TST-1", 3),
        (assessments.comment, assessment.id, "TST-1", "x"),
        (assessments.write_note, assessment.id, "x"),
        (assessments.rate_many, assessment, find_rubric(ws, "small"), {"TST-1": 3}),
    ):
        assert refused(function, ws, *arguments).code == "E_FINISHED"
    assert count(ws) == before


def test_reopening_needs_a_reason_and_counts(ws, assessment) -> None:
    assert not assessments.reopen(ws, assessment.id, "It is open already.")
    for turn in (1, 2):
        assessments.finish(ws, assessment.id)
        assert refused(assessments.reopen, ws, assessment.id, " \n").code == "E_REASON"
        assert assessments.reopen(ws, assessment.id, f"Seen late, {turn}.", "lead")
        again = load_assessment(ws, assessment.id)
        assert (again.is_open, again.finished_at, again.revision) == (True, None, turn)
    reasons = [change.reason for change in list_changes(ws.connection, [assessment.id]) if change.reason]
    assert reasons == ["Seen late, 1.", "Seen late, 2."]


def test_a_state_of_an_earlier_form_is_read_as_finished(ws, assessment) -> None:
    """“Handed in” was a state once: what says so is locked, counts, and is opened again with a reason."""
    assessments.rate(ws, assessment.id, "TST-1", 2)
    with ws.writing("lead") as log:
        log.set("assessment", assessment.id, "state", "handed_in")
    assert load_assessment(ws, assessment.id).state is AssessmentState.FINISHED
    assert [each.id for each in list_assessments(ws, states=(AssessmentState.FINISHED,))] == [assessment.id]
    assert find_faults(ws).ok
    assert refused(assessments.rate, ws, assessment.id, "TST-1", 3).code == "E_FINISHED"
    assessments.reopen(ws, assessment.id, "Please.")
    assert load_assessment(ws, assessment.id).is_open


def test_a_part_of_an_assessment_is_none_and_is_begun_anew(ws) -> None:
    """As it comes without its beginning: a state and a level, and not of whom and of what."""
    ama, tunde = find_people(ws, "P-001")[0], find_people(ws, "A-001")[0]
    rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    begun, _changes = assessments.begin(ws, ama, rubric, occasion, tunde)
    with ws.writing("") as log:
        log.set_all("assessment", begun.id, {"state": "finished", "finished_at": "2026-11-23T09:00:00.000+00:00"})
        log.set("rating", f"{begun.id}/TST-1", "level", 4)
        log.set_all("assessment", begun.id, dict.fromkeys(("participant", "assessor", "rubric", "occasion", "kind")))
    slot = ama.id, rubric.content_hash, occasion.id, tunde.id
    assert find_assessment(ws, *slot) is None
    again, changes = assessments.begin(ws, ama, rubric, occasion, tunde)
    assert (again.id, again.state, again.finished_at, again.participant) == (begun.id, begun.state, None, ama.id)
    assert changes
    assessments.rate(ws, again.id, "TST-1", 2)
    assert find_assessment(ws, *slot).ratings["TST-1"].level == 2


def test_notes(ws, assessment) -> None:
    assessments.write_note(ws, assessment.id, " A note. ")
    assert load_assessment(ws, assessment.id).note == "A note."
    assessments.write_note(ws, assessment.id, "")
    assert load_assessment(ws, assessment.id).note == ""


def test_others_are_seen_only_once_ones_own_is_finished(ws, assessment) -> None:
    ama = find_people(ws, "P-001")[0]
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    second = people.add_person(ws, Role.ASSESSOR, "Second Assessor")[0]
    other = assessments.begin(ws, ama, rubric, baseline, second)[0]
    assessments.finish(ws, other.id)
    assert list_earlier(ws, load_assessment(ws, assessment.id), load_view(ws, find_people(ws, "A-001")[0])) == []
    assessments.finish(ws, assessment.id)
    assert [
        each.id
        for each in list_earlier(ws, load_assessment(ws, assessment.id), load_view(ws, find_people(ws, "A-001")[0]))
    ] == [other.id]


def test_reading_only_changes_nothing(ws, assessment) -> None:
    ws.read_only_because = "A test."
    assert refused(assessments.rate, ws, assessment.id, "TST-1", 3).code == "E_READ_ONLY"
    assert refused(assessments.finish, ws, assessment.id).code == "E_READ_ONLY"
    assert load_assessment(ws, assessment.id).is_open


def test_the_state_of_a_rubric_is_read_again_when_it_changes(ws, document) -> None:
    version = find_rubric(ws, "small")
    assert version.state == "published"
    with ws.writing("lead") as log:
        log.set("rubric_version", version.content_hash, "state", "retired")
    assert find_rubric(ws, "small").state == "retired"
    rubrics.adopt(ws, [document])
    assert find_rubric(ws, "small").state == "published"
