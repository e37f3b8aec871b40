"""The rule of what belongs to an erased person: decided for every kind, the same in any order, never too much."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubricapp.core.erasing import DECISIONS, FIELDS, MARK, belonging, find_erased, same_name
from rubricapp.store.kinds import KINDS


def test_every_kind_is_decided() -> None:
    """A new kind of record needs a line in `DECISIONS`, with a thought about whose it is."""
    assert set(KINDS) == set(DECISIONS)
    for kind, rule in DECISIONS.items():
        known = {*KINDS[kind].fields, *KINDS[kind].special}
        assert {*rule.fields, *rule.witness} <= known, kind
        assert {*rule.under.values(), rule.part_of} - {""} <= set(KINDS), kind
        if rule.part_of and len(KINDS[kind].keys) > 1:
            assert KINDS[kind].keys[0] == KINDS[rule.part_of].table.removeprefix("calibration_") or rule.part_of


SAID = (
    ("assessment", "a1", "participant", "ama"),
    ("assessment", "a1", "assessor", "tunde"),
    ("assessment", "a2", "participant", "kofi"),
    ("assessment", "a2", "assessor", "ama"),
    ("artefact", "w1", "participant", "ama"),
    ("evidence", "e1", "artefact", "w1"),
    ("evidence", "e2", "artefact", "w2"),
    ("artefact", "w2", "participant", "kofi"),
    ("calibration_sample", "s1", "artefact", "w1"),
    ("calibration", "c1", "sample", "s1"),
    ("calibration", "c1", "person", "tunde"),
    ("declared_conflict", "d1", "one", "kofi"),
    ("declared_conflict", "d1", "other", "ama"),
    ("agreed_action", "g1", "meeting", "m1"),
    ("meeting", "m1", "participant", "ama"),
    ("allocation", "l1", "reviewer", "ama"),
    ("allocation", "l1", "author", "kofi"),
)
THEIRS = {
    *(("person", "ama"), ("assessment", "a1"), ("artefact", "w1"), ("evidence", "e1"), ("calibration_sample", "s1")),
    *(("calibration", "c1"), ("declared_conflict", "d1"), ("meeting", "m1"), ("agreed_action", "g1")),
}


@given(st.permutations(SAID))
def test_the_same_records_in_any_order(said) -> None:
    found = find_erased({"ama"}, [*said, *said[:3]])
    assert found.records == THEIRS
    assert not found.disputed
    assert found.covers("rating", "a1/CAM-1")
    assert found.covers("peer_review", "a1")
    assert not found.covers("rating", "a2/CAM-1"), "what she said of others stays"
    assert found.covers("calibration_level", "s1/CAM-1")


def test_nobody_erased_is_nothing_erased() -> None:
    found = find_erased((), SAID)
    assert not found.records
    assert not any(found.covers(kind, "ama") for kind in (*DECISIONS, "of_a_newer_version"))


def test_what_was_given_to_somebody_else_as_well_is_not_erased_but_named() -> None:
    found = find_erased({"ama"}, [*SAID, ("artefact", "w1", "participant", "kofi")])
    assert found.disputed == {("artefact", "w1")}
    assert not found.covers("artefact", "w1")
    assert not found.covers("evidence", "e1"), "and what hangs from it"
    both = find_erased({"ama", "kofi"}, [*SAID, ("artefact", "w1", "participant", "kofi")])
    assert both.covers("artefact", "w1")
    assert not both.disputed


@pytest.mark.parametrize("kind", sorted(kind for kind, rule in DECISIONS.items() if rule == DECISIONS["programme"]))
def test_an_erasure_of_what_is_no_person_covers_nothing_of_everybody(kind) -> None:
    """Whoever writes an erasure of the rubric's or the edition's id takes nothing away."""
    assert not find_erased({"x"}, [(kind, "x", name, "x") for name in FIELDS]).covers(kind, "x")


def test_the_mark_itself_and_kinds_of_a_newer_version() -> None:
    found = find_erased({"ama"}, [("goal", "g", "participant", "ama"), ("goal", "h", "participant", "kofi")])
    assert not found.covers(MARK, "ama")
    assert found.covers("goal", "g")
    assert found.covers("wish", "ama")
    assert not found.covers("goal", "h")


def test_only_ids_of_the_erased_stay() -> None:
    found = find_erased({"ama"}, SAID)
    assert found.keeps("artefact", "w1", "participant", "ama")
    assert found.keeps("evidence", "e1", "artefact", "w1")
    assert not found.keeps("calibration", "c1", "person", "tunde")
    assert not found.keeps("artefact", "w1", "title", "ama")
    assert not found.keeps("artefact", "w2", "participant", "kofi"), "it is not theirs at all"


@given(st.lists(st.sampled_from(SAID)), st.lists(st.sampled_from(SAID)))
def test_more_changes_never_bring_anything_back(some, more) -> None:
    """Unless they give it to somebody else: then it is disputed, and said so."""
    before, after = find_erased({"ama"}, some), find_erased({"ama"}, [*some, *more])
    assert before.records <= after.records | after.disputed


def test_fields_and_unknown_values() -> None:
    odd = [("artefact", "w", "participant", value) for value in (None, 3, ["ama"], {"a": 1}, "")]
    assert find_erased({"ama"}, odd).records == {("person", "ama")}
    assert belonging("rating").fields == ()
    for one, other in itertools.pairwise(sorted(FIELDS)):
        assert one < other


@pytest.mark.parametrize(
    ("typed", "name", "same"),
    [
        ("AMARA  OKAFOR", "Amara Okafor", True),
        (" amara\tokafor\n", "Amara Okafor", True),
        ("Amara", "Amara Okafor", False),
        ("", "", False),
        ("straße", "STRASSE", True),
        ("王伟", "王伟", True),
        ("王", "王伟", False),
        ("Zoë Äkta", "Zoë Äkta", True),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς", True),
        ("أمينة بلو", "أمينة  بلو", True),
        ("İpek", "i̇pek", True),
        ("Amara Okafor", "Amara Okafor ", True),
    ],
)
def test_a_name_is_the_same_in_any_case_and_spacing(typed, name, same) -> None:
    assert same_name(typed, name) is same
