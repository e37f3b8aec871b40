"""Every single call to the disk fails once, or from then on, while packages are made, merged and opened.

RUBRICAPP_EVERY_FAULT=1 tries every call, else some.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from rubricapp.operations import backups, people
from rubricapp.store.people import find_people
from rubricapp.store.workspace import open_
from tests.laptops import make_passphrases_quick
from tests.stories.test_failing_disk import COMPILER, EVERY, HERE, shim  # noqa: F401 - a fixture
from tests.stories.travelling import put_back, travelling

OLD = HERE.parent / "data" / "workspaces" / "v1"

STRIDES = {"merge": 43, "hand_in": 17, "kit": 19, "open": 43, "portfolio": 11, "restore": 13, "migrate": 97}
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or COMPILER is None, reason="needs Linux and a C compiler"
)


def restorable(folder: Path, to: Path) -> Path:
    """A backup with works of a workspace that goes on after it."""
    with open_(folder) as ws:
        made = backups.back_up(ws, to)
        people.edit_person(ws, find_people(ws, "P-001")[0].id, {"given_name": "Later"})
    gone = next(path for path in sorted((folder / "files").rglob("*")) if path.is_file())
    gone.unlink()  # restoring brings it back
    return made


@pytest.mark.timeout(5400 if EVERY else 300)
@pytest.mark.parametrize("action", STRIDES)
def test_every_call_fails_once_and_for_good(document, monkeypatch, shim, action) -> None:  # noqa: F811
    stride = 1 if EVERY else STRIDES[action]
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        things = travelling(Path(name), document, lambda: make_passphrases_quick(monkeypatch))
        packages = list(things.packages)
        if action == "restore":
            packages = [restorable(things.lead, Path(name) / "elsewhere")]
        elif action == "migrate":
            put_back(OLD, things.lead)
        done = subprocess.run(
            [sys.executable, str(HERE / "failing_packages_process.py"), name, action, str(stride), str(things.kit),
             *map(str, packages)],
            env=os.environ | {"LD_PRELOAD": str(shim), "PYTHONPATH": str(HERE.parents[1])},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    print(action, done.stdout)
    outcomes = dict(each.split(":") for each in done.stdout.split())
    assert int(outcomes["done"]) >= 4, "in the end none fails"
    assert sum(int(count) for code, count in outcomes.items() if code != "done") >= 4, "the failures were felt"
