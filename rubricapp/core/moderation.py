"""Moderation: where assessors differ so much that they should talk, and how far each participant's results are.

Two assessors who finished the same participant, rubric and occasion differ on a criterion when their levels are
`TOLERANCE` or more apart, or lie on both sides of its gate. One step apart is the noise of careful people.

Question: must "not observed" against a level be settled, too? Decision: no; it is listed as a sort of its own. Reasons:
on a set nobody sees everything, one who saw and one who did not are no contradiction, and totals use the level of
whoever saw; a release that waits for these would wait always, and everybody would learn to pass it by. 2026-11-29.

Blindness: nothing is said of a slot in which somebody who was asked, or has begun, is still to finish. Showing two
assessors' gap to the third would be showing their levels.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from rubricapp.core.agreed_levels import AgreedLevel, Outcome, Slot
from rubricapp.core.model import (
    Assessment,
    AssessmentId,
    AssessmentKind,
    Criterion,
    CriterionId,
    PersonId,
    Rating,
    RubricVersion,
)
from rubricapp.core.viewing import JUDGING

TOLERANCE = 2
"""So many levels apart are a gap."""


class Sort(StrEnum):
    """LEVELS: too far apart. GATE: on both sides of a gate. BLANK: one gave a level, another an honest blank."""

    LEVELS = "levels"
    GATE = "gate"
    BLANK = "blank"


@dataclass(frozen=True)
class Gap:
    """One criterion on which assessors differ. ratings: all that were finished, by assessor, with their comments.

    sort None: they do not differ, and something was settled all the same. agreed: what was settled or opened again,
    None where nobody touched it. changed: somebody rates otherwise now than when it was settled, or somebody was added.
    """

    slot: Slot
    criterion: Criterion
    sort: Sort | None
    crosses_gate: bool
    ratings: tuple[tuple[PersonId, Rating], ...]
    agreed: AgreedLevel | None = None
    changed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it must be settled before results are released."""
        if self.agreed is not None and self.agreed.outcome is not None:
            return not self.agreed.is_settled or self.changed
        return self.sort in (Sort.LEVELS, Sort.GATE)


def find_gaps(
    rubric: RubricVersion, slot: Slot, assessments: Iterable[Assessment], agreed: Mapping[CriterionId, AgreedLevel]
) -> tuple[Gap, ...]:
    """The gaps of one slot, in the rubric's order; also what was settled there without one.

    Only finished assessments by assessors of this slot count; whatever else is handed in is passed over.
    """
    given = sorted(
        (
            each
            for each in assessments
            if each.kind is AssessmentKind.ASSESSOR
            and not each.is_open
            and (each.participant, each.rubric, each.occasion) == slot
        ),
        key=lambda each: each.assessor,
    )
    found = []
    for criterion in rubric.criteria:
        ratings = tuple((each.assessor, each.rating(criterion.id)) for each in given)
        levels = [rating.level for _assessor, rating in ratings if rating.level is not None]
        blanks = any(rating.blank is not None for _assessor, rating in ratings)
        crosses = criterion.gate is not None and bool(levels) and min(levels) < criterion.gate <= max(levels)
        known = agreed.get(criterion.id)
        sort = None
        if levels and max(levels) - min(levels) >= TOLERANCE:
            sort = Sort.LEVELS
        elif crosses:
            sort = Sort.GATE
        elif levels and blanks:
            sort = Sort.BLANK
        if sort is not None or (known is not None and known.outcome is not None):
            found.append(Gap(slot, criterion, sort, crosses, ratings, known, _changed(known, ratings)))
    return tuple(found)


def basis_of(ratings: Iterable[tuple[PersonId, Rating]]) -> dict[PersonId, int | str]:
    """What each assessor says of a criterion, as an agreed level remembers it."""
    return {assessor: rating.value for assessor, rating in ratings if rating.value is not None}


def _changed(agreed: AgreedLevel | None, ratings: Iterable[tuple[PersonId, Rating]]) -> bool:
    if agreed is None or agreed.outcome is None:
        return False
    return dict(agreed.basis) != basis_of(ratings)


# How far it is


