"""Which assessor scores whom: equal loads, conflicts kept apart, languages matched, assessors linked to each other.

Method. Choosing assessors is the question of a subgraph with bounded degrees (`subgraphs`), answered exactly: each
participant has as many places as assessors are wanted; an assessor's places are filled one after the other, so that no
assessor has two more than another who could have taken one of them. Languages are matched at least cost among the
choices with these loads. Two assessors are linked where they score one participant both: only then can it be told
who is severe and who is lenient. As long as two groups are not linked, raters are exchanged between a pair of
participants that are scored twice. The seed decides all the rest; the order of the people decides nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rubricapp.core.subgraphs import best_subgraph, cheapest
from rubricapp.errors import UserError

_EXCHANGES = 400_000


@dataclass(frozen=True)
class Someone:
    """A participant or an assessor. languages: those they work in; empty: not known. load: assessors: had before."""

    id: str
    name: str
    languages: frozenset[str] = frozenset()
    load: int = 0


@dataclass(frozen=True)
class Wish:
    """What is asked for. raters: assessors for each participant. double: share (0…1) of participants who get one more.

    conflicts: pairs of ids, a participant and an assessor, that are kept apart.
    """

    participants: tuple[Someone, ...]
    assessors: tuple[Someone, ...]
    raters: int = 1
    double: Fraction = Fraction(0)
    seed: int = 0
    conflicts: frozenset[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Assigned:
    """pairs: (participant, assessor), by id. notes: what had to give way, for the programme lead; they name people."""

    pairs: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def assign(wish: Wish) -> Assigned:
    """Who scores whom. Raises UserError E_ASSIGNMENT where somebody cannot have the assessors that are wanted."""
    apart = {each.id: sum(each.id in pair for pair in wish.conflicts) for each in wish.participants}
    # Those who may have one assessor more come first: they are the ones to be scored twice.
    people = sorted(
        _drawn(wish.participants, wish.seed), key=lambda each: len(wish.assessors) - apart[each.id] <= wish.raters
    )
    staff = sorted(_drawn(wish.assessors, wish.seed), key=lambda each: each.load)
    twice = -(-len(people) * wish.double // 1) if wish.double else 0
    wanted = [wish.raters + (place < twice) for place in range(len(people))]
    edges = tuple(
        (person, len(people) + place)
        for person, participant in enumerate(people)
        for place, assessor in enumerate(staff)
        if frozenset((participant.id, assessor.id)) not in wish.conflicts and participant.id != assessor.id
    )
    _demand_enough(people, staff, wanted, edges)
    most = max((each.load for each in staff), default=0) + len(people)
    ranks = [range(places) for places in wanted] + [range(each.load + 1, most + 1) for each in staff]
    # A participant's places come before all of an assessor's, whatever their number.
    ranks = [[0] * len(each) for each in ranks[: len(people)]] + ranks[len(people) :]
    found = best_subgraph(edges, ranks)
    costs = [_cost(people[person], staff[place - len(people)]) for person, place in edges]
    chosen, _proven = cheapest(edges, costs, found.chosen, _EXCHANGES)
    linked = _linked([edges[index] for index in chosen], set(edges), len(people), len(staff))
    pairs = tuple(sorted((people[person].id, staff[place - len(people)].id) for person, place in linked))
    return Assigned(pairs, _notes(linked, people, staff))


def _drawn(people: Iterable[Someone], seed: int) -> list[Someone]:
    """In an order that the seed alone decides."""
    return sorted(people, key=lambda each: hashlib.sha256(f"{seed}\x1f{each.id}".encode()).digest())


def _cost(participant: Someone, assessor: Someone) -> int:
    known = participant.languages and assessor.languages
    return 1 if known and not participant.languages & assessor.languages else 0


def _demand_enough(
    people: Sequence[Someone], staff: Sequence[Someone], wanted: Sequence[int], edges: Sequence[tuple[int, int]]
) -> None:
    """An assessor's load has no limit here, so only a participant with too few assessors left stands in the way."""
    free = [0] * len(people)
    for person, _place in edges:
        free[person] += 1
    short = [person for person in range(len(people)) if free[person] < wanted[person]]
    if not short:
        return
    names = ", ".join(sorted(people[person].name for person in short)[:5])
    apart = len(staff) >= max(wanted)
    raise UserError(
        "E_ASSIGNMENT",
        f"There are not enough assessors for {names}{' …' if len(short) > 5 else ''}.",
        "Nothing was changed.",
        "Ask for fewer assessors each, add assessors"
        + (", or look at the conflicts that keep people apart." if apart else "."),
    )


