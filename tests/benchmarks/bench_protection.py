"""A level chosen until it is durably on the disk, in a protected workspace against one that is not."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rubricapp.core.model import Role
from rubricapp.operations import assessments, people, programmes, protection
from rubricapp.operations.workspaces import open_workspace
from rubricapp.store.people import find_occasion
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import Workspace
from tests.benchmarks.measuring import Result, interleaved

_WORDS = "only for measuring"


def measure(quick: bool) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as name:
        begun = {}
        for kind in ("plain", "protected"):
            with programmes.start(Path(name) / kind, "Bench", "1") as ws:
                participant, _changes = people.add_person(ws, Role.PARTICIPANT, "Ama Example")
                assessor, _changes = people.add_person(ws, Role.ASSESSOR, "Tariro Example")
                rubric, occasion = find_rubric(ws, "camera"), find_occasion(ws, "baseline")
                begun[kind] = assessments.begin(ws, participant, rubric, occasion, assessor)[0].id
        protection.protect(Path(name) / "protected", _WORDS)
        unlock = protection.by_passphrase(_WORDS)
        with (
            open_workspace(Path(name) / "plain") as plain,
            open_workspace(Path(name) / "protected", unlock=unlock) as protected,
        ):
            floor, figure = interleaved(
                _rate(plain, begun["plain"]), _rate(protected, begun["protected"]), 200 if quick else 2000
            )
        yield Result("a rating in a protected workspace", floor, figure, 1.5, "floor: the same without protection")


def _rate(ws: Workspace, assessment: str) -> Callable[[], object]:
    numbers = itertools.count()

    def rate() -> None:
        number = next(numbers)
        assessments.rate(ws, assessment, f"CAM-{number % 7 + 1}", number // 7 % 5 + 1)

    return rate
