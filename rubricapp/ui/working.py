"""How far a job beside the window is: words, a bar, and a way to stop it. The same wherever something takes long."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from rubricapp.i18n import _
from rubricapp.ui.background import Job
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.widgets.layouts import flow


class WorkBar(QWidget):
    """stopped(): somebody asked to stop. Hidden while nothing runs."""

    stopped = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._job: Job | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.words = PlainLabel("", "muted")
        layout.addWidget(self.words)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(name)
        layout.addWidget(self.bar)
        self.stop = button(_("Stop"), "", "x")
        self.stop.clicked.connect(self._on_stop)
        layout.addWidget(flow(self.stop))
        self.hide()

    def follow(self, job: Job) -> None:
        """Show how far this job is until it has ended; Stop cancels it."""
        self._job = job
        job.progressed.connect(lambda done, total, _label: self.tell(done, total))
        job.ended.connect(self.end)
        self.begin()

    def begin(self, words: str = "") -> None:
        """Something runs; how far is not known yet."""
        self.say(words)
        self.bar.setRange(0, 0)
        self.stop.setEnabled(True)
        self.show()

    def say(self, words: str) -> None:
        """What is being done; "" for nothing but the bar."""
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.bar.setAccessibleName(words or self._name)

    def tell(self, done: int, total: int) -> None:
        """So much of it is done. Shown in thousandths: a film has more bytes than a bar has numbers."""
        self.bar.setRange(0, 1000)
        self.bar.setValue(done * 1000 // max(1, total))

    def end(self) -> None:
        """Nothing runs any more."""
        self._job = None
        self.hide()

    def _on_stop(self) -> None:
        self.stop.setEnabled(False)
        if self._job is not None:
            self._job.cancel()
        self.stopped.emit()

    def take_focus(self) -> None:
        """The keyboard to Stop."""
        self.stop.setFocus(Qt.FocusReason.OtherFocusReason)
