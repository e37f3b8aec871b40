"""The laws of merging in real workspaces: clones, restored ones, packages cut, doubled, altered, late or missing.

RUBRICAPP_LAWS: how many histories; 2,000 take about half an hour. Of `core` alone there are more: `histories`. What is
compared with is a simulation that knows who had seen what, and nothing of how the app stores or plans anything.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rubricapp.core import changes as rules
from rubricapp.core.merging import Arriving
from rubricapp.core.model import Change, PersonId
from rubricapp.operations import merging
from rubricapp.store import engine, verifying
from rubricapp.store.conflicts import list_conflicts
from rubricapp.store.merging import list_quarantine, load_ends
from rubricapp.store.tables import COMPUTED
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Sources, Workspace, create, open_
from tests.parcels import parcel_since

FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
HISTORIES = int(os.environ.get("RUBRICAPP_LAWS", "3"))
CLONES = int(os.environ.get("RUBRICAPP_CLONES", "60"))
FIELDS = (
    ("person", "p1", "given_name"),
    ("person", "p2", "country"),
    ("rating", "a1/C-1", "level"),
    ("rating", "a1/C-1", "comment"),
    ("occasion", "o1", "position"),
    ("artefact", "w1", "title"),
    ("milestone", "m1", "note"),
    ("of_a_newer_version", "x1", "anything"),
    ("same_person", "p1", "kept"),
    ("same_person", "p2", "kept"),
    ("same_person", "p3", "kept"),
    ("artefact", "w1", "participant"),
    ("assessment", "a1", "assessor"),
)
PEOPLE = ("p1", "p2", "p3")


def value_of(draw: random.Random, field_: tuple[str, str, str]) -> object:
    if field_[2] in ("level", "position"):
        return draw.choice((None, 1, 2, 3))
    if field_[2] in ("kept", "participant", "assessor"):
        return draw.choice((None, *PEOPLE))
    return draw.choice((None, "x", "y", "زينب", "z" * 50))


@dataclass
class Truth:
    """What really happened: every word with what its author had seen of that field; what each laptop has seen."""

    values: dict[str, object] = field(default_factory=dict)
    replaced: dict[str, frozenset[str]] = field(default_factory=dict)
    of_field: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)

    def heads(self, key: tuple[str, str, str], seen: set[str]) -> set[str]:
        mine = self.of_field.get(key, set()) & seen
        return {each for each in mine if not any(each in self.replaced[other] for other in mine)}

    def conflicts(self, seen: set[str]) -> set[tuple[str, str, str]]:
        return {
            key
            for key in self.of_field
            if len({rules.canonical(self.values[each]) for each in self.heads(key, seen)}) > 1
        }


@dataclass
class Laptop:
    ws: Workspace
    seen: set[str] = field(default_factory=set)


def tables(ws: Workspace) -> dict[str, list[tuple]]:
    return {name: sorted(ws.rows(f"SELECT * FROM {name}"), key=repr) for name in COMPUTED}


@pytest.fixture(autouse=True)
def _quick_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The empty database that each check compares with is copied, not made anew thousands of times."""
    template = verifying._fresh()

    def copied() -> engine.Connection:
        memory = engine.connect(None)
        template.backup(memory)
        return memory

    monkeypatch.setattr(verifying, "_fresh", copied)
    yield
    template.close()


def faults(ws: Workspace) -> set[str]:
    return {each.code for each in find_faults(ws).problems} - {"CHECK_REFERENCE"}


def say(laptop: Laptop, truth: Truth, draw: random.Random) -> None:
    key = draw.choice(FIELDS)
    value = value_of(draw, key)
    with laptop.ws.writing("somebody") as log:
        written = log.set(*key, value)
    if written:
        (id_,) = [row[0] for row in laptop.ws.rows("SELECT lower(hex(max(id))) FROM change WHERE device = "
                                                   "(SELECT value FROM meta WHERE key = 'device')")]  # fmt: skip
        truth.values[id_], truth.replaced[id_] = value, frozenset(truth.heads(key, laptop.seen))
        truth.of_field.setdefault(key, set()).add(id_)
        laptop.seen.add(id_)


