"""Who is who, on the page People: those who look like somebody else, and one person's other ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.model import Person
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.store.people import list_people
from rubricapp.store.same_people import list_known_as
from rubricapp.ui import opening
from rubricapp.ui.merge.who import MOST, fill_offers
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import keep_undo
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, choice, clear, flow, put

if TYPE_CHECKING:
    from rubricapp.operations.same_people import Said, Stranger
    from rubricapp.store.same_people import KnownAs


class SameActs:
    """What is said, each with its way back. Returns the words for a toast; raises UserError when refused."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def same(self, one: Person, kept: Person, reason: str) -> str:
        from rubricapp.operations.same_people import say_person, say_same

        words = _("{one} and {kept} are one person").format(one=say_person(one), kept=say_person(kept))
        return self._did(words, say_same, one.id, kept.id, reason)

    def new(self, one: Person) -> str:
        from rubricapp.operations.same_people import say_new, say_person

        return self._did(_("{one} is somebody of their own").format(one=say_person(one)), say_new, one.id, "")

    def apart(self, one: Person, kept: Person) -> str:
        from rubricapp.operations.same_people import say_apart, say_person

        words = _("{one} and {kept} are two people").format(one=say_person(one), kept=say_person(kept))
        return self._did(words, say_apart, one.id, kept.id, "")

    def _did(self, words: str, operation: Callable[..., Said], *what: str) -> str:
        from rubricapp.operations.same_people import put_back

        session = self.session
        me = session.me.id if session.me is not None else ""
        done = operation(session.ws, *what, me)
        text = ". ".join((words, *(line.rstrip(".") for line in done.lines)))
        return keep_undo(
            session,
            text,
            done.changes,
            lambda: session.run(operation, *what, me),
            lambda: session.run(put_back, done.before, "", me),
        )


class AlikeCard(Card):
    """People who may be here twice. Hidden where there is nobody, and for whoever is no lead. done(words)."""

    done = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.acts = SameActs(session)
        self._shown: tuple[Stranger, ...] = ()
        self.words = PlainLabel("", "section")
        self.body.addWidget(self.words)
        self.error = ErrorCard()
        self.body.addWidget(self.error)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(12)
        self.body.addLayout(self.rows)
        self.more = PlainLabel("", "muted")
        self.body.addWidget(self.more)
        self.hide()

    def refresh(self) -> None:
        """Read who looks alike, and ask about them."""
        from rubricapp.operations.same_people import list_looking_alike

        ws = self.session.ws
        asks = opening.may_merge(self.session.me) and not ws.read_only
        alike = list_looking_alike(ws) if asks else ()
        self.setVisible(bool(alike))
        words = ngettext("{n} person may be here twice", "{n} people may be here twice", len(alike))
        self.words.setText(words.format(n=len(alike)))
        left = len(alike) - MOST
        self.more.setVisible(left > 0)
        self.more.setText(ngettext("And {n} more.", "And {n} more.", left).format(n=left))
        if alike[:MOST] != self._shown:
            self._shown = alike[:MOST]
            clear(self.rows)
            for one in self._shown:
                put(self.rows, self._row(one))

    def _row(self, one: Stranger) -> QWidget:
        from rubricapp.operations.same_people import say_person

        name = say_person(one.person)
        box = choice(_("Who is {name}?").format(name=name))
        fill_offers(box, one, _("Decide later"))
        say = button(_("Say so"), "", "check")
        say.setAccessibleName(_("Say who {name} is").format(name=name))
        say.setEnabled(False)
        box.activated.connect(lambda _index: say.setEnabled(bool(box.currentData())))
        say.clicked.connect(lambda: self._say(one, box))
        return Field(name, flow_of(box, say, name))

    def _say(self, one: Stranger, box: QComboBox) -> None:
        kept = box.currentData()
        meant = next((each for each in one.offers if each.person.id == kept), None)
        try:
            words = self.acts.same(one.person, meant.person, meant.why) if meant else self.acts.new(one.person)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.error.hide()
        self.done.emit(words)


