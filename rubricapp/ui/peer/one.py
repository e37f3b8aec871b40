"""One review as its lead reads it, with everything that was written, and by whom; withheld, or given back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.model import AssessmentState
from rubricapp.core.peer_scores import BOXES
from rubricapp.i18n import _
from rubricapp.operations import peer_feedback, peer_review
from rubricapp.store.assessments import load_assessment
from rubricapp.store.peer_reviews import find_opening, find_own_review, list_written
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.peer.reading import Held, PairRow, is_rating
from rubricapp.ui.peer.tables import TableCard, beside_columns
from rubricapp.ui.peer.words import say_box, say_place, say_state
from rubricapp.ui.score.commands import say_value
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, clear, flow, put


class ReviewCard(Card):
    """closed(): put away. notice(str)."""

    closed = Signal()
    notice = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.held: Held | None = None
        self.pair: PairRow | None = None
        self.is_withheld = False
        self.title = PlainLabel("", "section")
        self.state = PlainLabel("", "muted")
        self.body.addWidget(self.title)
        self.body.addWidget(self.state)
        self.keep_back = button(_("Withhold…"), "", "eye-off")
        self.keep_back.clicked.connect(self._on_ask)
        self.close_button = button(_("Close this review"), "", "x")
        self.close_button.clicked.connect(self._on_close)
        self.body.addWidget(flow(self.keep_back, self.close_button))
        self.about = PlainLabel("", "muted")
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.reason.setPlaceholderText(_("Reason"))
        self.reason.setAccessibleName(_("Reason"))
        self.reason.setMinimumWidth(self.fontMetrics().averageCharWidth() * 34)
        self.reason.returnPressed.connect(self._on_send)
        self.also_read = QCheckBox(_("Take its words out of what was read, too"))
        self.send = button(_("Withhold it"), "danger", "eye-off")
        self.send.clicked.connect(self._on_send)
        self.reason.textChanged.connect(lambda text: self.send.setEnabled(bool(text.strip())))
        self.leave = button(_("Leave it as it is"))
        self.leave.clicked.connect(self._on_leave)
        self.asking = flow(self.reason, self.send, self.leave)
        for each in (self.about, self.also_read, self.asking):
            self.body.addWidget(each)
        self.words = QWidget()
        column = QVBoxLayout(self.words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.body.addWidget(self.words)
        self.beside = TableCard(
            _("Peers and assessors"),
            _("Side by side, never mixed: the middle of all peers’ levels, the mean of the assessors’."),
            beside_columns(self._title),
        )
        self.body.addWidget(self.beside)
        self._ask(False)
        self.hide()

    def show_review(self, held: Held, pair: PairRow, focus: bool = True) -> None:
        """Read it and show it."""
        self.held, self.pair = held, pair
        ws = self.session.ws
        found = load_assessment(ws, pair.assessment)
        written = {each.review.assessment.id: each for each in list_written(ws, held.round, pair.author.id)}
        standing = written.get(found.id)
        self.is_withheld = standing is not None and bool(standing.withheld)
        self.title.setText(_("{reviewer} on {author}").format(reviewer=pair.reviewer.name, author=pair.author.name))
        state = say_state(pair.state)
        if self.is_withheld:
            what = _("withheld, also from what was read") if standing.withheld == 2 else _("withheld")
            state = f"{state}  ·  {what}: {standing.reason}"
        elif standing is not None and standing.reason:
            state = f"{state}  ·  " + _("given back: {reason}").format(reason=standing.reason)
        self.state.setText(state)
        clear(self.words.layout())
        for box, text in zip(BOXES, find_own_review(ws, pair.assessment), strict=True):
            self._say(say_box(box), text or _("Nothing written."))
        for criterion in held.rubric.criteria:
            rating = found.rating(criterion.id)
            if rating.is_rated or rating.comment:
                value = rating.level if rating.level is not None else rating.blank
                said = ". ".join(part for part in (say_value(value), rating.comment) if part)
                self._say(f"{criterion.id} {criterion.title}", said)
        hidden = is_rating(ws, held, pair.author, self.session.me)
        shown = () if hidden else peer_feedback.peers_beside_assessors(ws, held.round, pair.author)
        self.beside.show_records(list(shown) if any(each.assessors for each in shown) else [])
        words = _("Give it back…") if self.is_withheld else _("Withhold…")
        self.keep_back.setText(f"\N{THIN SPACE}{words}")
        self.keep_back.setAccessibleName(words)
        self.keep_back.setVisible(pair.state not in (None, AssessmentState.DRAFT))
        self.keep_back.setEnabled(not ws.read_only)
        self._ask(False)
        self.show()
        if focus:
            self.close_button.setFocus()

    def _title(self, criterion: str) -> str:
        return say_place(criterion, self.held.rubric)

    def show_again(self, pairs: list[PairRow]) -> None:
        """What is shown may have changed, or be gone."""
        if self.isHidden() or self.pair is None:
            return
        there = [each for each in pairs if each.assessment == self.pair.assessment]
        if there:
            self.show_review(self.held, there[0], focus=False)
        else:
            self.hide()

    def _say(self, heading: str, text: str) -> None:
        put(self.words.layout(), PlainLabel(heading, "strong"))
        put(self.words.layout(), PlainLabel(text))

    def _ask(self, asking: bool) -> None:
        read = asking and find_opening(self.session.ws, self.held.round, self.pair.author.id) is not None
        self.about.setVisible(asking)
        self.asking.setVisible(asking)
        self.also_read.setVisible(asking and read and not self.is_withheld)

    def _on_ask(self) -> None:
        self.reason.clear()
        self.also_read.setChecked(False)
        self.send.setEnabled(False)
        back = self.is_withheld
        words = _("Give it back") if back else _("Withhold it")
        self.send.setText(f"\N{THIN SPACE}{words}")
        self.send.setAccessibleName(words)
        about = _("The review and your reason are kept. It counts as one that never came.")
        if find_opening(self.session.ws, self.held.round, self.pair.author.id) is not None:
            about += " " + _(
                "The author has read it already. What vanishes from there together shows them that it belongs together."
            )
        self.about.setText(_("Say why it is given back.") if back else about)
        self._ask(True)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_send(self) -> None:
        reason = self.reason.text()
        if not reason.strip():
            return
        author = self.session.me.id if self.session.me is not None else ""
        also = self.also_read.isChecked() and self.also_read.isVisible()
        back = self.is_withheld
        run = self.session.run
        if run(peer_review.withhold, self.pair.assessment, reason, author, not back, also) is not None:
            self.notice.emit(_("Given back.") if back else _("Withheld. The review is kept."))
            self.keep_back.setFocus()

    def _on_leave(self) -> None:
        self._ask(False)
        self.keep_back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.asking.isVisible():
            self._on_leave()
        else:
            self._on_close()
