"""What peers said of one participant, made safe to show: numbers only from enough reviews, nothing that leads back.

A mean of two gives the other reviewer's level away to whoever knows one of them, so numbers need four reviews, five
where the reader is one of the raters; words are shown by criterion, each criterion shuffled by itself, without ids,
times or names. The order of anything shown never follows the order of anything stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from rubricapp.core.model import Assessment, CriterionId, RubricVersion

FEWEST = 4
"""Reviews before numbers or words are shown to their author."""
FEWEST_FOR_A_RATER = 5
"""… to somebody who is one of the raters."""


@dataclass(frozen=True)
class PeerCriterion:
    """median: halves kept. low, high: the spread. count: levels given. comments: shuffled."""

    criterion: CriterionId
    count: int
    median: Fraction | None
    low: int | None
    high: int | None
    comments: tuple[str, ...]


@dataclass(frozen=True)
class PeerFeedback:
    """What an author may read. reviews: how many there are; 0 where even that is not said.

    enough: whether numbers and words are shown. works, change, next_step: each box shuffled by itself.
    """

    reviews: int
    enough: bool
    criteria: tuple[PeerCriterion, ...] = ()
    works: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    next_step: tuple[str, ...] = ()


@dataclass(frozen=True)
class PeerReview:
    """One review: its ratings and the three boxes."""

    assessment: Assessment
    works: str = ""
    change: str = ""
    next_step: str = ""


def median(levels: Sequence[int]) -> Fraction:
    """The middle level; the mean of the two middle ones where their number is even, halves kept."""
    ordered = sorted(levels)
    middle = len(ordered) // 2
    return Fraction(ordered[middle]) if len(ordered) % 2 else Fraction(ordered[middle - 1] + ordered[middle], 2)


def shuffled(texts: Sequence[str], label: str) -> tuple[str, ...]:
    """Texts in an order that depends on what they all say and on the label only: swapping reviewers changes nothing."""
    kept = sorted(text for text in texts if text)
    seed = "\x1f".join([label, *kept])

    def place(text: str) -> bytes:
        return hashlib.sha256(f"{seed}\x1e{text}".encode()).digest()

    return tuple(sorted(kept, key=place))


def feedback(rubric: RubricVersion, reviews: Sequence[PeerReview], reader_is_rater: bool = False) -> PeerFeedback:
    """What may be shown of these reviews (withheld ones left out by the caller)."""
    needed = FEWEST_FOR_A_RATER if reader_is_rater else FEWEST
    if len(reviews) < needed:
        return PeerFeedback(len(reviews), False)
    criteria = []
    for criterion in rubric.criteria:
        ratings = [each.assessment.rating(criterion.id) for each in reviews]
        levels = [rating.level for rating in ratings if rating.level is not None]
        numbers = levels if len(levels) >= needed else []
        criteria.append(
            PeerCriterion(
                criterion.id,
                len(levels),
                median(numbers) if numbers else None,
                min(numbers, default=None),
                max(numbers, default=None),
                shuffled([rating.comment for rating in ratings], criterion.id),
            )
        )
    return PeerFeedback(
        len(reviews),
        True,
        tuple(criteria),
        shuffled([each.works for each in reviews], "works"),
        shuffled([each.change for each in reviews], "change"),
        shuffled([each.next_step for each in reviews], "next_step"),
    )
