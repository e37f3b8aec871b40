"""Writing a file of a report: whole under another name first, then renamed into its place."""

from __future__ import annotations

from pathlib import Path


def write_beside(path: Path, data: bytes) -> None:
    """Write the whole file beside its place, then rename it: never half a page. Raises OSError, leaving nothing."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
