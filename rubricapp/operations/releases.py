"""Releasing results: from then on their participant may see them. Taking one back needs a reason and stays history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rubricapp.core.model import Assessment, Changes, Occasion, OccasionId, Person, PersonId, RubricHash
from rubricapp.core.moderation import Standing
from rubricapp.core.text import LONGEST, clean
from rubricapp.core.viewing import JUDGING, may_see
from rubricapp.errors import Exit, UserError
from rubricapp.i18n import _
from rubricapp.operations.moderation import find_unsettled
from rubricapp.operations.moderation_words import say_disputed
from rubricapp.operations.people import who
from rubricapp.operations.reasons import demand_reason
from rubricapp.store.assessments import list_assessments
from rubricapp.store.people import find_occasion, list_occasions, list_people
from rubricapp.store.portfolio_files import find_was_participant
from rubricapp.store.releases import FINISHED, Release, list_released, list_releases
from rubricapp.store.rubrics import find_rubric, list_rubrics, load_rubric
from rubricapp.store.same_people import find_record, list_records
from rubricapp.store.viewing import load_view
from rubricapp.store.workspace import Workspace

Slot = tuple[PersonId, RubricHash, OccasionId]


@dataclass(frozen=True)
class Released:
    """What releasing gave. released: all that was asked for and is released now. waiting: its drafts, not released.

    before: of what became different, how it was before; released_on "" where it was not released.
    """

    changes: Changes
    released: tuple[Release, ...]
    waiting: tuple[Assessment, ...] = ()
    before: tuple[Release, ...] = ()


def find_versions(ws: Workspace, text: str) -> tuple[RubricHash, ...]:
    """Content hashes of what is meant: all versions of "camera", one of "camera@1.0". Raises UserError."""
    found = find_rubric(ws, text)
    if found is None:
        raise UserError(
            "E_NO_RUBRIC",
            _("No rubric here is called “{text}”.").format(text=text),
            _("Nothing was changed."),
            _("“rubric list” names them."),
            exit_code=Exit.USAGE,
        )
    if text.strip().casefold() != found.id:
        return (found.content_hash,)
    return tuple(each.content_hash for each in list_rubrics(ws) if each.id == found.id)


def find_participant(ws: Workspace, text: str) -> Person:
    """The participant meant, also one who has left: their results stay theirs. Raises UserError."""
    found = who(ws, text)
    if not find_was_participant(ws, found.id):
        raise UserError(
            "E_NO_PARTICIPANT",
            _("{name} is not a participant.").format(name=found.name),
            _("Nothing was changed."),
            _("“people list” shows everyone."),
            exit_code=Exit.USAGE,
        )
    return found


def find_occasion_named(ws: Workspace, text: str) -> Occasion:
    """The occasion meant by a name, day or id. Raises UserError."""
    found = find_occasion(ws, text)
    if found is None:
        raise UserError(
            "E_NO_OCCASION",
            _("There is no occasion “{name}”.").format(name=text),
            _("Nothing was changed."),
            _("Use one of: {list}.").format(list=", ".join(each.name for each in list_occasions(ws))),
            exit_code=Exit.USAGE,
        )
    return found


def release(
    ws: Workspace,
    people: Sequence[str],
    rubrics: Collection[str] = (),
    occasions: Collection[str] = (),
    author: str = "",
    anyway: str = "",
) -> Released:
    """Release all finished assessments of these participants; of all rubrics and occasions where none are named.

    people: ids. rubrics: content hashes. What is released already stays as it was, unless more was finished since.
    anyway: the reason for releasing although assessors differ, or one said two things on two laptops, and it is not
    settled; kept in the history. Raises UserError: E_NOTHING_TO_RELEASE where nothing is finished, E_OPEN_GAPS,
    E_OPEN_CONFLICTS; then nothing at all is released.
    """
    today = ws.sources.now().date().isoformat()
    slots: dict[Slot, list[Assessment]] = {}
    waiting = []
    for person in dict.fromkeys(people):
        for each in list_assessments(ws, participant=person):
            if each.kind not in JUDGING or not is_meant(each.rubric, each.occasion, rubrics, occasions):
                continue
            if each.state in FINISHED:
                slots.setdefault((each.participant, each.rubric, each.occasion), []).append(each)
            else:
                waiting.append(each)
    if not slots:
        raise UserError(
            "E_NOTHING_TO_RELEASE",
            _("There are no finished results to release."),
            _("Nothing was changed."),
            _("Finish the assessments first; {n} are drafts.").format(n=len(waiting)),
            exit_code=Exit.USAGE,
        )
    known = {(each.participant, each.rubric, each.occasion): each for each in list_releases(ws)}
    fresh = {slot for slot, results in slots.items() if slot not in known or not all(map(known[slot].covers, results))}
    unsettled = find_unsettled(ws, fresh)
    anyway = clean(anyway)[:LONGEST]
    if unsettled and not anyway:
        raise _not_settled(ws, unsettled)
    against = {each.slot for each in unsettled}
    released = []
    with ws.writing(author) as log:
        for slot in slots:
            found = known.get(slot)
            if slot in fresh:
                found = Release(*slot, today)
                record = find_record(ws, "release", *slot)
                log.set_all("release", record, {"participant": slot[0], "rubric": slot[1], "occasion": slot[2]})
                log.set("release", record, "released_on", today, anyway if slot in against else "")
            released.append(found)
    before = tuple(known.get(slot, Release(*slot, "")) for slot in slots if slot in fresh)
    return Released(log.changes, tuple(released), tuple(waiting), before)


def _not_settled(ws: Workspace, unsettled: Sequence[Standing]) -> UserError:
    names = {each.id: each.name for each in list_people(ws)}
    held = {each.id: each.name for each in list_occasions(ws)}
    where = {each.slot: f"{names[each.slot[0]]}, {held[each.slot[2]]}: " for each in unsettled}
    doubts = [
        where[each.slot] + say_disputed(names.get(assessor, assessor), criteria)
        for each in unsettled
        for assessor, criteria in each.disputed
    ]
    if doubts:
        return UserError(
            "E_OPEN_CONFLICTS",
            _("Which words hold is not settled: {list}{more}.").format(list="; ".join(doubts[:3]), more=_more(doubts)),
            _("Nothing was released."),
            _("Settle it (“conflicts list”), or release it --anyway with a --reason."),
        )
    told = [where[each.slot] + ", ".join(gap.criterion.id for gap in each.open_gaps) for each in unsettled]
    return UserError(
        "E_OPEN_GAPS",
        _("Assessors differ, and it is not settled: {list}{more}.").format(list="; ".join(told[:3]), more=_more(told)),
        _("Nothing was released."),
        _("Settle it (“moderation list”), or release it --anyway with a --reason."),
    )


def _more(told: Sequence[str]) -> str:
    return _(" and {n} more").format(n=len(told) - 3) if len(told) > 3 else ""


def take_back(
    ws: Workspace,
    people: Sequence[str],
    reason: str,
    rubrics: Collection[str] = (),
    occasions: Collection[str] = (),
    author: str = "",
) -> Released:
    """Take releases back, with a reason that is kept in the history. Files that were made before are not undone.

    released: those that were taken back. Raises UserError: E_REASON, E_NOT_RELEASED.
    """
    reason = demand_reason(reason, _("Taking a release back needs a reason."))
    gone = [
        each
        for each in list_releases(ws)
        if each.participant in people and is_meant(each.rubric, each.occasion, rubrics, occasions)
    ]
    if not gone:
        raise UserError(
            "E_NOT_RELEASED",
            _("Nothing of this is released."),
            _("Nothing was changed."),
            _("“release --list” says what is."),
            exit_code=Exit.USAGE,
        )
    with ws.writing(author) as log:
        for each in gone:
            counts = find_record(ws, "release", each.participant, each.rubric, each.occasion)
            for record in list_records(ws, "release", counts):
                log.set("release", record, "released_on", None, reason)
    return Released(log.changes, tuple(gone), before=tuple(gone))


def put_back(ws: Workspace, before: Sequence[Release], author: str = "") -> Changes:
    """Let releases stand as they stood before, as Undo does: by new changes, so that the history tells of both."""
    reason = _("Undone right after.")
    with ws.writing(author) as log:
        for each in before:
            counts = find_record(ws, "release", each.participant, each.rubric, each.occasion)
            for record in list_records(ws, "release", counts) if not each.released_on else (counts,):
                log.set("release", record, "released_on", each.released_on or None, reason)
    return log.changes


def is_meant(rubric: str, occasion: str, rubrics: Collection[str], occasions: Collection[str]) -> bool:
    """Whether a rubric version and an occasion are among those that were named; none named means all."""
    return (not rubrics or rubric in rubrics) and (not occasions or occasion in occasions)


def sorted_releases(ws: Workspace, releases: Sequence[Release]) -> list[Release]:
    """By person, then in the order that occasions are held, then by rubric."""
    places = {each.id: number for number, each in enumerate(list_occasions(ws))}
    return sorted(releases, key=lambda each: (each.participant, places.get(each.occasion, len(places)), each.rubric))


def demand_own_first(ws: Workspace, person: Person, reader: Person | None) -> None:
    """Nobody takes home what was said of them before their self-assessment says how they see it themselves.

    Raises UserError where this participant reads for themselves and one is still missing beside a released result.
    """
    if reader is None or reader.id != person.id:
        return
    view = load_view(ws, reader)
    waiting = {(each.rubric, each.occasion) for each in list_released(ws, person.id) if not may_see(view, each)}
    if not waiting:
        return
    names = {each.id: each.name for each in list_occasions(ws)}
    slots = sorted(f"{load_rubric(ws, rubric).label}, {names.get(occasion, '')}" for rubric, occasion in waiting)
    raise UserError(
        "E_OWN_FIRST",
        _("Results are released, but your self-assessment beside them is not finished."),
        _("Nothing was written."),
        _("Assess yourself first: {list}.").format(list="; ".join(slots)),
    )
