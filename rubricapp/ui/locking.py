"""A protected workspace in the window: its passphrase is asked for, and asked again after idleness.

Locking flushes what waits, closes the database and forgets its key; the pages stay in memory, hidden, so that a
half-filled form is still there afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.operations.workspaces import open_workspace
from rubricapp.ui import menus, opening, outside
from rubricapp.ui.background import Background
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import Scroll
from rubricapp.ui.recovery_key import RecoveryKeyField
from rubricapp.ui.sealing import Sealing
from rubricapp.ui.widgets.layouts import Card, Field, flow
from rubricapp.ui.widgets.signs import Sign

if TYPE_CHECKING:
    from rubricapp.operations.backups import Restored
    from rubricapp.operations.recovery import Identity
    from rubricapp.ui.main_window import MainWindow
    from rubricapp.ui.session import Session
    from rubricapp.ui.settings.protection import ProtectionCard

_SIGNS_OF_LIFE = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
}
_SOON_MS = 30_000
"""When to try again while something runs or cannot be saved."""
_AFTER_SEALING_MS = 500


class UnlockPage(QWidget):
    """Asks for the passphrase, or the key of the recovery sheet.

    unlock_wanted(passphrase). key_typed(Identity). other_wanted(): another workspace.
    """

    unlock_wanted = Signal(str)
    key_typed = Signal(object)
    other_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = Scroll(_("Locked"), measure=520)
        outer.addWidget(scroll)
        scroll.widget().layout().insertStretch(0, 1)
        body = scroll.body
        body.addWidget(Sign("lock", "accent", 40))
        body.addWidget(PlainLabel(_("This workspace is locked"), "title"))
        self.where = PlainLabel("", "muted")
        body.addWidget(self.where)
        self.error = ErrorCard()
        body.addWidget(self.error)
        card = Card()
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setMaxLength(4000)
        self.passphrase.returnPressed.connect(self._on_unlock)
        hint = _("Forgotten? A recovery sheet that was in force opens it, too.")
        card.body.addWidget(Field(_("Passphrase"), self.passphrase, hint))
        self.unlock = button(_("Unlock"), "primary", "lock-open")
        self.unlock.clicked.connect(self._on_unlock)
        other = button(_("Another workspace"), "", "folder-open")
        other.clicked.connect(self.other_wanted)
        card.body.addWidget(flow(self.unlock, other))
        self.recovery = RecoveryKeyField(_("Unlock with the recovery key"), folds=True)
        self.recovery.typed.connect(self._on_key)
        card.body.addWidget(self.recovery)
        body.addWidget(card)
        body.addStretch(1)

    def ask(self, folder: Path) -> None:
        """Begin to ask for the passphrase of this workspace."""
        self.error.hide()
        self.passphrase.clear()
        self.recovery.forget()
        self.where.setText(str(folder))
        self.passphrase.setFocus()

    def _on_unlock(self) -> None:
        typed = self.passphrase.text()
        self.passphrase.clear()
        self.unlock_wanted.emit(typed)

    def _on_key(self, key: Identity) -> None:
        self.recovery.forget()
        self.key_typed.emit(key)


class Locking(QObject):
    """Locks and unlocks the window's workspace."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.page: UnlockPage | None = None
        self._folder: Path | None = None
        self._locked: Session | None = None
        self._before: QWidget | None = None
        self._hidden: list[QWidget] = []
        self._title = ""
        self._watching = False
        self._asked = False
        self.sealing = Sealing(window)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.lock)

    @property
    def locked(self) -> bool:
        """Whether a workspace waits behind the lock."""
        return self._locked is not None

    # Idleness

    def watch(self) -> None:
        """Watch for idleness, where the workspace is protected and the settings say how long."""
        session = self.window.session
        minutes = self.window.settings.lock_minutes
        self.sealing.look()
        if session is None or not session.ws.key or not minutes:
            self._stop()
            return
        self._idle.setInterval(minutes * 60_000)
        self._idle.start()
        if not self._watching:
            QApplication.instance().installEventFilter(self)
            self._watching = True

    def _stop(self) -> None:
        self._asked = False
        self._idle.stop()
        if self._watching:
            QApplication.instance().removeEventFilter(self)
            self._watching = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE and not self._asked:
            self._idle.start()
        return False

    # Locking

    def lock(self) -> bool:
        """Lock now, where everything can be saved and nothing runs; else try again soon. Returns whether it did."""
        window, session = self.window, self.window.session
        if session is None or not session.ws.key:
            return False
        if any(each.busy for each in window.findChildren(Background)) or not window.flush_pages():
            self._idle.start(_AFTER_SEALING_MS if self.sealing.runs or self._asked else _SOON_MS)
            self.sealing.stop()  # it goes on after unlocking
            return False
        self._stop()
        self._locked, window.session = session, None
        self._before, self._title = window.page, window.windowTitle()
        self._hidden = [
            each
            for each in QApplication.topLevelWidgets()
            if each is not window and each.isVisible() and each.isWindow()
        ]
        self._hidden += [each for each in (window.rail, window.notices, window.error) if each.isVisible()]
        for each in (*self._hidden, window.toast, window.box):
            each.hide()
        session.locked.emit(True)
        outside.clear()
        session.ws.suspend()
        self._show(session.ws.folder)
        return True

    def lock_now(self) -> None:
        """Somebody asked for it: lock, or say that it will be as soon as it can."""
        self._asked = True
        if not self.lock():
            self.window.toast.say(_("It locks as soon as everything is saved."))

    def ask(self, folder: Path) -> bool:
        """Open a protected workspace where this computer's keychain remembers it; else ask for its passphrase."""
        from rubricapp.operations import protection

        fault = None
        if protection.is_remembered(folder):
            try:
                self.window.show_workspace(open_workspace(folder, unlock=protection.by_keychain))
                return True
            except UserError as error:
                fault = error
        self._show(folder)
        if fault is not None:
            self.page.error.show_error(fault, can_retry=False)
        return False

    def _show(self, folder: Path) -> None:
        window = self.window
        if self.page is None:
            self.page = UnlockPage()
            self.page.unlock_wanted.connect(self.unlock)
            self.page.key_typed.connect(self.unlock_by_key)
            self.page.other_wanted.connect(self._on_other)
            window.stack.addWidget(self.page)
        self._folder = folder
        window.setWindowTitle("Rubric")
        window.stack.setCurrentWidget(self.page)
        menus.enable(window)
        self.page.ask(folder)

    def unlock(self, passphrase: str) -> None:
        """Open with this passphrase, or say why not."""
        from rubricapp.operations import protection

        self._open(protection.by_passphrase(passphrase))

    def unlock_by_key(self, key: Identity) -> None:
        """Open with the key of the recovery sheet, or say why not."""
        from rubricapp.operations import protection

        self._open(protection.by_recovery((key,)))

    def _open(self, opens: Callable[..., bytes]) -> None:
        try:
            if self._locked is None:
                self.window.show_workspace(open_workspace(self._folder, unlock=opens))
                return
            self._locked.ws.resume(opens)
        except UserError as error:
            self.page.error.show_error(error, can_retry=False)
            self.page.passphrase.setFocus()
            return
        window = self.window
        window.session, self._locked = self._locked, None
        window.setWindowTitle(self._title)
        window.stack.setCurrentWidget(self._before)
        for each in self._hidden:
            each.show()
        self._hidden, self._before = [], None
        menus.enable(window)
        self.watch()
        window.session.locked.emit(False)

    def _on_other(self) -> None:
        self.window.close_workspace()

    def end(self) -> None:
        """The window closes its workspace: what waits behind the lock is given back, to be closed with the rest."""
        self._stop()
        outside.clear()
        if self._locked is not None:
            self.window.session, self._locked = self._locked, None
            for each in self._hidden:
                if each.isWindow():
                    each.close()
            self._hidden, self._before = [], None

    # Settings

    def serve(self, card: ProtectionCard) -> None:
        """Do what the card in Settings asks for."""
        card.protect_wanted.connect(self._on_protect)
        card.unprotect_wanted.connect(self._on_unprotect)
        card.lock_wanted.connect(self.lock)
        card.change_wanted.connect(self._on_change)
        card.stop_wanted.connect(self.sealing.stop)
        self.sealing.said.connect(card.say_running)
        card.say_running(self.sealing.words)

    def restore(self, file: Path) -> bool:
        """Put a backup in the place of the workspace; a protected one stays so, and is asked for its passphrase."""
        key = self.window.session.ws.key if self.window.session is not None else b""
        done: list[Restored] = []
        opened = self.window.reopen(lambda folder: done.append(opening.restore(folder, file, key)))
        absent = len(done[0].absent) if opened and done else 0
        if absent:
            words = ngettext(
                "{n} file of a work is not here: a backup on a stick or another disk holds it, or say at the work where"
                " it is.",
                "{n} files of works are not here: a backup on a stick or another disk holds them, or say at each work"
                " where it is.",
                absent,
            )
            self.window.notices.add(words.format(n=absent))
        return opened

    def _on_protect(self, passphrase: str) -> None:
        from rubricapp.operations import protection

        self.window.reopen(lambda folder: protection.protect(folder, passphrase, files=False))

    def _on_unprotect(self, passphrase: str) -> None:
        from rubricapp.operations import protection

        try:
            protection.demand(self.window.session.ws.folder, protection.by_passphrase(passphrase))
        except UserError as error:
            self.window.say_error(error)
            return
        self.sealing.open_all(passphrase)

    def _on_change(self, present: str, new: str) -> None:
        from rubricapp.operations import protection

        unlock = protection.by_passphrase(present)
        self.window.reopen(lambda folder: protection.change_key(folder, unlock, new))
