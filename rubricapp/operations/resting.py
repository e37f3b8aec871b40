"""What a lead decided that rests on a merge: said before it is taken back, and in the answer.

Question: does taking a merge back take back what the lead released, settled and agreed on since? Decision: no, and it
is said. Reasons: a lead's word is the lead's, and may well hold for what is left; but a release shows what is there, so
what the merge brought is gone from it, and whoever takes back a wrong return must learn of that before. 2026-11-29.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from rubricapp.core.agreed_levels import AgreedLevel
from rubricapp.core.committee import Case
from rubricapp.core.merging import Field
from rubricapp.core.model import Assessment
from rubricapp.i18n import _, language, ngettext
from rubricapp.operations.merging import find_merge
from rubricapp.operations.merging_again import Heads, find_switched
from rubricapp.operations.privacy import everyone
from rubricapp.store import merging as store
from rubricapp.store.assessments import list_assessments
from rubricapp.store.committee import list_cases
from rubricapp.store.conflicts import Conflict, list_settled
from rubricapp.store.merging import Merge
from rubricapp.store.moderation import list_agreed
from rubricapp.store.people import list_occasions
from rubricapp.store.releases import FINISHED, Release, list_releases
from rubricapp.store.rubrics import list_rubrics
from rubricapp.store.workspace import Workspace

Said = TypeVar("Said")

MOST = 5
"""So many of each sort are named in words."""


@dataclass(frozen=True)
class Resting:
    """releases: that show results which taking the merge back changes or takes away. agreed: levels agreed on about
    them; they stay, and are open to be settled again. settled: conflicts that had a side in the merge; they stay
    settled. decided: committees' cases of these participants, decided since; they stay. later: merges of the same
    laptop that stand, oldest first; they go on from this one, and what they brought stays without its beginning.
    """

    releases: tuple[Release, ...] = ()
    agreed: tuple[AgreedLevel, ...] = ()
    settled: tuple[Conflict, ...] = ()
    decided: tuple[Case, ...] = ()
    later: tuple[Merge, ...] = ()


def find_resting(ws: Workspace, merge_id: str) -> Resting:
    """What rests on a merge; nothing where it is taken back already. Writes nothing. Raises UserError E_NO_MERGE."""
    found = find_merge(ws, merge_id)
    if not found.stands:
        return Resting()
    parts = by_assessment(find_switched(ws, found, False))
    finished = list_assessments(ws, states=FINISHED) if parts else []
    touched = [each for each in finished if each.id in parts and _says_else(each, parts[each.id])]
    people, since = {each.participant for each in touched}, found.at.date().isoformat()
    brought = {each.change.id for each in store.list_brought(ws, found)}
    return Resting(
        tuple(each for each in list_releases(ws) if any(each.covers(one) for one in touched)),
        tuple(each for each in list_agreed(ws) if any(_is_about(each, one, parts[one.id]) for one in touched)),
        tuple(each for each in list_settled(ws) if any(head.id in brought for head in each.heads)),
        tuple(
            each
            for each in (list_cases(ws) if people else ())
            if each.participant in people and each.decision is not None and each.decision.on >= since
        ),
        tuple(each for each in store.list_merges(ws) if _goes_on(each, found)),
    )


def _goes_on(merge: Merge, found: Merge) -> bool:
    return merge.stands and merge.sender == found.sender and merge.id > found.id and merge.new > 0


def by_assessment(changed: Mapping[Field, Said]) -> dict[str, dict[str, Said]]:
    """What changes of each assessment: criteria, and fields of the whole, with what becomes of them."""
    found: dict[str, dict[str, Said]] = {}
    for (kind, record, name), said in changed.items():
        if kind in ("assessment", "rating"):
            assessment, _slash, criterion = record.partition("/")
            found.setdefault(assessment, {})[criterion or name] = said
    return found


def _says_else(assessment: Assessment, parts: Mapping[str, Heads]) -> bool:
    """Whether any of it is read by people: not the second at which it was finished, unless that was on another day."""
    if parts.keys() - {"finished_at", "revision"}:
        return True
    heads, at = parts.get("finished_at", ()), assessment.finished_at
    return bool(heads) and at is not None and str(heads[0].value)[:10] != at.date().isoformat()


def _is_about(agreed: AgreedLevel, assessment: Assessment, parts: Mapping[str, Heads]) -> bool:
    return (
        agreed.outcome is not None
        and (assessment.participant, assessment.rubric, assessment.occasion) == agreed.slot
        and assessment.assessor in agreed.basis
        and bool(parts.keys() & {"state", "participant", agreed.criterion})
    )


def namer(ws: Workspace) -> Callable[[str, str, str], dict[str, str]]:
    """A function that names a participant, rubric and occasion: code, name, rubric, occasion."""
    people = everyone(ws)
    rubrics = {each.content_hash: f"{each.id}@{each.version}" for each in list_rubrics(ws, language())}
    occasions = {each.id: each.name for each in list_occasions(ws)}

    def name(participant: str, rubric: str, occasion: str) -> dict[str, str]:
        person = people.get(participant)
        return {
            "participant": person.code if person else "",
            "name": person.name if person else "",
            "rubric": rubrics.get(rubric, rubric[:12]),
            "occasion": occasions.get(occasion, ""),
        }

    return name


def say_resting(ws: Workspace, resting: Resting) -> list[str]:
    """A line for each sort of thing that rests on a merge: of whom and of what, never a level."""
    name, lines = namer(ws), []

    def where(slot: Iterable[str], *more: str) -> str:
        named = name(*slot)
        return ", ".join(filter(None, (named["name"], named["rubric"], named["occasion"], *more)))

    if resting.later:
        words = ngettext(
            "{n} later merge of this laptop stands and goes on from this one: half of what was said would be left."
            " Take that one back first.",
            "{n} later merges of this laptop stand and go on from this one: half of what was said would be left."
            " Take those back first, the last one first.",
            len(resting.later),
        )
        lines.append(words.format(n=len(resting.later)))
    if resting.releases:
        words = ngettext(
            "{n} release shows what this merge brought, and that goes from it ({list}). Kits and files made of it"
            " stay as they are. Take the release back, too, where what is merged again should not be shown at once.",
            "{n} releases show what this merge brought, and that goes from them ({list}). Kits and files made of it"
            " stay as they are. Take the releases back, too, where what is merged again should not be shown at once.",
            len(resting.releases),
        )
        slots = [(each.participant, each.rubric, each.occasion) for each in resting.releases]
        lines.append(_listed(words, [where(each) for each in slots]))
    if resting.agreed:
        words = ngettext(
            "{n} agreed level rests on it, and is to be settled again ({list}).",
            "{n} agreed levels rest on it, and are to be settled again ({list}).",
            len(resting.agreed),
        )
        lines.append(_listed(words, [where(each.slot, each.criterion) for each in resting.agreed]))
    if resting.settled:
        words = ngettext(
            "{n} conflict with it was settled; what was settled goes on standing.",
            "{n} conflicts with it were settled; what was settled goes on standing.",
            len(resting.settled),
        )
        lines.append(words.format(n=len(resting.settled)))
    if resting.decided:
        words = ngettext(
            "{n} decision of a committee was made since, and stays ({list}).",
            "{n} decisions of committees were made since, and stay ({list}).",
            len(resting.decided),
        )
        said = [where((each.participant, "", ""), each.held_on) for each in resting.decided]
        lines.append(_listed(words, said))
    return lines


def _listed(words: str, each: list[str]) -> str:
    more = _(" and {n} more").format(n=len(each) - MOST) if len(each) > MOST else ""
    return words.format(n=len(each), list="; ".join(each[:MOST]) + more)
