"""What all packages share: saying what is in one, writing it and proving that it opens, looking into one."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
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
from rubricapp.store import merging as logs
from rubricapp.store.people import load_edition, load_programme
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
    """The file's name: whose it is, what it is, the how manieth."""
    return f"{safe_file_name(name).replace(' ', '-')}-{manifest.kind}-{manifest.number}{package_file.ENDING}"


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
                before.append((device, seq, logs.load_link(ws, device, seq - 1).hex()))
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


def write_proven(
    ws: Workspace,
    path: Path,
    manifest: Manifest,
    changes: Sequence[Arriving],
    files: dict[str, Path],
    recipients: list[str],
    passphrase: str,
    progress: Progress | None,
) -> Manifest:
    """Write a package and open it again: it is not said to be there before that worked."""
    recovery = store.load_recovery_key(ws)
    total = sum(each.stat().st_size for each in files.values())
    done = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress.step(done, max(done, total), path.name)

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        everybody = [*recipients, *([recovery] if recovery else [])]
        package_file.write(path, manifest, changes, files, signing.key_of(ws), everybody, passphrase, step)
    except OSError as error:
        raise not_written(path, error) from error
    keys = [sealing.identity_of(ws)] if sealing.identity_of(ws).public in recipients else []
    if not keys and not passphrase:
        package_file.read_head(path)
        return manifest  # sealed for others alone: only they can open it
    with package_file.opened(path, keys, ws.folder, passphrase) as package:
        return package.manifest


def take_files(ws: Workspace, package: Package, progress: Progress | None) -> list[str]:
    """Copy what is not here yet into the store; returns what that was. What nothing speaks of after merging is to be
    dropped again (`erasing.drop_unspoken`): an old package may hold works of somebody who was erased."""
    wanted = [each for each in package.files if not (ws.files / each[:2] / each).exists()]
    for number, sha256 in enumerate(wanted, 1):
        place = ws.files / sha256[:2] / sha256
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            package.copy_file(sha256, place)
        except OSError as error:
            raise not_written(place, error) from error
        if progress is not None:
            progress.step(number, len(wanted), package.path.name)
    return wanted


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
    before: dict[Place, bytes] = {(device, seq): bytes.fromhex(link) for device, seq, link in manifest.before}
    return Parcel(
        manifest.id,
        manifest.sender,
        manifest.laptop,
        changes,
        before,
        dict(manifest.seen),
        dict(manifest.devices),
    )


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


def inspect(path: Path, ws: Workspace | None, passphrase: str = "", beside: Path | None = None) -> Inspected:
    """Look into a package without taking anything from it. Raises UserError, but not for one sealed to others."""
    head = package_file.read_head(path)
    size = path.stat().st_size
    keys = [sealing.identity_of(ws)] if ws is not None and not ws.read_only else []
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
