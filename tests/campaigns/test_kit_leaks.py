"""What packages hold of random programmes, for every sort of recipient, against a table made from the log by hand.

Every field of every kind that there is says something. RUBRICAPP_LAWS: how many programmes.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from rubricapp.core.kits import Circle
from rubricapp.core.model import Change, Person, Role
from rubricapp.exchange import package_file, sealing
from rubricapp.exchange.package_file import Head, Manifest
from rubricapp.operations import assigning, kits, people, programmes, returns, rubrics, same_people
from rubricapp.store.aliases import SLOTS
from rubricapp.store.kinds import KINDS
from rubricapp.store.kits import list_device_keys
from rubricapp.store.people import find_occasion, find_people, list_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.same_people import list_doubles
from rubricapp.store.vault import Stored, Vault
from rubricapp.store.workspace import Workspace, open_
from tests.campaigns.kit_rules import FREE, Log, Rules
from tests.laptops import make_passphrases_quick

PROGRAMMES = int(os.environ.get("RUBRICAPP_LAWS", "2")) * 2
FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
WORDS = "four rivers meet"
RECIPIENTS = ("A-001", "P-001", "M-001", "L-002", "A-003", "P-004")
"""An assessor, somebody who is assessed and reviews, a mentor, a second lead; an assessor who is a mentor, too; a
participant who is asked to score."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_passphrases_quick(monkeypatch)


