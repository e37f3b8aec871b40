"""A lead, two assessors' laptops whose keys are known, their returns with works inside, and a kit not opened yet."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from rubricapp.core.model import Person, Role
from rubricapp.operations import (
    artefacts,
    assessments,
    assigning,
    evidence,
    kits,
    people,
    programmes,
    releases,
    returns,
    rubrics,
)
from rubricapp.store.people import find_occasion, find_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import Workspace, open_

WORDS = "four rivers meet at dusk"
FIRST, SECOND = WORDS, "two herons stand at dawn"


@dataclass(frozen=True)
class Travelling:
    """lead, laptop: folders of workspaces. packages: returns that the lead did not merge yet. kit: a newer one for the
    laptop. files: bytes of works in the packages."""

    lead: Path
    laptop: Path
    packages: tuple[Path, ...]
    kit: Path


def _who(ws: Workspace, code: str) -> Person:
    return find_people(ws, code)[0]


def _ask(ws: Workspace, participant: str, assessor: str) -> None:
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    assigning.assign(ws, _who(ws, participant), _who(ws, assessor), rubric, baseline)


def _score(ws: Workspace, participant: str, assessor: str, level: int) -> None:
    rubric, baseline = find_rubric(ws, "small"), find_occasion(ws, "baseline")
    begun = assessments.begin(ws, _who(ws, participant), rubric, baseline, _who(ws, assessor))[0]
    assessments.rate_many(
        ws, begun, rubric, {f"TST-{number}": level for number in range(1, 7)}, {"TST-1": "Seen. " * 99}
    )
    assessments.finish(ws, begun.id)


def travelling(place: Path, document: dict, quick_passphrases) -> Travelling:
    """quick_passphrases: puts something quicker in the place of scrypt, where packages are opened in this process."""
    quick_passphrases()
    lead, packages = place / "workspace", []
    work = place / "work.bin"
    with programmes.start(lead, "Four rivers", "2026", rubrics=[]) as ws:
        rubrics.adopt(ws, [document])
        for number in range(1, 4):
            person = people.add_person(ws, Role.PARTICIPANT, f"Given{number} Family{number}")[0]
            work.write_bytes(f"bytes of work {number} ".encode() * 9000)
            artefacts.add_work(ws, person.id, str(work), {"title": f"Work {number}"})
        for name in ("Ana", "Bello"):
            people.add_person(ws, Role.ASSESSOR, f"{name} Example")
        _ask(ws, "P-001", "A-001")
        _ask(ws, "P-002", "A-002")
        for code in ("A-001", "A-002"):
            made = kits.make_kit(ws, _who(ws, code), place / "kits", WORDS)
            folder = place / f"workspace-{code}"
            kits.open_kit(made.path, folder, WORDS)
            with open_(folder) as laptop:
                returns.bring_in(ws, [returns.make_return(laptop, place / "first").path])
                _score(laptop, "P-001" if code == "A-001" else "P-002", code, 3)
                work.write_bytes(f"seen by {code} ".encode() * 20000)
                evidence.add_file(laptop, _who(laptop, "P-001" if code == "A-001" else "P-002").id, work, "Seen")
                packages.append(returns.make_return(laptop, place / "returns").path)
        _ask(ws, "P-003", "A-001")
        kit = kits.make_kit(ws, _who(ws, "A-001"), place / "kits").path
        _score(ws, "P-001", "A-002", 2)
        releases.release(ws, [_who(ws, "P-001").id])
    return Travelling(lead, place / "workspace-A-001", tuple(packages), kit)


def put_back(template: Path, place: Path) -> None:
    """The same folder as it was: under its own path it is the same laptop."""
    shutil.rmtree(place, ignore_errors=True)
    if template.exists():
        shutil.copytree(template, place)
