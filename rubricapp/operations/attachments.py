"""A day of the log together with the files and links that belong to it: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rubricapp.core.model import Changes, LogEntry, Person
from rubricapp.core.portfolio import Artefact, is_web
from rubricapp.jobs import Progress
from rubricapp.operations import artefacts, evidence, production_log
from rubricapp.store.artefacts import list_attached
from rubricapp.store.workspace import Workspace


def add_day_with(
    ws: Workspace,
    participant: Person,
    given: Mapping[str, str],
    sources: Sequence[str],
    author: str = "",
    repeat_last: bool = False,
    progress: Progress | None = None,
) -> tuple[LogEntry, list[Artefact], Changes]:
    """Write one day, and attach files (copied) and web addresses to it. given: see `production_log.add_day`.

    Everything is checked and copied before the first word is written. Raises UserError, Cancelled; then nothing was
    added.
    """
    ws.demand_writable()
    production_log.read_values(ws, given)
    brought = [
        artefacts.web_address(each) if is_web(each) else evidence.copy_in(ws.vault, Path(each), progress or Progress())
        for each in sources
    ]
    entry, changes = production_log.add_day(ws, participant, given, author, repeat_last)
    by = author or participant.id
    for each in brought:
        if isinstance(each, str):
            changes |= artefacts.add_work(ws, participant.id, each, author=by, log_entry=entry.id)[1]
        else:
            changes |= evidence.record(ws, participant.id, each, "", by, {"log_entry": entry.id})
    return entry, list_attached(ws, entry.id), changes