class Filler:
    """Some records of every kind, of random people, every field of which says something of its own."""

    def __init__(self, ws: Workspace, draw: random.Random) -> None:
        self.ws, self.draw, self.number = ws, draw, 0
        ids = {each.code: each.id for each in list_people(ws)}
        self.people = list(ids.values())
        self.participants = [ids[code] for code in sorted(ids) if code.startswith("P")]
        self.staff = [ids[code] for code in sorted(ids) if not code.startswith("P")] + [ids["P-004"]]
        self.rubric = find_rubric(ws, "small").content_hash
        self.occasions = [find_occasion(ws, name).id for name in ("baseline", "final")]
        self.made: dict[str, list[str]] = {}
        self.numbers = {
            (kind, name)
            for kind, rule in KINDS.items()
            for name, column in rule.fields.items()
            if (column, "INTEGER") in ws.rows(f"SELECT name, type FROM pragma_table_info('{rule.table}')")
        }

    def fill(self) -> None:
        first = ("artefact", "log_entry", "assessment", "peer_round", "meeting", "calibration_sample", "calibration")
        order = [*first, *(each for each in sorted(KINDS) if each not in first)]
        with self.ws.writing("somebody") as log:
            for kind in order:
                if kind in (
                    "same_person",
                    "person",
                    "programme",
                    "edition",
                    "enrolment",
                    "erasure",
                    "device_key",
                    "rubric_version",
                ):
                    continue
                for each in range(self.draw.randint(3, 8)):
                    record = self.record(kind, each)
                    self.made.setdefault(kind, []).append(record)
                    log.author = self.draw.choice((*self.people, "", "somebody"))
                    self.say(log, kind, record)

    def record(self, kind: str, number: int) -> str:
        whole = {"rating": "assessment", "calibration_level": "calibration_sample", "calibration_rating": "calibration"}
        if kind in whole:
            return f"{self.draw.choice(self.made[whole[kind]])}/TST-{number % 6 + 1}"
        return self.draw.choice(self.made["assessment"]) if kind == "peer_review" else f"{kind}-{number}"

    def say(self, log, kind: str, record: str) -> None:
        fields = [*KINDS[kind].fields, *KINDS[kind].special]
        for name in self.draw.sample(fields, len(fields)):
            if self.draw.random() < 0.06 and name not in ("rubric", "kind"):
                continue  # something was never said
            for _again in range(1 + (self.draw.random() < 0.2)):
                log.set(kind, record, name, self.value(kind, name, record))

    def value(self, kind: str, name: str, record: str) -> object:
        self.number += 1
        draw, choose = self.draw, self.draw.choice
        if kind == "release" and name in ("participant", "occasion"):  # one of each slot, as its id says it
            number = int(record.rpartition("-")[2])
            return self.participants[number % 4] if name == "participant" else self.occasions[number // 4]
        if name in ("participant", "author", "reviewer", "one", "other"):
            return choose(self.participants)
        if name in ("assessor", "mentor"):
            if kind == "assessment" and draw.random() < 0.5:
                return choose(self.participants)
            return choose(self.staff)
        if name in ("person", "owner", "agreed_by", "third", "member", "decided_by"):
            return choose(self.people)
        if name == "rubric":
            return self.rubric
        if name == "occasion":
            return choose(self.occasions)
        if (kind, name) == ("assessment", "kind"):
            return choose(("assessor", "assessor", "self", "peer", "mentor"))
        if name == "state" and kind in ("assessment", "calibration"):
            return choose(("draft", "finished", "finished", "finished"))
        if name == "finished_at":
            return f"2026-09-{draw.randint(1, 28):02}T10:00:00+00:00"
        if name.endswith("_on") and kind != "milestone":
            if kind in ("peer_round", "agreed_action") and draw.random() < 0.7:
                return None
            return f"2026-09-{draw.randint(1, 28):02}" if kind != "release" else choose(("2026-09-14", "2026-09-30"))
        if name == "visibility":
            return choose(("pair", "lead", "", None, "a newer word"))
        if name == "audience":
            return choose(("peers", "producer", ""))
        if name == "embargo_until":
            return choose((None, "2026-01-01", "2099-01-01"))
        if name == "link":
            return choose((None, f"https://example.org/{self.number}", f"/home/somebody/{self.number}.mov"))
        if name in ("removed", "shown", "at_once", "demanded", "needs_calibration"):
            return choose((0, 0, 1)) if name != "shown" else choose((0, 1, 1))
        if name in ("sample", "entry", "meeting", "round"):
            kinds = {"sample": "calibration_sample", "entry": "log_entry", "round": "peer_round"}
            return choose(self.made[kinds.get(name, name)])
        if name in ("artefact", "log_entry"):
            return choose((None, choose(self.made[name]) if name in self.made else None))
        if name in ("criteria", "members", "reviews", "as_of") and name in KINDS[kind].special:
            return [f"TST-{draw.randint(1, 6)}"]
        if name == "level":
            return draw.randint(1, 5)
        if name == "sha256":
            return self.file(f"bytes of {record} {self.number}")
        if name == "size":
            return 30
        if (kind, name) in self.numbers:
            return 1000 + self.number
        return f"token-{self.number}-{kind}-{name}"

    def file(self, text: str) -> str:
        data = text.ljust(30).encode()
        name = hashlib.sha256(data).hexdigest()
        place = self.ws.files / name[:2] / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return name


def programme(folder: Path, document: dict, draw: random.Random, twins: bool = False) -> Workspace:
    """A lead's workspace with everything in it. twins: two participants and an assessor are in it once more."""
    ws = programmes.start(folder, "Four rivers", "2026", rubrics=[])
    rubrics.adopt(ws, [document])
    for role, count in ((Role.PARTICIPANT, 4), (Role.ASSESSOR, 3), (Role.LEAD, 2), (Role.MENTOR, 2)):
        for each in range(count):
            made = people.add_person(ws, role, f"{role}{each} Family-{role}-{each}", email=f"{role}{each}@x.org")[0]
            people.edit_person(ws, made.id, {"given_name": f"{role}{each}-renamed"})
    assessor = who(ws, "A-003")
    people.add_person(ws, Role.MENTOR, assessor.name, assessor.code)
    participant = who(ws, "P-004")
    people.add_person(ws, Role.ASSESSOR, participant.name, participant.code)
    for code, count in (("A-001", 2), ("A-003", 2), ("L-002", 1), ("P-004", 1)):
        for each in draw.sample(range(1, 4), count):
            rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, draw.choice(("baseline", "final")))
            assigning.assign(ws, who(ws, f"P-00{each}"), who(ws, code), rubric, occasion)
    again = [("P-001", Role.PARTICIPANT), ("P-003", Role.PARTICIPANT), ("A-002", Role.ASSESSOR)] if twins else []
    others = [people.add_person(ws, role, f"Twin of {code}")[0] for code, role in again]
    filler = Filler(ws, draw)
    filler.fill()
    release_one(ws, filler)
    for other, (code, _role) in zip(others, again, strict=True):
        same_people.say_same(ws, other.id, who(ws, code).id, "Told in confidence.")
    return ws


