"""From blocks to pages: what fits goes on, what belongs together stays together, a new page repeats its head."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rubricapp.reports.pdf.sheet import Sheet, baseline
from rubricapp.reports.pdf.text import Line


@dataclass(frozen=True)
class Block:
    """Something of a known height that is never split. paint is called with the y of its upper edge.

    space: left free above it, not at the top of a page. keep: never the last thing on a page.
    turn: begins a page. repeat: the head of the table it is a row of, drawn again above it where it begins a page.
    """

    height: float
    paint: Callable[[Sheet, float], None]
    space: float = 0.0
    keep: bool = False
    turn: bool = False
    repeat: Block | None = None


@dataclass(frozen=True)
class Piece:
    """One line in a column. space: above it. keep: not the last line of a page."""

    line: Line
    space: float = 0.0
    keep: bool = False


@dataclass(frozen=True)
class Columns:
    """Lists of lines beside each other, each split between lines where a page ends. edges: (x, width) of each."""

    columns: tuple[tuple[Piece, ...], ...]
    edges: tuple[tuple[float, float], ...]
    space: float = 0.0

    @property
    def height(self) -> float:
        return max(sum(each.space + each.line.leading for each in column) for column in self.columns)


def height_of(blocks: Iterable[Block | Columns]) -> float:
    """The height of everything one below the other."""
    return sum(each.space + each.height for each in blocks)


def text_block(lines: Sequence[Line], x: float, width: float, space: float = 0.0, keep: bool = False) -> list[Block]:
    """A paragraph as blocks, one for each line, so that a page may end within it: never after its first line alone."""
    return [
        Block(
            line.leading,
            lambda sheet, top, line=line: _paint_line(sheet, line, x, width, top),
            space if at == 0 else 0.0,
            keep or at == 0 < len(lines) - 1 or at == len(lines) - 2,
        )
        for at, line in enumerate(lines)
    ]


def _paint_line(sheet: Sheet, line: Line, x: float, width: float, top: float) -> None:
    sheet.lines((line,), x, top, width)


def pour(
    sheet: Sheet, blocks: Sequence[Block | Columns], top: float, bottom: float, turn: Callable[[], float]
) -> float:
    """Draw the blocks downwards from `top`; `turn` begins a page and returns its top. Returns where the last one ends.

    A block that is higher than a page is drawn at the top of one and runs over its foot.
    """
    y = top
    fresh = True
    at = 0
    while at < len(blocks):
        block = blocks[at]
        if isinstance(block, Columns):
            y = _pour_columns(sheet, block, y if fresh else y - block.space, bottom, turn)
            fresh = False
            at += 1
            continue
        group = [block]
        while group[-1].keep and at + len(group) < len(blocks):
            follower = blocks[at + len(group)]
            if isinstance(follower, Columns):
                group.append(_first_lines(follower))
                break
            if follower.turn:
                break
            group.append(follower)
        needed = height_of(group) - (block.space if fresh else 0)
        if (block.turn or y - needed < bottom) and not fresh:
            y = turn()
            fresh = True
            if block.repeat is not None:
                block.repeat.paint(sheet, y)
                y -= block.repeat.height
        if not fresh:
            y -= block.space
        block.paint(sheet, y)
        y -= block.height
        fresh = False
        at += 1
    return y


def _first_lines(columns: Columns) -> Block:
    """What of the columns must stay with a heading above them: the first two lines."""
    height = max((sum(each.space + each.line.leading for each in column[:2]) for column in columns.columns), default=0)
    return Block(height, lambda _sheet, _top: None, columns.space)


def _pour_columns(sheet: Sheet, columns: Columns, top: float, bottom: float, turn: Callable[[], float]) -> float:
    left = [list(column) for column in columns.columns]
    if _first_lines(columns).height > top - bottom:
        top = turn()
    while True:
        ends = [top]
        for number, (x, width) in enumerate(columns.edges):
            taken = _fitting(left[number], top - bottom)
            y = top
            for at, piece in enumerate(left[number][:taken]):
                y -= (piece.space if at else 0) + piece.line.leading
                line = piece.line
                sheet.text(line, x + width - line.width if line.backwards else x, y + baseline(line))
            ends.append(y)
            left[number] = left[number][taken:]
        if not any(left):
            return min(ends)
        top = turn()


def _fitting(pieces: Sequence[Piece], height: float) -> int:
    """How many of the lines fit, without leaving one that must be followed; at least one."""
    used = 0.0
    count = 0
    for at, piece in enumerate(pieces):
        used += (piece.space if at else 0) + piece.line.leading
        if used > height + 0.01:
            break
        count = at + 1
    if count < len(pieces):
        while count > 1 and pieces[count - 1].keep:
            count -= 1
    return max(1, count) if pieces else 0
