"""The shipped fonts as PDF fonts: which file has a character, shaped glyphs, and the parts that a file embeds.

Question: ReportLab's own TrueType fonts, or our own font objects inside its document? Decided for our own: ReportLab
drops a glyph that a font lacks without a word, gives shaped glyphs private characters so that an Arabic name cannot be
searched or copied, and subsets in Python. Here HarfBuzz shapes and subsets, every glyph carries the text it stands for
(`ToUnicode`), and a character that no file has is drawn as a box and named.

Widths are in thousandths of the type size. All that is remembered is computed from files that never change, so it is
the same for each document and in any order: files stay equal byte for byte.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

import uharfbuzz as hb

from rubricapp import paths

MAIN = "NotoSans"
_WITH_BOLD = ("Arabic", "Hebrew", "Ethiopic", "Devanagari", "Thai", "Bengali", "Tamil", "Armenian", "Georgian")
_REGULAR = (
    *("Gujarati", "Gurmukhi", "Kannada", "Malayalam", "Telugu", "Sinhala", "Khmer", "Lao", "Myanmar"),
    *("NKo", "Tifinagh", "Adlam", "Math", "Symbols2"),
)
CHAIN: tuple[tuple[str, str], ...] = (
    (f"{MAIN}-Regular", f"{MAIN}-Bold"),
    *((f"NotoSans{script}-Regular", f"NotoSans{script}-Bold") for script in _WITH_BOLD),
    *((f"NotoSans{script}-Regular", "") for script in _REGULAR),
    ("DroidSansFallbackFull", ""),
    ("NanumGothicCoding", ""),
)
"""File stems, regular and bold ("" where there is none), in the order in which they are asked for a character."""

# Always embedded together, so that most documents share one subset, which is made once.
_USUAL = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0x100)))) + "“”‘’–—…•−≥≤×"
_NOT_EMBEDDED = (b"GSUB", b"GPOS", b"GDEF", b"name", b"OS/2", b"post", b"gasp", b"vhea", b"vmtx")
EMPTY = -1  # in place of a glyph number: nothing is drawn and nothing moved, only a text is carried
_JOINERS = frozenset("\u200c\u200d")
_PLAIN = {"liga": False, "clig": False, "dlig": False}


class Glyph(NamedTuple):
    """One shape. text: what it stands for where that is not what the font itself says; shift: moved right before
    drawing; after: moved on, beyond its own width; rise: moved up."""

    gid: int
    text: str | None
    shift: float
    after: float
    rise: float


class Face:
    """One font file. Made by `face` only, so one file is one object."""

    def __init__(self, stem: str, number: int) -> None:
        self.stem = stem
        self.key = f"F{number}"
        self._face = hb.Face(hb.Blob.from_file_path(str(paths.RESOURCES / "fonts" / f"{stem}.ttf")))
        self.font = hb.Font(self._face)
        self.scale = 1000 / self._face.upem
        self.glyph_count = self._face.glyph_count

    def __repr__(self) -> str:
        return f"Face({self.stem!r})"

    def glyph_of(self, character: str) -> int | None:
        """The glyph that the font gives the character on its own; None where it has none."""
        return self.font.get_nominal_glyph(ord(character)) or None

    def width(self, gid: int) -> float:
        return self.font.get_glyph_h_advance(gid) * self.scale

    @cached_property
    def characters(self) -> dict[int, str]:
        """What each glyph stands for by itself; the first character where several share it."""
        found: dict[int, str] = {}
        for code in sorted(self._face.unicodes):
            found.setdefault(self.font.get_nominal_glyph(code), chr(code))
        return found

    @cached_property
    def space(self) -> Run | None:
        """A space of this font, where it has one."""
        gid = self.glyph_of(" ")
        return _shape(self, False, " ", False, False) if gid else None

    @cached_property
    def usual(self) -> frozenset[int]:
        """Glyphs that are embedded whether used or not: few, of the main font only."""
        if not self.stem.startswith(f"{MAIN}-"):
            return frozenset()
        return frozenset(filter(None, map(self.glyph_of, _USUAL)))

    @lru_cache(maxsize=64)  # noqa: B019 - a face lives as long as the process
    def subset(self, gids: frozenset[int]) -> tuple[bytes, int, dict[int, int]]:
        """The font file with these glyphs only: (compressed bytes, length before, new number of each glyph)."""
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(gids | {0})
        wanted.drop_table_tag_set.update({int.from_bytes(tag, "big") for tag in _NOT_EMBEDDED})
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NOTDEF_OUTLINE
        plan = hb.SubsetPlan(self._face, wanted)
        data = plan.execute().blob.data
        return zlib.compress(data), len(data), dict(plan.old_to_new_glyph_mapping)


@cache
def face(stem: str) -> Face:
    """The face of a file in resources/fonts, by its name without ".ttf"."""
    every = [each for pair in CHAIN for each in pair if each]
    return Face(stem, every.index(stem))


@cache
def pick(character: str, bold: bool) -> tuple[Face, bool] | None:
    """The first face of the chain that has the character, and whether it must be thickened; None where none has it."""
    for regular, heavy in CHAIN:
        stem = heavy if bold and heavy else regular
        if face(stem).glyph_of(character) is not None:
            return face(stem), bold and not heavy
    return None


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """Glyphs of one face in the order of the eye. width: thousandths of the size. thick: drawn with an outline.

    code: the glyphs as PDF wants them, where that is the same in every document and at every size, else "".
    missing: characters that no font has, each standing as a box.
    """

    face: Face
    thick: bool
    glyphs: tuple[Glyph, ...]
    width: float
    code: str
    missing: str = ""


@lru_cache(maxsize=40_000)
def shape(text: str, bold: bool, backwards: bool) -> tuple[Run, ...]:
    """The text, all of one direction, as runs from left to right. backwards: it is read from right to left."""
    runs = [_shape(face, thick, part, backwards, missing) for face, thick, part, missing in _itemise(text, bold)]
    return tuple(reversed(runs) if backwards else runs)


def _itemise(text: str, bold: bool) -> Iterable[tuple[Face, bool, str, bool]]:
    """Parts of the text by the face that draws them: (face, thick, part, whether no face has it)."""
    at: tuple[Face, bool, bool] | None = None
    part: list[str] = []
    for character in text:
        joins = character in _JOINERS or unicodedata.category(character) in ("Mn", "Mc", "Me")
        if at is not None and joins and (character in _JOINERS or at[0].glyph_of(character) is not None or at[2]):
            part.append(character)
            continue
        found = pick(character, bold)
        if found is None and character in _JOINERS:
            continue
        here = (*found, False) if found else (face(CHAIN[0][bool(bold)]), False, True)
        if at is not None and here != at:
            yield at[0], at[1], "".join(part), at[2]
            part = []
        at = here
        part.append(character)
    if at is not None:
        yield at[0], at[1], "".join(part), at[2]


def _shape(face: Face, thick: bool, text: str, backwards: bool, missing: bool) -> Run:
    if missing:
        width = face.width(0)
        boxes = tuple(Glyph(0, character, 0.0, 0.0, 0.0) for character in text if character not in _JOINERS)
        return Run(face, thick, boxes[::-1] if backwards else boxes, width * len(boxes), "", text)
    buffer = hb.Buffer()
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if backwards else "ltr"
    buffer.language = "und"  # guessing takes the system's, and the same report would differ between laptops
    hb.shape(face.font, buffer, _PLAIN if face.stem.startswith(f"{MAIN}-") else {})
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    texts = _texts(text, [info.cluster for info in infos], [each.x_advance for each in positions], backwards)
    glyphs: list[Glyph] = []
    total = 0.0
    natural = face.characters
    lost = ""
    for info, position, stands_for in zip(infos, positions, texts, strict=True):
        gid = info.codepoint
        width = face.width(gid)
        advance = position.x_advance * face.scale
        total += advance
        if gid == 0:
            lost += stands_for
        # WORKAROUND: PDFium and Poppler turn the letters of a right-to-left ligature around (لا would be copied as ال),
        # so it stands for its last letter, and each other letter rides on a glyph without shape or width.
        riders = stands_for[-2::-1] if backwards and len(stands_for) > 1 else ""
        stands_for = stands_for[-1:] if riders else stands_for
        glyphs.append(
            Glyph(
                gid,
                None if natural.get(gid) == stands_for else stands_for,
                position.x_offset * face.scale,
                advance - width,
                position.y_offset * face.scale,
            )
        )
        glyphs += [Glyph(EMPTY, letter, 0.0, 0.0, 0.0) for letter in riders]
    code = ""
    if all(each.text is None and not each.rise for each in glyphs):
        code = encode(glyphs, {}, 1.0)
    return Run(face, thick, tuple(glyphs), total, code, lost)


def _texts(text: str, clusters: list[int], advances: list[int], backwards: bool) -> list[str]:
    """What each glyph stands for, so that the text can be searched and copied in its order.

    HarfBuzz says which characters and glyphs belong together. Among them, each glyph gets one character in the order
    of reading; what is left over goes to the widest glyph, and where glyphs are left over the narrowest get none.
    """
    starts = sorted(set(clusters))
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    glyphs: dict[int, list[int]] = {}
    for at, cluster in enumerate(clusters):
        glyphs.setdefault(cluster, []).append(at)
    texts = [""] * len(clusters)
    for cluster, members in glyphs.items():
        part = text[cluster : ends[cluster]]
        by_width = sorted(members, key=lambda at: (-advances[at], at))[: len(part)]
        surplus = len(part) - len(by_width)
        start = 0
        for at in sorted(by_width, reverse=backwards):
            end = start + 1 + (surplus if at == by_width[0] else 0)
            texts[at] = part[start:end]
            start = end
    return texts


def encode(glyphs: Iterable[Glyph], numbers: dict[tuple[int, str], int], size: float) -> str:
    """The inside of a TJ array. numbers: of glyphs that stand for an unusual text. size: matters for risen ones."""
    parts: list[str] = []
    codes: list[str] = []
    move = 0.0

    def close() -> None:
        if codes:
            parts.append(f"<{''.join(codes)}>")
            codes.clear()

    for glyph in glyphs:
        move += glyph.shift
        if abs(move) >= 0.5:
            close()
            parts.append(f"{-move:.0f}")
            move += round(-move)
        if glyph.rise:
            close()
            parts.append(f"]TJ {glyph.rise * size / 1000:.2f} Ts [")
        number = glyph.gid if glyph.text is None else numbers.get((glyph.gid, glyph.text), max(glyph.gid, 0))
        codes.append(f"{number:04X}")
        if glyph.rise:
            close()
            parts.append("]TJ 0 Ts [")
        move += glyph.after - glyph.shift
    if abs(move) >= 0.5:
        close()
        parts.append(f"{-move:.0f}")
    close()
    return "".join(parts)
