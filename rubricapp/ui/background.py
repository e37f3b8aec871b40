"""Long work beside the window: one worker, asked how it is by a timer. No QThread, no signals across threads.

A job gets frozen data and a `Progress`, never a connection, a widget or a page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from rubricapp.errors import Cancelled, UserError
from rubricapp.jobs import Progress

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

POLL_MS = 50


class Job(QObject):
    """One piece of work. Exactly one of done, failed and cancelled comes, after any number of progressed.

    progressed(done, total, label). done(result). failed(UserError). A fault that is no UserError is raised
    on the main thread, where it is logged and shown as a bug; failed does not come, `ended` does, as always.
    """

    progressed = Signal(int, int, str)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()

    def __init__(self, future: Future[Any], progress: Progress, parent: QObject) -> None:
        super().__init__(parent)
        self._future = future
        self._progress = progress
        self._said: tuple[int, int, str] = (-1, -1, "")

    def cancel(self) -> None:
        """Stop after the item in hand. What is finished stays."""
        self._progress.cancel()
        self._future.cancel()

    def poll(self) -> bool:
        """Tell what is new; True once the job has ended."""
        now = (self._progress.done, self._progress.total, self._progress.label)
        if now != self._said and now[1]:
            self._said = now
            self.progressed.emit(*now)
        if not self._future.done():
            return False
        try:
            if self._future.cancelled():
                raise Cancelled
            result = self._future.result()
        except Cancelled:
            self.cancelled.emit()
        except UserError as error:
            self.failed.emit(error)
        else:
            self.done.emit(result)
        finally:
            self.ended.emit()
        return True


class Background(QObject):
    """The window's one worker. Jobs run one after the other, in the order they were given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool: ThreadPoolExecutor | None = None
        self._jobs: list[Job] = []
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def busy(self) -> bool:
        return bool(self._jobs)

    def start(self, function: Callable[..., Any], *arguments: Any) -> Job:
        """Run function(*arguments, progress) in the worker. Connect to the job's signals before the loop turns."""
        from concurrent.futures import ThreadPoolExecutor  # not before there is work

        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="job")
        progress = Progress()
        job = Job(self._pool.submit(function, *arguments, progress), progress, self)
        self._jobs.append(job)
        self._timer.start()
        return job

    def close(self) -> None:
        """Cancel what runs and wait for it: nothing may outlive the window."""
        self._timer.stop()
        for job in self._jobs:
            job.cancel()
        self._jobs.clear()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _on_timeout(self) -> None:
        for job in list(self._jobs):
            try:
                ended = job.poll()
            except Exception:
                self._jobs.remove(job)
                job.deleteLater()
                raise
            if ended:
                self._jobs.remove(job)
                job.deleteLater()
        if not self._jobs:
            self._timer.stop()
