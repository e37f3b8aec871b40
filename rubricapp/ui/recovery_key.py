"""The recovery key as it is typed from its sheet: what is wrong with it is said group by group."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.widgets.announce import announce
from rubricapp.ui.widgets.layouts import Field, flow


class RecoveryKeyField(QWidget):
    """typed(Identity): a whole key. It is kept nowhere here."""

    typed = Signal(object)

    def __init__(self, do: str, folds: bool = False, parent: QWidget | None = None) -> None:
        """do: what its button does. folds: only a button is there at first, as few people ever need it."""
        super().__init__(parent)
        self._folds = folds
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.unfold = button(_("Use the recovery sheet instead"), "quiet", "life-buoy")
        self.unfold.clicked.connect(self._on_unfold)
        self._top = flow(self.unfold)
        layout.addWidget(self._top)
        self.key = QLineEdit()
        self.key.setMaxLength(400)
        self.key.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        self.key.returnPressed.connect(self._on_done)
        self.field = Field(
            _("Recovery key"),
            self.key,
            _("All groups of the recovery sheet, line by line; spaces and capitals do not matter."),
        )
        layout.addWidget(self.field)
        self.fault = PlainLabel("", "warning")
        layout.addWidget(self.fault)
        self.do = button(do, "", "life-buoy")
        self.do.clicked.connect(self._on_done)
        self._acts = flow(self.do)
        layout.addWidget(self._acts)
        self.forget()

    def forget(self) -> None:
        """Empty it, and fold it up where it folds."""
        self.key.clear()
        self.fault.hide()
        self._show(not self._folds)

    def _show(self, on: bool) -> None:
        self._top.setVisible(self._folds and not on)
        for each in (self.field, self._acts):
            each.setVisible(on)

    def _on_unfold(self) -> None:
        self._show(True)
        self.key.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_done(self) -> None:
        from rubricapp.operations.recovery import key_in

        try:
            key = key_in(self.key.text())
        except UserError as error:
            self.fault.setText(f"{error.what} {error.do}")
            self.fault.show()
            announce(self, self.fault.text(), urgent=True)
            self.key.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.fault.hide()
        self.typed.emit(key)
