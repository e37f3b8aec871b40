"""P4, P6, P7 by the ten thousand: laptops that exchange whatever gets through, by the rules of `core` alone.

    python -m tests.campaigns.histories [--runs 20000] [--seed 1] [--seconds 600]

Each history is made from the seed and its own number. Up to ten laptops write and send: all or a part of what they
have, cut, shuffled, doubled, altered on the way, old packages again; their clocks are years off; some are copied, set
back to an older state, or cloned, so that two go on under one name. What should be seen is known to a simulation that
knows who had seen what, and nothing of plans, links or heads. The same with real workspaces: `test_laws`.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from rubricapp.core import changes as rules
from rubricapp.core import merging
from rubricapp.core.merging import Arriving, Known, Place
from rubricapp.core.model import Change, PersonId

Field = tuple[str, str, str]
NOW = 1_800_000_000_000
YEAR = 365 * 86_400_000
FIELDS: tuple[Field, ...] = (
    ("rating", "a1/C-1", "level"),
    ("rating", "a1/C-1", "comment"),
    ("rating", "a2/C-1", "level"),  # the same criterion by another assessor
    ("person", "p1", "given_name"),
    ("of_a_newer_version", "x1", "anything"),
)
VALUES = (None, 1, 2, "x", "زينب", [1, {"a": "b"}])


@dataclass
class Truth:
    """What really happened, by the ids of changes: value, field, what its author had seen of that field."""

    value: dict[str, str] = field(default_factory=dict)
    of: dict[str, Field] = field(default_factory=dict)
    replaced: dict[str, frozenset[str]] = field(default_factory=dict)

    def heads(self, key: Field, seen: Iterable[str]) -> set[str]:
        mine = {each for each in seen if self.of[each] == key}
        return mine - {old for each in mine for old in self.replaced[each]}

    def conflicts(self, seen: set[str]) -> set[Field]:
        return {key for key in FIELDS if len({self.value[each] for each in self.heads(key, seen)}) > 1}


@dataclass
class Laptop:
    """What one laptop holds. aside: what it did not trust, by id and words. sent: packages that it wrote once."""

    device: str
    clock: int
    last: int = 0
    log: dict[Place, Arriving] = field(default_factory=dict)
    links: dict[Place, bytes] = field(default_factory=dict)
    heads: dict[Field, tuple[Change, ...]] = field(default_factory=dict)
    aside: dict[tuple[str, str], Arriving] = field(default_factory=dict)
    sent: list[tuple[list[Arriving], dict[Place, bytes]]] = field(default_factory=list)

    @property
    def ids(self) -> set[str]:
        return {each.change.id for each in self.log.values()}

    def copy(self, device: str) -> Laptop:
        return replace(
            self, device=device, log=dict(self.log), links=dict(self.links), heads=dict(self.heads), aside={}, sent=[]
        )

    def link(self, place: Place) -> bytes | None:
        device, seq = place
        if seq == 1:
            return rules.GENESIS
        return self.log[device, seq - 1].hash if (device, seq - 1) in self.log else self.links.get(place)


def words(each: Arriving) -> str:
    return json.dumps(each.change.value, sort_keys=True)


def say(one: Laptop, truth: Truth, draw: random.Random, at: int) -> None:
    key, value = draw.choice(FIELDS), draw.choice(VALUES)
    seq = max((seq for device, seq in one.log if device == one.device), default=0) + 1
    one.last = rules.next_hlc(one.last, at + one.clock)
    id_ = rules.uuid7(max(0, at + one.clock), draw.randbytes(8)).hex()
    change = Change(
        *(id_, one.device, seq, one.last, rules.time_of(at + one.clock), PersonId("a"), *key, value),
        replaces=tuple(each.id for each in one.heads.get(key, ())),
    )
    truth.value[id_], truth.of[id_] = json.dumps(value), key
    truth.replaced[id_] = frozenset(truth.heads(key, one.ids))
    salt = draw.randbytes(16)
    link = one.link((one.device, seq))
    assert link is not None
    one.log[one.device, seq] = Arriving(change, rules.chain_hash(link, change, rules.commitment(salt, value, "")), salt)
    one.heads[key] = (change,)


def known(one: Laptop, some: Iterable[Arriving]) -> Known:
    places = {each.place for each in some}
    by_id = {each.change.id: each.hash for each in one.log.values()}
    touched = {each.field for each in some}
    here = [each.change for each in one.log.values() if each.field in touched]
    return Known(
        {each.change.id: by_id[each.change.id] for each in some if each.change.id in by_id},
        {place: one.log[place].change.id for place in places if place in one.log},
        {(d, s - 1): one.log[d, s - 1].hash for d, s in places if (d, s - 1) in one.log},
        {(d, s): one.log[d, s + 1] for d, s in places if (d, s + 1) in one.log},
        {key: one.heads[key] for key in touched if key in one.heads},
        rules.named_by(here),
    )


def merge(one: Laptop, some: list[Arriving], before: Mapping[Place, bytes]) -> merging.Plan:
    plan = merging.plan(some, known(one, some), before)
    for each in plan.new:
        assert each.place not in one.log, "a place taken twice"
        one.log[each.place] = each
        one.aside.pop((each.change.id, words(each)), None)
        if each.place in before and (each.place[0], each.place[1] - 1) not in one.log:
            one.links[each.place] = before[each.place]
    for outcome in plan.fields:
        one.heads[outcome.field] = outcome.heads
    for each, reason in plan.quarantined:
        assert reason
        one.aside[each.change.id, words(each)] = each
    one.last = max([one.last, *(each.change.hlc for each in plan.new)])
    assert len(plan.new) + plan.same + len(plan.quarantined) >= len({(each.place, each.change.id) for each in some})
    return plan


def packed(sender: Laptop, draw: random.Random) -> tuple[list[Arriving], dict[Place, bytes]]:
    """What gets through of a package: all of it, a part, cut at an end; in its order, shuffled or doubled."""
    some = [sender.log[place] for place in sorted(sender.log)]
    trick = draw.randrange(7)
    if trick == 0:
        some = some[: draw.randint(0, len(some))]
    elif trick == 1:
        some = some[draw.randint(0, len(some)) :]
    elif trick == 2:
        some = [each for each in some if draw.random() < 0.7]
    elif trick == 3:
        some = some + some[: len(some) // 2]
        draw.shuffle(some)
    elif trick == 4:
        device = draw.choice([each.place[0] for each in some] or [""])
        some = [each for each in some if each.place[0] == device]
    before = {each.place: link for each in some if (link := sender.link(each.place)) and each.place[1] > 1}
    sender.sent.append((some, before))
    return draw.choice(sender.sent) if draw.random() < 0.2 else (some, before)


def altered(some: list[Arriving], receiver: Laptop, draw: random.Random) -> tuple[list[Arriving], set[str]]:
    """One change with other words: (the package, ids of what must go aside, because it is that or comes after it)."""
    fresh = [each for each in some if each.place not in receiver.log]
    if not fresh:
        return some, set()
    bad = draw.choice(fresh)
    forged = replace(bad, change=replace(bad.change, value="forged"))
    aside = {each.change.id for each in some if each.place[0] == bad.place[0] and each.place[1] >= bad.place[1]}
    aside -= receiver.ids
    return [forged if each.place == bad.place else each for each in some], aside


def digest(one: Laptop) -> str:
    said = [(place, each.change.id, each.hash.hex()) for place, each in sorted(one.log.items())]
    shown = sorted((key, [each.id for each in heads]) for key, heads in one.heads.items())
    return hashlib.sha256(repr((said, shown)).encode()).hexdigest()


def run(seed: int, number: int, count: Counter[str]) -> None:
    """One history. Raises AssertionError where a law does not hold."""
    draw, truth = random.Random(f"{seed} {number}"), Truth()
    cloned = draw.random() < 0.15
    laptops = [
        Laptop(draw.randbytes(16).hex(), draw.choice((0, 0, 1, -1, 10, -10)) * YEAR + draw.randint(-9, 9))
        for _each in range(draw.randint(2, 7))
    ]
    forged: set[str] = set()
    for step in range(draw.randint(10, 60)):
        what, one = draw.random(), draw.choice(laptops)
        if what < 0.5:
            say(one, truth, draw, NOW + step * 1000)
            count["said"] += 1
        elif what < 0.93 and len(laptops) > 1:
            receiver = draw.choice([each for each in laptops if each is not one])
            some, before = packed(one, draw)
            must: set[str] = set()
            if draw.random() < 0.1:
                some, must = altered(some, receiver, draw)
                forged |= must
                count["altered"] += 1
            had = receiver.ids
            plan = merge(receiver, some, before)
            if not cloned:
                assert {each.change.id for each, _why in plan.quarantined} == must, "only what was altered goes aside"
                assert receiver.ids == had | ({each.change.id for each in some} - must), "all the rest is taken in"
            count["merges"] += 1
        elif len(laptops) < 10:
            laptops.append(one.copy(draw.randbytes(16).hex() if not cloned else one.device))
            count["clones" if cloned else "copies"] += 1
        if not cloned:
            assert {key for key, heads in one.heads.items() if rules.is_conflict(heads)} == truth.conflicts(one.ids)
    _meet(laptops, truth, draw, cloned, count)


def _meet(laptops: list[Laptop], truth: Truth, draw: random.Random, cloned: bool, count: Counter[str]) -> None:
    """In the end everybody hears everything, each in an order of their own; the last three hear it again."""
    everything = set(truth.value)
    parcels = [
        (list(each.log.values()), {place: link for place in each.log if (link := each.link(place)) and place[1] > 1})
        for each in laptops
    ]
    fresh = [Laptop("f" * 32, 0), Laptop("e" * 32, 0)]
    for receiver in (*laptops, *fresh):
        for parcel in draw.sample(parcels, len(parcels)):
            merge(receiver, *parcel)
        for parcel in parcels:
            again = digest(receiver)
            assert not merge(receiver, *parcel).new, "the same again is nothing new"
            assert digest(receiver) == again
    for each in (*laptops, *fresh):
        held = {key for key, _words in each.aside}
        assert each.ids | held == everything, "nothing is lost"
        computed = rules.heads(one.change for one in each.log.values())
        assert {key: [one.id for one in heads] for key, heads in each.heads.items()} == {
            key: [one.id for one in heads] for key, heads in computed.items()
        }
        if not cloned:
            assert each.ids == everything
            assert all(text == '"forged"' for _id, text in each.aside), "no honest word is left aside"
            shown = {key for key, heads in each.heads.items() if rules.is_conflict(heads)}
            assert shown == truth.conflicts(everything), "each conflict that there is, and no other"
            count["conflicts"] += len(shown)
            assert digest(each) == digest(laptops[0]), "one digest for all orders"
    if cloned and _two_went_on(laptops, truth):
        assert all(each.aside for each in fresh), "a clone is found"
        count["clones found"] += 1


def _two_went_on(laptops: list[Laptop], truth: Truth) -> bool:
    """Whether the same place of a log was taken twice by what different laptops hold."""
    taken: dict[Place, set[str]] = {}
    for place, each in itertools.chain.from_iterable(one.log.items() for one in laptops):
        taken.setdefault(place, set()).add(each.change.id)
    return any(len(ids) > 1 for ids in taken.values())


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="histories", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first history")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    asked = parser.parse_args(arguments)
    count: Counter[str] = Counter()
    begun, number = time.monotonic(), asked.first
    while number < asked.first + asked.runs and time.monotonic() - begun < asked.seconds:
        try:
            run(asked.seed, number, count)
        except AssertionError as error:
            print(f"history {number} of seed {asked.seed}: {error}", flush=True)
            raise
        number += 1
    told = ", ".join(f"{name} {n:,}" for name, n in sorted(count.items()))
    print(f"{number - asked.first:,} histories, 0 faults, {time.monotonic() - begun:.0f} s: {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
