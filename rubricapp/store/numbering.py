"""The step from a log that spells everything out to one of numbers: see `rows`."""

from __future__ import annotations

from rubricapp.store.engine import Connection, sqlite
from rubricapp.store.rows import split

TABLES = """
CREATE TABLE word (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE record (
    number INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL REFERENCES word (number),
    whole INTEGER NOT NULL REFERENCES word (number),
    part TEXT NOT NULL,
    UNIQUE (kind, whole, part)
) STRICT;

CREATE TABLE change_row (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    device INTEGER NOT NULL REFERENCES device (number),
    seq INTEGER NOT NULL CHECK (seq > 0),
    hlc INTEGER NOT NULL,
    behind INTEGER NOT NULL,
    author INTEGER NOT NULL REFERENCES word (number),
    record INTEGER NOT NULL REFERENCES record (number),
    field INTEGER NOT NULL REFERENCES word (number),
    replaces BLOB NOT NULL CHECK (length(replaces) % 16 = 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE UNIQUE INDEX change_row_place ON change_row (device, seq);

CREATE TABLE value_row (
    change INTEGER PRIMARY KEY REFERENCES change_row (number),
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    value TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE erased_row (
    change INTEGER PRIMARY KEY REFERENCES change_row (number),
    committed BLOB NOT NULL CHECK (length(committed) = 32)
) STRICT;

CREATE TABLE head_row (
    record INTEGER NOT NULL REFERENCES record (number),
    field INTEGER NOT NULL REFERENCES word (number),
    change INTEGER NOT NULL REFERENCES change_row (number),
    PRIMARY KEY (record, field, change)
) STRICT, WITHOUT ROWID;
"""
VIEWS = """
CREATE VIEW change AS
SELECT change_row.number, change_row.id, device, seq, hlc, (hlc >> 16) - behind AS at, author.text AS author,
       kind.text AS kind, whole.text || part AS record, field.text AS field, replaces, hash,
       salt, value, reason, committed
FROM change_row
LEFT JOIN record ON record.number = change_row.record
LEFT JOIN word AS kind ON kind.number = record.kind
LEFT JOIN word AS whole ON whole.number = record.whole
LEFT JOIN word AS field ON field.number = change_row.field
LEFT JOIN word AS author ON author.number = change_row.author
LEFT JOIN value_row ON value_row.change = change_row.number
LEFT JOIN erased_row ON erased_row.change = change_row.number;

CREATE VIEW head AS
SELECT kind.text AS kind, whole.text || part AS record, whole.text AS whole, part, field.text AS field,
       change_row.id AS change, change_row.number, hlc, (hlc >> 16) - behind AS at, value, reason
FROM head_row
JOIN record ON record.number = head_row.record
JOIN word AS kind ON kind.number = record.kind
JOIN word AS whole ON whole.number = record.whole
JOIN word AS field ON field.number = head_row.field
JOIN change_row ON change_row.number = head_row.change
LEFT JOIN value_row ON value_row.change = head_row.change;

CREATE VIEW history AS
SELECT lower(hex(change.id)) AS id, lower(hex(device.id)) AS device, seq, hlc,
       strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at,
       author, kind, record, field, value, reason, lower(hex(replaces)) AS replaces,
       lower(hex(lag(hash) OVER (PARTITION BY change.device ORDER BY seq))) AS prev_hash, lower(hex(hash)) AS hash
FROM change JOIN device ON device.number = change.device
ORDER BY hlc, change.id;
"""
_MOVES = (
    "INSERT INTO change_row (id, device, seq, hlc, behind, author, record, field, replaces, hash)"
    " SELECT id, device, seq, hlc, (hlc >> 16) - at, author.number, placed.number, field.number, replaces, hash"
    " FROM change JOIN placed ON placed.kind = change.kind AND placed.record = change.record"
    " JOIN word AS author ON author.text = change.author JOIN word AS field ON field.text = change.field ORDER BY id",
    "INSERT INTO value_row (change, salt, value, reason) SELECT number, salt, value, reason"
    " FROM change_row JOIN change_value ON change_value.change = change_row.id ORDER BY number",
    "INSERT INTO erased_row (change, committed) SELECT number, committed"
    " FROM erased_value JOIN change_row ON change_row.id = erased_value.change ORDER BY number",
    "INSERT INTO head_row (record, field, change) SELECT placed.number, field.number, change_row.number"
    " FROM head JOIN placed ON placed.kind = head.kind AND placed.record = head.record"
    " JOIN word AS field ON field.text = head.field JOIN change_row ON change_row.id = head.change",
)
_PAIRS = {"head": "head_row", "erased_value": "erased_row", "change_value": "value_row", "change": "change_row"}


def number_the_log(connection: Connection) -> None:
    """Write all rows of a spelled-out log into tables of numbers, which must be there, and drop the old ones.

    Raises sqlite.DatabaseError where a row would be lost: then the old log does not hang together.
    """
    keys = connection.execute("SELECT kind, record FROM change UNION SELECT kind, record FROM head").fetchall()
    words = {word for kind, record in keys for word in (kind, split(record)[0])}
    words |= {row[0] for row in connection.execute("SELECT author FROM change UNION SELECT field FROM change")}
    numbers = {word: number for number, word in enumerate(sorted(words), 1)}
    connection.executemany("INSERT INTO word (number, text) VALUES (?, ?)", [(at, of) for of, at in numbers.items()])
    placed = [(kind, record, number) for number, (kind, record) in enumerate(sorted(keys), 1)]
    connection.executemany(
        "INSERT INTO record (number, kind, whole, part) VALUES (?, ?, ?, ?)",
        [
            (number, numbers[kind], numbers[whole], part)
            for kind, record, number in placed
            for whole, part in (split(record),)
        ],
    )
    connection.execute(
        "CREATE TEMP TABLE placed (kind TEXT, record TEXT, number INTEGER, PRIMARY KEY (kind, record)) WITHOUT ROWID"
    )
    connection.executemany("INSERT INTO placed VALUES (?, ?, ?)", placed)
    for move in _MOVES:
        connection.execute(move)
    for old, new in _PAIRS.items():
        one, other = (connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in (old, new))
        if one != other:
            raise sqlite.DatabaseError(f"malformed log: {one[0] - other[0]} rows of {old} belong to nothing")
    connection.execute("DROP TABLE placed")
    connection.execute("DROP VIEW history")
    for old in _PAIRS:
        connection.execute(f"DROP TABLE {old}")
