"""Works and what they prove: artefacts, evidence links, the matrix of both, and what consent still allows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from fractions import Fraction

from rubricapp.core.model import (
    ArtefactId,
    Criterion,
    CriterionId,
    EvidenceId,
    LogEntry,
    PersonId,
    Problem,
    RubricVersion,
)
from rubricapp.core.timecode import format_timecode, parse_rate

_PERCENT = re.compile(r"\d{1,3}(\.\d{1,3})?", re.ASCII)
STAGES = ("rushes", "rough_cut", "locked", "released")
SOON = timedelta(days=30)
"""How long before its end a consent is spoken of."""


@dataclass(frozen=True)
class Artefact:
    """A participant's work: a file in the content-addressed store, or a link.

    media: image, pdf, video, audio or other. size: bytes. sha256: of the stored file, "" for a link.
    type: film, scene, sound mix, budget … did: what this person did. credits: co-authors with their roles, a line
    each. Days (made_from, made_to, consent_expires_on, embargo_until, added_on) are ISO days or "". stage: one of
    STAGES or "". consent: what the people seen and heard allowed. link: a web address, or the absolute path of a file
    that is not copied; else "". log_entry: the id of the day of the log that it is attached to, or "".
    """

    id: ArtefactId
    participant: PersonId
    title: str
    file_name: str
    media: str
    size: int
    sha256: str
    added_on: str = ""
    type: str = ""
    role: str = ""
    did: str = ""
    credits: str = ""
    made_from: str = ""
    made_to: str = ""
    languages: str = ""
    stage: str = ""
    context: str = ""
    reflection: str = ""
    rights: str = ""
    consent: str = ""
    consent_expires_on: str = ""
    embargo_until: str = ""
    link: str = ""
    log_entry: str = ""

    @property
    def is_web(self) -> bool:
        """Whether it lies on the web and not on a disk."""
        return is_web(self.link)


DETAILS = tuple(each.name for each in fields(Artefact) if each.name not in ("id", "participant", "link", "log_entry"))[
    6:
]
"""What is said of a work beside its title and file: type … embargo_until."""
DAYS = ("made_from", "made_to", "consent_expires_on", "embargo_until")


SHOWING_KINDS = ("festival", "broadcast", "screening", "exhibition", "online", "award", "other")


@dataclass(frozen=True)
class Showing:
    """Where and when a work was shown. shown_on: ISO day, or a year or month as people know it ("2027", "2027-05").

    kind: one of SHOWING_KINDS. place: festival, channel, town. result: award or selection. proof: where it can be
    looked up.
    """

    id: str
    artefact: ArtefactId
    shown_on: str
    kind: str = "other"
    place: str = ""
    result: str = ""
    proof: str = ""


@dataclass(frozen=True)
class AudienceChoice:
    """Whether a work is shown to one audience (producer, school, union …), and not before which ISO day ("" = now).

    Without a choice for an audience, the one for "" (everyone) holds; without that a work is shown to its participant
    only.
    """

    artefact: ArtefactId
    audience: str
    shown: bool
    embargo_until: str = ""


def choice_for(choices: Iterable[AudienceChoice], audience: str) -> AudienceChoice | None:
    """What of the choices of one work holds for an audience: its own, else that for everyone, else None."""
    by_audience = {each.audience: each for each in choices}
    return by_audience.get(audience.casefold()) or by_audience.get("")


def is_shown(choice: AudienceChoice | None, today: date) -> bool:
    """Whether a work is shown under this choice today. A day that is none keeps it back."""
    if choice is None or not choice.shown:
        return False
    until = _day(choice.embargo_until)
    return not choice.embargo_until or (until is not None and until <= today)


def is_web(link: str) -> bool:
    """Whether a link is a web address."""
    return link.casefold().startswith(("http://", "https://"))


@dataclass(frozen=True)
class Evidence:
    """One link from a work, or a day of the log, to a criterion. Exactly one of artefact and log_entry is set.

    from_frame, to_frame: first and last frame, from 0, at `rate` ("25", "24000/1001"); None where there are none.
    page: from 1, or None. region: "x,y,width,height" in percent of the picture, or "".
    """

    id: EvidenceId
    criterion: CriterionId
    artefact: str = ""
    log_entry: str = ""
    from_frame: int | None = None
    to_frame: int | None = None
    rate: str = ""
    page: int | None = None
    region: str = ""
    note: str = ""

    @property
    def source(self) -> str:
        """The id of the artefact or log entry."""
        return self.artefact or self.log_entry

    @property
    def moment(self) -> tuple[str, str]:
        """(from, to) as time codes; "" where there is none, or where what the log holds is none."""
        try:
            rate = parse_rate(self.rate)
            first, last = (
                format_timecode(each, rate) if each is not None else "" for each in (self.from_frame, self.to_frame)
            )
        except ValueError:
            return "", ""
        return first, last


def parse_region(text: str) -> str:
    """The kept form of "x,y,width,height" in percent: "10,20,30,40". Raises ValueError."""
    parts = [part.strip().removesuffix("%") for part in text.split(",")]
    if len(parts) != 4 or not all(_PERCENT.fullmatch(part) for part in parts):
        raise ValueError(text)
    x, y, width, height = (Fraction(part) for part in parts)
    if min(x, y) < 0 or min(width, height) <= 0 or x + width > 100 or y + height > 100:
        raise ValueError(text)
    return ",".join(f"{float(part):g}" for part in (x, y, width, height))


# The matrix


@dataclass(frozen=True)
class Proof:
    """One row of the matrix. touched: days of the log that name the criterion and are not linked: suggestions."""

    criterion: Criterion
    evidence: tuple[Evidence, ...]
    touched: tuple[LogEntry, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """Criteria × works of one participant. rows: by rubric, in its order. other: links to criteria of no rubric here.

    entries: only those days of the log that prove or touch something.
    """

    rows: tuple[tuple[RubricVersion, tuple[Proof, ...]], ...]
    artefacts: tuple[Artefact, ...]
    entries: tuple[LogEntry, ...] = ()
    other: tuple[Evidence, ...] = ()

    @property
    def without(self) -> tuple[CriterionId, ...]:
        """Criteria that nothing proves yet."""
        return tuple(proof.criterion.id for _, proofs in self.rows for proof in proofs if not proof.evidence)

    @property
    def proves_nothing(self) -> tuple[Artefact, ...]:
        """Works without any link."""
        linked = {each.artefact for _, proofs in self.rows for proof in proofs for each in proof.evidence}
        linked |= {each.artefact for each in self.other}
        return tuple(each for each in self.artefacts if each.id not in linked)

    def cell(self, criterion: str, source: str) -> tuple[Evidence, ...]:
        """What of one work, or one day, proves one criterion."""
        return tuple(
            each
            for _, proofs in self.rows
            for proof in proofs
            if proof.criterion.id == criterion
            for each in proof.evidence
            if each.source == source
        )


def matrix(
    rubrics: Iterable[RubricVersion],
    artefacts: Sequence[Artefact],
    entries: Sequence[LogEntry],
    links: Sequence[Evidence],
) -> Matrix:
    """What proves what. links whose work is not among artefacts and entries are left out: it was taken away."""
    here = {each.id for each in artefacts} | {each.id for each in entries}
    kept = [each for each in links if each.source in here]
    linked: dict[str, list[Evidence]] = {}
    for each in kept:
        linked.setdefault(each.criterion, []).append(each)
    rows = []
    for rubric in rubrics:
        proofs = []
        for criterion in rubric.criteria:
            found = tuple(linked.get(criterion.id, ()))
            days = {each.log_entry for each in found}
            touched = tuple(day for day in entries if criterion.id in day.criteria and day.id not in days)
            proofs.append(Proof(criterion, found, touched))
        rows.append((rubric, tuple(proofs)))
    known = {criterion.id for rubric, _ in rows for criterion in rubric.criteria}
    used = {each.log_entry for each in kept}
    return Matrix(
        tuple(rows),
        tuple(artefacts),
        tuple(day for day in entries if day.id in used or known.intersection(day.criteria)),
        tuple(each for each in kept if each.criterion not in known),
    )


# Consent


def consent_problems(artefact: Artefact, today: date) -> list[Problem]:
    """What to know before showing a work: consent ended, ends within 30 days, none on file; an embargo that holds.

    A day that is none (from a strange laptop) counts as ended: better not shown than shown against somebody's will.
    """
    found = []
    if artefact.consent_expires_on:
        ends = _day(artefact.consent_expires_on)
        if ends is None or ends < today:
            found.append(
                _warning(
                    "CONSENT_EXPIRED",
                    f"Consent for “{artefact.title}” ended on {artefact.consent_expires_on}.",
                    "Do not show it; ask again.",
                )
            )
        elif ends - today <= SOON:
            found.append(
                _warning(
                    "CONSENT_ENDS",
                    f"Consent for “{artefact.title}” ends on {artefact.consent_expires_on}.",
                    "Ask again before then.",
                )
            )
    elif not artefact.consent:
        found.append(
            _warning(
                "CONSENT_UNKNOWN",
                f"No consent is on file for “{artefact.title}”.",
                "Say what the people in it allowed, and until when.",
            )
        )
    if artefact.embargo_until:
        until = _day(artefact.embargo_until)
        if until is None or until >= today:
            found.append(
                _warning(
                    "EMBARGO",
                    f"“{artefact.title}” is under embargo until {artefact.embargo_until}.",
                    "Do not show it outside before then.",
                )
            )
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _warning(code: str, message: str, do: str) -> Problem:
    return Problem(code, message, do, severity="warning")
