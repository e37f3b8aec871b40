"""One cell of a roster: its clean text, and what is wrong with it in words a person can act on."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from rubricapp.core.text import clean as clean_text
from rubricapp.formats.countries import country_code
from rubricapp.formats.grid import Cell, Mark

LONGEST = {
    "id": 64,
    "given_name": 200,
    "family_name": 200,
    "name": 200,
    "email": 254,
    "country": 100,
    "department": 200,
    "joined_on": 60,
    "pronouns": 100,
    "languages": 300,
}
"""Characters that a field may have."""
_FAR_TOO_LONG = 5_000


@dataclass(frozen=True)
class Finding:
    """One thing wrong in one cell. what: follows "Roster row 7, Email: "."""

    code: str
    what: str
    do: str
    severity: str = "error"


_CLEAR = "or leave the cell empty."
_SUSPECT = re.compile(r"[<&?#]|^['=+\-@.]|\.$|\d\.0|\d[eE]\+\d")
_BREAKS = re.compile(r"[\x0b\x0c\x1c-\x1f\x85]")
_NEVER = re.compile(r"[\u00ad\ufdd0-\ufdef\ufffe\uffff]")
_HIDDEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_JOINERS = "\u200c\u200d"
_FORMULA = re.compile(
    r"=\s*\S"
    r"|[+\-@]\s*(?:[A-Za-z_.]+\(|[+\-]?\d+(?:[.,]\d+)?\s*[+*/^&]|\$?[A-Za-z]{1,3}\$?\d+\s*[+*/^&!:]|[A-Za-z]\w*\s*\|)"
)
_PROTECTED = re.compile(r"'\s*[=+\-@＝＋－＠]")
_MARKUP = re.compile(
    r"</?[A-Za-z][^<>]{0,500}>|<!--|<!\[CDATA|<\?xml|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,10});", re.IGNORECASE
)
_SHEET_ERROR = re.compile(r"#(?:REF!|N/A|N/D|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)|#{3,}")
_NOTHING = frozenset(("-", "--", "---", "–", "—", "―", ".", "n/a", "n.a.", "n. a."))
_GARBLED = re.compile(r"Ã[\x80-\xbfƒ‚„…†‡ˆ‰Š‹Œ-]?[^\W\d_ÃÂ]?[\x80-\xbf‚ƒ„…†‡ˆ‰‹‘’“”•–—™›¡-¿]|Â[\xa0-¿]|â€|ï»¿")
_LOST_LETTER = re.compile(r"\w\?\w")
_EMAIL = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\[\]\\,;:\"_.]+(?:\.[^\s@<>()\[\]\\,;:\"_.]+)+")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
_WHOLE = re.compile(r"(\d+)\.0+")
_DASHES = re.compile(r"[‐‑‒–—−﹣－]")


def quoted(text: str) -> str:
    """A text in quotation marks for a message, cut to 40 characters, without hidden ones."""
    text = clean_text(text[:200], lines=False)
    return f"“{text[:39]}…”" if len(text) > 40 else f"“{text}”"


def clean(text: str) -> str:
    """One line in NFC without controls, direction marks and outer joiners; any space is one space. Cut at 5,000."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = _NEVER.sub("", _BREAKS.sub(" ", text[:_FAR_TOO_LONG]))
    return clean_text(text, lines=False).strip(_JOINERS).strip()


def id_key(text: str) -> str:
    """What two ids have in common that a person takes for the same: case, width and kind of dash do not count."""
    if text.isascii():
        return text.casefold()
    return unicodedata.normalize("NFKC", _DASHES.sub("-", text)).casefold()


def read_text(field: str, cell: Cell) -> tuple[str, list[Finding]]:
    """The clean text of any field but joined_on, and what is wrong with it. "" where nothing can be taken."""
    if isinstance(cell, Mark):
        return "", [_mark(field, cell)]
    text = clean(cell)
    if not text or text.casefold() in _NOTHING:
        return "", []
    findings: list[Finding] = []
    count = len(text) if len(cell) <= _FAR_TOO_LONG else len(cell.strip())
    if count > LONGEST[field]:
        findings.append(
            Finding(
                "ROSTER_TOO_LONG",
                f"{count:,} characters are too many, the most is {LONGEST[field]}.",
                "Shorten it.",
            )
        )
        text = text[: LONGEST[field]] + "…"
    if not (text.isascii() and cell.isprintable()) or _SUSPECT.search(text):
        text = _look_closer(field, cell, text, findings)
    if field == "email" and text and not findings:
        text = _email(text, findings)
    elif field == "country" and text and not findings:
        text = _country(text, findings)
    return text, findings


def read_mark(field: str, cell: Mark) -> Finding:
    """What is wrong with a cell of the date column that is neither a text nor a day."""
    return _mark(field, cell)


