"""Kits: what somebody gets to work with away from the lead's laptop, and opening one on theirs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rubricapp.core.kits import Recipient, keeps_history, rule_for
from rubricapp.core.merging import Arriving
from rubricapp.core.model import Changes, Person, PersonId
from rubricapp.core.same_people import KIND as SAME_PERSON
from rubricapp.core.same_people import find_kept
from rubricapp.errors import UserError
from rubricapp.exchange import package_file, sealing, spoken
from rubricapp.exchange.package_file import KIT, Manifest
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations import calibration, merging, packages
from rubricapp.operations.given_feedback import open_for_kit
from rubricapp.operations.merging_again import heads_for
from rubricapp.operations.packages import MadePackage, manifest_of
from rubricapp.operations.recipients import duties_of, recipient_of, say_idle
from rubricapp.operations.report_files import not_written
from rubricapp.store import erasing, places
from rubricapp.store import kits as store
from rubricapp.store import merging as logs
from rubricapp.store.artefacts import find_file, list_artefacts
from rubricapp.store.existing import exists
from rubricapp.store.given_feedback import keep_given
from rubricapp.store.key_file import Unlock
from rubricapp.store.people import list_people, load_programme
from rubricapp.store.same_people import list_gone, list_ids, load_said
from rubricapp.store.vault import Stored, Vault
from rubricapp.store.workspace import Sources, Workspace, create, open_


def draw_passphrase() -> str:
    """One for a kit: easy to say by phone."""
    return spoken.draw()


def make_kit(
    ws: Workspace,
    person: Person,
    folder: Path,
    passphrase: str = "",
    author: str = "",
    progress: Progress | None = None,
) -> MadePackage:
    """Make somebody's kit: all that they need to do what they were asked to, and nothing that they may not see.

    It is sealed for their laptop where its key is known, else by a passphrase, drawn where none is given; and for the
    programme's recovery key. Raises UserError E_NOBODY_ASSIGNED, E_PASSPHRASE, E_CANNOT_WRITE, Cancelled.
    """
    ordered = order_kit(ws, person, folder, passphrase, author)
    try:
        return made_kit(ordered, packages.write(ordered.order, progress))
    except BaseException:
        drop_order(ws, ordered, author)
        raise


@dataclass(frozen=True)
class KitOrder:
    """A kit to be made. passphrase: one that was drawn for it, else "". left_out: see `MadePackage`."""

    order: packages.Order
    kit: store.Kit
    passphrase: str
    left_out: tuple[str, ...]


def order_kit(ws: Workspace, person: Person, folder: Path, passphrase: str = "", author: str = "") -> KitOrder:
    """All that making a kit takes from the workspace, which knows of it from now on; `packages.write` writes it.

    `drop_order` must follow where it could not be written.
    """
    ws.demand_writable()
    if not duties_of(ws, person).circles:
        raise UserError(
            "E_NOBODY_ASSIGNED",
            say_idle(person),
            _("Nothing was made."),
            _("Say who scores whom with “assign”, or who accompanies whom with “mentoring accompany”."),
        )
    calibration.name_criteria(ws, author)
    given, not_given = open_for_kit(ws, person)
    recipient = replace(recipient_of(ws, person), told=frozenset(each.round for each in given))
    keys = store.list_device_keys(ws)
    known = [each.sealing_key for each in keys if each.person == person.id]
    drawn = ""
    if not known and not passphrase:
        passphrase = drawn = draw_passphrase()
    records = store.load_records(ws)
    heads, left = heads_for(ws, store.list_heads(ws), list_ids(ws, person.id))
    allowed = rule_for(recipient, records)
    changes = [
        each
        for each in logs.list_since(ws, {})
        if each.change.id not in left
        and allowed(each.change)
        and (each.change.id in heads or keeps_history(each.change, recipient, records))
    ]
    files, left_out = _files_of(ws, changes, recipient)
    kit = store.Kit(ws.new_id(), ws.sources.now(), person.id, secrets.token_hex(16))
    own = {each.device for each in keys if each.person == person.id}
    manifest = replace(
        manifest_of(ws, KIT, kit.id, changes, person),
        ticket=kit.ticket,
        feedback=given,
        in_parts=tuple(sorted({each.change.device for each in changes} - own)),
        number=1 + sum(each.person == person.id for each in store.list_kits(ws)),
    )
    manifest = _only_known(manifest, {each.device: each.person for each in keys}, recipient)
    path = packages.free_place(folder, person.name, manifest)
    recipients = [*known, sealing.identity_of(ws).public]
    order = packages.order(ws, path, manifest, changes, files, recipients, passphrase)
    ordered = KitOrder(order, kit, drawn, (*left_out, *not_given))
    # Before there is a file: whoever gets one that this workspace does not know of would be refused with their return.
    with ws.writing(author) as log:
        store.keep_kit(log, kit)
    return ordered


def drop_order(ws: Workspace, ordered: KitOrder, author: str = "") -> Changes:
    """Forget a kit that could not be written after all."""
    with ws.writing(author) as log:
        store.drop_kit(log, ordered.kit)
    return log.changes


def made_kit(ordered: KitOrder, manifest: Manifest) -> MadePackage:
    """A kit that was written. manifest: as it was written."""
    return MadePackage(ordered.order.path, manifest, ordered.passphrase, Changes(), ordered.left_out)


def _files_of(
    ws: Workspace, changes: Sequence[Arriving], recipient: Recipient
) -> tuple[dict[str, Stored], tuple[str, ...]]:
    """The files of the works that these changes speak of, and in words which are not inside."""
    spoken_of = {each.change.record for each in changes if each.change.field == "sha256"}
    files, left_out = {}, []
    for each in list_artefacts(ws):
        if each.participant in recipient.reviews and each.id in recipient.withheld:
            left_out.append(_("“{title}” is not shown to peers: its author chose so.").format(title=each.title))
        if each.id not in spoken_of or not each.sha256:
            continue
        file = find_file(ws, each)
        if file is None:
            left_out.append(_("“{title}” is not on this laptop.").format(title=each.title))
        else:
            files[each.sha256] = file
    return files, tuple(left_out)


def _only_known(manifest: Manifest, owners: Mapping[str, PersonId], recipient: Recipient) -> Manifest:
    """A manifest that names no laptop of people whom the recipient does not know, nor says how much others wrote.

    How far a log goes is said of the laptops whose changes are inside, and of the recipient's own.
    """
    told = recipient.known | recipient.authors | {PersonId("")}
    inside = {device for device, _first, _last in manifest.ranges}
    own = {device for device, person in owners.items() if person == recipient.person}
    return replace(
        manifest,
        devices=tuple(
            (device, name if device == manifest.sender or owners.get(device, "") in told else "")
            for device, name in manifest.devices
        ),
        seen=tuple((device, seq) for device, seq in manifest.seen if device in inside | own),
    )


# Opening a kit


@dataclass(frozen=True)
class OpenedKit:
    """A kit that was opened. folder: of the workspace. me: for whom it was made.

    other_lead: it came from another laptop than the kit before; what is handed in is sealed for that one from now on.
    """

    folder: Path
    manifest: Manifest
    me: PersonId
    counts: dict[str, int]
    other_lead: bool = False


def say_other_lead(opened: OpenedKit) -> str:
    """That a kit came from another laptop than the one before, with its key to compare; "" where it did not."""
    if not opened.other_lead:
        return ""
    return _(
        "This kit came from another laptop than the one before, with the key {fingerprint}. Compare it by phone with"
        " whoever leads the programme: what you hand in is sealed for that laptop from now on."
    ).format(fingerprint=opened.manifest.fingerprint)


def open_kit(
    path: Path,
    into: Path,
    passphrase: str = "",
    sources: Sources | None = None,
    progress: Progress | None = None,
    recovery: Sequence[sealing.Identity] = (),
    unlock: Unlock | None = None,
) -> OpenedKit:
    """Make a workspace from a kit, or bring a newer kit into the one that an earlier kit made.

    recovery: the programme's recovery key, where nothing else opens it. unlock: gives the key of a protected workspace.
    Raises UserError: those of opening a package, E_OTHER_KIND, E_OTHER_PROGRAMME; then nothing stays behind.
    """

    def fill(ws: Workspace) -> OpenedKit:
        with package_file.opened(path, [*packages.own_keys(ws), *recovery], ws.folder, passphrase) as package:
            demand_kit(package)
            return _into(ws, packages.looked(package), lambda: packages.take_files(ws.vault, package, progress))

    return _filled(into, sources, fill, unlock)


def take_kit(
    kit: packages.Looked, files: Vault, into: Path, sources: Sources | None = None, unlock: Unlock | None = None
) -> OpenedKit:
    """The same for a kit that was unsealed before (see `joining`). files: where its files lie; they are moved."""

    def fill(ws: Workspace) -> OpenedKit:
        return _into(ws, kit, lambda: _move(files, kit.files, ws.vault))

    return _filled(into, sources, fill, unlock)


def _move(files: Vault, hashes: Iterable[str], to: Vault) -> list[str]:
    """Files that lie on the same disk into a workspace, one by one; returns those that were not there yet."""
    moved = []
    for sha256 in hashes:
        if to.find(sha256) is not None:
            continue
        try:
            to.move_from(files, sha256)
        except OSError as error:
            raise not_written(to.files / sha256, error) from error
        moved.append(sha256)
    return moved


def demand_kit(package: package_file.Package) -> None:
    """Raises UserError E_OTHER_KIND."""
    if package.manifest.kind != KIT:
        raise packages.other_kind(package.path, _("It is a return: bring it in with “merge”."))


def _filled(
    into: Path, sources: Sources | None, fill: Callable[[Workspace], OpenedKit], unlock: Unlock | None
) -> OpenedKit:
    into = into.absolute()
    if exists(into):
        with open_(into, sources, unlock=unlock) as ws:
            return fill(ws)
    places.make_folder(into.parent)
    found: list[OpenedKit] = []
    create(into, sources, lambda ws: found.append(fill(ws))).close()
    return found[0]


def whose(ws: Workspace) -> str:
    """Whose workspace this is, in words."""
    home = store.load_home(ws)
    owner = next((each.name for each in list_people(ws) if home is not None and each.id == home.me), "")
    return _("that of {name}").format(name=owner) if owner else _("somebody else’s")


def free_folder(folder: Path) -> Path:
    """A folder beside this one that is not there yet."""
    number = 2
    while (found := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    return found


def _is_for(ws: Workspace, kit: packages.Looked, me: str) -> bool:
    """Whether a kit is for whoever works here; it may say itself that they are known by another id now."""
    kept = find_kept({**load_said(ws), **said_in(kit)}, list_gone(ws))
    recipient = kit.manifest.recipient_person
    return kept.get(me, me) == kept.get(recipient, recipient)


def said_in(kit: packages.Looked) -> dict[str, object]:
    """What a kit says of who is who: id → the id that is kept for it."""
    return {
        each.change.record: each.change.value
        for each in sorted(kit.parcel.changes, key=lambda each: (each.change.hlc, each.change.id))
        if (each.change.kind, each.change.field) == (SAME_PERSON, "kept")
    }


def _into(ws: Workspace, kit: packages.Looked, bring_files: Callable[[], list[str]]) -> OpenedKit:
    manifest = kit.manifest
    programme, home = load_programme(ws), store.load_home(ws)
    if programme.id and programme.id != manifest.programme:
        raise UserError(
            "E_OTHER_PROGRAMME",
            _("This kit is for another programme than this workspace."),
            _("Nothing was changed."),
            _("Open it into a folder of its own."),
        )
    if programme.id and home is None:
        raise UserError(
            "E_NOT_A_KIT",
            _("This workspace did not come as a kit: it is where the programme is led."),
            _("Nothing was changed."),
            _("Open the kit into a folder of its own."),
        )
    if home is not None and not _is_for(ws, kit, home.me):
        raise UserError(
            "E_OTHER_PERSON",
            _("This kit is for {name}; the workspace in {folder} is {owner}.").format(
                name=manifest.recipient_name, folder=ws.folder, owner=whose(ws)
            ),
            _("Nothing was changed."),
            _("Open it into a folder of its own, such as {folder}: what two people say never lies in one.").format(
                folder=free_folder(ws.folder)
            ),
        )
    if home and home.lead == manifest.sender and home.lead_public_key != manifest.public_key:
        raise packages.changed_key(manifest)
    # A log that is here whole stays whole, this laptop's above all: what of it was not handed in yet must be. The kit
    # may say otherwise of it where only a copy of this laptop ever handed in.
    whole = {device for device, end in logs.load_ends(ws).items() if end} - ws.in_parts | {ws.device}
    taken = bring_files()
    done = merging.merge(ws, kit.parcel, manifest.recipient_person, keep_backup=bool(programme.id))
    erasing.drop_unspoken(ws, taken)
    keep_given(ws, manifest.feedback)
    inside = {device for device, _first, _last in manifest.ranges}
    ws.set_meta("in_parts", " ".join(sorted(ws.in_parts | (inside.union(manifest.in_parts) - whole))))
    store.keep_home(
        ws,
        store.Home(
            manifest.programme,
            manifest.sender,
            manifest.public_key,
            manifest.sealing_key,
            manifest.ticket,
            PersonId(manifest.recipient_person),
            home.returns if home else 0,
            home.handed_in_at if home else "",
        ),
    )
    other = home is not None and home.lead_public_key != manifest.public_key
    return OpenedKit(ws.folder, manifest, PersonId(manifest.recipient_person), done.planned.counts, other)
