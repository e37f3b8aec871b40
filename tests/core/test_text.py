"""What people type or paste, made fit to keep."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core.text import clean


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  good\r\nlight ", "good\nlight"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("abc\u202edcba", "abcdcba"),
        ("\ud800x", "x"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\ufeffBOM", "BOM"),
    ],
)
def test_clean(typed, kept) -> None:
    assert clean(typed) == kept


def test_one_line() -> None:
    assert clean("two\n  lines\tand a tab", lines=False) == "two lines and a tab"


@given(st.text(st.characters(codec=None)))
def test_clean_is_idempotent_and_can_be_written(text) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode()
