"""A real scoring process for the kill test: forks a worker for each word on stdin, which scores until it is killed.

Everything is imported once, so that a kill costs milliseconds. A worker says what it is about to do, does it through
the same operations as window and command line, and says so when they have returned; nothing else is a promise.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from rubricapp.operations import assessments, backups
from rubricapp.store.assessments import load_assessment
from rubricapp.store.workspace import open_


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def work(folder: Path, assessment: str, seed: int, mode: str) -> None:
    draw = random.Random(seed)
    with open_(folder) as ws:
        step = 0
        if not load_assessment(ws, assessment).is_open:  # the one before was killed between finishing and reopening
            say("try", "state", "draft")
            assessments.reopen(ws, assessment, "The process before was killed")
            say("done")
        while True:
            step += 1
            criterion, level = f"TST-{draw.randint(1, 6)}", draw.randint(1, 5)
            if mode == "comment":
                say("try", criterion, f"words-{seed}-{step}")
                assessments.comment(ws, assessment, criterion, f"words-{seed}-{step}")
            elif mode == "finish" and step % 5 == 0:
                say("try", "state", "finished")
                assessments.finish(ws, assessment)
                say("done")
                say("try", "state", "draft")
                assessments.reopen(ws, assessment, "The next step of the test")
            elif mode == "backup" and step % 5 == 0:
                say("try", "backup", step)
                backups.back_up(ws)
            else:
                say("try", criterion, level)
                if mode == "weak":
                    say("done")  # promises before it has done anything: the test must notice
                assessments.rate(ws, assessment, criterion, level)
            if mode != "weak":
                say("done")


def main() -> None:
    folder, assessment = Path(sys.argv[1]), sys.argv[2]
    for line in sys.stdin:
        seed, mode = line.split()
        pid = os.fork()
        if pid == 0:
            try:
                work(folder, assessment, int(seed), mode)
            finally:
                os._exit(1)  # only a kill ends the loop; whatever else did shows as an exit code
        say("pid", pid)
        _pid, status = os.waitpid(pid, 0)
        say("dead", -os.waitstatus_to_exitcode(status))


main()
