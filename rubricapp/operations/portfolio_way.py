"""The way in a portfolio file: growth over the occasions, a line for each thing that happened, days and hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rubricapp.core.agreed_levels import AgreedLevel, Slot
from rubricapp.core.folio import FolioAssessment, FolioEvent, FolioGrowth, FolioPoint, FolioWork
from rubricapp.core.growth import growth as lines_of
from rubricapp.core.model import (
    Assessment,
    AssessmentKind,
    CriterionId,
    LogEntry,
    Occasion,
    Person,
    RubricHash,
    RubricVersion,
)
from rubricapp.i18n import _
from rubricapp.store.mentoring import list_milestones
from rubricapp.store.production_log import list_log, list_log_checks
from rubricapp.store.workspace import Workspace


def growth(
    results: Iterable[Assessment],
    rubrics: Mapping[RubricHash, RubricVersion],
    occasions: Sequence[Occasion],
    agreed: Mapping[Slot, Mapping[CriterionId, AgreedLevel]],
) -> tuple[FolioGrowth, ...]:
    """The lines of `core.growth` as a file keeps them. Criteria without any level are left out."""
    return tuple(
        FolioGrowth(
            found.rubric.content_hash,
            line.criterion.id,
            tuple(
                FolioPoint(
                    step.occasion.name,
                    step.occasion.held_on,
                    float(step.level) if step.level is not None else None,
                    step.count,
                )
                for step in line.steps
            ),
        )
        for found in lines_of(results, rubrics, occasions, agreed)
        for line in found.lines
        if line.start is not None
    )


def timeline(
    ws: Workspace,
    person: Person,
    own: bool,
    assessments: Iterable[FolioAssessment],
    works: Iterable[FolioWork],
    rubrics: Mapping[str, RubricVersion],
    made: Mapping[str, str],
) -> tuple[FolioEvent, ...]:
    """What happened, oldest first: only what the file says elsewhere, and for its owner the log and milestones.

    made: the day or "" on which each work was finished, by its key. What has no day is left out.
    """
    events = []
    for each in assessments:
        words = _("{rubric}, {occasion}: {name}")
        if each.kind == AssessmentKind.SELF:
            words = _("{rubric}, {occasion}: own view")
        elif each.kind == AssessmentKind.MENTOR:
            words = _("{rubric}, {occasion}: {name}, mentor")
        words = words.format(rubric=rubrics[each.rubric].label, occasion=each.occasion, name=each.by)
        events.append(FolioEvent(each.finished_on, "assessment", words))
    for work in works:
        events.append(FolioEvent(made.get(work.key, ""), "work", _("“{title}”").format(title=work.title)))
        for showing in work.showings:
            words = _("“{title}” at {place}").format(title=work.title, place=showing.place)
            events.append(FolioEvent(showing.shown_on, "showing", f"{words}, {showing.result}".rstrip(", ")))
    if own:
        events += [FolioEvent(each.reached_on, "milestone", each.title) for each in list_milestones(ws, person.id)]
        first: dict[str, LogEntry] = {}
        for entry in list_log(ws, person.id):
            first.setdefault(entry.production.casefold(), entry)
        for entry in first.values():
            words = _("First day on “{production}”") if entry.production else _("First day in the log")
            events.append(FolioEvent(entry.worked_on, "log", words.format(production=entry.production)))
    return tuple(sorted({each for each in events if each.on}, key=lambda each: (each.on, each.kind, each.words)))


def log_totals(ws: Workspace, person: Person) -> tuple[tuple[str, int, int], ...]:
    """(role, days, minutes) of the log, most days first. A mentor's hours count instead of the participant's.

    A day on which a mentor says they were not present counts for nothing: the programme signs this.
    """
    checks = list_log_checks(ws, person.id)
    names: dict[str, str] = {}
    days: dict[str, set[str]] = {}
    minutes: dict[str, int] = {}
    for entry in list_log(ws, person.id):
        said = checks.get(entry.id, [])
        if any(each.state == "not_present" for each in said):
            continue
        corrected = [each.minutes for each in said if each.minutes is not None]
        key = entry.role.casefold()
        names.setdefault(key, entry.role)
        days.setdefault(key, set()).add(entry.worked_on)
        minutes[key] = minutes.get(key, 0) + (corrected[-1] if corrected else entry.minutes or 0)
    found = [(names[key], len(days[key]), minutes[key]) for key in names]
    return tuple(sorted(found, key=lambda each: (-each[1], -each[2], each[0].casefold())))
