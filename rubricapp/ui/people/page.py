"""People: the roster of the edition, one person's card, and importing what the office keeps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rubricapp.core.model import Changes, Person, Role
from rubricapp.core.viewing import is_only_participant
from rubricapp.i18n import _, ngettext
from rubricapp.store.people import list_people
from rubricapp.store.same_people import find_kept
from rubricapp.ui.background import Background
from rubricapp.ui.dates import say_day
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import WHOLE, Header, Page, Scroll
from rubricapp.ui.people.importing import ImportView
from rubricapp.ui.people.participant import ParticipantView
from rubricapp.ui.people.person import PersonView
from rubricapp.ui.people.same import AlikeCard
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, choice, flow
from rubricapp.ui.widgets.rows import Column, FindBox, RowsModel, RowsTable
from rubricapp.ui.words import say_role


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("ID"), lambda person: person.code),
        Column(_("Name"), lambda person: person.name, lambda person: person.sort_key, wide=True),
        Column(_("Department"), lambda person: person.department),
        Column(_("Country"), lambda person: person.country),
        Column(_("Email"), lambda person: person.email),
        Column(_("Joined on"), lambda person: say_day(person.joined_on), lambda person: person.joined_on),
        Column(_("Role"), lambda person: ", ".join(say_role(role) for role in sorted(person.roles))),
    )


class PeoplePage(Page):
    """The table first; a person and an import take the whole page, Escape comes back.

    A participant has a page with tabs; of everybody else there are the details alone.
    """

    kinds = frozenset({"person", "enrolment"})

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        layout.addWidget(self.stack)
        self.list_view = self._make_list()
        self.person_view = PersonView(session)
        self.participant_view = ParticipantView(session, background)
        self.import_view = ImportView(session)
        for each in (self.list_view, self.person_view, self.participant_view, self.import_view):
            self.stack.addWidget(each)
        self.person_view.left.connect(self.show_list)
        self.person_view.done.connect(self._on_saved)
        self.person_view.same_done.connect(self.done)
        self.person_view.added.connect(self._on_added)
        self.person_view.notice.connect(self.notice)
        self.participant_view.left.connect(self.show_list)
        for name in ("notice", "done", "wanted"):
            getattr(self.participant_view, name).connect(getattr(self, name))
        self.import_view.left.connect(self.show_list)
        self.import_view.imported.connect(self._on_imported)

    def _make_list(self) -> QWidget:
        view = Scroll(_("People"), measure=WHOLE)
        outer = view.body
        self.header = Header(_("People"))
        bring = button(_("Import a roster"), "", "download")
        bring.setObjectName("import")
        bring.clicked.connect(lambda: self.open_with("import"))
        add = button(_("Add a person"), "primary", "user-plus")
        add.setObjectName("add")
        add.clicked.connect(lambda: self.open_with("add"))
        self.header.set_acts(bring, add)
        outer.addWidget(self.header)
        self.box = FindBox(_("Find by name, ID, department, email"), _("Find people"))
        self.box.textChanged.connect(self._on_looked_for)
        self.roles = choice(_("Which people"))
        for text, role in (
            (_("Participants"), Role.PARTICIPANT),
            (_("Assessors"), Role.ASSESSOR),
            (_("Mentors"), Role.MENTOR),
            (_("Programme leads"), Role.LEAD),
            (_("Everyone"), None),
        ):
            self.roles.addItem(text, role)
        self.roles.currentIndexChanged.connect(lambda _index: self.refresh())
        outer.addWidget(flow(self.box, self.roles))
        self.model = RowsModel(_columns(), self)
        self.table = RowsTable(self.model, _("People"))
        self.table.allow_sorting()
        self.table.keep_rows(5)
        self.table.chosen.connect(self.show_person)
        outer.addWidget(self.table, 1)
        self.alike = AlikeCard(self.session)
        self.alike.done.connect(self.done)
        outer.addWidget(self.alike)
        self.nobody = Card()
        self.nobody_words = PlainLabel("", "section")
        self.nobody.body.addWidget(self.nobody_words)
        self.nobody_more = PlainLabel("", "muted")
        self.nobody.body.addWidget(self.nobody_more)
        outer.addWidget(self.nobody)
        outer.addStretch(0)
        return view

    def refresh(self) -> None:
        people = list_people(self.session.ws, self.roles.currentData())
        if self.stack.currentWidget() is self.participant_view:
            self._show_participant_again()
        current = self.table.currentIndex()
        kept = self.model.record(current.row()).id if current.isValid() else ""
        self.model.set_records(people)
        row = self.model.row_of(lambda person: person.id == kept)
        if row >= 0 or people:
            self.table.setCurrentIndex(self.model.index(max(0, row), 0))
        self._say_count(len(people))
        self.alike.refresh()

    def _show_participant_again(self) -> None:
        """With the name they have now; someone else may sit here by now."""
        wanted = find_kept(self.session.ws, self.participant_view.person.id)
        person = next((each for each in list_people(self.session.ws) if each.id == wanted), None)
        if person is not None and may_open(self.session.me, person):
            self.participant_view.show_person(person)
        else:
            self.show_list()

    def _say_count(self, known: int) -> None:
        shown = self.model.rowCount()
        text = ngettext("{n} person", "{n} people", known).format(n=known)
        if shown != known:
            text = _("{k} of {n} people").format(k=shown, n=known)
        self.header.say(text)
        self.table.setVisible(shown > 0)
        self.nobody.setVisible(shown == 0)
        if known == 0:
            self.nobody_words.setText(_("Nobody here yet"))
            self.nobody_more.setText(_("Import the roster your office keeps (.xlsx or .csv), or add one person."))
        elif shown == 0:
            near = self._near()
            self.nobody_words.setText(_("No match for “{text}”").format(text=self.box.text().strip()))
            self.nobody_more.setText(
                _("Did you mean {name}?").format(name=_(" or ").join(near)) if near else _("Try fewer letters.")
            )

    def _near(self) -> list[str]:
        from rubricapp.operations.people import close_names

        return close_names(self.box.text().strip(), list_people(self.session.ws, self.roles.currentData()))

    def _on_looked_for(self, text: str) -> None:
        self.model.look_for(text)
        self._say_count(len(list_people(self.session.ws, self.roles.currentData())))
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _on_changed(self, changes: Changes) -> None:
        if changes.concerns("erasure") and self.stack.currentWidget() is not self.import_view:
            self.show_list()  # whoever was shown may be gone
        super()._on_changed(changes)

    # Going in and coming back

    def show_list(self) -> None:
        self.stack.setCurrentWidget(self.list_view)
        (self.table if self.table.isVisible() else self.box).setFocus()

    def show_person(self, person: Person, tab: str = "", what: str = "") -> None:
        """A participant's page, at a tab (and at what its panel calls so); of others their details."""
        if not may_open(self.session.me, person):
            self.notice.emit(_("You can open your own page; what is kept of others is theirs."))
            return
        if Role.PARTICIPANT in person.roles:
            self.stack.setCurrentWidget(self.participant_view)
            self.participant_view.show_person(person, tab)
            self.participant_view.bar.setFocus()
            if what and hasattr(self.participant_view.panel, "open_with"):
                self.participant_view.panel.open_with(what)
        else:
            self.stack.setCurrentWidget(self.person_view)
            self.person_view.show_person(person)

    def open_with(self, what: object) -> None:
        if what == "add":
            self.stack.setCurrentWidget(self.person_view)
            self.person_view.show_new()
        elif what == "import":
            self.stack.setCurrentWidget(self.import_view)
            self.import_view.start()
        elif isinstance(what, tuple) and what[0] == "person":
            found = [each for each in list_people(self.session.ws) if each.id == what[1]]
            if found:
                self.show_person(found[0], *what[2:])

    def _on_saved(self, text: str) -> None:
        self.show_list()
        self.done.emit(text)

    def _on_added(self, text: str) -> None:
        self.show_list()
        self.notice.emit(text)

    def _on_imported(self, text: str) -> None:
        self.roles.setCurrentIndex(0)
        self.show_list()
        self.notice.emit(text)

    # What the window asks

    @property
    def participant(self) -> ParticipantView | None:
        """The participant's page, where it is shown."""
        return self.participant_view if self.stack.currentWidget() is self.participant_view else None

    def panes(self) -> list[QWidget]:
        if self.stack.currentWidget() is self.list_view:
            return [self.box, self.table]
        return self.participant.panes() if self.participant else [self.stack.currentWidget()]

    def main(self) -> QWidget:
        return self.participant.bar if self.participant else self.panes()[-1]

    def flush(self) -> bool:
        """Whether nothing typed waits on a participant's page."""
        return self.participant_view.flush()

    def find(self) -> None:
        if self.participant is not None and self.participant.find_in_panel():
            return
        self.show_list()
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def copy_table(self) -> bool:
        if self.participant is not None:
            return self.participant.copy_table()
        QGuiApplication.clipboard().setText(self.model.as_text())
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.stack.currentWidget() is not self.list_view:
            self.show_list()
            return
        super().keyPressEvent(event)


def may_open(me: Person | None, person: Person) -> bool:
    """Whether who sits here may open this person's page: a participant only their own."""
    return not is_only_participant(me) or me.id == person.id