def release_one(ws: Workspace, filler: Filler) -> None:
    """Chance alone rarely gives a whole story: results that were released, and one more that is still a draft."""
    slot = {"participant": who(ws, "P-001").id, "rubric": filler.rubric, "occasion": find_occasion(ws, "midpoint").id}
    with ws.writing("somebody") as log:
        for kind, code, state in (
            ("self", "P-001", "finished"),
            ("assessor", "A-002", "finished"),
            ("mentor", "M-002", "draft"),
            ("peer", "P-002", "finished"),
        ):
            said = {**slot, "assessor": who(ws, code).id, "kind": kind, "state": state}
            log.set_all("assessment", f"released-{kind}", {**said, "finished_at": "2026-09-05T10:00:00+00:00"})
            log.set("rating", f"released-{kind}/TST-1", "comment", f"token-released-{kind}")
        said = {**slot, "participant": who(ws, "P-002").id, "assessor": who(ws, "P-001").id, "kind": "peer"}
        log.set_all("assessment", "review", said)
        log.set("peer_review", "review", "works", "token-review")
        log.set_all("peer_round", "open-round", {"rubric": filler.rubric, "occasion": slot["occasion"], "seed": 7319})
        asked = {"round": "open-round", "reviewer": said["assessor"], "author": said["participant"]}
        log.set_all("allocation", "open-allocation", asked)
        log.set_all("release", "released", {**slot, "released_on": "2026-09-30"})
        log.set_all("agreed_level", "agreed", {**slot, "criterion": "TST-1", "level": 3, "reason": "token-agreed"})
        log.set_all("mentorship", "accompanied", {"participant": slot["participant"], "mentor": who(ws, "M-001").id})


def who(ws: Workspace, code: str) -> Person:
    return find_people(ws, code)[0]


@pytest.fixture
def programmes_of(document: dict) -> Iterator[Callable[[int], Workspace]]:
    with tempfile.TemporaryDirectory(dir=FAST) as name:
        open_now: list[Workspace] = []

        def start(number: int) -> Workspace:
            while open_now:
                open_now.pop().close()
            open_now.append(programme(Path(name) / f"w{number}", document, random.Random(number)))
            return open_now[0]

        yield start
        while open_now:
            open_now.pop().close()


def look_into(ws: Workspace, path: Path) -> tuple[Head, Manifest, list[Change], dict[str, bytes]]:
    """Everything that can be read of a package by whom it is sealed for."""
    with package_file.opened(path, [sealing.identity_of(ws)], ws.folder, WORDS) as package:
        files = {}
        for each in package.files:
            looked = Vault(ws.folder / "looked")
            package.copy_file(each, looked)
            with looked.open(each) as file:
                files[each] = file.read()
            looked.delete(each)
        return package.head, package.manifest, [each.change for each in package.changes()], files


def strange_in(ws: Workspace, person: Person, path: Path) -> tuple[list[object], set[str], set[str]]:
    """(all that is in a kit and may not be, what may be and is not, the kinds that are inside)."""
    head, manifest, inside, files = look_into(ws, path)
    rules = Rules(Log(ws), person.id, ws.sources.now().date().isoformat())
    allowed = rules.ids()
    found: list[object] = [(each.kind, each.field, each.value) for each in inside if each.id not in allowed]
    found += [data for name, data in files.items() if name not in rules.files()]
    found += list(strange_in_headers(ws, person, rules, head, manifest, inside))
    return found, allowed - {each.id for each in inside}, {each.kind for each in inside}


def strange_in_headers(
    ws: Workspace, person: Person, rules: Rules, head: Head, manifest: Manifest, inside: list[Change]
) -> Iterator[object]:
    """What stands outside and around the changes: names of others, laptops of others, counts that tell."""
    read = {(each.get("round"), each.get("author")) for each in rules.log.of("feedback_opening").values()}
    yield from (each for each in manifest.feedback if (each.round, person.id) not in read or each.feedback.reviews < 4)
    said = json.dumps([asdict(head), asdict(manifest)], ensure_ascii=False, default=float)
    for each in list_people(ws):
        if each.id != person.id:
            yield from (name for name in (each.given_name, each.family_name, each.email, each.id) if name in said)
    devices = {each.device for each in inside} | {ws.device}
    own = {each.device for each in list_device_keys(ws) if each.person == person.id}
    owners = {each.device: each.person for each in list_device_keys(ws)}
    told = rules.known() | rules.authors | {ws.device}
    for device, name in manifest.devices:
        if device not in devices or (name and device != ws.device and owners.get(device, "") not in told):
            yield device, name
    yield from (each for each in manifest.seen if each[0] not in devices | own)
    yield from (each for each in manifest.before if each[0] not in devices)
    places = {(each.device, each.seq) for each in inside}
    spoken_of = {(device, seq) for device, first, last in manifest.ranges for seq in range(first, last + 1)}
    yield from spoken_of - places
    if manifest.changes != len(inside):
        yield manifest.changes
    if {each.name.removeprefix("files/") for each in manifest.members} - {"changes"} - rules.files():
        yield manifest.members


