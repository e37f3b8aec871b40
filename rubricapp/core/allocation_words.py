"""What is said about a round of peer review: why it is impossible, what would help, and what had to give way.

English sentences for a programme lead; they name people, so they are never shown to participants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rubricapp.core.allocation_graph import Cohort
from rubricapp.core.subgraphs import Barrier
from rubricapp.errors import UserError

_MOST = 3
"""Pairs or reasons told one by one; the rest is counted."""
_MOST_ALONE = 2
"""People who are told one by one, with their reasons."""
_MOST_LIFTS = 6


@dataclass(frozen=True)
class WaysOut:
    """What was tried and found to make the round possible. reviews: the most that can be asked for, 0 if none."""

    reviews: int
    without: bool
    reciprocal: bool


def plural(count: int, one: str, more: str = "") -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"


def why_not(cohort: Cohort, reviews: int, reciprocal: bool, barrier: Barrier) -> list[str]:
    """Sentences that say which people have too few partners for that many reviews each.

    barrier: proven, for 2·reviews places each (each person writes and receives). reciprocal: two people may review
    each other.
    """
    need = reviews if reciprocal else 2 * reviews
    if cohort.size - 1 < need:
        if reciprocal:
            return [
                f"{plural(reviews, 'review')} each {_need(reviews)} at least {need + 1} people; there {_are(cohort)}."
            ]
        return [
            f"{plural(reviews, 'review')} each {_need(reviews)} at least {need + 1} people, because nobody reviews a "
            f"person who reviews them; there {_are(cohort)}."
        ]
    if not barrier.full and all(len(cohort.partners[person]) < need for person in barrier.stuck):
        stuck = sorted(barrier.stuck, key=lambda place: (len(cohort.partners[place]), cohort.names[place]))
        found = [_alone(cohort, person, reviews, reciprocal) for person in stuck[:_MOST_ALONE]]
        if len(stuck) > _MOST_ALONE:
            found.append(f"{cohort.named(stuck[_MOST_ALONE:])} also {_have(len(stuck) - _MOST_ALONE)} too few.")
        return found
    stuck = cohort.named(barrier.stuck)
    wanted, with_full = 2 * reviews * len(barrier.stuck), 2 * reviews * len(barrier.full)
    if not barrier.full:
        return [
            f"{stuck} together should write and receive {wanted} reviews, but the others fall into groups in which one "
            "is always left over."
        ]
    others = any(not barrier.full.intersection(edge) and barrier.stuck.intersection(edge) for edge in cohort.edges)
    full = cohort.named(barrier.full)
    if not others:
        return [
            f"{stuck} may be paired only with {full}. Together they should write and receive {wanted} reviews, but "
            f"{full} can share in only {with_full} at {reviews} each."
        ]
    return [
        f"{stuck} together should write and receive {wanted} reviews. {full} can share in only {with_full} of them at "
        f"{reviews} each, and there are not enough other people whom they may be paired with."
    ]


def _need(count: int) -> str:
    return "needs" if count == 1 else "need"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _are(cohort: Cohort) -> str:
    return "is 1" if cohort.size == 1 else f"are {cohort.size}"


def _alone(cohort: Cohort, person: int, reviews: int, reciprocal: bool) -> str:
    name, partners = cohort.names[person], cohort.partners[person]
    if partners:
        only = f"only {plural(len(partners), 'person', 'people')} ({cohort.named(partners)})"
    else:
        only = "nobody"
    if reciprocal:
        need = f"{reviews} {'is' if reviews == 1 else 'are'} needed"
    else:
        need = (
            f"{plural(reviews, 'review')} {_need(reviews)} {2 * reviews}: {reviews} to review {name}, and "
            f"{plural(reviews, 'other')} to be reviewed by {name}"
        )
    return f"{name} can be paired with {only}, but {need}. {_reasons(cohort, person)}"


def _reasons(cohort: Cohort, person: int) -> str:
    """Who is not a partner of this person, by reason."""
    found: dict[str, list[int]] = {}
    for pair, reason in cohort.blocked.items():
        if person in pair:
            found.setdefault(reason, []).append(pair[0] if pair[1] == person else pair[1])
    parts = [f"{cohort.named(others, _MOST)} ({reason})" for reason, others in sorted(found.items())]
    if len(parts) > _MOST:
        parts = [*parts[:_MOST], f"others for {plural(len(parts) - _MOST, 'reason')} more"]
    return f"Not allowed: {', '.join(parts)}."


def impossible(
    cohort: Cohort, reviews: int, reciprocal: bool, barrier: Barrier, missing: int, ways: WaysOut
) -> UserError:
    """The refusal of a round. missing: places of the stuck that stay unfilled even with one review fewer each."""
    what = why_not(cohort, reviews, reciprocal, barrier)
    do = []
    if ways.reviews:
        do.append(f"ask for {plural(ways.reviews, 'review')} each")
    if ways.reciprocal:
        do.append("allow two people to review each other")
    lifts = _lifts(cohort, barrier)
    inside = any(barrier.stuck.issuperset(pair) for pair in lifts)
    least = -(-missing // ((2 if inside else 1) * (2 if reciprocal else 1)))
    if 0 < least <= min(len(lifts), _MOST_LIFTS):
        told = [f"{cohort.named(pair)} ({cohort.blocked[pair]})" for pair in lifts[:_MOST_LIFTS]]
        if len(lifts) > _MOST_LIFTS:
            told.append(f"{len(lifts) - _MOST_LIFTS} more")
        do.append(f"lift {'one' if least == 1 else f'at least {least}'} of: {'; '.join(told)}")
    if ways.without:
        do.append(f"leave {cohort.named(barrier.stuck)} out of this round")
    advice = "; or ".join(do or ["add people to the round, or lift conflicts"])
    return UserError(
        "E_ALLOCATION",
        " ".join(("This round is not possible.", *what)),
        "Nothing was allocated.",
        f"{advice[0].upper()}{advice[1:]}.",
    )


def _lifts(cohort: Cohort, barrier: Barrier) -> list[tuple[int, int]]:
    """Pairs not allowed now that could help the stuck: none with the full, who have no place left."""
    found = [
        pair for pair in cohort.blocked if barrier.stuck.intersection(pair) and not barrier.full.intersection(pair)
    ]
    return sorted(found, key=lambda pair: (cohort.blocked[pair] != "declared conflict", cohort.named(pair)))


def fewer(cohort: Cohort, reviews: int, writes: Sequence[int], receives: Sequence[int], why: Iterable[str]) -> str:
    """The note on people who write or receive fewer reviews than asked for."""
    parts = []
    for verb, counts in (("write", writes), ("receive", receives)):
        short = [person for person, count in enumerate(counts) if count < reviews]
        parts.append(f"{cohort.named(short)} {verb}{'s' if len(short) == 1 else ''} {reviews - 1}")
    return " ".join((f"Not everybody can have {plural(reviews, 'review')}: {'; '.join(parts)}.", *why))


def each_other(cohort: Cohort, pairs: Sequence[tuple[int, int]]) -> str:
    """The note on people who review each other."""
    return f"It could not be done without people who review each other: {_some(map(cohort.named, pairs))}."


def no_language(cohort: Cohort, pairs: Sequence[tuple[int, int]], proven: bool) -> str:
    """The note on reviewers who share no language with their author."""
    told = _some(f"{cohort.names[reviewer]} for {cohort.names[author]}" for reviewer, author in pairs)
    best = " Fewer are not possible with these loads." if proven else ""
    return f"{plural(len(pairs), 'reviewer')} with no language in common with the author: {told}.{best}"


def _some(texts: Iterable[str]) -> str:
    told = sorted(texts, key=lambda text: (text.casefold(), text))
    if len(told) > _MOST + 1:
        told = [*told[:_MOST], f"{len(told) - _MOST} more"]
    return "; ".join(told)


def guessable(cohort: Cohort, authors: Sequence[int]) -> str:
    """The note on authors who can tell who reviews them, because nobody else may."""
    everybody = len(authors) == cohort.size
    who = "Everybody" if everybody else cohort.named(authors)
    return (
        f"{who} can work out by elimination who reviews them: all who may, do. "
        "With fewer reviews each, a larger round or fewer conflicts they could not."
    )
