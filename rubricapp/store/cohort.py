"""Reads: the heat map of one rubric on one occasion, counted by the database, not row by row in Python."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from rubricapp.core.agreed_levels import Outcome
from rubricapp.core.model import Blank, OccasionId, Person, Role, RubricHash
from rubricapp.core.viewing import EVERYTHING, View, is_only_participant
from rubricapp.store.aliases import not_double
from rubricapp.store.moderation import load_settled
from rubricapp.store.people import list_people
from rubricapp.store.workspace import Workspace


class Cell(NamedTuple):
    """What finished assessments say of one participant and criterion. n: levels given. total: their sum.

    blank: the name of a blank where nobody gave a level, else "". *Not applicable* only if all who answered say so.
    agreed: assessors differed, and the mean (or the blank) is what they settled on.
    """

    n: int
    total: int
    blank: str
    agreed: bool = False

    @property
    def mean(self) -> Fraction | None:
        return Fraction(self.total, self.n) if self.n else None


NOTHING = Cell(0, 0, "")


@dataclass(frozen=True)
class Matrix:
    """participants: by family name. cells: by participant's id, then criterion's id; what is missing is nothing yet.

    finished: number of finished assessments of each participant; those without any are left out. hidden: participants
    whose finished ratings this viewer may not see yet; none of their cells are here.
    """

    participants: tuple[Person, ...]
    cells: dict[str, dict[str, Cell]]
    finished: dict[str, int]
    hidden: frozenset[str] = frozenset()

    def cell(self, participant: str, criterion: str) -> Cell:
        return self.cells.get(participant, {}).get(criterion, NOTHING)


_FINISHED = (
    " FROM assessment WHERE rubric = ? AND occasion = ? AND coalesce(kind, 'assessor') = 'assessor'"
    f" AND coalesce(state, 'draft') <> 'draft' AND {not_double('assessment')}"
)


def load_matrix(ws: Workspace, rubric_hash: str, occasion_id: str, view: View = EVERYTHING) -> Matrix:
    """Levels given by assessors in finished assessments: their number and sum for each participant and criterion.

    Nothing of what the viewer may not see; to somebody who is only a participant nobody but themself is there.
    """
    finished = dict(
        ws.rows("SELECT participant, count(*)" + _FINISHED + " GROUP BY participant", rubric_hash, occasion_id)
    )
    people = list_people(ws, Role.PARTICIPANT)
    if is_only_participant(view.viewer):
        people = [each for each in people if each.id == view.viewer.id]
        finished = {person: n for person, n in finished.items() if person == view.viewer.id}
    rubric, occasion = RubricHash(rubric_hash), OccasionId(occasion_id)
    seen = {person for person in finished if view.sees_results((person, rubric, occasion))}
    cells: dict[str, dict[str, Cell]] = {}
    make = Cell._make
    for participant, criterion, *values in ws.rows(
        "SELECT participant, criterion, count(level), coalesce(sum(level), 0),"
        " CASE WHEN count(level) > 0 THEN ''"
        " ELSE coalesce(min(CASE WHEN blank <> ? THEN blank END), max(blank), '') END, 0"
        " FROM rating JOIN (SELECT id, participant" + _FINISHED + ") AS done ON rating.assessment = done.id"
        " GROUP BY participant, criterion",
        Blank.NOT_APPLICABLE.value,
        rubric_hash,
        occasion_id,
    ):
        if participant not in seen:
            continue
        row = cells.get(participant)
        if row is None:
            row = cells[participant] = {}
        row[criterion] = make(values)
    _put_agreed(ws, rubric_hash, occasion_id, cells)
    return Matrix(tuple(people), cells, finished, frozenset(finished.keys() - seen))


def _put_agreed(ws: Workspace, rubric: str, occasion: str, cells: dict[str, dict[str, Cell]]) -> None:
    """What was settled in place of the mean; only of participants whose cells are here."""
    for (participant, _rubric, _occasion), settled in load_settled(ws, "", rubric, occasion).items():
        row = cells.get(participant)
        if row is None:
            continue
        for criterion, each in settled.items():
            levels = _levels(ws, participant, rubric, occasion, criterion) if each.outcome is Outcome.BOTH else ()
            stands = each.instead(levels)
            if isinstance(stands, Blank):
                row[criterion] = Cell(0, 0, stands.value, True)
            elif stands is not None:
                row[criterion] = Cell(stands.denominator, stands.numerator, "", True)


def _levels(ws: Workspace, participant: str, rubric: str, occasion: str, criterion: str) -> list[int]:
    rows = ws.rows(
        "SELECT level FROM rating JOIN (SELECT id" + _FINISHED + " AND participant = ?) AS done"
        " ON rating.assessment = done.id WHERE criterion = ? AND level IS NOT NULL",
        rubric,
        occasion,
        participant,
        criterion,
    )
    return [row[0] for row in rows]


def list_finished_slots(ws: Workspace) -> list[tuple[str, str, int]]:
    """(rubric's hash, occasion, finished assessments by assessors) of every pair that has any."""
    return ws.rows(
        "SELECT rubric, occasion, count(*) FROM assessment WHERE coalesce(kind, 'assessor') = 'assessor'"
        f" AND coalesce(state, 'draft') <> 'draft' AND {not_double('assessment')} GROUP BY rubric, occasion"
    )


def count_finished(ws: Workspace) -> dict[str, int]:
    """Finished assessments by assessors of each participant, over all rubrics and occasions; none are left out."""
    return dict(
        ws.rows(
            "SELECT participant, count(*) FROM assessment WHERE coalesce(kind, 'assessor') = 'assessor'"
            f" AND coalesce(state, 'draft') <> 'draft' AND {not_double('assessment')} GROUP BY participant"
        )
    )
