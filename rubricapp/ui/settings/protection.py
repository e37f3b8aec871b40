"""Protection at rest: what it does and what not; on with a passphrase typed twice, off with it once, another one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.ui import theme
from rubricapp.ui.messages import ErrorCard, PlainLabel, button, confirm
from rubricapp.ui.session import Session
from rubricapp.ui.settings.passphrase import PassphraseForm, fault_of, secret
from rubricapp.ui.widgets.layouts import Card, Field, flow

MINUTES = (0, 5, 15, 30, 60)


class ProtectionCard(Card):
    """said(words): worth a toast. protect_wanted(passphrase), unprotect_wanted(passphrase), lock_wanted().
    change_wanted(present, new): a new key, too. stop_wanted(): files of works are being encrypted or opened."""

    said = Signal(str)
    protect_wanted = Signal(str)
    unprotect_wanted = Signal(str)
    lock_wanted = Signal()
    change_wanted = Signal(str, str)
    stop_wanted = Signal()

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
        self.running = PlainLabel("", "strong")
        self.running.hide()
        self.body.addWidget(self.running)
        self.stop = button(_("Stop"), "", "x")
        self.stop.setAccessibleName(_("Stop encrypting or opening files"))
        self.stop.clicked.connect(self.stop_wanted)
        self.stop.hide()
        self.body.addWidget(flow(self.stop))
        self.first, self.again = secret(), secret()
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
        self.remember = QCheckBox(_("Remember on this computer"))
        self.remember.clicked.connect(self._on_remember)
        self.body.addWidget(self.remember)
        self.remember_hint = PlainLabel(
            _(
                "The system’s keychain opens the workspace without typing, for whoever is logged in as you, and for any"
                " program that runs as you. After idleness the passphrase is asked for all the same. It is never the"
                " only way: keep the passphrase and the recovery sheet."
            ),
            "small muted",
        )
        self.body.addWidget(self.remember_hint)
        self.form = PassphraseForm()
        self.form.change_wanted.connect(self._on_change)
        self.form.left.connect(self._on_form_left)
        self.form.hide()
        self.body.addWidget(self.form)
        self.change = button(_("Change the passphrase…"), "", "pencil")
        self.change.clicked.connect(self._on_change_begun)
        self.body.addWidget(flow(self.protect, self.lock, self.change, self.replace, self.remove))

    def refresh(self) -> None:
        """Say how it stands."""
        from rubricapp.operations import protection

        ws = self.session.ws
        on = bool(ws.key)
        old = protection.list_unprotected(ws.folder) if on else ()
        waiting = protection.count_waiting(ws)
        remembered = on and protection.is_remembered(ws.folder)
        lines = [_("This workspace is encrypted.")]
        if not on:
            lines = [_("Not protected: whoever finds this laptop can read it.")]
        elif waiting:
            lines = [_("The database is encrypted.")]
            lines.append(
                ngettext(
                    "{n} file of works is not encrypted yet.", "{n} files of works are not encrypted yet.", waiting
                ).format(n=waiting)
            )
        if on:
            lines.append(
                _("The passphrase and the recovery sheet open it.")
                if protection.opened_by_recovery(ws)
                else _("Only the passphrase opens it: make a recovery sheet.")
            )
        if remembered:
            lines.append(_("This computer’s keychain opens it, too."))
        if old:
            lines.append(
                ngettext("{n} older backup is not encrypted.", "{n} older backups are not encrypted.", len(old)).format(
                    n=len(old)
                )
            )
        self.state.setText("\n".join(lines))
        theme.restyle(self.state, "ok" if on and not old and not waiting else "warning")
        changing = not self.form.isHidden()
        self.first_field.setVisible(not ws.read_only and not changing)
        self.first_field.label.setText(_("Passphrase, to take the protection away") if on else _("Passphrase"))
        self.first.setAccessibleName(self.first_field.label.text())
        self.first_field.hint.setVisible(not on)
        self.again_field.setVisible(not on and not ws.read_only)
        self.protect.setVisible(not on and not ws.read_only)
        self.remove.setVisible(on and not ws.read_only and not changing)
        self.change.setVisible(on and not ws.read_only and not changing)
        self.remember.setVisible(on and not ws.read_only)
        self.remember_hint.setVisible(on and not ws.read_only)
        self.remember.setChecked(remembered)
        self.lock.setVisible(on)
        self.minutes_field.setVisible(on)
        self.replace.setVisible(bool(old) and not ws.read_only)
        nearest = min(range(len(MINUTES)), key=lambda at: abs(MINUTES[at] - self.session.settings.lock_minutes))
        self.minutes.setCurrentIndex(nearest)

    def _on_protect(self) -> None:
        fault = fault_of(self.first.text(), self.again.text())
        if fault is not None:
            self.error.show_error(fault, can_retry=False)
            self.first.setFocus()
            return
        passphrase = self._take()
        confirm(
            self,
            _("Protect this workspace?"),
            _(
                "The database is copied, encrypted, compared and put in its place; then you are asked for the"
                " passphrase, and the files of works are encrypted while you go on. Keep the passphrase where you keep"
                " important papers: nobody can bring it back."
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
            _("The files of works are opened first, which may take a while. Whoever finds this laptop reads all then."),
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

    # The ways to the key

    def say_running(self, words: str) -> None:
        """What is being encrypted or opened beside the window; "" where nothing is."""
        self.running.setText(words)
        self.running.setVisible(bool(words))
        self.stop.setVisible(bool(words))
        if not words and not self.session.ws.suspended:
            self.refresh()

    def _on_remember(self, on: bool) -> None:
        from rubricapp.operations import protection

        try:
            if on:
                protection.remember(self.session.ws)
            else:
                protection.forget(self.session.ws.folder)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
        else:
            self.error.hide()
            self.said.emit(_("Remembered on this computer") if on else _("Forgotten on this computer"))
        self.refresh()

    def _on_change_begun(self) -> None:
        self.form.start()
        self.refresh()

    def _on_form_left(self) -> None:
        self.refresh()
        self.change.setFocus()

    def _on_change(self, present: str, new: str, new_key: bool) -> None:
        from rubricapp.operations import protection

        folder, unlock = self.session.ws.folder, protection.by_passphrase(present)
        try:
            if new_key:
                protection.demand(folder, unlock)
            else:
                protection.change_passphrase(folder, unlock, new)
        except UserError as error:
            self.form.error.show_error(error, can_retry=False)
            self.form.present.setFocus()
            return
        self.form.leave()
        if new_key:
            self.change_wanted.emit(present, new)  # the workspace is closed for that
            return
        self.said.emit(_("The passphrase is changed"))
