"""Which finished assessments a second person should look at, although nobody complained.

Always: where a gate is not met, where a total lies at the border between two steps, and the first two that each
assessor finished. On top a share of all, drawn evenly from every assessor and rubric. The seed decides the draw; the
order in which things are handed in decides nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from rubricapp.core.agreed_levels import Slot
from rubricapp.core.model import Assessment, AssessmentKind, RubricVersion
from rubricapp.core.scoring import score_of

BORDER = Fraction(1, 10)
"""How near to a half step (2.5, 3.5 …) a total is borderline: a tenth more or less would round to another level."""
FIRST = 2


class Why(StrEnum):
    GATE = "gate"
    BORDERLINE = "borderline"
    FIRST = "first"
    RANDOM = "random"


@dataclass(frozen=True)
class Sampled:
    """One assessment to look at. why: every reason, in the order of `Why`. total: None where there is none."""

    assessment: Assessment
    why: tuple[Why, ...]
    total: Fraction | None

    @property
    def slot(self) -> Slot:
        return self.assessment.participant, self.assessment.rubric, self.assessment.occasion


def is_borderline(total: Fraction | None) -> bool:
    """Whether a total lies so near to the border between two steps that a little more or less would cross it."""
    if total is None:
        return False
    return abs(total % 1 - Fraction(1, 2)) <= BORDER


def draw(
    assessments: Iterable[tuple[Assessment, RubricVersion]], share: Fraction = Fraction(1, 10), seed: int = 0
) -> tuple[Sampled, ...]:
    """The sample, by rubric, assessor and id. share: 0…1 of each assessor's assessments with each rubric, rounded up.

    Drafts, and what is not by assessors, are passed over.
    """
    chosen = [
        (each, rubric) for each, rubric in assessments if each.kind is AssessmentKind.ASSESSOR and not each.is_open
    ]
    totals, reasons = {}, {}
    strata: dict[tuple[str, str], list[Assessment]] = {}
    by_assessor: dict[str, list[Assessment]] = {}
    for each, rubric in chosen:
        found = score_of(rubric, each)
        totals[each.id] = found.value
        reasons[each.id] = {Why.GATE} if found.gates_failed else set()
        if is_borderline(found.value):
            reasons[each.id].add(Why.BORDERLINE)
        strata.setdefault((each.assessor, each.rubric), []).append(each)
        by_assessor.setdefault(each.assessor, []).append(each)
    for group in by_assessor.values():
        group.sort(key=lambda each: (each.finished_at is None, each.finished_at, each.id))
        for each in group[:FIRST]:
            reasons[each.id].add(Why.FIRST)
    for group in strata.values():
        wanted = -(-len(group) * Fraction(share) // 1)
        for each in sorted(group, key=lambda each: _lot(seed, each.id))[: int(wanted)]:
            reasons[each.id].add(Why.RANDOM)
    order = tuple(Why)
    return tuple(
        Sampled(each, tuple(sorted(reasons[each.id], key=order.index)), totals[each.id])
        for each, rubric in sorted(chosen, key=lambda pair: (pair[1].id, pair[1].version, pair[0].assessor, pair[0].id))
        if reasons[each.id]
    )


def _lot(seed: int, assessment: str) -> bytes:
    return hashlib.sha256(f"{seed}\x1f{assessment}".encode()).digest()
