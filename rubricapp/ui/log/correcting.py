"""A mentor's correction: hours and a note, kept beside what the participant wrote."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.ui.dates import say_day
from rubricapp.ui.log.fields import SHORT, LineBox
from rubricapp.ui.log.reading import Day
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.widgets.layouts import Card, Columns, Field, flow


class CorrectionCard(Card):
    """keep_wanted(): Enter or the button. absent_wanted(): "I was not there". left()."""

    keep_wanted = Signal()
    absent_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = PlainLabel("", "label")
        self.body.addWidget(self.title)
        self.theirs = PlainLabel("", "muted")
        self.body.addWidget(self.theirs)
        self.hours = LineBox(8)
        self.note = QLineEdit()
        self.note.setMaxLength(SHORT)
        columns = Columns(at=40, shares=(1, 3))
        columns.left.addWidget(Field(_("Hours as you know them"), self.hours))
        columns.right.addWidget(Field(_("What was different"), self.note))
        self.body.addWidget(columns)
        self.fault = PlainLabel("", "danger")
        self.body.addWidget(self.fault)
        keep = button(_("Keep the correction"), "primary", "check")
        keep.clicked.connect(self.keep_wanted)
        absent = button(_("I was not there"))
        absent.clicked.connect(self.absent_wanted)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.left)
        self.body.addWidget(flow(keep, absent, cancel))
        for each in (self.hours, self.note):
            each.returnPressed.connect(self.keep_wanted)
        self.day: Day | None = None
        self.hide()

    def ask(self, day: Day, mine: object = None) -> None:
        """About this day. mine: what the same mentor said before."""
        self.day = day
        self.title.setText(_("Correct {day} of {name}").format(day=say_day(day.entry.worked_on), name=day.person.name))
        self.theirs.setText(
            _("{name} wrote {hours}. That stays as it is; your correction stands beside it.").format(
                name=day.person.given_name or day.person.name,
                hours=_("{hours} hours").format(hours=day.hours) if day.hours else _("no hours"),
            )
        )
        self.hours.clear()
        self.note.setText(getattr(mine, "note", ""))
        self.fault.hide()
        self.show()
        self.hours.setFocus(Qt.FocusReason.OtherFocusReason)

    def say_error(self, error: UserError) -> None:
        """What is wrong, below the boxes."""
        self.fault.setText(" ".join(part for part in (error.what, error.do) if part))
        self.fault.show()
        self.hours.setAccessibleDescription(self.fault.text())
        self.hours.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
