"""The process of the failing-disk test of what is whole or not there: packages, restoring, migrating.

Each action is done again and again while another call of the disk fails.

Each turn begins with everything as it was. Ends with an assertion where what is there is neither the old state nor the
new one, a file under its name is not whole, or the action does not work once the disk is well again.
"""

from __future__ import annotations

import ctypes
import errno
import shutil
import sys
from collections import Counter
from pathlib import Path

from rubricapp.errors import UserError
from rubricapp.exchange import package_file, sealing
from rubricapp.operations import backups, kits, portfolio_files, returns
from rubricapp.store.people import find_people
from rubricapp.store.verifying import find_faults
from rubricapp.store.workspace import Workspace, open_
from tests.steps import steps_taken_once

DISK = ctypes.CDLL(None)
DISK.disk_disarm.restype = ctypes.c_long


def log_of(ws: Workspace) -> frozenset[bytes]:
    return frozenset(row[0] for row in ws.rows("SELECT hash FROM change"))


class Actions:
    """What is done with packages. Each returns how it ended: done, or the code with which it was refused."""

    def __init__(self, lead: Path, laptop: Path, out: Path, packages: list[Path], kit: Path) -> None:
        self.lead, self.laptop, self.out, self.packages, self.the_kit = lead, laptop, out, packages, kit

    closed = frozenset({"open", "restore", "migrate"})

    def folder(self, name: str) -> Path:
        return self.laptop if name in ("open", "hand_in") else self.lead

    def merge(self, ws: Workspace) -> str:
        (brought,) = returns.bring_in(ws, self.packages[:1])
        if brought.error is not None:
            raise brought.error
        return "without a receipt" if "MERGE_NO_RECEIPT" in {each.code for each in brought.problems} else "done"

    def hand_in(self, ws: Workspace) -> str:
        returns.make_return(ws, self.out)
        return "done"

    def kit(self, ws: Workspace) -> str:
        kits.make_kit(ws, find_people(ws, "A-001")[0], self.out)
        return "done"

    def portfolio(self, ws: Workspace) -> str:
        portfolio_files.make(ws, find_people(ws, "P-001")[0], self.out / "one.rubricfolio")
        return "done"

    # Those that begin with a closed workspace

    def open(self, folder: Path) -> str:
        kits.open_kit(self.the_kit, folder)
        return "done"

    def restore(self, folder: Path) -> str:
        backups.restore(folder, self.packages[0])
        return "done"

    def migrate(self, folder: Path) -> str:
        open_(folder).close()
        return "done"


def demand_whole(ws: Workspace, out: Path, beside: Path, tidy: bool) -> None:
    for path in out.iterdir():
        if path.name.endswith(".part"):
            assert not tidy, f"{path.name} is left over"
        elif path.suffix == ".rubricfolio":
            assert portfolio_files.verify(path).whole
        else:
            with package_file.opened(path, [sealing.identity_of(ws)], beside) as package:
                assert len(list(package.changes())) == package.manifest.changes


def main(place: Path, name: str, stride: int, kit: Path, packages: list[Path]) -> None:
    actions = Actions(place / "workspace", place / "workspace-A-001", place / "backup-out", packages, kit)
    folder, kept = actions.folder(name), place / "kept"
    shutil.copytree(folder, kept)
    actions.out.mkdir()
    with open_(folder) as ws:
        before = log_of(ws)
        if name not in actions.closed:
            assert getattr(actions, name)(ws) == "done"
            after = log_of(ws)
    if name in actions.closed:
        assert getattr(actions, name)(folder) == "done"
        with open_(folder) as ws:
            after = log_of(ws)
    outcomes: Counter[str] = Counter()
    for sticky in (False, True):
        for error in (errno.EIO, errno.ENOSPC):
            for k in range(1, 4000, stride):
                shutil.rmtree(folder)
                shutil.rmtree(actions.out)
                actions.out.mkdir()
                shutil.copytree(kept, folder)
                ws = None if name in actions.closed else open_(folder)
                DISK.disk_arm(ctypes.c_long(k), int(sticky), error)
                try:
                    ended = getattr(actions, name)(ws or folder)
                except UserError as refused:
                    assert refused.what and refused.do, refused.code
                    ended = refused.code
                finally:
                    calls = DISK.disk_disarm()
                if ws is not None:
                    ws.close()
                outcomes[ended] += 1
                with open_(folder) as ws:
                    here = log_of(ws)
                    known = len(after - before) - len(after - here)
                    if name == "merge":  # two transactions: what came, and whose laptop it is
                        assert before <= here <= after, (name, k, ended)
                        assert known == 0 or known >= len(after - before) - 3, (known, len(after - before))
                    else:
                        assert here in (before, after), (name, k, ended)
                    assert ended not in ("done", "without a receipt") or here == after
                    faults = find_faults(ws, files=True).problems
                    if name == "restore" and here == before:  # it lacks a work from the start
                        faults = tuple(each for each in faults if each.code != "CHECK_FILE")
                    assert faults == (), faults
                    demand_whole(
                        ws, actions.out, place, not sticky
                    )  # a disk that fails for good deletes nothing either
                    if k % 3 == 1 and name not in actions.closed:
                        assert getattr(actions, name)(ws) == "done"  # the disk is well again
                        assert find_faults(ws, files=True).problems == ()
                        demand_whole(ws, actions.out, place, not sticky)
                if k % 3 == 1 and name in actions.closed:
                    assert getattr(actions, name)(folder) == "done"
                    with open_(folder) as ws:
                        assert find_faults(ws, files=True).problems == ()
                        assert log_of(ws) == after
                if calls < k:
                    break
            else:
                raise AssertionError("it makes more calls than are tried")
    print(" ".join(f"{code.replace(' ', '_')}:{count}" for code, count in sorted(outcomes.items())))


with steps_taken_once(in_memory=True):  # as each check does
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]), [Path(each) for each in sys.argv[5:]])
