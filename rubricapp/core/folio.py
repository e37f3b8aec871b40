"""What a portfolio file says: one participant's released results, works, feedback and growth, whole without us.

Everything in it stands for itself: names instead of ids, the words of each level as they were valid, days and never
times. What peers said comes as `PeerFeedback`, which leads back to nobody; no id, clock or order of the workspace is
carried over. It is made once, signed, and never changed; what its owner adds later stands beside it (`Additions`).
"""

from __future__ import annotations

from dataclasses import dataclass

from rubricapp.core.model import RubricVersion
from rubricapp.core.peer_scores import PeerFeedback

FORMAT = 1
"""The newest form of the file that is written and read. A newer one is refused in plain words."""


@dataclass(frozen=True)
class FolioRating:
    """One criterion of one assessment. Exactly one of level and blank is set, or neither: not rated.

    descriptor: the words of the level that was given, as they stood in the rubric then.
    """

    criterion: str
    level: int | None = None
    blank: str = ""
    comment: str = ""
    descriptor: str = ""


@dataclass(frozen=True)
class FolioAssessment:
    """What one assessor, or the participant, said on one occasion. rubric: content hash, see `Folio.rubrics`.

    kind: assessor, self or mentor. by: the assessor's name. finished_on: ISO day. words: the total in plain words.
    """

    rubric: str
    occasion: str
    kind: str
    by: str
    finished_on: str
    ratings: tuple[FolioRating, ...]
    note: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class FolioFile:
    """A file of a work. sha256: of its bytes, by which it is kept in the file; "" where only its name is known.

    held: whether the bytes are inside. why_not: where they are not (a link, too large, not on the laptop).
    """

    name: str
    media: str
    size: int
    sha256: str = ""
    held: bool = True
    link: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class FolioShowing:
    """See `portfolio.Showing`."""

    shown_on: str
    kind: str
    place: str
    result: str = ""
    proof: str = ""


@dataclass(frozen=True)
class FolioProof:
    """Which moment of a work proves which criterion. moment: as people read it ("00:01:47:12", "p. 3")."""

    criterion: str
    moment: str = ""
    note: str = ""


@dataclass(frozen=True)
class FolioWork:
    """A work that its participant chose to show. facts: (label, words) of what is said of it, in reading order.

    key: names it inside this file ("w1", "w2" …), so that additions can point to it. picture: sha256 of a small
    preview inside the file, or "".
    """

    key: str
    title: str
    file: FolioFile
    facts: tuple[tuple[str, str], ...] = ()
    showings: tuple[FolioShowing, ...] = ()
    proves: tuple[FolioProof, ...] = ()
    picture: str = ""


@dataclass(frozen=True)
class FolioPeers:
    """What peers said in one round. feedback: numbers and shuffled words, or only that there were too few."""

    rubric: str
    occasion: str
    feedback: PeerFeedback


@dataclass(frozen=True)
class FolioPoint:
    """One step of a growth line: the median level of the assessors on an occasion; None is a gap, kept as a gap."""

    occasion: str
    held_on: str
    level: float | None
    count: int


@dataclass(frozen=True)
class FolioGrowth:
    """A criterion's way over the occasions."""

    rubric: str
    criterion: str
    points: tuple[FolioPoint, ...]


@dataclass(frozen=True)
class FolioEvent:
    """One line of the timeline. kind: assessment, work, log, milestone … on: ISO day, month or year."""

    on: str
    kind: str
    words: str


@dataclass(frozen=True)
class Folio:
    """One participant's portfolio. made_on: ISO day. audience: who it was made for, "" for its owner.

    rubrics: the versions that the results were given in, by content hash, all their words inside.
    log_totals: (role, days, minutes). left_out: what was not taken in and why, in words.
    """

    programme: str
    edition: str
    edition_dates: tuple[str, str]
    name: str
    code: str
    made_on: str
    language: str
    audience: str = ""
    pronouns: str = ""
    rubrics: tuple[RubricVersion, ...] = ()
    assessments: tuple[FolioAssessment, ...] = ()
    works: tuple[FolioWork, ...] = ()
    peers: tuple[FolioPeers, ...] = ()
    growth: tuple[FolioGrowth, ...] = ()
    timeline: tuple[FolioEvent, ...] = ()
    log_totals: tuple[tuple[str, int, int], ...] = ()
    left_out: tuple[str, ...] = ()

    def rubric(self, content_hash: str) -> RubricVersion:
        """The rubric version with this hash. Raises KeyError."""
        for each in self.rubrics:
            if each.content_hash == content_hash:
                return each
        raise KeyError(content_hash)


@dataclass(frozen=True)
class Signature:
    """Who signed and whether it holds. fingerprint: of the signer's public key, in groups people can compare.

    whole: every byte is as it was signed. problems: what is not, in words, one each; empty where all is well.
    """

    signer: str
    fingerprint: str
    signed_on: str
    whole: bool
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Added:
    """Something its owner said later. kind: showing or note. on: ISO day, month or year. work: a key, or ""."""

    kind: str
    on: str
    words: str
    work: str = ""
    place: str = ""
    result: str = ""


@dataclass(frozen=True)
class Additions:
    """What stands beside a portfolio file, unsigned, and is always shown as such."""

    entries: tuple[Added, ...] = ()
