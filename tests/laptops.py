"""A programme on several laptops, as a lead and their assessors have it: made through operations, with real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubricapp.core.model import Person, Role
from rubricapp.exchange import sealing
from rubricapp.operations import artefacts, assessments, assigning, kits, people, programmes, rubrics
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import Workspace, open_

WORDS = "four rivers meet at dusk"
ASKED = (("P-001", "A-001"), ("P-002", "A-001"), ("P-001", "A-002"), ("P-003", "A-002"))


def make_passphrases_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """scrypt takes a second each time, on purpose; what it does is tested in tests/exchange/test_sealing.py."""

    def wrap(identity: sealing.Identity, passphrase: str) -> bytes:
        if len(passphrase) < sealing.SHORTEST:
            return real(identity, passphrase)  # refuses
        return f"{passphrase}\n{identity.secret}".encode()

    def unwrap(wrapped: bytes, passphrase: str) -> sealing.Identity:
        words, secret = wrapped.decode().split("\n")
        return sealing.identity_from(secret) if words == passphrase else real_back(b"", passphrase)

    real, real_back = sealing.wrap, sealing.unwrap
    monkeypatch.setattr(sealing, "wrap", wrap)
    monkeypatch.setattr(sealing, "unwrap", unwrap)


def start_programme(folder: Path, document: dict, asked: bool = True) -> Workspace:
    """A lead's workspace: three participants with a work each, a lead, two assessors, P-001 asked of both."""
    ws = programmes.start(folder, "Four rivers", "2026", rubrics=[])
    rubrics.adopt(ws, [document])
    for number, name in enumerate(("Amara Abara", "Kofi Bempah", "王伟"), 1):
        person = people.add_person(ws, Role.PARTICIPANT, name)[0]
        work = folder / f"work{number}.txt"
        work.write_text(f"bytes of work {number}")
        artefacts.add_work(ws, person.id, str(work), {"title": f"Work {number}"})
        work.unlink()
    for name in ("Ana Example", "Bello Example"):
        people.add_person(ws, Role.ASSESSOR, name)
    people.add_person(ws, Role.LEAD, "Lena Lead")
    for participant, assessor in ASKED if asked else ():
        ask(ws, participant, assessor)
    return ws


def who(ws: Workspace, code: str) -> Person:
    """The person with this code."""
    return find_people(ws, code)[0]


def ask(ws: Workspace, participant: str, assessor: str) -> None:
    """Ask for the small rubric at the baseline."""
    baseline = find_occasion(ws, "baseline")
    assigning.assign(ws, who(ws, participant), who(ws, assessor), find_rubric(ws, "small"), baseline)


def score(ws: Workspace, participant: str, assessor: str, level: int, comment: str = "", finished: bool = True):
    """Rate every criterion with a level."""
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    begun = assessments.begin(ws, who(ws, participant), rubric, baseline, who(ws, assessor))[0]
    levels = {each.id: level for each in rubric.criteria}
    assessments.rate_many(ws, begun, rubric, levels, {"TST-1": comment} if comment else {})
    if finished:
        assessments.finish(ws, begun.id)
    return begun


def make_kit(lead: Workspace, folder: Path, code: str) -> Path:
    """A kit file for an assessor, sealed by WORDS too."""
    return kits.make_kit(lead, who(lead, code), folder, WORDS).path


def laptop(lead: Workspace, folder: Path, code: str, place: Path | None = None) -> Workspace:
    """An assessor's workspace, opened from a kit."""
    into = place or folder / code
    kits.open_kit(make_kit(lead, folder / "kits", code), into, WORDS)
    return open_(into)
