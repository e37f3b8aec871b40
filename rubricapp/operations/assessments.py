"""Scoring: begin, rate, comment, finish, reopen. Each keystroke that matters is one durable transaction."""

from __future__ import annotations

from dataclasses import dataclass

from rubricapp.core import scoring
from rubricapp.core.model import (
    Assessment,
    AssessmentKind,
    AssessmentState,
    Blank,
    Changes,
    CriterionId,
    Occasion,
    Person,
    PersonId,
    RubricHash,
    RubricVersion,
)
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations.reasons import demand_reason
from rubricapp.operations.texts import fitting
from rubricapp.store.assessments import find_assessment, load_assessment, load_standing
from rubricapp.store.changes import Writer
from rubricapp.store.rubrics import load_rubric
from rubricapp.store.same_people import find_record
from rubricapp.store.workspace import Workspace

Level = int | Blank | None


def begin(
    ws: Workspace,
    participant: Person,
    rubric: RubricVersion,
    occasion: Occasion,
    assessor: Person,
    kind: AssessmentKind = AssessmentKind.ASSESSOR,
) -> tuple[Assessment, Changes]:
    """The assessment of this slot: made as a draft where it was not begun yet, or only a part of it is here."""
    slot = participant.id, rubric.content_hash, occasion.id, assessor.id, kind
    record = find_record(ws, "assessment", *slot)
    found = find_assessment(ws, *slot)
    if found is not None:
        return found, Changes()
    if kind is AssessmentKind.SELF and participant.id != assessor.id:
        raise UserError(
            "E_SELF",
            _("A self-assessment is done by the participant."),
            _("Nothing was changed."),
            _("Leave the assessor out, or choose another kind."),
            exit_code=Exit.USAGE,
        )
    if kind is not AssessmentKind.SELF and participant.id == assessor.id:
        raise UserError(
            "E_OWN_WORK",
            _("Nobody scores themselves as {kind}.").format(kind=kind.value),
            _("Nothing was changed."),
            _("Their own view is a self-assessment: --kind self, or Portfolio in the window."),
        )
    with ws.writing(assessor.id) as log:
        log.set_all(
            "assessment",
            record,
            {
                "participant": participant.id,
                "assessor": assessor.id,
                "rubric": rubric.content_hash,
                "occasion": occasion.id,
                "kind": kind.value,
                "state": AssessmentState.DRAFT.value,
                "finished_at": None,
            },
        )
    return load_assessment(ws, record), log.changes


def _open(ws: Workspace, assessment: str) -> tuple[PersonId, RubricHash]:
    """(assessor, rubric) of an assessment that may be changed."""
    assessor, rubric, is_open = load_standing(ws, assessment)
    if not is_open:
        raise UserError(
            "E_FINISHED",
            _("This assessment is finished and locked."),
            _("Nothing was changed."),
            _("Reopen it with a reason to go on."),
        )
    return assessor, rubric


def rate(ws: Workspace, assessment: str, criterion: str, level: Level) -> Changes:
    """Choose a level or an honest blank for one criterion; None clears it. On the disk when this returns.

    Raises UserError: finished, no such criterion, no such level.
    """
    assessor, rubric = _open(ws, assessment)
    _check_level(load_rubric(ws, rubric), criterion, level)
    with ws.writing(assessor) as log:
        _write_level(log, assessment, criterion, level)
    return log.changes


def _write_level(log: Writer, assessment: str, criterion: str, level: Level) -> None:
    log.set("rating", f"{assessment}/{criterion}", "level", level.value if isinstance(level, Blank) else level)


def rate_many(
    ws: Workspace,
    assessment: Assessment,
    rubric: RubricVersion,
    levels: dict[str, Level],
    comments: dict[str, str] | None = None,
) -> Changes:
    """Several levels and comments of one open assessment in one transaction: all of them or none."""
    cleaned = _checked(rubric, levels, comments or {})
    _open(ws, assessment.id)
    with ws.writing(assessment.assessor) as log:
        for criterion, level in levels.items():
            _write_level(log, assessment.id, criterion, level)
        for criterion, text in cleaned.items():
            log.set("rating", f"{assessment.id}/{criterion}", "comment", text or None)
    return log.changes


