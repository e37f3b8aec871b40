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
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class Conflict:
    """A field that two laptops set without knowing of each other. heads: what each said, the shown one first.

    Of a settlement that was taken back: what each had said at first, by whom and when. settled: the change that
    settled it, None while it is open.
    """

    kind: str
    record: str
    field: str
    heads: tuple[Change, ...]
    settled: Change | None = None

    @property
    def id(self) -> str:
        """Eight letters that name it."""
        return rules.derived_id("conflict", self.kind, self.record, self.field)[:8]


def list_conflicts(ws: Workspace) -> list[Conflict]:
    """Every conflict that nobody settled yet, by kind, record and field; of votes that are hidden none."""
    rows = ws.rows(
        "SELECT kind, record, field FROM"  # few fields have two heads: found in the index alone
        " (SELECT kind, record, field FROM head GROUP BY kind, record, field HAVING count(*) > 1)"
        " JOIN head USING (kind, record, field) JOIN change_value USING (change)"
        " GROUP BY kind, record, field HAVING count(DISTINCT value) > 1 ORDER BY kind, record, field"
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
    """Assessments of which their assessor said two things on two laptops, and nobody settled which holds: the criteria,
    and "" for what is said of the whole."""
    found: dict[AssessmentId, set[str]] = {}
    for each in list_conflicts(ws):
        if each.kind in ("assessment", "rating"):
            assessment, _slash, criterion = each.record.partition("/")
            found.setdefault(AssessmentId(assessment), set()).add(criterion)
    return {assessment: frozenset(criteria) for assessment, criteria in found.items()}


def list_settled(ws: Workspace) -> list[Conflict]:
    """Every conflict that was settled with a reason and not touched since, the newest first; of hidden votes none."""
    rows = ws.rows(
        "SELECT change.id FROM change JOIN head ON head.change = change.id"
        " JOIN change_value ON change_value.change = change.id"
        " WHERE length(change.replaces) > 16 AND change_value.reason <> '' ORDER BY change.hlc DESC"
    )
    found, hidden = [], find_hidden_votes(ws)
    with ws.reading():
        for settled in (find_change(ws.connection, row[0]).change for row in rows):
            key = settled.kind, settled.record, settled.field
            replaced = [each.change for each in list_by_id(ws.connection, map(bytes.fromhex, settled.replaces))]
            heads = tuple(sorted(replaced, key=lambda each: (each.hlc, each.id), reverse=True))
            if rules.is_conflict(heads) and settled.record not in hidden:
                found.append(Conflict(*key, _said_first(ws.connection, heads), settled))
    return found


def _said_first(connection: Connection, heads: Sequence[Change]) -> tuple[Change, ...]:
    """Heads, but instead of those that only say again what was settled what they repeat, if it is here."""
    again = rules.taken_apart(heads)
    if not again:
        return tuple(heads)
    first = []
    for head in heads:
        settled = find_change(connection, bytes.fromhex(head.replaces[0])) if head.id in again else None
        replaced = settled.change.replaces if settled is not None else ()
        before = _said_first(connection, [each.change for each in list_by_id(connection, map(bytes.fromhex, replaced))])
        first.append(next((each for each in before if canonical(each.value) == canonical(head.value)), head))
    return tuple(first)
