"""Who may be paired with whom in a round of peer review, and in which order the seed puts them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from rubricapp.core.rubric_findings import listed, quoted
from rubricapp.core.text import clean
from rubricapp.errors import UserError

MOST_PEOPLE = 500
"""In one round; a residency has 60 at most, and the time grows with the square."""
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Reviewer:
    """A person who reviews and is reviewed.

    productions, languages: ids or words; two people share one where the words agree but for case and, in languages,
    the region ("pt-BR" is "pt"). Empty: not known. name: used in messages; the id where empty.
    """

    id: str
    productions: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    country: str = ""
    name: str = ""


@dataclass(frozen=True)
class Request:
    """A round that somebody asks for.

    reviews: how many each person writes and receives. seed: any whole number; whoever knows it and the roster can
    compute who reviews whom, so it is kept as the allocation is kept. excluded: declared conflicts, groups of two (or
    more) ids of whom nobody reviews another; ids of people who are not in the round do no harm. allow_reciprocal: two
    people may review each other, where it cannot be avoided.
    """

    people: tuple[Reviewer, ...]
    reviews: int
    seed: int
    excluded: frozenset[frozenset[str] | tuple[str, str]] = frozenset()
    allow_reciprocal: bool = False


@dataclass(frozen=True)
class Cohort:
    """The people of a request in the order of the seed, known by their place in it.

    edges: pairs who may review one another, in the order of the seed. costs: 1 where the languages of the two are
    known and differ, else 0. blocked: why the other pairs may not. partners: of each person, in edges. apart: those of
    them with cost 1.
    """

    people: tuple[Reviewer, ...]
    names: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]
    costs: tuple[int, ...]
    blocked: dict[tuple[int, int], str]
    partners: tuple[frozenset[int], ...]
    apart: tuple[frozenset[int], ...]
    countries: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.people)

    def cost(self, one: int, other: int) -> int:
        """1 where two partners said which languages they read and have none in common."""
        return int(other in self.apart[one])

    def named(self, places: Iterable[int], most: int = 5) -> str:
        """Names in alphabetical order, as words in a sentence."""
        names = sorted((self.names[place] for place in places), key=lambda name: (name.casefold(), name))
        if len(names) > most + 1:
            names = [*names[:most], f"{len(names) - most} more"]
        return listed(names)


def cohort_of(request: Request) -> Cohort:
    """The cohort of a request, whatever order its people are in. Raises UserError E_ALLOCATION if it makes no sense."""
    _check(request)
    people = tuple(sorted(request.people, key=lambda each: _draw(request.seed, each.id)))
    place_of = {each.id: place for place, each in enumerate(people)}
    conflicts = {
        pair
        for group in request.excluded
        for pair in combinations(sorted({place_of[each] for each in group if each in place_of}), 2)
    }
    productions = [
        {word.strip().casefold(): word for word in sorted(each.productions) if word.strip()} for each in people
    ]
    blocked: dict[tuple[int, int], str] = {}
    edges: list[tuple[int, int]] = []
    for pair in combinations(range(len(people)), 2):
        ours, theirs = productions[pair[0]], productions[pair[1]]
        if pair in conflicts:
            blocked[pair] = "declared conflict"
        elif shared := ours.keys() & theirs.keys():
            blocked[pair] = f"production {quoted(min(word for key in shared for word in (ours[key], theirs[key])))}"
        else:
            edges.append(pair)
    edges.sort(key=lambda pair: _draw(request.seed, *sorted(people[place].id for place in pair)))
    languages = [_languages(each) for each in people]
    costs = [int(bool(languages[u] and languages[v] and not languages[u] & languages[v])) for u, v in edges]
    return Cohort(
        people=people,
        names=_names(people),
        edges=tuple(edges),
        costs=tuple(costs),
        blocked=blocked,
        partners=_neighbours(len(people), edges),
        apart=_neighbours(len(people), [edge for edge, cost in zip(edges, costs, strict=True) if cost]),
        countries=tuple(each.country.strip().casefold() for each in people),
    )


def _neighbours(size: int, edges: Iterable[tuple[int, int]]) -> tuple[frozenset[int], ...]:
    found: list[set[int]] = [set() for _ in range(size)]
    for u, v in edges:
        found[u].add(v)
        found[v].add(u)
    return tuple(map(frozenset, found))


def _check(request: Request) -> None:
    ids = Counter(each.id for each in request.people)
    twice = sorted(one for one, count in ids.items() if count > 1)
    if twice:
        raise UserError(
            "E_ALLOCATION",
            f"{quoted(twice[0])} is in the round more than once.",
            do="Take each person once.",
        )
    if len(ids) > MOST_PEOPLE:
        raise UserError(
            "E_ALLOCATION",
            f"A round can have at most {MOST_PEOPLE} people; this one has {len(ids)}.",
            do="Make several rounds.",
        )
    if request.reviews < 1:
        raise UserError(
            "E_ALLOCATION",
            f"Everybody should write at least 1 review, not {request.reviews}.",
            do="Ask for 4 reviews each if you can: from 4 up, authors may also see numbers.",
        )


def _draw(seed: int, *ids: str) -> bytes:
    """A place in an order that depends on the seed and these ids only, the same on every system and Python."""
    text = "\0".join((str(seed), *ids))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _languages(person: Reviewer) -> frozenset[str]:
    return frozenset(
        word.strip().casefold().replace("_", "-").split("-")[0] for word in person.languages if word.strip()
    )


def _names(people: tuple[Reviewer, ...]) -> tuple[str, ...]:
    names = [clean(each.name, lines=False)[:_LONGEST_NAME] or quoted(each.id) for each in people]
    count = Counter(names)
    return tuple(
        f"{name} ({quoted(each.id)})" if count[name] > 1 else name for name, each in zip(names, people, strict=True)
    )
