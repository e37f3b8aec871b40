"""One day in full: to log or to correct. What the department writes down comes first."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.model import LogEntry, Person
from rubricapp.core.portfolio import Artefact
from rubricapp.core.production import hours_text, template
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.ui.dates import say_day
from rubricapp.ui.log.acts import Acts
from rubricapp.ui.log.attachments import AttachmentsCard
from rubricapp.ui.log.fields import LogField, headed
from rubricapp.ui.log.reading import Day, may_see_incidents, read_criteria
from rubricapp.ui.log.words import field_of, say_fault
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Columns, flow, put, row

_FIRST = ("worked_on", "role", "hours", "production")
_DAY = ("scenes", "rolls", "tasks", "kit", "called_at", "wrapped_at", "day_type", "location", "unit", "department")
_CREDIT = ("credited_role", "head")
_TROUBLE = ("problem", "decision", "outcome")
_REFLECTION = ("happened", "matters", "next_step")


def texts_of(entry: LogEntry) -> dict[str, str]:
    """A day as texts by field, as they are typed."""
    special = {
        "hours": hours_text(entry.minutes) if entry.minutes is not None else "",
        "supervision": str(entry.supervision or ""),
        "criteria": " ".join(sorted(entry.criteria)),
    }
    names = (*_FIRST, *_DAY, *_CREDIT, "supervision", "supervised_by", *_TROUBLE, "incident", *_REFLECTION, "criteria")
    return {name: special[name] if name in special else getattr(entry, name) for name in names}


class DayView(QWidget):
    """left(): back to the table. added(words, id of the day). saved(words). deletion_wanted(day).

    notice, done, wanted: as in `Page`. Files dropped anywhere on it are attached.
    """

    left = Signal()
    added = Signal(str, str)
    saved = Signal(str)
    deletion_wanted = Signal(object)
    notice = Signal(str)
    done = Signal(str)
    wanted = Signal(str, object)

    def __init__(self, session: Session, acts: Acts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.acts = acts
        self.person: Person | None = None
        self.day: Day | None = None
        self._at_start: dict[str, str] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("One day"), measure=860)
        outer.addWidget(self.scroll)
        body = self.scroll.body
        back = button(_("All days"), "quiet back", "arrow-left")
        back.clicked.connect(self.left)
        body.addLayout(row(back, 1))
        self.title = PlainLabel("", "title")
        body.addWidget(self.title)
        self.said = PlainLabel("", "muted")
        body.addWidget(self.said)
        self.error = ErrorCard()
        self.error.retry.connect(self.on_save)
        body.addWidget(self.error)
        names = (*_FIRST, *_DAY, *_CREDIT, "supervision", "supervised_by", *_TROUBLE, "incident", *_REFLECTION)
        self.fields = {name: LogField(name) for name in (*names, "criteria")}
        for each in self.fields.values():
            each.entered.connect(self.on_save)
            each.escaped.connect(self.escape)
        self._order: tuple[str, ...] = ()
        self.first = self._card(body, _("The day"))
        self._first_place = self.first.body.count()
        card = self._card(body, _("Help"), _("The help really given that day, and who gave it."))
        card.body.addWidget(self.fields["supervision"])
        card.body.addWidget(self.fields["supervised_by"])
        self.trouble = self._card(body, _("Problem, decision, outcome"))
        self.incident_card = self._card(body, _("Incident"))
        self.incident_words = PlainLabel("", "muted")
        self.incident_card.body.addWidget(self.incident_words)
        self.incident_card.body.addWidget(self.fields["incident"])
        card = self._card(body, _("Reflection"))
        for name in _REFLECTION:
            card.body.addWidget(self.fields[name])
        self.attachments = AttachmentsCard(session)
        self.attachments.notice.connect(self.notice)
        self.attachments.done.connect(self.done)
        self.attachments.open_wanted.connect(self._on_open)
        self.setAcceptDrops(True)
        body.addWidget(self.attachments)
        card = self._card(body, "")
        card.body.addWidget(self.fields["criteria"])
        self.ticked = PlainLabel("", "muted")
        card.body.addWidget(self.ticked)
        self.fields["criteria"].control.changed.connect(self._say_ticked)
        self.save = button(_("Save"), "primary", "check")
        self.save.clicked.connect(self.on_save)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.left)
        self.delete = button(_("Delete this day"), "danger", "trash-2")
        self.delete.clicked.connect(lambda: self.deletion_wanted.emit(self.day))
        body.addWidget(flow(self.save, cancel, self.delete))
        body.addStretch(1)

    def _card(self, body: QVBoxLayout, title: str, more: str = "") -> Card:
        card = Card()
        for each in headed(title, *([more] if more else [])) if title else []:
            card.body.addWidget(each)
        body.addWidget(card)
        return card

    def _pairs(self, card: Card, names: tuple[str, ...]) -> None:
        """Fields two by two, one below the other where that is narrow."""
        for place in range(0, len(names), 2):
            columns = Columns(at=40, shares=(1, 1))
            for name, side in zip(names[place : place + 2], (columns.left, columns.right), strict=False):
                side.addWidget(self.fields[name])
                self.fields[name].show()
                side.addStretch(1)
            put(card.body, columns)

    def _arrange(self, department: str) -> None:
        """What this department writes down first stands first, and the keyboard goes in that order."""
        asked = template(department)
        lines = tuple(name for name in asked if name not in _TROUBLE)
        order = (*_FIRST, *lines, *(name for name in _DAY if name not in lines), *_CREDIT)
        early = any(name in _TROUBLE for name in asked)
        if order != self._order:
            self._order = order
            for each in self.fields.values():
                if each.name in order:
                    each.setParent(self)
            while self.first.body.count() > self._first_place:
                item = self.first.body.takeAt(self._first_place)
                item.widget().hide()
                item.widget().deleteLater()
            self._pairs(self.first, order)
            for name in _TROUBLE:
                put(self.trouble.body, self.fields[name])
            body = self.scroll.body
            body.removeWidget(self.trouble)
            body.insertWidget(body.indexOf(self.first) + (1 if early else 2), self.trouble)
        chain = [*order]
        help_ = ["supervision", "supervised_by"]
        chain += [*_TROUBLE, *help_] if early else [*help_, *_TROUBLE]
        chain += ["incident", *_REFLECTION, "criteria"]
        for one, other in pairwise(chain):
            QWidget.setTabOrder(self.fields[one].control, self.fields[other].control)
        QWidget.setTabOrder(self.fields["criteria"].control, self.save)

    def show_new(self, person: Person, texts: Mapping[str, str]) -> None:
        """Log a day, beginning with what is typed already."""
        self.day = None
        self.title.setText(_("Log a day for {name}").format(name=person.name))
        self.said.setText("")
        self._show(person, {"department": person.department} | dict(texts))

    def show_day(self, day: Day) -> None:
        """Correct this one."""
        self.day = day
        self.title.setText(f"{say_day(day.entry.worked_on)}  ·  {day.person.name}")
        self.said.setText(day.said)
        self._show(day.person, texts_of(day.entry))

    def _show(self, person: Person, texts: Mapping[str, str]) -> None:
        self.person = person
        self._arrange(person.department)
        self.fields["criteria"].control.show_criteria(read_criteria(self.session.ws), texts.get("criteria", "").split())
        for name, each in self.fields.items():
            each.set_text(texts.get(name, ""))
        self._say_ticked()
        allowed = may_see_incidents(self.session.me, person.id)
        self.fields["incident"].setVisible(allowed)
        self.incident_words.setText(
            _("Only the programme lead and {name} can read this.").format(name=person.name)
            if allowed
            else _("An incident can be written and read by the programme lead and {name} only.").format(
                name=person.name
            )
        )
        self.said.setVisible(bool(self.said.text()))
        self.delete.setVisible(self.day is not None)
        self.attachments.show_day(person, self.day.entry.id if self.day is not None else "")
        self.error.hide()
        self._at_start = self.texts
        self.scroll.verticalScrollBar().setValue(0)
        box = self.fields["worked_on"].control
        box.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def texts(self) -> dict[str, str]:
        """What is typed, without the incident where it may not be seen."""
        hidden = self.fields["incident"].isHidden()
        return {name: each.text for name, each in self.fields.items() if not (name == "incident" and hidden)}

    @property
    def is_changed(self) -> bool:
        return self.texts != self._at_start or bool(self.attachments.waiting)

    def _say_ticked(self) -> None:
        ticked = self.fields["criteria"].text.split()
        self.ticked.setText(_("Ticked: {list}").format(list=", ".join(ticked)) if ticked else _("Space ticks one."))

    def on_save(self) -> None:
        """Write it; what is refused is said at its field."""
        for each in self.fields.values():
            if each.fault:
                each.say_fault("")
        try:
            if self.day is None:
                words, entry = self.acts.add(self.person, self.texts)
            else:
                words = self.acts.edit(self.person, self.day.entry.id, texts_of(self.day.entry), self.texts)
        except UserError as error:
            self._say_error(error)
            return
        self.error.hide()
        self._at_start = self.texts
        if self.day is None:
            self.attachments.day_saved(entry.id)
            self.added.emit(words, entry.id)
        else:
            self.saved.emit(words)

    def _say_error(self, error: UserError) -> None:
        name = field_of(error, self.texts)
        if not name:
            self.error.show_error(error)
            self.scroll.verticalScrollBar().setValue(0)
            return
        field = self.fields[name]
        field.say_fault(say_fault(error, name))
        field.control.setFocus(Qt.FocusReason.OtherFocusReason)
        self.scroll.ensureWidgetVisible(field)

    def escape(self) -> None:
        """Back, unless that would lose what was typed: then say so."""
        if not self.is_changed:
            self.left.emit()
            return
        self.error.show_error(
            UserError(
                "E_UNSAVED",
                _("This day is not saved yet."),
                "",
                _("Choose Save to keep it, or Cancel to leave it as it was."),
            ),
            can_retry=False,
        )
        self.scroll.ensureWidgetVisible(self.error)
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_open(self, work: Artefact) -> None:
        self.wanted.emit("people", ("person", self.person.id, "portfolio", work.id))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.attachments.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.attachments.dropEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and ctrl:
            self.on_save()
        else:
            super().keyPressEvent(event)
