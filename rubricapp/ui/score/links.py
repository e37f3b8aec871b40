"""The links of the work shown: which moment or page proves which criterion.

Enter goes there, F2 changes what is said beside it, Delete takes it away; the menu of the list says so, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from rubricapp.core.portfolio import Artefact, Evidence
from rubricapp.i18n import _
from rubricapp.operations.evidence_links import Place
from rubricapp.store.evidence import list_artefact_evidence
from rubricapp.ui import theme
from rubricapp.ui.linking import LinkActs, words_of
from rubricapp.ui.session import Session


class LinksList(QListWidget):
    """wanted(Evidence): show its place. notice(str). start: where a range was begun, or None."""

    wanted = Signal(object)
    notice = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.work: Artefact | None = None
        self.start: Place | None = None
        self.acts = LinkActs(session, self.notice.emit)
        self.setAccessibleName(_("Linked to criteria"))
        self.setAccessibleDescription(_("Enter goes there, F2 changes the note, Delete takes the link away."))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for text, icon, act in (
            (_("Change the note…\tF2"), "pencil", self.ask_note),
            (_("Remove the link\tDel"), "unlink", self.remove),
        ):
            action = QAction(theme.icon(icon, "ink", 16), text, self)
            action.triggered.connect(lambda _on=False, act=act: self._on_current(act))
            self.addAction(action)
        self.setWordWrap(True)
        self.itemClicked.connect(self._on_chosen)
        self.itemActivated.connect(self._on_chosen)
        self.hide()

    def show_work(self, work: Artefact | None) -> None:
        """Show what a work is linked to; nothing is shown where there is no link."""
        if work is None or self.work is None or work.id != self.work.id:
            self.start = None
        self.work = work
        found = list_artefact_evidence(self.session.ws, work.id) if work is not None else []
        if found != self.listed():
            self.clear()
            for link in found:
                item = QListWidgetItem(theme.icon("link", "ink2", 16), words_of(link))
                item.setData(Qt.ItemDataRole.UserRole, link)
                self.addItem(item)
        self.setVisible(bool(found))

    def listed(self) -> list[Evidence]:
        """The links shown, in order."""
        return [self.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.count())]

    def begin(self, place: Place) -> None:
        """Remember the first frame of a range."""
        self.start = place
        self.notice.emit(_("Range from {time}. O ends it.").format(time=place.start))

    def add(self, criterion: str, place: Place) -> None:
        """Link the work to a criterion, at a place or from where the range began. Undo takes it away."""
        if self.work is None:
            return
        if self.start is not None and place.start:
            ends = sorted((self.start.start, place.start))
            place = replace(place, start=ends[0], end=ends[1])
        self.start = None
        self.acts.link_work(self.work.id, criterion, place)

    def remove(self, link: Evidence) -> None:
        """Take a link away; Undo puts it back."""
        self.acts.remove(link)

    def ask_note(self, link: Evidence) -> None:
        """Change what is said beside a link; Undo says what was said before."""
        if not self.session.ws.read_only:
            self.acts.ask_note(self, link)

    def _on_current(self, act: Callable[[Evidence], object]) -> None:
        if self.currentItem() is not None:
            act(self.currentItem().data(Qt.ItemDataRole.UserRole))

    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.wanted.emit(item.data(Qt.ItemDataRole.UserRole))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and item is not None:
            self.remove(item.data(Qt.ItemDataRole.UserRole))
        elif event.key() == Qt.Key.Key_F2 and item is not None:
            self.ask_note(item.data(Qt.ItemDataRole.UserRole))
        else:
            super().keyPressEvent(event)
