"""Totals from ratings: weights, coverage, bounds, gates, honest blanks, rounding half up.

Notation: A is the set of criteria that apply (not *not applicable*), O the set of those observed (they have a
level), w the weight, x the level, K the top of the scale.

    total     T = Σ_O w·x / Σ_O w
    percent   100·(T − 1)/(K − 1): level 1 is 0 %
    coverage  q = Σ_O w / Σ_A w
    low, high = (Σ_O w·x + bound·Σ_{A∖O} w) / Σ_A w with bound 1 and K

T is printed only where q reaches the rubric's needed coverage and every gate that applies was observed.
Everything is kept as exact fractions; only `round_half_up` rounds, for display.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from rubricapp.core.agreed_levels import AgreedLevel
from rubricapp.core.model import Assessment, Blank, CriterionId, Rating, RubricVersion

Value = Fraction | int | Blank | None


class Gate(StrEnum):
    """Outcome over all gates that apply: a gate below its level cannot be bought back by other criteria."""

    NONE = "none"
    MET = "met"
    NOT_MET = "not_met"
    OPEN = "open"


@dataclass(frozen=True)
class Score:
    """A number computed from ratings; never typed, never stored as truth.

    value: T where it may be printed, else None. observed_value: T over what was observed, else None where nothing was.
    percent: of the scale, for `value`. coverage: 0…1, or None where no criterion applies. low, high: where T would
    lie if the missing part were rated at the lowest or the highest level. gates_failed, gates_open: criterion ids.
    """

    value: Fraction | None
    observed_value: Fraction | None
    percent: Fraction | None
    coverage: Fraction | None
    low: Fraction | None
    high: Fraction | None
    gate: Gate
    gates_failed: tuple[CriterionId, ...]
    gates_open: tuple[CriterionId, ...]
    observed: tuple[CriterionId, ...]
    missing: tuple[CriterionId, ...]
    not_applicable: tuple[CriterionId, ...]
    needs_coverage: int

    @property
    def is_complete(self) -> bool:
        """Everything that applies was observed."""
        return bool(self.observed) and not self.missing


def score(rubric: RubricVersion, values: Mapping[CriterionId, Value]) -> Score:
    """The score of one set of values, one for each criterion: a level (whole or a mean), a blank, or nothing.

    Criteria absent from `values` count as not yet rated, which is missing.
    """
    observed: list[CriterionId] = []
    missing: list[CriterionId] = []
    not_applicable: list[CriterionId] = []
    weighted = Fraction(0)
    observed_weight = missing_weight = 0
    failed: list[CriterionId] = []
    open_: list[CriterionId] = []
    gates = 0
    for criterion in rubric.criteria:
        value = values.get(criterion.id)
        if value is Blank.NOT_APPLICABLE:
            not_applicable.append(criterion.id)
            continue
        gates += criterion.gate is not None
        if value is None or isinstance(value, Blank):
            missing.append(criterion.id)
            missing_weight += criterion.weight
            if criterion.gate is not None:
                open_.append(criterion.id)
            continue
        observed.append(criterion.id)
        observed_weight += criterion.weight
        weighted += criterion.weight * Fraction(value)
        if criterion.gate is not None and value < criterion.gate:
            failed.append(criterion.id)
    applicable_weight = observed_weight + missing_weight
    total = weighted / observed_weight if observed_weight else None
    coverage = Fraction(observed_weight, applicable_weight) if applicable_weight else None
    top = rubric.top_level
    low = (weighted + missing_weight) / applicable_weight if applicable_weight else None
    high = (weighted + top * missing_weight) / applicable_weight if applicable_weight else None
    enough = coverage is not None and coverage * 100 >= rubric.needs_coverage
    value = total if enough and not open_ else None
    return Score(
        value=value,
        observed_value=total,
        percent=100 * (value - 1) / (top - 1) if value is not None else None,
        coverage=coverage,
        low=low,
        high=high,
        gate=_gate(gates, failed, open_),
        gates_failed=tuple(failed),
        gates_open=tuple(open_),
        observed=tuple(observed),
        missing=tuple(missing),
        not_applicable=tuple(not_applicable),
        needs_coverage=rubric.needs_coverage,
    )


def _gate(gates: int, failed: list[CriterionId], open_: list[CriterionId]) -> Gate:
    if failed:
        return Gate.NOT_MET
    if open_:
        return Gate.OPEN
    return Gate.MET if gates else Gate.NONE


def values_of(ratings: Mapping[CriterionId, Rating]) -> dict[CriterionId, Value]:
    """Levels and blanks of one assessment, as `score` takes them."""
    return {
        criterion: rating.level if rating.level is not None else rating.blank for criterion, rating in ratings.items()
    }


def score_of(rubric: RubricVersion, assessment: Assessment) -> Score:
    """The score of one assessment."""
    return score(rubric, values_of(assessment.ratings))


def combine(
    assessments: Iterable[Assessment], agreed: Mapping[CriterionId, AgreedLevel] = MappingProxyType({})
) -> dict[CriterionId, Value]:
    """One value for each criterion from several assessors of one kind: the mean of the levels given, never the lowest.

    Where nobody gave a level: *not applicable* if all who answered say so, else the first other blank. agreed: what
    the assessors settled on instead.
    """
    levels: dict[CriterionId, list[int]] = {}
    blanks: dict[CriterionId, list[Blank]] = {}
    for assessment in assessments:
        for criterion, rating in assessment.ratings.items():
            if rating.level is not None:
                levels.setdefault(criterion, []).append(rating.level)
            elif rating.blank is not None:
                blanks.setdefault(criterion, []).append(rating.blank)
    values: dict[CriterionId, Value] = {
        criterion: Fraction(sum(given), len(given)) for criterion, given in levels.items()
    }
    for criterion, given in blanks.items():
        if criterion not in values:
            others = [blank for blank in given if blank is not Blank.NOT_APPLICABLE]
            values[criterion] = others[0] if others else Blank.NOT_APPLICABLE
    for criterion, each in agreed.items():
        instead = each.instead(levels.get(criterion, ()))
        if instead is not None:
            values[criterion] = instead
    return values


def not_rated(rubric: RubricVersion, assessment: Assessment) -> tuple[CriterionId, ...]:
    """Criteria of the rubric with neither level nor blank, in the rubric's order."""
    return tuple(each.id for each in rubric.criteria if not assessment.rating(each.id).is_rated)


def round_half_up(value: Fraction | int, places: int = 2) -> str:
    """The value as decimal text with `places` digits after the point, halves away from zero: 2.125 → "2.13"."""
    scaled = abs(Fraction(value)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if value < 0 and whole else ""
    digits = str(whole).rjust(places + 1, "0")
    return sign + (digits[:-places] + "." + digits[-places:] if places else digits)
