"""Another passphrase: the present one once, the new one twice; a new key where the old one may have been seen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.widgets.layouts import Field, flow


class PassphraseForm(QWidget):
    """change_wanted(present, new, new key too). left()."""

    change_wanted = Signal(str, str, bool)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.error = ErrorCard()
        column.addWidget(self.error)
        self.present, self.new, self.again = secret(), secret(), secret()
        column.addWidget(Field(_("Present passphrase"), self.present))
        column.addWidget(
            Field(_("New passphrase"), self.new, _("Ten characters or more; several words are easy to keep."))
        )
        column.addWidget(Field(_("The new one once more"), self.again))
        self.new_key = QCheckBox(_("The old one may have been seen: take a new key, too"))
        column.addWidget(self.new_key)
        self.does = PlainLabel("", "muted")
        column.addWidget(self.does)
        self.change = button(_("Change the passphrase"), "primary", "check")
        self.change.clicked.connect(self._on_change)
        self.again.returnPressed.connect(self._on_change)
        self.cancel = button(_("Leave it as it is"), "", "x")
        self.cancel.clicked.connect(self.leave)
        column.addWidget(flow(self.change, self.cancel))
        self.new_key.toggled.connect(self._say)
        self._say(False)

    def _say(self, new_key: bool) -> None:
        from rubricapp.operations import protection

        self.does.setText(protection.what_changing_does(new_key, before=True))

    def start(self) -> None:
        """Begin with empty fields."""
        self._clear()
        self.error.hide()
        self.new_key.setChecked(False)
        self.show()
        self.present.setFocus()

    def leave(self) -> None:
        """Nothing is changed, and nothing typed stays."""
        self._clear()
        self.hide()
        self.left.emit()

    def _clear(self) -> None:
        for each in (self.present, self.new, self.again):
            each.clear()

    def _on_change(self) -> None:
        present, new, again = self.present.text(), self.new.text(), self.again.text()
        fault = fault_of(new, again)
        if fault is not None:
            self.error.show_error(fault, can_retry=False)
            self.new.setFocus()
            return
        self._clear()
        self.error.hide()
        self.change_wanted.emit(present, new, self.new_key.isChecked())


SHORTEST = 10


def fault_of(first: str, again: str) -> UserError | None:
    """What is wrong with a new passphrase that was typed twice; None where all is well."""
    if first != again:
        return _refused(_("The two are not the same."), _("Type it twice."))
    if len(first) < SHORTEST:
        return _refused(_("This passphrase is too short."), _("Take ten characters or more."))
    return None


def _refused(what: str, do: str) -> UserError:
    return UserError("E_PASSPHRASE", what, _("Nothing was changed."), do, exit_code=Exit.USAGE)


def secret() -> QLineEdit:
    """A field that shows dots."""
    found = QLineEdit()
    found.setEchoMode(QLineEdit.EchoMode.Password)
    found.setMaxLength(4000)
    return found
