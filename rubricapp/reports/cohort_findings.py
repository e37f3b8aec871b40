"""What a report says in sentences about a cohort, computed from the data; nothing about groups of fewer than five."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from rubricapp.core.model import PersonId, RubricVersion
from rubricapp.core.scoring import Gate, round_half_up
from rubricapp.i18n import _, ngettext
from rubricapp.reports.charts import Strip, strips
from rubricapp.reports.data import ReportData
from rubricapp.reports.figures import (
    FEWEST_PAIRS,
    FEWEST_PEOPLE,
    USUAL_PAIRS,
    Cohort,
    Pairs,
    RubricStanding,
    Standing,
    level_text,
    median,
    share_interval,
)
from rubricapp.reports.findings import Words, in_need, say
from rubricapp.reports.pdf.bidi import isolate


@dataclass(frozen=True)
class RubricSummary:
    """One rubric in the cohort, everyone on their latest occasion.

    people: with a finished assessment. asked: criteria that apply, over all of them. given: those with a level.
    gates_failed: people below a gate. totals: people with a printable total. middle: their median total, None for
    fewer than five.
    """

    rubric: RubricVersion
    people: int
    asked: int
    given: int
    gates_failed: int
    totals: int
    middle: Fraction | None


def summary(cohort: Cohort, rubric: RubricVersion) -> RubricSummary:
    found = (cohort.standing(each.id, rubric) for each in cohort.with_rubric(rubric.content_hash))
    standings = [each for each in found if each is not None]
    totals = [each.score.value for each in standings if each.score.value is not None]
    return RubricSummary(
        rubric,
        len(standings),
        sum(len(each.score.observed) + len(each.score.missing) for each in standings),
        sum(len(each.score.observed) for each in standings),
        sum(each.score.gate is Gate.NOT_MET for each in standings),
        len(totals),
        median(totals),
    )


def percent(part: int, whole: int) -> str:
    """A whole percentage, half up; never 100 where something is missing, never 0 where there is something."""
    if not whole:
        return "–"
    text = round_half_up(Fraction(100 * part, whole), 0)
    if part < whole and text == "100":
        text = "99"
    if part and text == "0":
        text = "1"
    return f"{text}\u00a0%"


def cohort_findings(cohort: Cohort, summaries: tuple[RubricSummary, ...]) -> tuple[Words, ...]:
    """Three sentences: who is covered; gates or extremes; growth."""
    found = [_covered(cohort, summaries)]
    people = len(cohort.data.participants)
    failed = _below_gates(cohort)
    if failed:
        found.append(
            say(
                ngettext(
                    "{people} is below a gate: that comes before any total.",
                    "{people} are below a gate: that comes before any total.",
                    failed,
                ),
                ("people",),
                people=ngettext("{n} participant", "{n} participants", failed).format(n=failed),
            )
        )
    extremes = _extremes(cohort)
    if extremes:
        found.append(extremes)
    growth = _growth(cohort)
    if growth:
        found.append(growth)
    if len(found) < 3 and people < FEWEST_PEOPLE:
        found.append(
            say(
                _(
                    "With fewer than five participants there is no median and no distribution:"
                    " read the levels one by one."
                )
            )
        )
    return tuple(found[:3])


def _covered(cohort: Cohort, summaries: tuple[RubricSummary, ...]) -> Words:
    data = cohort.data
    reached = {slot[0] for slot in cohort.values} & {each.id for each in data.participants}
    asked, given = sum(each.asked for each in summaries), sum(each.given for each in summaries)
    drafts = sum(data.drafts.values())
    words = _("{people} have a finished assessment")
    if asked:
        words += _("; {share} of the criteria that apply have a level")
    words += "."
    if drafts:
        words += " " + ngettext(
            "{drafts} assessment is still a draft and is not counted.",
            "{drafts} assessments are still drafts and are not counted.",
            drafts,
        )
    return say(
        words,
        ("people", "share"),
        people=_("{k} of {n} participants").format(k=len(reached), n=len(data.participants)),
        share=percent(given, asked),
        drafts=drafts,
    )


def _below_gates(cohort: Cohort) -> int:
    return sum(
        any(each.score.gate is Gate.NOT_MET for each in cohort.standings(person.id))
        for person in cohort.data.participants
    )


def _extremes(cohort: Cohort) -> Words | None:
    """Where the cohort is furthest, and where it has most to gain; only among medians of five people or more."""
    middles = [
        ((strip.middle - 1) / max(1, rubric.top_level - 1), strip)
        for rubric in cohort.rubrics
        for strip in strips(cohort, rubric)
        if strip.middle is not None
    ]
    if len(middles) < 2:
        return None
    high, low = max(share for share, _strip in middles), min(share for share, _strip in middles)
    if high == low:
        return None
    best = [strip for share, strip in middles if share == high]
    worst = [strip for share, strip in middles if share == low]
    return say(
        _("The cohort is furthest in {best} (median {high}) and has most to gain in {worst} (median {low})."),
        ("best", "worst"),
        best=_listed(best),
        high=level_text(best[0].middle),
        worst=_listed(worst),
        low=level_text(worst[0].middle),
    )


def _listed(found: list[Strip]) -> str:
    """The criteria by name, or how many where there are more than two."""
    if len(found) > 2:
        return _("{n} criteria").format(n=len(found))
    return _(" and ").join(each.label for each in found)


def _growth(cohort: Cohort) -> Words | None:
    changes = [
        one.change
        for person in cohort.data.participants
        for each in cohort.standings(person.id)
        for one in each.standings
        if one.change is not None
    ]
    people = sum(
        any(one.change is not None for each in cohort.standings(person.id) for one in each.standings)
        for person in cohort.data.participants
    )
    if people < FEWEST_PEOPLE:
        return None
    return say(
        _("Of {n} levels given on two occasions, {up} went up, {same} stayed and {down} went down."),
        ("up",),
        n=len(changes),
        up=sum(each > 0 for each in changes),
        same=sum(each == 0 for each in changes),
        down=sum(each < 0 for each in changes),
    )


def needs(cohort: Cohort, person: PersonId, most: int = 3) -> tuple[tuple[RubricStanding, Standing], ...]:
    """What a participant needs next, the most needed first; every gate that is not met, and up to `most` in all."""
    ahead = in_need(cohort.standings(person))
    gates = sum(one.fails_gate for _each, one in ahead)
    return tuple(ahead[: max(most, gates)])


def share_text(part: int, pairs: Pairs) -> str:
    """How often, as honestly as the number of pairs allows: counts, a percentage with its 95 % range, a percentage."""
    if not pairs.pairs:
        return "–"
    counts = _("{k} of {n}").format(k=part, n=pairs.pairs).replace(" ", "\u00a0")
    if pairs.pairs < FEWEST_PAIRS:
        return counts
    share = percent(part, pairs.pairs)
    if pairs.pairs < USUAL_PAIRS:
        low, high = share_interval(part, pairs.pairs)
        return _("{share} ({counts}; {low}–{high}\u00a0%)").format(
            share=share, counts=counts, low=round_half_up(low, 0), high=round_half_up(high, 0)
        )
    return f"{share} ({counts})"


def own_mentees_text(data: ReportData) -> str:
    """Where an assessor is the participant's mentor, too; "" where nobody is."""
    found = data.own_mentees()
    if not found:
        return ""
    by_assessor: dict[str, list[str]] = {}
    for assessor, participant in found:
        by_assessor.setdefault(isolate(assessor.name), []).append(isolate(participant.name))
    pairs = "; ".join(
        _("{assessor} of {names}").format(assessor=assessor, names=", ".join(names))
        for assessor, names in by_assessor.items()
    )
    return _(
        "Not independent: who assessed is also the mentor ({pairs}). Their levels count as all others do: read"
        " agreement and totals of these participants with that in mind."
    ).format(pairs=pairs)
