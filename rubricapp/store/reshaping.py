"""Making tables as another database has them, where a step of `migrations` grew after files had been made with it."""

from __future__ import annotations

from sqlite_utils import Database

from rubricapp.store import engine


def reshape(db: Database, model: engine.Connection) -> None:
    """Give a database every table and index that the model has, made as there."""
    for name, sql in model.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall():
        _make_as(db, name, sql)
    for name, sql in model.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''"):
        known = db.conn.execute("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?", (name,))
        if known.fetchone() is None:
            db.conn.execute(sql)


def _make_as(db: Database, table: str, sql: str) -> None:
    """Make a table that is missing, or that was made otherwise; its rows stay, as far as it had their columns."""
    known = db.conn.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
    if known == (sql,):
        return
    if known is not None:
        db.conn.execute(f"ALTER TABLE {table} RENAME TO before_{table}")
    db.conn.execute(sql)
    if known is not None:
        columns, wanted = (
            [row[1] for row in db.conn.execute(f"PRAGMA table_info({name})")] for name in (f"before_{table}", table)
        )
        both = ", ".join(each for each in columns if each in wanted)
        db.conn.execute(f"INSERT INTO {table} ({both}) SELECT {both} FROM before_{table}")
        db.conn.execute(f"DROP TABLE before_{table}")
