"""Steps on the way to a round of peer review: a first draft, a direction for each pair, countries mixed.

People are numbers; a pair is two of them, an arc is (reviewer, author).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

Pair = tuple[int, int]
Arc = tuple[int, int]


def draft(edges: Sequence[Pair], costs: Sequence[int], limit: int, countries: Sequence[str]) -> list[int]:
    """Indexes of pairs, at most `limit` for each person, taken greedily: whoever has the least choice chooses first.

    They choose the partner of least cost, then of a country not yet met, then with the least choice, then the first
    in the list.
    """
    size = len(countries)
    open_: list[dict[int, int]] = [{} for _ in range(size)]
    for index, (u, v) in enumerate(edges):
        open_[u].setdefault(v, index)
        open_[v].setdefault(u, index)
    need = [limit] * size
    met = [Counter([country] if country else []) for country in countries]
    chosen = []

    def slack(person: int) -> int:
        return len(open_[person]) - need[person]

    while waiting := [person for person in range(size) if need[person] and open_[person]]:
        person = min(waiting, key=slack)
        partner = min(
            open_[person],
            key=lambda other: (
                costs[open_[person][other]],
                met[person][countries[other]] + met[other][countries[person]],
                slack(other),
            ),
        )
        chosen.append(open_[person].pop(partner))
        del open_[partner][person]
        for one, other in ((person, partner), (partner, person)):
            need[one] -= 1
            if countries[other]:
                met[one][countries[other]] += 1
            if not need[one]:
                for third in open_[one]:
                    del open_[third][one]
                open_[one] = {}
    return chosen


def directed(pairs: Iterable[Pair], size: int) -> list[Arc]:
    """A direction for each pair so that everybody writes as many as they receive, or one more or one fewer if odd.

    Along a walk that uses each pair once, each arrival is followed by a departure (Euler). A pair that stands in the
    list twice gets both directions.
    """
    unused: list[dict[int, None]] = [{} for _ in range(size)]
    arcs: list[Arc] = []
    for u, v in pairs:
        if v in unused[u]:
            del unused[u][v], unused[v][u]
            arcs += ((u, v), (v, u))
        else:
            unused[u][v] = unused[v][u] = None

    def walk(person: int) -> None:
        while unused[person]:
            following = next(iter(unused[person]))
            del unused[person][following], unused[following][person]
            arcs.append((person, following))
            person = following

    # A walk from an odd person ends with another one; when none are left, every walk comes back to where it began.
    for person in range(size):
        if len(unused[person]) % 2:
            walk(person)
    for person in range(size):
        walk(person)
    return arcs


def mixed(
    arcs: Sequence[Arc],
    countries: Sequence[str],
    partners: Sequence[frozenset[int]],
    apart: Sequence[frozenset[int]],
    steps: int,
) -> list[Arc]:
    """The arcs with authors exchanged between reviewers where fewer are `apart` then, or countries are more mixed.

    Nobody's number of reviews changes, and no new reciprocal pair comes about. Mixed: for each person, the pairs of
    people from one country among the person and their reviewers, and among the person and their authors, counted; the
    sum of these goes down with each exchange that leaves as many apart. partners: whom each person may meet. steps:
    exchanges looked at before stopping.
    """
    arcs = list(arcs)
    there = set(arcs)
    # By person: how often each country is met, the person's own included; first as author, then as reviewer.
    met = [[Counter({country: 1}) if country else Counter() for country in countries] for _ in range(2)]
    for reviewer, author in arcs:
        _meet(met, reviewer, author, countries, 1)

    def repeats(reviewer: int, author: int) -> bool:
        return met[0][author][countries[reviewer]] > 1 or met[1][reviewer][countries[author]] > 1

    def gain(person: Counter[str], leaves: str, comes: str) -> int:
        if leaves == comes:
            return 0
        return (person[leaves] - 1 if leaves else 0) - (person[comes] if comes else 0)

    better = True
    while better:
        better = False
        for i, (a, b) in enumerate(arcs):
            if not (repeats(a, b) or b in apart[a]):
                continue
            for j, (c, d) in enumerate(arcs):
                steps -= 1
                if steps < 0:
                    return arcs
                if a in (c, d) or b in (c, d) or not there.isdisjoint(((a, d), (d, a), (c, b), (b, c))):
                    continue
                if d not in partners[a] or b not in partners[c]:
                    continue
                saved = (b in apart[a]) + (d in apart[c]) - (d in apart[a]) - (b in apart[c])
                if saved == 0:
                    saved = (
                        gain(met[0][b], countries[a], countries[c])
                        + gain(met[0][d], countries[c], countries[a])
                        + gain(met[1][a], countries[b], countries[d])
                        + gain(met[1][c], countries[d], countries[b])
                    )
                if saved <= 0:
                    continue
                for reviewer, author, sign in ((a, b, -1), (c, d, -1), (a, d, 1), (c, b, 1)):
                    _meet(met, reviewer, author, countries, sign)
                there -= {(a, b), (c, d)}
                there |= {(a, d), (c, b)}
                arcs[i], arcs[j] = (a, d), (c, b)
                better = True
                break
    return arcs


def _meet(met: list[list[Counter[str]]], reviewer: int, author: int, countries: Sequence[str], sign: int) -> None:
    if countries[reviewer]:
        met[0][author][countries[reviewer]] += sign
    if countries[author]:
        met[1][reviewer][countries[author]] += sign
