"""Every write of the scoring screen goes through here, and nothing that was asked for is forgotten before it is saved.

A choice is written at once; typed text 0.8 s after typing stops, at most 2 s after it began, and whenever somebody
leaves. What the disk refuses stays in `waiting`, is shown as not saved, and is tried again with the next write or when
the person asks. The state told here is what happened, never what is hoped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from rubricapp.core.model import (
    Assessment,
    AssessmentId,
    AssessmentKind,
    Blank,
    OccasionId,
    PersonId,
    RubricHash,
)
from rubricapp.core.text import clean
from rubricapp.core.viewing import kind_for
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations import assessments
from rubricapp.store.assessments import find_assessment
from rubricapp.store.people import list_occasions, load_person
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.same_people import find_record
from rubricapp.ui.session import Session

QUIET_MS = 800
LATEST_MS = 2000
PATIENCE_MS = 300

Value = int | Blank | str | None


@dataclass(frozen=True)
class Slot:
    """What one assessor works on: one participant, one rubric version, one occasion."""

    rubric: RubricHash
    occasion: OccasionId
    participant: PersonId


@dataclass(frozen=True)
class Place:
    """One thing that can be written: field is level or comment of a criterion, or the note ("" as criterion)."""

    slot: Slot
    field: str
    criterion: str = ""


class SaveState(Enum):
    NOTHING = "nothing"
    SAVING = "saving"
    SAVED = "saved"
    FAILED = "failed"
    READ_ONLY = "read_only"


class Writer(QObject):
    """state_changed(): look at `state` again. text_saved(Place, before, after): typed text reached the disk.

    undone(Place, str): an undo or redo wrote something there, in words.
    """

    state_changed = Signal()
    text_saved = Signal(object, str, str)
    undone = Signal(object, str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.kind: AssessmentKind | None = None
        self.waiting: dict[Place, Value] = {}
        self.errors: dict[Place | None, UserError] = {}
        self.saved_at: datetime | None = None
        self._refused: UserError | None = None
        self._patience_over = False
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._latest = QTimer(self, singleShot=True, interval=LATEST_MS)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._quiet.timeout.connect(self.flush)
        self._latest.timeout.connect(self.flush)
        self._patience.timeout.connect(self._on_patience_over)
        session.failed.connect(self._on_failed)

    # What is known

    @property
    def state(self) -> SaveState:
        if self.errors:
            return SaveState.FAILED
        if self.session.ws.read_only:
            return SaveState.READ_ONLY
        if self.waiting:
            return SaveState.SAVING if self._patience_over or self.saved_at is None else SaveState.SAVED
        return SaveState.SAVED if self.saved_at is not None else SaveState.NOTHING

    @property
    def error(self) -> UserError | None:
        """Why the newest thing that is not saved is not saved."""
        return next(reversed(self.errors.values()), None)

    def kind_of(self, participant: str) -> AssessmentKind:
        """As what who sits here rates this participant: `kind` where it is set, else as their roles say."""
        return self.kind or kind_for(self.session.me, participant) or AssessmentKind.ASSESSOR

    def assessor(self) -> str:
        return self.session.me.id if self.session.me is not None else ""

    def id_of(self, slot: Slot) -> AssessmentId:
        where = (slot.participant, slot.rubric, slot.occasion, self.assessor(), str(self.kind_of(slot.participant)))
        return AssessmentId(find_record(self.session.ws, "assessment", *where))

    def assessment(self, slot: Slot) -> Assessment | None:
        """The assessment of a slot as it is on the disk, or None where it was not begun."""
        kind = self.kind_of(slot.participant)
        return find_assessment(self.session.ws, slot.participant, slot.rubric, slot.occasion, self.assessor(), kind)

    def value_at(self, place: Place) -> Value:
        """What is on the disk at this place."""
        found = self.assessment(place.slot)
        if place.field == "note":
            return found.note if found else ""
        if found is None:
            return "" if place.field == "comment" else None
        rating = found.rating(place.criterion)
        if place.field == "comment":
            return rating.comment
        return rating.level if rating.level is not None else rating.blank

    # Writing

    def write(self, place: Place, value: Value) -> bool:
        """Write now, and whatever waited. False: it was refused, is kept in `waiting`, and the state says so."""
        self.waiting.pop(place, None)
        self.waiting[place] = value
        return self.flush()

    def type(self, place: Place, text: str) -> None:
        """Text is being typed: write it soon."""
        self.waiting.pop(place, None)
        self.waiting[place] = text
        self._quiet.start()
        if not self._latest.isActive():
            self._latest.start()
        if not self._patience.isActive() and not self._patience_over:
            self._patience.start()
        self.state_changed.emit()

    def flush(self) -> bool:
        """Write everything that waits. False if any of it was refused."""
        for timer in (self._quiet, self._latest, self._patience):
            timer.stop()
        for place, value in list(self.waiting.items()):
            self._try(place, value)
        self._patience_over = False
        self.state_changed.emit()
        return not self.waiting

    def run(self, operation: Callable[..., Any], *arguments: Any) -> Any:
        """Any other write, such as finishing, with the same honesty. None: refused."""
        self._refused = None
        self.errors.pop(None, None)
        result = self.session.run(operation, *arguments)
        if result is None and self._refused is not None:
            self.errors[None] = self._refused
        else:
            self._note_saved()
        self.state_changed.emit()
        return result

    def begin(self, slot: Slot) -> Assessment | None:
        """The assessment of a slot, begun where it was not. None: refused."""
        found = self.assessment(slot)
        if found is not None:
            return found
        if self.session.me is None:
            self.session.failed.emit(
                UserError("E_WHO", _("Nobody is named as assessor."), "", _("Say who you are, then score."))
            )
            return None
        ws = self.session.ws
        occasion = next(each for each in list_occasions(ws) if each.id == slot.occasion)
        result = self.session.run(
            assessments.begin,
            load_person(ws, slot.participant),
            load_rubric(ws, slot.rubric),
            occasion,
            self.session.me,
            self.kind_of(slot.participant),
        )
        return result[0] if result is not None else None

    def _try(self, place: Place, value: Value) -> None:
        before = self.value_at(place)
        if isinstance(value, str) and not isinstance(value, Blank) and clean(value) == before:
            self._forget(place)  # somebody typed and took it back: what is on the disk is what is wanted
            return
        self._refused = None
        found = self.begin(place.slot)
        result = self._put(found, place, value) if found is not None else None
        if result is None:
            if self._refused is not None:
                self.errors.pop(place, None)
                self.errors[place] = self._refused
            return
        self._forget(place)
        self._note_saved()
        if place.field != "level":
            self.text_saved.emit(place, str(before or ""), clean(str(value or "")))

    def _put(self, found: Assessment, place: Place, value: Value) -> object:
        """Write one thing into an assessment that was begun. None: refused."""
        if place.field == "note":
            return self.session.run(assessments.write_note, found.id, value)
        if place.field == "comment":
            return self.session.run(assessments.comment, found.id, place.criterion, value)
        return self.session.run(assessments.rate, found.id, place.criterion, value)

    def _forget(self, place: Place) -> None:
        self.waiting.pop(place, None)
        self.errors.pop(place, None)

    def _note_saved(self) -> None:
        self.saved_at = self.session.ws.sources.now().astimezone()

    def _on_failed(self, error: UserError) -> None:
        self._refused = error

    def _on_patience_over(self) -> None:
        self._patience_over = True
        self.state_changed.emit()
