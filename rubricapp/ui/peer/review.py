"""Writing one review: the author's works beside the rubric as in scoring, and three boxes in place of the note."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from rubricapp.core.model import Assessment, AssessmentKind, Changes, Criterion, Person
from rubricapp.core.peer_scores import BOXES
from rubricapp.i18n import _, ngettext
from rubricapp.operations import peer_review
from rubricapp.store.peer_reviews import find_own_review
from rubricapp.store.people import load_person
from rubricapp.ui.dates import say_day
from rubricapp.ui.peer.boxes import Boxes
from rubricapp.ui.peer.reading import Held, read_asked, read_rounds
from rubricapp.ui.peer.words import say_box, say_secrecy
from rubricapp.ui.peer.writing import WritingView
from rubricapp.ui.score.desk import Desk
from rubricapp.ui.score.page import ScorePage
from rubricapp.ui.score.panels import FinishPanel
from rubricapp.ui.score.row import RowContent, content_of
from rubricapp.ui.score.writer import Place, Slot, Value, Writer
from rubricapp.ui.session import Session
from rubricapp.ui.words import say_occasion


class ReviewWriter(Writer):
    """Writes levels and comments of a peer review as scoring does, and its boxes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.kind = AssessmentKind.PEER
        self.held: Held | None = None

    def value_at(self, place: Place) -> Value:
        if place.field in BOXES:
            return find_own_review(self.session.ws, self.id_of(place.slot))[BOXES.index(place.field)]
        return super().value_at(place)

    def begin(self, slot: Slot) -> Assessment | None:
        """As in scoring, but the round must have asked for it and still take reviews."""
        found = self.assessment(slot)
        if found is None and self.session.me is not None:
            result = self.session.run(peer_review.write_review, *self.review(slot, {}, {}, {}))
            return result.assessment if result is not None else None
        return found

    def _put(self, found: Assessment, place: Place, value: Value) -> object:
        if place.field in BOXES:
            said = ({}, {}, {place.field: str(value)})
        elif place.field == "comment":
            said = ({}, {place.criterion: str(value)}, {})
        else:
            said = ({place.criterion: value}, {}, {})
        return self.session.run(peer_review.write_review, *self.review(place.slot, *said))

    def review(self, slot: Slot, levels: dict, comments: dict, boxes: dict, finish: bool = False) -> tuple[object, ...]:
        """What `write_review` is told."""
        author = load_person(self.session.ws, slot.participant)
        return self.session.me, author, self.held.rubric, self.held.occasion, levels, comments, boxes, finish


class ReviewDesk(Desk):
    """Only whom one was asked to review, with the rubric and the occasion of the round."""

    writer: ReviewWriter

    @property
    def is_locked(self) -> bool:
        """A closed round takes no more reviews."""
        held = self.writer.held
        return super().is_locked or (held is not None and bool(held.round.closed_on))

    def read(self) -> None:
        held, me = self.writer.held, self.writer.session.me
        asked = read_asked(self.writer.session.ws, held, me) if held is not None and me is not None else []
        self._log.clear()
        self.participants = [each.author for each in asked]
        self.rubrics, self.occasions = ([held.rubric], [held.occasion]) if held is not None else ([], [])
        if self.slot is not None and not self._is_known(self.slot):
            self.slot = None
        if self.slot is None and self.participants:
            self.slot = Slot(held.rubric.content_hash, held.occasion.id, self.participants[0].id)


def row_of(criterion: Criterion, number: int, _own: bool = False) -> RowContent:
    """A criterion as a peer sees it: what is for assessors only is not among its hints."""
    return content_of(replace(criterion, guidance=""), number)


def uncover(page: ScorePage) -> None:
    """On a narrow page the works take the place of the rows: give it back."""
    if not page.sheet.isVisibleTo(page):
        page.header.evidence_button.setChecked(False)


