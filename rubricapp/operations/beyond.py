"""What a return changes beside what is its sender's own: it is taken in, and said before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from rubricapp.core.kits import BOXES
from rubricapp.core.model import Change, PersonId, Problem, Role
from rubricapp.core.viewing import STAFF
from rubricapp.i18n import _
from rubricapp.operations.merging import Planned
from rubricapp.store import kits as store
from rubricapp.store.conflicts import load_said
from rubricapp.store.people import list_people, load_person
from rubricapp.store.same_people import find_kept
from rubricapp.store.workspace import Workspace

_NAMED = {
    "assessment": ("assessor",),
    "calibration": ("person",),
    "meeting": ("participant", "mentor"),
    "agreed_action": ("participant", "meeting"),
    "log_check": ("mentor",),
    "feedback_piece": ("author",),
    "peer_response": ("author",),
    "comment_bank": ("owner",),
    "artefact": ("participant",),
    "log_entry": ("participant",),
}
"""Fields that say whose a record is: the sender's, where one of them names them."""
_PART_OF = {"rating": "assessment", "peer_review": "assessment", "calibration_rating": "calibration"}
_OF_WORKS = frozenset({"artefact", "log_entry", "evidence", "showing", "audience_choice"})
"""What assessors and mentors may add to, too."""
_BY_WHOM = frozenset({"evidence", "showing", "audience_choice", "milestone"})
"""Theirs who says it."""

FOR_LEADS = frozenset(
    {
        *("programme", "edition", "occasion", "rubric_version", "enrolment", "erasure", "device_key"),
        *("assignment", "declared_conflict", "release", "agreed_level", "committee_case", "committee_decision"),
    }
)
"""Kinds of record that only whoever leads the programme speaks of."""


def said_beyond(ws: Workspace, sender: PersonId, planned: Planned, told: Collection[str] = ()) -> Iterator[Problem]:
    """A remark for each kind of record that a return changes and that is not its sender's to change.

    An error, though it is taken in, where it is for whoever leads the programme: people enrolled, say.
    told: kinds of record of which it was said otherwise.
    """
    new = [each.change for each in planned.plan.new]
    named = _whose(ws, new)
    staff, leads = _is_staff(ws, sender), sender in {each.id for each in list_people(ws, Role.LEAD)}
    strange: dict[str, int] = {}
    for each in new:
        if not _is_own(each, find_kept(ws, each.author), sender, staff, named):
            strange[each.kind] = strange.get(each.kind, 0) + 1
    by_whom = next((each.name for each in list_people(ws) if each.id == sender), "")
    for kind, number in sorted(strange.items()):
        if kind in told:
            continue
        yield Problem(
            "MERGE_BEYOND",
            _("{n} changes of it are about something else than {name}'s own work: {kind}.").format(
                n=number, name=by_whom or _("its sender"), kind=kind
            ),
            _("Look at the history; the merge can be taken back as a whole."),
            severity="error" if kind in FOR_LEADS and not leads else "warning",
        )


def _is_staff(ws: Workspace, sender: PersonId) -> bool:
    try:
        return bool(load_person(ws, sender).roles & STAFF)
    except LookupError:
        return False


Named = Mapping[tuple[str, str], Sequence[str]]
"""(kind, record) → whom it names."""


def _whose(ws: Workspace, new: Sequence[Change]) -> Named:
    """What is here already counts: a return cannot make a record its sender's that was somebody else's."""
    records: dict[str, set[str]] = {}
    for each in new:
        kind = _PART_OF.get(each.kind, each.kind)
        if kind in _NAMED:
            records.setdefault(kind, set()).add(each.record.partition("/")[0])
    arriving: dict[tuple[str, str], dict[str, str]] = {}
    for each in new:
        if each.field in _NAMED.get(each.kind, ()) and isinstance(each.value, str):
            arriving.setdefault((each.kind, each.record), {})[each.field] = find_kept(ws, each.value)
    meetings = {each.get("meeting", "") for (kind, _record), each in arriving.items() if kind == "agreed_action"}
    found: dict[tuple[str, str], Sequence[str]] = {}
    for kind, some in records.items():
        here = store.load_naming(ws, kind, _NAMED[kind], some)
        meetings |= {each[1] for each in here.values()} if kind == "agreed_action" else set()
        for record in some:
            known = [each for each in here.get(record, ()) if each]
            named = known or list(arriving.get((kind, record), {}).values())
            found[kind, record] = named or _named_once(ws, kind, record)
    held = store.load_naming(ws, "meeting", _NAMED["meeting"], meetings - {""})
    for key, named in found.items():
        if key[0] == "agreed_action":
            found[key] = [
                *named,
                *(who for each in named for who in (*held.get(each, ()), *found.get(("meeting", each), ()))),
            ]
    return found


def _named_once(ws: Workspace, kind: str, record: str) -> list[str]:
    """Whom a record named at first that names nobody now, as a merge was taken back."""
    said = load_said(ws, [(kind, record, name) for name in _NAMED[kind]])
    first = (min(some, key=lambda each: (each.hlc, each.id)).value for some in said.values())
    return [find_kept(ws, each) for each in first if isinstance(each, str)]


def _is_own(change: Change, author: str, sender: str, staff: bool, named: Named) -> bool:
    """Whether its sender may say it."""
    kind = change.kind
    if (staff and kind in _OF_WORKS) or (kind in _BY_WHOM and author == sender):
        return True
    if kind == "peer_review" and change.field not in BOXES:
        return False
    whole = _PART_OF.get(kind, kind)
    return sender in named.get((whole, change.record.partition("/")[0]), ())
