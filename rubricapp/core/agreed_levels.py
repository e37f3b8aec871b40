"""Agreed levels: what assessors settled on for one criterion where they had differed. What each gave stays as it was.

An agreed level stands in totals and reports instead of the mean of the levels given. `BOTH` keeps the levels apart and
reports their median; `THIRD` waits for one more assessor, and until then changes no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from rubricapp.core.changes import derived_id
from rubricapp.core.model import Blank, CriterionId, OccasionId, PersonId, RubricHash, RubricVersion

Slot = tuple[PersonId, RubricHash, OccasionId]
"""participant, rubric, occasion"""


class Outcome(StrEnum):
    """How a gap was settled. Opened again, it has none."""

    LEVEL = "level"
    BLANK = "blank"
    BOTH = "both"
    THIRD = "third"


@dataclass(frozen=True)
class AgreedLevel:
    """What was settled for one criterion. outcome None: it was, and was opened again with a reason.

    level: with LEVEL. blank: with BLANK. third: with THIRD, the assessor asked. basis: what each assessor had said when
    this was settled, a level or the name of a blank. by: who wrote it down. on: ISO day.
    """

    participant: PersonId
    rubric: RubricHash
    occasion: OccasionId
    criterion: CriterionId
    outcome: Outcome | None
    level: int | None = None
    blank: Blank | None = None
    third: str = ""
    basis: Mapping[PersonId, int | str] = field(default_factory=dict)
    reason: str = ""
    by: str = ""
    on: str = ""

    @property
    def slot(self) -> Slot:
        return self.participant, self.rubric, self.occasion

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.outcome not in (None, Outcome.THIRD)

    @property
    def value(self) -> int | str | None:
        """As it stands in the change log: a level, the name of a blank, "both", "third", or None."""
        if self.outcome is Outcome.LEVEL:
            return self.level
        if self.outcome is Outcome.BLANK and self.blank is not None:
            return self.blank.value
        return self.outcome.value if self.outcome is not None else None

    def instead(self, levels: Sequence[int]) -> Fraction | Blank | None:
        """What stands in totals for the levels that were given; None: whatever would stand there without it."""
        if self.outcome is Outcome.LEVEL and self.level is not None:
            return Fraction(self.level)
        if self.outcome is Outcome.BLANK:
            return self.blank
        return middle(levels) if self.outcome is Outcome.BOTH and levels else None

    def fits(self, rubric: RubricVersion) -> bool:
        """Whether the rubric has this criterion and level: a laptop may say what no rubric of ours knows."""
        known = any(each.id == self.criterion for each in rubric.criteria)
        return known and (self.level is None or 1 <= self.level <= rubric.top_level)


@dataclass(frozen=True)
class Movement:
    """How the agreed level lies to what one assessor gave: 1 up, -1 down, 0 kept."""

    assessor: PersonId
    given: int
    agreed: int

    @property
    def direction(self) -> int:
        return (self.agreed > self.given) - (self.agreed < self.given)


def agreed_id(participant: str, rubric: str, occasion: str, criterion: str) -> str:
    """The record of an agreed level: two laptops name the same one alike."""
    return derived_id("agreed_level", participant, rubric, occasion, criterion)


def middle(levels: Sequence[int]) -> Fraction:
    """The median; halfway between the two in the middle where their number is even."""
    ordered = sorted(levels)
    half = len(ordered) // 2
    return Fraction(ordered[half] + ordered[~half], 2)


def movements(agreed: AgreedLevel) -> tuple[Movement, ...]:
    """Whose level moved and which way, by assessor; only where a level was agreed on and a level had been given."""
    if agreed.outcome is not Outcome.LEVEL or agreed.level is None:
        return ()
    return tuple(
        Movement(assessor, given, agreed.level)
        for assessor, given in sorted(agreed.basis.items())
        if isinstance(given, int)
    )


def directions(every: Iterable[AgreedLevel]) -> dict[PersonId, tuple[int, int, int]]:
    """(up, kept, down): how often agreeing moved each assessor's levels. Always up says: this assessor is severe."""
    found: dict[PersonId, list[int]] = {}
    for agreed in every:
        for each in movements(agreed):
            found.setdefault(each.assessor, [0, 0, 0])[1 - each.direction] += 1
    return {assessor: (up, kept, down) for assessor, (up, kept, down) in sorted(found.items())}


def settled_by_slot(
    every: Iterable[AgreedLevel], rubrics: Mapping[RubricHash, RubricVersion]
) -> dict[Slot, dict[CriterionId, AgreedLevel]]:
    """What counts in totals: settled, and of a rubric, criterion and level that there are."""
    found: dict[Slot, dict[CriterionId, AgreedLevel]] = {}
    for each in every:
        if each.is_settled and each.rubric in rubrics and each.fits(rubrics[each.rubric]):
            found.setdefault(each.slot, {})[each.criterion] = each
    return found
