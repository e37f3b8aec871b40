"""One file of the inbox: all that should be known of it, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rubricapp.i18n import _
from rubricapp.ui.merge.entries import Entry, Remark, list_remarks, say_about
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.recovery_key import RecoveryKeyField
from rubricapp.ui.widgets.layouts import Card, clear, flow
from rubricapp.ui.widgets.signs import Sign

if TYPE_CHECKING:
    from rubricapp.operations.recovery import Identity


class FileCard(Card):
    """trusted(): its key was compared. again(): look once more. away(): off the list. unlocked(Identity): with this."""

    trusted = Signal()
    again = Signal()
    away = Signal()
    unlocked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = PlainLabel()
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(self.words)
        self._remarks: list[Remark] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self.body.addLayout(self._lines)
        self.recovery = RecoveryKeyField(_("Open it with the recovery key"))
        self.recovery.typed.connect(self._on_typed)
        self.body.addWidget(self.recovery)
        self.trust = button(_("I compared the key: trust it"), "", "shield-check")
        self.trust.clicked.connect(self.trusted)
        self.look = button(_("Look at it again"), "", "rotate-cw")
        self.look.clicked.connect(self.again)
        self.leave = button(_("Take it off the list"), "quiet", "x")
        self.leave.clicked.connect(self.away)
        self.body.addWidget(flow(self.trust, self.look, self.leave))
        self._entry: Entry | None = None

    def show_entry(self, entry: Entry | None) -> None:
        """Show this one; what was typed for another is gone."""
        words = say_about(entry) if entry is not None else ""
        self.setVisible(entry is not None and (bool(words) or not entry.merged))
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self._show_remarks(list_remarks(entry) if entry is not None else [])
        if self._entry is None or entry is None or entry.path != self._entry.path:
            self.recovery.forget()
        self._entry = entry
        if entry is not None:
            refused = entry.looked is None and entry.refused is not None
            self.trust.setVisible(entry.asks_trust and entry.refused is None)
            self.look.setVisible(refused)
            self.recovery.setVisible(refused and entry.refused.code == "E_SEALED")

    def _show_remarks(self, remarks: list[Remark]) -> None:
        if remarks == self._remarks:
            return
        self._remarks = remarks
        clear(self._lines)
        for each in remarks:
            words = PlainLabel(each.words)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            line = QHBoxLayout()
            line.setSpacing(10)
            sign = Sign(each.icon, each.token)
            line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(words, 1)
            self._lines.addLayout(line)
            for widget in (sign, words):  # a layout shows what comes later only in the next turn
                widget.show()

    def _on_typed(self, key: Identity) -> None:
        self.recovery.forget()
        self.unlocked.emit(key)
