"""Who is who: the same from what is said in any order; rings and chains end; taking apart parts, and nothing more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core.same_people import find_kept, members, part

IDS = tuple("abcdefg")
SAID = st.dictionaries(st.sampled_from(IDS), st.sampled_from((*IDS, None, "", 7, ["a"])))


def test_chains_end_at_the_last_and_rings_at_the_smallest() -> None:
    assert find_kept({"a": "b", "b": "c"}) == {"a": "c", "b": "c"}
    assert find_kept({"b": "a", "a": "b", "c": "b"}) == {"b": "a", "c": "a"}
    assert find_kept({"a": "a", "b": None, "c": 3}) == {}
    assert find_kept({"b": "a", "c": "b"}, gone={"a"}) == {"c": "b"}


@given(SAID)
def test_everybody_is_kept_by_somebody_who_is_kept(said) -> None:
    kept = find_kept(said)
    assert not kept.keys() & set(kept.values())
    for one in kept:
        assert one in members(kept, one)
        assert members(kept, one)[0] == kept[one]
    assert find_kept(dict(reversed(said.items()))) == kept
    assert find_kept(kept) == kept


@given(SAID, st.sampled_from(IDS), st.sampled_from(IDS))
def test_apart_are_two_and_nobody_else_is_taken_from_both(said, one, other) -> None:
    before, anew = find_kept(said), part(said, one, other)
    after = find_kept({**said, **anew})
    if one != other:
        assert after.get(one, one) != after.get(other, other)
    assert set(anew) <= {one, other}
    assert all(key == value for key, value in anew.items())
    theirs = set(members(before, one))
    for each in set(IDS) - theirs:
        assert after.get(each, each) == before.get(each, each), "others stay who they are"
    if before.get(one, one) != before.get(other, other):
        assert anew == {}
