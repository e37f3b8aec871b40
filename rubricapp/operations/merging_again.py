"""Merges that are taken back and stand again: what each field says with or without them, and with what comes after.

Question: a merge was taken back, and a later package of the same laptop comes, which holds all of it and more. Does it
stay taken back? Decision: no, it stands again with what is new. Reasons: a return holds everything that its laptop
wrote, and whoever merges it wants that; half of an assessment, whose beginning is taken back, is nobody's word.
2026-11-29.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from rubricapp.core import changes as rules
from rubricapp.core.merging import Ahead, Field, Outcome, Plan, needs_settling
from rubricapp.core.model import Change
from rubricapp.core.rubrics import canonical
from rubricapp.core.same_people import KIND as SAME_PERSON
from rubricapp.store import merging as store
from rubricapp.store.changes import Writer
from rubricapp.store.conflicts import load_said
from rubricapp.store.merging import Merge
from rubricapp.store.taken_back import list_taken_back
from rubricapp.store.workspace import Workspace

Heads = tuple[Change, ...]


def heads_without(ws: Workspace, keys: Collection[Field], left_out: Collection[str]) -> dict[Field, Heads]:
    """Of the fields that say something else without some changes, by id: their heads then, none where nothing is said
    of them."""
    found: dict[Field, Heads] = {}
    said = load_said(ws, keys)
    for key in keys:
        now = rules.heads_of(said.get(key, ()))
        then = rules.heads_of(each for each in said.get(key, ()) if each.id not in left_out)
        if _values(now) != _values(then) or _shown(now) != _shown(then):
            found[key] = then
    return found


def _values(heads: Heads) -> set[bytes]:
    return {canonical(each.value) for each in heads} or {canonical(None)}


def _shown(heads: Heads) -> object:
    return heads[0].value if heads else None


def say_again(log: Writer, key: Field, heads: Heads, reason: str) -> None:
    """Let a field say what these heads say, by new changes: one value, or those that are in conflict."""
    if needs_settling(heads):
        values = {canonical(each.value): each.value for each in reversed(heads)}  # the one that shows comes last
        log.part(*key, list(values.values()), reason)
    else:
        log.set(*key, _shown(heads), reason)


def list_gone(ws: Workspace, package: str, sender: str, count: int) -> list[Merge]:
    """Merges that were taken back and of which a package holds everything again, oldest first.

    count: how many of its sender's own changes it holds; a return holds all of them.
    """
    gone = list_taken_back(ws)
    if not gone:
        return []
    whole = 0 < store.load_ends(ws, {sender}).get(sender, 0) <= count
    return [each for each in gone if each.package == package or (whole and each.sender == sender)]


def switching_of(ws: Workspace, sender: str) -> frozenset[str]:
    """Ids of the changes that say nothing of their own: by which merges of a laptop were taken back, stood again, and
    were gone on from."""
    found: set[str] = set()
    for merge in store.list_merges(ws):
        if merge.sender == sender:
            found.update(each.id for each in store.list_switching(ws, merge))
            here = replace(merge, ranges={ws.device: merge.ranges.get(ws.device, ())})
            found.update(each.change.id for each in store.list_brought(ws, here) if each.change.kind != SAME_PERSON)
    return frozenset(found)


def settled_by_itself(ws: Workspace, plan: Plan, sender: str, ahead: Ahead | None = None) -> Plan:
    """A plan without conflicts that are none: where a laptop goes on from its own word, and what stands here only says
    that word again, as its merge was taken back and done again."""
    switching = switching_of(ws, sender) if plan.conflicts else frozenset()
    if not switching:
        return plan
    keys = [each.field for each in plan.conflicts]
    natural = _with_new(load_said(ws, keys), plan, ahead)
    fields = tuple(
        replace(each, outcome=Outcome.NEW)
        if each.outcome is Outcome.CONFLICT
        and not needs_settling(rules.heads_of(one for one in natural[each.field] if one.id not in switching))
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


def go_on(ws: Workspace, log: Writer, plan: Plan, sender: str, reason: str) -> None:
    """Let the word count from which a laptop went on, where `settled_by_itself` found no conflict."""
    keys = [each.field for each in plan.fields if each.outcome is not Outcome.CONFLICT and needs_settling(each.heads)]
    if not keys:
        return
    switching = switching_of(ws, sender)
    said = load_said(ws, keys)
    for key in keys:
        if len(rules.heads_of(said[key])) > 1:  # not said again already with a whole merge
            say_again(log, key, rules.heads_of(each for each in said[key] if each.id not in switching), reason)