class State(StrEnum):
    """How far results are, least first. Never stored: it follows from the data.

    MARKED: everybody has finished and they differ, or one said two things on two laptops, a mentor, too; nobody has
    begun to settle it. IN_MODERATION: somebody has. READY: nothing is open.
    """

    NOT_MARKED = "not_marked"
    IN_MARKING = "in_marking"
    MARKED = "marking_completed"
    IN_MODERATION = "in_moderation"
    READY = "ready_for_release"
    RELEASED = "released"


@dataclass(frozen=True)
class Standing:
    """One participant, rubric and occasion. unfinished: assessors who were asked, or have begun, and not finished.

    finished: how many have. gaps, given (what they gave), disputed: empty as long as there is anybody unfinished,
    unless they were asked for early. disputed: whoever said two things of this on two laptops, a mentor, too, with the
    criteria, in the rubric's order, "" for the whole; which of them holds is not settled.
    """

    slot: Slot
    state: State
    finished: int
    unfinished: tuple[PersonId, ...]
    gaps: tuple[Gap, ...] = ()
    given: tuple[Assessment, ...] = ()
    disputed: tuple[tuple[PersonId, tuple[str, ...]], ...] = ()

    def ratings(self, criterion: str) -> tuple[tuple[PersonId, Rating], ...]:
        """(assessor, rating) of what was given."""
        return tuple((each.assessor, each.rating(criterion)) for each in self.given)

    def blind(self) -> Standing:
        """The same for somebody who may not see what was given."""
        return replace(self, gaps=(), given=(), disputed=())

    @property
    def open_gaps(self) -> tuple[Gap, ...]:
        return tuple(each for each in self.gaps if each.is_open)


def stand(
    rubric: RubricVersion,
    slot: Slot,
    assessments: Sequence[Assessment],
    asked: Collection[PersonId],
    agreed: Mapping[CriterionId, AgreedLevel],
    released: Callable[[Assessment], bool] | None,
    early: bool = False,
    disputed: Mapping[AssessmentId, Collection[str]] = MappingProxyType({}),
) -> Standing:
    """Where one slot stands. assessments: of any state and kind. asked: assessors with an assignment for this slot.

    released: whether the release of this slot covers an assessment; None where there is no release. early: say the
    gaps also while somebody is unfinished; not for the eyes of anybody who is. disputed: assessments of which whoever
    gave them said two things on two laptops, with the criteria, "" for the whole.

    Question: does a release wait for what a mentor said twice? Decision: yes; not for what mentors give otherwise.
    Reasons: a mentor's levels are no marks, so nothing is moderated about them; but the release shows them to the
    participant, who would read words of which nobody knows whether they hold. 2026-11-29.
    """
    ours = [each for each in assessments if each.kind is AssessmentKind.ASSESSOR]
    finished = sorted((each for each in ours if not each.is_open), key=lambda each: each.assessor)
    done = {each.assessor for each in finished}
    begun = {each.assessor for each in ours if each.is_open and (each.ratings or each.note or each.revision)}
    unfinished = tuple(sorted((set(asked) | begun) - done))
    gaps = find_gaps(rubric, slot, finished, agreed)
    order = ("", *(each.id for each in rubric.criteria))
    judged = sorted(
        (each for each in assessments if each.kind in JUDGING and not each.is_open and each.id in disputed),
        key=lambda each: (each.assessor, each.kind),
    )
    doubtful = tuple((each.assessor, tuple(one for one in order if one in disputed[each.id])) for each in judged)
    thirds = {each.third for each in agreed.values() if each.outcome is Outcome.THIRD}
    shown = finished or judged
    if shown and released is not None and all(map(released, shown)):
        state = State.RELEASED
    elif not finished and not begun and (asked or not doubtful):
        state = State.NOT_MARKED
    elif set(unfinished) - thirds:
        state = State.IN_MARKING
    elif not any(each.is_open for each in gaps) and not unfinished and not doubtful:
        state = State.READY
    else:
        state = State.IN_MODERATION if agreed else State.MARKED
    standing = Standing(slot, state, len(finished), unfinished, gaps, tuple(finished), doubtful)
    return standing if early or not unfinished else standing.blind()


def overall(states: Iterable[State]) -> State:
    """How far a participant is: as far as the slot that is least far; in marking where some were not begun at all."""
    order = tuple(State)
    found = sorted(states, key=order.index)
    if not found:
        return State.NOT_MARKED
    if found[0] is State.NOT_MARKED and found[-1] is not State.NOT_MARKED:
        return State.IN_MARKING
    return found[0]
