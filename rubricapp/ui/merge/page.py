"""Merge: what lands from other laptops, and what goes to them. For programme leads."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from rubricapp.core.model import Changes
from rubricapp.i18n import _
from rubricapp.ui.background import Background
from rubricapp.ui.merge.accompanying import AccompanyingView
from rubricapp.ui.merge.asking import AskingView
from rubricapp.ui.merge.conflicts import ConflictsView
from rubricapp.ui.merge.entries import waiting_of
from rubricapp.ui.merge.inbox import InboxView
from rubricapp.ui.merge.kits import KitsView
from rubricapp.ui.merge.laptops import LaptopsView
from rubricapp.ui.merge.merges import MergesView
from rubricapp.ui.page import Header, Page, Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.rows import RowsTable


class HandOutView(QWidget):
    """Who scores whom, who accompanies whom, and the kits for them, one below the other."""

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = Scroll(_("Hand out"), measure=100_000)
        outer.addWidget(scroll)
        self.asking = AskingView(session)
        self.accompanying = AccompanyingView(session)
        self.kits = KitsView(session, background)
        for view in (self.asking, self.accompanying, self.kits):
            scroll.body.addWidget(view)
        scroll.body.addStretch(1)

    def refresh(self) -> None:
        self.asking.refresh()
        self.accompanying.refresh()
        self.kits.refresh()

    def main(self) -> QWidget:
        """What takes the keyboard."""
        return self.asking.table if self.asking.table.isVisible() else self.asking.participant


class MergePage(Page):
    """A tab for each part. A part reads when it is shown, and again when something changed."""

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 0)
        outer.setSpacing(8)
        self.header = Header(_("Merge"))
        outer.addWidget(self.header)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.tabBar().setAccessibleName(_("Parts of this page"))
        outer.addWidget(self.tabs, 1)
        self.inbox = InboxView(session, background)
        self.conflicts = ConflictsView(session)
        self.hand_out = HandOutView(session, background)
        self.laptops = LaptopsView(session)
        self.merges = MergesView(session)
        for view, title in (
            (self.inbox, _("Inbox")),
            (self.conflicts, _("Conflicts")),
            (self.hand_out, _("Hand out")),
            (self.laptops, _("Laptops")),
            (self.merges, _("Merges done")),
        ):
            self.tabs.addTab(view, title)
        for view in (self.inbox, self.conflicts, self.hand_out.asking, self.hand_out.accompanying, self.merges):
            view.done.connect(self.done)
        for view in (
            self.inbox,
            self.conflicts,
            self.hand_out.asking,
            self.hand_out.kits,
            self.laptops,
            self.merges,
        ):
            view.notice.connect(self.notice)
        self.inbox.waiting.connect(lambda n: self._say_number(self.inbox, _("Inbox"), n))
        self.conflicts.counted.connect(lambda n: self._say_number(self.conflicts, _("Conflicts"), n))
        self.inbox.finished.connect(self._mark)
        self.tabs.currentChanged.connect(lambda _index: self._on_turned())

    def _say_number(self, view: QWidget, title: str, number: int) -> None:
        self.tabs.setTabText(self.tabs.indexOf(view), f"{title} · {number}" if number else title)

    def refresh(self) -> None:
        """Read what is shown, and how many conflicts there are."""
        if self.inbox.writes:
            return
        view = self.tabs.currentWidget()
        self.inbox.watch.refresh()
        self.inbox.plan_again()
        self.conflicts.refresh()
        if view is self.laptops:
            self.laptops.refresh(waiting_of(self.inbox.entries))
        elif view in (self.hand_out, self.merges):
            view.refresh()

    def _on_changed(self, _changes: Changes) -> None:
        if not self.inbox.writes:  # read once, when all packages are in
            self._mark()

    def flush(self) -> bool:
        """What is merged at this moment is merged whole, and its receipt written."""
        self.inbox.flush()
        return True

    def _on_turned(self) -> None:
        self._mark()

    def open_with(self, what: object) -> None:
        if isinstance(what, tuple) and what[0] == "files":
            self.tabs.setCurrentWidget(self.inbox)
            self.inbox.add_files(what[1])
            self.main().setFocus(Qt.FocusReason.OtherFocusReason)
        elif isinstance(what, tuple) and what[0] == "conflicts":
            self.tabs.setCurrentWidget(self.conflicts)
            self.conflicts.main().setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[QWidget]:
        return [self.tabs.tabBar(), self.tabs.currentWidget().main()]

    def find(self) -> None:
        if self.tabs.currentWidget() is self.hand_out and self.hand_out.asking.box.isVisible():
            self.hand_out.asking.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def copy_table(self) -> bool:
        tables = [each for each in self.tabs.currentWidget().findChildren(RowsTable) if each.isVisible()]
        if not tables:
            return False
        QGuiApplication.clipboard().setText("\n\n".join(each.model().as_text() for each in tables))
        return True
