"""Reports: gather what they say on the caller's thread, then build files anywhere, with progress and cancel."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rubricapp import __version__
from rubricapp.core.model import AssessmentKind, AssessmentState, PersonId, Problem, Role
from rubricapp.core.viewing import View
from rubricapp.errors import Cancelled, UserError
from rubricapp.i18n import _, language, ngettext
from rubricapp.jobs import Progress
from rubricapp.operations.privacy import everyone
from rubricapp.operations.report_files import (
    FULL,
    Batch,
    glyph_problem,
    not_written,
    prepare_folder,
    replacing,
    safe_file_name,
    write_beside,
)
from rubricapp.reports.data import ReportData, Snapshot
from rubricapp.store.artefacts import load_artefact_counts
from rubricapp.store.assessments import list_assessments
from rubricapp.store.conflicts import find_disputed
from rubricapp.store.erasing import count_erased
from rubricapp.store.independence import list_mentored
from rubricapp.store.moderation import load_settled
from rubricapp.store.people import list_occasions, list_people, load_edition, load_programme
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.snapshots import load_snapshot
from rubricapp.store.viewing import list_hidden
from rubricapp.store.workspace import Workspace

_LOG = logging.getLogger(__name__)


def collect(ws: Workspace) -> ReportData:
    """Everything that reports say of this edition, frozen; tens of milliseconds for a cohort."""
    occasions = tuple(list_occasions(ws))
    participants = tuple(list_people(ws, Role.PARTICIPANT))
    rubrics = {each.content_hash: each for each in list_rubrics(ws, language())}
    place = {each.id: number for number, each in enumerate(participants)}
    moment = {each.id: number for number, each in enumerate(occasions)}
    everything = [
        each
        for each in list_assessments(ws)
        if each.participant in place and each.occasion in moment and each.rubric in rubrics
    ]
    finished = sorted(
        (each for each in everything if each.state is not AssessmentState.DRAFT),
        key=lambda each: (
            place[each.participant],
            moment[each.occasion],
            rubrics[each.rubric].id,
            rubrics[each.rubric].version,
            each.kind,
            each.assessor,
        ),
    )
    drafts: dict = {}
    for each in everything:
        if each.state is AssessmentState.DRAFT and each.kind is not AssessmentKind.PEER:
            drafts[each.participant] = drafts.get(each.participant, 0) + 1
    used = {each.rubric for each in finished}
    disputed, doubts = find_disputed(ws), Counter[PersonId]()
    for each in finished:
        doubts[each.participant] += len(disputed.get(each.id, ()))
    return ReportData(
        programme=load_programme(ws).name,
        edition=load_edition(ws).name,
        snapshot=Snapshot(*load_snapshot(ws)),
        app_version=__version__,
        language=language(),
        occasions=occasions,
        rubrics={key: rubric for key, rubric in rubrics.items() if key in used},
        participants=participants,
        people=everyone(ws),
        assessments=tuple(finished),
        drafts=drafts,
        evidence=load_artefact_counts(ws),
        mentored=list_mentored(ws),
        erased=count_erased(ws, load_edition(ws).id),
        agreed=load_settled(ws),
        disputed=+doubts,
    )


def collect_for(ws: Workspace, view: View, people: Sequence[PersonId], whole: bool) -> ReportData:
    """As `collect`, for somebody who sits at the window. people: whose pages they want. whole: the cohort as well.

    A report with a part left out would not say what its snapshot says, so what holds anything that this viewer may not
    see yet is refused. Raises UserError E_HIDDEN.
    """
    hidden = list_hidden(ws, view)
    kept = {each.id: each.name for each in list_people(ws, Role.PARTICIPANT) if each.id in hidden}
    concerned = list(kept.values()) if whole else [kept[each] for each in people if each in kept]
    if concerned:
        raise UserError(
            "E_HIDDEN",
            _("Others’ ratings of {names} may not be seen by you yet.").format(names=few(concerned)),
            _("No report was made."),
            _("Finish your own assessments first, or ask the programme lead for the report."),
        )
    return collect(ws)


def few(names: Sequence[str], most: int = 3) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(names[:most])
    more = len(names) - most
    return shown if more <= 0 else _("{names} and {n} more").format(names=shown, n=more)


def make_participant_reports(data: ReportData, people: Sequence[PersonId], out: Path, progress: Progress) -> Batch:
    """One PDF for each of these participants in the folder `out`, made where it is not there.

    Names begin with the participant's number in the roster's order, so they are the same whoever is chosen. A report
    that fails is a problem of its own and stops no other. Raises UserError when nothing can be written there, and
    Cancelled, whose first argument is the Batch of what was finished: it stays.
    """
    from rubricapp.reports.figures import gather
    from rubricapp.reports.pdf.participant import make_participant

    prepare_folder(out)
    cohort = gather(data)
    numbers = {each.id: number for number, each in enumerate(data.participants, 1)}
    names = {each.id: each.name for each in data.participants}
    chosen = list(dict.fromkeys(people))
    files: list[Path] = []
    notes: list[str] = []
    problems: list[Problem] = []
    try:
        for done, person in enumerate(chosen):
            progress.step(done, len(chosen), names.get(person, person))
            if person not in numbers:
                problems.append(
                    Problem("R_NO_PARTICIPANT", _("{name} is not a participant of this edition.").format(name=person))
                )
                continue
            path = out / f"{_file_name(data, numbers[person])}.pdf"
            try:
                pdf = make_participant(cohort, person)
                write_beside(path, pdf.data)
            except OSError as error:
                refused = not_written(path, error)
                problems.append(Problem(refused.code, f"{names[person]}: {refused.what}", refused.do))
                if error.errno in FULL:
                    problems += _not_tried(len(chosen) - done - 1, refused)
                    break  # the others would not fit either
                continue
            except Exception as error:  # noqa: BLE001 - a bug in one report must not cost the others; it is logged
                _LOG.exception("report of %s", person)
                problems.append(_failed(names[person], error))
                continue
            files.append(path)
            if pdf.missing:
                problems.append(glyph_problem(names[person], pdf.missing))
            if not cohort.standings(person):
                notes.append(_("{name}: no finished assessment yet; the page says so.").format(name=names[person]))
        progress.step(len(chosen), len(chosen))
    except Cancelled:
        raise Cancelled(Batch(tuple(files), tuple(notes), tuple(problems))) from None
    return Batch(tuple(files), tuple(notes), tuple(problems))


def _file_name(data: ReportData, number: int) -> str:
    """ "001 Okafor Amara": the number sorts, the name is for people."""
    person = data.participants[number - 1]
    digits = max(3, len(str(len(data.participants))))
    name = f"{person.family_name} {person.given_name}".strip() or person.code
    return safe_file_name(f"{number:0{digits}} {name}")


def _not_tried(count: int, refused: UserError) -> list[Problem]:
    if not count:
        return []
    words = ngettext("{n} more report was not made.", "{n} more reports were not made.", count).format(n=count)
    return [Problem(refused.code, words, refused.do)]


def _failed(name: str, error: Exception) -> Problem:
    return Problem(
        "R_FAILED",
        _("{name}: the report could not be made ({error}).").format(
            name=name, error=f"{type(error).__name__}: {error}"
        ),
        _("Your data is safe. Please report this; the log has the details."),
    )


def make_cohort_report(data: ReportData, path: Path, progress: Progress) -> Batch:
    """The cohort's PDF at `path`. Raises UserError when it cannot be written, or Cancelled; then nothing is left."""
    from rubricapp.reports.figures import gather
    from rubricapp.reports.pdf.cohort import make_cohort

    progress.step(0, 1, path.name)
    prepare_folder(path.parent)
    pdf = make_cohort(gather(data))
    progress.step(0, 1, path.name)
    try:
        write_beside(path, pdf.data)
    except (OSError, ValueError) as error:
        raise not_written(path, error) from None
    progress.step(1, 1, path.name)
    problems = (glyph_problem(path.name, pdf.missing),) if pdf.missing else ()
    return Batch((path,), (), problems)


def make_workbook(data: ReportData, path: Path, progress: Progress | None = None) -> Batch:
    """The workbook at `path`. Raises UserError when it cannot be written, or Cancelled; then nothing is left."""
    from rubricapp.reports.xlsx.workbook import build_workbook

    progress = progress or Progress()
    prepare_folder(path.parent)
    try:
        with replacing(path) as part:
            problems = build_workbook(data, part, progress)
    except (OSError, ValueError) as error:
        raise not_written(path, error) from None
    return Batch((path,), (), problems)
