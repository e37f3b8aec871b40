"""Tables on paper: rows that never split under a head that is repeated on each page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rubricapp.reports.pdf.flow import Block, text_block
from rubricapp.reports.pdf.sheet import Sheet, frame
from rubricapp.reports.pdf.text import Line, Spans, Style, wrap

TALLEST = 420.0
"""Points: a row that is higher stands as paragraphs below each other, which a page may end within."""


def table(
    titles: Sequence[str],
    rows: Sequence[Sequence[str | Spans]],
    widths: Sequence[float],
    body: Style,
    head: Style,
    space: float = 4.0,
    base: int | None = 0,
) -> list[Block]:
    """widths: of all columns but the last, which takes what is left. base: as in `wrap`, for each cell."""
    x, width, _upper = frame()
    edges = [x + sum(widths[:at]) for at in range(len(titles))]
    room = [*(each - 10 for each in widths[: len(titles) - 1]), width - sum(widths[: len(titles) - 1])]

    def lines_of(cells: Sequence[str | Spans], style: Style) -> list[tuple[Line, ...]]:
        return [
            wrap(((each, style),) if isinstance(each, str) else each, room[at], base) for at, each in enumerate(cells)
        ]

    def painter(cells: list[tuple[Line, ...]], height: float, colour: str) -> Callable[[Sheet, float], None]:
        def paint(sheet: Sheet, top: float) -> None:
            for at, lines in enumerate(cells):
                sheet.lines(lines, edges[at], top - 1.5, room[at])
            sheet.rule(x, top - height, x + width, top - height, 0.4, colour)

        return paint

    def height_of(cells: list[tuple[Line, ...]]) -> float:
        return max(sum(line.leading for line in lines) for lines in cells) + 3.5

    head_cells = lines_of(titles, head)
    first = Block(height_of(head_cells), painter(head_cells, height_of(head_cells), "border"), space, keep=True)
    blocks = [first]
    for row in rows:
        cells = lines_of(row, body)
        height = height_of(cells)
        if height > TALLEST:
            for each in row:
                blocks += text_block(wrap(((each, body),) if isinstance(each, str) else each, width, base), x, width, 3)
            continue
        blocks.append(Block(height, painter(cells, height, "hairline"), repeat=first))
    return blocks
