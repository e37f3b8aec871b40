"""What the page asks and says between header and rows: what is missing, that it is locked, why it is reopened."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from rubricapp.core.model import Assessment, AssessmentState
from rubricapp.i18n import _, ngettext
from rubricapp.ui.widgets.announce import announce
from rubricapp.ui.widgets.chips import WordsLabel
from rubricapp.ui.widgets.layouts import FlowLayout


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

    def ask(self, missing: int) -> None:
        self.say(ngettext("{n} criterion has no level.", "{n} criteria have no level.", missing).format(n=missing))
        self.go_button.setFocus(Qt.FocusReason.OtherFocusReason)


class LockedPanel(Panel):
    """reopen(), next_(): on to the next participant."""

    reopen = Signal()
    next_ = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("ok_box", parent)
        self.next_button = self.button(_("Next participant"), "primary")
        self.reopen_button = self.button(_("Reopen…"))
        self.reopen_button.clicked.connect(self.reopen)
        self.next_button.clicked.connect(self.next_)

    def show_locked(self, assessment: Assessment | None) -> None:
        """Say that this assessment is locked; None hides the panel."""
        if assessment is None:
            self.hide()
            return
        if assessment.state is AssessmentState.HANDED_IN:
            words = _("Handed in and locked. Ask the programme lead to send it back.")
        elif assessment.finished_at is not None:
            words = _("Finished {when} and locked.").format(
                when=f"{assessment.finished_at.astimezone():%Y-%m-%d %H:%M}"
            )
        else:
            words = _("Finished and locked.")
        self.reopen_button.setVisible(assessment.state is AssessmentState.FINISHED)
        if self.isHidden() or words != self.words.text():
            self.say(words)


class ReopenPanel(Panel):
    """reasoned(str): the person gave a reason and wants to go on."""

    reasoned = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("warning_box", parent)
        self.reason = QLineEdit(self)
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
