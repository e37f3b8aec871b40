"""The numbers that reports print, computed once from `ReportData`: levels by occasion, medians, changes, agreement.

Everything is exact (fractions); rounding is for display only. Small numbers are kept honest here: no median of fewer
than five people, no percentage of fewer than ten pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations

from rubricapp.core.agreed_levels import AgreedLevel
from rubricapp.core.gaps import Gap as OwnGap
from rubricapp.core.gaps import compare
from rubricapp.core.growth import FEWEST_PEOPLE, quantile
from rubricapp.core.model import (
    Assessment,
    AssessmentKind,
    Blank,
    Criterion,
    CriterionId,
    Occasion,
    OccasionId,
    Person,
    PersonId,
    RubricHash,
    RubricVersion,
)
from rubricapp.core.scoring import Score, Value, combine, round_half_up, score
from rubricapp.i18n import _
from rubricapp.reports.data import ReportData

FEWEST_PAIRS = 10
"""Below, agreement is given as counts only; below `USUAL_PAIRS` with an interval, as indicative."""
USUAL_PAIRS = 30

Slot = tuple[PersonId, RubricHash, OccasionId]


@dataclass(frozen=True)
class Standing:
    """One criterion of one participant. values: one for each occasion held, as `combine` gives them.

    median: of the cohort on the last of these occasions, None for fewer than five people. own: the participant's own
    level on the last occasion beside the assessors', where they finished a self-assessment; it goes into nothing.
    agreed: where assessors differed on the last occasion, what they settled on.
    """

    criterion: Criterion
    values: tuple[Value, ...]
    median: Fraction | None = None
    own: OwnGap | None = None
    agreed: AgreedLevel | None = None

    @cached_property
    def now(self) -> Fraction | None:
        """The level on the last occasion, or None."""
        return as_level(self.values[-1])

    @property
    def blank(self) -> Blank | None:
        """Why there is no level on the last occasion; None also where it was not rated."""
        value = self.values[-1]
        return value if isinstance(value, Blank) else None

    @cached_property
    def first(self) -> Fraction | None:
        """The first level given on an earlier occasion."""
        return next((level for level in map(as_level, self.values[:-1]) if level is not None), None)

    @property
    def between(self) -> tuple[Fraction, ...]:
        """The levels given after the first and before the last occasion."""
        return tuple(level for level in map(as_level, self.values[:-1]) if level is not None)[1:]

    @cached_property
    def change(self) -> Fraction | None:
        return None if self.now is None or self.first is None else self.now - self.first

    @property
    def fails_gate(self) -> bool:
        return self.criterion.gate is not None and self.now is not None and self.now < self.criterion.gate

    def next_level(self, top: int) -> int | None:
        """The next whole level above the one reached; None at the top or without a level."""
        return None if self.now is None or self.now >= top else int(self.now) + 1


@dataclass(frozen=True)
class RubricStanding:
    """One rubric of one participant: the occasions held, a standing for each criterion, the score of the last."""

    rubric: RubricVersion
    occasions: tuple[Occasion, ...]
    standings: tuple[Standing, ...]
    score: Score


@dataclass(frozen=True)
class Pairs:
    """Two assessors on the same participant, occasion and criterion, compared. pairs: how many such comparisons."""

    pairs: int
    exact: int
    within_one: int


@dataclass(frozen=True)
class Gap:
    """Two levels or more between assessors: worth talking about."""

    participant: PersonId
    occasion: Occasion
    criterion: Criterion
    levels: tuple[int, ...]


@dataclass(frozen=True)
class Cohort:
    """`ReportData`, arranged for reading by slot. Made by `gather`, once for any number of reports."""

    data: ReportData
    assessments: Mapping[Slot, tuple[Assessment, ...]]
    values: Mapping[Slot, Mapping[CriterionId, Value]]
    rubrics: tuple[RubricVersion, ...]
    medians: Mapping[tuple[RubricHash, OccasionId, CriterionId], tuple[Fraction | None, int]]
    own: Mapping[Slot, Assessment] = field(default_factory=dict)

    def occasions(self, person: PersonId, rubric: RubricHash) -> tuple[Occasion, ...]:
        return tuple(each for each in self.data.occasions if (person, rubric, each.id) in self.values)

    def standing(self, person: PersonId, rubric: RubricVersion) -> RubricStanding | None:
        """Where the participant is in this rubric; None where assessors finished nothing."""
        occasions = self.occasions(person, rubric.content_hash)
        if not occasions:
            return None
        held = [self.values[person, rubric.content_hash, each.id] for each in occasions]
        last = (person, rubric.content_hash, occasions[-1].id)
        own = self.own.get(last)
        agreed = self.data.agreed_in(person, rubric.content_hash, occasions[-1].id)
        gaps = {each.criterion.id: each for each in compare(rubric, own, self.assessments[last], agreed)} if own else {}
        return RubricStanding(
            rubric,
            occasions,
            tuple(
                Standing(
                    criterion,
                    tuple(values.get(criterion.id) for values in held),
                    self.medians.get((rubric.content_hash, occasions[-1].id, criterion.id), (None, 0))[0],
                    gaps.get(criterion.id),
                    agreed=agreed.get(criterion.id),
                )
                for criterion in rubric.criteria
            ),
            score(rubric, held[-1]),
        )

    def standings(self, person: PersonId) -> tuple[RubricStanding, ...]:
        found = (self.standing(person, rubric) for rubric in self.rubrics)
        return tuple(each for each in found if each is not None)

    def with_rubric(self, rubric: RubricHash) -> tuple[Person, ...]:
        """Participants for whom assessors finished this rubric, in order."""
        having = {person for person, held, _occasion in self.values if held == rubric}
        return tuple(each for each in self.data.participants if each.id in having)


def gather(data: ReportData) -> Cohort:
    """Arrange the data: assessors' finished assessments only; self, peer and mentor assessments are not scores."""
    slots: dict[Slot, list[Assessment]] = {}
    own: dict[Slot, Assessment] = {}
    for each in data.assessments:
        if each.kind is AssessmentKind.SELF:
            own[each.participant, each.rubric, each.occasion] = each
        if each.kind is AssessmentKind.ASSESSOR:
            slots.setdefault((each.participant, each.rubric, each.occasion), []).append(each)
    values = {slot: combine(each, data.agreed_in(*slot)) for slot, each in slots.items()}
    levels: dict[tuple[RubricHash, OccasionId, CriterionId], list[Fraction]] = {}
    for (_person, rubric, occasion), given in values.items():
        for criterion, value in given.items():
            level = as_level(value)
            if level is not None:
                levels.setdefault((rubric, occasion, criterion), []).append(level)
    used = {slot[1] for slot in slots}
    rubrics = sorted(
        (each for key, each in data.rubrics.items() if key in used), key=lambda each: (each.id, each.version)
    )
    return Cohort(
        data,
        {slot: tuple(each) for slot, each in slots.items()},
        values,
        tuple(rubrics),
        {key: (median(each), len(each)) for key, each in levels.items()},
        own,
    )


