"""The laptops of a programme, as its lead sees them: whose they are, when they were last heard of, what is open."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from rubricapp.core.model import AssessmentState, Person, Role
from rubricapp.errors import Exit, UserError
from rubricapp.exchange import signing
from rubricapp.i18n import _
from rubricapp.store import kits as store
from rubricapp.store import merging as logs
from rubricapp.store.assigning import list_assignments
from rubricapp.store.conflicts import list_conflicts
from rubricapp.store.people import is_called, list_people
from rubricapp.store.workspace import Workspace


def demand_leading(ws: Workspace) -> None:
    """Raises UserError E_NOT_LEADING where a workspace came as the kit of somebody who does not lead the programme."""
    home = store.load_home(ws)
    if home is None or home.me in {each.id for each in list_people(ws, Role.LEAD)}:
        return
    raise UserError(
        "E_NOT_LEADING",
        _("This workspace came as a kit to work with; this is for whoever leads the programme."),
        _("Nothing was changed."),
        _("Do it in the workspace from which the kit came."),
    )


def demand_no_kit(ws: Workspace, merge: logs.Merge) -> None:
    """Raises UserError E_IS_A_KIT where a merge is that of a kit which this workspace came as, or was given since.

    Taken back, nobody and nothing would be left to work with.
    """
    home = store.load_home(ws)
    if home is None or merge.sender not in (home.lead, logs.list_merges(ws)[0].sender):
        return
    raise UserError(
        "E_IS_A_KIT",
        _("This is the kit that this workspace works with: it is not taken back."),
        _("Nothing was changed."),
        _("Where something in it is wrong, ask your programme lead for a newer kit, and open that."),
    )


@dataclass(frozen=True)
class Laptop:
    """A laptop that handed in, or an assessor who did not yet (device "").

    last_at: when a pack of it was merged last. kit_at: when its person got a kit last. asked, finished: how many
    assessments its person was asked for, and finished as far as is known here. conflicts: that it has a part in.
    put_aside: changes of its packs that could not be trusted.
    """

    device: str
    name: str
    person: Person | None
    fingerprint: str
    last_at: datetime | None
    kit_at: datetime | None
    asked: int
    finished: int
    conflicts: int
    put_aside: int


def list_laptops(ws: Workspace) -> list[Laptop]:
    """Every laptop whose key is known and every assessor who was asked or has a kit; by name of the person."""
    people = {each.id: each for each in list_people(ws)}
    names = logs.list_device_names(ws)
    merges = [each for each in logs.list_merges(ws) if each.stands]
    last = {each.sender: each.at for each in merges}
    kit_at = {each.person: each.at for each in store.list_kits(ws)}
    asked, finished = Counter[str](), Counter[str]()
    for each in list_assignments(ws):
        asked[each.assessor] += 1
        finished[each.assessor] += each.state is AssessmentState.FINISHED
    conflicts = Counter(device for one in list_conflicts(ws) for device in {head.device for head in one.heads})
    senders = {each.package: each.sender for each in logs.list_merges(ws)}
    aside = Counter(senders.get(each.package, "") for each in logs.list_quarantine(ws))
    found = []
    heard = set()
    for key in store.list_device_keys(ws):
        heard.add(key.person)
        found.append(
            Laptop(
                key.device,
                names.get(key.device, key.device[:8]),
                people.get(key.person),
                signing.fingerprint(bytes.fromhex(key.public_key)) if key.public_key else "",
                last.get(key.device),
                kit_at.get(key.person),
                asked[key.person],
                finished[key.person],
                conflicts[key.device],
                aside[key.device],
            )
        )
    for person in sorted({*asked, *kit_at} - heard):
        if person in people:
            found.append(
                Laptop("", "", people[person], "", None, kit_at.get(person), asked[person], finished[person], 0, 0)
            )
    found.sort(key=lambda each: (each.person.sort_key if each.person else ("", "", ""), each.name))
    return found


@dataclass(frozen=True)
class Writer:
    """A laptop that wrote something that is here. device: its id. name: what it is called. person: whose, if known."""

    device: str
    name: str
    person: Person | None


def list_writers(ws: Workspace) -> list[Writer]:
    """Every laptop of whose log anything is here, this one first, then by name."""
    people = {each.id: each for each in list_people(ws)}
    owners = {each.device: people.get(each.person) for each in store.list_device_keys(ws)}
    home = store.load_home(ws)
    if home is not None:
        owners.setdefault(ws.device, people.get(home.me))
    names = logs.list_device_names(ws)
    ends = logs.list_devices(ws)
    found = [Writer(each, names.get(each, each[:8]), owners.get(each)) for each in ends]
    return sorted(found, key=lambda each: (each.device != ws.device, each.name.casefold(), each.device))


def laptop_meant(ws: Workspace, text: str) -> Writer:
    """The laptop called so: "this", a name, the name of its person, its id or the beginning of it. Raises UserError."""
    wanted = " ".join(text.split()).casefold()
    writers = list_writers(ws)
    found = [
        each
        for each in writers
        if wanted
        and (
            wanted in (each.name.casefold(), each.device)
            or (wanted == "this" and each.device == ws.device)
            or (each.person is not None and is_called(each.person, text))
            or (len(wanted) >= 4 and each.device.startswith(wanted))
        )
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(
            "E_AMBIGUOUS",
            _("“{text}” could be any of {n} laptops.").format(text=text[:100], n=len(found)),
            _("Nothing was changed."),
            _("Use one of these ids: {list}.").format(list=", ".join(_say_id(each) for each in found)),
            exit_code=Exit.USAGE,
        )
    raise UserError(
        "E_NO_LAPTOP",
        _("No laptop here is called “{text}”.").format(text=text[:100]),
        _("Nothing was changed."),
        _("These wrote something: {list}.").format(
            list=", ".join(f"{each.name} ({each.device[:8]})" for each in writers[:20])
        ),
        exit_code=Exit.USAGE,
    )


def _say_id(writer: Writer) -> str:
    return f"{writer.device} ({writer.person.name})" if writer.person else writer.device
