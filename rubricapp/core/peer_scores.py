"""What peers said of one participant, made safe to show: numbers only from enough reviews, nothing that leads back.

A mean of two gives the other reviewer's level away to whoever knows one of them, so numbers need four reviews, five
where the reader is one of the raters; words are shown by criterion, each criterion shuffled by itself, without ids,
times or names. The order of anything shown never follows the order of anything stored.

Question: what may an author see when one review more comes in, or one is withheld? Decision: nothing that differs.
Feedback opens once, when every review asked for is there or the lead closes the round, and is frozen when somebody
first reads it: the same reviews as they stood then, whatever comes, is altered or is withheld later. A review withheld
before that is as one that never came, also in when feedback opens. Afterwards the author may set pieces aside one by
one, by reporting them, and they are gone at once; the numbers stay. Reasons: two versions that differ by one review
give its levels away, and show which words belong together. A lead who finds that harm outweighs this can take a
withheld review's words out of what was read, and is told what it shows. 2026-11-29.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from rubricapp.core.model import Assessment, CriterionId, RubricVersion

FEWEST = 4
"""Reviews before numbers or words are shown to their author."""
FEWEST_FOR_THE_LEAD = 3
"""Levels before a lead, who knows the reviewers, sees a median: of two it would be a mean."""
FEWEST_FOR_A_RATER = 5
"""… to somebody who is one of the raters."""
BOXES = ("works", "change", "next_step")
"""What a review says in words, besides the comments on criteria."""
USEFUL = range(1, 5)
"""How useful an author may call a piece."""


@dataclass(frozen=True)
class PeerCriterion:
    """median: halves kept. low, high: the spread. count: levels given; 0 where there are too few to show any number,
    so that nobody learns how many left it blank. comments: shuffled."""

    criterion: CriterionId
    count: int
    median: Fraction | None
    low: int | None
    high: int | None
    comments: tuple[str, ...]


@dataclass(frozen=True)
class PeerFeedback:
    """What an author may read. reviews: how many there were when it opened; 0 where that is not said.

    enough: whether numbers and words are shown; without it there is nothing at all.
    works, change, next_step: each box shuffled by itself.
    """

    reviews: int
    enough: bool
    criteria: tuple[PeerCriterion, ...] = ()
    works: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    next_step: tuple[str, ...] = ()


NOTHING = PeerFeedback(0, False)
"""What is shown of too few: not even how many there are, for that number would tell of one withheld."""


@dataclass(frozen=True)
class GivenFeedback:
    """Feedback as its author gets it away from where the reviews lie. round: its id."""

    round: str
    feedback: PeerFeedback


@dataclass(frozen=True)
class PeerReview:
    """One review: its ratings and the three boxes."""

    assessment: Assessment
    works: str = ""
    change: str = ""
    next_step: str = ""


@dataclass(frozen=True)
class Piece:
    """One thing said, as its author may see it. place: a box or a criterion. id: made from place and text alone, so
    that it says no more than they do; two reviewers who wrote the same have the same."""

    id: str
    place: str
    text: str


def piece_id(place: str, text: str) -> str:
    """12 hexadecimal characters."""
    return hashlib.sha256(f"{place}\x1f{text}".encode()).hexdigest()[:12]


def pieces_of(shown: PeerFeedback) -> tuple[Piece, ...]:
    """Everything said in words, in the order shown: box by box, criterion by criterion."""
    said = [(box, text) for box in BOXES for text in getattr(shown, box)]
    said += [(each.criterion, text) for each in shown.criteria for text in each.comments]
    return tuple(Piece(piece_id(place, text), place, text) for place, text in said)


def pieces_in(review: PeerReview) -> tuple[Piece, ...]:
    """Everything that one review says in words. Not for authors."""
    said = [(box, getattr(review, box)) for box in BOXES]
    said += [(key, rating.comment) for key, rating in sorted(review.assessment.ratings.items())]
    return tuple(Piece(piece_id(place, text), place, text) for place, text in said if text)


@dataclass(frozen=True)
class Beside:
    """Peers beside assessors on one criterion, for the lead. assessed: mean of the assessors' levels, and their count;
    reviewed: what peers gave. Neither changes the other."""

    criterion: CriterionId
    assessed: Fraction | None
    assessors: int
    reviewed: PeerCriterion

    @property
    def difference(self) -> Fraction | None:
        """Peers' median − assessors' mean; None where either is missing."""
        if self.assessed is None or self.reviewed.median is None:
            return None
        return self.reviewed.median - self.assessed


def beside(
    rubric: RubricVersion, reviews: Sequence[PeerReview], assessments: Sequence[Assessment]
) -> tuple[Beside, ...]:
    """Criterion by criterion, in the rubric's order. assessments: assessors' finished ones. Not for authors."""
    found = []
    for criterion in rubric.criteria:
        levels = _levels([each.assessment for each in reviews], criterion.id)
        shown = levels if len(levels) >= FEWEST_FOR_THE_LEAD else []
        given = _levels(assessments, criterion.id)
        peers = PeerCriterion(
            criterion.id,
            len(levels),
            median(shown) if shown else None,
            min(shown, default=None),
            max(shown, default=None),
            (),
        )
        found.append(Beside(criterion.id, Fraction(sum(given), len(given)) if given else None, len(given), peers))
    return tuple(found)


def _levels(assessments: Iterable[Assessment], criterion: str) -> list[int]:
    return [level for each in assessments if (level := each.rating(criterion).level) is not None]


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


def feedback(
    rubric: RubricVersion,
    reviews: Sequence[PeerReview],
    reader_is_rater: bool = False,
    set_aside: Collection[str] = (),
) -> PeerFeedback:
    """What may be shown of these reviews (withheld ones left out by the caller). set_aside: ids of pieces."""
    needed = FEWEST_FOR_A_RATER if reader_is_rater else FEWEST
    if len(reviews) < needed:
        return NOTHING

    criteria = []
    for criterion in rubric.criteria:
        ratings = [each.assessment.rating(criterion.id) for each in reviews]
        levels = [rating.level for rating in ratings if rating.level is not None]
        numbers = levels if len(levels) >= needed else []
        criteria.append(
            PeerCriterion(
                criterion.id,
                len(numbers),
                median(numbers) if numbers else None,
                min(numbers, default=None),
                max(numbers, default=None),
                _words(criterion.id, (rating.comment for rating in ratings), set_aside),
            )
        )
    return PeerFeedback(
        len(reviews),
        True,
        tuple(criteria),
        *(_words(box, (getattr(each, box) for each in reviews), set_aside) for box in BOXES),
    )


def without(shown: PeerFeedback, set_aside: Collection[str]) -> PeerFeedback:
    """The same without these pieces, in the order in which the rest would have been shown without them."""
    return replace(
        shown,
        criteria=tuple(
            replace(each, comments=_words(each.criterion, each.comments, set_aside)) for each in shown.criteria
        ),
        **{box: _words(box, getattr(shown, box), set_aside) for box in BOXES},
    )


def _words(place: str, texts: Iterable[str], set_aside: Collection[str]) -> tuple[str, ...]:
    return shuffled([text for text in texts if piece_id(place, text) not in set_aside], place)
