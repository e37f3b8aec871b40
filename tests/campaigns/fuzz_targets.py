"""What is fuzzed: how a case is made, and what reads it. A case is bytes, so that it can be kept and made smaller.

A reader may raise UserError and nothing else. `Broken` is raised where it ended well and left something bad behind.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rubricapp.core import changes as rules
from rubricapp.core import merging as merging_rules
from rubricapp.core.merging import Arriving
from rubricapp.core.model import AssessmentKind, Change, PersonId, Role
from rubricapp.errors import Exit, UserError
from rubricapp.exchange import change_lines, package_file, sealing, signed_zip, signing, strict_json
from rubricapp.exchange.folio_file import FILES, Listed
from rubricapp.store.vault import Vault
from tests.campaigns import mutations
from tests.campaigns.mutations import Pairs, mutate_bytes, mutate_json, mutate_lines
from tests.parcels import parcel_since


class Broken(AssertionError):
    """It was read without a word, and something is wrong now."""


class Target(ABC):
    """One kind of file. place: a folder of its own."""

    def __init__(self, place: Path) -> None:
        self.place = place

    @abstractmethod
    def make(self, draw: random.Random) -> bytes:
        """A case."""

    @abstractmethod
    def read(self, case: bytes) -> str:
        """Read it as the app does. Raises UserError; returns a word for how it went where there is more to say."""


# A programme with something in it


WORDS = "the person does the task with the help of a list, and what they did can be seen in the report of the day."


def document() -> dict[str, Any]:
    """A small rubric."""
    return {
        "format": 1,
        "id": "small",
        "version": "1.0",
        "language": "en",
        "title": "Small",
        "summary": "A rubric for campaigns.",
        "needs_coverage": 80,
        "scale": [{"name": name, "anchor": f"{name}."} for name in ("One", "Two", "Three")],
        "criteria": [
            {
                "id": f"TST-{number}",
                "title": f"Title {number}",
                "about": f"About {number}.",
                "weight": number,
                "gate": 2,
                "evidence": ["offload log"],
                "levels": {level: f"Step {level} of {number}: {WORDS}" for level in (1, 2, 3)},
            }
            for number in (1, 2, 3)
        ],
        "translations": {"fr": {"title": "Petit", "criteria": {"TST-1": {"title": "Titre"}}}},
    }


def programme(place: Path):
    """A workspace with a participant, an assessor, a work, a day and a finished assessment."""
    from rubricapp.operations import artefacts, assessments, people, production_log, programmes, releases, rubrics
    from rubricapp.store.people import find_occasion
    from rubricapp.store.rubrics import find_rubric
    from rubricapp.store.workspace import Sources

    chance = random.Random(1)  # the same ids each time, so that a run can be made again
    sources = Sources(now=lambda: datetime(2026, 11, 29, tzinfo=UTC), random=chance.randbytes)
    ws = programmes.start(place / "w", "Made-up residency", "2026", sources=sources, rubrics=[])
    rubrics.adopt(ws, [json.loads(json.dumps(document()), object_hook=_whole_levels)])
    ama = people.add_person(ws, Role.PARTICIPANT, "ናሆም مريم Example", email="n@example.org")[0]
    tunde = people.add_person(ws, Role.ASSESSOR, "Tunde Example")[0]
    (place / "river.txt").write_bytes(b"a river " * 99)
    artefacts.add_work(ws, ama.id, str(place / "river.txt"), {"title": "River"})
    production_log.add_day(ws, ama, {"worked_on": "2026-09-10"})
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    begun, _changes = assessments.begin(ws, ama, rubric, baseline, tunde, AssessmentKind.ASSESSOR)
    assessments.rate_many(ws, begun, rubric, {f"TST-{number}": number for number in (1, 2, 3)}, {"TST-1": "Steady."})
    assessments.finish(ws, begun.id)
    releases.release(ws, [ama.id])
    return ws


def _whole_levels(node: dict) -> dict:
    return {int(key) if key.isdecimal() else key: value for key, value in node.items()}


# Packages


class ChangeLines(Target):
    """The changes of a package, as they stand in it: altered as JSON, as lines, and as a deflated stream."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        with programme(place) as ws:
            self.devices = [ws.device, "d" * 32]
            packed = b"".join(change_lines.deflated(parcel_since(ws, {}, "x").changes, self.devices))
        import zlib

        self.lines = zlib.decompress(packed)

    def make(self, draw: random.Random) -> bytes:
        lines = self.lines.splitlines()
        start = draw.randrange(len(lines))
        lines = lines[start : start + draw.choice((1, 3, 40))]
        trick = draw.randrange(5)
        if trick <= 2:
            place = draw.randrange(len(lines))
            lines[place] = mutate_json(draw, lines[place])
        data = b"\n".join(lines) + b"\n"
        if trick == 3:
            data = mutate_lines(draw, data, [self.lines])
        packed = mutations.deflate(data)
        return mutate_bytes(draw, packed, [packed]) if trick == 4 else packed

    def read(self, case: bytes) -> str:
        try:
            found = list(change_lines.inflated([case], self.devices))
        except (ValueError, RecursionError) as error:  # what the door of a package says in one sentence
            raise UserError("E_FILE_DAMAGED", "Damaged.", details=str(error), exit_code=Exit.DAMAGED) from error
        plan = merging_rules.plan(found, merging_rules.Known())
        merging_rules.problems(plan, {})
        return "planned"


