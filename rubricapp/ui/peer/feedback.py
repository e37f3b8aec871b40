"""What peers said of one: middle, spread and count of each criterion, and their words, shuffled. No name, no order."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.model import Person
from rubricapp.core.peer_scores import FEWEST, PeerCriterion, PeerFeedback, Piece
from rubricapp.i18n import _, ngettext
from rubricapp.operations import peer_feedback, peer_review
from rubricapp.operations.peer_feedback import PieceMark
from rubricapp.store.given_feedback import find_given
from rubricapp.store.kits import load_home
from rubricapp.store.peer_reviews import find_opening, list_piece_marks, list_reviews
from rubricapp.ui import theme
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import OperationCommand
from rubricapp.ui.peer.pieces import PieceCard
from rubricapp.ui.peer.reading import Held
from rubricapp.ui.peer.words import say_number, say_place
from rubricapp.ui.score import looks
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, clear, flow, put
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable
from rubricapp.ui.widgets.spread_chart import SpreadChart, SpreadRow


def say_criterion(found: PeerCriterion) -> str:
    """Middle, spread and count of one criterion in words."""
    if found.median is None:
        return _("too few levels")
    levels = ngettext("{n} level", "{n} levels", found.count).format(n=found.count)
    middle = say_number(found.median)
    if found.low != found.high:
        middle = _("{median}, from {low} to {high}").format(median=middle, low=found.low, high=found.high)
    return f"{middle}  ·  {levels}"


class FeedbackCard(Card):
    """Says why there is nothing yet, or shows all there is. done(str): said with an Undo. came(): it was opened."""

    done = Signal(str)
    came = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.held: Held | None = None
        self.me: Person | None = None
        self.is_open = False
        self.pieces: list[PieceCard] = []
        self._shown: tuple | None = None
        self.title = PlainLabel(_("What peers said of you"), "section")
        self.state = PlainLabel("", "muted")
        self.open = button(_("Read what peers said"), "primary", "eye")
        self.open.clicked.connect(self._on_open)
        self.body.addWidget(self.title)
        self.body.addWidget(self.state)
        self.opening = flow(self.open)
        self.body.addWidget(self.opening)
        self.numbers = QWidget()
        column = QVBoxLayout(self.numbers)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        self.chart = SpreadChart(_("Levels that peers chose, by criterion"), looks.paints(5))
        column.addWidget(self.chart)
        self.model = RowsModel(self._columns(), self)
        self.table = RowsTable(self.model, _("Levels that peers chose, as a table"))
        self.table.setWordWrap(True)
        self.table.grow_to(14)
        self.as_table = button(_("Show as table"), "", "list")
        self.as_table.setCheckable(True)
        self.as_table.toggled.connect(self._on_as_table)
        column.addWidget(self.table)
        column.addWidget(flow(self.as_table))
        self.table.hide()
        self.body.addWidget(self.numbers)
        self.words = QWidget()
        QVBoxLayout(self.words).setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.words)
        theme.look().changed.connect(self._dress)

    def _columns(self) -> tuple[Column, ...]:
        def number(level: int | None) -> str:
            return "" if level is None else str(level)

        return (
            Column(_("Criterion"), lambda each: self._place(each.criterion), wide=True),
            Column(_("Middle"), lambda each: say_number(each.median) or _("too few levels"), right=True),
            Column(_("Lowest"), lambda each: number(each.low), right=True),
            Column(_("Highest"), lambda each: number(each.high), right=True),
            Column(_("Levels"), lambda each: str(each.count or ""), right=True),
        )

    def _place(self, place: str) -> str:
        return say_place(place, self.held.rubric)

    # What is shown

    def show_round(self, held: Held, me: Person, still_open: int) -> None:
        """Of this round. still_open: one's own reviews that are not finished."""
        self.flush()
        self.held, self.me = held, me
        ws = self.session.ws
        ready = False
        if find_opening(ws, held.round, me.id) is not None or find_given(ws, held.round.id, me.id) is not None:
            self._show(peer_review.feedback_for(ws, held.round, me))
            return
        if still_open:
            said = ngettext(
                "This opens when your own reviews are finished: {n} is still open.",
                "This opens when your own reviews are finished: {n} are still open.",
                still_open,
            ).format(n=still_open)
            if held.round.closed_on:
                said += " " + _("The round is closed; the programme lead can open it again for you.")
        elif load_home(ws) is not None:
            said = _(
                "Your kit did not bring what peers said: it was not open yet, or there were fewer than {n} reviews."
                " Hand in your own reviews, and open the next kit that your programme lead makes for you."
            ).format(n=FEWEST)
        elif peer_review.is_complete(ws, held.round, me.id) and len(list_reviews(ws, held.round, me.id)) >= FEWEST:
            said = _("It is ready. Once you have read it, it stays as it is then, whatever comes or changes later.")
            ready = True
        else:
            said = _(
                "Not yet. It opens when the reviews of your work are finished, or when the programme lead closes the"
                " round, and only from {n} reviews up, so that nobody can guess who said what. Nothing is lost."
            ).format(n=FEWEST)
        self.state.setText(said)
        self.opening.setVisible(ready)
        self.open.setEnabled(not ws.read_only)
        self._forget()

    def flush(self) -> bool:
        """Write what waits."""
        for card in list(self.pieces):
            card.flush()
        return True

    def _forget(self) -> None:
        self.is_open = False
        self._shown = None
        self.pieces = []
        self.model.set_records([])
        self.numbers.hide()
        self.words.hide()
        clear(self.words.layout())

    def _on_open(self) -> None:
        found = self.session.run(peer_review.feedback_for, self.held.round, self.me)
        if found is not None and found.enough:
            self._show(found)
            self.came.emit()
            self.as_table.setFocus()

    def _show(self, found: PeerFeedback) -> None:
        ws, rubric = self.session.ws, self.held.rubric
        self.is_open = True
        self.opening.hide()
        self.state.setText(
            ngettext("From {n} review.", "From {n} reviews.", found.reviews).format(n=found.reviews)
            + " "
            + _("You cannot see who wrote what; the programme lead can. The order says nothing.")
        )
        self.model.set_records(found.criteria)
        rows = tuple(self._row(each) for each in found.criteria)
        self.chart.show_rows(rows, rubric.top_level)
        self.numbers.show()
        self.words.show()
        pieces = peer_feedback.list_pieces(ws, self.held.round, self.me)
        reported = [each for each in list_piece_marks(ws, self.held.round, self.me.id) if each.reported]
        shown = (self.held.round.id, self.me.id, [piece for piece, _useful in pieces], reported)
        if shown == self._shown:  # the cards stay, and the keyboard with them
            for card, (_piece, useful) in zip(self.pieces, pieces, strict=True):
                card.set_useful(useful)
            return
        self._shown = shown
        stay = {card.piece: card for card in self.pieces if card.piece in dict(pieces)}
        for card in stay.values():  # those that stay are not made again: there may be a hundred
            self.words.layout().removeWidget(card)
        clear(self.words.layout())
        self.pieces = []
        place = ""
        for piece, useful in pieces:
            if piece.place != place:
                place = piece.place
                put(self.words.layout(), PlainLabel(self._place(place), "label"))
            if piece in stay:
                stay[piece].set_useful(useful)
                self.pieces.append(stay[piece])
                put(self.words.layout(), stay[piece])
            else:
                self._add(piece, useful)
        last: QWidget = self.as_table
        for card in self.pieces:
            last = card.chain(last)
        if reported:
            put(self.words.layout(), PlainLabel(_("You reported"), "label"))
        for mark in reported:
            self._add_reported(mark)

    def _row(self, found: PeerCriterion) -> SpreadRow:
        middle = float(found.median) if found.median is not None else None
        return SpreadRow(self._place(found.criterion), found.low, middle, found.high, say_criterion(found))

    def _add(self, piece: Piece, useful: int | None) -> None:
        card = PieceCard(piece, useful)
        card.lock(self.session.ws.read_only)
        card.rated.connect(lambda usefulness: self._rate(card, usefulness))
        card.reported.connect(lambda reason: self._report(piece, reason))
        self.pieces.append(card)
        put(self.words.layout(), card)

    def _add_reported(self, mark: PieceMark) -> None:
        card = Card(look="raised", margin=10, spacing=4)
        card.body.addWidget(PlainLabel(f"{self._place(mark.place)}: {mark.reported}", "muted"))
        back = button(_("Take the report back"), "quiet", "undo-2")
        back.setAccessibleName(_("Take the report back: {reason}").format(reason=mark.reported))
        back.clicked.connect(lambda: self._take_back(mark))
        card.body.addWidget(flow(back))
        put(self.words.layout(), card)

    # What the author says of it

    def _rate(self, card: PieceCard, usefulness: int | None) -> None:
        run, held, me = self.session.run, self.held, self.me
        if run(peer_feedback.rate_piece, held.round, me, card.piece.id, usefulness) is None:
            self.show_round(held, me, 0)  # what is on the disk, not what was wished

    def _report(self, piece: Piece, reason: str) -> None:
        run, held, me = self.session.run, self.held, self.me

        def report() -> None:
            run(peer_feedback.report_piece, held.round, me, piece.id, reason)

        def take_back() -> None:
            run(peer_feedback.take_back_report, held.round, me, piece.id)

        self._do(_("Reported. The programme lead sees it."), report, take_back)

    def _take_back(self, mark: PieceMark) -> None:
        run, held, me = self.session.run, self.held, self.me
        self._do(
            _("The report is taken back."),
            lambda: run(peer_feedback.take_back_report, held.round, me, mark.piece),
            lambda: run(peer_feedback.report_piece, held.round, me, mark.piece, mark.reported),
        )

    def _do(self, words: str, do: object, back: object) -> None:
        """Do it, and say it with an Undo if it was done."""
        before = self._shown
        self.session.undo_stack.push(OperationCommand(words, do, back))
        if self._shown != before:
            self.as_table.setFocus()
            self.done.emit(words)

    def _dress(self) -> None:
        self.chart.set_paints(looks.paints(self.chart.top))

    def _on_as_table(self, on: bool) -> None:
        self.table.setVisible(on)
        self.chart.setVisible(not on)
        if on:
            self.table.fit()
