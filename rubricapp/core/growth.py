"""Growth: what assessors said of one participant over the occasions, by criterion, as steps and never as curves.

A level is a place on an ordinal scale, so several assessors come to their median, and nothing is drawn where nobody
gave a level. Two versions of a rubric are one line only where their structure is the same (ids, order, weights,
gates); otherwise they are lines apart, because a level of one is not a level of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from rubricapp.core.agreed_levels import AgreedLevel, Slot
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
    Role,
    RubricHash,
    RubricVersion,
)
from rubricapp.core.peer_scores import median
from rubricapp.core.scoring import combine

FEWEST_PEOPLE = 5
"""A median or a distribution of fewer people says too much about one of them and too little about the cohort."""

Quartiles = tuple[Fraction, Fraction, Fraction]


@dataclass(frozen=True)
class Step:
    """One occasion. level: median of the assessors' levels, or what they agreed on; None is a gap. count: how many
    gave a level.

    blank: why there is no level; None also where it was not rated. by: who gave one.
    """

    occasion: Occasion
    level: Fraction | None
    count: int
    blank: Blank | None = None
    by: tuple[PersonId, ...] = ()


@dataclass(frozen=True)
class Line:
    """One criterion over the occasions on which its rubric was used. band: at each the cohort's middle half or None."""

    criterion: Criterion
    steps: tuple[Step, ...]
    band: tuple[Quartiles | None, ...] = ()

    @property
    def start(self) -> Step | None:
        """The first occasion with a level."""
        return next((each for each in self.steps if each.level is not None), None)

    @property
    def now(self) -> Step | None:
        """The last occasion with a level."""
        return next((each for each in reversed(self.steps) if each.level is not None), None)

    @property
    def change(self) -> Fraction | None:
        """From start to now; None where these are not two occasions."""
        start, now = self.start, self.now
        return now.level - start.level if start is not None and now is not None and now is not start else None


@dataclass(frozen=True)
class RubricGrowth:
    """The lines of one rubric. rubric: the newest of the versions used. versions: all of them, oldest first."""

    rubric: RubricVersion
    versions: tuple[str, ...]
    occasions: tuple[Occasion, ...]
    lines: tuple[Line, ...]

    @property
    def is_enough(self) -> bool:
        """Growth needs two scorings of the same rubric."""
        return len(self.occasions) > 1


Key = tuple[str, str]
"""A rubric's id and its structure: what may be held against each other."""


def _key(rubric: RubricVersion) -> Key:
    return rubric.id, rubric.structure_hash


