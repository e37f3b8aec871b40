"""Joining a programme from the window: the kit is unsealed beside it, and taken into a workspace on its own thread.

The worker gets a file, keys and a folder, and touches no workspace. What it made ready is moved into place at once.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rubricapp.core.same_people import find_kept
from rubricapp.errors import UserError
from rubricapp.exchange import package_file, sealing
from rubricapp.exchange.package_file import Manifest
from rubricapp.i18n import _
from rubricapp.jobs import Progress
from rubricapp.operations import kits, packages
from rubricapp.operations.report_files import not_written, safe_file_name
from rubricapp.store import kits as store
from rubricapp.store.existing import exists
from rubricapp.store.key_file import Unlock
from rubricapp.store.people import list_people
from rubricapp.store.vault import Vault
from rubricapp.store.workspace import Sources, Workspace, open_


@dataclass(frozen=True)
class Joined:
    """A workspace on this laptop that came as a kit, for whom (id and name), its keys (none: it cannot be read now).

    in_use: why it cannot be looked into, as another window has it open; then nothing else is known of it.
    """

    folder: Path
    programme: str = ""
    me: str = ""
    identities: tuple[sealing.Identity, ...] = ()
    in_use: UserError | None = None
    name: str = ""


def list_joined(place: Path, here: Workspace | None = None) -> list[Joined]:
    """The workspaces in a folder that came as kits. here: the one that this window has open, wherever it lies."""
    found = []
    open_now = here.folder.resolve() if here is not None else None
    if here is not None and (one := _joined(here)) is not None:
        found.append(one)
    folders = sorted(place.iterdir()) if place.is_dir() else []
    for folder in folders:
        if folder.resolve() == open_now or not exists(folder):
            continue
        try:
            with open_(folder, read_only=True) as ws:
                one = _joined(ws)
        except UserError as error:
            # What cannot be opened is said when somebody opens it; here it only matters that it may be the one.
            one = Joined(folder, in_use=error) if error.code in ("E_LOCKED", "E_PROTECTED") else None
        if one is not None:
            found.append(one)
    return found


def _joined(ws: Workspace) -> Joined | None:
    home = store.load_home(ws)
    if home is None:
        return None
    identities: tuple[sealing.Identity, ...] = ()
    with contextlib.suppress(UserError):  # a copy that may not be written has no key of its own, and needs none
        identities = packages.own_keys(ws)
    name = next((each.name for each in list_people(ws) if each.id == home.me), "")
    return Joined(ws.folder, home.programme, home.me, identities, name=name)


def say_others(name: str, joined: Sequence[Joined]) -> str:
    """That somebody else works on this laptop, too, and that their workspaces stay apart; "" where nobody does."""
    others = list(dict.fromkeys(each.name for each in joined if each.name and each.name != name))
    if not others:
        return ""
    return _(
        "Also on this laptop: {others}. {name} gets a folder of their own: nothing of one goes into the other’s,"
        " nor into what is handed in. Who sits here can open both; a passphrase under Settings keeps one shut."
    ).format(others=", ".join(others[:3]), name=name)


@dataclass(frozen=True)
class ReadyKit:
    """A kit that was unsealed and checked. staged: where its files lie until it is taken; `put_away` removes them.

    vault: those files, under a key that only this process has: nobody knows yet whether the workspace is protected.
    """

    kit: packages.Looked
    staged: Path
    vault: Vault

    @property
    def manifest(self) -> Manifest:
        return self.kit.manifest

    def put_away(self) -> None:
        """Forget it. Twice is allowed."""
        shutil.rmtree(self.staged, ignore_errors=True)


def make_ready(
    path: Path, keys: Sequence[sealing.Identity], place: Path, passphrase: str, progress: Progress | None = None
) -> ReadyKit:
    """Unseal and check a kit. place: the folder of workspaces, on whose disk its files are laid out.

    Raises UserError: those of opening a package, E_OTHER_KIND, E_CANNOT_WRITE; Cancelled. Then nothing stays behind.
    """
    try:
        place.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=".kit-", dir=place))
    except OSError as error:
        raise not_written(place, error) from error
    try:
        with package_file.opened(path, keys, staged, passphrase, packages.steps_of(path, progress)) as package:
            kits.demand_kit(package)
            vault = Vault(staged / "files", secrets.token_bytes(32))
            packages.take_files(vault, package, progress)
            return ReadyKit(packages.looked(package), staged, vault)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def find_place(ready: ReadyKit, joined: Sequence[Joined], place: Path) -> Path:
    """The workspace that an earlier kit for this person made, else a folder that is not taken.

    Raises UserError E_LOCKED where the earlier one may be open in another window.
    """
    manifest = ready.manifest
    kept = find_kept(kits.said_in(ready.kit))
    recipient = kept.get(manifest.recipient_person, manifest.recipient_person)
    for each in joined:
        if (each.programme, kept.get(each.me, each.me)) == (manifest.programme, recipient):
            return each.folder
    said = f"{manifest.programme_name} {manifest.edition_name} {manifest.recipient_name}"
    words = re.sub(r"[^\w]+", "-", said.strip().casefold()).strip("-_")[:50] or "programme"
    words = safe_file_name(words, "programme")
    for each in joined:
        if each.in_use is not None and re.fullmatch(f"{re.escape(words)}(-[0-9]+)?", each.folder.name):
            raise each.in_use
    number = 1
    while (place / (words if number == 1 else f"{words}-{number}")).exists():
        number += 1
    return place / (words if number == 1 else f"{words}-{number}")


def take(ready: ReadyKit, into: Path, sources: Sources | None = None, unlock: Unlock | None = None) -> kits.OpenedKit:
    """Make a workspace from the kit, or bring it into the one that is there, which must be closed.

    Raises UserError; then nothing is changed.
    """
    return kits.take_kit(ready.kit, ready.vault, into, sources, unlock)
