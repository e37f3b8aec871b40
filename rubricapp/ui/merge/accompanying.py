"""Who accompanies whom: said by the lead before a mentor's first kit, with its way back."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from rubricapp.core.model import Person, Role
from rubricapp.i18n import _
from rubricapp.store.mentoring import list_mentorships
from rubricapp.store.people import list_people
from rubricapp.ui.merge.part import Part, column_of
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import OperationCommand
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, choice, fill, flow
from rubricapp.ui.widgets.rows import RowsModel, RowsTable


@dataclass(frozen=True)
class Pair:
    """One participant whom one mentor was asked to accompany."""

    participant: Person
    mentor: Person


class AccompanyingView(Part):
    """Whom each mentor was asked to accompany, and one more."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        card = Card()
        self.outer.addWidget(card)
        card.body.addWidget(PlainLabel(_("Who accompanies whom"), "label"))
        words = _(
            "A mentor’s kit holds the works and days of those they accompany. Whom a mentor has met or assessed here"
            " counts as well, until it is taken back."
        )
        card.body.addWidget(PlainLabel(words, "muted"))
        self.model = RowsModel(
            (
                column_of(_("Participant"), lambda each: each.participant),
                column_of(_("Mentor"), lambda each: each.mentor),
            ),
            self,
        )
        self.table = RowsTable(self.model, _("Who accompanies whom"))
        self.table.grow_to(6)
        card.body.addWidget(self.table)
        self.away = button(_("No longer accompanied"), "quiet", "x")
        self.away.clicked.connect(self.take_back)
        card.body.addWidget(flow(self.away))
        self.participant, self.mentor = choice(_("Participant")), choice(_("Mentor"))
        card.body.addWidget(
            flow(Field(_("Participant"), self.participant), Field(_("Mentor"), self.mentor), spacing=14)
        )
        self.ask_one = button(_("Ask to accompany"), "", "plus")
        self.ask_one.clicked.connect(self.ask)
        card.body.addWidget(flow(self.ask_one))

    def refresh(self) -> None:
        """Read who was asked, and who could be."""
        ws = self.session.ws
        everybody = list_people(ws)
        people = {each.id: each for each in everybody}
        found = [
            Pair(people[participant], people[mentor])
            for mentor, participant in list_mentorships(ws)
            if mentor in people and participant in people
        ]
        found.sort(key=lambda each: (each.mentor.sort_key, each.participant.sort_key))
        row = max(0, self.table.currentIndex().row())
        self.model.set_records(found)
        if found:
            self.table.setCurrentIndex(self.model.index(min(row, len(found) - 1), 0))
        for each in (self.table, self.away):
            each.setVisible(bool(found))
        mentors = [each for each in everybody if each.roles & {Role.MENTOR, Role.LEAD, Role.ASSESSOR}]
        mentors.sort(key=lambda each: (Role.MENTOR not in each.roles, each.sort_key))
        fill(self.participant, [(each.name, each) for each in list_people(ws, Role.PARTICIPANT)])
        fill(self.mentor, [(each.name, each) for each in mentors])
        self.ask_one.setEnabled(bool(self.participant.count() and self.mentor.count()) and not ws.read_only)
        self.away.setEnabled(not ws.read_only)

    def ask(self) -> None:
        """Ask the one that is chosen."""
        participant, mentor = self.participant.currentData(), self.mentor.currentData()
        if any((each.participant.id, each.mentor.id) == (participant.id, mentor.id) for each in self.model.shown):
            return
        words = _("{mentor} accompanies {participant}.")
        self._do(words.format(mentor=mentor.name, participant=participant.name), participant, mentor, False)

    def take_back(self) -> None:
        """No longer ask for the chosen row."""
        index = self.table.currentIndex()
        if not index.isValid():
            return
        pair: Pair = self.model.record(index.row())
        words = _("{mentor} no longer accompanies {participant}.").format(
            mentor=pair.mentor.name, participant=pair.participant.name
        )
        self._do(words, pair.participant, pair.mentor, True)
        (self.table if self.table.isVisible() else self.ask_one).setFocus(Qt.FocusReason.OtherFocusReason)

    def _do(self, words: str, participant: Person, mentor: Person, removed: bool) -> None:
        from rubricapp.operations import mentoring

        session, me = self.session, self.me

        def say(taken: bool) -> object:
            return session.run(mentoring.accompany, participant, mentor, me, taken)

        if say(removed) is None:
            return
        first = [True]

        def again() -> None:
            if not first:
                say(removed)
            first.clear()

        session.undo_stack.push(OperationCommand(words, again, lambda: say(not removed)))
        self.done.emit(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self.take_back()
            return
        super().keyPressEvent(event)
