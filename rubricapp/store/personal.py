"""Reads: everything that the workspace holds about one person, by kind of record, and what they said of others."""

from __future__ import annotations

from dataclasses import dataclass

from rubricapp.core.erasing import DECISIONS, Erased, belonging
from rubricapp.core.model import AssessmentKind, Change, OccasionId, PersonId, Role, RubricHash
from rubricapp.store.changes import list_changes
from rubricapp.store.erasing import load_covered
from rubricapp.store.kinds import KINDS
from rubricapp.store.workspace import Workspace

Row = dict[str, object]


@dataclass(frozen=True)
class Holdings:
    """about: rows by kind, of records about the person; not what peers said. by: rows of what they said of others.

    history: changes of all these, oldest first. newer: what a newer version's kinds say of them, from the log.
    """

    about: dict[str, list[Row]]
    by: dict[str, list[Row]]
    history: list[Change]
    newer: dict[str, list[Row]]


def load_holdings(ws: Workspace, person: str) -> Holdings:
    """Everything about a person that leads to no peer. What is erased with them is what is held about them."""
    covered = load_covered(ws, person)
    hidden = _of_peers(ws, person)
    records = covered.records - hidden
    records -= _calibrations_of_others(ws, person, records)
    about = {kind: _rows(ws, kind, records) for kind in DECISIONS}
    said = _said_by(ws, person, covered)
    by = {kind: _rows(ws, kind, said) for kind in DECISIONS}
    shown = records | said
    wanted = {record for _kind, record in shown}
    parts = {record + "/" for kind, record in shown if any(rule.part_of == kind for rule in DECISIONS.values())}
    with ws.reading():
        history = [
            each
            for each in list_changes(ws.connection, [*wanted, *parts])
            if (belonging(each.kind).part_of or each.kind, each.record.partition("/")[0]) in shown
            or (each.kind, each.record) in shown
        ]
    newer: dict[str, list[Row]] = {}
    for each in history:
        if each.kind not in KINDS:
            newer.setdefault(each.kind, []).append({"id": each.record, each.field: each.value})
    return Holdings(
        {kind: rows for kind, rows in about.items() if rows},
        {kind: rows for kind, rows in by.items() if rows},
        history,
        newer,
    )


def _of_peers(ws: Workspace, person: str) -> set[tuple[str, str]]:
    """Records that would tell who of the peers said what: their reviews, and who was asked to review this person."""
    reviews = ws.rows(
        "SELECT id FROM assessment WHERE participant = ?1 AND kind = ?2 AND assessor IS NOT ?1",
        person,
        AssessmentKind.PEER.value,
    )
    asked = ws.rows("SELECT id FROM allocation WHERE author = ?", person)
    # An opening holds ids of reviews; they are made of the reviewer's, so whoever knows the cohort could try them all.
    openings = ws.rows("SELECT id FROM feedback_opening WHERE author = ?", person)
    groups = (("assessment", reviews), ("allocation", asked), ("feedback_opening", openings))
    return {(kind, row[0]) for kind, rows in groups for row in rows}


def _calibrations_of_others(ws: Workspace, person: str, records: frozenset | set) -> set[tuple[str, str]]:
    """Calibrations of other people on this person's works: they are about those people."""
    rows = ws.rows("SELECT id FROM calibration WHERE person IS NOT ?", person)
    return {("calibration", row[0]) for row in rows} & set(records)


def _said_by(ws: Workspace, person: str, covered: Erased) -> set[tuple[str, str]]:
    """Records that this person is the witness of and that are about somebody else."""
    found = set()
    for kind, rule in DECISIONS.items():
        for name in rule.witness:
            column, table = KINDS[kind].fields[name], KINDS[kind].table
            rows = ws.rows(f"SELECT id FROM {table} WHERE {column} = ?", person)
            found |= {(kind, row[0]) for row in rows if not covered.covers(kind, row[0])}
    return found


def _rows(ws: Workspace, kind: str, records: set[tuple[str, str]] | frozenset[tuple[str, str]]) -> list[Row]:
    rule = KINDS[kind]
    whole = belonging(kind).part_of or kind
    wanted = sorted(record for of, record in records if of == whole)
    columns = [row[0] for row in ws.rows("SELECT name FROM pragma_table_info(?) ORDER BY cid", rule.table)]
    found = []
    for record in wanted:
        rows = ws.rows(
            f"SELECT {', '.join(columns)} FROM {rule.table} WHERE {rule.keys[0]} = ? ORDER BY {', '.join(rule.keys)}",
            record,
        )
        found += [dict(zip(columns, row, strict=True)) for row in rows]
    return found


def list_peer_slots(ws: Workspace, person: str) -> list[tuple[RubricHash, OccasionId]]:
    """(rubric, occasion) in which peers wrote about somebody, in an order that says nothing of who wrote what."""
    rows = ws.rows(
        "SELECT DISTINCT rubric, occasion FROM assessment WHERE participant = ?1 AND kind = ?2 AND rubric IS NOT NULL"
        " AND occasion IS NOT NULL AND assessor IS NOT ?1 ORDER BY rubric, occasion",
        person,
        AssessmentKind.PEER.value,
    )
    return [(RubricHash(rubric), OccasionId(occasion)) for rubric, occasion in rows]


def list_staff(ws: Workspace) -> set[PersonId]:
    """Whoever ever acted for the programme, in any edition: assessors, mentors, leads."""
    rows = ws.rows("SELECT DISTINCT person FROM enrolment WHERE role <> ?", Role.PARTICIPANT.value)
    return {PersonId(row[0]) for row in rows if row[0]}


def load_file_places(ws: Workspace, person: str) -> list[tuple[str, str, str, int]]:
    """(artefact, file name, sha256, bytes) of a person's works that are files of this workspace, taken away or not."""
    rows = ws.rows(
        "SELECT id, coalesce(file_name, ''), sha256, coalesce(size, 0) FROM artefact WHERE participant = ?"
        " AND sha256 IS NOT NULL ORDER BY id",
        person,
    )
    return [row for row in rows if len(row[2]) == 64 and not set(row[2]) - set("0123456789abcdef")]


def load_released(ws: Workspace, person: str) -> set[tuple[str, str]]:
    """(rubric, occasion) of results that were released to a participant."""
    rows = ws.rows(
        "SELECT rubric, occasion FROM release WHERE participant = ? AND coalesce(released_on, '') <> ''", person
    )
    return {(row[0] or "", row[1] or "") for row in rows}


def list_occasion_names(ws: Workspace) -> dict[str, str]:
    """Of every edition, by id."""
    return {row[0]: row[1] or "" for row in ws.rows("SELECT id, name FROM occasion")}
