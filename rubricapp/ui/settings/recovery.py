"""The recovery sheet: made onto paper, proved by typing some of it back, and how it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.store.kits import load_home
from rubricapp.ui import theme
from rubricapp.ui.choosing import choose_place
from rubricapp.ui.dates import say_when
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, clear, flow, row

if TYPE_CHECKING:
    from rubricapp.operations.recovery import MadeSheet


class RecoveryCard(Card):
    """said(words): worth a toast."""

    said = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.made: MadeSheet | None = None
        self.asked: tuple[int, ...] = ()
        self.body.addWidget(PlainLabel(_("Recovery sheet"), "section"))
        self.body.addWidget(
            PlainLabel(
                _(
                    "A key on paper that opens every package of this programme, should a laptop or its key be lost."
                    " It is kept nowhere on this laptop, and is not trusted before you have typed some of it back."
                ),
                "muted",
            )
        )
        self.state = PlainLabel()
        self.body.addWidget(self.state)
        self.error = ErrorCard()
        self.body.addWidget(self.error)
        self.proof = QWidget()
        self.proof_body = QVBoxLayout(self.proof)
        self.proof_body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.proof)
        self.fields: list[QLineEdit] = []
        self.make = button(_("Make a recovery sheet…"), "", "file-text")
        self.make.clicked.connect(self._on_make)
        self.test = button(_("Prove it"), "primary", "shield-check")
        self.test.clicked.connect(self._on_prove)
        self.body.addWidget(flow(self.test, self.make))

    def refresh(self) -> None:
        """Say how it stands, and ask for what is still to be typed back."""
        from rubricapp.operations import recovery

        ws = self.session.ws
        state = recovery.load_state(ws)
        theirs = load_home(ws) is not None
        self.make.setVisible(not theirs and not ws.read_only)
        lines = [
            _("In force: {fingerprint}").format(fingerprint=state.tested)
            if state.tested
            else _("No recovery key is in force: a lost key means lost packages.")
        ]
        if state.waits and state.waits_since:
            lines.append(
                _("Made {when} and not proved yet: {fingerprint}").format(
                    when=say_when(state.waits_since, ws.sources.now()), fingerprint=state.waits
                )
            )
            lines += filter(None, [recovery.say_void(self.made) if self.made is not None else ""])
        self.state.setText("\n".join(lines))
        theme.restyle(self.state, "ok" if state.tested and not state.waits else "warning")
        if not state.waits:
            self.made = None
        waits = bool(state.waits) and not theirs and not ws.read_only
        if waits != bool(self.fields):
            self._ask() if waits else self._put_away()
        self.test.setVisible(waits)

    def _ask(self) -> None:
        """Fields for three groups while the key is known here; else one for the whole key."""
        from rubricapp.operations import recovery

        self._put_away()
        if self.made is not None:
            self.asked = recovery.draw_groups(self.made)
            words = _("Print the sheet, then read these groups from the paper:")
            names = [_("Group {n}").format(n=number) for number in self.asked]
        else:
            words = _("Type the whole key from the sheet, with or without spaces:")
            names = [_("Recovery key")]
        self.proof_body.addWidget(PlainLabel(words))
        self.fields = [QLineEdit() for _name in names]
        for each in self.fields:
            each.setMaxLength(400)
            each.returnPressed.connect(self._on_prove)
        places = [Field(name, each) for name, each in zip(names, self.fields, strict=True)]
        self.proof_body.addLayout(row(*places, spacing=16))
        self.proof.show()

    def _put_away(self) -> None:
        self.fields = []
        clear(self.proof_body)
        self.proof.hide()

    def _on_make(self) -> None:
        kinds = [_("A page to print (*.pdf)"), _("Plain text (*.txt)")]
        place = Path.home() / "recovery-sheet.pdf"
        choose_place(self, _("Write the recovery sheet"), place, self.write, kinds, "pdf", replaces=False)

    def write(self, path: Path) -> None:
        """Write a sheet with a new key, and ask for the proof."""
        from rubricapp.operations import recovery

        try:
            self.made = recovery.make_sheet(self.session.ws, path)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.error.hide()
        self._put_away()
        self.refresh()
        if self.fields:
            self.fields[0].setFocus()
        self.said.emit(_("Written: {file}. Print it now, then delete the file.").format(file=path.name))

    def _on_prove(self) -> None:
        from rubricapp.operations import recovery

        typed = [each.text() for each in self.fields]
        try:
            if self.made is not None:
                pairs = list(zip(self.asked, typed, strict=True))
                changes = recovery.prove_groups(self.session.ws, self.made, pairs, self._author())
            else:
                changes = recovery.prove(self.session.ws, recovery.key_in(typed[0]), self._author())
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            self.fields[0].setFocus()
            return
        self.error.hide()
        self._put_away()
        self.session.changed.emit(changes)
        self.refresh()
        self.make.setFocus()
        self.said.emit(_("The recovery key is in force: packages are sealed for it from now on."))

    def _author(self) -> str:
        return self.session.me.id if self.session.me is not None else ""
