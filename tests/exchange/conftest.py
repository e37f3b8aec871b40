"""A small portfolio with everything in it, and a key."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import pytest

from rubricapp.core.folio import (
    Folio,
    FolioAssessment,
    FolioEvent,
    FolioFile,
    FolioGrowth,
    FolioPeers,
    FolioPoint,
    FolioProof,
    FolioRating,
    FolioShowing,
    FolioWork,
)
from rubricapp.core.peer_scores import PeerCriterion, PeerFeedback
from rubricapp.core.rubrics import from_document
from rubricapp.exchange import signing

CLIP = b"moving pictures"
NOTE = b"a note"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def folio(document) -> Folio:
    rubric = from_document(document | {"criteria": document["criteria"][:1]})
    return Folio(
        programme="Made-up residency",
        edition="2026",
        edition_dates=("2026-09-01", "2026-12-01"),
        name="ናሆም مريم Example",
        code="P-001",
        made_on="2026-11-29",
        language="en",
        rubrics=(rubric,),
        assessments=(
            FolioAssessment(
                rubric.content_hash,
                "Baseline",
                "assessor",
                "Tunde Example",
                "2026-09-03",
                (FolioRating("TST-1", 3, "", "Steady.", "Descriptor 3"), FolioRating("TST-2", None, "not_observed")),
                words=("Total 3.00 of 5",),
            ),
        ),
        works=(
            FolioWork(
                "w1",
                "River",
                FolioFile("river.mov", "video", len(CLIP), sha256(CLIP)),
                (("Role", "camera"),),
                (FolioShowing("2027-05", "festival", "Festival del Río"),),
                (FolioProof("TST-1", "00:00:01:00"),),
            ),
            FolioWork("w2", "Note", FolioFile("note.txt", "other", len(NOTE), sha256(NOTE))),
        ),
        peers=(
            FolioPeers(
                rubric.content_hash,
                "Midpoint",
                PeerFeedback(4, True, (PeerCriterion("TST-1", 4, Fraction(7, 2), 3, 4, ("Good.",)),), ("Calm.",)),
            ),
        ),
        growth=(
            FolioGrowth(
                rubric.content_hash,
                "TST-1",
                (FolioPoint("Baseline", "2026-09-03", 3.0, 1), FolioPoint("Midpoint", "", None, 0)),
            ),
        ),
        timeline=(FolioEvent("2026-09-03", "assessment", "Small 1.0, Baseline"),),
        log_totals=(("Operator", 3, 1800),),
    )


@pytest.fixture
def key() -> signing.Key:
    return signing.key_from(bytes(range(32)))


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    found = {}
    for name, data in (("clip", CLIP), ("note", NOTE)):
        (tmp_path / name).write_bytes(data)
        found[sha256(data)] = tmp_path / name
    return found
