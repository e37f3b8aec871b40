"""What a field says by people's words, whatever was taken back and done again in between."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core import changes as rules
from rubricapp.core.switching import has_seen, natural_heads
from tests.core.test_changes import change

WORD = change(1, value="Amara")
UNDO = change(2, value=None, replaces=[WORD.id])
REDO = change(3, value="Amara", replaces=[UNDO.id])
SWITCHING = frozenset({UNDO.id, REDO.id})


def values(said, switching=SWITCHING, gone=()) -> list[object]:
    return [each.value for each in natural_heads(said, switching, frozenset(gone))]


def test_what_switches_is_nobodys_word() -> None:
    assert values([WORD, UNDO, REDO]) == ["Amara"]
    assert values([WORD, UNDO], gone={WORD.id}) == []
    assert values([]) == []


def test_going_on_from_ones_own_word_is_one_word() -> None:
    later = change(4, value="Amarachi", replaces=[WORD.id])
    assert values([WORD, UNDO, REDO, later]) == ["Amarachi"]
    assert rules.is_conflict(rules.heads_of([WORD, UNDO, REDO, later])), "by the log alone they are two"


def test_who_went_on_from_what_was_shown_has_seen_it() -> None:
    after = change(4, value="Amy", replaces=[REDO.id])
    assert values([WORD, UNDO, REDO, after]) == ["Amy"]


def test_who_went_on_while_it_was_hidden_has_not_seen_it() -> None:
    """Their word and the hidden one are in conflict once both stand: nothing is dropped unasked."""
    after = change(3, value="Amy", replaces=[UNDO.id])
    assert values([WORD, UNDO, after], {UNDO.id}) == ["Amy", "Amara"]
    assert values([WORD, UNDO, after], {UNDO.id}, {WORD.id}) == ["Amy"]


def test_what_was_said_before_comes_back_when_it_was_shown_again_and_gone_on_from() -> None:
    """Ours, then theirs over it; taken back ours shows again, and whoever goes on replaces ours and not theirs."""
    ours = change(1, value="ours")
    theirs = change(2, value="theirs", replaces=[ours.id])
    undo = change(3, value="ours", replaces=[theirs.id])
    after = change(4, value="after", replaces=[undo.id])
    assert values([ours, theirs, undo], {undo.id}, {theirs.id}) == ["ours"]
    assert values([ours, theirs, undo, after], {undo.id}, {theirs.id}) == ["after"]
    assert values([ours, theirs, undo, after], {undo.id}) == ["after", "theirs"]


def test_who_replaced_a_word_that_is_gone_replaced_what_it_had_replaced() -> None:
    """Corrected after a merge, and the merge taken back: the correction stands, and what was before does not return."""
    ours = change(1, value="ours")
    theirs = change(2, value="theirs", replaces=[ours.id])
    corrected = change(3, value="corrected", replaces=[theirs.id])
    assert values([ours, theirs, corrected], (), {theirs.id}) == ["corrected"]


def test_whoever_replaces_what_was_switched_has_seen_it() -> None:
    unaware, aware = change(4, replaces=[WORD.id]), change(5, replaces=[REDO.id])
    assert not has_seen([WORD, UNDO, REDO, unaware], SWITCHING)
    assert has_seen([WORD, UNDO, REDO, unaware, aware], SWITCHING)
    assert has_seen([WORD, UNDO, REDO, aware, change(6, replaces=[aware.id])], SWITCHING), "or follows who has"


@st.composite
def histories(draw):
    """Changes of one field that replace any that came before."""
    count = draw(st.integers(0, 9))
    made = []
    for number in range(1, count + 1):
        old = draw(st.lists(st.sampled_from(made), unique_by=lambda each: each.id)) if made else []
        made.append(change(number, value=draw(st.sampled_from(["x", "y"])), replaces=[each.id for each in old]))
    return made


@given(histories(), st.randoms())
def test_without_switching_they_are_the_heads_of_the_log_in_any_order(said, draw) -> None:
    mixed = draw.sample([*said, *said], 2 * len(said))
    assert natural_heads(mixed, ()) == rules.heads_of(said)


@given(histories(), st.data())
def test_something_is_shown_while_a_word_is_left(said, data) -> None:
    ids = [each.id for each in said]
    switching = set(data.draw(st.lists(st.sampled_from(ids), unique=True))) if ids else set()
    gone = set(data.draw(st.lists(st.sampled_from(ids), unique=True))) - switching if ids else set()
    found = natural_heads(said, switching, gone)
    left = [each for each in said if each.id not in switching | gone]
    assert bool(found) == bool(left)
    assert {each.id for each in found} <= {each.id for each in left}
    assert not found or left[-1] in found
