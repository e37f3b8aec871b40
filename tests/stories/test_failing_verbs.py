"""Every single call to the disk fails once, or from then on, in what would hurt most where it stopped halfway.

RUBRICAPP_EVERY_FAULT=1 tries every call, else some.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conftest import small_document
from tests.laptops import make_passphrases_quick
from tests.stories.test_failing_disk import COMPILER, EVERY, HERE, shim  # noqa: F401 - a fixture
from tests.stories.travelling import Travelling, travelling

STRIDES = {
    "erase": 113,
    "protect": 67,
    "unprotect": 53,
    "change_passphrase": 3,
    "change_key": 71,
    "undo": 29,
    "settle": 13,
    "agree_and_release": 41,
    "make_sheet": 5,
    "prove_key": 17,
    "reports": 3,
    "workbook": 101,
    "rehearse": 37,
}
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or COMPILER is None, reason="needs Linux and a C compiler"
)


@pytest.fixture(scope="module")
def things(tmp_path_factory) -> Travelling:
    with pytest.MonkeyPatch.context() as patched:
        return travelling(
            tmp_path_factory.mktemp("template"), small_document(), lambda: make_passphrases_quick(patched)
        )


@pytest.mark.timeout(5400 if EVERY else 300)
@pytest.mark.parametrize("verb", STRIDES)
def test_it_is_done_or_it_is_not(things, shim, verb: str) -> None:  # noqa: F811
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:
        done = subprocess.run(
            [sys.executable, str(HERE / "failing_verbs_process.py"), str(things.lead), place, verb,
             str(1 if EVERY else STRIDES[verb]), *map(str, things.packages)],
            env=os.environ | {"LD_PRELOAD": str(shim), "PYTHONPATH": str(HERE.parents[1])},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        assert not any(Path(place, "backup-passing").iterdir()), "what passes through there is left"
    assert done.returncode == 0, done.stdout + done.stderr
    print(verb, done.stdout)
    outcomes = dict(each.split(":") for each in done.stdout.split())
    assert int(outcomes["done"]) >= 4, "in the end none fails"
    assert sum(int(count) for code, count in outcomes.items() if code != "done") >= 4, "the failures were felt"
