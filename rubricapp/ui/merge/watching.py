"""What of the merge page is about the watched folder: which one it is, and how it stands."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from rubricapp.i18n import _
from rubricapp.ui.choosing import choose_folder
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.session import Session
from rubricapp.ui.watching import Watch, say_troubles


class WatchBar(QWidget):
    """What is watched, in words. choose and stop are its buttons, for a row of others."""

    def __init__(self, session: Session, watch: Watch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.watch = watch
        watch.looked.connect(self._say)
        self.choose = button(_("Watch a folder…"), "", "eye")
        self.choose.clicked.connect(self._on_choose)
        self.stop = button(_("Stop watching"), "quiet", "eye-off")
        self.stop.clicked.connect(lambda: self.set_folder(""))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.words = PlainLabel("", "muted")
        self.troubles = PlainLabel("", "warning")
        layout.addWidget(self.words)
        layout.addWidget(self.troubles)
        self._say()

    def _on_choose(self) -> None:
        at = self.session.settings.watched or Path.home()
        choose_folder(self, _("Watch a folder or a stick"), at, lambda path: self.set_folder(str(path)))

    def set_folder(self, folder: str) -> None:
        """Watch this folder from now on; "" for none."""
        self.session.set_settings(watched=folder)
        self.watch.look()

    def _say(self) -> None:
        folder = self.session.settings.watched
        self.setVisible(bool(folder))
        self.stop.setVisible(bool(folder))
        words = (
            _("Watching {folder}. New packages are offered here, never merged by themselves.")
            if self.watch.is_there
            else _("{folder} is not there now. It is looked for again every ten seconds.")
        )
        self.words.setText(words.format(folder=folder))
        troubles = say_troubles(self.watch.scanned)
        self.troubles.setText(troubles)
        self.troubles.setVisible(bool(troubles))
