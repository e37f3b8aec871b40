"""A participant's side: the reviews one writes, and what peers said of one's own work."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rubricapp.core.model import Person
from rubricapp.i18n import _, ngettext
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import WHOLE, Header, Scroll
from rubricapp.ui.peer.answer import AnswerCard
from rubricapp.ui.peer.feedback import FeedbackCard
from rubricapp.ui.peer.gate import GateCard
from rubricapp.ui.peer.reading import Asked, Held, is_in, read_asked, read_rounds
from rubricapp.ui.peer.words import say_state
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, choice, flow
from rubricapp.ui.widgets.rows import Column, FindBox, RowsModel, RowsTable
from rubricapp.ui.words import say_occasion


def asked_columns() -> tuple[Column, ...]:
    """Of the reviews one was asked for."""
    return (
        Column(_("You review"), lambda asked: asked.author.name, lambda asked: asked.author.sort_key, wide=True),
        Column(_("State"), lambda asked: say_state(asked.state)),
        Column(_("Works to see"), lambda asked: str(asked.works), lambda asked: asked.works, right=True),
    )


class MineView(Scroll):
    """review_wanted(Held, Person): write this one. sample_wanted(Held, Sample): practise on this one.

    home_wanted(): there is nothing to do here. done(str): said with an Undo.
    """

    review_wanted = Signal(object, object)
    sample_wanted = Signal(object, object)
    home_wanted = Signal()
    done = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(_("Peer review"), parent, measure=WHOLE)
        self.session = session
        self.rounds: list[Held] = []
        self.asked: list[Asked] = []
        self.may_begin = True
        self.header = Header(_("Peer review"))
        self.body.addWidget(self.header)
        self.which = choice(_("Round"))
        self.which.activated.connect(lambda _index: self._show_round())
        self.box = FindBox(_("Find among your reviews"), _("Find among your reviews"))
        self.tools = flow(self.which, self.box)
        self.body.addWidget(self.tools)
        self.writing = Card()
        self.writing.body.addWidget(PlainLabel(_("Reviews you write"), "section"))
        self.state = PlainLabel("", "muted")
        self.writing.body.addWidget(self.state)
        self.model = RowsModel(asked_columns(), self)
        self.table = RowsTable(self.model, _("Reviews you write"))
        self.table.grow_to(8)
        self.table.chosen.connect(self._on_chosen)
        self.box.textChanged.connect(self._on_looked_for)
        self.writing.body.addWidget(self.table)
        self.go = button(_("Write the next review"), "primary", "arrow-right")
        self.go.clicked.connect(self._on_go)
        self.writing.body.addWidget(flow(self.go))
        self.gate = GateCard(session)
        self.gate.sample_wanted.connect(lambda sample: self.sample_wanted.emit(self.held, sample))
        self.body.addWidget(self.gate)
        self.body.addWidget(self.writing)
        self.feedback = FeedbackCard(session)
        self.feedback.done.connect(self.done)
        self.feedback.came.connect(self._show_answer)
        self.body.addWidget(self.feedback)
        self.answer = AnswerCard(session)
        self.body.addWidget(self.answer)
        self.nothing = Card()
        self.nothing.body.addWidget(PlainLabel(_("No reviews waiting."), "section"))
        words = _("The programme lead says who reviews whom; then your reviews stand here.")
        self.nothing.body.addWidget(PlainLabel(words, "muted"))
        home = button(_("Go to Home"), "primary", "house")
        home.clicked.connect(self.home_wanted)
        self.nothing.body.addWidget(flow(home))
        self.nothing_go = home
        self.body.addWidget(self.nothing)
        self.body.addStretch(1)

    @property
    def held(self) -> Held | None:
        """The round shown."""
        wanted = self.which.currentData()
        return next((each for each in self.rounds if each.round.id == wanted), None)

    def refresh(self, me: Person) -> None:
        """Read the rounds of this participant."""
        ws = self.session.ws
        rounds = [each for each in read_rounds(ws) if is_in(ws, each, me)]
        mine = {each.round.id: read_asked(ws, each, me) for each in rounds}
        self.rounds = rounds
        kept = self.which.currentData()
        self.which.clear()
        for each in self.rounds:
            self.which.addItem(f"{say_occasion(each.occasion)}  ·  {each.rubric.label}", each.round.id)
        waiting = [n for n, each in enumerate(self.rounds) if any(asked.is_open for asked in mine[each.round.id])]
        place = self.which.findData(kept) if kept else -1
        self.which.setCurrentIndex(place if place >= 0 else (waiting or [len(self.rounds) - 1])[0])
        there = bool(self.rounds)
        for each in (self.tools, self.writing, self.feedback):
            each.setVisible(there)
        if not there:
            self.gate.hide()
            self.answer.hide()
        self.nothing.setVisible(not there)
        self.header.say("")
        if there:
            self._show_round()

    def _show_round(self) -> None:
        ws, me, held = self.session.ws, self.session.me, self.held
        if held is None or me is None:
            return
        self.header.say(f"{say_occasion(held.occasion)}  ·  {held.rubric.label}")
        current = self.current()
        self.asked = read_asked(ws, held, me)
        self.model.set_records(self.asked)
        self._select(current.author.id if current else "")
        still_open = sum(each.is_open for each in self.asked)
        done = len(self.asked) - still_open
        words = ngettext("{k} of {n} is finished.", "{k} of {n} are finished.", len(self.asked))
        secrecy = _("Whom you review cannot see who wrote what; the programme lead can.")
        said = words.format(k=done, n=len(self.asked)) if self.asked else _("You were asked for none in this round.")
        self.state.setText(f"{said} {secrecy}")
        self.table.setVisible(bool(self.asked))
        self.which.setVisible(len(self.rounds) > 1)
        self.box.setVisible(len(self.asked) > 3 or bool(self.box.text()))
        self.may_begin = self.gate.show_round(held, me)
        self._show_go()
        self.feedback.show_round(held, me, still_open)
        self._show_answer()

    def _show_answer(self) -> None:
        self.answer.setVisible(self.feedback.is_open)
        if self.feedback.is_open:
            self.answer.show_answer(self.held, self.session.me)

    def _show_go(self) -> None:
        """A round that is closed takes no more; before calibration one goes on only with what was begun."""
        waiting = [each for each in self.asked if each.is_open and (self.may_begin or each.state is not None)]
        self.go.setVisible(bool(waiting) and not self.held.round.closed_on)

    def flush(self) -> bool:
        """Save what is being typed."""
        return self.feedback.flush() and self.answer.flush()

    def current(self) -> Asked | None:
        """The review the table stands at."""
        index = self.table.currentIndex()
        return self.model.record(index.row()) if index.isValid() and index.row() < self.model.rowCount() else None

    def _select(self, author: str) -> None:
        if self.model.rowCount():
            row = self.model.row_of(lambda asked: asked.author.id == author)
            self.table.setCurrentIndex(self.model.index(max(0, row), 0))

    def _on_looked_for(self, text: str) -> None:
        self.model.look_for(text)
        self._select("")

    def _on_chosen(self, asked: Asked) -> None:
        if self.may_begin or asked.state is not None:
            self.review_wanted.emit(self.held, asked.author)
        else:
            self.gate.go_on()

    def _on_go(self) -> None:
        """The one begun, else the first that is not finished."""
        waiting = [each for each in self.asked if each.is_open and (self.may_begin or each.state is not None)]
        begun = [each for each in waiting if each.state is not None]
        if waiting:
            self.review_wanted.emit(self.held, (begun or waiting)[0].author)

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        feedback = (self.feedback.open, self.feedback.as_table, *(each.useful for each in self.feedback.pieces[:1]))
        answer = self.answer.texts["changed"]
        parts = [self.which, self.gate.table, self.table, self.go, *feedback, answer, self.nothing_go]
        return [each for each in parts if each.isVisibleTo(self)]

    def main(self) -> QWidget:
        return self.table if self.table.isVisibleTo(self) else self.nothing_go

    def find(self) -> None:
        self.box.show()
        self.box.setFocus()
        self.box.selectAll()

    def as_text(self) -> str:
        """The numbers of the feedback where they are open, else the reviews one writes."""
        shown = self.feedback.model if self.feedback.model.rowCount() else self.model
        return shown.as_text() if self.rounds else ""
