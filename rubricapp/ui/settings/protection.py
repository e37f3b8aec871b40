"""Protection at rest: what it does and what not, switched on with a passphrase typed twice, and off with it once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _, ngettext
from rubricapp.ui import theme
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, confirm
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, flow

MINUTES = (0, 5, 15, 30, 60)


class ProtectionCard(Card):
    """said(words): worth a toast. protect_wanted(passphrase), unprotect_wanted(passphrase), lock_wanted()."""

    said = Signal(str)
    protect_wanted = Signal(str)
    unprotect_wanted = Signal(str)
    lock_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        from rubricapp.operations import protection

        super().__init__(parent)
        self.session = session
        self.body.addWidget(PlainLabel(_("Protection"), "section"))
        self.state = PlainLabel()
        self.body.addWidget(self.state)
        self.body.addWidget(PlainLabel(protection.what_it_does(), "muted"))
        self.error = ErrorCard()
        self.body.addWidget(self.error)
        self.first, self.again = _secret(), _secret()
        self.first_field = Field(
            _("Passphrase"), self.first, _("Ten characters or more; several words are easy to keep.")
        )
        self.again_field = Field(_("The same once more"), self.again)
        self.body.addWidget(self.first_field)
        self.body.addWidget(self.again_field)
        self.protect = button(_("Protect this workspace"), "primary", "lock")
        self.protect.clicked.connect(self._on_protect)
        self.again.returnPressed.connect(self._on_protect)
        self.lock = button(_("Lock now"), "primary", "lock")
        self.lock.clicked.connect(self.lock_wanted)
        self.replace = button(_("Replace unprotected backups…"), "", "hard-drive")
        self.replace.clicked.connect(self._on_replace)
        self.remove = button(_("Take the protection away"), "danger", "lock-open")
        self.remove.clicked.connect(self._on_remove)
        self.minutes = QComboBox()
        for each in MINUTES:
            text = ngettext("after {n} minute", "after {n} minutes", each).format(n=each) if each else _("never")
            self.minutes.addItem(text, each)
        self.minutes.activated.connect(lambda _index: session.set_settings(lock_minutes=self.minutes.currentData()))
        self.minutes_field = Field(_("Lock when nobody types or clicks"), self.minutes)
        self.body.addWidget(self.minutes_field)
        self.body.addWidget(flow(self.protect, self.lock, self.replace, self.remove))

    def refresh(self) -> None:
        """Say how it stands."""
        from rubricapp.operations import protection

        ws = self.session.ws
        on = bool(ws.key)
        old = protection.list_unprotected(ws.folder) if on else ()
        lines = [_("The database is encrypted.") if on else _("Not protected: whoever finds this laptop can read it.")]
        if on:
            lines.append(
                _("The passphrase and the recovery sheet open it.")
                if protection.opened_by_recovery(ws)
                else _("Only the passphrase opens it: make a recovery sheet.")
            )
        if old:
            lines.append(
                ngettext("{n} older backup is not encrypted.", "{n} older backups are not encrypted.", len(old)).format(
                    n=len(old)
                )
            )
        self.state.setText("\n".join(lines))
        theme.restyle(self.state, "ok" if on and not old else "warning")
        self.first_field.setVisible(not ws.read_only)
        self.first_field.label.setText(_("Passphrase, to take the protection away") if on else _("Passphrase"))
        self.first.setAccessibleName(self.first_field.label.text())
        self.first_field.hint.setVisible(not on)
        self.again_field.setVisible(not on and not ws.read_only)
        self.protect.setVisible(not on and not ws.read_only)
        self.remove.setVisible(on and not ws.read_only)
        self.lock.setVisible(on)
        self.minutes_field.setVisible(on)
        self.replace.setVisible(bool(old) and not ws.read_only)
        nearest = min(range(len(MINUTES)), key=lambda at: abs(MINUTES[at] - self.session.settings.lock_minutes))
        self.minutes.setCurrentIndex(nearest)

    def _on_protect(self) -> None:
        if self.first.text() != self.again.text():
            self._refuse(_("The two are not the same."), _("Type it twice."))
            return
        if len(self.first.text()) < SHORTEST:
            self._refuse(_("This passphrase is too short."), _("Take ten characters or more."))
            return
        passphrase = self._take()
        confirm(
            self,
            _("Protect this workspace?"),
            _(
                "The database is copied, encrypted, compared and put in its place; then you are asked for the"
                " passphrase. Keep it where you keep important papers: nobody can bring it back."
            ),
            _("Protect this workspace"),
            lambda: self.protect_wanted.emit(passphrase),
            danger=False,
        )

    def _on_remove(self) -> None:
        passphrase = self._take()
        confirm(
            self,
            _("Take the protection away?"),
            _("Whoever finds this laptop can read everything then."),
            _("Take the protection away"),
            lambda: self.unprotect_wanted.emit(passphrase),
        )

    def _on_replace(self) -> None:
        confirm(
            self,
            _("Replace unprotected backups?"),
            _("A protected backup is made and checked; then those that anybody can read are deleted from this laptop."),
            _("Replace them"),
            self._replace,
        )

    def _replace(self) -> None:
        from rubricapp.operations import protection

        try:
            gone = protection.replace_unprotected(self.session.ws)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.error.hide()
        self.refresh()
        self.said.emit(ngettext("{n} backup replaced", "{n} backups replaced", len(gone)).format(n=len(gone)))

    def _take(self) -> str:
        text = self.first.text()
        self.first.clear()
        self.again.clear()
        self.error.hide()
        return text

    def _refuse(self, what: str, do: str) -> None:
        error = UserError("E_PASSPHRASE", what, _("Nothing was changed."), do, exit_code=Exit.USAGE)
        self.error.show_error(error, can_retry=False)
        self.first.setFocus()


SHORTEST = 10


def _secret() -> QLineEdit:
    found = QLineEdit()
    found.setEchoMode(QLineEdit.EchoMode.Password)
    found.setMaxLength(4000)
    return found
