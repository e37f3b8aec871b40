"""The files of the inbox: each is looked at beside the window, then planned on this thread, one at a time.

Planned in the order of the list, in which they would be merged: each as if those above it that can be merged were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from rubricapp.core.merging import Ahead
from rubricapp.errors import UserError
from rubricapp.store.merging import list_merges
from rubricapp.ui.background import Background, Job
from rubricapp.ui.merge.entries import Entry, planned
from rubricapp.ui.session import Session

if TYPE_CHECKING:
    from rubricapp.operations.packages import Looked
    from rubricapp.operations.recovery import Identity


class Packages(QObject):
    """changed(): something else is to be shown. held(): whether something is merged now; then nothing is planned."""

    changed = Signal()

    def __init__(self, session: Session, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self._background = background
        self._jobs: list[Job] = []
        self._to_plan: list[Path] = []
        self._ahead = Ahead()
        self.entries: list[Entry] = []
        self.asked_for = 0  # files that are looked at in one go
        self.held: Callable[[], bool] = lambda: False

    @property
    def looking(self) -> int:
        """How many are still to be looked at."""
        return len(self._jobs)

    @property
    def busy(self) -> bool:
        return bool(self._jobs or self._to_plan)

    def at(self, path: Path) -> int:
        """The place of a file in the list, or -1."""
        return next((n for n, each in enumerate(self.entries) if each.path == path), -1)

    def now(self, entry: Entry) -> Entry:
        """The same file as it stands now."""
        at = self.at(entry.path)
        return self.entries[at] if at >= 0 else entry

    def put(self, entry: Entry) -> None:
        """Say something else of a file that is still in the list."""
        at = self.at(entry.path)
        if at >= 0:
            self.entries[at] = entry

    def add(self, files: Sequence[Path]) -> None:
        """Look at these; one that is in the list is looked at afresh. Raises UserError where nothing can be merged."""
        from rubricapp.operations.packages import own_keys

        self.session.ws.demand_writable()
        keys = own_keys(self.session.ws)
        for path in dict.fromkeys(each.absolute() for each in files):
            if self.at(path) < 0:
                self.entries.append(Entry(path))
            elif self.held():
                continue
            else:
                known = self.entries[self.at(path)]
                self.put(Entry(path, trusted=known.trusted, recovery=known.recovery))
            self._look(path, keys)
        self.changed.emit()

    def remove(self, entry: Entry) -> None:
        """Take a file off the list; those below it may bring something else now."""
        self.entries.pop(self.at(entry.path))
        self.plan_again()

    def trust(self, entry: Entry) -> None:
        """Somebody compared its key: it can be merged, and counts for those below it."""
        self.put(replace(entry, trusted=True))
        self.plan_again()

    def unlock(self, key: Identity) -> None:
        """Look again at everything that stayed sealed, with the recovery key beside this laptop's own."""
        sealed = [each for each in self.entries if each.refused is not None and each.refused.code == "E_SEALED"]
        for each in sealed:
            self.put(replace(each, recovery=(key,)))
        self.add([each.path for each in sealed])

    def stop(self) -> None:
        """Look at no more of them."""
        for job in list(self._jobs):
            job.cancel()

    def forget_plans(self) -> None:
        """Plan nothing more: the window is about to close or to be locked."""
        self._to_plan = []

    # Looking

    def _look(self, path: Path, keys: Sequence[Identity]) -> None:
        from rubricapp.operations.packages import look

        self.asked_for = self.asked_for + 1 if self._jobs else 1
        keys = [*keys, *self.entries[self.at(path)].recovery]
        job = self._background.start(look, path, keys, self.session.ws.folder, "")
        job.done.connect(partial(self._on_looked, path))
        job.failed.connect(partial(self._on_refused, path))
        job.cancelled.connect(partial(self._on_cancelled, path))
        self._jobs.append(job)
        job.ended.connect(lambda: self._on_ended(job))

    def _on_looked(self, path: Path, looked: Looked) -> None:
        at = self.at(path)
        if at < 0:
            return
        self.put(replace(self.entries[at], looked=looked))
        if any(_waits(each) for each in self.entries[at + 1 :]):
            self.plan_again()
        elif self._to_plan:
            self._to_plan.append(path)
        else:
            self._plan(at)
        self.changed.emit()

    def _on_refused(self, path: Path, error: UserError) -> None:
        from rubricapp.operations.returns import not_ours

        if self.at(path) >= 0:
            self.put(replace(self.entries[self.at(path)], refused=not_ours(self.session.ws, path, error)))
            self.changed.emit()

    def _on_cancelled(self, path: Path) -> None:
        if self.at(path) >= 0 and self.entries[self.at(path)].looked is None:
            self.remove(self.entries[self.at(path)])

    def _on_ended(self, job: Job) -> None:
        self._jobs.remove(job)
        self.changed.emit()

    # Planning

    def _plan(self, at: int) -> None:
        self.entries[at] = planned(self.session.ws, self.entries[at], self.entries, self._ahead)

    def plan_again(self) -> None:
        """Something changed here: what waits may bring something else now. One by one, when the loop turns."""
        begins = not self._to_plan
        stands = {each.id for each in list_merges(self.session.ws) if each.stands} | {"", "same"}
        self.entries = [each if each.merged in stands else replace(each, merged="") for each in self.entries]
        self._ahead = Ahead()
        self._to_plan = [each.path for each in self.entries if _waits(each)]
        if begins and self._to_plan:
            QTimer.singleShot(0, self, self._plan_next)

    def _plan_next(self) -> None:
        if self.held():  # planned again after it
            self._to_plan = []
        if not self._to_plan:
            return
        at = self.at(self._to_plan.pop(0))
        if at >= 0 and not self.entries[at].merged:
            self._plan(at)
        if self._to_plan:
            QTimer.singleShot(0, self, self._plan_next)
        else:
            self.changed.emit()


def _waits(entry: Entry) -> bool:
    """Whether it was looked at, and is still to be merged."""
    return entry.looked is not None and not entry.merged