class Inner(Target):
    """What is inside of the seal: its manifest altered and signed again, its members, or any byte of it."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        from rubricapp.operations import packages

        self.key, self.identity = signing.key_from(b"7" * 32), sealing.new_identity()
        with programme(place) as ws:
            changes = parcel_since(ws, {}, "x").changes
            manifest = packages.manifest_of(ws, package_file.RETURN, "e" * 32, changes, None)
        self.manifest = replace(manifest, public_key=self.key.public.hex(), sealing_key=self.identity.public)
        devices = [device for device, _name in manifest.devices]
        self.lines = b"".join(change_lines.deflated(changes, devices))
        self.file = b"a river " * 99
        (place / "target").mkdir()

    def _packed(self, manifest: bytes, members: list[tuple[str, bytes]]) -> bytes:
        out = io.BytesIO()
        listed = [(Listed(name, len(data), ""), [data]) for name, data in members]
        signed_zip.write(out, manifest, self.key, package_file.PURPOSE, listed)
        return out.getvalue()

    def make(self, draw: random.Random) -> bytes:
        name = FILES + hashlib.sha256(self.file).hexdigest()
        members = [(package_file.CHANGES, self.lines), (name, self.file)]
        trick = draw.randrange(6)
        if trick == 0:
            members[0] = (members[0][0], mutate_bytes(draw, self.lines))
        if trick == 1:
            members = draw.choice((members[:1], members[::-1], members * 2, [("../../x", b"x"), *members]))
        listed = tuple(Listed(each, len(data), hashlib.sha256(data).hexdigest()) for each, data in members)
        said = strict_json.dump(replace(self.manifest, members=listed))
        if trick in (2, 3, 4):
            said = mutate_json(draw, said)[: signed_zip.LARGEST_MANIFEST]  # what is longer, nobody can write
        packed = self._packed(said, members)
        return mutate_bytes(draw, packed, [packed]) if trick == 5 else packed

    def read(self, case: bytes) -> str:
        path = self.place / "in.rubricpack"
        head = _head_of(case) or package_file._head(self.manifest, "")
        said = strict_json.dump(head)
        with path.open("wb") as out:
            out.write(b"rubricpack 1\n" + f"{len(said):08x}\n".encode() + said)
            sealing.seal(io.BytesIO(case), out, [self.identity.public])
        return _look_into(path, [self.identity], self.place / "target")


def _head_of(plain: bytes) -> package_file.Head | None:
    """The head that a forger would write, so that what is inside is looked at."""
    try:
        said = signed_zip.read_signed(io.BytesIO(plain)).manifest
        return package_file._head(strict_json.build(package_file.Manifest, strict_json.load(said)), "")
    except (signed_zip.Damaged, ValueError, TypeError, KeyError, RecursionError):
        return None


def _look_into(path: Path, keys: list[sealing.Identity], target: Path) -> str:
    from rubricapp.operations.packages import parcel_of

    with package_file.opened(path, keys, target) as package:
        parcel = parcel_of(package)
        merging_rules.plan(parcel.changes, merging_rules.Known(), parcel.before, parcel.seen)
        for sha256 in package.files:
            package.copy_file(sha256, Vault(target))
    return "opened"


class Sealed(Inner):
    """A whole sealed package: its head, the lines of the seal, and any byte of it."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        listed = Listed(package_file.CHANGES, len(self.lines), hashlib.sha256(self.lines).hexdigest())
        said = strict_json.dump(replace(self.manifest, members=(listed,)))
        packed = self._packed(said, [(package_file.CHANGES, self.lines)])
        super().read(packed)
        self.whole = (place / "in.rubricpack").read_bytes()

    def make(self, draw: random.Random) -> bytes:
        magic, length, rest = self.whole.split(b"\n", 2)
        size = int(length, 16)
        head, seal = rest[:size], rest[size:]
        trick = draw.randrange(5)
        if trick == 0:
            head = mutate_json(draw, head)
            length = f"{len(head):08x}".encode()
        elif trick == 1:
            length = draw.choice((b"ffffffff", b"00000000", b"-0000001", b"0x000010", b" 1000000", b"1", b""))
        elif trick == 2:
            top, _, body = seal.partition(b"\n---")
            seal = mutate_lines(draw, top, [seal]) + b"\n---" + body
        elif trick == 3:
            stanza = seal.split(b"\n")[1:3]
            extra = b"\n".join(stanza * draw.choice((1, 20, 99, 3000))) + b"\n"
            seal = seal.replace(b"-> X25519", extra + b"-> X25519", 1)
        whole = b"\n".join((magic, length, head + seal))
        return mutate_bytes(draw, whole, [self.whole]) if trick == 4 else whole

    def read(self, case: bytes) -> str:
        path = self.place / "in.rubricpack"
        path.write_bytes(case)
        return _look_into(path, [self.identity], self.place / "target")


