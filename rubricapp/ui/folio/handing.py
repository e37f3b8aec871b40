"""What a programme hands out: results released to participants, and their portfolio files."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.core.model import Role
from rubricapp.i18n import _
from rubricapp.store.people import list_people
from rubricapp.ui.background import Background
from rubricapp.ui.folio.making import MakingPanel
from rubricapp.ui.folio.releasing import ReleasingPanel
from rubricapp.ui.messages import PlainLabel
from rubricapp.ui.page import Header, Page, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, choice


class HandingPage(Page):
    """open_with: "release", "make", or ("person", id) for both."""

    kinds = frozenset({"person", "enrolment"})

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Results and portfolio files"))
        layout.addWidget(self.scroll)
        self.header = Header(_("Results and portfolio files"))
        self.scroll.body.addWidget(self.header)
        self.releasing = ReleasingPanel(session)
        self.making = MakingPanel(session, background)
        self.who = choice(_("Whose portfolio file"))
        self.who.currentIndexChanged.connect(lambda _index: self._on_who())
        self.nobody = PlainLabel(_("Nobody here yet: add the participants first."), "muted")
        self.whom = Card()
        self.whom.body.addWidget(Field(_("Whose portfolio file"), self.who))
        self.whom.body.addWidget(self.nobody)
        for each in (self.releasing, self.whom, self.making):
            self.scroll.body.addWidget(each)
        self.scroll.body.addStretch(1)
        for each in (self.releasing, self.making):
            each.notice.connect(self.notice)
        self.releasing.wanted.connect(self.wanted)
        self.releasing.done.connect(self.done)

    def refresh(self) -> None:
        own = self._is_own()
        people = list_people(self.session.ws, Role.PARTICIPANT)
        if own:  # what is released to others is theirs
            people = [each for each in people if each.id == self.session.me.id]
        self.header.title.setText(_("Your portfolio file") if own else _("Results and portfolio files"))
        self.header.say(
            _("Results are in it once the programme lead has released them.")
            if own
            else _("First release what participants may see; then hand each a file to take home.")
        )
        self.releasing.setVisible(not own)
        self.whom.setVisible(not own or not people)
        kept = self.who.currentData()
        self.who.blockSignals(True)
        self.who.clear()
        for each in people:
            self.who.addItem(f"{each.name}  {each.code}", each)
        same = next((number for number, each in enumerate(people) if kept is not None and each.id == kept.id), 0)
        self.who.setCurrentIndex(same if people else -1)
        self.who.blockSignals(False)
        self.making.setVisible(bool(people))
        self.nobody.setVisible(not people)
        self._on_who()

    def _is_own(self) -> bool:
        """A participant sits here: nothing to release, and one file to make."""
        me = self.session.me
        return me is not None and me.roles == {Role.PARTICIPANT}

    def _on_who(self) -> None:
        if self.who.currentData() is not None:
            self.making.show_person(self.who.currentData())

    def open_with(self, what: object) -> None:
        self.refresh_if_stale()
        if self._is_own() and what in ("make", "release"):
            self.making.audience.setFocus()
        elif what == "make":
            self.who.setFocus()
            # The page gets its places when the loop turns.
            QTimer.singleShot(0, self.scroll, lambda: self.scroll.begin_with(self.whom))
        elif what == "release":
            self.releasing.whom.setFocus()
            self.scroll.verticalScrollBar().setValue(0)
        elif isinstance(what, tuple) and what[0] == "person":
            for number in range(self.who.count()):  # somebody who may not be chosen here is not
                if self.who.itemData(number).id == what[1]:
                    self.who.setCurrentIndex(number)
                    self.releasing.show_person(self.who.itemData(number))

    def panes(self) -> list[QWidget]:
        parts = [*self.releasing.panes(), self.who, self.making.audience, self.making.make]
        return [each for each in parts if each.isVisibleTo(self)] or [self.who]

    def main(self) -> QWidget:
        return self.panes()[0]

    def copy_table(self) -> bool:
        QGuiApplication.clipboard().setText(self.releasing.copy_table())
        return True
