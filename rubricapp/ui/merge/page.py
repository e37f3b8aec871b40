"""Merge: what lands from other laptops, and what goes to them. For programme leads."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from rubricapp.core.model import Changes
from rubricapp.i18n import _
from rubricapp.ui.background import Background
from rubricapp.ui.merge.inbox import InboxView
from rubricapp.ui.page import Header, Page
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.rows import RowsTable


class MergePage(Page):
    """A tab for each part; a part reads again when it is shown and something changed."""

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 0)
        outer.setSpacing(8)
        self.header = Header(_("Merge"))
        outer.addWidget(self.header)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName(_("Parts of this page"))
        outer.addWidget(self.tabs, 1)
        self.inbox = InboxView(session, background)
        self.tabs.addTab(self.inbox, _("Inbox"))
        self.inbox.done.connect(self.done)
        self.inbox.notice.connect(self.notice)
        self.tabs.currentChanged.connect(lambda _index: self._on_turned())

    def refresh(self) -> None:
        self.inbox.watching.refresh()
        self.inbox.plan_again()

    def _on_changed(self, _changes: Changes) -> None:
        self._mark()

    def _on_turned(self) -> None:
        self.refresh()

    def open_with(self, what: object) -> None:
        if isinstance(what, tuple) and what[0] == "files":
            self.tabs.setCurrentWidget(self.inbox)
            self.inbox.add_files(what[1])
            self.inbox.main().setFocus()

    def panes(self) -> list[QWidget]:
        return [self.tabs.tabBar(), self.tabs.currentWidget().main()]

    def copy_table(self) -> bool:
        tables = [each for each in self.tabs.currentWidget().findChildren(RowsTable) if each.isVisible()]
        if not tables:
            return False
        QGuiApplication.clipboard().setText("\n\n".join(each.model().as_text() for each in tables))
        return True
