"""Who may see which ratings: one rule, asked by every read that a person's window uses.

Others' ratings of a participant, rubric and occasion (a slot) come

- to the participant: once their self-assessment is finished and the results are released;
- to a programme lead: unless they have begun to rate this slot themselves and not finished;
- to assessors and mentors: once their own is finished; without one of their own, once the results are released, or
  when they look back from another occasion;
- to nobody else, and to nobody who is not named. Another person's draft comes to nobody; one's own is always one's own.

A release covers what was finished by the end of its day; what was finished later waits for the next one.

The command line is the keeper's of the workspace, not a person's: it sees `EVERYTHING`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rubricapp.core.model import (
    Assessment,
    AssessmentKind,
    AssessmentState,
    OccasionId,
    Person,
    PersonId,
    Role,
    RubricHash,
)

Slot = tuple[PersonId, RubricHash, OccasionId]
"""participant, rubric, occasion"""
JUDGING = (AssessmentKind.ASSESSOR, AssessmentKind.MENTOR)
"""Kinds of assessment that a participant sees only once they are released."""
STAFF = frozenset({Role.ASSESSOR, Role.MENTOR, Role.LEAD})


@dataclass(frozen=True)
class View:
    """What one person may see, and what that hangs on. viewer None: nobody is named.

    own: where the viewer has an assessment of their own, whether all of them there are finished.
    released: slots whose results are given to their participants, and the day. late: those of them in which something
    was finished after that day. everything: no rule at all.
    """

    viewer: Person | None = None
    own: Mapping[Slot, bool] = field(default_factory=dict)
    released: Mapping[Slot, str] = field(default_factory=dict)
    late: frozenset[Slot] = frozenset()
    everything: bool = False

    def sees_results(self, slot: Slot, looking_back: bool = False) -> bool:
        """Whether all of others' finished ratings of this slot may be shown. looking_back: from another occasion."""
        if self.everything:
            return True
        if self.viewer is None:
            return False
        own = self.own.get(slot)
        if self.viewer.id != slot[0]:
            if Role.LEAD in self.viewer.roles:
                return own is not False
            if self.viewer.roles & STAFF and (own is True or (own is None and looking_back)):
                return True
        return self.waits_for_release(slot) and slot in self.released and slot not in self.late

    def waits_for_release(self, slot: Slot) -> bool:
        """Whether nothing but the release keeps, or kept, what others said of this slot from the viewer."""
        if self.viewer is None:
            return False
        if self.viewer.id == slot[0]:
            return self.own.get(slot) is True
        return bool(self.viewer.roles & STAFF) and slot not in self.own


EVERYTHING = View(everything=True)


def may_see(view: View, assessment: Assessment, looking_back: bool = False) -> bool:
    """Whether the ratings of this assessment may be shown. A peer's only to programme leads, and never to whom they
    are of, whatever their roles: see `peer_scores`."""
    if view.everything:
        return True
    viewer = view.viewer
    if viewer is not None and viewer.id == assessment.assessor:
        return True
    if assessment.state is AssessmentState.DRAFT:
        return False
    if assessment.kind is AssessmentKind.PEER and (
        viewer is None or viewer.id == assessment.participant or Role.LEAD not in viewer.roles
    ):
        return False
    slot = (assessment.participant, assessment.rubric, assessment.occasion)
    if view.sees_results(slot, looking_back):
        return True
    return view.waits_for_release(slot) and covers(view.released.get(slot, ""), assessment)


def covers(released_on: str, assessment: Assessment) -> bool:
    """Whether a release on this ISO day ("": none) gives this finished assessment to its participant."""
    if assessment.kind not in JUDGING or assessment.state is AssessmentState.DRAFT or assessment.finished_at is None:
        return False
    return assessment.finished_at.date().isoformat() <= released_on


def kind_for(me: Person | None, participant: str) -> AssessmentKind | None:
    """As what this person would rate that participant here; None where it is not theirs to do.

    Peers rate each other only where a round asks them to, so nothing is said of them here.
    """
    if me is None:
        return None
    if me.id == participant:
        return AssessmentKind.SELF if Role.PARTICIPANT in me.roles else None
    if me.roles & {Role.ASSESSOR, Role.LEAD}:
        return AssessmentKind.ASSESSOR
    return AssessmentKind.MENTOR if Role.MENTOR in me.roles else None


def is_only_participant(me: Person | None) -> bool:
    """Whether this person is assessed and assesses nobody but themself (and their peers)."""
    return me is not None and Role.PARTICIPANT in me.roles and not me.roles & STAFF