def quantile(levels: Sequence[int | Fraction], share: Fraction) -> Fraction:
    """Between the two nearest values in proportion (type 7 of Hyndman and Fan 1996, as spreadsheets do it)."""
    ordered = sorted(levels)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return Fraction(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def quartiles(levels: Sequence[int | Fraction]) -> Quartiles | None:
    """(lower quartile, median, upper quartile); None for fewer than five people."""
    if len(levels) < FEWEST_PEOPLE:
        return None
    ordered = sorted(levels)
    low, middle, high = (quantile(ordered, Fraction(part, 4)) for part in (1, 2, 3))
    return low, middle, high


def growth(
    assessments: Iterable[Assessment],
    rubrics: Mapping[RubricHash, RubricVersion],
    occasions: Sequence[Occasion],
    agreed: Mapping[Slot, Mapping[CriterionId, AgreedLevel]] = MappingProxyType({}),
) -> tuple[RubricGrowth, ...]:
    """The lines of one participant, in the order of `rubrics`, which come by id and oldest version first.

    Of `assessments` only those that assessors finished count, on an occasion that is among `occasions`. agreed: what
    assessors settled on, in place of their median.
    """
    groups = _group(assessments, rubrics)
    found = []
    for given in groups.values():
        rubric = _newest(given, rubrics)
        used = {each.occasion for each in given}
        held = tuple(each for each in occasions if each.id in used)
        by_occasion = {one.id: [each for each in given if each.occasion == one.id] for one in held}
        lines = tuple(
            Line(criterion, tuple(_step(one, criterion.id, by_occasion[one.id], agreed) for one in held))
            for criterion in rubric.criteria
        )
        versions = {rubrics[each.rubric].version: None for each in _by_version(given, rubrics)}
        if held:
            found.append(RubricGrowth(rubric, tuple(versions), held, lines))
    place = {key: number for number, key in enumerate(rubrics)}
    return tuple(sorted(found, key=lambda each: place[each.rubric.content_hash]))


def _group(
    assessments: Iterable[Assessment], rubrics: Mapping[RubricHash, RubricVersion]
) -> dict[Key, list[Assessment]]:
    groups: dict[Key, list[Assessment]] = {}
    for each in assessments:
        if each.kind is AssessmentKind.ASSESSOR and not each.is_open and each.rubric in rubrics:
            groups.setdefault(_key(rubrics[each.rubric]), []).append(each)
    return groups


def _by_version(given: Iterable[Assessment], rubrics: Mapping[RubricHash, RubricVersion]) -> list[Assessment]:
    """Oldest version first, in the order in which the rubrics are handed in."""
    place = {key: number for number, key in enumerate(rubrics)}
    return sorted(given, key=lambda each: place[each.rubric])


def _newest(given: Sequence[Assessment], rubrics: Mapping[RubricHash, RubricVersion]) -> RubricVersion:
    return rubrics[_by_version(given, rubrics)[-1].rubric]


def _step(
    occasion: Occasion,
    criterion: CriterionId,
    given: Sequence[Assessment],
    agreed: Mapping[Slot, Mapping[CriterionId, AgreedLevel]],
) -> Step:
    levels = {each.assessor: level for each in given if (level := each.rating(criterion).level) is not None}
    slots = {(each.participant, each.rubric, each.occasion) for each in given}
    settled = [agreed[slot][criterion] for slot in sorted(slots) if criterion in agreed.get(slot, {})]
    stands = settled[-1].instead(list(levels.values())) if settled else None
    if isinstance(stands, Blank):
        return Step(occasion, None, 0, stands)
    if stands is not None:
        return Step(occasion, stands, max(1, len(levels)), by=tuple(sorted(levels)))
    if levels:
        return Step(occasion, median(list(levels.values())), len(levels), by=tuple(sorted(levels)))
    value = combine(given).get(criterion)
    return Step(occasion, None, 0, value if isinstance(value, Blank) else None)


# The cohort behind a line


def may_see_cohort(viewer: Person | None, participant: Person) -> bool:
    """Whether the cohort's middle half may stand behind a participant's lines: for leads, never beside one's own."""
    return viewer is not None and Role.LEAD in viewer.roles and viewer.id != participant.id


class GivenLevel(NamedTuple):
    """A level that an assessor gave in a finished assessment."""

    participant: PersonId
    rubric: RubricHash
    occasion: OccasionId
    criterion: CriterionId
    level: int


def with_bands(
    lines: Iterable[RubricGrowth], everyone: Iterable[GivenLevel], rubrics: Mapping[RubricHash, RubricVersion]
) -> tuple[RubricGrowth, ...]:
    """The same lines with the cohort's middle half behind them. everyone: what assessors gave the whole cohort.

    Each person counts once for an occasion, with the median of their assessors.
    """
    keys = {each.content_hash: _key(each) for each in rubrics.values()}
    levels: dict[tuple[Key, OccasionId, CriterionId], dict[PersonId, list[int]]] = {}
    for participant, rubric, occasion, criterion, level in everyone:
        if rubric in keys:
            people = levels.setdefault((keys[rubric], occasion, criterion), {})
            people.setdefault(participant, []).append(level)

    def band(grown: RubricGrowth, line: Line) -> Line:
        found = []
        for step in line.steps:
            people = levels.get((_key(grown.rubric), step.occasion.id, line.criterion.id), {})
            # Whole numbers are held against each other much faster than fractions.
            found.append(quartiles([each[0] if len(each) == 1 else median(each) for each in people.values()]))
        return Line(line.criterion, line.steps, tuple(found))

    return tuple(
        RubricGrowth(each.rubric, each.versions, each.occasions, tuple(band(each, line) for line in each.lines))
        for each in lines
    )