@pytest.mark.timeout(max(120, PROGRAMMES * 30))
def test_a_kit_holds_exactly_what_the_rules_allow(programmes_of, tmp_path) -> None:
    seen: dict[str, set[str]] = {}
    assessing: set[str] = set()
    for number in range(PROGRAMMES):
        ws = programmes_of(number)
        for code in RECIPIENTS:
            person = who(ws, code)
            circles = kits.duties_of(ws, person).circles
            if not circles:
                continue
            made = kits.make_kit(ws, person, tmp_path / "kits", WORDS)
            strange, missing, kinds = strange_in(ws, person, made.path)
            assert strange == [], (number, code)
            assert [each for each in Log(ws).lines if each.id in missing] == [], (number, code)
            seen[code] = seen.get(code, set()) | kinds
            if circles == {Circle.ASSESSOR}:  # by chance some accompany somebody, too
                assessing |= kinds
    base = {*FREE, "person", "enrolment"} - {"erasure"}
    works = {"artefact", "evidence", "log_entry", "log_check"}
    own = {"assessment", "rating"}
    calibrating = {"calibration_sample", "calibration_level", "calibration", "calibration_rating"}
    assert set().union(*seen.values()) >= calibrating
    assert seen["A-001"] >= base | works | own | {"assignment"}
    assert seen["P-001"] >= base | works | own | {"allocation", "peer_round", "peer_review", "release"}
    assert seen["P-001"] >= {"showing", "audience_choice", "milestone", "meeting", "agreed_action", "mentorship"}
    assert seen["P-001"] >= {"agreed_level", "feedback_piece", "peer_response"}
    assert seen["M-001"] >= base | works | own | {"meeting", "agreed_action", "mentorship", "release", "milestone"}
    assert seen["L-002"] >= base | works | {"assignment"}
    for code, kinds in seen.items():
        assert not kinds & {"committee_case", "committee_vote", "committee_decision", "feedback_opening"}, code
        assert not kinds & {"declared_conflict", "device_key", "comment_bank"}, code
    assert assessing >= base | works
    assert not assessing & {"allocation", "peer_round", "peer_review", "release", "meeting", "agreed_level"}


@pytest.mark.timeout(max(120, PROGRAMMES * 30))
def test_a_kit_holds_nothing_more_where_somebody_has_two_ids(document, tmp_path) -> None:
    """Of either id what may be seen of the one person; that they are one; no other name of theirs, and no reason."""
    told = 0
    for number in range(PROGRAMMES):
        with programme(tmp_path / f"w{number}", document, random.Random(number), twins=True) as ws:
            beside = frozenset((kind, each) for kind in SLOTS for each in list_doubles(ws, kind))
            for code in RECIPIENTS:
                person = who(ws, code)
                if not kits.duties_of(ws, person).circles:
                    continue
                made = kits.make_kit(ws, person, tmp_path / "kits", WORDS)
                inside, log = look_into(ws, made.path)[2], Log(ws, beside)
                assert len(log.twins) == 3
                allowed = Rules(log, person.id, ws.sources.now().date().isoformat()).ids()
                strange = [
                    (each.kind, each.field, each.value)
                    for each in inside
                    if each.id not in allowed
                    and (each.kind, each.record.partition("/")[0]) not in beside
                    and ("assessment", each.record.partition("/")[0]) not in beside
                ]
                assert strange == [], (number, code)
                said = json.dumps([[each.value, each.reason] for each in inside], ensure_ascii=False)
                assert "Twin of" not in said
                assert "in confidence" not in said
                told += sum(each.kind == "same_person" for each in inside)
    assert told, "that two are one travels"


def test_what_was_released_reaches_whom_it_is_of_and_who_accompanies_them(programmes_of, tmp_path) -> None:
    ws = programmes_of(2)
    for code in RECIPIENTS:
        made = kits.make_kit(ws, who(ws, code), tmp_path / "kits", WORDS)
        said = {each.value for each in look_into(ws, made.path)[2] if isinstance(each.value, str)}
        assert "token-released-assessor" in said or code not in ("P-001", "M-001"), code
        assert not said & {"token-released-peer", "token-released-mentor", "token-agreed"}, code


