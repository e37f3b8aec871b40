"""Who sees which vote, and when."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core.committee import Case, Vote, case_id, show, vote_id

PEOPLE = st.sampled_from(["ana", "bello", "chen", "stranger"])


def case(*members: str, closed_on: str = "") -> Case:
    return Case("c", "amara", "2026-11-30", members, closed_on=closed_on)


@given(
    st.lists(PEOPLE, unique=True, max_size=3),
    st.dictionaries(PEOPLE, st.sampled_from(["ready", "not yet", ""])),
    st.booleans(),
    st.one_of(st.just(""), PEOPLE),
)
def test_nobody_sees_a_vote_too_early(members, given_, closed, viewer) -> None:
    found = show(case(*members, closed_on="2026-11-30" * closed), [Vote(*each) for each in given_.items()], viewer)
    voted = {member for member in members if given_.get(member)}
    assert set(found.voted) == voted
    assert set(found.voted) | set(found.missing) == set(members)
    everybody = bool(members) and voted == set(members)
    assert found.shown is (closed or everybody)
    seen = {each.member for each in found.votes}
    assert seen == (voted if found.shown else voted & {viewer})
    assert sum(count for _word, count in found.tally()) == (len(voted) if found.shown else 0)


def test_a_tally_takes_words_of_any_case_as_one_most_first() -> None:
    votes = [Vote("ana", "not yet"), Vote("bello", "Ready"), Vote("chen", "ready")]
    assert show(case("ana", "bello", "chen"), votes).tally() == (("Ready", 2), ("not yet", 1))


def test_two_laptops_name_the_same_alike_and_others_otherwise() -> None:
    assert case_id("amara", "2026-11-30") == case_id("amara", "2026-11-30") != case_id("amara", "2026-12-01")
    assert vote_id("c", "ana") != vote_id("c", "bello")
