"""Who is who: offering whom an unknown person may be, saying that two ids are one person, and that they are two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rubricapp.core.matching import Offer, Reason, find_offers
from rubricapp.core.model import Changes, Person, PersonId
from rubricapp.core.same_people import KIND, part
from rubricapp.core.text import LONGEST, clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _, ngettext
from rubricapp.operations.people import who
from rubricapp.operations.reasons import demand_reason
from rubricapp.store.changes import Writer
from rubricapp.store.people import is_called, list_people, load_person
from rubricapp.store.same_people import (
    KnownAs,
    count_doubles,
    find_kept,
    find_only_named,
    list_gone,
    list_known_as,
    load_details,
    load_said,
)
from rubricapp.store.workspace import Workspace

NEW = "new"
"""What is typed in place of somebody known: this is somebody of their own."""


@dataclass(frozen=True)
class Meant:
    """Somebody who may be meant by a person whom nobody knows yet. why: in words. likely: see `core.matching`."""

    person: Person
    reason: Reason
    why: str
    likely: bool


@dataclass(frozen=True)
class Stranger:
    """Somebody who may be a person that is known here by another id. offers: strongest first; often nobody."""

    person: Person
    offers: tuple[Meant, ...] = ()

    @property
    def likely(self) -> Meant | None:
        """Whom they probably are, where only one is likely."""
        return next((each for each in self.offers if each.likely), None)


def say_reason(reason: Reason) -> str:
    """Why two may be one, in words."""
    return {
        Reason.CODE_AND_NAME: _("the same id and name"),
        Reason.EMAIL_AND_NAME: _("the same e-mail address and name"),
        Reason.EMAIL: _("the same e-mail address"),
        Reason.NAME: _("the same name"),
    }[reason]


def say_person(person: Person) -> str:
    """Name and code in one line; where there is neither, the id."""
    name = person.name.strip() or _("without a name")
    return f"{name} ({person.code or person.id[-8:]})"


def find_strangers(ws: Workspace, unknown: Iterable[Person]) -> tuple[Stranger, ...]:
    """Whom each of these may be, among the people here under whatever they are called; by name."""
    people = {each.id: each for each in list_people(ws)}
    unknown = list(unknown)
    offers = find_offers(unknown, _called(ws, people))
    return tuple(
        Stranger(each, tuple(_meant(people[offer.person], offer) for offer in offers[each.id]))
        for each in sorted(unknown, key=lambda each: each.sort_key)
    )


def _called(ws: Workspace, people: Mapping[PersonId, Person]) -> list[Person]:
    others = [replace(each.person, id=each.kept) for each in list_known_as(ws) if each.kept in people]
    return [*people.values(), *others]


def _meant(person: Person, offer: Offer) -> Meant:
    return Meant(person, offer.reason, say_reason(offer.reason), offer.likely)


def list_looking_alike(ws: Workspace) -> tuple[Stranger, ...]:
    """People here who may be one, and of whom nobody decided yet: each with those who were here before them."""
    said = load_said(ws)
    found = find_strangers(ws, [each for each in list_people(ws) if not said.get(each.id)])
    older = (replace(one, offers=tuple(each for each in one.offers if each.person.id < one.person.id)) for one in found)
    return tuple(each for each in older if each.offers)


# Saying it


@dataclass(frozen=True)
class Said:
    """What saying who is who did. before: what was said until then, to be put back (`put_back`).

    doubles: kind → how many records count nowhere now that counted before.
    """

    changes: Changes
    before: Mapping[str, str | None]
    doubles: Mapping[str, int]

    @property
    def lines(self) -> tuple[str, ...]:
        """What one should know of it."""
        found = []
        count = self.doubles.get("assessment", 0)
        if count:
            found.append(
                ngettext(
                    "{n} assessment was there twice, by the same assessor: the one that was finished last counts, the"
                    " other is kept beside it.",
                    "{n} assessments were there twice, by the same assessor: the one that was finished last counts,"
                    " the other is kept beside it.",
                    count,
                ).format(n=count)
            )
        others = sum(self.doubles.values()) - count
        if others:
            found.append(
                ngettext(
                    "{n} other record was there twice; one of the two counts, the other is kept.",
                    "{n} other records were there twice; one of the two counts, the other is kept.",
                    others,
                ).format(n=others)
            )
        return tuple(found)


def say_same(ws: Workspace, one: str, kept: str, reason: str, author: str = "") -> Said:
    """Say that two ids are one person, of whom `kept` stays with its name and code. Nothing in the log is rewritten.

    Saying it again writes nothing. Raises UserError E_REASON, E_ERASED.
    """
    how = _("Say in a few words how you know; it is kept in the history.")
    reason = demand_reason(reason, _("Saying who is who needs a reason."), how)
    one, kept = find_kept(ws, one), find_kept(ws, kept)
    said, doubles = load_said(ws), count_doubles(ws)
    with ws.writing(author) as log:
        if one != kept:
            write_same(log, one, kept, reason)
    before = {one: _text(said.get(one))} if one != kept else {}
    return Said(log.changes, before, _more(doubles, count_doubles(ws)))


def write_same(log: Writer, one: str, kept: str, reason: str) -> None:
    """Say it within an open transaction; both must be ids that stand for themselves."""
    log.set_all(KIND, one, {"kept": kept, "reason": reason})


def say_new(ws: Workspace, one: str, reason: str = "", author: str = "") -> Said:
    """Say that somebody is a person of their own, whoever else looks alike: they are not asked about again."""
    said = load_said(ws)
    with ws.writing(author) as log:
        write_same(log, one, one, clean(reason)[:LONGEST] or _("somebody of their own"))
    return Said(log.changes, {one: _text(said.get(one))}, {})


def say_apart(ws: Workspace, one: str, other: str, reason: str = "", author: str = "") -> Said:
    """Say that two ids are two people after all: everything is under the id again under which it was said.

    Raises UserError E_APART where they are two already.
    """
    said = load_said(ws)
    anew = part(said, one, other, list_gone(ws))
    if not anew:
        raise UserError(
            "E_APART",
            _("{one} and {other} are two people already.").format(
                one=say_person(load_details(ws, one)), other=say_person(load_details(ws, other))
            ),
            _("Nothing was changed."),
            _("“person list” shows who has more than one id."),
            exit_code=Exit.USAGE,
        )
    with ws.writing(author) as log:
        for each in anew:
            write_same(log, each, each, clean(reason)[:LONGEST] or _("two people after all"))
    return Said(log.changes, {each: _text(said.get(each)) for each in anew}, {})


def put_back(ws: Workspace, before: Mapping[str, str | None], reason: str = "", author: str = "") -> Changes:
    """Say again of these ids what was said before: undo and redo."""
    with ws.writing(author) as log:
        for one, kept in before.items():
            log.set_all(KIND, one, {"kept": kept, "reason": (reason or _("said again")) if kept else None})
    return log.changes


def _text(kept: object) -> str | None:
    return kept if isinstance(kept, str) else None


def _more(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    return {kind: count - before.get(kind, 0) for kind, count in after.items() if count > before.get(kind, 0)}


# Whom somebody means


def id_meant(ws: Workspace, text: str) -> Person:
    """The person meant, who may be one of whom there are assessments and no name: by their id, or its end.

    Raises UserError as `people.who` does.
    """
    wanted = text.strip().casefold()
    found = [each for each in find_only_named(ws) if len(wanted) >= 6 and each.endswith(wanted)]
    return load_details(ws, found[0]) if len(found) == 1 else who(ws, text)


def list_of_one(ws: Workspace, person: str) -> list[KnownAs]:
    """A person as they are kept, then what they are called under each other id."""
    kept = find_kept(ws, person)
    return [KnownAs(load_person(ws, kept), kept), *list_known_as(ws, kept)]


def pair_meant(ws: Workspace, one: str, other: str) -> tuple[PersonId, PersonId]:
    """The two ids of one person that are meant by ids, codes, addresses or names. Raises UserError naming the ids."""
    known = [KnownAs(each, each.id) for each in list_people(ws)] + list_known_as(ws)
    ones, others = ([each for each in known if _is_meant(each, text)] for text in (one, other))
    pairs = {
        (each.person.id, also.person.id)
        for each in ones
        for also in others
        if each.kept == also.kept and each.person.id != also.person.id
    }
    if pairs and len({frozenset(each) for each in pairs}) == 1:
        return max(pairs, key=lambda pair: find_kept(ws, pair[0]) != pair[0])  # the id that is not kept leaves
    if not pairs:
        raise UserError(
            "E_APART",
            _("“{one}” and “{other}” are not two ids of one person here.").format(one=one[:100], other=other[:100]),
            _("Nothing was changed."),
            _("“person list” shows who has more than one id."),
            exit_code=Exit.USAGE,
        )
    ids = sorted({each for pair in pairs for each in pair})
    raise UserError(
        "E_AMBIGUOUS",
        _("“{one}” and “{other}” could be any of {n} ids.").format(one=one[:100], other=other[:100], n=len(ids)),
        _("Nothing was changed."),
        _("Name them by these ids: {list}.").format(list=", ".join(ids)),
        exit_code=Exit.USAGE,
    )


def _is_meant(known: KnownAs, text: str) -> bool:
    wanted = text.strip().casefold()
    return is_called(known.person, text) or (len(wanted) >= 6 and known.person.id.endswith(wanted))


def stranger_meant(strangers: Sequence[Stranger], text: str) -> Stranger | None:
    """The stranger called so: an id, its end, a code, an address or a name. Raises UserError E_AMBIGUOUS."""
    found = [each for each in strangers if _is_meant(KnownAs(each.person, each.person.id), text)]
    if len(found) > 1:
        raise UserError(
            "E_AMBIGUOUS",
            _("“{text}” could be any of {n} people.").format(text=text[:100], n=len(found)),
            _("Nothing was changed."),
            _("Use one of these ids: {list}.").format(list=", ".join(each.person.id for each in found)),
            exit_code=Exit.USAGE,
        )
    return found[0] if found else None
