"""Where things are: the shipped rubrics and resources, and the user's own folder."""

from __future__ import annotations

import os
from pathlib import Path

_HERE = Path(__file__).resolve().parent
# An installed wheel carries its data inside the package; a checkout has them one level up.
_DATA = _HERE / "_data" if (_HERE / "_data").is_dir() else _HERE.parent

RUBRICS = _DATA / "rubrics"
RESOURCES = _DATA / "resources"


def home() -> Path:
    """The user's data folder: RUBRICAPP_HOME, or the system's place for application data. Not created here."""
    override = os.environ.get("RUBRICAPP_HOME")
    if override:
        return Path(override).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("rubricapp", appauthor=False))


def default_workspace() -> Path:
    """Where a workspace is made when nobody says otherwise."""
    return home() / "workspaces" / "default"
