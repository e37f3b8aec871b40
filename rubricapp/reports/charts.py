"""What the charts show, without saying how they are drawn: the same model for paper and, later, for the window.

Levels are exact fractions on a scale from 1 to `top`; labels are ready for the reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from rubricapp.core.growth import quartiles
from rubricapp.core.model import RubricVersion
from rubricapp.core.scoring import Value
from rubricapp.i18n import _
from rubricapp.reports.figures import (
    FEWEST_PEOPLE,
    Cohort,
    RubricStanding,
    Standing,
    as_level,
    blank_text,
    change_text,
    level_text,
    occasion_text,
    quantile,
)


@dataclass(frozen=True)
class DumbbellRow:
    """One criterion: from where it came to where it is. note: the change, or why there is no level now.

    between: levels on the occasions between. gate: the level that passes, or None. fails: the gate is not met.
    own: what the participant said of themself and the gap, in figures; "" without a self-assessment.
    agreed: assessors differed, and `now` is what they settled on.
    """

    label: str
    first: Fraction | None
    now: Fraction | None
    median: Fraction | None
    note: str
    between: tuple[Fraction, ...] = ()
    gate: int | None = None
    fails: bool = False
    own: str = ""
    agreed: bool = False

    @property
    def moved(self) -> bool:
        return self.first is not None and self.now is not None and self.first != self.now


@dataclass(frozen=True)
class Dumbbells:
    """A rubric as rows on one scale. first, now: names of the occasions; first is "" where there was only one."""

    title: str
    steps: tuple[str, ...]
    first: str
    now: str
    rows: tuple[DumbbellRow, ...]

    @property
    def has_medians(self) -> bool:
        return any(row.median is not None for row in self.rows)

    @property
    def has_own(self) -> bool:
        return any(row.own for row in self.rows)


@dataclass(frozen=True)
class Spark:
    """The way of one criterion over the occasions; None where there was no level."""

    label: str
    top: int
    levels: tuple[Fraction | None, ...]
    occasions: tuple[str, ...]


@dataclass(frozen=True)
class Strip:
    """How many people are at each level of one criterion (halves counted upwards), and how many have none."""

    label: str
    counts: tuple[int, ...]
    blanks: int
    middle: Fraction | None

    @property
    def people(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class HeatCell:
    """level None: text says why, in a sign or a word. agreed: see `DumbbellRow`."""

    text: str
    level: Fraction | None = None
    fails: bool = False
    agreed: bool = False


@dataclass(frozen=True)
class HeatRow:
    label: str
    note: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class HeatMap:
    """People by criteria. columns: (id, title) of each criterion. feet: medians, one row for each occasion."""

    title: str
    top: int
    columns: tuple[tuple[str, str], ...]
    rows: tuple[HeatRow, ...]
    feet: tuple[HeatRow, ...]


@dataclass(frozen=True)
class BandPoint:
    """low, middle, high: quartiles; None for fewer than five people."""

    occasion: str
    people: int
    low: Fraction | None
    middle: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Band:
    """The cohort in one criterion over the occasions. pairs: people with a level first and last."""

    label: str
    top: int
    points: tuple[BandPoint, ...]
    pairs: int
    up: int
    same: int
    down: int


def dumbbells(standing: RubricStanding) -> Dumbbells:
    """Where a participant is now in one rubric."""
    return Dumbbells(
        standing.rubric.title,
        tuple(name for name, _anchor in standing.rubric.scale),
        occasion_text(standing.occasions[0]) if len(standing.occasions) > 1 else "",
        occasion_text(standing.occasions[-1]),
        tuple(
            DumbbellRow(
                each.criterion.title,
                each.first,
                each.now,
                each.median,
                change_text(each.change) if each.now is not None else blank_text(each.blank),
                each.between,
                each.criterion.gate,
                each.fails_gate,
                own_text(each),
                agreed=each.agreed is not None,
            )
            for each in standing.standings
        ),
    )


def own_text(standing: Standing) -> str:
    """ "4 (+1)": the participant's own level, and how far it is from the assessors'; a sign where there is no level."""
    own = standing.own
    if own is None:
        return ""
    if own.own.level is None:
        return "–"
    gap = "" if own.apart is None else f" ({own.apart_text})"
    return f"{own.own.level}{gap}"


def sparks(standing: RubricStanding) -> tuple[Spark, ...]:
    """The way of each criterion; nothing where there was only one occasion."""
    if len(standing.occasions) < 2:
        return ()
    names = tuple(occasion_text(each) for each in standing.occasions)
    return tuple(
        Spark(each.criterion.title, standing.rubric.top_level, tuple(map(as_level, each.values)), names)
        for each in standing.standings
    )


def _latest(cohort: Cohort, rubric: RubricVersion) -> list[RubricStanding]:
    found = (cohort.standing(each.id, rubric) for each in cohort.with_rubric(rubric.content_hash))
    return [each for each in found if each is not None]


def strips(cohort: Cohort, rubric: RubricVersion) -> tuple[Strip, ...]:
    """How the cohort is spread in each criterion, each participant on their latest occasion."""
    standings = _latest(cohort, rubric)
    return tuple(
        _strip(criterion.title, rubric.top_level, [each.standings[at] for each in standings])
        for at, criterion in enumerate(rubric.criteria)
    )


def _strip(label: str, top: int, standings: Sequence[Standing]) -> Strip:
    levels = [each.now for each in standings if each.now is not None]
    counts = [0] * top
    for level in levels:
        counts[whole_step(level) - 1] += 1
    middle = quantile(levels, Fraction(1, 2)) if len(levels) >= FEWEST_PEOPLE else None
    return Strip(label, tuple(counts), len(standings) - len(levels), middle)


def whole_step(level: Fraction) -> int:
    """The step a level is counted and coloured as: halves go up."""
    return int(level + Fraction(1, 2))


def heat_map(cohort: Cohort, rubric: RubricVersion) -> HeatMap:
    """Everyone's latest levels in one rubric, by name; medians of those who share a latest occasion."""
    people = cohort.with_rubric(rubric.content_hash)
    rows: list[HeatRow] = []
    by_occasion: dict[str, list[RubricStanding]] = {}
    for person in people:
        standing = cohort.standing(person.id, rubric)
        if standing is None:
            continue
        name = occasion_text(standing.occasions[-1])
        by_occasion.setdefault(name, []).append(standing)
        rows.append(
            HeatRow(
                person.name,
                name,
                tuple(_cell(each.values[-1], each.fails_gate, each.agreed is not None) for each in standing.standings),
            )
        )
    order = [occasion_text(each) for each in cohort.data.occasions]
    feet = []
    for name in sorted(by_occasion, key=order.index):
        held = by_occasion[name]
        cells = []
        for at in range(len(rubric.criteria)):
            levels = [each.standings[at].now for each in held if each.standings[at].now is not None]
            if len(levels) >= FEWEST_PEOPLE:
                middle = quantile(levels, Fraction(1, 2))
                cells.append(HeatCell(level_text(middle), middle))
            else:
                cells.append(HeatCell("–"))
        feet.append(HeatRow(_("Median, {occasion}").format(occasion=name), f"n = {len(held)}", tuple(cells)))
    columns = tuple((each.id, each.title) for each in rubric.criteria)
    return HeatMap(rubric.title, rubric.top_level, columns, tuple(rows), tuple(feet))