def flow_of(box: QComboBox, act: QWidget, name: str) -> QWidget:
    """A choice and what is done with it, as one control."""
    found = flow(box, act)
    found.setAccessibleName(name)
    return found


class SameCard(Card):
    """One person's other ids, and saying that somebody else here is this person. For leads. done(words)."""

    done = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.acts = SameActs(session)
        self.person: Person | None = None
        self._known: list[KnownAs] | None = None
        self.body.addWidget(PlainLabel(_("Other ids of this person"), "section"))
        self.words = PlainLabel("", "muted")
        self.body.addWidget(self.words)
        self.error = ErrorCard()
        self.body.addWidget(self.error)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(8)
        self.body.addLayout(self.rows)
        self.other = choice(_("Who is here as this person, too"))
        self.other.activated.connect(lambda _index: self._show_act())
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.reason.textChanged.connect(lambda _text: self._show_act())
        self.reason.returnPressed.connect(self._on_same)
        self.body.addWidget(Field(_("Who is here as this person, too"), self.other))
        hint = _("Stays in the history: she told me, the office's list …")
        self.reason_field = Field(_("How you know"), self.reason, hint)
        self.body.addWidget(self.reason_field)
        self.act = button(_("They are one person"), "", "check")
        self.act.clicked.connect(self._on_same)
        self.body.addWidget(flow(self.act))
        session.changed.connect(self._on_changed)

    def _on_changed(self, changes: Any) -> None:
        if self.person is not None and changes.concerns("person"):
            self.show_person(self.person)

    def show_person(self, person: Person | None) -> None:
        """The card of this person; None hides it, as for somebody who is being added."""
        ws = self.session.ws
        asks = person is not None and opening.may_merge(self.session.me) and not ws.read_only
        if person is None or self.person is None or person.id != self.person.id:
            self.error.hide()
            self.reason.clear()
            self._known = None
        self.person = person
        self.setVisible(asks)
        if not asks:
            return
        known = list_known_as(ws, person.id)
        if known != self._known:
            self._known = known
            self._show_known(known)
        kept = self.other.currentData()
        self.other.clear()
        self.other.addItem(_("Nobody"), None)
        for each in list_people(ws):
            if each.id != person.id:
                self.other.addItem(f"{each.name} ({each.code})", each)
                if kept is not None and each.id == kept.id:
                    self.other.setCurrentIndex(self.other.count() - 1)
        self._show_act()

    def _show_known(self, known: list[KnownAs]) -> None:
        from rubricapp.operations.same_people import say_person

        self.words.setText(
            _("What was said under any of these is this person's. Taken apart, each gets back what was said under it.")
            if known
            else _("This person has one id here.")
        )
        clear(self.rows)
        for each in known:
            name = say_person(each.person)
            apart = button(_("Two people after all"), "", "undo-2")
            apart.setAccessibleName(_("{name} is somebody else after all").format(name=name))
            apart.clicked.connect(lambda _checked=False, one=each.person: self._on_apart(one))
            words = PlainLabel(f"{name}: {each.why}" if each.why else name)
            words.setMinimumWidth(120)
            put(self.rows, words)
            put(self.rows, flow(apart))

    def _show_act(self) -> None:
        chosen = self.other.currentData() is not None
        self.reason_field.setVisible(chosen)
        self.act.setEnabled(chosen and bool(self.reason.text().strip()))

    def _on_same(self) -> None:
        other = self.other.currentData()
        if other is not None and self.person is not None:
            self._do(lambda: self.acts.same(other, self.person, self.reason.text()))

    def _on_apart(self, one: Person) -> None:
        self._do(lambda: self.acts.apart(one, self.person))

    def _do(self, act: Callable[[], str]) -> None:
        try:
            words = act()
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.error.hide()
        self.reason.clear()
        self.done.emit(words)
        self.other.setFocus(Qt.FocusReason.OtherFocusReason)
