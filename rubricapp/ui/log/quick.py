"""The quick row: a day in one line. Enter adds; what a department writes down first comes first."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from rubricapp.core.model import LogEntry, Person
from rubricapp.core.production import TEMPLATES, next_day, template
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.ui.dates import say_day
from rubricapp.ui.log.fields import LogField
from rubricapp.ui.log.words import field_of, say_fault, say_field
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.widgets.layouts import Card, FlowLayout, flow

ALWAYS = ("worked_on", "role", "hours", "production")
STAYS = ("role", "production")
"""Kept after a day was added: the next one is likely the same."""
_UNSAID = ("day_type", "department")


class QuickRow(Card):
    """add_wanted(): Enter or "Add". more_wanted(): the whole form, with what is typed here."""

    add_wanted = Signal()
    more_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=16, spacing=8)
        self.title = PlainLabel("", "label")
        self.body.addWidget(self.title)
        names = dict.fromkeys((*ALWAYS, "scenes", *(name for each in TEMPLATES.values() for name in each)))
        self.fields = {name: LogField(name, short=True) for name in names}
        self._line = QWidget()
        policy = self._line.sizePolicy()
        policy.setHeightForWidth(True)
        self._line.setSizePolicy(policy)
        layout = FlowLayout(self._line, 10)
        for each in self.fields.values():
            each.entered.connect(self.add_wanted)
            each.control.textChanged.connect(self.clear_faults)
            layout.addWidget(each)
        self.body.addWidget(self._line)
        self.fault = PlainLabel("", "danger")
        self.fault.hide()
        self.body.addWidget(self.fault)
        self.taken = PlainLabel("", "small muted")
        self.taken.hide()
        self.body.addWidget(self.taken)
        self.add = button(_("Add"), "primary", "plus")
        self.add.clicked.connect(self.add_wanted)
        self.repeat = button(_("Repeat last"), "", "rotate-cw")
        self.repeat.clicked.connect(self._on_repeat)
        self.more = button(_("More…"), "", "pencil")
        self.more.clicked.connect(self.more_wanted)
        self.body.addWidget(flow(self.add, self.repeat, self.more))
        self._last: LogEntry | None = None
        self._base: dict[str, str] = {}
        self._person = ""
        self.shown: tuple[str, ...] = ()

    def show_for(self, person: Person, last: LogEntry | None, today: str) -> None:
        """For this participant; what is typed stays as long as it is the same one."""
        self.title.setText(_("Log a day for {name}").format(name=person.name))
        self._last = last
        self.repeat.setEnabled(last is not None)
        first = (*ALWAYS, *template(person.department)[:2])
        self._order(first if "scenes" in first else (*first, "scenes"))
        if person.id != self._person:
            self._person = person.id
            self.start(today)
        elif not self.fields["worked_on"].text:
            self.fields["worked_on"].set_text(today)

    def start(self, today: str, kept: tuple[str, ...] = ()) -> None:
        """Empty again, but for the date and what is kept."""
        for name, each in self.fields.items():
            if name not in kept:
                each.set_text("")
        self.clear_faults()
        self.fields["worked_on"].set_text(today)
        self._base = {}
        self.taken.hide()

    def _order(self, names: tuple[str, ...]) -> None:
        if names == self.shown:
            return
        self.shown = names
        self._line.layout().arrange([self.fields[name] for name in names])
        before = None
        for name in names:
            if before is not None:
                QWidget.setTabOrder(before, self.fields[name].control)
            before = self.fields[name].control
        QWidget.setTabOrder(before, self.add)
        for name, each in self.fields.items():
            each.setVisible(name in names)

    @property
    def texts(self) -> dict[str, str]:
        """What is typed, with what was taken over from the last day."""
        return self._base | {name: self.fields[name].text for name in self.shown if self.fields[name].text}

    @property
    def is_typed(self) -> bool:
        """Whether something of a new day is typed."""
        stays = ("worked_on", *STAYS)
        return any(self.fields[name].text for name in self.shown if name not in stays)

    def clear_faults(self) -> None:
        self.fault.hide()

    def say_error(self, error: UserError) -> bool:
        """Say it at its field and go there; False where it belongs to none."""
        name = field_of(error, self.texts)
        if name not in self.shown:
            return False
        text = say_fault(error, name)
        self.fault.setText(f"{say_field(name)}: {text}")
        self.fault.show()
        box = self.fields[name].control
        box.setAccessibleDescription(text)
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        box.selectAll()
        return True

    def focus_first(self) -> None:
        box = self.fields["worked_on"].control
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        box.selectAll()

    def _on_repeat(self) -> None:
        if self._last is None:
            return
        self._base = next_day(self._last)
        for name, text in self._base.items():
            if name in self.shown:
                self.fields[name].set_text(text)
        for name in self.shown:
            self._base.pop(name, None)
        more = "  ·  ".join(f"{say_field(name)}: {text}" for name, text in self._base.items() if name not in _UNSAID)
        self.taken.setText(
            _("As on {day}, also: {more}").format(day=say_day(self._last.worked_on), more=more)
            if more
            else _("As on {day}").format(day=say_day(self._last.worked_on))
        )
        self.taken.show()
        self.fields["hours"].control.setFocus(Qt.FocusReason.OtherFocusReason)
