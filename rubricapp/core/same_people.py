"""Who is who: several ids of one person, because they were typed in on several laptops.

The log says of an id whose it is: `same_person`, record = the id, field `kept` = the id that is kept for both. An id
that is kept by itself was decided to be somebody of their own. From what the log says each id has one that stands for
it, the *kept* one; the computed tables hold only that one.

Question: how is it stored? Decision: an edge from an id to the one that is kept, not a set of pairs. Reasons: each id
has one field, so two laptops that say different things of it are a conflict like any other, shown and settled like
any other; taking it back is one change; and following edges gives the same in any order. Two laptops that each keep
the other's id make a ring: of a ring the smallest id is kept, which is the one that was made first. 2026-11-29.

Question: what of people who were erased? Decision: an edge from or to an erased id says nothing any more; erasing
marks every id of the person, so nothing hangs on such an edge. Reason: what an erasure covers may only grow, and what
is said of who is who may be taken back. 2026-11-29.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

KIND = "same_person"
"""The kind of record that says it."""


def find_kept(said: Mapping[str, object], gone: Collection[str] = ()) -> dict[str, str]:
    """The id that stands for each id that is not kept itself; ids that stand for themselves are left out.

    said: id → the id that is kept, as the log shows it. gone: ids of erased people.
    """
    edges = _edges(said, gone)
    found: dict[str, str] = {}
    for one in edges:
        path: dict[str, None] = {}
        here = one
        while here in edges and here not in found and here not in path:
            path[here] = None
            here = edges[here]
        if here in path:  # a ring
            ring = list(path)[list(path).index(here) :]
            here = min(ring)
        else:
            here = found.get(here, here)
        found |= dict.fromkeys(path, here)
    return {one: kept for one, kept in found.items() if one != kept}


def _edges(said: Mapping[str, object], gone: Collection[str]) -> dict[str, str]:
    return {
        one: kept
        for one, kept in said.items()
        if isinstance(kept, str) and kept and kept != one and one not in gone and kept not in gone
    }


def members(kept: Mapping[str, str], person: str) -> tuple[str, ...]:
    """Every id of a person: the kept one first, then the others in order."""
    whole = kept.get(person, person)
    return whole, *sorted(one for one, of in kept.items() if of == whole)


def part(said: Mapping[str, object], one: str, other: str, gone: Collection[str] = ()) -> dict[str, str]:
    """What to say anew so that two ids are two people again: id → its new `kept`. Empty where they are two already.

    `one` leaves, with the ids that were said to be the same as it; where `other` is among those, it is `other` that
    leaves, with its own.
    """
    kept, edges = find_kept(said, gone), _edges(said, gone)
    if one == other or kept.get(one, one) != kept.get(other, other):
        return {}
    if one not in _above(edges, other):
        return {one: one}
    return {other: other} if other not in _above(edges, one) else {one: one, other: other}


def _above(edges: Mapping[str, str], one: str) -> set[str]:
    """The ids that an id leads to."""
    found: set[str] = set()
    while one in edges and edges[one] not in found:
        one = edges[one]
        found.add(one)
    return found


def closed(kept: Mapping[str, str], people: Iterable[str]) -> frozenset[str]:
    """Every id of these people."""
    return frozenset(each for person in people for each in members(kept, person))
