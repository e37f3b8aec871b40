"""What two laptops said differently, in words: of whom, of what, and who said which value when and where.

Merging is no way around who may see what: a value that its reader may not see yet is not in what is read here.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rubricapp.core.model import AssessmentState, Blank, Change, Person, Role
from rubricapp.core.viewing import may_see
from rubricapp.i18n import _, language
from rubricapp.operations.privacy import everyone
from rubricapp.operations.same_people import say_person
from rubricapp.store.assessments import load_assessment
from rubricapp.store.conflicts import list_conflicts, list_settled
from rubricapp.store.merging import list_device_names
from rubricapp.store.people import list_occasions
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.same_people import load_details
from rubricapp.store.viewing import load_view
from rubricapp.store.workspace import Workspace
from rubricapp.ui.asked import say_state
from rubricapp.ui.dates import say_when
from rubricapp.ui.words import say_blank, say_occasion

if TYPE_CHECKING:
    from rubricapp.store.conflicts import Conflict


@dataclass(frozen=True)
class Said:
    """One of the values. words: of the value. here: said on this laptop. shown: this one is shown now."""

    value: object
    words: str
    by: str
    laptop: str
    at: str
    device: str
    here: bool
    shown: bool


@dataclass(frozen=True)
class Dispute:
    """A conflict in words. about: of whom. what: which part. group: conflicts of one record are settled together.

    levels: [(value, words)] where the value is a level, else none. hidden: why the values are not shown, else "".
    """

    conflict: Conflict
    about: str
    what: str
    group: str
    said: tuple[Said, ...]
    levels: tuple[tuple[object, str], ...] = ()
    hidden: str = ""


@dataclass(frozen=True)
class Settlement:
    """A conflict that was settled, in words: the value that was chosen, why, by whom and when.

    since: what stands instead, and who said it when, where something else was said after that; else "". Words and
    reason are empty where the dispute is hidden from whoever reads.
    """

    dispute: Dispute
    words: str
    reason: str
    by: str
    at: str
    since: str = ""


MOST = 200
"""So many settlements are told of."""

OPEN_KINDS = frozenset(
    {
        *("programme", "edition", "occasion", "person", "enrolment", "rubric_version", "artefact", "evidence"),
        *("assignment", "release", "declared_conflict", "peer_round", "allocation", "showing", "audience_choice"),
        *("milestone", "mentorship", "device_key", "same_person"),
    }
)
"""Kinds of record whose values everybody who merges may see. Days of the log are for leads: they may hold an incident;
assessments follow the rule of `core.viewing`; all else is between those who wrote it."""


def list_disputes(ws: Workspace, me: Person | None) -> list[Dispute]:
    """Every conflict that nobody settled yet, with the values that this person may see."""
    conflicts = list_conflicts(ws)
    if not conflicts:
        return []
    words = _Words(ws, me)
    return [words.dispute(each) for each in conflicts]


def list_settlements(ws: Workspace, me: Person | None) -> list[Settlement]:
    """What was settled and stands so, the newest first, as far as this person may see it."""
    settled = list_settled(ws)[:MOST]
    if not settled:
        return []
    words = _Words(ws, me)
    return [words.settlement(each) for each in settled]


class _Words:
    """Names of what conflicts are about, read once."""

    def __init__(self, ws: Workspace, me: Person | None) -> None:
        self._ws = ws
        self._me = me
        self._view = load_view(ws, me)
        self._now = ws.sources.now()
        self._people = {one: each.name for one, each in everyone(ws).items()}
        self._laptops = list_device_names(ws)
        self._rubrics = {each.content_hash: each for each in list_rubrics(ws, language())}
        self._occasions = {each.id: say_occasion(each) for each in list_occasions(ws)}

    def dispute(self, conflict: Conflict) -> Dispute:
        record, _slash, criterion = conflict.record.partition("/")
        about, what, levels = conflict.kind.replace("_", " "), _say_field(conflict.field), ()
        if conflict.kind in ("assessment", "rating"):
            about, rubric = self._assessment(record)
            found = next((each for each in rubric.criteria if each.id == criterion), None) if rubric else None
            if criterion:
                what = f"{found.title if found else criterion}: {what}"
            if conflict.kind == "rating" and conflict.field == "level" and rubric is not None:
                levels = (
                    *((n, f"{n} {name}") for n, (name, _anchor) in enumerate(rubric.scale, 1)),
                    *((blank.value, say_blank(blank)) for blank in Blank),
                )
        elif conflict.kind == "person":
            about = self._people.get(record, about)
        elif conflict.kind == "same_person":
            about, what = say_person(load_details(self._ws, record)), _say_field(conflict.field)
        hidden = self._why_hidden(conflict, record)
        if hidden:
            group = f"hidden {conflict.id}"
            return Dispute(conflict, about, what, group, (), (), hidden)
        said = tuple(
            Said(
                head.value,
                self._value(conflict, head.value, dict(levels)),
                self._people.get(head.author, _("somebody")),
                self._laptop(head, conflict),
                say_when(head.at, self._now),
                head.device,
                head.device == self._ws.device,
                number == 0,
            )
            for number, head in enumerate(conflict.heads)
        )
        return Dispute(conflict, about, what, f"{conflict.kind in ('assessment', 'rating')}{record}", said, levels)

    def _laptop(self, head: Change, conflict: Conflict) -> str:
        """What a laptop is called, with the beginning of its id where another one of it is called the same."""
        name = self._laptops.get(head.device, head.device[:8])
        alike = {each.device for each in conflict.heads if self._laptops.get(each.device, each.device[:8]) == name}
        return f"{name} ({head.device[:8]})" if len(alike) > 1 else name

    def settlement(self, conflict: Conflict) -> Settlement:
        dispute, chosen = self.dispute(conflict), conflict.settled
        by, at = self._people.get(chosen.author, _("somebody")), say_when(chosen.at, self._now)
        if dispute.hidden:
            return Settlement(dispute, _("hidden"), "", by, at)
        levels = dict(dispute.levels)
        words, since = self._value(conflict, chosen.value, levels), ""
        if conflict.since is not None:
            since = _("{value}, {name}, {when}").format(
                value=self._value(conflict, conflict.since.value, levels)[:60],
                name=self._people.get(conflict.since.author, _("somebody")),
                when=say_when(conflict.since.at, self._now),
            )
        return Settlement(dispute, words, chosen.reason, by, at, since)

    def _why_hidden(self, conflict: Conflict, record: str) -> str:
        if conflict.kind in OPEN_KINDS:
            return ""
        if conflict.kind in ("assessment", "rating"):
            try:
                seen = may_see(self._view, load_assessment(self._ws, record))
            except LookupError:
                seen = False
            if seen:
                return ""
            if self._me is None:
                return _("Say on Home who you are: what was said of people is not shown to nobody.")
            return _(
                "Hidden until it is finished, and until your own assessment of the same person is. Ask its assessor to"
                " settle it on one of their laptops, or finish first."
            )
        if conflict.kind in ("log_entry", "log_check") and self._me is not None and Role.LEAD in self._me.roles:
            return ""
        return _(
            "What it says is between those who wrote it. They settle it on one of their laptops and hand in again."
        )

    def _assessment(self, record: str) -> tuple[str, object]:
        try:
            found = load_assessment(self._ws, record)
        except LookupError:
            return _("an assessment"), None
        rubric = self._rubrics.get(found.rubric)
        parts = (
            self._people.get(found.participant, _("somebody")),
            rubric.label if rubric else "",
            self._occasions.get(found.occasion, ""),
            _("by {name}").format(name=self._people.get(found.assessor, _("somebody"))),
        )
        return ", ".join(part for part in parts if part), rubric

    def _value(self, conflict: Conflict, value: object, levels: dict[object, str]) -> str:
        if value is None or value == "":
            return _("(nothing)")
        if isinstance(value, (int, str)) and value in levels:
            return levels[value]
        if (conflict.kind, conflict.field) == ("same_person", "kept") and isinstance(value, str):
            alone = value == conflict.record
            return _("somebody of their own") if alone else say_person(load_details(self._ws, value))
        if conflict.field == "finished_at" and isinstance(value, str):
            with contextlib.suppress(ValueError):
                return say_when(datetime.fromisoformat(value), self._now)
        if conflict.kind == "assessment" and conflict.field == "state":
            return say_state(AssessmentState(value)) if value in set(AssessmentState) else str(value)
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _say_field(name: str) -> str:
    return {
        "level": _("level"),
        "kept": _("the same person as"),
        "comment": _("comment"),
        "note": _("note"),
        "state": _("state"),
        "finished_at": _("time of finishing"),
        "revision": _("number of reopenings"),
        "given_name": _("given name"),
        "family_name": _("family name"),
    }.get(name, name.replace("_", " "))
