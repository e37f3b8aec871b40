"""Progress of long work, without Qt: the worker says where it is and hears whether to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rubricapp.errors import Cancelled


@dataclass
class Progress:
    """Where a long job is. The job calls `step`; another thread may set `cancelled` and read the rest.

    on_step is called with (done, total, label) after each step; it must be quick.
    """

    done: int = 0
    total: int = 0
    label: str = ""
    cancelled: bool = False
    on_step: Callable[[int, int, str], None] | None = field(default=None, repr=False)

    def step(self, done: int, total: int, label: str = "") -> None:
        """Report that `done` of `total` items are finished. Raises Cancelled when someone asked to stop."""
        self.done, self.total, self.label = done, total, label
        if self.on_step is not None:
            self.on_step(done, total, label)
        if self.cancelled:
            raise Cancelled

    def cancel(self) -> None:
        """Ask the job to stop after the item it is working on."""
        self.cancelled = True
