"""Reads: what the log says of people who were erased. What it means is in `core.erasing`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rubricapp.core.erasing import FIELDS, MARK, Erased, Said, belonging, find_erased
from rubricapp.errors import UserError
from rubricapp.store.engine import Connection


def load_erased(connection: Connection) -> Erased:
    """Who is erased and which records were theirs, from the log and its heads: the computed tables are not asked.

    Every field of a mark has a head, and heads are found by their kind without reading the whole log.
    """
    people = [row[0] for row in connection.execute("SELECT DISTINCT record FROM head WHERE kind = ?", (MARK,))]
    return find_erased(people, list_belonging(connection)) if people else Erased()


def list_belonging(connection: Connection) -> Iterator[Said]:
    """Every change ever that says whose a record is."""
    names = sorted(FIELDS)
    for kind, record, name, value in connection.execute(
        "SELECT kind, record, field, value FROM change JOIN change_value ON change = id"
        f" WHERE field IN ({', '.join('?' * len(names))})",
        names,
    ):
        yield kind, record, name, json.loads(value)


def list_covered(connection: Connection, erased: Erased) -> Iterator[tuple]:
    """(change, kind, record, field, salt, value, reason) of every value there is of what is erased.

    SQLite looks for the records, and for what begins with their ids; the rule decides.
    """
    wanted = json.dumps(sorted({*erased.people, *(record for _, record in erased.records)}))
    for row in connection.execute(
        "SELECT id, kind, record, field, salt, value, reason FROM change CROSS JOIN change_value ON change = id"
        " WHERE record IN (SELECT value FROM json_each(?1))"
        " OR substr(record, 1, instr(record, '/') - 1) IN (SELECT value FROM json_each(?1))",
        (wanted,),
    ):
        if erased.covers(row[1], row[2]):
            yield row


def demand_not_erased(connection: Connection, kind: str, record: str, name: str, value: object) -> None:
    """Nothing more is said of a person who was erased. Raises UserError E_ERASED."""
    if kind == MARK:
        return
    rule = belonging(kind)
    whole = record.partition("/")[0] if rule.part_of else record
    asked = [(rule.part_of or kind, whole)]
    if rule.itself:
        asked.append(("person", record))
    if isinstance(value, str) and name in rule.fields:
        asked.append(("person" if name in rule.by else rule.under[name], value))
    if isinstance(value, str) and name in rule.stays:
        asked.append(("person", value))
    for each in asked:
        if _is_gone(connection, *each):
            raise UserError(
                "E_ERASED",
                "This is about a person who was erased.",
                "Nothing was changed.",
                "What is said of them is not kept any more.",
            )


def is_erased(connection: Connection, person: str) -> bool:
    """Whether this is the id of a person who was erased."""
    return _is_gone(connection, "person", person)


def _is_gone(connection: Connection, kind: str, record: str) -> bool:
    found = connection.execute("SELECT 1 FROM erased_record WHERE kind = ? AND record = ?", (kind, record))
    return found.fetchone() is not None
