"""Writing a file of a report: whole under another name first, then renamed into its place."""

from __future__ import annotations

import os
from pathlib import Path


def write_beside(path: Path, data: bytes) -> None:
    """Write the whole file beside its place, then rename it: never half a page. Raises OSError, leaving nothing."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # else a power cut may leave an empty file under its name
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
