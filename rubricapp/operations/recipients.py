"""Who gets a kit, as what, and what they may see: gathered from the workspace, decided by `core.kits`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rubricapp.core.calibration import Sample
from rubricapp.core.kits import Circle, Recipient
from rubricapp.core.model import AssessmentKind, Person, PersonId, Role
from rubricapp.core.portfolio import AudienceChoice, choice_for, is_shown
from rubricapp.core.viewing import Slot, may_see
from rubricapp.i18n import _
from rubricapp.operations.production_log import today
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.assessments import list_assessments
from rubricapp.store.assigning import Assignment, list_assignments
from rubricapp.store.calibrations import list_begun, list_practices, list_samples, load_gates
from rubricapp.store.mentoring import list_meetings, list_mentorships, load_mentees
from rubricapp.store.peer_reviews import Round, list_pairs, list_rounds
from rubricapp.store.people import list_people
from rubricapp.store.production_log import list_log_checks
from rubricapp.store.showings import list_choices
from rubricapp.store.viewing import load_view
from rubricapp.store.workspace import Workspace

_PEERS = "peers"
"""The audience under which an author may keep a work from those who review it."""


@dataclass(frozen=True)
class Duties:
    """What somebody has to do away from the lead's laptop. mentees, reviews: ids. rubrics: content hashes of those they
    are asked to score or review with, or must calibrate for. calibrates: whether there is one of the last.
    """

    scores: frozenset[PersonId] = frozenset()
    reviews: frozenset[PersonId] = frozenset()
    mentees: frozenset[PersonId] = frozenset()
    participant: bool = False
    rubrics: frozenset[str] = frozenset()
    samples: frozenset[str] = frozenset()
    calibrates: bool = False

    @property
    def circles(self) -> frozenset[Circle]:
        """As what they get a kit; nothing where they get none."""
        found = {
            Circle.ASSESSOR: self.scores or self.calibrates,
            Circle.PEER: self.reviews,
            Circle.MENTOR: self.mentees,
            Circle.PARTICIPANT: self.participant,
        }
        return frozenset(circle for circle, has in found.items() if has)


@dataclass(frozen=True)
class Asked:
    """What everybody is asked, read once: by person. rounds: open ones, with who reviews whom. demanding: rubrics with
    samples for which assessors must calibrate. begun: (person, sample)."""

    scores: Mapping[str, Sequence[Assignment]]
    reviews: Mapping[str, Sequence[tuple[Round, PersonId]]]
    mentees: Mapping[str, frozenset[PersonId]]
    samples: tuple[Sample, ...]
    demanding: frozenset[str]
    begun: frozenset[tuple[str, str]]


def load_asked(ws: Workspace, people: Sequence[Person]) -> Asked:
    """What these people are asked to do."""
    scores: dict[str, list[Assignment]] = {}
    for each in list_assignments(ws):
        scores.setdefault(each.assessor, []).append(each)
    reviews: dict[str, list[tuple[Round, PersonId]]] = {}
    for peer_round in list_rounds(ws):
        for pair in list_pairs(ws, peer_round) if not peer_round.closed_on else ():
            reviews.setdefault(pair.reviewer, []).append((peer_round, pair.author))
    samples, gates = tuple(list_samples(ws, removed=True)), load_gates(ws)
    demanding = {each.rubric for each in samples if not each.removed}
    demanding = {each for each in demanding if each in gates and gates[each].demanded}
    return Asked(scores, reviews, load_mentees(ws, people), samples, frozenset(demanding), frozenset(list_begun(ws)))


def duties_of(ws: Workspace, person: Person, asked: Asked | None = None) -> Duties:
    """What somebody is asked to do. A lead gets no more than anybody for leading: only for what they were asked.

    asked: where it was read before. An assessor gets the samples of every rubric that demands a calibration: else
    nobody could be asked who gets the samples by being asked.
    """
    asked = asked or load_asked(ws, [person])
    scores, reviews = asked.scores.get(person.id, ()), asked.reviews.get(person.id, ())
    demanding = asked.demanding if Role.ASSESSOR in person.roles else frozenset()
    rubrics = {each.rubric for each in scores} | demanding | {peer_round.rubric for peer_round, _author in reviews}
    return Duties(
        frozenset(each.participant for each in scores),
        frozenset(author for _round, author in reviews),
        asked.mentees.get(person.id, frozenset()) - {person.id},
        Role.PARTICIPANT in person.roles,
        frozenset(rubrics),
        frozenset(
            each.id
            for each in asked.samples
            if (person.id, each.id) in asked.begun or (each.rubric in rubrics and not each.removed)
        ),
        bool(demanding),
    )


def recipient_of(ws: Workspace, person: Person) -> Recipient:
    """Whom and what this person may see in a kit."""
    duties = duties_of(ws, person)
    rounds = [(each, list_pairs(ws, each)) for each in list_rounds(ws)]
    authors = {pair.author for _round, pairs in rounds for pair in pairs if pair.reviewer == person.id}
    sees, slots, judges = _released(ws, person, duties)
    samples = [each for each in list_samples(ws, removed=True) if each.id in duties.samples]
    finished = {each.sample for each in list_practices(ws, person.id) if each.finished_on}
    return Recipient(
        person.id,
        duties.scores,
        frozenset(each.id for each in list_people(ws, Role.LEAD))
        | judges
        | _companions(ws, person, duties)
        | _scored_before(ws, person),
        duties.reviews,
        frozenset(each.id for each, pairs in rounds if any(pair.reviewer == person.id for pair in pairs)),
        frozenset(authors),
        duties.mentees,
        duties.participant,
        sees,
        slots,
        frozenset(each for author in duties.reviews for each in _kept_from_peers(ws, author)),
        duties.samples,
        frozenset(each.id for each in samples if each.at_once or each.id in finished),
        frozenset(each.artefact for each in samples if each.artefact and not each.removed),
    )


def _released(
    ws: Workspace, person: Person, duties: Duties
) -> tuple[frozenset[str], frozenset[Slot], frozenset[PersonId]]:
    """(others' assessments that were released to them, slots of which all is released, who made those assessments)."""
    people = duties.mentees | ({person.id} if duties.participant else set())
    if not people:
        return frozenset(), frozenset(), frozenset()
    roles = person.roles - {Role.LEAD} | ({Role.MENTOR} if duties.mentees else set())
    view = load_view(ws, replace(person, roles=roles))
    scored = {(each.participant, each.rubric, each.occasion) for each in list_assignments(ws, person.id)}
    scored |= {
        (each.participant, each.rubric, each.occasion)
        for each in list_assessments(ws, assessor=person.id, kind=AssessmentKind.ASSESSOR)
    }
    released = {slot for slot in view.released if slot[0] in people and slot not in scored}
    shown = [
        each
        for participant in sorted({slot[0] for slot in released})
        for each in list_assessments(ws, participant=participant)
        if (each.participant, each.rubric, each.occasion) in released
        and each.assessor != person.id
        and may_see(view, each)
    ]
    return (
        frozenset(each.id for each in shown),
        frozenset(slot for slot in released if view.sees_results(slot)),
        frozenset(each.assessor for each in shown),
    )


def _companions(ws: Workspace, person: Person, duties: Duties) -> frozenset[PersonId]:
    """Who accompanies a participant: who was asked to, met them, or looked through their log."""
    if not duties.participant:
        return frozenset()
    found = {mentor for mentor, participant in list_mentorships(ws) if participant == person.id}
    found |= {each.mentor for each in list_meetings(ws, person.id, person)}
    found |= {each.mentor for checks in list_log_checks(ws, person.id).values() for each in checks}
    return frozenset(found)


def _scored_before(ws: Workspace, person: Person) -> frozenset[PersonId]:
    """Whom somebody scored, though they may not be asked to any more: their own words travel, and are of somebody."""
    return frozenset(
        each.participant for each in list_assessments(ws, assessor=person.id, kind=AssessmentKind.ASSESSOR)
    )


def _kept_from_peers(ws: Workspace, author: str) -> list[str]:
    """Works that their author shows nobody, or not to peers. A work of which nothing was said is shared."""
    choices: dict[str, list[AudienceChoice]] = {}
    for each in list_choices(ws, participant=author):
        choices.setdefault(each.artefact, []).append(each)
    found = []
    for work in list_artefacts(ws, author):
        choice = choice_for(choices.get(work.id, ()), _PEERS)
        if choice is not None and not is_shown(choice, today(ws)):
            found.append(work.id)
    return found


# Everybody


@dataclass(frozen=True)
class Ready:
    """Somebody who gets a kit. notes: what the lead should know, such as a calibration that is missing."""

    person: Person
    circles: frozenset[Circle]
    duties: Duties


@dataclass(frozen=True)
class Everybody:
    """ready: who gets a kit, by name. left_out: who gets none, and why, in words."""

    ready: tuple[Ready, ...]
    left_out: tuple[tuple[Person, str], ...]


def find_everybody(ws: Workspace, circle: Circle | None = None) -> Everybody:
    """Everybody of this edition who has something to do away from here, in one circle or in any; and who has not."""
    ready, left_out = [], []
    people = [each for each in list_people(ws) if each.roles]
    asked = load_asked(ws, people)
    for person in people:
        duties = duties_of(ws, person, asked)
        circles = duties.circles
        if circles and (circle is None or circle in circles):
            ready.append(Ready(person, circles, duties))
        elif circle is None or _belongs(person, circle):
            left_out.append((person, say_idle(person, circle)))
    return Everybody(tuple(ready), tuple(left_out))


def _belongs(person: Person, circle: Circle) -> bool:
    """Whether somebody could be in a circle by their roles."""
    roles = {
        Circle.ASSESSOR: {Role.ASSESSOR},
        Circle.PEER: {Role.PARTICIPANT},
        Circle.MENTOR: {Role.MENTOR},
        Circle.PARTICIPANT: {Role.PARTICIPANT},
    }
    return bool(person.roles & roles[circle])


def say_idle(person: Person, circle: Circle | None = None) -> str:
    """Why somebody gets no kit, in words."""
    if circle is Circle.PEER:
        return _("{name} was not asked to review anybody in a round that is open.").format(name=person.name)
    if circle is Circle.MENTOR or (circle is None and person.roles == {Role.MENTOR}):
        return _("{name} was not asked to accompany anybody.").format(name=person.name)
    if person.roles == {Role.LEAD}:
        return _("{name} leads, and was asked neither to score nor to accompany anybody.").format(name=person.name)
    return _("{name} was not asked to score anybody.").format(name=person.name)
