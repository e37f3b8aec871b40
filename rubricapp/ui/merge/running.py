"""Packages taken in one after the other, with room for the window between the steps.

Question: what of merging may stand on the main thread, which owns the database? Decision: a copy of the database for
the backup, then for each package three short steps with a turn of the loop between them: the plan, one transaction,
the receipt. All else runs beside the window: reading, unsealing, checking, packing the backup, copying files.
Reasons: one package is one transaction, whole or not at all, and a transaction that is left open while people type
would take in what they type. 2026-11-29.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from rubricapp.errors import UserError
from rubricapp.ui import opening
from rubricapp.ui.background import Background, Job
from rubricapp.ui.merge.entries import Entry
from rubricapp.ui.session import Session

if TYPE_CHECKING:
    from rubricapp.operations.returns import Brought

_SOON_MS = 1_000


class SwitchRun(QObject):
    """Merges taken back or let stand again, one transaction each, with a turn of the loop between them.

    stepped(done, total). ended().
    """

    stepped = Signal(int, int)
    ended = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self._left: list[tuple[Callable[..., object], str]] = []
        self._total = 0

    @property
    def runs(self) -> bool:
        return bool(self._left)

    def add(self, operation: Callable[..., object], merges: Sequence[str]) -> None:
        """Do this to each of these merges, after what is still to be done."""
        begins = not self._left
        self._total = len(merges) + (0 if begins else self._total)
        self._left += [(operation, each) for each in merges]
        if begins and self._left:
            self._next()

    def _next(self) -> None:
        if self.session.ws.suspended:  # the workspace was locked meanwhile
            QTimer.singleShot(_SOON_MS, self, self._next)
            return
        if not self._left:  # `flush` has ended it
            return
        operation, merge = self._left[0]
        self.stepped.emit(self._total - len(self._left), self._total)
        me = self.session.me.id if self.session.me is not None else ""
        if self.session.run(operation, merge, me) is None:  # said on the page; the others may rest on it
            self._left = self._left[:1]
        self._left.pop(0)
        if self._left:
            QTimer.singleShot(0, self, self._next)
        else:
            self.ended.emit()

    def flush(self) -> None:
        """Finish all of it now: half of an undo is none."""
        while self._left:
            self._next()


class MergeRun(QObject):
    """stepped(done, total, Entry or None for the backup): what is being done. taken(Entry, Brought).

    failed(Entry, UserError): this one could not be merged, the others are still tried. refused(UserError): none can.
    ended(): at last, whatever came before.
    """

    stepped = Signal(int, int, object)
    taken = Signal(object, object)
    failed = Signal(object, object)
    refused = Signal(object)
    ended = Signal()

    def __init__(self, session: Session, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self._background = background
        self._left: list[Entry] = []
        self._total = 0
        self._erase = False
        self._choices: dict[str, str] = {}
        self._job: Job | None = None
        self._steps: Generator[None, None, Brought] | None = None
        self._step = 0  # of the package in hand: from 2 on it is merged
        self.runs = False
        self.stopping = False

    @property
    def _me(self) -> str:
        return self.session.me.id if self.session.me is not None else ""

    def start(self, entries: Sequence[Entry], erase: bool = False, choices: Mapping[str, str] | None = None) -> None:
        """Take these in. erase: somebody said that people whom a package erases may be erased here, too.

        choices: who their unknown people are, see `operations.merging.merge`.
        """
        self._left, self._total, self._erase = list(entries), len(entries), erase
        self._choices = dict(choices or {})
        self.runs, self.stopping = True, False
        if not any(each.count.get("new") for each in entries):
            self._next()
            return
        self.stepped.emit(0, self._total, None)
        try:
            job = opening.back_up(self._background, self.session.ws)
        except UserError as error:
            self._refuse(error)
            return
        self._follow(job)
        self._job.done.connect(lambda _path: self._next())
        self._job.failed.connect(self._refuse)
        self._job.cancelled.connect(self._end)

    def _follow(self, job: Job) -> None:
        self._job = job
        job.ended.connect(lambda: self._on_job_ended(job))

    def _on_job_ended(self, job: Job) -> None:
        if job is self._job:
            self._job = None

    def _next(self) -> None:
        from rubricapp.operations.packages import fetch_files, own_keys

        if not self.runs:  # `flush` has ended it
            return
        if not self._left or self.stopping:
            self._end()
            return
        if self.session.ws.suspended:  # the workspace was locked meanwhile
            QTimer.singleShot(_SOON_MS, self, self._next)
            return
        entry, ws = self._left[0], self.session.ws
        self.stepped.emit(self._total - len(self._left), self._total, entry)
        try:
            keys = own_keys(ws)
        except UserError as error:
            self._fail(error)
            return
        job = self._background.start(fetch_files, entry.looked, [*keys, *entry.recovery], ws.folder, ws.vault, "")
        self._follow(job)
        job.done.connect(self._begin)
        job.failed.connect(self._fail)
        job.cancelled.connect(self._end)

    def _begin(self, taken: list[str]) -> None:
        from rubricapp.operations.returns import Terms, taking

        entry = self._left[0]
        self._step = 0
        terms = Terms(self._me, entry.trusted, self._erase, False, self._choices)
        self._steps = taking(self.session.ws, entry.looked, terms, taken)
        self._turn()

    def _turn(self) -> None:
        """The next step of the package in hand."""
        if self._steps is None:  # `flush` was faster
            return
        if self.stopping and self._step < 2:
            self._steps.close()
            self._steps = None
            self._end()
            return
        try:
            next(self._steps)
        except StopIteration as ended:
            self._steps = None
            entry = self._left.pop(0)
            self.taken.emit(entry, ended.value)
            QTimer.singleShot(0, self, self._next)
        except UserError as error:
            self._steps = None
            self._fail(error)
        else:
            self._step += 1
            QTimer.singleShot(0, self, self._turn)

    def _fail(self, error: UserError) -> None:
        self.failed.emit(self._left.pop(0), error)
        QTimer.singleShot(0, self, self._next)

    def _refuse(self, error: UserError) -> None:
        self.refused.emit(error)
        self._end()

    def _end(self) -> None:
        if not self.runs:
            return
        self._left = []
        self.runs = False
        self.ended.emit()

    def stop(self) -> None:
        """Stop before the next transaction; what was merged stays merged."""
        self.stopping = True
        if self._job is not None:
            self._job.cancel()

    def flush(self) -> None:
        """Finish the package in hand now, and begin no other: the window is about to close or to be locked."""
        if not self.runs:
            return
        while self._steps is not None:
            self._turn()
        self.stop()
        self._end()
