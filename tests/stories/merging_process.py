"""A real process for the kill test of packages: forks a child for each line "what folder out package…" on stdin.

The child does it through the same operation as window and command line, and says "done" when it has returned.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rubricapp.exchange import unlocking
from rubricapp.operations import backups, kits, portfolio_files, protection, returns
from rubricapp.store.people import find_people
from rubricapp.store.workspace import open_
from tests.stories.travelling import FIRST, SECOND

CLOSED = {
    "open": lambda folder, packages: kits.open_kit(packages[0], folder),
    "migrate": lambda folder, _packages: open_(folder).close(),
    "protect": lambda folder, _packages: protection.protect(folder, FIRST),
    "unprotect": lambda folder, _packages: protection.unprotect(folder, protection.by_passphrase(FIRST)),
    "rekey": lambda folder, _packages: protection.change_key(folder, protection.by_passphrase(FIRST), SECOND),
}
"""What is done to a closed workspace."""


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def work(what: str, folder: Path, out: Path, packages: list[Path]) -> None:
    if what in CLOSED:
        say("go", os.getpid())
        CLOSED[what](folder, packages)
    else:
        with open_(folder) as ws:
            say("go", os.getpid())
            if what == "merge":
                found = returns.bring_in(ws, packages)
                assert all(each.error is None for each in found), [each.error for each in found]
            elif what == "kit":
                kits.make_kit(ws, find_people(ws, "A-001")[0], out)
            elif what == "return":
                returns.make_return(ws, out)
            elif what == "portfolio":
                portfolio_files.make(ws, find_people(ws, "P-001")[0], out / "one.rubricfolio")
            elif what == "backup":
                backups.back_up(ws)
    say("done")
    sys.stdin.read()


def main() -> None:
    unlocking._PASSES, unlocking._MEMORY = 1, 8 << 10  # how long a passphrase takes is not what is looked at
    for line in sys.stdin:
        what, folder, out, *packages = line.split()
        pid = os.fork()
        if pid == 0:
            try:
                work(what, Path(folder), Path(out), [Path(each) for each in packages])
            finally:
                os._exit(1)
        os.waitpid(pid, 0)
        say("dead")


main()
