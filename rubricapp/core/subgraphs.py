"""The fullest choice of edges of a graph where each vertex may take only so many, and the cheapest of its equals.

Vertices are 0…, edges pairs of vertices; the same pair may stand in the list twice. Each vertex offers *places*, one
for each edge it may take, with ranks: lower ranks are filled first, across all vertices.

`best_subgraph` turns the choice into a matching (W. T. Tutte, A short proof of the factor theorem for finite graphs,
1954): each edge becomes two joined *ends*, each end also joined to all places of its vertex. Both ends matched with
places: chosen; with each other: not chosen. The matching grows along alternating paths with blossoms (J. Edmonds,
Paths, trees, and flowers, 1965). Sets of places that a matching can fill form a matroid, so taking places in the order
of their ranks, and giving up a filled one of a higher rank where nothing is free, ends at the best: as many places as
possible in all, and among them as many as possible of the lowest rank, then of the next.

A search that fails shows why: the *stuck* vertices it wanted to fill can use only places of *full* ones. `barrier`s
hold such sets; `shortfall` proves by counting alone that they cannot be filled.

`cheapest` exchanges edges along closed walks that save cost, with all degrees kept (Klein 1967, on the double cover of
the graph). Where no such walk is left the choice is proven cheapest; where only walks are left that would use an edge
twice, or the steps have run out, it is not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Edge = tuple[int, int]
_NONE = -1


@dataclass(frozen=True)
class Barrier:
    """Why a search failed: the stuck vertices have unfilled places, and only places of the full ones could help."""

    stuck: frozenset[int]
    full: frozenset[int]


@dataclass(frozen=True)
class Subgraph:
    """chosen: indexes of edges, ascending. degrees: of each vertex. barriers: in the order they were met."""

    chosen: tuple[int, ...]
    degrees: tuple[int, ...]
    barriers: tuple[Barrier, ...]


def best_subgraph(edges: Sequence[Edge], ranks: Sequence[Sequence[int]], start: Iterable[int] = ()) -> Subgraph:
    """The best choice of edges for places with these ranks, ascending for each vertex (see above).

    start: indexes of edges to begin with; no vertex may have more of them than places. They need not stay.
    """
    matching = _Matching(edges, ranks, start)
    barriers = []
    for place in sorted(range(matching.places), key=lambda place: (matching.rank[place], place)):
        if matching.mate[place] == _NONE:
            barriers += matching.fill(place)
    chosen = tuple(index for index in range(len(edges)) if matching.is_chosen(index))
    return Subgraph(chosen, degrees(edges, chosen, len(ranks)), tuple(barriers))


def degrees(edges: Sequence[Edge], chosen: Iterable[int], vertices: int) -> tuple[int, ...]:
    """How many of the chosen edges each vertex has."""
    found = [0] * vertices
    for index in chosen:
        for vertex in edges[index]:
            found[vertex] += 1
    return tuple(found)


def shortfall(edges: Sequence[Edge], barrier: Barrier, least: Sequence[int], most: Sequence[int]) -> int:
    """How far the stuck vertices stay below `least` places in all, whatever is chosen; 0 where this proves nothing.

    least, most: of each vertex. Where they are equal throughout, a group of others that is joined to the stuck by an
    odd number of edges loses one of them (condition of the factor theorem: Tutte 1952; for limits that differ
    everywhere: Lovász 1970).
    """
    stuck, full = barrier.stuck, barrier.full
    free = [edge for edge in edges if not full.intersection(edge)]
    reach = sum((u in stuck) + (v in stuck) for u, v in free)
    if least == most:
        reach -= _odd_groups(free, barrier, most)
    return max(0, sum(least[v] for v in stuck) - sum(most[v] for v in full) - reach)


def _odd_groups(free: Sequence[Edge], barrier: Barrier, wanted: Sequence[int]) -> int:
    """Groups of others that hang together and have an odd sum of wanted places and edges to the stuck."""
    stuck = barrier.stuck
    top = list(range(len(wanted)))

    def find(vertex: int) -> int:
        while top[vertex] != vertex:
            top[vertex] = vertex = top[top[vertex]]
        return vertex

    for u, v in free:
        if u not in stuck and v not in stuck:
            top[find(u)] = find(v)
    odd: dict[int, int] = {}
    for vertex, count in enumerate(wanted):
        if vertex not in stuck and vertex not in barrier.full:
            odd[find(vertex)] = odd.get(find(vertex), 0) + count
    for u, v in free:
        if (u in stuck) != (v in stuck):
            odd[find(v if u in stuck else u)] += 1
    return sum(count % 2 for count in odd.values())


class _Matching:
    """Nodes: first all places, then two ends for each edge (2·index for its first vertex, then for its second)."""

    def __init__(self, edges: Sequence[Edge], ranks: Sequence[Sequence[int]], start: Iterable[int]) -> None:
        self.rank = [rank for each in ranks for rank in each]
        self.owner = [vertex for vertex, each in enumerate(ranks) for _ in each]
        self.places = len(self.rank)
        first, places_of = 0, []
        for each in ranks:
            places_of.append(range(first, first + len(each)))
            first += len(each)
        ends_of: list[list[int]] = [[] for _ in ranks]
        self.places_at: list[range] = []
        for index, (u, v) in enumerate(edges):
            ends_of[u].append(self.places + 2 * index)
            ends_of[v].append(self.places + 2 * index + 1)
            self.places_at += (places_of[u], places_of[v])
        self.ends_at = [ends_of[vertex] for vertex in self.owner]
        nodes = self.places + 2 * len(edges)
        self.mate = [_NONE] * self.places + [self.other_end(end) for end in range(self.places, nodes)]
        unused = [iter(each) for each in places_of]
        for index in start:
            for end, vertex in enumerate(edges[index], self.places + 2 * index):
                place = next(unused[vertex])
                self.mate[place], self.mate[end] = end, place
        self.retired = [False] * nodes

    def other_end(self, end: int) -> int:
        return self.places + ((end - self.places) ^ 1)

    def is_chosen(self, index: int) -> bool:
        return self.mate[self.places + 2 * index] < self.places

    def neighbours(self, node: int) -> Iterable[int]:
        if node < self.places:
            return self.ends_at[node]
        return (*self.places_at[node - self.places], self.other_end(node))

    def fill(self, root: int) -> Iterator[Barrier]:
        """Fill this place, at the cost of a filled one of a higher rank if need be; else say why not.

        Called in the order of ranks. Nodes of a search that ended with nothing are retired: a later path would enter
        them at a node all of whose continuations were seen, and find no place of a higher rank to give up.
        """
        tree = _Tree(self, root)
        if tree.grow():
            return
        given_up = max((node for node in tree.outer if node < self.places), key=lambda place: (self.rank[place], place))
        if self.rank[given_up] > self.rank[root]:
            end, self.mate[given_up] = self.mate[given_up], _NONE
            tree.augment(end)
            return
        for node in (*tree.outer, *tree.before):
            self.retired[node] = True
        yield tree.barrier()


class _Tree:
    """One search. outer: nodes reached after an even number of steps. before: of inner nodes, where they came from."""

    def __init__(self, matching: _Matching, root: int) -> None:
        self.matching = matching
        self.root = root
        self.outer = {root: None}
        self.before: dict[int, int] = {}
        self.top: dict[int, int] = {}
        self.queue = deque([root])

    def find(self, node: int) -> int:
        """The node that stands for the blossom this one is in."""
        top = self.top
        while (above := top.get(node, node)) != node:
            top[node] = node = top.get(above, above)
        return node

    def grow(self) -> bool:
        """Whether a free place was found; the matching then has the path to it."""
        matching, mate, outer = self.matching, self.matching.mate, self.outer
        seen: set[int] = set()
        while self.queue:
            node = self.queue.popleft()
            if node < matching.places:
                # A place sees the same ends as the others of its vertex. Where one of them has looked, all ends are in
                # the tree; those that were outer then have looked at this place too, unless it was an inner one.
                if matching.owner[node] in seen and node not in self.before:
                    continue
                seen.add(matching.owner[node])
            base = self.find(node)
            for near in matching.neighbours(node):
                if matching.retired[near]:
                    continue
                if near in outer:
                    if self.top.get(near, near) != base and self.find(near) != base:
                        base = self.meeting(node, near)
                        self.shrink(node, near, base)
                        self.shrink(near, node, base)
                elif near not in self.before:
                    self.before[near] = node
                    if mate[near] == _NONE:
                        self.augment(near)
                        return True
                    outer[mate[near]] = None
                    self.queue.append(mate[near])
        return False

    def meeting(self, one: int, other: int) -> int:
        """The first common blossom on the ways back to the root."""
        seen = set()
        while True:
            if one != _NONE:
                one = self.find(one)
                if one in seen:
                    return one
                seen.add(one)
                one = _NONE if one == self.root else self.before[self.matching.mate[one]]
            one, other = other, one

    def shrink(self, node: int, across: int, base: int) -> None:
        """Make the way from this node back to `base` one blossom, closed by the edge to `across`."""
        while self.find(node) != base:
            self.before[node] = across
            inner = self.matching.mate[node]
            if inner not in self.outer:
                self.outer[inner] = None
                self.queue.append(inner)
            for each in (node, inner):
                if self.find(each) == each:
                    self.top[each] = base
            node, across = self.before[inner], inner

    def augment(self, node: int) -> None:
        """Exchange matched and unmatched along the way from this node back to the root."""
        mate = self.matching.mate
        while node != _NONE:
            back = self.before[node]
            following = mate[back]
            mate[node], mate[back] = back, node
            node = following

    def barrier(self) -> Barrier:
        """Outer places outside blossoms are stuck, inner ones full."""
        matching = self.matching
        bases = {self.find(node) for node in self.top}
        places = [node for node in self.outer if node < matching.places]
        stuck = {matching.owner[node] for node in places if self.find(node) == node and node not in bases}
        inner = [node for node in self.before if node < matching.places and node not in self.outer]
        return Barrier(frozenset(stuck), frozenset(matching.owner[node] for node in inner))


def cheapest(
    edges: Sequence[Edge], costs: Sequence[int], chosen: Iterable[int], steps: int
) -> tuple[tuple[int, ...], bool]:
    """Edges of least cost with the same degrees as those chosen, and whether that is proven.

    costs: whole numbers of 0 or more. steps: edges looked at before giving up.
    """
    is_chosen = [False] * len(edges)
    for index in chosen:
        is_chosen[index] = True
    exchange = _Exchange(edges, costs, is_chosen, steps)
    while walk := exchange.saving_walk():
        if len(set(walk)) == len(walk):
            for index in walk:
                is_chosen[index] = not is_chosen[index]
            exchange.barred.clear()
        else:
            exchange.bar_repeated(walk)
    proven = exchange.steps > 0 and not exchange.barred
    return tuple(index for index, taken in enumerate(is_chosen) if taken), proven


class _Exchange:
    """Closed walks that give up and take edges in turn. Node v: v has one too many; node V + v: one too few."""

    def __init__(self, edges: Sequence[Edge], costs: Sequence[int], is_chosen: list[bool], steps: int) -> None:
        self.edges = edges
        self.costs = costs
        self.is_chosen = is_chosen
        self.steps = steps
        self.barred: set[tuple[int, int]] = set()
        self.vertices = 1 + max((vertex for edge in edges for vertex in edge), default=_NONE)
        self.at: list[list[tuple[int, int]]] = [[] for _ in range(self.vertices)]
        for index, (u, v) in enumerate(edges):
            self.at[u].append((index, v))
            self.at[v].append((index, u))

    def saving_walk(self) -> list[int]:
        """Indexes of the edges of a closed walk of negative cost, or nothing (Bellman and Ford, from everywhere)."""
        size = self.vertices
        distance = [0] * (2 * size)
        before: dict[int, tuple[int, int]] = {}
        costly = (index for index, taken in enumerate(self.is_chosen) if taken and self.costs[index])
        begin = {vertex for index in costly for vertex in self.edges[index]}
        queue, queued = deque(sorted(begin)), set(begin)
        while queue:
            node = queue.popleft()
            queued.discard(node)
            drops = node < size
            here = distance[node]
            self.steps -= len(self.at[node % size])
            if self.steps <= 0:
                return []
            for index, other in self.at[node % size]:
                if self.is_chosen[index] != drops:
                    continue
                target = size + other if drops else other
                length = here - self.costs[index] if drops else here + self.costs[index]
                if length >= distance[target] or (node, index) in self.barred:
                    continue
                distance[target] = length
                before[target] = (node, index)
                walk, at = [index], node
                while at != target and at in before:
                    at, index_before = before[at]
                    walk.append(index_before)
                if at == target:
                    return walk
                if target not in queued:
                    queued.add(target)
                    queue.append(target)
        return []

    def bar_repeated(self, walk: list[int]) -> None:
        """Keep the next walk from using the edge that this one used both ways: one of the two is barred."""
        repeated = next(index for place, index in enumerate(walk) if index in walk[:place])
        drop = 0 if self.is_chosen[repeated] else self.vertices
        u, v = self.edges[repeated]
        self.barred.add((drop + (u if (drop + u, repeated) not in self.barred else v), repeated))
