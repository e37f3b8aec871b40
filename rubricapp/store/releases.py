"""Reads: which results were released to their participant, and what may therefore be shown to them."""

from __future__ import annotations

from dataclasses import dataclass

from rubricapp.core.model import Assessment, AssessmentState, OccasionId, PersonId, RubricHash
from rubricapp.core.viewing import covers
from rubricapp.store.aliases import not_double
from rubricapp.store.assessments import list_assessments
from rubricapp.store.workspace import Workspace

FINISHED = (AssessmentState.FINISHED,)


@dataclass(frozen=True)
class Release:
    """The results of one participant with one rubric version on one occasion, released on an ISO day.

    It covers what was finished by the end of that day; what is finished later waits for the next release.
    """

    participant: PersonId
    rubric: RubricHash
    occasion: OccasionId
    released_on: str

    def covers(self, assessment: Assessment) -> bool:
        """Whether this assessment, of any state, is among what was released."""
        slot = (assessment.participant, assessment.rubric, assessment.occasion)
        return slot == (self.participant, self.rubric, self.occasion) and covers(self.released_on, assessment)


def list_releases(ws: Workspace, participant: str = "") -> list[Release]:
    """What is released now, of one participant or of all; what was taken back is in the history only."""
    where, values = ("participant = ?", (participant,)) if participant else ("participant IS NOT NULL", ())
    rows = ws.rows(
        "SELECT participant, rubric, occasion, released_on FROM release"
        f" WHERE {where} AND rubric IS NOT NULL AND occasion IS NOT NULL AND released_on IS NOT NULL"
        f" AND {not_double('release')}"
        " ORDER BY participant, rubric, occasion",
        *values,
    )
    return [Release(PersonId(row[0]), RubricHash(row[1]), OccasionId(row[2]), row[3]) for row in rows]


def list_released(ws: Workspace, participant: str) -> list[Assessment]:
    """The assessments of a participant by assessors and mentors that they may see."""
    releases = list_releases(ws, participant)
    if not releases:
        return []
    return [
        each
        for each in list_assessments(ws, participant=participant, states=FINISHED)
        if any(release.covers(each) for release in releases)
    ]