def _cell(value: Value, fails: bool, agreed: bool) -> HeatCell:
    level = as_level(value)
    if level is not None:
        return HeatCell(level_text(level), level, fails, agreed)
    return HeatCell(BLANK_SIGNS.get(value, "·") if value is not None else "·", agreed=agreed)


BLANK_SIGNS = {"not_observed": "no", "not_applicable": "na", "insufficient_evidence": "ie"}
"""Two letters for each honest blank in narrow cells; a key stands beside them. A dot: not yet rated."""


def bands(cohort: Cohort, rubric: RubricVersion) -> tuple[Band, ...]:
    """The growth of the cohort in each criterion; nothing where the rubric was used on one occasion only."""
    held = [
        each
        for each in cohort.data.occasions
        if any(slot[1:] == (rubric.content_hash, each.id) for slot in cohort.values)
    ]
    if len(held) < 2:
        return ()
    standings = _latest(cohort, rubric)
    found = []
    for at, criterion in enumerate(rubric.criteria):
        points = []
        for occasion in held:
            levels = [
                level
                for slot, values in cohort.values.items()
                if slot[1:] == (rubric.content_hash, occasion.id)
                and (level := as_level(values.get(criterion.id))) is not None
            ]
            low, middle, high = quartiles(levels) or (None, None, None)
            points.append(BandPoint(occasion_text(occasion), len(levels), low, middle, high))
        changes = [each.standings[at].change for each in standings if each.standings[at].change is not None]
        found.append(
            Band(
                criterion.title,
                rubric.top_level,
                tuple(points),
                len(changes),
                sum(each > 0 for each in changes),
                sum(each == 0 for each in changes),
                sum(each < 0 for each in changes),
            )
        )
    return tuple(found)
