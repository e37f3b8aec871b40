"""From changes to tables: one function for living work and for checking. Which kind fills which table: `kinds`.

A row is there if and only if one of its fields has a value: so taking back what was new leaves no trace in a table.

Question: foreign keys between computed tables? Decision: none. Reasons: packages bring records in any order, and a
computed row must not be refused because its neighbour is still on another stick; `rubricapp check` names dangling
references instead. 2026-11-21.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping

from rubricapp.core.changes import commitment_of
from rubricapp.core.erasing import FIELDS, MARK, Erased, belonging, find_erased
from rubricapp.core.model import AssessmentKind, AssessmentState, RubricState
from rubricapp.core.same_people import KIND as SAME_PERSON
from rubricapp.store.aliases import SLOTS, find_kept_id, list_gone, list_said, mark_doubles, resolved, write_aliases
from rubricapp.store.engine import Connection, sqlite
from rubricapp.store.erased import list_belonging, list_covered, load_erased
from rubricapp.store.kinds import KINDS, Kind
from rubricapp.store.rows import split

COMPUTED = (
    *dict.fromkeys(kind.table for kind in KINDS.values()),
    *("criterion", "level", "erased_record", "alias", "double"),
)
"""Every table that can be made again from the change log."""
UNFINISHED = "erasing"
"""Key in `meta`: hashes of files of erased people, as JSON, until files and backups are in order."""
_QUOTED_HASH = 66


def project(connection: Connection, kind: str, record: str, field_name: str, value: object) -> bool:
    """Write the shown value of one field into its table. What a newer version added stays in the log only: a kind, a
    field, and a value that this field cannot have here, which shows as none: then False is returned.

    Not for records of erased people: see `core.erasing`. Of a person with several ids the kept one is written, and the
    details of that one alone: see `aliases`.
    """
    rule = KINDS.get(kind)
    if rule is None or not (field_name in rule.fields or field_name in rule.special):
        return True
    if kind == "person" and find_kept_id(connection, record) != record:
        return True
    if field_name in rule.people:
        value = resolved(connection, value)
    value = _FORMERLY.get((kind, field_name, str(value)), value)
    words = _WORDS.get((kind, field_name))
    fits = value is None or words is None or (isinstance(value, str) and value in words)
    keys = rule.split(record)
    try:
        _write(connection, rule, keys, field_name, value if fits else None)
    except _NO_VALUE:
        fits = False
        _write(connection, rule, keys, field_name, None)
    return fits


_WORDS: Mapping[tuple[str, str], Collection[object]] = {
    ("assessment", "kind"): frozenset(AssessmentKind),
    ("assessment", "state"): frozenset(AssessmentState),
    ("rubric_version", "state"): frozenset(RubricState),
}
"""The words that a field can have, where reading relies on them."""
_FORMERLY = {("assessment", "state", "handed_in"): AssessmentState.FINISHED.value}
"""Words of an earlier form, and what they are now."""
_NO_VALUE = (
    *(sqlite.IntegrityError, sqlite.InterfaceError, sqlite.ProgrammingError),  # of another type, out of bounds
    *(OverflowError, KeyError, TypeError, ValueError, AttributeError, IndexError),  # a document that is no rubric
)


def _write(connection: Connection, rule: Kind, keys: tuple[str, ...], field_name: str, value: object) -> None:
    special = rule.special.get(field_name)
    if special is not None:
        special(connection, keys, value)
    elif value is None:
        connection.execute(f"UPDATE {rule.table} SET {rule.fields[field_name]} = NULL WHERE {rule.where}", keys)
    else:
        column, columns = rule.fields[field_name], ", ".join(rule.keys)
        connection.execute(
            f"INSERT INTO {rule.table} ({columns}, {column}) VALUES ({'?, ' * len(keys)}?)"
            f" ON CONFLICT ({columns}) DO UPDATE SET {column} = excluded.{column}",
            (*keys, value),
        )
    if value is None:
        connection.execute(f"DELETE FROM {rule.table} WHERE {rule.where} AND {rule.nothing}", keys)


def settle(connection: Connection) -> Erased:
    """Take away what the log holds of people who were erased: values and rows; headers, hashes and commitments stay.

    Inside a transaction: after an erasure was written, and after changes from elsewhere came in, because they may name
    an erased person or bring an erasure along. Said again it changes nothing. Returns what is erased.

    Files and backups cannot be part of a transaction: what is left to do stands in `meta` until `erasing.finish`.
    """
    erased = load_erased(connection)
    if not erased.people:
        return erased
    covered: dict[tuple[str, str], list[tuple]] = {}
    for change, kind, record, name, salt, value, reason in list_covered(connection, erased):
        stays = name in FIELDS and erased.keeps(kind, record, name, json.loads(value))
        covered.setdefault((kind, record), []).append((stays, change, salt, value, reason))
    files: set[object] = set()
    gone = 0
    for (kind, _), found in covered.items():
        # A reason is somebody's words, so of what says whose it was the ones without stay, if there are any.
        plain = any(stays and not reason for stays, *_, reason in found)
        for stays, change, salt, value, reason in found:
            if kind == "artefact" and len(value) == _QUOTED_HASH:
                files.add(json.loads(value))
            if not stays or (plain and reason):
                connection.execute(
                    "INSERT INTO erased_row (change, committed) VALUES (?, ?) ON CONFLICT (change) DO NOTHING",
                    (change, commitment_of(salt, value.encode(), reason)),
                )
                connection.execute("DELETE FROM value_row WHERE change = ?", (change,))
                gone += 1
    gone += _settle_quarantine(connection, erased)
    if gone:
        note_unfinished(connection, {each for each in files if isinstance(each, str)})
    for kind, rule in KINDS.items():
        whole = belonging(kind).part_of or kind
        theirs = [(record,) for of, record in erased.records if of == whole]
        theirs += [(person,) for person in erased.people if belonging(kind).itself]
        connection.executemany(f"DELETE FROM {rule.table} WHERE {rule.keys[0]} = ?", theirs)
    connection.executemany(
        "INSERT INTO erased_record (kind, record) VALUES (?, ?) ON CONFLICT (kind, record) DO NOTHING",
        sorted(erased.records),
    )
    return erased


def _settle_quarantine(connection: Connection, erased: Erased) -> int:
    """What was put aside may be of an erased person as well; returns how many of them say nothing any more."""
    held = [
        (row[0], row[1], json.loads(row[2])) for row in connection.execute("SELECT id, hash, content FROM quarantine")
    ]
    if not held:
        return 0
    said = [(each["kind"], each["record"], each["field"], each.get("value")) for _id, _hash, each in held]
    theirs = find_erased(erased.people, [*list_belonging(connection), *said])
    gone = 0
    for key, digest, content in held:
        if content.get("value") is not None and theirs.covers(content["kind"], content["record"]):
            text = json.dumps({**content, "value": None, "reason": ""}, ensure_ascii=False)
            connection.execute("UPDATE quarantine SET content = ? WHERE id = ? AND hash = ?", (text, key, digest))
            gone += 1
    return gone


def note_unfinished(connection: Connection, files: Iterable[str]) -> None:
    """Keep beside the log that an erasing is not finished outside the database, and which files may have to go."""
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (UNFINISHED,)).fetchone()
    names = sorted({*files, *(json.loads(found[0]) if found else ())})
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (UNFINISHED, json.dumps(names)),
    )


def recompute(connection: Connection) -> None:
    """Make every computed table again from the log, in one transaction.

    After an update: what a newer laptop said of things that this version had no table for stood in the log only.
    """
    connection.execute("BEGIN")
    try:
        for table in COMPUTED:
            connection.execute(f"DELETE FROM {table}")
        erased = settle(connection)
        write_aliases(connection, list_said(connection), list_gone(connection))
        # Of several heads the latest is projected last, so it is the one that shows.
        for kind, record, field_name, value in connection.execute(
            "SELECT kind, record, field, value FROM head ORDER BY hlc, change"
        ).fetchall():
            if not erased.covers(kind, record):
                project(connection, kind, record, field_name, json.loads(value) if value is not None else None)
        mark_doubles(connection)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


# Who is who, said anew


def settle_people(connection: Connection, written: Iterable[str]) -> None:
    """Compute those rows again that hold an id which stands for somebody else now, at the end of a transaction.

    written: kinds of what was said in it. Rows are found by the id that stood for the person until now, and what the
    log shows of them is projected once more.
    """
    kinds = set(written)
    about_people = not kinds.isdisjoint((SAME_PERSON, MARK))
    if about_people:
        gone = list_gone(connection)
        before = write_aliases(connection, list_said(connection), gone)
        after = dict(connection.execute("SELECT id, person FROM alias"))
        moved = [each for each in before.keys() | after.keys() if before.get(each) != after.get(each)]
        if moved:
            _project_again(connection, {before.get(each, each) for each in moved})
            for person in sorted(moved):
                connection.execute("DELETE FROM person WHERE id = ?", (person,))
                if person not in gone:
                    _project_record(connection, "person", person)
    if about_people or not kinds.isdisjoint(SLOTS):
        mark_doubles(connection)


def _project_again(connection: Connection, stood: Collection[str]) -> None:
    """Every field that holds one of these ids of people."""
    wanted = json.dumps(sorted(stood))
    for kind, rule in KINDS.items():
        for name in rule.people:
            if name in rule.special:  # a list, or a document by people, in one text
                where = f"EXISTS (SELECT 1 FROM json_each(?1) AS some WHERE instr({name}, some.value))"
            else:
                where = f"{rule.fields[name]} IN (SELECT value FROM json_each(?1))"
            for (record,) in connection.execute(f"SELECT id FROM {rule.table} WHERE {where}", (wanted,)).fetchall():
                _project_record(connection, kind, record, name)


def _project_record(connection: Connection, kind: str, record: str, name: str = "") -> None:
    """What the log shows of a record, or of one field of it."""
    for field_name, value in connection.execute(
        "SELECT field, value FROM head WHERE kind = ?1 AND whole = ?2 AND part = ?3"
        " AND (?4 = '' OR field = ?4) ORDER BY hlc, change",
        (kind, *split(record), name),
    ).fetchall():
        project(connection, kind, record, field_name, json.loads(value) if value is not None else None)
