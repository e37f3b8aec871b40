"""A recovery key as people type it: a whole one, and where the mistake is."""

from __future__ import annotations

import random

from rubricapp.core.recovery_key import GROUP, LENGTH, LETTERS, PREFIX, Fault, find_fault, letters_in
from rubricapp.exchange import sealing


def key() -> str:
    return sealing.new_identity().secret.removeprefix(PREFIX)


def test_every_key_that_is_made_is_whole() -> None:
    for _n in range(20):
        assert find_fault(key()) is None


def test_one_wrong_letter_is_found_wherever_it_is() -> None:
    whole, draw = key(), random.Random(1)
    for at in {*range(0, LENGTH, 3), LENGTH - 1}:  # each takes a while: every single letter is tried in its place
        other = draw.choice([each for each in LETTERS if each != whole[at]])
        assert find_fault(whole[:at] + other + whole[at + 1 :]) == Fault(LENGTH, (), at // GROUP + 1)


def test_two_neighbours_in_each_others_place_are_found() -> None:
    whole = key()
    for at in range(0, LENGTH - 1, 3):
        if whole[at] != whole[at + 1]:
            typed = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
            assert find_fault(typed).group == at // GROUP + 1


def test_two_mistakes_are_noticed_and_no_group_is_blamed_for_them() -> None:
    whole = key()
    blamed = 0
    for at in range(0, LENGTH - 12, 3):
        typed = list(whole)
        for place in (at, at + 11):
            typed[place] = LETTERS[(LETTERS.index(typed[place]) + 7) % len(LETTERS)]
        found = find_fault("".join(typed))
        assert found is not None
        blamed += found.group != 0
    assert blamed <= 1  # a swap may explain two changes by chance, once in a great while


def test_letters_that_no_key_has_and_letters_that_are_missing() -> None:
    whole = key()
    assert find_fault("O" + whole[1:]).strange == ((1, "O"),)
    assert find_fault(whole[:-3] + "I1B").strange[0] == (12, "I")
    assert find_fault(whole[:-1]) == Fault(LENGTH - 1)
    assert find_fault("") == Fault(0)


def test_spaces_capitals_and_the_first_line_do_not_matter() -> None:
    whole = key()
    spaced = " ".join(whole[at : at + GROUP] for at in range(0, LENGTH, GROUP)).lower()
    assert letters_in(f"{PREFIX}\n  {spaced}\n") == letters_in(spaced) == whole
