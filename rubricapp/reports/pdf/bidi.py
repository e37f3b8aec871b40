"""Which way each character runs: the Unicode Bidirectional Algorithm (UAX #9) for one paragraph.

Left out, because `core.text.clean` keeps them out of what people type: the old embedding and override controls
(U+202A–E), which count as nothing. Isolates (U+2066–9) are followed: `isolate` puts a person's name of any script
into our own sentence without turning the words around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from unicodedata import bidirectional

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
_NEUTRAL = frozenset(("B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI"))
_NOTHING = frozenset(("BN", "LRE", "RLE", "LRO", "RLO", "PDF"))
_BRACKETS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "「": "」", "『": "』", "【": "】", "（": "）", "《": "》"}
_CLOSING = {close: open_ for open_, close in _BRACKETS.items()}
_TURNS = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff\u2066-\u2069\u200f]"
)


def isolate(text: str) -> str:
    """The text with marks around it where it may run from right to left, so that it disturbs nothing beside it."""
    return f"{FSI}{text}{PDI}" if turns(text) else text


def turns(text: str) -> bool:
    """Whether anything in the text may run from right to left; where not, every level is 0."""
    return _TURNS.search(text) is not None


@cache
def _class(character: str) -> str:
    return bidirectional(character) or "L"


def first_strong(text: str) -> int:
    """The paragraph level that the text asks for: 1 where its first letter runs from right to left, else 0 (P2, P3)."""
    depth = 0
    for character in text:
        kind = _class(character)
        if kind in ("LRI", "RLI", "FSI"):
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and kind in ("L", "R", "AL"):
            return 0 if kind == "L" else 1
    return 0


def levels(text: str, base: int) -> list[int]:
    """The level of each character: even runs from left to right, odd from right to left. base: the paragraph's."""
    result = [base] * len(text)
    if not turns(text) and base == 0:
        return result
    _resolve(text, list(range(len(text))), base, result)
    return result


def _resolve(text: str, places: list[int], level: int, result: list[int]) -> None:
    """Levels for the characters at `places`, all directly inside one paragraph or isolate of this level."""
    outer: list[int] = []
    insides: list[tuple[str, list[int]]] = []
    depth = 0
    for place in places:
        kind = _class(text[place])
        if kind == "PDI" and depth:
            depth -= 1
        if depth:
            insides[-1][1].append(place)
        elif kind not in _NOTHING:
            outer.append(place)
        if kind in ("LRI", "RLI", "FSI"):
            if depth == 0:
                insides.append((kind, []))
            depth += 1
    direct = [_class(text[place]) for place in outer]
    side = "R" if level % 2 else "L"
    kinds = _weak(direct, side)
    _pair_brackets("".join(text[place] for place in outer), direct, kinds, side)
    _neutral(kinds, side)
    for place, kind in zip(outer, kinds, strict=True):
        if level % 2 == 0:
            result[place] = level + (1 if kind == "R" else 2 if kind in ("AN", "EN") else 0)
        else:
            result[place] = level + (0 if kind == "R" else 1)
    for kind, inside in insides:
        down = {"LRI": 0, "RLI": 1}.get(kind)
        if down is None:
            down = first_strong("".join(text[place] for place in inside))
        deeper = level + 1 if (level + 1) % 2 == down else level + 2
        for place in inside:
            result[place] = deeper
        _resolve(text, inside, deeper, result)


def _weak(direct: Sequence[str], side: str) -> list[str]:
    """Rules W1 to W7: numbers, their signs and separators, marks."""
    kinds = list(direct)
    before = side
    for at, kind in enumerate(kinds):  # W1
        if kind == "NSM":
            kinds[at] = "ON" if before in ("LRI", "RLI", "FSI", "PDI") else before
        before = kinds[at]
    strong = side
    for at, kind in enumerate(kinds):  # W2, W3
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[at] = "AN"
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for at in range(1, len(kinds) - 1):  # W4
        left, right = kinds[at - 1], kinds[at + 1]
        if left == right and ((kinds[at] == "ES" and left == "EN") or (kinds[at] == "CS" and left in ("EN", "AN"))):
            kinds[at] = left
    at = 0
    while at < len(kinds):  # W5
        end = at
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        if end > at and ((at and kinds[at - 1] == "EN") or (end < len(kinds) and kinds[end] == "EN")):
            kinds[at:end] = ["EN"] * (end - at)
        at = max(end, at + 1)
    strong = side
    for at, kind in enumerate(kinds):  # W6, W7
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"
        elif kind in ("ES", "ET", "CS"):
            kinds[at] = "ON"
    return kinds


def _strong(kind: str) -> str:
    return "R" if kind in ("R", "AN", "EN") else kind if kind == "L" else ""


def _pair_brackets(text: str, direct: Sequence[str], kinds: list[str], side: str) -> None:
    """Rule N0: a pair of brackets goes the way of what it holds, so that it opens and closes on the right sides."""
    waiting: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for at, character in enumerate(text):
        if kinds[at] != "ON":
            continue
        if character in _BRACKETS:
            if len(waiting) == 63:
                break
            waiting.append((character, at))
        elif character in _CLOSING:
            for back in range(len(waiting) - 1, -1, -1):
                if waiting[back][0] == _CLOSING[character]:
                    pairs.append((waiting[back][1], at))
                    del waiting[back:]
                    break
    for start, end in sorted(pairs):
        held = {_strong(kind) for kind in kinds[start + 1 : end]}
        if side in held:
            found = side
        elif held & {"L", "R"}:
            before = next((_strong(kind) for kind in reversed(kinds[:start]) if _strong(kind)), side)
            found = before
        else:
            continue
        for at in (start, end):
            kinds[at] = found
            while at + 1 < len(direct) and direct[at + 1] == "NSM":  # marks go with the bracket they stand on
                at += 1
                kinds[at] = found


def _neutral(kinds: list[str], side: str) -> None:
    """Rules N1 and N2: what is neither takes the side of its neighbours where they agree, else the paragraph's."""
    at = 0
    while at < len(kinds):
        if kinds[at] not in _NEUTRAL:
            at += 1
            continue
        end = at
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        left = _strong(kinds[at - 1]) if at else side
        right = _strong(kinds[end]) if end < len(kinds) else side
        kinds[at:end] = [left if left == right else side] * (end - at)
        at = end


def in_sight_order(depths: Sequence[int]) -> list[int]:
    """Indexes of the parts of one line as the eye meets them from left to right (rule L2)."""
    order = list(range(len(depths)))
    if not depths:
        return order
    lowest_odd = min((depth for depth in depths if depth % 2), default=None)
    if lowest_odd is None:
        return order
    for depth in range(max(depths), lowest_odd - 1, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and depths[order[end]] >= depth:
                end += 1
            if end > at:
                order[at:end] = order[at:end][::-1]
            at = max(end, at + 1)
    return order
