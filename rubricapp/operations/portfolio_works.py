"""The works in a portfolio file: which of them, what is said of each, its file, and what it proves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rubricapp.core.folio import FolioFile, FolioProof, FolioShowing, FolioWork
from rubricapp.core.model import Person, Role, RubricVersion
from rubricapp.core.portfolio import (
    Artefact,
    AudienceChoice,
    Evidence,
    Showing,
    choice_for,
    consent_problems,
    is_shown,
)
from rubricapp.i18n import _
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.evidence import list_evidence
from rubricapp.store.people import list_people
from rubricapp.store.portfolio_files import list_authors
from rubricapp.store.showings import list_choices, list_showings
from rubricapp.store.vault import Stored
from rubricapp.store.workspace import Workspace

_STOPS = ("CONSENT_EXPIRED", "EMBARGO")


@dataclass(frozen=True)
class Chosen:
    """Works in the order of their making, without keys and proofs; their files by hash; what its maker should know."""

    works: tuple[tuple[Artefact, FolioWork], ...]
    files: Mapping[str, Stored]
    remarks: tuple[str, ...]


def choose_works(ws: Workspace, person: Person, readers: str | None, today: date) -> Chosen:
    """The works that these readers may see today. readers: an audience, "" for everyone, None for their owner.

    An ended consent and an embargo hold against any choice; the owner keeps their own works all the same.
    """
    choices: dict[str, list[AudienceChoice]] = {}
    for choice in list_choices(ws, participant=person.id):
        choices.setdefault(choice.artefact, []).append(choice)
    showings: dict[str, list[Showing]] = {}
    for showing in list_showings(ws, participant=person.id):
        showings.setdefault(showing.artefact, []).append(showing)
    found: list[tuple[Artefact, FolioWork]] = []
    files: dict[str, Stored] = {}
    remarks: list[str] = []
    for artefact in list_artefacts(ws, person.id):
        stops = [each.message for each in consent_problems(artefact, today) if each.code in _STOPS]
        remarks += stops
        if readers is not None:
            shown = is_shown(choice_for(choices.get(artefact.id, ()), readers), today)
            if not shown:
                remarks.append(_("“{title}” is not shown to this audience now.").format(title=artefact.title))
            if stops or not shown:
                continue
        file, stored = _file(ws, artefact)
        if stored is not None:
            files[artefact.sha256] = stored
        work = FolioWork(
            "", artefact.title, file, _facts(artefact, readers is None), _showings(showings.get(artefact.id, ()))
        )
        found.append((artefact, work))
    found.sort(key=lambda pair: (made_on(pair[0]), pair[1].title.casefold(), repr(pair[1])))
    return Chosen(tuple(found), files, tuple(remarks))


def made_on(artefact: Artefact) -> str:
    """The day on which a work was finished, as far as it is known; or it was begun; or ""."""
    return artefact.made_to or artefact.made_from


def _showings(showings: Sequence[Showing]) -> tuple[FolioShowing, ...]:
    found = [FolioShowing(each.shown_on, each.kind, each.place, each.result, each.proof) for each in showings]
    return tuple(sorted(found, key=lambda each: (each.shown_on, each.place, each.kind, each.result, each.proof)))


def _file(ws: Workspace, artefact: Artefact) -> tuple[FolioFile, Stored | None]:
    """What is said of a work's file, and the file. Where a linked file lies on this laptop is nobody's business."""
    plain = FolioFile(artefact.file_name, artefact.media, artefact.size, held=False)
    if artefact.is_web:
        return replace(plain, link=artefact.link, why_not=_("It is on the web.")), None
    if not artefact.sha256:
        return replace(plain, why_not=_("It was linked, not copied into the workspace.")), None
    file = find_file(ws, artefact)
    if file is None:
        return replace(plain, why_not=_("It is not on this laptop.")), None
    if not file.has_size(artefact.size):
        return replace(plain, why_not=damaged_here()), None
    return replace(plain, sha256=artefact.sha256, held=True), file


def damaged_here() -> str:
    """Why a file is not inside: only part of it, or something else, is on this laptop."""
    return _("The copy on this laptop is damaged.")


def not_inside(works: Iterable[FolioWork]) -> list[str]:
    """What to say of works whose files are not in the portfolio."""
    words = _("The file of “{title}” is not inside. {why}")
    return [words.format(title=work.title, why=work.file.why_not) for work in works if work.file.why_not]


def _facts(artefact: Artefact, own: bool) -> tuple[tuple[str, str], ...]:
    made = "–".join(dict.fromkeys(day for day in (artefact.made_from, artefact.made_to) if day))
    facts = [
        (_("Type"), artefact.type),
        (_("Role"), artefact.role),
        (_("What I did"), artefact.did),
        (_("Credits"), artefact.credits),
        (_("Made"), made),
        (_("Languages"), artefact.languages),
        (_("Stage"), artefact.stage.replace("_", " ")),
        (_("Context"), artefact.context),
        (_("Reflection"), artefact.reflection),
        (_("Rights"), artefact.rights),
    ]
    if own:
        facts += [
            (_("Consent"), artefact.consent),
            (_("Consent ends"), artefact.consent_expires_on),
            (_("Not to be shown before"), artefact.embargo_until),
        ]
    return tuple((label, words) for label, words in facts if words)


# What works prove


def find_proofs(
    ws: Workspace,
    person: Person,
    artefacts: Sequence[Artefact],
    released: Iterable[RubricVersion],
    rubrics: Iterable[RubricVersion],
) -> dict[str, tuple[FolioProof, ...]]:
    """Links from works to criteria: the participant's own; those of assessors where results of theirs were released.

    What a peer linked stays outside: it would say who looked at what.
    """
    shown = {each.id for each in artefacts}
    links = [each for each in list_evidence(ws, person.id) if each.artefact in shown]
    authors = list_authors(ws, [each.id for each in links])
    judging = {
        each.id
        for each in list_people(ws)
        if each.roles & {Role.ASSESSOR, Role.MENTOR, Role.LEAD} and Role.PARTICIPANT not in each.roles
    } | {""}
    open_criteria = {each.id for rubric in released for each in rubric.criteria}
    known = {each.id for rubric in rubrics for each in rubric.criteria}
    found: dict[str, list[FolioProof]] = {}
    for each in links:
        others = authors.get(each.id, frozenset()) - {person.id}
        if each.criterion in known and (not others or (others <= judging and each.criterion in open_criteria)):
            found.setdefault(each.artefact, []).append(FolioProof(each.criterion, _moment(each), each.note))
    return {
        artefact: tuple(sorted(proofs, key=lambda each: (each.criterion, each.moment, each.note)))
        for artefact, proofs in found.items()
    }


def _moment(link: Evidence) -> str:
    parts = ["–".join(dict.fromkeys(text for text in link.moment if text))]
    parts += [_("p. {page}").format(page=link.page)] if link.page is not None else []
    parts += [_("part of the picture ({region} %)").format(region=link.region)] if link.region else []
    return ", ".join(part for part in parts if part)


def rubrics_of(works: Iterable[FolioWork], used: set[str], rubrics: Mapping[str, RubricVersion]) -> set[str]:
    """Versions whose words the proofs need beside those that are used already: of each criterion the newest."""
    there = {each.id for key in used for each in rubrics[key].criteria}
    newest = {each.id: key for key, rubric in rubrics.items() for each in rubric.criteria}
    return {newest[proof.criterion] for work in works for proof in work.proves if proof.criterion not in there}
