"""Asking assessors to score participants: one by one, or all of them evenly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rubricapp.core.assigning import Assigned, Someone, Wish
from rubricapp.core.assigning import assign as choose
from rubricapp.core.languages import language_codes
from rubricapp.core.model import Changes, Occasion, Person, Role, RubricVersion
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations.passes import demand_passes
from rubricapp.store.assigning import Assignment, list_assignments, list_kept_apart
from rubricapp.store.changes import Writer
from rubricapp.store.people import list_people
from rubricapp.store.same_people import find_record, list_records
from rubricapp.store.workspace import Workspace


def ask(
    ws: Workspace, log: Writer, participant: str, assessor: str, rubric: str, occasion: str, despite: str = ""
) -> None:
    """Ask within an open transaction; see `demand_not_apart`. despite: why, though a calibration is missing."""
    record = find_record(ws, "assignment", participant, assessor, rubric, occasion)
    values: dict[str, object] = {
        "participant": participant,
        "assessor": assessor,
        "rubric": rubric,
        "occasion": occasion,
        "removed": 0,
    }
    if log.set_all("assignment", record, values) and despite:
        log.set("assignment", record, "removed", 0, despite)


def assign(
    ws: Workspace,
    participant: Person,
    assessor: Person,
    rubric: RubricVersion,
    occasion: Occasion,
    author: str = "",
    despite: str = "",
) -> Changes:
    """Ask one assessor to score one participant. Asking twice changes nothing.

    despite: why, where the assessor has not passed a calibration that the rubric demands; it is kept.
    Raises UserError E_CONFLICT_OF_INTEREST where the two are kept apart, E_NOT_CALIBRATED.
    """
    demand_not_apart(ws, participant, assessor)
    reason = demand_passes(ws, [assessor], [rubric], despite)
    with ws.writing(author) as log:
        ask(ws, log, participant.id, assessor.id, rubric.content_hash, occasion.id, reason)
    return log.changes


def demand_not_apart(ws: Workspace, participant: Person, assessor: Person) -> None:
    """Raises UserError E_CONFLICT_OF_INTEREST where the two are kept apart, or one and the same."""
    if participant.id == assessor.id or {participant.id, assessor.id} in [set(each) for each in list_kept_apart(ws)]:
        raise UserError(
            "E_CONFLICT_OF_INTEREST",
            _("{assessor} is kept apart from {participant}.").format(
                assessor=assessor.name, participant=participant.name
            ),
            _("Nothing was changed."),
            _("Ask another assessor, or take the declared conflict back."),
            exit_code=Exit.REFUSED,
        )


def take_back(ws: Workspace, assignment: Assignment, author: str = "") -> Changes:
    """No longer ask for it. What was scored already stays."""
    with ws.writing(author) as log:
        _call_off(ws, log, assignment.id)
    return log.changes


def _call_off(ws: Workspace, log: Writer, assignment: str) -> None:
    for record in list_records(ws, "assignment", assignment):
        log.set("assignment", record, "removed", 1)


def set_asked(ws: Workspace, assignments: Mapping[str, bool], author: str = "") -> Changes:
    """Say of assignments that there were before (by id) whether they are asked for. What is so already stays."""
    with ws.writing(author) as log:
        for record, asked in assignments.items():
            if asked:
                log.set("assignment", record, "removed", 0)
            else:
                _call_off(ws, log, record)
    return log.changes


@dataclass(frozen=True)
class Evenly:
    """What assigning evenly did. taken_back: how many that were asked before, and not begun, are asked no longer."""

    assigned: Assigned
    changes: Changes
    taken_back: int = 0


def assign_evenly(
    ws: Workspace,
    rubrics: Sequence[RubricVersion],
    occasion: Occasion,
    raters: int = 1,
    double: Fraction = Fraction(0),
    seed: int = 0,
    author: str = "",
    despite: str = "",
) -> Evenly:
    """Ask all assessors to score all participants, evenly, in place of what was asked before on this occasion.

    What was begun already stays asked. double: share (0…1) of the participants who get one assessor more. despite: see
    `assign`. Raises UserError E_ASSIGNMENT, E_NO_ASSESSORS, E_NOT_CALIBRATED, which names everybody without a pass.
    """
    assessors = list_people(ws, Role.ASSESSOR)
    participants = list_people(ws, Role.PARTICIPANT)
    if not assessors or not participants:
        raise UserError(
            "E_NO_ASSESSORS",
            _("There is nobody to score.") if assessors else _("There are no assessors yet."),
            _("Nothing was changed."),
            _("Add them with “people add” or a roster."),
        )
    reason = demand_passes(ws, assessors, rubrics, despite)
    hashes = {each.content_hash for each in rubrics}
    before = [each for each in list_assignments(ws, occasion=occasion.id) if each.rubric in hashes]
    elsewhere = Counter(
        assessor
        for assessor, _participant in {
            (each.assessor, each.participant) for each in list_assignments(ws) if each.occasion != occasion.id
        }
    )
    found = choose(
        Wish(
            tuple(_someone(each) for each in participants),
            tuple(_someone(each, elsewhere[each.id]) for each in assessors),
            raters,
            double,
            seed,
            frozenset(frozenset(each) for each in list_kept_apart(ws)),
        )
    )
    wanted = set(found.pairs)
    stale = [each for each in before if each.state is None and (each.participant, each.assessor) not in wanted]
    with ws.writing(author) as log:
        for each in stale:
            _call_off(ws, log, each.id)
        for participant, assessor in found.pairs:
            for rubric in rubrics:
                ask(ws, log, participant, assessor, rubric.content_hash, occasion.id, reason)
    return Evenly(found, log.changes, len(stale))


def _someone(person: Person, load: int = 0) -> Someone:
    return Someone(person.id, person.name, language_codes(person.languages), load)