def as_level(value: Value) -> Fraction | None:
    """The value if it is a level."""
    if isinstance(value, Fraction):
        return value
    return None if value is None or isinstance(value, Blank) else Fraction(value)


def median(levels: Sequence[Fraction]) -> Fraction | None:
    """The middle value; None for fewer than five people."""
    return quantile(levels, Fraction(1, 2)) if len(levels) >= FEWEST_PEOPLE else None


def agreement(cohort: Cohort, rubric: RubricVersion) -> tuple[dict[CriterionId, Pairs], Pairs, tuple[Gap, ...]]:
    """How often two assessors gave the same level, or at most one apart: by criterion, all together, and the gaps."""
    found: dict[CriterionId, list[int]] = {each.id: [] for each in rubric.criteria}
    gaps: list[Gap] = []
    place = {each.id: number for number, each in enumerate(cohort.data.participants)}
    for occasion in cohort.data.occasions:
        for person in cohort.data.participants:
            marked = cohort.assessments.get((person.id, rubric.content_hash, occasion.id), ())
            if len(marked) < 2:
                continue
            for criterion in rubric.criteria:
                levels = [level for level in (each.rating(criterion.id).level for each in marked) if level is not None]
                found[criterion.id] += [abs(a - b) for a, b in combinations(levels, 2)]
                if levels and max(levels) - min(levels) >= 2:
                    gaps.append(Gap(person.id, occasion, criterion, tuple(sorted(levels))))
    by_criterion = {criterion: _pairs(apart) for criterion, apart in found.items()}
    gaps.sort(key=lambda gap: place[gap.participant])
    return by_criterion, _pairs([apart for each in found.values() for apart in each]), tuple(gaps)


def _pairs(apart: Sequence[int]) -> Pairs:
    return Pairs(len(apart), sum(each == 0 for each in apart), sum(each <= 1 for each in apart))


def share_interval(part: int, whole: int) -> tuple[Fraction, Fraction]:
    """95 % interval of a share, in percent (Wilson 1927, z = 1.96), as whole thousandths of a percent."""
    z, n, p = 1.96, whole, part / whole
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return tuple(Fraction(round(100_000 * max(0.0, min(1.0, end))), 1000) for end in (middle - half, middle + half))


# In words


def level_text(level: Fraction) -> str:
    """3, 3.5, 3.3: one decimal, half up, only where the level is not whole."""
    return round_half_up(level, 0 if Fraction(level).denominator == 1 else 1)


def change_text(change: Fraction | None) -> str:
    """+1, −0.5, same; "" where there is nothing to compare."""
    if change is None:
        return ""
    if change == 0:
        return _("same")
    return ("+" if change > 0 else "−") + level_text(abs(change))


def blank_text(blank: Blank | None) -> str:
    """The honest blanks in words."""
    return {
        Blank.NOT_OBSERVED: _("not observed"),
        Blank.NOT_APPLICABLE: _("not applicable"),
        Blank.INSUFFICIENT_EVIDENCE: _("insufficient evidence"),
        None: _("not yet rated"),
    }[blank]


def occasion_text(occasion: Occasion) -> str:
    """The occasion's name; the three standard ones in the reader's language."""
    if occasion.name == occasion.kind:
        return {"baseline": _("baseline"), "midpoint": _("midpoint"), "final": _("final")}.get(
            occasion.kind, occasion.name
        )
    return occasion.name


def same_words(texts: Iterable[str]) -> str:
    """The text that all agree on, or "" where they differ."""
    found = set(texts)
    return found.pop() if len(found) == 1 else ""
