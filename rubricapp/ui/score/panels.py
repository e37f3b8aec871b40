"""What the page asks and says between header and rows: what is missing, that it is locked, why it is reopened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from rubricapp.core.model import Assessment
from rubricapp.i18n import _, ngettext
from rubricapp.ui.dates import say_day
from rubricapp.ui.widgets.announce import announce
from rubricapp.ui.widgets.chips import WordsLabel
from rubricapp.ui.widgets.layouts import FlowLayout

NAMED = 3
"""Criteria that are named where some are missing; the others are counted."""


class Panel(QFrame):
    """A line of words and buttons. closed(): Esc, or it has done its work."""

    closed = Signal()

    def __init__(self, tone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", tone)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 6, 12, 6)
        self.flow = FlowLayout(spacing=8)
        outer.addLayout(self.flow)
        self.words = WordsLabel("", "strong", self)
        self.flow.addWidget(self.words)
        self.hide()

    def button(self, text: str, look: str = "") -> QPushButton:
        button = QPushButton(text, self)
        if look:
            button.setProperty("look", look)
        self.flow.addWidget(button)
        return button

    def say(self, words: str) -> None:
        self.words.setText(words)
        self.show()
        announce(self.words, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not isinstance(self, LockedPanel):
            self.hide()
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class FinishPanel(Panel):
    """finish_as_is(), go_to_first()."""

    finish_as_is = Signal()
    go_to_first = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("warning_box", parent)
        self.go_button = self.button(_("Go to the first"), "primary")
        self.as_is_button = self.button(_("Finish as is"))
        self.as_is_button.clicked.connect(self.finish_as_is)
        self.go_button.clicked.connect(self.go_to_first)

    def ask(self, missing: Sequence[str]) -> None:
        """missing: titles of the criteria without level or blank, in the rubric's order."""
        names, more = ", ".join(missing[:NAMED]), len(missing) - NAMED
        if more > 0:
            names = ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=names, n=more)
        words = ngettext("{n} criterion has no level: {names}.", "{n} criteria have no level: {names}.", len(missing))
        self.say(words.format(n=len(missing), names=names))
        self.go_button.setFocus(Qt.FocusReason.OtherFocusReason)


class LockedPanel(Panel):
    """reopen(). next_(): on to the next participant. home(): there is none; what else is to do stands there."""

    reopen = Signal()
    next_ = Signal()
    home = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("ok_box", parent)
        self.next_button = self.button(_("Next participant"), "primary")
        self.home_button = self.button(_("Home"), "primary")
        self.reopen_button = self.button(_("Reopen…"))
        self.reopen_button.clicked.connect(self.reopen)
        self.next_button.clicked.connect(self.next_)
        self.home_button.clicked.connect(self.home)

    def go_on(self) -> None:
        """The keyboard to the button that leads on."""
        button = self.home_button if self.next_button.isHidden() else self.next_button
        button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_locked(self, assessment: Assessment | None, has_next: bool = True, handed_in: bool = False) -> None:
        """Say that this assessment is locked; None hides the panel. has_next: there is another participant. handed_in:
        it is in what this laptop handed in last."""
        if assessment is None:
            self.hide()
            return
        if assessment.finished_at is not None:
            here = assessment.finished_at.astimezone()
            words = _("Finished on {day} at {time} and locked.").format(
                day=say_day(here.date().isoformat()), time=f"{here:%H:%M}"
            )
        else:
            words = _("Finished and locked.")
        if handed_in:
            words = _("{words} Handed in; after opening it again hand in once more.").format(words=words)
        self.reopen_button.setToolTip(_("Reopen (R)"))
        self.next_button.setVisible(has_next)
        self.home_button.setVisible(not has_next)
        if self.isHidden() or words != self.words.text():
            self.say(words)


class _Line(QLineEdit):
    """Enter is used up here: what it brings about moves the focus, and must not be pressed as well."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


class ReopenPanel(Panel):
    """reasoned(str): the person gave a reason and wants to go on."""

    reasoned = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("warning_box", parent)
        self.reason = _Line(self)
        self.reason.setAccessibleName(_("Reason for reopening"))
        self.reason.setPlaceholderText(_("Reason"))
        self.reason.setMaxLength(500)
        self.reason.setMinimumWidth(self.fontMetrics().averageCharWidth() * 40)
        self.flow.addWidget(self.reason)
        self.reopen_button = self.button(_("Reopen"), "primary")
        self.cancel_button = self.button(_("Keep it locked"))
        self.reason.textChanged.connect(lambda text: self.reopen_button.setEnabled(bool(text.strip())))
        self.reason.returnPressed.connect(self._on_reopen)
        self.reopen_button.clicked.connect(self._on_reopen)
        self.cancel_button.clicked.connect(self._on_cancel)

    def ask(self) -> None:
        self.reason.clear()
        self.reopen_button.setEnabled(False)
        self.say(_("Why is it reopened? The reason is kept in the history."))
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_reopen(self) -> None:
        if self.reason.text().strip():
            self.reasoned.emit(self.reason.text())

    def _on_cancel(self) -> None:
        self.hide()
        self.closed.emit()
