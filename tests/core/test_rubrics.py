"""The two hashes: what they cover, what they do not; and a document as a rubric version."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core.model import Level, RubricState
from rubricapp.core.rubrics import canonical, content_hash, from_document, structure_hash

DOCUMENT: dict = {
    "format": 1,
    "id": "small",
    "version": "1.0",
    "language": "en",
    "title": "Small",
    "summary": "Two things.",
    "needs_coverage": 80,
    "scale": [{"name": "Sees", "anchor": "Saw it."}, {"name": "Does"}],
    "criteria": [
        {
            "id": "SM-1",
            "title": "First",
            "about": "One.",
            "weight": 3,
            "gate": 2,
            "dimensions": ["speed"],
            "evidence": ["log"],
            "guidance": "Look.",
            "levels": {1: "Watches.", 2: "Works."},
            "alignments": [{"framework": "F", "code": "1", "title": "T", "retrieved_on": "2026-11-21"}],
        },
        {"id": "SM-2", "title": "Second", "weight": 1, "guidance": None, "levels": {"1": "Hears.", "2": "Speaks."}},
    ],
    "translations": {
        "fr": {
            "title": "Petit",
            "scale": [{"name": "Voit", "anchor": "Vu."}, {"name": "Fait"}],
            "criteria": {"SM-1": {"title": "Premier", "levels": {"2": "Travaille."}}},
        },
        "sw": {},
    },
}
SHAPES: tuple[tuple, ...] = (
    ("id",),
    ("needs_coverage",),
    ("scale",),
    ("criteria", 0, "id"),
    ("criteria", 0, "weight"),
    ("criteria", 0, "gate"),
)


def shuffled(value: object, draw: st.DataObject) -> object:
    """The same data, every group's keys in another order."""
    if isinstance(value, dict):
        keys = draw.draw(st.permutations(list(value)))
        return {key: shuffled(value[key], draw) for key in keys}
    return [shuffled(each, draw) for each in value] if isinstance(value, list) else value


def words(value: object, path: tuple = ()) -> Iterator[tuple]:
    """Places of all texts but the rubric's and the criteria's ids."""
    if isinstance(value, str) and path[-1] != "id":
        yield path
    elif isinstance(value, (dict, list)):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from words(each, (*path, key))


def changed(path: tuple, value: object) -> dict:
    document = copy.deepcopy(DOCUMENT)
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return document


@given(st.data())
def test_the_order_of_keys_is_in_neither_hash(data: st.DataObject):
    other = shuffled(DOCUMENT, data)
    assert content_hash(other) == content_hash(DOCUMENT)
    assert structure_hash(other) == structure_hash(DOCUMENT)


@given(st.sampled_from(list(words(DOCUMENT))), st.text(st.characters(exclude_categories=["Cs"])))
def test_every_word_is_in_the_content_and_none_in_the_structure(path: tuple, text: str):
    other = changed(path, f"other {text}")
    assert content_hash(other) != content_hash(DOCUMENT)
    assert structure_hash(other) == structure_hash(DOCUMENT)


@pytest.mark.parametrize("path", SHAPES)
def test_shape_and_points_are_in_both(path: tuple):
    value = [*DOCUMENT["scale"], {"name": "Leads"}] if path == ("scale",) else "other" if path[-1] == "id" else 1
    other = changed(path, value)
    assert content_hash(other) != content_hash(DOCUMENT)
    assert structure_hash(other) != structure_hash(DOCUMENT)


def test_order_and_number_of_criteria_are_in_both():
    for criteria in (DOCUMENT["criteria"][::-1], DOCUMENT["criteria"][:1]):
        assert structure_hash(changed(("criteria",), criteria)) != structure_hash(DOCUMENT)
        assert content_hash(changed(("criteria",), criteria)) != content_hash(DOCUMENT)


def test_a_level_written_as_text_is_the_same_level():
    other = changed(("criteria", 0, "levels"), {"1": "Watches.", "2": "Works."})
    assert content_hash(other) == content_hash(DOCUMENT)
    assert structure_hash(other) == structure_hash(DOCUMENT)
    assert content_hash(json.loads(json.dumps(DOCUMENT))) == content_hash(DOCUMENT)


def test_the_usual_coverage_need_not_be_written_for_the_structure():
    other = copy.deepcopy(DOCUMENT)
    del other["needs_coverage"]
    assert structure_hash(other) == structure_hash(DOCUMENT)


def test_tuples_are_lists():
    assert content_hash(changed(("scale",), tuple(DOCUMENT["scale"]))) == content_hash(DOCUMENT)


def test_canonical_bytes():
    assert canonical({"b": 1, "a": ["é"]}) == '{"a":["é"],"b":1}'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))


def test_the_hashes_never_change():
    """Adopted rubrics are known by these: another value here would orphan every rating made so far."""
    assert content_hash(DOCUMENT) == "2e51458e86a3b5d3645958cac318dcc54095aa3f031111bc11dfad7ffc8309df"
    assert structure_hash(DOCUMENT) == "892295149cdb60745345ef37dba95b5c2f5c1c47e5b1c6199789bc0388b78f30"


def test_a_document_as_rubric():
    rubric = from_document(DOCUMENT)
    assert (rubric.id, rubric.label, rubric.language, rubric.top_level) == ("small", "Small 1.0", "en", 2)
    assert rubric.languages == ("en", "fr", "sw")
    assert rubric.state is RubricState.PUBLISHED
    assert rubric.scale == (("Sees", "Saw it."), ("Does", ""))
    first, second = rubric.criteria
    assert first.levels == (Level(1, "Sees", "Watches."), Level(2, "Does", "Works."))
    assert (first.weight, first.gate, first.dimensions, first.evidence, first.guidance) == (
        3,
        2,
        ("speed",),
        ("log",),
        "Look.",
    )
    assert (first.alignments[0].code, first.alignments[0].url) == ("1", "")
    assert (second.about, second.gate, second.guidance, second.alignments) == ("", None, "", ())
    assert rubric.criterion("SM-2") is second
    with pytest.raises(KeyError):
        rubric.criterion("SM-3")


def test_a_document_in_another_language_falls_back_word_by_word():
    rubric = from_document(DOCUMENT, "fr", RubricState.DRAFT)
    assert (rubric.title, rubric.summary, rubric.language) == ("Petit", "Two things.", "fr")
    assert rubric.state is RubricState.DRAFT
    assert rubric.scale == (("Voit", "Vu."), ("Fait", ""))
    first, second = rubric.criteria
    assert (first.title, first.about) == ("Premier", "One.")
    assert first.levels == (Level(1, "Voit", "Watches."), Level(2, "Fait", "Travaille."))
    assert second.levels[0] == Level(1, "Voit", "Hears.")
    assert rubric.content_hash == from_document(DOCUMENT).content_hash


@pytest.mark.parametrize("language", ["sw", "de", ""])
def test_a_language_without_words_gives_the_rubrics_own(language: str):
    rubric = from_document(DOCUMENT, language)
    assert (rubric.language, rubric.title) == ("en", "Small")


def test_a_rubric_without_translations_or_extras():
    document = {key: DOCUMENT[key] for key in ("id", "version", "title", "scale", "criteria")}
    rubric = from_document(document)
    assert (rubric.language, rubric.languages, rubric.needs_coverage, rubric.summary) == ("en", ("en",), 80, "")
