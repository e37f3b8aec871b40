"""The evidence pane: what a participant made, to look at while scoring; files are dropped, pasted or picked."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rubricapp.core.model import Assessment
from rubricapp.core.portfolio import Artefact, Evidence
from rubricapp.i18n import _
from rubricapp.operations import artefacts, evidence
from rubricapp.operations.evidence_links import Place
from rubricapp.store.artefacts import find_file, list_shown
from rubricapp.store.viewing import load_view
from rubricapp.ui import outside, theme
from rubricapp.ui.background import Background
from rubricapp.ui.choosing import choose_files
from rubricapp.ui.page import OperationCommand
from rubricapp.ui.score.clips import MediaView
from rubricapp.ui.score.links import LinksList
from rubricapp.ui.score.past import PastView
from rubricapp.ui.score.viewers import ImageView, PdfView, Viewer, tool
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.labels import PlainLabel, set_tip, tip

_ICONS = {"image": "file-image", "pdf": "file-text", "video": "file-play", "audio": "volume-2"}
_VIEWERS = {"image": ImageView, "pdf": PdfView, "video": MediaView, "audio": MediaView}
AT_ONCE = 16 << 20
"""Files up to this many bytes are copied at once; larger ones beside the window, with progress."""


class EvidencePane(QTabWidget):
    """notice(str). link_wanted(): what is shown should be linked to the current criterion.

    list: the artefacts of the participant shown. links: what the one shown proves. only_looks: for whoever may see
    the works and neither change them nor know what others said of them.
    """

    notice = Signal(str)
    link_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None, only_looks: bool = False) -> None:
        super().__init__(parent)
        self.session = session
        self.only_looks = only_looks
        self.only_work: str | None = None
        self.participant = ""
        self.assessment: Assessment | None = None
        self.background = Background(self)
        self._viewers: dict[type, Viewer] = {}
        self._shown: Artefact | None = None
        self.setAcceptDrops(not only_looks)
        self.setDocumentMode(True)
        self.stack = QStackedWidget(self)
        self.message = _Message(self)
        self.message.open_button.clicked.connect(self.open_outside)
        self.stack.addWidget(self.message)
        self.list = QListWidget(self)
        self.list.setAccessibleName(_("Evidence"))
        self.list.currentRowChanged.connect(self._on_current_changed)
        self.status = PlainLabel("", "small muted", self)
        self.status.hide()
        self.cancel_button = QPushButton(_("Cancel"), self)
        self.cancel_button.hide()
        work = QWidget(self)
        column = QVBoxLayout(work)
        column.setContentsMargins(8, 8, 8, 4)
        column.setSpacing(4)
        column.addWidget(self.stack, 3)
        self.links = LinksList(session, self)
        self.links.wanted.connect(self._on_link_wanted)
        self.links.notice.connect(self.notice)
        column.addWidget(self.links, 1)
        column.addWidget(self.list, 1)
        column.addWidget(self.status)
        column.addWidget(self.cancel_button)
        column.addLayout(self._buttons(work))
        self.past = PastView(self)
        self.addTab(work, _("Evidence"))
        self.addTab(self.past, _("Past"))
        self.setTabVisible(1, not only_looks)
        for each in (self.add_button, self.link_button, self.remove_button):
            each.setHidden(only_looks)
        self.currentChanged.connect(self._on_tab_changed)
        session.locked.connect(self._on_locked)

    def _on_locked(self, locked: bool) -> None:
        """Nothing of a work stays on the screen, in memory, or open; afterwards it is shown again."""
        if locked:
            for each in self._viewers.values():
                each.stop()
            return
        shown, self._shown = self._shown, None
        self.show_artefact(shown)

    def _buttons(self, parent: QWidget) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(4)
        self.add_button = QPushButton(_("Add files…"), parent)
        theme.set_icon(self.add_button, "plus", "ink", 16)
        self.add_button.clicked.connect(self.pick)
        self.link_button = tool("link", _("Link to the current criterion (G)"), parent)
        self.link_button.clicked.connect(self.link_wanted)
        self.outside_button = tool("external-link", _("Open in your player"), parent)
        self.outside_button.clicked.connect(self.open_outside)
        self.remove_button: QToolButton = tool("trash-2", _("Remove from the evidence"), parent)
        self.remove_button.clicked.connect(self.remove)
        line.addWidget(self.add_button)
        line.addStretch(1)
        line.addWidget(self.link_button)
        line.addWidget(self.outside_button)
        line.addWidget(self.remove_button)
        return line

    # Showing

    def show_slot(self, participant: str, assessment: Assessment) -> None:
        """Show the evidence of a participant; what was being looked at stays if it is still there."""
        moved = participant != self.participant
        self.participant, self.assessment = participant, assessment
        if moved:
            self.setCurrentIndex(0)  # earlier ratings are looked up by choice, for each person anew
        elif self.currentWidget() is self.past:
            self._on_tab_changed(1)
        found = list_shown(self.session.ws, participant, self.only_work)
        if moved or found != self._listed():
            keep = self._shown.id if self._shown and not moved else None
            self._fill(found, keep)
        self.setTabText(0, _("Evidence {n}").format(n=len(found)))
        self._show_links()
        can_write = not self.session.ws.read_only
        self.add_button.setEnabled(can_write)
        self.remove_button.setEnabled(can_write and bool(found))
        self.link_button.setEnabled(can_write and bool(found))
        self.outside_button.setEnabled(bool(found))

    def _listed(self) -> list[Artefact]:
        return [self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count())]

    def _fill(self, found: list[Artefact], keep: str | None) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for each in found:
            item = QListWidgetItem(theme.icon(_ICONS.get(each.media, "file"), "ink2", 16), each.title)
            item.setToolTip(tip(f"{each.file_name}, {_size(each.size)}"))
            item.setData(Qt.ItemDataRole.UserRole, each)
            self.list.addItem(item)
        rows = [row for row, each in enumerate(found) if each.id == keep]
        self.list.setCurrentRow(rows[0] if rows else 0)
        self.list.blockSignals(False)
        self.list.setVisible(len(found) > 1)
        self._on_current_changed(self.list.currentRow())

    def _on_current_changed(self, row: int) -> None:
        item = self.list.item(row)
        self.show_artefact(item.data(Qt.ItemDataRole.UserRole) if item else None)

    def show_artefact(self, artefact: Artefact | None) -> None:
        """Show one piece, or say what to do where there is none."""
        if artefact is not None and artefact == self._shown:
            return
        for each in self._viewers.values():
            each.stop()
        self._shown = artefact
        self._show_links()
        if artefact is None:
            there_is_none = _("Drop a clip, still or PDF here, or choose Add files.")
            self._say(_("No works are here yet.") if self.only_looks else there_is_none)
            return
        if artefact.is_web:
            self._say(_("“{title}” is on the web: {link}").format(title=artefact.title, link=artefact.link), True)
            return
        stored = find_file(self.session.ws, artefact)
        if stored is None:
            self._say(
                _("The file {file} is not on this laptop. Add it again, or score with the notes only.").format(
                    file=artefact.file_name
                )
            )
            return
        fault = artefacts.find_fault(artefact, stored)
        if fault is not None:
            self._say(f"{fault.what} {fault.safe}", details=fault.details)
            return
        kind = _VIEWERS.get(artefact.media)
        if kind is None:
            self._say(_("{file} is kept here, but this kind of file is not shown.").format(file=artefact.file_name))
            return
        try:
            viewer = self._viewer(kind)
        except ImportError as error:
            self._say(_("This laptop lacks a part that shows such files. Open it in your player."), True, str(error))
            return
        self.stack.setCurrentWidget(viewer)
        viewer.show_file(stored)

    def _show_links(self) -> None:
        self.links.show_work(None if self.only_looks else self._shown)

    def _viewer(self, kind: type[Viewer]) -> Viewer:
        if kind not in self._viewers:
            viewer = kind(self)
            viewer.failed.connect(lambda words: self._say(words, True))
            self.stack.addWidget(viewer)
            self._viewers[kind] = viewer
        return self._viewers[kind]

    def _say(self, words: str, outside: bool = False, details: str = "") -> None:
        self.message.say(words, outside, details)
        self.stack.setCurrentWidget(self.message)

    def _on_tab_changed(self, index: int) -> None:
        if self.widget(index) is self.past and self.assessment is not None:
            ws = self.session.ws
            self.past.show_before(ws, self.assessment, load_view(ws, self.session.me))

    # Adding and removing

    def pick(self) -> None:
        """Let the person choose files."""
        choose_files(self, _("Add evidence"), self.add_files)

    def add_files(self, files: list[Path]) -> None:
        """Take files in as evidence of the participant shown."""
        for file in files:
            try:
                large = file.stat().st_size > AT_ONCE
            except OSError:
                large = False  # the operation says what is wrong
            if large:
                self._add_beside(file)
            elif self.session.run(evidence.add_file, self.participant, file, "", self._author()) is not None:
                self.notice.emit(_("Added: {file}").format(file=file.name))

    def _add_beside(self, file: Path) -> None:
        participant = self.participant
        job = self.background.start(evidence.copy_in, self.session.ws.vault, file)
        self.destroyed.connect(job.cancel)
        job.progressed.connect(
            lambda done, total, label: self.status.setText(
                _("Copying {file}: {percent} %").format(file=label, percent=done * 100 // max(1, total))
            )
        )
        job.done.connect(lambda copied: self.session.run(evidence.record, participant, copied, "", self._author()))
        job.failed.connect(self.session.failed)
        job.ended.connect(self._on_copy_ended)
        self.cancel_button.clicked.connect(job.cancel)
        self.status.setText(_("Copying {file}…").format(file=file.name))
        self.status.show()
        self.cancel_button.show()

    def _on_copy_ended(self) -> None:
        self.status.hide()
        self.cancel_button.hide()

    def paste(self) -> bool:
        """Take files or a picture from the clipboard; False where it holds neither."""
        data = QGuiApplication.clipboard().mimeData()
        return data is not None and self.take(data)

    def take(self, data: QMimeData) -> bool:
        """Take dropped or pasted files or a picture."""
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if files:
            self.add_files(files)
            return True
        image = QGuiApplication.clipboard().image() if data.hasImage() else None
        if image is None or image.isNull():
            return False
        now = self.session.ws.sources.now().astimezone()
        with tempfile.TemporaryDirectory(dir=outside.folder()) as folder:
            file = Path(folder) / f"{_('Pasted picture')} {now:%Y-%m-%d %H.%M.%S}.png"
            image.save(str(file), "PNG")
            self.add_files([file])
        return True

    def remove(self) -> None:
        """Take the piece shown out of the evidence; Undo brings it back."""
        shown = self._shown
        if shown is None:
            return

        def put(removed: bool) -> None:
            self.session.run(evidence.remove, shown.id, self._author(), removed)

        words = _("Removed: {title}").format(title=shown.title)
        self.session.undo_stack.push(OperationCommand(words, lambda: put(True), lambda: put(False)))
        self.notice.emit(words)

    def _author(self) -> str:
        return self.session.me.id if self.session.me is not None else ""

    def open_outside(self) -> None:
        """Open the piece shown with the system's own program: a copy or link, never the stored file."""
        shown = self._shown
        if shown is None or not outside.open_outside(self.session, shown, self.background, self.notice.emit):
            self.notice.emit(_("There is nothing here that another program could show."))

    # Linking

    def _viewer_shown(self) -> Viewer | None:
        viewer = self.stack.currentWidget()
        return viewer if isinstance(viewer, Viewer) else None

    def _on_link_wanted(self, link: Evidence) -> None:
        viewer = self._viewer_shown()
        if viewer is not None:
            viewer.go_to(link)

    def begin_range(self) -> bool:
        """Remember where the clip stands as the first frame of a range; False without a clip."""
        viewer = self._viewer_shown()
        if viewer is None or not viewer.time_code():
            return False
        self.links.begin(viewer.place())
        return True

    def link(self, criterion: str) -> bool:
        """Link what is shown, as it is shown, to a criterion; False where nothing is."""
        viewer = self._viewer_shown()
        if self._shown is None:
            return False
        self.links.add(criterion, viewer.place() if viewer is not None else Place())
        return True

    # Keys and drops

    def do(self, act: str) -> bool:
        viewer = self.stack.currentWidget()
        return isinstance(viewer, Viewer) and viewer.do(act)

    def time_code(self) -> str:
        viewer = self.stack.currentWidget()
        return viewer.time_code() if isinstance(viewer, Viewer) else ""

    def take_focus(self) -> None:
        others = self.tabBar() if self.only_looks else self.add_button
        (self.list if self.list.isVisibleTo(self) else others).setFocus(Qt.FocusReason.OtherFocusReason)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and not self.session.ws.read_only:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.take(event.mimeData()):
            event.acceptProposedAction()


class _Message(QFrame):
    """Words in place of a picture, and perhaps a way out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.words = PlainLabel("", "", self)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.open_button = QPushButton(_("Open in your player"), self)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self.words)
        column.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def say(self, words: str, outside: bool, details: str) -> None:
        self.words.setText(words)
        set_tip(self.words, details)
        self.open_button.setVisible(outside)


def _size(size: int) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
