"""All steps of an empty database are taken once in a process, and copied from then on: there are thousands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rubricapp.store import engine, migrations, upgrading


@contextmanager
def steps_taken_once(in_memory: bool = False) -> Iterator[None]:
    """in_memory: of databases in memory alone, for whoever counts what the disk is asked."""
    really, steps, latest = upgrading.migrate, migrations.steps, upgrading.LATEST
    made: list[engine.Connection] = []

    def migrate(connection: engine.Connection) -> None:
        as_released = migrations.steps is steps and latest == upgrading.LATEST
        filled = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        if not as_released or filled or (in_memory and _is_on_disk(connection)):
            really(connection)
            return
        if not made:
            made.append(engine.connect(None))
            really(made[0])
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        made[0].backup(connection)
        connection.execute(f"PRAGMA application_id={application}")

    upgrading.migrate = migrate
    try:
        yield
    finally:
        upgrading.migrate = really
        for each in made:
            each.close()


def _is_on_disk(connection: engine.Connection) -> bool:
    return bool(connection.execute("PRAGMA database_list").fetchone()[2])
