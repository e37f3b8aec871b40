"""A gentle look at peer feedback before it is sent: does it point to a place, name a step, speak of the work?

Hints, never refusals: a machine sees the form of a sentence, not its worth.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Hint(StrEnum):
    """What a box could do better."""

    EMPTY = "empty"
    SHORT = "short"
    NO_PLACE = "no_place"
    NO_STEP = "no_step"
    ABOUT_THE_PERSON = "about_the_person"
    ONLY_PRAISE = "only_praise"


_PLACE = re.compile(
    r"\d{1,2}:\d{2}|\b(?:scene|take|shot|page|slate|minute|cut|row|line|act|reel|sc[eè]ne|plan|prise|page|escena|toma)\b"
    r"|第.{1,4}[场鏡镜]|\b\d{1,3}\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:you are|you're|you always|you never|he is|she is|they are|tu es|vous êtes|eres|você é)\b"
    r"|\b(?:accent|lazy|talentless|stupid|paresseux|paresseuse)\b",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"^\W*(?:(?:very|so|really|all)\s+)?(?:good|great|nice|excellent|perfect|well done|loved? it|bravo|super|parfait"
    r"|très bien|muy bien)\W*(?:work|job|film|travail)?\W*$",
    re.IGNORECASE,
)
_SHORTEST = 15


def hints(works: str, change: str, next_step: str) -> dict[str, tuple[Hint, ...]]:
    """Hints for each box, by name; a box without hints is left out."""
    found = {
        "works": _look(works, needs_place=True),
        "change": _look(change, needs_place=True),
        "next_step": _look(next_step, needs_place=False),
    }
    if next_step.strip() and len(next_step.split()) < 3 and not re.search(r"[^\x00-\x7f]", next_step):
        found["next_step"] = (*found["next_step"], Hint.NO_STEP)
    return {box: each for box, each in found.items() if each}


def _look(text: str, needs_place: bool) -> tuple[Hint, ...]:
    text = text.strip()
    if not text:
        return (Hint.EMPTY,)
    found = []
    if _PRAISE.match(text):
        found.append(Hint.ONLY_PRAISE)
    elif len(text) < _SHORTEST and text.isascii():
        found.append(Hint.SHORT)
    if needs_place and not _PLACE.search(text):
        found.append(Hint.NO_PLACE)
    if _PERSON.search(text):
        found.append(Hint.ABOUT_THE_PERSON)
    return tuple(found)
