"""Merges that were done, with the way back, and what was put aside because it could not be trusted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.store.kits import list_device_keys
from rubricapp.store.merging import list_merges, list_quarantine
from rubricapp.store.people import list_people
from rubricapp.ui.dates import say_when
from rubricapp.ui.merge.disputes import OPEN_KINDS
from rubricapp.ui.messages import PlainLabel, button, confirm
from rubricapp.ui.page import OperationCommand, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, flow
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable

if TYPE_CHECKING:
    from rubricapp.store.merging import Merge, Quarantined

SHOWN = 300


class MergesView(QWidget):
    """done(words): something that can be undone. notice(words)."""

    done = Signal(str)
    notice = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._names: dict[str, str] = {}
        self._froms: dict[str, str] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Merges done"), measure=100_000)
        outer.addWidget(self.scroll)
        body = self.scroll.body
        self.empty = PlainLabel(_("Nothing was merged yet. What is merged can be taken back here as a whole."), "muted")
        body.addWidget(self.empty)

        def number(title: str, name: str) -> Column:
            return Column(title, lambda each: str(getattr(each, name)), lambda each: getattr(each, name), right=True)

        self.model = RowsModel(
            (
                Column(_("When"), lambda each: say_when(each.at, session.ws.sources.now()), lambda each: each.at),
                Column(_("From"), self._say_sender, wide=True),
                number(_("New"), "new"),
                number(_("Same"), "same"),
                number(_("Parallel"), "parallel"),
                number(_("Conflicts"), "conflict"),
                Column(_("State"), lambda each: _("stands") if each.stands else _("taken back")),
            ),
            self,
        )
        self.table = RowsTable(self.model, _("Merges done"))
        self.table.grow_to(12)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_acts())
        body.addWidget(self.table)
        self.undo = button(_("Take this merge back"), "", "undo-2")
        self.undo.clicked.connect(self._on_undo)
        self.redo = button(_("Let it stand again"), "", "redo-2")
        self.redo.clicked.connect(lambda: self._switch(self.current(), True))
        self.receipts = button(_("Show the receipts"), "quiet", "folder-open")
        self.receipts.clicked.connect(self._on_receipts)
        self.acts = flow(self.undo, self.redo, self.receipts)
        body.addWidget(self.acts)
        self.aside_card = Card(look="warning_box")
        self.aside_words = PlainLabel("", "strong")
        self.aside_card.body.addWidget(self.aside_words)
        self.aside = RowsTable(
            RowsModel(
                (
                    Column(_("From"), lambda each: self._froms.get(each.package, each.package[:8])),
                    Column(_("Why"), lambda each: each.reason),
                    Column(_("What it says"), _say_content, wide=True),
                ),
                self,
            ),
            _("Put aside"),
        )
        self.aside.grow_to(8)
        self.aside_card.body.addWidget(self.aside)
        body.addWidget(self.aside_card)
        body.addStretch(1)

    def refresh(self) -> None:
        """Read again, newest first."""
        current = self.current()
        merges = list_merges(self.session.ws)[::-1]
        people = {each.id: each.name for each in list_people(self.session.ws)}
        self._names = {each.device: people.get(each.person, "") for each in list_device_keys(self.session.ws)}
        self._froms = {each.package: self._say_sender(each) for each in merges}
        self.model.set_records(merges)
        there = bool(merges)
        self.empty.setVisible(not there)
        self.table.setVisible(there)
        self.acts.setVisible(there)
        if there:
            row = self.model.row_of(lambda each: current is not None and each.id == current.id)
            self.table.setCurrentIndex(self.model.index(max(0, row), 0))
        self._show_acts()
        aside = list_quarantine(self.session.ws)
        self.aside_card.setVisible(bool(aside))
        self.aside_words.setText(
            ngettext(
                "{n} change was put aside: it could not be trusted, and counts nowhere.",
                "{n} changes were put aside: they could not be trusted, and count nowhere.",
                len(aside),
            ).format(n=len(aside))
        )
        self.aside.model().set_records(aside[:SHOWN])

    def _say_sender(self, merge: Merge) -> str:
        """Whose laptop it came from; a person who was erased is not named."""
        laptop = merge.label or merge.sender[:8]
        return "  ·  ".join(part for part in (self._names.get(merge.sender, ""), laptop) if part)

    def current(self) -> Merge | None:
        """The merge that is chosen."""
        index = self.table.currentIndex()
        return self.model.record(index.row()) if index.isValid() and index.row() < len(self.model.shown) else None

    def _show_acts(self) -> None:
        merge = self.current()
        self.undo.setVisible(merge is not None and merge.stands)
        self.redo.setVisible(merge is not None and not merge.stands)

    def _on_undo(self) -> None:
        """Take the chosen merge back; where something that was decided since rests on it, after saying so."""
        from rubricapp.operations.laptops import demand_no_kit
        from rubricapp.operations.resting import find_resting, say_resting

        merge, ws = self.current(), self.session.ws
        try:
            demand_no_kit(ws, merge)
        except UserError as error:
            self.notice.emit(error.message)
            return
        said = say_resting(ws, find_resting(ws, merge.id))
        if not said:
            self._switch(merge, False)
            return
        confirm(
            self,
            _("Take back what {label} brought?").format(label=self._say_sender(merge)),
            "\n\n".join(said),
            _("Take it back all the same"),
            lambda: self._switch(merge, False),
        )

    def _switch(self, merge: Merge, stands: bool) -> None:
        from rubricapp.operations import merging

        session = self.session
        me = session.me.id if session.me is not None else ""
        operation = merging.redo if stands else merging.undo
        back = merging.undo if stands else merging.redo
        if session.run(operation, merge.id, me) is None:
            return
        words = _("Merged again: {label}") if stands else _("Taken back: the merge of {label}")
        text = words.format(label=self._say_sender(merge))
        first = [True]

        def act(which: Callable) -> Callable[[], object]:
            def run() -> None:
                if first:
                    first.clear()
                else:
                    session.run(which, merge.id, me)

            return run

        session.undo_stack.push(OperationCommand(text, act(operation), act(back)))
        self.refresh()
        self.done.emit(text)
        self.table.setFocus()

    def _on_receipts(self) -> None:
        folder = self.session.ws.folder / "receipts"
        if folder.is_dir():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
        else:
            self.notice.emit(_("There are no receipts yet."))

    def main(self) -> QWidget:
        """What takes the keyboard."""
        return self.table if self.table.isVisible() else self.scroll


def _say_content(each: Quarantined) -> str:
    """What kind of thing; of what was said of people not the value, which may be hidden still."""
    said = json.loads(each.content)
    about = f"{said.get('kind', '')} {said.get('field', '')}".replace("_", " ")
    if said.get("kind") not in OPEN_KINDS:
        return about
    return f"{about} = {json.dumps(said.get('value'), ensure_ascii=False)[:200]}"
