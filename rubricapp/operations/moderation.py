"""Moderation: where assessors differ, how far everybody is, what is open before a release, what to look at again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from rubricapp.core.agreed_levels import AgreedLevel, Slot
from rubricapp.core.model import (
    Assessment,
    AssessmentKind,
    CriterionId,
    PersonId,
    Role,
    RubricVersion,
)
from rubricapp.core.moderation import Standing, stand
from rubricapp.core.moderation_sample import Sampled, draw
from rubricapp.i18n import _
from rubricapp.store.artefacts import list_artefacts
from rubricapp.store.assessments import list_assessments
from rubricapp.store.assigning import list_assignments
from rubricapp.store.conflicts import find_disputed
from rubricapp.store.evidence import list_evidence
from rubricapp.store.moderation import list_agreed
from rubricapp.store.people import list_occasions, list_people
from rubricapp.store.production_log import list_log
from rubricapp.store.releases import list_releases
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.same_people import list_gone
from rubricapp.store.workspace import Workspace


def list_standings(
    ws: Workspace,
    participant: str = "",
    rubrics: Collection[str] = (),
    occasions: Collection[str] = (),
    sees: Callable[[Slot], bool] | None = None,
    early: bool = False,
    language: str = "",
) -> list[Standing]:
    """Where each participant, rubric and occasion stands that somebody has begun or was asked to score, or of which a
    mentor said two things on two laptops. Nobody waits for an assessor who was erased.

    rubrics: content hashes. sees: whether whoever asks may see others' ratings of a slot; what they may not comes
    without gaps. early: see `core.moderation.stand`. By participant's name, then occasion, then rubric.
    """
    people = {each.id: each for each in list_people(ws)}
    places = {each.id: number for number, each in enumerate(list_occasions(ws))}
    words = {each.content_hash: each for each in list_rubrics(ws, language)}
    gone = list_gone(ws)
    assessments: dict[Slot, list[Assessment]] = {}
    disputed = find_disputed(ws)
    given = list_assessments(ws, participant=participant, kind=AssessmentKind.ASSESSOR)
    given = [each for each in given if each.assessor not in gone or not each.is_open]
    if disputed:  # a mentor's words are no marks, but are released with them
        mentors = list_assessments(ws, participant=participant, kind=AssessmentKind.MENTOR)
        given += [each for each in mentors if each.id in disputed and not each.is_open]
    for each in given:
        assessments.setdefault((each.participant, each.rubric, each.occasion), []).append(each)
    asked: dict[Slot, set[PersonId]] = {}
    for each in list_assignments(ws):
        if participant in ("", each.participant) and each.assessor not in gone:
            asked.setdefault((each.participant, each.rubric, each.occasion), set()).add(each.assessor)
    agreed = by_slot(list_agreed(ws, participant))
    releases = {(each.participant, each.rubric, each.occasion): each for each in list_releases(ws, participant)}
    found = []
    for slot in assessments.keys() | asked.keys():
        person, rubric, occasion = slot
        if person not in people or rubric not in words or occasion not in places:
            continue
        if (rubrics and rubric not in rubrics) or (occasions and occasion not in occasions):
            continue
        release = releases.get(slot)
        standing = stand(
            words[rubric],
            slot,
            assessments.get(slot, ()),
            asked.get(slot, ()),
            agreed.get(slot, {}),
            release.covers if release is not None else None,
            early,
            disputed,
        )
        found.append(standing if sees is None or sees(slot) else standing.blind())
    found.sort(
        key=lambda each: (
            people[each.slot[0]].sort_key,
            places[each.slot[2]],
            words[each.slot[1]].id,
            words[each.slot[1]].version,
        )
    )
    return found


def by_slot(every: Iterable[AgreedLevel]) -> dict[Slot, dict[CriterionId, AgreedLevel]]:
    """Settled, waiting and opened again, by slot and criterion."""
    found: dict[Slot, dict[CriterionId, AgreedLevel]] = {}
    for each in every:
        found.setdefault(each.slot, {})[each.criterion] = each
    return found


def find_unsettled(ws: Workspace, slots: Collection[Slot]) -> list[Standing]:
    """Those of these slots with open gaps, or of which one assessor or mentor said two things; also while somebody is
    still to finish."""
    people = {slot[0] for slot in slots}
    found = list_standings(ws, next(iter(people)) if len(people) == 1 else "", early=True)
    return [each for each in found if each.slot in slots and (each.open_gaps or each.disputed)]


def sample(
    ws: Workspace,
    share: Fraction = Fraction(1, 10),
    seed: int = 0,
    rubrics: Collection[str] = (),
    occasions: Collection[str] = (),
) -> tuple[Sampled, ...]:
    """The assessments that moderation should look at: see `core.moderation_sample.draw`. Writes nothing."""
    words: Mapping[str, RubricVersion] = {each.content_hash: each for each in list_rubrics(ws)}
    participants = {each.id for each in list_people(ws, Role.PARTICIPANT)}
    return draw(
        (
            (each, words[each.rubric])
            for each in list_assessments(ws, kind=AssessmentKind.ASSESSOR)
            if each.participant in participants
            and each.rubric in words
            and (not rubrics or each.rubric in rubrics)
            and (not occasions or each.occasion in occasions)
        ),
        share,
        seed,
    )


@dataclass(frozen=True)
class Proof:
    """A moment of a work, or a day of the log, that is linked to a criterion. moment: as people read it, or "".

    link: the id of the link where it is from a work, else "".
    """

    criterion: CriterionId
    title: str
    moment: str
    note: str
    link: str = ""


def list_proofs(ws: Workspace, participant: str) -> dict[CriterionId, list[Proof]]:
    """What is linked to each criterion, to be looked at together where assessors differ."""
    works = {each.id: each.title or each.file_name for each in list_artefacts(ws, participant)}
    days = {each.id: " ".join(filter(None, (each.worked_on, each.production))) for each in list_log(ws, participant)}
    found: dict[CriterionId, list[Proof]] = {}
    for each in list_evidence(ws, participant):
        moment = "–".join(dict.fromkeys(text for text in each.moment if text))
        if not moment and each.page is not None:
            moment = _("p. {page}").format(page=each.page)
        title = works.get(each.artefact) or days.get(each.log_entry) or ""
        found.setdefault(each.criterion, []).append(
            Proof(each.criterion, title, moment, each.note, each.id if each.artefact else "")
        )
    return found
