"""Reads: who said what of a person, or on a laptop, when, and what it replaced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rubricapp.core.erasing import MARK
from rubricapp.core.model import Change, Role
from rubricapp.core.viewing import EVERYTHING, View, may_see
from rubricapp.store.assessments import list_assessments
from rubricapp.store.changes import StoredChange, list_by_id, list_changes, list_newest
from rubricapp.store.committee import find_hidden_votes, list_committee_records
from rubricapp.store.erased import is_erased
from rubricapp.store.moderation import list_agreed_records
from rubricapp.store.same_people import list_ids
from rubricapp.store.workspace import Workspace


def list_history(
    ws: Workspace, person: str, criterion: str = "", view: View = EVERYTHING, restricted: bool = False
) -> list[Change]:
    """Every change about a person, oldest first: their details, roles, works, and the assessments of them that the
    viewer may see; under every id that they have.

    With a criterion only the ratings of that criterion, and what was agreed on it. restricted: whether the reader may
    see incidents. Of a person who was erased only that they were. What moderation and committees said of a person is
    not for that person; committees are for leads.
    """
    with ws.reading():
        if is_erased(ws.connection, person):
            return [each for each in list_changes(ws.connection, [person]) if each.kind == MARK]
    ids = list_ids(ws, person)
    person = ids[0]
    assessments = [each.id for each in list_assessments(ws, participant=person, doubles=True) if may_see(view, each)]
    agreed = [
        record
        for record, (slot, about) in list_agreed_records(ws, person).items()
        if criterion in ("", about) and view.sees_results(slot) and not _is_about(view, person)
    ]
    if criterion:
        with ws.reading():
            return _with_reasons(
                list_changes(ws.connection, [*agreed, *(f"{each}/{criterion}" for each in assessments)])
            )
    others = [
        row[0]
        for row in ws.rows(
            "SELECT id FROM enrolment WHERE person = ? UNION SELECT id FROM artefact WHERE participant = ?"
            " UNION SELECT id FROM log_entry WHERE participant = ?"
            " UNION SELECT evidence.id FROM evidence JOIN artefact ON artefact.id = artefact WHERE participant = ?"
            " UNION SELECT evidence.id FROM evidence JOIN log_entry ON log_entry.id = log_entry WHERE participant = ?"
            " UNION SELECT showing.id FROM showing JOIN artefact ON artefact.id = artefact WHERE participant = ?"
            " UNION SELECT audience_choice.id FROM audience_choice JOIN artefact ON artefact.id = artefact"
            " WHERE participant = ?",
            *[person] * 7,
        )
    ]
    if view.everything or (view.viewer is not None and Role.LEAD in view.viewer.roles):
        others += list_committee_records(ws, person)
    others += [row[0] for row in ws.rows("SELECT id FROM release WHERE participant = ?", person)]
    with ws.reading():
        found = list_changes(
            ws.connection, [*ids, *others, *agreed, *assessments, *(f"{each}/" for each in assessments)]
        )
    found = _with_reasons(found)
    return [each for each in found if restricted or (each.kind, each.field) != ("log_entry", "incident")]


def _is_about(view: View, person: str) -> bool:
    return view.viewer is not None and view.viewer.id == person


def _with_reasons(found: list[Change]) -> list[Change]:
    """An agreed level with the reason that was kept beside it, in a field of its own."""
    kept = [each for each in found if (each.kind, each.field) == ("agreed_level", "reason")]

    def reason(change: Change) -> str:
        then = [each for each in kept if each.record == change.record and each.at <= change.at]
        return str(then[-1].value or "") if then else ""

    bare = ("agreed_level", "level", "")
    return [
        replace(each, reason=reason(each)) if (each.kind, each.field, each.reason) == bare else each for each in found
    ]


@dataclass(frozen=True)
class Entry:
    """One change with what it replaced. before: the values that showed until then; more than one were a conflict.

    erased: its value is gone with a person who was erased. hidden: a vote that is not shown yet; it has no value here.
    """

    change: Change
    before: tuple[object, ...] = ()
    erased: bool = False
    hidden: bool = False


def list_of_laptop(ws: Workspace, device: str, most: int = 0) -> list[Entry]:
    """What a laptop wrote, by its device id, newest first. most: so many at most; 0 for all."""
    with ws.reading():
        stored = list_newest(ws.connection, device, most)
        return _entries(ws, stored)


def count_of_laptop(ws: Workspace, device: str) -> int:
    """How many changes a laptop wrote, as far as they are here."""
    rows = ws.rows(
        "SELECT count(*) FROM change_row JOIN device ON device.number = device WHERE device.id = ?",
        bytes.fromhex(device),
    )
    return rows[0][0]


def list_entries(ws: Workspace, changes: Iterable[Change]) -> list[Entry]:
    """These changes with what they replaced, in the same order."""
    wanted = list(changes)
    with ws.reading():
        found = {each.change.id: each for each in list_by_id(ws.connection, [bytes.fromhex(one.id) for one in wanted])}
        stored = [replace(found[each.id], change=each) for each in wanted if each.id in found]
        return _entries(ws, stored)


def _entries(ws: Workspace, stored: Sequence[StoredChange]) -> list[Entry]:
    replaced = {old for each in stored for old in each.change.replaces}
    before = {each.change.id: each for each in list_by_id(ws.connection, map(bytes.fromhex, sorted(replaced)))}
    votes = find_hidden_votes(ws)
    found = []
    for each in stored:
        hidden = each.change.kind == "committee_vote" and each.change.record in votes
        olds = [before[old].change.value for old in each.change.replaces if old in before and not hidden]
        change = replace(each.change, value=None, reason="") if hidden else each.change
        found.append(Entry(change, tuple(olds), each.salt is None, hidden))
    return found
