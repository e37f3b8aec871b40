"""The Plan tab: what was agreed and is still open, the meetings, and a new one."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from rubricapp.core.mentoring import AgreedAction, Meeting, in_order, is_overdue, may_write, times_carried
from rubricapp.i18n import _, ngettext
from rubricapp.store.mentoring import list_actions, list_meetings
from rubricapp.store.people import list_people
from rubricapp.ui.background import Background
from rubricapp.ui.dates import say_day
from rubricapp.ui.log.fields import SHORT
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import Scroll
from rubricapp.ui.people.acts import PersonActs
from rubricapp.ui.people.meeting_form import MeetingForm, say_due, say_visibility, try_act
from rubricapp.ui.people.panel import PersonPanel
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.growing_text import GrowingText
from rubricapp.ui.widgets.layouts import Card, Field, clear, flow, put, row
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable


class PlanPanel(PersonPanel):
    """What one may not read of a meeting is not here: see `store.mentoring`."""

    kinds = frozenset({"meeting", "agreed_action", "person", "enrolment"})

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, background, parent)
        self.acts = PersonActs(session)
        self.meetings: list[Meeting] = []
        self.cards: list[MeetingCard] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        layout.addWidget(self.stack)
        self.overview = self._make_overview()
        self.form = MeetingForm(self.acts)
        self.form.left.connect(self._show_overview)
        self.form.kept.connect(self._on_kept)
        for each in (self.overview, self.form):
            self.stack.addWidget(each)

    def _make_overview(self) -> Scroll:
        view = Scroll(_("Plan"), measure=960)
        body = view.body
        self.error = ErrorCard()
        body.addWidget(self.error)
        self.title = PlainLabel(_("Agreed actions"), "section")
        self.begin = button(_("New meeting"), "primary", "plus")
        self.begin.clicked.connect(self._on_begin)
        top = row(self.title, self.begin)
        top.setStretch(0, 1)
        body.addLayout(top)
        self.model = RowsModel(self._columns(), self)
        self.table = RowsTable(self.model, _("Agreed actions"))
        self.table.setWordWrap(True)
        self.table.grow_to(9)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_acts())
        self.table.chosen.connect(lambda _action: self._on_settle())
        body.addWidget(self.table)
        self.no_actions = PlainLabel("", "muted")
        body.addWidget(self.no_actions)
        self.settle = button(_("Settle…"), "", "circle-check")
        self.settle.clicked.connect(self._on_settle)
        self.again = button(_("Open again"), "", "rotate-ccw")
        self.again.clicked.connect(lambda: self._try(self.acts.open_again, self.current))
        self.remove = button(_("Remove action"), "", "trash-2")
        self.remove.clicked.connect(lambda: self._try(self.acts.remove_action, self.current))
        body.addWidget(flow(self.settle, self.again, self.remove))
        self.settling = SettleCard()
        self.settling.keep_wanted.connect(self._on_settled)
        self.settling.left.connect(self._leave_settling)
        body.addWidget(self.settling)
        self.meetings_title = PlainLabel(_("Meetings"), "section")
        body.addWidget(self.meetings_title)
        self._inside = QVBoxLayout()
        self._inside.setSpacing(12)
        body.addLayout(self._inside)
        body.addStretch(1)
        return view

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(_("State"), self._say_state),
            Column(_("Due"), lambda each: say_day(each.due_on) if each.due_on else "–"),
            Column(_("What"), lambda each: each.text, wide=True),
            Column(_("Criteria"), lambda each: " ".join(each.criteria)),
            Column(_("What came of it"), lambda each: each.outcome, wide=True),
        )

    def _say_state(self, action: AgreedAction) -> str:
        if not action.is_open:
            return _("settled {day}").format(day=say_day(action.done_on))
        state = _("overdue") if is_overdue(action, self._today()) else _("open")
        times = times_carried(action, self.meetings)
        if times:
            state += ", " + ngettext("carried over", "carried over {n} times", times).format(n=times)
        return state

    def _today(self) -> date:
        from rubricapp.operations.production_log import today

        return today(self.session.ws)

    # Reading

    def show_person(self, person) -> None:
        if self.person is not None and person.id != self.person.id:
            self.stack.setCurrentWidget(self.overview)
            self.settling.hide()
        super().show_person(person)

    def refresh(self) -> None:
        ws, me, person = self.session.ws, self.session.me, self.person
        current = self.current
        self.meetings = list_meetings(ws, person.id, me)
        actions = list_actions(ws, person.id, me)
        names = {each.id: each.name for each in list_people(ws)}
        self.model.set_records(in_order(actions, self._today()))
        self.table.setVisible(bool(actions))
        at = self.model.row_of(lambda each: current is not None and each.id == current.id)
        if actions:
            self.table.setCurrentIndex(self.model.index(max(0, at), 0))
        before = {each.meeting.id: each for each in self.cards if each.is_typed}
        for each in self.cards:
            each.had_focus = each.note is not None and each.note.hasFocus()
        clear(self._inside)
        self.cards = []
        for meeting in reversed(self.meetings):
            agreed = [each for each in actions if each.meeting == meeting.id]
            card = MeetingCard(meeting, names.get(meeting.mentor, ""), agreed, me.id if me else "")
            card.note_wanted.connect(self._on_note)
            card.change_wanted.connect(self._on_change)
            card.removal_wanted.connect(lambda one: self._try(self.acts.remove_meeting, one))
            self.cards.append(card)
            put(self._inside, card)
            if meeting.id in before:
                card.take_over(before[meeting.id])
        self.meetings_title.setVisible(bool(self.meetings))
        self.begin.setVisible(may_write(person, me))
        self.no_actions.setVisible(not actions)
        self.no_actions.setText(self._say_nothing())
        self._show_acts()

    def _say_nothing(self) -> str:
        if self.session.me is None:
            return _(
                "Say on Home who sits here: meetings are read by the two who met, and by leads where they chose so."
            )
        if self.meetings:
            return _("Nothing is agreed.")
        return _(
            "No meetings yet, or none that you may read: the two who met read them, and leads where they chose so."
        )

    @property
    def current(self) -> AgreedAction | None:
        """The action that the table stands at."""
        at = self.table.currentIndex().row()
        return self.model.record(at) if 0 <= at < self.model.rowCount() else None

    def _show_acts(self) -> None:
        action = self.current
        self.settle.setVisible(action is not None and action.is_open)
        self.again.setVisible(action is not None and not action.is_open)
        self.remove.setVisible(action is not None and self._is_of_the_pair(action))
        if action is None or (self.settling.action is not None and self.settling.action.id != action.id):
            self.settling.hide()

    def _is_of_the_pair(self, action: AgreedAction) -> bool:
        """Whether who sits here agreed on it: a lead may read it, but not take it away."""
        mentors = {each.mentor for each in self.meetings if each.id == action.meeting}
        return self.session.me is not None and self.session.me.id in {self.person.id, *mentors}

    # Doing

    def _try(self, act, *arguments: object) -> None:
        words = try_act(self.error, act, *arguments)
        if words:
            self.done.emit(words)
        else:
            self.overview.ensureWidgetVisible(self.error)

    def _on_begin(self) -> None:
        ws, me = self.session.ws, self.session.me
        open_ = [each for each in list_actions(ws, self.person.id, me) if each.is_open]
        self.stack.setCurrentWidget(self.form)
        self.form.start(self.person, in_order(open_, self._today()), self._today())

    def _on_change(self, meeting: Meeting) -> None:
        self.stack.setCurrentWidget(self.form)
        self.form.correct(self.person, meeting)

    def _show_overview(self) -> None:
        self.stack.setCurrentWidget(self.overview)
        (self.begin if self.begin.isVisibleTo(self) else self.table).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_kept(self, words: str) -> None:
        self._show_overview()
        self.done.emit(words)

    def _on_settle(self) -> None:
        action = self.current
        if action is not None and action.is_open:
            self.settling.ask(action, self._today())
            # The card gets its place when the loop turns.
            QTimer.singleShot(0, self.settling, lambda: self.overview.show_from_top(self.settling))

    def _on_settled(self) -> None:
        words = try_act(self.error, self.acts.settle, self.settling.action, self.settling.outcome.text())
        if words:
            self._leave_settling()
            self.done.emit(words)

    def _leave_settling(self) -> None:
        self.settling.hide()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_note(self, meeting: Meeting, text: str) -> None:
        self._try(self.acts.write_note, meeting, text)

    # What the window asks

    def panes(self) -> list[QWidget]:
        if self.stack.currentWidget() is self.form:
            return [self.form]
        found = [each for each in (self.begin, self.table) if each.isVisibleTo(self)]
        return found or [self.overview]

    def copy_table(self) -> bool:
        QGuiApplication.clipboard().setText(self.model.as_text())
        return bool(self.model.rowCount())

    def flush(self) -> bool:
        """Whether no meeting and no note waits half typed."""
        in_form = self.stack.currentWidget() is self.form and self.form.is_typed
        return not in_form and not any(each.is_typed for each in self.cards)


class SettleCard(Card):
    """keep_wanted(): Enter or the button. left(): Escape or "Cancel"."""

    keep_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.action: AgreedAction | None = None
        self.title = PlainLabel("", "label")
        self.body.addWidget(self.title)
        self.due = PlainLabel("", "muted")
        self.body.addWidget(self.due)
        self.outcome = QLineEdit()
        self.outcome.setMaxLength(SHORT * 4)
        self.outcome.returnPressed.connect(self.keep_wanted)
        self.body.addWidget(Field(_("What came of it"), self.outcome, _("Also where it is dropped: why")))
        keep = button(_("Settle"), "primary", "check")
        keep.clicked.connect(self.keep_wanted)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.left)
        self.body.addWidget(flow(keep, cancel))
        self.hide()

    def ask(self, action: AgreedAction, today: date) -> None:
        """About this action."""
        self.action = action
        self.title.setText(action.text)
        self.due.setText(say_due(action, today))
        self.due.setVisible(bool(self.due.text()))
        self.outcome.clear()
        self.show()
        self.outcome.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class MeetingCard(Card):
    """A meeting as it may be read. note_wanted(meeting, text): the participant's own.

    change_wanted(meeting), removal_wanted(meeting): its mentor's.
    """

    note_wanted = Signal(object, str)
    change_wanted = Signal(object)
    removal_wanted = Signal(object)

    def __init__(
        self, meeting: Meeting, mentor: str, agreed: list[AgreedAction], me: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, margin=16, spacing=6)
        self.meeting = meeting
        self.note: GrowingText | None = None
        self.had_focus = False
        day = say_day(meeting.held_on)
        self.body.addWidget(PlainLabel(_("{day}, with {name}").format(day=day, name=mentor), "label"))
        facts = [_("{n} minutes").format(n=meeting.minutes)] if meeting.minutes else []
        facts.append(_("read by {whom}").format(whom=say_visibility(meeting.visibility)))
        if meeting.next_on:
            facts.append(_("next on {day}").format(day=say_day(meeting.next_on)))
        self.body.addWidget(PlainLabel("  ·  ".join(facts), "small muted"))
        if meeting.hidden:
            self.body.addWidget(PlainLabel(_("What was said stays between the two."), "muted"))
            return
        if meeting.topics:
            self.body.addWidget(PlainLabel(meeting.topics))
        for each in agreed:
            state = _("settled") if not each.is_open else _("open")
            self.body.addWidget(PlainLabel(f"{state}:  {each.text}", "small"))
        if me == meeting.participant:
            self.note = GrowingText(_("Your own note of {day}").format(day=day), most_lines=12)
            self.note.set_text(meeting.note)
            self.keep = button(_("Keep note"), "", "check")
            self.keep.setAccessibleName(_("Keep note of {day}").format(day=day))
            self.keep.clicked.connect(lambda: self.note_wanted.emit(self.meeting, self.note.text))
            self.keep.setEnabled(False)
            self.note.typed.connect(lambda: self.keep.setEnabled(self.is_typed))
            field = Field(_("Your own note"), self.note)
            self.note.setAccessibleName(_("Your own note of {day}").format(day=day))
            self.body.addWidget(field)
            self.body.addWidget(flow(self.keep))
        elif meeting.note:
            self.body.addWidget(PlainLabel(_("The participant’s own note"), "small strong"))
            self.body.addWidget(PlainLabel(meeting.note))
        if me == meeting.mentor:
            remove = button(_("Remove meeting"), "quiet", "trash-2")
            remove.setAccessibleName(_("Remove the meeting of {day}").format(day=day))
            remove.clicked.connect(lambda: self.removal_wanted.emit(self.meeting))
            change = button(_("Change"), "quiet", "pencil")
            change.setAccessibleName(_("Change what is written of the meeting of {day}").format(day=day))
            change.clicked.connect(lambda: self.change_wanted.emit(self.meeting))
            self.body.addWidget(flow(change, remove))

    def take_over(self, before: MeetingCard) -> None:
        """What is typed on the card that stood in this one's place."""
        if self.note is not None:
            self.note.set_text(before.note.text)
            self.note.moveCursor(QTextCursor.MoveOperation.End)
            self.keep.setEnabled(self.is_typed)
            if before.had_focus:
                self.note.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_typed(self) -> bool:
        """Whether a note is typed and not kept."""
        return self.note is not None and self.note.text.strip() != self.meeting.note
