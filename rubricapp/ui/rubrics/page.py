"""Rubrics: read every word of one, in each of its languages; check a file and publish it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rubricapp.core.model import RubricState, RubricVersion
from rubricapp.i18n import _, language, ngettext
from rubricapp.store.rubrics import list_rubrics, load_rubric
from rubricapp.ui.choosing import choose_file
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.page import Header, Page, Scroll
from rubricapp.ui.rubrics.publishing import PublishView
from rubricapp.ui.rubrics.reading import criterion_card, overview_card
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, choice, clear, flow, put, row
from rubricapp.ui.words import say_language


class RubricsPage(Page):
    """One rubric version at a time, chosen from a list; the page scrolls, F6 goes from the choice to the text."""

    kinds = frozenset({"rubric_version"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setAcceptDrops(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        layout.addWidget(self.stack)
        self.scroll = Scroll(_("The rubric"), reading=True)
        self.publish_view = PublishView(session)
        self.publish_view.left.connect(self.show_reading)
        self.publish_view.published.connect(self._on_published)
        self.stack.addWidget(self.scroll)
        self.stack.addWidget(self.publish_view)
        body = self.scroll.body
        self.header = Header(_("Rubrics"))
        publish = button(_("Check a file and publish it"), "", "upload")
        publish.setObjectName("publish")
        publish.clicked.connect(self.choose_file)
        self.header.set_acts(publish)
        body.addWidget(self.header)
        self.rubric, self.language = choice(_("Rubric")), choice(_("Language of the rubric"))
        self.rubric.activated.connect(self._on_chosen)
        self.language.activated.connect(self._on_language)
        self.guidance = button(_("Guidance for assessors"), "", "eye")
        self.guidance.setCheckable(True)
        self.guidance.setChecked(True)
        self.guidance.toggled.connect(self._show)
        body.addWidget(flow(self.rubric, self.language, self.guidance))
        self._inside = QVBoxLayout()
        self._inside.setSpacing(16)
        body.addLayout(self._inside)
        body.addStretch(1)
        self._shown: RubricVersion | None = None

    def refresh(self) -> None:
        rubrics = list_rubrics(self.session.ws, language())
        self.header.say(
            ngettext("{n} version in this workspace", "{n} versions in this workspace", len(rubrics)).format(
                n=len(rubrics)
            )
        )
        kept = self.rubric.currentData()
        self.rubric.clear()
        for each in rubrics:
            state = "" if each.state is RubricState.PUBLISHED else f" · {each.state.value}"
            self.rubric.addItem(f"{each.label}{state}", each.content_hash)
        self.rubric.setCurrentIndex(max(0, self.rubric.findData(kept)))
        self._on_chosen()

    def _on_chosen(self, _index: int = 0) -> None:
        chosen = self.rubric.currentData()
        self.language.clear()
        if chosen is None:
            self._shown = None
            self._show()
            return
        first = load_rubric(self.session.ws, chosen, language())
        for code in first.languages:
            self.language.addItem(say_language(code), code)
        self.language.setCurrentIndex(max(0, self.language.findData(first.language)))
        self.language.setVisible(len(first.languages) > 1)
        self.rubric.parentWidget().layout().invalidate()
        self._shown = first
        self._show()

    def _on_language(self, _index: int) -> None:
        self._shown = load_rubric(self.session.ws, self.rubric.currentData(), self.language.currentData())
        self._show()

    def _show(self) -> None:
        clear(self._inside)
        if self._shown is None:
            card = Card()
            card.body.addWidget(PlainLabel(_("No rubric here yet"), "section"))
            card.body.addWidget(PlainLabel(_("Check a rubric file and publish it, or drop one here."), "muted"))
            go = button(_("Choose a file"), "primary", "folder-open")
            go.clicked.connect(self.choose_file)
            card.body.addLayout(row(go, 1))
            put(self._inside, card)
            return
        put(self._inside, overview_card(self._shown))
        for number, criterion in enumerate(self._shown.criteria, 1):
            put(self._inside, criterion_card(self._shown, number, criterion, self.guidance.isChecked()))
        self.scroll.verticalScrollBar().setValue(0)

    # Publishing

    def choose_file(self) -> None:
        """Ask for a rubric file and check it."""
        choose_file(self, _("Choose a rubric file"), self.check_file, Path.home(), [_("Rubrics (*.yaml *.yml)")])

    def check_file(self, path: Path) -> None:
        """Show what the file holds and what is wrong with it."""
        self.publish_view.check(path)
        self.stack.setCurrentWidget(self.publish_view)

    def show_reading(self) -> None:
        self.stack.setCurrentWidget(self.scroll)
        self.rubric.setFocus()

    def _on_published(self, content_hash: str, text: str) -> None:
        self.refresh()
        self.rubric.setCurrentIndex(max(0, self.rubric.findData(content_hash)))
        self._on_chosen()
        self.show_reading()
        self.notice.emit(text)

    def open_with(self, what: object) -> None:
        if what == "publish":
            self.choose_file()

    def panes(self) -> list[QWidget]:
        if self.stack.currentWidget() is self.publish_view:
            return [self.publish_view]
        return [self.rubric, self.scroll]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.check_file(Path(files[0]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.stack.currentWidget() is self.publish_view:
            self.show_reading()
            return
        super().keyPressEvent(event)
