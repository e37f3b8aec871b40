"""What a report says in sentences about one participant, computed from the data: nothing here is typed by anyone.

Strong words are marked by being in a `Words` pair with True; how they look is the paper's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from string import Formatter

from rubricapp.core.model import Assessment, Criterion, Person, RubricVersion
from rubricapp.core.scoring import Gate
from rubricapp.i18n import _, ngettext
from rubricapp.reports.figures import (
    Cohort,
    RubricStanding,
    Standing,
    blank_text,
    level_text,
    occasion_text,
    same_words,
)
from rubricapp.reports.pdf.bidi import isolate

Words = tuple[tuple[str, bool], ...]
"""Parts of a sentence, each with whether it is strong."""


@dataclass(frozen=True)
class Entry:
    """One thing said of one criterion. comments: (text, who and when). step: the descriptor, of the level reached or
    of the next one; step_title names that level. level: where it is now, in words."""

    criterion: str
    rubric: str
    level: str
    comments: tuple[tuple[str, str], ...] = ()
    step_title: str = ""
    step: str = ""


def say(template: str, strong: Iterable[str] = (), **values: object) -> Words:
    """A translated sentence with its {fields} filled in, those named in `strong` marked. No markup is read."""
    strong = frozenset(strong)
    parts: list[tuple[str, bool]] = []
    for literal, field, _spec, _conversion in Formatter().parse(template):
        if literal:
            parts.append((literal, False))
        if field:
            parts.append((isolate(str(values[field])), field in strong))
    return tuple(parts)


def short_name(person: Person) -> str:
    return person.given_name or person.name


def finding(person_name: str, standings: Sequence[RubricStanding]) -> tuple[Words, ...]:
    """Two sentences: where the participant is and what moved; what comes next."""
    rated = [(each, one) for each in standings for one in each.standings if one.now is not None]
    if not rated:
        return (
            say(
                _("{name} has been assessed, and no criterion has a level yet: each row below says why."),
                name=person_name,
            ),
        )
    return (_where(person_name, standings, rated), _next(standings, rated))


def _where(
    person_name: str, standings: Sequence[RubricStanding], rated: Sequence[tuple[RubricStanding, Standing]]
) -> Words:
    if len({each.rubric.top_level for each in standings}) > 1:  # level 4 of 4 and level 4 of 9 do not add up
        words = _("{name} has a level in {count} criteria of {rubrics} rubrics with different scales")
        return _moved(
            say(words, ("count",), name=person_name, count=len(rated), rubrics=len(standings)), standings, rated
        )
    levels = sorted((one.now for _each, one in rated), reverse=True)
    step = max(2, int(levels[(len(levels) - 1) // 2]))  # the highest whole level that at least half of them reach
    step = step if levels[0] >= step else 1  # "level 1 or above" would say nothing
    reached = sum(level >= step for level in levels)
    scales = {each.rubric.scale for each in standings}
    name = same_words(each.rubric.scale[min(step, each.rubric.top_level) - 1][0] for each in standings)
    words = (
        ngettext(
            "{name} is at {level} in the one criterion rated",
            "{name} is at {level} in all {n} criteria rated",
            len(rated),
        )
        if reached == len(rated)
        else _("{name} is at {level} in {count} criteria rated")
    )
    level = _("level\u00a0{step} ({title})") if name and len(scales) == 1 else _("level\u00a0{step}")
    if levels[0] >= step + 1:
        level = (
            _("level\u00a0{step} ({title}) or above") if name and len(scales) == 1 else _("level\u00a0{step} or above")
        )
    sentence = say(
        words,
        ("level", "count"),
        name=person_name,
        level=level.format(step=step, title=name),
        count=_("{k} of {n}").format(k=reached, n=len(rated)),
        n=len(rated),
    )
    return _moved(sentence, standings, rated)


def _moved(
    sentence: Words, standings: Sequence[RubricStanding], rated: Sequence[tuple[RubricStanding, Standing]]
) -> Words:
    """The sentence, ended with how many levels went up and down since the first occasion."""
    changes = [one.change for _each, one in rated if one.change is not None]
    if not changes:
        return (*sentence, (".", False))
    up, down = sum(each > 0 for each in changes), sum(each < 0 for each in changes)
    since = same_words(occasion_text(each.occasions[0]) for each in standings if len(each.occasions) > 1)
    if up and down:
        words = _(", and since {first} has moved up in {up} and down in {down}.")
    elif up:
        words = _(", and since {first} has moved up in {up}.")
    elif down:
        words = _(", and since {first} has moved down in {down}.")
    else:
        words = _(", the same levels as at {first}.")
    return (
        *sentence,
        *say(
            words,
            ("up", "down"),
            first=since or _("the first occasion"),
            up=_("{k} of {n}").format(k=up, n=len(changes)),
            down=_("{k} of {n}").format(k=down, n=len(changes)),
        ),
    )


def _next(standings: Sequence[RubricStanding], rated: Sequence[tuple[RubricStanding, Standing]]) -> Words:
    failed = [one for _each, one in rated if one.fails_gate]
    if failed:
        first = failed[0]
        return say(
            _(
                "First comes {criterion}: it needs level\u00a0{gate} and is at level\u00a0{level},"
                " and nothing else makes up for it."
            ),
            ("criterion",),
            criterion=first.criterion.title,
            gate=first.criterion.gate,
            level=level_text(first.now),
        )
    ahead = in_need(standings)
    if ahead:
        each, one = ahead[0]
        return say(
            _("The next step is {criterion}: from level\u00a0{level} to level\u00a0{next}."),
            ("criterion",),
            criterion=one.criterion.title,
            level=level_text(one.now),
            next=one.next_level(each.rubric.top_level),
        )
    if any(each.score.gate is Gate.OPEN for each in standings):
        return say(_("Every criterion rated is at the top of its scale; a gate is still open."))
    return say(_("Every criterion rated is at the top of its scale."))


def in_need(standings: Sequence[RubricStanding]) -> list[tuple[RubricStanding, Standing]]:
    """Criteria with a level above them, the most needed first: gates not met, then lowest of the scale, then weight."""
    found = [
        (each, one) for each in standings for one in each.standings if one.next_level(each.rubric.top_level) is not None
    ]
    return sorted(found, key=lambda pair: (not pair[1].fails_gate, _share(*pair), -pair[1].criterion.weight))


def _share(standing: RubricStanding, one: Standing) -> float:
    """How far up its scale, 0 to 1; for ordering only."""
    return (one.now.numerator / one.now.denominator - 1) / max(1, standing.rubric.top_level - 1)


def going_and_next(
    cohort: Cohort, person: Person, standings: Sequence[RubricStanding], picks: int
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """What goes well and the next steps, each criterion once; every comment of the last occasion is in one of them.

    picks: how many criteria each list is made of; the others stand below with their comments only. A next step shows
    the next descriptor; something that goes well the comments, or the descriptor reached where nobody commented.
    """
    many = len(standings) > 1
    rated = [(each, one) for each in standings for one in each.standings if one.now is not None]
    steps = in_need(standings)[:picks]
    chosen = {id(one) for _each, one in steps}
    best = sorted(
        (pair for pair in rated if id(pair[1]) not in chosen and pair[1].now > 1 and not pair[1].fails_gate),
        key=lambda pair: (-_share(*pair), -(pair[1].change or 0), -pair[1].criterion.weight),
    )
    picked = best[:picks]
    half = sorted(_share(*pair) for pair in rated)[len(rated) // 2] if rated else 1.0
    chosen |= {id(one) for _each, one in picked}
    well = [_well(cohort, person, each, one, many) for each, one in picked]
    ahead = [_step(cohort, person, each, one, many) for each, one in steps]
    for each in standings:
        for one in each.standings:
            comments = _comments(cohort, person, each, one.criterion)
            if not comments or id(one) in chosen:
                continue
            if one.now is not None and one.now > 1 and _share(each, one) >= half:
                well.append(_well(cohort, person, each, one, many))
            else:
                ahead.append(replace(_step(cohort, person, each, one, many), step_title="", step=""))
    return tuple(well), tuple(ahead)


def _well(cohort: Cohort, person: Person, each: RubricStanding, one: Standing, many: bool) -> Entry:
    comments = _comments(cohort, person, each, one.criterion)
    step = "" if comments else one.criterion.levels[int(one.now) - 1].descriptor
    return Entry(one.criterion.title, each.rubric.title if many else "", _now(each.rubric, one), comments, "", step)


def _step(cohort: Cohort, person: Person, each: RubricStanding, one: Standing, many: bool) -> Entry:
    comments = _comments(cohort, person, each, one.criterion)
    ahead = one.next_level(each.rubric.top_level)
    title, descriptor = "", ""
    if ahead is not None:
        level = one.criterion.levels[ahead - 1]
        title = _("Level\u00a0{level}, {title}:").format(level=ahead, title=level.title)
        descriptor = level.descriptor
    return Entry(
        one.criterion.title, each.rubric.title if many else "", _now(each.rubric, one), comments, title, descriptor
    )


def _now(rubric: RubricVersion, one: Standing) -> str:
    if one.now is None:
        return blank_text(one.blank)
    if one.now.denominator != 1:
        return _("level\u00a0{level}").format(level=level_text(one.now))
    return _("level\u00a0{level}, {title}").format(level=level_text(one.now), title=rubric.scale[int(one.now) - 1][0])


def _comments(
    cohort: Cohort, person: Person, each: RubricStanding, criterion: Criterion
) -> tuple[tuple[str, str], ...]:
    occasion = each.occasions[-1]
    given: Sequence[Assessment] = cohort.assessments.get((person.id, each.rubric.content_hash, occasion.id), ())
    people = cohort.data.people
    who: dict[str, list[str]] = {}
    for one in given:
        text = one.rating(criterion.id).comment.strip()
        if text:
            name = people[one.assessor].name if one.assessor in people else _("an assessor")
            who.setdefault(text, []).append(name)
    return tuple(
        (
            text,
            _("{name}, {occasion}").format(
                name=_(" and ").join(map(isolate, names)), occasion=isolate(occasion_text(occasion))
            ),
        )
        for text, names in who.items()
    )
