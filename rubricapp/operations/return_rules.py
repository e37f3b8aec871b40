"""What a return must not say: what only a lead may, and what nobody takes back.

Question: somebody who does not lead released results on their laptop; what becomes of that where it is merged?
Decision: it is taken in, so that the history tells of it, and in the same transaction each field of a release says
again what it said here. The lead is told, and releases as always if it is right. Only what comes from a laptop that is
known as a lead's stands as it is. Reasons: nothing reaches a participant before the lead releases, nor by their own
kit. Refusing the return would lose the work in it. Computing from who said it whether a release counts would let it
appear and vanish as roles change, and cannot be computed in a kit, which knows no other laptops; a change of the lead's
own log is the same everywhere, in any order, and is taken back and done again with the merge. The same holds for who
leads: else a return could make its sender a lead first, and release with the next. 2026-11-29.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rubricapp.core.merging import Field
from rubricapp.core.model import PersonId, Problem, Role
from rubricapp.core.same_people import KIND as SAME_PERSON
from rubricapp.errors import Exit, UserError
from rubricapp.exchange.package_file import Manifest
from rubricapp.i18n import _
from rubricapp.operations import merging
from rubricapp.operations.same_people import say_person
from rubricapp.store import kits as store
from rubricapp.store.people import list_people
from rubricapp.store.same_people import find_kept
from rubricapp.store.workspace import Workspace


def demand_no_key(parcel: merging.Parcel) -> None:
    """Who could set the recovery key by a return could read every later package. Raises UserError E_FOREIGN_KEY."""
    if any(each.change.field == "recovery_key" for each in parcel.changes if each.change.kind == "programme"):
        raise UserError(
            "E_FOREIGN_KEY",
            _("This return would set the programme's recovery key, which only its lead may do."),
            _("Nothing was merged."),
            _("Call its sender: either their laptop was tampered with, or it is not theirs."),
            exit_code=Exit.REFUSED,
        )


def erasings(told: Iterable[Problem]) -> list[Problem]:
    """Those that say whom merging would erase here."""
    return [each for each in told if each.code == "MERGE_ERASES"]


def demand_no_erasing(told: Iterable[Problem]) -> None:
    """Nobody is erased here by a merge without being asked: no merge is taken back that far. Raises E_MERGE_ERASES."""
    erases = erasings(told)
    if erases:
        raise UserError(
            "E_MERGE_ERASES",
            " ".join(each.message for each in erases),
            _("Nothing was merged."),
            _("Ask its sender. If it is meant, merge it with --erase: taking the merge back brings nobody back."),
            exit_code=Exit.REFUSED,
        )


def sender_of(ws: Workspace, manifest: Manifest) -> PersonId:
    """Whose laptop a return comes from: as it is known here; as the return says itself where it is not."""
    known = next((each.person for each in store.list_device_keys(ws) if each.device == manifest.sender), "")
    return PersonId(find_kept(ws, known or manifest.sender_person))


def _is_from_lead(ws: Workspace, manifest: Manifest) -> bool:
    """Whether it comes from a laptop that is known here, and known as that of somebody who leads."""
    known = {each.device for each in store.list_device_keys(ws)}
    leads = {each.id for each in list_people(ws, Role.LEAD)}
    return manifest.sender in known and sender_of(ws, manifest) in leads


def find_held(ws: Workspace, manifest: Manifest, planned: merging.Planned) -> dict[Field, object]:
    """The fields of releases, and of who leads the programme, that a return may not change, with what they say here
    and go on saying."""
    if _is_from_lead(ws, manifest):
        return {}
    leading = _leading(ws, planned)
    held: dict[Field, object] = {}
    for each in planned.plan.fields:
        kind, record, name = each.field
        before = each.before.value if each.before is not None else None
        if all(head.value == before for head in each.heads):
            continue
        if kind == "release" and (each.before is not None or name == "released_on"):
            held[each.field] = before
        if kind == "enrolment" and record in leading and (leading[record] or name == "person"):
            held[each.field] = before
    return held


def _leading(ws: Workspace, planned: merging.Planned) -> dict[str, bool]:
    """Enrolments that make somebody a lead, here or as a return says it, and whether they are here. One that is not
    here says nothing without its person."""
    touched = {record for kind, record, _name in (each.field for each in planned.plan.fields) if kind == "enrolment"}
    here = store.load_naming(ws, "enrolment", ("role",), touched)
    found = {
        each.field[1]: each.field[1] in here
        for each in planned.plan.fields
        if each.field[::2] == ("enrolment", "role") and any(head.value == Role.LEAD for head in each.heads)
    }
    return found | {record: True for record, (role,) in here.items() if role == Role.LEAD}


def said_held(ws: Workspace, planned: merging.Planned, held: Mapping[Field, object]) -> list[Problem]:
    """That a return speaks in vain of what only a lead says, for whoever leads to look at."""
    told = []
    names = _named(ws, planned, held, "release", "participant")
    if names:
        told.append(
            Problem(
                "MERGE_RELEASE",
                _(
                    "It says whether results of {names} are released, which only whoever leads the programme does."
                ).format(names=names),
                _("They stay as they were here. Release them yourself if they may be seen."),
            )
        )
    names = _named(ws, planned, held, "enrolment", "person")
    if names:
        told.append(
            Problem(
                "MERGE_LEAD",
                _("It says whether {names} leads the programme, which only whoever leads it does.").format(names=names),
                _("Who leads stays as it was here. Add the role yourself on the page People if it is right."),
            )
        )
    return told


def _named(ws: Workspace, planned: merging.Planned, held: Mapping[Field, object], kind: str, field: str) -> str:
    """Of whom the held records of a kind are, in words; "" where there are none."""
    records = {record for held_kind, record, _name in held if held_kind == kind}
    if not records:
        return ""
    whose = {record: one for record, (one,) in store.load_naming(ws, kind, (field,), records).items()}
    for each in planned.plan.new:
        if each.field[::2] == (kind, field) and isinstance(each.change.value, str):
            whose.setdefault(each.change.record, each.change.value)
    people = {each.id: each.name for each in list_people(ws)}
    names = sorted({people.get(find_kept(ws, whose.get(record, "")), "") for record in records} - {""})
    return ", ".join(names) or _("somebody")


def demand_leads_say(ws: Workspace, manifest: Manifest, planned: merging.Planned) -> None:
    """Who is who decides what a kit holds: who could make themself one with another assessor would be sent their words.

    So only a lead's laptop may say it of people who are known here; of those whom a return brings, everybody may.
    Raises UserError E_FOREIGN_SAME.
    """
    if _is_from_lead(ws, manifest):
        return
    people = {each.id: each for each in list_people(ws)}
    for outcome in planned.plan.fields:
        kind, one, name = outcome.field
        kept = outcome.after.value
        if (kind, name) != (SAME_PERSON, "kept") or not isinstance(kept, str):
            continue
        here = find_kept(ws, one)
        if here in people and find_kept(ws, kept) != here:
            raise UserError(
                "E_FOREIGN_SAME",
                _(
                    "This return says that {name} is the same person as somebody else, which only a lead may say."
                ).format(name=say_person(people[here])),
                _("Nothing was merged."),
                _("If it is so, say it here first with “person same {one} {kept} --reason …”, and merge again.").format(
                    one=one, kept=kept
                ),
                exit_code=Exit.REFUSED,
            )
