"""The lead's side: who reviews whom and how far they are, who falls short, and one review to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from rubricapp.core.peer_scores import FEWEST
from rubricapp.i18n import _, ngettext
from rubricapp.operations import peer_review
from rubricapp.operations.peer_review import Round
from rubricapp.ui.dates import say_day
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import WHOLE, Header, OperationCommand, Scroll
from rubricapp.ui.peer.care import Care
from rubricapp.ui.peer.one import ReviewCard
from rubricapp.ui.peer.reading import Held, PairRow, find_shortfalls, read_pairs, read_rounds
from rubricapp.ui.peer.words import say_state
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, choice, flow
from rubricapp.ui.widgets.rows import Column, FindBox, RowsModel, RowsTable
from rubricapp.ui.words import say_occasion


def pair_columns(is_hidden: Callable[[PairRow], bool]) -> tuple[Column, ...]:
    """Of who reviews whom. is_hidden: whether the reviewer is not for whoever sits here."""

    def reviewer(pair: PairRow) -> str:
        return _("hidden from you") if is_hidden(pair) else pair.reviewer.name

    return (
        Column(
            _("Reviewer"),
            reviewer,
            lambda pair: (is_hidden(pair), () if is_hidden(pair) else pair.reviewer.sort_key),
            wide=True,
        ),
        Column(_("Reviews"), lambda pair: pair.author.name, lambda pair: pair.author.sort_key, wide=True),
        Column(_("State"), lambda pair: say_state(pair.state)),
    )


class RoundsView(Scroll):
    """making_wanted(): make a round. samples_wanted(): calibration. people_wanted(): nobody is there yet.

    notice(str). done(str): said with an Undo.
    """

    making_wanted = Signal()
    samples_wanted = Signal()
    people_wanted = Signal()
    notice = Signal(str)
    done = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(_("Rounds of peer review"), parent, measure=WHOLE)
        self.session = session
        self.rounds: list[Held] = []
        self.pairs: list[PairRow] = []
        self.notes: dict[str, tuple[str, ...]] = {}
        self.header = Header(_("Peer review"))
        self.new = button(_("New round…"), "", "plus")
        self.new.clicked.connect(self.making_wanted)
        self.samples = button(_("Calibration…"), "", "scale")
        self.samples.clicked.connect(self.samples_wanted)
        self.header.set_acts(self.samples, self.new)
        self.body.addWidget(self.header)
        self.which = choice(_("Round"))
        self.which.activated.connect(lambda _index: self._show_round())
        self.box = FindBox(_("Find a name"), _("Find a name in the round"))
        self.box.textChanged.connect(self._on_looked_for)
        self.tools = flow(self.which, self.box)
        self.body.addWidget(self.tools)
        self.state = PlainLabel("", "muted")
        self.body.addWidget(self.state)
        self.short = Card(look="warning_box", margin=14, spacing=4)
        self.short_words = PlainLabel()
        self.short.body.addWidget(PlainLabel(_("What to know"), "strong"))
        self.short.body.addWidget(self.short_words)
        self.body.addWidget(self.short)
        self.model = RowsModel(pair_columns(self.is_hidden), self)
        self.table = RowsTable(self.model, _("Who reviews whom"))
        self.table.allow_sorting()
        self.table.keep_rows(5)
        self.table.chosen.connect(self._on_chosen)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_acts())
        self.body.addWidget(self.table, 1)
        self.read = button(_("Read this review"), "", "book-open")
        self.read.clicked.connect(lambda: self._on_chosen(self.current()))
        self.close_round = button(_("Close the round"), "", "lock")
        self.close_round.clicked.connect(lambda: self._stand("close"))
        self.end_round = button(_("End the round"), "", "lock")
        self.end_round.clicked.connect(lambda: self._stand("end"))
        self.open_round = button(_("Open it again"), "", "lock-open")
        self.open_round.clicked.connect(lambda: self._stand("open"))
        self.acts = flow(self.read, self.close_round, self.end_round, self.open_round)
        self.body.addWidget(self.acts)
        self.who_first = PlainLabel(_("Say who you are on Home to read reviews: programme leads may."), "small muted")
        self.body.addWidget(self.who_first)
        self.one = ReviewCard(session)
        self.one.closed.connect(self.table.setFocus)
        self.one.notice.connect(self.notice)
        self.body.addWidget(self.one)
        self.care = Care(session)
        self.care.review_wanted.connect(self._on_review_wanted)
        self.care.done.connect(self.done)
        self.body.addWidget(self.care)
        self.nothing = Card()
        self.nothing_words = PlainLabel("", "section")
        self.nothing.body.addWidget(self.nothing_words)
        text = _("In a round, participants review each other’s works; authors never see who wrote what.")
        self.nothing_more = PlainLabel(text, "muted")
        self.nothing.body.addWidget(self.nothing_more)
        self.nothing_go = button(_("Make a round"), "primary", "plus")
        self.nothing_go.clicked.connect(self._on_nothing)
        self.nothing.body.addWidget(flow(self.nothing_go))
        self.body.addWidget(self.nothing)
        self.body.addStretch(0)
        self._people = 0

    @property
    def held(self) -> Held | None:
        """The round shown."""
        wanted = self.which.currentData()
        return next((each for each in self.rounds if each.round.id == wanted), None)

    def refresh(self, people: int) -> None:
        """Read the rounds. people: participants there are."""
        self._people = people
        self.rounds = read_rounds(self.session.ws)
        kept = self.which.currentData()
        self.which.clear()
        for each in self.rounds:
            self.which.addItem(f"{say_occasion(each.occasion)}  ·  {each.rubric.label}", each.round.id)
        place = self.which.findData(kept) if kept else -1
        self.which.setCurrentIndex(place if place >= 0 else len(self.rounds) - 1)
        there = bool(self.rounds)
        for each in (self.tools, self.state, self.table, self.new, self.acts):
            each.setVisible(there)
        self.nothing.setVisible(not there)
        if there:
            self._show_round()
            return
        for each in (self.short, self.one, self.care, self.who_first):
            each.hide()
        self.model.set_records([])
        self.header.say("")
        words = _("No round of peer review yet.") if people else _("Nobody here yet: add people first.")
        self.nothing_words.setText(words)
        self.nothing_more.setVisible(bool(people))
        go = _("Make a round") if people else _("Add people")
        self.nothing_go.setText(f"\N{THIN SPACE}{go}")
        self.nothing_go.setAccessibleName(go)

    def show_round(self, record: str, notes: tuple[str, ...]) -> None:
        """Show the round that was just made. notes: what had to give way."""
        self.notes[record] = notes
        self.which.setCurrentIndex(max(0, self.which.findData(record)))
        self._show_round()

    def _show_round(self) -> None:
        held = self.held
        if held is None:
            return
        current = self.current()
        self.pairs = sorted(read_pairs(self.session.ws, held), key=self.is_hidden)
        self.model.set_records(self.pairs)
        self._select(current)
        done = sum(pair.state not in (None, "draft") for pair in self.pairs)
        self.header.say(f"{say_occasion(held.occasion)}  ·  {held.rubric.label}")
        self.state.setText(
            "  ·  ".join(
                (
                    ngettext("{k} of {n} review finished", "{k} of {n} reviews finished", len(self.pairs)).format(
                        k=done, n=len(self.pairs)
                    ),
                    ngettext("{n} for each person", "{n} for each person", held.round.reviews).format(
                        n=held.round.reviews
                    ),
                    _("seed {seed}").format(seed=held.round.seed),
                )
            )
            + "\n"
            + self._say_standing(held)
        )
        self._show_shortfalls(held)
        self.one.show_again(self.pairs)
        if not self.may_read:
            self.one.hide()
        self.who_first.setVisible(not self.may_read)
        self.care.show_round(held if self.may_read else None)
        closed, ended = bool(held.round.closed_on), bool(held.round.ended_on)
        self.close_round.setVisible(not closed)
        self.end_round.setVisible(closed and not ended)
        self.open_round.setVisible(closed)
        for each in (self.close_round, self.end_round, self.open_round, self.new):
            each.setEnabled(not self.session.ws.read_only)
        self._show_acts()

    def is_hidden(self, pair: PairRow) -> bool:
        """A lead who takes part is not told who reviews them."""
        return self.session.me is not None and pair.author.id == self.session.me.id

    @property
    def may_read(self) -> bool:
        """Whether what reviews say may be shown: to somebody who is named, and a lead."""
        return self.session.me is not None

    def _say_standing(self, held: Held) -> str:
        found = held.round
        if found.ended_on:
            said = _("Ended on {day}: no more reviews, no more answers.").format(day=say_day(found.ended_on))
        elif found.closed_on:
            said = _("Closed on {day}: no more reviews; authors still answer.").format(day=say_day(found.closed_on))
        else:
            said = _(
                "Open. An author's feedback opens when all reviews of their work are there, or you close the round."
            )
        gate = _("Calibration comes first.") if found.needs_calibration else ""
        return " ".join(part for part in (said, gate, _("Authors never see who reviewed them; you do.")) if part)

    def _stand(self, act: str) -> None:
        """Close, end or open the round; Undo puts it back as it was."""
        run, before = self.session.run, self.held.round
        author = self.session.me.id if self.session.me is not None else ""

        def now() -> Round:
            return next(each.round for each in self.rounds if each.round.id == before.id)

        def put_back() -> None:
            run(peer_review.reopen_round, before, author)
            if before.ended_on:
                run(peer_review.end_round, replace(before, ended_on=""), author)
            elif before.closed_on:
                run(peer_review.close_round, replace(before, closed_on=""), author)

        verbs = {
            "close": (peer_review.close_round, _("The round is closed: feedback opens with what is there.")),
            "end": (peer_review.end_round, _("The round is ended.")),
            "open": (peer_review.reopen_round, _("The round takes reviews and answers again.")),
        }
        verb, words = verbs[act]
        self.session.undo_stack.push(OperationCommand(words, lambda: run(verb, now(), author), put_back))
        if now() != before:
            self.table.setFocus()
            self.done.emit(words)

    def _on_review_wanted(self, review: str) -> None:
        self._on_chosen(next((pair for pair in self.pairs if pair.assessment == review), None))

    def _show_shortfalls(self, held: Held) -> None:
        """What had to give way, said when the round was made; after that who has fewer, as the table shows."""
        said = list(self.notes.get(held.round.id, ()))
        if not said:
            said = [
                _("{name} writes {writes} and receives {receives} of {n}.").format(
                    name=each.person.name, writes=each.writes, receives=each.receives, n=held.round.reviews
                )
                for each in find_shortfalls(self.session.ws, held, self.pairs)
            ]
        if held.round.reviews < FEWEST:
            said.append(
                _("With fewer than {n} reviews for each person, feedback never opens: nobody could be hidden.").format(
                    n=FEWEST
                )
            )
        self.short_words.setText("\n".join(said))
        self.short.setVisible(bool(said))

    def current(self) -> PairRow | None:
        """The pair the table stands at."""
        index = self.table.currentIndex()
        return self.model.record(index.row()) if index.isValid() and index.row() < self.model.rowCount() else None

    def _select(self, pair: PairRow | None) -> None:
        if self.model.rowCount():
            wanted = (pair.reviewer.id, pair.author.id) if pair else None
            row = self.model.row_of(lambda each: (each.reviewer.id, each.author.id) == wanted)
            self.table.setCurrentIndex(self.model.index(max(0, row), 0))

    def _show_acts(self) -> None:
        pair = self.current()
        self.read.setVisible(pair is not None and self.may_read)
        self.read.setEnabled(pair is not None and bool(pair.assessment) and not self.is_hidden(pair))

    def _on_looked_for(self, text: str) -> None:
        self.model.look_for(text)
        self._select(None)
        self._show_acts()

    def _on_chosen(self, pair: PairRow | None) -> None:
        if pair is not None and pair.assessment and self.may_read and not self.is_hidden(pair):
            self.one.show_review(self.held, pair)
            QTimer.singleShot(0, self.one, lambda: self.show_from_top(self.one))

    def _on_nothing(self) -> None:
        (self.making_wanted if self._people else self.people_wanted).emit()

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        parts = [self.new, self.which, self.table, self.one.close_button, *self.care.panes(), self.nothing_go]
        return [each for each in parts if each.isVisibleTo(self)]

    def main(self) -> QWidget:
        return self.table if self.table.isVisibleTo(self) else self.nothing_go

    def find(self) -> None:
        self.box.setFocus()
        self.box.selectAll()

    def as_text(self) -> str:
        """Who reviews whom, as a table; "" without a round."""
        return self.model.as_text() if self.rounds else ""
