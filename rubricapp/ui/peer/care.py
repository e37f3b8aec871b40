"""For the lead: what authors reported, how useful they found their reviewers, and what they answered."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.model import Person
from rubricapp.i18n import _
from rubricapp.operations import peer_feedback
from rubricapp.operations.peer_feedback import Marked, ReviewerUse
from rubricapp.store.peer_reviews import list_pairs, list_responses
from rubricapp.store.people import list_people
from rubricapp.ui.messages import button
from rubricapp.ui.page import OperationCommand
from rubricapp.ui.peer.reading import Held
from rubricapp.ui.peer.tables import TableCard
from rubricapp.ui.peer.words import say_number, say_place
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import flow
from rubricapp.ui.widgets.rows import Column


class Care(QWidget):
    """review_wanted(id of the assessment): read this one. done(str): said with an Undo."""

    review_wanted = Signal(str)
    done = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.held: Held | None = None
        self.people: dict[str, Person] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.reports = TableCard(
            _("Reported by authors"),
            _("It is gone from the author's feedback already. Enter opens the review; there it can be withheld."),
            (
                Column(_("Author"), lambda each: self._name(each.mark.author)),
                Column(_("Where"), lambda each: say_place(each.mark.place, self.held.rubric)),
                Column(_("What was said"), lambda each: each.text, wide=True),
                Column(_("Why it is reported"), lambda each: each.mark.reported, wide=True),
                Column(_("By"), lambda each: self._name(each.review.review.assessment.assessor)),
                Column(_("Review"), lambda each: _("withheld") if each.review.withheld else _("not withheld")),
            ),
        )
        self.reports.table.chosen.connect(lambda each: self.review_wanted.emit(each.review.review.assessment.id))
        self.read = button(_("Read the review"), "", "book-open")
        self.read.clicked.connect(lambda: self.review_wanted.emit(self._report().review.review.assessment.id))
        self.again = button(_("Show it to the author again"), "", "undo-2")
        self.again.clicked.connect(self._on_again)
        self.reports.body.addWidget(flow(self.read, self.again))
        self.answers = TableCard(
            _("Answers of authors"),
            _("What they changed and what they refused, and why. Reviewers do not read it."),
            (
                Column(_("Author"), lambda each: self._name(each.author)),
                Column(_("Changed"), lambda each: each.changed, wide=True),
                Column(_("Refused, and why"), lambda each: each.refused, wide=True),
            ),
        )
        self.usefulness = TableCard(
            _("How useful reviewers are"),
            _("As authors found what they read, 1 to 4. For training reviewers, for no grade."),
            (
                Column(_("Reviewer"), lambda each: self._name(each.reviewer), wide=True),
                Column(_("Rated"), lambda each: str(each.count), lambda each: each.count, right=True),
                Column(_("Middle"), lambda each: say_number(each.median), lambda each: each.median, right=True),
                Column(_("Lowest"), lambda each: str(each.low), lambda each: each.low, right=True),
                Column(_("Highest"), lambda each: str(each.high), lambda each: each.high, right=True),
            ),
        )
        for each in (self.reports, self.usefulness, self.answers):
            column.addWidget(each)

    def show_round(self, held: Held | None) -> None:
        """What authors did with the feedback of this round; None: none of it may be seen."""
        self.held = held
        ws = self.session.ws
        self.people = {each.id: each for each in list_people(ws)}
        me = self.session.me.id if self.session.me is not None else ""
        reports = peer_feedback.find_reports(ws, held.round) if held else []
        # A lead who takes part is led back to nobody who reviewed them.
        self.reports.show_records([each for each in reports if each.mark.author != me])
        takes_part = held is not None and any(each.author == me for each in list_pairs(ws, held.round))
        shown = held is not None and not takes_part
        used: list[ReviewerUse] = peer_feedback.usefulness_by_reviewer(ws, held.round) if shown else []
        self.usefulness.show_records(sorted(used, key=lambda each: self._name(each.reviewer).casefold()))
        self.answers.show_records(list_responses(ws, held.round) if held else [])
        self.setVisible(any(not each.isHidden() for each in (self.reports, self.usefulness, self.answers)))

    def _name(self, person: str) -> str:
        return self.people[person].name if person in self.people else _("someone")

    def _report(self) -> Marked:
        return self.reports.model.record(max(0, self.reports.table.currentIndex().row()))

    def _on_again(self) -> None:
        found, run, round_ = self._report(), self.session.run, self.held.round
        author, mark = self.people.get(found.mark.author), found.mark
        if author is None:
            return
        by = self.session.me.id if self.session.me is not None else ""
        words = _("Shown to the author again.")
        self.session.undo_stack.push(
            OperationCommand(
                words,
                lambda: run(peer_feedback.take_back_report, round_, author, mark.piece, by),
                lambda: run(peer_feedback.report_piece, round_, author, mark.piece, mark.reported, by),
            )
        )
        self.done.emit(words)

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        return [self.reports.table, self.usefulness.table, self.answers.table]