class Merge(Target):
    """What a laptop that we know could send us: changes that follow from each other and are signed, and say anything.

    After it was merged the check is green, every list can be read, work goes on, and the merge can be taken back.
    """

    DEVICE = "d" * 32

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        from rubricapp.store.people import load_programme

        with programme(place) as ws:
            said = [each.change for each in parcel_since(ws, {}, "x").changes]
            self.identity, self.programme = sealing.identity_of(ws), load_programme(ws).id
        last = {(each.kind, each.record, each.field): each for each in said}
        self.said = [
            [each.kind, each.record, each.field, each.value, each.reason, each.author, each.hlc, 0, [each.id]]
            for each in last.values()
        ]
        self.key = signing.key_from(b"7" * 32)

    def make(self, draw: random.Random) -> bytes:
        said = json.loads(json.dumps(draw.sample(self.said, draw.choice((1, 2, 5)))), object_pairs_hook=Pairs)
        for each in said:
            what = draw.randrange(8)
            if what <= 3:
                each[3] = mutations.strange_value(draw, each[3])
            elif what == 4 and isinstance(each[3], Pairs):
                each[3] = mutations.Raw(
                    mutate_json(draw, mutations.rendered(each[3]).encode()).decode("utf-8", "replace")
                )
            elif what == 5:
                each[draw.choice((0, 1, 2, 5))] = draw.choice((*(text for text in mutations.TEXTS if text), *KINDS))
            elif what == 6:
                each[6] = draw.choice((1, (1 << 63) - 1, (1 << 63) - (1 << 48), 1 << 62))
            else:
                each[draw.choice((7, 8))] = draw.choice((-62_135_596_800_000, 253_402_300_799_999, [], ["a" * 32] * 50))
        return mutations.rendered(said).encode("utf-8", "surrogatepass")

    def _changes(self, case: bytes) -> Iterator[Arriving]:
        previous = rules.GENESIS
        for seq, each in enumerate(strict_json.load(case), 1):
            kind, record, name, value, reason, author, hlc, at, replaces = each
            change = Change(
                *(f"{seq:032x}", self.DEVICE, seq, hlc, rules.time_of(at if isinstance(at, int) else 0)),
                *(PersonId(author), kind, record, name, value),
                replaces=tuple(replaces) if isinstance(replaces, list) else (),
                reason=reason,
            )
            salt = bytes(16)
            previous = rules.chain_hash(previous, change, rules.commitment(salt, value, reason))
            yield Arriving(change, previous, salt)

    def read(self, case: bytes) -> str:
        from rubricapp.operations import returns
        from rubricapp.store.workspace import open_

        path, folder = self.place / "in.rubricpack", self.place / "copy"
        try:
            changes = list(self._changes(case))
            manifest = package_file.Manifest(
                *(1, package_file.RETURN, "e" * 32, self.programme, "Made-up residency", "2026", "2026-11-29"),
                *(self.DEVICE, "", "Somebody", "", "", 1, self.key.public.hex(), self.identity.public, ""),
                *(len(changes), ((self.DEVICE, "laptop"),), ((self.DEVICE, 1, len(changes)),)),
                *(((self.DEVICE, 1, "ab" * 32), (self.DEVICE, 2, "cd" * 32), ("e" * 32, 9, "ef" * 32)), ()),
            )
            package_file.write(path, manifest, changes, {}, self.key, [self.identity.public])
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return "not written"  # no laptop can send this
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.place / "w", folder)
        with open_(folder) as ws:
            ws.set_meta("sealing_identity", f"{ws.device} {self.identity.secret}")
            (brought,) = returns.bring_in(ws, [path], trust=True)
            if brought.error is not None:
                raise brought.error
            try:
                look_around(ws)
                go_on(ws, brought.merge)
            except UserError as error:
                raise Broken(f"merged, and then {error.code}: {error.details}") from error
        return "merged" if brought.merge else "nothing new"


