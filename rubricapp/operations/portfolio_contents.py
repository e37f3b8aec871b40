"""What goes into a portfolio file: an allow-list. What is not named here stays in the workspace.

Question: what does a file for an audience hold that its owner's own file holds, too? Decision: results, growth, the
works chosen for that audience, their showings, the totals of the log. Not the self-assessments, not what peers said,
not the production log's days, milestones, consents, the office's id. Reasons: peers wrote to one person, in trust;
the rest was never meant to be shown, and there is no switch for it. 2026-11-29.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rubricapp import i18n
from rubricapp.core.agreed_levels import AgreedLevel, Outcome, Slot
from rubricapp.core.folio import Folio, FolioAssessment, FolioPeers, FolioRating
from rubricapp.core.model import Assessment, AssessmentKind, CriterionId, Occasion, Person, RubricVersion
from rubricapp.core.peer_scores import PeerFeedback
from rubricapp.core.scoring import score_of
from rubricapp.core.viewing import JUDGING
from rubricapp.errors import UserError
from rubricapp.i18n import _, ngettext
from rubricapp.operations.audiences import read_audience
from rubricapp.operations.peer_review import feedback_for
from rubricapp.operations.portfolio_way import growth, log_totals, timeline
from rubricapp.operations.portfolio_works import (
    choose_works,
    damaged_here,
    find_proofs,
    made_on,
    not_inside,
    rubrics_of,
)
from rubricapp.operations.privacy import everyone
from rubricapp.reports.figures import blank_text
from rubricapp.reports.wording import score_in_words
from rubricapp.store.assessments import list_assessments
from rubricapp.store.moderation import load_settled
from rubricapp.store.peer_reviews import list_pairs, list_rounds
from rubricapp.store.people import list_occasions, load_edition, load_programme
from rubricapp.store.releases import FINISHED, list_released
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.vault import Stored
from rubricapp.store.workspace import Workspace

EVERYONE = "everyone"
"""The audience of a file that anybody may have; "" is the owner's own."""


@dataclass(frozen=True)
class Gathered:
    """A portfolio, the files of its works by hash, and what whoever makes it should know; the file does not say it."""

    folio: Folio
    files: Mapping[str, Stored]
    remarks: tuple[str, ...] = ()


def collect(ws: Workspace, person: Person, audience: str = "", language: str = "", today: date | None = None) -> Folio:
    """What a participant's portfolio says today. audience: "" for its owner, "everyone", producer, school …"""
    return gather(ws, person, audience, language, today).folio


def gather(
    ws: Workspace,
    person: Person,
    audience: str = "",
    language: str = "",
    today: date | None = None,
) -> Gathered:
    """The same with the files."""
    today = today or ws.sources.now().date()
    own = not audience.strip()
    readers = "" if own else read_audience(audience)
    rubrics = {each.content_hash: _for_participants(each) for each in list_rubrics(ws, language or i18n.language())}
    occasions = list_occasions(ws)
    names = {one: each.name for one, each in everyone(ws).items()}
    results = _results(ws, person, own, rubrics, occasions, names)
    chosen = choose_works(ws, person, None if own else readers, today)
    released = [rubrics[each.rubric] for each in results if each.kind is not AssessmentKind.SELF]
    proves = find_proofs(ws, person, [artefact for artefact, _work in chosen.works], released, rubrics.values())
    works = tuple(
        replace(work, key=f"w{number}", proves=proves.get(artefact.id, ()))
        for number, (artefact, work) in enumerate(chosen.works, 1)
    )
    made = {f"w{number}": made_on(artefact) for number, (artefact, _work) in enumerate(chosen.works, 1)}
    peers, closed = _peers(ws, person, rubrics, occasions) if own else ((), ())
    used = {each.rubric for each in results} | {each.rubric for each in peers}
    used |= rubrics_of(works, used, rubrics)
    edition = load_edition(ws)
    settled = load_settled(ws, person.id)
    assessments = tuple(_assessment(each, rubrics[each.rubric], occasions, names, settled) for each in results)
    folio = Folio(
        programme=load_programme(ws).name,
        edition=edition.name,
        edition_dates=(edition.starts_on, edition.ends_on),
        name=person.name,
        code=person.code if own else "",
        made_on=today.isoformat(),
        language=language or i18n.language(),
        audience="" if own else readers or EVERYONE,
        pronouns=person.pronouns,
        rubrics=tuple(rubric for key, rubric in rubrics.items() if key in used),
        assessments=assessments,
        works=works,
        peers=peers,
        growth=growth(results, rubrics, occasions, settled),
        timeline=timeline(ws, person, own, assessments, works, rubrics, made),
        log_totals=log_totals(ws, person),
        left_out=(*not_inside(works), *closed),
    )
    return Gathered(folio, chosen.files, (*_held_back(ws, person, results), *chosen.remarks))


def _held_back(ws: Workspace, person: Person, results: Sequence[Assessment]) -> tuple[str, ...]:
    """For whoever makes the file: that there are results which nobody released yet."""
    shown = {each.id for each in results}
    finished = [each for each in list_assessments(ws, participant=person.id, states=FINISHED) if each.kind in JUDGING]
    count = sum(each.id not in shown for each in finished)
    words = ngettext("{n} finished assessment is not released.", "{n} finished assessments are not released.", count)
    return (words.format(n=count),) if count else ()


