"""Who may be whom: people whose ids differ and whose names, codes or addresses say that they are one.

Names are held against each other as a set of words, in any order, in any case, script form or accents, so that
"OKAFOR, Amara" and "amara okafor" and "Àmárá Okáfor" are alike. Nothing is ever taken for the same by itself: these
are offers, and a person decides. Where two of them fit equally well, none of the two is called likely.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import category, normalize

from rubricapp.core.model import Person, PersonId

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
"""Letters that Unicode does not take apart and that are often typed otherwise."""


def plain(text: str) -> str:
    """A text without case, accents and forms of letters: what is left to compare. "" may be left."""
    text = normalize("NFKC", text).casefold().translate(_LETTERS)
    marks = {"Mn", "Me", "Cf"}
    kept = "".join(each for each in normalize("NFD", text) if category(each) not in marks)
    return normalize("NFKC", kept).casefold()


def name_key(name: str) -> tuple[str, ...]:
    """The words of a name, in an order of their own; a word that comes twice counts twice.

    Names of Chinese characters are often written without a space between their words: of those the characters.
    """
    words = re.findall(r"\w+", plain(name))
    if words and all(_HAN.fullmatch(each) for each in words):
        words = list("".join(words))
    return tuple(sorted(words))


def code_key(code: str) -> str:
    """An id of an office without case, spaces and dashes."""
    return "".join(re.findall(r"\w+", plain(code).replace("_", "")))


class Reason(StrEnum):
    """Why two may be one, strongest first."""

    CODE_AND_NAME = "code_and_name"
    EMAIL_AND_NAME = "email_and_name"
    EMAIL = "email"
    NAME = "name"


_ORDER = list(Reason)


@dataclass(frozen=True)
class Offer:
    """Somebody known who may be meant. likely: the strongest reason, and nobody else fits as well, on either side."""

    person: PersonId
    reason: Reason
    likely: bool = False


def _reason(one: Person, other: Person) -> Reason | None:
    name = name_key(one.name)
    same_name = bool(name) and name == name_key(other.name)
    email = plain(one.email).strip()
    same_email = bool(email) and email == plain(other.email).strip()
    code = code_key(one.code)
    if same_name and code and code == code_key(other.code):
        return Reason.CODE_AND_NAME
    if same_email:
        return Reason.EMAIL_AND_NAME if same_name else Reason.EMAIL
    return Reason.NAME if same_name else None


def find_offers(unknown: Iterable[Person], known: Iterable[Person]) -> dict[PersonId, tuple[Offer, ...]]:
    """Who of the known each unknown person may be, by id, strongest first; nobody is offered to themself.

    known may hold several entries of one id, as a person may be called by more than one name. A code alone says
    nothing: every roster begins with P-001.
    """
    unknown = list(unknown)
    by_name: dict[tuple[str, ...], list[Person]] = {}
    by_email: dict[str, list[Person]] = {}
    for each in known:
        if key := name_key(each.name):
            by_name.setdefault(key, []).append(each)
        if email := plain(each.email).strip():
            by_email.setdefault(email, []).append(each)
    found: dict[PersonId, dict[PersonId, Reason]] = {}
    for one in unknown:
        near = (*by_name.get(name_key(one.name), ()), *by_email.get(plain(one.email).strip(), ()))
        best: dict[PersonId, Reason] = {}
        for other in near:
            reason = _reason(one, other)
            if other.id != one.id and reason is not None:
                held = best.get(other.id)
                best[other.id] = reason if held is None else min(held, reason, key=_ORDER.index)
        found[one.id] = best
    return {
        one: tuple(
            Offer(person, reason, _alone(found, one, person, reason))
            for person, reason in sorted(best.items(), key=lambda each: (_ORDER.index(each[1]), each[0]))
        )
        for one, best in found.items()
    }


def _alone(found: dict[PersonId, dict[PersonId, Reason]], one: PersonId, person: PersonId, reason: Reason) -> bool:
    """Whether no other candidate fits this one as well, and this one fits the candidate better than any other does."""
    rank = _ORDER.index(reason)
    others = [_ORDER.index(each) for other, each in found[one].items() if other != person]
    rivals = [_ORDER.index(best[person]) for other, best in found.items() if other != one and person in best]
    return all(rank < each for each in (*others, *rivals))
