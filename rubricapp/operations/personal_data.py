"""Everything that the workspace holds about one person, for themself: one ZIP that needs no program to be read.

summary.html    what is known, in words, and what was left out and why
data.json       the same whole, described by schema.json
tables/*.csv    one table for each sort of record; history.csv: who said what of them, when, and what it replaced
files/          their works

Whose words may be in it (the right of access, and the rights of others that it must not harm):

- What assessors, mentors and leads said about the person is in it under their names: they acted for the programme.
  Results that were not released yet, too, marked as such: access does not wait for a release. Drafts as well.
- What peers said is in it as `core.peer_scores` lets an author read it: numbers and shuffled words from four reviews
  up, without id, time, order or name, frozen by the first reading, and nothing of it in the history. Fewer would tell
  who said what; then only that is said. What a lead withheld as harmful looks like what never came.
- Other participants are nobody's staff: they are "participant 1", "participant 2" … numbered in this file only. What
  the person said of them is in it, because these are the person's own words.
- The note of a meeting is in it when the two (and perhaps the lead) may read it; a note that was kept from the
  participant is left out and said, unless the lead decides otherwise (`restricted`).
- Calibrations of assessors on a work of theirs are about those assessors, and are left out.

The same state gives the same bytes: no clock is asked; the zip's dates are of 1980.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from rubricapp.core.erasing import DECISIONS
from rubricapp.core.model import AssessmentState, Change, Person, PersonId, RubricVersion
from rubricapp.core.peer_scores import NOTHING, PeerFeedback
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.operations.peer_review import feedback_for
from rubricapp.operations.privacy import everyone
from rubricapp.operations.report_files import safe_file_name
from rubricapp.store import personal
from rubricapp.store.peer_reviews import Round, list_rounds
from rubricapp.store.people import list_editions, load_person, load_programme
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.vault import Stored
from rubricapp.store.workspace import Workspace

FORMAT = 1
_OPEN_NOTES = (None, "", "pair", "lead")
"""Visibilities of a meeting under which its participant may read the note."""


@dataclass(frozen=True)
class Attached:
    """A file that goes into the ZIP. stored: in the workspace. name: in the ZIP. sha256: of its bytes."""

    stored: Stored
    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class PersonalData:
    """Everything, frozen. data: what data.json says. files: to be copied. left_out: in words."""

    person: Person
    data: dict[str, object]
    files: tuple[Attached, ...]
    left_out: tuple[str, ...]


class _Names:
    """What people are called in this file: staff by name, themself by name, other participants by a number."""

    def __init__(self, ws: Workspace, person: Person) -> None:
        self._people = everyone(ws)
        self._staff = personal.list_staff(ws)
        self._person = person
        self._numbers: dict[str, int] = {}

    def say(self, someone: object) -> object:
        if not isinstance(someone, str) or not someone:
            return someone
        known = self._people.get(PersonId(someone))
        someone = known.id if known is not None else someone  # by whatever id of theirs they are spoken of
        if someone == self._person.id:
            return self._person.name
        if someone in self._staff and known is not None:
            return known.name
        if known is None:
            return _("someone") if len(someone) == 32 else someone
        if not known.code:
            return known.name  # erased
        return _("participant {n}").format(n=self._numbers.setdefault(someone, len(self._numbers) + 1))


def collect(ws: Workspace, person: str, restricted: bool = False) -> PersonalData:
    """Gather everything, frozen; the first reading of feedback is noted. Raises LookupError for an unknown person.

    restricted: with the notes of meetings that were kept from their participant.
    """
    known = load_person(ws, person)
    person = known.id
    held = personal.load_holdings(ws, person)
    names = _Names(ws, known)
    left_out: list[str] = []
    occasions = personal.list_occasion_names(ws)
    editions = {each.id: each.name for each in list_editions(ws)}
    released = personal.load_released(ws, person)
    rubrics = _rubrics(ws, [*held.about.values(), *held.by.values()])

    titles = _titles([held.about, held.by], names, occasions)

    def told(kind: str, row: personal.Row) -> personal.Row:
        said = {name: names.say(value) if name in _people_of(kind) else value for name, value in row.items()}
        if kind == "assessment":
            shown = (row.get("rubric") or "", row.get("occasion") or "") in released
            said["released"] = shown and row.get("state") != AssessmentState.DRAFT.value  # drafts are never released
        if kind in ("assessment", "release", "calibration_sample"):
            rubric = rubrics.get(str(row.get("rubric")))
            said["rubric_title"] = rubric.label if rubric else None
        if "occasion" in row:
            said["occasion_name"] = occasions.get(row["occasion"])
        if "edition" in row:
            said["edition_name"] = editions.get(row["edition"])
        said |= _in_words(row, titles, rubrics)
        if said.get("about") == known.name:
            del said["about"]
        if kind == "meeting" and not restricted and row.get("visibility") not in _OPEN_NOTES:
            said |= {"note": None, "topics": None}
        return said

    about = {kind: [told(kind, row) for row in rows] for kind, rows in held.about.items()}
    by = {kind: [told(kind, row) for row in rows] for kind, rows in held.by.items()}
    hidden = {
        str(row["id"])
        for rows in (held.about.get("meeting", ()),)
        for row in rows
        if not restricted and row.get("visibility") not in _OPEN_NOTES
    }
    if hidden:
        left_out.append(
            ngettext(
                "The note of {n} meeting, which was kept from the participant.",
                "The notes of {n} meetings, which were kept from the participant.",
                len(hidden),
            ).format(n=len(hidden))
        )
    peers = _peers(ws, known, occasions, rubrics, left_out)
    history = list(_history([each for each in held.history if not _is_hidden(each, hidden)], names))
    files, missing = _files(ws, person)
    for row in about.get("artefact", ()):
        row["file_here"] = next((each.name for each in files if each.sha256 == row.get("sha256")), None)
    left_out += [_("The file {name}: it is not on this laptop.").format(name=name) for name in missing]
    as_of = max((each.at for each in held.history), default=None)
    data: dict[str, object] = {
        "format": FORMAT,
        "programme": load_programme(ws).name,
        "as_of": as_of.isoformat(timespec="seconds") if as_of else "",
        "person": known.name,
        "about": about,
        "said_of_others": by,
        "from_peers": peers,
        "of_a_newer_version": held.newer,
        "rubrics": {key: _as_data(rubric) for key, rubric in sorted(rubrics.items())},
        "history": history,
        "left_out": left_out,
    }
    return PersonalData(known, data, tuple(files), tuple(left_out))


def _titles(
    groups: list[dict[str, list[personal.Row]]], names: _Names, occasions: dict[str, str]
) -> dict[str, dict[str, object]]:
    """What a record is called where another names it by its id, by that id."""
    found: dict[str, dict[str, object]] = {}
    for group in groups:
        for row in group.get("assessment", ()):
            found[str(row["id"])] = {
                "by": names.say(row.get("assessor")),
                "about": names.say(row.get("participant")),
                "occasion_name": occasions.get(str(row.get("occasion"))),
                "rubric": row.get("rubric"),
            }
        for row in group.get("artefact", ()):
            found[str(row["id"])] = {"artefact_title": row.get("title")}
        for row in group.get("log_entry", ()):
            found[str(row["id"])] = {"worked_on": row.get("worked_on")}
        for row in group.get("meeting", ()):
            found[str(row["id"])] = {"held_on": row.get("held_on")}
    return found


def _in_words(
    row: personal.Row, titles: dict[str, dict[str, object]], rubrics: dict[str, RubricVersion]
) -> dict[str, object]:
    """What the ids in a row stand for: a rating's criterion and level, an evidence link's work …"""
    said: dict[str, object] = {}
    for name in ("assessment", "artefact", "log_entry", "entry", "meeting"):
        said |= titles.get(str(row.get(name)), {}) if row.get(name) else {}
    rubric = rubrics.get(str(said.pop("rubric", "")))
    if rubric is not None:
        said["rubric_title"] = rubric.label
        for criterion in rubric.criteria:
            if criterion.id == row.get("criterion"):
                said["criterion_title"] = criterion.title
                said["level_title"] = next(
                    (each.title for each in criterion.levels if each.level == row.get("level")), None
                )
    return said


def _people_of(kind: str) -> tuple[str, ...]:
    """Fields of a kind that hold somebody's id."""
    rule = DECISIONS[kind] if kind in DECISIONS else DECISIONS["artefact"]
    return (*rule.by, *rule.witness, *rule.stays)


