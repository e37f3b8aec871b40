"""Reads: what assessors agreed on where they had differed."""

from __future__ import annotations

import json
from dataclasses import replace

from rubricapp.core.agreed_levels import AgreedLevel, Outcome, Slot, settled_by_slot
from rubricapp.core.model import Blank, CriterionId, OccasionId, PersonId, RubricHash
from rubricapp.store.aliases import not_double
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.workspace import Workspace

_WHOLE = "participant IS NOT NULL AND rubric IS NOT NULL AND occasion IS NOT NULL AND criterion IS NOT NULL"


def list_agreed(ws: Workspace, participant: str = "", rubric: str = "", occasion: str = "") -> list[AgreedLevel]:
    """Everything that was settled or opened again, narrowed by what is given; by participant, slot and criterion."""
    used = {
        column: value
        for column, value in (("participant", participant), ("rubric", rubric), ("occasion", occasion))
        if value
    }
    where = " AND ".join([_WHOLE, not_double("agreed_level"), *(f"{column} = ?" for column in used)])
    rows = ws.rows(
        "SELECT participant, rubric, occasion, criterion, level, outcome, coalesce(third, ''), basis,"
        " coalesce(reason, ''), coalesce(agreed_by, ''), coalesce(agreed_on, '') FROM agreed_level"
        f" WHERE {where} ORDER BY participant, occasion, rubric, criterion",
        *used.values(),
    )
    with ws.reading():
        return [_agreed(row) for row in rows]


def list_agreed_records(ws: Workspace, participant: str) -> dict[str, tuple[Slot, CriterionId]]:
    """Every record of what was settled of a participant, also one that counts nowhere: its slot and criterion."""
    rows = ws.rows(
        f"SELECT id, participant, rubric, occasion, criterion FROM agreed_level WHERE {_WHOLE} AND participant = ?"
        " ORDER BY occasion, rubric, criterion, id",
        participant,
    )
    return {row[0]: ((PersonId(row[1]), RubricHash(row[2]), OccasionId(row[3])), CriterionId(row[4])) for row in rows}


def _agreed(row: tuple) -> AgreedLevel:
    said = json.loads(row[7]) if row[7] else {}
    found = AgreedLevel(
        PersonId(row[0]),
        RubricHash(row[1]),
        OccasionId(row[2]),
        CriterionId(row[3]),
        None,
        basis={PersonId(key): value for key, value in said.items()} if isinstance(said, dict) else {},
        reason=row[8],
        by=row[9],
        on=row[10],
    )
    if row[5] in set(Blank):
        return replace(found, outcome=Outcome.BLANK, blank=Blank(row[5]))
    if row[5] == Outcome.LEVEL and row[4] is not None:
        return replace(found, outcome=Outcome.LEVEL, level=row[4])
    if row[5] in (Outcome.BOTH, Outcome.THIRD):
        return replace(found, outcome=Outcome(row[5]), third=row[6] if row[5] == Outcome.THIRD else "")
    return found  # opened again, or what a newer version calls it


def load_settled(
    ws: Workspace, participant: str = "", rubric: str = "", occasion: str = ""
) -> dict[Slot, dict[CriterionId, AgreedLevel]]:
    """What counts in totals, by slot and criterion: see `core.agreed_levels.settled_by_slot`."""
    rubrics = {each.content_hash: each for each in list_rubrics(ws)}
    return settled_by_slot(list_agreed(ws, participant, rubric, occasion), rubrics)
