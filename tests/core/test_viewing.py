"""Who may see which ratings: every role, before and after."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rubricapp.core.model import (
    Assessment,
    AssessmentId,
    AssessmentKind,
    AssessmentState,
    OccasionId,
    Person,
    PersonId,
    Role,
    RubricHash,
)
from rubricapp.core.viewing import EVERYTHING, View, is_only_participant, kind_for, may_see

SLOT = (PersonId("p"), RubricHash("r"), OccasionId("o"))
DAY = "2026-11-20"
OTHERS = Assessment(
    AssessmentId("x"),
    SLOT[0],
    PersonId("other"),
    SLOT[1],
    SLOT[2],
    state=AssessmentState.FINISHED,
    finished_at=datetime(2026, 11, 20, 23, 59, tzinfo=UTC),
)


def person(name: str, *roles: Role) -> Person:
    return Person(PersonId(name), name, name, "", roles=frozenset(roles))


@pytest.mark.parametrize(
    ("roles", "own", "released", "sees", "sees_looking_back"),
    [
        ((Role.ASSESSOR,), None, False, False, True),
        ((Role.ASSESSOR,), False, False, False, False),
        ((Role.ASSESSOR,), False, True, False, False),
        ((Role.ASSESSOR,), True, False, True, True),
        ((Role.ASSESSOR,), None, True, True, True),
        ((Role.MENTOR,), None, False, False, True),
        ((Role.MENTOR,), True, False, True, True),
        ((Role.LEAD,), None, False, True, True),
        ((Role.LEAD, Role.ASSESSOR), False, False, False, False),
        ((Role.LEAD, Role.ASSESSOR), True, False, True, True),
        ((Role.PARTICIPANT,), None, True, False, False),
        ((), None, True, False, False),
    ],
)
def test_others_ratings_of_somebody_else(roles, own, released, sees, sees_looking_back) -> None:
    view = View(person("me", *roles), {} if own is None else {SLOT: own}, {SLOT: DAY} if released else {})
    assert may_see(view, OTHERS) is sees
    assert may_see(view, OTHERS, looking_back=True) is sees_looking_back


@pytest.mark.parametrize(
    ("own", "released", "sees"),
    [(None, False, False), (None, True, False), (False, True, False), (True, False, False), (True, True, True)],
)
@pytest.mark.parametrize(
    "roles", [(Role.PARTICIPANT,), (Role.PARTICIPANT, Role.LEAD), (Role.PARTICIPANT, Role.ASSESSOR)]
)
def test_what_others_said_of_oneself(roles, own, released, sees) -> None:
    view = View(person("p", *roles), {} if own is None else {SLOT: own}, {SLOT: DAY} if released else {})
    assert may_see(view, OTHERS) is sees
    assert may_see(view, OTHERS, looking_back=True) is sees
    peers = replace(OTHERS, kind=AssessmentKind.PEER)
    assert not may_see(view, peers)
    another = replace(OTHERS, occasion=OccasionId("later"))
    assert not may_see(view, another)


@pytest.mark.parametrize("roles", [(Role.LEAD,), (Role.ASSESSOR,), (Role.MENTOR,), (Role.PARTICIPANT,), ()])
def test_who_wrote_a_peer_review_is_known_to_leads_alone(roles) -> None:
    peers = replace(OTHERS, kind=AssessmentKind.PEER)
    view = View(person("me", *roles), {SLOT: True}, {SLOT: DAY})
    assert may_see(view, peers) is (Role.LEAD in roles)
    assert may_see(view, replace(peers, assessor=PersonId("me")))
    assert not may_see(View(None), peers)


def test_drafts_belong_to_who_writes_them() -> None:
    draft = replace(OTHERS, state=AssessmentState.DRAFT)
    assert not may_see(View(person("lead", Role.LEAD)), draft)
    assert may_see(View(person("other", Role.PARTICIPANT)), draft)
    assert may_see(EVERYTHING, draft)


def test_nobody_sees_nothing() -> None:
    assert not may_see(View(), OTHERS)
    assert not View(released={SLOT: DAY}).sees_results(SLOT)


def test_as_what_one_rates_whom() -> None:
    ama = person("ama", Role.PARTICIPANT)
    assert kind_for(None, ama.id) is None
    assert kind_for(ama, ama.id) is AssessmentKind.SELF
    assert kind_for(person("kofi", Role.PARTICIPANT), ama.id) is None
    assert kind_for(person("t", Role.ASSESSOR, Role.MENTOR), ama.id) is AssessmentKind.ASSESSOR
    assert kind_for(person("t", Role.LEAD), ama.id) is AssessmentKind.ASSESSOR
    assert kind_for(person("t", Role.MENTOR), ama.id) is AssessmentKind.MENTOR
    both = person("ama", Role.PARTICIPANT, Role.ASSESSOR)
    assert kind_for(both, both.id) is AssessmentKind.SELF
    assert kind_for(both, "kofi") is AssessmentKind.ASSESSOR


def test_who_is_only_a_participant() -> None:
    assert is_only_participant(person("p", Role.PARTICIPANT))
    assert not is_only_participant(person("p", Role.PARTICIPANT, Role.MENTOR))
    assert not is_only_participant(person("p"))
    assert not is_only_participant(None)


@pytest.mark.parametrize(
    ("name", "roles", "own"), [("p", (Role.PARTICIPANT,), {SLOT: True}), ("t", (Role.MENTOR,), {})]
)
def test_what_was_finished_after_the_release_waits_for_the_next(name, roles, own) -> None:
    later = replace(OTHERS, id=AssessmentId("y"), finished_at=OTHERS.finished_at + timedelta(minutes=2))
    view = View(person(name, *roles), own, {SLOT: DAY}, frozenset({SLOT}))
    assert may_see(view, OTHERS) and not may_see(view, later)
    assert not view.sees_results(SLOT), "a mean of all would tell the later one"
    assert not may_see(view, replace(OTHERS, kind=AssessmentKind.SELF, assessor=PersonId("z")))
    assert not may_see(view, replace(OTHERS, finished_at=None))
    unnamed = View(None, {}, {SLOT: DAY}, frozenset({SLOT}))
    assert not may_see(unnamed, OTHERS) and not unnamed.waits_for_release(SLOT)