def send(sender: Laptop, receiver: Laptop, draw: random.Random) -> None:
    """A package: all or what is lacking, cut at either end, doubled, in another order, some of it missing."""
    everything = draw.random() < 0.3
    parcel = parcel_since(sender.ws, {} if everything else load_ends(receiver.ws), f"{draw.getrandbits(64):016x}")
    changes = list(parcel.changes)
    trick, aside = draw.randrange(7), set()
    if trick == 0 and changes:
        changes = changes[: draw.randint(0, len(changes))]
    elif trick == 1:
        changes = [each for each in changes if draw.random() < 0.7]
    elif trick == 2:
        changes = changes + changes[: len(changes) // 2]
    elif trick == 3:
        draw.shuffle(changes)
    places = {each.place for each in changes}
    links = {each.place: each.hash for each in parcel.changes}
    before = dict(parcel.before)
    for device, seq in places:
        if (device, seq - 1) not in places and (device, seq - 1) in links:
            before[device, seq] = links[device, seq - 1]
    fresh = [each for each in changes if each.change.id not in receiver.seen]
    if trick == 4 and fresh:
        bad = draw.choice(fresh)
        forged = replace(bad, change=replace(bad.change, value="forged"))
        aside = {each.change.id for each in fresh if each.place[0] == bad.place[0] and each.place[1] >= bad.place[1]}
        changes = [forged if each.place == bad.place else each for each in changes]
    done = merging.merge(receiver.ws, replace(parcel, changes=tuple(changes), before=before), keep_backup=False)
    assert {each.change.id for each, _why in done.planned.plan.quarantined} == aside, "only what was altered goes aside"
    receiver.seen |= {each.change.id for each in changes} - aside


def opened(folder: Path, years: int) -> Workspace:
    return create(folder, Sources(now=lambda: datetime.now(UTC) + years * timedelta(days=365)))


@pytest.mark.timeout(max(300, HISTORIES * 10))
def test_ten_devices_show_exactly_the_conflicts_that_there_are_and_end_alike() -> None:
    shown = 0
    for number in range(HISTORIES):
        draw, truth = random.Random(number), Truth()
        kept: dict[Path, tuple[bytes, set[str]]] = {}
        with tempfile.TemporaryDirectory(dir=FAST) as name:
            laptops = [
                Laptop(opened(Path(name) / str(each), draw.choice((0, 0, -1, 1)))) for each in range(draw.randint(2, 8))
            ]
            for step in range(draw.randint(20, 90)):
                if draw.random() < 0.5:
                    say(draw.choice(laptops), truth, draw)
                else:
                    send(*draw.sample(laptops, 2), draw)
                if step % 20 == 10:
                    _set_back(laptops, kept, draw)
                if step == 30 and len(laptops) < 10:
                    laptops += _copies(Path(name), laptops, draw)
                one = draw.choice(laptops)
                found = {(each.kind, each.record, each.field) for each in list_conflicts(one.ws)}
                assert found == truth.conflicts(one.seen), (number, step)
                shown += len(found)
                assert faults(one.ws) <= {"CHECK_GAP"}
            parcels = [parcel_since(each.ws, {}, f"all-{place}") for place, each in enumerate(laptops)]
            for receiver in laptops:
                for parcel in draw.sample(parcels, len(parcels)):
                    merging.merge(receiver.ws, parcel, keep_backup=False)
            everything = set().union(*(each.seen for each in laptops))  # what was set back before it was sent is gone
            for each in laptops:
                assert faults(each.ws) <= ({"CHECK_GAP"} if set(truth.values) - everything else set())
                aside = [one for one in list_quarantine(each.ws) if '"forged"' not in one.content]
                assert {one.id for one in aside} & everything == set(), "no honest word is left aside"
                assert {row[0] for row in each.ws.rows("SELECT lower(hex(id)) FROM change")} == everything
                assert tables(each.ws) == tables(laptops[0].ws)
                found = {(one.kind, one.record, one.field) for one in list_conflicts(each.ws)}
                assert found == truth.conflicts(everything)
            for each in laptops:
                each.ws.close()
    assert shown > HISTORIES, "there were conflicts to be shown"


def _set_back(laptops: list[Laptop], kept: dict[Path, tuple[bytes, set[str]]], draw: random.Random) -> None:
    """A workspace's file as it was some time ago is put back by hand: it goes on as another device."""
    one = draw.choice(laptops)
    path = one.ws.path
    if path in kept:
        own = "SELECT count(*) FROM change WHERE device = (SELECT value FROM meta WHERE key = 'device')"
        device, said = one.ws.device, one.ws.rows(own)
        one.ws.close()
        path.write_bytes(kept[path][0])
        one.ws, one.seen = open_(path.parent), set(kept[path][1])
        assert one.ws.device != device or one.ws.rows(own) == said, "or it had said nothing since"
    else:
        kept[path] = path.read_bytes(), set(one.seen)


def _copies(place: Path, laptops: list[Laptop], draw: random.Random) -> list[Laptop]:
    """A workspace that was copied, or restored elsewhere: it gets a device of its own."""
    source = draw.choice(laptops)
    folder, restored = source.ws.folder, place / "restored"
    source.ws.close()
    shutil.copytree(folder, restored)
    source.ws = open_(folder)
    made = open_(restored)
    assert made.device != source.ws.device
    return [Laptop(made, set(source.seen))]


@pytest.mark.timeout(max(120, CLONES))
def test_every_clone_is_found_and_no_row_is_dropped() -> None:
    """P7: the same place in a log taken twice, at any point, whichever of the two comes first."""
    draw = random.Random(7)
    with tempfile.TemporaryDirectory(dir=FAST) as name, create(Path(name) / "w") as ws:
        for number in range(CLONES):
            device = f"{draw.getrandbits(128):032x}"
            shared, own, other = (draw.randint(low, 6) for low in (0, 1, 1))
            begun = _log(draw, device, shared, (), rules.GENESIS)
            original = begun + _log(draw, device, own, begun, begun[-1].hash if begun else rules.GENESIS)
            clone = begun + _log(draw, device, other, begun, begun[-1].hash if begun else rules.GENESIS)
            first, second = (original, clone) if draw.random() < 0.5 else (clone, original)
            held = len(list_quarantine(ws))
            merging.merge(ws, merging.Parcel(f"{number}a", device, "", tuple(first)), keep_backup=False)
            done = merging.merge(ws, merging.Parcel(f"{number}b", device, "", tuple(second)), keep_backup=False)
            assert "MERGE_QUARANTINE" in {each.code for each in done.planned.problems}, number
            here = {row[0] for row in ws.rows("SELECT lower(hex(id)) FROM change")}
            aside = {each.id for each in list_quarantine(ws)}
            assert {each.change.id for each in (*original, *clone)} <= here | aside, "a row was dropped"
            assert {each.change.id for each in first} <= here
            assert len(aside) - held == len(second) - shared
        assert faults(ws) == set()


def _log(draw: random.Random, device: str, count: int, before: tuple | list, link: bytes) -> list[Arriving]:
    made = []
    for seq in range(len(before) + 1, len(before) + count + 1):
        key, at = draw.choice(FIELDS), 1_800_000_000_000 + seq
        value = value_of(draw, key)
        change = Change(
            *(rules.uuid7(at, draw.randbytes(8)).hex(), device, seq, at << 16, rules.time_of(at), PersonId("a")),
            *(*key, value),
        )
        salt = draw.randbytes(16)
        link = rules.chain_hash(link, change, rules.commitment(salt, value, ""))
        made.append(Arriving(change, link, salt))
    return made
