"""Which way text runs: the rules of UAX #9 that names and comments meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.reports.pdf.bidi import first_strong, in_sight_order, isolate, levels, turns


def seen(text: str, base: int) -> str:
    """The text as the eye meets it from left to right, without marks."""
    shown = "".join(text[at] for at in in_sight_order(levels(text, base)))
    return "".join(each for each in shown if each not in "\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("abc def", 0, "abc def"),
        ("אבג דהו", 0, "והד גבא"),
        ("abc אבג דהו xyz", 0, "abc והד גבא xyz"),
        ("אבג abc דהו", 1, "והד abc גבא"),
        # Digits keep their order inside a right-to-left text, and signs between them stay with them.
        ("אב 12.5 גד", 1, "דג 12.5 בא"),
        ("אב 12:30 גד", 1, "דג 12:30 בא"),
        ("אבג 5%", 1, "5% גבא"),
        ("ليلى 5%", 1, "%5 ىليل"),  # after Arabic letters the sign stands on the other side
        # Brackets go with what they hold.
        ("abc (אבג) xyz", 0, "abc (גבא) xyz"),
        ("אב (abc) גד", 1, "דג (abc) בא"),
        ("אבג!", 1, "!גבא"),
        ("אבג!", 0, "גבא!"),
    ],
)
def test_the_order_that_is_seen(text: str, base: int, expected: str) -> None:
    # Mirrored brackets are the shaper's business: here they are compared as they are stored.
    swap = str.maketrans("()", ")(")
    shown = seen(text, base)
    assert shown in (expected, expected.translate(swap))


def test_an_isolated_name_does_not_turn_the_numbers_beside_it() -> None:
    assert seen("אבג 3 xyz", 0) == "3 גבא xyz"  # what goes wrong without
    assert seen(f"{isolate('אבג')} 3 xyz", 0) == "גבא 3 xyz"
    assert seen(f"(3) {isolate('אבג')} 4", 0) == "(3) גבא 4"


def test_isolating_a_name_from_left_to_right_changes_nothing() -> None:
    assert isolate("Amara") == "Amara"
    assert isolate("") == ""


def test_a_paragraph_goes_as_its_first_letter() -> None:
    assert first_strong("12 – ليلى abc") == 1
    assert first_strong("abc ליל") == 0
    assert first_strong("12 !") == 0
    assert first_strong(f"{isolate('אבג')} abc") == 0


@given(st.text(), st.sampled_from((0, 1)))
def test_any_text_has_a_level_for_each_character_and_an_order(text: str, base: int) -> None:
    found = levels(text, base)
    assert len(found) == len(text)
    assert sorted(in_sight_order(found)) == list(range(len(text)))
    if not turns(text) and base == 0:
        assert set(found) <= {0}
