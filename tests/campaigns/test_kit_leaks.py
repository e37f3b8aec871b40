"""What a kit holds of random programmes, against a list made from the log by hand, and not by the code that makes kits.

Every field of every kind that there is says something that nothing else says. RUBRICAPP_LAWS: how many programmes.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rubricapp.core.model import Change, Role
from rubricapp.exchange import package_file, sealing
from rubricapp.operations import assigning, kits, people, programmes, rubrics
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.tables import KINDS
from rubricapp.store.workspace import Workspace
from tests.stories.travelling import quick

PROGRAMMES = int(os.environ.get("RUBRICAPP_LAWS", "3")) * 4
FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
WHOSE = {"participant", "assessor", "person", "owner", "mentor", "author", "reviewer", "one", "other"}
NEVER = {"peer_review", "peer_round", "allocation", "calibration", "calibration_rating", "meeting", "agreed_action"}
SECRET = {("person", "email"), ("log_entry", "incident"), ("log_check", "note")}
FREE = {
    "programme": {"name", "recovery_key"},
    "edition": {"programme", "name", "starts_on", "ends_on"},
    "occasion": {"edition", "name", "kind", "held_on", "position"},
    "rubric_version": {"state", "document"},
    "erasure": {"erased_on", "reason", "roles", "finished"},
}


def log_of(ws: Workspace) -> Iterator[tuple[str, str, str, str, object]]:
    """(id, kind, record, field, value) of every change, as SQL says it."""
    for id_, kind, record, name, value in ws.rows(
        "SELECT lower(hex(change.id)), kind, record, field, value FROM change JOIN change_value ON change = change.id"
        " ORDER BY hlc, change.id"
    ):
        yield id_, kind, record, name, json.loads(value)


def allowed_ids(ws: Workspace, assessor: str) -> set[str]:
    """Ids of changes that this assessor may get, from the log alone, in the words of the data protection rules."""
    said: dict[tuple[str, str], dict[str, object]] = {}
    latest: dict[tuple[str, str, str], str] = {}
    for id_, kind, record, name, value in log_of(ws):
        said.setdefault((kind, record), {})[name] = value
        latest[kind, record, name] = id_

    def get(kind: str, record: object, name: str) -> object:
        return said.get((kind, str(record)), {}).get(name)

    scores = {
        fields.get("participant")
        for (kind, _record), fields in said.items()
        if kind == "assignment" and fields.get("assessor") == assessor and not fields.get("removed")
    }
    leads = {
        fields.get("person")
        for (kind, _record), fields in said.items()
        if kind == "enrolment" and fields.get("role") == "lead" and not fields.get("ended_on")
    }
    known = scores | leads | {assessor}

    def may(kind: str, record: str, name: str) -> bool:
        if (kind, name) in SECRET or kind in NEVER:
            return False
        if kind in FREE:
            return name in FREE[kind]
        if kind == "person":
            return record in known
        if kind == "enrolment":
            return get(kind, record, "person") in known
        if kind in ("artefact", "log_entry"):
            return get(kind, record, "participant") in scores
        if kind == "log_check":
            return get("log_entry", get(kind, record, "entry"), "participant") in scores
        if kind == "evidence":
            work = get("artefact", get(kind, record, "artefact"), "participant")
            return (work or get("log_entry", get(kind, record, "log_entry"), "participant")) in scores
        if kind == "assignment":
            return get(kind, record, "assessor") == assessor
        if kind in ("assessment", "rating"):
            whole = record.partition("/")[0]
            return (
                get("assessment", whole, "assessor") == assessor
                and (get("assessment", whole, "kind") or "assessor") == "assessor"
            )
        return False

    return {
        id_
        for id_, kind, record, name, _value in log_of(ws)
        if may(kind, record, name) and (kind in ("assessment", "rating") or latest[kind, record, name] == id_)
    }


def fill(ws: Workspace, draw: random.Random, ids: list[str]) -> None:
    """Some records of every kind, of random people, every field of which says something of its own."""
    made: dict[str, list[str]] = {"artefact": [], "log_entry": [], "assessment": []}
    number = 0
    order = sorted(KINDS, key=lambda kind: (kind not in made, kind))
    with ws.writing("somebody") as log:
        for kind in order:
            if kind in ("person", "programme", "edition", "enrolment", "assignment", "erasure", "device_key"):
                continue
            for each in range(draw.randint(1, 5)):
                record = f"{kind}-{each}"
                if kind == "rating":
                    record = f"{draw.choice(made['assessment'])}/TST-{each}"
                made.setdefault(kind, []).append(record)
                fields = [*KINDS[kind].fields, *KINDS[kind].special]
                for name in draw.sample(fields, len(fields)):
                    number += 1
                    value: object = f"token-{number}-{kind}-{name}"
                    if name in WHOSE:
                        value = draw.choice({"participant": ids[:4], "assessor": ids[4:7]}.get(name, ids))
                    elif (kind, name) == ("assessment", "kind"):
                        value = draw.choice(("assessor", "assessor", "assessor", "self", "peer", "mentor"))
                    elif (kind, name) == ("log_check", "entry"):
                        value = draw.choice(made["log_entry"])
                    elif kind in ("evidence", "artefact") and name in ("artefact", "log_entry"):
                        value = draw.choice((None, draw.choice(made[name] or [None])))
                    elif name in ("removed", "level", "sha256", "document", "state", "position"):
                        continue
                    if draw.random() < 0.9:
                        log.set(kind, record, name, value)
                    if draw.random() < 0.2 and isinstance(value, str) and value.startswith("token"):
                        log.set(kind, record, name, f"{value}-again")


@pytest.mark.timeout(max(120, PROGRAMMES * 5))
def test_a_kit_holds_exactly_what_the_rules_allow(document, monkeypatch) -> None:
    quick(monkeypatch)
    seen: set[str] = set()
    for number in range(PROGRAMMES):
        draw = random.Random(number)
        with (
            tempfile.TemporaryDirectory(dir=FAST) as name,
            programmes.start(Path(name) / "w", "Four rivers", "2026", rubrics=[]) as ws,
        ):
            rubrics.adopt(ws, [document])
            rubric = find_rubric(ws, "small")
            for role, count in ((Role.PARTICIPANT, 4), (Role.ASSESSOR, 3), (Role.LEAD, 2), (Role.MENTOR, 1)):
                for each in range(count):
                    made = people.add_person(ws, role, f"{role} {each} Family", email=f"{role}{each}@x.org")[0]
                    people.edit_person(ws, made.id, {"given_name": f"{role} {each} renamed"})
            ids = [row[0] for row in ws.rows("SELECT id FROM person ORDER BY code LIKE 'P-%' DESC, code")]
            asked = draw.sample(range(1, 5), draw.randint(1, 3))
            assessor = find_people(ws, f"A-00{draw.randint(1, 3)}")[0]
            for each in asked:
                participant = find_people(ws, f"P-00{each}")[0]
                assigning.assign(ws, participant, assessor, rubric, find_occasion(ws, "baseline"))
            fill(ws, draw, ids)
            made = kits.make_kit(ws, assessor, Path(name) / "kits", "four rivers meet")
            with package_file.opened(made.path, [sealing.identity_of(ws)], Path(name)) as package:
                inside: list[Change] = [each.change for each in package.changes()]
            allowed = allowed_ids(ws, assessor.id)
            leaked = [(each.kind, each.field, each.value) for each in inside if each.id not in allowed]
            assert leaked == [], number
            missing = allowed - {each.id for each in inside}
            assert [each for each in log_of(ws) if each[0] in missing] == [], number
            seen |= {each.kind for each in inside}
    assert seen >= {"person", "artefact", "log_entry", "evidence", "assessment", "rating", "assignment", "log_check"}
