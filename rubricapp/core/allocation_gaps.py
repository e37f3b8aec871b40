"""Who steps in when reviews of a round do not come: reviews written or still expected stay, the missing ones are given
to others.

Which review goes to whom is again the fullest choice of edges (`subgraphs`), here from reviewers to authors: authors
with the fewest reviews come first, then reviewers with the smallest load. If two people would now review each other,
one of the two pairs is barred and the choice made again; what is left short then is said, but not proven to be
unavoidable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from rubricapp.core import allocation_words as words
from rubricapp.core.allocation import Allocation
from rubricapp.core.allocation_graph import Cohort, Request, cohort_of
from rubricapp.core.subgraphs import best_subgraph, cheapest
from rubricapp.errors import UserError

_MOST_EXTRA = 2
"""Reviews that anybody may be asked for beyond the number of the round."""
_EXCHANGES = 100_000

Arc = tuple[int, int]


def fill_gaps(
    request: Request, kept: Collection[tuple[str, str]], unavailable: Collection[str] = frozenset()
) -> Allocation:
    """New pairs only, so that each person of the request receives `reviews` of them together with those kept.

    kept: (reviewer, author) of reviews that are written or will be; people who have left may be among them.
    unavailable: ids of people who write no more than that. Nobody is asked for more than two reviews beyond `reviews`.
    Raises UserError E_ALLOCATION if reviews are missing and not one can be given to anybody.
    """
    cohort = cohort_of(request)
    place_of = {each.id: place for place, each in enumerate(cohort.people)}
    n, written = request.reviews, Counter(place_of.get(reviewer, -1) for reviewer, _ in set(kept))
    received = Counter(place_of.get(author, -1) for _, author in set(kept))
    there = {(place_of[u], place_of[v]) for u, v in kept if u in place_of and v in place_of}
    short = [author for author in range(cohort.size) if received[author] < n]
    if not short:
        return Allocation((), ("No review is missing.",))
    arcs = [
        (reviewer, author)
        for pair in cohort.edges
        for reviewer, author in (pair, pair[::-1])
        if received[author] < n
        and cohort.people[reviewer].id not in unavailable
        and (reviewer, author) not in there
        and (request.allow_reciprocal or (author, reviewer) not in there)
    ]
    new = _chosen(cohort, n, arcs, written, received)
    while not request.allow_reciprocal and (each_other := {(u, v) for u, v in new if (v, u) in new}):
        choice = Counter(author for _, author in arcs)
        barred = {max(arc, arc[::-1], key=lambda each: (choice[each[1]], each)) for arc in each_other}
        arcs = [arc for arc in arcs if arc not in barred]
        new = _chosen(cohort, n, arcs, written, received)
    if not new:
        mutual = "L" if request.allow_reciprocal else "Allow two people to review each other, l"
        raise UserError(
            "E_ALLOCATION",
            f"Reviews of {cohort.named(short)} are missing, and nobody is left who may write one.",
            "The reviews there are stay as they are.",
            f"{mutual}ift a conflict, let somebody write again who no longer does, or go on with fewer reviews.",
        )
    ids = [each.id for each in cohort.people]
    return Allocation(
        tuple(sorted((ids[reviewer], ids[author]) for reviewer, author in new)),
        tuple(_notes(cohort, n, new, written, received)),
    )


def _chosen(cohort: Cohort, n: int, arcs: list[Arc], written: Counter[int], received: Counter[int]) -> set[Arc]:
    """As author a person is vertex 0…, as reviewer the same plus the number of people."""
    size = cohort.size
    edges = [(size + reviewer, author) for reviewer, author in arcs]
    # No more places than there are reviews to choose from, whatever number was asked for.
    choice = Counter(vertex for edge in edges for vertex in edge)
    ranks = []
    for person in range(size):
        need = min(max(n - received[person], 0), choice[person])
        ranks.append(range(received[person] - n, received[person] - n + need))
    for person in range(size):
        room = min(max(n + _MOST_EXTRA - written[person], 0), choice[size + person])
        ranks.append(range(written[person], written[person] + room))
    found = best_subgraph(edges, ranks)
    chosen, _ = cheapest(edges, [cohort.cost(*arc) for arc in arcs], found.chosen, _EXCHANGES)
    return {arcs[index] for index in chosen}


def _notes(cohort: Cohort, n: int, new: set[Arc], written: Counter[int], received: Counter[int]) -> list[str]:
    gets, gives = Counter(author for _, author in new), Counter(reviewer for reviewer, _ in new)
    notes = []
    lacks: dict[int, list[int]] = {}
    loads: dict[int, list[int]] = {}
    for person in range(cohort.size):
        lacks.setdefault(n - received[person] - gets[person], []).append(person)
        if gives[person]:
            loads.setdefault(written[person] + gives[person], []).append(person)
    for missing, who in sorted(lacks.items(), reverse=True):
        if missing > 0:
            verb = "lacks" if len(who) == 1 else "lack"
            notes.append(
                f"{cohort.named(who)} still {verb} {words.plural(missing, 'review')}: nobody was found for it."
            )
    for load, who in sorted(loads.items(), reverse=True):
        if load > n:
            verb = "writes" if len(who) == 1 else "write"
            notes.append(f"{cohort.named(who)} {verb} {load} reviews, more than the {n} of the round.")
    foreign = [arc for arc in sorted(new) if cohort.cost(*arc)]
    if foreign:
        notes.append(words.no_language(cohort, foreign, proven=False))
    return notes
