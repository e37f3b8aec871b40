"""Restoring a backup on trial beside the window: files alone go to the worker, its result comes back to be kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from rubricapp.errors import UserError
from rubricapp.jobs import Progress
from rubricapp.store.workspace import Workspace
from rubricapp.ui.background import Background, Job
from rubricapp.ui.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from rubricapp.store.rehearsing import Rehearsal

SOON_MS = 60_000


def start(background: Background, ws: Workspace, file: Path) -> Job:
    """Begin a trial; its result is a `Rehearsal`."""
    return background.start(_rehearse, file, ws.backups, ws.sources.now(), ws.key)


def _rehearse(file: Path, beside: Path, now: datetime, key: bytes, progress: Progress) -> Rehearsal:
    from rubricapp.operations import rehearsing

    return rehearsing.rehearse_file(file, beside, now, key, progress)


def keep(ws: Workspace, rehearsal: Rehearsal) -> str:
    """Keep what came of it; returns what must be said loudly, or "". Raises UserError."""
    from rubricapp.operations import rehearsing

    return rehearsing.alarm(rehearsing.keep(ws, rehearsal))


def begin_soon(background: Background, session: Session, say: Callable[[str], object]) -> None:
    """The week's trial, where it is due once the first minute is over: nobody waits for it then."""
    QTimer.singleShot(
        SOON_MS, session, lambda: None if session.ws.suspended else begin_where_due(background, session.ws, say)
    )


def begin_where_due(background: Background, ws: Workspace, say: Callable[[str], object]) -> Job | None:
    """The week's trial, where it is due. say: takes what must be said loudly."""
    from rubricapp.operations import rehearsing

    file = rehearsing.due(ws)
    if file is None:
        return None

    def on_done(rehearsal: Rehearsal) -> None:
        try:
            words = keep(ws, rehearsal)
        except UserError as error:
            words = error.message
        if words:
            say(words)

    job = start(background, ws, file)
    job.done.connect(on_done)
    job.failed.connect(lambda error: say(error.message))
    return job
