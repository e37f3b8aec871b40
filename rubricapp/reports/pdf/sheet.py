"""Pages of paper: text lines, rules and marks as PDF operators; bookmarks, metadata and the file.

ReportLab's canvas holds the document; what is drawn is written as operators directly, which is several times quicker
than its shapes. The same calls give the same bytes: the only date is the one handed in.

ReportLab 5.1 writes untagged PDF. That is said in each report; the workbook holds the same numbers in tables that a
screen reader can walk through.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rubricapp import __version__
from rubricapp.reports.pdf.embedded import Embedded
from rubricapp.reports.pdf.paper import HEIGHT, MARGIN, WIDTH, ink
from rubricapp.reports.pdf.pictures import Picture
from rubricapp.reports.pdf.text import Line

_ARC = 0.5523  # of the radius: how far a Bézier handle reaches to make a quarter of a circle


@dataclass(frozen=True)
class Pdf:
    """A finished document. missing: characters that no font has; each stands as a box."""

    data: bytes
    pages: int
    missing: tuple[str, ...] = ()


@dataclass
class Sheet:
    """The pages of one document while they are being drawn. y grows upwards, in points."""

    title: str
    subject: str
    language: str
    as_of: datetime
    keywords: str = ""
    fonts: Embedded = field(default_factory=Embedded)
    _pages: list[list[str]] = field(default_factory=list)
    _marks: list[tuple[int, int, str, float]] = field(default_factory=list)
    _pictures: list[tuple[int, Picture, float, float, float, float]] = field(default_factory=list)

    @property
    def page_number(self) -> int:
        return len(self._pages)

    def new_page(self) -> None:
        self._pages.append([])

    def put(self, code: str) -> None:
        """Any PDF operators, onto the current page."""
        self._pages[-1].append(code)

    def text(self, line: Line, x: float, y: float) -> None:
        """A line from x to the right, its baseline at y."""
        if line.units:
            self.put(line.draw(self.fonts, x, y))

    def text_right(self, line: Line, x: float, y: float) -> None:
        self.text(line, x - line.width, y)

    def text_middle(self, line: Line, x: float, y: float) -> None:
        self.text(line, x - line.width / 2, y)

    def lines(self, lines: Iterable[Line], x: float, top: float, width: float = 0) -> float:
        """Lines below each other; those from right to left end at x + width. Returns the y below them."""
        for line in lines:
            top -= line.leading
            self.text(line, x + width - line.width if line.backwards and width else x, top + baseline(line))
        return top

    def rule(
        self, x: float, y: float, to_x: float, to_y: float, thick: float = 0.5, colour: str = "hairline", cap: int = 0
    ) -> None:
        self.put(f"{ink(colour)} RG {thick:g} w {cap} J {x:.2f} {y:.2f} m {to_x:.2f} {to_y:.2f} l S")

    def ticks(self, places: Sequence[float], y: float, reach: float) -> None:
        """Small upright marks on a line."""
        marks = " ".join(f"{x:.2f} {y - reach:.2f} m {x:.2f} {y + reach:.2f} l" for x in places)
        self.put(f"{ink('border')} RG 0.5 w 0 J {marks} S")

    def path(
        self, points: Sequence[tuple[float, float]], thick: float = 1, colour: str = "ink", fill: str = ""
    ) -> None:
        """A line through the points, or the area within them where `fill` is given."""
        if len(points) < 2:
            return
        (x, y), *rest = points
        steps = f"{x:.2f} {y:.2f} m " + " ".join(f"{a:.2f} {b:.2f} l" for a, b in rest)
        self.put(f"{ink(fill)} rg {steps} h f" if fill else f"{ink(colour)} RG {thick:g} w 1 j 1 J {steps} S")

    def box(self, x: float, y: float, width: float, height: float, fill: str = "", edge: str = "") -> None:
        """A rectangle from its lower left corner."""
        area = f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re"
        if fill:
            self.put(f"{ink(fill)} rg {area} f")
        if edge:
            self.put(f"{ink(edge)} RG 0.5 w {area} S")

    def disc(
        self, x: float, y: float, radius: float, fill: str, edge: str = "ink", thick: float = 1, wide: float = 0
    ) -> None:
        """A circle; a pill where `wide` is drawn out to each side."""
        a, b, c = radius * _ARC, x + wide, x - wide
        left, right, low, high = c - radius, b + radius, y - radius, y + radius
        self.put(
            f"{ink(fill)} rg {ink(edge)} RG {thick:g} w {right:.2f} {y:.2f} m"
            f" {right:.2f} {y + a:.2f} {b + a:.2f} {high:.2f} {b:.2f} {high:.2f} c {c:.2f} {high:.2f} l"
            f" {c - a:.2f} {high:.2f} {left:.2f} {y + a:.2f} {left:.2f} {y:.2f} c"
            f" {left:.2f} {y - a:.2f} {c - a:.2f} {low:.2f} {c:.2f} {low:.2f} c {b:.2f} {low:.2f} l"
            f" {b + a:.2f} {low:.2f} {right:.2f} {y - a:.2f} {right:.2f} {y:.2f} c b"
        )

    def picture(self, picture: Picture, x: float, y: float, width: float, height: float) -> None:
        """A picture from its lower left corner, over what the page holds."""
        self._pictures.append((len(self._pages) - 1, picture, x, y, width, height))

    def bookmark(self, title: str, level: int, top: float) -> None:
        """An entry in the outline that leads to this height of the current page. level: 0 outermost."""
        self._marks.append((len(self._pages) - 1, level, " ".join(title.split())[:200], top))

    def save(self, foot: Callable[[Sheet, int, int], None]) -> Pdf:
        """The document. foot is called with (sheet, page, pages) to draw the foot of each page, counted from 1."""
        from reportlab import rl_config
        from reportlab.lib.utils import ImageReader, TimeStamp
        from reportlab.pdfbase.pdfdoc import PDFString
        from reportlab.pdfgen.canvas import Canvas

        everything = self._pages
        for number, page in enumerate(everything, 1):
            self._pages = [page]
            foot(self, number, len(everything))
        self._pages = everything

        rl_config.useA85 = 0  # plain compressed streams: a fifth smaller, and no encoding in Python
        target = io.BytesIO()
        canvas = Canvas(target, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1, pdfVersion=(1, 5))
        document = canvas._doc
        stamp = TimeStamp(1)
        stamp.t, stamp.lt = self.as_of.timestamp(), self.as_of.utctimetuple()
        stamp.YMDhms = tuple(stamp.lt)[:6]
        document._timeStamp = stamp
        document.signature = hashlib.md5(usedforsecurity=False)  # the file's id: from what is on its pages
        document.delayedFonts.append(self.fonts)
        document.Catalog.Lang = PDFString(self.language)
        canvas.setTitle(plain(self.title))
        canvas.setSubject(plain(self.subject))
        canvas.setAuthor(f"rubricapp {__version__}")
        canvas.setCreator(f"rubricapp {__version__}")
        canvas.setKeywords(plain(self.keywords))
        canvas.setViewerPreference("DisplayDocTitle", "true")
        marks = iter([*self._marks, None])
        mark = next(marks)
        deepest = -1
        for number, page in enumerate(everything):
            code = "\n".join(page)
            document.updateSignature(code.encode("ascii"))
            canvas.addLiteral(code)
            for _page, picture, *place in (each for each in self._pictures if each[0] == number):
                canvas.drawImage(ImageReader(io.BytesIO(picture.data)), *place, mask="auto")
            while mark is not None and mark[0] == number:
                _page, level, title, top = mark
                key = f"m{len(document.idToObject)}-{number}-{top:.1f}-{level}"
                canvas.bookmarkPage(key, fit="XYZ", left=0, top=min(HEIGHT, top + 12), zoom=0)
                deepest = min(level, deepest + 1)
                canvas.addOutlineEntry(plain(title) or "–", key, deepest, closed=0)
                mark = next(marks)
            canvas.showPage()
        if self._marks:
            canvas.showOutline()
        canvas.save()
        return Pdf(target.getvalue(), len(everything), tuple(self.fonts.missing))


def plain(text: str) -> str:
    """Text for the document's properties and outline: one line, nothing invisible, nothing that cannot be encoded."""
    text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())[:300]


def baseline(line: Line) -> float:
    """How far above the bottom of its line the letters stand, so that text of any size looks centred in it."""
    return (line.leading - line.size) / 2 + line.size * 0.22


def frame() -> tuple[float, float, float]:
    """(left edge, width, upper edge) of what may be printed on."""
    return MARGIN, WIDTH - 2 * MARGIN, HEIGHT - MARGIN
