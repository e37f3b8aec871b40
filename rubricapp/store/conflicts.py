"""Reads: conflicts, fields that two laptops set without knowing of each other; the open ones and the settled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rubricapp.core import changes as rules
from rubricapp.core.merging import Field, needs_settling
from rubricapp.core.model import AssessmentId, Change
from rubricapp.core.rubrics import canonical
from rubricapp.store.changes import find_change, list_by_id
from rubricapp.store.committee import find_hidden_votes
from rubricapp.store.engine import Connection
from rubricapp.store.known import changes_of, histories_of
from rubricapp.store.taken_back import find_switching
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class Conflict:
    """A field that two laptops set without knowing of each other. heads: what each said, the shown one first.

    Of a settlement that was taken back: what each had said at first, by whom and when. settled: the change that
    settled it, None while it is open. since: what stands instead where something else was said after that.
    """

    kind: str
    record: str
    field: str
    heads: tuple[Change, ...]
    settled: Change | None = None
    since: Change | None = None

    @property
    def id(self) -> str:
        """Eight letters that name it."""
        return rules.derived_id("conflict", self.kind, self.record, self.field)[:8]


def list_conflicts(ws: Workspace) -> list[Conflict]:
    """Every conflict that nobody settled yet, by kind, record and field; of votes that are hidden none."""
    rows = ws.rows(
        "SELECT kind.text, whole.text || part, field.text FROM"  # few fields have two heads: found in the index alone
        " (SELECT record, field FROM head_row GROUP BY record, field HAVING count(*) > 1) AS slot"
        " CROSS JOIN head_row ON head_row.record = slot.record AND head_row.field = slot.field"
        " JOIN value_row ON value_row.change = head_row.change JOIN record ON record.number = slot.record"
        " JOIN word AS kind ON kind.number = kind JOIN word AS whole ON whole.number = whole"
        " JOIN word AS field ON field.number = slot.field"
        " GROUP BY slot.record, slot.field HAVING count(DISTINCT value) > 1 ORDER BY 1, 2, 3"
    )
    found, hidden = [], find_hidden_votes(ws)
    for key in (each for each in rows if each[1] not in hidden):
        with ws.reading():
            heads, _named = histories_of(ws.connection, [key])
            if needs_settling(heads[key]):
                found.append(Conflict(*key, _said_first(ws.connection, heads[key])))
    return found


def load_said(ws: Workspace, keys: Collection[Field]) -> dict[Field, list[Change]]:
    """Every change of these fields that is here; fields of which nothing was said are left out."""
    with ws.reading():
        return changes_of(ws.connection, keys)


def find_disputed(ws: Workspace) -> dict[AssessmentId, frozenset[str]]:
    """Assessments of which whoever gave them said two things on two laptops, and nobody settled which holds: the
    criteria, and "" for what is said of the whole."""
    found: dict[AssessmentId, set[str]] = {}
    for each in list_conflicts(ws):
        if each.kind in ("assessment", "rating"):
            assessment, _slash, criterion = each.record.partition("/")
            found.setdefault(AssessmentId(assessment), set()).add(criterion)
    return {assessment: frozenset(criteria) for assessment, criteria in found.items()}


def list_settled(ws: Workspace) -> list[Conflict]:
    """Every conflict that was settled with a reason and is not open again, the newest first; of hidden votes none.

    Of a field that was settled several times the last. Where a merge that was taken back stands again, nobody settled.
    """
    rows = ws.rows(
        "SELECT id FROM change_row JOIN value_row ON value_row.change = change_row.number"
        " WHERE length(replaces) > 16 AND reason <> '' ORDER BY hlc DESC"
    )
    found, hidden, switching = [], find_hidden_votes(ws), find_switching(ws)
    ids = [row[0] for row in rows if bytes(row[0]).hex() not in switching]
    with ws.reading():
        last: dict[tuple[str, str, str], tuple[Change, tuple[Change, ...]]] = {}
        for settled in (find_change(ws.connection, each).change for each in ids):
            replaced = [each.change for each in list_by_id(ws.connection, map(bytes.fromhex, settled.replaces))]
            heads = tuple(sorted(replaced, key=lambda each: (each.hlc, each.id), reverse=True))
            if rules.is_conflict(heads) and settled.record not in hidden:
                last.setdefault((settled.kind, settled.record, settled.field), (settled, heads))
        now, _named = histories_of(ws.connection, last)
        for key, (settled, heads) in last.items():
            stands = now.get(key, ())
            if not rules.is_conflict(stands):
                since = stands[0] if stands and settled.id not in {each.id for each in stands} else None
                found.append(Conflict(*key, _said_first(ws.connection, heads), settled, since))
    return found


def _said_first(connection: Connection, heads: Sequence[Change]) -> tuple[Change, ...]:
    """Heads, but instead of those that only say again what was settled what they repeat, if it is here."""
    again = rules.taken_apart(heads)
    if not again:
        return tuple(heads)
    first = []
    for head in heads:
        before = _said_before(connection, head) if head.id in again else ()
        first.append(next((each for each in before if canonical(each.value) == canonical(head.value)), head))
    return tuple(first)


def _said_before(connection: Connection, head: Change) -> tuple[Change, ...]:
    """Of a head that only says something again: what was in conflict before it was settled, and what was said since."""
    found, since = find_change(connection, bytes.fromhex(head.replaces[0])), []
    while found is not None and len(found.change.replaces) == 1:
        since.append(found.change)
        found = find_change(connection, bytes.fromhex(found.change.replaces[0]))
    replaced = map(bytes.fromhex, found.change.replaces) if found is not None else ()
    return (*_said_first(connection, [each.change for each in list_by_id(connection, replaced)]), *since[:1])
