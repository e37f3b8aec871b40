"""Looking at one work: its viewer, or words in its place and a way out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rubricapp.core.portfolio import Artefact, Evidence
from rubricapp.i18n import _
from rubricapp.operations.evidence_links import Place
from rubricapp.store.artefacts import find_file
from rubricapp.ui.score.clips import MediaView
from rubricapp.ui.score.viewers import ImageView, PdfView, Viewer
from rubricapp.ui.session import Session
from rubricapp.ui.widgets.labels import PlainLabel

_VIEWERS = {"image": ImageView, "pdf": PdfView, "video": MediaView, "audio": MediaView}


class WorkViewer(QStackedWidget):
    """Shows a work here where that is possible, and says why where it is not."""

    said = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._viewers: dict[type, Viewer] = {}
        self.message = PlainLabel("", "muted")
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.addWidget(self.message)
        self.addWidget(holder)
        self._work: Artefact | None = None
        session.locked.connect(self._on_locked)

    def _on_locked(self, locked: bool) -> None:
        """Nothing of a work stays on the screen, in memory, or open; afterwards it is shown again."""
        work = self._work
        if locked:
            self.stop()
            self._work = work
        elif work is not None:
            self.show_work(work)

    @property
    def viewer(self) -> Viewer | None:
        found = self.currentWidget()
        return found if isinstance(found, Viewer) else None

    def show_work(self, work: Artefact | None) -> None:
        """Show a work, or nothing."""
        self.stop()
        self._work = work
        if work is None:
            self.say("")
            return
        if work.is_web:
            self.say(_("This work is on the web: {link}").format(link=work.link))
            return
        stored = find_file(self.session.ws, work)
        if stored is None:
            self.say(
                _("The file {file} is not on this laptop. Say where it is with Relink.").format(file=work.file_name)
            )
            return
        kind = _VIEWERS.get(work.media)
        if kind is None:
            self.say(_("{file} is kept here, but this kind of file is not shown.").format(file=work.file_name))
            return
        try:
            if kind not in self._viewers:
                viewer = self._viewers[kind] = kind(self)
                viewer.failed.connect(self.say)
                self.addWidget(viewer)
            viewer = self._viewers[kind]
        except ImportError:
            self.say(_("This laptop lacks a part that shows such files. Open it in your player."))
            return
        self.setCurrentWidget(viewer)
        viewer.show_file(stored)

    def say(self, words: str) -> None:
        """Words in place of a picture."""
        self.message.setText(words)
        self.setCurrentIndex(0)
        self.said.emit(words)

    def stop(self) -> None:
        """Nothing plays on, and no file is held open."""
        self._work = None
        for each in self._viewers.values():
            each.stop()

    def place(self) -> Place:
        """Where in the work one looks now."""
        return self.viewer.place() if self.viewer is not None else Place()

    def go_to(self, link: Evidence) -> None:
        """Show the place that a link speaks of."""
        if self.viewer is not None:
            self.viewer.go_to(link)
