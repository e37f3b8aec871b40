"""What a kit may carry, change by change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rubricapp.core.kits import Recipient, Records, leaks, rule_for
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
    assert leaks([change(*what), change(*ALLOWED[0])], TUNDE, RECORDS) == [change(*what)]
