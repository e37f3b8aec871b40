"""What a kit may carry: an allow-list over the change log, by who receives it. What is not allowed stays at home.

A kit for an assessor holds the programme, the rubrics, the people that they score and themselves, what they are asked
to do, those people's works and days, and their own assessments. It never holds what another assessor, a peer, a mentor
or the participant said of anybody, nor e-mail addresses, incidents, notes of mentors, or people they do not score; nor
what moderation agreed on, nor votes and decisions of a committee: a third assessor, who is asked because two differ,
must not learn from the kit what they gave, and whoever reopens an assessment rates it again for themself.

Of what was said and replaced only the assessor's own words travel; of everything else the latest: an earlier name of a
person is nobody's business.

Blindness is a matter of what a package contains, not of what a screen hides: so the rule looks at each change, not at
tables, and knows nothing of how the package is built. The same rule, asked of a finished package, is the leak test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from rubricapp.core.model import AssessmentKind, Change

EVERYBODY = {
    "programme": frozenset({"name", "recovery_key"}),
    "edition": frozenset({"programme", "name", "starts_on", "ends_on"}),
    "occasion": frozenset({"edition", "name", "kind", "held_on", "position"}),
    "rubric_version": frozenset({"state", "document"}),
    "erasure": frozenset({"erased_on", "reason", "roles", "finished"}),
}
"""Kinds, and their fields, that every laptop of a programme may have."""
OF_PERSON = {
    "person": frozenset(
        {"code", "given_name", "family_name", "country", "department", "joined_on", "pronouns", "languages"}
    ),
    "enrolment": frozenset({"edition", "person", "role", "ended_on"}),
}
"""… of each person that somebody may know: never how to reach them."""
OF_WORK = {
    "artefact": None,
    "evidence": None,
    "log_entry": frozenset(
        {
            *("participant", "worked_on", "day_type", "production", "unit", "location", "called_at", "wrapped_at"),
            *("minutes", "department", "role", "credited_role", "head", "scenes", "rolls", "tasks", "kit"),
            *("supervision", "supervised_by", "problem", "decision", "outcome", "happened", "matters", "next_step"),
            *("criteria", "removed"),
        }
    ),
    "log_check": frozenset({"entry", "mentor", "state", "minutes", "checked_on"}),
}
"""… of each participant whom somebody scores; None: every field. An incident is for leads and its participant."""


@dataclass(frozen=True)
class Records:
    """Whose each record is, as the workspace knows. people: person id of an enrolment, a work, a day, a link to either.

    assessments: id → (participant, assessor, kind). assignments: id → (participant, assessor).
    """

    people: Mapping[str, str] = field(default_factory=dict)
    assessments: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    assignments: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipient:
    """Who gets a kit. scores: the participants they are asked to score. knows: other people that they may know of
    (programme leads)."""

    person: str
    scores: frozenset[str]
    knows: frozenset[str] = frozenset()


def rule_for(recipient: Recipient, records: Records) -> Callable[[Change], bool]:
    """Whether a change may be in the kit of an assessor."""
    known = recipient.scores | recipient.knows | {recipient.person}

    def allowed(change: Change) -> bool:
        kind, record, name = change.kind, change.record, change.field
        if kind in EVERYBODY:
            return name in EVERYBODY[kind]
        if kind in OF_PERSON:
            whose = record if kind == "person" else records.people.get(record)
            return whose in known and name in OF_PERSON[kind]
        if kind in OF_WORK:
            fields = OF_WORK[kind]
            return records.people.get(record) in recipient.scores and (fields is None or name in fields)
        if kind == "assignment":
            return records.assignments.get(record, ("", ""))[1] == recipient.person
        if kind in ("assessment", "rating"):
            _participant, assessor, what = records.assessments.get(record.partition("/")[0], ("", "", ""))
            return assessor == recipient.person and what == AssessmentKind.ASSESSOR
        return False

    return allowed


WITH_HISTORY = frozenset({"assessment", "rating"})
"""Kinds whose replaced changes travel, too."""


def leaks(changes: Iterable[Change], recipient: Recipient, records: Records) -> list[Change]:
    """What a package holds that its recipient may not see. Empty is good."""
    allowed = rule_for(recipient, records)
    return [change for change in changes if not allowed(change)]
