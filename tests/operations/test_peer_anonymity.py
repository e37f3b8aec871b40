"""The attack of `tests.anonymity` on what a real workspace gives its participants; and what two exports differ by."""

from __future__ import annotations

import contextlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rubricapp import cli
from rubricapp.core.model import Role
from rubricapp.core.peer_scores import BOXES, PeerReview
from rubricapp.operations import assessments, peer_feedback, peer_review, people, portfolio_files, programmes, rubrics
from rubricapp.store.peer_reviews import list_reviews
from rubricapp.store.people import find_people
from rubricapp.store.workspace import Sources, Workspace
from tests.anonymity import Case, assert_anonymous, linking, naming, readable, truth_of, word
from tests.operations.rounds import Asked, ask


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = datetime(2026, 9, 1, 8, tzinfo=UTC)

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


def taken_away(asked: Asked, author) -> object:
    """What an author can take away: as `peer feedback --json` says it."""
    given = peer_review.feedback_for(asked.ws, asked.now, author)
    return {
        **asdict(given),
        "pieces": [asdict(each) for each, _ in peer_feedback.list_pieces(asked.ws, asked.now, author)],
    }


def write_by_habit(asked: Asked, chance: random.Random) -> dict[str, dict[str, float]]:
    """Every review of the round, each reviewer at a time, harshness and order of their own; those habits."""
    reviewers = sorted(asked.people)
    habits: dict[str, dict[str, float]] = {"name": {}, "harsh": {}, "finished": {}}
    for place, reviewer in enumerate(chance.sample(reviewers, len(reviewers))):
        habits["name"][reviewer] = reviewers.index(reviewer)
        habits["finished"][reviewer] = place
        habits["harsh"][reviewer] = harsh = chance.randint(1, 4)
        for pair in asked.pairs:
            if pair.reviewer != reviewer:
                continue
            boxes = {box: word(chance) for box in BOXES}
            peer_review.write_review(
                asked.ws, asked.people[reviewer], asked.people[pair.author], asked.rubric, asked.occasion,
                {f"TST-{n}": harsh + chance.randint(0, 1) for n in range(1, 7)},
                {f"TST-{n}": word(chance) for n in range(1, 7)}, boxes, finish=True,
            )  # fmt: skip
    return habits


def case_of(export: object, reviews: list[PeerReview], habits: dict[str, dict[str, float]]) -> Case:
    raters = {each.assessment.assessor for each in reviews}
    return Case(
        export,
        truth_of(reviews),
        {habit: {key: value for key, value in known.items() if key in raters} for habit, known in habits.items()},
    )


@contextlib.contextmanager
def made(folder: Path, document: dict, seed: int) -> Iterator[tuple[Workspace, Clock]]:
    """A workspace with P-001 whose ids and times are the same each time."""
    clock, chance = Clock(), random.Random(seed)
    with programmes.start(folder, "Residency", "2026", sources=Sources(clock.now, chance.randbytes), rubrics=[]) as ws:
        rubrics.adopt(ws, [document])
        people.add_person(ws, Role.PARTICIPANT, "Amara Okafor", "P-001")
        yield ws, clock


@pytest.fixture
def written(folder, document):
    """A round of 30 with five reviews each, and its habits."""
    with made(folder, document, 4) as (ws, _clock):
        asked = ask(ws, people_=30, reviews=5)
        yield asked, write_by_habit(asked, random.Random(4))


def test_what_participants_take_away_leads_back_to_nobody(written, tmp_path) -> None:
    """Feedback as the terminal gives it, and portfolio files; against the lead's own list, which names everybody."""
    asked, habits = written
    feedbacks, files, leaks = [], [], []
    for author in asked.people.values():
        reviews = list_reviews(asked.ws, asked.now, author.id)
        feedbacks.append(case_of(taken_away(asked, author), reviews, habits))
        path = tmp_path / f"{author.code}.rubricfolio"
        portfolio_files.make(asked.ws, author, path, today=date(2026, 12, 1))
        files.append(case_of(path.read_bytes(), reviews, habits))
        leaks.append(case_of([asdict(each) for each in reviews], reviews, habits))
        for export in (feedbacks[-1].export, files[-1].export):
            text = readable(export)
            for other in asked.people.values():
                if other.id != author.id:
                    assert not re.search(rf"{other.id}|\b{other.code}\b|\b{other.name}\b", text)
            assert not any(each.assessment.id in text for each in reviews)
        for moment in ("2026-", "T08:", ":000"):
            assert moment not in readable(feedbacks[-1].export)
    for cases in (feedbacks, files):
        assert_anonymous(cases)
        assert naming(cases).trials == linking(cases).trials / 8 == 15 * 5 * 9
    assert linking(leaks).accuracy > 0.99


