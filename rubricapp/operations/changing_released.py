"""What a return changes of results that are released: said before it is merged, as it is seen at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rubricapp.core.agreed_levels import Slot
from rubricapp.core.merging import Field, Outcome
from rubricapp.core.model import AssessmentKind, AssessmentState, OccasionId, PersonId, Problem, RubricHash
from rubricapp.core.viewing import JUDGING
from rubricapp.i18n import _, ngettext
from rubricapp.operations.merging import Planned, list_standing_again
from rubricapp.operations.merging_again import find_switched
from rubricapp.operations.resting import MOST, by_assessment, namer
from rubricapp.store import kits as store
from rubricapp.store.releases import list_releases
from rubricapp.store.same_people import find_kept
from rubricapp.store.workspace import Workspace

_FIELDS = ("participant", "rubric", "occasion", "kind", "state", "finished_at")
_UNSEEN = frozenset({"finished_at", "revision"})
"""Fields of an assessment that say nothing to whom it is released, as long as it stays released."""


def said_released(ws: Workspace, planned: Planned) -> Iterator[Problem]:
    """A remark where a release shows something else afterwards: other words, more, or less. Writes nothing."""
    released = {(each.participant, each.rubric, each.occasion): each.released_on for each in list_releases(ws)}
    changed = _changed(ws, planned) if released else {}
    here = store.load_naming(ws, "assessment", _FIELDS, changed)
    slots: dict[Slot, None] = {}
    for assessment, after in changed.items():
        now = dict(zip(_FIELDS, here.get(assessment, ("",) * len(_FIELDS)), strict=True))
        then = now | {name: str(after[name] or "") for name in _FIELDS if name in after}
        for said in (now, then):
            slot = _slot(ws, said)
            seen = [_is_seen(one, released.get(slot, "")) and _slot(ws, one) == slot for one in (now, then)]
            if any(seen) and (not all(seen) or after.keys() - _UNSEEN):
                slots[slot] = None
    if not slots:
        return
    name = namer(ws)
    said = [", ".join(filter(None, list(name(*slot).values())[1:])) for slot in slots]
    more = _(" and {n} more").format(n=len(said) - MOST) if len(said) > MOST else ""
    yield Problem(
        "MERGE_RELEASED",
        ngettext(
            "It changes what {n} release shows: {list}.", "It changes what {n} releases show: {list}.", len(said)
        ).format(n=len(said), list="; ".join(said[:MOST]) + more),
        _("Their participant sees that at once: take the release back, with a reason, where you would look first."),
        severity="warning",
    )


def _changed(ws: Workspace, planned: Planned) -> dict[str, dict[str, object]]:
    """What becomes of each assessment: criteria, and fields of the whole, with what they show afterwards."""
    fields = _standing_again(ws, planned)
    for each in planned.plan.fields:
        same = each.before is not None and each.before.value == each.after.value
        if each.outcome is not Outcome.SAME and not same:
            fields[each.field] = each.after.value
    return by_assessment(fields)


def _standing_again(ws: Workspace, planned: Planned) -> dict[Field, object]:
    """What merges show that were taken back, and stand again with this one."""
    found: dict[Field, object] = {}
    for each in list_standing_again(ws, planned.parcel):
        switched = find_switched(ws, each, True)
        found |= {key: heads[0].value if heads else None for key, heads in switched.items()}
    return found


def _slot(ws: Workspace, said: Mapping[str, str]) -> Slot:
    return PersonId(find_kept(ws, said["participant"])), RubricHash(said["rubric"]), OccasionId(said["occasion"])


def _is_seen(said: Mapping[str, str], released_on: str) -> bool:
    """As `core.viewing.covers` says of an assessment."""
    done = said["state"] not in ("", AssessmentState.DRAFT) and bool(said["finished_at"])
    return done and (said["kind"] or AssessmentKind.ASSESSOR) in JUDGING and said["finished_at"][:10] <= released_on
