"""What peers said, made safe to show."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from rubricapp.core.feedback_hints import Hint, hints
from rubricapp.core.model import Assessment, AssessmentKind, AssessmentState, Blank, Rating
from rubricapp.core.peer_scores import PeerReview, feedback, median, shuffled
from rubricapp.core.rubrics import from_document


@pytest.fixture
def rubric(document):
    return from_document(document)


def review(reviewer: str, level: int, words: str) -> PeerReview:
    ratings = {f"TST-{n}": Rating(f"TST-{n}", level, comment=f"{words} on {n}") for n in range(1, 7)}
    assessment = Assessment(
        "id of " + reviewer,
        "author",
        reviewer,
        "r",
        "o",
        AssessmentKind.PEER,
        AssessmentState.FINISHED,
        ratings=ratings,
    )
    return PeerReview(assessment, f"{words} works", f"{words} change", f"{words} step")


REVIEWS = [
    review(name, level, word)
    for name, level, word in (("p1", 2, "red"), ("p2", 3, "blue"), ("p3", 5, "green"), ("p4", 4, "grey"))
]


def test_median_keeps_the_half() -> None:
    assert median([2, 3, 5, 4]) == Fraction(7, 2)
    assert median([5, 1, 2]) == 2


@pytest.mark.parametrize("number", range(4))
def test_too_few_reviews_show_nothing_at_all(rubric, number) -> None:
    found = feedback(rubric, REVIEWS[:number])
    assert not found.enough
    assert (found.criteria, found.works, found.change, found.next_step) == ((), (), (), ())
    assert found.reviews == 0


def test_a_reader_who_is_a_rater_needs_one_more(rubric) -> None:
    assert not feedback(rubric, REVIEWS, reader_is_rater=True).enough
    assert feedback(rubric, [*REVIEWS, review("p5", 1, "pink")], reader_is_rater=True).enough


def test_numbers_need_levels_not_only_reviews(rubric) -> None:
    silent = review("p4", 4, "grey")
    silent.assessment.ratings["TST-1"] = Rating("TST-1", comment="grey on 1")
    first = feedback(rubric, [*REVIEWS[:3], silent]).criteria[0]
    assert (first.count, first.median, first.low, first.high) == (0, None, None, None)
    assert len(first.comments) == 4
    five = [review("p1", 2, "red"), *REVIEWS[1:], review("p5", 1, "pink")]
    assert feedback(rubric, [*REVIEWS, silent]).criteria[0].count == 4
    five[0].assessment.ratings["TST-2"] = Rating("TST-2", blank=Blank.NOT_OBSERVED)
    assert [each.count for each in feedback(rubric, five, reader_is_rater=True).criteria[:2]] == [5, 0]


def test_nothing_names_or_orders_a_reviewer(rubric) -> None:
    shown = feedback(rubric, REVIEWS)
    assert shown.criteria[0].median == Fraction(7, 2)
    assert (shown.criteria[0].low, shown.criteria[0].high) == (2, 5)
    text = repr(shown)
    assert not any(secret in text for secret in ("p1", "p2", "p3", "p4", "id of"))
    for _ in range(20):
        mixed = random.sample(REVIEWS, len(REVIEWS))
        assert feedback(rubric, mixed) == shown


def test_swapping_two_reviewers_changes_nothing(rubric) -> None:
    swapped = [review("p2", 2, "red"), review("p1", 3, "blue"), *REVIEWS[2:]]
    assert feedback(rubric, swapped) == feedback(rubric, REVIEWS)


def test_places_do_not_link_the_comments_of_one_reviewer() -> None:
    """Over many cohorts, the place of one's words at one criterion says nothing of their place at another."""
    together = trials = 0
    for cohort in range(400):
        words = [f"{cohort} {name}" for name in ("one", "two", "three", "four")]
        first = shuffled([f"{word} a" for word in words], "TST-1")
        second = shuffled([f"{word} b" for word in words], "TST-2")
        for word in words:
            trials += 1
            together += first.index(f"{word} a") == second.index(f"{word} b")
    assert abs(together / trials - 1 / 4) < 0.05


@pytest.mark.parametrize(
    ("works", "expected"),
    [
        ("At 00:42 the two-shot holds the eyeline.", ()),
        ("The second half has a steady rhythm throughout.", (Hint.NO_PLACE,)),
        ("Great work!", (Hint.ONLY_PRAISE, Hint.NO_PLACE)),
        ("", (Hint.EMPTY,)),
        ("Scene 3: you are lazy with the focus.", (Hint.ABOUT_THE_PERSON,)),
        ("第三场的灯光很好地表现了人物", ()),
    ],
)
def test_hints(works, expected) -> None:
    assert (
        hints(works, "Scene 4: hold the wide shot longer.", "Mark the floor before the take.").get("works", ())
        == expected
    )


def test_a_step_is_more_than_two_words() -> None:
    assert Hint.NO_STEP in hints("Scene 1 works as it is.", "Scene 2 is too dark.", "Do better")["next_step"]
