"""The process of the failing-disk test: does each action again and again while another call of the disk fails.

Prints one line for each way an action ended. Ends with an assertion where anything acknowledged is gone, anything
half-done stays, or the work does not go on once the disk is well again.
"""

from __future__ import annotations

import ctypes
import errno
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.operations import assessments, backups, comment_bank, evidence
from rubricapp.store.assessments import load_assessment
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_
from tests.steps import steps_taken_once

DISK = ctypes.CDLL(None)
DISK.disk_disarm.restype = ctypes.c_long
EXPECTED = {"E_DISK", "E_READ_ONLY", "E_BACKUP", "E_CANNOT_WRITE", "E_FILE_UNREADABLE", "E_DAMAGED"}


def log_of(ws: Workspace) -> list[tuple]:
    return ws.rows("SELECT id, device, seq, hash FROM change ORDER BY device, seq")


class Actions:
    """What a person does; each call is a new value."""

    def __init__(self, assessment: str, owner: str, clip: Path) -> None:
        self.assessment, self.owner, self.clip, self.turn = assessment, owner, clip, 0

    def rate(self, ws: Workspace) -> None:
        assessments.rate(ws, self.assessment, "TST-1", self.turn % 5 + 1)

    def comment(self, ws: Workspace) -> None:
        assessments.comment(ws, self.assessment, "TST-2", f"turn {self.turn} " + "x" * 9000)

    def finish_and_reopen(self, ws: Workspace) -> None:
        assessments.finish(ws, self.assessment)
        assessments.reopen(ws, self.assessment, "Again.")

    def keep(self, ws: Workspace) -> None:
        comment_bank.keep(ws, self.owner, f"turn {self.turn}")

    def add_file(self, ws: Workspace) -> None:
        self.clip.write_bytes(f"turn {self.turn}".encode() * 999)
        evidence.add_file(ws, self.owner, self.clip)

    def back_up(self, ws: Workspace) -> None:
        backups.back_up(ws)

    def open_as_a_copy(self, ws: Workspace) -> None:
        """The first opening of a copy writes a device id of its own."""
        ws.rows("DELETE FROM meta WHERE key = 'machine'")
        ws.close()
        ws.__dict__.update(open_(ws.folder).__dict__)


def attempt(ws: Workspace, action: Callable, k: int, sticky: bool, error: int) -> tuple[str, int]:
    """How one action ended while the k-th call failed, and how many calls it made."""
    DISK.disk_arm(ctypes.c_long(k), int(sticky), error)
    try:
        action(ws)
        ended = "done"
    except UserError as refused:
        ended = refused.code
    finally:
        calls = DISK.disk_disarm()
    assert ended == "done" or ended in EXPECTED, ended
    return ended, calls


def main(folder: Path, assessment: str, owner: str, name: str, most: int, stride: int) -> None:
    actions = Actions(assessment, owner, folder.parent / "clip.mov")
    action = getattr(actions, name)
    outcomes: Counter[str] = Counter()
    for sticky in (False, True):
        for error in (errno.EIO, errno.ENOSPC):
            for k in range(1, most, stride):
                ws = open_(folder)
                before = log_of(ws)
                actions.turn += 1
                ended, calls = attempt(ws, action, k, sticky, error)
                outcomes[ended] += 1
                if name == "open_as_a_copy":  # it may stand closed, or open for reading
                    ws.close()
                    ws = open_(folder)
                now = log_of(ws)
                assert now[: len(before)] == before, "something acknowledged is gone"
                if ended == "done" and name not in ("back_up", "open_as_a_copy"):
                    assert len(now) > len(before), "acknowledged, and not there"
                if k % 2 == 0:  # a new process would see the same
                    ws.close()
                    ws = open_(folder)
                    assert log_of(ws) == now
                actions.turn += 1
                if not load_assessment(ws, assessment).is_open:
                    assessments.reopen(ws, assessment, "Left finished by the disk.")
                action(ws)  # the disk is well again, and the work goes on
                faults = find_faults(ws, files=True).problems
                assert faults == (), faults
                left = [path for path in folder.rglob("*") if ".part" in path.name and path.parent.name != "files"]
                ws.close()
                if calls < k:
                    break
            else:
                raise AssertionError(f"{name} makes more than {most} calls")
            assert not left, left
    print(" ".join(f"{code}:{count}" for code, count in sorted(outcomes.items())))


with steps_taken_once(in_memory=True):  # as each check does
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]), int(sys.argv[6]))
