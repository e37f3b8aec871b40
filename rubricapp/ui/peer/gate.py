"""Calibration before a round: where one stands, and the samples to practise on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from rubricapp.core.calibration import Sample
from rubricapp.core.model import Person
from rubricapp.i18n import _
from rubricapp.operations import calibration
from rubricapp.operations.calibration import practice_id
from rubricapp.store.calibrations import find_practice, list_samples
from rubricapp.store.people import load_edition
from rubricapp.ui.dates import say_day
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.peer.reading import Held
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, flow
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable


@dataclass(frozen=True)
class SampleRow:
    """A sample as its scorer sees it. done: ISO day it was finished on, or ""."""

    sample: Sample
    state: str
    done: str


class GateCard(Card):
    """sample_wanted(Sample): score this one, or look at what differed."""

    sample_wanted = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.title = PlainLabel("", "section")
        self.body.addWidget(self.title)
        self.state = PlainLabel("", "strong")
        self.body.addWidget(self.state)
        words = _(
            "Score a sample whose levels assessors have agreed on; then you see where you differ, and why. You do it"
            " before you review, so that a level means the same to everybody."
        )
        self.about = PlainLabel(words, "muted")
        self.body.addWidget(self.about)
        columns = (
            Column(_("Sample"), lambda row: row.sample.title, wide=True),
            Column(_("Criteria"), lambda row: str(len(row.sample.criteria)), right=True),
            Column(_("State"), lambda row: row.state),
        )
        self.model = RowsModel(columns, self)
        self.table = RowsTable(self.model, _("Samples to practise on"))
        self.table.grow_to(6)
        self.table.chosen.connect(lambda row: self.sample_wanted.emit(row.sample))
        self.body.addWidget(self.table)
        self.none = PlainLabel(_("There is no sample yet: the programme lead makes one."), "muted")
        self.body.addWidget(self.none)
        self.go = button(_("Score the next sample"), "primary", "arrow-right")
        self.go.clicked.connect(self._on_go)
        self.body.addWidget(flow(self.go))

    def show_round(self, held: Held, me: Person) -> bool:
        """Whether one may begin reviews of this round. The card is there only where the round asks for practice."""
        ws = self.session.ws
        self.setVisible(held.round.needs_calibration)
        if not held.round.needs_calibration:
            return True
        found = calibration.standing_of(ws, held.rubric, me)
        self.state.setText(calibration.say_standing(found, calibration.gate_of(ws, held.rubric)))
        self.title.setText(_("Calibration") if found.passed else _("Practise first"))
        self.about.setVisible(not found.passed)
        edition = load_edition(ws).id
        rows = []
        for sample in list_samples(ws, held.rubric.content_hash):
            practice = find_practice(ws, practice_id(sample.id, me.id, edition))
            done = practice.finished_on if practice else ""
            state = _("Finished on {day}").format(day=say_day(done)) if done else _("Begun")
            rows.append(SampleRow(sample, state if practice else _("Not begun"), done))
        current = self.table.currentIndex().row()
        self.model.set_records(rows)
        if rows:
            self.table.setCurrentIndex(self.model.index(min(max(0, current), len(rows) - 1), 0))
        self.table.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.go.setVisible(not found.passed and any(not row.done for row in rows))
        return found.passed

    def go_on(self) -> None:
        """The keyboard to what comes first."""
        (self.go if self.go.isVisible() else self.table).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_go(self) -> None:
        waiting = [row.sample for row in self.model.shown if not row.done]
        if waiting:
            self.sample_wanted.emit(waiting[0])
