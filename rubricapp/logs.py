"""The log file in the user's own folder: bugs with their tracebacks, nothing that anyone typed into an assessment."""

from __future__ import annotations

import faulthandler
import logging
import platform
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import IO

from rubricapp import __version__, paths

log = logging.getLogger("rubricapp")
LARGEST = 1_000_000
KEPT = 3


def file() -> Path:
    """Where the log is kept."""
    return paths.home() / "logs" / "rubricapp.log"


def report(error: BaseException) -> str:
    """A fault as text that helps to mend it: versions and the trace."""
    header = f"{datetime.now(UTC).isoformat(timespec='seconds')} rubricapp {__version__} {platform.platform()}"
    return f"{header} Python {platform.python_version()}\n{''.join(traceback.format_exception(error))}"


def keep_traceback(error: BaseException) -> Path:
    """Append one bug with versions and traceback; returns the file. Never raises: it runs when all else failed."""
    path = file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as kept:
            kept.write(f"{report(error)}\n")
    except OSError:
        traceback.print_exception(error)
    return path


@dataclass
class Log:
    """What `start` opened."""

    handler: logging.Handler | None = None
    crashes: IO[str] | None = None

    def close(self) -> None:
        """Write no more. Closing twice is allowed."""
        if self.handler is not None:
            logging.getLogger().removeHandler(self.handler)
            self.handler.close()
        if self.crashes is not None:
            faulthandler.disable()
            self.crashes.close()
        self.handler = self.crashes = None


def _turn_over(path: Path) -> None:
    """Begin a new file when the present one is large; the three before it are kept. (The standard library's rotating
    handler brings sockets and queues along, which a window that is just opening need not wait for.)"""
    if not path.exists() or path.stat().st_size < LARGEST:
        return
    names = [path, *(path.with_suffix(f".{number}.log") for number in range(1, KEPT + 1))]
    for newer, older in reversed(list(pairwise(names))):
        if newer.exists():
            newer.replace(older)


def start() -> Log:
    """Send warnings and errors of this process to the log file, which starts anew at 1 MB and keeps three; the
    stack of a hard crash to crash.log beside it. Without a place to write there is no log, and work goes on."""
    path = file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _turn_over(path)
        handler = logging.FileHandler(path, encoding="utf-8", delay=True)
        crashes = (path.parent / "crash.log").open("a", encoding="utf-8")
    except OSError:
        return Log()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    if not faulthandler.is_enabled():  # a test run has its own
        faulthandler.enable(crashes)
        return Log(handler, crashes)
    crashes.close()
    return Log(handler)
