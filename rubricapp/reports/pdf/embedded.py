"""The fonts of one document: what is used of them becomes font objects when ReportLab writes the file."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rubricapp.reports.pdf.fonts import EMPTY, Face, Run, encode

if TYPE_CHECKING:
    from reportlab.pdfbase.pdfdoc import PDFDocument


class Embedded:
    """The fonts of one document: collects what is used, and writes the font objects when the document is saved."""

    def __init__(self) -> None:
        self._used: dict[Face, set[int]] = {}
        self._special: dict[Face, dict[tuple[int, str], int]] = {}
        self.missing: dict[str, None] = {}

    def use(self, runs: Iterable[Run]) -> None:
        """Remember that these runs are drawn."""
        for run in runs:
            self._used.setdefault(run.face, set()).update(glyph.gid for glyph in run.glyphs)
            for character in run.missing:
                self.missing.setdefault(character)

    def code(self, run: Run, size: float) -> str:
        """The run as the inside of a TJ array in this document."""
        if run.code:
            return run.code
        numbers = self._special.setdefault(run.face, {})
        for glyph in run.glyphs:
            if glyph.text is not None and (glyph.gid, glyph.text) not in numbers:
                number = run.face.glyph_count + len(numbers)
                if number < 0xFFFF:
                    numbers[glyph.gid, glyph.text] = number
        return encode(run.glyphs, numbers, size)

    def addObjects(self, document: PDFDocument) -> None:
        """ReportLab calls this when it writes the document."""
        from reportlab.pdfbase.pdfdoc import BasicFonts

        fonts = document.idToObject[BasicFonts].dict
        for used in sorted(self._used, key=lambda each: each.key):
            fonts[used.key] = self._font(document, used)

    def _font(self, document: PDFDocument, used: Face) -> object:
        from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString

        special = self._special.get(used, {})
        blank = used.glyph_of(" ") or 0
        gids = frozenset(blank if gid == EMPTY else gid for gid in self._used[used]) | used.usual
        data, length, renumbered = used.subset(gids)
        tag = hashlib.sha256(repr((used.stem, sorted(gids))).encode()).hexdigest()[:6].upper()
        name = PDFName(tag.translate(str.maketrans("0123456789", "GHIJKLMNOP")) + "+" + used.stem)
        numbers = {gid: gid for gid in gids} | {number: gid for (gid, _text), number in special.items()}

        def stream(content: bytes, compressed: bool = False, **entries: object) -> object:
            if not compressed:
                content = zlib.compress(content, 9)
            entries = {"Filter": PDFName("FlateDecode"), **entries}
            return document.Reference(PDFStream(PDFDictionary(entries), content, []))

        places = bytearray(2 * (max(numbers) + 1))
        for number, gid in numbers.items():
            new = renumbered.get(blank if gid == EMPTY else gid, 0)
            places[2 * number : 2 * number + 2] = new.to_bytes(2, "big")
        texts = {gid: used.characters[gid] for gid in gids if gid in used.characters}
        texts |= {number: text for (_gid, text), number in special.items()}
        extents = used.font.get_font_extents("ltr")
        ascent, descent = extents.ascender * used.scale, extents.descender * used.scale
        descriptor = PDFDictionary(
            {
                "Type": PDFName("FontDescriptor"),
                "FontName": name,
                "Flags": 4,
                "FontBBox": PDFArray([-1000, round(descent), 3000, round(ascent)]),
                "ItalicAngle": 0,
                "Ascent": round(ascent),
                "Descent": round(descent),
                "CapHeight": 714,
                "StemV": 140 if "Bold" in used.stem else 80,
                "FontFile2": stream(data, True, Length1=length),
            }
        )
        descendant = PDFDictionary(
            {
                "Type": PDFName("Font"),
                "Subtype": PDFName("CIDFontType2"),
                "BaseFont": name,
                "CIDSystemInfo": PDFDictionary(
                    {"Registry": PDFString("Adobe"), "Ordering": PDFString("Identity"), "Supplement": 0}
                ),
                "FontDescriptor": document.Reference(descriptor),
                "DW": 1000,
                "W": PDFArray(list(_widths(used, numbers))),
                "CIDToGIDMap": stream(bytes(places)),
            }
        )
        font = PDFDictionary(
            {
                "Type": PDFName("Font"),
                "Subtype": PDFName("Type0"),
                "BaseFont": name,
                "Encoding": PDFName("Identity-H"),
                "DescendantFonts": PDFArray([document.Reference(descendant)]),
                "ToUnicode": stream(_to_unicode(texts)),
            }
        )
        return document.Reference(font)


def _widths(used: Face, numbers: dict[int, int]) -> Iterable[object]:
    """Pairs for a W array: first number, widths of it and those that follow it directly."""
    from reportlab.pdfbase.pdfdoc import PDFArray

    start, widths = -1, []
    for number in sorted(numbers):
        if widths and number != start + len(widths):
            yield from (start, PDFArray(widths))
            widths = []
        if not widths:
            start = number
        width = 0 if numbers[number] == EMPTY else used.width(numbers[number])
        widths.append(round(width) if width == round(width) else round(width, 3))
    yield from (start, PDFArray(widths))


def _to_unicode(texts: dict[int, str]) -> bytes:
    """A CMap: glyph number to text, as UTF-16."""
    lines = [f"<{number:04X}> <{text.encode('utf-16-be').hex().upper()}>" for number, text in sorted(texts.items())]
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode("ascii")
