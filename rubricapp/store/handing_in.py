"""Reads: what this laptop handed in already. Computed, never stored: see `core.model.AssessmentState`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from rubricapp.store.kits import load_home
from rubricapp.store.workspace import Workspace


def load_handed_in(ws: Workspace) -> Callable[[datetime | None], bool]:
    """A function that says of when something was finished whether it is in what this laptop handed in last.

    None, and everything where this workspace did not come as a kit or nothing was handed in yet: False.
    """
    home = load_home(ws)
    until = datetime.fromisoformat(home.handed_in_at) if home is not None and home.handed_in_at else None
    return lambda at: at is not None and until is not None and at <= until
