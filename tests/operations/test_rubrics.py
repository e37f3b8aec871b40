"""Bringing rubrics into a workspace."""

from __future__ import annotations

import copy

import pytest

from rubricapp.core.model import RubricState
from rubricapp.core.rubrics import content_hash
from rubricapp.errors import UserError
from rubricapp.operations import programmes, rubrics
from rubricapp.store.rubrics import find_rubric, list_rubrics, load_document, load_rubric
from rubricapp.store.verifying import find_faults


def test_a_rubric_is_published_once(ws, document) -> None:
    before = ws.rows("SELECT count(*) FROM change")
    assert not rubrics.adopt(ws, [document, document])
    assert ws.rows("SELECT count(*) FROM change") == before
    found = find_rubric(ws, "small")
    assert found.state is RubricState.PUBLISHED
    assert found.content_hash == content_hash(document)
    assert content_hash(load_document(ws, found.content_hash)) == found.content_hash


def test_another_wording_is_another_version(ws, document) -> None:
    newer = copy.deepcopy(document) | {"version": "1.10"}
    middle = copy.deepcopy(document) | {"version": "1.9"}
    rubrics.adopt(ws, [newer, middle])
    assert [each.version for each in list_rubrics(ws)] == ["1.0", "1.9", "1.10"]
    assert find_rubric(ws, "small").version == "1.10"
    assert find_rubric(ws, "SMALL@1.9").version == "1.9"
    assert find_rubric(ws, content_hash(document)).version == "1.0"
    assert find_rubric(ws, "small@7") is None
    assert find_faults(ws).ok


def test_words_in_another_language_are_remembered_apart(ws, document) -> None:
    rubrics.adopt(ws, [document | {"version": "2", "translations": {"fr": {"title": "Petit"}}}])
    assert [find_rubric(ws, "small@2", language).title for language in ("", "fr", "de", "fr")] == [
        "Small", "Petit", "Small", "Petit"
    ]  # fmt: skip


def test_a_rubric_is_read_once_and_again_when_something_was_said_of_any(ws, document) -> None:
    one = load_rubric(ws, content_hash(document))
    assert load_rubric(ws, content_hash(document)) is one
    with ws.writing("lead") as log:
        log.set("person", "x", "given_name", "Nobody")
    assert load_rubric(ws, content_hash(document)) is one
    rubrics.adopt(ws, [document | {"version": "2"}])
    assert load_rubric(ws, content_hash(document)) == one
    assert load_rubric(ws, content_hash(document)) is not one


def test_unknown_and_damaged_rubrics(ws, document) -> None:
    for read in (load_rubric, load_document):
        with pytest.raises(LookupError):
            read(ws, "0" * 64)
    name = content_hash(document)
    for damage in ("{", "{}", "[]", '{"scale": [1], "criteria": []}'):
        ws.connection.execute("UPDATE rubric_version SET document = ?", (damage,))
        ws.rubrics.clear()
        for read in (lambda: load_rubric(ws, name), lambda: list_rubrics(ws)):
            with pytest.raises(UserError) as caught:
                read()
            assert caught.value.code == "E_DAMAGED"
    ws.connection.execute("UPDATE rubric_version SET document = NULL")
    with pytest.raises(LookupError):
        load_rubric(ws, name)


def test_files_are_taken_all_or_none(ws, tmp_path) -> None:
    good = programmes.shipped_rubrics()[0]
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: Bad Id\n")
    before = ws.rows("SELECT count(*) FROM change")
    with pytest.raises(UserError) as caught:
        rubrics.adopt_files(ws, [good, bad])
    assert caught.value.code == "E_RUBRIC_INVALID"
    assert ws.rows("SELECT count(*) FROM change") == before
    assert rubrics.adopt_files(ws, [good])
    assert not rubrics.adopt_files(ws, [good])
    assert rubrics.check_file(good).document is not None
    assert find_faults(ws).ok


def test_a_read_only_workspace_takes_none(ws, document) -> None:
    ws.read_only_because = "A test."
    with pytest.raises(UserError) as caught:
        rubrics.adopt(ws, [document])
    assert caught.value.code == "E_READ_ONLY"
