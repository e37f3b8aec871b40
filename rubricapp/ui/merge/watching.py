"""A folder in which returns turn up: looked at now and then beside the window, offered, never merged by itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.store.merging import list_merges
from rubricapp.ui.arriving import is_package
from rubricapp.ui.background import Background, Job
from rubricapp.ui.messages import PlainLabel, button
from rubricapp.ui.session import Session

EVERY_MS = 10_000
_SETTLED = 10
"""Seconds after which a file that did not change is taken to be there whole."""
_MOST = 2_000


@dataclass(frozen=True)
class Turned:
    """A return that lies in the folder. id: of the package, as its outside says. mark: what changes with the file."""

    path: Path
    id: str
    mark: tuple[int, int]


def scan(folder: Path, settled: dict[Path, tuple[int, int]], progress: Progress) -> tuple[list[Turned], dict] | None:
    """(returns that are there whole, marks of all packages); None where the folder is not there. In the worker.

    settled: the marks of the last time: what is being copied now has another one the next time.
    """
    from rubricapp.operations.packages import find_return

    try:
        with os.scandir(folder) as found:
            entries = [each for _n, each in zip(range(_MOST), found, strict=False) if is_package(Path(each.name))]
    except OSError:
        return None  # the stick is not in, or the network is away: said on the page
    turned: list[Turned] = []
    marks: dict[Path, tuple[int, int]] = {}
    for number, each in enumerate(sorted(entries, key=lambda each: each.name)):
        progress.step(number, len(entries), each.name)
        path = folder / each.name
        try:
            about = path.stat()
            mark = (about.st_size, about.st_mtime_ns)
            marks[path] = mark
            if settled.get(path) != mark and time.time() - about.st_mtime < _SETTLED:
                continue
            package = find_return(path)
        except (OSError, UserError):
            continue  # pulled out just now, or no package: whoever picks it by hand is told
        if package:
            turned.append(Turned(path, package, mark))
    return turned, marks


class Watch(QObject):
    """found([Path]): returns that are new since the last look. told(bool): whether the folder is there."""

    found = Signal(object)
    told = Signal(bool)

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._job: Job | None = None
        self._marks: dict[Path, tuple[int, int]] = {}
        self._offered: dict[Path, tuple[int, int]] = {}
        self.folder: Path | None = None
        self.merged: frozenset[str] = frozenset()
        self.asleep: Callable[[], bool] = lambda: False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self, folder: Path | None) -> None:
        """Watch this folder from now on, or none."""
        self.folder = folder
        self._marks, self._offered = {}, {}
        self._timer.stop()
        if folder is not None:
            self._timer.start()
            self.look()

    def look(self) -> None:
        """Look now, unless somebody looks, or the workspace is behind its lock."""
        if self.folder is None or self._job is not None or self.asleep():
            return
        folder = self.folder
        self._job = self._background.start(scan, folder, dict(self._marks))
        self._job.done.connect(lambda result: self._on_scanned(folder, result))
        self._job.ended.connect(self._on_ended)

    def _on_scanned(self, folder: Path, result: tuple[list[Turned], dict] | None) -> None:
        if folder != self.folder:
            return
        self.told.emit(result is not None)
        if result is None:
            return
        turned, self._marks = result
        new = [each for each in turned if self._offered.get(each.path) != each.mark and each.id not in self.merged]
        self._offered |= {each.path: each.mark for each in turned}
        if new:
            self.found.emit([each.path for each in new])

    def _on_ended(self) -> None:
        self._job = None


class WatchBar(QWidget):
    """What is watched, in words. choose and stop are its buttons, for a row of others."""

    def __init__(self, session: Session, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.watch = Watch(background, self)
        self.watch.asleep = lambda: session.ws.suspended
        self.watch.told.connect(self._on_told)
        self.choose = button(_("Watch a folder…"), "", "eye")
        self.choose.clicked.connect(self._on_choose)
        self.stop = button(_("Stop watching"), "quiet", "eye-off")
        self.stop.clicked.connect(lambda: self.set_folder(""))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.words = PlainLabel("", "muted")
        layout.addWidget(self.words)
        self._start()

    def _on_choose(self) -> None:
        dialog = QFileDialog(self, _("Watch a folder or a stick"), self.session.settings.watched or str(Path.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.set_folder)
        dialog.open()

    def set_folder(self, folder: str) -> None:
        """Watch this folder from now on; "" for none."""
        self.session.set_settings(watched=folder)
        self._start()

    def _start(self) -> None:
        folder = self.session.settings.watched
        self.refresh()
        self.watch.start(Path(folder) if folder else None)
        self._on_told(True)
        self.setVisible(bool(folder))
        self.stop.setVisible(bool(folder))

    def refresh(self) -> None:
        """What was merged need not be offered again."""
        self.watch.merged = frozenset(each.package for each in list_merges(self.session.ws) if each.stands)

    def _on_told(self, there: bool) -> None:
        folder = self.session.settings.watched
        words = (
            _("Watching {folder}. New packs are offered here, never merged by themselves.")
            if there
            else _("{folder} is not there now. It is looked for again every ten seconds.")
        )
        self.words.setText(words.format(folder=folder))
