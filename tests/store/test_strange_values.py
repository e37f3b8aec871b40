"""Values that no field can have, as a forger or a newer version may send them: in the log, and nowhere else."""

from __future__ import annotations

import pytest

from rubricapp.store.assessments import list_assessments
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.verifying import find_faults

STRANGE = (
    ("assessment", "state", "archived"),
    ("assessment", "state", ["draft"]),
    ("assessment", "kind", 1),
    ("assessment", "revision", "x"),
    ("occasion", "position", "fifty"),
    ("occasion", "position", 1 << 70),
    ("person", "given_name", ["a"]),
    ("person", "given_name", {"a": 1}),
    ("rating", "level", 10),
    ("rating", "level", 1 << 63),
    ("rubric_version", "state", "published\u2028"),
    ("rubric_version", "document", {}),
    ("rubric_version", "document", {"scale": 1, "criteria": 2}),
    ("rubric_version", "document", []),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "field", "value"), STRANGE)
def test_a_value_that_cannot_be_shown_shows_as_none_and_is_named(ws, assessment, kind, field, value) -> None:
    (rubric,) = list_rubrics(ws)
    records = {
        "assessment": assessment.id,
        "rating": f"{assessment.id}/TST-1",
        "rubric_version": rubric.content_hash,
        "occasion": ws.rows("SELECT id FROM occasion")[0][0],
        "person": ws.rows("SELECT id FROM person")[0][0],
    }
    with ws.writing("somebody") as log:
        log.set(kind, records[kind], field, value)
    if kind == "assessment" and field == "state":
        assert list_assessments(ws)[0].ratings == {}
    list_assessments(ws)
    list_rubrics(ws)
    found = {each.code for each in find_faults(ws).problems} - {"CHECK_REFERENCE"}
    assert found == ({"CHECK_VALUE"} if value != [] or field != "document" else set())
