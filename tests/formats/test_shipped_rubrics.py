"""The rubrics that travel with the app: without a finding, in the agreed shape, and never changed once published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rubricapp.core.model import RubricVersion
from rubricapp.core.rubrics import from_document
from rubricapp.formats.rubric_yaml import read_rubric

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "rubrics").glob("*/*.yaml"))
FROZEN: dict[str, dict[str, str]] = json.loads((ROOT / "tests/data/rubric_hashes.json").read_text("utf-8"))
PREFIXES = {"camera": "CAM", "sound": "SND", "budgeting": "BUD", "ethics": "ETH"}
GATES = {"camera": {"CAM-7": 3}, "ethics": {"ETH-5": 3}}
STEPS = ("Observes", "Guided", "Supported", "Independent", "Leads")

every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")


def rubric_of(file: Path) -> RubricVersion:
    document = read_rubric(file).document
    assert document is not None
    return from_document(document)


def test_the_four_rubrics_are_there():
    assert {file.parent.name for file in FILES} >= set(PREFIXES)


@every_file
def test_nothing_is_found(file: Path):
    assert [str(each) for each in read_rubric(file).findings] == []


@every_file
def test_the_file_is_named_for_what_it_holds(file: Path):
    rubric = rubric_of(file)
    assert (rubric.id, rubric.version) == (file.parent.name, file.stem)


@every_file
def test_the_agreed_shape(file: Path):
    rubric = rubric_of(file)
    count = len(rubric.criteria)
    assert count in (7, 8)
    assert [each.id for each in rubric.criteria] == [f"{PREFIXES[rubric.id]}-{n}" for n in range(1, count + 1)]
    assert tuple(name for name, _ in rubric.scale) == STEPS
    assert all([each.level for each in criterion.levels] == [1, 2, 3, 4, 5] for criterion in rubric.criteria)
    assert {each.id: each.gate for each in rubric.criteria if each.gate} == GATES.get(rubric.id, {})
    assert all(each.about and each.guidance and each.alignments for each in rubric.criteria)
    assert all(len(each.dimensions) in (2, 3) and len(each.evidence) >= 2 for each in rubric.criteria)


@every_file
def test_a_published_file_never_changes(file: Path):
    """Not one letter: ratings point at these hashes. To change a word, write a new version and freeze its hashes."""
    read = read_rubric(file)
    name = f"{file.parent.name}/{file.stem}"
    assert name in FROZEN, f"new version: add its hashes to tests/data/rubric_hashes.json as {name}"
    assert FROZEN[name] == {"content": read.content_hash, "structure": read.structure_hash}


def test_no_published_file_has_gone():
    assert set(FROZEN) <= {f"{file.parent.name}/{file.stem}" for file in FILES}
