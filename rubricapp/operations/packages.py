"""What all packages share: saying what is in one, writing it and proving that it opens, looking into one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from rubricapp.core.merging import Arriving, Place
from rubricapp.core.model import Changes, Person
from rubricapp.errors import Exit, UserError
from rubricapp.exchange import package_file, sealing, signing
from rubricapp.exchange.package_file import Head, Manifest, Package
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations.merging import Parcel
from rubricapp.operations.report_files import not_written, safe_file_name
from rubricapp.store import kits as store
from rubricapp.store import links, places
from rubricapp.store import merging as logs
from rubricapp.store.people import load_edition, load_programme
from rubricapp.store.vault import Altered, Stored, Vault
from rubricapp.store.workspace import Workspace


@dataclass(frozen=True)
class MadePackage:
    """A package that was made, and opened again to prove it. passphrase: one that was drawn for it, else "".

    left_out: works whose files are not inside, and why, in words.
    """

    path: Path
    manifest: Manifest
    passphrase: str
    changes: Changes
    left_out: tuple[str, ...] = ()


def package_name(name: str, manifest: Manifest) -> str:
    """The file's name: whose it is, what it is, the how manieth. None begins like an option: “merge *” must work."""
    whose = safe_file_name(name).replace(" ", "-").lstrip("-") or "laptop"
    return f"{whose}-{manifest.kind}-{manifest.number}{package_file.ENDING}"


def manifest_of(ws: Workspace, kind: str, id_: str, changes: Sequence[Arriving], to: Person | None) -> Manifest:
    """What is said of a package, but for its members and what its kind alone knows."""
    programme, edition = load_programme(ws), load_edition(ws)
    names = logs.list_device_names(ws)
    devices = sorted({each.change.device for each in changes} | {ws.device})
    ranges: list[tuple[str, int, int]] = []
    before: list[tuple[str, int, str]] = []
    for each in changes:
        device, seq = each.place
        if ranges and ranges[-1][0] == device and ranges[-1][2] == seq - 1:
            ranges[-1] = (device, ranges[-1][1], seq)
            continue
        ranges.append((device, seq, seq))
        if seq > 1:
            with contextlib.suppress(LookupError):  # what came before has not come here yet
                before.append((device, seq, links.load_link(ws, device, seq - 1).hex()))
    return Manifest(
        format=package_file.FORMAT,
        kind=kind,
        id=id_,
        programme=programme.id,
        programme_name=programme.name,
        edition_name=edition.name,
        made_at=ws.sources.now().isoformat(timespec="seconds"),
        sender=ws.device,
        sender_person="",
        sender_name=programme.name,
        recipient_person=to.id if to else "",
        recipient_name=to.name if to else "",
        number=1,
        public_key=signing.key_of(ws).public.hex(),
        sealing_key=sealing.identity_of(ws).public,
        recovery_key=store.load_recovery_key(ws),
        changes=len(changes),
        devices=tuple((device, names.get(device, "")) for device in devices),
        ranges=tuple(ranges),
        before=tuple(before),
        seen=tuple(sorted(logs.load_ends(ws).items())),
    )


@dataclass(frozen=True)
class Order:
    """A package to be made, in frozen data: whoever writes it needs nothing of the workspace any more.

    opens: the keys of ours that can open it again, to prove it. beside: a folder for what is unsealed then. at: when it
    was taken from the workspace; what is written there later is not in it.
    """

    path: Path
    manifest: Manifest
    changes: tuple[Arriving, ...]
    files: Mapping[str, Stored]
    recipients: tuple[str, ...]
    key: signing.Key
    opens: tuple[sealing.Identity, ...]
    beside: Path
    at: datetime
    passphrase: str = ""


def order(
    ws: Workspace,
    path: Path,
    manifest: Manifest,
    changes: Sequence[Arriving],
    files: Mapping[str, Stored],
    recipients: Sequence[str],
    passphrase: str,
) -> Order:
    """All that making a package takes from the workspace. Also sealed for the programme's recovery key."""
    recovery, own = store.load_recovery_key(ws), sealing.identity_of(ws)
    return Order(
        path,
        manifest,
        tuple(changes),
        files,
        (*recipients, *([recovery] if recovery else [])),
        signing.key_of(ws),
        (own,) if own.public in recipients else (),
        ws.folder,
        ws.sources.now(),
        passphrase,
    )


