"""What law gives a person, on their page: everything held about them as a file; and to be erased, after their name was
typed. The database's part of erasing holds the window for a moment; the rest runs beside it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from rubricapp.core.erasing import same_name
from rubricapp.core.model import Person
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.ui import theme
from rubricapp.ui.background import Background, Job
from rubricapp.ui.choosing import choose_place
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, flow

_LINES = 5
_SOON_MS = 200
_DELETE = Qt.WidgetAttribute.WA_DeleteOnClose


class PrivacyCard(Card):
    """said(words): worth a toast. asked(widget): a question that is to be seen came up; Escape puts it away. Whoever
    shows the person hears of their erasing through the session, as all do."""

    said = Signal(str)
    asked = Signal(QWidget)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.person: Person | None = None
        self.background = Background(self)
        self._job: Job | None = None
        self._confirmed = False
        self.body.addWidget(PlainLabel(_("Privacy"), "section"))
        self.body.addWidget(
            PlainLabel(
                _(
                    "A person may have a copy of everything that is held about them, with its history. What peers said"
                    " is in it without their names."
                ),
                "muted",
            )
        )
        self.error = ErrorCard()
        self.body.addWidget(self.error)
        self.export = button(_("Export everything…"), "", "download")
        self.export.clicked.connect(self._on_export)
        self.erase = button(_("Erase this person…"), "", "trash-2")
        self.erase.clicked.connect(self._on_erase)
        self.body.addWidget(flow(self.export, self.erase))
        self.bar = QProgressBar()
        self.bar.setAccessibleName(_("How far it is"))
        self.bar.setTextVisible(False)
        self.status = PlainLabel("", "muted")
        self.cancel = button(_("Cancel"))
        self.cancel.clicked.connect(self._on_cancel)
        for each in (self.bar, self.status, self.cancel):
            self.body.addWidget(each)
        self.question = self._make_question()
        self.body.addWidget(self.question)
        self._tell("")

    def _make_question(self) -> Card:
        box = Card(look="danger_box")
        self.title = PlainLabel("", "strong")
        box.body.addWidget(self.title)
        self.lines = [PlainLabel() for _number in range(_LINES)]
        for line in self.lines:
            box.body.addWidget(line)
        self.name = QLineEdit()
        self.name.setMaxLength(600)
        self.name.textChanged.connect(self._on_typed)
        self.name.returnPressed.connect(self._on_entered)
        self.name_field = Field(_("Type their whole name"), self.name)
        box.body.addWidget(self.name_field)
        self.reason = QLineEdit()
        self.reason.setMaxLength(200)
        self.reason.returnPressed.connect(self._on_entered)
        hint = _("Stays in the history, so without their name: asked for it, end of retention …")
        box.body.addWidget(Field(_("Why (if you like)"), self.reason, hint))
        self.act = button(_("Erase for good"), "danger", "trash-2")
        self.act.clicked.connect(self._on_confirmed)
        self.keep = button(_("Keep this person"))
        self.keep.clicked.connect(self._on_keep)
        box.body.addWidget(flow(self.keep, self.act))
        return box

    def show_person(self, person: Person | None) -> None:
        """The card of this person; None hides it, as for somebody who is being added."""
        if person is None or self.person is None or person.id != self.person.id:
            self._confirmed = False
            self.question.hide()
            self.error.hide()
        self.person = person
        self.setVisible(person is not None)
        writable = not self.session.ws.read_only
        self.erase.setVisible(writable)
        self.erase.setEnabled(self._job is None)
        self.export.setEnabled(self._job is None)

    # Exporting

    def _on_export(self) -> None:
        from rubricapp.operations.report_files import safe_file_name

        choose_place(
            self,
            _("Export everything about {name}").format(name=self.person.name),
            Path.home() / f"{safe_file_name(self.person.name)}.zip",
            self.export_to,
            [_("ZIP files (*.zip)"), _("All files (*)")],
            "zip",
        )

    def export_to(self, path: Path) -> None:
        """Gather everything now, write it beside the window."""
        from rubricapp.operations import personal_data, personal_file

        if self._job is not None or self.person is None:
            return
        self.error.hide()
        try:
            personal_file.demand_place(self.session.ws, path)
            collected = personal_data.collect(self.session.ws, self.person.id)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        job = self._start(self.background.start(personal_file.write, collected, path), _("Writing…"))
        job.done.connect(self._on_exported)
        job.failed.connect(lambda error: self.error.show_error(error, can_retry=False))
        job.cancelled.connect(lambda: self.said.emit(_("Cancelled. Nothing was written.")))

    def _on_exported(self, made: object) -> None:
        words = _("Exported: {file}").format(file=made.path.name)
        if made.left_out:
            words += " · " + ngettext(
                "{n} thing left out; the file says what and why",
                "{n} things left out; the file says what and why",
                len(made.left_out),
            ).format(n=len(made.left_out))
        self.said.emit(words)

    # Erasing

    def _on_erase(self) -> None:
        """Say what goes and what stays, and ask for the name."""
        from rubricapp.operations import privacy

        self.error.hide()
        outlook = privacy.look_ahead(self.session.ws, self.person.id)
        self.title.setText(_("Erase {name}? This cannot be undone.").format(name=self.person.name))
        for line, words in zip(self.lines, outlook.lines, strict=True):
            line.setText(words)
        self.name.clear()
        self.name.setPlaceholderText(self.person.name)
        self.reason.clear()
        self._on_typed("")
        self.question.show()
        self.erase.setEnabled(False)
        self.question.setAccessibleDescription(" ".join(outlook.lines))
        self.name.setFocus()
        self.asked.emit(self.question)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.question.isVisible():
            self._on_keep()
            return
        super().keyPressEvent(event)

    def _on_typed(self, text: str) -> None:
        self.act.setEnabled(self.person is not None and same_name(text, self.person.name or self.person.id))

    def _on_entered(self) -> None:
        if self.act.isEnabled():
            self.act.setFocus()  # Enter goes on to the button; it never erases by itself

    def _on_keep(self) -> None:
        self._confirmed = False
        self._tell("")
        self.question.hide()
        self.name.clear()
        self.erase.setEnabled(self._job is None)
        self.erase.setFocus()

    def _on_confirmed(self) -> None:
        if self._job is not None:
            return
        self.act.setEnabled(False)
        self._confirmed = True
        self._erase_soon()

    def _erase_soon(self) -> None:
        """Once nothing is written beside the window: a backup begun before would bring the person back."""
        if not self._confirmed:
            return
        if any(each.busy for each in self.window().findChildren(Background)):
            self._tell(_("Waiting for what is still being written…"))
            QTimer.singleShot(_SOON_MS, self, self._erase_soon)
            return
        self._confirmed = False
        self.keep.setEnabled(False)
        self._tell(_("Erasing… the window answers again in a moment."))
        QTimer.singleShot(0, self, self._erase)  # so that these words are seen first

    def _erase(self) -> None:
        from rubricapp.operations import privacy

        session = self.session
        me = session.me.id if session.me else ""
        self.keep.setEnabled(True)
        self._tell("")
        try:
            done = privacy.erase(session.ws, self.person.id, self.name.text(), self.reason.text(), me)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            self._on_typed(self.name.text())
            return
        self.question.hide()
        self.name.clear()
        self.reason.clear()
        session.undo_stack.clear()  # what it would take back was about somebody who is gone, or may have been
        if done.person == me:
            session.set_me(None)
            session.set_settings(name="")
        session.changed.emit(done.changes)
        self.person = None
        if done.unfinished is not None:
            show_result(self, privacy.say_done(done, None))
            return
        try:
            begun = privacy.begin_proof(session.ws, done)
        except UserError as error:
            session.failed.emit(error)
            return
        job = self._start(self.background.start(privacy.search_files, begun), _("Searching every file…"))
        job.failed.connect(session.failed)
        job.done.connect(
            lambda found: show_result(self, privacy.say_done(done, privacy.conclude_proof(session.ws, found)))
        )

    # What runs

    def _start(self, job: Job, words: str) -> Job:
        self._job = job
        self._tell(words)
        self.cancel.setVisible(True)
        self.cancel.setEnabled(True)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.export.setEnabled(False)
        self.erase.setEnabled(False)
        self.destroyed.connect(job.cancel)
        job.progressed.connect(self._on_progressed)
        job.ended.connect(self._on_ended)
        return job

    def _tell(self, words: str) -> None:
        self.status.setText(words)
        self.status.setVisible(bool(words))
        self.bar.hide()
        self.cancel.hide()

    def _on_progressed(self, done: int, total: int, label: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.status.setText(_("{k} of {n}  {what}").format(k=done, n=total, what=label))

    def _on_cancel(self) -> None:
        self.cancel.setEnabled(False)
        if self._job is not None:
            self._job.cancel()

    def _on_ended(self) -> None:
        self._job = None
        self._tell("")
        self.export.setEnabled(True)
        self.erase.setEnabled(self.question.isHidden())


def show_result(parent: QWidget, lines: list[str]) -> QDialog:
    """What erasing did and what the search found, to be read and closed."""
    dialog = QDialog(parent.window())
    dialog.setAttribute(_DELETE)
    dialog.setWindowTitle(_("Erased"))
    dialog.setObjectName("erased")
    dialog.setMinimumWidth(theme.look().px(460))
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(24, 20, 24, 20)
    layout.setSpacing(10)
    layout.addWidget(PlainLabel(_("Erased"), "section"))
    for line in lines:
        layout.addWidget(PlainLabel(line))
    close = button(_("Close"), "primary")
    close.setDefault(True)
    close.clicked.connect(dialog.accept)
    layout.addWidget(flow(close))
    dialog.setAccessibleDescription(" ".join(lines))
    dialog.open()
    close.setFocus()
    return dialog
