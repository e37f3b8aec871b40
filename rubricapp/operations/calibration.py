"""Calibration: samples with agreed levels, scoring them blind, what differed and why, and the gate.

For any person: peers before a round, assessors before they score. Nothing here touches a rating of real work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rubricapp.core import calibration as rules
from rubricapp.core.calibration import Closeness, Gap, Gate, Practice, Result, Sample, Standing
from rubricapp.core.changes import derived_id
from rubricapp.core.model import Changes, CriterionId, Person, RubricVersion
from rubricapp.core.text import clean
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _, ngettext
from rubricapp.operations import assessments
from rubricapp.operations.texts import fitting
from rubricapp.store.calibrations import (
    find_practice,
    list_bare_samples,
    list_practices,
    list_samples,
    load_agreed,
    load_gates,
    load_key,
    load_sample,
    practice_id,
)
from rubricapp.store.people import list_people, load_edition
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.workspace import Workspace


def _bad(code: str, what: str, do: str, exit_code: Exit = Exit.USAGE) -> UserError:
    return UserError(code, what, _("Nothing was changed."), do, exit_code=exit_code)


def make_sample(
    ws: Workspace,
    rubric: RubricVersion,
    title: str,
    levels: Mapping[str, int],
    reasons: Mapping[str, str],
    artefact: str = "",
    note: str = "",
    author: str = "",
    at_once: bool = False,
) -> tuple[Sample, Changes]:
    """A work to practise on: the level that assessors agreed on, and why, by criterion; not all criteria are needed.

    at_once: its agreed levels travel in kits and are shown as soon as it is scored; so it counts at no gate.
    Raises UserError: no title, no level, a level without its reason, E_CRITERION, E_LEVEL, E_TOO_LONG.
    """
    title, note = clean(title, lines=False), fitting(note)
    if not title:
        raise _bad("E_EMPTY", _("A sample needs a title."), _("Say what the work is called."))
    if not levels:
        raise _bad("E_NO_LEVEL", _("A sample needs at least one agreed level."), _("Give a criterion and its level."))
    assessments.check_ratings(rubric, dict(levels), dict(reasons))
    said = {criterion: fitting(reasons.get(criterion, "")) for criterion in levels}
    bare = [criterion for criterion, text in said.items() if not text]
    if bare or any(level is None for level in levels.values()):
        raise _bad(
            "E_REASON",
            _("{list}: an agreed level needs its reason.").format(list=", ".join(bare) or ", ".join(levels)),
            _("Say what in the work makes it this level: that is what people learn from."),
        )
    record = ws.new_id()
    with ws.writing(author) as log:
        log.set_all(
            "calibration_sample",
            record,
            {
                "rubric": rubric.content_hash,
                "title": title,
                "artefact": artefact or None,
                "note": note or None,
                "criteria": _criteria(levels),
                "at_once": int(at_once) or None,
            },
        )
        for criterion, level in levels.items():
            log.set_all("calibration_level", f"{record}/{criterion}", {"level": level, "reason": said[criterion]})
    return load_sample(ws, record), log.changes


def _criteria(levels: Iterable[str]) -> list[str]:
    """The criteria of a sample, said without their levels: all that a laptop learns on which it is scored blind."""
    return sorted(levels)


def name_criteria(ws: Workspace, author: str = "") -> Changes:
    """Say of samples of an earlier version which criteria they have, so that they can be scored elsewhere."""
    bare = list_bare_samples(ws)
    if not bare:
        return Changes()
    with ws.writing(author) as log:
        for each in bare:
            log.set("calibration_sample", each.id, "criteria", _criteria(each.criteria))
    return log.changes


def remove_sample(ws: Workspace, sample: str, author: str = "") -> Changes:
    """Take a sample out of use. What people scored with it stays and counts. Raises LookupError."""
    load_sample(ws, sample)
    with ws.writing(author) as log:
        log.set("calibration_sample", sample, "removed", 1)
    return log.changes


def find_sample(ws: Workspace, text: str) -> Sample:
    """The one sample meant by its id, the beginning of it, or its title. Raises UserError."""
    wanted = " ".join(text.split()).casefold()
    samples = list_samples(ws)
    found = [each for each in samples if wanted in (each.id, each.title.casefold())]
    found = found or [each for each in samples if len(wanted) >= 4 and each.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    raise UserError(
        "E_NO_SAMPLE",
        _("There is no sample “{text}”.").format(text=text)
        if not found
        else _("“{text}” could be any of {n} samples.").format(text=text, n=len(found)),
        "",
        _("“calibration samples” shows them."),
        exit_code=Exit.USAGE,
    )


@dataclass(frozen=True)
class Scored:
    """A person's scoring of a sample as it stands. gaps, closeness: empty until it is finished.

    missing: criteria of the sample without a level. waits: finished, and the agreed levels are not on this laptop.
    """

    practice: Practice
    missing: tuple[CriterionId, ...]
    gaps: tuple[Gap, ...]
    closeness: Closeness
    changes: Changes
    waits: bool = False


def score_sample(
    ws: Workspace,
    person: Person,
    sample: Sample,
    levels: Mapping[str, int | None],
    comments: Mapping[str, str] | None = None,
    finish: bool = False,
) -> Scored:
    """Score a sample blind; None takes a level back. Once in each edition: after finishing one has seen the answer.

    Raises UserError: E_FINISHED, E_CRITERION, E_LEVEL, E_MISSING where it is finished with gaps.
    """
    comments = comments or {}
    rubric = load_rubric(ws, sample.rubric)
    record = practice_id(sample.id, person.id, load_edition(ws).id)
    known = find_practice(ws, record)
    if known is not None and known.finished_on and (levels or comments):
        raise _bad(
            "E_FINISHED",
            _("{name} has finished this sample and seen the agreed levels.").format(name=person.name),
            _("Take another sample."),
            Exit.REFUSED,
        )
    if sample.removed and known is None:
        raise _bad("E_REMOVED", _("This sample is no longer in use."), _("Take another sample."), Exit.REFUSED)
    assessments.check_ratings(rubric, dict(levels), dict(comments))
    strange = [each for each in (*levels, *comments) if each not in sample.criteria]
    if strange:
        raise _bad(
            "E_CRITERION",
            _("“{title}” has no agreed level for {list}.").format(title=sample.title, list=", ".join(strange)),
            _("Its criteria are {list}.").format(list=", ".join(sample.criteria)),
        )
    blanks = [criterion for criterion, level in levels.items() if isinstance(level, str)]
    if blanks:
        raise _bad(
            "E_LEVEL",
            _("{list}: a sample shows enough for a level.").format(list=", ".join(blanks)),
            _("Choose the level that fits best, and say your doubt in a comment."),
        )
    cleaned = {criterion: fitting(text) for criterion, text in comments.items()}
    changes = Changes()
    if known is None or levels or cleaned:
        with ws.writing(person.id) as log:
            log.set_all("calibration", record, {"sample": sample.id, "person": person.id})
            for criterion, level in levels.items():
                log.set("calibration_rating", f"{record}/{criterion}", "level", level)
            for criterion, text in cleaned.items():
                log.set("calibration_rating", f"{record}/{criterion}", "comment", text or None)
            if known is None:
                log.set("calibration", record, "state", "draft")
        changes = log.changes
    practice = find_practice(ws, record)
    assert practice is not None, "it was just written"
    missing = tuple(each for each in sample.criteria if each not in practice.levels)
    if finish and not practice.finished_on:
        if missing:
            raise UserError(
                "E_MISSING",
                _("{list}: no level yet.").format(list=", ".join(missing)),
                _("What was scored is kept."),
                _("Give each a level; then the agreed ones are shown."),
                exit_code=Exit.PROBLEMS,
            )
        with ws.writing(person.id) as log:
            log.set("calibration", record, "finished_at", ws.sources.now().isoformat(timespec="milliseconds"))
            log.set("calibration", record, "state", "finished")
        changes |= log.changes
    return _as_scored(ws, person, record, missing, changes)


def _as_scored(
    ws: Workspace, person: Person, record: str, missing: tuple[CriterionId, ...], changes: Changes
) -> Scored:
    practice = find_practice(ws, record)
    assert practice is not None, "it was just written"
    found = rules.gaps(practice, load_agreed(ws, practice.sample, person.id)) if practice.finished_on else ()
    return Scored(practice, missing, found, rules.closeness(found), changes, waits_for_answer(ws, practice))


def waits_for_answer(ws: Workspace, practice: Practice) -> bool:
    """Whether a scoring is finished, and its agreed levels stand on another laptop: they come with its next kit."""
    return bool(practice.finished_on) and not load_key(ws, practice.sample)


def set_gate(ws: Workspace, rubric: RubricVersion, gate: Gate, author: str = "") -> Changes:
    """Say what is enough to have passed for this rubric version, and for how long. Raises UserError E_GATE."""
    if not (0 <= gate.exact <= 100 and 0 <= gate.within_one <= 100 and 1 <= gate.samples <= 20):
        raise _bad(
            "E_GATE",
            _("A gate has percents from 0 to 100 and 1 to 20 samples."),
            _("For instance 60 % exact, 100 % within one, 1 sample."),
        )
    if not 0 <= gate.days <= 36_500:
        raise _bad("E_GATE", _("A pass holds from 1 day to 36500, or 0 for ever."), _("For instance 365."))
    with ws.writing(author) as log:
        log.set_all(
            "calibration_gate",
            derived_id("calibration_gate", rubric.content_hash),
            {
                "rubric": rubric.content_hash,
                "exact": gate.exact,
                "within_one": gate.within_one,
                "samples": gate.samples,
                "days": gate.days,
                "demanded": int(gate.demanded) or None,
            },
        )
    return log.changes


def gate_of(ws: Workspace, rubric: RubricVersion) -> Gate:
    """The gate of a rubric version; the usual one where none was set."""
    return load_gates(ws).get(rubric.content_hash, Gate())


def results_of(ws: Workspace, rubric: RubricVersion, person: Person) -> list[tuple[Sample, Practice, Closeness]]:
    """What one person finished with this rubric version, oldest first; in any edition, samples taken away included.

    Not what waits for its agreed levels.
    """
    samples = {each.id: each for each in list_samples(ws, rubric.content_hash, removed=True)}
    return [
        (samples[each.sample], each, rules.closeness(rules.gaps(each, load_key(ws, each.sample))))
        for each in list_practices(ws, person.id)
        if each.finished_on and each.sample in samples and not waits_for_answer(ws, each)
    ]


def standing_of(ws: Workspace, rubric: RubricVersion, person: Person, day: str = "") -> Standing:
    """Whether a person has passed the gate of a rubric version on a day (today, if not said)."""
    return standings_of(ws, rubric, [person], day)[0][1]


def standings_of(
    ws: Workspace, rubric: RubricVersion, people: Iterable[Person], day: str = ""
) -> list[tuple[Person, Standing]]:
    """The same for several people, in the order given. A sample that is answered at once counts for nobody."""
    samples = {each.id for each in list_samples(ws, rubric.content_hash, removed=True) if not each.at_once}
    keys = {each: load_key(ws, each) for each in samples}
    results: dict[str, list[Result]] = {}
    waiting: dict[str, int] = {}
    for each in list_practices(ws):
        if not each.finished_on or each.sample not in samples:
            continue
        if not keys[each.sample]:
            waiting[each.person] = waiting.get(each.person, 0) + 1
            continue
        near = rules.closeness(rules.gaps(each, keys[each.sample]))
        results.setdefault(each.person, []).append(Result(each.finished_on, near))
    gate, today = gate_of(ws, rubric), day or ws.sources.now().date().isoformat()
    return [(each, rules.standing(gate, results.get(each.id, ()), today, waiting.get(each.id, 0))) for each in people]


def list_standings(ws: Workspace, rubric: RubricVersion) -> list[tuple[Person, Standing]]:
    """For the lead: everybody of this edition, by name, and where they stand today at a rubric version's gate."""
    return standings_of(ws, rubric, [each for each in list_people(ws) if each.roles])


