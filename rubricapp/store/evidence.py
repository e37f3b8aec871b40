"""Reads: which moment of which work proves which criterion."""

from __future__ import annotations

from rubricapp.core.model import CriterionId, EvidenceId, RubricState, RubricVersion
from rubricapp.core.portfolio import Evidence, Matrix, matrix
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.production_log import list_log
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.workspace import Workspace

_SELECT = (
    "SELECT evidence.id, evidence.criterion, coalesce(evidence.artefact, ''), coalesce(evidence.log_entry, ''),"
    " from_frame, to_frame, coalesce(evidence.rate, ''), page, coalesce(region, ''), coalesce(note, '')"
    " FROM evidence LEFT JOIN artefact ON artefact.id = evidence.artefact"
    " LEFT JOIN log_entry ON log_entry.id = evidence.log_entry"
)
_SHOWN = (
    "coalesce(evidence.removed, 0) = 0 AND coalesce(artefact.removed, 0) = 0 AND coalesce(log_entry.removed, 0) = 0"
    " AND evidence.criterion IS NOT NULL"
)


def _evidence(row: tuple) -> Evidence:
    return Evidence(EvidenceId(row[0]), CriterionId(row[1] or ""), *row[2:])


def list_evidence(ws: Workspace, participant: str = "", criterion: str = "") -> list[Evidence]:
    """Links from works and days that are still there, in the order they were made; of a participant, of a criterion."""
    where, values = [_SHOWN], []
    if participant:
        where.append("coalesce(artefact.participant, log_entry.participant) = ?")
        values.append(participant)
    if criterion:
        where.append("evidence.criterion = ?")
        values.append(criterion)
    rows = ws.rows(f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY evidence.id", *values)
    return [_evidence(row) for row in rows]


def list_artefact_evidence(ws: Workspace, artefact: str) -> list[Evidence]:
    """What one work proves, by moment."""
    rows = ws.rows(
        f"{_SELECT} WHERE {_SHOWN} AND evidence.artefact = ?"
        " ORDER BY coalesce(from_frame, -1), coalesce(page, 0), evidence.id",
        artefact,
    )
    return [_evidence(row) for row in rows]


def load_evidence(ws: Workspace, evidence: str) -> Evidence:
    """The link with this id, removed or not. Raises LookupError."""
    rows = ws.rows(f"{_SELECT} WHERE evidence.id = ?", evidence)
    if not rows:
        raise LookupError(evidence)
    return _evidence(rows[0])


def find_matrix(ws: Workspace, participant: str, language: str = "") -> Matrix:
    """Criteria × works of a participant.

    The rubrics are those of the participant's assessments, else all that are published; of each the newest version.
    A rubric that one of the links speaks of is always among them.
    """
    links = list_evidence(ws, participant)
    in_use = {row[0] for row in ws.rows("SELECT DISTINCT rubric FROM assessment WHERE participant = ?", participant)}
    everything = list_rubrics(ws, language)
    shown: dict[str, RubricVersion] = {each.id: each for each in everything if each.content_hash in in_use}
    if not shown:
        shown = {each.id: each for each in everything if each.state is RubricState.PUBLISHED}
    covered = {criterion.id for rubric in shown.values() for criterion in rubric.criteria}
    missing = {each.criterion for each in links} - covered
    for each in everything:
        if each.id not in shown and missing & {criterion.id for criterion in each.criteria}:
            shown[each.id] = each
    return matrix(
        [shown[key] for key in sorted(shown)], list_artefacts(ws, participant), list_log(ws, participant), links
    )
