"""The gap between what a participant says of themself and what assessors say: beside each other, never mixed.

A gap is the participant's level less the median of the assessors' levels. It is a place to begin a conversation: no
mark, in no total, and never compared between people; so nothing here orders, sums or names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from rubricapp.core.model import Assessment, AssessmentKind, Criterion, Rating, RubricVersion
from rubricapp.core.peer_scores import median
from rubricapp.core.scoring import round_half_up


@dataclass(frozen=True)
class Gap:
    """One criterion. own: what the participant said. assessors: the median level, None where none gave a level.

    given: the levels it is the median of, lowest first.
    """

    criterion: Criterion
    own: Rating
    assessors: Fraction | None
    given: tuple[int, ...] = ()

    @property
    def apart(self) -> Fraction | None:
        """Self less assessors; None where either gave no level."""
        if self.own.level is None or self.assessors is None:
            return None
        return self.own.level - self.assessors

    @property
    def apart_text(self) -> str:
        """+1, −0.5, 0; "" where there is none."""
        return say_apart(self.apart)


def say_apart(apart: Fraction | None) -> str:
    """+1, −0.5, 0; "" for None. One decimal, half up, only where it is not whole."""
    if apart is None:
        return ""
    text = say_level(abs(apart))
    return text if apart == 0 else ("+" if apart > 0 else "−") + text


def say_level(level: Fraction | int) -> str:
    """3, 3.5."""
    return round_half_up(level, 0 if Fraction(level).denominator == 1 else 1)


def compare(rubric: RubricVersion, own: Assessment, others: Sequence[Assessment]) -> tuple[Gap, ...]:
    """Every criterion in the rubric's order. Of the others only assessors' count. Raises ValueError for no self."""
    if own.kind is not AssessmentKind.SELF:
        raise ValueError(f"not a self-assessment: {own.kind}")
    assessors = [each for each in others if each.kind is AssessmentKind.ASSESSOR]
    found = []
    for criterion in rubric.criteria:
        levels = sorted(level for level in (each.rating(criterion.id).level for each in assessors) if level is not None)
        found.append(Gap(criterion, own.rating(criterion.id), median(levels) if levels else None, tuple(levels)))
    return tuple(found)
