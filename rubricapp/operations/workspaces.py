"""Opening a workspace: the verb behind both doors' "open"."""

from __future__ import annotations

from pathlib import Path

from rubricapp.store.workspace import Workspace, exists, open_


def open_workspace(folder: Path, read_only: bool = False) -> Workspace:
    """The workspace in a folder, brought up to date if it is older. Raises UserError saying what is in the way."""
    return open_(folder, read_only=read_only)


def is_workspace(folder: Path) -> bool:
    """Whether the folder holds a workspace of ours, of any version."""
    return exists(folder)
