"""What a report says: frozen data, gathered once, the same for PDF and workbook.

Only finished assessments count; drafts are counted and named, never scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rubricapp.core.agreed_levels import AgreedLevel, Slot
from rubricapp.core.model import (
    Assessment,
    AssessmentKind,
    CriterionId,
    Occasion,
    OccasionId,
    Person,
    PersonId,
    RubricHash,
    RubricVersion,
)
from rubricapp.core.scoring import Score, combine, score


@dataclass(frozen=True)
class Snapshot:
    """What a report was made from. id: short, from the ends of all devices' logs; the same log gives the same id.

    as_of: UTC time of the newest change, so that a report made again tomorrow from the same data is the same.
    ends: (device, last sequence number) of each device.
    """

    id: str
    as_of: datetime
    ends: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ReportData:
    """Everything that the reports of one edition say.

    participants: by family name. people: everyone, by id. assessments: finished ones, every kind, by participant's
    order, then occasion, rubric, assessor. drafts: how many unfinished ones each participant has.
    rubrics: those used, by hash. evidence: number of artefacts of each participant. mentored: (mentor, participant).
    erased: (participants who were erased from this edition, their finished assessments), in no other number here.
    agreed: what assessors settled on where they had differed, by slot and criterion, in place of the mean.
    disputed: of how many values of each participant their assessor said two on two laptops, and nobody settled which.
    """

    programme: str
    edition: str
    snapshot: Snapshot
    app_version: str
    language: str
    occasions: tuple[Occasion, ...]
    rubrics: Mapping[RubricHash, RubricVersion]
    participants: tuple[Person, ...]
    people: Mapping[PersonId, Person]
    assessments: tuple[Assessment, ...]
    drafts: Mapping[PersonId, int] = field(default_factory=dict)
    evidence: Mapping[PersonId, int] = field(default_factory=dict)
    mentored: frozenset[tuple[PersonId, PersonId]] = frozenset()
    erased: tuple[int, int] = (0, 0)
    agreed: Mapping[Slot, Mapping[CriterionId, AgreedLevel]] = field(default_factory=dict)
    disputed: Mapping[PersonId, int] = field(default_factory=dict)

    def own_mentees(self) -> tuple[tuple[Person, Person], ...]:
        """(assessor, participant) where who assessed also mentors: counted as any other, and said to the reader."""
        found = dict.fromkeys(
            (each.assessor, each.participant)
            for each in self.of()
            if (each.assessor, each.participant) in self.mentored and each.assessor in self.people
        )
        return tuple((self.people[assessor], self.people[participant]) for assessor, participant in found)

    def of(
        self,
        participant: str = "",
        rubric: str = "",
        occasion: str = "",
        kind: AssessmentKind | None = AssessmentKind.ASSESSOR,
    ) -> tuple[Assessment, ...]:
        """The assessments of a participant, rubric, occasion and kind; "" and None mean any."""
        return tuple(
            each
            for each in self.assessments
            if participant in ("", each.participant)
            and rubric in ("", each.rubric)
            and occasion in ("", each.occasion)
            and kind in (None, each.kind)
        )

    def occasions_of(self, participant: str, rubric: str) -> tuple[Occasion, ...]:
        """The occasions on which assessors finished this rubric for the participant, in order."""
        held = {each.occasion for each in self.of(participant, rubric)}
        return tuple(each for each in self.occasions if each.id in held)

    def score(self, participant: str, rubric: RubricHash, occasion: OccasionId) -> Score:
        """The score from all assessors together (mean or agreed level for each criterion, then weights)."""
        agreed = self.agreed_in(participant, rubric, occasion)
        return score(self.rubrics[rubric], combine(self.of(participant, rubric, occasion), agreed))

    def agreed_in(self, participant: str, rubric: str, occasion: str) -> Mapping[CriterionId, AgreedLevel]:
        """What assessors settled on there, by criterion."""
        return self.agreed.get((PersonId(participant), RubricHash(rubric), OccasionId(occasion)), {})
