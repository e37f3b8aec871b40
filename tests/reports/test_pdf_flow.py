"""From blocks to pages: what belongs together stays together, heads are repeated, nothing is lost or drawn twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubricapp.reports.pdf.flow import Block, Columns, Piece, pour
from rubricapp.reports.pdf.sheet import Sheet
from rubricapp.reports.pdf.text import Style, one_line

TOP, BOTTOM = 700.0, 100.0


class Pages:
    """Where each named block was drawn: (page, y of its top)."""

    def __init__(self) -> None:
        self.sheet = Sheet("T", "T", "en", datetime(2026, 1, 1, tzinfo=UTC))
        self.sheet.new_page()
        self.drawn: list[tuple[str, int, float]] = []

    def block(self, name: str, height: float, **rest) -> Block:
        return Block(height, lambda sheet, top: self.drawn.append((name, sheet.page_number, top)), **rest)

    def pour(self, *blocks) -> list[tuple[str, int]]:
        def turn() -> float:
            self.sheet.new_page()
            return TOP

        pour(self.sheet, blocks, TOP, BOTTOM, turn)
        return [(name, page) for name, page, _top in self.drawn]


@pytest.fixture
def pages() -> Pages:
    return Pages()


def test_blocks_follow_each_other_and_turn_where_none_fits(pages: Pages) -> None:
    found = pages.pour(pages.block("a", 400), pages.block("b", 200), pages.block("c", 1, space=50))
    assert found == [("a", 1), ("b", 1), ("c", 2)]
    assert pages.drawn[2][2] == TOP  # no space at the top of a page


def test_a_heading_goes_with_what_follows(pages: Pages) -> None:
    found = pages.pour(pages.block("a", 560), pages.block("head", 20, keep=True), pages.block("row", 30))
    assert found == [("a", 1), ("head", 2), ("row", 2)]


def test_a_head_is_repeated_over_its_rows(pages: Pages) -> None:
    head = pages.block("head", 20, keep=True)
    rows = [pages.block(f"row{number}", 200, repeat=head) for number in range(4)]
    found = pages.pour(head, *rows)
    assert found == [("head", 1), ("row0", 1), ("row1", 1), ("head", 2), ("row2", 2), ("row3", 2)]


def test_a_turn_begins_a_page_even_after_a_block_that_is_kept(pages: Pages) -> None:
    found = pages.pour(
        pages.block("a", 10, keep=True), pages.block("b", 590, turn=True), pages.block("c", 10, turn=True)
    )
    assert found == [("a", 1), ("b", 2), ("c", 3)]


def test_a_block_higher_than_a_page_is_drawn_once(pages: Pages) -> None:
    assert pages.pour(pages.block("a", 10), pages.block("b", 5000), pages.block("c", 10)) == [
        ("a", 1),
        ("b", 2),
        ("c", 3),
    ]


def test_columns_are_split_between_lines(pages: Pages) -> None:
    style = Style(10, 100)
    left = tuple(Piece(one_line(f"left{number}", style)) for number in range(8))
    right = (Piece(one_line("right", style)),)
    assert pages.pour(pages.block("a", 300), Columns((left, right), ((0, 200), (220, 200)))) == [("a", 1)]
    assert pages.sheet.page_number == 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 900), st.booleans(), st.booleans(), st.floats(0, 40)), max_size=25))
def test_every_block_is_drawn_once_in_order_within_the_page(shapes) -> None:
    pages = Pages()
    blocks = [
        pages.block(str(number), height, keep=keep, turn=turn, space=space)
        for number, (height, keep, turn, space) in enumerate(shapes)
    ]
    found = pages.pour(*blocks)
    assert [name for name, _page in found] == [str(number) for number in range(len(shapes))]
    assert [page for _name, page in found] == sorted(page for _name, page in found)
    for (_name, _page, top), (height, *_rest) in zip(pages.drawn, shapes, strict=True):
        assert top - height >= BOTTOM - 0.01 or top == TOP
