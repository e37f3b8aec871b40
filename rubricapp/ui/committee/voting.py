"""Who votes: a tick for everybody who may; for a new case, and for one in which nobody has voted yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from rubricapp.core.committee import Case
from rubricapp.core.model import Changes, Person
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations import committee
from rubricapp.store.people import list_people
from rubricapp.ui.committee.reading import list_voters
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import keep_undo
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.labels import on_button
from rubricapp.ui.widgets.layouts import clear, flow, put, tab_through


class VoterTicks(QWidget):
    """A tick for each person."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._flow = flow(spacing=4)
        layout.addWidget(self._flow)
        self.ticks: list[tuple[QCheckBox, Person]] = []
        self._around: tuple[QWidget, QWidget] | None = None

    def stand_between(self, before: QWidget, after: QWidget) -> None:
        """Tab comes to the ticks after the one, and goes on to the other."""
        self._around = before, after

    def show_people(self, people: Sequence[Person], ticked: Callable[[Person], bool]) -> None:
        """Show these, ticked or not; the keyboard stays with the person it was at."""
        at = next((person.id for tick, person in self.ticks if tick.hasFocus()), None)
        clear(self._flow.layout())
        self.ticks.clear()
        for each in people:
            tick = QCheckBox(on_button(each.name))
            tick.setAccessibleName(_("{name} votes").format(name=each.name))
            tick.setChecked(ticked(each))
            self.ticks.append((tick, each))
            put(self._flow.layout(), tick)
            if each.id == at:
                tick.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._around is not None:
            before, after = self._around
            tab_through(before, *(tick for tick, _person in self.ticks), after)

    @property
    def chosen(self) -> list[Person]:
        """Those who are ticked."""
        return [person for tick, person in self.ticks if tick.isChecked()]

    @property
    def left_out(self) -> set[str]:
        """Ids of those who are not."""
        return {person.id for tick, person in self.ticks if not tick.isChecked()}


class MembersForm(QWidget):
    """Another committee for a case, as long as nobody has voted. done(words): with an Undo."""

    done = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.case: Case | None = None
        self.participant: Person | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(PlainLabel(_("Who votes"), "strong"))
        self.voters = VoterTicks()
        layout.addWidget(self.voters)
        layout.addWidget(PlainLabel(_("They can be changed until somebody has voted."), "small muted"))
        self.error = ErrorCard()
        layout.addWidget(self.error)
        self.change = button(_("Change who votes"), "", "users")
        self.change.clicked.connect(self._on_change)
        layout.addWidget(flow(self.change))
        self.voters.stand_between(self.error.again, self.change)

    def show_case(self, case: Case, participant: Person) -> None:
        """Its members as they are; ticks that were set and not kept stay with the case they were set for."""
        ws, same = self.session.ws, self.case is not None and self.case == case
        left_out = self.voters.left_out
        self.case, self.participant = case, participant
        may = list_voters(ws, participant.id)
        known = {each.id for each in may}
        people = [*may, *(each for each in list_people(ws) if each.id in case.members and each.id not in known)]
        self.voters.show_people(people, lambda each: each.id not in left_out if same else each.id in case.members)
        self.change.setEnabled(not ws.read_only)
        if not same:
            self.error.hide()

    def forget(self) -> None:
        """Show nobody."""
        self.case = self.participant = None
        self.voters.show_people([], lambda _each: False)

    def _on_change(self) -> None:
        session, case, about = self.session, self.case, self.participant
        before = [each for each in list_people(session.ws) if each.id in case.members]
        members, me = self.voters.chosen, session.me.id if session.me else ""
        try:
            if not members:
                raise UserError(
                    "E_NO_MEMBERS",
                    _("There is nobody to vote."),
                    _("Nothing was changed."),
                    _("Tick at least one person."),
                    exit_code=Exit.USAGE,
                )
            _case, changes = committee.open_case(session.ws, about, case.held_on, members, me)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.error.hide()
        if not changes:
            return

        def say(people: list[Person]) -> Changes | None:
            return session.run(lambda ws: committee.open_case(ws, about, case.held_on, people, me)[1])

        text = _("The committee is now: {names}.").format(names=", ".join(each.name for each in members))
        keep_undo(session, text, changes, lambda: say(members), lambda: say(before))
        self.done.emit(text)
