"""Writing a meeting down: what is still open comes first and is settled or carried over, then what is new."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from rubricapp.core.mentoring import AgreedAction, Meeting, Visibility, is_overdue
from rubricapp.core.model import Person
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.ui import theme
from rubricapp.ui.dates import say_day
from rubricapp.ui.log.fields import SHORT, DayBox, LineBox
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import Scroll
from rubricapp.ui.people.acts import PersonActs
from rubricapp.ui.widgets.growing_text import GrowingText
from rubricapp.ui.widgets.layouts import Card, Columns, Field, clear, flow, put, row

if TYPE_CHECKING:
    from rubricapp.operations.mentoring import NewAction, Settled


def say_visibility(visibility: Visibility) -> str:
    """Who may read a meeting, in words."""
    return {
        Visibility.PAIR: _("the two who met, nobody else"),
        Visibility.LEAD: _("the two who met, and programme leads"),
    }[visibility]


def say_due(action: AgreedAction, today: date) -> str:
    """ "overdue since 3 Nov 2026", "due on 3 Nov 2026", "" where no day was agreed."""
    if not action.due_on:
        return ""
    words = _("overdue since {day}") if is_overdue(action, today) else _("due on {day}")
    return words.format(day=say_day(action.due_on))


class OpenAction(Card):
    """An action from an earlier meeting: settled, with what came of it, or carried over, perhaps to a new day."""

    def __init__(self, action: AgreedAction, today: date, parent: QWidget | None = None) -> None:
        overdue = is_overdue(action, today)
        super().__init__(parent, "warning_box" if overdue else "card", margin=14, spacing=6)
        self.action = action
        self.body.addWidget(PlainLabel(action.text, "strong"))
        facts = (say_due(action, today), " ".join(action.criteria))
        said = PlainLabel("  ·  ".join(part for part in facts if part), "small warning" if overdue else "small muted")
        self.body.addWidget(said)
        said.setVisible(bool(said.text()))
        self.settled, self.carried = QRadioButton(_("Settled")), QRadioButton(_("Carried over"))
        group = QButtonGroup(self)
        for each in (self.settled, self.carried):
            group.addButton(each)
            each.setAccessibleName(f"{each.text()}: {action.text}")
            each.toggled.connect(self._show)
        self.body.addWidget(flow(self.settled, self.carried, spacing=16))
        self.outcome, self.due = QLineEdit(), DayBox(9)
        self.outcome.setMaxLength(SHORT * 4)
        self.due.setText(action.due_on if action.due_on >= today.isoformat() else "")
        self.outcome_field = Field(_("What came of it"), self.outcome, _("Also where it is dropped: why"))
        self.due_field = Field(_("New day"), self.due, _("Year-month-day; empty leaves it as it is"))
        self.body.addWidget(self.outcome_field)
        self.body.addWidget(self.due_field)
        self._show()

    def _show(self) -> None:
        self.outcome_field.setVisible(self.settled.isChecked())
        self.due_field.setVisible(self.carried.isChecked())

    @property
    def is_answered(self) -> bool:
        return self.settled.isChecked() or self.carried.isChecked()


class NewActionRow(QWidget):
    """Something to agree on: words, a day, criteria. entered(): Enter in a line."""

    entered = Signal()

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.text, self.due, self.criteria = QLineEdit(), DayBox(9), LineBox(11)
        self.text.setMaxLength(SHORT * 4)
        columns = Columns(at=40, shares=(3, 2))
        columns.left.addWidget(Field(_("Agreed action {n}").format(n=number), self.text))
        columns.left.addStretch(1)
        columns.right.addLayout(
            _beside(Field(_("Until"), self.due), Field(_("Criteria"), self.criteria, _("such as CAM-6")))
        )
        for box, name in ((self.due, _("Until, for action {n}")), (self.criteria, _("Criteria of action {n}"))):
            box.setAccessibleName(name.format(n=number))
        for each in (self.text, self.due, self.criteria):
            each.returnPressed.connect(self.entered)
        layout.addWidget(columns)

    @property
    def texts(self) -> tuple[str, str, str]:
        return self.text.text().strip(), self.due.text().strip(), self.criteria.text().strip()


class MeetingForm(QWidget):
    """left(): back to the plan. kept(words): it is kept, which can be undone."""

    left = Signal()
    kept = Signal(str)

    def __init__(self, acts: PersonActs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.acts = acts
        self.person: Person | None = None
        self.meeting: Meeting | None = None  # the one that is corrected; None for a new one
        self.open: list[OpenAction] = []
        self.new: list[NewActionRow] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("New meeting"), measure=860)
        outer.addWidget(self.scroll)
        body = self.scroll.body
        self.title = PlainLabel("", "section")
        body.addWidget(self.title)
        self.error = ErrorCard()
        self.error.retry.connect(self.on_keep)
        body.addWidget(self.error)
        self.open_title = PlainLabel(_("Still open: settle each, or carry it over"), "label")
        body.addWidget(self.open_title)
        self._open = QVBoxLayout()
        self._open.setSpacing(8)
        body.addLayout(self._open)
        body.addWidget(self._make_meeting())
        self._make_new(body)
        keep = button(_("Keep meeting"), "primary", "check")
        keep.clicked.connect(self.on_keep)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.left)
        body.addWidget(flow(keep, cancel))
        body.addStretch(1)

    def _make_meeting(self) -> Card:
        card = Card()
        card.body.addWidget(PlainLabel(_("The meeting"), "label"))
        self.day, self.minutes, self.next = DayBox(9), LineBox(6), DayBox(9)
        for each in (self.day, self.minutes, self.next):
            each.returnPressed.connect(self.on_keep)
        self.topics = GrowingText(_("Topics"))
        self.topics.escaped.connect(self.left)
        self.visibility = QComboBox()
        for each in Visibility:
            self.visibility.addItem(say_visibility(each), each.value)
        columns = Columns(at=40, shares=(1, 1))
        columns.left.addLayout(
            _beside(Field(_("Date"), self.day, _("Year-month-day")), Field(_("Minutes"), self.minutes))
        )
        columns.right.addLayout(_beside(Field(_("Next meeting"), self.next, _("Where one is agreed"))))
        card.body.addWidget(columns)
        card.body.addWidget(Field(_("Topics"), self.topics))
        card.body.addWidget(Field(_("Who may read it"), self.visibility))
        return card

    def _make_new(self, body: QVBoxLayout) -> None:
        self.agreed = card = Card()
        card.body.addWidget(PlainLabel(_("Agreed today"), "label"))
        self._new = QVBoxLayout()
        self._new.setSpacing(8)
        card.body.addLayout(self._new)
        self.more = button(_("One more action"), "", "plus")
        self.more.clicked.connect(lambda: self._add_row().text.setFocus())
        card.body.addWidget(flow(self.more))
        body.addWidget(card)

    def start(self, person: Person, actions: Sequence[AgreedAction], today: date) -> None:
        """A new meeting with this participant. actions: what is open between the two, overdue ones first."""
        self.person, self.meeting = person, None
        self.agreed.show()
        self.title.setText(_("New meeting with {name}").format(name=person.name))
        self.error.hide()
        clear(self._open)
        self.open = [OpenAction(each, today) for each in actions]
        for each in self.open:
            put(self._open, each)
            each.outcome.returnPressed.connect(self.on_keep)
            each.due.returnPressed.connect(self.on_keep)
        self.open_title.setVisible(bool(self.open))
        clear(self._new)
        self.new = []
        self._add_row()
        self._add_row()
        self.day.setText(today.isoformat())
        for each in (self.minutes, self.next):
            each.clear()
        self.topics.set_text("")
        self.visibility.setCurrentIndex(0)
        first = self.open[0].settled if self.open else self.topics
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self.scroll, lambda: self.scroll.verticalScrollBar().setValue(0))

    def correct(self, person: Person, meeting: Meeting) -> None:
        """What was written of this meeting; actions are settled and removed in the list of actions."""
        self.start(person, (), date.fromisoformat(meeting.held_on))
        self.meeting = meeting
        self.agreed.hide()
        self.title.setText(_("Meeting of {day} with {name}").format(day=say_day(meeting.held_on), name=person.name))
        self.minutes.setText(str(meeting.minutes or ""))
        self.next.setText(meeting.next_on)
        self.topics.set_text(meeting.topics)
        self.visibility.setCurrentIndex(self.visibility.findData(meeting.visibility.value))

    @property
    def _given(self) -> dict[str, str]:
        return {
            "held_on": self.day.text(),
            "minutes": self.minutes.text(),
            "topics": self.topics.text,
            "next_on": self.next.text(),
            "visibility": self.visibility.currentData(),
        }

    def _add_row(self) -> NewActionRow:
        made = NewActionRow(len(self.new) + 1)
        made.entered.connect(self.on_keep)
        self.new.append(made)
        put(self._new, made)
        return made

    @property
    def is_typed(self) -> bool:
        """Whether something would be lost."""
        if self.meeting is not None:
            kept = self.meeting
            said = (kept.held_on, str(kept.minutes or ""), kept.topics, kept.next_on, kept.visibility.value)
            return tuple(self._given.values()) != said
        typed = self.topics.text.strip() or self.minutes.text() or self.next.text()
        return bool(typed) or any(any(each.texts) for each in self.new) or any(each.is_answered for each in self.open)

    def on_keep(self) -> None:
        """Keep it, or say at once which open action was passed over and go there."""
        from rubricapp.operations.mentoring import NewAction, Settled

        left = next((each for each in self.open if not each.is_answered), None)
        settled: dict[str, Settled] = {
            each.action.id: Settled(each.outcome.text()) for each in self.open if each.settled.isChecked()
        }
        carried = {each.action.id: each.due.text() for each in self.open if each.carried.isChecked()}
        actions: list[NewAction] = [NewAction(*each.texts) for each in self.new if any(each.texts)]
        given = self._given
        try:
            if self.meeting is not None:
                words = self.acts.edit_meeting(self.meeting, given)
            else:
                words = self.acts.hold(self.person, given, actions, settled, carried)
        except UserError as error:
            self._say(error, left)
            return
        self.error.hide()
        self.kept.emit(words)

    def _say(self, error: UserError, left: OpenAction | None) -> None:
        self.error.show_error(error)
        place: QWidget = self.error
        if error.code == "E_OPEN_ACTIONS" and left is not None:
            left.settled.setFocus(Qt.FocusReason.OtherFocusReason)
            place = left
        QTimer.singleShot(0, self.error, lambda: self.scroll.ensureWidgetVisible(place, 50, theme.look().px(160)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)


def _beside(*fields: Field) -> QHBoxLayout:
    """Short fields in one row, their boxes at one height."""
    found = row(*fields, 1)
    for each in fields:
        found.setAlignment(each, Qt.AlignmentFlag.AlignTop)
    return found


def try_act(error: ErrorCard, act: Callable[..., str], *arguments: object) -> str:
    """Do it and return its words; a refusal is said on the card, and the words are ""."""
    try:
        words = act(*arguments)
    except UserError as refused:
        error.show_error(refused, can_retry=False)
        return ""
    error.hide()
    return words
