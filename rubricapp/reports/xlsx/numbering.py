"""What the workbook counts: every rating, mean and total with its number, computed by `core.scoring`.

The numbers (mean_no, total_no, criterion_no …) tie the sheets together. Formulas compare numbers, never texts that
people typed: spreadsheet programs read * ? ~ < > = in a text that is looked for, take "1.10" for 1.1, and ignore case.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from rubricapp.core.model import (
    Assessment,
    AssessmentKind,
    Blank,
    Criterion,
    Occasion,
    OccasionId,
    Person,
    PersonId,
    Rating,
    RubricHash,
    RubricVersion,
)
from rubricapp.core.scoring import Score, combine, score
from rubricapp.reports.data import ReportData
from rubricapp.reports.xlsx.cells import label

NOT_YET_RATED = "not_yet_rated"
RATED = "rated"


@dataclass(frozen=True, slots=True)
class Given:
    """One rating as a row of Scores. mean: number of the mean that it goes into; criterion_no: 0 where unknown."""

    assessment: Assessment
    total: int
    mean: int
    criterion: str
    criterion_no: int
    rating: Rating

    @property
    def state(self) -> str:
        if self.rating.level is not None:
            return RATED
        return self.rating.blank.value if self.rating.blank else NOT_YET_RATED


@dataclass(frozen=True, slots=True)
class Mean:
    """One criterion of one total. first, last: where its ratings stand in Scores, counted from 1.

    levels: those given. value: their mean, or what was agreed instead. agreed: that value, the name of a blank, or ""
    where nothing was. counted: how many levels stand behind the value.
    """

    number: int
    total: int
    criterion: Criterion
    criterion_no: int
    first: int
    last: int
    levels: tuple[int, ...]
    value: Fraction | None
    applies: bool
    agreed: Fraction | str = ""
    counted: int = 0

    @property
    def weighted(self) -> Fraction | int:
        return self.criterion.weight * self.value if self.value is not None else 0

    @property
    def gate(self) -> str:
        """met, not_met or open; "" where it is no gate or does not apply."""
        if self.criterion.gate is None or not self.applies:
            return ""
        if self.value is None:
            return "open"
        return "met" if self.value >= self.criterion.gate else "not_met"


@dataclass(frozen=True)
class Total:
    """One participant, rubric, occasion and kind. first, last: where its means stand in Means, counted from 1."""

    number: int
    participant: PersonId
    rubric: RubricHash
    occasion: OccasionId
    kind: AssessmentKind
    assessments: tuple[Assessment, ...]
    score: Score
    means: tuple[Mean, ...]

    @property
    def first(self) -> int:
        return self.means[0].number if self.means else 1

    @property
    def last(self) -> int:
        return self.means[-1].number if self.means else 1

    def weight(self, applies: bool = False, rated: bool = False) -> int:
        """Sum of the weights of the criteria that apply, or of those that have a level."""
        return sum(
            each.criterion.weight
            for each in self.means
            if (each.applies or not applies) and (each.counted or not rated)
        )


@dataclass(frozen=True)
class Numbered:
    """Everything numbered. Labels are short, single lines, and no two are equal for a spreadsheet program."""

    data: ReportData
    rubrics: Mapping[RubricHash, RubricVersion]
    person: Mapping[PersonId, str]
    rubric: Mapping[RubricHash, str]
    occasion: Mapping[OccasionId, str]
    rubric_no: Mapping[RubricHash, int]
    occasion_no: Mapping[OccasionId, int]
    first_criterion_no: Mapping[RubricHash, int]
    totals: tuple[Total, ...]
    strays: tuple[Given, ...]
    means_count: int
    ratings: int
    level_sum: int
    left_out: int

    def code(self, person: str) -> str:
        """The id under which the workbook names a person."""
        return self.person.get(PersonId(person), label(person)[:8])

    def name(self, person: str) -> str:
        """The person's name on one line, as People has it; "" for someone whom People does not have."""
        found = self.data.people.get(PersonId(person))
        return label(found.name) if found else ""

    @property
    def means(self) -> Iterator[Mean]:
        """Every mean, by number."""
        for total in self.totals:
            yield from total.means

    def given(self) -> Iterator[Given]:
        """Every rating in the order of Scores: by mean, then assessor; ratings of no criterion last."""
        for total in self.totals:
            for mean in total.means:
                for assessment in total.assessments:
                    rating = assessment.rating(mean.criterion.id)
                    yield Given(assessment, total.number, mean.number, mean.criterion.id, mean.criterion_no, rating)
        yield from self.strays

    def criteria(self) -> Iterator[tuple[int, RubricVersion, Criterion]]:
        """(criterion_no, rubric, criterion) of every rubric in use."""
        for key, rubric in self.rubrics.items():
            for place, criterion in enumerate(rubric.criteria):
                yield self.first_criterion_no[key] + place, rubric, criterion

    @property
    def most_criteria(self) -> int:
        return max((len(each.criteria) for each in self.rubrics.values()), default=1)

    @property
    def others(self) -> list[Person]:
        """Everyone who is not a participant, by family name."""
        participants = {each.id for each in self.data.participants}
        return sorted(
            (each for each in self.data.people.values() if each.id not in participants),
            key=lambda each: (each.sort_key, each.id),
        )


