"""Reads: what the rule of `core.viewing` hangs on for one person."""

from __future__ import annotations

from rubricapp.core.model import OccasionId, Person, PersonId, RubricHash
from rubricapp.core.viewing import View
from rubricapp.store.aliases import not_double
from rubricapp.store.releases import list_releases
from rubricapp.store.workspace import Workspace


def load_view(ws: Workspace, viewer: Person | None) -> View:
    """What this person may see now. Read it anew after every change: finishing opens a slot, reopening closes it."""
    if viewer is None:
        return View()
    # A peer review is no assessment of one's own here: who writes it must not see more for having written it.
    rows = ws.rows(
        "SELECT participant, rubric, occasion, min(coalesce(state, 'draft') <> 'draft') FROM assessment"
        f" WHERE assessor = ? AND coalesce(kind, 'assessor') <> 'peer' AND {not_double('assessment')}"
        " GROUP BY participant, rubric, occasion",
        viewer.id,
    )
    own = {(PersonId(row[0] or ""), RubricHash(row[1] or ""), OccasionId(row[2] or "")): row[3] == 1 for row in rows}
    released = {(each.participant, each.rubric, each.occasion): each.released_on for each in list_releases(ws)}
    late = ws.rows(
        "SELECT DISTINCT assessment.participant, assessment.rubric, assessment.occasion FROM assessment JOIN release"
        " ON release.participant = assessment.participant AND release.rubric = assessment.rubric"
        " AND release.occasion = assessment.occasion WHERE coalesce(state, 'draft') <> 'draft'"
        " AND coalesce(kind, 'assessor') IN ('assessor', 'mentor')"
        " AND coalesce(substr(finished_at, 1, 10), '9999') > coalesce(released_on, '')"
    )
    return View(viewer, own, released, frozenset(map(tuple, late)))


def list_hidden(ws: Workspace, view: View) -> frozenset[PersonId]:
    """Participants of whom somebody has finished ratings that this viewer may not see yet."""
    rows = ws.rows(
        "SELECT DISTINCT participant, rubric, occasion FROM assessment"
        " WHERE coalesce(state, 'draft') <> 'draft' AND coalesce(kind, 'assessor') <> 'peer'"
    )
    slots = ((PersonId(row[0] or ""), RubricHash(row[1] or ""), OccasionId(row[2] or "")) for row in rows)
    return frozenset(slot[0] for slot in slots if not view.sees_results(slot))
