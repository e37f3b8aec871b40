"""What a portfolio file gives away: every text of a made-up programme is a unique token, and only those on a list may
be in its bytes; two reviewers who swap everything leave it byte for byte the same."""

from __future__ import annotations

import copy
import dataclasses
import random
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rubricapp.core.changes import derived_id
from rubricapp.core.model import AssessmentKind, Person, Role
from rubricapp.exchange import signing
from rubricapp.operations import (
    assessments,
    audiences,
    evidence_links,
    peer_review,
    people,
    portfolio_files,
    programmes,
    releases,
    rubrics,
)
from rubricapp.store.assessments import load_assessment
from rubricapp.store.kinds import KINDS
from rubricapp.store.peer_reviews import list_rounds
from rubricapp.store.people import find_occasion, find_people, list_people
from rubricapp.store.rubrics import find_rubric
from rubricapp.store.workspace import Sources, Workspace

TOKEN = re.compile(rb"zq([a-z0-9.]+)qz")
TODAY = date(2026, 11, 29)


def token(name: str) -> str:
    return f"zq{name.replace('_', '').casefold()}qz"


def fill(ws: Workspace, table: str, record: str, whose: str, /, **known: object) -> None:
    """Give every text field of a record a token of its own, but for those that are said."""
    rule = KINDS[table]
    texts = {row[0] for row in ws.rows("SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'", rule.table)} - set(
        rule.keys
    )
    values: dict[str, object] = {
        field: token(f"{whose}.{table}.{field}") for field, column in rule.fields.items() if column in texts
    }
    with ws.writing("") as log:
        log.set_all(table, record, values | known)


def person(ws: Workspace, role: Role, whose: str) -> Person:
    made, _changes = people.add_person(ws, role, token(f"{whose}.given"), whose)
    names = {"given_name": token(f"{whose}.given"), "family_name": token(f"{whose}.family")}
    fill(ws, "person", made.id, whose, code=token(f"{whose}.code"), **names)
    return next(each for each in list_people(ws) if each.id == made.id)


def assess(ws: Workspace, whose: str, about: Person, by: Person, rubric: str, occasion: str, kind, finish=True) -> str:
    found, _changes = assessments.begin(
        ws, about, find_rubric(ws, rubric), find_occasion(ws, occasion), by, AssessmentKind(kind)
    )
    criterion = find_rubric(ws, rubric).criteria[0].id
    assessments.rate_many(ws, found, find_rubric(ws, rubric), {criterion: 3}, {criterion: token(f"{whose}.comment")})
    assessments.write_note(ws, found.id, token(f"{whose}.note"))
    if finish:
        assessments.finish(ws, found.id)
    return found.id


def work(ws: Workspace, whose: str, owner: Person, tmp_path: Path, **known: object) -> str:
    from rubricapp.operations import artefacts

    source = tmp_path / f"{token(f'{whose}.file')}.mov"
    source.write_bytes(token(f"{whose}.bytes").encode())
    added, _changes = artefacts.add_work(ws, owner.id, str(source))
    days = {"made_from": "2026-10-01", "made_to": "2026-10-09", "consent_expires_on": "", "embargo_until": ""}
    kept = {name: getattr(added, name) for name in ("participant", "file_name", "media", "sha256", "added_on")}
    fill(ws, "artefact", added.id, whose, **(kept | days | {"link": None, "log_entry": None} | known))
    return added.id


