"""Opening a workspace: the verb behind both doors' "open"."""

from __future__ import annotations

import shutil
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.store.existing import exists
from rubricapp.store.key_file import NAMES, Unlock
from rubricapp.store.places import LOCK_NAME
from rubricapp.store.workspace import FILE_NAME, Workspace, open_


def open_workspace(folder: Path, read_only: bool = False, unlock: Unlock | None = None) -> Workspace:
    """The workspace in a folder, brought up to date if it is older. unlock: gives the key of a protected one.

    Raises UserError saying what is in the way.
    """
    return open_(folder, read_only=read_only, unlock=unlock)


def is_workspace(folder: Path) -> bool:
    """Whether the folder holds a workspace of ours, of any version."""
    return exists(folder)


DEMO = "demo"
"""Marks the invented programme's workspace, so that it may be shown as such and removed."""


def is_demo(ws: Workspace) -> bool:
    """Whether this workspace holds the invented programme."""
    return ws.meta(DEMO) is not None


def remove_workspace(folder: Path) -> None:
    """Delete a closed workspace for good: its file, its artefacts, its backups; other files in the folder stay.

    Raises UserError when it is no workspace or the disk refuses.
    """
    if not exists(folder):
        raise UserError(
            "E_NO_WORKSPACE", _("There is no workspace in {folder}.").format(folder=folder), _("Nothing was deleted.")
        )
    try:
        (folder / FILE_NAME).unlink()  # first: what follows is no workspace any more, whatever happens
        for name in ("files", "backups"):
            shutil.rmtree(folder / name, ignore_errors=True)
        for name in (*NAMES, LOCK_NAME):
            (folder / name).unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        raise UserError(
            "E_CANNOT_WRITE",
            _("{folder} could not be deleted whole.").format(folder=folder),
            "",
            _("Delete the folder by hand."),
            str(error),
        ) from error
