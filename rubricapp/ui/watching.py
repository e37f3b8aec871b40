"""A folder in which returns turn up: looked at now and then beside the window, offered, never merged by itself."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.store.merging import list_merges
from rubricapp.ui.background import Background, Job
from rubricapp.ui.session import Session

ENDING = ".rubricpack"
EVERY_MS = 10_000
FIRST_MS = 1_500
"""After the start of the window: what is on the screen first comes first."""
_SETTLED = 10
"""Seconds after which a file that did not change is taken to be there whole."""
_MOST = 2_000
Mark = tuple[int, int]
"""Size and time of a file: another one after it was written to."""


@dataclass(frozen=True)
class Turned:
    """A return that lies in the folder. id: of the package, as its outside says. mark: what changes with the file."""

    path: Path
    id: str
    mark: Mark


@dataclass(frozen=True)
class Scanned:
    """What a look into the folder gave. marks: of all packages. growing: names of those that are still being copied.

    troubles: (name, what is wrong with it) of what cannot be offered.
    """

    turned: tuple[Turned, ...]
    marks: dict[Path, Mark]
    growing: tuple[str, ...] = ()
    troubles: tuple[tuple[str, str], ...] = ()


def scan(folder: Path, settled: dict[Path, Mark], progress: Progress) -> Scanned | None:
    """Look into the folder; None where it is not there. In the worker.

    settled: the marks of the last time: what is being copied now has another one the next time.
    """
    from rubricapp.operations.packages import find_return

    try:
        with os.scandir(folder) as found:
            named = (each for each in found if Path(each.name).suffix.casefold() == ENDING)
            names = sorted(each.name for _n, each in zip(range(_MOST), named, strict=False))
    except OSError:
        return None  # the stick is not in, or the network is away: said on the page
    turned: list[Turned] = []
    marks: dict[Path, Mark] = {}
    growing, troubles = [], []
    for number, name in enumerate(names):
        progress.step(number, len(names), name)
        path = folder / name
        try:
            about = path.stat()
            mark = (about.st_size, about.st_mtime_ns)
            marks[path] = mark
            if settled.get(path) != mark and abs(time.time() - about.st_mtime) < _SETTLED:
                growing.append(name)
                continue
            package = find_return(path)
        except FileNotFoundError:
            continue  # pulled out just now
        except OSError as error:  # another program holds it: tried again the next time
            troubles.append((name, error.strerror or type(error).__name__))
        except UserError as error:
            troubles.append((name, error.what))
        else:
            if package:  # a kit is nothing to merge
                turned.append(Turned(path, package, mark))
    return Scanned(tuple(turned), marks, tuple(growing), tuple(troubles))


class Watch(QObject):
    """Watches the folder that the settings name, from the start of the window. One for each session.

    looked(): it was looked into; `waiting`, `is_there` and `scanned` say what is known. found([Path]): new returns.
    """

    looked = Signal()
    found = Signal(object)

    def __init__(self, session: Session, background: Background) -> None:
        super().__init__(session)
        self.session = session
        self._background = background
        self._job: Job | None = None
        self._offered: dict[Path, Mark] = {}
        self._merged: frozenset[str] = frozenset()
        self.scanned = Scanned((), {})
        self.is_there = True
        self.folder: Path | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        session.settings_changed.connect(lambda _settings: self.follow())
        self.follow()

    def follow(self) -> None:
        """Watch the folder that the settings name now, or none."""
        folder = Path(self.session.settings.watched) if self.session.settings.watched else None
        if folder == self.folder:
            return
        self.folder = folder
        self._offered, self.scanned, self.is_there = {}, Scanned((), {}), True
        self._timer.stop()
        if folder is not None:
            self._timer.start()
            QTimer.singleShot(FIRST_MS, self, self.look)
        self.looked.emit()

    def stop(self) -> None:
        """Watch nothing: whoever sits here now does not merge."""
        self._timer.stop()
        self.folder = None
        self.scanned = Scanned((), {})

    @property
    def waiting(self) -> tuple[Path, ...]:
        """Returns that lie there and were not merged."""
        return tuple(each.path for each in self.scanned.turned if each.id not in self._merged)

    def refresh(self) -> None:
        """What was merged does not wait any more."""
        self._merged = frozenset(each.package for each in list_merges(self.session.ws) if each.stands)

    def offer_again(self) -> None:
        """Everything that waits is new to whoever asks now."""
        self.refresh()
        if self.waiting:
            self.found.emit(list(self.waiting))

    def look(self) -> None:
        """Look now, unless somebody looks, or the workspace is behind its lock."""
        if self.folder is None or self._job is not None or self.session.ws.suspended:
            return
        folder = self.folder
        self._job = self._background.start(scan, folder, dict(self.scanned.marks))
        self._job.done.connect(lambda result: self._on_scanned(folder, result))
        self._job.ended.connect(self._on_ended)

    def _on_scanned(self, folder: Path, result: Scanned | None) -> None:
        if folder != self.folder:
            return
        self.is_there = result is not None
        self.scanned = result or Scanned((), {})
        self.refresh()
        waiting = set(self.waiting)
        new = [
            each.path
            for each in self.scanned.turned
            if each.path in waiting and self._offered.get(each.path) != each.mark
        ]
        self._offered |= {each.path: each.mark for each in self.scanned.turned}
        self.looked.emit()
        if new:
            self.found.emit(new)

    def _on_ended(self) -> None:
        self._job = None


def say_troubles(scanned: Scanned) -> str:
    """What lies in the folder and is not offered, in lines; at most five of each."""
    lines = [_("{file} is still being copied.").format(file=name) for name in scanned.growing[:5]]
    lines += [why if name in why else f"{name}: {why}" for name, why in scanned.troubles[:5]]
    return "\n".join(lines)
