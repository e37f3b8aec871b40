"""The fullest choice of edges, its proofs and its cheapest equal, against all choices there are in small graphs."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from rubricapp.core.subgraphs import Barrier, best_subgraph, cheapest, degrees, shortfall


def all_degrees(edges, vertices):
    """Every choice of edges with the degrees it gives."""
    for bits in range(1 << len(edges)):
        chosen = [index for index in range(len(edges)) if bits >> index & 1]
        yield chosen, degrees(edges, chosen, vertices)


def filled(counts, ranks):
    """How many places are filled, then how many of rank 0, 1, …"""
    flat = [rank for count, each in zip(counts, ranks, strict=True) for rank in each[:count]]
    return (len(flat), *(flat.count(rank) for rank in range(6)))


def random_graph(random, parallel):
    vertices = random.randint(2, 6)
    dense = random.random()
    edges = [pair for pair in combinations(range(vertices), 2) if random.random() < dense]
    if parallel:
        edges += [pair for pair in edges if random.random() < 0.5]
    random.shuffle(edges)
    return vertices, edges[:10]


def random_start(random, edges, limits):
    left, start = list(limits), []
    for index, (u, v) in enumerate(edges):
        if left[u] and left[v] and random.random() < 0.6:
            start.append(index)
            left[u] -= 1
            left[v] -= 1
    return start


@pytest.mark.parametrize("seed", range(120))
def test_the_choice_is_the_best_there_is(seed) -> None:
    random = Random(seed)
    vertices, edges = random_graph(random, parallel=seed % 2)
    ranks = [sorted(random.choices(range(6), k=random.randint(0, 4))) for _ in range(vertices)]
    found = best_subgraph(edges, ranks, random_start(random, edges, map(len, ranks)))
    assert found.degrees == degrees(edges, found.chosen, vertices)
    assert all(count <= len(each) for count, each in zip(found.degrees, ranks, strict=True))
    possible = (
        counts
        for _, counts in all_degrees(edges, vertices)
        if all(count <= len(each) for count, each in zip(counts, ranks, strict=True))
    )
    assert filled(found.degrees, ranks) == max(filled(counts, ranks) for counts in possible)


@pytest.mark.parametrize("seed", range(120))
def test_a_failure_is_proven_by_counting_and_only_a_failure(seed) -> None:
    random = Random(seed)
    vertices, edges = random_graph(random, parallel=seed % 2)
    limit = random.choice([2, 2, 4])
    exact, lower = [limit] * vertices, [limit - 2] * vertices
    found = best_subgraph(edges, [range(limit)] * vertices)
    for least in (exact, lower):
        is_short = any(count < low for count, low in zip(found.degrees, least, strict=True))
        assert any(shortfall(edges, each, least, exact) for each in found.barriers) == is_short
        if not is_short:
            # No sets whatever prove what is not so.
            stuck = frozenset(each for each in range(vertices) if random.random() < 0.5)
            full = frozenset(each for each in range(vertices) if random.random() < 0.3) - stuck
            assert shortfall(edges, Barrier(stuck, full), least, exact) == 0


@pytest.mark.parametrize("seed", range(100))
def test_cheapest_keeps_degrees_and_proves_only_what_is_so(seed) -> None:
    random = Random(seed)
    vertices, edges = random_graph(random, parallel=seed % 2)
    costs = [random.choice([0, 0, 1, 1, 7]) for _ in edges]
    start = [index for index in range(len(edges)) if random.random() < 0.5]
    wanted = degrees(edges, start, vertices)
    chosen, proven = cheapest(edges, costs, start, 10_000)
    assert degrees(edges, chosen, vertices) == wanted
    assert sum(costs[index] for index in chosen) <= sum(costs[index] for index in start)
    if proven:
        least = min(
            sum(costs[index] for index in each) for each, counts in all_degrees(edges, vertices) if counts == wanted
        )
        assert sum(costs[index] for index in chosen) == least


def test_cheapest_stops_when_its_steps_have_run_out() -> None:
    edges, costs = [(0, 1), (2, 3), (0, 2), (1, 3)], [1, 1, 0, 0]
    assert cheapest(edges, costs, [0, 1], 100) == ((2, 3), True)
    assert cheapest(edges, costs, [0, 1], 1) == ((0, 1), False)


def test_a_walk_that_uses_an_edge_twice_is_no_exchange() -> None:
    # Two triangles joined by an edge: only by giving up that edge twice could the costly sides be exchanged.
    edges = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)]
    costs = [1, 0, 0, 0, 0, 1, 0]
    chosen, proven = cheapest(edges, costs, [0, 3, 5], 10_000)
    assert (chosen, proven) == ((0, 3, 5), False)


def test_an_odd_group_loses_one() -> None:
    # Three triangles that hang on one vertex, and two pairs for everybody: the middle one can serve a single triangle.
    edges = [(0, 1), (1, 2), (0, 2), (2, 9), (3, 4), (4, 5), (3, 5), (5, 9), (6, 7), (7, 8), (6, 8), (8, 9)]
    assert shortfall(edges, Barrier(frozenset({9}), frozenset()), [2] * 10, [2] * 10) == 2


def test_nothing_to_choose_from() -> None:
    found = best_subgraph([], [range(2), range(0)])
    assert (found.chosen, found.degrees) == ((), (0, 0))
    assert found.barriers[0] == Barrier(frozenset({0}), frozenset())
    assert best_subgraph([], []).degrees == ()
    assert cheapest([], [], [], 10) == ((), True)