def gaps_of(ws: Workspace, practice: Practice) -> tuple[Gap, ...]:
    """What differed in one finished scoring; nothing before it is finished."""
    return rules.gaps(practice, load_agreed(ws, practice.sample, practice.person)) if practice.finished_on else ()


def say_standing(found: Standing, gate: Gate) -> str:
    """Where a person stands, in one sentence."""
    near = _("{exact} of {n} exact, {within} of {n} within one").format(
        exact=found.counted.exact, n=found.counted.count, within=found.counted.within_one
    )
    if found.passed and found.until:
        return _("Passed until {day}: {near}.").format(day=found.until, near=near)
    if found.passed:
        return _("Passed: {near}.").format(near=near)
    if found.waiting:
        return ngettext(
            "{n} scored: how near it came is told with the next kit, once you have handed in.",
            "{n} scored: how near it came is told with the next kit, once you have handed in.",
            found.waiting,
        ).format(n=found.waiting)
    if found.missing and found.expired:
        return _("Expired: {n} to score again.").format(n=found.missing)
    if found.missing:
        return _("Not yet: {n} still to score.").format(n=found.missing)
    return _("Not passed: {near}; {exact} % exact and {within} % within one are needed. Score another sample.").format(
        near=near, exact=gate.exact, within=gate.within_one
    )