def without_file(gathered: Gathered, sha256: str) -> Gathered:
    """The same without a file that turned out not to be what it should be; its work stays, and says so."""
    folio = gathered.folio
    works = tuple(
        replace(work, file=replace(work.file, sha256="", held=False, why_not=damaged_here()))
        if work.file.sha256 == sha256
        else work
        for work in folio.works
    )
    others = [words for words in folio.left_out if words not in not_inside(folio.works)]
    files = {name: file for name, file in gathered.files.items() if name != sha256}
    return replace(gathered, folio=replace(folio, works=works, left_out=(*not_inside(works), *others)), files=files)


def _for_participants(rubric: RubricVersion) -> RubricVersion:
    """Without what is said to assessors only."""
    return replace(rubric, criteria=tuple(replace(each, guidance="") for each in rubric.criteria))


# Results


def _results(
    ws: Workspace,
    person: Person,
    own: bool,
    rubrics: Mapping[str, RubricVersion],
    occasions: Sequence[Occasion],
    names: Mapping[str, str],
) -> list[Assessment]:
    """What was released, and their own for themselves; in the order of occasions, never of ids."""
    found = list_released(ws, person.id)
    if own:
        found += [
            each
            for each in list_assessments(ws, participant=person.id, kind=AssessmentKind.SELF, states=FINISHED)
            if each.assessor == person.id
        ]
    places = {each.id: number for number, each in enumerate(occasions)}
    return sorted(
        (each for each in found if each.rubric in rubrics and each.occasion in places),
        key=lambda each: (
            places[each.occasion],
            rubrics[each.rubric].id,
            rubrics[each.rubric].version,
            each.kind,
            names.get(each.assessor, ""),
            each.finished_at,
            each.note,
        ),
    )


def _assessment(
    found: Assessment,
    rubric: RubricVersion,
    occasions: Sequence[Occasion],
    names: Mapping[str, str],
    settled: Mapping[Slot, Mapping[CriterionId, AgreedLevel]],
) -> FolioAssessment:
    ratings = []
    for criterion in rubric.criteria:
        rating = found.rating(criterion.id)
        words = next((each.descriptor for each in criterion.levels if each.level == rating.level), "")
        blank = rating.blank.value if rating.blank else ""
        ratings.append(FolioRating(criterion.id, rating.level, blank, rating.comment, words))
    return FolioAssessment(
        rubric=rubric.content_hash,
        occasion=next(each.name for each in occasions if each.id == found.occasion),
        kind=found.kind.value,
        by=names.get(found.assessor, ""),
        finished_on=found.finished_at.date().isoformat() if found.finished_at else "",
        ratings=tuple(ratings),
        note=found.note,
        words=(*score_in_words(score_of(rubric, found), rubric), *_settled(found, rubric, settled)),
    )


def _settled(
    found: Assessment, rubric: RubricVersion, settled: Mapping[Slot, Mapping[CriterionId, AgreedLevel]]
) -> Sequence[str]:
    """What assessors agreed on where they had differed: that, not why, nor who moved."""
    agreed = settled.get((found.participant, found.rubric, found.occasion), {})
    if found.kind is not AssessmentKind.ASSESSOR or not agreed:
        return ()
    told = []
    for criterion in rubric.criteria:
        each = agreed.get(criterion.id)
        if each is not None and each.outcome is Outcome.LEVEL:
            told.append(_("{criterion}, level {level}").format(criterion=criterion.title, level=each.level))
        elif each is not None:
            how = blank_text(each.blank) if each.outcome is Outcome.BLANK else _("both levels stay")
            told.append(f"{criterion.title}, {how}")
    return (_("Where assessors differed, they settled on: {list}.").format(list="; ".join(told)),)


def _peers(
    ws: Workspace, person: Person, rubrics: Mapping[str, RubricVersion], occasions: Sequence[Occasion]
) -> tuple[tuple[FolioPeers, ...], tuple[str, ...]]:
    """What peers said, so that it leads back to nobody; and, in words, the rounds that are still closed to them."""
    names = {each.id: each.name for each in occasions}
    places = {each.id: number for number, each in enumerate(occasions)}
    found, closed = [], []
    for each in list_rounds(ws):
        rubric = rubrics.get(each.rubric)
        if rubric is None or each.occasion not in names:
            continue
        if not any(pair.author == person.id for pair in list_pairs(ws, each)):
            continue
        order = (places[each.occasion], rubric.id, rubric.version)
        try:
            feedback = feedback_for(ws, each, person)
        except UserError as error:  # their own reviews come first
            closed.append((order, f"{rubric.label}, {names[each.occasion]}: {error.what}"))
            continue
        # Of too few not even the number: one more next week would say that somebody wrote in between.
        feedback = feedback if feedback.enough else PeerFeedback(0, False)
        found.append((order, FolioPeers(each.rubric, names[each.occasion], feedback)))
    return tuple(each for _order, each in sorted(found, key=lambda pair: pair[0])), tuple(
        words for _order, words in sorted(closed)
    )
