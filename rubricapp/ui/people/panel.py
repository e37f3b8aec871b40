"""What every tab of a participant's page is: it is told whom to show, and reads when somebody looks."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from rubricapp.core.model import Person
from rubricapp.ui.background import Background
from rubricapp.ui.page import Page
from rubricapp.ui.session import Session


class PersonPanel(Page):
    """A page about one participant: `refresh` shows `self.person`, and is never called before there is one."""

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.background = background
        self.person: Person | None = None

    def show_person(self, person: Person) -> None:
        """Show this participant from now on."""
        if person != self.person:
            self.person = person
            self._mark()

    def refresh_if_stale(self) -> None:
        if self.person is not None:
            super().refresh_if_stale()