def check_ratings(rubric: RubricVersion, levels: dict[str, Level], comments: dict[str, str]) -> None:
    """Whether the rubric has these criteria and levels, and the comments fit. Raises UserError; writes nothing."""
    _checked(rubric, levels, comments)


def _checked(rubric: RubricVersion, levels: dict[str, Level], comments: dict[str, str]) -> dict[str, str]:
    """The comments as they are kept."""
    for criterion, level in levels.items():
        _check_level(rubric, criterion, level)
    for criterion in comments:
        _check_known(rubric, criterion)
    return {criterion: fitting(text) for criterion, text in comments.items()}


def _check_level(rubric: RubricVersion, criterion: str, level: Level) -> None:
    _check_known(rubric, criterion)
    if level is not None and not isinstance(level, Blank) and type(level) is not int:
        raise TypeError(f"not a level: {level!r}")
    if type(level) is int and not 1 <= level <= rubric.top_level:
        raise UserError(
            "E_LEVEL",
            _("{criterion} has levels 1 to {top}, not {level}.").format(
                criterion=criterion, top=rubric.top_level, level=level
            ),
            _("Nothing was changed."),
            _("Choose one of its levels."),
            exit_code=Exit.USAGE,
        )


def _check_known(rubric: RubricVersion, criterion: str) -> None:
    if criterion not in {each.id for each in rubric.criteria}:
        raise UserError(
            "E_CRITERION",
            _("{rubric} has no criterion {criterion}.").format(rubric=rubric.label, criterion=criterion),
            _("Nothing was changed."),
            _("Its criteria are {list}.").format(list=", ".join(each.id for each in rubric.criteria)),
            exit_code=Exit.USAGE,
        )


def comment(ws: Workspace, assessment: str, criterion: str, text: str) -> Changes:
    """Keep the comment on one criterion; "" removes it."""
    assessor, rubric = _open(ws, assessment)
    cleaned = _checked(load_rubric(ws, rubric), {}, {criterion: text})
    with ws.writing(assessor) as log:
        log.set("rating", f"{assessment}/{criterion}", "comment", cleaned[criterion] or None)
    return log.changes


def write_note(ws: Workspace, assessment: str, text: str) -> Changes:
    """Keep the overall note; "" removes it."""
    assessor, _rubric = _open(ws, assessment)
    text = fitting(text)
    with ws.writing(assessor) as log:
        log.set("assessment", assessment, "note", text or None)
    return log.changes


@dataclass(frozen=True)
class Finished:
    """What finishing gave. missing: criteria left without level or blank, in the rubric's order."""

    changes: Changes
    missing: tuple[CriterionId, ...]


def find_missing(ws: Workspace, assessment: str) -> tuple[CriterionId, ...]:
    """What finishing would leave without a level or a blank."""
    found = load_assessment(ws, assessment)
    return scoring.not_rated(load_rubric(ws, found.rubric), found)


def finish(ws: Workspace, assessment: str) -> Finished:
    """Lock the assessment. What is missing is listed and does not stop it. Finishing twice changes nothing."""
    found = load_assessment(ws, assessment)
    missing = scoring.not_rated(load_rubric(ws, found.rubric), found)
    if not found.is_open:
        return Finished(Changes(), missing)
    with ws.writing(found.assessor) as log:
        log.set("assessment", assessment, "state", AssessmentState.FINISHED.value)
        log.set("assessment", assessment, "finished_at", ws.sources.now().isoformat(timespec="milliseconds"))
    return Finished(log.changes, missing)


def reopen(ws: Workspace, assessment: str, reason: str, author: str = "") -> Changes:
    """Open a finished assessment again. A reason is demanded and kept; the finished state stays in the history."""
    found = load_assessment(ws, assessment)
    reason = demand_reason(reason, _("Reopening needs a reason."))
    if found.is_open:
        return Changes()
    with ws.writing(author or found.assessor) as log:
        log.set("assessment", assessment, "state", AssessmentState.DRAFT.value, reason)
        log.set("assessment", assessment, "finished_at", None)
        log.set("assessment", assessment, "revision", found.revision + 1)
    return log.changes