def _is_hidden(change: Change, meetings: set[str]) -> bool:
    return change.kind == "meeting" and change.record in meetings and change.field in ("note", "topics")


def _rubrics(ws: Workspace, groups: list[list[personal.Row]]) -> dict[str, RubricVersion]:
    found = {}
    for key in sorted({str(row["rubric"]) for rows in groups for row in rows if row.get("rubric")}):
        try:
            found[key] = load_rubric(ws, key)
        except LookupError:
            continue  # it comes with a package that was not taken in yet; its hash is said all the same
    return found


def _read(ws: Workspace, peer_round: Round | None, person: Person) -> PeerFeedback:
    """Nothing of reviews that no round asked for: never opened as a whole, nothing hides who wrote them."""
    if peer_round is None:
        return NOTHING
    try:
        return feedback_for(ws, peer_round, person, own_first=False)
    except UserError as error:
        if error.code != "E_READ_ONLY":
            raise
        return NOTHING


def _as_data(rubric: RubricVersion) -> dict[str, object]:
    return {
        "title": rubric.title,
        "version": rubric.version,
        "criteria": [
            {
                "id": each.id,
                "title": each.title,
                "levels": [
                    {"level": level.level, "title": level.title, "descriptor": level.descriptor}
                    for level in each.levels
                ],
            }
            for each in rubric.criteria
        ],
    }