@pytest.fixture
def full(tmp_path: Path, document: dict) -> Workspace:
    """A workspace in which every text is a token."""
    other = copy.deepcopy(document) | {"id": "other", "title": "Other"}
    for criterion in other["criteria"]:
        criterion["id"] = criterion["id"].replace("TST", "OTH")
    for each in (document, other):
        for criterion in each["criteria"]:
            criterion["guidance"] = token(f"{each['id']}.guidance")
            criterion["translator_note"] = token(f"{each['id']}.translator")
    clock = [datetime(2026, 11, 20, 9, 0, 7, tzinfo=UTC)]
    sources = Sources(now=lambda: clock[0], random=random.Random(1).randbytes)
    with programmes.start(tmp_path / "ws", "Residency", "2026", sources=sources, rubrics=[]) as ws:
        rubrics.adopt(ws, [document, other])
        owner, stranger = person(ws, Role.PARTICIPANT, "owner"), person(ws, Role.PARTICIPANT, "stranger")
        one, two = person(ws, Role.ASSESSOR, "one"), person(ws, Role.ASSESSOR, "two")
        mentor = person(ws, Role.MENTOR, "mentor")
        reviewers = [person(ws, Role.PARTICIPANT, f"peer{number}") for number in range(1, 6)]
        # Assessments
        assess(ws, "released", owner, one, "small", "baseline", "assessor")
        assess(ws, "mentored", owner, mentor, "small", "baseline", "mentor")
        assess(ws, "draft", owner, two, "small", "baseline", "assessor", finish=False)
        assess(ws, "kept", owner, one, "small", "midpoint", "assessor")
        assess(ws, "taken", owner, one, "small", "final", "assessor")
        assess(ws, "otherkept", owner, one, "other", "baseline", "assessor")
        assess(ws, "self", owner, owner, "small", "baseline", "self")
        assess(ws, "selfdraft", owner, owner, "small", "midpoint", "self", finish=False)
        assess(ws, "strangers", stranger, one, "small", "baseline", "assessor")
        assess(ws, "strangerself", stranger, stranger, "small", "baseline", "self")
        small = [find_rubric(ws, "small").content_hash]
        for name in ("baseline", "final"):
            releases.release(ws, [owner.id, stranger.id], small, [find_occasion(ws, name).id], author=one.id)
        releases.take_back(ws, [owner.id], token("takeback.reason"), small, [find_occasion(ws, "final").id])
        clock[0] = datetime(2026, 11, 21, 9, 0, 7, tzinfo=UTC)
        assess(ws, "late", owner, two, "other", "final", "assessor")
        # Peers
        rubric, occasion = find_rubric(ws, "small"), find_occasion(ws, "midpoint")
        ask(ws, rubric, occasion, [*((each, owner) for each in reviewers), (owner, stranger)])
        for number, each in enumerate(reviewers, 1):
            reviewed = review(ws, each, owner, f"peer{number}")
            if number == 5:
                peer_review.withhold(ws, reviewed, token("withheld.reason"))
        review(ws, owner, stranger, "ownerspeer")
        with ws.writing("") as log:  # one review is withheld, as if it had never come: the lead ends the waiting
            log.set("peer_round", list_rounds(ws)[0].id, "closed_on", "2026-11-21")
        # Works
        shown = work(ws, "shown", owner, tmp_path)
        work(ws, "hidden", owner, tmp_path)
        banned = work(ws, "embargo", owner, tmp_path, embargo_until="2030-01-01")
        ended = work(ws, "ended", owner, tmp_path, consent_expires_on="2026-01-01")
        removed = work(ws, "removed", owner, tmp_path, removed=1)
        linked = work(ws, "linked", owner, tmp_path, sha256=None, link=f"/home/{token('linked.folder')}/film.mov")
        theirs = work(ws, "theirs", stranger, tmp_path)
        for each in (shown, banned, ended, linked):
            audiences.show_to(ws, each, "producer")
        for whose, each, gone in (("showing", shown, 0), ("oldshowing", shown, 1), ("theirshowing", theirs, 0)):
            fill(ws, "showing", ws.new_id(), whose, artefact=each, shown_on="2027-05", kind="festival", removed=gone)
        for whose, each, criterion, author in (
            *(
                ("ownlink", shown, "TST-1", owner),
                ("onelink", shown, "TST-2", one),
                ("peerlink", shown, "TST-3", reviewers[0]),
            ),
            *(("keptlink", shown, "OTH-1", one), ("theirlink", theirs, "TST-1", stranger)),
        ):
            evidence_links.link_evidence(ws, each, criterion, note=token(f"{whose}.note"), author=author.id)
        assert removed
        # The rest of the house
        for whose, each in (("ownerlog", owner), ("strangerlog", stranger)):
            entry = ws.new_id()
            known = {"participant": each.id, "worked_on": "2026-09-10", "minutes": 600}
            fill(ws, "log_entry", entry, whose, **known)
            fill(
                ws,
                "log_check",
                ws.new_id(),
                whose,
                entry=entry,
                mentor=mentor.id,
                state="confirmed",
                checked_on="2026-09-11",
            )
            meeting = ws.new_id()
            fill(ws, "meeting", meeting, whose, participant=each.id, mentor=mentor.id, held_on="2026-09-12")
            fill(ws, "agreed_action", ws.new_id(), whose, meeting=meeting, participant=each.id)
            fill(ws, "milestone", ws.new_id(), whose, participant=each.id, reached_on="2026-09-13")
        fill(ws, "peer_response", ws.new_id(), "response", author=owner.id)
        fill(ws, "declared_conflict", ws.new_id(), "conflict", one=owner.id, other=reviewers[0].id)
        fill(ws, "comment_bank", ws.new_id(), "bank", owner=one.id)
        for kind in ("calibration_sample", "calibration", "erasure"):
            fill(ws, kind, ws.new_id(), kind.replace("_", ""))
        for kind in ("calibration_level", "calibration_rating"):
            fill(ws, kind, f"{ws.new_id()}/TST-1", kind.replace("_", ""))
        yield ws


