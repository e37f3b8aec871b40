"""Every single call to the disk fails once, or from then on: nothing acknowledged is lost, and the work goes on.

The calls are made to fail by a few lines of C before the C library (failing_disk.c), so it runs where there is a
compiler on Linux. RUBRICAPP_EVERY_FAULT=1 tries every call, else every ninth.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
COMPILER = shutil.which("cc") or shutil.which("gcc")
EVERY = bool(os.environ.get("RUBRICAPP_EVERY_FAULT"))
STRIDE = "1" if EVERY else "9"
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or COMPILER is None, reason="needs Linux and a C compiler"
)


@pytest.fixture(scope="module")
def shim(tmp_path_factory) -> Path:
    library = tmp_path_factory.mktemp("shim") / "failing_disk.so"
    subprocess.run(
        [COMPILER, "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / "failing_disk.c"), "-ldl"], check=True
    )
    return library


@pytest.mark.timeout(5400 if EVERY else 300)
@pytest.mark.parametrize(
    "action", ["rate", "comment", "finish_and_reopen", "keep", "add_file", "back_up", "open_as_a_copy"]
)
def test_every_call_fails_once_and_for_good(ws, assessment, shim, action) -> None:
    ws.close()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:
        folder = Path(place) / "workspace"
        shutil.copytree(ws.folder, folder)
        done = run(shim, folder, assessment, action)
    assert done.returncode == 0, done.stdout + done.stderr
    print(action, done.stdout)
    outcomes = dict(each.split(":") for each in done.stdout.split())
    assert int(outcomes["done"]) >= 4, "some calls do not matter, and in the end none fails"
    assert sum(int(count) for code, count in outcomes.items() if code != "done") > 10, "the failures were felt"


def run(shim: Path, folder: Path, assessment, action: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, str(HERE / "failing_disk_process.py"), str(folder), assessment.id, assessment.assessor, action,
         "400", STRIDE],
        env=os.environ | {"LD_PRELOAD": str(shim), "PYTHONPATH": str(HERE.parents[1])},
        capture_output=True,
        text=True,
        check=False,
        timeout=5000 if EVERY else 280,
    )  # fmt: skip
