"""How far a job beside the window is: words, a bar, and a way to stop it. The same wherever something takes long."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from rubricapp.core.model import Problem
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.ui.background import Job
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, say_problem
from rubricapp.ui.widgets.layouts import Card, flow
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable


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


class WorkCard(Card):
    """How making files goes and went: a fault, words, the bar, the folder, what is to be noted. again(): once more."""

    again = Signal()

    def __init__(self, doing: str, noted: str, parent: QWidget | None = None) -> None:
        """doing: what the bar is called. noted: what the table of notes is called."""
        super().__init__(parent)
        self._folder: Path | None = None
        self.body.addWidget(PlainLabel(_("How it went"), "label"))
        self.error = ErrorCard()
        self.error.retry.connect(self.again)
        self.told = PlainLabel()
        self.more = PlainLabel("", "muted")
        self.more.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.work = WorkBar(doing)
        self.work.stopped.connect(lambda: self.told.setText(_("Stopping…")))
        self.show_folder = button(_("Show the folder"), "primary", "folder-open")
        self.show_folder.clicked.connect(self._on_show_folder)
        self.notes = RowsTable(RowsModel((Column(_("To note"), say_problem, wide=True),), self), noted)
        self.notes.setWordWrap(True)
        self.notes.grow_to(8)
        for each in (self.error, self.told, self.more, self.work, flow(self.show_folder), self.notes):
            self.body.addWidget(each)
        self.hide()

    def clear(self) -> None:
        """Nothing is said yet."""
        self.told.setText("")
        self.more.setText("")
        for each in (self.error, self.more, self.work, self.show_folder, self.notes):
            each.hide()
        self.show()

    def follow(self, job: Job, words: str) -> None:
        """Show how far this job is."""
        self.clear()
        self.told.setText(words)
        self.work.follow(job)
        job.failed.connect(self.fail)

    def tell(self, words: str, folder: Path | None = None, notes: Sequence[Problem] = (), more: str = "") -> None:
        """What came of it. folder: where to look, where there is something."""
        self.told.setText(words)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self._folder = folder
        self.show_folder.setVisible(folder is not None)
        self.notes.model().set_records(notes)
        self.notes.setVisible(bool(notes))

    def fail(self, error: UserError) -> None:
        """Why it was not made."""
        self.clear()
        self.error.show_error(error)

    def _on_show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
