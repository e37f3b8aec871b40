"""The people of a package: who of them is not known here, who becomes one person, who is erased. Asked by merging."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rubricapp.core.erasing import MARK
from rubricapp.core.merging import Plan
from rubricapp.core.model import Person, PersonId, Problem
from rubricapp.core.same_people import KIND, find_kept
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations.same_people import NEW, Stranger, find_strangers, say_person, stranger_meant, write_same
from rubricapp.store.changes import Writer
from rubricapp.store.erasing import load_all_erased
from rubricapp.store.known import list_known_people
from rubricapp.store.people import list_people
from rubricapp.store.same_people import list_gone, load_details, load_kept, load_said
from rubricapp.store.workspace import Workspace


def look_at_people(ws: Workspace, plan: Plan) -> tuple[tuple[Stranger, ...], tuple[Problem, ...]]:
    """(whom a plan brings that is not known here, what a person must know of it before accepting). Writes nothing."""
    said = load_said(ws) | {
        one: outcome.after.value
        for outcome in plan.fields
        for kind, one, name in (outcome.field,)
        if (kind, name) == (KIND, "kept")
    }
    people = _strangers(ws, plan, said)
    remarks = (*_erasing(ws, plan, said), *_of_erased(ws, plan), *_same(ws, plan, said), *_alike(people))
    return people, (*remarks, *_only_named(ws, plan, said))


def _strangers(ws: Workspace, plan: Plan, said: Mapping[str, object]) -> tuple[Stranger, ...]:
    """Whom a plan brings that is not known here, and is not said to be anybody."""
    details: dict[str, dict[str, str]] = {}
    for outcome in plan.fields:
        kind, record, name = outcome.field
        if kind == "person" and isinstance(outcome.after.value, str):
            details.setdefault(record, {})[name] = outcome.after.value
    known = list_known_people(ws, details)
    marked = {each.change.record for each in plan.new if each.change.kind == MARK}
    strange = [
        Person(PersonId(one), **({"code": "", "given_name": "", "family_name": ""} | _named(texts)))
        for one, texts in details.items()
        if one not in known and one not in marked and not said.get(one)
    ]
    return find_strangers(ws, strange)


def _named(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: texts[name] for name in ("code", "given_name", "family_name", "email") if name in texts}


def _alike(people: Iterable[Stranger]) -> Iterator[Problem]:
    for one in people:
        if one.offers:
            others = _(" or ").join(f"{say_person(each.person)}, {each.why}" for each in one.offers)
            yield Problem(
                "MERGE_WHO",
                _("{stranger} is not known here by this id, and may be {others}.").format(
                    stranger=say_person(one.person), others=others
                ),
                _("Say who it is before merging, or later on the page People."),
                severity="warning",
            )


def _only_named(ws: Workspace, plan: Plan, said: Mapping[str, object]) -> Iterator[Problem]:
    """Of whom it brings assessments while neither it nor this workspace says who that is."""
    brought = {each.change.record for each in plan.new if each.change.kind == "person"}
    named = {
        each.change.value
        for each in plan.new
        if (each.change.kind, each.change.field) == ("assessment", "participant") and isinstance(each.change.value, str)
    }
    strange = {one for one in named - brought if not said.get(one)}
    known = list_known_people(ws, strange)
    for one in sorted(strange - set(known) - list_gone(ws)):
        yield Problem(
            "MERGE_ONLY_NAMED",
            _(
                "It brings assessments of somebody whom nobody here knows ({id}): they are kept, and shown nowhere."
            ).format(id=one),
            _(
                "Was an older copy of this workspace restored? Then add the person again, and say who it is: “person"
                " same {id} CODE --reason …”."
            ).format(id=one),
            severity="warning",
        )


def _same(ws: Workspace, plan: Plan, said: Mapping[str, object]) -> Iterator[Problem]:
    """Who becomes one person here, or two again, because the parcel says so."""
    before, after = load_kept(ws), find_kept(said, list_gone(ws))
    names = {
        outcome.field[1]: outcome.after.value
        for outcome in plan.fields
        if outcome.field[0] == "person" and outcome.field[2] in ("family_name", "given_name")
    }

    def called(one: str) -> str:
        known = load_details(ws, one)
        return say_person(known) if known.name.strip() else str(names.get(one) or one[-8:])

    for one in sorted(after.keys() | before.keys()):
        if before.get(one) != after.get(one):
            words = (
                _("It says that {one} is the same person as {other}.").format(one=called(one), other=called(after[one]))
                if one in after
                else _("It says that {one} is not the same person as {other} after all.").format(
                    one=called(one), other=called(before[one])
                )
            )
            yield Problem("MERGE_SAME", words, _("“person apart” takes that back."), severity="warning")


def _erasing(ws: Workspace, plan: Plan, said: Mapping[str, object]) -> Iterator[Problem]:
    """Who would be erased here: said before, because no merge is taken back that far."""
    here = {each.id: each.name for each in list_people(ws)}
    marked = {each.change.record for each in plan.new if each.change.kind == MARK}
    for person in sorted(marked | _twins(said, marked | list_gone(ws))):
        if person in here:
            yield Problem(
                "MERGE_ERASES",
                _("It erases {name} here as well: what was said of them, their files, and older backups.").format(
                    name=here[person]
                ),
                _("Taking the merge back does not bring them back. Ask its sender if you did not know."),
                severity="warning",
            )


def _of_erased(ws: Workspace, plan: Plan) -> Iterator[Problem]:
    erased = load_all_erased(ws)
    theirs = {
        (each.change.kind, each.change.record)
        for each in plan.new
        if erased.covers(each.change.kind, each.change.record)
        or (
            each.change.field in ("participant", "person")
            and isinstance(each.change.value, str)
            and each.change.value in erased.people
        )
    }
    if theirs:
        yield Problem(
            "MERGE_ERASED",
            _("{n} of its records are of somebody who was erased here.").format(n=len(theirs)),
            _("Nothing that they say is kept. A new kit erases them on that laptop as well."),
            severity="warning",
        )


def _twins(said: Mapping[str, object], gone: Collection[str]) -> set[str]:
    """Ids that are said to be one person with somebody who is erased, and are not erased yet."""
    kept = find_kept(said)
    whole = {kept.get(one, one) for one in gone}
    return {one for one in (*kept, *kept.values()) if kept.get(one, one) in whole} - set(gone)


def choose(log: Writer, people: Iterable[Stranger], choices: Mapping[str, str]) -> None:
    """Say who the people are that a merge brings, in its transaction. choices: id → the id of whom they are."""
    for stranger in people:
        one = stranger.person.id
        kept = choices.get(one)
        if kept:
            why = next((each.why for each in stranger.offers if each.person.id == kept), "")
            write_same(log, one, kept, why or (_("somebody of their own") if kept == one else _("said when merging")))


def erase_twins(ws: Workspace, log: Writer) -> None:
    """Whoever is one person with somebody who is erased goes with them, wherever the two come together."""
    gone = list_gone(ws)
    for one in sorted(_twins(load_said(ws), gone)) if gone else ():
        log.set(MARK, one, "erased_on", log.now.date().isoformat())


# Who they are, as somebody typed it


@dataclass(frozen=True)
class Pick:
    """Who the unknown people of packages are. pairs: (what they are called, the id of whom they are, or NEW).

    likely: everybody else is whom they probably are.
    """

    pairs: tuple[tuple[str, str], ...] = ()
    likely: bool = False

    def choose(self, people: Sequence[Stranger]) -> dict[str, str]:
        """Unknown id → the id of whom they are; their own, where they are somebody of their own. Raises UserError."""
        found = {one.person.id: one.likely.person.id for one in people if self.likely and one.likely is not None}
        for theirs, ours in self.pairs:
            meant = stranger_meant(people, theirs)
            if meant is not None:
                found[meant.person.id] = meant.person.id if ours == NEW else ours
        return found


def demand_meant(people: Sequence[Stranger], same: Sequence[tuple[str, str]]) -> None:
    """Raises UserError E_NO_PERSON where nobody in the packages is called so; nothing was merged until then."""
    for theirs, _ours in same:
        if not any(stranger_meant([one], theirs) for one in people):
            raise UserError(
                "E_NO_PERSON",
                _("Nobody who is unknown here and comes in these packages is called “{text}”.").format(
                    text=theirs[:100]
                ),
                _("Nothing was merged."),
                _("“merge --dry-run --json” lists them under “people”."),
                exit_code=Exit.USAGE,
            )
