"""Reads: samples, who scored them, and gates. Blindness is here: agreed levels come only after one's own are finished.

`list_samples` never holds a level; `load_agreed` gives them to a person who has finished that sample; `load_key` is for
whoever made it.
"""

from __future__ import annotations

from collections.abc import Mapping

from rubricapp.core.calibration import Agreed, Gate, Practice, Sample
from rubricapp.core.changes import derived_id
from rubricapp.core.model import CriterionId, PersonId, RubricHash
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.workspace import Workspace


def list_samples(ws: Workspace, rubric: str = "", removed: bool = False) -> list[Sample]:
    """Samples by title, of one rubric version or of all; without their levels. removed: those taken away, too."""
    rows = ws.rows(
        "SELECT id, coalesce(rubric, ''), coalesce(title, ''), coalesce(artefact, ''), coalesce(note, ''),"
        " coalesce(removed, 0), coalesce(criteria, ''), coalesce(at_once, 0)"
        " FROM calibration_sample WHERE rubric IS NOT NULL ORDER BY title, id"
    )
    chosen = [row for row in rows if (not rubric or row[1] == rubric) and (removed or not row[5])]
    return [_sample(ws, row) for row in chosen]


def load_sample(ws: Workspace, sample: str) -> Sample:
    """The sample with this id, removed or not. Raises LookupError."""
    found = [each for each in list_samples(ws, removed=True) if each.id == sample]
    if not found:
        raise LookupError(sample)
    return found[0]


def _sample(ws: Workspace, row: tuple) -> Sample:
    having = {
        each[0]
        for each in ws.rows("SELECT criterion FROM calibration_level WHERE sample = ? AND level IS NOT NULL", row[0])
    }
    # A kit says which criteria, and not which level: so there may be no levels here.
    criteria = _in_order(ws, row[1], having.union(row[6].split()))
    return Sample(row[0], RubricHash(row[1]), *row[2:5], criteria, bool(row[5]), bool(row[7]))


def _in_order(ws: Workspace, rubric: str, having: set[str]) -> tuple[CriterionId, ...]:
    """Criteria in the rubric's order; where the rubric has not come yet, by name."""
    try:
        order = [each.id for each in load_rubric(ws, rubric).criteria]
    except LookupError:
        order = []
    return tuple(CriterionId(each) for each in [*order, *sorted(having - set(order))] if each in having)


def practice_id(sample: str, person: str, edition: str) -> str:
    """The id of one person's scoring of a sample: once in each edition."""
    return derived_id("calibration", sample, person, edition)


_PRACTICE = "SELECT id, coalesce(sample, ''), coalesce(person, ''), coalesce(state, ''), finished_at FROM calibration"


def list_bare_samples(ws: Workspace) -> list[Sample]:
    """Samples of which the log does not say their criteria by themselves: made by an earlier version."""
    bare = {row[0] for row in ws.rows("SELECT id FROM calibration_sample WHERE criteria IS NULL")}
    return [each for each in list_samples(ws, removed=True) if each.id in bare]


def list_practices(ws: Workspace, person: str = "", sample: str = "") -> list[Practice]:
    """Scorings of samples, of one person or of all, drafts too, oldest first."""
    rows = ws.rows(f"{_PRACTICE} WHERE sample IS NOT NULL ORDER BY finished_at IS NULL, finished_at, id")
    return [_practice(ws, row) for row in rows if (not person or row[2] == person) and (not sample or row[1] == sample)]


def list_begun(ws: Workspace) -> set[tuple[str, str]]:
    """(person, sample) of every scoring that was begun, drafts too."""
    return set(ws.rows("SELECT person, sample FROM calibration WHERE sample IS NOT NULL AND person IS NOT NULL"))


def find_practice(ws: Workspace, practice: str) -> Practice | None:
    """One scoring by its id, if it was begun."""
    rows = ws.rows(f"{_PRACTICE} WHERE id = ? AND sample IS NOT NULL", practice)
    return _practice(ws, rows[0]) if rows else None


def _practice(ws: Workspace, row: tuple) -> Practice:
    said = ws.rows(
        "SELECT criterion, level, coalesce(comment, '') FROM calibration_rating WHERE calibration = ? ORDER BY 1",
        row[0],
    )
    return Practice(
        row[0],
        row[1],
        PersonId(row[2]),
        (row[4] or "")[:10] if row[3] == "finished" else "",
        {CriterionId(each[0]): each[1] for each in said if each[1] is not None},
        {CriterionId(each[0]): each[2] for each in said if each[2]},
    )


def load_key(ws: Workspace, sample: str) -> dict[str, Agreed]:
    """For whoever made the sample: the agreed level and the reason of each criterion."""
    return _agreed(ws, sample, "1")


def load_agreed(ws: Workspace, sample: str, person: str) -> dict[str, Agreed]:
    """For a person: the same, but nothing before they have finished this sample."""
    return _agreed(
        ws,
        sample,
        "EXISTS (SELECT 1 FROM calibration WHERE calibration.sample = calibration_level.sample AND person = ?"
        " AND state = 'finished')",
        person,
    )


def _agreed(ws: Workspace, sample: str, condition: str, *values: object) -> dict[str, Agreed]:
    rows = ws.rows(
        "SELECT criterion, level, coalesce(reason, '') FROM calibration_level"
        f" WHERE sample = ? AND level IS NOT NULL AND {condition}",
        sample,
        *values,
    )
    found = {row[0]: Agreed(row[1], row[2]) for row in rows}
    rubric = ws.rows("SELECT coalesce(rubric, '') FROM calibration_sample WHERE id = ?", sample)
    return {each: found[each] for each in _in_order(ws, rubric[0][0] if rubric else "", set(found))}


def load_gates(ws: Workspace) -> Mapping[RubricHash, Gate]:
    """Gates that a lead has set, by rubric version."""
    rows = ws.rows(
        "SELECT rubric, exact, within_one, samples, days, demanded FROM calibration_gate WHERE rubric IS NOT NULL"
        " ORDER BY id"
    )
    usual = Gate()
    return {
        RubricHash(row[0]): Gate(
            *(
                value if value is not None else default
                for value, default in zip(
                    row[1:5], (usual.exact, usual.within_one, usual.samples, usual.days), strict=True
                )
            ),
            demanded=bool(row[5]),
        )
        for row in rows
    }
