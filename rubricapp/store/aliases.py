"""The ids that stand for one person: which one each table holds, and records that say twice what there is once.

The log is never rewritten: it goes on holding the id that was typed in. Wherever a field holds ids of people
(`Kind.people`), its table gets the id that is kept, so every read finds one person and knows nothing of this. What
becomes of the tables when it is said anew who is who is in `same_people`.

Question: two laptops know one person by two ids, and each has an assessment of them by the same assessor, or asks for
it: which counts? Decision: one of the records, the others are listed in `double` and counted nowhere; nothing is
lost, and the person's page, the history and the export show them. Of assessments that is the one that was finished
last, of two drafts the one that was begun under the id that is kept; else what stands is preferred to what was taken
back. Reasons: a mean that holds one assessor twice is wrong without anybody seeing it, and putting two sheets
together would invent an assessment that nobody gave. 2026-11-29.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping

from rubricapp.core.changes import derived_id
from rubricapp.core.same_people import KIND, find_kept
from rubricapp.store.engine import Connection
from rubricapp.store.kinds import KINDS

SLOTS: Mapping[str, tuple[str, ...]] = {
    "assessment": ("participant", "rubric", "occasion", "assessor", "kind"),
    "assignment": ("participant", "assessor", "rubric", "occasion"),
    "release": ("participant", "rubric", "occasion"),
    "agreed_level": ("participant", "rubric", "occasion", "criterion"),
    "allocation": ("round", "reviewer", "author"),
    "declared_conflict": ("one", "other"),
    "mentorship": ("mentor", "participant"),
    "feedback_opening": ("round", "author"),
    "feedback_piece": ("round", "author", "piece"),
    "peer_response": ("round", "author"),
    "log_check": ("entry", "mentor"),
    "committee_case": ("participant", "held_on"),
    "committee_vote": ("committee_case", "member"),
}
"""Kinds of record of which there is one for these columns: its id is made of them, in this order."""
TOUCHED = frozenset({KIND, "person", "rating", *(kind for kind, rule in KINDS.items() if rule.people)})
"""Kinds of record that are other ones when it is said anew who is who."""
_STANDS = {
    "assessment": "coalesce(state, 'draft') <> 'draft', coalesce(finished_at, '')",
    "assignment": "coalesce(removed, 0) = 0, ''",
    "allocation": "coalesce(removed, 0) = 0, ''",
    "declared_conflict": "coalesce(removed, 0) = 0, ''",
    "mentorship": "coalesce(removed, 0) = 0, ''",
    "release": "released_on IS NOT NULL, coalesce(released_on, '')",
    "agreed_level": "outcome IS NOT NULL, coalesce(agreed_on, '')",
}
"""What makes one of two records of a slot stand rather than the other; the greater does."""


def list_said(connection: Connection) -> dict[str, object]:
    """What the log says of who is who: id → the id that is kept for it."""
    rows = connection.execute(
        "SELECT record, value FROM head WHERE kind = ? AND field = 'kept' AND value IS NOT NULL ORDER BY hlc, change",
        (KIND,),
    )
    return {record: json.loads(value) for record, value in rows}


def write_aliases(connection: Connection, said: Mapping[str, object], gone: Collection[str]) -> dict[str, str]:
    """Make the table of aliases anew from what is said. Returns what stood there before."""
    before = dict(connection.execute("SELECT id, person FROM alias"))
    after = find_kept(said, gone)
    if before != after:
        connection.execute("DELETE FROM alias")
        connection.executemany("INSERT INTO alias (id, person) VALUES (?, ?)", sorted(after.items()))
    return before


def list_gone(connection: Connection) -> frozenset[str]:
    """Ids of people who were erased."""
    return frozenset(row[0] for row in connection.execute("SELECT record FROM erased_record WHERE kind = 'person'"))


def find_kept_id(connection: Connection, person: str) -> str:
    """The id that stands for an id of a person: itself, where nothing else was said."""
    found = connection.execute("SELECT person FROM alias WHERE id = ?", (person,)).fetchone()
    return found[0] if found is not None else person


def list_ids(connection: Connection, person: str) -> tuple[str, ...]:
    """Every id of a person, the kept one first."""
    kept = find_kept_id(connection, person)
    others = connection.execute("SELECT id FROM alias WHERE person = ? ORDER BY id", (kept,))
    return kept, *(row[0] for row in others)


def resolved(connection: Connection, value: object) -> object:
    """A value that holds ids of people, with those that are kept in place of the others."""
    if isinstance(value, str):
        return find_kept_id(connection, value)
    if isinstance(value, (list, tuple)):
        return list(dict.fromkeys(resolved(connection, each) for each in value if isinstance(each, str)))
    if isinstance(value, Mapping):
        # What was said under the kept id itself comes last, so it is what stays of two.
        ordered = sorted(value, key=lambda each: (find_kept_id(connection, each) == each, each))
        return {find_kept_id(connection, each): value[each] for each in ordered}
    return value


def mark_doubles(connection: Connection) -> None:
    """Make the table of doubles anew: only people with several ids can have any."""
    connection.execute("DELETE FROM double")
    if connection.execute("SELECT 1 FROM alias LIMIT 1").fetchone() is None:
        return
    for kind, columns in SLOTS.items():
        rule = KINDS[kind]
        theirs = " OR ".join(f"{name} IN (SELECT person FROM alias)" for name in rule.people if name in columns)
        slots: dict[tuple, list[tuple]] = {}
        for record, stands, since, *slot in connection.execute(
            f"SELECT id, {_STANDS.get(kind, 'NULL, NULL')}, {', '.join(columns)} FROM {rule.table} WHERE {theirs}"
        ):
            if kind == "assessment":
                slot[-1] = slot[-1] or "assessor"
            if kind == "declared_conflict":
                slot.sort(key=str)
            if all(isinstance(each, str) for each in slot):
                own = record == derived_id(kind, *slot)
                slots.setdefault(tuple(slot), []).append((stands or 0, since or "", own, record))
        doubles = [each[-1] for found in slots.values() for each in sorted(found, key=_rank)[1:]]
        connection.executemany("INSERT INTO double (kind, record) VALUES (?, ?)", [(kind, each) for each in doubles])


def _rank(found: tuple) -> tuple:
    """What stands comes first, then what was said last, then the record of the kept id itself, then the smallest id."""
    stands, since, own, record = found
    return (-stands, _backwards(since), not own, record)


def _backwards(text: str) -> tuple[int, ...]:
    return (*(-ord(each) for each in text), 1)


def not_double(kind: str, column: str = "id") -> str:
    """SQL that is true of a record that counts."""
    return f"{column} NOT IN (SELECT record FROM double WHERE kind = '{kind}')"


def find_record(connection: Connection, kind: str, *slot: str) -> str:
    """The record of a slot (`SLOTS`): where a person has several ids, the one that counts; else as it is called."""
    if connection.execute("SELECT 1 FROM alias LIMIT 1").fetchone() is None:
        return derived_id(kind, *slot)
    slot = tuple(find_kept_id(connection, each) for each in slot)
    record = derived_id(kind, *slot)
    rule, columns = KINDS[kind], SLOTS[kind]
    names = [f"coalesce({name}, 'assessor')" if (kind, name) == ("assessment", "kind") else name for name in columns]
    rows = connection.execute(
        f"SELECT id FROM {rule.table} WHERE {' AND '.join(f'{name} = ?' for name in names)}"
        f" AND {not_double(kind)} ORDER BY id = ? DESC, id",
        (*slot, record),
    )
    found = rows.fetchone()
    return found[0] if found is not None else record


def list_records(connection: Connection, kind: str, record: str) -> tuple[str, ...]:
    """A record with the doubles of its slot: what is taken back is taken back of all of them."""
    columns, table = SLOTS[kind], KINDS[kind].table
    same = " AND ".join(f"other.{name} IS one.{name}" for name in columns)
    rows = connection.execute(
        f"SELECT other.id FROM {table} AS one JOIN {table} AS other ON {same} WHERE one.id = ?1"
        " AND EXISTS (SELECT 1 FROM double WHERE kind = ?2 AND (record = other.id OR record = one.id))"
        " ORDER BY other.id",
        (record, kind),
    )
    return tuple(dict.fromkeys((record, *(row[0] for row in rows))))


def count_doubles(connection: Connection, kinds: Iterable[str] = SLOTS) -> dict[str, int]:
    """How many records of each kind say twice what there is once."""
    wanted = set(kinds)
    rows = connection.execute("SELECT kind, count(*) FROM double GROUP BY kind ORDER BY kind")
    return {kind: count for kind, count in rows if kind in wanted}