def ask(ws: Workspace, rubric, occasion, pairs) -> None:
    from rubricapp.store.people import load_edition

    record = derived_id("peer_round", load_edition(ws).id, rubric.content_hash, occasion.id)
    with ws.writing("") as log:
        values = {"rubric": rubric.content_hash, "occasion": occasion.id, "reviews": 4, "seed": 1}
        log.set_all("peer_round", record, values)
        for reviewer, author in pairs:
            allocated = derived_id("allocation", record, reviewer.id, author.id)
            log.set_all("allocation", allocated, {"round": record, "reviewer": reviewer.id, "author": author.id})


def review(ws: Workspace, reviewer: Person, reviewed: Person, whose: str, level: int = 3) -> str:
    rubric = find_rubric(ws, "small")
    boxes = {box: token(f"{whose}.{box}") for box in ("works", "change", "next_step")}
    comments = {each.id: token(f"{whose}.{each.id.replace('-', '')}") for each in rubric.criteria}
    levels = {each.id: level for each in rubric.criteria}
    occasion = find_occasion(ws, "midpoint")
    return peer_review.write_review(
        ws, reviewer, reviewed, rubric, occasion, levels, comments, boxes, True
    ).assessment.id


def made(ws: Workspace, tmp_path: Path, audience: str = "") -> bytes:
    path = tmp_path / "made.rubricfolio"
    owner = next(each for each in list_people(ws) if each.given_name == token("owner.given"))
    portfolio_files.make(ws, owner, path, audience, today=TODAY)
    return path.read_bytes()  # nothing in it is compressed


FACTS = ("title", "type", "role", "did", "credits", "languages", "context", "reflection", "rights", "stage")
PEERS = [
    *(f"peer{number}.{box}" for number in range(1, 5) for box in ("works", "change", "nextstep")),
    *(f"peer{number}.tst{criterion}" for number in range(1, 5) for criterion in range(1, 7)),
]
FOR_AN_AUDIENCE = {
    *(
        "owner.given",
        "owner.family",
        "owner.person.pronouns",
        "one.given",
        "one.family",
        "mentor.given",
        "mentor.family",
    ),
    *("released.comment", "released.note", "mentored.comment", "mentored.note"),
    *(f"{each}.artefact.{fact}" for each in ("shown", "linked") for fact in FACTS),
    *("shown.file", "shown.bytes", "linked.file"),
    *(f"showing.showing.{field}" for field in ("place", "result", "proof")),
    *("ownlink.note", "onelink.note", "ownerlog.logentry.role"),
}
FOR_ITS_OWNER = FOR_AN_AUDIENCE | {
    *("owner.code", "self.comment", "self.note", *PEERS),
    *(f"{each}.artefact.{fact}" for each in ("hidden", "embargo", "ended") for fact in FACTS),
    *(f"{each}.artefact.consent" for each in ("shown", "linked", "hidden", "embargo", "ended")),
    *(f"{each}.{part}" for each in ("hidden", "embargo", "ended") for part in ("file", "bytes")),
    *("ownerlog.logentry.production", "ownerlog.milestone.title"),
}


@pytest.mark.parametrize(("audience", "allowed"), [("", FOR_ITS_OWNER), ("producer", FOR_AN_AUDIENCE)])
def test_only_what_is_on_the_list_is_in_the_file(full, tmp_path, audience, allowed) -> None:
    content = made(full, tmp_path, audience)
    found = {each.decode() for each in TOKEN.findall(content)}
    assert found - allowed == set(), "these lead too far"
    assert allowed - found == set(), "these should be inside"
    assert not re.search(rb"\d{4}-\d\d-\d\dT\d\d", content), "no time finer than a day"


def test_no_id_of_the_workspace_is_in_the_file(full, tmp_path) -> None:
    content = made(full, tmp_path)
    ids = {row[0] for row in full.rows("SELECT DISTINCT record FROM change WHERE kind <> 'rubric_version'")}
    ids |= {row[0] for row in full.rows("SELECT DISTINCT author FROM change")} - {""}
    ids |= {full.device} | {row[0] for row in full.rows("SELECT DISTINCT lower(hex(id)) FROM change")}
    parts = {part for each in ids for part in each.split("/") if len(part) == 32}
    assert len(parts) > 100
    assert [each for each in parts if each.encode() in content] == []


