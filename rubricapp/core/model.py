"""The words of this field as data: frozen, without files, clock, SQL or Qt.

Ids are 32 hexadecimal characters (UUIDv7, or derived from what they name) except where said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)
EditionId = NewType("EditionId", str)
OccasionId = NewType("OccasionId", str)
AssessmentId = NewType("AssessmentId", str)
ArtefactId = NewType("ArtefactId", str)
EvidenceId = NewType("EvidenceId", str)
RubricHash = NewType("RubricHash", str)
"""Content hash of a rubric version, 64 hexadecimal characters: the version's identity."""
CriterionId = NewType("CriterionId", str)
"""As written in the rubric: CAM-1, SND-7 …"""


class Blank(StrEnum):
    """The honest blanks: three different reasons for having no level. *Not yet rated* is a fourth: no rating."""

    NOT_OBSERVED = "not_observed"
    NOT_APPLICABLE = "not_applicable"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"


class Role(StrEnum):
    PARTICIPANT = "participant"
    ASSESSOR = "assessor"
    MENTOR = "mentor"
    LEAD = "lead"


class AssessmentKind(StrEnum):
    ASSESSOR = "assessor"
    SELF = "self"
    PEER = "peer"
    MENTOR = "mentor"


class AssessmentState(StrEnum):
    """How far an assessment is.

    Question: is “handed in” a state of its own, kept in the log? Decision: no; whether it was follows from when it was
    finished and when its laptop handed in last, and `store.handing_in` says so. Reasons: a return may be written and
    never arrive, or arrive twice; whoever reopens with a reason hands in again, and asks nobody to send anything back;
    and a state that the lead's laptop wrote would be in conflict with every reopening elsewhere. 2026-11-29.
    """

    DRAFT = "draft"
    FINISHED = "finished"


class RubricState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


# Rubrics


@dataclass(frozen=True)
class Level:
    """One step of a criterion's scale. level: 1 (lowest) … K. title: its name on the scale ("Guided")."""

    level: int
    title: str
    descriptor: str


@dataclass(frozen=True)
class Alignment:
    """A criterion's place in an outside framework; cited by code and title only."""

    framework: str
    code: str
    title: str
    version: str = ""
    url: str = ""
    retrieved_on: str = ""


@dataclass(frozen=True)
class Criterion:
    """One thing judged. weight: whole number ≥ 0. gate: lowest level that passes, or None where it is no gate.

    guidance is for assessors only and never reaches a participant's report.
    """

    id: CriterionId
    title: str
    about: str
    weight: int
    gate: int | None
    levels: tuple[Level, ...]
    dimensions: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    guidance: str = ""
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True)
class RubricVersion:
    """Criteria with levels; immutable once published and known by its content hash.

    needs_coverage: percent of the weight that must be observed before a total is printed.
    scale: (name, anchor) of each level, lowest first.
    """

    id: str
    version: str
    title: str
    summary: str
    language: str
    scale: tuple[tuple[str, str], ...]
    criteria: tuple[Criterion, ...]
    needs_coverage: int
    content_hash: RubricHash
    structure_hash: str
    state: RubricState = RubricState.PUBLISHED
    languages: tuple[str, ...] = ()

    @property
    def top_level(self) -> int:
        return len(self.scale)

    @property
    def label(self) -> str:
        """Title and version, as printed beside every number."""
        return f"{self.title} {self.version}"

    def criterion(self, criterion: str) -> Criterion:
        """The criterion with this id. Raises KeyError."""
        for each in self.criteria:
            if each.id == criterion:
                return each
        raise KeyError(criterion)


# People and editions


@dataclass(frozen=True)
class Programme:
    id: str
    name: str


@dataclass(frozen=True)
class Edition:
    """One dated run of a programme. Dates are ISO days or ""."""

    id: EditionId
    name: str
    starts_on: str = ""
    ends_on: str = ""


@dataclass(frozen=True)
class Occasion:
    """kind: baseline, midpoint, final or observation. held_on: ISO day or ""."""

    id: OccasionId
    name: str
    kind: str
    held_on: str = ""
    position: int = 0


@dataclass(frozen=True)
class Person:
    """code: the id that the office uses (P-001). Any name may be empty, never all of them.

    languages: that they read, as written, separated by commas or semicolons (see `languages`).
    """

    id: PersonId
    code: str
    given_name: str
    family_name: str
    email: str = ""
    country: str = ""
    department: str = ""
    joined_on: str = ""
    pronouns: str = ""
    roles: frozenset[Role] = frozenset()
    languages: str = ""

    @property
    def name(self) -> str:
        """Given and family name as one line; the code where both are empty."""
        return f"{self.given_name} {self.family_name}".strip() or self.code

    @property
    def sort_key(self) -> tuple[str, str, str]:
        return ((self.family_name or self.given_name).casefold(), self.given_name.casefold(), self.code)


