"""The log: a small file in the user's folder that rotates, and what to do with faults nobody expected."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import platform
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from rubricapp import __version__, paths

_CRASHES = "crash.log"
log = logging.getLogger("rubricapp")


def file() -> Path:
    """Where the log is written."""
    return paths.home() / "logs" / "rubricapp.log"


@dataclass
class Log:
    """The open log of this process; closed when the window has closed."""

    handler: logging.Handler | None = None
    crashes: IO[str] | None = None

    def close(self) -> None:
        """Write no more. Closing twice is allowed."""
        if self.handler is not None:
            log.removeHandler(self.handler)
            self.handler.close()
        if self.crashes is not None:
            faulthandler.disable()
            self.crashes.close()
        self.handler = self.crashes = None


def start() -> Log:
    """Write the log to `file()`, hard crashes (segmentation faults) to crash.log beside it. Without a place to
    write there is no log, and work goes on."""
    log.setLevel(logging.INFO)
    try:
        file().parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(file(), maxBytes=500_000, backupCount=3, encoding="utf-8")
        crashes = (file().parent / _CRASHES).open("a", encoding="utf-8")
    except OSError:
        return Log()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    faulthandler.enable(crashes)
    log.info("rubricapp %s, Python %s, %s", __version__, platform.python_version(), platform.platform())
    return Log(handler, crashes)


def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """A fault as text that helps to mend it: versions and the trace."""
    head = f"rubricapp {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return f"{head}\n\n{''.join(traceback.format_exception(kind, error, trace))}"