def sheet_error(text: str) -> Finding | None:
    """The finding for a text such as #REF!, which a spreadsheet left in place of a value."""
    if not _SHEET_ERROR.fullmatch(text):
        return None
    return Finding("ROSTER_CELL_ERROR", f"the spreadsheet shows an error here ({text[:12]}).", f"Correct it, {_CLEAR}")


def _mark(field: str, cell: Mark) -> Finding:
    if cell.kind == "error":
        return sheet_error(cell.text) or Finding(
            "ROSTER_CELL_ERROR",
            f"the spreadsheet shows an error here ({clean(cell.text)[:12]}).",
            f"Correct it, {_CLEAR}",
        )
    if cell.kind == "no_value":
        return Finding(
            "ROSTER_CELL_FORMULA",
            "the cell holds a formula whose result is not in the file.",
            "Open the file in a spreadsheet program, save it, and import it again.",
        )
    if cell.kind == "imprecise":
        return Finding(
            "ROSTER_ID_DIGITS" if field == "id" else "ROSTER_DIGITS",
            f"the spreadsheet keeps only 15 digits of this number ({clean(cell.text)[:24]}).",
            "Make the column text and type the number again.",
        )
    if field == "joined_on":
        return Finding(
            "ROSTER_DATE",
            f"the number {clean(cell.text)[:24]} is shown as a date but is none.",
            f"Correct it, {_CLEAR}",
        )
    return Finding(
        "ROSTER_CELL_DATE",
        f"the cell is a date ({cell.text[:24]}); the spreadsheet may have made it from something like 1-2.",
        "Make the column text and type it again.",
    )


def _look_closer(field: str, cell: str, text: str, findings: list[Finding]) -> str:
    """Formulas, markup, errors of the spreadsheet, hidden and lost letters; returns the text to keep."""
    protected = _PROTECTED.match(text)
    if protected:
        text = text[1:].lstrip()  # the apostrophe says: this is text; our own files write it, too
    shown = quoted(text)
    wrong = sheet_error(text)
    if wrong:
        findings.append(wrong)
        return ""
    if not protected and _FORMULA.match(unicodedata.normalize("NFKC", text[:200])):
        findings.append(
            Finding(
                "ROSTER_FORMULA", f"{shown} is a formula, not plain text.", "Type the text itself, without formula."
            )
        )
    if field != "email" and _MARKUP.search(text):
        findings.append(
            Finding("ROSTER_MARKUP", f"{shown} has markup in it.", "Type the text itself, without < > or & codes.")
        )
    if "\ufffd" in text:
        findings.append(
            Finding(
                "ROSTER_LETTER_LOST", f"a letter of {shown} was lost before the file came here.", "Type the text again."
            )
        )
    elif _GARBLED.search(text) or (field.endswith("name") and _LOST_LETTER.search(text)):
        findings.append(
            Finding(
                "ROSTER_LETTER_DOUBTFUL",
                f"the letters of {shown} look garbled.",
                "Compare it with the original; correct it in the file if they are.",
                "warning",
            )
        )
    if _HIDDEN.search(cell):
        findings.append(
            Finding(
                "ROSTER_HIDDEN_SIGNS",
                f"invisible signs were taken out of {shown}.",
                "Compare it with the original.",
                "warning",
            )
        )
    if field == "id":
        text = _id(text, findings)
    return text


def _id(text: str, findings: list[Finding]) -> str:
    text = "".join(c for c in text if c not in _JOINERS)
    if _SHORTENED.fullmatch(text):
        findings.append(
            Finding(
                "ROSTER_ID_DIGITS",
                f"the spreadsheet shortened this number to {text}.",
                "Make the column text and type the ID again.",
            )
        )
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def _email(text: str, findings: list[Finding]) -> str:
    text = "".join(c for c in text if c not in _JOINERS)
    text = text[7:] if text[:7].casefold() == "mailto:" else text
    if not _EMAIL.fullmatch(text) or ".." in text or text.startswith(".") or ".@" in text:
        do = "Correct it, "
        if text.count("@") > 1:
            do = "Keep one address, "
        elif "<" in text:
            do = "Keep the address alone, without a name, "
        findings.append(Finding("ROSTER_EMAIL", f"{quoted(text)} is not an email address.", do + _CLEAR))
    return text


def _country(text: str, findings: list[Finding]) -> str:
    code = country_code(text)
    if code:
        return code
    if len(text) <= 3 and text.isascii():
        findings.append(
            Finding(
                "ROSTER_COUNTRY",
                f"{quoted(text)} is not the code of a country.",
                f"Write two letters such as NG or PT, or the English name, {_CLEAR}",
            )
        )
    else:
        findings.append(
            Finding(
                "ROSTER_COUNTRY_NAME",
                f"{quoted(text)} is kept as it stands; no country code is known for it.",
                "Write the code of two letters, such as NG or PT, if reports should count it.",
                "warning",
            )
        )
    return text
