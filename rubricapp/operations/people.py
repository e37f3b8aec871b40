"""People: adding one, importing a roster as a comparison, finding who is meant."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rubricapp.core.changes import derived_id
from rubricapp.core.languages import split_languages
from rubricapp.core.matching import name_key
from rubricapp.core.model import Changes, Person, PersonId, Problem, Role, parse_day
from rubricapp.core.text import clean
from rubricapp.errors import Exit, UserError
from rubricapp.formats import rosters
from rubricapp.i18n import _
from rubricapp.store.people import find_people, list_people, load_edition, load_person
from rubricapp.store.same_people import list_known_as
from rubricapp.store.workspace import Workspace

_FIELDS = (
    *("code", "given_name", "family_name", "email", "country", "department", "joined_on", "pronouns"),
    "languages",
)


def split_name(name: str) -> tuple[str, str]:
    """(given, family) of a name in one line: "Family, Given", else the last word is the family name.

    Only the order in lists depends on it; the name itself is always shown as it was written.
    """
    name = clean(name, lines=False)
    if "," in name:
        family, _comma, given = (part.strip() for part in name.partition(","))
        return given, family
    given, _space, family = name.rpartition(" ")
    return (given, family) if given else (family, "")


def add_person(
    ws: Workspace,
    role: Role,
    name: str,
    code: str = "",
    email: str = "",
    author: str = "",
    languages: str = "",
) -> tuple[Person, Changes]:
    """Add one person with a role, or give a known person (same code) one more role. Raises UserError.

    Without a code the next free one of the role is taken: P-001, A-001, M-001, L-001 …
    """
    given, family = split_name(name)
    code, email, languages = (clean(text, lines=False) for text in (code, email, languages))
    if not given and not family:
        raise UserError("E_NAME", _("A person needs a name."), "", _("Give one."), exit_code=Exit.USAGE)
    known = find_people(ws, code) if code else []
    if known and known[0].name.casefold() != f"{given} {family}".strip().casefold():
        raise UserError(
            "E_CODE_TAKEN",
            _("{code} is already {name}.").format(code=code, name=known[0].name),
            _("Nothing was changed."),
            _("Choose another id, or leave it out to get the next free one."),
        )
    same_name = [each for each in find_people(ws, f"{given} {family}") if role in each.roles]
    if not code and same_name:
        raise UserError(
            "E_KNOWN",
            _("{name} is already here as {role} ({code}).").format(
                name=same_name[0].name, role=role, code=same_name[0].code
            ),
            _("Nothing was changed."),
            _("If this is another person of the same name, give an id."),
        )
    record = known[0].id if known else ws.new_id()
    edition = load_edition(ws)
    with ws.writing(author) as log:
        if not known:
            log.set_all(
                "person",
                record,
                {
                    "code": code or next_code(ws, role),
                    "given_name": given or None,
                    "family_name": family or None,
                    "email": email or None,
                },
            )
        if languages:
            log.set("person", record, "languages", ", ".join(split_languages(languages)) or None)
        _enrol(log, edition.id, record, role)
    return load_person(ws, record), log.changes


def _enrol(log, edition: str, person: str, role: Role) -> None:
    log.set_all(
        "enrolment",
        derived_id("enrolment", edition, person, role.value),
        {"edition": edition, "person": person, "role": role.value, "ended_on": None},
    )


def next_code(ws: Workspace, role: Role) -> str:
    """The next free id of a role, such as A-003."""
    taken = {each.code.casefold() for each in (*list_people(ws), *(also.person for also in list_known_as(ws)))}
    letter = role.value[0].upper()
    number = 1
    while f"{letter}-{number:03}".casefold() in taken:
        number += 1
    return f"{letter}-{number:03}"


@dataclass(frozen=True)
class Difference:
    """A value in a roster that differs from what is known. row: of the file."""

    row: int
    column: str
    person: PersonId
    name: str
    field: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Comparison:
    """What importing a roster would do, or did. Nothing is imported where a problem is an error.

    problems includes warnings (severity "warning").
    """

    roster: rosters.Roster
    new: tuple[Person, ...]
    same: tuple[PersonId, ...]
    differing: tuple[Difference, ...]
    problems: tuple[Problem, ...]
    imported: int = 0
    updated: int = 0
    changes: Changes = field(default_factory=Changes)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.problems if each.severity == "error")


def compare_roster(
    ws: Workspace, path: Path, mapping: Mapping[str, str] | None = None, sheet: str | None = None
) -> Comparison:
    """Read a roster and hold it against the people we have. Writes nothing."""
    roster = rosters.read_roster(path, mapping, sheet)
    people = list_people(ws)
    known = {rosters.id_key(each.code): each for each in people if each.code}
    emails = {each.email.casefold(): each for each in people if each.email}
    for also in list_known_as(ws):  # under whatever id and address the office knows them
        kept = next((each for each in people if each.id == also.kept), None)
        if kept is not None and also.person.code:
            known.setdefault(rosters.id_key(also.person.code), kept)
        if kept is not None and also.person.email:
            emails.setdefault(also.person.email.casefold(), kept)
    new: list[Person] = []
    same: list[PersonId] = []
    differing: list[Difference] = []
    problems = list(roster.problems)
    for row in roster.rows:
        theirs = _person(row.values)
        ours = known.get(rosters.id_key(theirs.code))
        if ours is None:
            twin = emails.get(theirs.email.casefold()) if theirs.email else None
            if twin is not None:
                problems.append(
                    Problem(
                        "ROSTER_EMAIL_KNOWN",
                        _("Roster row {row}: {email} already belongs to {name} ({code}).").format(
                            row=row.row, email=theirs.email, name=twin.name, code=twin.code
                        ),
                        _("Use the id {code} for this person, or correct the email.").format(code=twin.code),
                        row.row,
                        roster.mapping.get("email", ""),
                        "warning",
                    )
                )
            new.append(theirs)
            continue
        found = _differences(row, roster.mapping, ours, theirs)
        if found:
            differing += found
        else:
            same.append(ours.id)
    return Comparison(roster, tuple(new), tuple(same), tuple(differing), tuple(problems))


def _person(values: Mapping[str, str]) -> Person:
    given, family = values.get("given_name", ""), values.get("family_name", "")
    if not given and not family:
        given, family = split_name(values.get("name", ""))
    rest = {name: values.get(name, "") for name in ("email", "country", "department", "joined_on", "pronouns")}
    rest["languages"] = ", ".join(split_languages(values.get("languages", "")))
    return Person(PersonId(""), values.get("id", ""), given, family, **rest, roles=frozenset({Role.PARTICIPANT}))


def _differences(row: rosters.RosterRow, mapping: Mapping[str, str], ours: Person, theirs: Person) -> list[Difference]:
    """Only columns that the roster has are compared; an empty cell says nothing."""
    found = []
    for name in _FIELDS[1:]:
        our, their = getattr(ours, name), getattr(theirs, name)
        if their and our != their:
            column = mapping.get(name) or mapping.get("name", name)
            found.append(Difference(row.row, column, ours.id, ours.name, name, our, their))
    return found


def import_roster(
    ws: Workspace,
    path: Path,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    update: bool = False,
    author: str = "",
) -> Comparison:
    """Add the new people of a roster in one transaction; nobody when one row has an error.

    A value that differs from what is known is never overwritten unless `update` is set; it is listed either way.
    """
    compared = compare_roster(ws, path, mapping, sheet)
    if compared.errors:
        return compared
    edition = load_edition(ws)
    known = {each.id for each in list_people(ws, Role.PARTICIPANT)}
    touched = {each.person for each in compared.differing}
    with ws.writing(author) as log:
        for person in compared.new:
            record = ws.new_id()
            log.set_all("person", record, {name: getattr(person, name) or None for name in _FIELDS})
            _enrol(log, edition.id, record, Role.PARTICIPANT)
        for record in (*compared.same, *touched):
            if record not in known:
                _enrol(log, edition.id, record, Role.PARTICIPANT)
        if update:
            for difference in compared.differing:
                log.set("person", difference.person, difference.field, difference.theirs)
    return replace(compared, imported=len(compared.new), updated=len(touched) if update else 0, changes=log.changes)


def edit_person(ws: Workspace, person: str, values: Mapping[str, str], author: str = "") -> Changes:
    """Correct what is known of a person: any of code, names, email, country, department, joined_on, pronouns,
    languages.

    Raises UserError when no name would be left, the day is none, or the id is somebody else's.
    """
    values = _checked(ws, load_person(ws, person), values)
    with ws.writing(author) as log:
        log.set_all("person", person, {name: text or None for name, text in values.items()})
    return log.changes


def add_details(ws: Workspace, role: Role, values: Mapping[str, str], author: str = "") -> tuple[Person, Changes]:
    """Add one person with a role and whatever is known of them, in one transaction. Raises UserError.

    values: as in `edit_person`. Without a code the next free one of the role is taken.
    """
    values = _checked(ws, Person(PersonId(""), "", "", ""), values)
    edition, record = load_edition(ws), ws.new_id()
    values["code"] = values.get("code") or next_code(ws, role)
    with ws.writing(author) as log:
        log.set_all("person", record, {name: text or None for name, text in values.items()})
        _enrol(log, edition.id, record, role)
    return load_person(ws, record), log.changes


def _checked(ws: Workspace, known: Person, values: Mapping[str, str]) -> dict[str, str]:
    unknown = set(values) - set(_FIELDS)
    if unknown:
        raise ValueError(f"no such fields: {sorted(unknown)}")
    cleaned = {name: clean(text, lines=False) for name, text in values.items()}
    if "languages" in cleaned:
        cleaned["languages"] = ", ".join(split_languages(cleaned["languages"]))
    given, family = (cleaned.get(name, getattr(known, name)) for name in ("given_name", "family_name"))
    if not given and not family:
        raise UserError("E_NAME", _("A person needs a name."), "", _("Give one."), exit_code=Exit.USAGE)
    try:
        parse_day(cleaned.get("joined_on", ""))
    except ValueError:
        raise UserError(
            "E_DATE",
            _("{text} is not a day.").format(text=cleaned["joined_on"]),
            "",
            _("Write it as 2026-09-01."),
            exit_code=Exit.USAGE,
        ) from None
    code = cleaned.get("code", "").casefold()
    others = [each for each in list_people(ws) if code and each.code.casefold() == code and each.id != known.id]
    if others:
        raise UserError(
            "E_CODE_TAKEN",
            _("The id {code} is that of {name}.").format(code=cleaned["code"], name=others[0].name),
            _("Nothing was changed."),
            _("Give another id."),
            exit_code=Exit.USAGE,
        )
    return cleaned


def who(ws: Workspace, text: str, role: Role | None = None) -> Person:
    """The one person meant by an id, code, email or name. Raises UserError naming whom it could mean."""
    found = find_people(ws, text, role)
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(
            "E_AMBIGUOUS",
            _("“{text}” could be any of {n} people.").format(text=text, n=len(found)),
            "",
            _("Use one of these ids: {list}.").format(list=", ".join(_say_ids(ws, found))),
            exit_code=Exit.USAGE,
        )
    others = find_people(ws, text) if role is not None else []
    if others:
        raise UserError(
            "E_NO_PERSON",
            _("{name} is here, but not as {role}.").format(name=others[0].name, role=role.value),
            "",
            _("Use the name or id of somebody who is; “people list” shows everyone."),
            exit_code=Exit.USAGE,
        )
    near = close_names(text, list_people(ws, role))
    raise UserError(
        "E_NO_PERSON",
        _("Nobody here is called “{text}”.").format(text=text),
        "",
        _("Did you mean {name}?").format(name=_(" or ").join(near)) if near else _("“people list” shows everyone."),
        exit_code=Exit.USAGE,
    )


def _say_ids(ws: Workspace, people: Iterable[Person]) -> Iterator[str]:
    """What names each of them alone: the code, or, where two laptops gave it to two people, the id."""
    codes = Counter(each.code.casefold() for each in list_people(ws))
    for each in people:
        yield each.code if each.code and codes[each.code.casefold()] == 1 else f"{each.id} ({each.name})"


def close_names(text: str, people: Iterable[Person]) -> list[str]:
    """Names and codes of those who may be meant, likest first, three at most: who has all the words that were typed, in
    any order and with other accents, or a similar name or code."""
    known = list(people)
    typed = set(name_key(text))
    found = [each for each in known if typed and typed <= set(name_key(each.name))]
    similar = {own.casefold(): each for each in known for own in (each.name, each.code)}
    found += (similar[near] for near in difflib.get_close_matches(text.casefold(), similar, 2, 0.75))
    return list(dict.fromkeys(f"{each.name} ({each.code})" if each.code else each.name for each in found))[:3]
