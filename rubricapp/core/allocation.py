"""Who reviews whom in a round of peer review: the same load for all, nobody reviews a person who reviews them.

Method. Whether two people may be paired does not depend on the direction. So a round in which everybody writes n and
receives n, without reciprocal pairs, is a choice of allowed pairs with 2n for each person, each pair given a direction;
and each such choice can be given directions (walk along the pairs: each arrival is followed by a departure, Euler).
Choosing the pairs is the question of a 2n-factor, which is answered exactly, with a proof by counting where there is
none (`subgraphs`). No search, no luck: what is called impossible is impossible. Where two people may review each other
as a last resort, each pair stands in the list twice.

Where no equal round exists, the fullest one is taken in which nobody writes or receives more than n or fewer than
n − 1, and never fewer than 1; notes say who has fewer and why. If even that does not exist, E_ALLOCATION says why.

Among the rounds with these loads: as few reciprocal pairs as possible (none, if none are allowed), then as few
reviewers as possible without a language in common with the author, then countries mixed (the last by exchanges, not
proven best). The seed decides all the rest; the order of the people in the request decides nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rubricapp.core import allocation_words as words
from rubricapp.core.allocation_graph import Cohort, Request, Reviewer, cohort_of
from rubricapp.core.allocation_search import directed, draft, mixed
from rubricapp.core.subgraphs import Barrier, Subgraph, best_subgraph, cheapest, shortfall
from rubricapp.errors import UserError

__all__ = ["Allocation", "Request", "Reviewer", "allocate"]

_RECIPROCAL = 1_000_000
"""Cost of a reciprocal pair: more than all languages together."""
_EXCHANGES = 400_000
_MIXINGS = 40_000
_MOST_LEFT_OUT = 3
_MOST_REASONS = 2


@dataclass(frozen=True)
class Allocation:
    """pairs: (reviewer, author), by id. notes: what had to give way, for the programme lead; they name people."""

    pairs: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()

    def authors_of(self, reviewer: str) -> tuple[str, ...]:
        """Whom this person reviews."""
        return tuple(author for each, author in self.pairs if each == reviewer)

    def reviewers_of(self, author: str) -> tuple[str, ...]:
        """Who reviews this person. Never for the author's eyes."""
        return tuple(reviewer for reviewer, each in self.pairs if each == author)


def allocate(request: Request) -> Allocation:
    """The round asked for. Raises UserError E_ALLOCATION with the reason if there is none."""
    cohort = cohort_of(request)
    n = request.reviews
    tried = [_pairing(cohort, n, 1)]
    if request.allow_reciprocal and not (tried[0] and tried[0].fewest == 2 * n):
        tried.append(_pairing(cohort, n, 2))
    rounds = [found for found in tried if found and found.fewest >= _least(n)]
    if not rounds:
        raise _refusal(cohort, request, tried[-1])
    return _told(cohort, n, max(rounds, key=lambda found: sum(found.subgraph.degrees)))


@dataclass(frozen=True)
class _Pairing:
    """A choice of pairs. edges: those there were to choose from; twice all of them if people may review each other.

    fewest: pairs of whoever has fewest.
    """

    edges: tuple[tuple[int, int], ...]
    subgraph: Subgraph
    fewest: int


def _pairing(cohort: Cohort, n: int, times: int, left_out: frozenset[int] = frozenset()) -> _Pairing | None:
    """The fullest choice of pairs for n reviews each; nothing where somebody plainly has too few partners.

    times: how often a pair may be chosen: 2 if two people may review each other.
    """
    staying = [person for person in range(cohort.size) if person not in left_out]
    if _is_too_small(len(staying), n, times):
        return None
    if times * min(len(cohort.partners[person] - left_out) for person in staying) < _least(n):
        return None
    kept = [(pair, cost) for pair, cost in zip(cohort.edges, cohort.costs, strict=True) if left_out.isdisjoint(pair)]
    edges = tuple(pair for pair, _ in kept)
    start = draft(edges, [cost for _, cost in kept], 2 * n, cohort.countries)
    ranks = [range(0 if person in left_out else 2 * n) for person in range(cohort.size)]
    subgraph = best_subgraph(edges * times, ranks, start)
    return _Pairing(edges * times, subgraph, min(subgraph.degrees[person] for person in staying))


def _is_too_small(size: int, n: int, times: int) -> bool:
    """Whether not even people without any conflict could have n reviews."""
    return times * (size - 1) < 2 * n


