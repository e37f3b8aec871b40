"""Merges that are taken back and stand again: what each field says with or without them, and with what comes after.

Question: a merge was taken back, and a later package of the same laptop comes, which holds all of it and more. Does it
stay taken back? Decision: no, it stands again with what is new. Reasons: a return holds everything that its laptop
wrote, and whoever merges it wants that; half of an assessment, whose beginning is taken back, is nobody's word.
2026-11-29.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from rubricapp.core import changes as rules
from rubricapp.core.merging import Ahead, Field, Outcome, Plan, needs_settling
from rubricapp.core.model import Change
from rubricapp.core.rubrics import canonical
from rubricapp.core.switching import has_seen, natural_heads
from rubricapp.errors import UserError
from rubricapp.store import merging as store
from rubricapp.store.changes import Writer
from rubricapp.store.conflicts import load_said
from rubricapp.store.erasing import load_all_erased
from rubricapp.store.merging import Merge
from rubricapp.store.taken_back import find_switching, list_all_switching, list_taken_back
from rubricapp.store.workspace import Workspace

NEVER_TAKEN_BACK = frozenset({"erasure"})
"""Kinds of record that stay merged: a person who was erased is not brought back by taking a merge back."""

Heads = tuple[Change, ...]


def find_switched(ws: Workspace, found: Merge, stands: bool) -> dict[Field, Heads]:
    """The fields that say something else once a merge is taken back, or stands again, and their heads then."""
    keys = {(each.change.kind, each.change.record, each.change.field) for each in store.list_brought(ws, found)}
    erased = load_all_erased(ws)
    keys = {key for key in keys if key[0] not in NEVER_TAKEN_BACK and not erased.covers(*key[:2])}
    gone = [each for each in list_taken_back(ws) if each.id != found.id]
    return _differing(load_said(ws, sorted(keys)), find_switching(ws), _brought(ws, gone if stands else [*gone, found]))


def heads_for(ws: Workspace, heads: frozenset[str], authors: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """(ids of the heads as a kit of somebody holds them, ids of what it leaves out). authors: all ids of theirs.

    Of what they said something themselves they get people's words, and nothing by which merges were taken back and done
    again: that is the lead's affair, and on their laptop it would take the place of what they said since.
    """
    switched = list_all_switching(ws)
    switching = {each.id for each in switched}
    left_out: set[str] = set()
    natural: set[str] = set()
    gone = _brought(ws, list_taken_back(ws)) if switching else frozenset()
    for changes in load_said(ws, sorted({(each.kind, each.record, each.field) for each in switched})).values():
        if any(each.author in authors and each.id not in switching for each in changes):
            left_out.update(each.id for each in changes if each.id in switching)
            natural.update(each.id for each in natural_heads(changes, switching, gone))
    return (heads - left_out) | natural, frozenset(left_out)


def _differing(
    said: Mapping[Field, list[Change]], switching: Collection[str], gone: Collection[str]
) -> dict[Field, Heads]:
    """Of fields, those that say something else than people did, and what they said."""
    found: dict[Field, Heads] = {}
    for key, changes in said.items():
        now, then = rules.heads_of(changes), natural_heads(changes, switching, gone)
        if _values(now) != _values(then) or _shown(now) != _shown(then):
            found[key] = then
    return found


def _brought(ws: Workspace, merges: Iterable[Merge]) -> frozenset[str]:
    return frozenset(one.change.id for each in merges for one in store.list_brought(ws, each))


def _values(heads: Heads) -> set[bytes]:
    return {canonical(each.value) for each in heads} or {canonical(None)}


def _shown(heads: Heads) -> object:
    return heads[0].value if heads else None


@contextmanager
def nothing_of_erased() -> Iterator[None]:
    """Leave unsaid what would be about somebody who is erased: bringing together goes on without it."""
    try:
        yield
    except UserError as error:
        if error.code != "E_ERASED":
            raise


def say_again(log: Writer, key: Field, heads: Heads, reason: str) -> None:
    """Let a field say what these heads say, by new changes: one value, or those that are in conflict.

    Of somebody who is erased nothing is said again.
    """
    with nothing_of_erased():
        if needs_settling(heads):
            values = {canonical(each.value): each.value for each in heads}
            log.part(*key, list(values.values())[::-1], reason)  # the one that shows comes last
        else:
            log.set(*key, _shown(heads), reason)


def holds(held: Mapping[str, int], merge: Merge) -> bool:
    """Whether a package that holds so many changes of each log, from the first on, holds all that a merge brought.

    What was said here with the merge is no part of that.
    """
    ends = {device: max(last for _first, last in runs) for device, runs in merge.ranges.items() if runs}
    if merge.sender in ends and merge.sender not in held:
        return False
    found = [end <= held[device] for device, end in ends.items() if device in held]
    return bool(found) and all(found)


def settled_by_itself(ws: Workspace, plan: Plan, gone: Iterable[Merge], ahead: Ahead | None = None) -> Plan:
    """A plan without conflicts that are none: where a laptop goes on from its own word, and what stands here only says
    that word again, as its merge was taken back and done again. gone: merges that stay taken back."""
    switching = find_switching(ws) if plan.conflicts else frozenset()
    if not switching:
        return plan
    said = _with_new(load_said(ws, [each.field for each in plan.conflicts]), plan, ahead)
    left_out = _brought(ws, gone)
    fields = tuple(
        replace(each, outcome=Outcome.NEW)
        if each.outcome is Outcome.CONFLICT
        and not has_seen(said[each.field], switching)
        and not needs_settling(natural_heads(said[each.field], switching, left_out))
        else each
        for each in plan.fields
    )
    return replace(plan, fields=fields)


def _with_new(said: Mapping[Field, list[Change]], plan: Plan, ahead: Ahead | None) -> dict[Field, list[Change]]:
    found = {each.field: list(said.get(each.field, ())) for each in plan.conflicts}
    coming: Iterable[Change] = [each.change for each in plan.new]
    if ahead is not None:
        coming = [*coming, *(each for some in ahead.touched.values() for each in some)]
    for each in coming:
        key = each.kind, each.record, each.field
        if key in found:
            found[key].append(each)
    return found


def go_on(ws: Workspace, log: Writer, plan: Plan, reason: str) -> None:
    """Let each field say what people said, where a laptop goes on from its own word and what it went on from was
    switched here."""
    keys = [each.field for each in plan.fields if rules.is_conflict(each.heads)]
    switching = find_switching(ws) if keys else frozenset()
    if not switching:
        return
    said = {
        key: changes
        for key, changes in load_said(ws, keys).items()
        if not switching.isdisjoint(each.id for each in changes) and not has_seen(changes, switching)
    }
    for key, heads in _differing(said, switching, _brought(ws, list_taken_back(ws))).items():
        say_again(log, key, heads, reason)
