"""Backups: the list of what can be restored, one made now, one put back. What was there before is set aside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.store.rehearsing import load_rehearsal
from rubricapp.ui import opening, theme, trials
from rubricapp.ui.background import Background, Job
from rubricapp.ui.choosing import choose_file, choose_folder
from rubricapp.ui.dates import say_when
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, confirm
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, flow
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable
from rubricapp.ui.working import WorkBar

if TYPE_CHECKING:
    from rubricapp.store.rehearsing import Rehearsal


class BackupCard(Card):
    """said(words): worth a toast. restore_wanted(Path)."""

    said = Signal(str)
    restore_wanted = Signal(object)

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.background = background
        self._trial: Job | None = None
        self.body.addWidget(PlainLabel(_("Backup"), "section"))
        self.body.addWidget(
            PlainLabel(
                _(
                    "The first of each day is made by itself and kept for 14 days, beside the workspace. A copy on"
                    " another disk also holds the evidence files, and survives the loss of this laptop."
                ),
                "muted",
            )
        )
        self.error = ErrorCard()
        self.body.addWidget(self.error)
        self.now = button(_("Back up now"), "primary", "hard-drive")
        self.now.clicked.connect(lambda: self._back_up(None))
        self.elsewhere = button(_("Back up to another disk…"), "", "folder")
        self.elsewhere.clicked.connect(self._on_elsewhere)
        self.from_file = button(_("Restore from a file…"), "", "folder-open")
        self.from_file.clicked.connect(self._on_from_file)
        self.body.addWidget(flow(self.now, self.elsewhere, self.from_file))
        self.work = WorkBar(_("Backing up"))
        self.body.addWidget(self.work)
        self.trial = PlainLabel()
        self.body.addWidget(self.trial)
        self.try_it = button(_("Restore on trial now"), "", "rotate-cw")
        self.try_it.clicked.connect(self._on_try)
        self.body.addWidget(flow(self.try_it))
        clock = session.ws.sources.now
        self.table = RowsTable(
            RowsModel(
                (
                    Column(_("Made"), lambda each: say_when(each.made_at, clock()), lambda each: each.made_at),
                    Column(_("Changes"), lambda each: str(each.changes), lambda each: each.changes),
                    Column(_("Size"), lambda each: say_size(each.size), lambda each: each.size),
                    Column(_("File"), lambda each: each.path.name, wide=True),
                ),
                self,
            ),
            _("Backups of this workspace"),
        )
        self.table.grow_to(6)
        self.table.chosen.connect(lambda each: self.ask(each.path))
        self.body.addWidget(self.table)
        self.restore = button(_("Restore the chosen one…"), "", "history")
        self.restore.clicked.connect(self._on_restore)
        self.body.addWidget(flow(self.restore))

    def refresh(self) -> None:
        """Read the list again."""
        from rubricapp.operations import backups

        self._say_trial()
        found = backups.list_backups(self.session.ws)
        self.table.model().set_records(found)
        self.table.setVisible(bool(found))
        self.restore.setVisible(bool(found))
        if found:
            self.table.setCurrentIndex(self.table.model().index(0, 0))

    def _say_trial(self) -> None:
        from rubricapp.operations import rehearsing

        last = load_rehearsal(self.session.ws)
        if last is None:
            text = _("No backup was restored on trial yet. That happens by itself once a week, after a backup.")
        else:
            when = say_when(last.at, self.session.ws.sources.now())
            text = _("Last trial {when}. {result}").format(
                when=when, result=rehearsing.alarm(last) or rehearsing.say_rehearsal(last)
            )
        self.trial.setText(text)
        theme.restyle(self.trial, "muted" if last is None else "ok" if last.ok else "danger")

    def _on_try(self) -> None:
        from rubricapp.operations import rehearsing

        try:
            self.session.ws.demand_writable()
            file = rehearsing.newest(self.session.ws)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        if file is not None:
            self._try(file)
            return
        job = self._back_up(None)
        if job is not None:
            job.done.connect(self._try)

    def _try(self, file: Path) -> None:
        self.error.hide()
        self.try_it.setEnabled(False)
        self.trial.setText(_("Restoring the newest backup on trial …"))
        theme.restyle(self.trial, "muted")
        self._trial = job = trials.start(self.background, self.session.ws, file)
        job.done.connect(self._on_tried)
        job.failed.connect(lambda error: self.error.show_error(error, can_retry=False))
        job.ended.connect(self._on_trial_ended)

    def _on_tried(self, rehearsal: Rehearsal) -> None:
        try:
            trials.keep(self.session.ws, rehearsal)
        except UserError as error:
            self.error.show_error(error, can_retry=False)

    def _on_trial_ended(self) -> None:
        self._trial = None
        self.try_it.setEnabled(True)
        self.refresh()

    def _back_up(self, to: Path | None) -> Job | None:
        try:
            job = opening.back_up(self.background, self.session.ws, to)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return None
        self.error.hide()
        had_focus = self.now.hasFocus() or self.elsewhere.hasFocus()
        job.ended.connect(self._on_backed_up)  # before the bar hears of it and is hidden, with the keyboard on it
        self._allow(False)
        self.work.follow(job)
        self.work.say(_("Backing up…"))
        if had_focus:
            self.work.take_focus()
        job.done.connect(lambda path: self.said.emit(_("Backed up and checked: {file}").format(file=path.name)))
        job.failed.connect(lambda error: self.error.show_error(error, can_retry=False))
        job.cancelled.connect(lambda: self.said.emit(_("Stopped. No backup was made.")))
        return job

    def _on_backed_up(self) -> None:
        had_focus = self.work.stop.hasFocus()
        self._allow(True)
        if had_focus:
            self.now.setFocus()
        self.refresh()

    def _allow(self, on: bool) -> None:
        for each in (self.now, self.elsewhere):
            each.setEnabled(on)
        self.try_it.setEnabled(on and self._trial is None)

    def _on_elsewhere(self) -> None:
        choose_folder(self, _("Back up to this folder"), Path.home(), self._back_up)

    def _on_from_file(self) -> None:
        choose_file(self, _("Restore from a file"), self.ask, Path.home(), [_("Backups (*.rubricbackup)")])

    def _on_restore(self) -> None:
        index = self.table.currentIndex()
        if index.isValid():
            self.ask(self.table.model().record(index.row()).path)

    def ask(self, file: Path) -> None:
        """Say what is in the backup and what would be lost, then ask."""
        from rubricapp.operations import backups

        try:
            backup, lost = backups.preview_backup(self.session.ws, file)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.error.hide()
        when = say_when(backup.made_at, self.session.ws.sources.now())
        text = _("It was made {when} and holds {n} changes of “{programme}”.").format(
            when=when, n=backup.changes, programme=backup.programme
        )
        if lost:
            text += " " + ngettext(
                "{n} change made since then is not in it.", "{n} changes made since then are not in it.", lost
            ).format(n=lost)
        text += " " + _("What is here now is set aside in the workspace's backups folder first.")
        confirm(
            self,
            _("Restore this backup?"),
            text,
            _("Restore the backup of {when}").format(when=when),
            lambda: self.restore_wanted.emit(file),
        )


def say_size(size: int) -> str:
    """Bytes as people read them: 412 KB, 41 MB."""
    value = float(size)
    for unit in ("B", "KB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"
