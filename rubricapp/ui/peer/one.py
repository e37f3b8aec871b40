"""One review as its lead reads it, with everything that was written, and by whom."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.i18n import _
from rubricapp.store.assessments import load_assessment
from rubricapp.store.peer_reviews import find_own_review
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.peer.reading import Held, PairRow
from rubricapp.ui.peer.words import BOXES, say_box, say_state
from rubricapp.ui.score.commands import say_value
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, clear, flow, put


class ReviewCard(Card):
    """closed(): put away."""

    closed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.held: Held | None = None
        self.pair: PairRow | None = None
        self.title = PlainLabel("", "section")
        self.state = PlainLabel("", "muted")
        self.body.addWidget(self.title)
        self.body.addWidget(self.state)
        self.words = QWidget()
        column = QVBoxLayout(self.words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.body.addWidget(self.words)
        self.close_button = button(_("Close this review"), "", "x")
        self.close_button.clicked.connect(self._on_close)
        self.body.addWidget(flow(self.close_button))
        self.hide()

    def show_review(self, held: Held, pair: PairRow) -> None:
        """Read it and show it."""
        self.held, self.pair = held, pair
        ws = self.session.ws
        found = load_assessment(ws, pair.assessment)
        self.title.setText(_("{reviewer} on {author}").format(reviewer=pair.reviewer.name, author=pair.author.name))
        self.state.setText(say_state(pair.state))
        clear(self.words.layout())
        for box, text in zip(BOXES, find_own_review(ws, pair.assessment), strict=True):
            self._say(say_box(box), text or _("Nothing written."))
        for criterion in held.rubric.criteria:
            rating = found.rating(criterion.id)
            if rating.is_rated or rating.comment:
                value = rating.level if rating.level is not None else rating.blank
                said = ". ".join(part for part in (say_value(value), rating.comment) if part)
                self._say(f"{criterion.id} {criterion.title}", said)
        self.show()
        self.close_button.setFocus()

    def show_again(self, pairs: list[PairRow]) -> None:
        """What is shown may have changed, or be gone."""
        if self.isHidden() or self.pair is None:
            return
        there = [each for each in pairs if each.assessment == self.pair.assessment]
        if there:
            focus = self.window().focusWidget()
            self.show_review(self.held, there[0])
            if focus is not None and focus is not self.close_button:
                focus.setFocus()
        else:
            self.hide()

    def _say(self, heading: str, text: str) -> None:
        put(self.words.layout(), PlainLabel(heading, "strong"))
        put(self.words.layout(), PlainLabel(text))

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()
