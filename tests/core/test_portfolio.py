"""What proves what, and what consent still allows: pure rules on small works."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rubricapp.core.model import ArtefactId, CriterionId, EvidenceId, LogEntry, PersonId
from rubricapp.core.portfolio import Artefact, Evidence, consent_problems, is_web, matrix, parse_region
from rubricapp.core.rubrics import from_document

TODAY = date(2026, 9, 15)
FILM = Artefact(ArtefactId("a1"), PersonId("p"), "Night Market", "n.mov", "video", 9, "0" * 64)
PLAN = replace(FILM, id=ArtefactId("a2"), title="Plan")
DAY = LogEntry("d1", PersonId("p"), "2026-09-10", criteria=(CriterionId("TST-2"), CriterionId("TST-3")))


def link(name: str, criterion: str, **named) -> Evidence:
    return Evidence(EvidenceId(name), CriterionId(criterion), **named)


def test_what_proves_what_and_what_proves_nothing(document) -> None:
    rubric = from_document(document)
    links = [
        link("e1", "TST-1", artefact="a1", from_frame=5, rate="25"),
        link("e2", "TST-1", artefact="a1"),
        link("e3", "TST-3", log_entry="d1"),
        link("e4", "OTHER-1", artefact="a1"),
        link("e5", "TST-4", artefact="taken away"),
    ]
    found = matrix([rubric], [FILM, PLAN], [DAY, replace(DAY, id="d2", criteria=())], links)
    ((shown, proofs),) = found.rows
    assert shown is rubric
    assert [[each.id for each in proof.evidence] for proof in proofs] == [["e1", "e2"], [], ["e3"], [], [], []]
    assert [[day.id for day in proof.touched] for proof in proofs] == [[], ["d1"], [], [], [], []]
    assert found.without == ("TST-2", "TST-4", "TST-5", "TST-6")
    assert found.proves_nothing == (PLAN,)
    assert found.other == (links[3],)
    assert found.entries == (DAY,)
    assert found.cell("TST-1", "a1") == tuple(links[:2])
    assert found.cell("TST-1", "a2") == ()


def test_a_moment_is_said_as_time_codes() -> None:
    assert link("e", "C", from_frame=2687, to_frame=2700, rate="25").moment == ("00:01:47:12", "00:01:48:00")
    assert link("e", "C", from_frame=86_400, rate="24000/1001").moment == ("01:00:00:00", "")
    assert link("e", "C").moment == ("", "")
    assert link("e", "C", from_frame=3, rate="fast").moment == ("", ""), "of a strange laptop"
    assert link("e", "C", from_frame=-3, rate="25").moment == ("", "")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("10,20,30,40", "10,20,30,40"),
        (" 0 , 0, 100%, 100% ", "0,0,100,100"),
        ("0.5,0,1.25,1", "0.5,0,1.25,1"),
    ],
)
def test_regions(text, kept) -> None:
    assert parse_region(text) == kept
    assert parse_region(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        *("", "1,2,3", "1,2,3,4,5", "0,0,0,10", "60,0,50,10", "0,60,10,50", "-1,0,5,5", "1/0,1,1,1", "1e9,1,1,1"),
        "a,b,c,d",
    ],
)
def test_what_is_no_region(text) -> None:
    with pytest.raises(ValueError):
        parse_region(text)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({}, ["CONSENT_UNKNOWN"]),
        ({"consent": "Festival only"}, []),
        ({"consent": "x", "consent_expires_on": "2026-09-14"}, ["CONSENT_EXPIRED"]),
        ({"consent": "x", "consent_expires_on": "2026-09-15"}, ["CONSENT_ENDS"]),
        ({"consent": "x", "consent_expires_on": "2026-10-15"}, ["CONSENT_ENDS"]),
        ({"consent": "x", "consent_expires_on": "2026-10-16"}, []),
        ({"consent_expires_on": "2030-01-01"}, []),
        ({"consent": "x", "consent_expires_on": "next year"}, ["CONSENT_EXPIRED"]),
        ({"consent": "x", "embargo_until": "2026-09-15"}, ["EMBARGO"]),
        ({"consent": "x", "embargo_until": "2026-09-14"}, []),
        ({"consent": "x", "embargo_until": "soon"}, ["EMBARGO"]),
    ],
)
def test_consent_and_embargo(said, codes) -> None:
    found = consent_problems(replace(FILM, **said), TODAY)
    assert [each.code for each in found] == codes
    assert all("Night Market" in each.message and each.do and each.severity == "warning" for each in found)


def test_web_addresses() -> None:
    assert is_web("HTTPS://example.org/a")
    assert not any(map(is_web, ("", "/home/a.mov", "ftp://example.org", "file:///etc")))
