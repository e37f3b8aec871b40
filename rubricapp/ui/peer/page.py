"""Peer: what one writes of others and hears of oneself, or, for a lead, the rounds. Who sits here decides."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from rubricapp.core.calibration import Sample
from rubricapp.core.model import Person, Role
from rubricapp.i18n import _
from rubricapp.operations.peer_review import Allocated
from rubricapp.store.people import list_people
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import Header, Page, Scroll
from rubricapp.ui.peer.making import MakingView
from rubricapp.ui.peer.mine import MineView
from rubricapp.ui.peer.reading import Held, Seat, seat_of
from rubricapp.ui.peer.review import ReviewView
from rubricapp.ui.peer.rounds import RoundsView
from rubricapp.ui.peer.sample import SampleView
from rubricapp.ui.peer.samples import SamplesView
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, flow
from rubricapp.ui.widgets.rows import RowsTable


class PeerPage(Page):
    """A list first; a review and the making of a round take the page, Escape comes back. keys_wanted()."""

    keys_wanted = Signal()
    kinds = frozenset(
        {
            *("peer_round", "allocation", "peer_review", "peer_response", "feedback_piece", "feedback_opening"),
            *("calibration", "calibration_sample", "calibration_level", "calibration_gate", "declared_conflict"),
            *("assessment", "rating", "person", "enrolment", "occasion", "rubric_version", "artefact", "log_entry"),
        }
    )

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.sides = QTabBar()
        self.sides.setAccessibleName(_("Your reviews, or the rounds"))
        self.sides.addTab(_("Rounds"))
        self.sides.addTab(_("Your reviews"))
        self.sides.hide()
        self.sides.currentChanged.connect(lambda _index: self.show_list())
        layout.addWidget(self.sides)
        self.stack = QStackedWidget()
        layout.addWidget(self.stack, 1)
        self.mine = MineView(session)
        self.rounds = RoundsView(session)
        self.guest = GuestView()
        self.making: MakingView | None = None
        self.review: ReviewView | None = None
        self.sample: SampleView | None = None
        self.samples: SamplesView | None = None
        self._came_from = ""
        for each in (self.mine, self.rounds, self.guest):
            self.stack.addWidget(each)
        self.mine.review_wanted.connect(self.write_review)
        self.mine.sample_wanted.connect(self.score_sample)
        self.mine.done.connect(self.done)
        self.mine.home_wanted.connect(lambda: self.wanted.emit("home", None))
        self.guest.score_wanted.connect(lambda: self.wanted.emit("score", None))
        self.rounds.making_wanted.connect(self.make_round)
        self.rounds.samples_wanted.connect(self.show_samples)
        self.rounds.notice.connect(self.notice)
        self.rounds.done.connect(self.done)
        self.rounds.people_wanted.connect(lambda: self.wanted.emit("people", "add"))

    # What is shown

    @property
    def list_view(self) -> QWidget:
        """The list for whoever sits here."""
        seat = seat_of(self.session.me)
        if seat is Seat.GUEST:
            return self.guest
        mine = seat is Seat.PARTICIPANT or (seat is Seat.BOTH and self.sides.currentIndex() == 1)
        return self.mine if mine else self.rounds

    @property
    def is_at_list(self) -> bool:
        return self.stack.currentWidget() in (self.mine, self.rounds, self.guest)

    def refresh(self) -> None:
        self.sides.setVisible(seat_of(self.session.me) is Seat.BOTH and self.is_at_list)
        if self.is_at_list:
            self.stack.setCurrentWidget(self.list_view)
        shown = self.stack.currentWidget()  # a review reads for itself, and the list again when one comes back
        if shown in (self.samples, self.making):
            shown.refresh()
        elif shown is self.mine:
            self.mine.refresh(self.session.me)
        elif shown is self.rounds:
            self.rounds.refresh(len(list_people(self.session.ws, Role.PARTICIPANT)))

    def show_list(self) -> None:
        """Back to the list."""
        self.flush()
        self.stack.setCurrentWidget(self.list_view)
        self.refresh()
        self.main().setFocus(Qt.FocusReason.OtherFocusReason)

    def write_review(self, held: Held, author: Person) -> None:
        """Write the review of this author."""
        if self.review is None:
            self.review = ReviewView(self.session)
            self.stack.addWidget(self.review)
            self.review.left.connect(self.show_list)
            self.review.notice.connect(self.notice)
            self.review.sheet.keys_wanted.connect(self.keys_wanted)
        self.sides.hide()
        self.stack.setCurrentWidget(self.review)
        self.review.open_review(held, author)

    def score_sample(self, _held: Held | None, sample: Sample, back: str = "") -> None:
        """Practise before reviewing or scoring, or look at what differed. back: where one came from, else the list."""
        if self.sample is None:
            self.sample = SampleView(self.session)
            self.stack.addWidget(self.sample)
            self.sample.left.connect(self._on_sample_left)
            self.sample.notice.connect(self.notice)
            self.sample.sheet.keys_wanted.connect(self.keys_wanted)
        self.sides.hide()
        self.stack.setCurrentWidget(self.sample)
        self._came_from = back
        self.sample.open_sample(sample, back)

    def _on_sample_left(self) -> None:
        came_from, self._came_from = self._came_from, ""
        self.show_list()
        if came_from:
            self.wanted.emit("home", None)

    def make_round(self) -> None:
        """Ask what the round shall be."""
        if self.making is None:
            self.making = MakingView(self.session)
            self.stack.addWidget(self.making)
            self.making.left.connect(self.show_list)
            self.making.made.connect(self._on_made)
            self.making.done.connect(self.done)
        self.sides.hide()
        self.stack.setCurrentWidget(self.making)
        self.making.start()

    def show_samples(self) -> None:
        """Samples, the gate, and who has passed it."""
        if self.samples is None:
            self.samples = SamplesView(self.session)
            self.stack.addWidget(self.samples)
            self.samples.left.connect(self.show_list)
            self.samples.notice.connect(self.notice)
        self.sides.hide()
        self.stack.setCurrentWidget(self.samples)
        self.samples.start(self.rounds.held)

    def _on_made(self, made: Allocated) -> None:
        self.show_list()
        self.rounds.show_round(made.round.id, made.allocation.notes)
        self.notice.emit(_("The round is made: {n} reviews.").format(n=len(made.allocation.pairs)))

    def _on_me_changed(self) -> None:
        if not self.is_at_list:
            self.stack.setCurrentWidget(self.list_view)
        super()._on_me_changed()

    # What the window asks

    def open_with(self, what: object) -> None:
        if what == "new":
            self.make_round()
        elif isinstance(what, Sample):
            self.score_sample(None, what, _("Home"))

    def flush(self) -> bool:
        """Save what is being typed in a review."""
        saved = [each.flush() for each in (self.mine, self.review, self.sample) if each is not None]
        return all(saved)

    def panes(self) -> list[QWidget]:
        view = self.stack.currentWidget()
        if view in (self.mine, self.rounds) or (view is not None and view in (self.review, self.sample)):
            return ([self.sides] if self.sides.isVisibleTo(self) else []) + view.panes()
        return [view]

    def main(self) -> QWidget:
        view = self.stack.currentWidget()
        if isinstance(view, ReviewView | SampleView):
            return view.sheet.sheet.row or view.back
        return view.main() if view in (self.mine, self.rounds, self.guest) else view

    def find(self) -> None:
        if self.list_view is not self.guest:
            self.show_list()
            self.list_view.find()

    def copy_table(self) -> bool:
        view, focus = self.stack.currentWidget(), QApplication.focusWidget()
        if isinstance(focus, RowsTable) and self.isAncestorOf(focus):
            text = focus.model().as_text()
        else:
            text = view.as_text() if view in (self.mine, self.rounds) else ""
        if text:
            QGuiApplication.clipboard().setText(text)
        return bool(text)


class GuestView(Scroll):
    """For assessors and mentors. score_wanted()."""

    score_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Peer review"), parent)
        self.body.addWidget(Header(_("Peer review")))
        card = Card()
        card.body.addWidget(PlainLabel(_("Nothing for you to do here."), "section"))
        words = _(
            "Participants review each other's work here; programme leads make the rounds and look after them. Your"
            " own view of the work goes into Score."
        )
        card.body.addWidget(PlainLabel(words, "muted"))
        self.go = button(_("Score"), "primary", "clipboard-check")
        self.go.clicked.connect(self.score_wanted)
        card.body.addWidget(flow(self.go))
        self.body.addWidget(card)
        self.body.addStretch(1)

    def main(self) -> QWidget:
        return self.go
