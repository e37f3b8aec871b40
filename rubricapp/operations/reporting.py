"""Reports: gather what they say on the caller's thread, then build files anywhere, with progress and cancel."""

from __future__ import annotations

from rubricapp import __version__
from rubricapp.core.model import AssessmentState, Role
from rubricapp.i18n import language
from rubricapp.reports.data import ReportData, Snapshot
from rubricapp.store.artefacts import load_artefact_counts
from rubricapp.store.assessments import list_assessments
from rubricapp.store.people import list_occasions, list_people, load_edition, load_programme
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.snapshots import load_snapshot
from rubricapp.store.workspace import Workspace


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
        if each.state is AssessmentState.DRAFT:
            drafts[each.participant] = drafts.get(each.participant, 0) + 1
    used = {each.rubric for each in finished}
    return ReportData(
        programme=load_programme(ws).name,
        edition=load_edition(ws).name,
        snapshot=Snapshot(*load_snapshot(ws)),
        app_version=__version__,
        language=language(),
        occasions=occasions,
        rubrics={key: rubric for key, rubric in rubrics.items() if key in used},
        participants=participants,
        people={each.id: each for each in list_people(ws)},
        assessments=tuple(finished),
        drafts=drafts,
        evidence=load_artefact_counts(ws),
    )
