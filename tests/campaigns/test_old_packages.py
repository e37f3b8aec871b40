"""P17: somebody was erased; a hundred packages from before, and from laptops that went on, bring nothing back.

RUBRICAPP_OLD_PACKAGES: how many; a hundred take about a minute.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace

import pytest

from rubricapp.core import changes as rules
from rubricapp.core.merging import Arriving
from rubricapp.core.model import Change, PersonId, Role
from rubricapp.operations import backups, merging, people, privacy
from rubricapp.store.people import find_people
from rubricapp.store.tables import COMPUTED
from rubricapp.store.verifying import find_faults
from tests.store.test_erasing import left_in

PACKAGES = int(os.environ.get("RUBRICAPP_OLD_PACKAGES", "12"))


def said_of(person: str, number: int, draw: random.Random) -> list[Arriving]:
    """What one laptop wrote: of this person in every way that there is, and of somebody else."""
    device, words = f"{number:032x}", f"canary-{number}"
    said: list[tuple[str, str, str, object]] = [
        ("person", person, draw.choice(("given_name", "email", "country")), words),
        ("assessment", f"a{number}", "participant", person),
        ("rating", f"a{number}/TST-1", "comment", words),
        ("rating", f"a{number}/TST-1", "level", 2),
        ("log_entry", f"l{number}", "participant", person),
        ("log_entry", f"l{number}", "tasks", words),
        ("artefact", f"w{number}", "participant", person),
        ("artefact", f"w{number}", "title", words),
        ("evidence", f"e{number}", "artefact", f"w{number}"),
        ("evidence", f"e{number}", "note", words),
        ("meeting", f"m{number}", "participant", person),
        ("meeting", f"m{number}", "topics", words),
        ("milestone", f"s{number}", "participant", person),
        ("milestone", f"s{number}", "title", words),
        ("agreed_level", f"g{number}", "participant", person),
        ("agreed_level", f"g{number}", "reason", words),
        ("milestone", f"o{number}", "participant", "somebody-else"),
        ("milestone", f"o{number}", "title", f"of-somebody-else-{number}"),
    ]
    draw.shuffle(said)  # a word may come before it is known whose it is
    made, link = [], rules.GENESIS
    for seq, (kind, record, name, value) in enumerate(said, 1):
        at = 1_700_000_000_000 + number * 1000 + seq
        id_ = rules.uuid7(at, draw.randbytes(8)).hex()
        change = Change(id_, device, seq, at << 16, rules.time_of(at), PersonId("a"), kind, record, name, value)
        salt = draw.randbytes(16)
        link = rules.chain_hash(link, change, rules.commitment(salt, value, ""))
        made.append(Arriving(change, link, salt))
    return made


@pytest.mark.timeout(max(120, PACKAGES * 5))
def test_old_packages_bring_nobody_back(ws) -> None:
    draw = random.Random(17)
    name = "Zqa Resurrected"
    person = people.add_person(ws, Role.PARTICIPANT, name)[0].id
    logs = [said_of(person, number, draw) for number in range(1, PACKAGES + 1)]
    parcels = [
        merging.Parcel(f"package-{number}", log[0].change.device, "laptop", tuple(log))
        for number, log in enumerate(logs)
    ]
    before = parcels[: PACKAGES // 2]
    for parcel in before:
        merging.merge(ws, parcel, keep_backup=False)
    backups.back_up(ws)
    assert left_in(ws.folder, b"canary-") != [], "there is something to be erased, in a backup, too"
    held = find_people(ws, name) or [each for each in people.list_people(ws) if each.id == person]
    privacy.erase(ws, person, held[0].name, "asked for it", "lead")
    assert left_in(ws.folder, b"canary-", name.encode()) == []
    for parcel in draw.sample(parcels, len(parcels)):
        half = replace(parcel, id=f"{parcel.id}-half", changes=parcel.changes[:9])
        for each in (half, parcel) if draw.random() < 0.3 else (parcel,):  # of a half it may not be known whose it is
            merging.merge(ws, each, keep_backup=draw.random() < 0.2)
    for number, parcel in enumerate(before):
        merging.merge(ws, replace(parcel, id=f"again-{number}"), keep_backup=False)
    assert left_in(ws.folder, b"canary-", name.encode(), b"Resurrected") == []
    assert all(person not in repr(ws.rows(f"SELECT * FROM {table}")) for table in COMPUTED if table != "erased_record"
               and table != "erasure")  # fmt: skip
    others = ws.rows("SELECT count(*) FROM milestone WHERE title LIKE 'of-somebody-else-%'")
    assert others == [(PACKAGES,)], "what they said of others is all there"
    assert [each for each in find_faults(ws).problems if each.code != "CHECK_REFERENCE"] == []
