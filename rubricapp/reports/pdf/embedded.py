"""The fonts of one document: what is used of them becomes font objects when ReportLab writes the file."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
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

    def use(self, used: Iterable[tuple[Face, frozenset[int]]], missing: str = "") -> None:
        """Remember that these glyphs are drawn."""
        for face, gids in used:
            self._used.setdefault(face, set()).update(gids)
        for character in missing:
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
        from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream

        blank = used.glyph_of(" ") or 0
        gids = frozenset(blank if gid == EMPTY else gid for gid in self._used[used]) | used.usual
        parts = _parts(used, gids, tuple(self._special.get(used, {}).items()))

        def stream(content: bytes, **entries: object) -> object:
            dictionary = PDFDictionary({"Filter": PDFName("FlateDecode"), **entries})
            return document.Reference(PDFStream(dictionary, content, []))

        name = PDFName(parts.name)
        descriptor = {
            "Type": PDFName("FontDescriptor"),
            "FontName": name,
            "Flags": 4,
            "FontBBox": f"[-1000 {parts.descent} 3000 {parts.ascent}]",
            "ItalicAngle": 0,
            "Ascent": parts.ascent,
            "Descent": parts.descent,
            "CapHeight": 714,
            "StemV": 140 if "Bold" in used.stem else 80,
            "FontFile2": stream(parts.file, Length1=parts.length),
        }
        descendant = {
            "Type": PDFName("Font"),
            "Subtype": PDFName("CIDFontType2"),
            "BaseFont": name,
            "CIDSystemInfo": "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
            "FontDescriptor": document.Reference(PDFDictionary(descriptor)),
            "DW": 1000,
            "W": parts.widths,
            "CIDToGIDMap": stream(parts.places),
        }
        font = {
            "Type": PDFName("Font"),
            "Subtype": PDFName("Type0"),
            "BaseFont": name,
            "Encoding": PDFName("Identity-H"),
            "DescendantFonts": PDFArray([document.Reference(PDFDictionary(descendant))]),
            "ToUnicode": stream(parts.to_unicode),
        }
        return document.Reference(PDFDictionary(font))


@dataclass(frozen=True)
class _Parts:
    """What a font object is made of; streams compressed. length: of the file before. widths: a W array."""

    name: str
    file: bytes
    length: int
    places: bytes
    to_unicode: bytes
    widths: str
    ascent: int
    descent: int


@lru_cache(maxsize=128)
def _parts(used: Face, gids: frozenset[int], special: tuple[tuple[tuple[int, str], int], ...]) -> _Parts:
    """special: ((glyph, text), number) of each glyph that stands for an unusual text."""
    file, length, renumbered = used.subset(gids)
    tag = hashlib.sha256(repr((used.stem, sorted(gids))).encode()).hexdigest()[:6].upper()
    blank = used.glyph_of(" ") or 0
    numbers = {gid: gid for gid in gids} | {number: gid for (gid, _text), number in special}
    places = bytearray(2 * (max(numbers) + 1))
    for number, gid in numbers.items():
        new = renumbered.get(blank if gid == EMPTY else gid, 0)
        places[2 * number : 2 * number + 2] = new.to_bytes(2, "big")
    texts = {gid: used.characters[gid] for gid in gids if gid in used.characters}
    texts |= {number: text for (_gid, text), number in special}
    extents = used.font.get_font_extents("ltr")
    return _Parts(
        tag.translate(str.maketrans("0123456789", "GHIJKLMNOP")) + "+" + used.stem,
        file,
        length,
        zlib.compress(bytes(places)),
        zlib.compress(_to_unicode(texts)),
        _widths(used, numbers),
        round(extents.ascender * used.scale),
        round(extents.descender * used.scale),
    )


def _widths(used: Face, numbers: dict[int, int]) -> str:
    """A W array: a first number, then the widths of it and of those that follow it directly."""
    parts: list[str] = []
    last = -2
    for number in sorted(numbers):
        width = 0 if numbers[number] == EMPTY else used.width(numbers[number])
        if number != last + 1:
            parts.append(("] " if parts else "") + f"{number} [")
        parts.append(f"{width:.3f}".rstrip("0").rstrip(".") + " ")
        last = number
    return "[" + "".join(parts) + "]]"


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
