"""The gap between what a participant says of themself and what assessors say: beside each other, never mixed.

A gap is the participant's level less the level that moderation agreed on, where there is one, else less the median of
the assessors' levels. It is a place to begin a conversation: no
mark, in no total, and never compared between people; so nothing here orders, sums or names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rubricapp.core.agreed_levels import AgreedLevel, Outcome
from rubricapp.core.model import Assessment, AssessmentKind, Criterion, CriterionId, Rating, RubricVersion
from rubricapp.core.peer_scores import median
from rubricapp.core.scoring import round_half_up


@dataclass(frozen=True)
class Gap:
    """One criterion. own: what the participant said. assessors: the level they agreed on, else the median of theirs;
    None where none gave a level, or they agreed that there is none.

    given: the levels that assessors gave, lowest first. agreed: how moderation settled it, where a level or an honest
    blank stands instead of theirs.
    """

    criterion: Criterion
    own: Rating
    assessors: Fraction | None
    given: tuple[int, ...] = ()
    agreed: AgreedLevel | None = None

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


def compare(
    rubric: RubricVersion,
    own: Assessment,
    others: Sequence[Assessment],
    agreed: Mapping[CriterionId, AgreedLevel] = {},
) -> tuple[Gap, ...]:
    """Every criterion in the rubric's order. Of the others only assessors' count. Raises ValueError for no self.

    agreed: what moderation settled there; where both levels were kept, their median stands.
    """
    if own.kind is not AssessmentKind.SELF:
        raise ValueError(f"not a self-assessment: {own.kind}")
    assessors = [each for each in others if each.kind is AssessmentKind.ASSESSOR]
    found = []
    for criterion in rubric.criteria:
        levels = sorted(level for level in (each.rating(criterion.id).level for each in assessors) if level is not None)
        settled = agreed.get(criterion.id)
        if settled is not None and settled.outcome not in (Outcome.LEVEL, Outcome.BLANK):
            settled = None
        middle: Fraction | None = median(levels) if levels else None
        if settled is not None:
            middle = Fraction(settled.level) if settled.level is not None else None
        found.append(Gap(criterion, own.rating(criterion.id), middle, tuple(levels), settled))
    return tuple(found)
