"""Handing in: what goes, what is still a draft, where to; the file is sealed beside the window."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.model import AssessmentState
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.store.assessments import list_assessments
from rubricapp.store.kits import load_home
from rubricapp.store.people import list_occasions, list_people, load_programme
from rubricapp.ui.background import Background, Job
from rubricapp.ui.choosing import choose_folder
from rubricapp.ui.dates import say_when
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import Scroll
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, Field, flow, row
from rubricapp.ui.widgets.rows import Column, RowsModel, RowsTable
from rubricapp.ui.words import say_occasion
from rubricapp.ui.working import WorkBar

if TYPE_CHECKING:
    from rubricapp.operations.packages import Manifest, Order


def say_last(session: Session) -> str:
    """When this laptop handed in last, in words."""
    home = load_home(session.ws)
    if home is None or not home.handed_in_at:
        return _("Not handed in yet")
    at = datetime.fromisoformat(home.handed_in_at)
    return _("Last handed in: {when}").format(when=say_when(at, session.ws.sources.now()))


def list_drafts(session: Session) -> list[tuple[str, str, str]]:
    """(participant, rubric, occasion) of what the person who sits here began and did not finish."""
    from rubricapp.store.rubrics import list_rubrics

    ws = session.ws
    home = load_home(ws)
    me = session.me.id if session.me is not None else home.me if home is not None else ""
    people = {each.id: each.name for each in list_people(ws)}
    rubrics = {each.content_hash: each.label for each in list_rubrics(ws)}
    occasions = {each.id: say_occasion(each) for each in list_occasions(ws)}
    return [
        (people.get(each.participant, "?"), rubrics.get(each.rubric, "?"), occasions.get(each.occasion, "?"))
        for each in list_assessments(ws, assessor=me, states=(AssessmentState.DRAFT,))
    ]


class HandInView(QWidget):
    """left(): back to Home. notice(words): worth saying over the page."""

    left = Signal()
    notice = Signal(str)

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._background = background
        self._job: Job | None = None
        self._order: Order | None = None
        self._path: Path | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.scroll = Scroll(_("Hand in"), measure=760)
        outer.addWidget(self.scroll)
        body = self.scroll.body
        self.back = button(_("Home"), "quiet back", "arrow-left")
        self.back.clicked.connect(self.left)
        body.addLayout(row(self.back, 1))
        body.addWidget(PlainLabel(_("Hand in"), "title"))
        self.about = PlainLabel("", "muted")
        body.addWidget(self.about)
        self.last = PlainLabel("", "strong")
        body.addWidget(self.last)
        self.error = ErrorCard()
        self.error.retry.connect(self.start)
        body.addWidget(self.error)
        body.addWidget(self._make_result())
        body.addWidget(self._make_drafts())
        body.addWidget(self._make_order())
        body.addStretch(1)

    def _make_drafts(self) -> Card:
        self.drafts_card = Card(look="warning_box")
        self.drafts_words = PlainLabel("", "strong")
        self.drafts_card.body.addWidget(self.drafts_words)
        columns = (
            Column(_("Participant"), lambda each: each[0], wide=True),
            Column(_("Rubric"), lambda each: each[1]),
            Column(_("Occasion"), lambda each: each[2]),
        )
        self.drafts = RowsTable(RowsModel(columns, self), _("Still a draft"))
        self.drafts.grow_to(6)
        self.drafts_card.body.addWidget(self.drafts)
        return self.drafts_card

    def _make_order(self) -> Card:
        card = Card()
        self.folder = QLineEdit()
        self.choose = button(_("Choose…"), "", "folder")
        self.choose.setAccessibleName(_("Choose a folder or a stick"))
        self.choose.clicked.connect(self._on_choose)
        hint = _("A stick, or a folder that you share. The file is sealed: only your programme lead can open it.")
        card.body.addWidget(Field(_("Folder"), self.folder, hint))
        card.body.addLayout(row(self.choose, 1))
        self.work = WorkBar(_("Handing in"))
        card.body.addWidget(self.work)
        self.do = button(_("Hand in"), "primary", "upload")
        self.do.clicked.connect(self.start)
        card.body.addWidget(flow(self.do))
        self.folder.returnPressed.connect(self.start)
        return card

    def _make_result(self) -> Card:
        self.result = Card(look="ok_box")
        self.made = PlainLabel("", "strong")
        self.where = PlainLabel()
        self.key = PlainLabel("", "muted")
        flags = Qt.TextInteractionFlag
        for each in (self.where, self.key):
            each.setTextInteractionFlags(flags.TextSelectableByMouse)
        for each in (self.made, self.where, self.key):
            self.result.body.addWidget(each)
        self.show_folder = button(_("Show the folder"), "", "folder-open")
        self.show_folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent))))
        copy = button(_("Copy the key"), "", "copy")
        copy.clicked.connect(self._on_copy)
        self.result.body.addWidget(flow(self.show_folder, copy))
        return self.result

    def open(self) -> None:
        """Show how things stand now."""
        ws = self.session.ws
        self.error.hide()
        self.result.hide()
        self._set_busy(self._job is not None)
        name = load_programme(ws).name
        self.about.setText(
            _(
                "Everything that you wrote on this laptop goes to {programme} in one file. You can go on working and"
                " hand in again: what arrived already changes nothing."
            ).format(programme=name)
        )
        if not self.folder.text():
            self.folder.setText(self.session.settings.packages or str(Path.home()))
        self._tell()
        self.do.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self) -> None:
        self.last.setText(say_last(self.session))
        drafts = list_drafts(self.session)
        self.drafts_card.setVisible(bool(drafts))
        words = ngettext(
            "{n} assessment is still a draft. It goes along, and does not count before it is finished.",
            "{n} assessments are still drafts. They go along, and do not count before they are finished.",
            len(drafts),
        )
        self.drafts_words.setText(words.format(n=len(drafts)))
        self.drafts.model().set_records(drafts)

    def _on_choose(self) -> None:
        choose_folder(self, _("Folder or stick"), self.folder.text(), lambda path: self.folder.setText(str(path)))

    # Making

    def start(self) -> None:
        """Take what is there now, seal it beside the window."""
        from rubricapp.operations import packages, returns

        if self._job is not None:
            return
        self.error.hide()
        self.result.hide()
        folder = Path(self.folder.text().strip() or ".").expanduser().absolute()
        try:
            self._order = returns.order_return(self.session.ws, folder)
        except UserError as error:
            self._fail(error)
            return
        self._job = self._background.start(packages.write, self._order)
        self._job.done.connect(self._on_made)
        self._job.failed.connect(self._fail)
        self._job.ended.connect(self._on_ended)
        self.work.follow(self._job)
        self._set_busy(True)
        self.work.take_focus()

    def _set_busy(self, on: bool) -> None:
        for each in (self.do, self.choose, self.folder):
            each.setEnabled(not on)

    def _on_made(self, manifest: Manifest) -> None:
        from rubricapp.operations import returns

        try:
            done = returns.note_return(self.session.ws, self._order, manifest)
        except UserError as error:
            self._fail(error)
            return
        self._path = done.path
        count = manifest.changes
        self.made.setText(ngettext("Handed in: {n} change", "Handed in: {n} changes", count).format(n=count))
        self.where.setText(
            _("{path}\nBring it to your programme lead, or put it where you both can reach it.").format(path=done.path)
        )
        self.key.setText(
            _("Key of this laptop, if you are asked for it by phone: {fingerprint}").format(
                fingerprint=manifest.fingerprint
            )
        )
        self._fingerprint = manifest.fingerprint
        self.session.set_settings(packages=str(done.path.parent))
        self.show_folder.setAccessibleDescription(f"{self.made.text()}. {self.where.text()}")
        self.result.show()
        self.show_folder.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell()
        self.notice.emit(_("Handed in: {file}").format(file=done.path.name))
        self.scroll.verticalScrollBar().setValue(0)

    def _fail(self, error: UserError) -> None:
        self.error.show_error(error)
        self.error.again.setFocus(Qt.FocusReason.OtherFocusReason)
        self.scroll.verticalScrollBar().setValue(0)

    def _on_ended(self) -> None:
        self._job = None
        self._set_busy(False)
        if self.work.stop.hasFocus():
            self.do.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._fingerprint)
        self.notice.emit(_("Copied."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def panes(self) -> list[QWidget]:
        """Where F6 goes."""
        return [self.back, self.folder]
