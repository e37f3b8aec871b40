"""Settling what assessors differ on, and opening it again: always with a reason, and nothing that was given is lost."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rubricapp.core.agreed_levels import AgreedLevel, Outcome
from rubricapp.core.model import Blank, Changes, Criterion, Occasion, Person, PersonId, Rating, Role, RubricVersion
from rubricapp.core.moderation import Standing, basis_of
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations.assigning import ask, demand_not_apart
from rubricapp.operations.moderation import by_slot, list_standings
from rubricapp.operations.reasons import demand_reason
from rubricapp.store.assigning import list_assignments
from rubricapp.store.changes import Writer
from rubricapp.store.moderation import list_agreed
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.releases import list_releases
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.same_people import find_record, list_records
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class Place:
    """What is to be settled: one criterion of one slot."""

    participant: Person
    rubric: RubricVersion
    occasion: Occasion
    criterion: Criterion
    standing: Standing
    agreed: AgreedLevel | None

    @property
    def ratings(self) -> tuple[tuple[PersonId, Rating], ...]:
        """(assessor, rating) of everybody who has finished."""
        return self.standing.ratings(self.criterion.id)


def find_place(
    ws: Workspace,
    participant: Person,
    criterion: str,
    rubrics: Collection[str] = (),
    occasions: Collection[str] = (),
    opens: bool = False,
) -> Place:
    """The one place meant. Where there are more, the only one with an open gap (opens: that is settled). UserError."""
    wanted = criterion.strip().casefold()
    held = {each.id: each for each in list_occasions(ws)}
    words = {each.content_hash: each for each in list_rubrics(ws)}
    agreed = by_slot(list_agreed(ws, participant.id))
    found = []
    for each in list_standings(ws, participant.id, rubrics, occasions, early=True):
        rubric = words[each.slot[1]]
        known = next((one for one in rubric.criteria if one.id.casefold() == wanted), None)
        if known is not None and each.finished:
            mine = agreed.get(each.slot, {}).get(known.id)
            found.append(Place(participant, rubric, held[each.slot[2]], known, each, mine))
    if not found:
        raise UserError(
            "E_NOTHING_TO_MODERATE",
            _("Nobody has finished {criterion} for {name} there.").format(criterion=criterion, name=participant.name),
            _("Nothing was changed."),
            _("“moderation list” says where assessors differ."),
            exit_code=Exit.USAGE,
        )
    narrowed = [each for each in found if (_is_settled(each) if opens else _is_open(each))]
    chosen = narrowed if len(narrowed) == 1 else found
    if len(chosen) > 1:
        raise UserError(
            "E_AMBIGUOUS",
            _("{criterion} was scored more than once for {name}.").format(
                criterion=chosen[0].criterion.id, name=participant.name
            ),
            _("Nothing was changed."),
            _("Say which with --rubric and --occasion: {list}.").format(
                list="; ".join(f"{each.rubric.id}@{each.rubric.version}, {each.occasion.name}" for each in chosen)
            ),
            exit_code=Exit.USAGE,
        )
    return chosen[0]


def _is_open(place: Place) -> bool:
    return any(each.criterion.id == place.criterion.id for each in place.standing.open_gaps)


def _is_settled(place: Place) -> bool:
    return place.agreed is not None and place.agreed.outcome is not None


def agree(
    ws: Workspace,
    place: Place,
    value: int | Blank | Outcome,
    reason: str,
    third: Person | None = None,
    author: str = "",
    early: bool = False,
) -> Changes:
    """Settle one criterion: a level (or an honest blank), `Outcome.BOTH`, or `Outcome.THIRD` with a third assessor.

    What each assessor gave and wrote stays. Saying the same again changes nothing. early: also while somebody who was
    asked is unfinished. Raises UserError: E_REASON, E_LEVEL, E_IN_MARKING, E_RELEASED, E_NOT_BOTH, E_NOT_A_THIRD,
    E_CONFLICT_OF_INTEREST.
    """
    reason = demand_reason(reason, _("Settling needs a reason."))
    _demand_level(place, value)
    _demand_unreleased(ws, place)
    ratings = place.ratings
    if place.standing.unfinished and not early:
        names = {each.id: each.name for each in list_people(ws)}
        raise UserError(
            "E_IN_MARKING",
            _("Not everybody has finished: {names}.").format(
                names=", ".join(names.get(each, each) for each in place.standing.unfinished)
            ),
            _("Nothing was changed."),
            _("Wait for them, take the assignment back, or say --early: they may then see what others gave."),
        )
    if value is Outcome.BOTH and sum(rating.level is not None for _assessor, rating in ratings) < 2:
        raise UserError(
            "E_NOT_BOTH",
            _("There are not two levels to keep."),
            _("Nothing was changed."),
            _("Agree on a level, or ask a third assessor."),
            exit_code=Exit.USAGE,
        )
    if value is Outcome.THIRD:
        _demand_third(ws, place, third)
    said = value.value if isinstance(value, (Blank, Outcome)) else value
    basis = basis_of(ratings)
    asked = third.id if third is not None and value is Outcome.THIRD else None
    before = place.agreed
    if before is not None and (before.value, before.reason, dict(before.basis), before.third or None) == (
        said,
        reason,
        basis,
        asked,
    ):
        return Changes()
    record = _record(ws, place)
    with ws.writing(author) as log:
        _call_off(ws, log, place, keep=asked)
        # The reason is a field of its own, not said with the level: that goes to the participant once it is released.
        log.set_all(
            "agreed_level",
            record,
            {
                "level": said,
                "participant": place.participant.id,
                "rubric": place.rubric.content_hash,
                "occasion": place.occasion.id,
                "criterion": place.criterion.id,
                "third": asked,
                "basis": basis,
                "reason": reason,
                "agreed_by": author or None,
                "agreed_on": ws.sources.now().date().isoformat(),
            },
        )
        if asked is not None:
            ask(ws, log, place.participant.id, asked, place.rubric.content_hash, place.occasion.id)
    return log.changes


def reopen(ws: Workspace, place: Place, reason: str, author: str = "") -> Changes:
    """Open what was settled again; a reason is demanded, and what was settled stays in the history.

    A third assessor who has not begun is no longer asked. Raises UserError: E_REASON, E_RELEASED.
    """
    reason = demand_reason(reason, _("Opening an agreed level again needs a reason."))
    if not _is_settled(place):
        return Changes()
    _demand_unreleased(ws, place)
    record = _record(ws, place)
    with ws.writing(author) as log:
        _call_off(ws, log, place)
        log.set("agreed_level", record, "level", None, reason)
        log.set_all(
            "agreed_level",
            record,
            {
                "third": None,
                "reason": reason,
                "agreed_by": author or None,
                "agreed_on": ws.sources.now().date().isoformat(),
            },
        )
    return log.changes


def find_again(ws: Workspace, place: Place) -> Place:
    """The same place as it is now."""
    return find_place(ws, place.participant, place.criterion.id, [place.rubric.content_hash], [place.occasion.id])


def put_back(ws: Workspace, place: Place, author: str = "") -> Changes:
    """Let what stood at a place when it was found stand there again, as Undo does: by new changes, nothing is deleted.

    Raises UserError E_RELEASED.
    """
    now, before = find_again(ws, place), place.agreed
    if before is None or before.outcome is None:
        return reopen(ws, now, _("Taken back right after it was settled."), author)
    value = before.level if before.outcome is Outcome.LEVEL else before.blank or before.outcome
    third = next((each for each in list_people(ws) if each.id == before.third), None)
    return agree(ws, now, value, before.reason, third, author, early=True)


def _record(ws: Workspace, place: Place) -> str:
    slot = place.participant.id, place.rubric.content_hash, place.occasion.id
    return find_record(ws, "agreed_level", *slot, place.criterion.id)


def _call_off(ws: Workspace, log: Writer, place: Place, keep: str | None = None) -> None:
    """The third assessor whom this criterion waited for is no longer asked, unless they began or another waits."""
    before = place.agreed
    if before is None or before.outcome is not Outcome.THIRD or before.third in ("", keep):
        return
    slot = place.standing.slot
    others = [each for each in list_agreed(ws, *slot) if each.criterion != before.criterion]
    if any(each.outcome is Outcome.THIRD and each.third == before.third for each in others):
        return
    for each in list_assignments(ws, before.third, slot[1], slot[2]):
        if each.participant == slot[0] and each.state is None:
            for record in list_records(ws, "assignment", each.id):
                log.set("assignment", record, "removed", 1)


def _demand_level(place: Place, value: int | Blank | Outcome) -> None:
    top = place.rubric.top_level
    if isinstance(value, Blank) or value in (Outcome.BOTH, Outcome.THIRD):
        return
    if type(value) is not int or not 1 <= value <= top:
        raise UserError(
            "E_LEVEL",
            _("{criterion} has levels 1 to {top}, not {level}.").format(
                criterion=place.criterion.id, top=top, level=value
            ),
            _("Nothing was changed."),
            _("Choose one of its levels."),
            exit_code=Exit.USAGE,
        )


def _demand_unreleased(ws: Workspace, place: Place) -> None:
    if any((each.rubric, each.occasion) == place.standing.slot[1:] for each in list_releases(ws, place.participant.id)):
        raise UserError(
            "E_RELEASED",
            _("These results of {name} are released.").format(name=place.participant.name),
            _("Nothing was changed."),
            _("Take the release back first, with a reason; then settle it and release again."),
        )


def _demand_third(ws: Workspace, place: Place, third: Person | None) -> None:
    if third is None:
        raise TypeError("a third assessor is needed")
    if third.id in {assessor for assessor, _rating in place.ratings} or not third.roles & {Role.ASSESSOR, Role.LEAD}:
        raise UserError(
            "E_NOT_A_THIRD",
            _("{name} cannot be the third assessor here.").format(name=third.name),
            _("Nothing was changed."),
            _("Name an assessor who has not finished this one yet."),
            exit_code=Exit.USAGE,
        )
    demand_not_apart(ws, place.participant, third)