def _peers(
    ws: Workspace, person: Person, occasions: dict, rubrics: dict[str, RubricVersion], left_out: list[str]
) -> list[dict[str, object]]:
    """What peers said, as `feedback_for` lets its author read it: frozen by the first reading, so that no two files
    differ by one review. That some were withheld is not said: it would tell of them."""
    found = []
    rounds = {(each.rubric, each.occasion): each for each in list_rounds(ws)}
    for key, occasion in personal.list_peer_slots(ws, person.id):
        try:
            rubric = load_rubric(ws, key)
        except LookupError:
            continue
        rubrics[key] = rubric
        where = f"{rubric.label}, {occasions.get(occasion, '')}".rstrip(", ")
        said = _read(ws, rounds.get((key, occasion)), person)
        if not said.enough:
            left_out.append(
                _("What peers said ({where}): not open yet, or too few reviews to hide who wrote what.").format(
                    where=where
                )
            )
        found.append(
            {
                "rubric": key,
                "rubric_title": rubric.label,
                "occasion_name": occasions.get(occasion),
                "reviews": said.reviews,
                "enough": said.enough,
                "works": list(said.works),
                "change": list(said.change),
                "next_step": list(said.next_step),
                "criteria": [
                    {
                        "criterion": each.criterion,
                        "count": each.count,
                        "median": float(each.median) if each.median is not None else None,
                        "low": each.low,
                        "high": each.high,
                        "comments": list(each.comments),
                    }
                    for each in said.criteria
                ],
            }
        )
    return found


def _history(changes: list[Change], names: _Names) -> Iterator[dict[str, object]]:
    """Numbered in this file only: the log's own ids, clocks and places would tell of others' work in between."""
    numbers = {each.id: number for number, each in enumerate(changes, 1)}
    for each in changes:
        person = each.field in _people_of(each.kind)
        yield {
            "number": numbers[each.id],
            "at": each.at.isoformat(timespec="seconds"),
            "by": names.say(each.author) or _("this laptop"),
            "kind": each.kind,
            "record": each.record,
            "field": each.field,
            "value": names.say(each.value) if person else each.value,
            "reason": each.reason,
            "replaces": [numbers[old] for old in each.replaces if old in numbers],
        }


def _files(ws: Workspace, person: str) -> tuple[list[Attached], list[str]]:
    found: list[Attached] = []
    missing: list[str] = []
    seen: set[str] = set()
    for _artefact, name, sha256, size in personal.load_file_places(ws, person):
        if sha256 in seen:
            continue
        seen.add(sha256)
        file = ws.vault.find(sha256)
        pure = PurePath(name)
        ending = safe_file_name(pure.suffix.lstrip("."), "")
        inside = f"files/{len(found) + 1:03}-{safe_file_name(pure.stem, 'file')}" + (f".{ending}" if ending else "")
        if file is not None and file.has_size(size):
            found.append(Attached(file, inside, sha256, size))
        else:
            missing.append(name or sha256[:8])
    return found, missing