def distinct(texts: Iterable[str], instead: str) -> list[str]:
    """The texts as labels, all different also without regard to case, width and accents' form.

    instead: what stands for an empty one. A second "final" becomes "final (2)", and ~ becomes -: lookups read it as
    a sign of their own.
    """
    taken: set[str] = set()
    found = []
    for text in texts:
        wanted = made = label(text).replace("~", "-") or instead
        number = 1
        while (key := unicodedata.normalize("NFKC", made).casefold()) in taken:
            number += 1
            made = f"{wanted} ({number})"
        taken.add(key)
        found.append(made)
    return found


def number_everything(data: ReportData) -> Numbered:
    """Give every rating, mean and total its number, and compute what the formulas will give.

    Peer reviews are left out, and counted: this workbook names assessors, and peers were promised not to be named.
    """
    people = {each.id: each for each in (*data.participants, *sorted(data.people.values(), key=lambda each: each.id))}
    codes = distinct((each.code for each in people.values()), "?")
    rubrics = dict(sorted(data.rubrics.items(), key=lambda item: (item[1].id, item[1].version, item[0])))
    rubric_labels = distinct((f"{each.id} {each.version}" for each in rubrics.values()), "rubric")
    occasions = distinct((each.name for each in data.occasions), "occasion")
    first_criterion, place = {}, 1
    for key, rubric in rubrics.items():
        first_criterion[key] = place
        place += len(rubric.criteria)
    groups: dict[tuple, list[Assessment]] = {}
    left_out = 0
    for each in data.assessments:
        if each.kind is AssessmentKind.PEER:
            left_out += 1
            continue
        groups.setdefault((each.participant, each.occasion, each.rubric, each.kind), []).append(each)
    totals: list[Total] = []
    ratings = means = level_sum = 0
    for number, ((participant, occasion, key, kind), assessments) in enumerate(groups.items(), 1):
        rubric = rubrics[key]
        agreed = data.agreed_in(participant, key, occasion) if kind is AssessmentKind.ASSESSOR else {}
        values = combine(assessments, agreed)
        made = []
        for place, criterion in enumerate(rubric.criteria):
            levels = tuple(level for each in assessments if (level := each.rating(criterion.id).level) is not None)
            value = values.get(criterion.id)
            stands = agreed[criterion.id].instead(levels) if criterion.id in agreed else None
            has_level = isinstance(value, Fraction)
            means += 1
            made.append(
                Mean(
                    number=means,
                    total=number,
                    criterion=criterion,
                    criterion_no=first_criterion[key] + place,
                    first=ratings + 1,
                    last=ratings + len(assessments),
                    levels=levels,
                    value=value if has_level else None,
                    applies=value is not Blank.NOT_APPLICABLE,
                    agreed=stands.value if isinstance(stands, Blank) else "" if stands is None else stands,
                    counted=max(1, len(levels)) if has_level else 0,
                )
            )
            ratings += len(assessments)
            level_sum += sum(levels)
        totals.append(
            Total(number, participant, key, occasion, kind, tuple(assessments), score(rubric, values), tuple(made))
        )
    strays = tuple(_strays(rubrics, totals, means + 1))
    return Numbered(
        data=data,
        rubrics=rubrics,
        person=dict(zip(people, codes, strict=True)),
        rubric=dict(zip(rubrics, rubric_labels, strict=True)),
        occasion=dict(zip((each.id for each in data.occasions), occasions, strict=True)),
        rubric_no={key: number for number, key in enumerate(rubrics, 1)},
        occasion_no={each.id: number for number, each in enumerate(data.occasions, 1)},
        first_criterion_no=first_criterion,
        totals=tuple(totals),
        strays=strays,
        means_count=means,
        ratings=ratings + len(strays),
        level_sum=level_sum + sum(each.rating.level or 0 for each in strays),
        left_out=left_out,
    )


def _strays(rubrics: Mapping[RubricHash, RubricVersion], totals: Iterable[Total], mean: int) -> Iterator[Given]:
    """Ratings of criteria that the rubric does not have: shown and counted in Checks, never scored."""
    for total in totals:
        known = {each.id for each in rubrics[total.rubric].criteria}
        for assessment in total.assessments:
            for criterion, rating in sorted(assessment.ratings.items()):
                if criterion not in known:
                    yield Given(assessment, total.number, mean, label(criterion), 0, rating)


def best_choice(numbered: Numbered) -> tuple[RubricHash | None, Occasion | None]:
    """What Matrix shows when it is opened: the rubric with most totals, and the last occasion that it was used on."""
    counts: dict[RubricHash, int] = {}
    for each in numbered.totals:
        counts[each.rubric] = counts.get(each.rubric, 0) + 1
    if not counts:
        return None, None
    rubric = max(counts, key=lambda key: (counts[key], -numbered.rubric_no[key]))
    held = {each.occasion for each in numbered.totals if each.rubric == rubric}
    return rubric, next((each for each in reversed(numbered.data.occasions) if each.id in held), None)
