"""Rules for one value of a rubric document: text, whole numbers, language tags, addresses, days.

Every function yields findings and nothing else. `where` names the thing in a sentence: "criterion ‘CAM-3’".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from urllib.parse import urlsplit

from rubricapp.core.rubric_findings import Finding, Path, kind, listed, quoted, shown

# Control characters but line feed, line separators, half characters and code points that are never text.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Embeddings and overrides turn what follows them around, so a reader sees other words than the computer.
_TURNING = re.compile("[\u202a-\u202e]")
_ISOLATE = re.compile("[\u2066-\u2069]")
_UNSEEN = re.compile(
    "[\u00ad\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0\ue000-\uf8ff\U000e0000-\U000e007f]"
)
# The replacement sign, and UTF-8 that was once read as Windows-1252.
_DAMAGED = re.compile("\ufffd|[ÃÂ][\u00a0-\u00bf]|â€[\u2018-\u203a\u20ac\u2122\u0153]")

_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-[a-z0-9]{5,8})*")
# ISO 639-1, all two-letter codes.
_CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj
kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv
ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti
tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_TWO_LETTERS = frozenset(_CODES.split())
# What people write when they mean a language: its name, its country, or its three-letter code.
_MEANT = {
    "english": "en", "eng": "en", "uk-en": "en-GB", "french": "fr", "fra": "fr", "francais": "fr", "français": "fr",
    "spanish": "es", "spa": "es", "español": "es", "german": "de", "deutsch": "de", "deu": "de", "portuguese": "pt",
    "por": "pt", "português": "pt", "arabic": "ar", "ara": "ar", "chinese": "zh", "zho": "zh", "cn": "zh", "jp": "ja",
    "japanese": "ja", "jpn": "ja", "gr": "el", "greek": "el", "cz": "cs", "dk": "da", "ua": "uk", "vn": "vi",
    "swahili": "sw", "kiswahili": "sw", "swa": "sw", "hindi": "hi", "amharic": "am", "et-am": "am",
}  # fmt: skip

_LANGUAGE_DO = "Use a language code such as en, fr, sw or pt-BR."


def missing_and_unknown(
    mapping: Mapping[object, object], path: Path, where: str, known: Iterable[str], required: Iterable[str]
) -> Iterator[Finding]:
    """Keys that must be there and are not, and keys that nobody reads."""
    for key in required:
        if key not in mapping:
            yield Finding("R_KEY_MISSING", path, f"{where} has no {quoted(key)}.", f"Add a line “{key}: …”.")
    names = list(known)
    for key in mapping:
        if key in names:
            continue
        near = get_close_matches(key.casefold(), names, 1) if isinstance(key, str) and len(key) < 40 else []
        do = f"Did you mean “{near[0]}”?" if near else f"Remove it. Known here: {listed(names)}."
        place = (*path, key) if isinstance(key, (str, int)) else path
        yield Finding("R_KEY_UNKNOWN", place, f"{where} has {shown(key)}, which is not known here.", do)


def wrong_kind(value: object, path: Path, where: str, wanted: str, do: str = "") -> Finding:
    """The finding for a value of another kind than `wanted`."""
    if value is None and not do:
        do = "Fill it in, or take the line out."
    return Finding("R_TYPE", path, f"{where} must be {wanted}, not {kind(value)}.", do)


def text(value: object, path: Path, where: str, most: int, one_line: bool = True) -> Iterator[Finding]:
    """A text that somebody can read: not empty, at most `most` characters, without tricks."""
    if not isinstance(value, str):
        numeric = isinstance(value, (int, float))
        yield wrong_kind(value, path, where, "text", "Put it in quotes." if numeric else "")
        return
    if not any(each.isprintable() and not each.isspace() for each in value):
        yield Finding("R_TEXT_EMPTY", path, f"{where} is empty.", "Fill it in, or take the line out.")
    if len(value) > most:
        yield Finding("R_TEXT_LONG", path, f"{where} has {len(value)} characters.", f"Keep it to {most}.")
    if one_line and "\n" in value.strip():
        yield Finding("R_TEXT_LINES", path, f"{where} runs over several lines.", "Write it as one line.")
    yield from _characters(value, path, where)


def texts(value: object, path: Path, where: str, most_items: int, most: int) -> Iterator[Finding]:
    """A list of one-line texts."""
    if not isinstance(value, list):
        yield wrong_kind(
            value, path, where, "a list", "" if value is None else "Put each one on its own line after “- ”."
        )
        return
    if len(value) > most_items:
        yield Finding("R_LIST_LONG", path, f"{where} has {len(value)} entries.", f"Keep it to {most_items}.")
    for index, each in enumerate(value):
        yield from text(each, (*path, index), f"{where}, entry {index + 1},", most)


def _characters(value: str, path: Path, where: str) -> Iterator[Finding]:
    """Characters that do not belong into words on paper."""
    control = _CONTROL.search(value)
    if control:
        name = "a tab" if control[0] == "\t" else f"the control character U+{ord(control[0]):04X}"
        yield Finding("R_TEXT_CONTROL", path, f"{where} contains {name}.", "Delete it, or type a space instead.")
    depth = lowest = 0
    for isolate in _ISOLATE.findall(value):
        depth += -1 if isolate == "\u2069" else 1
        lowest = min(lowest, depth)
    if _TURNING.search(value) or depth or lowest:
        message = f"{where} contains a hidden sign that turns the direction of the text around."
        yield Finding("R_TEXT_BIDI", path, message, "Type the text again instead of pasting it.")
    if _UNSEEN.search(value):
        message = f"{where} contains characters that cannot be seen or printed."
        yield Finding("R_TEXT_UNSEEN", path, message, "Type the text again instead of pasting it.", "warning")
    if _DAMAGED.search(value):
        message = f"{where} contains damaged letters, as after a wrong conversion of the file."
        yield Finding(
            "R_TEXT_DAMAGED", path, message, "Save the file as UTF-8 and type these letters again.", "warning"
        )


def whole(value: object, path: Path, where: str, low: int, high: int, code: str, do: str = "") -> Iterator[Finding]:
    """A whole number from `low` to `high`; yes and no are no numbers."""
    do = do or f"Write a whole number from {low} to {high}, without quotes."
    if type(value) is not int:
        yield wrong_kind(value, path, where, "a whole number", do)
    elif not low <= value <= high:
        yield Finding(code, path, f"{where} is {shown(value)}; it must be from {low} to {high}.", do)


def language(value: object, path: Path, where: str) -> Iterator[Finding]:
    """A language tag as in BCP 47 (en, sw, pt-BR, zh-Hant): its form is a must, an unknown code a warning."""
    if not isinstance(value, str):
        yield wrong_kind(value, path, where, "a language code", _LANGUAGE_DO)
        return
    meant = _MEANT.get(value.strip().casefold().replace("_", "-"))
    if _TAG.fullmatch(value):
        code = value.partition("-")[0]
        if meant or (len(code) == 2 and code not in _TWO_LETTERS):
            do = f"Did you mean {meant}?" if meant else _LANGUAGE_DO
            yield Finding("R_LANGUAGE_UNKNOWN", path, f"{where} is {quoted(value)}, not a known code.", do, "warning")
        return
    parts = value.strip().replace("_", "-").split("-")
    forms = [part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower() for part in parts]
    better = meant or "-".join([parts[0].lower(), *forms[1:]])
    do = f"Write it as {better}." if _TAG.fullmatch(better) else _LANGUAGE_DO
    yield Finding("R_LANGUAGE", path, f"{where} is {quoted(value)}, which is not a language code.", do)


def is_english(tag: object) -> bool:
    """Whether a language tag, however written, means English."""
    return isinstance(tag, str) and re.split("[-_]", tag.strip().casefold())[0] in ("en", "eng", "english")


def address(value: object, path: Path, where: str) -> Iterator[Finding]:
    """A web address with http or https, a host and no password in it."""
    findings = list(text(value, path, where, 500))
    yield from findings
    if findings or not isinstance(value, str):
        return
    try:
        parts = urlsplit(value)
        whole_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:  # such as brackets that do not hold an address
        whole_address = False
    if not whole_address or re.search(r"\s", value):
        do = "Give the whole address, as in https://example.org/page, without a password."
        yield Finding("R_ALIGNMENT_URL", path, f"{where} is {quoted(value)}, which is not a web address.", do)


def day(value: object, path: Path, where: str) -> Iterator[Finding]:
    """An ISO day as text."""
    findings = list(text(value, path, where, 40))
    yield from findings
    if findings or not isinstance(value, str):
        return
    try:
        good = bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)) and bool(date.fromisoformat(value))
    except ValueError:
        good = False
    if not good:
        message = f"{where} is {quoted(value)}, which is not a day of the calendar."
        yield Finding("R_DATE", path, message, "Write year, month and day, as in 2026-11-21.")
