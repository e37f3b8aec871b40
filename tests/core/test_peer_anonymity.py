"""What authors may read leads back to nobody: the attack of `tests.anonymity` does no better than guessing."""

from __future__ import annotations

import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from rubricapp.core.peer_scores import BOXES, PeerReview, feedback, pieces_of
from rubricapp.core.rubrics import from_document
from tests.anonymity import assert_anonymous, linking, naming, readable, simulated_cases, simulated_reviews

CRITERIA = tuple(f"TST-{n}" for n in range(1, 7))


@pytest.fixture
def rubric(document):
    return from_document(document)


def shown(rubric) -> Callable[[Sequence[PeerReview]], object]:
    def export(reviews: Sequence[PeerReview]) -> object:
        given = feedback(rubric, reviews)
        return {"feedback": given, "pieces": pieces_of(given)}

    return export


def test_the_attack_does_no_better_than_chance(rubric) -> None:
    cases = simulated_cases(shown(rubric), CRITERIA)
    assert_anonymous(cases)
    assert naming(cases).trials == 60 * 5 * 9  # every answer of the half that was not learnt from was tried


def leak(name: str) -> Callable[[Sequence[PeerReview]], object]:
    """An export with one fault."""

    def answers(reviews: Sequence[PeerReview], shuffle: random.Random | None, extra) -> object:
        found: dict[str, list] = {}
        for place in (*BOXES, *CRITERIA):
            group = [
                {"text": getattr(each, place) if place in BOXES else each.assessment.rating(place).comment}
                | extra(each, place)
                for each in reviews
            ]
            if shuffle:
                shuffle.shuffle(group)
            found[place] = group
        return found

    chance = random.Random(7)
    faults = {
        "stored order": lambda reviews: answers(reviews, None, lambda each, place: {}),
        "ids of time": lambda reviews: answers(reviews, chance, lambda each, place: {"id": each.assessment.id}),
        "times": lambda reviews: answers(
            reviews, chance, lambda each, place: {"at": each.assessment.finished_at.isoformat()}
        ),
        "days": lambda reviews: answers(
            reviews, chance, lambda each, place: {"on": each.assessment.finished_at.date().isoformat()}
        ),
        "levels beside words": lambda reviews: answers(
            reviews,
            chance,
            lambda each, place: {"level": each.assessment.rating("TST-1").level or 0},
        ),
        "one order for all": lambda reviews: answers(
            sorted(reviews, key=lambda each: each.works), None, lambda each, place: {}
        ),
    }
    return faults[name]


@pytest.mark.parametrize(
    ("fault", "names", "links"),
    [
        ("stored order", 0.99, 0.99),
        ("ids of time", 0.99, 0.99),
        ("times", 0.99, 0.99),
        ("days", 0.35, 0.35),
        ("levels beside words", 0.3, 0.3),
        ("one order for all", 0.0, 0.99),
    ],
)
def test_the_attack_finds_what_leaks(fault, names, links) -> None:
    cases = simulated_cases(leak(fault), CRITERIA, authors=80)
    assert naming(cases).accuracy >= names
    assert linking(cases).accuracy >= links
    with pytest.raises(AssertionError):
        assert_anonymous(cases)


@pytest.mark.parametrize("form", ["json", "zip", "pdf", "text"])
def test_the_attack_reads_files(form) -> None:
    def export(reviews: Sequence[PeerReview]) -> bytes:
        data = json.dumps([each.works for each in reviews]).encode()
        if form == "zip":
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("peers.json", data)
            return file.getvalue()
        if form == "pdf":
            return b"%PDF-1.7\nstream\n" + zlib.compress(data) + b"\nendstream\n"
        return data if form == "json" else data.replace(b",", b"\n")

    assert naming(simulated_cases(export, (), authors=20)).accuracy > 0.99


def test_an_empty_export_is_no_proof(rubric) -> None:
    with pytest.raises(AssertionError, match="nothing was tested"):
        assert_anonymous(simulated_cases(lambda reviews: {"enough": False}, CRITERIA, authors=10))


def test_two_reviewers_who_swap_everything_leave_the_same_bytes(rubric) -> None:
    """Names, ids, times and the place in which they are stored; all that stays is what was said."""
    chance = random.Random(3)
    export = shown(rubric)
    for _ in range(30):
        reviews, _habits = simulated_reviews(CRITERIA, chance)
        one, other = chance.sample(range(len(reviews)), 2)
        swapped = list(reviews)
        for here, there in ((one, other), (other, one)):
            theirs = reviews[there].assessment
            assessment = replace(
                reviews[here].assessment,
                id=theirs.id,
                assessor=theirs.assessor,
                finished_at=theirs.finished_at,
                revision=theirs.revision,
            )
            swapped[there] = replace(reviews[here], assessment=assessment)
        assert readable(export(swapped)) == readable(export(reviews))


def test_a_reader_who_is_a_rater_cannot_subtract_themselves(rubric) -> None:
    """With five or more, what is left after one's own level is taken away fits more than one set of four."""
    chance = random.Random(5)
    told = tried = 0
    for _ in range(300):
        reviews, _habits = simulated_reviews(CRITERIA, chance)
        own = reviews[0].assessment
        for each in feedback(rubric, reviews, reader_is_rater=True).criteria:
            if each.median is None:
                assert each.count == 0
                continue
            mine, fits = own.rating(each.criterion).level, set()
            for rest in _sets(each.count - 1):
                levels = sorted((*rest, mine))
                if (levels[len(levels) // 2], levels[0], levels[-1]) == (each.median, each.low, each.high):
                    fits.add(rest)
            if mine is not None:
                tried += 1
                told += len(fits) == 1
    assert tried > 1000
    assert told / tried < 0.5  # only where all are nearly alike


def _sets(count: int) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = [()]
    for _ in range(count):
        found = [(*each, level) for each in found for level in range(each[-1] if each else 1, 6)]
    return found
