"""Files and links that belong to a day: report sheets, stills, call sheets. Each is a work of the participant's."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rubricapp.core.model import Changes, Person
from rubricapp.core.portfolio import Artefact, is_web
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations.artefacts import attach, web_address
from rubricapp.store.artefacts import list_artefacts, list_attached
from rubricapp.ui import outside
from rubricapp.ui.background import Background
from rubricapp.ui.choosing import choose_files
from rubricapp.ui.log.fields import headed
from rubricapp.ui.messages import ErrorCard, button
from rubricapp.ui.page import OperationCommand
from rubricapp.ui.portfolio.adding import Adder, may_take
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.chips import WordsLabel
from rubricapp.ui.widgets.layouts import Card, choice, clear, flow, put


class AttachmentsCard(Card):
    """Of a day that is there, what is attached is attached at once; of a new one when it is saved.

    open_wanted(Artefact): show this work. notice(str). done(str): with Undo.
    """

    open_wanted = Signal(object)
    notice = Signal(str)
    done = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.person: Person | None = None
        self.entry = ""
        self.waiting: list[str] = []
        self._pasted: QTemporaryDir | None = None
        hint = _("Drop or paste them here, or choose. They are works of the portfolio, too.")
        for each in headed(_("Files and links"), hint):
            self.body.addWidget(each)
        holder = QWidget()
        self.list = QVBoxLayout(holder)
        self.list.setContentsMargins(0, 0, 0, 0)
        self.list.setSpacing(2)
        self.body.addWidget(holder)
        self.error = ErrorCard()
        self.body.addWidget(self.error)
        self.adder = Adder(session, Background(self))
        self.adder.failed.connect(lambda error: self.error.show_error(error, can_retry=False))
        self.adder.notice.connect(self.notice)
        self.adder.done.connect(self.done)
        self.body.addWidget(self.adder)
        self.pick_button = button(_("Attach files…"), "", "plus")
        self.pick_button.clicked.connect(self.pick)
        self.address = QLineEdit()
        self.address.setMaxLength(2000)
        self.address.setPlaceholderText(_("Web address"))
        self.address.setAccessibleName(_("Web address to attach"))
        self.address.setMinimumWidth(self.fontMetrics().horizontalAdvance("M") * 14)
        self.address.returnPressed.connect(self.add_address)
        self.address_button = button(_("Attach link"), "", "link")
        self.address_button.clicked.connect(self.add_address)
        self.known = choice(_("Attach a work that is here"))
        self.known.activated.connect(self._on_known)
        self.acts = flow(self.pick_button, self.address, self.address_button, self.known)
        self.body.addWidget(self.acts)
        self.setAcceptDrops(True)
        session.changed.connect(self._on_changed)

    # Showing

    def show_day(self, person: Person, entry: str) -> None:
        """Show what is attached to a day; "" for one that is not saved yet."""
        self.person, self.entry = person, entry
        self.waiting = []
        self.address.clear()
        self.error.hide()
        self.refresh()

    def refresh(self) -> None:
        """Read again."""
        ws = self.session.ws
        if self.person is None:
            return
        clear(self.list)
        for work in list_attached(ws, self.entry) if self.entry else []:
            put(self.list, self._line(work))
        for source in self.waiting:
            put(self.list, self._waiting_line(source))
        self.acts.setVisible(not ws.read_only)
        free = [each for each in list_artefacts(ws, self.person.id) if not each.log_entry] if self.entry else []
        self.known.clear()
        self.known.addItem(_("A work that is here…"), "")
        for work in free:
            self.known.addItem(work.title[:60], work.id)
        self.known.setVisible(bool(free))

    def _line(self, work: Artefact) -> QWidget:
        words = WordsLabel(work.title)
        show = button(_("Open"), "quiet", "eye")
        show.setAccessibleName(_("Open {title}").format(title=work.title))
        show.clicked.connect(lambda: self.open_wanted.emit(work))
        away = button(_("Detach"), "quiet", "unlink")
        away.setAccessibleName(_("Detach {title}").format(title=work.title))
        away.setEnabled(not self.session.ws.read_only)
        away.clicked.connect(lambda: self._attach(work, "", _("Detached: {title}").format(title=work.title)))
        return flow(words, show, away)

    def _waiting_line(self, source: str) -> QWidget:
        name = source if is_web(source) else Path(source).name
        words = WordsLabel(_("{file}, attached when the day is saved").format(file=name))
        away = button(_("Leave out"), "quiet", "x")
        away.setAccessibleName(_("Leave out {file}").format(file=name))
        away.clicked.connect(lambda: self._leave_out(source))
        return flow(words, away)

    def _leave_out(self, source: str) -> None:
        self.waiting.remove(source)
        self.refresh()

    def _on_changed(self, changes: Changes) -> None:
        if changes.concerns("artefact", "log_entry") and self.isVisible():
            self.refresh()

    # Attaching

    def pick(self) -> None:
        """Let the person choose files."""
        choose_files(self, _("Attach files"), lambda files: self.add([str(each) for each in files]))

    def add(self, sources: list[str]) -> None:
        """Attach files and addresses: now, or when the day is saved."""
        self.error.hide()
        if self.entry:
            self.adder.add(sources, self.person.id, extra={"log_entry": self.entry})
        else:
            self.waiting += [each for each in sources if each not in self.waiting]
        self.refresh()

    def add_address(self) -> None:
        """Attach the address that is typed; one that is none stays, with what is wrong with it."""
        text = self.address.text().strip()
        if not text:
            self.address.setFocus()
            return
        try:
            link = web_address(text if "://" in text else f"https://{text}")
        except UserError as error:
            self.error.show_error(error, can_retry=False)
            return
        self.address.clear()
        self.add([link])

    def day_saved(self, entry: str) -> None:
        """The day is there now: what waits is attached to it. What cannot be is said; the day stays."""
        self.entry = entry
        waiting, self.waiting = self.waiting, []
        if waiting:
            self.adder.add(waiting, self.person.id, extra={"log_entry": entry})

    def take(self, data: QMimeData) -> bool:
        """Attach what was dropped or pasted; False where it is nothing that could be."""
        if self.session.ws.read_only or self.person is None:
            return False
        sources = [url.toLocalFile() if url.isLocalFile() else url.toString() for url in data.urls()]
        sources = [each for each, url in zip(sources, data.urls(), strict=True) if url.isLocalFile() or is_web(each)]
        image = data.imageData() if data.hasImage() and not sources else None
        if isinstance(image, QImage) and not image.isNull():
            now = self.session.ws.sources.now().astimezone()
            if self._pasted is None:
                self._pasted = QTemporaryDir(str(outside.folder() / f"{outside.WAITING}XXXXXX"))
            file = Path(self._pasted.path()) / f"{_('Pasted picture')} {now:%Y-%m-%d %H.%M.%S}.png"
            image.save(str(file), "PNG")
            sources = [str(file)]
        if sources:
            self.add(sources)
        return bool(sources)

    def _on_known(self, row: int) -> None:
        wanted = self.known.itemData(row)
        for work in list_artefacts(self.session.ws, self.person.id):
            if work.id == wanted:
                self._attach(work, self.entry, _("Attached: {title}").format(title=work.title))

    def _attach(self, work: Artefact, entry: str, words: str) -> None:
        session, before = self.session, work.log_entry
        me = session.me.id if session.me is not None else ""
        session.undo_stack.push(
            OperationCommand(
                words,
                lambda: session.run(attach, work.id, entry, me),
                lambda: session.run(attach, work.id, before, me),
            )
        )
        self.done.emit(words)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and self.take(QGuiApplication.clipboard().mimeData()):
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if may_take(event.mimeData()) and not self.session.ws.read_only:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.take(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
