"""A participant's works: a grid with pictures, one of them in full, and adding by drop, paste, picker or address."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from rubricapp.core.portfolio import Artefact, Evidence
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.operations import artefacts, evidence
from rubricapp.store.artefacts import find_file, load_artefact
from rubricapp.store.evidence import list_evidence
from rubricapp.ui.background import Background
from rubricapp.ui.choosing import choose_files
from rubricapp.ui.messages import ErrorCard, PlainLabel, button
from rubricapp.ui.page import WHOLE, OperationCommand, Scroll
from rubricapp.ui.people.panel import PersonPanel
from rubricapp.ui.portfolio.adding import Adder, may_take
from rubricapp.ui.portfolio.matrix import MatrixView
from rubricapp.ui.portfolio.reading import Work, read_works
from rubricapp.ui.portfolio.thumbnails import Thumbnails
from rubricapp.ui.portfolio.work import WorkView
from rubricapp.ui.portfolio.works import WorksGrid, WorksModel
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.layouts import Card, flow


class PortfolioPanel(PersonPanel):
    """The works first; one of them takes the whole panel, Escape comes back."""

    kinds = frozenset({"artefact", "evidence", "showing", "audience_choice", "rubric_version", "log_entry"})

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(session, background, parent)
        self._altered: set[str] = set()
        self._from_matrix = False
        self.thumbnails = Thumbnails(session, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.show_works = button(_("Works"), "", "layout-grid")
        self.show_proofs = button(_("What proves what"), "", "scale")
        self.stack = QStackedWidget()
        self.top = QWidget()
        top = QVBoxLayout(self.top)
        top.setContentsMargins(32, 10, 32, 0)
        self.take_home = button(_("Make portfolio file…"), "", "package")
        self.take_home.clicked.connect(lambda: self.wanted.emit("portfolios", ("person", self.person.id)))
        top.addWidget(flow(self.show_works, self.show_proofs, self.take_home, spacing=4))
        layout.addWidget(self.top)
        layout.addWidget(self.stack, 1)
        group = QButtonGroup(self)
        for each, act in ((self.show_works, self.show_grid), (self.show_proofs, self.show_matrix)):
            each.setCheckable(True)
            group.addButton(each)
            each.clicked.connect(act)
        self.show_works.setChecked(True)
        self.grid_view = self._make_grid()
        self.work_view = WorkView(session, self.thumbnails.background)
        self.matrix_view = MatrixView(session)
        for each in (self.grid_view, self.matrix_view, self.work_view):
            self.stack.addWidget(each)
        self.work_view.left.connect(lambda: self.show_matrix() if self._from_matrix else self.show_grid())
        self.matrix_view.open_wanted.connect(self.open_work)
        self.matrix_view.day_wanted.connect(lambda day: self.wanted.emit("log", ("day", day)))
        self.matrix_view.done.connect(self.done)
        self.matrix_view.notice.connect(self.notice)
        self.work_view.done.connect(self.done)
        self.work_view.notice.connect(self.notice)
        self.work_view.removal_wanted.connect(self.remove)
        self.work_view.found_altered.connect(self._on_altered)
        self.setAcceptDrops(True)

    def _make_grid(self) -> QWidget:
        view = Scroll(_("Works"), measure=WHOLE)
        outer = view.body
        self.add_button = button(_("Add files…"), "primary", "plus")
        self.add_button.clicked.connect(self.pick)
        self.address = QLineEdit()
        self.address.setPlaceholderText(_("Web address of a work"))
        self.address.setAccessibleName(_("Web address of a work"))
        self.address.setMaxLength(2000)
        self.address.setMinimumWidth(self.fontMetrics().horizontalAdvance("M") * 14)
        self.address.returnPressed.connect(self.add_address)
        self.address_button = button(_("Add link"), "", "link")
        self.address_button.clicked.connect(self.add_address)
        self.linked_only = QCheckBox(_("Link files, do not copy"))
        self.linked_only.setToolTip(_("The file stays where it is, and is found only while it is there."))
        self.check_button = button(_("Check files"), "", "shield-check")
        self.check_button.clicked.connect(self.check_files)
        outer.addWidget(flow(self.add_button, self.linked_only, self.address, self.address_button, self.check_button))
        self.error = ErrorCard()
        outer.addWidget(self.error)
        self.adder = Adder(self.session, self.background)
        self.adder.done.connect(self.done)
        self.adder.notice.connect(self.notice)
        self.adder.failed.connect(self._on_failed)
        outer.addWidget(self.adder)
        self.half = PlainLabel("", "small warning")
        outer.addWidget(self.half)
        self.checking = PlainLabel("", "muted")
        self.checking.hide()
        outer.addWidget(self.checking)
        self.count = PlainLabel("", "muted")
        outer.addWidget(self.count)
        self.model = WorksModel(self)
        self.grid = WorksGrid(self.model, self.thumbnails)
        self.grid.chosen.connect(lambda work: self.open_work(work.artefact.id))
        self.grid.removal_wanted.connect(lambda work: self.remove(work.artefact))
        self.thumbnails.made.connect(self.model.picture_made)
        outer.addWidget(self.grid, 1)
        self.open_button = button(_("Open"), "", "eye")
        self.open_button.clicked.connect(lambda: self.open_work(self.current.artefact.id))
        self.remove_button = button(_("Remove"), "", "trash-2")
        self.remove_button.clicked.connect(lambda: self.remove(self.current.artefact))
        self.acts = flow(self.open_button, self.remove_button)
        outer.addWidget(self.acts)
        self.nothing = Card()
        self.nothing.body.addWidget(PlainLabel(_("No works yet"), "section"))
        self.nothing.body.addWidget(
            PlainLabel(_("Drop clips, stills and PDFs here, paste them, choose Add files, or add a link."), "muted")
        )
        outer.addWidget(self.nothing)
        outer.addStretch(0)
        return view

    # Showing

    @property
    def current(self) -> Work | None:
        """The work that is chosen in the grid."""
        row = self.grid.currentIndex().row()
        return self.model.works[row] if 0 <= row < len(self.model.works) else None

    def show_person(self, person) -> None:
        if self.person is not None and person.id != self.person.id:
            self.work_view.flush()
            self.show_grid()
            self.error.hide()
        super().show_person(person)

    def refresh(self) -> None:
        works = read_works(self.session.ws, self.person.id, frozenset(self._altered))
        kept = self.current.artefact.id if self.current is not None else ""
        if works != self.model.works:
            self.model.set_works(works)
            self.grid.setCurrentIndex(self.model.index(max(0, self.model.row_of(kept))))
        self.thumbnails.want([each.artefact for each in works if each.here])
        self._say_around(works)
        if self.stack.currentWidget() is self.matrix_view:
            self.matrix_view.show_person(self.person.id)
        if self.stack.currentWidget() is self.work_view and self.work_view.work is not None:
            if any(each.artefact.id == self.work_view.work.id for each in works):
                self.work_view.refresh()
            else:
                self.show_grid()

    def _say_around(self, works: list[Work]) -> None:
        ws = self.session.ws
        can_write = not ws.read_only
        for each in (self.add_button, self.address, self.address_button, self.linked_only):
            each.setEnabled(can_write)
        self.grid.setVisible(bool(works))
        self.acts.setVisible(bool(works))
        self.remove_button.setEnabled(can_write)
        self.check_button.setVisible(bool(works))
        self.nothing.setVisible(not works)
        warned = sum(bool(each.warning) for each in works)
        words = ngettext("{n} work", "{n} works", len(works)).format(n=len(works))
        if warned:
            words += "  ·  " + ngettext(
                "{n} to look at before showing", "{n} to look at before showing", warned
            ).format(n=warned)
        self.count.setText(words)
        self.count.setVisible(bool(works))
        halves = 0 if self.adder.busy else evidence.count_half_copies(ws.files)
        self.half.setText(
            _("A copy of a large file was cut short. Add the same file again: it goes on where it stopped.")
            if halves
            else ""
        )
        self.half.setVisible(halves > 0)

    def show_grid(self) -> None:
        """All works."""
        self._show(self.grid_view, self.show_works)

    def show_matrix(self) -> None:
        """What proves what."""
        self.matrix_view.show_person(self.person.id)
        self._show(self.matrix_view, self.show_proofs)

    def _show(self, view: QWidget, way: QWidget) -> None:
        self.work_view.viewer.stop()
        self.top.show()
        self.stack.setCurrentWidget(view)
        way.setChecked(True)
        if self.isVisible():
            self.panes()[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def open_with(self, what: object) -> None:
        """Show the work with this id, or the place of the link with this id."""
        self.refresh_if_stale()
        here = {each.artefact.id for each in self.model.works}
        if what in here:
            self.open_work(str(what))
            return
        link = next((each for each in list_evidence(self.session.ws, self.person.id) if each.id == what), None)
        if link is not None and link.artefact in here:
            self.open_work(link.artefact, link)

    def open_work(self, artefact: str, link: Evidence | None = None) -> None:
        """One work in full, at the place of a link."""
        self._from_matrix = self.stack.currentWidget() is self.matrix_view
        self.work_view.back.setAccessibleName(
            _("Back to what proves what") if self._from_matrix else _("Back to all works")
        )
        self.top.hide()
        self.stack.setCurrentWidget(self.work_view)
        self.work_view.show_work(artefact)
        self.work_view.back.setFocus(Qt.FocusReason.OtherFocusReason)
        if link is not None:
            self.work_view.go_to(link)

    # Adding and removing

    def pick(self) -> None:
        """Let the person choose files."""
        choose_files(self, _("Add works"), lambda files: self.add_files([str(each) for each in files]))

    def add_files(self, files: list[str]) -> None:
        """Add these files to the works of the participant shown."""
        self.error.hide()
        self.adder.add(files, self.person.id, self.linked_only.isChecked())

    def add_address(self) -> None:
        """Add the web address that is typed; one that is none stays, with what is wrong with it."""
        text = self.address.text().strip()
        if not text:
            self.address.setFocus()
            return
        self.error.hide()
        if "://" not in text:
            text = f"https://{text}"
        self.adder.add([text], self.person.id)
        if self.error.isHidden():
            self.address.clear()

    def _on_failed(self, error: UserError) -> None:
        self.error.show_error(error, can_retry=False)

    def remove(self, artefact: Artefact) -> None:
        """Take a work out of the portfolio, with its links; Undo brings all of it back. The file stays."""
        if self.session.ws.read_only or artefact is None:
            return
        session = self.session
        me = session.me.id if session.me is not None else artefact.participant

        def put(removed: bool) -> None:
            session.run(evidence.remove, artefact.id, me, removed)

        words = _("Removed: {title}").format(title=artefact.title)
        session.undo_stack.push(OperationCommand(words, lambda: put(True), lambda: put(False)))
        self.done.emit(words)

    # Checking

    def check_files(self) -> None:
        """Read every byte of every work, beside the window."""
        ws = self.session.ws
        places = [
            (each.artefact, find_file(ws, each.artefact)) for each in self.model.works if not each.artefact.is_web
        ]
        job = self.thumbnails.background.start(artefacts.check_files, places)
        self.destroyed.connect(job.cancel)
        self.check_button.setEnabled(False)
        self.checking.show()
        self.checking.setText(_("Reading the files…"))
        job.progressed.connect(
            lambda done, total, label: self.checking.setText(
                _("Reading {file}: {percent} % of all").format(file=label, percent=done * 100 // max(1, total))
            )
        )
        job.done.connect(lambda found: self._on_checked(len(places), found))
        job.ended.connect(lambda: self.check_button.setEnabled(True))

    def _on_checked(self, count: int, found: list[tuple[Artefact, UserError]]) -> None:
        self._altered = {artefact.id for artefact, error in found if error.code == "E_FILE_ALTERED"}
        whole = count - len(found)
        words = [ngettext("{n} file is whole.", "{n} files are whole.", whole).format(n=whole)]
        words += [error.what for _artefact, error in found]
        self.checking.setText("\n".join(words))
        self.refresh()

    def _on_altered(self, artefact: str, altered: bool) -> None:
        if altered == (artefact in self._altered):
            return
        (self._altered.add if altered else self._altered.discard)(artefact)
        self.thumbnails.forget(load_artefact(self.session.ws, artefact))
        self.refresh()

    # What the page asks, and Qt

    def panes(self) -> list[QWidget]:
        if self.stack.currentWidget() is self.work_view:
            return [self.work_view.back]
        if self.stack.currentWidget() is self.matrix_view:
            return [self.show_proofs, self.matrix_view.table]
        return [self.show_works, self.grid] if self.model.works else [self.add_button]

    def flush(self) -> bool:
        """Whether nothing typed waits."""
        return self.work_view.flush()

    def copy_table(self) -> bool:
        if self.stack.currentWidget() is self.matrix_view:
            return self.matrix_view.copy_table()
        QGuiApplication.clipboard().setText(self.model.as_text())
        return True

    def paste(self) -> bool:
        """Take files, a picture or an address from the clipboard; False where it holds none of them."""
        data = QGuiApplication.clipboard().mimeData()
        if data is None or self.person is None or self.session.ws.read_only:
            return False
        self.error.hide()
        return self.adder.take(data, self.person.id, self.linked_only.isChecked())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and self.stack.currentWidget() is self.grid_view:
            if not self.paste():
                self.notice.emit(_("The clipboard holds no file, picture or web address."))
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if may_take(event.mimeData()) and self.person is not None and not self.session.ws.read_only:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        self.error.hide()
        if self.adder.take(event.mimeData(), self.person.id, self.linked_only.isChecked()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
