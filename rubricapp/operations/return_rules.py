"""What a return must not say: what only a lead may, and what nobody takes back."""

from __future__ import annotations

from collections.abc import Iterable

from rubricapp.core.model import Problem, Role
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


def demand_leads_say(ws: Workspace, manifest: Manifest, planned: merging.Planned) -> None:
    """Who is who decides what a kit holds: who could make themself one with another assessor would be sent their words.

    So only a lead's laptop may say it of people who are known here; of those whom a return brings, everybody may.
    Raises UserError E_FOREIGN_SAME.
    """
    people = {each.id: each for each in list_people(ws)}
    sender = next((each for each in store.list_device_keys(ws) if each.device == manifest.sender), None)
    if sender is not None and sender.person in people and Role.LEAD in people[sender.person].roles:
        return
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
