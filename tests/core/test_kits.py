"""What a kit may carry, change by change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rubricapp.core.kits import Recipient, Records, keeps_history, rule_for
from rubricapp.core.model import Change

AT = datetime(2026, 9, 1, tzinfo=UTC)
RECORDS = Records(
    people={"e-amara": "amara", "e-kofi": "kofi", "e-tunde": "tunde", "w-amara": "amara", "w-kofi": "kofi"},
    assessments={
        "mine": ("amara", "tunde", "assessor"),
        "theirs": ("amara", "noor", "assessor"),
        "self": ("amara", "amara", "self"),
        "peer": ("amara", "kofi", "peer"),
        "mentor": ("amara", "tunde", "mentor"),
    },
    assignments={"x-mine": ("amara", "tunde"), "x-theirs": ("amara", "noor")},
)
TUNDE = Recipient("tunde", frozenset({"amara"}), frozenset({"lead"}))


def change(kind: str, record: str, field: str) -> Change:
    return Change("0" * 32, "d" * 32, 1, 1, AT, "a", kind, record, field, "x")


ALLOWED = [
    ("programme", "p", "name"),
    ("rubric_version", "r", "document"),
    ("erasure", "gone", "erased_on"),
    ("person", "amara", "given_name"),
    ("person", "tunde", "family_name"),
    ("person", "lead", "given_name"),
    ("enrolment", "e-amara", "role"),
    ("artefact", "w-amara", "sha256"),
    ("evidence", "w-amara", "note"),
    ("log_entry", "w-amara", "tasks"),
    ("assignment", "x-mine", "participant"),
    ("assessment", "mine", "state"),
    ("rating", "mine/CAM-1", "level"),
]
FORBIDDEN = [
    ("person", "amara", "email"),
    ("person", "kofi", "given_name"),
    ("person", "noor", "given_name"),
    ("enrolment", "e-kofi", "role"),
    ("enrolment", "nobody-knows", "role"),
    ("artefact", "w-kofi", "title"),
    ("log_entry", "w-amara", "incident"),
    ("log_check", "w-amara", "note"),
    ("assignment", "x-theirs", "assessor"),
    ("assessment", "theirs", "state"),
    ("assessment", "unknown", "state"),
    ("rating", "theirs/CAM-1", "level"),
    ("rating", "self/CAM-1", "level"),
    ("rating", "peer/CAM-1", "comment"),
    ("rating", "mentor/CAM-1", "level"),
    ("peer_review", "peer", "works"),
    ("meeting", "m", "note"),
    ("release", "r", "released_on"),
    ("agreed_level", "g", "level"),
    ("agreed_level", "g", "basis"),
    ("agreed_level", "g", "reason"),
    ("committee_case", "k", "members"),
    ("committee_vote", "v", "vote"),
    ("committee_vote", "v", "note"),
    ("committee_decision", "k/decision", "plan"),
    ("comment_bank", "c", "text"),
    ("of_a_newer_version", "x", "y"),
]


@pytest.mark.parametrize("what", ALLOWED, ids="-".join)
def test_an_assessor_gets(what) -> None:
    assert rule_for(TUNDE, RECORDS)(change(*what))


@pytest.mark.parametrize("what", FORBIDDEN, ids="-".join)
def test_an_assessor_never_gets(what) -> None:
    assert not rule_for(TUNDE, RECORDS)(change(*what))


# Other circles

WHOLE = Records(
    people={
        **{f"e-{name}": name for name in ("amara", "kofi", "noor", "tunde", "zola")},
        **{f"{kind}-{name}": name for kind in "wdcsmlr" for name in ("amara", "kofi", "zola")},
    },
    assessments={
        "self": ("amara", "amara", "self"),
        "mine": ("kofi", "amara", "peer"),
        "another": ("kofi", "zola", "peer"),
        "of-me": ("amara", "kofi", "peer"),
        "given": ("amara", "tunde", "assessor"),
        "not-given": ("amara", "noor", "assessor"),
        "mentor": ("amara", "maya", "mentor"),
    },
    allocations={"a-mine": ("kofi", "amara"), "a-of-me": ("amara", "kofi"), "a-another": ("kofi", "zola")},
    mentorships={"x-maya": ("amara", "maya"), "x-other": ("amara", "other")},
    meetings={"maya-amara": ("amara", "maya"), "other-amara": ("amara", "other"), "hidden": ("amara", "maya")},
    visibilities={"maya-amara": "pair", "other-amara": "lead", "hidden": "kept from the participant"},
    actions={"t-maya": ("amara", "maya-amara"), "t-other": ("amara", "other-amara"), "t-hidden": ("amara", "hidden")},
    mentors={"c-amara": "maya", "c-kofi": "other"},
    practices={"p-amara": "amara", "p-maya": "maya"},
    writers={"f-amara": "amara", "f-kofi": "kofi"},
    slots={
        "r-amara": ("amara", "cam", "final"),
        "g-amara": ("amara", "cam", "final"),
        "g-else": ("amara", "snd", "final"),
    },
    on_days=frozenset({"l-kofi"}),
    judges=frozenset({("amara", "tunde"), ("kofi", "zola"), ("kofi", "amara")}),
)
AMARA = Recipient(
    "amara",
    knows=frozenset({"lead", "tunde"}),
    reviews=frozenset({"kofi"}),
    rounds=frozenset({"round"}),
    authors=frozenset({"kofi"}),
    participant=True,
    sees=frozenset({"given"}),
    slots=frozenset({("amara", "cam", "final")}),
    withheld=frozenset({"s-kofi"}),
    samples=frozenset({"blind", "open"}),
    answered=frozenset({"open"}),
    sample_works=frozenset({"w-zola"}),
)
MAYA = Recipient("maya", mentees=frozenset({"amara"}), samples=frozenset({"blind"}))


def said(kind: str, record: str, field: str, author: str = "a", value: object = "x") -> Change:
    return Change("0" * 32, "d" * 32, 1, 1, AT, author, kind, record, field, value)


AMARA_GETS = [
    said("person", "tunde", "country"),
    said("person", "kofi", "given_name"),
    said("allocation", "a-mine", "author"),
    said("peer_round", "round", "closed_on"),
    said("artefact", "w-kofi", "title"),
    said("artefact", "w-kofi", "link", value="https://example.org/1"),
    said("evidence", "w-kofi", "note", author="kofi"),
    said("rating", "mine/CAM-1", "level"),
    said("peer_review", "mine", "next_step"),
    said("artefact", "w-amara", "reflection"),
    said("log_entry", "d-amara", "incident"),
    said("log_check", "c-amara", "note"),
    said("meeting", "maya-amara", "topics"),
    said("agreed_action", "t-maya", "text"),
    said("rating", "self/CAM-1", "level"),
    said("rating", "given/CAM-1", "comment"),
    said("release", "r-amara", "released_on"),
    said("agreed_level", "g-amara", "level"),
    said("peer_response", "f-amara", "changed"),
    said("calibration_sample", "blind", "criteria"),
    said("calibration_level", "open/CAM-1", "level"),
    said("calibration_rating", "p-amara/CAM-1", "level"),
    said("artefact", "w-zola", "sha256"),
    said("calibration_gate", "gate", "demanded"),
]
AMARA_NEVER_GETS = [
    said("person", "kofi", "country"),
    said("person", "kofi", "email"),
    said("person", "zola", "given_name"),
    said("person", "amara", "email"),
    said("allocation", "a-of-me", "reviewer"),
    said("allocation", "a-another", "reviewer"),
    said("peer_round", "round", "seed"),
    said("peer_round", "another round", "rubric"),
    said("artefact", "w-kofi", "reflection"),
    said("artefact", "w-kofi", "consent"),
    said("artefact", "w-kofi", "link", value="/home/kofi/film.mov"),
    said("artefact", "w-kofi", "title", author="zola"),
    said("artefact", "s-kofi", "title"),
    said("evidence", "w-kofi", "note", author="zola"),
    said("evidence", "l-kofi", "note", author="kofi"),
    said("evidence", "w-amara", "note", author="tunde"),
    said("log_entry", "d-kofi", "tasks"),
    said("rating", "another/CAM-1", "level"),
    said("rating", "of-me/CAM-1", "level"),
    said("peer_review", "of-me", "works"),
    said("peer_review", "mine", "withheld"),
    said("peer_review", "mine", "usefulness"),
    said("feedback_opening", "opening", "reviews"),
    said("feedback_piece", "f-kofi", "usefulness"),
    said("rating", "not-given/CAM-1", "level"),
    said("rating", "mentor/CAM-1", "level"),
    said("agreed_level", "g-amara", "basis"),
    said("agreed_level", "g-else", "level"),
    said("meeting", "hidden", "note"),
    said("agreed_action", "t-hidden", "text"),
    said("calibration_level", "blind/CAM-1", "level"),
    said("calibration_level", "blind/CAM-1", "reason"),
    said("calibration_rating", "p-maya/CAM-1", "level"),
    said("artefact", "w-zola", "participant"),
    said("artefact", "w-zola", "reflection"),
    said("declared_conflict", "c", "note"),
]
MAYA_GETS = [
    said("person", "amara", "given_name"),
    said("mentorship", "x-maya", "participant"),
    said("artefact", "w-amara", "title"),
    said("log_entry", "d-amara", "tasks"),
    said("log_check", "c-amara", "note"),
    said("meeting", "hidden", "note"),
    said("agreed_action", "t-maya", "done_on"),
    said("milestone", "m-amara", "title"),
    said("release", "r-amara", "released_on"),
    said("rating", "mentor/CAM-1", "level"),
]
MAYA_NEVER_GETS = [
    said("person", "kofi", "given_name"),
    said("mentorship", "x-other", "mentor"),
    said("artefact", "w-kofi", "title"),
    said("evidence", "w-amara", "note", author="tunde"),
    said("log_entry", "d-amara", "incident"),
    said("log_check", "c-kofi", "note"),
    said("meeting", "other-amara", "topics"),
    said("agreed_action", "t-other", "text"),
    said("rating", "given/CAM-1", "level"),
    said("rating", "self/CAM-1", "level"),
    said("rating", "of-me/CAM-1", "level"),
    said("agreed_level", "g-amara", "level"),
    said("calibration_level", "blind/CAM-1", "level"),
    said("allocation", "a-mine", "reviewer"),
]


def test_a_level_that_was_settled_with_a_reason_stays_at_home() -> None:
    assert not rule_for(AMARA, WHOLE)(replace(said("agreed_level", "g-amara", "level"), reason="Too harsh"))


def name_of(change: Change) -> str:
    return f"{change.kind}-{change.record}-{change.field}-{change.author}"


@pytest.mark.parametrize("change", AMARA_GETS, ids=name_of)
def test_a_participant_who_reviews_gets(change) -> None:
    assert rule_for(AMARA, WHOLE)(change)


@pytest.mark.parametrize("change", AMARA_NEVER_GETS, ids=name_of)
def test_a_participant_who_reviews_never_gets(change) -> None:
    assert not rule_for(AMARA, WHOLE)(change)


@pytest.mark.parametrize("change", MAYA_GETS, ids=name_of)
def test_a_mentor_gets(change) -> None:
    assert rule_for(MAYA, WHOLE)(change)


@pytest.mark.parametrize("change", MAYA_NEVER_GETS, ids=name_of)
def test_a_mentor_never_gets(change) -> None:
    assert not rule_for(MAYA, WHOLE)(change)


def test_two_roles_get_what_each_of_them_may_see_and_no_more() -> None:
    both = replace(AMARA, mentees=frozenset({"zola"}))
    mentor = replace(MAYA, person="amara", mentees=both.mentees)
    one, other, joined = (rule_for(each, WHOLE) for each in (AMARA, mentor, both))
    for change in (*AMARA_GETS, *AMARA_NEVER_GETS, *MAYA_GETS, *MAYA_NEVER_GETS):
        assert joined(change) == (one(change) or other(change)), name_of(change)
    assert joined(said("artefact", "w-zola", "reflection"))
    assert not joined(said("artefact", "w-kofi", "reflection"))


def test_only_ones_own_ratings_travel_with_what_they_replaced() -> None:
    assert keeps_history(said("rating", "self/CAM-1", "level"), AMARA, WHOLE)
    assert keeps_history(said("rating", "mine/CAM-1", "level"), AMARA, WHOLE)
    assert not keeps_history(said("rating", "given/CAM-1", "level"), AMARA, WHOLE)
    assert not keeps_history(said("artefact", "w-amara", "title"), AMARA, WHOLE)
