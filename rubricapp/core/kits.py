"""What a kit may carry: an allow-list over the change log, by who receives it. What is not allowed stays at home.

A kit is for a person, and a person may stand in several circles; it carries what each of them may see, and no more:

assessor      whom they score, with works and days; their own assessments; samples to practise on
peer          the authors whom they review in an open round, with the works shared for it; their own reviews
mentor        whom they accompany, with works and days; their own meetings and assessments; results once released
participant   all that is theirs, with incidents; their self-assessments; results once released to them; peers' feedback
              as they may read it, beside the changes, and the rounds that it is of

That two ids are one person's travels where both are somebody whom its recipient may know of, so that what they said of
either is said of one; the names that came with the other id stay at home, and so does the reason.

It never holds e-mail addresses, incidents of others, what moderation or a committee said before it was released, or who
reviews whom but for oneself: so not the seed of a round either, from which that could be drawn again. No assessor gets
what another one said of somebody they score, not even as another role of theirs: whoever reopens an assessment rates
it again for themself. Nor does anybody get evidence that somebody else linked who judges the same participant.

Question: may the agreed levels of a sample be in a kit before its recipient has scored it? Decision: no. They stay
with the lead and are in the next kit after the scoring was handed in; only of a sample that the lead made to be
answered at once do they travel, and that one counts at no gate. Reasons: blindness is a matter of what a package
contains, not of what a screen hides; whatever is sealed in the kit must be opened on a laptop that nobody watches, so
a seal would only look like one. 2026-11-29.

Of what was said and replaced only one's own ratings travel; of everything else the latest: an earlier name of a person
is nobody's business. The rule looks at each change, not at tables, and knows nothing of how the package is built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rubricapp.core.model import AssessmentKind, Change
from rubricapp.core.portfolio import is_web
from rubricapp.core.same_people import KIND as SAME_PERSON
from rubricapp.core.viewing import Slot


class Circle(StrEnum):
    """As what somebody gets a kit."""

    ASSESSOR = "assessors"
    PEER = "peers"
    MENTOR = "mentors"
    PARTICIPANT = "participants"


EVERYBODY = {
    "programme": frozenset({"name", "recovery_key"}),
    "edition": frozenset({"programme", "name", "starts_on", "ends_on"}),
    "occasion": frozenset({"edition", "name", "kind", "held_on", "position"}),
    "rubric_version": frozenset({"state", "document"}),
    "calibration_gate": frozenset({"rubric", "exact", "within_one", "samples", "days", "demanded"}),
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
OF_AUTHOR = {
    "person": frozenset({"code", "given_name", "family_name", "pronouns", "languages"}),
    "enrolment": OF_PERSON["enrolment"],
}
"""… of each author whom a peer reviews."""
OF_DAY = frozenset(
    {
        *("participant", "worked_on", "day_type", "production", "unit", "location", "called_at", "wrapped_at"),
        *("minutes", "department", "role", "credited_role", "head", "scenes", "rolls", "tasks", "kit"),
        *("supervision", "supervised_by", "problem", "decision", "outcome", "happened", "matters", "next_step"),
        *("criteria", "removed"),
    }
)
"""Fields of a day: an incident is for leads and its participant."""
OF_CHECK = frozenset({"entry", "mentor", "state", "minutes", "checked_on"})
OF_SHARED_WORK = frozenset(
    {
        *("participant", "title", "file_name", "media", "size", "sha256", "added_on", "removed", "type", "role", "did"),
        *("credits", "made_from", "made_to", "languages", "stage", "context", "link"),
    }
)
"""Fields of a work that is reviewed by peers: no reflection, no rights, no consents."""
OF_SAMPLE_WORK = frozenset({"title", "file_name", "media", "size", "sha256", "removed", "type", "languages", "link"})
"""Fields of a work to practise on: not whose it is."""
OF_SAMPLE = frozenset({"rubric", "title", "artefact", "note", "criteria", "at_once", "removed"})
OF_ROUND = frozenset({"rubric", "occasion", "reviews", "needs_calibration", "closed_on", "ended_on"})
OF_AGREED = frozenset({"participant", "rubric", "occasion", "criterion", "level", "agreed_on"})
"""Fields of an agreed level that was released: not who had given what."""
BOXES = frozenset({"works", "change", "next_step"})
OPEN_MEETINGS = (None, "", "pair", "lead")
"""Visibilities of a meeting under which its participant reads all of it."""
WITH_HISTORY = frozenset({"assessment", "rating"})
"""Kinds whose replaced changes travel, too, where they are one's own."""


