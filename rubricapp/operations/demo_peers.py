"""What peers do in the demo: one round closed and read, one under way, two people kept apart, a sample to practise on,
and how one participant sees themself. Everything is invented, and the same each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from rubricapp.core.model import AssessmentKind, Occasion, Person, RubricVersion
from rubricapp.core.peer_scores import BOXES
from rubricapp.operations import assessments, calibration, peer_conflicts, peer_feedback, peer_review
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.peer_reviews import Round, list_pairs
from rubricapp.store.people import find_occasion
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import Workspace


def add_peers(
    ws: Workspace, script: Mapping[str, Any], participants: Sequence[Person], lead: Person, assessors: Sequence[Person]
) -> None:
    """Everything else of this module, after the works and the log are there. script: the whole of demo.toml."""
    told = script["peers"]
    rubric, first, second = (
        find_rubric(ws, told["rubric"]),
        find_occasion(ws, told["closed"]),
        find_occasion(ws, told["under_way"]),
    )
    assert rubric and first and second, "the demo's rubric and occasions are shipped"
    by_code = {each.code: each for each in participants}
    one, other = (by_code[code] for code in told["apart"])
    peer_conflicts.declare_conflict(ws, one, other, told["apart_note"], lead.id)
    _make_sample(ws, told, rubric, lead, assessors, participants)
    closed = _hold(ws, told, rubric, first, participants, lead, len(participants))
    peer_review.close_round(ws, closed, lead.id)
    for number, code in enumerate(told["readers"]):
        _read(ws, told, closed, by_code[code], reports=number > 0)
    _hold(ws, told, rubric, second, participants, lead, told["begun"])


def add_own_view(ws: Workspace, script: Mapping[str, Any], name: str, participants: Sequence[Person]) -> None:
    """A finished view of oneself on some occasions, so that there are gaps to talk about."""
    told = script["peers"]
    if name not in told["own_occasions"]:
        return
    rubric, occasion = find_rubric(ws, told["rubric"]), find_occasion(ws, name)
    person = next(each for each in participants if each.code == told["own_view"])
    assert rubric and occasion, "the demo's rubric and occasions are shipped"
    own, _changes = assessments.begin(ws, person, rubric, occasion, person, AssessmentKind.SELF)
    gained = told["own_occasions"].index(name)
    levels = {criterion.id: _drawn(person.code, criterion.id, 2) + 1 + gained for criterion in rubric.criteria}
    assessments.rate_many(ws, own, rubric, dict(levels), dict(told["own_comments"]))
    assessments.finish(ws, own.id)


def _make_sample(
    ws: Workspace,
    told: Mapping[str, Any],
    rubric: RubricVersion,
    lead: Person,
    assessors: Sequence[Person],
    participants: Sequence[Person],
) -> None:
    """A work with agreed levels and reasons; one assessor has scored it, one is in the middle of it."""
    given = told["sample"]
    levels = {criterion: each["level"] for criterion, each in given["agreed"].items()}
    reasons = {criterion: each["reason"] for criterion, each in given["agreed"].items()}
    work = list_artefacts(ws, participants[-1].id)[0]
    sample, _changes = calibration.make_sample(
        ws, rubric, given["title"], levels, reasons, work.id, given["note"], lead.id
    )
    others = [each for each in assessors if each.id != lead.id]
    first = next(iter(levels))
    calibration.score_sample(ws, others[0], sample, levels | {first: levels[first] - 1}, finish=True)
    calibration.score_sample(ws, others[1], sample, {first: levels[first]})


def _hold(
    ws: Workspace,
    told: Mapping[str, Any],
    rubric: RubricVersion,
    occasion: Occasion,
    participants: Sequence[Person],
    lead: Person,
    writing: int,
) -> Round:
    """A round; the first `writing` people have done their reviews, the last of them not yet where others wait."""
    made = peer_review.allocate_round(ws, rubric, occasion, told["reviews"], told["seed"], author=lead.id).round
    people = {each.id: each for each in participants}
    order = {each.id: number for number, each in enumerate(participants)}
    turn: dict[str, int] = {}
    for pair in sorted(list_pairs(ws, made), key=lambda each: (order[each.reviewer], order[each.author])):
        number = order[pair.reviewer]
        place = turn[pair.author] = turn.get(pair.author, order[pair.author]) + 1
        if number >= writing:
            continue
        unfinished = writing < len(participants) and number == writing - 1
        reviewer, author = people[pair.reviewer], people[pair.author]
        levels = {
            criterion.id: 1
            + _drawn(author.code, criterion.id, 3)
            + _drawn(f"{reviewer.code} {author.code}", criterion.id, 2)
            for criterion in rubric.criteria
        }
        boxes = {box: told[box][place % len(told[box])] for box in BOXES}
        if unfinished:
            levels, boxes = dict(list(levels.items())[:3]), {"works": boxes["works"]}
        peer_review.write_review(ws, reviewer, author, rubric, occasion, levels, {}, boxes, finish=not unfinished)
        if unfinished:
            break
    return made


def _read(ws: Workspace, told: Mapping[str, Any], closed: Round, author: Person, reports: bool) -> None:
    """An author reads, says how useful two pieces were, and answers, or sets one aside."""
    pieces = [piece for piece, _usefulness in peer_feedback.list_pieces(ws, closed, author)]
    for usefulness, piece in zip((4, 3), pieces, strict=False):
        peer_feedback.rate_piece(ws, closed, author, piece.id, usefulness)
    if reports:
        peer_feedback.report_piece(ws, closed, author, pieces[-1].id, told["report"])
    else:
        peer_feedback.answer(ws, closed, author, told["changed"], told["refused"])


def _drawn(one: str, other: str, below: int) -> int:
    """A number from 0 that only looks random."""
    return hashlib.sha256(f"peers {one} {other}".encode()).digest()[0] % below