def test_for_everyone_only_what_was_chosen_for_everyone(full, tmp_path) -> None:
    content = made(full, tmp_path, "everyone")
    assert b'"audience":"everyone"' in content
    assert token("shown.artefact.title").encode() not in content
    owner = next(each for each in list_people(full) if each.given_name == token("owner.given"))
    shown = full.rows("SELECT id FROM artefact WHERE title = ?", token("shown.artefact.title"))[0][0]
    audiences.show_to(full, shown, "everyone", embargo_until="2026-11-30")
    assert token("shown.artefact.title").encode() not in made(full, tmp_path, "everyone")
    audiences.show_to(full, shown, "everyone", embargo_until="2026-11-29")
    assert token("shown.artefact.title").encode() in made(full, tmp_path, "everyone")
    audiences.show_to(full, shown, "union", shown=False)
    assert token("shown.artefact.title").encode() not in made(full, tmp_path, "union")
    said = portfolio_files.make(full, owner, tmp_path / "b.rubricfolio", "union", today=TODAY)
    assert any(token("shown.artefact.title") in each for each in said.remarks), "its maker is told"
    assert said.folio.left_out == ()


# Peers


def a_year(folder: Path, document: dict, swapped: bool, seed: int) -> bytes:
    """A portfolio with feedback of five; where swapped, the second and third reviewer changed all they wrote."""
    clock = [datetime(2026, 11, 20, 9, 0, tzinfo=UTC)]
    sources = Sources(now=lambda: clock[0], random=random.Random(seed).randbytes)
    with programmes.start(folder, "Residency", "2026", sources=sources, rubrics=[]) as ws:
        rubrics.adopt(ws, [document])
        names = ["Ada", "Bem", "Chi", "Dayo", "Efe"]
        order = [0, 2, 1, 3, 4] if swapped else [0, 1, 2, 3, 4]
        owner, _changes = people.add_person(ws, Role.PARTICIPANT, "Owner Example", "P-900")
        reviewers = [people.add_person(ws, Role.PARTICIPANT, f"{names[each]} Example")[0] for each in order]
        ask(ws, find_rubric(ws, "small"), find_occasion(ws, "midpoint"), [(each, owner) for each in reviewers])
        for place, each in enumerate(order):
            clock[0] = datetime(2026, 11, 21, 9, place, tzinfo=UTC)
            review(ws, reviewers[place], owner, f"wrote{each}", level=1 + each % 5)
        prepared = portfolio_files.prepare(ws, owner, today=TODAY)
        prepared = dataclasses.replace(prepared, key=signing.key_from(bytes(32)))
        portfolio_files.write(prepared, folder / "a.rubricfolio")
        assert prepared.gathered.folio.peers[0].feedback.enough
    return (folder / "a.rubricfolio").read_bytes()


def test_reviewers_who_swap_all_they_wrote_leave_the_file_as_it_is(tmp_path, document) -> None:
    plain = a_year(tmp_path / "a", document, False, 1)
    assert a_year(tmp_path / "b", document, True, 1) == plain
    assert a_year(tmp_path / "c", document, True, 2) == plain, "other ids and another device"
    for name in (b"Ada", b"Bem", b"Chi", b"Dayo", b"Efe"):
        assert name not in plain


@pytest.mark.parametrize("count", [0, 1, 3])
def test_of_too_few_reviews_not_even_the_number_is_said(ws, tmp_path, count) -> None:
    owner = find_people(ws, "P-001")[0]
    reviewers = [people.add_person(ws, Role.PARTICIPANT, f"Peer Number{number}")[0] for number in range(4)]
    ask(ws, find_rubric(ws, "small"), find_occasion(ws, "midpoint"), [(each, owner) for each in reviewers])
    for number in range(count):
        review(ws, reviewers[number], owner, f"peer{number}")
    (peers,) = portfolio_files.prepare(ws, owner).gathered.folio.peers
    assert (peers.feedback.reviews, peers.feedback.enough, peers.feedback.works) == (0, False, ())


def test_feedback_waits_for_ones_own_reviews(ws, tmp_path) -> None:
    owner = find_people(ws, "P-001")[0]
    reviewers = [people.add_person(ws, Role.PARTICIPANT, f"Peer Number{number}")[0] for number in range(4)]
    pairs = [*((each, owner) for each in reviewers), (owner, reviewers[0])]
    ask(ws, find_rubric(ws, "small"), find_occasion(ws, "midpoint"), pairs)
    for number, each in enumerate(reviewers):
        review(ws, each, owner, f"peer{number}")
    folio = portfolio_files.prepare(ws, owner).gathered.folio
    assert folio.peers == ()
    assert "your own reviews" in folio.left_out[0]


def test_a_finished_assessment_that_was_reopened_is_not_shown(full, tmp_path) -> None:
    found = next(
        load_assessment(full, row[0])
        for row in full.rows("SELECT id FROM assessment WHERE note = ?", token("released.note"))
    )
    assessments.reopen(full, found.id, "a slip")
    assert token("released.note").encode() not in made(full, tmp_path)
