"""Files of works sealed, or opened again, beside the window: gone on with whenever a protected workspace is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.ui.background import Job

if TYPE_CHECKING:
    from rubricapp.store.workspace import Workspace
    from rubricapp.ui.main_window import MainWindow


class Sealing(QObject):
    """said(words): how far it is; "" when nothing runs any more."""

    said = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.words = ""
        self._job: Job | None = None
        self._seen: Workspace | None = None

    @property
    def runs(self) -> bool:
        """Whether a job of ours runs."""
        return self._job is not None

    def look(self) -> None:
        """Go on, once for each opening of a workspace, where something lies that should be sealed."""
        session = self.window.session
        if self._job is not None and not self.window.background.busy:
            self._on_ended(self._job)  # it went with a workspace that was closed
        if session is None or not session.ws.key:
            self._seen = None
        elif session.ws is not self._seen:
            self._seen = session.ws
            self.begin()

    def begin(self) -> None:
        """Seal what lies plain or under an earlier key."""
        from rubricapp.operations import protection

        ws = self.window.session.ws
        if self._job is not None or ws.read_only or not protection.must_settle(ws):
            return
        self._start(protection.seal_files, ws, _("Files of works are being encrypted: {percent} %"))
        self._job.done.connect(lambda _count: self._on_sealed(ws))

    def open_all(self, passphrase: str) -> None:
        """Open every file again; then the database, for which the workspace is closed for a moment."""
        from rubricapp.operations import protection

        ws = self.window.session.ws
        if self._job is not None:
            self._job.cancel()
        self._start(protection.open_files, ws, _("Files of works are being opened: {percent} %"))
        self._job.done.connect(lambda altered: self._on_opened(passphrase, altered))
        self._job.cancelled.connect(self.begin)

    def stop(self) -> None:
        """Stop after the file in hand; the next opening goes on."""
        self._seen = None
        if self._job is not None:
            self._job.cancel()

    def _start(self, function: object, ws: Workspace, words: str) -> None:
        job = self._job = self.window.background.start(function, ws.vault)
        job.progressed.connect(lambda done, total, _label: self._say(words.format(percent=done * 100 // max(1, total))))
        job.failed.connect(self._on_failed)
        job.ended.connect(lambda: self._on_ended(job))
        job.destroyed.connect(lambda: self._on_ended(job))
        self._say(words.format(percent=0))

    def _say(self, words: str) -> None:
        self.words = words
        self.said.emit(words)

    def _on_failed(self, error: UserError) -> None:
        self.window.notices.add(error.message)

    def _on_ended(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._say("")

    def _on_sealed(self, ws: Workspace) -> None:
        from rubricapp.operations import protection

        if ws.suspended or self.window.session is None or self.window.session.ws is not ws:
            return
        try:
            left = protection.settle(ws)
        except UserError as error:
            self.window.notices.add(error.message)
            return
        if left:
            self.window.notices.add(
                _("Files that are not encrypted yet, because another program holds them: {n}").format(n=left)
            )
        else:
            self.window.toast.say(_("All files of works are encrypted."))

    def _on_opened(self, passphrase: str, altered: tuple[Path, ...]) -> None:
        # After the job's own signals: closing the workspace takes the jobs away.
        QTimer.singleShot(0, self, lambda: self._unprotect(passphrase, altered))

    def _unprotect(self, passphrase: str, altered: tuple[Path, ...]) -> None:
        from rubricapp.operations import protection

        self.window.reopen(lambda folder: protection.unprotect(folder, protection.by_passphrase(passphrase)))
        if altered:
            self.window.notices.add(_("Files that were altered and could not be opened: {n}").format(n=len(altered)))