PLANTED = {
    "A-001": ("rating", "person", "log_entry", "calibration_level", "agreed_level", "evidence"),
    "P-001": ("allocation", "peer_round", "peer_review", "assessment", "meeting", "feedback_opening"),
    "M-001": ("meeting", "rating", "log_entry", "agreed_action", "audience_choice", "peer_review"),
    "L-002": ("person", "committee_vote", "peer_review", "rating", "log_entry", "meeting"),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("code", PLANTED)
def test_the_test_sees_one_value_too_many(programmes_of, tmp_path, monkeypatch, code) -> None:
    ws = programmes_of(1)
    person = who(ws, code)
    kits.make_kit(ws, person, tmp_path / "kits", WORDS)  # the criteria of old samples are named now
    log = Log(ws)
    rules, heads = Rules(log, person.id, "2026-11-29"), set(log.latest.values())
    real = kits.rule_for
    for kind in PLANTED[code]:
        forbidden = next(each for each in log.lines if each.kind == kind and each.id in heads and not rules.may(each))

        def rule(recipient, records, forbidden=forbidden):
            allowed = real(recipient, records)
            return lambda change: allowed(change) or change.id == forbidden.id

        monkeypatch.setattr(kits, "rule_for", rule)
        made = kits.make_kit(ws, person, tmp_path / "kits", WORDS)
        assert strange_in(ws, person, made.path)[0] == [(kind, forbidden.field, forbidden.value)], kind
        monkeypatch.setattr(kits, "rule_for", real)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("code", PLANTED)
def test_the_test_sees_a_file_a_name_and_a_count_too_many(programmes_of, tmp_path, monkeypatch, code) -> None:
    ws = programmes_of(1)
    person, other = who(ws, code), who(ws, "P-003")
    kits.make_kit(ws, person, tmp_path / "kits", WORDS)
    rules = Rules(Log(ws), person.id, "2026-11-29")
    extra = next(
        each.value
        for each in rules.log.lines
        if each.field == "sha256" and each.value and each.value not in rules.files()
    )
    stored = Stored(sha256=extra, vault=ws.vault)
    real_files, real_known = kits._files_of, kits._only_known

    def files(*arguments):
        found, left_out = real_files(*arguments)
        return found | {extra: stored}, left_out

    monkeypatch.setattr(kits, "_files_of", files)
    found = strange_in(ws, person, kits.make_kit(ws, person, tmp_path / "kits", WORDS).path)[0]
    assert stored.place.read_bytes() in found
    monkeypatch.setattr(kits, "_files_of", real_files)
    for change, sign in (
        (
            lambda manifest: replace(manifest, programme_name=f"{manifest.programme_name} {other.name}"),
            other.given_name,
        ),
        (lambda manifest: replace(manifest, seen=(*manifest.seen, ("d" * 32, 7))), ("d" * 32, 7)),
        (lambda manifest: replace(manifest, devices=(*manifest.devices, ("e" * 32, "kofi-laptop"))), None),
    ):
        monkeypatch.setattr(kits, "_only_known", lambda *arguments, change=change: change(real_known(*arguments)))
        found = strange_in(ws, person, kits.make_kit(ws, person, tmp_path / "kits", WORDS).path)[0]
        assert sign in found if sign is not None else ("e" * 32, "kofi-laptop") in found
    monkeypatch.setattr(kits, "_only_known", real_known)
    assert strange_in(ws, person, kits.make_kit(ws, person, tmp_path / "kits", WORDS).path)[0] == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("code", ["A-001", "P-001", "M-001", "L-002"])
def test_a_return_holds_what_its_laptop_wrote_and_nothing_of_the_kit(programmes_of, tmp_path, code) -> None:
    ws = programmes_of(1)
    person = who(ws, code)
    made = kits.make_kit(ws, person, tmp_path / "kits", WORDS)
    kits.open_kit(made.path, tmp_path / "laptop", WORDS)
    with open_(tmp_path / "laptop") as laptop:
        brought = {row[0] for row in laptop.rows("SELECT lower(hex(id)) FROM change")}
        with laptop.writing(person.id) as log:
            log.set("artefact", "mine", "participant", who(laptop, "P-001").id if code != "P-001" else person.id)
            log.set("artefact", "mine", "title", "Mine")
        back = returns.make_return(laptop, tmp_path / "returns").path
        written = {row[0] for row in laptop.rows("SELECT lower(hex(id)) FROM change")} - brought
    head, manifest, inside, files = look_into(ws, back)
    assert {each.id for each in inside} == written
    assert {each.device for each in inside} == {manifest.sender}
    assert files == {}, "no work of the kit travels back"
    said = json.dumps([asdict(head), asdict(manifest)], ensure_ascii=False)
    others = [each for each in list_people(ws) if each.id != person.id]
    assert not any(name in said for each in others for name in (each.given_name, each.family_name, each.id))
    assert {device for device, _name in manifest.devices} == {manifest.sender}