@dataclass(frozen=True)
class Records:
    """Whose each record is, as the workspace knows.

    people: the person of an enrolment, and the participant of everything that is of one. assessments: id →
    (participant, assessor, kind). assignments, allocations, mentorships, meetings: id → (participant, other person).
    visibilities: of meetings. actions: id → (participant, meeting). mentors: of checks. practices: id → person.
    writers: of answers to peers. slots: of releases and agreed levels. on_days: evidence that hangs on a day.
    judges: (participant, person) of everybody who judges, or is asked to judge, somebody else. kept: the id that stands
    for each that is not kept; everywhere else stand only ids that are.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    assessments: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    assignments: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    allocations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    mentorships: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    meetings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    visibilities: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    mentors: Mapping[str, str] = field(default_factory=dict)
    practices: Mapping[str, str] = field(default_factory=dict)
    writers: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    on_days: frozenset[str] = frozenset()
    judges: frozenset[tuple[str, str]] = frozenset()
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipient:
    """Who gets a kit, and what for.

    scores: the participants they are asked to score. knows: other people that they may know of. reviews: authors whom
    they review in a round that is open. rounds: all in which they are asked. authors: of all their reviews. mentees:
    whom they accompany. participant: whether they are one here. sees: others' assessments that were released to them
    or to their mentees; slots: where these are all there is. withheld: works that their authors do not show to peers.
    samples: to score; answered: those whose agreed levels they may have. sample_works: what these show. told: rounds of
    which they get the feedback.
    """

    person: str
    scores: frozenset[str] = frozenset()
    knows: frozenset[str] = frozenset()
    reviews: frozenset[str] = frozenset()
    rounds: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    mentees: frozenset[str] = frozenset()
    participant: bool = False
    sees: frozenset[str] = frozenset()
    slots: frozenset[Slot] = frozenset()
    withheld: frozenset[str] = frozenset()
    samples: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    sample_works: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()

    @property
    def known(self) -> frozenset[str]:
        """Everybody of whom they get more than a name, themselves included."""
        return self.scores | self.mentees | self.knows | {self.person}


Rule = Callable[[Change, Recipient, Records], bool]


def rule_for(recipient: Recipient, records: Records) -> Callable[[Change], bool]:
    """Whether a change may be in this person's kit."""
    rules: list[Rule] = [_everybody, _own_duties, _calibrating, _seen, _assessor]
    if recipient.rounds:
        rules.append(_peer)
    if recipient.mentees:
        rules.append(_mentor)
    if recipient.participant:
        rules.append(_participant)

    def allowed(change: Change) -> bool:
        return any(rule(change, recipient, records) for rule in rules)

    return allowed


def keeps_history(change: Change, recipient: Recipient, records: Records) -> bool:
    """Whether a change travels that was replaced since: of one's own ratings."""
    return change.kind in WITH_HISTORY and _assessment(change, records)[1] == recipient.person


def _assessment(change: Change, records: Records) -> tuple[str, str, str]:
    """(participant, assessor, kind) of the assessment that a change is of."""
    return records.assessments.get(change.record.partition("/")[0], ("", "", ""))


def _own(change: Change, to: Recipient, of: Records, kind: AssessmentKind) -> bool:
    """Whether it is of one's own assessment of a kind."""
    return change.kind in WITH_HISTORY and _assessment(change, of)[1:] == (to.person, kind)


def _everybody(change: Change, to: Recipient, of: Records) -> bool:
    if change.kind in EVERYBODY:
        return change.field in EVERYBODY[change.kind]
    if change.kind in OF_PERSON:
        whose = change.record if change.kind == "person" else of.people.get(change.record)
        return whose in to.known and change.field in OF_PERSON[change.kind]
    if change.kind == SAME_PERSON:
        ends = {of.kept.get(each, each) for each in (change.record, change.value) if isinstance(each, str)}
        return change.field == "kept" and ends <= to.known | to.authors
    return False


def _own_duties(change: Change, to: Recipient, of: Records) -> bool:
    """What one is, or was, asked to do."""
    duties = {"assignment": of.assignments, "allocation": of.allocations, "mentorship": of.mentorships}
    return change.kind in duties and duties[change.kind].get(change.record, ("", ""))[1] == to.person


def _calibrating(change: Change, to: Recipient, of: Records) -> bool:
    kind, record, name = change.kind, change.record, change.field
    if kind == "calibration_sample":
        return record in to.samples and name in OF_SAMPLE
    if kind == "calibration_level":
        return record.partition("/")[0] in to.answered
    if kind in ("calibration", "calibration_rating"):
        return of.practices.get(record.partition("/")[0]) == to.person
    return kind == "artefact" and record in to.sample_works and name in OF_SAMPLE_WORK and _travels(change)