class BoxesPanel(FinishPanel):
    """Which boxes are still empty: a review is finished with all three."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.as_is_button.hide()
        self.go_button.setText(_("Write it"))

    def ask_for(self, boxes: list[str]) -> None:
        names = ", ".join(f"“{say_box(box)}”" for box in boxes)
        words = ngettext("Before it is finished, {names} is still empty.", "Still empty: {names}.", len(boxes))
        self.say(words.format(names=names))
        self.go_button.setFocus(Qt.FocusReason.OtherFocusReason)


class ReviewSheet(ScorePage):
    """finished(): a review was finished. came(): another review may be shown."""

    finished = Signal()
    came = Signal()
    writer_type, desk_type, foot_type = ReviewWriter, ReviewDesk, Boxes
    row_of = staticmethod(row_of)
    only_looks = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        back = self.locked_panel.home_button
        back.setText(_("Back to your reviews"))
        self.boxes_panel = BoxesPanel(self)
        self.layout().insertWidget(self.layout().indexOf(self.finish_panel), self.boxes_panel)
        self.boxes_panel.go_to_first.connect(self._go_to_box)
        self.boxes_panel.closed.connect(self.focus_rows)
        self.header.name_finish(_("Finish review"))
        for each in (self.header.rubrics, self.header.occasions):
            each.hide()

    def open_review(self, held: Held, author: Person) -> None:
        """Write the review of this author in this round."""
        self.flush()
        self.writer.held = held
        self.desk.read()
        self.foot.offer_criteria(held.rubric)
        self.show_slot(held.rubric.content_hash, held.occasion.id, author.id)

    def finish(self) -> None:
        """Finish; levels may be missing, boxes may not."""
        if self.desk.slot is None or self.desk.is_locked or not self.flush():
            return
        found = self.desk.assessment
        if found is not None and not found.is_open:
            return
        missing = self.foot.empty()
        if missing:
            self.boxes_panel.ask_for(missing)
            return
        self.boxes_panel.hide()
        name = self.desk.participant.name
        if self.writer.run(peer_review.write_review, *self.writer.review(self.desk.slot, {}, {}, {}, True)) is not None:
            self.notice.emit(_("Finished: {name}").format(name=name))
            self.locked_panel.go_on()
            self.finished.emit()

    def _show_around(self) -> None:
        super()._show_around()
        self.header.across_button.hide()
        self.came.emit()

    def _go_to_box(self) -> None:
        self.boxes_panel.hide()
        uncover(self)
        self.foot.open_note()

    def _start(self, *how: bool, **named: bool) -> None:
        self.boxes_panel.hide()
        super()._start(*how, **named)

    def _on_across_toggled(self, across: bool) -> None:
        """Peers are not compared with each other criterion by criterion."""

    def _on_changed(self, changes: Changes) -> None:
        super()._on_changed(changes)
        if self._is_read and self.writer.held is not None and changes.concerns("allocation", "peer_round"):
            rounds = {each.round.id: each for each in read_rounds(self.session.ws)}
            self.writer.held = rounds.get(self.writer.held.round.id)
            self._read()
        elif self._is_read and self.desk.slot is not None and changes.concerns("peer_review"):
            self.refresh()


class ReviewView(WritingView):
    """Writing a review. left(): back to the list."""

    sheet: ReviewSheet

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(ReviewSheet(session), parent)
        self.sheet.came.connect(self._say)
        self.sheet.locked_panel.home.connect(self.left)

    def open_review(self, held: Held, author: Person) -> None:
        """Write the review of this author in this round."""
        self.sheet.open_review(held, author)

    def _say(self) -> None:
        desk, held = self.sheet.desk, self.sheet.writer.held
        if held is None or desk.slot is None:
            return
        what = f"{held.rubric.label}  ·  {say_occasion(held.occasion)}"
        more = _("Levels are optional.")
        if held.round.closed_on:
            day = say_day(held.round.closed_on)
            more = _("The round was closed on {day} and takes no more reviews.").format(day=day)
        self.head.say(f"{what}  ·  {say_secrecy(desk.participant)} {more}")

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        return [self.back, *self.sheet.panes(), self.sheet.foot.texts[BOXES[0]]]
