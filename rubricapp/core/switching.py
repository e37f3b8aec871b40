"""Merges that are taken back and stand again: what a field says by what people said, and nothing but that.

Taking a merge back, and letting it stand again, is done by changes of the leading laptop that say again what a field
said without the merge, or with it. These changes *switch*: they are nobody's word. Whoever goes on from one of them has
seen what it showed, so their word replaces that; what it hid they have not seen, so their word does not replace it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rubricapp.core.changes import heads_of
from rubricapp.core.model import Change
from rubricapp.core.rubrics import canonical


def natural_heads(
    said: Iterable[Change], switching: Collection[str], gone: Collection[str] = frozenset()
) -> tuple[Change, ...]:
    """The heads of a field by people's words alone, shown one first; none where nothing is said of it.

    said: every change of the field. switching: ids of those that switch. gone: ids of words that do not count, as the
    merge that brought them is taken back; a word that replaces one of them replaces what it had replaced.
    """
    ordered = sorted({each.id: each for each in said}.values(), key=lambda each: (each.hlc, each.id))
    words = _words(ordered, switching, gone)
    latest: dict[str, int] = {}
    counting = [each for each in ordered if each.id not in switching and each.id not in gone]
    for each in counting:
        for old in words[each.id]:
            latest[old] = max(latest.get(old, -1), each.hlc)
    return tuple(each for each in reversed(counting) if latest.get(each.id, -1) <= each.hlc)


def _words(ordered: Iterable[Change], switching: Collection[str], gone: Collection[str]) -> dict[str, frozenset[str]]:
    """The words that each word replaces, by id; of each change that switches, all that come before it."""
    found: dict[str, frozenset[str]] = {}
    values: dict[str, bytes] = {}
    nothing: frozenset[str] = frozenset()
    for each in ordered:
        values[each.id] = canonical(each.value)
        if each.id in switching:
            before = (found.get(old, nothing) | ({old} - set(switching)) for old in each.replaces)
            found[each.id] = nothing.union(*before)
            continue
        switched = [old for old in each.replaces if old in switching]
        shown = {values[old] for old in switched if old in values}
        replaced = {old for old in each.replaces if old not in switching}
        for old in switched:
            replaced |= {one for one in found.get(old, nothing) if values.get(one) in shown}
        for old in [one for one in replaced if one in gone]:
            replaced |= found.get(old, nothing)
        found[each.id] = frozenset(replaced)
    return found


def has_seen(said: Iterable[Change], switching: Collection[str]) -> bool:
    """Whether a word that is a head of this field knew of what was switched here.

    Whoever said it may have switched as well: were a later word let count by itself, two laptops would take each
    other's word in turns, and never agree.
    """
    changes = sorted(said, key=lambda each: (each.hlc, each.id))
    aware = set(switching)
    for each in changes:
        if not aware.isdisjoint(each.replaces):
            aware.add(each.id)
    return any(each.id in aware and each.id not in switching for each in heads_of(changes))