KINDS = ("programme", "person", "rating", "assessment", "erasure", "peer_round", "milestone", "unknown", "device_key")


GREEN = ("CHECK_REFERENCE", "CHECK_GAP", "CHECK_VALUE")
"""Codes of the check that say what is odd about what was sent; any other one is a fault of ours."""


def look_around(ws) -> None:
    """Every read of the store that asks for the workspace alone, and the check."""
    import importlib
    import inspect
    import pkgutil

    import rubricapp.store
    from rubricapp.store.verifying import find_faults

    for module in pkgutil.iter_modules(rubricapp.store.__path__):
        found = importlib.import_module(f"rubricapp.store.{module.name}")
        for name, function in vars(found).items():
            if not name.startswith(("list_", "load_", "count_")) or not inspect.isfunction(function):
                continue
            needed = [
                each
                for each in inspect.signature(function).parameters.values()
                if each.default is each.empty and each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
            ]
            if [each.name for each in needed] == ["ws"] and function.__module__ == found.__name__:
                given = function(ws)
                if inspect.isgenerator(given):
                    list(given)
    wrong = [each for each in find_faults(ws).problems if each.code not in GREEN]
    if wrong:
        raise Broken(f"check: {wrong[0].code} {wrong[0].message[:200]}")


def go_on(ws, merge: str) -> None:
    """Work goes on, and the merge can be taken back."""
    from rubricapp.operations import merging, people
    from rubricapp.store.verifying import find_faults

    people.add_person(ws, Role.PARTICIPANT, "Late Example")
    if merge:
        merging.undo(ws, merge)
    wrong = [each for each in find_faults(ws).problems if each.code not in GREEN]
    if wrong:
        raise Broken(f"check afterwards: {wrong[0].code} {wrong[0].message[:200]}")