def _seen(change: Change, to: Recipient, of: Records) -> bool:
    """Results of others' making that were released to one, or to a mentee."""
    if change.kind in WITH_HISTORY:
        return change.record.partition("/")[0] in to.sees
    if change.kind == "agreed_level":
        # Of an earlier version a reason may hang on the level: what moderation said of somebody is not for them.
        return of.slots.get(change.record) in to.slots and change.field in OF_AGREED and not change.reason
    return False


def _assessor(change: Change, to: Recipient, of: Records) -> bool:
    return _of_works(change, to, of, to.scores) or _own(change, to, of, AssessmentKind.ASSESSOR)


def _peer(change: Change, to: Recipient, of: Records) -> bool:
    kind, record, name = change.kind, change.record, change.field
    if kind in OF_AUTHOR:
        whose = record if kind == "person" else of.people.get(record)
        return whose in to.authors and name in OF_AUTHOR[kind]
    if kind == "peer_round":
        return record in to.rounds and name in OF_ROUND
    if kind == "artefact":
        shared = of.people.get(record) in to.reviews and record not in to.withheld and name in OF_SHARED_WORK
        return shared and _travels(change) and not _of_another_judge(change, to, of)
    if kind == "evidence":
        return of.people.get(record) in to.reviews and record not in of.on_days and _own_link(change, of)
    if kind == "peer_review":
        return name in BOXES and of.assessments.get(record, ("", "", ""))[1:] == (to.person, AssessmentKind.PEER)
    return _own(change, to, of, AssessmentKind.PEER)


def _mentor(change: Change, to: Recipient, of: Records) -> bool:
    kind, record = change.kind, change.record
    if kind == "meeting":
        return of.meetings.get(record, ("", ""))[1] == to.person
    if kind == "agreed_action":
        return of.meetings.get(of.actions.get(record, ("", ""))[1], ("", ""))[1] == to.person
    if kind == "log_check" and of.mentors.get(record) == to.person:
        return of.people.get(record) in to.mentees
    if kind in ("showing", "milestone", "release"):
        return of.people.get(record) in to.mentees
    return _of_works(change, to, of, to.mentees) or _own(change, to, of, AssessmentKind.MENTOR)


def _participant(change: Change, to: Recipient, of: Records) -> bool:
    kind, record = change.kind, change.record
    mine = of.people.get(record) == to.person
    if kind in ("artefact", "showing", "audience_choice", "log_entry", "log_check", "milestone", "release"):
        return mine
    if kind == "peer_round":
        return record in to.told and change.field in OF_ROUND
    if kind == "evidence":
        return mine and not _of_another_judge(change, to, of)
    if kind == "mentorship":
        return of.mentorships.get(record, ("", ""))[0] == to.person
    if kind == "meeting":
        return of.meetings.get(record, ("", ""))[0] == to.person and of.visibilities.get(record) in OPEN_MEETINGS
    if kind == "agreed_action":
        whose, meeting = of.actions.get(record, ("", ""))
        return whose == to.person and of.visibilities.get(meeting) in OPEN_MEETINGS
    if kind in ("feedback_piece", "peer_response"):
        return of.writers.get(record) == to.person
    return _own(change, to, of, AssessmentKind.SELF)


def _of_works(change: Change, to: Recipient, of: Records, people: frozenset[str]) -> bool:
    """Works and days of those whom somebody scores or accompanies."""
    kind, name = change.kind, change.field
    if of.people.get(change.record) not in people:
        return False
    if kind == "evidence":
        return not _of_another_judge(change, to, of)
    return kind == "artefact" or (kind, name) in _OF_DAYS


_OF_DAYS = frozenset({*(("log_entry", name) for name in OF_DAY), *(("log_check", name) for name in OF_CHECK)})


def _travels(change: Change) -> bool:
    """Whether a link says something elsewhere: the path of a file tells of somebody's laptop, and leads nowhere."""
    return change.field != "link" or change.value is None or (isinstance(change.value, str) and is_web(change.value))


def _of_another_judge(change: Change, to: Recipient, of: Records) -> bool:
    """Whether somebody else said it who judges the same participant: what they point at is half of what they think."""
    author = of.kept.get(change.author, change.author)
    return author != to.person and (of.people.get(change.record, ""), author) in of.judges


def _own_link(change: Change, of: Records) -> bool:
    """Whether the author of a work linked it."""
    return of.kept.get(change.author, change.author) == of.people.get(change.record)
