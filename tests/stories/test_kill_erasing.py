"""Whoever pulls the plug while somebody is erased: at the next opening the person is whole, or gone to the last byte.

RUBRICAPP_KILLS runs a longer campaign.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from rubricapp.operations import assessments, backups, evidence, people
from rubricapp.store import engine
from rubricapp.store.assessments import list_assessments
from rubricapp.store.people import find_people
from rubricapp.store.tables import COMPUTED, UNFINISHED
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import FILE_NAME, open_

KILLS = max(30, int(os.environ.get("RUBRICAPP_KILLS", "300")) // 10)
HERE = Path(__file__).resolve().parent
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, which Windows cannot")
TRACES = (b"Quillfeather", b"Zq-canary-comment", b"bytes of Zq")


def traces(folder: Path) -> list[str]:
    found = []
    for path in (each for each in folder.rglob("*") if each.is_file()):
        data = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                data += [archive.read(name) for name in archive.namelist()]
        found += [f"{path.name}: {each!r}" for each in TRACES if any(each in part for part in data)]
    return found


def was_cut_short(place: Path) -> bool:
    """Whether the log says that files and backups were not put in order any more."""
    copy = place.with_name(place.name + "-looked-at")
    shutil.copytree(place, copy)
    connection = engine.connect(copy / FILE_NAME)
    try:
        engine.take(connection)
        found = connection.execute("SELECT 1 FROM meta WHERE key = ?", (UNFINISHED,)).fetchone()
    finally:
        connection.close()
    shutil.rmtree(copy)
    return found is not None


@pytest.mark.timeout(max(300, KILLS * 3))
def test_a_person_is_whole_or_gone(ws, assessment, folder: Path, tmp_path: Path) -> None:
    found = find_people(ws, "P-001")[0]
    people.edit_person(ws, found.id, {"given_name": "Zq", "family_name": "Quillfeather"})
    work = tmp_path / "work.bin"
    work.write_bytes(b"bytes of Zq" * 9999)
    evidence.add_file(ws, found.id, work, "Work of Quillfeather")
    for number in range(200):  # enough pages for a transaction that a kill can hit
        assessments.comment(ws, assessment.id, f"TST-{number % 6 + 1}", f"Zq-canary-comment {number} " * 40)
    backups.back_up(ws)
    whole = {table: ws.rows(f"SELECT * FROM {table}") for table in COMPUTED}
    ws.close()
    usual, draw, outcomes = 0.0, random.Random(KILLS), {"whole": 0, "gone": 0, "cut short": 0}
    environment = os.environ | {"PYTHONPATH": str(HERE.parents[1])}
    with subprocess.Popen(
        [sys.executable, str(HERE / "erasing_process.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
        bufsize=1,
    ) as nursery:
        for number in range(KILLS):
            place = tmp_path / f"copy-{number}"
            shutil.copytree(folder, place)
            nursery.stdin.write(f"{place} {found.id}\n")
            nursery.stdin.flush()
            pid, delay = 0, draw.random() * usual * 1.2
            for line in nursery.stdout:
                word, _, rest = line.strip().partition(" ")
                if word == "pid":
                    pid = int(rest)
                if word == "go":
                    begun = time.monotonic()
                    if number:  # the first one says how long it takes here
                        time.sleep(delay)  # not for waiting: the moment of the kill is what varies
                        os.kill(pid, signal.SIGKILL)
                if word == "done" and not number:
                    usual = time.monotonic() - begun
                    os.kill(pid, signal.SIGKILL)
                if word == "dead":
                    break
            outcomes["cut short"] += was_cut_short(place)
            with open_(place) as again:
                assert again.meta(UNFINISHED) is None
                assert find_faults(again, files=True).problems == ()
                here = find_people(again, "Zq Quillfeather")
                if here:
                    assert {table: again.rows(f"SELECT * FROM {table}") for table in COMPUTED} == whole
                    assert len(list_assessments(again, participant=found.id)) == 1
                else:
                    assert traces(place) == []
            outcomes["whole" if here else "gone"] += 1
            shutil.rmtree(place)
        nursery.stdin.close()
    assert outcomes["whole"] > 0, outcomes
    assert outcomes["gone"] > 0, outcomes
    assert outcomes["cut short"] > 0, outcomes
