"""Is everything still true? Recompute from the log and compare; look at the machine."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata, util
from pathlib import Path

from rubricapp import __version__, paths
from rubricapp.errors import UserError
from rubricapp.i18n import _
from rubricapp.operations.rehearsing import say_rehearsal
from rubricapp.store import engine
from rubricapp.store.existing import exists
from rubricapp.store.rehearsing import load_rehearsal
from rubricapp.store.verifying import Chain, CheckResult, find_faults, verify_chains
from rubricapp.store.workspace import Workspace, open_


def check(ws: Workspace, files: bool = False) -> CheckResult:
    """Recompute the whole workspace from its log and compare. files: also read and hash every artefact."""
    return find_faults(ws, files)


def check_chains(ws: Workspace) -> list[Chain]:
    """Every device's chain of changes, link by link; needs nothing but this workspace."""
    return verify_chains(ws)


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report. ok: None where it is only information."""

    name: str
    value: str
    ok: bool | None = None
    do: str = ""


_LONG_AGO = 35
"""Days after which the last rehearsal is too old to be a comfort."""
_PACKAGES = (
    "sqlcipher3",
    "sqlite-utils",
    "reportlab",
    "uharfbuzz",
    "openpyxl",
    "defusedxml",
    "ruamel.yaml",
    "click",
    "PySide6-Essentials",
)


def examine(folder: Path) -> list[Finding]:
    """What matters when something does not work: versions, fonts, space, write test, Qt without importing it here."""
    found = [
        Finding(_("rubricapp"), __version__),
        Finding(_("Python"), f"{platform.python_version()} ({platform.system()} {platform.machine()})"),
        Finding(_("SQLite"), engine.sqlite.sqlite_version, engine.sqlite.sqlite_version_info >= (3, 51, 3)),
    ]
    for name in _PACKAGES:
        try:
            found.append(Finding(name, metadata.version(name), True))
        except metadata.PackageNotFoundError:
            found.append(Finding(name, _("missing"), False, _("Install the app again.")))
    fonts = sorted((paths.RESOURCES / "fonts").glob("*.ttf"))
    found.append(Finding(_("fonts"), str(len(fonts)), bool(fonts), "" if fonts else _("Install the app again.")))
    rubrics = sorted(paths.RUBRICS.glob("*/*.yaml"))
    found.append(Finding(_("shipped rubrics"), str(len(rubrics)), bool(rubrics)))
    found.append(_window())
    found += [_space(folder), _write_test(folder)]
    if exists(folder):
        found.append(_rehearsed(folder))
    return found


def _window() -> Finding:
    """Whether Qt's system libraries are there, asked of a child process so that this one never loads Qt."""
    import subprocess
    import sys

    if util.find_spec("PySide6") is None:
        return Finding(_("window"), _("PySide6 is missing"), False, _("Install the app again."))
    tried = subprocess.run(
        [sys.executable, "-c", "import PySide6.QtWidgets"], capture_output=True, text=True, timeout=60, check=False
    )
    if tried.returncode == 0:
        return Finding(_("window"), _("Qt can be loaded"), True)
    last = tried.stderr.strip().splitlines()[-1:] or [""]
    return Finding(
        _("window"),
        last[0],
        False,
        _("Install Qt's system libraries: “python3 packaging/dev.py test” names and installs them on Debian."),
    )


def _rehearsed(folder: Path) -> Finding:
    """When a backup of this workspace was last restored on trial."""
    name, do = _("restore on trial"), _("Say “rubricapp backup --rehearse”.")
    try:
        with open_(folder, read_only=True) as ws:
            last = load_rehearsal(ws)
            now = ws.sources.now()
    except UserError as error:  # in use, or of an older version: that is no fault of the backups
        return Finding(name, _("not known now: {reason}").format(reason=error.what))
    if last is None:
        return Finding(name, _("never"), None, do)
    said = f"{last.at:%Y-%m-%d}: {say_rehearsal(last)}"
    old = now - last.at > timedelta(days=_LONG_AGO)
    return Finding(name, said, last.ok and (None if old else True), do if old or not last.ok else "")


def _space(folder: Path) -> Finding:
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    free = shutil.disk_usage(there).free
    return Finding(
        _("free space"),
        f"{free / 1e9:.1f} GB",
        free > 200e6,
        "" if free > 200e6 else _("Free some space on this disk."),
    )


def _write_test(folder: Path) -> Finding:
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"rubricapp")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return Finding(_("writing"), str(error), False, _("Choose a folder where you may write."))
    return Finding(_("writing"), str(there), True)
