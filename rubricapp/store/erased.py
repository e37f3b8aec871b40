"""Reads: what the log says of people who were erased. What it means is in `core.erasing`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rubricapp.core.erasing import FIELDS, MARK, Erased, Said, belonging, find_erased
from rubricapp.errors import UserError
from rubricapp.store.engine import Connection
from rubricapp.store.rows import holes, split


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
        "SELECT kind.text, whole.text || part, field.text, value FROM change_row"
        " CROSS JOIN value_row ON value_row.change = change_row.number"
        " JOIN record ON record.number = change_row.record JOIN word AS kind ON kind.number = record.kind"
        " JOIN word AS whole ON whole.number = record.whole JOIN word AS field ON field.number = change_row.field"
        f" WHERE change_row.field IN (SELECT number FROM word WHERE text IN ({holes(len(names))}))",
        names,
    ):
        yield kind, record, name, _value_of(value)


def _value_of(said: str) -> object:
    """A value of its JSON: nearly all are ids, which need no parsing."""
    return said[1:-1] if said[:1] == '"' and "\\" not in said else json.loads(said)


def list_covered(connection: Connection, erased: Erased) -> Iterator[tuple]:
    """(change's number, kind, record, field, salt, value, reason) of every value there is of what is erased.

    SQLite looks for the records, and for what belongs to them; the rule decides.
    """
    wanted = {split(record)[0] for record in (*erased.people, *(record for _kind, record in erased.records))}
    for row in connection.execute(
        "SELECT change_row.number, kind.text, whole.text || part, field.text, salt, value, reason FROM change_row"
        " CROSS JOIN value_row ON value_row.change = change_row.number"
        " JOIN record ON record.number = change_row.record JOIN word AS kind ON kind.number = record.kind"
        " JOIN word AS whole ON whole.number = record.whole JOIN word AS field ON field.number = change_row.field"
        " WHERE change_row.record IN (SELECT number FROM record WHERE whole IN"
        " (SELECT number FROM word WHERE text IN (SELECT value FROM json_each(?))))",
        (json.dumps(sorted(wanted)),),
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
