"""A committee: votes alone, shown together, decided with a rationale; the last plan comes first."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rubricapp.core.model import Person, Role
from rubricapp.errors import UserError
from rubricapp.operations import assessments, committee, merging, people
from rubricapp.store.committee import list_cases
from rubricapp.store.conflicts import list_conflicts
from rubricapp.store.history import list_history
from rubricapp.store.merging import load_ends
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import open_
from tests.parcels import parcel_since


def who(ws, code: str) -> Person:
    return find_people(ws, code)[0]


def refused(function, *arguments, **named) -> str:
    with pytest.raises(UserError) as caught:
        function(*arguments, **named)
    assert caught.value.what and caught.value.do
    return caught.value.code


@pytest.fixture
def staff(ws):
    """A-001, A-002 and L-001; a mentor, who does not vote."""
    people.add_person(ws, Role.ASSESSOR, "Noor Example")
    people.add_person(ws, Role.LEAD, "Chen Example")
    people.add_person(ws, Role.MENTOR, "Mentor Example")
    return ws


@pytest.fixture
def case(staff):
    return committee.open_case(staff, who(staff, "P-001"), "2026-11-30")[0]


def now(ws, case):
    return next(each for each in list_cases(ws) if each.id == case.id)


def cast(ws, case, *votes: tuple[str, str]) -> None:
    for code, word in votes:
        committee.vote(ws, case, who(ws, code), word, f"Note of {code}")


def test_who_votes(staff, case) -> None:
    assert set(case.members) == {who(staff, code).id for code in ("A-001", "A-002", "L-001")}
    again, changes = committee.open_case(staff, who(staff, "P-001"), " 2026-11-30 ")
    assert (again, changes.count) == (case, 0)
    fewer, _changes = committee.open_case(staff, who(staff, "P-001"), "2026-11-30", [who(staff, "A-001")])
    assert fewer.members == (who(staff, "A-001").id,)
    cast(staff, case, ("A-001", "ready"))
    open_again = (committee.open_case, staff, who(staff, "P-001"), "2026-11-30")
    assert refused(*open_again, [who(staff, "A-002")]) == "E_VOTED"
    assert refused(*open_again, [who(staff, "P-001")]) == "E_CONFLICT_OF_INTEREST"
    assert refused(committee.open_case, staff, who(staff, "P-001"), "30 November") == "E_DAY"


def test_who_is_kept_apart_does_not_vote(staff) -> None:
    with staff.writing("lead") as log:
        log.set_all("declared_conflict", "c", {"one": who(staff, "P-001").id, "other": who(staff, "A-001").id})
    case = committee.open_case(staff, who(staff, "P-001"), "2026-11-30")[0]
    assert who(staff, "A-001").id not in case.members
    assert refused(committee.vote, staff, case, who(staff, "A-001"), "ready") == "E_NOT_A_MEMBER"


def test_votes_are_hidden_in_every_read_until_all_have_voted(staff, case) -> None:
    cast(staff, case, ("A-001", "secretly ready"), ("A-002", "secretly not yet"))
    amara = who(staff, "P-001")
    found = now(staff, case)
    assert (len(found.voted), found.votes, found.tally(), found.shown) == (2, (), (), False)
    own = committee.brief(staff, amara, viewer=who(staff, "A-001").id).case
    assert [each.vote for each in own.votes] == ["secretly ready"]
    said = repr([list_cases(staff), committee.brief(staff, amara), list_history(staff, amara.id)])
    assert "secretly" not in said and "Note of" not in said
    cast(staff, case, ("A-001", "secretly unsure"), ("L-001", "ready"))
    found = now(staff, case)
    assert found.shown and [each.vote for each in found.votes] != []
    history = [each for each in list_history(staff, amara.id) if each.kind == "committee_vote" and each.field == "vote"]
    assert [each.value for each in history] == ["secretly ready", "secretly not yet", "secretly unsure", "ready"]
    assert refused(committee.vote, staff, case, who(staff, "A-001"), "not yet") == "E_CLOSED"
    assert find_faults(staff).problems == ()


def test_a_vote_that_was_cast_on_two_laptops_is_no_way_to_see_it(staff, case, tmp_path) -> None:
    """A conflict shows both of its values: of a hidden vote it waits until votes are shown."""
    cast(staff, case, ("A-001", "ready"))
    shutil.copytree(staff.folder, tmp_path / "other", ignore=shutil.ignore_patterns("*.lock"))
    with open_(tmp_path / "other") as other:
        cast(other, case, ("A-001", "secretly not yet"))
        parcel = parcel_since(other, load_ends(staff), "p")
    cast(staff, case, ("A-001", "unsure"))
    merging.merge(staff, parcel, keep_backup=False)
    assert list_conflicts(staff) == []
    committee.close(staff, case)
    (found,) = list_conflicts(staff)
    assert {head.value for head in found.heads} == {"unsure", "secretly not yet"}


def test_the_lead_may_close_the_vote(staff, case) -> None:
    cast(staff, case, ("A-001", "ready"))
    assert committee.close(staff, case) and not committee.close(staff, case)
    assert [each.vote for each in now(staff, case).votes] == ["ready"]
    assert refused(committee.vote, staff, case, who(staff, "A-002"), "ready") == "E_CLOSED"


def test_saying_the_same_vote_writes_nothing(staff, case) -> None:
    cast(staff, case, ("A-001", "ready"))
    assert not committee.vote(staff, case, who(staff, "A-001"), " ready\n", "Note of A-001")


@pytest.mark.parametrize("word", ["", " \u200b\n", "x" * 81, "x" * 10_000_000])
def test_what_is_no_vote(staff, case, word) -> None:
    assert refused(committee.vote, staff, case, who(staff, "A-001"), word) == "E_VOTE"
    assert now(staff, case).voted == ()


def test_deciding_comes_after_the_votes_and_changing_it_needs_a_reason(staff, case) -> None:
    assert refused(committee.decide, staff, case, "Pass", "All agree") == "E_VOTES_OPEN"
    committee.close(staff, case)
    assert refused(committee.decide, staff, case, "Pass", " ") == "E_DECISION"
    assert refused(committee.decide, staff, case, "Pass", "x" * 20_001) == "E_TOO_LONG"
    lead = who(staff, "L-001").id
    committee.decide(staff, case, "Pass", "All agree", "One more night shoot.", author=lead)
    found = now(staff, case).decision
    assert (found.decision, found.plan, found.by) == ("Pass", "One more night shoot.", lead)
    assert not committee.decide(staff, case, "Pass", "All agree", "One more night shoot.")
    assert refused(committee.decide, staff, case, "Not yet", "A clip was missed") == "E_REASON"
    committee.decide(staff, case, "Not yet", "A clip was missed", reason="Clip 7 came late.")
    assert (now(staff, case).decision.decision, now(staff, case).decision.plan) == ("Not yet", "")
    said = [each for each in list_history(staff, case.participant) if each.field == "decision"]
    assert [(each.value, each.reason) for each in said] == [("Pass", ""), ("Not yet", "Clip 7 came late.")]
    assert find_faults(staff).problems == ()


def test_next_time_the_last_plan_comes_first(staff, case) -> None:
    amara = who(staff, "P-001")
    assert committee.brief(staff, amara).last is None
    committee.close(staff, case)
    committee.decide(staff, case, "Pass with a plan", "Focus is weak", "Pull focus on two more days.")
    assert committee.brief(staff, amara).last is None, "its own decision is not the last one"
    later = committee.open_case(staff, amara, "2027-02-01")[0]
    found = committee.brief(staff, amara)
    assert found.case.id == later.id
    assert found.last.decision.plan == "Pull focus on two more days."
    assert committee.brief(staff, amara, "2026-11-30").case.id == case.id


def test_what_to_have_read_holds_nothing_of_what_is_unfinished(staff, case) -> None:
    amara, rubric, occasion = who(staff, "P-001"), find_rubric(staff, "small"), find_occasion(staff, "baseline")
    both = []
    for code, level in (("A-001", 2), ("A-002", 4)):
        both.append(assessments.begin(staff, amara, rubric, occasion, who(staff, code))[0])
        assessments.rate_many(staff, both[-1], rubric, {each.id: level for each in rubric.criteria})
    assessments.finish(staff, both[0].id)
    assert committee.brief(staff, amara).reading[0] == "Small 1.0, baseline: not finished by all"
    assessments.finish(staff, both[1].id)
    reading = committee.brief(staff, amara).reading
    assert reading[0].startswith("Small 1.0, baseline: 3.00 of 5") and "6 gaps are open" in reading[0]
    unseen = committee.brief(staff, amara, sees=lambda slot: slot[0] != amara.id).reading
    assert unseen[0] == "Small 1.0, baseline: not for you to see yet"
    assert reading[1:] == unseen[1:] == ("0 works", "0 days in the production log")


def test_which_case_is_meant(staff, case) -> None:
    other = committee.open_case(staff, who(staff, "P-001"), "2027-02-01")[0]
    assert committee.find_case(staff, case.id) == committee.find_case(staff, case.id[:8].upper()) == case
    assert committee.find_case(staff, "P-001") == other, "the newest"
    people.add_person(staff, Role.PARTICIPANT, "Kofi Example", "P-002")
    assert refused(committee.find_case, staff, "P-002") == "E_NO_CASE"
    assert refused(committee.find_case, staff, "nonsense") == "E_NO_PERSON"


@pytest.mark.parametrize("members", ['"x"', "[1, null]", "{}", "[]"])
def test_odd_members_of_another_laptop_show_nothing(staff, case, members) -> None:
    cast(staff, case, ("A-001", "ready"))
    with staff.writing("x") as log:
        log.set("committee_case", case.id, "members", json.loads(members))
    assert now(staff, case).votes == ()
    assert find_faults(staff).problems == ()


def test_days_are_those_of_the_workspace(staff, case) -> None:
    staff.sources = replace(staff.sources, now=lambda: datetime(2026, 12, 1, 12, tzinfo=UTC))
    committee.close(staff, case)
    assert now(staff, case).closed_on == "2026-12-01"
