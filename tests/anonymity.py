"""An attack on whatever a participant can take away: who said what of me, and which answers are of one person?

The attacker has exports of many authors and knows the truth for half of them (they asked, they guessed, they were
told). They know the reviewers' habits: names, harshness, who finishes first, on which machine. From an answer's place
in the file and what stands near it (ids, times, numbers) they learn on the one half and are tested on the other. Not
considered: the style of the words themselves, which no program of ours can take away.

    cases = simulated_cases(lambda reviews: my_export(feedback(rubric, reviews)))
    assert_anonymous(cases)

Works on anything: bytes (archives are opened, deflated streams inflated), text, or what JSON can hold.
"""

from __future__ import annotations

import io
import json
import random
import re
import string
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import permutations

from rubricapp.core.model import Assessment, AssessmentKind, AssessmentState, Blank, Rating
from rubricapp.core.peer_scores import BOXES, PeerReview

MARGIN = 0.05
"""How much better than chance an attack may be."""


@dataclass(frozen=True)
class Said:
    """The truth: one answer. place: a box or a criterion."""

    place: str
    text: str
    reviewer: str


@dataclass(frozen=True)
class Case:
    """One author's export, the truth of it, and what is known of the reviewers: habit → reviewer → a number."""

    export: object
    said: tuple[Said, ...]
    habits: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Strength:
    """How well an attack did on the half it had not seen. trials: answers it was tested on. how: what it went by."""

    accuracy: float
    chance: float
    trials: int
    how: str


# Reading an export


def readable(export: object) -> str:
    """Everything that can be read in an export, as one text."""
    if isinstance(export, bytes):
        return "\n".join(_opened(export))
    if isinstance(export, str):
        return export
    return json.dumps(export, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Fraction):
        return float(value)
    return str(value)


def _opened(data: bytes) -> Iterable[str]:
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for each in archive.infolist():
                yield f"{each.filename} {each.date_time} {each.comment!r}"
                yield from _opened(archive.read(each))
        return
    yield data.decode("utf-8", "replace")
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            yield zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue


_TOKENS = {
    "id": re.compile(r"[0-9a-f]{8,}(?:-[0-9a-f]{4,})*"),
    "time": re.compile(r"\d{4}-\d\d-\d\d[T ]?[\d:.]*"),
    "number": re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w-])"),
}


def _features(case: Case) -> dict[Said, dict[str, object]]:
    """What is seen of each answer that is in the export: where it stands, and what stands near it."""
    text = readable(case.export)
    spots = []
    for each in case.said:
        written = json.dumps(each.text, ensure_ascii=False)[1:-1]
        at = [match.start() for match in re.finditer(re.escape(written), text)]
        if at:
            spots += [(start, start + len(written), each) for start in at]
    spots.sort(key=lambda spot: spot[:2])
    found: dict[Said, dict[str, object]] = defaultdict(dict)
    for number, (start, end, each) in enumerate(spots):
        before = text[spots[number - 1][1] if number else 0 : start]
        after = text[end : spots[number + 1][0] if number + 1 < len(spots) else len(text)]
        seen = found[each]
        seen.setdefault("first place", start)
        seen["last place"] = start
        for kind, pattern in _TOKENS.items():
            for side, tokens in (("before", pattern.findall(before)[-1:]), ("after", pattern.findall(after)[:1])):
                for token in tokens:
                    seen[f"{kind} {side}"] = float(token) if kind == "number" else token
    return found


def _ranks(values: Mapping[Said, object]) -> dict[Said, int]:
    """Each answer's rank among those of the same place."""
    by_place = defaultdict(list)
    for each in values:
        by_place[each.place].append(each)
    return {
        each: rank
        for group in by_place.values()
        for rank, each in enumerate(sorted(group, key=lambda said: values[said]))
    }


def _seen(case: Case) -> dict[str, dict[Said, int]]:
    """Feature → answer → rank; only features that every answer has."""
    features = _features(case)
    names = set.intersection(*(set(each) for each in features.values())) if features else set()
    return {name: _ranks({said: features[said][name] for said in features}) for name in sorted(names)}


# The attacks


def naming(cases: Sequence[Case]) -> Strength:
    """Says of each answer which of the reviewers wrote it: the harshest, the first to finish, the first by name …"""
    learnt = [(_seen(case), case) for case in cases]
    half = len(learnt) // 2
    best: tuple[float, str, str, dict] = (-1.0, "", "", {})
    for habit in sorted(cases[0].habits):
        for feature in sorted({name for seen, _case in learnt for name in seen}):
            table: dict[tuple[str, int], Counter[int]] = defaultdict(Counter)
            for place, rank, truth in _answers(learnt[:half], feature, habit):
                table[place, rank][truth] += 1
            total = sum(sum(each.values()) for each in table.values())
            right = sum(max(each.values()) for each in table.values())
            if total and right / total > best[0]:
                best = (right / total, habit, feature, {key: each.most_common(1)[0][0] for key, each in table.items()})
    _share, habit, feature, guess = best
    tested = [guess.get((place, rank), 0) == truth for place, rank, truth in _answers(learnt[half:], feature, habit)]
    chance = _chance(cases[half:])
    return Strength(sum(tested) / len(tested) if tested else 0.0, chance, len(tested), f"{habit} by {feature}")


