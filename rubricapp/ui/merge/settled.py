"""Conflicts that were settled: with which value, who chose it and why, what was said since; and taking one back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rubricapp.core.model import Changes
from rubricapp.i18n import _
from rubricapp.ui.merge.disputes import Settlement, list_settlements
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import keep_undo
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, flow
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable

if TYPE_CHECKING:
    from rubricapp.store.conflicts import Conflict


class SettledCard(Card):
    """done(words): a settlement was taken back, with an Undo."""

    done = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.body.addWidget(PlainLabel(_("Settled"), "label"))
        self.model = RowsModel(
            (
                Column(_("Of whom"), lambda each: each.dispute.about, wide=True),
                Column(_("What"), lambda each: each.dispute.what),
                Column(_("Settled with"), lambda each: each.words[:60]),
                Column(_("Said since"), lambda each: each.since or "–"),
                Column(_("Reason"), lambda each: each.reason[:60], wide=True),
                Column(_("By"), lambda each: each.by),
                Column(_("When"), lambda each: each.at),
            ),
            self,
        )
        self.table = RowsTable(self.model, _("Settled conflicts"))
        self.table.grow_to(6)
        self.body.addWidget(self.table)
        self.back = button(_("Take this settlement back"), "", "undo-2")
        self.back.clicked.connect(self.take_back)
        self.body.addWidget(flow(self.back))

    def refresh(self) -> None:
        """Read again, newest first."""
        row = max(0, self.table.currentIndex().row())
        settlements = list_settlements(self.session.ws, self.session.me)
        self.model.set_records(settlements)
        self.setVisible(bool(settlements))
        if settlements:
            self.table.setCurrentIndex(self.model.index(min(row, len(settlements) - 1), 0))
        self.back.setEnabled(not self.session.ws.read_only)

    def take_back(self) -> None:
        """Both values of the chosen one are in conflict again, and with them what was said since."""
        from rubricapp.operations import merging

        index = self.table.currentIndex()
        if not index.isValid():
            return
        chosen: Settlement = self.model.record(index.row())
        conflict, me = chosen.dispute.conflict, self.session.me.id if self.session.me is not None else ""
        changes = self.session.run(merging.reopen, conflict, "", me)
        if changes is None:
            return
        text = _("In conflict again: {what}").format(what=f"{chosen.dispute.about}, {chosen.dispute.what}")
        settled = [(conflict, (conflict.since or conflict.settled).value)]
        reason = conflict.settled.reason
        keep_undo(
            self.session,
            text,
            Changes(),
            lambda: take_back(self.session, [conflict]),
            lambda: settle_again(self.session, settled, reason),
        )
        self.done.emit(text)


def take_back(session: Session, conflicts: Sequence[Conflict]) -> None:
    """Take settlements back, as Undo does."""
    from rubricapp.operations import merging

    me = session.me.id if session.me is not None else ""
    for each in conflicts:
        session.run(merging.reopen, each, "", me)


def settle_again(session: Session, settled: Sequence[tuple[Conflict, object]], reason: str) -> None:
    """Settle again what was taken back, as Redo does."""
    from rubricapp.operations import merging

    me = session.me.id if session.me is not None else ""
    for conflict, value in settled:
        session.run(merging.resolve, conflict, value, reason, me)
