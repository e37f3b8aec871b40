"""Which encoding a CSV file is in. UTF-8 is known for sure; everything older is judged by how sensible it reads."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from rubricapp.errors import Exit, UserError
from rubricapp.formats.grid import wrong_kind


@dataclass(frozen=True)
class Decoded:
    """encoding: Python's name for it. guessed: worth a look at the names before trusting it."""

    text: str
    encoding: str
    guessed: bool = False


_BOMS = (  # UTF-32 first: its little-endian mark begins like that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SINGLE = ("cp1252", "cp1250", "mac_roman")
_SAMPLE = 200_000
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_RUN = re.compile(r"[^\s,;|\"()<>@]+")
_IN_WORDS = frozenset("’‘·ʼ°ºª")


def decode(data: bytes, name: str) -> Decoded:
    """The text of a file: byte order mark, then strict UTF-8, then the older encoding that reads most sensibly.

    Raises UserError for what is not text, or text whose encoding cannot be told. name: for the message.
    """
    decoded = _decode(data, name)
    sample = decoded.text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > 0.02 * len(sample) + 2:
        raise wrong_kind(name, "not text", "Choose a .xlsx or .csv file.")
    return decoded


def _decode(data: bytes, name: str) -> Decoded:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return Decoded(data[len(bom) :].decode(encoding), encoding)
            except UnicodeDecodeError:
                break  # a mark that lies, or a file cut in half: the rest is judged like any other
    wide = _wide(data)
    if wide:
        try:
            return Decoded(data.decode(wide).removeprefix("\ufeff"), wide)
        except UnicodeDecodeError as error:
            raise _unknown(name, str(error)) from error
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if len(_CONTROL.findall(data[:_SAMPLE].decode("latin-1"))) > 0.02 * len(data[:_SAMPLE]) + 2:
        raise wrong_kind(name, "not text", "Choose a .xlsx or .csv file.")
    return _older(data, name)


def _wide(data: bytes) -> str:
    """UTF-16 without its mark shows in zeros at every other place."""
    sample = data[:4000]
    if len(sample) < 8 or len(data) % 2:
        return ""
    half = len(sample) / 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return ""


def _older(data: bytes, name: str) -> Decoded:
    """Windows-1252, its Central European sister or MacRoman where one reads well, else what charset-normalizer says."""
    readings = []
    for rank, encoding in enumerate(_SINGLE):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((_oddness(text[:_SAMPLE]), rank, encoding, text))
    odd, rank, encoding, text = min(readings)  # MacRoman reads anything, so there is always one
    if odd <= 0.15:
        return Decoded(text, encoding, guessed=rank > 0)
    from charset_normalizer import from_bytes

    cut = data.rfind(b"\n", 0, _SAMPLE) + 1 if len(data) > _SAMPLE else len(data)  # not in the middle of a letter
    best = from_bytes(data[: cut or len(data)]).best()
    if best is not None:
        try:
            other = data.decode(best.encoding)
        except (UnicodeDecodeError, LookupError):
            other = ""
        if _is_other_alphabet(other[:_SAMPLE]):
            return Decoded(other, best.encoding, guessed=True)
    return Decoded(text, encoding, guessed=True)


def _is_other_alphabet(text: str) -> bool:
    """Whether most letters beyond ASCII are not Latin: only then is a guess by statistics better than ours."""
    letters = [c for c in text if c > "\x7f" and c.isalpha()]
    return sum(not unicodedata.name(c, "").startswith("LATIN") for c in letters) > 0.5 * len(letters)


def _oddness(text: str) -> float:
    """How strange the letters beyond ASCII look, from 0 (as in any European list) to about 1.

    Strange are: a capital after a small letter (PrŽnom), a sign inside or at the start of a word (£ukasz, Mu–oz),
    and whole words beyond ASCII (Îëüãà), which are another alphabet read wrongly.
    """
    seen = strange = 0
    for word in (each for each in _RUN.findall(text) if not each.isascii()):
        beyond = 0
        for place, letter in enumerate(word):
            if letter < "\x80":
                continue
            seen += 1
            kind = unicodedata.category(letter)
            before, after = word[place - 1 : place], word[place + 1 : place + 2]
            if kind[0] == "L":
                beyond += 1
                strange += kind == "Lu" and before.islower()
            elif kind == "Cc" or (letter not in _IN_WORDS and after.isalpha()):
                strange += 1
        if len(word) >= 3 and beyond > 0.6 * len(word):
            strange += beyond
    return strange / seen if seen else 0.0


def _unknown(name: str, details: str) -> UserError:
    return UserError(
        "E_ROSTER_ENCODING",
        f"The letters of {name} cannot be read: its encoding is not known.",
        do="Open it in a spreadsheet program and save it as .xlsx, or as “CSV UTF-8”.",
        details=details,
        exit_code=Exit.UNREADABLE,
    )
