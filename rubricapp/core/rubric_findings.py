"""What a check of a rubric says, and how it speaks of values that strangers wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Keys and indexes from the top of the document to a place: ("criteria", 2, "levels", 4)."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong in a rubric document. severity: "error" stops publishing, "warning" does not.

    code: stable identifier such as ``R_LEVEL_MISSING``. do: what to do about it. message and do are English
    sentences; the message starts with a small letter, because a file name and a line stand before it.
    """

    code: str
    path: Path
    message: str
    do: str = ""
    severity: str = "error"


def quoted(text: str, most: int = 40) -> str:
    """The text in ‘…’, one line, cut after `most` characters, with a sign for what cannot or must not be printed."""
    shown = "".join(each if each.isprintable() or each in "\u200c\u200d" else "�" for each in text[:most])
    return f"‘{shown}…’" if len(text) > most else f"‘{shown}’"


def shown(value: object) -> str:
    """Any value of a document as it may stand in a sentence; never long, never more than one line."""
    if isinstance(value, str):
        return quoted(value)
    if type(value) is int and abs(value) < 10**15:
        return str(value)
    return kind(value)


def kind(value: object) -> str:
    """The kind of a value in plain words, with its article."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a yes-or-no value"
    if isinstance(value, str):
        return "text"
    if isinstance(value, int):
        return "a number"
    if isinstance(value, float):
        return "a number with a decimal point"
    if isinstance(value, Mapping):
        return "a group of named values"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "something else"


def listed(words: Iterable[object], last: str = "and") -> str:
    """ "1, 2 and 3"; `last` stands before the last one."""
    texts = [str(word) for word in words]
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"