def _least(n: int) -> int:
    """Fewest pairs of anybody in a round: one fewer written and one fewer received, but never none."""
    return 2 * max(n - 1, 1)


def _has_round(cohort: Cohort, n: int, times: int, left_out: frozenset[int] = frozenset()) -> bool:
    found = _pairing(cohort, n, times, left_out)
    return found is not None and found.fewest >= _least(n)


def _refusal(cohort: Cohort, request: Request, found: _Pairing | None) -> UserError:
    n, times = request.reviews, 2 if request.allow_reciprocal else 1
    least, most = [_least(n)] * cohort.size, [2 * n] * cohort.size
    stuck: frozenset[int] = frozenset()
    if found:
        proofs = [each for each in found.subgraph.barriers if shortfall(found.edges, each, least, most)]
        barrier = min(proofs, key=lambda each: len(each.stuck) + len(each.full))
    else:
        if not _is_too_small(cohort.size, n, times):
            stuck = frozenset(
                person for person, partners in enumerate(cohort.partners) if times * len(partners) < _least(n)
            )
        barrier = Barrier(stuck, frozenset())
    ways = words.WaysOut(
        reviews=_most_reviews(cohort, n, times),
        reciprocal=times == 1 and _has_round(cohort, n, 2),
        without=0 < len(barrier.stuck) <= _MOST_LEFT_OUT and _has_round(cohort, n, times, barrier.stuck),
    )
    return words.impossible(cohort, n, times == 2, barrier, shortfall(cohort.edges * times, barrier, least, most), ways)


def _most_reviews(cohort: Cohort, n: int, times: int) -> int:
    """The most reviews, fewer than n, of which there is a round; 0 if none.

    From 2 up, where there is a round of one number there is one of each smaller (from the condition of Lovász).
    """
    low, high = 1, min(n - 1, (times * min(map(len, cohort.partners), default=0) + 2) // 2)
    while low < high:
        middle = (low + high + 1) // 2
        if _has_round(cohort, middle, times):
            low = middle
        else:
            high = middle - 1
    return low if high and _has_round(cohort, low, times) else 0


def _told(cohort: Cohort, n: int, found: _Pairing) -> Allocation:
    """The round with directions, with as few losses as can be, and notes on them."""
    costs = [*cohort.costs, *(_RECIPROCAL + cost for cost in cohort.costs)][: len(found.edges)]
    chosen, proven = cheapest(found.edges, costs, found.subgraph.chosen, _EXCHANGES)
    arcs = directed((found.edges[index] for index in chosen), cohort.size)
    arcs = mixed(arcs, cohort.countries, cohort.partners, cohort.apart, _MIXINGS)
    there = set(arcs)
    writes, receives = Counter(reviewer for reviewer, _ in arcs), Counter(author for _, author in arcs)
    people = range(cohort.size)
    notes = []
    if found.fewest < 2 * n:
        counts = [writes[each] for each in people], [receives[each] for each in people]
        notes.append(words.fewer(cohort, n, *counts, _why(cohort, n, found)))
    reciprocal = sorted((u, v) for u, v in there if u < v and (v, u) in there)
    if reciprocal:
        notes.append(words.each_other(cohort, reciprocal))
    foreign = [(u, v) for u, v in arcs if cohort.cost(u, v)]
    if foreign:
        notes.append(words.no_language(cohort, foreign, proven))
    authors = []
    for author in people:
        candidates = cohort.partners[author]
        if not reciprocal:
            candidates -= {other for other in candidates if (author, other) in there}
        if len(candidates) == receives[author]:
            authors.append(author)
    if authors:
        notes.append(words.guessable(cohort, authors))
    ids = [each.id for each in cohort.people]
    return Allocation(tuple(sorted((ids[reviewer], ids[author]) for reviewer, author in arcs)), tuple(notes))


def _why(cohort: Cohort, n: int, found: _Pairing) -> list[str]:
    """Reasons, proven by counting, why not everybody has n."""
    times = len(found.edges) // len(cohort.edges)
    most = [2 * n] * cohort.size
    few = frozenset(person for person, partners in enumerate(cohort.partners) if times * len(partners) < 2 * n)
    barriers = [Barrier(few, frozenset())] if few else []
    for each in sorted(found.subgraph.barriers, key=lambda each: len(each.stuck) + len(each.full)):
        if each.stuck - few and shortfall(found.edges, each, most, most):
            barriers.append(each)
    return [sentence for each in barriers[:_MOST_REASONS] for sentence in words.why_not(cohort, n, times == 2, each)]
