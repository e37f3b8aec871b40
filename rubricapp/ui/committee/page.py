"""Committee: cases for leads and for who votes in them; nobody else is told anything."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from rubricapp.core.model import Role
from rubricapp.i18n import _
from rubricapp.ui.committee.case import CaseView
from rubricapp.ui.committee.listing import ListView
from rubricapp.ui.committee.reading import list_rows
from rubricapp.ui.leading import leads, say_leads
from rubricapp.ui.moderation.page import GuestView
from rubricapp.ui.page import Page
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.rows import RowsTable


class CommitteePage(Page):
    """open_with: "list", or ("case", its id)."""

    kinds = frozenset(
        {
            *("committee_case", "committee_vote", "committee_decision", "declared_conflict", "agreed_level", "release"),
            *("assessment", "rating", "person", "enrolment", "artefact", "log_entry", "meeting", "agreed_action"),
        }
    )

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        layout.addWidget(self.stack)
        self.list_view, self.case_view = ListView(session), CaseView(session)
        self.guest = GuestView(_("Committee"))
        for each in (self.list_view, self.case_view, self.guest):
            self.stack.addWidget(each)
        self.list_view.case_wanted.connect(self.show_case)
        self.case_view.case_wanted.connect(self.show_case)
        self.case_view.left.connect(self.show_list)
        self.case_view.notice.connect(self.notice)
        self.case_view.done.connect(self.done)
        self.case_view.person_wanted.connect(lambda person, tab: self.wanted.emit("people", ("person", person.id, tab)))
        self.guest.home_wanted.connect(lambda: self.wanted.emit("home", None))

    @property
    def may(self) -> bool:
        """Whether there is anything here for whoever sits here: a lead, or an assessor, who may be a member."""
        me = self.session.me
        return leads(self.session) or (me is not None and Role.ASSESSOR in me.roles)

    def refresh(self) -> None:
        if not self.may:
            self.case_view.leave()
            self.list_view.model.set_records([])
            self.guest.say(say_leads(self.session))
            self.stack.setCurrentWidget(self.guest)
            return
        if self.stack.currentWidget() is self.guest:
            self.stack.setCurrentWidget(self.list_view)
        self.list_view.refresh()
        if self.stack.currentWidget() is self.case_view:
            self._show(self.case_view.read.case.id)

    def _show(self, case: str) -> bool:
        """Show this case, or the list where it is not for whoever sits here."""
        found = next((each for each in list_rows(self.session.ws, self.session.me) if each.case.id == case), None)
        if found is None:
            self.show_list()
            return False
        self.case_view.show_case(found, self.session.me)
        self.stack.setCurrentWidget(self.case_view)
        return True

    def show_case(self, case: str) -> None:
        """One case takes the page."""
        if self._show(case):
            self.case_view.main().setFocus(Qt.FocusReason.OtherFocusReason)

    def show_list(self) -> None:
        """Back to the list."""
        self.case_view.leave()
        self.stack.setCurrentWidget(self.list_view)
        self.list_view.main().setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_me_changed(self) -> None:
        """Another person sits here: nothing of the last one's stays in any field, shown or not."""
        self.case_view.leave()
        if self.stack.currentWidget() is self.case_view:
            self.stack.setCurrentWidget(self.list_view)
        super()._on_me_changed()

    # What the window asks

    def open_with(self, what: object) -> None:
        self.refresh_if_stale()
        if not self.may:
            self.guest.go.setFocus()
        elif isinstance(what, tuple) and what[0] == "case":
            self.show_case(what[1])
        else:
            self.show_list()

    def panes(self) -> list[QWidget]:
        return self.stack.currentWidget().panes()

    def main(self) -> QWidget:
        view = self.stack.currentWidget()
        return view.go if view is self.guest else view.main()

    def find(self) -> None:
        if self.may:
            self.show_list()
            self.list_view.find()

    def copy_table(self) -> bool:
        view, focus = self.stack.currentWidget(), QApplication.focusWidget()
        if view is self.guest:
            return False
        text = focus.model().as_text() if isinstance(focus, RowsTable) and view.isAncestorOf(focus) else view.as_text()
        if text:
            QGuiApplication.clipboard().setText(text)
        return bool(text)