def write(ordered: Order, progress: Progress | None = None) -> Manifest:
    """Write a package and open it again: it is not said to be there before that worked.

    Touches no workspace, so it may run beside the window. Raises UserError E_CANNOT_WRITE, E_PASSPHRASE, Cancelled.
    """
    path, manifest = ordered.path, ordered.manifest
    done = total = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress.step(done, max(done, total), path.name)

    try:
        total = sum(each.size() for each in ordered.files.values())
        places.make_folder(path.parent)
        package_file.write(
            path,
            manifest,
            ordered.changes,
            ordered.files,
            ordered.key,
            ordered.recipients,
            ordered.passphrase,
            step,
        )
    except Altered as error:
        raise UserError(
            "E_FILE_ALTERED",
            _("A work’s file on this laptop was altered or is cut short, so nothing was packed."),
            _("What was said of it is safe."),
            _("“check” says which; add the same file again, or take it from a backup."),
            str(error),
            Exit.DAMAGED,
        ) from error
    except OSError as error:
        raise not_written(path, error) from error
    if not ordered.opens and not ordered.passphrase:
        package_file.read_head(path)
        return manifest  # sealed for others alone: only they can open it
    with package_file.opened(path, ordered.opens, ordered.beside, ordered.passphrase) as package:
        return package.manifest


def free_place(folder: Path, name: str, manifest: Manifest) -> Path:
    """Where a package goes: never over another one, such as that of the same person's other laptop."""
    path = folder / package_name(name, manifest)
    stem, number = path.stem, 1
    try:
        while path.exists():
            number += 1
            path = folder / f"{stem}-{number}{package_file.ENDING}"
    except OSError as error:
        raise not_written(path, error) from error
    return path


def take_files(vault: Vault, package: Package, progress: Progress | None = None) -> list[str]:
    """Copy what is not there yet into a vault; returns what that was. What nothing speaks of after merging is
    to be dropped again (`erasing.drop_unspoken`): an old package may hold works of somebody who was erased.

    Raises UserError E_CANNOT_WRITE, E_FILE_DAMAGED, Cancelled.
    """
    wanted = [each for each in package.files if vault.find(each) is None]
    for number, sha256 in enumerate(wanted, 1):
        try:
            package.copy_file(sha256, vault)
        except OSError as error:
            raise not_written(vault.files / sha256, error) from error
        if progress is not None:
            progress.step(number, len(wanted), package.path.name)
    return wanted


@dataclass(frozen=True)
class Looked:
    """A package that was opened, checked byte by byte and closed again: all that it says, and all but its files.

    files: hashes of the files that it holds.
    """

    path: Path
    manifest: Manifest
    parcel: Parcel
    files: tuple[str, ...] = ()


def looked(package: Package, ws: Workspace | None = None) -> Looked:
    """What an open package holds, in memory. ws: changes that were merged there from the same bytes are not read."""
    manifest = package.manifest
    if ws is not None and links.find_stream(ws, manifest.members[0].sha256, manifest.ranges):
        held = {device: last for device, first, last in manifest.ranges if first == 1}
        parcel = replace(_parcel(package, ()), known=manifest.changes, held=held)
    else:
        parcel = parcel_of(package)
    return Looked(package.path, manifest, parcel, package.files)


def look(
    path: Path,
    keys: Sequence[sealing.Identity],
    beside: Path,
    passphrase: str = "",
    progress: Progress | None = None,
) -> Looked:
    """Open a package, check it, close it. Touches no workspace, so it may run beside the window.

    Raises UserError: those of `package_file.opened`; Cancelled.
    """
    with package_file.opened(path, keys, beside, passphrase, steps_of(path, progress)) as package:
        return looked(package)