# Two reviewers swap everything


def swapped_or_not(folder: Path, document: dict, swap: bool) -> tuple[bytes, bytes]:
    """What one author takes away of a round in which two reviewers have swapped names, times, machines and order."""
    with made(folder, document, 11) as (ws, clock):
        asked = ask(ws)
        amara = find_people(ws, "P-001")[0]
        raters = asked.reviewers_of(amara)
        words = random.Random(12)
        said = [
            ({f"TST-{n}": words.randint(1, 5) for n in range(1, 7)}, {f"TST-{n}": word(words) for n in range(1, 7)},
             {box: word(words) for box in BOXES})
            for _ in raters
        ]  # fmt: skip
        order = [1, 0, 2, 3] if swap else [0, 1, 2, 3]
        for number, rater in enumerate(raters):
            clock.time = datetime(2026, 10, 1 + number, 9, tzinfo=UTC)
            levels, comments, boxes = said[order[number]]
            peer_review.write_review(ws, rater, amara, asked.rubric, asked.occasion, levels, comments, boxes, True)
        for pair in asked.pairs:
            if pair.reviewer == amara.id:
                asked.write(amara, asked.people[pair.author])
        path = folder.with_suffix(".rubricfolio")
        portfolio_files.make(ws, amara, path, today=date(2026, 12, 1))
        return readable(taken_away(asked, amara)).encode(), path.read_bytes()


def test_two_reviewers_who_swap_everything_leave_the_same_bytes(tmp_path, document, capsys) -> None:
    plain = swapped_or_not(tmp_path / "plain", document, swap=False)
    assert plain == swapped_or_not(tmp_path / "swapped", document, swap=True)
    said = []
    for name in ("plain", "swapped"):
        capsys.readouterr()
        assert cli.run(["peer", "feedback", "P-001", "--workspace", str(tmp_path / name), "--json"]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert json.loads(said[0])["enough"]


# Two exports, before and after


@pytest.mark.parametrize("event", ["one more comes", "one is withheld", "one is altered", "the round ends"])
def test_two_exports_of_one_author_never_differ_by_one_review(ws, event) -> None:
    asked = ask(ws, reviews=5)
    amara = find_people(ws, "P-001")[0]
    late, other, *_ = asked.reviewers_of(amara)
    ids = asked.write_for(amara, except_=lambda pair: (pair.reviewer, pair.author) == (late.id, amara.id))
    assert not peer_review.feedback_for(ws, asked.now, amara).enough  # four are there, but the fifth may come
    peer_review.close_round(ws, asked.now)
    before = readable(taken_away(asked, amara))
    if event == "one more comes":
        peer_review.reopen_round(ws, asked.now)
        asked.write(late, amara, {"TST-1": 5})
        peer_review.close_round(ws, asked.now)
    elif event == "one is withheld":
        peer_review.withhold(ws, ids[other.id, amara.id], "About the person")
    elif event == "one is altered":
        peer_review.reopen_round(ws, asked.now)
        assessments.reopen(ws, ids[other.id, amara.id], "Second thoughts")
        asked.write(other, amara, {"TST-1": 5, "TST-2": 5}, words="second thoughts")
    else:
        peer_review.end_round(ws, asked.now)
    assert readable(taken_away(asked, amara)) == before


def test_one_withheld_and_one_that_never_came_look_the_same(tmp_path, document) -> None:
    """From the first reading on, and before it: not open until the lead closes the round."""
    seen = []
    for kind in ("withheld", "never came"):
        with made(tmp_path / kind, document, 21) as (ws, _clock):
            asked = ask(ws, reviews=5)
            amara = find_people(ws, "P-001")[0]
            gone = asked.reviewers_of(amara)[0]
            missing = (gone.id, amara.id)
            ids = asked.write_for(
                amara,
                except_=lambda pair, missing=missing, kind=kind: (
                    kind == "never came" and (pair.reviewer, pair.author) == missing
                ),
            )
            if kind == "withheld":
                peer_review.withhold(ws, ids[missing], "About the person")
            views = [readable(peer_review.feedback_for(ws, asked.now, amara))]
            peer_review.close_round(ws, asked.now)
            views.append(readable(taken_away(asked, amara)))
            seen.append(views)
    assert seen[0][0] == seen[1][0]
    assert json.loads(seen[0][1])["reviews"] == 4
    withheld, never = (json.loads(views[1]) for views in seen)
    for place in (*BOXES, "criteria"):
        assert withheld[place] == never[place]
