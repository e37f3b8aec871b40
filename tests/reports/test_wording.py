"""A score in words: the sentences, and rounding that never crosses a limit."""

from __future__ import annotations

import pytest

from rubricapp.core.model import Blank
from rubricapp.core.rubrics import from_document
from rubricapp.core.scoring import score
from rubricapp.reports.wording import score_in_brief, score_in_words


def rubric(weights, gates=(), needs=80):
    return from_document(
        {
            "id": "camera",
            "version": "1.0",
            "title": "Camera",
            "needs_coverage": needs,
            "scale": [{"name": f"Step {n}"} for n in range(1, 6)],
            "criteria": [
                {
                    "id": f"CAM-{n}",
                    "title": f"Criterion {n}",
                    "weight": weight,
                    **({"gate": 3} if n in gates else {}),
                    "levels": dict.fromkeys(range(1, 6), "words"),
                }
                for n, weight in enumerate(weights, 1)
            ],
        }
    )


def words(rubric_, *values):
    found = score(rubric_, {f"CAM-{n}": value for n, value in enumerate(values, 1)})
    return score_in_words(found, rubric_)


def test_the_worked_case_of_the_rule():
    # levels 4, 3, not applicable, missing, 5; weights 3, 2, 2, 1, 2: T = 4, q = .875, bounds 3.625 and 4.125
    assert words(rubric([3, 2, 2, 1, 2]), 4, 3, Blank.NOT_APPLICABLE, None, 5) == [
        "Total 4.00 of 5 (75 %): the weighted mean of 3 of 4 criteria, 88 % of the weight.",
        "Rated in full it would lie between 3.63 and 4.13.",
        "Not applicable and left out: Criterion 3. A total with other criteria left out does not compare.",
    ]


def test_all_criteria_rated():
    assert words(rubric([1, 1]), 4, 3) == ["Total 3.50 of 5 (63 %): the weighted mean of all 2 criteria."]
    assert words(rubric([1, 1]), 4, Blank.NOT_APPLICABLE)[0] == (
        "Total 4.00 of 5 (75 %): the level of the one criterion that applies."
    )


def test_below_the_needed_coverage_there_is_no_total_but_bounds():
    assert words(rubric([5, 3]), 4, Blank.NOT_OBSERVED) == [
        "Incomplete (63 % covered): a total needs levels for at least 80 % of the weight.",
        "Rated in full it would lie between 2.88 and 4.38.",
    ]


@pytest.mark.parametrize(("level", "outcome"), [(3, "met."), (2, "not met. No other level makes up for it.")])
def test_a_gate_says_its_outcome(level, outcome):
    assert words(rubric([1, 1], gates=[2]), 5, level)[-1] == f"Criterion 2 needs level 3 or higher: {outcome}"


def test_an_open_gate_withholds_the_total():
    assert words(rubric([9, 1], gates=[2]), 5, Blank.INSUFFICIENT_EVIDENCE) == [
        "Incomplete (90 % covered): a total needs a level for every gate.",
        "Rated in full it would lie between 4.60 and 5.00.",
        "Criterion 2 needs level 3 or higher: open, it has no level.",
    ]


def test_a_gate_that_does_not_apply_is_not_spoken_of():
    assert not any("needs level" in each for each in words(rubric([1, 1], gates=[2]), 5, Blank.NOT_APPLICABLE))


def test_nothing_rated_and_nothing_that_applies():
    assert words(rubric([1, 1])) == ["No total: no criterion has a level yet."]
    assert words(rubric([1]), Blank.NOT_APPLICABLE)[0] == "No total: no criterion applies."


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([796, 204], "Incomplete (79.6 % covered)"),
        ([800, 200], "4.00 of 5 (75 %)"),
        ([62, 38], "Incomplete (62 % covered)"),
    ],
)
def test_coverage_is_never_rounded_across_a_limit(weights, said):
    asked = rubric(weights)
    assert score_in_brief(score(asked, {"CAM-1": 4}), asked) == said
    nearly = rubric([997, 3])
    assert "99.7 % of the weight" in words(nearly, 4)[0]
