"""Restoring a backup on trial: into a folder beside it, opened, checked, counted, and thrown away.

Question: how is it known that a backup can be restored? Decision: it is restored, once a week, by the same code that
restores in earnest. Reasons: a checked file can still be one that the restoring of a later version refuses; and who
never saw a restore learns of it on the worst day. 2026-11-29.

A rehearsal works with files alone, so it may run beside the window; its result is kept in `meta`.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rubricapp.core.model import Problem
from rubricapp.errors import UserError
from rubricapp.jobs import Progress
from rubricapp.store import backups, key_file, restoring, upgrading
from rubricapp.store.snapshots import load_snapshot
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_

EVERY = timedelta(days=7)
_KEY = "rehearsal"
_STEPS = 3


@dataclass(frozen=True)
class Rehearsal:
    """What came of restoring a backup on trial. at, made_at: UTC; made_at is the backup's. seconds: how long it took.

    problems: why it could not be relied on; empty is good. files: whether the works' own files were in it, too.
    """

    at: datetime
    file: str
    made_at: datetime | None
    seconds: float
    changes: int
    people: int
    assessments: int
    ratings: int
    files: bool
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def rehearse(file: Path, beside: Path, now: datetime, progress: Progress | None = None, key: bytes = b"") -> Rehearsal:
    """Restore a backup on trial, inside the folder `beside`; nothing of it stays there. key: of a protected one.

    A backup that does not hold is a result with its problems. Raises UserError only where there is no place to try,
    and Cancelled.
    """
    progress = progress or Progress()
    started = time.monotonic()
    trial = beside.absolute() / upgrading.TRIAL
    backup, counts, problems = None, {}, []

    def unlock(_kept: key_file.Kept) -> bytes:
        if not key:
            raise key_file.protected()
        return key

    try:
        progress.step(0, _STEPS, file.name)
        _clear(trial)
        backup = backups.read(file)
        missing = restoring.put_back(trial, backup, unlock).missing
        problems += [Problem("REHEARSAL_FILE", f"The file {name} is not whole in the backup.") for name in missing]
        progress.step(1, _STEPS, file.name)
        with open_(trial, unlock=unlock) as ws:
            problems += _differences(ws, backup)
            counts = backups.count_rows(ws)
            progress.step(2, _STEPS, file.name)
            found = find_faults(ws, files=backup.with_files).problems
            problems += [each for each in found if backup.with_files or each.code != "CHECK_FILE"]
        progress.step(_STEPS, _STEPS, file.name)
    except UserError as error:
        if error.code in ("E_CANNOT_WRITE", "E_DISK", "E_READ_ONLY", "E_NO_LOCKS"):
            raise  # says nothing of the backup
        problems.append(Problem(error.code, f"{error.what} {error.details}".strip(), error.do))
    finally:
        _clear(trial)
    others = [each for each in backups.list_broken(file.parent) if each != file]
    problems += [Problem("REHEARSAL_BROKEN", f"{each.name} is not a whole backup.") for each in others]
    return Rehearsal(
        now,
        file.name,
        backup.made_at if backup else None,
        round(time.monotonic() - started, 2),
        backup.changes if backup else 0,
        counts.get("person", 0),
        counts.get("assessment", 0),
        counts.get("rating", 0),
        bool(backup and backup.with_files),
        tuple(problems),
    )


def _clear(trial: Path) -> None:
    try:
        shutil.rmtree(trial, ignore_errors=True)
        if trial.exists():
            shutil.rmtree(trial)  # once more, to learn why
    except OSError as error:
        raise upgrading.cannot_write(trial, error) from error


def _differences(ws: Workspace, backup: backups.Backup) -> list[Problem]:
    """Where the restored workspace holds something else than the one it was made from."""
    found = []
    snapshot, _newest, ends = load_snapshot(ws)
    if (snapshot, ends) != (backup.snapshot, backup.ends):
        found.append(
            Problem("REHEARSAL_LOG", f"Its log ends at {snapshot}, that of the workspace ended at {backup.snapshot}.")
        )
    present = backups.count_rows(ws)
    for table, number in backup.counts:
        if present.get(table, 0) != number:
            found.append(
                Problem("REHEARSAL_COUNT", f"It holds {present.get(table, 0)} of {table}; the workspace held {number}.")
            )
    return found


# What was found


def load_rehearsal(ws: Workspace) -> Rehearsal | None:
    """The last rehearsal of this copy of the workspace; None before the first."""
    kept = ws.meta(_KEY)
    if not kept:
        return None
    with ws.reading():
        said = json.loads(kept)
        said["problems"] = tuple(Problem(**each) for each in said["problems"])
        said["at"] = datetime.fromisoformat(said["at"])
        said["made_at"] = datetime.fromisoformat(said["made_at"]) if said["made_at"] else None
        return Rehearsal(**said)


def keep(ws: Workspace, rehearsal: Rehearsal) -> None:
    """Remember what a rehearsal gave. Raises UserError."""
    said = asdict(rehearsal)
    said["at"] = rehearsal.at.isoformat()
    said["made_at"] = rehearsal.made_at.isoformat() if rehearsal.made_at else ""
    ws.set_meta(_KEY, json.dumps(said, ensure_ascii=False))
