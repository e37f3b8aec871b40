"""The list of cases, and opening one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from rubricapp.core.committee import Case
from rubricapp.core.model import Person, Role
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations import committee
from rubricapp.store.committee import list_cases
from rubricapp.store.people import list_people
from rubricapp.ui.committee.reading import CaseRow, list_rows, list_voters, say_votes
from rubricapp.ui.committee.voting import VoterTicks
from rubricapp.ui.dates import say_day
from rubricapp.ui.leading import leads
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import WHOLE, Header, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, choice, flow
from rubricapp.ui.widgets.rows import Column, FindBox, RowsModel, RowsTable


def case_columns(with_person: bool = True) -> tuple[Column, ...]:
    person = Column(_("Participant"), lambda each: each.participant.name, lambda each: each.participant.sort_key)
    return (
        *((person,) if with_person else ()),
        Column(_("Day"), lambda each: say_day(each.case.held_on), lambda each: each.case.held_on),
        Column(_("Votes"), lambda each: say_votes(each.case)),
        Column(_("Decision"), lambda each: each.case.decision.decision if each.case.decision else "–", wide=True),
    )


class ListView(Scroll):
    """case_wanted(case's id): open this one."""

    case_wanted = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(_("Committee"), parent, measure=WHOLE, reading=True)
        self.session = session
        self.header = Header(_("Committee"))
        self.header.say(_("One participant at a time: read, vote alone, talk, decide."))
        self.body.addWidget(self.header)
        self.box = FindBox(_("Find a case"), _("Find a case"))
        self.box.textChanged.connect(self._on_looked_for)
        self._tools = flow(self.box)
        self.body.addWidget(self._tools)
        self.model = RowsModel(case_columns(), self)
        self.table = RowsTable(self.model, _("Cases"))
        self.table.allow_sorting()
        self.table.grow_to(10)
        self.table.chosen.connect(lambda each: self.case_wanted.emit(each.case.id))
        self.body.addWidget(self.table)
        self.go = button(_("Open this case"), "primary", "arrow-right")
        self.go.clicked.connect(self._on_go)
        self._acts = flow(self.go)
        self.body.addWidget(self._acts)
        self.nothing = Card()
        self.nothing.body.addWidget(PlainLabel(_("No case yet."), "section"))
        self.nothing_words = PlainLabel("", "muted")
        self.nothing.body.addWidget(self.nothing_words)
        self.body.addWidget(self.nothing)
        self.form = Card()
        self.form.body.addWidget(PlainLabel(_("A new case"), "section"))
        self.error = ErrorCard()
        self.form.body.addWidget(self.error)
        self.whom = choice(_("Participant"))
        self.whom.currentIndexChanged.connect(lambda _index: self._show_voters())
        self.day = QLineEdit()
        self.day.setMaxLength(10)
        self.day.returnPressed.connect(self._on_open)
        self.form.body.addWidget(
            flow(
                Field(_("Participant"), self.whom),
                Field(_("Day"), self.day, _("Year-month-day, such as 2026-09-01")),
            )
        )
        self.form.body.addWidget(PlainLabel(_("Who votes"), "strong"))
        self.voters = VoterTicks()
        self.form.body.addWidget(self.voters)
        self.open = button(_("Open the case"), "", "plus")
        self.open.clicked.connect(self._on_open)
        self.form.body.addWidget(flow(self.open))
        self.voters.stand_between(self.day, self.open)
        self.body.addWidget(self.form)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Read the cases; what is being chosen for a new one stays."""
        ws, may = self.session.ws, leads(self.session)
        current = self.current()
        rows = list_rows(ws, self.session.me)
        self.model.set_records(rows)
        if rows:
            place = self.model.row_of(lambda each: current is not None and each.case.id == current.case.id)
            self.table.setCurrentIndex(self.model.index(max(0, place), 0))
        for each in (self.table, self._acts, self._tools):
            each.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        said = _("Open one below; everybody votes alone before the talk.")
        self.nothing_words.setText(said if may else _("A programme lead opens a case and says who votes in it."))
        self.form.setVisible(may)
        self.open.setEnabled(not ws.read_only)
        kept = self.whom.currentData()
        self.whom.blockSignals(True)
        self.whom.clear()
        for each in list_people(ws, Role.PARTICIPANT):
            if self.session.me is None or each.id != self.session.me.id:
                self.whom.addItem(f"{each.name}  {each.code}", each)
        same = next(
            (n for n in range(self.whom.count()) if kept is not None and self.whom.itemData(n).id == kept.id), 0
        )
        self.whom.setCurrentIndex(same if self.whom.count() else -1)
        self.whom.blockSignals(False)
        if not self.day.text():
            self.day.setText(ws.sources.now().astimezone().date().isoformat())
        self._show_voters()

    def _show_voters(self) -> None:
        left_out, about = self.voters.left_out, self.whom.currentData()
        people = list_voters(self.session.ws, about.id) if about is not None else []
        self.voters.show_people(people, lambda each: each.id not in left_out)

    def current(self) -> CaseRow | None:
        """The case the table stands at."""
        row = self.table.currentIndex().row()
        return self.model.record(row) if 0 <= row < self.model.rowCount() else None

    def _on_looked_for(self, text: str) -> None:
        self.model.look_for(text)
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _on_go(self) -> None:
        if self.current() is not None:
            self.case_wanted.emit(self.current().case.id)

    def _on_open(self) -> None:
        """Make the case; one that is there on that day is opened as it is, with the members it has."""
        about: Person | None = self.whom.currentData()
        members = self.voters.chosen
        try:
            if about is None or not members:
                raise UserError(
                    "E_NO_MEMBERS",
                    _("There is nobody to vote.") if about is not None else _("There is no participant yet."),
                    _("Nothing was changed."),
                    _("Say whom it is about and who votes."),
                    exit_code=Exit.USAGE,
                )
            day = self.day.text().strip()
            known: Case | None = next(
                (each for each in list_cases(self.session.ws, about.id) if each.held_on == day), None
            )
            author = self.session.me.id if self.session.me else ""
            case, changes = committee.open_case(self.session.ws, about, day, () if known else members, author)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.error.hide()
        self.session.changed.emit(changes)
        self.case_wanted.emit(case.id)

    def panes(self) -> list[QWidget]:
        found = [self.table] if not self.table.isHidden() else []
        return [*found, *([self.whom] if not self.form.isHidden() else [])] or [self]

    def main(self) -> QWidget:
        return self.panes()[0]

    def find(self) -> None:
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def as_text(self) -> str:
        return self.model.as_text() if self.model.rowCount() else ""
