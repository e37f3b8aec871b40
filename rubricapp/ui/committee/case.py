"""One case: last time's plan first, then what to have read, one's own vote, all votes once shown, the decision.

The fields of a vote hold nobody's but one's own, and are filled anew whenever somebody else sits down.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from rubricapp.core.model import Changes, Person
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations import committee
from rubricapp.ui.committee.listing import case_columns
from rubricapp.ui.committee.reading import CaseRow, Read, read_case, say_votes
from rubricapp.ui.committee.voting import MembersForm
from rubricapp.ui.dates import say_day
from rubricapp.ui.leading import leads
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, confirm
from rubricapp.ui.page import Header, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.growing_text import GrowingText
from rubricapp.ui.widgets.layouts import Card, Field, flow, row
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable


class CaseView(Scroll):
    """left(): back to the list. case_wanted(id). person_wanted(Person, tab). notice(str). done(str): with an Undo."""

    left = Signal()
    case_wanted = Signal(str)
    person_wanted = Signal(object, str)
    notice = Signal(str)
    done = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(_("One case"), parent)
        self.session = session
        self.read: Read | None = None
        self._filled = self._seen = ("", "")
        self._known: tuple[str, ...] = ()
        self._drafts: dict[tuple[str, str], tuple[str, ...]] = {}
        self.back = button(_("All cases"), "quiet back", "arrow-left")
        self.back.clicked.connect(self.left)
        self.body.addLayout(row(self.back, 1))
        self.header = Header("")
        # Where the page begins, whichever way the name is written.
        start = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        self.header.title.setAlignment(start | Qt.AlignmentFlag.AlignAbsolute)
        self.body.addWidget(self.header)
        self.error = ErrorCard()
        self.body.addWidget(self.error)
        self._make_last()
        self._make_reading()
        self._make_vote()
        self._make_decision()
        self._make_history()
        self.body.addStretch(1)

    # The cards

    def _make_last(self) -> None:
        self.last = Card()
        self.last_title = PlainLabel("", "section")
        self.last_plan = PlainLabel("", "strong")
        self.last_words = PlainLabel("", "muted")
        for each in (self.last_title, self.last_plan, self.last_words):
            self.last.body.addWidget(each)
        self.body.addWidget(self.last)

    def _make_reading(self) -> None:
        card = Card()
        card.body.addWidget(PlainLabel(_("To have read"), "section"))
        self.reading = PlainLabel()
        self.meetings_title = PlainLabel(_("Meetings with the mentor"), "label")
        self.meetings = PlainLabel()
        for each in (self.reading, self.meetings_title, self.meetings):
            card.body.addWidget(each)
        self.ways = []
        for text, tab, icon in (
            (_("Scores"), "scores", "chart-no-axes-column"),
            (_("Works"), "portfolio", "film"),
            (_("Timeline"), "timeline", "clock"),
        ):
            go = button(text, "", icon)
            go.setAccessibleDescription(_("On the participant’s page"))
            go.clicked.connect(lambda _checked=False, tab=tab: self.person_wanted.emit(self.read.participant, tab))
            self.ways.append(go)
        card.body.addWidget(flow(*self.ways))
        self.body.addWidget(card)

    def _make_vote(self) -> None:
        card = Card()
        card.body.addWidget(PlainLabel(_("The vote"), "section"))
        self.state = PlainLabel("", "strong")
        self.who = PlainLabel("", "muted")
        self.word = QLineEdit()
        self.word.setMaxLength(committee.LONGEST_VOTE)
        self.word.returnPressed.connect(self._on_vote)
        self.word_field = Field(_("Your vote"), self.word, _("A word or a few: pass, pass with conditions, not yet."))
        self.note = GrowingText(_("Your note"))
        self.note_field = Field(_("Your note"), self.note, _("Shown with your vote, once all votes are."))
        self.vote = button(_("Vote"), "primary", "check")
        self.vote.clicked.connect(self._on_vote)
        self.close_vote = button(_("Close the vote and show it…"), "", "eye")
        self.close_vote.clicked.connect(self._on_close)
        columns = (
            Column(_("Member"), lambda each: self.read.names.get(each.member, each.member)),
            Column(_("Vote"), lambda each: each.vote),
            Column(_("Note"), lambda each: each.note, wide=True),
        )
        self.votes_model = RowsModel(columns, self)
        self.votes = RowsTable(self.votes_model, _("Votes"))
        self.votes.setWordWrap(True)
        self.votes.grow_to(12)
        for each in (self.state, self.who, self.votes, self.word_field, self.note_field):
            card.body.addWidget(each)
        card.body.addWidget(flow(self.vote, self.close_vote))
        self.members = MembersForm(self.session)
        self.members.done.connect(self.done)
        card.body.addWidget(self.members)
        self.body.addWidget(card)

    def _make_decision(self) -> None:
        card = Card()
        card.body.addWidget(PlainLabel(_("The decision"), "section"))
        self.decided = PlainLabel("", "muted")
        self.decision = QLineEdit()
        self.decision.setMaxLength(2000)
        self.rationale, self.plan = GrowingText(_("Why")), GrowingText(_("Plan until the next time"))
        self.reason = QLineEdit()
        self.reason.setMaxLength(2000)
        self.decision_fields = [
            Field(_("Decision"), self.decision),
            Field(_("Why"), self.rationale),
            Field(_("Plan until the next time"), self.plan, _("The next committee reads this first.")),
        ]
        self.reason_field = Field(_("Why it is changed"), self.reason, _("Kept in the history."))
        self.keep = button(_("Keep the decision"), "primary", "check")
        self.keep.clicked.connect(self._on_decide)
        for each in (self.decided, *self.decision_fields, self.reason_field):
            card.body.addWidget(each)
        card.body.addWidget(flow(self.keep))
        self.body.addWidget(card)

    def _make_history(self) -> None:
        self.history = Card()
        self.history.body.addWidget(PlainLabel(_("All cases of this participant"), "label"))
        self.history_model = RowsModel(case_columns(with_person=False), self)
        self.history_table = RowsTable(self.history_model, _("All cases of this participant"))
        self.history_table.grow_to(6)
        self.history_table.chosen.connect(lambda each: self.case_wanted.emit(each.case.id))
        self.history.body.addWidget(self.history_table)
        self.body.addWidget(self.history)

    # Shown

    def show_case(self, found: CaseRow, me: Person) -> None:
        """Show this case, or the same one again after something changed; what is being typed stays."""
        self.keep_draft()
        self.read = read = read_case(self.session.ws, found, me)
        case, last = read.case, read.brief.last
        self.header.title.setText(read.participant.name)
        self.header.say(_("Committee of {day}").format(day=say_day(case.held_on)))
        if last is not None and last.decision is not None:
            decision = last.decision
            self.last_title.setText(
                _("Last time, {day}: {decision}").format(day=say_day(last.held_on), decision=decision.decision)
            )
            self.last_plan.setText(_("The plan was: {plan}").format(plan=decision.plan or _("no plan")))
            self.last_words.setText(decision.rationale)
        else:
            self.last_title.setText(_("The first committee on {name}").format(name=read.participant.name))
            self.last_plan.setText(_("There is no earlier decision or plan."))
            self.last_words.setText("")
        self.last_words.setVisible(bool(self.last_words.text()))
        self.reading.setText("\n".join(read.brief.reading))
        self.meetings.setText("\n".join(read.meetings))
        for each in (self.meetings_title, self.meetings):
            each.setVisible(bool(read.meetings))
        self.history_model.set_records(read.history)
        self.history.setVisible(len(read.history) > 1)
        if self._seen != (case.id, me.id):
            self._seen = (case.id, me.id)
            self.error.hide()
            self.verticalScrollBar().setValue(0)
        self._show_vote(me)
        self._show_decision(me)
        if self._filled != (case.id, me.id):
            self._fill(me)

    def _show_vote(self, me: Person) -> None:
        case = self.read.case
        own = next((each for each in case.votes if each.member == me.id), None)
        mine = me.id in case.members and not case.shown
        writes = not self.session.ws.read_only
        self.state.setText(say_votes(case))
        missing = ", ".join(self.read.names.get(each, each) for each in case.missing)
        if case.shown:
            said = _("Nobody’s vote changes any more.")
            if missing:
                said = _("Did not vote: {names}.").format(names=missing) + " " + said
        else:
            said = _("Votes are hidden until all have voted. Still to vote: {names}.").format(names=missing)
            if own is not None:
                said += " " + _("You have voted; you may still change it.")
            elif not mine:
                said += " " + _("You do not vote in this one.")
        self.who.setText(said)
        self.votes_model.set_records(case.votes if case.shown else [])
        self.votes.setVisible(case.shown and bool(case.votes))
        for each in (self.word_field, self.note_field, self.vote):
            each.setVisible(mine)
        self.vote.setText(_("Change my vote") if own is not None else _("Vote"))
        self.vote.setAccessibleName(self.vote.text())
        self.vote.setEnabled(writes)
        self.close_vote.setVisible(leads(self.session) and not case.shown)
        self.close_vote.setEnabled(writes)
        may_change = leads(self.session) and not case.shown and not case.voted
        self.members.setVisible(may_change)
        if may_change:
            self.members.show_case(case, self.read.participant)

    def _show_decision(self, me: Person) -> None:
        case, decision = self.read.case, self.read.case.decision
        may = leads(self.session) and case.shown and not self.session.ws.read_only
        if decision is None:
            said = "" if case.shown else _("It is written down once the votes are shown.")
            if case.shown and not may:
                said = _("Not decided yet. A programme lead writes it down.")
        else:
            who = self.read.names.get(decision.by, "")
            said = "  ·  ".join(part for part in (_("Decided"), say_day(decision.on), who) if part)
            if not may:
                parts = (decision.decision, decision.rationale, decision.plan)
                said = "\n".join([said, *(part for part in parts if part)])
        self.decided.setText(said)
        self.decided.setVisible(bool(said))
        for each in (*self.decision_fields, self.keep):
            each.setVisible(may)
        self.reason_field.setVisible(may and decision is not None)

    def _fill(self, me: Person) -> None:
        """Into the fields what is kept, or what this person had begun to type."""
        case, decision = self.read.case, self.read.case.decision
        own = next((each for each in case.votes if each.member == me.id), None)
        vote = (own.vote, own.note) if own is not None else ("", "")
        kept = (decision.decision, decision.rationale, decision.plan) if decision else ("", "", "")
        self._known = (*vote, *kept, "")
        self._filled = (case.id, me.id)
        self._put(self._drafts.get(self._filled, self._known))

    def _put(self, texts: tuple[str, ...]) -> None:
        word, note, decision, rationale, plan, reason = texts
        self.word.setText(word)
        self.note.set_text(note)
        self.decision.setText(decision)
        self.rationale.set_text(rationale)
        self.plan.set_text(plan)
        self.reason.setText(reason)

    def _typed(self) -> tuple[str, ...]:
        lines = (self.decision.text(), self.rationale.text, self.plan.text, self.reason.text())
        return (self.word.text(), self.note.text, *lines)

    def keep_draft(self) -> None:
        """Remember what is typed and not kept, for this case and whoever typed it."""
        if not all(self._filled):
            return
        self._drafts.pop(self._filled, None)
        if self._typed() != self._known:
            self._drafts[self._filled] = self._typed()

    def leave(self) -> None:
        """Take everything off the screen; what was typed is there again for who typed it."""
        self.keep_draft()
        self._filled = self._seen = ("", "")
        self._put(("",) * 6)
        for model in (self.votes_model, self.history_model):
            model.set_records([])
        for each in (self.header.title, self.last_title, self.last_plan, self.last_words, self.reading, self.meetings):
            each.setText("")
        self.decided.setText("")
        self.members.forget()
        self.read = None

    # Done

    def _on_vote(self) -> None:
        me = self.session.me
        if self.vote.isEnabled() and me is not None:
            said = self.word.text(), self.note.text
            if self._do(lambda: committee.vote(self.session.ws, self.read.case, me, *said, me.id)):
                shown = self.read is not None and self.read.case.shown
                said = _("Your vote is kept. Nobody sees it before all votes are shown.")
                self.notice.emit(_("All have voted; the votes are shown.") if shown else said)

    def _on_close(self) -> None:
        missing = ", ".join(self.read.names.get(each, each) for each in self.read.case.missing)
        text = _("All votes are shown, and none changes any more. Who has not voted does not: {names}.")
        confirm(
            self, _("Close the vote?"), text.format(names=missing), _("Close and show"), self._close_now, danger=False
        )

    def _close_now(self) -> None:
        me = self.session.me
        self._do(lambda: committee.close(self.session.ws, self.read.case, me.id if me else ""))

    def _on_decide(self) -> None:
        me = self.session.me
        texts = self.decision.text(), self.rationale.text, self.plan.text, self.reason.text()
        if self._do(lambda: committee.decide(self.session.ws, self.read.case, *texts, me.id if me else "")):
            self.notice.emit(_("The decision is kept."))

    def _do(self, act) -> bool:
        try:
            changes: Changes = act()
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            self.ensureWidgetVisible(self.error)
            return False
        self.error.hide()
        self._drafts.pop(self._filled, None)
        self._filled = ("", "")  # what is kept now comes back into the fields
        self.session.changed.emit(changes)
        if not changes:
            self._fill(self.session.me)
        return True

    # What the page asks

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        parts = [self.back, self.ways[0], self.word, self.votes, self.close_vote, self.decision, self.history_table]
        return [each for each in parts if each.isVisibleTo(self)]

    def main(self) -> QWidget:
        return self.back

    def as_text(self) -> str:
        """The votes once they are shown, else this participant's cases."""
        shown = self.votes_model if self.votes_model.rowCount() else self.history_model
        return shown.as_text() if self.read is not None else ""