def fetch_files(
    found: Looked,
    keys: Sequence[sealing.Identity],
    beside: Path,
    vault: Vault,
    passphrase: str = "",
    progress: Progress | None = None,
) -> list[str]:
    """Copy the files of a package that was looked at before; returns what was not there yet. Touches no workspace.

    Raises UserError E_FILE_DAMAGED where another package lies there now.
    """
    if all(vault.find(each) is not None for each in found.files):
        return []
    with package_file.opened(found.path, keys, beside, passphrase) as package:
        if package.manifest != found.manifest:
            raise UserError(
                "E_FILE_DAMAGED",
                _("{name} is another file now than when it was looked at.").format(name=found.path.name),
                _("Nothing was merged from it."),
                _("Look at it again."),
                exit_code=Exit.DAMAGED,
            )
        return take_files(vault, package, progress)


def steps_of(path: Path, progress: Progress | None) -> Callable[[int], None]:
    """A step for reading a package that tells how many bytes of it were checked."""
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress.step(done, max(done, total), path.name)

    total = path.stat().st_size if path.is_file() else 0
    return step


def parcel_of(package: Package) -> Parcel:
    """What a package holds for merging, in memory."""
    manifest = package.manifest
    changes = tuple(package.changes())
    if len(changes) != manifest.changes:
        raise UserError(
            "E_FILE_DAMAGED",
            _("{name} does not hold what it says.").format(name=package.path.name),
            _("Nothing was changed."),
            _("Copy it again from where it was made."),
            exit_code=Exit.DAMAGED,
        )
    return _parcel(package, changes)


def _parcel(package: Package, changes: tuple[Arriving, ...]) -> Parcel:
    manifest = package.manifest
    before: dict[Place, bytes] = {(device, seq): bytes.fromhex(link) for device, seq, link in manifest.before}
    return Parcel(
        manifest.id,
        manifest.sender,
        manifest.laptop,
        changes,
        before,
        dict(manifest.seen),
        dict(manifest.devices),
        manifest.members[0].sha256,
    )


def read_kit_head(path: Path) -> Head:
    """What stands outside a kit, not proven. Raises UserError: those of `package_file.read_head`, E_OTHER_KIND."""
    head = package_file.read_head(path)
    if head.kind != package_file.KIT:
        raise other_kind(path, _("It is what somebody handed in: their programme lead merges it."))
    return head


def find_return(path: Path) -> str:
    """The id of a package that says that somebody handed it in, "" for another kind; not proven.

    Raises UserError: those of `package_file.read_head`.
    """
    head = package_file.read_head(path)
    return head.id if head.kind == package_file.RETURN else ""


def own_keys(ws: Workspace) -> tuple[sealing.Identity, ...]:
    """The keys of this workspace that open what was sealed for it. Raises UserError where it can keep none."""
    return sealing.identities_of(ws)


def other_kind(path: Path, do: str) -> UserError:
    return UserError(
        "E_OTHER_KIND",
        _("{name} is another kind of package.").format(name=path.name),
        _("Nothing was changed."),
        do,
        exit_code=Exit.USAGE,
    )


def changed_key(manifest: Manifest) -> UserError:
    return UserError(
        "E_CHANGED_KEY",
        _("This package says it is from {laptop}, but it was signed with another key than before.").format(
            laptop=manifest.laptop or manifest.sender[:8]
        ),
        _("Nothing was merged."),
        _("Call its sender, and compare the fingerprint {fingerprint}.").format(fingerprint=manifest.fingerprint),
        exit_code=Exit.REFUSED,
    )


# Looking into one


@dataclass(frozen=True)
class Inspected:
    """What can be said of a package. manifest: None where none of our keys opens it; then only its head is known."""

    path: Path
    size: int
    head: Head
    manifest: Manifest | None


def inspect(
    path: Path,
    ws: Workspace | None,
    passphrase: str = "",
    beside: Path | None = None,
    recovery: Sequence[sealing.Identity] = (),
) -> Inspected:
    """Look into a package without taking anything from it. Raises UserError, but not for one sealed to others."""
    head = package_file.read_head(path)
    size = path.stat().st_size
    keys = [*recovery, *(own_keys(ws) if ws is not None and not ws.read_only else ())]
    if not keys and not passphrase:
        return Inspected(path, size, head, None)
    folder = beside or (ws.folder if ws is not None else path.parent)
    try:
        with package_file.opened(path, keys, folder, passphrase) as package:
            return Inspected(path, size, head, package.manifest)
    except UserError as error:
        if error.code != "E_SEALED":
            raise
        return Inspected(path, size, head, None)
