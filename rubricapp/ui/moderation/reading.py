"""What the moderation page shows: every gap that whoever sits here may see, with names; how far everybody is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rubricapp.core.agreed_levels import AgreedLevel, Outcome, middle, movements
from rubricapp.core.model import (
    CriterionId,
    Occasion,
    OccasionId,
    Person,
    PersonId,
    Rating,
    Role,
    RubricHash,
    RubricVersion,
)
from rubricapp.core.moderation import Gap, Sort, Standing, State, overall
from rubricapp.i18n import _, language, ngettext
from rubricapp.operations.moderation import list_standings
from rubricapp.operations.moderation_words import say_disputed, say_sort
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.viewing import load_view
from rubricapp.store.workspace import Workspace
from rubricapp.ui.peer.words import say_number
from rubricapp.ui.words import say_blank, say_occasion


class Need(StrEnum):
    """What a gap needs: OPEN: to be settled. WAITS: for a third assessor. BLANK: nothing, one did not observe."""

    OPEN = "open"
    WAITS = "waits"
    BLANK = "blank"
    SETTLED = "settled"


@dataclass(frozen=True)
class Entry:
    """One gap with everything that is said of it. names: of everybody, by id."""

    gap: Gap
    standing: Standing
    participant: Person
    rubric: RubricVersion
    occasion: Occasion
    names: Mapping[PersonId, str]

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (*self.gap.slot, self.gap.criterion.id)

    @property
    def need(self) -> Need:
        agreed = self.gap.agreed
        if agreed is not None and agreed.outcome is Outcome.THIRD and agreed.third in self.standing.unfinished:
            return Need.WAITS
        if self.gap.is_open:
            return Need.OPEN
        return Need.SETTLED if agreed is not None and agreed.is_settled else Need.BLANK

    @property
    def is_early(self) -> bool:
        """Whether somebody is still to finish who was not asked as a third."""
        return _is_early(self.standing)

    @property
    def unfinished(self) -> str:
        """Who is still to finish, by name."""
        return ", ".join(self.names.get(each, each) for each in self.standing.unfinished)

    @property
    def title(self) -> str:
        return f"{self.gap.criterion.id}  {self.gap.criterion.title}"

    @property
    def where(self) -> str:
        return f"{self.rubric.label}  ·  {say_occasion(self.occasion)}"

    @property
    def why(self) -> str:
        """Why it is a gap; both reasons where the levels are far apart and across the gate, too. And whose word on it
        is in conflict."""
        words = [say_sort(self.gap.sort)]
        if self.gap.crosses_gate and self.gap.sort is not Sort.GATE:
            words.append(say_sort(Sort.GATE))
        for assessor, criteria in self.standing.disputed:
            if self.gap.criterion.id in criteria:
                name = self.names.get(assessor, assessor)
                words.append(_("{name} said two things on two laptops").format(name=name))
        return ", ".join(words)

    @property
    def levels(self) -> str:
        """What each gave, in the order of the assessors: "2, 4, not observed"."""
        return ", ".join(say_value(rating) for _assessor, rating in self.gap.ratings if rating.is_rated)

    def say_need(self) -> str:
        """What it needs, in words."""
        need, agreed = self.need, self.gap.agreed
        if need is Need.WAITS:
            return _("waits for {name}").format(name=self.names.get(PersonId(agreed.third), agreed.third))
        if need is Need.OPEN and self.is_early:
            return _("not finished: {names}").format(names=self.unfinished)
        if need is Need.OPEN and self.gap.changed:
            return _("to settle: ratings changed since")
        if need is Need.OPEN and agreed is not None and agreed.outcome is None:
            return _("to settle: opened again")
        return {
            Need.OPEN: _("to settle"),
            Need.BLANK: _("need not be settled"),
            Need.SETTLED: say_outcome(self),
        }[need]


def say_value(rating: Rating) -> str:
    """A level as its number, a blank in words."""
    if rating.level is not None:
        return str(rating.level)
    return say_blank(rating.blank) if rating.blank is not None else _("not yet rated")


def say_outcome(entry: Entry) -> str:
    """What was settled."""
    agreed = entry.gap.agreed
    if agreed is None or agreed.outcome is None:
        return _("nothing yet")
    if agreed.outcome is Outcome.LEVEL:
        return _("agreed on level {level}").format(level=agreed.level)
    if agreed.outcome is Outcome.BLANK and agreed.blank is not None:
        return _("agreed: {blank}").format(blank=say_blank(agreed.blank))
    if agreed.outcome is Outcome.THIRD:
        return _("{name} is asked").format(name=entry.names.get(PersonId(agreed.third), agreed.third))
    return _("both kept, median {median}").format(median=say_median(entry))


def say_median(entry: Entry) -> str:
    """The median of the levels given; "" where there are not two."""
    levels = [rating.level for _assessor, rating in entry.gap.ratings if rating.level is not None]
    return say_number(middle(levels)) if len(levels) > 1 else ""


def say_movements(agreed: AgreedLevel | None, names: Mapping[PersonId, str]) -> list[str]:
    """Whose level moved which way, a line for each assessor."""
    lines = []
    for each in movements(agreed) if agreed is not None else ():
        name = names.get(each.assessor, each.assessor)
        if not each.direction:
            lines.append(_("{name}: stays at {level}").format(name=name, level=each.given))
        elif each.direction > 0:
            lines.append(
                _("{name}: up from {given} to {agreed}").format(name=name, given=each.given, agreed=each.agreed)
            )
        else:
            lines.append(
                _("{name}: down from {given} to {agreed}").format(name=name, given=each.given, agreed=each.agreed)
            )
    return lines


@dataclass(frozen=True)
class Far:
    """How far one participant is, and what is missing, in words."""

    participant: Person
    state: State
    missing: str
    gap: tuple[str, str, str, str] | None = None


@dataclass(frozen=True)
class Read:
    """Everything the page shows. rubrics, occasions: those that anybody was begun or asked for with.

    early: gaps of slots in which somebody is still to finish; shown only where they are asked for.
    """

    entries: tuple[Entry, ...]
    far: tuple[Far, ...]
    rubrics: tuple[RubricVersion, ...]
    occasions: tuple[Occasion, ...]
    early: tuple[Entry, ...] = ()


NOTHING = Read((), (), (), ())


def read(ws: Workspace, me: Person | None) -> Read:
    """Read it all for whoever sits here.

    Nothing is said of a slot in which somebody is unfinished, unless that is only the third assessor who was asked
    from here and is not the one who reads; what may be settled all the same, by a lead who is not the unfinished one,
    stands apart.
    """
    view = load_view(ws, me)
    people = {each.id: each for each in list_people(ws)}
    names = {each.id: each.name for each in people.values()}
    rubrics: dict[RubricHash, RubricVersion] = {each.content_hash: each for each in list_rubrics(ws, language())}
    occasions: dict[OccasionId, Occasion] = {each.id: each for each in list_occasions(ws)}
    found = list_standings(ws, sees=view.sees_results, early=True, language=language())
    standings = [each if _may_see(each, me) else each.blind() for each in found]
    waiting = [each for each in found if _is_early(each) and me is not None and me.id not in each.unfinished]
    entries, early = (
        tuple(
            Entry(gap, each, people[each.slot[0]], rubrics[each.slot[1]], occasions[each.slot[2]], names)
            for each in some
            for gap in each.gaps
        )
        for some in (standings, waiting)
    )
    by_person: dict[PersonId, list[Standing]] = {
        each.id: [] for each in people.values() if Role.PARTICIPANT in each.roles
    }
    for each in standings:
        by_person.setdefault(each.slot[0], []).append(each)
    far = tuple(
        Far(
            people[person],
            overall(each.state for each in held),
            "; ".join(filter(None, (_missing(each, rubrics, occasions, names) for each in held))),
            next((entry.key for entry in entries if entry.participant.id == person and entry.need is Need.OPEN), None),
        )
        for person, held in sorted(by_person.items(), key=lambda pair: people[pair[0]].sort_key)
    )
    used = {each.slot for each in standings}
    return Read(
        entries,
        far,
        tuple(each for each in rubrics.values() if any(slot[1] == each.content_hash for slot in used)),
        tuple(each for each in occasions.values() if any(slot[2] == each.id for slot in used)),
        early,
    )


def count_open(ws: Workspace, me: Person | None) -> tuple[int, int]:
    """(how many gaps wait to be settled by this lead, of how much one assessor said two things on two laptops)."""
    view = load_view(ws, me)
    found = list_standings(ws, sees=view.sees_results, early=True)
    gaps = sum(is_waiting(gap, each) for each in found if _may_see(each, me) for gap in each.open_gaps)
    return gaps, sum(len(criteria) for each in found for _assessor, criteria in each.disputed)


def find_open(ws: Workspace, me: Person | None, rubric: str, occasion: str) -> dict[PersonId, frozenset[CriterionId]]:
    """The criteria that this lead is to settle with one rubric on one occasion, by participant."""
    view = load_view(ws, me)
    found: dict[PersonId, frozenset[CriterionId]] = {}
    for each in list_standings(ws, "", [rubric], [occasion], view.sees_results, early=True):
        gaps = frozenset(gap.criterion.id for gap in each.open_gaps if is_waiting(gap, each))
        if gaps and _may_see(each, me):
            found[each.slot[0]] = gaps
    return found


def is_waiting(gap: Gap, standing: Standing) -> bool:
    """Whether an open gap is the lead's to settle now, not the third assessor's to score."""
    return not (
        gap.agreed is not None and gap.agreed.outcome is Outcome.THIRD and gap.agreed.third in standing.unfinished
    )


def thirds(standing: Standing) -> set[str]:
    """Assessors who were asked as thirds."""
    return {each.agreed.third for each in standing.gaps if each.agreed is not None and each.agreed.third}


def _is_early(standing: Standing) -> bool:
    return not set(standing.unfinished) <= thirds(standing)


def _may_see(standing: Standing, me: Person | None) -> bool:
    unfinished = set(standing.unfinished)
    return not unfinished or (unfinished <= thirds(standing) and (me is None or me.id not in unfinished))


def _missing(
    standing: Standing,
    rubrics: Mapping[RubricHash, RubricVersion],
    occasions: Mapping[OccasionId, Occasion],
    names: Mapping[PersonId, str],
) -> str:
    """What keeps a slot from being released; "" for nothing."""
    doubts = [say_disputed(names.get(assessor, assessor), criteria) for assessor, criteria in standing.disputed]
    if standing.state in (State.READY, State.RELEASED) and not doubts:
        return ""
    parts = []
    if standing.unfinished:
        parts.append(
            _("waits for {names}").format(names=", ".join(names.get(each, each) for each in standing.unfinished))
        )
    open_ = sum(is_waiting(each, standing) for each in standing.open_gaps)
    if open_:
        parts.append(ngettext("{n} gap to settle", "{n} gaps to settle", open_).format(n=open_))
    if doubts:
        parts.append(_("{said} (settle it under Merge, Conflicts)").format(said="; ".join(doubts)))
    if not parts:
        parts.append(_("nobody has begun"))
    where = f"{rubrics[standing.slot[1]].label}, {say_occasion(occasions[standing.slot[2]])}"
    return f"{where}: {', '.join(parts)}"
