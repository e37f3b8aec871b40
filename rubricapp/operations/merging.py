"""Bringing laptops together: look first, take in as one, take back as one, settle what two said differently."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from rubricapp.core import merging as rules
from rubricapp.core.merging import Ahead, Arriving, Field, Outcome, Place, Plan
from rubricapp.core.model import Blank, Changes, Problem
from rubricapp.core.text import clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations import assessments
from rubricapp.operations import merging_again as again
from rubricapp.operations.backups import back_up
from rubricapp.operations.merging_people import choose, erase_twins, look_at_people
from rubricapp.operations.reasons import demand_reason
from rubricapp.operations.same_people import Stranger
from rubricapp.operations.texts import fitting
from rubricapp.store import erasing, known, links
from rubricapp.store import merging as store
from rubricapp.store.assessments import load_assessment
from rubricapp.store.changes import Writer
from rubricapp.store.conflicts import Conflict, list_conflicts, list_settled
from rubricapp.store.merging import Merge
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.taken_back import list_taken_back
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class Parcel:
    """What one package holds for merging. id: names the package. sender: device id. labels: names of devices.

    digest: SHA-256 of the changes' bytes, or "". known: how many were left out because exactly they are here; held:
    then, of each log that they hold from the first change on, up to which.
    before: see `core.merging.plan`. seen: device → last number of its log that the sender had.
    """

    id: str
    sender: str
    label: str
    changes: tuple[Arriving, ...]
    before: Mapping[Place, bytes] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    known: int = 0
    held: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Planned:
    """What merging a parcel would do, for a person to read. problems: gaps, clashes, people who may be known.

    counts: new and same count changes; parallel and conflict count fields. people: whom it brings that nobody here
    knows by their id, and of whom nobody said who they are; with whom they may be.
    """

    parcel: Parcel
    plan: Plan
    problems: tuple[Problem, ...]
    counts: Mapping[str, int]
    people: tuple[Stranger, ...] = ()

    @property
    def told(self) -> Planned:
        """What is left to tell once it was carried out: of many packages, the changes of all would fill the memory."""
        conflicts = tuple(each for each in self.plan.fields if each.outcome is Outcome.CONFLICT)
        parcel = replace(self.parcel, changes=(), before={})
        return replace(self, parcel=parcel, plan=replace(self.plan, new=(), fields=conflicts))


@dataclass(frozen=True)
class Merged:
    """What merging did. merge: its id, "" where the parcel held nothing new."""

    planned: Planned
    merge: str
    changes: Changes


def plan_merge(ws: Workspace, parcel: Parcel, ahead: Ahead | None = None) -> Planned:
    """What merging would do. Writes nothing. ahead: as if the plans that were added to it were carried out."""
    here = known.load_known(ws, parcel.changes)
    if ahead is not None:
        here = ahead.known(here, parcel.changes)
    records = {(each.change.kind, each.change.record) for each in parcel.changes if each.change.id not in here.hashes}
    unseen = known.list_unseen(ws, records, parcel.seen)
    ends = store.load_ends(ws, {each.change.device for each in parcel.changes})
    if ahead is not None:
        unseen = {key: unseen.get(key, frozenset()) | more for key, more in ahead.unseen(records, parcel.seen).items()}
        ends = ahead.ends(ends)
    found = rules.plan(parcel.changes, here, parcel.before, ends, unseen)
    found = again.settled_by_itself(ws, found, _list_staying_gone(ws, parcel), ahead)
    names = store.list_device_names(ws) | dict(parcel.labels)
    counts = {
        "new": len(found.new),
        "same": found.same + parcel.known,
        "parallel": found.count(Outcome.PARALLEL),
        "conflict": found.count(Outcome.CONFLICT),
    }
    people, remarks = look_at_people(ws, found)
    return Planned(parcel, found, (*rules.problems(found, names), *remarks), counts, people)


def merge(
    ws: Workspace,
    parcel: Parcel,
    author: str = "",
    keep_backup: bool = True,
    planned: Planned | None = None,
    choices: Mapping[str, str] | None = None,
    held: Mapping[Field, object] | None = None,
) -> Merged:
    """Take a parcel in: a backup, then one transaction. The same parcel again changes nothing.

    planned: what `plan_merge` just said of it, where it was asked and nothing was written since. A merge that was
    taken back stands again when its parcel is merged once more, or a later one that holds all of it. choices: of people
    it brings that are not known here, the id of whom they are; their own, where they are somebody of their own. held:
    fields that say this again, as it is not for the sender to change them. Both are taken back with it.
    Raises UserError.
    """
    ws.demand_writable()
    planned = planned or plan_merge(ws, parcel)
    plan = planned.plan
    if not plan.new and not plan.quarantined:
        return _stand_again(ws, parcel, planned, author)
    if keep_backup:
        back_up(ws)
    record = ws.new_id()
    with ws.writing(author) as log:
        for each in list_standing_again(ws, parcel):
            _switch_in(ws, log, each, True)
            planned = plan_merge(ws, parcel)
        plan = planned.plan
        store.take_in(log, plan, {parcel.sender: parcel.label, **parcel.labels}, parcel.before)
        store.put_aside(log, plan, parcel.id)
        if parcel.digest and not plan.quarantined:
            links.note_stream(log, parcel.digest)
        ranges = _ranges(plan.new)
        first = log.place.seq + 1
        again.go_on(ws, log, plan, _again(parcel.label or parcel.sender[:8]))
        switched = ((log.place.device, first, log.place.seq),) if log.place.seq >= first else ()
        first = log.place.seq + 1
        choose(log, planned.people, choices or {})
        _hold(log, held or {})
        if log.place.seq >= first:
            ranges.setdefault(log.place.device, []).append([first, log.place.seq])
        erase_twins(ws, log)
        done = Merge(record, log.now, parcel.id, parcel.sender, parcel.label, **planned.counts, ranges=ranges)
        store.keep_merge(log, replace(done, switched=switched))
    erasing.go_on(ws)  # what came may have been of somebody who is erased, or have brought their erasure
    return Merged(planned, record, log.changes)


def _hold(log: Writer, held: Mapping[Field, object]) -> None:
    for key, value in sorted(held.items()):
        with again.nothing_of_erased():
            log.set(*key, value, _("Only whoever leads the programme says this: it stays as it was."))


def list_standing_again(ws: Workspace, parcel: Parcel) -> list[Merge]:
    """Merges that are taken back, and stand again when this parcel is merged, oldest first: those of its laptop that it
    holds whole."""
    gone = list_taken_back(ws)
    held = (parcel.held or _held(parcel.changes)) if gone else {}
    return [
        each for each in gone if each.package == parcel.id or (each.sender == parcel.sender and again.holds(held, each))
    ]


def _held(changes: Iterable[Arriving]) -> dict[str, int]:
    held: dict[str, int] = {}
    for device, seq in sorted(each.place for each in changes):
        if seq == held.get(device, 0) + 1:
            held[device] = seq
    return held


def _list_staying_gone(ws: Workspace, parcel: Parcel) -> list[Merge]:
    """Merges that stay taken back when a parcel is merged."""
    again_ = {each.id for each in list_standing_again(ws, parcel)}
    return [each for each in list_taken_back(ws) if each.id not in again_]


def _stand_again(ws: Workspace, parcel: Parcel, planned: Planned, author: str) -> Merged:
    """What a parcel does that holds nothing new: let what of it was taken back stand again."""
    gone = list_standing_again(ws, parcel)
    with ws.writing(author) as log:
        for each in gone:
            _switch_in(ws, log, each, True)
    return Merged(planned, gone[-1].id if gone else "", log.changes)


def _ranges(changes: Iterable[Arriving]) -> dict[str, list[list[int]]]:
    found: dict[str, list[list[int]]] = {}
    for device, seq in sorted(each.place for each in changes):
        runs = found.setdefault(device, [])
        if runs and runs[-1][1] == seq - 1:
            runs[-1][1] = seq
        else:
            runs.append([seq, seq])
    return found


def find_merge(ws: Workspace, text: str) -> Merge:
    """The merge meant by "last" (the last that stands), its id, or the end of it. Raises UserError."""
    merges = store.list_merges(ws)
    if text.casefold() == "last":
        found = [each for each in merges if each.stands][-1:]
    else:
        found = [each for each in merges if len(text) >= 4 and each.id.endswith(text.casefold())]
    if len(found) != 1:
        raise UserError(
            "E_NO_MERGE",
            _("There is no merge like that to take back."),
            _("Nothing was changed."),
            _("Name it by the id that merging gave, or say LAST."),
            exit_code=Exit.USAGE,
        )
    return found[0]


def undo(ws: Workspace, merge_id: str, author: str = "") -> Changes:
    """Take a whole merge back: every field it touched shows what it showed before, by new changes; the log keeps both.

    What was said after the merge stays. Taking back twice changes nothing.
    """
    found = find_merge(ws, merge_id)
    if not found.stands:
        return Changes()
    return _switch(ws, found, False, author)


def count_undone(ws: Workspace, merge_id: str) -> int:
    """How many values taking a merge back would change. Writes nothing."""
    found = find_merge(ws, merge_id)
    return len(again.find_switched(ws, found, False)) if found.stands else 0


def redo(ws: Workspace, merge_id: str, author: str = "") -> Changes:
    """Let a merge that was taken back stand again."""
    found = find_merge(ws, merge_id)
    if found.stands:
        return Changes()
    return _switch(ws, found, True, author)


def _switch(ws: Workspace, found: Merge, stands: bool, author: str) -> Changes:
    """Set each field that a merge brought to what it says with or without it, in one transaction."""
    with ws.writing(author) as log:
        _switch_in(ws, log, found, stands)
    return log.changes


def _switch_in(ws: Workspace, log: Writer, found: Merge, stands: bool) -> None:
    label = found.label or found.sender[:8]
    reason = _again(label) if stands else _("Taken back with the merge of {label}.").format(label=label)
    first = log.place.seq + 1
    for key, heads in again.find_switched(ws, found, stands).items():
        again.say_again(log, key, heads, reason)
    store.note_switch(log, found, stands, (log.place.device, first, log.place.seq))


def _again(label: str) -> str:
    return _("Merged again: {label}.").format(label=label)


# Conflicts


def find_conflict(ws: Workspace, text: str) -> Conflict:
    """The conflict with this id. Raises UserError."""
    found = [each for each in list_conflicts(ws) if text and each.id.startswith(text.casefold())]
    if len(found) != 1:
        raise UserError(
            "E_NO_CONFLICT",
            _("There is no conflict “{text}”.").format(text=text),
            _("Nothing was changed."),
            _("“conflicts list” names them."),
            exit_code=Exit.USAGE,
        )
    return found[0]


def resolve(ws: Workspace, conflict: Conflict, value: object, reason: str, author: str = "") -> Changes:
    """Settle a conflict with one value; both that there were stay in the history. A reason is demanded.

    value: what a laptop said, or another one that the field takes. Raises UserError E_REASON, E_VALUE, E_TOO_LONG.
    """
    reason = demand_reason(reason, _("Settling a conflict needs a reason."))
    if json.dumps(value) not in {json.dumps(each.value) for each in conflict.heads}:
        value = _third_value(ws, conflict, value)
    with ws.writing(author) as log:
        log.set(conflict.kind, conflict.record, conflict.field, value, reason)
    return log.changes


def find_settled(ws: Workspace, text: str) -> Conflict:
    """The settled conflict with this id. Raises UserError E_NO_CONFLICT where none is."""
    found = [each for each in list_settled(ws) if text and each.id.startswith(text.casefold())]
    if len(found) != 1:
        raise UserError(
            "E_NO_CONFLICT",
            _("There is no settled conflict “{text}”.").format(text=text),
            _("Nothing was changed."),
            _("“conflicts list --settled” names those that can be opened again."),
            exit_code=Exit.USAGE,
        )
    return found[0]


def reopen(ws: Workspace, conflict: Conflict, reason: str = "", author: str = "") -> Changes:
    """Take a settlement back: both values are in conflict again, as whoever said them said them.

    By new changes: the settlement stays in the history. What shows is what showed before it was settled. Where
    something else was said since, that is in conflict with both, and shows: nothing that somebody said is lost.
    Nothing is done where it is in conflict already. Raises UserError E_NO_CONFLICT.
    """
    if any(each.id == conflict.id for each in list_conflicts(ws)):
        return Changes()
    found = find_settled(ws, conflict.id)
    said = [each.value for each in found.heads]
    if found.since is not None:
        said.insert(0, found.since.value)
    values = list({json.dumps(each, sort_keys=True): each for each in said}.values())[::-1]
    with ws.writing(author) as log:
        log.part(found.kind, found.record, found.field, values, clean(reason) or _("The settlement was taken back."))
    return log.changes


def _third_value(ws: Workspace, conflict: Conflict, value: object) -> object:
    """A value that nobody said so far, as it is kept. Raises UserError where the field cannot have it."""
    if (conflict.kind, conflict.field) == ("rating", "level"):
        assessment, _slash, criterion = conflict.record.partition("/")
        rubric = load_rubric(ws, load_assessment(ws, assessment).rubric)
        level = Blank(value) if isinstance(value, str) and value in set(Blank) else value
        if level is None or isinstance(level, Blank) or type(level) is int:
            assessments.check_ratings(rubric, {criterion: level}, {})
            return value
    elif isinstance(value, str) and conflict.field in rules.FREE_TEXT.get(conflict.kind, ()):
        return fitting(value)
    raise UserError(
        "E_VALUE",
        _("“{text}” is no value that this field takes.").format(text=value),
        _("Nothing was changed."),
        _("Take one of the values that were said; “conflicts list” shows them."),
        exit_code=Exit.USAGE,
    )


def said_here(ws: Workspace, conflict: Conflict, here: bool) -> object:
    """What this laptop said, or what another one said, in a conflict. Raises UserError where that is not one thing."""
    heads = [each for each in conflict.heads if (each.device == ws.device) is here]
    if len({json.dumps(each.value, sort_keys=True) for each in heads}) != 1:
        raise UserError(
            "E_AMBIGUOUS",
            _("In this conflict that is not one thing."),
            _("Nothing was changed."),
            _("Say the value itself."),
            exit_code=Exit.USAGE,
        )
    return heads[0].value


def said_by(conflict: Conflict, device: str) -> object:
    """What one laptop said in a conflict. Raises UserError where it has no part in it."""
    heads = [each for each in conflict.heads if each.device == device]
    if len(heads) != 1:
        raise UserError(
            "E_VALUE",
            _("That laptop has not one value in conflict {id}.").format(id=conflict.id),
            _("Nothing was changed."),
            _("Take one of the values that were said; “conflicts list” shows them."),
            exit_code=Exit.USAGE,
        )
    return heads[0].value


def value_typed(conflict: Conflict, text: str) -> object:
    """What somebody typed, in the form in which the laptops said theirs. Raises UserError E_VALUE."""
    if (conflict.kind, conflict.field) == ("rating", "level") and text in set(Blank):
        return text
    kinds = {type(each.value) for each in conflict.heads if each.value is not None}
    if str not in kinds or (kinds == {str, int} and text.lstrip("-").isdecimal()):
        try:
            return json.loads(text)
        except ValueError:
            raise UserError(
                "E_VALUE",
                _("“{text}” is no value that this field takes.").format(text=text),
                _("Nothing was changed."),
                _("Say ours, theirs, or a value as “conflicts list” shows them."),
                exit_code=Exit.USAGE,
            ) from None
    return text if any(each.value == text for each in conflict.heads) else fitting(text)
