"""JSON that is believed nothing: whatever a dataclass can say comes back as it was, and nothing else is taken."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core.folio import Added, Folio, FolioAssessment, FolioPeers, FolioRating
from rubricapp.core.peer_scores import PeerCriterion, PeerFeedback
from rubricapp.exchange import plain_zip, strict_json

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
whole = st.integers(-(2**53), 2**53)
rating = st.builds(FolioRating, level=st.none() | whole)


@given(
    st.builds(
        Folio,
        **dict.fromkeys(("programme", "edition", "name", "code", "made_on", "language"), words),
        assessments=st.lists(st.builds(FolioAssessment, ratings=st.lists(rating, max_size=2).map(tuple))).map(tuple),
        log_totals=st.lists(st.tuples(words, whole, whole), max_size=3).map(tuple),
    )
)
def test_a_portfolio_comes_back_as_it_was(folio) -> None:
    data = strict_json.dump(folio)
    assert strict_json.read(Folio, data) == folio
    assert strict_json.dump(strict_json.read(Folio, data)) == data


@given(st.integers(-99, 99))
def test_halves_are_kept_exactly(number) -> None:
    feedback = PeerFeedback(4, True, (PeerCriterion("A", 4, Fraction(number, 2), None, None, ()),))
    peers = FolioPeers("r", "o", feedback)
    assert strict_json.read(FolioPeers, strict_json.dump(peers)) == peers


def test_thirds_are_not_rounded_behind_ones_back() -> None:
    with pytest.raises(ValueError, match="no exact number"):
        strict_json.dump(PeerCriterion("A", 3, Fraction(1, 3), None, None, ()))


@dataclass(frozen=True)
class Kinds:
    text: str = ""
    number: int = 0
    flag: bool = False
    part: float | None = None


@pytest.mark.parametrize(
    "said",
    [
        *(b'{"text":1}', b'{"text":null}', b'{"number":1.0}', b'{"number":true}', b'{"number":"1"}', b'{"flag":1}'),
        *(b'{"part":"1"}', b'{"part":true}', b'{"part":1e999}', b'{"number":9007199254740993}', b'{"more":1}'),
        *(b'{"text":"\\ud800"}', b'{"text":"a","text":"a"}', b"[]", b"", b"{}x", b'{"part":Infinity}', b'{"a":'),
    ],
)
def test_what_is_not_exactly_right_is_refused(said) -> None:
    with pytest.raises(ValueError):
        strict_json.read(Kinds, said)
    assert strict_json.read(Kinds, b'{"part":2,"text":"a"}') == Kinds("a", part=2.0)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_value_error(data) -> None:
    try:
        strict_json.read(Added, data)
    except ValueError:
        return
    raise AssertionError("random bytes are no addition")


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_members_make_a_zip_that_others_read(contents) -> None:
    members = [(f"files/{number}", len(data), [data]) for number, data in enumerate(contents)]
    out = io.BytesIO()
    plain_zip.write(out, members)
    total = len(out.getvalue())
    assert plain_zip.find_end(out, total).count == len(contents)
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in archive.namelist()] == contents
    again = io.BytesIO()
    plain_zip.write(again, members)
    assert again.getvalue() == out.getvalue()


def test_chunks_that_are_not_as_many_as_was_said_are_refused() -> None:
    with pytest.raises(ValueError, match="2 bytes instead of 3"):
        plain_zip.write(io.BytesIO(), [("a", 3, [b"ab"])])


@pytest.mark.parametrize("data", [b'"\\ud800"', b'{"a": ["\\udfff\\ud800"]}', b'{"\\ud800": 1}', b"1e999", b"[-1e400]"])
def test_half_a_sign_and_numbers_without_end_are_refused_wherever_they_stand(data) -> None:
    with pytest.raises(ValueError, match=r"surrogates|number"):
        strict_json.load(data)
    assert strict_json.load(b'"\\ud83c\\udfac"') == "🎬"