# Assessments


@dataclass(frozen=True)
class Rating:
    """What one assessor said of one criterion. Exactly one of level and blank is set, or neither: not yet rated.

    conflicting: two laptops said different things without knowing of each other; one of them is shown.
    """

    criterion: CriterionId
    level: int | None = None
    blank: Blank | None = None
    comment: str = ""
    conflicting: bool = False

    @property
    def is_rated(self) -> bool:
        return self.level is not None or self.blank is not None

    @property
    def value(self) -> int | str | None:
        """The level, the name of the blank, or None: the form in the change log and on the command line."""
        return self.level if self.level is not None else (self.blank.value if self.blank else None)


@dataclass(frozen=True)
class Assessment:
    """One assessor's ratings of one participant, one rubric version, one occasion.

    ratings holds only criteria that were rated or commented. finished_at: UTC, or None while a draft.
    """

    id: AssessmentId
    participant: PersonId
    assessor: PersonId
    rubric: RubricHash
    occasion: OccasionId
    kind: AssessmentKind = AssessmentKind.ASSESSOR
    state: AssessmentState = AssessmentState.DRAFT
    note: str = ""
    finished_at: datetime | None = None
    revision: int = 0
    ratings: dict[CriterionId, Rating] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.state is AssessmentState.DRAFT

    def rating(self, criterion: str) -> Rating:
        """The rating of a criterion; an empty one where nothing was said yet."""
        return self.ratings.get(CriterionId(criterion)) or Rating(CriterionId(criterion))


@dataclass(frozen=True)
class BankComment:
    """A comment kept for use again. criterion "" and level None mean: anywhere."""

    id: str
    owner: PersonId
    text: str
    criterion: str = ""
    level: int | None = None


@dataclass(frozen=True)
class LogEntry:
    """One day of a participant's production log. Texts may be empty.

    worked_on: ISO day. called_at, wrapped_at: "07:30" or "". minutes: worked, or None. supervision: 1 … 5, the level
    of help really given, or None. incident is seen by leads and the participant only. criteria: touched that day.
    """

    id: str
    participant: PersonId
    worked_on: str
    day_type: str = ""
    production: str = ""
    unit: str = ""
    location: str = ""
    called_at: str = ""
    wrapped_at: str = ""
    minutes: int | None = None
    department: str = ""
    role: str = ""
    credited_role: str = ""
    head: str = ""
    scenes: str = ""
    rolls: str = ""
    tasks: str = ""
    kit: str = ""
    supervision: int | None = None
    supervised_by: str = ""
    problem: str = ""
    decision: str = ""
    outcome: str = ""
    incident: str = ""
    happened: str = ""
    matters: str = ""
    next_step: str = ""
    criteria: tuple[CriterionId, ...] = ()


@dataclass(frozen=True)
class LogCheck:
    """What a mentor says of a log entry, beside it: it never overwrites. state: confirmed, corrected or not_present.

    minutes: the mentor's figure where it differs.
    """

    id: str
    entry: str
    mentor: PersonId
    state: str
    minutes: int | None = None
    note: str = ""
    checked_on: str = ""


# History


@dataclass(frozen=True)
class Change:
    """One entry of the change log: what became what, who said so, when, and what it replaced.

    value is any JSON value. at is the claimed wall time, UTC. device: 32 hexadecimal characters.
    """

    id: str
    device: str
    seq: int
    hlc: int
    at: datetime
    author: PersonId
    kind: str
    record: str
    field: str
    value: object
    replaces: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Changes:
    """What became different: the kinds of record and the record ids. Screens ask whether it concerns them."""

    kinds: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    count: int = 0

    def __or__(self, other: Changes) -> Changes:
        return Changes(self.kinds | other.kinds, self.ids | other.ids, self.count + other.count)

    def __bool__(self) -> bool:
        return self.count > 0

    def concerns(self, *kinds: str) -> bool:
        return bool(self.kinds.intersection(kinds))


@dataclass(frozen=True)
class Problem:
    """One thing wrong in something the user gave us. row and line count from 1; 0 and "" mean: not known.

    do: what to do about it. severity: "error" stops, "warning" does not.
    """

    code: str
    message: str
    do: str = ""
    row: int = 0
    column: str = ""
    severity: str = "error"


def parse_day(text: str) -> date | None:
    """An ISO day (2026-09-01) as a date; None for "". Raises ValueError for anything else."""
    return date.fromisoformat(text) if text else None