# Linking


def _linked(
    pairs: Sequence[tuple[int, int]], allowed: set[tuple[int, int]], people: int, staff: int
) -> list[tuple[int, int]]:
    """The same loads with as few unlinked groups of assessors as exchanges between two participants reach."""
    raters: list[list[int]] = [[] for _ in range(people)]
    for person, place in pairs:
        raters[person].append(place)
    groups = _groups(raters, people, staff)
    improved = True
    while improved and len(set(groups.values())) > 1:
        improved = False
        for one, mine, other, theirs in _exchanges(raters, groups, allowed):
            raters[one][mine], raters[other][theirs] = raters[other][theirs], raters[one][mine]
            after = _groups(raters, people, staff)
            if len(set(after.values())) < len(set(groups.values())):
                groups, improved = after, True
                break
            raters[one][mine], raters[other][theirs] = raters[other][theirs], raters[one][mine]
    return [(person, place) for person, places in enumerate(raters) for place in places]


def _exchanges(
    raters: Sequence[Sequence[int]], groups: dict[int, int], allowed: set[tuple[int, int]]
) -> list[tuple[int, int, int, int]]:
    """(participant, place of a rater, other participant, place of a rater) that could be exchanged across groups.

    At least one of the two has several raters: else nothing is linked by it.
    """
    several = [person for person, places in enumerate(raters) if len(places) > 1]
    return [
        (one, mine, other, theirs)
        for one in several
        for other in range(len(raters))
        if other != one
        for mine, a in enumerate(raters[one])
        for theirs, b in enumerate(raters[other])
        if groups[a] != groups[b]
        and b not in raters[one]
        and a not in raters[other]
        and (one, b) in allowed
        and (other, a) in allowed
    ]


def _groups(raters: Sequence[Sequence[int]], people: int, staff: int) -> dict[int, int]:
    """Each assessor who has anybody → the first assessor of the group that is linked."""
    top = {place: place for places in raters for place in places}

    def find(place: int) -> int:
        while top[place] != place:
            top[place] = place = top[top[place]]
        return place

    for places in raters:
        for each in places[1:]:
            first, second = find(places[0]), find(each)
            top[max(first, second)] = min(first, second)
    return {place: find(place) for place in top}


def _notes(pairs: Sequence[tuple[int, int]], people: Sequence[Someone], staff: Sequence[Someone]) -> tuple[str, ...]:
    notes = []
    foreign = [
        (person, place - len(people)) for person, place in pairs if _cost(people[person], staff[place - len(people)])
    ]
    if foreign:
        named = "; ".join(f"{staff[place].name} → {people[person].name}" for person, place in foreign[:5])
        notes.append(f"No language in common: {named}{' …' if len(foreign) > 5 else ''}.")
    idle = [each.name for place, each in enumerate(staff) if all(place + len(people) != other for _, other in pairs)]
    if idle:
        notes.append(f"Nobody to score: {', '.join(sorted(idle))}.")
    raters: list[list[int]] = [[] for _ in people]
    for person, place in pairs:
        raters[person].append(place)
    groups = _groups(raters, len(people), len(staff))
    if len(set(groups.values())) > 1:
        notes.append(
            f"The assessors fall into {len(set(groups.values()))} groups that score nobody in common: who is severe and"
            " who is lenient cannot be told across them. A larger share scored twice links them."
        )
    return tuple(notes)
