"""Calibration: a person scores a work whose levels are agreed, blind, then sees where they differ and why.

The result is counted as agreement between assessors is: exact, and within one level, over all criteria of the samples
that count, always with the number of levels. No coefficient: a sample has seven or eight criteria, and anything
cleverer would be noise. A gate says what is enough, and for how long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from rubricapp.core.model import CriterionId, PersonId, RubricHash


@dataclass(frozen=True)
class Sample:
    """A work to practise on. criteria: that have an agreed level, in the rubric's order; which level is not said here.

    artefact: the work's id, or "" where it is elsewhere. note: what a scorer should know, such as where the film is.
    at_once: its agreed levels travel in kits, so that a scorer sees the difference at once; so it counts at no gate.
    """

    id: str
    rubric: RubricHash
    title: str
    artefact: str = ""
    note: str = ""
    criteria: tuple[CriterionId, ...] = ()
    removed: bool = False
    at_once: bool = False


@dataclass(frozen=True)
class Agreed:
    """The level that assessors agreed on for one criterion, and why."""

    level: int
    reason: str


@dataclass(frozen=True)
class Practice:
    """One person's scoring of one sample. levels, comments: by criterion. finished_on: ISO day, "" while a draft."""

    id: str
    sample: str
    person: PersonId
    finished_on: str = ""
    levels: Mapping[CriterionId, int] = field(default_factory=dict)
    comments: Mapping[CriterionId, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Gap:
    """One criterion, compared. difference: given − agreed, so above 0 is lenient."""

    criterion: CriterionId
    given: int
    agreed: int
    reason: str
    comment: str = ""

    @property
    def difference(self) -> int:
        return self.given - self.agreed


def gaps(practice: Practice, agreed: Mapping[str, Agreed]) -> tuple[Gap, ...]:
    """Criterion by criterion, in the order of the agreed levels; what was not rated is left out."""
    return tuple(
        Gap(
            CriterionId(criterion),
            practice.levels[CriterionId(criterion)],
            each.level,
            each.reason,
            practice.comments.get(CriterionId(criterion), ""),
        )
        for criterion, each in agreed.items()
        if criterion in practice.levels
    )


@dataclass(frozen=True)
class Closeness:
    """How near somebody came. count: levels compared. exact, within_one: how many of them."""

    count: int
    exact: int
    within_one: int

    @property
    def exact_share(self) -> Fraction | None:
        return Fraction(self.exact, self.count) if self.count else None

    @property
    def within_share(self) -> Fraction | None:
        return Fraction(self.within_one, self.count) if self.count else None

    def __add__(self, other: Closeness) -> Closeness:
        return Closeness(self.count + other.count, self.exact + other.exact, self.within_one + other.within_one)


def closeness(found: Sequence[Gap]) -> Closeness:
    """How many levels are the agreed ones, and how many are at most one away (those included)."""
    return Closeness(
        len(found),
        sum(each.difference == 0 for each in found),
        sum(abs(each.difference) <= 1 for each in found),
    )


@dataclass(frozen=True)
class Gate:
    """What is enough for one rubric version. exact, within_one: least percent of the levels, 0 … 100.

    samples: how many, the newest, are counted together. days: how long a pass holds; 0 means for ever.
    demanded: whether assessors must have passed before they are asked to score with this rubric.
    """

    exact: int = 60
    within_one: int = 100
    samples: int = 1
    days: int = 365
    demanded: bool = False

    def is_passed(self, found: Closeness) -> bool:
        """Whether shares reach both limits; nothing compared is not enough."""
        return (
            found.count > 0
            and 100 * found.exact >= self.exact * found.count
            and 100 * found.within_one >= self.within_one * found.count
        )


@dataclass(frozen=True)
class Result:
    """A finished practice: when, and how near."""

    finished_on: str
    closeness: Closeness


@dataclass(frozen=True)
class Standing:
    """Where a person stands at the gate. counted: of the samples that count. until: ISO day, the last on which the
    pass holds; "" where it has no end or there is none. missing: samples still to be scored. expired: whether there
    was one that counts no longer. waiting: scored, but their agreed levels are not on this laptop: they count where
    they are."""

    passed: bool
    counted: Closeness
    until: str = ""
    missing: int = 0
    expired: bool = False
    waiting: int = 0


def standing(gate: Gate, results: Sequence[Result], today: str, waiting: int = 0) -> Standing:
    """The newest finished samples that have not expired, counted together. A pass ends when the oldest of them does.

    results: those of one day in the order they were finished. waiting: see `Standing`.
    """
    newest = sorted(results, key=lambda each: each.finished_on)[::-1]
    valid = [each for each in newest if not gate.days or _end(each, gate) >= today]
    counted = valid[: gate.samples]
    total = sum((each.closeness for each in counted), Closeness(0, 0, 0))
    missing = gate.samples - len(counted)
    passed = not missing and gate.is_passed(total)
    until = min(_end(each, gate) for each in counted) if passed and gate.days else ""
    return Standing(passed, total, until, missing, len(valid) < len(newest), waiting)


def _end(result: Result, gate: Gate) -> str:
    """The last day on which a result counts."""
    finished = date.fromisoformat(result.finished_on)
    left = (date.max - finished).days
    return (finished + timedelta(days=min(gate.days, left))).isoformat()
