"""One person: what is known, to correct or to add. Nothing is lost: a correction can be undone and stays in the log."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.model import Person, Role
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import OperationCommand, Scroll
from rubricapp.ui.people.privacy import PrivacyCard
from rubricapp.ui.people.same import SameCard
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Columns, Field, flow, row
from rubricapp.ui.words import say_role

_FIELDS = (
    *("given_name", "family_name", "code", "email", "department", "country", "joined_on", "pronouns"),
    "languages",
)


def say_field(name: str) -> str:
    """What a field of a person is called."""
    return {
        "id": _("ID"),
        "code": _("ID"),
        "name": _("Whole name"),
        "given_name": _("Given name"),
        "family_name": _("Family name"),
        "email": _("Email"),
        "country": _("Country"),
        "department": _("Department"),
        "joined_on": _("Joined on"),
        "pronouns": _("Pronouns"),
        "languages": _("Languages"),
    }[name]


class PersonView(QWidget):
    """left(). done(words): corrected, which can be undone. same_done(words): said who is who, with its way back, and
    the person stays in view. added(words). notice(words): nothing to take back.

    in_tab: as a tab of a participant's page, which says who it is and has the way back.
    """

    left = Signal()
    done = Signal(str)
    same_done = Signal(str)
    added = Signal(str)
    notice = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None, in_tab: bool = False) -> None:
        super().__init__(parent)
        self.session = session
        self.in_tab = in_tab
        self.person: Person | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = Scroll(_("One person"), measure=760)
        outer.addWidget(scroll)
        body = scroll.body
        back = button(_("All people"), "quiet back", "arrow-left")
        back.clicked.connect(self.left)
        body.addLayout(row(back, 1))
        self.title = PlainLabel("", "title")
        body.addWidget(self.title)
        self.roles = PlainLabel("", "muted")
        body.addWidget(self.roles)
        for each in (back, self.title):
            each.setVisible(not in_tab)
        self.error = ErrorCard()
        body.addWidget(self.error)
        card = Card()
        self.role = QComboBox()
        for each in (Role.PARTICIPANT, Role.ASSESSOR, Role.MENTOR, Role.LEAD):
            self.role.addItem(say_role(each).capitalize(), each)
        self.role_field = Field(_("Role"), self.role)
        card.body.addWidget(self.role_field)
        hints = {
            "code": _("As the office writes it; the next free one is taken where it stays empty"),
            "joined_on": _("Year-month-day, such as 2026-09-01"),
            "country": _("Two letters, such as NG"),
        }
        self.boxes: dict[str, QLineEdit] = {}
        for pair in (_FIELDS[0:2], _FIELDS[2:4], _FIELDS[4:6], _FIELDS[6:8]):
            columns = Columns(at=44, shares=(1, 1))
            for name, side in zip(pair, (columns.left, columns.right), strict=True):
                side.addWidget(self._field(name, hints.get(name, "")))
                side.addStretch(1)
            card.body.addWidget(columns)
        card.body.addWidget(self._field("languages", _("That they read, separated by commas")))
        body.addWidget(card)
        self.save = button(_("Save"), "primary", "check")
        self.save.clicked.connect(self._on_save)
        cancel = button(_("Put back") if in_tab else _("Cancel"))
        cancel.clicked.connect(self._on_cancel)
        body.addWidget(flow(self.save, cancel))
        self.privacy = PrivacyCard(session)
        self.privacy.said.connect(self.notice)
        # The question gets its place when the loop turns.
        self.privacy.asked.connect(lambda asked: QTimer.singleShot(0, asked, lambda: scroll.show_from_top(asked)))
        self.same = SameCard(session)
        self.same.done.connect(self.done if in_tab else self.same_done)
        body.addWidget(self.same)
        body.addWidget(self.privacy)
        body.addStretch(1)

    def _field(self, name: str, hint: str) -> Field:
        box = QLineEdit()
        box.setObjectName(name)
        box.setMaxLength(300)
        box.returnPressed.connect(self._on_save)
        self.boxes[name] = box
        return Field(say_field(name), box, hint)

    def show_person(self, person: Person) -> None:
        """Correct this one. What is typed in a tab stays as long as nothing else is known of the person."""
        self.privacy.show_person(person)
        self.same.show_person(person)
        if self.in_tab and person == self.person:
            return
        self.person = person
        self.title.setText(person.name)
        roles = ", ".join(say_role(each) for each in sorted(person.roles))
        self.roles.setText("  ·  ".join(part for part in (person.code, roles) if part))
        self.role_field.hide()
        self._fill({name: getattr(person, name) for name in _FIELDS})

    def show_new(self) -> None:
        """Add one."""
        self.person = None
        self.title.setText(_("Add a person"))
        self.roles.setText("")
        self.role_field.show()
        self.role.setCurrentIndex(0)
        self.privacy.show_person(None)
        self.same.show_person(None)
        self._fill(dict.fromkeys(_FIELDS, ""))

    def _fill(self, values: dict[str, str]) -> None:
        for name, text in values.items():
            self.boxes[name].setText(text)
        self.error.hide()
        self.roles.setVisible(bool(self.roles.text()) and not self.in_tab)
        if not self.in_tab:
            self.boxes["given_name"].setFocus()

    def _values(self) -> dict[str, str]:
        return {name: box.text().strip() for name, box in self.boxes.items()}

    def panes(self) -> list[QWidget]:
        return [self.boxes["given_name"]]

    def _on_cancel(self) -> None:
        if self.in_tab:
            self._fill({name: getattr(self.person, name) for name in _FIELDS})
        else:
            self.left.emit()

    def _on_save(self) -> None:
        from rubricapp.operations import people

        me = self.session.me.id if self.session.me else ""
        new = self._values()
        try:
            if self.person is None:
                person, changes = people.add_details(self.session.ws, Role(self.role.currentData()), new, me)
            else:
                self._correct(self.person, new, me)
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.error.hide()
        if self.person is None:
            self.session.changed.emit(changes)
            self.added.emit(_("Added {name} ({id})").format(name=person.name, id=person.code))

    def _correct(self, person: Person, new: dict[str, str], me: str) -> None:
        from rubricapp.operations import people

        old = {name: getattr(person, name) for name in _FIELDS}
        changed = {name: text for name, text in new.items() if text != old[name]}
        if not changed:
            self._on_cancel()
            return
        session = self.session
        first = people.edit_person(session.ws, person.id, changed, me)  # refused ones never reach the undo stack
        done_once = [True]

        def again() -> None:
            if not done_once:
                session.run(people.edit_person, person.id, changed, me)
            done_once.clear()

        def back() -> None:
            session.run(people.edit_person, person.id, {name: old[name] for name in changed}, me)

        text = _("Corrected {name}").format(name=person.name)
        session.undo_stack.push(OperationCommand(text, again, back))
        session.changed.emit(first)
        self.done.emit(text)
