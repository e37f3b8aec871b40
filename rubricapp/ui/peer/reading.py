"""What the peer page shows, read in one go: whose reviews one writes, and, for the lead, how a round stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from rubricapp.core.model import AssessmentKind, AssessmentState, Occasion, Person, Role, RubricVersion
from rubricapp.i18n import language
from rubricapp.store.artefacts import load_artefact_counts
from rubricapp.store.assessments import find_assessment, list_assessments
from rubricapp.store.given_feedback import find_given
from rubricapp.store.peer_reviews import list_pairs, list_rounds
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.workspace import Workspace
from rubricapp.ui.words import say_occasion

if TYPE_CHECKING:
    from rubricapp.operations.peer_review import Round


class Seat(Enum):
    """What the page is for whoever sits here."""

    LEAD = "lead"
    PARTICIPANT = "participant"
    BOTH = "both"
    GUEST = "guest"


def seat_of(me: Person | None) -> Seat:
    """Nobody chosen counts as the lead: on the lead's laptop nobody has to be, and there is nothing to hide from it."""
    leads = me is None or Role.LEAD in me.roles
    if me is not None and Role.PARTICIPANT in me.roles:
        return Seat.BOTH if leads else Seat.PARTICIPANT
    return Seat.LEAD if leads else Seat.GUEST


@dataclass(frozen=True)
class Held:
    """A round with its rubric in the language in use, and its occasion."""

    round: Round
    rubric: RubricVersion
    occasion: Occasion


@dataclass(frozen=True)
class Asked:
    """One review that one was asked for. state: None where it was not begun. works: how many there are to see."""

    author: Person
    state: AssessmentState | None
    works: int

    @property
    def is_open(self) -> bool:
        return self.state in (None, AssessmentState.DRAFT)


@dataclass(frozen=True)
class PairRow:
    """Who reviews whom, for the lead. state: None where it was not begun. assessment: its id, or ""."""

    reviewer: Person
    author: Person
    state: AssessmentState | None
    assessment: str = ""


@dataclass(frozen=True)
class Shortfall:
    """Somebody who writes or receives fewer reviews than the round asks for."""

    person: Person
    writes: int
    receives: int


def read_rounds(ws: Workspace) -> list[Held]:
    """Every round whose rubric and occasion are here, in the order of the occasions."""
    occasions = {each.id: each for each in list_occasions(ws)}
    found = [
        Held(each, load_rubric(ws, each.rubric, language()), occasions[each.occasion])
        for each in list_rounds(ws)
        if each.occasion in occasions and each.rubric
    ]
    return sorted(found, key=lambda held: (held.occasion.position, held.occasion.name, held.rubric.label))


def read_asked(ws: Workspace, held: Held, me: Person) -> list[Asked]:
    """The reviews this person was asked for in a round, by the authors' names."""
    people = {each.id: each for each in list_people(ws)}
    works = load_artefact_counts(ws)
    found = [
        Asked(people[pair.author], pair.state, works.get(pair.author, 0))
        for pair in list_pairs(ws, held.round)
        if pair.reviewer == me.id and pair.author in people
    ]
    return sorted(found, key=lambda asked: asked.author.sort_key)


@dataclass(frozen=True)
class PeerTask:
    """A round in which somebody has reviews to write."""

    rubric: str
    occasion: str
    finished: int
    asked: int


def list_open(ws: Workspace, me: Person) -> list[PeerTask]:
    """Rounds that still wait for reviews of this person."""
    found = []
    for held in read_rounds(ws):
        asked = [] if held.round.closed_on else read_asked(ws, held, me)
        still_open = sum(each.is_open for each in asked)
        if still_open:
            occasion = say_occasion(held.occasion)
            found.append(PeerTask(held.rubric.label, occasion, len(asked) - still_open, len(asked)))
    return found


def is_in(ws: Workspace, held: Held, me: Person) -> bool:
    """Whether this person reviews or is reviewed in a round, or got its feedback with a kit."""
    if find_given(ws, held.round.id, me.id) is not None:
        return True
    return any(me.id in (pair.reviewer, pair.author) for pair in list_pairs(ws, held.round))


def read_pairs(ws: Workspace, held: Held) -> list[PairRow]:
    """Who reviews whom in a round, by the reviewers' names."""
    people = {each.id: each for each in list_people(ws)}
    begun = {
        (each.assessor, each.participant): each.id
        for each in list_assessments(
            ws, rubric=held.round.rubric, occasion=held.round.occasion, kind=AssessmentKind.PEER
        )
    }
    found = [
        PairRow(people[pair.reviewer], people[pair.author], pair.state, begun.get((pair.reviewer, pair.author), ""))
        for pair in list_pairs(ws, held.round)
        if pair.reviewer in people and pair.author in people
    ]
    return sorted(found, key=lambda row: (row.reviewer.sort_key, row.author.sort_key))


def is_rating(ws: Workspace, held: Held, author: Person, me: Person | None) -> bool:
    """Whether this person has begun to assess that author here and not finished: others' levels would sway them."""
    if me is None:
        return True
    kind = AssessmentKind.ASSESSOR
    own = find_assessment(ws, author.id, held.round.rubric, held.round.occasion, me.id, kind)
    return own is not None and own.is_open


def find_shortfalls(ws: Workspace, held: Held, rows: list[PairRow]) -> list[Shortfall]:
    """Participants who write or receive fewer reviews than the round asks for."""
    writes, receives = Counter(row.reviewer.id for row in rows), Counter(row.author.id for row in rows)
    return [
        Shortfall(person, writes[person.id], receives[person.id])
        for person in list_people(ws, Role.PARTICIPANT)
        if min(writes[person.id], receives[person.id]) < held.round.reviews
    ]
