"""Data that reports can be made from: the shipped rubrics, invented people, invented levels from a fixed seed."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from rubricapp import paths
from rubricapp.core.model import (
    Assessment,
    AssessmentId,
    AssessmentKind,
    AssessmentState,
    Blank,
    Occasion,
    OccasionId,
    Person,
    PersonId,
    Rating,
    RubricVersion,
)
from rubricapp.core.rubrics import from_document
from rubricapp.formats.rubric_yaml import document_of
from rubricapp.reports.data import ReportData, Snapshot

OCCASIONS = tuple(
    Occasion(OccasionId(f"o{number}"), name, name, "", number)
    for number, name in enumerate(("baseline", "midpoint", "final"))
)
# As in the sample roster: (given, family), seven scripts.
NAMES = (
    ("Amara", "Okafor"),
    ("Łukasz", "Wróblewski"),
    ("Tuğçe", "Şahin"),
    ("Nguyễn Thị", "Hương"),
    ("王", "伟"),
    ("Ольга", "Іваненко"),
    ("ليلى", "حداد"),
    ("João Pedro", "d’Ávila"),
    ("Ananda", ""),
    ("Ελένη", "Παπαδοπούλου"),
    ("अनुराधा", "शर्मा"),
    ("김", "민준"),
)


@cache
def shipped() -> tuple[RubricVersion, ...]:
    """Camera, sound, budgeting, ethics."""
    files = (paths.RUBRICS / each / "1.0.yaml" for each in ("camera", "sound", "budgeting", "ethics"))
    return tuple(from_document(document_of(path)) for path in files)


def invent(
    people: int = 12,
    rubrics: int = 1,
    occasions: int = 2,
    assessors: int = 1,
    seed: int = 1,
    comments: float = 0.2,
    blanks: float = 0.05,
    names: tuple[tuple[str, str], ...] = NAMES,
) -> ReportData:
    """Everyone assessed by each assessor with each rubric on each occasion."""
    chance = random.Random(seed)
    chosen = [
        Person(PersonId(f"{number:032x}"), f"P-{number:03}", given, family, department="camera")
        for number, (given, family) in enumerate(
            names[at] if at < len(names) else (f"Given {at:03}", f"Family {at:03}") for at in range(people)
        )
    ]
    chosen.sort(key=lambda each: each.sort_key)
    judges = [
        Person(PersonId(f"a{number:031x}"), f"A-{number:03}", f"Judge{number}", "Example")
        for number in range(assessors)
    ]
    given: list[Assessment] = []
    for person in chosen:
        for rubric in shipped()[:rubrics]:
            start = {each.id: chance.choice((1, 1, 2, 3)) for each in rubric.criteria}
            for at, occasion in enumerate(OCCASIONS[:occasions]):
                for judge in judges:
                    ratings = {}
                    for criterion in rubric.criteria:
                        words = (
                            f"Comment on {criterion.id} by {judge.given_name}." if chance.random() < comments else ""
                        )
                        if chance.random() < blanks:
                            ratings[criterion.id] = Rating(criterion.id, None, chance.choice(list(Blank)), words)
                        else:
                            level = min(5, start[criterion.id] + at * chance.choice((0, 1)))
                            ratings[criterion.id] = Rating(criterion.id, level, None, words)
                    given.append(
                        Assessment(
                            AssessmentId(f"{len(given):032x}"),
                            person.id,
                            judge.id,
                            rubric.content_hash,
                            occasion.id,
                            AssessmentKind.ASSESSOR,
                            AssessmentState.FINISHED,
                            ratings=ratings,
                        )
                    )
    return ReportData(
        "Test residency",
        "2026",
        Snapshot("7F3A19C20B1D", datetime(2026, 11, 21, 14, 2, tzinfo=UTC), (("d" * 32, 7),)),
        "0.1.0",
        "en",
        OCCASIONS,
        {each.content_hash: each for each in shipped()[:rubrics]},
        tuple(chosen),
        {each.id: each for each in (*chosen, *judges)},
        tuple(given),
        {},
        {each.id: number for number, each in enumerate(chosen)},
    )


def alter(data: ReportData, person: str, occasion: str = "", **levels: object) -> ReportData:
    """The data with other ratings of a person, such as CAM_1=4, CAM_2=Blank.NOT_OBSERVED, CAM_3="a comment" or None."""
    changed = []
    for each in data.assessments:
        if each.participant == person and occasion in ("", each.occasion):
            ratings = dict(each.ratings)
            for name, value in levels.items():
                criterion = name.replace("_", "-")
                if criterion not in {one.id for one in data.rubrics[each.rubric].criteria}:
                    continue
                before = ratings.get(criterion, Rating(criterion))
                if value is None:
                    ratings.pop(criterion, None)
                elif isinstance(value, Blank):
                    ratings[criterion] = replace(before, level=None, blank=value)
                elif isinstance(value, str):
                    ratings[criterion] = replace(before, comment=value)
                else:
                    ratings[criterion] = replace(before, level=value, blank=None)
            each = replace(each, ratings=ratings)
        changed.append(each)
    return replace(data, assessments=tuple(changed))


@pytest.fixture(scope="session")
def make_data() -> Callable[..., ReportData]:
    return invent


@pytest.fixture(scope="session")
def change() -> Callable[..., ReportData]:
    return alter


@pytest.fixture
def read_pdf() -> Callable[[bytes], list[str]]:
    """The text of each page, spaces made single."""

    def read(data: bytes) -> list[str]:
        from pypdf import PdfReader

        return [
            " ".join(page.extract_text().replace("\u00a0", " ").split()) for page in PdfReader(io.BytesIO(data)).pages
        ]

    return read
