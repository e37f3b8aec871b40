"""A committee on one participant: everybody votes alone, then all votes are shown, then it talks and decides.

Whoever has seen the others' votes cannot vote alone any more: so votes are hidden until all members have voted or the
lead closes the vote, and from then on no vote changes. A meeting begins with what was agreed at the last one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rubricapp.core.changes import derived_id
from rubricapp.core.model import PersonId


@dataclass(frozen=True)
class Vote:
    """One member's vote, in their own word, with a note. voted_on: ISO day."""

    member: PersonId
    vote: str
    note: str = ""
    voted_on: str = ""


@dataclass(frozen=True)
class Decision:
    """What was decided, why, and what is to be done until the next time."""

    decision: str
    rationale: str = ""
    plan: str = ""
    by: str = ""
    on: str = ""


@dataclass(frozen=True)
class Case:
    """One participant before a committee on one day.

    voted: members who have voted. votes: theirs, in the members' order, as far as whoever reads may see them. shown:
    whether that is all of them. closed_on: ISO day on which the lead closed the vote, or "".
    """

    id: str
    participant: PersonId
    held_on: str
    members: tuple[PersonId, ...]
    voted: tuple[PersonId, ...] = ()
    votes: tuple[Vote, ...] = ()
    shown: bool = False
    closed_on: str = ""
    decision: Decision | None = None

    @property
    def missing(self) -> tuple[PersonId, ...]:
        """Members who have not voted."""
        return tuple(each for each in self.members if each not in self.voted)

    def tally(self) -> tuple[tuple[str, int], ...]:
        """(vote, how many), most first; nothing while votes are hidden. The same word in any case is one vote."""
        if not self.shown:
            return ()
        words: dict[str, str] = {}
        for each in self.votes:
            words.setdefault(each.vote.casefold(), each.vote)
        counts = Counter(each.vote.casefold() for each in self.votes)
        return tuple(
            (words[word], count) for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        )


def case_id(participant: str, held_on: str) -> str:
    """The record of a case: two laptops name the same one alike."""
    return derived_id("committee_case", participant, held_on)


def vote_id(case: str, member: str) -> str:
    return derived_id("committee_vote", case, member)


def show(case: Case, votes: Iterable[Vote], viewer: str = "") -> Case:
    """The case with the votes that may be seen: all once everybody has voted or it is closed, else the viewer's own.

    Votes of people who are no members count nowhere.
    """
    given = {each.member: each for each in votes if each.vote}
    ours: Sequence[Vote] = [given[each] for each in case.members if each in given]
    voted = tuple(each.member for each in ours)
    shown = bool(case.closed_on) or (bool(case.members) and len(voted) == len(case.members))
    seen = tuple(each for each in ours if shown or (viewer and each.member == viewer))
    return Case(
        case.id, case.participant, case.held_on, case.members, voted, seen, shown, case.closed_on, case.decision
    )
