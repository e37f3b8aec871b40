"""What lies on the assessor's desk: which people, rubric and occasion, and which ratings are shown. No widgets.

Two ways to work: all criteria of one participant, or one criterion of all participants. Either way the desk gives
places in order, one for each row, and what stands there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rubricapp.core.model import (
    Assessment,
    AssessmentKind,
    AssessmentState,
    CriterionId,
    LogEntry,
    Occasion,
    OccasionId,
    Person,
    PersonId,
    Rating,
    Role,
    RubricHash,
    RubricState,
    RubricVersion,
)
from rubricapp.core.viewing import kind_for
from rubricapp.i18n import language
from rubricapp.store.assessments import list_assessments, list_slots
from rubricapp.store.handing_in import load_handed_in
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.production_log import list_log
from rubricapp.store.rubrics import list_rubrics
from rubricapp.ui.score.writer import Place, Slot, Value, Writer


@dataclass(frozen=True)
class Standing:
    """How far one participant is. rated: criteria with a level or a blank."""

    state: AssessmentState | None
    rated: int


class Desk:
    """slot: what is worked on, or None. criterion: the one scored across all participants, or None."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.slot: Slot | None = None
        self.criterion: CriterionId | None = None
        self.participants: list[Person] = []
        self.occasions: list[Occasion] = []
        self.rubrics: list[RubricVersion] = []
        self.assessments: dict[PersonId, Assessment] = {}
        self._log: dict[str, list[LogEntry]] = {}

    def read(self) -> None:
        """Read people, occasions and rubrics; drop a slot that is gone, choose one where there is none."""
        ws = self.writer.session.ws
        self._log.clear()
        everyone = list_people(ws, Role.PARTICIPANT)
        self.participants = [each for each in everyone if self._may_rate(each.id)]
        self.occasions = list_occasions(ws)
        self.rubrics = [each for each in list_rubrics(ws, language()) if each.state is not RubricState.DRAFT]
        if self.slot is not None and not self._is_known(self.slot):
            self.slot = None
        if self.slot is None and self.participants and self.occasions and self.rubrics:
            self.slot = Slot(self.rubrics[0].content_hash, self.occasions[0].id, self.participants[0].id)

    def _may_rate(self, participant: PersonId) -> bool:
        me = self.writer.session.me  # nobody is named yet: everybody is shown, and locked
        return me is None or self.writer.kind is not None or kind_for(me, participant) is not None

    @property
    def is_own(self) -> bool:
        """Whether who sits here assesses themself."""
        return self.slot is not None and self.writer.kind_of(self.slot.participant) is AssessmentKind.SELF

    @property
    def across(self) -> list[Person]:
        """Whom one criterion is scored for, across: all but oneself."""
        kind = self.writer.kind_of
        return [each for each in self.participants if kind(each.id) is not AssessmentKind.SELF]

    def _is_known(self, slot: Slot) -> bool:
        return (
            any(each.content_hash == slot.rubric for each in self.rubrics)
            and any(each.id == slot.occasion for each in self.occasions)
            and any(each.id == slot.participant for each in self.participants)
        )

    @property
    def rubric(self) -> RubricVersion:
        return next(each for each in self.rubrics if each.content_hash == self.slot.rubric)

    @property
    def participant(self) -> Person:
        return next(each for each in self.participants if each.id == self.slot.participant)

    @property
    def assessment(self) -> Assessment | None:
        """The assessment of the slot as it was last read, or None where it was not begun."""
        return self.assessments.get(self.slot.participant)

    def standing_assessment(self) -> Assessment:
        """The assessment of the slot; an empty draft where it was not begun."""
        return self.assessment or Assessment(
            self.writer.id_of(self.slot),
            self.slot.participant,
            PersonId(self.writer.assessor()),
            self.slot.rubric,
            self.slot.occasion,
            self.writer.kind_of(self.slot.participant),
        )

    def read_ratings(self) -> None:
        """Read what is on the disk for the rows shown."""
        if self.criterion is None:
            found = self.writer.assessment(self.slot)
            self.assessments = {self.slot.participant: found} if found else {}
            return
        everything = list_assessments(
            self.writer.session.ws,
            assessor=self.writer.assessor() or "-",
            rubric=self.slot.rubric,
            occasion=self.slot.occasion,
            kind=self.writer.kind_of(self.slot.participant),
        )
        self.assessments = {each.participant: each for each in everything}

    def log_days(self, place: Place) -> tuple[LogEntry, ...]:
        """Days of the participant's log that touch the criterion of a row, newest first, without incidents."""
        person = place.slot.participant
        if person not in self._log:
            self._log[person] = [each for each in list_log(self.writer.session.ws, person) if each.criteria][::-1]
        return tuple(each for each in self._log[person] if place.criterion in each.criteria)

    def standings(self) -> dict[PersonId, Standing]:
        """How far each participant is, for this rubric and occasion."""
        ws, me = self.writer.session.ws, self.writer.assessor()
        found: dict[PersonId, Standing] = {}
        for kind in {self.writer.kind_of(each.id) for each in self.participants}:
            slots = list_slots(ws, self.slot.rubric, self.slot.occasion, me, kind)
            found |= {person: Standing(slot.state, slot.rated) for person, slot in slots.items()}
        return found

    # Rows

    def places(self) -> list[Place]:
        """The level of each row, in order."""
        if self.criterion is None:
            return [Place(self.slot, "level", each.id) for each in self.rubric.criteria]
        return [Place(replace(self.slot, participant=each.id), "level", self.criterion) for each in self.across]

    def rating_at(self, place: Place) -> tuple[Rating, str | None, bool]:
        """(rating with what waits to be saved, text of the comment that waits or None, whether it is locked)."""
        found = self.assessments.get(place.slot.participant)
        rating = found.rating(place.criterion) if found else Rating(CriterionId(place.criterion))
        if place in self.writer.waiting:
            rating = with_value(rating, self.writer.waiting[place])
        typed = self.writer.waiting.get(replace(place, field="comment"))
        locked = self.is_locked or (found is not None and not found.is_open)
        return rating, typed, locked

    def typed_texts(self) -> dict[str, str]:
        """What waits to be saved of the texts that belong to no criterion, by name."""
        waiting = self.writer.waiting.items()
        return {place.field: str(text) for place, text in waiting if place.slot == self.slot and not place.criterion}

    @property
    def is_locked(self) -> bool:
        """Nobody may write here at all: nobody is named, or the workspace is read only."""
        return self.writer.session.me is None or self.writer.session.ws.read_only

    @property
    def is_handed_in(self) -> bool:
        """Whether the assessment shown is finished, and in what this laptop handed in last."""
        found = self.assessment
        return found is not None and not found.is_open and load_handed_in(self.writer.session.ws)(found.finished_at)

    # Neighbours

    def neighbour(self, step: int) -> PersonId | CriterionId | None:
        """The participant (or, across, the criterion) that many steps on; None beyond either end."""
        if self.criterion is None:
            order = [each.id for each in self.participants]
            here = order.index(self.slot.participant)
        else:
            order = [each.id for each in self.rubric.criteria]
            here = order.index(self.criterion)
        return order[here + step] if 0 <= here + step < len(order) else None

    def finished(self, standings: dict[PersonId, Standing]) -> int:
        known = {each.id for each in self.participants}
        return sum(each.state is not AssessmentState.DRAFT for person, each in standings.items() if person in known)

    def person(self, place: Place) -> Person:
        return next(each for each in self.participants if each.id == place.slot.participant)

    def choose(self, rubric: str | None = None, occasion: str | None = None, participant: str | None = None) -> None:
        """Another rubric, occasion or participant; the rest stays."""
        self.slot = Slot(
            RubricHash(rubric or self.slot.rubric),
            OccasionId(occasion or self.slot.occasion),
            PersonId(participant or self.slot.participant),
        )
        if self.criterion is not None and self.criterion not in {each.id for each in self.rubric.criteria}:
            self.criterion = self.rubric.criteria[0].id


def with_value(rating: Rating, value: Value) -> Rating:
    """The rating with this level or blank instead of its own."""
    if isinstance(value, int):
        return replace(rating, level=value, blank=None)
    return replace(rating, level=None, blank=value)
