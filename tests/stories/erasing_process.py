"""A real process that erases somebody, for the kill test: forks a child for each line "folder person" on stdin.

The child erases through the same operation as window and command line, and says "done" when it has returned.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rubricapp.operations import privacy
from rubricapp.store.people import load_person
from rubricapp.store.workspace import open_


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def work(folder: Path, person: str) -> None:
    with open_(folder) as ws:
        name = load_person(ws, person).name
        say("go")
        privacy.erase(ws, person, name, "asked for it", "lead")
    say("done")
    sys.stdin.read()


def main() -> None:
    for line in sys.stdin:
        folder, person = line.split()
        pid = os.fork()
        if pid == 0:
            try:
                work(Path(folder), person)
            finally:
                os._exit(1)
        say("pid", pid)
        os.waitpid(pid, 0)
        say("dead")


main()
