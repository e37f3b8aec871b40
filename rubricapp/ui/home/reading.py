"""What Home shows, read in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rubricapp.core.model import AssessmentKind, AssessmentState, Occasion, Person, Role, RubricState
from rubricapp.core.viewing import is_only_participant, kind_for
from rubricapp.i18n import _, language
from rubricapp.store.assigning import list_assignments
from rubricapp.store.calibrations import load_gates
from rubricapp.store.people import list_occasions, list_people, load_edition, load_programme
from rubricapp.store.progress import count_progress, list_recent
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.workspace import Workspace
from rubricapp.ui import opening
from rubricapp.ui.asked import Asked, list_asked
from rubricapp.ui.home.away import Calibrating, Mentee, list_accompanied, list_calibrating
from rubricapp.ui.moderation.reading import count_open
from rubricapp.ui.own import Own, list_own
from rubricapp.ui.peer.reading import PeerTask, list_open
from rubricapp.ui.words import say_occasion

if TYPE_CHECKING:
    from rubricapp.store.progress import Tally

Slot = tuple[str, str, str]
"""(rubric's content hash, occasion, participant or "")"""


@dataclass(frozen=True)
class Last:
    """Somebody worked on lately, in words. rated of criteria have a level or a blank."""

    participant: str
    rubric: str
    occasion: str
    rated: int
    criteria: int
    touched_at: datetime
    slot: Slot
    is_draft: bool


@dataclass(frozen=True)
class Work:
    """One rubric on the present occasion. slot: whom to score next."""

    rubric: str
    begun: int
    finished: int
    slot: Slot


@dataclass(frozen=True)
class Home:
    """participants: how many this person may score. occasion: the present one's name. recent: what is a draft comes
    first. sitting: who may sit here. own: self-assessments, for a participant. asked: whom they were asked to score.
    gaps: to moderate, for a lead, and conflicts to settle. mentees: whom they accompany. calibrating: rubrics with
    samples for them.
    """

    programme: str
    edition: str
    starts_on: str
    ends_on: str
    participants: int
    occasion: str
    work: tuple[Work, ...]
    recent: tuple[Last, ...]
    begun: int
    finished: int
    sitting: tuple[Person, ...]
    own: tuple[Own, ...] = ()
    peers: tuple[PeerTask, ...] = ()
    asked: tuple[Asked, ...] = ()
    gaps: tuple[int, int] = (0, 0)
    mentees: tuple[Mentee, ...] = ()
    calibrating: tuple[Calibrating, ...] = ()


def load_home(ws: Workspace, me: Person | None) -> Home:
    """Everything Home shows to this person."""
    edition = load_edition(ws)
    occasions = list_occasions(ws)
    moments = {each.id: each for each in occasions}
    rubrics = {each.content_hash: each for each in list_rubrics(ws, language())}
    people = {each.id: each for each in list_people(ws)}
    participants = [each for each in people.values() if Role.PARTICIPANT in each.roles]
    if me is not None:
        participants = [each for each in participants if kind_for(me, each.id) not in (None, AssessmentKind.SELF)]
    kind = kind_for(me, participants[0].id) if participants else AssessmentKind.SELF
    tallies = count_progress(ws, me.id, kind or AssessmentKind.ASSESSOR) if me else {}
    recent = []
    for each in list_recent(ws, me.id, 6) if me else ():
        if each.participant in people and each.rubric in rubrics and each.occasion in moments:
            rubric = rubrics[each.rubric]
            recent.append(
                (
                    each.state is not AssessmentState.DRAFT,
                    Last(
                        people[each.participant].name,
                        rubric.label,
                        say_occasion(moments[each.occasion]),
                        each.rated,
                        len(rubric.criteria),
                        each.touched_at,
                        (each.rubric, each.occasion, each.participant),
                        each.state is AssessmentState.DRAFT,
                    ),
                )
            )
    recent.sort(key=lambda pair: pair[0])
    present = _present(occasions, [last.slot[1] for _done, last in recent], tallies, len(participants))
    newest = {each.id: each for each in rubrics.values() if each.state is RubricState.PUBLISHED}
    own = tuple(list_own(ws, me)) if me is not None and Role.PARTICIPANT in me.roles else ()
    work = (
        ()
        if is_only_participant(me)
        else tuple(
            Work(
                rubric.label,
                *_counts(tallies.get((rubric.content_hash, present.id))),
                (rubric.content_hash, present.id, ""),
            )
            for rubric in newest.values()
            if present is not None
        )
    )
    return Home(
        load_programme(ws).name,
        edition.name,
        edition.starts_on,
        edition.ends_on,
        len(participants),
        say_occasion(present) if present else _("No occasion yet"),
        work,
        tuple(last for _done, last in recent[:4]),
        sum(each.begun for each in tallies.values()),
        sum(each.finished for each in tallies.values()),
        tuple(opening.list_sitting(ws)),
        own,
        tuple(list_open(ws, me)) if me is not None and Role.PARTICIPANT in me.roles else (),
        tuple(list_asked(ws, me.id)) if me is not None else (),
        count_open(ws, me) if me is not None and Role.LEAD in me.roles else (0, 0),
        tuple(list_accompanied(ws, me)) if me is not None else (),
        tuple(list_calibrating(ws, me, _scored_with(ws, me))) if me is not None else (),
    )


def _scored_with(ws: Workspace, me: Person) -> frozenset[str]:
    """Rubrics with which this person is asked to score, or for which they must calibrate before they are asked."""
    found = {each.rubric for each in list_assignments(ws, me.id)}
    if Role.ASSESSOR in me.roles:
        found |= {rubric for rubric, gate in load_gates(ws).items() if gate.demanded}
    return frozenset(found)


def _counts(tally: Tally | None) -> tuple[int, int]:
    return (tally.begun, tally.finished) if tally else (0, 0)


def _present(
    occasions: list[Occasion], lately: list[str], tallies: dict[tuple[str, str], Tally], _participants: int
) -> Occasion | None:
    """The occasion one works on now: that of the last work, else the first."""
    for occasion in occasions:
        if lately and occasion.id == lately[0]:
            return occasion
    return occasions[0] if occasions else None
