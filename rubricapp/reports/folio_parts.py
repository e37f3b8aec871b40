"""A portfolio arranged for reading: results by rubric and occasion, growth by criterion, what there is of each part."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rubricapp.core.folio import Folio, FolioAssessment, FolioPoint, FolioRating
from rubricapp.core.model import Criterion, RubricVersion
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _, ngettext
from rubricapp.reports.folio_words import Phrase, occasion_words, phrase

_ORDER = ("assessor", "mentor", "self")


def check_whole(folio: Folio) -> None:
    """Raises UserError where results are told in a rubric whose words are not inside."""
    inside = {each.content_hash for each in folio.rubrics}
    told = {each.rubric for each in (*folio.assessments, *folio.peers, *folio.growth)}
    lost = len(told - inside)
    if lost:
        raise UserError(
            "E_FOLIO_RUBRIC",
            ngettext(
                "The portfolio tells results in {n} rubric that is not inside it.",
                "The portfolio tells results in {n} rubrics that are not inside it.",
                lost,
            ).format(n=lost),
            _("Nothing was written."),
            _("Ask whoever made the portfolio for another copy."),
            exit_code=Exit.DAMAGED,
        )


# Results


@dataclass(frozen=True)
class Occasion:
    """Everything said with one rubric on one occasion: assessors first, then mentors, then the participant."""

    name: str
    assessments: tuple[FolioAssessment, ...]

    @property
    def self_view(self) -> FolioAssessment | None:
        return next((each for each in self.assessments if each.kind == "self"), None)

    @property
    def others(self) -> tuple[FolioAssessment, ...]:
        return tuple(each for each in self.assessments if each.kind != "self")


@dataclass(frozen=True)
class Results:
    """One rubric version and all its occasions, in the order in which the folio tells them."""

    rubric: RubricVersion
    occasions: tuple[Occasion, ...]


def results(folio: Folio) -> tuple[Results, ...]:
    """What was said, by rubric and occasion, of a whole folio."""
    found: dict[str, dict[str, list[FolioAssessment]]] = {}
    for each in folio.assessments:
        found.setdefault(folio.rubric(each.rubric).content_hash, {}).setdefault(each.occasion, []).append(each)
    return tuple(
        Results(
            rubric,
            tuple(
                Occasion(occasion_words(name), tuple(sorted(given, key=lambda each: _place(each.kind))))
                for name, given in found[rubric.content_hash].items()
            ),
        )
        for rubric in folio.rubrics
        if rubric.content_hash in found
    )


def _place(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def assessment_title(given: FolioAssessment) -> Phrase:
    """Who said it, as a heading."""
    if given.kind == "self":
        return phrase(_("Self-assessment by {name}"), name=given.by)
    if given.kind == "mentor":
        return phrase(_("Seen by the mentor {name}"), name=given.by)
    return phrase(_("Assessed by {name}"), name=given.by)


def ratings_of(rubric: RubricVersion, given: FolioAssessment) -> tuple[tuple[Criterion | None, FolioRating], ...]:
    """Every criterion of the rubric with what was said of it, then ratings of criteria that the rubric lacks."""
    by_criterion = {each.criterion: each for each in given.ratings}
    known = [(each, by_criterion.pop(each.id, FolioRating(each.id))) for each in rubric.criteria]
    return (*known, *((None, each) for each in by_criterion.values()))


def scale_name(rubric: RubricVersion, criterion: Criterion | None, level: int) -> str:
    """The level's name: on the criterion's own scale, else on the rubric's."""
    for each in criterion.levels if criterion else ():
        if each.level == level and each.title:
            return each.title
    return rubric.scale[level - 1][0] if 0 < level <= rubric.top_level else ""


def level_descriptor(criterion: Criterion | None, rating: FolioRating) -> str:
    """The words of the level as then valid."""
    if rating.descriptor or criterion is None or rating.level is None:
        return rating.descriptor
    return next((each.descriptor for each in criterion.levels if each.level == rating.level), "")


def gate_words(criterion: Criterion | None, rating: FolioRating | None = None) -> str:
    """That a criterion is a gate; with a rating, whether it was met."""
    if criterion is None or criterion.gate is None:
        return ""
    if rating is None or rating.level is None:
        return _("Gate: level {level} or higher").format(level=criterion.gate)
    words = _("Gate: level {level} or higher, met") if rating.level >= criterion.gate else ""
    return (words or _("Gate: level {level} or higher, not met")).format(level=criterion.gate)


def gap_words(own: FolioRating, other: FolioRating) -> str:
    """How far another's level is from the participant's own: +1, −2, same; "" where one of them has none."""
    if own.level is None or other.level is None:
        return ""
    gap = other.level - own.level
    return _("same") if gap == 0 else f"+{gap}" if gap > 0 else f"−{-gap}"


# Growth


@dataclass(frozen=True)
class Way:
    """One criterion's steps, one for each occasion of its rubric; a level of None is a gap."""

    title: str
    steps: tuple[FolioPoint, ...]


@dataclass(frozen=True)
class Ways:
    """The growth in one rubric. occasions: (name, ISO day) of each, in order."""

    rubric: RubricVersion
    occasions: tuple[tuple[str, str], ...]
    lines: tuple[Way, ...]


def growth(folio: Folio) -> tuple[Ways, ...]:
    """Growth lines by rubric; each has the same occasions."""
    found = []
    for rubric in folio.rubrics:
        lines = [each for each in folio.growth if each.rubric == rubric.content_hash]
        if not lines:
            continue
        occasions: dict[str, str] = {}
        for line in lines:
            for point in line.points:
                occasions.setdefault(point.occasion, point.held_on)
        ways = []
        for line in lines:
            points = {point.occasion: point for point in line.points}
            ways.append(
                Way(
                    criterion_title(rubric, line.criterion),
                    tuple(
                        replace(points.get(name) or FolioPoint(name, day, None, 0), occasion=occasion_words(name))
                        for name, day in occasions.items()
                    ),
                )
            )
        named = tuple((occasion_words(name), day) for name, day in occasions.items())
        found.append(Ways(rubric, named, tuple(ways)))
    return tuple(found)


def criterion_title(rubric: RubricVersion, criterion: str) -> str:
    return next((each.title for each in rubric.criteria if each.id == criterion), criterion)


def find_criterion(folio: Folio, criterion: str) -> tuple[str, str]:
    """(title, language) of a criterion in the first rubric that has it; its id where none has."""
    for rubric in folio.rubrics:
        for each in rubric.criteria:
            if each.id == criterion:
                return each.title, rubric.language
    return criterion, ""


# The first page


def counts(folio: Folio) -> dict[str, str]:
    """How much each part holds, in words, by the part's name; parts without anything are left out."""
    found = {}
    told = results(folio)
    if told:
        rubrics, given = len(told), len(folio.assessments)
        found["results"] = (
            ngettext("{n} assessment", "{n} assessments", given).format(n=given)
            + " "
            + ngettext("with {n} rubric", "with {n} rubrics", rubrics).format(n=rubrics)
        )
    lines = sum(len(each.lines) for each in growth(folio))
    if lines:
        found["growth"] = ngettext("{n} criterion over time", "{n} criteria over time", lines).format(n=lines)
    works = len(folio.works)
    if works:
        found["works"] = ngettext("{n} work", "{n} works", works).format(n=works)
    rounds = len(folio.peers)
    if rounds:
        found["peers"] = ngettext("{n} round of reviews", "{n} rounds of reviews", rounds).format(n=rounds)
    events = len(folio.timeline)
    if events or folio.log_totals:
        found["timeline"] = ngettext("{n} event", "{n} events", events).format(n=events)
    return found
