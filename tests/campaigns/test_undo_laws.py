"""The laws of taking merges back and doing them again, in real workspaces.

RUBRICAPP_LAWS: how many networks, by five; 400 take about ten minutes.
"""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path

import pytest

from rubricapp.core import changes as rules
from rubricapp.operations import merging
from rubricapp.store.conflicts import list_conflicts
from rubricapp.store.merging import list_merges, load_ends
from rubricapp.store.taken_back import list_taken_back
from rubricapp.store.workspace import Workspace, create
from tests.campaigns.test_laws import FAST, FIELDS, faults, tables, value_of
from tests.parcels import parcel_since

NETWORKS = int(os.environ.get("RUBRICAPP_LAWS", "3")) * 5


def say(ws: Workspace, draw: random.Random) -> None:
    key = draw.choice(FIELDS)
    with ws.writing("somebody") as log:
        log.set(*key, value_of(draw, key))


def send(sender: Workspace, receiver: Workspace, draw: random.Random) -> merging.Merged:
    """All that a laptop has, as a return holds it, or only what the other one lacks."""
    since = {} if draw.random() < 0.7 else load_ends(receiver)
    return merging.merge(receiver, parcel_since(sender, since, f"{draw.getrandbits(64):016x}"), keep_backup=False)


def switch(ws: Workspace, draw: random.Random) -> None:
    """Take a merge back, or let one stand again."""
    merges = list_merges(ws)
    if merges:
        one = draw.choice(merges)
        (merging.undo if one.stands else merging.redo)(ws, one.id)


def look(sender: Workspace, lead: Workspace, draw: random.Random) -> None:
    """Merge, take it back, do it again: exactly what was before, exactly what it gave."""
    untouched, before = not list_taken_back(lead), shown(lead)
    done = send(sender, lead, draw)
    if done.merge and untouched:
        after = shown(lead)
        merging.undo(lead, done.merge)
        assert shown(lead) == before
        merging.redo(lead, done.merge)
        assert shown(lead) == after


def log_of(ws: Workspace) -> set[str]:
    return {row[0] for row in ws.rows("SELECT lower(hex(id)) FROM change")}


def shown(ws: Workspace) -> tuple[dict, dict]:
    """What every field shows, and what is in conflict."""
    conflicts = {
        (each.kind, each.record, each.field): {rules.canonical(head.value) for head in each.heads}
        for each in list_conflicts(ws)
    }
    return {name: rows for name, rows in tables(ws).items() if rows}, conflicts


@pytest.mark.timeout(max(300, NETWORKS * 10))
def test_laptops_that_take_back_each_others_merges_come_to_rest_and_agree() -> None:
    """Everybody sends to everybody, and takes back what came: all show the same in the end, and no word is gone."""
    for number in range(NETWORKS):
        draw = random.Random(number)
        with tempfile.TemporaryDirectory(dir=FAST) as name:
            laptops = [create(Path(name) / str(each)) for each in range(draw.randint(2, 4))]
            said: set[str] = set()
            for _step in range(draw.randint(5, 40)):
                one = draw.choice(laptops)
                action = draw.random()
                if action < 0.4:
                    before = log_of(one)
                    say(one, draw)
                    said |= log_of(one) - before
                elif action < 0.8:
                    send(*draw.sample(laptops, 2), draw)
                else:
                    switch(one, draw)
                assert faults(one) == set(), number
            rounds = 4 + sum(len(list_taken_back(ws)) for ws in laptops)
            for _round in range(rounds):
                before = [len(log_of(ws)) for ws in laptops]
                parcels = [parcel_since(each, {}, each.new_id()) for each in laptops]
                for ws in laptops:
                    for parcel in draw.sample(parcels, len(parcels)):
                        merging.merge(ws, parcel, keep_backup=False)
                if [len(log_of(ws)) for ws in laptops] == before:
                    break
            else:
                pytest.fail(f"network {number}: they go on answering each other")
            for ws in laptops:
                assert faults(ws) == set(), number
                assert said <= log_of(ws), number
                assert shown(ws) == shown(laptops[0]), number
            for ws in laptops:
                ws.close()


@pytest.mark.timeout(max(300, NETWORKS * 10))
def test_a_lead_who_took_merges_back_shows_what_one_shows_who_never_did() -> None:
    """Once all of it stands again: no word less, no conflict more."""
    for number in range(NETWORKS):
        draw = random.Random(number)
        with tempfile.TemporaryDirectory(dir=FAST) as name:
            lead, calm = (create(Path(name) / each) for each in ("lead", "calm"))
            others = [create(Path(name) / str(each)) for each in range(draw.randint(1, 3))]
            for _step in range(draw.randint(5, 40)):
                action = draw.random()
                if action < 0.5:
                    say(draw.choice(others), draw)
                elif action < 0.6:
                    look(draw.choice(others), lead, draw)
                elif action < 0.75:
                    send(draw.choice(others), lead, draw)
                else:
                    switch(lead, draw)
                assert faults(lead) == set(), number
            for ws in (lead, calm):
                for one in others:
                    merging.merge(ws, parcel_since(one, {}, one.new_id()), keep_backup=False)
            assert list_taken_back(lead) == [], number
            assert shown(lead) == shown(calm), number
            for ws in (lead, calm, *others):
                ws.close()