def _answers(learnt: Sequence[tuple[dict, Case]], feature: str, habit: str) -> Iterable[tuple[str, int, int]]:
    """(place, rank of what is seen, rank of the reviewer by the habit) of every answer."""
    for seen, case in learnt:
        if feature not in seen:
            continue
        order = sorted(case.habits[habit], key=lambda reviewer: case.habits[habit][reviewer])
        for said, rank in seen[feature].items():
            yield said.place, rank, order.index(said.reviewer)


def linking(cases: Sequence[Case]) -> Strength:
    """Says of an answer in one place which answer in another place is of the same reviewer, whoever that is."""
    learnt = [(_seen(case), case) for case in cases]
    half = len(learnt) // 2
    best: tuple[float, str, dict] = (-1.0, "", {})
    for feature in sorted({name for seen, _case in learnt for name in seen}):
        table: dict[tuple[str, str, int], Counter[int]] = defaultdict(Counter)
        for key, rank in _links(learnt[:half], feature):
            table[key][rank] += 1
        total = sum(sum(each.values()) for each in table.values())
        right = sum(max(each.values()) for each in table.values())
        if total and right / total > best[0]:
            best = (right / total, feature, {key: each.most_common(1)[0][0] for key, each in table.items()})
    _share, feature, guess = best
    tested = [guess.get(key, 0) == rank for key, rank in _links(learnt[half:], feature)]
    return Strength(sum(tested) / len(tested) if tested else 0.0, _chance(cases[half:]), len(tested), feature)


def _links(learnt: Sequence[tuple[dict, Case]], feature: str) -> Iterable[tuple[tuple[str, str, int], int]]:
    """((a place, another place, rank in the one), rank in the other) of every two answers of one reviewer."""
    for seen, _case in learnt:
        ranks = seen.get(feature, {})
        of = defaultdict(list)
        for said in ranks:
            of[said.reviewer].append(said)
        for answers in of.values():
            for one, other in permutations(answers, 2):
                yield (one.place, other.place, ranks[one]), ranks[other]


def _chance(cases: Sequence[Case]) -> float:
    """What guessing gives: one in as many as answered in that place."""
    groups = Counter((number, said.place) for number, case in enumerate(cases) for said in case.said)
    return len(groups) / sum(groups.values())


def assert_anonymous(cases: Sequence[Case], margin: float = MARGIN) -> None:
    """Neither attack does better than chance; and there was something to attack."""
    for attack in (naming, linking):
        found = attack(cases)
        assert found.trials > 0, "no answer is in the exports: nothing was tested"
        assert found.accuracy <= found.chance + margin, (attack.__name__, found)


# Rounds to attack


def word(chance: random.Random) -> str:
    """Text without a style, and without anything that looks like an id or a number."""
    return " ".join("".join(chance.choices(string.ascii_lowercase[6:], k=7)) for _ in range(3))


def simulated_reviews(
    criteria: Sequence[str], chance: random.Random, reviewers: int = 5
) -> tuple[list[PeerReview], dict[str, dict[str, float]]]:
    """One author's reviews, stored as they came, by reviewers of different habits; and those habits."""
    start = datetime(2026, 10, 1, 8, tzinfo=UTC)
    harsh = chance.sample(range(reviewers), reviewers)
    reviews, habits = [], {"name": {}, "harsh": {}, "finished": {}, "machine": {}}
    for place, name in enumerate(sorted(chance.sample(range(1000), reviewers))):
        reviewer = f"{name:032x}"
        finished = start + timedelta(hours=place * 5 + chance.random())  # the first by name is the first to finish
        ratings = {}
        for criterion in criteria:
            level = max(1, min(5, 2 + harsh[place] * 4 // reviewers + chance.choice((-1, 0, 0, 1))))
            blank = Blank.NOT_OBSERVED if chance.random() < 0.02 else None
            ratings[criterion] = Rating(criterion, None if blank else level, blank, word(chance))
        milliseconds = int(finished.timestamp() * 1000)
        assessment = Assessment(
            f"{milliseconds:012x}{chance.getrandbits(80):020x}", "author", reviewer, "r", "o",
            AssessmentKind.PEER, AssessmentState.FINISHED, finished_at=finished, ratings=ratings,
        )  # fmt: skip
        reviews.append(PeerReview(assessment, word(chance), word(chance), word(chance)))
        habits["name"][reviewer] = name
        habits["harsh"][reviewer] = harsh[place]
        habits["finished"][reviewer] = finished.timestamp()
        habits["machine"][reviewer] = place
    return reviews, habits


def truth_of(reviews: Sequence[PeerReview]) -> tuple[Said, ...]:
    """Every answer of these reviews, and whose it is."""
    found = [Said(box, getattr(each, box), each.assessment.assessor) for each in reviews for box in BOXES]
    found += [
        Said(key, rating.comment, each.assessment.assessor)
        for each in reviews
        for key, rating in each.assessment.ratings.items()
        if rating.comment
    ]
    return tuple(found)


def simulated_cases(
    export: Callable[[Sequence[PeerReview]], object], criteria: Sequence[str], authors: int = 120, seed: int = 1
) -> list[Case]:
    """As many authors' exports, each made by `export` from reviews in the order they are stored."""
    chance = random.Random(seed)
    cases = []
    for _ in range(authors):
        reviews, habits = simulated_reviews(criteria, chance)
        cases.append(Case(export(reviews), truth_of(reviews), habits))
    return cases
