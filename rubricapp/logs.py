"""The log file in the user's own folder: bugs with their tracebacks, nothing that anyone typed into an assessment."""

from __future__ import annotations

import logging
import platform
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from rubricapp import __version__, paths


def file() -> Path:
    """Where the log is kept."""
    return paths.home() / "logs" / "rubricapp.log"


def keep_traceback(error: BaseException) -> Path:
    """Append one bug with versions and traceback; returns the file. Never raises: it runs when all else failed."""
    text = "".join(traceback.format_exception(error))
    header = f"{datetime.now(UTC).isoformat(timespec='seconds')} rubricapp {__version__} {platform.platform()}"
    path = file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{header} Python {platform.python_version()}\n{text}\n")
    except OSError:
        traceback.print_exception(error)
    return path


def start() -> None:
    """Send warnings and errors of this process to the log file, which starts anew at 1 MB and keeps three."""
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
